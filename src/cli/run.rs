//! `pecete run`: the daemon, or one pass with `--once`.

use super::args::RunArgs;
use super::{Exit, Surroundings, Terminal, office};
use crate::clock::in_bucharest;
use crate::config::Approval;
use crate::diag::{Explain, Lang};
use crate::service::watch::{Bell, Ring, Wait};
use crate::service::{self, FileReport, Pass, PassOptions, Progress, ServiceFault};
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
    if found.config.approval == Approval::Manual {
        terminal.error(&format!("{}:", found.path.display()), &NobodyToAsk);
        return Exit::Refused;
    }
    let world = match office::open(found, surroundings, terminal) {
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
        let exit = keep_watching(&world, terminal);
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
    let options = PassOptions { accept_corrections, settle: Duration::ZERO };
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
            "refused": file.refused, "incomplete": file.incomplete, "put": file.put, "why": file.why,
        });
        return terminal.data(&line.to_string());
    }
    let line = match (file.incomplete, terminal.lang) {
        (true, Lang::En) => format!("{}: not taken: its end is missing; send it again, whole", file.name),
        (true, Lang::Ro) => {
            format!("{}: nepreluat: îi lipsește sfârșitul; trimiteți-l din nou, întreg", file.name)
        }
        (false, Lang::En) => format!(
            "{}: {} published, {} for a stick, {} there already, {} refused",
            file.name, file.published, file.stick, file.known, file.refused
        ),
        (false, Lang::Ro) => format!(
            "{}: {} publicate, {} pentru stick, {} existau deja, {} refuzate",
            file.name, file.published, file.stick, file.known, file.refused
        ),
    };
    terminal.data(&line);
    if let Some(why) = &file.why {
        let label = terminal.pick("why", "de ce");
        terminal.data(&format!("  {label}: {}", why.display()));
    }
}

fn failed(fault: &ServiceFault, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    Exit::Failed
}

/// Passes until a signal asks for the end: SIGTERM and Ctrl-C finish what is being signed.
fn keep_watching(world: &World, terminal: &mut Terminal<'_>) -> Exit {
    let options = PassOptions { accept_corrections: false, settle: world.config().settle };
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
    let mut day = in_bucharest(world.clock().now()).date();
    loop {
        let today = in_bucharest(world.clock().now()).date();
        if today != day {
            day = today;
            if let Err(fault) = service::seal_head(world) {
                terminal.error("", &fault);
            }
        }
        let wait = match service::pass(world, options, &progress) {
            Ok(pass) => {
                pass.files.iter().filter(|file| !file.incomplete).for_each(|file| tell_file(file, terminal));
                Wait::after(&pass)
            }
            Err(fault) => {
                terminal.error("", &fault);
                if !fault.retryable() {
                    return Exit::Failed;
                }
                Wait::Fault
            }
        };
        if bell.next(wait) == Ring::Stop {
            return Exit::Done;
        }
    }
}

struct NobodyToAsk;

impl Explain for NobodyToAsk {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => "approval.mode: expected `auto`, found `manual`: this version cannot ask a person yet".into(),
            Lang::Ro => "approval.mode: trebuia `auto`, este `manual`: această versiune nu poate încă întreba o persoană".into(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => {
                "nothing is signed unseen by default; write `mode = \"auto\"` and who answers for it".into()
            }
            Lang::Ro => {
                "implicit nu se semnează nimic nevăzut; scrieți `mode = \"auto\"` și cine răspunde".into()
            }
        })
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
