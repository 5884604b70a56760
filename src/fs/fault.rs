//! What can go wrong between Pecete and the file system.

use crate::diag::{Explain, Lang};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What was being done.
#[expect(missing_docs, reason = "each step is its own name")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Open,
    Read,
    Write,
    Sync,
    Name,
    Create,
    Mode,
    Remove,
    List,
    Lock,
}

/// A step that failed, on which path.
#[derive(Debug)]
pub enum FsFault {
    /// The system said no.
    At {
        /// What was being done.
        step: Step,
        /// To what.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Not a regular file: a folder, a link, a pipe, a device.
    NotRegular {
        /// What it is called.
        path: PathBuf,
    },
    /// Larger than it may be.
    TooLarge {
        /// What it is called.
        path: PathBuf,
        /// The limit, bytes.
        limit: u64,
    },
    /// More files than a folder of its kind may hold.
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// Folders within folders, more than are followed.
    TooDeep {
        /// The deepest one.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// The name is taken, and nothing is overwritten.
    Exists {
        /// That name.
        path: PathBuf,
    },
    /// Another process holds the lock.
    Locked {
        /// The lock file.
        path: PathBuf,
    },
}

impl FsFault {
    /// What it is about.
    pub fn path(&self) -> &Path {
        match self {
            Self::At { path, .. }
            | Self::NotRegular { path }
            | Self::TooLarge { path, .. }
            | Self::TooMany { path, .. }
            | Self::TooDeep { path, .. }
            | Self::Exists { path }
            | Self::Locked { path } => path,
        }
    }

    pub(super) fn new(step: Step, path: &Path, error: io::Error) -> Self {
        Self::At { step, path: path.to_owned(), error }
    }
}

impl fmt::Display for FsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for FsFault {}

impl Explain for FsFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::At { step, path, error }, Lang::En) => {
                format!("{}: cannot {}: {}", path.display(), step.verb(lang), reason(error, lang))
            }
            (Self::At { step, path, error }, Lang::Ro) => {
                format!("{}: nu se poate {}: {}", path.display(), step.verb(lang), reason(error, lang))
            }
            (Self::NotRegular { path }, Lang::En) => {
                format!("{}: expected a regular file, found something else", path.display())
            }
            (Self::NotRegular { path }, Lang::Ro) => {
                format!("{}: trebuia un fișier obișnuit, este altceva", path.display())
            }
            (Self::TooLarge { path, limit }, Lang::En) => {
                format!("{}: expected at most {limit} bytes, found more", path.display())
            }
            (Self::TooLarge { path, limit }, Lang::Ro) => {
                format!("{}: trebuiau cel mult {limit} octeți, sunt mai mulți", path.display())
            }
            (Self::TooMany { path, limit }, Lang::En) => {
                format!("{}: expected at most {limit} files, found more", path.display())
            }
            (Self::TooMany { path, limit }, Lang::Ro) => {
                format!("{}: trebuiau cel mult {limit} fișiere, sunt mai multe", path.display())
            }
            (Self::TooDeep { path, limit }, Lang::En) => {
                format!("{}: expected at most {limit} folders one in another, found more", path.display())
            }
            (Self::TooDeep { path, limit }, Lang::Ro) => {
                format!("{}: trebuiau cel mult {limit} dosare unul în altul, sunt mai multe", path.display())
            }
            (Self::Exists { path }, Lang::En) => {
                format!("{}: expected a free name, found a file", path.display())
            }
            (Self::Exists { path }, Lang::Ro) => {
                format!("{}: numele trebuia să fie liber, există deja", path.display())
            }
            (Self::Locked { path }, Lang::En) => format!("{}: held by another `pecete`", path.display()),
            (Self::Locked { path }, Lang::Ro) => format!("{}: folosit de alt `pecete`", path.display()),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::Locked { .. }, Lang::En) => {
                "one daemon runs for each state folder; stop the other one first"
            }
            (Self::Locked { .. }, Lang::Ro) => {
                "pentru fiecare dosar `state` rulează un singur pecete; opriți-l pe celălalt"
            }
            (Self::At { error, .. }, lang) => match (error.kind(), lang) {
                (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, Lang::En) => {
                    "make room on the disk; nothing is lost, the work goes on by itself"
                }
                (ErrorKind::StorageFull | ErrorKind::QuotaExceeded, Lang::Ro) => {
                    "faceți loc pe disc; nu s-a pierdut nimic, lucrul continuă singur"
                }
                (ErrorKind::PermissionDenied, Lang::En) => {
                    "check owner and mode of the file and of its folder"
                }
                (ErrorKind::PermissionDenied, Lang::Ro) => {
                    "verificați proprietarul și drepturile fișierului și ale dosarului"
                }
                (ErrorKind::ReadOnlyFilesystem, Lang::En) => "the disk is read-only: call the administrator",
                (ErrorKind::ReadOnlyFilesystem, Lang::Ro) => {
                    "discul este doar pentru citire: anunțați administratorul"
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn retryable(&self) -> bool {
        match self {
            Self::At { error, .. } => {
                !matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput)
            }
            Self::Locked { .. } => true,
            Self::NotRegular { .. }
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::TooDeep { .. }
            | Self::Exists { .. } => false,
        }
    }
}

impl Step {
    const fn verb(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Open, Lang::En) => "open",
            (Self::Open, Lang::Ro) => "deschide",
            (Self::Read, Lang::En) => "read",
            (Self::Read, Lang::Ro) => "citi",
            (Self::Write, Lang::En) => "write",
            (Self::Write, Lang::Ro) => "scrie",
            (Self::Sync, Lang::En) => "make durable",
            (Self::Sync, Lang::Ro) => "fixa pe disc",
            (Self::Name, Lang::En) => "give the name",
            (Self::Name, Lang::Ro) => "da numele",
            (Self::Create, Lang::En) => "create",
            (Self::Create, Lang::Ro) => "crea",
            (Self::Mode, Lang::En) => "set mode or group",
            (Self::Mode, Lang::Ro) => "da drepturile sau grupul",
            (Self::Remove, Lang::En) => "remove",
            (Self::Remove, Lang::Ro) => "șterge",
            (Self::List, Lang::En) => "list",
            (Self::List, Lang::Ro) => "parcurge",
            (Self::Lock, Lang::En) => "lock",
            (Self::Lock, Lang::Ro) => "bloca",
        }
    }
}

/// The system's reason without its error number, in the reader's language where it is a common one.
fn reason(error: &io::Error, lang: Lang) -> String {
    let known = match (error.kind(), lang) {
        (ErrorKind::NotFound, Lang::En) => "it is not there",
        (ErrorKind::NotFound, Lang::Ro) => "nu există",
        (ErrorKind::PermissionDenied, Lang::En) => "permission denied",
        (ErrorKind::PermissionDenied, Lang::Ro) => "acces interzis",
        (ErrorKind::StorageFull, Lang::En) => "the disk is full",
        (ErrorKind::StorageFull, Lang::Ro) => "discul este plin",
        (ErrorKind::ReadOnlyFilesystem, Lang::En) => "the disk is read-only",
        (ErrorKind::ReadOnlyFilesystem, Lang::Ro) => "discul este doar pentru citire",
        _ => return error.to_string(),
    };
    known.to_owned()
}
