//! What an auditor sees when somebody has touched the ledger, the published files, or the sealed heads.

use crate::office::{Office, Ran, copy, day, names_in, overwrite, read, text};
use pecete::audit::{self, Places};
use pecete::config::ClientChannel;
use pecete::fs;
use pecete::ledger::SqliteLedger;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An office with three published statements, one for a stick, a refused one, and a sealed head.
fn audited() -> Office {
    let stick = day(4, 2);
    let office = Office::with_clients(&[(&stick.holder_cui, ClientChannel::Stick)]);
    office.drop_jsonl("day.jsonl", &[&day(1, 3), &day(2, 2), &day(3, 1), &stick]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    office
}

/// Codes of the findings, in their order.
fn findings(ran: &Ran) -> Vec<String> {
    let lines = ran.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    lines.filter_map(|line| Some(line["finding"].as_str()?.to_owned())).collect()
}

fn audit(office: &Office) -> Ran {
    office.pecete(&["audit", "--json"])
}

fn sql(office: &Office, statement: &str) {
    let ledger = rusqlite::Connection::open(office.path("state/ledger.sqlite")).expect("opened");
    assert!(ledger.execute(statement, []).expect("done") > 0, "{statement}");
}

fn heads(office: &Office) -> Vec<PathBuf> {
    let names = names_in(&office.path("heads")).into_iter().filter(|name| name.ends_with(".json"));
    names.map(|name| office.path("heads").join(name)).collect()
}

#[test]
fn an_untouched_office_has_no_findings_and_the_audit_changes_nothing() {
    let office = audited();
    let before = read(&office.path("state/ledger.sqlite"));
    let ran = audit(&office);
    assert_eq!((ran.code, findings(&ran)), (0, Vec::new()), "{ran:?}");
    assert!(ran.out.contains("\"heads\":1"), "{}", ran.out);
    assert!(read(&office.path("state/ledger.sqlite")) == before);
    assert!(text(&heads(&office)[0].with_extension("txt")).contains("CAPUL REGISTRULUI"));
}

#[test]
fn an_office_at_work_gives_an_audit_no_false_findings() {
    let office = audited();
    let (out, sticks) = (office.path("out"), office.path("state/stick"));
    let places = Places { out: &out, sticks: &sticks, archive: &office.path("archive") };
    let listed = audit::published(places).expect("listed");
    let mut ledger = SqliteLedger::open_to_read(&office.path("state/ledger.sqlite")).expect("opened");
    office.drop_jsonl("more.jsonl", &[&day(7, 1), &day(8, 1)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    assert_eq!(audit::chain(&mut ledger).expect("audited"), []);
    assert_eq!(audit::files(&mut ledger, places, &listed, &mut || {}).expect("audited"), []);
    let late = audit::published(places).expect("listed");
    let found = audit::files(&mut ledger, places, &late, &mut || {}).expect("audited");
    assert_eq!(found.len(), 2, "the ledger is seen as it was when it was opened: {found:?}");
}

#[test]
fn another_tool_verifies_a_head() {
    let office = audited();
    let head = &heads(&office)[0];
    let signature = format!("{}.p7s", head.display());
    let words = ["cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", &signature, "-content"];
    let openssl = Command::new("openssl").args(words).arg(head).output();
    let Ok(openssl) = openssl else { return eprintln!("skipped: openssl is not here") };
    assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    assert_eq!(openssl.stdout, read(head));
}

#[test]
fn a_record_that_was_changed_removed_or_added_is_found() {
    for (attack, expected) in [
        (
            "UPDATE statement SET placed_at = placed_at + 1 WHERE id = 1",
            vec!["record-altered-or-added", "record-altered-or-removed"],
        ),
        (
            "UPDATE statement SET cui = '9999008' WHERE id = 2",
            vec!["record-altered-or-added", "record-altered-or-removed"],
        ),
        ("UPDATE statement SET state = 'refused' WHERE id = 1", vec!["state-altered"]),
        (
            "DELETE FROM statement WHERE id = 4",
            vec![
                "record-altered-or-removed",
                "record-altered-or-removed",
                "record-altered-or-removed",
                "file-added",
            ],
        ),
        (
            "INSERT INTO refusal (source, label, reason, reason_ro, at) VALUES ('a', 'b', 'c', 'd', 1)",
            vec!["record-altered-or-added"],
        ),
        ("UPDATE event SET digest = zeroblob(32) WHERE id = 3", vec!["event-altered", "event-altered"]),
    ] {
        let office = audited();
        sql(&office, attack);
        let ran = audit(&office);
        assert_eq!(
            (ran.code, findings(&ran)),
            (1, expected.into_iter().map(str::to_owned).collect()),
            "{attack}"
        );
    }
}

#[test]
fn a_ledger_whose_events_were_removed_with_their_records_is_shorter_than_its_head() {
    let office = audited();
    sql(&office, "DELETE FROM event WHERE id = (SELECT max(id) FROM event)");
    let found = findings(&audit(&office));
    assert!(found.contains(&"ledger-rolled-back".to_owned()), "{found:?}");
}

#[test]
fn a_ledger_rolled_back_to_an_old_copy_is_found_and_is_not_sealed_again() {
    let office = audited();
    let kept = office.path("kept");
    copy(&office.path("state"), &kept);
    office.drop_jsonl("more.jsonl", &[&day(7, 1)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    assert_eq!(heads(&office).len(), 2);
    std::fs::remove_dir_all(office.path("state")).expect("removed");
    copy(&kept, &office.path("state"));
    let ran = audit(&office);
    assert_eq!(
        (ran.code, findings(&ran)),
        (1, vec!["file-added".to_owned(), "ledger-rolled-back".to_owned()])
    );
    let published = office.published();
    office.drop_jsonl("after.jsonl", &[&day(8, 1)]);
    let run = office.pecete(&["run", "--once"]);
    assert!(run.code == 1 && run.err.contains("rolled back or replaced"), "{run:?}");
    assert_eq!(heads(&office).len(), 2);
    assert_eq!(office.published(), published, "nothing is signed over such a ledger");

    // Whoever removes the heads too is caught by the copy that somebody kept.
    let (elsewhere, newest) = (office.path("elsewhere"), heads(&office).remove(1));
    copy(&office.path("heads"), &elsewhere);
    fs::remove(&newest).expect("removed");
    let kept = elsewhere.join(newest.file_name().expect("a name"));
    let ran = office.pecete(&["audit", "--json", "--head", kept.to_str().expect("text")]);
    assert!(findings(&ran).contains(&"ledger-rolled-back".to_owned()), "{ran:?}");
}

#[test]
fn a_ledger_written_anew_is_not_the_one_that_was_sealed() {
    let office = audited();
    let other = audited();
    // The same days, sealed with other keys at another time: whole in itself, and another ledger.
    std::fs::remove_dir_all(office.path("state")).expect("removed");
    copy(&other.path("state"), &office.path("state"));
    let found = findings(&audit(&office));
    assert!(found.contains(&"ledger-rewritten".to_owned()), "{found:?}");
}

#[test]
fn a_file_that_is_missing_altered_or_added_is_found() {
    let office = audited();
    let published = office.published();
    let first = read(&published[0]);
    let mut altered = first.clone();
    altered[200] ^= 1;
    overwrite(&published[0], &altered, 0o640);
    fs::remove(&published[1]).expect("removed");
    overwrite(&published[2].with_file_name("extra.pdf"), &first, 0o640);
    let ran = audit(&office);
    let mut found = findings(&ran);
    found.sort_unstable();
    assert_eq!(
        (ran.code, found),
        (1, ["file-added", "file-altered", "file-missing"].map(str::to_owned).into())
    );
}

#[test]
fn a_head_that_was_changed_unsigned_or_removed_is_found() {
    let office = audited();
    office.drop_jsonl("more.jsonl", &[&day(7, 1)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let first = &heads(&office)[0];
    let whole = read(first);
    overwrite(first, text(first).replace("\"events\":12", "\"events\":11").as_bytes(), 0o644);
    assert!(read(first) != whole, "{}", text(first));
    assert_eq!(findings(&audit(&office)), ["head-not-proven"]);
    overwrite(first, &whole, 0o644);
    let signature = PathBuf::from(format!("{}.p7s", first.display()));
    let kept = read(&signature);
    fs::remove(&signature).expect("removed");
    assert_eq!(findings(&audit(&office)), ["head-not-proven"]);
    overwrite(&signature, &kept, 0o644);
    fs::remove(first).expect("removed");
    assert_eq!(findings(&audit(&office)), ["head-missing"]);
}

#[test]
fn a_head_that_a_stranger_sealed_proves_nothing() {
    let (office, stranger) = (audited(), audited());
    fs::remove(&heads(&office)[0]).expect("removed");
    let theirs: &Path = &stranger.path("heads");
    for name in names_in(theirs) {
        overwrite(&office.path("heads").join(&name), &read(&theirs.join(&name)), 0o644);
    }
    assert_eq!(findings(&audit(&office)), ["head-not-proven"]);
}
