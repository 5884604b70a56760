//! What waits, on disk: `state/drafts/<number>.pdf`, the page as it will be, and `<number>.xml`, the day that it shows.
//!
//! The page is for a person's eyes; what is signed is drawn anew from the day and must be those very bytes. Both files are durable before
//! the ledger says that the statement waits, and go when it is signed or rejected. Mode 0600.

use super::ServiceFault;
use crate::diag::Explain;
use crate::fs::{self, FsFault};
use crate::ledger::{FileDigest, Held, StatementId};
use crate::model::{StatementDay, canonical_digest};
use crate::world::World;
use crate::xml;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// The largest page or day that is read back.
const MAX_DRAFT: u64 = 256 << 20;

fn path(world: &World, id: StatementId, extension: &str) -> PathBuf {
    world.config().state.join("drafts").join(format!("{}.{extension}", id.0))
}

/// Keeps a page and its day; a file of an attempt that a crash ended is replaced.
pub(super) fn keep(
    world: &World,
    id: StatementId,
    page: &[u8],
    day: &StatementDay,
) -> Result<(), ServiceFault> {
    fs::create_folders(&world.config().state.join("drafts"), 0o700)?;
    for (extension, bytes) in [("xml", xml::write(day).as_slice()), ("pdf", page)] {
        let to = path(world, id, extension);
        fs::remove(&to)?;
        fs::create_new(&to, bytes, 0o600)?;
    }
    Ok(())
}

/// SHA-256 of a page: what a person approves.
pub(super) fn digest(page: &[u8]) -> FileDigest {
    Sha256::digest(page).into()
}

/// The page of a statement that waits; none where the file is gone or is not the page that the ledger knows.
pub(super) fn page(world: &World, held: &Held) -> Result<Option<Vec<u8>>, FsFault> {
    let page = read(world, held.hold.id, "pdf")?;
    Ok(page.filter(|page| digest(page) == held.hold.draft))
}

/// What is there, whatever it says; none where nothing is, or what no page and no day can be.
fn read(world: &World, id: StatementId, extension: &str) -> Result<Option<Vec<u8>>, FsFault> {
    let path = path(world, id, extension);
    if !fs::exists(&path) {
        return Ok(None);
    }
    match fs::read_bounded(&path, MAX_DRAFT) {
        Err(fault) if !fault.retryable() => Ok(None),
        other => other.map(Some),
    }
}

/// The day of a statement that waits; none where the file is gone or does not hold the day that the ledger knows.
pub(super) fn day(world: &World, held: &Held) -> Result<Option<StatementDay>, ServiceFault> {
    let Some(bytes) = read(world, held.hold.id, "xml")? else { return Ok(None) };
    let Ok(mut draft) = xml::read(&bytes) else { return Ok(None) };
    draft.treasury = held.treasury.to_string();
    draft.holder_cui = held.cui.as_str().to_owned();
    let day = draft.check().ok();
    Ok(day.filter(|day| canonical_digest(day) == held.canonical && day.date() == held.date))
}

/// Lets go of both.
pub(super) fn drop(world: &World, id: StatementId) -> Result<(), FsFault> {
    fs::remove(&path(world, id, "pdf"))?;
    fs::remove(&path(world, id, "xml"))
}
