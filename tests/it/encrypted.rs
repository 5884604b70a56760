//! Documents that were encrypted and open without a password (ISO 32000-2, 7.6), by a writer that is not ours.

use crate::office::{Office, day};
use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};
use pecete::verify::facts::{Integrity, IntegrityVerdict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A statement of ours, its name and its XML as they stand in it.
fn statement() -> (Vec<u8>, String, Vec<u8>) {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 3)]);
    office.pass();
    let (_, bytes) = office.only_document();
    let plain = pecete::verify::examine(bytes.as_slice());
    let attachment = plain.attachments.first().expect("the XML");
    (bytes, attachment.name.clone(), attachment.bytes.clone())
}

/// Which of the handler's versions.
#[derive(Clone, Copy, Debug)]
enum How {
    Rc4Of40,
    Rc4Of128,
    Aes128 { metadata: bool },
    Aes256,
}

fn encrypt(bytes: &[u8], how: How, user: &str) -> Vec<u8> {
    let mut document = Document::load_mem(bytes).expect("a PDF");
    let (owner_password, user_password, permissions) = ("owner", user, Permissions::all());
    let filters = |filter: Arc<dyn CryptFilter>| BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let named = || b"StdCF".to_vec();
    let state = {
        let document = &document;
        let version = match how {
            How::Rc4Of40 => EncryptionVersion::V1 { document, owner_password, user_password, permissions },
            How::Rc4Of128 => EncryptionVersion::V2 {
                document,
                owner_password,
                user_password,
                key_length: 128,
                permissions,
            },
            How::Aes128 { metadata } => EncryptionVersion::V4 {
                document,
                encrypt_metadata: metadata,
                crypt_filters: filters(Arc::new(Aes128CryptFilter)),
                stream_filter: named(),
                string_filter: named(),
                owner_password,
                user_password,
                permissions,
            },
            How::Aes256 => EncryptionVersion::V5 {
                encrypt_metadata: true,
                crypt_filters: filters(Arc::new(Aes256CryptFilter)),
                file_encryption_key: &[0x5A; 32],
                stream_filter: named(),
                string_filter: named(),
                owner_password,
                user_password,
                permissions,
            },
        };
        EncryptionState::try_from(version).expect("a key")
    };
    document.encrypt(&state).expect("encrypted");
    let mut out = Vec::new();
    document.save_to(&mut out).expect("written");
    out
}

fn examine(bytes: &[u8]) -> Integrity {
    pecete::verify::examine(bytes)
}

const ALL: [How; 5] = [
    How::Rc4Of40,
    How::Rc4Of128,
    How::Aes128 { metadata: true },
    How::Aes128 { metadata: false },
    How::Aes256,
];

#[test]
fn what_opens_without_a_password_is_read_as_it_was_before() {
    let (bytes, name, xml) = statement();
    for how in ALL {
        let encrypted = encrypt(&bytes, how, "");
        assert!(!contains(&encrypted, name.as_bytes()), "{how:?}: the name is not readable in the file");
        let found = examine(&encrypted);
        assert_ne!(found.reason, "encrypted", "{how:?}");
        let attachment = found.attachments.first().expect("the XML");
        assert_eq!((&attachment.name, &attachment.bytes), (&name, &xml), "{how:?}");
        assert!(found.xmp.is_some_and(|xmp| contains(&xmp, b"pdfaid:part")), "{how:?}");
    }
}

#[test]
fn what_needs_a_password_is_not_looked_at() {
    let (bytes, ..) = statement();
    for how in ALL {
        let found = examine(&encrypt(&bytes, how, "secret"));
        assert_eq!((found.verdict, found.reason), (IntegrityVerdict::Broken, "encrypted"), "{how:?}");
        assert!(found.attachments.is_empty());
    }
}

/// Who adds or drops an encryption changes every word of what was signed.
#[test]
fn an_encryption_that_comes_or_goes_with_a_later_revision_is_refused() {
    let (bytes, ..) = statement();
    let update = |bytes: &[u8], encrypt: &str| {
        let text = String::from_utf8_lossy(bytes);
        let startxref = text.rfind("startxref").expect("an end");
        let previous = text[startxref + 9..].lines().nth(1).expect("an offset").trim().to_owned();
        let root = text[..startxref].rfind("/Root ").expect("a root");
        let root: String = text[root..].chars().skip(6).take_while(|c| *c != 'R').collect();
        let at = bytes.len();
        let section = format!(
            "xref\n0 0\ntrailer\n<</Size 100000/Root {root}R/Prev {previous}{encrypt}/ID[<00><00>]>>\nstartxref\n{at}\n%%EOF\n"
        );
        [bytes, section.as_bytes()].concat()
    };
    let added = "/Encrypt<</Filter/Standard/V 1/R 2/P -1/O(00000000000000000000000000000000)/U(00000000000000000000000000000000)>>";
    let found = examine(&update(&bytes, added));
    assert_eq!((found.verdict, found.reason), (IntegrityVerdict::Broken, "encrypted"), "added");
    let dropped = update(&encrypt(&bytes, How::Aes256, ""), "");
    let found = examine(&dropped);
    assert_eq!((found.verdict, found.reason), (IntegrityVerdict::Broken, "encrypted"), "dropped");
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
