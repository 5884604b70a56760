//! PDF dates (ISO 32000-2, 7.9.4): `D:20260512183000+03'00'`.

use jiff::Timestamp;
use jiff::civil::DateTime;

/// The moment that a date names; without an offset it is taken as UTC. What is no date is none.
pub(super) fn read(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (digits, zone) = text.split_at_checked(digits)?;
    let part = |from: usize, to: usize, default: i16| match digits.get(from..to) {
        Some(part) => part.parse::<i16>().ok(),
        None if digits.len() <= from => Some(default),
        None => None,
    };
    let small = |value: Option<i16>| i8::try_from(value?).ok();
    let civil = DateTime::new(
        part(0, 4, -1).filter(|year| *year >= 0)?,
        small(part(4, 6, 1))?,
        small(part(6, 8, 1))?,
        small(part(8, 10, 0))?,
        small(part(10, 12, 0))?,
        small(part(12, 14, 0))?,
        0,
    )
    .ok()?;
    let offset = jiff::tz::Offset::from_seconds(offset(zone)?).ok()?;
    offset.to_timestamp(civil).ok()
}

/// Seconds east of UTC: `Z`, `+03'00'`, `+03'00`, `+03`.
fn offset(zone: &str) -> Option<i32> {
    let (sign, rest) = match zone.split_at_checked(1) {
        None | Some(("Z", _)) => return Some(0),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let mut parts = rest.split('\'');
    let hours: i32 = parts.next()?.parse().ok()?;
    let minutes: i32 =
        parts.next().filter(|part| !part.is_empty()).map_or(Some(0), |part| part.parse().ok())?;
    let valid = (0..24).contains(&hours) && (0..60).contains(&minutes);
    valid.then(|| sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_with_an_offset_is_a_moment() {
        let moment = read(b"D:20260512183000+03'00'").map(|moment| moment.to_string());
        assert_eq!(moment.as_deref(), Some("2026-05-12T15:30:00Z"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [&b"D:"[..], b"yesterday", b"D:20261399", b"D:2026051", b"D:20260512183000+99'00'"] {
            assert_eq!(read(text), None, "{}", String::from_utf8_lossy(text));
        }
    }
}
