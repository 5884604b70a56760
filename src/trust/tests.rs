//! The table of path cases, each with its clause, over a whole store; certificates are made here.

use super::*;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, GeneralSubtree,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};

struct Made {
    parameters: CertificateParams,
    key: KeyPair,
    der: Vec<u8>,
}

fn parameters(name: &str) -> CertificateParams {
    let mut made = CertificateParams::new(vec![]).unwrap();
    made.distinguished_name = rcgen::DistinguishedName::new();
    made.distinguished_name.push(DnType::OrganizationName, "Invented Authority");
    made.distinguished_name.push(DnType::CommonName, name);
    (made.not_before, made.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2030, 1, 1));
    made
}

fn authority(name: &str) -> CertificateParams {
    let mut made = parameters(name);
    made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    made.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    made
}

fn person(name: &str) -> CertificateParams {
    let mut made = parameters(name);
    made.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    made
}

fn root(parameters: CertificateParams) -> Made {
    let key = KeyPair::generate().unwrap();
    let der = parameters.self_signed(&key).unwrap().der().to_vec();
    Made { parameters, key, der }
}

impl Made {
    fn issue(&self, parameters: CertificateParams) -> Made {
        self.certify(parameters, KeyPair::generate().unwrap())
    }

    fn certify(&self, parameters: CertificateParams, key: KeyPair) -> Made {
        let issuer = Issuer::from_params(&self.parameters, &self.key);
        let der = parameters.signed_by(&key, &issuer).unwrap().der().to_vec();
        Made { parameters, key, der }
    }

    fn copy_of_key(&self) -> KeyPair {
        KeyPair::from_pem(&self.key.serialize_pem()).unwrap()
    }
}

/// A store with these anchors and this leaf listed, by its certificate, for treasury 521.
fn store(role: &str, anchors: &[&Made], leaf: &Made) -> TrustStore {
    let digest = hex(&Digest::Sha256.digest(&leaf.der));
    let list =
        format!("version = 1\n[[signer]]\ncertificate_sha256 = \"{digest}\"\ntreasuries = [\"521\"]\n");
    store_with(role, anchors, &list)
}

fn store_with(role: &str, anchors: &[&Made], list: &str) -> TrustStore {
    let mut files: Vec<(String, Vec<u8>)> = vec![(format!("{role}/signers.toml"), list.into())];
    for (i, anchor) in anchors.iter().enumerate() {
        files.push((format!("{role}/{i}.der"), anchor.der.clone()));
    }
    TrustStore::from_files(files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))).unwrap()
}

const NOW: &str = "2026-05-12T12:00:00Z";

fn judge_at(store: &TrustStore, leaf: &Made, others: &[&Made], at: &str) -> Judgement {
    let others: Vec<Vec<u8>> = others.iter().map(|made| made.der.clone()).collect();
    let treasury = Some(TreasuryCode::parse("521").unwrap());
    store.judge(Role::Verifier, &leaf.der, &others, treasury, at.parse().unwrap())
}

/// Root, these authorities one under the other, this leaf: what is said now.
fn verdict(chain: Vec<CertificateParams>, leaf: CertificateParams) -> (Trust, Vec<&'static str>) {
    let mut made: Vec<Made> = Vec::new();
    for parameters in chain {
        let next = match made.last() {
            None => root(parameters),
            Some(issuer) => issuer.issue(parameters),
        };
        made.push(next);
    }
    let leaf = made.last().unwrap().issue(leaf);
    let others: Vec<&Made> = made[1..].iter().collect();
    let judgement = judge_at(&store("verifier", &[&made[0]], &leaf), &leaf, &others, NOW);
    (judgement.trust, judgement.problems)
}

fn untrusted(problem: &'static str) -> (Trust, Vec<&'static str>) {
    (Trust::Untrusted, vec![problem])
}

const GOOD: (Trust, Vec<&str>) = (Trust::Trusted, vec![]);

fn limited(name: &str, length: u8) -> CertificateParams {
    let mut made = authority(name);
    made.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
    made
}

#[test]
fn a_path_to_an_anchor_and_a_place_in_the_list_are_trust() {
    assert_eq!(verdict(vec![authority("R")], person("P")), GOOD);
    assert_eq!(verdict(vec![authority("R"), authority("A"), authority("B")], person("P")), GOOD);
}

#[test]
fn an_authority_needs_basic_constraints_that_say_so() {
    // RFC 5280, 6.1.4 (k) and (n).
    let mut not = authority("A");
    not.is_ca = IsCa::ExplicitNoCa;
    assert_eq!(verdict(vec![authority("R"), not], person("P")), untrusted("issuer-not-a-ca"));
    assert_eq!(verdict(vec![authority("R"), person("A")], person("P")), untrusted("issuer-not-a-ca"));
    let mut usage = authority("A");
    usage.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    assert_eq!(verdict(vec![authority("R"), usage], person("P")), untrusted("issuer-not-a-ca"));
}

#[test]
fn a_path_length_counts_the_authorities_between() {
    // RFC 5280, 4.2.1.9 and 6.1.4 (l), (m).
    assert_eq!(verdict(vec![limited("R", 0)], person("P")), GOOD);
    assert_eq!(verdict(vec![limited("R", 1), authority("A")], person("P")), GOOD);
    assert_eq!(verdict(vec![limited("R", 0), authority("A")], person("P")), untrusted("path-too-long"));
    let three = vec![authority("R"), limited("A", 0), authority("B")];
    assert_eq!(verdict(three, person("P")), untrusted("path-too-long"));
}

#[test]
fn no_path_is_longer_than_the_limit() {
    let chain = |authorities: usize| (0..authorities).map(|i| authority(&format!("A{i}"))).collect();
    assert_eq!(verdict(chain(path::MAX_PATH - 1), person("P")), GOOD);
    assert_eq!(verdict(chain(path::MAX_PATH), person("P")), untrusted("chain-not-found"));
}

#[test]
fn a_signer_needs_a_usage_that_signs() {
    // RFC 5280, 4.2.1.3 and 4.2.1.12.
    let with = |usages: Vec<KeyUsagePurpose>| {
        let mut made = person("P");
        made.key_usages = usages;
        verdict(vec![authority("R")], made)
    };
    assert_eq!(with(vec![KeyUsagePurpose::DigitalSignature]), GOOD);
    assert_eq!(with(vec![KeyUsagePurpose::ContentCommitment]), GOOD);
    assert_eq!(with(vec![]), GOOD);
    assert_eq!(with(vec![KeyUsagePurpose::KeyEncipherment]), untrusted("key-usage-forbids-signing"));
    let mut server = person("P");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    assert_eq!(verdict(vec![authority("R")], server), untrusted("key-usage-forbids-signing"));
    let mut mail = person("P");
    mail.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    assert_eq!(verdict(vec![authority("R")], mail), GOOD);
}

fn extension(oid: &[u64], content: &[u8], critical: bool) -> CustomExtension {
    let mut made = CustomExtension::from_oid_content(oid, content.to_vec());
    made.set_criticality(critical);
    made
}

#[test]
fn a_critical_extension_that_is_not_processed_refuses_the_path() {
    // RFC 5280, 4.2 and 6.1.4 (o).
    for (critical, expected) in [(true, untrusted("unknown-critical-extension")), (false, GOOD)] {
        let mut leaf = person("P");
        leaf.custom_extensions.push(extension(&[1, 2, 3, 4], &[5, 0], critical));
        assert_eq!(verdict(vec![authority("R")], leaf), expected);
        let mut between = authority("A");
        between.custom_extensions.push(extension(&[1, 2, 3, 4], &[5, 0], critical));
        assert_eq!(verdict(vec![authority("R"), between], person("P")), expected);
    }
    // 4.2.1.11: a demand for an explicit policy, which nobody here evaluates.
    let mut policy = authority("A");
    policy.custom_extensions.push(extension(&[2, 5, 29, 36], &[0x30, 3, 0x80, 1, 0], true));
    assert_eq!(verdict(vec![authority("R"), policy], person("P")), untrusted("unknown-critical-extension"));
}

#[test]
fn policies_are_not_required_and_malformed_ones_are_refused() {
    // RFC 5280, 4.2.1.4: a SEQUENCE of at least one, none twice.
    let with = |content: &[u8]| {
        let mut leaf = person("P");
        leaf.custom_extensions.push(extension(&[2, 5, 29, 32], content, true));
        verdict(vec![authority("R")], leaf)
    };
    assert_eq!(with(&[0x30, 5, 0x30, 3, 6, 1, 0x2A]), GOOD);
    assert_eq!(with(&[0x30, 0]), untrusted("certificate-malformed"));
    assert_eq!(
        with(&[0x30, 10, 0x30, 3, 6, 1, 0x2A, 0x30, 3, 6, 1, 0x2A]),
        untrusted("certificate-malformed")
    );
}

fn directory(name: &str) -> GeneralSubtree {
    let mut made = rcgen::DistinguishedName::new();
    made.push(DnType::OrganizationName, name);
    GeneralSubtree::DirectoryName(made)
}

fn constrained(permitted: Vec<GeneralSubtree>, excluded: Vec<GeneralSubtree>) -> CertificateParams {
    let mut made = authority("A");
    made.name_constraints =
        Some(NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded });
    made
}

#[test]
fn name_constraints_bind_everybody_below() {
    // RFC 5280, 4.2.1.10 and 6.1.3 (b), (c).
    let below = |constrained| verdict(vec![authority("R"), constrained], person("P"));
    let violated = untrusted("name-constraints-violated");
    assert_eq!(below(constrained(vec![directory("Invented Authority")], vec![])), GOOD);
    assert_eq!(below(constrained(vec![directory("Another")], vec![])), violated);
    assert_eq!(below(constrained(vec![], vec![directory("Another")])), GOOD);
    assert_eq!(below(constrained(vec![], vec![directory("invented  authority")])), violated);
    // A form that is not evaluated refuses those who have such a name, and nobody else.
    let mail = || constrained(vec![GeneralSubtree::Rfc822Name("example.org".into())], vec![]);
    assert_eq!(below(mail()), GOOD);
    let mut with_mail = person("P");
    with_mail.subject_alt_names = vec![rcgen::SanType::Rfc822Name("p@example.org".try_into().unwrap())];
    assert_eq!(verdict(vec![authority("R"), mail()], with_mail), violated);
}

#[test]
fn the_time_is_that_of_every_certificate_in_the_path() {
    // RFC 5280, 4.1.2.5 and 6.1.3 (a) (2).
    let root = root(authority("R"));
    let mut short = authority("A");
    short.not_before = date_time_ymd(2026, 5, 1);
    short.not_after = date_time_ymd(2026, 6, 1);
    let between = root.issue(short);
    let leaf = between.issue(person("P"));
    let store = store("verifier", &[&root], &leaf);
    for (at, expected) in [
        ("2026-04-30T23:59:59Z", (Trust::Expired, vec!["certificate-not-yet-valid"])),
        ("2026-05-01T00:00:00Z", GOOD),
        ("2026-06-01T00:00:00.9Z", GOOD),
        ("2026-06-01T00:00:01Z", (Trust::Expired, vec!["certificate-expired"])),
        ("2031-01-01T00:00:00Z", (Trust::Expired, vec!["certificate-expired"])),
    ] {
        // Twice: what is remembered says the same.
        for _ in 0..2 {
            let judgement = judge_at(&store, &leaf, &[&between], at);
            assert_eq!((judgement.trust, judgement.problems), expected, "{at}");
        }
    }
}

#[test]
fn a_name_alone_leads_nowhere() {
    // RFC 5280, 6.1.3 (a) (1): the signature, not the name.
    let (root, impostor) = (root(authority("R")), self::root(authority("R")));
    let leaf = impostor.issue(person("P"));
    let judgement = judge_at(&store("verifier", &[&root], &leaf), &leaf, &[&impostor], NOW);
    assert_eq!((judgement.trust, judgement.problems), untrusted("chain-not-found"));
    assert!(judgement.path.is_empty());
}

#[test]
fn a_missing_intermediate_and_a_missing_anchor_are_no_chain() {
    let root = root(authority("R"));
    let between = root.issue(authority("A"));
    let leaf = between.issue(person("P"));
    let good = store("verifier", &[&root], &leaf);
    assert_eq!(judge_at(&good, &leaf, &[], NOW).problems, ["chain-not-found"]);
    assert_eq!(
        judge_at(&store("verifier", &[], &leaf), &leaf, &[&between, &root], NOW).problems,
        ["chain-not-found"]
    );
    assert_eq!(judge_at(&TrustStore::default(), &leaf, &[&between], NOW).trust, Trust::Untrusted);
    // An intermediate, or the leaf itself, may be the anchor.
    for anchor in [&between, &leaf] {
        assert_eq!(judge_at(&store("verifier", &[anchor], &leaf), &leaf, &[], NOW).trust, Trust::Trusted);
    }
}

#[test]
fn authorities_that_certify_each_other_are_no_endless_path() {
    // RFC 4158, 5.2: A certifies B, B certifies A, and R certifies A.
    let root = root(authority("R"));
    let a = root.issue(authority("A"));
    let b = a.issue(authority("B"));
    let crossed = b.certify(authority("A"), a.copy_of_key());
    let leaf = b.issue(person("P"));
    let store = store("verifier", &[&root], &leaf);
    let judgement = judge_at(&store, &leaf, &[&crossed, &b, &a], NOW);
    assert_eq!((judgement.trust, judgement.path.len()), (Trust::Trusted, 4));
    let stranger = judge_at(
        &self::store("verifier", &[&self::root(authority("S"))], &leaf),
        &leaf,
        &[&crossed, &b, &a],
        NOW,
    );
    assert_eq!(stranger.problems, ["chain-not-found"]);
}

#[test]
fn a_heap_of_namesakes_exhausts_the_budget_and_not_our_time() {
    let real = root(authority("R"));
    let namesakes: Vec<Made> = (0..path::MAX_SIGNATURES + 5).map(|_| root(authority("A"))).collect();
    let leaf = root(authority("A")).issue(person("P"));
    let others: Vec<&Made> = namesakes.iter().collect();
    let judgement = judge_at(&store("verifier", &[&real], &leaf), &leaf, &others, NOW);
    assert_eq!((judgement.trust, judgement.problems), untrusted("budget-exhausted"));
}

#[test]
fn a_better_path_is_preferred_to_an_expired_one() {
    let root = root(authority("R"));
    let mut old = authority("A");
    old.not_after = date_time_ymd(2025, 1, 1);
    let old = root.issue(old);
    let new = root.certify(authority("A"), old.copy_of_key());
    let leaf = old.issue(person("P"));
    let store = store("verifier", &[&root], &leaf);
    assert_eq!(judge_at(&store, &leaf, &[&old, &new], NOW).trust, Trust::Trusted);
    assert_eq!(judge_at(&store, &leaf, &[&old], NOW).problems, ["certificate-expired"]);
}

#[test]
fn a_weak_key_of_an_authority_and_sha1_are_refused() {
    // rcgen signs neither with SHA-1 nor with short keys: the rule is asked over its parts.
    let root = root(authority("R"));
    let leaf = root.issue(person("P"));
    let (issuer, mut certificate) =
        (Certificate::read(&root.der).unwrap(), Certificate::read(&leaf.der).unwrap());
    assert!(path::is_signed_by(&issuer, &certificate));
    certificate.signature_algorithm.oid = "1.2.840.10045.4.1".into();
    assert!(!path::is_signed_by(&issuer, &certificate));
    assert!(path::is_weakly_signed(&issuer, &certificate));
}

#[test]
fn the_list_says_for_whom_and_when() {
    let root = root(authority("R"));
    let leaf = root.issue(person("Ion Popescu"));
    let said = |list: &str, treasury: &str| {
        let store = store_with("verifier", &[&root], &format!("version = 1\n{list}"));
        let treasury = Some(TreasuryCode::parse(treasury).unwrap());
        let judgement = store.judge(Role::Verifier, &leaf.der, &[], treasury, NOW.parse().unwrap());
        (judgement.trust, judgement.problems)
    };
    let refused = |problem| (Trust::Unauthorised, vec![problem]);
    let named = "[[signer]]\nissuer = { CN = \"R\" }\nsubject = { CN = \"Ion Popescu\", O = \"Invented Authority\" }\n";
    let key = hex(&Digest::Sha256.digest(Certificate::read(&leaf.der).unwrap().key_info));
    let keyed = format!("[[signer]]\nkey_sha256 = \"{key}\"\n");
    for way in [named, keyed.as_str()] {
        assert_eq!(said(&format!("{way}treasuries = [\"521\"]\n"), "521"), GOOD);
        assert_eq!(said(&format!("{way}treasuries = [\"*\"]\n"), "522"), GOOD);
        assert_eq!(
            said(&format!("{way}treasuries = [\"521\"]\n"), "522"),
            refused("signer-of-another-treasury")
        );
        let past = format!("{way}treasuries = [\"521\"]\nto = 2026-05-11\n");
        assert_eq!(said(&past, "521"), refused("signer-listed-for-another-time"));
    }
    assert_eq!(said("", "521"), refused("signer-not-authorised"));
    for other in ["issuer = { CN = \"S\" }", "issuer = { CN = \"R\", OU = \"x\" }"] {
        let entry =
            format!("[[signer]]\n{other}\nsubject = {{ CN = \"Ion Popescu\" }}\ntreasuries = [\"*\"]\n");
        assert_eq!(said(&entry, "521"), refused("signer-not-authorised"));
    }
    let spelt =
        "[[signer]]\nissuer = { CN = \"R\" }\nsubject = { CN = \"ION POPESCU\" }\ntreasuries = [\"*\"]\n";
    assert_eq!(said(spelt, "521"), refused("signer-not-authorised"), "names are exact");
}

#[test]
fn a_role_has_its_own_anchors() {
    let root = root(authority("R"));
    let leaf = root.issue(person("P"));
    assert_eq!(judge_at(&store("treasury", &[&root], &leaf), &leaf, &[], NOW).problems, ["chain-not-found"]);
}

#[test]
fn a_timestamp_authority_has_one_critical_purpose() {
    // RFC 3161, 2.3.
    let root = root(authority("R"));
    let one = extension(&[2, 5, 29, 37], &[0x30, 10, 6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 8], true);
    let lax = extension(&[2, 5, 29, 37], &[0x30, 10, 6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 8], false);
    let refused = untrusted("key-usage-forbids-timestamping");
    for (purposes, expected) in [(Some(one), GOOD), (Some(lax), refused.clone()), (None, refused)] {
        let mut parameters = person("T");
        parameters.custom_extensions.extend(purposes);
        let leaf = root.issue(parameters);
        let store = store("tsa", &[&root], &leaf);
        let judgement = store.judge(Role::Tsa, &leaf.der, &[], None, NOW.parse().unwrap());
        assert_eq!((judgement.trust, judgement.problems), expected);
    }
}

#[test]
fn no_changed_byte_of_a_certificate_keeps_its_path() {
    let root = root(authority("R"));
    let leaf = root.issue(person("P"));
    let good = store("verifier", &[&root], &leaf);
    for at in 0..leaf.der.len() {
        let mut changed = leaf.der.clone();
        changed[at] ^= 1 << (at % 8);
        let judgement = good.judge(Role::Verifier, &changed, &[], None, NOW.parse().unwrap());
        assert_ne!(judgement.trust, Trust::Trusted, "byte {at}");
    }
}

#[test]
fn anchors_are_told_with_their_names_and_digests() {
    let root = root(authority("R"));
    let [anchor] = store("tsa", &[&root], &root).anchors().try_into().unwrap();
    assert_eq!((anchor.role, anchor.subject.as_str()), (Role::Tsa, "CN=R,O=Invented Authority"));
    assert_eq!(anchor.sha256, hex(&Digest::Sha256.digest(&root.der)));
}
