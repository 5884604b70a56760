//! Document information and XMP: an update may say when and by what it was made, and nothing else.

use super::{Comparison, Reason, TRAILER, code};
use crate::pdf::reader::{Dict, Object, Source};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

const CHANGED: Reason = "metadata-changed";

/// XMP properties that say when and by what a revision was made (ISO 16684-1, 8.4; XMP part 2, 2.1), and the
/// subject of a description, which is always the document.
const OF_THE_REVISION: [&str; 7] = [
    "xmp:ModifyDate",
    "xmp:MetadataDate",
    "xap:ModifyDate",
    "xap:MetadataDate",
    "pdf:Producer",
    "xmpMM:InstanceID",
    "rdf:about",
];
/// Elements of a packet: the longest real ones have some hundreds.
const ELEMENTS: usize = 20_000;
/// Depth of a packet: structures in structures stay below ten.
const DEPTH: usize = 64;

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    /// `/Info` (ISO 32000-2, 14.3.3): date of change and producer.
    pub(super) fn information(&mut self, old: &Dict, new: &Dict) -> Result<(), Reason> {
        let pair = self.descend(TRAILER, old.get(b"Info"), new.get(b"Info"))?;
        if pair.old == pair.new {
            return Ok(());
        }
        let empty = Dict::default();
        let old = pair.old.as_dict().unwrap_or(&empty);
        let Object::Dict(new) = pair.new.as_ref() else { return Err("information-changed") };
        for key in self.differing_keys(old, new)? {
            let text = matches!(new.get(&key), None | Some(Object::String(_)));
            match key.as_slice() {
                b"ModDate" | b"Producer" if text => {}
                b"CreationDate" if text && old.get(b"CreationDate").is_none() => {}
                _ => return Err("information-changed"),
            }
        }
        Ok(())
    }

    /// XMP (14.3.2) is part of what was signed: title, author, conformance and whatever else it says stay.
    pub(super) fn metadata(
        &mut self,
        root: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), Reason> {
        let pair = self.descend(root, old, new)?;
        if *pair.old == Object::Null && *pair.new == Object::Null {
            return Ok(());
        }
        let Object::Stream(stream) = pair.new.as_ref() else { return Err(CHANGED) };
        if pair.old == pair.new {
            return Ok(());
        }
        let is_xml = |key: &[u8], name: &[u8]| stream.dict.name(key).is_some_and(|found| found.is(name));
        if !is_xml(b"Type", b"Metadata") || !is_xml(b"Subtype", b"XML") || stream.dict.has_repeated_keys() {
            return Err(CHANGED);
        }
        let after = Packet::read(&self.new.decode(stream).map_err(code)?).ok_or(CHANGED)?;
        let before = match pair.old.as_ref() {
            Object::Stream(stream) => Packet::read(&self.old.decode(stream).map_err(code)?).ok_or(CHANGED)?,
            Object::Null => Packet::default(),
            _ => return Err(CHANGED),
        };
        if before.says(&after) { Ok(()) } else { Err(CHANGED) }
    }
}

/// What a packet says: path and text of each property in their order, and what its prefixes stand for.
#[derive(Default)]
struct Packet {
    properties: Vec<(String, String)>,
    prefixes: BTreeMap<String, String>,
}

impl Packet {
    /// Whether it says the same, in the same namespaces.
    fn says(&self, other: &Self) -> bool {
        let prefixes = self
            .prefixes
            .iter()
            .all(|(prefix, uri)| other.prefixes.get(prefix).is_none_or(|other| other == uri));
        prefixes && self.properties == other.properties
    }

    /// Reads all that is not about the revision; none where it is not plain XMP: a document type, an entity, a
    /// prefix with two meanings, more than the limits.
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut reader = quick_xml::Reader::from_str(text);
        let mut packet = Self::default();
        let mut path: Vec<String> = Vec::new();
        let mut skipped: Option<usize> = None;
        let mut began = false;
        for _ in 0..ELEMENTS {
            let event = reader.read_event().ok()?;
            match &event {
                Event::Start(element) | Event::Empty(element) => {
                    let name = element.name().as_ref().to_owned();
                    began = began || name.ends_with(":xmpmeta") || name.ends_with(":RDF");
                    let of_the_revision = OF_THE_REVISION.contains(&name.as_str());
                    path.push(name);
                    if path.len() > DEPTH {
                        return None;
                    }
                    if skipped.is_none() && of_the_revision {
                        skipped = Some(path.len());
                    }
                    packet.attributes(element, &path, skipped.is_some())?;
                }
                Event::Text(text) => packet.note(&path, text.as_ref().trim(), skipped.is_some()),
                Event::CData(text) => packet.note(&path, text.as_ref(), skipped.is_some()),
                Event::GeneralRef(entity) => {
                    let name: &str = entity.as_ref();
                    if !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") && !name.starts_with('#') {
                        return None;
                    }
                    packet.note(&path, name, skipped.is_some());
                }
                Event::DocType(_) => return None,
                Event::Eof => {
                    packet.properties.sort_by(|(a, _), (b, _)| a.cmp(b));
                    return (began && path.is_empty()).then_some(packet);
                }
                Event::End(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
            if matches!(event, Event::End(_) | Event::Empty(_)) {
                if skipped == Some(path.len()) {
                    skipped = None;
                }
                path.pop()?;
            }
        }
        None
    }

    fn note(&mut self, path: &[String], text: &str, skipped: bool) {
        if !skipped && !text.is_empty() {
            self.properties.push((path.join("/"), text.to_owned()));
        }
    }

    /// Attributes are properties too (ISO 16684-1, 7.9.2.2).
    fn attributes(&mut self, element: &BytesStart<'_>, path: &[String], skipped: bool) -> Option<()> {
        for attribute in element.attributes() {
            let attribute = attribute.ok()?;
            let (name, value): (&str, &str) = (attribute.key.as_ref(), attribute.value.as_ref());
            if let Some(prefix) = name.strip_prefix("xmlns") {
                let known = self.prefixes.insert(prefix.to_owned(), value.to_owned());
                if known.is_some_and(|known| known != value) {
                    return None;
                }
            } else if !skipped && !OF_THE_REVISION.contains(&name) && !name.ends_with(":xmptk") {
                self.properties.push((format!("{}/{name}", path.join("/")), value.to_owned()));
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(title: &str, date: &str) -> String {
        format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r'><rdf:Description xmlns:dc='d' xmlns:xmp='m' \
             xmp:ModifyDate='{date}'><dc:title>{title}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
        )
    }

    fn same(a: &str, b: &str) -> Option<bool> {
        Some(Packet::read(a.as_bytes())?.says(&Packet::read(b.as_bytes())?))
    }

    #[test]
    fn a_new_date_is_of_the_revision_and_a_new_title_is_not() {
        assert_eq!(same(&packet("Extras", "2026"), &packet("Extras", "2027")), Some(true));
        assert_eq!(same(&packet("Extras", "2026"), &packet("Altul", "2026")), Some(false));
    }

    #[test]
    fn a_packet_with_a_document_type_or_an_entity_is_none() {
        assert!(Packet::read(b"<!DOCTYPE a [<!ENTITY b 'c'>]><x:xmpmeta/>").is_none());
        assert!(Packet::read(packet("&b;", "2026").as_bytes()).is_none());
        assert!(Packet::read(b"bogus").is_none());
    }

    #[test]
    fn a_prefix_that_changes_its_meaning_is_a_change() {
        let other = packet("Extras", "2026").replace("xmlns:dc='d'", "xmlns:dc='e'");
        assert_eq!(same(&packet("Extras", "2026"), &other), Some(false));
    }
}
