//! The daemon around the story: what has arrived is taken, made, published, put away.
//!
//! ```text
//! scan ─▶ lanes, one a unit's folder: file by file
//!           └▶ claim a file ─▶ intake ══▶ making ══▶ placing ─▶ settle the file
//!                          │ parse    │ draw, sign,  │ one sync for many, the ledger, names
//!                          │ take     │ verify, stage│
//!                          └ batches of at most [`BATCH`] statements, few in flight: memory is flat
//! ```
//!
//! The three stages run beside each other, so that the disk is synchronised while the next batch is
//! being signed. A fault of one statement refuses that statement. A fault of the office (disk full,
//! ledger locked) stops the file where it is: it stays in the watch folder, and at the next pass the
//! ledger says what of it is done.

mod adopting;
mod drafts;
mod heads;
mod intake;
mod lanes;
mod line;
mod making;
mod placing;
pub mod pulse;
mod refusal;
mod report;
pub mod review;
mod taking;
mod waiting;
pub mod watch;

pub use adopting::Unexplained;
pub use heads::seal_head;
pub use refusal::{Reason, WholeFault};
pub use report::{FileReport, Left, MOST_NOTES, Pass, Progress, ServiceFault, Stage};
pub use waiting::Why;

use crate::ledger::Channel;
use crate::world::World;
use jiff::SignedDuration;
use std::time::Duration;

/// Statements that share the cost of durability.
pub const BATCH: usize = 256;
/// Bytes of records in a batch, beyond which it is closed early.
pub const BATCH_BYTES: usize = 4 << 20;

/// A clock that is set right goes back so far without anybody's harm.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// How one pass over the watch folder goes.
#[derive(Clone, Copy, Debug)]
pub struct PassOptions {
    /// What becomes of corrections.
    pub corrections: Corrections,
    /// How long a file must have been still.
    pub settle: Duration,
    /// Whether to look again while a long file is worked on: another unit's file is not kept waiting behind it.
    pub again: bool,
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

/// Takes back what was published since a backup that was put back, where one was; how many documents.
///
/// # Errors
/// [`ServiceFault::Unexplained`], and what the disk and the ledger say.
pub fn adopt(world: &World) -> Result<u64, ServiceFault> {
    adopting::adopt(world)
}

/// Finishes what a crash left between signing and naming. Nothing is signed before this is done, and nothing at all
/// over a ledger that is behind a head that was sealed.
///
/// # Errors
/// [`ServiceFault::RolledBack`], and what the disk and the ledger say.
pub fn recover(world: &World) -> Result<usize, ServiceFault> {
    adopting::adopt(world)?;
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

/// Takes what lies in the watch folder and is ready: the files of each unit's folder by name, and units beside one another.
///
/// # Errors
/// A fault of the office: what was begun is finished at the next pass.
pub fn pass(world: &World, options: PassOptions, progress: &Progress) -> Result<Pass, ServiceFault> {
    pass_telling(world, options, progress, &mut |_| {})
}

/// The same; each file is told when it is finished.
///
/// # Errors
/// As [`pass`].
pub fn pass_telling(
    world: &World,
    options: PassOptions,
    progress: &Progress,
    tell: &mut dyn FnMut(&FileReport),
) -> Result<Pass, ServiceFault> {
    right_time(world)?;
    lanes::pass(world, options, progress, tell)
}

/// Nothing is signed by a clock that went back: names, times and the order of the chain would be wrong.
fn right_time(world: &World) -> Result<(), ServiceFault> {
    let (now, last) = (world.clock().now(), world.ledger().last_taken()?);
    match last {
        Some(last) if last.duration_since(now) > CLOCK_TOLERANCE => {
            Err(ServiceFault::ClockBack { now, last })
        }
        _ => Ok(()),
    }
}
