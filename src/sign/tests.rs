//! Signers that must be refused, and signatures that openssl must accept.

use super::*;
use crate::keys::{self, KeyFault, RsaPadding, SecretFile};
use crate::pki::{
    self, Authority, AuthorityProfile, Extra, Issued, Key, Kind, Name, Part, Profile, Usage, Validity,
};
use std::process::Command;

fn now() -> Timestamp {
    "2026-05-12T15:42:00Z".parse().expect("a time")
}

fn year() -> Validity {
    Validity::days(now(), 365)
}

fn authority() -> Authority {
    let root = AuthorityProfile::new(Name::plain("Exemplu Root"), Kind::EcP256, year());
    let below = AuthorityProfile::new(Name::plain("Exemplu CA"), Kind::EcP256, year());
    Authority::root(&root).expect("a root").issue_authority(&below).expect("an authority")
}

fn ana(kind: Kind) -> Profile {
    Profile::signer(Name::person("Popescu-Știrbei", "Ana Maria"), kind, year())
}

fn issued(change: impl FnOnce(&mut Profile)) -> Issued {
    let mut profile = ana(Kind::EcP256);
    change(&mut profile);
    authority().issue(&profile).expect("issued")
}

fn key(pkcs8: &[u8], padding: RsaPadding) -> Box<dyn SigningKey> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key.der");
    crate::fs::create_new(&path, pkcs8, 0o600).expect("written");
    keys::open_file(&SecretFile::Path(path), None, padding).expect("opened").key
}

fn verifier(issued: &Issued, person: Option<&str>) -> Result<Signer, SignFault> {
    let key = key(&issued.key, RsaPadding::Pkcs1);
    Signer::new(key, issued.chain.clone(), Role::Verifier, person, now())
}

fn refused(issued: &Issued) -> SignFault {
    verifier(issued, None).expect_err("refused")
}

/// What `openssl cms -verify` says of a detached CMS; `None` without openssl.
fn accepted(cms: &[u8], content: &[u8], root: &[u8], at: Timestamp) -> Option<bool> {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        crate::fs::create_new(&folder.path().join(name), bytes, 0o600).expect("written");
    };
    put("cms.der", cms);
    put("content", content);
    put("root.pem", pki::certificates_pem(&[root.to_vec()]).expect("pem").as_bytes());
    let arguments = "cms -verify -inform DER -in cms.der -content content -binary -out out -cades \
                     -CAfile root.pem -purpose any -x509_strict -attime";
    let mut command = Command::new("openssl");
    command.current_dir(&folder).args(arguments.split_whitespace()).arg(at.as_second().to_string());
    let Ok(output) = command.output() else {
        println!("skipped: no openssl on this machine");
        return None;
    };
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
    Some(output.status.success())
}

#[test]
fn openssl_accepts_every_scheme_and_no_changed_content() {
    for (kind, padding) in [
        (Kind::Rsa2048, RsaPadding::Pkcs1),
        (Kind::Rsa2048, RsaPadding::Pss),
        (Kind::Rsa3072, RsaPadding::Pkcs1),
        (Kind::EcP256, RsaPadding::Pkcs1),
        (Kind::EcP384, RsaPadding::Pkcs1),
    ] {
        let issued = authority().issue(&ana(kind)).expect("issued");
        let key = key(&issued.key, padding);
        let signer = Signer::new(key, issued.chain.clone(), Role::Verifier, None, now()).expect("a signer");
        let (before, after): (&[u8], &[u8]) = (b"before the hole, ", b"and after it");
        let cms = cms_over(&[before, after], &signer).expect("signed");
        let root = issued.chain.last().expect("a root");
        let content = [before, after].concat();
        assert_ne!(accepted(&cms, &content, root, now()), Some(false), "{kind:?} {padding:?}");
        assert_ne!(accepted(&cms, b"something else", root, now()), Some(true), "{kind:?} {padding:?}");
    }
}

#[test]
fn the_size_that_is_reserved_is_reached_and_never_passed() {
    for kind in [Kind::Rsa2048, Kind::EcP256, Kind::EcP384] {
        let issued = authority().issue(&ana(kind)).expect("issued");
        let signer = verifier(&issued, None).expect("a signer");
        let lengths =
            (0..200_u32).map(|n| cms_over(&[&n.to_be_bytes(), b""], &signer).expect("signed").len());
        let lengths: Vec<usize> = lengths.collect();
        let largest = lengths.iter().max().copied().expect("some");
        assert_eq!(largest, contents_size(&signer), "{kind:?}");
    }
}

#[test]
fn a_signer_without_certificate_or_with_another_keys_is_refused() {
    let (one, other) = (issued(|_| {}), issued(|_| {}));
    let signer = |chain| Signer::new(key(&one.key, RsaPadding::Pkcs1), chain, Role::Verifier, None, now());
    assert!(matches!(signer(Vec::new()), Err(SignFault::EmptyChain)));
    assert!(matches!(signer(other.chain.clone()), Err(SignFault::OtherKey)));
    let rubbish = vec![one.certificate.clone(), vec![0x30, 0x00]];
    assert!(matches!(signer(rubbish), Err(SignFault::Certificate { number: 2 })));
    let mut backwards = one.chain.clone();
    backwards.reverse();
    assert!(matches!(signer(backwards), Err(SignFault::OtherKey)));
}

#[test]
fn a_key_that_lies_about_its_public_half_is_found_by_the_challenge() {
    #[derive(Debug)]
    struct Liar(Box<dyn SigningKey>, Vec<u8>);
    impl SigningKey for Liar {
        fn scheme(&self) -> Scheme {
            self.0.scheme()
        }
        fn public_key(&self) -> &[u8] {
            &self.1
        }
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFault> {
            self.0.sign(message)
        }
    }
    let (one, other) = (issued(|_| {}), issued(|_| {}));
    let claimed = key(&other.key, RsaPadding::Pkcs1).public_key().to_vec();
    let liar = Box::new(Liar(key(&one.key, RsaPadding::Pkcs1), claimed));
    let signer = Signer::new(liar, other.chain, Role::Verifier, None, now());
    assert!(matches!(signer, Err(SignFault::Challenge)));
}

#[test]
fn a_chain_out_of_order_is_refused() {
    let mut issued = issued(|_| {});
    issued.chain.swap(1, 2);
    assert!(matches!(refused(&issued), SignFault::Order { number: 2, .. }));
    issued.chain.truncate(1);
    assert!(verifier(&issued, None).is_ok(), "a leaf alone is in order");
}

#[test]
fn a_certificate_outside_its_validity_is_refused_to_the_second() {
    let second = |offset: i64| Timestamp::from_second(now().as_second() + offset).expect("a time");
    let valid =
        |from, to| issued(|profile| profile.validity = Validity { from: second(from), to: second(to) });
    assert!(verifier(&valid(0, 0), None).is_ok());
    assert!(matches!(refused(&valid(-9, -1)), SignFault::Expired { number: 1, .. }));
    assert!(matches!(refused(&valid(1, 9)), SignFault::NotYetValid { number: 1, .. }));
}

#[test]
fn a_key_that_is_not_for_signing_is_refused() {
    for (usage, fit) in [
        (Usage::Signing, true),
        (Usage::DigitalSignature, true),
        (Usage::NonRepudiation, true),
        (Usage::Absent, true),
        (Usage::KeyEncipherment, false),
        (Usage::NoBits, false),
    ] {
        let issued = issued(|profile| profile.usage = usage);
        assert_eq!(verifier(&issued, None).is_ok(), fit, "{usage:?}");
        assert!(fit || matches!(refused(&issued), SignFault::KeyUsage));
    }
}

#[test]
fn a_verifier_is_a_person_and_the_page_shows_surname_and_given_name() {
    assert_eq!(verifier(&issued(|_| {}), None).expect("a signer").name(), "Popescu-Știrbei Ana Maria");
    let cn = "Popescu-Știrbei Ana Maria";
    assert_eq!(verifier(&issued(|_| {}), Some(cn)).expect("a signer").name(), cn);
    let plain = issued(|profile| profile.subject = Name::plain("ANA POPESCU"));
    assert!(matches!(refused(&plain), SignFault::NoPerson { found: Some(_) }));
    assert_eq!(verifier(&plain, Some("ANA POPESCU")).expect("a signer").name(), "ANA POPESCU");
    for other in ["Ana Popescu", "", "ANA POPESCU "] {
        assert!(matches!(verifier(&plain, Some(other)), Err(SignFault::OtherPerson { .. })));
    }
    let half = issued(|profile| profile.subject = Name::plain("x").with(Part::Surname, "Popescu"));
    assert!(matches!(refused(&half), SignFault::NoPerson { .. }));
    let hidden = issued(|profile| profile.subject = Name::person("Popescu\u{7}", "Ana"));
    assert!(matches!(refused(&hidden), SignFault::NoPerson { found: None }), "nothing that cannot be shown");
}

#[test]
fn a_seal_needs_a_name_and_no_person_and_certifies_nothing() {
    let seal = |issued: &Issued| {
        Signer::new(key(&issued.key, RsaPadding::Pkcs1), issued.chain.clone(), Role::Treasury, None, now())
    };
    let named = issued(|profile| profile.subject = Name::seal("Trezoreria Exemplu", "Ministerul Exemplu"));
    let signer = seal(&named).expect("a signer");
    assert_eq!(signer.name(), "Trezoreria Exemplu");
    assert!(signer.acts_as(Role::Treasury).is_ok());
    assert!(matches!(signer.acts_as(Role::Verifier), Err(SignFault::Role { expected: Role::Verifier })));
    let nameless = issued(|profile| profile.subject = Name::new().with(Part::Organisation, "Exemplu"));
    assert!(matches!(seal(&nameless), Err(SignFault::NoName)));
}

#[test]
fn a_chain_whose_cms_would_not_fit_is_refused() {
    let mut issued = issued(|_| {});
    let root = issued.chain.last().expect("a root").clone();
    // A self-issued certificate may follow itself: the names agree.
    issued.chain.extend(std::iter::repeat_n(root, 80));
    assert!(matches!(refused(&issued), SignFault::TooLarge { limit: MAX_CONTENTS, .. }));
}

#[test]
fn what_a_signer_does_not_know_is_left_to_the_verifier() {
    let odd = issued(|profile| profile.extra = Extra::UnknownCritical);
    assert!(verifier(&odd, None).is_ok());
}

#[test]
fn one_key_may_stand_in_two_certificates_and_each_signer_names_its_own() {
    let (authority, key) = (authority(), Key::generate(Kind::EcP256).expect("a key"));
    let certificate = || authority.issue_for(&ana(Kind::EcP256), &key).expect("issued");
    let (one, other) = (certificate(), certificate());
    let mixed = Issued { chain: one.chain.clone(), ..other.clone() };
    let signer = |issued: &Issued| verifier(issued, None).expect("a signer").certificate_digest();
    assert_eq!(signer(&one), signer(&mixed));
    assert_ne!(signer(&one), signer(&other));
}

#[test]
fn a_certificate_for_pss_alone_is_signed_for_with_pss() {
    let folder = tempfile::tempdir().expect("a folder");
    let make = "req -x509 -newkey rsa-pss -pkeyopt rsa_keygen_bits:2048 -nodes -days 2 -subj /CN=Sigiliu \
                -addext keyUsage=critical,digitalSignature,keyCertSign \
                -outform DER -out certificate.der -keyout key.pem";
    let made = Command::new("openssl").current_dir(&folder).args(make.split_whitespace()).output();
    if !made.is_ok_and(|made| made.status.success()) {
        println!("skipped: no openssl on this machine");
        return;
    }
    let path = |name: &str| folder.path().join(name);
    crate::fs::set_mode(&path("key.pem"), 0o600).expect("mode");
    let chain = vec![crate::fs::read_bounded(&path("certificate.der"), 1 << 16).expect("read")];
    // openssl dates the certificate with the machine's clock.
    let issued = certificate::chain(&chain).expect("read")[0].valid_at(Timestamp::UNIX_EPOCH);
    let Err(SignFault::NotYetValid { from: now, .. }) = issued else {
        panic!("expected a certificate of today")
    };
    let file = SecretFile::Path(path("key.pem"));
    let open = |padding| keys::open_file(&file, None, padding).expect("opened").key;
    let signer = Signer::new(open(RsaPadding::Pkcs1), chain.clone(), Role::Treasury, None, now);
    let signer = signer.expect("the key itself says that it is for PSS");
    let cms = cms_over(&[b"x", b"y"], &signer).expect("signed");
    assert_ne!(accepted(&cms, b"xy", &signer.chain[0], now), Some(false));

    #[derive(Debug)]
    struct Pkcs1(Box<dyn SigningKey>);
    impl SigningKey for Pkcs1 {
        fn scheme(&self) -> Scheme {
            Scheme::RsaPkcs1Sha256
        }
        fn public_key(&self) -> &[u8] {
            self.0.public_key()
        }
        fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFault> {
            self.0.sign(message)
        }
    }
    let other = Signer::new(Box::new(Pkcs1(open(RsaPadding::Pss))), chain, Role::Treasury, None, now);
    assert!(matches!(other, Err(SignFault::PssOnly)));
}
