//! A client's documents onto the memory stick that it brought (order MFP 2768/2017, art. 5).
//!
//! ```text
//! find ──▶ whose ──▶ look ──▶ (the clerk confirms) ──▶ write ──▶ the ledger ──▶ a receipt
//!                     │ what lies there already, by digest: right, damaged, or not there
//!                     └ is there room
//! ```
//!
//! Documents lie in `EXTRASE/<CUI>/` with a manifest for each delivery (`sha256sum -c` reads it). Each is
//! written under a hidden name, synchronised, **read back past this machine's cache and compared**, and only
//! then named; the ledger hears of it when all names are durable. So a stick that is pulled out in the middle
//! has no final name with wrong bytes, as far as its file system keeps what it was made to keep; where it
//! did not, [`look`] finds the damage at the next insertion by the ledger's digests, and [`fn@write`] puts the
//! damaged file aside (`.damaged`) and the right one in its place.
//!
//! **Contract.** Nothing on the stick is overwritten or removed, hidden names of ours apart. Names are
//! ASCII, shorter than 255 characters, and differ in more than case (FAT knows no case).
//! **Failure.** [`StickFault`]; nothing is recorded as delivered unless all of it is.

mod fault;
mod receipt;
mod volume;

pub use fault::StickFault;
pub use receipt::{Receipt, manifest};
pub use volume::{Mounted, Stick, all, find, mounted};

use crate::fs;
use crate::ledger::StickDocument;
use crate::publish::{MAX_DOCUMENT_BYTES, Outbox};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder on the stick in which the clients' folders are.
const FOLDER: &str = "EXTRASE";
/// Room for folders, the manifest and their entries, in units of the file system.
const UNITS_BESIDE: u64 = 8;

/// Whose a stick is, by the sticks that are registered: pairs of volume id and client.
pub fn whose<'a>(
    stick: &Stick,
    named: Option<&'a str>,
    registered: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<&'a str, StickFault> {
    let Some(volume) = &stick.volume else {
        return named.ok_or(StickFault::WhoseIsIt);
    };
    let owner = registered.into_iter().find(|(known, _)| known == volume).map(|(_, client)| client);
    match (owner, named) {
        (None, _) => Err(StickFault::Unregistered { volume: volume.clone() }),
        (Some(owner), Some(named)) if owner != named => Err(StickFault::OtherClient {
            volume: volume.clone(),
            owner: owner.to_owned(),
            named: named.to_owned(),
        }),
        (Some(owner), _) => Ok(owner),
    }
}

/// What lies under a document's name on the stick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// The document.
    Right,
    /// Other bytes.
    Damaged,
}

/// What is to be done on a stick, seen before anything is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where the documents go.
    pub folder: PathBuf,
    /// Each document that is to be on the stick, and what lies there.
    pub documents: Vec<(StickDocument, Found)>,
}

impl Plan {
    /// The documents that must be written.
    pub fn to_write(&self) -> impl Iterator<Item = &StickDocument> {
        self.documents.iter().filter(|(_, found)| *found != Found::Right).map(|(document, _)| document)
    }

    /// How many on the stick are damaged.
    pub fn damaged(&self) -> usize {
        self.documents.iter().filter(|(_, found)| *found == Found::Damaged).count()
    }
}

/// Looks at the stick and writes nothing. `wanted` are the documents that are due; of those that were
/// `delivered` to this stick before, only damaged ones are written anew: what the client took away is his.
pub fn look(
    stick: &Stick,
    cui: &str,
    wanted: Vec<StickDocument>,
    delivered: Vec<StickDocument>,
) -> Result<Plan, StickFault> {
    let folder = stick.folder.join(FOLDER).join(cui);
    let due: BTreeSet<_> = wanted.iter().map(|document| document.id).collect();
    let mut documents = Vec::with_capacity(wanted.len());
    for document in wanted {
        let found = lies_there(&folder, &document)?;
        documents.push((document, found));
    }
    for document in delivered.into_iter().filter(|document| !due.contains(&document.id)) {
        if lies_there(&folder, &document)? == Found::Damaged {
            documents.push((document, Found::Damaged));
        }
    }
    let plan = Plan { folder, documents };
    has_room(stick, &plan)?;
    Ok(plan)
}

/// Writes what is missing or damaged, reads all of it back, names it, and adds the manifest of this
/// delivery under `manifest_name`. `written` hears of each document that has its name.
pub fn write(
    plan: &Plan,
    from: &Outbox,
    manifest_name: &str,
    written: &mut dyn FnMut(&StickDocument),
) -> Result<(), StickFault> {
    fs::make_folder(&plan.folder)?;
    for (document, found) in plan.documents.iter().filter(|(_, found)| *found != Found::Right) {
        let bytes = from.fetch(&document.path, document.document)?;
        let place = plan.folder.join(&document.name);
        if *found == Found::Damaged {
            put_aside(&place)?;
        }
        put(&place, &bytes)?;
        written(document);
    }
    let listed = plan.documents.iter().map(|(document, _)| document);
    put(&fs::free_name(&plan.folder.join(manifest_name)), manifest(listed).as_bytes())?;
    fs::sync_names(&plan.folder)?;
    Ok(fs::sync(&plan.folder)?)
}

/// One file: written, synchronised, read back, compared, named.
fn put(place: &Path, bytes: &[u8]) -> Result<(), StickFault> {
    let temporary = fs::beside(place, "part");
    let expected: [u8; 32] = Sha256::digest(bytes).into();
    fs::write_synced(&temporary, bytes)?;
    if digest_on(&temporary)? != expected {
        // It has no name that anyone reads; if the stick cannot even forget it, that changes nothing.
        let _ = fs::remove(&temporary);
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Err(StickFault::Dying { name });
    }
    Ok(fs::name_free(&temporary, place)?)
}

/// A damaged file keeps its bytes under a name that no reader opens.
fn put_aside(place: &Path) -> Result<(), StickFault> {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let aside = fs::free_name(&place.with_file_name(format!("{name}.damaged")));
    Ok(fs::name_free(place, &aside)?)
}

fn lies_there(folder: &Path, document: &StickDocument) -> Result<Found, StickFault> {
    let place = folder.join(&document.name);
    if !fs::exists(&place) {
        return Ok(Found::Nothing);
    }
    // A name whose bytes cannot be read is damage, and is mended; if the stick is at its end, writing says so.
    Ok(if digest_on(&place).ok() == Some(document.document) { Found::Right } else { Found::Damaged })
}

fn digest_on(path: &Path) -> Result<[u8; 32], fs::FsFault> {
    let mut digest = Sha256::new();
    fs::read_back(path, MAX_DOCUMENT_BYTES, |piece| digest.update(piece))?;
    Ok(digest.finalize().into())
}

fn has_room(stick: &Stick, plan: &Plan) -> Result<(), StickFault> {
    let room = fs::room(&stick.folder)?;
    let units = plan.to_write().map(|document| document.length.div_ceil(room.unit).saturating_add(1));
    let Some(units) = units.reduce(u64::saturating_add) else { return Ok(()) };
    if room.read_only {
        return Err(StickFault::ReadOnly { path: stick.folder.clone() });
    }
    let needed = units.saturating_add(UNITS_BESIDE).saturating_mul(room.unit);
    match room.free {
        Some(free) if needed > free => Err(StickFault::Full { needed, free }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stick(volume: Option<&str>) -> Stick {
        Stick { folder: "/media/stick".into(), volume: volume.map(str::to_owned) }
    }

    #[test]
    fn a_stick_is_its_owners_and_nobody_elses() {
        let known = [("1234-ABCD", "9999008"), ("0000-0001", "9999016")];
        assert_eq!(whose(&stick(Some("1234-ABCD")), None, known).expect("known"), "9999008");
        assert_eq!(whose(&stick(Some("1234-ABCD")), Some("9999008"), known).expect("known"), "9999008");
        let other = whose(&stick(Some("1234-ABCD")), Some("9999016"), known);
        assert!(matches!(other, Err(StickFault::OtherClient { .. })));
        let stranger = whose(&stick(Some("FFFF-FFFF")), Some("9999008"), known);
        assert!(matches!(stranger, Err(StickFault::Unregistered { .. })));
        assert!(matches!(whose(&stick(None), None, known), Err(StickFault::WhoseIsIt)));
        assert_eq!(whose(&stick(None), Some("9999008"), known).expect("the clerk's word"), "9999008");
    }
}
