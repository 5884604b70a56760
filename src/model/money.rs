//! Money: integer bani (1 leu = 100 bani), read and written in the three forms that a statement knows.
//!
//! | form | example | where |
//! |---|---|---|
//! | Oracle | `17226`, `530641.5`, `.45`, `0` | the XML |
//! | page | `1,234.56` | the page |
//! | free | also `0.45`, `1250.30`, `-12` | any input |
//!
//! More than two decimals is refused, not rounded. The range is that of `i64` bani, ±92 quadrillion lei.

use std::fmt;

/// An amount in bani. Negative for storno sums and for balances on the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bani(i64);

impl Bani {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many bani.
    pub const fn new(bani: i64) -> Self {
        Self(bani)
    }

    /// How many bani.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` where it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` where it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// Reads lei with at most two decimals: `17226`, `530641.5`, `.45`, `0.45`, `-12.00`.
    ///
    /// No sign but `-`, no thousands separator, no exponent, no white space; something before or after
    /// the point. `None` for everything else, and for what does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (lei, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let lacks_digits = lei.is_empty() && !digits.starts_with('.');
        if lacks_digits || fraction.is_empty() || fraction.len() > 2 {
            return None;
        }
        let mut bani: i64 = 0;
        let tens = if fraction.len() == 1 { "0" } else { "" };
        for byte in lei.bytes().chain(fraction.bytes()).chain(tens.bytes()) {
            let digit = char::from(byte).to_digit(10)?;
            bani = bani.checked_mul(10)?.checked_sub(i64::from(digit))?;
        }
        let bani = if negative { bani } else { bani.checked_neg()? };
        Some(Self(bani))
    }

    /// As Oracle's `TO_CHAR` writes a number: no trailing zeros, no leading zero.
    pub fn oracle(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (lei, rest) = self.split();
        match (lei, rest) {
            (0, 0) => "0".to_owned(),
            (_, 0) => format!("{sign}{lei}"),
            _ => {
                let lei = if lei == 0 { String::new() } else { lei.to_string() };
                let fraction = format!("{rest:02}");
                format!("{sign}{lei}.{}", fraction.trim_end_matches('0'))
            }
        }
    }

    /// As the page shows it: `1,234.56`.
    pub fn page(self) -> String {
        let (lei, rest) = self.split();
        let digits = lei.to_string();
        let mut out = String::with_capacity(digits.len() * 4 / 3 + 4);
        if self.0 < 0 {
            out.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out.push_str(&format!(".{rest:02}"));
        out
    }

    fn split(self) -> (u64, u64) {
        let bani = self.0.unsigned_abs();
        (bani / 100, bani % 100)
    }
}

/// Lei with two decimals and a point: `1234.56`. For logs and reports.
impl fmt::Display for Bani {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lei, rest) = self.split();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{lei}.{rest:02}")
    }
}

/// A debit and a credit side (`Sumad`, `Sumac`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sums {
    /// `Sumad`.
    pub debit: Bani,
    /// `Sumac`.
    pub credit: Bani,
}

impl Sums {
    /// Credit less debit, or `None` where it does not fit.
    pub const fn net(self) -> Option<Bani> {
        self.credit.checked_sub(self.debit)
    }

    /// Side by side, or `None` where a side does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match (self.debit.checked_add(other.debit), self.credit.checked_add(other.credit)) {
            (Some(debit), Some(credit)) => Some(Self { debit, credit }),
            _ => None,
        }
    }

    /// Whether at most one side is other than nothing, as a balance must be.
    pub const fn is_one_sided(self) -> bool {
        self.debit.is_zero() || self.credit.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn oracle_numbers_are_read_and_written() {
        for (text, bani) in [
            ("17226", 1_722_600),
            ("530641.5", 53_064_150),
            ("13250.05", 1_325_005),
            (".45", 45),
            (".5", 50),
            (".05", 5),
            ("0", 0),
            ("-.45", -45),
            ("-12", -1_200),
        ] {
            assert_eq!(Bani::parse(text), Some(Bani(bani)), "{text}");
            assert_eq!(Bani(bani).oracle(), text);
        }
        assert_eq!(Bani::parse("0.45"), Some(Bani(45)));
        assert_eq!(Bani::parse("1250.30"), Some(Bani(125_030)));
        assert_eq!(Bani::parse("007"), Some(Bani(700)));
    }

    #[test]
    fn what_is_not_money_is_refused_and_never_rounded() {
        for text in [
            "", ".", "-", "-.", "1.", "1.234", "1,5", "1 000", "+1", "1e3", "--1", "٣", "1.5-", "0x10", ".-5",
        ] {
            assert_eq!(Bani::parse(text), None, "{text}");
        }
        assert_eq!(Bani::parse("92233720368547758.07"), Some(Bani(i64::MAX)));
        assert_eq!(Bani::parse("-92233720368547758.08"), Some(Bani(i64::MIN)));
        assert_eq!(Bani::parse("92233720368547758.08"), None);
    }

    #[test]
    fn the_page_groups_by_thousands() {
        for (bani, text) in [
            (0, "0.00"),
            (45, "0.45"),
            (123_456, "1,234.56"),
            (-100_000_000, "-1,000,000.00"),
            (99_999, "999.99"),
        ] {
            assert_eq!(Bani(bani).page(), text);
        }
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_xml(bani: i64) {
            prop_assert_eq!(Bani::parse(&Bani(bani).oracle()), Some(Bani(bani)));
            prop_assert_eq!(Bani::parse(&Bani(bani).to_string()), Some(Bani(bani)));
            prop_assert_eq!(Bani::parse(&Bani(bani).page().replace(',', "")), Some(Bani(bani)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text: String) {
            let _ = Bani::parse(&text);
        }
    }
}
