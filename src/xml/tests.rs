//! What is written is read back the same; what is not this XML is refused with its line.

use super::*;
use crate::model::StatementDay;
use crate::model::testing::{self, operation};
use proptest::prelude::*;

const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\r\n";

/// A small XML of the real shape, from the document's first line on.
fn sample() -> String {
    let operation = "<cont_misc><nrdoc>12</nrdoc><datadoc>20260512</datadoc><databan>20260512</databan>\
        <nrrefdest>TZ13100000001</nrrefdest><ibanbfpl/><platitor>9999008</platitor><numepb>COMUNA &amp; CO</numepb>\
        <sumad>0</sumad><sumac>.45</sumac><codcontract/><randcontract/><codprogram/>\
        <explicatii>TZ13100000001-a&lt;b</explicatii></cont_misc>";
    let sums = |element: &str, credit: &str| {
        format!("\r\n<{element}><Sumad>0</Sumad><Sumac>{credit}</Sumac></{element}>")
    };
    format!(
        "{PROLOG}<extras Data_extras=\"12-May-2026\" Denumire_EP=\"A &amp; &quot;B&quot;\" Nr_ext=\"1\">\r\n\
         <cont_ext>\r\n<cont Cod_IBAN=\"\" Nr_op=\"1\">02A6503000590009999008</cont>{}{operation}{}{}{}</cont_ext>\r\n</extras>\r\n",
        sums("Sold_precedent", "10"),
        sums("Rulaj_zi", "0.45"),
        sums("Total_sume", "10.45"),
        sums("Sold_final", "10.45"),
    )
}

fn checked(mut draft: DayDraft) -> StatementDay {
    draft.treasury = "131".into();
    draft.holder_cui = "9999008".into();
    draft.check().expect("a day that adds up")
}

fn strict(text: &str) -> Result<DayDraft, XmlFault> {
    read(text.as_bytes())
}

fn day_file(text: &str) -> Result<DayDraft, XmlFault> {
    read_text(text, Profile::DayFile)
}

#[test]
fn the_sample_of_the_real_shape_survives_byte_for_byte() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/spec/extras-sample.xml");
    let Ok(file) = std::fs::File::open(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut { file }, &mut bytes).expect("read");
    let day = checked(read(&bytes).expect("the sample"));
    assert_eq!(String::from_utf8(write(&day)), String::from_utf8(bytes));
}

#[test]
fn what_is_escaped_is_read_as_it_was_meant() {
    let draft = strict(&sample()).expect("read");
    assert_eq!(draft.holder_name, "A & \"B\"");
    assert_eq!(draft.date, "2026-05-12");
    assert_eq!(draft.accounts[0].operations[0].counterparty_name, "COMUNA & CO");
    assert_eq!(draft.accounts[0].operations[0].explanation, "TZ13100000001-a<b");
    let day = checked(draft);
    assert_eq!(checked(read(&write(&day)).expect("read back")), day);
}

#[test]
fn places_are_lines() {
    let draft = strict(&sample()).expect("read");
    assert_eq!(draft.place.line, 2);
    assert_eq!(draft.accounts[0].place.line, 4);
    assert_eq!(draft.accounts[0].operations[0].place.line, 5);
}

#[test]
fn what_no_statement_has_is_refused_with_its_line() {
    let forbidden = |line, what| XmlFault::Forbidden { line, what };
    let cases = [
        (
            "\r\n<extras ",
            "\r\n<!DOCTYPE extras [<!ENTITY x \"y\">]>\r\n<extras ",
            forbidden(2, Forbidden::Doctype),
        ),
        ("<cont_ext>", "<?php x?><cont_ext>", forbidden(3, Forbidden::Instruction)),
        ("<cont_ext>", "<!-- x --><cont_ext>", forbidden(3, Forbidden::Comment)),
        ("COMUNA &amp; CO", "<![CDATA[x]]>", forbidden(5, Forbidden::CData)),
        ("COMUNA &amp; CO", "&nbsp;", forbidden(5, Forbidden::Entity)),
        ("COMUNA &amp; CO", "&#0;", forbidden(5, Forbidden::Entity)),
        ("A &amp; ", "A &x; ", forbidden(2, Forbidden::Entity)),
        ("A &amp; ", "A < ", XmlFault::Malformed { line: 2 }),
        ("COMUNA &amp; CO", "a]]>b", XmlFault::Malformed { line: 5 }),
        (" Nr_ext=\"1\"", "", XmlFault::MissingAttribute { line: 2, name: "Nr_ext" }),
        (" Nr_ext=", " nr_ext=", XmlFault::UnknownAttribute { line: 2, name: "nr_ext".into() }),
        (" Nr_op=\"1\"", " Nr_op=\"1\" Nr_op=\"1\"", XmlFault::Malformed { line: 4 }),
        (" Nr_op=\"1\"", " Nr_op=\"+1\"", XmlFault::Value { line: 4, name: "Nr_op" }),
        (
            "<codprogram/>",
            "",
            XmlFault::Element { line: 5, expected: "codprogram", found: Some("explicatii".into()) },
        ),
        ("<sumac>.45</sumac>", "<sumac/>", XmlFault::Value { line: 5, name: "sumac" }),
        (
            "<nrdoc>12</nrdoc>",
            "<nrdoc><b>12</b></nrdoc>",
            XmlFault::StrayElement { line: 5, inside: "nrdoc", found: "b".into() },
        ),
        ("<nrdoc>", "x<nrdoc>", XmlFault::StrayText { line: 5, inside: "cont_misc" }),
        (
            "</cont_misc>",
            "<x/></cont_misc>",
            XmlFault::StrayElement { line: 5, inside: "cont_misc", found: "x".into() },
        ),
        ("12-May-2026", "12-MAY-2026", XmlFault::Value { line: 2, name: "Data_extras" }),
        ("</extras>\r\n", "</extras>x", XmlFault::StrayText { line: 9, inside: "extras" }),
        (
            "</extras>\r\n",
            "</extras><extras/>",
            XmlFault::Element { line: 9, expected: "extras", found: Some("extras".into()) },
        ),
        ("</extras>\r\n", "", XmlFault::Element { line: 9, expected: "cont_ext", found: None }),
        ("</cont_ext>", "</cont>", XmlFault::Malformed { line: 8 }),
        ("UTF-8", "ISO-8859-2", XmlFault::Declaration { line: 1 }),
        ("<?xml", " <?xml", XmlFault::Declaration { line: 1 }),
    ];
    for (from, to, expected) in cases {
        let text = sample();
        assert!(text.contains(from), "{from}");
        assert_eq!(strict(&text.replacen(from, to, 1)), Err(expected), "{from} -> {to}");
    }
    assert_eq!(read(b"<?xml\n\xff"), Err(XmlFault::NotUtf8 { line: 2 }));
}

#[test]
fn a_day_file_from_elsewhere_is_forgiven_its_clothes() {
    let plain = strict(&sample()).expect("read");
    for (from, to) in [
        (PROLOG, ""),
        (PROLOG, "\u{FEFF}<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?>\n"),
        ("<cont_ext>", "<!-- exported -->\n<cont_ext>"),
        ("COMUNA &amp; CO", "<![CDATA[COMUNA & CO]]>"),
        ("COMUNA", "&#67;OMUN&#x41;"),
        ("<platitor>9999008</platitor>", "<platitor>\n 9999008 </platitor>"),
        ("12-May-2026", " 12-MAY-2026"),
    ] {
        let text = sample();
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);
        assert_eq!(checked(day_file(&text).expect("read")), checked(plain.clone()), "{to}");
    }
    let unix = sample().replace("\r\n", "\n");
    assert_eq!(checked(strict(&unix).expect("read")), checked(plain));
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    let text = sample();
    for end in 0..text.len() - "\r\n".len() {
        let Some(part) = text.get(..end) else { continue };
        assert!(strict(part).is_err() && day_file(part).is_err(), "cut at {end}");
    }
}

#[test]
fn nesting_and_length_have_limits() {
    let deep = format!("{PROLOG}{}", "<extras>".repeat(1 << 20));
    assert!(matches!(strict(&deep), Err(XmlFault::MissingAttribute { line: 2, .. })));
    let long = sample().replacen("COMUNA", &"x".repeat(MAX_VALUE + 1), 1);
    assert!(matches!(strict(&long), Err(XmlFault::TooLong { line: 5, .. })));
    let long = sample().replacen("A &amp; ", &"x".repeat(MAX_VALUE + 1), 1);
    assert!(matches!(strict(&long), Err(XmlFault::TooLong { line: 2, .. })));
}

/// Runs xmllint against the schema; none where it is not installed.
fn is_valid(xml: &[u8]) -> Option<bool> {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file, xml).expect("written");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/extras.xsd");
    let run = std::process::Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema", schema])
        .arg(file.path())
        .output();
    run.ok().map(|run| run.status.success())
}

#[test]
fn our_schema_accepts_what_we_write_and_not_everything() {
    let bytes = write(&checked(strict(&sample()).expect("read")));
    let Some(valid) = is_valid(&bytes) else {
        println!("skipped: xmllint is not installed");
        return;
    };
    assert!(valid);
    let text = String::from_utf8(bytes).expect("text");
    for (from, to) in [
        ("12-May-2026", "12-Mai-2026"),
        ("<nrdoc>12</nrdoc>", "<nrdoc/>"),
        (">.45<", ">.455<"),
        ("            <codprogram/>\r\n", ""),
        ("TZ13100000001-", "TZ131-"),
        ("Nr_ext=\"1\"", "Nr_ext=\"one\""),
        ("<platitor>", "<platitor>RO"),
    ] {
        assert!(text.contains(from), "{from}");
        assert_eq!(is_valid(text.replacen(from, to, 1).as_bytes()), Some(false), "{to}");
    }
}

proptest! {
    #[test]
    fn every_day_survives_being_written_and_read(
        accounts in prop::collection::vec(prop::collection::vec(operation(), 0..4), 1..4),
        name in "[A-Za-zșț&<>\"' ]{0,30}X",
    ) {
        let day = testing::day(&name, accounts);
        let bytes = write(&day);
        let again = checked(read(&bytes).expect("read back"));
        prop_assert_eq!(&again, &day);
        prop_assert_eq!(write(&again), bytes);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes: Vec<u8>, text in "[<>/a-z=\"&;!\\-\\[\\]? \r\n]{0,200}") {
        let _ = (read(&bytes), strict(&text), day_file(&text));
    }

    #[test]
    fn no_damage_to_a_real_file_makes_the_reader_panic(at in 0_usize..1800, byte: u8) {
        let mut bytes = sample().into_bytes();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let _ = read(&bytes);
    }
}
