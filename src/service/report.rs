//! What a pass did, and what stopped it.

use super::adopting::Unexplained;
use super::waiting::Why;
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::ingest::FileFault;
use crate::ledger::LedgerFault;
use crate::pipeline::MakeFault;
use crate::publish::PublishFault;
use jiff::Timestamp;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How far the work is, for a progress bar; and the wish that it end.
#[derive(Debug, Default)]
pub struct Progress {
    placed: AtomicU64,
    refused: AtomicU64,
    beats: AtomicU64,
    left: AtomicU64,
    spent: [AtomicU64; Stage::ALL.len()],
    waits: AtomicBool,
    stop: AtomicBool,
}

/// A stage of the work over one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Records become days, and days are taken.
    Intake,
    /// Drawn, signed, verified, staged.
    Making,
    /// Durable, recorded, named.
    Placing,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Intake, Self::Making, Self::Placing];

    /// As figures name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Making => "making",
            Self::Placing => "placing",
        }
    }
}

impl Progress {
    /// Statements that have their names, and refused records, since the value was made.
    pub fn counts(&self) -> (u64, u64) {
        (self.placed.load(Ordering::Relaxed), self.refused.load(Ordering::Relaxed))
    }

    /// A stage worked for so long.
    pub(super) fn spent(&self, stage: Stage, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        if let Some(spent) = self.spent.get(stage as usize) {
            spent.fetch_add(micros, Ordering::Relaxed);
        }
    }

    /// For how long a stage has worked, all files together.
    pub fn time(&self, stage: Stage) -> Duration {
        let micros = self.spent.get(stage as usize).map_or(0, |spent| spent.load(Ordering::Relaxed));
        Duration::from_micros(micros)
    }

    /// Whether the work waits for something that may pass, and how many files are not taken.
    pub fn stands(&self, waits: bool, left: usize) {
        self.waits.store(waits, Ordering::Relaxed);
        self.left.store(u64::try_from(left).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// As [`Progress::stands`] was told last.
    pub fn standing(&self) -> (bool, u64) {
        (self.waits.load(Ordering::Relaxed), self.left.load(Ordering::Relaxed))
    }

    /// Whoever leads the work is alive.
    pub fn beat(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it said so.
    pub fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }

    /// Asks for the end: what is being signed is finished, nothing more is taken.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// So many more are done.
    pub fn placed(&self, count: usize) {
        self.placed.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
    }

    pub(super) fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// What one pass over the watch folder did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// The files that were looked at, by name.
    pub files: Vec<FileReport>,
    /// What was not taken, and why: by name.
    pub left: Vec<(String, Left)>,
}

/// Why a file stays in the watch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is still being written.
    Settling,
    /// Its end is missing.
    NoEnd,
    /// The office wants a companion that is not there: `ready` or `sha256`.
    NoCompanion(&'static str),
    /// Its bytes are not those that its companion names.
    OtherBytes,
    /// It cannot be read: in English and in Romanian.
    Unread(String, String),
    /// It waits for another file.
    Postponed,
    /// A certificate of its unit has ended: whose.
    Ended(String),
    /// A folder that is no unit's.
    Folder,
}

impl Left {
    pub(super) fn unread(fault: &FsFault) -> Self {
        Self::Unread(fault.say(Lang::En), fault.say(Lang::Ro))
    }
}

impl Explain for Left {
    fn say(&self, lang: Lang) -> String {
        let (en, ro) = match self {
            Self::Settling => ("it is still being written", "încă se scrie"),
            Self::NoEnd => (
                "its end is missing; send it again, whole",
                "îi lipsește sfârșitul; trimiteți-l din nou, întreg",
            ),
            Self::NoCompanion(which) => {
                return match lang {
                    Lang::En => format!("it waits for its companion `.{which}`"),
                    Lang::Ro => format!("își așteaptă însoțitorul `.{which}`"),
                };
            }
            Self::OtherBytes => (
                "its SHA-256 is not the one that its companion `.sha256` names: send both again",
                "SHA-256 nu este cel din însoțitorul `.sha256`: trimiteți-le din nou pe amândouă",
            ),
            Self::Ended(name) => {
                return match lang {
                    Lang::En => format!(
                        "the certificate of {name} has ended: nothing of that unit is signed until there is a new one"
                    ),
                    Lang::Ro => {
                        format!(
                            "certificatul lui {name} a expirat: nimic al acelei unități nu se semnează până nu este unul nou"
                        )
                    }
                };
            }
            Self::Unread(en, ro) => (en.as_str(), ro.as_str()),
            Self::Postponed => (
                "it corrects what another file brings, which is not finished: that one goes first",
                "rectifică ce aduce alt fișier, care nu este terminat: acela este primul",
            ),
            Self::Folder => (
                "a folder that is no unit's: a unit's folder is named by its code and belongs to the daemon's user",
                "un dosar care nu este al unei unități: dosarul unei unități are ca nume codul ei și este al utilizatorului serviciului",
            ),
        };
        if lang == Lang::En { en } else { ro }.to_owned()
    }
}

/// What became of one day file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// Statements that are now in the clients' folders.
    pub published: u64,
    /// Statements that now wait for a stick.
    pub stick: u64,
    /// Statements that were there already.
    pub known: u64,
    /// Waiting for a person.
    pub waiting: u64,
    /// Signed although something did not follow, for whoever runs this to know: the record, and what; at most [`MOST_NOTES`].
    pub notes: Vec<(String, Why)>,
    /// Institutions' days that were refused.
    pub refused: u64,
    /// Why it was left where it is, where it was.
    pub left: Option<Left>,
    /// Whether the work was asked to end in the middle of it: it stays where it is.
    pub interrupted: bool,
    /// Where the file went.
    pub put: Option<PathBuf>,
    /// Where it is written why something was refused.
    pub why: Option<PathBuf>,
}

impl FileReport {
    /// How many documents were made.
    pub const fn made(&self) -> u64 {
        self.published + self.stick
    }
}

/// Notes that one file's report holds.
pub const MOST_NOTES: usize = 100;

/// What stops the work, as opposed to what refuses a statement.
#[derive(Debug)]
pub enum ServiceFault {
    /// The file system.
    Fs(FsFault),
    /// The ledger.
    Ledger(LedgerFault),
    /// The published tree.
    Publish(PublishFault),
    /// A key that may answer later.
    Make(MakeFault),
    /// A day file that could not be read on.
    File(FileFault),
    /// The clock says a time before that of what was taken last.
    ClockBack {
        /// What it says.
        now: Timestamp,
        /// When something was taken last.
        last: Timestamp,
    },
    /// The ledger was put back, and a document is published that it does not know and that does not explain itself.
    Unexplained {
        /// That document.
        path: PathBuf,
        /// Why not.
        why: Unexplained,
    },
    /// The ledger has fewer events than a head that was sealed.
    RolledBack {
        /// That head.
        head: PathBuf,
        /// How many events there are.
        events: u64,
    },
    /// A stage ended before its time: a defect of the program.
    Stage,
}

impl From<FsFault> for ServiceFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl From<MakeFault> for ServiceFault {
    fn from(fault: MakeFault) -> Self {
        Self::Make(fault)
    }
}

impl From<LedgerFault> for ServiceFault {
    fn from(fault: LedgerFault) -> Self {
        Self::Ledger(fault)
    }
}

impl From<PublishFault> for ServiceFault {
    fn from(fault: PublishFault) -> Self {
        Self::Publish(fault)
    }
}

impl fmt::Display for ServiceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ServiceFault {}

impl ServiceFault {
    fn inner(&self) -> Option<&dyn Explain> {
        match self {
            Self::Fs(fault) => Some(fault),
            Self::Ledger(fault) => Some(fault),
            Self::Publish(fault) => Some(fault),
            Self::Make(fault) => Some(fault),
            Self::File(fault) => Some(fault),
            Self::RolledBack { .. } | Self::ClockBack { .. } | Self::Unexplained { .. } | Self::Stage => None,
        }
    }
}

impl Explain for ServiceFault {
    fn say(&self, lang: Lang) -> String {
        if let Self::RolledBack { head, events } = self {
            let head = head.display();
            return match lang {
                Lang::En => format!("ledger: expected the events that {head} seals, found {events}"),
                Lang::Ro => format!("registrul: trebuiau evenimentele sigilate în {head}, sunt {events}"),
            };
        }
        if let Self::Unexplained { path, why } = self {
            let (path, why) = (path.display(), why.say(lang));
            return match lang {
                Lang::En => {
                    format!("{path}: published, and not known to the ledger that was put back: {why}")
                }
                Lang::Ro => format!("{path}: publicat, și necunoscut registrului pus înapoi: {why}"),
            };
        }
        if let Self::ClockBack { now, last } = self {
            let of = |at: Timestamp| in_bucharest(at).strftime("%d.%m.%Y %H:%M").to_string();
            let (now, last) = (of(*now), of(*last));
            return match lang {
                Lang::En => {
                    format!("clock: expected a time after {last}, when a statement was taken, found {now}")
                }
                Lang::Ro => {
                    format!("ceasul: trebuia o oră după {last}, când s-a preluat un extras, este {now}")
                }
            };
        }
        match (self.inner(), lang) {
            (Some(fault), lang) => fault.say(lang),
            (None, Lang::En) => "a stage of the work ended before its time".into(),
            (None, Lang::Ro) => "o etapă a lucrului s-a oprit înainte de vreme".into(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        if let Self::RolledBack { .. } = self {
            let (en, ro) = (
                "the ledger was rolled back or replaced: run `pecete audit` before anything else",
                "registrul a fost dat înapoi sau înlocuit: rulați întâi `pecete audit`",
            );
            return Some(if lang == Lang::En { en } else { ro }.to_owned());
        }
        if let Self::Unexplained { .. } = self {
            let (en, ro) = (
                "nothing is signed until this is explained: find out who put it there, and move it away",
                "nimic nu se semnează până nu se lămurește: aflați cine l-a pus acolo și mutați-l de acolo",
            );
            return Some(if lang == Lang::En { en } else { ro }.to_owned());
        }
        if let Self::ClockBack { .. } = self {
            let (en, ro) = (
                "nothing is signed with a wrong time: set the clock right; the work goes on by itself",
                "nimic nu se semnează cu o oră greșită: potriviți ceasul; lucrul continuă singur",
            );
            return Some(if lang == Lang::En { en } else { ro }.to_owned());
        }
        self.inner().and_then(|fault| fault.hint(lang))
    }

    /// Folders and disks are mended while the daemon runs: it waits for that, whatever is wrong with them.
    fn retryable(&self) -> bool {
        match self {
            Self::Fs(_) | Self::ClockBack { .. } | Self::Publish(PublishFault::Fs(_)) => true,
            Self::RolledBack { .. } | Self::Unexplained { .. } | Self::Stage => false,
            _ => self.inner().is_some_and(Explain::retryable),
        }
    }
}
