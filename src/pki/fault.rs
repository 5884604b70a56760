//! What can go wrong in a throw-away infrastructure.

use crate::diag::{Explain, Lang};
use std::fmt;

/// A certificate or key that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PkiFault {
    /// The machine gave no randomness.
    Random,
    /// A part of a name that X.520 does not allow in its string type.
    Name {
        /// The text.
        found: String,
    },
    /// A time that X.509 cannot write.
    Time,
    /// The certificate could not be written or signed.
    Issue {
        /// What the library says.
        why: String,
    },
    /// The key could not be encrypted or packed.
    Pack,
}

impl PkiFault {
    pub(super) fn issue(error: rcgen::Error) -> Self {
        Self::Issue { why: error.to_string() }
    }
}

impl fmt::Display for PkiFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for PkiFault {}

impl Explain for PkiFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Random, Lang::En) => "the system gives no random numbers".into(),
            (Self::Random, Lang::Ro) => "sistemul nu dă numere aleatoare".into(),
            (Self::Name { found }, Lang::En) => {
                format!("expected letters that a certificate name allows, found `{found}`")
            }
            (Self::Name { found }, Lang::Ro) => {
                format!("trebuiau litere permise în numele unui certificat, s-a găsit `{found}`")
            }
            (Self::Time, Lang::En) => "expected a time that a certificate can state, found another".into(),
            (Self::Time, Lang::Ro) => "trebuia un moment care se poate scrie într-un certificat".into(),
            (Self::Issue { why }, Lang::En) => format!("cannot issue the certificate: {why}"),
            (Self::Issue { why }, Lang::Ro) => format!("certificatul nu se poate emite: {why}"),
            (Self::Pack, Lang::En) => "cannot encrypt the key".into(),
            (Self::Pack, Lang::Ro) => "cheia nu se poate cripta".into(),
        }
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Random)
    }
}
