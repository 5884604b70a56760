//! The rows of one institution's day become a draft.
//!
//! Blanks around a field are passed over (databases pad fixed columns), so that free text cannot
//! begin or end with one here.

use super::super::{Parsed, Problem, Record, label};
use super::header::{ACCOUNT, DAY, Header};
use crate::diag::{Located, Place};
use crate::model::{AccountDraft, DayDraft, Fault, MAX_ACCOUNTS, MAX_OPERATIONS, OperationDraft, SumsDraft};

/// Problems listed for one day, as the model does.
const MAX_PROBLEMS: usize = 200;
/// Rows of one day: each is an operation or an account without one.
const MAX_ROWS: u64 = 51_000;
const _: () = assert!(MAX_ACCOUNTS + MAX_OPERATIONS == 51_000);

/// The rows as a day.
pub(in crate::ingest) fn parse(header: &Header, record: &Record) -> Parsed {
    let mut reading = Reading { header, day: None, account: None, problems: Vec::new(), damaged: false };
    let mut draft = DayDraft { place: record.place, ..DayDraft::default() };
    let rows = memchr::memchr_iter(b'\n', &record.bytes).scan(0, |start, end| {
        let row = record.bytes.get(*start..end);
        *start = end.saturating_add(1);
        row
    });
    for (row, line) in rows.zip(record.place.line..) {
        if line.saturating_sub(record.place.line) >= MAX_ROWS {
            reading.problem(line, Problem::Day(Fault::TooManyOperations { max: MAX_OPERATIONS }));
            reading.damaged = true;
            break;
        }
        if !row.is_empty() {
            reading.row(row, line, &mut draft);
        }
    }
    let (edited, correction) = reading.marks();
    let label = label(&draft.treasury, &draft.holder_cui, &draft.date);
    Parsed { day: reading.check(&draft), edited, correction, label }
}

/// A set of fields that must be the same on all its rows, and the line on which it was read first.
struct Repeated<const N: usize> {
    line: u64,
    fields: [String; N],
}

struct Reading<'a> {
    header: &'a Header,
    day: Option<Repeated<{ DAY.len() }>>,
    account: Option<Repeated<{ ACCOUNT.len() }>>,
    problems: Vec<Located<Problem>>,
    /// Whether a row was not read: what the model would then say of sums is beside the point.
    damaged: bool,
}

impl Reading<'_> {
    fn row(&mut self, row: &[u8], line: u64, draft: &mut DayDraft) {
        let Ok(text) = std::str::from_utf8(row) else {
            return self.damage(line, Problem::NotUtf8);
        };
        let row = self.header.cut(text);
        let (expected, found) = (self.header.count(), row.fields.len());
        if !row.whole {
            return self.damage(line, Problem::Quote);
        }
        if found != expected {
            return self.damage(line, Problem::FieldCount { expected, found });
        }
        self.of_day(self.header.day(&row), line, draft);
        self.of_account(self.header.account(&row), line, draft);
        let Some(account) = draft.accounts.last_mut() else { return };
        let fields = self.header.operation(&row);
        // A row without an operation says only that the account is there.
        let empty = fields.iter().all(|field| field.is_empty());
        let alone = self.account.as_ref().is_some_and(|account| account.line == line);
        if !(empty && alone) {
            account.operations.push(operation(fields, line));
        }
    }

    fn of_day(&mut self, fields: [&str; DAY.len()], line: u64, draft: &mut DayDraft) {
        match &self.day {
            Some(day) => {
                let problems = disagreements(&DAY, day, &fields);
                problems.into_iter().for_each(|problem| self.problem(line, problem));
            }
            None => {
                let [treasury, date, _, _, holder_name, holder_cui] = fields.map(str::to_owned);
                *draft = DayDraft { treasury, date, holder_name, holder_cui, ..std::mem::take(draft) };
                self.day = Some(Repeated { line, fields: fields.map(str::to_owned) });
            }
        }
    }

    fn of_account(&mut self, fields: [&str; ACCOUNT.len()], line: u64, draft: &mut DayDraft) {
        let same = self
            .account
            .as_ref()
            .filter(|account| account.fields.first().map(String::as_str) == fields.first().copied());
        match same {
            Some(account) => {
                let problems = disagreements(&ACCOUNT, account, &fields);
                problems.into_iter().for_each(|problem| self.problem(line, problem));
            }
            None => {
                draft.accounts.push(account(fields, line));
                self.account = Some(Repeated { line, fields: fields.map(str::to_owned) });
            }
        }
    }

    /// The time of editing and the correction mark.
    fn marks(&mut self) -> (String, bool) {
        let Some(Repeated { line, fields: [_, _, edited, correction, _, _] }) = &self.day else {
            return (String::new(), false);
        };
        let (line, edited, correction) = (*line, edited.clone(), correction.clone());
        let is = |words: [&str; 3]| words.iter().any(|word| correction.eq_ignore_ascii_case(word));
        if !correction.is_empty() && !is(["0", "false", "nu"]) && !is(["1", "true", "da"]) {
            self.problem(line, Problem::CorrectionMark { found: correction.as_str().into() });
        }
        (edited, is(["1", "true", "da"]))
    }

    fn check(mut self, draft: &DayDraft) -> Result<crate::model::StatementDay, Vec<Located<Problem>>> {
        if self.damaged {
            return Err(self.problems);
        }
        match draft.check() {
            Ok(day) if self.problems.is_empty() => return Ok(day),
            Ok(_) => {}
            Err(faults) => {
                let faults =
                    faults.into_iter().map(|fault| Located::new(fault.place, Problem::Day(fault.what)));
                self.problems.extend(faults);
                self.problems.sort_by_key(|problem| problem.place.line);
            }
        }
        Err(self.problems)
    }

    fn damage(&mut self, line: u64, problem: Problem) {
        self.damaged = true;
        self.problem(line, problem);
    }

    fn problem(&mut self, line: u64, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Located::new(Place::line(line), problem));
        }
    }
}

fn disagreements<const N: usize>(
    names: &[&'static str; N],
    first: &Repeated<N>,
    fields: &[&str; N],
) -> Vec<Problem> {
    let pairs = names.iter().zip(first.fields.iter().zip(fields));
    pairs
        .filter(|(_, (first, field))| first != *field)
        .map(|(name, _)| Problem::Disagrees { column: name, line: first.line })
        .collect()
}

fn account(fields: [&str; ACCOUNT.len()], line: u64) -> AccountDraft {
    let [account, iban, od, oc, rd, rc, td, tc, cd, cc] = fields.map(str::to_owned);
    AccountDraft {
        place: Place::line(line),
        account,
        iban,
        opening: SumsDraft { debit: od, credit: oc },
        turnover: SumsDraft { debit: rd, credit: rc },
        totals: SumsDraft { debit: td, credit: tc },
        closing: SumsDraft { debit: cd, credit: cc },
        ..AccountDraft::default()
    }
}

fn operation(fields: [&str; super::header::OPERATION.len()], line: u64) -> OperationDraft {
    let [
        document,
        document_date,
        payment_date,
        reference,
        counterparty_iban,
        counterparty_code,
        counterparty_name,
        debit,
        credit,
        commitment,
        indicator,
        program,
        explanation,
    ] = fields.map(str::to_owned);
    OperationDraft {
        place: Place::line(line),
        document,
        document_date,
        payment_date,
        reference,
        counterparty_iban,
        counterparty_code,
        counterparty_name,
        sums: SumsDraft { debit, credit },
        commitment,
        indicator,
        program,
        explanation,
    }
}
