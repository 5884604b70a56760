//! The grammar of the statement, element by element, into a draft.

use super::tokens::{Tag, Token, Tokens};
use super::write::MONTHS;
use super::{MAX_VALUE, Profile, XmlFault};
use crate::diag::Place;
use crate::model::{AccountDraft, DayDraft, MAX_ACCOUNTS, MAX_OPERATIONS, OperationDraft, SumsDraft};
use std::borrow::Cow;

/// One `extras` and nothing else.
pub(super) fn document(text: &str, profile: Profile) -> Result<DayDraft, XmlFault> {
    let mut parser = Parser { tokens: Tokens::new(text, profile), profile, operations: 0 };
    let day = parser.extras()?;
    match parser.between("extras")? {
        Token::End => Ok(day),
        Token::Open(tag) => Err(parser.unexpected("extras", Some(tag.name))),
        _ => Err(parser.unexpected("extras", None)),
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    profile: Profile,
    /// Operations so far, of all accounts.
    operations: usize,
}

/// What a text is, for the day-file profile: codes are stripped of blanks, free text is not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Free,
}

impl<'a> Parser<'a> {
    fn extras(&mut self) -> Result<DayDraft, XmlFault> {
        let tag = self.open("extras", "extras")?;
        let place = Place::line(self.tokens.line());
        let [date, holder, count] = self.attributes(tag, ["Data_extras", "Denumire_EP", "Nr_ext"])?;
        let mut day = DayDraft {
            place,
            date: self.statement_date(date)?,
            holder_name: holder,
            stated_accounts: Some(self.count(count, "Nr_ext")?),
            ..DayDraft::default()
        };
        loop {
            match self.between("extras")? {
                Token::Open(tag) if tag.name == "cont_ext" => {
                    self.within(day.accounts.len(), "cont_ext", MAX_ACCOUNTS)?;
                    self.attributes(tag, [])?;
                    day.accounts.push(self.account()?);
                }
                Token::Close if !day.accounts.is_empty() => return Ok(day),
                Token::Open(tag) => return Err(self.unexpected("cont_ext", Some(tag.name))),
                _ => return Err(self.unexpected("cont_ext", None)),
            }
        }
    }

    fn account(&mut self) -> Result<AccountDraft, XmlFault> {
        let tag = self.open("cont", "cont_ext")?;
        let place = Place::line(self.tokens.line());
        let [iban, count] = self.attributes(tag, ["Cod_IBAN", "Nr_op"])?;
        let mut account = AccountDraft {
            place,
            iban: self.trimmed(iban),
            stated_operations: Some(self.count(count, "Nr_op")?),
            account: self.text("cont", Kind::Code)?,
            ..AccountDraft::default()
        };
        account.opening = self.sums("Sold_precedent", "cont_ext")?;
        loop {
            match self.between("cont_ext")? {
                Token::Open(tag) if tag.name == "cont_misc" => {
                    self.within(self.operations, "cont_misc", MAX_OPERATIONS)?;
                    self.operations += 1;
                    self.attributes(tag, [])?;
                    account.operations.push(self.operation()?);
                }
                Token::Open(tag) if tag.name == "Rulaj_zi" => {
                    self.attributes(tag, [])?;
                    account.turnover = self.sides("Rulaj_zi")?;
                    break;
                }
                Token::Open(tag) => return Err(self.unexpected("Rulaj_zi", Some(tag.name))),
                _ => return Err(self.unexpected("Rulaj_zi", None)),
            }
        }
        account.totals = self.sums("Total_sume", "cont_ext")?;
        account.closing = self.sums("Sold_final", "cont_ext")?;
        self.close("cont_ext")?;
        Ok(account)
    }

    fn operation(&mut self) -> Result<OperationDraft, XmlFault> {
        const IN: &str = "cont_misc";
        let place = Place::line(self.tokens.line());
        let operation = OperationDraft {
            place,
            document: self.leaf("nrdoc", IN, Kind::Free)?,
            document_date: self.date("datadoc")?,
            payment_date: self.date("databan")?,
            reference: self.leaf("nrrefdest", IN, Kind::Free)?,
            counterparty_iban: self.leaf("ibanbfpl", IN, Kind::Code)?,
            counterparty_code: self.leaf("platitor", IN, Kind::Code)?,
            counterparty_name: self.leaf("numepb", IN, Kind::Free)?,
            sums: SumsDraft { debit: self.amount("sumad", IN)?, credit: self.amount("sumac", IN)? },
            commitment: self.leaf("codcontract", IN, Kind::Code)?,
            indicator: self.leaf("randcontract", IN, Kind::Code)?,
            program: self.leaf("codprogram", IN, Kind::Code)?,
            explanation: self.leaf("explicatii", IN, Kind::Free)?,
        };
        self.close(IN)?;
        Ok(operation)
    }

    fn sums(&mut self, element: &'static str, inside: &'static str) -> Result<SumsDraft, XmlFault> {
        let tag = self.open(element, inside)?;
        self.attributes(tag, [])?;
        self.sides(element)
    }

    fn sides(&mut self, inside: &'static str) -> Result<SumsDraft, XmlFault> {
        let sums = SumsDraft { debit: self.amount("Sumad", inside)?, credit: self.amount("Sumac", inside)? };
        self.close(inside)?;
        Ok(sums)
    }

    fn amount(&mut self, element: &'static str, inside: &'static str) -> Result<String, XmlFault> {
        let text = self.leaf(element, inside, Kind::Code)?;
        self.formed(element, text, |text| !text.is_empty())
    }

    /// `YYYYMMDD`. Whether there is such a day is the model's affair.
    fn date(&mut self, element: &'static str) -> Result<String, XmlFault> {
        let text = self.leaf(element, "cont_misc", Kind::Code)?;
        self.formed(element, text, |text| text.len() == 8)
    }

    /// `12-May-2026` as ISO 8601. The day-file profile hands on what else it finds.
    fn statement_date(&self, text: String) -> Result<String, XmlFault> {
        let text = self.trimmed(text);
        match (civil(&text, self.profile), self.profile) {
            (Some(date), _) => Ok(date),
            (None, Profile::DayFile) => Ok(text),
            (None, Profile::Strict) => Err(XmlFault::Value { line: self.tokens.line(), name: "Data_extras" }),
        }
    }

    fn count(&self, text: String, name: &'static str) -> Result<String, XmlFault> {
        let text = self.trimmed(text);
        self.formed(name, text, |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
    }

    /// What the strict profile demands of a value's form.
    fn formed(&self, name: &'static str, text: String, right: fn(&str) -> bool) -> Result<String, XmlFault> {
        match self.profile {
            Profile::Strict if !right(&text) => Err(XmlFault::Value { line: self.tokens.line(), name }),
            _ => Ok(text),
        }
    }

    /// An element that holds text alone, without attributes.
    fn leaf(&mut self, element: &'static str, inside: &'static str, kind: Kind) -> Result<String, XmlFault> {
        let tag = self.open(element, inside)?;
        self.attributes(tag, [])?;
        self.text(element, kind)
    }

    /// The text up to the end of the element that is open.
    fn text(&mut self, element: &'static str, kind: Kind) -> Result<String, XmlFault> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.tokens.next()? {
                Token::Text(more) if text.is_empty() => text = more,
                Token::Text(more) => text.to_mut().push_str(&more),
                Token::Close if kind == Kind::Code => return Ok(self.trimmed(text.into_owned())),
                Token::Close => return Ok(text.into_owned()),
                Token::Open(tag) => {
                    let line = self.tokens.line();
                    return Err(XmlFault::StrayElement { line, inside: element, found: tag.name.into() });
                }
                Token::End => return Err(self.unexpected(element, None)),
            }
            if text.len() > MAX_VALUE {
                return Err(XmlFault::TooLong { line: self.tokens.line(), max: MAX_VALUE });
            }
        }
    }

    fn open(&mut self, expected: &'static str, inside: &'static str) -> Result<Tag<'a>, XmlFault> {
        match self.between(inside)? {
            Token::Open(tag) if tag.name == expected => Ok(tag),
            Token::Open(tag) => Err(self.unexpected(expected, Some(tag.name))),
            _ => Err(self.unexpected(expected, None)),
        }
    }

    fn close(&mut self, element: &'static str) -> Result<(), XmlFault> {
        match self.between(element)? {
            Token::Close => Ok(()),
            Token::Open(tag) => {
                let line = self.tokens.line();
                Err(XmlFault::StrayElement { line, inside: element, found: tag.name.into() })
            }
            _ => Err(self.unexpected(element, None)),
        }
    }

    /// The next token where only elements may stand.
    fn between(&mut self, inside: &'static str) -> Result<Token<'a>, XmlFault> {
        loop {
            match self.tokens.next()? {
                Token::Text(text) if text.bytes().all(|byte| is_space(char::from(byte))) => {}
                Token::Text(_) => return Err(XmlFault::StrayText { line: self.tokens.line(), inside }),
                token => return Ok(token),
            }
        }
    }

    /// Exactly these attributes, in any order; quick-xml has refused a name that stands twice.
    fn attributes<const N: usize>(
        &self,
        tag: Tag<'_>,
        names: [&'static str; N],
    ) -> Result<[String; N], XmlFault> {
        let line = self.tokens.line();
        if let Some((name, _)) = tag.attributes.iter().find(|(name, _)| !names.contains(&&**name)) {
            return Err(XmlFault::UnknownAttribute { line, name: name.clone() });
        }
        let mut attributes = tag.attributes;
        let mut missing = None;
        let values = names.map(|name| match attributes.iter_mut().find(|(found, _)| **found == *name) {
            Some((_, value)) => std::mem::take(value),
            None => {
                missing.get_or_insert(name);
                String::new()
            }
        });
        missing.map_or(Ok(values), |name| Err(XmlFault::MissingAttribute { line, name }))
    }

    fn within(&self, already: usize, element: &'static str, max: usize) -> Result<(), XmlFault> {
        if already < max { Ok(()) } else { Err(XmlFault::TooMany { line: self.tokens.line(), element, max }) }
    }

    fn trimmed(&self, text: String) -> String {
        match self.profile {
            Profile::DayFile if text.starts_with(is_space) || text.ends_with(is_space) => {
                text.trim_matches(is_space).to_owned()
            }
            _ => text,
        }
    }

    fn unexpected(&self, expected: &'static str, found: Option<&str>) -> XmlFault {
        XmlFault::Element { line: self.tokens.line(), expected, found: found.map(Into::into) }
    }
}

/// White space as XML means it (XML 1.0, 2.3).
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// `12-May-2026` as `2026-05-12`.
fn civil(text: &str, profile: Profile) -> Option<String> {
    let mut parts = text.split('-');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || !digits(day, 2) || !digits(year, 4) {
        return None;
    }
    let same = |name: &&str| match profile {
        Profile::Strict => *name == month,
        Profile::DayFile => name.eq_ignore_ascii_case(month),
    };
    let month = MONTHS.iter().position(same)?;
    Some(format!("{year}-{:02}-{day}", month + 1))
}
