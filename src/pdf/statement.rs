//! What is asked for: the statement, and the two signatures as the page shows them.

use crate::model::{StatementDay, StatementName};
use jiff::Timestamp;

/// Which document is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Two signature fields: the verifier's (DocMDP P 2) and the seal's, still empty.
    Published,
    /// One field: the verifier's (DocMDP P 1).
    Stick,
}

/// The document that a correction replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its file name.
    pub file: String,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
}

/// What stands on the page.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The day.
    pub day: &'a StatementDay,
    /// The document's name.
    pub name: &'a StatementName,
    /// Time of editing (art. 3 c).
    pub edited: Timestamp,
    /// Name of the treasury unit.
    pub treasury_name: &'a str,
    /// What it replaces, where it is a correction.
    pub replaces: Option<&'a Replaced>,
    /// Sealed, or for the stick.
    pub channel: Channel,
}

/// The verifier's signature as the page shows it (art. 3 w).
#[derive(Clone, Copy, Debug)]
pub struct Certification<'a> {
    /// The person's name.
    pub signer: &'a str,
    /// When, shown in Europe/Bucharest and written in `/M`.
    pub at: Timestamp,
    /// Bytes to reserve for the CMS.
    pub contents: usize,
}

/// The treasury's seal as the page shows it.
#[derive(Clone, Copy, Debug)]
pub struct SealLook<'a> {
    /// Name of the treasury unit.
    pub title: &'a str,
    /// Name in the seal's certificate.
    pub signer: &'a str,
    /// When.
    pub at: Timestamp,
    /// Bytes to reserve for the CMS.
    pub contents: usize,
}
