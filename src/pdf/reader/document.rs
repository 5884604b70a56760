//! A file with its revisions, and the objects of each as they are asked for.
//!
//! Every object is read once, by its place; streams stay in the file until they are decoded.

use super::crypt::Cipher;
use super::files::{Files, Found, filters_of};
use super::object::{Dict, Object, Ref, Stream};
use super::parse::{self, Stop};
use super::revisions::{self, Revision};
use super::tokens::{Lexer, Token};
use super::xref::{Place, Section};
use super::{ReadFault, Source, limits};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An object stream, decoded (ISO 32000-2, 7.5.7).
pub(super) struct Container {
    pub(super) data: Vec<u8>,
    /// Object number, and where its value begins in the data.
    pub(super) index: Vec<(u32, usize)>,
}

/// A document, all revisions of it.
pub struct Document<'s, S: Source + ?Sized> {
    pub(super) files: Files<'s, S>,
    sections: Vec<Section>,
    revisions: Vec<Revision>,
    found: RefCell<BTreeMap<u64, Rc<Found>>>,
    containers: RefCell<BTreeMap<u64, Rc<Container>>>,
    contained: RefCell<BTreeMap<(u64, u32), Rc<Object>>>,
    loaded: Cell<u64>,
    /// Number, section and place of all rows of all sections, in that order: made where there are many sections.
    rows: OnceCell<Vec<(u32, usize, Place)>>,
    encryption: Option<Encryption>,
}

/// How the document is encrypted.
struct Encryption {
    cipher: Cipher,
    /// The object that says so, where it is one: it is not encrypted itself.
    dictionary: Option<u32>,
    /// Which object each stream belongs to, by the offset of its data.
    owners: RefCell<BTreeMap<u64, Ref>>,
}

/// The document as it stood in one revision.
pub struct View<'d, 's, S: Source + ?Sized> {
    document: &'d Document<'s, S>,
    top: usize,
}

impl<S: Source + ?Sized> Clone for View<'_, '_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Source + ?Sized> Copy for View<'_, '_, S> {}

impl<'s, S: Source + ?Sized> Document<'s, S> {
    /// Reads sections and revisions of a file; objects are read when they are asked for.
    ///
    /// # Errors
    /// A [`ReadFault`] where the chain of sections cannot be read.
    pub fn open(source: &'s S) -> Result<Self, ReadFault> {
        let mut files = Files::open(source)?;
        let newest = last_startxref(&files)?;
        let read = match revisions::read(&files, newest) {
            // bytes before the header, and offsets that count them
            Err(ReadFault::NoSection { .. }) if files.shift > 0 => {
                files.shift = 0;
                revisions::read(&files, newest)
            }
            other => other,
        };
        let (sections, revisions) = read?;
        let mut document = Self {
            files,
            sections,
            revisions,
            found: RefCell::default(),
            containers: RefCell::default(),
            contained: RefCell::default(),
            loaded: Cell::new(0),
            rows: OnceCell::new(),
            encryption: None,
        };
        document.encryption = document.encryption()?;
        document.found = RefCell::default(); // what was read before there was a key
        Ok(document)
    }

    /// The one encryption of all revisions (7.6.1): who adds or changes one hides what was signed.
    fn encryption(&self) -> Result<Option<Encryption>, ReadFault> {
        let of = |revision: usize| {
            let view = self.view(revision);
            let value = view.trailer().and_then(|trailer| trailer.get(b"Encrypt"));
            (value, value.and_then(Object::as_ref).map(|reference| view.place(reference.number)))
        };
        let last = self.revisions.len().saturating_sub(1);
        let same = (0..last).all(|revision| of(revision) == of(last));
        let somewhere = self.sections.iter().any(|section| section.trailer.get(b"Encrypt").is_some());
        let view = self.view(last);
        match (of(last).0, view.trailer()) {
            (None, _) if !somewhere => Ok(None),
            (Some(value), Some(trailer)) if same => {
                let dictionary = view.resolve(value)?;
                let id = view.value(trailer, b"ID")?;
                let id = id.as_array().and_then(<[Object]>::first).and_then(Object::as_string);
                let dictionary = dictionary.as_dict().ok_or(ReadFault::Encrypted)?;
                Ok(Some(Encryption {
                    cipher: Cipher::of(dictionary, id.map_or(&[], |id| id.bytes.as_slice()))?,
                    dictionary: value.as_ref().map(|reference| reference.number),
                    owners: RefCell::default(),
                }))
            }
            _ => Err(ReadFault::Encrypted),
        }
    }

    /// Length of the file.
    pub const fn length(&self) -> u64 {
        self.files.input.length()
    }

    /// The revisions, oldest first; at least one.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The sections, oldest first; at least one.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    fn rows(&self) -> &[(u32, usize, Place)] {
        self.rows.get_or_init(|| {
            let sections = self.sections.iter().enumerate();
            let mut rows: Vec<(u32, usize, Place)> = sections
                .flat_map(|(index, section)| {
                    section.entries.iter().map(move |(n, place)| (*n, index, *place))
                })
                .collect();
            rows.sort_unstable();
            rows
        })
    }

    /// The document as of a revision; beyond the last it is the last.
    pub fn view(&self, revision: usize) -> View<'_, 's, S> {
        let top = self.revisions.get(revision).or(self.revisions.last()).map_or(0, |found| found.top);
        View { document: self, top }
    }

    /// The document as it is now.
    pub fn latest(&self) -> View<'_, 's, S> {
        self.view(usize::MAX)
    }

    /// Bytes of the file.
    ///
    /// # Errors
    /// Where the source fails.
    pub fn bytes(&self, from: u64, count: u64) -> Result<Cow<'_, [u8]>, ReadFault> {
        self.files.input.window(from, count)
    }

    /// Calls `each` with successive pieces of a range, in bounded memory.
    ///
    /// # Errors
    /// Where the source fails.
    pub fn pieces(&self, from: u64, to: u64, each: impl FnMut(&[u8])) -> Result<(), ReadFault> {
        self.files.input.pieces(from, to, each)
    }
}

/// Sections that are asked one after the other: a published statement has two.
const FEW_SECTIONS: usize = 8;

fn last_startxref<S: Source + ?Sized>(files: &Files<'_, S>) -> Result<u64, ReadFault> {
    let length = files.input.length();
    let mut window_size = limits::TRAILER_WINDOW;
    let from = length.saturating_sub(window_size);
    window_size = window_size.min(length);
    let window = files.input.window(from, window_size)?;
    for hit in memchr::memmem::rfind_iter(&window, b"startxref") {
        let at = from.saturating_add(u64::try_from(hit).map_err(|_| ReadFault::Limit)?);
        if let Some((named, _)) = revisions::startxref(files, at)? {
            return Ok(named);
        }
    }
    Err(ReadFault::NoStartxref)
}

impl<'d, 's, S: Source + ?Sized> View<'d, 's, S> {
    /// The document that this is a view of.
    pub const fn document(&self) -> &'d Document<'s, S> {
        self.document
    }

    /// The sections that make it, oldest first.
    pub fn sections(&self) -> &'d [Section] {
        self.document.sections.get(..=self.top).unwrap_or_default()
    }

    /// The newest trailer.
    pub fn trailer(&self) -> Option<&'d Dict> {
        self.sections().last().map(|section| &section.trailer)
    }

    /// Where an object stands.
    pub fn place(&self, number: u32) -> Place {
        if self.document.sections.len() <= FEW_SECTIONS {
            let newest = self.sections().iter().rev().find_map(|section| section.place(number));
            return newest.unwrap_or(Place::Free);
        }
        let rows = self.document.rows();
        let behind = rows.partition_point(|(n, section, _)| (*n, *section) <= (number, self.top));
        match behind.checked_sub(1).and_then(|at| rows.get(at)) {
            Some((found, _, place)) if *found == number => *place,
            _ => Place::Free,
        }
    }

    /// Where each object that any section lists stands, ascending by number.
    pub fn entries(&self) -> Cow<'d, [(u32, Place)]> {
        let sections = self.sections();
        if let [only] = sections {
            return Cow::Borrowed(&only.entries);
        }
        // newest first, and a stable order: of each number the newest place is kept
        let mut entries: Vec<(u32, Place)> =
            sections.iter().rev().flat_map(|section| section.entries.iter().copied()).collect();
        entries.sort_by_key(|(number, _)| *number);
        entries.dedup_by_key(|(number, _)| *number);
        Cow::Owned(entries)
    }

    /// An object; `Null` where it is free or of another generation (7.3.10).
    ///
    /// # Errors
    /// Where the table says that it stands somewhere, and it does not.
    pub fn object(&self, reference: Ref) -> Result<Rc<Object>, ReadFault> {
        match self.place(reference.number) {
            Place::Free => Ok(Rc::new(Object::Null)),
            Place::At { generation, .. } if generation != reference.generation => Ok(Rc::new(Object::Null)),
            Place::In { .. } if reference.generation != 0 => Ok(Rc::new(Object::Null)),
            place => self.at(reference.number, place),
        }
    }

    /// The object of this number at this place.
    ///
    /// # Errors
    /// Where it is not there.
    pub fn at(&self, number: u32, place: Place) -> Result<Rc<Object>, ReadFault> {
        match place {
            Place::Free => Ok(Rc::new(Object::Null)),
            Place::At { offset, generation } => {
                let found = self.found(offset)?;
                if found.id != (Ref { number, generation }) {
                    return Err(ReadFault::Object { number });
                }
                Ok(Rc::clone(&found.value))
            }
            Place::In { container, index } => self.contained(number, container, index),
        }
    }

    /// The object at an offset of the file, read once.
    pub(super) fn found(&self, offset: u64) -> Result<Rc<Found>, ReadFault> {
        if let Some(found) = self.document.found.borrow().get(&offset) {
            return Ok(Rc::clone(found));
        }
        self.count_one()?;
        let mut found = self.document.files.indirect_with(offset, &|length| self.length_of(length))?;
        if let Some(encryption) = &self.document.encryption
            && encryption.dictionary != Some(found.id.number)
        {
            let object = encryption.cipher.object(found.value.as_ref().clone(), found.id)?;
            if let Object::Stream(stream) = &object {
                encryption.owners.borrow_mut().insert(stream.start, found.id);
            }
            found.value = Rc::new(object);
        }
        let found = Rc::new(found);
        self.document.found.borrow_mut().insert(offset, Rc::clone(&found));
        Ok(found)
    }

    fn count_one(&self) -> Result<(), ReadFault> {
        let loaded = self.document.loaded.get().saturating_add(1);
        self.document.loaded.set(loaded);
        if loaded > limits::LOADED_OBJECTS { Err(ReadFault::Limit) } else { Ok(()) }
    }

    /// An indirect `/Length`: an integer that stands at an offset.
    fn length_of(&self, reference: Ref) -> Option<i64> {
        let Place::At { offset, .. } = self.place(reference.number) else { return None };
        let files = &self.document.files;
        let raw = files.growing(offset, 1 << 14, |window| parse::indirect(window, 0, &files.budget)).ok()?;
        (raw.id == reference).then(|| raw.value.as_int()).flatten()
    }

    fn contained(&self, number: u32, container: u32, index: u32) -> Result<Rc<Object>, ReadFault> {
        let misplaced = ReadFault::Object { number };
        let Place::At { offset, .. } = self.place(container) else { return Err(misplaced) };
        if let Some(object) = self.document.contained.borrow().get(&(offset, index)) {
            return Ok(Rc::clone(object));
        }
        self.count_one()?;
        let stream = self.container(container)?;
        let position = usize::try_from(index).map_err(|_| ReadFault::Limit)?;
        let value_at = match stream.index.get(position) {
            Some((found, at)) if *found == number => *at,
            _ => return Err(misplaced),
        };
        let mut lexer = Lexer::new(&stream.data, value_at);
        let object = parse::value(&mut lexer, &self.document.files.budget).map_err(|stop| match stop {
            Stop::Limit => ReadFault::Limit,
            _ => misplaced,
        })?;
        let object = Rc::new(object);
        self.document.contained.borrow_mut().insert((offset, index), Rc::clone(&object));
        Ok(object)
    }

    /// An object stream, decoded once.
    pub(super) fn container(&self, number: u32) -> Result<Rc<Container>, ReadFault> {
        let Place::At { offset, generation } = self.place(number) else {
            return Err(ReadFault::Object { number });
        };
        if let Some(container) = self.document.containers.borrow().get(&offset) {
            return Ok(Rc::clone(container));
        }
        let object = self.at(number, Place::At { offset, generation })?;
        let stream = object.as_stream().ok_or(ReadFault::Object { number })?;
        if !stream.dict.name(b"Type").is_some_and(|name| name.is(b"ObjStm")) {
            return Err(ReadFault::Object { number });
        }
        let container = Rc::new(self.unpack(stream).ok_or(ReadFault::Stream { at: stream.start })?);
        self.document.containers.borrow_mut().insert(offset, Rc::clone(&container));
        Ok(container)
    }

    fn unpack(&self, stream: &Stream) -> Option<Container> {
        let data = self.decode(stream).ok()?;
        let integer = |key: &[u8]| {
            let value = self.resolve(stream.dict.get(key)?).ok()?.as_int()?;
            usize::try_from(value).ok()
        };
        let (first, count) = (integer(b"First")?, integer(b"N")?);
        let mut lexer = Lexer::new(&data, 0);
        let mut index = Vec::with_capacity(count.min(data.len() / 2));
        for _ in 0..count {
            let (Token::Int(number), Token::Int(at)) = (lexer.next(), lexer.next()) else { return None };
            let at = first.checked_add(usize::try_from(at).ok()?)?;
            index.push((u32::try_from(number).ok()?, at));
        }
        Some(Container { data, index })
    }

    /// A value, references followed.
    ///
    /// # Errors
    /// As [`Self::object`]; `Limit` for references that lead nowhere.
    pub fn resolve(&self, object: &Object) -> Result<Rc<Object>, ReadFault> {
        let Object::Ref(reference) = object else { return Ok(Rc::new(object.clone())) };
        let mut found = self.object(*reference)?;
        for _ in 0..limits::REFERENCE_STEPS {
            match found.as_ref() {
                Object::Ref(next) => found = self.object(*next)?,
                _ => return Ok(found),
            }
        }
        Err(ReadFault::Limit)
    }

    /// The value of a key, references followed; `Null` where there is none.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn value(&self, dict: &Dict, key: &[u8]) -> Result<Rc<Object>, ReadFault> {
        dict.get(key).map_or_else(|| Ok(Rc::new(Object::Null)), |value| self.resolve(value))
    }

    /// The data of a stream, its filters undone.
    ///
    /// # Errors
    /// Where a filter is unknown, its data wrong, or a limit is reached.
    pub fn decode(&self, stream: &Stream) -> Result<Vec<u8>, ReadFault> {
        let resolve = |object: &Object| self.resolve(object).ok().map(|found| found.as_ref().clone());
        let filters = filters_of(&stream.dict, &resolve).ok_or(ReadFault::Stream { at: stream.start })?;
        let files = &self.document.files;
        let raw = files.raw(stream)?;
        let Some(encryption) = &self.document.encryption else {
            return files.undo(&raw, stream.start, &filters, limits::STREAM_BYTES);
        };
        let owner = encryption.owners.borrow().get(&stream.start).copied();
        let owner = owner.ok_or(ReadFault::Stream { at: stream.start })?;
        let opened = encryption.cipher.stream(&stream.dict, &raw, owner)?;
        let filters: Vec<_> = filters.into_iter().filter(|filter| filter.name != b"Crypt").collect();
        files.undo(&opened, stream.start, &filters, limits::STREAM_BYTES)
    }

    /// Offset in the file of an object's value, where it does not stand in an object stream.
    pub fn value_offset(&self, reference: Ref) -> Option<u64> {
        match self.place(reference.number) {
            Place::At { offset, .. } => self.found(offset).ok().map(|found| found.value_at),
            _ => None,
        }
    }
}
