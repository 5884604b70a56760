//! What was handed over on memory sticks: the second half of a stick document's life.
//!
//! ```text
//!   placed (in state/stick/) ──▶ delivered ──▶ delivered again (a lost stick)
//! ```
//!
//! A document may be delivered many times; each time is a record, and none is ever removed.

use super::{FileDigest, LedgerFault, StatementId};
use jiff::Timestamp;

/// A document that waits for its client's stick, or was on one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StickDocument {
    /// Its number.
    pub id: StatementId,
    /// File name of the PDF.
    pub name: String,
    /// The day that it is for, ISO 8601.
    pub date: String,
    /// Where it lies, relative to the root of its channel.
    pub path: String,
    /// SHA-256 of it.
    pub document: FileDigest,
    /// Its length, bytes.
    pub length: u64,
}

/// That documents were handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Volume id of the stick; none where it could not be read and the clerk answered for it.
    pub volume: Option<String>,
    /// The operating-system user who handed it over.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The part of the ledger that remembers sticks.
pub trait Deliveries {
    /// A client's documents that were never delivered, oldest day first.
    fn undelivered(&mut self, cui: &str) -> Result<Vec<StickDocument>, LedgerFault>;

    /// A client's documents of one day, delivered or not.
    fn stick_documents_of(&mut self, cui: &str, date: &str) -> Result<Vec<StickDocument>, LedgerFault>;

    /// A client's documents that were delivered to this stick.
    fn delivered_to(&mut self, cui: &str, volume: &str) -> Result<Vec<StickDocument>, LedgerFault>;

    /// Records a delivery; durable when it returns.
    fn deliver(&mut self, ids: &[StatementId], delivery: &Delivery) -> Result<(), LedgerFault>;
}
