//! Updates to an invented document, and what is said of each. No signature is needed: a step is judged by bytes.

use super::{Reason, judge, step};
use crate::pdf::reader::Document;
use crate::verify::facts::ChangesAfter;
use crate::verify::permissions::{Lock, Permissions};
use std::fmt::Write as _;

/// Catalog, page, content, form, signed field 6 with signature 8, empty field 7, text field 10 with appearance 11.
const BASE: [(u32, &str); 12] = [
    (1, "<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>"),
    (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
    (
        3,
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[6 0 R 7 0 R 10 0 R]/Resources<</XObject<</X 12 0 R>>>>>>",
    ),
    (4, "<</Length 5>>\nstream\nBT ET\nendstream"),
    (5, "<</Fields[6 0 R 7 0 R 10 0 R]/SigFlags 3>>"),
    (6, "<</FT/Sig/T(Verificator)/Subtype/Widget/Rect[0 0 9 9]/V 8 0 R/AP<</N 9 0 R>>>>"),
    (7, "<</FT/Sig/T(Trezorerie)/Subtype/Widget/Rect[9 9 18 18]/AP<</N 13 0 R>>>>"),
    (8, "<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>"),
    (9, "<</Subtype/Form/Length 1>>\nstream\nq\nendstream"),
    (10, "<</FT/Tx/T(suma)/Subtype/Widget/Rect[0 0 1 1]/V(1)/AP<</N 11 0 R>>>>"),
    (11, "<</Subtype/Form/Length 1>>\nstream\nq\nendstream"),
    (12, "<</Subtype/Form/Length 1/Resources<</Font<</F 30 0 R>>>>>>\nstream\nq\nendstream"),
];
const SIGNATURE: &str = "<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<00>>>";
const SEALED: &str = "<</FT/Sig/T(Trezorerie)/Subtype/Widget/Rect[9 9 18 18]/AP<</N 21 0 R>>/V 20 0 R>>";
const FORM: &str = "<</Subtype/Form/Length 1>>\nstream\nQ\nendstream";

/// A document under construction, with where its last section stands.
struct Pdf {
    bytes: String,
    section: Option<usize>,
}

impl Pdf {
    fn base() -> Self {
        let mut pdf = Self { bytes: "%PDF-1.7\n".to_owned(), section: None };
        pdf.update(&BASE);
        pdf
    }

    /// Appends objects, a table that names them, and a trailer.
    fn update(&mut self, objects: &[(u32, &str)]) {
        let rows: Vec<(u32, usize)> =
            objects.iter().map(|(number, body)| (*number, self.object(*number, body))).collect();
        self.section(&rows);
    }

    fn object(&mut self, number: u32, body: &str) -> usize {
        let at = self.bytes.len();
        let _ = write!(self.bytes, "{number} 0 obj\n{body}\nendobj\n");
        at
    }

    fn section(&mut self, rows: &[(u32, usize)]) {
        let at = self.bytes.len();
        self.bytes.push_str("xref\n");
        for (number, offset) in rows {
            let _ = write!(self.bytes, "{number} 1\n{offset:010} 00000 n \n");
        }
        let prev = self.section.map(|prev| format!("/Prev {prev}")).unwrap_or_default();
        let _ = write!(self.bytes, "trailer\n<</Root 1 0 R/Size 99{prev}>>\nstartxref\n{at}\n%%EOF\n");
        self.section = Some(at);
    }

    fn judged(&self, permissions: &Permissions) -> Result<ChangesAfter, Reason> {
        let document = Document::open(self.bytes.as_bytes()).unwrap();
        let last = document.revisions().len() - 1;
        judge(&step(document.view(last - 1), document.view(last), last), permissions)
    }
}

fn after(objects: &[(u32, &str)]) -> Result<ChangesAfter, Reason> {
    let mut pdf = Pdf::base();
    pdf.update(objects);
    pdf.judged(&Permissions::default())
}

fn certified(level: u8) -> Permissions {
    Permissions { level: Some(level), certification: Some(level), locks: Vec::new() }
}

#[test]
fn the_seal_fills_its_prepared_field() {
    let mut pdf = Pdf::base();
    pdf.update(&[(7, SEALED), (20, SIGNATURE), (21, FORM)]);
    assert_eq!(pdf.judged(&certified(2)), Ok(ChangesAfter::Signatures));
    assert_eq!(pdf.judged(&certified(1)), Err("change-after-final-certification"));
    let locked = Permissions { locks: vec![Lock::All], ..Permissions::default() };
    assert_eq!(pdf.judged(&locked), Err("locked-field-changed"));
}

#[test]
fn a_filled_form_is_permitted_unless_its_field_is_locked() {
    let filled = "<</FT/Tx/T(suma)/Subtype/Widget/Rect[0 0 1 1]/V(2)/AP<</N 20 0 R>>>>";
    let mut pdf = Pdf::base();
    pdf.update(&[(10, filled), (20, FORM)]);
    assert_eq!(pdf.judged(&certified(2)), Ok(ChangesAfter::Permitted));
    let locks = vec![Lock::Include(vec!["suma".to_owned()])];
    assert_eq!(pdf.judged(&Permissions { locks, ..Permissions::default() }), Err("locked-field-changed"));
}

#[test]
fn what_the_page_shows_is_not_replaced() {
    assert_eq!(after(&[(4, "<</Length 5>>\nstream\nBX EX\nendstream")]), Err("content-changed"));
    assert_eq!(after(&[(12, FORM)]), Err("appearance-changed"));
    assert_eq!(after(&[(9, FORM)]), Err("appearance-changed"));
    assert_eq!(after(&[(3, "<</Type/Page/Parent 2 0 R>>")]), Err("page-changed"));
    assert_eq!(after(&[(2, "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>")]), Err("page-changed"));
}

#[test]
fn an_object_that_was_referred_to_and_missing_does_not_appear_later() {
    assert_eq!(after(&[(30, "<</Type/Font/Subtype/Type1/BaseFont/Wrong>>")]), Err("font-changed"));
}

#[test]
fn an_annotation_is_not_added_and_not_removed() {
    let resources = "/Resources<</XObject<</X 12 0 R>>>>>>";
    let more =
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[6 0 R 7 0 R 10 0 R 20 0 R]{resources}");
    let fewer = format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[6 0 R 10 0 R]{resources}");
    assert_eq!(
        after(&[(3, &more), (20, "<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>")]),
        Err("annotation-added")
    );
    assert_eq!(after(&[(3, &fewer)]), Err("annotation-removed"));
}

#[test]
fn a_signature_is_neither_shared_nor_replaced_nor_removed() {
    let reused = "<</FT/Sig/T(Trezorerie)/Subtype/Widget/Rect[9 9 18 18]/AP<</N 13 0 R>>/V 8 0 R>>";
    assert_eq!(after(&[(7, reused)]), Err("signature-reused"));
    assert_eq!(after(&[(8, "<</Type/Sig/Reason(altul)>>")]), Err("signature-changed"));
    assert_eq!(after(&[(5, "<</Fields[7 0 R 10 0 R]/SigFlags 3>>")]), Err("field-removed"));
    let empty = "<</FT/Sig/T(Verificator)/Subtype/Widget/Rect[0 0 9 9]/AP<</N 9 0 R>>>>";
    assert_eq!(after(&[(6, empty)]), Err("signature-changed"));
}

#[test]
fn a_new_field_signs_and_does_nothing_else() {
    let form = "<</Fields[6 0 R 7 0 R 10 0 R 20 0 R]/SigFlags 3>>";
    let stamp = "<</FT/Sig/T(Marca)/Subtype/Widget/Rect[0 0 0 0]/V 21 0 R>>";
    let token = "<</Type/DocTimeStamp/SubFilter/ETSI.RFC3161/ByteRange[0 1 2 3]/Contents<00>>>";
    let mut pdf = Pdf::base();
    pdf.update(&[(5, form), (20, stamp), (21, token)]);
    assert_eq!(pdf.judged(&certified(1)), Ok(ChangesAfter::Signatures));
    let active = "<</FT/Sig/T(Marca)/Subtype/Widget/Rect[0 0 0 0]/V 21 0 R/AA<<>>>>";
    assert_eq!(after(&[(5, form), (20, active), (21, token)]), Err("field-added"));
    let text = "<</FT/Tx/T(Marca)/Subtype/Widget/Rect[0 0 0 0]>>";
    assert_eq!(after(&[(5, form), (20, text)]), Err("field-added"));
    let twice = "<</FT/Sig/T(Verificator)/Subtype/Widget/Rect[0 0 0 0]/V 21 0 R>>";
    assert_eq!(after(&[(5, form), (20, twice), (21, token)]), Err("field-name-invalid"));
}

#[test]
fn a_visible_field_is_not_added_to_a_certified_document() {
    let form = "<</Fields[6 0 R 7 0 R 10 0 R 20 0 R]/SigFlags 3>>";
    let sneaky = "<</FT/Sig/T(Alta)/Subtype/Widget/Rect[0 0 500 500]/AP<</N 22 0 R>>/V 21 0 R>>";
    let mut pdf = Pdf::base();
    pdf.update(&[(5, form), (20, sneaky), (21, SIGNATURE), (22, FORM)]);
    assert_eq!(pdf.judged(&certified(3)), Err("visible-field-added"));
    assert_eq!(pdf.judged(&Permissions::default()), Ok(ChangesAfter::Signatures));
}

#[test]
fn the_catalog_takes_validation_material_and_nothing_active() {
    let with = |more: &str| format!("<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R{more}>>");
    let store = "<</Type/DSS/Certs[21 0 R]>>";
    let stream = "<</Length 1>>\nstream\n0\nendstream";
    assert_eq!(after(&[(1, &with("/DSS 20 0 R")), (20, store), (21, stream)]), Ok(ChangesAfter::Signatures));
    assert_eq!(after(&[(1, &with("/DSS 20 0 R")), (20, "<</Certs[4]>>")]), Err("security-store-changed"));
    assert_eq!(after(&[(1, &with("/OpenAction 20 0 R")), (20, "<<>>")]), Err("catalog-changed"));
    assert_eq!(
        after(&[(1, &with("/Names<</EmbeddedFiles 20 0 R>>")), (20, "<<>>")]),
        Err("attachment-changed")
    );
}

#[test]
fn bytes_that_no_section_names_are_found() {
    let mut hidden = Pdf::base();
    hidden.object(50, FORM);
    hidden.update(&[(51, "<<>>")]);
    assert_eq!(hidden.judged(&Permissions::default()), Err("unlisted-object"));
    let mut twice = Pdf::base();
    twice.object(51, "<</A 1>>");
    twice.update(&[(51, "<</A 2>>")]);
    assert_eq!(twice.judged(&Permissions::default()), Err("unlisted-object"));
    let mut junk = Pdf::base();
    junk.bytes.push_str("BT (altceva) Tj ET\n");
    junk.update(&[(51, "<<>>")]);
    assert_eq!(junk.judged(&Permissions::default()), Err("unlisted-bytes"));
}

#[test]
fn a_section_that_points_back_to_a_hidden_object_is_found() {
    let mut pdf = Pdf { bytes: "%PDF-1.7\n".to_owned(), section: None };
    let hidden = pdf.object(4, "<</Length 5>>\nstream\nBX EX\nendstream");
    pdf.update(&BASE);
    pdf.section(&[(4, hidden)]);
    assert_eq!(pdf.judged(&Permissions::default()), Err("xref-points-elsewhere"));
}

#[test]
fn the_same_object_written_again_is_no_change() {
    let (number, body) = BASE[3];
    assert_eq!(after(&[(number, body)]), Ok(ChangesAfter::Signatures));
}
