//! The forger's workbench: finds objects in a real statement, and appends to it as an attacker would.
//!
//! What is appended is written by hand: a table, a trailer, `startxref`, each of which can be left out.

use pecete::pdf::reader::{Dict, Document, Object, PdfString};

/// The number of the indirect object at the end of a path from the trailer (`Root Pages Kids 0`), and its value.
pub(crate) fn reach(bytes: &[u8], path: &str) -> (u32, Object) {
    let document = Document::open(bytes).expect("a statement");
    let view = document.latest();
    let mut number = 0;
    let mut here = Object::Dict(view.trailer().expect("a trailer").clone());
    for step in path.split_whitespace() {
        let next = match (&here, step.parse::<usize>()) {
            (Object::Array(items), Ok(index)) => items.get(index).cloned(),
            (Object::Dict(dict), _) => dict.get(step.as_bytes()).cloned(),
            (Object::Stream(stream), _) => stream.dict.get(step.as_bytes()).cloned(),
            _ => None,
        };
        let next = next.unwrap_or_else(|| panic!("{path}: no {step}"));
        if let Object::Ref(reference) = next {
            number = reference.number;
        }
        here = view.resolve(&next).expect("resolved").as_ref().clone();
    }
    (number, here)
}

/// Number and text of an object that is no stream.
pub(crate) fn text(bytes: &[u8], path: &str) -> (u32, String) {
    let (number, object) = reach(bytes, path);
    (number, written(&object))
}

/// A dictionary's text with more in it.
pub(crate) fn with(text: &str, more: &str) -> String {
    format!("{}{more}>>", text.strip_suffix(">>").expect("a dictionary"))
}

/// A dictionary's text with another value under a key that is there.
pub(crate) fn instead(bytes: &[u8], path: &str, key: &str, value: &str) -> (u32, String) {
    let (number, object) = reach(bytes, path);
    let dict = object.as_dict().expect("a dictionary");
    let kept = dict.iter().filter(|(name, _)| !name.is(key.as_bytes()));
    let kept: String = kept.map(|(name, value)| format!("/{} {}", name.text(), written(value))).collect();
    (number, format!("<<{kept}/{key} {value}>>"))
}

fn written(object: &Object) -> String {
    match object {
        Object::Null => "null".to_owned(),
        Object::Bool(value) => value.to_string(),
        Object::Int(value) => value.to_string(),
        Object::Real(value) => String::from_utf8_lossy(value).into_owned(),
        Object::String(value) => hexadecimal(value),
        Object::Name(name) => format!("/{}", name.text()),
        Object::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(" ")),
        Object::Dict(dict) => dictionary(dict),
        Object::Ref(reference) => format!("{} {} R", reference.number, reference.generation),
        Object::Stream(_) => panic!("a stream"),
    }
}

fn dictionary(dict: &Dict) -> String {
    let inside: String =
        dict.iter().map(|(name, value)| format!("/{} {}", name.text(), written(value))).collect();
    format!("<<{inside}>>")
}

fn hexadecimal(string: &PdfString) -> String {
    format!("<{}>", string.bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())
}

/// A stream without a filter.
pub(crate) fn stream(entries: &str, data: &str) -> String {
    format!("<<{entries}/Length {}>>\nstream\n{data}\nendstream", data.len())
}

/// Where the last `startxref` points.
pub(crate) fn newest_section(bytes: &[u8]) -> usize {
    let at = rfind(bytes, b"startxref") + "startxref".len();
    let digits =
        bytes[at..].iter().skip_while(|b| b.is_ascii_whitespace()).take_while(|b| b.is_ascii_digit());
    String::from_utf8(digits.copied().collect()).expect("digits").parse().expect("an offset")
}

/// The last place of a pattern.
pub(crate) fn rfind(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes.windows(pattern.len()).rposition(|window| window == pattern).expect("found")
}

/// The first place of a pattern.
pub(crate) fn find(bytes: &[u8], pattern: &[u8]) -> usize {
    bytes.windows(pattern.len()).position(|window| window == pattern).expect("found")
}

/// The first revision alone.
pub(crate) fn first_revision(bytes: &[u8]) -> Vec<u8> {
    let end = find(bytes, b"%%EOF") + "%%EOF\n".len();
    bytes[..end].to_vec()
}

/// An update under construction.
pub(crate) struct Update {
    pub(crate) bytes: Vec<u8>,
    rows: Vec<(u32, String)>,
    previous: Option<usize>,
    trailer: String,
    size: u32,
}

impl Update {
    /// Upon these bytes, with what their newest trailer says.
    pub(crate) fn on(bytes: &[u8]) -> Self {
        let document = Document::open(bytes).expect("a statement");
        let view = document.latest();
        let trailer = view.trailer().expect("a trailer");
        let kept = |key: &[u8]| {
            trailer.get(key).map(|value| (String::from_utf8_lossy(key).into_owned(), written(value)))
        };
        let kept = [kept(b"Root"), kept(b"Info"), kept(b"ID")];
        let trailer: String =
            kept.into_iter().flatten().map(|(key, value)| format!("/{key} {value}")).collect();
        let size = view.entries().last().map_or(1, |(last, _)| last + 1);
        Self { bytes: bytes.to_vec(), rows: Vec::new(), previous: Some(newest_section(bytes)), trailer, size }
    }

    /// A new document.
    pub(crate) fn new(trailer: &str) -> Self {
        Self {
            bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(),
            rows: Vec::new(),
            previous: None,
            trailer: trailer.to_owned(),
            size: 1,
        }
    }

    /// Another `/Size` than what is needed.
    pub(crate) fn sized(&mut self, size: u32) -> &mut Self {
        self.size = size;
        self
    }

    /// What the trailer says of the document.
    pub(crate) fn entries(&self) -> &str {
        &self.trailer
    }

    /// The next number that nothing has.
    pub(crate) fn fresh(&mut self) -> u32 {
        self.size += 1;
        self.size - 1
    }

    /// An object that the table will name.
    pub(crate) fn object(&mut self, number: u32, body: &str) -> &mut Self {
        let at = self.bytes.len();
        self.hidden(number, body);
        self.row(number, &format!("{at:010} 00000 n"))
    }

    /// An object that it will not name.
    pub(crate) fn hidden(&mut self, number: u32, body: &str) -> &mut Self {
        self.size = self.size.max(number + 1);
        self.raw(&format!("{number} 0 obj\n{body}\nendobj\n"))
    }

    /// A row of the table.
    pub(crate) fn row(&mut self, number: u32, row: &str) -> &mut Self {
        self.rows.push((number, row.to_owned()));
        self
    }

    /// Any bytes.
    pub(crate) fn raw(&mut self, bytes: &str) -> &mut Self {
        self.bytes.extend_from_slice(bytes.as_bytes());
        self
    }

    /// Another trailer: `/Root 9 0 R` and so on.
    pub(crate) fn trailer(&mut self, from: &str, to: &str) -> &mut Self {
        assert!(self.trailer.contains(from), "{}: no {from}", self.trailer);
        self.trailer = self.trailer.replacen(from, to, 1);
        self
    }

    /// Another section before this one; none where it is `None`.
    pub(crate) fn previous(&mut self, at: Option<usize>) -> &mut Self {
        self.previous = at;
        self
    }

    /// Table, trailer, `startxref`, `%%EOF`.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let section = self.table();
        self.trail().end(section);
        std::mem::take(&mut self.bytes)
    }

    /// The table; says where it stands.
    pub(crate) fn table(&mut self) -> usize {
        let at = self.bytes.len();
        self.raw("xref\n");
        for (number, row) in std::mem::take(&mut self.rows) {
            self.raw(&format!("{number} 1\n{row} \n"));
        }
        at
    }

    /// The trailer.
    pub(crate) fn trail(&mut self) -> &mut Self {
        let previous = self.previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
        let (size, trailer) = (self.size, self.trailer.clone());
        self.raw(&format!("trailer\n<</Size {size}{trailer}{previous}>>\n"))
    }

    /// `startxref` and `%%EOF`.
    pub(crate) fn end(&mut self, section: usize) -> &mut Self {
        self.raw(&format!("startxref\n{section}\n%%EOF\n"))
    }
}
