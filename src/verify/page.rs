//! The page against the XML: what a person sees on the signed page, read back letter by letter.
//!
//! Terms: a *sheet* is a page of paper; a *piece* is one marked-content sequence; a *line* is one text object.
//!
//! ```text
//! first signed revision ─read─▶ Page::Foreign(why)            not of our shape: nothing is said (`null`)
//!                              Page::Text ─compare─▶ differences, cell by cell ─▶ `page-differs`
//! ```
//!
//! **Contract.** Read is only what is exactly of the shape that `pdf/page.rs` and `pdf/text.rs` draw: their
//! operators in their order and spelling, our two faces, our colours and sizes, no key more in a page, a font or a
//! resource dictionary. No clipping, no rendering mode, no matrix, no image, no form, no later fill, no optional
//! content: what would hide or double a text has no operator here. What is of that shape and says, or
//! places, anything else than the checked day is refused; what is not of it is `null` with a note, because pages of
//! others are lawful too. Annotations must be signature widgets that touch no text.
//!
//! **Proven:** with the two prepared faces, whose programs, widths and maps are known by SHA-256, that each glyph
//! looks like its character. **Not proven:** the same of faces cut for rare letters (compared, and then `null`
//! with a note, never `true`); what stands in the signatures' boxes; the treasury's name and the time of editing,
//! which the XML does not have; the structure tree, which a screen reader follows.
//!
//! **Limits.** Those of `pdf::reader` for bytes; `SHEETS`; 20 differences told. **Failure.** None.

mod compare;
mod letters;
mod scan;
#[cfg(test)]
#[cfg(feature = "treasury")]
mod tests;

pub use compare::Difference;
pub(super) use compare::against;

use crate::pdf::reader::{Dict, Document, Object, Source, View};
use letters::Letters;
use scan::Sheet;

/// Sheets of one document: 5,000 operations take 400.
const SHEETS: usize = 20_000;
/// Hundredths of a point.
type Centi = i32;

/// What stands on the pages of the first signed revision.
#[derive(Clone, Debug)]
pub enum Page {
    /// Not of the shape that we draw, and what is not.
    Foreign(&'static str),
    /// Of our shape.
    Text(PageText),
}

/// The text of pages of our shape.
#[derive(Clone, Debug)]
pub struct PageText {
    sheets: Vec<Sheet>,
    /// Lower and upper edge of each signature's box on the last sheet.
    boxes: Vec<(Centi, Centi)>,
    /// Whether each glyph is known to look like its character.
    proven: bool,
}

/// Reads the pages of a revision.
pub(super) fn read<S: Source + ?Sized>(document: &Document<'_, S>, view: &View<'_, '_, S>) -> Page {
    match text(document, view) {
        Ok(text) => Page::Text(text),
        Err(why) => Page::Foreign(why),
    }
}

fn text<S: Source + ?Sized>(
    document: &Document<'_, S>,
    view: &View<'_, '_, S>,
) -> Result<PageText, &'static str> {
    let kids = leaves(view).ok_or("pages")?;
    if kids.is_empty() || kids.len() > SHEETS {
        return Err("pages");
    }
    let mut resources: Option<Object> = None;
    let mut letters = None;
    let mut text = PageText { sheets: Vec::with_capacity(kids.len()), boxes: Vec::new(), proven: false };
    for (index, kid) in kids.iter().enumerate() {
        let page = view.resolve(kid).map_err(|_| "page")?;
        let page = page.as_dict().ok_or("page")?;
        let last = index + 1 == kids.len();
        let keys = b"Contents MediaBox Parent Resources StructParents Tabs Type";
        if page.get(b"Annots").is_some() && last {
            text.boxes = boxes(view, page).ok_or("annotations")?;
            only(page, b"Annots Contents MediaBox Parent Resources StructParents Tabs Type").ok_or("page")?;
        } else {
            only(page, keys).ok_or("page")?;
        }
        paper(view, page).ok_or("paper")?;
        let named = page.get(b"Resources").ok_or("resources")?;
        if resources.as_ref().is_some_and(|known| known != named) {
            return Err("resources");
        }
        resources = Some(named.clone());
        if letters.is_none() {
            letters = Letters::read(document, view, named);
        }
        let letters = letters.as_ref().ok_or("fonts")?;
        text.proven = letters.proven;
        let content = view.value(page, b"Contents").map_err(|_| "content")?;
        let content = content.as_stream().ok_or("content")?;
        only(&content.dict, b"Filter Length").ok_or("content")?;
        let content = view.decode(content).map_err(|_| "content")?;
        text.sheets.push(scan::sheet(&content, letters).ok_or("content")?);
    }
    Ok(text)
}

/// The pages, in a tree of one level.
fn leaves<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Option<Vec<Object>> {
    let catalog = super::fields::catalog(view).ok()?;
    let catalog = catalog.as_dict()?;
    let pages = view.value(catalog, b"Pages").ok()?;
    let pages = pages.as_dict()?;
    only(pages, b"Count Kids Type")?;
    let kids = view.value(pages, b"Kids").ok()?;
    Some(kids.as_array()?.to_vec())
}

/// A4 across, as we write it.
fn paper<S: Source + ?Sized>(view: &View<'_, '_, S>, page: &Dict) -> Option<()> {
    let sides = view.value(page, b"MediaBox").ok()?;
    let sides = rectangle(sides.as_array()?)?;
    (sides == [0, 0, scan::WIDTH, scan::HEIGHT]).then_some(())
}

/// The signatures' boxes: widgets of signature fields and nothing else.
fn boxes<S: Source + ?Sized>(view: &View<'_, '_, S>, page: &Dict) -> Option<Vec<(Centi, Centi)>> {
    let annotations = view.value(page, b"Annots").ok()?;
    let mut boxes = Vec::new();
    for annotation in annotations.as_array()?.iter().take(3) {
        let annotation = view.resolve(annotation).ok()?;
        let widget = annotation.as_dict()?;
        let named = |key: &[u8], name: &[u8]| widget.name(key).is_some_and(|found| found.is(name));
        if !named(b"Subtype", b"Widget") || !named(b"FT", b"Sig") || widget.has_repeated_keys() {
            return None;
        }
        let [left, bottom, right, top] = rectangle(widget.get(b"Rect")?.as_array()?)?;
        if left >= right || bottom >= top {
            return None;
        }
        boxes.push((bottom, top));
    }
    (annotations.as_array()?.len() == boxes.len()).then_some(boxes)
}

fn rectangle(sides: &[Object]) -> Option<[Centi; 4]> {
    let sides: Option<Vec<Centi>> = sides.iter().map(centi).collect();
    sides?.try_into().ok()
}

fn centi(number: &Object) -> Option<Centi> {
    match number {
        Object::Int(value) => i32::try_from(*value).ok()?.checked_mul(100),
        Object::Real(text) => scan::centi(text),
        _ => None,
    }
}

/// Whether the dictionary has these keys and no others; `keys` in order, apart by blanks.
fn only(dict: &Dict, keys: &[u8]) -> Option<()> {
    let mut expected = keys.split(|byte| *byte == b' ');
    let same = dict.iter().all(|(name, _)| expected.next().is_some_and(|key| name.is(key)));
    (same && expected.next().is_none() && !dict.has_repeated_keys()).then_some(())
}
