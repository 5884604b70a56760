//! Key files, right and wrong, made by our own hand and by openssl's.

use super::*;
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::pki::{self, Authority, AuthorityProfile, Issued, Kind, Name, Profile, Validity};
use std::path::{Path, PathBuf};
use std::process::Command;

const PASSWORD: &str = "parolă de încercare";

fn issued(kind: Kind) -> Issued {
    let year = Validity::days("2026-05-12T15:42:00Z".parse().expect("a time"), 365);
    let root = AuthorityProfile::new(Name::plain("Exemplu Root"), Kind::EcP256, year);
    let below = AuthorityProfile::new(Name::plain("Exemplu CA"), Kind::EcP256, year);
    let authority = Authority::root(&root).expect("a root").issue_authority(&below).expect("an authority");
    authority.issue(&Profile::signer(Name::person("Popescu", "Ana"), kind, year)).expect("issued")
}

/// A folder with secrets in it.
struct Safe(tempfile::TempDir);

impl Safe {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> SecretFile {
        fs::create_new(&self.path(name), bytes.as_ref(), 0o600).expect("written");
        SecretFile::Path(self.path(name))
    }

    /// Runs openssl in this folder; `None` where there is none.
    fn openssl(&self, arguments: &str) -> Option<()> {
        let run = Command::new("openssl").current_dir(&self.0).args(arguments.split(' ')).output();
        let Ok(output) = run else {
            println!("skipped: no openssl on this machine");
            return None;
        };
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        Some(())
    }
}

fn file_fault(result: Result<Opened, KeyFault>) -> FileFault {
    match result.expect_err("refused") {
        KeyFault::File { what, .. } => what,
        other => panic!("expected a fault of the file, found {other:?}"),
    }
}

fn open_plain(file: &SecretFile) -> Result<Opened, KeyFault> {
    open_file(file, None, RsaPadding::Pkcs1)
}

fn spki(certificate: &[u8]) -> Vec<u8> {
    use der::Encode;
    let certificate = Certificate::from_der(certificate).expect("a certificate");
    certificate.tbs_certificate().subject_public_key_info().to_der().expect("der")
}

#[test]
fn every_form_of_a_key_file_opens_the_same_key() {
    for kind in [Kind::Rsa2048, Kind::EcP256, Kind::EcP384] {
        let (safe, issued) = (Safe::new(), issued(kind));
        let password = safe.put("password", format!("{PASSWORD}\n"));
        let encrypted = pki::encrypted_key_pem(&issued.key, PASSWORD).expect("encrypted");
        let certificates = pki::certificates_pem(&issued.chain).expect("pem");
        let files = [
            safe.put("plain.der", issued.key.as_slice()),
            safe.put("plain.pem", pki::key_pem(&issued.key).expect("pem").as_bytes()),
            safe.put("encrypted.pem", &encrypted),
            safe.put("both.pem", format!("{certificates}Bag Attributes: <none>\r\n{encrypted}")),
            safe.put("key.p12", pki::pkcs12(&issued, PASSWORD).expect("packed")),
        ];
        for (index, file) in files.iter().enumerate() {
            let opened = open_file(file, Some(&password), RsaPadding::Pkcs1).expect("opened");
            assert_eq!(opened.key.public_key(), spki(&issued.certificate), "{file:?}");
            let expected: &[Vec<u8>] = if index < 3 { &[] } else { &issued.chain };
            assert_eq!(opened.certificates, expected, "{file:?}");
            assert!(!opened.key.sign(b"x").expect("signed").is_empty());
        }
    }
}

#[test]
fn certificates_come_leaf_first_whatever_their_order() {
    let (safe, issued) = (Safe::new(), issued(Kind::EcP256));
    let mut chain = issued.chain.clone();
    chain.push(self::issued(Kind::EcP256).certificate);
    chain.reverse();
    let text = pki::certificates_pem(&chain).expect("pem") + &pki::key_pem(&issued.key).expect("pem");
    let opened = open_plain(&safe.put("both.pem", text)).expect("opened");
    assert_eq!(opened.certificates, issued.chain, "and the stranger is left out");
}

#[test]
fn what_openssl_makes_is_opened() {
    let (safe, issued) = (Safe::new(), issued(Kind::Rsa2048));
    safe.put("key.pem", pki::key_pem(&issued.key).expect("pem").as_bytes());
    safe.put("chain.pem", pki::certificates_pem(&issued.chain).expect("pem"));
    let password = safe.put("password", PASSWORD);
    for (name, arguments) in [
        ("scrypt.pem", "pkcs8 -topk8 -scrypt -in key.pem -passout file:password -out scrypt.pem"),
        ("pbkdf2.der", "pkcs8 -topk8 -outform DER -in key.pem -passout file:password -out pbkdf2.der"),
        ("new.p12", "pkcs12 -export -inkey key.pem -in chain.pem -passout file:password -out new.p12"),
        (
            "old.p12",
            "pkcs12 -export -legacy -inkey key.pem -in chain.pem -passout file:password -out old.p12",
        ),
    ] {
        if safe.openssl(arguments).is_none() {
            return;
        }
        fs::set_mode(&safe.path(name), 0o600).expect("mode");
        let opened =
            open_file(&SecretFile::Path(safe.path(name)), Some(&password), RsaPadding::Pss).expect(name);
        assert_eq!(opened.key.public_key(), spki(&issued.certificate), "{name}");
        assert_eq!(opened.certificates.is_empty(), !name.ends_with("p12"), "{name}");
    }
}

#[test]
fn a_password_that_is_wrong_missing_or_empty_is_told_apart() {
    let (safe, issued) = (Safe::new(), issued(Kind::EcP256));
    let wrong = safe.put("wrong", "parola de încercare");
    let empty = safe.put("empty", "\r\n");
    let binary = safe.put("binary", b"\xff\xfe");
    let pem = safe.put("key.pem", pki::encrypted_key_pem(&issued.key, PASSWORD).expect("encrypted"));
    let p12 = safe.put("key.p12", pki::pkcs12(&issued, PASSWORD).expect("packed"));
    for file in [&pem, &p12] {
        let open = |password| file_fault(open_file(file, password, RsaPadding::Pkcs1));
        assert_eq!(open(Some(&wrong)), FileFault::PasswordWrong);
        assert_eq!(open(None), FileFault::PasswordMissing);
        assert_eq!(open(Some(&empty)), FileFault::EmptyPassword);
    }
    assert_eq!(file_fault(open_file(&p12, Some(&binary), RsaPadding::Pkcs1)), FileFault::PasswordText);
}

#[test]
fn a_key_that_others_may_read_is_refused_and_a_credential_is_not_asked() {
    let (safe, issued) = (Safe::new(), issued(Kind::EcP256));
    let file = safe.put("key.pem", pki::key_pem(&issued.key).expect("pem").as_bytes());
    for mode in [0o640, 0o604, 0o620, 0o601] {
        fs::set_mode(&safe.path("key.pem"), mode).expect("mode");
        assert_eq!(file_fault(open_plain(&file)), FileFault::Exposed { mode });
    }
    let credential = |name: &str| SecretFile::Credential { directory: safe.path(""), name: name.to_owned() };
    fs::set_mode(&safe.path("key.pem"), 0o640).expect("mode");
    assert!(open_plain(&credential("key.pem")).is_ok());
    for name in ["../key.pem", "a/b", "..", "", "/etc/hostname"] {
        assert!(matches!(open_plain(&credential(name)), Err(KeyFault::CredentialName { .. })), "{name}");
    }
}

#[test]
fn a_file_that_is_absent_linked_or_too_large_is_refused() {
    let safe = Safe::new();
    assert!(matches!(open_plain(&SecretFile::Path(safe.path("none"))), Err(KeyFault::Fs(_))));
    let large = safe.put("large", vec![b' '; usize::try_from(MAX_KEY_FILE).expect("fits") + 1]);
    assert!(matches!(open_plain(&large), Err(KeyFault::Fs(fs::FsFault::TooLarge { .. }))));
    std::os::unix::fs::symlink(safe.path("large"), safe.path("link")).expect("linked");
    let link = SecretFile::Path(safe.path("link"));
    assert!(matches!(open_plain(&link), Err(KeyFault::Fs(fs::FsFault::NotRegular { .. }))));
}

#[test]
fn what_is_not_a_key_is_named() {
    let (safe, issued) = (Safe::new(), issued(Kind::EcP256));
    let key = pki::key_pem(&issued.key).expect("pem");
    let certificates = pki::certificates_pem(&issued.chain).expect("pem");
    let fault = |name: &str, bytes: &[u8]| file_fault(open_plain(&safe.put(name, bytes)));
    assert_eq!(fault("a", b""), FileFault::Format(Found::Unknown));
    assert_eq!(fault("b", &issued.certificate), FileFault::Format(Found::Certificate));
    assert_eq!(fault("c", certificates.as_bytes()), FileFault::Format(Found::Certificate));
    assert_eq!(fault("d", &spki(&issued.certificate)), FileFault::Format(Found::PublicKey));
    assert_eq!(fault("e", &[0x30, 0x80, 2, 1, 3]), FileFault::Format(Found::Indefinite));
    assert_eq!(fault("f", format!("{}{}", *key, *key).as_bytes()), FileFault::SeveralKeys { count: 2 });
    assert_eq!(fault("g", key.replacen('\n', "\n?", 1).as_bytes()), FileFault::Damaged);
    let cut = issued.key.get(..40).expect("a part");
    assert_eq!(fault("h", cut), FileFault::Format(Found::Unknown));
}

#[test]
fn old_forms_and_weak_or_other_keys_are_refused_with_a_hint() {
    let safe = Safe::new();
    let algorithm = |oid: &str| FileFault::Algorithm { oid: oid.to_owned() };
    for (name, arguments, expected) in [
        ("rsa1.pem", "genrsa -traditional -out rsa1.pem 2048", FileFault::Format(Found::Pkcs1)),
        ("sec1.pem", "ecparam -genkey -name prime256v1 -out sec1.pem", FileFault::Format(Found::Sec1)),
        (
            "rsa1.der",
            "rsa -traditional -in rsa1.pem -outform DER -out rsa1.der",
            FileFault::Format(Found::Pkcs1),
        ),
        ("sec1.der", "ec -in sec1.pem -outform DER -out sec1.der", FileFault::Format(Found::Sec1)),
        (
            "small.pem",
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2040 -out small.pem",
            FileFault::RsaSize { bits: 2040 },
        ),
        (
            "p521.pem",
            "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.pem",
            algorithm("1.3.132.0.35"),
        ),
        ("ed.pem", "genpkey -algorithm ED25519 -out ed.pem", algorithm("1.3.101.112")),
    ] {
        if safe.openssl(arguments).is_none() {
            return;
        }
        fs::set_mode(&safe.path(name), 0o600).expect("mode");
        let fault = open_plain(&SecretFile::Path(safe.path(name))).expect_err("refused");
        for lang in [Lang::En, Lang::Ro] {
            assert!(fault.hint(lang).is_some(), "{name}");
        }
        assert_eq!(file_fault(Err(fault)), expected, "{name}");
    }
}

#[test]
fn an_encryption_that_would_take_all_day_is_refused() {
    use pkcs8::pkcs5::pbes2::Parameters;
    use pkcs8::{EncryptedPrivateKeyInfo, der::asn1::OctetStringRef};
    let scheme = Parameters::generate_pbkdf2_sha256_aes256cbc(pem::MAX_ROUNDS + 1, b"saltsalt", [0; 16]);
    let encrypted = EncryptedPrivateKeyInfo {
        encryption_algorithm: scheme.expect("a scheme").into(),
        encrypted_data: OctetStringRef::new(&[0; 32]).expect("bytes"),
    };
    let der = der::Encode::to_der(&encrypted).expect("der");
    assert_eq!(pem::decrypt(&der, Some(b"x")).expect_err("refused"), FileFault::Encryption);
}

#[test]
fn a_bundle_of_certificates_is_read_in_its_order() {
    let chain = issued(Kind::EcP256).chain;
    let pem = pki::certificates_pem(&chain).expect("pem");
    assert_eq!(certificates(pem.as_bytes()).expect("read"), chain);
    assert_eq!(certificates(pem.replace('\n', "\r\n").as_bytes()).expect("read"), chain);
    assert_eq!(certificates(&chain[0]).expect("read"), chain[..1]);
    assert!(matches!(certificates(b"-----BEGIN NOTHING-----"), Err(KeyFault::NoCertificate)));
    let damaged = pem.replacen("MII", "MIA", 1);
    assert!(matches!(certificates(damaged.as_bytes()), Err(KeyFault::Certificate { number: 1 })));
}

#[test]
fn no_secret_is_in_what_is_printed() {
    let (safe, issued) = (Safe::new(), issued(Kind::EcP256));
    let opened = open_plain(&safe.put("key.der", issued.key.as_slice())).expect("opened");
    assert_eq!(
        format!("{:?}", opened.key),
        "LocalKey { scheme: EcdsaP256Sha256, .. }",
        "and nothing of the key"
    );
    let fault = KeyFault::File { path: Path::new("k.p12").to_owned(), what: FileFault::PasswordWrong };
    assert_eq!(fault.to_string(), "k.p12: the password does not open the key");
}
