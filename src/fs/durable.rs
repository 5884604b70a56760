//! Writing that survives a power cut and never replaces what has a final name: the treasury's half of
//! the door (Linux).
//!
//! **Contract.** Staged bytes are promised nothing until [`sync`] has returned; a name is given only
//! where it was free. **Failure.** [`FsFault`] names the step and the path.

use super::{FsFault, Step, exists, open_regular, parent};
use rustix::fs::{AtFlags, CWD, FlockOperation, OFlags, RenameFlags};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes a file under a temporary name, without any promise that it survives; what stood under that
/// temporary name before is replaced (it was ours, and unfinished).
pub fn stage(temporary: &Path, bytes: &[u8], mode: u32) -> Result<(), FsFault> {
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(mode)
            .custom_flags(libc_nofollow())
            .open(temporary)?;
        // The mode given to `open` is cut by the umask; the one asked for is meant.
        file.set_permissions(Permissions::from_mode(mode))?;
        file.write_all(bytes)
    };
    write().map_err(|error| FsFault::new(Step::Write, temporary, error))
}

fn libc_nofollow() -> i32 {
    i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default()
}

/// Gives a staged file its name; fails with [`FsFault::Exists`] where that name is taken.
pub fn name(temporary: &Path, name: &Path) -> Result<(), FsFault> {
    match rustix::fs::renameat_with(CWD, temporary, CWD, name, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::EXIST) => Err(FsFault::Exists { path: name.to_owned() }),
        // A file system without that flag: a hard link never replaces either.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => link_then_unlink(temporary, name),
        Err(errno) => Err(FsFault::new(Step::Name, name, errno.into())),
    }
}

fn link_then_unlink(temporary: &Path, name: &Path) -> Result<(), FsFault> {
    match rustix::fs::linkat(CWD, temporary, CWD, name, AtFlags::empty()) {
        Ok(()) => remove(temporary),
        Err(rustix::io::Errno::EXIST) => Err(FsFault::Exists { path: name.to_owned() }),
        Err(errno) => Err(FsFault::new(Step::Name, name, errno.into())),
    }
}

/// Makes everything durable that was written to the file system on which this folder lies: files,
/// names, folders. One call for a whole batch costs what one call for one file does.
///
/// Linux reports an error of any write since the last call (`syncfs`, since 5.8), once.
pub fn sync(folder: &Path) -> Result<(), FsFault> {
    let open = File::open(folder).map_err(|error| FsFault::new(Step::Sync, folder, error))?;
    rustix::fs::syncfs(&open).map_err(|errno| FsFault::new(Step::Sync, folder, errno.into()))
}

/// Makes one file durable.
pub fn sync_file(path: &Path) -> Result<(), FsFault> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| FsFault::new(Step::Sync, path, error))
}

/// Makes a folder's names durable, without waiting for the rest of the file system.
pub fn sync_names(folder: &Path) -> Result<(), FsFault> {
    sync_file(folder)
}

/// A small file, whole and durable under its name when this returns; never over something else.
pub fn create_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FsFault> {
    whole(path, |temporary| stage(temporary, bytes, mode))
}

/// What is written under a hidden name, durable under its own when this returns; never over something else.
pub(super) fn whole(path: &Path, write: impl FnOnce(&Path) -> Result<(), FsFault>) -> Result<(), FsFault> {
    let temporary = beside(path, "new");
    let made = write(&temporary)
        .and_then(|()| sync_file(&temporary))
        .and_then(|()| name(&temporary, path))
        .and_then(|()| sync_names(parent(path)));
    if made.is_err() {
        // What is left of a failed attempt has no name that anyone reads; losing this race is harmless.
        let _ = std::fs::remove_file(&temporary);
    }
    made
}

/// Moves a file to a name that is free: where `to` is taken, a number is put before its extension.
/// Returns where it went. Durable when this returns.
pub fn move_aside(from: &Path, to: &Path) -> Result<PathBuf, FsFault> {
    const ATTEMPTS: u32 = 10_000;
    for attempt in 0..ATTEMPTS {
        let target = if attempt == 0 { to.to_owned() } else { numbered(to, attempt) };
        match name(from, &target) {
            Err(FsFault::Exists { .. }) => {}
            Err(fault) => return Err(fault),
            Ok(()) => {
                sync_names(parent(&target))?;
                sync_names(parent(from))?;
                return Ok(target);
            }
        }
    }
    Err(FsFault::Exists { path: to.to_owned() })
}

/// The first name that is free for a new file: the name itself, else with a number.
pub fn free_name(wanted: &Path) -> PathBuf {
    if !exists(wanted) {
        return wanted.to_owned();
    }
    (1..10_000)
        .map(|number| numbered(wanted, number))
        .find(|name| !exists(name))
        .unwrap_or_else(|| wanted.to_owned())
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}.{number}{extension}"))
}

/// A folder and what is missing above it, each with this mode where it is made here.
pub fn create_folders(path: &Path, mode: u32) -> Result<(), FsFault> {
    // The parent of a relative name is the empty path: the folder in which we are.
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_folders(parent, mode)?;
    }
    match std::fs::DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(FsFault::new(Step::Create, path, error))
        }
        _ => Ok(()),
    }
}

/// Sets a folder's or a file's mode exactly, whatever the umask.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FsFault> {
    std::fs::set_permissions(path, Permissions::from_mode(mode))
        .map_err(|error| FsFault::new(Step::Mode, path, error))
}

/// Gives a folder or a file to a group, by its number.
pub fn set_group(path: &Path, group: u32) -> Result<(), FsFault> {
    std::os::unix::fs::chown(path, None, Some(group)).map_err(|error| FsFault::new(Step::Mode, path, error))
}

/// The permission bits of a file or folder.
pub fn mode(path: &Path) -> Result<u32, FsFault> {
    let metadata = std::fs::metadata(path).map_err(|error| FsFault::new(Step::Open, path, error))?;
    Ok(metadata.mode() & 0o7777)
}

/// The system's number of the user who owns a file.
pub fn owner(path: &Path) -> Result<u32, FsFault> {
    let metadata = std::fs::metadata(path).map_err(|error| FsFault::new(Step::Open, path, error))?;
    Ok(metadata.uid())
}

/// Removes a file; one that is not there is no fault.
pub fn remove(path: &Path) -> Result<(), FsFault> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FsFault::new(Step::Remove, path, error))
        }
        _ => Ok(()),
    }
}

/// Copies a regular file to a new private one while a callback sees its bytes, and makes the copy
/// durable. What is copied is what was read: a writer who goes on writing changes only the original.
pub fn copy_private(from: &Path, to: &Path, limit: u64, mut see: impl FnMut(&[u8])) -> Result<u64, FsFault> {
    let mut source = open_regular(from)?;
    let read = |error| FsFault::new(Step::Read, from, error);
    let write = |error| FsFault::new(Step::Write, to, error);
    let mut target = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(libc_nofollow())
        .open(to)
        .map_err(write)?;
    let mut buffer = vec![0_u8; 1 << 18];
    let mut total = 0_u64;
    loop {
        let count = source.read(&mut buffer).map_err(read)?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        total = total.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if total > limit {
            return Err(FsFault::TooLarge { path: from.to_owned(), limit });
        }
        see(chunk);
        target.write_all(chunk).map_err(write)?;
    }
    target.sync_all().map_err(write)?;
    Ok(total)
}

/// What a file was like at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Its length, bytes.
    pub length: u64,
    /// When it was last written, Unix seconds, as the file says.
    pub written: i64,
}

impl Stamp {
    /// How long it has been still, as the file says; nothing where it says that it was written in the future.
    pub fn still(self, now: jiff::Timestamp) -> Duration {
        let seconds = now.as_second().saturating_sub(self.written);
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }
}

/// The last bytes of a regular file, and what it is like.
pub fn tail(path: &Path, most: usize) -> Result<(Vec<u8>, Stamp), FsFault> {
    let fault = |error| FsFault::new(Step::Read, path, error);
    let mut file = open_regular(path)?;
    let metadata = file.metadata().map_err(fault)?;
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    file.seek(SeekFrom::Start(metadata.len().saturating_sub(most))).map_err(fault)?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(fault)?;
    Ok((bytes, Stamp { length: metadata.len(), written: metadata.mtime() }))
}

/// Whether a folder, no link, belongs to the user of this process or to root.
pub fn is_ours(folder: &Path) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    folder.symlink_metadata().is_ok_and(|found| found.is_dir() && [0, ours].contains(&found.uid()))
}

/// The system's number of the user of this process.
pub fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Whether nothing lies in a folder.
pub fn is_empty(folder: &Path) -> Result<bool, FsFault> {
    let mut entries = std::fs::read_dir(folder).map_err(|error| FsFault::new(Step::List, folder, error))?;
    Ok(entries.next().is_none())
}

/// Removes a folder of our own making, with all that is in it.
pub fn remove_folder(folder: &Path) -> Result<(), FsFault> {
    std::fs::remove_dir_all(folder).map_err(|error| FsFault::new(Step::Remove, folder, error))
}

/// Lets a callback see all of a regular file, of at most so many bytes.
pub fn read_through(path: &Path, limit: u64, mut see: impl FnMut(&[u8])) -> Result<(), FsFault> {
    let mut file = open_regular(path)?.take(limit.saturating_add(1));
    let mut buffer = vec![0_u8; 1 << 18];
    let mut total = 0_u64;
    loop {
        let count = file.read(&mut buffer).map_err(|error| FsFault::new(Step::Read, path, error))?;
        let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { return Ok(()) };
        total = total.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if total > limit {
            return Err(FsFault::TooLarge { path: path.to_owned(), limit });
        }
        see(chunk);
    }
}

/// Which folder this is, whatever is mounted there: two looks at one folder give the same.
pub fn identity(folder: &Path) -> Option<(u64, u64)> {
    folder.metadata().ok().map(|found| (found.dev(), found.ino()))
}

/// Gives a private file its name, over what had it: for copies whose name is their digest.
pub fn replace_private(temporary: &Path, name: &Path) -> Result<(), FsFault> {
    std::fs::rename(temporary, name).map_err(|error| FsFault::new(Step::Name, name, error))?;
    sync_names(parent(name))
}

/// A lock that lasts as long as this value and dies with its process: one daemon a state folder.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock is held by the open file")] File);

/// Takes the lock, or says that another process has it.
pub fn lock(path: &Path) -> Result<Lock, FsFault> {
    let open = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = open.map_err(|error| FsFault::new(Step::Lock, path, error))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Lock(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(FsFault::Locked { path: path.to_owned() }),
        Err(errno) => Err(FsFault::new(Step::Lock, path, errno.into())),
    }
}

/// A hidden name in the same folder, distinct by its mark.
pub fn beside(path: &Path, mark: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{mark}"))
}
