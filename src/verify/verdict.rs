//! The one place where independent facts become one verdict, with the most useful reason first.
//!
//! ```text
//! bytes (integrity) ──┐
//! people (trust) ─────┼──▶ reasons, most useful first ──▶ accepted | refused | unreadable
//! statement (XML) ────┘
//! ```
//!
//! **Contract.** `accepted` only if integrity is intact, every required office is held by someone who
//! may, and the statement's own checks hold. Without people ([`Policy::integrity_only`]) the verdict
//! follows integrity. **Failure.** Whatever is not known refuses.

use super::facts::{ChangesAfter, EmbeddedFile, Integrity, IntegrityVerdict, SignatureFacts};
use super::people::{self, Signatory, SignedAs};
use super::policy::{Policy, Require};
use super::reason::Reason;
use super::signature::Digest;
use super::statement::{self, StatementFacts};
use crate::model::StatementName;
use crate::trust::{Source, Standing, TrustStore};
use jiff::Timestamp;
use serde::Serialize;

/// The word of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// An auditor accepts it.
    Accepted,
    /// It is refused, for a reason.
    Refused,
    /// It could not be looked at.
    Unreadable,
}

/// What kind of finished document it is (order MFP 2768/2017, art. 3 w and art. 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Prepared for a seal: certified with DocMDP `P 2`, with another signature field.
    Published,
    /// For a memory stick: certified with `P 1`, with no other field.
    Stick,
    /// Anything else.
    Other,
}

/// Everything that is known of a document, and the verdict.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The word.
    pub word: Word,
    /// Why not accepted, most useful first; empty where accepted.
    pub reasons: Vec<Reason>,
    /// What a person should know, though nothing is refused for it.
    pub notes: Vec<Reason>,
    /// What kind of document it is.
    pub kind: Kind,
    /// What the bytes say.
    pub integrity: Integrity,
    /// Who signed: one for each signature of `integrity`, in the same order.
    pub signatories: Vec<Signatory>,
    /// What the attachment says; none where there is not exactly one, or it is no statement.
    pub statement: Option<StatementFacts>,
}

impl Verdict {
    /// The most useful reason; none where accepted.
    pub fn reason(&self) -> Option<Reason> {
        self.reasons.first().copied()
    }

    /// The one attachment, covered by the first signature; what it says is `statement`.
    ///
    /// # Errors
    /// There is none, there are several, or the first signature does not cover it.
    pub fn attachment(&self) -> Result<&EmbeddedFile, Reason> {
        match self.integrity.attachments.as_slice() {
            [] => Err(Reason::AttachmentMissing),
            [_] if !statement::is_covered(&self.integrity) => Err(Reason::AttachmentNotCovered),
            [one] => Ok(one),
            _ => Err(Reason::AttachmentNotUnique),
        }
    }

    /// For each certificate of which nothing is known, the places that would tell how it stands, the cheapest first. Only
    /// certificates of a path to a trusted anchor are asked about.
    pub fn unasked(&self) -> Vec<Vec<Source>> {
        let stamps = self.signatories.iter().flat_map(|signatory| &signatory.stamps);
        let all = self.signatories.iter().chain(stamps.map(|stamp| &stamp.authority));
        let mut found = Vec::new();
        for signatory in all {
            for (pair, status) in signatory.path.windows(2).zip(&signatory.statuses) {
                if let (Standing::Unknown, [certificate, issuer]) = (status.standing, pair) {
                    found.push(TrustStore::sources(certificate, issuer));
                }
            }
        }
        found
    }

    /// Whether somebody is trusted by a demo's anchor.
    pub fn demo(&self) -> bool {
        self.signatories.iter().any(|signatory| signatory.demo)
    }
}

/// Combines the facts. `file_name`: the last part of the document's path; `at`: the time of judgement.
pub fn combine(integrity: Integrity, file_name: Option<&str>, policy: &Policy, at: Timestamp) -> Verdict {
    let statement = statement::inspect(&integrity, file_name);
    let signatories = policy.people().map(|people| {
        let name = statement.as_ref().ok().and_then(|facts| facts.name.as_ref());
        people::judge(&integrity, people, name.map(|name| name.treasury), at)
    });
    conclude(Facts { integrity, signatories, statement, file_name }, policy.require())
}

/// What was found out, each thing apart from the others.
struct Facts<'a> {
    integrity: Integrity,
    /// None where people are left out.
    signatories: Option<Vec<Signatory>>,
    statement: Result<StatementFacts, Reason>,
    file_name: Option<&'a str>,
}

fn conclude(facts: Facts<'_>, require: Require) -> Verdict {
    let Facts { integrity, signatories, statement, file_name } = facts;
    let kind = kind(&integrity);
    let mut reasons = of_bytes(&integrity);
    if let Some(signatories) = &signatories {
        if integrity.verdict != IntegrityVerdict::Unsigned {
            Roles { integrity: &integrity, signatories, kind }.refuse(require, &mut reasons);
        }
        match &statement {
            Ok(facts) => reasons.extend(&facts.reasons),
            Err(reason) => reasons.push(*reason),
        }
    }
    let reasons = each_once(reasons);
    let word = match reasons.first() {
        None => Word::Accepted,
        Some(reason) if reason.is_unreadable() => Word::Unreadable,
        Some(_) => Word::Refused,
    };
    // What has no name of ours is somebody else's attachment, where only the bytes were asked about.
    let statement = statement.ok().filter(|facts| signatories.is_some() || facts.name.is_some());
    let mut notes = notes_of_people(&integrity, signatories.as_deref().unwrap_or_default());
    notes.extend(notes_of_document(&integrity, statement.as_ref(), file_name, signatories.is_some()));
    let notes = each_once(notes);
    let signatories = signatories.unwrap_or_else(|| people::not_judged(&integrity));
    Verdict { word, reasons, notes, kind, integrity, signatories, statement }
}

/// A document that cannot be looked at.
pub fn unreadable(reason: Reason, length: u64) -> Verdict {
    Verdict {
        word: Word::Unreadable,
        reasons: vec![reason],
        notes: Vec::new(),
        kind: Kind::Other,
        integrity: Integrity::unread(length),
        signatories: Vec::new(),
        statement: None,
    }
}

/// By the first signature's certification, never by what came later.
fn kind(integrity: &Integrity) -> Kind {
    let first = people::first_person(integrity).and_then(|index| integrity.signatures.get(index));
    let others = |facts: &SignatureFacts| {
        integrity.prepared_signature_fields.iter().filter(|field| **field != facts.field).count()
    };
    match first.map(|facts| (facts.certification, others(facts))) {
        Some((Some(2), 1..)) => Kind::Published,
        Some((Some(1), 0)) => Kind::Stick,
        _ => Kind::Other,
    }
}

fn of_bytes(integrity: &Integrity) -> Vec<Reason> {
    match integrity.verdict {
        IntegrityVerdict::Unsigned => vec![Reason::Unsigned],
        IntegrityVerdict::Intact => {
            // `integrity` has seen to this; what refuses money is looked at twice.
            let holds =
                |facts: &SignatureFacts| facts.intact && facts.changes_after != ChangesAfter::Forbidden;
            match (integrity.signatures.is_empty(), integrity.signatures.iter().all(holds)) {
                (true, _) => vec![Reason::Unsigned],
                (false, true) => Vec::new(),
                (false, false) => vec![Reason::FactsDisagree],
            }
        }
        IntegrityVerdict::Tampered | IntegrityVerdict::Broken => vec![Reason::of_bytes(integrity.reason)],
    }
}

/// Who holds which office, against who must.
struct Roles<'a> {
    integrity: &'a Integrity,
    signatories: &'a [Signatory],
    kind: Kind,
}

impl Roles<'_> {
    fn refuse(&self, require: Require, reasons: &mut Vec<Reason>) {
        let first = people::first_person(self.integrity);
        let certified_final =
            first.and_then(|index| self.integrity.signatures.get(index)?.certification) == Some(1);
        if certified_final && self.seals().any(|index| Some(index) != first) {
            // More useful than that a change was forbidden, which is then said too.
            let place = usize::from(self.integrity.verdict == IntegrityVerdict::Broken);
            reasons.insert(place.min(reasons.len()), Reason::StickWithSeal);
        }
        if self.seals().any(|index| Some(index) == first) {
            reasons.push(Reason::SealFirst);
        }
        if self.one_key() {
            reasons.push(Reason::OneKeyBothRoles);
        }
        if self.forgeable() {
            reasons.push(Reason::of_bytes(Digest::Md5.weakness().unwrap_or_default()));
        }
        let (verifier, seal) = self.required(require);
        let missing = [
            verifier.then(|| self.missing_verifier()).flatten(),
            seal.then(|| self.missing_seal()).flatten(),
            (require == Require::Any && !self.anyone()).then_some(Reason::NobodyTrusted),
        ];
        reasons.extend(missing.into_iter().flatten());
    }

    /// Whether the verifier's signature and the seal are required. What was prepared for a seal needs
    /// it under any requirement: it is never taken for a stick.
    const fn required(&self, require: Require) -> (bool, bool) {
        match (require, self.kind) {
            (Require::ByKind, Kind::Stick) | (Require::Verifier, Kind::Stick | Kind::Other) => (true, false),
            (Require::Any, kind) => (false, matches!(kind, Kind::Published)),
            (Require::ByKind | Require::VerifierAndTreasury | Require::Verifier, _) => (true, true),
        }
    }

    fn missing_verifier(&self) -> Option<Reason> {
        let first = people::first_person(self.integrity).and_then(|index| self.signatories.get(index));
        match first {
            Some(signatory) if signatory.is(SignedAs::Verifier) => None,
            Some(signatory) if signatory.role == SignedAs::Verifier => Some(first_of(signatory)),
            _ => Some(Reason::VerifierMissing),
        }
    }

    fn missing_seal(&self) -> Option<Reason> {
        let trusted = |index: &usize| self.signatories.get(*index).is_some_and(|s| s.is(SignedAs::Treasury));
        let in_place = |index: &usize| self.kind != Kind::Published || self.is_prepared(*index);
        if self.seals().any(|index| trusted(&index) && in_place(&index)) {
            return None;
        }
        if self.seals().any(|index| trusted(&index)) {
            return Some(Reason::SealElsewhere);
        }
        let someone = self.seals().find_map(|index| self.signatories.get(index));
        Some(someone.map_or(Reason::SealMissing, first_of))
    }

    fn anyone(&self) -> bool {
        self.signatories
            .iter()
            .any(|signatory| signatory.is(SignedAs::Verifier) || signatory.is(SignedAs::Treasury))
    }

    /// Indices of the signatures that are, or claim to be, the Treasury's.
    fn seals(&self) -> impl Iterator<Item = usize> {
        self.signatories
            .iter()
            .enumerate()
            .filter(|(_, signatory)| signatory.role == SignedAs::Treasury)
            .map(|(index, _)| index)
    }

    fn is_prepared(&self, index: usize) -> bool {
        let facts = self.integrity.signatures.get(index);
        facts.is_some_and(|facts| people::is_prepared(self.integrity, facts))
    }

    /// Whether an office's signature is over a digest that proves nothing. The mathematics may hold: whoever got one document signed has
    /// another with the same digest.
    fn forgeable(&self) -> bool {
        let mut held = self.integrity.signatures.iter().zip(self.signatories);
        held.any(|(facts, signatory)| {
            matches!(signatory.role, SignedAs::Verifier | SignedAs::Treasury)
                && facts.problems.iter().any(|code| Digest::Md5.weakness() == Some(code))
        })
    }

    fn one_key(&self) -> bool {
        let of = |role: SignedAs| {
            let held = self.integrity.signatures.iter().zip(self.signatories);
            held.filter(move |(_, signatory)| signatory.role == role).map(|(facts, _)| facts)
        };
        of(SignedAs::Verifier)
            .any(|verifier| of(SignedAs::Treasury).any(|seal| people::share_a_key(verifier, seal)))
    }
}

fn first_of(signatory: &Signatory) -> Reason {
    signatory.reasons.first().copied().unwrap_or(Reason::ChainNotFound)
}

fn notes_of_people(integrity: &Integrity, signatories: &[Signatory]) -> Vec<Reason> {
    let first = people::first_person(integrity).and_then(|index| integrity.signatures.get(index));
    let older = !signatories.is_empty() && first.is_some_and(|facts| facts.certification.is_none());
    let stranger = signatories.iter().any(|signatory| signatory.role == SignedAs::Unknown);
    let mut notes = listed([(older, Reason::NotCertified), (stranger, Reason::StrangerSignature)]);
    notes.extend(signatories.iter().flat_map(|signatory| &signatory.notes));
    notes
}

fn notes_of_document(
    integrity: &Integrity,
    statement: Option<&StatementFacts>,
    file_name: Option<&str>,
    people: bool,
) -> Vec<Reason> {
    let is_ours = |name: &str| StatementName::parse(name).is_some();
    let renamed = statement.is_some_and(|facts| is_ours(&facts.attachment))
        && file_name.is_some_and(|name| !is_ours(name));
    let stamped = |facts: &SignatureFacts| !facts.timestamps.is_empty();
    let unusual = statement.is_some_and(|facts| !facts.warnings.is_empty());
    let page = statement.and_then(|facts| facts.page_note);
    let mut notes: Vec<Reason> = page.into_iter().collect();
    notes.extend(listed([
        (renamed, Reason::FileRenamed),
        (!people && integrity.signatures.iter().any(stamped), Reason::TimestampNotJudged),
        (unusual, Reason::StatementUnusual),
    ]));
    notes
}

/// Two signatures may have the same thing wrong with them.
fn each_once(reasons: Vec<Reason>) -> Vec<Reason> {
    reasons.into_iter().fold(Vec::new(), |mut kept, reason| {
        if !kept.contains(&reason) {
            kept.push(reason);
        }
        kept
    })
}

fn listed<const N: usize>(found: [(bool, Reason); N]) -> Vec<Reason> {
    found.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect()
}

#[cfg(test)]
mod tests;
