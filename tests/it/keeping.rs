//! Backups, losses, and what is taken back; what is old and moved.

use crate::daemon::{Daemon, wait_until};
use crate::office::{Office, Ran, day, everything_in, names_in, overwrite, read, text};
use pecete::demo::files::{self, Marks};
use pecete::demo::institution::Institution;
use pecete::model::DayDraft;
use std::path::{Path, PathBuf};
use std::process::Command;

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(ran.out.lines().last().unwrap_or_default()).unwrap_or_else(|_| panic!("{ran:?}"))
}

fn findings(office: &Office) -> Vec<String> {
    let ran = office.pecete(&["audit", "--json"]);
    let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("an object");
    ran.out.lines().filter_map(|text| Some(line(text)["finding"].as_str()?.to_owned())).collect()
}

fn backup(office: &Office) -> PathBuf {
    let ran = office.pecete(&["--json", "backup", "kept"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    office.path("").join(json(&ran)["backup"].as_str().expect("a path"))
}

/// The state folder and its disk are gone.
fn lose(office: &Office) {
    std::fs::remove_dir_all(office.path("state")).expect("gone");
}

#[test]
fn after_a_loss_what_was_published_since_the_backup_explains_itself_and_is_not_signed_again() {
    let office = Office::new();
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&day(1, 2), &day(2, 2)]);
    wait_until("the first are published", || office.published().len() == 2);
    let kept = backup(&office);
    let sums = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(&kept).status();
    assert!(sums.expect("sha256sum runs").success());
    assert!(names_in(&office.path("kept")).is_empty(), "nothing half-made is left");
    // the work goes on: another day, and a correction of what the backup knows
    office.drop_jsonl("b.jsonl", &[&day(3, 60)]);
    wait_until("the third is published", || office.published().len() == 3);
    assert_eq!(daemon.terminate(), Some(0));
    office.drop_correction("c.jsonl", &[&day(1, 4)]);
    assert_eq!(office.pecete(&["run", "--once", "--accept-corrections"]).code, 0);
    let published = office.published();
    assert_eq!(published.len(), 4);
    lose(&office);

    let ran = office.pecete(&["--json", "restore", kept.to_str().expect("text")]);
    assert_eq!((ran.code, &json(&ran)["taken_back"]), (0, &2.into()), "{ran:?}");
    let once = |name: &str| {
        let ran = office.pecete(&["--json", "run", "--once", "--accept-corrections"]);
        let told = json(&ran);
        assert_eq!(told["file"], name, "{ran:?}");
        let count = |key: &str| told[key].as_u64().expect("a count");
        (count("published"), count("known"), count("waiting"))
    };
    for again in ["a2.jsonl", "b2.jsonl"] {
        office.drop_jsonl(again, &[&day(2, 2), &day(3, 60)]);
        assert_eq!(once(again), (0, 2, 0), "nothing is published twice");
    }
    office.drop_correction("c2.jsonl", &[&day(1, 4)]);
    assert_eq!(once("c2.jsonl"), (0, 1, 0), "the correction too");
    office.drop_jsonl("d.jsonl", &[&day(4, 2)]);
    assert_eq!(once("d.jsonl"), (1, 0, 0));
    assert_eq!(office.published().len(), 5);
    assert_eq!(findings(&office), ["ledger-restored"], "an auditor is told, and of nothing else");
    assert!(!names_in(&office.path("heads/superseded")).is_empty(), "heads of what was lost are kept");
    // the account's last closing balance is known again: what does not follow waits
    let other = Institution::invent(2768, 3, "521").day(jiff::civil::date(2026, 5, 13), 60);
    drop_unedited(&office, "e.jsonl", &[&other]);
    let ran = office.pecete(&["--json", "run", "--once"]);
    assert_eq!(json(&ran)["waiting"], 1, "balances came back with the documents: {ran:?}");
}

#[test]
fn a_document_that_cannot_be_explained_stops_the_start_until_it_is_gone() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let kept = backup(&office);
    office.drop_jsonl("b.jsonl", &[&day(2, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    lose(&office);
    let (known, new) = {
        let published = office.published();
        let is_new = |path: &PathBuf| path.to_str().is_some_and(|path| path.contains("990000021"));
        let new = published.iter().find(|path| is_new(path)).or(published.last()).expect("one").clone();
        (published.into_iter().find(|path| *path != new).expect("another"), new)
    };
    // forged: one byte of the new one; stray: a copy under a folder of another client
    let good = read(&new);
    let mut bytes = good.clone();
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).expect("a byte") ^= 1;
    overwrite(&new, &bytes, 0o640);
    let restore = |office: &Office| office.pecete(&["restore", kept.to_str().expect("text")]);
    let ran = restore(&office);
    assert!(ran.code == 1 && ran.err.contains("`pecete verify` refuses it"), "{ran:?}");
    let start = office.pecete(&["run", "--once"]);
    assert!(start.code == 1 && start.err.contains("nothing is signed until this is explained"), "{start:?}");
    overwrite(&new, &good, 0o640);
    let stray = office.path("out/990000099/2026/05");
    pecete::fs::create_folders(&stray, 0o750).expect("a folder");
    std::fs::copy(&known, stray.join(known.file_name().expect("a name"))).expect("copied");
    office.drop_jsonl("c.jsonl", &[&day(3, 2)]);
    let start = office.pecete(&["run", "--once"]);
    assert!(start.code == 1 && start.err.contains("lies where none of that name is published"), "{start:?}");
    assert!(office.path("watch/c.jsonl").is_file(), "nothing was taken");
    std::fs::remove_dir_all(office.path("out/990000099")).expect("moved away");
    let start = office.pecete(&["run", "--once"]);
    assert_eq!(start.code, 0, "{start:?}");
    assert_eq!(office.published().len(), 3);
    assert_eq!(findings(&office), ["ledger-restored"]);
}

#[test]
fn a_backup_that_is_not_whole_and_a_state_that_is_in_use_are_refused() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let kept = backup(&office);
    let path = kept.to_str().expect("text").to_owned();
    let ran = office.pecete(&["restore", &path]);
    assert!(ran.code == 1 && ran.err.contains("expected a state folder without a ledger"), "{ran:?}");
    let before = read(&office.path("state/ledger.sqlite"));
    lose(&office);
    for (file, from, to) in [
        ("SHA256SUMS", "backup.json", "../../etc/passwd"),
        ("SHA256SUMS", "  ledger.sqlite", "  /tmp/x"),
        ("backup.json", "\"version\": 1", "\"version\": 2"),
        ("backup.json", "\"events\": ", "\"events\": 9"),
    ] {
        let whole = text(&kept.join(file));
        overwrite(&kept.join(file), whole.replacen(from, to, 1).as_bytes(), 0o600);
        let ran = office.pecete(&["restore", &path]);
        assert!(ran.code == 1 && !office.path("state/ledger.sqlite").exists(), "{file} {to}: {ran:?}");
        overwrite(&kept.join(file), whole.as_bytes(), 0o600);
    }
    let ledger = read(&kept.join("ledger.sqlite"));
    rusqlite::Connection::open(kept.join("ledger.sqlite"))
        .and_then(|copy| copy.execute("UPDATE statement SET verifier = 'CN=Altcineva'", []))
        .expect("forged");
    let forged = read(&kept.join("ledger.sqlite"));
    let ran = office.pecete(&["restore", &path]);
    assert!(ran.code == 1 && ran.err.contains("expected the bytes that were backed up"), "{ran:?}");
    // whoever mends the sum too meets the chain
    let sums = text(&kept.join("SHA256SUMS"));
    let hex = |bytes: &[u8]| pecete::review::digest(bytes);
    overwrite(&kept.join("SHA256SUMS"), sums.replace(&hex(&ledger), &hex(&forged)).as_bytes(), 0o600);
    let ran = office.pecete(&["restore", &path]);
    assert!(ran.code == 1 && !office.path("state/ledger.sqlite").exists(), "{ran:?}");
    overwrite(&kept.join("ledger.sqlite"), &ledger, 0o600);
    overwrite(&kept.join("SHA256SUMS"), sums.as_bytes(), 0o600);
    pecete::fs::remove(&office.path("state/.restoring.sqlite")).expect("removed");
    let ran = office.pecete(&["restore", &path]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!before.is_empty());
    let none = office.pecete(&["restore", "watch"]);
    assert!(none.code == 1, "{none:?}");
}

#[test]
fn sticks_and_what_waits_come_back_with_the_backup() {
    let office = Office::new();
    office.configure("mode = \"auto\"\nanswers = \"nobody: this is the demo\"", "mode = \"manual\"");
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    office.pass();
    assert_eq!(names_in(&office.path("state/drafts")).len(), 2);
    let kept = backup(&office);
    lose(&office);
    assert_eq!(office.pecete(&["restore", kept.to_str().expect("text")]).code, 0);
    assert_eq!(names_in(&office.path("state/drafts")).len(), 2);
    assert_eq!(pecete::fs::mode(&office.path("state")).expect("a mode"), 0o700);
    let status = office.pecete(&["status", "--json"]);
    assert!(status.out.contains("\"waiting\":1"), "{status:?}");
}

// -- the archive -------------------------------------------------------------------------------------------------------

/// Days without a time of editing: the clock's.
fn drop_unedited(office: &Office, name: &str, days: &[&DayDraft]) {
    let mut bytes = Vec::new();
    let marks = Marks { edited: None, correction: false };
    days.iter().for_each(|day| files::json_line(&mut bytes, day, marks).expect("written"));
    office.drop_bytes(name, &bytes);
}

fn old_office() -> Office {
    let office = Office::new();
    let mut institution = Institution::invent(2768, 1, "521");
    let old = institution.day(jiff::civil::date(2015, 3, 2), 2);
    drop_unedited(&office, "a.jsonl", &[&old, &day(2, 2)]);
    let pass = office.pass();
    let why = pass.files[0].why.as_deref().map(text);
    assert_eq!(pass.files[0].published, 2, "{why:?}");
    office
}

#[test]
fn what_is_old_is_moved_compared_and_still_found_by_an_audit() {
    let office = old_office();
    let before = everything_in(&office.path("out"));
    let young = office.pecete(&["archive", "--before", "2026-01-01"]);
    assert!(young.code == 1 && young.err.contains("expected 2016-"), "{young:?}");
    let ran = office.pecete(&["--json", "archive"]);
    assert_eq!((ran.code, &json(&ran)["archived"]), (0, &1.into()), "{ran:?}");
    let (here, there) = (everything_in(&office.path("out")), everything_in(&office.path("archive")));
    assert_eq!((here.len(), there.len()), (before.len() - 1, 1));
    assert_eq!(findings(&office), [] as [&str; 0]);
    let verified = office.pecete(&["verify", "--trust", "certs/trust", "--json", "archive"]);
    assert!(verified.out.contains("\"verdict\":\"accepted\""), "{verified:?}");
    assert_eq!(json(&office.pecete(&["--json", "archive"]))["archived"], 0, "once");
    // an auditor misses it there as he would have missed it before
    let mut bytes = read(&there[0]);
    let last = bytes.len() - 40;
    *bytes.get_mut(last).expect("a byte") ^= 1;
    overwrite(&there[0], &bytes, 0o640);
    assert_eq!(findings(&office), ["file-altered"]);
    pecete::fs::remove(&there[0]).expect("removed");
    assert_eq!(findings(&office), ["file-missing"]);
    // the same day again is still known
    let old = Institution::invent(2768, 1, "521").day(jiff::civil::date(2015, 3, 2), 2);
    drop_unedited(&office, "again.jsonl", &[&old]);
    assert_eq!(office.pass_over("again.jsonl").known, 1);
}

#[test]
fn nothing_is_moved_that_is_not_what_was_published_or_over_something_else() {
    let office = old_office();
    let document = |folder: &Path| {
        everything_in(folder).into_iter().find(|path| path.to_string_lossy().contains("/2015/"))
    };
    let first = document(&office.path("out")).expect("the old one");
    let relative = first.strip_prefix(office.path("out")).expect("below").to_owned();
    let place = office.path("archive").join(&relative);
    pecete::fs::create_folders(place.parent().expect("a folder"), 0o750).expect("folders");
    overwrite(&place, b"somebody else's", 0o640);
    let ran = office.pecete(&["archive"]);
    assert!(ran.code == 1 && first.is_file() && read(&place) == b"somebody else's", "{ran:?}");
    pecete::fs::remove(&place).expect("removed");
    let good = read(&first);
    overwrite(&first, b"%PDF-1.7 forged", 0o640);
    let ran = office.pecete(&["archive"]);
    assert!(ran.code == 1 && first.is_file() && !place.exists(), "{ran:?}");
    overwrite(&first, &good, 0o640);
    assert_eq!(office.pecete(&["archive"]).code, 0);
    // as a crash leaves it between the record and the removal
    std::fs::copy(&place, &first).expect("copied");
    assert_eq!(findings(&office), [] as [&str; 0], "it is in both places, the same");
    assert_eq!(office.pecete(&["archive"]).code, 0);
    assert!(!first.exists() && place.is_file());
}
