//! `pecete audit`: the ledger against itself, the published files and the sealed heads.

use super::args::AuditArgs;
use super::run::with_progress;
use super::{Exit, Surroundings, Terminal, office};
use crate::audit::{self, AuditFault, Finding, Places, head};
use crate::config::Config;
use crate::diag::{Explain, Lang};
use crate::ledger::{Chain, Head, SqliteLedger};
use crate::trust::hex;
use crate::world::{self, LEDGER};
use std::path::Path;

pub(super) fn run(
    arguments: &AuditArgs,
    config: Option<&Path>,
    _surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    let config = match office::configuration(config, terminal) {
        Ok(found) => found.config,
        Err(exit) => return exit,
    };
    let visible = terminal.is_terminal && !terminal.quiet;
    let audited = with_progress(visible, |progress| examine(arguments, &config, &mut || progress.placed(1)));
    match audited {
        Ok((head, heads, findings)) => tell(head, heads, &findings, terminal),
        Err(faults) => {
            faults.iter().for_each(|fault| terminal.error("", &**fault));
            Exit::Failed
        }
    }
}

type Faults = Vec<Box<dyn Explain>>;

fn examine(
    arguments: &AuditArgs,
    config: &Config,
    looked: &mut dyn FnMut(),
) -> Result<(Head, usize, Vec<Finding>), Faults> {
    let trust = world::read_trust(&config.trust).map_err(|faults| {
        faults.into_iter().map(|fault| Box::new(fault) as Box<dyn Explain>).collect::<Faults>()
    })?;
    let one = |fault: Box<dyn Explain>| vec![fault];
    // First what lies there, then the ledger: what appears in between is in the ledger, and not the other way round.
    let places = Places { out: &config.out, sticks: &config.state.join("stick"), archive: &config.archive };
    let mut paths = head::all(&config.heads).map_err(|fault| one(Box::new(fault)))?;
    let listed = audit::published(places).map_err(stopped)?;
    let mut ledger =
        SqliteLedger::open_to_read(&config.state.join(LEDGER)).map_err(|fault| one(Box::new(fault)))?;
    let mut audited = || -> Result<(Head, Vec<Finding>), AuditFault> {
        let mut findings = audit::chain(&mut ledger)?;
        findings.extend(audit::restorations(&mut ledger)?);
        findings.extend(audit::files(&mut ledger, places, &listed, looked)?);
        findings.extend(audit::heads(&mut ledger, &paths, true, &trust)?);
        findings.extend(audit::heads(&mut ledger, &arguments.head, false, &trust)?);
        Ok((ledger.head()?, findings))
    };
    match audited() {
        Ok((head, findings)) => {
            paths.extend(arguments.head.iter().cloned());
            Ok((head, paths.len(), findings))
        }
        Err(fault) => Err(stopped(fault)),
    }
}

fn stopped(fault: AuditFault) -> Faults {
    match fault {
        AuditFault::Ledger(fault) => vec![Box::new(fault)],
        AuditFault::Fs(fault) => vec![Box::new(fault)],
    }
}

fn tell(head: Head, heads: usize, findings: &[Finding], terminal: &mut Terminal<'_>) -> Exit {
    for finding in findings {
        let line = if terminal.json {
            serde_json::json!({"finding": finding.code(), "message": finding.say(terminal.lang)}).to_string()
        } else {
            finding.say(terminal.lang)
        };
        terminal.data(&line);
    }
    let (events, digest, count) = (head.events, hex(&head.digest), findings.len());
    if terminal.json {
        let line = serde_json::json!({"events": events, "digest": digest, "heads": heads, "findings": count});
        terminal.data(&line.to_string());
    } else {
        terminal.data(&match terminal.lang {
            Lang::En => format!("{events} events, {heads} sealed heads, {count} findings; head {digest}"),
            Lang::Ro => {
                format!("{events} evenimente, {heads} capete sigilate, {count} constatări; capul {digest}")
            }
        });
    }
    if heads == 0 {
        terminal.tell(
            "warning: no sealed head is there: nothing proves that the ledger was not rolled back",
            "atenție: nu este niciun cap sigilat: nimic nu dovedește că registrul nu a fost dat înapoi",
        );
    }
    if findings.is_empty() { Exit::Done } else { Exit::Refused }
}
