//! What a statement is made of, changed after signing: dictionaries that say who and when, the attachment, the metadata.

use super::forge::{Update, instead, reach, stream, text};
use super::{Class, PAPERS};

#[test]
fn who_signed_and_when_is_not_rewritten() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    for (name, key, value) in [
        ("time-replaced", "M", "(D:20200101000000Z)"),
        ("name-replaced", "Name", "(Altcineva)"),
        ("reason-added", "Reason", "(altul)"),
        ("permissions-replaced", "Reference", "[]"),
    ] {
        let (number, body) = instead(published, "Root AcroForm Fields 0 V", key, value);
        class.forged(name, &Update::on(published).object(number, &body).finish());
    }
    let mut bytes = published.clone();
    let at = super::forge::rfind(&bytes, b"/M(D:2026") + "/M(D:".len();
    bytes[at..at + 4].copy_from_slice(b"2020");
    class.forged("time-replaced-in-place", &bytes);
    class.hold();
}

#[test]
fn the_attachment_stays_the_one_that_was_signed() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let (file, _) = reach(published, "Root AF 0 EF F");
    let forged = stream("/Type/EmbeddedFile/Subtype/text#2Fxml", "<extras/>");
    class.forged("attachment-replaced", &Update::on(published).object(file, &forged).finish());
    let mut update = Update::on(published);
    let other = update.fresh();
    let (specification, body) =
        instead(published, "Root AF 0", "EF", &format!("<</F {other} 0 R/UF {other} 0 R>>"));
    class.forged(
        "specification-replaced",
        &update.object(specification, &body).object(other, &forged).finish(),
    );
    let (root, body) = instead(published, "Root", "AF", "[]");
    class.forged("associated-files-changed", &Update::on(published).object(root, &body).finish());
    let mut update = Update::on(published);
    let (more, data) = (update.fresh(), update.fresh());
    let (_, names) = text(published, "Root Names EmbeddedFiles Names");
    let names = format!("{}(z.xml){more} 0 R]", names.strip_suffix(']').expect("an array"));
    let (root, body) = instead(published, "Root", "Names", &format!("<</EmbeddedFiles<</Names{names}>>>>"));
    update.object(root, &body).object(data, &forged);
    update.object(more, &format!("<</Type/Filespec/F(z.xml)/UF(z.xml)/EF<</F {data} 0 R>>>>"));
    class.forged("second-attachment", &update.finish());
    class.hold();
}

#[test]
fn what_the_document_says_of_itself_stays() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let (metadata, _) = reach(published, "Root Metadata");
    let packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>";
    let other = stream("/Type/Metadata/Subtype/XML", packet);
    class.forged("metadata-changed", &Update::on(published).object(metadata, &other).finish());
    let (information, body) = instead(published, "Info", "Title", "(Alt extras)");
    class.forged("title-changed", &Update::on(published).object(information, &body).finish());
    let (root, body) = instead(published, "Root", "StructTreeRoot", "null");
    class.forged("structure-removed", &Update::on(published).object(root, &body).finish());
    let (element, body) = instead(published, "Root StructTreeRoot K 0", "Lang", "(en)");
    class.forged("structure-element-changed", &Update::on(published).object(element, &body).finish());
    let (root, body) = instead(published, "Root", "OutputIntents", "[]");
    class.forged("colours-changed", &Update::on(published).object(root, &body).finish());
    let (root, body) = instead(published, "Root", "Perms", "<<>>");
    class.forged("certification-removed", &Update::on(published).object(root, &body).finish());
    class.hold();
}
