//! The daemon around the story: what has arrived is taken, made, published, put away.
//!
//! ```text
//! scan ─▶ claim a file ─▶ intake ══▶ making ══▶ placing ─▶ settle the file
//!                          │ parse    │ draw, sign,  │ one sync for many, the ledger, names
//!                          │ take     │ verify, stage│
//!                          └ batches of at most [`BATCH`] statements, few in flight: memory is flat
//! ```
//!
//! The three stages run beside each other, so that the disk is synchronised while the next batch is
//! being signed. A fault of one statement refuses that statement. A fault of the office (disk full,
//! ledger locked) stops the file where it is: it stays in the watch folder, and at the next pass the
//! ledger says what of it is done.

mod drafts;
mod heads;
mod intake;
mod line;
mod making;
mod placing;
mod refusal;
mod report;
pub mod review;
mod waiting;
pub mod watch;

pub use heads::seal_head;
pub use refusal::{Reason, WholeFault};
pub use report::{FileReport, MOST_NOTES, Pass, Progress, ServiceFault};
pub use waiting::Why;

use crate::fs::FsFault;
use crate::ingest::inbox::{Arrival, Claimed, Inbox};
use crate::ledger::Channel;
use crate::world::World;
use line::Line;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// Statements that share the cost of durability.
pub const BATCH: usize = 256;
/// Bytes of records in a batch, beyond which it is closed early.
pub const BATCH_BYTES: usize = 4 << 20;

/// How one pass over the watch folder goes.
#[derive(Clone, Copy, Debug)]
pub struct PassOptions {
    /// What becomes of corrections.
    pub corrections: Corrections,
    /// How long a file must have been still.
    pub settle: Duration,
}

/// What becomes of a day that says that it corrects one that was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrections {
    /// It is refused: nobody is there to accept it.
    Refuse,
    /// Whoever started this run accepts it.
    Accept,
    /// It waits for a person.
    Hold,
}

/// Finishes what a crash left between signing and naming. Nothing is signed before this is done, and nothing at all
/// over a ledger that is behind a head that was sealed.
///
/// # Errors
/// [`ServiceFault::RolledBack`], and what the disk and the ledger say.
pub fn recover(world: &World) -> Result<usize, ServiceFault> {
    heads::unbroken(world)?;
    let unplaced = world.ledger().unplaced()?;
    let mut placed = Vec::with_capacity(unplaced.len());
    for statement in &unplaced {
        world.outbox(statement.channel).recover(&statement.path, statement.id.0, statement.document)?;
        placed.push(statement.id);
    }
    if !placed.is_empty() {
        for channel in [Channel::Folder, Channel::Stick] {
            world.outbox(channel).sync()?;
        }
        world.ledger().placed(&placed, world.clock().now())?;
    }
    Ok(placed.len() + review::finish(world)?)
}

/// Takes what lies in the watch folder and is ready, file by file, by name.
pub fn pass(world: &World, options: PassOptions, progress: &Progress) -> Result<Pass, ServiceFault> {
    let mut pass = Pass::default();
    for arrival in world.inbox().arrivals(world.clock().now())? {
        if progress.is_stopped() {
            break;
        }
        if arrival.still < options.settle {
            pass.waiting.push(arrival.name);
        } else {
            pass.files.push(file(world, arrival, options, progress)?);
        }
    }
    Ok(pass)
}

/// One day file, from the watch folder to where it is put away.
fn file(
    world: &World,
    arrival: Arrival,
    options: PassOptions,
    progress: &Progress,
) -> Result<FileReport, ServiceFault> {
    let inbox = world.inbox();
    if arrival.format.is_none() {
        return refuse_whole(inbox, &arrival, &WholeFault::Form);
    }
    if !arrival.complete {
        return Ok(FileReport { name: arrival.name, incomplete: true, ..FileReport::default() });
    }
    let claimed = match inbox.claim(arrival.clone(), world.config().max_day_file) {
        Err(FsFault::TooLarge { limit, .. }) => {
            return refuse_whole(inbox, &arrival, &WholeFault::TooLarge { limit });
        }
        other => other?,
    };
    let mut quarantine = refusal::Quarantine::open(&claimed)?;
    let mut report = process(world, &claimed, options, &mut quarantine, progress)?;
    if report.interrupted {
        return Ok(report); // it stays where it is, and is taken again at the next start
    }
    let nothing_good = report.made() + report.known + report.waiting == 0 && report.refused > 0;
    report.why = quarantine.close(inbox, &claimed, nothing_good)?;
    report.put = Some(inbox.settle(&claimed, nothing_good)?);
    Ok(report)
}

/// The three stages over one file. The first fault stops all three, and nothing is lost by it.
fn process(
    world: &World,
    claimed: &Claimed,
    options: PassOptions,
    quarantine: &mut refusal::Quarantine,
    progress: &Progress,
) -> Result<FileReport, ServiceFault> {
    let line = Line::default();
    let (to_making, batches) = sync_channel(1);
    let (to_placing, made) = sync_channel(1);
    std::thread::scope(|scope| {
        let making = scope.spawn(|| making::stage(world, batches, to_placing));
        let placing = scope.spawn(|| placing::stage(world, &claimed.arrival.name, made, &line, progress));
        let taken = intake::stage(world, claimed, options, to_making, quarantine, &line, progress);
        making.join().map_err(|_| ServiceFault::Stage)?;
        let placed = placing.join().map_err(|_| ServiceFault::Stage)??;
        let mut report = taken?;
        report.published = placed.published;
        report.stick = placed.stick;
        report.waiting += placed.waiting;
        for refused in placed.refused {
            report.refused += 1;
            quarantine.add(refused)?;
        }
        Ok(report)
    })
}

/// A file of which nothing can be taken.
fn refuse_whole(inbox: &Inbox, arrival: &Arrival, fault: &WholeFault) -> Result<FileReport, ServiceFault> {
    let put = inbox.refuse(arrival)?;
    let name = put.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let why = inbox.write_why(&name, &refusal::why_whole(&arrival.name, fault))?;
    Ok(FileReport {
        name: arrival.name.clone(),
        refused: 1,
        put: Some(put),
        why: Some(why),
        ..FileReport::default()
    })
}
