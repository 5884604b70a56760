//! The state of an office, copied while it works and put back after a loss.
//!
//! ```text
//! TO/pecete-20261125T181500Z/   ledger.sqlite   one moment of it, whatever is written meanwhile
//!                               stick/ drafts/  what only the state folder has
//!                               backup.json     how far the ledger had come
//!                               SHA256SUMS      of all of it, as sha256sum -c reads it
//! ```
//!
//! **Contract.** A backup has its name only when all of it is durable; nothing is overwritten, there or in the state folder. What is put back
//! is compared with its sums first, all of it, and the ledger with its own chain. A ledger that was put back is *pending*: nothing is signed
//! until each document of the published tree is explained (`service`). Keys, passwords and the published tree are in no backup.
//! **Limits.** [`MOST_FILES`]; names that lead out of the folder are refused. **Failure.** [`BackupFault`] says what and where.

mod fault;

pub use fault::BackupFault;

use crate::audit::head;
use crate::fs::{self, FsFault};
use crate::ledger::{Chain, Keeping, Restoration, SqliteLedger};
use crate::trust::{hex, unhex};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Files of one backup.
pub const MOST_FILES: usize = 10_000_000;
/// Octets of the list of sums.
const MAX_SUMS: u64 = 2 << 30;
/// Octets of a file of a backup.
const MAX_FILE: u64 = 1 << 40;
/// Octets of `backup.json`.
const MAX_ABOUT: u64 = 1 << 16;
/// How deep the folders of a state are.
const MAX_DEPTH: usize = 8;

const LEDGER: &str = "ledger.sqlite";
const ABOUT: &str = "backup.json";
const SUMS: &str = "SHA256SUMS";
/// What only the state folder has, beside the ledger.
const FOLDERS: [&str; 2] = ["stick", "drafts"];

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The version of this form.
    pub version: u32,
    /// When it was made.
    pub at: Timestamp,
    /// Events of the ledger.
    pub events: u64,
    /// The digest of the last one, hexadecimal.
    pub head: String,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself.
    pub about: About,
    /// How many files it has.
    pub files: usize,
}

/// Copies a state folder into a new folder in `to`; `copied` hears of each file.
///
/// # Errors
/// [`BackupFault`]; then nothing has the backup's name.
pub fn make(state: &Path, to: &Path, now: Timestamp, copied: &mut dyn FnMut()) -> Result<Made, BackupFault> {
    let name = format!("pecete-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let (path, part) = (to.join(&name), to.join(format!(".{name}.part")));
    if fs::exists(&path) || fs::exists(&part) {
        return Err(FsFault::Exists { path }.into());
    }
    fs::create_folders(to, 0o700)?;
    fs::create_folders(&part, 0o700)?;
    let made = fill(state, &part, now, copied);
    let (about, files) = match made {
        Ok(made) => made,
        Err(fault) => {
            // Half a backup would only mislead.
            fs::remove_folder(&part)?;
            return Err(fault);
        }
    };
    fs::sync(&part)?;
    fs::name(&part, &path)?;
    fs::sync_names(to)?;
    Ok(Made { path, about, files })
}

fn fill(
    state: &Path,
    part: &Path,
    now: Timestamp,
    copied: &mut dyn FnMut(),
) -> Result<(About, usize), BackupFault> {
    // The ledger first: what it knows of is on the disk already, and nothing of that is ever removed but drafts.
    SqliteLedger::open_to_read(&state.join(LEDGER))?.copy_to(&part.join(LEDGER))?;
    let head = SqliteLedger::open_to_read(&part.join(LEDGER))?.head()?;
    let about = About { version: 1, at: now, events: head.events, head: hex(&head.digest) };
    let bytes = serde_json::to_vec_pretty(&about).unwrap_or_default();
    fs::stage(&part.join(ABOUT), &bytes, 0o600)?;
    let mut sums = String::new();
    for name in [LEDGER, ABOUT] {
        sum(&mut sums, name, &digest_of(&part.join(name))?);
        copied();
    }
    let mut files = 2;
    for folder in FOLDERS {
        for relative in files_below(state, Path::new(folder), 0)? {
            let (from, to) = (state.join(&relative), part.join(&relative));
            fs::create_folders(fs::parent(&to), 0o700)?;
            let mut digest = Sha256::new();
            match fs::copy_private(&from, &to, MAX_FILE, |chunk| digest.update(chunk)) {
                // A draft was signed or rejected since the folder was listed.
                Err(_) if !fs::exists(&from) => fs::remove(&to)?,
                copy => {
                    copy?;
                    sum(&mut sums, &relative.to_string_lossy(), &digest.finalize().into());
                    files += 1;
                    copied();
                }
            }
            if files > MOST_FILES {
                return Err(FsFault::TooMany { path: state.to_owned(), limit: MOST_FILES }.into());
            }
        }
    }
    fs::stage(&part.join(SUMS), sums.as_bytes(), 0o600)?;
    Ok((about, files))
}

/// Puts a backup back into a state folder that has no ledger. What is published and not known to it is explained at the next start.
///
/// # Errors
/// [`BackupFault`]: the backup is not whole, or something is there already.
pub fn put_back(
    backup: &Path,
    state: &Path,
    heads: &Path,
    now: Timestamp,
    copied: &mut dyn FnMut(),
) -> Result<Restoration, BackupFault> {
    let place = state.join(LEDGER);
    for taken in [&place, &state.join("stick"), &state.join("drafts")] {
        if fs::exists(taken) && (!taken.is_dir() || !fs::is_empty(taken)?) {
            return Err(BackupFault::StateInUse { path: taken.clone() });
        }
    }
    let about = about(backup)?;
    let listed = listed(backup)?;
    // All of it is compared before anything is put anywhere.
    for (relative, expected) in &listed {
        let path = backup.join(relative);
        if digest_of(&path)? != *expected {
            return Err(BackupFault::Altered { path });
        }
    }
    fs::create_folders(state, 0o700)?;
    fs::set_mode(state, 0o700)?;
    let _lock = fs::lock(&state.join("lock"))?;
    for (relative, expected) in &listed {
        let to = match relative.as_path() {
            file if file == Path::new(LEDGER) => state.join(".restoring.sqlite"),
            file if file == Path::new(ABOUT) => continue,
            file => state.join(file),
        };
        fs::create_folders(fs::parent(&to), 0o700)?;
        let mut digest = Sha256::new();
        fs::copy_private(&backup.join(relative), &to, MAX_FILE, |chunk| digest.update(chunk))?;
        let found: [u8; 32] = digest.finalize().into();
        if found != *expected {
            return Err(BackupFault::Altered { path: backup.join(relative) });
        }
        copied();
    }
    let restoration = restore_ledger(&state.join(".restoring.sqlite"), backup, heads, &about, now)?;
    fs::sync(state)?;
    fs::name(&state.join(".restoring.sqlite"), &place)?;
    fs::sync_names(state)?;
    Ok(restoration)
}

/// The ledger of a backup, whole, told that it was put back, and what it cannot know of.
fn restore_ledger(
    path: &Path,
    backup: &Path,
    heads: &Path,
    about: &About,
    now: Timestamp,
) -> Result<Restoration, BackupFault> {
    let mut ledger = SqliteLedger::open(path)?;
    let head = ledger.head()?;
    if head.events != about.events || hex(&head.digest) != about.head || !ledger.breaks()?.is_empty() {
        return Err(BackupFault::Altered { path: backup.join(LEDGER) });
    }
    let lost = head::all(heads)?.into_iter().filter(|path| head::events(path) > head.events);
    let lost: Vec<String> =
        lost.filter_map(|path| path.file_name().map(|name| name.to_string_lossy().into_owned())).collect();
    let name = backup.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let restoration = Restoration {
        id: 0,
        at: now,
        who: fs::user(),
        backup: name,
        events: head.events,
        heads: lost.join("\n"),
    };
    ledger.restored(&restoration)?;
    Ok(restoration)
}

fn about(backup: &Path) -> Result<About, BackupFault> {
    let path = backup.join(ABOUT);
    if !fs::exists(&path) {
        return Err(BackupFault::NoBackup { path: backup.to_owned() });
    }
    let about: About = serde_json::from_slice(&fs::read_bounded(&path, MAX_ABOUT)?)
        .map_err(|_| BackupFault::NoBackup { path: backup.to_owned() })?;
    if about.version == 1 { Ok(about) } else { Err(BackupFault::NoBackup { path: backup.to_owned() }) }
}

/// The files of a backup with their sums; the ledger and what it says of itself among them.
fn listed(backup: &Path) -> Result<Vec<(PathBuf, [u8; 32])>, BackupFault> {
    let path = backup.join(SUMS);
    let none = || BackupFault::NoBackup { path: backup.to_owned() };
    let text = String::from_utf8(fs::read_bounded(&path, MAX_SUMS)?).map_err(|_| none())?;
    let mut listed = Vec::new();
    for line in text.lines().take(MOST_FILES) {
        let (digest, name) = line.split_once("  ").ok_or_else(none)?;
        let name = PathBuf::from(name);
        let inside = name.components().all(|part| matches!(part, Component::Normal(_)));
        let ours = [LEDGER, ABOUT].iter().any(|file| name == Path::new(file))
            || FOLDERS.iter().any(|folder| name.starts_with(folder));
        match unhex(digest) {
            Some(digest) if inside && ours => listed.push((name, digest)),
            _ => return Err(BackupFault::Name { path: path.clone(), name: name.display().to_string() }),
        }
    }
    let has = |file: &str| listed.iter().any(|(name, _)| name == Path::new(file));
    if has(LEDGER) && has(ABOUT) { Ok(listed) } else { Err(none()) }
}

/// The regular files below a folder, hidden names apart, relative to its root.
fn files_below(root: &Path, folder: &Path, depth: usize) -> Result<Vec<PathBuf>, BackupFault> {
    let whole = root.join(folder);
    if depth > MAX_DEPTH {
        return Err(FsFault::TooDeep { path: whole, limit: MAX_DEPTH }.into());
    }
    if !fs::exists(&whole) {
        return Ok(Vec::new());
    }
    let hidden = |path: &Path| path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut found = Vec::new();
    for path in fs::files_in(&whole)?.into_iter().filter(|path| !hidden(path)) {
        found.push(folder.join(path.file_name().unwrap_or_default()));
    }
    for inner in fs::folders_in(&whole)?.into_iter().filter(|path| !hidden(path)) {
        found.append(&mut files_below(root, &folder.join(inner.file_name().unwrap_or_default()), depth + 1)?);
    }
    Ok(found)
}

fn digest_of(path: &Path) -> Result<[u8; 32], BackupFault> {
    let mut digest = Sha256::new();
    fs::read_through(path, MAX_FILE, |chunk| digest.update(chunk))?;
    Ok(digest.finalize().into())
}

fn sum(sums: &mut String, name: &str, digest: &[u8; 32]) {
    let _always = writeln!(sums, "{}  {name}", hex(digest));
}
