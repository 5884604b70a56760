//! Day files as they come, and as they must not.

use super::*;
use crate::diag::{Explain, Lang};
use crate::model::{Account, Operation, StatementDay, Sums, testing};
use crate::model::{CanonicalDigest, Fault, Field, canonical_digest};
use proptest::prelude::*;
use std::io::Cursor;

const JSONL: &str = include_str!("../../schemas/examples/days.jsonl");
const CSV: &str = include_str!("../../schemas/examples/days.csv");
const XML: [(&str, &str); 3] = [
    (
        "TREZ131_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.xml",
        include_str!("../../schemas/examples/TREZ131_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.xml"),
    ),
    (
        "TREZ131_ExtrasEP_PDFCLI_12345674_XML_SIGNED_12052026h1842.xml",
        include_str!("../../schemas/examples/TREZ131_ExtrasEP_PDFCLI_12345674_XML_SIGNED_12052026h1842.xml"),
    ),
    (
        "TREZ521_ExtrasEP_PDFCLI_42424206_XML_SIGNED_12052026h1842.xml",
        include_str!("../../schemas/examples/TREZ521_ExtrasEP_PDFCLI_42424206_XML_SIGNED_12052026h1842.xml"),
    ),
];

type Problems = Vec<Located<Problem>>;

fn entries(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Result<Entry, FileFault>> {
    let format = Format::of(name).expect("a form");
    open(name, format, Cursor::new(bytes.into()), false).map(|record| record.map(parse)).collect()
}

fn days(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Result<StatementDay, Problems>> {
    entries(name, bytes).into_iter().map(|entry| entry.expect("a record").take_day()).collect()
}

fn good(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<CanonicalDigest> {
    days(name, bytes).into_iter().map(|day| canonical_digest(&day.expect("a day"))).collect()
}

fn bad(name: &str, bytes: impl Into<Vec<u8>>) -> Problems {
    let mut days = days(name, bytes);
    assert_eq!(days.len(), 1, "one record");
    days.remove(0).expect_err("a refusal")
}

fn first_line() -> String {
    JSONL.lines().next().map(|line| format!("{line}\n")).expect("a line")
}

/// The header and the rows of the example that are of these lines (from 1).
fn csv_lines(lines: impl IntoIterator<Item = usize>) -> String {
    let all: Vec<&str> = CSV.split_inclusive('\n').collect();
    lines.into_iter().map(|line| all[line - 1]).collect()
}

#[test]
fn the_three_forms_of_the_example_are_the_same_days() {
    let expected = good("days.jsonl", JSONL);
    assert_eq!(expected.len(), 3);
    assert_eq!(good("days.csv", CSV), expected);
    let from_xml: Vec<_> = XML.iter().flat_map(|(name, text)| good(name, *text)).collect();
    assert_eq!(from_xml, expected);
    for (day, (_, text)) in days("days.jsonl", JSONL).into_iter().zip(XML) {
        let written = crate::xml::write(&day.expect("a day"));
        assert_eq!(String::from_utf8(written).expect("text"), text, "the example has the real shape");
    }
}

#[test]
fn what_programs_do_to_text_files_changes_nothing() {
    let expected = good("days.jsonl", JSONL);
    assert_eq!(good("a.JSONL", format!("\u{FEFF}\r\n{}\r\n", JSONL.replace('\n', "\r\n\r\n"))), expected);
    assert_eq!(good("a.csv", format!("\u{FEFF}{}", CSV.replace("\r\n", "\n"))), expected);
    assert_eq!(good("a.csv", format!("{CSV}\r\n;;;;;;;\r\n")), expected);
    assert_eq!(good("a.csv", CSV.replacen("holder_name", "HOLDER.NAME ", 1)), expected);
    let commas = CSV.replace(';', "\u{1}").replace(',', ";").replace('\u{1}', ",");
    assert_eq!(days("a.csv", commas).len(), 3, "the header says which separator");
    assert_eq!(good("a.jsonl", JSONL.replace("Ș", "Ş").replace("ț", "ţ")), expected, "cedillas");
}

#[test]
fn an_xml_in_an_old_code_page_is_read_as_it_declares_itself() {
    let (name, text) = XML[1];
    let expected = good(name, text);
    for (label, encoding) in
        [("windows-1250", encoding_rs::WINDOWS_1250), ("ISO-8859-2", encoding_rs::ISO_8859_2)]
    {
        let old = text.replace("UTF-8", label).replace('Ș', "Ş").replace('ș', "ş").replace('ț', "ţ");
        let (bytes, _, lost) = encoding.encode(&old);
        assert!(!lost, "{label}");
        assert_eq!(good(name, bytes.into_owned()), expected, "{label}");
    }
    assert_eq!(good(name, format!("\u{FEFF}{text}")), expected);
    let wrong = bad(name, text.replace("UTF-8", "KOI8-R"));
    assert_eq!(wrong[0].what, Problem::Encoding { found: "KOI8-R".into() });
    let mute = encoding_rs::WINDOWS_1250.encode(&text.replace('Ș', "Ş")).0.into_owned();
    assert_eq!(bad(name, mute)[0].what, Problem::NotUtf8);
}

#[test]
fn a_file_without_its_end_is_not_whole() {
    for (format, whole) in [(Format::JsonLines, JSONL), (Format::Csv, CSV), (Format::Extras, XML[0].1)] {
        assert!(format.is_complete(whole.as_bytes()), "{format:?}");
        let cut = whole.trim_end();
        assert_eq!(format.is_complete(cut.as_bytes()), format == Format::Extras, "{format:?}");
        assert!(!format.is_complete(&cut.as_bytes()[..cut.len() - 1]), "{format:?}");
        assert!(!format.is_complete(b""), "{format:?}");
    }
    assert_eq!(Format::of("a.b.CSV"), Some(Format::Csv));
    assert_eq!((Format::of("csv"), Format::of("a.txt")), (None, None));
}

#[test]
fn one_bad_day_refuses_itself_whole_and_nobody_else() {
    let spoilt = JSONL.replacen("\"12345674\"},\"accounts\"", "\"12345675\"},\"accounts\"", 1);
    let days = days("days.jsonl", spoilt);
    assert!(days[0].is_ok() && days[2].is_ok());
    let problems = days[1].as_ref().expect_err("a refusal");
    assert_eq!(problems[0].place, Place::line(2));
    assert!(matches!(&problems[0].what, Problem::Day(Fault::In(Field::HolderCui, _))), "{problems:?}");
}

#[test]
fn all_problems_of_a_json_day_are_told_with_their_paths() {
    let line = first_line()
        .replacen("\"treasury\":\"131\"", "\"treasury\":[131],\"colour\":1,\"date\":\"2026-05-12\"", 1)
        .replacen("\"document\":\"12\",", "", 1)
        .replacen("\"credit\":0.45", "\"credit\":0.455", 1);
    let problems = bad("a.jsonl", line);
    let all: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} {}", problem.place.json_path(), problem.what.say(Lang::En)))
        .collect();
    let expected = [
        "$ expected the fields of the schema alone, found `colour`",
        "$ expected the field `date` once, found it again",
        "$ treasury: expected text or a number, found another kind of value",
        "$.accounts[0].operations[0] expected the field `document`, found none",
        "$.accounts[1].operations[0] debit/credit: expected an amount in lei with at most two decimals, found `0.455`",
    ];
    assert_eq!(all, expected);
}

#[test]
fn a_number_is_taken_as_it_is_written() {
    for wrong in ["1e3", "45e-2", "0.450", "100000000000000000000"] {
        let problems =
            bad("a.jsonl", first_line().replacen("\"credit\":0.45,", &format!("\"credit\":{wrong},"), 1));
        assert!(
            matches!(&problems[0].what, Problem::Day(Fault::In(Field::Amount, _))),
            "{wrong}: {problems:?}"
        );
    }
    let numbers =
        first_line().replacen("\"cui\":\"9999008\"", "\"cui\":9999008", 1).replacen("0.45,", "\".45\",", 1);
    assert_eq!(good("a.jsonl", numbers), good("a.jsonl", first_line()));
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let whole = first_line();
    for end in (0..whole.len() - 2).step_by(7).filter(|end| whole.is_char_boundary(*end)).skip(1) {
        let problems = bad("a.jsonl", format!("{}\n", &whole[..end]));
        assert!(matches!(problems[0].what, Problem::JsonSyntax { .. }), "{end}: {problems:?}");
    }
    assert_eq!(bad("a.jsonl", "[1]\n")[0].what, Problem::JsonShape { column: 0 });
    assert!(matches!(
        bad("a.jsonl", whole.replacen("\"accounts\":[", "\"accounts\":[[", 1))[0].what,
        Problem::JsonShape { .. }
    ));
    assert_eq!(bad("a.jsonl", b"{\"a\":\"\xff\"}\n".to_vec())[0].what, Problem::NotUtf8);
    let deep = format!("{{\"x\":{}\n", "[".repeat(1 << 20));
    assert!(matches!(bad("a.jsonl", deep)[0].what, Problem::JsonSyntax { .. }));
    let many = format!("{{\"accounts\":[{}{{}}]}}\n", "{},".repeat(60_000));
    assert!(matches!(bad("a.jsonl", many)[0].what, Problem::Day(Fault::TooManyOperations { .. })));
}

#[test]
fn time_of_editing_and_correction_mark_are_read_in_both_forms() {
    let of = |name: &str, text: &str| {
        let mut entries = entries(name, text);
        let entry = entries.remove(0).expect("a record");
        (entry.edited.map(|time| time.to_string()), entry.correction)
    };
    let edited = Some("2026-05-12T15:42:00Z".to_owned());
    assert_eq!(of("a.jsonl", JSONL), (edited.clone(), false));
    assert_eq!(of("a.csv", CSV), (edited.clone(), false));
    let marked = JSONL.replacen("\"holder\"", "\"correction\":true,\"holder\"", 1);
    assert_eq!(of("a.jsonl", &marked), (edited.clone(), true));
    let marked = CSV.replace(";2026-05-12T18:42:00;;", ";2026-05-12T18:42:00;da;");
    assert_eq!(of("a.csv", &marked), (edited, true));
    let late = first_line().replacen("2026-05-12T18:42:00", "2026-05-11T18:42:00", 1);
    assert!(matches!(bad("a.jsonl", late)[0].what, Problem::EditedBefore { .. }));
    let (name, text) = XML[0];
    let mut records = open(name, Format::Extras, Cursor::new(text), true);
    assert!(parse(records.next().expect("one").expect("read")).correction, "the companion of an XML");
}

#[test]
fn a_csv_institution_that_reappears_is_refused_with_both_lines() {
    let entries = entries("a.csv", csv_lines([1, 2, 3, 4, 5, 6, 7, 8, 2, 9, 10]));
    let mut entries: Vec<Entry> = entries.into_iter().map(|entry| entry.expect("a record")).collect();
    let days: Vec<_> = entries.iter_mut().map(Entry::take_day).collect();
    assert_eq!(days.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true]);
    let problems = days[2].as_ref().expect_err("a refusal");
    assert_eq!(problems[0], Located::new(Place::line(9), Problem::Reappears { first: 2, again: 9 }));
}

#[test]
fn a_damaged_csv_row_refuses_every_day_that_it_may_belong_to() {
    // The row between the first and the second institution says nothing of whose it is.
    let (head, tail) = (csv_lines(1..=6), csv_lines(7..=10));
    let days_of = |row: &str| {
        days("a.csv", format!("{head}{row}\r\n{tail}")).into_iter().map(|day| day.err()).collect::<Vec<_>>()
    };
    let found = days_of("\"lost;and found");
    assert_eq!(found[0].as_deref(), Some(&[Located::new(Place::line(7), Problem::Quote)][..]));
    assert_eq!(
        found[1].as_deref(),
        Some(&[Located::new(Place::line(8), Problem::Neighbour { line: 7 })][..])
    );
    assert_eq!((found.len(), &found[2]), (3, &None));
    // One that still says whose it is harms nobody else.
    let found = days_of("131;2026-05-12;;;X;9999008;and no more");
    assert_eq!(
        found[0].as_deref(),
        Some(&[Located::new(Place::line(7), Problem::FieldCount { expected: 29, found: 7 })][..])
    );
    assert_eq!((&found[1], &found[2]), (&None, &None));
}

#[test]
fn csv_values_that_repeat_must_agree() {
    let problems = bad("a.csv", csv_lines([1, 3, 4]).replacen("530641.5", "530641.6", 1));
    let disagree = Problem::Disagrees { column: "opening_credit", line: 2 };
    assert!(problems.contains(&Located::new(Place::line(3), disagree)), "{problems:?}");
}

#[test]
fn csv_needs_its_header() {
    let fault = |text: &str| entries("a.csv", text).remove(0).expect_err("a fault").to_string();
    assert_eq!(fault(""), "expected a header row in UTF-8, found none");
    assert_eq!(
        fault(&CSV.replacen("holder_cui", "cui", 1).replacen("debit;credit;", "debit;debit;", 1)),
        "header: expected the columns of the table; missing: `holder_cui`, `credit`; unknown: `cui`; twice: `debit`"
    );
    assert_eq!(entries("a.csv", "x\n1\n2\n").len(), 1, "nothing more after the fault");
}

#[test]
fn a_refused_record_is_a_day_file_again() {
    for (name, text) in [("a.jsonl", JSONL), ("a.csv", CSV), XML[0]] {
        let digests = good(name, text);
        let entries: Vec<Entry> =
            entries(name, text).into_iter().map(|entry| entry.expect("a record")).collect();
        let mut again = entries[0].header().to_vec();
        entries.iter().for_each(|entry| again.extend_from_slice(entry.record()));
        assert_eq!(good(name, again.clone()), digests, "{name}");
        assert!(Format::of(name).expect("a form").is_complete(&again), "{name}");
    }
    assert_eq!(entries("a.jsonl", JSONL)[2].as_ref().expect("a record").label(), "521 42424206 2026-05-12");
}

#[test]
fn an_xml_says_whose_it_is_by_its_name_or_by_its_accounts() {
    let (_, text) = XML[0];
    let expected = good(XML[0].0, text);
    for name in [
        "TREZ131_9999008.xml",
        "TREZ131_extras_9999008_20260512.xml",
        "9999008-mai.xml",
        "TREZ131.xml",
        "export.xml",
    ] {
        assert_eq!(good(name, text), expected, "{name}");
    }
    let other_day = XML[0].0.replace("12052026", "13052026");
    assert!(matches!(bad(&other_day, text)[0].what, Problem::OtherDate { .. }));
    let other_holder = bad(XML[1].0, text);
    assert!(other_holder.iter().all(|p| matches!(p.what, Problem::Day(Fault::ForeignAccount { .. }))));
    let other_holder = bad("TREZ131_12345674.xml", text);
    assert_eq!(other_holder[0].what, Problem::OtherHolder { in_name: "12345674".into() });
    // No account with an IBAN that names a treasury, no treasury in the name.
    let mute = text.replace("Cod_IBAN=\"RO", "Cod_IBAN=\"DE").replace("DE89", "RO");
    let problems = bad("export.xml", mute);
    assert!(problems.iter().any(|problem| problem.what == Problem::UnknownTreasury), "{problems:?}");
    let strangers = text.replace("50069999008<", "500612345674<");
    assert_eq!(bad("export.xml", strangers)[0].what, Problem::UnknownHolder);
}

#[test]
fn several_possible_holders_are_refused_with_the_advice_to_rename() {
    // `19` has a right check digit itself.
    let double = (100_000..1_000_000)
        .map(|number: u32| format!("{number}19"))
        .find(|text| crate::model::Cui::parse(text).is_ok())
        .expect("a CUI with a CUI at its end");
    assert!(crate::model::Cui::parse("19").is_ok());
    let text = XML[0].1.replace("9999008<", &format!("{double}<"));
    let problems = bad("export.xml", text.clone());
    assert_eq!(problems[0].what, Problem::SeveralHolders);
    assert!(problems[0].what.hint(Lang::Ro).is_some_and(|hint| hint.contains("redenumiți")));
    assert_eq!(good(&format!("TREZ131_{double}.xml"), text).len(), 1);
}

#[test]
fn a_line_beyond_the_limit_is_refused_and_the_next_one_read() {
    let row = format!("131;{}\r\n", "x".repeat(MAX_ROW));
    let days = days("a.csv", format!("{}{row}{}", csv_lines(1..=6), csv_lines(9..=10)));
    assert_eq!(days[0].as_ref().expect_err("a refusal")[0].what, Problem::TooLarge { max: MAX_RECORD });
    assert_eq!(days[1].as_ref().expect_err("a refusal")[0].what, Problem::Neighbour { line: 7 });
}

#[test]
fn records_and_entries_go_to_other_threads() {
    fn sent<T: Send + Sync>() {}
    sent::<Record>();
    sent::<Entry>();
}

/// The native form of a day, written by a JSON library.
fn as_json(day: &StatementDay) -> String {
    let sums =
        |sums: Sums| serde_json::json!({"debit": sums.debit.oracle(), "credit": sums.credit.to_string()});
    let operation = |o: &Operation| {
        serde_json::json!({
            "document": o.document().as_str(), "document_date": o.document_date().to_string(),
            "payment_date": o.payment_date().to_string(), "reference": o.reference().as_str(),
            "counterparty_iban": o.counterparty_iban().map(|iban| iban.as_str()),
            "counterparty_code": o.counterparty_code().as_str(), "counterparty_name": o.counterparty_name().as_str(),
            "debit": o.sums().debit.oracle(), "credit": o.sums().credit.oracle(),
            "commitment": o.commitment().map(|code| code.as_str()), "indicator": o.indicator().map(|code| code.as_str()),
            "program": o.program().map(|code| code.as_str()), "explanation": o.explanation().as_str(),
        })
    };
    let account = |a: &Account| {
        serde_json::json!({
            "account": a.account().as_str(), "iban": a.iban().map(|iban| iban.as_str()),
            "opening": sums(a.opening()), "operations": a.operations().iter().map(operation).collect::<Vec<_>>(),
            "turnover": sums(a.turnover()), "totals": sums(a.totals()), "closing": sums(a.closing()),
        })
    };
    let accounts: Vec<_> = day.accounts().iter().map(account).collect();
    let holder =
        serde_json::json!({"name": day.holder().name().as_str(), "cui": day.holder().cui().as_str()});
    let date = day.date().to_string();
    format!(
        "{}\n",
        serde_json::json!({"treasury": day.treasury().to_string(), "date": date, "holder": holder, "accounts": accounts})
    )
}

/// The CSV form, every field in quotes.
fn as_csv(day: &StatementDay) -> String {
    let mut text = csv_lines([1]);
    let sides = |sums: Sums| [sums.debit.oracle(), sums.credit.oracle()];
    for account in day.accounts() {
        let mut head = vec![day.treasury().to_string(), day.date().to_string(), String::new(), String::new()];
        head.extend([day.holder().name().to_string(), day.holder().cui().as_str().to_owned()]);
        head.push(account.account().as_str().to_owned());
        head.push(account.iban().map(|iban| iban.as_str().to_owned()).unwrap_or_default());
        for sums in [account.opening(), account.turnover(), account.totals(), account.closing()] {
            head.extend(sides(sums));
        }
        let operation = |o: &Operation| {
            let mut fields =
                vec![o.document().to_string(), o.document_date().to_string(), o.payment_date().to_string()];
            fields.push(o.reference().to_string());
            fields.push(o.counterparty_iban().map(|iban| iban.as_str().to_owned()).unwrap_or_default());
            fields.extend([o.counterparty_code().as_str().to_owned(), o.counterparty_name().to_string()]);
            fields.extend(sides(o.sums()));
            fields.push(o.commitment().map(|code| code.as_str().to_owned()).unwrap_or_default());
            fields.push(o.indicator().map(|code| code.as_str().to_owned()).unwrap_or_default());
            fields.push(o.program().map(|code| code.as_str().to_owned()).unwrap_or_default());
            fields.push(o.explanation().to_string());
            fields
        };
        let mut rows: Vec<Vec<String>> = account.operations().iter().map(operation).collect();
        if rows.is_empty() {
            rows.push(vec![String::new(); 13]);
        }
        for row in rows {
            let fields = head.iter().chain(&row).map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
            text.push_str(&fields.collect::<Vec<_>>().join(";"));
            text.push_str("\r\n");
        }
    }
    text
}

proptest! {
    #[test]
    fn every_day_is_the_same_in_all_three_forms(
        mut accounts in prop::collection::vec(prop::collection::vec(testing::operation(), 0..4), 1..4),
        name in "[A-Za-zșț&<>\"';,]{1,30}",
    ) {
        // CSV passes over blanks around a field: there is none in what all three can say.
        for operation in accounts.iter_mut().flatten() {
            operation.counterparty_name = operation.counterparty_name.trim().to_owned();
            operation.explanation = operation.explanation.trim().to_owned();
        }
        let day = testing::day(&name, accounts);
        let digest = canonical_digest(&day);
        prop_assert_eq!(good("a.jsonl", as_json(&day)), [digest]);
        prop_assert_eq!(good("a.csv", as_csv(&day)), [digest]);
        prop_assert_eq!(good("TREZ131_9999008.xml", crate::xml::write(&day)), [digest]);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes: Vec<u8>, text in "[{}\\[\\]\":,;a-z0-9\\-.<>/=&\r\n ]{0,300}") {
        for name in ["a.jsonl", "a.csv", "a.xml"] {
            let _ = entries(name, bytes.clone());
            let _ = entries(name, text.clone());
        }
        let _ = entries("a.csv", format!("{}{text}", csv_lines([1])));
    }

    #[test]
    fn no_damage_to_a_day_file_makes_a_reader_panic_or_a_neighbour_lost(at in 0_usize..4000, byte: u8) {
        for (name, text) in [("a.jsonl", JSONL), ("a.csv", CSV), XML[0]] {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = entries(name, bytes);
        }
    }
}
