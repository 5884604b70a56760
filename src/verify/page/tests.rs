//! Pages that we drew, read back: whole ones, and ones that carry the XML of another day.

use super::letters::{Letters, PREPARED};
use super::{Difference, Page, against, read};
use crate::model::{OperationDraft, StatementDay};
use crate::pdf::reader::Document;
use crate::pdf::tests::Sample;
use crate::pdf::{Channel, Statement, draw_unsigned};

fn page_of(statement: &Statement<'_>, sample: &Sample) -> Page {
    let bytes = draw_unsigned(statement, &sample.attachment).expect("drawn");
    let document = Document::open(bytes.as_slice()).expect("opens");
    read(&document, &document.latest())
}

fn compared(page: &Page, day: &StatementDay) -> (Vec<Difference>, bool) {
    match page {
        Page::Text(text) => against(text, day, None),
        Page::Foreign(why) => panic!("not of our shape: {why}"),
    }
}

/// What the page of one day differs in from another day.
fn forged(change: fn(usize, &mut OperationDraft)) -> Vec<Difference> {
    let (drawn, told) = (Sample::with(&[3, 4], change), Sample::of(&[3, 4]));
    compared(&page_of(&drawn.statement(Channel::Published), &drawn), &told.day).0
}

fn awkward(number: usize, operation: &mut OperationDraft) {
    match number {
        1 => operation.counterparty_name = "FUNDAȚIAPENTRUTOATECELEBUNEALELUMII".into(),
        2 => {
            operation.explanation =
                format!("TZ52100000002-{}", "Plată în tranșe, ordonanțare nr. 17/2026; ".repeat(23));
        }
        6 => operation.sums.credit = "123456789012.34".into(),
        7 => operation.explanation = format!("TZ52100000007-{}", "W".repeat(986)),
        _ => {}
    }
    if number == 6 {
        operation.sums.debit = "0".into();
    }
}

#[test]
fn the_pages_that_we_draw_say_what_their_xml_says() {
    for sample in [
        Sample::of(&[1]),
        Sample::of(&[0]),
        Sample::of(&[4, 0, 6]),
        Sample::of(&[3, 11, 0, 7, 25, 1, 2, 40, 5]),
        Sample::of(&[300]),
        Sample::with(&[10, 30], awkward),
    ] {
        for channel in [Channel::Published, Channel::Stick] {
            let statement = sample.statement(channel);
            let corrected = Statement { replaces: Some(&sample.replaced), ..statement };
            for statement in [statement, corrected] {
                assert_eq!(compared(&page_of(&statement, &sample), &sample.day), (Vec::new(), true));
            }
        }
    }
}

#[test]
fn letters_cut_for_one_document_are_compared_and_not_called_proven() {
    let rare =
        |_: usize, operation: &mut OperationDraft| operation.counterparty_name = "Живко Γεώργιος".into();
    let sample = Sample::with(&[3], rare);
    let page = page_of(&sample.statement(Channel::Published), &sample);
    assert_eq!(compared(&page, &sample.day), (Vec::new(), false));
    let other = Sample::of(&[3]);
    assert_eq!(compared(&page, &other.day).0.len(), 3);
}

#[test]
fn a_cell_that_differs_is_named_by_account_operation_and_column() {
    let name = forged(|number, operation| {
        if number == 2 {
            operation.counterparty_name = "ALTCINEVA".into();
        }
    });
    let [difference, ..] = name.as_slice() else { panic!("nothing differs") };
    assert_eq!((difference.operation, difference.place.as_str()), (Some(2), "NUME PLĂTITOR/BENEFICIAR"));
    assert_eq!(difference.found, "ALTCINEVA");
    assert!(difference.account.is_some());
    let iban = forged(|number, operation| {
        if number == 1 {
            operation.counterparty_iban = "MT84MALT011000012345MTLCAST001S".into();
        }
    });
    assert!(iban.iter().all(|found| found.place == "IBAN PLĂTITOR/BENEFICIAR") && !iban.is_empty());
    let date = forged(|number, operation| {
        if number == 3 {
            operation.document_date = "2026-05-01".into();
        }
    });
    assert!(date.iter().all(|found| found.place == "DATA DOC") && !date.is_empty());
}

#[test]
fn an_amount_that_differs_is_named_and_so_are_the_balances_that_follow() {
    let found = forged(|number, operation| {
        if number == 1 {
            operation.sums.debit = "0".into();
            operation.sums.credit = "98765.43".into();
        }
    });
    let places: Vec<&str> = found.iter().map(|difference| difference.place.as_str()).collect();
    assert!(places.contains(&"CREDIT") && places.contains(&"Sold final, CREDIT"), "{places:?}");
    assert!(found.iter().any(|difference| difference.found == "98,765.43"));
}

#[test]
fn a_row_that_is_missing_or_more_is_found() {
    for (drawn, told) in [([3, 4], [4, 4]), ([4, 4], [3, 4]), ([3, 5], [3, 4])] {
        let (drawn, told) = (Sample::of(&drawn), Sample::of(&told));
        let page = page_of(&drawn.statement(Channel::Published), &drawn);
        assert!(!compared(&page, &told.day).0.is_empty());
    }
}

#[test]
fn text_that_is_doubled_moved_or_put_over_other_text_is_found() {
    let sample = Sample::of(&[3]);
    let Page::Text(good) = page_of(&sample.statement(Channel::Published), &sample) else {
        panic!("not ours")
    };
    for index in 0..good.sheets[0].pieces.len() {
        let mut doubled = good.clone();
        let piece = doubled.sheets[0].pieces[index].clone();
        doubled.sheets[0].pieces.insert(index, piece);
        assert!(!against(&doubled, &sample.day, None).0.is_empty(), "piece {index} twice");
        let mut raised = good.clone();
        raised.sheets[0].pieces[index].lines[0].y += 1_220;
        // A heading has free space above it; a cell has another row's cell.
        let cell = good.sheets[0].pieces[index].mark == super::scan::Mark::Cell;
        assert!(!cell || !against(&raised, &sample.day, None).0.is_empty(), "piece {index} raised");
    }
    let mut covered = good.clone();
    covered.boxes[0].1 += 20_000;
    assert!(!against(&covered, &sample.day, None).0.is_empty(), "a signature's box over the table");
}

#[test]
fn the_prepared_faces_are_the_ones_whose_digests_are_known() {
    let sample = Sample::of(&[1]);
    let bytes = draw_unsigned(&sample.statement(Channel::Published), &sample.attachment).expect("drawn");
    let document = Document::open(bytes.as_slice()).expect("opens");
    let view = document.latest();
    let kids = super::leaves(&view).expect("pages");
    let page = view.resolve(&kids[0]).expect("a page");
    let resources = page.as_dict().and_then(|page| page.get(b"Resources")).expect("resources");
    let letters = Letters::read(&document, &view, resources).expect("our fonts");
    assert_eq!(letters.digests(), PREPARED, "faces changed: write these digests into PREPARED");
}

#[test]
#[ignore = "measures; of use in an optimised build only"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn measure() {
    for (operations, times) in [(10, 1_000_u32), (3_000, 10)] {
        let sample = Sample::of(&[operations]);
        let statement = sample.statement(Channel::Published);
        let bytes = draw_unsigned(&statement, &sample.attachment).expect("drawn");
        let opened = || Document::open(bytes.as_slice()).expect("opens");
        drop(read(&opened(), &opened().latest()));
        let start = std::time::Instant::now();
        for _ in 0..times {
            drop(opened());
        }
        let open = start.elapsed() / times;
        let start = std::time::Instant::now();
        for _ in 0..times {
            let document = opened();
            assert_eq!(compared(&read(&document, &document.latest()), &sample.day).0, []);
        }
        println!("{operations} operations: {:?} beyond opening", start.elapsed() / times - open);
    }
}
