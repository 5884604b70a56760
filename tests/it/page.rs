//! The page says what the XML says, or the document is refused: also where the keys were stolen.

use crate::office::{NOW, Office, day};
use pecete::model::{DayDraft, StatementDay, StatementName};
use pecete::pdf::{Certification, Channel, SealLook, Statement, append_seal, draw};
use pecete::sign;
use pecete::verify::{Reason, Verdict, Word, judge, prove};
use pecete::xml::{self, Attachment};

#[test]
fn our_documents_say_on_the_page_what_their_xml_says() {
    let office = Office::new();
    office.drop_jsonl("day.jsonl", &[&day(1, 5), &day(2, 0), &day(3, 200)]);
    office.pass();
    assert_eq!(office.published().len(), 3);
    let ran = office.pecete(&["verify", "--json", "--trust", "certs/trust", "out"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    for line in ran.out.lines() {
        let verdict: serde_json::Value = serde_json::from_str(line).expect("an object a line");
        assert_eq!(verdict["statement"]["checks"]["page_matches_xml"], true, "{line}");
    }
}

#[test]
fn a_page_drawn_from_another_day_than_its_xml_is_refused_and_the_cell_is_named() {
    let told = day(1, 5);
    let office = Office::new();
    let changes: [(&str, Change); 4] = [
        ("NUME PLĂTITOR/BENEFICIAR", |day| first(day).counterparty_name = "ALTCINEVA".to_owned()),
        ("IBAN PLĂTITOR/BENEFICIAR", |day| {
            first(day).counterparty_iban = "MT84MALT011000012345MTLCAST001S".to_owned();
        }),
        ("DATA DOC", |day| first(day).document_date = "2026-01-07".to_owned()),
        ("NR. DOCUMENT", |day| first(day).document = "99/X".to_owned()),
    ];
    for (place, change) in changes {
        let mut shown = told.clone();
        change(&mut shown);
        let verdict = forged(&office, &checked(&shown), &checked(&told));
        assert_eq!(verdict.reasons, [Reason::PageDiffers], "{place}");
        let facts = verdict.statement.expect("a statement");
        assert_eq!(facts.checks.page_matches_xml, Some(false));
        let found: Vec<_> = facts
            .differences
            .iter()
            .map(|difference| (difference.operation, difference.place.as_str()))
            .collect();
        assert_eq!(found, [(Some(1), place)]);
    }
}

#[test]
fn a_page_with_other_amounts_than_its_xml_is_refused() {
    let office = Office::new();
    let (shown, told) = (day(1, 6), day(1, 5));
    let verdict = forged(&office, &checked(&shown), &checked(&told));
    assert_eq!((verdict.word, verdict.reasons.as_slice()), (Word::Refused, &[Reason::PageDiffers][..]));
    let same = forged(&office, &checked(&told), &checked(&told));
    assert_eq!(
        (same.word, same.reasons.as_slice()),
        (Word::Accepted, &[][..]),
        "the way of forging is sound"
    );
}

/// What is changed in a day.
type Change = fn(&mut DayDraft);

fn first(day: &mut DayDraft) -> &mut pecete::model::OperationDraft {
    let account = day.accounts.iter_mut().find(|account| !account.operations.is_empty());
    account.and_then(|account| account.operations.first_mut()).expect("an operation")
}

fn checked(draft: &DayDraft) -> StatementDay {
    draft.check().expect("a day that adds up")
}

/// A document with the page of one day and the XML of another, signed with the office's own keys.
fn forged(office: &Office, shown: &StatementDay, told: &StatementDay) -> Verdict {
    let world = office.open().expect("opens");
    let unit = world.treasury(shown.treasury()).expect("a unit");
    let name = StatementName {
        treasury: shown.treasury(),
        cui: shown.holder().cui().clone(),
        date: shown.date(),
        hour: 18,
        minute: 42,
    };
    let attachment = Attachment { name: name.xml(), bytes: xml::write(told), modified: NOW };
    let statement = Statement {
        day: shown,
        name: &name,
        edited: NOW,
        treasury_name: &unit.name,
        replaces: None,
        channel: Channel::Published,
    };
    let contents = sign::contents_size(&unit.verifier);
    let certification = Certification { signer: unit.verifier.name(), at: NOW, contents };
    let page = draw(&statement, &attachment, &certification).expect("drawn");
    let certified = sign::certify(page, &unit.verifier).expect("certified");
    let contents = sign::contents_size(&unit.seal);
    let look = SealLook { title: &unit.name, signer: unit.seal.name(), at: NOW, contents };
    let update = append_seal(certified.filled(), &look).expect("an update");
    let bytes = sign::seal(update, &unit.seal).expect("sealed").into_bytes();
    let verdict = judge(bytes.as_slice(), Some(&name.pdf()), world.policy(), NOW);
    assert_eq!(prove(bytes, &name, world.policy(), NOW).is_ok(), verdict.word == Word::Accepted);
    verdict
}
