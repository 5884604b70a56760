//! A key in memory, held and used by aws-lc-rs.

use super::{FileFault, KeyFault, RsaPadding, Scheme, SigningKey};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use der::asn1::{ObjectIdentifier, UintRef};
use der::{AnyRef, Decode, Reader, SliceReader};
use pkcs8::PrivateKeyInfoRef;
use std::fmt;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// A key for PSS alone (RFC 4055, 1.2): it signs so whatever is configured.
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// Bits of an RSA key: below, it can be broken within the ten years that statements are kept
/// (ETSI TS 119 312, 8.4); above, a signature costs more than it is worth.
pub(super) const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// A key pair that was read once and signs as often as it is asked.
pub(super) struct LocalKey {
    pair: Pair,
    public: Vec<u8>,
}

enum Pair {
    Rsa(RsaKeyPair, RsaPadding),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl LocalKey {
    /// Takes a PKCS#8 key, DER.
    pub(super) fn from_pkcs8(pkcs8: &[u8], padding: RsaPadding) -> Result<Self, FileFault> {
        let information = PrivateKeyInfoRef::from_der(pkcs8).map_err(|_| FileFault::Damaged)?;
        let algorithm = information.algorithm.oid;
        let curve = information.algorithm.parameters_oid().ok();
        let pair = match (algorithm, curve) {
            (RSA, _) => rsa(information.private_key.as_bytes(), padding)?,
            (RSA_PSS, _) => rsa(information.private_key.as_bytes(), RsaPadding::Pss)?,
            (EC, Some(P256)) => Pair::P256(ecdsa(pkcs8, &ECDSA_P256_SHA256_ASN1_SIGNING)?),
            (EC, Some(P384)) => Pair::P384(ecdsa(pkcs8, &ECDSA_P384_SHA384_ASN1_SIGNING)?),
            (EC, Some(curve)) => return Err(FileFault::Algorithm { oid: curve.to_string() }),
            _ => return Err(FileFault::Algorithm { oid: algorithm.to_string() }),
        };
        let public = pair.public().ok_or(FileFault::Damaged)?;
        Ok(Self { pair, public })
    }
}

/// Takes an `RSAPrivateKey`, which is what PKCS#8 holds (RFC 8017, A.1.2).
fn rsa(private_key: &[u8], padding: RsaPadding) -> Result<Pair, FileFault> {
    let bits = modulus_bits(private_key).ok_or(FileFault::Damaged)?;
    if !RSA_BITS.contains(&bits) {
        return Err(FileFault::RsaSize { bits });
    }
    let pair = RsaKeyPair::from_der(private_key).map_err(|_| FileFault::Damaged)?;
    Ok(Pair::Rsa(pair, padding))
}

fn ecdsa(pkcs8: &[u8], algorithm: &'static EcdsaSigningAlgorithm) -> Result<EcdsaKeyPair, FileFault> {
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).map_err(|_| FileFault::Damaged)
}

/// Bits of the modulus of an `RSAPrivateKey` (RFC 8017, A.1.2): its second element.
fn modulus_bits(private_key: &[u8]) -> Option<usize> {
    let whole = AnyRef::from_der(private_key).ok()?;
    let mut reader = SliceReader::new(whole.value()).ok()?;
    let _version: AnyRef<'_> = reader.decode().ok()?;
    let modulus: UintRef<'_> = reader.decode().ok()?;
    let bytes = modulus.as_bytes();
    let unused = usize::try_from(bytes.first()?.leading_zeros()).ok()?;
    bytes.len().checked_mul(8)?.checked_sub(unused)
}

impl Pair {
    fn public(&self) -> Option<Vec<u8>> {
        let der: PublicKeyX509Der<'_> = match self {
            Self::Rsa(pair, _) => pair.public_key().as_der(),
            Self::P256(pair) | Self::P384(pair) => pair.public_key().as_der(),
        }
        .ok()?;
        Some(der.as_ref().to_vec())
    }
}

impl SigningKey for LocalKey {
    fn scheme(&self) -> Scheme {
        match self.pair {
            Pair::Rsa(_, RsaPadding::Pkcs1) => Scheme::RsaPkcs1Sha256,
            Pair::Rsa(_, RsaPadding::Pss) => Scheme::RsaPssSha256,
            Pair::P256(_) => Scheme::EcdsaP256Sha256,
            Pair::P384(_) => Scheme::EcdsaP384Sha384,
        }
    }

    fn public_key(&self) -> &[u8] {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair, padding) => {
                let encoding: &'static dyn RsaEncoding = match padding {
                    RsaPadding::Pkcs1 => &RSA_PKCS1_SHA256,
                    RsaPadding::Pss => &RSA_PSS_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).map_err(|_| KeyFault::Signing)?;
                Ok(signature)
            }
            Pair::P256(pair) | Pair::P384(pair) => {
                let signature = pair.sign(&random, message).map_err(|_| KeyFault::Signing)?;
                Ok(signature.as_ref().to_vec())
            }
        }
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").field("scheme", &self.scheme()).finish_non_exhaustive()
    }
}
