//! A folder of revocation data on disk, read whole into an [`Evidence`]: lists (CRL), PEM or DER, and OCSP responses, DER.
//!
//! **Contract.** Files by name, ascending, whatever their ending; README.md and files whose name begins with a dot are
//! passed over. **Limits.** Those of the trust folder, and those of [`Evidence`]. **Failure.** Whoever verifies believes
//! that all of it is heeded: a file that is neither is a fault, and all of them are told.

use super::files_of;
use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::trust::{Evidence, MAX_EVIDENCE, Origin};
use std::path::{Path, PathBuf};
use x509_parser::pem::Pem;

/// The label of a list in PEM (RFC 7468, 6).
const LABEL: &str = "X509 CRL";

/// What is wrong with a folder of revocation data.
#[derive(Debug)]
pub enum RevocationFolderFault {
    /// The folder or a file cannot be read.
    Fs(FsFault),
    /// A file is neither a list nor an OCSP response, or there is no room for it.
    File {
        /// The file.
        path: PathBuf,
    },
}

/// The revocation data of a folder.
///
/// # Errors
/// Every file that is neither a list nor a response.
pub fn evidence(folder: &Path) -> Result<Evidence, Vec<RevocationFolderFault>> {
    let largest = u64::try_from(MAX_EVIDENCE).unwrap_or(u64::MAX);
    let files = files_of(folder, largest).map_err(|fault| vec![RevocationFolderFault::Fs(fault)])?;
    let (mut evidence, mut faults) = (Evidence::default(), Vec::new());
    for (name, bytes) in files {
        let last = name.rsplit('/').next().unwrap_or(&name);
        if !last.starts_with('.') && last != "README.md" && !take(&mut evidence, &bytes) {
            faults.push(RevocationFolderFault::File { path: folder.join(&name) });
        }
    }
    if faults.is_empty() { Ok(evidence) } else { Err(faults) }
}

fn take(evidence: &mut Evidence, bytes: &[u8]) -> bool {
    if bytes.starts_with(b"-----BEGIN") {
        let mut blocks = Pem::iter_from_buffer(bytes).peekable();
        let mut is_list =
            |block: Pem| block.label == LABEL && evidence.take_list(&block.contents, Origin::Folder);
        return blocks.peek().is_some() && blocks.all(|block| block.is_ok_and(&mut is_list));
    }
    evidence.take_list(bytes, Origin::Folder) || evidence.take_answer(bytes, Origin::Folder)
}

impl Explain for RevocationFolderFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Fs(fault), _) => fault.say(lang),
            (Self::File { path }, Lang::En) => format!(
                "{}: expected a revocation list or an OCSP response, found something else, or too much",
                path.display()
            ),
            (Self::File { path }, Lang::Ro) => format!(
                "{}: trebuia o listă de revocare sau un răspuns OCSP, este altceva sau prea mult",
                path.display()
            ),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Fs(fault), _) => fault.hint(lang),
            (Self::File { .. }, Lang::En) => {
                Some("keep nothing else in that folder; lists are PEM or DER, responses DER".to_owned())
            }
            (Self::File { .. }, Lang::Ro) => {
                Some("nu țineți altceva în acel dosar; listele sunt PEM sau DER, răspunsurile DER".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs;

    #[test]
    fn revocation_data_that_is_none_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let broken = "-----BEGIN X509 CRL-----\nAA\n";
        for (name, bytes) in [("README.md", "words"), (".x", ""), ("a.crl", "no list"), ("b.crl", broken)] {
            fs::write_new(&folder.path().join(name), bytes.as_bytes()).expect("written");
        }
        let faults = evidence(folder.path()).expect_err("two are none");
        let said: Vec<String> = faults.iter().map(|fault| fault.say(Lang::En)).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].contains("a.crl") && said[1].contains("b.crl"), "{said:?}");
    }
}
