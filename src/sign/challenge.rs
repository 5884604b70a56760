//! Whether a key is its certificate's: the public keys are compared, and a challenge is signed and verified.
//!
//! A token or a remote service can claim any public key; only the signature shows that it has the private one.

use super::SignFault;
use super::certificate::OwnCertificate;
use crate::keys::{Scheme, SigningKey};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    UnparsedPublicKey, VerificationAlgorithm,
};
use der::Decode;
use der::asn1::ObjectIdentifier;
use x509_cert::spki::SubjectPublicKeyInfoRef;

/// What a challenge begins with. The attributes of a CMS begin with the tag of a set, so that what is signed
/// here can never be taken for a document's.
const PREFIX: &[u8] = b"pecete: is this key the certificate's?\n";
/// A certificate whose key may make PSS signatures alone (RFC 4055, 1.2).
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// Tries the key; returns the challenge's signature, whose length is that of all signatures of an RSA key.
pub(super) fn tried(key: &dyn SigningKey, own: &OwnCertificate) -> Result<Vec<u8>, SignFault> {
    let read = |bytes| SubjectPublicKeyInfoRef::from_der(bytes).map_err(|_| SignFault::OtherKey);
    let (claimed, certified) = (read(key.public_key())?, read(own.public_key())?);
    let certified_bits = certified.subject_public_key.raw_bytes();
    if certified.algorithm.oid == RSA_PSS {
        if key.scheme() == Scheme::RsaPkcs1Sha256 {
            return Err(SignFault::PssOnly);
        }
    } else if claimed.algorithm != certified.algorithm {
        return Err(SignFault::OtherKey);
    }
    if claimed.subject_public_key.raw_bytes() != certified_bits {
        return Err(SignFault::OtherKey);
    }
    let message = [PREFIX, &own.sha256()].concat();
    let signature = key.sign(&message)?;
    let public = UnparsedPublicKey::new(algorithm(key.scheme()), certified_bits);
    public.verify(&message, &signature).map_err(|_| SignFault::Challenge)?;
    Ok(signature)
}

fn algorithm(scheme: Scheme) -> &'static dyn VerificationAlgorithm {
    match scheme {
        Scheme::RsaPkcs1Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Scheme::RsaPssSha256 => &RSA_PSS_2048_8192_SHA256,
        Scheme::EcdsaP256Sha256 => &ECDSA_P256_SHA256_ASN1,
        Scheme::EcdsaP384Sha384 => &ECDSA_P384_SHA384_ASN1,
    }
}
