//! The letters of a page: two faces of Noto Sans, embedded so that every glyph has a width, a Unicode value
//! and an outline (ISO 19005-3, 6.2.11; ISO 14289-1, 7.21).
//!
//! Nearly every document is written with the *page* assets (Latin-1, Latin Extended-A, ș ț, punctuation),
//! which are embedded whole and are deflated once per process. A document with a letter outside them gets
//! both repertoires from the *full* assets (Latin, Greek, Cyrillic), cut at run time: the page repertoire,
//! so that the seal's appearance can be set later, and the letters that the document itself has.
//! A letter that even these lack is told to the caller; glyph 0 is never shown.
//!
//! Codes are glyph numbers (`Identity-H`), and each glyph stands for one character: the assets have no two
//! characters that share a glyph, so that the text of a page can be read back letter by letter.

use super::objects::{PackedObjects, Revision, deflate_once};
use super::syntax::{Ref, put};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use subsetter::GlyphRemapper;
use ttf_parser::Face as Ttf;

/// Indirect objects that a face takes: font, descendant, descriptor, program, map to Unicode.
const OBJECTS: u32 = 5;
/// Object numbers of both faces, which are a document's first, so that what names them is the same in all.
pub(super) const NUMBERS: u32 = 2 * OBJECTS;
/// Characters below it are looked up by number, others by search.
const DIRECT: usize = 0x180;

/// The two weights of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A glyph with its advance in thousandths of the type size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Glyph {
    pub(super) code: u16,
    pub(super) advance: u16,
}

/// One face, ready to measure and to embed.
#[derive(Debug)]
pub(super) struct Face {
    direct: Vec<Glyph>,
    others: Vec<(char, Glyph)>,
    program: Vec<u8>,
    program_length: usize,
    to_unicode: Vec<u8>,
    numbers: [Ref; 5],
    /// Font, descendant and descriptor.
    objects: PackedObjects,
}

/// The faces of one document.
#[derive(Clone, Debug)]
pub(super) struct Faces {
    pub(super) regular: Arc<Face>,
    pub(super) bold: Arc<Face>,
}

static PAGE: LazyLock<Option<Faces>> = LazyLock::new(|| {
    let face = |data, name: &str, weight| Face::whole(data, &format!("PECETE+{name}"), weight).map(Arc::new);
    Some(Faces {
        regular: face(include_bytes!("assets/page-regular.ttf"), "NotoSans-Regular", Weight::Regular)?,
        bold: face(include_bytes!("assets/page-bold.ttf"), "NotoSans-Bold", Weight::Bold)?,
    })
});

impl Faces {
    /// The faces that nearly every document uses. `None` only if our own assets were damaged.
    pub(super) fn page() -> Option<Self> {
        PAGE.clone()
    }

    /// Faces with the page repertoire and `more`; `Err` names a character that no asset has.
    pub(super) fn with(more: &BTreeSet<char>) -> Result<Option<Self>, char> {
        let Some(page) = Self::page() else { return Ok(None) };
        let wanted: BTreeSet<char> =
            page.regular.characters().chain(more.iter().copied().filter(|c| *c != ' ')).collect();
        let cut = |data, name, weight| Face::cut(data, name, weight, &wanted).map(|face| face.map(Arc::new));
        let regular = cut(include_bytes!("assets/full-regular.ttf"), "NotoSans-Regular", Weight::Regular)?;
        let bold = cut(include_bytes!("assets/full-bold.ttf"), "NotoSans-Bold", Weight::Bold)?;
        Ok(regular.zip(bold).map(|(regular, bold)| Self { regular, bold }))
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Whether both faces have all characters of the text; the first one that is missing.
    pub(super) fn missing(&self, text: &str) -> Option<char> {
        if text.bytes().all(|b| (0x20..0x7F).contains(&b)) {
            return None;
        }
        text.chars().find(|c| self.regular.glyph(*c).is_none() || self.bold.glyph(*c).is_none())
    }
}

impl Face {
    /// The glyph of a character.
    pub(super) fn glyph(&self, character: char) -> Option<Glyph> {
        let code = usize::try_from(u32::from(character)).ok()?;
        let found = match self.direct.get(code) {
            Some(glyph) => *glyph,
            None => {
                let at = self.others.binary_search_by_key(&character, |(c, _)| *c).ok()?;
                self.others.get(at)?.1
            }
        };
        (found.code != 0).then_some(found)
    }

    fn characters(&self) -> impl Iterator<Item = char> {
        let direct = (0_u32..).zip(&self.direct).filter(|(_, glyph)| glyph.code != 0);
        direct.filter_map(|(code, _)| char::from_u32(code)).chain(self.others.iter().map(|(c, _)| *c))
    }

    fn whole(data: &[u8], name: &str, weight: Weight) -> Option<Self> {
        let ttf = Ttf::parse(data, 0).ok()?;
        let mut glyphs = Vec::new();
        for table in ttf.tables().cmap?.subtables.into_iter().filter(|table| table.is_unicode()) {
            table.codepoints(|code| {
                let found = char::from_u32(code).zip(table.glyph_index(code));
                glyphs.extend(found.map(|(character, id)| (character, id.0)));
            });
        }
        Self::build(&ttf, &ttf, data, name.to_owned(), weight, glyphs)
    }

    fn cut(data: &[u8], name: &str, weight: Weight, wanted: &BTreeSet<char>) -> Result<Option<Self>, char> {
        let Ok(ttf) = Ttf::parse(data, 0) else { return Ok(None) };
        let (mut remapper, mut glyphs, mut hash) = (GlyphRemapper::new(), Vec::new(), Sha256::new());
        for character in wanted {
            let id = ttf.glyph_index(*character).filter(|id| id.0 != 0).ok_or(*character)?;
            glyphs.push((*character, remapper.remap(id.0)));
            hash.update(u32::from(*character).to_be_bytes());
        }
        let tag: String = hash.finalize().iter().take(6).map(|b| char::from(b'A' + b % 26)).collect();
        let Ok(program) = subsetter::subset(data, 0, &remapper) else { return Ok(None) };
        let Ok(widths) = Ttf::parse(data, 0) else { return Ok(None) };
        let originals: Vec<(char, u16, u16)> = glyphs
            .iter()
            .filter_map(|(c, id)| Some((*c, *id, widths.glyph_hor_advance(widths.glyph_index(*c)?)?)))
            .collect();
        Ok(Self::assemble(&ttf, &program, format!("{tag}+{name}"), weight, originals))
    }

    fn build(
        ttf: &Ttf<'_>,
        metrics: &Ttf<'_>,
        program: &[u8],
        name: String,
        weight: Weight,
        glyphs: Vec<(char, u16)>,
    ) -> Option<Self> {
        let glyphs: Option<Vec<_>> = glyphs
            .into_iter()
            .map(|(c, id)| Some((c, id, metrics.glyph_hor_advance(ttf_parser::GlyphId(id))?)))
            .collect();
        Self::assemble(ttf, program, name, weight, glyphs?)
    }

    /// From characters with glyph numbers and advances in `program` (1,000 units an em).
    fn assemble(
        ttf: &Ttf<'_>,
        program: &[u8],
        name: String,
        weight: Weight,
        mut glyphs: Vec<(char, u16, u16)>,
    ) -> Option<Self> {
        if ttf.units_per_em() != 1000 {
            return None;
        }
        glyphs.sort_unstable();
        let mut direct = vec![Glyph::default(); DIRECT];
        let mut others = Vec::new();
        for (character, code, advance) in &glyphs {
            let glyph = Glyph { code: *code, advance: *advance };
            match usize::try_from(u32::from(*character)).ok().and_then(|at| direct.get_mut(at)) {
                Some(place) => *place = glyph,
                None => others.push((*character, glyph)),
            }
        }
        let bounds = ttf.global_bounding_box();
        let descriptor = format!(
            "/FontBBox[{} {} {} {}]/ItalicAngle 0/Ascent {}/Descent {}/CapHeight 714/StemV {}/Flags 4",
            bounds.x_min,
            bounds.y_min,
            bounds.x_max,
            bounds.y_max,
            ttf.ascender(),
            ttf.descender(),
            if weight == Weight::Bold { 144 } else { 86 }
        );
        let numbers = numbers(weight);
        Some(Self {
            objects: objects(&name, numbers, &widths(&glyphs), &descriptor),
            numbers,
            to_unicode: deflate_once(&to_unicode(&glyphs)),
            program: deflate_once(program),
            program_length: program.len(),
            direct,
            others,
        })
    }

    /// Writes the five objects of the face, whose numbers are among a document's first [`NUMBERS`], and
    /// returns the font.
    pub(super) fn write(&self, revision: &mut Revision) -> Ref {
        let [font, descendant, descriptor, program, to_unicode] = self.numbers;
        revision.prepared(&[font, descendant, descriptor], &self.objects);
        revision.stream(
            program,
            &format!("/Length1 {}/Filter/FlateDecode", self.program_length),
            &self.program,
        );
        revision.stream(to_unicode, "/Filter/FlateDecode", &self.to_unicode);
        font
    }
}

/// The numbers of a face's objects: font, descendant, descriptor, program, map to Unicode.
fn numbers(weight: Weight) -> [Ref; 5] {
    let first = match weight {
        Weight::Regular => 1,
        Weight::Bold => 1 + OBJECTS,
    };
    [0, 1, 2, 3, 4].map(|offset| Ref(first + offset))
}

/// Font, descendant and descriptor.
fn objects(name: &str, numbers: [Ref; 5], widths: &str, metrics: &str) -> PackedObjects {
    let [font, descendant, descriptor, program, to_unicode] = numbers;
    let (mut type0, mut cid, mut described) = (Vec::new(), Vec::new(), Vec::new());
    put!(type0, "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H");
    put!(type0, "/DescendantFonts[{descendant}]/ToUnicode {to_unicode}>>");
    put!(cid, "<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}");
    put!(cid, "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity");
    put!(cid, "/DW 1000/W[{widths}]/FontDescriptor {descriptor}>>");
    put!(described, "<</Type/FontDescriptor/FontName/{name}{metrics}/FontFile2 {program}>>");
    PackedObjects::new(&[(font, type0), (descendant, cid), (descriptor, described)])
}

/// `/W`: runs of neighbouring codes, each with its widths.
fn widths(glyphs: &[(char, u16, u16)]) -> String {
    let mut by_code: Vec<(u16, u16)> = glyphs.iter().map(|(_, code, advance)| (*code, *advance)).collect();
    by_code.sort_unstable();
    let mut text = String::new();
    let mut last = None;
    for (code, advance) in by_code {
        let follows = last.is_some_and(|last: u16| last.checked_add(1) == Some(code));
        match (follows, last) {
            (true, _) => text.push_str(&format!(" {advance}")),
            (false, None) => text.push_str(&format!("{code}[{advance}")),
            (false, Some(_)) => text.push_str(&format!("]{code}[{advance}")),
        }
        last = Some(code);
    }
    text.push(']');
    text
}

/// A `ToUnicode` map with one `bfchar` a glyph, in blocks of at most 100 (ISO 32000-1, 9.10.3).
fn to_unicode(glyphs: &[(char, u16, u16)]) -> Vec<u8> {
    let mut out = b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
        /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
        /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
        1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        .to_vec();
    let mut by_code: Vec<(u16, char)> = glyphs.iter().map(|(c, code, _)| (*code, *c)).collect();
    by_code.sort_unstable();
    for block in by_code.chunks(100) {
        put!(out, "{} beginbfchar\n", block.len());
        for (code, character) in block {
            put!(out, "<{code:04X}> <");
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().for_each(|unit| put!(out, "{unit:04X}"));
            put!(out, ">\n");
        }
        put!(out, "endbfchar\n");
    }
    out.extend_from_slice(b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_of_the_page_faces_has_a_glyph_of_its_own() {
        let faces = Faces::page().expect("assets");
        for face in [&faces.regular, &faces.bold] {
            let codes: Vec<u16> =
                face.characters().filter_map(|c| face.glyph(c)).map(|glyph| glyph.code).collect();
            let different: BTreeSet<&u16> = codes.iter().collect();
            assert!(codes.len() > 300 && different.len() == codes.len());
            assert!(!different.contains(&0));
        }
        assert_eq!(faces.missing("Șoșeaua Ținutului, nr. 5 – „Județ”\u{A0}§"), None);
        assert_eq!(faces.missing("Ж"), Some('Ж'));
    }

    #[test]
    fn digits_are_tabular() {
        let faces = Faces::page().expect("assets");
        for face in [&faces.regular, &faces.bold] {
            let widths: BTreeSet<u16> =
                ('0'..='9').filter_map(|c| face.glyph(c)).map(|glyph| glyph.advance).collect();
            assert_eq!(widths.len(), 1);
        }
    }

    #[test]
    fn a_rarer_letter_is_cut_from_the_full_faces_and_keeps_its_width() {
        let page = Faces::page().expect("assets");
        let faces = Faces::with(&BTreeSet::from(['Ж', 'λ'])).expect("known").expect("assets");
        assert_eq!(faces.missing("Ж λ ș"), None);
        for character in "Aaș0,.Ț".chars() {
            let (cut, whole) = (faces.regular.glyph(character), page.regular.glyph(character));
            assert_eq!(cut.map(|g| g.advance), whole.map(|g| g.advance), "{character}");
        }
        assert_ne!(faces.regular.objects, page.regular.objects);
    }

    #[test]
    fn a_character_that_no_face_has_is_named() {
        assert_eq!(Faces::with(&BTreeSet::from(['漢'])).err(), Some('漢'));
    }
}
