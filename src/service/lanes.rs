//! Files beside one another: a lane for the watch folder itself and one for each unit's own folder, in each lane by name.
//!
//! The days of an institution must come in their order, and its files lie in one folder: within a lane one file after another. What one unit
//! drops is not kept waiting behind another's long file: while one is worked on, the folders are looked at again. [`LANES`] are open at
//! once, the shortest file first; each holds a few batches, so that memory stays flat.

use super::line::Flights;
use super::report::{FileReport, Left, Pass, Progress, ServiceFault};
use super::{PassOptions, taking};
use crate::ingest::inbox::Arrival;
use crate::model::TreasuryCode;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::Scope;
use std::time::Duration;

/// Lanes that are open at once.
const LANES: usize = 8;
/// How often the folders are looked at while files are worked on.
const AGAIN: Duration = Duration::from_millis(500);

/// The unit in whose folder the files of a lane lie; none for the watch folder itself.
type Lane = Option<TreasuryCode>;

/// What a lane says when a file is finished.
type Finished = (Lane, Result<FileReport, ServiceFault>);

#[derive(Default)]
struct Work {
    /// Files that are ready, by lane and name.
    queues: BTreeMap<Lane, VecDeque<Arrival>>,
    /// Files that this pass has begun or queued: each once.
    known: BTreeSet<PathBuf>,
    /// Lanes that work, and whether on a file that lay there when the pass began.
    busy: BTreeMap<Lane, bool>,
    /// Files of the first look that are not finished.
    first: BTreeSet<PathBuf>,
    /// What was not ready at the last look, and what was found not to be when it was taken.
    left: BTreeMap<String, Left>,
    put_back: BTreeMap<String, Left>,
}

pub(super) fn pass(
    world: &World,
    options: PassOptions,
    progress: &Progress,
    tell: &mut dyn FnMut(&FileReport),
) -> Result<Pass, ServiceFault> {
    let (mut work, mut pass, mut failed) = (Work::default(), Pass::default(), None);
    let flights = Flights::default();
    work.look(world, options)?;
    work.first = work.known.clone();
    let (finished, told) = channel();
    std::thread::scope(|scope| {
        loop {
            progress.beat();
            if failed.is_none() && !progress.is_stopped() {
                while let Some((lane, arrival)) = work.next() {
                    begin(scope, world, options, lane, arrival, &flights, progress, &finished);
                }
            }
            if work.busy.is_empty() {
                break;
            }
            match told.recv_timeout(AGAIN) {
                Ok((lane, result)) => {
                    work.busy.remove(&lane);
                    match result {
                        Ok(report) => work.report(report, &mut pass, tell),
                        Err(fault) => failed = failed.take().or(Some(fault)),
                    }
                }
                // While something of the first look is still worked on, others need not wait for its end.
                Err(RecvTimeoutError::Timeout) if options.again && work.busy.values().any(|first| *first) => {
                    if let Err(fault) = work.look(world, options) {
                        failed = failed.take().or(Some(fault));
                    }
                }
                Err(_) => {}
            }
        }
    });
    match failed {
        Some(fault) => Err(fault),
        None => {
            let told = |left: &Left| !matches!(left, Left::Settling | Left::Folder);
            pass.files.extend(work.left.iter().filter(|(_, left)| told(left)).map(|(name, left)| {
                FileReport { name: name.clone(), left: Some(left.clone()), ..FileReport::default() }
            }));
            work.left.append(&mut work.put_back);
            pass.left = work.left.into_iter().collect();
            pass.files.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(pass)
        }
    }
}

impl Work {
    /// What lies there and is new.
    fn look(&mut self, world: &World, options: PassOptions) -> Result<(), ServiceFault> {
        let lying = world.inbox().arrivals(world.clock().now())?;
        self.left.clear();
        self.left.extend(lying.folders.into_iter().map(|name| (format!("{name}/"), Left::Folder)));
        self.left.extend(lying.unread.into_iter().map(|(name, fault)| (name, Left::unread(&fault))));
        for arrival in lying.files {
            if self.known.contains(&arrival.path) {
                continue;
            }
            match taking::not_ready(world, &arrival, options) {
                Some(left) => drop(self.left.insert(arrival.shown(), left)),
                None => {
                    self.known.insert(arrival.path.clone());
                    self.queues.entry(arrival.unit).or_default().push_back(arrival);
                }
            }
        }
        Ok(())
    }

    /// The next file of a lane that is free: the shortest of those that are first in theirs.
    fn next(&mut self) -> Option<(Lane, Arrival)> {
        if self.busy.len() >= LANES {
            return None;
        }
        let free = self.queues.iter().filter(|(lane, _)| !self.busy.contains_key(*lane));
        let heads = free.filter_map(|(lane, queue)| Some((*lane, queue.front()?.length)));
        let (lane, _) = heads.min_by_key(|(_, length)| *length)?;
        let arrival = self.queues.get_mut(&lane)?.pop_front()?;
        self.busy.insert(lane, self.first.contains(&arrival.path));
        Some((lane, arrival))
    }

    fn report(&mut self, report: FileReport, pass: &mut Pass, tell: &mut dyn FnMut(&FileReport)) {
        if let Some(left) = &report.left {
            self.put_back.insert(report.name.clone(), left.clone());
        }
        tell(&report);
        pass.files.push(report);
    }
}

#[expect(clippy::too_many_arguments, reason = "all of a pass, on a thread of its own")]
fn begin<'scope>(
    scope: &'scope Scope<'scope, '_>,
    world: &'scope World,
    options: PassOptions,
    lane: Lane,
    arrival: Arrival,
    flights: &'scope Flights,
    progress: &'scope Progress,
    finished: &Sender<Finished>,
) {
    let finished = finished.clone();
    scope.spawn(move || {
        let work = AssertUnwindSafe(|| taking::file(world, arrival, options, flights, progress));
        let result = catch_unwind(work).unwrap_or(Err(ServiceFault::Stage));
        // Whoever leads the pass waits for this word, whatever happens, before it ends.
        let _ended = finished.send((lane, result));
    });
}
