//! What is collected piece by piece before anyone may see it: a private file that grows, and a named
//! file that is put together out of several.

use super::durable::whole;
use super::{FsFault, Step, open_regular};
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{BufReader, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A piece of a file that is put together.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// All of this file.
    File(&'a Path),
}

impl<'a> Part<'a> {
    fn open(self) -> Result<Box<dyn Read + 'a>, FsFault> {
        match self {
            Self::Bytes(bytes) => Ok(Box::new(bytes)),
            Self::File(path) => Ok(Box::new(open_regular(path)?)),
        }
    }
}

/// A private file that grows. It is nobody's: dropped unfinished, it is begun anew the next time.
#[derive(Debug)]
pub struct Spool {
    path: PathBuf,
    file: std::io::BufWriter<File>,
}

impl Spool {
    /// Begins it, over what an earlier attempt left.
    pub fn create(path: &Path) -> Result<Self, FsFault> {
        let mut options = OpenOptions::new();
        let no_link = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        options.write(true).create(true).truncate(true).mode(0o600).custom_flags(no_link);
        let file = options.open(path).map_err(|error| FsFault::new(Step::Write, path, error))?;
        Ok(Self { path: path.to_owned(), file: std::io::BufWriter::new(file) })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds to its end.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), FsFault> {
        self.file.write_all(bytes).map_err(|error| FsFault::new(Step::Write, &self.path, error))
    }

    /// All that was added can be read by others now.
    pub fn flush(&mut self) -> Result<(), FsFault> {
        self.file.flush().map_err(|error| FsFault::new(Step::Write, &self.path, error))
    }
}

/// A file made of parts, whole and durable under its name when this returns; never over another.
pub fn join_new(parts: &[Part<'_>], path: &Path, mode: u32) -> Result<(), FsFault> {
    whole(path, |temporary| write(parts, temporary, mode))
}

fn write(parts: &[Part<'_>], temporary: &Path, mode: u32) -> Result<(), FsFault> {
    let fault = |error| FsFault::new(Step::Write, temporary, error);
    let mut spool = Spool::create(temporary)?;
    spool.file.get_ref().set_permissions(Permissions::from_mode(mode)).map_err(fault)?;
    for part in parts {
        std::io::copy(&mut part.open()?, &mut spool.file).map_err(fault)?;
    }
    spool.flush()
}

/// Whether a file is exactly these parts. One that cannot be read is not.
pub fn is_made_of(path: &Path, parts: &[Part<'_>]) -> bool {
    let Ok(file) = open_regular(path) else { return false };
    let mut there = BufReader::new(file);
    for part in parts {
        let Ok(mut wanted) = part.open() else { return false };
        if !starts_with(&mut there, &mut wanted).unwrap_or(false) {
            return false;
        }
    }
    there.read(&mut [0]).is_ok_and(|more| more == 0)
}

/// Whether one source goes on with all of another.
fn starts_with(there: &mut impl Read, wanted: &mut impl Read) -> std::io::Result<bool> {
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let count = wanted.read(&mut left)?;
        let (Some(left), Some(right)) = (left.get(..count), right.get_mut(..count)) else { return Ok(false) };
        if left.is_empty() {
            return Ok(true);
        }
        if there.read_exact(right).is_err() || left != right {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_put_together_once_and_known_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spool = Spool::create(&folder.path().join("spool")).expect("a spool");
        (0..100_000)
            .try_for_each(|_| spool.add(b"0123456789"))
            .and_then(|()| spool.flush())
            .expect("spooled");
        let parts = [Part::Bytes(b"head\n"), Part::File(spool.path())];
        let path = folder.path().join("joined");
        join_new(&parts, &path, 0o660).expect("joined");
        assert_eq!(super::super::mode(&path).expect("a mode"), 0o660);
        assert!(is_made_of(&path, &parts));
        assert!(!is_made_of(&path, &parts[..1]) && !is_made_of(&path, &parts[1..]));
        assert!(!is_made_of(&path, &[parts[0], parts[1], Part::Bytes(b"x")]));
        assert!(matches!(join_new(&parts, &path, 0o660), Err(FsFault::Exists { .. })));
    }
}
