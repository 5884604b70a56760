//! What a signature looks like on the page: a framed block with its text (order art. 3 w).
//!
//! Each appearance is a form XObject with resources of its own and the page's own fonts (ISO 19005-3, 6.2.2).
//! Long names wrap and, where they must, get smaller: two names of 200 characters still have room.

use super::fonts::{Faces, Weight};
use super::layout::{BOX_HEIGHT, BOX_WIDTH};
use super::objects::Revision;
use super::page::{BALANCE_FILL, BLACK, GREY, Ink, NAVY, colour, fill};
use super::syntax::{Centi, Ref, length, put};
use super::table::written;
use super::text::Texts;
use crate::clock::in_bucharest;
use jiff::Timestamp;

/// Between the frame and the text.
const INSET: Centi = 900;
/// From the upper edge to the first line.
const ABOVE: Centi = 800;
/// Names get no smaller than this.
const SMALLEST: Centi = 450;

/// One paragraph of a block.
struct Part<'a> {
    text: &'a str,
    weight: Weight,
    size: Centi,
    ink: Ink,
    /// Above it.
    gap: Centi,
}

impl<'a> Part<'a> {
    const fn caption(text: &'a str) -> Self {
        Self { text, weight: Weight::Regular, size: 700, ink: GREY, gap: 0 }
    }
    const fn name(text: &'a str) -> Self {
        Self { text, weight: Weight::Bold, size: 1_000, ink: BLACK, gap: 420 }
    }
    const fn line(text: &'a str) -> Self {
        Self { text, weight: Weight::Regular, size: 800, ink: BLACK, gap: 380 }
    }
}

/// The frame of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// A single line and a bar at the left: a person.
    Bar,
    /// A double line: the seal.
    Double,
    /// A broken line: nothing is signed yet.
    Broken,
}

/// The verifier's block.
pub(super) fn verifier(faces: &Faces, signer: &str, at: Timestamp) -> Result<Vec<u8>, char> {
    let time = moment(at);
    let parts = [
        Part::caption("Întocmit și verificat"),
        Part::name(signer),
        Part::line(&time),
        Part { gap: 350, ..Part::caption("Semnătură electronică") },
    ];
    block(faces, Frame::Bar, &parts)
}

/// The treasury's block.
pub(super) fn seal(faces: &Faces, title: &str, signer: &str, at: Timestamp) -> Result<Vec<u8>, char> {
    let time = moment(at);
    let parts = [
        Part::caption("Sigiliul electronic al trezoreriei"),
        Part::name(title),
        Part::line(signer),
        Part { gap: 280, ..Part::line(&time) },
    ];
    block(faces, Frame::Double, &parts)
}

/// An empty block, which says what it waits for.
pub(super) fn empty(faces: &Faces, waits_for: &str) -> Result<Vec<u8>, char> {
    block(faces, Frame::Broken, &[Part::caption(waits_for)])
}

/// Writes the form XObject.
pub(super) fn write(revision: &mut Revision, object: Ref, content: &[u8], fonts: [Ref; 2]) {
    let mut dictionary = b"/Type/XObject/Subtype/Form/BBox[0 0 ".to_vec();
    length(&mut dictionary, BOX_WIDTH);
    length(&mut dictionary, BOX_HEIGHT);
    put!(dictionary, "]/Resources<</Font<</F0 {}/F1 {}>>>>", fonts[0], fonts[1]);
    revision.stream(object, &String::from_utf8_lossy(&dictionary), content);
}

fn moment(at: Timestamp) -> String {
    let at = in_bucharest(at);
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    format!("{}, ora {hour:02}:{minute:02}:{second:02}", written(at.date()))
}

fn block(faces: &Faces, frame: Frame, parts: &[Part<'_>]) -> Result<Vec<u8>, char> {
    let mut out = Vec::with_capacity(2048);
    paint_frame(&mut out, frame);
    let mut shrink = 0;
    loop {
        let mut text = Vec::with_capacity(1024);
        let (bottom, largest) = paint_parts(&mut text, faces, parts, shrink)?;
        if bottom >= ABOVE / 2 || largest <= SMALLEST {
            out.append(&mut text);
            return Ok(out);
        }
        shrink += 50;
    }
}

/// Paints the parts with names so much smaller; tells how far down they go, and the largest size.
fn paint_parts(
    out: &mut Vec<u8>,
    faces: &Faces,
    parts: &[Part<'_>],
    shrink: Centi,
) -> Result<(Centi, Centi), char> {
    let (mut font, mut y, mut largest) = (None, BOX_HEIGHT - ABOVE, SMALLEST);
    let mut texts = Texts::new(faces);
    for part in parts {
        let size = (part.size - shrink).max(SMALLEST);
        largest = largest.max(size);
        texts.clear();
        texts.add(part.text, part.weight);
        let mut lines = Vec::new();
        texts.wrap_all(size, BOX_WIDTH - 2 * INSET, &mut lines);
        colour(out, part.ink);
        y -= part.gap;
        for (index, line) in lines.iter().enumerate() {
            y -= if index == 0 { size } else { size * 6 / 5 };
            texts.show(out, &mut font, line, size, (INSET, y));
        }
    }
    match texts.missing() {
        Some(missing) => Err(missing),
        None => Ok((y, largest)),
    }
}

fn paint_frame(out: &mut Vec<u8>, frame: Frame) {
    let inner = |inset: Centi| [inset, inset, BOX_WIDTH - 2 * inset, BOX_HEIGHT - 2 * inset];
    match frame {
        Frame::Bar => {
            fill(out, BALANCE_FILL, inner(25));
            fill(out, NAVY, [25, 25, 250, BOX_HEIGHT - 50]);
            stroke(out, b"0.5 w 0.09 0.18 0.34 RG\n", inner(25));
        }
        Frame::Double => {
            fill(out, BALANCE_FILL, inner(40));
            stroke(out, b"0.8 w 0.09 0.18 0.34 RG\n", inner(40));
            stroke(out, b"0.3 w\n", inner(220));
        }
        Frame::Broken => stroke(out, b"0.4 w 0.5 0.53 0.58 RG [3 2] 0 d\n", inner(25)),
    }
}

fn stroke(out: &mut Vec<u8>, style: &[u8], rect: [Centi; 4]) {
    out.extend_from_slice(style);
    rect.into_iter().for_each(|side| length(out, side));
    out.extend_from_slice(b"re S\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn very_long_names_stay_inside_their_block() {
        let faces = Faces::page().expect("assets");
        let at = "2026-05-12T15:44:10Z".parse().expect("a time");
        for length in [1, 30, 64, 200] {
            let name: String = "Ștefănescu-Țărănuș ".chars().cycle().take(length).collect();
            for content in [verifier(&faces, &name, at), seal(&faces, &name, &name, at)] {
                let content = content.expect("glyphs");
                let content = String::from_utf8_lossy(&content);
                let heights = content
                    .lines()
                    .filter_map(|line| line.strip_prefix("BT ")?.split(' ').nth(1)?.parse::<f64>().ok());
                let heights: Vec<f64> = heights.collect();
                assert!(heights.len() >= 4 && heights.iter().all(|y| (3.0..63.0).contains(y)), "{heights:?}");
            }
        }
    }
}
