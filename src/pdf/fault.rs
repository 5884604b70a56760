//! What keeps a page from being drawn.

use crate::diag::{Explain, Lang};
use crate::model::{AccountText, Field, TzNumber};
use std::fmt;

/// Where on the page a text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The name of the treasury unit.
    Treasury,
    /// The name of the holder.
    Holder,
    /// The file name of the document that is replaced.
    Replaced,
    /// A field of an operation.
    Operation(AccountText, TzNumber, Field),
    /// The verifier's name.
    Verifier,
    /// The name in the seal's certificate, or the title beside it.
    Seal,
}

/// Why a document cannot be drawn, or a signature not be put into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PdfFault {
    /// No font of ours has the character; a page never shows an empty box instead.
    NoGlyph {
        /// The character.
        character: char,
        /// Where it stands.
        place: Place,
    },
    /// The letters that this document needs could not be cut from the font.
    Font,
    /// More bytes asked for a signature than a string of PDF/A holds (ISO 19005-3, 6.1.13).
    ContentsTooLarge {
        /// How many were asked for.
        asked: usize,
        /// How many it holds.
        max: usize,
    },
    /// The signature is longer than the place that was kept for it.
    ContentsTooSmall {
        /// How many bytes were kept.
        reserved: usize,
        /// How many it has.
        needed: usize,
    },
    /// The document has no empty place for a seal: it is a stick's, or sealed already.
    NoSeal,
    /// More bytes than an offset of PDF/A can name (ISO 19005-3, 6.1.13).
    TooLarge {
        /// How many there are.
        bytes: usize,
    },
}

impl Explain for PdfFault {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ro => self.romanian(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        let hint = match (self, lang) {
            (Self::NoGlyph { .. }, Lang::En) => "write the text in Latin, Greek or Cyrillic letters",
            (Self::NoGlyph { .. }, Lang::Ro) => "scrieți textul cu litere latine, grecești sau chirilice",
            (Self::ContentsTooLarge { .. } | Self::ContentsTooSmall { .. }, Lang::En) => {
                "use a shorter certificate chain"
            }
            (Self::ContentsTooLarge { .. } | Self::ContentsTooSmall { .. }, Lang::Ro) => {
                "folosiți un lanț de certificate mai scurt"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

impl PdfFault {
    fn english(&self) -> String {
        match self {
            Self::NoGlyph { character, place } => format!(
                "expected characters that the page's font has, found `{character}` (U+{:04X}) in {}",
                u32::from(*character),
                place.say(Lang::En)
            ),
            Self::Font => "the font could not be cut to the letters of this document".to_owned(),
            Self::ContentsTooLarge { asked, max } => {
                format!("expected at most {max} bytes for a signature, found {asked}")
            }
            Self::ContentsTooSmall { reserved, needed } => {
                format!("expected a signature of at most {reserved} bytes, found {needed}")
            }
            Self::NoSeal => "expected a document with an empty place for the seal, found none".to_owned(),
            Self::TooLarge { bytes } => {
                format!("expected a document of less than 2 GiB, found {bytes} bytes")
            }
        }
    }

    fn romanian(&self) -> String {
        match self {
            Self::NoGlyph { character, place } => format!(
                "se așteptau caractere din fontul paginii, s-a găsit `{character}` (U+{:04X}) în {}",
                u32::from(*character),
                place.say(Lang::Ro)
            ),
            Self::Font => "fontul nu a putut fi redus la literele acestui document".to_owned(),
            Self::ContentsTooLarge { asked, max } => {
                format!("se așteptau cel mult {max} octeți pentru o semnătură, s-au cerut {asked}")
            }
            Self::ContentsTooSmall { reserved, needed } => {
                format!("se aștepta o semnătură de cel mult {reserved} octeți, s-au găsit {needed}")
            }
            Self::NoSeal => {
                "se aștepta un document cu loc liber pentru sigiliu, nu s-a găsit niciunul".to_owned()
            }
            Self::TooLarge { bytes } => {
                format!("se aștepta un document mai mic de 2 GiB, s-au găsit {bytes} octeți")
            }
        }
    }
}

impl Place {
    fn say(&self, lang: Lang) -> String {
        let text = match (self, lang) {
            (Self::Operation(account, number, field), Lang::En) => {
                return format!("`{}` of operation `{number}`, account `{}`", field.name(), account.as_str());
            }
            (Self::Operation(account, number, field), Lang::Ro) => {
                return format!(
                    "`{}` al operațiunii `{number}`, contul `{}`",
                    field.name(),
                    account.as_str()
                );
            }
            (Self::Treasury, Lang::En) => "the treasury's name",
            (Self::Treasury, Lang::Ro) => "denumirea trezoreriei",
            (Self::Holder, Lang::En) => "the holder's name",
            (Self::Holder, Lang::Ro) => "denumirea titularului",
            (Self::Replaced, Lang::En) => "the name of the replaced document",
            (Self::Replaced, Lang::Ro) => "numele documentului rectificat",
            (Self::Verifier, Lang::En) => "the verifier's name",
            (Self::Verifier, Lang::Ro) => "numele verificatorului",
            (Self::Seal, Lang::En) => "the seal's name",
            (Self::Seal, Lang::Ro) => "numele din sigiliu",
        };
        text.to_owned()
    }
}

impl fmt::Display for PdfFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english())
    }
}

impl std::error::Error for PdfFault {}
