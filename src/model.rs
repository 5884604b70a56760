//! The day of one institution at one treasury, in types that cannot hold a wrong value.
//!
//! A [`StatementDay`] is what order MFP 2768/2017, art. 3, says a statement contains, without the
//! time of editing. It is made in one way: a reader fills a [`DayDraft`] with the text that it found,
//! and [`DayDraft::check`] either returns the day or *all* that is wrong with it.
//!
//! | file | holds |
//! |---|---|
//! | `money` | [`Bani`], [`Sums`]: integer bani, never a float |
//! | `codes` | [`Iban`], [`Cui`], [`FiscalCode`], [`TreasuryCode`], [`AccountText`], [`TzNumber`] … with their check digits |
//! | `text`  | text as it may stand on a page: trimmed of nothing, free of control characters, ș and ț with a comma |
//! | `day`   | [`StatementDay`], [`Account`], [`Operation`]: immutable once made |
//! | `draft` | unchecked text with places, and the check that turns it into a day |
//! | `name`  | [`StatementName`]: the file name, written and read |
//! | `canonical` | [`canonical_digest`]: when are two days the same |
//! | `fault` | [`Fault`]: everything that can be wrong with a day, in two languages |

mod canonical;
mod codes;
mod day;
mod draft;
mod fault;
mod money;
mod name;
#[cfg(test)]
pub(crate) mod testing;
mod text;

pub use canonical::{CanonicalDigest, canonical_digest};
pub use codes::{
    AccountText, CommitmentCode, CommitmentIndicator, Cui, FiscalCode, Iban, ProgramCode, TreasuryCode,
    TzNumber,
};
pub use day::{Account, Holder, Operation, StatementDay, Warning};
pub use draft::{AccountDraft, DayDraft, MAX_ACCOUNTS, MAX_OPERATIONS, OperationDraft, SumsDraft};
pub use fault::{Fault, Field, Side};
pub use money::{Bani, Sums};
pub use name::StatementName;
pub use text::Text;
