//! The facts that bytes alone can tell about a signed document, each judged apart from the others.
//!
//! Nothing here knows of people, anchors or clocks: that is `trust`. Nothing here is a verdict: the
//! facts are combined in one place, `verify::verdict`.

use crate::trust::Evidence;
use jiff::Timestamp;
use serde::Serialize;

/// What the bytes say about the document as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IntegrityVerdict {
    /// Every signature verifies, and everything after it is permitted by what was signed.
    Intact,
    /// What a reader sees now is not what was signed, though the cryptography may hold.
    Tampered,
    /// A signature, digest or structure does not verify or cannot be read.
    Broken,
    /// No signature.
    Unsigned,
}

/// How much of the file a signature's byte range covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// All of the file, but for the signature value itself.
    File,
    /// All of the revision that it closes.
    Revision,
    /// Less than that.
    Partial,
    /// Nothing that can be said.
    None,
}

/// What was added after a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangesAfter {
    /// Nothing.
    None,
    /// Further signatures, timestamps, validation material.
    Signatures,
    /// Also what DocMDP, FieldMDP and the field locks of the signed revision permit.
    Permitted,
    /// Something that they do not.
    Forbidden,
}

/// What the bytes say about one signature.
#[derive(Clone, Debug)]
pub struct SignatureFacts {
    /// Fully qualified field name (ISO 32000-2, 12.7.4.2).
    pub field: String,
    /// `/SubFilter`, as it stands; empty where it is missing.
    pub subfilter: String,
    /// Whether digest and signature mathematics hold over the byte range.
    pub intact: bool,
    /// What the byte range covers.
    pub coverage: Coverage,
    /// What came after.
    pub changes_after: ChangesAfter,
    /// `/ByteRange`, where it is readable.
    pub byte_range: Option<[u64; 4]>,
    /// Index of the revision that the signature closes, counted from 0.
    pub revision: Option<usize>,
    /// DocMDP level `P` where this is the certification signature (ISO 32000-2, 12.8.2.2).
    pub certification: Option<u8>,
    /// Whether a `/FieldMDP` reference or the field's `/Lock` locks all fields.
    pub locks_all: bool,
    /// `/M`: displayed, proves nothing.
    pub claimed_at: Option<Timestamp>,
    /// The CMS `SignedData`, DER or BER, as it stands in `/Contents` without its padding.
    pub cms: Option<Vec<u8>>,
    /// Certificates found in the CMS or in `/Cert`, DER, in the order found.
    pub certificates: Vec<Vec<u8>>,
    /// Which of those the signer info names.
    pub signer_certificate: Option<usize>,
    /// Digest algorithm name (`SHA-256`), where known.
    pub digest_algorithm: Option<&'static str>,
    /// Signature algorithm name (`RSA-PKCS1`, `RSA-PSS`, `ECDSA`, `Ed25519`), where known.
    pub signature_algorithm: Option<&'static str>,
    /// Stable kebab-case codes of what is wrong or weak, most serious first.
    pub problems: Vec<&'static str>,
    /// The signature timestamps that it carries; of a document timestamp, itself.
    pub timestamps: Vec<TimestampFacts>,
}

impl SignatureFacts {
    /// Whether it is a document timestamp (ISO 32000-2, 12.8.5).
    pub fn is_document_timestamp(&self) -> bool {
        self.subfilter == "ETSI.RFC3161"
    }
}

/// What the bytes say about one timestamp (RFC 3161).
#[derive(Clone, Debug)]
pub struct TimestampFacts {
    /// `genTime`: when the authority says that it saw what it stamped.
    pub at: Timestamp,
    /// The authority's policy, dotted.
    pub policy: String,
    /// Whether imprint, digest and signature hold.
    pub intact: bool,
    /// Stable kebab-case codes of what is wrong or weak, most serious first.
    pub problems: Vec<&'static str>,
    /// Certificates found in the token, DER.
    pub certificates: Vec<Vec<u8>>,
    /// Which of those is the authority's.
    pub signer_certificate: Option<usize>,
}

/// An embedded file (ISO 32000-2, 7.11.4) as the first signature covered it.
#[derive(Clone, Debug)]
pub struct EmbeddedFile {
    /// `/UF`, else `/F`.
    pub name: String,
    /// `/AFRelationship`, empty where it is missing.
    pub relationship: String,
    /// MIME type from `/Subtype`.
    pub subtype: String,
    /// The decoded bytes, bounded by the reader's limit.
    pub bytes: Vec<u8>,
}

/// Everything that the bytes say.
#[derive(Clone, Debug)]
pub struct Integrity {
    /// The facts combined.
    pub verdict: IntegrityVerdict,
    /// Stable kebab-case code of the most useful reason; empty where intact.
    pub reason: &'static str,
    /// Length of the file, bytes.
    pub length: u64,
    /// How many revisions.
    pub revisions: usize,
    /// The signatures in the order of their revisions.
    pub signatures: Vec<SignatureFacts>,
    /// Signature fields that hold no signature, by fully qualified name, as of the last revision.
    pub empty_signature_fields: Vec<String>,
    /// Signature fields (signed or not) that existed in the revision of the first signature.
    pub prepared_signature_fields: Vec<String>,
    /// Embedded files reachable from the catalog of the **first signed revision** (else the last revision).
    pub attachments: Vec<EmbeddedFile>,
    /// Certificates of the document security store of the **last revision**, DER: they help to build a path, and prove nothing.
    pub stored_certificates: Vec<Vec<u8>>,
    /// Revocation data of the signatures and of the security store: it tells who was revoked, once its signatures are checked.
    pub evidence: Evidence,
    /// Text of the XMP packet of the first signed revision, where there is one.
    pub xmp: Option<Vec<u8>>,
    /// What stands on the pages of the first signed revision.
    pub page: super::page::Page,
}

impl Integrity {
    /// Of a document of so many bytes of which nothing has been read yet: broken, until something says otherwise.
    pub(super) fn unread(length: u64) -> Self {
        Self {
            verdict: IntegrityVerdict::Broken,
            reason: "",
            length,
            revisions: 0,
            signatures: Vec::new(),
            empty_signature_fields: Vec::new(),
            prepared_signature_fields: Vec::new(),
            attachments: Vec::new(),
            stored_certificates: Vec::new(),
            evidence: Evidence::default(),
            xmp: None,
            page: super::page::Page::Foreign(""),
        }
    }
}
