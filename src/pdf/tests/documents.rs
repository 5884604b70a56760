//! What must hold of every document that we draw, read back with lopdf in its strict mode.

use super::{Sample, at, certification, seal_look};
use crate::diag::{Explain, Lang};
use crate::pdf::{
    Certification, Channel, MAX_CONTENTS, PdfFault, Prepared, Statement, append_seal, draw, draw_unsigned,
};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::collections::BTreeSet;

fn prepared(sample: &Sample, channel: Channel) -> Prepared {
    draw(&sample.statement(channel), &sample.attachment, &certification()).expect("drawn")
}

fn certified(sample: &Sample) -> Vec<u8> {
    prepared(sample, Channel::Published).fill(&[0x30, 0]).expect("fits").into_bytes()
}

fn sealed(sample: &Sample) -> Vec<u8> {
    let filled = prepared(sample, Channel::Published).fill(&[0x30, 0]).expect("fits");
    append_seal(&filled, &seal_look()).expect("sealed").fill(&[0x30, 0]).expect("fits").into_bytes()
}

fn load(bytes: &[u8]) -> Document {
    Document::load_mem_with_options(bytes, LoadOptions { strict: true, ..LoadOptions::default() })
        .expect("a document")
}

fn find(bytes: &[u8], what: &[u8]) -> Vec<usize> {
    bytes.windows(what.len()).enumerate().filter(|(_, w)| *w == what).map(|(at, _)| at).collect()
}

fn catalog(document: &Document) -> &Dictionary {
    document.catalog().expect("a catalog")
}

fn reach(document: &Document, object: &Object, seen: &mut BTreeSet<ObjectId>) {
    let mut open = vec![object];
    while let Some(object) = open.pop() {
        match object {
            Object::Reference(id) if seen.insert(*id) => {
                open.push(document.get_object(*id).expect("an object that is there"));
            }
            Object::Array(items) => open.extend(items),
            Object::Dictionary(dictionary) => open.extend(dictionary.iter().map(|(_, value)| value)),
            Object::Stream(stream) => open.extend(stream.dict.iter().map(|(_, value)| value)),
            _ => {}
        }
    }
}

#[test]
fn the_same_statement_gives_the_same_bytes() {
    let sample = Sample::of(&[3, 0]);
    assert_eq!(sealed(&sample), sealed(&sample));
    let again = Sample::of(&[3, 0]);
    assert_eq!(certified(&sample), certified(&again));
}

#[test]
fn another_time_of_editing_gives_another_identifier() {
    let sample = Sample::of(&[1]);
    let statement = sample.statement(Channel::Published);
    let later = Statement { edited: at("2026-05-12T15:43:00Z"), ..statement };
    let id = |statement: &Statement<'_>| {
        let bytes = draw_unsigned(statement, &sample.attachment).expect("drawn");
        load(&bytes).trailer.get(b"ID").expect("an identifier").clone()
    };
    assert_ne!(id(&statement), id(&later));
}

#[test]
fn a_drawn_document_is_one_revision_and_a_sealed_one_two() {
    let sample = Sample::of(&[2]);
    for (bytes, revisions) in [(certified(&sample), 1), (sealed(&sample), 2)] {
        assert_eq!(find(&bytes, b"%%EOF").len(), revisions);
        assert_eq!(find(&bytes, b"startxref").len(), revisions);
        assert!(bytes.starts_with(b"%PDF-1.7\n%") && bytes.ends_with(b"%%EOF\n"));
    }
}

#[test]
fn sealing_changes_no_byte_of_what_was_certified() {
    let sample = Sample::of(&[2]);
    assert!(sealed(&sample).starts_with(&certified(&sample)));
}

#[test]
fn every_object_is_reached_from_the_trailer() {
    let sample = Sample::of(&[2, 0, 1]);
    let statement = sample.statement(Channel::Published);
    let unsigned = draw_unsigned(&statement, &sample.attachment).expect("drawn");
    for bytes in [unsigned, certified(&sample)] {
        let document = load(&bytes);
        let mut seen = BTreeSet::new();
        reach(&document, &Object::Dictionary(document.trailer.clone()), &mut seen);
        let unused: Vec<_> = document
            .objects
            .iter()
            .filter(|(id, _)| !seen.contains(id))
            .filter(|(_, object)| {
                let kind = object.as_stream().and_then(|s| s.dict.get(b"Type")).and_then(Object::as_name);
                !matches!(kind, Ok(b"ObjStm" | b"XRef"))
            })
            .collect();
        assert!(unused.is_empty(), "{unused:?}");
    }
}

#[test]
fn nothing_in_a_document_is_active_or_hidden() {
    let document = load(&sealed(&Sample::of(&[2])));
    let forbidden: [&[u8]; 10] = [
        b"JS",
        b"JavaScript",
        b"AA",
        b"OpenAction",
        b"XFA",
        b"OCProperties",
        b"Launch",
        b"URI",
        b"Encrypt",
        b"NeedAppearances",
    ];
    for (id, object) in &document.objects {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        for key in forbidden {
            assert!(!dictionary.has(key), "{id:?} has /{}", String::from_utf8_lossy(key));
        }
    }
}

#[test]
fn the_attachment_is_plain_and_comes_out_byte_for_byte() {
    let sample = Sample::of(&[2]);
    let bytes = sealed(&sample);
    let document = load(&bytes);
    let files = catalog(&document).get(b"AF").and_then(Object::as_array).expect("/AF");
    let [Object::Reference(file)] = files.as_slice() else { panic!("one associated file") };
    let specification = document.get_dictionary(*file).expect("a file specification");
    let embedded = specification.get(b"EF").and_then(Object::as_dict).expect("/EF");
    let embedded = embedded.get(b"F").and_then(Object::as_reference).expect("/F");
    let stream = document.get_object(embedded).and_then(Object::as_stream).expect("a stream");
    assert_eq!(stream.decompressed_content().expect("deflated"), sample.attachment.bytes);
    let name = specification.get(b"UF").and_then(Object::as_str).expect("/UF");
    assert_eq!(name, sample.attachment.name.as_bytes());
    for (number, generation) in [*file, embedded] {
        assert_eq!(find(&bytes, format!("\n{number} {generation} obj\n").as_bytes()).len(), 1);
    }
}

#[test]
fn a_byte_range_covers_everything_but_the_hole() {
    let sample = Sample::of(&[2]);
    let certified = prepared(&sample, Channel::Published);
    let [before, after] = certified.signed_ranges();
    let (start, tail) = (before.len(), after.len());
    assert!(before.ends_with(b"/Contents") && after.starts_with(b"/Name"));
    assert_eq!(certified.reserved(), 4096);
    let bytes = certified.fill(&[0xAB, 0xCD]).expect("fits").into_bytes();
    assert_eq!(&bytes[start..start + 7], b"<ABCD00");
    assert_eq!(bytes.len(), start + 4096 * 2 + 2 + tail);
    let range = format!("/ByteRange[0 {start} {} {tail}]", bytes.len() - tail);
    assert_eq!(find(&bytes, range.as_bytes()).len(), 1);
}

#[test]
fn the_seal_updates_its_field_and_nothing_else() {
    let sample = Sample::of(&[2]);
    let (before, after) = (load(&certified(&sample)), load(&sealed(&sample)));
    let changed: Vec<&ObjectId> = before
        .objects
        .iter()
        .filter(|(id, object)| after.objects.get(*id) != Some(*object))
        .map(|(id, _)| id)
        .collect();
    let [widget] = changed.as_slice() else { panic!("changed: {changed:?}") };
    let (old, new) = (before.get_dictionary(**widget), after.get_dictionary(**widget));
    let (old, new) = (old.expect("a widget"), new.expect("a widget"));
    for (key, value) in new.iter().filter(|(key, _)| !matches!(key.as_slice(), b"V" | b"AP")) {
        assert_eq!(old.get(key).ok(), Some(value), "/{}", String::from_utf8_lossy(key));
    }
    assert!(!old.has(b"V") && new.has(b"V") && new.has(b"Lock"));
    let added = after.objects.keys().filter(|id| !before.objects.contains_key(id)).count();
    assert!(added <= 3, "signature, appearance, cross-reference stream: {added}");
    for key in [&b"Root"[..], b"Info"] {
        assert_eq!(before.trailer.get(key).ok(), after.trailer.get(key).ok());
    }
    let first = |document: &Document| {
        document.trailer.get(b"ID").and_then(Object::as_array).expect("/ID").first().cloned()
    };
    assert_eq!(first(&before), first(&after));
}

#[test]
fn certification_and_lock_say_what_may_follow() {
    let sample = Sample::of(&[1]);
    let stick = prepared(&sample, Channel::Stick).fill(&[]).expect("fits").into_bytes();
    for (bytes, level) in [(sealed(&sample), &b"/P 2/V/1.2"[..]), (stick.clone(), b"/P 1/V/1.2")] {
        assert_eq!(find(&bytes, level).len(), 1);
        assert!(
            catalog(&load(&bytes)).get(b"Perms").and_then(Object::as_dict).expect("/Perms").has(b"DocMDP")
        );
    }
    assert_eq!(find(&sealed(&sample), b"/FieldMDP").len(), 1);
    assert_eq!(find(&stick, b"/FT/Sig").len(), 1);
}

#[test]
fn every_page_carries_its_own_resources_tabs_and_structure() {
    let document = load(&certified(&Sample::of(&[60])));
    let pages = document.get_pages();
    assert!(pages.len() > 2);
    for (number, id) in pages {
        let page = document.get_dictionary(id).expect("a page");
        for key in [&b"Resources"[..], b"StructParents", b"MediaBox"] {
            assert!(page.has(key), "page {number}");
        }
        assert_eq!(page.get(b"Tabs").and_then(Object::as_name).ok(), Some(&b"S"[..]));
    }
}

#[test]
fn a_correction_names_what_it_replaces_in_the_metadata() {
    let sample = Sample::of(&[1]);
    let statement = sample.statement(Channel::Published);
    let statement = Statement { replaces: Some(&sample.replaced), ..statement };
    let bytes = draw_unsigned(&statement, &sample.attachment).expect("drawn");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains(&format!("replaces-file {}; replaces-sha256 a7a7a7", sample.replaced.file)));
    assert!(text.contains("Rectifică documentul TREZ521"));
}

#[test]
fn a_name_with_markup_in_it_is_text_in_the_metadata() {
    let sample = Sample::of(&[1]);
    let statement =
        Statement { treasury_name: "A & B <c> \"d\" (e\\", ..sample.statement(Channel::Published) };
    let bytes = draw_unsigned(&statement, &sample.attachment).expect("drawn");
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("A &amp; B &lt;c&gt;"));
    load(&bytes);
}

#[test]
fn a_character_that_no_font_has_is_refused_with_its_place() {
    let sample = Sample::with(&[3], |number, operation| {
        if number == 2 {
            operation.counterparty_name = "漢 SRL".into();
        }
    });
    let fault = draw_unsigned(&sample.statement(Channel::Stick), &sample.attachment).expect_err("refused");
    let said = fault.say(Lang::En);
    assert!(
        said.contains("`漢`") && said.contains("counterparty_name") && said.contains("TZ52100000002"),
        "{said}"
    );
    assert!(fault.hint(Lang::Ro).is_some() && !fault.say(Lang::Ro).is_empty());
}

#[test]
fn letters_outside_the_prepared_fonts_are_drawn_and_the_seal_still_fits() {
    let sample = Sample::with(&[3], |_, operation| operation.counterparty_name = "Живко Γεώργιος".into());
    let document = load(&sealed(&sample));
    assert_eq!(document.get_pages().len(), 1);
    assert!(sealed(&sample).len() > certified(&sample).len());
}

#[test]
fn a_signature_that_does_not_fit_is_refused() {
    let sample = Sample::of(&[1]);
    let fault = prepared(&sample, Channel::Stick).fill(&[0; 4097]).expect_err("too long");
    assert_eq!(fault, PdfFault::ContentsTooSmall { reserved: 4096, needed: 4097 });
    let greedy = Certification { contents: MAX_CONTENTS + 1, ..certification() };
    let fault = draw(&sample.statement(Channel::Stick), &sample.attachment, &greedy).expect_err("too long");
    assert!(matches!(fault, PdfFault::ContentsTooLarge { .. }));
}

#[test]
fn only_a_published_document_takes_a_seal_and_only_once() {
    let sample = Sample::of(&[1]);
    let stick = prepared(&sample, Channel::Stick).fill(&[]).expect("fits");
    assert_eq!(append_seal(&stick, &seal_look()).expect_err("refused"), PdfFault::NoSeal);
    let certified = prepared(&sample, Channel::Published).fill(&[]).expect("fits");
    let sealed = append_seal(&certified, &seal_look()).expect("sealed").fill(&[]).expect("fits");
    assert_eq!(append_seal(&sealed, &seal_look()).expect_err("refused"), PdfFault::NoSeal);
}

#[test]
fn very_large_and_negative_amounts_have_room() {
    for amount in ["-92233720368547.58", "80000000000000.01"] {
        let sample = Sample::with(&[1], |_, operation| {
            operation.sums.debit = amount.into();
            operation.sums.credit = "0".into();
        });
        load(&certified(&sample));
    }
}
