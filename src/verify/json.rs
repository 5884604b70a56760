//! The report as JSON: one object a document, on one line. The keys are a contract (`spec/cli.md`):
//! more may come, none goes.

use super::carry_over::Finding;
use super::facts::{ChangesAfter, Coverage, IntegrityVerdict};
use super::level::{self, Level};
use super::people::SignedAs;
use super::policy::Require;
use super::reason::Reason;
use super::report::{Basis, CertificateInfo, Entry, TimeSource, Told};
use super::stamps::Stamp;
use super::statement::{Checks, StatementFacts};
use super::verdict::{Kind, Word};
use crate::diag::{Explain, Lang};
use crate::trust::{AnchorInfo, Told as Evident, Trust, hex};
use jiff::Timestamp;
use serde::Serialize;

/// Details told of one statement's XML; see `problems` for the codes of all.
const MAX_DETAILS: usize = 200;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    verdict: Word,
    reason: Option<&'static str>,
    message: String,
    integrity: Option<IntegrityVerdict>,
    kind: Kind,
    signatures: Vec<Signature<'a>>,
    statement: Option<Statement<'a>>,
    // -- additions
    reasons: Vec<&'static str>,
    notes: Vec<&'static str>,
    indication: Option<&'static str>,
    sub_indication: Option<&'static str>,
    demo: bool,
    sha256: Option<String>,
    length: u64,
    revisions: usize,
    checked: Checked<'a>,
}

#[derive(Serialize)]
struct Signature<'a> {
    field: &'a str,
    role: SignedAs,
    signer: Option<&'a str>,
    subfilter: &'a str,
    level: Option<Level>,
    intact: bool,
    coverage: Coverage,
    changes_after: ChangesAfter,
    trust: Trust,
    signed_at: Option<Timestamp>,
    time_from: Option<&'static str>,
    problems: Vec<&'static str>,
    // -- additions
    indication: Option<&'static str>,
    sub_indication: Option<&'static str>,
    claimed_at: Option<Timestamp>,
    timestamps: Vec<Timestamped<'a>>,
    certification: Option<u8>,
    locks_all: bool,
    byte_range: Option<[u64; 4]>,
    revision: Option<usize>,
    digest_algorithm: Option<&'static str>,
    signature_algorithm: Option<&'static str>,
    certificates: &'a [CertificateInfo],
}

/// A timestamp over a signature; of a document timestamp, itself.
#[derive(Serialize)]
struct Timestamped<'a> {
    at: Timestamp,
    over: &'static str,
    authority: Option<&'a str>,
    trust: Trust,
    intact: bool,
    problems: Vec<&'static str>,
    certificates: &'a [CertificateInfo],
}

#[derive(Serialize)]
struct Statement<'a> {
    treasury: Option<String>,
    cui: Option<&'a str>,
    date: Option<String>,
    accounts: Option<usize>,
    operations: Option<usize>,
    checks: Checks,
    problems: Vec<&'static str>,
    // -- additions
    attachment: &'a str,
    details: Vec<String>,
    /// What the other documents of the run say of it.
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Checked<'a> {
    at: Timestamp,
    at_from: TimeSource,
    people: bool,
    require: &'static str,
    anchors: &'a [AnchorInfo],
    /// Whether revocation data that was missing was fetched.
    online: bool,
    /// Revocation data that the user gave.
    revocation: Vec<Given<'a>>,
}

#[derive(Serialize)]
struct Given<'a> {
    kind: Evident,
    sha256: &'a str,
}

/// A document as one line, without its line end.
pub fn line(entry: &Entry, basis: &Basis) -> String {
    let verdict = &entry.verdict;
    let examined = !matches!(verdict.reason(), Some(Reason::CannotRead | Reason::TooLarge));
    let indicated = level::of_document(verdict, basis.people);
    let line = Line {
        file: &entry.file,
        verdict: verdict.word,
        reason: verdict.reason().map(Reason::code),
        message: message(entry, basis.lang),
        integrity: examined.then_some(verdict.integrity.verdict),
        kind: verdict.kind,
        signatures: entry.signatures().map(signature).collect(),
        statement: verdict.statement.as_ref().map(|facts| statement(facts, &entry.findings, basis.lang)),
        reasons: codes(&verdict.reasons),
        notes: codes(&verdict.notes),
        indication: indicated.map(|(indication, _)| indication),
        sub_indication: indicated.and_then(|(_, sub)| sub),
        demo: verdict.demo(),
        sha256: entry.sha256.map(|digest| hex(&digest)),
        length: verdict.integrity.length,
        revisions: verdict.integrity.revisions,
        checked: Checked {
            at: basis.at,
            at_from: basis.source,
            people: basis.people,
            require: require(basis.require),
            anchors: &basis.anchors,
            online: basis.online,
            revocation: basis.evidence.iter().map(|(kind, sha256)| Given { kind: *kind, sha256 }).collect(),
        },
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn message(entry: &Entry, lang: Lang) -> String {
    match (entry.verdict.reason(), &entry.cause) {
        (Some(reason), Some(cause)) => format!("{}: {cause}", reason.say(lang)),
        (Some(reason), None) => reason.say(lang),
        (None, _) => super::story::word(entry.verdict.word, lang).to_owned(),
    }
}

fn signature(told: Told<'_>) -> Signature<'_> {
    let Told { facts, who, path, authorities } = told;
    let indicated = level::indication(facts, who);
    let own = facts.problems.iter().copied();
    let stamps = who.stamps.iter().zip(authorities);
    Signature {
        field: &facts.field,
        role: who.role,
        signer: path.first().map(|leaf| leaf.subject.as_str()).filter(|subject| !subject.is_empty()),
        subfilter: &facts.subfilter,
        level: who.level,
        intact: facts.intact,
        coverage: facts.coverage,
        changes_after: facts.changes_after,
        trust: who.trust,
        signed_at: who.proven.or(facts.claimed_at),
        time_from: who.proven.map(|_| "timestamp").or(facts.claimed_at.map(|_| "claim")),
        problems: own.chain(codes(&who.reasons)).collect(),
        indication: indicated.map(|(indication, _)| indication),
        sub_indication: indicated.and_then(|(_, sub)| sub),
        claimed_at: facts.claimed_at,
        timestamps: stamps.map(|(stamp, path)| timestamped(stamp, path)).collect(),
        certification: facts.certification,
        locks_all: facts.locks_all,
        byte_range: facts.byte_range,
        revision: facts.revision,
        digest_algorithm: facts.digest_algorithm,
        signature_algorithm: facts.signature_algorithm,
        certificates: path,
    }
}

fn timestamped<'a>(stamp: &'a Stamp, path: &'a [CertificateInfo]) -> Timestamped<'a> {
    let future = (!stamp.past).then_some("timestamp-from-the-future");
    let problems = stamp.problems.iter().copied().chain(future);
    Timestamped {
        at: stamp.at,
        over: if stamp.document { "document" } else { "signature" },
        authority: path.first().map(|leaf| leaf.subject.as_str()).filter(|subject| !subject.is_empty()),
        trust: stamp.authority.trust,
        intact: stamp.intact,
        problems: problems.chain(codes(&stamp.authority.reasons)).collect(),
        certificates: path,
    }
}

fn statement<'a>(facts: &'a StatementFacts, findings: &[Finding], lang: Lang) -> Statement<'a> {
    let faults = facts.faults.iter().map(|fault| format!("{}: {}", fault.place, fault.what.say(lang)));
    let warnings =
        facts.warnings.iter().map(|warning| format!("{}: {}", warning.place, warning.what.say(lang)));
    let differences = facts.differences.iter().map(|difference| difference.say(lang));
    let unreadable = facts.unreadable.iter().map(|fault| format!("{}: {}", fault.line(), fault.say(lang)));
    let unusual = (!facts.warnings.is_empty()).then_some(Reason::StatementUnusual.code());
    let mut broken: Vec<&str> =
        findings.iter().filter(|finding| finding.is_broken()).map(Finding::code).collect();
    broken.dedup();
    let other = |finding: &Finding| Other { code: finding.code(), message: finding.say(lang) };
    Statement {
        treasury: facts.name.as_ref().map(|name| name.treasury.to_string()),
        cui: facts.name.as_ref().map(|name| name.cui.as_str()),
        date: facts.name.as_ref().map(|name| name.date.to_string()),
        accounts: facts.accounts,
        operations: facts.operations,
        checks: facts.checks,
        problems: codes(&facts.reasons).into_iter().chain(unusual).chain(broken).collect(),
        attachment: &facts.attachment,
        details: unreadable.chain(faults).chain(differences).chain(warnings).take(MAX_DETAILS).collect(),
        others: findings.iter().take(MAX_DETAILS).map(other).collect(),
    }
}

fn codes(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(|reason| reason.code()).collect()
}

const fn require(require: Require) -> &'static str {
    match require {
        Require::ByKind => "kind",
        Require::VerifierAndTreasury => "verifier,treasury",
        Require::Verifier => "verifier",
        Require::Any => "any",
    }
}
