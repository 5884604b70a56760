//! The time of editing that a day file brings along.
//!
//! ISO 8601, date and hour, with an offset (`2026-05-12T18:42:00+03:00`, `…Z`) or without; without one
//! it is Romania's. Kept to the second, which is what a page and a PDF date can say. It stands on the
//! page by law (art. 3 c), so that a wrong one is refused and not silently replaced by the clock's.

use super::Problem;
use crate::clock;
use crate::model::{Fault, Field, StatementDay};
use jiff::{Timestamp, civil};

/// Accounting papers are kept for ten years; a statement edited later than that is a mistake.
const MOST_YEARS: i16 = 10;

/// The instant that a text names, if it can be the time at which this day's statement was edited.
pub(super) fn of(text: &str, day: &StatementDay) -> Result<Option<Timestamp>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let instant = instant(text).ok_or_else(|| wrong(text))?;
    let civil = clock::in_bucharest(instant).date();
    if civil < day.date() {
        return Err(Problem::EditedBefore { edited: civil, date: day.date() });
    }
    if civil.year() - day.date().year() > MOST_YEARS {
        return Err(wrong(text));
    }
    Ok(Some(instant))
}

fn wrong(text: &str) -> Problem {
    Problem::Day(Fault::Time { found: text.into() }.in_field(Field::Edited))
}

fn instant(text: &str) -> Option<Timestamp> {
    // A date alone is no time; the parser would take it for midnight.
    if !text.contains([':', 'T', 't', ' ']) {
        return None;
    }
    let instant = match text.parse::<Timestamp>() {
        Ok(instant) => Some(instant),
        Err(_) => text.parse::<civil::DateTime>().ok().and_then(clock::from_bucharest),
    }?;
    Timestamp::from_second(instant.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<String>, Problem> {
        let day = crate::model::testing::day("COMUNA EXEMPLU", vec![vec![]]);
        of(text, &day).map(|time| time.map(|time| time.to_string()))
    }

    #[test]
    fn with_an_offset_or_in_romania() {
        for right in [
            "2026-05-12T18:42:07",
            "2026-05-12 18:42:07",
            "2026-05-12T18:42:07.9",
            "2026-05-12T18:42:07+03:00",
            "2026-05-12T15:42:07Z",
            " 2026-05-12T15:42:07Z ",
        ] {
            assert_eq!(read(right), Ok(Some("2026-05-12T15:42:07Z".into())), "{right}");
        }
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("2026-05-13T00:30"), Ok(Some("2026-05-12T21:30:00Z".into())), "past midnight");
    }

    #[test]
    fn never_before_the_day_nor_absurd() {
        assert!(matches!(read("2026-05-11T23:59:59"), Err(Problem::EditedBefore { .. })));
        assert!(read("2026-05-12T00:00:00").is_ok());
        for wrong in ["2026-05-12", "18:42", "ieri la 18:42", "2026-05-12T25:00", "2037-01-01T00:00:00", "T"]
        {
            assert!(matches!(read(wrong), Err(Problem::Day(Fault::In(Field::Edited, _)))), "{wrong}");
        }
    }
}
