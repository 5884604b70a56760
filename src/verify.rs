//! From any bytes to one verdict, trusting nobody: what did they sign, may they, and what do I see now?
//!
//! ```text
//! bytes ─integrity─▶ facts::Integrity ─┬─people─────▶ who signed, in which office, and may they
//!                                      ├─statement──▶ the XML: form, sums, name
//!                                      └─verdict────▶ accepted | refused: reason ─report─▶ text, JSON, HTML
//! ```
//!
//! Facts are judged apart and combined in one place. Terms: *integrity* is about the bytes alone;
//! *trust* about people; the *verdict* about the document. Nothing here reads a file, a clock or the
//! network, and nothing here knows a private key: [`examine`] reads through a bounded
//! [`Source`] that it is given.
//!
//! | file | holds |
//! |---|---|
//! | `facts`, `integrity`, `fields`, `coverage`, `changes`, `permissions`, `attachments`, `store`, `date` | what the bytes say |
//! | `signature` | the mathematics of one signature |
//! | `policy` | what is required, and whom to trust |
//! | `stamps` | timestamps, judged: what is proven to have existed, and when |
//! | `people` | roles and trust of whoever signed |
//! | `level` | what the standards call it |
//! | `page` | the text of the signed page, read back and compared |
//! | `statement` | the attachment against its form, its sums, its name |
//! | `balance`, `carry_over` | how one statement follows from another: no day is missing |
//! | `verdict` | the facts combined |
//! | `reason` | every reason: code, English, Romanian |
//! | `prove` | the proof that publishing needs |
//! | `report`, `story`, `text`, `json`, `html` | the verdict, told |

mod attachments;
mod balance;
mod carry_over;
mod changes;
mod coverage;
mod date;
pub mod facts;
mod fields;
mod html;
mod integrity;
#[cfg(test)]
pub(crate) mod invented;
mod json;
mod level;
pub mod page;
mod people;
mod permissions;
mod policy;
mod prove;
mod reason;
mod report;
pub mod signature;
mod stamps;
mod statement;
mod store;
mod story;
mod text;
mod verdict;

pub use balance::Balance;
pub use carry_over::{Finding, Followed, Mark, Replaces, follow, opens};
pub use html::{page, section};
pub use integrity::examine;
pub use json::line;
pub use level::Level;
pub use people::{Signatory, SignedAs};
pub use policy::{PageBeforePublishing, Policy, Require};
pub use prove::{NotProven, Verified, prove};
pub use reason::{Mismatch, Reason};
pub use report::{Basis, CertificateInfo, Entry, Tally, TimeSource};
pub use stamps::Stamp;
pub use statement::{Checks, StatementFacts};
pub use text::{Detail, summary, tell};
pub use verdict::{Kind, Verdict, Word, combine, unreadable};

use crate::pdf::reader::Source;
use jiff::Timestamp;

/// Judges a document: everything that is known of it, and the verdict.
///
/// `file_name` is the last part of its path, where it has one; `at` the time of judgement.
pub fn judge(
    source: &(impl Source + ?Sized),
    file_name: Option<&str>,
    policy: &Policy,
    at: Timestamp,
) -> Verdict {
    combine(examine(source), file_name, policy, at)
}
