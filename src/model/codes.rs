//! The codes of a statement, each with the rule that makes it right.

use super::fault::{Fault, Field};
use std::fmt;

/// IBAN (ISO 13616): country, two check digits, 11 to 30 letters and digits, mod 97 = 1; a Romanian
/// one has 24 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban(Box<str>);

impl Iban {
    /// Checks the form and the check digits. Blanks are not accepted: the XML has none.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = || Fault::Iban { found: text.into() };
        let bytes = text.as_bytes();
        let (Some(country), Some(check), Some(rest)) = (bytes.get(..2), bytes.get(2..4), bytes.get(4..))
        else {
            return Err(wrong());
        };
        let form = country.iter().all(u8::is_ascii_uppercase)
            && check.iter().all(u8::is_ascii_digit)
            && (11..=30).contains(&rest.len())
            && rest.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
            && (country != b"RO" || bytes.len() == 24);
        let remainder = rest.iter().chain(country).chain(check).fold(0_u32, |remainder, byte| {
            match char::from(*byte).to_digit(36) {
                Some(value) if value > 9 => (remainder * 100 + value) % 97,
                Some(value) => (remainder * 10 + value) % 97,
                None => remainder,
            }
        });
        if form && remainder == 1 { Ok(Self(text.into())) } else { Err(wrong()) }
    }

    /// The IBAN, without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// CUI (*cod unic de identificare*, the fiscal code of a legal person): 2 to 10 digits, without `RO`.
///
/// Check digit: nine right-aligned digits × `7 5 3 2 1 7 5 3 2`, sum × 10 mod 11, 10 counted as 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cui(Box<str>);

impl Cui {
    /// Checks length, digits and check digit.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if is_cui(text) { Ok(Self(text.into())) } else { Err(Fault::Cui { found: text.into() }) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_cui(text: &str) -> bool {
    const WEIGHTS: [u32; 9] = [7, 5, 3, 2, 1, 7, 5, 3, 2];
    let Some((check, body)) = split_check_digit(text, 2..=10) else {
        return false;
    };
    let weights = WEIGHTS.iter().rev();
    let sum: u32 =
        body.bytes().rev().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    sum * 10 % 11 % 10 == check && !body.starts_with('0')
}

fn is_cnp(text: &str) -> bool {
    const WEIGHTS: [u32; 12] = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];
    let Some((check, body)) = split_check_digit(text, 13..=13) else {
        return false;
    };
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let expected = match sum % 11 {
        10 => 1,
        digit => digit,
    };
    expected == check
}

/// The last digit and what stands before it, where the text is all digits and as long as it should be.
fn split_check_digit(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    if !length.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (body, check) = text.split_at_checked(text.len() - 1)?;
    Some((check.parse().ok()?, body))
}

/// Who paid or was paid: a CUI (2 to 10 digits) or a CNP (*cod numeric personal*, 13 digits).
///
/// CNP check digit: weights `2 7 9 1 4 6 3 5 8 2 7 9`, mod 11, 10 counted as 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FiscalCode {
    /// A legal person.
    Cui(Cui),
    /// A natural person: personal data, never logged.
    Cnp(Box<str>),
}

impl FiscalCode {
    /// Checks digits and check digit; the length tells which of the two it is.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match text.len() {
            13 if is_cnp(text) => Ok(Self::Cnp(text.into())),
            2..=10 if is_cui(text) => Ok(Self::Cui(Cui(text.into()))),
            _ => Err(Fault::FiscalCode { found: text.into() }),
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Cui(cui) => cui.as_str(),
            Self::Cnp(cnp) => cnp,
        }
    }
}

/// The three digits of a treasury unit, as they stand in its IBANs (`ROkkTREZ`**`521`**…).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreasuryCode(u16);

impl TreasuryCode {
    /// Three ASCII digits.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        match (text.len(), text.bytes().all(|b| b.is_ascii_digit()), text.parse()) {
            (3, true, Ok(code)) => Ok(Self(code)),
            _ => Err(Fault::Treasury { found: text.into() }),
        }
    }
}

impl fmt::Display for TreasuryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// The client's analytic account (*cont analitic*): account symbol and, at its end without a
/// separator, the holder's CUI. 6 to 30 capitals and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountText(Box<str>);

impl AccountText {
    /// Checks the characters and the length.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let right = (6..=30).contains(&text.len()) && is_capitals_and_digits(text);
        if right { Ok(Self(text.into())) } else { Err(Fault::Account { found: text.into() }) }
    }

    /// Symbol and CUI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the account is of that holder.
    pub fn belongs_to(&self, holder: &Cui) -> bool {
        self.0.len() > holder.as_str().len() && self.0.ends_with(holder.as_str())
    }

    /// The ends of the account that have a right check digit: who the holder can be.
    pub fn possible_holders(&self) -> impl Iterator<Item = Cui> {
        (2..=10_usize)
            .filter_map(|length| self.0.len().checked_sub(length).filter(|start| *start > 0))
            .filter_map(|start| self.0.get(start..))
            .filter_map(|end| Cui::parse(end).ok())
    }
}

/// `TZ`, the treasury that made the payment (3 digits) and its running number (8 digits): the natural
/// key of an operation, at the head of its explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TzNumber {
    treasury: TreasuryCode,
    running: u32,
}

impl TzNumber {
    /// Splits `TZ13100000003-free text` into the number and the free text.
    pub fn split(explanation: &str) -> Result<(Self, &str), Fault> {
        Self::try_split(explanation).ok_or_else(|| Fault::TzNumber { found: explanation.into() })
    }

    fn try_split(explanation: &str) -> Option<(Self, &str)> {
        let rest = explanation.strip_prefix("TZ")?;
        let (treasury, rest) = rest.split_at_checked(3)?;
        let (running, rest) = rest.split_at_checked(8)?;
        let free = rest.strip_prefix('-')?;
        let treasury = TreasuryCode::parse(treasury).ok()?;
        let running = if running.bytes().all(|b| b.is_ascii_digit()) {
            running.parse().ok()?
        } else {
            return None;
        };
        Some((Self { treasury, running }, free))
    }
}

impl fmt::Display for TzNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TZ{}{:08}", self.treasury, self.running)
    }
}

/// A code of fixed length, or nothing.
macro_rules! fixed_code {
    ($(#[$doc:meta])* $name:ident, $length:literal, $field:expr, $allowed:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the length and the characters.
            pub fn parse(text: &str) -> Result<Self, Fault> {
                let right = text.len() == $length && $allowed(text);
                if right { Ok(Self(text.into())) } else { Err(Fault::Code { field: $field, found: text.into() }) }
            }

            /// The code.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

fixed_code!(
    /// *Cod angajament* (commitment code): 11 capitals and digits.
    CommitmentCode, 11, Field::Commitment, is_capitals_and_digits
);
fixed_code!(
    /// *Indicator angajament* (commitment indicator): 3 capitals and digits.
    CommitmentIndicator, 3, Field::Indicator, is_capitals_and_digits
);
fixed_code!(
    /// *Cod program* (programme code): 10 digits. Newer than the order.
    ProgramCode, 10, Field::Program, is_digits
);

fn is_capitals_and_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ibans_of_the_real_shape_are_right() {
        for right in [
            "RO12TREZ1312107020201XXX",
            "RO50TREZ24A650302200130X",
            "RO77RNCB0072049718860001",
            "RO09TREZ24A510103200130X",
            "DE89370400440532013000",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
        ] {
            assert!(Iban::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "RO",
            "RO13TREZ1312107020201XXX",
            "RO12TREZ1312107020201XX",
            "ro12TREZ1312107020201XXX",
            "RO12 TREZ 1312 1070 2020 1XXX",
            "DE8937040044053201300",
            "ROȘȘTREZ1312107020201XXX",
        ] {
            assert!(Iban::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_swap_of_two_neighbours_in_an_iban_is_found() {
        let right = "RO12TREZ1312107020201XXX";
        for at in 0..right.len() - 1 {
            let mut bytes = right.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            let text = String::from_utf8(bytes).expect("ascii");
            assert!(text == right || Iban::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn fiscal_codes_have_right_check_digits() {
        for right in ["9999008", "12345674", "1900101410011"] {
            assert!(FiscalCode::parse(right).is_ok(), "{right}");
        }
        for wrong in ["", "1", "9999009", "RO9999008", "0000000", "1900101410014", "12345678901"] {
            assert!(FiscalCode::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_account_ends_with_its_holder() {
        let account = AccountText::parse("24A6503022001309999008").expect("an account");
        let holder = Cui::parse("9999008").expect("a CUI");
        assert!(account.belongs_to(&holder));
        assert!(account.possible_holders().any(|possible| possible == holder));
    }

    #[test]
    fn a_tz_number_heads_the_explanation() {
        let (number, free) = TzNumber::split("TZ13100000003-F.123/05.2026").expect("a number");
        assert_eq!((number.to_string().as_str(), free), ("TZ13100000003", "F.123/05.2026"));
        for wrong in [
            "",
            "TZ",
            "TZ1310000000-",
            "TZ13100000003",
            "tz13100000003-",
            "TZ13100000003 x",
            "TZ131ș0000003-",
        ] {
            assert!(TzNumber::split(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_code_panic(text: String) {
            let _ = (Iban::parse(&text), FiscalCode::parse(&text), TzNumber::split(&text));
            let _ = (TreasuryCode::parse(&text), AccountText::parse(&text).map(|a| a.possible_holders().count()));
        }
    }
}
