//! What other people's scripts rely on: streams, exit codes, JSON.

use crate::office::{Office, day, wrong_day};
use serde_json::Value;
use std::io::pipe;

#[test]
fn nothing_to_do_is_success() {
    let ran = Office::new().pecete(&["run", "--once"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
}

#[test]
fn run_once_says_what_became_of_each_file() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2), &day(2, 2)]);
    let ran = office.pecete(&["run", "--once"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("day.jsonl: 2 published"), "{ran:?}");
    let ran = office.pecete(&["status", "--json"]);
    let counts: Value = serde_json::from_str(ran.out.lines().next().unwrap_or_default()).expect("an object");
    assert_eq!((&counts["treasury"], &counts["published"]), (&"521".into(), &2.into()));
}

#[test]
fn a_refusal_is_exit_code_1_in_both_languages() {
    for (lang, word) in [("en", "refused"), ("ro", "refuzate")] {
        let office = Office::new();
        office.drop_jsonl("day.jsonl", &[&day(1, 2), &wrong_day(2)]);
        let ran = office.pecete(&["run", "--once", "--lang", lang]);
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains(&format!("1 {word}")), "{ran:?}");
        assert!(ran.out.contains("day.jsonl.why.txt"), "{ran:?}");
    }
}

#[test]
fn a_truncated_file_is_exit_code_2() {
    let office = Office::new();
    office.drop_bytes("cut.jsonl", b"{\"treasury\":\"521\"");
    assert_eq!(office.pecete(&["run", "--once"]).code, 2);
}

#[test]
fn json_is_one_object_a_line() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    office.drop_csv("b.csv", &[&day(2, 2)]);
    let ran = office.pecete(&["run", "--once", "--json"]);
    let files: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| file["published"] == 1 && file["refused"] == 0), "{ran:?}");
}

#[test]
fn corrections_need_their_flag_and_the_flag_needs_once() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    office.drop_correction("fix.jsonl", &[&day(1, 3)]);
    assert_eq!(office.pecete(&["run", "--once", "--accept-corrections"]).code, 0);
    assert_eq!(office.published().len(), 2);
    assert_eq!(office.pecete(&["run", "--accept-corrections"]).code, 2, "wrong usage");
}

#[test]
fn a_reader_that_closes_the_pipe_has_seen_enough() {
    let office = Office::new();
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let status = office.command(&["check", "--template"]).stdout(writer).status().expect("runs");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn the_template_is_a_configuration() {
    let office = Office::new();
    let ran = office.pecete(&["check", "--template"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(toml::from_str::<toml::Table>(&ran.out).is_ok_and(|table| table.contains_key("treasury")));
}

#[test]
fn wrong_usage_is_exit_code_2_and_help_is_success() {
    let office = Office::new();
    for wrong in [&["frobnicate"][..], &["verify"], &["run", "--sometimes"], &["status", "--lang", "fr"]] {
        let ran = office.pecete(wrong);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}");
        assert!(!ran.err.is_empty());
    }
    let ran = office.pecete(&["run", "--help"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn no_configuration_is_an_error_with_a_hint() {
    let office = Office::new();
    let ran = office.pecete(&["--config", "missing.toml", "run", "--once"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: "), "{ran:?}");
}

#[test]
fn verify_accepts_what_was_published_and_says_the_agreed_words() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 3)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let ran = office.pecete(&["verify", "--json", "--trust", "certs/trust", "out"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let verdict: Value = serde_json::from_str(ran.out.lines().next().expect("a line")).expect("an object");
    assert_eq!(verdict["verdict"], "accepted");
    assert_eq!(verdict["integrity"], "intact");
    assert_eq!(verdict["kind"], "published");
    assert_eq!(verdict["statement"]["treasury"], "521");
    assert_eq!(verdict["statement"]["cui"], day(1, 3).holder_cui);
    assert_eq!(verdict["statement"]["date"], "2026-05-12");
    assert_eq!(verdict["statement"]["operations"], 3);
    assert_eq!(verdict["statement"]["checks"]["schema"], true);
    assert_eq!(verdict["statement"]["checks"]["arithmetic"], true);
    assert_eq!(verdict["statement"]["checks"]["carry_over"], Value::Null);
    let signatures = verdict["signatures"].as_array().expect("signatures");
    let roles: Vec<_> = signatures.iter().map(|signature| signature["role"].as_str().unwrap_or("")).collect();
    assert_eq!(roles, ["verifier", "treasury"]);
    for signature in signatures {
        assert_eq!(signature["subfilter"], "ETSI.CAdES.detached");
        assert_eq!(signature["level"], "B-B");
        assert_eq!((&signature["intact"], &signature["trust"]), (&true.into(), &"trusted".into()));
    }
    assert_eq!(signatures[1]["coverage"], "file");
}

#[test]
fn verify_without_anchors_proves_nothing_and_integrity_alone_can_be_asked() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 3)]);
    office.pass();
    pecete::fs::create_folders(&office.path("nobody"), 0o755).expect("a folder");
    assert_eq!(office.pecete(&["verify", "--trust", "nobody", "out"]).code, 1);
    assert_eq!(office.pecete(&["verify", "--integrity-only", "out"]).code, 0);
}

#[test]
fn verify_tells_refused_from_unreadable_by_its_exit_code() {
    let office = Office::new();
    assert_eq!(office.pecete(&["verify", "--trust", "certs/trust", "missing.pdf"]).code, 2);
    office.drop_bytes("unsigned.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n");
    let ran = office.pecete(&["verify", "--trust", "certs/trust", "missing.pdf", "watch/unsigned.pdf"]);
    assert_eq!(ran.code, 1, "one refused outweighs one unreadable: {ran:?}");
}

#[test]
fn extract_takes_out_the_very_xml_and_never_overwrites() {
    let office = Office::new();
    let day = day(1, 3);
    office.drop_jsonl("day.jsonl", &[&day]);
    office.pass();
    let pdf = office.published().remove(0).display().to_string();
    let words = ["extract", "--trust", "certs/trust", &pdf, "-o", "taken-out"];
    assert_eq!(office.pecete(&words).code, 0);
    let expected = pecete::xml::write(&day.check().expect("a day that adds up"));
    let files = crate::office::everything_in(&office.path("taken-out"));
    assert_eq!(files.len(), 1);
    assert_eq!(crate::office::read(&files[0]), expected);
    assert_eq!(office.pecete(&words).code, 0, "the same again is no harm");
    crate::office::overwrite(&files[0], b"somebody's notes", 0o644);
    assert_ne!(office.pecete(&words).code, 0, "a file that is there is not overwritten");
    assert_eq!(crate::office::read(&files[0]), b"somebody's notes");
}
