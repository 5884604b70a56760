//! Bytes to tokens (ISO 32000-2, 7.2).

use std::borrow::Cow;

/// The smallest pieces of PDF syntax.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Int(i64),
    Real(&'a [u8]),
    /// Decoded; borrowed where nothing in it had to be undone.
    String(Cow<'a, [u8]>),
    Name(Cow<'a, [u8]>),
    ArrayOpen,
    ArrayClose,
    DictOpen,
    DictClose,
    Keyword(&'a [u8]),
    /// A byte that begins no token, or a string without its end.
    Bad,
    End,
}

/// A cursor over bytes.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What a byte is to the syntax (tables 1 and 2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Regular,
    Space,
    Delimiter,
}

/// The class of each byte: hostile files are passed byte by byte, many times.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Regular; 256];
    let marks: [(&[u8], Class); 2] =
        [(&[0, 9, 10, 12, 13, 32], Class::Space), (b"()<>[]{}/%", Class::Delimiter)];
    let mut kind = 0;
    while kind < marks.len() {
        let (bytes, class) = marks[kind];
        let mut at = 0;
        while at < bytes.len() {
            classes[bytes[at] as usize] = class;
            at += 1;
        }
        kind += 1;
    }
    classes
};

/// The value of each hexadecimal digit; [`NO_DIGIT`] for other bytes.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0_u8;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        digits[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};
const NO_DIGIT: u8 = u8::MAX;

fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Regular)
}

pub(super) fn is_space(byte: u8) -> bool {
    class(byte) == Class::Space
}

/// How many regular characters these bytes begin with.
fn regular(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| class(byte) != Class::Regular).unwrap_or(bytes.len())
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) const fn seek(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at.saturating_add(ahead)).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    const fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// Passes white space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.iter().position(|&byte| !is_space(byte)).unwrap_or(rest.len());
            self.skip(spaces);
            if rest.get(spaces) != Some(&b'%') {
                return;
            }
            let comment = rest.get(spaces..).unwrap_or_default();
            self.skip(memchr::memchr2(b'\n', b'\r', comment).unwrap_or(comment.len()));
        }
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token<'a> {
        self.skip_space();
        let Some(byte) = self.peek() else { return Token::End };
        match byte {
            b'[' => self.single(Token::ArrayOpen),
            b']' => self.single(Token::ArrayClose),
            b'<' if self.peek_at(1) == Some(b'<') => self.double(Token::DictOpen),
            b'>' if self.peek_at(1) == Some(b'>') => self.double(Token::DictClose),
            b'<' => self.hex_string(),
            b'(' => self.literal_string(),
            b'/' => self.name(),
            b')' | b'>' | b'{' | b'}' => self.single(Token::Bad),
            _ => self.regular(),
        }
    }

    /// Passes names, references and whole numbers up to a token of another kind; says how many tokens it passed.
    /// Most objects consist of little else, and these are passed four times as fast as they are read. Where it
    /// stops, [`Self::next`] goes on: what might still become a reference has not been passed.
    pub(super) fn pass_plain(&mut self, mut reference: impl FnMut(u32)) -> u64 {
        let mut passed = 0_u64;
        // value and place of the two numbers right before the cursor
        let mut numbers: [Option<(u32, usize)>; 2] = [None, None];
        loop {
            let rest = self.rest();
            match rest.first() {
                Some(b' ' | b'\n' | b'\r') => self.skip(1),
                Some(b'/') => {
                    let name = rest.get(1..).unwrap_or_default();
                    self.skip(regular(name).saturating_add(1));
                    numbers = [None, None];
                    passed = passed.saturating_add(1);
                }
                Some(b'0'..=b'9') => {
                    let Some((value, digits)) = short_number(rest) else { break };
                    numbers = [numbers[1], Some((value, self.at))];
                    self.skip(digits);
                    passed = passed.saturating_add(1);
                }
                Some(b'R') if regular(rest) == 1 => {
                    let [Some((number, _)), Some(_)] = numbers else { break };
                    reference(number);
                    self.skip(1);
                    numbers = [None, None];
                }
                // after these, a number before them is a number
                Some(b'[' | b']' | b'<' | b'>' | b'(') => return passed,
                _ => break,
            }
        }
        let [first, second] = numbers;
        self.at = first.or(second).map_or(self.at, |(_, at)| at);
        passed
    }

    const fn single(&mut self, token: Token<'a>) -> Token<'a> {
        self.skip(1);
        token
    }

    const fn double(&mut self, token: Token<'a>) -> Token<'a> {
        self.skip(2);
        token
    }

    fn run(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let end = regular(rest);
        self.skip(end);
        rest.get(..end).unwrap_or_default()
    }

    fn regular(&mut self) -> Token<'a> {
        let word = self.run();
        match word.first() {
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number(word),
            _ => Token::Keyword(word),
        }
    }

    fn name(&mut self) -> Token<'a> {
        self.skip(1);
        let raw = self.run();
        if memchr::memchr(b'#', raw).is_none() {
            return Token::Name(Cow::Borrowed(raw));
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&byte, tail)) = rest.split_first() {
            rest = tail;
            match (byte, tail) {
                (b'#', [high, low, after @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                    (Some(high), Some(low)) => {
                        name.push(high << 4 | low);
                        rest = after;
                    }
                    _ => name.push(byte),
                },
                _ => name.push(byte),
            }
        }
        Token::Name(Cow::Owned(name))
    }

    fn hex_string(&mut self) -> Token<'a> {
        self.skip(1);
        let rest = self.rest();
        let Some(end) = memchr::memchr(b'>', rest) else {
            self.skip(rest.len());
            return Token::Bad;
        };
        self.skip(end.saturating_add(1));
        unhex(rest.get(..end).unwrap_or_default())
            .map_or(Token::Bad, |bytes| Token::String(Cow::Owned(bytes)))
    }

    fn literal_string(&mut self) -> Token<'a> {
        self.skip(1);
        let rest = self.rest();
        let plain = rest.iter().position(|byte| matches!(byte, b'(' | b')' | b'\\' | b'\r'));
        let plain = plain.unwrap_or(rest.len());
        self.skip(plain);
        let begun = rest.get(..plain).unwrap_or_default();
        if rest.get(plain) == Some(&b')') {
            self.skip(1);
            return Token::String(Cow::Borrowed(begun));
        }
        let mut bytes = begun.to_vec();
        let mut depth = 1_usize;
        while let Some(byte) = self.peek() {
            self.skip(1);
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Token::String(Cow::Owned(bytes));
                    }
                }
                b'\\' => {
                    self.escape(&mut bytes);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.skip(1);
                    }
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
        Token::Bad
    }

    /// What follows a reverse solidus (7.3.4.2, table 3).
    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.skip(1);
        match byte {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.skip(1);
                }
            }
            b'0'..=b'7' => {
                let mut value = byte - b'0';
                for _ in 0..2 {
                    match self.peek() {
                        Some(digit @ b'0'..=b'7') => {
                            value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                            self.skip(1);
                        }
                        _ => break,
                    }
                }
                bytes.push(value);
            }
            other => bytes.push(other),
        }
    }
}

pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    DIGITS.get(usize::from(byte)).copied().filter(|digit| *digit != NO_DIGIT)
}

/// The bytes of a hexadecimal string (7.3.4.3); a last digit that is alone is followed by 0.
fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    for pair in digits.chunks(2) {
        match pair {
            [high, low] => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => bytes.push(high << 4 | low),
                _ => return unhex_spaced(digits),
            },
            _ => return unhex_spaced(digits),
        }
    }
    Some(bytes)
}

/// The same with white space between the digits, or an odd number of them.
fn unhex_spaced(digits: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 2 + 1);
    let mut half = None;
    for &byte in digits {
        let Some(digit) = hex_digit(byte) else {
            if is_space(byte) {
                continue;
            }
            return None;
        };
        match half.take() {
            None => half = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    bytes.extend(half.map(|high| high << 4));
    Some(bytes)
}

/// A whole number of at most nine digits without a sign, and how many they are.
fn short_number(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0_u32;
    for (count, &byte) in bytes.iter().take(10).enumerate() {
        match byte {
            b'0'..=b'9' if count < 9 => value = value * 10 + u32::from(byte - b'0'),
            _ if class(byte) == Class::Regular => return None,
            _ => return Some((value, count)),
        }
    }
    None
}

fn number(word: &[u8]) -> Token<'_> {
    let (negative, digits) = match word {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, word),
    };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        let numeric = word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
        return if numeric { Token::Real(word) } else { Token::Keyword(word) };
    }
    let value = digits.iter().fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Token::Int(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::super::parse::reference_at;
    use super::*;

    fn tokens(bytes: &[u8]) -> Vec<Token<'_>> {
        let mut lexer = Lexer::new(bytes, 0);
        let mut all = Vec::new();
        loop {
            match lexer.next() {
                Token::End => return all,
                token => all.push(token),
            }
        }
    }

    #[test]
    fn names_undo_their_escapes_and_strings_theirs() {
        assert_eq!(tokens(b"/A#42C/#zz"), [Token::Name(b"ABC".into()), Token::Name(b"#zz".into())]);
        assert_eq!(tokens(b"(a\\)\\101(b)\\\r\nc\r\nd)"), [Token::String(b"a)A(b)c\nd".into())]);
        assert_eq!(tokens(b"<4 1 4>"), [Token::String(vec![0x41, 0x40].into())]);
    }

    #[test]
    fn numbers_and_words_are_told_apart() {
        assert_eq!(
            tokens(b"-12 +3 .5 4. 99999999999999999999 12obj%x\nR"),
            [
                Token::Int(-12),
                Token::Int(3),
                Token::Real(b".5"),
                Token::Real(b"4."),
                Token::Real(b"99999999999999999999"),
                Token::Keyword(b"12obj"),
                Token::Keyword(b"R"),
            ]
        );
    }

    #[test]
    fn what_is_passed_holds_the_references_that_reading_finds() {
        let texts: [&[u8]; 9] = [
            b"/K[1 0 R 2 0 R]/P 3 0 R/N 4",
            b"/A 1 2 0 R 3 R/B 5 0 R",
            b"/A 1 0%\nR/B 2 %x\r0 R",
            b"/A 1\t0 R/B 2\x000\x0cR",
            b"/A +1 0 R/B 2 0R/C 3 0 RR/D 4 0 R/E",
            b"/A 1234567890 0 R/B 12 0.5 R/C 000000007 0 R",
            b"/A 1 0 R(9 0 R)2 0 R<09 0 A>3 0 R",
            b"/A 1 0\nR 5 0 obj R 6 0 R",
            b"/A 1 0",
        ];
        for text in texts {
            let (mut read, mut passed) = (Vec::new(), Vec::new());
            let mut lexer = Lexer::new(text, 0);
            loop {
                match lexer.next() {
                    Token::End => break,
                    Token::Int(first) => {
                        read.extend(reference_at(first, &mut lexer).map(|found| found.number))
                    }
                    _ => {}
                }
            }
            let mut lexer = Lexer::new(text, 0);
            loop {
                lexer.pass_plain(|number| passed.push(number));
                match lexer.next() {
                    Token::End => break,
                    Token::Int(first) => {
                        passed.extend(reference_at(first, &mut lexer).map(|found| found.number))
                    }
                    _ => {}
                }
            }
            assert_eq!(read, passed, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_string_without_its_end_is_bad() {
        assert_eq!(tokens(b"(abc"), [Token::Bad]);
        assert_eq!(tokens(b"<41"), [Token::Bad]);
    }
}
