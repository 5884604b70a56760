//! What went wrong, said so that a person can act: in English and in Romanian, with a hint, and
//! whether trying again can help.
//!
//! Every error of the house is an enum of facts that implements [`Explain`]; prose is made here and
//! there from those facts, never stored in them. `Display` of an error is its English text.

use std::fmt;

/// The language of what a person reads. Machine output (`--json`, codes) has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Romanian, the language of the page, of the law and of the clerk.
    Ro,
    /// English.
    #[default]
    En,
}

/// An error or a warning that can be told to a person.
pub trait Explain {
    /// What is wrong, in one line: lower case, no final period, literals in backticks.
    fn say(&self, lang: Lang) -> String;

    /// What to do now, where there is something to do.
    fn hint(&self, _lang: Lang) -> Option<String> {
        None
    }

    /// Whether the same step may succeed later without anybody changing the input.
    fn retryable(&self) -> bool {
        false
    }
}

/// Where in a day file something stands.
///
/// The three input forms share it: a CSV row and an XML element have a line; a JSON Lines record has
/// a line and the indices that make its JSON path (`$.accounts[2].operations[5]`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The line, counted from 1; 0 where there is none.
    pub line: u64,
    /// Index of the account inside the institution's day, counted from 0.
    pub account: Option<u32>,
    /// Index of the operation inside the account, counted from 0.
    pub operation: Option<u32>,
}

impl Place {
    /// A place that is a line and nothing finer.
    pub const fn line(line: u64) -> Self {
        Self { line, account: None, operation: None }
    }

    /// The same line, at an account of the record.
    pub const fn account(line: u64, account: u32) -> Self {
        Self { line, account: Some(account), operation: None }
    }

    /// The same line, at an operation of an account of the record.
    pub const fn operation(line: u64, account: u32, operation: u32) -> Self {
        Self { line, account: Some(account), operation: Some(operation) }
    }

    /// The JSON path of this place, `$`-rooted.
    pub fn json_path(&self) -> String {
        match (self.account, self.operation) {
            (Some(a), Some(o)) => format!("$.accounts[{a}].operations[{o}]"),
            (Some(a), None) => format!("$.accounts[{a}]"),
            _ => "$".to_owned(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.line)
    }
}

/// A fact with the place where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<E> {
    /// Where.
    pub place: Place,
    /// What.
    pub what: E,
}

impl<E> Located<E> {
    /// Joins a place and a fact.
    pub const fn new(place: Place, what: E) -> Self {
        Self { place, what }
    }
}
