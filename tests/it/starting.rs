//! What keeps an office from opening: said at the start, not at the first statement.

use crate::office::{NOW, Office, day, overwrite, read};
use jiff::Timestamp;
use pecete::pki::{Authority, AuthorityProfile, Issued, Kind, Name, Profile, Usage, Validity};

#[test]
fn an_office_that_is_in_order_opens_and_changes_nothing_in_check() {
    let office = Office::new();
    let ran = office.pecete(&["check"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!office.path("state").exists() && !office.path("out").exists(), "`check` makes nothing");
    assert!(office.open().is_ok());
}

#[test]
fn a_second_daemon_is_refused_by_the_lock() {
    let office = Office::new();
    let first = office.open().expect("the first opens");
    let ran = office.pecete(&["run", "--once"]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("state/lock") && ran.err.contains("hint:"), "{ran:?}");
    drop(first);
    assert_eq!(office.pecete(&["run", "--once"]).code, 0);
}

#[test]
fn a_key_that_the_world_can_read_is_refused() {
    let office = Office::new();
    pecete::fs::set_mode(&office.path("keys/seal.pem"), 0o644).expect("a mode");
    refused(&office, "seal.pem");
}

#[test]
fn a_key_that_is_missing_is_refused() {
    let office = Office::new();
    pecete::fs::remove(&office.path("keys/verifier-131.pem")).expect("removed");
    refused(&office, "verifier-131");
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let office = Office::new();
    let seal = read(&office.path("keys/seal.pem"));
    overwrite(&office.path("keys/verifier-521.pem"), &seal, 0o600);
    refused(&office, "verifier-521");
}

#[test]
fn an_expired_certificate_is_refused() {
    let office = Office::new();
    let long_ago = Timestamp::from_second(1_577_836_800).expect("2020");
    let issued = issue(|profile| profile.validity = Validity::days(long_ago, 30));
    office.rekey("verifier-521", &issued);
    refused(&office, "verifier-521");
}

#[test]
fn a_certificate_that_is_not_valid_yet_is_refused() {
    let office = Office::new();
    let later = Timestamp::from_second(4_000_000_000).expect("2096");
    let issued = issue(|profile| profile.validity = Validity::days(later, 30));
    office.rekey("verifier-521", &issued);
    refused(&office, "verifier-521");
}

#[test]
fn a_verifier_whose_certificate_names_no_person_is_refused() {
    let office = Office::new();
    let issued = issue(|profile| profile.subject = Name::plain("Somebody"));
    office.rekey("verifier-521", &issued);
    refused(&office, "verifier-521");
}

#[test]
fn a_certificate_that_is_not_for_signing_is_refused() {
    for usage in [Usage::KeyEncipherment, Usage::NoBits] {
        let office = Office::new();
        let issued = issue(|profile| profile.usage = usage);
        office.rekey("verifier-521", &issued);
        refused(&office, "verifier-521");
    }
}

#[test]
fn a_signer_whom_our_own_trust_does_not_list_is_refused() {
    let office = Office::new();
    office.rekey("verifier-521", &issue(|_| ()));
    refused(&office, "521");
}

#[test]
fn a_misspelt_setting_is_refused_with_its_line() {
    let office = Office::new();
    let config = String::from_utf8(read(&office.path("pecete.toml"))).expect("text");
    let config = config.replace("mode = \"auto\"", "moed = \"auto\"");
    overwrite(&office.path("pecete.toml"), config.as_bytes(), 0o644);
    let ran = office.pecete(&["check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("pecete.toml:8:") && ran.err.contains("moed"), "{ran:?}");
}

/// A right certificate of a right person, but for what the test changes.
fn issue(change: impl FnOnce(&mut Profile)) -> Issued {
    let always = Validity::days(Timestamp::from_second(1_500_000_000).expect("2017"), u16::MAX);
    let root = AuthorityProfile::new(Name::plain("DEMO Another Root"), Kind::EcP256, always);
    let root = Authority::root(&root).expect("a root");
    let issuing = AuthorityProfile::new(Name::plain("DEMO Another Authority"), Kind::EcP256, always);
    let issuing = root.issue_authority(&issuing).expect("an authority");
    let mut profile = Profile::signer(Name::person("Pildă", "Ana"), Kind::EcP256, Validity::days(NOW, 3_000));
    profile.validity.from = Timestamp::from_second(1_735_700_000).expect("2025");
    change(&mut profile);
    issuing.issue(&profile).expect("a certificate")
}

/// The office does not open, in process and by command, and says about what; nothing is signed.
fn refused(office: &Office, about: &str) {
    office.drop_jsonl("day.jsonl", &[&day(1, 1)]);
    assert!(office.open().is_err());
    let ran = office.pecete(&["run", "--once"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(ran.err.starts_with("error: ") && ran.err.contains(about), "{ran:?}");
    let ran = office.pecete(&["check", "--lang", "ro"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(ran.err.starts_with("eroare: ") && ran.err.contains(about), "{ran:?}");
    assert!(office.published().is_empty());
    assert!(office.path("watch/day.jsonl").is_file());
}
