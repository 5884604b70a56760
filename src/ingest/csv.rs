//! CSV, as a `SELECT … JOIN …` of a core banking database gives it.
//!
//! One operation a row, the columns of its day and of its account repeated; an account without
//! operations is one row whose operation columns are empty. The rows of one day (treasury, CUI, date)
//! stand together, and in it those of one account.
//!
//! **Cutting** reads a row only as far as the three columns that say whose it is. A row that does not
//! say (it is damaged there) refuses the days on both its sides: it may belong to either. A day that
//! reappears is refused with both lines; what stood first is long on its way.
//!
//! Written here and not taken from the `csv` crate, because a row is a line (a quoted line break is
//! refused, so that a lost quote never swallows the neighbours), lengths are bounded before anything
//! is kept, and refused rows are put aside byte for byte.

mod header;
mod rows;

pub(super) use header::Header;
pub(super) use rows::parse;

use super::lines::{Line, Lines};
use super::{FileFault, Form, MAX_RECORD, MAX_ROW, Problem, Record};
use crate::diag::{Located, Place};
use header::Key;
use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

/// The records of a file.
pub(super) struct Records<R> {
    lines: Lines<R>,
    header: Option<Arc<Header>>,
    /// The first row of the next record, and whose it is.
    next: Option<(Line, Key)>,
    /// Whose rows were seen, and where first.
    seen: HashMap<[u8; 16], u64>,
    /// The line of a row of nobody, after which a new record began.
    damaged: Option<u64>,
    correction: bool,
    done: bool,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(source: R, correction: bool) -> Self {
        Self {
            lines: Lines::new(source, MAX_ROW),
            header: None,
            next: None,
            seen: HashMap::new(),
            damaged: None,
            correction,
            done: false,
        }
    }

    /// The header, read once.
    fn header(&mut self) -> Result<Arc<Header>, FileFault> {
        if let Some(header) = &self.header {
            return Ok(Arc::clone(header));
        }
        let line = loop {
            match self.lines.next()? {
                Some(line) if line.is_blank() => {}
                Some(line) => break line,
                None => return Err(FileFault::NoHeader),
            }
        };
        let header = Arc::new(Header::read(&line)?);
        self.header = Some(Arc::clone(&header));
        Ok(header)
    }

    /// The next row that is not blank.
    fn row(&mut self, header: &Header) -> Result<Option<(Line, Key)>, FileFault> {
        if let Some(row) = self.next.take() {
            return Ok(Some(row));
        }
        while let Some(line) = self.lines.next()? {
            if !header.is_blank(&line) {
                let key = header.key(&line);
                return Ok(Some((line, key)));
            }
        }
        Ok(None)
    }

    fn record(&mut self) -> Result<Option<Record>, FileFault> {
        let header = self.header()?;
        let Some((first, key)) = self.row(&header)? else { return Ok(None) };
        let place = Place::line(first.number);
        let mut record = Record {
            form: Form::Csv(Arc::clone(&header)),
            place,
            bytes: Vec::new(),
            problems: self.marks(key, first.number),
            correction: self.correction,
        };
        let mut rows = Kept::default();
        rows.add(first);
        while let Some((line, its)) = self.row(&header)? {
            if its != key && its != Key::Unknown {
                self.next = Some((line, its));
                break;
            }
            // Between two rows of one day, a damaged one is of that day and of no other.
            self.damaged = (its == Key::Unknown).then_some(line.number);
            rows.add(line);
        }
        record.bytes = rows.into_bytes(&mut record.problems, place);
        Ok(Some(record))
    }

    /// What cutting knows against a record.
    fn marks(&mut self, key: Key, line: u64) -> Vec<Located<Problem>> {
        let mut problems = Vec::new();
        if let Some(damaged) = self.damaged.take() {
            problems.push(Located::new(Place::line(line), Problem::Neighbour { line: damaged }));
        }
        match key {
            Key::Unknown => self.damaged = Some(line),
            Key::Of(digest) => {
                let first = *self.seen.entry(digest).or_insert(line);
                if first != line {
                    let problem = Problem::Reappears { first, again: line };
                    problems.push(Located::new(Place::line(line), problem));
                }
            }
        }
        problems
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Record, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let record = self.record().transpose();
        self.done = !matches!(record, Some(Ok(_)));
        record
    }
}

/// The rows of a record, as long as they are not too many. Each is kept with its line number by
/// blank lines for those that were passed over.
#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    next: u64,
    too_large: bool,
}

impl Kept {
    fn add(&mut self, line: Line) {
        let skipped = if self.next == 0 { 0 } else { line.number.saturating_sub(self.next) };
        self.next = line.number.saturating_add(1);
        let skipped = usize::try_from(skipped).unwrap_or(usize::MAX);
        let length = self.bytes.len().saturating_add(line.bytes.len()).saturating_add(skipped);
        if line.too_long || length >= MAX_RECORD {
            self.too_large = true;
        }
        if self.too_large {
            self.bytes = Vec::new();
            return;
        }
        self.bytes.resize(self.bytes.len().saturating_add(skipped), b'\n');
        self.bytes.extend_from_slice(&line.bytes);
        self.bytes.push(b'\n');
    }

    fn into_bytes(self, problems: &mut Vec<Located<Problem>>, place: Place) -> Vec<u8> {
        if self.too_large {
            problems.push(Located::new(place, Problem::TooLarge { max: MAX_RECORD }));
        }
        self.bytes
    }
}
