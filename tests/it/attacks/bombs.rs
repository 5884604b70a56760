//! Parser bombs: each ends within a second, as `broken`.

use super::forge::{Update, newest_section, reach, stream};
use super::{Class, PAPERS};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// How long a file of any kind may take; this build is not the fast one.
const PATIENCE: Duration = Duration::from_secs(5);

impl Class {
    #[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
    fn bomb(&mut self, name: &str, bytes: &[u8]) {
        let started = Instant::now();
        self.forged(name, bytes);
        let took = started.elapsed();
        assert!(took < PATIENCE, "{name} took {took:?}");
    }
}

#[test]
fn loops_end() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let mut update = Update::on(published);
    let at = update.bytes.len();
    class.bomb("xref-names-itself", &update.previous(Some(at)).finish());
    let mut update = Update::on(published);
    class.bomb("xref-points-to-nothing", &update.previous(Some(at + 1_000_000)).finish());
    let (pages, _) = reach(published, "Root Pages");
    let body = format!("<</Type/Pages/Kids[{pages} 0 R {pages} 0 R]/Count 2>>");
    class.bomb("page-tree-holds-itself", &Update::on(published).object(pages, &body).finish());
    let mut update = Update::on(published);
    let (one, other) = (update.fresh(), update.fresh());
    let (form, body) = super::forge::instead(published, "Root AcroForm", "Fields", &format!("{one} 0 R"));
    update.object(one, &format!("{other} 0 R")).object(other, &format!("{one} 0 R")).object(form, &body);
    class.bomb("references-in-a-ring", &update.finish());
    let mut update = Update::on(published);
    let field = update.fresh();
    let (form, body) = super::forge::instead(published, "Root AcroForm", "Fields", &format!("[{field} 0 R]"));
    update.object(field, &format!("<</T(a)/Kids[{field} 0 R]>>")).object(form, &body);
    class.bomb("field-is-its-own-kid", &update.finish());
    class.hold();
}

#[test]
fn depths_and_counts_end() {
    let (published, mut class) = (&PAPERS.published, Class::default());
    let deep = |open: &str, close: &str| {
        let mut update = Update::on(published);
        let number = update.fresh();
        update.object(number, &format!("{}{}", open.repeat(100_000), close.repeat(100_000))).finish()
    };
    class.bomb("fields-in-arrays-in-arrays", &{
        let value = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let (form, body) = super::forge::instead(published, "Root AcroForm", "Fields", &value);
        Update::on(published).object(form, &body).finish()
    });
    class.bomb("arrays-in-arrays", &deep("[", "]"));
    class.bomb("dictionaries-in-dictionaries", &deep("<</A", ">>"));
    let mut update = Update::on(published);
    let number = update.fresh();
    update.object(number, "<<>>");
    let at = update.table();
    update.raw("0 4294967295\n").trail().end(at);
    class.bomb("table-of-four-thousand-million-rows", &update.bytes);
    let mut update = Update::on(published);
    let (at, number) = (update.bytes.len(), update.fresh());
    let entries = format!(
        "/Type/XRef/W[0 0 1]/Index[0 2147483647 0 2147483647]/Size 2147483647{}/Prev {}",
        update.entries(),
        newest_section(published)
    );
    update.hidden(number, &stream(&entries, "")).end(at);
    class.bomb("section-of-two-thousand-million-rows", &update.bytes);
    class.hold();
}

/// A genuine statement with a cross-reference stream upon it, of these deflated rows.
fn with_section(listed: &str, data: &[u8]) -> Vec<u8> {
    let published = &PAPERS.published;
    let mut update = Update::on(published);
    let (at, number) = (update.bytes.len(), update.fresh());
    let entries = format!(
        "/Type/XRef/Filter/FlateDecode/W[1 4 2]{listed}{}/Prev {}/Length {}",
        update.entries(),
        newest_section(published),
        data.len()
    );
    update.raw(&format!("{number} 0 obj\n<<{entries}>>\nstream\n"));
    update.bytes.extend_from_slice(data);
    update.raw("\nendstream\nendobj\n").end(at);
    update.bytes
}

#[test]
fn deflate_bombs_end() {
    let mut class = Class::default();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..256 {
        deflate.write_all(&[0; 1 << 20]).expect("written");
    }
    let data = deflate.finish().expect("written");
    let bytes = with_section("/Index[0 100000000]/Size 100000000", &data);
    class.bomb("section-that-inflates-to-256-mib", &bytes);
    class.hold();
}

/// A genuine statement with three hundred updates upon it that change nothing: it is what it was.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn many_revisions_end() {
    let mut bytes = PAPERS.published.clone();
    let (form, body) = super::forge::text(&bytes, "Root AcroForm");
    for _ in 0..300 {
        bytes = Update::on(&bytes).object(form, &body).finish();
    }
    let started = Instant::now();
    let found = pecete::verify::examine(bytes.as_slice());
    let took = started.elapsed();
    assert!(took < PATIENCE, "300 revisions took {took:?}");
    assert_eq!((found.reason, found.revisions), ("", 302));
}

/// A cross-reference stream of a few kilobytes that promises three million rows and keeps its promise.
#[test]
fn a_table_that_is_larger_than_its_file_is_refused() {
    let mut class = Class::default();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let rows: u32 = 3_000_000;
    deflate.write_all(&vec![0; 7 * 3_000_000]).expect("written");
    let data = deflate.finish().expect("written");
    let bytes = with_section(&format!("/Index[1000 {rows}]/Size {}", rows + 1_000), &data);
    assert_eq!(pecete::verify::examine(bytes.as_slice()).reason, "limit-exceeded");
    class.bomb("table-larger-than-its-file", &bytes);
    class.hold();
}
