//! Settings in layers: defaults < the config file < the environment < flags.
//!
//! The only reader of the environment and the home directory, and it reads them once. It never
//! opens a database or writes a file. Start at [`Environment::read`] and [`Settings::load`].

mod audit;
mod environment;
mod file;
mod reminders;
mod settings;
mod themes;

pub use audit::Heads;
pub use environment::Environment;
pub use file::{ConfigError, check};
pub use reminders::notify;
pub use settings::{Flags, Settings, Source, Switch, language_ahead};

/// The annotated file that `kontor config template` prints.
pub const TEMPLATE: &str = include_str!("../../config.example.toml");
