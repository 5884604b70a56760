//! Revocation: what lists (RFC 5280, 5 and 6.3) and answers (RFC 6960) say of the certificates of a path.
//!
//! ```text
//! Evidence ── lists (CRL), answers (OCSP) ──┐   signed by the issuer, or by whom the issuer named?
//! a path, leaf … anchor ────────────────────┼─▶ in scope? issued when?  ─▶ Status of each certificate
//! when it signed (proven, or now) ──────────┘
//! ```
//!
//! **Terms.** Evidence is *conclusive* where its issuer may speak, spoke of this certificate, in a digest that holds,
//! while both lived. **Contract.** A revocation is believed from whoever the issuer's key speaks through, conclusive or
//! not, the earliest first; that all is well is believed from conclusive evidence alone, issued after the signature or
//! still in force when it was made (EN 319 102-1, 5.2.5 and 5.6.2.2). The anchor is not asked about. A revocation
//! counts from its `invalidityDate` where that is earlier. **Limits.** [`MAX_LISTS`], [`MAX_ANSWERS`],
//! [`MAX_EVIDENCE`], [`MAX_CHECKED`]. **Failure.** There is none: what nobody says is [`Standing::Unknown`].
//! Lists for other issuers (indirect), delta lists, and lists of only some reasons never say that all is well.

mod answer;
mod list;
mod source;
#[cfg(test)]
mod tests;

pub use source::Source;

use super::certificate::Certificate;
use super::mathematics::{Message, PublicKey, Scheme};
use super::memory::Memory;
use super::{Judgement, Trust, TrustStore, hex};
use crate::cms::Algorithm;
use answer::Answer;
use jiff::Timestamp;
use list::List;
use serde::Serialize;

/// Lists in one body of evidence: one for each authority of two paths and of a timestamp's, some years of them.
pub const MAX_LISTS: usize = 256;
/// Answers in one body of evidence.
pub const MAX_ANSWERS: usize = 256;
/// Octets of lists and answers in one body of evidence. The largest list of a European authority has some ten million.
pub const MAX_EVIDENCE: usize = 64 << 20;
/// Pieces of evidence whose signature is checked for one certificate.
const MAX_CHECKED: usize = 64;

/// Where a piece of evidence was found, which says when it is known to have existed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the security store of the document, first in this revision (ISO 32000-2, 12.8.4.3).
    Store {
        /// Counted from 0.
        revision: usize,
    },
    /// In a signature of this revision (`adbe-revocationInfoArchival`, CMS `crls`).
    Signature {
        /// Counted from 0.
        revision: usize,
    },
    /// In the folder of whoever verifies.
    Folder,
    /// Fetched by whoever verifies, from where a certificate names.
    Fetched,
}

impl Origin {
    /// Whether it came with the document.
    pub const fn is_document(self) -> bool {
        matches!(self, Self::Store { .. } | Self::Signature { .. })
    }
}

/// Lists and answers.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    lists: Vec<List>,
    answers: Vec<Answer>,
    octets: usize,
}

impl Evidence {
    /// Takes a certificate revocation list, DER; whether it could be read and there was room.
    pub fn take_list(&mut self, der: &[u8], origin: Origin) -> bool {
        let room = self.lists.len() < MAX_LISTS && self.spend(der);
        let list = if room { List::read(der, origin) } else { None };
        let read = list.is_some();
        self.lists.extend(list.filter(|list| self.lists.iter().all(|known| !known.is(list))));
        read
    }

    /// Takes an OCSP response, DER; whether it could be read and there was room.
    pub fn take_answer(&mut self, der: &[u8], origin: Origin) -> bool {
        let room = self.answers.len() < MAX_ANSWERS && self.spend(der);
        let answer = if room { Answer::read(der, origin) } else { None };
        let read = answer.is_some();
        self.answers.extend(answer.filter(|answer| self.answers.iter().all(|known| !known.is(answer))));
        read
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.answers.is_empty()
    }

    fn spend(&mut self, der: &[u8]) -> bool {
        let sum = self.octets.saturating_add(der.len());
        let fits = sum <= MAX_EVIDENCE;
        self.octets = if fits { sum } else { self.octets };
        fits
    }
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Not revoked when it mattered.
    Good,
    /// Revoked, after the signature was made, which is proven.
    RevokedLater,
    /// Revoked.
    Revoked,
    /// Nobody says.
    Unknown,
}

/// What told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// A certificate revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

/// What is known of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The word.
    pub standing: Standing,
    /// What told it, or spoke of it without telling.
    pub told: Option<Told>,
    /// Where that was found.
    pub origin: Option<Origin>,
    /// When that was issued (`thisUpdate`).
    pub issued: Option<Timestamp>,
    /// From when on it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// Why: `CRLReason` (RFC 5280, 5.3.1) in the standard's words.
    pub cause: Option<&'static str>,
    /// From which revision on the security store of the document speaks of it, whatever it says and whatever is believed.
    pub stored: Option<usize>,
}

impl Status {
    /// Nobody says.
    pub const UNKNOWN: Self = Self {
        standing: Standing::Unknown,
        told: None,
        origin: None,
        issued: None,
        revoked_at: None,
        cause: None,
        stored: None,
    };
}

/// The times that matter.
#[derive(Clone, Copy)]
pub struct When<'a> {
    /// When the signature is known to have existed; the time of judgement where nothing proves it.
    pub signed: Timestamp,
    /// The time of judgement.
    pub at: Timestamp,
    /// When evidence of this origin is known to have existed; the time of judgement where nothing proves it.
    pub existed: &'a dyn Fn(Origin) -> Timestamp,
}

impl TrustStore {
    /// How each certificate of a path stands but the anchor, which is last; in the order of the path.
    pub fn statuses(&self, path: &[Vec<u8>], evidence: &[&Evidence], when: When<'_>) -> Vec<Status> {
        if evidence.iter().all(|evidence| evidence.is_empty()) {
            return vec![Status::UNKNOWN; path.len().saturating_sub(1)];
        }
        path.windows(2)
            .map(|pair| {
                let [certificate, issuer] = pair else { return Status::UNKNOWN };
                match (Certificate::read(certificate), Certificate::read(issuer)) {
                    (Ok(certificate), Ok(issuer)) => {
                        let asked = Asked { certificate: &certificate, issuer: &issuer, when };
                        asked.settle(&asked.words(evidence, &self.memory))
                    }
                    _ => Status::UNKNOWN,
                }
            })
            .collect()
    }
}

impl Evidence {
    /// What it consists of: lists, then answers, each with the SHA-256 of its DER, hexadecimal.
    pub fn digests(&self) -> Vec<(Told, String)> {
        let lists = self.lists.iter().map(|list| (Told::Crl, hex(list.digest())));
        lists.chain(self.answers.iter().map(|answer| (Told::Ocsp, hex(answer.digest())))).collect()
    }
}

impl Judgement {
    /// The same, in the light of what is known of the certificates of its path.
    #[must_use]
    pub fn in_view_of(mut self, statuses: Vec<Status>) -> Self {
        let revoked = statuses.iter().position(|status| status.standing == Standing::Revoked);
        if let (Some(depth), true) = (revoked, self.trust != Trust::Untrusted) {
            self.trust = Trust::Revoked;
            self.problems.insert(0, if depth == 0 { "certificate-revoked" } else { "issuer-revoked" });
        }
        self.statuses = statuses;
        self
    }
}

/// What somebody says of a certificate.
#[derive(Clone, Copy, Debug)]
struct Word {
    said: Said,
    told: Told,
    origin: Origin,
    issued: Timestamp,
    next: Option<Timestamp>,
    /// Whether it may say that all is well.
    conclusive: bool,
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Good,
    Revoked(Revocation),
    Unknown,
}

/// A revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Revocation {
    /// From when on, `invalidityDate` heeded.
    at: Timestamp,
    /// `CRLReason`.
    reason: u8,
}

/// `certificateHold` (RFC 5280, 5.3.1): the one reason that can be taken back.
const HOLD: u8 = 6;

/// What is asked.
struct Asked<'a, 'c> {
    certificate: &'a Certificate<'c>,
    issuer: &'a Certificate<'c>,
    when: When<'a>,
}

impl Asked<'_, '_> {
    /// What all of the evidence says of this certificate through its issuer's key.
    fn words(&self, evidence: &[&Evidence], memory: &Memory) -> Vec<Word> {
        let lists = evidence.iter().flat_map(|evidence| &evidence.lists);
        let lists = lists.filter(|list| list.concerns(self.certificate)).take(MAX_CHECKED);
        let mut words: Vec<Word> = lists.filter_map(|list| list.word(self, memory)).collect();
        let answers = evidence.iter().flat_map(|evidence| &evidence.answers);
        let answers =
            answers.filter_map(|answer| Some((answer, answer.about(self.certificate, self.issuer)?)));
        words.extend(answers.take(MAX_CHECKED).filter_map(|(answer, one)| answer.word(one, self, memory)));
        words
    }

    fn settle(&self, words: &[Word]) -> Status {
        let revisions = words.iter().filter_map(|word| match word.origin {
            Origin::Store { revision } => Some(revision),
            Origin::Signature { .. } | Origin::Folder | Origin::Fetched => None,
        });
        Status { stored: revisions.min(), ..self.believed(words) }
    }

    fn believed(&self, words: &[Word]) -> Status {
        match self.revocation(words) {
            Some((word, revocation)) => {
                let later = self.when.signed < revocation.at;
                let standing = if later { Standing::RevokedLater } else { Standing::Revoked };
                Status {
                    revoked_at: Some(revocation.at),
                    cause: cause(revocation.reason),
                    ..word.status(standing)
                }
            }
            None => {
                // what says that all is well, of that the document's own, of those the newest
                let rank = |word: &&Word| (self.is_good(word), word.origin.is_document(), word.issued);
                let best = words.iter().max_by_key(rank);
                best.map_or(Status::UNKNOWN, |word| {
                    word.status(if self.is_good(word) { Standing::Good } else { Standing::Unknown })
                })
            }
        }
    }

    /// The earliest revocation that was not taken back.
    fn revocation<'w>(&self, words: &'w [Word]) -> Option<(&'w Word, Revocation)> {
        let revoked = words.iter().filter_map(|word| match word.said {
            Said::Revoked(revocation) => Some((word, revocation)),
            Said::Good | Said::Unknown => None,
        });
        let stands = |(word, revocation): &(&Word, Revocation)| {
            revocation.reason != HOLD
                || !words
                    .iter()
                    .any(|other| other.said == Said::Good && other.conclusive && other.issued > word.issued)
        };
        revoked.filter(stands).min_by_key(|(_, revocation)| revocation.at)
    }

    /// Whether it says that the certificate was good when it mattered.
    fn is_good(&self, word: &Word) -> bool {
        let signed = self.when.signed;
        word.said == Said::Good
            && word.conclusive
            && (word.issued >= signed || word.next.is_some_and(|next| signed <= next))
    }

    /// Whether whoever issued the evidence could, when it is known to have existed, and whether it was heard in time:
    /// not from the future, and before the certificate left the lists, having expired.
    fn is_timely(
        &self,
        speaker: &Certificate<'_>,
        origin: Origin,
        issued: Timestamp,
        kept_since: Option<Timestamp>,
    ) -> bool {
        let existed = (self.when.existed)(origin);
        let left = self.certificate.not_after;
        let listed = issued <= left || kept_since.is_some_and(|since| since <= left);
        speaker.not_before <= issued
            && existed.as_second() <= speaker.not_after.as_second()
            && issued <= self.when.at
            && listed
    }
}

impl Word {
    const fn status(&self, standing: Standing) -> Status {
        Status {
            standing,
            told: Some(self.told),
            origin: Some(self.origin),
            issued: Some(self.issued),
            revoked_at: None,
            cause: None,
            stored: None,
        }
    }
}

/// Whether the key made this signature over these bytes, and whether its digest still proves anything.
fn verifies(key_info: &[u8], algorithm: &Algorithm, signed: &[u8], signature: &[u8]) -> bool {
    let checked = PublicKey::read(key_info).and_then(|key| {
        let scheme = Scheme::of(algorithm, None)?;
        key.verify(scheme, Message::Whole(signed), signature)
    });
    checked.is_ok()
}

fn is_weak(algorithm: &Algorithm) -> bool {
    let digest = Scheme::of(algorithm, None).map(Scheme::digest);
    digest.is_ok_and(|digest| digest.is_some_and(|digest| digest.weakness().is_some()))
}

/// `CRLReason` (RFC 5280, 5.3.1).
const fn cause(reason: u8) -> Option<&'static str> {
    Some(match reason {
        1 => "keyCompromise",
        2 => "cACompromise",
        3 => "affiliationChanged",
        4 => "superseded",
        5 => "cessationOfOperation",
        HOLD => "certificateHold",
        9 => "privilegeWithdrawn",
        10 => "aACompromise",
        _ => return None,
    })
}
