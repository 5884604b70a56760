//! The DER of our own signatures: one signer, detached, PAdES baseline B-B (ETSI EN 319 142-1, RFC 5652, RFC 5035).
//!
//! ```text
//! ContentInfo ─ signedData
//!   SignedData ─ version 1
//!     digestAlgorithms { one }
//!     encapContentInfo ─ id-data, no content: it is the document's byte range
//!     certificates [0] { the signer's, and those that issued it }
//!     signerInfos ─ version 1 ─ issuer and serial number
//!                   signed attributes [0] { content-type, message-digest, signing-certificate-v2 }
//!                   signature algorithm, signature
//! ```
//!
//! **Terms.** What is the same in every signature of one signer is its [`Identity`], encoded once. A signature
//! is then: digest → [`signed_attributes`] → signature over [`Attributes::bytes`] → [`write()`].
//!
//! **Contract.** DER throughout (ISO 32000-2, 12.8.3.3.1): every `SET OF` is in the order of its encodings, the
//! certificates too; the attributes are these three and no others, never a signing-time (EN 319 142-1, 6.3).
//!
//! **Limits and failure.** Nothing here fails, reads hostile bytes or knows a key: names, serial numbers and
//! certificates are taken as the DER that they are.

use super::oid;
use der::asn1::ObjectIdentifier;

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// Context tags, constructed, by number.
const CONTEXT: [u8; 5] = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4];

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap(oid::DATA);
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap(oid::SIGNED_DATA);
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap(oid::CONTENT_TYPE);
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap(oid::MESSAGE_DIGEST);
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap(oid::SIGNING_CERTIFICATE_V2);

/// Digest and signature algorithm, as the CMS names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// SHA-256, `sha256WithRSAEncryption` with `NULL` parameters (RFC 5754, 3.2).
    RsaPkcs1Sha256,
    /// SHA-256, `id-RSASSA-PSS` with MGF1-SHA-256 and 32 bytes of salt (RFC 4055, 3.1; RFC 4056, 3).
    RsaPssSha256,
    /// SHA-256, `ecdsa-with-SHA256` without parameters (RFC 5754, 3.3).
    EcdsaSha256,
    /// SHA-384, `ecdsa-with-SHA384` without parameters.
    EcdsaSha384,
}

/// The certificate of a signer, as far as a CMS speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Signatory<'a> {
    /// DER of the issuer's `Name`.
    pub issuer: &'a [u8],
    /// Serial number, content bytes of the INTEGER.
    pub serial: &'a [u8],
    /// SHA-256 of the certificate.
    pub sha256: [u8; 32],
    /// The certificate and those that issued it, DER.
    pub chain: &'a [Vec<u8>],
}

/// What is the same in every signature of one signer, encoded once.
#[derive(Clone, Debug)]
pub struct Identity {
    suite: Suite,
    certificates: Vec<u8>,
    signer_id: Vec<u8>,
    signing_certificate: Vec<u8>,
}

impl Identity {
    /// Encodes what does not change.
    pub fn new(signatory: &Signatory<'_>, suite: Suite) -> Self {
        let serial = tlv(INTEGER, &[signatory.serial]);
        Self {
            suite,
            certificates: set_of(CONTEXT[0], signatory.chain.to_vec()),
            signer_id: tlv(SEQUENCE, &[signatory.issuer, &serial]),
            signing_certificate: signing_certificate(signatory, &serial),
        }
    }
}

/// What a signature signs: the attributes of RFC 5652, 5.3, as a `SET OF`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// The encodings, in order, without the tag of the set: it is not the same where they are signed and
    /// where they stand.
    content: Vec<u8>,
}

impl Attributes {
    /// The bytes that are signed: DER with the tag SET OF (RFC 5652, 5.4).
    pub fn bytes(&self) -> Vec<u8> {
        tlv(SET, &[&self.content])
    }
}

/// The attributes for a document with this digest.
pub fn signed_attributes(identity: &Identity, digest: &[u8]) -> Attributes {
    let attributes = vec![
        attribute(CONTENT_TYPE, &object(DATA)),
        attribute(MESSAGE_DIGEST, &tlv(OCTET_STRING, &[digest])),
        identity.signing_certificate.clone(),
    ];
    Attributes { content: sorted(attributes).concat() }
}

/// The `ContentInfo`, whole, with the signature that was made over the attributes.
pub fn write(identity: &Identity, attributes: &Attributes, signature: &[u8]) -> Vec<u8> {
    let version = tlv(INTEGER, &[&[1]]);
    let digest = identity.suite.digest();
    let signer = tlv(
        SEQUENCE,
        &[
            &version,
            &identity.signer_id,
            &digest,
            &tlv(CONTEXT[0], &[&attributes.content]),
            &identity.suite.signature(),
            &tlv(OCTET_STRING, &[signature]),
        ],
    );
    let signed_data = tlv(
        SEQUENCE,
        &[
            &version,
            &tlv(SET, &[&digest]),
            &tlv(SEQUENCE, &[&object(DATA)]),
            &identity.certificates,
            &tlv(SET, &[&signer]),
        ],
    );
    tlv(SEQUENCE, &[&object(SIGNED_DATA), &tlv(CONTEXT[0], &[&signed_data])])
}

/// `SigningCertificateV2` (RFC 5035, 3): the hash is SHA-256, which is the default and so must be left out.
fn signing_certificate(signatory: &Signatory<'_>, serial: &[u8]) -> Vec<u8> {
    let hash = tlv(OCTET_STRING, &[&signatory.sha256]);
    // GeneralNames with one directoryName, whose tag is explicit since Name is a CHOICE.
    let issuer = tlv(SEQUENCE, &[&tlv(CONTEXT[4], &[signatory.issuer])]);
    let certificate = tlv(SEQUENCE, &[&hash, &tlv(SEQUENCE, &[&issuer, serial])]);
    attribute(SIGNING_CERTIFICATE_V2, &tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&certificate])]))
}

impl Suite {
    /// The digest algorithm, parameters absent (RFC 5754, 2).
    fn digest(self) -> Vec<u8> {
        match self {
            Self::RsaPkcs1Sha256 | Self::RsaPssSha256 | Self::EcdsaSha256 => algorithm(SHA256, &[]),
            Self::EcdsaSha384 => algorithm(SHA384, &[]),
        }
    }

    fn signature(self) -> Vec<u8> {
        match self {
            Self::RsaPkcs1Sha256 => algorithm(RSA_SHA256, &tlv(NULL, &[])),
            Self::RsaPssSha256 => algorithm(RSA_PSS, &pss_parameters()),
            Self::EcdsaSha256 => algorithm(ECDSA_SHA256, &[]),
            Self::EcdsaSha384 => algorithm(ECDSA_SHA384, &[]),
        }
    }
}

/// `RSASSA-PSS-params` (RFC 4055, 3.1): all but the trailer differ from their defaults; the hash carries
/// `NULL` there (RFC 4055, 2.1).
fn pss_parameters() -> Vec<u8> {
    let sha256 = algorithm(SHA256, &tlv(NULL, &[]));
    tlv(
        SEQUENCE,
        &[
            &tlv(CONTEXT[0], &[&sha256]),
            &tlv(CONTEXT[1], &[&algorithm(MGF1, &sha256)]),
            &tlv(CONTEXT[2], &[&tlv(INTEGER, &[&[32]])]),
        ],
    )
}

fn algorithm(oid: ObjectIdentifier, parameters: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&object(oid), parameters])
}

fn attribute(oid: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&object(oid), &tlv(SET, &[value])])
}

fn object(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(OBJECT_IDENTIFIER, &[oid.as_bytes()])
}

fn set_of(tag: u8, elements: Vec<Vec<u8>>) -> Vec<u8> {
    tlv(tag, &[&sorted(elements).concat()])
}

/// The order of a `SET OF` (X.690, 11.6): by encoding. No encoding is the beginning of another, so that
/// the padding of the shorter one never decides.
fn sorted(mut elements: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    elements.sort_unstable();
    elements
}

/// Tag, definite length in its shortest form (X.690, 10.1), and the parts of the content.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(length.saturating_add(10));
    bytes.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => bytes.push(short),
        _ => {
            let digits = length.to_be_bytes();
            let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
            bytes.push(0x80 | u8::try_from(digits.len()).unwrap_or_default());
            bytes.extend(digits);
        }
    }
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(suite: Suite) -> Identity {
        let chain = [vec![0x30, 0x03, 9, 9, 9], vec![0x30, 0x01, 7], vec![0x30, 0x03, 9, 9, 8]];
        let (issuer, sha256) = ([0x30, 0x00], [0xab; 32]);
        Identity::new(&Signatory { issuer: &issuer, serial: &[0x5a], sha256, chain: &chain }, suite)
    }

    fn contains(whole: &[u8], part: &[u8]) -> bool {
        whole.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn lengths_are_written_in_their_shortest_form() {
        assert_eq!(tlv(4, &[]), [4, 0]);
        assert_eq!(tlv(4, &[&[0; 127]])[..2], [4, 127]);
        assert_eq!(tlv(4, &[&[0; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(tlv(4, &[&[0; 200], &[0; 56]])[..4], [4, 0x82, 1, 0]);
        assert_eq!(tlv(4, &[&[0; 65_536]])[..5], [4, 0x83, 1, 0, 0]);
    }

    #[test]
    fn the_attributes_are_three_and_in_the_order_of_their_encodings() {
        let attributes = signed_attributes(&identity(Suite::EcdsaSha256), &[0xcd; 32]);
        let bytes = attributes.bytes();
        let (content_type, digest) = (
            attribute(CONTENT_TYPE, &object(DATA)),
            attribute(MESSAGE_DIGEST, &tlv(OCTET_STRING, &[&[0xcd; 32]])),
        );
        let rest = [content_type.clone(), digest.clone()].concat().len();
        assert_eq!(bytes[0], SET);
        assert!(attributes.content.starts_with(&[content_type, digest].concat()));
        assert_eq!(tlv(SEQUENCE, &[&attributes.content[rest + 2..]]), attributes.content[rest..]);
        let signing_time = ObjectIdentifier::new_unwrap(oid::SIGNING_TIME);
        assert!(!contains(&bytes, signing_time.as_bytes()), "PAdES forbids signing-time");
    }

    #[test]
    fn the_default_hash_of_the_signing_certificate_is_left_out() {
        let certificate = identity(Suite::EcdsaSha384).signing_certificate;
        assert!(!contains(&certificate, SHA256.as_bytes()));
        let directory_name = [0x30, 0x04, 0xa4, 0x02, 0x30, 0x00];
        assert!(contains(&certificate, &[&directory_name[..], &[0x02, 0x01, 0x5a]].concat()));
    }

    #[test]
    fn certificates_are_in_the_order_of_a_set() {
        let expected = [0xa0, 13, 0x30, 1, 7, 0x30, 3, 9, 9, 8, 0x30, 3, 9, 9, 9];
        assert_eq!(identity(Suite::RsaPkcs1Sha256).certificates, expected);
    }

    #[test]
    fn parameters_are_where_the_standards_want_them() {
        assert!(Suite::RsaPkcs1Sha256.signature().ends_with(&[0x05, 0x00]));
        assert!(!Suite::EcdsaSha256.signature().ends_with(&[0x05, 0x00]));
        assert!(!Suite::RsaPkcs1Sha256.digest().ends_with(&[0x05, 0x00]));
        // As `openssl cms -sign -keyopt rsa_padding_mode:pss` writes them for SHA-256 and 32 bytes of salt.
        let expected = "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108\
                        300d06096086480165030402010500a203020120";
        let written: String = pss_parameters().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, expected);
    }
}
