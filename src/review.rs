//! Four eyes over a socket: whoever asks is who the operating system says that they are.
//!
//! ```text
//! pecete review … ──one line of JSON──▶ review/socket ──▶ the daemon: which user is at the other end? may they?
//!                 ◀──one line of JSON, then the page──
//! ```
//!
//! **Contract.** No password, no name in a request counts: the user is the peer of the connection (`SO_PEERCRED`), mapped to a `[[reviewer]]` and
//! that person's own key. One request a connection, a few callers at once, one decision after another. What may be approved is what was shown to that user. **Limits.** [`MAX_REQUEST`], [`MAX_ANSWER`], [`PATIENCE`]. **Failure.** Bytes that are no
//! request get an answer that says so; a caller who says nothing is let go; none of them stops the daemon.

mod client;
mod server;
mod wire;

pub use client::{ReviewFault, ask, digest, is_there};
pub use server::{Desk, DeskFault, answer};
pub use wire::{Item, Outcome, Reply, Request, Wanted};

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Octets of a request: the numbers and digests of the statements of an evening.
pub const MAX_REQUEST: u64 = 16 << 20;
/// Octets of an answer without the page.
pub const MAX_ANSWER: u64 = 64 << 20;
/// How long a caller may take to ask, and again to hear the answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Where the daemon listens.
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("socket")
}
