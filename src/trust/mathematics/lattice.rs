//! ML-DSA (FIPS 204), as CMS uses it: pure, without a context (RFC 9882).

use super::Refusal;
use ml_dsa::{EncodedVerifyingKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, Signature, VerifyingKey};

/// A set of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lattice {
    MlDsa44,
    MlDsa65,
    MlDsa87,
}

impl Lattice {
    /// The set that an object identifier names; key and signature have the same (RFC 9881, 2).
    pub(super) fn of(oid: &str) -> Option<Self> {
        Some(match oid {
            "2.16.840.1.101.3.4.3.17" => Self::MlDsa44,
            "2.16.840.1.101.3.4.3.18" => Self::MlDsa65,
            "2.16.840.1.101.3.4.3.19" => Self::MlDsa87,
            _ => return None,
        })
    }

    /// Octets of a public key (FIPS 204, table 2).
    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::MlDsa44 => 1_312,
            Self::MlDsa65 => 1_952,
            Self::MlDsa87 => 2_592,
        }
    }

    /// Whether the value is the key's signature of the message.
    pub(super) fn verify(self, key: &[u8], message: &[u8], value: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::MlDsa44 => verify::<MlDsa44>(key, message, value),
            Self::MlDsa65 => verify::<MlDsa65>(key, message, value),
            Self::MlDsa87 => verify::<MlDsa87>(key, message, value),
        }
    }
}

fn verify<P: MlDsaParams>(key: &[u8], message: &[u8], value: &[u8]) -> Result<(), Refusal> {
    let key = EncodedVerifyingKey::<P>::try_from(key).map_err(|_| Refusal::Key)?;
    let value = Signature::<P>::try_from(value).map_err(|_| Refusal::Invalid)?;
    let holds = VerifyingKey::<P>::decode(&key).verify_with_context(message, &[], &value);
    if holds { Ok(()) } else { Err(Refusal::Invalid) }
}
