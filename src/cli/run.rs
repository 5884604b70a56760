//! `pecete run`: the daemon, or one pass with `--once`.

use super::args::RunArgs;
use super::log::{Follower, Log};
use super::supervisor::Supervisor;
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::metrics::Gauge;
use crate::review::Desk;
use crate::service::pulse::Pulse;
use crate::service::watch::{Bell, Ring, Wait, pause};
use crate::service::{self, Corrections, FileReport, Pass, PassOptions, Progress, ServiceFault};
use crate::world::{Ending, LEDGER, World};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often machines are told what happened.
const TELL_EVERY: Duration = Duration::from_millis(500);

pub(super) fn run(
    arguments: &RunArgs,
    config: Option<&Path>,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let supervisor = Supervisor::of(surroundings.notify.as_deref(), surroundings.watchdog);
    let mut times = 0;
    let (path, mut world) = loop {
        match opened(config, surroundings, terminal) {
            Ok(opened) => break opened,
            // A person is told at once; a supervisor, who would only start it again and again, is asked for patience.
            Err(Exit::Failed) if !arguments.once && supervisor.is_there() => {
                times += 1;
                supervisor.wait(pause(times));
            }
            Err(exit) => return exit,
        }
    };
    if arguments.once {
        once(&world, arguments.accept_corrections, terminal)
    } else {
        let mut reread = |world: &mut World, terminal: &mut Terminal<'_>| {
            supervisor.tell("RELOADING=1");
            reload(world, &path, surroundings, terminal);
            supervisor.tell("READY=1");
        };
        let log = Log::of(arguments.log);
        let exit = keep_watching(&mut world, &supervisor, log.as_ref(), &mut reread, terminal);
        supervisor.tell("STOPPING=1");
        sealed(&world, exit, terminal)
    }
}

/// The office, open for work, and what a crash left in it finished; with where its configuration is.
fn opened(
    config: Option<&Path>,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Result<(PathBuf, World), Exit> {
    let found = office::configuration(config, terminal)?;
    let path = found.path.clone();
    let world = office::open(found, surroundings, terminal)?;
    match service::recover(&world) {
        Ok(0) => {}
        Ok(count) => terminal.say(&match terminal.lang {
            Lang::En => format!("{count} statements finished that an earlier run had signed"),
            Lang::Ro => format!("{count} extrase terminate, semnate de o rulare anterioară"),
        }),
        Err(fault) => return Err(failed(&fault, terminal)),
    }
    Ok((path, world))
}

/// What ends well ends with a sealed head of the ledger.
fn sealed(world: &World, exit: Exit, terminal: &mut Terminal<'_>) -> Exit {
    match service::seal_head(world) {
        Ok(_) => exit,
        Err(fault) => failed(&fault, terminal),
    }
}

/// One pass over what lies there.
pub(super) fn once(world: &World, accept_corrections: bool, terminal: &mut Terminal<'_>) -> Exit {
    let corrections = if accept_corrections { Corrections::Accept } else { Corrections::Refuse };
    let options = PassOptions { corrections, settle: Duration::ZERO, again: false };
    match with_progress(terminal.is_terminal && !terminal.quiet, |progress| {
        service::pass(world, options, progress)
    }) {
        Ok(pass) => {
            let exit = tell(&pass, terminal);
            sealed(world, exit, terminal)
        }
        Err(fault) => failed(&fault, terminal),
    }
}

/// Runs the work while a thread of its own moves the bar.
pub(super) fn with_progress<T>(visible: bool, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    if !visible {
        return work(&progress);
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} [{elapsed}, {per_sec}] {msg}") {
        bar.set_style(style);
    }
    let (done, ended) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let (progress, bar) = (&progress, &bar);
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_millis(100))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                let (placed, refused) = progress.counts();
                bar.set_position(placed);
                if refused > 0 {
                    bar.set_message(format!("{refused} ✗"));
                }
            }
            bar.finish_and_clear();
        });
        let result = work(progress);
        drop(done);
        result
    })
}

fn tell(pass: &Pass, terminal: &mut Terminal<'_>) -> Exit {
    pass.files.iter().for_each(|file| tell_file(file, terminal));
    if pass.files.is_empty() && !terminal.json {
        terminal.tell(
            "nothing to do: no day file in the watch folder",
            "nimic de făcut: niciun fișier în dosarul `watch`",
        );
    }
    if pass.files.iter().any(|file| file.refused > 0) {
        Exit::Refused
    } else if pass.files.iter().any(|file| file.left.is_some()) {
        Exit::Failed
    } else {
        Exit::Done
    }
}

pub(super) fn tell_file(file: &FileReport, terminal: &mut Terminal<'_>) {
    if terminal.json {
        let line = serde_json::json!({
            "file": file.name, "published": file.published, "stick": file.stick, "known": file.known,
            "waiting": file.waiting, "refused": file.refused, "incomplete": file.left.is_some(), "put": file.put, "why": file.why,
        });
        return terminal.data(&line.to_string());
    }
    let line = match (&file.left, terminal.lang) {
        (Some(left), Lang::En) => format!("{}: not taken: {}", file.name, left.say(Lang::En)),
        (Some(left), Lang::Ro) => format!("{}: nepreluat: {}", file.name, left.say(Lang::Ro)),
        (None, Lang::En) => format!(
            "{}: {} published, {} for a stick, {} there already, {} refused{}",
            file.name,
            file.published,
            file.stick,
            file.known,
            file.refused,
            if file.waiting == 0 {
                String::new()
            } else {
                format!(", {} waiting for a person", file.waiting)
            }
        ),
        (None, Lang::Ro) => format!(
            "{}: {} publicate, {} pentru stick, {} existau deja, {} refuzate{}",
            file.name,
            file.published,
            file.stick,
            file.known,
            file.refused,
            if file.waiting == 0 {
                String::new()
            } else {
                format!(", {} așteaptă o persoană", file.waiting)
            }
        ),
    };
    terminal.data(&line);
    if file.waiting > 0 {
        terminal.tell(
            "  look at what waits: `pecete review list`",
            "  priviți ce așteaptă: `pecete review list`",
        );
    }
    for (label, why) in &file.notes {
        let note = terminal.pick("note", "notă");
        terminal.data(&format!("  {note}: {label}: {}", why.say(terminal.lang)));
    }
    if let Some(why) = &file.why {
        let label = terminal.pick("why", "de ce");
        terminal.data(&format!("  {label}: {}", why.display()));
    }
}

/// What a restart may mend ends with 2, what a person must look at first with 1: no supervisor starts that again and again.
fn failed(fault: &ServiceFault, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    if fault.retryable() { Exit::Failed } else { Exit::Refused }
}

/// Passes until a signal asks for the end: SIGTERM and Ctrl-C finish what is being signed. SIGHUP: what it was told is read again.
fn keep_watching(
    world: &mut World,
    supervisor: &Supervisor,
    log: Option<&Log>,
    reread: &mut dyn FnMut(&mut World, &mut Terminal<'_>),
    terminal: &mut Terminal<'_>,
) -> Exit {
    let progress = Arc::new(Progress::default());
    let config = world.config();
    let mut bell = match Bell::new(world.inbox(), config.mode, config.scan, Arc::clone(&progress)) {
        Ok(bell) => bell,
        Err(error) => {
            terminal.error("", &NoSignals { error });
            return Exit::Failed;
        }
    };
    terminal.say(&format!(
        "{} {}",
        terminal.pick("watching", "se urmărește"),
        world.inbox().watch().display()
    ));
    let desk = match Desk::open(&world.config().review) {
        Ok(desk) => desk,
        Err(fault) => {
            terminal.error("", &fault);
            return Exit::Failed;
        }
    };
    let gauge = match world.config().metrics.map(Gauge::open).transpose() {
        Ok(gauge) => gauge,
        Err(error) => {
            terminal.error("metrics.listen:", &NoSignals { error });
            return Exit::Failed;
        }
    };
    let mut pulse = Pulse::begins(world.clock().now());
    let _watched = supervisor.watch(&progress);
    // Not before signals are heard and the desk is open: whoever waits for this word may send them at once.
    supervisor.tell("READY=1");
    loop {
        let places = Places { desk: &desk, gauge: gauge.as_ref(), log };
        let ring = attend(world, &progress, &mut bell, places, &mut pulse, terminal);
        match ring {
            Ok(Ring::Reload) => reread(world, terminal),
            Ok(Ring::Look | Ring::Stop) => return Exit::Done,
            Err(exit) => return exit,
        }
    }
}

/// Where others meet the daemon.
#[derive(Clone, Copy)]
struct Places<'a> {
    desk: &'a Desk,
    gauge: Option<&'a Gauge>,
    log: Option<&'a Log>,
}

/// Passes over the watch folder, and somebody at the desk, until the bell asks for more than to look.
fn attend(
    world: &World,
    progress: &Progress,
    bell: &mut Bell,
    places: Places<'_>,
    pulse: &mut Pulse,
    terminal: &mut Terminal<'_>,
) -> Result<Ring, Exit> {
    let (faults, told) = std::sync::mpsc::channel();
    let Places { desk, gauge, log } = places;
    let at_the_desk = Progress::default();
    std::thread::scope(|scope| {
        let closing = &at_the_desk;
        scope.spawn(move || {
            desk.serve(world, closing, &|fault| {
                let _ended = faults.send((fault.say(Lang::En), fault.say(Lang::Ro)));
            });
        });
        if let Some(gauge) = gauge {
            scope.spawn(move || gauge.serve(world, progress, closing));
        }
        if let Some(log) = log {
            let ledger = world.config().state.join(LEDGER);
            // Opened before the first pass: nothing that it does is missed.
            let follower = Follower::from_now(&ledger).ok();
            scope.spawn(move || tell_machines(&ledger, follower, log, closing));
        }
        let ring = passes(world, progress, bell, &told, log, pulse, terminal);
        closing.stop();
        ring
    })
}

/// Tells machines what happens, until the end; then once more what is left.
fn tell_machines(ledger: &Path, mut follower: Option<Follower>, log: &Log, closing: &Progress) {
    loop {
        let closed = closing.is_stopped();
        follower = follower.or_else(|| Follower::from_now(ledger).ok());
        // A ledger that cannot be read is the work's fault to tell.
        let looked = follower.as_mut().map(|follower| follower.look(&mut |happened| log.happened(happened)));
        if let Some(Err(_)) = looked {
            follower = None;
        }
        if closed {
            return;
        }
        std::thread::sleep(TELL_EVERY);
    }
}

/// Reads configuration, keys and trust again: all of it is tried before any of it is in force.
fn reload(world: &mut World, path: &Path, surroundings: &Surroundings, terminal: &mut Terminal<'_>) {
    let Ok(found) = office::configuration(Some(path), terminal) else {
        return terminal.tell("reload: nothing was changed", "recitire: nu s-a schimbat nimic");
    };
    match world.reload(found.config, surroundings.credentials.as_deref()) {
        Ok(()) => terminal
            .tell("reload: the new configuration is in force", "recitire: noua configurație este în vigoare"),
        Err(faults) => {
            faults.iter().for_each(|fault| terminal.error("", fault));
            terminal.tell("reload: nothing was changed", "recitire: nu s-a schimbat nimic");
        }
    }
}

/// Faults of the office that somebody met who asked at the desk, in both languages.
type Told = std::sync::mpsc::Receiver<(String, String)>;

/// Pass after pass, until the bell asks for something else.
fn passes(
    world: &World,
    progress: &Progress,
    bell: &mut Bell,
    told: &Told,
    log: Option<&Log>,
    pulse: &mut Pulse,
    terminal: &mut Terminal<'_>,
) -> Result<Ring, Exit> {
    let options = PassOptions { corrections: Corrections::Hold, settle: world.config().settle, again: true };
    let mut day = in_bucharest(world.clock().now()).date();
    let mut written = None;
    warn(world, pulse).iter().for_each(|ending| tell_fault(ending, log, terminal));
    loop {
        let today = in_bucharest(world.clock().now()).date();
        if today != day {
            day = today;
            if let Err(fault) = service::seal_head(world) {
                tell_fault(&fault, log, terminal);
            }
            let ending = warn(world, pulse);
            ending.iter().filter(|one| one.is_told_today()).for_each(|one| tell_fault(one, log, terminal));
        }
        told.try_iter().for_each(|(en, ro)| terminal.tell(&en, &ro));
        let done = service::pass_telling(world, options, progress, &mut |file| {
            if file.left.is_none() && log.is_none() {
                tell_file(file, terminal);
            }
        });
        let wait = match done {
            Ok(pass) => {
                if pulse.fault.is_some() {
                    match log {
                        Some(log) => log.words("the work goes on"),
                        None => terminal.tell("the work goes on", "lucrul continuă"),
                    }
                }
                pulse.well(&pass.left);
                Wait::after(&pass)
            }
            Err(fault) if !fault.retryable() => return Err(failed(&fault, terminal)),
            Err(fault) => {
                let pause = pause(pulse.times() + 1);
                if pulse.ill(&fault, world.clock().now(), pause) {
                    tell_fault(&fault, log, terminal); // once, however often it is tried
                }
                Wait::Fault(pause)
            }
        };
        progress.stands(pulse.fault.is_some(), pulse.left.len());
        if written.as_ref() != Some(&*pulse) {
            // It is no record; where it cannot be written, what is wrong is in the journal.
            let _unwritten = pulse.write(&world.config().review);
            written = Some(pulse.clone());
        }
        match bell.next(wait) {
            Ring::Look => {}
            ring => return Ok(ring),
        }
    }
}

fn tell_fault(fault: &dyn Explain, log: Option<&Log>, terminal: &mut Terminal<'_>) {
    match log {
        Some(log) => log.fault(fault),
        None => terminal.error("", fault),
    }
}

/// Certificates that end soon, for `status` and for the journal.
fn warn(world: &World, pulse: &mut Pulse) -> Vec<Ending> {
    let mut ending = world.ending();
    ending.retain(Ending::is_soon);
    pulse.warn(&ending.iter().map(|one| one as &dyn Explain).collect::<Vec<_>>());
    ending
}

struct NoSignals {
    error: std::io::Error,
}

impl Explain for NoSignals {
    fn say(&self, _lang: Lang) -> String {
        format!("signals: {}", self.error)
    }
}
