//! What is between being taken and being placed, shared by the three stages.

use crate::ledger::StatementId;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

/// The statements in flight, of all the files that are worked on at once.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<BTreeSet<StatementId>>);

/// The statements in flight of one file.
#[derive(Debug)]
pub(super) struct Line<'a> {
    flights: &'a Flights,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    in_flight: BTreeSet<StatementId>,
    stopped: bool,
}

impl<'a> Line<'a> {
    /// An empty line.
    pub(super) fn new(flights: &'a Flights) -> Self {
        Self { flights, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Puts a statement on the line; false where it is on one already, of whatever file.
    pub(super) fn enter(&self, id: StatementId) -> bool {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
            && self.state.lock().unwrap_or_else(PoisonError::into_inner).in_flight.insert(id)
    }

    /// Whether nothing of this file is in flight.
    pub(super) fn is_empty(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).in_flight.is_empty()
    }

    /// Statements that have left the line, placed or refused.
    pub(super) fn leave(&self, ids: impl IntoIterator<Item = StatementId>) {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            flights.remove(&id);
            state.in_flight.remove(&id);
        }
        self.changed.notify_all();
    }

    /// Nothing more will leave the line.
    pub(super) fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.changed.notify_all();
    }

    /// Waits until the line is empty; false where it stopped before.
    pub(super) fn wait_until_empty(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self
            .changed
            .wait_while(state, |state| !state.in_flight.is_empty() && !state.stopped)
            .unwrap_or_else(PoisonError::into_inner);
        state.in_flight.is_empty()
    }
}

/// What a fault left on the line is free again.
impl Drop for Line<'_> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in &state.in_flight {
            flights.remove(id);
        }
    }
}
