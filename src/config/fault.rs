//! What can be wrong with the configuration.

use super::MAX_UNIT_NAME;
use crate::diag::{Explain, Lang};
use crate::model::TreasuryCode;
use std::fmt;

/// One thing that is wrong; the reader adds the file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFault {
    /// Not TOML, or not this format.
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// What the reader said.
        message: String,
    },
    /// Another version of the format.
    Version {
        /// What was found.
        found: u32,
    },
    /// A code that is none.
    Code {
        /// In which table.
        table: &'static str,
        /// What was found.
        found: String,
    },
    /// Two entries of one name.
    Twice {
        /// In which table.
        table: &'static str,
        /// That name.
        name: String,
    },
    /// A treasury names a key that is not there.
    NoSuchKey {
        /// Which unit.
        treasury: TreasuryCode,
        /// That name.
        name: String,
    },
    /// Verifier and seal must be two.
    OneKeyInBothRoles {
        /// Which unit.
        treasury: TreasuryCode,
        /// That name.
        name: String,
    },
    /// A unit's name that the page cannot show.
    UnitName {
        /// Which unit.
        treasury: TreasuryCode,
        /// How many characters it has.
        found: usize,
    },
    /// A password in a file and in a credential.
    TwoPasswords {
        /// Which key.
        key: String,
    },
    /// `approval.mode = "auto"` without a name.
    NobodyAnswers,
    /// No `[[treasury]]`.
    NoTreasury,
    /// An address that is not of this machine alone.
    NotLocal {
        /// What stands there.
        found: String,
    },
    /// A number that must not be zero.
    Zero {
        /// Its key.
        key: &'static str,
    },
}

impl ConfigFault {
    /// The line, where it is known.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Syntax { line, .. } => Some(*line),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ConfigFault {}

impl Explain for ConfigFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Syntax { message, .. }, _) => message.replace('\n', "; "),
            (Self::Version { found }, Lang::En) => format!("version: expected 1, found {found}"),
            (Self::Version { found }, Lang::Ro) => format!("version: trebuia 1, s-a găsit {found}"),
            (Self::Code { table, found }, Lang::En) => {
                format!("[[{table}]]: expected a right code, found `{found}`")
            }
            (Self::Code { table, found }, Lang::Ro) => {
                format!("[[{table}]]: trebuia un cod corect, s-a găsit `{found}`")
            }
            (Self::Twice { table, name }, Lang::En) => {
                format!("[[{table}]]: expected each name once, found `{name}` twice")
            }
            (Self::Twice { table, name }, Lang::Ro) => format!("[[{table}]]: `{name}` apare de două ori"),
            (Self::NoSuchKey { treasury, name }, Lang::En) => {
                format!("[[treasury]] {treasury}: expected the name of a [[key]], found `{name}`")
            }
            (Self::NoSuchKey { treasury, name }, Lang::Ro) => {
                format!("[[treasury]] {treasury}: trebuia numele unei [[key]], s-a găsit `{name}`")
            }
            (Self::UnitName { treasury, found }, Lang::En) => format!(
                "[[treasury]] {treasury}: expected a name of 1 to {MAX_UNIT_NAME} printable characters, found {found}"
            ),
            (Self::UnitName { treasury, found }, Lang::Ro) => format!(
                "[[treasury]] {treasury}: trebuia un nume de 1 până la {MAX_UNIT_NAME} de caractere tipăribile, are {found}"
            ),
            (Self::OneKeyInBothRoles { treasury, name }, Lang::En) => {
                format!(
                    "[[treasury]] {treasury}: expected two keys for verifier and seal, found `{name}` for both"
                )
            }
            (Self::OneKeyInBothRoles { treasury, name }, Lang::Ro) => {
                format!(
                    "[[treasury]] {treasury}: verificatorul și sigiliul au nevoie de două chei, s-a găsit `{name}` la amândouă"
                )
            }
            (Self::TwoPasswords { key }, Lang::En) => {
                format!(
                    "[[key]] {key}: expected one of `password_file` and `password_credential`, found both"
                )
            }
            (Self::TwoPasswords { key }, Lang::Ro) => {
                format!(
                    "[[key]] {key}: trebuia fie `password_file`, fie `password_credential`, sunt amândouă"
                )
            }
            (Self::NobodyAnswers, Lang::En) => {
                "approval.answers: expected the name of a person, found nothing".into()
            }
            (Self::NobodyAnswers, Lang::Ro) => {
                "approval.answers: trebuia numele unei persoane, nu este nimic".into()
            }
            (Self::NoTreasury, Lang::En) => "expected at least one [[treasury]], found none".into(),
            (Self::NoTreasury, Lang::Ro) => "trebuia cel puțin o [[treasury]], nu este niciuna".into(),
            (Self::NotLocal { found }, Lang::En) => {
                format!(
                    "metrics.listen: expected an address of this machine alone with a port, like 127.0.0.1:9464, found `{found}`"
                )
            }
            (Self::NotLocal { found }, Lang::Ro) => {
                format!(
                    "metrics.listen: trebuia o adresă numai a acestei mașini, cu port, ca 127.0.0.1:9464, s-a găsit `{found}`"
                )
            }
            (Self::Zero { key }, Lang::En) => format!("{key}: expected at least 1, found 0"),
            (Self::Zero { key }, Lang::Ro) => format!("{key}: trebuia cel puțin 1, s-a găsit 0"),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::NobodyAnswers, Lang::En) => {
                "with `mode = \"auto\"` statements are signed unseen: write who answers for that"
            }
            (Self::NobodyAnswers, Lang::Ro) => {
                "cu `mode = \"auto\"` extrasele se semnează nevăzute: scrieți cine răspunde"
            }
            (_, Lang::En) => "`pecete check --template` prints a whole configuration with its explanations",
            (_, Lang::Ro) => "`pecete check --template` afișează o configurație întreagă, cu explicații",
        };
        Some(hint.to_owned())
    }
}
