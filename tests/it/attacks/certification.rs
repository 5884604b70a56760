//! Certification attacks: annotations and signatures that a certification seems to permit, laid over what it certified.

use super::forge::{Update, instead, reach, stream, text};
use super::signing::{certifying, dictionary, sign};
use super::{Class, PAPERS};

/// The page that bears the signatures.
fn last_page(bytes: &[u8]) -> String {
    let (_, kids) = reach(bytes, "Root Pages Kids");
    format!("Root Pages Kids {}", kids.as_array().expect("pages").len() - 1)
}

/// An annotation over the whole page.
fn annotated(bytes: &[u8], subtype: &str) -> Vec<u8> {
    let last = last_page(bytes);
    let mut update = Update::on(bytes);
    let (number, look) = (update.fresh(), update.fresh());
    let (page, _) = reach(bytes, &last);
    let (widgets, _) = reach(bytes, &format!("{last} Annots"));
    let (_, list) = text(bytes, &format!("{last} Annots"));
    let list = format!("{} {number} 0 R]", list.strip_suffix(']').expect("an array"));
    update
        .object(number, &format!("<</Type/Annot/Subtype/{subtype}/Rect[0 0 842 595]/F 4/P {page} 0 R/AP<</N {look} 0 R>>/Contents(x)>>"))
        .object(look, &stream("/Type/XObject/Subtype/Form/BBox[0 0 842 595]", "1 g 0 0 842 595 re f"));
    if widgets == page {
        let (page, body) = instead(bytes, &last, "Annots", &list);
        update.object(page, &body);
    } else {
        update.object(widgets, &list);
    }
    update.finish()
}

/// A stranger's signature in a field of its own.
fn signed_by_a_stranger(bytes: &[u8], rect: &str, on_page: bool) -> Vec<u8> {
    let last = last_page(bytes);
    let mut update = Update::on(bytes);
    let (field, value, look) = (update.fresh(), update.fresh(), update.fresh());
    let (_, fields) = text(bytes, "Root AcroForm Fields");
    let fields = format!("{} {field} 0 R]", fields.strip_suffix(']').expect("an array"));
    let (form, body) = instead(bytes, "Root AcroForm", "Fields", &fields);
    let (page, _) = reach(bytes, &last);
    let (root, catalog) = instead(bytes, "Root", "AcroForm", &body);
    let holder = if form == root { (root, catalog) } else { (form, body) };
    update.object(holder.0, &holder.1);
    if on_page {
        let (_, list) = text(bytes, &format!("{last} Annots"));
        let list = format!("{} {field} 0 R]", list.strip_suffix(']').expect("an array"));
        let (widgets, _) = reach(bytes, &format!("{last} Annots"));
        let (number, body) =
            if widgets == page { instead(bytes, &last, "Annots", &list) } else { (widgets, list) };
        update.object(number, &body);
    }
    update
        .object(field, &format!("<</Type/Annot/Subtype/Widget/FT/Sig/T(Altul)/Rect[{rect}]/F 132/P {page} 0 R/AP<</N {look} 0 R>>/V {value} 0 R>>"))
        .object(look, &stream("/Type/XObject/Subtype/Form/BBox[0 0 842 595]", "1 g 0 0 842 595 re f"))
        .object(value, &dictionary("/Name(Altul)"));
    sign(update.finish(), &PAPERS.stranger)
}

/// A page certified by a stranger at this level.
fn certified(level: u8) -> Vec<u8> {
    let mut base = Update::new("/Root 1 0 R");
    base.object(
        1,
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>/Perms<</DocMDP 6 0 R>>>>",
    )
    .object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
    .object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R/Annots[5 0 R]>>")
    .object(4, &stream("", "BT (zece) Tj ET"))
    .object(5, "<</Type/Annot/Subtype/Widget/FT/Sig/T(Semn)/Rect[0 0 0 0]/F 132/P 3 0 R/V 6 0 R>>")
    .object(6, &certifying(level));
    sign(base.finish(), &PAPERS.stranger)
}

#[test]
fn an_annotation_over_the_page_is_found() {
    let mut class = Class::default();
    for subtype in ["FreeText", "Stamp", "Highlight", "Redact", "Link"] {
        class.forged(
            &format!("annotation-{}", subtype.to_lowercase()),
            &annotated(&PAPERS.published, subtype),
        );
    }
    for level in 1..=3 {
        class.forged(&format!("annotation-under-p{level}"), &annotated(&certified(level), "FreeText"));
    }
    class.forged("annotation-on-a-stick", &annotated(&PAPERS.stick, "Stamp"));
    class.hold();
}

#[test]
fn a_signature_that_covers_the_page_is_found() {
    let mut class = Class::default();
    class.forged("sneaky-signature", &signed_by_a_stranger(&PAPERS.published, "0 0 842 595", true));
    for level in 1..=3 {
        let forged = signed_by_a_stranger(&certified(level), "0 0 842 595", true);
        class.forged(&format!("sneaky-signature-under-p{level}"), &forged);
    }
    class.forged("second-signature-under-p1", &signed_by_a_stranger(&certified(1), "0 0 0 0", false));
    class.forged("sneaky-signature-on-a-stick", &signed_by_a_stranger(&PAPERS.stick, "0 0 842 595", true));
    class.hold();
}

#[test]
fn a_strangers_signature_that_cannot_be_seen_is_a_note() {
    let mut class = Class::default();
    let signed = signed_by_a_stranger(&PAPERS.published, "0 0 0 0", false);
    class.judged("stranger-signs-later", &PAPERS.judged(&signed));
    class.hold();
}

#[test]
fn the_seal_stays_where_and_what_it_was() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let (field, moved) = instead(published, "Root AcroForm Fields 1", "Rect", "[0 0 842 595]");
    class.forged("seal-moved", &Update::on(published).object(field, &moved).finish());
    let mut update = Update::on(published);
    let look = update.fresh();
    let (field, other) = instead(published, "Root AcroForm Fields 1", "AP", &format!("<</N {look} 0 R>>"));
    update
        .object(field, &other)
        .object(look, &stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", "0 0 9 9 re f"));
    class.forged("seal-looks-otherwise", &update.finish());
    let (field, other) = instead(published, "Root AcroForm Fields 1", "F", "2");
    class.forged("seal-hidden", &Update::on(published).object(field, &other).finish());
    let (fields, one) = instead(
        published,
        "Root AcroForm",
        "Fields",
        &format!("[{} 0 R]", reach(published, "Root AcroForm Fields 0").0),
    );
    class.forged("seal-field-removed", &Update::on(published).object(fields, &one).finish());
    class.hold();
}
