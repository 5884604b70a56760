//! Pages: the widgets of new signature fields may be added to one, and nothing else may change on any.

use super::{Comparison, Reason};
use crate::pdf::reader::{Dict, Object, Source};
use std::rc::Rc;

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    /// Explains changed pages, and arrays of annotations that stand by themselves.
    pub(super) fn pages(&mut self) -> Result<(), Reason> {
        let changed: Vec<(u32, Rc<Object>, Rc<Object>)> = self
            .changed
            .iter()
            .filter(|(number, _)| !self.explained.contains_key(*number) && self.references.has(**number))
            .map(|(number, changed)| (*number, Rc::clone(&changed.old), Rc::clone(&changed.new)))
            .collect();
        for (number, old, new) in changed {
            match (old.as_ref(), new.as_ref()) {
                (Object::Dict(old), Object::Dict(new)) if is_page(old) => self.page(number, old, new)?,
                (Object::Array(_), Object::Array(_)) => self.annotations_alone(number)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn page(&mut self, number: u32, old: &Dict, new: &Dict) -> Result<(), Reason> {
        for key in self.differing_keys(old, new)? {
            if key != b"Annots" {
                return Err("page-changed");
            }
        }
        self.explain_for_all(number);
        self.annotations(number, old.get(b"Annots"), new.get(b"Annots"))
    }

    /// An array that only pages name, as their `/Annots`.
    fn annotations_alone(&mut self, array: u32) -> Result<(), Reason> {
        for holder in self.references.to(array) {
            let page = self.old.at(holder, self.old.place(holder)).map_err(super::code)?;
            let Some(page) = page.as_dict().filter(|dict| is_page(dict)) else { return Ok(()) };
            let Some(value) =
                page.get(b"Annots").filter(|value| value.as_ref().is_some_and(|r| r.number == array))
            else {
                return Ok(());
            };
            self.annotations(holder, Some(value), Some(value))?;
        }
        Ok(())
    }

    /// What was there stays in its order; what is added is a widget of a new signature field.
    fn annotations(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        if pair.old == pair.new {
            return Ok(());
        }
        let old = pair.old.as_array().unwrap_or_default();
        let new = pair.new.as_array().ok_or("annotation-changed")?;
        let mut before = old.iter().peekable();
        for item in new {
            if before.peek() == Some(&item) {
                before.next();
                continue;
            }
            let added = item.as_ref().is_some_and(|reference| self.widgets.contains(&reference.number));
            if !added {
                return Err(if old.contains(item) { "annotation-removed" } else { "annotation-added" });
            }
        }
        if before.next().is_some() { Err("annotation-removed") } else { Ok(()) }
    }
}

fn is_page(dict: &Dict) -> bool {
    dict.name(b"Type").is_some_and(|name| name.is(b"Page"))
}
