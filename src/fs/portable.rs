//! Reading with a limit, listing, and new files that replace nothing: the half of the door that works
//! on every system, and all that the checker alone needs.
//!
//! **Contract.** No read is without a limit; a listing passes links over and is sorted. **Failure.**
//! [`FsFault`] names the step and the path.

use super::{FsFault, Step};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Reads a whole regular file of at most `limit` bytes; more is a fault, not a cut.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, FsFault> {
    let file = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| FsFault::new(Step::Read, path, error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(FsFault::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Opens a regular file for reading, without following a link at its name and without blocking on a pipe.
pub fn open_regular(path: &Path) -> Result<File, FsFault> {
    regular(open_unfollowed(path)?, path)
}

/// Opens a regular file that a person named, through links too, without blocking on a pipe.
pub fn open_named(path: &Path) -> Result<File, FsFault> {
    let fault = |error| FsFault::new(Step::Open, path, error);
    if !path.metadata().map_err(fault)?.is_file() {
        return Err(FsFault::NotRegular { path: path.to_owned() });
    }
    regular(File::open(path).map_err(fault)?, path)
}

fn regular(file: File, path: &Path) -> Result<File, FsFault> {
    let metadata = file.metadata().map_err(|error| FsFault::new(Step::Open, path, error))?;
    if metadata.is_file() { Ok(file) } else { Err(FsFault::NotRegular { path: path.to_owned() }) }
}

/// One step that nobody can come between: what lies in a watched folder is not always a friend's.
#[cfg(feature = "treasury")]
fn open_unfollowed(path: &Path) -> Result<File, FsFault> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(rustix::io::Errno::LOOP) => Err(FsFault::NotRegular { path: path.to_owned() }),
        Err(errno) => Err(FsFault::new(Step::Open, path, errno.into())),
    }
}

/// Two steps: the checker alone reads what its own user names, on any system.
#[cfg(not(feature = "treasury"))]
fn open_unfollowed(path: &Path) -> Result<File, FsFault> {
    let fault = |error| FsFault::new(Step::Open, path, error);
    if !path.symlink_metadata().map_err(fault)?.is_file() {
        return Err(FsFault::NotRegular { path: path.to_owned() });
    }
    File::open(path).map_err(fault)
}

/// A new file for a person to find (a report, an XML); never over something else. What fails half-way
/// is taken away again. Its mode is what the user's umask says.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), FsFault> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(FsFault::Exists { path: path.to_owned() });
        }
        Err(error) => return Err(FsFault::new(Step::Create, path, error)),
    };
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        // The file is ours, made a moment ago; half of it would only mislead.
        let _ = std::fs::remove_file(path);
        FsFault::new(Step::Write, path, error)
    })
}

/// Makes a folder for a person's files, and what is missing above it; one that is there is no fault.
pub fn make_folder(path: &Path) -> Result<(), FsFault> {
    std::fs::create_dir_all(path).map_err(|error| FsFault::new(Step::Create, path, error))
}

/// Whether something has this name; a link counts as something.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The regular files directly in a folder, by name, ascending; links and folders are passed over.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, FsFault> {
    list(folder, std::fs::FileType::is_file)
}

/// The folders directly in a folder, by name, ascending; links are passed over.
pub fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, FsFault> {
    list(folder, std::fs::FileType::is_dir)
}

fn list(folder: &Path, wanted: fn(&std::fs::FileType) -> bool) -> Result<Vec<PathBuf>, FsFault> {
    let fault = |error| FsFault::new(Step::List, folder, error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if wanted(&entry.file_type().map_err(fault)?) {
            found.push(entry.path());
        }
    }
    found.sort_unstable();
    Ok(found)
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
    fn a_new_file_is_never_written_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.html");
        write_new(&path, b"one").expect("written");
        assert!(matches!(write_new(&path, b"two"), Err(FsFault::Exists { .. })));
        assert_eq!(read_bounded(&path, 10).expect("read"), b"one");
    }

    #[test]
    fn a_named_file_may_be_a_link_but_never_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.pdf");
        write_new(&path, b"one").expect("written");
        assert!(open_named(&path).is_ok());
        assert!(matches!(open_named(folder.path()), Err(FsFault::NotRegular { .. })));
    }
}
