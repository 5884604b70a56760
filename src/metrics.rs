//! Figures for a monitor: what Prometheus reads, on an address of this machine alone.
//!
//! ```text
//! GET /metrics ──▶ the ledger (what is open, what happened since the start), the watch folder, the certificates, the stages
//! ```
//!
//! **Contract.** Nothing is changed, and no person and no institution is named. **Limits.** One caller at a time, [`MAX_REQUEST`] octets,
//! [`PATIENCE`]. **Failure.** A figure that cannot be had is left out; a caller that says nothing is let go.

use crate::clock::Stopwatch;
use crate::ledger::{Chain, Journal, LedgerFault, SqliteLedger};
use crate::service::{Progress, Stage};
use crate::world::{LEDGER, World};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// Octets of a request.
pub const MAX_REQUEST: usize = 8192;
/// How long a caller may take.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// How often the end is looked for while nobody asks.
const IDLE: Duration = Duration::from_millis(100);
/// Events that are read at a time.
const MOST: u32 = 1000;

/// Where a monitor asks.
#[derive(Debug)]
pub struct Gauge(TcpListener);

impl Gauge {
    /// Listens at an address.
    ///
    /// # Errors
    /// What the system says: somebody else listens there.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(Self(listener))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Answers whoever asks, until the end is asked for.
    pub fn serve(&self, world: &World, progress: &Progress, closing: &Progress) {
        let mut figures = Figures::default();
        // What happens from now on is counted; a ledger that cannot be read yet is tried again by whoever asks.
        let _later = figures.count(world);
        while !closing.is_stopped() {
            match self.0.accept() {
                Ok((stream, _)) => {
                    // whoever hung up gets no answer
                    let _gone = attend(&stream, &mut |out| figures.tell(world, progress, out));
                }
                Err(_) => std::thread::sleep(IDLE),
            }
        }
    }
}

fn attend(mut stream: &TcpStream, figures: &mut dyn FnMut(&mut String)) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let since = Stopwatch::start();
    let mut asked = Vec::new();
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        let left = PATIENCE.saturating_sub(since.elapsed());
        if left.is_zero() || asked.len() > MAX_REQUEST {
            return Ok(());
        }
        stream.set_read_timeout(Some(left))?;
        let mut more = [0; 1024];
        match stream.read(&mut more)? {
            0 => return Ok(()),
            count => asked.extend_from_slice(more.get(..count).unwrap_or_default()),
        }
    }
    let (word, mut body) = match asked.starts_with(b"GET /metrics ") {
        true => ("200 OK", String::new()),
        false => ("404 Not Found", "/metrics\n".to_owned()),
    };
    if body.is_empty() {
        figures(&mut body);
    }
    let head = format!(
        "HTTP/1.1 {word}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

/// What was counted since the start.
#[derive(Default)]
struct Figures {
    ledger: Option<SqliteLedger>,
    last: u64,
    happened: BTreeMap<(String, String), u64>,
}

impl Figures {
    fn tell(&mut self, world: &World, progress: &Progress, out: &mut String) {
        let now = world.clock().now();
        let open = self.count(world);
        head(out, "pecete_events_total", "counter", "What happened since the start, by what and by channel.");
        for ((what, channel), count) in &self.happened {
            line(out, "pecete_events_total", &[("what", what), ("channel", channel)], *count);
        }
        if let Ok(open) = open {
            head(out, "pecete_open_statements", "gauge", "Taken, and neither placed nor refused.");
            line(out, "pecete_open_statements", &[], open.taken);
            head(out, "pecete_waiting_statements", "gauge", "Waiting for a person.");
            line(out, "pecete_waiting_statements", &[], open.waiting);
            head(out, "pecete_waiting_oldest_seconds", "gauge", "For how long the first of them waits.");
            line(out, "pecete_waiting_oldest_seconds", &[], age(open.oldest, now));
        }
        let (refused, since) = world.inbox().to_mend();
        head(
            out,
            "pecete_refused_files",
            "gauge",
            "Reasons in .refused folders that a person has to look at.",
        );
        line(out, "pecete_refused_files", &[], refused);
        head(out, "pecete_refused_oldest_seconds", "gauge", "For how long the first of them lies there.");
        line(out, "pecete_refused_oldest_seconds", &[], age(since, now));
        let (waits, left) = progress.standing();
        head(out, "pecete_work_waits", "gauge", "1 where the work waits for a disk, a lock or a clock.");
        line(out, "pecete_work_waits", &[], u64::from(waits));
        head(out, "pecete_files_not_taken", "gauge", "Files in the watch folder that are not ready.");
        line(out, "pecete_files_not_taken", &[], left);
        head(out, "pecete_stage_seconds_total", "counter", "For how long each stage has worked.");
        for stage in Stage::ALL {
            line(
                out,
                "pecete_stage_seconds_total",
                &[("stage", stage.word())],
                seconds(progress.time(stage)),
            );
        }
        head(out, "pecete_certificate_days", "gauge", "Whole days until a signer's certificate ends.");
        for (number, ending) in world.ending().iter().enumerate() {
            let role = if ending.role == crate::sign::Role::Verifier { "verifier" } else { "seal" };
            let unit = ending.treasury.map(|code| code.to_string()).unwrap_or_default();
            let labels = [("treasury", unit.as_str()), ("role", role), ("signer", &number.to_string())];
            line(out, "pecete_certificate_days", &labels, ending.days);
        }
    }

    /// Adds what happened since the last look; what is open now.
    fn count(&mut self, world: &World) -> Result<crate::ledger::Open, LedgerFault> {
        let ledger = match &mut self.ledger {
            Some(ledger) => ledger,
            none => {
                let mut ledger = SqliteLedger::open_to_read(&world.config().state.join(LEDGER))?;
                self.last = ledger.head()?.events;
                none.insert(ledger)
            }
        };
        loop {
            ledger.look_again()?;
            let news = ledger.since(self.last, MOST)?;
            let Some(last) = news.last() else { return ledger.open_now() };
            self.last = last.event;
            for happened in news {
                let channel = happened.statement.map(|subject| subject.channel).unwrap_or_default();
                *self.happened.entry((happened.what, channel)).or_default() += 1;
            }
        }
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _always = write!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

/// A figure; labels are words of our own, without quotes.
fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _always = writeln!(out, "{name}{labels} {value}");
}

fn age(since: Option<Timestamp>, now: Timestamp) -> i64 {
    since.map_or(0, |since| (now.as_second() - since.as_second()).max(0))
}

fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}
