//! Tag, length, value: the elements of BER and DER (X.690) as hostile bytes hold them.
//!
//! A [`Reader`] walks the elements of one level; each element is a slice of the input, so nothing is
//! copied and every fault knows its offset. Indefinite lengths are followed without recursion: their
//! end is found by counting. Every header read costs one unit of a [`Budget`] that all readers of
//! one input share, which bounds the work whatever the nesting. What does not hold is a [`CmsFault`].

use super::CmsFault;
use std::borrow::Cow;
use std::cell::Cell;

/// How deep elements may be nested. An honest signature with its timestamp stays under 20.
pub(crate) const MAX_DEPTH: usize = 32;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xA0;
/// `[1]`, constructed.
pub(crate) const CONTEXT_1: u8 = 0xA1;
/// `[2]`, constructed.
pub(crate) const CONTEXT_2: u8 = 0xA2;
/// `[3]`, constructed.
pub(crate) const CONTEXT_3: u8 = 0xA3;
const CONSTRUCTED: u8 = 0x20;
const END_OF_CONTENTS: [u8; 2] = [0, 0];

/// How many elements may still be read.
#[derive(Debug)]
pub(crate) struct Budget(Cell<usize>);

impl Budget {
    pub(crate) const fn new(elements: usize) -> Self {
        Self(Cell::new(elements))
    }

    fn spend(&self) -> Result<(), CmsFault> {
        let left = self.0.get().checked_sub(1).ok_or(CmsFault::Limit)?;
        self.0.set(left);
        Ok(())
    }
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// The first identifier octet.
    pub tag: u8,
    /// The whole element.
    pub raw: &'a [u8],
    /// Its contents, without the end-of-contents octets of an indefinite length.
    pub content: &'a [u8],
    /// Whether the length is written as DER wants it: definite, and in the fewest octets.
    pub der_length: bool,
    at: usize,
    content_at: usize,
    depth: usize,
}

/// The elements of one level, one after another.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a, 'b> {
    rest: &'a [u8],
    at: usize,
    depth: usize,
    budget: &'b Budget,
}

impl<'a, 'b> Reader<'a, 'b> {
    /// The outermost level.
    pub(crate) const fn new(bytes: &'a [u8], budget: &'b Budget) -> Self {
        Self { rest: bytes, at: 0, depth: 0, budget }
    }

    /// Whether nothing is left.
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What is left.
    pub(crate) const fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// The fault of this place.
    pub(crate) const fn fault(&self) -> CmsFault {
        CmsFault::Structure { at: self.at }
    }

    /// The next element, whatever it is.
    pub(crate) fn any(&mut self) -> Result<Element<'a>, CmsFault> {
        let header = Header::read(self.rest, self.at, self.budget)?;
        let (body, end) = match header.length {
            Some(length) => (length, 0),
            None => (self.indefinite_body(header.size)?, END_OF_CONTENTS.len()),
        };
        let fault = self.fault();
        let total = header.size.checked_add(body).and_then(|n| n.checked_add(end)).ok_or(fault.clone())?;
        let (raw, rest) = self.rest.split_at_checked(total).ok_or(fault.clone())?;
        let content = raw.get(header.size..total - end).ok_or(fault)?;
        let element = Element {
            tag: header.tag,
            raw,
            content,
            der_length: header.minimal,
            at: self.at,
            content_at: self.at + header.size,
            depth: self.depth,
        };
        self.rest = rest;
        self.at += total;
        Ok(element)
    }

    /// The next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element<'a>, CmsFault> {
        let fault = self.fault();
        self.optional(tag)?.ok_or(fault)
    }

    /// The next element, where it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, CmsFault> {
        if self.rest.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// The elements inside the next one, which must have this tag.
    pub(crate) fn enter(&mut self, tag: u8) -> Result<Self, CmsFault> {
        let element = self.expect(tag)?;
        element.open(self.budget)
    }

    /// An object identifier, dotted.
    pub(crate) fn oid(&mut self) -> Result<String, CmsFault> {
        let element = self.expect(OBJECT_IDENTIFIER)?;
        dotted(element.content).ok_or(CmsFault::Structure { at: element.at })
    }

    /// Contents of an INTEGER, which BER too wants in the fewest octets (X.690, 8.3.2).
    pub(crate) fn integer(&mut self) -> Result<&'a [u8], CmsFault> {
        let element = self.expect(INTEGER)?;
        match element.content {
            [] => Err(CmsFault::Structure { at: element.at }),
            [0, next, ..] if *next < 0x80 => Err(CmsFault::Structure { at: element.at }),
            [0xFF, next, ..] if *next >= 0x80 => Err(CmsFault::Structure { at: element.at }),
            content => Ok(content),
        }
    }

    /// An OCTET STRING, put together where it is constructed (X.690, 8.7.3).
    pub(crate) fn octets(&mut self) -> Result<Cow<'a, [u8]>, CmsFault> {
        let fault = self.fault();
        let element = self.any()?;
        match element.tag {
            OCTET_STRING => Ok(Cow::Borrowed(element.content)),
            tag if tag == OCTET_STRING | CONSTRUCTED => element.gather(self.budget).map(Cow::Owned),
            _ => Err(fault),
        }
    }

    /// Nothing more may follow.
    pub(crate) fn end(&self) -> Result<(), CmsFault> {
        if self.is_empty() { Ok(()) } else { Err(self.fault()) }
    }

    /// Length of what stands between an indefinite header of this size and its end-of-contents.
    fn indefinite_body(&self, header: usize) -> Result<usize, CmsFault> {
        let fault = || self.fault();
        let mut at = header;
        let mut open = 1_usize;
        loop {
            let rest = self.rest.get(at..).ok_or_else(fault)?;
            if rest.starts_with(&END_OF_CONTENTS) {
                self.budget.spend()?;
                open -= 1;
                if open == 0 {
                    return Ok(at - header);
                }
                at += END_OF_CONTENTS.len();
                continue;
            }
            let inner = Header::read(rest, self.at + at, self.budget)?;
            let size = inner.size.checked_add(inner.length.unwrap_or(0));
            at = size.and_then(|size| at.checked_add(size)).ok_or_else(fault)?;
            if inner.length.is_none() {
                open += 1;
                if self.depth + open > MAX_DEPTH {
                    return Err(CmsFault::Limit);
                }
            }
        }
    }
}

impl<'a> Element<'a> {
    /// The same contents under another tag, as an implicit tag stands for one.
    pub(crate) const fn tagged(&self, tag: u8) -> Self {
        Self { tag, ..*self }
    }

    /// The elements inside.
    pub(crate) fn open<'b>(&self, budget: &'b Budget) -> Result<Reader<'a, 'b>, CmsFault> {
        if self.depth >= MAX_DEPTH {
            return Err(CmsFault::Limit);
        }
        Ok(Reader { rest: self.content, at: self.content_at, depth: self.depth + 1, budget })
    }

    /// The segments of a constructed OCTET STRING, joined; segments may be constructed again.
    fn gather(&self, budget: &Budget) -> Result<Vec<u8>, CmsFault> {
        let mut joined = Vec::new();
        let mut levels = vec![self.open(budget)?];
        while let Some(level) = levels.last_mut() {
            if level.is_empty() {
                levels.pop();
                continue;
            }
            let fault = level.fault();
            let segment = level.any()?;
            match segment.tag {
                OCTET_STRING => joined.extend_from_slice(segment.content),
                tag if tag == OCTET_STRING | CONSTRUCTED => levels.push(segment.open(budget)?),
                _ => return Err(fault),
            }
        }
        Ok(joined)
    }
}

struct Header {
    tag: u8,
    /// Octets of tag and length.
    size: usize,
    /// `None` where indefinite.
    length: Option<usize>,
    minimal: bool,
}

impl Header {
    fn read(bytes: &[u8], at: usize, budget: &Budget) -> Result<Self, CmsFault> {
        budget.spend()?;
        Self::decode(bytes).ok_or(CmsFault::Structure { at })
    }

    /// X.690, 8.1.2 and 8.1.3. Tag numbers above 30 do not occur in what is read here and are refused,
    /// and so is the tag 0 of end-of-contents where no end can be.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if tag & 0x1F == 0x1F || tag == 0 {
            return None;
        }
        if first < 0x80 {
            return Some(Self { tag, size: 2, length: Some(usize::from(first)), minimal: true });
        }
        if first == 0x80 {
            return (tag & CONSTRUCTED != 0).then_some(Self { tag, size: 2, length: None, minimal: false });
        }
        let octets = usize::from(first & 0x7F);
        let written = rest.get(..octets)?;
        let significant = written.iter().skip_while(|b| **b == 0);
        let mut length = 0_usize;
        for &octet in significant {
            length = length.checked_mul(256)?.checked_add(usize::from(octet))?;
        }
        let minimal = length >= 0x80 && written.first() != Some(&0);
        Some(Self { tag, size: 2 + octets, length: Some(length), minimal })
    }
}

/// The dotted form of an object identifier's contents (X.690, 8.19).
pub(crate) fn dotted(content: &[u8]) -> Option<String> {
    if content.last()? & 0x80 != 0 {
        return None;
    }
    let mut text = String::new();
    let mut arc = 0_u128;
    for &octet in content {
        arc = arc.checked_mul(128)?.checked_add(u128::from(octet & 0x7F))?;
        if octet & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            text = format!("{root}.{}", arc - root * 40);
        } else {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        arc = 0;
    }
    Some(text)
}

/// Appends an element with a definite length in the fewest octets.
pub(crate) fn put(into: &mut Vec<u8>, tag: u8, content: &[u8]) {
    into.push(tag);
    let length = content.len().to_be_bytes();
    let octets: Vec<u8> = length.iter().copied().skip_while(|b| *b == 0).collect();
    match (octets.as_slice(), u8::try_from(octets.len())) {
        ([], _) => into.push(0),
        ([short], _) if *short < 0x80 => into.push(*short),
        (long, Ok(count)) => {
            into.push(0x80 | count);
            into.extend_from_slice(long);
        }
        // A length of more than 255 octets does not exist.
        (_, Err(_)) => {}
    }
    into.extend_from_slice(content);
}

/// The DER of an element that may be BER: definite lengths, primitive strings, SET OF in ascending
/// order (X.690, 10.1, 10.2, 11.6). Values that DER would write otherwise, such as booleans, stay.
pub(crate) fn to_der(element: &Element<'_>, budget: &Budget) -> Result<Vec<u8>, CmsFault> {
    struct Open<'a, 'b> {
        tag: u8,
        reader: Reader<'a, 'b>,
        parts: Vec<Vec<u8>>,
    }
    let primitive = |e: &Element<'_>| {
        let mut der = Vec::with_capacity(e.raw.len());
        put(&mut der, e.tag, e.content);
        der
    };
    if element.tag & CONSTRUCTED == 0 {
        return Ok(primitive(element));
    }
    let mut levels = vec![Open { tag: element.tag, reader: element.open(budget)?, parts: Vec::new() }];
    loop {
        let Some(level) = levels.last_mut() else { return Err(CmsFault::Limit) };
        if !level.reader.is_empty() {
            let inner = level.reader.any()?;
            if inner.tag == OCTET_STRING | CONSTRUCTED {
                let mut der = Vec::new();
                put(&mut der, OCTET_STRING, &inner.gather(budget)?);
                level.parts.push(der);
            } else if inner.tag & CONSTRUCTED == 0 {
                level.parts.push(primitive(&inner));
            } else {
                let reader = inner.open(budget)?;
                levels.push(Open { tag: inner.tag, reader, parts: Vec::new() });
            }
            continue;
        }
        let Some(mut done) = levels.pop() else { return Err(CmsFault::Limit) };
        if done.tag == SET {
            done.parts.sort_unstable();
        }
        let mut der = Vec::new();
        put(&mut der, done.tag, &done.parts.concat());
        match levels.last_mut() {
            Some(outer) => outer.parts.push(der),
            None => return Ok(der),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_arc_by_arc() {
        assert_eq!(dotted(&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D]).as_deref(), Some("1.2.840.113549"));
        assert_eq!(dotted(&[0x88, 0x37]).as_deref(), Some("2.999"));
        assert_eq!(dotted(&[0x2A, 0x86]), None, "an arc that does not end");
        assert_eq!(dotted(&[]), None);
    }

    #[test]
    fn an_indefinite_length_ends_at_its_own_end_of_contents() {
        let budget = Budget::new(100);
        let bytes = [0x30, 0x80, 0x30, 0x80, 0x02, 0x01, 0x05, 0, 0, 0, 0, 0xFF];
        let element = Reader::new(&bytes, &budget).any().unwrap();
        assert_eq!(element.raw.len(), 11);
        assert_eq!(element.content, &bytes[2..9]);
        assert!(!element.der_length);
    }

    #[test]
    fn a_primitive_element_has_no_indefinite_length() {
        let budget = Budget::new(100);
        assert!(Reader::new(&[0x04, 0x80, 0, 0], &budget).any().is_err());
    }

    #[test]
    fn a_thousand_open_elements_are_refused_without_recursion() {
        let budget = Budget::new(100_000);
        let bytes = [0x30, 0x80].repeat(1000);
        assert_eq!(Reader::new(&bytes, &budget).any().unwrap_err(), CmsFault::Limit);
    }

    #[test]
    fn the_budget_ends_what_the_depth_does_not() {
        let budget = Budget::new(100);
        let mut bytes = vec![0x30, 0x80];
        bytes.extend([0x05, 0x00].repeat(1000));
        bytes.extend([0, 0]);
        assert_eq!(Reader::new(&bytes, &budget).any().unwrap_err(), CmsFault::Limit);
    }

    #[test]
    fn ber_becomes_der_with_sorted_sets_and_whole_strings() {
        let budget = Budget::new(100);
        let ber = [0x31, 0x80, 0x24, 0x80, 4, 1, 9, 4, 1, 8, 0, 0, 0x02, 0x81, 0x01, 0x05, 0, 0];
        let element = Reader::new(&ber, &budget).any().unwrap();
        assert_eq!(to_der(&element, &budget).unwrap(), [0x31, 7, 2, 1, 5, 4, 2, 9, 8]);
    }

    #[test]
    fn lengths_are_written_in_the_fewest_octets() {
        for length in [0, 1, 127, 128, 255, 256, 65_536] {
            let (budget, mut der) = (Budget::new(10), Vec::new());
            put(&mut der, OCTET_STRING, &vec![7; length]);
            let element = Reader::new(&der, &budget).any().unwrap();
            assert!(element.der_length && element.content.len() == length);
        }
    }
}
