//! The published attacks on signed PDFs, each made here from a real statement, and what is said of each.
//!
//! Every vector is described in `tests/vectors/README.md` with its source and the expected answer: that
//! table and these tests must agree. Nothing forged is kept as a file: keys are made anew in every run.

mod bombs;
mod certification;
mod forge;
mod forgery;
mod mutants;
mod people;
mod saving;
mod shadow;
mod signing;
mod statement;
mod wrapping;

use crate::office::{NOW, Office, day, name_of, read};
use jiff::Timestamp;
use pecete::config::ClientChannel;
use pecete::pki::{Authority, AuthorityProfile, Issued, Kind, Name, Profile, Validity};
use pecete::verify::facts::IntegrityVerdict;
use pecete::verify::{Policy, Require, Verdict, Word, examine, judge};
use std::sync::LazyLock;

/// What is expected of each vector.
const DESCRIBED: &str = include_str!("../vectors/README.md");

/// Real statements, and who made them.
pub(crate) struct Papers {
    pub(crate) office: Office,
    pub(crate) published: Vec<u8>,
    pub(crate) published_name: String,
    pub(crate) stick: Vec<u8>,
    pub(crate) stick_name: String,
    pub(crate) stranger: Issued,
    policy: Policy,
}

/// Made once: the tests only read them.
pub(crate) static PAPERS: LazyLock<Papers> = LazyLock::new(|| {
    let (one, other) = (day(1, 5), day(2, 5));
    let office = Office::with_clients(&[(&other.holder_cui, ClientChannel::Stick)]);
    office.drop_jsonl("day.jsonl", &[&one, &other]);
    office.pass();
    let (name, published) = office.only_document();
    let stick = office.sticks().pop().expect("a stick document");
    let policy = office.open().expect("opens").policy().clone();
    Papers {
        published,
        published_name: name.pdf(),
        stick: read(&stick),
        stick_name: name_of(&stick).pdf(),
        stranger: stranger(),
        policy,
        office,
    }
});

/// Somebody whom nobody knows, with a certificate of an authority that nobody trusts.
fn stranger() -> Issued {
    let validity = Validity::days(Timestamp::constant(1_735_700_000, 0), 3_000);
    let root = AuthorityProfile::new(Name::plain("Autoritate Oarecare"), Kind::EcP256, validity);
    let root = Authority::root(&root).expect("a root");
    root.issue(&Profile::signer(Name::person("Oarecare", "Cineva"), Kind::EcP256, validity)).expect("issued")
}

impl Papers {
    /// The verdict on a published statement's forgery, under its own name.
    pub(crate) fn judged(&self, bytes: &[u8]) -> Verdict {
        judge(bytes, Some(&self.published_name), &self.policy, NOW)
    }

    /// The same of a stick document.
    pub(crate) fn judged_stick(&self, bytes: &[u8]) -> Verdict {
        judge(bytes, Some(&self.stick_name), &self.policy, NOW)
    }

    /// The trust of the office, with another requirement.
    pub(crate) fn requiring(&self, require: Require) -> Policy {
        let trust = pecete::trust_folder::read(&self.office.path("certs/trust")).expect("a trust folder");
        Policy::auditing(trust, require)
    }
}

/// Vectors of one class, with what came of them.
#[derive(Default)]
pub(crate) struct Class(Vec<String>);

impl Class {
    /// A forgery that must be found by its bytes alone: `integrity`, `reason` as the table says.
    pub(crate) fn forged(&mut self, name: &str, bytes: &[u8]) {
        let found = examine(bytes);
        let word = match found.verdict {
            IntegrityVerdict::Intact => "intact",
            IntegrityVerdict::Tampered => "tampered",
            IntegrityVerdict::Broken => "broken",
            IntegrityVerdict::Unsigned => "unsigned",
        };
        let verdict = PAPERS.judged(bytes);
        if verdict.word == Word::Accepted || found.verdict == IntegrityVerdict::Intact {
            self.0.push(format!("{name}: FALSE ACCEPTANCE, {word}"));
        }
        self.described(name, word, found.reason);
    }

    /// A document that is refused for who signed it, or not refused.
    pub(crate) fn judged(&mut self, name: &str, verdict: &Verdict) {
        let word = if verdict.word == Word::Accepted { "accepted" } else { "refused" };
        let reason = verdict.reason().or(verdict.notes.first().copied()).map_or("", |reason| reason.code());
        self.described(name, word, reason);
    }

    /// Fails with all that is not as described.
    pub(crate) fn hold(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }

    fn described(&mut self, name: &str, word: &str, reason: &str) {
        let expected = format!("| {word} | `{reason}` |");
        let row = DESCRIBED.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        if !row.is_some_and(|row| row.ends_with(&expected)) {
            self.0.push(format!("{name}: found {expected}, described as {}", row.unwrap_or("nothing")));
        }
    }
}

#[test]
fn the_statements_that_are_forged_here_are_accepted_as_they_are() {
    assert_eq!(PAPERS.judged(&PAPERS.published).word, Word::Accepted);
    assert_eq!(PAPERS.judged_stick(&PAPERS.stick).word, Word::Accepted);
}

/// Without this, every forgery might be refused for how it is written and not for what it does.
#[test]
fn an_update_that_changes_nothing_is_not_refused() {
    let mut update = forge::Update::on(&PAPERS.published);
    let number = update.fresh();
    let verdict = PAPERS.judged(&update.object(number, "<<>>").finish());
    assert_eq!(verdict.word, Word::Accepted, "{:?}", verdict.reasons);
}
