//! Invented facts for tests: a published document and a stick, as `integrity` would find them.

use super::facts::{ChangesAfter, Coverage, EmbeddedFile, Integrity, IntegrityVerdict, SignatureFacts};
use super::level::Level;
use super::people::{Signatory, SignedAs};
use super::reason::Reason;
use super::statement::{Checks, StatementFacts};
use crate::model::StatementName;
use crate::trust::{Evidence, Trust};

/// The name of the invented statement.
pub(crate) const NAME: &str = "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.pdf";

/// A signature that holds, over its revision.
pub(crate) fn signature(field: &str, revision: usize) -> SignatureFacts {
    SignatureFacts {
        field: field.to_owned(),
        subfilter: "ETSI.CAdES.detached".to_owned(),
        intact: true,
        coverage: Coverage::Revision,
        changes_after: ChangesAfter::Signatures,
        byte_range: Some([0, 1000, 2000, 1000]),
        revision: Some(revision),
        certification: None,
        locks_all: false,
        claimed_at: "2026-05-12T15:42:00Z".parse().ok(),
        cms: None,
        certificates: Vec::new(),
        signer_certificate: None,
        digest_algorithm: Some("SHA-256"),
        signature_algorithm: Some("RSA-PKCS1"),
        problems: Vec::new(),
        timestamps: Vec::new(),
    }
}

/// A published document: certified with `P 2`, sealed in the field prepared for it.
pub(crate) fn published() -> Integrity {
    let verifier = SignatureFacts { certification: Some(2), ..signature("Verificat", 0) };
    let seal = SignatureFacts {
        coverage: Coverage::File,
        changes_after: ChangesAfter::None,
        locks_all: true,
        ..signature("Sigiliu", 1)
    };
    Integrity {
        verdict: IntegrityVerdict::Intact,
        reason: "",
        length: 48_213,
        revisions: 2,
        signatures: vec![verifier, seal],
        empty_signature_fields: Vec::new(),
        prepared_signature_fields: vec!["Verificat".to_owned(), "Sigiliu".to_owned()],
        attachments: vec![attachment(&NAME.replace(".pdf", ".xml"))],
        stored_certificates: Vec::new(),
        evidence: Evidence::default(),
        xmp: None,
        page: super::page::Page::Foreign(""),
    }
}

/// A stick document: certified with `P 1`, one field.
pub(crate) fn stick() -> Integrity {
    let mut integrity = published();
    integrity.signatures.truncate(1);
    integrity.prepared_signature_fields.truncate(1);
    for facts in &mut integrity.signatures {
        facts.certification = Some(1);
        facts.coverage = Coverage::File;
        facts.changes_after = ChangesAfter::None;
    }
    Integrity { revisions: 1, ..integrity }
}

/// An attachment of this name.
pub(crate) fn attachment(name: &str) -> EmbeddedFile {
    EmbeddedFile {
        name: name.to_owned(),
        relationship: "Source".to_owned(),
        subtype: "text/xml".to_owned(),
        bytes: Vec::new(),
    }
}

/// Somebody who may.
pub(crate) fn trusted(role: SignedAs) -> Signatory {
    Signatory { trust: Trust::Trusted, level: Some(Level::B), ..Signatory::unknown(role) }
}

/// Somebody who may not.
pub(crate) fn refused(role: SignedAs, trust: Trust, reason: Reason) -> Signatory {
    Signatory { trust, reasons: vec![reason], ..trusted(role) }
}

/// A statement that holds.
pub(crate) fn statement() -> StatementFacts {
    StatementFacts {
        attachment: NAME.replace(".pdf", ".xml"),
        name: StatementName::parse(NAME),
        accounts: Some(3),
        operations: Some(18),
        checks: Checks { schema: Some(true), arithmetic: Some(true), ..Checks::default() },
        ..StatementFacts::default()
    }
}
