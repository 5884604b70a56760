//! The page of the order's annex: what goes where, from the title to the signatures.
//!
//! A [`Typesetter`] walks through the day from top to bottom and paints as it goes; `y` is the upper edge of
//! what is still free. Its promises: an account's heading never stands alone at the foot; the column headings
//! head every page of a table (on later pages as an artifact); a row is split only if it is taller than a page;
//! the last balances and the signatures stay together.

use super::fonts::{Faces, Weight};
use super::page::{BALANCE_FILL, BLACK, BOTTOM, FOOT, GREY, MARGIN, NAVY, RIGHT, Sheet, TOP, WIDTH};
use super::statement::{Channel, Statement};
use super::structure::{Element, Tag, Tree};
use super::syntax::{Centi, hex};
use super::table::{Columns, Kind, Row, closing_rows, written};
use super::text::{Line, Texts};
use crate::clock::in_bucharest;
use crate::model::{Account, Sums};

/// A signature's box.
pub(super) const BOX_WIDTH: Centi = 25_000;
/// A signature's box.
pub(super) const BOX_HEIGHT: Centi = 6_600;
const BOX_GAP: Centi = 2_000;
/// Above an account's heading.
const ABOVE_HEADING: Centi = 1_300;
/// Between an account's heading and its table.
const BELOW_HEADING: Centi = 480;
/// Size of an account's heading.
const HEADING_SIZE: Centi = 850;
/// Where a later page begins, below the line at its head.
pub(super) const FRESH: Centi = TOP - RUNNING;
/// Lines of a first row for which a heading waits; a taller one may go on to the next page without it.
const BEGINNING: usize = 10;
/// What the line at the head of later pages takes.
const RUNNING: Centi = 1_400;
/// Size of what stands at the head and the foot of pages.
const FOOT_SIZE: Centi = 650;
/// Title of the annex.
const TITLE: &str = "EXTRAS DE CONT";
/// The line above the signatures.
const DRAWN_UP: &str = "Întocmit și verificat,";

/// A document that is set: its sheets, its tree, and the signatures' places on the last sheet.
pub(super) struct Layout {
    pub(super) sheets: Vec<Vec<u8>>,
    pub(super) tree: Tree,
    /// Left, bottom, right, top of each box.
    pub(super) boxes: Vec<[Centi; 4]>,
}

/// Sets the statement. `Err` names a character that the faces lack.
pub(super) fn layout(statement: &Statement<'_>, faces: &Faces) -> Result<Layout, char> {
    let mut setter = Typesetter::new(statement, faces);
    setter.title();
    for account in statement.day.accounts() {
        setter.account(account);
    }
    let boxes = setter.signatures();
    setter.finish(boxes)
}

/// Walks through the day from top to bottom.
pub(super) struct Typesetter<'a> {
    pub(super) statement: &'a Statement<'a>,
    pub(super) texts: Texts<'a>,
    pub(super) columns: Columns,
    pub(super) row: Row<'a>,
    /// The column headings, measured once.
    pub(super) headings: Row<'a>,
    pub(super) tree: Tree,
    pub(super) document: Element,
    pub(super) sheets: Vec<Sheet>,
    pub(super) y: Centi,
    /// Kind and upper edge of the newest rows of one kind on this page: their vertical rules wait for the last.
    pub(super) grid: Option<(Kind, Centi)>,
    /// Lower edge of those rows.
    pub(super) grid_end: Centi,
    /// The account whose table is open, for the head of its later pages.
    pub(super) open: Option<&'a Account>,
}

impl<'a> Typesetter<'a> {
    fn new(statement: &'a Statement<'a>, faces: &'a Faces) -> Self {
        let mut texts = Texts::new(faces);
        let columns = Columns::of(statement.day, &mut texts, MARGIN);
        let mut headings = Row::new(faces);
        headings.headings(&columns);
        let (mut tree, document) = Tree::new();
        tree.page();
        Self {
            statement,
            texts,
            columns,
            row: Row::new(faces),
            headings,
            tree,
            document,
            sheets: vec![Sheet::new()],
            y: TOP,
            grid: None,
            grid_end: 0,
            open: None,
        }
    }

    fn title(&mut self) {
        let statement = self.statement;
        let edited = in_bucharest(statement.edited);
        let day = format!("la data: {}", written(statement.day.date()));
        let (hour, minute) = (edited.hour(), edited.minute());
        let edited = format!("Editat la data: {}, ora {hour:02}:{minute:02}", written(edited.date()));
        self.centred(Tag::Title, TITLE, Weight::Bold, 1_800);
        self.y -= 600;
        self.centred(Tag::Paragraph, &day, Weight::Bold, 1_050);
        self.y -= 450;
        self.centred(Tag::Paragraph, &edited, Weight::Regular, 850);
        self.y -= 1_000;
        let unit = [("Trezorerie: ", Weight::Regular), (statement.treasury_name, Weight::Bold)];
        self.paragraph(Tag::Paragraph, &unit, 1_000, MARGIN);
        self.y -= 500;
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.fill(NAVY, [MARGIN, self.y, RIGHT - MARGIN, 90]);
        self.y -= 300;
        self.replaced();
    }

    /// What a correction replaces.
    fn replaced(&mut self) {
        let Some(replaced) = self.statement.replaces else { return };
        let hash = hex(&replaced.sha256);
        let parts = [
            ("Rectifică documentul ", Weight::Bold),
            (replaced.file.as_str(), Weight::Regular),
            (", SHA-256 ", Weight::Bold),
            (&hash, Weight::Regular),
        ];
        self.y -= 400;
        let top = self.y;
        self.y -= 350;
        self.paragraph(Tag::Paragraph, &parts, 750, MARGIN + 500);
        self.y -= 450;
        let bottom = self.y;
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.fill(BALANCE_FILL, [MARGIN, bottom, RIGHT - MARGIN, top - bottom]);
        sheet.fill(NAVY, [MARGIN, bottom, 180, top - bottom]);
        self.y -= 200;
    }

    fn account(&mut self, account: &'a Account) {
        let holder = self.statement.day.holder().name().as_str();
        let (bold, regular) = (Weight::Bold, Weight::Regular);
        let iban = account.iban().map_or("–", |iban| iban.as_str());
        let heading = [
            ("CONT ", bold),
            (account.account().as_str(), bold),
            ("  (denumire titular cont) ", regular),
            (holder, bold),
            ("  (cont IBAN) ", regular),
            (iban, bold),
        ];
        let lines = self.set(&heading, HEADING_SIZE, MARGIN);
        let heading_height = leading(HEADING_SIZE) * Centi::try_from(lines.len()).unwrap_or_default();
        let rows = self.first_rows(account);
        self.keep(ABOVE_HEADING + heading_height + BELOW_HEADING + rows);
        if self.y < FRESH {
            self.y -= ABOVE_HEADING;
        }
        self.paragraph(Tag::Heading, &heading, HEADING_SIZE, MARGIN);
        self.y -= BELOW_HEADING;
        let table = self.tree.add(Tag::Table, self.document);
        let head = self.tree.add(Tag::Head, table);
        self.paint_headings(Some(head));
        let body = self.tree.add(Tag::Body, table);
        self.open = Some(account);
        self.balance(body, "Sold precedent", account.opening());
        self.operations(body, account);
        for (label, sums) in closing_rows(account) {
            self.balance(body, label, sums);
        }
        self.end_grid();
        self.open = None;
    }

    /// The operations; the last one takes the closing balances with it, so that they head no page alone.
    fn operations(&mut self, body: Element, account: &Account) {
        let closing = Row::height(1) * 3;
        for (left, operation) in (0..account.operations().len()).rev().zip(account.operations()) {
            self.row.operation(&self.columns, operation);
            self.place(Kind::Operation, body, if left == 0 { closing } else { 0 });
        }
        if account.operations().is_empty() {
            self.keep_in_table(closing);
        }
    }

    /// Room for the rows that must follow a heading: the opening balance and what comes first after it.
    fn first_rows(&mut self, account: &Account) -> Centi {
        let closing = Row::height(1) * 3;
        let first = match account.operations() {
            [] => closing,
            [first, rest @ ..] => {
                self.row.operation(&self.columns, first);
                let begun = self.row.tallest.min(BEGINNING);
                Row::height(begun) + if rest.is_empty() { closing } else { 0 }
            }
        };
        Row::height(self.headings.tallest) + Row::height(1) + first
    }

    fn balance(&mut self, body: Element, label: &str, sums: Sums) {
        self.row.balance(&self.columns, label, sums);
        self.place(Kind::Balance, body, 0);
    }

    /// *Întocmit și verificat,* and the boxes of the signatures beside each other.
    fn signatures(&mut self) -> Vec<[Centi; 4]> {
        self.keep(4_500 + BOX_HEIGHT);
        self.y -= 2_000;
        self.paragraph(Tag::Paragraph, &[(DRAWN_UP, Weight::Bold)], 900, MARGIN);
        self.y -= 600;
        let (top, bottom) = (self.y, self.y - BOX_HEIGHT);
        let count = match self.statement.channel {
            Channel::Published => 2,
            Channel::Stick => 1,
        };
        (0..count)
            .map(|index| {
                let left = MARGIN + index * (BOX_WIDTH + BOX_GAP);
                self.tree.add(Tag::Form, self.document);
                [left, bottom, left + BOX_WIDTH, top]
            })
            .collect()
    }

    fn finish(mut self, boxes: Vec<[Centi; 4]>) -> Result<Layout, char> {
        let name = self.statement.name.pdf();
        let count = self.sheets.len();
        self.texts.clear();
        for (number, sheet) in (1_usize..).zip(&mut self.sheets) {
            let left = self.texts.line(&name, Weight::Regular, FOOT_SIZE);
            let page = format!("pagina {number} din {count}");
            let right = self.texts.line(&page, Weight::Regular, FOOT_SIZE);
            sheet.open_pagination("Footer");
            sheet.ink(GREY);
            sheet.text(&self.texts, &left, FOOT_SIZE, (MARGIN, FOOT));
            sheet.text(&self.texts, &right, FOOT_SIZE, (RIGHT - right.width, FOOT));
            sheet.close();
            self.texts.clear();
        }
        let missing = self.texts.missing().or(self.row.texts.missing());
        if let Some(missing) = missing.or(self.headings.texts.missing()) {
            return Err(missing);
        }
        let sheets = self.sheets.into_iter().map(Sheet::finish).collect();
        Ok(Layout { sheets, tree: self.tree, boxes })
    }

    fn centred(&mut self, tag: Tag, text: &str, weight: Weight, size: Centi) {
        self.texts.clear();
        let line = self.texts.line(text, weight, size);
        self.y -= size;
        let element = self.tree.add(tag, self.document);
        let id = self.tree.mark(element);
        let at = ((WIDTH - line.width) / 2, self.y);
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.open(tag.name(), id);
        sheet.text(&self.texts, &line, size, at);
        sheet.close();
    }

    /// Text of several weights from `left` to the right margin.
    fn paragraph(&mut self, tag: Tag, parts: &[(&str, Weight)], size: Centi, left: Centi) {
        let lines = self.set(parts, size, left);
        let element = self.tree.add(tag, self.document);
        let id = self.tree.mark(element);
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.open(tag.name(), id);
        for (index, line) in lines.iter().enumerate() {
            self.y -= if index == 0 { size } else { leading(size) };
            sheet.text(&self.texts, line, size, (left, self.y));
        }
        sheet.close();
    }

    /// The lines of such a paragraph.
    fn set(&mut self, parts: &[(&str, Weight)], size: Centi, left: Centi) -> Vec<Line> {
        self.texts.clear();
        for (text, weight) in parts {
            self.texts.add(text, *weight);
        }
        let mut lines = Vec::new();
        self.texts.wrap_all(size, RIGHT - left, &mut lines);
        lines
    }

    /// A new page if less than this is free on one that is begun.
    fn keep(&mut self, height: Centi) {
        if self.y - height < BOTTOM && self.y < FRESH {
            self.new_page();
        }
    }

    /// A later page: a line at its head says whose it is.
    pub(super) fn new_page(&mut self) {
        self.sheets.push(Sheet::new());
        self.tree.page();
        let day = self.statement.day;
        let holder = day.holder().name().as_str();
        let left = format!("{TITLE} la data: {} – {holder}", written(day.date()));
        let right =
            self.open.map_or(String::new(), |a| format!("CONT {} (continuare)", a.account().as_str()));
        self.texts.clear();
        let left = self.texts.line(&left, Weight::Regular, FOOT_SIZE);
        let right = self.texts.line(&right, Weight::Bold, FOOT_SIZE);
        let y = TOP - FOOT_SIZE;
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.open_pagination("Header");
        sheet.ink(GREY);
        sheet.text(&self.texts, &left, FOOT_SIZE, (MARGIN, y));
        sheet.text(&self.texts, &right, FOOT_SIZE, (RIGHT - right.width, y));
        sheet.ink(BLACK);
        sheet.close();
        self.y = FRESH;
    }
}

/// From baseline to baseline in a paragraph.
const fn leading(size: Centi) -> Centi {
    size * 5 / 4
}
