//! The bytes of one appended revision, accounted for to the last: what no cross-reference names is still there.
//!
//! ```text
//!  end of the revision before │ n g obj … endobj  …  xref … trailer <<…>>  startxref n %%EOF │ white space
//!                             │ each named by this revision's section at this very offset     │
//! ```

use super::document::View;
use super::object::Object;
use super::revisions;
use super::tokens::is_space;
use super::xref::Place;
use super::{Document, ReadFault, Source};
use std::collections::BTreeSet;

/// What the bytes of an appended revision are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// Objects that its section names, the section, `startxref`; nothing else.
    Accounted,
    /// An object that its section does not name there: hidden, or defined twice.
    UnlistedObject {
        /// Its number.
        number: u32,
    },
    /// Bytes that belong to no object.
    UnlistedBytes {
        /// Where.
        at: u64,
    },
    /// Its section names an object that stands in the bytes of another revision.
    PointsElsewhere {
        /// The object's number.
        number: u32,
    },
}

/// Comments that writers leave between objects are short (`%iText-5.5.13`); longer ones hide something.
const COMMENT_BYTES: usize = 128;

impl<S: Source + ?Sized> Document<'_, S> {
    /// Accounts for the bytes between the end of the revision before this one and the end of this one.
    ///
    /// # Errors
    /// Where an object in them cannot be read.
    pub fn appended(&self, revision: usize) -> Result<Appended, ReadFault> {
        let before = revision.checked_sub(1).and_then(|before| self.revisions().get(before));
        let (Some(before), Some(this)) = (before, self.revisions().get(revision)) else {
            return Ok(Appended::Accounted);
        };
        let (view, old) = (self.view(revision), self.view(revision.saturating_sub(1)));
        match walk(&view, before.end, this.end)? {
            Appended::Accounted => {}
            other => return Ok(other),
        }
        let new_sections = view.sections().get(before.top.saturating_add(1)..).unwrap_or_default();
        for (number, _) in new_sections.iter().flat_map(|section| &section.entries) {
            let place = view.place(*number);
            let offset = match place {
                Place::Free => continue,
                Place::At { offset, .. } => offset,
                Place::In { container, .. } => match view.place(container) {
                    Place::At { offset, .. } => offset,
                    _ => return Ok(Appended::PointsElsewhere { number: *number }),
                },
            };
            let inside = offset >= before.end && offset < this.end;
            if !inside && old.place(*number) != place {
                return Ok(Appended::PointsElsewhere { number: *number });
            }
        }
        Ok(Appended::Accounted)
    }

    /// Whether nothing but white space follows the last revision; else where something does.
    ///
    /// # Errors
    /// Where the source fails.
    pub fn trailing_bytes(&self) -> Result<Option<u64>, ReadFault> {
        let Some(last) = self.revisions().last() else { return Ok(None) };
        Ok((last.end_of_space < self.length()).then_some(last.end_of_space))
    }
}

fn walk<S: Source + ?Sized>(view: &View<'_, '_, S>, from: u64, to: u64) -> Result<Appended, ReadFault> {
    let files = &view.document().files;
    let mut seen = BTreeSet::new();
    let mut at = from;
    loop {
        let behind = at;
        at = revisions::skip_space(files, at)?;
        if at >= to {
            return Ok(Appended::Accounted);
        }
        let window = files.input.window(at, 1_024)?;
        at = match window.first() {
            Some(b'%') => match comment(&window) {
                Some(length) => at.saturating_add(length),
                None => return Ok(Appended::UnlistedBytes { at }),
            },
            Some(b'x') => match view.sections().iter().find(|section| section.at == at) {
                Some(section) => section.end,
                None => match table_after_space(view, at) {
                    Some(end) => end,
                    None => return Ok(Appended::UnlistedBytes { at }),
                },
            },
            Some(b's') => match revisions::startxref(files, at)? {
                Some((named, end)) if view.sections().iter().any(|section| section.named_at == named) => end,
                _ => return Ok(Appended::UnlistedBytes { at }),
            },
            Some(b'0'..=b'9') => {
                let Ok(found) = view.found(at) else { return Ok(Appended::UnlistedBytes { at }) };
                let number = found.id.number;
                if !found.closed || found.end > to {
                    return Ok(Appended::UnlistedBytes { at });
                }
                if !listed(view, number, behind, at) || !seen.insert(number) {
                    return Ok(Appended::UnlistedObject { number });
                }
                if let Some(number) = unlisted_inside(view, number, &found.value)? {
                    return Ok(Appended::UnlistedObject { number });
                }
                found.end
            }
            _ => return Ok(Appended::UnlistedBytes { at }),
        };
    }
}

/// A section that is named a few blanks before its `xref`.
fn table_after_space<S: Source + ?Sized>(view: &View<'_, '_, S>, at: u64) -> Option<u64> {
    view.sections()
        .iter()
        .find(|section| section.at < at && at < section.end && at - section.at < 8)
        .map(|s| s.end)
}

/// Named at this offset, or in the white space before it; or the stream of a section, which need not name itself.
fn listed<S: Source + ?Sized>(view: &View<'_, '_, S>, number: u32, behind: u64, at: u64) -> bool {
    let named = matches!(view.place(number), Place::At { offset, .. } if behind <= offset && offset <= at);
    // incremental saving without a listed object: a section that takes the number of an object shown elsewhere defines
    // it a second time for whoever reads the bytes in order (Mladenov et al., CCS 2019)
    let unused = view.place(number) == Place::Free;
    named
        || unused
            && view.sections().iter().any(|section| {
                section.hybrid == Some(at) || (section.at == at && section.stream == Some(number))
            })
}

/// An object in an object stream that no section names there: incremental saving (Mladenov et al., CCS 2019) packed
/// where only readers that repair a file look.
fn unlisted_inside<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    container: u32,
    value: &Object,
) -> Result<Option<u32>, ReadFault> {
    let packs =
        value.as_stream().is_some_and(|stream| stream.dict.name(b"Type").is_some_and(|n| n.is(b"ObjStm")));
    if !packs {
        return Ok(None);
    }
    let packed = view.container(container)?;
    let stray = packed
        .index
        .iter()
        .zip(0_u32..)
        .find(|((number, _), index)| view.place(*number) != Place::In { container, index: *index });
    Ok(stray.map(|((number, _), _)| *number))
}

fn comment(window: &[u8]) -> Option<u64> {
    let length = window.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(window.len());
    let clean = length <= COMMENT_BYTES && !window.get(..length)?.iter().all(|byte| is_space(*byte));
    clean.then(|| u64::try_from(length).ok()).flatten()
}
