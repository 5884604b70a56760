//! What the document says of itself: XMP, the information dictionary, and its identifier.
//!
//! XMP and `Info` say the same (ISO 19005-3, 6.6; ISO 14289-1, 5 and 7.1). PDF/A-3 does not know `pdfuaid`, so
//! its extension schema stands beside it. A correction names what it replaces in `dc:description`, for people,
//! and in `pdf:Keywords`, for programs: both are properties that part 3 knows.

use super::statement::{Channel, Replaced, Statement};
use super::syntax::{date, hex, iso_date, put, text_string};
use super::table::written;
use crate::model::canonical_digest;
use sha2::{Digest, Sha256};

const PRODUCER: &str = concat!("Pecete ", env!("CARGO_PKG_VERSION"));

/// The facts that XMP and `Info` share.
pub(super) struct Metadata {
    title: String,
    author: String,
    subject: String,
    keywords: String,
    identifier: String,
    /// Time of editing, twice.
    pdf_date: String,
    xmp_date: String,
}

impl Metadata {
    pub(super) fn of(statement: &Statement<'_>) -> Self {
        let holder = statement.day.holder();
        let day = written(statement.day.date());
        let mut subject = format!(
            "Extras de cont la data {day}, titular {} (CUI {}), emis de {}",
            holder.name(),
            holder.cui().as_str(),
            statement.treasury_name
        );
        let mut keywords = format!("CUI {}", holder.cui().as_str());
        if let Some(Replaced { file, sha256 }) = statement.replaces {
            let hash = hex(sha256);
            subject.push_str(&format!(". Rectifică documentul {file}, SHA-256 {hash}"));
            keywords.push_str(&format!("; replaces-file {file}; replaces-sha256 {hash}"));
        }
        Self {
            title: format!("Extras de cont – {} – {day}", holder.name()),
            author: statement.treasury_name.to_owned(),
            subject,
            keywords,
            identifier: statement.name.pdf(),
            pdf_date: date(statement.edited),
            xmp_date: iso_date(statement.edited),
        }
    }

    /// The XMP packet.
    pub(super) fn xmp(&self) -> Vec<u8> {
        let escaped = quick_xml::escape::escape;
        let mut out = Vec::with_capacity(4096);
        put!(out, "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n");
        out.extend_from_slice(OPEN.as_bytes());
        put!(out, "<dc:format>application/pdf</dc:format>\n");
        put!(out, "<dc:identifier>{}</dc:identifier>\n", escaped(&self.identifier));
        put!(
            out,
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>\n",
            escaped(&self.title)
        );
        put!(out, "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\n", escaped(&self.author));
        put!(
            out,
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:description>\n",
            escaped(&self.subject)
        );
        put!(out, "<dc:language><rdf:Bag><rdf:li>ro-RO</rdf:li></rdf:Bag></dc:language>\n");
        put!(
            out,
            "<pdf:Keywords>{}</pdf:Keywords>\n<pdf:Producer>{PRODUCER}</pdf:Producer>\n",
            escaped(&self.keywords)
        );
        for name in ["CreateDate", "ModifyDate", "MetadataDate"] {
            put!(out, "<xmp:{name}>{}</xmp:{name}>\n", self.xmp_date);
        }
        put!(out, "<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>\n");
        out.extend_from_slice(CLOSE.as_bytes());
        out
    }

    /// The information dictionary, equal to the XMP.
    pub(super) fn info(&self, out: &mut Vec<u8>) {
        let texts = [
            ("Title", &self.title),
            ("Author", &self.author),
            ("Subject", &self.subject),
            ("Keywords", &self.keywords),
        ];
        out.extend_from_slice(b"<<");
        for (key, text) in texts {
            put!(out, "/{key}");
            text_string(out, text);
        }
        put!(
            out,
            "/Creator({PRODUCER})/Producer({PRODUCER})/CreationDate({0})/ModDate({0})>>",
            self.pdf_date
        );
    }
}

/// The identifier (`/ID`): what the document is made of, and nothing else. ISO 32000-1, 14.4.
pub(super) fn identifier(statement: &Statement<'_>) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"pecete:document-id:1\0");
    hash.update(canonical_digest(statement.day).0);
    hash.update(statement.name.pdf());
    hash.update(statement.edited.as_second().to_be_bytes());
    hash.update([match statement.channel {
        Channel::Published => 0,
        Channel::Stick => 1,
    }]);
    hash.update(statement.treasury_name);
    if let Some(replaced) = statement.replaces {
        hash.update(replaced.sha256);
    }
    half(&hash.finalize())
}

/// The second half of the identifier after an update.
pub(super) fn updated(first: [u8; 16], at: i64) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"pecete:document-id:seal\0");
    hash.update(first);
    hash.update(at.to_be_bytes());
    half(&hash.finalize())
}

fn half(digest: &[u8]) -> [u8; 16] {
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    id
}

const OPEN: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
"#;

const CLOSE: &str = r#"<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#;
