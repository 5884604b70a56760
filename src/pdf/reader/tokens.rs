//! Bytes to tokens (ISO 32000-2, 7.2).

use std::borrow::Cow;

/// The smallest pieces of PDF syntax.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Int(i64),
    Real(&'a [u8]),
    String(Vec<u8>),
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

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
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
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.skip(1);
            } else if byte == b'%' {
                let line = self.rest().iter().position(|&byte| byte == 10 || byte == 13);
                self.skip(line.unwrap_or(self.rest().len()));
            } else {
                break;
            }
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
        let end = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
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
        let digits = rest.get(..end).unwrap_or_default();
        let mut bytes = Vec::with_capacity(digits.len() / 2 + 1);
        let mut half = None;
        for &byte in digits {
            let Some(digit) = hex_digit(byte) else {
                if is_space(byte) {
                    continue;
                }
                return Token::Bad;
            };
            match half.take() {
                None => half = Some(digit),
                Some(high) => bytes.push(high << 4 | digit),
            }
        }
        if let Some(high) = half {
            bytes.push(high << 4);
        }
        Token::String(bytes)
    }

    fn literal_string(&mut self) -> Token<'a> {
        self.skip(1);
        let mut bytes = Vec::new();
        let mut depth = 1_usize;
        while let Some(byte) = self.peek() {
            self.skip(1);
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Token::String(bytes);
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

pub(super) const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
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
        assert_eq!(tokens(b"(a\\)\\101(b)\\\r\nc\r\nd)"), [Token::String(b"a)A(b)c\nd".to_vec())]);
        assert_eq!(tokens(b"<4 1 4>"), [Token::String(vec![0x41, 0x40])]);
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
    fn a_string_without_its_end_is_bad() {
        assert_eq!(tokens(b"(abc"), [Token::Bad]);
        assert_eq!(tokens(b"<41"), [Token::Bad]);
    }
}
