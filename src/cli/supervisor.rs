//! What systemd is told of the daemon (`sd_notify(3)`): that it is ready, reads its configuration again, or ends.
//!
//! One datagram a word, to the socket that `NOTIFY_SOCKET` names. Without one, or where nobody listens, nothing is told: the
//! work does not depend on it.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Whoever started the daemon and waits for its word.
pub(super) struct Supervisor(Option<SocketAddr>);

impl Supervisor {
    /// The supervisor at this address: a path, or an abstract name that begins with `@`.
    pub(super) fn of(address: Option<&str>) -> Self {
        Self(address.and_then(|address| match address.strip_prefix('@') {
            Some(name) => SocketAddr::from_abstract_name(name).ok(),
            None => SocketAddr::from_pathname(address).ok(),
        }))
    }

    /// Tells it something: `READY=1`.
    pub(super) fn tell(&self, word: &str) {
        if let Some(address) = &self.0 {
            let _nobody =
                UnixDatagram::unbound().and_then(|socket| socket.send_to_addr(word.as_bytes(), address));
        }
    }
}
