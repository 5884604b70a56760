//! After a restoration: what was published since the backup explains itself, or nothing is signed.
//!
//! ```text
//! heads that count more events than the ledger has ─▶ heads/superseded/
//! each document that the ledger does not know ─▶ would an auditor accept it? is its day free, or does it name what it replaces? ─▶ recorded
//! ```
//!
//! A document is taken for what it proves by itself: both signatures, trusted, and its XML. **Failure.** One that cannot be
//! explained stops the start with its path and the reason; what was explained before it stays so.

use super::report::ServiceFault;
use super::{drafts, waiting};
use crate::audit;
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::ledger::{Adopted, FileDigest, NotAdopted, Restoration};
use crate::model::{StatementDay, canonical_digest};
use crate::publish::MAX_DOCUMENT_BYTES;
use crate::trust::{subject_name, unhex};
use crate::verify::{self, Kind, Mark, SignedAs, Verdict, Word};
use crate::world::World;
use crate::xml;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Finishes a restoration that is pending; how many documents were taken back.
///
/// # Errors
/// [`ServiceFault::Unexplained`], and what the disk and the ledger say.
pub(super) fn adopt(world: &World) -> Result<u64, ServiceFault> {
    let pending = world.ledger().pending()?;
    let Some(restoration) = pending else { return Ok(0) };
    supersede(world, &restoration)?;
    let mut unknown = Vec::new();
    for path in strangers(world)? {
        unknown.push(explain(world, &path).map_err(|why| ServiceFault::Unexplained { path, why })?);
    }
    // What is replaced comes before what replaces it.
    unknown.sort_by(|one, other| (one.signed, &one.path).cmp(&(other.signed, &other.path)));
    let mut count = 0;
    for document in &unknown {
        let adopted = world.ledger().adopt(document, world.clock().now())?;
        match adopted {
            Err(not) => {
                let path = world.config().out.join(&document.path);
                return Err(ServiceFault::Unexplained { path, why: Unexplained::Not(not) });
            }
            Ok(taken) => {
                if let Some(id) = taken {
                    drafts::drop(world, id)?;
                }
                count += 1;
            }
        }
    }
    world.ledger().adopted(restoration.id, count, world.clock().now())?;
    Ok(count)
}

/// Why a document does not explain itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// The verifier refuses it: a stable code.
    Refused(&'static str),
    /// It lies where none of that name is published, or is no published statement.
    Place,
    /// The ledger cannot have it.
    Not(NotAdopted),
    /// It cannot be read.
    Unread(String, String),
}

impl Explain for Unexplained {
    fn say(&self, lang: Lang) -> String {
        let (en, ro) = match self {
            Self::Refused(code) => {
                return match lang {
                    Lang::En => format!("`pecete verify` refuses it ({code})"),
                    Lang::Ro => format!("`pecete verify` îl refuză ({code})"),
                };
            }
            Self::Place => (
                "it is no published statement, or lies where none of that name is published",
                "nu este un extras publicat, sau nu este la locul numelui său",
            ),
            Self::Not(NotAdopted::Conflict) => (
                "the ledger has another document of that day, which this one does not replace",
                "registrul are alt document pentru acea zi, pe care acesta nu îl înlocuiește",
            ),
            Self::Not(NotAdopted::ReplacesNothing) => {
                ("what it replaces is not there", "ce înlocuiește nu se găsește")
            }
            Self::Not(NotAdopted::NameTaken) => (
                "the ledger has that name for another document",
                "registrul are acest nume pentru alt document",
            ),
            Self::Unread(en, ro) => (en.as_str(), ro.as_str()),
        };
        if lang == Lang::En { en } else { ro }.to_owned()
    }
}

/// Sealed heads of what was lost stand aside: never removed, and no longer in the way.
fn supersede(world: &World, restoration: &Restoration) -> Result<(), ServiceFault> {
    let folder = &world.config().heads;
    let aside = folder.join("superseded");
    for name in restoration.heads.lines() {
        let stem = name.trim_end_matches(".json");
        fs::create_folders(&aside, 0o755)?;
        for file in [name.to_owned(), format!("{name}.p7s"), format!("{stem}.txt")] {
            let from = folder.join(&file);
            if Path::new(&file).components().count() == 1 && fs::exists(&from) {
                fs::move_aside(&from, &aside.join(&file))?;
            }
        }
    }
    Ok(())
}

/// Documents of the published tree that the ledger does not know.
fn strangers(world: &World) -> Result<Vec<PathBuf>, ServiceFault> {
    let (out, state) = (&world.config().out, &world.config().state);
    // Of the published tree alone: stick documents came back with the backup, the archive is as it was.
    let nowhere = state.join("nowhere");
    let places = audit::Places { out, sticks: &nowhere, archive: &nowhere };
    let listed = audit::published(places).map_err(|fault| match fault {
        audit::AuditFault::Fs(fault) => ServiceFault::Fs(fault),
        audit::AuditFault::Ledger(fault) => ServiceFault::Ledger(fault),
    })?;
    let mut known = BTreeSet::new();
    known.extend(world.ledger().documents()?.into_iter().map(|document| out.join(document.path)));
    known.extend(world.ledger().unplaced()?.into_iter().map(|document| out.join(document.path)));
    Ok(listed.into_iter().filter(|path| !known.contains(path)).collect())
}

fn explain(world: &World, path: &Path) -> Result<Adopted, Unexplained> {
    let bytes = fs::read_bounded(path, MAX_DOCUMENT_BYTES)
        .map_err(|fault| Unexplained::Unread(fault.say(Lang::En), fault.say(Lang::Ro)))?;
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let verdict = verify::judge(bytes.as_slice(), Some(file), world.policy(), world.clock().now());
    if verdict.word != Word::Accepted {
        return Err(Unexplained::Refused(verdict.reason().map_or("unreadable", |reason| reason.code())));
    }
    let document: FileDigest = Sha256::digest(&bytes).into();
    let mark = Mark::of(file, Some(document), &verdict).ok_or(Unexplained::Place)?;
    let day = day_of(&verdict, &mark).ok_or(Unexplained::Place)?;
    let relative = format!(
        "{}/{:04}/{:02}/{}",
        mark.name.cui.as_str(),
        day.date().year(),
        day.date().month(),
        mark.name.pdf()
    );
    if verdict.kind != Kind::Published || world.config().out.join(&relative) != path {
        return Err(Unexplained::Place);
    }
    let signer = |role: SignedAs| {
        let index = verdict.signatories.iter().position(|signatory| signatory.is(role))?;
        let leaf = verdict.signatories.get(index)?.path.first()?;
        Some((index, (subject_name(leaf)?, FileDigest::from(Sha256::digest(leaf)))))
    };
    let (first, verifier) = signer(SignedAs::Verifier).ok_or(Unexplained::Place)?;
    let (_, seal) = signer(SignedAs::Treasury).ok_or(Unexplained::Place)?;
    let signed = verdict.integrity.signatures.get(first).and_then(|facts| facts.claimed_at);
    let replaces = match &mark.replaces {
        None => None,
        Some(replaces) => Some(unhex(&replaces.sha256).ok_or(Unexplained::Place)?),
    };
    Ok(Adopted {
        canonical: canonical_digest(&day),
        signed: signed.ok_or(Unexplained::Place)?,
        document,
        length: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        path: relative,
        verifier,
        seal,
        replaces,
        accounts: waiting::accounts(&day),
        name: mark.name,
    })
}

fn day_of(verdict: &Verdict, mark: &Mark) -> Option<StatementDay> {
    let mut draft = xml::read(&verdict.attachment().ok()?.bytes).ok()?;
    draft.treasury = mark.name.treasury.to_string();
    draft.holder_cui = mark.name.cui.as_str().to_owned();
    draft.check().ok().filter(|day| day.date() == mark.name.date)
}
