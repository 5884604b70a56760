//! One revision of a file, object by object: plain objects, object streams, and the cross-reference stream
//! that finds them (ISO 32000-1, 7.5.7 and 7.5.8).
//!
//! ```text
//! %PDF-1.7 %âãÏÓ        only in the first revision
//! plain objects         `N 0 obj` … `endobj`: streams, signature dictionaries, file specification, widgets
//! object streams        everything else, up to PACKED objects each (the first ones FIRST_PACKED)
//! xref stream           /Size /Root /Info /ID (/Prev)
//! startxref %%EOF
//! ```
//!
//! Each number that was handed out must be written once; [`Revision::finish`] writes whatever stands.

use super::syntax::{Ref, hex_string, integer, put};
use flate2::{Compress, Compression, FlushCompress, Status};
use std::cell::RefCell;

/// Objects in one object stream. Readers look through a stream's index for each object that they want: with
/// 400, pyHanko took more than 49 s of CPU over 5,000 operations, with 40 it took 24; that costs 5 % more bytes.
const PACKED: usize = 40;

/// Objects in the first [`LARGE`] object streams: the statement of a usual day is so small that no reader
/// feels the index, and each stream less spares writer and reader a compressor's start.
const FIRST_PACKED: usize = 200;

/// Object streams of [`FIRST_PACKED`] objects before those of [`PACKED`].
const LARGE: usize = 3;

/// Level 1 costs half of level 6 and 10 % more bytes (design/crates.md).
const LEVEL: u32 = 1;

/// A cross-reference table of so many bytes is not worth a compressor, which would spare a third of them:
/// that of the seal's update, and of a usual day's statement.
const SMALL_TABLE: usize = 4096;

/// Offsets below it, and numbers of object streams, are written in three bytes.
const SHORT_OFFSETS: u32 = 1 << 24;

/// Where an object stands.
#[derive(Clone, Copy)]
enum Entry {
    Plain { offset: u32 },
    Packed { stream: Ref, index: u32 },
}

/// A revision while it is written.
pub(super) struct Revision {
    out: Vec<u8>,
    entries: Vec<(Ref, Entry)>,
    next: u32,
    packed: Vec<u8>,
    packed_index: Vec<(Ref, usize)>,
    object_streams: usize,
}

/// What the cross-reference stream says besides the places of the objects.
pub(super) struct Trailer {
    pub(super) root: Ref,
    pub(super) info: Ref,
    pub(super) id: [[u8; 16]; 2],
    /// Offset of the cross-reference stream of the revision before.
    pub(super) previous: Option<usize>,
}

impl Revision {
    /// The first revision of a file of about so many bytes.
    pub(super) fn first(capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        out.extend_from_slice(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
        Self::on(out, 1)
    }

    /// A revision on top of a file whose next free object number is known.
    pub(super) fn on(file: Vec<u8>, next: u32) -> Self {
        Self {
            out: file,
            entries: Vec::new(),
            next,
            packed: Vec::new(),
            packed_index: Vec::new(),
            object_streams: 0,
        }
    }

    /// A new object number.
    pub(super) fn number(&mut self) -> Ref {
        self.numbers(1)
    }

    /// The first of so many new object numbers in a row.
    pub(super) fn numbers(&mut self, count: u32) -> Ref {
        let first = Ref(self.next);
        self.next = self.next.saturating_add(count);
        first
    }

    /// Writes a plain object and returns the offset of what `body` wrote.
    pub(super) fn plain(&mut self, object: Ref, body: impl FnOnce(&mut Vec<u8>)) -> usize {
        self.open(object);
        let start = self.out.len();
        body(&mut self.out);
        self.out.extend_from_slice(b"\nendobj\n");
        start
    }

    /// Writes an object into the current object stream.
    pub(super) fn packed(&mut self, object: Ref, body: impl FnOnce(&mut Vec<u8>)) {
        self.packed_index.push((object, self.packed.len()));
        body(&mut self.packed);
        self.packed.push(b'\n');
        let full = if self.object_streams < LARGE { FIRST_PACKED } else { PACKED };
        if self.packed_index.len() >= full {
            self.flush_packed();
        }
    }

    /// Writes a stream of bytes as they are; `dictionary` holds its other keys.
    pub(super) fn stream(&mut self, object: Ref, dictionary: &str, data: &[u8]) {
        self.open(object);
        put!(self.out, "<<{dictionary}/Length {}>>\nstream\n", data.len());
        self.out.extend_from_slice(data);
        self.out.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Writes an object stream that was made before: of objects in the order of its index.
    pub(super) fn prepared(&mut self, objects: &[Ref], packed: &PackedObjects) {
        let stream = self.number();
        for (index, object) in (0_u32..).zip(objects) {
            self.entries.push((*object, Entry::Packed { stream, index }));
        }
        self.stream(stream, &packed.dictionary, &packed.data);
    }

    /// Deflates the bytes and writes them as a stream.
    pub(super) fn deflated(&mut self, object: Ref, dictionary: &str, data: &[u8]) {
        let data = deflate(data);
        self.stream(object, &format!("{dictionary}/Filter/FlateDecode"), &data);
    }

    /// Ends the revision: the last object stream, the cross-reference stream, `%%EOF`. Returns the file, the
    /// next free number and the offset of the cross-reference stream.
    pub(super) fn finish(mut self, trailer: &Trailer) -> (Vec<u8>, u32, usize) {
        self.flush_packed();
        let xref = self.number();
        let start = self.out.len();
        self.entries.push((xref, Entry::Plain { offset: offset(start) }));
        self.entries.sort_unstable_by_key(|(object, _)| *object);
        let first_revision = trailer.previous.is_none();
        let width = if offset(start) < SHORT_OFFSETS { 3 } else { 4 };
        let (index, rows) = table(&self.entries, first_revision, width);
        put!(self.out, "{} 0 obj\n<</Type/XRef/Size {}/W[1 {width} 1]", xref.0, self.next);
        if !first_revision {
            put!(self.out, "/Index[{}]", index.trim_end());
        }
        put!(self.out, "/Root {}/Info {}/ID[", trailer.root, trailer.info);
        trailer.id.iter().for_each(|half| hex_string(&mut self.out, half));
        if let Some(previous) = trailer.previous {
            put!(self.out, "]/Prev {previous}");
        } else {
            self.out.push(b']');
        }
        let rows = if rows.len() > SMALL_TABLE {
            self.out.extend_from_slice(b"/Filter/FlateDecode");
            deflate(&rows)
        } else {
            rows
        };
        put!(self.out, "/Length {}>>\nstream\n", rows.len());
        self.out.extend_from_slice(&rows);
        put!(self.out, "\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n");
        (self.out, self.next, start)
    }

    fn open(&mut self, object: Ref) {
        self.entries.push((object, Entry::Plain { offset: offset(self.out.len()) }));
        integer(&mut self.out, object.0);
        self.out.extend_from_slice(b" 0 obj\n");
    }

    fn flush_packed(&mut self) {
        if self.packed_index.is_empty() {
            return;
        }
        let stream = self.number();
        for (index, (object, _)) in (0_u32..).zip(&self.packed_index) {
            self.entries.push((*object, Entry::Packed { stream, index }));
        }
        let (dictionary, data) = object_stream(&self.packed_index, &self.packed);
        self.packed.clear();
        self.packed_index.clear();
        self.object_streams += 1;
        self.deflated(stream, &dictionary, &data);
    }
}

/// An object stream that is the same in every document, deflated once per process.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PackedObjects {
    dictionary: String,
    data: Vec<u8>,
}

impl PackedObjects {
    /// Of objects and their bytes.
    pub(super) fn new(objects: &[(Ref, Vec<u8>)]) -> Self {
        let (mut index, mut packed) = (Vec::with_capacity(objects.len()), Vec::new());
        for (object, bytes) in objects {
            index.push((*object, packed.len()));
            packed.extend_from_slice(bytes);
            packed.push(b'\n');
        }
        let (dictionary, data) = object_stream(&index, &packed);
        Self { dictionary: dictionary + "/Filter/FlateDecode", data: deflate_once(&data) }
    }
}

/// Dictionary and bytes of an object stream: numbers and places of its objects, then the objects.
fn object_stream(index: &[(Ref, usize)], objects: &[u8]) -> (String, Vec<u8>) {
    let mut data = Vec::with_capacity(objects.len() + index.len() * 10);
    for (object, start) in index {
        integer(&mut data, object.0);
        data.push(b' ');
        integer(&mut data, offset(*start));
        data.push(b' ');
    }
    let dictionary = format!("/Type/ObjStm/N {}/First {}", index.len(), data.len());
    data.extend_from_slice(objects);
    (dictionary, data)
}

thread_local! {
    /// A compressor takes longer to make than a small statement to compress, so each thread keeps one.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(LEVEL), true));
}

fn deflate(data: &[u8]) -> Vec<u8> {
    DEFLATE.with_borrow_mut(|compressor| {
        compressor.reset();
        deflate_with(compressor, data)
    })
}

/// Bytes deflated with the zlib header, for what is made once per process.
pub(super) fn deflate_once(data: &[u8]) -> Vec<u8> {
    deflate_with(&mut Compress::new(Compression::new(9), true), data)
}

fn deflate_with(deflate: &mut Compress, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() / 2 + 256);
    loop {
        let taken = usize::try_from(deflate.total_in()).unwrap_or(usize::MAX);
        let rest = data.get(taken..).unwrap_or_default();
        match deflate.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return out,
            Ok(Status::Ok | Status::BufError) => out.reserve(out.capacity().max(1024)),
        }
    }
}

/// The rows of the cross-reference stream (type, offset or stream in `width` bytes, index in one: an object
/// stream has fewer than 256) and its `/Index`.
fn table(entries: &[(Ref, Entry)], with_head: bool, width: usize) -> (String, Vec<u8>) {
    let mut rows = Vec::with_capacity((entries.len() + 1) * (width + 2));
    let wide = |rows: &mut Vec<u8>, value: u32| {
        let bytes = value.to_be_bytes();
        rows.extend_from_slice(bytes.get(bytes.len() - width..).unwrap_or_default());
    };
    let mut index = String::new();
    if with_head {
        rows.push(0);
        wide(&mut rows, 0);
        rows.push(0xFF);
    }
    let mut run: Option<(u32, u32)> = None;
    for (object, entry) in entries {
        match *entry {
            Entry::Plain { offset } => {
                rows.push(1);
                wide(&mut rows, offset);
                rows.push(0);
            }
            Entry::Packed { stream, index } => {
                rows.push(2);
                wide(&mut rows, stream.0);
                rows.push(u8::try_from(index).unwrap_or(u8::MAX));
            }
        }
        run = match run {
            Some((first, count)) if first + count == object.0 => Some((first, count + 1)),
            other => {
                push_run(&mut index, other);
                Some((object.0, 1))
            }
        };
    }
    push_run(&mut index, run);
    (index, rows)
}

fn push_run(index: &mut String, run: Option<(u32, u32)>) {
    if let Some((first, count)) = run {
        index.push_str(&format!("{first} {count} "));
    }
}

/// Offsets beyond 4 GiB do not occur: [`super::draw()`] refuses what is larger than 2 GiB.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
