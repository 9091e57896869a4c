//! What drives the front ends from outside: the system's clock and chance, progress on standard error, the real terminal.
//!
//! Start at [`SystemClock`].

mod progress;
mod system;

pub use progress::Bar;
pub use system::{OsEntropy, SystemClock};
