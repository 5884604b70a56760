//! The document security store (ISO 32000-2, 12.8.4.3): validation material may be added, never replaced.

use super::{Comparison, Pair, Reason, code};
use crate::pdf::reader::{Dict, Object, Source};

const CHANGED: Reason = "security-store-changed";

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    pub(super) fn security_store(
        &mut self,
        root: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), Reason> {
        let pair = self.descend(root, old, new)?;
        if *pair.new == Object::Null {
            return if *pair.old == Object::Null { Ok(()) } else { Err(CHANGED) };
        }
        let empty = Dict::default();
        let (old, new) = dicts(&pair, &empty)?;
        for (key, value) in new.iter() {
            let before = old.get(&key.0);
            match key.0.as_ref() {
                b"Type" if value.as_name().is_some_and(|name| name.is(b"DSS")) => {}
                b"Certs" | b"CRLs" | b"OCSPs" => self.streams(pair.holder, before, Some(value))?,
                b"VRI" => self.related(pair.holder, before, Some(value))?,
                _ if before == Some(value) => {}
                _ => return Err(CHANGED),
            }
        }
        let gone = old.iter().any(|(key, _)| key.is(b"VRI") && new.get(b"VRI").is_none());
        if gone { Err(CHANGED) } else { Ok(()) }
    }

    /// `/VRI`: one dictionary a signature, by the SHA-1 of its contents.
    fn related(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        let empty = Dict::default();
        let (old, new) = dicts(&pair, &empty)?;
        if old.iter().any(|(key, _)| new.get(&key.0).is_none()) {
            return Err(CHANGED);
        }
        for (key, value) in new.iter() {
            if key.is(b"Type") && value.as_name().is_some_and(|name| name.is(b"VRI")) {
                continue;
            }
            let digest = key.0.len() == 40 && key.0.iter().all(u8::is_ascii_hexdigit);
            if !digest && old.get(&key.0) != Some(value) {
                return Err(CHANGED);
            }
            self.entry(pair.holder, old.get(&key.0), Some(value))?;
        }
        Ok(())
    }

    /// What one signature needs. Material that is no longer needed may go, as in [`Self::streams`].
    fn entry(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        if pair.old == pair.new {
            return Ok(());
        }
        let empty = Dict::default();
        let (old, new) = dicts(&pair, &empty)?;
        const MATERIAL: [&[u8]; 5] = [b"Cert", b"CRL", b"OCSP", b"TU", b"TS"];
        let goes = |key: &[u8]| new.get(key).is_none() && !MATERIAL.contains(&key);
        if old.iter().any(|(key, _)| goes(&key.0)) {
            return Err(CHANGED);
        }
        for (key, value) in new.iter() {
            let before = old.get(&key.0);
            match key.0.as_ref() {
                b"Type" if value.as_name().is_some_and(|name| name.is(b"VRI")) => {}
                b"Cert" | b"CRL" | b"OCSP" => self.streams(pair.holder, before, Some(value))?,
                b"TU" if before.is_none() && value.as_string().is_some() => {}
                b"TS" if before.is_none() && self.is_stream(value)? => {}
                _ if before == Some(value) => {}
                _ => return Err(CHANGED),
            }
        }
        Ok(())
    }

    /// An array of references to streams. Items may go (material that is no longer needed); none may be overwritten,
    /// which is seen elsewhere: it would be a changed object.
    fn streams(&mut self, holder: u32, old: Option<&Object>, new: Option<&Object>) -> Result<(), Reason> {
        let pair = self.descend(holder, old, new)?;
        if pair.old == pair.new {
            return Ok(());
        }
        let items = pair.new.as_array().ok_or(CHANGED)?;
        let before = pair.old.as_array().unwrap_or_default();
        for item in items.iter().filter(|item| !before.contains(item)) {
            if !self.is_stream(item)? {
                return Err(CHANGED);
            }
        }
        Ok(())
    }

    fn is_stream(&self, value: &Object) -> Result<bool, Reason> {
        let found = self.new.resolve(value).map_err(code)?;
        Ok(value.as_ref().is_some() && found.as_stream().is_some())
    }
}

fn dicts<'p>(pair: &'p Pair, empty: &'p Dict) -> Result<(&'p Dict, &'p Dict), Reason> {
    match (pair.old.as_ref(), pair.new.as_ref()) {
        (Object::Dict(old), Object::Dict(new)) => Ok((old, new)),
        (Object::Null, Object::Dict(new)) => Ok((empty, new)),
        _ => Err(CHANGED),
    }
}
