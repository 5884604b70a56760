//! `pecete extract`: the XML out of statements, after verifying them.
//!
//! **Contract.** Nothing is written from a document that is refused; nothing is written over a file;
//! a name is taken from the document only where it cannot lead elsewhere ([`plain_name`]). Without
//! anchors (`--integrity-only`) each line says *unproven*.

use super::judging::{Judge, JudgeArgs};
use super::{Exit, Terminal, verify::exit};
use crate::diag::{Explain, Lang};
use crate::fs::{self, FsFault};
use crate::verify::{Entry, Reason, Require, Tally, Word};
use std::path::{Path, PathBuf};

/// The longest name that is taken from a document, bytes; ours have 73.
const MAX_NAME: usize = 200;

/// `pecete extract`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Each XML has the name that the document gives it. Nothing is overwritten; what is there already,\n\
                  byte for byte, is left as it is."
)]
pub(super) struct ExtractArgs {
    /// Statements
    #[arg(required = true, value_name = "PDF")]
    pub(super) paths: Vec<PathBuf>,
    /// Folder to write to (default: beside each PDF)
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
}

pub(super) fn run(arguments: &ExtractArgs, terminal: &mut Terminal<'_>) -> Exit {
    let judge = match Judge::new(&arguments.judge, Require::ByKind, terminal) {
        Ok(judge) => judge,
        Err(exit) => return exit,
    };
    if let Some(Err(fault)) = arguments.output.as_deref().map(fs::make_folder) {
        terminal.error("", &fault);
        return Exit::Failed;
    }
    let mut tally = Tally::default();
    for path in &arguments.paths {
        let entry = judge.judge(path);
        let folder = arguments.output.as_deref().unwrap_or_else(|| fs::parent(path));
        let outcome = take(&entry, folder);
        tally.add(outcome.word());
        tell(&entry, &outcome, judge.basis.people, terminal);
    }
    #[cfg(feature = "online")]
    judge.tell_faults(terminal);
    exit(tally)
}

/// What became of one document.
#[derive(Debug)]
enum Outcome {
    /// Its XML is there.
    Written(PathBuf),
    /// Refused, and nothing was written.
    Refused(Reason),
    /// The document could not be read.
    Unreadable(Reason),
    /// Its attachment has a name that is not written.
    Name,
    /// Could not be written.
    Failed(FsFault),
}

impl Outcome {
    const fn word(&self) -> Word {
        match self {
            Self::Written(_) => Word::Accepted,
            Self::Refused(_) | Self::Name => Word::Refused,
            Self::Unreadable(_) | Self::Failed(_) => Word::Unreadable,
        }
    }
}

fn take(entry: &Entry, folder: &Path) -> Outcome {
    let verdict = &entry.verdict;
    match (verdict.word, verdict.reason()) {
        (Word::Unreadable, Some(reason)) => return Outcome::Unreadable(reason),
        (_, Some(reason)) => return Outcome::Refused(reason),
        (_, None) => {}
    }
    let attachment = match verdict.attachment() {
        Ok(attachment) => attachment,
        Err(reason) => return Outcome::Refused(reason),
    };
    let Some(name) = plain_name(&attachment.name) else { return Outcome::Name };
    let path = folder.join(name);
    match fs::write_new(&path, &attachment.bytes) {
        Ok(()) => Outcome::Written(path),
        Err(FsFault::Exists { .. }) if holds(&path, &attachment.bytes) => Outcome::Written(path),
        Err(fault) => Outcome::Failed(fault),
    }
}

/// Whether a file has exactly these bytes.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let limit = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    fs::read_bounded(path, limit).is_ok_and(|there| there == bytes)
}

/// A name from a document that can only become an XML in the folder that was meant: no path, no drive,
/// no stream, nothing hidden, nothing that a terminal or a file manager shows otherwise.
fn plain_name(name: &str) -> Option<&str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '(' | ')');
    let plain = name.len() <= MAX_NAME && name.chars().all(allowed) && !name.starts_with(['.', ' ', '-']);
    let stem = name.strip_suffix(".xml").or_else(|| name.strip_suffix(".XML"))?;
    // Windows opens devices by these names, whatever the extension.
    let device = ["CON", "PRN", "AUX", "NUL"].iter().any(|device| stem.eq_ignore_ascii_case(device));
    (plain && !device && !stem.is_empty()).then_some(name)
}

fn tell(entry: &Entry, outcome: &Outcome, proven: bool, terminal: &mut Terminal<'_>) {
    if terminal.json {
        return terminal.data(&json(entry, outcome, proven, terminal.lang).to_string());
    }
    let place = format!("{}:", entry.file);
    match outcome {
        Outcome::Written(path) => {
            let word = match proven {
                true => terminal.pick("accepted", "acceptat"),
                false => terminal
                    .pick("unproven (who signed was not judged)", "nedovedit (cine a semnat nu s-a judecat)"),
            };
            terminal.data(&format!("{place} {word}: {}", path.display()));
            if entry.verdict.demo() {
                terminal.tell(
                    "DEMO: trusted by a demonstration's anchors",
                    "DEMO: de încredere prin ancorele unei demonstrații",
                );
            }
        }
        Outcome::Refused(reason) | Outcome::Unreadable(reason) => terminal.error(&place, reason),
        Outcome::Name => terminal.error(&place, &NameFault(entry)),
        Outcome::Failed(fault) => terminal.error(&place, fault),
    }
}

fn json(entry: &Entry, outcome: &Outcome, proven: bool, lang: Lang) -> serde_json::Value {
    let (reason, message) = match outcome {
        Outcome::Written(_) => (None, None),
        Outcome::Refused(reason) | Outcome::Unreadable(reason) => {
            (Some(reason.code()), Some(reason.say(lang)))
        }
        Outcome::Name => (Some("attachment-name"), Some(NameFault(entry).say(lang))),
        Outcome::Failed(fault) => (Some("cannot-write"), Some(fault.say(lang))),
    };
    let output = match outcome {
        Outcome::Written(path) => Some(path.display().to_string()),
        _ => None,
    };
    serde_json::json!({
        "file": entry.file, "verdict": entry.verdict.word, "reason": reason, "message": message,
        "output": output, "proven": proven && output.is_some(), "demo": entry.verdict.demo(),
    })
}

/// An attachment's name that is not written.
struct NameFault<'a>(&'a Entry);

impl Explain for NameFault<'_> {
    fn say(&self, lang: Lang) -> String {
        let names =
            self.0.verdict.integrity.attachments.iter().map(|file| file.name.escape_debug().to_string());
        let found: String = names.collect::<Vec<_>>().join(", ").chars().take(MAX_NAME).collect();
        match lang {
            Lang::En => format!("attachment: expected a plain name that ends in `.xml`, found `{found}`"),
            Lang::Ro => {
                format!("atașament: trebuia un nume simplu care se termină în `.xml`, s-a găsit `{found}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::invented::{NAME, published};
    use crate::verify::{Kind, Verdict, facts::Integrity};

    /// A published document that was accepted, with this XML under this name.
    fn accepted(name: &str, xml: &[u8]) -> Entry {
        let mut integrity: Integrity = published();
        for attachment in &mut integrity.attachments {
            name.clone_into(&mut attachment.name);
            attachment.bytes = xml.to_vec();
        }
        let verdict = Verdict {
            word: Word::Accepted,
            reasons: Vec::new(),
            notes: Vec::new(),
            kind: Kind::Published,
            integrity,
            signatories: Vec::new(),
            statement: None,
        };
        Entry::new(NAME.to_owned(), None, verdict)
    }

    #[test]
    fn the_xml_is_written_under_its_own_name_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = NAME.replace(".pdf", ".xml");
        for _ in 0..2 {
            let outcome = take(&accepted(&name, b"<extras/>"), folder.path());
            assert!(matches!(&outcome, Outcome::Written(path) if path.ends_with(&name)), "{outcome:?}");
        }
        let other = take(&accepted(&name, b"<other/>"), folder.path());
        assert!(matches!(other, Outcome::Failed(FsFault::Exists { .. })), "{other:?}");
        assert_eq!(fs::read_bounded(&folder.path().join(&name), 100).expect("read"), b"<extras/>");
    }

    #[test]
    fn nothing_is_written_from_what_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut refused = accepted("a.xml", b"<extras/>");
        refused.verdict.word = Word::Refused;
        refused.verdict.reasons = vec![Reason::SealMissing];
        let mut uncovered = accepted("b.xml", b"<extras/>");
        uncovered.verdict.integrity.signatures.clear();
        let outside = accepted("../c.xml", b"<extras/>");
        assert!(matches!(take(&refused, folder.path()), Outcome::Refused(Reason::SealMissing)));
        assert!(matches!(take(&uncovered, folder.path()), Outcome::Refused(Reason::AttachmentNotCovered)));
        assert!(matches!(take(&outside, folder.path()), Outcome::Name));
        assert_eq!(fs::files_in(folder.path()).expect("listed"), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_name_that_could_lead_elsewhere_is_not_taken() {
        let ours = "TREZ521_ExtrasEP_PDFCLI_9999008_XML_SIGNED_12052026h1842.xml";
        assert_eq!(plain_name(ours), Some(ours));
        for wrong in [
            "",
            ".xml",
            "..",
            "../a.xml",
            "/etc/a.xml",
            "a/b.xml",
            "a\\b.xml",
            "C:a.xml",
            "a.xml:stream",
            "nul.xml",
            "a.exe",
            "a.xml.exe",
            ".hidden.xml",
            "-rf.xml",
            "a\u{202e}lmx.xml",
            "a\n.xml",
            "a\0.xml",
        ] {
            assert_eq!(plain_name(wrong), None, "{wrong:?}");
        }
        assert_eq!(plain_name(&format!("{}.xml", "a".repeat(MAX_NAME))), None);
    }
}
