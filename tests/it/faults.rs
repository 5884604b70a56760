//! What goes wrong around a daemon: full and read-only disks, a ledger that is locked or broken, a clock that goes back, a folder that is
//! unmounted. Nothing is lost, nothing is refused that was good, what is wrong is said in words, and the work goes on by itself.
//!
//! Real disks: each is a `tmpfs` of its own, which only root may mount.

use crate::daemon::{Daemon, wait_until};
use crate::office::{Office, day, names_in, overwrite, text, wrong_day};
use pecete::service::{self, Corrections, PassOptions, Progress, ServiceFault};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A file system of its own, mounted on a folder; gone with the value.
struct Disk(PathBuf);

impl Disk {
    /// None where this user may not mount.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        pecete::fs::create_folders(at, 0o755).expect("a folder");
        let mounted = mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=755"), "none"], at);
        if !mounted {
            eprintln!("skipped: only root may mount a disk");
        }
        mounted.then(|| Self(at.to_owned()))
    }

    fn remount(&self, options: &str) {
        assert!(mount(&["-o", &format!("remount,{options}")], &self.0), "{options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn mount(words: &[&str], at: &Path) -> bool {
    let ran = Command::new("mount").args(words).arg(at).output().expect("mount runs");
    ran.status.success()
}

/// Fills what is left of a disk.
fn fill(disk: &Disk) -> PathBuf {
    let ballast = disk.0.join(".ballast");
    let mut size = 1 << 22;
    let mut bytes = Vec::new();
    while size > 0 {
        let mut more = bytes.clone();
        more.resize(bytes.len() + size, 7);
        match pecete::fs::stage(&ballast, &more, 0o600) {
            Ok(()) => bytes = more,
            Err(_) => size /= 2,
        }
    }
    // whatever room the last attempt left
    let _full = pecete::fs::stage(&ballast, &vec![7; bytes.len() + 8192], 0o600);
    ballast
}

fn status(office: &Office) -> String {
    let ran = office.pecete(&["status"]);
    format!("{}{}", ran.out, ran.err)
}

/// That the daemon says what keeps it, once in its journal, and in `status`.
fn waits_for(office: &Office, words: &str) {
    wait_until("the daemon says what is wrong", || status(office).contains(words));
    let told = status(office);
    assert!(told.contains("THE WORK WAITS"), "{told}");
}

fn published_all(office: &Office, daemon: &mut Daemon, count: usize) {
    wait_until("the work went on by itself", || office.published().len() == count);
    wait_until("the file is put away", || office.path("watch/.done/a.jsonl").is_file());
    wait_until("it says so", || !status(office).contains("THE WORK WAITS"));
    assert!(office.refused().is_empty(), "nothing good was refused: {:?}", office.refused());
    assert_eq!(daemon.terminate(), Some(0));
    assert_eq!(office.pecete(&["audit"]).code, 0);
}

#[test]
fn a_full_disk_of_published_statements_stops_the_work_until_there_is_room() {
    let office = Office::new();
    let Some(disk) = Disk::mount(&office.path("out"), "2m") else { return };
    let ballast = fill(&disk);
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&day(1, 2), &day(2, 2)]);
    waits_for(&office, "the disk is full");
    assert!(status(&office).contains("nothing is lost"), "and what to do");
    pecete::fs::remove(&ballast).expect("removed");
    wait_until("both are there", || names_below(&office.path("out")) == 2);
    published_all(&office, &mut daemon, 2);
}

/// Documents; a mounted disk has nothing else.
fn names_below(folder: &Path) -> usize {
    crate::office::everything_in(folder).len()
}

#[test]
fn a_full_disk_of_the_ledger_stops_the_work_until_there_is_room() {
    let office = Office::new();
    let Some(disk) = Disk::mount(&office.path("state"), "4m") else { return };
    assert_eq!(office.pecete(&["run", "--once"]).code, 0, "the ledger is there");
    let mut daemon = Daemon::start(&office);
    wait_until("it runs", || status(&office).contains("the daemon runs since"));
    let ballast = fill(&disk);
    office.drop_jsonl("a.jsonl", &[&day(1, 2), &day(2, 2)]);
    waits_for(&office, "full");
    pecete::fs::remove(&ballast).expect("removed");
    published_all(&office, &mut daemon, 2);
}

#[test]
fn a_disk_that_becomes_read_only_is_waited_for() {
    let office = Office::new();
    let Some(disk) = Disk::mount(&office.path("out"), "8m") else { return };
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("first.jsonl", &[&day(9, 1)]);
    wait_until("the first is published", || office.published().len() == 1);
    disk.remount("ro");
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    waits_for(&office, "read-only");
    disk.remount("rw");
    published_all(&office, &mut daemon, 2);
}

#[test]
fn a_ledger_that_another_program_locks_is_waited_for() {
    let office = Office::new();
    assert_eq!(office.pecete(&["run", "--once"]).code, 0, "the ledger is there");
    let other = rusqlite::Connection::open(office.path("state/ledger.sqlite")).expect("opened");
    let mut daemon = Daemon::start(&office);
    wait_until("it runs", || status(&office).contains("the daemon runs since"));
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    waits_for(&office, "locked");
    assert!(office.published().is_empty());
    other.execute_batch("ROLLBACK").expect("unlocked");
    published_all(&office, &mut daemon, 1);
}

#[test]
fn a_broken_ledger_stops_the_start_for_a_person_to_look_and_nothing_is_signed() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let path = office.path("state/ledger.sqlite");
    let mut bytes = crate::office::read(&path);
    let middle = bytes.len() / 2;
    bytes.get_mut(middle..middle + 4096).expect("a page").fill(0xA5);
    overwrite(&path, &bytes, 0o600);
    office.drop_jsonl("b.jsonl", &[&day(2, 2)]);
    for words in [&["run"][..], &["run", "--once"]] {
        let ran = office.pecete(words);
        assert_eq!(ran.code, 1, "what a restart cannot mend is not restarted: {ran:?}");
        assert!(ran.err.contains("ledger") && ran.err.contains("hint:"), "{ran:?}");
    }
    assert_eq!(office.published().len(), 1);
    assert!(office.path("watch/b.jsonl").is_file());
}

#[test]
fn a_clock_that_goes_back_is_waited_for_and_signs_nothing() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    office.pass();
    office.drop_jsonl("b.jsonl", &[&day(2, 2)]);
    let options = PassOptions { corrections: Corrections::Hold, settle: Duration::ZERO, again: false };
    let at = |time: &str| office.open_at(time.parse().expect("a time")).expect("the office opens");
    let world = at("2026-05-11T16:00:00Z");
    let fault = service::pass(&world, options, &Progress::default()).expect_err("a day too early");
    assert!(matches!(fault, ServiceFault::ClockBack { .. }), "{fault:?}");
    assert!(pecete::diag::Explain::retryable(&fault), "the clock will be set right");
    assert!(fault.to_string().contains("found 11.05.2026 19:00"), "{fault}");
    drop(world);
    assert_eq!(office.published().len(), 1);
    let world = at("2026-05-12T15:58:00Z");
    service::pass(&world, options, &Progress::default()).expect("two minutes are nobody's harm");
    drop(world);
    assert_eq!(office.published().len(), 2);
}

#[test]
fn a_file_from_the_future_is_taken_once_it_has_been_seen_to_be_still() {
    let office = Office::new();
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    let touched = Command::new("touch").args(["-d", "2099-01-01"]).arg(office.path("watch/a.jsonl")).status();
    assert!(touched.expect("touched").success());
    published_all(&office, &mut daemon, 1);
}

#[test]
fn a_watch_folder_that_is_unmounted_and_comes_back_is_watched_again() {
    let office = Office::new();
    let Some(disk) = Disk::mount(&office.path("watch"), "8m") else { return };
    // only the system's hints: whoever listens to the old disk hears nothing of the new one
    office.configure("[approval]", "[watch]\nscan_seconds = 6\n\n[approval]");
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("first.jsonl", &[&day(9, 1)]);
    wait_until("the first is published", || office.published().len() == 1);
    wait_until("and put away", || office.path("watch/.done/first.jsonl").is_file());
    drop(disk);
    let Some(_again) = Disk::mount(&office.path("watch"), "8m") else { return };
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    published_all(&office, &mut daemon, 2);
}

#[test]
fn ten_thousand_bad_files_are_each_put_aside_with_a_reason_and_delay_no_good_one() {
    let office = Office::new();
    let bad = wrong_day(3);
    for number in 0..10_000 {
        if number % 100 == 0 {
            office.drop_jsonl(&format!("{number:05}.jsonl"), &[&bad]);
        } else {
            office.drop_bytes(&format!("{number:05}.jsonl"), b"{\"treasury\": 1}\n");
        }
    }
    office.drop_jsonl("zz.jsonl", &[&day(1, 2)]);
    let pass = office.pass();
    assert_eq!(pass.files.iter().filter(|file| file.refused == 1).count(), 10_000);
    assert_eq!(office.published().len(), 1);
    let refused = names_in(&office.path("watch/.refused"));
    assert_eq!(refused.len(), 20_000, "each with its reason");
    assert!(text(&office.path("watch/.refused/00100.jsonl.why.txt")).contains("123456789.1"));
    assert!(names_in(&office.path("watch")).iter().all(|name| !name.ends_with(".jsonl")), "nothing is left");
}

#[test]
fn a_key_file_that_is_replaced_while_the_daemon_runs_changes_nothing_until_it_is_asked_to_read_again() {
    let office = Office::new();
    let mut daemon = Daemon::start(&office);
    wait_until("it runs", || status(&office).contains("the daemon runs since"));
    overwrite(&office.path("keys/verifier-521.pem"), b"no key at all", 0o600);
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    wait_until("it is signed with the key that was tried at the start", || office.published().len() == 1);
    daemon.signal("-HUP");
    office.drop_jsonl("b.jsonl", &[&day(2, 2)]);
    wait_until("the old key is kept where the new one is none", || office.published().len() == 2);
    assert_eq!(daemon.terminate(), Some(0));
    let ran = office.pecete(&["run", "--once"]);
    assert_eq!(ran.code, 1, "at a start it is refused: {ran:?}");
}
