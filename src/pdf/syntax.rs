//! The syntax of PDF as we write it: references, strings, numbers, dates (ISO 32000-1, 7.3 and 7.9.4).
//!
//! Everything appends to a buffer. Coordinates are integers in hundredths of a point, so that the same page
//! gives the same bytes on every machine.

use crate::clock::in_bucharest;
use jiff::Timestamp;
use std::fmt::Write as _;

/// An object number; generations are always 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ref(pub(super) u32);

impl std::fmt::Display for Ref {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} 0 R", self.0)
    }
}

/// A length on the page in hundredths of a point (1 pt = 1/72 inch).
pub(super) type Centi = i32;

/// Writes formatted text; writing to memory cannot fail.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => {{
        use std::io::Write as _;
        let _ = write!($out, $($arg)*);
    }};
}
pub(super) use put;

/// Appends a decimal number.
pub(super) fn integer(out: &mut Vec<u8>, value: u32) {
    let mut digits = [0_u8; 10];
    let mut rest = value;
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(10 - count..).unwrap_or_default());
}

/// Appends a reference, `12 0 R`.
pub(super) fn reference(out: &mut Vec<u8>, object: Ref) {
    integer(out, object.0);
    out.extend_from_slice(b" 0 R");
}

/// Appends a length in points, without trailing zeros, followed by a blank.
pub(super) fn length(out: &mut Vec<u8>, value: Centi) {
    // From the back of the longest one, `-21474836.48 `: one copy for each length of a page's thousands.
    let mut text = [b' '; 13];
    let mut at = text.len() - 1;
    let mut put = |byte: u8| {
        at = at.saturating_sub(1);
        if let Some(place) = text.get_mut(at) {
            *place = byte;
        }
    };
    let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or_default();
    let magnitude = value.unsigned_abs();
    let (mut whole, rest) = (magnitude / 100, magnitude % 100);
    if rest != 0 {
        if rest % 10 != 0 {
            put(digit(rest));
        }
        put(digit(rest / 10));
        put(b'.');
    }
    loop {
        put(digit(whole));
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if value < 0 {
        put(b'-');
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
}

/// Appends a text string: ASCII as a literal, anything else as UTF-16BE (ISO 32000-1, 7.9.2.2).
pub(super) fn text_string(out: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        out.push(b'(');
        for byte in text.bytes() {
            literal_byte(out, byte);
        }
        out.push(b')');
    } else {
        out.extend_from_slice(b"<FEFF");
        text.encode_utf16().for_each(|unit| put!(out, "{unit:04X}"));
        out.push(b'>');
    }
}

/// The bytes that [`literal_byte`] does not write as they are.
pub(super) const ESCAPED: [u8; 4] = *b"()\\\r";

/// Appends a byte of a literal string; the four that mean something else are escaped.
pub(super) fn literal_byte(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\r' => out.extend_from_slice(b"\\r"),
        _ => out.push(byte),
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Appends bytes as a hexadecimal string.
pub(super) fn hex_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'<');
    bytes.iter().for_each(|byte| put!(out, "{byte:02X}"));
    out.push(b'>');
}

/// A date in Romanian civil time: `D:20260512184200+03'00'`. The zone is always ahead of UTC.
pub(super) fn date(instant: Timestamp) -> String {
    let zoned = in_bucharest(instant);
    let minutes = zoned.offset().seconds().unsigned_abs() / 60;
    let mut text = String::with_capacity(24);
    let _ = write!(
        text,
        "D:{}+{:02}'{:02}'",
        zoned.datetime().strftime("%Y%m%d%H%M%S"),
        minutes / 60,
        minutes % 60
    );
    text
}

/// The same instant as ISO 8601, for XMP: `2026-05-12T18:42:00+03:00`.
pub(super) fn iso_date(instant: Timestamp) -> String {
    in_bucharest(instant).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn lengths_are_written_short_and_exact() {
        for (value, text) in [
            (0, "0 "),
            (5, "0.05 "),
            (-1250, "-12.5 "),
            (84_189, "841.89 "),
            (100, "1 "),
            (-7, "-0.07 "),
            (Centi::MIN, "-21474836.48 "),
        ] {
            assert_eq!(written(|out| length(out, value)), text);
        }
        assert_eq!(written(|out| integer(out, u32::MAX)), "4294967295");
    }

    #[test]
    fn strings_escape_what_would_end_them() {
        assert_eq!(written(|out| text_string(out, r"a(b)\c")), r"(a\(b\)\\c)");
        assert_eq!(written(|out| text_string(out, "ș")), "<FEFF0219>");
    }

    #[test]
    fn dates_are_in_romanian_time() {
        let at: Timestamp = "2026-05-12T15:42:07Z".parse().expect("a time");
        assert_eq!(date(at), "D:20260512184207+03'00'");
        assert_eq!(iso_date(at), "2026-05-12T18:42:07+03:00");
    }
}
