//! The infrastructure against `openssl verify`.

use super::*;
use jiff::Timestamp;
use std::path::Path;
use std::process::Command;

fn now() -> Timestamp {
    "2026-05-12T15:42:00Z".parse().expect("a time")
}

fn year() -> Validity {
    Validity::days(now(), 365)
}

fn root(kind: Kind) -> Authority {
    Authority::root(&AuthorityProfile::new(Name::plain("Exemplu Root"), kind, Validity::days(now(), 3650)))
        .expect("a root")
}

fn below(root: &Authority, change: impl FnOnce(&mut AuthorityProfile)) -> Authority {
    let mut profile = AuthorityProfile::new(Name::plain("Exemplu CA"), Kind::EcP256, year());
    change(&mut profile);
    root.issue_authority(&profile).expect("an authority")
}

fn person(change: impl FnOnce(&mut Profile)) -> Profile {
    let mut profile = Profile::signer(Name::person("Popescu-Știrbei", "Ana Maria"), Kind::EcP256, year());
    change(&mut profile);
    profile
}

/// What `openssl verify -x509_strict` says; `None` without openssl.
fn accepted(chain: &[Vec<u8>], purpose: &str) -> Option<bool> {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: no openssl on this machine");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, certificates: &[Vec<u8>]| {
        let path = folder.path().join(name);
        let pem = certificates_pem(certificates).expect("pem");
        crate::fs::create_new(&path, pem.as_bytes(), 0o600).expect("written");
        path
    };
    let (root, others) = chain.split_last().expect("a chain");
    let (leaf, between) = others.split_first().expect("a leaf");
    let root = write("root.pem", std::slice::from_ref(root));
    let leaf = write("leaf.pem", std::slice::from_ref(leaf));
    let mut command = Command::new("openssl");
    command.args(["verify", "-x509_strict", "-purpose", purpose]);
    command.args(["-attime", &(now().as_second() + 60).to_string(), "-CAfile"]).arg(root);
    if !between.is_empty() {
        command.arg("-untrusted").arg(write("between.pem", between));
    }
    Some(command.arg(path(&leaf)).output().expect("run").status.success())
}

fn path(path: &Path) -> &std::ffi::OsStr {
    path.as_os_str()
}

#[test]
fn what_is_right_is_accepted_to_the_letter() {
    for kind in [Kind::Rsa2048, Kind::EcP256, Kind::EcP384] {
        let root = root(kind);
        let authority = below(&root, |profile| profile.constraint = Constraint::PathLength(0));
        let issued = authority.issue(&person(|profile| profile.kind = kind)).expect("issued");
        assert_eq!(issued.chain.len(), 3);
        assert_ne!(accepted(&issued.chain, "any"), Some(false), "{kind:?}");
        let clock = Profile::timestamps(Name::seal("Exemplu TSA", "Exemplu"), kind, year());
        let clock = authority.issue(&clock).expect("issued");
        assert_ne!(accepted(&clock.chain, "timestampsign"), Some(false), "{kind:?}");
        assert_ne!(accepted(&issued.chain, "timestampsign"), Some(true), "{kind:?}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let root = root(Kind::EcP256);
    let past = Validity::days("2020-01-01T00:00:00Z".parse().expect("a time"), 30);
    let future = Validity::days("2030-01-01T00:00:00Z".parse().expect("a time"), 30);
    let leaves: [fn(&mut Profile, Validity, Validity); 3] = [
        |profile, past, _| profile.validity = past,
        |profile, _, future| profile.validity = future,
        |profile, _, _| profile.extra = Extra::UnknownCritical,
    ];
    for (index, change) in leaves.into_iter().enumerate() {
        let issued = root.issue(&person(|profile| change(profile, past, future))).expect("issued");
        assert_ne!(accepted(&issued.chain, "any"), Some(true), "leaf {index}");
    }
    let authorities: [fn(&mut AuthorityProfile); 4] = [
        |profile| profile.constraint = Constraint::NotAnAuthority,
        |profile| profile.permitted = vec![Name::new().with(Part::Country, "MD")],
        |profile| profile.excluded = vec![Name::new().with(Part::Country, "RO")],
        |profile| profile.extra = Extra::UnknownCritical,
    ];
    for (index, change) in authorities.into_iter().enumerate() {
        let issued = below(&root, change).issue(&person(|_| {})).expect("issued");
        assert_ne!(accepted(&issued.chain, "any"), Some(true), "authority {index}");
    }
}

#[test]
fn a_path_that_is_too_long_is_refused() {
    let root = root(Kind::EcP256);
    let first = below(&root, |profile| profile.constraint = Constraint::PathLength(0));
    let second = below(&first, |profile| profile.subject = Name::plain("Exemplu CA 2"));
    assert_ne!(accepted(&first.issue(&person(|_| {})).expect("issued").chain, "any"), Some(false));
    assert_ne!(accepted(&second.issue(&person(|_| {})).expect("issued").chain, "any"), Some(true));
}

#[test]
fn a_name_that_x520_cannot_hold_is_refused() {
    let name = Name::plain("x").with(Part::Country, "România");
    let profile = Profile::signer(name, Kind::EcP256, year());
    let fault = root(Kind::EcP256).issue(&profile).expect_err("refused");
    assert_eq!(fault, PkiFault::Name { found: "România".to_owned() });
}
