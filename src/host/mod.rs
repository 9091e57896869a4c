//! What drives the front ends from outside: the system's clock and chance, the real terminal.
//!
//! Start at [`SystemClock`].

mod system;

pub use system::{OsEntropy, SystemClock};
