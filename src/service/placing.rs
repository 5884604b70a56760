//! The last stage: a batch becomes durable, is recorded, and gets its names.
//!
//! The order is the promise: first the bytes are durable, then the ledger says so (from here on the
//! statement is never signed again), then the name appears, then the name is durable and the ledger
//! says that too. A crash between any two of them is mended by [`super::recover`].

use super::line::Line;
use super::making::{Made, MadeBatch};
use super::refusal::{Reason, Refused};
use super::report::{Progress, ServiceFault};
use crate::ledger::{Channel, SignedRecord, StatementId};
use crate::publish::Staged;
use crate::world::World;
use jiff::Timestamp;
use std::sync::mpsc::Receiver;

/// What was placed.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) published: u64,
    pub(super) stick: u64,
    pub(super) refused: Vec<Refused>,
}

/// Runs until the made batches end; `file` is the day file's name.
pub(super) fn stage(
    world: &World,
    file: &str,
    made: Receiver<MadeBatch>,
    line: &Line,
    progress: &Progress,
) -> Result<Placed, ServiceFault> {
    let mut placed = Placed::default();
    let result = made.iter().try_for_each(|batch| {
        let ids = place(world, file, batch?, &mut placed, progress)?;
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
    let mut refusals = Vec::new();
    for made in batch {
        match made.outcome {
            Ok(staged) => signed.push((
                made.item.taken.id,
                made.item.channel,
                record(world, &made.item, made.at, &staged),
                staged,
            )),
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
    if signed.is_empty() {
        return Ok(ids);
    }
    let channels = channels(&signed);
    sync(world, &channels)?;
    let (records, staged): (Vec<SignedRecord>, Vec<_>) =
        signed.into_iter().map(|(id, channel, record, staged)| (record, (id, channel, staged))).unzip();
    world.ledger().signed(&records)?;
    let mut named = Vec::with_capacity(staged.len());
    for (id, channel, staged) in staged {
        world.outbox(channel).name(staged)?;
        match channel {
            Channel::Folder => placed.published += 1,
            Channel::Stick => placed.stick += 1,
        }
        named.push(id);
    }
    sync(world, &channels)?;
    world.ledger().placed(&named, world.clock().now())?;
    progress.placed(named.len());
    Ok(ids)
}

fn channels(signed: &[(StatementId, Channel, SignedRecord, Staged)]) -> Vec<Channel> {
    [Channel::Folder, Channel::Stick]
        .into_iter()
        .filter(|c| signed.iter().any(|(_, channel, ..)| channel == c))
        .collect()
}

fn sync(world: &World, channels: &[Channel]) -> Result<(), ServiceFault> {
    channels.iter().try_for_each(|channel| Ok(world.outbox(*channel).sync()?))
}

fn record(world: &World, item: &super::making::Item, at: Timestamp, staged: &Staged) -> SignedRecord {
    let office = world.treasury(item.day.treasury());
    let signer = |signer: &crate::sign::Signer| (signer.name().to_owned(), signer.certificate_digest());
    SignedRecord {
        id: item.taken.id,
        document: staged.digest(),
        length: staged.length(),
        verifier: office.map(|office| signer(&office.verifier)).unwrap_or_default(),
        seal: office.filter(|_| item.channel == Channel::Folder).map(|office| signer(&office.seal)),
        at,
        path: staged.relative().to_owned(),
    }
}
