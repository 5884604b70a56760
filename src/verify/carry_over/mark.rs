//! What the rule of carry-over needs of one statement: a few hundred bytes, however long the document is.

use super::super::balance::Balance;
use super::super::verdict::{Verdict, Word};
use crate::model::StatementName;
use crate::trust::hex;
use sha2::{Digest, Sha256};

/// One accepted statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Treasury, institution, day and minute, as its attachment says.
    pub name: StatementName,
    /// Its path, as the user sees it.
    pub file: String,
    /// SHA-256 of the document.
    pub sha256: Option<[u8; 32]>,
    /// SHA-256 of its XML.
    pub xml: [u8; 32],
    /// Its accounts, in their order.
    pub balances: Vec<Balance>,
    /// The document that it corrects, where it names one.
    pub replaces: Option<Replaces>,
}

/// The document that a correction names (`pdf:Keywords` of the signed XMP: `pdf/PDF_A3.md`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaces {
    /// Its name.
    pub file: String,
    /// Its SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

impl Replaces {
    /// Whether it is this document: the digest decides, not the name.
    pub(super) fn is(&self, mark: &Mark) -> bool {
        mark.sha256.is_some_and(|digest| hex(&digest) == self.sha256)
    }

    /// Reads the keywords of an XMP packet as we write it.
    fn read(xmp: &[u8]) -> Option<Self> {
        let xmp = std::str::from_utf8(xmp).ok()?;
        let (_, keywords) = xmp.split_once("<pdf:Keywords>")?;
        let (keywords, _) = keywords.split_once("</pdf:Keywords>")?;
        let value = |key: &str| {
            let mut parts = keywords.split("; ").filter_map(|part| part.strip_prefix(key)?.strip_prefix(' '));
            parts.next().map(str::to_owned)
        };
        let (file, sha256) = (value("replaces-file")?, value("replaces-sha256")?);
        let digest = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        (StatementName::parse(&file).is_some() && digest).then_some(Self { file, sha256 })
    }
}

impl Mark {
    /// Of a document that was accepted and is a statement; nothing of others.
    pub fn of(file: &str, sha256: Option<[u8; 32]>, verdict: &Verdict) -> Option<Self> {
        if verdict.word != Word::Accepted {
            return None;
        }
        let facts = verdict.statement.as_ref()?;
        let attachment = verdict.attachment().ok()?;
        Some(Self {
            name: facts.name.clone()?,
            file: file.to_owned(),
            sha256,
            xml: Sha256::digest(&attachment.bytes).into(),
            balances: facts.balances.clone(),
            replaces: verdict.integrity.xmp.as_deref().and_then(Replaces::read),
        })
    }

    /// Whether it says what another says, of the same day: a copy, or the same XML in another document.
    pub(super) fn says_what(&self, other: &Self) -> bool {
        self.xml == other.xml
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_correction_replaces_is_read_from_its_keywords() {
        let name = super::super::super::invented::NAME;
        let digest = "ab".repeat(32);
        let packet = |keywords: &str| format!("<x><pdf:Keywords>{keywords}</pdf:Keywords></x>").into_bytes();
        let read = |keywords: &str| Replaces::read(&packet(keywords));
        let whole = format!("CUI 9999008; replaces-file {name}; replaces-sha256 {digest}");
        assert_eq!(read(&whole), Some(Replaces { file: name.to_owned(), sha256: digest.clone() }));
        for keywords in [
            "CUI 9999008".to_owned(),
            format!("replaces-file ../{name}x; replaces-sha256 {digest}"),
            format!("replaces-file {name}; replaces-sha256 {}", &digest[1..]),
            format!("replaces-file {name}"),
        ] {
            assert_eq!(read(&keywords), None, "{keywords}");
        }
    }
}
