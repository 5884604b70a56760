//! The ledger against the world: against itself, against the published files, and against heads that were
//! signed and kept elsewhere. An auditor sees what was removed, altered, added, or rolled back.
//!
//! ```text
//!  events ◀──▶ records        each follows from the one before; each tells of a row, each row is told of
//!  records ◀──▶ files         each placed document is there with its bytes; each file was placed
//!  heads ──▶ events           each signed head is on the chain; each names the head before it
//! ```
//!
//! **Contract.** Nothing is written. What is found is a list of facts, in this order and then by name; an
//! empty list is a ledger that nobody touched since the newest head. What happened after the newest head is
//! protected by the chain alone: whoever can write the ledger can write all of it anew since then.
//!
//! **Limits.** Memory is 32 bytes and a few words for each event and document. **Failure.** What cannot be read
//! at all is a fault; what reads wrong is a finding.

mod finding;
pub mod head;

pub use finding::Finding;
pub use head::{HeadFault, SignedHead};

use crate::fs::{self, FsFault};
use crate::ledger::{Channel, FileDigest, Ledger, LedgerFault};
use crate::publish;
use crate::trust::TrustStore;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How deep a published tree is: client, year, month.
const MAX_DEPTH: usize = 8;

/// What an audit looks at.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The published tree.
    pub out: &'a Path,
    /// The documents that wait for sticks.
    pub sticks: &'a Path,
    /// What is old.
    pub archive: &'a Path,
}

impl<'a> Places<'a> {
    const fn of(self, channel: Channel) -> &'a Path {
        match channel {
            Channel::Folder => self.out,
            Channel::Stick => self.sticks,
        }
    }
}

/// What stopped an audit.
#[derive(Debug)]
pub enum AuditFault {
    /// The ledger cannot be read.
    Ledger(LedgerFault),
    /// A folder cannot be read.
    Fs(FsFault),
}

impl From<LedgerFault> for AuditFault {
    fn from(fault: LedgerFault) -> Self {
        Self::Ledger(fault)
    }
}

impl From<FsFault> for AuditFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

/// Every file of both trees; hidden names are drafts that nobody reads. Listed **before** the ledger is opened: a
/// document has its name only after the ledger has its digest, so that an office at work gives no false findings.
pub fn published(places: Places<'_>) -> Result<Vec<PathBuf>, AuditFault> {
    let mut listed = Vec::new();
    for root in [places.out, places.sticks, places.archive].into_iter().filter(|root| fs::exists(root)) {
        list(root, 0, &mut listed)?;
    }
    Ok(listed)
}

/// The ledger against itself.
pub fn chain(ledger: &mut dyn Ledger) -> Result<Vec<Finding>, AuditFault> {
    Ok(ledger.breaks()?.into_iter().map(Finding::Chain).collect())
}

/// Restorations: what was lost between the backup and the loss is not in the ledger, and an auditor must know that there is such a time.
pub fn restorations(ledger: &mut dyn Ledger) -> Result<Vec<Finding>, AuditFault> {
    Ok(ledger.restorations()?.into_iter().map(Finding::Restored).collect())
}

/// The ledger against the files, both ways; `listed` is what [`published`] found. `looked` hears of each document that was read.
pub fn files(
    ledger: &mut dyn Ledger,
    places: Places<'_>,
    listed: &[PathBuf],
    looked: &mut dyn FnMut(),
) -> Result<Vec<Finding>, AuditFault> {
    let mut placed: BTreeMap<PathBuf, FileDigest> = BTreeMap::new();
    for document in ledger.documents()? {
        let first = places.of(document.channel).join(&document.path);
        if document.archived {
            // A crash may have left it in both places, with the same bytes.
            if fs::exists(&first) {
                placed.insert(first, document.document);
            }
            placed.insert(places.archive.join(&document.path), document.document);
        } else {
            placed.insert(first, document.document);
        }
    }
    // Signed and not named yet: theirs are names that may appear at any moment.
    for document in ledger.unplaced()? {
        let path = places.of(document.channel).join(&document.path);
        if fs::exists(&path) {
            placed.insert(path, document.document);
        }
    }
    let mut findings = Vec::new();
    for (path, digest) in &placed {
        looked();
        findings.extend(document(path, digest));
    }
    let unknown = listed.iter().filter(|path| !placed.contains_key(*path));
    findings.extend(unknown.map(|path| Finding::Added { path: path.clone() }));
    Ok(findings)
}

/// The ledger against signed heads, and the heads against one another. `complete` says that this is the whole
/// folder of heads, in which each names the one before it.
pub fn heads(
    ledger: &mut dyn Ledger,
    files: &[PathBuf],
    complete: bool,
    trust: &TrustStore,
) -> Result<Vec<Finding>, AuditFault> {
    let mut findings = Vec::new();
    for path in files {
        let signed = match head::read(path, trust) {
            Ok(signed) => signed,
            Err(fault) => {
                findings.push(Finding::Head { path: path.clone(), fault });
                continue;
            }
        };
        match ledger.head_at(signed.head.events)? {
            None => findings.push(Finding::RolledBack {
                path: path.clone(),
                events: signed.head.events,
                now: ledger.head()?.events,
            }),
            Some(now) if now != signed.head => {
                findings.push(Finding::Rewritten { path: path.clone(), events: signed.head.events });
            }
            Some(_) => {}
        }
        if let Some(previous) = signed.previous.filter(|_| complete) {
            let before = path.with_file_name(&previous);
            if !files.contains(&before) {
                findings.push(Finding::HeadGone { path: before });
            }
        }
    }
    Ok(findings)
}

fn document(path: &Path, expected: &FileDigest) -> Option<Finding> {
    if !fs::exists(path) {
        return Some(Finding::Missing { path: path.to_owned() });
    }
    (publish::digest_of(path).ok() != Some(*expected)).then(|| Finding::Altered { path: path.to_owned() })
}

fn list(folder: &Path, depth: usize, listed: &mut Vec<PathBuf>) -> Result<(), AuditFault> {
    if depth > MAX_DEPTH {
        return Err(FsFault::TooDeep { path: folder.to_owned(), limit: MAX_DEPTH }.into());
    }
    let is_hidden =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    listed.extend(fs::files_in(folder)?.into_iter().filter(|path| !is_hidden(path)));
    fs::folders_in(folder)?.iter().try_for_each(|inner| list(inner, depth + 1, listed))
}
