//! The rows of a table on their pages: kept whole, carried over, and painted.

use super::layout::{FRESH, Typesetter};
use super::page::{BALANCE_FILL, BOTTOM, HEAD_FILL, MARGIN, RIGHT, Sheet};
use super::structure::{Element, Tag, Tree};
use super::syntax::Centi;
use super::table::{self, Align, Cell, Columns, Kind, LEADING, PAD, PAD_ROW, Row};
use std::ops::Range;

/// From the upper edge of a line in a cell to its baseline.
const BASELINE: Centi = 610;

impl Typesetter<'_> {
    /// Puts the row that was measured onto this page or the next, or over several if it is taller than one;
    /// `after` is room for what must follow it on the same page.
    pub(super) fn place(&mut self, kind: Kind, body: Element, after: Centi) {
        let row = self.tree.add(Tag::Row, body);
        let cells: Vec<Element> =
            self.row.cells.iter().map(|cell| self.tree.add(kind.tag(cell), row)).collect();
        self.keep_in_table(Row::height(self.row.tallest) + after);
        let mut from = 0;
        while from < self.row.tallest {
            let room = usize::try_from((self.y - BOTTOM - 2 * PAD_ROW) / LEADING).unwrap_or(0);
            if room == 0 {
                self.continue_table();
                continue;
            }
            let to = self.row.tallest.min(from + room);
            self.paint_row(kind, from..to, &cells);
            from = to;
        }
    }

    fn paint_row(&mut self, kind: Kind, part: Range<usize>, cells: &[Element]) {
        let height = Row::height(part.len());
        let top = self.y;
        self.y -= height;
        let (y, left, right) = (self.y, MARGIN, RIGHT);
        if self.grid.is_some_and(|(open, _)| open != kind) {
            self.end_grid();
        }
        self.grid = self.grid.or(Some((kind, top)));
        self.grid_end = y;
        let Some(sheet) = self.sheets.last_mut() else { return };
        if kind == Kind::Balance {
            sheet.fill(BALANCE_FILL, [left, y, right - left, height]);
        }
        sheet.rule((left, y), (right, y));
        let mut marks = cells.iter();
        for cell in &self.row.cells {
            let element = marks.next().copied();
            paint_cell(sheet, &mut self.tree, &self.columns, &self.row, cell, &part, element, top);
        }
    }

    /// The column headings: as content the first time, as an artifact on later pages.
    pub(super) fn paint_headings(&mut self, head: Option<Element>) {
        let height = Row::height(self.headings.tallest);
        let top = self.y;
        self.y -= height;
        let row = head.map(|head| self.tree.add(Tag::Row, head));
        let Some(sheet) = self.sheets.last_mut() else { return };
        sheet.fill(HEAD_FILL, [MARGIN, self.y, RIGHT - MARGIN, height]);
        sheet.rule((MARGIN, top), (RIGHT, top));
        sheet.rule((MARGIN, self.y), (RIGHT, self.y));
        sheet.verticals((0..=table::COLUMNS).map(|column| self.columns.span(column, 0).0), top, self.y);
        if row.is_none() {
            sheet.open_pagination("Header");
        }
        for cell in &self.headings.cells {
            let element = row.map(|row| self.tree.add(Kind::Headings.tag(cell), row));
            let part = 0..self.headings.tallest;
            paint_cell(sheet, &mut self.tree, &self.columns, &self.headings, cell, &part, element, top);
        }
        if row.is_none() {
            sheet.close();
        }
    }

    /// The vertical rules of the newest rows of one kind on this page.
    pub(super) fn end_grid(&mut self) {
        let Some((kind, top)) = self.grid.take() else { return };
        let bottom = self.grid_end;
        let Some(sheet) = self.sheets.last_mut() else { return };
        let inside = table::BEFORE_SUMS..=table::BEFORE_SUMS + 2;
        let ends = |column: &usize| matches!(*column, 0 | table::COLUMNS) || inside.contains(column);
        let columns = (0..=table::COLUMNS).filter(|column| kind != Kind::Balance || ends(column));
        sheet.verticals(columns.map(|column| self.columns.span(column, 0).0), top, bottom);
    }

    /// What a later page has for rows.
    pub(super) fn page_of_rows(&self) -> Centi {
        FRESH - Row::height(self.headings.tallest) - BOTTOM
    }

    /// A new page with the column headings if less than this is free, unless no page has so much.
    pub(super) fn keep_in_table(&mut self, height: Centi) {
        if self.y - height < BOTTOM && height <= self.page_of_rows() {
            self.continue_table();
        }
    }

    fn continue_table(&mut self) {
        self.end_grid();
        self.new_page();
        self.paint_headings(None);
    }
}

/// One cell's lines of this part of the row, as content of its element or, without one, inside an open artifact.
#[expect(clippy::too_many_arguments, reason = "a cell, everything that it is painted with")]
fn paint_cell(
    sheet: &mut Sheet,
    tree: &mut Tree,
    columns: &Columns,
    row: &Row<'_>,
    cell: &Cell,
    part: &Range<usize>,
    element: Option<Element>,
    top: Centi,
) {
    let lines = row.lines.get(cell.lines.clone()).unwrap_or_default();
    let lines = lines.get(part.start.min(lines.len())..part.end.min(lines.len())).unwrap_or_default();
    if lines.is_empty() {
        return;
    }
    if let Some(element) = element {
        let id = tree.mark(element);
        sheet.open(tree.tag(element).name(), id);
    }
    let (left, right) = columns.span(cell.column, cell.span);
    let spare = row.tallest.saturating_sub(lines.len());
    let down = match element.map(|element| tree.tag(element)) {
        None | Some(Tag::ColumnHeading) => Row::height(spare) - Row::height(0),
        Some(_) => 0,
    };
    let mut y = top - PAD_ROW - BASELINE - down / 2;
    for line in lines {
        let x = match cell.align {
            Align::Left => left + PAD,
            Align::Right => right - PAD - line.width,
            Align::Centre => (left + right - line.width) / 2,
        };
        sheet.text(&row.texts, line, row.size, (x, y));
        y -= LEADING;
    }
    if element.is_some() {
        sheet.close();
    }
}
