//! From a day file in the watch folder to what a clerk finds in `.refused/`.

use super::*;
use crate::ingest::{self, inbox::Arrival};
use std::fs::{File, read_dir};
use std::io::{BufReader, Read, Write};
use std::path::Path;

const JSONL: &str = include_str!("../../../schemas/examples/days.jsonl");
const CSV: &str = include_str!("../../../schemas/examples/days.csv");

struct Desk {
    _folder: tempfile::TempDir,
    watch: PathBuf,
    inbox: Inbox,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (watch, state) = (folder.path().join("watch"), folder.path().join("state"));
        let inbox = Inbox::open(&watch, &state).expect("an inbox");
        Self { _folder: folder, watch, inbox }
    }

    fn put(&self, name: &str, text: &str) {
        fs::create_new(&self.watch.join(name), text.as_bytes(), 0o660).expect("written");
    }

    fn arrivals(&self) -> Vec<Arrival> {
        self.inbox.arrivals("2100-01-01T00:00:00Z".parse().expect("a time")).expect("listed").files
    }

    fn claim(&self) -> Claimed {
        let arrival = self.arrivals().into_iter().next().expect("a file");
        self.inbox.claim(arrival, 1 << 30).expect("claimed")
    }

    /// Takes the file: what cannot be parsed is refused, twice as if on two channels.
    fn take(&self, claimed: &Claimed) -> (Option<PathBuf>, bool) {
        let mut quarantine = Quarantine::open(claimed).expect("a quarantine");
        let source = BufReader::new(fs::open_regular(&claimed.copy).expect("the copy"));
        let format = claimed.arrival.format.expect("a form");
        let (mut good, mut bad) = (0, 0);
        for record in ingest::open(&claimed.arrival.name, format, source, false) {
            let refused = match record {
                Err(fault) => Refused::of_file(&claimed.arrival.name, fault),
                Ok(record) => {
                    let mut entry = ingest::parse(record);
                    match entry.take_day() {
                        Ok(_) => {
                            good += 1;
                            continue;
                        }
                        Err(problems) => Refused::of(&entry, Reason::Day(problems)),
                    }
                }
            };
            bad += 1;
            quarantine.add(refused).expect("added");
        }
        let nothing_good = good == 0 && bad > 0;
        (quarantine.close(&self.inbox, claimed, nothing_good).expect("closed"), nothing_good)
    }

    fn refused(&self) -> Vec<String> {
        names(&self.watch.join(".refused"))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).expect("read");
    text
}

fn spoilt() -> String {
    JSONL.replacen("\"12345674\"},\"accounts\"", "\"12345675\"},\"accounts\"", 1)
}

#[test]
fn refused_records_lie_beside_their_reasons_and_can_be_dropped_again() {
    let desk = Desk::new();
    desk.put("zi.jsonl", &spoilt());
    let claimed = desk.claim();
    let (why, nothing_good) = desk.take(&claimed);
    desk.inbox.settle(&claimed, nothing_good).expect("settled");
    assert_eq!(desk.refused(), ["zi.jsonl", "zi.jsonl.why.txt"]);
    assert_eq!(names(&desk.watch.join(".done")), ["zi.jsonl"]);
    assert!(desk.arrivals().is_empty(), "nothing is left to take");
    let why = text(&why.expect("reasons"));
    let (romanian, english) = why.split_once(text::RULE).expect("two halves");
    assert!(
        romanian.contains("1. 131 12345675 2026-05-12 (linia 2)\n   - linia 2: holder.cui: trebuia un CUI"),
        "{why}"
    );
    assert!(
        english.contains("1. 131 12345675 2026-05-12 (line 2)\n   - line 2: holder.cui: expected a CUI"),
        "{why}"
    );
    assert!(!why.contains("1900101410011"), "a CNP stands in the record alone");
    let records = text(&desk.watch.join(".refused/zi.jsonl"));
    assert_eq!(records, spoilt().lines().nth(1).map(|line| format!("{line}\n")).expect("a line"));
    desk.put("zi.jsonl", &records.replace("12345675", "12345674"));
    assert_eq!(desk.take(&desk.claim()), (None, false), "mended");
}

#[test]
fn a_file_that_is_taken_twice_after_a_crash_is_refused_once() {
    let desk = Desk::new();
    desk.put("zi.jsonl", &spoilt());
    let first = desk.take(&desk.claim());
    let again = desk.claim();
    assert_eq!(desk.take(&again), first);
    desk.inbox.settle(&again, false).expect("settled");
    assert_eq!(desk.refused(), ["zi.jsonl", "zi.jsonl.why.txt"]);
    // The next evening's file of that name is another.
    desk.put(
        "zi.jsonl",
        &spoilt().replace("2026-05-12\",\"holder", "2026-05-12\", \"holder").replace("12345675", "12345676"),
    );
    desk.take(&desk.claim());
    assert_eq!(desk.refused(), ["zi.1.jsonl", "zi.1.jsonl.why.txt", "zi.jsonl", "zi.jsonl.why.txt"]);
}

#[test]
fn a_file_of_which_nothing_is_good_is_refused_whole_with_its_reasons_beside_it() {
    let desk = Desk::new();
    for round in 0..2 {
        desk.put("zi.csv", &CSV.replace("debit", "debet"));
        let claimed = desk.claim();
        desk.take(&claimed);
        let (why, nothing_good) = desk.take(&claimed);
        assert!(nothing_good, "round {round}");
        let put = desk.inbox.settle(&claimed, nothing_good).expect("settled");
        assert_eq!(why, Some(PathBuf::from(format!("{}.why.txt", put.display()))));
        assert!(text(&why.expect("reasons")).contains("`opening_debet`"));
    }
    assert_eq!(desk.refused(), ["zi.1.csv", "zi.1.csv.why.txt", "zi.csv", "zi.csv.why.txt"]);
}

#[test]
fn refused_csv_rows_keep_their_header_once() {
    let desk = Desk::new();
    desk.put("zi.csv", &CSV.replace(";0;120000;", ";0;120001;").replace(";0;2500;", ";0;2501;"));
    let claimed = desk.claim();
    desk.take(&claimed);
    let records = text(&desk.watch.join(".refused/zi.csv"));
    assert_eq!(records.matches("holder_cui").count(), 1);
    assert!(
        records.starts_with("treasury;date;") && records.contains(";120001;") && records.contains(";2501;")
    );
    assert_eq!(desk.refused(), ["zi.csv", "zi.csv.why.txt"]);
    assert!(!records.contains(";521;") && !records.contains("42424206;"), "the good one is not among them");
}

#[test]
fn what_is_exchanged_while_it_is_worked_on_is_taken_again() {
    let desk = Desk::new();
    desk.put("zi.jsonl", JSONL);
    let claimed = desk.claim();
    fs::remove(&claimed.arrival.path).expect("removed");
    desk.put("zi.jsonl", &JSONL.replace("Impozit", "IMPOZIT"));
    let put = desk.inbox.settle(&claimed, false).expect("settled");
    assert_eq!(put, claimed.arrival.path);
    assert_eq!(desk.arrivals().len(), 1);
}

#[test]
fn a_name_as_long_as_it_can_be_stops_nothing() {
    let desk = Desk::new();
    let name = format!("{}.jsonl", "ș".repeat(121));
    File::create_new(desk.watch.join(&name))
        .and_then(|mut file| file.write_all(spoilt().as_bytes()))
        .expect("written");
    let claimed = desk.claim();
    let (why, nothing_good) = desk.take(&claimed);
    desk.inbox.settle(&claimed, nothing_good).expect("settled");
    assert!(why.is_some() && desk.refused().iter().all(|name| name.len() < 255));
    assert_eq!(desk.refused().len(), 2);
    File::create_new(desk.watch.join("ș".repeat(127))).expect("written");
    desk.inbox.refuse(&desk.arrivals()[0]).expect("refused");
    assert!(desk.arrivals().is_empty());
}

#[test]
fn the_companion_of_an_xml_marks_it_and_goes_with_it() {
    let desk = Desk::new();
    desk.put("TREZ131_9999008.xml.correction", "");
    desk.put("TREZ131_9999008.xml", "<extras></extras>\n");
    let claimed = desk.claim();
    assert!(claimed.correction.is_some() && claimed.arrival.complete);
    desk.inbox.settle(&claimed, false).expect("settled");
    assert_eq!(names(&desk.watch.join(".done")), ["TREZ131_9999008.xml", "TREZ131_9999008.xml.correction"]);
    assert_eq!(names(&desk.watch), [".done", ".refused"]);
    desk.put("TREZ131_9999008.xml", "<extras></extras>\n");
    assert!(desk.claim().correction.is_none(), "the next file of that name is not marked");
}

#[test]
fn what_is_not_ours_is_passed_over_or_refused_with_a_reason() {
    let desk = Desk::new();
    for name in [".zi.jsonl", "zi.jsonl.part", "README.md", "zi.csv~"] {
        desk.put(name, "x");
    }
    assert!(desk.arrivals().is_empty());
    desk.put("zi.csv", "too large");
    let arrival = desk.arrivals().remove(0);
    assert!(matches!(desk.inbox.claim(arrival.clone(), 3), Err(FsFault::TooLarge { limit: 3, .. })));
    assert!(names(&desk.watch.join("../state/taken")).is_empty(), "nothing of it is kept");
    desk.inbox.refuse(&arrival).expect("refused");
    desk.put("zi.txt", "x");
    let arrival = desk.arrivals().remove(0);
    assert_eq!(arrival.format, None);
    let why = why_whole(&arrival.name, &WholeFault::Form);
    assert!(why.contains("Fișierul `zi.txt` nu a fost preluat.") && why.contains("`.jsonl`"), "{why}");
}
