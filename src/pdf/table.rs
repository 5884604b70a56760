//! The table of an account: thirteen columns, how wide they are, and what a row needs.
//!
//! Widths are fixed but for the two sums: a day with very large amounts gets wider ones, at the cost of the
//! names and the explanations, which wrap.

use super::fonts::{Faces, Weight};
use super::structure::Tag;
use super::syntax::Centi;
use super::text::{Line, Texts};
use crate::model::{Account, Bani, Operation, StatementDay, Sums};
use jiff::civil::Date;
use std::ops::Range;

/// How many columns.
pub(super) const COLUMNS: usize = 13;
/// The columns before the sums, which the label of a balance row spans.
pub(super) const BEFORE_SUMS: usize = 7;
/// Size of what stands in a cell.
pub(super) const CELL: Centi = 650;
/// Size of the column headings.
pub(super) const HEADING: Centi = 600;
/// From baseline to baseline in a cell.
pub(super) const LEADING: Centi = 800;
/// Between a cell's text and its sides.
pub(super) const PAD: Centi = 220;
/// Between a cell's text and its upper and lower rule.
pub(super) const PAD_ROW: Centi = 210;

/// The headings, art. 3 g to r with *cod program* where the real page has it.
const HEADINGS: [&str; COLUMNS] = [
    "NR. DOCUMENT",
    "DATA DOC",
    "DATA PLĂȚII",
    "NR. REFERINȚĂ BANCĂ/TREZORERIE",
    "IBAN PLĂTITOR/BENEFICIAR",
    "COD PLĂTITOR/BENEFICIAR",
    "NUME PLĂTITOR/BENEFICIAR",
    "DEBIT",
    "CREDIT",
    "COD ANGAJAMENT",
    "INDICATOR ANGAJAMENT",
    "COD PROGRAM",
    "NR. INTERN - EXPLICAȚII",
];

/// Widths without the sums' growth; they fill the page between its margins.
const WIDTHS: [Centi; COLUMNS] =
    [4_000, 3_850, 3_850, 5_300, 9_850, 5_400, 9_100, 5_200, 5_200, 5_200, 4_700, 4_250, 12_689];
const DEBIT: usize = 7;
const CREDIT: usize = 8;
const NAME: usize = 6;
const EXPLANATION: usize = 12;
/// Of three hundredths that a sum grows, the explanation gives two and the name one.
const NAME_SHARE: Centi = 3;

/// What a table's row is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Headings,
    Balance,
    Operation,
}

impl Kind {
    /// What a cell of such a row is.
    pub(super) const fn tag(self, cell: &Cell) -> Tag {
        match (self, cell.span) {
            (Self::Headings, _) => Tag::ColumnHeading,
            (Self::Balance, BEFORE_SUMS) => Tag::RowHeading,
            (Self::Balance, 4) => Tag::WideCell,
            _ => Tag::Cell,
        }
    }
}

/// Where the columns begin; the last number is where the last one ends.
#[derive(Clone, Debug)]
pub(super) struct Columns(pub(super) [Centi; COLUMNS + 1]);

impl Columns {
    /// Columns wide enough for every amount of the day.
    pub(super) fn of(day: &StatementDay, texts: &mut Texts<'_>, left: Centi) -> Self {
        let widest = widest(day).page();
        texts.clear();
        let needed = texts.line(&widest, Weight::Bold, CELL).width + 2 * PAD + 10;
        let growth = (needed - WIDTHS[DEBIT]).max(0) * 2;
        let mut widths = WIDTHS;
        widths[DEBIT] += growth / 2;
        widths[CREDIT] += growth / 2;
        widths[NAME] -= growth / NAME_SHARE;
        widths[EXPLANATION] -= growth - growth / NAME_SHARE;
        let mut at = left;
        let mut edges = [left; COLUMNS + 1];
        for (edge, width) in edges.iter_mut().skip(1).zip(widths) {
            at += width;
            *edge = at;
        }
        Self(edges)
    }

    /// Left and right edge of so many columns from one on.
    pub(super) fn span(&self, column: usize, count: usize) -> (Centi, Centi) {
        let edge = |at: usize| self.0.get(at).copied().unwrap_or_default();
        (edge(column), edge(column + count))
    }
}

/// The amount that takes the most room: the longest, with a sign if any has one.
fn widest(day: &StatementDay) -> Bani {
    let of = |sums: Sums| [sums.debit.get(), sums.credit.get()];
    let amounts = day.accounts().iter().flat_map(|account| {
        let balances = [account.opening(), account.turnover(), account.totals(), account.closing()];
        balances.into_iter().chain(account.operations().iter().map(Operation::sums)).flat_map(of)
    });
    let (low, high) = amounts.fold((0, 0), |(low, high), bani| (bani.min(low), bani.max(high)));
    Bani::new(if low < 0 { low.min(high.saturating_neg()) } else { high })
}

/// How the text of a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
    Centre,
}

/// A cell: the columns that it spans and its lines.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) span: usize,
    pub(super) align: Align,
    pub(super) lines: Range<usize>,
}

/// A row, measured. Used again and again, so that it allocates nothing.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) texts: Texts<'a>,
    pub(super) cells: Vec<Cell>,
    pub(super) lines: Vec<Line>,
    pub(super) size: Centi,
    /// Lines of its tallest cell.
    pub(super) tallest: usize,
}

impl<'a> Row<'a> {
    pub(super) const fn new(faces: &'a Faces) -> Self {
        let texts = Texts::new(faces);
        Self { texts, cells: Vec::new(), lines: Vec::new(), size: CELL, tallest: 1 }
    }

    fn start(&mut self, size: Centi) {
        self.texts.clear();
        self.cells.clear();
        self.lines.clear();
        self.size = size;
        self.tallest = 1;
    }

    fn cell(
        &mut self,
        columns: &Columns,
        (column, span): (usize, usize),
        align: Align,
        text: &str,
        weight: Weight,
    ) {
        let (left, right) = columns.span(column, span);
        let items = self.texts.add(text, weight);
        let start = self.lines.len();
        let count = self.texts.wrap(items, self.size, right - left - 2 * PAD, &mut self.lines);
        self.tallest = self.tallest.max(count);
        self.cells.push(Cell { column, span, align, lines: start..start + count });
    }

    /// The column headings.
    pub(super) fn headings(&mut self, columns: &Columns) {
        self.start(HEADING);
        for (column, text) in HEADINGS.into_iter().enumerate() {
            self.cell(columns, (column, 1), Align::Centre, text, Weight::Bold);
        }
    }

    /// A balance: its label, debit and credit.
    pub(super) fn balance(&mut self, columns: &Columns, label: &str, sums: Sums) {
        self.start(CELL);
        self.cell(columns, (0, BEFORE_SUMS), Align::Right, label, Weight::Bold);
        for (column, amount) in [(DEBIT, sums.debit), (CREDIT, sums.credit)] {
            self.cell(columns, (column, 1), Align::Right, &amount.page(), Weight::Bold);
        }
        self.cell(columns, (CREDIT + 1, COLUMNS - CREDIT - 1), Align::Left, "", Weight::Regular);
    }

    /// An operation. The side that is nothing stays empty.
    pub(super) fn operation(&mut self, columns: &Columns, operation: &Operation) {
        use Align::{Centre, Left, Right};
        self.start(CELL);
        let sums = operation.sums();
        let amount = |side: Bani| if side.is_zero() { String::new() } else { side.page() };
        let (debit, credit) = (amount(sums.debit), amount(sums.credit));
        let (document_date, payment_date) =
            (written(operation.document_date()), written(operation.payment_date()));
        let cells: [(Align, &str); COLUMNS] = [
            (Left, operation.document().as_str()),
            (Centre, &document_date),
            (Centre, &payment_date),
            (Left, operation.reference().as_str()),
            (Left, operation.counterparty_iban().map_or("", |iban| iban.as_str())),
            (Left, operation.counterparty_code().as_str()),
            (Left, operation.counterparty_name().as_str()),
            (Right, &debit),
            (Right, &credit),
            (Left, operation.commitment().map_or("", |code| code.as_str())),
            (Centre, operation.indicator().map_or("", |code| code.as_str())),
            (Left, operation.program().map_or("", |code| code.as_str())),
            (Left, operation.explanation().as_str()),
        ];
        for (column, (align, text)) in cells.into_iter().enumerate() {
            self.cell(columns, (column, 1), align, text, Weight::Regular);
        }
    }

    /// The height of so many of its lines.
    pub(super) fn height(lines: usize) -> Centi {
        Centi::try_from(lines).unwrap_or(Centi::MAX / LEADING - 1) * LEADING + 2 * PAD_ROW
    }
}

/// The balances after the operations, in the order's words.
pub(super) fn closing_rows(account: &Account) -> [(&'static str, Sums); 3] {
    [("Rulaj zi", account.turnover()), ("Total sume", account.totals()), ("Sold final", account.closing())]
}

/// A date as the page shows it: `dd.MM.yyyy`.
pub(super) fn written(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}
