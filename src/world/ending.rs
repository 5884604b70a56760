//! Certificates that end: a treasury that learns it on the last evening signs nothing on the next.

use super::{Office, Reviewer};
use crate::diag::{Explain, Lang};
use crate::model::TreasuryCode;
use crate::sign::{Role, Signer};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Whoever has fewer days left is told of.
const SOON: i64 = 60;
/// Days before the end on which it is told again; in the last week on each.
const AGAIN: [i64; 2] = [60, 30];
const LAST_WEEK: i64 = 7;

/// A signer and the end of the chain behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// For whom it signs; of a reviewer the first unit.
    pub treasury: Option<TreasuryCode>,
    /// As what.
    pub role: Role,
    /// The name in the certificate.
    pub name: String,
    /// The last moment.
    pub ends: Timestamp,
    /// Whole days that are left; negative where it has ended.
    pub days: i64,
}

impl Ending {
    /// Whether it is time to tell of it.
    pub const fn is_soon(&self) -> bool {
        self.days <= SOON
    }

    /// Whether it is told today, once a day.
    pub fn is_told_today(&self) -> bool {
        AGAIN.contains(&self.days) || self.days <= LAST_WEEK
    }
}

impl Explain for Ending {
    fn say(&self, lang: Lang) -> String {
        let Self { role, name, days, treasury, .. } = self;
        let day = crate::clock::in_bucharest(self.ends).strftime("%d.%m.%Y").to_string();
        let unit = treasury.map(|code| code.to_string()).unwrap_or_default();
        match (role, lang) {
            (Role::Verifier, Lang::En) => {
                format!("certificate of verifier {name} ({unit}) ends on {day}: {days} days left")
            }
            (Role::Verifier, Lang::Ro) => {
                format!("certificatul verificatorului {name} ({unit}) expiră la {day}: au rămas {days} zile")
            }
            (Role::Treasury, Lang::En) => {
                format!("certificate of seal {name} ({unit}) ends on {day}: {days} days left")
            }
            (Role::Treasury, Lang::Ro) => {
                format!("certificatul sigiliului {name} ({unit}) expiră la {day}: au rămas {days} zile")
            }
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "ask for a new one now; put it into the configuration and the trust folder, then `systemctl reload pecete`".to_owned(),
            Lang::Ro => "cereți acum unul nou; puneți-l în configurație și în dosarul de încredere, apoi `systemctl reload pecete`".to_owned(),
        })
    }
}

/// Each signer once, whose end comes first before the others.
pub fn ending(
    offices: &BTreeMap<TreasuryCode, Office>,
    reviewers: &[Reviewer],
    now: Timestamp,
) -> Vec<Ending> {
    let units = offices.iter().flat_map(|(code, office)| {
        [(Some(*code), Role::Verifier, &office.verifier), (Some(*code), Role::Treasury, &office.seal)]
    });
    let people = reviewers
        .iter()
        .map(|reviewer| (reviewer.who.treasuries.first().copied(), Role::Verifier, &reviewer.signer));
    let mut found: BTreeMap<[u8; 32], Ending> = BTreeMap::new();
    for (treasury, role, signer) in units.chain(people) {
        found.entry(signer.certificate_digest()).or_insert_with(|| of(treasury, role, signer, now));
    }
    let mut found: Vec<Ending> = found.into_values().collect();
    found.sort_by(|one, other| (one.ends, &one.name).cmp(&(other.ends, &other.name)));
    found
}

fn of(treasury: Option<TreasuryCode>, role: Role, signer: &Signer, now: Timestamp) -> Ending {
    const DAY: i64 = 24 * 60 * 60;
    let days = (signer.ends().as_second() - now.as_second()).div_euclid(DAY);
    Ending { treasury, role, name: signer.name().to_owned(), ends: signer.ends(), days }
}
