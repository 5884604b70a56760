//! Codes that are right in form and belong to nobody.
//!
//! A CUI made here has nine digits (real ones have at most eight), a CNP names a county that does not
//! exist (50), a Romanian bank is called `EXMP` or the like, and foreign IBANs are the published
//! examples of the IBAN registry. All check digits hold, so every reader accepts them.

use super::random::Random;

/// Examples of the IBAN registry (SWIFT): accounts that do not exist.
const FOREIGN_IBANS: [&str; 5] = [
    "DE89370400440532013000",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "FR1420041010050500013M02606",
    "AT611904300234573201",
];
/// Banks that do not exist.
const BANKS: [&str; 4] = ["EXMP", "PILD", "INVT", "DEMO"];

/// The CUI of an invented legal person, a different one for every number below a million.
pub fn cui(number: u64) -> String {
    let body = format!("{:08}", 99_000_000 + number % 1_000_000);
    let weights = [5, 3, 2, 1, 7, 5, 3, 2];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", sum * 10 % 11 % 10)
}

/// The CNP of an invented natural person.
pub fn cnp(random: &mut Random) -> String {
    let (year, month, day) = (random.between(50, 99), random.between(1, 12), random.between(1, 28));
    let body = format!("{}{year:02}{month:02}{day:02}50{:03}", random.between(1, 2), random.between(1, 999));
    let weights = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];
    let sum: u32 = body.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = match sum % 11 {
        10 => 1,
        digit => digit,
    };
    format!("{body}{check}")
}

/// A Romanian IBAN with its check digits (ISO 7064, mod 97-10): four letters of the bank and
/// sixteen letters and digits; what is missing of them is filled with `X`.
pub fn iban(bank: &str, account: &str) -> String {
    let rest = format!("{bank}{account:X<16}");
    let remainder = format!("{rest}RO00")
        .chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |sum, value| if value > 9 { (sum * 100 + value) % 97 } else { (sum * 10 + value) % 97 });
    format!("RO{:02}{rest}", 98 - remainder)
}

/// The IBAN of somebody at a bank.
pub fn bank_iban(random: &mut Random) -> String {
    let bank = random.pick(&BANKS);
    iban(bank, &random.digits(16))
}

/// The IBAN of somebody abroad.
pub fn foreign_iban(random: &mut Random) -> &'static str {
    random.pick(&FOREIGN_IBANS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cui, FiscalCode, Iban};

    #[test]
    fn every_invented_code_is_right() {
        let mut random = Random::new(1, &[]);
        for number in 0..2_000 {
            assert!(Cui::parse(&cui(number)).is_ok(), "{}", cui(number));
            let person = cnp(&mut random);
            assert!(matches!(FiscalCode::parse(&person), Ok(FiscalCode::Cnp(_))), "{person}");
            let account = bank_iban(&mut random);
            assert!(Iban::parse(&account).is_ok(), "{account}");
        }
        assert!(FOREIGN_IBANS.iter().all(|iban| Iban::parse(iban).is_ok()));
        assert_eq!(iban("TREZ", "24A510103200130X"), "RO09TREZ24A510103200130X");
    }

    #[test]
    fn no_two_institutions_share_a_cui() {
        let all: std::collections::BTreeSet<String> = (0..10_000).map(cui).collect();
        assert_eq!(all.len(), 10_000);
    }
}
