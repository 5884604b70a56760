//! The signature dictionary and the hole in it (ISO 32000-1, 12.8.1; ETSI EN 319 142-1).
//!
//! ```text
//! … /ByteRange[0 a b c]      /Contents<0000…0000>/Name(…)…
//!    └ fixed width, final        └ a            └ b       b + c = end of the revision
//! ```
//!
//! Everything is in its place before anything is signed: [`Prepared`] can be hashed as two stretches, and
//! [`Prepared::fill`] writes the CMS into the hole without moving a byte.

use super::fault::PdfFault;
use super::fonts::Faces;
use super::syntax::{Ref, date, put, text_string};
use jiff::Timestamp;
use std::ops::Range;

/// The longest string of PDF/A (ISO 19005-3, 6.1.13): more bytes for a CMS cannot be kept.
pub const MAX_CONTENTS: usize = 32_767;

/// Room for `0 a b c]`, three offsets of up to ten digits.
const BYTE_RANGE: usize = 36;

/// What a signature says beside who and when.
#[derive(Clone, Copy, Debug)]
pub(super) enum Permits {
    /// Certifies; other signatures may follow (DocMDP, `P 2`).
    Signatures,
    /// Certifies; nothing may follow but validation material (DocMDP, `P 1`).
    Nothing,
    /// Locks all fields of the document whose catalog this is (FieldMDP), as the field's `/Lock` says.
    LocksFields(Ref),
}

/// Where in a dictionary the two things stand that are filled in later.
#[derive(Clone, Debug)]
pub(super) struct Hole {
    byte_range: usize,
    contents: Range<usize>,
}

impl Hole {
    /// The same hole in a file in which the dictionary starts at `offset`.
    pub(super) const fn at(self, offset: usize) -> Self {
        Self {
            byte_range: self.byte_range + offset,
            contents: self.contents.start + offset..self.contents.end + offset,
        }
    }
}

/// Makes a signature dictionary with a hole of `reserved` bytes.
pub(super) fn dictionary(
    signer: &str,
    at: Timestamp,
    reserved: usize,
    permits: Permits,
) -> Result<(Vec<u8>, Hole), PdfFault> {
    if reserved > MAX_CONTENTS {
        return Err(PdfFault::ContentsTooLarge { asked: reserved, max: MAX_CONTENTS });
    }
    let mut out = Vec::with_capacity(reserved * 2 + 512);
    out.extend_from_slice(b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[");
    let byte_range = out.len();
    out.resize(byte_range + BYTE_RANGE, b' ');
    out.extend_from_slice(b"/Contents");
    let start = out.len();
    out.push(b'<');
    out.resize(start + 1 + reserved * 2, b'0');
    out.push(b'>');
    let contents = start..out.len();
    out.extend_from_slice(b"/Name");
    text_string(&mut out, signer);
    put!(out, "/M({})/Reference[<</Type/SigRef", date(at));
    let level = match permits {
        Permits::Signatures => "/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 2/V/1.2>>",
        Permits::Nothing => "/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>",
        Permits::LocksFields(catalog) => {
            put!(out, "/Data {catalog}");
            "/TransformMethod/FieldMDP/TransformParams<</Type/TransformParams/Action/All/V/1.2>>"
        }
    };
    put!(out, "{level}>>]>>");
    Ok((out, Hole { byte_range, contents }))
}

/// What the seal's update needs to know of the document, so that nothing is parsed again.
#[derive(Clone, Debug)]
pub(super) struct SealPlace {
    pub(super) widget: Ref,
    /// The widget's dictionary up to `/AP`.
    pub(super) head: Vec<u8>,
    pub(super) fonts: [Ref; 2],
    pub(super) faces: Faces,
    pub(super) root: Ref,
    pub(super) info: Ref,
    pub(super) id: [u8; 16],
    /// The next free object number.
    pub(super) next: u32,
    /// Offset of the newest cross-reference stream.
    pub(super) xref: usize,
}

/// A document with a signature dictionary whose `/Contents` is still empty, its `/ByteRange` final.
#[derive(Debug)]
pub struct Prepared {
    bytes: Vec<u8>,
    contents: Range<usize>,
    seal: Option<Box<SealPlace>>,
}

impl Prepared {
    /// Writes `/ByteRange`, now that the whole revision is known.
    pub(super) fn new(
        mut bytes: Vec<u8>,
        hole: Hole,
        seal: Option<Box<SealPlace>>,
    ) -> Result<Self, PdfFault> {
        check_size(&bytes)?;
        let Hole { byte_range, contents } = hole;
        let range = format!("0 {} {} {}]", contents.start, contents.end, bytes.len() - contents.end);
        if let Some(place) = bytes.get_mut(byte_range..byte_range + range.len()) {
            place.copy_from_slice(range.as_bytes());
        }
        Ok(Self { bytes, contents, seal })
    }

    /// The two stretches of bytes that the signature covers, in order.
    pub fn signed_ranges(&self) -> [&[u8]; 2] {
        let before = self.bytes.get(..self.contents.start).unwrap_or_default();
        let after = self.bytes.get(self.contents.end..).unwrap_or_default();
        [before, after]
    }

    /// How many bytes are kept for the CMS.
    pub const fn reserved(&self) -> usize {
        (self.contents.end - self.contents.start - 2) / 2
    }

    /// Puts the CMS into its place, padded with zeros.
    ///
    /// # Errors
    /// [`PdfFault::ContentsTooSmall`] where it does not fit.
    pub fn fill(mut self, cms: &[u8]) -> Result<Filled, PdfFault> {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        if cms.len() > self.reserved() {
            return Err(PdfFault::ContentsTooSmall { reserved: self.reserved(), needed: cms.len() });
        }
        let digits = cms.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let place = self.bytes.get_mut(self.contents.start + 1..self.contents.end).unwrap_or_default();
        for (to, digit) in place.iter_mut().zip(digits) {
            *to = DIGITS.get(usize::from(digit)).copied().unwrap_or(b'0');
        }
        Ok(Filled { bytes: self.bytes, seal: self.seal })
    }
}

/// A document whose newest signature is in its place.
#[derive(Debug)]
pub struct Filled {
    bytes: Vec<u8>,
    pub(super) seal: Option<Box<SealPlace>>,
}

impl Filled {
    /// The document.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The document.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Offsets are 32-bit integers in PDF/A (ISO 19005-3, 6.1.13).
pub(super) fn check_size(bytes: &[u8]) -> Result<(), PdfFault> {
    match i32::try_from(bytes.len()) {
        Ok(_) => Ok(()),
        Err(_) => Err(PdfFault::TooLarge { bytes: bytes.len() }),
    }
}
