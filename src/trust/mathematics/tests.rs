use super::*;

/// A vector made once with OpenSSL 3.0 (`openssl dgst -sha256 -sign`): the other side cannot sign on
/// these curves.
struct Vector {
    curve: Curve,
    point: &'static str,
    value: &'static str,
}

const MESSAGE: &[u8] = b"%PDF-1.7 hello signed world";

const VECTORS: &[Vector] = &[
    Vector {
        curve: Curve::BrainpoolP256r1,
        point: "0433b207a14e4be89c5192be23802f1d05991b88a274db1b875999b228d863dfae439968d45b524f7726c4440ad26f2f2bee2132354646f88f42aa52ea1e2b5879",
        value: "304502206041dbc5b73397bb457211a65c498615a8800ba96b4748d6b17195cff3f33c51022100880003e739b30957f4eed6c272133618de5ba7668c638c3de962112e33afdaf5",
    },
    Vector {
        curve: Curve::BrainpoolP384r1,
        point: "0417d50660fc40bc8361ee38b3d3b8d5a289ed6d17b6afd9eb5387b51fd69b6701109cd2ed8bb056b200685f33e63f89b03852c4b70d451aa8262173c48c2d7b26301cd7aefc8f4300b8965c0c5b1422ceb798aa902cc17e65adc1ac01752009d4",
        value: "306402302b4ca87c121fb686dc179a5d53d57bb8ddc379e291a10d341f4929123e6ff368dc696e1133a7348888541e51c40261eb0230757274a09eece95e163828279219d4b95bc29bb7a5fd88cdf4262371dc6e99b263c3d51ff7a27089e5e902994d249754",
    },
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

#[test]
fn brainpool_signatures_of_another_implementation_verify() {
    for Vector { curve, point, value } in VECTORS {
        let key = PublicKey::Curve(*curve, bytes(point));
        let scheme = Scheme::Ecdsa(Digest::Sha256);
        assert_eq!(key.verify(scheme, Message::Whole(MESSAGE), &bytes(value)), Ok(()), "{curve:?}");
        assert_eq!(key.verify(scheme, Message::Whole(b"other"), &bytes(value)), Err(Refusal::Invalid));
    }
}

#[test]
fn a_point_that_is_not_on_the_curve_is_no_key() {
    for Vector { curve, point, value } in VECTORS {
        let mut point = bytes(point);
        *point.last_mut().unwrap() ^= 1;
        let key = PublicKey::Curve(*curve, point);
        let verified = key.verify(Scheme::Ecdsa(Digest::Sha256), Message::Whole(MESSAGE), &bytes(value));
        assert_eq!(verified, Err(Refusal::Key));
    }
}

#[test]
fn zero_is_no_signature_on_any_curve() {
    for Vector { curve, point, .. } in VECTORS {
        let key = PublicKey::Curve(*curve, bytes(point));
        for value in [&[0x30, 6, 2, 1, 0, 2, 1, 0][..], &[0x30, 6, 2, 1, 0, 2, 1, 1], &[0x30, 0], &[]] {
            let verified = key.verify(Scheme::Ecdsa(Digest::Sha256), Message::Whole(MESSAGE), value);
            assert_eq!(verified, Err(Refusal::Invalid));
        }
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey, Refusal> {
    let mut integers = Vec::new();
    tlv::put(&mut integers, tlv::INTEGER, &[&[0], modulus].concat());
    tlv::put(&mut integers, tlv::INTEGER, exponent);
    let mut der = Vec::new();
    tlv::put(&mut der, tlv::SEQUENCE, &integers);
    rsa_key(&der, Restriction::None)
}

#[test]
fn rsa_keys_have_bounds() {
    let modulus = |octets: usize| vec![0xFF; octets];
    assert_eq!(rsa(&modulus(127), &[1, 0, 1]).unwrap_err(), Refusal::ShortKey);
    assert!(rsa(&modulus(128), &[1, 0, 1]).unwrap().is_weak());
    assert!(!rsa(&modulus(256), &[1, 0, 1]).unwrap().is_weak());
    assert!(rsa(&modulus(2048), &[3]).is_ok());
    assert_eq!(rsa(&modulus(2049), &[3]).unwrap_err(), Refusal::Key);
    for exponent in [&[1][..], &[2], &[0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &[0xFF], &[0], &[]] {
        assert_eq!(rsa(&modulus(256), exponent).unwrap_err(), Refusal::Key, "{exponent:?}");
    }
    let mut even = modulus(256);
    even[255] = 0xFE;
    assert_eq!(rsa(&even, &[1, 0, 1]).unwrap_err(), Refusal::Key);
}

#[test]
fn an_algorithm_with_strange_parameters_is_not_supported() {
    let strange = Algorithm { oid: "1.2.840.113549.1.1.11".into(), parameters: Some(vec![4, 1, 0]) };
    assert_eq!(Scheme::of(&strange, None), Err(Refusal::Unsupported));
    let digest = Algorithm { oid: "2.16.840.1.101.3.4.2.1".into(), parameters: Some(vec![4, 0]) };
    assert_eq!(Digest::of(&digest), None);
}

#[test]
fn digests_are_those_of_their_standards() {
    let known = [
        (Digest::Md5, "900150983cd24fb0d6963f7d28e17f72"), // RFC 1321, A.5
        (Digest::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Digest::Sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"), // FIPS 202, examples
        (
            Digest::Sha3_512,
            "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
        ),
    ];
    for (digest, expected) in known {
        assert_eq!(digest.digest(b"abc"), bytes(expected), "{}", digest.name());
        assert_eq!(digest.digest(b"abc").len(), digest.length());
        assert_eq!(digest.prefix().last().map(|last| usize::from(*last)), Some(digest.length()));
    }
}

#[test]
fn a_lattice_signature_is_of_its_message_and_its_key() {
    use ml_dsa::{KeyInit as _, MlDsa65, SigningKey, VerifyingKey, signature::Keypair as _};
    let signing = SigningKey::<MlDsa65>::new(&[7; 32].into());
    let key: VerifyingKey<MlDsa65> = signing.verifying_key();
    let value = ml_dsa::signature::Signer::sign(&signing, MESSAGE).encode();
    let info = |arc: u8, key: &[u8]| {
        let oid = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, arc];
        let mut algorithm = Vec::new();
        tlv::put(&mut algorithm, tlv::OBJECT_IDENTIFIER, &oid);
        let mut info = Vec::new();
        tlv::put(&mut info, tlv::SEQUENCE, &algorithm);
        tlv::put(&mut info, tlv::BIT_STRING, &[&[0], key].concat());
        let mut whole = Vec::new();
        tlv::put(&mut whole, tlv::SEQUENCE, &info);
        PublicKey::read(&whole)
    };
    let read = info(18, &key.encode()).expect("a key");
    assert_eq!(read.verify(Scheme::MlDsa, Message::Whole(MESSAGE), &value), Ok(()));
    assert_eq!(read.verify(Scheme::MlDsa, Message::Whole(b"other"), &value), Err(Refusal::Invalid));
    assert_eq!(read.verify(Scheme::MlDsa, Message::Digested(MESSAGE), &value), Err(Refusal::Unsupported));
    assert_eq!(
        read.verify(Scheme::Ecdsa(Digest::Sha256), Message::Whole(MESSAGE), &value),
        Err(Refusal::Invalid)
    );
    assert_eq!(info(17, &key.encode()).unwrap_err(), Refusal::Key, "the length of another set");
    assert!(info(20, &key.encode()).is_err());
}
