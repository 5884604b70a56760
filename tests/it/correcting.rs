//! Other data for a day that is published: a conflict, or a correction that somebody accepted.

use crate::office::{Office, day, name_of, read, text};
use sha2::{Digest, Sha256};

#[test]
fn other_data_for_a_published_day_is_refused_as_a_conflict() {
    let office = Office::new();
    office.drop_jsonl("first.jsonl", &[&day(1, 3)]);
    office.pass();
    let before = office.only_document();
    office.drop_jsonl("other.jsonl", &[&day(1, 4)]);
    let report = office.pass_over("other.jsonl");
    assert_eq!((report.published, report.refused), (0, 1));
    assert_eq!(office.only_document(), before);
    let why = text(&report.why.expect("it is written why"));
    assert!(why.contains(&before.0.pdf()), "the document that is there is named: {why}");
}

#[test]
fn a_correction_waits_until_somebody_accepts_it() {
    let office = Office::new();
    office.drop_jsonl("first.jsonl", &[&day(1, 3)]);
    office.pass();
    office.drop_correction("corrected.jsonl", &[&day(1, 4)]);
    let report = office.pass_over("corrected.jsonl");
    assert_eq!((report.published, report.refused), (0, 1));
    assert_eq!(office.published().len(), 1);
}

#[test]
fn an_accepted_correction_stands_beside_the_old_document_and_names_it() {
    let office = Office::new();
    office.drop_jsonl("first.jsonl", &[&day(1, 3)]);
    office.pass();
    let (old, old_bytes) = office.only_document();
    office.drop_correction("corrected.jsonl", &[&day(1, 4)]);
    let pass = office.pass_accepting_corrections();
    assert_eq!(pass.files[0].published, 1, "{pass:?}");
    let published = office.published();
    assert_eq!(published.len(), 2);
    let corrected = published.iter().find(|path| name_of(path) != old).expect("a new document");
    assert_eq!(name_of(corrected), old.next_minute(), "the later takes the next free minute");
    let metadata = metadata(&read(corrected));
    assert!(metadata.contains(&old.pdf()), "the XMP names the old file: {metadata}");
    assert!(metadata.to_lowercase().contains(&hex(&old_bytes)), "and its SHA-256: {metadata}");
    let kept = published.iter().find(|path| name_of(path) == old).expect("the old document");
    assert_eq!(read(kept), old_bytes, "the old document is as it was");
}

#[test]
fn a_day_that_was_replaced_does_not_come_back() {
    let office = Office::new();
    let (old, new) = (day(1, 3), day(1, 4));
    office.drop_jsonl("first.jsonl", &[&old]);
    office.pass();
    office.drop_correction("corrected.jsonl", &[&new]);
    office.pass_accepting_corrections();
    office.drop_jsonl("late.jsonl", &[&old]);
    let late = office.pass_over("late.jsonl");
    assert_eq!((late.published, late.known, late.refused), (0, 1, 0), "it was published once: {late:?}");
    office.drop_correction("undo.jsonl", &[&old]);
    let undo = office.pass_accepting_corrections();
    assert_eq!((undo.files[0].published, undo.files[0].refused), (0, 1), "no correction back: {undo:?}");
    office.drop_jsonl("new-again.jsonl", &[&new]);
    assert_eq!(office.pass_over("new-again.jsonl").known, 1);
    assert_eq!(office.published().len(), 2);
}

/// The document's XMP, by a reader that is not ours.
fn metadata(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let reference = catalog.get(b"Metadata").and_then(lopdf::Object::as_reference).expect("metadata");
    let stream = document.get_object(reference).and_then(lopdf::Object::as_stream).expect("a stream");
    let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    String::from_utf8(bytes).expect("text")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
