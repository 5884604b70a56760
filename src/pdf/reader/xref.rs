//! Cross-reference sections: tables, streams, and both at once (ISO 32000-2, 7.5.4, 7.5.8).
//!
//! ```text
//!  xref                            12 0 obj << /Type/XRef /W[1 2 1] /Index[0 2] /Size 2 /Root … /Prev … >>
//!  0 2                             stream
//!  0000000000 65535 f              00 0000 FF      type 0: free, next free, generation
//!  0000000015 00000 n              01 000F 00      type 1: offset, generation
//!  trailer << /Size 2 /Root …      02 0007 03      type 2: object stream 7, index 3
//!     /Prev … /XRefStm … >>        endstream endobj
//!  startxref                       startxref
//!  <offset of this section>        <offset of this section>
//!  %%EOF                           %%EOF
//! ```
//!
//! A hybrid section is a table whose trailer names a stream (`/XRefStm`, 7.5.8.4): what the table lists as free or
//! not at all is looked up there before `/Prev`. A section that names an object at two places is refused: readers
//! would differ.

use super::files::Files;
use super::object::{Dict, Object};
use super::parse;
use super::tokens::{Lexer, Token};
use super::{ReadFault, Source, limits};

/// Rows by which a subsection may be shorter than it says: producers that count from 1 where they list from 0.
const MISCOUNTED_ROWS: u32 = 1;

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Nowhere: free, or of a type that is not known.
    Free,
    /// At an offset of the file, of this generation.
    At {
        /// Offset in the file.
        offset: u64,
        /// Generation.
        generation: u32,
    },
    /// In an object stream.
    In {
        /// Number of the stream object.
        container: u32,
        /// Index in it.
        index: u32,
    },
}

/// One section: what it lists, and its trailer.
#[derive(Clone, Debug)]
pub struct Section {
    /// Offset as `startxref` and `/Prev` name it.
    pub named_at: u64,
    /// Offset in the file.
    pub at: u64,
    /// Offset behind it: after the trailer dictionary, or after the stream's `endobj`.
    pub end: u64,
    /// Object number and place, in the order of the numbers, each number once.
    pub entries: Vec<(u32, Place)>,
    /// The trailer, or the dictionary of the stream.
    pub trailer: Dict,
    /// Number of the stream object, where it is a stream.
    pub stream: Option<u32>,
    /// Offset in the file of the stream of a hybrid section.
    pub hybrid: Option<u64>,
}

impl Section {
    /// The place of an object, where this section lists it.
    pub fn place(&self, number: u32) -> Option<Place> {
        let at = self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.entries.get(at).map(|(_, place)| *place)
    }

    /// Offset of the preceding section as this one names it.
    pub(super) fn previous(&self) -> Result<Option<u64>, ReadFault> {
        match self.trailer.get(b"Prev") {
            None => Ok(None),
            Some(value) => match value.as_number() {
                // `/Prev 0` is what some writers put where there is none
                Some(0.0) => Ok(None),
                _ => match value.as_int().map(u64::try_from) {
                    Some(Ok(at)) => Ok(Some(at)),
                    _ => Err(ReadFault::Section { at: self.at }),
                },
            },
        }
    }
}

/// Reads the section at an offset as `startxref` or `/Prev` names it.
pub(super) fn read<S: Source + ?Sized>(files: &Files<'_, S>, named_at: u64) -> Result<Section, ReadFault> {
    let at = files.offset(named_at)?;
    let mut section = if is_table(files, at)? { table(files, at)? } else { stream(files, at)? };
    section.named_at = named_at;
    if let (None, Some(value)) = (section.stream, section.trailer.get(b"XRefStm")) {
        let named = value.as_int().and_then(|at| u64::try_from(at).ok());
        let hidden_at = files.offset(named.ok_or(ReadFault::Section { at })?)?;
        let hidden = stream(files, hidden_at)?;
        section.entries = hybrid(section.entries, hidden.entries);
        section.hybrid = Some(hidden_at);
    }
    Ok(section)
}

fn is_table<S: Source + ?Sized>(files: &Files<'_, S>, at: u64) -> Result<bool, ReadFault> {
    let window = files.input.window(at, 64)?;
    let mut lexer = Lexer::new(&window, 0);
    lexer.skip_space();
    Ok(lexer.rest().starts_with(b"xref"))
}

/// What the table has in use counts; the rest is the stream's.
fn hybrid(table: Vec<(u32, Place)>, hidden: Vec<(u32, Place)>) -> Vec<(u32, Place)> {
    let mut all: Vec<(u32, Place)> =
        table.iter().copied().filter(|(_, place)| *place != Place::Free).collect();
    for more in [hidden, table] {
        let known: Vec<u32> = all.iter().map(|(number, _)| *number).collect();
        all.extend(more.into_iter().filter(|(number, _)| known.binary_search(number).is_err()));
        all.sort_unstable();
    }
    all
}

/// A table with its trailer, read in growing windows.
fn table<S: Source + ?Sized>(files: &Files<'_, S>, at: u64) -> Result<Section, ReadFault> {
    let malformed = ReadFault::Section { at };
    let (mut entries, trailer, end) = files.growing(at, limits::RAW_STREAM_BYTES, |window| {
        let mut lexer = Lexer::new(window, 0);
        if lexer.next() != Token::Keyword(b"xref") {
            return Err(parse::Stop::Bad);
        }
        let entries = subsections(files, &mut lexer)?;
        match parse::value(&mut lexer, &files.budget)? {
            Object::Dict(trailer) => Ok((entries, trailer, lexer.at())),
            _ => Err(parse::Stop::Bad),
        }
    })?;
    sort(&mut entries, &malformed)?;
    let end = at.saturating_add(u64::try_from(end).map_err(|_| ReadFault::Limit)?);
    Ok(Section { named_at: at, at, end, entries, trailer, stream: None, hybrid: None })
}

fn subsections<S: Source + ?Sized>(
    files: &Files<'_, S>,
    lexer: &mut Lexer<'_>,
) -> Result<Vec<(u32, Place)>, parse::Stop> {
    let mut entries = Vec::new();
    loop {
        let first = match lexer.next() {
            Token::Keyword(b"trailer") => return Ok(entries),
            Token::Int(first) => u32::try_from(first).map_err(|_| parse::Stop::Bad)?,
            Token::End => return Err(parse::Stop::End),
            _ => return Err(parse::Stop::Bad),
        };
        let Token::Int(count) = lexer.next() else { return Err(parse::Stop::Bad) };
        let count = u32::try_from(count).map_err(|_| parse::Stop::Bad)?;
        for step in 0..count {
            files.budget.spend(1)?;
            if entries.len() >= limits::entries(files.input.length()) {
                return Err(parse::Stop::Limit);
            }
            let number = first.checked_add(step).ok_or(parse::Stop::Bad)?;
            let back = lexer.at();
            match row(files, lexer)? {
                Some(place) => entries.push((number, place)),
                // a count that is one too large (old producers): the rest is the trailer's; a larger lie sends other
                // readers to repair what we would call intact
                None if count.saturating_sub(step) > MISCOUNTED_ROWS => return Err(parse::Stop::Bad),
                None => {
                    lexer.seek(back);
                    break;
                }
            }
        }
    }
}

/// `0000000015 00000 n`
fn row<S: Source + ?Sized>(
    files: &Files<'_, S>,
    lexer: &mut Lexer<'_>,
) -> Result<Option<Place>, parse::Stop> {
    let named = match lexer.next() {
        Token::Int(offset) => u64::try_from(offset).map_err(|_| parse::Stop::Bad)?,
        Token::Keyword(b"trailer") => return Ok(None),
        Token::End => return Err(parse::Stop::End),
        _ => return Err(parse::Stop::Bad),
    };
    let (generation, kind) = (lexer.next(), lexer.next());
    match (generation, kind) {
        (Token::Int(generation), Token::Keyword(b"n")) if named > 0 => {
            let generation = u32::try_from(generation).map_err(|_| parse::Stop::Bad)?;
            Ok(Some(Place::At { offset: named.saturating_add(files.shift), generation }))
        }
        (Token::Int(_), Token::Keyword(b"n" | b"f")) => Ok(Some(Place::Free)),
        (_, Token::End) => Err(parse::Stop::End),
        _ => Err(parse::Stop::Bad),
    }
}

/// In order, each number once; the same number at two places is refused.
fn sort(entries: &mut Vec<(u32, Place)>, malformed: &ReadFault) -> Result<(), ReadFault> {
    entries.sort_unstable();
    entries.dedup();
    let twice = entries.windows(2).any(|pair| match pair {
        [(a, _), (b, _)] => a == b,
        _ => false,
    });
    if twice { Err(malformed.clone()) } else { Ok(()) }
}

/// A cross-reference stream.
fn stream<S: Source + ?Sized>(files: &Files<'_, S>, at: u64) -> Result<Section, ReadFault> {
    let malformed = ReadFault::Section { at };
    let found = files.indirect(at).map_err(|fault| match fault {
        ReadFault::Limit | ReadFault::Io => fault,
        _ => ReadFault::NoSection { at },
    })?;
    let Object::Stream(stream) = found.value.as_ref() else { return Err(ReadFault::NoSection { at }) };
    if !stream.dict.name(b"Type").is_some_and(|name| name.is(b"XRef")) {
        return Err(ReadFault::NoSection { at });
    }
    let widths = widths(&stream.dict).ok_or(malformed.clone())?;
    let (most, width) = (limits::entries(files.input.length()), widths.iter().sum::<usize>());
    let most = u64::try_from(most.saturating_mul(width)).map_err(|_| ReadFault::Limit)?;
    let data = files.decode_plain(stream, most)?;
    let ranges = ranges(&stream.dict).ok_or(malformed.clone())?;
    let mut entries = rows(files, &data, widths, &ranges).ok_or(malformed.clone())?;
    sort(&mut entries, &malformed)?;
    Ok(Section {
        named_at: at,
        at,
        end: found.end,
        entries,
        trailer: stream.dict.clone(),
        stream: Some(found.id.number),
        hybrid: None,
    })
}

fn widths(dict: &Dict) -> Option<[usize; 3]> {
    match dict.get(b"W")?.as_array()? {
        [a, b, c] => {
            let width = |object: &Object| usize::try_from(object.as_int()?).ok().filter(|width| *width <= 8);
            let widths = [width(a)?, width(b)?, width(c)?];
            (widths.iter().sum::<usize>() > 0).then_some(widths)
        }
        _ => None,
    }
}

/// Pairs of first number and count.
fn ranges(dict: &Dict) -> Option<Vec<(u32, u32)>> {
    match dict.get(b"Index") {
        None => Some(vec![(0, u32::try_from(dict.int(b"Size")?).ok()?)]),
        Some(index) => index
            .as_array()?
            .chunks(2)
            .map(|pair| match pair {
                [first, count] => {
                    Some((u32::try_from(first.as_int()?).ok()?, u32::try_from(count.as_int()?).ok()?))
                }
                _ => None,
            })
            .collect(),
    }
}

/// As many rows as there are bytes for; the ranges may promise one more, as in a table.
fn rows<S: Source + ?Sized>(
    files: &Files<'_, S>,
    data: &[u8],
    widths: [usize; 3],
    ranges: &[(u32, u32)],
) -> Option<Vec<(u32, Place)>> {
    let mut lines = data.chunks_exact(widths.iter().sum());
    let mut entries = Vec::with_capacity(lines.len());
    for &(first, count) in ranges {
        // compared with what is there, not counted: a range may promise four thousand million
        let missing = u64::from(count).saturating_sub(u64::try_from(lines.len()).ok()?);
        if missing > u64::from(MISCOUNTED_ROWS) {
            return None;
        }
        for (step, line) in (0..count).zip(lines.by_ref()) {
            if entries.len() >= limits::entries(files.input.length()) {
                return None;
            }
            entries.push((first.checked_add(step)?, line_place(files, line, widths)?));
        }
    }
    Some(entries)
}

fn line_place<S: Source + ?Sized>(files: &Files<'_, S>, line: &[u8], widths: [usize; 3]) -> Option<Place> {
    let [kind_width, second_width, _] = widths;
    let (kind, rest) = line.split_at_checked(kind_width)?;
    let (second, third) = rest.split_at_checked(second_width)?;
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
    let kind = if kind.is_empty() { 1 } else { number(kind) };
    Some(match kind {
        1 => Place::At {
            offset: number(second).saturating_add(files.shift),
            generation: u32::try_from(number(third)).ok()?,
        },
        2 => Place::In {
            container: u32::try_from(number(second)).ok()?,
            index: u32::try_from(number(third)).ok()?,
        },
        _ => Place::Free,
    })
}
