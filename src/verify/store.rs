//! The document security store (ISO 32000-2, 12.8.4.3): what later revisions put beside the signatures.
//!
//! ```text
//! /DSS ─┬ /Certs /CRLs /OCSPs ── streams
//!       └ /VRI ─ one entry a signature ─ /Cert /CRL /OCSP ── the same streams, or more
//! ```
//!
//! Read as of the last revision; of each list and answer it is noted which revision of a document timestamp has it first,
//! for that timestamp then proves that it existed. **Limits.** [`CERTIFICATES`], [`CERTIFICATE_BYTES`], [`ENTRIES`], and
//! those of [`Evidence`]. **Failure.** None: what cannot be read helps nobody.

use super::fields;
use crate::pdf::reader::{Document, Object, Place, Source, View};
use crate::trust::{Evidence, MAX_ANSWERS, MAX_LISTS, MAX_OTHERS, Origin};

/// Certificates that are read: no more are looked at when a path is built.
const CERTIFICATES: usize = MAX_OTHERS;
/// Bytes of one certificate; those of authorities have some thousand.
const CERTIFICATE_BYTES: usize = 64 << 10;
/// Entries of `/VRI` that are looked at: one for each signature and timestamp.
const ENTRIES: usize = 256;

/// What the store holds.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// Certificates, DER.
    pub(super) certificates: Vec<Vec<u8>>,
    /// Lists and answers.
    pub(super) evidence: Evidence,
}

/// Reads the store of the last revision. `stamped`: revisions of the document timestamps, ascending.
pub(super) fn read<S: Source + ?Sized>(document: &Document<'_, S>, stamped: &[usize]) -> Store {
    let view = document.latest();
    let mut store = Store::default();
    let Some(listed) = Listed::of(&view) else { return store };
    for item in listed.certificates.iter().take(CERTIFICATES) {
        store.certificates.extend(decoded(&view, item).filter(|der| der.len() <= CERTIFICATE_BYTES));
    }
    if listed.lists.is_empty() && listed.answers.is_empty() {
        return store;
    }
    let last = document.revisions().len().saturating_sub(1);
    let earlier: Vec<(usize, Vec<Place>)> = stamped
        .iter()
        .map(|revision| (*revision, Listed::of(&document.view(*revision)).unwrap_or_default().places()))
        .collect();
    let origin = |item: &Item| {
        let first =
            earlier.iter().find(|(_, places)| item.place.is_some_and(|place| places.contains(&place)));
        Origin::Store { revision: first.map_or(last, |(revision, _)| *revision) }
    };
    for item in listed.lists.iter().take(MAX_LISTS) {
        let der = decoded(&view, item);
        let _read = der.is_some_and(|der| store.evidence.take_list(&der, origin(item)));
    }
    for item in listed.answers.iter().take(MAX_ANSWERS) {
        let der = decoded(&view, item);
        let _read = der.is_some_and(|der| store.evidence.take_answer(&der, origin(item)));
    }
    store
}

/// What the store lists, each once.
#[derive(Default)]
struct Listed {
    certificates: Vec<Item>,
    lists: Vec<Item>,
    answers: Vec<Item>,
}

/// A stream that the store lists.
#[derive(PartialEq)]
struct Item {
    object: Object,
    /// Where it stands in the file, where it is an object of its own.
    place: Option<Place>,
}

impl Listed {
    fn of<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Option<Self> {
        let catalog = fields::catalog(view).ok()?;
        let store = view.value(catalog.as_dict()?, b"DSS").ok()?;
        let mut listed = Self::default();
        listed.take(view, &store, [b"Certs", b"CRLs", b"OCSPs"]);
        let entries = view.value(store.as_dict()?, b"VRI").ok();
        let entries = entries.as_ref().and_then(|entries| entries.as_dict());
        for (_, entry) in entries.into_iter().flat_map(|entries| entries.iter()).take(ENTRIES) {
            if let Ok(entry) = view.resolve(entry) {
                listed.take(view, &entry, [b"Cert", b"CRL", b"OCSP"]);
            }
        }
        Some(listed)
    }

    fn take<S: Source + ?Sized>(&mut self, view: &View<'_, '_, S>, from: &Object, keys: [&[u8]; 3]) {
        let Some(from) = from.as_dict() else { return };
        let [certificates, lists, answers] = keys;
        for (key, most, into) in [
            (certificates, CERTIFICATES, &mut self.certificates),
            (lists, MAX_LISTS, &mut self.lists),
            (answers, MAX_ANSWERS, &mut self.answers),
        ] {
            let Ok(listed) = view.value(from, key) else { continue };
            for object in listed.as_array().unwrap_or_default() {
                let place = match object {
                    Object::Ref(reference) => Some(view.place(reference.number)),
                    _ => None,
                };
                let item = Item { object: object.clone(), place };
                if into.len() < most && !into.contains(&item) {
                    into.push(item);
                }
            }
        }
    }

    fn places(&self) -> Vec<Place> {
        self.lists.iter().chain(&self.answers).filter_map(|item| item.place).collect()
    }
}

fn decoded<S: Source + ?Sized>(view: &View<'_, '_, S>, item: &Item) -> Option<Vec<u8>> {
    view.decode(view.resolve(&item.object).ok()?.as_stream()?).ok()
}
