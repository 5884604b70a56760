//! What is old, moved and never deleted: after the years of keeping a document leaves the published tree for the archive.
//!
//! ```text
//! out/<CUI>/2016/05/X.pdf ──copied, compared, durable──▶ archive/<CUI>/2016/05/X.pdf ──the ledger says so──▶ the first one goes
//! ```
//!
//! **Contract.** At each moment a document is whole in one of the two places at least. Its digest is the ledger's before and after. `audit`
//! looks for it in the archive from then on. **Failure.** The first document that cannot be moved stops the work; what was moved is recorded.

use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use crate::ledger::{Archivable, Channel, FileDigest, Ledger, LedgerFault, PlacedDocument, StatementId};
use crate::publish::{MAX_DOCUMENT_BYTES, PublishFault, digest_of};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Documents that share the cost of durability.
const BATCH: u32 = 256;

/// The two places.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The published tree.
    pub out: &'a Path,
    /// The archive.
    pub archive: &'a Path,
}

/// Why documents were not moved.
#[derive(Debug)]
pub enum ArchiveFault {
    /// The disk.
    Fs(FsFault),
    /// The ledger.
    Ledger(LedgerFault),
    /// A document that is not what was published.
    Publish(PublishFault),
}

impl From<FsFault> for ArchiveFault {
    fn from(fault: FsFault) -> Self {
        Self::Fs(fault)
    }
}

impl From<LedgerFault> for ArchiveFault {
    fn from(fault: LedgerFault) -> Self {
        Self::Ledger(fault)
    }
}

impl From<PublishFault> for ArchiveFault {
    fn from(fault: PublishFault) -> Self {
        Self::Publish(fault)
    }
}

/// Moves the documents of days before this one; how many. `moved` hears of each.
///
/// # Errors
/// [`ArchiveFault`]: what was moved before it is recorded, and the next call goes on from there.
pub fn archive(
    ledger: &mut dyn Ledger,
    places: Places<'_>,
    before: Date,
    at: Timestamp,
    moved: &mut dyn FnMut(),
) -> Result<u64, ArchiveFault> {
    fs::create_folders(places.archive, 0o750)?;
    left_behind(ledger, places)?;
    let mut count = 0;
    loop {
        let batch = ledger.archivable(before, BATCH)?;
        if batch.is_empty() {
            return Ok(count);
        }
        for document in &batch {
            copy(document, places)?;
            moved();
        }
        fs::sync(places.archive)?;
        let ids: Vec<StatementId> = batch.iter().map(|document| document.id).collect();
        ledger.archived(&ids, fs::user(), at)?;
        for document in &batch {
            fs::remove(&places.out.join(&document.path))?;
            count += 1;
        }
        fs::sync(places.out)?;
    }
}

/// What a crash left in both places, where the ledger says that it is in the archive.
fn left_behind(ledger: &mut dyn Ledger, places: Places<'_>) -> Result<(), ArchiveFault> {
    let archived = |document: &PlacedDocument| document.archived && document.channel == Channel::Folder;
    for document in ledger.documents()?.into_iter().filter(archived) {
        let (first, kept) = (places.out.join(&document.path), places.archive.join(&document.path));
        if fs::exists(&first) {
            expect(&kept, document.document)?;
            fs::remove(&first)?;
        }
    }
    Ok(())
}

/// A whole, compared copy under the document's name in the archive; one that is there is ours already, or a fault.
fn copy(document: &Archivable, places: Places<'_>) -> Result<(), ArchiveFault> {
    let (from, to) = (places.out.join(&document.path), places.archive.join(&document.path));
    if fs::exists(&to) {
        return expect(&to, document.document);
    }
    if !fs::exists(&from) {
        return Err(PublishFault::Missing { path: from }.into());
    }
    fs::create_folders(fs::parent(&to), 0o750)?;
    let part = fs::beside(&to, "part");
    let mut digest = Sha256::new();
    fs::copy_private(&from, &part, MAX_DOCUMENT_BYTES, |chunk| digest.update(chunk))?;
    let found: FileDigest = digest.finalize().into();
    if found != document.document {
        fs::remove(&part)?;
        return Err(PublishFault::Altered { path: from }.into());
    }
    fs::set_mode(&part, 0o640)?;
    // What the disk has now, not what we believe that we wrote.
    expect(&part, document.document)?;
    Ok(fs::name(&part, &to)?)
}

fn expect(path: &Path, digest: FileDigest) -> Result<(), ArchiveFault> {
    if digest_of(path)? == digest {
        Ok(())
    } else {
        Err(PublishFault::Altered { path: PathBuf::from(path) }.into())
    }
}

impl ArchiveFault {
    fn inner(&self) -> &dyn Explain {
        match self {
            Self::Fs(fault) => fault,
            Self::Ledger(fault) => fault,
            Self::Publish(fault) => fault,
        }
    }
}

impl Explain for ArchiveFault {
    fn say(&self, lang: Lang) -> String {
        self.inner().say(lang)
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        self.inner().hint(lang)
    }

    fn retryable(&self) -> bool {
        self.inner().retryable()
    }
}
