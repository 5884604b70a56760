//! From a verified document to a name that a client can open.
//!
//! ```text
//! stage ── many ──▶ sync ── the ledger records the digests ──▶ name ── many ──▶ sync ──▶ placed
//! ```
//!
//! Published documents lie in `out/<CUI>/<YYYY>/<MM>/`, each client's folder readable by its group and
//! never by the world; stick documents in `state/stick/<CUI>/`, readable by Pecete alone. A name in
//! either tree is there only when the whole document is, and nothing there is ever overwritten.
//! Only a [`Verified`] can be staged, and only the verifier makes one.
//!
//! After a crash, [`Outbox::recover`] gives what was signed its name, or says what it cannot explain.

mod fault;

pub use fault::PublishFault;

use crate::fs;
use crate::verify::Verified;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The largest document that is read back; a larger file under a document's name is not that document.
pub const MAX_DOCUMENT_BYTES: u64 = 256 << 20;
const CLIENT_FOLDER_MODE: u32 = 0o750;
const DOCUMENT_MODE: u32 = 0o640;
const PRIVATE_FOLDER_MODE: u32 = 0o700;
const PRIVATE_DOCUMENT_MODE: u32 = 0o600;

/// A tree of documents, one folder a client.
#[derive(Debug)]
pub struct Outbox {
    root: PathBuf,
    private: bool,
    prepared: Mutex<BTreeSet<PathBuf>>,
}

/// A document under a hidden name in its final folder: written, and nothing promised yet.
#[derive(Debug)]
pub struct Staged {
    temporary: PathBuf,
    place: PathBuf,
    relative: String,
    digest: [u8; 32],
    length: u64,
}

impl Staged {
    /// SHA-256 of the document.
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Its length, bytes.
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Where it is going, relative to the tree.
    pub fn relative(&self) -> &str {
        &self.relative
    }
}

/// That a document has its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Where it is.
    pub path: PathBuf,
    /// SHA-256 of it.
    pub digest: [u8; 32],
}

impl Outbox {
    /// The published tree, `out/`.
    pub fn published(root: &Path) -> Result<Self, fs::FsFault> {
        fs::create_folders(root, 0o755)?;
        Ok(Self { root: root.to_owned(), private: false, prepared: Mutex::default() })
    }

    /// The documents that wait for a stick, `state/stick/`.
    pub fn sticks(root: &Path) -> Result<Self, fs::FsFault> {
        fs::create_folders(root, PRIVATE_FOLDER_MODE)?;
        Ok(Self { root: root.to_owned(), private: true, prepared: Mutex::default() })
    }

    /// Writes a document under a hidden name. `mark` makes that name nobody else's: the statement's number.
    pub fn stage(&self, document: &Verified, group: Option<u32>, mark: i64) -> Result<Staged, PublishFault> {
        let name = document.name();
        let cui = name.cui.as_str();
        let relative = if self.private {
            format!("{cui}/{}", name.pdf())
        } else {
            format!("{cui}/{:04}/{:02}/{}", name.date.year(), name.date.month(), name.pdf())
        };
        let place = self.root.join(&relative);
        self.prepare(fs::parent(&place), cui, group)?;
        let temporary = hidden(&place, mark);
        fs::stage(&temporary, document.bytes(), self.document_mode())?;
        if let Some(group) = group {
            fs::set_group(&temporary, group)?;
        }
        let length = u64::try_from(document.bytes().len()).unwrap_or(u64::MAX);
        Ok(Staged { temporary, place, relative, digest: document.digest(), length })
    }

    /// Makes everything durable that was staged or named in this tree.
    pub fn sync(&self) -> Result<(), PublishFault> {
        Ok(fs::sync(&self.root)?)
    }

    /// Gives a staged document its name.
    pub fn name(&self, staged: Staged) -> Result<Receipt, PublishFault> {
        fs::name(&staged.temporary, &staged.place)?;
        Ok(Receipt { path: staged.place, digest: staged.digest })
    }

    /// Finishes what a crash left between signing and naming: the document has its name, or has it
    /// now, or the start must stop because nobody can say where it went.
    pub fn recover(&self, relative: &str, mark: i64, digest: [u8; 32]) -> Result<Receipt, PublishFault> {
        let place = self.root.join(relative);
        let temporary = hidden(&place, mark);
        if fs::exists(&place) {
            return match digest_of(&place)? == digest {
                true => Ok(Receipt { path: place, digest }),
                false => Err(PublishFault::Altered { path: place }),
            };
        }
        if !fs::exists(&temporary) || digest_of(&temporary)? != digest {
            return Err(PublishFault::Missing { path: place });
        }
        fs::name(&temporary, &place)?;
        Ok(Receipt { path: place, digest })
    }

    /// A placed document, whole, where it is still what the ledger says.
    pub fn fetch(&self, relative: &str, digest: [u8; 32]) -> Result<Vec<u8>, PublishFault> {
        let path = self.root.join(relative);
        if !fs::exists(&path) {
            return Err(PublishFault::Missing { path });
        }
        let bytes = fs::read_bounded(&path, MAX_DOCUMENT_BYTES)?;
        let found: [u8; 32] = Sha256::digest(&bytes).into();
        if found == digest { Ok(bytes) } else { Err(PublishFault::Altered { path }) }
    }

    /// The client's folder and what lies under it, made once a run.
    fn prepare(&self, folder: &Path, cui: &str, group: Option<u32>) -> Result<(), PublishFault> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.contains(folder) {
            return Ok(());
        }
        let mode = if self.private { PRIVATE_FOLDER_MODE } else { CLIENT_FOLDER_MODE };
        let client = self.root.join(cui);
        fs::create_folders(&client, mode)?;
        fs::create_folders(folder, mode)?;
        for made in folder.ancestors().take_while(|made| made.starts_with(&client)) {
            fs::set_mode(made, mode)?;
            if let Some(group) = group {
                fs::set_group(made, group)?;
            }
        }
        prepared.insert(folder.to_owned());
        Ok(())
    }

    const fn document_mode(&self) -> u32 {
        if self.private { PRIVATE_DOCUMENT_MODE } else { DOCUMENT_MODE }
    }
}

fn hidden(place: &Path, mark: i64) -> PathBuf {
    fs::beside(place, &format!("{mark}.part"))
}

/// SHA-256 of a document as it lies there.
///
/// # Errors
/// Where it cannot be read, or is larger than [`MAX_DOCUMENT_BYTES`].
pub fn digest_of(path: &Path) -> Result<[u8; 32], PublishFault> {
    Ok(Sha256::digest(fs::read_bounded(path, MAX_DOCUMENT_BYTES)?).into())
}
