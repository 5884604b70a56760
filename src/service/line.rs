//! What is between being taken and being placed, shared by the three stages.

use crate::ledger::StatementId;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, PoisonError};

/// The statements in flight.
#[derive(Debug, Default)]
pub(super) struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    in_flight: BTreeSet<StatementId>,
    stopped: bool,
}

impl Line {
    /// Puts a statement on the line; false where it is there already.
    pub(super) fn enter(&self, id: StatementId) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).in_flight.insert(id)
    }

    /// Statements that have left the line, placed or refused.
    pub(super) fn leave(&self, ids: impl IntoIterator<Item = StatementId>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
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
