//! What happened to each statement: the memory that keeps a day from being published twice, or twice
//! differently.
//!
//! ```text
//!   take ──▶ taken ──▶ signed ──▶ placed            (in out/, or in state/stick/)
//!             │  name and time of editing are fixed, durable, before anything is drawn
//!             │          │ the signed bytes are durable under a hidden name; their digest is here;
//!             │          │ this statement is never signed again
//!             ├─▶ waits for a person ─▶ approved, or refused
//!             └──────────┴─▶ refused                (with the reason; the same day may come again)
//! ```
//!
//! All calls take many statements at once and are one transaction each: durable when they return, so
//! that the cost of durability is shared. After a crash, [`Ledger::unplaced`] lists what was signed
//! and perhaps not placed; what was only taken comes back by itself, since its day file was not put
//! away, and [`Take::Resumed`] gives it the name and the time of editing that it had.

mod chain;
mod delivery;
mod fault;
mod journal;
mod keeping;
mod review;
mod sqlite;

pub use chain::{Chain, ChainBreak, Head, PlacedDocument};
pub use delivery::{Deliveries, Delivery, StickDocument};
pub use fault::LedgerFault;
pub use journal::{Happened, Journal, Open, Subject};
pub use keeping::{Adopted, Archivable, Keeping, NotAdopted, Restoration};
pub use review::{AccountDay, Approval, Carried, Decision, Held, Hold, Neighbour, Review, Which};
pub use sqlite::SqliteLedger;

use crate::model::{CanonicalDigest, Cui, StatementName, TreasuryCode};
use jiff::{Timestamp, civil::Date};

/// SHA-256 of a file: a day file as it came, or a document as it was published.
pub type FileDigest = [u8; 32];

/// Where a finished document goes (a property of the client, order art. 1 and art. 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Signed by the verifier and sealed by the treasury, published to the client's folder.
    Folder,
    /// Signed by the verifier alone, kept in `state/` until the client's memory stick comes.
    Stick,
}

impl Channel {
    /// As the ledger and the reports write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Folder => "folder",
            Self::Stick => "stick",
        }
    }
}

/// Number of a statement in this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub i64);

/// A day that asks to be taken.
#[derive(Clone, Debug)]
pub struct TakeRequest {
    /// Which unit.
    pub treasury: TreasuryCode,
    /// Which institution.
    pub cui: Cui,
    /// Which day.
    pub date: Date,
    /// What the day holds.
    pub canonical: CanonicalDigest,
    /// For which channel.
    pub channel: Channel,
    /// The input's time of editing, else now.
    pub edited: Timestamp,
    /// Whether the input says that it corrects a day already published, and that is accepted.
    pub correction: Correction,
    /// The day file.
    pub input: FileDigest,
    /// Its name and the line, for people.
    pub source: String,
    /// How its accounts stand.
    pub accounts: Vec<AccountDay>,
}

/// What the input and the office say about correcting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The input is no correction.
    None,
    /// It is one, and nobody has accepted it.
    Unapproved,
    /// It is one, and whoever runs this accepted it.
    Accepted,
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// New: draw it.
    New(Taken),
    /// Taken before a crash and not signed: draw it, under the name and with the time it had.
    Resumed(Taken),
    /// The same day is there already, signed or placed under this name: nothing to do.
    Known {
        /// File name of the PDF.
        name: String,
    },
    /// A day of the same institution is being made at this moment: ask again when it is done.
    Busy,
    /// Different data for a day that is there, and no mark of a correction.
    Conflict {
        /// File name of the PDF that is there.
        name: String,
    },
    /// A correction that nobody has accepted.
    Unapproved {
        /// File name of the PDF that it would replace.
        name: String,
    },
    /// It waits for a person, or was approved and is being made.
    Held {
        /// File name of the PDF that it will have.
        name: String,
    },
    /// Other data of this day wait for a person: these can come when that is decided.
    Waits {
        /// File name of the PDF that those will have.
        name: String,
    },
    /// This very day was published once and replaced since.
    Replaced {
        /// File name of the PDF that was replaced.
        name: String,
    },
}

/// A statement that is ours to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its number.
    pub id: StatementId,
    /// The time of editing: on the page, fixed.
    pub edited: Timestamp,
    /// Its file name, fixed, nobody else's in its channel.
    pub name: StatementName,
    /// The document that it replaces, where it is a correction: file name and SHA-256.
    pub replaces: Option<(String, FileDigest)>,
    /// Its accounts on the nearest other days, where any are recorded.
    pub carried: Vec<Carried>,
}

/// A statement whose signed bytes are durable under a hidden name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRecord {
    /// Its number.
    pub id: StatementId,
    /// SHA-256 of the document.
    pub document: FileDigest,
    /// Length of the document, bytes.
    pub length: u64,
    /// Subject of the verifier's certificate and SHA-256 of that certificate.
    pub verifier: (String, FileDigest),
    /// The same of the seal, where there is one.
    pub seal: Option<(String, FileDigest)>,
    /// When it was signed.
    pub at: Timestamp,
    /// Where it is going, relative to the root of its channel, so that an office can be moved.
    pub path: String,
}

/// A statement that was signed and of which nothing says that it was placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    /// Its number.
    pub id: StatementId,
    /// Its channel.
    pub channel: Channel,
    /// SHA-256 of the document.
    pub document: FileDigest,
    /// Where it is going, relative to the root of its channel.
    pub path: String,
}

/// A refusal, for `status` and for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The statement, where it had been taken.
    pub id: Option<StatementId>,
    /// Name of the day file and line.
    pub source: String,
    /// Treasury, CUI and date as they were written.
    pub label: String,
    /// Why, in English, one line a problem.
    pub reason: String,
    /// The same in Romanian.
    pub reason_ro: String,
    /// When.
    pub at: Timestamp,
}

/// Counts of one day, by treasury, for `status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DayCounts {
    /// The unit.
    pub treasury: String,
    /// The day that the statements are for, ISO 8601.
    pub date: String,
    /// Taken and not yet signed.
    pub taken: u64,
    /// Of these, waiting for a person.
    pub waiting: u64,
    /// Signed and not yet placed.
    pub signed: u64,
    /// In the clients' folders.
    pub published: u64,
    /// Waiting for a stick.
    pub stick: u64,
    /// Refused after they were taken.
    pub refused: u64,
}

/// What `status` shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this institution.
    pub cui: Option<String>,
    /// Only this day, ISO 8601.
    pub date: Option<String>,
}

/// The memory of an office. One daemon at a time writes it; `pecete stick` writes its
/// [`Deliveries`] beside it.
pub trait Ledger: Chain + Journal + Keeping + Review + Send {
    /// Takes days, in the order given. A day that is not to be made is answered, not recorded.
    fn take(&mut self, requests: &[TakeRequest], now: Timestamp) -> Result<Vec<Take>, LedgerFault>;

    /// Records documents whose signed bytes are durable. From here on they are never signed again.
    fn signed(&mut self, records: &[SignedRecord]) -> Result<(), LedgerFault>;

    /// Records that documents have their final names.
    fn placed(&mut self, ids: &[StatementId], at: Timestamp) -> Result<(), LedgerFault>;

    /// Records refusals; a statement that had been taken is free to come again.
    fn refused(&mut self, refusals: &[Refusal]) -> Result<(), LedgerFault>;

    /// What was signed and perhaps not placed, in the order in which it was taken.
    fn unplaced(&mut self) -> Result<Vec<Unplaced>, LedgerFault>;

    /// When a statement was taken last.
    fn last_taken(&mut self) -> Result<Option<Timestamp>, LedgerFault>;

    /// Counts, ascending by day and treasury.
    fn counts(&mut self, filter: &Filter) -> Result<Vec<DayCounts>, LedgerFault>;

    /// Refusals, newest first, at most so many.
    fn refusals(&mut self, filter: &Filter, most: u32) -> Result<Vec<Refusal>, LedgerFault>;
}
