//! What a signature permits afterwards: DocMDP, FieldMDP and the field's lock (ISO 32000-2, 12.8.2.2, 12.8.2.4, 12.7.5.5).

use super::fields::{self, Field};
use crate::pdf::reader::{Dict, ReadFault, Source, View, text_of};

/// Which fields may not change any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// All of them.
    All,
    /// These, and what lies below them.
    Include(Vec<String>),
    /// All but these.
    Exclude(Vec<String>),
}

/// What a signature says about later changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Permissions {
    /// The level that the signature itself or its field's lock demands, 1 to 3.
    pub(super) level: Option<u8>,
    /// The level of a certification: with `/Perms /DocMDP` of its revision pointing here.
    pub(super) certification: Option<u8>,
    pub(super) locks: Vec<Lock>,
}

impl Lock {
    /// Whether it holds this field.
    pub(super) fn holds(&self, name: &str) -> bool {
        let below = |names: &[String]| {
            names
                .iter()
                .any(|of| name == of || name.strip_prefix(of.as_str()).is_some_and(|r| r.starts_with('.')))
        };
        match self {
            Self::All => true,
            Self::Include(names) => below(names),
            Self::Exclude(names) => !below(names),
        }
    }
}

impl Permissions {
    /// Reads them from the signature dictionary and its field, as of the revision that it signs.
    ///
    /// # Errors
    /// Where a part is there and cannot be understood: then nothing can be shown to be permitted.
    pub(super) fn of<S: Source + ?Sized>(
        view: &View<'_, '_, S>,
        field: &Field,
        signature: &Dict,
    ) -> Result<Self, ReadFault> {
        let mut permissions = Self::default();
        let references = view.value(signature, b"Reference")?;
        for reference in references.as_array().unwrap_or_default() {
            let reference = view.resolve(reference)?;
            let malformed = ReadFault::Missing { key: "Reference" };
            let reference = reference.as_dict().ok_or(malformed)?;
            permissions.transform(view, reference)?;
        }
        if let Some(dict) = field.dict.as_dict() {
            let lock = view.value(dict, b"Lock")?;
            if let Some(lock) = lock.as_dict() {
                permissions.locks.push(read_lock(view, lock)?);
                permissions.at_most(level(view, lock)?);
            }
        }
        if certifies(view, field)? {
            permissions.certification = permissions.level;
        }
        Ok(permissions)
    }

    fn transform<S: Source + ?Sized>(
        &mut self,
        view: &View<'_, '_, S>,
        reference: &Dict,
    ) -> Result<(), ReadFault> {
        let method = view.value(reference, b"TransformMethod")?;
        let parameters = view.value(reference, b"TransformParams")?;
        let empty = Dict::default();
        let parameters = parameters.as_dict().unwrap_or(&empty);
        match method.as_name().map(|name| name.0.as_ref()) {
            // the default of `/P` is 2 (table 257)
            Some(b"DocMDP") => self.at_most(Some(level(view, parameters)?.unwrap_or(2))),
            Some(b"FieldMDP") => self.locks.push(read_lock(view, parameters)?),
            _ => {}
        }
        Ok(())
    }

    fn at_most(&mut self, level: Option<u8>) {
        self.level = match (self.level, level) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

fn level<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict) -> Result<Option<u8>, ReadFault> {
    match (dict.get(b"P").is_some(), view.value(dict, b"P")?.as_int()) {
        (false, _) => Ok(None),
        (true, Some(level @ 1..=3)) => Ok(u8::try_from(level).ok()),
        (true, _) => Err(ReadFault::Missing { key: "P" }),
    }
}

fn read_lock<S: Source + ?Sized>(view: &View<'_, '_, S>, dict: &Dict) -> Result<Lock, ReadFault> {
    let action = view.value(dict, b"Action")?;
    let fields = view.value(dict, b"Fields")?;
    let mut names = Vec::new();
    for item in fields.as_array().unwrap_or_default() {
        if let Some(name) = view.resolve(item)?.as_string() {
            names.push(text_of(name));
        }
    }
    match action.as_name().map(|name| name.0.as_ref()) {
        Some(b"All") => Ok(Lock::All),
        Some(b"Include") => Ok(Lock::Include(names)),
        Some(b"Exclude") => Ok(Lock::Exclude(names)),
        _ => Err(ReadFault::Missing { key: "Action" }),
    }
}

/// Whether `/Perms /DocMDP` of the catalog is this field's signature.
fn certifies<S: Source + ?Sized>(view: &View<'_, '_, S>, field: &Field) -> Result<bool, ReadFault> {
    let catalog = fields::catalog(view)?;
    let Some(catalog) = catalog.as_dict() else { return Ok(false) };
    let permissions = view.value(catalog, b"Perms")?;
    let certification = permissions.as_dict().and_then(|dict| dict.get(b"DocMDP")).cloned();
    Ok(certification.is_some() && certification == field.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_holds_what_lies_below_a_name_and_not_what_only_begins_like_it() {
        let lock = Lock::Include(vec!["form.a".to_owned()]);
        assert!(lock.holds("form.a") && lock.holds("form.a.b"));
        assert!(!lock.holds("form.ab") && !lock.holds("form"));
        let others = Lock::Exclude(vec!["form.a".to_owned()]);
        assert!(!others.holds("form.a.b") && others.holds("x"));
    }
}
