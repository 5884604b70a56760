//! The chain as a journal: what happened, one event a line, for whoever watches an office at work.
//!
//! An event names the institution by its CUI and nothing more of anybody: reasons, sources and names of people stay in the ledger.

use super::{FileDigest, LedgerFault, StatementId};
use jiff::Timestamp;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Its number in the chain.
    pub event: u64,
    /// What: `taken`, `signed`, `placed`, `refused`, `delivered`, `held`, `approved`, `rejected`, `shown`, `restored`, `adopted`, `archived`.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// To which statement, where to one.
    pub statement: Option<Subject>,
}

/// A statement, by what may be told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its number.
    pub id: StatementId,
    /// The unit.
    pub treasury: String,
    /// The institution.
    pub cui: String,
    /// The day, ISO 8601.
    pub date: String,
    /// `folder` or `stick`.
    pub channel: String,
    /// SHA-256 of the document, where there is one.
    pub document: Option<FileDigest>,
}

/// What is open at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Taken and neither placed nor refused.
    pub taken: u64,
    /// Of these, waiting for a person.
    pub waiting: u64,
    /// Since when the first of those waits.
    pub oldest: Option<Timestamp>,
}

/// The part of the ledger that tells what happened.
pub trait Journal {
    /// What happened after an event, in order; at most so many.
    fn since(&mut self, event: u64, most: u32) -> Result<Vec<Happened>, LedgerFault>;

    /// What is open.
    fn open_now(&mut self) -> Result<Open, LedgerFault>;
}
