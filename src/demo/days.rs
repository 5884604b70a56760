//! The three days of the demo: forty institutions at three units, and what is special about some.

use super::institution::Institution;
use super::names::UNITS;
use super::random::Random;
use crate::config::ClientChannel;
use crate::model::{Bani, DayDraft, SumsDraft};
use jiff::civil::{Date, date};

/// Decides everything that is invented in the demo.
const SEED: u64 = 0x5045_4345_5445; // "PECETE"
/// Institutions.
const INSTITUTIONS: u64 = 40;
/// The three days, which follow each other.
pub const DAYS: [Date; 3] = [date(2026, 5, 12), date(2026, 5, 13), date(2026, 5, 14)];

/// The institution with so many operations on the first day that its statement has hundreds of pages.
const LARGE: u64 = 0;
/// How many.
pub const LARGE_OPERATIONS: u32 = 5_000;
/// The institution whose accounts stand in the first day's file though nothing moved.
const SILENT: u64 = 1;
/// The institution that brings a memory stick.
const STICK: u64 = 2;
/// The institution that gets both.
const BOTH: u64 = 3;
/// The institution whose third day does not add up.
const WRONG: u64 = 7;
/// The institution whose third day comes as the statement's own XML.
const AS_XML: u64 = 10;

/// What happened on the three days.
#[derive(Debug)]
pub struct ThreeDays {
    /// All institutions of the first day.
    pub first: Vec<DayDraft>,
    /// All institutions of the second.
    pub second: Vec<DayDraft>,
    /// All of the third but the one that comes as XML; one of them does not add up.
    pub third: Vec<DayDraft>,
    /// The third day of one institution.
    pub as_xml: DayDraft,
    /// Clients that are not like the others.
    pub clients: Vec<(String, ClientChannel)>,
    /// CUI of the institution with very many operations.
    pub large: String,
    /// CUI of an institution like most.
    pub small: String,
}

/// Invents the three days, the same ones every time.
pub fn three_days() -> ThreeDays {
    let mut institutions: Vec<Institution> = (0..INSTITUTIONS).map(institution).collect();
    let cui = |institutions: &[Institution], number: u64| {
        let index = usize::try_from(number).unwrap_or(0);
        institutions.get(index).map(|institution| institution.cui().to_owned()).unwrap_or_default()
    };
    let clients = vec![
        (cui(&institutions, STICK), ClientChannel::Stick),
        (cui(&institutions, BOTH), ClientChannel::Both),
    ];
    let (large, xml) = (cui(&institutions, LARGE), cui(&institutions, AS_XML));
    let wrong = cui(&institutions, WRONG);
    let [first, second, mut third] = DAYS.map(|date| day(&mut institutions, date));
    third.iter_mut().filter(|day| day.holder_cui == wrong).for_each(spoil);
    let small = usual(&first, &clients);
    let (mut alone, third): (Vec<_>, Vec<_>) = third.into_iter().partition(|day| day.holder_cui == xml);
    ThreeDays { first, second, third, as_xml: alone.pop().unwrap_or_default(), clients, large, small }
}

/// One whose statement is neither long nor empty, and published like most.
fn usual(days: &[DayDraft], clients: &[(String, ClientChannel)]) -> String {
    let count = |day: &DayDraft| day.accounts.iter().map(|account| account.operations.len()).sum::<usize>();
    let is_usual = |day: &&DayDraft| {
        (10..=20).contains(&count(day)) && clients.iter().all(|(cui, _)| *cui != day.holder_cui)
    };
    days.iter().find(is_usual).map(|day| day.holder_cui.clone()).unwrap_or_default()
}

fn institution(number: u64) -> Institution {
    let unit = match number {
        0..16 => UNITS[0],
        16..30 => UNITS[1],
        _ => UNITS[2],
    };
    Institution::invent(SEED, number, unit.code)
}

fn day(institutions: &mut [Institution], date: Date) -> Vec<DayDraft> {
    let numbered = institutions.iter_mut().zip(0_u64..);
    numbered.map(|(institution, number)| institution.day(date, operations(number, date))).collect()
}

/// How many operations: a few for most, some for some.
fn operations(number: u64, date: Date) -> u32 {
    let first = date == DAYS[0];
    match number {
        LARGE if first => LARGE_OPERATIONS,
        SILENT if first => 0,
        _ => {
            let mut random = Random::new(SEED, &[number, u64::try_from(date.day_of_year()).unwrap_or(0), 1]);
            let most = random.pick(&[3, 12, 25, 60, 130]);
            u32::try_from(random.between(1, most)).unwrap_or(1)
        }
    }
}

/// Two mistakes, as a clerk may find them: a closing balance off by ten bani, and two digits of an
/// IBAN the wrong way round.
fn spoil(day: &mut DayDraft) {
    let Some(account) = day.accounts.first_mut() else { return };
    let off = |text: &str| Bani::parse(text).and_then(|bani| bani.checked_add(Bani::new(10)));
    if let Some(credit) = off(&account.closing.credit) {
        account.closing = SumsDraft { debit: account.closing.debit.clone(), credit: credit.oracle() };
    }
    let ibans = day.accounts.iter_mut().skip(1).flat_map(|account| &mut account.operations);
    let Some(operation) = ibans.into_iter().find(|o| swapped(&o.counterparty_iban).is_some()) else { return };
    if let Some(wrong) = swapped(&operation.counterparty_iban) {
        operation.counterparty_iban = wrong;
    }
}

/// The last two neighbours that differ, the other way round.
fn swapped(iban: &str) -> Option<String> {
    let mut letters: Vec<char> = iban.chars().collect();
    let at = letters.windows(2).skip(4).rposition(|pair| pair[0] != pair[1])? + 4;
    letters.swap(at, at + 1);
    Some(letters.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_days_add_up_but_the_one_that_must_not() {
        let days = three_days();
        let all = days.first.iter().chain(&days.second).chain([&days.as_xml]);
        assert!(all.clone().all(|day| day.check().is_ok()));
        assert_eq!(days.first.len() + days.second.len() + days.third.len() + 1, 120);
        let wrong: Vec<_> = days.third.iter().filter_map(|day| day.check().err()).collect();
        assert_eq!(wrong.len(), 1, "one institution does not add up");
        assert_eq!(wrong[0].len(), 2, "{:?}", wrong[0]);
    }

    #[test]
    fn three_units_one_giant_one_silent() {
        let days = three_days();
        let units: std::collections::BTreeSet<_> = days.first.iter().map(|day| &day.treasury).collect();
        assert_eq!(units.len(), 3);
        let counts: Vec<usize> = days
            .first
            .iter()
            .map(|day| day.accounts.iter().map(|account| account.operations.len()).sum())
            .collect();
        assert_eq!(counts.iter().filter(|count| **count == 5_000).count(), 1);
        assert_eq!(counts.iter().filter(|count| **count == 0).count(), 1);
        assert!(days.first.iter().any(|day| day.holder_cui == days.small), "and one like most");
    }

    #[test]
    fn no_operation_number_comes_twice() {
        let days = three_days();
        let all = days.first.iter().chain(&days.second).chain(&days.third).chain([&days.as_xml]);
        let mut numbers: Vec<&str> = all
            .flat_map(|day| &day.accounts)
            .flat_map(|account| &account.operations)
            .filter_map(|operation| operation.explanation.get(..13))
            .collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count);
        assert!(count > 6_000, "{count}");
    }
}
