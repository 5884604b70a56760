//! What is refused, how much of it, and how it is said.

use crate::office::{DAY, Office, day, names_in, text, wrong_day};
use pecete::demo::institution::Institution;

#[test]
fn a_day_that_does_not_add_up_is_refused_whole_and_the_others_go_on() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2), &wrong_day(2), &day(3, 2)]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.refused), (2, 1));
    assert!(
        office.published().iter().all(|path| !path.display().to_string().contains(&day(2, 1).holder_cui))
    );
    assert!(office.path("watch/.done/day.jsonl").is_file());
}

#[test]
fn the_refused_record_lies_in_quarantine_with_the_reason_in_both_languages() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2), &wrong_day(2)]);
    let report = office.pass_over("day.jsonl");
    assert_eq!(office.refused(), ["day.jsonl", "day.jsonl.why.txt"]);
    let record = text(&office.path("watch/.refused/day.jsonl"));
    assert!(record.contains(&wrong_day(2).holder_cui), "the wrong record is there");
    assert!(!record.contains(&day(1, 2).holder_cui), "the good one is not");
    let why = text(&report.why.expect("it is written why"));
    assert!(why.contains("123456789.1"), "what was found: {why}");
    assert!(why.contains(&wrong_day(2).holder_cui), "whose day: {why}");
    let (romanian, english) =
        (why.contains('ă') || why.contains('ț'), why.contains("expected") || why.contains("balance"));
    assert!(romanian && english, "{why}");
}

#[test]
fn status_tells_the_reason_and_its_file_in_the_readers_language() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&wrong_day(2)]);
    office.pass();
    for (lang, words) in
        [("ro", "soldul precedent și rulajul dau"), ("en", "opening balance and turnover make")]
    {
        let ran = office.pecete(&["status", "--lang", lang]);
        let told = &ran.out;
        assert!(told.contains(words) && told.contains("day.jsonl:1"), "{lang}: {told}");
    }
}

#[test]
fn a_mended_record_is_published_and_the_others_are_known() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2), &wrong_day(2)]);
    office.pass();
    office.drop_jsonl("mended.jsonl", &[&day(1, 2), &day(2, 3)]);
    let report = office.pass_over("mended.jsonl");
    assert_eq!((report.published, report.known, report.refused), (1, 1, 0));
}

#[test]
fn all_problems_of_a_day_are_listed_at_once() {
    let office = Office::new();
    let mut wrong = wrong_day(2);
    let operation = wrong.accounts.iter_mut().rev().flat_map(|account| &mut account.operations).next();
    operation.expect("an operation").counterparty_code = "9999009".to_owned();
    office.drop_jsonl("day.jsonl", &[&wrong]);
    let report = office.pass_over("day.jsonl");
    let why = text(&report.why.expect("it is written why"));
    assert!(why.contains("123456789.1") && why.contains("9999009"), "{why}");
}

#[test]
fn a_file_of_which_nothing_is_good_is_refused_whole() {
    let office = Office::new();
    office.drop_csv("bad.csv", &[&wrong_day(2)]);
    let report = office.pass_over("bad.csv");
    assert_eq!((report.published, report.refused), (0, 1));
    assert!(office.refused().contains(&"bad.csv".to_owned()));
    assert!(names_in(&office.path("watch/.done")).is_empty());
}

#[test]
fn a_truncated_file_is_not_taken_at_all() {
    let office = Office::new();
    office.drop_jsonl("whole.jsonl", &[&day(1, 2), &day(2, 2)]);
    let whole = text(&office.path("watch/whole.jsonl"));
    office.drop_bytes("cut.jsonl", &whole.as_bytes()[..whole.len() - 20]);
    pecete::fs::remove(&office.path("watch/whole.jsonl")).expect("removed");
    let report = office.pass_over("cut.jsonl");
    assert!(report.left.is_some());
    assert_eq!(report.made() + report.refused + report.known, 0);
    assert!(office.path("watch/cut.jsonl").is_file(), "it stays where it is");
    assert!(office.published().is_empty());
}

#[test]
fn what_is_no_day_file_is_refused_with_a_reason() {
    let office = Office::new();
    office.drop_bytes("picture.png", b"\x89PNG\r\n");
    assert_eq!(office.pass_over("picture.png").refused, 1);
    assert_eq!(office.refused(), ["picture.png", "picture.png.why.txt"]);
}

#[test]
fn a_unit_that_the_configuration_does_not_name_is_refused() {
    let office = Office::new();
    let stranger = Institution::invent(2768, 4, "999").day(DAY, 2);
    office.drop_jsonl("day.jsonl", &[&stranger, &day(1, 1)]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.refused), (1, 1));
    assert!(text(&report.why.expect("it is written why")).contains("999"));
}

#[test]
fn hidden_and_half_written_files_and_links_are_passed_over() {
    let office = Office::new();
    for name in [".hidden.jsonl", "day.jsonl.part", "day.jsonl.tmp", "day.jsonl~"] {
        office.drop_bytes(name, b"{}\n");
    }
    office.drop_bytes("real.part", b"{}\n");
    std::os::unix::fs::symlink(office.path("watch/real.part"), office.path("watch/link.jsonl"))
        .expect("linked");
    assert!(office.pass().files.is_empty());
}
