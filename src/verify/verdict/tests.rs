//! The verdict over invented facts: each reason is reached, and the most useful one stands first.

use super::*;
use crate::trust::Trust;
use crate::verify::facts::Coverage;
use crate::verify::invented::{NAME, attachment, published, refused, signature, statement, stick, trusted};
use crate::verify::reason::Mismatch;

/// A case: what is wrong, with which requirement, and what must be said first.
struct Case {
    what: &'static str,
    facts: Facts<'static>,
    require: Require,
    reason: Option<&'static str>,
}

fn good() -> Facts<'static> {
    Facts {
        integrity: published(),
        signatories: Some(vec![trusted(SignedAs::Verifier), trusted(SignedAs::Treasury)]),
        statement: Ok(statement()),
        file_name: Some(NAME),
    }
}

fn good_stick() -> Facts<'static> {
    Facts { integrity: stick(), signatories: Some(vec![trusted(SignedAs::Verifier)]), ..good() }
}

fn case(
    what: &'static str,
    reason: Option<&'static str>,
    require: Require,
    facts: Facts<'static>,
    change: impl FnOnce(&mut Facts<'static>),
) -> Case {
    let mut facts = facts;
    change(&mut facts);
    Case { what, facts, require, reason }
}

fn people(facts: &mut Facts<'_>, signatories: Vec<Signatory>) {
    facts.signatories = Some(signatories);
}

fn unsealed(facts: &mut Facts<'_>) {
    facts.integrity.signatures.truncate(1);
    facts.integrity.empty_signature_fields = vec!["Sigiliu".to_owned()];
    people(facts, vec![trusted(SignedAs::Verifier)]);
}

fn check(cases: Vec<Case>) {
    for Case { what, facts, require, reason } in cases {
        let verdict = conclude(facts, require);
        let found = verdict.reason().map(Reason::code);
        assert_eq!(found, reason, "{what}: {:?}", verdict.reasons);
        let accepted = verdict.word == Word::Accepted;
        assert_eq!(accepted, reason.is_none(), "{what}");
    }
}

#[test]
fn what_is_as_it_should_be_is_accepted() {
    use Require::{Any, ByKind, Verifier, VerifierAndTreasury};
    let nothing = |_: &mut Facts<'static>| {};
    let older = |facts: &mut Facts<'static>| {
        facts.integrity.prepared_signature_fields.clear();
        for signature in &mut facts.integrity.signatures {
            signature.certification = None;
            signature.subfilter = "adbe.pkcs7.detached".to_owned();
        }
    };
    check(vec![
        case("published", None, ByKind, good(), nothing),
        case("published, both", None, VerifierAndTreasury, good(), nothing),
        case("published, any", None, Any, good(), nothing),
        case("stick", None, ByKind, good_stick(), nothing),
        case("stick, verifier", None, Verifier, good_stick(), nothing),
        case("stick, any", None, Any, good_stick(), nothing),
        case("older means", None, ByKind, good(), older),
    ]);
    let mut facts = good();
    older(&mut facts);
    assert_eq!(conclude(facts, ByKind).notes, [Reason::NotCertified]);
}

#[test]
fn a_published_statement_without_its_seal_is_never_taken_for_a_stick() {
    for require in [Require::ByKind, Require::VerifierAndTreasury, Require::Verifier, Require::Any] {
        check(vec![case("no seal", Some("seal-missing"), require, good(), unsealed)]);
        let stranger = |facts: &mut Facts<'static>| {
            let unknown = refused(SignedAs::Treasury, Trust::Untrusted, Reason::ChainNotFound);
            people(facts, vec![trusted(SignedAs::Verifier), unknown]);
        };
        check(vec![case("a stranger's seal", Some("chain-not-found"), require, good(), stranger)]);
    }
}

#[test]
fn bytes_that_do_not_hold_are_refused_with_their_own_reason() {
    let bytes = |verdict, reason| {
        move |facts: &mut Facts<'static>| {
            facts.integrity.verdict = verdict;
            facts.integrity.reason = reason;
        }
    };
    let unsigned = |facts: &mut Facts<'static>| {
        facts.integrity.verdict = IntegrityVerdict::Unsigned;
        facts.integrity.signatures.clear();
        people(facts, Vec::new());
    };
    use IntegrityVerdict::{Broken, Tampered};
    let kind = Require::ByKind;
    check(vec![
        case("digest", Some("digest-mismatch"), kind, good(), bytes(Broken, "digest-mismatch")),
        case("later page", Some("page-changed"), kind, good(), bytes(Tampered, "page-changed")),
        case("no PDF", Some("not-a-pdf"), kind, good(), bytes(Broken, "not-a-pdf")),
        case("huge", Some("too-large"), kind, good(), bytes(Broken, "too-large")),
        case("unsigned", Some("unsigned"), kind, good(), unsigned),
        case("no signature at all", Some("unsigned"), kind, good(), |facts| {
            facts.integrity.signatures.clear();
            people(facts, Vec::new());
        }),
        case("facts disagree", Some("facts-disagree"), kind, good(), |facts| {
            facts.integrity.signatures[1].intact = false;
        }),
        case("forbidden change unseen", Some("facts-disagree"), kind, good(), |facts| {
            facts.integrity.signatures[0].changes_after = ChangesAfter::Forbidden;
        }),
    ]);
    let mut facts = good();
    bytes(Broken, "not-a-pdf")(&mut facts);
    assert_eq!(conclude(facts, kind).word, Word::Unreadable);
}

#[test]
fn offices_that_are_not_held_as_they_must_be_are_refused() {
    let kind = Require::ByKind;
    let (verifier, treasury) = (|| trusted(SignedAs::Verifier), || trusted(SignedAs::Treasury));
    check(vec![
        case("stick, both asked", Some("seal-missing"), Require::VerifierAndTreasury, good_stick(), |_| {}),
        case("seal first", Some("seal-first"), kind, good(), |facts| {
            people(facts, vec![treasury(), verifier()]);
        }),
        case("seal alone", Some("seal-first"), kind, good_stick(), |facts| people(facts, vec![treasury()])),
        case("nobody known", Some("verifier-missing"), kind, good(), |facts| {
            let unknown = refused(SignedAs::Unknown, Trust::Untrusted, Reason::ChainNotFound);
            people(facts, vec![unknown, treasury()]);
        }),
        case("two verifiers", Some("seal-missing"), kind, good(), |facts| {
            people(facts, vec![verifier(), verifier()]);
        }),
        case("stick with seal", Some("stick-with-seal"), kind, good_stick(), |facts| {
            facts.integrity.verdict = IntegrityVerdict::Tampered;
            facts.integrity.reason = "certified-final";
            facts.integrity.signatures.push(signature("Sigiliu", 1));
            people(facts, vec![verifier(), treasury()]);
        }),
        case("seal elsewhere", Some("seal-elsewhere"), kind, good(), |facts| {
            facts.integrity.signatures[1].field = "Altul".to_owned();
        }),
        case("any, but nobody", Some("nobody-trusted"), Require::Any, good_stick(), |facts| {
            people(facts, vec![refused(SignedAs::Verifier, Trust::Untrusted, Reason::ChainNotFound)]);
        }),
        case("P 2 without a seal field", Some("seal-missing"), kind, good_stick(), |facts| {
            facts.integrity.signatures[0].certification = Some(2);
        }),
    ]);
}

#[test]
fn whoever_may_not_sign_is_refused_with_the_reason_of_trust() {
    let trusts = [
        (Trust::Unauthorised, "signer-not-authorised"),
        (Trust::Unauthorised, "signer-of-another-treasury"),
        (Trust::Unauthorised, "signer-listed-for-another-time"),
        (Trust::Untrusted, "chain-not-found"),
        (Trust::Untrusted, "no-anchors"),
        (Trust::Expired, "certificate-expired"),
        (Trust::Expired, "certificate-not-yet-valid"),
        (Trust::Revoked, "certificate-revoked"),
        (Trust::Untrusted, "name-constraint-violated"),
    ];
    for (trust, code) in trusts {
        let of = |role| refused(role, trust, Reason::of_trust(code));
        check(vec![
            case("verifier", Some(code), Require::ByKind, good(), |facts| {
                people(facts, vec![of(SignedAs::Verifier), trusted(SignedAs::Treasury)]);
            }),
            case("seal", Some(code), Require::ByKind, good(), |facts| {
                people(facts, vec![trusted(SignedAs::Verifier), of(SignedAs::Treasury)]);
            }),
        ]);
    }
}

#[test]
fn a_strangers_later_signature_is_a_note() {
    let mut facts = good();
    facts.integrity.signatures.push(signature("Altcineva", 2));
    let stranger = refused(SignedAs::Unknown, Trust::Untrusted, Reason::ChainNotFound);
    people(&mut facts, vec![trusted(SignedAs::Verifier), trusted(SignedAs::Treasury), stranger]);
    let verdict = conclude(facts, Require::ByKind);
    assert_eq!((verdict.word, verdict.notes), (Word::Accepted, vec![Reason::StrangerSignature]));
}

#[test]
fn the_statements_own_checks_refuse() {
    let kind = Require::ByKind;
    let with = |reason: Reason| {
        move |facts: &mut Facts<'static>| {
            facts.statement = Ok(StatementFacts { reasons: vec![reason], ..statement() });
        }
    };
    let reasons = [
        Reason::AttachmentNotCovered,
        Reason::SchemaInvalid,
        Reason::ArithmeticWrong,
        Reason::NameMismatch(Mismatch::File),
        Reason::NameMismatch(Mismatch::Date),
        Reason::NameMismatch(Mismatch::Cui),
        Reason::IdentityUnknown,
    ];
    for reason in reasons {
        check(vec![case("statement", Some(reason.code()), kind, good(), with(reason))]);
    }
    for reason in [Reason::AttachmentMissing, Reason::AttachmentNotUnique] {
        check(vec![case("attachment", Some(reason.code()), kind, good(), |facts| {
            facts.statement = Err(reason)
        })]);
    }
}

#[test]
fn attachments_are_counted_and_must_be_covered() {
    let mut integrity = published();
    integrity.attachments.push(attachment("b.xml"));
    assert_eq!(statement::inspect(&integrity, None).err(), Some(Reason::AttachmentNotUnique));
    integrity.attachments.clear();
    assert_eq!(statement::inspect(&integrity, None).err(), Some(Reason::AttachmentMissing));
    for coverage in [Coverage::Partial, Coverage::None] {
        let mut integrity = published();
        integrity.signatures[0].coverage = coverage;
        assert!(!statement::is_covered(&integrity), "{coverage:?}");
    }
    assert!(statement::is_covered(&published()));
}

#[test]
fn without_people_the_verdict_follows_integrity_for_any_signed_pdf() {
    let alone = |integrity: Integrity| Facts {
        integrity,
        signatories: None,
        statement: Err(Reason::AttachmentMissing),
        file_name: Some("contract.pdf"),
    };
    let verdict = conclude(alone(published()), Require::ByKind);
    assert_eq!((verdict.word, verdict.reasons), (Word::Accepted, vec![]));
    let tampered = Integrity { verdict: IntegrityVerdict::Tampered, reason: "page-changed", ..published() };
    assert_eq!(conclude(alone(tampered), Require::ByKind).reason(), Some(Reason::Bytes("page-changed")));
}

#[test]
fn a_renamed_file_is_a_note() {
    let facts = Facts { file_name: Some("copy (1).pdf"), ..good() };
    let verdict = conclude(facts, Require::ByKind);
    assert_eq!((verdict.word, verdict.notes), (Word::Accepted, vec![Reason::FileRenamed]));
}

#[cfg(feature = "treasury")]
#[test]
fn one_key_in_both_roles_is_refused_even_under_two_certificates() {
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = |name: &str| {
        let params = rcgen::CertificateParams::new(vec![name.to_owned()]).expect("names");
        params.self_signed(&key).expect("signed").der().to_vec()
    };
    let mut facts = good();
    for (signature, name) in facts.integrity.signatures.iter_mut().zip(["verifier.example", "seal.example"]) {
        signature.certificates = vec![certificate(name)];
        signature.signer_certificate = Some(0);
    }
    check(vec![case("one key", Some("one-key-both-roles"), Require::ByKind, facts, |_| {})]);
}

#[test]
fn a_signature_over_md5_holds_and_is_refused_all_the_same() {
    let mut facts = good();
    facts.integrity.signatures[0].problems.push("weak-digest-md5");
    check(vec![case("MD5", Some("weak-digest-md5"), Require::ByKind, facts, |_| {})]);
    let mut facts = good();
    facts.integrity.signatures[0].problems.push("weak-digest-sha1");
    check(vec![case("SHA-1 is a note", None, Require::ByKind, facts, |_| {})]);
}
