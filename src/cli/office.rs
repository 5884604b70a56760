//! Finding the configuration and opening the office that it describes, for every verb of the treasury.

use super::{Exit, Surroundings, Terminal};
use crate::clock::SystemClock;
use crate::config::{Config, ConfigFault, MAX_CONFIG_BYTES};
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::world::World;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a configuration is looked for when none is named.
const PLACES: [&str; 2] = ["pecete.toml", "/etc/pecete/pecete.toml"];

/// A configuration with the text that it was read from.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) text: String,
    pub(super) config: Config,
}

/// Reads the configuration, or says all that is wrong with it.
pub(super) fn configuration(named: Option<&Path>, terminal: &mut Terminal<'_>) -> Result<Found, Exit> {
    let found =
        named.map(Path::to_owned).or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.exists()));
    let Some(path) = found else {
        terminal.error("", &NoConfiguration);
        return Err(Exit::Failed);
    };
    let bytes = fs::read_bounded(&path, MAX_CONFIG_BYTES).map_err(|fault| {
        terminal.error("", &fault);
        Exit::Failed
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        terminal.error(&format!("{}:", path.display()), &NotText);
        Exit::Refused
    })?;
    match Config::read(&text, &path) {
        Ok(config) => Ok(Found { path, text, config }),
        Err(faults) => {
            faults.iter().for_each(|fault| terminal.error(&place(&path, fault), fault));
            Err(Exit::Refused)
        }
    }
}

/// Opens everything that the configuration names, or says all that is wrong.
pub(super) fn open(
    found: Found,
    surroundings: &Surroundings,
    terminal: &mut Terminal<'_>,
) -> Result<World, Exit> {
    World::open(found.config, Arc::new(SystemClock), surroundings.credentials.as_deref()).map_err(|faults| {
        let retryable = faults.iter().all(|fault| fault.retryable());
        faults.iter().for_each(|fault| terminal.error("", fault));
        if retryable { Exit::Failed } else { Exit::Refused }
    })
}

fn place(path: &Path, fault: &ConfigFault) -> String {
    match fault.line() {
        Some(line) => format!("{}:{line}:", path.display()),
        None => format!("{}:", path.display()),
    }
}

struct NoConfiguration;

impl Explain for NoConfiguration {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => format!("expected a configuration at `{}` or `{}`, found none", PLACES[0], PLACES[1]),
            Lang::Ro => format!("trebuia o configurație la `{}` sau `{}`, nu este", PLACES[0], PLACES[1]),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "name one with `--config FILE`, print one with `pecete check --template`, or try `pecete demo`".into(),
            Lang::Ro => "numiți una cu `--config FIȘIER`, afișați una cu `pecete check --template` sau încercați `pecete demo`".into(),
        })
    }
}

struct NotText;

impl Explain for NotText {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => "expected UTF-8 text, found other bytes".into(),
            Lang::Ro => "trebuia text UTF-8, s-au găsit alți octeți".into(),
        }
    }
}
