//! The seal: an incremental update of four objects after the certification (ISO 32000-1, 7.5.6).
//!
//! ```text
//! new   signature dictionary, FieldMDP as the field's /Lock says
//! new   appearance of the seal
//! again the seal's widget: everything as it was, /AP the new appearance, /V the signature
//! new   cross-reference stream: same /Root, /Info and /ID[0], /Prev the one before
//! ```
//!
//! Nothing else is touched; that is what a verifier's difference analysis permits after DocMDP `P 2`.

use super::fault::{PdfFault, Place};
use super::look;
use super::metadata::updated;
use super::objects::{Revision, Trailer};
use super::signature::{Filled, Permits, Prepared, dictionary};
use super::statement::SealLook;
use super::syntax::put;

/// The seal's incremental update, after a certification.
///
/// # Errors
/// [`PdfFault::NoSeal`] for a document of the stick or one that is sealed already; [`PdfFault::NoGlyph`] where
/// the document's fonts cannot show a name.
pub fn append_seal(certified: &Filled, look: &SealLook<'_>) -> Result<Prepared, PdfFault> {
    let place = certified.seal.as_deref().ok_or(PdfFault::NoSeal)?;
    let missing = |character| PdfFault::NoGlyph { character, place: Place::Seal };
    let content = look::seal(&place.faces, look.title, look.signer, look.at).map_err(missing)?;
    let (signature, hole) =
        dictionary(look.signer, look.at, look.contents, Permits::LocksFields(place.root))?;
    let mut file = Vec::with_capacity(certified.bytes().len() + signature.len() + content.len() + 4096);
    file.extend_from_slice(certified.bytes());
    let mut revision = Revision::on(file, place.next);
    let (signature_object, appearance) = (revision.number(), revision.number());
    let start = revision.plain(signature_object, |out| out.extend_from_slice(&signature));
    look::write(&mut revision, appearance, &content, place.fonts);
    revision.plain(place.widget, |out| {
        out.extend_from_slice(&place.head);
        put!(out, "/AP<</N {appearance}>>/V {signature_object}>>");
    });
    let (bytes, ..) = revision.finish(&Trailer {
        root: place.root,
        info: place.info,
        id: [place.id, updated(place.id, look.at.as_second())],
        previous: Some(place.xref),
    });
    Prepared::new(bytes, hole.at(start), None)
}
