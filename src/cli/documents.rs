//! Documents on disk: which ones a person means, and a bounded window onto each.
//!
//! A file that is named is taken whatever it is called; of a folder, every `*.pdf` in it and below,
//! sorted, links not followed. **Limits.** [`MAX_DOCUMENT`] bytes a document, [`MAX_DEPTH`] folders
//! deep. A document of up to [`IN_MEMORY`] bytes is read once and judged from memory, so that nobody
//! changes it between two looks; a larger one is read where the verifier asks.

use crate::fs::{self, FsFault};
use crate::pdf::reader::Source;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The largest document that is judged, bytes: statements have 40 KB to 2 MB, scans a gigabyte.
pub(super) const MAX_DOCUMENT: u64 = 2 << 30;
/// The largest document that is held in memory whole, bytes; one for each thread.
const IN_MEMORY: u64 = 32 << 20;
/// How deep folders are followed: client, year and month are three.
const MAX_DEPTH: usize = 32;
/// How much is read at once for the digest of a large document, bytes.
const CHUNK: usize = 1 << 20;

/// The documents that these paths mean, in their order, and what could not be listed.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<FsFault>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            walk(path, MAX_DEPTH, &mut found, &mut faults);
        } else {
            found.push(path.clone());
        }
    }
    (found, faults)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>, faults: &mut Vec<FsFault>) {
    match fs::files_in(folder) {
        Ok(files) => found.extend(files.into_iter().filter(|file| is_pdf(file))),
        Err(fault) => return faults.push(fault),
    }
    let Some(deeper) = depth.checked_sub(1) else {
        return faults.push(FsFault::TooDeep { path: folder.to_owned(), limit: MAX_DEPTH });
    };
    match fs::folders_in(folder) {
        Ok(folders) => folders.iter().for_each(|inner| walk(inner, deeper, found, faults)),
        Err(fault) => faults.push(fault),
    }
}

fn is_pdf(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"))
}

/// A document, open for reading.
pub(super) enum Document {
    /// Read whole.
    Memory(Vec<u8>),
    /// Read where asked.
    File(Window),
}

/// Opens a document that a person named.
pub(super) fn open(path: &Path) -> Result<Document, FsFault> {
    let fault = |error| FsFault::At { step: fs::Step::Read, path: path.to_owned(), error };
    let file = fs::open_named(path)?;
    let length = file.metadata().map_err(fault)?.len();
    if length > MAX_DOCUMENT {
        return Err(FsFault::TooLarge { path: path.to_owned(), limit: MAX_DOCUMENT });
    }
    if length > IN_MEMORY {
        return Ok(Document::File(Window::new(file, length)));
    }
    // What grows while it is read is cut where it ended when it was opened.
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, length), &mut bytes).map_err(fault)?;
    Ok(Document::Memory(bytes))
}

impl Document {
    /// SHA-256 of all of it.
    pub(super) fn digest(&self) -> io::Result<[u8; 32]> {
        let window = match self {
            Self::Memory(bytes) => return Ok(Sha256::digest(bytes).into()),
            Self::File(window) => window,
        };
        let (mut digest, mut buffer, mut offset) = (Sha256::new(), vec![0_u8; CHUNK], 0_u64);
        loop {
            let count = window.read_at(offset, &mut buffer)?;
            let Some(chunk) = buffer.get(..count).filter(|chunk| !chunk.is_empty()) else { break };
            digest.update(chunk);
            offset = offset.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        }
        Ok(digest.finalize().into())
    }
}

impl Source for Document {
    fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.as_slice().length(),
            Self::File(window) => window.length(),
        }
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.as_slice().read_at(offset, buffer),
            Self::File(window) => window.read_at(offset, buffer),
        }
    }
}

/// A window onto a file, never beyond the length that it had when it was opened.
pub(super) struct Window {
    file: At,
    length: u64,
}

impl Window {
    fn new(file: File, length: u64) -> Self {
        Self { file: At::new(file), length }
    }
}

impl Source for Window {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let most = rest.min(buffer.len());
        let mut filled = 0_usize;
        while let Some(free) = buffer.get_mut(filled..most).filter(|free| !free.is_empty()) {
            let at = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
            match self.file.read(at, free) {
                Ok(0) => break,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// A file that can be read anywhere: by the system's own call where it has one.
#[cfg(any(unix, windows))]
struct At(File);

#[cfg(any(unix, windows))]
impl At {
    const fn new(file: File) -> Self {
        Self(file)
    }

    #[cfg(unix)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, offset)
    }

    #[cfg(windows)]
    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, offset)
    }
}

/// One at a time where it has none.
#[cfg(not(any(unix, windows)))]
struct At(std::sync::Mutex<File>);

#[cfg(not(any(unix, windows)))]
impl At {
    const fn new(file: File) -> Self {
        Self(std::sync::Mutex::new(file))
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        use std::io::{Read, Seek};
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(io::SeekFrom::Start(offset))?;
        file.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_pdfs_sorted_and_a_named_file_is_taken_whatever_it_is_called() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("b/c")).expect("made");
        for name in ["z.pdf", "a.PDF", "b/c/m.pdf", "b/notes.txt"] {
            fs::write_new(&at(name), b"x").expect("written");
        }
        let (found, faults) = find(&[folder.path().to_owned(), at("b/notes.txt")]);
        assert_eq!(found, [at("a.PDF"), at("z.pdf"), at("b/c/m.pdf"), at("b/notes.txt")]);
        assert!(faults.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_folder_are_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).expect("linked");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("p.pdf")).expect("linked");
        assert_eq!(find(&[folder.path().to_owned()]).0, Vec::<PathBuf>::new());
    }

    #[test]
    fn a_window_reads_the_same_as_memory_and_never_beyond_its_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.pdf");
        fs::write_new(&path, b"0123456789").expect("written");
        let window = Document::File(Window::new(File::open(&path).expect("open"), 8));
        let memory = Document::Memory(b"01234567".to_vec());
        assert_eq!(window.digest().expect("read"), memory.digest().expect("read"));
        for (offset, length) in [(0, 4), (6, 4), (8, 1), (u64::MAX, 4)] {
            let (mut one, mut two) = (vec![0; length], vec![0; length]);
            let counts = (window.read_at(offset, &mut one), memory.read_at(offset, &mut two));
            assert_eq!(counts.0.expect("read"), counts.1.expect("read"));
            assert_eq!(one, two);
        }
    }
}
