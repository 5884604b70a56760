//! The text of the pages against the checked day: every cell by what it says and by where it stands.
//!
//! The day tells what must come next; the pages are walked once, sheet by sheet. A row that is taller than
//! a sheet goes on on the next one: its parts are joined while they are a beginning of what is expected.
//! **Failure.** [`Difference`]s; where a row or a paragraph is missing or more, the walk ends there.

use super::scan::{EDGES, FOOT, Line, Mark, Piece};
use super::{Centi, PageText};
use crate::diag::{Explain, Lang};
use crate::model::{Account, Bani, Operation, StatementDay, Sums};
use jiff::civil::Date;

/// Differences that are told of one document; more say nothing more.
const DIFFERENCES: usize = 20;
const COLUMNS: usize = 13;
const DEBIT: usize = 7;
const CREDIT: usize = 8;
/// Between a cell's text and its sides.
const PAD: Centi = 220;
/// From baseline to baseline in a cell.
const LEADING: Centi = 800;
/// At least from the last baseline of a row to the first of the next.
const ROW: Centi = 1_200;
/// Characters of a value that a message shows.
const SHOWN: usize = 80;
const TITLE: &str = "EXTRAS DE CONT";
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

type Cells = [String; COLUMNS];

/// One place where the page says something else than the XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The account, where the place belongs to one.
    pub account: Option<String>,
    /// The operation in the account, counted from 1.
    pub operation: Option<usize>,
    /// Heading of the column, label of the balance, or name of the paragraph, as on the page.
    pub place: String,
    /// What the XML says.
    pub expected: String,
    /// What the page says.
    pub found: String,
}

impl Explain for Difference {
    fn say(&self, lang: Lang) -> String {
        let shown = |text: &str| -> String {
            text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
        };
        let (expected, found) = (shown(&self.expected), shown(&self.found));
        let mut place = String::new();
        if let Some(account) = &self.account {
            place.push_str(if lang == Lang::En { "account " } else { "contul " });
            place.push_str(account);
            place.push_str(", ");
        }
        if let Some(operation) = self.operation {
            let word = if lang == Lang::En { "operation" } else { "operațiunea" };
            place.push_str(&format!("{word} {operation}, "));
        }
        place.push_str(&self.place);
        match lang {
            Lang::En => format!("page, {place}: expected `{expected}`, found `{found}`"),
            Lang::Ro => format!("pagina, {place}: trebuia `{expected}`, este `{found}`"),
        }
    }
}

/// Where the pages say something else than the day; `file`: the name at their foot, where it is known.
pub(in crate::verify) fn against(
    text: &PageText,
    day: &StatementDay,
    file: Option<&str>,
) -> (Vec<Difference>, bool) {
    let mut walk = Walk {
        text,
        day,
        file,
        sheet: 0,
        at: 0,
        floor: Centi::MAX,
        open: None,
        operation: None,
        found: Vec::new(),
    };
    // What ends the walk is among the differences.
    let _ended = walk.all();
    (walk.found, text.proven)
}

struct Walk<'a> {
    text: &'a PageText,
    day: &'a StatementDay,
    file: Option<&'a str>,
    sheet: usize,
    at: usize,
    /// The lowest baseline so far on this sheet.
    floor: Centi,
    /// The account whose table is open.
    open: Option<&'a Account>,
    operation: Option<usize>,
    found: Vec<Difference>,
}

impl<'a> Walk<'a> {
    fn all(&mut self) -> Option<()> {
        self.paragraph(Mark::Title, "titlu", |text| text == TITLE, TITLE)?;
        let date = format!("la data: {}", written(self.day.date()));
        self.paragraph(Mark::Paragraph, "la data", |text| text == date, &date)?;
        let edited = "Editat la data: ZZ.LL.AAAA, ora HH:MM";
        self.paragraph(Mark::Paragraph, "Editat la data", |text| has_form(text, edited), edited)?;
        self.paragraph(
            Mark::Paragraph,
            "Trezorerie",
            |text| text.starts_with("Trezorerie: "),
            "Trezorerie: …",
        )?;
        if self.peek()?.mark == Mark::Paragraph {
            let replaced = "Rectifică documentul ";
            self.paragraph(Mark::Paragraph, "Rectifică", |text| text.starts_with(replaced), replaced)?;
        }
        for account in self.day.accounts() {
            self.account(account)?;
        }
        self.paragraph(
            Mark::Paragraph,
            "semnături",
            |text| text == "Întocmit și verificat,",
            "Întocmit și verificat,",
        )?;
        self.end()
    }

    fn account(&mut self, account: &'a Account) -> Option<()> {
        let holder = self.day.holder().name().as_str();
        let iban = account.iban().map_or("–", |iban| iban.as_str());
        let name = account.account().as_str();
        let heading = format!("CONT {name}  (denumire titular cont) {holder}  (cont IBAN) {iban}");
        self.paragraph(Mark::Heading, "CONT", |text| text == heading, &heading)?;
        let mut lines = Vec::with_capacity(COLUMNS);
        for _ in 0..COLUMNS {
            lines.extend(self.take(Mark::HeadCell, "DEBIT", "cap de tabel")?.lines.iter());
        }
        self.open = Some(account);
        self.headings(&lines);
        self.balance("Sold precedent", account.opening())?;
        for (index, operation) in (1..).zip(account.operations()) {
            self.operation = Some(index);
            self.row(&cells(operation), None)?;
        }
        self.operation = None;
        self.balance("Rulaj zi", account.turnover())?;
        self.balance("Total sume", account.totals())?;
        self.balance("Sold final", account.closing())?;
        self.open = None;
        Some(())
    }

    fn balance(&mut self, label: &'static str, sums: Sums) -> Option<()> {
        let mut expected = Cells::default();
        label.clone_into(&mut expected[0]);
        expected[DEBIT] = sums.debit.page();
        expected[CREDIT] = sums.credit.page();
        self.row(&expected, Some(label))
    }

    /// One row, over as many sheets as it takes.
    fn row(&mut self, expected: &Cells, label: Option<&'static str>) -> Option<()> {
        let mut found = Cells::default();
        loop {
            self.part(&mut found, label)?;
            let begun = !found.iter().zip(expected).all(|(found, whole)| same(found, whole))
                && found.iter().zip(expected).all(|(found, whole)| whole.starts_with(found.as_str()));
            let ends_sheet = self.pieces().get(self.at).is_some_and(|piece| piece.mark == Mark::Footer);
            if !(begun && ends_sheet) || self.sheet + 1 >= self.text.sheets.len() {
                break;
            }
        }
        for (column, (expected, found)) in HEADINGS.iter().zip(expected.iter().zip(&found)) {
            if !same(expected, found) {
                let place = label.map_or_else(|| (*column).to_owned(), |label| format!("{label}, {column}"));
                self.differs(&place, expected, found);
            }
        }
        Some(())
    }

    /// The cells of a row on one sheet, added to what the sheet before had.
    fn part(&mut self, cells: &mut Cells, label: Option<&'static str>) -> Option<()> {
        let place = label.unwrap_or("rând");
        if !matches!(self.peek()?.mark, Mark::Cell | Mark::HeadCell) {
            let found = self.peek()?.text();
            self.differs(place, place, &found);
            return None;
        }
        let (mut first, mut next, mut lowest) = (None, 0, Centi::MAX);
        while let Some(piece) = self.pieces().get(self.at) {
            if !matches!(piece.mark, Mark::Cell | Mark::HeadCell) {
                break;
            }
            let Some(top) = piece.lines.first() else { return self.misplaced(place, piece) };
            let spans = label.is_some() && piece.mark == Mark::HeadCell;
            let column = if spans { Some(0) } else { self.column(top.x) };
            let Some(column) = column else { return self.misplaced(place, piece) };
            if first.is_some_and(|y| y != top.y) || column < next {
                break;
            }
            let heads = piece.mark == Mark::HeadCell;
            let fits = self.fits(piece, column, if spans { DEBIT } else { column + 1 });
            if heads != spans || !fits || (first.is_none() && top.y > self.floor.saturating_sub(ROW)) {
                return self.misplaced(place, piece);
            }
            first = Some(top.y);
            next = column + 1;
            lowest = piece.lines.iter().map(|line| line.y).fold(lowest, Centi::min);
            if let Some(cell) = cells.get_mut(column) {
                piece.lines.iter().for_each(|line| cell.push_str(&line.text));
            }
            self.at += 1;
        }
        self.floor = lowest;
        first.map(|_| ())
    }

    /// Whether all lines stand inside these columns, one under the other.
    fn fits(&self, piece: &Piece, from: usize, to: usize) -> bool {
        let edges = self.edges();
        let (Some(left), Some(right)) = (edges.get(from), edges.get(to)) else { return false };
        let inside =
            |line: &Line| line.x >= left + PAD && line.x.saturating_add(line.width) <= right - PAD + 1;
        // A single glyph may be wider than a column that the sums made narrow: it is shown all the same.
        let apart = piece.lines.windows(2).all(|pair| match pair {
            [upper, lower] => upper.y - lower.y == LEADING,
            _ => true,
        });
        apart && piece.lines.iter().all(inside)
    }

    fn edges(&self) -> &'a [Centi] {
        self.text.sheets.get(self.sheet).map_or(&[], |sheet| sheet.edges.as_slice())
    }

    fn column(&self, x: Centi) -> Option<usize> {
        let edges = self.edges();
        let column = edges.partition_point(|edge| *edge <= x).checked_sub(1)?;
        (column < COLUMNS && edges.len() == EDGES).then_some(column)
    }

    /// The column headings, each over its column.
    fn headings(&mut self, lines: &[&Line]) {
        let mut found = Cells::default();
        for line in lines {
            let cell = self.column(line.x).and_then(|column| found.get_mut(column));
            match cell {
                Some(cell) => cell.push_str(&line.text),
                None => self.differs("cap de tabel", "", &line.text),
            }
        }
        for (expected, found) in HEADINGS.iter().zip(&found) {
            if expected != found {
                self.differs("cap de tabel", expected, found);
            }
        }
    }

    fn paragraph(
        &mut self,
        mark: Mark,
        place: &str,
        holds: impl Fn(&str) -> bool,
        expected: &str,
    ) -> Option<()> {
        let found = self.take(mark, expected, place)?.text();
        if !holds(&found) {
            self.differs(place, expected, &found);
        }
        Some(())
    }

    /// The next piece, which must be of this kind and stand below the one before.
    fn take(&mut self, mark: Mark, expected: &str, place: &str) -> Option<&'a Piece> {
        let piece = self.peek()?;
        if piece.mark != mark {
            self.differs(place, expected, &piece.text());
            return None;
        }
        self.at += 1;
        if mark == Mark::HeadCell {
            self.below_head(piece)?;
        } else {
            for line in &piece.lines {
                if line.y > self.floor.saturating_sub(LEADING) {
                    return self.misplaced(place, piece);
                }
                self.floor = line.y;
            }
        }
        Some(piece)
    }

    /// Headings stand beside each other, each under the paragraph before.
    fn below_head(&mut self, piece: &'a Piece) -> Option<()> {
        let (_, before) = (piece, self.pieces().get(..self.at.saturating_sub(1)).unwrap_or_default());
        let above = before.iter().rev().find(|piece| piece.mark != Mark::HeadCell);
        let limit = above.and_then(|piece| piece.lines.last()).map_or(Centi::MAX, |line| line.y);
        for line in &piece.lines {
            if line.y > limit.saturating_sub(LEADING) {
                return self.misplaced("cap de tabel", piece);
            }
            self.floor = self.floor.min(line.y);
        }
        Some(())
    }

    fn pieces(&self) -> &'a [Piece] {
        self.text.sheets.get(self.sheet).map_or(&[], |sheet| sheet.pieces.as_slice())
    }

    /// The next piece of the statement, past the foot of a sheet and the head of the next.
    fn peek(&mut self) -> Option<&'a Piece> {
        loop {
            let piece = self.pieces().get(self.at);
            match piece {
                Some(piece) if !matches!(piece.mark, Mark::Header | Mark::Footer) => return Some(piece),
                Some(piece) if piece.mark == Mark::Footer && self.sheet + 1 < self.text.sheets.len() => {
                    self.foot(piece)?;
                    self.head()?;
                }
                other => {
                    let found = other.map(Piece::text).unwrap_or_default();
                    self.differs("rând", "…", &found);
                    return None;
                }
            }
        }
    }

    /// The foot of a sheet, the last thing on it.
    fn foot(&mut self, piece: &Piece) -> Option<()> {
        let expected = format!("pagina {} din {}", self.sheet + 1, self.text.sheets.len());
        let found = match piece.lines.as_slice() {
            [left, right] if self.file.is_none_or(|file| left.text == file) => right.text.clone(),
            _ => piece.text(),
        };
        let low = piece.lines.iter().all(|line| line.y == FOOT) && self.floor >= FOOT + LEADING;
        if found != expected || !low || self.at + 1 != self.pieces().len() {
            self.differs("subsol", &expected, &found);
            return None;
        }
        Some(())
    }

    /// The line at the head of a later sheet and, inside a table, the column headings.
    fn head(&mut self) -> Option<()> {
        self.sheet += 1;
        self.at = 0;
        let date = written(self.day.date());
        let left = format!("{TITLE} la data: {date} – {}", self.day.holder().name().as_str());
        let right =
            self.open.map_or_else(String::new, |a| format!("CONT {} (continuare)", a.account().as_str()));
        let texts: Vec<&str> = self.header()?.lines.iter().map(|line| line.text.as_str()).collect();
        if texts != [left.as_str(), right.as_str()] {
            self.differs("antet", &format!("{left}{right}"), &texts.concat());
        }
        let line = self.pieces().first().and_then(|piece| piece.lines.first());
        self.floor = line.map_or(Centi::MAX, |line| line.y);
        if self.open.is_some() {
            let lines: Vec<&Line> = self.header()?.lines.iter().collect();
            let highest = lines.iter().map(|line| line.y).max().unwrap_or(Centi::MAX);
            if highest > self.floor.saturating_sub(LEADING) {
                self.differs("antet", "", "");
            }
            self.headings(&lines);
            self.floor = lines.iter().map(|line| line.y).fold(self.floor, Centi::min);
        }
        Some(())
    }

    fn header(&mut self) -> Option<&'a Piece> {
        let piece = self.pieces().get(self.at);
        self.at += 1;
        match piece {
            Some(piece) if piece.mark == Mark::Header => Some(piece),
            other => {
                let found = other.map(Piece::text).unwrap_or_default();
                self.differs("antet", TITLE, &found);
                None
            }
        }
    }

    /// The foot of the last sheet, and the boxes of the signatures between it and the text.
    fn end(&mut self) -> Option<()> {
        let Some(piece) = self.pieces().get(self.at).filter(|piece| piece.mark == Mark::Footer) else {
            let more = self.pieces().get(self.at).map(Piece::text).unwrap_or_default();
            self.differs("subsol", "", &more);
            return None;
        };
        let free = |(bottom, top): &(Centi, Centi)| *bottom >= FOOT + LEADING && *top <= self.floor - PAD;
        if self.sheet + 1 != self.text.sheets.len() || !self.text.boxes.iter().all(free) {
            self.differs("semnături", "", "");
        }
        self.foot(piece)
    }

    fn misplaced<T>(&mut self, place: &str, piece: &Piece) -> Option<T> {
        self.differs(place, "", &piece.text());
        None
    }

    fn differs(&mut self, place: &str, expected: &str, found: &str) {
        if self.found.len() < DIFFERENCES {
            self.found.push(Difference {
                account: self.open.map(|account| account.account().as_str().to_owned()),
                operation: self.operation,
                place: place.to_owned(),
                expected: expected.to_owned(),
                found: found.to_owned(),
            });
        }
    }
}

/// Whether two cells say the same. Most are empty, and comparing nothing costs a processor that masks its loads
/// hundreds of cycles where an empty text points nowhere.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

/// What an operation's row says.
fn cells(operation: &Operation) -> Cells {
    let amount = |side: Bani| if side.is_zero() { String::new() } else { side.page() };
    let sums = operation.sums();
    [
        operation.document().as_str().to_owned(),
        written(operation.document_date()),
        written(operation.payment_date()),
        operation.reference().as_str().to_owned(),
        operation.counterparty_iban().map_or("", |iban| iban.as_str()).to_owned(),
        operation.counterparty_code().as_str().to_owned(),
        operation.counterparty_name().as_str().to_owned(),
        amount(sums.debit),
        amount(sums.credit),
        operation.commitment().map_or("", |code| code.as_str()).to_owned(),
        operation.indicator().map_or("", |code| code.as_str()).to_owned(),
        operation.program().map_or("", |code| code.as_str()).to_owned(),
        operation.explanation().as_str().to_owned(),
    ]
}

/// `dd.MM.yyyy`.
fn written(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// Whether a text has this form; a capital of `ZLAHM` behind the first colon stands for a digit.
fn has_form(text: &str, form: &str) -> bool {
    let digits = form.find(':').unwrap_or(0);
    let same = |((at, form), found): ((usize, char), char)| {
        if at > digits && "ZLAHM".contains(form) { found.is_ascii_digit() } else { form == found }
    };
    text.chars().count() == form.chars().count() && form.char_indices().zip(text.chars()).all(same)
}
