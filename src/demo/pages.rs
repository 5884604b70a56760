//! Statements drawn and not signed, for signers that are not ours to be measured on the same pages.

use super::{DemoFault, crowd};
use crate::fs;
use crate::model::{DayDraft, StatementName};
use crate::pdf::{self, Channel, Statement};
use crate::xml::{self, Attachment};
use jiff::Timestamp;
use std::path::Path;

/// Draws a crowd's statements into a folder, which is made; pages that are there already stay.
///
/// # Errors
/// [`DemoFault::Invented`] where a day cannot be drawn, or the file system's.
pub fn draw(folder: &Path, institutions: u64, operations: u32, now: Timestamp) -> Result<(), DemoFault> {
    fs::create_folders(folder, 0o755)?;
    crowd::crowd(institutions, operations).try_for_each(|day| page(folder, &day, now))
}

fn page(folder: &Path, draft: &DayDraft, now: Timestamp) -> Result<(), DemoFault> {
    let invented = || DemoFault::Invented { cui: draft.holder_cui.clone() };
    let day = draft.check().map_err(|_| invented())?;
    let name = StatementName::of(&day, jiff::civil::time(18, 42, 0, 0));
    let path = folder.join(name.pdf());
    if fs::exists(&path) {
        return Ok(());
    }
    let statement = Statement {
        day: &day,
        name: &name,
        edited: now,
        treasury_name: super::names::UNITS[0].name,
        replaces: None,
        channel: Channel::Published,
    };
    let attachment = Attachment { name: name.xml(), bytes: xml::write(&day), modified: now };
    let bytes = pdf::draw_unsigned(&statement, &attachment).map_err(|_| invented())?;
    Ok(fs::create_new(&path, &bytes, 0o644)?)
}
