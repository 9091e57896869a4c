//! How far an export or an import is, seen from elsewhere while it runs, and the wish that it stops.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far an export or an import is; shared between who does it and who watches.
#[derive(Debug, Default)]
pub struct Progress {
    written: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// How many records were written so far; of an import, how many rows are done.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// It is to stop as soon as it can.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(in crate::exchange) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn wrote(&self, records: u64) {
        self.written.fetch_add(records, Ordering::Relaxed);
    }

    pub(in crate::exchange) fn reached(&self, rows: u64) {
        self.written.store(rows, Ordering::Relaxed);
    }
}
