//! What is seen of a daemon at work: lines for machines, figures for a monitor, certificates that end, and what happens as it happens.

use crate::daemon::{Daemon, wait_until};
use crate::office::{NOW, Office, day, text, wrong_day};
use pecete::service::Left;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

/// A daemon whose standard error is a file.
fn told(office: &Office, words: &[&str]) -> Daemon {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(office.path("log")).expect("a log");
    let mut command = office.command(words);
    Daemon::of(command.stdout(Stdio::null()).stderr(log))
}

#[test]
fn machines_hear_one_line_a_statement_and_nothing_of_people() {
    let office = Office::new();
    let mut daemon = told(&office, &["run", "--log", "json"]);
    wait_until("it runs", || office.path("review/daemon.json").is_file());
    office.drop_jsonl("a.jsonl", &[&day(1, 3), &day(2, 3), &wrong_day(3)]);
    wait_until("all is told", || text(&office.path("log")).matches("\"event\":\"placed\"").count() == 2);
    wait_until("the refusal too", || text(&office.path("log")).contains("\"event\":\"refused\""));
    assert_eq!(daemon.terminate(), Some(0));
    let log = text(&office.path("log"));
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let placed: Vec<&serde_json::Value> = lines.iter().filter(|line| line["event"] == "placed").collect();
    assert_eq!(
        (placed.len(), lines.iter().filter(|line| line["event"] == "refused").count()),
        (2, 1),
        "{log}"
    );
    assert_eq!((&placed[0]["cui"], &placed[0]["treasury"]), (&"990000013".into(), &"521".into()));
    assert_eq!(placed[0]["document"].as_str().map(str::len), Some(64));
    for person in ["POPESCU", "Popescu", "Primăria", "PRIMARIA", "wrong", "123456789.1"] {
        assert!(!log.contains(person), "{person}: {log}");
    }
    let name = day(1, 3).holder_name;
    assert!(!log.contains(&name), "{name}: {log}");
}

#[test]
fn status_follows_what_happens() {
    let office = Office::new();
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    let out = std::fs::File::create_new(office.path("followed")).expect("a file");
    let mut command = office.command(&["status", "--follow", "--client", "990000021"]);
    let mut follower = command.stdout(out).stderr(Stdio::null()).spawn().expect("follows");
    wait_until("it has begun", || text(&office.path("followed")).contains("treasury"));
    office.drop_jsonl("b.jsonl", &[&day(2, 2), &day(3, 2)]);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
    wait_until("it tells", || text(&office.path("followed")).contains("published  521 990000021"));
    follower.kill().expect("ended");
    let _ended = follower.wait();
    assert!(!text(&office.path("followed")).contains("990000039"), "only that client");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port()
}

fn get(port: u16, asked: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("somebody listens");
    stream.write_all(asked).expect("asked");
    let mut heard = String::new();
    let _closed = stream.read_to_string(&mut heard);
    heard
}

#[test]
fn a_monitor_reads_figures_and_garbage_gets_none() {
    let office = Office::new();
    let port = free_port();
    office.configure("[approval]", &format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n\n[approval]"));
    let mut daemon = Daemon::start(&office);
    wait_until("it runs", || office.path("review/daemon.json").is_file());
    let metrics = || get(port, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    let first = metrics();
    assert!(first.starts_with("HTTP/1.1 200 OK\r\n") && first.contains("pecete_work_waits 0"), "{first}");
    office.drop_jsonl("a.jsonl", &[&day(1, 3), &wrong_day(3)]);
    wait_until("it is put away", || office.path("watch/.done/a.jsonl").is_file());
    let then = metrics();
    for line in [
        "pecete_events_total{what=\"placed\",channel=\"folder\"} 1",
        "pecete_events_total{what=\"refused\",channel=\"\"} 1",
        "pecete_open_statements 0",
        "pecete_refused_files 1",
        "pecete_certificate_days{treasury=\"",
        "pecete_stage_seconds_total{stage=\"making\"} ",
    ] {
        assert!(then.lines().any(|told| told.starts_with(line)), "{line}: {then}");
    }
    let spent =
        then.lines().find_map(|line| line.strip_prefix("pecete_stage_seconds_total{stage=\"making\"} "));
    assert!(spent.and_then(|text| text.parse::<f64>().ok()).is_some_and(|seconds| seconds > 0.0), "{then}");
    assert!(get(port, b"GET /state/ledger.sqlite HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    assert_eq!(get(port, &[0xFF; 20_000]), "");
    assert!(metrics().starts_with("HTTP/1.1 200"), "and goes on");
    assert_eq!(daemon.terminate(), Some(0));
}

#[test]
fn figures_are_for_this_machine_alone() {
    for address in ["0.0.0.0:9464", "192.0.2.1:9464", "localhost", "127.0.0.1"] {
        let office = Office::new();
        office.configure("[approval]", &format!("[metrics]\nlisten = \"{address}\"\n\n[approval]"));
        let ran = office.pecete(&["check"]);
        assert!(ran.code == 1 && ran.err.contains("of this machine alone"), "{address}: {ran:?}");
    }
}

#[test]
fn a_certificate_that_ends_soon_is_told_in_time() {
    let office = Office::new();
    let ends = office.open().expect("the office opens").ending();
    let first = ends.first().expect("signers");
    let day =
        |days: i64| first.ends.checked_sub(jiff::SignedDuration::from_hours(24 * days)).expect("a time");
    for (days, soon, today) in
        [(61, false, false), (60, true, true), (45, true, false), (30, true, true), (6, true, true)]
    {
        let world = office.open_at(day(days)).expect("the office opens");
        let ending = world.ending().into_iter().next().expect("signers");
        assert_eq!((ending.days, ending.is_soon(), ending.is_told_today()), (days, soon, today));
    }
}

#[test]
fn a_certificate_that_has_ended_stops_its_unit_and_refuses_nothing() {
    let office = Office::new();
    let world = office.open().expect("the office opens");
    let ends = world.ending().first().expect("signers").ends;
    drop(world);
    assert!(ends > NOW);
    // opened while it was valid, and the daemon went on
    office.drop_jsonl("a.jsonl", &[&day(1, 2)]);
    let clock = std::sync::Arc::new(Later(std::sync::Mutex::new(NOW)));
    let world = office.open_with(clock.clone()).expect("the office opens");
    *clock.0.lock().expect("a time") = ends.checked_add(jiff::SignedDuration::from_hours(1)).expect("a time");
    let options = pecete::service::PassOptions {
        corrections: pecete::service::Corrections::Hold,
        settle: Duration::ZERO,
        again: false,
    };
    let pass = pecete::service::pass(&world, options, &pecete::service::Progress::default()).expect("a pass");
    assert!(matches!(pass.left.as_slice(), [(name, Left::Ended(_))] if name == "a.jsonl"), "{pass:?}");
    drop(world);
    assert!(office.refused().is_empty() && office.path("watch/a.jsonl").is_file(), "it waits");
    assert_eq!(office.pass_over("a.jsonl").published, 1, "and is taken once there is a new one");
}

/// A clock that a test moves.
struct Later(std::sync::Mutex<jiff::Timestamp>);

impl pecete::clock::Clock for Later {
    fn now(&self) -> jiff::Timestamp {
        *self.0.lock().expect("a time")
    }
}
