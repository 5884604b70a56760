//! How an account was opened and closed: what one statement leaves for the next to follow from.

use crate::model::{Account, Sums};

/// The sums of one account on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
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

impl Balance {
    /// Of an account that was checked.
    pub fn of(account: &Account) -> Self {
        Self {
            account: account.account().as_str().to_owned(),
            opening: account.opening(),
            turnover: account.turnover(),
            totals: account.totals(),
            closing: account.closing(),
        }
    }
}
