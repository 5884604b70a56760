//! Timestamps, judged: the only proof of when something existed (RFC 3161; ISO 32000-2, 12.8.5; EN 319 102-1, 5.5 and 5.6).
//!
//! ```text
//! revisions  signature ─ its timestamp ─ security store ─ document timestamp 1 ─ … ─ document timestamp n
//! judged     ◀── at the time that 1 proves ──────────────◀── at the time that 2 proves ──◀── at the time of judgement
//! ```
//!
//! The newest document timestamp is judged at the time of judgement; each that is trusted proves that everything before it
//! existed at its time, so that the one before is judged then, and so on down to the signatures. **Contract.** A timestamp
//! proves something only where its imprint, its signature and its authority hold, and it is not from the future.
//! **Failure.** None: what does not hold proves nothing, and says why.

use super::facts::{Coverage, Integrity, SignatureFacts, TimestampFacts};
use super::people::{Signatory, SignedAs};
use super::policy::People;
use crate::model::TreasuryCode;
use crate::trust::{Evidence, Judgement, Origin, Role, Trust, When};
use jiff::Timestamp;
use std::borrow::Cow;

/// A timestamp, judged.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The time that its authority gave.
    pub at: Timestamp,
    /// Whether it is over the document, else over the value of one signature.
    pub document: bool,
    /// Whether imprint, digest and signature hold.
    pub intact: bool,
    /// Codes of what is wrong or weak with it, most serious first.
    pub problems: Vec<&'static str>,
    /// Whether it is older than the time of judgement, as it must be.
    pub past: bool,
    /// Who made it.
    pub authority: Signatory,
}

impl Stamp {
    /// Whether it proves anything.
    pub fn is_trusted(&self) -> bool {
        self.intact && self.past && self.authority.trust == Trust::Trusted
    }

    /// The time that it proves, where it is not later than that of judgement.
    pub(super) fn proof(&self, at: Timestamp) -> Option<Timestamp> {
        (self.is_trusted() && self.at <= at).then_some(self.at)
    }
}

/// The trusted document timestamps met so far: their revisions and times.
#[derive(Clone, Debug, Default)]
pub(super) struct Proofs(Vec<(usize, Timestamp)>);

impl Proofs {
    /// When everything in revisions up to this one is known to have existed.
    fn up_to(&self, revision: usize) -> Option<Timestamp> {
        self.0.iter().filter(|(stamped, _)| *stamped >= revision).map(|(_, at)| *at).min()
    }

    /// When the signature that closes this revision is known to have existed.
    fn after(&self, revision: Option<usize>) -> Option<Timestamp> {
        self.up_to(revision?.saturating_add(1))
    }

    fn of(&self, origin: Origin) -> Option<Timestamp> {
        match origin {
            Origin::Store { revision } => self.up_to(revision),
            Origin::Signature { revision } => self.after(Some(revision)),
            Origin::Folder | Origin::Fetched => None,
        }
    }
}

/// All that helps to judge the certificates of one document.
pub(super) struct Court<'a> {
    people: &'a People,
    /// What the document stores, then the auditor's folder.
    more: Cow<'a, [Vec<u8>]>,
    evidence: [&'a Evidence; 2],
    at: Timestamp,
}

impl<'a> Court<'a> {
    pub(super) fn of(integrity: &'a Integrity, people: &'a People, at: Timestamp) -> Self {
        let more = joined(&integrity.stored_certificates, &people.intermediates);
        Self { people, more, evidence: [&integrity.evidence, &people.evidence], at }
    }

    /// Judges a certificate beside the others of its signature (`own`), which is known to have existed at `signed`.
    pub(super) fn judge(
        &self,
        role: Role,
        leaf: &[u8],
        own: &[Vec<u8>],
        treasury: Option<TreasuryCode>,
        signed: Timestamp,
        proofs: &Proofs,
    ) -> Judgement {
        let judgement = self.people.trust.judge(role, leaf, &joined(own, &self.more), treasury, signed);
        let existed = |origin: Origin| proofs.of(origin).unwrap_or(self.at);
        let when = When { signed, at: self.at, existed: &existed };
        let statuses = self.people.trust.statuses(&judgement.path, &self.evidence, when);
        judgement.in_view_of(statuses)
    }

    /// Judges it as if nothing were proven, and nobody revoked; none where the office is not known.
    pub(super) fn judge_now(
        &self,
        signed_as: SignedAs,
        leaf: &[u8],
        own: &[Vec<u8>],
        treasury: Option<TreasuryCode>,
    ) -> Option<Judgement> {
        let role = match signed_as {
            SignedAs::Verifier => Role::Verifier,
            SignedAs::Treasury => Role::Treasury,
            SignedAs::Timestamp => Role::Tsa,
            SignedAs::Unknown => return None,
        };
        Some(self.people.trust.judge(role, leaf, &joined(own, &self.more), treasury, self.at))
    }

    fn stamp(&self, facts: &TimestampFacts, document: bool, signed: Timestamp, proofs: &Proofs) -> Stamp {
        let leaf = facts.signer_certificate.and_then(|index| facts.certificates.get(index));
        let authority = match leaf {
            Some(leaf) => Signatory::judged(
                SignedAs::Timestamp,
                self.judge(Role::Tsa, leaf, &facts.certificates, None, signed, proofs),
            ),
            None => Signatory::unknown(SignedAs::Timestamp),
        };
        Stamp {
            at: facts.at,
            document,
            intact: facts.intact,
            problems: facts.problems.clone(),
            past: facts.at <= self.at,
            authority,
        }
    }
}

/// What the timestamps of a document prove.
pub(super) struct Stamped {
    /// Of each signature, its own timestamps; of a document timestamp, itself.
    own: Vec<Vec<Stamp>>,
    /// Of each signature, when it is known to have existed.
    proven: Vec<Option<Timestamp>>,
    /// The trusted document timestamps.
    pub(super) proofs: Proofs,
}

impl Stamped {
    /// When this signature is known to have existed.
    pub(super) fn proven(&self, index: usize) -> Option<Timestamp> {
        self.proven.get(index).copied().flatten()
    }

    /// Its own timestamps.
    pub(super) fn over(&self, index: usize) -> Vec<Stamp> {
        self.own.get(index).cloned().unwrap_or_default()
    }
}

/// Judges the timestamps of a document, the newest first.
pub(super) fn judge(integrity: &Integrity, court: &Court<'_>) -> Stamped {
    let count = integrity.signatures.len();
    let mut stamped =
        Stamped { own: vec![Vec::new(); count], proven: vec![None; count], proofs: Proofs::default() };
    for (index, facts) in integrity.signatures.iter().enumerate().rev() {
        let document = facts.is_document_timestamp();
        let later = stamped.proofs.after(facts.revision);
        let signed = later.unwrap_or(court.at);
        let judged = facts.timestamps.iter().map(|one| court.stamp(one, document, signed, &stamped.proofs));
        let stamps: Vec<Stamp> = judged.collect();
        let own = stamps.iter().filter_map(|stamp| stamp.proof(court.at)).min();
        if let (true, Some(revision), Some(at)) = (document && closes(facts), facts.revision, own) {
            stamped.proofs.0.push((revision, at));
        }
        let proven = if document { later } else { later.into_iter().chain(own).min() };
        if let (Some(slot), Some(stamps_of)) = (stamped.proven.get_mut(index), stamped.own.get_mut(index)) {
            (*slot, *stamps_of) = (proven, stamps);
        }
    }
    stamped
}

/// Whether it covers all of the revision that it closes.
fn closes(facts: &SignatureFacts) -> bool {
    facts.intact && matches!(facts.coverage, Coverage::File | Coverage::Revision)
}

fn joined<'a>(own: &'a [Vec<u8>], more: &[Vec<u8>]) -> Cow<'a, [Vec<u8>]> {
    if more.is_empty() { own.into() } else { [own, more].concat().into() }
}

#[cfg(test)]
mod tests;
