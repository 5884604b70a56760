//! Distinguished names (RFC 5280, 4.1.2.4): read, compared, and written for people (RFC 4514).
//!
//! A name that is not a SEQUENCE of non-empty SETs of attributes is refused whole.

use crate::cms::CmsFault;
use crate::cms::tlv::{self, Budget, Reader};
use std::fmt::Write as _;

/// Elements in a name; real ones have about 30.
const MAX_ELEMENTS: usize = 500;

/// Attribute types with the names that people write; the first of a type is the one that we write.
const TYPES: [(&str, &str); 21] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("2.5.4.13", "description"),
];

/// The object identifier of an attribute type that a person wrote: a name in any case, or dotted.
pub(super) fn attribute_type(written: &str) -> Option<String> {
    let known = TYPES.iter().find(|(_, name)| name.eq_ignore_ascii_case(written));
    let dotted = || {
        let arcs = written.split('.');
        let right = |arc: &str| !arc.is_empty() && arc.bytes().all(|b| b.is_ascii_digit());
        (written.contains('.') && arcs.clone().all(right)).then(|| written.to_owned())
    };
    known.map(|(oid, _)| (*oid).to_owned()).or_else(dotted)
}

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamePart<'a> {
    /// Its type, dotted.
    pub oid: String,
    /// Its value as text, where it is a string.
    pub text: Option<String>,
    /// Its value, DER.
    pub raw: &'a [u8],
}

/// A name: relative names from the root down, each of one attribute or, rarely, more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a>(Vec<Vec<NamePart<'a>>>);

impl<'a> Name<'a> {
    /// Reads the DER of a `Name`.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, CmsFault> {
        let budget = Budget::new(MAX_ELEMENTS);
        let mut outer = Reader::new(der, &budget);
        let mut sequence = outer.enter(tlv::SEQUENCE)?;
        outer.end()?;
        let mut levels = Vec::new();
        while !sequence.is_empty() {
            let fault = sequence.fault();
            let mut set = sequence.enter(tlv::SET)?;
            let mut level = Vec::new();
            while !set.is_empty() {
                let mut fields = set.enter(tlv::SEQUENCE)?;
                let oid = fields.oid()?;
                let value = fields.any()?;
                fields.end()?;
                level.push(NamePart { oid, text: text(value.tag, value.content), raw: value.raw });
            }
            if level.is_empty() {
                return Err(fault);
            }
            levels.push(level);
        }
        Ok(Self(levels))
    }

    /// Whether there is nothing in it.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the attribute of this type where it stands exactly once.
    pub(super) fn only(&self, oid: &str) -> Option<&str> {
        let mut all = self.0.iter().flatten().filter(|part| part.oid == oid);
        match (all.next(), all.next()) {
            (Some(part), None) => part.text.as_deref(),
            _ => None,
        }
    }

    /// Whether any attribute has this type.
    pub(super) fn has(&self, oid: &str) -> bool {
        self.0.iter().flatten().any(|part| part.oid == oid)
    }

    /// Whether the two are one name: case and repeated spaces do not matter (RFC 5280, 7.1).
    pub(super) fn is(&self, other: &Name<'_>) -> bool {
        self.0.len() == other.0.len() && self.is_within(other)
    }

    /// Whether this name lies in the subtree of `base` (RFC 5280, 4.2.1.10).
    pub(super) fn is_within(&self, base: &Name<'_>) -> bool {
        self.0.len() >= base.0.len() && self.0.iter().zip(&base.0).all(|(mine, theirs)| same(mine, theirs))
    }

    /// For people, most specific first (RFC 4514); characters that could mislead a reader are escaped.
    pub(super) fn written(&self) -> String {
        let levels: Vec<String> = self.0.iter().rev().map(|level| write_level(level)).collect();
        levels.join(",")
    }
}

fn same(one: &[NamePart<'_>], other: &[NamePart<'_>]) -> bool {
    let equal = |a: &NamePart<'_>, b: &NamePart<'_>| {
        a.oid == b.oid
            && match (&a.text, &b.text) {
                (Some(a), Some(b)) => folded(a).eq(folded(b)),
                _ => a.raw == b.raw,
            }
    };
    one.len() == other.len() && one.iter().all(|a| other.iter().any(|b| equal(a, b)))
}

/// Lower case, one space between words, none around.
fn folded(text: &str) -> impl Iterator<Item = char> {
    let words = text.split_whitespace().enumerate();
    words.flat_map(|(i, word)| {
        (i > 0).then_some(' ').into_iter().chain(word.chars().flat_map(char::to_lowercase))
    })
}

/// The text of a `DirectoryString` or one of its like (RFC 5280, 4.1.2.4).
fn text(tag: u8, content: &[u8]) -> Option<String> {
    const UTF8: u8 = 0x0C;
    const ASCII: [u8; 4] = [0x12, 0x13, 0x16, 0x1A];
    const TELETEX: u8 = 0x14;
    const UNIVERSAL: u8 = 0x1C;
    const BMP: u8 = 0x1E;
    match tag {
        UTF8 => String::from_utf8(content.to_vec()).ok(),
        tag if ASCII.contains(&tag) && content.is_ascii() => String::from_utf8(content.to_vec()).ok(),
        // What producers put there is ISO 8859-1.
        TELETEX => Some(content.iter().copied().map(char::from).collect()),
        BMP => {
            let (pairs, []) = content.as_chunks::<2>() else { return None };
            char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair)))
                .collect::<Result<_, _>>()
                .ok()
        }
        UNIVERSAL => {
            let (quads, []) = content.as_chunks::<4>() else { return None };
            quads.iter().map(|quad| char::from_u32(u32::from_be_bytes(*quad))).collect()
        }
        _ => None,
    }
}

fn write_level(level: &[NamePart<'_>]) -> String {
    let parts: Vec<String> = level
        .iter()
        .map(|part| {
            let name = TYPES.iter().find(|(oid, _)| *oid == part.oid).map_or(part.oid.as_str(), |(_, n)| n);
            match &part.text {
                Some(text) => format!("{name}={}", escaped(text)),
                None => format!("{name}=#{}", super::hex(part.raw)),
            }
        })
        .collect();
    parts.join("+")
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, c) in text.chars().enumerate() {
        let special = matches!(c, ',' | '+' | '"' | '\\' | '<' | '>' | ';');
        let edge = (c == ' ' && (at == 0 || at == last)) || (c == '#' && at == 0);
        if c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "\\{byte:02X}");
            }
        } else {
            if special || edge {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(parts: &[(&str, u8, &[u8])]) -> Vec<u8> {
        let mut levels = Vec::new();
        for (oid, tag, value) in parts {
            let (mut attribute, mut sequence) = (oid_der(oid), Vec::new());
            tlv::put(&mut attribute, *tag, value);
            tlv::put(&mut sequence, tlv::SEQUENCE, &attribute);
            tlv::put(&mut levels, tlv::SET, &sequence);
        }
        let mut der = Vec::new();
        tlv::put(&mut der, tlv::SEQUENCE, &levels);
        der
    }

    /// Of identifiers in 2.5.4.
    fn oid_der(oid: &str) -> Vec<u8> {
        let last = oid.rsplit('.').next().unwrap().parse().unwrap();
        vec![6, 3, 0x55, 4, last]
    }

    #[test]
    fn case_and_spaces_do_not_make_another_name_and_string_types_neither() {
        let one = name(&[("2.5.4.6", 0x13, b"RO"), ("2.5.4.3", 0x0C, b"Ion  Popescu")]);
        let other = name(&[("2.5.4.6", 0x13, b"ro"), ("2.5.4.3", 0x13, b" ION popescu ")]);
        let third = name(&[("2.5.4.6", 0x13, b"ro"), ("2.5.4.3", 0x13, b"IONpopescu")]);
        assert!(Name::read(&one).unwrap().is(&Name::read(&other).unwrap()));
        assert!(!Name::read(&one).unwrap().is(&Name::read(&third).unwrap()));
    }

    #[test]
    fn a_subtree_is_a_beginning() {
        let (base, inside) =
            (name(&[("2.5.4.6", 0x13, b"RO")]), [("2.5.4.6", 0x13, &b"RO"[..]), ("2.5.4.3", 0x13, b"A")]);
        let inside = name(&inside);
        let (base, inside) = (Name::read(&base).unwrap(), Name::read(&inside).unwrap());
        assert!(inside.is_within(&base) && !base.is_within(&inside));
    }

    #[test]
    fn what_people_read_cannot_be_steered_by_what_is_in_it() {
        let der =
            name(&[("2.5.4.10", 0x0C, "A, B\u{202E}+".as_bytes()), ("2.5.4.3", 0x0C, "Șerban".as_bytes())]);
        assert_eq!(Name::read(&der).unwrap().written(), r"CN=Șerban,O=A\, B\E2\80\AE\+");
    }

    #[test]
    fn two_octet_characters_are_read() {
        let der = name(&[("2.5.4.3", 0x1E, &[0x02, 0x18, 0, b'i'])]);
        assert_eq!(Name::read(&der).unwrap().only("2.5.4.3"), Some("Și"));
    }

    #[test]
    fn an_attribute_that_stands_twice_is_not_the_only_one() {
        let der = name(&[("2.5.4.3", 0x0C, b"A"), ("2.5.4.3", 0x0C, b"B")]);
        assert_eq!(Name::read(&der).unwrap().only("2.5.4.3"), None);
    }

    #[test]
    fn types_are_written_by_name_in_any_case_or_dotted() {
        assert_eq!(attribute_type("cn").as_deref(), Some("2.5.4.3"));
        assert_eq!(attribute_type("givenName").as_deref(), Some("2.5.4.42"));
        assert_eq!(attribute_type("1.2.3").as_deref(), Some("1.2.3"));
        assert_eq!(attribute_type("Name"), None);
    }
}
