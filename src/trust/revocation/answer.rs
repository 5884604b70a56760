//! OCSP responses (RFC 6960, 4.2), read strictly and whole; a response that is malformed is none.
//!
//! Who may answer: the issuer's own key, or a certificate in the response that this key signed for OCSP (RFC 6960,
//! 4.2.2.2). Whether the responder's certificate is itself revoked is not asked, as `id-pkix-ocsp-nocheck` has it.

use super::{Asked, Origin, Revocation, Said, Told, Word, is_weak, verifies};
use crate::cms::tlv::{self, Budget, Element, Reader};
use crate::cms::{self, Algorithm, CmsFault, time};
use crate::trust::certificate::{self, Certificate, SIGNS};
use crate::trust::mathematics::Digest;
use crate::trust::memory::Memory;
use crate::trust::path;
use jiff::Timestamp;

/// Octets of a response; with certificates, some five thousand.
const MAX_LENGTH: usize = 1 << 20;
/// Elements in a response.
const MAX_ELEMENTS: usize = 20_000;
/// Certificates asked about in one response.
const MAX_SINGLES: usize = 256;
/// Certificates of responders in one response.
const MAX_CERTIFICATES: usize = 8;

const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
const ARCHIVE_CUTOFF: &str = "1.3.6.1.5.5.7.48.1.6";
/// `id-kp-OCSPSigning`.
const ANSWERS: &str = "1.3.6.1.5.5.7.3.9";
const ENUMERATED: u8 = 0x0A;

/// A response.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    digest: Vec<u8>,
    origin: Origin,
    /// `BasicOCSPResponse`, DER.
    basic: Vec<u8>,
    produced: Timestamp,
    certificates: Vec<Vec<u8>>,
    singles: Vec<Single>,
}

/// What it says of one certificate.
#[derive(Clone, Debug)]
pub(super) struct Single {
    algorithm: Option<Digest>,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    said: Said,
    issued: Timestamp,
    next: Option<Timestamp>,
    /// `archiveCutoff` (RFC 6960, 4.4.4): what expired since then is still known.
    kept_since: Option<Timestamp>,
}

impl Answer {
    /// Reads the DER of an `OCSPResponse`.
    pub(super) fn read(der: &[u8], origin: Origin) -> Option<Self> {
        read(der, origin).ok().flatten()
    }

    /// Whether it is the same response.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// SHA-256 of its DER.
    pub(super) fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// What it says of a certificate (`CertID`, RFC 6960, 4.1.1).
    pub(super) fn about(&self, certificate: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<&Single> {
        let key = issuer.key_bits()?;
        self.singles.iter().find(|single| {
            single.serial == certificate.serial
                && single.algorithm.is_some_and(|digest| {
                    single.issuer_key == digest.digest(key)
                        && single.issuer_name == digest.digest(certificate.issuer_der)
                })
        })
    }

    /// The same, where the certificate's issuer signed it, or somebody whom the issuer named for it.
    pub(super) fn word(&self, single: &Single, asked: &Asked<'_, '_>, memory: &Memory) -> Option<Word> {
        let (signed, algorithm, signature) = outline(&self.basic).ok()?;
        let holds =
            |key: &[u8]| memory.holds(key, &self.digest, || verifies(key, &algorithm, signed.raw, signature));
        let timely = if holds(asked.issuer.key_info) {
            self.is_timely(single, asked, asked.issuer)
        } else {
            let mut delegates = self.certificates.iter().filter_map(|der| Certificate::read(der).ok());
            let delegate = delegates
                .find(|delegate| is_delegate(delegate, asked, memory) && holds(delegate.key_info))?;
            self.is_timely(single, asked, &delegate) && self.produced <= delegate.not_after
        };
        Some(Word {
            said: single.said,
            told: Told::Ocsp,
            origin: self.origin,
            issued: single.issued,
            next: single.next,
            conclusive: timely && !is_weak(&algorithm),
        })
    }

    fn is_timely(&self, single: &Single, asked: &Asked<'_, '_>, speaker: &Certificate<'_>) -> bool {
        asked.is_timely(speaker, self.origin, single.issued, single.kept_since)
    }
}

/// Whether the issuer named it to answer (RFC 6960, 4.2.2.2): issued by the same key, for this purpose.
fn is_delegate(delegate: &Certificate<'_>, asked: &Asked<'_, '_>, memory: &Memory) -> bool {
    let extensions = &delegate.extensions;
    let purposes = extensions.purposes.as_ref();
    delegate.issuer.is(&asked.issuer.subject)
        && purposes.is_some_and(|(purposes, _)| purposes.iter().any(|purpose| purpose == ANSWERS))
        && extensions.key_usage.is_none_or(|usage| usage & SIGNS != 0)
        && !extensions.unknown_critical
        && !path::is_weakly_signed(asked.issuer, delegate)
        && memory.signature(asked.issuer, delegate, || path::is_signed_by(asked.issuer, delegate))
}

/// `tbsResponseData`, algorithm, signature.
type Outline<'a> = (Element<'a>, Algorithm, &'a [u8]);

fn outline(basic: &[u8]) -> Result<Outline<'_>, CmsFault> {
    let budget = Budget::new(64);
    let mut fields = Reader::new(basic, &budget).enter(tlv::SEQUENCE)?;
    let signed = fields.expect(tlv::SEQUENCE)?;
    let algorithm = cms::algorithm(&mut fields)?;
    Ok((signed, algorithm, certificate::whole_bits(&mut fields)?))
}

/// RFC 6960, 4.2.1; none where the responder could not answer or answered in another way.
fn read(der: &[u8], origin: Origin) -> Result<Option<Answer>, CmsFault> {
    if der.len() > MAX_LENGTH {
        return Err(CmsFault::Limit);
    }
    let budget = Budget::new(MAX_ELEMENTS);
    let mut outer = Reader::new(der, &budget);
    let mut response = outer.enter(tlv::SEQUENCE)?;
    outer.end()?;
    if response.expect(ENUMERATED)?.content != [0] {
        return Ok(None);
    }
    let mut bytes = response.enter(tlv::CONTEXT_0)?.enter(tlv::SEQUENCE)?;
    response.end()?;
    if bytes.oid()? != BASIC {
        return Ok(None);
    }
    let basic = bytes.octets()?.into_owned();
    bytes.end()?;
    let mut fields = Reader::new(&basic, &budget).enter(tlv::SEQUENCE)?;
    let data = fields.enter(tlv::SEQUENCE)?;
    cms::algorithm(&mut fields)?;
    certificate::whole_bits(&mut fields)?;
    let certificates = match fields.optional(tlv::CONTEXT_0)? {
        Some(explicit) => certificates(explicit.open(&budget)?.enter(tlv::SEQUENCE)?)?,
        None => Vec::new(),
    };
    fields.end()?;
    let (produced, singles) = response_data(data)?;
    let digest = Digest::Sha256.digest(der);
    Ok(Some(Answer { digest, origin, basic, produced, certificates, singles }))
}

fn certificates(mut all: Reader<'_, '_>) -> Result<Vec<Vec<u8>>, CmsFault> {
    let mut found = Vec::new();
    while !all.is_empty() && found.len() < MAX_CERTIFICATES {
        found.push(all.expect(tlv::SEQUENCE)?.raw.to_vec());
    }
    Ok(found)
}

/// `ResponseData`: when it was made, and what it says of whom.
fn response_data(mut data: Reader<'_, '_>) -> Result<(Timestamp, Vec<Single>), CmsFault> {
    let fault = data.fault();
    data.optional(tlv::CONTEXT_0)?;
    // `responderID`: the key that verifies says more than a name.
    data.any()?;
    let produced = generalized(&mut data)?;
    let mut responses = data.enter(tlv::SEQUENCE)?;
    let extensions = data.optional(tlv::CONTEXT_1)?;
    data.end()?;
    if let Some(explicit) = extensions
        && explicit.content.is_empty()
    {
        return Err(fault);
    }
    let mut singles = Vec::new();
    while !responses.is_empty() {
        if singles.len() == MAX_SINGLES {
            return Err(CmsFault::Limit);
        }
        singles.push(single(responses.enter(tlv::SEQUENCE)?)?);
    }
    Ok((produced, singles))
}

/// `SingleResponse`.
fn single(mut fields: Reader<'_, '_>) -> Result<Single, CmsFault> {
    let mut id = fields.enter(tlv::SEQUENCE)?;
    let algorithm = Digest::of(&cms::algorithm(&mut id)?);
    let issuer_name = id.octets()?.into_owned();
    let issuer_key = id.octets()?.into_owned();
    let serial = id.integer()?.to_vec();
    id.end()?;
    let said = said(&mut fields)?;
    let issued = generalized(&mut fields)?;
    let mut one =
        Single { algorithm, issuer_name, issuer_key, serial, said, issued, next: None, kept_since: None };
    if fields.remaining().first() == Some(&tlv::CONTEXT_0) {
        one.next = Some(generalized(&mut fields.enter(tlv::CONTEXT_0)?)?);
    }
    if fields.remaining().first() == Some(&tlv::CONTEXT_1) {
        let mut extensions = fields.enter(tlv::CONTEXT_1)?.enter(tlv::SEQUENCE)?;
        while !extensions.is_empty() {
            single_extension(&mut extensions.enter(tlv::SEQUENCE)?, &mut one)?;
        }
    }
    fields.end()?;
    Ok(one)
}

/// A critical extension that is not processed makes of *good* that nothing is known.
fn single_extension(fields: &mut Reader<'_, '_>, one: &mut Single) -> Result<(), CmsFault> {
    let oid = fields.oid()?;
    let critical = fields.optional(tlv::BOOLEAN)?.is_some_and(|value| value.content != [0]);
    let mut value = fields.enter(tlv::OCTET_STRING)?;
    if oid == ARCHIVE_CUTOFF {
        one.kept_since = Some(generalized(&mut value)?);
    } else if critical && one.said == Said::Good {
        one.said = Said::Unknown;
    }
    Ok(())
}

/// `CertStatus`: good, revoked or unknown, under the tags 0, 1 and 2.
fn said(fields: &mut Reader<'_, '_>) -> Result<Said, CmsFault> {
    let fault = fields.fault();
    if fields.remaining().first() == Some(&tlv::CONTEXT_1) {
        let mut info = fields.enter(tlv::CONTEXT_1)?;
        let at = generalized(&mut info)?;
        let mut reason = 0;
        if !info.is_empty() {
            let mut explicit = info.enter(tlv::CONTEXT_0)?;
            reason = explicit.expect(ENUMERATED)?.content.first().copied().unwrap_or(0);
        }
        info.end()?;
        return Ok(Said::Revoked(Revocation { at, reason }));
    }
    match fields.any()?.tag {
        0x80 => Ok(Said::Good),
        0x82 => Ok(Said::Unknown),
        _ => Err(fault),
    }
}

fn generalized(fields: &mut Reader<'_, '_>) -> Result<Timestamp, CmsFault> {
    let fault = fields.fault();
    time::generalized(fields.expect(tlv::GENERALIZED_TIME)?.content).ok_or(fault)
}
