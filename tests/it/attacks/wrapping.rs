//! Signature wrapping: the signed bytes are all there, but no longer where a reader looks.

use super::forge::{Update, find, instead, newest_section, rfind, stream, with};
use super::{Class, PAPERS};

/// The published statement torn open at the seal's `/Contents`: what was signed stays before and behind, the forger's
/// content and section lie between, and a new dictionary says where the second part went.
fn wrapped(gap_begins_at_contents: bool) -> Vec<u8> {
    let published = &PAPERS.published;
    let from = rfind(published, b"/Contents<30") + "/Contents".len();
    let to = from + find(&published[from..], b">") + 1;
    let section = newest_section(published);
    let (head, tail) = (&published[..to], &published[to..]);
    let contents = std::str::from_utf8(&published[from..to]).expect("hexadecimal");
    let mut update = Update::on(published);
    update.bytes = head.to_vec();
    // the signed tail says where its section is: the forger's must lie there
    let room = section - to;
    update.raw(&" ".repeat(room));
    assert_eq!(update.bytes.len(), section);
    let (page, content) = (update.fresh(), update.fresh());
    let (number, body) = instead(published, "Root Pages Kids 0", "Contents", &format!("{content} 0 R"));
    let signature = page;
    let (field, field_body) = instead(published, "Root AcroForm Fields 1", "V", &format!("{signature} 0 R"));
    let base = newest_section(&super::forge::first_revision(published));
    // the table first, at the place that the tail names; what it lists follows
    let objects = [(number, body), (content, stream("", "BT (altceva) Tj ET")), (field, field_body)];
    let rows = 4;
    let table_length = "xref\n".len() + rows * ("9999 1\n".len() + 21) + 400;
    let mut at = section + table_length;
    let mut bodies = String::new();
    for (number, body) in &objects {
        let text = format!("{number} 0 obj\n{body}\nendobj\n");
        update.row(*number, &format!("{at:010} 00000 n"));
        at += text.len();
        bodies.push_str(&text);
    }
    update.row(signature, &format!("{at:010} 00000 n"));
    let tail_at = at + contents.len() + 300;
    let first_end = if gap_begins_at_contents { from } else { to };
    let dictionary = format!(
        "{signature} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 {first_end} {tail_at} {}]/Contents{contents}>>\nendobj\n",
        tail.len()
    );
    update.previous(Some(base)).table();
    update.trail();
    let padding = section + table_length - update.bytes.len();
    update.raw(&" ".repeat(padding)).raw(&bodies).raw(&dictionary);
    let padding = tail_at - update.bytes.len();
    update.raw(&" ".repeat(padding));
    update.bytes.extend_from_slice(tail);
    std::mem::take(&mut update.bytes)
}

#[test]
fn signed_bytes_that_were_moved_apart_are_found() {
    let mut class = Class::default();
    class.forged("second-range-moved", &wrapped(true));
    class.forged("second-range-moved-behind-contents", &wrapped(false));
    class.hold();
}

#[test]
fn content_inside_the_gap_is_found() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let from = rfind(published, b"/Contents<30") + "/Contents<".len();
    let to = from + find(&published[from..], b">");
    // the forger closes the string early: what follows in the gap is the dictionary's, and signed by nobody
    let mut bytes = published.clone();
    let at = usize::midpoint(from, to);
    bytes[at..at + 11].copy_from_slice(b">/Reason(x)");
    bytes[at + 11..to].fill(b' ');
    bytes[to - 3..to].copy_from_slice(b"/A<");
    class.forged("string-closed-early", &bytes);
    let (field, body) = super::forge::text(published, "Root AcroForm Fields 1");
    let value = super::forge::text(published, "Root AcroForm Fields 1 V");
    let moved = with(&value.1, "");
    let body = body.replacen(&format!("/V {} 0 R", value.0), &format!("/V {moved}"), 1);
    class.forged("signature-copied-into-its-field", &Update::on(published).object(field, &body).finish());
    class.hold();
}
