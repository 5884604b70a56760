//! The verdict in a person's words, in the order in which a person asks: verdict, why, facts by
//! signature, certificates, on what it rests. Text and HTML only set it.

mod proof;

use super::facts::{ChangesAfter, Coverage, IntegrityVerdict, SignatureFacts};
use super::level::Level;
use super::people::SignedAs;
use super::policy::Require;
use super::report::{Basis, CertificateInfo, Entry, Tally, TimeSource, Told, clean};
use super::statement::StatementFacts;
use super::verdict::{Kind, Verdict, Word};
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::trust::{Role, Trust, hex};
use jiff::Timestamp;

/// Faults of a statement's day told in a report; the rest tells an auditor nothing more.
const MAX_FAULTS: usize = 20;

/// A document's story.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) file: String,
    pub(super) word: Word,
    /// `accepted`, or `refused: code`.
    pub(super) headline: String,
    pub(super) demo: Option<&'static str>,
    pub(super) why: Vec<String>,
    pub(super) hint: Option<String>,
    pub(super) statement: Vec<String>,
    pub(super) signatures: Vec<Part>,
    pub(super) notes: Vec<String>,
    pub(super) certificates: Vec<Part>,
    /// What the file is: length, revisions, digest.
    pub(super) document: Vec<String>,
}

/// A title with its lines.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
}

/// Tells a document.
pub(super) fn tell(entry: &Entry, lang: Lang) -> Story {
    let verdict = &entry.verdict;
    let reason = verdict.reason();
    let word = word(verdict.word, lang);
    Story {
        file: clean(&entry.file),
        word: verdict.word,
        headline: reason.map_or_else(|| word.to_owned(), |reason| format!("{word}: {}", reason.code())),
        demo: verdict.demo().then_some(pick(
            lang,
            "DEMO: trusted by the invented anchors of a demonstration; this proves nothing about anybody",
            "DEMO: de încredere prin ancorele inventate ale unei demonstrații; nu dovedește nimic despre nimeni",
        )),
        why: why(entry, lang),
        hint: reason.and_then(|reason| reason.hint(lang)),
        statement: verdict
            .statement
            .as_ref()
            .map(|facts| {
                let findings = entry.findings.iter().map(|finding| clean(&finding.say(lang)));
                statement(facts, verdict, lang).into_iter().chain(findings).collect()
            })
            .unwrap_or_default(),
        signatures: entry
            .signatures()
            .enumerate()
            .map(|(index, told)| signature(index, told, lang))
            .collect(),
        notes: verdict.notes.iter().map(|note| note.say(lang)).collect(),
        certificates: certificates(entry, lang),
        document: document(entry, lang),
    }
}

fn why(entry: &Entry, lang: Lang) -> Vec<String> {
    let reasons = entry.verdict.reasons.iter().map(|reason| reason.say(lang));
    reasons.chain(entry.cause.as_deref().map(clean)).collect()
}

fn statement(facts: &StatementFacts, verdict: &Verdict, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(name) = &facts.name {
        let day = name.date.strftime("%d.%m.%Y");
        let (treasury, cui) = (name.treasury, name.cui.as_str());
        let kind = kind(verdict.kind, lang);
        lines.push(match lang {
            Lang::En => format!("{kind}: treasury {treasury}, CUI {cui}, {day}"),
            Lang::Ro => format!("{kind}: trezoreria {treasury}, CUI {cui}, {day}"),
        });
    }
    if let (Some(accounts), Some(operations)) = (facts.accounts, facts.operations) {
        lines.push(match lang {
            Lang::En => format!("accounts: {accounts}; operations: {operations}"),
            Lang::Ro => format!("conturi: {accounts}; operațiuni: {operations}"),
        });
    }
    let checks = [
        (facts.checks.schema, pick(lang, "form", "formă")),
        (facts.checks.arithmetic, pick(lang, "sums", "sume")),
        (
            facts.checks.page_matches_xml,
            pick(lang, "page says what the XML says", "pagina spune ce spune XML-ul"),
        ),
        (
            facts.checks.carry_over,
            pick(lang, "carried over from the day before", "report din ziua precedentă"),
        ),
    ];
    let told = checks.map(|(holds, what)| format!("{what}: {}", holds_word(holds, lang)));
    lines.push(told.join("; "));
    lines.push(format!("{}: {}", pick(lang, "attachment", "atașament"), clean(&facts.attachment)));
    let place = pick(lang, "XML line", "linia XML");
    if let Some(fault) = &facts.unreadable {
        lines.push(format!("{place} {}: {}", fault.line(), clean(&fault.say(lang))));
    }
    for fault in facts.faults.iter().take(MAX_FAULTS) {
        lines.push(format!("{place} {}: {}", fault.place, clean(&fault.what.say(lang))));
    }
    lines.extend(facts.differences.iter().map(|difference| clean(&difference.say(lang))));
    for warning in facts.warnings.iter().take(MAX_FAULTS) {
        lines.push(format!("{place} {}: {}", warning.place, clean(&warning.what.say(lang))));
    }
    lines
}

fn signature(index: usize, told: Told<'_>, lang: Lang) -> Part {
    let Told { facts, who, path, authorities } = told;
    let number = index + 1;
    let signer = path.first().map(|leaf| clean(&leaf.name)).filter(|name| !name.is_empty());
    let signer = signer.unwrap_or_else(|| pick(lang, "nobody named", "nimeni numit").to_owned());
    let title = format!(
        "{} {number}: {signer}, {}, {}",
        pick(lang, "signature", "semnătura"),
        role(who.role, lang),
        trust(who.trust, lang)
    );
    let mut lines: Vec<String> = who.reasons.iter().map(|reason| reason.say(lang)).collect();
    lines.push(format!(
        "{}; {}; {}",
        intact(facts, lang),
        coverage(facts.coverage, lang),
        changes(facts.changes_after, lang)
    ));
    lines.push(match facts.claimed_at {
        Some(at) => format!(
            "{} {} {}",
            pick(lang, "claims the time", "pretinde ora"),
            time(at),
            pick(lang, "(proves nothing)", "(nu dovedește nimic)")
        ),
        None => pick(lang, "claims no time", "nu pretinde nicio oră").to_owned(),
    });
    let stamps = who.stamps.iter().zip(authorities);
    lines.extend(stamps.map(|(stamp, path)| proof::timestamp(stamp, path, lang)));
    if let Some(proven) = who.proven.filter(|_| who.role != SignedAs::Timestamp) {
        let words = pick(lang, "proven to have been signed before", "dovedit semnat înainte de");
        lines.push(format!("{words} {}", time(proven)));
    }
    let level = who.level.map(Level::name);
    let method = [Some(facts.subfilter.as_str()), level, facts.digest_algorithm, facts.signature_algorithm];
    let method: Vec<String> =
        method.into_iter().flatten().filter(|word| !word.is_empty()).map(clean).collect();
    let field = format!("{}: {}", pick(lang, "field", "câmp"), clean(&facts.field));
    lines.push(std::iter::once(field).chain(method).collect::<Vec<_>>().join(", "));
    if !facts.problems.is_empty() {
        lines.push(format!("{}: {}", pick(lang, "observed", "observat"), facts.problems.join(", ")));
    }
    Part { title, lines }
}

fn certificates(entry: &Entry, lang: Lang) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let stamps = entry.signatures().filter(|told| !told.facts.is_document_timestamp());
    let authorities: Vec<&CertificateInfo> = stamps.flat_map(|told| told.authorities).flatten().collect();
    let all = entry.certificates.iter().flatten().chain(authorities);
    for certificate in all {
        let title = clean(&certificate.subject);
        let digest = format!("SHA-256 {}", certificate.sha256);
        if parts.iter().any(|part| part.lines.contains(&digest)) {
            continue;
        }
        let day = |at: Option<Timestamp>| at.map_or_else(|| "?".to_owned(), time);
        let lines = vec![
            format!("{} {}", pick(lang, "issued by", "emis de"), clean(&certificate.issuer)),
            format!(
                "{} {} – {}; {} {}",
                pick(lang, "valid", "valabil"),
                day(certificate.not_before),
                day(certificate.not_after),
                pick(lang, "serial", "seria"),
                certificate.serial
            ),
            digest,
        ];
        let revocation = certificate.revocation.as_ref().map(|info| proof::revocation(info, lang));
        let lines = lines.into_iter().chain(revocation).collect();
        parts.push(Part { title, lines });
    }
    parts
}

fn document(entry: &Entry, lang: Lang) -> Vec<String> {
    let integrity = &entry.verdict.integrity;
    let mut lines = vec![match lang {
        Lang::En => format!(
            "{}; {} bytes, {} revisions",
            integrity_word(integrity.verdict, lang),
            integrity.length,
            integrity.revisions
        ),
        Lang::Ro => format!(
            "{}; {} octeți, {} revizii",
            integrity_word(integrity.verdict, lang),
            integrity.length,
            integrity.revisions
        ),
    }];
    lines.extend(entry.sha256.map(|digest| format!("SHA-256 {}", hex(&digest))));
    lines
}

/// On what all of it rests, so that another can repeat it.
pub(super) fn basis(basis: &Basis) -> Vec<String> {
    let lang = basis.lang;
    if !basis.people {
        return vec![
            pick(
                lang,
                "only the bytes were judged: who signed, and whether they may, was left out",
                "s-au judecat numai octeții: cine a semnat și dacă are dreptul nu s-a judecat",
            )
            .to_owned(),
        ];
    }
    let whose = match basis.source {
        TimeSource::Now => pick(lang, "now, by this machine's clock", "acum, după ceasul acestei mașini"),
        TimeSource::User => pick(
            lang,
            "the user's word, which nothing proves",
            "cuvântul utilizatorului, pe care nu îl dovedește nimic",
        ),
    };
    let at = format!("{} {} ({whose})", pick(lang, "judged at", "judecat la"), time(basis.at));
    let required = match basis.require {
        Require::ByKind => {
            pick(lang, "required: what the document's kind demands", "cerut: ce cere felul documentului")
        }
        Require::VerifierAndTreasury => {
            pick(lang, "required: verifier and Treasury", "cerut: verificatorul și Trezoreria")
        }
        Require::Verifier => pick(lang, "required: the verifier", "cerut: verificatorul"),
        Require::Any => pick(lang, "required: verifier or Treasury", "cerut: verificatorul sau Trezoreria"),
    };
    let mut lines = vec![at, required.to_owned(), proof::evidence(basis)];
    if basis.anchors.is_empty() {
        lines.push(
            pick(
                lang,
                "no anchors are known: nobody is trusted",
                "nu se cunoaște nicio ancoră: nimeni nu este de încredere",
            )
            .to_owned(),
        );
    }
    lines.extend(basis.anchors.iter().map(|anchor| {
        let (label, subject) = (pick(lang, "anchor", "ancoră"), clean(&anchor.subject));
        format!("{label} ({}): {subject}, SHA-256 {}", role_of_anchor(anchor.role, lang), anchor.sha256)
    }));
    lines
}

/// How many of which word.
pub(super) fn tally(tally: Tally, lang: Lang) -> String {
    let Tally { accepted, refused, unreadable, broken } = tally;
    let total = tally.total();
    let mut told = match lang {
        Lang::En => {
            format!("documents: {total}; accepted: {accepted}; refused: {refused}; unreadable: {unreadable}")
        }
        Lang::Ro => format!(
            "documente: {total}; acceptate: {accepted}; refuzate: {refused}; necitibile: {unreadable}"
        ),
    };
    if broken > 0 {
        told.push_str(&match lang {
            Lang::En => format!(
                "; not following from the others: {broken}: a statement is missing or there are two of a day"
            ),
            Lang::Ro => format!(
                "; care nu decurg din celelalte: {broken}: lipsește un extras sau sunt două ale unei zile"
            ),
        });
    }
    told
}

/// Romania's civil time.
fn time(at: Timestamp) -> String {
    in_bucharest(at).strftime("%d.%m.%Y %H:%M:%S %:z").to_string()
}

pub(super) const fn pick(lang: Lang, en: &'static str, ro: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Ro => ro,
    }
}

pub(super) const fn word(word: Word, lang: Lang) -> &'static str {
    match word {
        Word::Accepted => pick(lang, "accepted", "acceptat"),
        Word::Refused => pick(lang, "refused", "refuzat"),
        Word::Unreadable => pick(lang, "unreadable", "necitibil"),
    }
}

const fn holds_word(holds: Option<bool>, lang: Lang) -> &'static str {
    match holds {
        Some(true) => pick(lang, "holds", "da"),
        Some(false) => pick(lang, "does not hold", "nu"),
        None => pick(lang, "not checked", "neverificat"),
    }
}

const fn kind(kind: Kind, lang: Lang) -> &'static str {
    match kind {
        Kind::Published => pick(lang, "published statement", "extras publicat"),
        Kind::Stick => pick(lang, "statement for a memory stick", "extras pentru stick"),
        Kind::Other => pick(lang, "statement of another form", "extras de altă formă"),
    }
}

const fn role(role: SignedAs, lang: Lang) -> &'static str {
    match role {
        SignedAs::Verifier => pick(lang, "verifier", "verificator"),
        SignedAs::Treasury => pick(lang, "Treasury", "Trezoreria"),
        SignedAs::Timestamp => pick(lang, "timestamp", "marcă temporală"),
        SignedAs::Unknown => pick(lang, "no known office", "niciun rol cunoscut"),
    }
}

const fn role_of_anchor(of: Role, lang: Lang) -> &'static str {
    match of {
        Role::Verifier => role(SignedAs::Verifier, lang),
        Role::Treasury => role(SignedAs::Treasury, lang),
        Role::Tsa => role(SignedAs::Timestamp, lang),
    }
}

const fn trust(trust: Trust, lang: Lang) -> &'static str {
    match trust {
        Trust::Trusted => pick(lang, "trusted", "de încredere"),
        Trust::Untrusted => pick(lang, "not trusted", "fără încredere"),
        Trust::Unauthorised => pick(lang, "not authorised", "neautorizat"),
        Trust::Expired => pick(lang, "expired", "expirat"),
        Trust::Revoked => pick(lang, "revoked", "revocat"),
        Trust::Unknown => pick(lang, "not judged", "nejudecat"),
    }
}

const fn intact(facts: &SignatureFacts, lang: Lang) -> &'static str {
    match facts.intact {
        true => {
            pick(lang, "the signed bytes are as they were signed", "octeții semnați sunt cum au fost semnați")
        }
        false => pick(lang, "does not verify", "nu se verifică"),
    }
}

const fn coverage(coverage: Coverage, lang: Lang) -> &'static str {
    match coverage {
        Coverage::File => pick(lang, "covers the whole file", "acoperă tot fișierul"),
        Coverage::Revision => pick(lang, "covers its whole revision", "acoperă toată revizia ei"),
        Coverage::Partial => pick(lang, "covers only a part", "acoperă numai o parte"),
        Coverage::None => pick(lang, "covers nothing", "nu acoperă nimic"),
    }
}

const fn changes(changes: ChangesAfter, lang: Lang) -> &'static str {
    match changes {
        ChangesAfter::None => pick(lang, "nothing was added later", "nimic adăugat după ea"),
        ChangesAfter::Signatures => {
            pick(lang, "only signatures were added later", "după ea, numai semnături")
        }
        ChangesAfter::Permitted => {
            pick(lang, "only what it permits was changed later", "după ea, numai ce permite")
        }
        ChangesAfter::Forbidden => pick(
            lang,
            "something that it forbids was changed later",
            "după ea s-a schimbat ceva ce ea interzice",
        ),
    }
}

const fn integrity_word(verdict: IntegrityVerdict, lang: Lang) -> &'static str {
    match verdict {
        IntegrityVerdict::Intact => pick(lang, "bytes: intact", "octeți: neatinși"),
        IntegrityVerdict::Tampered => pick(lang, "bytes: tampered with", "octeți: modificați"),
        IntegrityVerdict::Broken => pick(lang, "bytes: broken", "octeți: stricați"),
        IntegrityVerdict::Unsigned => pick(lang, "bytes: unsigned", "octeți: nesemnați"),
    }
}
