//! Why a file could not be read as a PDF.

use crate::diag::{Explain, Lang};
use std::fmt;

/// What is wrong with the structure of a file; every variant has a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadFault {
    /// The source failed.
    Io,
    /// No `%PDF-` where ISO 32000-2, 7.5.2, wants it.
    NoHeader,
    /// No `startxref` near the end (7.5.5).
    NoStartxref,
    /// No cross-reference section at this offset (7.5.4, 7.5.8).
    NoSection {
        /// Where it was looked for.
        at: u64,
    },
    /// A cross-reference section that cannot be read, or that names an object twice.
    Section {
        /// Where it begins.
        at: u64,
    },
    /// `/Prev` leads back to a section already read.
    SectionLoop {
        /// Offset of that section.
        at: u64,
    },
    /// Revisions whose ends do not follow each other.
    RevisionOrder,
    /// The object that the table names does not stand where it says.
    Object {
        /// Its number.
        number: u32,
    },
    /// A stream that cannot be decoded.
    Stream {
        /// Where its data begins.
        at: u64,
    },
    /// A filter that is not read.
    Filter,
    /// A value that must be there is missing or of another type.
    Missing {
        /// Its key.
        key: &'static str,
    },
    /// `/Encrypt`.
    Encrypted,
    /// More than a limit of [`super::limits`] allows.
    Limit,
}

impl ReadFault {
    /// A stable kebab-case code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io => "unreadable",
            Self::NoHeader => "not-a-pdf",
            Self::NoStartxref => "no-startxref",
            Self::NoSection { .. } => "no-xref",
            Self::Section { .. } => "xref-malformed",
            Self::SectionLoop { .. } => "xref-loop",
            Self::RevisionOrder => "revisions-out-of-order",
            Self::Object { .. } => "object-misplaced",
            Self::Stream { .. } => "stream-malformed",
            Self::Filter => "unsupported-filter",
            Self::Missing { .. } => "structure-malformed",
            Self::Encrypted => "encrypted",
            Self::Limit => "limit-exceeded",
        }
    }
}

impl Explain for ReadFault {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ro => self.romanian(),
        }
    }
}

impl fmt::Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english())
    }
}

impl std::error::Error for ReadFault {}

impl ReadFault {
    fn english(&self) -> String {
        match self {
            Self::Io => "the file cannot be read".to_owned(),
            Self::NoHeader => "expected `%PDF-` at the beginning, found other bytes".to_owned(),
            Self::NoStartxref => "expected `startxref` near the end, found none".to_owned(),
            Self::NoSection { at } => {
                format!("expected a cross-reference section at byte {at}, found something else")
            }
            Self::Section { at } => format!("the cross-reference section at byte {at} is malformed"),
            Self::SectionLoop { at } => {
                format!("the cross-reference section at byte {at} is its own predecessor")
            }
            Self::RevisionOrder => {
                "the revisions of the file do not follow each other in its bytes".to_owned()
            }
            Self::Object { number } => {
                format!("expected object {number} where the cross-reference says, found something else")
            }
            Self::Stream { at } => format!("the stream at byte {at} cannot be decoded"),
            Self::Filter => "a stream uses a filter that is not supported".to_owned(),
            Self::Missing { key } => format!("expected a valid `/{key}`, found none"),
            Self::Encrypted => "the document is encrypted".to_owned(),
            Self::Limit => "the document is larger or deeper than the limits of this program".to_owned(),
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::Io => "fișierul nu poate fi citit".to_owned(),
            Self::NoHeader => "se aștepta `%PDF-` la început, s-au găsit alți octeți".to_owned(),
            Self::NoStartxref => {
                "se aștepta `startxref` aproape de sfârșit, nu s-a găsit niciunul".to_owned()
            }
            Self::NoSection { at } => {
                format!("se aștepta o secțiune de referințe la octetul {at}, s-a găsit altceva")
            }
            Self::Section { at } => format!("secțiunea de referințe de la octetul {at} este greșită"),
            Self::SectionLoop { at } => {
                format!("secțiunea de referințe de la octetul {at} se precedă pe sine însăși")
            }
            Self::RevisionOrder => "reviziile fișierului nu se succed în octeții lui".to_owned(),
            Self::Object { number } => {
                format!("se aștepta obiectul {number} unde arată tabelul de referințe, s-a găsit altceva")
            }
            Self::Stream { at } => format!("fluxul de la octetul {at} nu poate fi decodat"),
            Self::Filter => "un flux folosește un filtru care nu este cunoscut".to_owned(),
            Self::Missing { key } => format!("se aștepta un `/{key}` valid, nu s-a găsit"),
            Self::Encrypted => "documentul este criptat".to_owned(),
            Self::Limit => "documentul depășește limitele acestui program".to_owned(),
        }
    }
}
