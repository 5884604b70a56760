//! Certificate revocation lists (RFC 5280, 5), read strictly and whole.
//!
//! A list that is malformed is no list. One that is delta, indirect, of some reasons only, for attribute certificates, or
//! under a critical extension that we do not process is read for whom it revokes, and never says that all is well.

use super::{Asked, Origin, Revocation, Said, Told, Word, is_weak, verifies};
use crate::cms::tlv::{self, Budget, Element, Reader};
use crate::cms::{self, Algorithm, CmsFault, time};
use crate::trust::certificate::{self, Certificate};
use crate::trust::mathematics::Digest;
use crate::trust::memory::Memory;
use crate::trust::name::Name;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Entries in one list; the largest of public authorities have some hundred thousand.
const MAX_ENTRIES: usize = 1_000_000;
/// Elements in one list: some ten for each entry.
const MAX_ELEMENTS: usize = 12 * MAX_ENTRIES;

/// A list.
#[derive(Clone, Debug)]
pub(super) struct List {
    der: Vec<u8>,
    digest: Vec<u8>,
    origin: Origin,
    issuer: Vec<u8>,
    issued: Timestamp,
    next: Option<Timestamp>,
    revoked: BTreeMap<Vec<u8>, Revocation>,
    scope: Scope,
}

/// Of which certificates it speaks (RFC 5280, 5.2.5).
#[derive(Clone, Debug, Default)]
struct Scope {
    /// The names of its distribution point, as they stand.
    points: Option<Vec<Vec<u8>>>,
    only_users: bool,
    only_authorities: bool,
    /// It leaves out some reasons, or speaks for others, or in a way that we do not understand.
    partial: bool,
    /// `expiredCertsOnCRL` (X.509, 9.5.2.8): certificates that expired since then are kept.
    kept_since: Option<Timestamp>,
}

impl List {
    /// Reads the DER of a list.
    pub(super) fn read(der: &[u8], origin: Origin) -> Option<Self> {
        read(der, origin).ok()
    }

    /// Whether it is the same list.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.digest == other.digest
    }

    /// SHA-256 of its DER.
    pub(super) fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Whether it is of this certificate's issuer, by name.
    pub(super) fn concerns(&self, certificate: &Certificate<'_>) -> bool {
        self.issuer == certificate.issuer_der
            || Name::read(&self.issuer).is_ok_and(|issuer| issuer.is(&certificate.issuer))
    }

    /// What it says of a certificate, where the certificate's issuer signed it.
    pub(super) fn word(&self, asked: &Asked<'_, '_>, memory: &Memory) -> Option<Word> {
        let (signed, algorithm, signature) = outline(&self.der).ok()?;
        let issuer = asked.issuer;
        let may = issuer.extensions.key_usage.is_none_or(|usage| usage & certificate::LISTS != 0);
        let holds = may
            && memory.holds(issuer.key_info, &self.digest, || {
                verifies(issuer.key_info, &algorithm, signed.raw, signature)
            });
        holds.then_some(())?;
        let revocation = self.revoked.get(asked.certificate.serial);
        let timely = asked.is_timely(issuer, self.origin, self.issued, self.scope.kept_since);
        Some(Word {
            said: revocation.map_or(Said::Good, |revocation| Said::Revoked(*revocation)),
            told: Told::Crl,
            origin: self.origin,
            issued: self.issued,
            next: self.next,
            conclusive: timely && self.scope.covers(asked.certificate) && !is_weak(&algorithm),
        })
    }
}

impl Scope {
    /// Whether a certificate of this kind would stand in it (RFC 5280, 6.3.3 (b)).
    fn covers(&self, certificate: &Certificate<'_>) -> bool {
        let authority = matches!(certificate.extensions.basic, Some((true, _)));
        let listed = |points: &Vec<Vec<u8>>| {
            let at = &certificate.extensions.lists_at;
            points.iter().any(|point| at.contains(&point.as_slice()))
        };
        let spoken_of = if authority { !self.only_users } else { !self.only_authorities };
        spoken_of && !self.partial && self.points.as_ref().is_none_or(listed)
    }
}

/// `tbsCertList`, algorithm, signature.
type Outline<'a> = (Element<'a>, Algorithm, &'a [u8]);

fn outline(der: &[u8]) -> Result<Outline<'_>, CmsFault> {
    let budget = Budget::new(64);
    let mut outer = Reader::new(der, &budget);
    let mut fields = outer.enter(tlv::SEQUENCE)?;
    outer.end()?;
    let signed = fields.expect(tlv::SEQUENCE)?;
    let algorithm = cms::algorithm(&mut fields)?;
    let signature = certificate::whole_bits(&mut fields)?;
    fields.end()?;
    Ok((signed, algorithm, signature))
}

fn read(der: &[u8], origin: Origin) -> Result<List, CmsFault> {
    let (signed, algorithm, _) = outline(der)?;
    let budget = Budget::new(MAX_ELEMENTS);
    let mut body = signed.open(&budget)?;
    let fault = body.fault();
    body.optional(tlv::INTEGER)?;
    // RFC 5280, 5.1.1.2: the algorithm inside is the one outside.
    if cms::algorithm(&mut body)? != algorithm {
        return Err(fault);
    }
    let issuer = body.expect(tlv::SEQUENCE)?.raw;
    let issued = time::certificate_time(&mut body)?;
    let dated = [tlv::UTC_TIME, tlv::GENERALIZED_TIME].map(Some).contains(&body.remaining().first().copied());
    let next = if dated { Some(time::certificate_time(&mut body)?) } else { None };
    let mut scope = Scope::default();
    let listed = body.remaining().first() == Some(&tlv::SEQUENCE);
    let revoked = if listed { entries(body.enter(tlv::SEQUENCE)?, &mut scope)? } else { BTreeMap::new() };
    if let Some(explicit) = body.optional(tlv::CONTEXT_0)? {
        let mut extensions = explicit.open(&budget)?;
        scope.extensions(extensions.enter(tlv::SEQUENCE)?)?;
        extensions.end()?;
    }
    body.end()?;
    Ok(List {
        digest: Digest::Sha256.digest(der),
        der: der.to_vec(),
        origin,
        issuer: issuer.to_vec(),
        issued,
        next,
        revoked,
        scope,
    })
}

/// `revokedCertificates` (RFC 5280, 5.1.2.6); of a serial number that stands twice, the earlier revocation.
fn entries(mut all: Reader<'_, '_>, scope: &mut Scope) -> Result<BTreeMap<Vec<u8>, Revocation>, CmsFault> {
    let mut revoked: BTreeMap<Vec<u8>, Revocation> = BTreeMap::new();
    while !all.is_empty() {
        if revoked.len() >= MAX_ENTRIES {
            return Err(CmsFault::Limit);
        }
        let mut entry = all.enter(tlv::SEQUENCE)?;
        let serial = entry.integer()?;
        let mut one = Revocation { at: time::certificate_time(&mut entry)?, reason: 0 };
        if !entry.is_empty() {
            entry_extensions(entry.enter(tlv::SEQUENCE)?, &mut one, scope)?;
        }
        entry.end()?;
        let known = revoked.entry(serial.to_vec()).or_insert(one);
        if one.at < known.at {
            *known = one;
        }
    }
    Ok(revoked)
}

/// RFC 5280, 5.3. Whoever speaks for another issuer, or in a critical way that we do not process, is not understood.
fn entry_extensions(
    mut all: Reader<'_, '_>,
    one: &mut Revocation,
    scope: &mut Scope,
) -> Result<(), CmsFault> {
    while !all.is_empty() {
        let Extension { oid, critical, mut value } = Extension::read(&mut all)?;
        match oid.as_str() {
            "2.5.29.21" => one.reason = value.any()?.content.first().copied().unwrap_or(0),
            "2.5.29.24" => {
                let invalid = value.expect(tlv::GENERALIZED_TIME)?;
                one.at = time::generalized(invalid.content).map_or(one.at, |at| at.min(one.at));
            }
            // `certificateIssuer`: an indirect list.
            "2.5.29.29" => scope.partial = true,
            _ => scope.partial |= critical,
        }
    }
    Ok(())
}

impl Scope {
    /// RFC 5280, 5.2.
    fn extensions(&mut self, mut all: Reader<'_, '_>) -> Result<(), CmsFault> {
        while !all.is_empty() {
            let Extension { oid, critical, mut value } = Extension::read(&mut all)?;
            match oid.as_str() {
                // Whose key, and the number of the list, help to find it and prove nothing.
                "2.5.29.35" | "2.5.29.20" | "2.5.29.46" => {}
                "2.5.29.27" => self.partial = true,
                "2.5.29.28" => self.distribution_point(value.enter(tlv::SEQUENCE)?)?,
                "2.5.29.60" => {
                    self.kept_since = time::generalized(value.expect(tlv::GENERALIZED_TIME)?.content);
                }
                _ => self.partial |= critical,
            }
        }
        Ok(())
    }

    /// `IssuingDistributionPoint` (RFC 5280, 5.2.5).
    fn distribution_point(&mut self, mut fields: Reader<'_, '_>) -> Result<(), CmsFault> {
        while !fields.is_empty() {
            if fields.remaining().first() == Some(&tlv::CONTEXT_0) {
                let names = certificate::full_names(&mut fields.enter(tlv::CONTEXT_0)?)?;
                self.points = Some(names.into_iter().map(<[u8]>::to_vec).collect());
                continue;
            }
            let field = fields.any()?;
            let set = field.content != [0];
            match field.tag {
                0x81 => self.only_users = set,
                0x82 => self.only_authorities = set,
                // some reasons; indirect; attribute certificates
                _ => self.partial |= set,
            }
        }
        Ok(())
    }
}

/// One extension.
struct Extension<'a, 'b> {
    oid: String,
    critical: bool,
    value: Reader<'a, 'b>,
}

impl<'a, 'b> Extension<'a, 'b> {
    fn read(all: &mut Reader<'a, 'b>) -> Result<Self, CmsFault> {
        let mut fields = all.enter(tlv::SEQUENCE)?;
        let oid = fields.oid()?;
        let critical = fields.optional(tlv::BOOLEAN)?.is_some_and(|value| value.content != [0]);
        let value = fields.enter(tlv::OCTET_STRING)?;
        fields.end()?;
        Ok(Self { oid, critical, value })
    }
}
