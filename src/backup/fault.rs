//! What can go wrong with a backup, said to whoever makes it or needs it.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::ledger::LedgerFault;
use std::path::PathBuf;

/// Why there is no backup, or why it was not put back.
#[derive(Debug)]
pub enum BackupFault {
    /// The disk.
    Fs(FsFault),
    /// The ledger, or its copy.
    Ledger(LedgerFault),
    /// The folder is no backup.
    NoBackup {
        /// That folder.
        path: PathBuf,
    },
    /// A file has other bytes than its sum says, or a ledger another head.
    Altered {
        /// Which one.
        path: PathBuf,
    },
    /// A name in the list of sums that is none of a backup's.
    Name {
        /// The list.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The state folder has something already.
    StateInUse {
        /// What.
        path: PathBuf,
    },
}

impl From<FsFault> for BackupFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl From<LedgerFault> for BackupFault {
    fn from(fault: LedgerFault) -> Self {
        Self::Ledger(fault)
    }
}

impl Explain for BackupFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Fs(fault), _) => fault.say(lang),
            (Self::Ledger(fault), _) => fault.say(lang),
            (Self::NoBackup { path }, Lang::En) => {
                format!(
                    "{}: expected a backup (backup.json, SHA256SUMS, ledger.sqlite), found none",
                    path.display()
                )
            }
            (Self::NoBackup { path }, Lang::Ro) => {
                format!(
                    "{}: trebuia o copie de siguranță (backup.json, SHA256SUMS, ledger.sqlite), nu este",
                    path.display()
                )
            }
            (Self::Altered { path }, Lang::En) => {
                format!("{}: expected the bytes that were backed up, found others", path.display())
            }
            (Self::Altered { path }, Lang::Ro) => {
                format!("{}: nu mai are octeții care au fost copiați", path.display())
            }
            (Self::Name { path, name }, Lang::En) => {
                format!(
                    "{}: expected names of a backup's files with their SHA-256, found `{name}`",
                    path.display()
                )
            }
            (Self::Name { path, name }, Lang::Ro) => {
                format!(
                    "{}: trebuiau numele fișierelor copiei cu SHA-256, s-a găsit `{name}`",
                    path.display()
                )
            }
            (Self::StateInUse { path }, Lang::En) => {
                format!("{}: expected a state folder without a ledger, found this", path.display())
            }
            (Self::StateInUse { path }, Lang::Ro) => {
                format!("{}: trebuia un dosar `state` fără registru, există acesta", path.display())
            }
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let (en, ro) = match self {
            Self::Fs(fault) => return fault.hint(lang),
            Self::Ledger(fault) => return fault.hint(lang),
            Self::NoBackup { .. } => (
                "name the folder that `pecete backup` made: pecete-<date>",
                "numiți dosarul făcut de `pecete backup`: pecete-<data>",
            ),
            Self::Altered { .. } | Self::Name { .. } => (
                "nothing was put back: try an earlier backup",
                "nu s-a pus nimic înapoi: încercați o copie mai veche",
            ),
            Self::StateInUse { .. } => (
                "nothing is overwritten: stop the daemon and move the state folder away first",
                "nimic nu se suprascrie: opriți serviciul și mutați întâi dosarul `state`",
            ),
        };
        Some(if lang == Lang::En { en } else { ro }.to_owned())
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Fs(fault) => fault.retryable(),
            Self::Ledger(fault) => fault.retryable(),
            _ => false,
        }
    }
}
