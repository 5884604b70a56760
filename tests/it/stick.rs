//! The counter: real FAT32 and exFAT images, by the kernel's drivers where it has them, else through FUSE;
//! and what happens to them there: full, locked, torn out, worn out, somebody else's.
//!
//! Where a machine can mount neither, the tests say so and end; with `PECETE_STICKS=required` they fail.

mod image;

use crate::office::{Office, Ran, everything_in, names_in, overwrite, read, text};
use image::{Image, System};
use jiff::ToSpan;
use jiff::civil::date;
use pecete::config::ClientChannel;
use pecete::demo::institution::Institution;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// An office with documents of one client that wait for a stick.
struct Counter {
    office: Office,
    cui: String,
}

impl Counter {
    fn with_days(days: i64) -> Self {
        let mut institution = Institution::invent(2768, 41, "521");
        let drafts: Vec<_> =
            (0..days).map(|n| institution.day(date(2026, 3, 2).saturating_add(n.days()), 3)).collect();
        let cui = drafts[0].holder_cui.clone();
        let office = Office::with_clients(&[(&cui, ClientChannel::Stick)]);
        office.drop_jsonl("days.jsonl", &drafts.iter().collect::<Vec<_>>());
        let report = office.pass_over("days.jsonl");
        assert_eq!(i64::try_from(report.stick), Ok(days));
        Self { office, cui }
    }

    /// Writes a stick's volume id under the client.
    fn register(&self, volume: &str) {
        let path = self.office.path("pecete.toml");
        let marked = text(&path)
            .replace("channel = \"stick\"", &format!("sticks = [\"{volume}\"]\nchannel = \"stick\""));
        overwrite(&path, marked.as_bytes(), 0o644);
    }

    /// The words for this stick: its own id where it can be read, else the clerk's.
    fn words<'a>(&'a self, image: &'a Image) -> Vec<&'a str> {
        let mut words = vec!["stick", image.folder.to_str().expect("text"), "--yes"];
        match &image.volume {
            Some(volume) => self.register_once(volume),
            None => words.extend(["--client", &self.cui]),
        }
        words
    }

    fn register_once(&self, volume: &str) {
        if !text(&self.office.path("pecete.toml")).contains(volume) {
            self.register(volume);
        }
    }

    fn hand_over(&self, image: &Image) -> Ran {
        self.office.pecete(&self.words(image))
    }

    fn folder_on(&self, image: &Image) -> PathBuf {
        image.folder.join("EXTRASE").join(&self.cui)
    }

    /// Every document has its name on the stick and its bytes.
    fn assert_all_on(&self, image: &Image) {
        for waiting in self.office.sticks() {
            let name = waiting.file_name().expect("a name");
            assert!(read(&self.folder_on(image).join(name)) == read(&waiting), "{name:?} has its bytes");
        }
    }
}

#[test]
fn a_clients_documents_go_onto_its_stick_once_with_a_manifest_and_a_receipt() {
    for system in System::ALL {
        let Some(image) = Image::mounted(system, 32) else { continue };
        let counter = Counter::with_days(3);
        let ran = counter.hand_over(&image);
        assert_eq!(ran.code, 0, "{ran:?}");
        counter.assert_all_on(&image);
        assert!(ran.out.contains("RECEIPT") && ran.out.contains(&counter.cui), "{}", ran.out);
        let folder = counter.folder_on(&image);
        let manifest = names_in(&folder).into_iter().find(|name| name.starts_with("MANIFEST")).expect("one");
        let checked = Command::new("sha256sum").args(["-c", &manifest]).current_dir(&folder).output();
        assert!(checked.expect("sha256sum runs").status.success(), "another tool reads the manifest");
        assert!(everything_in(&folder).iter().all(|path| !path.to_string_lossy().ends_with(".part")));
        let accepted = counter.office.pecete(&["verify", folder.to_str().expect("text")]);
        assert_eq!(accepted.code, 0, "{accepted:?}");

        let again = counter.hand_over(&image);
        assert!(again.code == 0 && again.err.contains("nothing to hand over"), "{again:?}");
    }
}

#[test]
fn a_lost_stick_is_replaced_by_one_with_the_same_documents_of_that_day() {
    let Some(image) = Image::mounted(System::ExFat, 32) else { return };
    let counter = Counter::with_days(3);
    assert_eq!(counter.hand_over(&image).code, 0);
    drop(image);
    let Some(other) = Image::mounted(System::Fat, 64) else { return };
    let mut words = counter.words(&other);
    words.extend(["--again", "--date", "2026-03-03"]);
    let ran = counter.office.pecete(&words);
    assert_eq!(ran.code, 0, "{ran:?}");
    let on_it = names_in(&counter.folder_on(&other));
    assert!(on_it.len() == 2 && on_it.iter().any(|name| name.contains("_03032026h")), "{on_it:?}");
    words.truncate(words.len() - 1);
    words.push("2026-01-01");
    assert_eq!(counter.office.pecete(&words).code, 1, "nothing of that day was ever made");
}

#[test]
fn a_full_stick_gets_nothing_and_says_so() {
    for system in System::ALL {
        let Some(image) = Image::mounted(system, 32) else { continue };
        let counter = Counter::with_days(2);
        image.fill();
        let ran = counter.hand_over(&image);
        assert_eq!(ran.code, 2, "{ran:?}");
        // fusefat tells neither how much room there is nor, afterwards, that there was none.
        let driver_tells = pecete::fs::room(&image.folder).expect("asked").free.is_some();
        assert!(!driver_tells || ran.err.contains("the stick is full"), "{}", ran.err);
        assert!(ran.err.contains("hint"), "{}", ran.err);
        let named = names_in(&counter.folder_on(&image));
        assert!(!named.iter().any(|name| name.ends_with(".pdf") && !name.starts_with('.')), "{named:?}");
        if !driver_tells {
            eprintln!(
                "not tried: {system:?} once more with room, fusefat does not recover from a full stick"
            );
            continue;
        }
        image.make_room();
        assert_eq!(counter.hand_over(&image).code, 0, "nothing was recorded as delivered");
    }
}

#[test]
fn a_locked_stick_is_told_from_a_full_one() {
    for system in System::ALL {
        let Some(image) = Image::mounted(system, 32).and_then(|image| image.again("ro")) else { continue };
        let counter = Counter::with_days(1);
        let ran = counter.hand_over(&image);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.err.contains("read-only"), "{}", ran.err);
    }
}

#[test]
fn damage_is_found_and_mended_at_the_next_insertion_and_what_was_taken_away_is_not_put_back() {
    let Some(image) = Image::mounted(System::ExFat, 32) else { return };
    let counter = Counter::with_days(3);
    assert_eq!(counter.hand_over(&image).code, 0);
    let folder = counter.folder_on(&image);
    let mut pdfs = names_in(&folder);
    pdfs.retain(|name| name.ends_with(".pdf"));
    let (hurt, gone) = (folder.join(&pdfs[0]), folder.join(&pdfs[1]));
    flip_a_byte(&hurt);
    let damaged = read(&hurt);
    pecete::fs::remove(&gone).expect("the client moved it");
    let image = image.again("rw").expect("put in again");
    let ran = counter.hand_over(&image);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("1 of them are on the stick damaged"), "{}", ran.err);
    let name = hurt.file_name().expect("a name").to_string_lossy();
    assert!(counter.office.sticks().iter().any(|path| read(path) == read(&hurt)), "mended");
    assert!(read(&folder.join(format!("{name}.damaged"))) == damaged, "what lay there is kept");
    assert!(!gone.exists());
}

#[test]
fn what_the_client_has_on_the_stick_stays() {
    let Some(image) = Image::mounted(System::Fat, 64) else { return };
    let counter = Counter::with_days(1);
    let folder = counter.folder_on(&image);
    pecete::fs::make_folder(&folder).expect("made");
    let waiting = counter.office.sticks().remove(0);
    let place = folder.join(waiting.file_name().expect("a name"));
    pecete::fs::write_new(&place, b"a letter that happens to have this name").expect("written");
    pecete::fs::write_new(&image.folder.join("holiday.jpg"), b"a beach").expect("written");
    assert_eq!(counter.hand_over(&image).code, 0);
    counter.assert_all_on(&image);
    assert_eq!(read(&image.folder.join("holiday.jpg")), b"a beach");
    assert!(everything_in(&folder).iter().any(|path| read(path).starts_with(b"a letter")));
}

#[test]
fn the_wrong_stick_and_the_wrong_answer_are_refused() {
    let counter = Counter::with_days(1);
    let here = counter.office.path("somewhere");
    pecete::fs::make_folder(&here).expect("made");
    let folder = here.to_str().expect("text");
    let ran = counter.office.pecete(&["stick", folder, "--client", &counter.cui, "--yes"]);
    assert!(ran.code == 1 && ran.err.contains("a folder of this machine"), "{ran:?}");
    assert_eq!(counter.office.pecete(&["stick", "/nowhere", "--yes"]).code, 2);
    assert_eq!(counter.office.pecete(&["stick", "/proc", "--yes"]).code, 1, "a mount, and no stick");

    let Some(image) = Image::mounted(System::ExFat, 32) else { return };
    let folder = image.folder.to_str().expect("text");
    let stranger = counter.office.pecete(&["stick", folder, "--client", &counter.cui, "--yes"]);
    assert!(stranger.code == 1 && stranger.err.contains("registered"), "{stranger:?}");
    counter.register(image.volume.as_ref().expect("exFAT has one"));
    let other = counter.office.pecete(&["stick", folder, "--client", "9999008", "--yes"]);
    assert!(other.code == 1 && other.err.contains("expected a stick of client 9999008"), "{other:?}");
    for (answer, code) in [("nu\n", 1), ("", 1), ("da\n", 0)] {
        assert_eq!(answered(&counter, &["stick", folder], answer), code, "{answer:?}");
        assert_eq!(image.folder.join("EXTRASE").exists(), code == 0);
    }
}

#[test]
fn watching_serves_a_registered_stick_that_appears_and_asks_the_clerk() {
    let counter = Counter::with_days(1);
    let Some(image) = Image::mounted(System::ExFat, 32) else { return };
    counter.register(image.volume.as_ref().expect("exFAT has one"));
    let image = image.out();
    let mut watching = counter
        .office
        .command(&["stick", "--watch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut told = BufReader::new(watching.stderr.take().expect("piped")).lines();
    assert!(told.next().expect("a line").expect("text").contains("waiting"));
    let image = image.again("rw").expect("put in");
    watching.stdin.as_mut().expect("piped").write_all(b"yes\n").expect("answered");
    let mut receipt = BufReader::new(watching.stdout.take().expect("piped")).lines();
    assert!(receipt.next().expect("a line").expect("text").contains("RECEIPT"));
    watching.kill().expect("ended");
    watching.wait().expect("ended");
    counter.assert_all_on(&image);
}

#[test]
fn a_stick_torn_out_in_the_middle_has_no_name_with_wrong_bytes_and_is_mended_when_it_comes_back() {
    for system in System::ALL {
        for after in [0, 2, 5] {
            let Some(mut image) = Image::mounted(system, 32) else { continue };
            let counter = Counter::with_days(8);
            let mut words = counter.words(&image);
            words.push("-v");
            let mut child = counter
                .office
                .command(&words)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("runs");
            let lines = BufReader::new(child.stderr.take().expect("piped")).lines();
            let names = lines.map_while(Result::ok).filter(|line| line.ends_with(".pdf"));
            let Some(torn) = tear_out_after(after, names, &mut image) else {
                child.wait().expect("ended");
                eprintln!("not torn out: this machine mounts {system:?} by the kernel");
                continue;
            };
            let ended = child.wait().expect("ended");
            assert!(torn && ended.code() == Some(2), "{ended:?}: it could not be done, in words");
            let image = image.again("rw").expect("put in again");
            for path in everything_in(&counter.folder_on(&image)) {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                if name.ends_with(".pdf") && !name.starts_with('.') {
                    let waiting = counter.office.path("state/stick").join(&counter.cui).join(&name);
                    assert!(read(&path) == read(&waiting), "{system:?} after {after}: {name}");
                }
            }
            let ran = counter.hand_over(&image);
            assert_eq!(ran.code, 0, "{system:?} after {after}: {ran:?}");
            counter.assert_all_on(&image);
            assert!(ran.out.contains("Documents: 8"), "nothing had been recorded: {}", ran.out);
        }
    }
}

/// Tears the stick out when so many documents have their names; `None` where this machine cannot.
fn tear_out_after(after: usize, mut names: impl Iterator<Item = String>, image: &mut Image) -> Option<bool> {
    for _ in 0..after {
        names.next();
    }
    let torn = image.tear_out();
    names.for_each(drop);
    torn.then_some(true)
}

fn answered(counter: &Counter, words: &[&str], answer: &str) -> i32 {
    let mut command = counter.office.command(words);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("runs");
    child.stdin.take().expect("piped").write_all(answer.as_bytes()).expect("answered");
    child.wait().expect("ended").code().expect("a code")
}

/// Changes one byte where it lies.
fn flip_a_byte(path: &Path) {
    use std::io::{Seek, SeekFrom};
    let mut bytes = read(path);
    bytes[100] ^= 1;
    let mut file = std::fs::OpenOptions::new().write(true).open(path).expect("opened");
    file.seek(SeekFrom::Start(100)).expect("there");
    file.write_all(&bytes[100..101]).expect("written");
    file.sync_all().expect("on the device");
}
