//! The embedded ledger, by itself: what is taken, known, resumed, refused; versions and crashes of the file.

use super::*;
use crate::model::{CanonicalDigest, Cui, TreasuryCode};

fn request(canonical: u8, correction: Correction) -> TakeRequest {
    TakeRequest {
        treasury: TreasuryCode::parse("521").expect("a code"),
        cui: Cui::parse("9999008").expect("a CUI"),
        date: "2026-05-12".parse().expect("a date"),
        canonical: CanonicalDigest([canonical; 32]),
        channel: Channel::Folder,
        edited: now(),
        correction,
        input: [7; 32],
        source: "day.jsonl:1".into(),
        accounts: Vec::new(),
    }
}

fn now() -> Timestamp {
    "2026-05-12T15:42:10.5Z".parse().expect("a time")
}

fn take(ledger: &mut SqliteLedger, canonical: u8, correction: Correction) -> Take {
    ledger.take(&[request(canonical, correction)], now()).expect("answered").remove(0)
}

fn publish(ledger: &mut SqliteLedger, take: Take) -> Taken {
    let Take::New(taken) = take else { panic!("expected a new statement, found {take:?}") };
    let record = SignedRecord {
        id: taken.id,
        document: [9; 32],
        length: 1,
        verifier: ("CN=V".into(), [1; 32]),
        seal: None,
        at: now(),
        path: "out/x.pdf".into(),
    };
    ledger.signed(&[record]).expect("recorded");
    ledger.placed(&[taken.id], now()).expect("recorded");
    taken
}

#[test]
fn the_same_day_is_known_and_another_is_a_conflict() {
    let mut ledger = SqliteLedger::in_memory().expect("a ledger");
    let first = take(&mut ledger, 1, Correction::None);
    let taken = publish(&mut ledger, first);
    assert!(taken.name.pdf().ends_with("_12052026h1842.pdf"));
    assert_eq!(take(&mut ledger, 1, Correction::None), Take::Known { name: taken.name.pdf() });
    assert_eq!(take(&mut ledger, 2, Correction::None), Take::Conflict { name: taken.name.pdf() });
    assert_eq!(take(&mut ledger, 2, Correction::Unapproved), Take::Unapproved { name: taken.name.pdf() });
}

#[test]
fn a_correction_replaces_takes_the_next_minute_and_cannot_be_undone_by_an_old_file() {
    let mut ledger = SqliteLedger::in_memory().expect("a ledger");
    let first = take(&mut ledger, 1, Correction::None);
    let old = publish(&mut ledger, first);
    let second = take(&mut ledger, 2, Correction::Accepted);
    let new = publish(&mut ledger, second);
    assert_eq!(new.replaces, Some((old.name.pdf(), [9; 32])));
    assert_eq!(new.name, old.name.next_minute());
    assert_eq!(take(&mut ledger, 1, Correction::None), Take::Known { name: old.name.pdf() });
    assert_eq!(take(&mut ledger, 1, Correction::Accepted), Take::Replaced { name: old.name.pdf() });
    assert_eq!(take(&mut ledger, 2, Correction::Accepted), Take::Known { name: new.name.pdf() });
}

#[test]
fn what_was_taken_and_not_signed_comes_back_as_it_was() {
    let mut ledger = SqliteLedger::in_memory().expect("a ledger");
    let Take::New(taken) = take(&mut ledger, 1, Correction::None) else { panic!("expected a new statement") };
    let mut later = request(1, Correction::None);
    later.edited = "2026-05-12T20:00:00Z".parse().expect("a time");
    let again = ledger.take(&[later], now()).expect("answered");
    assert_eq!(again, [Take::Resumed(taken)]);
    assert_eq!(take(&mut ledger, 2, Correction::Accepted), Take::Busy);
}

#[test]
fn what_was_refused_may_come_again() {
    let mut ledger = SqliteLedger::in_memory().expect("a ledger");
    let Take::New(taken) = take(&mut ledger, 1, Correction::None) else { panic!("expected a new statement") };
    let refusal = Refusal {
        id: Some(taken.id),
        source: "day.jsonl:1".into(),
        label: "521 9999008 2026-05-12".into(),
        reason: "no".into(),
        reason_ro: "nu".into(),
        at: Timestamp::from_second(now().as_second()).expect("a time"),
    };
    ledger.refused(std::slice::from_ref(&refusal)).expect("recorded");
    assert_eq!(ledger.refusals(&Filter::default(), 10).expect("listed"), [refusal]);
    assert!(matches!(take(&mut ledger, 1, Correction::None), Take::New(_)));
}

#[test]
fn a_signature_is_recorded_once_and_found_after_a_crash() {
    let mut ledger = SqliteLedger::in_memory().expect("a ledger");
    let Take::New(taken) = take(&mut ledger, 1, Correction::None) else { panic!("expected a new statement") };
    let record = SignedRecord {
        id: taken.id,
        document: [9; 32],
        length: 1,
        verifier: ("CN=V".into(), [1; 32]),
        seal: Some(("CN=S".into(), [2; 32])),
        at: now(),
        path: "out/x.pdf".into(),
    };
    ledger.signed(std::slice::from_ref(&record)).expect("recorded");
    assert!(ledger.signed(&[record]).is_err(), "never signed a second time");
    let unplaced = ledger.unplaced().expect("listed");
    assert_eq!(
        unplaced,
        [Unplaced { id: taken.id, channel: Channel::Folder, document: [9; 32], path: "out/x.pdf".into() }]
    );
    ledger.placed(&[taken.id], now()).expect("recorded");
    assert!(ledger.unplaced().expect("listed").is_empty());
    let counts = ledger.counts(&Filter::default()).expect("counted");
    assert_eq!((counts.len(), counts[0].published), (1, 1));
}

#[test]
fn inspecting_a_ledger_finds_what_is_not_whole_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    assert!(SqliteLedger::inspect(&path).is_err(), "none is made");
    drop(SqliteLedger::open(&path).expect("made"));
    SqliteLedger::inspect(&path).expect("whole");
    crate::fs::create_new(&folder.path().join("other"), b"no ledger at all, but some text", 0o600)
        .expect("written");
    assert!(SqliteLedger::inspect(&folder.path().join("other")).is_err());
}

/// `check` stands before the start of the service: it must not refuse what the service would mend.
#[test]
fn a_ledger_of_an_earlier_version_is_whole_and_only_not_yet_to_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let old = Connection::open(&path).expect("made");
    SqliteLedger::inspect(&path).expect("empty, as a crash leaves it");
    old.execute_batch(STEPS[0]).expect("laid out");
    old.pragma_update(None, "user_version", 1).expect("set");
    drop(old);
    SqliteLedger::inspect(&path).expect("whole");
    let unread = SqliteLedger::open_to_read(&path).expect_err("of another layout");
    assert!(matches!(unread, LedgerFault::Version { found: 1, known: VERSION }));
    drop(SqliteLedger::open(&path).expect("brought to this version"));
    SqliteLedger::open_to_read(&path).expect("read");
}

/// Killed while its first tables were made: `check` and the start must not refuse what opening it mends.
#[test]
fn a_ledger_that_a_crash_left_in_its_first_transaction_is_mended_by_opening_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, left) = (folder.path().join("ledger.sqlite"), folder.path().join("left.sqlite"));
    let begun = Connection::open(&path).expect("made");
    begun.execute_batch("CREATE TABLE first (id INTEGER); PRAGMA cache_size = 1; BEGIN").expect("begun");
    for _ in 0..2000 {
        begun
            .execute("INSERT INTO first VALUES (randomblob(100))", [])
            .expect("written, some of it to the file");
    }
    for ending in ["", "-journal"] {
        let from = folder.path().join(format!("ledger.sqlite{ending}"));
        std::fs::copy(from, folder.path().join(format!("left.sqlite{ending}")))
            .expect("as a crash leaves it");
    }
    let reader = Connection::open_with_flags(&left, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("opened");
    assert!(version(&reader).is_err(), "whoever only reads cannot undo it");
    SqliteLedger::inspect(&left).expect("no fault");
    drop(SqliteLedger::open(&left).expect("mended"));
    SqliteLedger::open_to_read(&left).expect("read");
}

#[test]
fn a_ledger_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let ledger = SqliteLedger::open(&path).expect("made");
    ledger.connection.pragma_update(None, "user_version", 99).expect("set");
    drop(ledger);
    assert!(matches!(SqliteLedger::open(&path), Err(LedgerFault::Version { found: 99, .. })));
    assert!(matches!(SqliteLedger::inspect(&path), Err(LedgerFault::Version { found: 99, .. })));
}
