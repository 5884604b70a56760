//! When to look again: a hint from the system, a timer, or a signal that asks for the end.
//!
//! The system's hint (inotify) may be missing, late or about half a file: it only rings; and where another disk was mounted over the folder,
//! it is asked for anew. What is
//! there is found by the scan, which comes after each ring and every so often without one. Signals
//! are heard on a thread of their own, so that SIGTERM is obeyed in the middle of a file: what is being signed is
//! finished, and the rest of the file is taken again at the next start.

use super::{Left, Pass, Progress};
use crate::clock::Stopwatch;
use crate::config::WatchMode;
use crate::fs;
use crate::ingest::inbox::{Inbox, MovedIn};
use notify::event::{ModifyKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// The longest wait after a fault of the office that may pass.
const MOST_AFTER_A_FAULT: Duration = Duration::from_secs(300);
/// Whoever waits says so often that he is alive.
const BEAT: Duration = Duration::from_secs(5);
/// After a ring, writers get so long to finish a name before it is looked at.
const AFTER_A_RING: Duration = Duration::from_millis(50);

/// Why the wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    /// Look again.
    Look,
    /// Read the configuration and the keys again, then look.
    Reload,
    /// Finish and end.
    Stop,
}

/// What the wait follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing is left to do.
    Idle,
    /// Files are still being written.
    Settling,
    /// The last pass failed; nothing but a wish of the administrator is heard for so long.
    Fault(Duration),
}

impl Wait {
    /// What follows a pass.
    pub fn after(pass: &Pass) -> Self {
        if pass.left.iter().any(|(_, left)| *left == Left::Settling) { Self::Settling } else { Self::Idle }
    }
}

/// How long to wait before what failed so often is tried again: twice as long each time, at most five minutes, and never exactly as long
/// as others who wait for the same.
pub fn pause(times: u32) -> Duration {
    let longest = Duration::from_secs(1_u64.checked_shl(times).unwrap_or(u64::MAX)).min(MOST_AFTER_A_FAULT);
    let chance = RandomState::new().build_hasher().finish() % 1000;
    longest / 2 + (longest / 2) * u32::try_from(chance).unwrap_or(0) / 1000
}

/// Whoever says when to look again.
#[derive(Debug)]
pub struct Bell {
    rings: Receiver<Ring>,
    progress: Arc<Progress>,
    reload: Arc<AtomicBool>,
    scan: Duration,
    hints: Option<Hints>,
}

/// The system's hints about a folder.
#[derive(Debug)]
struct Hints {
    folder: PathBuf,
    ringer: SyncSender<Ring>,
    moved_in: MovedIn,
    /// Which folder is listened to: another may be mounted in its place.
    of: Option<(u64, u64)>,
    _watcher: Option<RecommendedWatcher>,
}

impl Hints {
    fn about(folder: &Path, moved_in: MovedIn, ringer: SyncSender<Ring>) -> Self {
        let (hint, note) = (ringer.clone(), moved_in.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event {
                // What we put away ourselves is no news.
                if event.paths.iter().all(|path| is_put_away(path)) {
                    return;
                }
                if event.kind == EventKind::Modify(ModifyKind::Name(RenameMode::To)) {
                    event.paths.into_iter().for_each(|path| note.add(path));
                }
            }
            // A full channel has rung already.
            let _ = hint.try_send(Ring::Look);
        })
        .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::Recursive).map(|()| watcher))
        .ok();
        Self { folder: folder.to_owned(), ringer, moved_in, of: fs::identity(folder), _watcher: watcher }
    }

    /// The same about the folder that has that name now.
    fn renewed(self) -> Self {
        if self.of == fs::identity(&self.folder) {
            self
        } else {
            Self::about(&self.folder, self.moved_in, self.ringer)
        }
    }
}

fn is_put_away(path: &Path) -> bool {
    path.components().any(|part| [".done", ".refused"].iter().any(|name| part.as_os_str() == *name))
}

impl Bell {
    /// Listens to a folder, where the mode is not to look only, to SIGTERM and Ctrl-C, and to SIGHUP. Where the system gives no hints,
    /// the timer alone rings.
    pub fn new(inbox: &Inbox, mode: WatchMode, scan: Duration, progress: Arc<Progress>) -> io::Result<Self> {
        let (ringer, rings) = sync_channel(1);
        let hints =
            (mode == WatchMode::Auto).then(|| Hints::about(inbox.watch(), inbox.moved_in(), ringer.clone()));
        let reload = Arc::new(AtomicBool::new(false));
        listen(ringer, Arc::clone(&progress), Arc::clone(&reload))?;
        Ok(Self { rings, progress, reload, scan, hints })
    }

    /// Waits for the next reason to look, or to end.
    pub fn next(&mut self, wait: Wait) -> Ring {
        self.hints = self.hints.take().map(Hints::renewed);
        let most = match wait {
            Wait::Idle => self.scan,
            Wait::Settling => Duration::from_secs(1),
            Wait::Fault(pause) => pause,
        };
        let since = Stopwatch::start();
        loop {
            self.progress.beat();
            let left = most.saturating_sub(since.elapsed());
            let rung = self.rings.recv_timeout(left.min(BEAT));
            if self.progress.is_stopped() || rung == Err(RecvTimeoutError::Disconnected) {
                return Ring::Stop;
            }
            if self.reload.swap(false, Ordering::Relaxed) {
                return Ring::Reload;
            }
            let fault = matches!(wait, Wait::Fault(_));
            if rung.is_ok() && !fault {
                std::thread::sleep(AFTER_A_RING);
                return Ring::Look;
            }
            if since.elapsed() >= most {
                return Ring::Look;
            }
        }
    }
}

/// Hears the signals until the process ends.
fn listen(ringer: SyncSender<Ring>, progress: Arc<Progress>, reload: Arc<AtomicBool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut terminate, mut interrupt, mut hangup) = {
        let _inside = runtime.enter();
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?)
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = terminate.recv() => break,
                    _ = interrupt.recv() => break,
                    _ = hangup.recv() => {
                        reload.store(true, Ordering::Relaxed);
                        let _ = ringer.try_send(Ring::Reload);
                    }
                }
            }
        });
        progress.stop();
        // Whoever waits is woken; whoever works sees the wish.
        let _ = ringer.try_send(Ring::Stop);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_tried_again_later_each_time_and_never_in_step() {
        for times in [1, 3, 8, 9, 40, 64, 1000] {
            let longest = Duration::from_secs(2_u64.saturating_pow(times)).min(MOST_AFTER_A_FAULT);
            let pauses: Vec<Duration> = (0..50).map(|_| pause(times)).collect();
            assert!(
                pauses.iter().all(|pause| *pause >= longest / 2 && *pause <= longest),
                "{times}: {pauses:?}"
            );
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{times}: no chance in it");
        }
    }

    #[test]
    fn what_we_put_away_ourselves_rings_nobody() {
        for (path, away) in [
            ("/w/.done/a.jsonl", true),
            ("/w/521/.refused/a.jsonl", true),
            ("/w/a.jsonl", false),
            ("/w/521/a.done", false),
        ] {
            assert_eq!(is_put_away(Path::new(path)), away, "{path}");
        }
    }
}
