//! What happens, told to machines: one line an event, from the chain of the ledger, so that nothing is told that is not recorded.
//!
//! ```text
//! ledger ──events since the last look──▶ JSON lines on standard error, or fields in the journal of systemd
//! ```
//!
//! No personal data: of an institution its CUI, of people nothing. The two steps on the way to a document (`taken`, `signed`) are left out:
//! one line a statement says that it is placed.

use crate::diag::{Explain, Lang};
use crate::ledger::{Chain, Happened, Journal, LedgerFault, SqliteLedger};
use crate::trust::hex;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

/// Events that are read at a time.
const MOST: u32 = 1000;
/// Where the journal listens (`systemd-journald.service(8)`).
const JOURNAL: &str = "/run/systemd/journal/socket";
/// What is not told.
const STEPS: [&str; 2] = ["taken", "signed"];

/// How the daemon tells what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogForm {
    /// For people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
    /// Fields in the journal of systemd.
    Journal,
}

/// Whoever tells machines.
pub(super) struct Log(Sink);

enum Sink {
    Json,
    Journal(UnixDatagram),
}

impl Log {
    /// None for people. Where no journal listens, lines of JSON are told.
    pub(super) fn of(form: LogForm) -> Option<Self> {
        match form {
            LogForm::Text => None,
            LogForm::Json => Some(Self(Sink::Json)),
            LogForm::Journal => Some(Self::at(Path::new(JOURNAL))),
        }
    }

    fn at(journal: &Path) -> Self {
        let socket = UnixDatagram::unbound().and_then(|socket| socket.connect(journal).map(|()| socket));
        Self(socket.map_or(Sink::Json, Sink::Journal))
    }

    /// Tells an event.
    pub(super) fn happened(&self, happened: &Happened) {
        let (priority, fields) = (if happened.what == "refused" { 4 } else { 6 }, fields(happened));
        let statement = happened.statement.as_ref().map(|subject| {
            format!(" {} {} {} {}", subject.treasury, subject.cui, subject.date, subject.channel)
        });
        self.tell(priority, &format!("{}{}", happened.what, statement.unwrap_or_default()), &fields);
    }

    /// Tells a fault of the office, or that it is over.
    pub(super) fn fault(&self, fault: &dyn Explain) {
        let message = match fault.hint(Lang::En) {
            Some(hint) => format!("{}: {hint}", fault.say(Lang::En)),
            None => fault.say(Lang::En),
        };
        self.tell(3, &message, &[("event", "fault".to_owned())]);
    }

    /// Tells words.
    pub(super) fn words(&self, words: &str) {
        self.tell(5, words, &[("event", "note".to_owned())]);
    }

    fn tell(&self, priority: u8, message: &str, fields: &[(&str, String)]) {
        match &self.0 {
            Sink::Json => write(json(priority, message, fields).as_bytes()),
            Sink::Journal(socket) => {
                // Whoever does not listen any more hears nothing; the work goes on.
                let _unheard = socket.send(&native(priority, message, fields));
            }
        }
    }
}

/// Standard error, past the lock that the command holds on it: the telling is a thread of its own.
fn write(line: &[u8]) {
    let mut left = line;
    while !left.is_empty() {
        match rustix::io::write(rustix::stdio::stderr(), left) {
            Ok(count) if count > 0 => left = left.get(count..).unwrap_or_default(),
            _ => return,
        }
    }
}

fn fields(happened: &Happened) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("event", happened.what.clone()),
        ("at", happened.at.to_string()),
        ("number", happened.event.to_string()),
    ];
    if let Some(subject) = &happened.statement {
        fields.extend([
            ("statement", subject.id.0.to_string()),
            ("treasury", subject.treasury.clone()),
            ("cui", subject.cui.clone()),
            ("date", subject.date.clone()),
            ("channel", subject.channel.clone()),
        ]);
        fields.extend(subject.document.map(|digest| ("document", hex(&digest))));
    }
    fields
}

fn json(priority: u8, message: &str, fields: &[(&str, String)]) -> String {
    let mut object = serde_json::Map::new();
    object.insert("priority".to_owned(), priority.into());
    object.insert("message".to_owned(), message.into());
    object.extend(fields.iter().map(|(key, value)| ((*key).to_owned(), value.as_str().into())));
    format!("{}\n", serde_json::Value::Object(object))
}

/// The journal's own form: `KEY=value` a line; a value with a newline has its length before it.
fn native(priority: u8, message: &str, fields: &[(&str, String)]) -> Vec<u8> {
    let mut told = Vec::new();
    let mut field = |key: &str, value: &str| {
        told.extend_from_slice(key.as_bytes());
        if value.contains('\n') {
            told.push(b'\n');
            told.extend_from_slice(&u64::try_from(value.len()).unwrap_or(0).to_le_bytes());
        } else {
            told.push(b'=');
        }
        told.extend_from_slice(value.as_bytes());
        told.push(b'\n');
    };
    field("MESSAGE", message);
    field("PRIORITY", &priority.to_string());
    field("SYSLOG_IDENTIFIER", "pecete");
    fields.iter().for_each(|(key, value)| field(&format!("PECETE_{}", key.to_ascii_uppercase()), value));
    told
}

/// A ledger that is looked at again and again.
pub(super) struct Follower {
    ledger: SqliteLedger,
    last: u64,
}

impl Follower {
    /// From now on.
    pub(super) fn from_now(path: &Path) -> Result<Self, LedgerFault> {
        let mut ledger = SqliteLedger::open_to_read(path)?;
        let last = ledger.head()?.events;
        Ok(Self { ledger, last })
    }

    /// What happened since the last look; each is seen once.
    pub(super) fn look(&mut self, see: &mut dyn FnMut(&Happened)) -> Result<(), LedgerFault> {
        loop {
            self.ledger.look_again()?;
            let news = self.ledger.since(self.last, MOST)?;
            let Some(last) = news.last() else { return Ok(()) };
            self.last = last.event;
            news.iter().filter(|happened| !STEPS.contains(&happened.what.as_str())).for_each(&mut *see);
        }
    }
}

/// An event as one object.
pub(super) fn object(happened: &Happened) -> serde_json::Value {
    let fields = fields(happened).into_iter().map(|(key, value)| (key.to_owned(), value.into()));
    serde_json::Value::Object(fields.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{StatementId, Subject};

    fn placed() -> Happened {
        Happened {
            event: 3,
            what: "placed".to_owned(),
            at: "2026-05-12T16:00:00Z".parse().expect("a time"),
            statement: Some(Subject {
                id: StatementId(7),
                treasury: "521".to_owned(),
                cui: "9999008".to_owned(),
                date: "2026-05-12".to_owned(),
                channel: "folder".to_owned(),
                document: Some([0xAB; 32]),
            }),
        }
    }

    #[test]
    fn the_journal_hears_fields_and_no_value_can_add_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let journal = UnixDatagram::bind(&path).expect("bound");
        let log = Log::at(&path);
        log.happened(&placed());
        let mut heard = [0; 4096];
        let count = journal.recv(&mut heard).expect("heard");
        let text = String::from_utf8_lossy(&heard[..count]).into_owned();
        for field in [
            "MESSAGE=placed 521 9999008 2026-05-12 folder",
            "PRIORITY=6",
            "PECETE_CUI=9999008",
            "PECETE_STATEMENT=7",
        ] {
            assert!(text.lines().any(|line| line == field), "{field}: {text}");
        }
        log.words("two\nPRIORITY=0");
        let count = journal.recv(&mut heard).expect("heard");
        let expected =
            [b"MESSAGE\n".as_slice(), &14_u64.to_le_bytes(), b"two\nPRIORITY=0\nPRIORITY=5\n"].concat();
        assert!(heard[..count].starts_with(&expected), "{}", String::from_utf8_lossy(&heard[..count]));
    }

    #[test]
    fn a_line_of_json_is_one_object() {
        let line = json(6, "a \"b\"\nc", &fields(&placed()));
        let object: serde_json::Value = serde_json::from_str(line.trim_end()).expect("an object");
        assert_eq!((line.matches('\n').count(), &object["cui"]), (1, &"9999008".into()));
        assert!(matches!(Log::at(Path::new("/nowhere/at/all")).0, Sink::Json), "where no journal listens");
    }
}
