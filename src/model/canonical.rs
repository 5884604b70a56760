//! When are two days the same? When their canonical bytes are.
//!
//! The canonical form (version 1) is the concatenation of all fields in the order of the XML, each
//! as a 32-bit big-endian length and its UTF-8 text, lists headed by their count in the same width;
//! amounts as decimal bani, dates as ISO 8601. The time of editing, the form of the input, its file
//! name and the marks of a correction are not in it. Length prefixes make it injective: two different
//! days never share their bytes.

use super::{Account, Operation, StatementDay, Sums};
use sha2::{Digest, Sha256};
use std::fmt;

/// Domain and version: a digest of anything else cannot be mistaken for it.
const HEADER: &str = "pecete:statement-day:1";

/// SHA-256 of the canonical form of a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalDigest(pub [u8; 32]);

impl fmt::Display for CanonicalDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CanonicalDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest by which two days, whatever file they came in, are the same or not.
pub fn canonical_digest(day: &StatementDay) -> CanonicalDigest {
    let mut form = Form(Sha256::new());
    form.text(HEADER);
    form.text(&day.treasury().to_string());
    form.text(&day.date().to_string());
    form.text(day.holder().name().as_str());
    form.text(day.holder().cui().as_str());
    form.count(day.accounts().len());
    day.accounts().iter().for_each(|account| form.account(account));
    CanonicalDigest(form.0.finalize().into())
}

struct Form(Sha256);

impl Form {
    fn account(&mut self, account: &Account) {
        self.text(account.account().as_str());
        self.text(account.iban().map_or("", |iban| iban.as_str()));
        self.sums(account.opening());
        self.count(account.operations().len());
        account.operations().iter().for_each(|operation| self.operation(operation));
        self.sums(account.turnover());
        self.sums(account.totals());
        self.sums(account.closing());
    }

    fn operation(&mut self, operation: &Operation) {
        self.text(operation.document().as_str());
        self.text(&operation.document_date().to_string());
        self.text(&operation.payment_date().to_string());
        self.text(operation.reference().as_str());
        self.text(operation.counterparty_iban().map_or("", |iban| iban.as_str()));
        self.text(operation.counterparty_code().as_str());
        self.text(operation.counterparty_name().as_str());
        self.sums(operation.sums());
        self.text(operation.commitment().map_or("", |code| code.as_str()));
        self.text(operation.indicator().map_or("", |code| code.as_str()));
        self.text(operation.program().map_or("", |code| code.as_str()));
        self.text(operation.explanation().as_str());
    }

    fn sums(&mut self, sums: Sums) {
        self.text(&sums.debit.get().to_string());
        self.text(&sums.credit.get().to_string());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    /// Every length and count of a checked day is far below 2³².
    fn count(&mut self, count: usize) {
        self.0.update(u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }
}
