//! Certificate paths (RFC 5280, 6.1): from a signer to an anchor, at a time, within a budget.
//!
//! ```text
//! leaf ──issuer──▶ authority ──issuer──▶ … ──issuer──▶ anchor      (≤ 8 certificates, ≤ 64 signatures)
//! ```
//!
//! Paths are followed from the leaf upwards, anchors before others at every step, and a step is made
//! only where the signature holds. A whole path is then judged; the first without a problem is
//! taken, else the one whose problem is the most useful to know. Two names never decide: a
//! certificate that only *says* who issued it leads nowhere. The anchor is judged like any other
//! certificate, its validity and its constraints included, which is stricter than 6.1.1 (d) asks.
//!
//! Not done here: revocation (its own step, over the path that this returns) and certificate
//! policies (RFC 5280, 6.1.1 (c): any policy will do; a demand for one is refused as a critical
//! extension that is not processed).

use super::Role;
use super::certificate::{CERTIFIES, Certificate, DIRECTORY_NAME, MAIL_NAME, SIGNS};
use super::mathematics::{Message, PublicKey, Scheme};
use super::name::Name;
use jiff::Timestamp;

/// Certificates in a path, leaf and anchor included.
pub(super) const MAX_PATH: usize = 8;
/// Signatures checked for one judgement. Honest paths need three; webpki allows 100.
pub(super) const MAX_SIGNATURES: usize = 64;

/// What a certificate path is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// For which office.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// A path that was found.
#[derive(Clone, Debug)]
pub(super) struct Path<'a, 'c> {
    /// Leaf first, anchor last.
    pub certificates: Vec<&'c Certificate<'a>>,
    /// What is wrong with it, most useful first; empty where nothing is.
    pub problems: Vec<&'static str>,
}

/// Whether this key signed this certificate: cached by whoever lends it.
pub(super) type Signed<'s> = dyn FnMut(&Certificate<'_>, &Certificate<'_>) -> bool + 's;

/// Finds the best path, and whether paths that were looked at before it failed because of the time.
pub(super) fn find<'a, 'c>(
    leaf: &'c Certificate<'a>,
    others: &'c [Certificate<'a>],
    anchors: &'c [Certificate<'a>],
    terms: Terms,
    signed: &mut Signed<'_>,
) -> Result<Found<'a, 'c>, &'static str> {
    let mut search = Search {
        others,
        anchors,
        terms,
        signed,
        left: MAX_SIGNATURES,
        exhausted: false,
        best: None,
        passed: 0,
    };
    search.follow(&mut vec![leaf]);
    let (exhausted, only) = (search.exhausted, search.passed <= 1);
    match search.best {
        Some(path) if path.problems.is_empty() => Ok(Found { path, only }),
        _ if exhausted => Err("budget-exhausted"),
        Some(path) => Ok(Found { path, only }),
        None => Err("chain-not-found"),
    }
}

/// The best path.
#[derive(Clone, Debug)]
pub(super) struct Found<'a, 'c> {
    /// It.
    pub path: Path<'a, 'c>,
    /// Whether it is the only one that was looked at.
    pub only: bool,
}

struct Search<'a, 'c, 's, 'f> {
    others: &'c [Certificate<'a>],
    anchors: &'c [Certificate<'a>],
    terms: Terms,
    signed: &'f mut Signed<'s>,
    left: usize,
    exhausted: bool,
    best: Option<Path<'a, 'c>>,
    passed: usize,
}

impl<'a, 'c> Search<'a, 'c, '_, '_> {
    /// Goes on from the last certificate; its depth is at most [`MAX_PATH`].
    fn follow(&mut self, path: &mut Vec<&'c Certificate<'a>>) {
        let Some(last) = path.last().copied() else { return };
        if self.anchors.iter().any(|anchor| anchor.der == last.der) {
            return self.arrive(path);
        }
        if path.len() >= MAX_PATH {
            return;
        }
        let (anchors, others) = (self.anchors, self.others);
        for issuer in anchors.iter().chain(others) {
            if self.is_done() {
                return;
            }
            if !issuer.subject.is(&last.issuer) || path.iter().any(|met| is_again(met, issuer)) {
                continue;
            }
            if self.left == 0 {
                self.exhausted = true;
                return;
            }
            self.left -= 1;
            if (self.signed)(issuer, last) {
                path.push(issuer);
                self.follow(path);
                path.pop();
            }
        }
    }

    /// A path is whole: judge it, and keep the better one.
    fn arrive(&mut self, path: &[&'c Certificate<'a>]) {
        self.passed += 1;
        let problems = judge(path, self.terms);
        let rank = |problems: &[&str]| problems.iter().map(|p| severity(p)).max().unwrap_or(0);
        let better = self.best.as_ref().is_none_or(|best| rank(&problems) < rank(&best.problems));
        if better {
            self.best = Some(Path { certificates: path.to_vec(), problems });
        }
    }

    fn is_done(&self) -> bool {
        self.exhausted || self.best.as_ref().is_some_and(|best| best.problems.is_empty())
    }
}

/// One name with one key is one authority, in however many certificates (RFC 4158, 5.2): no loops.
fn is_again(met: &Certificate<'_>, next: &Certificate<'_>) -> bool {
    met.key_info == next.key_info && met.subject.is(&next.subject)
}

/// Whether the signature on `certificate` is by the key of `issuer`, as far as mathematics tells.
/// SHA-1 and keys of less than 2048 bits are the path's problem, told by [`judge`].
pub(super) fn is_signed_by(issuer: &Certificate<'_>, certificate: &Certificate<'_>) -> bool {
    let checked = PublicKey::read(issuer.key_info).and_then(|key| {
        let scheme = Scheme::of(&certificate.signature_algorithm, None)?;
        key.verify(scheme, Message::Whole(certificate.signed), certificate.signature)
    });
    checked.is_ok()
}

/// All that is wrong with a whole path (RFC 5280, 6.1.3 to 6.1.5), most useful first.
fn judge(path: &[&Certificate<'_>], terms: Terms) -> Vec<&'static str> {
    let mut problems = Vec::new();
    for (depth, certificate) in path.iter().enumerate() {
        problems.extend(validity(certificate, terms.at));
        if certificate.extensions.unknown_critical {
            problems.push("unknown-critical-extension");
        }
        if let Some(issuer) = path.get(depth + 1)
            && is_weakly_signed(issuer, certificate)
        {
            problems.push("weak-signature-in-chain");
        }
        let below = path.get(..depth).unwrap_or_default();
        if depth == 0 {
            problems.extend(leaf_usage(certificate, terms.role));
        } else {
            problems.extend(authority(certificate, below, terms.role));
        }
    }
    problems.sort_by_key(|problem| std::cmp::Reverse(severity(problem)));
    problems.dedup();
    problems
}

/// How far a problem is from being nobody's fault; the greatest of a path is its reason.
fn severity(problem: &str) -> u8 {
    match problem {
        "certificate-expired" => 1,
        "certificate-not-yet-valid" => 2,
        "key-usage-forbids-signing" | "key-usage-forbids-timestamping" => 3,
        "weak-signature-in-chain" => 4,
        "path-too-long" => 5,
        "unknown-critical-extension" => 6,
        "name-constraints-violated" => 7,
        _ => 8,
    }
}

/// Whether a problem is one of time alone.
pub(super) fn is_of_time(problem: &str) -> bool {
    severity(problem) <= 2
}

/// RFC 5280, 4.1.2.5: both ends are inside.
fn validity(certificate: &Certificate<'_>, at: Timestamp) -> Option<&'static str> {
    // The last second is inside to its end.
    if at.as_second() > certificate.not_after.as_second() {
        Some("certificate-expired")
    } else if at < certificate.not_before {
        Some("certificate-not-yet-valid")
    } else {
        None
    }
}

pub(super) fn is_weakly_signed(issuer: &Certificate<'_>, certificate: &Certificate<'_>) -> bool {
    let digest = Scheme::of(&certificate.signature_algorithm, None).map(Scheme::digest);
    digest.is_ok_and(|digest| digest.is_some_and(|digest| digest.weakness().is_some()))
        || PublicKey::read(issuer.key_info).is_ok_and(|key| key.is_weak())
}

const ANY_PURPOSE: &str = "2.5.29.37.0";
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
/// Purposes that are not those of a person or a seal: TLS server, code, timestamps, OCSP.
const OTHER_PURPOSES: [&str; 4] =
    ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", TIME_STAMPING, "1.3.6.1.5.5.7.3.9"];

/// May this certificate sign in this role?
fn leaf_usage(leaf: &Certificate<'_>, role: Role) -> Option<&'static str> {
    if leaf.extensions.key_usage.is_some_and(|usage| usage & SIGNS == 0) {
        return Some("key-usage-forbids-signing");
    }
    match (role, &leaf.extensions.purposes) {
        // RFC 3161, 2.3: critical, and nothing else.
        (Role::Tsa, Some((purposes, true))) if purposes == &[TIME_STAMPING] => None,
        (Role::Tsa, _) => Some("key-usage-forbids-timestamping"),
        (_, Some((purposes, _))) if purposes.iter().all(|p| OTHER_PURPOSES.contains(&p.as_str())) => {
            Some("key-usage-forbids-signing")
        }
        _ => None,
    }
}

/// May this certificate issue those below it?
fn authority(authority: &Certificate<'_>, below: &[&Certificate<'_>], role: Role) -> Vec<&'static str> {
    let mut problems = Vec::new();
    let extensions = &authority.extensions;
    match extensions.basic {
        // RFC 5280, 6.1.4 (k).
        None | Some((false, _)) => problems.push("issuer-not-a-ca"),
        Some((true, limit)) => {
            // RFC 5280, 4.2.1.9: authorities that are not self-issued and follow; the leaf is none.
            let between = below.iter().skip(1).filter(|c| !c.is_self_issued()).count();
            if limit.is_some_and(|limit| between > limit) {
                problems.push("path-too-long");
            }
        }
    }
    // RFC 5280, 6.1.4 (n).
    if extensions.key_usage.is_some_and(|usage| usage & CERTIFIES == 0) {
        problems.push("issuer-not-a-ca");
    }
    // Purposes of an authority, where it has them, bind those below it in common practice.
    if let (Role::Tsa, Some((purposes, _))) = (role, &extensions.purposes)
        && !purposes.iter().any(|p| p == TIME_STAMPING || p == ANY_PURPOSE)
    {
        problems.push("key-usage-forbids-timestamping");
    }
    let bound = below.iter().enumerate().filter(|(i, c)| *i == 0 || !c.is_self_issued());
    if bound.into_iter().any(|(_, certificate)| !is_permitted(authority, certificate)) {
        problems.push("name-constraints-violated");
    }
    problems
}

/// RFC 5280, 6.1.3 (b) and (c), for directory names; a constraint of another form refuses every
/// certificate that has a name of that form.
fn is_permitted(authority: &Certificate<'_>, certificate: &Certificate<'_>) -> bool {
    let Some(constraints) = &authority.extensions.constraints else { return true };
    let others = &certificate.extensions.other_names;
    let has_form = |form: u8| {
        others.iter().any(|(tag, _)| *tag == form)
            || (form == MAIL_NAME && certificate.subject.has("1.2.840.113549.1.9.1"))
    };
    let all = constraints.permitted.iter().chain(&constraints.excluded);
    if all.clone().any(|(form, _)| *form != DIRECTORY_NAME && has_form(*form)) {
        return false;
    }
    let alternative =
        others.iter().filter(|(form, _)| *form == DIRECTORY_NAME).map(|(_, name)| Name::read(name));
    let mut names = vec![Ok(certificate.subject.clone())];
    names.extend(alternative);
    names.into_iter().all(|name| match name {
        Ok(name) if name.is_empty() => true,
        Ok(name) => {
            lies_in(&name, &constraints.permitted, true) && !lies_in(&name, &constraints.excluded, false)
        }
        Err(_) => false,
    })
}

/// Whether the name lies in one of the directory subtrees; `free` is the answer where there are none.
/// A subtree that cannot be read permits nothing and excludes everything.
fn lies_in(name: &Name<'_>, subtrees: &[(u8, &[u8])], free: bool) -> bool {
    let mut directory = subtrees.iter().filter(|(form, _)| *form == DIRECTORY_NAME).peekable();
    if directory.peek().is_none() {
        return free;
    }
    directory.any(|(_, base)| Name::read(base).map_or(!free, |base| name.is_within(&base)))
}
