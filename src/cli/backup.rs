//! `pecete backup`, `restore` and `archive`: what an office keeps, and for how long.

use super::args::{ArchiveArgs, BackupArgs, RestoreArgs};
use super::run::with_progress;
use super::{Exit, Surroundings, Terminal, office};
use crate::archive::{self, Places};
use crate::backup;
use crate::clock::{Clock, SystemClock, in_bucharest};
use crate::diag::{Explain, Lang};
use crate::ledger::SqliteLedger;
use crate::service;
use crate::world::LEDGER;
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::Path;

pub(super) fn make(arguments: &BackupArgs, config: Option<&Path>, terminal: &mut Terminal<'_>) -> Exit {
    let config = match office::configuration(config, terminal) {
        Ok(found) => found.config,
        Err(exit) => return exit,
    };
    let now = SystemClock.now();
    let visible = terminal.is_terminal && !terminal.quiet;
    let made = with_progress(visible, |progress| {
        backup::make(&config.state, &arguments.to, now, &mut || progress.placed(1))
    });
    match made {
        Err(fault) => failed(&fault, terminal),
        Ok(made) => {
            let (path, files, events) = (made.path.display(), made.files, made.about.events);
            terminal.data(&match (terminal.json, terminal.lang) {
                (true, _) => serde_json::json!({"backup": made.path, "files": files, "events": events, "head": made.about.head})
                    .to_string(),
                (false, Lang::En) => format!("{path}: {files} files, a ledger of {events} events"),
                (false, Lang::Ro) => format!("{path}: {files} fișiere, un registru de {events} evenimente"),
            });
            Exit::Done
        }
    }
}

pub(super) fn restore(
    arguments: &RestoreArgs,
    config: Option<&Path>,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let found = match office::configuration(config, terminal) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let visible = terminal.is_terminal && !terminal.quiet;
    let (state, heads) = (found.config.state.clone(), found.config.heads.clone());
    let put = with_progress(visible, |progress| {
        backup::put_back(&arguments.from, &state, &heads, SystemClock.now(), &mut || progress.placed(1))
    });
    let restoration = match put {
        Ok(restoration) => restoration,
        Err(fault) => return failed(&fault, terminal),
    };
    let (backup, events) = (restoration.backup, restoration.events);
    terminal.tell(
        &format!("{backup} is put back: a ledger of {events} events; what was published since is verified now"),
        &format!("{backup} este pus înapoi: un registru de {events} evenimente; acum se verifică ce s-a publicat de atunci"),
    );
    let world = match office::open(found, surroundings, terminal) {
        Ok(world) => world,
        Err(exit) => return exit,
    };
    match service::adopt(&world) {
        Err(fault) => failed(&fault, terminal),
        Ok(count) => {
            terminal.data(&match (terminal.json, terminal.lang) {
                (true, _) => {
                    serde_json::json!({"restored": backup, "events": events, "taken_back": count}).to_string()
                }
                (false, Lang::En) => format!("{count} published documents taken back; the daemon may start"),
                (false, Lang::Ro) => format!("{count} documente publicate reluate; serviciul poate porni"),
            });
            Exit::Done
        }
    }
}

pub(super) fn archive(arguments: &ArchiveArgs, config: Option<&Path>, terminal: &mut Terminal<'_>) -> Exit {
    let config = match office::configuration(config, terminal) {
        Ok(found) => found.config,
        Err(exit) => return exit,
    };
    let now = SystemClock.now();
    let kept = in_bucharest(now).date().saturating_sub(i16::from(config.years).years());
    let before = arguments.before.unwrap_or(kept);
    if before > kept {
        return failed(&TooYoung { before, kept }, terminal);
    }
    let mut ledger = match SqliteLedger::open(&config.state.join(LEDGER)) {
        Ok(ledger) => ledger,
        Err(fault) => return failed(&fault, terminal),
    };
    let places = Places { out: &config.out, archive: &config.archive };
    let visible = terminal.is_terminal && !terminal.quiet;
    let moved = with_progress(visible, |progress| {
        archive::archive(&mut ledger, places, before, now, &mut || progress.placed(1))
    });
    match moved {
        Err(fault) => failed(&fault, terminal),
        Ok(count) => {
            let to = config.archive.display();
            terminal.data(&match (terminal.json, terminal.lang) {
                (true, _) => {
                    serde_json::json!({"archived": count, "before": before, "to": config.archive}).to_string()
                }
                (false, Lang::En) => format!("{count} statements of days before {before} moved to {to}"),
                (false, Lang::Ro) => format!("{count} extrase din zile dinainte de {before} mutate în {to}"),
            });
            Exit::Done
        }
    }
}

fn failed(fault: &dyn Explain, terminal: &mut Terminal<'_>) -> Exit {
    terminal.error("", fault);
    if fault.retryable() { Exit::Failed } else { Exit::Refused }
}

/// A day whose statements must stay where they are.
struct TooYoung {
    before: Date,
    kept: Date,
}

impl Explain for TooYoung {
    fn say(&self, lang: Lang) -> String {
        let Self { before, kept } = self;
        match lang {
            Lang::En => format!("--before: expected {kept} or earlier, found {before}"),
            Lang::Ro => format!("--before: trebuia {kept} sau mai devreme, s-a găsit {before}"),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => {
                "the configuration says how many years statements stay (`retention.years`)".to_owned()
            }
            Lang::Ro => "configurația spune câți ani rămân extrasele (`retention.years`)".to_owned(),
        })
    }
}
