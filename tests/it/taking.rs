//! What the daemon takes, and when: folders of units, companions, files that wait for others, long files and short ones.

use crate::daemon::{Daemon, wait_until};
use crate::office::{EDITED, NOW, Office, day, names_in, read, text};
use pecete::demo::files::{self, Marks};
use pecete::demo::institution::Institution;
use pecete::ledger::{Channel, Correction, TakeRequest};
use pecete::model::{DayDraft, canonical_digest};
use pecete::service::{self, Corrections, Left, Pass, PassOptions, Progress};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

fn options(settle: u64) -> PassOptions {
    PassOptions { corrections: Corrections::Accept, settle: Duration::from_secs(settle), again: false }
}

fn pass(office: &Office, options: PassOptions) -> Pass {
    let world = office.open().expect("the office opens");
    service::pass(&world, options, &Progress::default()).expect("a pass")
}

fn unit_folder(office: &Office, name: &str) -> PathBuf {
    let folder = office.path("watch").join(name);
    pecete::fs::create_folders(&folder, 0o770).expect("a folder");
    folder
}

fn jsonl(days: &[&DayDraft]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let marks = Marks { edited: Some(EDITED), correction: false };
    days.iter().for_each(|day| files::json_line(&mut bytes, day, marks).expect("written"));
    bytes
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    pecete::fs::create_new(&folder.join(name), bytes, 0o660).expect("written");
}

fn left(pass: &Pass, name: &str) -> Option<Left> {
    pass.left.iter().find(|(known, _)| known == name).map(|(_, left)| left.clone())
}

#[test]
fn a_units_folder_takes_its_own_days_and_puts_away_beside_them() {
    let office = Office::new();
    let folder = unit_folder(&office, "521");
    let other = Institution::invent(7, 4, "002").day(jiff::civil::date(2026, 5, 12), 2);
    put(&folder, "ziua de azi ș.jsonl", &jsonl(&[&day(1, 2), &other]));
    let pass = pass(&office, options(0));
    let [file] = pass.files.as_slice() else { panic!("{pass:?}") };
    assert_eq!((file.name.as_str(), file.published, file.refused), ("521/ziua de azi ș.jsonl", 1, 1));
    assert!(folder.join(".done/ziua de azi ș.jsonl").is_file());
    let why = text(&folder.join(".refused/ziua de azi ș.jsonl.why.txt"));
    assert!(why.contains("expected the unit whose folder this is, found `002`"), "{why}");
    assert!(names_in(&office.path("watch/.done")).is_empty() && office.refused().is_empty());
}

#[test]
fn folders_that_are_no_units_and_links_to_folders_are_not_looked_into() {
    let office = Office::new();
    let stranger = unit_folder(&office, "mai 2026");
    put(&stranger, "a.jsonl", &jsonl(&[&day(1, 2)]));
    let outside = office.path("outside");
    pecete::fs::create_folders(&outside, 0o770).expect("a folder");
    put(&outside, "b.jsonl", &jsonl(&[&day(2, 2)]));
    std::os::unix::fs::symlink(&outside, office.path("watch/002")).expect("linked");
    std::os::unix::fs::symlink(outside.join("b.jsonl"), office.path("watch/c.jsonl")).expect("linked");
    let theirs = unit_folder(&office, "521");
    put(&theirs, "d.jsonl", &jsonl(&[&day(3, 2)]));
    let root = pecete::fs::owner(&theirs).expect("an owner") == 0;
    if root {
        std::os::unix::fs::chown(&theirs, Some(4001), None).expect("given away");
    }
    let pass = pass(&office, options(0));
    assert_eq!(left(&pass, "mai 2026/"), Some(Left::Folder));
    assert_eq!(
        left(&pass, "521/").is_some(),
        root,
        "a folder of somebody else could be exchanged for a link"
    );
    assert_eq!(office.published().len(), usize::from(!root));
    assert!(outside.join("b.jsonl").is_file() && stranger.join("a.jsonl").is_file());
}

#[test]
fn a_companion_says_that_a_file_is_finished_and_what_it_holds() {
    let office = Office::new();
    let watch = office.path("watch");
    let bytes = jsonl(&[&day(1, 2)]);
    put(&watch, "a.jsonl", &bytes);
    // still for no time at all: its companion says that it is finished
    let wait = options(86_400 * 365 * 100);
    assert_eq!(left(&pass(&office, wait), "a.jsonl"), Some(Left::Settling));
    put(&watch, "a.jsonl.ready", b"");
    put(&watch, "a.jsonl.sha256", format!("{}  a.jsonl\n", "0".repeat(64)).as_bytes());
    assert_eq!(left(&pass(&office, wait), "a.jsonl"), Some(Left::OtherBytes));
    assert!(office.published().is_empty() && watch.join("a.jsonl").is_file());
    assert!(names_in(&office.path("state/taken")).is_empty(), "no copy of it is left");
    pecete::fs::remove(&watch.join("a.jsonl.sha256")).expect("removed");
    let ran = Command::new("sha256sum").arg("a.jsonl").current_dir(&watch).output().expect("sha256sum runs");
    put(&watch, "a.jsonl.sha256", &ran.stdout);
    assert_eq!(pass(&office, wait).files[0].published, 1);
    let mut done = names_in(&office.path("watch/.done"));
    done.sort();
    assert_eq!(done, ["a.jsonl", "a.jsonl.ready", "a.jsonl.sha256"]);
}

#[test]
fn an_office_may_want_a_companion_with_each_file() {
    for (word, which) in [("ready", "ready"), ("sha256", "sha256")] {
        let office = Office::new();
        office.configure("[approval]", &format!("[watch]\ncompanion = \"{word}\"\n\n[approval]"));
        office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
        let pass_ = pass(&office, options(0));
        assert_eq!(left(&pass_, "a.jsonl"), Some(Left::NoCompanion(which)));
        let ran = office.pecete(&["run", "--once"]);
        assert!(ran.code == 2 && ran.out.contains(&format!("waits for its companion `.{which}`")), "{ran:?}");
        assert!(office.published().is_empty());
    }
}

/// A correction whose original was taken by another file and not finished: it neither spins nor is lost.
#[test]
fn a_correction_waits_for_the_file_that_brings_what_it_corrects() {
    let office = Office::new();
    let (original, other) = (day(1, 2), day(1, 5));
    let checked = original.check().expect("a day");
    let world = office.open().expect("the office opens");
    let request = TakeRequest {
        treasury: checked.treasury(),
        cui: checked.holder().cui().clone(),
        date: checked.date(),
        canonical: canonical_digest(&checked),
        channel: Channel::Folder,
        edited: EDITED.parse().expect("a time"),
        correction: Correction::None,
        input: [0; 32],
        source: "b.jsonl:1".to_owned(),
        accounts: Vec::new(),
    };
    world.ledger().take(&[request], NOW).expect("taken, and then a crash");
    drop(world);
    office.drop_correction("a.jsonl", &[&other]);
    office.drop_jsonl("b.jsonl", &[&original]);
    let first = pass(&office, options(0));
    assert_eq!(left(&first, "a.jsonl"), Some(Left::Postponed), "{first:?}");
    assert_eq!(office.published().len(), 1, "the other file is finished");
    assert_eq!(pass(&office, options(0)).files[0].published, 1, "and then the correction");
    assert_eq!(office.published().len(), 2);
}

#[test]
fn a_short_file_of_one_unit_is_published_while_a_long_one_of_another_is_worked_on() {
    let office = Office::new();
    let (long, short) = (unit_folder(&office, "521"), unit_folder(&office, "002"));
    let mut daemon = Daemon::start(&office);
    let many: Vec<DayDraft> = (1..=1500).map(|number| day(number, 1)).collect();
    put(&long, "long.jsonl", &jsonl(&many.iter().collect::<Vec<_>>()));
    wait_until("the long one is begun", || !office.published().is_empty());
    let one = Institution::invent(7, 4, "002").day(jiff::civil::date(2026, 5, 12), 2);
    put(&short, "short.jsonl", &jsonl(&[&one]));
    wait_until("the short one is finished", || short.join(".done/short.jsonl").is_file());
    assert!(long.join("long.jsonl").is_file(), "and the long one is not");
    assert_eq!(daemon.terminate(), Some(0), "what is being signed is finished");
    assert!(office.published().len() < 1501);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    assert_eq!(office.published().len(), 1501, "each once, at the next start");
    assert_eq!(office.pecete(&["audit"]).code, 0);
}

#[test]
fn the_same_day_in_two_folders_at_once_is_published_once() {
    let office = Office::new();
    let folder = unit_folder(&office, "521");
    let days: Vec<DayDraft> = (1..=300).map(|number| day(number, 1)).collect();
    let bytes = jsonl(&days.iter().collect::<Vec<_>>());
    put(&folder, "a.jsonl", &bytes);
    put(&office.path("watch"), "a.jsonl", &bytes);
    let pass = pass(&office, options(0));
    let (published, known) = pass.files.iter().fold((0, 0), |sum, f| (sum.0 + f.published, sum.1 + f.known));
    assert_eq!((published, known), (300, 300), "{pass:?}");
    assert_eq!(office.published().len(), 300);
    assert_eq!(office.pecete(&["audit"]).code, 0);
}

#[test]
fn a_network_share_is_looked_at_every_so_often_and_nothing_more() {
    let office = Office::new();
    office.configure("[approval]", "[watch]\nmode = \"poll\"\nscan_seconds = 1\n\n[approval]");
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    wait_until("it is published", || office.published().len() == 1);
    let watches = Command::new("sh")
        .args(["-c", &format!("grep -l '^inotify wd' /proc/{}/fdinfo/* | wc -l", daemon.process())])
        .output()
        .expect("looked");
    assert_eq!(String::from_utf8_lossy(&watches.stdout).trim(), "0", "nobody is asked for hints");
    assert_eq!(daemon.terminate(), Some(0));
}

#[test]
fn what_is_moved_in_under_its_name_is_not_waited_for() {
    let office = Office::new();
    office.configure("[approval]", "[watch]\nsettle_seconds = 86400\n\n[approval]");
    let mut daemon = Daemon::start(&office);
    wait_until("it runs", || office.path("review/daemon.json").is_file());
    let watch = office.path("watch");
    put(&watch, "written.jsonl", &jsonl(&[&day(2, 2)]));
    put(&watch, "a.part", &jsonl(&[&day(1, 2)]));
    std::fs::rename(watch.join("a.part"), watch.join("a.jsonl")).expect("renamed");
    wait_until("it is put away", || office.path("watch/.done/a.jsonl").is_file());
    // `create_new` names what it has written by a rename too: so does whoever does it right
    wait_until("and so is the other", || office.path("watch/.done/written.jsonl").is_file());
    pecete::fs::stage(&watch.join("in-place.jsonl"), &jsonl(&[&day(3, 2)]), 0o660).expect("written");
    std::thread::sleep(Duration::from_secs(2));
    assert!(watch.join("in-place.jsonl").is_file(), "this one may still be written on");
    assert_eq!(daemon.terminate(), Some(0));
}

#[test]
fn under_a_supervisor_what_may_pass_is_waited_for_at_the_start_and_a_person_is_told_at_once() {
    let office = Office::new();
    let mut first = Daemon::start(&office);
    wait_until("it runs", || office.path("review/daemon.json").is_file());
    let ran = office.pecete(&["run"]);
    assert!(ran.code == 2 && ran.err.contains("held by another `pecete`"), "{ran:?}");
    let notify = office.path("notify");
    let listener = std::os::unix::net::UnixDatagram::bind(&notify).expect("a socket");
    listener.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    let heard = || {
        let mut word = [0; 64];
        let count = listener.recv(&mut word).expect("a word");
        String::from_utf8_lossy(&word[..count]).into_owned()
    };
    let mut command = office.command(&["run"]);
    command.env("NOTIFY_SOCKET", &notify).stdout(Stdio::null()).stderr(Stdio::null());
    let mut second = Daemon::of(&mut command);
    assert!(heard().starts_with("EXTEND_TIMEOUT_USEC="), "it waits");
    assert_eq!(first.terminate(), Some(0));
    while heard() != "READY=1" {}
    assert_eq!(second.terminate(), Some(0));
}

#[test]
fn the_supervisor_hears_that_the_daemon_is_alive() {
    let office = Office::new();
    let notify = office.path("notify");
    let listener = std::os::unix::net::UnixDatagram::bind(&notify).expect("a socket");
    listener.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    let mut command = office.command(&["run"]);
    command.env("NOTIFY_SOCKET", &notify).env("WATCHDOG_USEC", "24000000");
    let mut daemon = Daemon::of(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let heard = || {
        let mut word = [0; 64];
        let count = listener.recv(&mut word).expect("a word");
        String::from_utf8_lossy(&word[..count]).into_owned()
    };
    assert_eq!(heard(), "READY=1");
    assert_eq!(heard(), "WATCHDOG=1");
    daemon.signal("-STOP"); // whoever stands still is not alive
    listener.set_nonblocking(true).expect("set");
    while listener.recv(&mut [0; 64]).is_ok() {}
    std::thread::sleep(Duration::from_secs(9));
    assert!(listener.recv(&mut [0; 64]).is_err());
    daemon.signal("-CONT");
    assert_eq!(daemon.terminate(), Some(0));
    assert!(read(&office.path("review/daemon.json")).starts_with(b"{"));
}
