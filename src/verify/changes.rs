//! What one revision changed in the one before it, object by object, against a whitelist.
//!
//! Terms: an object is *changed* where it stands at another place and says something else; *fresh* where its number
//! was free and nothing of the old revision referred to it, so that it cannot have been seen; *explained* where the walk from
//! the trailer met it in a part that may change, and nothing else of the old revision used it.
//!
//! ```text
//!  trailer ─ Root ─▶ catalog ─┬─ AcroForm ─▶ Fields ─▶ field: V, AP of an empty signature field; values of others
//!          └ Info: dates      ├─ Pages ─▶ … page: Annots, new widgets only
//!                             ├─ DSS ─▶ VRI, Certs, CRLs, OCSPs: added to
//!                             └─ Extensions, Version: added to
//! ```
//!
//! Contract: a step that is not shown to be permitted is forbidden, with a stable reason. Appearances reached through
//! an unchanged reference are covered, because *every* changed object that is not fresh must be explained.

mod catalog;
mod dss;
mod form;
mod metadata;
mod pages;
#[cfg(test)]
mod tests;

use super::facts::ChangesAfter;
use super::permissions::Permissions;
use crate::pdf::reader::{Appended, Dict, Object, Place, ReadFault, References, Source, View};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A stable kebab-case code.
pub(super) type Reason = &'static str;

/// A signature field that a step filled.
#[derive(Clone, Debug)]
pub(super) struct Signed {
    pub(super) field: String,
    /// An invisible document timestamp: nothing forbids it.
    pub(super) timestamp: bool,
    /// The field was made by this step.
    pub(super) new: bool,
    pub(super) visible: bool,
}

/// What a revision did to the one before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    /// Why it is forbidden whatever was signed.
    pub(super) forbidden: Option<Reason>,
    /// Fields, other than signature fields, whose value changed.
    pub(super) filled: Vec<String>,
    pub(super) signed: Vec<Signed>,
    /// Signature fields added and left empty, and whether they are visible.
    pub(super) added: Vec<(String, bool)>,
}

/// Compares a revision with the one before it.
pub(super) fn step<S: Source + ?Sized>(old: View<'_, '_, S>, new: View<'_, '_, S>, revision: usize) -> Step {
    let mut step = Step::default();
    step.forbidden = compare(old, new, revision, &mut step).err();
    step
}

/// What a signature with these permissions says to a step that came after it.
///
/// # Errors
/// The reason why the step is forbidden.
pub(super) fn judge(step: &Step, permissions: &Permissions) -> Result<ChangesAfter, Reason> {
    if let Some(reason) = step.forbidden {
        return Err(reason);
    }
    let locked = |name: &str| permissions.locks.iter().any(|lock| lock.holds(name));
    let sealed = permissions.level == Some(1);
    for name in &step.filled {
        if sealed {
            return Err("change-after-final-certification");
        }
        if locked(name) {
            return Err("locked-field-changed");
        }
    }
    for signed in step.signed.iter().filter(|signed| !signed.timestamp) {
        if sealed {
            return Err("change-after-final-certification");
        }
        if locked(&signed.field) && (!signed.new || signed.visible) {
            return Err("locked-field-changed");
        }
        if signed.new && signed.visible && permissions.level.is_some() {
            return Err("visible-field-added");
        }
    }
    for (name, visible) in &step.added {
        if *visible && (permissions.level.is_some() || locked(name)) {
            return Err("visible-field-added");
        }
    }
    Ok(if step.filled.is_empty() { ChangesAfter::Signatures } else { ChangesAfter::Permitted })
}

/// An object that is not what it was.
struct Changed {
    old: Rc<Object>,
    new: Rc<Object>,
}

/// Who may have referred to an explained object in the old revision.
enum Holders {
    /// Its role limits what could change: catalog, field, page.
    Any,
    /// Only these objects.
    Only(BTreeSet<u32>),
}

/// A value in both revisions, references followed.
struct Pair {
    old: Rc<Object>,
    new: Rc<Object>,
    /// The object of the old revision in which the old value stands.
    holder: u32,
}

/// The trailer as a holder.
const TRAILER: u32 = 0;

struct Comparison<'d, 's, 'o, S: Source + ?Sized> {
    old: View<'d, 's, S>,
    new: View<'d, 's, S>,
    changed: BTreeMap<u32, Changed>,
    references: References,
    explained: BTreeMap<u32, Holders>,
    /// Widgets of signature fields that this step added.
    widgets: BTreeSet<u32>,
    step: &'o mut Step,
}

fn code(fault: ReadFault) -> Reason {
    match fault {
        ReadFault::Limit => "limit-exceeded",
        ReadFault::Io => "unreadable",
        _ => "changed-object-unreadable",
    }
}

fn compare<'d, 's, S: Source + ?Sized>(
    old: View<'d, 's, S>,
    new: View<'d, 's, S>,
    revision: usize,
    step: &mut Step,
) -> Result<(), Reason> {
    match old.document().appended(revision).map_err(code)? {
        Appended::Accounted => {}
        Appended::UnlistedObject { .. } => return Err("unlisted-object"),
        Appended::UnlistedBytes { .. } => return Err("unlisted-bytes"),
        Appended::PointsElsewhere { .. } => return Err("xref-points-elsewhere"),
    }
    let references = References::of(&old).map_err(code)?;
    let changed = changed(&old, &new)?;
    let mut comparison = Comparison {
        old,
        new,
        changed,
        references,
        explained: BTreeMap::new(),
        widgets: BTreeSet::new(),
        step,
    };
    comparison.trailers()?;
    comparison.pages()?;
    comparison.nothing_unexplained()
}

/// All objects that the new sections place elsewhere and that say something else.
fn changed<S: Source + ?Sized>(
    old: &View<'_, '_, S>,
    new: &View<'_, '_, S>,
) -> Result<BTreeMap<u32, Changed>, Reason> {
    let mut changed = BTreeMap::new();
    let sections = new.sections().get(old.sections().len()..).unwrap_or_default();
    for (number, _) in sections.iter().flat_map(|section| &section.entries) {
        let (before, after) = (old.place(*number), new.place(*number));
        if before == after && matches!(after, Place::Free | Place::At { .. }) || changed.contains_key(number)
        {
            continue;
        }
        let objects = (old.at(*number, before).map_err(code)?, new.at(*number, after).map_err(code)?);
        let generations = generation(before) == generation(after);
        if !generations || !same(old, &objects.0, &objects.1)? {
            changed.insert(*number, Changed { old: objects.0, new: objects.1 });
        }
    }
    // the object streams of the old revision stay: what they hold is not listed again
    let containers = old.sections().iter().flat_map(|section| &section.entries);
    for (number, place) in containers {
        if let Place::In { container, .. } = place
            && old.place(*number) == *place
            && changed.contains_key(container)
        {
            return Err("object-stream-replaced");
        }
    }
    Ok(changed)
}

const fn generation(place: Place) -> Option<u32> {
    match place {
        Place::Free => None,
        Place::At { generation, .. } => Some(generation),
        Place::In { .. } => Some(0),
    }
}

/// Whether two objects say the same, the data of their streams included.
fn same<S: Source + ?Sized>(view: &View<'_, '_, S>, a: &Object, b: &Object) -> Result<bool, Reason> {
    let (Object::Stream(a), Object::Stream(b)) = (a, b) else { return Ok(a == b) };
    if a.dict != b.dict || a.length != b.length {
        return Ok(false);
    }
    const PIECE: u64 = 1 << 20;
    let mut at = 0;
    while at < a.length {
        let count = PIECE.min(a.length.saturating_sub(at));
        let left = view.document().bytes(a.start.saturating_add(at), count).map_err(code)?;
        let right = view.document().bytes(b.start.saturating_add(at), count).map_err(code)?;
        if left != right {
            return Ok(false);
        }
        at = at.saturating_add(count);
    }
    Ok(true)
}

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    /// Whether nothing of the old revision can have shown what now stands under this number.
    fn is_fresh(&self, number: u32) -> bool {
        self.changed.contains_key(&number)
            && self.old.place(number) == Place::Free
            && !self.references.has(number)
    }

    /// Notes that a changed object may change, where only `holder` referred to it.
    fn explain(&mut self, number: u32, holder: u32) {
        if !self.changed.contains_key(&number) {
            return;
        }
        match self.explained.entry(number).or_insert_with(|| Holders::Only(BTreeSet::new())) {
            Holders::Any => {}
            Holders::Only(holders) => {
                holders.insert(holder);
            }
        }
    }

    /// Notes that a changed object may change, whoever referred to it.
    fn explain_for_all(&mut self, number: u32) {
        if self.changed.contains_key(&number) {
            self.explained.insert(number, Holders::Any);
        }
    }

    /// The value that stood in `holder` and the one that replaces it; an object overwritten in place is explained.
    fn descend(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<Pair, Reason> {
        let mut below = holder;
        if let Some(Object::Ref(reference)) = old {
            if new == old {
                self.explain(reference.number, holder);
            }
            below = reference.number;
        }
        let resolve = |view: &View<'_, '_, S>, value: Option<&Object>| {
            value.map_or_else(|| Ok(Rc::new(Object::Null)), |value| view.resolve(value)).map_err(code)
        };
        Ok(Pair { old: resolve(&self.old, old)?, new: resolve(&self.new, new)?, holder: below })
    }

    /// Whether a value is the same; written in place or as a fresh object makes no difference.
    fn unchanged(&self, old: Option<&Object>, new: Option<&Object>) -> Result<bool, Reason> {
        if old == new {
            return Ok(true);
        }
        let (Some(old), Some(new)) = (old, new) else { return Ok(false) };
        let fresh = new.as_ref().is_none_or(|reference| self.is_fresh(reference.number));
        let (old, new) = (self.old.resolve(old).map_err(code)?, self.new.resolve(new).map_err(code)?);
        Ok(fresh && !matches!(new.as_ref(), Object::Stream(_) | Object::Null) && old == new)
    }

    /// The keys whose values differ; keys that stand twice are refused.
    fn differing_keys(&self, old: &Dict, new: &Dict) -> Result<Vec<Vec<u8>>, Reason> {
        if new.has_repeated_keys() && old != new {
            return Err("key-repeated");
        }
        let keys: BTreeSet<&[u8]> = old.iter().chain(new.iter()).map(|(name, _)| name.0.as_ref()).collect();
        let mut differing = Vec::new();
        for key in keys {
            if !self.unchanged(old.get(key), new.get(key))? {
                differing.push(key.to_vec());
            }
        }
        Ok(differing)
    }

    /// Every changed object must be fresh, or explained and used for nothing else, or used no more.
    fn nothing_unexplained(&self) -> Result<(), Reason> {
        let mut now: Option<References> = None;
        for (number, changed) in &self.changed {
            if self.is_fresh(*number) {
                continue;
            }
            let explained = match self.explained.get(number) {
                Some(Holders::Any) => true,
                Some(Holders::Only(holders)) => {
                    self.references.to(*number).iter().all(|from| holders.contains(from))
                }
                None => false,
            };
            if explained {
                continue;
            }
            if now.is_none() {
                now = Some(References::of(&self.new).map_err(code)?);
            }
            if now.as_ref().is_some_and(|now| now.has(*number)) {
                return Err(name_of(changed));
            }
        }
        Ok(())
    }
}

/// The most useful reason for an object that may not change.
fn name_of(changed: &Changed) -> Reason {
    let dict = changed.old.as_dict().or_else(|| changed.new.as_dict());
    let Some(dict) = dict else { return "object-changed" };
    let named = |key: &[u8]| dict.name(key).map(|name| name.0.as_ref());
    match (named(b"Type"), named(b"Subtype")) {
        (Some(b"Page" | b"Pages"), _) => "page-changed",
        (Some(b"Catalog"), _) => "catalog-changed",
        (Some(b"Font" | b"FontDescriptor"), _) => "font-changed",
        (Some(b"Metadata"), _) => "metadata-changed",
        (Some(b"Filespec" | b"EmbeddedFile"), _) => "attachment-changed",
        (Some(b"Sig" | b"DocTimeStamp"), _) => "signature-changed",
        (Some(b"StructElem" | b"StructTreeRoot"), _) => "structure-changed",
        (Some(b"Annot"), _) | (_, Some(b"Widget")) => "annotation-changed",
        (_, Some(b"Form" | b"Image")) => "appearance-changed",
        _ if dict.get(b"ByteRange").is_some() => "signature-changed",
        _ if dict.get(b"FT").is_some() => "field-changed",
        _ if changed.old.as_stream().is_some() => "content-changed",
        _ => "object-changed",
    }
}
