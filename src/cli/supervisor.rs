//! What systemd is told of the daemon (`sd_notify(3)`): that it is ready, reads its configuration again, or ends.
//!
//! One datagram a word, to the socket that `NOTIFY_SOCKET` names. Without one, or where nobody listens, nothing is told: the
//! work does not depend on it.

use crate::service::Progress;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whoever started the daemon and waits for its word.
pub(super) struct Supervisor {
    address: Option<SocketAddr>,
    /// How often it wants to hear that the daemon is alive.
    every: Option<Duration>,
}

impl Supervisor {
    /// The supervisor at this address: a path, or an abstract name that begins with `@`.
    pub(super) fn of(address: Option<&str>, every: Option<Duration>) -> Self {
        let address = address.and_then(|address| match address.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok(),
            None => SocketAddr::from_pathname(address).ok(),
        });
        Self { address, every }
    }

    /// Whether there is one.
    pub(super) const fn is_there(&self) -> bool {
        self.address.is_some()
    }

    /// Asks it for patience, and waits.
    pub(super) fn wait(&self, pause: Duration) {
        let patience = pause.saturating_add(Duration::from_secs(60)).as_micros();
        self.tell(&format!("EXTEND_TIMEOUT_USEC={patience}"));
        std::thread::sleep(pause);
    }

    /// Tells it that the daemon is alive, as often as it wants, as long as whoever leads the work says so; until the value is dropped.
    pub(super) fn watch(&self, progress: &Arc<Progress>) -> Option<Watchdog> {
        let (address, every) = (self.address.clone()?, self.every? / 3);
        let (watchdog, progress) = (Watchdog(Arc::default()), Arc::clone(progress));
        let ended = Arc::clone(&watchdog.0);
        let mut heard = progress.beats();
        let told = std::thread::Builder::new().name("watchdog".into()).spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                std::thread::sleep(every);
                let now = progress.beats();
                if now != heard {
                    heard = now;
                    let _nobody = send(&address, "WATCHDOG=1");
                }
            }
        });
        told.ok().map(|_| watchdog)
    }

    /// Tells it something: `READY=1`.
    pub(super) fn tell(&self, word: &str) {
        if let Some(address) = &self.address {
            let _nobody = send(address, word);
        }
    }
}

fn send(address: &SocketAddr, word: &str) -> std::io::Result<usize> {
    UnixDatagram::unbound().and_then(|socket| socket.send_to_addr(word.as_bytes(), address))
}

/// The thread that tells it; dropped, it ends.
pub(super) struct Watchdog(Arc<AtomicBool>);

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
