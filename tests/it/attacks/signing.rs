//! Signatures of anybody: strangers, and officials who sign what they should not.

use super::forge::rfind;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use pecete::cms::{self, Identity, Signatory, Suite};
use pecete::pki::Issued;
use sha2::{Digest as _, Sha256};

/// Bytes kept for a CMS.
const RESERVED: usize = 4_000;

/// A signature dictionary with a hole; `more` are further entries.
pub(crate) fn dictionary(more: &str) -> String {
    let (range, contents) = (" ".repeat(40), "0".repeat(2 * RESERVED));
    format!(
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[{range}]/Contents<{contents}>{more}>>"
    )
}

/// Certifies with this level.
pub(crate) fn certifying(level: u8) -> String {
    dictionary(&format!(
        "/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P {level}/V/1.2>>>>]"
    ))
}

/// Fills the last hole of a document.
pub(crate) fn sign(mut bytes: Vec<u8>, by: &Issued) -> Vec<u8> {
    let range_at = rfind(&bytes, b"/ByteRange[") + "/ByteRange[".len();
    let from = range_at + rest(&bytes, range_at, b"/Contents<") + "/Contents".len();
    let to = from + 2 * RESERVED + 2;
    let range = format!("{:<40}", format!("0 {from} {to} {}", bytes.len() - to));
    bytes[range_at..range_at + 40].copy_from_slice(range.as_bytes());
    let cms = cms_over(&[&bytes[..from], &bytes[to..]], by);
    let digits: String = cms.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes[from + 1..from + 1 + digits.len()].copy_from_slice(digits.as_bytes());
    bytes
}

fn rest(bytes: &[u8], from: usize, pattern: &[u8]) -> usize {
    super::forge::find(&bytes[from..], pattern)
}

fn cms_over(parts: &[&[u8]], by: &Issued) -> Vec<u8> {
    let (_, leaf) = x509_parser::parse_x509_certificate(&by.certificate).expect("a certificate");
    let certificate = leaf.tbs_certificate;
    let signatory = Signatory {
        issuer: certificate.issuer.as_raw(),
        serial: certificate.raw_serial(),
        sha256: Sha256::digest(&by.certificate).into(),
        chain: &by.chain,
    };
    let identity = Identity::new(&signatory, Suite::EcdsaSha256);
    let attributes = cms::signed_attributes(&identity, &Sha256::digest(parts.concat()));
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &by.key).expect("a key");
    let signature = key.sign(&SystemRandom::new(), &attributes.bytes()).expect("signed");
    cms::write(&identity, &attributes, signature.as_ref())
}
