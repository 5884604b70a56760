//! Four eyes: what waits, looked at, approved or rejected by a person; only then signed, by that person's own key.
//!
//! ```text
//! waits ──show──▶ the page, and its digest
//!   │ approve(digest) ── may this user? not who submitted it? the very page that was seen?
//!   ▼
//! decided (durable) ──▶ drawn anew: the same bytes? ──▶ signed, proven, placed
//! ```
//!
//! **Contract.** A signature is made over the page whose digest the person gave, and no other: it is drawn anew from the day that waits, and
//! where that is not those bytes (the program or the configuration was changed meanwhile) the new page waits instead. A decision is durable
//! before anything is signed; what a crash left between the two is finished at the next start. Whoever submitted a day file
//! approves nothing of it. **Limits.** [`MOST`] statements a call. **Failure.** Each statement has its own answer.

use super::placing::{self, Signed};
use super::{ServiceFault, drafts, making};
use crate::clock::in_bucharest;
use crate::diag::{Explain, Lang};
use crate::ledger::{Decision, FileDigest, Held, Hold, StatementId};
use crate::model::StatementDay;
use crate::world::World;
use jiff::Timestamp;

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
    /// The page is another one than was looked at: look again.
    OtherPage,
    /// It could not be made.
    NotMade(String),
}

/// What waits, for a user who may decide about it; all of it where no user is named. Approved statements are not waiting any more.
///
/// # Errors
/// What the ledger says.
pub fn waiting(world: &World, user: Option<u32>) -> Result<Vec<Held>, ServiceFault> {
    let today = today(world);
    let held = world.ledger().held(MOST)?;
    let may = |held: &Held| user.is_none_or(|user| world.reviewer(user, held.treasury, today).is_some());
    Ok(held.into_iter().filter(|held| held.approved_by.is_none() && may(held)).collect())
}

/// The page of a statement that waits, for a user who may decide about it.
///
/// # Errors
/// What the ledger and the disk say.
pub fn page(world: &World, user: u32, id: StatementId) -> Result<Option<Vec<u8>>, ServiceFault> {
    let waiting = waiting(world, Some(user))?;
    match waiting.iter().find(|held| held.hold.id == id) {
        None => Ok(None),
        Some(held) => Ok(Some(drafts::page(world, held.hold.id)?)),
    }
}

/// Approves statements, each with the digest of the page that was looked at: signs and places them.
///
/// # Errors
/// A fault of the office; what was decided before it stands, and is finished at the next start.
pub fn approve(
    world: &World,
    user: u32,
    wanted: &[(StatementId, FileDigest)],
) -> Result<Vec<(StatementId, Answer)>, ServiceFault> {
    let held = world.ledger().held(MOST)?;
    let mut answers = Vec::with_capacity(wanted.len());
    for batch in wanted.chunks(BATCH) {
        let mut approved = Vec::new();
        for (id, seen) in batch {
            match may(world, user, &held, *id, Some(*seen)) {
                Ok(held) => approved.push(held),
                Err(answer) => answers.push((*id, answer)),
            }
        }
        let at = world.clock().now();
        let decisions: Vec<Decision> =
            approved.iter().map(|held| decision(held, true, user, String::new(), at)).collect();
        let (kept, others) = redrawn(world, &approved)?;
        answers.extend(others);
        let decisions: Vec<Decision> = decisions
            .into_iter()
            .filter(|decision| kept.iter().any(|(held, _)| held.hold.id == decision.id))
            .collect();
        world.ledger().decide(&decisions)?;
        let approved: Vec<(&Held, StatementDay, u32)> =
            kept.into_iter().map(|(held, day)| (held, day, user)).collect();
        answers.extend(sign(world, approved)?);
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
    let held = world.ledger().held(MOST)?;
    let mut answers = Vec::with_capacity(wanted.len());
    for id in wanted {
        match may(world, user, &held, *id, None) {
            Err(answer) => answers.push((*id, answer)),
            Ok(held) => {
                let at = world.clock().now();
                world.ledger().decide(&[decision(held, false, user, reason.to_owned(), at)])?;
                drafts::drop(world, *id)?;
                answers.push((*id, Answer::Rejected));
            }
        }
    }
    Ok(answers)
}

/// Signs what was approved before a crash; how many.
///
/// # Errors
/// A fault of the office.
pub(super) fn finish(world: &World) -> Result<usize, ServiceFault> {
    let held = world.ledger().held(MOST)?;
    let mut finished = 0;
    for one in held.iter().filter(|held| held.approved_by.is_some()) {
        if let (Some(user), Some(day)) = (one.approved_by, drafts::day(world, one)?) {
            let answers = sign(world, vec![(one, day, user)])?;
            finished += answers.iter().filter(|(_, answer)| *answer == Answer::Approved).count();
        }
    }
    Ok(finished)
}

/// Whether this user may decide about a statement, having seen this page.
fn may<'h>(
    world: &World,
    user: u32,
    held: &'h [Held],
    id: StatementId,
    seen: Option<FileDigest>,
) -> Result<&'h Held, Answer> {
    let waits = held.iter().find(|held| held.hold.id == id && held.approved_by.is_none());
    let held = waits.ok_or(Answer::NotWaiting)?;
    if world.reviewer(user, held.treasury, today(world)).is_none() {
        return Err(Answer::NotAllowed);
    }
    match seen {
        Some(_) if held.hold.submitter == user => Err(Answer::OwnSubmission),
        Some(seen) if seen != held.hold.draft => Err(Answer::OtherPage),
        _ => Ok(held),
    }
}

/// Those whose page, drawn anew, is the page that was looked at, with their days; of the others the new page waits.
type Redrawn<'h> = (Vec<(&'h Held, StatementDay)>, Vec<(StatementId, Answer)>);

fn redrawn<'h>(world: &World, approved: &[&'h Held]) -> Result<Redrawn<'h>, ServiceFault> {
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    for held in approved {
        let id = held.hold.id;
        let Some(day) = drafts::day(world, held)? else {
            others.push((id, Answer::NotMade("the day that waits is not the day that was taken".to_owned())));
            continue;
        };
        let at = world.clock().now();
        let office = world.treasury(held.treasury).ok_or(ServiceFault::Stage)?;
        let order = making::order(world, &day, &held.taken, held.channel, office, &office.verifier, at);
        match making::draft(world, &order)? {
            Err(fault) => others.push((id, Answer::NotMade(fault.say(Lang::En)))),
            Ok(draft) if draft == held.hold.draft => kept.push((*held, day)),
            Ok(draft) => {
                world.ledger().hold(&[Hold { draft, ..held.hold.clone() }])?;
                others.push((id, Answer::OtherPage));
            }
        }
    }
    Ok((kept, others))
}

/// Signs, by the keys of whoever approved, and places.
fn sign(
    world: &World,
    approved: Vec<(&Held, StatementDay, u32)>,
) -> Result<Vec<(StatementId, Answer)>, ServiceFault> {
    let (mut signed, mut answers) = (Vec::new(), Vec::new());
    for (held, day, user) in &approved {
        let (id, at) = (held.hold.id, world.clock().now());
        let office = world.treasury(held.treasury).ok_or(ServiceFault::Stage)?;
        let Some(reviewer) = world.reviewer(*user, held.treasury, today(world)) else {
            answers.push((id, Answer::NotAllowed));
            continue;
        };
        let order = making::order(world, day, &held.taken, held.channel, office, &reviewer.signer, at);
        match making::sign(world, &order, held.channel)? {
            Err(fault) => answers.push((id, Answer::NotMade(fault.say(Lang::En)))),
            Ok(staged) => {
                let record = placing::record(id, held.channel, office, &reviewer.signer, at, &staged);
                signed.push(Signed { channel: held.channel, record, staged });
                answers.push((id, Answer::Approved));
            }
        }
    }
    placing::commit(world, signed)?;
    for (id, _) in answers.iter().filter(|(_, answer)| *answer == Answer::Approved) {
        drafts::drop(world, *id)?;
    }
    Ok(answers)
}

fn decision(held: &Held, approved: bool, who: u32, reason: String, at: Timestamp) -> Decision {
    Decision { id: held.hold.id, approved, who, draft: held.hold.draft, reason, at }
}

fn today(world: &World) -> jiff::civil::Date {
    in_bucharest(world.clock().now()).date()
}
