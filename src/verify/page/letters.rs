//! The two faces of a page: which character a code shows, and how wide it is.
//!
//! **Contract.** Only fonts of the shape that `pdf/fonts.rs` writes. The prepared faces are known by the digests
//! of their programs, maps and widths: then a code is known to look like its character. Faces cut
//! for one document are taken by their map, and [`Letters::proven`] says so. **Failure.** `None`: not our fonts.

use super::only;
use crate::pdf::reader::{Dict, Document, Object, Source, Stream, View};
use crate::trust::hex;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Codes of one face: Latin, Greek and Cyrillic together stay below 2,000.
const CODES: usize = 8_192;
/// SHA-256 over program, map and widths of `page-regular.ttf` and `page-bold.ttf` as they are embedded.
pub(super) const PREPARED: [&str; 2] = [
    "6b4ae10ef78da0a49449b3a3e28b8d9ea1ca1a2efe383d9be3e8ff56747a3bec",
    "56324c04cbcad593a23ffa4bd253cbae688c29bae625f803b2884030d0b0b4a8",
];

/// The faces `F0` and `F1`.
#[derive(Debug)]
pub(super) struct Letters {
    faces: [Arc<Face>; 2],
    /// Whether both are the prepared faces.
    pub(super) proven: bool,
}

/// Character and advance of each code, and the digest of all that they come from.
#[derive(Debug, Default)]
struct Face {
    codes: Vec<Option<(char, u16)>>,
    digest: String,
}

/// What a face is read from, as it stands in the file.
#[derive(Debug, PartialEq)]
struct Raw {
    widths: Object,
    program: (Dict, Vec<u8>),
    map: (Dict, Vec<u8>),
}

/// The prepared faces, once they were read and proven: nearly every statement has the same bytes, and bytes that
/// are the same need no second inflating and hashing.
static PROVEN: [OnceLock<(Raw, Arc<Face>)>; 2] = [OnceLock::new(), OnceLock::new()];

impl Letters {
    /// Faces without a letter.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { faces: [Arc::default(), Arc::default()], proven: false }
    }

    /// Reads the fonts of a resource dictionary.
    pub(super) fn read<S: Source + ?Sized>(
        document: &Document<'_, S>,
        view: &View<'_, '_, S>,
        resources: &Object,
    ) -> Option<Self> {
        let resources = view.resolve(resources).ok()?;
        let resources = resources.as_dict()?;
        only(resources, b"Font")?;
        let fonts = view.value(resources, b"Font").ok()?;
        let fonts = fonts.as_dict()?;
        only(fonts, b"F0 F1")?;
        let [regular, bold] = &PROVEN;
        let regular = face(document, view, fonts, b"F0", (PREPARED[0], regular))?;
        let bold = face(document, view, fonts, b"F1", (PREPARED[1], bold))?;
        let proven = regular.digest == PREPARED[0] && bold.digest == PREPARED[1];
        Some(Self { faces: [regular, bold], proven })
    }

    /// Character and advance of a code.
    pub(super) fn of(&self, face: usize, code: u16) -> Option<(char, u16)> {
        *self.faces.get(face)?.codes.get(usize::from(code))?
    }

    /// The digests of both faces.
    #[cfg(test)]
    pub(super) fn digests(&self) -> [&str; 2] {
        [&self.faces[0].digest, &self.faces[1].digest]
    }
}

/// The face of a font dictionary: a proven one if it has the same bytes, else read.
fn face<S: Source + ?Sized>(
    document: &Document<'_, S>,
    view: &View<'_, '_, S>,
    fonts: &Dict,
    name: &[u8],
    (prepared, proven): (&str, &OnceLock<(Raw, Arc<Face>)>),
) -> Option<Arc<Face>> {
    let font = view.value(fonts, name).ok()?;
    let font = font.as_dict()?;
    only(font, b"BaseFont DescendantFonts Encoding Subtype ToUnicode Type")?;
    named(font, b"Subtype", b"Type0")?;
    named(font, b"Encoding", b"Identity-H")?;
    let descendants = view.value(font, b"DescendantFonts").ok()?;
    let [descendant] = descendants.as_array()? else { return None };
    let descendant = view.resolve(descendant).ok()?;
    let descendant = descendant.as_dict()?;
    only(descendant, b"BaseFont CIDSystemInfo CIDToGIDMap DW FontDescriptor Subtype Type W")?;
    named(descendant, b"Subtype", b"CIDFontType2")?;
    named(descendant, b"CIDToGIDMap", b"Identity")?;
    let descriptor = view.value(descendant, b"FontDescriptor").ok()?;
    let descriptor = descriptor.as_dict()?;
    only(descriptor, b"Ascent CapHeight Descent Flags FontBBox FontFile2 FontName ItalicAngle StemV Type")?;
    let program = view.value(descriptor, b"FontFile2").ok()?;
    let program = stream(&program, b"Filter Length Length1")?;
    let map = view.value(font, b"ToUnicode").ok()?;
    let map = stream(&map, b"Filter Length")?;
    let raw = |stream: &Stream| {
        let bytes = document.bytes(stream.start, stream.length).ok()?;
        Some((stream.dict.clone(), bytes.into_owned()))
    };
    let widths = view.value(descendant, b"W").ok()?.as_ref().clone();
    let raw = Raw { widths, program: raw(program)?, map: raw(map)? };
    if let Some((known, face)) = proven.get()
        && *known == raw
    {
        return Some(Arc::clone(face));
    }
    let read = read(&view.decode(program).ok()?, &view.decode(map).ok()?, raw.widths.as_array()?)?;
    let face = Arc::new(read);
    if face.digest == prepared {
        proven.get_or_init(|| (raw, Arc::clone(&face)));
    }
    Some(face)
}

fn read(program: &[u8], map: &[u8], widths: &[Object]) -> Option<Face> {
    let widths = advances(widths)?;
    let mut digest = Sha256::new();
    digest.update(program);
    digest.update(map);
    let mut codes = Vec::new();
    for (code, character) in characters(map)? {
        let advance = *widths.get(&code)?;
        digest.update(code.to_be_bytes());
        digest.update(advance.to_be_bytes());
        let at = usize::from(code);
        if at >= CODES {
            return None;
        }
        codes.resize(at, None);
        codes.push(Some((character, advance)));
    }
    Some(Face { codes, digest: hex(&digest.finalize()) })
}

fn named(dict: &Dict, key: &[u8], name: &[u8]) -> Option<()> {
    dict.name(key).filter(|found| found.is(name)).map(|_| ())
}

/// A deflated stream with these keys and no others; its filter named there, so that its bytes decide its data.
fn stream<'o>(object: &'o Object, keys: &[u8]) -> Option<&'o Stream> {
    let stream = object.as_stream()?;
    only(&stream.dict, keys)?;
    named(&stream.dict, b"Filter", b"FlateDecode")?;
    Some(stream)
}

/// `/W` as `code [width …] …` (ISO 32000-2, 9.7.4.3).
fn advances(items: &[Object]) -> Option<BTreeMap<u16, u16>> {
    let mut advances = BTreeMap::new();
    for pair in items.chunks(2) {
        let [first, widths] = pair else { return None };
        let mut code = u16::try_from(first.as_int()?).ok()?;
        for width in widths.as_array()? {
            let width = u16::try_from(width.as_int()?).ok()?;
            if advances.insert(code, width).is_some() || advances.len() > CODES {
                return None;
            }
            code = code.checked_add(1)?;
        }
    }
    Some(advances)
}

/// The `bfchar` lines of a map to Unicode, each code and each character once.
fn characters(map: &[u8]) -> Option<BTreeMap<u16, char>> {
    let map = std::str::from_utf8(map).ok()?;
    let mut characters = BTreeMap::new();
    let mut inside = false;
    for line in map.lines() {
        if line.ends_with(" beginbfchar") {
            inside = true;
        } else if line == "endbfchar" {
            inside = false;
        } else if inside {
            let (code, units) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
            let code = u16::from_str_radix(code, 16).ok()?;
            if characters.insert(code, character(units)?).is_some() || characters.len() > CODES {
                return None;
            }
        } else if line.contains("bfrange") || line.contains("usecmap") {
            return None;
        }
    }
    Some(characters)
}

/// One character in UTF-16BE, hexadecimal.
fn character(units: &str) -> Option<char> {
    let value = u32::from_str_radix(units, 16).ok()?;
    match units.len() {
        4 => char::from_u32(value),
        8 => {
            let pair = [u16::try_from(value >> 16).ok()?, u16::try_from(value & 0xFFFF).ok()?];
            let mut decoded = char::decode_utf16(pair);
            let first = decoded.next()?.ok()?;
            decoded.next().is_none().then_some(first)
        }
        _ => None,
    }
}
