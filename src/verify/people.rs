//! Who signed, in which office, and whether they may: roles by anchors **and** lists.
//!
//! A role follows from which role's judgement a signature passes; the expected one is tried first
//! (the first signature is the verifier's, a later one the Treasury's). Each is judged at the time at which a trusted
//! timestamp proves it, else at the time of judgement. A timestamp has no person, but an authority.
//!
//! **Contract.** One judgement for each signature that is what it should be, two otherwise.
//! **Failure.** There is none: whoever is not known is `unknown`, with the reason.

use super::facts::{Integrity, SignatureFacts};
use super::level::{self, Level};
use super::policy::People;
use super::reason::Reason;
use super::stamps::{self, Court, Stamp};
use crate::model::TreasuryCode;
use crate::trust::{Judgement, Role, Standing, Status, Trust};
use jiff::{SignedDuration, Timestamp};

/// How far a claimed time may lie after a proven one before it is told: clocks differ, the timestamp follows at once.
const CLAIM_TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// In which office somebody signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignedAs {
    /// *Întocmit și verificat*.
    Verifier,
    /// The Treasury's seal.
    Treasury,
    /// A timestamp authority.
    Timestamp,
    /// Nobody whom we know.
    Unknown,
}

/// What is known of whoever made one signature.
#[derive(Clone, Debug)]
pub struct Signatory {
    /// The office.
    pub role: SignedAs,
    /// The word.
    pub trust: Trust,
    /// Why not trusted, most serious first; empty where trusted or not judged.
    pub reasons: Vec<Reason>,
    /// Path to the anchor, leaf first, DER; empty where none was found.
    pub path: Vec<Vec<u8>>,
    /// Whether that anchor is a demo's.
    pub demo: bool,
    /// How the certificates of the path stand, but for the anchor.
    pub statuses: Vec<Status>,
    /// The timestamps over it; of a document timestamp, itself.
    pub stamps: Vec<Stamp>,
    /// When a trusted timestamp proves that the signature existed; of a trusted document timestamp, its own time.
    pub proven: Option<Timestamp>,
    /// Its baseline level (EN 319 142-1, 6), where it has the form of one.
    pub level: Option<Level>,
    /// What a person should know of it, though nothing is refused for it.
    pub notes: Vec<Reason>,
}

impl Signatory {
    pub(super) const fn unknown(role: SignedAs) -> Self {
        Self {
            role,
            trust: Trust::Unknown,
            reasons: Vec::new(),
            path: Vec::new(),
            demo: false,
            statuses: Vec::new(),
            stamps: Vec::new(),
            proven: None,
            level: None,
            notes: Vec::new(),
        }
    }

    pub(super) fn judged(role: SignedAs, judgement: Judgement) -> Self {
        let Judgement { trust, problems, path, demo, statuses } = judgement;
        let reasons = if trust == Trust::Trusted {
            Vec::new()
        } else {
            let found: Vec<Reason> = problems.into_iter().map(Reason::of_trust).collect();
            if found.is_empty() { vec![Reason::of_word(trust)] } else { found }
        };
        Self { trust, reasons, path, demo, statuses, ..Self::unknown(role) }
    }

    /// Whether this office is held by someone who may.
    pub fn is(&self, role: SignedAs) -> bool {
        self.role == role && self.trust == Trust::Trusted
    }
}

/// Nobody judged: the roles are what the places of the signatures say, and no more is known.
pub(super) fn not_judged(integrity: &Integrity) -> Vec<Signatory> {
    let role = |facts: &SignatureFacts| match facts.is_document_timestamp() {
        true => SignedAs::Timestamp,
        false => SignedAs::Unknown,
    };
    let mut all: Vec<Signatory> =
        integrity.signatures.iter().map(|facts| Signatory::unknown(role(facts))).collect();
    level::assign(integrity, &mut all);
    all
}

/// Judges whoever signed, at a time, for a treasury.
pub(super) fn judge(
    integrity: &Integrity,
    people: &People,
    treasury: Option<TreasuryCode>,
    at: Timestamp,
) -> Vec<Signatory> {
    let court = Court::of(integrity, people, at);
    let stamped = stamps::judge(integrity, &court);
    let signed = |index: usize| stamped.proven(index).unwrap_or(at);
    let judge = |index: usize, role: Role, leaf: &[u8], own: &[Vec<u8>]| {
        court.judge(role, leaf, own, treasury, signed(index), &stamped.proofs)
    };
    let mut all = assign(integrity, &judge);
    for (index, (signatory, facts)) in all.iter_mut().zip(&integrity.signatures).enumerate() {
        signatory.proven = stamped.proven(index);
        signatory.stamps = stamped.over(index);
        if let (true, [own]) = (facts.is_document_timestamp(), signatory.stamps.as_slice()) {
            let own = own.clone();
            *signatory = Signatory { stamps: vec![own.clone()], proven: own.proof(at), ..own.authority };
        }
        let now = || court.judge_now(signatory.role, leaf(facts)?, &facts.certificates, treasury);
        let outlived = signatory.proven.and_then(|_| now()).is_some_and(|now| now.trust == Trust::Expired);
        signatory.notes = notes(signatory, facts, outlived);
    }
    level::assign(integrity, &mut all);
    all
}

/// What is told beside the verdict. `outlived`: today the certificates would be expired.
fn notes(signatory: &Signatory, facts: &SignatureFacts, outlived: bool) -> Vec<Reason> {
    let stamps = &signatory.stamps;
    let later = signatory.statuses.iter().any(|status| status.standing == Standing::RevokedLater);
    let claims_later = signatory
        .proven
        .zip(facts.claimed_at)
        .is_some_and(|(proven, claimed)| claimed > proven.saturating_add(CLAIM_TOLERANCE).unwrap_or(proven));
    let trusted = signatory.trust == Trust::Trusted;
    let found = [
        (stamps.iter().any(|stamp| !stamp.intact), Reason::TimestampBroken),
        (stamps.iter().any(|stamp| stamp.intact && !stamp.is_trusted()), Reason::TimestampNotTrusted),
        (trusted && later, Reason::RevokedSince),
        (trusted && outlived, Reason::ExpiredSince),
        (claims_later, Reason::ClaimAfterProof),
    ];
    found.into_iter().filter(|(is, _)| *is).map(|(_, note)| note).collect()
}

/// How a certificate is judged in a role, beside the other certificates of its signature, which is the so-manieth.
pub(super) type JudgeFn<'a> = dyn Fn(usize, Role, &[u8], &[Vec<u8>]) -> Judgement + 'a;

/// Gives each signature the role whose judgement it passes, else the one that it comes nearest to.
pub(super) fn assign(integrity: &Integrity, judge: &JudgeFn<'_>) -> Vec<Signatory> {
    let first = first_person(integrity);
    let signatures = integrity.signatures.iter().enumerate();
    let one = |(index, facts): (usize, &SignatureFacts)| {
        if facts.is_document_timestamp() {
            return Signatory::unknown(SignedAs::Timestamp);
        }
        let place = match (Some(index) == first, is_prepared(integrity, facts)) {
            (true, _) => Place::First,
            (false, true) => Place::Prepared,
            (false, false) => Place::Later,
        };
        let judge = |role: Role, leaf: &[u8], own: &[Vec<u8>]| judge(index, role, leaf, own);
        signatory(facts, place, judge)
    };
    signatures.map(one).collect()
}

/// Index of the first signature that is a person's or an office's.
pub(super) fn first_person(integrity: &Integrity) -> Option<usize> {
    integrity.signatures.iter().position(|facts| !facts.is_document_timestamp())
}

/// Whether the field was there when the first signature was made.
pub(super) fn is_prepared(integrity: &Integrity, facts: &SignatureFacts) -> bool {
    integrity.prepared_signature_fields.contains(&facts.field)
}

/// Whether both signatures were made with one key: the same public key in both certificates.
pub(super) fn share_a_key(one: &SignatureFacts, other: &SignatureFacts) -> bool {
    match (public_key(one), public_key(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn public_key(facts: &SignatureFacts) -> Option<&[u8]> {
    let (_, certificate) = x509_parser::parse_x509_certificate(leaf(facts)?).ok()?;
    Some(certificate.tbs_certificate.subject_pki.raw)
}

/// The signer's certificate, DER.
pub(super) fn leaf(facts: &SignatureFacts) -> Option<&[u8]> {
    facts.certificates.get(facts.signer_certificate?).map(Vec::as_slice)
}

/// Where a signature stands among the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Prepared,
    Later,
}

fn signatory(
    facts: &SignatureFacts,
    place: Place,
    judge: impl Fn(Role, &[u8], &[Vec<u8>]) -> Judgement,
) -> Signatory {
    const VERIFIER: (Role, SignedAs) = (Role::Verifier, SignedAs::Verifier);
    const TREASURY: (Role, SignedAs) = (Role::Treasury, SignedAs::Treasury);
    let (expected, other) = if place == Place::First { (VERIFIER, TREASURY) } else { (TREASURY, VERIFIER) };
    let Some(leaf) = leaf(facts) else {
        let role = if place == Place::Later { SignedAs::Unknown } else { expected.1 };
        return Signatory { reasons: vec![Reason::SignerCertificateMissing], ..Signatory::unknown(role) };
    };
    let as_role = |(role, signed_as): (Role, SignedAs)| {
        Signatory::judged(signed_as, judge(role, leaf, &facts.certificates))
    };
    let first = as_role(expected);
    if first.trust == Trust::Trusted {
        return first;
    }
    let second = as_role(other);
    if second.trust == Trust::Trusted {
        return second;
    }
    match (known(&first), known(&second), place) {
        (false, true, _) => second,
        (false, false, Place::Later) => Signatory { role: SignedAs::Unknown, ..first },
        _ => first,
    }
}

/// Whether the certificate leads to an anchor of that role, though something else is wrong.
const fn known(signatory: &Signatory) -> bool {
    matches!(signatory.trust, Trust::Unauthorised | Trust::Expired | Trust::Revoked)
}

#[cfg(test)]
mod tests {
    use super::super::invented::{published, signature};
    use super::*;
    #[cfg(feature = "treasury")]
    use crate::trust::Evidence;

    fn judgement(trust: Trust) -> Judgement {
        Judgement { trust, problems: Vec::new(), path: Vec::new(), demo: false, statuses: Vec::new() }
    }

    /// A published document whose certificates are a byte each: what the invented judge knows them by.
    fn signed_by(marks: &[u8]) -> Integrity {
        let mut integrity = published();
        integrity.signatures.resize(marks.len(), signature("Altcineva", 2));
        for (facts, mark) in integrity.signatures.iter_mut().zip(marks) {
            facts.certificates = vec![vec![*mark]];
            facts.signer_certificate = Some(0);
        }
        integrity
    }

    /// `v` and `t` are trusted, `e` and `u` lead to an anchor (as verifier, as Treasury), `x` to none.
    fn invented(_index: usize, role: Role, leaf: &[u8], _others: &[Vec<u8>]) -> Judgement {
        judgement(match (role, leaf) {
            (Role::Verifier, b"v") | (Role::Treasury, b"t") => Trust::Trusted,
            (Role::Verifier, b"e") => Trust::Expired,
            (Role::Treasury, b"u") => Trust::Unauthorised,
            _ => Trust::Untrusted,
        })
    }

    fn found(marks: &[u8]) -> Vec<(SignedAs, Trust)> {
        let assigned = assign(&signed_by(marks), &invented);
        assigned.into_iter().map(|signatory| (signatory.role, signatory.trust)).collect()
    }

    #[test]
    fn a_role_follows_from_the_judgement_that_a_signature_passes() {
        use SignedAs::{Treasury, Unknown, Verifier};
        use Trust::{Expired, Trusted, Unauthorised, Untrusted};
        assert_eq!(found(b"vt"), [(Verifier, Trusted), (Treasury, Trusted)]);
        assert_eq!(found(b"tv"), [(Treasury, Trusted), (Verifier, Trusted)]);
        assert_eq!(found(b"ux"), [(Treasury, Unauthorised), (Treasury, Untrusted)]);
        assert_eq!(found(b"eu"), [(Verifier, Expired), (Treasury, Unauthorised)]);
        assert_eq!(found(b"vtx"), [(Verifier, Trusted), (Treasury, Trusted), (Unknown, Untrusted)]);
    }

    #[test]
    fn a_signature_without_its_certificate_is_nobodys() {
        let mut integrity = signed_by(b"vt");
        integrity.signatures[0].signer_certificate = Some(7);
        let assigned = assign(&integrity, &invented);
        assert_eq!(assigned[0].reasons, [Reason::SignerCertificateMissing]);
        assert_eq!(assigned[0].trust, Trust::Unknown);
    }

    /// A chain of three whose middle stands in the document's store alone.
    #[cfg(feature = "treasury")]
    #[test]
    fn a_path_is_built_through_what_the_document_stores() {
        use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
        let authority = |name: &str| {
            let mut params = CertificateParams::new(vec![]).expect("no names");
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            params
        };
        let key = || KeyPair::generate().expect("a key");
        let root = CertifiedIssuer::self_signed(authority("Root"), key()).expect("signed");
        let issuing = CertifiedIssuer::signed_by(authority("Issuing"), key(), &root).expect("signed");
        let mut params = CertificateParams::new(vec![]).expect("no names");
        params.distinguished_name.push(rcgen::DnType::CommonName, "Maria Ionescu");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let leaf = params.signed_by(&key(), &issuing).expect("signed");
        let files = [("verifier/root.pem", root.pem())];
        let trust = crate::trust::TrustStore::from_files(files.iter().map(|(n, b)| (*n, b.as_bytes())));
        let people = People {
            trust: trust.expect("anchors"),
            intermediates: Vec::new(),
            evidence: Evidence::default(),
        };
        let mut integrity = published();
        integrity.signatures.truncate(1);
        integrity.signatures[0].certificates = vec![leaf.der().to_vec()];
        integrity.signatures[0].signer_certificate = Some(0);
        let at: Timestamp = "2026-05-12T15:42:00Z".parse().expect("a time");
        let without = judge(&integrity, &people, None, at);
        assert_eq!(without[0].trust, Trust::Untrusted);
        integrity.stored_certificates = vec![issuing.der().to_vec()];
        let with = judge(&integrity, &people, None, at);
        assert_eq!((with[0].trust, with[0].path.len()), (Trust::Unauthorised, 3), "{:?}", with[0].reasons);
    }

    #[test]
    fn a_document_timestamp_has_no_person() {
        let mut integrity = signed_by(b"vt");
        integrity.signatures[1].subfilter = "ETSI.RFC3161".to_owned();
        assert_eq!(assign(&integrity, &invented)[1].role, SignedAs::Timestamp);
    }
}
