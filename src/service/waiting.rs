//! Why a statement waits for a person before it is signed: four eyes, and carry-over (order MFP 2768/2017, art. 3 w).
//!
//! An opening balance must be the closing one of the account's last recorded statement, and the totals since 1 January the last ones with the
//! day's turnover added: the rule that an auditor applies later ([`crate::verify::opens`]), applied before anything is signed. A gap in dates is
//! normal; the first sight of an account is; across 1 January a restart is looked at. A correction changes
//! what follows it: the nearest later day is compared too.

use crate::diag::{Explain, Lang};
use crate::ledger::{AccountDay, Neighbour, Taken};
use crate::model::StatementDay;
use crate::verify::{Balance, Finding, opens};
use jiff::civil::Date;

/// Why it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A person looks at each statement of this office.
    Manual,
    /// It replaces a statement that was published.
    Correction {
        /// That document.
        name: String,
    },
    /// It does not follow from the statement before.
    Carry(Finding),
    /// A statement of a later day does not follow from it.
    Later {
        /// The later day.
        date: Date,
        /// What does not follow there.
        finding: Finding,
    },
    /// It follows from one that itself waits.
    Follows {
        /// The account.
        account: String,
        /// The day of the one that waits.
        date: Date,
    },
}

impl Why {
    /// Whether it is about balances.
    pub const fn is_carry_over(&self) -> bool {
        matches!(self, Self::Carry(_) | Self::Later { .. } | Self::Follows { .. })
    }
}

/// What the recorded neighbours of its accounts say of a day. `waits`: whether its institution's statement of another day was found
/// to wait a moment ago, which the ledger does not know yet.
pub(super) fn carried(day: &StatementDay, taken: &Taken, waits: &dyn Fn(Date) -> bool) -> Vec<Why> {
    let mut found = Vec::new();
    for account in day.accounts() {
        let now = Balance::of(account);
        let Some(carried) = taken.carried.iter().find(|carried| carried.account == now.account) else {
            continue;
        };
        if let Some(before) = &carried.before {
            found.extend(opens(&now, day.date(), &[&balance(&before.day)], before.date).map(Why::Carry));
            if before.waits || waits(before.date) {
                found.push(Why::Follows { account: now.account.clone(), date: before.date });
            }
        }
        // a day that comes late says nothing of those after it: what lies between may be still to come
        if let (true, Some(Neighbour { date, day: after, .. })) = (taken.replaces.is_some(), &carried.after) {
            let finding = opens(&balance(after), *date, &[&now], day.date());
            found.extend(finding.map(|finding| Why::Later { date: *date, finding }));
        }
    }
    found
}

/// How the accounts of a day stand, for the ledger.
pub(super) fn accounts(day: &StatementDay) -> Vec<AccountDay> {
    let account = |account| {
        let Balance { account, opening, turnover, totals, closing } = Balance::of(account);
        AccountDay { account, opening, turnover, totals, closing }
    };
    day.accounts().iter().map(account).collect()
}

fn balance(day: &AccountDay) -> Balance {
    let AccountDay { account, opening, turnover, totals, closing } = day.clone();
    Balance { account, opening, turnover, totals, closing }
}

impl Explain for Why {
    fn say(&self, lang: Lang) -> String {
        let day = |date: &Date| date.strftime("%d.%m.%Y").to_string();
        match (self, lang) {
            (Self::Manual, Lang::En) => "a person looks at each statement before it is signed".to_owned(),
            (Self::Manual, Lang::Ro) => "o persoană privește fiecare extras înainte de semnare".to_owned(),
            (Self::Correction { name }, Lang::En) => format!("it corrects {name}, which was published"),
            (Self::Correction { name }, Lang::Ro) => format!("rectifică {name}, care a fost publicat"),
            (Self::Carry(finding), _) => finding.say(lang),
            (Self::Later { date, finding }, Lang::En) => {
                format!("the statement of {} no longer follows from it: {}", day(date), finding.say(lang))
            }
            (Self::Later { date, finding }, Lang::Ro) => {
                format!("extrasul din {} nu mai decurge din el: {}", day(date), finding.say(lang))
            }
            (Self::Follows { account, date }, Lang::En) => {
                format!("account {account} follows from the statement of {}, which itself waits", day(date))
            }
            (Self::Follows { account, date }, Lang::Ro) => {
                format!("contul {account} decurge din extrasul din {}, care așteaptă și el", day(date))
            }
        }
    }
}

/// All the reasons, one a line.
pub(super) fn say(all: &[Why], lang: Lang) -> String {
    all.iter().map(|why| why.say(lang)).collect::<Vec<_>>().join("\n")
}
