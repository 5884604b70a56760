//! The interactive form: empty signature fields are signed, new ones are added, values of other fields are filled in
//! (ISO 32000-2, 12.7). Whether that is permitted is judged later, by each signature.

use super::{Comparison, Reason, Signed, code};
use crate::pdf::reader::{Dict, Name, Object, Ref, Source, limits, text_of};
use std::collections::BTreeSet;

/// What a field passes on: name, type, and whether it is signed, before and now.
#[derive(Clone, Default)]
struct Above {
    name: String,
    kind: Option<Name>,
    /// An ancestor is a signature field that this step fills.
    filled: bool,
}

/// A walk over the fields of both revisions.
struct Fields {
    names: BTreeSet<String>,
    seen: BTreeSet<u32>,
    left: usize,
}

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    pub(super) fn form(
        &mut self,
        root: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), Reason> {
        let pair = self.descend(root, old, new)?;
        let empty = Dict::default();
        let (old, new) = match (pair.old.as_ref(), pair.new.as_ref()) {
            (Object::Null, Object::Null) => return Ok(()),
            (Object::Null, Object::Dict(new)) => (&empty, new),
            (Object::Dict(old), Object::Dict(new)) => (old, new),
            _ => return Err("form-changed"),
        };
        for key in self.differing_keys(old, new)? {
            match key.as_slice() {
                b"Fields" => {}
                b"SigFlags" => flags(old.get(b"SigFlags"), new.get(b"SigFlags"))?,
                b"DR" => self.resources(pair.holder, old.get(b"DR"), new.get(b"DR"))?,
                b"DA" if old.get(b"DA").is_none() => {}
                b"NeedAppearances" if new.get(b"NeedAppearances") != Some(&Object::Bool(true)) => {}
                _ => return Err("form-changed"),
            }
        }
        self.fields(pair.holder, old.get(b"Fields"), new.get(b"Fields"))
    }

    /// Default resources may be added, never replaced.
    fn resources(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        let (Object::Dict(new), Object::Dict(_) | Object::Null) = (pair.new.as_ref(), pair.old.as_ref())
        else {
            return Err("form-changed");
        };
        let Object::Dict(old) = pair.old.as_ref() else { return Ok(()) };
        for (key, value) in old.iter() {
            let kind = self.descend(pair.holder, Some(value), new.get(&key.0))?;
            if kind.old == kind.new {
                continue;
            }
            let (Object::Dict(before), Object::Dict(after)) = (kind.old.as_ref(), kind.new.as_ref()) else {
                return Err("form-changed");
            };
            for (name, resource) in before.iter() {
                if !self.unchanged(Some(resource), after.get(&name.0))? {
                    return Err("form-changed");
                }
            }
        }
        Ok(())
    }

    fn fields(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        let old = pair.old.as_array().unwrap_or_default();
        let new = match pair.new.as_ref() {
            Object::Array(items) => items.as_slice(),
            Object::Null if old.is_empty() => return Ok(()),
            _ => return Err("form-changed"),
        };
        let mut walk = Fields { names: BTreeSet::new(), seen: BTreeSet::new(), left: limits::NODES };
        let mut before = old.iter().peekable();
        let mut added = Vec::new();
        for item in new {
            if before.peek() == Some(&item) {
                before.next();
                self.field(item, &Above::default(), &mut walk, limits::TREE_DEPTH)?;
            } else {
                added.push(item.as_ref().ok_or("field-added")?);
            }
        }
        if before.next().is_some() {
            return Err("field-removed");
        }
        added.into_iter().try_for_each(|reference| self.new_field(reference, &mut walk))
    }

    /// A field that was there, and what became of it.
    fn field(&mut self, item: &Object, above: &Above, walk: &mut Fields, depth: usize) -> Result<(), Reason> {
        let depth = depth.checked_sub(1).ok_or("limit-exceeded")?;
        walk.left = walk.left.checked_sub(1).ok_or("limit-exceeded")?;
        let Some(reference) = item.as_ref() else { return Ok(()) };
        if !walk.seen.insert(reference.number) {
            return Ok(());
        }
        let (old, new) = (self.old.resolve(item).map_err(code)?, self.new.resolve(item).map_err(code)?);
        let (Some(old), Some(new)) = (old.as_dict(), new.as_dict()) else {
            return if old == new { Ok(()) } else { Err("field-changed") };
        };
        let own = self.own(new, above)?;
        if new.get(b"T").is_some() {
            walk.names.insert(own.name.clone());
        }
        let filled = self.changes_of(reference, old, new, &own)?;
        let below = Above { filled: own.filled || filled, ..own };
        let kids = self.descend(reference.number, old.get(b"Kids"), new.get(b"Kids"))?;
        if kids.old != kids.new {
            return Err("field-changed");
        }
        for kid in kids.old.as_array().unwrap_or_default() {
            self.field(kid, &below, walk, depth)?;
        }
        Ok(())
    }

    fn own(&self, dict: &Dict, above: &Above) -> Result<Above, Reason> {
        let part = self.new.value(dict, b"T").map_err(code)?;
        let name = match part.as_string() {
            Some(part) if above.name.is_empty() => text_of(part),
            Some(part) => format!("{}.{}", above.name, text_of(part)),
            None => above.name.clone(),
        };
        let kind = self.new.value(dict, b"FT").map_err(code)?.as_name().cloned();
        Ok(Above { name, kind: kind.or_else(|| above.kind.clone()), filled: above.filled })
    }

    /// What changed in a field or widget; says whether this is a signature field that was filled.
    fn changes_of(&mut self, id: Ref, old: &Dict, new: &Dict, own: &Above) -> Result<bool, Reason> {
        let keys = self.differing_keys(old, new)?;
        let signature = own.kind.as_ref().is_some_and(|kind| kind.is(b"Sig"));
        let filled = signature && self.is_empty(old)? && !self.is_empty_now(new)?;
        let filling = filled || own.filled;
        for key in &keys {
            match key.as_slice() {
                b"Type" if new.name(b"Type").is_some_and(|name| name.is(b"Annot")) => {}
                b"V" if signature && filled => {}
                b"AP" | b"F" if signature && filling => {}
                b"V" | b"AP" | b"AS" | b"I" | b"TI" | b"RV" if !signature => {}
                b"V" if signature => return Err("signature-changed"),
                b"AP" => return Err("appearance-changed"),
                _ => return Err("field-changed"),
            }
        }
        if filled {
            self.filled_signature(own, new, false, visible(new))?;
        }
        let appearance = if signature && !filling { false } else { self.appearance(id.number, old, new)? };
        let value = !signature && self.value_changed(id.number, old, new)?;
        if !keys.is_empty() || appearance || value {
            self.explain_for_all(id.number);
            if !signature {
                self.step.filled.push(own.name.clone());
            }
        }
        Ok(filled)
    }

    fn is_empty(&self, dict: &Dict) -> Result<bool, Reason> {
        self.old.value(dict, b"V").map(|value| *value == Object::Null).map_err(code)
    }

    fn is_empty_now(&self, dict: &Dict) -> Result<bool, Reason> {
        self.new.value(dict, b"V").map(|value| *value == Object::Null).map_err(code)
    }

    /// A value that stands as an object of its own and was overwritten.
    fn value_changed(&mut self, holder: u32, old: &Dict, new: &Dict) -> Result<bool, Reason> {
        let pair = self.descend(holder, old.get(b"V"), new.get(b"V"))?;
        Ok(old.get(b"V").is_some_and(|value| value.as_ref().is_some()) && pair.old != pair.new)
    }

    /// Explains an appearance dictionary and the streams in it that were overwritten; says whether any was.
    fn appearance(&mut self, holder: u32, old: &Dict, new: &Dict) -> Result<bool, Reason> {
        let pair = self.descend(holder, old.get(b"AP"), new.get(b"AP"))?;
        // a dictionary that something else uses too is not this field's to leave behind
        if let (Some(Object::Ref(before)), true) = (old.get(b"AP"), old.get(b"AP") != new.get(b"AP"))
            && self.references.to(before.number).iter().any(|from| *from != holder)
        {
            return Err("appearance-shared");
        }
        let (Some(before), Some(after)) = (pair.old.as_dict(), pair.new.as_dict()) else { return Ok(false) };
        let mut differs = before != after;
        for (key, value) in before.iter() {
            let state = self.descend(pair.holder, Some(value), after.get(&key.0))?;
            differs |= state.old != state.new;
            let (Object::Dict(old_states), Object::Dict(new_states)) =
                (state.old.as_ref(), state.new.as_ref())
            else {
                continue;
            };
            for (name, value) in old_states.iter() {
                let one = self.descend(state.holder, Some(value), new_states.get(&name.0))?;
                differs |= one.old != one.new;
            }
        }
        Ok(differs)
    }

    /// A signature that was not there: an object that nothing knew before.
    fn filled_signature(&mut self, own: &Above, dict: &Dict, new: bool, visible: bool) -> Result<(), Reason> {
        let value = dict.get(b"V").ok_or("signature-changed")?;
        if !value.as_ref().is_some_and(|reference| self.is_fresh(reference.number)) {
            return Err("signature-reused");
        }
        let signature = self.new.resolve(value).map_err(code)?;
        let Object::Dict(signature) = signature.as_ref() else { return Err("signature-not-a-dictionary") };
        let kind = self.new.value(signature, b"SubFilter").map_err(code)?;
        let timestamp = kind.as_name().is_some_and(|name| name.is(b"ETSI.RFC3161")) && !visible;
        self.step.signed.push(Signed { field: own.name.clone(), timestamp, new, visible });
        Ok(())
    }

    /// A field that was not there: a signature field, with a name of its own and nothing active.
    fn new_field(&mut self, reference: Ref, walk: &mut Fields) -> Result<(), Reason> {
        if !self.is_fresh(reference.number) {
            return Err("field-reused");
        }
        let object = self.new.object(reference).map_err(code)?;
        let Object::Dict(dict) = object.as_ref() else { return Err("field-added") };
        if !dict.name(b"FT").is_some_and(|kind| kind.is(b"Sig")) {
            return Err("field-added");
        }
        let name = self.new.value(dict, b"T").map_err(code)?;
        let name = name.as_string().map(text_of).ok_or("field-name-invalid")?;
        if name.is_empty() || name.contains('.') || !walk.names.insert(name.clone()) {
            return Err("field-name-invalid");
        }
        let mut seen = self.new_widget(reference, dict)?;
        let kids = self.new.value(dict, b"Kids").map_err(code)?;
        for kid in kids.as_array().unwrap_or_default() {
            let kid = kid.as_ref().filter(|kid| self.is_fresh(kid.number)).ok_or("field-reused")?;
            let widget = self.new.object(kid).map_err(code)?;
            let Object::Dict(widget) = widget.as_ref() else { return Err("field-added") };
            if widget.get(b"T").is_some() || widget.get(b"Kids").is_some() || widget.get(b"V").is_some() {
                return Err("field-added");
            }
            seen |= self.new_widget(kid, widget)?;
        }
        if self.is_empty_now(dict)? {
            self.step.added.push((name, seen));
            return Ok(());
        }
        let own = Above { name, ..Above::default() };
        self.filled_signature(&own, dict, true, seen)
    }

    /// A widget without actions; says whether it can be seen.
    fn new_widget(&mut self, reference: Ref, dict: &Dict) -> Result<bool, Reason> {
        const KEYS: [&[u8]; 31] = [
            b"Type",
            b"Subtype",
            b"FT",
            b"T",
            b"TU",
            b"TM",
            b"V",
            b"F",
            b"Ff",
            b"Rect",
            b"P",
            b"AP",
            b"AS",
            b"MK",
            b"DA",
            b"Q",
            b"BS",
            b"Border",
            b"H",
            b"M",
            b"NM",
            b"Lock",
            b"SV",
            b"Kids",
            b"Parent",
            b"DR",
            b"StructParent",
            b"Lang",
            b"Contents",
            b"C",
            b"DV",
        ];
        if dict.has_repeated_keys() || dict.iter().any(|(key, _)| !KEYS.contains(&key.0.as_ref())) {
            return Err("field-added");
        }
        if !dict.name(b"Subtype").is_none_or(|kind| kind.is(b"Widget")) {
            return Err("annotation-added");
        }
        self.widgets.insert(reference.number);
        Ok(visible(dict))
    }
}

/// Whether a widget takes room on its page.
fn visible(dict: &Dict) -> bool {
    match dict.get(b"Rect") {
        None => false,
        Some(Object::Array(corners)) => match corners.as_slice() {
            [a, b, c, d] => match (a.as_number(), b.as_number(), c.as_number(), d.as_number()) {
                (Some(a), Some(b), Some(c), Some(d)) => (a - c).abs() > 0.0 && (b - d).abs() > 0.0,
                _ => true,
            },
            _ => true,
        },
        Some(_) => true,
    }
}

/// `/SigFlags` (12.7.3, table 225): bits may be set, never cleared.
fn flags(old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
    let old = old.and_then(Object::as_int).unwrap_or(0);
    match new.and_then(Object::as_int) {
        Some(new @ 0..=3) if new & old == old => Ok(()),
        _ => Err("form-changed"),
    }
}
