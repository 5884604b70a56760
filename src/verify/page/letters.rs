//! The two faces of a page: which character a code shows, and how wide it is.
//!
//! **Contract.** Only fonts of the shape that `pdf/fonts.rs` writes. The prepared faces are known by the digests
//! of their programs, maps and widths: then a code is known to look like its character. Faces cut
//! for one document are taken by their map, and [`Letters::proven`] says so. **Failure.** `None`: not our fonts.

use super::only;
use crate::pdf::reader::{Dict, Object, Source, View};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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
    faces: [BTreeMap<u16, (char, u16)>; 2],
    /// Whether both are the prepared faces.
    pub(super) proven: bool,
}

impl Letters {
    /// Faces without a letter.
    #[cfg(test)]
    pub(super) const fn none() -> Self {
        Self { faces: [BTreeMap::new(), BTreeMap::new()], proven: false }
    }

    /// Reads the fonts of a resource dictionary.
    pub(super) fn read<S: Source + ?Sized>(view: &View<'_, '_, S>, resources: &Object) -> Option<Self> {
        let resources = view.resolve(resources).ok()?;
        let resources = resources.as_dict()?;
        only(resources, b"Font")?;
        let fonts = view.value(resources, b"Font").ok()?;
        let fonts = fonts.as_dict()?;
        only(fonts, b"F0 F1")?;
        let (regular, regular_digest) = face(view, fonts, b"F0")?;
        let (bold, bold_digest) = face(view, fonts, b"F1")?;
        let proven = [regular_digest, bold_digest] == PREPARED;
        Some(Self { faces: [regular, bold], proven })
    }

    /// Character and advance of a code.
    pub(super) fn of(&self, face: usize, code: u16) -> Option<(char, u16)> {
        self.faces.get(face)?.get(&code).copied()
    }
}

/// The digests of the first sheet's faces.
#[cfg(test)]
pub(super) fn digests<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Option<[String; 2]> {
    let kids = super::leaves(view)?;
    let page = view.resolve(kids.first()?).ok()?;
    let resources = view.value(page.as_dict()?, b"Resources").ok()?;
    let fonts = view.value(resources.as_dict()?, b"Font").ok()?;
    let fonts = fonts.as_dict()?;
    Some([face(view, fonts, b"F0")?.1, face(view, fonts, b"F1")?.1])
}

type Codes = BTreeMap<u16, (char, u16)>;

fn face<S: Source + ?Sized>(view: &View<'_, '_, S>, fonts: &Dict, name: &[u8]) -> Option<(Codes, String)> {
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
    let widths = view.value(descendant, b"W").ok()?;
    let widths = advances(widths.as_array()?)?;
    let descriptor = view.value(descendant, b"FontDescriptor").ok()?;
    let descriptor = descriptor.as_dict()?;
    only(descriptor, b"Ascent CapHeight Descent Flags FontBBox FontFile2 FontName ItalicAngle StemV Type")?;
    let program = data(view, descriptor, b"FontFile2", b"Filter Length Length1")?;
    let map = data(view, font, b"ToUnicode", b"Filter Length")?;
    let characters = characters(&map)?;
    let mut digest = Sha256::new();
    digest.update(&program);
    digest.update(&map);
    let mut codes = Codes::new();
    for (code, character) in characters {
        let advance = *widths.get(&code)?;
        digest.update(code.to_be_bytes());
        digest.update(advance.to_be_bytes());
        codes.insert(code, (character, advance));
    }
    let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Some((codes, digest))
}

fn named(dict: &Dict, key: &[u8], name: &[u8]) -> Option<()> {
    dict.name(key).filter(|found| found.is(name)).map(|_| ())
}

fn data<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict, key: &[u8], keys: &[u8]) -> Option<Vec<u8>> {
    let stream = view.value(dict, key).ok()?;
    let stream = stream.as_stream()?;
    only(&stream.dict, keys)?;
    view.decode(stream).ok()
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
