//! Why a text is not the XML of a statement.

use crate::diag::{Explain, Lang};
use std::fmt;

/// What XML has and a statement must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forbidden {
    /// `<!DOCTYPE …>`: it could define entities.
    Doctype,
    /// `<?…?>`, other than the declaration at the very beginning.
    Instruction,
    /// `<!-- … -->`, in a document.
    Comment,
    /// `<![CDATA[ … ]]>`, in a document.
    CData,
    /// `&name;`, other than the five of XML and characters by their number.
    Entity,
}

/// Where and why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlFault {
    /// More bytes than are read.
    TooLarge {
        /// The limit, bytes.
        max: usize,
    },
    /// A byte that is no UTF-8.
    NotUtf8 {
        /// Its line.
        line: u64,
    },
    /// The XML declaration is missing, or another than `version="1.0" encoding="UTF-8"`.
    Declaration {
        /// Its line.
        line: u64,
    },
    /// Not well-formed.
    Malformed {
        /// The line on which the damaged piece begins.
        line: u64,
    },
    /// Something that no statement has.
    Forbidden {
        /// Its line.
        line: u64,
        /// What it is.
        what: Forbidden,
    },
    /// Another element than the one that must stand here, or the end of one too early.
    Element {
        /// Its line.
        line: u64,
        /// The element that must stand here.
        expected: &'static str,
        /// The one that does; none where an element, or the file, ends.
        found: Option<Box<str>>,
    },
    /// Text where only elements may stand.
    StrayText {
        /// The line on which it begins.
        line: u64,
        /// The element in which it stands.
        inside: &'static str,
    },
    /// An element inside one that holds only text.
    StrayElement {
        /// Its line.
        line: u64,
        /// The element in which it stands.
        inside: &'static str,
        /// What it is called.
        found: Box<str>,
    },
    /// An attribute is missing.
    MissingAttribute {
        /// The line of its element.
        line: u64,
        /// What it is called.
        name: &'static str,
    },
    /// An attribute that no statement has there.
    UnknownAttribute {
        /// The line of its element.
        line: u64,
        /// What it is called.
        name: Box<str>,
    },
    /// A text that is longer than any field.
    TooLong {
        /// The line on which it begins.
        line: u64,
        /// The limit, bytes.
        max: usize,
    },
    /// A value without the form that the schema gives it.
    Value {
        /// Its line.
        line: u64,
        /// Its element or attribute.
        name: &'static str,
    },
    /// More accounts or operations than a day may have.
    TooMany {
        /// The line of the first that is too many.
        line: u64,
        /// Which element.
        element: &'static str,
        /// The limit.
        max: usize,
    },
}

impl XmlFault {
    /// The line, from 1; 0 where it is said of the whole.
    pub const fn line(&self) -> u64 {
        match self {
            Self::TooLarge { .. } => 0,
            Self::NotUtf8 { line }
            | Self::Declaration { line }
            | Self::Malformed { line }
            | Self::Forbidden { line, .. }
            | Self::Element { line, .. }
            | Self::StrayText { line, .. }
            | Self::StrayElement { line, .. }
            | Self::MissingAttribute { line, .. }
            | Self::UnknownAttribute { line, .. }
            | Self::TooLong { line, .. }
            | Self::Value { line, .. }
            | Self::TooMany { line, .. } => *line,
        }
    }
}

impl fmt::Display for XmlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for XmlFault {}

impl Explain for XmlFault {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ro => self.romanian(),
        }
    }
}

impl XmlFault {
    fn english(&self) -> String {
        match self {
            Self::TooLarge { max } => format!("xml: expected at most {max} bytes, found more"),
            Self::NotUtf8 { .. } => "xml: expected UTF-8, found other bytes".into(),
            Self::Declaration { .. } => {
                r#"xml: expected `<?xml version="1.0" encoding="UTF-8"?>` at the head, found something else"#
                    .into()
            }
            Self::Malformed { .. } => "xml: expected well-formed XML, found a damaged place".into(),
            Self::Forbidden { what, .. } => format!(
                "xml: expected elements and text alone, found {}",
                match what {
                    Forbidden::Doctype => "a DOCTYPE",
                    Forbidden::Instruction => "a processing instruction",
                    Forbidden::Comment => "a comment",
                    Forbidden::CData => "a CDATA section",
                    Forbidden::Entity => "an entity that is not one of the five of XML",
                }
            ),
            Self::Element { expected, found: Some(found), .. } => {
                format!("xml: expected `{expected}`, found `{}`", cut(found))
            }
            Self::Element { expected, found: None, .. } => {
                format!("xml: expected `{expected}`, found an end")
            }
            Self::StrayText { inside, .. } => {
                format!("xml: expected elements alone in `{inside}`, found text")
            }
            Self::StrayElement { inside, found, .. } => {
                format!("xml: expected text alone in `{inside}`, found the element `{}`", cut(found))
            }
            Self::MissingAttribute { name, .. } => {
                format!("xml: expected the attribute `{name}`, found none")
            }
            Self::UnknownAttribute { name, .. } => {
                format!("xml: expected no other attribute, found `{}`", cut(name))
            }
            Self::TooLong { max, .. } => format!("xml: expected a text of at most {max} bytes, found more"),
            Self::Value { name, .. } => {
                format!("xml: expected `{name}` in the form that the schema gives it, found another")
            }
            Self::TooMany { element, max, .. } => {
                format!("xml: expected at most {max} of `{element}`, found more")
            }
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::TooLarge { max } => format!("xml: trebuiau cel mult {max} octeți, sunt mai mulți"),
            Self::NotUtf8 { .. } => "xml: trebuia UTF-8, s-au găsit alți octeți".into(),
            Self::Declaration { .. } => {
                r#"xml: trebuia la început `<?xml version="1.0" encoding="UTF-8"?>`, este altceva"#.into()
            }
            Self::Malformed { .. } => "xml: trebuia XML corect format, s-a găsit un loc stricat".into(),
            Self::Forbidden { what, .. } => format!(
                "xml: trebuiau doar elemente și text, s-a găsit {}",
                match what {
                    Forbidden::Doctype => "un DOCTYPE",
                    Forbidden::Instruction => "o instrucțiune de prelucrare",
                    Forbidden::Comment => "un comentariu",
                    Forbidden::CData => "o secțiune CDATA",
                    Forbidden::Entity => "o entitate în afara celor cinci din XML",
                }
            ),
            Self::Element { expected, found: Some(found), .. } => {
                format!("xml: trebuia `{expected}`, s-a găsit `{}`", cut(found))
            }
            Self::Element { expected, found: None, .. } => {
                format!("xml: trebuia `{expected}`, s-a găsit un sfârșit")
            }
            Self::StrayText { inside, .. } => {
                format!("xml: în `{inside}` trebuiau doar elemente, s-a găsit text")
            }
            Self::StrayElement { inside, found, .. } => {
                format!("xml: în `{inside}` trebuia doar text, s-a găsit elementul `{}`", cut(found))
            }
            Self::MissingAttribute { name, .. } => format!("xml: trebuia atributul `{name}`, lipsește"),
            Self::UnknownAttribute { name, .. } => {
                format!("xml: nu trebuia alt atribut, s-a găsit `{}`", cut(name))
            }
            Self::TooLong { max, .. } => {
                format!("xml: trebuia un text de cel mult {max} octeți, este mai lung")
            }
            Self::Value { name, .. } => {
                format!("xml: `{name}` trebuia să aibă forma din schemă, are alta")
            }
            Self::TooMany { element, max, .. } => {
                format!("xml: trebuiau cel mult {max} elemente `{element}`, sunt mai multe")
            }
        }
    }
}

/// A name as it may stand in a message.
fn cut(found: &str) -> String {
    const MOST: usize = 40;
    found.chars().take(MOST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
