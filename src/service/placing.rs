//! The last stage: a batch becomes durable, is recorded, and gets its names.
//!
//! The order is the promise: first the bytes are durable, then the ledger says so (from here on the
//! statement is never signed again), then the name appears, then the name is durable and the ledger
//! says that too. A crash between any two of them is mended by [`super::recover`].

use super::line::Line;
use super::making::{Made, MadeBatch, Outcome};
use super::refusal::{Reason, Refused};
use super::report::{Progress, ServiceFault, Stage};
use crate::clock::Stopwatch;
use crate::ledger::{Channel, SignedRecord, StatementId};
use crate::publish::Staged;
use crate::sign::Signer;
use crate::world::{Office, World};
use jiff::Timestamp;
use std::sync::mpsc::Receiver;

/// What was placed.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) published: u64,
    pub(super) stick: u64,
    pub(super) waiting: u64,
    pub(super) refused: Vec<Refused>,
}

/// Runs until the made batches end; `file` is the day file's name.
pub(super) fn stage(
    world: &World,
    file: &str,
    made: Receiver<MadeBatch>,
    line: &Line<'_>,
    progress: &Progress,
) -> Result<Placed, ServiceFault> {
    let mut placed = Placed::default();
    let result = made.iter().try_for_each(|batch| {
        let since = Stopwatch::start();
        let ids = place(world, file, batch?, &mut placed, progress)?;
        progress.spent(Stage::Placing, since.elapsed());
        line.leave(ids);
        Ok(())
    });
    line.stop();
    result.map(|()| placed)
}

fn place(
    world: &World,
    file: &str,
    batch: Vec<Made>,
    placed: &mut Placed,
    progress: &Progress,
) -> Result<Vec<StatementId>, ServiceFault> {
    let ids: Vec<StatementId> = batch.iter().map(|made| made.item.taken.id).collect();
    let mut signed = Vec::with_capacity(batch.len());
    let (mut refusals, mut holds) = (Vec::new(), Vec::new());
    for made in batch {
        match made.outcome {
            Ok(Outcome::Staged(staged)) => {
                let office = world.treasury(made.item.day.treasury()).ok_or(ServiceFault::Stage)?;
                let record =
                    record(made.item.taken.id, made.item.channel, office, &office.verifier, made.at, &staged);
                signed.push(Signed { channel: made.item.channel, record, staged });
            }
            Ok(Outcome::Waits(hold)) => holds.push(hold),
            Err(fault) => {
                let refused = Refused::of(&made.item.entry, Reason::Make(fault));
                refusals.push(refused.for_the_ledger(file, Some(made.item.taken.id), made.at));
                progress.refused();
                placed.refused.push(refused);
            }
        }
    }
    if !refusals.is_empty() {
        world.ledger().refused(&refusals)?;
    }
    if !holds.is_empty() {
        world.ledger().hold(&holds)?;
        placed.waiting += u64::try_from(holds.len()).unwrap_or(0);
    }
    let (published, stick) = commit(world, signed)?;
    placed.published += published;
    placed.stick += stick;
    progress.placed(usize::try_from(published + stick).unwrap_or(0));
    Ok(ids)
}

/// A document under its hidden name, with what the ledger will say of it.
pub(super) struct Signed {
    pub(super) channel: Channel,
    pub(super) record: SignedRecord,
    pub(super) staged: Staged,
}

/// Makes documents durable, records them and gives them their names; how many in clients' folders, and for sticks.
pub(super) fn commit(world: &World, signed: Vec<Signed>) -> Result<(u64, u64), ServiceFault> {
    if signed.is_empty() {
        return Ok((0, 0));
    }
    let channels = channels(&signed);
    sync(world, &channels)?;
    let (records, staged): (Vec<SignedRecord>, Vec<_>) =
        signed.into_iter().map(|Signed { channel, record, staged }| (record, (channel, staged))).unzip();
    world.ledger().signed(&records)?;
    let (mut published, mut stick) = (0, 0);
    for (channel, staged) in staged {
        world.outbox(channel).name(staged)?;
        match channel {
            Channel::Folder => published += 1,
            Channel::Stick => stick += 1,
        }
    }
    sync(world, &channels)?;
    let named: Vec<StatementId> = records.iter().map(|record| record.id).collect();
    world.ledger().placed(&named, world.clock().now())?;
    Ok((published, stick))
}

fn channels(signed: &[Signed]) -> Vec<Channel> {
    [Channel::Folder, Channel::Stick]
        .into_iter()
        .filter(|channel| signed.iter().any(|one| one.channel == *channel))
        .collect()
}

fn sync(world: &World, channels: &[Channel]) -> Result<(), ServiceFault> {
    channels.iter().try_for_each(|channel| Ok(world.outbox(*channel).sync()?))
}

/// What the ledger says of a document, signed by this person for this unit.
pub(super) fn record(
    id: StatementId,
    channel: Channel,
    office: &Office,
    verifier: &Signer,
    at: Timestamp,
    staged: &Staged,
) -> SignedRecord {
    let signer = |signer: &Signer| (signer.name().to_owned(), signer.certificate_digest());
    SignedRecord {
        id,
        document: staged.digest(),
        length: staged.length(),
        verifier: signer(verifier),
        seal: (channel == Channel::Folder).then(|| signer(&office.seal)),
        at,
        path: staged.relative().to_owned(),
    }
}
