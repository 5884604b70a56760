use super::*;

/// An element of these parts, with a definite length.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::new();
    tlv::put(&mut all, tag, &parts.concat());
    all
}

/// An element of these parts, with an indefinite length.
fn ber(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    [&[tag, 0x80], parts.concat().as_slice(), &[0, 0]].concat()
}

type Make = fn(u8, &[&[u8]]) -> Vec<u8>;

const SIGNED_DATA: &[u8] = &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
const DATA: &[u8] = &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1];
const ALGORITHM: &[u8] = &[0x30, 3, 6, 1, 0x2A];

fn attribute(make: Make, arc: u8) -> Vec<u8> {
    make(0x30, &[&[6, 1, arc], &make(0x31, &[&[5, 0]])])
}

fn signer(make: Make, attributes: &[&[u8]]) -> Vec<u8> {
    let id = make(0x30, &[&[0x30, 0], &[2, 1, 7]]);
    make(0x30, &[&[2, 1, 1], &id, ALGORITHM, &make(0xA0, attributes), ALGORITHM, &[4, 2, 8, 8]])
}

fn message(make: Make, sets: &[&[u8]], signers: &[&[u8]]) -> Vec<u8> {
    let content = make(0x30, &[DATA, &make(0xA0, &[&make(0x24, &[&[4, 1, b'a'], &[4, 1, b'b']])])]);
    let head = [&[2, 1, 1][..], &[0x31, 0], &content].concat();
    let data = make(0x30, &[&head, &sets.concat(), &make(0x31, signers)]);
    make(0x30, &[SIGNED_DATA, &make(0xA0, &[&data])])
}

const CERTIFICATE: &[u8] = &[0x30, 1, 0xCC];
const LIST: &[u8] = &[0x30, 1, 0xDD];

#[test]
fn der_and_ber_of_one_message_read_the_same() {
    for make in [der as Make, ber] {
        let one = attribute(make, 1);
        let bytes = message(make, &[&make(0xA0, &[CERTIFICATE])], &[&signer(make, &[&one])]);
        let read = read(&[bytes.as_slice(), &[0; 9]].concat()).unwrap();
        assert_eq!(read.length, bytes.len());
        assert_eq!(read.content_type, oid::DATA);
        assert_eq!(read.content.as_deref(), Some(&b"ab"[..]));
        assert_eq!(read.certificates, [CERTIFICATE]);
        let signer = &read.signers[0];
        assert_eq!(signer.signer, SignerId::IssuerAndSerial { issuer: vec![0x30, 0], serial: vec![7] });
        assert_eq!(signer.signed.len(), 1);
        assert_eq!(signer.signed_bytes.as_deref(), Some(&[0x31, 9, 0x30, 7, 6, 1, 1, 0x31, 2, 5, 0][..]));
        assert_eq!(signer.signature, [8, 8]);
    }
}

#[test]
fn der_attributes_stay_in_the_order_in_which_they_were_signed_and_ber_ones_are_sorted() {
    let bytes_of = |make: Make| {
        let attributes = [attribute(make, 2), attribute(make, 1)];
        let info = signer(make, &[&attributes[0], &attributes[1]]);
        read(&message(make, &[], &[&info])).unwrap().signers[0].signed_bytes.clone().unwrap()
    };
    let order = |bytes: Vec<u8>| (bytes[6], bytes[15]);
    assert_eq!(order(bytes_of(der)), (2, 1));
    assert_eq!(order(bytes_of(ber)), (1, 2));
}

#[test]
fn lists_may_stand_before_certificates_and_other_choices_are_passed_over() {
    let sets = [der(0xA1, &[LIST, &[0xA1, 0]]), der(0xA0, &[&[0xA1, 0], CERTIFICATE, &[0xA3, 0]])];
    let read = read(&message(der, &[&sets[0], &sets[1]], &[])).unwrap();
    assert_eq!((read.certificates, read.crls), (vec![CERTIFICATE.to_vec()], vec![LIST.to_vec()]));
    assert!(read.signers.is_empty());
}

#[test]
fn more_than_the_limits_is_refused() {
    let certificates = der(0xA0, &[CERTIFICATE; MAX_CERTIFICATES + 1]);
    assert_eq!(read(&message(der, &[&certificates], &[])), Err(CmsFault::Limit));
    let one = signer(der, &[&attribute(der, 1)]);
    assert_eq!(read(&message(der, &[], &[one.as_slice(); MAX_SIGNERS + 1])), Err(CmsFault::Limit));
    assert!(read(&message(der, &[], &[one.as_slice(); MAX_SIGNERS])).is_ok());
    let many = vec![attribute(der, 1); MAX_ATTRIBUTES + 1];
    let many: Vec<&[u8]> = many.iter().map(Vec::as_slice).collect();
    assert_eq!(read(&message(der, &[], &[&signer(der, &many)])), Err(CmsFault::Limit));
    let huge = message(der, &[&der(0xA0, &[&der(0x30, &[&vec![0; MAX_LENGTH]])])], &[]);
    assert_eq!(read(&huge), Err(CmsFault::Limit));
}

#[test]
fn another_content_type_is_named() {
    let bytes = der(0x30, &[DATA, &der(0xA0, &[&[4, 0]])]);
    assert_eq!(read(&bytes), Err(CmsFault::NotSignedData { found: oid::DATA.into() }));
}

#[test]
fn something_after_the_end_of_a_structure_is_a_fault() {
    let mut extra = signer(der, &[&attribute(der, 1)]);
    extra = der(0x30, &[&extra[2..], &[0xA1, 0], &[5, 0]]);
    assert!(matches!(read(&message(der, &[], &[&extra])), Err(CmsFault::Structure { .. })));
}

#[test]
fn an_integer_with_useless_zeros_is_no_integer() {
    let serial = der(0x30, &[&[0x30, 0], &[2, 2, 0, 7]]);
    let info = der(0x30, &[&[2, 1, 1], &serial, ALGORITHM, ALGORITHM, &[4, 0]]);
    assert!(matches!(read(&message(der, &[], &[&info])), Err(CmsFault::Structure { .. })));
}

#[test]
fn no_truncation_and_no_changed_byte_makes_the_reader_panic() {
    for make in [der as Make, ber] {
        let whole = message(make, &[&make(0xA0, &[CERTIFICATE])], &[&signer(make, &[&attribute(make, 1)])]);
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 0x7F, 0x80, 0x81, 0x84, 0xFF, whole[at] ^ 0x20] {
                let mut changed = whole.clone();
                changed[at] = value;
                let _ = read(&changed);
                let _ = read_content_info(&changed);
            }
        }
    }
}

#[test]
fn a_megabyte_of_open_elements_costs_little() {
    let bytes = [0x30, 0x80].repeat(1 << 20);
    assert_eq!(read(&bytes), Err(CmsFault::Limit));
    let mut wide = vec![0x30, 0x80];
    wide.extend([5, 0].repeat(1 << 20));
    assert_eq!(read(&wide), Err(CmsFault::Limit));
}
