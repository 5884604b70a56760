//! What is signed cannot be changed unnoticed; what is not decided by a key is the same every time.

use crate::office::{Office, copy, day, everything_in, overwrite, read};
use pecete::config::ClientChannel;
use pecete::demo::random::Random;
use pecete::model::StatementName;
use pecete::pki::Kind;
use pecete::verify::prove;
use pecete::world::World;

/// Flipped bytes a document.
const SAMPLES: u64 = 150;

#[test]
fn a_flipped_byte_anywhere_in_the_signed_ranges_turns_the_verdict() {
    for kind in [Kind::EcP256, Kind::Rsa2048] {
        let office = Office::with(kind, &[]);
        office.drop_jsonl("day.jsonl", &[&day(1, 5)]);
        office.pass();
        let (name, bytes) = office.only_document();
        every_flip_is_found(&office.open().expect("opens"), &name, &bytes);
    }
}

#[test]
fn a_flipped_byte_in_a_stick_document_turns_the_verdict() {
    let day = day(2, 5);
    let office = Office::with_clients(&[(&day.holder_cui, ClientChannel::Stick)]);
    office.drop_jsonl("day.jsonl", &[&day]);
    office.pass();
    let path = office.sticks().pop().expect("a document");
    let name = crate::office::name_of(&path);
    every_flip_is_found(&office.open().expect("opens"), &name, &read(&path));
}

#[test]
fn a_shortened_or_a_lengthened_document_is_not_accepted() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 5)]);
    office.pass();
    let (name, bytes) = office.only_document();
    let world = office.open().expect("opens");
    for cut in [1, 2, 7, 100, bytes.len() / 2] {
        assert!(!accepts(&world, &name, bytes[..bytes.len() - cut].to_vec()), "{cut} bytes fewer");
    }
    for more in [&b"%"[..], b"1 0 obj\n<<>>\nendobj\n", b"\x01"] {
        assert!(!accepts(&world, &name, [&bytes, more].concat()), "{more:?} more");
    }
}

#[test]
fn a_document_under_another_name_is_not_accepted() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 5)]);
    office.pass();
    let (name, bytes) = office.only_document();
    let world = office.open().expect("opens");
    assert!(accepts(&world, &name, bytes.clone()), "under its own it is");
    assert!(!accepts(&world, &StatementName { date: name.date.tomorrow().expect("a day"), ..name }, bytes));
}

/// PKCS #1 v1.5 signatures have no randomness: with the same keys and the same clock even the signed
/// documents are the same, page, XML and all.
#[test]
fn the_same_day_with_the_same_keys_and_the_same_clock_gives_the_same_bytes() {
    let here = Office::with(Kind::Rsa2048, &[]);
    let there = Office::new();
    pecete::fs::remove(&there.path("certs/trust/DEMO")).expect("removed");
    for part in ["keys", "certs"] {
        copy(&here.path(part), &there.path(part));
    }
    let days = [day(1, 5), day(2, 0), day(3, 200)];
    here.drop_jsonl("day.jsonl", &days.iter().collect::<Vec<_>>());
    there.drop_csv("other-name.csv", &days.iter().rev().collect::<Vec<_>>());
    here.pass();
    there.pass();
    let (ours, theirs) = (here.published(), there.published());
    assert_eq!((ours.len(), theirs.len()), (3, 3));
    for (one, other) in ours.iter().zip(&theirs) {
        assert_eq!(one.file_name(), other.file_name());
        assert!(read(one) == read(other), "{} differs", one.display());
    }
}

#[test]
fn a_tampered_document_is_refused_by_the_command_and_the_others_are_judged() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 2), &day(2, 2)]);
    office.pass();
    let path = office.published().remove(0);
    let mut bytes = read(&path);
    let at = bytes.len() / 3;
    bytes[at] ^= 1;
    overwrite(&path, &bytes, 0o640);
    let ran = office.pecete(&["verify", "--json", "--trust", "certs/trust", "out"]);
    assert_eq!(ran.code, 1);
    let verdicts: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let accepted = verdicts.iter().filter(|verdict| verdict["verdict"] == "accepted").count();
    assert_eq!((verdicts.len(), accepted), (2, 1), "{}", ran.out);
    assert_eq!(everything_in(&office.path("out")).len(), 2, "verifying leaves nothing behind");
}

fn accepts(world: &World, name: &StatementName, bytes: Vec<u8>) -> bool {
    prove(bytes, name, world.policy(), crate::office::NOW).is_ok()
}

fn every_flip_is_found(world: &World, name: &StatementName, bytes: &[u8]) {
    assert!(accepts(world, name, bytes.to_vec()), "as it is, it is accepted");
    let signed = signed_positions(bytes);
    let mut random = Random::new(1, &[u64::try_from(bytes.len()).expect("small")]);
    for _ in 0..SAMPLES {
        let index = random.below(u64::try_from(signed.len()).expect("small"));
        let at = signed[usize::try_from(index).expect("small")];
        let mut changed = bytes.to_vec();
        changed[at] ^= 1 << random.below(8);
        assert!(!accepts(world, name, changed), "byte {at} of {} flipped", bytes.len());
    }
}

/// The positions that the last signature of the file covers, by its `/ByteRange`.
fn signed_positions(bytes: &[u8]) -> Vec<usize> {
    let needle = b"/ByteRange";
    let at = bytes.windows(needle.len()).rposition(|window| window == needle).expect("a signature");
    let text: String = bytes[at + needle.len()..].iter().take(80).copied().map(char::from).collect();
    let inside = text.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next());
    let numbers: Vec<usize> = inside
        .expect("an array")
        .split_ascii_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [first, length, second, rest] = numbers[..] else { panic!("{numbers:?}") };
    assert_eq!(second + rest, bytes.len(), "the last signature covers the file to its end");
    (first..first + length).chain(second..second + rest).collect()
}
