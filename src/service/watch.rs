//! When to look again: a hint from the system, a timer, or a signal that asks for the end.
//!
//! The system's hint (inotify) may be missing, late or about half a file: it only rings. What is
//! there is found by the scan, which comes after each ring and every so often without one. Signals
//! are heard on a thread of their own, so that SIGTERM is obeyed in the middle of a file: what is being signed is
//! finished, and the rest of the file is taken again at the next start.

use super::{Pass, Progress};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long to wait after a fault of the office that may pass: nothing is busy with failing.
const AFTER_A_FAULT: Duration = Duration::from_secs(10);
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
    /// The last pass failed.
    Fault,
}

impl Wait {
    /// What follows a pass.
    pub const fn after(pass: &Pass) -> Self {
        if pass.waiting.is_empty() { Self::Idle } else { Self::Settling }
    }
}

/// Whoever says when to look again.
#[derive(Debug)]
pub struct Bell {
    rings: Receiver<Ring>,
    progress: Arc<Progress>,
    reload: Arc<AtomicBool>,
    scan: Duration,
    _watcher: Option<RecommendedWatcher>,
}

impl Bell {
    /// Listens to a folder, to SIGTERM and Ctrl-C, and to SIGHUP. Where the system gives no hints, the timer alone rings.
    pub fn new(folder: &Path, scan: Duration, progress: Arc<Progress>) -> io::Result<Self> {
        let (ringer, rings) = sync_channel(1);
        let hint = ringer.clone();
        let watcher = notify::recommended_watcher(move |_| {
            // A full channel has rung already.
            let _ = hint.try_send(Ring::Look);
        })
        .and_then(|mut watcher| watcher.watch(folder, RecursiveMode::NonRecursive).map(|()| watcher))
        .ok();
        let reload = Arc::new(AtomicBool::new(false));
        listen(ringer, Arc::clone(&progress), Arc::clone(&reload))?;
        Ok(Self { rings, progress, reload, scan, _watcher: watcher })
    }

    /// Waits for the next reason to look, or to end.
    pub fn next(&self, wait: Wait) -> Ring {
        let most = match wait {
            Wait::Idle => self.scan,
            Wait::Settling => Duration::from_secs(1),
            Wait::Fault => AFTER_A_FAULT,
        };
        let rung = self.rings.recv_timeout(most);
        if self.progress.is_stopped() || rung == Err(RecvTimeoutError::Disconnected) {
            return Ring::Stop;
        }
        if self.reload.swap(false, Ordering::Relaxed) {
            return Ring::Reload;
        }
        if rung.is_ok() {
            std::thread::sleep(if wait == Wait::Fault { AFTER_A_FAULT } else { AFTER_A_RING });
        }
        Ring::Look
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
