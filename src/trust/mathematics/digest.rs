//! The digests of signed documents: those of today, and the old ones, so that it can be said what they are worth.

use super::absent_or_null;
use crate::cms::Algorithm;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_256, Sha3_384, Sha3_512};

/// Digests that signatures of this world use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Digest {
    /// Computed and reported as worthless: anybody makes two messages with one digest in seconds.
    Md5,
    /// Read and reported as weak.
    Sha1,
    /// SHA-2, 28 octets.
    Sha224,
    /// SHA-2, 32 octets.
    Sha256,
    /// SHA-2, 48 octets.
    Sha384,
    /// SHA-2, 64 octets.
    Sha512,
    /// SHA-3, 32 octets.
    Sha3_256,
    /// SHA-3, 48 octets.
    Sha3_384,
    /// SHA-3, 64 octets.
    Sha3_512,
}

impl Digest {
    /// The digest that this algorithm identifier names (RFC 5754, 2; RFC 3370, 2; RFC 8702, 2.1).
    pub fn of(algorithm: &Algorithm) -> Option<Self> {
        if !absent_or_null(algorithm) {
            return None;
        }
        Some(match algorithm.oid.as_str() {
            "1.2.840.113549.2.5" => Self::Md5,
            "1.3.14.3.2.26" => Self::Sha1,
            "2.16.840.1.101.3.4.2.4" => Self::Sha224,
            "2.16.840.1.101.3.4.2.1" => Self::Sha256,
            "2.16.840.1.101.3.4.2.2" => Self::Sha384,
            "2.16.840.1.101.3.4.2.3" => Self::Sha512,
            "2.16.840.1.101.3.4.2.8" => Self::Sha3_256,
            "2.16.840.1.101.3.4.2.9" => Self::Sha3_384,
            "2.16.840.1.101.3.4.2.10" => Self::Sha3_512,
            _ => return None,
        })
    }

    /// The digest of these bytes.
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha224 => Sha224::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
            Self::Sha3_256 => Sha3_256::digest(bytes).to_vec(),
            Self::Sha3_384 => Sha3_384::digest(bytes).to_vec(),
            Self::Sha3_512 => Sha3_512::digest(bytes).to_vec(),
        }
    }

    /// `SHA-256`
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
        }
    }

    /// Octets.
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// The note of whoever meets it, where it is weak.
    pub const fn weakness(self) -> Option<&'static str> {
        match self {
            Self::Md5 => Some("weak-digest-md5"),
            Self::Sha1 => Some("weak-digest-sha1"),
            _ => None,
        }
    }

    /// DER of `DigestInfo` up to the digest (RFC 8017, 9.2, note 1).
    pub(super) const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Md5 => &[0x30, 32, 0x30, 12, 6, 8, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5, 5, 0, 4, 16],
            Self::Sha1 => &[0x30, 33, 0x30, 9, 6, 5, 0x2B, 0x0E, 3, 2, 0x1A, 5, 0, 4, 20],
            Self::Sha224 => &[0x30, 45, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4, 5, 0, 4, 28],
            Self::Sha256 => &[0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32],
            Self::Sha384 => &[0x30, 65, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2, 5, 0, 4, 48],
            Self::Sha512 => &[0x30, 81, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4, 64],
            Self::Sha3_256 => &[0x30, 49, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8, 5, 0, 4, 32],
            Self::Sha3_384 => &[0x30, 65, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9, 5, 0, 4, 48],
            Self::Sha3_512 => {
                &[0x30, 81, 0x30, 13, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10, 5, 0, 4, 64]
            }
        }
    }
}
