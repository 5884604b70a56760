//! A head on paper: how far the ledger's chain had come, sealed, and kept where the ledger is not.
//!
//! ```text
//!   heads/000000000042_2026-05-12.json        what is sealed: {"events":42,"digest":"…","previous":"…",…}
//!   heads/000000000042_2026-05-12.json.p7s    detached CMS over those bytes, by the seal
//!   heads/000000000042_2026-05-12.txt         the same for people, to print
//! ```
//!
//! Any tool verifies it: `openssl cms -verify -binary -inform DER -in X.p7s -content X`. Each head names the one
//! before it, so that one that is missing is missed. **Limits.** A head is small; what is larger is none.

use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::fs;
use crate::ledger::Head;
use crate::trust::{Role, Trust, TrustStore, hex, unhex};
use crate::verify::signature;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The largest head or signature that is read.
const MAX_HEAD_BYTES: u64 = 1 << 20;

/// What is sealed.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    version: u32,
    events: u64,
    digest: String,
    previous: Option<String>,
    at: Timestamp,
}

/// A head whose seal holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// How far the chain had come.
    pub head: Head,
    /// File name of the head before it.
    pub previous: Option<String>,
    /// When it was sealed, by the clock of the office.
    pub at: Timestamp,
}

/// Why a head proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadFault {
    /// It or its signature cannot be read.
    Unreadable,
    /// It is no head.
    Form,
    /// The signature is not over these bytes.
    Broken,
    /// The signer is no treasury's seal.
    NotTheSeal {
        /// Why not, a stable code.
        why: &'static str,
    },
}

impl Explain for HeadFault {
    fn say(&self, lang: Lang) -> String {
        let (en, ro) = match self {
            Self::Unreadable => {
                ("the head or its signature cannot be read", "capul sau semnătura lui nu se poate citi")
            }
            Self::Form => {
                ("expected a head of the ledger, found something else", "nu este un cap al registrului")
            }
            Self::Broken => {
                ("the signature is not over these bytes", "semnătura nu este peste acești octeți")
            }
            Self::NotTheSeal { why } => {
                return match lang {
                    Lang::En => format!("not signed by a treasury's seal ({why})"),
                    Lang::Ro => format!("nu este semnat cu sigiliul unei trezorerii ({why})"),
                };
            }
        };
        if lang == Lang::En { en } else { ro }.to_owned()
    }
}

/// The names of a new head's files in this folder: what is sealed, its signature, its text.
pub fn names(folder: &Path, head: Head, at: Timestamp) -> [PathBuf; 3] {
    let day = in_bucharest(at).date();
    let stem = format!("{:012}_{day}", head.events);
    ["json", "json.p7s", "txt"].map(|end| folder.join(format!("{stem}.{end}")))
}

/// How many events a head counts, by its name; none where it is no head's name.
pub fn events(path: &Path) -> u64 {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem.split_once('_').and_then(|(events, _)| events.parse().ok()).unwrap_or(0)
}

/// The heads of a folder, oldest first; none where there is no folder.
pub fn all(folder: &Path) -> Result<Vec<PathBuf>, fs::FsFault> {
    if !fs::exists(folder) {
        return Ok(Vec::new());
    }
    let mut files = fs::files_in(folder)?;
    files.retain(|path| path.extension().is_some_and(|end| end == "json"));
    Ok(files)
}

/// The bytes to seal.
pub fn bytes(head: Head, previous: Option<String>, at: Timestamp) -> Vec<u8> {
    let sealed = Sealed { version: 1, events: head.events, digest: hex(&head.digest), previous, at };
    serde_json::to_vec(&sealed).unwrap_or_default()
}

/// The text to print, in both languages.
pub fn text(head: Head, at: Timestamp, seal: &str) -> String {
    let when = in_bucharest(at).strftime("%d.%m.%Y %H:%M:%S").to_string();
    let digest = hex(&head.digest);
    format!(
        "CAPUL REGISTRULUI / HEAD OF THE LEDGER\n\nData / at:            {when}\nEvenimente / events:  {}\n\
         SHA-256:              {digest}\nSigiliu / seal:       {seal}\n\n\
         Păstrați această foaie în altă parte decât registrul. / Keep this sheet where the ledger is not.\n\
         `pecete audit` arată dacă registrul mai este acesta. / shows whether the ledger is still this one.\n",
        head.events
    )
}

/// Reads a head and judges its seal at the time that it names.
pub fn read(path: &Path, trust: &TrustStore) -> Result<SignedHead, HeadFault> {
    let bytes = fs::read_bounded(path, MAX_HEAD_BYTES).map_err(|_| HeadFault::Unreadable)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".p7s");
    let cms = fs::read_bounded(Path::new(&name), MAX_HEAD_BYTES).map_err(|_| HeadFault::Unreadable)?;
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| HeadFault::Form)?;
    let digest = unhex(&sealed.digest).ok_or(HeadFault::Form)?;
    let checked = signature::check("ETSI.CAdES.detached", &cms, &[], &mut |digest| Ok(digest.digest(&bytes)));
    let signer = checked.signer().filter(|_| checked.intact).ok_or(HeadFault::Broken)?;
    let judgement = trust.judge(Role::Treasury, signer, &checked.certificates, None, sealed.at);
    if judgement.trust != Trust::Trusted {
        let why = judgement.problems.first().copied().unwrap_or("signer-not-authorised");
        return Err(HeadFault::NotTheSeal { why });
    }
    Ok(SignedHead { head: Head { events: sealed.events, digest }, previous: sealed.previous, at: sealed.at })
}
