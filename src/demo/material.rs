//! What is put into the watch folder: the three days in all three forms, or a crowd.
//!
//! A day file appears under its name only when it is whole, as `watch/README.md` asks of everyone.

use super::days::{DAYS, ThreeDays};
use super::files::{self, Marks};
use super::{DemoFault, crowd};
use crate::fs::{self, FsFault, Step};
use crate::model::{DayDraft, StatementName};
use crate::xml;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// When the statements of a day were edited: after hours, Romanian time, the same for all.
const HOUR: &str = "T18:42:00+03:00";

/// The three days: JSON Lines, CSV, JSON Lines again, and one institution's day as XML.
///
/// # Errors
/// The file system's, or [`DemoFault::Invented`].
pub fn three_days(watch: &Path, days: &ThreeDays) -> Result<Vec<PathBuf>, DemoFault> {
    fs::create_folders(watch, 0o770)?;
    let edited = DAYS.map(|date| format!("{date}{HOUR}"));
    let [first, second, third] = edited.each_ref().map(|at| Marks { edited: Some(at), correction: false });
    let named = |date: jiff::civil::Date, form: &str| watch.join(format!("zi-{date}.{form}"));
    let paths = [named(DAYS[0], "jsonl"), named(DAYS[1], "csv"), named(DAYS[2], "jsonl")];
    let [one, two, three] = &paths;
    write(one, |to| days.first.iter().try_for_each(|day| files::json_line(to, day, first)))?;
    write(two, |to| files::csv(to, days.second.iter().map(|day| (day, second))))?;
    write(three, |to| days.third.iter().try_for_each(|day| files::json_line(to, day, third)))?;
    let as_xml = as_xml(watch, &days.as_xml)?;
    Ok(paths.into_iter().chain([as_xml]).collect())
}

/// One institution's day as a core application writes it that makes the XML and no PDF.
fn as_xml(watch: &Path, draft: &DayDraft) -> Result<PathBuf, DemoFault> {
    let invented = || DemoFault::Invented { cui: draft.holder_cui.clone() };
    let day = draft.check().map_err(|_| invented())?;
    let name = StatementName::of(&day, jiff::civil::time(18, 42, 0, 0));
    let path = watch.join(name.xml());
    write(&path, |to| to.write_all(&xml::write(&day)))?;
    Ok(path)
}

/// A crowd in one JSON Lines file, streamed.
///
/// # Errors
/// The file system's.
pub fn crowd(watch: &Path, institutions: u64, operations: u32) -> Result<PathBuf, DemoFault> {
    fs::create_folders(watch, 0o770)?;
    let path = watch.join(format!("crowd-{institutions}x{operations}.jsonl"));
    let edited = format!("{}{HOUR}", crowd::DAY);
    let marks = Marks { edited: Some(&edited), correction: false };
    write(&path, |to| {
        crowd::crowd(institutions, operations).try_for_each(|day| files::json_line(to, &day, marks))
    })?;
    Ok(path)
}

/// Writes a file under a hidden name and then gives it its own; what had that name is replaced (it was ours).
fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), DemoFault> {
    let temporary = fs::beside(path, "part");
    let written =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o660).open(&temporary).and_then(
            |file| {
                let mut to = BufWriter::with_capacity(1 << 18, file);
                fill(&mut to)?;
                to.flush()
            },
        );
    written.map_err(|error| FsFault::At { step: Step::Write, path: temporary.clone(), error })?;
    Ok(fs::replace_private(&temporary, path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_has_a_line_an_institution() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = crowd(folder.path(), 5, 2).expect("written");
        let text = fs::read_bounded(&path, 1 << 20).expect("read");
        assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 5);
        assert_eq!(fs::files_in(folder.path()).expect("listed"), [path]);
    }
}
