//! The header row: which column stands where, and whose a row is.

use super::super::FileFault;
use super::super::lines::Line;
use crate::model::{Cui, TreasuryCode};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The columns of a day.
pub(super) const DAY: [&str; 6] = ["treasury", "date", "edited", "correction", "holder_name", "holder_cui"];
/// The columns of an account.
pub(super) const ACCOUNT: [&str; 10] = [
    "account",
    "iban",
    "opening_debit",
    "opening_credit",
    "turnover_debit",
    "turnover_credit",
    "totals_debit",
    "totals_credit",
    "closing_debit",
    "closing_credit",
];
/// The columns of an operation.
pub(super) const OPERATION: [&str; 13] = [
    "document",
    "document_date",
    "payment_date",
    "reference",
    "counterparty_iban",
    "counterparty_code",
    "counterparty_name",
    "debit",
    "credit",
    "commitment",
    "indicator",
    "program",
    "explanation",
];
/// The columns that may be missing.
const OPTIONAL: [&str; 2] = ["edited", "correction"];
/// Columns of a header that are looked at: more than twice what there is are not meant for us.
const MAX_COLUMNS: usize = 64;

/// A header that has all it must have, each column once.
#[derive(Debug)]
pub(in crate::ingest) struct Header {
    line: Vec<u8>,
    separator: char,
    day: [Option<usize>; DAY.len()],
    account: [Option<usize>; ACCOUNT.len()],
    operation: [Option<usize>; OPERATION.len()],
    count: usize,
}

/// Whose a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The digest of treasury, CUI and date: 128 bits, so that nobody finds two alike.
    Of([u8; 16]),
    /// The row does not say it.
    Unknown,
}

/// A row cut into fields, as far as that goes.
pub(super) struct Row<'a> {
    pub(super) fields: Vec<Cow<'a, str>>,
    /// Whether the quotes are right to the end.
    pub(super) whole: bool,
}

impl Header {
    /// Reads it; the separator is the one that it uses itself.
    pub(super) fn read(line: &Line) -> Result<Self, FileFault> {
        let text = std::str::from_utf8(&line.bytes).map_err(|_| FileFault::NoHeader)?;
        if text.trim().is_empty() {
            return Err(FileFault::NoHeader);
        }
        let separator = if text.contains(';') { ';' } else { ',' };
        let row = cut(text, separator, MAX_COLUMNS);
        if !row.whole {
            return Err(FileFault::NoHeader);
        }
        // Names as `Field::name` writes them (`holder.name`) are the same columns.
        let names: Vec<String> =
            row.fields.iter().map(|name| name.trim().to_ascii_lowercase().replace('.', "_")).collect();
        judge(&names)?;
        let position = |column: &str| names.iter().position(|name| name == column);
        let mut bytes = line.bytes.clone();
        bytes.push(b'\n');
        Ok(Self {
            line: bytes,
            separator,
            day: DAY.map(position),
            account: ACCOUNT.map(position),
            operation: OPERATION.map(position),
            count: names.len(),
        })
    }

    /// The row as it was written, ended by a line end.
    pub(in crate::ingest) fn line(&self) -> &[u8] {
        &self.line
    }

    /// How many fields a row must have.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// Cuts a row into fields, at most one more than there are columns.
    pub(super) fn cut<'a>(&self, text: &'a str) -> Row<'a> {
        cut(text, self.separator, self.count.saturating_add(1))
    }

    /// The fields of the day, in the order of [`DAY`]; nothing where the column or the field is missing.
    pub(super) fn day<'a>(&self, row: &'a Row<'_>) -> [&'a str; DAY.len()] {
        self.day.map(|position| field(row, position))
    }

    /// The fields of the account, in the order of [`ACCOUNT`].
    pub(super) fn account<'a>(&self, row: &'a Row<'_>) -> [&'a str; ACCOUNT.len()] {
        self.account.map(|position| field(row, position))
    }

    /// The fields of the operation, in the order of [`OPERATION`].
    pub(super) fn operation<'a>(&self, row: &'a Row<'_>) -> [&'a str; OPERATION.len()] {
        self.operation.map(|position| field(row, position))
    }

    /// Whether nothing stands in a row but separators: spreadsheets leave such rows at the end.
    pub(super) fn is_blank(&self, line: &Line) -> bool {
        let blank = |byte: &u8| byte.is_ascii_whitespace() || char::from(*byte) == self.separator;
        !line.too_long && line.bytes.iter().all(blank)
    }

    /// Whose the row is. A row that is damaged elsewhere still says it, if what it says can be right.
    pub(super) fn key(&self, line: &Line) -> Key {
        let text = String::from_utf8_lossy(&line.bytes);
        let row = self.cut(&text);
        let [treasury, date, _, _, _, cui] = self.day(&row);
        let whole = row.whole && row.fields.len() == self.count;
        let plausible = TreasuryCode::parse(treasury).is_ok()
            && Cui::parse(cui).is_ok()
            && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
            && !date.is_empty();
        if line.too_long || !(whole || plausible) {
            return Key::Unknown;
        }
        let mut digest = Sha256::new();
        for part in [treasury, date, cui] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let digest: [u8; 32] = digest.finalize().into();
        digest.first_chunk().map_or(Key::Unknown, |half| Key::Of(*half))
    }
}

fn field<'a>(row: &'a Row<'_>, position: Option<usize>) -> &'a str {
    position.and_then(|position| row.fields.get(position)).map_or("", |field| field.trim_matches(' '))
}

/// All that is wrong with the names, at once.
fn judge(names: &[String]) -> Result<(), FileFault> {
    let all = || DAY.into_iter().chain(ACCOUNT).chain(OPERATION);
    let times = |column: &str| names.iter().filter(|name| *name == column).count();
    let missing: Vec<&str> =
        all().filter(|column| times(column) == 0 && !OPTIONAL.contains(column)).collect();
    let twice: Vec<&str> = all().filter(|column| times(column) > 1).collect();
    let unknown: Vec<Box<str>> = names
        .iter()
        .filter(|name| all().all(|column| column != *name))
        .map(|name| name.as_str().into())
        .collect();
    if missing.is_empty() && twice.is_empty() && unknown.is_empty() {
        Ok(())
    } else {
        Err(FileFault::Header { missing, unknown, twice })
    }
}

/// Cuts a line into at most `most` fields. A field that begins with a quote ends with one, and a
/// quote inside it is doubled (RFC 4180, 2.5 to 2.7); in any other field a quote is damage.
fn cut(text: &str, separator: char, most: usize) -> Row<'_> {
    let mut fields = Vec::new();
    let mut rest = text;
    while fields.len() < most {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => match unquote(quoted) {
                Some((field, after)) => (field, after),
                None => return Row { fields, whole: false },
            },
            None => {
                let end = rest.find(separator).unwrap_or(rest.len());
                let (field, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Cow::Borrowed(field), after)
            }
        };
        let damaged = matches!(&field, Cow::Borrowed(field) if !rest.starts_with('"') && field.contains('"'));
        fields.push(field);
        rest = match (after.strip_prefix(separator), after.is_empty()) {
            _ if damaged => return Row { fields, whole: false },
            (Some(next), _) => next,
            (None, true) => return Row { fields, whole: true },
            (None, false) => return Row { fields, whole: false },
        };
    }
    Row { fields, whole: true }
}

/// A quoted field without its opening quote, and what follows its closing one.
fn unquote(quoted: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut field = Cow::Borrowed("");
    let mut rest = quoted;
    loop {
        let (piece, after) = rest.split_once('"')?;
        if field.is_empty() {
            field = Cow::Borrowed(piece);
        } else {
            field.to_mut().push_str(piece);
        }
        match after.strip_prefix('"') {
            Some(more) => {
                field.to_mut().push('"');
                rest = more;
            }
            None => return Some((field, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Option<Vec<String>> {
        let row = cut(text, ';', 10);
        row.whole.then(|| row.fields.iter().map(|field| field.clone().into_owned()).collect())
    }

    #[test]
    fn fields_are_cut_as_the_quotes_say() {
        assert_eq!(fields("a;b;;c "), Some(vec!["a".into(), "b".into(), "".into(), "c ".into()]));
        assert_eq!(
            fields("\"a;b\";\"say \"\"x\"\"\";\"\""),
            Some(vec!["a;b".into(), "say \"x\"".into(), "".into()])
        );
        assert_eq!(fields("\"\"\"\""), Some(vec!["\"".into()]));
        assert_eq!(fields(""), Some(vec!["".into()]));
        for damaged in ["\"a", "a\"b", "\"a\"b;c", "a;\"b", "\"a\"\";b"] {
            assert_eq!(fields(damaged), None, "{damaged}");
        }
    }

    #[test]
    fn a_header_names_all_that_is_wrong_with_it() {
        let mut names: Vec<&str> = DAY.into_iter().chain(ACCOUNT).chain(OPERATION).collect();
        let line = |names: &[&str]| Line { number: 1, bytes: names.join(",").into_bytes(), too_long: false };
        assert!(Header::read(&line(&names)).is_ok());
        names.retain(|name| !["edited", "iban", "credit"].contains(name));
        names.extend(["Colour", "TREASURY"]);
        let Err(FileFault::Header { missing, unknown, twice }) = Header::read(&line(&names)) else {
            panic!("a header that lacks columns was taken");
        };
        assert_eq!((missing, twice), (vec!["iban", "credit"], vec!["treasury"]));
        assert_eq!(unknown, ["colour".into()]);
    }
}
