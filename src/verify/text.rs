//! The report as plain text: a line with the verdict, then why, then the facts.

use super::report::{Basis, Entry, Tally};
use super::story::{self, Part, Story, pick};
use crate::diag::Lang;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The verdict in one line.
    Line,
    /// All of it.
    Full,
}

/// A document, without a line end after the last line.
pub fn tell(entry: &Entry, basis: &Basis, detail: Detail) -> String {
    let lang = basis.lang;
    let story = story::tell(entry, lang);
    let first = match story.why.first() {
        Some(why) => format!("{}: {}: {why}", story.file, story.headline),
        None => format!("{}: {}", story.file, story.headline),
    };
    let mut lines = vec![first];
    lines.extend(story.demo.map(|demo| format!("  {demo}")));
    if detail == Detail::Full {
        full(&story, lang, &mut lines);
    }
    lines.join("\n")
}

fn full(story: &Story, lang: Lang, lines: &mut Vec<String>) {
    let labelled = |label: &str, line: &String| format!("  {label}: {line}");
    let also = pick(lang, "also", "de asemenea");
    lines.extend(story.why.iter().skip(1).map(|line| labelled(also, line)));
    lines.extend(story.hint.iter().map(|line| labelled(pick(lang, "hint", "sfat"), line)));
    lines.extend(story.statement.iter().map(|line| format!("  {line}")));
    parts(&story.signatures, lines);
    lines.extend(story.notes.iter().map(|line| labelled(pick(lang, "note", "notă"), line)));
    let label = pick(lang, "certificate", "certificat");
    for part in &story.certificates {
        lines.push(format!("  {label}: {}", part.title));
        lines.extend(part.lines.iter().map(|line| format!("    {line}")));
    }
    lines.extend(story.document.iter().map(|line| format!("  {line}")));
}

fn parts(parts: &[Part], lines: &mut Vec<String>) {
    for part in parts {
        lines.push(format!("  {}", part.title));
        lines.extend(part.lines.iter().map(|line| format!("    {line}")));
    }
}

/// What stands at the end: how many, and on what it rests.
pub fn summary(tally: Tally, basis: &Basis) -> String {
    let count = (tally.total() > 1).then(|| story::tally(tally, basis.lang));
    count.into_iter().chain(story::basis(basis)).collect::<Vec<_>>().join("\n")
}
