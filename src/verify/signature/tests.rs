//! CMS made here by hand and signed with the treasury side's crypto: two implementations must agree.

use super::*;
use crate::cms::tlv::put;
use rcgen::{CertificateParams, KeyPair, PublicKeyData as _, RsaKeySize, SigningKey as _};
use std::sync::LazyLock;

const DOCUMENT: &[u8] = b"%PDF-1.7 what the person saw";

/// An element of these parts.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    put(&mut all, tag, &parts.concat());
    all
}

fn identifier(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let septets: Vec<u8> = (0..10).map(|i| (arc >> (7 * (9 - i)) & 0x7F) as u8).collect();
        let from = septets.iter().position(|s| *s != 0).unwrap_or(9);
        let last = septets.len() - 1;
        content.extend(septets[from..last].iter().map(|s| s | 0x80));
        content.push(septets[last]);
    }
    der(0x06, &[&content])
}

fn algorithm(oid: &str, parameters: &[u8]) -> Vec<u8> {
    der(0x30, &[&identifier(oid), parameters])
}

fn attribute(oid: &str, values: &[&[u8]]) -> Vec<u8> {
    der(0x30, &[&identifier(oid), &der(0x31, values)])
}

const NULL: &[u8] = &[5, 0];
const SHA1: &str = "1.3.14.3.2.26";
const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const SHA512: &str = "2.16.840.1.101.3.4.2.3";
const RSA_SHA256: &str = "1.2.840.113549.1.1.11";

struct Person {
    key: KeyPair,
    certificate: Vec<u8>,
}

impl Person {
    fn new(key: KeyPair) -> Self {
        let certificate = CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap();
        Self { key, certificate: certificate.der().to_vec() }
    }
}

/// Making an RSA key takes a while: one serves all tests.
static RSA: LazyLock<Person> = LazyLock::new(|| {
    Person::new(KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap())
});

/// A signature before it is put together; tests change what they are about.
struct Recipe {
    content_type: &'static str,
    content: Option<Vec<u8>>,
    digest: (&'static str, Vec<u8>),
    signature: Vec<u8>,
    attributes: Vec<Vec<u8>>,
    certificates: Vec<Vec<u8>>,
    sid: Option<Vec<u8>>,
}

impl Recipe {
    /// PAdES B-B by this person: content-type, message-digest, signing-certificate-v2.
    fn cades(person: &Person, signature: Vec<u8>) -> Self {
        let certificate = Digest::Sha256.digest(&person.certificate);
        let ess = der(0x30, &[&der(0x30, &[&der(0x30, &[&der(0x04, &[&certificate])])])]);
        Self {
            content_type: oid::DATA,
            content: None,
            digest: (SHA256, Digest::Sha256.digest(DOCUMENT)),
            signature,
            attributes: vec![attribute(oid::SIGNING_CERTIFICATE_V2, &[&ess])],
            certificates: vec![person.certificate.clone()],
            sid: None,
        }
        .with_basics()
    }

    fn rsa() -> Self {
        Self::cades(&RSA, algorithm(RSA_SHA256, NULL))
    }

    fn with_basics(mut self) -> Self {
        let kind = attribute(oid::CONTENT_TYPE, &[&identifier(self.content_type)]);
        let digest = attribute(oid::MESSAGE_DIGEST, &[&der(0x04, &[&self.digest.1])]);
        self.attributes.splice(0..0, [kind, digest]);
        self
    }

    fn without(mut self, oid: &str) -> Self {
        let name = identifier(oid);
        self.attributes.retain(|a| !a.windows(name.len()).any(|w| w == name));
        self
    }

    fn sign(self, person: &Person) -> Vec<u8> {
        self.sign_by(person, |bytes| person.key.sign(bytes).unwrap())
    }

    fn sign_by(self, person: &Person, sign: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let attributes: Vec<&[u8]> = self.attributes.iter().map(Vec::as_slice).collect();
        let value = match (&self.content, attributes.is_empty()) {
            (Some(content), true) => sign(content),
            (None, true) => sign(DOCUMENT),
            _ => sign(&der(0x31, &attributes)),
        };
        let glance = Glance::at(&person.certificate).unwrap();
        let sid = self.sid.unwrap_or_else(|| der(0x30, &[glance.issuer, &der(0x02, &[glance.serial])]));
        let digest = algorithm(self.digest.0, &[]);
        let signed = if attributes.is_empty() { Vec::new() } else { der(0xA0, &attributes) };
        let value = der(0x04, &[&value]);
        let info = der(0x30, &[&[2, 1, 1], &sid, &digest, &signed, &self.signature, &value]);
        let content = self.content.map_or(Vec::new(), |c| der(0xA0, &[&der(0x04, &[&c])]));
        let encapsulated = der(0x30, &[&identifier(self.content_type), &content]);
        let certificates: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        let data = der(
            0x30,
            &[
                &[2, 1, 1],
                &der(0x31, &[&digest]),
                &encapsulated,
                &der(0xA0, &certificates),
                &der(0x31, &[&info]),
            ],
        );
        der(0x30, &[&identifier(oid::SIGNED_DATA), &der(0xA0, &[&data])])
    }
}

fn over(subfilter: &str, cms: &[u8], document: &[u8]) -> Checked {
    let mut contents = cms.to_vec();
    contents.resize(cms.len() + 50, 0);
    check(subfilter, &contents, &[], &mut |kind| Ok(kind.digest(document)))
}

fn cades(cms: &[u8]) -> Checked {
    over("ETSI.CAdES.detached", cms, DOCUMENT)
}

fn detached(cms: &[u8]) -> Checked {
    over("adbe.pkcs7.detached", cms, DOCUMENT)
}

#[test]
fn a_baseline_signature_is_intact_and_tells_what_it_is() {
    let cms = Recipe::rsa().sign(&RSA);
    let checked = cades(&cms);
    assert!(checked.intact, "{:?}", checked.problems);
    assert!(checked.problems.is_empty());
    assert_eq!(checked.cms_length, cms.len());
    assert_eq!(checked.signer(), Some(RSA.certificate.as_slice()));
    assert_eq!((checked.digest_algorithm, checked.signature_algorithm), (Some("SHA-256"), Some("RSA-PKCS1")));
}

#[test]
fn another_document_is_a_digest_mismatch() {
    let checked = over("ETSI.CAdES.detached", &Recipe::rsa().sign(&RSA), b"another");
    assert!(!checked.intact);
    assert_eq!(checked.problems, ["digest-mismatch"]);
}

#[test]
fn no_single_flipped_bit_of_what_is_authenticated_stays_intact() {
    let cms = Recipe::rsa().sign(&RSA);
    let certificate = cms.windows(RSA.certificate.len()).position(|w| w == RSA.certificate).unwrap();
    // What nobody signs: the outer versions, the digest set, and the certificate, which only the
    // attribute binds; the attribute is there, so a change of the certificate shows too.
    let free = [0..certificate, certificate + RSA.certificate.len()..cms.len()];
    let signer_info = free[1].clone();
    for at in signer_info.step_by(3) {
        let mut changed = cms.clone();
        changed[at] ^= 1 << (at % 8);
        let checked = cades(&changed);
        // The version of the signer info says nothing.
        let is_version = cms[at - 2..at] == [2, 1] || cms[at - 1..at + 1] == [2, 1];
        assert!(!checked.intact || is_version, "byte {at}: {:02X}", cms[at]);
    }
    for at in (certificate..certificate + RSA.certificate.len()).step_by(7) {
        let mut changed = cms.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(!cades(&changed).intact, "certificate byte {at}");
    }
}

#[test]
fn a_padding_that_hides_something_is_noted() {
    let mut contents = Recipe::rsa().sign(&RSA);
    contents.extend([0, 0, 7]);
    let checked = check("ETSI.CAdES.detached", &contents, &[], &mut |kind| Ok(kind.digest(DOCUMENT)));
    assert!(checked.intact);
    assert_eq!(checked.problems, ["contents-padding-not-zero"]);
}

#[test]
fn every_curve_that_the_other_side_can_sign_with_verifies() {
    let kinds = [
        (&rcgen::PKCS_ECDSA_P256_SHA256, "1.2.840.10045.4.3.2", SHA256, Digest::Sha256, "ECDSA"),
        (
            &rcgen::PKCS_ECDSA_P384_SHA384,
            "1.2.840.10045.4.3.3",
            "2.16.840.1.101.3.4.2.2",
            Digest::Sha384,
            "ECDSA",
        ),
        (&rcgen::PKCS_ECDSA_P521_SHA512, "1.2.840.10045.4.3.4", SHA512, Digest::Sha512, "ECDSA"),
        (&rcgen::PKCS_ED25519, "1.3.101.112", SHA512, Digest::Sha512, "Ed25519"),
    ];
    for (kind, scheme, digest, of, name) in kinds {
        let person = Person::new(KeyPair::generate_for(kind).unwrap());
        let mut recipe = Recipe::cades(&person, algorithm(scheme, &[]));
        recipe = recipe.without(oid::MESSAGE_DIGEST).without(oid::CONTENT_TYPE);
        recipe.digest = (digest, of.digest(DOCUMENT));
        let cms = recipe.with_basics().sign(&person);
        let checked = cades(&cms);
        assert!(checked.intact, "{scheme}: {:?}", checked.problems);
        assert_eq!(checked.signature_algorithm, Some(name));
        let mut changed = cms.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(cades(&changed).problems, ["signature-invalid"], "{scheme}");
    }
}

/// `RSASSA-PSS-params` with this digest, mask digest and salt.
fn pss(digest: &str, mask: &str, salt: u8) -> Vec<u8> {
    let mask = algorithm("1.2.840.113549.1.1.8", &algorithm(mask, NULL));
    let parameters = der(
        0x30,
        &[
            &der(0xA0, &[&algorithm(digest, NULL)]),
            &der(0xA1, &[&mask]),
            &der(0xA2, &[&der(0x02, &[&[salt]])]),
        ],
    );
    algorithm("1.2.840.113549.1.1.10", &parameters)
}

fn sign_pss(bytes: &[u8]) -> Vec<u8> {
    let key = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(RSA.key.serialized_der()).unwrap();
    let mut value = vec![0; key.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    key.sign(&aws_lc_rs::signature::RSA_PSS_SHA256, &random, bytes, &mut value).unwrap();
    value
}

#[test]
fn pss_is_verified_with_its_own_parameters() {
    let made = |parameters| Recipe::cades(&RSA, parameters).sign_by(&RSA, sign_pss);
    let checked = cades(&made(pss(SHA256, SHA256, 32)));
    assert!(checked.intact, "{:?}", checked.problems);
    assert_eq!(checked.signature_algorithm, Some("RSA-PSS"));
    assert_eq!(cades(&made(pss(SHA256, SHA256, 20))).problems, ["signature-invalid"], "another salt");
    assert_eq!(cades(&made(pss(SHA256, SHA1, 32))).problems, ["unsupported-algorithm"], "another mask");
    assert_eq!(cades(&made(algorithm("1.2.840.113549.1.1.10", &[]))).problems, ["unsupported-algorithm"]);
}

#[test]
fn an_algorithm_that_we_do_not_have_is_never_intact() {
    let mut recipe = Recipe::rsa();
    recipe.digest.0 = "1.2.840.113549.2.2";
    assert_eq!(cades(&recipe.sign(&RSA)).problems, ["unsupported-algorithm"], "MD2");
    let dsa = Recipe::cades(&RSA, algorithm("2.16.840.1.101.3.4.3.2", &[]));
    assert_eq!(cades(&dsa.sign(&RSA)).problems, ["unsupported-algorithm"], "DSA");
}

#[test]
fn a_signer_without_its_certificate_is_not_intact() {
    let mut recipe = Recipe::rsa();
    recipe.certificates.clear();
    assert_eq!(cades(&recipe.sign(&RSA)).problems, ["certificate-missing"]);
}

#[test]
fn a_certificate_put_beside_the_cms_serves_too() {
    let mut recipe = Recipe::rsa();
    recipe.certificates.clear();
    let (cms, certificate) = (recipe.sign(&RSA), RSA.certificate.clone());
    let checked = check("adbe.pkcs7.detached", &cms, &[certificate], &mut |kind| Ok(kind.digest(DOCUMENT)));
    assert!(checked.intact, "{:?}", checked.problems);
}

#[test]
fn another_certificate_for_the_same_key_is_a_signing_certificate_mismatch() {
    let mut parameters = CertificateParams::new(vec![]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Somebody Else");
    let other = parameters.self_signed(&RSA.key).unwrap().der().to_vec();
    let other = Person { key: KeyPair::from_pem(&RSA.key.serialize_pem()).unwrap(), certificate: other };
    let mut recipe = Recipe::rsa();
    recipe.certificates = vec![other.certificate.clone()];
    assert_eq!(cades(&recipe.sign(&other)).problems, ["signing-certificate-mismatch"]);
}

#[test]
fn the_attributes_are_each_required_once_with_one_value() {
    let missing = |oid| cades(&Recipe::rsa().without(oid).sign(&RSA)).problems;
    assert_eq!(missing(oid::MESSAGE_DIGEST), ["attribute-missing"]);
    assert_eq!(missing(oid::CONTENT_TYPE), ["attribute-missing"]);
    let right = der(0x04, &[&Digest::Sha256.digest(DOCUMENT)]);
    let mut twice = Recipe::rsa();
    twice.attributes.push(attribute(oid::MESSAGE_DIGEST, &[&right]));
    assert_eq!(cades(&twice.sign(&RSA)).problems, ["attribute-repeated"]);
    let mut double = Recipe::rsa().without(oid::MESSAGE_DIGEST);
    double.attributes.push(attribute(oid::MESSAGE_DIGEST, &[&right, &right]));
    assert_eq!(cades(&double.sign(&RSA)).problems, ["attribute-repeated"]);
    let mut other = Recipe::rsa().without(oid::CONTENT_TYPE);
    other.attributes.push(attribute(oid::CONTENT_TYPE, &[&identifier(oid::TST_INFO)]));
    assert_eq!(cades(&other.sign(&RSA)).problems, ["content-type-mismatch"]);
}

#[test]
fn a_cades_signature_needs_signed_attributes_and_an_older_one_does_not() {
    let bare = || {
        let mut recipe = Recipe::rsa();
        recipe.attributes.clear();
        recipe.sign(&RSA)
    };
    assert_eq!(cades(&bare()).problems, ["signed-attributes-missing"]);
    assert!(detached(&bare()).intact);
    assert_eq!(over("adbe.pkcs7.detached", &bare(), b"another").problems, ["signature-invalid"]);
}

#[test]
fn the_absence_of_the_signing_certificate_is_noted_in_cades_alone() {
    let cms = Recipe::rsa().without(oid::SIGNING_CERTIFICATE_V2).sign(&RSA);
    let checked = cades(&cms);
    assert!(checked.intact);
    assert_eq!(checked.problems, ["signing-certificate-absent"]);
    assert!(detached(&cms).problems.is_empty());
}

#[test]
fn digest_and_signature_must_agree_on_the_digest() {
    let recipe = Recipe::cades(&RSA, algorithm("1.2.840.113549.1.1.13", NULL));
    let problems = cades(&recipe.sign(&RSA)).problems;
    assert_eq!(problems, ["signature-invalid", "digest-algorithm-mismatch"]);
}

#[test]
fn protected_algorithms_must_be_the_ones_used() {
    let protected = |digest: &str| {
        let signature = Recipe::rsa().signature;
        let inner = cms::tlv::Reader::new(&signature, &cms::tlv::Budget::new(9)).any().unwrap().content;
        let value = der(0x30, &[&algorithm(digest, NULL), &der(0xA1, &[inner])]);
        let mut recipe = Recipe::rsa();
        recipe.attributes.push(attribute(oid::ALGORITHM_PROTECTION, &[&value]));
        cades(&recipe.sign(&RSA)).problems
    };
    assert!(protected(SHA256).is_empty());
    assert_eq!(protected(SHA512), ["algorithm-protection-mismatch"]);
}

#[test]
fn a_detached_signature_that_brings_its_own_content_is_refused() {
    let mut recipe = Recipe::rsa();
    recipe.content = Some(DOCUMENT.to_vec());
    assert_eq!(cades(&recipe.sign(&RSA)).problems, ["content-not-detached"]);
}

#[test]
fn the_sha1_form_binds_the_digest_that_it_holds() {
    let mut recipe = Recipe::rsa().without(oid::MESSAGE_DIGEST);
    let inner = Digest::Sha1.digest(DOCUMENT);
    let digest = attribute(oid::MESSAGE_DIGEST, &[&der(0x04, &[&Digest::Sha256.digest(&inner)])]);
    recipe.attributes.push(digest);
    recipe.content = Some(inner);
    let cms = recipe.sign(&RSA);
    let checked = over("adbe.pkcs7.sha1", &cms, DOCUMENT);
    assert!(checked.intact, "{:?}", checked.problems);
    assert_eq!(checked.problems, ["weak-digest-sha1"]);
    assert_eq!(over("adbe.pkcs7.sha1", &cms, b"another").problems, ["digest-mismatch", "weak-digest-sha1"]);
}

fn timestamp_of(document: &[u8]) -> Vec<u8> {
    let imprint = der(0x30, &[&algorithm(SHA256, &[]), &der(0x04, &[&Digest::Sha256.digest(document)])]);
    let time = der(0x18, &[b"20260512103000Z"]);
    let info = der(0x30, &[&[2, 1, 1], &identifier("1.2.3.4"), &imprint, &[2, 1, 9], &time]);
    let mut recipe = Recipe::rsa().without(oid::MESSAGE_DIGEST).without(oid::CONTENT_TYPE);
    recipe.content_type = oid::TST_INFO;
    recipe.digest.1 = Digest::Sha256.digest(&info);
    recipe.content = Some(info);
    recipe.with_basics().sign(&RSA)
}

#[test]
fn a_document_timestamp_tells_its_time_and_binds_the_bytes() {
    let token = timestamp_of(DOCUMENT);
    let checked = over("ETSI.RFC3161", &token, DOCUMENT);
    assert!(checked.intact, "{:?}", checked.problems);
    let at: jiff::Timestamp = "2026-05-12T10:30:00Z".parse().unwrap();
    assert_eq!(checked.timestamp.map(|t| t.at), Some(at));
    assert_eq!(read_timestamp(&token).map(|t| t.at), Some(at));
    assert_eq!(over("ETSI.RFC3161", &token, b"another").problems, ["imprint-mismatch"]);
    assert_eq!(cades(&token).problems, ["content-not-detached"], "a timestamp is no signature");
}

#[test]
fn the_oldest_form_is_a_bare_value_and_a_certificate_beside_it() {
    let key = aws_lc_rs::signature::RsaKeyPair::from_pkcs8(RSA.key.serialized_der()).unwrap();
    let mut value = vec![0; key.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    key.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, DOCUMENT, &mut value).unwrap();
    let run = |certificates: &[Vec<u8>], document: &[u8]| {
        check("adbe.x509.rsa_sha1", &der(0x04, &[&value]), certificates, &mut |k| Ok(k.digest(document)))
    };
    let beside = std::slice::from_ref(&RSA.certificate);
    let checked = run(beside, DOCUMENT);
    assert!(checked.intact, "{:?}", checked.problems);
    assert_eq!(checked.digest_algorithm, Some("SHA-256"));
    assert_eq!(run(beside, b"another").problems, ["signature-invalid"]);
    assert_eq!(run(&[], DOCUMENT).problems, ["certificate-missing"]);
}

#[test]
fn a_form_that_we_do_not_know_and_bytes_that_are_none_are_told_apart() {
    assert_eq!(over("abcde", &[0x30, 0], DOCUMENT).problems, ["unsupported-subfilter"]);
    assert_eq!(cades(&[]).problems, ["cms-malformed"]);
    assert_eq!(cades(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]).problems, ["cms-malformed"]);
}

#[test]
fn bytes_that_cannot_be_read_are_not_intact() {
    let cms = Recipe::rsa().sign(&RSA);
    let checked = check("ETSI.CAdES.detached", &cms, &[], &mut |_| Err(io::Error::other("gone")));
    assert_eq!(checked.problems, ["digest-unreadable"]);
}

#[test]
fn a_signer_named_by_its_key_identifier_is_found() {
    let id = Digest::Sha1.digest(RSA.key.der_bytes());
    let mut recipe = Recipe::rsa();
    recipe.sid = Some(der(0x80, &[&id]));
    let checked = cades(&recipe.sign(&RSA));
    assert!(checked.intact, "{:?}", checked.problems);
}
