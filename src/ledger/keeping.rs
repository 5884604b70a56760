//! What happens to a ledger over the years: it is copied, put back, and told where old documents went.
//!
//! ```text
//!   backup ──(loss)──▶ restored (pending) ── each published document explained ──▶ adopted: work may begin
//!   placed ──after the years of keeping──▶ archived (elsewhere, the same bytes)
//! ```
//!
//! Restorations, adoptions and archivals are events of the chain like everything else: an auditor sees them.

use super::{AccountDay, FileDigest, LedgerFault, StatementId};
use crate::model::{CanonicalDigest, StatementName};
use jiff::{Timestamp, civil::Date};

/// That a backup took the place of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restoration {
    /// Its number; 0 of one that is not recorded yet.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The system's number of the user who did it.
    pub who: u32,
    /// The backup, by name.
    pub backup: String,
    /// How many events it had.
    pub events: u64,
    /// File names of the sealed heads that counted more, which it cannot have: one a line.
    pub heads: String,
}

/// A published document that a restored ledger did not know, explained by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Its name.
    pub name: StatementName,
    /// What its XML holds.
    pub canonical: CanonicalDigest,
    /// When its verifier says that it was signed.
    pub signed: Timestamp,
    /// SHA-256 of it.
    pub document: FileDigest,
    /// Its length, bytes.
    pub length: u64,
    /// Where it lies, relative to the published tree.
    pub path: String,
    /// Subject of the verifier's certificate and SHA-256 of that certificate.
    pub verifier: (String, FileDigest),
    /// The same of the seal.
    pub seal: (String, FileDigest),
    /// SHA-256 of the document that it replaces, where it names one.
    pub replaces: Option<FileDigest>,
    /// How its accounts stand.
    pub accounts: Vec<AccountDay>,
}

/// Why a document could not be adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAdopted {
    /// The ledger has another document of that day, which it does not replace.
    Conflict,
    /// What it replaces is not there.
    ReplacesNothing,
    /// The ledger has that name for another document.
    NameTaken,
}

/// A placed document that may go to the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archivable {
    /// Its number.
    pub id: StatementId,
    /// Where it lies, relative to the published tree.
    pub path: String,
    /// SHA-256 of it.
    pub document: FileDigest,
}

/// The part of the ledger that outlives its disk.
pub trait Keeping {
    /// Records a restoration; it is pending until [`Keeping::adopted`].
    fn restored(&mut self, restoration: &Restoration) -> Result<(), LedgerFault>;

    /// The restoration that is pending, where one is.
    fn pending(&mut self) -> Result<Option<Restoration>, LedgerFault>;

    /// Takes a document that explains itself; what it was before, where the ledger had taken its day.
    fn adopt(
        &mut self,
        document: &Adopted,
        now: Timestamp,
    ) -> Result<Result<Option<StatementId>, NotAdopted>, LedgerFault>;

    /// Nothing is left to be explained: so many documents were.
    fn adopted(&mut self, id: i64, documents: u64, at: Timestamp) -> Result<(), LedgerFault>;

    /// Every restoration, oldest first.
    fn restorations(&mut self) -> Result<Vec<Restoration>, LedgerFault>;

    /// Published documents of days before this one that are not in the archive, oldest first; at most so many.
    fn archivable(&mut self, before: Date, most: u32) -> Result<Vec<Archivable>, LedgerFault>;

    /// Records that documents went to the archive.
    fn archived(&mut self, ids: &[StatementId], who: u32, at: Timestamp) -> Result<(), LedgerFault>;
}
