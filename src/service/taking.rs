//! One day file: when it is ready, what becomes of it, and where it is put away.

use super::line::{Flights, Line};
use super::refusal::{self, WholeFault};
use super::report::{FileReport, Left, Progress, ServiceFault};
use super::{PassOptions, intake, making, placing};
use crate::config::Companion;
use crate::fs::FsFault;
use crate::ingest::inbox::{Arrival, Claimed, Inbox};
use crate::world::World;
use std::sync::mpsc::sync_channel;

/// Why a file is not ready to be taken, where it is not.
pub(super) fn not_ready(world: &World, arrival: &Arrival, options: PassOptions) -> Option<Left> {
    if arrival.format.is_none() && (arrival.still >= options.settle || arrival.ready) {
        return None; // it is refused as it is
    }
    let wanted = match world.config().companion {
        Companion::Ready if !arrival.ready => Some("ready"),
        Companion::Sha256 if arrival.checksum.is_none() => Some("sha256"),
        _ => None,
    };
    if let Some(which) = wanted {
        Some(Left::NoCompanion(which))
    } else if arrival.still < options.settle && !arrival.ready {
        Some(Left::Settling)
    } else if !arrival.complete {
        Some(Left::NoEnd)
    } else {
        None
    }
}

/// One day file, from the watch folder to where it is put away.
pub(super) fn file(
    world: &World,
    arrival: Arrival,
    options: PassOptions,
    flights: &Flights,
    progress: &Progress,
) -> Result<FileReport, ServiceFault> {
    let inbox = world.inbox();
    let left = |left: Left| FileReport { name: arrival.shown(), left: Some(left), ..FileReport::default() };
    if arrival.format.is_none() {
        return refuse_whole(inbox, &arrival, &WholeFault::Form);
    }
    let claimed = match inbox.claim(arrival.clone(), world.config().max_day_file) {
        Err(FsFault::TooLarge { limit, .. }) => {
            return refuse_whole(inbox, &arrival, &WholeFault::TooLarge { limit });
        }
        // The file's own fault, not the office's: the others go on.
        Err(fault) if fault.path() == arrival.path => return Ok(left(Left::unread(&fault))),
        other => other?,
    };
    if !inbox.is_as_promised(&claimed) {
        inbox.release(&claimed)?;
        return Ok(left(Left::OtherBytes));
    }
    let mut quarantine = refusal::Quarantine::open(&claimed)?;
    let mut report = process(world, &claimed, options, &mut quarantine, flights, progress)?;
    if report.interrupted || report.left.is_some() {
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
    flights: &Flights,
    progress: &Progress,
) -> Result<FileReport, ServiceFault> {
    let line = Line::new(flights);
    let shown = claimed.arrival.shown();
    let (to_making, batches) = sync_channel(1);
    let (to_placing, made) = sync_channel(1);
    std::thread::scope(|scope| {
        let making = scope.spawn(|| making::stage(world, batches, to_placing, progress));
        let placing = scope.spawn(|| placing::stage(world, &shown, made, &line, progress));
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
    let why = inbox.write_why(&put, &refusal::why_whole(&arrival.name, fault))?;
    Ok(FileReport {
        name: arrival.shown(),
        refused: 1,
        put: Some(put),
        why: Some(why),
        ..FileReport::default()
    })
}
