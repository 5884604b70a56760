//! `--online`: asks, once a run and place, for what is missing to tell who was revoked, and judges again.

use crate::online::{FetchFault, Fetcher};
use crate::trust::Source;
use crate::verify::{Policy, Verdict};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// Places asked in one run; two chains have some five.
const MAX_ASKED: usize = 1000;

/// What was asked, and what did not answer.
#[derive(Default)]
pub(super) struct Asking {
    fetcher: Fetcher,
    /// One at a time: who comes second finds the answer there.
    asked: Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    places: BTreeSet<Source>,
    faults: Vec<FetchFault>,
}

impl Asking {
    /// For each certificate of which the verdict knows nothing, asks the first place that nobody has asked yet, and adds what
    /// it says to the policy; whether the verdict, made by the policy `used`, may now be another.
    pub(super) fn ask(&self, verdict: &Verdict, used: &Arc<Policy>, policy: &RwLock<Arc<Policy>>) -> bool {
        let wanted = verdict.unasked();
        if wanted.is_empty() {
            return false;
        }
        let mut asked = self.lock();
        if !Arc::ptr_eq(used, &policy.read().unwrap_or_else(PoisonError::into_inner)) {
            return true;
        }
        let (mut lists, mut answers) = (Vec::new(), Vec::new());
        let mut any = false;
        for places in wanted {
            let next = places.into_iter().find(|place| !asked.places.contains(place));
            let Some(source) = next.filter(|_| asked.places.len() < MAX_ASKED) else { continue };
            any = true;
            match (self.fetcher.fetch(&source), &source) {
                (Ok(body), Source::List { .. }) => lists.push(body),
                (Ok(body), Source::Answer { .. }) => answers.push(body),
                (Err(fault), _) => asked.faults.push(fault),
            }
            asked.places.insert(source);
        }
        let mut shared = policy.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut shared).take_fetched(&lists, &answers);
        any
    }

    /// The places that did not answer.
    pub(super) fn faults(&self) -> Vec<FetchFault> {
        std::mem::take(&mut self.lock().faults)
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
