//! What drives the front ends from outside: the system's clock and chance, progress on standard error,
//! the terminal of this process, a script in tests.
//!
//! Start at [`SystemClock`], or at [`local::run`] for the screens.

pub mod apart;
pub mod doorway;
pub mod emit;
pub mod files;
mod heads;
mod imports;
pub mod local;
mod progress;
mod prompt;
pub mod scripted;
mod system;
pub mod worker;

pub use doorway::Doorway;
pub use heads::{Keeper, Watch};
pub use progress::Bar;
pub use prompt::Terminal;
pub use system::{OsEntropy, SystemClock};
