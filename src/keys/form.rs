//! What a DER file is, told from its first two elements, so that a wrong one can be named.

use super::Found;
use der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged};

/// The forms that key files have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `PrivateKeyInfo` (RFC 5208) or `OneAsymmetricKey` (RFC 5958).
    Pkcs8,
    /// `EncryptedPrivateKeyInfo`.
    EncryptedPkcs8,
    /// `PFX` (RFC 7292).
    Pkcs12,
    /// Something else.
    Other(Found),
}

impl Form {
    /// Looks, without judging the rest.
    pub(super) fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0x30, 0x80]) {
            return Self::Other(Found::Indefinite);
        }
        let Some((first, value, second)) = beginning(bytes) else { return Self::Other(Found::Unknown) };
        match (first, value, second) {
            (Tag::Integer, [0 | 1], Tag::Sequence) => Self::Pkcs8,
            (Tag::Integer, [3], Tag::Sequence) => Self::Pkcs12,
            (Tag::Integer, [0], Tag::Integer) => Self::Other(Found::Pkcs1),
            (Tag::Integer, [1], Tag::OctetString) => Self::Other(Found::Sec1),
            (Tag::Sequence, _, Tag::OctetString) => Self::EncryptedPkcs8,
            (Tag::Sequence, _, Tag::Sequence) => Self::Other(Found::Certificate),
            (Tag::Sequence, _, Tag::BitString) => Self::Other(Found::PublicKey),
            _ => Self::Other(Found::Unknown),
        }
    }
}

/// Tag and value of the first element of a sequence, and the tag of the second.
fn beginning(bytes: &[u8]) -> Option<(Tag, &[u8], Tag)> {
    let whole = AnyRef::from_der(bytes).ok().filter(|whole| whole.tag() == Tag::Sequence)?;
    let mut reader = SliceReader::new(whole.value()).ok()?;
    let first: AnyRef<'_> = reader.decode().ok()?;
    let second: AnyRef<'_> = reader.decode().ok()?;
    Some((first.tag(), first.value(), second.tag()))
}
