//! The signature schemes and how they are named: algorithm identifiers with their parameters.

use super::digest::Digest;
use super::lattice::Lattice;
use super::{MAX_ELEMENTS, Refusal, absent_or_null};
use crate::cms::Algorithm;
use crate::cms::tlv::{self, Budget, Reader};

/// Octets of a PSS salt: no more than fits into the largest modulus.
const MAX_SALT: usize = 2048;

pub(super) const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";
pub(super) const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";
const MGF1: &str = "1.2.840.113549.1.1.8";
pub(super) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
pub(super) const ED25519: &str = "1.3.101.112";

/// A signature scheme with everything that it needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(Digest),
    /// RSASSA-PSS (RFC 8017, 8.1) with MGF1 over the same digest.
    RsaPss {
        /// Of the message and of the mask generation.
        digest: Digest,
        /// Octets.
        salt: usize,
    },
    /// ECDSA (FIPS 186-5, 6).
    Ecdsa(Digest),
    /// Ed25519 (RFC 8032, 5.1), over the message itself.
    Ed25519,
    /// ML-DSA (FIPS 204, 5.3), over the message itself, without a context (RFC 9882, 3.2); the set of parameters is
    /// the key's.
    MlDsa,
}

impl Scheme {
    /// The scheme that a signature algorithm names; `declared` is the digest of the signer info, for
    /// identifiers that leave it open (RFC 3370, 3.2: `rsaEncryption`).
    pub(crate) fn of(algorithm: &Algorithm, declared: Option<Digest>) -> Result<Self, Refusal> {
        if algorithm.oid == RSASSA_PSS {
            let parameters = algorithm.parameters.as_deref().ok_or(Refusal::Unsupported)?;
            return pss(parameters).map_err(|_| Refusal::Unsupported);
        }
        if !absent_or_null(algorithm) {
            return Err(Refusal::Unsupported);
        }
        let declared = declared.ok_or(Refusal::Unsupported);
        Ok(match algorithm.oid.as_str() {
            RSA_ENCRYPTION => Self::RsaPkcs1(declared?),
            "1.2.840.113549.1.1.4" => Self::RsaPkcs1(Digest::Md5),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => Self::RsaPkcs1(Digest::Sha1),
            "1.2.840.113549.1.1.14" => Self::RsaPkcs1(Digest::Sha224),
            "1.2.840.113549.1.1.11" => Self::RsaPkcs1(Digest::Sha256),
            "1.2.840.113549.1.1.12" => Self::RsaPkcs1(Digest::Sha384),
            "1.2.840.113549.1.1.13" => Self::RsaPkcs1(Digest::Sha512),
            "2.16.840.1.101.3.4.3.14" => Self::RsaPkcs1(Digest::Sha3_256),
            "2.16.840.1.101.3.4.3.15" => Self::RsaPkcs1(Digest::Sha3_384),
            "2.16.840.1.101.3.4.3.16" => Self::RsaPkcs1(Digest::Sha3_512),
            EC_PUBLIC_KEY => Self::Ecdsa(declared?),
            "1.2.840.10045.4.1" => Self::Ecdsa(Digest::Sha1),
            "1.2.840.10045.4.3.1" => Self::Ecdsa(Digest::Sha224),
            "1.2.840.10045.4.3.2" => Self::Ecdsa(Digest::Sha256),
            "1.2.840.10045.4.3.3" => Self::Ecdsa(Digest::Sha384),
            "1.2.840.10045.4.3.4" => Self::Ecdsa(Digest::Sha512),
            "2.16.840.1.101.3.4.3.10" => Self::Ecdsa(Digest::Sha3_256),
            "2.16.840.1.101.3.4.3.11" => Self::Ecdsa(Digest::Sha3_384),
            "2.16.840.1.101.3.4.3.12" => Self::Ecdsa(Digest::Sha3_512),
            ED25519 if algorithm.parameters.is_none() => Self::Ed25519,
            oid if algorithm.parameters.is_none() && Lattice::of(oid).is_some() => Self::MlDsa,
            _ => return Err(Refusal::Unsupported),
        })
    }

    /// The digest that the scheme takes of its message.
    pub(crate) const fn digest(self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss { digest, .. } | Self::Ecdsa(digest) => Some(digest),
            Self::Ed25519 | Self::MlDsa => None,
        }
    }

    /// `RSA-PKCS1`, `RSA-PSS`, `ECDSA`, `Ed25519`, `ML-DSA`
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RsaPkcs1(_) => "RSA-PKCS1",
            Self::RsaPss { .. } => "RSA-PSS",
            Self::Ecdsa(_) => "ECDSA",
            Self::Ed25519 => "Ed25519",
            Self::MlDsa => "ML-DSA",
        }
    }
}

/// `RSASSA-PSS-params` (RFC 8017, A.2.3).
pub(super) fn pss(parameters: &[u8]) -> Result<Scheme, Refusal> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut outer = Reader::new(parameters, &budget);
    let mut fields = outer.enter(tlv::SEQUENCE)?;
    outer.end()?;
    let digest = match fields.optional(tlv::CONTEXT_0)? {
        None => Digest::Sha1,
        Some(field) => named_digest(&mut field.open(&budget)?)?,
    };
    let mask = match fields.optional(tlv::CONTEXT_1)? {
        None => Digest::Sha1,
        Some(field) => {
            let generation = crate::cms::algorithm(&mut field.open(&budget)?)?;
            if generation.oid != MGF1 {
                return Err(Refusal::Unsupported);
            }
            named_digest(&mut Reader::new(generation.parameters.as_deref().unwrap_or_default(), &budget))?
        }
    };
    let salt = match fields.optional(tlv::CONTEXT_2)? {
        None => 20,
        Some(field) => small_integer(field.open(&budget)?)?,
    };
    let trailer = match fields.optional(tlv::CONTEXT_3)? {
        None => 1,
        Some(field) => small_integer(field.open(&budget)?)?,
    };
    fields.end()?;
    if mask != digest || trailer != 1 || salt > MAX_SALT {
        return Err(Refusal::Unsupported);
    }
    Ok(Scheme::RsaPss { digest, salt })
}

pub(super) fn named_digest(reader: &mut Reader<'_, '_>) -> Result<Digest, Refusal> {
    let algorithm = crate::cms::algorithm(reader)?;
    reader.end()?;
    Digest::of(&algorithm).ok_or(Refusal::Unsupported)
}

pub(super) fn small_integer(mut reader: Reader<'_, '_>) -> Result<usize, Refusal> {
    let content = reader.expect(tlv::INTEGER)?.content;
    reader.end()?;
    match *content {
        [one] if one < 0x80 => Ok(usize::from(one)),
        [high, low] if high < 0x80 => Ok(usize::from(u16::from_be_bytes([high, low]))),
        _ => Err(Refusal::Unsupported),
    }
}
