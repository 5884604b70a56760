//! The middle stage: each statement of a batch through the story, on all cores; what waits for a person, as far as the page.

use super::drafts;
use super::report::{Progress, ServiceFault, Stage};
use super::waiting::{self, Why};
use crate::clock::Stopwatch;
use crate::diag::{Explain, Lang};
use crate::ingest::Entry;
use crate::ledger::{Channel, FileDigest, Hold, Taken};
use crate::model::StatementDay;
use crate::pipeline::{self, MakeFault, Order};
use crate::publish::Staged;
use crate::sign::Signer;
use crate::world::{Office, World};
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
    /// Why it waits for a person; empty where it does not.
    pub(super) waits: Vec<Why>,
    /// The system's number of the user whose day file it came in.
    pub(super) submitter: u32,
}

/// What became of a statement.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The signed document under its hidden name.
    Staged(Staged),
    /// It waits, with its draft.
    Waits(Hold),
}

/// A statement that was made, or not.
#[derive(Debug)]
pub(super) struct Made {
    /// What it was.
    pub(super) item: Item,
    /// When it was signed.
    pub(super) at: Timestamp,
    /// The document or its draft, or why this statement cannot be.
    pub(super) outcome: Result<Outcome, MakeFault>,
}

/// A batch that was made; a fault of the office ends the work.
pub(super) type MadeBatch = Result<Vec<Made>, ServiceFault>;

/// Runs until the batches end or the next stage is gone.
pub(super) fn stage(
    world: &World,
    batches: Receiver<Vec<Item>>,
    made: SyncSender<MadeBatch>,
    progress: &Progress,
) {
    for batch in batches {
        let since = Stopwatch::start();
        let batch: MadeBatch =
            world.pool().install(|| batch.into_par_iter().map(|item| one(world, item)).collect());
        progress.spent(Stage::Making, since.elapsed());
        let failed = batch.is_err();
        if made.send(batch).is_err() || failed {
            break;
        }
    }
}

fn one(world: &World, item: Item) -> Result<Made, ServiceFault> {
    let at = world.clock().now();
    let office = world.treasury(item.day.treasury()).ok_or(ServiceFault::Stage)?;
    let order = order(world, &item.day, &item.taken, item.channel, office, &office.verifier, at);
    let outcome = if item.waits.is_empty() {
        sign(world, &order, item.channel).map(|staged| staged.map(Outcome::Staged))
    } else {
        let reasons = |lang| waiting::say(&item.waits, lang);
        draft(world, &order, None).map(|draft| {
            draft.map(|draft| {
                let (id, submitter) = (item.taken.id, item.submitter);
                let (reasons, reasons_ro) = (reasons(Lang::En), reasons(Lang::Ro));
                Outcome::Waits(Hold { id, draft, reasons, reasons_ro, submitter, at })
            })
        })
    };
    Ok(Made { item, at, outcome: outcome? })
}

/// What it takes to make a statement of a unit, signed by this person.
pub(super) fn order<'a>(
    world: &'a World,
    day: &'a StatementDay,
    taken: &'a Taken,
    channel: Channel,
    office: &'a Office,
    verifier: &'a Signer,
    at: Timestamp,
) -> Order<'a> {
    Order {
        day,
        taken,
        channel: match channel {
            Channel::Folder => pipeline::Channel::Published,
            Channel::Stick => pipeline::Channel::Stick,
        },
        treasury_name: &office.name,
        verifier,
        seal: &office.seal,
        policy: world.policy(),
        at,
    }
}

/// A statement of which nothing is known but that it cannot be made; or a fault of the office.
type MadeOr<T> = Result<Result<T, MakeFault>, ServiceFault>;

/// Signs, proves and stages a statement.
pub(super) fn sign(world: &World, order: &Order<'_>, channel: Channel) -> MadeOr<Staged> {
    match pipeline::make(order) {
        Err(fault) if fault.retryable() => Err(ServiceFault::Make(fault)),
        Err(fault) => Ok(Err(fault)),
        Ok(document) => {
            let group = world.config().client(order.day.holder().cui()).group;
            Ok(Ok(world.outbox(channel).stage(&document, group, order.taken.id.0)?))
        }
    }
}

/// Draws the page that a person will look at, and keeps it where it is not the one that is `known`; its digest.
pub(super) fn draft(world: &World, order: &Order<'_>, known: Option<FileDigest>) -> MadeOr<FileDigest> {
    match pipeline::draft(order) {
        Err(fault) => Ok(Err(fault)),
        Ok(page) => {
            let digest = drafts::digest(&page);
            if known != Some(digest) {
                drafts::keep(world, order.taken.id, &page, order.day)?;
            }
            Ok(Ok(digest))
        }
    }
}
