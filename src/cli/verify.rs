//! `pecete verify`: files and folders, judged in parallel, told institution by institution, day by day.

use super::following::{self, Groups};
use super::judging::{Judge, JudgeArgs};
use super::{Exit, Terminal, documents};
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::model::Cui;
use crate::verify::{self, Basis, Detail, Entry, Mark, Require, Tally};
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Documents judged between two writings of the output: enough to keep all cores busy, few enough to
/// hold their reports.
const BATCH: usize = 256;

/// `pecete verify`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all accepted, 1 at least one refused, or a day is missing between them, 2 at least one unreadable\n\
                  and none refused. Of several statements of an institution, each must follow from the one before: its opening\n\
                  balances are the last closing ones. A genuine statement stays accepted where its neighbour is missing.\n\
                  The report says how it was checked, at which time and by which anchors."
)]
pub(super) struct VerifyArgs {
    /// Files, or folders with every *.pdf in them and below
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    /// Which signatures it must carry: `verifier,treasury`, `verifier` or `any` (default: what the document's kind demands)
    #[arg(long, value_name = "WHO", value_parser = require, conflicts_with = "integrity_only")]
    pub(super) require: Option<Require>,
    /// Write a self-contained HTML report too
    #[arg(long, value_name = "FILE.html")]
    pub(super) report: Option<PathBuf>,
}

pub(super) fn run(arguments: &VerifyArgs, terminal: &mut Terminal<'_>) -> Exit {
    if let Some(report) = arguments.report.as_deref().filter(|report| fs::exists(report)) {
        terminal.error("", &fs::FsFault::Exists { path: report.to_owned() });
        return Exit::Failed;
    }
    let judge = match Judge::new(&arguments.judge, arguments.require.unwrap_or_default(), terminal) {
        Ok(judge) => judge,
        Err(exit) => return exit,
    };
    let (found, faults) = documents::find(&arguments.paths);
    faults.iter().for_each(|fault| terminal.error("", fault));
    if found.is_empty() {
        terminal.error("", &NothingToVerify);
        return Exit::Failed;
    }
    let (tally, sections) = judge_all(&found, &judge, arguments.report.is_some(), terminal);
    #[cfg(feature = "online")]
    judge.tell_faults(terminal);
    finish(tally, &judge.basis, terminal);
    let written = arguments
        .report
        .as_deref()
        .map_or(Exit::Done, |path| write(path, &verify::page(&judge.basis, tally, &sections), terminal));
    match exit(tally) {
        Exit::Done if !faults.is_empty() => Exit::Failed,
        Exit::Done => written,
        other => other,
    }
}

/// A document that was judged, and what the rule of carry-over needs of it.
struct Judged {
    entry: Entry,
    mark: Option<Mark>,
}

/// Judges in parallel, institution by institution, and tells the days of each in their order.
fn judge_all(
    found: &[PathBuf],
    judge: &Judge,
    with_sections: bool,
    terminal: &mut Terminal<'_>,
) -> (Tally, Vec<String>) {
    let bar = bar(found.len(), terminal);
    let one = |path: &PathBuf| {
        let mut entry = judge.judge(path);
        let mark = entry.mark();
        entry.slim();
        bar.inc(1);
        Judged { entry, mark }
    };
    let mut teller =
        Teller { judge, bar: &bar, terminal, with_sections, tally: Tally::default(), sections: vec![] };
    let Groups { nameless, mut institutions } = Groups::of(found);
    // a renamed statement belongs to its institution all the same
    let mut renamed: BTreeMap<Cui, Vec<Judged>> = BTreeMap::new();
    for batch in nameless.chunks(BATCH) {
        for judged in batch.par_iter().map(one).collect::<Vec<_>>() {
            match &judged.mark {
                Some(mark) => renamed.entry(mark.name.cui.clone()).or_default().push(judged),
                None => teller.tell(judged.entry),
            }
        }
    }
    for cui in renamed.keys() {
        institutions.entry(cui.clone()).or_default();
    }
    for wave in following::waves(institutions, BATCH) {
        let paths: Vec<&PathBuf> = wave.iter().flat_map(|(_, paths)| paths).collect();
        let mut judged = paths.into_par_iter().map(one).collect::<Vec<_>>().into_iter();
        for (cui, paths) in &wave {
            let mut all: Vec<Judged> = judged.by_ref().take(paths.len()).collect();
            all.extend(renamed.remove(cui).unwrap_or_default());
            teller.institution(all);
        }
    }
    bar.finish_and_clear();
    (teller.tally, teller.sections)
}

/// Tells documents as they are done.
struct Teller<'a, 'b> {
    judge: &'a Judge,
    bar: &'a ProgressBar,
    terminal: &'a mut Terminal<'b>,
    with_sections: bool,
    tally: Tally,
    sections: Vec<String>,
}

impl Teller<'_, '_> {
    /// Follows the days of an institution and tells them in order.
    fn institution(&mut self, mut all: Vec<Judged>) {
        all.sort_by_cached_key(|judged| {
            let name = judged.mark.as_ref().map(|mark| mark.name.clone());
            (name.or_else(|| following::named(Path::new(&judged.entry.file))), judged.entry.file.clone())
        });
        let marks: Vec<Mark> = all.iter().filter_map(|judged| judged.mark.clone()).collect();
        let mut followed = verify::follow(&marks).into_iter();
        for Judged { mut entry, mark } in all {
            if let Some(followed) = mark.and_then(|_| followed.next()) {
                entry.follows(followed);
            }
            self.tell(entry);
        }
    }

    fn tell(&mut self, entry: Entry) {
        let basis = &self.judge.basis;
        let detail = if self.terminal.quiet { Detail::Line } else { Detail::Full };
        self.tally.add(entry.verdict.word);
        self.tally.follow(&entry.findings);
        let line = if self.terminal.json {
            verify::line(&entry, basis)
        } else {
            verify::tell(&entry, basis, detail)
        };
        self.bar.suspend(|| self.terminal.data(&line));
        self.sections.extend(self.with_sections.then(|| verify::section(&entry, basis)));
    }
}

/// A bar for a person who waits for several documents.
fn bar(length: usize, terminal: &Terminal<'_>) -> ProgressBar {
    if !terminal.is_terminal || terminal.quiet || length < 2 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{bar:30} {pos}/{len} [{elapsed}, {eta}]") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The summary: data in a text report, words beside a JSON one.
fn finish(tally: Tally, basis: &Basis, terminal: &mut Terminal<'_>) {
    let summary = verify::summary(tally, basis);
    match (terminal.json, terminal.quiet) {
        (true, _) => terminal.say(&summary),
        (false, false) => terminal.data(&summary),
        (false, true) => {}
    }
}

fn write(path: &Path, page: &str, terminal: &mut Terminal<'_>) -> Exit {
    match fs::write_new(path, page.as_bytes()) {
        Ok(()) => {
            terminal.say(&format!("{} {}", terminal.pick("report:", "raport:"), path.display()));
            Exit::Done
        }
        Err(fault) => {
            terminal.error("", &fault);
            Exit::Failed
        }
    }
}

/// One refused, or one that does not follow, outweighs any unreadable.
pub(super) const fn exit(tally: Tally) -> Exit {
    match (tally.refused + tally.broken, tally.unreadable) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Failed,
        _ => Exit::Refused,
    }
}

fn require(text: &str) -> Result<Require, String> {
    match text {
        "verifier,treasury" | "treasury,verifier" => Ok(Require::VerifierAndTreasury),
        "verifier" => Ok(Require::Verifier),
        "any" => Ok(Require::Any),
        _ => Err(format!("expected `verifier,treasury`, `verifier` or `any`, found `{text}`")),
    }
}

/// A check of nothing is no success.
struct NothingToVerify;

impl Explain for NothingToVerify {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => "expected at least one `*.pdf`, found none".to_owned(),
            Lang::Ro => "trebuia cel puțin un `*.pdf`, nu este niciunul".to_owned(),
        }
    }

    fn hint(&self, lang: Lang) -> Option<String> {
        Some(match lang {
            Lang::En => "a file of another name is checked when it is named itself".to_owned(),
            Lang::Ro => "un fișier cu alt nume se verifică dacă este numit el însuși".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Surroundings, run as pecete};
    use super::*;

    /// Runs `pecete` in English: exit, data, words.
    fn run(words: &[&str]) -> (Exit, String, String) {
        let words = std::iter::once("pecete").chain(words.iter().copied()).map(Into::into).collect();
        let surroundings = Surroundings { words, locale: "C".to_owned(), ..Surroundings::default() };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = pecete(&surroundings, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (exit, text(out), text(err))
    }

    fn at(folder: &tempfile::TempDir, name: &str) -> String {
        folder.path().join(name).display().to_string()
    }

    #[test]
    fn a_check_of_nothing_is_no_success() {
        let folder = tempfile::tempdir().expect("a folder");
        let (exit, out, err) = run(&["verify", "--integrity-only", &at(&folder, "")]);
        assert_eq!((exit, out.as_str()), (Exit::Failed, ""));
        assert!(err.contains("expected at least one `*.pdf`"), "{err}");
    }

    #[test]
    fn a_file_that_is_not_there_is_unreadable_and_stops_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (at(&folder, "one.pdf"), at(&folder, "two.pdf"));
        let (exit, out, _) = run(&["verify", "--integrity-only", "--json", &one, &two]);
        assert_eq!(exit, Exit::Failed);
        let lines: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 2);
        for (line, file) in lines.iter().zip([one, two]) {
            assert_eq!((&line["verdict"], &line["reason"]), (&"unreadable".into(), &"cannot-read".into()));
            assert_eq!(line["file"], *file);
            assert!(line["integrity"].is_null());
        }
    }

    #[test]
    fn what_is_no_signed_pdf_is_not_accepted_and_a_report_is_written_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, report) = (at(&folder, "a.pdf"), at(&folder, "report.html"));
        fs::write_new(Path::new(&file), b"not a PDF").expect("written");
        let words = ["verify", "--integrity-only", "--report", &report, &file];
        let (exit, out, err) = run(&words);
        assert_ne!(exit, Exit::Done, "{out}");
        assert!(err.contains("report:"), "{err}");
        let page = fs::read_bounded(Path::new(&report), 1 << 20).expect("a report");
        assert!(String::from_utf8_lossy(&page).contains("a.pdf"));
        let (exit, _, err) = run(&words);
        assert_eq!(exit, Exit::Failed);
        assert!(err.contains("expected a free name, found a file"), "{err}");
    }

    #[test]
    fn options_that_contradict_one_another_are_a_misuse() {
        for words in [
            ["verify", "--integrity-only", "--require", "any", "a.pdf"],
            ["verify", "--integrity-only", "--at", "2026-05-12", "a.pdf"],
            ["verify", "--require", "nobody", "--quiet", "a.pdf"],
        ] {
            assert_eq!(run(&words).0, Exit::Failed, "{words:?}");
        }
    }
}
