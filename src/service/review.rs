//! Four eyes: what waits, looked at, approved or rejected by a person; only then signed, by that person's own key.
//!
//! ```text
//! waits ──show──▶ the page, and its digest (shown to whom, when: durable)
//!   │ approve(digest) ── may this user? not who submitted it? shown this very page?
//!   ▼
//! drawn anew: the same bytes? ──▶ decided (durable) ──▶ signed, proven, placed
//!                      └─ no ─▶ the new page waits, and nobody has seen it
//! ```
//!
//! **Contract.** A signature is made over the page that was shown to the person, and no other: it is drawn anew from the day that waits, and
//! where that is not those bytes (the program or the configuration was changed meanwhile) the new page waits instead. A decision is durable
//! before anything is signed; what a crash left between the two is finished at the next start, by the same rule; what cannot be finished
//! waits again, with the reason. Whoever submitted a day file approves nothing of it. **Limits.** [`MOST`] statements a call. **Failure.** Each
//! statement has its own answer.

use super::placing::{self, Signed};
use super::{ServiceFault, drafts, making};
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::ledger::{Approval, Decision, FileDigest, Held, Hold, StatementId, Which};
use crate::model::StatementDay;
use crate::world::World;
use jiff::{Timestamp, civil::Date};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Statements that one call looks at.
pub const MOST: u32 = 100_000;
/// Statements that are signed before the first of them has its name.
const BATCH: usize = 256;

/// What became of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Signed and placed.
    Approved,
    /// Refused, with the reason.
    Rejected,
    /// No such statement waits.
    NotWaiting,
    /// This user may not approve for that unit.
    NotAllowed,
    /// This user's own day file.
    OwnSubmission,
    /// Its page was never shown to this user.
    NotSeen,
    /// The page is another one than was looked at: look again.
    OtherPage,
    /// What waits on disk is not what was taken.
    OtherDay,
    /// It could not be made: in English and in Romanian.
    NotMade(String, String),
}

impl Answer {
    fn not_made(fault: &dyn Explain) -> Self {
        Self::NotMade(fault.say(Lang::En), fault.say(Lang::Ro))
    }
}

/// What waits, for a user who may decide about it; all of it where no user is named. Approved statements are not waiting any more.
///
/// # Errors
/// What the ledger says.
pub fn waiting(world: &World, user: Option<u32>) -> Result<Vec<Held>, ServiceFault> {
    let today = day_of(world.clock().now());
    let held = world.ledger().held(Which::All(MOST))?;
    let may = |held: &Held| user.is_none_or(|user| world.reviewer(user, held.treasury, today).is_some());
    Ok(held.into_iter().filter(|held| held.approved.is_none() && may(held)).collect())
}

/// The page of a statement that waits, for a user who may decide about it; that it was shown to him is durable before he has it.
///
/// # Errors
/// What the ledger and the disk say.
pub fn page(world: &World, user: u32, id: StatementId) -> Result<Result<Vec<u8>, Answer>, ServiceFault> {
    let held = match one(world, user, id)? {
        Ok(held) => held,
        Err(answer) => return Ok(Err(answer)),
    };
    let Some(page) = drafts::page(world, &held)? else { return Ok(Err(Answer::OtherDay)) };
    world.ledger().shown(id, user, world.clock().now())?;
    Ok(Ok(page))
}

/// Approves statements, each with the digest of the page that was looked at: signs and places them. A number that comes twice counts once.
///
/// # Errors
/// A fault of the office; what was decided before it stands, and is finished at the next start.
pub fn approve(
    world: &World,
    user: u32,
    wanted: &[(StatementId, FileDigest)],
) -> Result<Vec<(StatementId, Answer)>, ServiceFault> {
    super::right_time(world)?;
    let mut seen = BTreeMap::new();
    for (id, page) in wanted {
        seen.entry(*id).or_insert(*page);
    }
    let seen: Vec<(StatementId, FileDigest)> = seen.into_iter().collect();
    let mut answers = Vec::with_capacity(seen.len());
    for batch in seen.chunks(BATCH) {
        let mut wanted = Vec::new();
        for (id, seen) in batch {
            match one(world, user, *id)?.and_then(|held| saw(held, user, *seen)) {
                Ok(held) => wanted.push(held),
                Err(answer) => answers.push((*id, answer)),
            }
        }
        let (kept, others) = redrawn(world, wanted)?;
        for (held, why) in others {
            answers.push((held.hold.id, again(world, &held, why)?));
        }
        let at = world.clock().now();
        let approvals = kept.into_iter().map(|(held, day)| {
            let approval = Approval { who: user, draft: held.hold.draft, at };
            (held, day, approval)
        });
        let approvals: Vec<Approved> = approvals.collect();
        let decisions: Vec<Decision> =
            approvals.iter().map(|(held, ..)| decision(held, true, user, String::new(), at)).collect();
        world.ledger().decide(&decisions)?;
        answers.extend(sign(world, approvals)?);
    }
    Ok(answers)
}

/// Rejects statements, with a reason.
///
/// # Errors
/// A fault of the office.
pub fn reject(
    world: &World,
    user: u32,
    wanted: &[StatementId],
    reason: &str,
) -> Result<Vec<(StatementId, Answer)>, ServiceFault> {
    let mut answers = BTreeMap::new();
    for id in wanted {
        if answers.contains_key(id) {
            continue;
        }
        let answer = match one(world, user, *id)? {
            Err(answer) => answer,
            Ok(held) => {
                let at = world.clock().now();
                world.ledger().decide(&[decision(&held, false, user, reason.to_owned(), at)])?;
                drafts::drop(world, *id)?;
                Answer::Rejected
            }
        };
        answers.insert(*id, answer);
    }
    Ok(answers.into_iter().collect())
}

/// Finishes what was approved before a crash: signs the very page that was approved, or lets it wait again; how many were signed.
///
/// # Errors
/// A fault of the office.
pub(super) fn finish(world: &World) -> Result<usize, ServiceFault> {
    let mut finished = 0;
    loop {
        let held = world.ledger().held(Which::Approved(u32::try_from(BATCH).unwrap_or(u32::MAX)))?;
        if held.is_empty() {
            return Ok(finished);
        }
        let (kept, others) = redrawn(world, held)?;
        for (held, why) in others {
            again(world, &held, why)?;
        }
        let approved = kept.into_iter().filter_map(|(held, day)| {
            let approval = held.approved.clone()?;
            Some((held, day, approval))
        });
        let answers = sign(world, approved.collect())?;
        finished += answers.iter().filter(|(_, answer)| *answer == Answer::Approved).count();
    }
}

/// A statement that waits, for a user who may decide about it.
fn one(world: &World, user: u32, id: StatementId) -> Result<Result<Held, Answer>, ServiceFault> {
    let held = world.ledger().held(Which::These(&[id]))?.pop().filter(|held| held.approved.is_none());
    let Some(held) = held else { return Ok(Err(Answer::NotWaiting)) };
    let may = world.reviewer(user, held.treasury, day_of(world.clock().now())).is_some();
    Ok(if may { Ok(held) } else { Err(Answer::NotAllowed) })
}

/// Whether this user may approve it, having seen this page.
fn saw(held: Held, user: u32, seen: FileDigest) -> Result<Held, Answer> {
    if held.hold.submitter == user {
        Err(Answer::OwnSubmission)
    } else if seen != held.hold.draft {
        Err(Answer::OtherPage)
    } else if !held.shown_to.contains(&user) {
        Err(Answer::NotSeen)
    } else {
        Ok(held)
    }
}

/// Why an approved statement waits again.
enum Why {
    /// Drawn anew it is this page.
    OtherPage(FileDigest),
    /// As the answer says.
    Answer(Answer),
}

/// A statement with its day and who approved it.
type Approved = (Held, StatementDay, Approval);
/// Those whose page, drawn anew, is the page that was looked at, with their days; and the others.
type Redrawn = (Vec<(Held, StatementDay)>, Vec<(Held, Why)>);

fn redrawn(world: &World, wanted: Vec<Held>) -> Result<Redrawn, ServiceFault> {
    let drawn: Result<Vec<_>, ServiceFault> = world.pool().install(|| {
        wanted
            .into_par_iter()
            .map(|held| {
                let drawn = redraw(world, &held)?;
                Ok((held, drawn))
            })
            .collect()
    });
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for (held, drawn) in drawn? {
        match drawn {
            Ok(day) => kept.push((held, day)),
            Err(why) => others.push((held, why)),
        }
    }
    Ok((kept, others))
}

fn redraw(world: &World, held: &Held) -> Result<Result<StatementDay, Why>, ServiceFault> {
    let Some(day) = drafts::day(world, held)? else { return Ok(Err(Why::Answer(Answer::OtherDay))) };
    let Some(office) = world.treasury(held.treasury) else {
        return Ok(Err(Why::Answer(Answer::NotAllowed))); // the unit is no longer in the configuration
    };
    let at = world.clock().now();
    let order = making::order(world, &day, &held.taken, held.channel, office, &office.verifier, at);
    let looked_at = held.approved.as_ref().map_or(held.hold.draft, |approval| approval.draft);
    Ok(match making::draft(world, &order, Some(looked_at))? {
        Err(fault) => Err(Why::Answer(Answer::not_made(&fault))),
        Ok(draft) if draft == looked_at => Ok(day),
        Ok(draft) => Err(Why::OtherPage(draft)),
    })
}

/// Lets a statement wait again, with the reason, and says it: nothing that was approved is stuck without a word.
fn again(world: &World, held: &Held, why: Why) -> Result<Answer, ServiceFault> {
    let (draft, answer) = match why {
        Why::OtherPage(draft) => (draft, Answer::OtherPage),
        Why::Answer(answer) => (held.hold.draft, answer),
    };
    if answer == Answer::OtherPage || held.approved.is_some() {
        let (en, ro) = answer.words();
        let who = held.approved.as_ref().map(|approval| approval.who);
        let line = |already: &str, before: &str, what: &str| match who {
            Some(who) => format!("{already}\n{before} {who}: {what}"),
            None => format!("{already}\n{what}"),
        };
        let hold = Hold {
            draft,
            reasons: line(&held.hold.reasons, "it was approved by user", &en),
            reasons_ro: line(&held.hold.reasons_ro, "a fost aprobat de utilizatorul", &ro),
            ..held.hold.clone()
        };
        world.ledger().hold(&[hold])?;
    }
    Ok(answer)
}

/// Signs, by the keys of whoever approved, and places.
fn sign(world: &World, approved: Vec<Approved>) -> Result<Vec<(StatementId, Answer)>, ServiceFault> {
    let made: Result<Vec<_>, ServiceFault> = world.pool().install(|| {
        approved
            .into_par_iter()
            .map(|(held, day, approval)| {
                let made = sign_one(world, &held, &day, &approval)?;
                Ok((held, approval, made))
            })
            .collect()
    });
    let (mut signed, mut answers) = (Vec::new(), Vec::new());
    for (held, approval, made) in made? {
        let id = held.hold.id;
        match made {
            Ok(one) => {
                signed.push(one);
                answers.push((id, Answer::Approved));
            }
            Err(answer) => {
                let held = Held { approved: Some(approval), ..held };
                answers.push((id, again(world, &held, Why::Answer(answer))?));
            }
        }
    }
    placing::commit(world, signed)?;
    for (id, _) in answers.iter().filter(|(_, answer)| *answer == Answer::Approved) {
        drafts::drop(world, *id)?;
    }
    Ok(answers)
}

fn sign_one(
    world: &World,
    held: &Held,
    day: &StatementDay,
    approval: &Approval,
) -> Result<Result<Signed, Answer>, ServiceFault> {
    let Some(office) = world.treasury(held.treasury) else { return Ok(Err(Answer::NotAllowed)) };
    // on the day of the decision: what was approved on the last day of a stand-in is finished after it
    let Some(reviewer) = world.reviewer(approval.who, held.treasury, day_of(approval.at)) else {
        return Ok(Err(Answer::NotAllowed));
    };
    let at = world.clock().now();
    let order = making::order(world, day, &held.taken, held.channel, office, &reviewer.signer, at);
    Ok(match making::sign(world, &order, held.channel)? {
        Err(fault) => Err(Answer::not_made(&fault)),
        Ok(staged) => {
            let record = placing::record(held.hold.id, held.channel, office, &reviewer.signer, at, &staged);
            Ok(Signed { channel: held.channel, record, staged })
        }
    })
}

fn decision(held: &Held, approved: bool, who: u32, reason: String, at: Timestamp) -> Decision {
    Decision { id: held.hold.id, approved, who, draft: held.hold.draft, reason, at }
}

fn day_of(at: Timestamp) -> Date {
    in_bucharest(at).date()
}

impl Answer {
    /// What it says, in English and in Romanian.
    pub fn words(&self) -> (String, String) {
        let (en, ro) = match self {
            Self::Approved => ("approved and signed", "aprobat și semnat"),
            Self::Rejected => ("rejected", "respins"),
            Self::NotWaiting => {
                ("no statement of this number waits for you", "niciun extras cu acest număr nu vă așteaptă")
            }
            Self::NotAllowed => (
                "you are no reviewer of this unit: see [[reviewer]] in the configuration",
                "nu sunteți verificator al acestei unități: vedeți [[reviewer]] în configurație",
            ),
            Self::OwnSubmission => (
                "you submitted this day file: somebody else approves it",
                "dumneavoastră ați depus acest fișier: îl aprobă altcineva",
            ),
            Self::NotSeen => (
                "you have not looked at its page: `pecete review show` fetches it",
                "nu i-ați privit pagina: o aduce `pecete review show`",
            ),
            Self::OtherPage => (
                "the page is not the one that was looked at: look at it again",
                "pagina nu este cea care a fost privită: priviți-o din nou",
            ),
            Self::OtherDay => (
                "what waits in the state folder is not the day that was taken: reject it and send the day file again",
                "ce așteaptă în dosarul `state` nu este ziua preluată: respingeți-l și trimiteți din nou fișierul zilei",
            ),
            Self::NotMade(en, ro) => {
                return (format!("it could not be made: {en}"), format!("nu a putut fi făcut: {ro}"));
            }
        };
        (en.to_owned(), ro.to_owned())
    }
}
