//! What lists and answers say, over real ones made here: by the issuer, by delegates, by strangers, in time and late.

use super::*;
use crate::cms::tlv;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CrlIssuingDistributionPoint,
    CrlScope, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SerialNumber, SigningKey, date_time_ymd,
};

struct Made {
    parameters: CertificateParams,
    key: KeyPair,
    der: Vec<u8>,
}

fn parameters(name: &str, serial: u64) -> CertificateParams {
    let mut made = CertificateParams::new(vec![]).unwrap();
    made.distinguished_name = rcgen::DistinguishedName::new();
    made.distinguished_name.push(rcgen::DnType::CommonName, name);
    made.serial_number = Some(SerialNumber::from(serial));
    (made.not_before, made.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2030, 1, 1));
    made
}

fn authority(name: &str) -> Made {
    let mut parameters = parameters(name, 1);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().unwrap();
    let der = parameters.self_signed(&key).unwrap().der().to_vec();
    Made { parameters, key, der }
}

impl Made {
    fn issue(&self, parameters: CertificateParams) -> Made {
        let key = KeyPair::generate().unwrap();
        let issuer = Issuer::from_params(&self.parameters, &self.key);
        let der = parameters.signed_by(&key, &issuer).unwrap().der().to_vec();
        Made { parameters, key, der }
    }

    /// A list of this day, until that day, with these entries.
    fn list(
        &self,
        entries: Vec<RevokedCertParams>,
        change: impl FnOnce(&mut CertificateRevocationListParams),
    ) -> Vec<u8> {
        let mut list = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 5, 1),
            next_update: date_time_ymd(2026, 6, 1),
            crl_number: SerialNumber::from(7_u64),
            issuing_distribution_point: None,
            revoked_certs: entries,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        change(&mut list);
        let issuer = Issuer::from_params(&self.parameters, &self.key);
        list.signed_by(&issuer).unwrap().der().to_vec()
    }
}

fn revoked(serial: u64, on: (i32, u8, u8), reason: Option<RevocationReason>) -> RevokedCertParams {
    RevokedCertParams {
        serial_number: SerialNumber::from(serial),
        revocation_time: date_time_ymd(on.0, on.1, on.2),
        reason_code: reason,
        invalidity_date: None,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const MAY: &str = "2026-05-12T12:00:00Z";

/// A root, a person, and what evidence of them says.
struct Case {
    root: Made,
    person: Made,
    evidence: Evidence,
}

impl Case {
    fn new() -> Self {
        let root = authority("R");
        let person = root.issue(parameters("P", 77));
        Self { root, person, evidence: Evidence::default() }
    }

    fn with_list(mut self, make: impl FnOnce(&Self) -> Vec<u8>) -> Self {
        let list = make(&self);
        assert!(self.evidence.take_list(&list, Origin::Folder));
        self
    }

    fn with_answer(mut self, make: impl FnOnce(&Self) -> Vec<u8>) -> Self {
        let answer = make(&self);
        assert!(self.evidence.take_answer(&answer, Origin::Folder), "an answer");
        self
    }

    /// How the person's certificate stands, having signed then, judged then, evidence having existed then.
    fn stands(&self, signed: &str, judged: &str, existed: &str) -> Status {
        let (signed, judged, existed) = (at(signed), at(judged), at(existed));
        let existed = move |_| existed;
        let when = When { signed, at: judged, existed: &existed };
        let path = [self.person.der.clone(), self.root.der.clone()];
        let statuses = TrustStore::default().statuses(&path, &[&self.evidence], when);
        assert_eq!(statuses.len(), 1);
        statuses[0]
    }

    fn now(&self) -> Standing {
        self.stands(MAY, MAY, MAY).standing
    }
}

#[test]
fn a_list_says_who_is_revoked_and_that_the_others_are_not() {
    let other = Case::new().with_list(|case| case.root.list(vec![revoked(78, (2026, 4, 1), None)], |_| {}));
    assert_eq!(other.now(), Standing::Good);
    let reason = Some(RevocationReason::KeyCompromise);
    let own = Case::new().with_list(|case| case.root.list(vec![revoked(77, (2026, 4, 1), reason)], |_| {}));
    let status = own.stands(MAY, MAY, MAY);
    assert_eq!((status.standing, status.cause), (Standing::Revoked, Some("keyCompromise")));
    assert_eq!(status.revoked_at, Some(at("2026-04-01T00:00:00Z")));
    assert_eq!(Case::new().now(), Standing::Unknown);
}

#[test]
fn who_signed_before_the_revocation_did_so_before_it() {
    // EN 319 102-1, 5.5.4: the signature is proven to be older than the revocation.
    let case = Case::new().with_list(|case| case.root.list(vec![revoked(77, (2026, 4, 1), None)], |_| {}));
    assert_eq!(case.stands("2026-03-31T23:59:59Z", MAY, MAY).standing, Standing::RevokedLater);
    assert_eq!(case.stands("2026-04-01T00:00:00Z", MAY, MAY).standing, Standing::Revoked);
}

#[test]
fn a_key_is_lost_from_the_day_on_which_it_was_invalid() {
    // RFC 5280, 5.3.2.
    let case = Case::new().with_list(|case| {
        let mut entry = revoked(77, (2026, 4, 1), Some(RevocationReason::KeyCompromise));
        entry.invalidity_date = Some(date_time_ymd(2026, 2, 1));
        case.root.list(vec![entry], |_| {})
    });
    assert_eq!(case.stands("2026-01-31T00:00:00Z", MAY, MAY).standing, Standing::RevokedLater);
    assert_eq!(case.stands("2026-03-01T00:00:00Z", MAY, MAY).standing, Standing::Revoked);
}

#[test]
fn a_list_of_yesterday_does_not_say_that_all_is_well_today_and_one_of_tomorrow_is_none() {
    let case = || Case::new().with_list(|case| case.root.list(vec![], |_| {}));
    assert_eq!(case().stands("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z", MAY).standing, Standing::Good);
    assert_eq!(
        case().stands("2026-06-02T00:00:00Z", "2026-06-02T00:00:00Z", MAY).standing,
        Standing::Unknown
    );
    // issued after a proven signature, it says so whenever it is read
    assert_eq!(case().stands("2026-04-01T00:00:00Z", "2028-01-01T00:00:00Z", MAY).standing, Standing::Good);
    assert_eq!(
        case().stands("2026-04-01T00:00:00Z", "2026-04-20T00:00:00Z", MAY).standing,
        Standing::Unknown
    );
}

#[test]
fn a_certificate_that_has_expired_has_left_the_lists() {
    // X.509, 9.5.2.8; RFC 6960, 4.4.4.
    let after = |list: &mut CertificateRevocationListParams| {
        (list.this_update, list.next_update) = (date_time_ymd(2030, 2, 1), date_time_ymd(2030, 3, 1));
    };
    let case = Case::new().with_list(|case| case.root.list(vec![], after));
    assert_eq!(case.stands(MAY, "2030-02-02T00:00:00Z", MAY).standing, Standing::Unknown);
}

#[test]
fn evidence_of_an_issuer_who_has_expired_must_be_known_to_be_older() {
    let case = Case::new().with_list(|case| case.root.list(vec![], |_| {}));
    let later = "2031-01-01T00:00:00Z";
    assert_eq!(case.stands("2026-04-01T00:00:00Z", later, MAY).standing, Standing::Good);
    assert_eq!(case.stands("2026-04-01T00:00:00Z", later, later).standing, Standing::Unknown);
}

#[test]
fn a_strangers_list_and_one_of_an_issuer_who_may_not_make_any_say_nothing() {
    let stranger = authority("R");
    let case = Case::new().with_list(|_| stranger.list(vec![revoked(77, (2026, 4, 1), None)], |_| {}));
    assert_eq!(case.now(), Standing::Unknown);
    let mut case = Case::new();
    case.root.parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    case.root.der = case.root.parameters.self_signed(&case.root.key).unwrap().der().to_vec();
    case.person = case.root.issue(parameters("P", 77));
    // rcgen itself refuses to sign a list without the usage: the list is made under another certificate of the key
    case.root.parameters.key_usages.push(KeyUsagePurpose::CrlSign);
    let case = case.with_list(|case| case.root.list(vec![], |_| {}));
    assert_eq!(case.now(), Standing::Unknown);
}

#[test]
fn a_list_for_others_does_not_say_that_all_is_well_but_is_believed_on_whom_it_revokes() {
    // RFC 5280, 5.2.5 and 6.3.3 (b).
    let point = |scope| {
        move |list: &mut CertificateRevocationListParams| {
            list.issuing_distribution_point = Some(CrlIssuingDistributionPoint {
                distribution_point: rcgen::CrlDistributionPoint {
                    uris: vec!["http://pki.example/r.crl".to_owned()],
                },
                scope,
            });
        }
    };
    let listed_at = |uri: &str| {
        let mut case = Case::new();
        let mut parameters = parameters("P", 77);
        parameters.crl_distribution_points = vec![rcgen::CrlDistributionPoint { uris: vec![uri.to_owned()] }];
        case.person = case.root.issue(parameters);
        case
    };
    let good = listed_at("http://pki.example/r.crl").with_list(|case| case.root.list(vec![], point(None)));
    assert_eq!(good.now(), Standing::Good);
    let users = Some(CrlScope::UserCertsOnly);
    let good = listed_at("http://pki.example/r.crl").with_list(|case| case.root.list(vec![], point(users)));
    assert_eq!(good.now(), Standing::Good);
    let authorities = || Some(CrlScope::CaCertsOnly);
    let other =
        listed_at("http://pki.example/r.crl").with_list(|case| case.root.list(vec![], point(authorities())));
    assert_eq!(other.now(), Standing::Unknown);
    let elsewhere =
        listed_at("http://pki.example/s.crl").with_list(|case| case.root.list(vec![], point(None)));
    assert_eq!(elsewhere.now(), Standing::Unknown);
    let unnamed = Case::new().with_list(|case| case.root.list(vec![], point(None)));
    assert_eq!(unnamed.now(), Standing::Unknown);
    let all = vec![revoked(77, (2026, 4, 1), None)];
    let believed = Case::new().with_list(|case| case.root.list(all, point(authorities())));
    assert_eq!(believed.now(), Standing::Revoked);
}

#[test]
fn a_hold_can_be_taken_back_and_nothing_else_can() {
    for (reason, standing) in [
        (RevocationReason::CertificateHold, Standing::Good),
        (RevocationReason::Superseded, Standing::Revoked),
    ] {
        let later =
            |list: &mut CertificateRevocationListParams| list.this_update = date_time_ymd(2026, 5, 10);
        let case = Case::new()
            .with_list(|case| case.root.list(vec![revoked(77, (2026, 4, 1), Some(reason))], |_| {}))
            .with_list(|case| case.root.list(vec![], later));
        assert_eq!(case.now(), standing);
    }
}

#[test]
fn a_flipped_bit_anywhere_in_a_list_or_an_answer_never_makes_it_say_something_else() {
    let case = Case::new();
    let list = case.root.list(vec![revoked(77, (2026, 4, 1), None)], |_| {});
    let answer = answer(&case.root, &case, Says::Revoked, None);
    for at in 0..list.len().max(answer.len()) {
        let mut evidence = Evidence::default();
        let flipped = |bytes: &[u8]| {
            bytes.iter().enumerate().map(|(i, b)| if i == at { b ^ 4 } else { *b }).collect::<Vec<u8>>()
        };
        evidence.take_list(&flipped(&list), Origin::Folder);
        evidence.take_answer(&flipped(&answer), Origin::Folder);
        let case = Case {
            evidence,
            ..Case { root: authority("R"), person: authority("P"), evidence: Evidence::default() }
        };
        let _no_panic = case.now();
    }
    // with the right keys: a changed list is no list of the issuer
    for at in (0..list.len()).step_by(3) {
        let mut changed = list.clone();
        changed[at] ^= 1;
        let mut evidence = Evidence::default();
        evidence.take_list(&changed, Origin::Folder);
        let path = [case.person.der.clone(), case.root.der.clone()];
        let existed = |_| self::at(MAY);
        let when = When { signed: self::at(MAY), at: self::at(MAY), existed: &existed };
        assert_eq!(
            TrustStore::default().statuses(&path, &[&evidence], when)[0].standing,
            Standing::Unknown,
            "{at}"
        );
    }
}

// -- answers -----------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy)]
enum Says {
    Good,
    Revoked,
    Unknown,
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    tlv::put(&mut all, tag, &parts.concat());
    all
}

const SHA1: &[u8] = &[0x30, 9, 6, 5, 0x2B, 0x0E, 3, 2, 0x1A, 5, 0];
const ECDSA_SHA256: &[u8] = &[0x30, 10, 6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2];

fn time(text: &str) -> Vec<u8> {
    element(tlv::GENERALIZED_TIME, &[text.as_bytes()])
}

/// An OCSP response about the person, signed by this key, with this certificate in it.
fn answer(signer: &Made, case: &Case, says: Says, delegate: Option<&[u8]>) -> Vec<u8> {
    let person = Certificate::read(&case.person.der).unwrap();
    let root = Certificate::read(&case.root.der).unwrap();
    let digest = |bytes: &[u8]| crate::trust::mathematics::Digest::Sha1.digest(bytes);
    let id = element(
        tlv::SEQUENCE,
        &[
            SHA1,
            &element(tlv::OCTET_STRING, &[&digest(person.issuer_der)]),
            &element(tlv::OCTET_STRING, &[&digest(root.key_bits().unwrap())]),
            &element(tlv::INTEGER, &[person.serial]),
        ],
    );
    let status = match says {
        Says::Good => vec![0x80, 0],
        Says::Revoked => element(tlv::CONTEXT_1, &[&time("20260401000000Z"), &[0xA0, 3, 0x0A, 1, 4]]),
        Says::Unknown => vec![0x82, 0],
    };
    let next = element(tlv::CONTEXT_0, &[&time("20260601000000Z")]);
    let single = element(tlv::SEQUENCE, &[&id, &status, &time("20260501000000Z"), &next]);
    let responder = element(0xA2, &[&element(tlv::OCTET_STRING, &[&[1; 20]])]);
    let data =
        element(tlv::SEQUENCE, &[&responder, &time("20260501000000Z"), &element(tlv::SEQUENCE, &[&single])]);
    let signature = element(tlv::BIT_STRING, &[&[0], &signer.key.sign(&data).unwrap()]);
    let certificates = delegate.map(|der| element(tlv::CONTEXT_0, &[&element(tlv::SEQUENCE, &[der])]));
    let basic = element(tlv::SEQUENCE, &[&data, ECDSA_SHA256, &signature, &certificates.unwrap_or_default()]);
    let oid: &[u8] = &[6, 9, 0x2B, 6, 1, 5, 5, 7, 0x30, 1, 1];
    let bytes = element(tlv::SEQUENCE, &[oid, &element(tlv::OCTET_STRING, &[&basic])]);
    element(tlv::SEQUENCE, &[&[0x0A, 1, 0], &element(tlv::CONTEXT_0, &[&bytes])])
}

fn responder(change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut parameters = parameters("Responder", 5);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
    change(&mut parameters);
    parameters
}

#[test]
fn an_answer_of_the_issuer_is_believed() {
    for (says, standing) in
        [(Says::Good, Standing::Good), (Says::Revoked, Standing::Revoked), (Says::Unknown, Standing::Unknown)]
    {
        let case = Case::new().with_answer(|case| answer(&case.root, case, says, None));
        assert_eq!(case.now(), standing);
    }
    let case = Case::new().with_answer(|case| answer(&case.root, case, Says::Revoked, None));
    let status = case.stands("2026-03-01T00:00:00Z", MAY, MAY);
    assert_eq!(
        (status.standing, status.cause, status.told),
        (Standing::RevokedLater, Some("superseded"), Some(Told::Ocsp))
    );
}

#[test]
fn an_answer_of_whom_the_issuer_named_is_believed_and_of_nobody_else() {
    // RFC 6960, 4.2.2.2.
    type Change = fn(&mut CertificateParams);
    let cases: [(Change, Standing); 4] = [
        (|_| {}, Standing::Good),
        (|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth], Standing::Unknown),
        (|p| p.key_usages = vec![KeyUsagePurpose::KeyEncipherment], Standing::Unknown),
        (|p| p.not_after = date_time_ymd(2026, 4, 1), Standing::Unknown),
    ];
    for (index, (change, standing)) in cases.into_iter().enumerate() {
        let case = Case::new().with_answer(|case| {
            let delegate = case.root.issue(responder(change));
            answer(&delegate, case, Says::Good, Some(&delegate.der))
        });
        assert_eq!(case.now(), standing, "case {index}");
    }
    let case = Case::new().with_answer(|case| {
        let stranger = authority("R").issue(responder(|_| {}));
        answer(&stranger, case, Says::Good, Some(&stranger.der))
    });
    assert_eq!(case.now(), Standing::Unknown, "named by an authority of the same name");
    let case = Case::new().with_answer(|case| answer(&case.person, case, Says::Good, Some(&case.person.der)));
    assert_eq!(case.now(), Standing::Unknown, "the person about himself");
}

#[test]
fn a_judgement_heeds_revocation_of_a_leaf_and_of_an_authority() {
    let judgement =
        |trust| Judgement { trust, problems: vec![], path: vec![], demo: false, statuses: vec![] };
    let revoked = Status { standing: Standing::Revoked, ..Status::UNKNOWN };
    let later = Status { standing: Standing::RevokedLater, ..Status::UNKNOWN };
    let of = |trust, statuses: &[Status]| {
        let judged = judgement(trust).in_view_of(statuses.to_vec());
        (judged.trust, judged.problems.first().copied())
    };
    assert_eq!(of(Trust::Trusted, &[revoked]), (Trust::Revoked, Some("certificate-revoked")));
    assert_eq!(of(Trust::Expired, &[later, revoked]), (Trust::Revoked, Some("issuer-revoked")));
    assert_eq!(of(Trust::Untrusted, &[revoked]), (Trust::Untrusted, None));
    assert_eq!(of(Trust::Trusted, &[later, Status::UNKNOWN]), (Trust::Trusted, None));
}
