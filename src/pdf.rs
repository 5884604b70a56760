//! The page and its signatures' places, written and read (ISO 32000-1 and -2, ISO 19005-3, ISO 14289-1).
//!
//! Two halves that share nothing but syntax: [`draw()`] and [`append_seal`] write our own documents;
//! [`reader`] reads anyone's, hostile ones too.
//!
//! | file | holds |
//! |---|---|
//! | `statement` | what is asked for |
//! | `draw` | a statement as one revision, every object of it |
//! | `layout`, `rows`, `table`, `page` | what goes where; rows on their pages; columns and cells; what is painted |
//! | `text`, `fonts`, `letters` | lines of glyphs; the faces; which letters a document needs |
//! | `structure` | the tags |
//! | `look`, `signature`, `update` | what a signature looks like; its dictionary and hole; the seal |
//! | `metadata`, `profile` | XMP, `Info`, `/ID`; the output intent |
//! | `objects`, `syntax` | object and cross-reference streams; strings, numbers, dates |

#[cfg(feature = "treasury")]
mod draw;
#[cfg(feature = "treasury")]
mod fault;
#[cfg(feature = "treasury")]
mod fonts;
#[cfg(feature = "treasury")]
mod layout;
#[cfg(feature = "treasury")]
mod letters;
#[cfg(feature = "treasury")]
mod look;
#[cfg(feature = "treasury")]
mod metadata;
#[cfg(feature = "treasury")]
mod objects;
#[cfg(feature = "treasury")]
mod page;
#[cfg(feature = "treasury")]
mod profile;
pub mod reader;
#[cfg(feature = "treasury")]
mod rows;
#[cfg(feature = "treasury")]
mod signature;
#[cfg(feature = "treasury")]
mod statement;
#[cfg(feature = "treasury")]
mod structure;
#[cfg(feature = "treasury")]
mod syntax;
#[cfg(feature = "treasury")]
mod table;
#[cfg(all(test, feature = "treasury"))]
pub(crate) mod tests;
#[cfg(feature = "treasury")]
mod text;
#[cfg(feature = "treasury")]
mod update;

#[cfg(feature = "treasury")]
pub use draw::{draw, draw_unsigned};
#[cfg(feature = "treasury")]
pub use fault::{PdfFault, Place};
#[cfg(feature = "treasury")]
pub use signature::{Filled, MAX_CONTENTS, Prepared};
#[cfg(feature = "treasury")]
pub use statement::{Certification, Channel, Replaced, SealLook, Statement};
#[cfg(feature = "treasury")]
pub use update::append_seal;
