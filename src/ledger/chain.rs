//! The ledger as a chain: every record is followed by an event whose digest covers the event before it.
//!
//! ```text
//!   digest(0) = 32 zero bytes      digest(n) = SHA-256(digest(n-1) ‖ record(n))
//! ```
//!
//! A record is one line of JSON: what was taken, signed, placed, refused or delivered, with all its fields. An
//! event is written in the transaction of what it records. Whoever changes, removes or adds a record breaks the
//! chain or must write all that follows anew; then the [`Head`]s that were signed and kept elsewhere disagree.

use super::{Channel, FileDigest, LedgerFault};

/// How far the chain had come at some moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Number of events.
    pub events: u64,
    /// The digest of the last one; zeros where there is none.
    pub digest: FileDigest,
}

/// What is wrong inside the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainBreak {
    /// An event does not follow from the one before it.
    Altered {
        /// Its number.
        event: u64,
    },
    /// An event is not there.
    Gone {
        /// Its number.
        event: u64,
    },
    /// A record of the tables of which no event tells: added, or changed.
    NoEvent {
        /// The record as it is now.
        record: String,
    },
    /// An event whose record is not in the tables: removed, or changed.
    NoRecord {
        /// Number of the event.
        event: u64,
        /// The record as it was.
        record: String,
    },
    /// A statement in a state to which its events did not bring it.
    State {
        /// Its number.
        statement: i64,
    },
}

/// A document that the ledger says is somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedDocument {
    /// In which tree.
    pub channel: Channel,
    /// Where, relative to the root of that tree.
    pub path: String,
    /// SHA-256 of it.
    pub document: FileDigest,
    /// Whether it went to the archive.
    pub archived: bool,
}

/// The part of the ledger that proves the rest.
pub trait Chain {
    /// The head now.
    fn head(&mut self) -> Result<Head, LedgerFault>;

    /// The head when there were so many events; `None` where there are fewer now.
    fn head_at(&mut self, events: u64) -> Result<Option<Head>, LedgerFault>;

    /// Everything that is wrong between events and tables; nothing where the ledger is whole.
    fn breaks(&mut self) -> Result<Vec<ChainBreak>, LedgerFault>;

    /// Every document that was placed.
    fn documents(&mut self) -> Result<Vec<PlacedDocument>, LedgerFault>;
}
