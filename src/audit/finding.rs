//! What an audit finds, one fact each.

use super::HeadFault;
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::ledger::{ChainBreak, Restoration};
use std::path::PathBuf;

/// Something that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Inside the ledger.
    Chain(ChainBreak),
    /// A document that was placed is not there.
    Missing {
        /// Where it was.
        path: PathBuf,
    },
    /// A document has other bytes than were placed.
    Altered {
        /// Which one.
        path: PathBuf,
    },
    /// A file that was never placed.
    Added {
        /// Which one.
        path: PathBuf,
    },
    /// A head that proves nothing.
    Head {
        /// Which one.
        path: PathBuf,
        /// Why.
        fault: HeadFault,
    },
    /// A head that another names as the one before it, and that is not there.
    HeadGone {
        /// Where it was.
        path: PathBuf,
    },
    /// The ledger has fewer events than a signed head counts.
    RolledBack {
        /// The head.
        path: PathBuf,
        /// How many it counts.
        events: u64,
        /// How many there are.
        now: u64,
    },
    /// A backup took the place of the ledger.
    Restored(Restoration),
    /// The ledger is another one than the signed head saw.
    Rewritten {
        /// The head.
        path: PathBuf,
        /// How many events it counts.
        events: u64,
    },
}

impl Finding {
    /// Its stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Chain(ChainBreak::Altered { .. }) => "event-altered",
            Self::Chain(ChainBreak::Gone { .. }) => "event-removed",
            Self::Chain(ChainBreak::NoEvent { .. }) => "record-altered-or-added",
            Self::Chain(ChainBreak::NoRecord { .. }) => "record-altered-or-removed",
            Self::Chain(ChainBreak::State { .. }) => "state-altered",
            Self::Missing { .. } => "file-missing",
            Self::Altered { .. } => "file-altered",
            Self::Added { .. } => "file-added",
            Self::Head { .. } => "head-not-proven",
            Self::HeadGone { .. } => "head-missing",
            Self::RolledBack { .. } => "ledger-rolled-back",
            Self::Restored(_) => "ledger-restored",
            Self::Rewritten { .. } => "ledger-rewritten",
        }
    }
}

impl Explain for Finding {
    fn say(&self, lang: Lang) -> String {
        let (en, ro) = match self {
            Self::Chain(found) => return of_the_chain(found, lang),
            Self::Missing { path } => (
                format!("{}: published, and no longer there", path.display()),
                format!("{}: a fost publicat și nu mai este", path.display()),
            ),
            Self::Altered { path } => (
                format!("{}: expected the bytes that were published, found others", path.display()),
                format!("{}: nu mai are octeții cu care a fost publicat", path.display()),
            ),
            Self::Added { path } => (
                format!("{}: never published by this ledger", path.display()),
                format!("{}: registrul nu l-a publicat niciodată", path.display()),
            ),
            Self::Head { path, fault } => {
                return format!("{}: {}", path.display(), fault.say(lang));
            }
            Self::HeadGone { path } => (
                format!("{}: a later head names it, and it is not there", path.display()),
                format!("{}: un cap mai nou îl numește și nu mai este", path.display()),
            ),
            Self::RolledBack { path, events, now } => (
                format!("{}: expected a ledger of at least {events} events, found {now}", path.display()),
                format!(
                    "{}: registrul trebuia să aibă cel puțin {events} evenimente, are {now}",
                    path.display()
                ),
            ),
            Self::Restored(Restoration { at, who, backup, events, heads, .. }) => {
                let day = in_bucharest(*at).strftime("%d.%m.%Y %H:%M").to_string();
                let lost = heads.lines().count();
                (
                    format!(
                        "ledger: put back from {backup} with {events} events on {day} by user {who}; {lost} sealed heads counted more \
                         (heads/superseded): what was recorded between is lost, but for what the published documents prove"
                    ),
                    format!(
                        "registrul: pus înapoi din {backup} cu {events} evenimente la {day} de utilizatorul {who}; {lost} capete sigilate \
                         numărau mai multe (heads/superseded): ce s-a înregistrat între timp s-a pierdut, în afară de ce dovedesc documentele publicate"
                    ),
                )
            }
            Self::Rewritten { path, events } => (
                format!("{}: the first {events} events are not those that were sealed", path.display()),
                format!("{}: primele {events} evenimente nu sunt cele sigilate", path.display()),
            ),
        };
        if lang == Lang::En { en } else { ro }
    }
}

fn of_the_chain(found: &ChainBreak, lang: Lang) -> String {
    let (en, ro) = match found {
        ChainBreak::Altered { event } => (
            format!("ledger: event {event} does not follow from the one before it"),
            format!("registrul: evenimentul {event} nu decurge din cel dinainte"),
        ),
        ChainBreak::Gone { event } => (
            format!("ledger: event {event} was removed"),
            format!("registrul: evenimentul {event} a fost șters"),
        ),
        ChainBreak::NoEvent { record } => (
            format!("ledger: a record was altered or added, it is now {record}"),
            format!("registrul: o înregistrare a fost schimbată sau adăugată, acum este {record}"),
        ),
        ChainBreak::NoRecord { event, record } => (
            format!("ledger: a record was altered or removed, event {event} tells of {record}"),
            format!(
                "registrul: o înregistrare a fost schimbată sau ștearsă, evenimentul {event} spune {record}"
            ),
        ),
        ChainBreak::State { statement } => (
            format!("ledger: the state of statement {statement} was altered"),
            format!("registrul: starea extrasului {statement} a fost schimbată"),
        ),
    };
    if lang == Lang::En { en } else { ro }
}
