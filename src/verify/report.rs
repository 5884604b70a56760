//! A verdict with what it rests on: which file, judged when, on whose word, by which anchors.
//!
//! From an [`Entry`] and its [`Basis`] come all three forms of the report (`text`, `json`, `html`), so
//! that they cannot tell different stories, and another person can repeat what was done.

use super::carry_over::{Finding, Followed, Mark};
use super::facts::{SignatureFacts, TimestampFacts};
use super::people::Signatory;
use super::policy::{Policy, Require};
use super::stamps::Stamp;
use super::verdict::{Verdict, Word};
use crate::diag::Lang;
use crate::trust::{AnchorInfo, Evidence, Origin, Standing, Status, Told as Evident, hex};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Certificates told for one signature; a container may hold any number of them.
const MAX_CERTIFICATES: usize = 12;

/// Whose word the time of judgement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeSource {
    /// The machine's clock.
    Now,
    /// The user's (`--at`).
    User,
}

/// What every verdict of one run rests on.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The time of judgement.
    pub at: Timestamp,
    /// Whose word that is.
    pub source: TimeSource,
    /// Whether people were judged.
    pub people: bool,
    /// What was required.
    pub require: Require,
    /// The anchors, by role and file.
    pub anchors: Vec<AnchorInfo>,
    /// Revocation data that the user gave: kind, and SHA-256 of the DER, hexadecimal.
    pub evidence: Vec<(Evident, String)>,
    /// Whether what is not known was fetched.
    pub online: bool,
    /// The reader's language.
    pub lang: Lang,
}

impl Basis {
    /// The basis of judging by this policy at this time.
    pub fn new(policy: &Policy, at: Timestamp, source: TimeSource, lang: Lang) -> Self {
        Self {
            at,
            source,
            people: policy.judges_people(),
            require: policy.require(),
            anchors: policy.anchors(),
            evidence: policy.evidence(),
            online: false,
            lang,
        }
    }
}

/// One document in a report.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path, as the user sees it.
    pub file: String,
    /// SHA-256 of it, where it could be read.
    pub sha256: Option<[u8; 32]>,
    /// What kept it from being read, for people.
    pub cause: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Of each signature, the signer's certificate and its path, leaf first.
    pub certificates: Vec<Vec<CertificateInfo>>,
    /// Of each signature, for each of its timestamps, the authority's certificate and its path, leaf first.
    pub authorities: Vec<Vec<Vec<CertificateInfo>>>,
    /// What the other documents of the run say of it.
    pub findings: Vec<Finding>,
}

/// One signature, with all that a report tells of it.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// What the bytes say.
    pub(super) facts: &'a SignatureFacts,
    /// Who made it.
    pub(super) who: &'a Signatory,
    /// Its certificates, leaf first.
    pub(super) path: &'a [CertificateInfo],
    /// Those of its timestamps.
    pub(super) authorities: &'a [Vec<CertificateInfo>],
}

impl Entry {
    /// A document that was judged.
    pub fn new(file: String, sha256: Option<[u8; 32]>, verdict: Verdict) -> Self {
        let signatures = verdict.integrity.signatures.iter().zip(&verdict.signatories);
        let (certificates, authorities) = signatures
            .map(|(facts, signatory)| {
                let stamps = facts.timestamps.iter().zip(&signatory.stamps);
                let authority = |(facts, stamp): (&TimestampFacts, &Stamp)| {
                    let leaf = facts.signer_certificate.and_then(|index| facts.certificates.get(index));
                    certificates(leaf, &facts.certificates, &stamp.authority)
                };
                let leaf = facts.signer_certificate.and_then(|index| facts.certificates.get(index));
                (certificates(leaf, &facts.certificates, signatory), stamps.map(authority).collect())
            })
            .unzip();
        Self { file, sha256, cause: None, verdict, certificates, authorities, findings: Vec::new() }
    }

    /// The same, with what kept it from being read.
    #[must_use]
    pub fn because(mut self, cause: String) -> Self {
        self.cause = Some(cause);
        self
    }

    /// What the rule of carry-over needs of it, where it is an accepted statement.
    pub fn mark(&self) -> Option<Mark> {
        Mark::of(&self.file, self.sha256, &self.verdict)
    }

    /// Notes what the other documents of the run say of it.
    pub fn follows(&mut self, followed: Followed) {
        if let Some(statement) = &mut self.verdict.statement {
            statement.checks.carry_over = followed.holds;
        }
        self.findings = followed.findings;
    }

    /// Lets go of what no report tells: bytes of attachments, containers and pages. A run over a folder holds the
    /// documents of an institution until all of them are known.
    pub fn slim(&mut self) {
        let integrity = &mut self.verdict.integrity;
        integrity.attachments.clear();
        integrity.stored_certificates.clear();
        integrity.evidence = Evidence::default();
        integrity.xmp = None;
        integrity.page = super::page::Page::Foreign("");
        for signature in &mut integrity.signatures {
            signature.cms = None;
            signature.certificates.clear();
            signature.timestamps.iter_mut().for_each(|stamp| stamp.certificates.clear());
        }
        for signatory in &mut self.verdict.signatories {
            signatory.path.clear();
            signatory.stamps.iter_mut().for_each(|stamp| stamp.authority.path.clear());
        }
    }

    /// The signatures, with all that is told of them.
    pub(super) fn signatures(&self) -> impl Iterator<Item = Told<'_>> {
        let held = self.verdict.integrity.signatures.iter().zip(&self.verdict.signatories);
        let told = held.zip(&self.certificates).zip(&self.authorities);
        told.map(|(((facts, who), path), authorities)| Told { facts, who, path, authorities })
    }
}

/// A certificate, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateInfo {
    /// Common name of the subject, else the whole subject.
    #[serde(skip)]
    pub name: String,
    /// Subject.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// Valid from.
    pub not_before: Option<Timestamp>,
    /// Valid until.
    pub not_after: Option<Timestamp>,
    /// SHA-256 of the DER, hexadecimal.
    pub sha256: String,
    /// How it stands; none for an anchor, and where people were not judged.
    pub revocation: Option<RevocationInfo>,
}

/// How a certificate stands, as a report tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevocationInfo {
    /// The word.
    pub standing: Standing,
    /// What told it, or spoke of it without telling.
    pub told_by: Option<Evident>,
    /// Where that was: `document`, `folder` or `network`.
    pub found_in: Option<&'static str>,
    /// When that was issued.
    pub issued: Option<Timestamp>,
    /// From when on it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why, in the words of RFC 5280, 5.3.1.
    pub cause: Option<&'static str>,
}

impl RevocationInfo {
    fn of(status: &Status) -> Self {
        let found_in = status.origin.map(|origin| match origin {
            Origin::Store { .. } | Origin::Signature { .. } => "document",
            Origin::Folder => "folder",
            Origin::Fetched => "network",
        });
        let Status { standing, told: told_by, issued, revoked_at, cause, .. } = *status;
        Self { standing, told_by, found_in, issued, revoked_at, cause }
    }
}

impl CertificateInfo {
    /// Reads one; what cannot be read is told by its digest alone.
    pub fn read(der: &[u8]) -> Self {
        let sha256 = hex(&Sha256::digest(der));
        let Ok((_, certificate)) = x509_parser::parse_x509_certificate(der) else {
            let nothing = String::new;
            return Self {
                name: nothing(),
                subject: nothing(),
                issuer: nothing(),
                serial: nothing(),
                not_before: None,
                not_after: None,
                sha256,
                revocation: None,
            };
        };
        let subject = certificate.subject().to_string();
        let common = certificate.subject().iter_common_name().next().and_then(|name| name.as_str().ok());
        let time = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).ok();
        Self {
            name: common.unwrap_or(&subject).to_owned(),
            issuer: certificate.issuer().to_string(),
            serial: hex(certificate.raw_serial()),
            not_before: time(certificate.validity().not_before),
            not_after: time(certificate.validity().not_after),
            subject,
            sha256,
            revocation: None,
        }
    }
}

fn certificates(leaf: Option<&Vec<u8>>, own: &[Vec<u8>], signatory: &Signatory) -> Vec<CertificateInfo> {
    let read = |der: &Vec<u8>| CertificateInfo::read(der);
    if !signatory.path.is_empty() {
        let statuses = signatory.statuses.iter().map(Some).chain(std::iter::repeat(None));
        let told = signatory.path.iter().zip(statuses).take(MAX_CERTIFICATES);
        return told
            .map(|(der, status)| CertificateInfo { revocation: status.map(RevocationInfo::of), ..read(der) })
            .collect();
    }
    let others = own.iter().filter(|der| Some(*der) != leaf);
    leaf.into_iter().chain(others.take(MAX_CERTIFICATES)).map(read).collect()
}

/// How many of which word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accepted.
    pub accepted: usize,
    /// Refused.
    pub refused: usize,
    /// Unreadable.
    pub unreadable: usize,
    /// Accepted, and yet not following from the statements before, or contradicted by another of the same day.
    pub broken: usize,
}

impl Tally {
    /// Counts one more.
    pub const fn add(&mut self, word: Word) {
        match word {
            Word::Accepted => self.accepted += 1,
            Word::Refused => self.refused += 1,
            Word::Unreadable => self.unreadable += 1,
        }
    }

    /// Counts a document that does not follow from the others.
    pub fn follow(&mut self, findings: &[Finding]) {
        self.broken += usize::from(findings.iter().any(Finding::is_broken));
    }

    /// All of them.
    pub const fn total(&self) -> usize {
        self.accepted + self.refused + self.unreadable
    }
}

/// A text of someone else's as it may stand on a person's screen: no control characters (a terminal
/// obeys them), nothing that turns the direction of writing, and not a page of it.
pub(super) fn clean(text: &str) -> String {
    const MOST: usize = 300;
    let shown = text.chars().take(MOST).map(|character| match character {
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' => {
            '\u{FFFD}'
        }
        character if character.is_control() => '\u{FFFD}',
        character => character,
    });
    let cut = text.chars().nth(MOST).map(|_| '…');
    shown.chain(cut).collect()
}

#[cfg(test)]
mod tests;
