//! Writing to what a person may pull out: no modes, no owners, no hard links, and a cache that must
//! not be believed.
//!
//! ```text
//! write_synced(temporary)   the device says that it has the bytes
//! read_back(temporary)      the device is asked for them, past the cache of this machine
//! name_free(temporary)      they get their name, where it is free
//! sync_names(folder)        and keep it
//! ```
//!
//! **Limits.** `O_DIRECT` is asked for and done without where the file system has none; the cache is
//! told to forget the file first in any case. **Failure.** [`FsFault`] names the step and the path.

use super::{FsFault, Step, exists, open_regular};
use rustix::fs::{Advice, CWD, OFlags, RenameFlags, StatVfsMountFlags};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Direct reads want memory, places and lengths that are multiples of the device's block; none has larger ones.
const BLOCK: usize = 4096;
/// Bytes that are read back at a time.
const PIECE: usize = 1 << 20;

/// What a file system has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written; none where the driver does not tell (it then tells no size either).
    pub free: Option<u64>,
    /// Bytes by which files grow.
    pub unit: u64,
    /// Whether nothing may be written at all.
    pub read_only: bool,
}

/// What is left on the file system of this folder.
pub fn room(folder: &Path) -> Result<Room, FsFault> {
    let told = rustix::fs::statvfs(folder).map_err(|errno| FsFault::new(Step::Open, folder, errno.into()))?;
    let unit = told.f_frsize.max(1);
    let read_only = told.f_flag.contains(StatVfsMountFlags::RDONLY);
    let free = (told.f_blocks > 0).then(|| told.f_bavail.saturating_mul(unit));
    Ok(Room { free, unit, read_only })
}

/// Writes a file that is not there under its final name yet, and asks the device to have it. What stood
/// under this temporary name before was ours, and unfinished.
pub fn write_synced(temporary: &Path, bytes: &[u8]) -> Result<(), FsFault> {
    let fault = |step| move |error| FsFault::new(step, temporary, error);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = options.open(temporary).map_err(fault(Step::Create))?;
    file.write_all(bytes).map_err(fault(Step::Write))?;
    file.sync_all().map_err(fault(Step::Sync))
}

/// Reads a file from the device and not from this machine's memory; a callback sees its bytes.
/// Returns how many there were, and stops after `limit`.
pub fn read_back(path: &Path, limit: u64, mut see: impl FnMut(&[u8])) -> Result<u64, FsFault> {
    let fault = |error| FsFault::new(Step::Read, path, error);
    forget(path)?;
    let mut file = open_direct(path)?;
    let mut memory = vec![0_u8; PIECE + BLOCK];
    let start = memory.as_ptr().align_offset(BLOCK).min(BLOCK);
    let mut total = 0_u64;
    while total <= limit {
        let piece = memory.get_mut(start..start + PIECE).unwrap_or_default();
        let read = match file.read(piece) {
            Ok(read) => read,
            // A file system that opens direct files and then cannot read them.
            Err(error) if error.kind() == std::io::ErrorKind::InvalidInput && total == 0 => {
                file = open_regular(path)?;
                file.read(piece).map_err(fault)?
            }
            Err(error) => return Err(fault(error)),
        };
        if read == 0 {
            break;
        }
        see(piece.get(..read).unwrap_or_default());
        total = total.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
    Ok(total)
}

/// Tells the cache of this machine to drop what it has of a file: it is on the device, or nowhere.
fn forget(path: &Path) -> Result<(), FsFault> {
    let file = open_regular(path)?;
    rustix::fs::fadvise(&file, 0, None, Advice::DontNeed)
        .map_err(|errno| FsFault::new(Step::Read, path, errno.into()))
}

fn open_direct(path: &Path) -> Result<File, FsFault> {
    let direct = i32::try_from((OFlags::DIRECT | OFlags::NOFOLLOW).bits()).unwrap_or_default();
    match OpenOptions::new().read(true).custom_flags(direct).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::InvalidInput => open_regular(path),
        opened => opened.map_err(|error| FsFault::new(Step::Open, path, error)),
    }
}

/// Gives a file its name where that name is free. FAT drivers that cannot promise it are asked first:
/// nobody else writes to a stick that a clerk has just put in.
pub fn name_free(temporary: &Path, name: &Path) -> Result<(), FsFault> {
    let taken = || FsFault::Exists { path: name.to_owned() };
    match rustix::fs::renameat_with(CWD, temporary, CWD, name, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::EXIST) => Err(taken()),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if exists(name) => Err(taken()),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
            std::fs::rename(temporary, name).map_err(|error| FsFault::new(Step::Name, name, error))
        }
        Err(errno) => Err(FsFault::new(Step::Name, name, errno.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back_and_named_only_where_the_name_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let (temporary, name) = (folder.path().join(".a.part"), folder.path().join("a"));
        let bytes = vec![7_u8; PIECE + 5];
        write_synced(&temporary, &bytes).expect("written");
        let mut seen = Vec::new();
        assert_eq!(
            read_back(&temporary, u64::MAX, |piece| seen.extend_from_slice(piece)).expect("read"),
            1_048_581
        );
        assert_eq!(seen, bytes);
        name_free(&temporary, &name).expect("named");
        write_synced(&temporary, b"other").expect("written");
        assert!(matches!(name_free(&temporary, &name), Err(FsFault::Exists { .. })));
        assert!(!room(folder.path()).expect("asked").read_only);
    }
}
