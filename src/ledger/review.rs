//! What waits for a person and who decided; and how accounts stood on other days, for whoever judges the next.
//!
//! ```text
//!   taken ──hold──▶ waits (draft, why) ──decide──▶ approved ──▶ signed …
//!                                           └─────▶ rejected = refused, with the reason
//! ```
//!
//! A statement that waits is still *taken*: it has its name and its time of editing, and no signature. Holds, looks and decisions are events
//! of the chain. A decision is about one draft: where another takes its place, it is as if nobody had looked and nobody had decided. Balances
//! are not in the chain: what they say stands in the documents.

use super::{Channel, FileDigest, LedgerFault, StatementId, Taken};
use crate::model::{CanonicalDigest, Cui, Sums, TreasuryCode};
use jiff::{Timestamp, civil::Date};

/// One account on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDay {
    /// The account's symbol.
    pub account: String,
    /// `Sold_precedent`.
    pub opening: Sums,
    /// `Rulaj_zi`.
    pub turnover: Sums,
    /// `Total_sume`.
    pub totals: Sums,
    /// `Sold_final`.
    pub closing: Sums,
}

/// The same account on the nearest other day that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// That day.
    pub date: Date,
    /// How it stood.
    pub day: AccountDay,
    /// Whether that day's statement itself waits for a person.
    pub waits: bool,
}

/// An account of a day that is taken, with its neighbours; none on a side where nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The account's symbol.
    pub account: String,
    /// The nearest earlier day.
    pub before: Option<Neighbour>,
    /// The nearest later day, where this one is a correction or comes late.
    pub after: Option<Neighbour>,
}

/// A statement that is to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its number.
    pub id: StatementId,
    /// SHA-256 of the draft that a person will look at.
    pub draft: FileDigest,
    /// Why, in English, one line a reason.
    pub reasons: String,
    /// The same in Romanian.
    pub reasons_ro: String,
    /// The system's number of the user whose day file it came in; nobody may approve what he submitted.
    pub submitter: u32,
    /// Since when.
    pub at: Timestamp,
}

/// That somebody approved a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The system's number of the user.
    pub who: u32,
    /// SHA-256 of the draft that this person saw.
    pub draft: FileDigest,
    /// When.
    pub at: Timestamp,
}

/// Which of the statements that wait.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// All, at most so many.
    All(u32),
    /// These.
    These(&'a [StatementId]),
    /// Those whose page somebody approved, and that are not signed yet; at most so many.
    Approved(u32),
}

/// A statement that waits, or that was approved and is not signed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What waits and why.
    pub hold: Hold,
    /// Which unit.
    pub treasury: TreasuryCode,
    /// Which institution.
    pub cui: Cui,
    /// Which day.
    pub date: Date,
    /// For which channel.
    pub channel: Channel,
    /// What the day holds.
    pub canonical: CanonicalDigest,
    /// Its name, its time of editing, what it replaces.
    pub taken: Taken,
    /// The users to whom this draft was shown.
    pub shown_to: Vec<u32>,
    /// The approval of this draft, where there is one.
    pub approved: Option<Approval>,
}

/// What a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// About which statement.
    pub id: StatementId,
    /// Approved, else rejected.
    pub approved: bool,
    /// The system's number of the user.
    pub who: u32,
    /// SHA-256 of the draft that this person saw.
    pub draft: FileDigest,
    /// Why; a rejection has a reason.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The part of the ledger that waits for people.
pub trait Review {
    /// Lets statements wait, or gives those that wait a new draft, which nobody has seen and nobody has approved.
    fn hold(&mut self, holds: &[Hold]) -> Result<(), LedgerFault>;

    /// What waits and what was approved without being signed yet, in the order in which it was taken.
    fn held(&mut self, which: Which<'_>) -> Result<Vec<Held>, LedgerFault>;

    /// Records that the draft of a statement that waits is shown to a user; once for each draft and user.
    fn shown(&mut self, id: StatementId, who: u32, at: Timestamp) -> Result<(), LedgerFault>;

    /// Records decisions about statements that wait, each about the draft that is theirs now. A rejected statement is refused and may come
    /// again.
    fn decide(&mut self, decisions: &[Decision]) -> Result<(), LedgerFault>;
}
