//! The signature fields of one revision, with what they hold (ISO 32000-2, 12.7.4, 12.7.5.5).
//!
//! A field is found through `/AcroForm /Fields`, or as a widget on a page that no field array names, or as what
//! `/Perms` points to. `/FT` and `/V` are inherited. Every tree is walked once, to a depth, within a budget.

use crate::pdf::reader::{Dict, Name, Object, ReadFault, Ref, Source, View, limits, text_of};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A signature field, as it stood.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// Fully qualified.
    pub(super) name: String,
    pub(super) id: Option<Ref>,
    pub(super) dict: Rc<Object>,
    /// `/V` as it is written; none where the field is empty.
    pub(super) value: Option<Object>,
}

/// What a field passes on to its kids.
#[derive(Clone, Default)]
struct Inherited {
    name: String,
    kind: Option<Name>,
    value: Option<Object>,
}

struct Walk<'v, 'd, 's, S: Source + ?Sized> {
    view: &'v View<'d, 's, S>,
    seen: BTreeSet<u32>,
    left: usize,
    fields: Vec<Field>,
}

/// The signature fields that the form names; every node visited is taken from `nodes`.
///
/// # Errors
/// Where the form is not a form, or refers to itself.
pub(super) fn form_fields<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    nodes: &mut usize,
) -> Result<Vec<Field>, ReadFault> {
    let mut walk = Walk { view, seen: BTreeSet::new(), left: *nodes, fields: Vec::new() };
    walk.form()?;
    *nodes = walk.left;
    Ok(walk.fields)
}

/// The signature fields that the form names, then those that only a page names.
///
/// # Errors
/// As [`form_fields`], and where the page tree refers to itself.
pub(super) fn all_fields<S: Source + ?Sized>(
    view: &View<'_, '_, S>,
    nodes: &mut usize,
) -> Result<Vec<Field>, ReadFault> {
    let mut walk = Walk { view, seen: BTreeSet::new(), left: *nodes, fields: Vec::new() };
    walk.form()?;
    let catalog = catalog(view)?;
    let mut visited = BTreeSet::new();
    if let Some(pages) = catalog.as_dict().and_then(|dict| dict.get(b"Pages")) {
        walk.pages(pages, &mut visited, limits::TREE_DEPTH)?;
    }
    *nodes = walk.left;
    Ok(walk.fields)
}

/// The catalog of a revision.
///
/// # Errors
/// Where `/Root` leads to no dictionary.
pub(super) fn catalog<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Result<Rc<Object>, ReadFault> {
    let missing = ReadFault::Missing { key: "Root" };
    let root = view.trailer().and_then(|trailer| trailer.get(b"Root")).ok_or(missing.clone())?;
    let catalog = view.resolve(root)?;
    if matches!(catalog.as_ref(), Object::Dict(_)) { Ok(catalog) } else { Err(missing) }
}

impl<S: Source + ?Sized> Walk<'_, '_, '_, S> {
    fn form(&mut self) -> Result<(), ReadFault> {
        let catalog = catalog(self.view)?;
        let Some(dict) = catalog.as_dict() else { return Ok(()) };
        let form = self.view.value(dict, b"AcroForm")?;
        let Some(form) = form.as_dict() else { return Ok(()) };
        let fields = self.view.value(form, b"Fields")?;
        for item in fields.as_array().unwrap_or_default() {
            self.field(item, &Inherited::default(), limits::TREE_DEPTH)?;
        }
        Ok(())
    }

    /// Whether a node is met for the first time; a loop ends here, and a budget.
    fn enter(&mut self, item: &Object) -> Result<bool, ReadFault> {
        self.left = self.left.checked_sub(1).ok_or(ReadFault::Limit)?;
        Ok(item.as_ref().is_none_or(|reference| self.seen.insert(reference.number)))
    }

    fn field(&mut self, item: &Object, above: &Inherited, depth: usize) -> Result<(), ReadFault> {
        let depth = depth.checked_sub(1).ok_or(ReadFault::Limit)?;
        if !self.enter(item)? {
            return Ok(());
        }
        let object = self.view.resolve(item)?;
        let Some(dict) = object.as_dict() else { return Ok(()) };
        let own = self.inherit(dict, above)?;
        let kids = self.view.value(dict, b"Kids")?;
        let kids: Vec<&Object> = kids.as_array().unwrap_or_default().iter().collect();
        self.left = self.left.checked_sub(kids.len()).ok_or(ReadFault::Limit)?;
        let mut has_fields = false;
        for kid in &kids {
            let child = self.view.resolve(kid)?;
            has_fields |= child.as_dict().is_some_and(|dict| dict.get(b"T").is_some());
        }
        // a signature field holds its own value even where its kids are only widgets
        if (!has_fields || dict.get(b"V").is_some()) && own.kind.as_ref().is_some_and(|kind| kind.is(b"Sig"))
        {
            self.fields.push(Field {
                name: own.name.clone(),
                id: item.as_ref(),
                dict: Rc::clone(&object),
                value: own.value.clone(),
            });
        }
        for kid in kids {
            let child = self.view.resolve(kid)?;
            let widget =
                child.as_dict().is_none_or(|dict| dict.get(b"T").is_none() && dict.get(b"V").is_none());
            if has_fields || !widget {
                self.field(kid, &own, depth)?;
            } else if let Some(reference) = kid.as_ref() {
                self.seen.insert(reference.number);
            }
        }
        Ok(())
    }

    fn inherit(&self, dict: &Dict, above: &Inherited) -> Result<Inherited, ReadFault> {
        let part = self.view.value(dict, b"T")?;
        let name = match part.as_string() {
            Some(part) if above.name.is_empty() => text_of(part),
            Some(part) => format!("{}.{}", above.name, text_of(part)),
            None => above.name.clone(),
        };
        let kind = self.view.value(dict, b"FT")?.as_name().cloned().or_else(|| above.kind.clone());
        let value = dict.get(b"V").cloned().or_else(|| above.value.clone());
        let value = match value {
            Some(value) if *self.view.resolve(&value)? == Object::Null => None,
            other => other,
        };
        Ok(Inherited { name, kind, value })
    }

    fn pages(&mut self, node: &Object, nodes: &mut BTreeSet<u32>, depth: usize) -> Result<(), ReadFault> {
        let depth = depth.checked_sub(1).ok_or(ReadFault::Limit)?;
        self.left = self.left.checked_sub(1).ok_or(ReadFault::Limit)?;
        if let Some(reference) = node.as_ref()
            && !nodes.insert(reference.number)
        {
            return Err(ReadFault::Missing { key: "Pages" });
        }
        // a page that is not where the table says has no widgets; what follows from that is judged elsewhere
        let object = match self.view.resolve(node) {
            Err(ReadFault::Object { .. } | ReadFault::Section { .. }) => return Ok(()),
            other => other?,
        };
        let Some(dict) = object.as_dict() else { return Ok(()) };
        let kids = self.view.value(dict, b"Kids")?;
        for kid in kids.as_array().unwrap_or_default() {
            self.pages(kid, nodes, depth)?;
        }
        let annotations = self.view.value(dict, b"Annots")?;
        let annotations = annotations.as_array().unwrap_or_default();
        self.left = self.left.checked_sub(annotations.len()).ok_or(ReadFault::Limit)?;
        for item in annotations {
            self.widget(item)?;
        }
        Ok(())
    }

    /// A widget on a page that the form does not name, where it is a signature field by itself.
    fn widget(&mut self, item: &Object) -> Result<(), ReadFault> {
        if item.as_ref().is_some_and(|reference| self.seen.contains(&reference.number)) {
            return Ok(());
        }
        let object = self.view.resolve(item)?;
        let signs = object.as_dict().is_some_and(|dict| {
            dict.name(b"FT").is_some_and(|kind| kind.is(b"Sig")) && dict.get(b"V").is_some()
        });
        if signs { self.field(item, &Inherited::default(), limits::TREE_DEPTH) } else { Ok(()) }
    }
}
