//! What can be wrong with a CMS, or with any other ASN.1 that strangers wrote.
//!
//! A fault says where and of which kind; it never carries the bytes themselves.

use crate::diag::{Explain, Lang};
use std::fmt;

/// Bytes that are no `SignedData`, or more of it than the limits allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CmsFault {
    /// Not the structure that RFC 5652 describes, at this byte.
    Structure {
        /// Offset into the input.
        at: usize,
    },
    /// Not signed data: another content type, dotted.
    NotSignedData {
        /// That type.
        found: String,
    },
    /// More than a limit allows.
    Limit,
}

impl fmt::Display for CmsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for CmsFault {}

impl Explain for CmsFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Structure { at }, Lang::En) => {
                format!("expected a CMS signature (RFC 5652), found something else at byte {at}")
            }
            (Self::Structure { at }, Lang::Ro) => {
                format!("trebuia o semnătură CMS (RFC 5652), s-a găsit altceva la octetul {at}")
            }
            (Self::NotSignedData { found }, Lang::En) => {
                format!("expected CMS signed data, found content of type `{found}`")
            }
            (Self::NotSignedData { found }, Lang::Ro) => {
                format!("trebuiau date semnate CMS, s-a găsit conținut de tipul `{found}`")
            }
            (Self::Limit, Lang::En) => "the CMS signature is larger than any honest one".into(),
            (Self::Limit, Lang::Ro) => "semnătura CMS este mai mare decât orice semnătură onestă".into(),
        }
    }
}
