//! The daemon's end: who is there, what they ask, what they get.

use super::wire::{Item, Outcome, Reply, Request};
use super::{MAX_REQUEST, PATIENCE, socket};
use crate::clock::Stopwatch;
use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use crate::ledger::{Held, StatementId};
use crate::service::review::{self, Answer};
use crate::service::{Progress, ServiceFault};
use crate::trust::{hex, unhex};
use crate::world::World;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often the end is looked for while nobody asks.
const IDLE: Duration = Duration::from_millis(50);

/// How many are answered at once.
const CALLERS: usize = 8;

/// Where verifiers come to ask.
#[derive(Debug)]
pub struct Desk {
    listener: UnixListener,
    path: PathBuf,
}

/// Why there is no desk.
#[derive(Debug)]
pub enum DeskFault {
    /// Its folder.
    Fs(FsFault),
    /// Its socket.
    Socket {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Desk {
    /// Opens the desk in a folder. Everybody may come; who they are, the system says. The office's lock is held: a socket that is
    /// there was left by a daemon that died.
    ///
    /// # Errors
    /// The folder or the socket cannot be made.
    pub fn open(folder: &Path) -> Result<Self, DeskFault> {
        fs::create_folders(folder, 0o755)
            .and_then(|()| fs::set_mode(folder, 0o755))
            .map_err(DeskFault::Fs)?;
        let path = socket(folder);
        fs::remove(&path).map_err(DeskFault::Fs)?;
        let fault = |error| DeskFault::Socket { path: path.clone(), error };
        let listener = UnixListener::bind(&path).map_err(fault)?;
        listener.set_nonblocking(true).map_err(fault)?;
        fs::set_mode(&path, 0o666).map_err(DeskFault::Fs)?;
        Ok(Self { listener, path })
    }

    /// Answers whoever comes, a few at once, until the end is asked for. Decisions are made one after another. Faults of
    /// the office are told to whoever asked, and to `tell`.
    pub fn serve(&self, world: &World, progress: &Progress, tell: &(dyn Fn(&dyn Explain) + Sync)) {
        let deciding = Mutex::new(());
        let (inside, mut deaf) = (AtomicUsize::new(0), false);
        std::thread::scope(|scope| {
            while !progress.is_stopped() {
                if inside.load(Ordering::Relaxed) >= CALLERS {
                    std::thread::sleep(IDLE);
                    continue;
                }
                match self.listener.accept() {
                    Ok((stream, _)) => {
                        deaf = false;
                        inside.fetch_add(1, Ordering::Relaxed);
                        let (inside, deciding) = (&inside, &deciding);
                        scope.spawn(move || {
                            // whoever hung up gets no answer
                            let _gone = attend(world, &stream, deciding, tell);
                            inside.fetch_sub(1, Ordering::Relaxed);
                        });
                    }
                    Err(error) => {
                        if error.kind() != io::ErrorKind::WouldBlock && !deaf {
                            deaf = true; // once, not twenty times a second
                            tell(&DeskFault::Socket { path: self.path.clone(), error });
                        }
                        std::thread::sleep(IDLE);
                    }
                }
            }
        });
    }
}

/// A caller with a deadline for all that he says and hears: whoever lets a byte trickle is let go like whoever says nothing.
struct Caller<'a> {
    stream: &'a UnixStream,
    since: Stopwatch,
}

impl Caller<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        let left = PATIENCE.saturating_sub(self.since.elapsed());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Caller<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Caller<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn attend(
    world: &World,
    stream: &UnixStream,
    deciding: &Mutex<()>,
    tell: &dyn Fn(&dyn Explain),
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    let user = rustix::net::sockopt::socket_peercred(stream)?.uid.as_raw();
    let mut line = Vec::new();
    let asking = Caller { stream, since: Stopwatch::start() };
    BufReader::new(asking.take(MAX_REQUEST)).read_until(b'\n', &mut line)?;
    let (reply, page) = match serde_json::from_slice::<Request>(&line) {
        Err(_) => (
            refused("expected a request, found something else", "trebuia o cerere, este altceva"),
            Vec::new(),
        ),
        Ok(request) => {
            let one_by_one = matches!(request, Request::Approve { .. } | Request::Reject { .. });
            let _alone = one_by_one.then(|| deciding.lock().unwrap_or_else(PoisonError::into_inner));
            answer(world, user, &request).unwrap_or_else(|fault| {
                tell(&fault);
                (refused(&fault.say(Lang::En), &fault.say(Lang::Ro)), Vec::new())
            })
        }
    };
    let mut told = serde_json::to_vec(&reply)?;
    told.push(b'\n');
    let mut answering = Caller { stream, since: Stopwatch::start() };
    answering.write_all(&told)?;
    answering.write_all(&page)
}

/// Answers a user; with the page where one was asked for.
///
/// # Errors
/// A fault of the office.
pub fn answer(world: &World, user: u32, request: &Request) -> Result<(Reply, Vec<u8>), ServiceFault> {
    let reply = match request {
        Request::List => {
            let held = review::waiting(world, Some(user))?;
            Reply::Waiting(held.iter().map(|held| item(world, user, held)).collect())
        }
        Request::Show { id } => match review::page(world, user, StatementId(*id))? {
            Ok(page) => {
                let length = u64::try_from(page.len()).unwrap_or(u64::MAX);
                return Ok((Reply::Page { length }, page));
            }
            Err(answer) => outcome_of(&answer),
        },
        Request::Approve { wanted } => {
            let mut known = Vec::with_capacity(wanted.len());
            for one in wanted {
                let Some(page) = unhex(&one.page) else {
                    let what = "expected 64 hexadecimal digits for each page";
                    return Ok((
                        refused(what, "pentru fiecare pagină trebuiau 64 de cifre hexazecimale"),
                        Vec::new(),
                    ));
                };
                known.push((StatementId(one.id), page));
            }
            Reply::Done(outcomes(review::approve(world, user, &known)?))
        }
        Request::Reject { reason, .. } if reason.trim().is_empty() => {
            refused("expected a reason, found none", "trebuia un motiv, nu este")
        }
        Request::Reject { ids, reason } => {
            let ids: Vec<StatementId> = ids.iter().map(|id| StatementId(*id)).collect();
            Reply::Done(outcomes(review::reject(world, user, &ids, reason.trim())?))
        }
    };
    Ok((reply, Vec::new()))
}

fn item(world: &World, user: u32, held: &Held) -> Item {
    let waits = world.clock().now().duration_since(held.hold.at);
    let within = i64::try_from(world.config().within.as_secs()).unwrap_or(i64::MAX);
    Item {
        id: held.hold.id.0,
        treasury: held.treasury.to_string(),
        cui: held.cui.as_str().to_owned(),
        date: held.date.to_string(),
        channel: held.channel.word().to_owned(),
        name: held.taken.name.pdf(),
        page: hex(&held.hold.draft),
        since: held.hold.at.to_string(),
        late: waits.as_secs() > within,
        seen: held.shown_to.contains(&user),
        own: held.hold.submitter == user,
        why: held.hold.reasons.clone(),
        why_ro: held.hold.reasons_ro.clone(),
    }
}

fn outcomes(answers: Vec<(StatementId, Answer)>) -> Vec<Outcome> {
    let outcome = |(id, answer): (StatementId, Answer)| {
        let (en, ro) = answer.words();
        Outcome { id: id.0, done: matches!(answer, Answer::Approved | Answer::Rejected), en, ro }
    };
    answers.into_iter().map(outcome).collect()
}

fn outcome_of(answer: &Answer) -> Reply {
    let (en, ro) = answer.words();
    Reply::Refused { en, ro }
}

fn refused(en: &str, ro: &str) -> Reply {
    Reply::Refused { en: en.to_owned(), ro: ro.to_owned() }
}

impl Explain for DeskFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Fs(fault) => fault.say(lang),
            Self::Socket { path, error } => format!("{}: {error}", path.display()),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Fs(fault), _) => fault.hint(lang),
            (Self::Socket { .. }, Lang::En) => Some(
                "a socket has a path of at most 107 bytes: set `folders.review` to a shorter one".to_owned(),
            ),
            (Self::Socket { .. }, Lang::Ro) => Some(
                "calea unui socket are cel mult 107 octeți: dați lui `folders.review` una mai scurtă"
                    .to_owned(),
            ),
        }
    }
}
