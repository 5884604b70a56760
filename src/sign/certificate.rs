//! Our own certificates, as far as a signer must know them before it signs (RFC 5280).
//!
//! This is not path validation: that is `trust`, with another parser, at the other end of the pipeline. Here a
//! clerk's mistake is caught in the morning: the wrong file, the wrong order, an expired certificate.

use super::SignFault;
use aws_lc_rs::digest::{self, SHA256};
use der::asn1::ObjectIdentifier;
use der::{Decode, Reader, SliceReader, Tag};
use jiff::Timestamp;
use x509_cert::Certificate;
use x509_cert::ext::pkix::KeyUsage;
use x509_cert::ext::pkix::name::DirectoryString;
use x509_cert::name::Name;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SURNAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.4");
const GIVEN_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.42");

/// A certificate of a signer's chain.
#[derive(Debug)]
pub(super) struct OwnCertificate {
    /// Which of the chain, counted from 1.
    number: usize,
    certificate: Certificate,
    raw: Raw,
    sha256: [u8; 32],
}

/// Parts of a certificate as they stand in it: a name that was read and written again may not be the same bytes.
#[derive(Debug)]
struct Raw {
    serial: Vec<u8>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
    public_key: Vec<u8>,
}

/// Reads a chain.
pub(super) fn chain(chain: &[Vec<u8>]) -> Result<Vec<OwnCertificate>, SignFault> {
    let numbered = chain.iter().enumerate().map(|(index, der)| (index.saturating_add(1), der));
    numbered.map(|(number, der)| OwnCertificate::read(number, der)).collect()
}

/// Each is issued by the next, by name. RFC 5280, 4.1.2.6 has an authority write its name in the same way in
/// both places, so that bytes can be compared.
pub(super) fn in_order(chain: &[OwnCertificate]) -> Result<(), SignFault> {
    let mut neighbours = chain.iter().zip(chain.iter().skip(1));
    match neighbours.find(|(below, above)| below.raw.issuer != above.raw.subject) {
        None => Ok(()),
        Some((below, above)) => Err(SignFault::Order {
            number: above.number,
            expected: below.certificate.tbs_certificate().issuer().to_string(),
            found: above.certificate.tbs_certificate().subject().to_string(),
        }),
    }
}

impl OwnCertificate {
    fn read(number: usize, der: &[u8]) -> Result<Self, SignFault> {
        let fault = |_| SignFault::Certificate { number };
        let certificate = Certificate::from_der(der).map_err(fault)?;
        let raw = Raw::read(der).map_err(fault)?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&SHA256, der).as_ref());
        Ok(Self { number, certificate, raw, sha256 })
    }

    /// SHA-256 of it.
    pub(super) const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// DER of the issuer's name.
    pub(super) fn issuer(&self) -> &[u8] {
        &self.raw.issuer
    }

    /// Content of the serial number.
    pub(super) fn serial(&self) -> &[u8] {
        &self.raw.serial
    }

    /// `SubjectPublicKeyInfo`, DER.
    pub(super) fn public_key(&self) -> &[u8] {
        &self.raw.public_key
    }

    /// Inside its validity, both ends included (RFC 5280, 4.1.2.5).
    pub(super) fn valid_at(&self, now: Timestamp) -> Result<(), SignFault> {
        let (from, to) = (moment(self.certificate.tbs_certificate().validity().not_before), self.ends());
        if now.as_second() < from.as_second() {
            return Err(SignFault::NotYetValid { number: self.number, from });
        }
        if now.as_second() > to.as_second() {
            return Err(SignFault::Expired { number: self.number, to });
        }
        Ok(())
    }

    /// The last moment of its validity.
    pub(super) fn ends(&self) -> Timestamp {
        moment(self.certificate.tbs_certificate().validity().not_after)
    }

    /// Key usage, where it is stated, allows signatures (RFC 5280, 4.2.1.3).
    pub(super) fn may_sign(&self) -> Result<(), SignFault> {
        let usage = self.certificate.tbs_certificate().get_extension::<KeyUsage>();
        let usage = usage.map_err(|_| SignFault::Certificate { number: self.number })?;
        match usage {
            Some((_, usage)) if !usage.digital_signature() && !usage.non_repudiation() => {
                Err(SignFault::KeyUsage)
            }
            _ => Ok(()),
        }
    }

    /// The common name.
    pub(super) fn common_name(&self) -> Option<String> {
        text(self.subject(), COMMON_NAME)
    }

    /// The person's name, *surname givenName*; a name that the configuration gives must be this one or the CN.
    pub(super) fn person(&self, configured: Option<&str>) -> Result<String, SignFault> {
        let parts = (text(self.subject(), SURNAME), text(self.subject(), GIVEN_NAME));
        let own = match parts {
            (Some(surname), Some(given_name)) => Some(format!("{surname} {given_name}")),
            _ => None,
        };
        let common_name = self.common_name();
        match (configured, own) {
            (None, Some(own)) => Ok(own),
            (Some(name), own) if own.as_deref() == Some(name) => Ok(name.to_owned()),
            (Some(name), own) if common_name.as_deref() == Some(name) => {
                Ok(own.unwrap_or_else(|| name.to_owned()))
            }
            (Some(name), _) => Err(SignFault::OtherPerson { expected: name.to_owned(), found: common_name }),
            (None, None) => Err(SignFault::NoPerson { found: common_name }),
        }
    }

    fn subject(&self) -> &Name {
        self.certificate.tbs_certificate().subject()
    }
}

impl Raw {
    /// Walks to the parts of a `TBSCertificate` (RFC 5280, 4.1) that are wanted as they stand.
    fn read(der: &[u8]) -> der::Result<Self> {
        let outer = der::AnyRef::from_der(der)?;
        let mut certificate = SliceReader::new(outer.value())?;
        let tbs: der::AnyRef<'_> = certificate.decode()?;
        let mut tbs = SliceReader::new(tbs.value())?;
        if tbs.peek_byte() == Some(0xa0) {
            tbs.tlv_bytes()?; // version
        }
        let serial: der::AnyRef<'_> = tbs.decode()?;
        serial.header().tag().assert_eq(Tag::Integer)?;
        let serial = serial.value().to_vec();
        tbs.tlv_bytes()?; // signature algorithm
        let issuer = tbs.tlv_bytes()?.to_vec();
        tbs.tlv_bytes()?; // validity
        let subject = tbs.tlv_bytes()?.to_vec();
        let public_key = tbs.tlv_bytes()?.to_vec();
        Ok(Self { serial, issuer, subject, public_key })
    }
}

/// The text of a kind of attribute, several of them joined; `None` where there is none that can be shown.
fn text(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    let values = name.iter().filter(|attribute| attribute.oid == oid).map(|attribute| {
        let value: DirectoryString = attribute.value.decode_as().ok()?;
        let value = value.value().trim().to_owned();
        let shown = !value.is_empty() && !value.chars().any(char::is_control);
        shown.then_some(value)
    });
    let values: Option<Vec<String>> = values.collect();
    values.filter(|values| !values.is_empty()).map(|values| values.join(" "))
}
fn moment(time: x509_cert::time::Time) -> Timestamp {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).unwrap_or(Timestamp::MAX)
}
