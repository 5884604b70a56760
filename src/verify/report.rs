//! A verdict with what it rests on: which file, judged when, on whose word, by which anchors.
//!
//! From an [`Entry`] and its [`Basis`] come all three forms of the report (`text`, `json`, `html`), so
//! that they cannot tell different stories, and another person can repeat what was done.

use super::carry_over::{Finding, Followed, Mark};
use super::facts::{ChangesAfter, SignatureFacts};
use super::people::{self, Signatory};
use super::policy::{Policy, Require};
use super::verdict::{Verdict, Word};
use crate::diag::Lang;
use crate::trust::{AnchorInfo, Trust, hex};
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
    /// What the other documents of the run say of it.
    pub findings: Vec<Finding>,
}

impl Entry {
    /// A document that was judged.
    pub fn new(file: String, sha256: Option<[u8; 32]>, verdict: Verdict) -> Self {
        let signatures = verdict.integrity.signatures.iter().zip(&verdict.signatories);
        let certificates = signatures.map(|(facts, signatory)| certificates(facts, signatory)).collect();
        Self { file, sha256, cause: None, verdict, certificates, findings: Vec::new() }
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
        integrity.xmp = None;
        integrity.page = super::page::Page::Foreign("");
        for signature in &mut integrity.signatures {
            signature.cms = None;
            signature.certificates.clear();
        }
        self.verdict.signatories.iter_mut().for_each(|signatory| signatory.path.clear());
    }

    /// The facts of each signature with who made it and its certificates.
    pub(super) fn signatures(
        &self,
    ) -> impl Iterator<Item = (&SignatureFacts, &Signatory, &[CertificateInfo])> {
        let held = self.verdict.integrity.signatures.iter().zip(&self.verdict.signatories);
        held.zip(&self.certificates).map(|((facts, who), path)| (facts, who, path.as_slice()))
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
        }
    }
}

fn certificates(facts: &SignatureFacts, signatory: &Signatory) -> Vec<CertificateInfo> {
    let leaf = people::leaf(facts);
    let read = |der: &Vec<u8>| CertificateInfo::read(der);
    match (signatory.path.is_empty(), leaf) {
        (false, _) => signatory.path.iter().take(MAX_CERTIFICATES).map(read).collect(),
        (true, Some(leaf)) => {
            let others = facts.certificates.iter().filter(|der| der.as_slice() != leaf);
            let own = std::iter::once(CertificateInfo::read(leaf));
            own.chain(others.take(MAX_CERTIFICATES).map(read)).collect()
        }
        (true, None) => facts.certificates.iter().take(MAX_CERTIFICATES).map(read).collect(),
    }
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

/// The baseline level of a signature (ETSI EN 319 142-1, 6): `B-B` for what has the form; timestamps
/// are not judged yet, so that nothing higher is claimed.
pub(super) fn level(facts: &SignatureFacts) -> Option<&'static str> {
    (facts.subfilter == "ETSI.CAdES.detached" && facts.intact).then_some("B-B")
}

/// Indication and sub-indication of ETSI EN 319 102-1, 5.1.3, for one signature; nothing where its
/// signer was not judged.
pub(super) fn indication(
    facts: &SignatureFacts,
    signatory: &Signatory,
) -> Option<(&'static str, Option<&'static str>)> {
    if !facts.intact {
        let sub = match facts.problems.first().copied().unwrap_or_default() {
            "digest-mismatch" => "HASH_FAILURE",
            "signature-invalid" => "SIG_CRYPTO_FAILURE",
            "unsupported-algorithm" => return Some(("INDETERMINATE", Some("GENERIC"))),
            "certificate-missing" => {
                return Some(("INDETERMINATE", Some("NO_SIGNING_CERTIFICATE_FOUND")));
            }
            _ => "FORMAT_FAILURE",
        };
        return Some(("TOTAL-FAILED", Some(sub)));
    }
    if facts.changes_after == ChangesAfter::Forbidden {
        return Some(("TOTAL-FAILED", Some("FORMAT_FAILURE")));
    }
    let indeterminate = |sub| Some(("INDETERMINATE", Some(sub)));
    match signatory.trust {
        Trust::Trusted => Some(("TOTAL-PASSED", None)),
        Trust::Untrusted => indeterminate("NO_CERTIFICATE_CHAIN_FOUND"),
        Trust::Unauthorised => indeterminate("SIG_CONSTRAINTS_FAILURE"),
        Trust::Expired => indeterminate("OUT_OF_BOUNDS_NO_POE"),
        Trust::Revoked => indeterminate("REVOKED_NO_POE"),
        Trust::Unknown => None,
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
