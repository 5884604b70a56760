//! What `verify` and `extract` share: whom to trust and when, as options; and one document judged.

#[cfg(feature = "online")]
use super::asking::Asking;
use super::{Exit, Terminal, documents};
use crate::clock::{Clock, SystemClock, from_bucharest};
use crate::diag::{Explain, Lang};
use crate::fs::FsFault;
use crate::pdf::reader::Source;
use crate::trust::{Evidence, TrustStore};
use crate::trust_folder;
#[cfg(feature = "online")]
use crate::verify::Verdict;
use crate::verify::{self, Basis, Entry, Policy, Reason, Require, TimeSource};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Where anchors are looked for when no folder is named.
const TRUST: &str = "certs/trust";

/// How often a document is judged anew after something was fetched: each certificate names a few places.
#[cfg(feature = "online")]
const MAX_ROUNDS: usize = 16;

/// Whom to trust and when.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct JudgeArgs {
    /// Folder of anchors and lists of signers, by role (default: certs/trust)
    #[arg(long, value_name = "DIR", conflicts_with = "integrity_only")]
    pub(super) trust: Option<PathBuf>,
    /// Judge at this time (RFC 3339, or a date: its end in Romania; default: now); the report says that it is your word
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with = "integrity_only")]
    pub(super) at: Option<Timestamp>,
    /// Folder of intermediate certificates, PEM or DER
    #[arg(long, value_name = "DIR", conflicts_with = "integrity_only")]
    pub(super) intermediates: Option<PathBuf>,
    /// Folder of revocation lists (CRL) and OCSP responses, used beside those in the documents; nothing is fetched
    #[arg(long, value_name = "DIR", conflicts_with = "integrity_only")]
    pub(super) revocation: Option<PathBuf>,
    /// Fetch, over HTTP, what is missing to tell who was revoked: from where certificates of a trusted path say that it is
    #[cfg(feature = "online")]
    #[arg(long, conflicts_with = "integrity_only")]
    pub(super) online: bool,
    /// The bytes alone: who signed is not judged; for any signed PDF
    #[arg(long)]
    pub(super) integrity_only: bool,
}

/// A policy with what a report says of it.
pub(super) struct Judge {
    policy: RwLock<Arc<Policy>>,
    pub(super) basis: Basis,
    #[cfg(feature = "online")]
    asking: Option<Asking>,
}

impl Judge {
    /// Reads the folders that the options name, or says what is wrong with them.
    pub(super) fn new(args: &JudgeArgs, require: Require, terminal: &mut Terminal<'_>) -> Result<Self, Exit> {
        let policy = if args.integrity_only {
            Policy::integrity_only()
        } else {
            let trust = trust(args.trust.as_deref(), terminal)?;
            let mut policy = Policy::auditing(trust, require);
            if let Some(folder) = &args.intermediates {
                policy = policy.with_intermediates(intermediates(folder, terminal)?);
            }
            if let Some(folder) = &args.revocation {
                policy = policy.with_evidence(evidence(folder, terminal)?);
            }
            policy
        };
        let (at, source) = match args.at {
            Some(at) => (at, TimeSource::User),
            None => (SystemClock.now(), TimeSource::Now),
        };
        let basis = Basis::new(&policy, at, source, terminal.lang);
        Ok(Self {
            #[cfg(feature = "online")]
            basis: Basis { online: args.online, ..basis },
            #[cfg(not(feature = "online"))]
            basis,
            policy: RwLock::new(Arc::new(policy)),
            #[cfg(feature = "online")]
            asking: args.online.then(Asking::default),
        })
    }

    /// Tells which places did not answer, once all is judged.
    #[cfg(feature = "online")]
    pub(super) fn tell_faults(&self, terminal: &mut Terminal<'_>) {
        let faults = self.asking.as_ref().map(Asking::faults).unwrap_or_default();
        faults.iter().for_each(|fault| terminal.error("", fault));
    }

    /// Judges one document; whatever goes wrong with it is its verdict, and stops no other.
    pub(super) fn judge(&self, path: &Path) -> Entry {
        let shown = path.display().to_string();
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.look(path, &shown)));
        judged.unwrap_or_else(|_| {
            let cause = match self.basis.lang {
                Lang::En => "the verifier itself failed on it; please report this file",
                Lang::Ro => "verificatorul însuși a eșuat; vă rugăm să semnalați acest fișier",
            };
            Entry::new(shown.clone(), None, verify::unreadable(Reason::CannotRead, 0))
                .because(cause.to_owned())
        })
    }

    fn look(&self, path: &Path, shown: &str) -> Entry {
        let unreadable = |fault: &FsFault| {
            let reason = match fault {
                FsFault::TooLarge { .. } => Reason::TooLarge,
                _ => Reason::CannotRead,
            };
            let verdict = verify::unreadable(reason, 0);
            Entry::new(shown.to_owned(), None, verdict).because(fault.say(self.basis.lang))
        };
        let document = match documents::open(path) {
            Ok(document) => document,
            Err(fault) => return unreadable(&fault),
        };
        let digest = match document.digest() {
            Ok(digest) => digest,
            Err(error) => {
                let step = crate::fs::Step::Read;
                return unreadable(&FsFault::At { step, path: path.to_owned(), error });
            }
        };
        let name = path.file_name().map(|name| name.to_string_lossy());
        let source: &dyn Source = &document;
        let judge = |policy: &Policy| verify::judge(source, name.as_deref(), policy, self.basis.at);
        let used = self.policy();
        let verdict = judge(&used);
        #[cfg(feature = "online")]
        let verdict = self.ask(verdict, used, &judge);
        Entry::new(shown.to_owned(), Some(digest), verdict)
    }

    /// Asks for what is missing to tell who was revoked, place after place, and judges anew.
    #[cfg(feature = "online")]
    fn ask(
        &self,
        mut verdict: Verdict,
        mut used: Arc<Policy>,
        judge: &dyn Fn(&Policy) -> Verdict,
    ) -> Verdict {
        let Some(asking) = &self.asking else { return verdict };
        for _ in 0..MAX_ROUNDS {
            if !asking.ask(&verdict, &used, &self.policy) {
                break;
            }
            used = self.policy();
            verdict = judge(&used);
        }
        verdict
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The trust folder that is named, else the usual one; without one nobody is trusted, and that is said.
fn trust(named: Option<&Path>, terminal: &mut Terminal<'_>) -> Result<TrustStore, Exit> {
    let folder = named.unwrap_or(Path::new(TRUST));
    if named.is_none() && !folder.is_dir() {
        terminal.tell(
            "note: no folder `certs/trust` here: no anchors are known, and nobody is trusted; name one with --trust DIR, or look at the bytes alone with --integrity-only",
            "notă: aici nu este dosarul `certs/trust`: nu se cunosc ancore și nimeni nu este de încredere; numiți unul cu --trust DOSAR sau priviți numai octeții cu --integrity-only",
        );
        return Ok(TrustStore::default());
    }
    trust_folder::read(folder).map_err(|faults| {
        faults.iter().for_each(|fault| terminal.error("", fault));
        Exit::Failed
    })
}

/// Certificates that help to build a path.
fn intermediates(folder: &Path, terminal: &mut Terminal<'_>) -> Result<Vec<Vec<u8>>, Exit> {
    trust_folder::certificates(folder).map_err(|fault| {
        terminal.error("", &fault);
        Exit::Failed
    })
}

/// What tells who was revoked.
fn evidence(folder: &Path, terminal: &mut Terminal<'_>) -> Result<Evidence, Exit> {
    trust_folder::evidence(folder).map_err(|faults| {
        faults.iter().for_each(|fault| terminal.error("", fault));
        Exit::Failed
    })
}

/// A time as a person gives it. A date is that day's last second in Romania: who may sign in the
/// evening was listed by then.
fn time(text: &str) -> Result<Timestamp, String> {
    let day_end = |date: Date| from_bucharest(date.at(23, 59, 59, 0));
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10).and_then(day_end);
    date.or_else(|| text.parse().ok())
        .ok_or_else(|| format!("expected `2026-05-12` or `2026-05-12T18:42:00+03:00`, found `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_last_second_in_romania() {
        assert_eq!(time("2026-05-12").expect("a time").to_string(), "2026-05-12T20:59:59Z");
        assert_eq!(time("2026-05-12T18:42:00+03:00").expect("a time").to_string(), "2026-05-12T15:42:00Z");
        assert!(time("yesterday").is_err());
    }
}
