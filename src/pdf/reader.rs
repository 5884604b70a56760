//! Hostile bytes to revisions and objects: the PDF that stands in a file, as every reader sees it and as it stood before.
//!
//! Terms: a *section* is one cross-reference table or stream with its trailer; a *revision* is the document
//! as of one `%%EOF`; a *place* is where an object stands (an offset, or an index in an object stream).
//! An object that stands at the same place in two revisions is the same object.
//!
//! ```text
//!   %PDF-1.7 objects xref trailer startxref %%EOF │ objects xref trailer startxref %%EOF │ …
//!   └───────────────── revision 0 ────────────────┘ └──────────── appended ─────────────┘
//!                        ▲───────────── /Prev ─────────────────────┘
//! ```
//!
//! Contract: nothing is repaired. What the cross-reference chain does not say is not an object; what cannot be
//! read is a [`ReadFault`]. Limits are the constants of [`limits`]; every loop spends from a budget, so that a
//! hostile file ends as a fault, never as a hang or a crash.

mod crypt;
mod document;
mod fault;
mod files;
mod filters;
mod input;
pub mod limits;
mod lzw;
mod object;
mod parse;
mod references;
mod revisions;
mod tail;
mod tokens;
mod xref;

pub use document::{Document, View};
pub use fault::ReadFault;
pub use object::{Dict, Name, Object, PdfString, Ref, Stream, text_of};
pub use parse::{Span, dict_spans};
pub use references::References;
pub use revisions::Revision;
pub use tail::Appended;
pub use xref::{Place, Section};

use std::io;

/// Bytes that can be read anywhere: a file, memory. The reader never asks for more than it is bounded to.
pub trait Source: Sync {
    /// How many bytes there are.
    fn length(&self) -> u64;
    /// Fills `buffer` from `offset`; fewer bytes only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;
    /// All of the bytes, where they lie in memory already.
    fn in_memory(&self) -> Option<&[u8]> {
        None
    }
}

impl Source for [u8] {
    fn length(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        let (Some(from), Some(to)) = (rest.get(..count), buffer.get_mut(..count)) else { return Ok(0) };
        to.copy_from_slice(from);
        Ok(count)
    }
    fn in_memory(&self) -> Option<&[u8]> {
        Some(self)
    }
}
