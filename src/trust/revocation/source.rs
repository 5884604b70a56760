//! Where a certificate says that its revocation is told, and what to ask there (RFC 5280, 4.2.1.13 and 4.2.2.1; RFC 6960, 4.1).
//!
//! Nothing is fetched here. Only certificates of a path to a trusted anchor are asked about, so that a document cannot send
//! whoever verifies it to a place of its own choosing.

use crate::cms::tlv;
use crate::trust::TrustStore;
use crate::trust::certificate::{Certificate, URI};
use crate::trust::mathematics::Digest;

/// Places of one kind that are taken from one certificate; two are usual.
const MAX_PLACES: usize = 4;
/// Octets of a URI.
const MAX_URI: usize = 2048;

/// A place that tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A certificate revocation list lies there.
    List {
        /// `http://…`
        uri: String,
    },
    /// An OCSP responder answers there.
    Answer {
        /// `http://…`
        uri: String,
        /// The `OCSPRequest`, DER.
        request: Vec<u8>,
    },
}

impl Source {
    /// Where it is.
    pub fn uri(&self) -> &str {
        match self {
            Self::List { uri } | Self::Answer { uri, .. } => uri,
        }
    }
}

impl TrustStore {
    /// Where it is told how a certificate stands that this issuer signed: responders first, then lists; over HTTP alone, as
    /// what they tell is signed.
    pub fn sources(certificate: &[u8], issuer: &[u8]) -> Vec<Source> {
        let (Ok(certificate), Ok(issuer)) = (Certificate::read(certificate), Certificate::read(issuer))
        else {
            return Vec::new();
        };
        let extensions = &certificate.extensions;
        let responders = extensions.answers_at.iter().filter_map(|place| http(place)).take(MAX_PLACES);
        let request = request(&certificate, &issuer).unwrap_or_default();
        let answers = responders.map(|uri| Source::Answer { uri, request: request.clone() });
        // a general name: tag, length, and the URI
        let names = extensions.lists_at.iter().filter(|name| name.first() == Some(&URI));
        let places = names.filter_map(|name| {
            let budget = tlv::Budget::new(1);
            http(tlv::Reader::new(name, &budget).any().ok()?.content)
        });
        answers.chain(places.take(MAX_PLACES).map(|uri| Source::List { uri })).collect()
    }
}

fn http(place: &[u8]) -> Option<String> {
    let uri = std::str::from_utf8(place).ok().filter(|uri| uri.len() <= MAX_URI && uri.is_ascii())?;
    let plain = uri.bytes().all(|octet| octet.is_ascii_graphic());
    (plain && uri.starts_with("http://")).then(|| uri.to_owned())
}

/// `OCSPRequest` for one certificate, without a nonce: responders may answer from what they prepared (RFC 5019, 2.1).
fn request(certificate: &Certificate<'_>, issuer: &Certificate<'_>) -> Option<Vec<u8>> {
    /// `AlgorithmIdentifier` of SHA-1: what every responder understands (RFC 5019, 2.1.1); it proves nothing here.
    const SHA1: [u8; 11] = [0x30, 9, 6, 5, 0x2B, 0x0E, 3, 2, 0x1A, 5, 0];
    let digest = |octets: &[u8]| element(tlv::OCTET_STRING, &[&Digest::Sha1.digest(octets)]);
    let serial = element(tlv::INTEGER, &[certificate.serial]);
    let id = element(
        tlv::SEQUENCE,
        &[&SHA1, &digest(certificate.issuer_der), &digest(issuer.key_bits()?), &serial],
    );
    // OCSPRequest, TBSRequest, requestList, Request
    let one = element(tlv::SEQUENCE, &[&id]);
    Some(element(tlv::SEQUENCE, &[&element(tlv::SEQUENCE, &[&element(tlv::SEQUENCE, &[&one])])]))
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    tlv::put(&mut all, tag, &parts.concat());
    all
}
