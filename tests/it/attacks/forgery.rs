//! Universal signature forgery: the signature is there, and gives a reader nothing to compute.

use super::forge::{Update, find, instead, reach, rfind, with};
use super::{Class, PAPERS};

/// The seal's dictionary written again in an update, its field pointing to it.
fn seal_with(change: impl Fn(&str) -> String) -> Vec<u8> {
    let (_, value) = super::forge::text(&PAPERS.published, "Root AcroForm Fields 1 V");
    let mut update = Update::on(&PAPERS.published);
    let number = update.fresh();
    let (field, body) = instead(&PAPERS.published, "Root AcroForm Fields 1", "V", &format!("{number} 0 R"));
    update.object(number, &change(&value)).object(field, &body).finish()
}

/// Overwrites the seal's dictionary where it stands, to the same length.
fn in_place(pattern: &str, by: &str) -> Vec<u8> {
    let mut bytes = PAPERS.published.clone();
    let at = rfind(&bytes, pattern.as_bytes());
    bytes[at..at + by.len()].copy_from_slice(by.as_bytes());
    bytes
}

/// The seal's `/Contents` with other digits.
fn contents(change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut bytes = PAPERS.published.clone();
    let from = rfind(&bytes, b"/Contents<30") + "/Contents<".len();
    let to = from + find(&bytes[from..], b">");
    change(&mut bytes[from..to]);
    bytes
}

fn range(values: &str) -> Vec<u8> {
    in_place("/ByteRange[", &format!("{:<47}", format!("/ByteRange[{values}]")))
}

#[test]
fn a_signature_that_cannot_be_computed_is_no_signature() {
    let mut class = Class::default();
    class.forged("contents-missing", &in_place("/Contents<", "/Kontents<"));
    class.forged("contents-zero", &contents(|digits| digits.fill(b'0')));
    class.forged("contents-truncated", &contents(|digits| digits[400..].fill(b'0')));
    class.forged("contents-blank", &contents(|digits| digits.fill(b' ')));
    class.forged("range-missing", &in_place("/ByteRange[", "/ByteRonge["));
    class.forged("range-empty", &range(""));
    class.forged("range-null", &in_place("/ByteRange[", &format!("{:<47}", "/ByteRange null")));
    let (number, value) = reach(&PAPERS.published, "Root AcroForm Fields 1 V");
    assert!(number > 0 && value.as_dict().is_some());
    let numbers: Vec<i64> = value
        .as_dict()
        .and_then(|dict| dict.get(b"ByteRange"))
        .and_then(|range| range.as_array())
        .expect("a range")
        .iter()
        .filter_map(pecete::pdf::reader::Object::as_int)
        .collect();
    let [_, b, c, d] = numbers[..] else { panic!("{numbers:?}") };
    let length = i64::try_from(PAPERS.published.len()).expect("a length");
    let cases = [
        ("range-negative", format!("0 {b} -{c} {d}")),
        ("range-float", format!("0 {b}.0 {c} {d}")),
        ("range-overlapping", format!("0 {length} {b} {d}")),
        ("range-duplicated", format!("0 {b} 0 {b}")),
        ("range-too-short", format!("0 {b} {c} {}", d - 200)),
        ("range-beyond-the-end", format!("0 {b} {c} {}", d + 9_999)),
        ("range-from-the-middle", format!("9 {} {c} {d}", b - 9)),
        ("range-of-two-numbers", format!("0 {length}")),
        ("range-gap-wider", format!("0 {} {c} {d}", b - 20)),
        ("range-huge", "0 9999999999 99999999999 9".to_owned()),
    ];
    for (name, values) in cases {
        class.forged(name, &range(&values));
    }
    class.hold();
}

#[test]
fn a_signature_that_an_update_empties_is_found() {
    let mut class = Class::default();
    let without = |text: &str, key: &str| text.replacen(key, "/Other", 1);
    class.forged("update-contents-missing", &seal_with(|text| without(text, "/Contents")));
    class.forged(
        "update-contents-null",
        &seal_with(|text| text.replacen("/Contents ", "/Contents null/Was ", 1)),
    );
    class.forged(
        "update-contents-empty",
        &seal_with(|text| text.replacen("/Contents ", "/Contents <>/Was ", 1)),
    );
    class.forged("update-range-missing", &seal_with(|text| without(text, "/ByteRange")));
    class.forged("update-contents-repeated", &seal_with(|text| with(text, "/Contents<00>")));
    let published = &PAPERS.published;
    let (field, body) = instead(published, "Root AcroForm Fields 1", "V", "null");
    class.forged("value-null", &Update::on(published).object(field, &body).finish());
    let (signature, _) = reach(published, "Root AcroForm Fields 1 V");
    class.forged("value-freed", &Update::on(published).row(signature, "0000000000 00001 f").finish());
    let (first, _) = reach(published, "Root AcroForm Fields 0 V");
    let (field, body) = instead(published, "Root AcroForm Fields 1", "V", &format!("{first} 0 R"));
    class.forged("two-fields-one-signature", &Update::on(published).object(field, &body).finish());
    class.hold();
}
