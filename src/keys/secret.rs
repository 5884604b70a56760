//! Files that hold a secret: who may read them, and how they are read without leaving copies.

use super::{FileFault, KeyFault, MAX_PASSWORD_FILE};
use crate::fs::{self, FsFault, Step};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};
use zeroize::Zeroizing;

/// Permission bits that a secret's file must not have: anything for the group or for others.
const EXPOSED: u32 = 0o077;

/// A file that holds a secret.
#[derive(Clone, Debug)]
pub enum SecretFile {
    /// A file that only its owner may read.
    Path(PathBuf),
    /// A systemd credential: the service manager answers for its mode.
    Credential {
        /// `$CREDENTIALS_DIRECTORY`.
        directory: PathBuf,
        /// Its name, one component.
        name: String,
    },
}

impl SecretFile {
    /// Where it lies.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Path(path) => path.clone(),
            Self::Credential { directory, name } => directory.join(name),
        }
    }

    /// Reads it whole; refuses a file that others may read, and one that is larger than the limit.
    pub(super) fn read(&self, limit: u64) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        let path = self.path();
        if let Self::Credential { name, .. } = self {
            let mut components = Path::new(name).components();
            if !matches!((components.next(), components.next()), (Some(Component::Normal(_)), None)) {
                return Err(KeyFault::CredentialName { name: name.clone() });
            }
        }
        let file = fs::open_regular(&path)?;
        let fault = |error| FsFault::At { step: Step::Read, path: path.clone(), error };
        let mode = file.metadata().map_err(fault)?.mode() & 0o7777;
        if matches!(self, Self::Path(_)) && mode & EXPOSED != 0 {
            return Err(KeyFault::File { path, what: FileFault::Exposed { mode } });
        }
        // Room for all of it and for the one byte too many: a buffer that grows leaves copies behind.
        let most = limit.saturating_add(1);
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(most).unwrap_or(0)));
        let count = file.take(most).read_to_end(&mut bytes).map_err(fault)?;
        if u64::try_from(count).is_ok_and(|count| count <= limit) {
            Ok(bytes)
        } else {
            Err(FsFault::TooLarge { path, limit }.into())
        }
    }

    /// Reads a password: the file without the newline at its end. An empty one is refused.
    pub(super) fn password(&self) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        let mut bytes = self.read(MAX_PASSWORD_FILE)?;
        if bytes.ends_with(b"\n") {
            bytes.pop();
        }
        if bytes.ends_with(b"\r") {
            bytes.pop();
        }
        if bytes.is_empty() {
            return Err(KeyFault::File { path: self.path(), what: FileFault::EmptyPassword });
        }
        Ok(bytes)
    }
}
