//! Timestamps and revocation in a person's words.

use super::{clean, pick, time};
use crate::diag::Lang;
use crate::trust::{Standing, Told as Evident};
use crate::verify::report::{Basis, CertificateInfo, RevocationInfo};
use crate::verify::stamps::Stamp;
use jiff::Timestamp;

/// A timestamp, by whom and whether it proves anything.
pub(super) fn timestamp(stamp: &Stamp, path: &[CertificateInfo], lang: Lang) -> String {
    let of = if stamp.document {
        pick(lang, "document timestamp", "marcă temporală a documentului")
    } else {
        pick(lang, "timestamp", "marcă temporală")
    };
    let name = path.first().map(|leaf| clean(&leaf.name)).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| pick(lang, "nobody named", "nimeni numit").to_owned());
    let holds = match (stamp.is_trusted(), stamp.intact, stamp.past) {
        (true, ..) => pick(lang, "trusted", "de încredere"),
        (_, false, _) => pick(lang, "does not hold, proves nothing", "nevalidă, nu dovedește nimic"),
        (.., false) => pick(lang, "from the future, proves nothing", "din viitor, nu dovedește nimic"),
        _ => pick(lang, "not trusted, proves nothing", "nu este de încredere, nu dovedește nimic"),
    };
    let codes: Vec<&str> = stamp.authority.reasons.iter().map(|reason| reason.code()).collect();
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    format!("{of} {}, {name}: {holds}{codes}", time(stamp.at))
}

/// What is known of the revocation of a certificate.
pub(super) fn revocation(info: &RevocationInfo, lang: Lang) -> String {
    let at = |at: Option<Timestamp>| at.map_or_else(|| "?".to_owned(), time);
    let word = match info.standing {
        Standing::Good => pick(lang, "not revoked", "nerevocat").to_owned(),
        Standing::RevokedLater => {
            format!(
                "{} {}",
                pick(lang, "revoked later, from", "revocat mai târziu, din"),
                at(info.revoked_at)
            )
        }
        Standing::Revoked => format!("{} {}", pick(lang, "REVOKED from", "REVOCAT din"), at(info.revoked_at)),
        Standing::Unknown => {
            pick(lang, "nothing says whether it was revoked", "nimic nu spune dacă a fost revocat").to_owned()
        }
    };
    let cause = info.cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
    let source = info.told_by.map(|told| {
        let what = match told {
            Evident::Crl => pick(lang, "list", "listă"),
            Evident::Ocsp => pick(lang, "OCSP response", "răspuns OCSP"),
        };
        let place = match info.found_in {
            Some("document") => pick(lang, "in the document", "din document"),
            Some("network") => pick(lang, "fetched", "descărcat"),
            _ => pick(lang, "in your folder", "din dosarul dumneavoastră"),
        };
        format!("; {what} {place}, {}", at(info.issued))
    });
    format!("{word}{cause}{}", source.unwrap_or_default())
}

/// Whence it could be known who was revoked.
pub(super) fn evidence(basis: &Basis) -> String {
    let lang = basis.lang;
    let lists = basis.evidence.iter().filter(|(kind, _)| *kind == Evident::Crl).count();
    let answers = basis.evidence.len() - lists;
    let folder = match (lang, basis.evidence.is_empty()) {
        (_, true) => String::new(),
        (Lang::En, _) => format!(", and your folder (lists: {lists}; OCSP responses: {answers})"),
        (Lang::Ro, _) => {
            format!(" și din dosarul dumneavoastră (liste: {lists}; răspunsuri OCSP: {answers})")
        }
    };
    let documents =
        pick(lang, "revocation: from what the documents carry", "revocare: din ce poartă documentele");
    let fetched = match basis.online {
        true => pick(lang, "what was missing was fetched", "ce lipsea s-a descărcat"),
        false => pick(lang, "nothing was fetched", "nu s-a descărcat nimic"),
    };
    format!("{documents}{folder}; {fetched}")
}
