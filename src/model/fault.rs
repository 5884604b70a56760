//! Everything that can be wrong with an institution's day, as facts, told in two languages.

use super::{Bani, Sums, TzNumber};
use crate::diag::{Explain, Lang};

/// A field of the day, under the name that the JSON Lines and CSV forms give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// `treasury`
    Treasury,
    /// `date`
    Date,
    /// `edited`
    Edited,
    /// `holder.name`
    HolderName,
    /// `holder.cui`
    HolderCui,
    /// `account`
    Account,
    /// `iban`
    Iban,
    /// `opening` (*Sold precedent*)
    Opening,
    /// `turnover` (*Rulaj zi*)
    Turnover,
    /// `totals` (*Total sume*)
    Totals,
    /// `closing` (*Sold final*)
    Closing,
    /// `document`
    Document,
    /// `document_date`
    DocumentDate,
    /// `payment_date`
    PaymentDate,
    /// `reference`
    Reference,
    /// `counterparty_iban`
    CounterpartyIban,
    /// `counterparty_code`
    CounterpartyCode,
    /// `counterparty_name`
    CounterpartyName,
    /// `debit` and `credit` of an operation
    Amount,
    /// `commitment`
    Commitment,
    /// `indicator`
    Indicator,
    /// `program`
    Program,
    /// `explanation`
    Explanation,
}

impl Field {
    /// The name in the JSON Lines and CSV forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Treasury => "treasury",
            Self::Date => "date",
            Self::Edited => "edited",
            Self::HolderName => "holder.name",
            Self::HolderCui => "holder.cui",
            Self::Account => "account",
            Self::Iban => "iban",
            Self::Opening => "opening",
            Self::Turnover => "turnover",
            Self::Totals => "totals",
            Self::Closing => "closing",
            Self::Document => "document",
            Self::DocumentDate => "document_date",
            Self::PaymentDate => "payment_date",
            Self::Reference => "reference",
            Self::CounterpartyIban => "counterparty_iban",
            Self::CounterpartyCode => "counterparty_code",
            Self::CounterpartyName => "counterparty_name",
            Self::Amount => "debit/credit",
            Self::Commitment => "commitment",
            Self::Indicator => "indicator",
            Self::Program => "program",
            Self::Explanation => "explanation",
        }
    }
}

/// The debit or the credit side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// `Sumad`
    Debit,
    /// `Sumac`
    Credit,
}

/// What is wrong with a value, an operation, an account or a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A value of a field is wrong; the inner fault says how.
    In(Field, Box<Fault>),
    /// Nothing stands where something must.
    Empty,
    /// More characters than the field holds.
    TooLong {
        /// How many it holds.
        max: usize,
        /// How many were found.
        found: usize,
    },
    /// A character that no statement can carry.
    Character {
        /// That character.
        found: char,
    },
    /// Not an amount.
    Amount {
        /// What stood there.
        found: Box<str>,
    },
    /// Not a date.
    Date {
        /// What stood there.
        found: Box<str>,
    },
    /// Not a time of editing.
    Time {
        /// What stood there.
        found: Box<str>,
    },
    /// Not an IBAN, or its check digits are wrong.
    Iban {
        /// What stood there.
        found: Box<str>,
    },
    /// Not a CUI, or its check digit is wrong.
    Cui {
        /// What stood there.
        found: Box<str>,
    },
    /// Neither a CUI nor a CNP, or the check digit is wrong.
    FiscalCode {
        /// What stood there.
        found: Box<str>,
    },
    /// Not a treasury code.
    Treasury {
        /// What stood there.
        found: Box<str>,
    },
    /// Not an analytic account.
    Account {
        /// What stood there.
        found: Box<str>,
    },
    /// The explanation does not begin with a TZ number.
    TzNumber {
        /// What stood there.
        found: Box<str>,
    },
    /// A code of fixed length has another.
    Code {
        /// Which code.
        field: Field,
        /// What stood there.
        found: Box<str>,
    },
    /// The day has no account.
    NoAccounts,
    /// More accounts than a day may have.
    TooManyAccounts {
        /// The limit.
        max: usize,
    },
    /// More operations than a day may have.
    TooManyOperations {
        /// The limit.
        max: usize,
    },
    /// The account is not of the holder.
    ForeignAccount {
        /// The account.
        account: Box<str>,
        /// The holder's CUI.
        holder: Box<str>,
    },
    /// Accounts do not ascend, or one stands twice.
    Order {
        /// The account that came too late.
        account: Box<str>,
        /// The one before it.
        after: Box<str>,
    },
    /// A count that the input itself states is not the count of what it holds.
    Count {
        /// Stated.
        stated: Box<str>,
        /// Counted.
        counted: usize,
    },
    /// A TZ number stands twice in the document.
    Twice {
        /// That number.
        number: TzNumber,
    },
    /// An operation with both sides or with none.
    Sides {
        /// What it has.
        found: Sums,
    },
    /// A balance with both sides.
    TwoSidedBalance {
        /// What it has.
        found: Sums,
    },
    /// *Rulaj zi* is not the sum of the operations.
    TurnoverDiffers {
        /// On which side.
        side: Side,
        /// Stated.
        stated: Bani,
        /// Summed.
        summed: Bani,
    },
    /// *Sold precedent* and *Rulaj zi* do not make *Sold final*, net.
    BalanceDiffers {
        /// Stated *Sold final*, credit less debit.
        stated: Bani,
        /// What opening balance and turnover give.
        summed: Bani,
    },
    /// A sum that fits in no statement.
    Overflow,
}

impl Fault {
    /// The same fault, said of a field.
    #[must_use]
    pub fn in_field(self, field: Field) -> Self {
        Self::In(field, Box::new(self))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for Fault {}

impl Explain for Fault {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ro => self.romanian(),
        }
    }
}

impl Fault {
    fn english(&self) -> String {
        match self {
            Self::In(field, fault) => format!("{}: {}", field.name(), fault.english()),
            Self::Empty => "expected a value, found nothing".into(),
            Self::TooLong { max, found } => format!("expected at most {max} characters, found {found}"),
            Self::Character { found } => format!("expected printable text, found {}", found.escape_unicode()),
            Self::Amount { found } => {
                format!("expected an amount in lei with at most two decimals, found `{}`", cut(found))
            }
            Self::Date { found } => format!("expected a date, found `{}`", cut(found)),
            Self::Time { found } => format!("expected a date and hour, found `{}`", cut(found)),
            Self::Iban { found } => {
                format!("expected an IBAN with right check digits, found `{}`", cut(found))
            }
            Self::Cui { found } => {
                format!("expected a CUI (2 to 10 digits, right check digit, no `RO`), found `{}`", cut(found))
            }
            Self::FiscalCode { found } => {
                format!("expected a CUI or a CNP with a right check digit, found `{}`", cut(found))
            }
            Self::Treasury { found } => {
                format!("expected a treasury code of three digits, found `{}`", cut(found))
            }
            Self::Account { found } => {
                format!("expected an account of 6 to 30 capitals and digits, found `{}`", cut(found))
            }
            Self::TzNumber { found } => {
                format!("expected `TZ`, 3 + 8 digits and `-` at the head, found `{}`", cut(found))
            }
            Self::Code { field, found } => {
                format!("expected {}, found `{}`", code_form(*field, Lang::En), cut(found))
            }
            Self::NoAccounts => "expected at least one account, found none".into(),
            Self::TooManyAccounts { max } => format!("expected at most {max} accounts, found more"),
            Self::TooManyOperations { max } => format!("expected at most {max} operations, found more"),
            Self::ForeignAccount { account, holder } => {
                format!("expected an account that ends with the holder's CUI `{holder}`, found `{account}`")
            }
            Self::Order { account, after } => {
                format!("expected accounts in ascending order, each once, found `{account}` after `{after}`")
            }
            Self::Count { stated, counted } => {
                format!("expected the stated count `{}`, found {counted}", cut(stated))
            }
            Self::Twice { number } => format!("expected each TZ number once, found `{number}` again"),
            Self::Sides { found } => format!(
                "expected either a debit or a credit, found debit {} and credit {}",
                found.debit, found.credit
            ),
            Self::TwoSidedBalance { found } => format!(
                "expected a balance on one side, found debit {} and credit {}",
                found.debit, found.credit
            ),
            Self::TurnoverDiffers { side, stated, summed } => format!(
                "turnover of the day (Rulaj zi), {}: stated {stated}, the operations add up to {summed}",
                match side {
                    Side::Debit => "debit",
                    Side::Credit => "credit",
                }
            ),
            Self::BalanceDiffers { stated, summed } => format!(
                "closing balance (Sold final), credit less debit: stated {stated}, opening balance and turnover make {summed}"
            ),
            Self::Overflow => "expected sums below 92,233,720,368,547,758 lei, found more".into(),
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::In(field, fault) => format!("{}: {}", field.name(), fault.romanian()),
            Self::Empty => "trebuia o valoare, nu este nimic".into(),
            Self::TooLong { max, found } => format!("trebuiau cel mult {max} caractere, sunt {found}"),
            Self::Character { found } => {
                format!("trebuia text tipăribil, s-a găsit {}", found.escape_unicode())
            }
            Self::Amount { found } => {
                format!("trebuia o sumă în lei cu cel mult două zecimale, s-a găsit `{}`", cut(found))
            }
            Self::Date { found } => format!("trebuia o dată, s-a găsit `{}`", cut(found)),
            Self::Time { found } => format!("trebuiau data și ora, s-a găsit `{}`", cut(found)),
            Self::Iban { found } => {
                format!("trebuia un IBAN cu cifre de control corecte, s-a găsit `{}`", cut(found))
            }
            Self::Cui { found } => {
                format!(
                    "trebuia un CUI (2–10 cifre, cifră de control corectă, fără `RO`), s-a găsit `{}`",
                    cut(found)
                )
            }
            Self::FiscalCode { found } => {
                format!("trebuia un CUI sau un CNP cu cifră de control corectă, s-a găsit `{}`", cut(found))
            }
            Self::Treasury { found } => {
                format!("trebuia un cod de trezorerie din trei cifre, s-a găsit `{}`", cut(found))
            }
            Self::Account { found } => {
                format!("trebuia un cont din 6–30 de majuscule și cifre, s-a găsit `{}`", cut(found))
            }
            Self::TzNumber { found } => {
                format!("trebuia la început `TZ`, 3 + 8 cifre și `-`, s-a găsit `{}`", cut(found))
            }
            Self::Code { field, found } => {
                format!("trebuia {}, s-a găsit `{}`", code_form(*field, Lang::Ro), cut(found))
            }
            Self::NoAccounts => "trebuia cel puțin un cont, nu este niciunul".into(),
            Self::TooManyAccounts { max } => format!("trebuiau cel mult {max} conturi, sunt mai multe"),
            Self::TooManyOperations { max } => format!("trebuiau cel mult {max} operațiuni, sunt mai multe"),
            Self::ForeignAccount { account, holder } => {
                format!(
                    "contul trebuia să se termine cu CUI-ul titularului `{holder}`, s-a găsit `{account}`"
                )
            }
            Self::Order { account, after } => format!(
                "conturile trebuiau să fie în ordine crescătoare, fiecare o singură dată, s-a găsit `{account}` după `{after}`"
            ),
            Self::Count { stated, counted } => {
                format!("numărul declarat este `{}`, dar sunt {counted}", cut(stated))
            }
            Self::Twice { number } => format!("numărul `{number}` apare de două ori"),
            Self::Sides { found } => format!(
                "o operațiune este fie debit, fie credit, s-a găsit debit {} și credit {}",
                found.debit, found.credit
            ),
            Self::TwoSidedBalance { found } => format!(
                "un sold stă pe o singură parte, s-a găsit debit {} și credit {}",
                found.debit, found.credit
            ),
            Self::TurnoverDiffers { side, stated, summed } => format!(
                "Rulaj zi, {}: declarat {stated}, operațiunile însumează {summed}",
                match side {
                    Side::Debit => "debit",
                    Side::Credit => "credit",
                }
            ),
            Self::BalanceDiffers { stated, summed } => format!(
                "Sold final, credit minus debit: declarat {stated}, soldul precedent și rulajul dau {summed}"
            ),
            Self::Overflow => "sumele trebuiau să fie sub 92.233.720.368.547.758 lei, sunt mai mari".into(),
        }
    }
}

const fn code_form(field: Field, lang: Lang) -> &'static str {
    match (field, lang) {
        (Field::Commitment, Lang::En) => "11 capitals and digits or nothing",
        (Field::Commitment, Lang::Ro) => "11 majuscule și cifre sau nimic",
        (Field::Indicator, Lang::En) => "3 capitals and digits or nothing",
        (Field::Indicator, Lang::Ro) => "3 majuscule și cifre sau nimic",
        (_, Lang::En) => "10 digits or nothing",
        (_, Lang::Ro) => "10 cifre sau nimic",
    }
}

/// A literal as it may stand in a message: on one line, and not a page of it.
fn cut(found: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String =
        found.chars().take(MOST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if found.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}
