//! `pecete run` without `--once`: it watches, takes what arrives, and ends when it is asked to.

use crate::office::{Office, day};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a test waits for what must come; a machine that is busy with other tests is slow.
const PATIENCE: u32 = 300;
const MOMENT: Duration = Duration::from_millis(100);

#[test]
fn the_daemon_takes_what_arrives_and_ends_on_sigterm() {
    let office = Office::new();
    let mut daemon = Daemon::start(&office);
    office.drop_jsonl("first.jsonl", &[&day(1, 2)]);
    wait_until("the first file is published", || office.published().len() == 1);
    office.drop_csv("second.csv", &[&day(2, 2)]);
    wait_until("the second file is put away", || office.path("watch/.done/second.csv").is_file());
    assert_eq!(office.published().len(), 2);
    assert_eq!(daemon.terminate(), Some(0));
    let ran = office.pecete(&["run", "--once"]);
    assert_eq!(ran.code, 0, "the lock is free again: {ran:?}");
}

#[test]
fn what_arrived_while_nobody_watched_is_taken_at_the_start() {
    let office = Office::new();
    office.drop_jsonl("early.jsonl", &[&day(1, 2)]);
    let mut daemon = Daemon::start(&office);
    wait_until("it is published", || office.published().len() == 1);
    assert_eq!(daemon.terminate(), Some(0));
}

#[test]
fn the_daemon_reads_its_configuration_again_and_keeps_the_old_one_where_the_new_is_wrong() {
    let office = Office::new();
    let notify = office.path("notify");
    let listener = std::os::unix::net::UnixDatagram::bind(&notify).expect("a socket");
    listener.set_read_timeout(Some(MOMENT * PATIENCE)).expect("set");
    let heard = || {
        let mut word = [0; 64];
        let count = listener.recv(&mut word).expect("a word");
        String::from_utf8_lossy(&word[..count]).into_owned()
    };
    let mut command = office.command(&["run"]);
    command.env("NOTIFY_SOCKET", &notify).stdout(Stdio::null()).stderr(Stdio::null());
    let mut daemon = Daemon(command.spawn().expect("the daemon starts"));
    assert_eq!(heard(), "READY=1");
    // a key that is nobody's, and a folder that only a restart can change
    for (from, to) in [
        ("verifier-521.pem", "verifier-999.pem"),
        ("[approval]", "[folders]\nout = \"elsewhere\"\n\n[approval]"),
    ] {
        office.configure(from, to);
        daemon.signal("-HUP");
        assert_eq!((heard().as_str(), heard().as_str()), ("RELOADING=1", "READY=1"));
        office.configure(to, from);
    }
    office.drop_jsonl("first.jsonl", &[&day(1, 2)]);
    wait_until("it is published where it always was", || office.published().len() == 1);
    // from now on a person looks
    office.configure("mode = \"auto\"", "mode = \"manual\"");
    daemon.signal("-HUP");
    assert_eq!((heard().as_str(), heard().as_str()), ("RELOADING=1", "READY=1"));
    office.drop_jsonl("second.jsonl", &[&day(2, 2)]);
    wait_until("it is taken", || office.path("watch/.done/second.jsonl").is_file());
    assert_eq!(office.published().len(), 1, "it waits");
    assert_eq!(daemon.terminate(), Some(0));
    assert_eq!(heard(), "STOPPING=1");
}

/// A daemon that does not outlive its test.
pub(crate) struct Daemon(Child);

impl Daemon {
    pub(crate) fn start(office: &Office) -> Self {
        let mut command = office.command(&["run"]);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the daemon starts"))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        Self(command.spawn().expect("the daemon starts"))
    }

    pub(crate) fn process(&self) -> u32 {
        self.0.id()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let asked = Command::new("kill").args([signal, &self.0.id().to_string()]).status();
        assert!(asked.expect("asked").success());
    }

    pub(crate) fn terminate(&mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().expect("ended").code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let came = (0..PATIENCE).any(|_| {
        std::thread::sleep(MOMENT);
        is_so()
    });
    assert!(came, "waited in vain until {what}");
}
