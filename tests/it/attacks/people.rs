//! Signatures that hold, by people who may not, or in an order that may not be.

use super::forge::{Update, first_revision, instead, text};
use super::signing::{certifying, dictionary, sign};
use super::{Class, PAPERS};
use crate::office::NOW;
use pecete::pki::Issued;
use pecete::trust::TrustStore;
use pecete::verify::{Policy, Require, judge};

/// The key of the office under this name.
fn official(name: &str) -> Issued {
    let (key, chain) = (format!("keys/{name}.pem"), format!("keys/{name}.chain.pem"));
    let pem = crate::office::text(&PAPERS.office.path(&key));
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let chain =
        pecete::keys::certificates(&crate::office::read(&PAPERS.office.path(&chain))).expect("a chain");
    Issued { key: zeroize::Zeroizing::new(decoded(&base64)), certificate: chain[0].clone(), chain }
}

/// Base 64 (RFC 4648, 4), as PEM has it.
fn decoded(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits =
        text.chars().filter_map(|c| DIGITS.find(c)).map(|digit| u8::try_from(digit).expect("a digit"));
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for digit in digits {
        held = held << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xFF).expect("a byte"));
        }
    }
    bytes
}

/// The verifier's revision of the published statement, its certification made again by another.
fn certified_by(who: &Issued) -> Vec<u8> {
    let (number, value) = text(&PAPERS.published, "Root AcroForm Fields 0 V");
    let bytes = first_revision(&PAPERS.published);
    let (field, body) = instead(&bytes, "Root AcroForm Fields 0", "V", &format!("{number} 0 R"));
    assert!(value.contains("/DocMDP"));
    sign(Update::on(&bytes).object(field, &body).object(number, &certifying(2)).finish(), who)
}

/// Signs in the seal's prepared field.
fn sealed_by(bytes: &[u8], who: &Issued) -> Vec<u8> {
    let mut update = Update::on(bytes);
    let value = update.fresh();
    let (field, body) = instead(bytes, "Root AcroForm Fields 1", "V", &format!("{value} 0 R"));
    let locks = "/Reference[<</Type/SigRef/TransformMethod/FieldMDP/TransformParams<</Type/TransformParams/Action/All/V/1.2>>>>]";
    sign(update.object(field, &body).object(value, &dictionary(locks)).finish(), who)
}

/// A second field on the stick document, signed.
fn stick_sealed_by(who: &Issued) -> Vec<u8> {
    let stick = &PAPERS.stick;
    let mut update = Update::on(stick);
    let (field, value) = (update.fresh(), update.fresh());
    let (_, fields) = text(stick, "Root AcroForm Fields");
    let fields = format!("{} {field} 0 R]", fields.strip_suffix(']').expect("an array"));
    let (form, body) = instead(stick, "Root AcroForm", "Fields", &fields);
    update
        .object(form, &body)
        .object(
            field,
            &format!("<</Type/Annot/Subtype/Widget/FT/Sig/T(Trezorerie)/Rect[0 0 0 0]/V {value} 0 R>>"),
        )
        .object(value, &dictionary(""));
    sign(update.finish(), who)
}

#[test]
fn a_published_statement_without_its_seal_is_never_taken_for_a_stick() {
    let mut class = Class::default();
    let cut = first_revision(&PAPERS.published);
    class.judged("seal-removed", &PAPERS.judged(&cut));
    for (name, require) in [
        ("seal-removed-verifier-required", Require::Verifier),
        ("seal-removed-any-required", Require::Any),
        ("seal-removed-both-required", Require::VerifierAndTreasury),
    ] {
        let policy = PAPERS.requiring(require);
        class.judged(name, &judge(cut.as_slice(), Some(&PAPERS.published_name), &policy, NOW));
    }
    class.hold();
}

#[test]
fn a_signature_of_the_wrong_person_does_not_seal() {
    let mut class = Class::default();
    let cut = first_revision(&PAPERS.published);
    let genuine = sealed_by(&cut, &official("seal"));
    assert!(
        PAPERS.judged(&genuine).reason().is_none(),
        "the workbench can seal: {:?}",
        PAPERS.judged(&genuine).reasons
    );
    class.judged("sealed-by-a-stranger", &PAPERS.judged(&sealed_by(&cut, &PAPERS.stranger)));
    class.judged("sealed-by-the-verifier", &PAPERS.judged(&sealed_by(&cut, &official("verifier-521"))));
    class.judged("sealed-by-another-verifier", &PAPERS.judged(&sealed_by(&cut, &official("verifier-131"))));
    class.judged("stick-with-a-seal", &PAPERS.judged_stick(&stick_sealed_by(&official("seal"))));
    class.judged("stick-under-a-stranger", &PAPERS.judged_stick(&stick_sealed_by(&PAPERS.stranger)));
    class.hold();
}

/// The office's trust, with these lists of signers for verifier and treasury.
fn trusting(lists: [&str; 2]) -> Policy {
    let file = |path: &str| {
        (path.to_owned(), crate::office::read(&PAPERS.office.path(&format!("certs/trust/{path}"))))
    };
    let mut files = vec![file("verifier/root.pem"), file("treasury/root.pem")];
    for (role, list) in ["verifier", "treasury"].into_iter().zip(lists) {
        files.push((format!("{role}/signers.toml"), file(&format!("{list}/signers.toml")).1));
    }
    let files = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
    Policy::auditing(TrustStore::from_files(files).expect("a trust folder"), Require::ByKind)
}

#[test]
fn two_offices_are_two_people_in_their_order() {
    let mut class = Class::default();
    let name = Some(PAPERS.published_name.as_str());
    let sealed = sealed_by(&first_revision(&PAPERS.published), &official("verifier-521"));
    let policy = trusting(["verifier", "verifier"]);
    class.judged("one-key-in-both-offices", &judge(sealed.as_slice(), name, &policy, NOW));
    // whoever signed first is here on the Treasury's list, and whoever sealed on the verifiers'
    let policy = trusting(["treasury", "verifier"]);
    class.judged("seal-before-the-verifier", &judge(PAPERS.published.as_slice(), name, &policy, NOW));
    class.hold();
}

#[test]
fn a_certification_that_an_update_replaces_is_found() {
    let mut class = Class::default();
    class.forged("certified-again-by-the-seal", &certified_by(&official("seal")));
    class.forged("certified-again-by-a-stranger", &certified_by(&PAPERS.stranger));
    class.hold();
}

#[test]
fn the_binary_says_the_same() {
    let cut = first_revision(&PAPERS.published);
    let forged =
        [("seal-missing", cut), ("trailing-bytes", [PAPERS.published.as_slice(), b"altceva"].concat())];
    for (reason, bytes) in forged {
        let folder = format!("forged-{reason}");
        pecete::fs::create_folders(&PAPERS.office.path(&folder), 0o755).expect("a folder");
        let path = format!("{folder}/{}", PAPERS.published_name);
        crate::office::overwrite(&PAPERS.office.path(&path), &bytes, 0o644);
        let ran = PAPERS.office.pecete(&["verify", "--json", "--trust", "certs/trust", &path]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let verdict: serde_json::Value = serde_json::from_str(ran.out.trim()).expect("an object");
        assert_eq!((&verdict["verdict"], &verdict["reason"]), (&"refused".into(), &reason.into()));
    }
}
