//! What is said over the socket: one line of JSON each way; after the answer to `show`, the page.

use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Request {
    /// What waits for whoever asks.
    List,
    /// The page of one statement.
    Show {
        /// Its number.
        id: i64,
    },
    /// Sign these, whose pages were looked at.
    Approve {
        /// They.
        wanted: Vec<Wanted>,
    },
    /// Refuse these.
    Reject {
        /// Their numbers.
        ids: Vec<i64>,
        /// Why.
        reason: String,
    },
}

/// A statement whose page was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Its number.
    pub id: i64,
    /// SHA-256 of the page, hexadecimal.
    pub page: String,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// What waits.
    Waiting(Vec<Item>),
    /// The page follows, so many octets.
    Page {
        /// How many.
        length: u64,
    },
    /// What became of each.
    Done(Vec<Outcome>),
    /// Nothing was done, and why.
    Refused {
        /// In English.
        en: String,
        /// In Romanian.
        ro: String,
    },
}

/// A statement that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its number.
    pub id: i64,
    /// The unit.
    pub treasury: String,
    /// The institution.
    pub cui: String,
    /// The day, ISO 8601.
    pub date: String,
    /// `folder` or `stick`.
    pub channel: String,
    /// File name that the document will have.
    pub name: String,
    /// SHA-256 of the page, hexadecimal.
    pub page: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// Whether it waits longer than the office allows.
    pub late: bool,
    /// Whether its page was shown to whoever asks, who may approve it only then.
    pub seen: bool,
    /// Whether it came in a day file of whoever asks, who then may not approve it.
    pub own: bool,
    /// Why it waits, in English, one line a reason.
    pub why: String,
    /// The same in Romanian.
    pub why_ro: String,
}

/// What became of one statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its number.
    pub id: i64,
    /// Whether it was done.
    pub done: bool,
    /// In English.
    pub en: String,
    /// In Romanian.
    pub ro: String,
}
