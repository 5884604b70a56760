//! Text as it may stand in a statement.
//!
//! Romanian text arrives with ş and ţ (cedilla, U+015F, U+0163) from old code pages and with ș and ț
//! (comma below, U+0219, U+021B) from newer ones; the letters of the language are the latter, so both
//! become one here, and the same day from two sources is the same day. Nothing else is changed.

use super::fault::Fault;
use std::fmt;

/// Characters that XML 1.0 can carry and a page can show: no control characters, no bidirectional
/// overrides (they could make a page read otherwise than its XML), no byte order mark.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Box<str>);

impl Text {
    /// Checks and keeps the text; at most `max` characters.
    pub fn parse(text: &str, max: usize) -> Result<Self, Fault> {
        if let Some(bad) = text.chars().find(|c| !is_printable(*c)) {
            return Err(Fault::Character { found: bad });
        }
        // Bytes bound characters from above, so that the count is rarely made.
        if text.len() > max && text.chars().count() > max {
            return Err(Fault::TooLong { max, found: text.chars().count() });
        }
        Ok(Self(with_comma_below(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E000}'..='\u{F8FF}')
}

fn with_comma_below(text: &str) -> Box<str> {
    if text.is_ascii() {
        return text.into();
    }
    text.chars()
        .map(|c| match c {
            'ş' => 'ș',
            'Ş' => 'Ș',
            'ţ' => 'ț',
            'Ţ' => 'Ț',
            other => other,
        })
        .collect::<String>()
        .into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cedillas_become_commas_and_nothing_else_changes() {
        let text = Text::parse("Şcoala Piteşti, Ţara  Bârsei", 100).expect("text");
        assert_eq!(text.as_str(), "Școala Pitești, Țara  Bârsei");
    }

    #[test]
    fn what_could_deceive_an_eye_or_break_xml_is_refused() {
        for bad in ["a\u{0}b", "a\nb", "a\u{202E}b", "\u{FEFF}a", "\u{200B}", "\u{E000}"] {
            assert!(Text::parse(bad, 100).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Text::parse(&"ș".repeat(35), 35).is_ok());
        assert_eq!(Text::parse(&"ș".repeat(36), 35), Err(Fault::TooLong { max: 35, found: 36 }));
    }
}
