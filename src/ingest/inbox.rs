//! The watch folder: what has arrived, what is taken, where it goes when it is done.
//!
//! ```text
//! watch/NAME ──claim──▶ state/taken/DIGEST.ext      a private copy; only that is ever parsed
//!     │                      │ everything of it is durable
//!     └──────settle─────▶ watch/.done/NAME          or watch/.refused/NAME, if nothing of it was good
//!                            + watch/.refused/NAME and NAME.why.txt: the refused records alone
//! ```
//!
//! The scan is the truth: what the system reports about the folder is only a reason to scan. A file
//! is ready when its end is there and it has been still for a while; a file that was moved in under
//! its final name is still from the start. Links, folders, hidden files and the half-written names
//! that transfer programs use are passed over. If the process dies, the original is still in the
//! watch folder: it is taken again, and the ledger knows what was already made of it.

use super::Format;
use crate::fs::{self, FsFault, Part};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Endings that transfer programs give to what they have not finished, and companions of day files.
const NOT_DAY_FILES: [&str; 9] =
    [".part", ".tmp", ".temp", ".filepart", ".crdownload", ".partial", "~", ".correction", ".why.txt"];
/// How much of a file's end is looked at to see whether it is there.
const TAIL_BYTES: usize = 4096;
/// The longest name, bytes, under which a file is put away: most file systems hold 255.
const MAX_NAME: usize = 200;
/// Names that are tried for what is put aside, as [`fs::move_aside`] does.
const MAX_SAME_NAMES: u32 = 10_000;

/// The watch folder and the private folder of copies.
#[derive(Clone, Debug)]
pub struct Inbox {
    watch: PathBuf,
    private: PathBuf,
}

/// A file that lies in the watch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// Its form, by its extension; none is refused whole.
    pub format: Option<Format>,
    /// Whether its end is there.
    pub complete: bool,
    /// How long it has been still.
    pub still: Duration,
}

/// A file that was taken.
#[derive(Debug)]
pub struct Claimed {
    /// As it arrived.
    pub arrival: Arrival,
    /// The private copy.
    pub copy: PathBuf,
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Its length, bytes.
    pub length: u64,
    /// The system's number of the user who owns it.
    pub owner: u32,
    /// The companion that marks an `extras` XML as a correction, where there is one.
    pub correction: Option<PathBuf>,
}

impl Inbox {
    /// Makes the folders that are missing.
    pub fn open(watch: &Path, state: &Path) -> Result<Self, FsFault> {
        let inbox = Self { watch: watch.to_owned(), private: state.join("taken") };
        fs::create_folders(&inbox.watch, 0o770)?;
        fs::create_folders(&inbox.done(), 0o770)?;
        fs::create_folders(&inbox.refused(), 0o770)?;
        fs::create_folders(&inbox.private, 0o700)?;
        // Copies that a crash left behind: their originals still lie in the watch folder.
        fs::files_in(&inbox.private)?.iter().try_for_each(|left| fs::remove(left))?;
        Ok(inbox)
    }

    /// Where day files arrive.
    pub fn watch(&self) -> &Path {
        &self.watch
    }

    /// What lies there, by name.
    pub fn arrivals(&self, now: Timestamp) -> Result<Vec<Arrival>, FsFault> {
        let mut arrivals = Vec::new();
        for path in fs::files_in(&self.watch)? {
            let Some(name) = path.file_name().and_then(|name| name.to_str()).map(str::to_owned) else {
                continue;
            };
            if name.starts_with('.')
                || name == "README.md"
                || NOT_DAY_FILES.iter().any(|end| name.ends_with(end))
            {
                continue;
            }
            let format = Format::of(&name);
            // A file that vanished since the folder was listed has been taken back: no fault.
            let Ok((tail, still)) = fs::tail(&path, TAIL_BYTES, now) else { continue };
            let complete = format.is_none_or(|format| format.is_complete(&tail));
            arrivals.push(Arrival { path, name, format, complete, still });
        }
        Ok(arrivals)
    }

    /// Takes a file: a private, durable copy and its digest.
    pub fn claim(&self, arrival: Arrival, limit: u64) -> Result<Claimed, FsFault> {
        let extension = arrival.path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let temporary = self.private.join(format!("claiming.{extension}"));
        let mut digest = Sha256::new();
        let copied = fs::copy_private(&arrival.path, &temporary, limit, |chunk| digest.update(chunk));
        let length = match copied {
            Ok(length) => length,
            Err(fault) => {
                fs::remove(&temporary)?; // half a copy of personal data serves nobody
                return Err(fault);
            }
        };
        let digest: [u8; 32] = digest.finalize().into();
        let copy = self.private.join(format!("{}.{extension}", hex(&digest)));
        fs::replace_private(&temporary, &copy)?;
        let companion = self.watch.join(format!("{}.correction", arrival.name));
        let correction = fs::exists(&companion).then_some(companion);
        let owner = fs::owner(&arrival.path)?;
        Ok(Claimed { arrival, copy, digest, length, owner, correction })
    }

    /// Puts a finished file away; its private copy goes. `refused_whole`: nothing of it was good.
    ///
    /// A file that was replaced or written on while it was worked on goes back where it lay, and is
    /// taken again: what of it is done already, the ledger knows.
    pub fn settle(&self, claimed: &Claimed, refused_whole: bool) -> Result<PathBuf, FsFault> {
        let to =
            if refused_whole { self.refused() } else { self.done() }.join(fitting(&claimed.arrival.name));
        // Moved first and looked at then: nobody can exchange it in between.
        let put = fs::move_aside(&claimed.arrival.path, &to)?;
        if !is_same(&put, claimed) {
            return fs::move_aside(&put, &claimed.arrival.path);
        }
        // The mark goes after the file: without it a correction would be a conflict.
        if let Some(companion) = claimed.correction.as_ref().filter(|companion| fs::exists(companion)) {
            let name = put.file_name().unwrap_or_default().to_string_lossy();
            fs::move_aside(companion, &put.with_file_name(format!("{name}.correction")))?;
        }
        fs::remove(&claimed.copy)?;
        Ok(put)
    }

    /// Puts a file away that was refused before it could be taken (too large, no form of ours).
    pub fn refuse(&self, arrival: &Arrival) -> Result<PathBuf, FsFault> {
        fs::move_aside(&arrival.path, &self.refused().join(fitting(&arrival.name)))
    }

    /// The refused records of a file and why, for a person to mend: `NAME` and `NAME.why.txt` in
    /// `.refused/`, with a number where the name is taken. Written once, however often the file is
    /// taken. Returns where the reasons stand.
    pub fn quarantine(
        &self,
        name: &str,
        records: Option<&[Part<'_>]>,
        why: &[Part<'_>],
    ) -> Result<PathBuf, FsFault> {
        let wanted = self.refused().join(fitting(name));
        for number in 0..MAX_SAME_NAMES {
            let place = numbered(&wanted, number);
            let beside = reasons_of(&place);
            let again = fs::is_made_of(&beside, why);
            match records {
                Some(records) if fs::is_made_of(&place, records) => {}
                Some(records) if !fs::exists(&place) && (again || !fs::exists(&beside)) => {
                    fs::join_new(records, &place, 0o660)?;
                }
                None if !fs::exists(&place) && (again || !fs::exists(&beside)) => {}
                _ => continue,
            }
            return if again { Ok(beside) } else { self.write_beside(&beside, why) };
        }
        Err(FsFault::Exists { path: wanted })
    }

    /// Why a file is refused whole, under the name that [`Inbox::settle`] will give the file.
    pub fn why_whole(&self, name: &str, why: &[Part<'_>]) -> Result<PathBuf, FsFault> {
        self.write_beside(&reasons_of(&fs::free_name(&self.refused().join(fitting(name)))), why)
    }

    /// Reasons that lie there already without their file, or in other words, are of an attempt that
    /// did not come to its end.
    fn write_beside(&self, beside: &Path, why: &[Part<'_>]) -> Result<PathBuf, FsFault> {
        if !fs::is_made_of(beside, why) {
            fs::remove(beside)?;
            fs::join_new(why, beside, 0o660)?;
        }
        Ok(beside.to_owned())
    }

    /// Writes why a file was refused whole, beside it.
    pub fn write_why(&self, name: &str, why: &str) -> Result<PathBuf, FsFault> {
        let place = fs::free_name(&self.refused().join(format!("{name}.why.txt")));
        fs::create_new(&place, why.as_bytes(), 0o660)?;
        Ok(place)
    }

    /// Where finished files go.
    pub fn done(&self) -> PathBuf {
        self.watch.join(".done")
    }

    /// Where refused files and records go.
    pub fn refused(&self) -> PathBuf {
        self.watch.join(".refused")
    }
}

/// The name under which a file is put away: shortened before its extension, where `.why.txt` and a
/// number would not fit behind it. A name alone must not be able to stop the work.
fn fitting(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let cut = |text: &str, most: usize| {
        let mut length = 0;
        let fits = |c: &char| {
            length += c.len_utf8();
            length <= most
        };
        text.chars().take_while(fits).collect::<String>()
    };
    format!("{}.{}", cut(stem, MAX_NAME - 40), cut(extension, 39))
}

/// Whether a file that was put away is the one that was taken.
fn is_same(put: &Path, claimed: &Claimed) -> bool {
    fs::is_made_of(put, &[Part::File(&claimed.copy)])
}

fn reasons_of(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!("{name}.why.txt"))
}

/// The same name with a number before its extension, as [`fs::move_aside`] numbers.
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}.{number}{extension}"))
}

fn hex(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
