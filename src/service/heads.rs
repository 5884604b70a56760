//! Sealing how far the ledger has come, and keeping that where the ledger is not.

use super::report::ServiceFault;
use crate::audit::head;
use crate::fs;
use crate::ledger::Head;
use crate::sign;
use crate::world::World;
use std::path::PathBuf;

const HEADS_MODE: u32 = 0o755;
const HEAD_MODE: u32 = 0o644;

/// Seals the head of the ledger, where it has moved since the last one that was sealed. Returns where it is.
///
/// # Errors
/// [`ServiceFault::RolledBack`] where the newest head counts more events than there are: then nothing is sealed.
///
/// The signature is written last but one and the head itself last: a head without its signature is not seen.
pub fn seal_head(world: &World) -> Result<Option<PathBuf>, ServiceFault> {
    let (head, last) = unbroken(world)?;
    let folder = &world.config().heads;
    let sealed = last.as_deref().map_or(0, head::events);
    let Some(seal) = world.any_seal().filter(|_| head.events > sealed) else {
        return Ok(None);
    };
    let previous = last.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let at = world.clock().now();
    let [name, signature, text] = head::names(folder, head, at);
    let bytes = head::bytes(head, previous, at);
    let cms = sign::detach(&bytes, seal).map_err(crate::pipeline::MakeFault::from)?;
    fs::create_folders(folder, HEADS_MODE)?;
    // What a crash left of this very head was never seen, and its time of sealing was another.
    fs::remove(&signature)?;
    fs::remove(&text)?;
    fs::create_new(&text, head::text(head, at, seal.name()).as_bytes(), HEAD_MODE)?;
    fs::create_new(&signature, &cms, HEAD_MODE)?;
    fs::create_new(&name, &bytes, HEAD_MODE)?;
    Ok(Some(name))
}

/// How far the ledger has come, and its newest head.
///
/// # Errors
/// [`ServiceFault::RolledBack`] where that head counts more events than there are: a day that was published might be signed
/// again, as if it had never been.
pub(super) fn unbroken(world: &World) -> Result<(Head, Option<PathBuf>), ServiceFault> {
    let head = world.ledger().head()?;
    let last = head::all(&world.config().heads)?.pop();
    match last {
        Some(last) if head::events(&last) > head.events => {
            Err(ServiceFault::RolledBack { head: last, events: head.events })
        }
        last => Ok((head, last)),
    }
}
