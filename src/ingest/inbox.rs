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
//! its final name is still from the start. Links, hidden files and the half-written names
//! that transfer programs use are passed over. If the process dies, the original is still in the
//! watch folder: it is taken again, and the ledger knows what was already made of it.
//!
//! A unit may have a folder of its own, `watch/<code>/`, with its own `.done/` and `.refused/`: what lies there is of that unit alone.
//! It counts only where it belongs to the daemon's user or to root: whoever may drop files must not be able to say where files lie.
//! Companions: `NAME.ready` says that NAME is finished, `NAME.sha256` what its bytes are, `NAME.correction` that it corrects.

use super::Format;
use crate::clock::Stopwatch;
use crate::fs::{self, FsFault, Part};
use crate::model::TreasuryCode;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Endings that transfer programs give to what they have not finished, and companions of day files.
const NOT_DAY_FILES: [&str; 11] = [
    ".part",
    ".tmp",
    ".temp",
    ".filepart",
    ".crdownload",
    ".partial",
    "~",
    ".correction",
    ".ready",
    ".sha256",
    ".why.txt",
];
/// Companions that are put away with their file.
const COMPANIONS: [&str; 3] = ["correction", "ready", "sha256"];
/// Octets of a `.sha256` companion.
const MAX_CHECKSUM: u64 = 4096;
/// How much of a file's end is looked at to see whether it is there.
const TAIL_BYTES: usize = 4096;
/// The longest name, bytes, under which a file is put away: most file systems hold 255.
const MAX_NAME: usize = 200;
/// Names that are tried for what is put aside, as [`fs::move_aside`] does.
const MAX_SAME_NAMES: u32 = 10_000;

/// The watch folder and the private folder of copies.
#[derive(Debug)]
pub struct Inbox {
    watch: PathBuf,
    private: PathBuf,
    /// What each file was like when it was first seen so: the time of a file may be wrong, our stopwatch is not.
    seen: Mutex<BTreeMap<PathBuf, (fs::Stamp, Stopwatch)>>,
    moved_in: MovedIn,
}

/// Files of which the system said that they were moved in under their names: nobody writes them any more.
#[derive(Clone, Debug, Default)]
pub struct MovedIn(Arc<Mutex<BTreeSet<PathBuf>>>);

impl MovedIn {
    /// The most that are remembered; of more the time of the file decides, as where the system says nothing.
    const MOST: usize = 100_000;

    /// The system said it of this one.
    pub fn add(&self, path: PathBuf) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < Self::MOST {
            all.insert(path);
        }
    }

    fn has(&self, path: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    fn keep(&self, there: &BTreeSet<&Path>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // perhaps it came since the folder was listed
        all.retain(|path| there.contains(path.as_path()) || fs::exists(path));
    }
}

/// A file that lies in the watch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name.
    pub name: String,
    /// The unit in whose own folder it lies, where it does.
    pub unit: Option<TreasuryCode>,
    /// Its length when it was looked at, bytes.
    pub length: u64,
    /// Whether a companion says that it is finished.
    pub ready: bool,
    /// The companion that says what its bytes are, where there is one.
    pub checksum: Option<PathBuf>,
    /// Its form, by its extension; none is refused whole.
    pub format: Option<Format>,
    /// Whether its end is there.
    pub complete: bool,
    /// How long it has been still.
    pub still: Duration,
}

impl Arrival {
    /// Its name as people are told it: with the unit's folder.
    pub fn shown(&self) -> String {
        self.unit.map_or_else(|| self.name.clone(), |unit| format!("{unit}/{}", self.name))
    }

    fn companion(&self, extension: &str) -> PathBuf {
        self.path.with_file_name(format!("{}.{extension}", self.name))
    }
}

/// What lies in the watch folder.
#[derive(Debug, Default)]
pub struct Lying {
    /// Day files, by unit and name; those of no unit's folder first.
    pub files: Vec<Arrival>,
    /// Folders that are no unit's, or belong to somebody else: nothing in them is looked at.
    pub folders: Vec<String>,
    /// Files that could not even be looked at, and why.
    pub unread: Vec<(String, FsFault)>,
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
        let inbox = Self {
            watch: watch.to_owned(),
            private: state.join("taken"),
            seen: Mutex::default(),
            moved_in: MovedIn::default(),
        };
        fs::create_folders(&inbox.watch, 0o770)?;
        fs::create_folders(&inbox.done(None), 0o770)?;
        fs::create_folders(&inbox.refused(None), 0o770)?;
        fs::create_folders(&inbox.private, 0o700)?;
        // Copies that a crash left behind: their originals still lie in the watch folder.
        fs::files_in(&inbox.private)?.iter().try_for_each(|left| fs::remove(left))?;
        Ok(inbox)
    }

    /// Where the system's word of what was moved in is noted.
    pub fn moved_in(&self) -> MovedIn {
        self.moved_in.clone()
    }

    /// Where day files arrive.
    pub fn watch(&self) -> &Path {
        &self.watch
    }

    /// What lies there.
    pub fn arrivals(&self, now: Timestamp) -> Result<Lying, FsFault> {
        let mut lying = Lying::default();
        self.look_into(&self.watch, None, now, &mut lying)?;
        for folder in fs::folders_in(&self.watch)? {
            let Some(name) = folder.file_name().and_then(|name| name.to_str()) else { continue };
            if name.starts_with('.') {
                continue;
            }
            match TreasuryCode::parse(name) {
                Ok(unit) if fs::is_ours(&folder) => self.look_into(&folder, Some(unit), now, &mut lying)?,
                _ => lying.folders.push(name.to_owned()),
            }
        }
        self.forget(&lying);
        Ok(lying)
    }

    fn look_into(
        &self,
        folder: &Path,
        unit: Option<TreasuryCode>,
        now: Timestamp,
        lying: &mut Lying,
    ) -> Result<(), FsFault> {
        for path in fs::files_in(folder)? {
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
            let (tail, stamp) = match fs::tail(&path, TAIL_BYTES) {
                Ok(found) => found,
                Err(fault) => {
                    // A file that vanished since the folder was listed has been taken back: no fault.
                    if fs::exists(&path) {
                        lying.unread.push((name, fault));
                    }
                    continue;
                }
            };
            let complete = format.is_none_or(|format| format.is_complete(&tail));
            let still = match self.moved_in.has(&path) {
                true => Duration::MAX,
                false => stamp.still(now).max(self.unchanged(&path, stamp)),
            };
            let mut arrival = Arrival {
                path,
                name,
                unit,
                length: stamp.length,
                ready: false,
                checksum: None,
                format,
                complete,
                still,
            };
            arrival.ready = fs::exists(&arrival.companion("ready"));
            arrival.checksum = Some(arrival.companion("sha256")).filter(|path| fs::exists(path));
            lying.files.push(arrival);
        }
        Ok(())
    }

    /// For how long we have seen a file be as it is.
    fn unchanged(&self, path: &Path, stamp: fs::Stamp) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get(path) {
            Some((known, since)) if *known == stamp => since.elapsed(),
            _ => {
                seen.insert(path.to_owned(), (stamp, Stopwatch::start()));
                Duration::ZERO
            }
        }
    }

    /// What is gone need not be remembered.
    fn forget(&self, lying: &Lying) {
        let there: BTreeSet<&Path> = lying.files.iter().map(|arrival| arrival.path.as_path()).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|path, _| there.contains(path.as_path()));
        self.moved_in.keep(&there);
    }

    /// Takes a file: a private, durable copy and its digest.
    pub fn claim(&self, arrival: Arrival, limit: u64) -> Result<Claimed, FsFault> {
        let extension = arrival.path.extension().unwrap_or_default().to_string_lossy().into_owned();
        // Several units' files are taken at once, perhaps with the same bytes: each has names of its own.
        let lane = arrival.unit.map_or_else(|| "all".to_owned(), |unit| unit.to_string());
        let temporary = self.private.join(format!("claiming-{lane}.{extension}"));
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
        let copy = self.private.join(format!("{lane}-{}.{extension}", hex(&digest)));
        fs::replace_private(&temporary, &copy)?;
        let companion = arrival.companion("correction");
        let correction = fs::exists(&companion).then_some(companion);
        let owner = fs::owner(&arrival.path)?;
        Ok(Claimed { arrival, copy, digest, length, owner, correction })
    }

    /// Whether the bytes that were taken are those that the companion names, where there is one that can be read.
    pub fn is_as_promised(&self, claimed: &Claimed) -> bool {
        let Some(path) = &claimed.arrival.checksum else { return true };
        let Ok(text) = fs::read_bounded(path, MAX_CHECKSUM) else { return false };
        let word = text.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).unwrap_or_default();
        word.eq_ignore_ascii_case(hex(&claimed.digest).as_bytes())
    }

    /// Lets go of a file that was taken and stays where it lies.
    pub fn release(&self, claimed: &Claimed) -> Result<(), FsFault> {
        fs::remove(&claimed.copy)
    }

    /// Puts a finished file away; its private copy goes. `refused_whole`: nothing of it was good.
    ///
    /// A file that was replaced or written on while it was worked on goes back where it lay, and is
    /// taken again: what of it is done already, the ledger knows.
    pub fn settle(&self, claimed: &Claimed, refused_whole: bool) -> Result<PathBuf, FsFault> {
        let unit = claimed.arrival.unit;
        let folder = if refused_whole { self.refused(unit) } else { self.done(unit) };
        fs::create_folders(&folder, 0o770)?; // gone with a disk that was exchanged
        let to = folder.join(fitting(&claimed.arrival.name));
        // Moved first and looked at then: nobody can exchange it in between.
        let put = fs::move_aside(&claimed.arrival.path, &to)?;
        if !is_same(&put, claimed) {
            return fs::move_aside(&put, &claimed.arrival.path);
        }
        // The marks go after the file: without its own a correction would be a conflict.
        for extension in COMPANIONS {
            let companion = claimed.arrival.companion(extension);
            if fs::exists(&companion) {
                let name = put.file_name().unwrap_or_default().to_string_lossy();
                fs::move_aside(&companion, &put.with_file_name(format!("{name}.{extension}")))?;
            }
        }
        fs::remove(&claimed.copy)?;
        Ok(put)
    }

    /// Puts a file away that was refused before it could be taken (too large, no form of ours).
    pub fn refuse(&self, arrival: &Arrival) -> Result<PathBuf, FsFault> {
        let folder = self.refused(arrival.unit);
        fs::create_folders(&folder, 0o770)?;
        fs::move_aside(&arrival.path, &folder.join(fitting(&arrival.name)))
    }

    /// The refused records of a file and why, for a person to mend: `NAME` and `NAME.why.txt` in
    /// `.refused/`, with a number where the name is taken. Written once, however often the file is
    /// taken. Returns where the reasons stand.
    pub fn quarantine(
        &self,
        arrival: &Arrival,
        records: Option<&[Part<'_>]>,
        why: &[Part<'_>],
    ) -> Result<PathBuf, FsFault> {
        let folder = self.refused(arrival.unit);
        fs::create_folders(&folder, 0o770)?;
        let wanted = folder.join(fitting(&arrival.name));
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
    pub fn why_whole(&self, arrival: &Arrival, why: &[Part<'_>]) -> Result<PathBuf, FsFault> {
        let folder = self.refused(arrival.unit);
        fs::create_folders(&folder, 0o770)?;
        self.write_beside(&reasons_of(&fs::free_name(&folder.join(fitting(&arrival.name)))), why)
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

    /// Writes why a file was refused whole, beside where it was put.
    pub fn write_why(&self, put: &Path, why: &str) -> Result<PathBuf, FsFault> {
        let place = fs::free_name(&reasons_of(put));
        fs::create_new(&place, why.as_bytes(), 0o660)?;
        Ok(place)
    }

    /// Where finished files go: of the watch folder itself, or of a unit's.
    pub fn done(&self, unit: Option<TreasuryCode>) -> PathBuf {
        self.folder(unit).join(".done")
    }

    /// Where refused files and records go.
    pub fn refused(&self, unit: Option<TreasuryCode>) -> PathBuf {
        self.folder(unit).join(".refused")
    }

    /// How many files a person has still to mend, and since when the first of them; folders that cannot be read count nothing.
    pub fn to_mend(&self) -> (u64, Option<Timestamp>) {
        let units = fs::folders_in(&self.watch).unwrap_or_default();
        let folders = units.iter().map(|folder| folder.join(".refused")).chain([self.refused(None)]);
        let (mut count, mut oldest) = (0, None);
        for path in folders.flat_map(|folder| fs::files_in(&folder).unwrap_or_default()) {
            if path.to_string_lossy().ends_with(".why.txt")
                && let Ok((_, stamp)) = fs::tail(&path, 0)
            {
                count += 1;
                oldest = oldest.map_or(Some(stamp.written), |known: i64| Some(known.min(stamp.written)));
            }
        }
        (count, oldest.and_then(|at| Timestamp::from_second(at).ok()))
    }

    fn folder(&self, unit: Option<TreasuryCode>) -> PathBuf {
        unit.map_or_else(|| self.watch.clone(), |unit| self.watch.join(unit.to_string()))
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
