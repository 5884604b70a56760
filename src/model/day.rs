//! One institution, one treasury unit, one day: all accounts that moved.
//!
//! These types have no public constructor and no public field: a [`StatementDay`] exists only if
//! [`DayDraft::check`](super::DayDraft::check) found nothing wrong, so whoever holds one knows that it adds up.

use super::{
    AccountText, Bani, CommitmentCode, CommitmentIndicator, Cui, FiscalCode, Iban, ProgramCode, Sums, Text,
    TreasuryCode, TzNumber,
};
use crate::diag::{Explain, Lang, Located};
use jiff::civil::Date;

/// Who holds the accounts: the public institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub(super) name: Text,
    pub(super) cui: Cui,
}

impl Holder {
    /// *Denumire titular cont* (art. 3 e).
    pub const fn name(&self) -> &Text {
        &self.name
    }

    /// The holder's fiscal code, which ends each of its account texts.
    pub const fn cui(&self) -> &Cui {
        &self.cui
    }
}

/// An operation (*operațiune*): one row of the statement, art. 3 g to r.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub(super) document: Text,
    pub(super) document_date: Date,
    pub(super) payment_date: Date,
    pub(super) reference: Text,
    pub(super) counterparty_iban: Option<Iban>,
    pub(super) counterparty_code: FiscalCode,
    pub(super) counterparty_name: Text,
    pub(super) sums: Sums,
    pub(super) commitment: Option<CommitmentCode>,
    pub(super) indicator: Option<CommitmentIndicator>,
    pub(super) program: Option<ProgramCode>,
    pub(super) number: TzNumber,
    pub(super) explanation: Text,
}

impl Operation {
    /// *Nr. document* (g).
    pub const fn document(&self) -> &Text {
        &self.document
    }
    /// *Data doc* (h). Rarely after the payment date.
    pub const fn document_date(&self) -> Date {
        self.document_date
    }
    /// *Data plății* (i). May lie before the day of the statement.
    pub const fn payment_date(&self) -> Date {
        self.payment_date
    }
    /// *Nr. referință bancă/trezorerie* (j).
    pub const fn reference(&self) -> &Text {
        &self.reference
    }
    /// *IBAN plătitor/beneficiar* (k); none where the counterparty is the holder itself.
    pub const fn counterparty_iban(&self) -> Option<&Iban> {
        self.counterparty_iban.as_ref()
    }
    /// *Cod plătitor/beneficiar* (l): a CNP is personal data.
    pub const fn counterparty_code(&self) -> &FiscalCode {
        &self.counterparty_code
    }
    /// *Nume plătitor/beneficiar* (m): may be personal data.
    pub const fn counterparty_name(&self) -> &Text {
        &self.counterparty_name
    }
    /// *Debit* (n) and *credit* (o): exactly one of them is not nothing; negative for a storno.
    pub const fn sums(&self) -> Sums {
        self.sums
    }
    /// *Cod angajament* (p).
    pub const fn commitment(&self) -> Option<&CommitmentCode> {
        self.commitment.as_ref()
    }
    /// *Indicator angajament* (q).
    pub const fn indicator(&self) -> Option<&CommitmentIndicator> {
        self.indicator.as_ref()
    }
    /// *Cod program*.
    pub const fn program(&self) -> Option<&ProgramCode> {
        self.program.as_ref()
    }
    /// *Nr. intern* (r): the natural key of the operation.
    pub const fn number(&self) -> TzNumber {
        self.number
    }
    /// *Nr. intern - explicații* (r), whole, the number at its head.
    pub const fn explanation(&self) -> &Text {
        &self.explanation
    }
}

/// An account (*cont*) with its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub(super) account: AccountText,
    pub(super) iban: Option<Iban>,
    pub(super) opening: Sums,
    pub(super) operations: Vec<Operation>,
    pub(super) turnover: Sums,
    pub(super) totals: Sums,
    pub(super) closing: Sums,
}

impl Account {
    /// *Cont* (d).
    pub const fn account(&self) -> &AccountText {
        &self.account
    }
    /// *Cont IBAN* (f); `01A` and `02A` accounts have none.
    pub const fn iban(&self) -> Option<&Iban> {
        self.iban.as_ref()
    }
    /// *Sold precedent* (s).
    pub const fn opening(&self) -> Sums {
        self.opening
    }
    /// The operations, in the order of the input.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }
    /// *Rulaj zi* (t).
    pub const fn turnover(&self) -> Sums {
        self.turnover
    }
    /// *Total sume* from 1 January (u).
    pub const fn totals(&self) -> Sums {
        self.totals
    }
    /// *Sold final* (v).
    pub const fn closing(&self) -> Sums {
        self.closing
    }
}

/// A day that adds up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementDay {
    pub(super) treasury: TreasuryCode,
    pub(super) date: Date,
    pub(super) holder: Holder,
    pub(super) accounts: Vec<Account>,
    pub(super) warnings: Vec<Located<Warning>>,
}

impl StatementDay {
    /// The unit that issues the statement (a).
    pub const fn treasury(&self) -> TreasuryCode {
        self.treasury
    }
    /// The day that the statement is for (b).
    pub const fn date(&self) -> Date {
        self.date
    }
    /// Who holds the accounts.
    pub const fn holder(&self) -> &Holder {
        &self.holder
    }
    /// The accounts, ascending by account text, at least one.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }
    /// How many operations all accounts have together.
    pub fn operations(&self) -> usize {
        self.accounts.iter().map(|account| account.operations.len()).sum()
    }
    /// What a person should look at, though nothing is wrong.
    pub fn warnings(&self) -> &[Located<Warning>] {
        &self.warnings
    }
}

/// What is unusual, but no ground for refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// *Total sume*, net, is not *Sold final*, net (on some account classes totals hold the opening balance).
    TotalsDiffer {
        /// The account.
        account: AccountText,
        /// Totals, credit less debit.
        totals: Bani,
        /// Closing balance, credit less debit.
        closing: Bani,
    },
    /// *Nr. referință* shorter than the 8 characters that real ones have.
    ShortReference {
        /// The operation.
        number: TzNumber,
    },
}

impl Explain for Warning {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TotalsDiffer { account, totals, closing }, Lang::En) => format!(
                "account `{}`: totals (Total sume) net {totals}, closing balance (Sold final) net {closing}",
                account.as_str()
            ),
            (Self::TotalsDiffer { account, totals, closing }, Lang::Ro) => {
                format!("contul `{}`: Total sume net {totals}, Sold final net {closing}", account.as_str())
            }
            (Self::ShortReference { number }, Lang::En) => {
                format!("operation `{number}`: the reference has fewer than 8 characters")
            }
            (Self::ShortReference { number }, Lang::Ro) => {
                format!("operațiunea `{number}`: referința are mai puțin de 8 caractere")
            }
        }
    }
}
