//! What must hold of the pages, seen in their content streams.

use super::Sample;
use crate::pdf::Channel;
use crate::pdf::fonts::Faces;
use crate::pdf::layout::{Layout, layout};

fn set(sample: &Sample) -> Layout {
    let faces = Faces::page().expect("assets");
    layout(&sample.statement(Channel::Published), &faces).expect("set")
}

fn sheets(sample: &Sample) -> Vec<String> {
    set(sample).sheets.iter().map(|sheet| String::from_utf8_lossy(sheet).into_owned()).collect()
}

/// The tags and artifacts that a content stream opens and closes, in order.
fn marks(sheet: &str) -> Vec<&str> {
    sheet
        .lines()
        .filter(|line| ["BDC", "BMC", "EMC"].iter().any(|operator| line.ends_with(operator)))
        .filter(|line| line.starts_with('/') || *line == "EMC" || line.starts_with("0 0 0 rg"))
        .collect()
}

#[test]
fn marks_are_numbered_without_a_gap_and_never_inside_each_other() {
    for sheet in sheets(&Sample::of(&[7, 0, 31])) {
        let (mut open, mut next) = (0, 0);
        for mark in marks(&sheet) {
            match mark.split_once("<</MCID ") {
                Some((_, rest)) => {
                    assert_eq!(rest.split('>').next(), Some(next.to_string().as_str()));
                    (open, next) = (open + 1, next + 1);
                }
                None if mark.ends_with("EMC") => open -= 1,
                None => open += 1,
            }
            assert!((0..=1).contains(&open), "{mark}");
        }
        assert!(open == 0 && next > 0);
    }
}

#[test]
fn later_pages_repeat_the_column_headings_as_an_artifact() {
    let sheets = sheets(&Sample::of(&[80]));
    assert!(sheets.len() > 2);
    for (number, sheet) in sheets.iter().enumerate() {
        assert_eq!(
            sheet.matches("/TH<<").count(),
            match number {
                0 => 14,
                last if last + 1 == sheets.len() => 3,
                _ => 0,
            }
        );
        assert_eq!(sheet.matches("/Subtype/Header").count(), if number == 0 { 0 } else { 2 });
        assert_eq!(sheet.matches("/Subtype/Footer").count(), 1);
    }
}

#[test]
fn a_heading_is_never_alone_at_the_foot() {
    for first in 0..40 {
        for sheet in sheets(&Sample::of(&[first, 3, 0, 1])) {
            let Some(heading) = sheet.rfind("/H2<<") else { continue };
            let after = sheet.get(heading..).unwrap_or_default();
            assert!(after.matches("/TD<<").count() > 4, "{first} operations before it");
        }
    }
}

#[test]
fn the_closing_balances_stay_with_an_operation_and_the_signatures_on_the_last_page() {
    for count in 1..40 {
        let layout = set(&Sample::of(&[count]));
        let last = layout.sheets.last().map(|sheet| String::from_utf8_lossy(sheet).into_owned());
        let last = last.unwrap_or_default();
        let rows = last.matches("/TH<<").count();
        assert!(rows == 0 || last.matches("/TD<<").count() > 6, "{count}");
        assert!(layout.boxes.iter().all(|[_, bottom, _, top]| *bottom > 3_700 && top > bottom));
    }
}

#[test]
fn a_row_that_is_taller_than_a_page_goes_on_and_loses_nothing() {
    let wide = |_: usize, operation: &mut crate::model::OperationDraft| {
        operation.explanation = format!("TZ52100000001-{}", "‰".repeat(986));
    };
    let sheets = sheets(&Sample::with(&[1], wide));
    assert!(sheets.len() > 1 && sheets.first().is_some_and(|first| first.contains("/H2<<")));
    let faces = Faces::page().expect("assets");
    let code = faces.regular.glyph('‰').expect("a glyph").code.to_be_bytes();
    let code = String::from_utf8_lossy(&code).into_owned();
    let shown: usize = sheets.iter().map(|sheet| sheet.matches(&code).count()).sum();
    assert!(shown >= 986, "{shown}");
}
