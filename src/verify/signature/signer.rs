//! One signer of a CMS: its attributes (RFC 5652, 11; RFC 5035; RFC 6211) and its signature.
//!
//! Everything that does not hold is told, not only the first, so that a report can say whether the
//! document, the attributes or the key is at fault.

use super::certificate::Glance;
use super::{Checked, Form, Ranges, same_algorithm};
use crate::cms::tlv::{self, Budget, Reader};
use crate::cms::{self, Attribute, CmsFault, SignerInfo, oid};
use crate::trust::mathematics::{Digest, Message, PublicKey, Refusal, Scheme};

/// Certificates that answer to one signer identifier and are tried. Two do where an authority
/// certified a key anew under an old serial number; a heap of them is an attack on our time.
const MAX_CANDIDATES: usize = 4;
/// Elements in a signing-certificate attribute.
const MAX_ELEMENTS: usize = 1000;

/// Attributes of which a signature has at most one, with one value (RFC 5652, 11.3; EN 319 122-1, 5.2);
/// those that are looked at say so themselves.
const SINGULAR: [&str; 4] =
    [oid::SIGNING_TIME, oid::SIGNER_ATTRIBUTES_V2, oid::SIGNER_LOCATION, oid::SIGNATURE_POLICY];

/// What the message digest is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// The byte range of the document.
    Ranges,
    /// The content of the CMS, which is already bound to the byte range.
    Bytes(&'a [u8]),
    /// A content whose problem has been told: what the digest should be is not known.
    Unknown,
}

impl Content<'_> {
    fn digest(self, kind: Digest, ranges: &mut Ranges<'_>) -> Result<Option<Vec<u8>>, &'static str> {
        match self {
            Self::Ranges => ranges.digest(kind).map(Some),
            Self::Bytes(bytes) => Ok(Some(kind.digest(bytes))),
            Self::Unknown => Ok(None),
        }
    }
}

/// Checks one signer; the answer is which certificate verified it, else which one it names.
pub(super) fn check(
    form: Form,
    content_type: &str,
    content: Content<'_>,
    info: &SignerInfo,
    certificates: &[Option<Glance<'_>>],
    ranges: &mut Ranges<'_>,
    checked: &mut Checked,
) -> Option<usize> {
    let digest = Digest::of(&info.digest);
    let scheme = match (digest, Scheme::of(&info.signature_algorithm, digest)) {
        (Some(digest), Ok(scheme)) => Some((digest, scheme)),
        _ => None,
    };
    let Some((digest, scheme)) = scheme else {
        checked.problem(Refusal::Unsupported.code());
        return named(info, certificates).next().map(|(index, _)| index);
    };
    checked.digest_seen(digest);
    checked.signature_algorithm.get_or_insert(scheme.name());
    if let Some(other) = scheme.digest().filter(|of_scheme| *of_scheme != digest) {
        // Over attributes there are two digests, the content's and the attributes', and both are computed as they are
        // named (RFC 5652, 5.4); without them there is one, and it cannot have two names.
        checked.digest_seen(other);
        match info.signed_bytes {
            Some(_) => checked.note("digest-algorithm-mismatch"),
            None => checked.problem("digest-algorithm-mismatch"),
        }
    }
    let computed = content.digest(digest, ranges).unwrap_or_else(|code| {
        checked.problem(code);
        None
    });
    if info.signed_bytes.is_some() {
        attributes(form, content_type, computed.as_deref(), info, checked);
    } else if form == Form::Cades || content_type != oid::DATA {
        // RFC 5652, 5.3: they must be there for any content but data; EN 319 122-1, 5.1: and in CAdES.
        checked.problem("signed-attributes-missing");
    }
    let message = match (&info.signed_bytes, content, &computed) {
        (Some(bytes), ..) => Message::Whole(bytes),
        (None, Content::Bytes(bytes), _) => Message::Whole(bytes),
        (None, _, Some(computed)) => Message::Digested(computed),
        (None, _, None) => return named(info, certificates).next().map(|(index, _)| index),
    };
    signature(scheme, message, info, certificates, checked)
}

/// The certificates that answer to the signer identifier.
fn named<'a, 'c>(
    info: &'a SignerInfo,
    certificates: &'a [Option<Glance<'c>>],
) -> impl Iterator<Item = (usize, &'a Glance<'c>)> {
    let readable = certificates.iter().enumerate().filter_map(|(i, g)| Some((i, g.as_ref()?)));
    readable.filter(|(_, glance)| glance.is(&info.signer)).take(MAX_CANDIDATES)
}

fn signature(
    scheme: Scheme,
    message: Message<'_>,
    info: &SignerInfo,
    certificates: &[Option<Glance<'_>>],
    checked: &mut Checked,
) -> Option<usize> {
    let mut first = None;
    let mut refusal = None;
    for (index, certificate) in named(info, certificates) {
        first.get_or_insert(index);
        let verified = PublicKey::read(certificate.key_info).and_then(|key| {
            key.verify(scheme, message, &info.signature)?;
            Ok(key)
        });
        match verified {
            Ok(key) => {
                if key.is_weak() {
                    checked.note("weak-key");
                }
                signing_certificate(info, certificate.der, checked);
                return Some(index);
            }
            Err(reason) => refusal = Some(reason),
        }
    }
    checked.problem(refusal.map_or("certificate-missing", Refusal::code));
    first
}

fn attributes(
    form: Form,
    content_type: &str,
    computed: Option<&[u8]>,
    info: &SignerInfo,
    checked: &mut Checked,
) {
    match single(info, oid::MESSAGE_DIGEST).and_then(|value| octets(value).ok_or("attribute-malformed")) {
        Ok(digest) if computed.is_some_and(|computed| computed != digest) => {
            checked.problem("digest-mismatch");
        }
        Ok(_) => {}
        Err(code) => checked.problem(code),
    }
    match single(info, oid::CONTENT_TYPE).and_then(|value| identifier(value).ok_or("attribute-malformed")) {
        Ok(found) if found != content_type => checked.problem("content-type-mismatch"),
        Ok(_) => {}
        Err(code) => checked.problem(code),
    }
    if find(info, oid::ALGORITHM_PROTECTION).next().is_some() {
        match single(info, oid::ALGORITHM_PROTECTION).map(|value| protects(value, info)) {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => checked.problem("algorithm-protection-mismatch"),
            Ok(Err(_)) => checked.problem("attribute-malformed"),
            Err(code) => checked.problem(code),
        }
    }
    if SINGULAR.iter().any(|oid| single(info, oid) == Err("attribute-repeated")) {
        checked.problem("attribute-repeated");
    }
    let names_certificate = find(info, oid::SIGNING_CERTIFICATE).next().is_some()
        || find(info, oid::SIGNING_CERTIFICATE_V2).next().is_some();
    if !names_certificate && matches!(form, Form::Cades | Form::Timestamp) {
        checked.note("signing-certificate-absent");
    }
}

fn find<'a>(info: &'a SignerInfo, oid: &'static str) -> impl Iterator<Item = &'a Attribute> {
    info.signed.iter().filter(move |attribute| attribute.oid == oid)
}

/// The one value of the one attribute of this type.
fn single<'a>(info: &'a SignerInfo, oid: &'static str) -> Result<&'a [u8], &'static str> {
    let mut all = find(info, oid);
    match (all.next().map(|a| a.values.as_slice()), all.next()) {
        (None, _) => Err("attribute-missing"),
        (Some([value]), None) => Ok(value),
        _ => Err("attribute-repeated"),
    }
}

fn octets(der: &[u8]) -> Option<Vec<u8>> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut reader = Reader::new(der, &budget);
    let value = reader.octets().ok()?;
    reader.end().ok()?;
    Some(value.into_owned())
}

fn identifier(der: &[u8]) -> Option<String> {
    let budget = Budget::new(1);
    let mut reader = Reader::new(der, &budget);
    let value = reader.oid().ok()?;
    reader.end().ok()?;
    Some(value)
}

/// `CMSAlgorithmProtection` (RFC 6211, 2): the algorithms are those of the signer info.
fn protects(value: &[u8], info: &SignerInfo) -> Result<bool, CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut fields = Reader::new(value, &budget).enter(tlv::SEQUENCE)?;
    let digest = cms::algorithm(&mut fields)?;
    let fault = fields.fault();
    let signature = fields.optional(tlv::CONTEXT_1)?.ok_or(fault)?;
    fields.end()?;
    // `[1] IMPLICIT AlgorithmIdentifier`: the contents are those of the SEQUENCE.
    let mut explicit = Vec::with_capacity(signature.raw.len());
    tlv::put(&mut explicit, tlv::SEQUENCE, signature.content);
    let signature = cms::algorithm(&mut Reader::new(&explicit, &budget))?;
    Ok(same_algorithm(&digest, &info.digest) && same_algorithm(&signature, &info.signature_algorithm))
}

/// Each signing-certificate attribute names the certificate that verified (RFC 2634, 5.4; RFC 5035, 3).
fn signing_certificate(info: &SignerInfo, certificate: &[u8], checked: &mut Checked) {
    for oid in [oid::SIGNING_CERTIFICATE, oid::SIGNING_CERTIFICATE_V2] {
        if find(info, oid).next().is_none() {
            continue;
        }
        match single(info, oid).map(|value| first_certificate(value, oid == oid::SIGNING_CERTIFICATE_V2)) {
            Ok(Ok((Some(kind), digest))) if kind.digest(certificate) == digest => {}
            Ok(Ok((Some(_), _))) => checked.problem("signing-certificate-mismatch"),
            Ok(Ok((None, _))) => checked.problem(Refusal::Unsupported.code()),
            Ok(Err(_)) => checked.problem("attribute-malformed"),
            Err(code) => checked.problem(code),
        }
    }
}

/// Digest of the first `ESSCertID` or `ESSCertIDv2`, which is the signer's.
fn first_certificate(value: &[u8], second_version: bool) -> Result<(Option<Digest>, Vec<u8>), CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let mut first =
        Reader::new(value, &budget).enter(tlv::SEQUENCE)?.enter(tlv::SEQUENCE)?.enter(tlv::SEQUENCE)?;
    let default = if second_version { Digest::Sha256 } else { Digest::Sha1 };
    let has_algorithm = second_version && first.remaining().first() == Some(&tlv::SEQUENCE);
    let kind = if has_algorithm { Digest::of(&cms::algorithm(&mut first)?) } else { Some(default) };
    Ok((kind, first.octets()?.into_owned()))
}
