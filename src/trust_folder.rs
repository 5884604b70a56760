//! The trust folder on disk, read whole into a [`TrustStore`]; a folder of loose certificates; and one of revocation data.
//!
//! ```text
//! certs/trust/verifier/root.pem signers.toml     certs/trust/treasury/…     certs/trust/tsa/…     [DEMO]
//! ```
//!
//! **Contract.** Files by name, ascending; links are passed over. **Limits.** `MAX_FILE` bytes a
//! file, `MAX_FILES` files, `MAX_DEPTH` levels. **Failure.** All that is wrong, not the first.

mod revocation;

pub use revocation::{RevocationFolderFault, evidence};

use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use crate::trust::{TrustFault, TrustStore};
use std::path::{Path, PathBuf};
use x509_parser::pem::Pem;

/// The largest file in a trust folder, bytes: a certificate has 2 KB, a list of 190 offices some 50.
const MAX_FILE: u64 = 1 << 20;
/// How many files a trust folder may hold: three roles, some dozens of anchors each.
const MAX_FILES: usize = 10_000;
/// How deep a trust folder may be; the form has two levels.
const MAX_DEPTH: usize = 4;

/// What is wrong with a trust folder.
#[derive(Debug)]
pub enum TrustFolderFault {
    /// The folder or a file cannot be read.
    Fs(FsFault),
    /// A file does not say what it should.
    Trust {
        /// The folder.
        folder: PathBuf,
        /// What is wrong in it.
        fault: TrustFault,
    },
}

/// Reads a trust folder.
pub fn read(folder: &Path) -> Result<TrustStore, Vec<TrustFolderFault>> {
    let files = files(folder).map_err(|fault| vec![TrustFolderFault::Fs(fault)])?;
    TrustStore::from_files(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))).map_err(
        |faults| {
            let at = |fault| TrustFolderFault::Trust { folder: folder.to_owned(), fault };
            faults.into_iter().map(at).collect()
        },
    )
}

/// The certificates of a folder, PEM or DER, as DER: intermediates, which prove nothing by themselves.
/// A file that is no certificate is passed over.
pub fn certificates(folder: &Path) -> Result<Vec<Vec<u8>>, TrustFolderFault> {
    let files = files(folder).map_err(TrustFolderFault::Fs)?;
    Ok(files.into_iter().flat_map(|(_, bytes)| certificates_in(bytes)).collect())
}

fn certificates_in(bytes: Vec<u8>) -> Vec<Vec<u8>> {
    if x509_parser::parse_x509_certificate(&bytes).is_ok() {
        return vec![bytes];
    }
    let blocks = Pem::iter_from_buffer(&bytes).map_while(Result::ok);
    blocks.filter(|block| block.label == "CERTIFICATE").map(|block| block.contents).collect()
}

/// The files of a folder, with paths relative to it (`verifier/root.pem`).
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, FsFault> {
    files_of(folder, MAX_FILE)
}

/// The same, of at most so many bytes each.
fn files_of(folder: &Path, largest: u64) -> Result<Vec<(String, Vec<u8>)>, FsFault> {
    let mut found = Vec::new();
    collect(folder, "", MAX_DEPTH, largest, &mut found)?;
    Ok(found)
}

fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    largest: u64,
    into: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), FsFault> {
    for file in fs::files_in(folder)? {
        if into.len() >= MAX_FILES {
            return Err(FsFault::TooMany { path: folder.to_owned(), limit: MAX_FILES });
        }
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        into.push((format!("{prefix}{name}"), fs::read_bounded(&file, largest)?));
    }
    let Some(deeper) = depth.checked_sub(1) else { return Ok(()) };
    for inner in fs::folders_in(folder)? {
        let name = inner.file_name().unwrap_or_default().to_string_lossy();
        collect(&inner, &format!("{prefix}{name}/"), deeper, largest, into)?;
    }
    Ok(())
}

impl Explain for TrustFolderFault {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Fs(fault) => fault.say(lang),
            Self::Trust { folder, fault } => format!("{}/{}", folder.display(), fault.say(lang)),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Fs(fault) => fault.hint(lang),
            Self::Trust { fault, .. } => fault.hint(lang),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_path_inside_the_folder_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["verifier", "treasury"] {
            std::fs::create_dir(folder.path().join(name)).expect("made");
            fs::write_new(&folder.path().join(name).join("signers.toml"), b"").expect("written");
        }
        fs::write_new(&folder.path().join("DEMO"), b"").expect("written");
        let names: Vec<String> =
            files(folder.path()).expect("read").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["DEMO", "treasury/signers.toml", "verifier/signers.toml"]);
    }

    #[test]
    fn what_is_no_certificate_is_passed_over() {
        assert!(certificates_in(b"not a certificate".to_vec()).is_empty());
    }
}
