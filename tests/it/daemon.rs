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

/// A daemon that does not outlive its test.
pub(crate) struct Daemon(Child);

impl Daemon {
    pub(crate) fn start(office: &Office) -> Self {
        let mut command = office.command(&["run"]);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the daemon starts"))
    }

    pub(crate) fn terminate(&mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(asked.expect("asked").success());
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
