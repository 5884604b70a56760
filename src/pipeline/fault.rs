//! At which step a document was not made.

use crate::diag::{Explain, Lang};
use crate::pdf::PdfFault;
use crate::sign::SignFault;
use crate::verify::NotProven;
use std::fmt;

/// A document that was not made.
#[derive(Debug)]
pub enum MakeFault {
    /// The XML that was written does not read back as the day that it came from: a defect of the program.
    XmlDiffers,
    /// The page could not be drawn.
    Page(PdfFault),
    /// A signature could not be made.
    Sign(SignFault),
    /// Our own verifier does not accept it: a defect, or trust that does not know our keys.
    NotProven(NotProven),
}

impl From<PdfFault> for MakeFault {
    fn from(fault: PdfFault) -> Self {
        Self::Page(fault)
    }
}

impl From<SignFault> for MakeFault {
    fn from(fault: SignFault) -> Self {
        Self::Sign(fault)
    }
}

impl From<NotProven> for MakeFault {
    fn from(fault: NotProven) -> Self {
        Self::NotProven(fault)
    }
}

impl fmt::Display for MakeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for MakeFault {}

impl Explain for MakeFault {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::XmlDiffers, Lang::En) => "xml: what was written does not read back as the same day".into(),
            (Self::XmlDiffers, Lang::Ro) => "xml: ce s-a scris nu se citește înapoi la fel".into(),
            (Self::Page(fault), lang) => fault.say(lang),
            (Self::Sign(fault), lang) => fault.say(lang),
            (Self::NotProven(fault), lang) => fault.say(lang),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::XmlDiffers => None,
            Self::Page(fault) => fault.hint(lang),
            Self::Sign(fault) => fault.hint(lang),
            Self::NotProven(fault) => fault.hint(lang),
        }
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Sign(fault) if fault.retryable())
    }
}
