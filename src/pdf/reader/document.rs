//! A file with its revisions, and the objects of each as they are asked for.
//!
//! Every object is read once, by its place; streams stay in the file until they are decoded.

use super::filters::{self, Filter};
use super::input::Input;
use super::object::{Dict, Object, Ref, Stream};
use super::parse::{self, Budget, Stop};
use super::revisions::{self, Revision};
use super::tokens::{Lexer, Token};
use super::xref::{Place, Section};
use super::{ReadFault, Source, limits};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The file as bytes and objects at offsets, before it is known what they are for.
pub(super) struct Files<'s, S: Source + ?Sized> {
    pub(super) input: Input<'s, S>,
    /// How far offsets in the file lie behind those that it names (bytes before `%PDF-`).
    pub(super) shift: u64,
    pub(super) budget: Budget,
    inflated: Cell<u64>,
}

/// An object at an offset, its stream measured.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) id: Ref,
    pub(super) value: Rc<Object>,
    /// Offset of the value in the file.
    pub(super) value_at: u64,
    /// Offset behind `endobj`, or behind the value where that is missing.
    pub(super) end: u64,
    pub(super) closed: bool,
}

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

impl<'s, S: Source + ?Sized> Files<'s, S> {
    fn open(source: &'s S) -> Result<Self, ReadFault> {
        let input = Input::open(source)?;
        let files = Self { input, shift: 0, budget: Budget::new(limits::VALUES), inflated: Cell::new(0) };
        match files.find(b"%PDF-", 0, limits::HEADER_WINDOW)? {
            None => Err(ReadFault::NoHeader),
            Some(shift) => Ok(Self { shift, ..files }),
        }
    }

    /// An offset in the file for one that the file names.
    pub(super) fn offset(&self, named: u64) -> Result<u64, ReadFault> {
        let at = named.saturating_add(self.shift);
        if at < self.input.length() { Ok(at) } else { Err(ReadFault::NoSection { at: named }) }
    }

    /// The first of these bytes in a range.
    pub(super) fn find(&self, needle: &[u8], from: u64, to: u64) -> Result<Option<u64>, ReadFault> {
        const STEP: u64 = 1 << 16;
        let finder = memchr::memmem::Finder::new(needle);
        let overlap = u64::try_from(needle.len().saturating_sub(1)).unwrap_or(0);
        let mut at = from;
        while at < to.min(self.input.length()) {
            let step = (to - at).min(STEP).saturating_add(overlap);
            let window = self.input.window(at, step)?;
            if let Some(hit) = finder.find(&window) {
                return Ok(Some(at.saturating_add(u64::try_from(hit).unwrap_or(u64::MAX))));
            }
            at = at.saturating_add(STEP);
        }
        Ok(None)
    }

    /// Parses at an offset in windows that grow until the value is whole.
    pub(super) fn growing<T>(
        &self,
        at: u64,
        most: u64,
        mut read: impl FnMut(&[u8]) -> Result<T, Stop>,
    ) -> Result<T, ReadFault> {
        let mut size = if self.input.is_whole() { u64::MAX } else { 1 << 14 };
        loop {
            let window = self.input.window(at, size)?;
            let everything = u64::try_from(window.len()).map_or(true, |length| length < size);
            match read(&window) {
                Ok(value) => return Ok(value),
                Err(Stop::Limit) => return Err(ReadFault::Limit),
                Err(_) if everything => return Err(ReadFault::Section { at }),
                Err(_) if size >= most => return Err(ReadFault::Limit),
                Err(_) => size = size.saturating_mul(8),
            }
        }
    }

    /// The object at an offset; its stream, where `/Length` is direct and right, or up to `endstream`.
    pub(super) fn indirect(&self, at: u64) -> Result<Found, ReadFault> {
        self.indirect_with(at, &|_| None)
    }

    fn indirect_with(&self, at: u64, length_of: &dyn Fn(Ref) -> Option<i64>) -> Result<Found, ReadFault> {
        let raw =
            self.growing(at, limits::OBJECT_BYTES, |window| parse::indirect(window, 0, &self.budget))?;
        let place = |offset: usize| u64::try_from(offset).map(|offset| at.saturating_add(offset));
        let limit = |_| ReadFault::Limit;
        let value_at = place(raw.value_at).map_err(limit)?;
        let (Some(data_at), Object::Dict(dict)) = (raw.data_at, &raw.value) else {
            let end = place(raw.end).map_err(limit)?;
            return Ok(Found { id: raw.id, value: Rc::new(raw.value), value_at, end, closed: raw.closed });
        };
        let start = place(data_at).map_err(limit)?;
        let length = match dict.get(b"Length") {
            Some(Object::Int(length)) => Some(*length),
            Some(Object::Ref(reference)) => length_of(*reference),
            _ => None,
        };
        let (length, end, closed) = self.measure(start, length.and_then(|n| u64::try_from(n).ok()))?;
        let Object::Dict(dict) = raw.value else { return Err(ReadFault::Stream { at: start }) };
        let value = Rc::new(Object::Stream(Stream { dict, start, length }));
        Ok(Found { id: raw.id, value, value_at, end, closed })
    }

    /// Length of a stream's data and where the object ends: as said, if `endstream` follows; else up to `endstream`.
    fn measure(&self, start: u64, said: Option<u64>) -> Result<(u64, u64, bool), ReadFault> {
        if let Some(length) = said
            && let Some((end, closed)) = self.endstream(start.saturating_add(length))?
        {
            return Ok((length, end, closed));
        }
        let marker = self
            .find(b"endstream", start, start.saturating_add(limits::RAW_STREAM_BYTES))?
            .ok_or(ReadFault::Stream { at: start })?;
        let before =
            self.input.window(start.max(marker.saturating_sub(2)), marker.saturating_sub(start).min(2))?;
        let line_end = match before.as_ref() {
            [b'\r', b'\n'] => 2,
            [.., b'\r' | b'\n'] => 1,
            _ => 0,
        };
        let (end, closed) = self.endstream(marker)?.ok_or(ReadFault::Stream { at: start })?;
        Ok((marker.saturating_sub(start).saturating_sub(line_end), end, closed))
    }

    /// Where the object ends whose data end here, if they do.
    fn endstream(&self, at: u64) -> Result<Option<(u64, bool)>, ReadFault> {
        let window = self.input.window(at, 128)?;
        let mut lexer = Lexer::new(&window, 0);
        if lexer.next() != Token::Keyword(b"endstream") {
            // `endstreamendobj`
            let glued = window.iter().position(|byte| !super::tokens::is_space(*byte)).unwrap_or(0);
            if !window.get(glued..).is_some_and(|rest| rest.starts_with(b"endstreamendobj")) {
                return Ok(None);
            }
            let end = u64::try_from(glued.saturating_add(15)).map_err(|_| ReadFault::Limit)?;
            return Ok(Some((at.saturating_add(end), true)));
        }
        let open = lexer.at();
        let closed = lexer.next() == Token::Keyword(b"endobj");
        let end = u64::try_from(if closed { lexer.at() } else { open }).map_err(|_| ReadFault::Limit)?;
        Ok(Some((at.saturating_add(end), closed)))
    }

    /// Decodes a stream whose filters and parameters are direct.
    pub(super) fn decode_plain(&self, stream: &Stream) -> Result<Vec<u8>, ReadFault> {
        let filters = filters_of(&stream.dict, &|object| Some(object.clone()))
            .ok_or(ReadFault::Stream { at: stream.start })?;
        self.decode(stream, &filters)
    }

    fn decode(&self, stream: &Stream, filters: &[Filter]) -> Result<Vec<u8>, ReadFault> {
        if stream.length > limits::RAW_STREAM_BYTES {
            return Err(ReadFault::Limit);
        }
        let raw = self.input.window(stream.start, stream.length)?;
        let left = limits::INFLATED_BYTES.saturating_sub(self.inflated.get()).min(limits::STREAM_BYTES);
        let plain = filters::decode(&raw, filters, left).map_err(|fault| match fault {
            ReadFault::Filter => ReadFault::Stream { at: stream.start },
            other => other,
        })?;
        let spent = u64::try_from(plain.len()).map_err(|_| ReadFault::Limit)?;
        self.inflated.set(self.inflated.get().saturating_add(spent));
        Ok(plain)
    }
}

/// The filters of a stream with their parameters; `resolve` follows references.
fn filters_of(dict: &Dict, resolve: &dyn Fn(&Object) -> Option<Object>) -> Option<Vec<Filter>> {
    let value = |long: &[u8], short: &[u8]| match dict.get(long).or_else(|| dict.get(short)) {
        None => Some(Vec::new()),
        Some(object) => match resolve(object)? {
            Object::Array(items) => items.iter().map(resolve).collect(),
            Object::Null => Some(Vec::new()),
            single => Some(vec![single]),
        },
    };
    let names = value(b"Filter", b"F")?;
    let mut parameters = value(b"DecodeParms", b"DP")?.into_iter();
    names
        .into_iter()
        .map(|name| {
            let parameters = match parameters.next() {
                Some(Object::Dict(dict)) => Some(dict),
                _ => None,
            };
            Some(Filter { name: name.as_name()?.0.to_vec(), parameters })
        })
        .collect()
}

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
        Ok(Self {
            files,
            sections,
            revisions,
            found: RefCell::default(),
            containers: RefCell::default(),
            contained: RefCell::default(),
            loaded: Cell::new(0),
        })
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
        self.sections().iter().rev().find_map(|section| section.place(number)).unwrap_or(Place::Free)
    }

    /// All object numbers that are in use, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> =
            self.sections().iter().flat_map(|section| section.entries.iter().map(|(n, _)| *n)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
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
        let found = Rc::new(self.document.files.indirect_with(offset, &|length| self.length_of(length))?);
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
        self.document.files.decode(stream, &filters)
    }

    /// Offset in the file of an object's value, where it does not stand in an object stream.
    pub fn value_offset(&self, reference: Ref) -> Option<u64> {
        match self.place(reference.number) {
            Place::At { offset, .. } => self.found(offset).ok().map(|found| found.value_at),
            _ => None,
        }
    }
}
