//! Day files become institutions' days: three forms, one model, flat memory.
//!
//! ```text
//! bytes ──open──▶ Record, Record, …  ──parse──▶ Entry: a StatementDay, or all that is wrong with it
//!        (cut, on one thread)         (on any thread)
//! ```
//!
//! | form | a record is | described in |
//! |---|---|---|
//! | JSON Lines `.jsonl` | one line | `schemas/day.schema.json` |
//! | CSV `.csv` | the contiguous rows of one institution, treasury and date | `schemas/csv.md` |
//! | `extras` XML `.xml` | the file | `schemas/extras.xsd` |
//!
//! **Contract.** A record is cut without being understood, so that a file of any length is read in the
//! memory of its largest record (and, for CSV, 24 bytes for each institution, to know one that
//! reappears). What is wrong with a record refuses that record, whole, with every problem that can be
//! told; the others go on. [`FileFault`] ends the file.
//!
//! **Limits**: [`MAX_RECORD`], [`MAX_ROW`], and the model's counts. A record beyond them is refused and
//! its bytes are passed over, not kept.

#![deny(clippy::indexing_slicing, clippy::as_conversions)] // hostile bytes are read here

mod csv;
mod edited;
mod extras;
mod fault;
pub mod inbox;
mod json;
mod lines;
#[cfg(test)]
mod tests;

pub use fault::{FileFault, Problem};

use crate::diag::{Located, Place};
use crate::model::StatementDay;
use jiff::Timestamp;
use std::io::BufRead;
use std::sync::Arc;

/// The largest record, bytes: a JSON line, the rows of one institution, an XML file. The model's
/// 50,000 operations take some 25 MB in the wordiest of the three forms.
pub const MAX_RECORD: usize = 64 << 20;
/// The longest CSV row, bytes: its longest field has 1,000 characters, the others together some 600.
pub const MAX_ROW: usize = 64 << 10;

/// The three forms of a day file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.jsonl`
    JsonLines,
    /// `.csv`
    Csv,
    /// `.xml`
    Extras,
}

impl Format {
    /// By the extension, in capitals too.
    pub fn of(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let forms = [("jsonl", Self::JsonLines), ("csv", Self::Csv), ("xml", Self::Extras)];
        forms.into_iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, form)| form)
    }

    /// Whether a file with this end is whole: its last line is finished, its root element closed. A
    /// file that was cut anywhere else never is, so that half an evening is not taken for a whole one.
    pub fn is_complete(self, tail: &[u8]) -> bool {
        match self {
            Self::JsonLines | Self::Csv => tail.ends_with(b"\n"),
            Self::Extras => {
                // UTF-16 is refused when it is read, not waited for: its zeros are passed over here.
                let end: Vec<u8> =
                    tail.iter().copied().filter(|b| *b != 0 && !b.is_ascii_whitespace()).collect();
                end.ends_with(b"</extras>")
            }
        }
    }
}

/// One institution's day as raw bytes with their place: cheap to cut out of the file, not yet parsed.
#[derive(Debug)]
pub struct Record {
    form: Form,
    place: Place,
    bytes: Vec<u8>,
    /// What cutting found: it refuses the record, whatever parsing says.
    problems: Vec<Located<Problem>>,
    correction: bool,
}

impl Record {
    /// Whether its bytes were too many to be kept: cutting has said so.
    fn is_lost(&self) -> bool {
        self.bytes.is_empty() && !self.problems.is_empty()
    }
}

/// What parsing needs beside the bytes.
#[derive(Debug)]
enum Form {
    Json,
    Csv(Arc<csv::Header>),
    Extras { name: Arc<str> },
}

/// A record that was parsed: the day or its problems, and what the quarantine needs.
#[derive(Debug)]
pub struct Entry {
    /// The input's own time of editing, to the second.
    pub edited: Option<Timestamp>,
    /// Whether the input says that it corrects a published day.
    pub correction: bool,
    /// Where the record begins.
    pub place: Place,
    day: Result<StatementDay, Vec<Located<Problem>>>,
    label: String,
    record: Vec<u8>,
    header: Option<Arc<csv::Header>>,
}

impl Entry {
    /// The day, or everything that is wrong with it; taken once, an empty list afterwards.
    ///
    /// # Errors
    /// All problems of the record, in the order of the input.
    pub fn take_day(&mut self) -> Result<StatementDay, Vec<Located<Problem>>> {
        std::mem::replace(&mut self.day, Err(Vec::new()))
    }

    /// The record's own bytes, ended by a line end where its form has lines. Empty where it was too
    /// large to be kept.
    pub fn record(&self) -> &[u8] {
        &self.record
    }

    /// What must stand once before such records for them to be a day file again: the header row of CSV.
    pub fn header(&self) -> &[u8] {
        self.header.as_deref().map(csv::Header::line).unwrap_or_default()
    }

    /// Treasury, CUI and date as they were written, as far as they could be read.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// The records of a day file, in order, flat in memory. After a fault there is nothing more.
///
/// `name` is the file's name, from which an `extras` XML takes treasury and CUI; `correction` says
/// that a companion marks the whole file as a correction.
pub fn open<R: BufRead + 'static>(
    name: &str,
    format: Format,
    source: R,
    correction: bool,
) -> Box<dyn Iterator<Item = Result<Record, FileFault>>> {
    match format {
        Format::JsonLines => Box::new(json::Records::new(source, correction)),
        Format::Csv => Box::new(csv::Records::new(source, correction)),
        Format::Extras => Box::new(extras::records(name, source, correction)),
    }
}

/// Parses one record. Touches nothing but its argument: may be called on any thread.
pub fn parse(record: Record) -> Entry {
    let parsed = match &record.form {
        _ if record.is_lost() => Parsed::lost(),
        Form::Json => json::parse(&record),
        Form::Csv(header) => csv::parse(header, &record),
        Form::Extras { name } => extras::parse(name, &record),
    };
    let Record { form, place, bytes, mut problems, correction } = record;
    let mut edited = None;
    let day = match parsed.day {
        Ok(day) if problems.is_empty() => match edited::of(&parsed.edited, &day) {
            Ok(time) => {
                edited = time;
                Ok(day)
            }
            Err(problem) => Err(vec![Located::new(place, problem)]),
        },
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    };
    let header = match form {
        Form::Csv(header) => Some(header),
        Form::Json | Form::Extras { .. } => None,
    };
    let correction = correction || parsed.correction;
    Entry { edited, correction, place, day, label: parsed.label, record: bytes, header }
}

/// What a form's parser returns.
struct Parsed {
    day: Result<StatementDay, Vec<Located<Problem>>>,
    /// The time of editing as it was written; empty where there is none.
    edited: String,
    correction: bool,
    label: String,
}

impl Parsed {
    /// A record of which nothing could be understood.
    fn refused(place: Place, problem: Problem) -> Self {
        Self { day: Err(vec![Located::new(place, problem)]), ..Self::lost() }
    }

    /// A record whose bytes are gone.
    fn lost() -> Self {
        Self { day: Err(Vec::new()), edited: String::new(), correction: false, label: label("", "", "") }
    }
}

/// A record's label out of what was written; `?` for what was not.
fn label(treasury: &str, cui: &str, date: &str) -> String {
    let part = |text: &str| match text.trim() {
        "" => "?".to_owned(),
        text => text.chars().take(16).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect(),
    };
    format!("{} {} {}", part(treasury), part(cui), part(date))
}
