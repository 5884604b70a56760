//! The proof without which nothing is published.
//!
//! **Contract.** A [`Verified`] exists only where everything that `verify` tells an auditor accepts:
//! the document is of one of our two kinds, its signers may sign for its treasury at the time given,
//! its XML adds up, its page says what its XML says, and the XML's name is the name under which it will lie in the client's folder.
//! **Cost.** No word of a report is made on the way; ten thousand an evening pass here.

use super::integrity::examine_with;
use super::policy::{PageBeforePublishing, Policy};
use super::reason::{Mismatch, Reason};
use super::verdict::{Kind, combine};
use crate::diag::{Explain, Lang};
use crate::model::StatementName;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt;

/// A document that the verifier accepts: the proof without which nothing is published.
#[derive(Debug)]
pub struct Verified {
    bytes: Vec<u8>,
    name: StatementName,
    digest: [u8; 32],
    kind: Kind,
}

impl Verified {
    /// The document.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// Its name.
    pub const fn name(&self) -> &StatementName {
        &self.name
    }
    /// SHA-256 of it.
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }
    /// For which channel it is: published or stick, never another kind.
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

/// Why a document of our own is not accepted: a fault of the house, never of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotProven {
    /// All reasons, most useful first; at least one.
    pub reasons: Vec<Reason>,
}

impl Explain for NotProven {
    fn say(&self, lang: Lang) -> String {
        let said: Vec<String> = self.reasons.iter().map(|reason| reason.say(lang)).collect();
        match lang {
            Lang::En => format!("our own verifier refuses the document: {}", said.join("; ")),
            Lang::Ro => format!("propriul verificator refuză documentul: {}", said.join("; ")),
        }
    }
}

impl fmt::Display for NotProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for NotProven {}

/// Proves a document of our own before it is published.
pub fn prove(
    document: Vec<u8>,
    name: &StatementName,
    policy: &Policy,
    at: Timestamp,
) -> Result<Verified, NotProven> {
    let verdict = combine(examine_with(document.as_slice(), policy.page()), None, policy, at);
    let mut reasons = verdict.reasons;
    let (named, page) = verdict.statement.map_or((None, None), |facts| {
        let unproven = facts.page_note == Some(Reason::PageLettersUnproven);
        (facts.name, facts.checks.page_matches_xml.or(unproven.then_some(true)))
    });
    if named.as_ref() != Some(name) {
        reasons.push(Reason::NameMismatch(Mismatch::Published));
    }
    if verdict.kind == Kind::Other {
        reasons.push(Reason::NotCertified);
    }
    if page.is_none() && policy.page() == PageBeforePublishing::Compared {
        reasons.push(Reason::PageNotCompared);
    }
    if !policy.judges_people() {
        reasons.push(Reason::NobodyTrusted);
    }
    if !reasons.is_empty() {
        return Err(NotProven { reasons });
    }
    let digest = Sha256::digest(&document).into();
    Ok(Verified { bytes: document, name: name.clone(), digest, kind: verdict.kind })
}

#[cfg(test)]
mod tests {
    use super::super::invented::NAME;
    use super::*;
    use crate::trust::TrustStore;

    fn at() -> Timestamp {
        "2026-05-12T15:42:00Z".parse().expect("a time")
    }

    #[test]
    fn what_is_no_document_is_never_proven() {
        let name = StatementName::parse(NAME).expect("a name");
        for bytes in [Vec::new(), b"%PDF-1.7\n".to_vec(), b"not a document".to_vec()] {
            let policy = Policy::publishing(TrustStore::default());
            let refused = prove(bytes, &name, &policy, at()).expect_err("nothing to prove");
            assert!(!refused.reasons.is_empty());
            assert!(refused.say(Lang::Ro).starts_with("propriul verificator refuză documentul: "));
        }
    }

    #[test]
    fn a_policy_that_judges_nobody_proves_nothing() {
        let name = StatementName::parse(NAME).expect("a name");
        let refused = prove(Vec::new(), &name, &Policy::integrity_only(), at()).expect_err("nobody judged");
        assert!(refused.reasons.contains(&Reason::NobodyTrusted));
    }
}
