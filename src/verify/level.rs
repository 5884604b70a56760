//! What the standards call it: the baseline level of a signature (ETSI EN 319 142-1, 6), and indication and sub-indication
//! of its validation (ETSI EN 319 102-1, 5.1.3).
//!
//! A level is a matter of form: of what the document carries, whether this verifier trusts it or not. `B-LT` and `B-LTA`
//! ask for the certificates and the revocation data of a whole path, so that they are known only where people are judged.

use super::facts::{ChangesAfter, Integrity, IntegrityVerdict, SignatureFacts};
use super::people::{Signatory, SignedAs};
use super::stamps::Stamp;
use super::verdict::{Verdict, Word};
use crate::trust::Trust;
use serde::Serialize;

/// A baseline level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// A signature with its signed attributes.
    #[serde(rename = "B-B")]
    B,
    /// With a timestamp over it.
    #[serde(rename = "B-T")]
    T,
    /// With certificates and revocation data for its path and the timestamp's in the security store.
    #[serde(rename = "B-LT")]
    Lt,
    /// With a document timestamp over these.
    #[serde(rename = "B-LTA")]
    Lta,
}

impl Level {
    /// `B-LTA`
    pub const fn name(self) -> &'static str {
        match self {
            Self::B => "B-B",
            Self::T => "B-T",
            Self::Lt => "B-LT",
            Self::Lta => "B-LTA",
        }
    }
}

/// Gives each signature its level.
pub(super) fn assign(integrity: &Integrity, all: &mut [Signatory]) {
    let levels: Vec<Option<Level>> =
        (0..all.len()).map(|index| level(&Form { integrity, all, index })).collect();
    for (signatory, level) in all.iter_mut().zip(levels) {
        signatory.level = level;
    }
}

/// One signature among the others.
struct Form<'a> {
    integrity: &'a Integrity,
    all: &'a [Signatory],
    index: usize,
}

fn level(form: &Form<'_>) -> Option<Level> {
    let facts = form.integrity.signatures.get(form.index)?;
    if facts.subfilter != "ETSI.CAdES.detached" || !facts.intact {
        return None;
    }
    let later = || form.document_timestamps().filter(|(revision, _)| Some(*revision) > facts.revision);
    if !facts.timestamps.iter().any(|stamp| stamp.intact) && later().next().is_none() {
        return Some(Level::B);
    }
    let signatory = form.all.get(form.index)?;
    let stamps = signatory.stamps.iter().chain(later().flat_map(|(_, signatory)| &signatory.stamps));
    let mut stored = stamps.filter(|stamp| stamp.intact).filter_map(|stamp| form.authority(stamp));
    let (Some(own), Some(stamp)) = (form.signer(signatory, facts), stored.next()) else {
        return Some(Level::T);
    };
    let last = own.max(stamp);
    let over = form.document_timestamps().any(|(revision, _)| revision >= last);
    Some(if over { Level::Lta } else { Level::Lt })
}

impl<'a> Form<'a> {
    /// The document timestamps that hold, with their revisions.
    fn document_timestamps(&self) -> impl Iterator<Item = (usize, &'a Signatory)> {
        let held = self.integrity.signatures.iter().zip(self.all);
        held.filter(|(facts, _)| facts.is_document_timestamp() && facts.intact)
            .filter_map(|(facts, signatory)| Some((facts.revision?, signatory)))
    }

    fn signer(&self, signatory: &Signatory, facts: &SignatureFacts) -> Option<usize> {
        self.complete(signatory, &facts.certificates)
    }

    fn authority(&self, stamp: &Stamp) -> Option<usize> {
        let signatory = &stamp.authority;
        let own: Vec<Vec<u8>> = signatory.path.iter().take(1).cloned().collect();
        self.complete(signatory, &own)
    }

    /// The revision by which the security store holds all that judges this path, where it does. The anchor is with
    /// whoever verifies.
    fn complete(&self, signatory: &Signatory, own: &[Vec<u8>]) -> Option<usize> {
        let (_anchor, path) = signatory.path.split_last()?;
        let known = |der: &Vec<u8>| own.contains(der) || self.integrity.stored_certificates.contains(der);
        let revisions: Option<Vec<usize>> = signatory.statuses.iter().map(|status| status.stored).collect();
        let revisions = revisions.filter(|all| all.len() == path.len() && path.iter().all(known))?;
        revisions.into_iter().max().or(Some(0))
    }
}

/// Indication, and sub-indication where there is one.
pub(super) type Indication = (&'static str, Option<&'static str>);

const fn failed(sub: &'static str) -> Option<Indication> {
    Some(("TOTAL-FAILED", Some(sub)))
}

const fn indeterminate(sub: &'static str) -> Option<Indication> {
    Some(("INDETERMINATE", Some(sub)))
}

/// Of one signature; nothing where its signer was not judged.
pub(super) fn indication(facts: &SignatureFacts, signatory: &Signatory) -> Option<Indication> {
    if !facts.intact {
        return match facts.problems.first().copied().unwrap_or_default() {
            "digest-mismatch" | "imprint-mismatch" => failed("HASH_FAILURE"),
            "signature-invalid" => failed("SIG_CRYPTO_FAILURE"),
            "unsupported-algorithm" => indeterminate("GENERIC"),
            "certificate-missing" => indeterminate("NO_SIGNING_CERTIFICATE_FOUND"),
            _ => failed("FORMAT_FAILURE"),
        };
    }
    if facts.changes_after == ChangesAfter::Forbidden {
        return failed("FORMAT_FAILURE");
    }
    match signatory.trust {
        Trust::Trusted => Some(("TOTAL-PASSED", None)),
        Trust::Untrusted => indeterminate(of_path(signatory)),
        Trust::Unauthorised => indeterminate("SIG_CONSTRAINTS_FAILURE"),
        Trust::Expired => of_time(signatory),
        Trust::Revoked => of_revocation(signatory),
        Trust::Unknown => None,
    }
}

/// No path, or one that does not hold.
fn of_path(signatory: &Signatory) -> &'static str {
    match signatory.reasons.first().map(|reason| reason.code()) {
        Some("weak-signature-in-chain") => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        _ if signatory.path.is_empty() => "NO_CERTIFICATE_CHAIN_FOUND",
        _ => "CHAIN_CONSTRAINTS_FAILURE",
    }
}

fn of_time(signatory: &Signatory) -> Option<Indication> {
    match (signatory.reasons.first().map(|reason| reason.code()), signatory.proven) {
        (Some("certificate-not-yet-valid"), Some(_)) => failed("NOT_YET_VALID"),
        _ => indeterminate("OUT_OF_BOUNDS_NO_POE"),
    }
}

fn of_revocation(signatory: &Signatory) -> Option<Indication> {
    match (signatory.reasons.first().map(|reason| reason.code()), signatory.proven) {
        (Some("issuer-revoked"), _) => indeterminate("REVOKED_CA_NO_POE"),
        (_, Some(_)) => failed("REVOKED"),
        (_, None) => indeterminate("REVOKED_NO_POE"),
    }
}

/// Of the document as a whole; nothing where people were not judged, or nothing could be read.
pub(super) fn of_document(verdict: &Verdict, people: bool) -> Option<Indication> {
    let integrity = &verdict.integrity;
    match verdict.word {
        Word::Unreadable => None,
        Word::Accepted => people.then_some(("TOTAL-PASSED", None)),
        Word::Refused => {
            let held = integrity.signatures.iter().zip(&verdict.signatories);
            let all: Vec<Indication> = held
                .filter(|(_, signatory)| signatory.role != SignedAs::Timestamp)
                .filter_map(|(facts, signatory)| indication(facts, signatory))
                .filter(|(word, _)| *word != "TOTAL-PASSED")
                .collect();
            let bytes = match integrity.verdict {
                IntegrityVerdict::Tampered | IntegrityVerdict::Broken => failed("FORMAT_FAILURE"),
                IntegrityVerdict::Intact | IntegrityVerdict::Unsigned => None,
            };
            let worst = all.iter().find(|(word, _)| *word == "TOTAL-FAILED").copied();
            worst.or(bytes).or(all.first().copied()).or(indeterminate("SIG_CONSTRAINTS_FAILURE"))
        }
    }
}
