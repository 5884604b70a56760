//! The mathematics of a signature: public key, scheme, message, yes or no.
//!
//! The verifier's own: nothing here is shared with the signer, so that a statement is published only
//! when two implementations agree. [`PublicKey::read`] takes a `SubjectPublicKeyInfo`, [`Scheme::of`]
//! an algorithm identifier, [`PublicKey::verify`] the rest. Whatever is not known exactly (a curve by
//! parameters, a digest of MD2, a mask generation with another digest) is [`Refusal::Unsupported`],
//! never a guess. RSA moduli have 1024 to 16384 bits and odd exponents of 3 to 2³³−1, so that one
//! check costs milliseconds at most.

mod digest;
mod lattice;
mod scheme;

pub use digest::Digest;
pub(crate) use scheme::Scheme;

use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{Algorithm, CmsFault};
use ecdsa::elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use ecdsa::elliptic_curve::{AffinePoint, CurveArithmetic, FieldBytesSize};
use ecdsa::{EcdsaCurve, VerifyingKey, signature::hazmat::PrehashVerifier as _};
use lattice::Lattice;
use md5::Md5;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use scheme::{EC_PUBLIC_KEY, ED25519, RSA_ENCRYPTION, RSASSA_PSS, pss};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_256, Sha3_384, Sha3_512};

/// Bits of an RSA modulus under which nothing is verified.
const MIN_RSA_BITS: usize = 1024;
/// Bits of an RSA modulus above which nothing is verified; nobody's certificate has more.
const MAX_RSA_BITS: usize = 16_384;
/// Bits of an RSA modulus under which a key is called weak (ETSI TS 119 312, table 6).
const STRONG_RSA_BITS: usize = 2048;
/// Elements in a key, a signature value or algorithm parameters; the largest, PSS, has about 20.
const MAX_ELEMENTS: usize = 64;

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An algorithm, a curve or parameters that we do not have.
    Unsupported,
    /// The key is no key.
    Key,
    /// The key is so short that anybody could have signed.
    ShortKey,
    /// The value is not the signature of the message.
    Invalid,
}

impl Refusal {
    /// Its stable code.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported-algorithm",
            Self::Key => "key-malformed",
            Self::ShortKey => "key-too-short",
            Self::Invalid => "signature-invalid",
        }
    }
}

impl From<CmsFault> for Refusal {
    fn from(_: CmsFault) -> Self {
        Self::Invalid
    }
}

/// RFC 5754, 2: parameters of these algorithms are absent or NULL, and readers take both.
fn absent_or_null(algorithm: &Algorithm) -> bool {
    algorithm.parameters.as_deref().is_none_or(|der| der == [tlv::NULL, 0])
}

/// What is signed: the bytes, or their digest where the bytes were streamed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Message<'a> {
    /// The bytes.
    Whole(&'a [u8]),
    /// Their digest by the scheme's algorithm.
    Digested(&'a [u8]),
}

/// A public key, ready to verify.
#[derive(Clone, Debug)]
pub(crate) enum PublicKey {
    /// RSA.
    Rsa {
        /// Modulus and exponent.
        key: Box<RsaPublicKey>,
        /// Bits of the modulus.
        bits: usize,
        /// What a key of type id-RSASSA-PSS is restricted to (RFC 4055, 3.1).
        only: Restriction,
    },
    /// A point, SEC 1, on a named curve.
    Curve(Curve, Vec<u8>),
    /// Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ML-DSA with its set of parameters, and the key as it is encoded.
    MlDsa(Lattice, Vec<u8>),
}

/// Which schemes an RSA key may be used with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restriction {
    /// Any.
    None,
    /// PSS with any parameters.
    Pss,
    /// PSS with this digest and at least this salt.
    PssWith(Digest, usize),
}

/// A named curve (RFC 5480, 2.1.1.1; RFC 5639).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
    BrainpoolP256r1,
    BrainpoolP384r1,
}

impl PublicKey {
    /// Reads a `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).
    pub(crate) fn read(info: &[u8]) -> Result<Self, Refusal> {
        let (algorithm, bits) = key_info(info).map_err(|_| Refusal::Key)?;
        match algorithm.oid.as_str() {
            RSA_ENCRYPTION if absent_or_null(&algorithm) => rsa_key(bits, Restriction::None),
            RSASSA_PSS => rsa_key(bits, restriction(&algorithm)?),
            EC_PUBLIC_KEY => {
                let curve = curve(&algorithm).ok_or(Refusal::Unsupported)?;
                Ok(Self::Curve(curve, bits.to_vec()))
            }
            ED25519 if algorithm.parameters.is_none() => {
                let bytes: &[u8; 32] = bits.try_into().map_err(|_| Refusal::Key)?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| Refusal::Key)?;
                Ok(Self::Ed25519(key))
            }
            oid => match Lattice::of(oid).filter(|_| algorithm.parameters.is_none()) {
                None => Err(Refusal::Unsupported),
                Some(set) if bits.len() == set.key_length() => Ok(Self::MlDsa(set, bits.to_vec())),
                Some(_) => Err(Refusal::Key),
            },
        }
    }

    /// Whether today's machines may soon break it.
    pub(crate) const fn is_weak(&self) -> bool {
        matches!(self, Self::Rsa { bits, .. } if *bits < STRONG_RSA_BITS)
    }

    /// Whether `value` is this key's signature of `message`.
    pub(crate) fn verify(&self, scheme: Scheme, message: Message<'_>, value: &[u8]) -> Result<(), Refusal> {
        let digest = match (scheme.digest(), message) {
            (Some(digest), Message::Whole(bytes)) => digest.digest(bytes),
            (Some(digest), Message::Digested(done)) if done.len() == digest.length() => done.to_vec(),
            (Some(_), Message::Digested(_)) => return Err(Refusal::Invalid),
            (None, _) => Vec::new(),
        };
        match (self, scheme, message) {
            (Self::Rsa { key, only: Restriction::None, .. }, Scheme::RsaPkcs1(kind), _) => {
                let padding = Pkcs1v15Sign { hash_len: Some(kind.length()), prefix: kind.prefix().into() };
                key.verify(padding, &digest, value).map_err(|_| Refusal::Invalid)
            }
            (Self::Rsa { key, only, .. }, Scheme::RsaPss { digest: kind, salt }, _)
                if only.permits(kind, salt) =>
            {
                verify_pss(key, kind, salt, &digest, value)
            }
            (Self::Curve(curve, point), Scheme::Ecdsa(_), _) => verify_ecdsa(*curve, point, &digest, value),
            (Self::Ed25519(key), Scheme::Ed25519, Message::Whole(bytes)) => {
                let value = ed25519_dalek::Signature::from_slice(value).map_err(|_| Refusal::Invalid)?;
                key.verify_strict(bytes, &value).map_err(|_| Refusal::Invalid)
            }
            (Self::MlDsa(set, key), Scheme::MlDsa, Message::Whole(bytes)) => set.verify(key, bytes, value),
            (Self::Ed25519(_), Scheme::Ed25519, Message::Digested(_))
            | (Self::MlDsa(..), Scheme::MlDsa, Message::Digested(_)) => Err(Refusal::Unsupported),
            _ => Err(Refusal::Invalid),
        }
    }
}

impl Restriction {
    fn permits(self, digest: Digest, salt: usize) -> bool {
        match self {
            Self::None | Self::Pss => true,
            Self::PssWith(only, least) => only == digest && salt >= least,
        }
    }
}

fn key_info(info: &[u8]) -> Result<(Algorithm, &[u8]), CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut outer = Reader::new(info, &budget);
    let mut fields = outer.enter(tlv::SEQUENCE)?;
    outer.end()?;
    let algorithm = crate::cms::algorithm(&mut fields)?;
    let fault = fields.fault();
    let bits = fields.expect(tlv::BIT_STRING)?.content;
    fields.end()?;
    match bits.split_first() {
        Some((0, key)) => Ok((algorithm, key)),
        _ => Err(fault),
    }
}

fn restriction(algorithm: &Algorithm) -> Result<Restriction, Refusal> {
    let Some(parameters) = &algorithm.parameters else { return Ok(Restriction::Pss) };
    match pss(parameters) {
        Ok(Scheme::RsaPss { digest, salt }) => Ok(Restriction::PssWith(digest, salt)),
        _ => Err(Refusal::Unsupported),
    }
}

fn curve(algorithm: &Algorithm) -> Option<Curve> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut reader = Reader::new(algorithm.parameters.as_deref()?, &budget);
    let name = reader.oid().ok()?;
    reader.end().ok()?;
    Some(match name.as_str() {
        "1.2.840.10045.3.1.7" => Curve::P256,
        "1.3.132.0.34" => Curve::P384,
        "1.3.132.0.35" => Curve::P521,
        "1.3.36.3.3.2.8.1.1.7" => Curve::BrainpoolP256r1,
        "1.3.36.3.3.2.8.1.1.11" => Curve::BrainpoolP384r1,
        _ => return None,
    })
}

/// `RSAPublicKey` (RFC 8017, A.1.1), within bounds.
fn rsa_key(der: &[u8], only: Restriction) -> Result<PublicKey, Refusal> {
    let (modulus, exponent) = two_integers(der).map_err(|_| Refusal::Key)?;
    let exponent_fits = exponent.len() <= 5 && exponent.last().is_some_and(|b| b & 1 == 1);
    if modulus.len() > MAX_RSA_BITS / 8 || !exponent_fits || exponent == [1] {
        return Err(Refusal::Key);
    }
    let bits = bit_length(modulus);
    if bits < MIN_RSA_BITS {
        return Err(Refusal::ShortKey);
    }
    let (n, e) = (BoxedUint::from_be_slice_vartime(modulus), BoxedUint::from_be_slice_vartime(exponent));
    let key =
        RsaPublicKey::new_with_size_limits(n, e, MIN_RSA_BITS..=MAX_RSA_BITS).map_err(|_| Refusal::Key)?;
    Ok(PublicKey::Rsa { key: Box::new(key), bits, only })
}

fn bit_length(magnitude: &[u8]) -> usize {
    let leading = magnitude.first().map_or(0, |b| b.leading_zeros());
    magnitude.len() * 8 - usize::try_from(leading).unwrap_or(0)
}

/// `SEQUENCE { INTEGER, INTEGER }` in DER, both positive: magnitudes without leading zeros.
fn two_integers(der: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut outer = Reader::new(der, &budget);
    let sequence = outer.expect(tlv::SEQUENCE)?;
    outer.end()?;
    let mut fields = sequence.open(&budget)?;
    let (first, second) = (fields.expect(tlv::INTEGER)?, fields.expect(tlv::INTEGER)?);
    fields.end()?;
    if !(sequence.der_length && first.der_length && second.der_length) {
        return Err(Refusal::Invalid);
    }
    Ok((magnitude(first.content)?, magnitude(second.content)?))
}

/// A positive INTEGER without its leading zero, which DER has only before a set bit.
fn magnitude(content: &[u8]) -> Result<&[u8], Refusal> {
    match content {
        [0, rest @ ..] if rest.first().is_some_and(|b| *b >= 0x80) => Ok(rest),
        [first, ..] if (1..0x80).contains(first) => Ok(content),
        _ => Err(Refusal::Invalid),
    }
}

fn verify_pss(
    key: &RsaPublicKey,
    kind: Digest,
    salt: usize,
    digest: &[u8],
    value: &[u8],
) -> Result<(), Refusal> {
    let verified = match kind {
        Digest::Md5 => key.verify(Pss::<Md5>::new_with_salt(salt), digest, value),
        Digest::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt), digest, value),
        Digest::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt), digest, value),
        Digest::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt), digest, value),
        Digest::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt), digest, value),
        Digest::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt), digest, value),
        Digest::Sha3_256 => key.verify(Pss::<Sha3_256>::new_with_salt(salt), digest, value),
        Digest::Sha3_384 => key.verify(Pss::<Sha3_384>::new_with_salt(salt), digest, value),
        Digest::Sha3_512 => key.verify(Pss::<Sha3_512>::new_with_salt(salt), digest, value),
    };
    verified.map_err(|_| Refusal::Invalid)
}

fn verify_ecdsa(curve: Curve, point: &[u8], digest: &[u8], value: &[u8]) -> Result<(), Refusal> {
    let (r, s) = two_integers(value)?;
    match curve {
        Curve::P256 => verify_on::<p256::NistP256>(point, digest, r, s, 32),
        Curve::P384 => verify_on::<p384::NistP384>(point, digest, r, s, 48),
        Curve::P521 => verify_on::<p521::NistP521>(point, digest, r, s, 66),
        Curve::BrainpoolP256r1 => verify_on::<bp256::BrainpoolP256r1>(point, digest, r, s, 32),
        Curve::BrainpoolP384r1 => verify_on::<bp384::BrainpoolP384r1>(point, digest, r, s, 48),
    }
}

/// `width`: octets of a field element.
fn verify_on<C>(point: &[u8], digest: &[u8], r: &[u8], s: &[u8], width: usize) -> Result<(), Refusal>
where
    C: EcdsaCurve + CurveArithmetic,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let key = VerifyingKey::<C>::from_sec1_bytes(point).map_err(|_| Refusal::Key)?;
    let mut fixed = Vec::with_capacity(2 * width);
    for scalar in [r, s] {
        let padding = width.checked_sub(scalar.len()).ok_or(Refusal::Invalid)?;
        fixed.resize(fixed.len() + padding, 0);
        fixed.extend_from_slice(scalar);
    }
    let value = ecdsa::Signature::<C>::from_slice(&fixed).map_err(|_| Refusal::Invalid)?;
    key.verify_prehash(digest, &value).map_err(|_| Refusal::Invalid)
}

#[cfg(test)]
mod tests;
