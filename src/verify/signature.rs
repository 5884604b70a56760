//! The mathematics of one signature dictionary, from the bytes of its `/Contents`.
//!
//! ```text
//! /Contents ──┬─ CMS (detached, sha1, RFC 3161) ── every signer ─┬ content-type, message-digest
//!             │                                                  ├ signing-certificate
//!             │                                                  └ signature over the attributes
//!             └─ PKCS#1 value (adbe.x509.rsa_sha1) ── certificate of /Cert
//! ```
//!
//! **Contract.** `intact` is said only where every signer's digest and signature hold, under algorithms
//! that we have, with a certificate that is there. All else is a code in `problems`: first what made
//! it not intact, then notes (`weak-digest-md5`, `weak-digest-sha1`, `weak-key`, `contents-padding-not-zero`, …). Who
//! the signer is, and when, is judged elsewhere. Nothing fails and nothing panics on any bytes; the
//! limits are those of `cms` and of `trust::mathematics`.
//!
//! | code | |
//! |---|---|
//! | `unsupported-subfilter`, `unsupported-algorithm` | not ours to verify |
//! | `cms-malformed`, `timestamp-malformed`, `key-malformed`, `attribute-malformed` | cannot be read |
//! | `signer-missing`, `certificate-missing` | nobody signed, or nobody says who |
//! | `content-not-detached`, `content-missing`, `content-type-mismatch` | the CMS holds something else |
//! | `signed-attributes-missing`, `attribute-missing`, `attribute-repeated` | RFC 5652, 5.3 and 11 |
//! | `digest-mismatch`, `digest-unreadable`, `imprint-mismatch` | these are not the bytes that were signed |
//! | `digest-algorithm-mismatch` (a note over attributes), `algorithm-protection-mismatch` | two places name two algorithms |
//! | `signature-invalid`, `key-too-short` | the value is not the key's signature |
//! | `signing-certificate-mismatch` | the attribute names another certificate |
//! | `signing-certificate-absent`, `several-signers`, `weak-digest-md5`, `weak-digest-sha1`, `weak-key`, `contents-padding-not-zero` | notes |

mod attached;
mod certificate;
mod signer;
mod timestamp;

pub use crate::trust::mathematics::Digest;
pub use attached::Attached;
pub use timestamp::{TimestampInfo, read_timestamp};

use crate::cms::{self, Algorithm, SignedData, oid};
use crate::trust::mathematics::{Message, PublicKey, Scheme};
use certificate::Glance;
use signer::Content;
use std::io;

/// Signature timestamps of one signature that are looked at; more than one authority is rare.
const MAX_TOKENS: usize = 4;

/// What one signature says of itself.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Whether digest and signature mathematics hold over the byte range, for every signer.
    pub intact: bool,
    /// Stable kebab-case codes, most serious first; notes follow what made it not intact.
    pub problems: Vec<&'static str>,
    /// Length of the `ContentInfo` in the contents; what follows must be zeros.
    pub cms_length: usize,
    /// Certificates of the CMS, then those of `/Cert` that it lacks, DER.
    pub certificates: Vec<Vec<u8>>,
    /// Which of those verifies the first signer's signature, else the one that the signer info names.
    pub signer_certificate: Option<usize>,
    /// `SHA-256`
    pub digest_algorithm: Option<&'static str>,
    /// `RSA-PKCS1`, `RSA-PSS`, `ECDSA`, `Ed25519`, `ML-DSA`
    pub signature_algorithm: Option<&'static str>,
    /// The signature-timestamp tokens (unsigned attribute) of the first signer, DER `ContentInfo`.
    pub timestamp_tokens: Vec<Vec<u8>>,
    /// What it brings along to tell who was revoked.
    pub revocation: Attached,
    /// The first signer's signature value, over which a signature timestamp is made.
    pub signature_value: Vec<u8>,
    /// What the `TSTInfo` says, where this is itself a timestamp.
    pub timestamp: Option<TimestampInfo>,
    notes: Vec<&'static str>,
}

impl Checked {
    /// The DER certificate of the first signer.
    pub fn signer(&self) -> Option<&[u8]> {
        self.certificates.get(self.signer_certificate?).map(Vec::as_slice)
    }

    fn problem(&mut self, code: &'static str) {
        if !self.problems.contains(&code) {
            self.problems.push(code);
        }
    }

    fn note(&mut self, code: &'static str) {
        if !self.notes.contains(&code) {
            self.notes.push(code);
        }
    }

    fn digest_seen(&mut self, digest: Digest) {
        self.digest_algorithm.get_or_insert(digest.name());
        if let Some(code) = digest.weakness() {
            self.note(code);
        }
    }

    fn finish(mut self) -> Self {
        self.intact = self.problems.is_empty();
        let notes = std::mem::take(&mut self.notes);
        self.problems.extend(notes);
        self
    }
}

/// What the `/SubFilter` says about the contents (ISO 32000-2, table 260).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `ETSI.CAdES.detached`
    Cades,
    /// `adbe.pkcs7.detached`
    Detached,
    /// `adbe.pkcs7.sha1`: the CMS holds the SHA-1 digest of the byte range.
    Sha1,
    /// `ETSI.RFC3161`: the CMS holds a `TSTInfo` with the imprint of the byte range.
    Timestamp,
}

/// Checks the contents of a signature dictionary (`/Contents`, padding and all) of this `/SubFilter`.
/// `digest` gives the digest of the bytes in `/ByteRange`, streamed; `certificates` are those of `/Cert`, DER.
///
/// To check a signature-timestamp token, call it `ETSI.RFC3161` and digest [`Checked::signature_value`].
pub fn check(
    subfilter: &str,
    contents: &[u8],
    certificates: &[Vec<u8>],
    digest: &mut dyn FnMut(Digest) -> io::Result<Vec<u8>>,
) -> Checked {
    let mut checked = Checked::default();
    let mut ranges = Ranges { digest, known: Vec::new() };
    match subfilter {
        "ETSI.CAdES.detached" => check_cms(Form::Cades, contents, certificates, &mut ranges, &mut checked),
        "adbe.pkcs7.detached" => check_cms(Form::Detached, contents, certificates, &mut ranges, &mut checked),
        "adbe.pkcs7.sha1" => check_cms(Form::Sha1, contents, certificates, &mut ranges, &mut checked),
        "ETSI.RFC3161" => check_cms(Form::Timestamp, contents, certificates, &mut ranges, &mut checked),
        "adbe.x509.rsa_sha1" => check_pkcs1(contents, certificates, &mut ranges, &mut checked),
        _ => checked.problem("unsupported-subfilter"),
    }
    checked.finish()
}

/// The bytes in `/ByteRange`, read once for each digest.
struct Ranges<'a> {
    digest: &'a mut dyn FnMut(Digest) -> io::Result<Vec<u8>>,
    known: Vec<(Digest, Vec<u8>)>,
}

impl Ranges<'_> {
    fn digest(&mut self, kind: Digest) -> Result<Vec<u8>, &'static str> {
        if let Some((_, known)) = self.known.iter().find(|(k, _)| *k == kind) {
            return Ok(known.clone());
        }
        let value = (self.digest)(kind).map_err(|_| "digest-unreadable")?;
        self.known.push((kind, value.clone()));
        Ok(value)
    }
}

fn check_cms(
    form: Form,
    contents: &[u8],
    others: &[Vec<u8>],
    ranges: &mut Ranges<'_>,
    checked: &mut Checked,
) {
    let mut signed = match cms::read(contents) {
        Ok(signed) => signed,
        Err(_) => return checked.problem("cms-malformed"),
    };
    checked.cms_length = signed.length;
    if contents.iter().skip(signed.length).any(|byte| *byte != 0) {
        checked.note("contents-padding-not-zero");
    }
    checked.certificates = std::mem::take(&mut signed.certificates);
    checked.revocation.lists = std::mem::take(&mut signed.crls);
    for other in others {
        if !checked.certificates.contains(other) {
            checked.certificates.push(other.clone());
        }
    }
    let content = match content(form, &signed, ranges, checked) {
        Ok(content) => content,
        Err(code) => {
            checked.problem(code);
            Content::Unknown
        }
    };
    check_signers(form, &signed, content, ranges, checked);
}

fn check_signers(
    form: Form,
    signed: &SignedData,
    content: Content<'_>,
    ranges: &mut Ranges<'_>,
    checked: &mut Checked,
) {
    let all: Vec<Vec<u8>> = checked.certificates.clone();
    let glances: Vec<Option<Glance<'_>>> = all.iter().map(|der| Glance::at(der)).collect();
    if signed.signers.is_empty() {
        checked.problem("signer-missing");
    }
    if signed.signers.len() > 1 {
        checked.note("several-signers");
    }
    for (index, info) in signed.signers.iter().enumerate() {
        let result = signer::check(form, &signed.content_type, content, info, &glances, ranges, checked);
        if index == 0 {
            checked.signer_certificate = result;
            checked.signature_value.clone_from(&info.signature);
            let tokens = info.unsigned.iter().filter(|a| a.oid == oid::TIMESTAMP_TOKEN);
            checked.timestamp_tokens = tokens.flat_map(|a| &a.values).take(MAX_TOKENS).cloned().collect();
            checked.revocation.take(info);
        }
    }
}

/// What the message digest is of, once it has been bound to the byte range.
fn content<'a>(
    form: Form,
    signed: &'a SignedData,
    ranges: &mut Ranges<'_>,
    checked: &mut Checked,
) -> Result<Content<'a>, &'static str> {
    match (form, signed.content.as_deref()) {
        (Form::Cades | Form::Detached, None) if signed.content_type == oid::DATA => Ok(Content::Ranges),
        (Form::Cades | Form::Detached, None) => Err("content-type-mismatch"),
        (Form::Cades | Form::Detached, Some(_)) => Err("content-not-detached"),
        (Form::Sha1 | Form::Timestamp, None) => Err("content-missing"),
        (Form::Sha1, Some(content)) => {
            checked.digest_seen(Digest::Sha1);
            match signed.content_type == oid::DATA {
                false => Err("content-type-mismatch"),
                true if ranges.digest(Digest::Sha1)? != content => Err("digest-mismatch"),
                true => Ok(Content::Bytes(content)),
            }
        }
        (Form::Timestamp, Some(content)) => {
            if signed.content_type != oid::TST_INFO {
                return Err("content-type-mismatch");
            }
            let info = timestamp::read_info(content).ok_or("timestamp-malformed")?;
            let imprint = info.imprint.clone();
            let kind = Digest::of(&info.imprint_algorithm).ok_or("unsupported-algorithm")?;
            checked.timestamp = Some(info);
            checked.digest_seen(kind);
            if ranges.digest(kind)? == imprint {
                Ok(Content::Bytes(content))
            } else {
                Err("imprint-mismatch")
            }
        }
    }
}

/// `adbe.x509.rsa_sha1` (ISO 32000-1, 12.8.3.2 and table 257): a PKCS#1 value in an OCTET STRING, the
/// signer's certificate first in `/Cert`. The digest is named inside the value: SHA-1, or since PDF
/// 1.6 one of SHA-2.
fn check_pkcs1(contents: &[u8], certificates: &[Vec<u8>], ranges: &mut Ranges<'_>, checked: &mut Checked) {
    checked.certificates = certificates.to_vec();
    let budget = cms::tlv::Budget::new(64);
    let mut reader = cms::tlv::Reader::new(contents, &budget);
    let Ok(value) = reader.octets() else { return checked.problem("cms-malformed") };
    checked.cms_length = contents.len().saturating_sub(reader.remaining().len());
    if reader.remaining().iter().any(|byte| *byte != 0) {
        checked.note("contents-padding-not-zero");
    }
    checked.signature_value = value.to_vec();
    let Some(certificate) = certificates.first().and_then(|der| Glance::at(der)) else {
        return checked.problem("certificate-missing");
    };
    checked.signer_certificate = Some(0);
    checked.signature_algorithm = Some(Scheme::RsaPkcs1(Digest::Sha1).name());
    let key = match PublicKey::read(certificate.key_info) {
        Ok(key) => key,
        Err(refusal) => return checked.problem(refusal.code()),
    };
    if key.is_weak() {
        checked.note("weak-key");
    }
    for kind in [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        let digest = match ranges.digest(kind) {
            Ok(digest) => digest,
            Err(code) => return checked.problem(code),
        };
        if key.verify(Scheme::RsaPkcs1(kind), Message::Digested(&digest), &value).is_ok() {
            return checked.digest_seen(kind);
        }
    }
    checked.problem("signature-invalid");
}

/// Two identifiers of one algorithm, whether NULL stands for the absent parameters or not.
fn same_algorithm(one: &Algorithm, other: &Algorithm) -> bool {
    let bare = |a: &Algorithm| a.parameters.clone().filter(|p| p != &[0x05, 0x00]);
    one.oid == other.oid && bare(one) == bare(other)
}

#[cfg(test)]
mod tests;
