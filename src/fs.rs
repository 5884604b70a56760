//! The only door to the file system: bounded reads, files that are there whole or not at all.
//!
//! **Writing.** A document goes through three steps, and the cost of the slow one is shared:
//!
//! ```text
//! stage(temporary, bytes)      written under a hidden name in its final folder; nothing promised
//! sync(folder)                 one call for a whole batch: from here on the bytes survive a power cut
//! name(temporary, final)       appears under its name, atomically, never over something else
//! sync(folder)                 the name survives too
//! ```
//!
//! [`create_new`] does all of it for a single small file. Nothing here overwrites what has a final name.
//!
//! **Reading.** Every read has a limit, and no read follows a link at the last step of the path
//! ([`open_regular`]): what lies in a watched folder may have been put there by someone who hopes so.
//!
//! **Failure.** [`FsFault`] says which step on which path; a full disk or a vanished folder is worth
//! trying again, a wrong permission is not.

mod fault;

pub use fault::{FsFault, Step};

use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags, RenameFlags};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Reads a whole regular file of at most `limit` bytes; more is a fault, not a cut.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FsFault> {
    let file = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| FsFault::new(Step::Read, path, error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(FsFault::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

/// Opens a regular file for reading, without following a link at its name and without blocking on a pipe.
pub fn open_regular(path: &Path) -> Result<File, FsFault> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file: File = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => file.into(),
        Err(rustix::io::Errno::LOOP) => {
            return Err(FsFault::NotRegular {
                path: path.to_owned(),
            });
        }
        Err(errno) => return Err(FsFault::new(Step::Open, path, errno.into())),
    };
    let metadata = file
        .metadata()
        .map_err(|error| FsFault::new(Step::Open, path, error))?;
    if metadata.is_file() {
        Ok(file)
    } else {
        Err(FsFault::NotRegular {
            path: path.to_owned(),
        })
    }
}

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
        Err(rustix::io::Errno::EXIST) => Err(FsFault::Exists {
            path: name.to_owned(),
        }),
        // A file system without that flag: a hard link never replaces either.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => link_then_unlink(temporary, name),
        Err(errno) => Err(FsFault::new(Step::Name, name, errno.into())),
    }
}

fn link_then_unlink(temporary: &Path, name: &Path) -> Result<(), FsFault> {
    match rustix::fs::linkat(CWD, temporary, CWD, name, AtFlags::empty()) {
        Ok(()) => remove(temporary),
        Err(rustix::io::Errno::EXIST) => Err(FsFault::Exists {
            path: name.to_owned(),
        }),
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
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| FsFault::new(Step::Sync, path, error))
}

/// Makes a folder's names durable, without waiting for the rest of the file system.
pub fn sync_names(folder: &Path) -> Result<(), FsFault> {
    sync_file(folder)
}

/// A small file, whole and durable under its name when this returns; never over something else.
pub fn create_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), FsFault> {
    let temporary = beside(path, "new");
    let made = stage(&temporary, bytes, mode)
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
        let target = if attempt == 0 {
            to.to_owned()
        } else {
            numbered(to, attempt)
        };
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
    let extension = path
        .extension()
        .map(|e| format!(".{}", e.to_string_lossy()))
        .unwrap_or_default();
    path.with_file_name(format!("{stem}.{number}{extension}"))
}

/// A folder and what is missing above it, each with this mode where it is made here.
pub fn create_folders(path: &Path, mode: u32) -> Result<(), FsFault> {
    if path.is_dir() {
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

/// Removes a file; one that is not there is no fault.
pub fn remove(path: &Path) -> Result<(), FsFault> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(FsFault::new(Step::Remove, path, error))
        }
        _ => Ok(()),
    }
}

/// Whether something has this name; a link counts as something.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The regular files directly in a folder, by name, ascending; links and folders are passed over.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, FsFault> {
    let fault = |error| FsFault::new(Step::List, folder, error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_type().map_err(fault)?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort_unstable();
    Ok(files)
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
            return Err(FsFault::TooLarge {
                path: from.to_owned(),
                limit,
            });
        }
        see(chunk);
        target.write_all(chunk).map_err(write)?;
    }
    target.sync_all().map_err(write)?;
    Ok(total)
}

/// A lock that lasts as long as this value and dies with its process: one daemon a state folder.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock is held by the open file")] File);

/// Takes the lock, or says that another process has it.
pub fn lock(path: &Path) -> Result<Lock, FsFault> {
    let open = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    let file = open.map_err(|error| FsFault::new(Step::Lock, path, error))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Lock(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(FsFault::Locked {
            path: path.to_owned(),
        }),
        Err(errno) => Err(FsFault::new(Step::Lock, path, errno.into())),
    }
}

/// A hidden name in the same folder, distinct by its mark.
pub fn beside(path: &Path, mark: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{mark}"))
}

/// The folder in which a path lies.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_is_whole_private_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        create_new(&path, b"one", 0o640).expect("written");
        assert_eq!(mode(&path).expect("a mode"), 0o640);
        assert!(matches!(
            create_new(&path, b"two", 0o640),
            Err(FsFault::Exists { .. })
        ));
        assert_eq!(read_bounded(&path, 10).expect("read"), b"one");
        assert_eq!(
            files_in(folder.path()).expect("listed"),
            [path],
            "no temporary file is left behind"
        );
    }

    #[test]
    fn a_read_has_a_limit_and_follows_no_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a"), folder.path().join("b"));
        create_new(&path, b"12345", 0o600).expect("written");
        assert!(matches!(
            read_bounded(&path, 4),
            Err(FsFault::TooLarge { limit: 4, .. })
        ));
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        assert!(matches!(read_bounded(&link, 10), Err(FsFault::NotRegular { .. })));
        assert!(matches!(
            read_bounded(folder.path(), 10),
            Err(FsFault::NotRegular { .. })
        ));
    }

    #[test]
    fn what_is_moved_aside_takes_a_free_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let done = folder.path().join("done.jsonl");
        for (index, expected) in ["done.jsonl", "done.1.jsonl", "done.2.jsonl"]
            .into_iter()
            .enumerate()
        {
            let from = folder.path().join(format!("from{index}"));
            create_new(&from, expected.as_bytes(), 0o600).expect("written");
            let to = move_aside(&from, &done).expect("moved");
            assert_eq!(to, folder.path().join(expected));
        }
    }

    #[test]
    fn a_second_lock_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lock");
        let first = lock(&path).expect("locked");
        assert!(matches!(lock(&path), Err(FsFault::Locked { .. })));
        drop(first);
        assert!(lock(&path).is_ok());
    }
}
