//! The eight kinds of objects and the reference (ISO 32000-2, 7.3), as values that can be compared.
//!
//! Two objects are equal when they mean the same: the order of a dictionary's keys and the spelling of a
//! string do not count; numbers that are no integers are compared as they are written.

use std::borrow::Cow;

/// An indirect reference, `12 0 R` (7.3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    /// Object number.
    pub number: u32,
    /// Generation.
    pub generation: u32,
}

/// A name without its solidus, `#xx` undone (7.3.5).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub Box<[u8]>);

/// A string, decoded, with the bytes it stood in (7.3.4).
#[derive(Clone, Debug)]
pub struct PdfString {
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl PartialEq for PdfString {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

/// A dictionary, its entries in the order of their keys (7.3.7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dict {
    entries: Vec<(Name, Object)>,
    repeated: bool,
}

/// A stream: its dictionary, and where its data stand in the file (7.3.8).
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Its dictionary.
    pub dict: Dict,
    /// Offset of the first byte of data in the file.
    pub start: u64,
    /// How many bytes.
    pub length: u64,
}

/// Any object.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    /// `null`, and what is not there.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Any other number, as it is written.
    Real(Box<[u8]>),
    /// A string.
    String(PdfString),
    /// A name.
    Name(Name),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dict(Dict),
    /// A stream.
    Stream(Stream),
    /// A reference.
    Ref(Ref),
}

impl Name {
    /// Whether it is this one.
    pub fn is(&self, name: &[u8]) -> bool {
        *self.0 == *name
    }

    /// As text, for people.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl Dict {
    /// A dictionary of these entries, in any order.
    pub fn new(mut entries: Vec<(Name, Object)>) -> Self {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let repeated = entries.windows(2).any(|pair| match pair {
            [(a, _), (b, _)] => a == b,
            _ => false,
        });
        Self { entries, repeated }
    }

    /// The value of a key; `null` counts as absent (7.3.7). Of a key that stands there twice, the last.
    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        let end = self.entries.partition_point(|(name, _)| *name.0 <= *key);
        let (name, value) = self.entries.get(end.checked_sub(1)?)?;
        (name.is(key) && *value != Object::Null).then_some(value)
    }

    /// The same keys, each with another value.
    pub(super) fn map<E>(self, mut each: impl FnMut(&Name, Object) -> Result<Object, E>) -> Result<Self, E> {
        let entries: Result<_, E> = self
            .entries
            .into_iter()
            .map(|(name, value)| each(&name, value).map(|value| (name, value)))
            .collect();
        Ok(Self { entries: entries?, repeated: self.repeated })
    }

    /// Whether a key stands there twice: readers disagree about which counts.
    pub const fn has_repeated_keys(&self) -> bool {
        self.repeated
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// How many entries.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The integer of a key, where it is a direct integer.
    pub fn int(&self, key: &[u8]) -> Option<i64> {
        self.get(key).and_then(Object::as_int)
    }

    /// The name of a key, where it is a direct name.
    pub fn name(&self, key: &[u8]) -> Option<&Name> {
        self.get(key).and_then(Object::as_name)
    }
}

impl Object {
    /// The integer, where it is one.
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The name, where it is one.
    pub const fn as_name(&self) -> Option<&Name> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The string, where it is one.
    pub const fn as_string(&self) -> Option<&PdfString> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    /// The items, where it is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The reference, where it is one.
    pub const fn as_ref(&self) -> Option<Ref> {
        match self {
            Self::Ref(reference) => Some(*reference),
            _ => None,
        }
    }

    /// The dictionary, also that of a stream.
    pub const fn as_dict(&self) -> Option<&Dict> {
        match self {
            Self::Dict(dict) | Self::Stream(Stream { dict, .. }) => Some(dict),
            _ => None,
        }
    }

    /// The stream, where it is one.
    pub const fn as_stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// A number as a float, integers too.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(value) => i32::try_from(*value).ok().map(f64::from),
            Self::Real(text) => std::str::from_utf8(text).ok()?.parse().ok(),
            _ => None,
        }
    }
}

/// A text string as text: UTF-16BE or UTF-8 with their marks, else one byte a character (7.9.2.2; of
/// PDFDocEncoding only what it shares with Latin-1).
pub fn text_of(string: &PdfString) -> String {
    match string.bytes.as_slice() {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                _ => 0xFFFD,
            });
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
