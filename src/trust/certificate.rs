//! X.509 certificates (RFC 5280, 4), read strictly: what a path is judged by.
//!
//! A certificate whose outline, dates or known extensions are malformed, or that has an extension
//! twice, is refused whole: nobody can say what it means. Extensions that we do not know are kept by
//! name, as a critical one refuses the path.

use super::name::Name;
use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{self, Algorithm, CmsFault, time};
use jiff::Timestamp;

/// Elements in one certificate; real ones have two or three hundred.
const MAX_ELEMENTS: usize = 5000;
/// Octets of one certificate. Post-quantum ones have 20 KB.
const MAX_LENGTH: usize = 64 << 10;

/// A certificate.
#[derive(Clone, Debug)]
pub(super) struct Certificate<'a> {
    pub der: &'a [u8],
    /// `tbsCertificate`, over which the signature is.
    pub signed: &'a [u8],
    /// `serialNumber`, contents of the INTEGER.
    pub serial: &'a [u8],
    pub issuer: Name<'a>,
    /// `issuer`, DER: what lists and answers about this certificate name.
    pub issuer_der: &'a [u8],
    pub subject: Name<'a>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// `subjectPublicKeyInfo`, DER.
    pub key_info: &'a [u8],
    pub signature_algorithm: Algorithm,
    pub signature: &'a [u8],
    pub extensions: Extensions<'a>,
}

/// What the extensions say.
#[derive(Clone, Debug, Default)]
pub(super) struct Extensions<'a> {
    /// `basicConstraints`: whether it is an authority, and how many authorities may follow it.
    pub basic: Option<(bool, Option<usize>)>,
    /// `keyUsage`: bits 0 to 7, first bit highest.
    pub key_usage: Option<u8>,
    /// `extKeyUsage`, dotted, and whether it is critical.
    pub purposes: Option<(Vec<String>, bool)>,
    /// `subjectAltName`: the tag of each name and its contents.
    pub other_names: Vec<(u8, &'a [u8])>,
    /// `nameConstraints`.
    pub constraints: Option<Constraints<'a>>,
    /// `cRLDistributionPoints`: each general name of each point, as it stands.
    pub lists_at: Vec<&'a [u8]>,
    /// `authorityInfoAccess`: the URIs of OCSP responders.
    pub answers_at: Vec<&'a [u8]>,
    /// Whether a critical extension is there that we do not process.
    pub unknown_critical: bool,
}

/// Subtrees of names: the tag of the form and its contents.
#[derive(Clone, Debug, Default)]
pub(super) struct Constraints<'a> {
    pub permitted: Vec<(u8, &'a [u8])>,
    pub excluded: Vec<(u8, &'a [u8])>,
}

/// `digitalSignature` and `nonRepudiation` (RFC 5280, 4.2.1.3).
pub(super) const SIGNS: u8 = 0b1100_0000;
/// `keyCertSign`.
pub(super) const CERTIFIES: u8 = 0b0000_0100;
/// `cRLSign`.
pub(super) const LISTS: u8 = 0b0000_0010;
/// The tag of a directory name among general names.
pub(super) const DIRECTORY_NAME: u8 = 0xA4;
/// The tag of a URI among general names.
pub(super) const URI: u8 = 0x86;
/// The tag of a mail address among general names.
pub(super) const MAIL_NAME: u8 = 0x81;

impl<'a> Certificate<'a> {
    /// Reads the DER of a certificate.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, CmsFault> {
        if der.len() > MAX_LENGTH {
            return Err(CmsFault::Limit);
        }
        let budget = Budget::new(MAX_ELEMENTS);
        let mut outer = Reader::new(der, &budget);
        let mut certificate = outer.enter(tlv::SEQUENCE)?;
        outer.end()?;
        let signed = certificate.expect(tlv::SEQUENCE)?;
        let signature_algorithm = cms::algorithm(&mut certificate)?;
        let signature = whole_bits(&mut certificate)?;
        certificate.end()?;

        let mut body = signed.open(&budget)?;
        let fault = body.fault();
        let version = version(&mut body)?;
        let serial = body.integer()?;
        // RFC 5280, 4.1.1.2: the algorithm inside is the one outside.
        if cms::algorithm(&mut body)? != signature_algorithm {
            return Err(fault);
        }
        let issuer_der = body.expect(tlv::SEQUENCE)?.raw;
        let mut validity = body.enter(tlv::SEQUENCE)?;
        let not_before = time::certificate_time(&mut validity)?;
        let not_after = time::certificate_time(&mut validity)?;
        validity.end()?;
        let subject = Name::read(body.expect(tlv::SEQUENCE)?.raw)?;
        let key_info = body.expect(tlv::SEQUENCE)?.raw;
        const UNIQUE_IDS: [u8; 2] = [0x81, 0x82];
        for id in UNIQUE_IDS {
            body.optional(id)?;
        }
        let extensions = match body.optional(tlv::CONTEXT_3)? {
            None => Extensions::default(),
            Some(_) if version != 2 => return Err(fault),
            Some(explicit) => Extensions::read(explicit.content)?,
        };
        body.end()?;
        Ok(Self {
            der,
            signed: signed.raw,
            serial,
            issuer: Name::read(issuer_der)?,
            issuer_der,
            subject,
            not_before,
            not_after,
            key_info,
            signature_algorithm,
            signature,
            extensions,
        })
    }

    /// The bits of the public key, without the octet that counts the unused: what key identifiers are digests of.
    pub(super) fn key_bits(&self) -> Option<&'a [u8]> {
        let budget = Budget::new(MAX_ELEMENTS);
        let mut info = Reader::new(self.key_info, &budget).enter(tlv::SEQUENCE).ok()?;
        info.expect(tlv::SEQUENCE).ok()?;
        whole_bits(&mut info).ok()
    }

    /// Whether issuer and subject are one (RFC 5280, 3.2).
    pub(super) fn is_self_issued(&self) -> bool {
        self.issuer.is(&self.subject)
    }
}

/// `version`, counted from 0; 2 is X.509 version 3.
fn version(body: &mut Reader<'_, '_>) -> Result<u8, CmsFault> {
    let fault = body.fault();
    let Some(explicit) = body.optional(tlv::CONTEXT_0)? else { return Ok(0) };
    match explicit.content {
        [tlv::INTEGER, 1, version @ 0..=2] => Ok(*version),
        _ => Err(fault),
    }
}

/// A BIT STRING of whole octets.
pub(super) fn whole_bits<'a>(reader: &mut Reader<'a, '_>) -> Result<&'a [u8], CmsFault> {
    let fault = reader.fault();
    match reader.expect(tlv::BIT_STRING)?.content {
        [0, octets @ ..] => Ok(octets),
        _ => Err(fault),
    }
}

impl<'a> Extensions<'a> {
    fn read(explicit: &'a [u8]) -> Result<Self, CmsFault> {
        let budget = Budget::new(MAX_ELEMENTS);
        let mut outer = Reader::new(explicit, &budget);
        let mut sequence = outer.enter(tlv::SEQUENCE)?;
        outer.end()?;
        let mut all = Self::default();
        let mut seen = Vec::new();
        while !sequence.is_empty() {
            let fault = sequence.fault();
            let mut fields = sequence.enter(tlv::SEQUENCE)?;
            let oid = fields.oid()?;
            let critical = fields.optional(tlv::BOOLEAN)?.is_some_and(|value| value.content != [0]);
            let value = fields.expect(tlv::OCTET_STRING)?.content;
            fields.end()?;
            if seen.contains(&oid) {
                return Err(fault);
            }
            all.take(&oid, critical, value, &budget)?;
            seen.push(oid);
        }
        Ok(all)
    }

    fn take(&mut self, oid: &str, critical: bool, value: &'a [u8], budget: &Budget) -> Result<(), CmsFault> {
        let mut reader = Reader::new(value, budget);
        match oid {
            "2.5.29.15" => self.key_usage = Some(key_usage(&mut reader)?),
            "2.5.29.17" => self.other_names = general_names(reader.enter(tlv::SEQUENCE)?)?,
            "2.5.29.19" => self.basic = Some(basic_constraints(reader.enter(tlv::SEQUENCE)?)?),
            "2.5.29.30" => self.constraints = Some(constraints(reader.enter(tlv::SEQUENCE)?)?),
            "2.5.29.32" => policies(reader.enter(tlv::SEQUENCE)?)?,
            "2.5.29.37" => self.purposes = Some((purposes(reader.enter(tlv::SEQUENCE)?)?, critical)),
            "2.5.29.31" => self.lists_at = distribution_points(reader.enter(tlv::SEQUENCE)?)?,
            "1.3.6.1.5.5.7.1.1" => self.answers_at = responders(reader.enter(tlv::SEQUENCE)?)?,
            // Key identifiers help to find a path and prove nothing; mappings and the end of any-policy bear on a policy that nobody here requires
            // (RFC 5280, 6.1.1 (c) to (g)). A demand for a policy (2.5.29.36) is not processed.
            "2.5.29.14" | "2.5.29.35" | "2.5.29.33" | "2.5.29.54" => return Ok(()),
            _ => {
                self.unknown_critical |= critical;
                return Ok(());
            }
        }
        reader.end()
    }
}

/// RFC 5280, 4.2.1.3.
fn key_usage(reader: &mut Reader<'_, '_>) -> Result<u8, CmsFault> {
    let fault = reader.fault();
    match reader.expect(tlv::BIT_STRING)?.content {
        [0..=7, first, ..] => Ok(*first),
        _ => Err(fault),
    }
}

/// RFC 5280, 4.2.1.9.
fn basic_constraints(mut fields: Reader<'_, '_>) -> Result<(bool, Option<usize>), CmsFault> {
    let authority = fields.optional(tlv::BOOLEAN)?.is_some_and(|value| value.content != [0]);
    let fault = fields.fault();
    let length = if fields.is_empty() {
        None
    } else {
        match fields.integer()? {
            [length] if *length < 0x80 => Some(usize::from(*length)),
            [0, length] => Some(usize::from(*length)),
            _ => return Err(fault),
        }
    };
    fields.end()?;
    Ok((authority, length))
}

/// RFC 5280, 4.2.1.12.
fn purposes(mut fields: Reader<'_, '_>) -> Result<Vec<String>, CmsFault> {
    let mut all = vec![fields.oid()?];
    while !fields.is_empty() {
        all.push(fields.oid()?);
    }
    Ok(all)
}

/// RFC 5280, 4.2.1.6.
fn general_names<'a>(mut fields: Reader<'a, '_>) -> Result<Vec<(u8, &'a [u8])>, CmsFault> {
    let mut all = Vec::new();
    while !fields.is_empty() {
        let name = fields.any()?;
        all.push((name.tag, name.content));
    }
    Ok(all)
}

/// RFC 5280, 4.2.1.13: the full names of the points; a name relative to an issuer is passed over.
fn distribution_points<'a>(mut fields: Reader<'a, '_>) -> Result<Vec<&'a [u8]>, CmsFault> {
    let mut all = Vec::new();
    while !fields.is_empty() {
        let mut point = fields.enter(tlv::SEQUENCE)?;
        if let Ok(mut name) = point.enter(tlv::CONTEXT_0) {
            all.extend(full_names(&mut name)?);
        }
    }
    Ok(all)
}

/// RFC 5280, 4.2.2.1: the responders; where issuers' certificates lie is passed over.
fn responders<'a>(mut fields: Reader<'a, '_>) -> Result<Vec<&'a [u8]>, CmsFault> {
    const OCSP: &str = "1.3.6.1.5.5.7.48.1";
    let mut all = Vec::new();
    while !fields.is_empty() {
        let mut access = fields.enter(tlv::SEQUENCE)?;
        let method = access.oid()?;
        let place = access.any()?;
        access.end()?;
        all.extend((method == OCSP && place.tag == URI).then_some(place.content));
    }
    Ok(all)
}

/// `fullName` of a `DistributionPointName` (RFC 5280, 4.2.1.13): its general names, as they stand.
pub(super) fn full_names<'a>(name: &mut Reader<'a, '_>) -> Result<Vec<&'a [u8]>, CmsFault> {
    let mut all = Vec::new();
    if let Ok(mut names) = name.enter(tlv::CONTEXT_0) {
        while !names.is_empty() {
            all.push(names.any()?.raw);
        }
    }
    Ok(all)
}

/// RFC 5280, 4.2.1.4: a SEQUENCE of at least one policy, none twice.
fn policies(mut fields: Reader<'_, '_>) -> Result<(), CmsFault> {
    let mut seen = Vec::new();
    loop {
        let fault = fields.fault();
        let mut policy = fields.enter(tlv::SEQUENCE)?;
        let oid = policy.oid()?;
        policy.optional(tlv::SEQUENCE)?;
        policy.end()?;
        if seen.contains(&oid) {
            return Err(fault);
        }
        seen.push(oid);
        if fields.is_empty() {
            return Ok(());
        }
    }
}

/// RFC 5280, 4.2.1.10: `minimum` is 0 and absent, `maximum` absent.
fn constraints<'a>(mut fields: Reader<'a, '_>) -> Result<Constraints<'a>, CmsFault> {
    let mut all = Constraints::default();
    let fault = fields.fault();
    for (tag, subtrees) in [(tlv::CONTEXT_0, &mut all.permitted), (tlv::CONTEXT_1, &mut all.excluded)] {
        let mut inner = match fields.clone().optional(tag)? {
            Some(_) => fields.enter(tag)?,
            None => continue,
        };
        while !inner.is_empty() {
            let mut subtree = inner.enter(tlv::SEQUENCE)?;
            let base = subtree.any()?;
            subtree.end()?;
            subtrees.push((base.tag, base.content));
        }
    }
    fields.end()?;
    if all.permitted.is_empty() && all.excluded.is_empty() { Err(fault) } else { Ok(all) }
}
