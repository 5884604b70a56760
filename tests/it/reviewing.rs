//! Four eyes and carry-over: what waits is not signed, and what is signed is what somebody looked at.

use crate::daemon::{Daemon, wait_until};
use crate::office::{Office, Ran, everything_in, names_in, read};
use jiff::civil::date;
use pecete::demo::institution::Institution;
use pecete::ledger::{Decision, StatementId, Which};
use pecete::model::DayDraft;
use pecete::review::{self, Item, Reply, Request, Wanted, answer};
use pecete::service::{self, Corrections, PassOptions, Progress};
use pecete::world::World;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::time::Duration;

/// Somebody who drops day files, and two who may look at them.
const CLERK: u32 = 4001;
const ANA: u32 = 4002;
const ION: u32 = 4003;

/// Four days of one institution, each following from the one before.
fn days() -> [DayDraft; 4] {
    let mut institution = Institution::invent(2768, 1, "521");
    [date(2026, 5, 9), date(2026, 5, 10), date(2026, 5, 11), date(2026, 5, 12)]
        .map(|day| institution.day(day, 60))
}

fn manual() -> Office {
    let office = Office::new();
    office.configure("mode = \"auto\"\nanswers = \"nobody: this is the demo\"", "mode = \"manual\"");
    reviewers(&office, "");
    office
}

fn reviewers(office: &Office, more: &str) {
    let all = format!(
        "[[reviewer]]\nuser = {ANA}\nkey = \"verifier-521\"\ntreasuries = [\"521\"]\n{more}\n[[treasury]]"
    );
    office.configure("[[treasury]]", &all);
}

fn ask(world: &World, user: u32, request: Request) -> Reply {
    answer(world, user, &request).expect("answered").0
}

fn list(world: &World, user: u32) -> Vec<Item> {
    match ask(world, user, Request::List) {
        Reply::Waiting(items) => items,
        other => panic!("expected what waits, found {other:?}"),
    }
}

/// Looks at the pages and approves them.
fn approve(world: &World, user: u32, items: &[Item]) -> Vec<(bool, String)> {
    for item in items {
        let _shown_or_not = ask(world, user, Request::Show { id: item.id });
    }
    approve_unseen(world, user, items)
}

fn approve_unseen(world: &World, user: u32, items: &[Item]) -> Vec<(bool, String)> {
    let wanted = items.iter().map(|item| Wanted { id: item.id, page: item.page.clone() }).collect();
    match ask(world, user, Request::Approve { wanted }) {
        Reply::Done(outcomes) => outcomes.into_iter().map(|outcome| (outcome.done, outcome.en)).collect(),
        other => panic!("expected outcomes, found {other:?}"),
    }
}

fn accepted(office: &Office, documents: usize) {
    let ran = office.pecete(&["verify", "--trust", "certs/trust", "--json", "out"]);
    assert_eq!(ran.out.matches("\"verdict\":\"accepted\"").count(), documents, "{ran:?}");
}

/// The ledger and what is published agree.
fn audited(office: &Office) {
    let ran = office.pecete(&["audit"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

// -- carry-over --------------------------------------------------------------------------------------------------------

#[test]
fn a_day_that_follows_is_signed_and_one_that_does_not_waits() {
    let office = Office::new();
    let [first, second, third, _] = days();
    office.drop_jsonl("a.jsonl", &[&first, &second]);
    let report = office.pass_over("a.jsonl");
    assert_eq!(
        report.published,
        2,
        "they follow from one another: {report:?} {:?}",
        report.why.as_ref().map(|w| crate::office::text(w))
    );
    office.drop_jsonl("b.jsonl", &[&days()[3]]);
    let report = office.pass_over("b.jsonl");
    assert_eq!((report.published, report.waiting, report.refused), (0, 1, 0));
    assert!(office.path("watch/.done/b.jsonl").is_file(), "it is taken, and waits in the state folder");
    let drafts = names_in(&office.path("state/drafts"));
    assert_eq!(drafts.len(), 2, "the page and its day: {drafts:?}");
    let status = office.pecete(&["status", "--json"]);
    assert!(status.out.contains("\"waiting\":1") && status.out.contains("\"late\":true"), "{status:?}");
    let status = office.pecete(&["status"]);
    assert!(status.out.contains("WAITS TOO LONG: 3  521 "), "{status:?}");
    let of_another = office.pecete(&["status", "--date", "2026-05-09"]);
    assert!(!of_another.out.contains("WAITS"), "{of_another:?}");
    // the day between comes late: it follows, and what waits is still for a person to release
    office.drop_jsonl("c.jsonl", &[&third]);
    assert_eq!(office.pass_over("c.jsonl").published, 1);
    assert_eq!(office.published().len(), 3);
    audited(&office);
}

#[test]
fn what_follows_from_a_day_that_waits_waits_too() {
    let office = Office::new();
    let [first, _, third, fourth] = days();
    office.drop_jsonl("a.jsonl", &[&first, &third, &fourth]);
    let report = office.pass_over("a.jsonl");
    assert_eq!(
        (report.published, report.waiting),
        (1, 2),
        "the third waits, and the fourth that follows from it"
    );
    office.drop_jsonl("b.jsonl", &[&days()[1]]);
    assert_eq!(office.pass_over("b.jsonl").published, 1);
}

#[test]
fn an_office_may_refuse_what_does_not_follow_or_be_told_only() {
    for (word, refused, published) in [("refuse", 1, 1), ("warn", 0, 2)] {
        let office = Office::new();
        office.configure("[approval]", &format!("[approval]\ncarry_over = \"{word}\""));
        let [first, _, third, _] = days();
        office.drop_jsonl("a.jsonl", &[&first]);
        office.pass();
        office.drop_jsonl("b.jsonl", &[&third]);
        let report = office.pass_over("b.jsonl");
        assert_eq!((report.refused, office.published().len()), (refused, published), "{word}");
        assert_eq!(report.notes.is_empty(), word == "refuse", "{:?}", report.notes);
        // once the missing day is there, the refused one may come again
        office.drop_jsonl("c.jsonl", &[&days()[1]]);
        office.pass();
        office.drop_jsonl("d.jsonl", &[&third]);
        office.pass();
        assert_eq!(office.published().len(), 3, "{word}");
        audited(&office);
    }
}

#[test]
fn a_restart_across_the_first_of_january_waits() {
    let office = Office::new();
    let mut institution = Institution::invent(2768, 1, "521");
    let last = institution.day(date(2025, 12, 31), 60);
    let anew = Institution::invent(2768, 1, "521").day(date(2026, 1, 5), 60);
    office.drop_jsonl("a.jsonl", &[&last]);
    assert_eq!(office.pass_over("a.jsonl").published, 1);
    office.drop_jsonl("b.jsonl", &[&anew]);
    let report = office.pass_over("b.jsonl");
    assert_eq!((report.published, report.waiting), (0, 1));
}

#[test]
fn a_correction_that_breaks_the_next_day_says_so() {
    let office = Office::new();
    reviewers(&office, "");
    let [first, second, ..] = days();
    office.drop_jsonl("a.jsonl", &[&first, &second]);
    assert_eq!(office.pass_over("a.jsonl").published, 2);
    let other = Institution::invent(2768, 1, "521").day(date(2026, 5, 9), 5);
    office.drop_correction("b.jsonl", &[&other]);
    let world = office.open().expect("the office opens");
    let options = PassOptions { corrections: Corrections::Hold, settle: Duration::ZERO, again: false };
    let pass = service::pass(&world, options, &Progress::default()).expect("a pass");
    assert_eq!((pass.files[0].published, pass.files[0].waiting), (0, 1));
    let items = list(&world, ANA);
    assert!(items[0].why.contains("it corrects TREZ521_"), "{}", items[0].why);
    assert!(items[0].why.contains("no longer follows from it"), "{}", items[0].why);
    assert!(items[0].why_ro.contains("nu mai decurge"), "{}", items[0].why_ro);
    assert_eq!(approve(&world, ANA, &items), [(true, "approved and signed".to_owned())]);
    drop(world);
    assert_eq!(office.published().len(), 3);
    audited(&office);
}

// -- four eyes ---------------------------------------------------------------------------------------------------------

#[test]
fn nothing_is_signed_before_a_person_looked_and_then_with_that_persons_key() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    let report = office.pass_over("a.jsonl");
    assert_eq!((report.published, report.waiting), (0, 1));
    assert!(office.published().is_empty());
    let world = office.open().expect("the office opens");
    let items = list(&world, ANA);
    let [item] = items.as_slice() else { panic!("expected one, found {items:?}") };
    assert!(item.why.contains("a person looks at each statement"), "{}", item.why);
    let (reply, page) = answer(&world, ANA, &Request::Show { id: item.id }).expect("answered");
    assert!(matches!(reply, Reply::Page { .. }) && page.starts_with(b"%PDF-"), "{reply:?}");
    assert_eq!(review::digest(&page), item.page, "the digest is of the page that is shown");
    assert!(!item.seen && list(&world, ANA)[0].seen, "the list says what was looked at");
    assert_eq!(approve(&world, ANA, &items), [(true, "approved and signed".to_owned())]);
    assert!(list(&world, ANA).is_empty());
    drop(world);
    accepted(&office, 1);
    audited(&office);
    assert!(everything_in(&office.path("state/drafts")).is_empty(), "the draft is gone");
    office.drop_jsonl("again.jsonl", &[&days()[0]]);
    assert_eq!(office.pass_over("again.jsonl").known, 1, "nothing is asked twice");
}

#[test]
fn who_may_not_or_saw_something_else_or_submitted_it_signs_nothing() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    let owner = pecete::fs::owner(&office.path("watch/.done/a.jsonl")).expect("an owner");
    reviewers(
        &office,
        &format!(
            "\n[[reviewer]]\nuser = {ION}\nkey = \"verifier-002\"\ntreasuries = [\"002\"]\n\n[[reviewer]]\nuser = {owner}\n\
                  key = \"verifier-521\"\ntreasuries = [\"521\"]\n\n[[reviewer]]\nuser = 4009\nkey = \"verifier-521\"\n\
                  treasuries = [\"521\"]\nto = \"2026-05-01\"\n"
        ),
    );
    let world = office.open().expect("the office opens");
    let items = list(&world, ANA);
    for stranger in [CLERK, ION, 4009] {
        assert!(list(&world, stranger).is_empty(), "{stranger} sees nothing");
        let told = approve(&world, stranger, &items);
        assert!(!told[0].0 && told[0].1.contains("no reviewer of this unit"), "{stranger}: {told:?}");
        let shown = ask(&world, stranger, Request::Show { id: items[0].id });
        assert!(matches!(shown, Reply::Refused { .. }), "{stranger}: {shown:?}");
    }
    let own = approve(&world, owner, &items);
    assert!(!own[0].0 && own[0].1.contains("you submitted"), "{own:?}");
    let other = Item { page: "00".repeat(32), ..items[0].clone() };
    let told = approve(&world, ANA, &[other]);
    assert!(!told[0].0 && told[0].1.contains("not the one that was looked at"), "{told:?}");
    let none = Item { id: 999, ..items[0].clone() };
    assert!(!approve(&world, ANA, &[none])[0].0);
    assert!(matches!(
        ask(&world, ANA, Request::Reject { ids: vec![1], reason: " ".into() }),
        Reply::Refused { .. }
    ));
    assert!(office.published().is_empty());
    assert_eq!(list(&world, ANA).len(), 1, "it still waits");
}

#[test]
fn a_day_that_was_exchanged_in_the_state_folder_is_not_signed() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    let drafts = office.path("state/drafts");
    let xml = drafts.join(names_in(&drafts).iter().find(|name| name.ends_with(".xml")).expect("a day"));
    let forged = days()[1].check().expect("a day");
    crate::office::overwrite(&xml, &pecete::xml::write(&forged), 0o600);
    let world = office.open().expect("the office opens");
    let told = approve(&world, ANA, &list(&world, ANA));
    assert!(!told[0].0 && told[0].1.contains("not the day that was taken"), "{told:?}");
    assert!(office.published().is_empty());
}

#[test]
fn a_rejected_statement_is_refused_with_its_reason_and_may_come_again() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    let world = office.open().expect("the office opens");
    let id = list(&world, ANA)[0].id;
    let told = ask(&world, ANA, Request::Reject { ids: vec![id], reason: "sold greșit".into() });
    assert!(matches!(&told, Reply::Done(all) if all[0].done), "{told:?}");
    drop(world);
    let status = office.pecete(&["status"]);
    assert!(status.out.contains("sold greșit"), "{status:?}");
    audited(&office);
    office.drop_jsonl("b.jsonl", &[&days()[0]]);
    assert_eq!(office.pass_over("b.jsonl").waiting, 1);
}

#[test]
fn other_data_for_a_day_that_waits_are_refused_until_that_is_decided() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    let other = Institution::invent(2768, 1, "521").day(date(2026, 5, 9), 5);
    office.drop_jsonl("b.jsonl", &[&other]);
    assert_eq!(office.pass_over("b.jsonl").refused, 1);
    office.drop_correction("c.jsonl", &[&other]);
    assert_eq!(office.pass_over("c.jsonl").refused, 1);
    office.drop_jsonl("d.jsonl", &[&days()[0]]);
    assert_eq!(office.pass_over("d.jsonl").waiting, 1, "the same again is known to wait");
}

#[test]
fn a_page_that_was_never_shown_to_whoever_approves_is_not_signed() {
    let office = manual();
    reviewers(
        &office,
        &format!("\n[[reviewer]]\nuser = {ION}\nkey = \"verifier-521\"\ntreasuries = [\"521\"]\n"),
    );
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    let world = office.open().expect("the office opens");
    let items = list(&world, ANA);
    let unseen = approve_unseen(&world, ANA, &items);
    assert!(!unseen[0].0 && unseen[0].1.contains("you have not looked at its page"), "{unseen:?}");
    ask(&world, ION, Request::Show { id: items[0].id });
    assert!(!approve_unseen(&world, ANA, &items)[0].0, "another one's eyes are not hers");
    drop(world);
    let world = office.open().expect("the office opens");
    assert!(approve_unseen(&world, ION, &items)[0].0, "that he looked outlives a restart");
    drop(world);
    audited(&office);
}

#[test]
fn a_number_that_comes_twice_counts_once() {
    let office = manual();
    office
        .drop_jsonl("a.jsonl", &[&days()[0], &Institution::invent(2768, 2, "521").day(date(2026, 5, 12), 2)]);
    office.pass();
    let world = office.open().expect("the office opens");
    let items = list(&world, ANA);
    let [first, second] = items.as_slice() else { panic!("expected two, found {items:?}") };
    assert_eq!(approve(&world, ANA, &[first.clone(), first.clone()]).len(), 1);
    let told =
        ask(&world, ANA, Request::Reject { ids: vec![second.id, second.id], reason: "de două ori".into() });
    assert!(matches!(&told, Reply::Done(all) if all.len() == 1 && all[0].done), "{told:?}");
    drop(world);
    assert_eq!(office.published().len(), 1);
    audited(&office);
}

/// Approves and crashes before anything is signed; the day of the clock is the one of the office.
fn approved_then_crashed(office: &Office) {
    let world = office.open().expect("the office opens");
    let first = &world.ledger().held(Which::All(10)).expect("listed")[0];
    let decision = Decision {
        id: StatementId(first.hold.id.0),
        approved: true,
        who: ANA,
        draft: first.hold.draft,
        reason: String::new(),
        at: world.clock().now(),
    };
    world.ledger().decide(&[decision]).expect("decided");
}

#[test]
fn other_bytes_than_the_approved_ones_are_not_signed_after_a_crash() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    approved_then_crashed(&office);
    office.rename_unit("Trezoreria Altundeva");
    let world = office.open().expect("the office opens");
    assert_eq!(service::recover(&world).expect("recovered"), 0, "the page is another one now");
    assert!(office.published().is_empty());
    let items = list(&world, ANA);
    assert!(
        items[0].why.contains("it was approved by user 4002: the page is not the one"),
        "{}",
        items[0].why
    );
    assert!(items[0].why_ro.contains("a fost aprobat de utilizatorul 4002"), "{}", items[0].why_ro);
    assert!(!items[0].seen, "nobody has seen the new page");
    assert!(approve(&world, ANA, &items)[0].0);
    drop(world);
    accepted(&office, 1);
    audited(&office);
}

#[test]
fn what_a_stand_in_approved_on_the_last_day_is_signed_on_the_next() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    office.configure("treasuries = [\"521\"]\n", "treasuries = [\"521\"]\nto = \"2026-05-12\"\n");
    approved_then_crashed(&office);
    let world = office.open_at("2026-05-13T06:00:00Z".parse().expect("a time")).expect("the office opens");
    assert_eq!(service::recover(&world).expect("recovered"), 1);
    drop(world);
    accepted(&office, 1);
}

#[test]
fn what_somebody_approved_who_may_no_longer_sign_waits_again_and_says_so() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    approved_then_crashed(&office);
    office.configure(&format!("user = {ANA}"), &format!("user = {ION}"));
    let world = office.open().expect("the office opens");
    assert_eq!(service::recover(&world).expect("recovered"), 0);
    let items = list(&world, ION);
    assert!(items[0].why.contains("approved by user 4002: you are no reviewer"), "{}", items[0].why);
    assert!(approve(&world, ION, &items)[0].0, "another one looks and signs");
    drop(world);
    accepted(&office, 1);
    audited(&office);
}

#[test]
fn an_approved_day_whose_file_is_gone_neither_stops_the_start_nor_is_forgotten() {
    let office = manual();
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    office.pass();
    approved_then_crashed(&office);
    for name in names_in(&office.path("state/drafts")) {
        std::fs::remove_file(office.path("state/drafts").join(name)).expect("removed");
    }
    let world = office.open().expect("the office opens");
    assert_eq!(service::recover(&world).expect("recovered"), 0);
    let items = list(&world, ANA);
    assert!(items[0].why.contains("is not the day that was taken"), "{}", items[0].why);
    assert!(matches!(ask(&world, ANA, Request::Show { id: items[0].id }), Reply::Refused { .. }));
    ask(&world, ANA, Request::Reject { ids: vec![items[0].id], reason: "dispărut".into() });
    drop(world);
    office.drop_jsonl("b.jsonl", &[&days()[0]]);
    assert_eq!(office.pass_over("b.jsonl").waiting, 1, "it may come again");
    audited(&office);
}

#[test]
fn what_was_approved_before_a_crash_is_signed_at_the_next_start() {
    let office = manual();
    office
        .drop_jsonl("a.jsonl", &[&days()[0], &Institution::invent(2768, 2, "521").day(date(2026, 5, 12), 2)]);
    office.pass();
    approved_then_crashed(&office);
    let world = office.open().expect("the office opens");
    assert_eq!(service::recover(&world).expect("recovered"), 1);
    assert_eq!(list(&world, ANA).len(), 1, "the other one still waits");
    drop(world);
    accepted(&office, 1);
    audited(&office);
}

#[test]
fn the_daemon_answers_at_its_desk_and_no_garbage_disturbs_it() {
    let office = manual();
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    let socket = office.path("review/socket");
    wait_until("it is taken", || office.path("watch/.done/a.jsonl").is_file());
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"{\"approve\":{\"wanted\":[{\"id\":1}]}}\n",
        b"\n",
        &[0xFF; 4096],
        b"{\"list\"",
    ] {
        let mut stream = UnixStream::connect(&socket).expect("somebody listens");
        let _gone = stream.write_all(garbage);
        let _shut = stream.shutdown(std::net::Shutdown::Write);
        let mut told = String::new();
        let _read = stream.read_to_string(&mut told);
        assert!(!told.contains("waiting"), "{told}");
    }
    drop(UnixStream::connect(&socket).expect("somebody listens"));
    // callers who say nothing keep nobody waiting
    let silent: Vec<UnixStream> =
        (0..4).map(|_| UnixStream::connect(&socket).expect("somebody listens")).collect();
    let listed = office.pecete(&["review", "list"]);
    assert!(listed.code == 0 && listed.err.contains("nothing waits for you"), "no reviewer: {listed:?}");
    drop(silent);
    assert_eq!(daemon.terminate(), Some(0));
    let gone = office.pecete(&["review", "list"]);
    assert!(gone.code == 2 && gone.err.contains("expected the daemon"), "{gone:?}");
}

#[test]
fn a_reviewer_whose_signature_nobody_would_accept_is_refused_at_the_start() {
    let office = Office::new();
    office.configure(
        "[[treasury]]",
        &format!(
            "[[reviewer]]\nuser = {ANA}\nkey = \"verifier-002\"\ntreasuries = [\"521\"]\n\n[[treasury]]"
        ),
    );
    let faults = office.open().err().expect("the office does not open");
    assert!(matches!(faults.as_slice(), [pecete::world::WorldFault::Unlisted { .. }]), "{faults:?}");
}

/// Two users of the system: only root can be both. CI is.
#[test]
fn two_people_of_the_system_submit_and_approve_over_the_socket() {
    let office = manual();
    let folder = office.path("");
    if pecete::fs::owner(&folder).expect("an owner") != 0 {
        eprintln!("skipped: only root can be two users");
        return;
    }
    pecete::fs::set_mode(&folder, 0o755).expect("others may enter");
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("a.jsonl", &[&days()[0]]);
    wait_until("it is taken", || office.path("watch/.done/a.jsonl").is_file());
    let config = office.path("pecete.toml").display().to_string();
    let as_user = |user: u32, words: &[&str]| {
        let all: Vec<&str> = ["--config", &config].into_iter().chain(words.iter().copied()).collect();
        Ran::from(office.command(&all).uid(user).current_dir("/tmp").output().expect("the binary runs"))
    };
    let nothing = as_user(CLERK, &["review", "list"]);
    assert!(nothing.err.contains("nothing waits for you"), "{nothing:?}");
    let listed = as_user(ANA, &["--json", "review", "list"]);
    let item: serde_json::Value =
        serde_json::from_str(listed.out.trim()).unwrap_or_else(|_| panic!("{listed:?}"));
    let id = item["id"].to_string();
    let page = std::env::temp_dir().join(format!("pecete-review-{}.pdf", std::process::id()));
    let _old = std::fs::remove_file(&page);
    let shown = as_user(ANA, &["review", "show", &id, "-o", &page.display().to_string()]);
    assert_eq!(shown.code, 0, "{shown:?}");
    let digest = review::digest(&read(&page));
    let _gone = std::fs::remove_file(&page);
    assert_eq!(item["page"], digest);
    let stranger = as_user(CLERK, &["review", "approve", &id, "--page", &digest]);
    assert_eq!(stranger.code, 1, "{stranger:?}");
    let wrong = as_user(ANA, &["review", "approve", &id, "--page", &"00".repeat(32)]);
    assert_eq!(wrong.code, 1, "{wrong:?}");
    let right = as_user(ANA, &["review", "approve", &id, "--page", &digest]);
    assert_eq!(
        (right.code, right.out.trim()),
        (0, format!("{id}: approved and signed").as_str()),
        "{right:?}"
    );
    assert_eq!(office.published().len(), 1);
    assert_eq!(daemon.terminate(), Some(0));
    accepted(&office, 1);
    audited(&office);
}
