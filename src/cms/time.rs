//! `UTCTime` and `GeneralizedTime` as RFC 5280, 4.1.2.5, and RFC 3161, 2.4.2, write them: UTC, with seconds.
//!
//! Text of another form is no time. `99991231235959Z`, which stands for "no end", is the last instant
//! that there is.

use super::CmsFault;
use super::tlv::{self, Reader, UTC_TIME};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// `YYYYMMDDhhmmss[.f…]Z`; fractions of a second beyond nanoseconds are cut.
pub(crate) fn generalized(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let two = |from: usize| whole.get(from..from + 2)?.parse::<i8>().ok();
    let nanoseconds: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    let year: i16 = whole.get(..4)?.parse().ok()?;
    let civil = DateTime::new(year, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, nanoseconds.parse().ok()?);
    let civil = civil.ok()?;
    match Offset::UTC.to_timestamp(civil) {
        Ok(at) => Some(at),
        Err(_) if year == 9999 => Some(Timestamp::MAX),
        Err(_) => None,
    }
}

/// The `Time` of a certificate: two-digit years are those of 1950 to 2049.
pub(crate) fn certificate_time(reader: &mut Reader<'_, '_>) -> Result<Timestamp, CmsFault> {
    let fault = reader.fault();
    let element = reader.any()?;
    let time = match element.tag {
        tlv::GENERALIZED_TIME => generalized(element.content),
        UTC_TIME => {
            let century: &[u8] = if element.content.first() >= Some(&b'5') { b"19" } else { b"20" };
            generalized(&[century, element.content].concat())
        }
        _ => None,
    };
    time.ok_or(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_fractions_is_read_and_one_without_a_zone_is_not() {
        let at = |text: &str| generalized(text.as_bytes()).map(|t| t.to_string());
        assert_eq!(at("20260512103000Z").as_deref(), Some("2026-05-12T10:30:00Z"));
        assert_eq!(at("20260512103000.25Z").as_deref(), Some("2026-05-12T10:30:00.25Z"));
        for wrong in
            ["20260512103000", "20261312103000Z", "202605121030Z", "20260512103000.Z", "+0260512103000Z"]
        {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_end_of_time_is_a_time() {
        assert_eq!(generalized(b"99991231235959Z"), Some(Timestamp::MAX));
    }

    #[test]
    fn two_digits_are_a_year_between_1950_and_2049() {
        for (text, year) in [("500101000000Z", "1950"), ("491231235959Z", "2049"), ("260512000000Z", "2026")]
        {
            let budget = tlv::Budget::new(1);
            let mut der = Vec::new();
            tlv::put(&mut der, UTC_TIME, text.as_bytes());
            let at = certificate_time(&mut Reader::new(&der, &budget)).unwrap();
            assert!(at.to_string().starts_with(year), "{at}");
        }
    }
}
