//! The chain of sections, newest to oldest, and the revisions that they close.
//!
//! ```text
//!  base            startxref a %%EOF       update      startxref b %%EOF        linearized (annex F)
//!  [objects][ a ]──────────────▶ end 0     [objects][ b ]──────────▶ end 1      [ b ][objects][ a ] startxref b
//!             ▲──────── /Prev a ──────────────────────┘                           └─ /Prev a ──▶   one revision
//! ```
//!
//! A section ends a revision where the `startxref` behind it names it, or names its successor (the two halves of a
//! linearized file). Ends must ascend.

use super::files::Files;
use super::tokens::{Lexer, Token, is_space};
use super::xref::{self, Section};
use super::{ReadFault, Source, limits};

/// The document as of one `%%EOF`.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Index of its newest section, oldest first.
    pub top: usize,
    /// Offset behind `%%EOF`, without its line end.
    pub end: u64,
    /// Offset behind the white space that follows `%%EOF`.
    pub end_of_space: u64,
}

/// The sections, oldest first, and the revisions, oldest first.
pub(super) fn read<S: Source + ?Sized>(
    files: &Files<'_, S>,
    newest: u64,
) -> Result<(Vec<Section>, Vec<Revision>), ReadFault> {
    let sections = chain(files, newest)?;
    let mut revisions: Vec<Revision> = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let successor = sections.get(index.saturating_add(1)).map(|next| next.named_at);
        let Some((top, end)) = closing(files, section, index, successor)? else { continue };
        if revisions.last().is_some_and(|before| before.top >= top) {
            continue;
        }
        if revisions.last().is_some_and(|before| before.end >= end) {
            return Err(ReadFault::RevisionOrder);
        }
        revisions.push(Revision { top, end, end_of_space: skip_space(files, end)? });
    }
    match revisions.last() {
        Some(last) if last.top.saturating_add(1) == sections.len() => Ok((sections, revisions)),
        _ => Err(ReadFault::RevisionOrder),
    }
}

fn chain<S: Source + ?Sized>(files: &Files<'_, S>, newest: u64) -> Result<Vec<Section>, ReadFault> {
    let mut sections: Vec<Section> = Vec::new();
    let mut next = Some(newest);
    let mut listed = 0_usize;
    while let Some(at) = next {
        if sections.iter().any(|known| known.named_at == at) {
            return Err(ReadFault::SectionLoop { at });
        }
        if sections.len() >= limits::SECTIONS {
            return Err(ReadFault::Limit);
        }
        let section = xref::read(files, at)?;
        next = section.previous()?;
        listed = listed.saturating_add(section.entries.len());
        if listed > limits::entries(files.input.length()) {
            return Err(ReadFault::Limit);
        }
        sections.push(section);
    }
    sections.reverse();
    Ok(sections)
}

/// The `startxref` that closes this section: index of the section that it names, and where its `%%EOF` ends.
fn closing<S: Source + ?Sized>(
    files: &Files<'_, S>,
    section: &Section,
    index: usize,
    successor: Option<u64>,
) -> Result<Option<(usize, u64)>, ReadFault> {
    // right behind the section, as nearly all writers put it; else the first that names it
    let mut from = section.end;
    while let Some(found) = files.find(b"startxref", from, files.input.length())? {
        if let Some((named, end)) = startxref(files, found)? {
            if named == section.named_at {
                return Ok(Some((index, end)));
            }
            if Some(named) == successor {
                return Ok(Some((index.saturating_add(1), end)));
            }
        }
        if found.saturating_sub(section.end) > limits::TRAILER_WINDOW {
            break;
        }
        from = found.saturating_add(9);
    }
    Ok(None)
}

/// `startxref`, a number, `%%EOF`: the number, and the offset behind.
pub(super) fn startxref<S: Source + ?Sized>(
    files: &Files<'_, S>,
    at: u64,
) -> Result<Option<(u64, u64)>, ReadFault> {
    let window = files.input.window(at, 256)?;
    let mut lexer = Lexer::new(&window, 0);
    if lexer.next() != Token::Keyword(b"startxref") {
        return Ok(None);
    }
    let Token::Int(named) = lexer.next() else { return Ok(None) };
    let Ok(named) = u64::try_from(named) else { return Ok(None) };
    while lexer.peek().is_some_and(is_space) {
        lexer.seek(lexer.at().saturating_add(1));
    }
    if !lexer.rest().starts_with(b"%%EOF") {
        return Ok(None);
    }
    let end = u64::try_from(lexer.at().saturating_add(5)).map_err(|_| ReadFault::Limit)?;
    Ok(Some((named, at.saturating_add(end))))
}

pub(super) fn skip_space<S: Source + ?Sized>(files: &Files<'_, S>, from: u64) -> Result<u64, ReadFault> {
    let mut at = from;
    loop {
        let window = files.input.window(at, 4_096)?;
        let run = window.iter().position(|byte| !is_space(*byte));
        let step = run.unwrap_or(window.len());
        at = at.saturating_add(u64::try_from(step).map_err(|_| ReadFault::Limit)?);
        if run.is_some() || window.is_empty() {
            return Ok(at);
        }
    }
}
