//! No day is missing: whether an institution's statements follow from one another.
//!
//! ```text
//!  (treasury, account)      11 May          12 May           14 May, corrected       15 May
//!                        closing 100 ──▶ opening 100
//!                                        closing  80 ──▶ opening  80  (gap in dates: normal)
//!                                                        closing  70 ─X─▶ opening 60    a day is missing
//! ```
//!
//! **Terms.** A day of a treasury can have several *versions*: a *copy* is the same file again, or the same XML in another
//! document (a stick beside the published one); a *correction* names the document that it replaces; two versions of which none
//! replaces the other are a *conflict*. **Contract.** The rule of carry-over: an opening balance is the closing balance of that
//! account's last statement before (of any version that was not replaced), and the totals since 1 January are the last ones with the
//! day's turnover added: statements that cancel one another out are missed too. A gap in dates is normal, a gap in balances is not;
//! across 1 January a restart is told, not refused. The order of the input does not matter. **Limits.** Those of the
//! documents. **Failure.** None: what does not follow is a [`Finding`]; the document itself stays what it was found to be, since
//! the fault may be its neighbour's.

mod finding;
mod mark;
#[cfg(test)]
mod tests;

pub use finding::Finding;
pub use mark::{Mark, Replaces};

use super::balance::Balance;
use crate::model::{Cui, TreasuryCode};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What the others say of one statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Whether each opening balance that can be compared is the last closing one; unknown where none can.
    pub holds: Option<bool>,
    /// What was found, in the order of the accounts.
    pub findings: Vec<Finding>,
}

/// Follows the balances of each institution at each treasury. The answer has one entry for each mark, in the order given.
pub fn follow(marks: &[Mark]) -> Vec<Followed> {
    let mut followed = vec![Followed::default(); marks.len()];
    let mut days: BTreeMap<(&Cui, TreasuryCode, Date), Vec<usize>> = BTreeMap::new();
    for (index, mark) in marks.iter().enumerate() {
        days.entry((&mark.name.cui, mark.name.treasury, mark.name.date)).or_default().push(index);
    }
    let mut last: BTreeMap<(&Cui, TreasuryCode, &str), Last<'_>> = BTreeMap::new();
    for ((cui, treasury, date), mut versions) in days {
        versions.sort_by(|one, other| order(marks, *one).cmp(&order(marks, *other)));
        let standing = standing(marks, &versions, &mut followed);
        for index in &standing {
            let (Some(mark), Some(followed)) = (marks.get(*index), followed.get_mut(*index)) else {
                continue;
            };
            for balance in &mark.balances {
                open(balance, last.get(&(cui, treasury, balance.account.as_str())), date, followed);
            }
        }
        for mark in standing.iter().filter_map(|index| marks.get(*index)) {
            for balance in &mark.balances {
                let last =
                    last.entry((cui, treasury, balance.account.as_str())).or_insert_with(|| Last::on(date));
                last.closed(date, balance);
            }
        }
    }
    followed
}

/// How an account was last closed: once, or differently by versions of one day that contradict one another.
struct Last<'a> {
    date: Date,
    closings: Vec<&'a Balance>,
}

impl<'a> Last<'a> {
    const fn on(date: Date) -> Self {
        Self { date, closings: Vec::new() }
    }

    fn closed(&mut self, date: Date, balance: &'a Balance) {
        if self.date != date {
            *self = Self::on(date);
        }
        self.closings.push(balance);
    }
}

/// Compares one account with its last statement.
fn open(balance: &Balance, last: Option<&Last<'_>>, date: Date, followed: &mut Followed) {
    let Some(last) = last.filter(|last| !last.closings.is_empty()) else { return };
    match opens(balance, date, &last.closings, last.date) {
        None => followed.holds = followed.holds.or(Some(true)),
        Some(finding) => {
            if finding.is_broken() {
                followed.holds = Some(false);
            }
            followed.findings.push(finding);
        }
    }
}

/// Whether an account opens on this date as it was closed last, at `since`, in any of these versions of that day; what is
/// found where it does not.
pub fn opens(balance: &Balance, date: Date, closings: &[&Balance], since: Date) -> Option<Finding> {
    let before = closings.first()?;
    let (account, opening) = (balance.account.clone(), balance.opening);
    let same_year = since.year() == date.year();
    let closed_so: Vec<&Balance> =
        closings.iter().copied().filter(|before| before.closing == opening).collect();
    match closed_so.first() {
        None if same_year => Some(Finding::Gap { account, since, closing: before.closing, opening }),
        None => Some(Finding::Restart { account, since, closing: before.closing, opening }),
        Some(before) if same_year && !closed_so.iter().any(|before| totals_follow(before, balance)) => {
            Some(Finding::TotalsGap { account, since, before: before.totals, totals: balance.totals })
        }
        Some(_) => None,
    }
}

/// `Total_sume` is the last one with the day's turnover added, on each side.
fn totals_follow(before: &Balance, now: &Balance) -> bool {
    before.totals.checked_add(now.turnover) == Some(now.totals)
}

/// Versions in the order of their minutes, then by what they are: never by their place in the input.
fn order(marks: &[Mark], index: usize) -> Option<(&crate::model::StatementName, &str, Option<[u8; 32]>)> {
    marks.get(index).map(|mark| (&mark.name, mark.file.as_str(), mark.sha256))
}

/// The versions of a day that count: neither copies nor replaced.
fn standing(marks: &[Mark], versions: &[usize], followed: &mut [Followed]) -> Vec<usize> {
    let mut tell = |index: usize, finding: Finding| {
        if let Some(followed) = followed.get_mut(index) {
            followed.findings.push(finding);
        }
    };
    let mut standing = originals(marks, versions, &mut tell);
    let replaced = replaced(marks, versions, &standing, &mut tell);
    standing.retain(|index| !replaced.contains(index));
    if let [first, others @ ..] = standing.as_slice() {
        let file = marks.get(*first).map(|mark| mark.file.clone()).unwrap_or_default();
        others.iter().for_each(|other| tell(*other, Finding::TwoVersions { other: file.clone() }));
    }
    standing
}

/// The versions that are no copies of another: of what says the same, the first.
fn originals(marks: &[Mark], versions: &[usize], tell: &mut impl FnMut(usize, Finding)) -> Vec<usize> {
    let mut originals: Vec<(usize, &Mark)> = Vec::new();
    for (index, this) in versions.iter().filter_map(|index| Some((*index, marks.get(*index)?))) {
        let twin = originals.iter().map(|(_, other)| other).find(|other| other.says_what(this));
        match twin.map(|other| (other.sha256 == this.sha256, other.file.clone())) {
            Some((true, of)) => tell(index, Finding::Copy { of }),
            Some((false, as_in)) => tell(index, Finding::SameData { as_in }),
            None => originals.push((index, this)),
        }
    }
    originals.into_iter().map(|(index, _)| index).collect()
}

/// The originals that another one replaces; a copy of what is replaced may stand for it.
fn replaced(
    marks: &[Mark],
    versions: &[usize],
    originals: &[usize],
    tell: &mut impl FnMut(usize, Finding),
) -> Vec<usize> {
    let with_marks = |indices: &[usize]| -> Vec<(usize, &Mark)> {
        indices.iter().filter_map(|index| Some((*index, marks.get(*index)?))).collect()
    };
    let (all, originals) = (with_marks(versions), with_marks(originals));
    let mut gone = Vec::new();
    for (index, this) in &originals {
        let Some(replaces) = &this.replaces else { continue };
        let Some((at, before)) = all.iter().find(|(other, mark)| other != index && replaces.is(mark)) else {
            tell(*index, Finding::ReplacesAbsent { file: replaces.file.clone() });
            continue;
        };
        tell(*index, Finding::Replaces { file: before.file.clone() });
        tell(*at, Finding::ReplacedBy { file: this.file.clone() });
        let same = originals.iter().filter(|(other, mark)| other != index && mark.says_what(before));
        gone.extend(same.map(|(other, _)| *other));
    }
    gone
}
