//! The statement's own XML as a day file: one file, one record.
//!
//! Two facts of a statement are not in its XML: the treasury and the holder's CUI. They come from the
//! file name, `TREZ<ccc>_…_<CUI>_….xml`; else the CUI is the one ending with a right check digit that
//! all accounts share, and the treasury the one that all IBANs name (`ROkkTREZ`**`521`**…). What is
//! then still unknown, or known twice, is refused: a statement must not go to a neighbour.
//!
//! Text is UTF-8, or what the XML declaration says: windows-1250 or ISO-8859-2, the code pages of
//! Romanian office programs.

use super::{FileFault, Form, MAX_RECORD, Parsed, Problem, Record, label};
use crate::diag::{Located, Place};
use crate::model::{AccountText, Cui, DayDraft, Fault, Field, Iban, StatementName, TreasuryCode};
use crate::xml::{self, Profile};
use std::collections::BTreeSet;
use std::io::{BufRead, Read};
use std::sync::Arc;

/// How far into a file the XML declaration is looked for, bytes.
const DECLARATION: usize = 200;

/// The file as its one record.
pub(super) fn records<R: BufRead>(
    name: &str,
    source: R,
    correction: bool,
) -> impl Iterator<Item = Result<Record, FileFault>> + use<R> {
    let name: Arc<str> = name.into();
    std::iter::once_with(move || {
        let mut bytes = Vec::new();
        let limit = u64::try_from(MAX_RECORD).unwrap_or(u64::MAX).saturating_add(1);
        source.take(limit).read_to_end(&mut bytes).map_err(|error| FileFault::Read { line: 1, error })?;
        let mut problems = Vec::new();
        if bytes.len() > MAX_RECORD {
            bytes = Vec::new();
            problems.push(Located::new(Place::line(1), Problem::TooLarge { max: MAX_RECORD }));
        }
        Ok(Record { form: Form::Extras { name }, place: Place::line(1), bytes, problems, correction })
    })
}

/// The XML as a day.
pub(super) fn parse(name: &str, record: &Record) -> Parsed {
    let text = match decode(&record.bytes) {
        Ok(text) => text,
        Err(problem) => return Parsed::refused(record.place, problem),
    };
    let mut draft = match xml::read_text(&text, Profile::DayFile) {
        Ok(draft) => draft,
        Err(fault) => return Parsed::refused(Place::line(fault.line()), Problem::Xml(fault)),
    };
    drop(text);
    let problems = identify(name, &mut draft);
    let label = label(&draft.treasury, &draft.holder_cui, &draft.date);
    Parsed { day: check(&draft, problems), edited: String::new(), correction: false, label }
}

/// The model's check; what it says of an identity that was not found would only repeat it.
fn check(
    draft: &DayDraft,
    mut problems: Vec<Located<Problem>>,
) -> Result<crate::model::StatementDay, Vec<Located<Problem>>> {
    let unknown = |fault: &Fault| match fault {
        Fault::In(Field::Treasury, _) => draft.treasury.is_empty(),
        Fault::In(Field::HolderCui, _) => draft.holder_cui.is_empty(),
        _ => false,
    };
    match draft.check() {
        Ok(day) if problems.is_empty() => Ok(day),
        Ok(_) => Err(problems),
        Err(faults) => {
            let told = faults.into_iter().filter(|fault| !unknown(&fault.what));
            problems.extend(told.map(|fault| Located::new(fault.place, Problem::Day(fault.what))));
            Err(problems)
        }
    }
}

/// Text out of bytes, by the mark, the declaration, or as UTF-8.
fn decode(bytes: &[u8]) -> Result<String, Problem> {
    let utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Problem::NotUtf8);
    if bytes.starts_with("\u{FEFF}".as_bytes()) {
        return utf8(bytes);
    }
    let Some(declared) = declared(bytes) else { return utf8(bytes) };
    let unknown = || Problem::Encoding { found: declared.chars().take(40).collect() };
    let encoding = encoding_rs::Encoding::for_label(declared.as_bytes()).ok_or_else(unknown)?;
    if declared.eq_ignore_ascii_case("us-ascii") || encoding == encoding_rs::UTF_8 {
        return utf8(bytes);
    }
    if encoding != encoding_rs::WINDOWS_1250 && encoding != encoding_rs::ISO_8859_2 {
        return Err(unknown());
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or_else(unknown)
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..bytes.len().min(DECLARATION))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(head, b"?>")?;
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, after) = head.split_once("encoding")?;
    let quoted = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    quoted.get(1..)?.split(quote).next()
}

/// Fills in treasury and CUI; what cannot be found out is a problem.
fn identify(name: &str, draft: &mut DayDraft) -> Vec<Located<Problem>> {
    let mut problems = Vec::new();
    let holders = shared_holders(draft);
    let whole = StatementName::parse(name);
    let (treasury, cui) = match &whole {
        Some(whole) => (Some(whole.treasury), Ok(whole.cui.clone())),
        None => (treasury_in(name).or_else(|| treasury_of_ibans(draft)), holder(name, &holders)),
    };
    match treasury {
        Some(treasury) => draft.treasury = treasury.to_string(),
        None => problems.push(Located::new(draft.place, Problem::UnknownTreasury)),
    }
    match cui {
        Ok(cui) => draft.holder_cui = cui.as_str().to_owned(),
        Err(problem) => problems.push(Located::new(draft.place, problem)),
    }
    if let Some(whole) = whole.filter(|whole| whole.date.to_string() != draft.date) {
        let problem = Problem::OtherDate { in_name: whole.date, found: draft.date.as_str().into() };
        problems.push(Located::new(draft.place, problem));
    }
    problems
}

/// The CUI that the name holds and the accounts confirm, else the one that only the accounts tell. A
/// name of our form (`TREZ<ccc>_…`) with another CUI contradicts them.
fn holder(name: &str, shared: &BTreeSet<Cui>) -> Result<Cui, Problem> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let named: BTreeSet<Cui> = parts.filter_map(|part| Cui::parse(part).ok()).collect();
    let confirmed: Vec<&Cui> = named.intersection(shared).collect();
    let other = named.iter().find(|cui| is_surely_a_cui(cui.as_str()));
    if let Some(other) = other.filter(|_| confirmed.is_empty() && treasury_in(name).is_some()) {
        return Err(Problem::OtherHolder { in_name: other.as_str().into() });
    }
    let mut possible = if confirmed.is_empty() { shared.iter().collect() } else { confirmed };
    match (possible.pop(), possible.is_empty()) {
        (Some(cui), true) => Ok(cui.clone()),
        (Some(_), false) => Err(Problem::SeveralHolders),
        (None, _) => Err(Problem::UnknownHolder),
    }
}

/// Not a date, an hour or a running number that only happens to have a right check digit.
fn is_surely_a_cui(text: &str) -> bool {
    let century = |at: usize| text.get(at..at.saturating_add(2)).is_some_and(|c| c == "19" || c == "20");
    text.len() >= 7 && !(text.len() == 8 && (century(0) || century(4)))
}

/// The endings with a right check digit that all accounts share.
fn shared_holders(draft: &DayDraft) -> BTreeSet<Cui> {
    let of = |text: &str| -> BTreeSet<Cui> {
        AccountText::parse(text).map(|account| account.possible_holders().collect()).unwrap_or_default()
    };
    let mut accounts = draft.accounts.iter().map(|account| of(&account.account));
    let first = accounts.next().unwrap_or_default();
    accounts.fold(first, |shared, more| shared.intersection(&more).cloned().collect())
}

/// `TREZ<ccc>` at the head of the name.
fn treasury_in(name: &str) -> Option<TreasuryCode> {
    let (code, rest) = name.strip_prefix("TREZ")?.split_at_checked(3)?;
    TreasuryCode::parse(code).ok().filter(|_| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// The treasury that all IBANs name which name one: those of expenditure accounts (`24A…`) do not.
fn treasury_of_ibans(draft: &DayDraft) -> Option<TreasuryCode> {
    let ibans = draft.accounts.iter().filter_map(|account| Iban::parse(&account.iban).ok());
    let mut codes = ibans.filter_map(|iban| {
        let account = iban.as_str().strip_prefix("RO")?.get(2..)?.strip_prefix("TREZ")?;
        TreasuryCode::parse(account.get(..3)?).ok()
    });
    let first = codes.next()?;
    codes.all(|code| code == first).then_some(first)
}
