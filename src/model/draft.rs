//! From text to a day: the one check that all input forms share.
//!
//! A reader fills a [`DayDraft`] with what it found, untouched, each account and operation with its
//! place. [`DayDraft::check`] then builds the typed day and collects **every** problem on the way:
//! a clerk mends a file once, not once a problem. The refusal of a day is whole.

use super::{
    Account, AccountText, Bani, CommitmentCode, CommitmentIndicator, Cui, Fault, Field, FiscalCode, Holder,
    Iban, Operation, ProgramCode, Side, StatementDay, Sums, Text, TreasuryCode, TzNumber, Warning,
};
use crate::diag::{Located, Place};
use jiff::civil::Date;
use std::collections::HashSet;

/// Accounts of one institution on one day: real days have 1 to 19.
pub const MAX_ACCOUNTS: usize = 1_000;
/// Operations of one institution on one day: real days have 1 to 132; a whole county's treasury
/// some 12,800.
pub const MAX_OPERATIONS: usize = 50_000;
/// Problems listed for one day; what comes after them tells a clerk nothing more.
const MAX_PROBLEMS: usize = 200;
/// *Denumire titular cont*: the schema sets no limit; a page needs one.
const MAX_HOLDER_NAME: usize = 140;
/// *Explicații*: the schema sets no limit; a page needs one.
const MAX_EXPLANATION: usize = 1_000;

/// Debit and credit as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SumsDraft {
    /// `Sumad`; empty counts as nothing.
    pub debit: String,
    /// `Sumac`; empty counts as nothing.
    pub credit: String,
}

/// An operation as it was written. Dates are ISO 8601 (`2026-05-12`) or `YYYYMMDD`.
#[expect(missing_docs, reason = "each field is the unchecked text of the Operation field of that name")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationDraft {
    pub place: Place,
    pub document: String,
    pub document_date: String,
    pub payment_date: String,
    pub reference: String,
    pub counterparty_iban: String,
    pub counterparty_code: String,
    pub counterparty_name: String,
    pub sums: SumsDraft,
    pub commitment: String,
    pub indicator: String,
    pub program: String,
    pub explanation: String,
}

/// An account as it was written.
#[expect(missing_docs, reason = "each field is the unchecked text of the Account field of that name")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountDraft {
    pub place: Place,
    pub account: String,
    pub iban: String,
    pub opening: SumsDraft,
    pub operations: Vec<OperationDraft>,
    /// The number of operations that the input itself states (`Nr_op`), where it does.
    pub stated_operations: Option<String>,
    pub turnover: SumsDraft,
    pub totals: SumsDraft,
    pub closing: SumsDraft,
}

/// An institution's day as it was written.
#[expect(missing_docs, reason = "each field is the unchecked text of the StatementDay field of that name")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayDraft {
    pub place: Place,
    pub treasury: String,
    pub date: String,
    pub holder_name: String,
    pub holder_cui: String,
    pub accounts: Vec<AccountDraft>,
    /// The number of accounts that the input itself states (`Nr_ext`), where it does.
    pub stated_accounts: Option<String>,
}

impl DayDraft {
    /// The day, or everything that is wrong with it (at least one problem, in the order of the input).
    pub fn check(&self) -> Result<StatementDay, Vec<Located<Fault>>> {
        let mut check = Check::default();
        let day = check.day(self);
        match day {
            Some(day) if check.problems.is_empty() => Ok(StatementDay { warnings: check.warnings, ..day }),
            _ => Err(check.problems),
        }
    }
}

/// The problems and warnings so far, and where we are.
#[derive(Default)]
struct Check {
    place: Place,
    problems: Vec<Located<Fault>>,
    warnings: Vec<Located<Warning>>,
    numbers: HashSet<TzNumber>,
}

impl Check {
    fn day(&mut self, draft: &DayDraft) -> Option<StatementDay> {
        self.place = draft.place;
        let treasury = self.field(Field::Treasury, TreasuryCode::parse(&draft.treasury));
        let date = self.field(Field::Date, date(&draft.date));
        let name = self.field(Field::HolderName, required(&draft.holder_name, MAX_HOLDER_NAME));
        let cui = self.field(Field::HolderCui, Cui::parse(&draft.holder_cui));
        self.count(draft.stated_accounts.as_deref(), draft.accounts.len());
        self.limits(draft);
        let accounts = self.accounts(&draft.accounts, cui.as_ref());
        let holder = Holder { name: name?, cui: cui? };
        Some(StatementDay {
            treasury: treasury?,
            date: date?,
            holder,
            accounts: accounts?,
            warnings: Vec::new(),
        })
    }

    fn limits(&mut self, draft: &DayDraft) {
        if draft.accounts.is_empty() {
            self.fault(Fault::NoAccounts);
        }
        if draft.accounts.len() > MAX_ACCOUNTS {
            self.fault(Fault::TooManyAccounts { max: MAX_ACCOUNTS });
        }
        if draft.accounts.iter().map(|account| account.operations.len()).sum::<usize>() > MAX_OPERATIONS {
            self.fault(Fault::TooManyOperations { max: MAX_OPERATIONS });
        }
    }

    fn accounts(&mut self, drafts: &[AccountDraft], holder: Option<&Cui>) -> Option<Vec<Account>> {
        let mut accounts = Vec::with_capacity(drafts.len().min(MAX_ACCOUNTS));
        let mut whole = true;
        let mut before: Option<&str> = None;
        for draft in drafts.iter().take(MAX_ACCOUNTS) {
            self.place = draft.place;
            if let Some(before) = before.filter(|before| *before >= draft.account.as_str()) {
                self.fault(Fault::Order { account: draft.account.as_str().into(), after: before.into() });
            }
            before = Some(&draft.account);
            match self.account(draft, holder) {
                Some(account) => accounts.push(account),
                None => whole = false,
            }
        }
        whole.then_some(accounts)
    }

    fn account(&mut self, draft: &AccountDraft, holder: Option<&Cui>) -> Option<Account> {
        let account = self.field(Field::Account, AccountText::parse(&draft.account));
        if let (Some(account), Some(holder)) = (&account, holder)
            && !account.belongs_to(holder)
        {
            let fault =
                Fault::ForeignAccount { account: account.as_str().into(), holder: holder.as_str().into() };
            self.fault(fault);
        }
        let iban = self.field(Field::Iban, optional(&draft.iban, Iban::parse));
        let opening = self.balance(Field::Opening, &draft.opening);
        self.count(draft.stated_operations.as_deref(), draft.operations.len());
        let operations: Vec<Option<Operation>> =
            draft.operations.iter().take(MAX_OPERATIONS).map(|operation| self.operation(operation)).collect();
        self.place = draft.place;
        let turnover = self.sums(Field::Turnover, &draft.turnover);
        let totals = self.sums(Field::Totals, &draft.totals);
        let closing = self.balance(Field::Closing, &draft.closing);
        let account = Account {
            account: account?,
            iban: iban?,
            opening: opening?,
            operations: operations.into_iter().collect::<Option<_>>()?,
            turnover: turnover?,
            totals: totals?,
            closing: closing?,
        };
        self.invariants(&account);
        Some(account)
    }

    /// What always holds: `Rulaj_zi` is the sum of the operations, and opening balance + turnover is
    /// the closing balance, net. Totals that differ from it are a warning.
    fn invariants(&mut self, account: &Account) {
        let summed = account
            .operations
            .iter()
            .try_fold(Sums::default(), |sum, operation| sum.checked_add(operation.sums));
        let Some(summed) = summed else {
            return self.fault(Fault::Overflow);
        };
        let stated = account.turnover;
        for (side, stated, summed) in
            [(Side::Debit, stated.debit, summed.debit), (Side::Credit, stated.credit, summed.credit)]
        {
            if stated != summed {
                self.fault(Fault::TurnoverDiffers { side, stated, summed });
            }
        }
        let nets = (account.opening.net(), stated.net(), account.closing.net(), account.totals.net());
        let (Some(opening), Some(turnover), Some(closing), Some(totals)) = nets else {
            return self.fault(Fault::Overflow);
        };
        match opening.checked_add(turnover) {
            None => self.fault(Fault::Overflow),
            Some(summed) if summed != closing => {
                self.fault(Fault::BalanceDiffers { stated: closing, summed })
            }
            Some(_) => {}
        }
        if totals != closing {
            let warning = Warning::TotalsDiffer { account: account.account.clone(), totals, closing };
            self.warnings.push(Located::new(self.place, warning));
        }
    }

    fn operation(&mut self, draft: &OperationDraft) -> Option<Operation> {
        self.place = draft.place;
        let document = self.field(Field::Document, required(&draft.document, 16));
        let document_date = self.field(Field::DocumentDate, date(&draft.document_date));
        let payment_date = self.field(Field::PaymentDate, date(&draft.payment_date));
        let reference = self.field(Field::Reference, required(&draft.reference, 16));
        let iban = self.field(Field::CounterpartyIban, optional(&draft.counterparty_iban, Iban::parse));
        let code = self.field(Field::CounterpartyCode, FiscalCode::parse(&draft.counterparty_code));
        let name = self.field(Field::CounterpartyName, Text::parse(&draft.counterparty_name, 35));
        let sums = self.sums(Field::Amount, &draft.sums);
        if let Some(found) = sums.filter(|sums| sums.debit.is_zero() == sums.credit.is_zero()) {
            self.fault(Fault::Sides { found });
        }
        let commitment = self.field(Field::Commitment, optional(&draft.commitment, CommitmentCode::parse));
        let indicator = self.field(Field::Indicator, optional(&draft.indicator, CommitmentIndicator::parse));
        let program = self.field(Field::Program, optional(&draft.program, ProgramCode::parse));
        let explanation = self.field(Field::Explanation, Text::parse(&draft.explanation, MAX_EXPLANATION));
        let number =
            self.field(Field::Explanation, TzNumber::split(&draft.explanation).map(|(number, _)| number));
        if let Some(number) = number.filter(|number| !self.numbers.insert(*number)) {
            self.fault(Fault::Twice { number });
        }
        let operation = Operation {
            document: document?,
            document_date: document_date?,
            payment_date: payment_date?,
            reference: reference?,
            counterparty_iban: iban?,
            counterparty_code: code?,
            counterparty_name: name?,
            sums: sums?,
            commitment: commitment?,
            indicator: indicator?,
            program: program?,
            number: number?,
            explanation: explanation?,
        };
        if operation.reference.as_str().len() < 8 {
            self.warnings
                .push(Located::new(self.place, Warning::ShortReference { number: operation.number }));
        }
        Some(operation)
    }

    fn balance(&mut self, field: Field, draft: &SumsDraft) -> Option<Sums> {
        let sums = self.sums(field, draft)?;
        if !sums.is_one_sided() {
            self.fault(Fault::TwoSidedBalance { found: sums }.in_field(field));
        }
        Some(sums)
    }

    fn sums(&mut self, field: Field, draft: &SumsDraft) -> Option<Sums> {
        let debit = self.field(field, amount(&draft.debit));
        let credit = self.field(field, amount(&draft.credit));
        Some(Sums { debit: debit?, credit: credit? })
    }

    fn count(&mut self, stated: Option<&str>, counted: usize) {
        if let Some(stated) = stated.filter(|stated| stated.parse() != Ok(counted)) {
            self.fault(Fault::Count { stated: stated.into(), counted });
        }
    }

    fn field<T>(&mut self, field: Field, value: Result<T, Fault>) -> Option<T> {
        value.map_err(|fault| self.fault(fault.in_field(field))).ok()
    }

    fn fault(&mut self, fault: Fault) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Located::new(self.place, fault));
        }
    }
}

fn required(text: &str, max: usize) -> Result<Text, Fault> {
    if text.trim().is_empty() { Err(Fault::Empty) } else { Text::parse(text, max) }
}

fn optional<T>(text: &str, parse: fn(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn amount(text: &str) -> Result<Bani, Fault> {
    if text.is_empty() {
        return Ok(Bani::ZERO);
    }
    Bani::parse(text).ok_or_else(|| Fault::Amount { found: text.into() })
}

/// `2026-05-12` or `20260512`, years 1990 to 2199.
fn date(text: &str) -> Result<Date, Fault> {
    let right_form = match text.len() {
        8 => text.bytes().all(|b| b.is_ascii_digit()),
        10 => text.bytes().enumerate().all(
            |(at, b)| {
                if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() }
            },
        ),
        _ => false,
    };
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i16>().ok());
    let (year, month, day) = match text.len() {
        8 => (number(0, 4), number(4, 6), number(6, 8)),
        _ => (number(0, 4), number(5, 7), number(8, 10)),
    };
    let narrow = |number: Option<i16>| number.and_then(|number| i8::try_from(number).ok());
    match (right_form, year, narrow(month), narrow(day)) {
        (true, Some(year @ 1990..=2199), Some(month), Some(day)) => Date::new(year, month, day).ok(),
        _ => None,
    }
    .ok_or_else(|| Fault::Date { found: text.into() })
}
