//! The document security store (ISO 32000-2, 12.8.4.3): what later revisions put beside the signatures.
//!
//! Of it the certificates are read. **Limits.** [`CERTIFICATES`], [`CERTIFICATE_BYTES`]. **Failure.** None: what cannot
//! be read helps nobody to build a path.

use super::fields;
use crate::pdf::reader::{Source, View};
use crate::trust::MAX_OTHERS;

/// Certificates that are read: no more are looked at when a path is built.
const CERTIFICATES: usize = MAX_OTHERS;
/// Bytes of one certificate; those of authorities have some thousand.
const CERTIFICATE_BYTES: usize = 64 << 10;

/// The certificates of `/DSS /Certs`, DER.
pub(super) fn certificates<S: Source + ?Sized>(view: &View<'_, '_, S>) -> Vec<Vec<u8>> {
    let read = || {
        let catalog = fields::catalog(view).ok()?;
        let store = view.value(catalog.as_dict()?, b"DSS").ok()?;
        let listed = view.value(store.as_dict()?, b"Certs").ok()?;
        let streams = listed.as_array()?.iter().take(CERTIFICATES);
        let decoded = streams.filter_map(|item| view.decode(view.resolve(item).ok()?.as_stream()?).ok());
        Some(decoded.filter(|der| der.len() <= CERTIFICATE_BYTES).collect())
    };
    read().unwrap_or_default()
}
