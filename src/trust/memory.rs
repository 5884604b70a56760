//! What a store remembers, so that judging the same two chains ten thousand times an evening costs
//! microseconds each: signatures that were checked, and whole paths with the time in which they hold.
//!
//! Only what cannot change is kept: whether a key signed a certificate, and a path without a problem
//! that was the first to be looked at, together with the intersection of its validities. Each is
//! bounded; a full memory is emptied. Another thread's panic costs nothing but what it was writing.

use super::Role;
use super::certificate::Certificate;
use super::mathematics::Digest;
use super::signers::Signer;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Signatures and, likewise, paths that are remembered: two chains for each of 190 units, and room.
const MAX_REMEMBERED: usize = 4096;

/// Digests of the issuer's key and of what it signed.
type Pair = (Vec<u8>, Vec<u8>);
/// Role, digest of the leaf, digest of the others.
pub(super) type Question = (Role, Vec<u8>, Vec<u8>);

/// What a store remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    signatures: Mutex<BTreeMap<Pair, bool>>,
    paths: Mutex<BTreeMap<Question, Arc<Known>>>,
}

/// A path without a problem.
#[derive(Debug)]
pub(super) struct Known {
    /// Leaf first, anchor last, DER.
    pub path: Vec<Vec<u8>>,
    /// Which entries of the role's list mean the leaf.
    pub listed: Vec<usize>,
    from: Timestamp,
    to: Timestamp,
}

impl Known {
    /// Remembers a path and where the list of its role has the leaf.
    pub(super) fn of(path: &[&Certificate<'_>], signers: &[Signer]) -> Self {
        let leaf = path.first();
        let listed = signers.iter().enumerate();
        let listed = listed.filter(|(_, signer)| leaf.is_some_and(|leaf| signer.names(leaf)));
        Self {
            path: path.iter().map(|certificate| certificate.der.to_vec()).collect(),
            listed: listed.map(|(index, _)| index).collect(),
            from: path.iter().map(|c| c.not_before).max().unwrap_or(Timestamp::MAX),
            to: path.iter().map(|c| c.not_after).min().unwrap_or(Timestamp::MIN),
        }
    }
}

/// What a judgement of a path depends on, beside the time.
pub(super) fn question(role: Role, leaf: &[u8], others: &[Vec<u8>]) -> Question {
    // Digests of one length each: no two lists have one concatenation.
    let digests: Vec<u8> = others.iter().flat_map(|der| Digest::Sha256.digest(der)).collect();
    (role, Digest::Sha256.digest(leaf), Digest::Sha256.digest(&digests))
}

impl Memory {
    /// The path of this question, where it holds at this time.
    pub(super) fn path(&self, question: &Question, at: Timestamp) -> Option<Arc<Known>> {
        let known = locked(&self.paths).get(question).cloned()?;
        (known.from <= at && at <= known.to).then_some(known)
    }

    /// Keeps a path.
    pub(super) fn keep_path(&self, question: Question, known: Arc<Known>) {
        keep(&mut locked(&self.paths), question, known);
    }

    /// Whether the issuer's key signed the certificate: as remembered, else as `check` says.
    pub(super) fn signature(
        &self,
        issuer: &Certificate<'_>,
        certificate: &Certificate<'_>,
        check: impl FnOnce() -> bool,
    ) -> bool {
        self.holds(issuer.key_info, &Digest::Sha256.digest(certificate.der), check)
    }

    /// Whether the key signed what has this digest (a certificate, a list, an answer): as remembered, else as `check` says.
    pub(super) fn holds(&self, key_info: &[u8], digest: &[u8], check: impl FnOnce() -> bool) -> bool {
        let pair = (Digest::Sha256.digest(key_info), digest.to_vec());
        if let Some(known) = locked(&self.signatures).get(&pair) {
            return *known;
        }
        let answer = check();
        keep(&mut locked(&self.signatures), pair, answer);
        answer
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keep<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V) {
    if map.len() >= MAX_REMEMBERED {
        map.clear();
    }
    map.insert(key, value);
}
