//! Tokens to objects (ISO 32000-2, 7.3), within a depth and a budget.

use super::object::{Dict, Name, Object, PdfString, Ref};
use super::tokens::{Lexer, Token};
use super::{ReadFault, limits};
use std::cell::Cell;

/// What may still be spent on values; shared by all parsing of one document.
pub(super) struct Budget(Cell<u64>);

/// Why parsing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The bytes end here: a longer window may help.
    End,
    /// These are no objects.
    Bad,
    /// A limit.
    Limit,
}

/// An object with its header, `12 0 obj … endobj` (7.3.10).
#[derive(Debug)]
pub(super) struct Indirect {
    pub(super) id: Ref,
    /// Where the value begins, from the beginning of the bytes.
    pub(super) value_at: usize,
    pub(super) value: Object,
    /// Where the data of a stream begin.
    pub(super) data_at: Option<usize>,
    /// What follows the value, or `endobj` where there is one.
    pub(super) end: usize,
    pub(super) closed: bool,
}

/// Where the value of a dictionary's key stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The key.
    pub key: Name,
    /// Offset of the value's first byte.
    pub start: u64,
    /// Offset behind its last byte.
    pub end: u64,
}

impl Budget {
    pub(super) const fn new(values: u64) -> Self {
        Self(Cell::new(values))
    }

    pub(super) fn spend(&self, count: u64) -> Result<(), Stop> {
        let rest = self.0.get().checked_sub(count).ok_or(Stop::Limit)?;
        self.0.set(rest);
        Ok(())
    }
}

impl From<Stop> for ReadFault {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Limit => Self::Limit,
            Stop::End | Stop::Bad => Self::Missing { key: "object" },
        }
    }
}

/// The value at the cursor.
pub(super) fn value(lexer: &mut Lexer<'_>, budget: &Budget) -> Result<Object, Stop> {
    let token = lexer.next();
    from_token(token, lexer, budget, limits::DEPTH)
}

fn from_token(
    token: Token<'_>,
    lexer: &mut Lexer<'_>,
    budget: &Budget,
    depth: usize,
) -> Result<Object, Stop> {
    budget.spend(1)?;
    Ok(match token {
        Token::Int(number) => reference_at(number, lexer).map_or(Object::Int(number), Object::Ref),
        Token::Real(text) => Object::Real(text.into()),
        Token::String(bytes) => Object::String(PdfString { bytes: bytes.into_owned() }),
        Token::Name(name) => Object::Name(Name(name.as_ref().into())),
        Token::ArrayOpen => array(lexer, budget, depth.checked_sub(1).ok_or(Stop::Limit)?)?,
        Token::DictOpen => Object::Dict(dict(lexer, budget, depth.checked_sub(1).ok_or(Stop::Limit)?)?),
        Token::Keyword(b"null") => Object::Null,
        Token::Keyword(b"true") => Object::Bool(true),
        Token::Keyword(b"false") => Object::Bool(false),
        Token::End => return Err(Stop::End),
        Token::Keyword(_) | Token::ArrayClose | Token::DictClose | Token::Bad => {
            return Err(if lexer.rest().is_empty() { Stop::End } else { Stop::Bad });
        }
    })
}

/// The reference that this integer begins, where it does; else the cursor stays.
pub(super) fn reference_at(number: i64, lexer: &mut Lexer<'_>) -> Option<Ref> {
    let number = u32::try_from(number).ok()?;
    let back = lexer.at();
    // an array of plain numbers is the common case: no second token is read for it
    lexer.skip_space();
    if lexer.peek().is_some_and(|byte| byte.is_ascii_digit())
        && let Token::Int(generation) = lexer.next()
        && let Ok(generation) = u32::try_from(generation)
    {
        lexer.skip_space();
        if lexer.peek() == Some(b'R') && lexer.next() == Token::Keyword(b"R") {
            return Some(Ref { number, generation });
        }
    }
    lexer.seek(back);
    None
}

fn array(lexer: &mut Lexer<'_>, budget: &Budget, depth: usize) -> Result<Object, Stop> {
    let mut items = Vec::new();
    loop {
        match lexer.next() {
            Token::ArrayClose => return Ok(Object::Array(items)),
            token => items.push(from_token(token, lexer, budget, depth)?),
        }
    }
}

fn dict(lexer: &mut Lexer<'_>, budget: &Budget, depth: usize) -> Result<Dict, Stop> {
    let mut entries = Vec::new();
    loop {
        match lexer.next() {
            Token::DictClose => return Ok(Dict::new(entries)),
            Token::Name(key) => {
                let token = lexer.next();
                let value = from_token(token, lexer, budget, depth)?;
                entries.push((Name(key.as_ref().into()), value));
            }
            Token::End => return Err(Stop::End),
            _ => return Err(if lexer.rest().is_empty() { Stop::End } else { Stop::Bad }),
        }
    }
}

/// The object at an offset into these bytes, as far as the data of its stream.
pub(super) fn indirect(bytes: &[u8], at: usize, budget: &Budget) -> Result<Indirect, Stop> {
    let mut lexer = Lexer::new(bytes, at);
    let id = header(&mut lexer)?;
    lexer.skip_space();
    let value_at = lexer.at();
    let value = match value(&mut lexer, budget) {
        // `12 0 obj endobj` is a null that some writers make
        Err(Stop::Bad) if keyword_at(bytes, value_at, b"endobj") => {
            lexer.seek(value_at);
            Object::Null
        }
        other => other?,
    };
    let after = lexer.at();
    match lexer.next() {
        Token::Keyword(b"endobj") => {
            Ok(Indirect { id, value_at, value, data_at: None, end: lexer.at(), closed: true })
        }
        Token::Keyword(b"stream") if matches!(value, Object::Dict(_)) => {
            let data_at = data_start(&lexer)?;
            Ok(Indirect { id, value_at, value, data_at: Some(data_at), end: data_at, closed: false })
        }
        Token::End => Err(Stop::End),
        _ => Ok(Indirect { id, value_at, value, data_at: None, end: after, closed: false }),
    }
}

fn keyword_at(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(word))
}

/// `12 0 obj`
fn header(lexer: &mut Lexer<'_>) -> Result<Ref, Stop> {
    let (Token::Int(number), Token::Int(generation)) = (lexer.next(), lexer.next()) else {
        return Err(Stop::Bad);
    };
    let back = lexer.at();
    match lexer.next() {
        Token::Keyword(b"obj") => {}
        // `12 0 obj12` and the like: the keyword ends where the next token begins
        Token::Keyword(word) if word.starts_with(b"obj") => {
            lexer.seek(back);
            lexer.skip_space();
            lexer.seek(lexer.at().saturating_add(3));
        }
        Token::End => return Err(Stop::End),
        _ => return Err(Stop::Bad),
    }
    match (u32::try_from(number), u32::try_from(generation)) {
        (Ok(number), Ok(generation)) => Ok(Ref { number, generation }),
        _ => Err(Stop::Bad),
    }
}

/// After `stream`: one CR LF, LF, or (old producers) CR.
fn data_start(lexer: &Lexer<'_>) -> Result<usize, Stop> {
    let at = lexer.at();
    match lexer.rest() {
        [b'\r', b'\n', ..] => Ok(at.saturating_add(2)),
        [b'\r' | b'\n', _, ..] => Ok(at.saturating_add(1)),
        [b' ', b'\r', b'\n', ..] => Ok(at.saturating_add(3)),
        [b' ', b'\n', ..] => Ok(at.saturating_add(2)),
        [] | [_] | [b' ', b'\r'] => Err(Stop::End),
        _ => Err(Stop::Bad),
    }
}

/// Where the values of the dictionary at this offset stand, in the order of the file; `base` is the offset of `bytes`.
pub fn dict_spans(bytes: &[u8], at: usize, base: u64) -> Option<Vec<Span>> {
    let budget = Budget::new(limits::VALUES);
    let mut lexer = Lexer::new(bytes, at);
    if lexer.next() != Token::DictOpen {
        return None;
    }
    let mut spans = Vec::new();
    loop {
        match lexer.next() {
            Token::DictClose => return Some(spans),
            Token::Name(key) => {
                lexer.skip_space();
                let start = base.checked_add(u64::try_from(lexer.at()).ok()?)?;
                value(&mut lexer, &budget).ok()?;
                let end = base.checked_add(u64::try_from(lexer.at()).ok()?)?;
                spans.push(Span { key: Name(key.as_ref().into()), start, end });
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Object, Stop> {
        value(&mut Lexer::new(bytes, 0), &Budget::new(1_000))
    }

    #[test]
    fn references_are_told_from_numbers() {
        let Ok(Object::Array(items)) = read(b"[1 2 3 0 R 4 5]") else { panic!("no array") };
        assert_eq!(items.len(), 5);
        assert_eq!(items.get(2), Some(&Object::Ref(Ref { number: 3, generation: 0 })));
    }

    #[test]
    fn nesting_beyond_the_limit_ends() {
        assert_eq!(read(&[b'['; 100]), Err(Stop::Limit));
        assert_eq!(read(b"[[["), Err(Stop::End));
    }

    #[test]
    fn a_key_that_stands_twice_is_seen() {
        let Ok(Object::Dict(dict)) = read(b"<</A 1/B 2/A 3>>") else { panic!("no dictionary") };
        assert!(dict.has_repeated_keys());
        assert_eq!(dict.int(b"A"), Some(3));
    }

    #[test]
    fn spans_say_where_a_value_stands() {
        let spans = dict_spans(b"<</Contents <00 ff>/B[1 2]>>", 0, 100).unwrap_or_default();
        assert_eq!(spans.len(), 2);
        assert_eq!((spans[0].start, spans[0].end), (112, 119));
    }

    #[test]
    fn an_object_without_endobj_ends_where_the_next_begins() {
        let found =
            indirect(b"1 0 obj <</A 1>>\n2 0 obj", 0, &Budget::new(100)).map(|o| (o.id.number, o.closed));
        assert_eq!(found, Ok((1, false)));
    }
}
