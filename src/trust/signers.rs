//! `signers.toml`, version 1: who holds an office, for which treasuries, from when to when.
//!
//! An anchor proves a name, not an office; this list gives the office. The format is described for
//! an administrator in `certs/README.md`. All that is wrong with a file is told at once, with lines.

use super::certificate::Certificate;
use super::fault::TrustFlaw;
use super::mathematics::Digest;
use super::{Role, name};
use crate::clock;
use crate::model::TreasuryCode;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// Signers in one list: 190 units with some persons each, over ten years.
pub const MAX_SIGNERS: usize = 20_000;

/// One signer of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signer {
    naming: Naming,
    treasuries: Treasuries,
    from: Option<Date>,
    to: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Naming {
    /// SHA-256 of the certificate.
    Certificate(Vec<u8>),
    /// SHA-256 of the `SubjectPublicKeyInfo`.
    Key(Vec<u8>),
    /// Attributes, by type, that issuer and subject have exactly once with exactly this text.
    Names { issuer: BTreeMap<String, String>, subject: BTreeMap<String, String> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Treasuries {
    All,
    These(BTreeSet<TreasuryCode>),
}

impl Signer {
    /// Whether the list means this certificate.
    pub(super) fn names(&self, certificate: &Certificate<'_>) -> bool {
        match &self.naming {
            Naming::Certificate(digest) => Digest::Sha256.digest(certificate.der) == *digest,
            Naming::Key(digest) => Digest::Sha256.digest(certificate.key_info) == *digest,
            Naming::Names { issuer, subject } => {
                let all = |wanted: &BTreeMap<String, String>, found: &name::Name<'_>| {
                    wanted.iter().all(|(oid, text)| found.only(oid) == Some(text.as_str()))
                };
                all(issuer, &certificate.issuer) && all(subject, &certificate.subject)
            }
        }
    }

    /// Whether it may sign for this treasury; without one, the treasury is not asked.
    pub(super) fn serves(&self, treasury: Option<TreasuryCode>) -> bool {
        match (&self.treasuries, treasury) {
            (Treasuries::All, _) | (_, None) => true,
            (Treasuries::These(codes), Some(code)) => codes.contains(&code),
        }
    }

    /// Whether it held the office on the Romanian civil day of this instant.
    pub(super) fn held_at(&self, at: Timestamp) -> bool {
        let day = clock::in_bucharest(at).date();
        self.from.is_none_or(|from| day >= from) && self.to.is_none_or(|to| day <= to)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    version: i64,
    #[serde(default)]
    signer: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    certificate_sha256: Option<Spanned<String>>,
    key_sha256: Option<Spanned<String>>,
    issuer: Option<BTreeMap<String, String>>,
    subject: Option<BTreeMap<String, String>>,
    treasuries: Option<Spanned<Vec<String>>>,
    from: Option<Spanned<toml::Value>>,
    to: Option<Spanned<toml::Value>>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// A flaw with its line.
pub(super) type Flaw = (Option<usize>, TrustFlaw);

/// Reads a list, or says all that is wrong with it.
pub(super) fn read(role: Role, bytes: &[u8]) -> Result<Vec<Signer>, Vec<Flaw>> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        vec![(None, TrustFlaw::Syntax { message: "expected UTF-8, found something else".into() })]
    })?;
    let list: List = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        vec![(line, TrustFlaw::Syntax { message: error.message().to_owned() })]
    })?;
    if list.version != 1 {
        return Err(vec![(None, TrustFlaw::Version { found: list.version })]);
    }
    if list.signer.len() > MAX_SIGNERS {
        return Err(vec![(None, TrustFlaw::TooMany { limit: MAX_SIGNERS })]);
    }
    let (mut signers, mut flaws) = (Vec::new(), Vec::new());
    for entry in list.signer {
        let at = entry.span().start;
        let mut found = Flaws { text, at, all: Vec::new() };
        if let Some(signer) = signer(role, entry.into_inner(), &mut found) {
            signers.push(signer);
        }
        flaws.append(&mut found.all);
    }
    if flaws.is_empty() { Ok(signers) } else { Err(flaws) }
}

/// The flaws of one entry, which begins at this octet.
struct Flaws<'t> {
    text: &'t str,
    at: usize,
    all: Vec<Flaw>,
}

impl Flaws<'_> {
    /// Takes down a flaw at an octet, or at the entry.
    fn add(&mut self, at: Option<usize>, flaw: TrustFlaw) {
        self.all.push((Some(line_of(self.text, at.unwrap_or(self.at))), flaw));
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}

fn signer(role: Role, entry: Entry, flaws: &mut Flaws<'_>) -> Option<Signer> {
    let naming = naming(&entry, flaws);
    let treasuries = treasuries(role, entry.treasuries.as_ref(), flaws);
    let from = entry.from.as_ref().and_then(|value| date(value, flaws));
    let to = entry.to.as_ref().and_then(|value| date(value, flaws));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        flaws.add(entry.to.as_ref().map(|value| value.span().start), TrustFlaw::Backwards);
    }
    flaws.all.is_empty().then_some(())?;
    Some(Signer { naming: naming?, treasuries: treasuries?, from, to })
}

fn naming(entry: &Entry, flaws: &mut Flaws<'_>) -> Option<Naming> {
    let by_name = entry.issuer.is_some() || entry.subject.is_some();
    let ways = [entry.certificate_sha256.is_some(), entry.key_sha256.is_some(), by_name];
    match (ways, &entry.issuer, &entry.subject) {
        ([true, false, false], ..) => {
            digest(entry.certificate_sha256.as_ref()?, flaws).map(Naming::Certificate)
        }
        ([false, true, false], ..) => digest(entry.key_sha256.as_ref()?, flaws).map(Naming::Key),
        ([false, false, true], Some(issuer), Some(subject)) => {
            let (issuer, subject) = (attributes(issuer, flaws), attributes(subject, flaws));
            Some(Naming::Names { issuer: issuer?, subject: subject? })
        }
        _ => {
            flaws.add(None, TrustFlaw::Naming { found: ways.iter().filter(|way| **way).count() });
            None
        }
    }
}

/// 64 hexadecimal digits; colons between them, as `openssl x509 -fingerprint` writes, do not matter.
fn digest(written: &Spanned<String>, flaws: &mut Flaws<'_>) -> Option<Vec<u8>> {
    let digits: Vec<char> = written.get_ref().chars().filter(|c| *c != ':').collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    let octet = |pair: &[char; 2]| {
        let [high, low] = pair.map(|c| c.to_digit(16));
        u8::try_from(high? * 16 + low?).ok()
    };
    let octets: Option<Vec<u8>> = pairs.iter().map(octet).collect();
    let whole = octets.filter(|octets| octets.len() == 32 && rest.is_empty());
    if whole.is_none() {
        flaws.add(Some(written.span().start), TrustFlaw::Digest { found: written.get_ref().clone() });
    }
    whole
}

fn attributes(written: &BTreeMap<String, String>, flaws: &mut Flaws<'_>) -> Option<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    for (kind, text) in written {
        match name::attribute_type(kind) {
            // One type under two names would be two demands on one attribute.
            Some(oid) if !all.contains_key(&oid) => drop(all.insert(oid, text.clone())),
            _ => flaws.add(None, TrustFlaw::Attribute { found: kind.clone() }),
        }
    }
    if written.is_empty() {
        flaws.add(None, TrustFlaw::NoAttribute);
        return None;
    }
    Some(all)
}

fn treasuries(
    role: Role,
    written: Option<&Spanned<Vec<String>>>,
    flaws: &mut Flaws<'_>,
) -> Option<Treasuries> {
    let at = written.map(|codes| codes.span().start);
    match (written.map(|codes| codes.get_ref().as_slice()), role) {
        (None, Role::Tsa) => Some(Treasuries::All),
        (None | Some([]), _) => {
            flaws.add(at, TrustFlaw::NoTreasury);
            None
        }
        (Some([all]), _) if all == "*" => Some(Treasuries::All),
        (Some(codes), _) => {
            let mut these = BTreeSet::new();
            for code in codes {
                match TreasuryCode::parse(code) {
                    Ok(code) => drop(these.insert(code)),
                    Err(_) => flaws.add(at, TrustFlaw::Treasury { found: code.clone() }),
                }
            }
            Some(Treasuries::These(these))
        }
    }
}

/// A TOML date, or the same in quotes.
fn date(written: &Spanned<toml::Value>, flaws: &mut Flaws<'_>) -> Option<Date> {
    let text = match written.get_ref() {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let date = (text.len() == 10).then(|| text.parse().ok()).flatten();
    if date.is_none() {
        flaws.add(Some(written.span().start), TrustFlaw::Date { found: text });
    }
    date
}

#[cfg(test)]
mod tests;
