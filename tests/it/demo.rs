//! `pecete demo`, with keys that are quick to make.

use crate::office::{everything_in, names_in, read};
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn the_demo_makes_an_office_and_proves_it_and_twice_publishes_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = demo(folder.path(), &["office"]);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let told = String::from_utf8_lossy(&first.stdout).into_owned();
    let office = folder.path().join("office");
    let published = everything_in(&office.join("out"));
    // 40 institutions, three days; one has a stick, and one record is wrong on purpose.
    assert_eq!(published.len(), 40 * 3 - 3 - 1);
    for line in ["pdfsig", "pyhanko", "qpdf --check", "pdfdetach", "xmllint", "openssl", "pecete verify"] {
        assert!(told.contains(line), "{line} is not told:\n{told}");
    }
    let shown = told
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .filter(|word| word.ends_with(".pdf") && word.starts_with("office/"));
    assert!(shown.clone().count() >= 2);
    assert!(shown.clone().all(|path| folder.path().join(path).is_file()), "every path that is told is there");
    assert!(names_in(&office.join("watch/.refused")).iter().any(|name| name.ends_with(".why.txt")));

    let bytes: Vec<Vec<u8>> = published.iter().map(|path| read(path)).collect();
    let key = read(&office.join("keys/seal.pem"));
    let second = demo(folder.path(), &["office"]);
    assert_eq!(second.status.code(), Some(0), "{second:?}");
    assert_eq!(everything_in(&office.join("out")), published);
    assert!(published.iter().map(|path| read(path)).eq(bytes), "not a byte has changed");
    assert_eq!(read(&office.join("keys/seal.pem")), key, "keys are kept");
}

#[test]
fn a_folder_that_is_somebody_elses_is_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    pecete::fs::create_new(&folder.path().join("thesis.txt"), b"mine", 0o644).expect("written");
    let refused = demo(folder.path(), &["."]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert_eq!(names_in(folder.path()), ["thesis.txt"]);
}

#[test]
fn an_office_for_measuring_is_made_and_not_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = demo(folder.path(), &["office", "--institutions", "3", "--operations", "2", "--no-run"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    assert_eq!(names_in(&folder.path().join("office/watch")), ["crowd-3x2.jsonl"]);
    assert!(!folder.path().join("office/out").exists());
}

fn demo(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pecete"));
    command.arg("demo").args(words).args(["--keys", "p256", "--lang", "en"]).current_dir(folder);
    command.output().expect("the binary runs")
}
