//! A process that dies between two steps, and what the next start makes of it.

use crate::office::{NOW, Office, day, names_in, overwrite, read};
use pecete::ledger::{Channel, Correction, SignedRecord, Take, TakeRequest, Taken};
use pecete::model::{DayDraft, canonical_digest};
use pecete::pipeline::{self, Order};
use pecete::publish::Staged;
use pecete::service;
use pecete::world::World;
use std::path::PathBuf;

#[test]
fn what_was_signed_and_not_placed_gets_its_name_and_is_not_signed_again() {
    let office = Office::new();
    let day = day(1, 3);
    let (place, digest) = crash_after_signing(&office, &day);
    assert!(!place.exists(), "the name is not there yet");
    let world = office.open().expect("opens again");
    assert_eq!(service::recover(&world).expect("recovered"), 1);
    drop(world);
    assert_eq!(sha256(&read(&place)), digest, "the very document that was signed");
    office.drop_jsonl("day.jsonl", &[&day]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.known), (0, 1));
    assert_eq!(office.published(), [place], "nothing else, hidden files included");
}

#[test]
fn recovering_twice_does_nothing_the_second_time() {
    let office = Office::new();
    crash_after_signing(&office, &day(1, 3));
    let world = office.open().expect("opens again");
    assert_eq!(service::recover(&world).expect("recovered"), 1);
    assert_eq!(service::recover(&world).expect("recovered"), 0);
}

#[test]
fn a_signed_document_that_vanished_stops_the_start() {
    let office = Office::new();
    let (place, _) = crash_after_signing(&office, &day(1, 3));
    let folder = place.parent().expect("a folder");
    for name in names_in(folder) {
        pecete::fs::remove(&folder.join(name)).expect("removed");
    }
    office.drop_jsonl("day.jsonl", &[&day(2, 1)]);
    let world = office.open().expect("opens again");
    assert!(service::recover(&world).is_err());
    drop(world);
    let ran = office.pecete(&["run", "--once"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(office.published().is_empty(), "nothing is signed until somebody has explained it");
}

#[test]
fn another_document_under_the_name_stops_the_start_and_is_left_alone() {
    let office = Office::new();
    let (place, _) = crash_after_signing(&office, &day(1, 3));
    overwrite(&place, b"somebody else's", 0o640);
    let world = office.open().expect("opens again");
    assert!(service::recover(&world).is_err());
    assert_eq!(read(&place), b"somebody else's");
}

#[test]
fn a_day_that_was_only_taken_keeps_its_name_and_its_time_of_editing() {
    let office = Office::new();
    let day = day(1, 3);
    let world = office.open().expect("opens");
    let taken = take(&world, &day);
    drop(world);
    office.drop_jsonl("day.jsonl", &[&day]);
    assert_eq!(office.pass_over("day.jsonl").published, 1);
    assert_eq!(office.only_document().0, taken.name);
}

#[test]
fn a_published_name_is_never_overwritten() {
    let office = Office::new();
    let day = day(1, 3);
    let cui = &day.holder_cui;
    let name = format!("TREZ521_ExtrasEP_PDFCLI_{cui}_XML_SIGNED_12052026h1842.pdf");
    let place = office.path(&format!("out/{cui}/2026/05/{name}"));
    pecete::fs::create_folders(place.parent().expect("a folder"), 0o750).expect("made");
    overwrite(&place, b"was here before", 0o640);
    office.drop_jsonl("day.jsonl", &[&day]);
    let ran = office.pecete(&["run", "--once"]);
    assert_eq!(read(&place), b"was here before");
    assert_ne!(ran.code, 0, "somebody has to look: {ran:?}");
}

/// Does what the service does up to the moment at which the ledger knows the signed document, and
/// then no more. Returns where it would have gone, and its digest.
fn crash_after_signing(office: &Office, draft: &DayDraft) -> (PathBuf, [u8; 32]) {
    let world = office.open().expect("opens");
    let taken = take(&world, draft);
    let staged = make(&world, draft, &taken);
    let outbox = world.outbox(Channel::Folder);
    outbox.sync().expect("synced");
    let record = SignedRecord {
        id: taken.id,
        document: staged.digest(),
        length: staged.length(),
        verifier: ("PILDĂ Ana".to_owned(), [1; 32]),
        seal: Some(("DEMO".to_owned(), [2; 32])),
        at: NOW,
        path: staged.relative().to_owned(),
    };
    world.ledger().signed(&[record]).expect("recorded");
    (office.path("out").join(staged.relative()), staged.digest())
}

fn take(world: &World, draft: &DayDraft) -> Taken {
    let day = draft.check().expect("a day that adds up");
    let request = TakeRequest {
        treasury: day.treasury(),
        cui: day.holder().cui().clone(),
        date: day.date(),
        canonical: canonical_digest(&day),
        channel: Channel::Folder,
        edited: NOW,
        correction: Correction::None,
        input: [0; 32],
        source: "day.jsonl:1".to_owned(),
        accounts: Vec::new(),
    };
    match world.ledger().take(&[request], NOW).expect("taken").pop() {
        Some(Take::New(taken)) => taken,
        other => panic!("expected a new statement, found {other:?}"),
    }
}

fn make(world: &World, draft: &DayDraft, taken: &Taken) -> Staged {
    let day = draft.check().expect("a day that adds up");
    let office = world.treasury(day.treasury()).expect("a unit");
    let order = Order {
        day: &day,
        taken,
        channel: pipeline::Channel::Published,
        treasury_name: &office.name,
        verifier: &office.verifier,
        seal: &office.seal,
        policy: world.policy(),
        at: NOW,
    };
    let document = pipeline::make(&order).expect("made");
    world.outbox(Channel::Folder).stage(&document, None, taken.id.0).expect("staged")
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}
