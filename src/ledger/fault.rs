//! What can go wrong with the ledger.

use crate::diag::{Explain, Lang};
use std::fmt;

/// The ledger could not be read or written.
#[derive(Debug)]
pub enum LedgerFault {
    /// The database said no.
    Database {
        /// What it said.
        error: rusqlite::Error,
    },
    /// A ledger of another version of the program.
    Version {
        /// What was found.
        found: i64,
        /// What this program writes.
        known: i64,
    },
    /// All minutes of a day have a document of that institution already.
    NoMinuteLeft {
        /// The name that was wanted.
        name: String,
    },
    /// The database's own check found something.
    NotWhole {
        /// What it told first.
        told: String,
    },
    /// A record that no version of the program writes.
    Damaged {
        /// Which one.
        id: i64,
    },
}

impl From<rusqlite::Error> for LedgerFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database { error }
    }
}

impl fmt::Display for LedgerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for LedgerFault {}

impl Explain for LedgerFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Database { error }, Lang::En) => format!("ledger: {error}"),
            (Self::Database { error }, Lang::Ro) => format!("registrul: {error}"),
            (Self::Version { found, known }, Lang::En) => {
                format!("ledger: expected version {known}, found {found}")
            }
            (Self::Version { found, known }, Lang::Ro) => {
                format!("registrul: trebuia versiunea {known}, s-a găsit {found}")
            }
            (Self::NoMinuteLeft { name }, Lang::En) => {
                format!("ledger: expected a free minute for `{name}`, found 1,440 documents of that day")
            }
            (Self::NoMinuteLeft { name }, Lang::Ro) => {
                format!("registrul: nu mai este niciun minut liber pentru `{name}` (1.440 de documente)")
            }
            (Self::NotWhole { told }, Lang::En) => {
                format!("ledger: expected a whole database, found: {told}")
            }
            (Self::NotWhole { told }, Lang::Ro) => {
                format!("registrul: baza de date nu este întreagă: {told}")
            }
            (Self::Damaged { id }, Lang::En) => format!("ledger: record {id} cannot be read"),
            (Self::Damaged { id }, Lang::Ro) => format!("registrul: înregistrarea {id} nu se poate citi"),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Version { found, known }, Lang::En) if found < known => {
                "an older `pecete` made this ledger: the next `pecete run` brings it to this version"
            }
            (Self::Version { found, known }, Lang::Ro) if found < known => {
                "registrul este făcut de un `pecete` mai vechi: următorul `pecete run` îl aduce la această versiune"
            }
            (Self::Version { .. }, Lang::En) => "a newer `pecete` made this ledger: run that one",
            (Self::Version { .. }, Lang::Ro) => {
                "registrul este făcut de un `pecete` mai nou: rulați-l pe acela"
            }
            (Self::Damaged { .. } | Self::NotWhole { .. }, Lang::En) => {
                "stop, keep the folder as it is, and restore a backup beside it"
            }
            (Self::Damaged { .. } | Self::NotWhole { .. }, Lang::Ro) => {
                "opriți, păstrați dosarul cum este și restaurați o copie alături"
            }
            (Self::Database { .. } | Self::NoMinuteLeft { .. }, _) => return None,
        };
        Some(hint.to_owned())
    }

    fn retryable(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, SystemIoFailure};
        match self {
            Self::Database { error } => matches!(
                error.sqlite_error_code(),
                Some(DatabaseBusy | DatabaseLocked | DiskFull | SystemIoFailure)
            ),
            Self::Version { .. }
            | Self::NoMinuteLeft { .. }
            | Self::Damaged { .. }
            | Self::NotWhole { .. } => false,
        }
    }
}
