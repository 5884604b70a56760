//! An invented institution whose accounts live on from day to day.
//!
//! Each day opens with the balances that the last one closed with, totals accumulate from 1 January,
//! and an account that does not move does not appear (statement.md, "What always holds", 5). What a
//! real day holds is here too: storno sums, amounts under one leu, persons with a CNP, IBANs from
//! abroad, operations with oneself and without an IBAN, empty explanations and very long ones.

use super::codes;
use super::names;
use super::random::Random;
use crate::model::{AccountDraft, Bani, DayDraft, OperationDraft, SumsDraft};
use jiff::civil::Date;

/// Operations of one institution's day beyond which their running numbers would repeat.
pub const MOST_OPERATIONS: u32 = 9_999;

/// Whose IBAN an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IbanOf {
    /// None: accounts of open credits.
    Nobody,
    /// All institutions share it: accounts of expenditure.
    Everybody,
    /// The treasury and the symbol.
    Unit,
}

/// Which way money mostly goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Payments,
    Receipts,
    Both,
}

/// A symbol of the chart of accounts.
#[derive(Debug)]
struct Symbol {
    text: &'static str,
    iban: IbanOf,
    flow: Flow,
}

/// Ascending, none the beginning of another: then account texts ascend as well.
const SYMBOLS: [Symbol; 10] = [
    Symbol { text: "01A510103200101", iban: IbanOf::Nobody, flow: Flow::Both },
    Symbol { text: "02A650300059000", iban: IbanOf::Nobody, flow: Flow::Receipts },
    Symbol { text: "20A100101", iban: IbanOf::Unit, flow: Flow::Receipts },
    Symbol { text: "21A070201", iban: IbanOf::Unit, flow: Flow::Receipts },
    Symbol { text: "21A300530", iban: IbanOf::Unit, flow: Flow::Receipts },
    Symbol { text: "23A650402580101", iban: IbanOf::Everybody, flow: Flow::Payments },
    Symbol { text: "24A510103200130", iban: IbanOf::Everybody, flow: Flow::Payments },
    Symbol { text: "24A650302200130", iban: IbanOf::Everybody, flow: Flow::Payments },
    Symbol { text: "24E650402710103", iban: IbanOf::Everybody, flow: Flow::Payments },
    Symbol { text: "5006", iban: IbanOf::Unit, flow: Flow::Both },
];

/// An account and where it stands.
#[derive(Debug)]
struct Running {
    symbol: &'static Symbol,
    net: i64,
    debits: i64,
    credits: i64,
}

/// An institution.
#[derive(Debug)]
pub struct Institution {
    number: u64,
    seed: u64,
    unit: &'static str,
    name: String,
    cui: String,
    accounts: Vec<Running>,
}

impl Institution {
    /// The institution of that number at a treasury unit; `seed` decides its life.
    pub fn invent(seed: u64, number: u64, unit: &'static str) -> Self {
        let mut random = Random::new(seed, &[number]);
        let account = |symbol| {
            let net = signed(random.below(900_000_000));
            let debits = signed(random.below(5_000_000_000));
            Running { symbol, net, debits, credits: debits + net }
        };
        let accounts: Vec<Running> = SYMBOLS.iter().map(account).collect();
        Self { number, seed, unit, name: names::institution(number), cui: codes::cui(number), accounts }
    }

    /// Its fiscal code.
    pub fn cui(&self) -> &str {
        &self.cui
    }

    /// Its treasury unit.
    pub const fn unit(&self) -> &'static str {
        self.unit
    }

    /// Its next day, with so many operations (at most [`MOST_OPERATIONS`]). With none, three accounts
    /// appear that did not move, as happens at the end of a year.
    pub fn day(&mut self, date: Date, operations: u32) -> DayDraft {
        let day = u64::try_from(date.day_of_year()).unwrap_or(0);
        let mut random = Random::new(self.seed, &[self.number, day]);
        let mut numbers = Numbers::new(self.unit, self.number, day);
        let shares = shares(&mut random, operations.min(MOST_OPERATIONS), self.accounts.len());
        let (name, cui, unit) = (self.name.clone(), self.cui.clone(), self.unit);
        let mut invention = Invention { random, date, name: &name, cui: &cui, unit };
        let accounts = self.accounts.iter_mut().zip(shares).enumerate();
        let accounts = accounts.filter_map(|(index, (account, share))| match (share, operations) {
            (0, 0) if index < 3 => Some(account.day(0, &mut invention, &mut numbers)),
            (0, _) => None,
            _ => Some(account.day(share, &mut invention, &mut numbers)),
        });
        let accounts = accounts.collect();
        DayDraft {
            treasury: unit.to_owned(),
            date: date.to_string(),
            holder_name: name.clone(),
            holder_cui: cui.clone(),
            accounts,
            ..DayDraft::default()
        }
    }
}

impl Running {
    fn day(&mut self, operations: u32, invention: &mut Invention<'_>, numbers: &mut Numbers) -> AccountDraft {
        let opening = balance(self.net);
        let mut made = Vec::new();
        let (mut debit, mut credit) = (0, 0);
        let debits = match self.symbol.flow {
            Flow::Payments => operations - operations / 8,
            Flow::Receipts => operations / 8,
            Flow::Both => operations / 2,
        };
        for index in 0..operations {
            let amount = invention.amount();
            let is_debit = index < debits;
            *(if is_debit { &mut debit } else { &mut credit }) += amount;
            made.push(invention.operation(self.symbol, amount, is_debit, numbers.next()));
        }
        self.net += credit - debit;
        self.debits += debit;
        self.credits += credit;
        AccountDraft {
            account: format!("{}{}", self.symbol.text, invention.cui),
            iban: iban(self.symbol, invention.unit),
            opening,
            operations: made,
            turnover: sums(debit, credit),
            totals: sums(self.debits, self.credits),
            closing: balance(self.net),
            ..AccountDraft::default()
        }
    }
}

/// Where one day's operations come from.
struct Invention<'a> {
    random: Random,
    date: Date,
    name: &'a str,
    cui: &'a str,
    unit: &'static str,
}

/// Who is on the other side.
struct Counterparty {
    iban: String,
    code: String,
    name: String,
}

impl Invention<'_> {
    /// Bani: mostly whole lei, some odd, some under one leu, now and then a storno.
    fn amount(&mut self) -> i64 {
        let amount = match self.random.below(20) {
            0 => 45,
            1 => signed(self.random.between(1, 99)),
            2..=11 => 100 * signed(self.random.between(1, 30_000)),
            _ => signed(self.random.between(101, 9_000_000)),
        };
        if self.random.chance(3) { -amount } else { amount }
    }

    fn operation(&mut self, symbol: &Symbol, amount: i64, is_debit: bool, number: String) -> OperationDraft {
        let counterparty = self.counterparty();
        let committed = is_debit && symbol.flow == Flow::Payments && self.random.chance(70);
        let code = |random: &mut Random, length| {
            if committed { random.capitals(length) } else { String::new() }
        };
        let commitment = code(&mut self.random, 11);
        let indicator = code(&mut self.random, 3);
        let program = if committed { format!("000000{}", self.random.digits(4)) } else { String::new() };
        let free = if is_debit { names::payment(&mut self.random) } else { names::receipt(&mut self.random) };
        OperationDraft {
            document: self.document(),
            document_date: self.some_days_before(2).to_string(),
            payment_date: self.some_days_before(1).to_string(),
            reference: if is_debit { number.clone() } else { self.random.digits(8) },
            counterparty_iban: counterparty.iban,
            counterparty_code: counterparty.code,
            counterparty_name: counterparty.name,
            sums: if is_debit { sums(amount, 0) } else { sums(0, amount) },
            commitment,
            indicator,
            program,
            explanation: format!("{number}-{free}"),
            ..OperationDraft::default()
        }
    }

    /// About a third are natural persons, as in reality.
    fn counterparty(&mut self) -> Counterparty {
        let random = &mut self.random;
        match random.below(100) {
            0..=29 => Counterparty {
                iban: codes::bank_iban(random),
                code: codes::cnp(random),
                name: names::person(random),
            },
            30..=33 => Counterparty {
                iban: codes::foreign_iban(random).to_owned(),
                code: codes::cui(500_000 + random.below(1_000)),
                name: names::supplier(random).to_owned(),
            },
            34..=44 => Counterparty {
                iban: String::new(),
                code: self.cui.to_owned(),
                name: self.name.chars().take(35).collect::<String>().trim_end().to_owned(),
            },
            45..=69 => Counterparty {
                iban: codes::iban("TREZ", &format!("{}5069", self.unit)),
                code: codes::cui(500_000 + random.below(1_000)),
                name: names::supplier(random).to_owned(),
            },
            _ => Counterparty {
                iban: codes::bank_iban(random),
                code: codes::cui(500_000 + random.below(1_000)),
                name: names::supplier(random).to_owned(),
            },
        }
    }

    fn document(&mut self) -> String {
        match self.random.below(4) {
            0 => format!("OP {}", self.random.between(1, 999)),
            1 => format!("{:011}", self.random.between(1, 99_999)),
            2 => format!("{}/{}", self.random.between(1, 99), self.date.year()),
            _ => self.random.between(1, 9_999).to_string(),
        }
    }

    /// The day itself, more often than not.
    fn some_days_before(&mut self, most: u64) -> Date {
        let back = if self.random.chance(80) { 0 } else { self.random.between(0, most) };
        (0..back).try_fold(self.date, |date, _| date.yesterday()).unwrap_or(self.date)
    }
}

/// `TZ` numbers: no two of one unit are the same over ten days of a thousand institutions.
struct Numbers {
    unit: &'static str,
    next: u64,
}

impl Numbers {
    const fn new(unit: &'static str, institution: u64, day: u64) -> Self {
        Self { unit, next: institution % 1_000 * 100_000 + day % 10 * 10_000 }
    }

    fn next(&mut self) -> String {
        self.next += 1;
        format!("TZ{}{:08}", self.unit, self.next)
    }
}

/// How many operations fall to each account.
fn shares(random: &mut Random, operations: u32, accounts: usize) -> Vec<u32> {
    let mut shares = vec![0_u32; accounts];
    for _ in 0..operations {
        let index = random.below(u64::try_from(accounts).unwrap_or(1));
        if let Some(share) = usize::try_from(index).ok().and_then(|index| shares.get_mut(index)) {
            *share += 1;
        }
    }
    shares
}

fn iban(symbol: &Symbol, unit: &str) -> String {
    match symbol.iban {
        IbanOf::Nobody => String::new(),
        IbanOf::Everybody => codes::iban("TREZ", symbol.text),
        IbanOf::Unit => codes::iban("TREZ", &format!("{unit}{}", symbol.text)),
    }
}

/// A balance has one side.
fn balance(net: i64) -> SumsDraft {
    if net < 0 { sums(-net, 0) } else { sums(0, net) }
}

fn sums(debit: i64, credit: i64) -> SumsDraft {
    SumsDraft { debit: Bani::new(debit).oracle(), credit: Bani::new(credit).oracle() }
}

/// Random numbers here stay far below the range of `i64`.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_invented_day_adds_up_without_a_warning() {
        for number in 0..60 {
            let mut institution = Institution::invent(1, number, "521");
            for (day, operations) in [(12, 3), (13, 0), (14, 40), (15, 1)] {
                let draft = institution.day(date(2026, 5, day), operations);
                let checked = draft.check().unwrap_or_else(|problems| panic!("{problems:?}"));
                assert_eq!(checked.operations(), usize::try_from(operations).expect("small"));
                assert!(checked.warnings().is_empty(), "{:?}", checked.warnings());
            }
        }
    }

    #[test]
    fn balances_and_totals_are_carried_over() {
        let mut institution = Institution::invent(2, 5, "131");
        let mut last = BTreeMap::new();
        for day in 12..20 {
            let draft = institution.day(date(2026, 5, day), 12);
            let day = draft.check().expect("a day that adds up");
            for account in day.accounts() {
                if let Some((closing, totals)) = last.get(account.account()) {
                    assert_eq!(*closing, account.opening());
                    assert_eq!(account.turnover().checked_add(*totals), Some(account.totals()));
                }
                last.insert(account.account().clone(), (account.closing(), account.totals()));
            }
        }
        assert!(last.len() > 5, "many accounts moved");
    }

    #[test]
    fn what_real_days_hold_is_there() {
        let mut institution = Institution::invent(3, 1, "002");
        let day = institution.day(date(2026, 5, 12), 5_000).check().expect("a day that adds up");
        let operations: Vec<_> = day.accounts().iter().flat_map(|account| account.operations()).collect();
        let some = |what: &str, found: bool| assert!(found, "no {what}");
        some("storno", operations.iter().any(|o| o.sums().debit.get() < 0));
        some("amount of .45", operations.iter().any(|o| o.sums().credit.get() == 45));
        some("person", operations.iter().any(|o| o.counterparty_code().as_str().len() == 13));
        some("missing IBAN", operations.iter().any(|o| o.counterparty_iban().is_none()));
        some("commitment", operations.iter().any(|o| o.commitment().is_some() && o.program().is_some()));
        some(
            "foreign IBAN",
            operations.iter().filter_map(|o| o.counterparty_iban()).any(|i| !i.as_str().starts_with("RO")),
        );
        let numbers: BTreeSet<_> = operations.iter().map(|o| o.number()).collect();
        assert_eq!(numbers.len(), 5_000);
        for account in day.accounts() {
            let sides = account.operations().iter().map(|o| o.sums().debit.is_zero());
            assert!(sides.is_sorted(), "debits stand before credits");
        }
    }
}
