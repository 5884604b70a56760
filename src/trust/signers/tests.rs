use super::*;

fn flaws(role: Role, text: &str) -> Vec<(Option<usize>, TrustFlaw)> {
    read(role, text.as_bytes()).unwrap_err()
}

const DIGEST: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

#[test]
fn every_way_to_name_a_signer_is_read() {
    let colons: Vec<&str> = DIGEST.as_bytes().chunks(2).map(|c| std::str::from_utf8(c).unwrap()).collect();
    let text = format!(
        "version = 1\n[[signer]]\ncertificate_sha256 = \"{DIGEST}\"\ntreasuries = [\"*\"]\n\
         [[signer]]\nkey_sha256 = \"{}\"\ntreasuries = [\"521\"]\nfrom = 2026-01-01\nto = \"2026-12-31\"\nnote = \"x\"\n\
         [[signer]]\nissuer = {{ CN = \"A\" }}\nsubject = {{ CN = \"B\", serialNumber = \"C\" }}\ntreasuries = [\"521\"]\n",
        colons.join(":")
    );
    let signers = read(Role::Verifier, text.as_bytes()).unwrap();
    assert_eq!(signers.len(), 3);
    let (Naming::Certificate(one), Naming::Key(two)) = (&signers[0].naming, &signers[1].naming) else {
        panic!()
    };
    assert_eq!(one, two);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line() {
    let text = format!(
        "version = 1\n\n[[signer]]\ncertificate_sha256 = \"12\"\ntreasuries = [\"52\"]\n\n[[signer]]\n\
         key_sha256 = \"{DIGEST}\"\ncertificate_sha256 = \"{DIGEST}\"\ntreasuries = []\nfrom = 2026-05-02\nto = 2026-05-01\n"
    );
    assert_eq!(
        flaws(Role::Treasury, &text),
        [
            (Some(4), TrustFlaw::Digest { found: "12".into() }),
            (Some(5), TrustFlaw::Treasury { found: "52".into() }),
            (Some(7), TrustFlaw::Naming { found: 2 }),
            (Some(10), TrustFlaw::NoTreasury),
            (Some(12), TrustFlaw::Backwards),
        ]
    );
}

#[test]
fn a_key_that_the_format_does_not_have_is_refused() {
    let text = "version = 1\n[[signer]]\ntreasury = \"521\"\n";
    assert!(matches!(flaws(Role::Verifier, text).as_slice(), [(Some(_), TrustFlaw::Syntax { .. })]));
    assert_eq!(flaws(Role::Verifier, "version = 2"), [(None, TrustFlaw::Version { found: 2 })]);
}

#[test]
fn a_name_needs_its_issuer_and_known_attributes() {
    let entry = |rest: &str| format!("version = 1\n[[signer]]\ntreasuries = [\"*\"]\n{rest}\n");
    let only_subject = flaws(Role::Verifier, &entry("subject = { CN = \"A\" }"));
    assert_eq!(only_subject, [(Some(2), TrustFlaw::Naming { found: 1 })]);
    let strange = flaws(Role::Verifier, &entry("issuer = { X = \"A\" }\nsubject = {}"));
    let expected = [(Some(2), TrustFlaw::Attribute { found: "X".into() }), (Some(2), TrustFlaw::NoAttribute)];
    assert_eq!(strange, expected);
}

#[test]
fn a_timestamp_authority_needs_no_treasury_and_others_do() {
    let text = format!("version = 1\n[[signer]]\nkey_sha256 = \"{DIGEST}\"\n");
    assert!(read(Role::Tsa, text.as_bytes()).unwrap()[0].serves(None));
    assert_eq!(flaws(Role::Verifier, &text), [(Some(2), TrustFlaw::NoTreasury)]);
}

#[test]
fn the_last_day_lasts_until_midnight_in_romania() {
    let text =
        format!("version = 1\n[[signer]]\nkey_sha256 = \"{DIGEST}\"\nfrom = 2026-05-12\nto = 2026-05-12\n");
    let signer = &read(Role::Tsa, text.as_bytes()).unwrap()[0];
    for (at, held) in [
        ("2026-05-11T20:59:59Z", false),
        ("2026-05-11T21:00:00Z", true),
        ("2026-05-12T20:59:59Z", true),
        ("2026-05-12T21:00:00Z", false),
    ] {
        assert_eq!(signer.held_at(at.parse().unwrap()), held, "{at}");
    }
}
