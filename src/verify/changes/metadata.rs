//! Document information and XMP: an update may say when and by what it was made, and nothing else.

use super::{Comparison, Reason, TRAILER};
use crate::pdf::reader::{Dict, Object, Source};

impl<S: Source + ?Sized> Comparison<'_, '_, '_, S> {
    /// `/Info` (ISO 32000-2, 14.3.3): date of change and producer.
    pub(super) fn information(&mut self, old: &Dict, new: &Dict) -> Result<(), Reason> {
        let pair = self.descend(TRAILER, old.get(b"Info"), new.get(b"Info"))?;
        if pair.old == pair.new {
            return Ok(());
        }
        let empty = Dict::default();
        let old = pair.old.as_dict().unwrap_or(&empty);
        let Object::Dict(new) = pair.new.as_ref() else { return Err("information-changed") };
        for key in self.differing_keys(old, new)? {
            let text = matches!(new.get(&key), None | Some(Object::String(_)));
            match key.as_slice() {
                b"ModDate" | b"Producer" if text => {}
                _ => return Err("information-changed"),
            }
        }
        Ok(())
    }

    /// XMP (14.3.2) is part of what was signed.
    pub(super) fn metadata(
        &mut self,
        _root: u32,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), Reason> {
        if old == new { Ok(()) } else { Err("metadata-changed") }
    }
}
