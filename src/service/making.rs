//! The middle stage: each statement of a batch through the story, on all cores.

use super::report::ServiceFault;
use crate::diag::Explain;
use crate::ingest::Entry;
use crate::ledger::{Channel, Taken};
use crate::model::StatementDay;
use crate::pipeline::{self, MakeFault, Order};
use crate::publish::Staged;
use crate::world::World;
use jiff::Timestamp;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// A statement that was taken.
#[derive(Debug)]
pub(super) struct Item {
    /// The day, checked.
    pub(super) day: Arc<StatementDay>,
    /// The record that it came in, for the quarantine.
    pub(super) entry: Arc<Entry>,
    /// For which channel.
    pub(super) channel: Channel,
    /// Its name, its time of editing, what it replaces.
    pub(super) taken: Taken,
}

/// A statement that was made, or not.
#[derive(Debug)]
pub(super) struct Made {
    /// What it was.
    pub(super) item: Item,
    /// When it was signed.
    pub(super) at: Timestamp,
    /// The document under its hidden name, or why this statement cannot be.
    pub(super) outcome: Result<Staged, MakeFault>,
}

/// A batch that was made; a fault of the office ends the work.
pub(super) type MadeBatch = Result<Vec<Made>, ServiceFault>;

/// Runs until the batches end or the next stage is gone.
pub(super) fn stage(world: &World, batches: Receiver<Vec<Item>>, made: SyncSender<MadeBatch>) {
    for batch in batches {
        let batch: MadeBatch =
            world.pool().install(|| batch.into_par_iter().map(|item| one(world, item)).collect());
        let failed = batch.is_err();
        if made.send(batch).is_err() || failed {
            break;
        }
    }
}

fn one(world: &World, item: Item) -> Result<Made, ServiceFault> {
    let at = world.clock().now();
    let office = world.treasury(item.day.treasury()).ok_or(ServiceFault::Stage)?;
    let order = Order {
        day: &item.day,
        taken: &item.taken,
        channel: match item.channel {
            Channel::Folder => pipeline::Channel::Published,
            Channel::Stick => pipeline::Channel::Stick,
        },
        treasury_name: &office.name,
        verifier: &office.verifier,
        seal: &office.seal,
        policy: world.policy(),
        at,
    };
    let outcome = match pipeline::make(&order) {
        Err(fault) if fault.retryable() => return Err(ServiceFault::Make(fault)),
        Err(fault) => Err(fault),
        Ok(document) => {
            let group = world.config().client(item.day.holder().cui()).group;
            Ok(world.outbox(item.channel).stage(&document, group, item.taken.id.0)?)
        }
    };
    Ok(Made { item, at, outcome })
}
