//! One sheet of paper: what is painted on it, in the order in which it is read.
//!
//! A content stream is made of three parts: fills and rules (one artifact, under everything), then the text,
//! each piece either marked as content of an element or as an artifact (ISO 14289-1, 7.1), then the foot.

use super::fonts::Weight;
use super::syntax::{Centi, integer, length, put};
use super::text::{Line, Texts};

/// A4 across.
pub(super) const WIDTH: Centi = 84_189;
/// A4 across.
pub(super) const HEIGHT: Centi = 59_528;
/// Left and right margin.
pub(super) const MARGIN: Centi = 2_800;
/// The right end of what is set.
pub(super) const RIGHT: Centi = WIDTH - MARGIN;
/// The top of what is set.
pub(super) const TOP: Centi = HEIGHT - 3_000;
/// The bottom of what is set.
pub(super) const BOTTOM: Centi = 3_700;
/// Baseline of the foot.
pub(super) const FOOT: Centi = 2_300;

/// A shade of the page: red, green, blue in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink(pub(super) [u16; 3]);

/// Text.
pub(super) const BLACK: Ink = Ink([0, 0, 0]);
/// What stands beside: labels, foot (contrast 7:1 on white).
pub(super) const GREY: Ink = Ink([330, 330, 360]);
/// Title rule and frames.
pub(super) const NAVY: Ink = Ink([90, 180, 340]);
/// Behind the column headings.
pub(super) const HEAD_FILL: Ink = Ink([890, 915, 945]);
/// Behind balances.
pub(super) const BALANCE_FILL: Ink = Ink([950, 960, 972]);

/// A page while it is set.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    fills: Vec<u8>,
    rules: Vec<u8>,
    body: Vec<u8>,
    font: Option<(Weight, Centi)>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self { body: Vec::with_capacity(24 * 1024), rules: Vec::with_capacity(8 * 1024), ..Self::default() }
    }

    /// A filled rectangle under the text: left, bottom, width, height.
    pub(super) fn fill(&mut self, ink: Ink, rect: [Centi; 4]) {
        fill(&mut self.fills, ink, rect);
    }

    /// A hairline from one point to another.
    pub(super) fn rule(&mut self, from: (Centi, Centi), to: (Centi, Centi)) {
        for (x, y, operator) in [(from.0, from.1, b"m\n"), (to.0, to.1, b"l\n")] {
            length(&mut self.rules, x);
            length(&mut self.rules, y);
            self.rules.extend_from_slice(operator);
        }
    }

    /// Vertical hairlines: two and two as the sides of a rectangle, which takes half the bytes of two
    /// lines, and whose other sides lie on the rules above and below.
    pub(super) fn verticals(&mut self, columns: impl Iterator<Item = Centi>, top: Centi, bottom: Centi) {
        let mut columns = columns;
        while let Some(left) = columns.next() {
            let Some(right) = columns.next() else { return self.rule((left, top), (left, bottom)) };
            for side in [left, bottom, right - left, top - bottom] {
                length(&mut self.rules, side);
            }
            self.rules.extend_from_slice(b"re\n");
        }
    }

    /// Opens content of an element: `tag` and its number on this page.
    pub(super) fn open(&mut self, tag: &str, id: u32) {
        self.body.push(b'/');
        self.body.extend_from_slice(tag.as_bytes());
        self.body.extend_from_slice(b"<</MCID ");
        integer(&mut self.body, id);
        self.body.extend_from_slice(b">>BDC\n");
    }

    /// Opens an artifact that stands on every page.
    pub(super) fn open_pagination(&mut self, subtype: &str) {
        put!(self.body, "/Artifact<</Type/Pagination/Subtype/{subtype}>>BDC\n");
    }

    /// Closes what is open.
    pub(super) fn close(&mut self) {
        self.body.extend_from_slice(b"EMC\n");
    }

    /// The colour of the text from here on.
    pub(super) fn ink(&mut self, ink: Ink) {
        colour(&mut self.body, ink);
    }

    /// A line of text with its baseline at `(x, y)`.
    pub(super) fn text(&mut self, texts: &Texts<'_>, line: &Line, size: Centi, at: (Centi, Centi)) {
        texts.show(&mut self.body, &mut self.font, line, size, at);
    }

    /// The content stream.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.fills.len() + self.rules.len() + self.body.len() + 64);
        if !(self.fills.is_empty() && self.rules.is_empty()) {
            out.extend_from_slice(b"/Artifact BMC\n");
            out.extend_from_slice(&self.fills);
            if !self.rules.is_empty() {
                out.extend_from_slice(b"0.3 w 0.62 0.65 0.7 RG\n");
                out.extend_from_slice(&self.rules);
                out.extend_from_slice(b"S\n");
            }
            out.extend_from_slice(b"0 0 0 rg EMC\n");
        }
        out.extend_from_slice(&self.body);
        out
    }
}

/// Appends a filled rectangle.
pub(super) fn fill(out: &mut Vec<u8>, ink: Ink, rect: [Centi; 4]) {
    colour(out, ink);
    rect.into_iter().for_each(|side| length(out, side));
    out.extend_from_slice(b"re f\n");
}

/// Appends the operator that sets the fill colour.
pub(super) fn colour(out: &mut Vec<u8>, Ink(parts): Ink) {
    parts.into_iter().for_each(|part| length(out, Centi::from(part / 10)));
    out.extend_from_slice(b"rg\n");
}
