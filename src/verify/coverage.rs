//! Which bytes a signature covers, and whether they are all but its own value (ISO 32000-2, 12.8.1).
//!
//! ```text
//!  0                        b                    c                          c+d
//!  │ … /Contents            │<3082…0000>         │ … startxref n %%EOF EOL  │ later revisions
//!  └──── [0 b] signed ──────┘  nothing but this  └──── [c d] signed ────────┘
//! ```

use super::facts::Coverage;
use crate::pdf::reader::{Dict, Document, Object, Ref, Source, Span, View, dict_spans};

/// A signature dictionary with the places of its values in the file.
pub(super) struct Located {
    pub(super) dict: Dict,
    pub(super) contents: Vec<u8>,
    pub(super) byte_range: [u64; 4],
    /// Index of the revision that it closes.
    pub(super) revision: usize,
    pub(super) coverage: Coverage,
}

/// What is wrong with the places; with the range, where it could be read.
pub(super) struct Misplaced {
    pub(super) code: &'static str,
    pub(super) byte_range: Option<[u64; 4]>,
    pub(super) coverage: Coverage,
}

impl Misplaced {
    const fn new(code: &'static str) -> Self {
        Self { code, byte_range: None, coverage: Coverage::None }
    }
}

/// Bytes of a signature dictionary that are looked at: the largest `/Contents` seen is 200 KB, of hexadecimal.
const DICTIONARY_BYTES: u64 = 8 << 20;

/// Checks byte range and contents of the signature dictionary that `value` (a field's `/V`) is.
pub(super) fn locate<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    holder: Option<Ref>,
    value: &Object,
) -> Result<Located, Misplaced> {
    let object = view.resolve(value).map_err(|fault| Misplaced::new(fault.code()))?;
    let Object::Dict(dict) = object.as_ref() else {
        return Err(Misplaced::new("signature-not-a-dictionary"));
    };
    if dict.has_repeated_keys() {
        return Err(Misplaced::new("signature-key-repeated"));
    }
    let at = dictionary_offset(view, holder, value).ok_or(Misplaced::new("signature-not-in-the-clear"))?;
    let document = view.document();
    let raw = document.bytes(at, DICTIONARY_BYTES).map_err(|fault| Misplaced::new(fault.code()))?;
    let spans = dict_spans(&raw, 0, at).ok_or(Misplaced::new("signature-malformed"))?;
    let byte_range = byte_range(view, dict, document.length()).map_err(Misplaced::new)?;
    let wrong = |code| Misplaced { code, byte_range: Some(byte_range), coverage: Coverage::None };
    let contents = view.value(dict, b"Contents").map_err(|_| wrong("contents-missing"))?;
    let contents = contents.as_string().ok_or(wrong("contents-missing"))?.bytes.clone();
    if contents.iter().all(|&byte| byte == 0) {
        return Err(wrong("contents-empty"));
    }
    gap(document, &spans, byte_range).map_err(wrong)?;
    let (revision, coverage) = closes(document, byte_range)
        .ok_or(Misplaced { coverage: Coverage::Partial, ..wrong("byte-range-not-a-revision") })?;
    Ok(Located { dict: dict.clone(), contents, byte_range, revision, coverage })
}

/// Where the dictionary stands: as an object of its own, or written inside its field.
fn dictionary_offset<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    holder: Option<Ref>,
    value: &Object,
) -> Option<u64> {
    if let Some(reference) = value.as_ref() {
        return view.value_offset(reference);
    }
    let at = view.value_offset(holder?)?;
    let raw = view.document().bytes(at, DICTIONARY_BYTES).ok()?;
    dict_spans(&raw, 0, at)?.into_iter().find(|span| span.key.is(b"V")).map(|span| span.start)
}

/// `/ByteRange [0 b c d]`: four integers, ascending, inside the file.
fn byte_range<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    dict: &Dict,
    length: u64,
) -> Result<[u64; 4], &'static str> {
    let value = view.value(dict, b"ByteRange").map_err(|_| "byte-range-missing")?;
    let items = value.as_array().ok_or("byte-range-missing")?;
    let numbers: Option<Vec<u64>> =
        items.iter().map(|item| item.as_int().and_then(|number| u64::try_from(number).ok())).collect();
    match numbers.as_deref() {
        Some(&[0, b, c, d])
            if b > 0 && c > b && d > 0 && c.checked_add(d).is_some_and(|end| end <= length) =>
        {
            Ok([0, b, c, d])
        }
        _ => Err("byte-range-invalid"),
    }
}

/// The gap is the hexadecimal string of this very `/Contents`, with its brackets or (old signers) without.
fn gap<S: Source + ?Sized>(
    document: &Document<'_, S>,
    spans: &[Span],
    [_, from, to, _]: [u64; 4],
) -> Result<(), &'static str> {
    let Some(span) = spans.iter().find(|span| span.key.is(b"Contents")) else {
        return Err("contents-missing");
    };
    let bytes =
        document.bytes(span.start, span.end.saturating_sub(span.start)).map_err(|fault| fault.code())?;
    let hexadecimal = match bytes.as_ref() {
        // all of them, without leaving early: many bytes at a time
        [b'<', digits @ .., b'>'] => digits.iter().fold(true, |all, digit| all & digit.is_ascii_hexdigit()),
        _ => false,
    };
    if !hexadecimal {
        return Err("contents-not-hexadecimal");
    }
    let whole = span.start == from && span.end == to;
    let inside = span.start.checked_add(1) == Some(from) && to.checked_add(1) == Some(span.end);
    if whole || inside { Ok(()) } else { Err("byte-range-not-around-contents") }
}

/// The revision at whose end the range ends; only white space may lie between.
fn closes<S: Source + ?Sized>(
    document: &Document<'_, S>,
    [_, _, c, d]: [u64; 4],
) -> Option<(usize, Coverage)> {
    let end = c.checked_add(d)?;
    let revisions = document.revisions();
    let index = revisions.iter().position(|found| found.end <= end && end <= found.end_of_space)?;
    let last = index.saturating_add(1) == revisions.len();
    let whole = last && revisions.last().is_some_and(|found| found.end_of_space == document.length());
    Some((index, if whole { Coverage::File } else { Coverage::Revision }))
}
