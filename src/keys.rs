//! Signing keys: where they come from, and the one small trait that signs.
//!
//! ```text
//! SecretFile ──read (mode, size)──▶ bytes ─┬─ pem    PKCS#8, plain or encrypted, with certificates beside it
//!                                          ├─ pkcs12 key and certificates
//!                                          ▼
//!                                  Opened { key: dyn SigningKey, certificates, leaf first }
//! ```
//!
//! **Terms.** A [`SecretFile`] is a path that only its owner may read, or a systemd credential. A [`Scheme`] is
//! how a key signs; the key's kind decides it, [`RsaPadding`] chooses between the two that RSA has.
//!
//! **Contract.** [`SigningKey`] is all that the rest of the house knows of a key: a token or a remote service
//! implements it too, and says with `retryable()` of its fault that it may come back. No secret is ever in
//! `Debug`, in an error or in a log; buffers with secrets are wiped when they are dropped, and the key itself
//! lives in the cryptographic library, which wipes it. (The PKCS#12 reader keeps copies of its own while it
//! decrypts, and does not wipe them: where a memory image is a concern, use encrypted PKCS#8.)
//!
//! **Limits.** [`MAX_KEY_FILE`], [`MAX_PASSWORD_FILE`], [`MAX_CERTIFICATE_FILE`]; RSA from 2048 to 4096 bits
//! (ETSI TS 119 312, and what was measured), elliptic curves P-256 and P-384.
//!
//! **Failure.** [`KeyFault`]: each thing that can be wrong with a key file has its own word and its own hint.

mod fault;
mod form;
mod local;
mod pem;
mod pkcs12;
mod secret;

pub use fault::{FileFault, Found, KeyFault};
pub use secret::SecretFile;

use der::Decode;
use form::Form;
use local::LocalKey;
use std::fmt::Debug;
use x509_cert::Certificate;
use zeroize::Zeroizing;

/// The largest key file, bytes: a PKCS#12 with a key of 4096 bits and a long chain is a tenth of it.
pub const MAX_KEY_FILE: u64 = 1 << 16;
/// The largest password file, bytes.
pub const MAX_PASSWORD_FILE: u64 = 1 << 12;
/// The largest file of certificates, bytes.
pub const MAX_CERTIFICATE_FILE: u64 = 1 << 20;

/// How an RSA key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaPadding {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1,
    /// RSASSA-PSS.
    Pss,
}

/// How a signature is made; what the CMS names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaPkcs1Sha256,
    /// RSASSA-PSS with SHA-256, MGF1-SHA-256, salt of 32 bytes.
    RsaPssSha256,
    /// ECDSA on P-256 with SHA-256; the signature is the DER of `Ecdsa-Sig-Value` (RFC 3279, 2.2.3).
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384; likewise DER.
    EcdsaP384Sha384,
}

/// Whoever signs: a key in memory, later a token or a remote service.
pub trait SigningKey: Send + Sync + Debug {
    /// How it signs.
    fn scheme(&self) -> Scheme;

    /// `SubjectPublicKeyInfo`, DER.
    fn public_key(&self) -> &[u8];

    /// Signs these bytes (not their digest).
    ///
    /// # Errors
    /// [`KeyFault::Signing`] and what else keeps this key from signing; `retryable()` says whether it may
    /// sign later.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFault>;
}

/// A key with the certificates that its file held.
#[derive(Debug)]
pub struct Opened {
    /// The key.
    pub key: Box<dyn SigningKey>,
    /// DER, the key's own first, then those that issued it as far as they are there; empty where the file
    /// held none.
    pub certificates: Vec<Vec<u8>>,
}

/// Opens a key file: PKCS#8 in PEM or DER, plain or encrypted (PBES2), or PKCS#12.
///
/// A password is read only where there is one to read; it is not used for a key that is not encrypted.
///
/// # Errors
/// [`KeyFault::Fs`] where a file cannot be read, [`KeyFault::File`] where it may not be used as it is.
pub fn open_file(
    file: &SecretFile,
    password: Option<&SecretFile>,
    padding: RsaPadding,
) -> Result<Opened, KeyFault> {
    let bytes = file.read(MAX_KEY_FILE)?;
    let password = password.map(SecretFile::password).transpose()?;
    let password = password.as_ref().map(|password| password.as_slice());
    open(&bytes, password, padding).map_err(|what| KeyFault::File { path: file.path(), what })
}

/// Certificates of a PEM file (or one DER), in the order found.
///
/// # Errors
/// [`KeyFault::NoCertificate`] where there is none, [`KeyFault::Certificate`] where one cannot be read.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, KeyFault> {
    let found = if pem::is_pem(bytes) { pem::certificates(bytes)? } else { vec![bytes.to_vec()] };
    for (index, der) in found.iter().enumerate() {
        Certificate::from_der(der).map_err(|_| KeyFault::Certificate { number: index.saturating_add(1) })?;
    }
    if found.is_empty() { Err(KeyFault::NoCertificate) } else { Ok(found) }
}

/// What a key file yields before it is a key.
struct Material {
    /// PKCS#8, DER.
    pkcs8: Zeroizing<Vec<u8>>,
    /// DER, in the order found.
    certificates: Vec<Vec<u8>>,
}

fn open(bytes: &[u8], password: Option<&[u8]>, padding: RsaPadding) -> Result<Opened, FileFault> {
    let material = if pem::is_pem(bytes) {
        pem::open(bytes, password)?
    } else {
        let certificates = Vec::new();
        match Form::of(bytes) {
            Form::Pkcs8 => Material { pkcs8: Zeroizing::new(bytes.to_vec()), certificates },
            Form::EncryptedPkcs8 => Material { pkcs8: pem::decrypt(bytes, password)?, certificates },
            Form::Pkcs12 => pkcs12::open(bytes, password)?,
            Form::Other(found) => return Err(FileFault::Format(found)),
        }
    };
    let key = LocalKey::from_pkcs8(&material.pkcs8, padding)?;
    let certificates = leaf_first(key.public_key(), material.certificates);
    Ok(Opened { key: Box::new(key), certificates })
}

/// Puts the key's own certificate first and after each the one that issued it; what belongs to neither is
/// left out. Where none is the key's, all stay as they are: whoever uses them says so.
fn leaf_first(public_key: &[u8], certificates: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let parse = |der: &Vec<u8>| Certificate::from_der(der).ok().map(|certificate| (der.clone(), certificate));
    let mut rest: Vec<(Vec<u8>, Certificate)> = certificates.iter().filter_map(parse).collect();
    let own = rest.iter().position(|(_, certificate)| carries(certificate, public_key));
    let Some(mut next) = own else { return certificates };
    let mut ordered = Vec::new();
    loop {
        let (der, certificate) = rest.swap_remove(next);
        ordered.push(der);
        let issuer = certificate.tbs_certificate().issuer();
        let found = rest.iter().position(|(_, above)| above.tbs_certificate().subject() == issuer);
        match found {
            Some(above) if issuer != certificate.tbs_certificate().subject() => next = above,
            _ => return ordered,
        }
    }
}

fn carries(certificate: &Certificate, public_key: &[u8]) -> bool {
    use der::Encode;
    let own = certificate.tbs_certificate().subject_public_key_info().to_der();
    own.is_ok_and(|own| own == public_key)
}

#[cfg(test)]
mod tests;
