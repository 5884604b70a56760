//! The file as bytes and as objects at offsets, before it is known what they are for.
//!
//! Reads through windows that grow until a value is whole; each call says what it could not read. The budgets of values
//! and of decoded bytes are one for the whole file.

use super::filters::{self, Filter};
use super::input::Input;
use super::object::{Dict, Object, Ref, Stream};
use super::parse::{self, Budget, Stop};
use super::tokens::{Lexer, Token};
use super::{ReadFault, Source, limits};
use std::borrow::Cow;
use std::cell::Cell;
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

impl<'s, S: Source + ?Sized> Files<'s, S> {
    pub(super) fn open(source: &'s S) -> Result<Self, ReadFault> {
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

    pub(super) fn indirect_with(
        &self,
        at: u64,
        length_of: &dyn Fn(Ref) -> Option<i64>,
    ) -> Result<Found, ReadFault> {
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

    /// Decodes a stream whose filters and parameters are direct, into at most so many bytes.
    pub(super) fn decode_plain(&self, stream: &Stream, most: u64) -> Result<Vec<u8>, ReadFault> {
        let filters = filters_of(&stream.dict, &|object| Some(object.clone()))
            .ok_or(ReadFault::Stream { at: stream.start })?;
        self.undo(&self.raw(stream)?, stream.start, &filters, most)
    }

    /// The data of a stream as they stand in the file.
    pub(super) fn raw(&self, stream: &Stream) -> Result<Cow<'_, [u8]>, ReadFault> {
        if stream.length > limits::RAW_STREAM_BYTES {
            return Err(ReadFault::Limit);
        }
        self.input.window(stream.start, stream.length)
    }

    /// Undoes the filters of the data of the stream at `start`, into at most so many bytes.
    pub(super) fn undo(
        &self,
        raw: &[u8],
        start: u64,
        filters: &[Filter],
        most: u64,
    ) -> Result<Vec<u8>, ReadFault> {
        let left = limits::INFLATED_BYTES.saturating_sub(self.inflated.get()).min(most);
        let plain = filters::decode(raw, filters, left).map_err(|fault| match fault {
            ReadFault::Filter => ReadFault::Stream { at: start },
            other => other,
        })?;
        let spent = u64::try_from(plain.len()).map_err(|_| ReadFault::Limit)?;
        self.inflated.set(self.inflated.get().saturating_add(spent));
        Ok(plain)
    }
}

/// The filters of a stream with their parameters; `resolve` follows references.
pub(super) fn filters_of(dict: &Dict, resolve: &dyn Fn(&Object) -> Option<Object>) -> Option<Vec<Filter>> {
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
