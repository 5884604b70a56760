//! The two signatures of a statement: the verifier's certification and the treasury's seal.
//!
//! ```text
//! key + certificates ──Signer::new (everything checked, a challenge signed)──▶ Signer
//!
//! Prepared ──certify──▶ Certified ──pdf::append_seal──▶ Prepared ──seal──▶ Sealed
//!             │
//!             └ digest of the byte range → signed attributes → signature → CMS → into its place
//! ```
//!
//! **Terms.** A [`Signer`] is a key that was tried with its certificates and is fit for a [`Role`]. [`Certified`]
//! and [`Sealed`] are proofs: nothing else makes one.
//!
//! **Contract.** PAdES baseline B-B (ETSI EN 319 142-1, 6.3): what is signed is in `PADES.md` beside this file.
//! Everything that can be wrong with a key or a certificate is said by [`Signer::new`], when the office opens,
//! and not at the first statement. Whether the certificates chain to a trusted anchor is the verifier's
//! business. ECDSA and PSS are randomised: the same page signed twice differs, in the signature alone.
//!
//! **Limits.** A CMS is at most [`MAX_CONTENTS`] bytes; how large one signer's can get is known exactly
//! ([`contents_size`]), since whatever is reserved and not used costs two bytes each.
//!
//! **Failure.** [`SignFault`]. A key that did not sign now may sign later; all else needs a person.

mod certificate;
mod challenge;
mod fault;

pub use fault::SignFault;

use crate::cms::{self, Identity, Signatory, Suite};
use crate::keys::{Scheme, SigningKey};
use crate::pdf::{Filled, Prepared};
use aws_lc_rs::digest::{self, SHA256, SHA384};
use certificate::OwnCertificate;
use jiff::Timestamp;
use std::fmt;

/// The largest CMS, bytes: a string of a PDF/A-3 file has no more (ISO 19005-3, 6.1.13).
pub const MAX_CONTENTS: usize = 32_767;

/// What a signature is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// *Întocmit și verificat*: a person.
    Verifier,
    /// The treasury's seal.
    Treasury,
}

/// A key with its certificates, tried and fit for its role.
pub struct Signer {
    key: Box<dyn SigningKey>,
    chain: Vec<Vec<u8>>,
    role: Role,
    name: String,
    certificate_digest: [u8; 32],
    identity: Identity,
    contents: usize,
    ends: Timestamp,
}

impl Signer {
    /// Checks chain, validity at `now`, key usage, person's name (for [`Role::Verifier`]), and that the key is the
    /// certificate's (a challenge, signed and verified).
    ///
    /// `chain` is DER, leaf first, each issued by the next (names alone are compared). `person` is the name
    /// that the configuration gives to a certificate that has one only in its CN; given, it must be the
    /// certificate's.
    ///
    /// # Errors
    /// [`SignFault`], the first that is found.
    pub fn new(
        key: Box<dyn SigningKey>,
        chain: Vec<Vec<u8>>,
        role: Role,
        person: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, SignFault> {
        let certificates = certificate::chain(&chain)?;
        let own = certificates.first().ok_or(SignFault::EmptyChain)?;
        let challenge = challenge::tried(&*key, own)?;
        certificate::in_order(&certificates)?;
        certificates.iter().try_for_each(|certificate| certificate.valid_at(now))?;
        own.may_sign()?;
        let name = match role {
            Role::Verifier => own.person(person)?,
            Role::Treasury => own.common_name().ok_or(SignFault::NoName)?,
        };
        let identity = identity(own, &chain, key.scheme());
        let contents = largest_cms(&identity, key.scheme(), challenge.len());
        if contents > MAX_CONTENTS {
            return Err(SignFault::TooLarge { bytes: contents, limit: MAX_CONTENTS });
        }
        let ends = certificates.iter().map(certificate::OwnCertificate::ends).min().unwrap_or(Timestamp::MAX);
        let certificate_digest = own.sha256();
        Ok(Self { ends, key, role, name, certificate_digest, identity, contents, chain })
    }

    /// The name that the page shows: for a person surname and given name as the certificate writes them, for
    /// a seal its CN.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last moment at which all of the chain is valid (RFC 5280, 4.1.2.5).
    pub const fn ends(&self) -> Timestamp {
        self.ends
    }

    /// SHA-256 of the certificate.
    pub const fn certificate_digest(&self) -> [u8; 32] {
        self.certificate_digest
    }

    /// The chain, leaf first, DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    fn acts_as(&self, role: Role) -> Result<(), SignFault> {
        if self.role == role { Ok(()) } else { Err(SignFault::Role { expected: role }) }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, role, name, .. } = self;
        f.debug_struct("Signer")
            .field("name", name)
            .field("role", role)
            .field("key", key)
            .finish_non_exhaustive()
    }
}

/// Bytes to reserve for this signer's CMS: what it can be at most, at most [`MAX_CONTENTS`].
pub const fn contents_size(signer: &Signer) -> usize {
    signer.contents
}

/// A document that the verifier has certified.
#[derive(Debug)]
pub struct Certified(Filled);

impl Certified {
    /// What the seal is appended to.
    pub const fn filled(&self) -> &Filled {
        &self.0
    }

    /// The document.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// A document that the treasury has sealed.
#[derive(Debug)]
pub struct Sealed(Filled);

impl Sealed {
    /// The document.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// The verifier signs.
///
/// # Errors
/// [`SignFault::Key`] where the key does not sign, [`SignFault::Page`] where the CMS does not fit,
/// [`SignFault::Role`] where the signer is not a verifier.
pub fn certify(page: Prepared, signer: &Signer) -> Result<Certified, SignFault> {
    signed(page, signer, Role::Verifier).map(Certified)
}

/// The treasury seals.
///
/// # Errors
/// As [`certify`], for the treasury.
pub fn seal(update: Prepared, signer: &Signer) -> Result<Sealed, SignFault> {
    signed(update, signer, Role::Treasury).map(Sealed)
}

/// The seal over any bytes, as a detached CMS (RFC 5652, CAdES baseline B-B attributes): what is sealed that is no page.
///
/// # Errors
/// As [`certify`], for the treasury.
pub fn detach(bytes: &[u8], signer: &Signer) -> Result<Vec<u8>, SignFault> {
    signer.acts_as(Role::Treasury)?;
    cms_over(&[bytes], signer)
}

fn signed(prepared: Prepared, signer: &Signer, role: Role) -> Result<Filled, SignFault> {
    signer.acts_as(role)?;
    let cms = cms_over(&prepared.signed_ranges(), signer)?;
    Ok(prepared.fill(&cms)?)
}

/// The CMS of a signature over these stretches of bytes.
fn cms_over(ranges: &[&[u8]], signer: &Signer) -> Result<Vec<u8>, SignFault> {
    let algorithm = match signer.key.scheme() {
        Scheme::RsaPkcs1Sha256 | Scheme::RsaPssSha256 | Scheme::EcdsaP256Sha256 => &SHA256,
        Scheme::EcdsaP384Sha384 => &SHA384,
    };
    let mut digest = digest::Context::new(algorithm);
    ranges.iter().for_each(|range| digest.update(range));
    let attributes = cms::signed_attributes(&signer.identity, digest.finish().as_ref());
    let signature = signer.key.sign(&attributes.bytes())?;
    Ok(cms::write(&signer.identity, &attributes, &signature))
}

fn identity(own: &OwnCertificate, chain: &[Vec<u8>], scheme: Scheme) -> Identity {
    let suite = match scheme {
        Scheme::RsaPkcs1Sha256 => Suite::RsaPkcs1Sha256,
        Scheme::RsaPssSha256 => Suite::RsaPssSha256,
        Scheme::EcdsaP256Sha256 => Suite::EcdsaSha256,
        Scheme::EcdsaP384Sha384 => Suite::EcdsaSha384,
    };
    let signatory = Signatory { issuer: own.issuer(), serial: own.serial(), sha256: own.sha256(), chain };
    Identity::new(&signatory, suite)
}

/// The size of the CMS with the longest signature: RSA's are all of one length, and an `Ecdsa-Sig-Value` is
/// two integers with one byte more than the curve has where its highest bit is set (RFC 3279, 2.2.3).
fn largest_cms(identity: &Identity, scheme: Scheme, rsa_length: usize) -> usize {
    let (digest, signature) = match scheme {
        Scheme::RsaPkcs1Sha256 | Scheme::RsaPssSha256 => (32, rsa_length),
        Scheme::EcdsaP256Sha256 => (32, 2 + 2 * (2 + 33)),
        Scheme::EcdsaP384Sha384 => (48, 2 + 2 * (2 + 49)),
    };
    let attributes = cms::signed_attributes(identity, &vec![0; digest]);
    cms::write(identity, &attributes, &vec![0; signature]).len()
}

#[cfg(test)]
mod tests;
