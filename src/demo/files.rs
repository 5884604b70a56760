//! Day files as a core application would export them: JSON Lines and CSV (`schemas/` describes both).
//!
//! A day is written as it is, right or wrong, one institution after the other, and nothing is kept:
//! a file of any length costs the memory of one institution.

use crate::model::{AccountDraft, DayDraft, OperationDraft, SumsDraft};
use serde::Serialize;
use std::io::{self, Write};

/// One institution's day on one line.
#[derive(Serialize)]
struct Line<'a> {
    treasury: &'a str,
    date: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited: Option<&'a str>,
    holder: HolderOf<'a>,
    accounts: Vec<AccountOf<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    correction: bool,
}

#[derive(Serialize)]
struct HolderOf<'a> {
    name: &'a str,
    cui: &'a str,
}

#[derive(Serialize)]
struct AccountOf<'a> {
    account: &'a str,
    iban: &'a str,
    opening: SumsOf<'a>,
    operations: Vec<OperationOf<'a>>,
    turnover: SumsOf<'a>,
    totals: SumsOf<'a>,
    closing: SumsOf<'a>,
}

#[derive(Serialize)]
struct SumsOf<'a> {
    debit: &'a str,
    credit: &'a str,
}

#[derive(Serialize)]
struct OperationOf<'a> {
    document: &'a str,
    document_date: &'a str,
    payment_date: &'a str,
    reference: &'a str,
    counterparty_iban: &'a str,
    counterparty_code: &'a str,
    counterparty_name: &'a str,
    debit: &'a str,
    credit: &'a str,
    commitment: &'a str,
    indicator: &'a str,
    program: &'a str,
    explanation: &'a str,
}

/// What a file says of a day beside the day itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks<'a> {
    /// The time of editing, ISO 8601; none leaves it to the clock.
    pub edited: Option<&'a str>,
    /// Whether the day replaces one that is published.
    pub correction: bool,
}

/// Writes one line of a `.jsonl` file.
pub fn json_line(to: &mut impl Write, day: &DayDraft, marks: Marks<'_>) -> io::Result<()> {
    let line = Line {
        treasury: &day.treasury,
        date: &day.date,
        edited: marks.edited,
        holder: HolderOf { name: &day.holder_name, cui: &day.holder_cui },
        accounts: day.accounts.iter().map(AccountOf::from).collect(),
        correction: marks.correction,
    };
    serde_json::to_writer(&mut *to, &line)?;
    to.write_all(b"\n")
}

impl<'a> From<&'a AccountDraft> for AccountOf<'a> {
    fn from(account: &'a AccountDraft) -> Self {
        Self {
            account: &account.account,
            iban: &account.iban,
            opening: (&account.opening).into(),
            operations: account.operations.iter().map(OperationOf::from).collect(),
            turnover: (&account.turnover).into(),
            totals: (&account.totals).into(),
            closing: (&account.closing).into(),
        }
    }
}

impl<'a> From<&'a SumsDraft> for SumsOf<'a> {
    fn from(sums: &'a SumsDraft) -> Self {
        Self { debit: &sums.debit, credit: &sums.credit }
    }
}

impl<'a> From<&'a OperationDraft> for OperationOf<'a> {
    fn from(operation: &'a OperationDraft) -> Self {
        Self {
            document: &operation.document,
            document_date: &operation.document_date,
            payment_date: &operation.payment_date,
            reference: &operation.reference,
            counterparty_iban: &operation.counterparty_iban,
            counterparty_code: &operation.counterparty_code,
            counterparty_name: &operation.counterparty_name,
            debit: &operation.sums.debit,
            credit: &operation.sums.credit,
            commitment: &operation.commitment,
            indicator: &operation.indicator,
            program: &operation.program,
            explanation: &operation.explanation,
        }
    }
}

/// The columns of a `.csv` file, in the order in which they are written here.
pub const COLUMNS: [&str; 29] = [
    "treasury",
    "date",
    "edited",
    "correction",
    "holder_name",
    "holder_cui",
    "account",
    "iban",
    "opening_debit",
    "opening_credit",
    "turnover_debit",
    "turnover_credit",
    "totals_debit",
    "totals_credit",
    "closing_debit",
    "closing_credit",
    "document",
    "document_date",
    "payment_date",
    "reference",
    "counterparty_iban",
    "counterparty_code",
    "counterparty_name",
    "debit",
    "credit",
    "commitment",
    "indicator",
    "program",
    "explanation",
];

/// Writes the days as a `.csv` file: a row an operation, its account's columns repeated; an account
/// without operations has one row.
pub fn csv<'a>(to: impl Write, days: impl IntoIterator<Item = (&'a DayDraft, Marks<'a>)>) -> io::Result<()> {
    let mut rows = csv::WriterBuilder::new().delimiter(b';').from_writer(to);
    rows.write_record(COLUMNS)?;
    let nothing = OperationDraft::default();
    for (day, marks) in days {
        for account in &day.accounts {
            if account.operations.is_empty() {
                rows.write_record(row(day, marks, account, &nothing))?;
            }
            for operation in &account.operations {
                rows.write_record(row(day, marks, account, operation))?;
            }
        }
    }
    rows.flush()
}

fn row<'a>(
    day: &'a DayDraft,
    marks: Marks<'a>,
    account: &'a AccountDraft,
    operation: &'a OperationDraft,
) -> [&'a str; 29] {
    [
        &day.treasury,
        &day.date,
        marks.edited.unwrap_or_default(),
        if marks.correction { "1" } else { "" },
        &day.holder_name,
        &day.holder_cui,
        &account.account,
        &account.iban,
        &account.opening.debit,
        &account.opening.credit,
        &account.turnover.debit,
        &account.turnover.credit,
        &account.totals.debit,
        &account.totals.credit,
        &account.closing.debit,
        &account.closing.credit,
        &operation.document,
        &operation.document_date,
        &operation.payment_date,
        &operation.reference,
        &operation.counterparty_iban,
        &operation.counterparty_code,
        &operation.counterparty_name,
        &operation.sums.debit,
        &operation.sums.credit,
        &operation.commitment,
        &operation.indicator,
        &operation.program,
        &operation.explanation,
    ]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(mark: &bool) -> bool {
    !*mark
}

#[cfg(test)]
mod tests {
    use super::super::three_days;
    use super::*;
    use crate::ingest::{self, Format};
    use crate::model::{CanonicalDigest, canonical_digest};

    const MARKS: Marks<'_> = Marks { edited: Some("2026-05-13T18:42:00+03:00"), correction: true };

    fn digests(name: &str, format: Format, bytes: Vec<u8>) -> Vec<CanonicalDigest> {
        let records = ingest::open(name, format, std::io::Cursor::new(bytes), false);
        let digest = |record: Result<_, ingest::FileFault>| {
            let mut entry = ingest::parse(record.expect("a record"));
            assert!(entry.correction);
            assert_eq!(entry.edited.map(|at| at.as_second()), Some(1_778_686_920));
            canonical_digest(&entry.take_day().expect("a day that adds up"))
        };
        records.map(digest).collect()
    }

    #[test]
    fn both_forms_are_read_as_the_days_that_were_written() {
        let days = three_days().second;
        let written: Vec<_> =
            days.iter().map(|day| canonical_digest(&day.check().expect("a day that adds up"))).collect();
        let (mut lines, mut rows) = (Vec::new(), Vec::new());
        days.iter().for_each(|day| json_line(&mut lines, day, MARKS).expect("written"));
        csv(&mut rows, days.iter().map(|day| (day, MARKS))).expect("written");
        assert_eq!(digests("a.jsonl", Format::JsonLines, lines), written);
        assert_eq!(digests("a.csv", Format::Csv, rows), written);
    }
}
