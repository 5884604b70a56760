//! JSON Lines, the native form: one institution's day a line.
//!
//! ```json
//! {"treasury":"521","date":"2026-05-12","edited":"2026-05-12T18:42:00","correction":false,
//!  "holder":{"name":"COMUNA EXEMPLU","cui":"9999008"},
//!  "accounts":[{"account":"21A0702019999008","iban":"RO12TREZ1312107020201XXX",
//!    "opening":{"debit":"0","credit":"530641.5"},
//!    "operations":[{"document":"77","document_date":"2026-05-11", …}],
//!    "turnover":{…},"totals":{…},"closing":{…}}]}
//! ```
//!
//! (On one line; blank lines are passed over.) Values may be text or numbers; a number is taken as it
//! is written, digit by digit, so that `1.005` is refused and never rounded. `null` and a field that
//! is not there are the same. A field that is unknown, or stands twice in an object, refuses the day:
//! of two readers one would take the first and the other the second.

mod shape;

use super::lines::Lines;
use super::{FileFault, Form, MAX_RECORD, Parsed, Problem, Record, label};
use crate::diag::{Located, Place};
use crate::model::{AccountDraft, DayDraft, Fault, MAX_ACCOUNTS, MAX_OPERATIONS, OperationDraft, SumsDraft};
use serde_json::error::Category;
use shape::{AccountShape, DayShape, OperationShape, Scalar, Stray, SumsShape};
use std::io::BufRead;

/// Opening braces of the largest day: itself, its holder, five objects an account, one an operation.
/// Counted before anything is built, so that memory is bounded by the model's limits.
const MAX_OBJECTS: usize = 2 + 5 * MAX_ACCOUNTS + MAX_OPERATIONS;

/// The records of a file.
pub(super) struct Records<R> {
    lines: Lines<R>,
    correction: bool,
    done: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) const fn new(source: R, correction: bool) -> Self {
        Self { lines: Lines::new(source, MAX_RECORD), correction, done: false }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Record, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let line = match self.lines.next() {
                Ok(Some(line)) if line.is_blank() => continue,
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(fault) => {
                    self.done = true;
                    return Some(Err(fault));
                }
            };
            let place = Place::line(line.number);
            let mut bytes = line.bytes;
            let mut problems = Vec::new();
            if line.too_long {
                problems.push(Located::new(place, Problem::TooLarge { max: MAX_RECORD }));
            } else {
                bytes.push(b'\n');
            }
            return Some(Ok(Record {
                form: Form::Json,
                place,
                bytes,
                problems,
                correction: self.correction,
            }));
        }
        self.done = true;
        None
    }
}

/// The line as a day.
pub(super) fn parse(record: &Record) -> Parsed {
    let Ok(text) = std::str::from_utf8(&record.bytes) else {
        return Parsed::refused(record.place, Problem::NotUtf8);
    };
    if memchr::memchr_iter(b'{', &record.bytes).count() > MAX_OBJECTS {
        let fault = Fault::TooManyOperations { max: MAX_OPERATIONS };
        return Parsed::refused(record.place, Problem::Day(fault));
    }
    let shape: DayShape = match serde_json::from_str(text) {
        Ok(shape) => shape,
        Err(error) => {
            let column = error.column();
            let problem = match error.classify() {
                Category::Data => Problem::JsonShape { column },
                Category::Syntax | Category::Eof | Category::Io => Problem::JsonSyntax { column },
            };
            return Parsed::refused(record.place, problem);
        }
    };
    let mut reading = Reading { line: record.place.line, place: record.place, problems: Vec::new() };
    reading.day(shape)
}

/// Shapes become drafts; what the shapes lack is noted with its JSON path.
struct Reading {
    line: u64,
    place: Place,
    problems: Vec<Located<Problem>>,
}

impl Reading {
    fn day(&mut self, shape: DayShape) -> Parsed {
        self.stray(shape.stray);
        let edited = self.text("edited", shape.edited, false);
        let correction = self.flag(shape.correction);
        let mut draft = DayDraft {
            place: self.place,
            treasury: self.text("treasury", shape.treasury, true),
            date: self.text("date", shape.date, true),
            ..DayDraft::default()
        };
        match shape.holder {
            None => self.problem(Problem::MissingField { name: "holder" }),
            Some(holder) => {
                self.stray(holder.stray);
                draft.holder_name = self.text("holder.name", holder.name, true);
                draft.holder_cui = self.text("holder.cui", holder.cui, true);
            }
        }
        let accounts = shape.accounts.unwrap_or_default().into_iter().enumerate();
        draft.accounts = accounts.map(|(index, account)| self.account(index, account)).collect();
        let label = label(&draft.treasury, &draft.holder_cui, &draft.date);
        Parsed { day: self.check(&draft), edited, correction, label }
    }

    /// The model's check; of a field that is missing it would only say so again.
    fn check(&mut self, draft: &DayDraft) -> Result<crate::model::StatementDay, Vec<Located<Problem>>> {
        let mut problems = std::mem::take(&mut self.problems);
        let known = problems.len();
        match draft.check() {
            Ok(day) if problems.is_empty() => return Ok(day),
            Ok(_) => {}
            Err(faults) => {
                for fault in faults {
                    let told = problems.iter().take(known).any(|problem| repeats(problem, &fault));
                    if !told {
                        problems.push(Located::new(fault.place, Problem::Day(fault.what)));
                    }
                }
            }
        }
        Err(problems)
    }

    fn account(&mut self, index: usize, shape: AccountShape) -> AccountDraft {
        let account = u32::try_from(index).unwrap_or(u32::MAX);
        self.place = Place::account(self.line, account);
        self.stray(shape.stray);
        let mut draft = AccountDraft {
            place: self.place,
            account: self.text("account", shape.account, true),
            iban: self.text("iban", shape.iban, false),
            opening: self.sums("opening", shape.opening),
            turnover: self.sums("turnover", shape.turnover),
            totals: self.sums("totals", shape.totals),
            closing: self.sums("closing", shape.closing),
            ..AccountDraft::default()
        };
        let operations = shape.operations.unwrap_or_default().into_iter().zip(0_u32..);
        draft.operations = operations
            .map(|(operation, index)| {
                self.place = Place::operation(self.line, account, index);
                self.operation(operation)
            })
            .collect();
        draft
    }

    fn operation(&mut self, shape: OperationShape) -> OperationDraft {
        self.stray(shape.stray);
        OperationDraft {
            place: self.place,
            document: self.text("document", shape.document, true),
            document_date: self.text("document_date", shape.document_date, true),
            payment_date: self.text("payment_date", shape.payment_date, true),
            reference: self.text("reference", shape.reference, true),
            counterparty_iban: self.text("counterparty_iban", shape.counterparty_iban, false),
            counterparty_code: self.text("counterparty_code", shape.counterparty_code, true),
            counterparty_name: self.text("counterparty_name", shape.counterparty_name, false),
            sums: SumsDraft {
                debit: self.text("debit", shape.debit, false),
                credit: self.text("credit", shape.credit, false),
            },
            commitment: self.text("commitment", shape.commitment, false),
            indicator: self.text("indicator", shape.indicator, false),
            program: self.text("program", shape.program, false),
            explanation: self.text("explanation", shape.explanation, true),
        }
    }

    fn sums(&mut self, name: &'static str, shape: Option<SumsShape>) -> SumsDraft {
        let Some(shape) = shape else {
            self.problem(Problem::MissingField { name });
            return SumsDraft::default();
        };
        self.stray(shape.stray);
        SumsDraft {
            debit: self.text("debit", shape.debit, false),
            credit: self.text("credit", shape.credit, false),
        }
    }

    fn text(&mut self, name: &'static str, scalar: Option<Scalar>, required: bool) -> String {
        match scalar {
            Some(Scalar::Text(text)) => return text,
            Some(Scalar::Flag(_) | Scalar::Other) => self.problem(Problem::WrongKind { name }),
            None if required => self.problem(Problem::MissingField { name }),
            None => {}
        }
        String::new()
    }

    fn flag(&mut self, scalar: Option<Scalar>) -> bool {
        match scalar {
            None => false,
            Some(Scalar::Flag(flag)) => flag,
            Some(Scalar::Text(found)) => {
                self.problem(Problem::CorrectionMark { found: found.into() });
                false
            }
            Some(Scalar::Other) => {
                self.problem(Problem::WrongKind { name: "correction" });
                false
            }
        }
    }

    fn stray(&mut self, stray: Stray) {
        stray.unknown.into_iter().for_each(|name| self.problem(Problem::UnknownField { name }));
        stray.repeated.into_iter().for_each(|name| self.problem(Problem::RepeatedField { name }));
    }

    /// As many as the model lists; what comes after them tells a clerk nothing more.
    fn problem(&mut self, problem: Problem) {
        const MOST: usize = 200;
        if self.problems.len() < MOST {
            self.problems.push(Located::new(self.place, problem));
        }
    }
}

/// Whether a fault of the model only repeats that a field is missing or no text.
fn repeats(problem: &Located<Problem>, fault: &Located<Fault>) -> bool {
    let (Problem::MissingField { name } | Problem::WrongKind { name }) = &problem.what else { return false };
    let Fault::In(field, _) = &fault.what else { return false };
    let of_holder = *name == "holder" && field.name().starts_with("holder.");
    problem.place == fault.place && (field.name() == *name || of_holder)
}
