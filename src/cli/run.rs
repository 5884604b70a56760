//! `pecete run`: the daemon, or one pass with `--once`.

use super::args::RunArgs;
use super::supervisor::Supervisor;
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::review::Desk;
use crate::service::watch::{Bell, Ring, Wait};
use crate::service::{self, Corrections, FileReport, Pass, PassOptions, Progress, ServiceFault};
use crate::world::World;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn run(
    arguments: &RunArgs,
    config: Option<&Path>,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let found = match office::configuration(config, terminal) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let path = found.path.clone();
    let mut world = match office::open(found, surroundings, terminal) {
        Ok(world) => world,
        Err(exit) => return exit,
    };
    match service::recover(&world) {
        Ok(0) => {}
        Ok(count) => terminal.say(&match terminal.lang {
            Lang::En => format!("{count} statements finished that an earlier run had signed"),
            Lang::Ro => format!("{count} extrase terminate, semnate de o rulare anterioară"),
        }),
        Err(fault) => return failed(&fault, terminal),
    }
    if arguments.once {
        once(&world, arguments.accept_corrections, terminal)
    } else {
        let supervisor = Supervisor::of(surroundings.notify.as_deref());
        let mut reread = |world: &mut World, terminal: &mut Terminal<'_>| {
            supervisor.tell("RELOADING=1");
            reload(world, &path, surroundings, terminal);
            supervisor.tell("READY=1");
        };
        let exit = keep_watching(&mut world, &supervisor, &mut reread, terminal);
        supervisor.tell("STOPPING=1");
        sealed(&world, exit, terminal)
    }
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
    let options = PassOptions { corrections, settle: Duration::ZERO };
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
    } else if pass.files.iter().any(|file| file.incomplete) {
        Exit::Failed
    } else {
        Exit::Done
    }
}

pub(super) fn tell_file(file: &FileReport, terminal: &mut Terminal<'_>) {
    if terminal.json {
        let line = serde_json::json!({
            "file": file.name, "published": file.published, "stick": file.stick, "known": file.known,
            "waiting": file.waiting, "refused": file.refused, "incomplete": file.incomplete, "put": file.put, "why": file.why,
        });
        return terminal.data(&line.to_string());
    }
    let line = match (file.incomplete, terminal.lang) {
        (true, Lang::En) => format!("{}: not taken: its end is missing; send it again, whole", file.name),
        (true, Lang::Ro) => {
            format!("{}: nepreluat: îi lipsește sfârșitul; trimiteți-l din nou, întreg", file.name)
        }
        (false, Lang::En) => format!(
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
        (false, Lang::Ro) => format!(
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

fn failed(fault: &ServiceFault, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    Exit::Failed
}

/// Passes until a signal asks for the end: SIGTERM and Ctrl-C finish what is being signed. SIGHUP: what it was told is read again.
fn keep_watching(
    world: &mut World,
    supervisor: &Supervisor,
    reread: &mut dyn FnMut(&mut World, &mut Terminal<'_>),
    terminal: &mut Terminal<'_>,
) -> Exit {
    let progress = Arc::new(Progress::default());
    let bell = match Bell::new(world.inbox().watch(), world.config().scan, Arc::clone(&progress)) {
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
    // Not before signals are heard and the desk is open: whoever waits for this word may send them at once.
    supervisor.tell("READY=1");
    loop {
        let ring = attend(world, &progress, &bell, &desk, terminal);
        match ring {
            Ok(Ring::Reload) => reread(world, terminal),
            Ok(Ring::Look | Ring::Stop) => return Exit::Done,
            Err(exit) => return exit,
        }
    }
}

/// Passes over the watch folder, and somebody at the desk, until the bell asks for more than to look.
fn attend(
    world: &World,
    progress: &Progress,
    bell: &Bell,
    desk: &Desk,
    terminal: &mut Terminal<'_>,
) -> Result<Ring, Exit> {
    let (faults, told) = std::sync::mpsc::channel();
    let at_the_desk = Progress::default();
    std::thread::scope(|scope| {
        let closing = &at_the_desk;
        scope.spawn(move || {
            desk.serve(world, closing, &|fault| {
                let _ended = faults.send((fault.say(Lang::En), fault.say(Lang::Ro)));
            });
        });
        let ring = passes(world, progress, bell, &told, terminal);
        closing.stop();
        ring
    })
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
    bell: &Bell,
    told: &Told,
    terminal: &mut Terminal<'_>,
) -> Result<Ring, Exit> {
    let options = PassOptions { corrections: Corrections::Hold, settle: world.config().settle };
    let mut day = in_bucharest(world.clock().now()).date();
    loop {
        let today = in_bucharest(world.clock().now()).date();
        if today != day {
            day = today;
            if let Err(fault) = service::seal_head(world) {
                terminal.error("", &fault);
            }
        }
        told.try_iter().for_each(|(en, ro)| terminal.tell(&en, &ro));
        let wait = match service::pass(world, options, progress) {
            Ok(pass) => {
                pass.files.iter().filter(|file| !file.incomplete).for_each(|file| tell_file(file, terminal));
                Wait::after(&pass)
            }
            Err(fault) => {
                terminal.error("", &fault);
                if !fault.retryable() {
                    return Err(Exit::Failed);
                }
                Wait::Fault
            }
        };
        match bell.next(wait) {
            Ring::Look => {}
            ring => return Ok(ring),
        }
    }
}

struct NoSignals {
    error: std::io::Error,
}

impl Explain for NoSignals {
    fn say(&self, _lang: Lang) -> String {
        format!("signals: {}", self.error)
    }
}
