//! Which letters a document needs, and the faces that have them.

use super::fault::{PdfFault, Place};
use super::fonts::Faces;
use super::statement::{Certification, Statement};
use crate::model::{Account, Field, Operation};
use std::collections::BTreeSet;

/// Where a text stands, without a copy of anything.
#[derive(Clone, Copy)]
enum Spot<'a> {
    Treasury,
    Holder,
    Replaced,
    Verifier,
    Operation(&'a Account, &'a Operation, Field),
}

impl From<Spot<'_>> for Place {
    fn from(spot: Spot<'_>) -> Self {
        match spot {
            Spot::Treasury => Self::Treasury,
            Spot::Holder => Self::Holder,
            Spot::Replaced => Self::Replaced,
            Spot::Verifier => Self::Verifier,
            Spot::Operation(account, operation, field) => {
                Self::Operation(account.account().clone(), operation.number(), field)
            }
        }
    }
}

/// Faces with every letter of the document: the prepared ones, or others cut for it.
pub(super) fn faces(
    statement: &Statement<'_>,
    certification: Option<&Certification<'_>>,
) -> Result<Faces, PdfFault> {
    let page = Faces::page().ok_or(PdfFault::Font)?;
    let mut more = BTreeSet::new();
    for (_, text) in texts(statement, certification) {
        if page.missing(text).is_some() {
            more.extend(text.chars());
        }
    }
    if more.is_empty() {
        return Ok(page);
    }
    match Faces::with(&more) {
        Ok(faces) => faces.ok_or(PdfFault::Font),
        Err(character) => {
            let spot = texts(statement, certification).find(|(_, text)| text.contains(character));
            let place = spot.map_or(Place::Holder, |(spot, _)| spot.into());
            Err(PdfFault::NoGlyph { character, place })
        }
    }
}

/// The texts that are not codes, dates or amounts.
fn texts<'a>(
    statement: &Statement<'a>,
    certification: Option<&Certification<'a>>,
) -> impl Iterator<Item = (Spot<'a>, &'a str)> {
    let day = statement.day;
    let operations = day
        .accounts()
        .iter()
        .flat_map(|account| account.operations().iter().map(move |operation| (account, operation)));
    let operations = operations.flat_map(|(account, operation)| {
        [
            (Field::Document, operation.document()),
            (Field::Reference, operation.reference()),
            (Field::CounterpartyName, operation.counterparty_name()),
            (Field::Explanation, operation.explanation()),
        ]
        .map(|(field, text)| (Spot::Operation(account, operation, field), text.as_str()))
    });
    let names = [
        Some((Spot::Treasury, statement.treasury_name)),
        Some((Spot::Holder, day.holder().name().as_str())),
        statement.replaces.map(|replaced| (Spot::Replaced, replaced.file.as_str())),
        certification.map(|certification| (Spot::Verifier, certification.signer)),
    ];
    names.into_iter().flatten().chain(operations)
}
