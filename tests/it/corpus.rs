//! The corpus of signed documents made by others: what we say of each, against what is known of it.
//!
//! Reads `../shared/corpora/signed-pdf` in place, and is skipped where that folder is absent. No false acceptance
//! is tolerated; every other disagreement is listed in `tests/vectors/DISAGREEMENTS.md`.

use crate::office::read;
use pecete::verify::facts::IntegrityVerdict;
use std::path::PathBuf;

/// A row of `manifest.tsv`.
struct Row {
    file: String,
    expected: String,
}

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/signed-pdf");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no corpus of signed documents at {}", folder.display());
    None
}

fn rows(folder: &std::path::Path) -> Vec<Row> {
    let manifest = read(&folder.join("manifest.tsv"));
    String::from_utf8_lossy(&manifest)
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Row { file: cells.next()?.to_owned(), expected: cells.next()?.to_owned() })
        })
        .collect()
}

#[test]
fn nothing_forged_is_called_intact_and_hardly_anything_genuine_is_refused() {
    let Some(folder) = folder() else { return };
    let listed = include_str!("../vectors/DISAGREEMENTS.md");
    let (mut accepted, mut refused, mut unlisted) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows(&folder) {
        let bytes = read(&folder.join("files").join(&row.file));
        let found = pecete::verify::examine(bytes.as_slice());
        let intact = found.verdict == IntegrityVerdict::Intact;
        let line =
            format!("{} expected {} found {:?} {}", row.file, row.expected, found.verdict, found.reason);
        match row.expected.as_str() {
            "TAMPERED" | "BROKEN" if intact => accepted.push(line.clone()),
            "INTACT" if !intact => refused.push(line.clone()),
            _ => continue,
        }
        if !listed.contains(&row.file) {
            unlisted.push(line);
        }
    }
    eprintln!("{} accepted wrongly, {} refused wrongly", accepted.len(), refused.len());
    assert!(accepted.is_empty(), "false acceptances:\n{}", accepted.join("\n"));
    assert!(unlisted.is_empty(), "disagreements that are not listed:\n{}", unlisted.join("\n"));
    assert!(refused.len() <= 2, "false refusals:\n{}", refused.join("\n"));
}
