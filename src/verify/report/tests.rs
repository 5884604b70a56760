//! The three forms of the report over invented verdicts, against golden text (`BLESS=1` rewrites it).

use super::*;
use crate::fs;
use crate::trust::{Role, Trust};
use crate::verify::invented::{NAME, published, refused, statement, stick, trusted};
use crate::verify::level::indication;
use crate::verify::{Detail, Kind, Reason, SignedAs, StatementFacts};
use std::path::Path;

fn basis(lang: Lang) -> Basis {
    let anchor = |role, subject: &str, digit: &str| AnchorInfo {
        role,
        subject: subject.to_owned(),
        sha256: digit.repeat(64),
    };
    Basis {
        at: "2026-06-01T09:00:00Z".parse().expect("a time"),
        source: TimeSource::User,
        people: true,
        require: Require::ByKind,
        evidence: Vec::new(),
        online: false,
        anchors: vec![
            anchor(Role::Verifier, "CN=Autoritate inventată, C=RO", "a"),
            anchor(Role::Treasury, "CN=Altă autoritate inventată, C=RO", "b"),
        ],
        lang,
    }
}

fn certificate(name: &str, digit: &str) -> CertificateInfo {
    CertificateInfo {
        name: name.to_owned(),
        subject: format!("C=RO, O=Trezorerie inventată, CN={name}"),
        issuer: "C=RO, CN=Autoritate inventată".to_owned(),
        serial: "01ff".to_owned(),
        not_before: "2026-01-01T00:00:00Z".parse().ok(),
        not_after: "2027-01-01T00:00:00Z".parse().ok(),
        sha256: digit.repeat(64),
        revocation: None,
    }
}

fn verdict() -> Verdict {
    Verdict {
        word: Word::Accepted,
        reasons: Vec::new(),
        notes: Vec::new(),
        kind: Kind::Published,
        integrity: published(),
        signatories: vec![trusted(SignedAs::Verifier), trusted(SignedAs::Treasury)],
        statement: Some(statement()),
    }
}

fn entry(verdict: Verdict) -> Entry {
    let mut entry = Entry::new(format!("out/{NAME}"), Some([0x5a; 32]), verdict);
    entry.certificates =
        vec![vec![certificate("Maria Ionescu", "c")], vec![certificate("Sigiliul Trezoreriei 521", "d")]];
    entry
}

fn accepted() -> Entry {
    entry(verdict())
}

fn sealless() -> Entry {
    let mut verdict = verdict();
    verdict.word = Word::Refused;
    verdict.reasons = vec![Reason::SealMissing, Reason::ArithmeticWrong];
    verdict.notes = vec![Reason::FileRenamed];
    verdict.integrity.signatures.truncate(1);
    verdict.signatories = vec![refused(SignedAs::Verifier, Trust::Expired, Reason::CertificateExpired)];
    verdict.signatories[0].demo = true;
    verdict.statement = Some(StatementFacts { reasons: vec![Reason::ArithmeticWrong], ..statement() });
    entry(verdict)
}

fn hostile() -> Entry {
    let script = "<script>alert(1)</script>\u{1b}[2J\u{202e}\"'&";
    let mut verdict = verdict();
    verdict.integrity = stick();
    verdict.integrity.signatures[0].field = script.to_owned();
    verdict.integrity.signatures[0].subfilter = script.to_owned();
    verdict.signatories.truncate(1);
    verdict.statement = Some(StatementFacts { attachment: script.to_owned(), name: None, ..statement() });
    let mut entry = Entry::new(script.to_owned(), None, verdict);
    entry.certificates = vec![vec![certificate(script, "e")]];
    entry.because(script.to_owned())
}

/// Compares with what was found right before, or, with `BLESS=1`, makes it so.
fn golden(name: &str, found: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/verify");
    let path = folder.join(name);
    if std::env::var_os("BLESS").is_some() {
        let _ = std::fs::remove_file(&path);
        fs::write_new(&path, found.as_bytes()).expect("written");
    }
    let expected = fs::read_bounded(&path, 1 << 20).expect("golden text; BLESS=1 makes it");
    assert_eq!(found, String::from_utf8(expected).expect("text"), "{name}");
}

#[test]
fn the_text_tells_verdict_reasons_and_facts_in_both_languages() {
    for (lang, code) in [(Lang::En, "en"), (Lang::Ro, "ro")] {
        let basis = basis(lang);
        let tally = Tally { accepted: 1, refused: 1, unreadable: 0, broken: 0 };
        let told = [
            crate::verify::tell(&accepted(), &basis, Detail::Full),
            crate::verify::tell(&sealless(), &basis, Detail::Full),
            crate::verify::summary(tally, &basis),
        ];
        golden(&format!("report.{code}.txt"), &(told.join("\n\n") + "\n"));
    }
}

#[test]
fn the_json_has_the_keys_of_the_contract() {
    let basis = basis(Lang::En);
    let lines = [accepted(), sealless()].map(|entry| crate::verify::line(&entry, &basis));
    for line in &lines {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let has = |value: &serde_json::Value, keys: &str| {
            keys.split(' ').for_each(|key| assert!(value.get(key).is_some(), "{key} in {line}"));
        };
        has(&object, "file verdict reason message integrity kind signatures statement");
        has(
            &object["signatures"][0],
            "field role signer subfilter level intact coverage changes_after trust signed_at time_from problems",
        );
        has(&object["statement"], "treasury cui date accounts operations checks problems");
        has(&object["statement"]["checks"], "schema arithmetic page_matches_xml carry_over");
        assert!(object["statement"]["checks"]["carry_over"].is_null());
        assert_eq!(object["signatures"][0]["signed_at"], "2026-05-12T15:42:00Z");
    }
    golden("report.jsonl", &(lines.join("\n") + "\n"));
}

#[test]
fn the_page_needs_nothing_else() {
    for (lang, code) in [(Lang::En, "en"), (Lang::Ro, "ro")] {
        let basis = basis(lang);
        let sections = [accepted(), sealless()].map(|entry| crate::verify::section(&entry, &basis));
        let tally = Tally { accepted: 1, refused: 1, unreadable: 0, broken: 0 };
        let page = crate::verify::page(&basis, tally, &sections);
        for outside in ["http://", "https://", "<script", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(outside), "{outside}");
        }
        golden(&format!("report.{code}.html"), &page);
    }
}

#[test]
fn what_a_document_says_of_itself_neither_runs_nor_moves_the_cursor() {
    let basis = basis(Lang::En);
    let section = crate::verify::section(&hostile(), &basis);
    assert!(!section.contains("<script") && section.contains("&lt;script&gt;"), "{section}");
    let text = crate::verify::tell(&hostile(), &basis, Detail::Full);
    for told in [&section, &text, &crate::verify::line(&hostile(), &basis)] {
        assert!(!told.contains('\u{1b}'), "{told}");
    }
    for told in [&section, &text] {
        assert!(!told.contains('\u{202e}'), "{told}");
        assert!(told.lines().all(|line| !line.contains('\r')));
    }
}

#[test]
fn a_demos_anchor_is_said_aloud() {
    let told = crate::verify::tell(&sealless(), &basis(Lang::En), Detail::Line);
    assert!(told.contains("DEMO"), "{told}");
    let line = crate::verify::line(&sealless(), &basis(Lang::En));
    assert!(line.contains("\"demo\":true"), "{line}");
}

#[test]
fn a_signature_has_its_indication_of_en_319_102_1() {
    let facts = &published().signatures[0];
    let of = |trust| indication(facts, &refused(SignedAs::Verifier, trust, Reason::ChainNotFound));
    assert_eq!(indication(facts, &trusted(SignedAs::Verifier)), Some(("TOTAL-PASSED", None)));
    assert_eq!(of(Trust::Expired), Some(("INDETERMINATE", Some("OUT_OF_BOUNDS_NO_POE"))));
    assert_eq!(of(Trust::Revoked), Some(("INDETERMINATE", Some("REVOKED_NO_POE"))));
    let broken = SignatureFacts { intact: false, problems: vec!["digest-mismatch"], ..facts.clone() };
    assert_eq!(
        indication(&broken, &trusted(SignedAs::Verifier)),
        Some(("TOTAL-FAILED", Some("HASH_FAILURE")))
    );
}
