//! No day is missing: `pecete verify` over a folder of genuine statements.

use crate::office::{Office, Ran, day, name_of, overwrite, read};
use jiff::civil::date;
use pecete::demo::institution::Institution;
use std::path::{Path, PathBuf};

/// An office that has published four days of an institution, and where they are, in their order.
fn four_days() -> (Office, Vec<PathBuf>) {
    let office = Office::new();
    let mut institution = Institution::invent(7, 1, "521");
    let days: Vec<_> = [7, 8, 11, 12].map(|day| institution.day(date(2026, 5, day), 30)).into();
    office.drop_jsonl("days.jsonl", &days.iter().collect::<Vec<_>>());
    office.pass();
    let mut published = office.published();
    published.sort_by_key(|path| name_of(path));
    assert_eq!(published.len(), 4);
    (office, published)
}

fn verify(office: &Office, folder: &Path, more: &[&str]) -> Ran {
    let trust = office.path("certs/trust").display().to_string();
    let folder = folder.display().to_string();
    office.pecete(&[&["verify", "--trust", &trust, &folder], more].concat())
}

/// Date, verdict, `carry_over` and the codes of what the others say, as the JSON tells them, line by line.
fn told(ran: &Ran) -> Vec<(String, String, serde_json::Value, Vec<String>)> {
    let line = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let statement = &line["statement"];
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let others = statement["others"].as_array().expect("an array");
        let codes = others.iter().map(|other| text(&other["code"])).collect();
        (text(&statement["date"]), text(&line["verdict"]), statement["checks"]["carry_over"].clone(), codes)
    };
    ran.out.lines().map(line).collect()
}

#[test]
fn days_that_follow_from_one_another_are_said_to_in_their_order() {
    let (office, _) = four_days();
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = told(&ran);
    let dates: Vec<&str> = told.iter().map(|(date, ..)| date.as_str()).collect();
    assert_eq!(dates, ["2026-05-07", "2026-05-08", "2026-05-11", "2026-05-12"]);
    assert!(told[0].2.is_null(), "nothing stands before the first");
    for (date, verdict, holds, others) in &told[1..] {
        assert_eq!((verdict.as_str(), holds, others.len()), ("accepted", &true.into(), 0), "{date}");
    }
}

#[test]
fn a_day_that_is_taken_away_is_missed_and_the_rest_stays_genuine() {
    let (office, days) = four_days();
    std::fs::remove_file(&days[1]).expect("taken away");
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 1, "a missing day is no success: {ran:?}");
    let told = told(&ran);
    assert!(told.iter().all(|(_, verdict, ..)| verdict == "accepted"));
    assert_eq!((&told[1].0[..], &told[1].2), ("2026-05-11", &false.into()));
    assert!(told[1].3.contains(&"carry-over-broken".to_owned()), "{told:?}");
    assert_eq!(told[2].2, true, "the day after follows again");
    for (lang, words) in [("en", "a statement between them is missing"), ("ro", "lipsește un extras")] {
        let ran = verify(&office, &office.path("out"), &["--lang", lang]);
        assert!(ran.out.contains(words) && ran.out.contains(": 1:"), "{}", ran.out);
    }
}

#[test]
fn a_missing_last_day_is_not_known_and_a_renamed_one_is_found() {
    let (office, days) = four_days();
    std::fs::rename(&days[1], days[1].with_file_name("copy of Tuesday.pdf")).expect("renamed");
    std::fs::remove_file(&days[3]).expect("taken away");
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = told(&ran);
    let dates: Vec<&str> = told.iter().map(|(date, ..)| date.as_str()).collect();
    assert_eq!(dates, ["2026-05-07", "2026-05-08", "2026-05-11"], "the renamed one stands in its place");
    assert_eq!(told[2].2, true);
}

#[test]
fn a_copy_is_called_one_and_a_refused_day_counts_as_missing() {
    let (office, days) = four_days();
    let again = days[2].with_file_name("again.pdf");
    std::fs::copy(&days[2], &again).expect("copied");
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let copies = told(&ran).iter().filter(|(.., others)| others == &["copy"]).count();
    assert_eq!(copies, 1);
    std::fs::remove_file(again).expect("removed");
    let mut bytes = read(&days[1]);
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    overwrite(&days[1], &bytes, 0o640);
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 1);
    let told = told(&ran);
    assert_eq!((told[1].1.as_str(), &told[1].2), ("refused", &serde_json::Value::Null));
    assert_eq!(told[2].2, false, "a forged day proves no balance: {told:?}");
}

#[test]
fn a_corrected_day_is_told_apart_from_two_versions() {
    let office = Office::new();
    office.drop_jsonl("first.jsonl", &[&day(1, 3)]);
    office.pass();
    office.drop_correction("corrected.jsonl", &[&day(1, 4)]);
    office.pass_accepting_corrections();
    let ran = verify(&office, &office.path("out"), &["--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let codes: Vec<_> = told(&ran).into_iter().map(|(.., others)| others).collect();
    assert_eq!(codes, [["replaced"], ["replaces"]]);
}
