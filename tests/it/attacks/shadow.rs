//! Shadow attacks: what was signed holds in itself what shows something else later.
//!
//! Hide and replace swap what a reader is shown in an update; hide-and-replace prepares whole objects before signing,
//! which a later table then puts in place of those that were seen. Its author signs here: a statement holds no such object.

use super::forge::{Update, instead, newest_section, reach, stream, text, with};
use super::signing::{certifying, sign};
use super::{Class, PAPERS};

#[test]
fn what_is_shown_is_neither_hidden_nor_replaced() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let overwritten =
        |path: &str, body: &str| Update::on(published).object(reach(published, path).0, body).finish();
    let (font, _) = reach(published, "Root Pages Kids 0 Resources Font F0");
    let freed = |number: u32| Update::on(published).row(number, "0000000000 00001 f").finish();
    class.forged("font-freed", &freed(font));
    class.forged(
        "to-unicode-replaced",
        &overwritten("Root Pages Kids 0 Resources Font F0 ToUnicode", &stream("", "")),
    );
    let program = "Root Pages Kids 0 Resources Font F0 DescendantFonts 0 FontDescriptor";
    let (number, body) = instead(published, program, "FontName", "/Altul");
    class.forged("font-descriptor-replaced", &Update::on(published).object(number, &body).finish());
    class.forged(
        "verifier-appearance-replaced",
        &overwritten("Root AcroForm Fields 0 AP N", &stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "")),
    );
    class.forged(
        "seal-appearance-replaced",
        &overwritten("Root AcroForm Fields 1 AP N", &stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "")),
    );
    let (number, body) = instead(published, "Root AcroForm", "NeedAppearances", "true");
    class.forged("form-asks-for-new-appearances", &Update::on(published).object(number, &body).finish());
    class.forged("structure-changed", &overwritten("Root StructTreeRoot", "<</Type/StructTreeRoot>>"));
    let (number, body) = text(published, "Root");
    let layers = with(&body, "/OCProperties<</OCGs[]/D<<>>>>");
    class.forged("layers-added", &Update::on(published).object(number, &layers).finish());
    class.hold();
}

/// A document whose author keeps another content ready: object 4 is shown, object 14 waits under the name that `waiting` gives.
fn prepared(waiting: u32, by: &pecete::pki::Issued, listed: bool) -> (Vec<u8>, usize) {
    let mut base = Update::new("/Root 1 0 R");
    let at = base.bytes.len();
    if listed {
        base.object(waiting, &stream("", "BT (zece mii) Tj ET"));
    } else {
        base.hidden(waiting, &stream("", "BT (zece mii) Tj ET"));
    }
    base.object(
        1,
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>/Perms<</DocMDP 6 0 R>>>>",
    )
    .object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
    .object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Annots[5 0 R]>>")
    .object(4, &stream("", "BT (zece) Tj ET"))
    .object(5, "<</Type/Annot/Subtype/Widget/FT/Sig/T(Semn)/Rect[0 0 0 0]/F 132/P 3 0 R/V 6 0 R>>")
    .object(6, &certifying(2));
    (sign(base.finish(), by), at)
}

#[test]
fn a_prepared_object_is_not_put_in_place_of_one_that_was_seen() {
    let mut class = Class::default();
    let (signed, at) = prepared(4, &PAPERS.stranger, false);
    assert_eq!(
        pecete::verify::examine(signed.as_slice()).reason,
        "",
        "the prepared document by itself is intact"
    );
    class.forged(
        "prepared-object-activated",
        &Update::on(&signed).row(4, &format!("{at:010} 00000 n")).finish(),
    );
    let (signed, at) = prepared(14, &PAPERS.stranger, true);
    class.forged(
        "prepared-object-under-a-shown-number",
        &Update::on(&signed).row(4, &format!("{at:010} 00000 n")).finish(),
    );
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 14 0 R/Annots[5 0 R]>>";
    class.forged("page-shows-the-prepared-object", &Update::on(&signed).object(3, page).finish());
    class.hold();
}

#[test]
fn another_catalog_is_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let (root, body) = text(published, "Root");
    let mut update = Update::on(published);
    let (other, pages) = (update.fresh(), update.fresh());
    let (old_pages, _) = reach(published, "Root Pages");
    let swapped = body.replacen(&format!("/Pages {old_pages} 0 R"), &format!("/Pages {pages} 0 R"), 1);
    update.object(other, &swapped).object(pages, "<</Type/Pages/Kids[]/Count 0>>");
    update.trailer(&format!("/Root {root} 0 R"), &format!("/Root {other} 0 R"));
    class.forged("catalog-swapped", &update.finish());
    let mut update = Update::on(published);
    update.trailer(&format!("/Root {root} 0 R"), &format!("/Root {old_pages} 0 R"));
    class.forged("root-is-something-else", &update.finish());
    let mut update = Update::on(published);
    update.trailer("/ID ", "/Encrypt<</Filter/Standard>>/ID ");
    class.forged("encryption-added", &update.finish());
    let mut chain = Update::on(published);
    let at = newest_section(published);
    chain.previous(Some(at)).trailer("/Root", "/Altceva 1/Root");
    class.forged("size-smaller", &Update::on(published).sized(4).finish());
    class.forged("trailer-says-more", &chain.finish());
    class.hold();
}
