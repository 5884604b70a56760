//! What is required of a document, and by whom it must be signed.

use crate::trust::{AnchorInfo, Evidence, Origin, Told, TrustStore};

/// Which signatures a document must carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Require {
    /// What the document's own kind demands: a stick the verifier's, everything else both.
    #[default]
    ByKind,
    /// Both, whatever the kind.
    VerifierAndTreasury,
    /// The verifier's. A document that was prepared for a seal still needs it.
    Verifier,
    /// One of them. A document that was prepared for a seal still needs that one.
    Any,
}

/// Whether `prove` compares the page with the XML before it lets a document of our own be published. Auditors always do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageBeforePublishing {
    /// It does: nothing leaves that an auditor would refuse.
    #[default]
    Compared,
    /// It does not: faster, and a fault of our drawing is found only by whoever verifies.
    LeftOut,
}

/// Everything that a verdict depends on, besides the document and the time.
#[derive(Clone, Debug)]
pub struct Policy {
    require: Require,
    page: PageBeforePublishing,
    /// Nobody, where people are left out (`--integrity-only`).
    people: Option<People>,
}

/// Whom a policy trusts.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) trust: TrustStore,
    /// Certificates that help to build a path and prove nothing by themselves, DER.
    pub(super) intermediates: Vec<Vec<u8>>,
    /// Revocation data, beside that of the document.
    pub(super) evidence: Evidence,
}

impl Policy {
    /// What is required before publication: the document's own kind, trusted by this store, judged at the time of `prove`.
    pub fn publishing(trust: TrustStore) -> Self {
        Self::auditing(trust, Require::ByKind)
    }

    /// What an auditor or an institution requires.
    pub fn auditing(trust: TrustStore, require: Require) -> Self {
        let page = PageBeforePublishing::Compared;
        Self {
            require,
            page,
            people: Some(People { trust, intermediates: Vec::new(), evidence: Evidence::default() }),
        }
    }

    /// The bytes alone: the verdict follows integrity, for any signed PDF.
    pub const fn integrity_only() -> Self {
        Self { require: Require::ByKind, page: PageBeforePublishing::Compared, people: None }
    }

    /// Adds certificates for path building, DER.
    #[must_use]
    pub fn with_intermediates(mut self, certificates: Vec<Vec<u8>>) -> Self {
        if let Some(people) = &mut self.people {
            people.intermediates = certificates;
        }
        self
    }

    /// Adds revocation data, beside that of the document.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        if let Some(people) = &mut self.people {
            people.evidence = evidence;
        }
        self
    }

    /// Takes revocation data that was fetched: lists, then OCSP responses, DER. What is neither is passed over.
    pub fn take_fetched(&mut self, lists: &[Vec<u8>], answers: &[Vec<u8>]) {
        if let Some(people) = &mut self.people {
            for list in lists {
                people.evidence.take_list(list, Origin::Fetched);
            }
            for answer in answers {
                people.evidence.take_answer(answer, Origin::Fetched);
            }
        }
    }

    /// Decides whether `prove` compares the page.
    #[must_use]
    pub const fn with_page(mut self, page: PageBeforePublishing) -> Self {
        self.page = page;
        self
    }

    /// Whether `prove` compares the page.
    pub const fn page(&self) -> PageBeforePublishing {
        self.page
    }

    /// Which signatures are required.
    pub const fn require(&self) -> Require {
        self.require
    }

    /// Whether people are judged.
    pub const fn judges_people(&self) -> bool {
        self.people.is_some()
    }

    /// The anchors that it trusts, by role and file.
    pub fn anchors(&self) -> Vec<AnchorInfo> {
        self.people.as_ref().map(|people| people.trust.anchors()).unwrap_or_default()
    }

    /// The revocation data that it was given: kind, and SHA-256 of the DER, hexadecimal.
    pub fn evidence(&self) -> Vec<(Told, String)> {
        self.people.as_ref().map(|people| people.evidence.digests()).unwrap_or_default()
    }

    pub(super) const fn people(&self) -> Option<&People> {
        self.people.as_ref()
    }
}
