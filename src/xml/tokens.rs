//! XML cut into the few tokens that the grammar knows, each with its line; everything else is refused.
//!
//! quick-xml finds the markup; here stands what it leaves to its caller: one root, nothing around it
//! but white space, the five entities, no `<` in attributes, limits, and what the profile forbids.

use super::{Forbidden, MAX_VALUE, Profile, XmlFault};
use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape_with};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// A piece of XML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name a="…">`
    Open(Tag<'a>),
    /// `</name>`; quick-xml has checked that it closes what is open.
    Close,
    /// Text between tags, entities resolved; one element's text may come in several.
    Text(Cow<'a, str>),
    /// The text ends.
    End,
}

/// An opening tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) attributes: Vec<(Box<str>, String)>,
}

/// The most attributes that any element of the grammar has.
const MAX_ATTRIBUTES: usize = 3;

/// The tokens of a text, in order.
pub(super) struct Tokens<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    profile: Profile,
    /// Line of the token that was read last, and how far lines have been counted.
    line: u64,
    counted: usize,
    first: bool,
}

impl<'a> Tokens<'a> {
    /// Over the whole text.
    pub(super) fn new(text: &'a str, profile: Profile) -> Self {
        let text = match profile {
            Profile::Strict => text,
            Profile::DayFile => text.strip_prefix('\u{FEFF}').unwrap_or(text),
        };
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        config.check_end_names = true;
        config.allow_unmatched_ends = false;
        config.allow_dangling_amp = false;
        Self { reader, text, profile, line: 1, counted: 0, first: true }
    }

    /// The line of the token that was read last, from 1.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'a>, XmlFault> {
        loop {
            self.count_lines();
            let event = self.reader.read_event().map_err(|_| self.malformed())?;
            let first = std::mem::replace(&mut self.first, false);
            if first && self.profile == Profile::Strict && !matches!(event, Event::Decl(_)) {
                return Err(XmlFault::Declaration { line: self.line });
            }
            match event {
                Event::Decl(declaration) if first => self.declaration(&declaration)?,
                Event::Comment(_) if self.profile == Profile::DayFile => {}
                Event::Start(tag) => return self.tag(&tag).map(Token::Open),
                Event::End(_) => return Ok(Token::Close),
                Event::Text(text) => return self.plain(text.into_inner()),
                Event::CData(text) if self.profile == Profile::DayFile => {
                    return Ok(Token::Text(text.into_inner()));
                }
                Event::GeneralRef(reference) => return self.reference(&reference),
                Event::Eof => return Ok(Token::End),
                Event::Empty(_) => return Err(self.malformed()),
                Event::Comment(_) => return Err(self.forbidden(Forbidden::Comment)),
                Event::CData(_) => return Err(self.forbidden(Forbidden::CData)),
                Event::DocType(_) => return Err(self.forbidden(Forbidden::Doctype)),
                Event::Decl(_) | Event::PI(_) => return Err(self.forbidden(Forbidden::Instruction)),
            }
        }
    }

    fn declaration(&self, declaration: &BytesDecl<'_>) -> Result<(), XmlFault> {
        let version = declaration.version().is_ok_and(|version| version == "1.0");
        let encoding = declaration.encoding().map(|e| e.is_ok_and(|e| e.eq_ignore_ascii_case("UTF-8")));
        let right = version && (self.profile == Profile::DayFile || encoding == Some(true));
        if right { Ok(()) } else { Err(XmlFault::Declaration { line: self.line }) }
    }

    fn tag(&self, tag: &BytesStart<'_>) -> Result<Tag<'a>, XmlFault> {
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|_| self.malformed())?;
            let key = attribute.key.0;
            if attributes.len() == MAX_ATTRIBUTES {
                return Err(XmlFault::UnknownAttribute { line: self.line, name: key.into() });
            }
            if attribute.value.len() > MAX_VALUE {
                return Err(XmlFault::TooLong { line: self.line, max: MAX_VALUE });
            }
            if attribute.value.contains('<') {
                return Err(self.malformed());
            }
            let value = unescape_with(&attribute.value, resolve_xml_entity)
                .map_err(|_| self.forbidden(Forbidden::Entity))?;
            attributes.push((key.into(), value.into_owned()));
        }
        self.name(tag).map(|name| Tag { name, attributes })
    }

    /// The tag's name as it stands in the text: behind the `<` with which the token began.
    fn name(&self, tag: &BytesStart<'_>) -> Result<&'a str, XmlFault> {
        let found = tag.name().0;
        let behind = self.text.get(self.counted..).and_then(|rest| rest.strip_prefix('<'));
        let name = behind.and_then(|rest| rest.get(..found.len()));
        name.filter(|name| *name == found).ok_or_else(|| self.malformed())
    }

    fn plain(&self, text: Cow<'a, str>) -> Result<Token<'a>, XmlFault> {
        if text.contains("]]>") { Err(self.malformed()) } else { Ok(Token::Text(text)) }
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<Token<'a>, XmlFault> {
        let fault = || self.forbidden(Forbidden::Entity);
        let resolved = match reference.resolve_char_ref().map_err(|_| fault())? {
            Some(character) => character.to_string(),
            None => resolve_xml_entity(&reference.xml10_content()).ok_or_else(fault)?.to_owned(),
        };
        Ok(Token::Text(resolved.into()))
    }

    fn count_lines(&mut self) {
        let to = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len());
        let passed = self.text.as_bytes().get(self.counted..to).unwrap_or_default();
        self.line = self.line.saturating_add(lines(passed));
        self.counted = to;
    }

    fn malformed(&self) -> XmlFault {
        XmlFault::Malformed { line: self.line }
    }

    fn forbidden(&self, what: Forbidden) -> XmlFault {
        XmlFault::Forbidden { line: self.line, what }
    }
}

/// How many lines end in these bytes.
pub(super) fn lines(bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u64::MAX)
}
