//! Reads `ContentInfo` with `SignedData` (RFC 5652, 3 and 5.1) out of hostile bytes, BER or DER.
//!
//! ```text
//! ContentInfo ─ SignedData ─┬ version, digestAlgorithms        (passed over)
//!                           ├ encapContentInfo ─ type, content?
//!                           ├ [0] certificates?  [1] crls?      (in either order)
//!                           └ signerInfos ─ sid, digest, [0] signed?, algorithm, value, [1] unsigned?
//! ```
//!
//! Kept as bytes: what was signed, certificates, lists, attribute values. Nothing is judged here: an
//! unknown algorithm, a missing certificate or a second signer is somebody else's fact. What follows
//! the `ContentInfo` is padding and is not looked at. A fault refuses the whole.

use super::tlv::{self, Budget, Element, Reader};
use super::{Algorithm, Attribute, CmsFault, SignedData, SignerId, SignerInfo, oid};

/// Octets of a `ContentInfo`. Long-term validation material inside the CMS, CRLs of large authorities
/// included, stays under one mebibyte.
pub const MAX_LENGTH: usize = 4 << 20;
/// Certificates, and likewise CRLs, in one `SignedData`; real ones have two to five.
pub const MAX_CERTIFICATES: usize = 64;
/// Signers in one `SignedData`; PAdES allows one (EN 319 142-1, 5.3).
pub const MAX_SIGNERS: usize = 8;
/// Attributes of a signer of each kind, and values of an attribute.
pub const MAX_ATTRIBUTES: usize = 64;
/// Element headers read in one input; real ones need a few hundred, as certificates stay closed.
const MAX_ELEMENTS: usize = 100_000;

/// Reads a `ContentInfo` that holds `SignedData`, BER or DER; bytes after it are padding and not looked at.
///
/// # Errors
/// Another structure or content type, or more than the limits of this module allow.
pub fn read(bytes: &[u8]) -> Result<SignedData, CmsFault> {
    let budget = Budget::new(MAX_ELEMENTS);
    let info = content_info(bytes, &budget)?;
    let mut fields = info.open(&budget)?;
    let kind = fields.oid()?;
    if kind != oid::SIGNED_DATA {
        return Err(CmsFault::NotSignedData { found: kind });
    }
    let mut explicit = fields.enter(tlv::CONTEXT_0)?;
    fields.end()?;
    let mut signed = explicit.enter(tlv::SEQUENCE)?;
    explicit.end()?;
    signed_data(&mut signed, &budget, info.raw.len())
}

/// How long the first BER element is, without reading it.
///
/// # Errors
/// No SEQUENCE, or one that does not end within the input or the limits.
pub fn read_content_info(bytes: &[u8]) -> Result<usize, CmsFault> {
    content_info(bytes, &Budget::new(MAX_ELEMENTS)).map(|info| info.raw.len())
}

fn content_info<'a>(bytes: &'a [u8], budget: &Budget) -> Result<Element<'a>, CmsFault> {
    let info = Reader::new(bytes, budget).expect(tlv::SEQUENCE)?;
    if info.raw.len() > MAX_LENGTH { Err(CmsFault::Limit) } else { Ok(info) }
}

fn signed_data(reader: &mut Reader<'_, '_>, budget: &Budget, length: usize) -> Result<SignedData, CmsFault> {
    reader.integer()?;
    reader.expect(tlv::SET)?;
    let (content_type, content) = encapsulated(&mut reader.enter(tlv::SEQUENCE)?)?;
    let (mut certificates, mut crls) = (None, None);
    loop {
        if certificates.is_none()
            && let Some(set) = reader.optional(tlv::CONTEXT_0)?
        {
            certificates = Some(choices(&set, budget, &OTHER_CERTIFICATES)?);
        } else if crls.is_none()
            && let Some(set) = reader.optional(tlv::CONTEXT_1)?
        {
            crls = Some(choices(&set, budget, &OTHER_LISTS)?);
        } else {
            break;
        }
    }
    let mut infos = reader.enter(tlv::SET)?;
    reader.end()?;
    let mut signers = Vec::new();
    while !infos.is_empty() {
        if signers.len() == MAX_SIGNERS {
            return Err(CmsFault::Limit);
        }
        signers.push(signer_info(&mut infos.enter(tlv::SEQUENCE)?, budget)?);
    }
    Ok(SignedData {
        content_type,
        content,
        certificates: certificates.unwrap_or_default(),
        crls: crls.unwrap_or_default(),
        signers,
        length,
    })
}

/// `EncapsulatedContentInfo` (RFC 5652, 5.2).
fn encapsulated(reader: &mut Reader<'_, '_>) -> Result<(String, Option<Vec<u8>>), CmsFault> {
    let kind = reader.oid()?;
    if reader.is_empty() {
        return Ok((kind, None));
    }
    let mut explicit = reader.enter(tlv::CONTEXT_0)?;
    reader.end()?;
    let content = explicit.octets()?.into_owned();
    explicit.end()?;
    Ok((kind, Some(content)))
}

/// `CertificateChoices` that are no X.509 certificate (RFC 5652, 10.2.2): passed over.
const OTHER_CERTIFICATES: [u8; 4] = [tlv::CONTEXT_0, tlv::CONTEXT_1, tlv::CONTEXT_2, tlv::CONTEXT_3];
/// `RevocationInfoChoice` that is no CRL (RFC 5652, 10.2.1): passed over.
const OTHER_LISTS: [u8; 1] = [tlv::CONTEXT_1];

fn choices(set: &Element<'_>, budget: &Budget, others: &[u8]) -> Result<Vec<Vec<u8>>, CmsFault> {
    let mut reader = set.open(budget)?;
    let mut taken = Vec::new();
    let mut seen = 0;
    while !reader.is_empty() {
        seen += 1;
        if seen > MAX_CERTIFICATES {
            return Err(CmsFault::Limit);
        }
        let fault = reader.fault();
        let choice = reader.any()?;
        match choice.tag {
            tlv::SEQUENCE => taken.push(choice.raw.to_vec()),
            tag if others.contains(&tag) => {}
            _ => return Err(fault),
        }
    }
    Ok(taken)
}

/// RFC 5652, 5.3.
fn signer_info(reader: &mut Reader<'_, '_>, budget: &Budget) -> Result<SignerInfo, CmsFault> {
    reader.integer()?;
    let signer = signer_id(reader)?;
    let digest = algorithm(reader)?;
    let signed = reader.optional(tlv::CONTEXT_0)?;
    let signature_algorithm = algorithm(reader)?;
    let signature = reader.octets()?.into_owned();
    let unsigned = reader.optional(tlv::CONTEXT_1)?;
    reader.end()?;
    Ok(SignerInfo {
        signer,
        digest,
        signed_bytes: signed.as_ref().map(|set| signed_bytes(set, budget)).transpose()?,
        signed: signed.map(|set| attributes(&set, budget)).transpose()?.unwrap_or_default(),
        signature_algorithm,
        signature,
        unsigned: unsigned.map(|set| attributes(&set, budget)).transpose()?.unwrap_or_default(),
    })
}

fn signer_id(reader: &mut Reader<'_, '_>) -> Result<SignerId, CmsFault> {
    /// `[0] IMPLICIT OCTET STRING`, primitive and constructed.
    const KEY_ID: u8 = 0x80;
    if let Some(id) = reader.optional(KEY_ID)? {
        return Ok(SignerId::KeyId(id.content.to_vec()));
    }
    let mut id = reader.enter(tlv::SEQUENCE)?;
    let issuer = id.expect(tlv::SEQUENCE)?.raw.to_vec();
    let serial = id.integer()?.to_vec();
    id.end()?;
    Ok(SignerId::IssuerAndSerial { issuer, serial })
}

/// `AlgorithmIdentifier` (RFC 5280, 4.1.1.2).
pub(crate) fn algorithm(reader: &mut Reader<'_, '_>) -> Result<Algorithm, CmsFault> {
    let mut fields = reader.enter(tlv::SEQUENCE)?;
    let oid = fields.oid()?;
    let parameters = if fields.is_empty() { None } else { Some(fields.any()?.raw.to_vec()) };
    fields.end()?;
    Ok(Algorithm { oid, parameters })
}

fn attributes(set: &Element<'_>, budget: &Budget) -> Result<Vec<Attribute>, CmsFault> {
    let mut reader = set.open(budget)?;
    let mut all = Vec::new();
    while !reader.is_empty() {
        if all.len() == MAX_ATTRIBUTES {
            return Err(CmsFault::Limit);
        }
        let mut fields = reader.enter(tlv::SEQUENCE)?;
        let oid = fields.oid()?;
        let mut of = fields.enter(tlv::SET)?;
        fields.end()?;
        let mut values = Vec::new();
        while !of.is_empty() {
            if values.len() == MAX_ATTRIBUTES {
                return Err(CmsFault::Limit);
            }
            values.push(of.any()?.raw.to_vec());
        }
        all.push(Attribute { oid, values });
    }
    Ok(all)
}

/// The signed attributes with the tag SET OF in place of `[0]` (RFC 5652, 5.4): exactly as they stand
/// where every length is DER's (a signer who forgot to sort signed them unsorted), else as DER.
fn signed_bytes(set: &Element<'_>, budget: &Budget) -> Result<Vec<u8>, CmsFault> {
    let retagged = set.tagged(tlv::SET);
    if !has_der_lengths(&retagged, budget)? {
        return tlv::to_der(&retagged, budget);
    }
    let mut bytes = Vec::with_capacity(set.raw.len());
    tlv::put(&mut bytes, tlv::SET, set.content);
    Ok(bytes)
}

/// Looks at the set, its attributes, and what these hold, down to the values; what lies inside a
/// value is the value's own encoding.
fn has_der_lengths(set: &Element<'_>, budget: &Budget) -> Result<bool, CmsFault> {
    let mut levels = vec![set.open(budget)?];
    let mut all = set.der_length;
    while let Some(level) = levels.last_mut() {
        if level.is_empty() {
            levels.pop();
            continue;
        }
        let element = level.any()?;
        all &= element.der_length && element.tag != tlv::OCTET_STRING | 0x20;
        if matches!(element.tag, tlv::SEQUENCE | tlv::SET) {
            levels.push(element.open(budget)?);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
