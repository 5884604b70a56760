//! Incremental saving: content appended after the signature, with as little of an update as a reader needs.

use super::forge::{Update, find, first_revision, instead, newest_section, reach, rfind, stream, with};
use super::{Class, PAPERS};

const CONTENT: &str = "BT /F0 40 Tf 100 100 Td (altceva) Tj ET";

fn page_content() -> u32 {
    reach(&PAPERS.published, "Root Pages Kids 0 Contents").0
}

/// A new content stream under the number of the page's, in an update that is not finished.
fn begun() -> Update {
    let mut update = Update::on(&PAPERS.published);
    update.object(page_content(), &stream("", CONTENT));
    update
}

/// An object stream of which the section names one object and not the other.
fn packed() -> Vec<u8> {
    let mut update = Update::on(&PAPERS.published);
    let (harmless, container, section) = (update.fresh(), update.fresh(), update.fresh());
    let shown = reach(&PAPERS.published, "Root").0;
    let head = format!("{harmless} 0 {shown} 5 ");
    let entries = format!("/Type/ObjStm/N 2/First {}", head.len());
    let place = update.bytes.len();
    update.hidden(container, &stream(&entries, &format!("{head}<<>> <</Type/Catalog>>")));
    let at = update.bytes.len();
    let row = |kind: u8, second: usize| format!("{kind:02X}{second:08X}00");
    let rows = [row(2, usize::try_from(container).expect("a number")), row(1, place), row(1, at)].concat();
    let (size, previous) = (section + 1, newest_section(&PAPERS.published));
    let entries = format!(
        "/Type/XRef/Filter/ASCIIHexDecode/W[1 4 1]/Index[{harmless} 3]/Size {size}{}/Prev {previous}",
        update.entries()
    );
    update.hidden(section, &stream(&entries, &format!("{rows}>"))).end(at);
    std::mem::take(&mut update.bytes)
}

#[test]
fn an_update_with_a_table_and_a_trailer_is_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    class.forged("new-content", &begun().finish());
    let mut update = Update::on(published);
    let other = update.fresh();
    let (page, body) = instead(published, "Root Pages Kids 0", "Contents", &format!("{other} 0 R"));
    update.object(other, &stream("", CONTENT)).object(page, &body);
    class.forged("page-with-other-content", &update.finish());
    let (pages, body) = instead(published, "Root Pages", "Kids", &format!("[{page} 0 R {page} 0 R]"));
    class.forged("page-added", &Update::on(published).object(pages, &body).finish());
    let (catalog, body) = instead(published, "Root", "Pages", "null");
    class.forged("catalog-changed", &Update::on(published).object(catalog, &body).finish());
    let (catalog, body) = super::forge::text(published, "Root");
    let script = with(&body, "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>");
    class.forged("action-added", &Update::on(published).object(catalog, &script).finish());
    class.forged("content-freed", &Update::on(published).row(page_content(), "0000000000 00001 f").finish());
    class.hold();
}

#[test]
fn an_update_that_lacks_a_part_is_found() {
    let mut class = Class::default();
    let old = newest_section(&PAPERS.published);
    class.forged("no-xref", &begun().trail().end(old).bytes);
    class.forged("no-xref-and-no-startxref", &begun().trail().bytes);
    class.forged("objects-alone", &begun().bytes);
    let mut update = begun();
    let at = update.table();
    class.forged("no-trailer", &update.end(at).bytes);
    let mut update = begun();
    let at = update.table();
    class.forged("no-eof", &update.trail().raw(&format!("startxref\n{at}\n")).bytes);
    let mut update = Update::on(&PAPERS.published);
    update.hidden(page_content(), &stream("", CONTENT));
    class.forged("xref-empty", &update.finish());
    let mut update = begun();
    update.row(page_content(), "0000000000 00000 f");
    class.forged("xref-names-twice", &update.finish());
    class.forged(
        "xref-hides-the-seal",
        &begun().previous(Some(newest_section(&first_revision(&PAPERS.published)))).finish(),
    );
    class.forged("xref-without-what-was-before", &begun().previous(None).finish());
    class.hold();
}

#[test]
fn bytes_behind_the_last_signed_one_are_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let old = newest_section(published);
    let followed = |more: &str| [published, more.as_bytes()].concat();
    class.forged("startxref-alone", &followed(&format!("startxref\n{old}\n%%EOF\n")));
    let first = newest_section(&first_revision(published));
    class.forged("startxref-of-the-first-revision", &followed(&format!("startxref\n{first}\n%%EOF\n")));
    class.forged("eof-alone", &followed("%%EOF\n"));
    class.forged("comment-alone", &followed("% altceva\n"));
    class.forged("junk", &followed("altceva"));
    class.forged("zip-behind", &followed("PK\u{3}\u{4}"));
    class.hold();
}

#[test]
fn objects_that_no_section_names_are_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let mut update = Update::on(published);
    let number = update.fresh();
    update.hidden(page_content(), &stream("", CONTENT)).object(number, "<<>>");
    class.forged("hidden-beside-a-harmless-object", &update.finish());
    let mut update = Update::on(published);
    let number = update.fresh();
    update.hidden(number, "<</A 1>>").object(number, "<</A 2>>");
    class.forged("defined-twice", &update.finish());
    let mut update = Update::on(published);
    let number = update.fresh();
    update.object(number, "<<>>").raw("BT (altceva) Tj ET\n");
    class.forged("words-between-objects", &update.finish());
    class.forged("packed-beside-a-harmless-object", &packed());
    // the section is itself an object: it must not take the number of one that is shown
    let mut update = Update::on(published);
    let (at, number) = (update.bytes.len(), page_content());
    let dictionary = format!(
        "/Type/XRef/W[1 2 1]/Index[0 0]/Size {}{}/Prev {}",
        update.fresh(),
        update.entries(),
        newest_section(published)
    );
    update.hidden(number, &stream(&dictionary, CONTENT)).end(at);
    class.forged("section-under-the-number-of-a-content", &update.bytes);
    class.hold();
}

#[test]
fn a_section_that_is_moved_or_spoilt_is_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let end = published.len();
    let from = rfind(published, b"startxref");
    let mut bytes = published.clone();
    bytes.splice(from..from, stream("", CONTENT).bytes());
    class.forged("content-before-startxref", &bytes);
    let mut bytes = published.clone();
    bytes.splice(0..0, *b"junk\n");
    class.forged("junk-before-the-header", &bytes);
    class.forged("end-cut-off", &published[..end - 8]);
    let mut bytes = published.clone();
    let at = find(&bytes, b"%%EOF");
    bytes.splice(at..at, *b"(altceva)");
    class.forged("content-between-the-revisions", &bytes);
    class.hold();
}

/// What later revisions may add: a document security store (ISO 32000-2, 12.8.4.3), and its certificates are read.
#[test]
fn a_store_that_was_added_is_permitted_and_read() {
    let published = &PAPERS.published;
    let mut update = Update::on(published);
    let (store, certificate) = (update.fresh(), update.fresh());
    let (catalog, body) = super::forge::text(published, "Root");
    update
        .object(certificate, &super::forge::stream("", "not a certificate, and nobody believes it"))
        .object(store, &format!("<</Certs[{certificate} 0 R]>>"))
        .object(catalog, &super::forge::with(&body, &format!("/DSS {store} 0 R")));
    let found = pecete::verify::examine(update.finish().as_slice());
    assert_eq!(found.reason, "");
    assert_eq!(found.stored_certificates, [b"not a certificate, and nobody believes it".to_vec()]);
    assert!(pecete::verify::examine(published.as_slice()).stored_certificates.is_empty());
}
