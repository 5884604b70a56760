//! The statement's XML: the only writer and the only reader of it.
//!
//! ```text
//! extras  @Data_extras="12-May-2026"  @Denumire_EP  @Nr_ext
//!   cont_ext 1..n
//!     cont  @Cod_IBAN  @Nr_op     account symbol and holder's CUI
//!     Sold_precedent ( Sumad Sumac )
//!     cont_misc 0..n ( nrdoc datadoc databan nrrefdest ibanbfpl platitor numepb sumad sumac
//!                      codcontract randcontract codprogram explicatii )
//!     Rulaj_zi ( Sumad Sumac )   Total_sume ( Sumad Sumac )   Sold_final ( Sumad Sumac )
//! ```
//!
//! **Writing** gives the real shape to the byte: UTF-8 without a mark, CRLF after every line and the
//! last, four blanks of indent, `<x/>` for what is empty, amounts as Oracle writes them. The same day
//! gives the same bytes, and reading what was written gives the same day (proven by a property test).
//!
//! **Reading** follows that grammar and nothing else: an element, an attribute or a text that is not
//! expected where it stands is refused with its line. There are no entities but the five of XML, no
//! DOCTYPE, no processing instruction, no namespace, and no recursion: the depth is that of the
//! grammar. [`Profile`] says what a day file from elsewhere may do that a document's attachment may
//! not. What the reader returns is a [`DayDraft`]; whether it adds up is the model's affair.
//!
//! **Limits**: [`MAX_XML`], [`MAX_VALUE`], [`MAX_ACCOUNTS`](crate::model::MAX_ACCOUNTS),
//! [`MAX_OPERATIONS`](crate::model::MAX_OPERATIONS). **Failure**: [`XmlFault`], the first one found; a
//! text that is not this XML has no second one worth telling.

#![deny(clippy::indexing_slicing, clippy::as_conversions)] // hostile bytes are read here

mod fault;
mod read;
#[cfg(test)]
mod tests;
mod tokens;
mod write;

pub use fault::{Forbidden, XmlFault};
pub use write::write;

use crate::model::DayDraft;
use jiff::Timestamp;

/// The largest XML that is read, bytes: 50,000 operations (the model's limit) of some 700 bytes each
/// are 35 MiB.
pub const MAX_XML: usize = 64 << 20;
/// The longest text of an element or an attribute, bytes: the model's longest field has 1,000
/// characters, each of at most four bytes, or written as a character reference of some eight.
pub const MAX_VALUE: usize = 8 << 10;

/// The XML on its way into a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// The XML.
    pub bytes: Vec<u8>,
    /// Its `/ModDate`.
    pub modified: Timestamp,
}

/// How much is forgiven.
///
/// | | [`Strict`](Profile::Strict) | [`DayFile`](Profile::DayFile) |
/// |---|---|---|
/// | byte order mark | refused | passed over |
/// | XML declaration | there, version 1.0, UTF-8 | may be missing; its encoding is the caller's affair |
/// | comments | refused | passed over |
/// | CDATA sections | refused | read as text |
/// | blanks around codes, dates, amounts | refused by the model | passed over |
/// | an empty amount | refused | nothing |
/// | date of the statement | `12-May-2026` | also `12-MAY-2026`, `2026-05-12`, `20260512` |
///
/// Both read CRLF and LF, any indent, and amounts such as `.45`, `0.45`, `1250.30` and `-12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What stands in a document: our own, and those of the Treasury.
    Strict,
    /// A day file that another program wrote.
    DayFile,
}

/// Reads a statement's XML strictly; treasury and holder's CUI are not in it and stay empty.
///
/// # Errors
/// [`XmlFault`] where the bytes are not the XML of a statement.
pub fn read(bytes: &[u8]) -> Result<DayDraft, XmlFault> {
    if bytes.len() > MAX_XML {
        return Err(XmlFault::TooLarge { max: MAX_XML });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        XmlFault::NotUtf8 { line: tokens::lines(good).saturating_add(1) }
    })?;
    read_text(text, Profile::Strict)
}

/// Reads a statement's XML that is text already, as leniently as the profile says.
///
/// # Errors
/// [`XmlFault`] where the text is not the XML of a statement.
pub fn read_text(text: &str, profile: Profile) -> Result<DayDraft, XmlFault> {
    if text.len() > MAX_XML {
        return Err(XmlFault::TooLarge { max: MAX_XML });
    }
    read::document(text, profile)
}
