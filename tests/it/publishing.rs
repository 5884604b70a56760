//! From a day file to sealed statements in the clients' folders.

use crate::office::{DAY, Office, day, everything_in, name_of, read};
use pecete::config::ClientChannel;
use pecete::fs;
use pecete::model::DayDraft;

#[test]
fn a_day_file_becomes_sealed_statements_in_the_clients_folders() {
    let office = Office::new();
    let days: Vec<DayDraft> = (0..5).map(|number| day(number, 4)).collect();
    office.drop_jsonl("day.jsonl", &days.iter().collect::<Vec<_>>());
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.known, report.refused), (5, 0, 0));
    assert!(office.path("watch/.done/day.jsonl").is_file(), "the day file is put away");
    for day in &days {
        let cui = &day.holder_cui;
        let name = format!("TREZ521_ExtrasEP_PDFCLI_{cui}_XML_SIGNED_12052026h1842.pdf");
        let path = office.path(&format!("out/{cui}/2026/05/{name}"));
        assert!(read(&path).starts_with(b"%PDF-"), "{}", path.display());
    }
    assert_eq!(office.published().len(), 5, "nothing else is there, hidden files included");
}

#[test]
fn a_clients_folder_is_its_own_and_never_the_worlds() {
    let office = Office::new();
    let day = day(3, 2);
    office.drop_jsonl("day.jsonl", &[&day]);
    office.pass();
    let mode = |path: &str| fs::mode(&office.path(path)).expect("a mode");
    let cui = &day.holder_cui;
    for folder in [format!("out/{cui}"), format!("out/{cui}/2026"), format!("out/{cui}/2026/05")] {
        assert_eq!(mode(&folder), 0o750, "{folder}");
    }
    assert!(office.published().iter().all(|path| fs::mode(path).expect("a mode") == 0o640));
    assert_eq!(mode("state"), 0o700);
}

#[test]
fn the_same_day_twice_is_published_once_in_whatever_form_it_comes() {
    let office = Office::new();
    let day = day(4, 6);
    office.drop_jsonl("first.jsonl", &[&day]);
    assert_eq!(office.pass_over("first.jsonl").published, 1);
    let before = office.only_document();
    office.drop_jsonl("again.jsonl", &[&day]);
    office.drop_csv("again.csv", &[&day]);
    let xml = office.drop_xml(&day);
    let pass = office.pass();
    assert_eq!(pass.files.len(), 3);
    for file in &pass.files {
        assert_eq!((file.published, file.known, file.refused), (0, 1, 0), "{}", file.name);
    }
    assert!(office.path(&format!("watch/.done/{xml}")).is_file());
    assert_eq!(office.only_document(), before, "not a byte of it has changed");
}

#[test]
fn the_same_day_twice_in_one_file_is_published_once() {
    let office = Office::new();
    let day = day(4, 1);
    office.drop_jsonl("twice.jsonl", &[&day, &day]);
    let report = office.pass_over("twice.jsonl");
    assert_eq!((report.published, report.known, report.refused), (1, 1, 0));
}

#[test]
fn all_three_forms_are_taken() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 3)]);
    office.drop_csv("b.csv", &[&day(2, 3)]);
    office.drop_xml(&day(3, 3));
    let pass = office.pass();
    assert_eq!(pass.files.iter().map(|file| file.published).sum::<u64>(), 3, "{pass:?}");
    assert!(office.published().iter().all(|path| name_of(path).date == DAY));
}

#[test]
fn a_client_with_a_stick_gets_nothing_in_the_published_tree() {
    let day = day(5, 2);
    let office = Office::with_clients(&[(&day.holder_cui, ClientChannel::Stick)]);
    office.drop_jsonl("day.jsonl", &[&day]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.stick), (0, 1));
    assert_eq!(everything_in(&office.path("out")), [] as [std::path::PathBuf; 0]);
    let sticks = office.sticks();
    assert_eq!(sticks.len(), 1);
    assert_eq!(fs::mode(&sticks[0]).expect("a mode"), 0o600);
}

#[test]
fn a_client_with_both_gets_both() {
    let day = day(6, 2);
    let office = Office::with_clients(&[(&day.holder_cui, ClientChannel::Both)]);
    office.drop_jsonl("day.jsonl", &[&day]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.stick), (1, 1));
    assert_eq!(name_of(&office.sticks()[0]), name_of(&office.published()[0]));
    assert_ne!(read(&office.sticks()[0]), read(&office.published()[0]));
}

#[test]
fn an_institution_without_operations_gets_a_statement_all_the_same() {
    let office = Office::new();
    office.drop_jsonl("quiet.jsonl", &[&day(7, 0)]);
    assert_eq!(office.pass_over("quiet.jsonl").published, 1);
}

#[test]
fn a_statement_of_thousands_of_operations_is_published() {
    let office = Office::new();
    office.drop_csv("giant.csv", &[&day(8, 3_000)]);
    assert_eq!(office.pass_over("giant.csv").published, 1);
    assert!(office.only_document().1.len() > 100_000);
}

#[test]
fn two_units_of_one_institution_have_a_statement_each() {
    let office = Office::new();
    let here = day(9, 2);
    let mut there = pecete::demo::institution::Institution::invent(2768, 9, "131");
    office.drop_jsonl("both.jsonl", &[&here, &there.day(DAY, 2)]);
    assert_eq!(office.pass_over("both.jsonl").published, 2);
    let units: Vec<String> =
        office.published().iter().map(|path| name_of(path).treasury.to_string()).collect();
    assert_eq!(units, ["131", "521"]);
}
