//! What the daemon does at this moment, for `pecete status`: a small file beside the desk, written anew whenever it changes.
//!
//! It is no record: the ledger is. It says what the ledger cannot: that the daemon waits for a disk, since when and until when, and what lies
//! in the watch folder without being taken. Where it cannot be written the work goes on.

use super::{Left, ServiceFault};
use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Octets of the file.
const MAX_PULSE: u64 = 1 << 20;
/// Files that are named of those that are not taken.
const MOST_LEFT: usize = 200;

/// What the daemon does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// The system's number of the process.
    pub process: u32,
    /// Since when it runs, RFC 3339.
    pub since: String,
    /// What keeps it from working, where something does.
    pub fault: Option<Waiting>,
    /// What will be wrong soon: certificates that end.
    #[serde(default)]
    pub warnings: Vec<Words>,
    /// What lies in the watch folder and is not taken; at most some hundreds are named.
    pub left: Vec<LeftFile>,
}

/// A fault that may pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it is and what to do, in English.
    pub en: String,
    /// The same in Romanian.
    pub ro: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// How often it was met.
    pub times: u32,
    /// When the work is tried again, RFC 3339.
    pub next: String,
}

/// Words in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Romanian.
    pub ro: String,
}

/// A file that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftFile {
    /// Its name, with the unit's folder.
    pub name: String,
    /// Why, in English.
    pub en: String,
    /// The same in Romanian.
    pub ro: String,
}

impl Pulse {
    /// Of a process that begins now.
    pub fn begins(at: Timestamp) -> Self {
        Self { process: std::process::id(), since: at.to_string(), ..Self::default() }
    }

    /// A pass went well: this is what it left.
    pub fn well(&mut self, left: &[(String, Left)]) {
        self.fault = None;
        self.left = left
            .iter()
            .take(MOST_LEFT)
            .map(|(name, left)| LeftFile {
                name: name.clone(),
                en: left.say(Lang::En),
                ro: left.say(Lang::Ro),
            })
            .collect();
    }

    /// What will be wrong soon.
    pub fn warn(&mut self, warnings: &[&dyn Explain]) {
        let words = |one: &&dyn Explain| Words { en: one.say(Lang::En), ro: one.say(Lang::Ro) };
        self.warnings = warnings.iter().map(words).collect();
    }

    /// A pass failed; whether the fault is another than the last. It is tried again after `pause`.
    pub fn ill(&mut self, fault: &ServiceFault, now: Timestamp, pause: std::time::Duration) -> bool {
        let words = |lang| match fault.hint(lang) {
            Some(hint) => format!("{}: {hint}", fault.say(lang)),
            None => fault.say(lang),
        };
        let (en, ro) = (words(Lang::En), words(Lang::Ro));
        let next = now.checked_add(pause).unwrap_or(now).to_string();
        match &mut self.fault {
            Some(known) if known.en == en => {
                known.times = known.times.saturating_add(1);
                known.next = next;
                false
            }
            other => {
                *other = Some(Waiting { en, ro, since: now.to_string(), times: 1, next });
                true
            }
        }
    }

    /// How often the fault was met that keeps it from working now.
    pub fn times(&self) -> u32 {
        self.fault.as_ref().map_or(0, |fault| fault.times)
    }

    /// Writes it beside the desk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, folder: &Path) -> Result<(), FsFault> {
        let (path, bytes) = (place(folder), serde_json::to_vec(self).unwrap_or_default());
        let temporary = fs::beside(&path, "new");
        fs::stage(&temporary, &bytes, 0o600)?;
        fs::replace_private(&temporary, &path)
    }

    /// Reads what a daemon wrote; none where there is nothing that can be read.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read_bounded(&place(folder), MAX_PULSE).ok()?).ok()
    }
}

fn place(folder: &Path) -> PathBuf {
    folder.join("daemon.json")
}
