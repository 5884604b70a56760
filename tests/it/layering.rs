//! Who may import whom. The table is the architecture; this test reads the sources and holds them to it.
//!
//! A *room* is a top-level module. A path `crate::ROOM` anywhere in a room's files, tests apart, is an import.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Each room and whom it may import, in the order of the story. Every exception to
/// `design/house.md` has its reason beside it.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("clock", &[]),
    ("model", &["diag"]),
    ("fs", &["diag"]),
    ("cms", &["diag"]),
    ("xml", &["diag", "model"]),
    ("ingest", &["clock", "diag", "fs", "model", "xml"]),
    // Pages show Romanian time.
    ("pdf", &["clock", "diag", "model", "xml"]),
    ("keys", &["diag", "fs"]),
    ("sign", &["cms", "diag", "keys", "pdf"]),
    // A signer is listed for treasury units, from one Romanian day to another; the signatures of a
    // path are named by the identifiers that `cms` knows.
    ("trust", &["clock", "cms", "diag", "model"]),
    // The one place where the trust folder is read from disk; the checker alone needs it too.
    ("trust_folder", &["diag", "fs", "trust"]),
    // No I/O, and never `keys` or `sign`: the verifier must not agree with the signer by sharing with it.
    ("verify", &["clock", "cms", "diag", "model", "pdf", "trust", "xml"]),
    // Where to ask; never what to believe.
    ("online", &["diag", "trust"]),
    ("ledger", &["clock", "diag", "model"]),
    // Only a `Verified` can be published.
    ("publish", &["diag", "fs", "verify"]),
    // The ledger against the world; of the verifier only the mathematics of one signature.
    ("audit", &["clock", "diag", "fs", "ledger", "publish", "trust", "verify"]),
    // A state folder copied and put back; `trust` only for how digests are written.
    ("backup", &["audit", "diag", "fs", "ledger", "trust"]),
    // What is old, moved.
    ("archive", &["diag", "fs", "ledger", "publish"]),
    // From what waits to what is handed over; `trust` only for how digests are written.
    ("stick", &["clock", "diag", "fs", "ledger", "publish", "trust"]),
    // The stages; of the ledger only the type `Taken`: what was promised before anything is drawn.
    ("pipeline", &["diag", "ledger", "model", "pdf", "sign", "verify", "xml"]),
    // `fs` only for what the parent of a path is.
    ("config", &["diag", "fs", "model"]),
    // The only room that knows which implementation stands behind each trait.
    (
        "world",
        &[
            "clock",
            "config",
            "diag",
            "fs",
            "ingest",
            "keys",
            "ledger",
            "model",
            "publish",
            "sign",
            "trust",
            "trust_folder",
            "verify",
        ],
    ),
    (
        "service",
        // Of the verifier the rule of carry-over: what an auditor would find is held before it is signed.
        &[
            // `trust` only for how digests and names are written.
            "audit", "clock", "config", "diag", "fs", "ingest", "ledger", "model", "pipeline", "publish",
            "sign", "trust", "verify", "world", "xml",
        ],
    ),
    // The daemon's desk; `trust` only for how digests are written.
    ("review", &["clock", "diag", "fs", "ledger", "service", "trust", "world"]),
    // Figures; of `sign` only what a role is called.
    ("metrics", &["clock", "ledger", "service", "sign", "world"]),
    // Throw-away keys: nothing of the real signer, so that a mistake of one does not hide in the other.
    ("pki", &["diag"]),
    // An invented office is written as a stranger would write it: files, configuration, certificates;
    // `pdf` only to draw pages for the signers of others (benches).
    ("demo", &["config", "diag", "fs", "model", "pdf", "pki", "xml"]),
    // The verbs. Keys and signatures only through `world`.
    (
        "cli",
        &[
            "archive",
            "audit",
            "backup",
            "clock",
            "config",
            "demo",
            "diag",
            "fs",
            "ledger",
            "metrics",
            "model",
            "online",
            "pdf",
            "pki",
            "review",
            "service",
            "stick",
            "trust",
            "trust_folder",
            "verify",
            "world",
            "xml",
        ],
    ),
];

#[test]
fn every_room_imports_only_what_the_table_allows() {
    let mut wrong = Vec::new();
    for (room, imports) in imports() {
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == room) else {
            wrong.push(format!("{room}: not in the table"));
            continue;
        };
        for (import, file) in imports {
            if !allowed.contains(&import.as_str()) {
                wrong.push(format!("{file}: {room} must not import {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_do_not_go_round() {
    let graph: BTreeMap<String, BTreeSet<String>> =
        imports().into_iter().map(|(room, imports)| (room, imports.into_keys().collect())).collect();
    for room in graph.keys() {
        let (mut seen, mut ahead) = (BTreeSet::new(), vec![room]);
        while let Some(next) = ahead.pop() {
            for import in graph.get(next).into_iter().flatten() {
                assert_ne!(import, room, "{room} imports {next}, which leads back to it");
                if seen.insert(import) {
                    ahead.push(import);
                }
            }
        }
    }
}

#[test]
fn the_verifier_and_the_signer_share_no_cryptography() {
    let verifier = ["aws_lc_rs", "x509_cert", "pkcs8", "p12_keystore", "rcgen", "ring"];
    let signer = ["rsa", "p256", "p384", "p521", "bp256", "bp384", "ed25519_dalek", "x509_parser"];
    let never = [
        ("verify", &verifier[..]),
        ("trust", &verifier),
        ("keys", &signer),
        ("sign", &signer),
        ("pki", &signer),
    ];
    for (room, crates) in never {
        for (file, text) in sources_of(room) {
            for name in crates {
                let uses = [format!("use {name}::"), format!(" {name}::"), format!("({name}::")];
                assert!(!uses.iter().any(|path| text.contains(path)), "{file} uses {name}");
            }
        }
    }
}

#[test]
fn the_library_never_prints_exits_or_asks_the_machine() {
    let forbidden =
        ["println!", "eprintln!", "process::exit", "std::env::", "SystemTime::now", "Timestamp::now"];
    for (room, _) in MAY_IMPORT.iter().filter(|(room, _)| *room != "clock") {
        for (file, text) in sources_of(room) {
            for word in forbidden {
                assert!(!text.contains(word), "{file}: {word}");
            }
        }
    }
}

#[test]
fn the_table_finds_what_it_looks_for() {
    let text = "use crate::{fs, model::Iban};\nfn f() { crate::pdf::draw() }\n// crate::sign\n#[cfg(test)]\nmod tests { use crate::keys; }";
    assert_eq!(
        rooms_named(&without_tests_and_comments(text)),
        ["fs", "model", "pdf"].map(str::to_owned).into()
    );
}

/// Each room, what it imports, and one file that does.
fn imports() -> BTreeMap<String, BTreeMap<String, String>> {
    let rooms = rooms();
    let known = |room: &String| rooms.contains(room);
    rooms
        .iter()
        .map(|room| {
            let mut imports = BTreeMap::new();
            for (file, text) in sources_of(room) {
                for import in rooms_named(&text).into_iter().filter(known).filter(|import| import != room) {
                    imports.insert(import, file.clone());
                }
            }
            (room.clone(), imports)
        })
        .collect()
}

/// The top-level modules, as `lib.rs` declares them.
fn rooms() -> BTreeSet<String> {
    let text = text(&source("lib.rs"));
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect()
}

/// The rooms that follow `crate::`, alone or in braces.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let word = |text: &str| {
        text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("").to_owned()
    };
    let mut named = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(named.insert(word(rest))),
            Some(list) => named.extend(heads(list).iter().map(|part| word(part))),
        }
    }
    named
}

/// The parts of a brace list, split at its own commas.
fn heads(list: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0_usize, vec![String::new()]);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().expect("a part").push(c),
        }
    }
    parts
}

/// A room's files with their text, tests and comments apart.
fn sources_of(room: &str) -> Vec<(String, String)> {
    let mut files = crate::office::everything_in(&source(room));
    let head = source(&format!("{room}.rs"));
    files.extend(head.is_file().then_some(head));
    files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .filter(|path| {
            !path.ends_with("tests.rs") && !path.components().any(|part| part.as_os_str() == "tests")
        })
        .map(|path| (path.display().to_string(), without_tests_and_comments(&text(path))))
        .collect()
}

/// Tests stand last in a file; comments stand anywhere.
fn without_tests_and_comments(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
    let code = before_tests.lines().map(|line| line.find("//").and_then(|at| line.get(..at)).unwrap_or(line));
    code.collect::<Vec<_>>().join("\n")
}

fn source(relative: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(relative)
}

fn text(path: &Path) -> String {
    crate::office::text(path)
}
