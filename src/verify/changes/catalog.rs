//! Trailer and catalog: the same document, with little more in it (ISO 32000-2, 7.5.5, 7.7.2).

use super::{Comparison, Reason, TRAILER};
use crate::pdf::reader::{Dict, Name, Object, Source};

/// Keys of a trailer that describe the section and not the document.
const OF_THE_SECTION: [&[u8]; 9] =
    [b"Size", b"Prev", b"XRefStm", b"Type", b"W", b"Index", b"Length", b"Filter", b"DecodeParms"];

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    /// From the trailers downwards.
    pub(super) fn trailers(&mut self) -> Result<(), Reason> {
        let (Some(old), Some(new)) = (self.old.trailer(), self.new.trailer()) else {
            return Err("trailer-changed");
        };
        let (Some(Object::Ref(root)), Some(Object::Ref(now))) = (old.get(b"Root"), new.get(b"Root")) else {
            return Err("catalog-replaced");
        };
        // some writers give the catalog a new number; it is compared all the same
        if root != now && !self.is_fresh(now.number) {
            return Err("catalog-replaced");
        }
        for key in self.differing_keys(old, new)? {
            match key.as_slice() {
                b"Root" => {}
                b"ID" => same_document(old, new)?,
                b"Info" => self.information(old, new)?,
                b"Size" => self.size_kept(old)?,
                key if OF_THE_SECTION.contains(&key) => {}
                // a key that writers do not copy says nothing; a new one may
                key if new.get(key).is_none() && key != b"Encrypt" => {}
                _ => return Err("trailer-changed"),
            }
        }
        if old.get(b"Info") == new.get(b"Info") {
            self.information(old, new)?;
        }
        self.explain_for_all(root.number);
        let pair = self.descend(TRAILER, old.get(b"Root"), new.get(b"Root"))?;
        match (pair.old.as_ref(), pair.new.as_ref()) {
            (Object::Dict(old), Object::Dict(new)) => self.catalog(root.number, old, new),
            _ => Err("catalog-replaced"),
        }
    }

    /// What lies beyond `/Size` is "defined to be missing" (7.5.5): a smaller one hides what was signed. Only the newest
    /// is used; a producer's slip that a later revision put right hides nothing.
    fn size_kept(&self, old: &Dict) -> Result<(), Reason> {
        let latest = self.new.document().latest();
        let now = latest.trailer().and_then(|trailer| trailer.int(b"Size"));
        if now < old.int(b"Size") { Err("trailer-changed") } else { Ok(()) }
    }

    fn catalog(&mut self, root: u32, old: &Dict, new: &Dict) -> Result<(), Reason> {
        for key in self.differing_keys(old, new)? {
            match key.as_slice() {
                b"AcroForm" | b"DSS" | b"Extensions" | b"Metadata" => {}
                b"Version" => version(old.name(b"Version"), new.get(b"Version"))?,
                b"Type" if new.name(b"Type").is_some_and(|name| name.is(b"Catalog")) => {}
                b"Names" | b"AF" => return Err("attachment-changed"),
                b"Pages" => return Err("page-changed"),
                b"Perms" => return Err("permissions-changed"),
                b"StructTreeRoot" => return Err("structure-changed"),
                _ => return Err("catalog-changed"),
            }
        }
        self.form(root, old.get(b"AcroForm"), new.get(b"AcroForm"))?;
        self.security_store(root, old.get(b"DSS"), new.get(b"DSS"))?;
        self.metadata(root, old.get(b"Metadata"), new.get(b"Metadata"))?;
        self.extensions(root, old.get(b"Extensions"), new.get(b"Extensions"))
    }

    /// Developer extensions (7.12) may be added; they are names, numbers and strings.
    fn extensions(&mut self, root: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(root, old, new)?;
        if pair.old == pair.new {
            return Ok(());
        }
        let Object::Dict(new) = pair.new.as_ref() else { return Err("extensions-changed") };
        let empty = Dict::default();
        let old = pair.old.as_dict().unwrap_or(&empty);
        for (prefix, value) in old.iter() {
            let kept = self.descend(pair.holder, Some(value), new.get(&prefix.0))?;
            if kept.old != kept.new
                && !flat(&kept.new)
                && !kept.new.as_array().is_some_and(|all| all.iter().all(flat))
            {
                return Err("extensions-changed");
            }
        }
        for (prefix, value) in new.iter().filter(|(prefix, _)| old.get(&prefix.0).is_none()) {
            let value = self.new.resolve(value).map_err(super::code)?;
            let ok = flat(&value) || value.as_array().is_some_and(|all| all.iter().all(flat));
            if !ok && !prefix.is(b"Type") {
                return Err("extensions-changed");
            }
        }
        Ok(())
    }
}

/// A dictionary of names, numbers and strings.
fn flat(object: &Object) -> bool {
    object.as_dict().is_some_and(|dict| {
        dict.iter().all(|(_, value)| {
            matches!(value, Object::Name(_) | Object::Int(_) | Object::Real(_) | Object::String(_))
        })
    })
}

/// The first half of `/ID` never changes (14.4).
fn same_document(old: &Dict, new: &Dict) -> Result<(), Reason> {
    let first =
        |dict: &Dict| dict.get(b"ID").and_then(Object::as_array).and_then(|halves| halves.first().cloned());
    match (first(old), first(new)) {
        (Some(a), Some(b)) if a != b => Err("document-id-changed"),
        _ => Ok(()),
    }
}

/// A later version may be claimed, never an earlier one (7.7.2).
fn version(old: Option<&Name>, new: Option<&Object>) -> Result<(), Reason> {
    const KNOWN: [&[u8]; 9] = [b"1.0", b"1.1", b"1.2", b"1.3", b"1.4", b"1.5", b"1.6", b"1.7", b"2.0"];
    let rank = |name: &Name| KNOWN.iter().position(|known| name.is(known));
    match (old.and_then(rank), new.and_then(Object::as_name).and_then(rank)) {
        (None, Some(_)) => Ok(()),
        (Some(old), Some(new)) if old <= new => Ok(()),
        _ => Err("catalog-changed"),
    }
}
