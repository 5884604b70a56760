//! A throw-away public key infrastructure: for `pecete demo`, for tests and for benches; never for a real office.
//!
//! ```text
//! Authority::root ──issue_authority──▶ Authority ──issue──▶ Issued { key, certificate, chain }
//! ```
//!
//! What it makes right is right to the letter (`openssl verify -x509_strict` accepts it). It also makes what
//! must be refused, on demand: a [`Profile`] can lack its key usage, be expired or carry an unknown critical
//! extension, an [`AuthorityProfile`] can be no authority at all.
//!
//! **Contract.** Keys and serial numbers are random; everything else is what the profile says, time included.
//! Private keys leave this module only as [`Zeroizing`] bytes, and are never written to a file by it.
//!
//! **Failure.** [`PkiFault`]: a name that the certificate cannot hold, a time that X.509 cannot write, or a
//! machine without randomness.

mod armour;
mod fault;
mod profile;

pub use armour::{certificates_pem, encrypted_key_pem, key_pem, pkcs12};
pub use fault::PkiFault;
pub use profile::{AuthorityProfile, Constraint, Extra, Name, Part, Profile, Purpose, Usage, Validity};

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use rcgen::{CertificateParams, Issuer, KeyPair, RsaKeySize, SerialNumber};
use zeroize::Zeroizing;

/// Bytes of a random serial number; RFC 5280, 4.1.2.2 allows 20.
const SERIAL_BYTES: usize = 16;

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// RSA, 2048 bits.
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// ECDSA on P-256.
    EcP256,
    /// ECDSA on P-384.
    EcP384,
}

/// A key that certificates can be issued for: one key in two certificates is a case that tests need.
#[derive(Debug)]
pub struct Key(KeyPair);

impl Key {
    /// Makes a key.
    ///
    /// # Errors
    /// [`PkiFault::Random`] where the machine has no randomness.
    pub fn generate(kind: Kind) -> Result<Self, PkiFault> {
        let rsa = |size| KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, size);
        let pair = match kind {
            Kind::Rsa2048 => rsa(RsaKeySize::_2048),
            Kind::Rsa3072 => rsa(RsaKeySize::_3072),
            Kind::Rsa4096 => rsa(RsaKeySize::_4096),
            Kind::EcP256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Kind::EcP384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
        };
        pair.map(Self).map_err(|_| PkiFault::Random)
    }

    /// PKCS#8, DER.
    pub fn pkcs8(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.serialized_der().to_vec())
    }
}

/// A certificate with its key and with those that issued it.
#[derive(Clone)]
pub struct Issued {
    /// PKCS#8, DER.
    pub key: Zeroizing<Vec<u8>>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The certificate, then those that issued it, root last, DER.
    pub chain: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}

/// Whoever issues certificates.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    chain: Vec<Vec<u8>>,
}

impl Authority {
    /// A self-signed root.
    ///
    /// # Errors
    /// [`PkiFault`] where the profile cannot be written as a certificate.
    pub fn root(profile: &AuthorityProfile) -> Result<Self, PkiFault> {
        let Key(key) = Key::generate(profile.kind)?;
        let parameters = numbered(profile.parameters()?)?;
        let certificate = parameters.self_signed(&key).map_err(PkiFault::issue)?;
        Ok(Self { issuer: Issuer::new(parameters, key), chain: vec![certificate.der().to_vec()] })
    }

    /// An authority below this one.
    ///
    /// # Errors
    /// [`PkiFault`] where the profile cannot be written as a certificate.
    pub fn issue_authority(&self, profile: &AuthorityProfile) -> Result<Self, PkiFault> {
        let key = Key::generate(profile.kind)?;
        let mut parameters = numbered(profile.parameters()?)?;
        parameters.use_authority_key_identifier_extension = true;
        let chain = self.sign(&parameters, &key)?;
        Ok(Self { issuer: Issuer::new(parameters, key.0), chain })
    }

    /// A certificate for a new key.
    ///
    /// # Errors
    /// [`PkiFault`] where the profile cannot be written as a certificate.
    pub fn issue(&self, profile: &Profile) -> Result<Issued, PkiFault> {
        self.issue_for(profile, &Key::generate(profile.kind)?)
    }

    /// A certificate for a key that exists; `profile.kind` does not matter then.
    ///
    /// # Errors
    /// [`PkiFault`] where the profile cannot be written as a certificate.
    pub fn issue_for(&self, profile: &Profile, key: &Key) -> Result<Issued, PkiFault> {
        let mut parameters = numbered(profile.parameters()?)?;
        parameters.use_authority_key_identifier_extension = true;
        let chain = self.sign(&parameters, key)?;
        Ok(Issued { key: key.pkcs8(), certificate: chain.first().cloned().unwrap_or_default(), chain })
    }

    /// The authority's own certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        self.chain.first().map_or(&[], Vec::as_slice)
    }

    /// The authority's certificate and those above it, root last, DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn sign(&self, parameters: &CertificateParams, key: &Key) -> Result<Vec<Vec<u8>>, PkiFault> {
        let certificate = parameters.signed_by(&key.0, &self.issuer).map_err(PkiFault::issue)?;
        let mut chain = vec![certificate.der().to_vec()];
        chain.extend_from_slice(&self.chain);
        Ok(chain)
    }
}

/// Gives a certificate its random serial number: positive, and of one length.
fn numbered(mut parameters: CertificateParams) -> Result<CertificateParams, PkiFault> {
    let mut serial = [0_u8; SERIAL_BYTES];
    SystemRandom::new().fill(&mut serial).map_err(|_| PkiFault::Random)?;
    serial[0] = serial[0] & 0x7f | 0x40;
    parameters.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(parameters)
}

#[cfg(test)]
mod tests;
