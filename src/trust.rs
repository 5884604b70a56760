//! Who is trusted: anchors by role, certificate paths at a time, and the lists of those who hold an office.
//!
//! ```text
//! certs/trust/                     judge(role, leaf, others, treasury, at)
//!   verifier/  root.pem  signers.toml        │ 1. path to an anchor of the role (RFC 5280)   → chain
//!   treasury/  root.pem  signers.toml        │ 2. the role's list: treasury, from, to        → office
//!   tsa/       root.pem  signers.toml        ▼
//!   DEMO                             Trusted · Unauthorised · Expired · Untrusted
//! ```
//!
//! **Terms.** An *anchor* proves a name, not an office; `signers.toml` gives the office. **Contract.**
//! Only what is both chained and listed is `Trusted`; an empty store trusts nobody; the time is an
//! argument. **Limits.** Those of `path`, [`MAX_ANCHORS`], [`MAX_OTHERS`]. **Failure.** A folder with one
//! fault is no store; a judgement never fails, it says why not. Revocation is a step of its own over
//! [`Judgement::path`]: [`TrustStore::statuses`], [`Judgement::in_view_of`].

mod certificate;
mod fault;
mod files;
pub(crate) mod mathematics;
mod memory;
mod name;
mod path;
mod revocation;
mod signers;

pub use fault::{TrustFault, TrustFlaw};
pub use revocation::{
    Evidence, MAX_ANSWERS, MAX_EVIDENCE, MAX_LISTS, Origin, Source, Standing, Status, Told, When,
};
pub use signers::MAX_SIGNERS;

use crate::model::TreasuryCode;
use certificate::Certificate;
use jiff::Timestamp;
use mathematics::Digest;
use memory::{Known, Memory};
use path::{Found, Terms};
use serde::Serialize;
use signers::Signer;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Anchors of one role. A ministry has a handful; the whole European trusted list has some thousands,
/// and is not what belongs in this folder.
pub const MAX_ANCHORS: usize = 256;
/// Certificates beside a leaf that are looked at: those of a CMS and of a folder of intermediates.
pub const MAX_OTHERS: usize = 256;

/// The offices that a signature can hold. Its folder is `certs/trust/<role>/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// *Întocmit și verificat*.
    Verifier,
    /// The treasury's seal.
    Treasury,
    /// A timestamp authority.
    Tsa,
}

/// What is known of a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// Chains to an anchor of the role and is listed.
    Trusted,
    /// Does not chain.
    Untrusted,
    /// Chains, and is not listed for this treasury and time.
    Unauthorised,
    /// Outside its validity, with no proof of when it signed.
    Expired,
    /// Revoked.
    Revoked,
    /// Not judged.
    Unknown,
}

/// Who is trusted: anchors and lists, by role.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    offices: BTreeMap<Role, Office>,
    demo: bool,
    memory: Arc<Memory>,
}

/// One role: its anchors, DER, by file, and its list.
#[derive(Clone, Debug, Default)]
struct Office {
    anchors: Vec<Vec<u8>>,
    signers: Vec<Signer>,
}

/// A judgement of one signer in one role.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The word.
    pub trust: Trust,
    /// Stable kebab-case reason codes, most serious first (`signer-not-authorised`, `chain-not-found` …).
    pub problems: Vec<&'static str>,
    /// The path, leaf first, anchor last, DER; empty where none was found.
    pub path: Vec<Vec<u8>>,
    /// Whether the anchor is a demo's.
    pub demo: bool,
    /// How the certificates of the path stand, but for the anchor; empty until that is asked ([`Judgement::in_view_of`]).
    pub statuses: Vec<Status>,
}

/// An anchor, for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnchorInfo {
    /// For which role.
    pub role: Role,
    /// Subject, RFC 4514.
    pub subject: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
}

impl TrustStore {
    /// Reads a trust folder given as files with paths relative to it (`verifier/root.pem`, `verifier/signers.toml`,
    /// `tsa/…`, `DEMO`); or says all that is wrong. No files at all are a store that trusts nobody.
    ///
    /// # Errors
    /// Every fault of every file, in the order of the files.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Vec<TrustFault>> {
        files::read(files)
    }

    /// Judges a certificate in a role at a time: path by RFC 5280 to an anchor of that role, then the role's list.
    /// `others`: certificates of the CMS and of a folder of intermediates, DER. Without a `treasury` the list is
    /// not asked for which treasury somebody signs.
    pub fn judge(
        &self,
        role: Role,
        leaf: &[u8],
        others: &[Vec<u8>],
        treasury: Option<TreasuryCode>,
        at: Timestamp,
    ) -> Judgement {
        let others = others.get(..MAX_OTHERS).unwrap_or(others);
        let key = memory::question(role, leaf, others);
        if let Some(known) = self.memory.path(&key, at) {
            return self.by_list(role, &known, treasury, at);
        }
        let Some(office) = self.offices.get(&role) else {
            return Judgement::untrusted("chain-not-found");
        };
        let Ok(leaf) = Certificate::read(leaf) else {
            return Judgement::untrusted("certificate-malformed");
        };
        let anchors = readable(&office.anchors);
        let others = readable(others);
        let mut signed = |issuer: &Certificate<'_>, subject: &Certificate<'_>| {
            self.memory.signature(issuer, subject, || path::is_signed_by(issuer, subject))
        };
        match path::find(&leaf, &others, &anchors, Terms { role, at }, &mut signed) {
            Err(problem) => Judgement::untrusted(problem),
            Ok(Found { path, .. }) if !path.problems.is_empty() => self.by_path(&path),
            Ok(Found { path, only }) => {
                let known = Arc::new(Known::of(&path.certificates, &office.signers));
                if only {
                    self.memory.keep_path(key, Arc::clone(&known));
                }
                self.by_list(role, &known, treasury, at)
            }
        }
    }

    /// The anchors, by role and file.
    pub fn anchors(&self) -> Vec<AnchorInfo> {
        let all =
            self.offices.iter().flat_map(|(role, office)| office.anchors.iter().map(|der| (*role, der)));
        all.map(|(role, der)| AnchorInfo {
            role,
            subject: subject_name(der).unwrap_or_default(),
            sha256: hex(&Digest::Sha256.digest(der)),
        })
        .collect()
    }

    /// Whether the store is a demo's: its anchors are thrown away and prove nothing elsewhere.
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// A path with a problem: of time alone, or of trust.
    fn by_path(&self, path: &path::Path<'_, '_>) -> Judgement {
        let of_time = path.problems.iter().all(|problem| path::is_of_time(problem));
        Judgement {
            trust: if of_time { Trust::Expired } else { Trust::Untrusted },
            problems: path.problems.clone(),
            path: path.certificates.iter().map(|certificate| certificate.der.to_vec()).collect(),
            demo: self.demo,
            statuses: Vec::new(),
        }
    }

    /// A path without a problem: does its leaf hold the office?
    fn by_list(&self, role: Role, known: &Known, treasury: Option<TreasuryCode>, at: Timestamp) -> Judgement {
        let signers = self.offices.get(&role).map(|office| office.signers.as_slice()).unwrap_or_default();
        let problem = refusal(known.listed.iter().filter_map(|index| signers.get(*index)), treasury, at);
        Judgement {
            trust: if problem.is_some() { Trust::Unauthorised } else { Trust::Trusted },
            problems: problem.into_iter().collect(),
            path: known.path.clone(),
            demo: self.demo,
            statuses: Vec::new(),
        }
    }
}

/// Why none of these entries gives the office: the nearest miss.
fn refusal<'s>(
    entries: impl Iterator<Item = &'s Signer>,
    treasury: Option<TreasuryCode>,
    at: Timestamp,
) -> Option<&'static str> {
    let mut nearest = (0, "signer-not-authorised");
    for entry in entries {
        let miss = match (entry.serves(treasury), entry.held_at(at)) {
            (true, true) => return None,
            (true, false) => (2, "signer-listed-for-another-time"),
            (false, _) => (1, "signer-of-another-treasury"),
        };
        nearest = nearest.max(miss);
    }
    Some(nearest.1)
}

impl Judgement {
    fn untrusted(problem: &'static str) -> Self {
        Self {
            trust: Trust::Untrusted,
            problems: vec![problem],
            path: Vec::new(),
            demo: false,
            statuses: Vec::new(),
        }
    }
}

fn readable(all: &[Vec<u8>]) -> Vec<Certificate<'_>> {
    all.iter().filter_map(|der| Certificate::read(der).ok()).collect()
}

/// The subject of a certificate for people (RFC 4514), where it can be read.
pub fn subject_name(certificate: &[u8]) -> Option<String> {
    Certificate::read(certificate).ok().map(|certificate| certificate.subject.written())
}

/// Hexadecimal, lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A SHA-256 that is written so, in lower or upper case; nothing of other text.
#[cfg(feature = "treasury")]
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let octets: Option<Vec<u8>> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    octets.filter(|_| rest.is_empty())?.try_into().ok()
}

#[cfg(test)]
mod tests;
