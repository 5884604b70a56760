//! `pecete check`: everything that the configuration names, opened and tried; nothing changed.

use super::args::CheckArgs;
use super::office::{self, Found};
use super::{Exit, Surroundings, Terminal};
use crate::clock::{Clock, SystemClock};
use crate::config::{Origin, TEMPLATE, file::File, settings};
use crate::diag::{Explain, Lang};
use crate::world::{Inspection, World, ending};
use std::path::Path;

pub(super) fn run(
    arguments: &CheckArgs,
    config: Option<&Path>,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Exit {
    if arguments.template {
        terminal.bytes(TEMPLATE.as_bytes());
        return Exit::Done;
    }
    let found = match office::configuration(config, terminal) {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    if arguments.show {
        show(&found, terminal);
        return Exit::Done;
    }
    match World::inspect(&found.config, SystemClock.now(), surroundings.credentials.as_deref()) {
        Ok(inspection) => tell(&found, &inspection, terminal),
        Err(faults) => {
            faults.iter().for_each(|fault| terminal.error("", fault));
            let retryable = faults.iter().all(|fault| fault.retryable());
            if retryable { Exit::Failed } else { Exit::Refused }
        }
    }
}

fn show(found: &Found, terminal: &mut Terminal<'_>) {
    let Ok(file) = File::read(&found.text) else { return };
    for setting in settings(&file, &found.text) {
        if terminal.json {
            let line = match setting.origin {
                Origin::Default => None,
                Origin::Line(line) => Some(line),
            };
            let object = serde_json::json!({"key": setting.key, "value": setting.value, "line": line});
            terminal.data(&object.to_string());
            continue;
        }
        let origin = match (setting.origin, terminal.lang) {
            (Origin::Default, Lang::En) => "default".to_owned(),
            (Origin::Default, Lang::Ro) => "implicit".to_owned(),
            (Origin::Line(line), _) => format!("{}:{line}", found.path.display()),
        };
        terminal.data(&format!("{} = {}  # {origin}", setting.key, setting.value));
    }
}

/// One line a thing that was tried.
fn tell(found: &Found, inspection: &Inspection, terminal: &mut Terminal<'_>) -> Exit {
    for (code, office) in &inspection.offices {
        let line = match terminal.lang {
            Lang::En => format!(
                "treasury {code} {}: verifier {} and seal {} sign and are verified",
                office.name,
                office.verifier.name(),
                office.seal.name()
            ),
            Lang::Ro => format!(
                "trezoreria {code} {}: verificatorul {} și sigiliul {} semnează și sunt verificate",
                office.name,
                office.verifier.name(),
                office.seal.name()
            ),
        };
        terminal.data(&line);
    }
    for ending in ending(&inspection.offices, &inspection.reviewers, SystemClock.now()) {
        if ending.is_soon() {
            let (label, words) = (terminal.pick("warning", "atenție"), ending.say(terminal.lang));
            terminal.data(&format!("{label}: {words}"));
        }
    }
    let folders = [&found.config.watch, &found.config.state, &found.config.out];
    for folder in folders {
        let there = match (folder.is_dir(), terminal.lang) {
            (true, Lang::En) => "is there",
            (true, Lang::Ro) => "există",
            (false, Lang::En) => "is not there yet; `pecete run` makes it",
            (false, Lang::Ro) => "nu există încă; îl face `pecete run`",
        };
        terminal.data(&format!("{}: {there}", folder.display()));
    }
    Exit::Done
}
