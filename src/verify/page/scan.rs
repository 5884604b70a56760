//! A content stream of our own to pieces of text: the operators that `pdf/page.rs` and `pdf/text.rs` write, in
//! their order and spelling, and no others.
//!
//! ```text
//! sheet  = [ "/Artifact BMC" fill* [ rules ] "0 0 0 rg EMC" ] piece*
//! piece  = ( "/TAG<</MCID n>>BDC" | "/Artifact<</Type/Pagination/Subtype/…>>BDC" ) ( ink | line )* "EMC"
//! line   = "BT" x y "Td" ( [ "/F0" size "Tf" ] "(" codes ")Tj" )* "ET"
//! ```
//!
//! **Limits.** One pass, no recursion, no more pieces than bytes. **Failure.** `None`: not of our shape.

use super::Centi;
use super::letters::Letters;

/// A4 across.
pub(super) const WIDTH: Centi = 84_189;
/// A4 across.
pub(super) const HEIGHT: Centi = 59_528;
const MARGIN: Centi = 2_800;
const RIGHT: Centi = WIDTH - MARGIN;
const TOP: Centi = HEIGHT - 3_000;
/// Baseline of the foot.
pub(super) const FOOT: Centi = 2_300;
/// The type sizes of a page.
const SIZES: [Centi; 8] = [600, 650, 750, 850, 900, 1_000, 1_050, 1_800];
/// The pale grounds under headings and balances; text on them is seen.
const PALE: [&[u8]; 2] = [b"0.89 0.91 0.94 rg\n", b"0.95 0.96 0.97 rg\n"];
/// The dark line under the title and beside a correction.
const NAVY: &[u8] = b"0.09 0.18 0.34 rg\n";
/// How thin what is dark must be: the bar beside a correction.
const THIN: Centi = 180;
/// Edges of thirteen columns.
pub(super) const EDGES: usize = 14;

/// What a piece is marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Title,
    Heading,
    Paragraph,
    HeadCell,
    Cell,
    Header,
    Footer,
}

const MARKS: [(&[u8], Mark); 5] = [
    (b"H1", Mark::Title),
    (b"H2", Mark::Heading),
    (b"P", Mark::Paragraph),
    (b"TH", Mark::HeadCell),
    (b"TD", Mark::Cell),
];

/// One text object.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) x: Centi,
    pub(super) y: Centi,
    /// Without the blanks at its end.
    pub(super) width: Centi,
    pub(super) text: String,
}

/// One marked-content sequence.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) mark: Mark,
    pub(super) lines: Vec<Line>,
}

impl Piece {
    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect()
    }
}

/// One sheet of paper.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// Where its vertical rules stand: none, or the edges of the columns.
    pub(super) edges: Vec<Centi>,
    pub(super) pieces: Vec<Piece>,
}

/// Reads a content stream.
pub(super) fn sheet(content: &[u8], letters: &Letters) -> Option<Sheet> {
    let mut scan = Scan { rest: content, letters, font: None, grey: false, next_mark: 0 };
    let edges = if scan.eat(b"/Artifact BMC\n") { scan.ground()? } else { Vec::new() };
    let mut pieces = Vec::new();
    while !scan.rest.is_empty() {
        pieces.push(scan.piece()?);
    }
    Some(Sheet { edges, pieces })
}

struct Scan<'a> {
    rest: &'a [u8],
    letters: &'a Letters,
    /// Face and size, as the sheet had them last.
    font: Option<(usize, Centi)>,
    grey: bool,
    next_mark: u32,
}

impl<'a> Scan<'a> {
    fn eat(&mut self, bytes: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(bytes);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn must(&mut self, bytes: &[u8]) -> Option<()> {
        self.eat(bytes).then_some(())
    }

    /// A word up to this byte, which is passed.
    fn word(&mut self, end: u8) -> Option<&'a [u8]> {
        let at = self.rest.iter().take(16).position(|byte| *byte == end)?;
        let word = self.rest.get(..at)?;
        self.rest = self.rest.get(at.checked_add(1)?..)?;
        Some(word)
    }

    fn length(&mut self) -> Option<Centi> {
        centi(self.word(b' ')?)
    }

    /// Fills and rules: nothing dark enough, thick enough or free enough to hide or to write.
    fn ground(&mut self) -> Option<Vec<Centi>> {
        loop {
            let pale = PALE.iter().any(|colour| self.eat(colour));
            if !pale && !self.eat(NAVY) {
                break;
            }
            let [_, _, width, height] = [self.length()?, self.length()?, self.length()?, self.length()?];
            self.must(b"re f\n")?;
            if width < 0 || height < 0 || !(pale || width.min(height) <= THIN) {
                return None;
            }
        }
        let mut edges = Vec::new();
        if self.eat(b"0.3 w 0.62 0.65 0.7 RG\n") {
            while !self.eat(b"S\n") {
                self.rule(&mut edges)?;
            }
        }
        self.must(b"0 0 0 rg EMC\n")?;
        edges.sort_unstable();
        edges.dedup();
        (edges.is_empty() || edges.len() == EDGES).then_some(edges)
    }

    fn rule(&mut self, edges: &mut Vec<Centi>) -> Option<()> {
        let from = (self.length()?, self.length()?);
        if !self.eat(b"m\n") {
            return self.two_verticals(from.0, edges);
        }
        let to = (self.length()?, self.length()?);
        self.must(b"l\n")?;
        if from.1 == to.1 {
            return (from.0 == MARGIN && to.0 == RIGHT).then_some(());
        }
        (from.0 == to.0).then_some(())?;
        edge(edges, from.0)
    }

    /// Two column edges as the sides of a rectangle that is stroked and not filled: nothing under it is hidden.
    fn two_verticals(&mut self, left: Centi, edges: &mut Vec<Centi>) -> Option<()> {
        let (width, height) = (self.length()?, self.length()?);
        self.must(b"re\n")?;
        (width > 0 && height > 0).then_some(())?;
        edge(edges, left)?;
        edge(edges, left.checked_add(width)?)
    }

    fn piece(&mut self) -> Option<Piece> {
        let mark = self.open()?;
        let artifact = matches!(mark, Mark::Header | Mark::Footer);
        let mut lines = Vec::new();
        while !self.eat(b"EMC\n") {
            if artifact && self.eat(b"0.33 0.33 0.36 rg\n") {
                self.grey = true;
            } else if artifact && self.eat(b"0 0 0 rg\n") {
                self.grey = false;
            } else if self.grey && !artifact {
                return None;
            } else {
                lines.push(self.line()?);
            }
        }
        Some(Piece { mark, lines })
    }

    fn open(&mut self) -> Option<Mark> {
        if self.eat(b"/Artifact<</Type/Pagination/Subtype/") {
            return match self.word(b'>')? {
                b"Header" => self.must(b">BDC\n").map(|()| Mark::Header),
                b"Footer" => self.must(b">BDC\n").map(|()| Mark::Footer),
                _ => None,
            };
        }
        self.must(b"/")?;
        let name = self.word(b'<')?;
        let (_, mark) = MARKS.into_iter().find(|(known, _)| *known == name)?;
        self.must(b"</MCID ")?;
        if number(self.word(b'>')?)? != self.next_mark {
            return None;
        }
        self.next_mark = self.next_mark.checked_add(1)?;
        self.must(b">BDC\n").map(|()| mark)
    }

    fn line(&mut self) -> Option<Line> {
        self.must(b"BT ")?;
        let (x, y) = (self.length()?, self.length()?);
        self.must(b"Td ")?;
        let mut line = Line { x, y, width: 0, text: String::new() };
        let (mut shown, mut all) = (0_i64, 0_i64);
        while !self.eat(b"ET\n") {
            for (face, name) in [(0, b"/F0 "), (1, b"/F1 ")] {
                if self.eat(name) {
                    let size = self.length().filter(|size| SIZES.contains(size))?;
                    self.must(b"Tf ")?;
                    self.font = Some((face, size));
                }
            }
            self.must(b"(")?;
            let (face, size) = self.font?;
            while let Some(code) = self.code()? {
                let (character, advance) = self.letters.of(face, code)?;
                all = all.checked_add(i64::from(advance) * i64::from(size))?;
                if character != ' ' {
                    shown = all;
                }
                line.text.push(character);
            }
        }
        line.width = i32::try_from((shown + 999) / 1000).ok()?;
        let right = line.x.checked_add(line.width)?;
        let inside = line.x >= MARGIN && right <= RIGHT + 1 && (FOOT..=TOP).contains(&line.y);
        (line.text.is_empty() || inside).then_some(line)
    }

    /// The next two-byte code of a string; nothing behind its `)Tj `.
    fn code(&mut self) -> Option<Option<u16>> {
        let Some(high) = self.byte()? else {
            self.must(b"Tj ")?;
            return Some(None);
        };
        let low = self.byte()??;
        Some(Some(u16::from_be_bytes([high, low])))
    }

    /// The next byte of a string; nothing at its `)`.
    fn byte(&mut self) -> Option<Option<u8>> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        let byte = match byte {
            b')' => return Some(None),
            b'(' | b'\r' => return None,
            b'\\' => {
                let (&escaped, rest) = self.rest.split_first()?;
                self.rest = rest;
                match escaped {
                    b'(' | b')' | b'\\' => escaped,
                    b'r' => b'\r',
                    _ => return None,
                }
            }
            other => other,
        };
        Some(Some(byte))
    }
}

/// One column edge is drawn again and again; no more than fourteen stay.
fn edge(edges: &mut Vec<Centi>, at: Centi) -> Option<()> {
    if !edges.contains(&at) {
        edges.push(at);
    }
    (edges.len() <= EDGES).then_some(())
}

/// A length of at most two decimals in hundredths.
pub(super) fn centi(text: &[u8]) -> Option<Centi> {
    let (negative, text) = text.strip_prefix(b"-").map_or((false, text), |text| (true, text));
    let point = text.iter().position(|byte| *byte == b'.');
    let (whole, rest) = text.split_at(point.unwrap_or(text.len()));
    let rest = rest.strip_prefix(b".").unwrap_or_default();
    if whole.is_empty() || whole.len() > 6 || rest.len() > 2 {
        return None;
    }
    let digits = whole.iter().chain(rest).chain(&b"00"[rest.len()..]);
    let value = digits.copied().try_fold(0, |value: Centi, digit| {
        digit.is_ascii_digit().then(|| value * 10 + Centi::from(digit - b'0'))
    })?;
    Some(if negative { -value } else { value })
}

/// A whole number as it is written here: at most eight digits, none before it that says nothing.
fn number(text: &[u8]) -> Option<u32> {
    match text {
        [] | [b'0', _, ..] => None,
        text if text.len() > 8 => None,
        text => text.iter().try_fold(0, |value: u32, digit| {
            digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0'))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_they_are_written() {
        for (text, value) in [("0", 0), ("0.05", 5), ("-12.5", -1250), ("841.89", 84_189)] {
            assert_eq!(centi(text.as_bytes()), Some(value));
        }
        for text in ["", ".5", "1.234", "1e3", "+1", "12345678", "1.-2"] {
            assert_eq!(centi(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn an_operator_that_hides_or_draws_over_is_not_our_shape() {
        let letters = Letters::none();
        let good = "/Artifact BMC\n0.95 0.96 0.97 rg\n28 100 785.89 12.2 re f\n0 0 0 rg EMC\n/TD<</MCID 0>>BDC\nEMC\n";
        assert!(sheet(good.as_bytes(), &letters).is_some());
        for (from, to) in [
            ("/TD<</MCID 0", "3 Tr /TD<</MCID 0"),
            ("/TD<</MCID 0>>BDC\n", "/TD<</MCID 0>>BDC\n0 0 100 100 re W n\n"),
            ("/TD<</MCID 0>>BDC\n", "/TD<</MCID 0>>BDC\n1 1 1 rg\n"),
            ("/TD<</MCID 0>>BDC\nEMC\n", "/TD<</MCID 0>>BDC\nEMC\n/Fm0 Do\n"),
            ("/TD<</MCID 0>>BDC\nEMC\n", "/TD<</MCID 0>>BDC\nEMC\n1 1 1 rg\n0 0 9 9 re f\n"),
            ("/TD<</MCID 0", "/TD<</MCID 1"),
            ("0.95 0.96 0.97 rg", "0 0 0 rg"),
            ("0.95 0.96 0.97 rg", "0.09 0.18 0.34 rg"),
        ] {
            assert!(sheet(good.replace(from, to).as_bytes(), &letters).is_none(), "{to}");
        }
    }
}
