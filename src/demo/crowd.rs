//! Any number of institutions with the same number of operations on one day, for the benches: nobody
//! in the crowd is special, and no two crowds of one size differ.

use super::institution::Institution;
use super::names::UNITS;
use crate::model::DayDraft;
use jiff::civil::{Date, date};

/// The crowd's day.
pub const DAY: Date = date(2026, 5, 12);
/// Decides everything that is invented in a crowd.
const SEED: u64 = 0x4352_4F57_4421; // "CROWD!"

/// The days of so many institutions, each with so many operations, made one by one.
pub fn crowd(institutions: u64, operations: u32) -> impl Iterator<Item = DayDraft> {
    (0..institutions).map(move |number| {
        let index = usize::try_from(number).unwrap_or(0) % UNITS.len();
        Institution::invent(SEED, number, UNITS[index].code).day(DAY, operations)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_a_crowd_adds_up() {
        let days: Vec<DayDraft> = crowd(300, 10).collect();
        assert!(days.iter().all(|day| day.check().is_ok_and(|day| day.operations() == 10)));
        let mut who: Vec<&str> = days.iter().map(|day| day.holder_cui.as_str()).collect();
        who.sort_unstable();
        who.dedup();
        assert_eq!(who.len(), 300);
    }
}
