//! Keys of every kind, in every kind of file, with their passwords where passwords belong.

use crate::office::{Office, day, overwrite, read, text};
use pecete::pki::{self, Issued, Kind};

const PASSWORD: &str = "parolă de probă";

#[test]
fn keys_of_every_kind_sign_statements_that_verify() {
    for kind in [Kind::EcP256, Kind::EcP384, Kind::Rsa2048, Kind::Rsa3072] {
        publishes(&Office::with(kind, &[]));
    }
}

#[test]
fn an_rsa_key_signs_with_pss_where_the_configuration_says_so() {
    let office = Office::with(Kind::Rsa2048, &[]);
    let config = text(&office.path("pecete.toml")).replace("[[key]]\n", "[[key]]\nscheme = \"pss\"\n");
    overwrite(&office.path("pecete.toml"), config.as_bytes(), 0o644);
    publishes(&office);
}

#[test]
fn an_encrypted_key_opens_with_the_password_in_a_private_file() {
    let office = Office::new();
    encrypt_seal(&office);
    overwrite(&office.path("keys/seal.password"), format!("{PASSWORD}\n").as_bytes(), 0o600);
    publishes(&office);
}

#[test]
fn a_wrong_password_is_refused_and_never_shown() {
    let office = Office::new();
    encrypt_seal(&office);
    overwrite(&office.path("keys/seal.password"), b"another\n", 0o600);
    let ran = office.pecete(&["check"]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("seal") && !ran.err.contains("another"), "{ran:?}");
}

#[test]
fn a_password_that_the_world_can_read_is_refused() {
    let office = Office::new();
    encrypt_seal(&office);
    overwrite(&office.path("keys/seal.password"), PASSWORD.as_bytes(), 0o644);
    let ran = office.pecete(&["check"]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("seal.password") && !ran.err.contains(PASSWORD), "{ran:?}");
}

#[test]
fn a_password_comes_from_the_service_manager() {
    let office = Office::new();
    encrypt_seal(&office);
    let config = text(&office.path("pecete.toml"));
    let config = config.replace("password_file = \"keys/seal.password\"", "password_credential = \"seal\"");
    overwrite(&office.path("pecete.toml"), config.as_bytes(), 0o644);
    assert_ne!(office.pecete(&["check"]).code, 0, "without a service manager there is none");
    pecete::fs::create_folders(&office.path("credentials"), 0o700).expect("a folder");
    overwrite(&office.path("credentials/seal"), PASSWORD.as_bytes(), 0o440);
    let mut command = office.command(&["check"]);
    let output = command.env("CREDENTIALS_DIRECTORY", office.path("credentials")).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_pkcs12_file_brings_its_own_certificates() {
    let office = Office::new();
    let (key, chain) = seal(&office);
    let issued = Issued { key: key.into(), certificate: chain[0].clone(), chain };
    overwrite(&office.path("keys/seal.p12"), &pki::pkcs12(&issued, PASSWORD).expect("packed"), 0o600);
    overwrite(&office.path("keys/seal.password"), PASSWORD.as_bytes(), 0o600);
    let config = text(&office.path("pecete.toml")).replace(
        "file = \"keys/seal.pem\"\ncertificates = \"keys/seal.chain.pem\"",
        "file = \"keys/seal.p12\"\npassword_file = \"keys/seal.password\"",
    );
    assert!(config.contains("seal.p12"));
    overwrite(&office.path("pecete.toml"), config.as_bytes(), 0o644);
    publishes(&office);
}

fn publishes(office: &Office) {
    office.drop_jsonl("day.jsonl", &[&day(1, 3)]);
    let report = office.pass_over("day.jsonl");
    assert_eq!((report.published, report.refused), (1, 0));
    let ran = office.pecete(&["verify", "--trust", "certs/trust", "out"]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// Encrypts the seal's key and names the file with its password.
fn encrypt_seal(office: &Office) {
    let (key, _) = seal(office);
    let pem = pki::encrypted_key_pem(&key, PASSWORD).expect("encrypted");
    overwrite(&office.path("keys/seal.pem"), pem.as_bytes(), 0o600);
    let config = text(&office.path("pecete.toml")).replace(
        "file = \"keys/seal.pem\"\n",
        "file = \"keys/seal.pem\"\npassword_file = \"keys/seal.password\"\n",
    );
    overwrite(&office.path("pecete.toml"), config.as_bytes(), 0o644);
}

/// The seal's key (PKCS#8) and its certificates, DER.
fn seal(office: &Office) -> (Vec<u8>, Vec<Vec<u8>>) {
    let pem = text(&office.path("keys/seal.pem"));
    let (_, key) = der::Document::from_pem(&pem).expect("a key");
    let chain = pecete::keys::certificates(&read(&office.path("keys/seal.chain.pem"))).expect("certificates");
    (key.as_bytes().to_vec(), chain)
}
