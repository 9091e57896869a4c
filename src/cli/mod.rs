//! The command line: the same entities, queries and changes as the screens, in words.
//!
//! [`parse`] turns arguments into an [`Invocation`] without looking at anything else; [`run`] does
//! what it says. Both write only to the writers they are handed; neither reads the environment, the
//! clock or the arguments itself. Data goes to `out`, talk to `err`. Start at [`run`].

mod args;
mod error;
mod output;
mod suggest;
mod tree;

pub use args::{Command, DemoArgs, Globals, Invocation, ListArgs, Noun, Verb, parse};
pub use error::{CliError, Result};
pub use output::OutputFormat;
pub use suggest::likely;
