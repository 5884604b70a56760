//! What can go wrong on the way to a name.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use std::fmt;
use std::path::PathBuf;

/// A document could not be placed, or is not what it was.
#[derive(Debug)]
pub enum PublishFault {
    /// The file system said no.
    Fs(FsFault),
    /// Under this name lies something that the ledger does not know.
    Altered {
        /// That name.
        path: PathBuf,
    },
    /// The ledger says that it was signed, and it is nowhere.
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
}

impl From<FsFault> for PublishFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl fmt::Display for PublishFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for PublishFault {}

impl Explain for PublishFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Fs(fault), lang) => fault.say(lang),
            (Self::Altered { path }, Lang::En) => {
                format!("{}: expected the document that the ledger records, found another", path.display())
            }
            (Self::Altered { path }, Lang::Ro) => {
                format!("{}: nu este documentul din registru, este altul", path.display())
            }
            (Self::Missing { path }, Lang::En) => {
                format!("{}: expected a signed document, found nothing", path.display())
            }
            (Self::Missing { path }, Lang::Ro) => {
                format!("{}: documentul semnat nu mai este la locul lui", path.display())
            }
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Fs(fault), lang) => fault.hint(lang),
            (_, Lang::En) => {
                Some("nothing is signed until this is explained: put the file back from a backup".into())
            }
            (_, Lang::Ro) => {
                Some("nu se semnează nimic până nu se lămurește: puneți la loc fișierul dintr-o copie".into())
            }
        }
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Fs(fault) if fault.retryable())
    }
}
