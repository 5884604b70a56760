//! The file name of a statement: `TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.pdf`.

use super::{Cui, StatementDay, TreasuryCode};
use jiff::civil::{Date, Time};
use std::fmt;

/// Who, which day, and the minute under which the statement is filed.
///
/// That minute is the time of editing, Europe/Bucharest, unless another document of the same
/// institution and day took it: then the next free one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementName {
    /// `TREZ`**`ccc`**.
    pub treasury: TreasuryCode,
    /// The institution.
    pub cui: Cui,
    /// The day that the statement is for.
    pub date: Date,
    /// Hour of the minute, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
}

impl StatementName {
    /// The name of a day's statement that was edited at this time of a Romanian clock.
    pub fn of(day: &StatementDay, edited: Time) -> Self {
        Self {
            treasury: day.treasury(),
            cui: day.holder().cui().clone(),
            date: day.date(),
            hour: edited.hour(),
            minute: edited.minute(),
        }
    }

    /// The name of the PDF.
    pub fn pdf(&self) -> String {
        format!("{self}.pdf")
    }

    /// The name of the XML that is attached to it.
    pub fn xml(&self) -> String {
        format!("{self}.xml")
    }

    /// The same document a minute later; midnight follows 23:59.
    #[must_use]
    pub fn next_minute(&self) -> Self {
        let (hour, minute) = match (self.hour, self.minute) {
            (23, 59) => (0, 0),
            (hour, 59) => (hour + 1, 0),
            (hour, minute) => (hour, minute + 1),
        };
        Self { hour, minute, ..self.clone() }
    }

    /// Reads a name with or without its extension (`.pdf`, `.xml`, in capitals too); `None` for any other form.
    pub fn parse(name: &str) -> Option<Self> {
        let stem = match name.rsplit_once('.') {
            Some((stem, extension)) if ["pdf", "xml"].iter().any(|e| extension.eq_ignore_ascii_case(e)) => {
                stem
            }
            _ => name,
        };
        let mut parts = stem.strip_prefix("TREZ")?.split('_');
        let treasury = TreasuryCode::parse(parts.next()?).ok()?;
        if (parts.next()?, parts.next()?) != ("ExtrasEP", "PDFCLI") {
            return None;
        }
        let cui = Cui::parse(parts.next()?).ok()?;
        if (parts.next()?, parts.next()?) != ("XML", "SIGNED") {
            return None;
        }
        let (date, time) = parts.next()?.split_once('h')?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if parts.next().is_some() || date.len() != 8 || time.len() != 4 || !digits(date) || !digits(time) {
            return None;
        }
        let date = Date::new(
            date.get(4..)?.parse().ok()?,
            date.get(2..4)?.parse().ok()?,
            date.get(..2)?.parse().ok()?,
        )
        .ok()?;
        let time = Time::new(time.get(..2)?.parse().ok()?, time.get(2..)?.parse().ok()?, 0, 0).ok()?;
        Some(Self { treasury, cui, date, hour: time.hour(), minute: time.minute() })
    }
}

/// The name without an extension.
impl fmt::Display for StatementName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { treasury, cui, date, hour, minute } = self;
        let (day, month, year) = (date.day(), date.month(), date.year());
        write!(
            f,
            "TREZ{treasury}_ExtrasEP_PDFCLI_{}_XML_SIGNED_{day:02}{month:02}{year:04}h{hour:02}{minute:02}",
            cui.as_str()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let text = "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.pdf";
        let name = StatementName::parse(text).expect("a name");
        assert_eq!(name.pdf(), text);
        assert_eq!(StatementName::parse(&name.xml()), Some(name.clone()));
        let last = StatementName { hour: 23, minute: 59, ..name };
        assert!(last.next_minute().pdf().ends_with("h0000.pdf"));
    }

    #[test]
    fn other_names_are_not_ours() {
        for wrong in [
            "",
            "TREZ521",
            "TREZ521_ExtrasEP_PDFCLI_9999009_XML_SIGNED_12052026h1842.pdf",
            "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_32052026h1842.pdf",
            "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h2442.pdf",
            "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842 (1).pdf",
            "../TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.pdf",
        ] {
            assert_eq!(StatementName::parse(wrong), None, "{wrong}");
        }
    }
}
