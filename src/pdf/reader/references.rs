//! Who refers to whom in one revision: what an object that changed was used for.

use super::document::{Container, View};
use super::parse::{Budget, Stop, reference_at};
use super::tokens::{Lexer, Token};
use super::xref::Place;
use super::{Object, ReadFault, Source, limits};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;

/// The references of one revision, by target. The trailers refer as object 0.
pub struct References {
    /// Target in the upper half, referrer in the lower, as they were met.
    met: Vec<u64>,
    /// How often was asked before there was an order to ask.
    asked: Cell<u32>,
    /// The same in order, each pair once.
    ordered: OnceCell<Vec<u64>>,
}

/// Questions that are answered by passing all pairs, before they are put in order: a seal asks a handful.
const QUESTIONS: u32 = 64;

/// An object stream that was just met: its objects stand side by side.
type Met = Option<(u32, Rc<Container>)>;

impl References {
    /// Reads every object of a revision once, without building it.
    ///
    /// # Errors
    /// Where an object is not what its table says; what cannot be read cannot be shown to be harmless.
    pub fn of<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Result<Self, ReadFault> {
        let mut pairs = Vec::new();
        for section in view.sections() {
            let refers = &mut |target| pairs.push(pair(target, 0));
            section.trailer.iter().for_each(|(_, value)| collect(value, refers));
        }
        let mut met: Met = None;
        for (number, place) in view.entries().iter().copied() {
            match place {
                Place::Free => {}
                // the stream of a section is its trailer, seen above
                Place::At { offset, .. } if is_section(view, number, offset) => {}
                Place::At { offset, .. } => at_offset(view, number, offset, &mut pairs)?,
                Place::In { container, index } => {
                    in_container(view, number, (container, index), &mut met, &mut pairs)?
                }
            }
        }
        Ok(Self { met: pairs, asked: Cell::new(0), ordered: OnceCell::new() })
    }

    /// The objects that refer to this one, ascending, each once; 0 is a trailer.
    pub fn to(&self, target: u32) -> Vec<u32> {
        if let Some(ordered) = self.in_order() {
            let from = ordered.partition_point(|found| *found < pair(target, 0));
            let found = ordered.get(from..).unwrap_or_default().iter().map(|found| split(*found));
            return found.take_while(|(found, _)| *found == target).map(|(_, referrer)| referrer).collect();
        }
        let found = self.met.iter().map(|found| split(*found)).filter(|(found, _)| *found == target);
        let mut referrers: Vec<u32> = found.map(|(_, referrer)| referrer).collect();
        referrers.sort_unstable();
        referrers.dedup();
        referrers
    }

    /// Whether anything refers to this object.
    pub fn has(&self, target: u32) -> bool {
        !self.to(target).is_empty()
    }

    /// The pairs in order, once enough was asked for the order to be worth its making.
    fn in_order(&self) -> Option<&Vec<u64>> {
        let asked = self.asked.get();
        if asked < QUESTIONS {
            self.asked.set(asked.saturating_add(1));
            return None;
        }
        Some(self.ordered.get_or_init(|| {
            let mut ordered = self.met.clone();
            ordered.sort_unstable();
            ordered.dedup();
            ordered
        }))
    }
}

fn pair(target: u32, referrer: u32) -> u64 {
    u64::from(target) << 32 | u64::from(referrer)
}

fn split(pair: u64) -> (u32, u32) {
    let half = |half: u64| u32::try_from(half).unwrap_or(u32::MAX);
    (half(pair >> 32), half(pair & u64::from(u32::MAX)))
}

fn is_section<S: Source + ?Sized>(view: &View<'_, '_, S>, number: u32, offset: u64) -> bool {
    view.sections().iter().any(|section| section.at == offset && section.stream == Some(number))
}

/// All references in a value.
pub(super) fn collect(object: &Object, each: &mut impl FnMut(u32)) {
    match object {
        Object::Ref(reference) => each(reference.number),
        Object::Array(items) => items.iter().for_each(|item| collect(item, each)),
        Object::Dict(dict) => dict.iter().for_each(|(_, value)| collect(value, each)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, value)| collect(value, each)),
        _ => {}
    }
}

fn at_offset<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    number: u32,
    offset: u64,
    pairs: &mut Vec<u64>,
) -> Result<(), ReadFault> {
    let files = &view.document().files;
    let from = pairs.len();
    files
        .growing(offset, limits::OBJECT_BYTES, |window| {
            pairs.truncate(from);
            let mut lexer = Lexer::new(window, 0);
            let found = (lexer.next(), lexer.next());
            if found.0 != Token::Int(i64::from(number)) || !matches!(found.1, Token::Int(_)) {
                return Err(Stop::Bad);
            }
            match lexer.next() {
                Token::Keyword(word) if word.starts_with(b"obj") => {
                    let extra = word.len().saturating_sub(3);
                    lexer.seek(lexer.at().saturating_sub(extra));
                }
                _ => return Err(Stop::Bad),
            }
            scan(&mut lexer, number, &files.budget, pairs)
        })
        .map_err(|fault| match fault {
            ReadFault::Limit | ReadFault::Io => fault,
            _ => ReadFault::Object { number },
        })
}

fn in_container<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    number: u32,
    (container, index): (u32, u32),
    met: &mut Met,
    pairs: &mut Vec<u64>,
) -> Result<(), ReadFault> {
    let misplaced = || ReadFault::Object { number };
    let stream = match met {
        Some((last, stream)) if *last == container => &*stream,
        other => &other.insert((container, view.container(container)?)).1,
    };
    let position = usize::try_from(index).map_err(|_| ReadFault::Limit)?;
    match stream.index.get(position) {
        Some((found, at)) if *found == number => {
            scan(&mut Lexer::new(&stream.data, *at), number, &view.document().files.budget, pairs)
                .map_err(|stop| if stop == Stop::Limit { ReadFault::Limit } else { misplaced() })
        }
        _ => Err(misplaced()),
    }
}

/// Passes one value, noting its references.
fn scan(lexer: &mut Lexer<'_>, number: u32, budget: &Budget, pairs: &mut Vec<u64>) -> Result<(), Stop> {
    let mut depth = 0_usize;
    loop {
        if depth > 0 {
            budget.spend(lexer.pass_plain(|target| pairs.push(pair(target, number))))?;
        }
        budget.spend(1)?;
        match lexer.next() {
            Token::Int(first) => {
                if let Some(reference) = reference_at(first, lexer) {
                    pairs.push(pair(reference.number, number));
                }
            }
            Token::ArrayOpen | Token::DictOpen => depth = depth.saturating_add(1),
            Token::ArrayClose | Token::DictClose => depth = depth.checked_sub(1).ok_or(Stop::Bad)?,
            Token::Keyword(b"endobj") if depth == 0 => return Ok(()),
            Token::End => return Err(Stop::End),
            Token::Bad => return Err(if lexer.rest().is_empty() { Stop::End } else { Stop::Bad }),
            Token::Real(_) | Token::String(_) | Token::Name(_) | Token::Keyword(_) => {}
        }
        if depth == 0 {
            return Ok(());
        }
    }
}
