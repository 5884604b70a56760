//! Text as glyphs, broken into lines.
//!
//! The lines of a text are a partition of it: nothing is added, hyphenated or left out, and the blank at which
//! a line ends stays in it, so that whoever reads the page back finds the text of the XML (ISO 14289-1, 7.1).

use super::fonts::{Faces, Weight};
use super::syntax::{Centi, ESCAPED, length, literal_byte, put};
use std::ops::Range;

/// A glyph in its place of a text.
#[derive(Clone, Copy, Debug)]
struct Item {
    character: char,
    code: u16,
    advance: u16,
    weight: Weight,
}

/// A line of a text with its width, without the blanks at its end.
#[derive(Clone, Debug)]
pub(super) struct Line {
    items: Range<usize>,
    pub(super) width: Centi,
}

/// Texts on their way to the page; used again and again, so that a row allocates nothing.
#[derive(Debug)]
pub(super) struct Texts<'a> {
    faces: &'a Faces,
    items: Vec<Item>,
    missing: Option<char>,
}

impl<'a> Texts<'a> {
    pub(super) const fn new(faces: &'a Faces) -> Self {
        Self { faces, items: Vec::new(), missing: None }
    }

    /// Forgets the texts (and the lines that were made of them).
    pub(super) fn clear(&mut self) {
        self.items.clear();
    }

    /// A character that was asked for and that the faces do not have.
    pub(super) const fn missing(&self) -> Option<char> {
        self.missing
    }

    /// Adds text and returns where it is.
    pub(super) fn add(&mut self, text: &str, weight: Weight) -> Range<usize> {
        let start = self.items.len();
        let face = self.faces.of(weight);
        for character in text.chars() {
            match face.glyph(character) {
                Some(glyph) => {
                    self.items.push(Item { character, code: glyph.code, advance: glyph.advance, weight });
                }
                None => self.missing = self.missing.or(Some(character)),
            }
        }
        start..self.items.len()
    }

    /// Adds text and returns it as one line.
    pub(super) fn line(&mut self, text: &str, weight: Weight, size: Centi) -> Line {
        let items = self.add(text, weight);
        self.as_line(items, size)
    }

    /// The whole of what was added as one line.
    pub(super) fn as_line(&self, items: Range<usize>, size: Centi) -> Line {
        let shown = self.slice(&items).iter().rev().skip_while(|item| item.character == ' ');
        let width: i64 = shown.map(|item| i64::from(item.advance)).sum();
        Line { items, width: thousandths(width * i64::from(size)) }
    }

    /// Breaks what was added into lines that fit, at the last blank, else after the last `/ - , ;` or `_`,
    /// else anywhere. Appends the lines and returns how many.
    pub(super) fn wrap(
        &self,
        items: Range<usize>,
        size: Centi,
        width: Centi,
        lines: &mut Vec<Line>,
    ) -> usize {
        let (before, limit) = (lines.len(), i64::from(width) * 1000);
        let mut cut = Cut { start: items.start, width: 0, blank: None, mark: None };
        let mut last = ' ';
        for index in items.clone() {
            let Some(item) = self.items.get(index) else { break };
            let advance = i64::from(item.advance) * i64::from(size);
            let hangs = item.advance == 0 || (item.character == ' ' && last != ' ');
            if cut.width + advance > limit && index > cut.start && !hangs {
                let end = cut.blank.or(cut.mark).unwrap_or(index);
                lines.push(self.as_line(cut.start..end, size));
                let rest: i64 =
                    self.slice(&(end..index)).iter().map(|i| i64::from(i.advance) * i64::from(size)).sum();
                let later = |at: Option<usize>| at.filter(|at| *at > end);
                cut = Cut { start: end, width: rest, blank: later(cut.blank), mark: later(cut.mark) };
            }
            cut.width += advance;
            match item.character {
                ' ' => cut.blank = Some(index + 1),
                '/' | '-' | ',' | ';' | '_' => cut.mark = Some(index + 1),
                _ => {}
            }
            last = item.character;
        }
        if cut.start < items.end {
            lines.push(self.as_line(cut.start..items.end, size));
        }
        lines.len() - before
    }

    /// Breaks all that was added into lines.
    pub(super) fn wrap_all(&self, size: Centi, width: Centi, lines: &mut Vec<Line>) {
        self.wrap(0..self.items.len(), size, width, lines);
    }

    /// Appends the operators that show a line with its baseline at `(x, y)`; `font` is what the page had last.
    pub(super) fn show(
        &self,
        out: &mut Vec<u8>,
        font: &mut Option<(Weight, Centi)>,
        line: &Line,
        size: Centi,
        (x, y): (Centi, Centi),
    ) {
        out.extend_from_slice(b"BT ");
        length(out, x);
        length(out, y);
        out.extend_from_slice(b"Td ");
        for run in self.slice(&line.items).chunk_by(|a, b| a.weight == b.weight) {
            let Some(first) = run.first() else { continue };
            if *font != Some((first.weight, size)) {
                *font = Some((first.weight, size));
                put!(out, "/F{} ", if first.weight == Weight::Bold { 1 } else { 0 });
                length(out, size);
                out.extend_from_slice(b"Tf ");
            }
            out.push(b'(');
            out.reserve(run.len() * 2 + 8);
            for item in run {
                let [high, low] = item.code.to_be_bytes();
                if ESCAPED.contains(&high) || ESCAPED.contains(&low) {
                    literal_byte(out, high);
                    literal_byte(out, low);
                } else {
                    out.extend_from_slice(&[high, low]);
                }
            }
            out.extend_from_slice(b")Tj ");
        }
        out.extend_from_slice(b"ET\n");
    }

    fn slice(&self, items: &Range<usize>) -> &[Item] {
        self.items.get(items.clone()).unwrap_or_default()
    }
}

/// The line that is being filled: where it starts, how wide it is, and where it could end.
struct Cut {
    start: usize,
    width: i64,
    blank: Option<usize>,
    mark: Option<usize>,
}

fn thousandths(value: i64) -> Centi {
    Centi::try_from((value + 999) / 1000).unwrap_or(Centi::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: Centi) -> Vec<String> {
        let faces = Faces::page().expect("assets");
        let mut texts = Texts::new(&faces);
        let items = texts.add(text, Weight::Regular);
        let mut lines = Vec::new();
        texts.wrap(items, 650, width, &mut lines);
        lines
            .iter()
            .map(|line| texts.slice(&line.items).iter().map(|item| item.character).collect())
            .collect()
    }

    #[test]
    fn the_lines_of_a_text_are_the_text() {
        for text in
            ["", "a", "Șoseaua  lungă, nr. 5/2026 - bloc", "   ", &"X".repeat(1000), &" ".repeat(1000)]
        {
            for width in [1, 700, 3000, 100_000] {
                assert_eq!(lines(text, width).concat(), text, "{text:?} {width}");
            }
        }
    }

    #[test]
    fn a_line_ends_at_a_blank_then_at_a_mark_then_anywhere() {
        assert_eq!(lines("Primăria Comunei", 4000), ["Primăria ", "Comunei"]);
        assert_eq!(lines("BANCĂ/TREZORERIE", 5500), ["BANCĂ/", "TREZORERIE"]);
        assert_eq!(lines("COD PLĂTITOR/BENEFICIAR", 4200), ["COD ", "PLĂTITOR/", "BENEFICIAR"]);
        assert!(lines("NUMEFOARTELUNGFARASPATII", 4000).len() > 1);
    }
}
