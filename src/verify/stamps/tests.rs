//! Chains of timestamps over invented signatures, with real certificates of two timestamp authorities and a person.

use super::super::facts::{Integrity, SignatureFacts, TimestampFacts};
use super::super::invented::{published, signature};
use super::super::level::Level;
use super::super::people;
use super::super::policy::People;
use super::super::reason::Reason;
use crate::trust::{Evidence, Trust, TrustStore};
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

/// The person's certificate is of 2023 to 2025, the old authority's of 2022 to 2027, the new one's of 2026 to 2037.
struct World {
    person: Vec<u8>,
    old: Vec<u8>,
    new: Vec<u8>,
    stray: Vec<u8>,
    people: People,
}

fn parameters(name: &str, from: i32, to: i32) -> CertificateParams {
    let mut made = CertificateParams::new(vec![]).expect("no names");
    made.distinguished_name.push(rcgen::DnType::CommonName, name);
    made.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    (made.not_before, made.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 12, 31));
    made
}

fn root(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut made = parameters(name, 2020, 2050);
    made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    made.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(made, KeyPair::generate().expect("a key")).expect("signed")
}

fn issued(root: &CertifiedIssuer<'static, KeyPair>, made: &CertificateParams) -> Vec<u8> {
    made.signed_by(&KeyPair::generate().expect("a key"), root).expect("signed").der().to_vec()
}

fn authority(name: &str, from: i32, to: i32) -> CertificateParams {
    let mut made = parameters(name, from, to);
    // RFC 3161, 2.3: id-kp-timeStamping, alone and critical.
    let purposes = vec![0x30, 10, 6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 8];
    let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 37], purposes);
    extension.set_criticality(true);
    made.custom_extensions.push(extension);
    made
}

fn world() -> World {
    let (house, time, other) = (root("Root"), root("Time root"), root("Stray root"));
    let person = issued(&house, &parameters("Maria Ionescu", 2023, 2025));
    let old = issued(&time, &authority("Old", 2022, 2027));
    let new = issued(&time, &authority("New", 2026, 2037));
    let stray = issued(&other, &authority("Stray", 2022, 2037));
    let list = |members: &[&Vec<u8>]| {
        let entry = |der: &&Vec<u8>| {
            let digest = crate::trust::hex(&crate::trust::mathematics::Digest::Sha256.digest(der));
            format!("[[signer]]\ncertificate_sha256 = \"{digest}\"\ntreasuries = [\"*\"]\n")
        };
        format!("version = 1\n{}", members.iter().map(entry).collect::<String>())
    };
    let files = [
        ("verifier/root.pem", house.pem()),
        ("verifier/signers.toml", list(&[&person])),
        ("tsa/root.pem", time.pem()),
        ("tsa/signers.toml", list(&[&old, &new])),
    ];
    let trust = TrustStore::from_files(files.iter().map(|(n, b)| (*n, b.as_bytes()))).expect("a store");
    World {
        person,
        old,
        new,
        stray,
        people: People { trust, intermediates: vec![], evidence: Evidence::default() },
    }
}

fn at(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().expect("a day")
}

fn token(authority: &[u8], day: &str) -> TimestampFacts {
    TimestampFacts {
        at: at(day),
        policy: "1.2.3".to_owned(),
        intact: true,
        problems: vec![],
        certificates: vec![authority.to_vec()],
        signer_certificate: Some(0),
    }
}

fn document_timestamp(authority: &[u8], day: &str, revision: usize) -> SignatureFacts {
    let mut facts = signature("Timbru", revision);
    facts.subfilter = "ETSI.RFC3161".to_owned();
    facts.claimed_at = None;
    facts.timestamps = vec![token(authority, day)];
    facts.certificates = vec![authority.to_vec()];
    facts.signer_certificate = Some(0);
    facts
}

/// One signature of the person in revision 0, with these timestamps of its own, then these over the document.
fn signed(world: &World, own: Vec<TimestampFacts>, later: Vec<SignatureFacts>) -> Integrity {
    let mut integrity = published();
    integrity.signatures.truncate(1);
    integrity.signatures[0].certificates = vec![world.person.clone()];
    integrity.signatures[0].signer_certificate = Some(0);
    integrity.signatures[0].claimed_at = None;
    integrity.signatures[0].timestamps = own;
    integrity.signatures.extend(later);
    integrity
}

fn judged(world: &World, integrity: &Integrity, day: &str) -> (Trust, Option<Timestamp>, Vec<Reason>) {
    let all = people::judge(integrity, &world.people, None, at(day));
    (all[0].trust, all[0].proven, all[0].notes.clone())
}

#[test]
fn a_trusted_timestamp_proves_that_it_signed_while_it_could() {
    let world = world();
    let bare = signed(&world, vec![], vec![]);
    assert_eq!(judged(&world, &bare, "2024-06-01"), (Trust::Trusted, None, vec![]));
    assert_eq!(judged(&world, &bare, "2026-06-01"), (Trust::Expired, None, vec![]));
    let stamped = signed(&world, vec![token(&world.old, "2024-05-12")], vec![]);
    let proven = Some(at("2024-05-12"));
    assert_eq!(judged(&world, &stamped, "2024-06-01"), (Trust::Trusted, proven, vec![]));
    assert_eq!(judged(&world, &stamped, "2026-06-01"), (Trust::Trusted, proven, vec![Reason::ExpiredSince]));
}

#[test]
fn a_timestamp_that_came_too_late_proves_nothing_that_helps() {
    let world = world();
    let late = signed(&world, vec![token(&world.old, "2026-02-01")], vec![]);
    let (trust, proven, _) = judged(&world, &late, "2026-06-01");
    assert_eq!((trust, proven), (Trust::Expired, Some(at("2026-02-01"))));
}

#[test]
fn what_is_not_intact_not_trusted_or_from_the_future_proves_nothing() {
    let world = world();
    let mut broken = token(&world.old, "2024-05-12");
    broken.intact = false;
    let nobodys = TimestampFacts { signer_certificate: None, ..token(&world.old, "2024-05-12") };
    let by_person = token(&world.person, "2024-05-12");
    for (stamp, note) in [
        (broken, Reason::TimestampBroken),
        (token(&world.stray, "2024-05-12"), Reason::TimestampNotTrusted),
        (nobodys, Reason::TimestampNotTrusted),
        (by_person, Reason::TimestampNotTrusted),
        (token(&world.new, "2026-12-01"), Reason::TimestampNotTrusted),
    ] {
        let integrity = signed(&world, vec![stamp], vec![]);
        assert_eq!(judged(&world, &integrity, "2026-06-01"), (Trust::Expired, None, vec![note]));
    }
}

#[test]
fn each_document_timestamp_carries_the_one_before_over_its_end() {
    let world = world();
    let first = || document_timestamp(&world.old, "2024-05-12", 1);
    let second = |authority: &[u8], day| document_timestamp(authority, day, 2);
    let one = signed(&world, vec![], vec![first()]);
    assert_eq!(judged(&world, &one, "2027-06-01").0, Trust::Trusted);
    assert_eq!(judged(&world, &one, "2029-06-01").0, Trust::Expired, "the authority itself has ended");
    let two = signed(&world, vec![], vec![first(), second(&world.new, "2027-06-01")]);
    let (trust, proven, _) = judged(&world, &two, "2029-06-01");
    assert_eq!((trust, proven), (Trust::Trusted, Some(at("2024-05-12"))));
    assert_eq!(judged(&world, &two, "2038-06-01").0, Trust::Expired, "and so has the second");
    let late = signed(&world, vec![], vec![first(), second(&world.new, "2028-06-01")]);
    assert_eq!(judged(&world, &late, "2029-06-01").0, Trust::Expired, "stamped again too late");
    let stray = signed(&world, vec![], vec![first(), second(&world.stray, "2027-06-01")]);
    assert_eq!(judged(&world, &stray, "2029-06-01").0, Trust::Expired, "stamped again by a stranger");
}

#[test]
fn a_document_timestamp_proves_only_what_was_there_before_it() {
    let world = world();
    let mut before = signed(&world, vec![], vec![]);
    before.signatures.insert(0, document_timestamp(&world.old, "2024-05-12", 0));
    before.signatures[1].revision = Some(1);
    let all = people::judge(&before, &world.people, None, at("2026-06-01"));
    assert_eq!((all[1].trust, all[1].proven), (Trust::Expired, None));
    // and one that covers less than its revision proves nothing at all
    let mut partial = document_timestamp(&world.old, "2024-05-12", 1);
    partial.coverage = super::Coverage::Partial;
    assert_eq!(judged(&world, &signed(&world, vec![], vec![partial]), "2026-06-01").0, Trust::Expired);
}

#[test]
fn a_claim_that_a_timestamp_contradicts_is_told() {
    let world = world();
    let mut integrity = signed(&world, vec![token(&world.old, "2024-05-12")], vec![]);
    for (claim, told) in [("2024-05-12T12:05:00Z", false), ("2024-05-12T13:00:00Z", true)] {
        integrity.signatures[0].claimed_at = claim.parse().ok();
        let (.., notes) = judged(&world, &integrity, "2024-06-01");
        assert_eq!(notes.contains(&Reason::ClaimAfterProof), told, "{claim}");
    }
}

#[test]
fn a_level_is_of_form_and_asks_for_what_it_names() {
    let world = world();
    let level =
        |integrity: &Integrity| people::judge(integrity, &world.people, None, at("2024-06-01"))[0].level;
    let stamp = || vec![token(&world.old, "2024-05-12")];
    assert_eq!(level(&signed(&world, vec![], vec![])), Some(Level::B));
    assert_eq!(level(&signed(&world, stamp(), vec![])), Some(Level::T));
    let over = vec![document_timestamp(&world.old, "2024-05-12", 1)];
    assert_eq!(level(&signed(&world, vec![], over)), Some(Level::T), "no revocation data is stored");
    let mut older = signed(&world, stamp(), vec![]);
    older.signatures[0].subfilter = "adbe.pkcs7.detached".to_owned();
    assert_eq!(level(&older), None);
}
