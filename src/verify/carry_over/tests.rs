//! The rule over invented days of one account, and of two.

use super::*;
use crate::model::{Bani, StatementName, Sums};
use crate::trust::hex;

fn credit(amount: i64) -> Sums {
    Sums { debit: Bani::new(0), credit: Bani::new(amount) }
}

/// Opening, turnover and totals on the credit side; the closing balance follows.
fn balance(account: &str, opening: i64, turnover: i64, totals: i64) -> Balance {
    Balance {
        account: account.to_owned(),
        opening: credit(opening),
        turnover: credit(turnover),
        totals: credit(totals),
        closing: credit(opening + turnover),
    }
}

/// A statement of account `A` on a day of 2026, edited at this minute; `is` tells documents apart.
fn on(day: &str, minute: i8, is: u8, opening: i64, turnover: i64, totals: i64) -> Mark {
    let name = StatementName::parse(super::super::invented::NAME).expect("a name");
    let date: Date = day.parse().expect("a date");
    let name = StatementName { date, minute, ..name };
    Mark {
        file: format!("{day}-{minute}-{is}"),
        name,
        sha256: Some([is; 32]),
        xml: [is; 32],
        balances: vec![balance("A", opening, turnover, totals)],
        replaces: None,
    }
}

fn replacing(mark: Mark, file: &str, is: u8) -> Mark {
    let replaces = Replaces { file: file.to_owned(), sha256: hex(&[is; 32]) };
    Mark { replaces: Some(replaces), ..mark }
}

fn codes(followed: &Followed) -> Vec<&'static str> {
    followed.findings.iter().map(Finding::code).collect()
}

/// What is found for each mark, in every order of the marks the same.
fn found(marks: &[Mark]) -> Vec<(Option<bool>, Vec<&'static str>)> {
    let told =
        |followed: Vec<Followed>| -> Vec<_> { followed.iter().map(|one| (one.holds, codes(one))).collect() };
    let straight = told(follow(marks));
    let mut turned: Vec<Mark> = marks.to_vec();
    turned.reverse();
    let mut back = told(follow(&turned));
    back.reverse();
    // of two documents that are the same byte for byte, either may be the copy
    if !straight.iter().any(|(_, codes)| codes.contains(&"copy")) {
        assert_eq!(straight, back, "the order of the input must not matter");
    }
    straight
}

#[test]
fn a_gap_in_dates_is_normal_and_a_gap_in_balances_is_not() {
    let days = [
        on("2026-05-11", 1, 1, 100, 10, 510),
        on("2026-05-14", 1, 2, 110, 5, 515),
        on("2026-05-15", 1, 3, 116, 4, 519),
    ];
    assert_eq!(
        found(&days),
        [(None, vec![]), (Some(true), vec![]), (Some(false), vec!["carry-over-broken"])]
    );
}

#[test]
fn statements_that_cancel_one_another_out_are_missed_by_their_totals() {
    let days = [on("2026-05-11", 1, 1, 100, 10, 510), on("2026-05-14", 1, 2, 110, 5, 575)];
    assert_eq!(found(&days), [(None, vec![]), (Some(false), vec!["totals-broken"])]);
}

#[test]
fn across_the_first_of_january_a_restart_is_told_and_not_refused() {
    let restarted = [on("2025-12-31", 1, 1, 100, 10, 510), on("2026-01-05", 1, 2, 0, 5, 5)];
    assert_eq!(found(&restarted), [(None, vec![]), (None, vec!["restarted-in-january"])]);
    let carried = [on("2025-12-31", 1, 1, 100, 10, 510), on("2026-01-05", 1, 2, 110, 5, 5)];
    assert_eq!(found(&carried), [(None, vec![]), (Some(true), vec![])]);
}

#[test]
fn a_correction_counts_and_what_it_replaces_does_not() {
    let wrong = on("2026-05-12", 1, 2, 110, 7, 517);
    let right = replacing(on("2026-05-12", 9, 3, 110, 5, 515), "wrong.pdf", 2);
    let days = [on("2026-05-11", 1, 1, 100, 10, 510), wrong, right, on("2026-05-13", 1, 4, 115, 1, 516)];
    assert_eq!(
        found(&days),
        [(None, vec![]), (None, vec!["replaced"]), (Some(true), vec!["replaces"]), (Some(true), vec![])]
    );
}

#[test]
fn a_correction_of_what_is_not_here_says_so() {
    let alone = replacing(on("2026-05-12", 9, 3, 110, 5, 515), "wrong.pdf", 2);
    let days = [on("2026-05-11", 1, 1, 100, 10, 510), alone];
    assert_eq!(found(&days), [(None, vec![]), (Some(true), vec!["replaces-absent"])]);
}

#[test]
fn two_versions_of_a_day_contradict_each_other_unless_one_replaces_the_other() {
    let days = [
        on("2026-05-11", 1, 1, 100, 10, 510),
        on("2026-05-12", 1, 2, 110, 7, 517),
        on("2026-05-12", 9, 3, 110, 5, 515),
        on("2026-05-13", 1, 4, 115, 1, 516),
    ];
    let expected =
        [(None, vec![]), (Some(true), vec![]), (Some(true), vec!["two-versions"]), (Some(true), vec![])];
    assert_eq!(found(&days), expected);
}

#[test]
fn a_copy_and_a_stick_beside_the_published_one_are_no_versions() {
    let published = on("2026-05-11", 1, 1, 100, 10, 510);
    let copy = Mark { file: "copy.pdf".to_owned(), ..published.clone() };
    let stick = Mark { sha256: Some([9; 32]), file: "z-stick.pdf".to_owned(), ..published.clone() };
    let days = [published, copy, stick, on("2026-05-12", 1, 2, 110, 5, 515)];
    assert_eq!(
        found(&days),
        [(None, vec![]), (None, vec!["copy"]), (None, vec!["same-data"]), (Some(true), vec![])]
    );
}

#[test]
fn accounts_treasuries_and_institutions_are_followed_apart() {
    let mut first = on("2026-05-11", 1, 1, 100, 10, 510);
    first.balances.push(balance("B", 7, 0, 0));
    let other = |mark: Mark, treasury: &str| {
        let treasury = TreasuryCode::parse(treasury).expect("a code");
        Mark { name: StatementName { treasury, ..mark.name.clone() }, ..mark }
    };
    let mut second = on("2026-05-12", 1, 2, 110, 5, 515);
    second.balances.push(balance("B", 8, 0, 0));
    let days = [first, second, other(on("2026-05-12", 1, 3, 1, 5, 5), "131")];
    let followed = follow(&days);
    assert_eq!(codes(&followed[1]), ["carry-over-broken"]);
    assert_eq!(followed[1].holds, Some(false), "one account that does not follow is enough");
    assert!(matches!(&followed[1].findings[0], Finding::Gap { account, .. } if account == "B"));
    assert_eq!(followed[2], Followed::default(), "another treasury's account of the same name is another");
}

#[test]
fn findings_are_told_in_two_languages_with_both_balances() {
    use crate::diag::{Explain, Lang};
    let days = [on("2026-05-11", 1, 1, 100, 10, 510), on("2026-05-15", 1, 3, 123_456, 4, 514)];
    let followed = follow(&days);
    let told = [Lang::En, Lang::Ro].map(|lang| followed[1].findings[0].say(lang));
    for text in &told {
        assert!(text.contains("1,234.56") && text.contains("1.10") && text.contains("11.05.2026"), "{text}");
    }
    assert_ne!(told[0], told[1]);
}
