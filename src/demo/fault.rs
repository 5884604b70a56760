//! Why a demo could not be made.

use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::pki::PkiFault;
use std::fmt;
use std::path::PathBuf;

/// What keeps a demo office from being made.
#[derive(Debug)]
pub enum DemoFault {
    /// The folder holds something, and not a demo office.
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// An invented day that the model refuses: a defect of the program.
    Invented {
        /// The institution.
        cui: String,
    },
    /// A key or a certificate.
    Pki(PkiFault),
    /// The file system.
    Fs(FsFault),
}

impl From<PkiFault> for DemoFault {
    fn from(fault: PkiFault) -> Self {
        Self::Pki(fault)
    }
}

impl From<FsFault> for DemoFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl fmt::Display for DemoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for DemoFault {}

impl Explain for DemoFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Occupied { folder }, Lang::En) => {
                format!(
                    "expected an empty folder or a demo office, found other files in `{}`",
                    folder.display()
                )
            }
            (Self::Occupied { folder }, Lang::Ro) => {
                format!(
                    "trebuia un dosar gol sau un birou demonstrativ, în `{}` sunt alte fișiere",
                    folder.display()
                )
            }
            (Self::Invented { cui }, Lang::En) => format!("the invented day of `{cui}` does not add up"),
            (Self::Invented { cui }, Lang::Ro) => format!("ziua inventată a lui `{cui}` nu se închide"),
            (Self::Pki(fault), lang) => fault.say(lang),
            (Self::Fs(fault), lang) => fault.say(lang),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Occupied { .. }, Lang::En) => {
                Some("nothing was touched; name another folder: `pecete demo FOLDER`".into())
            }
            (Self::Occupied { .. }, Lang::Ro) => {
                Some("nimic nu a fost atins; numiți alt dosar: `pecete demo DOSAR`".into())
            }
            (Self::Invented { .. }, _) => None,
            (Self::Pki(fault), lang) => fault.hint(lang),
            (Self::Fs(fault), lang) => fault.hint(lang),
        }
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Fs(fault) => fault.retryable(),
            Self::Pki(fault) => fault.retryable(),
            Self::Occupied { .. } | Self::Invented { .. } => false,
        }
    }
}
