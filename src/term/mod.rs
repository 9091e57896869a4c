//! What a terminal must be protected from and asked about: sanitising, display width, colour depth,
//! escape sequences for clipboard and links, and the words of the interface.
//!
//! Nothing here reads the environment or writes to a terminal; values are handed in, text comes out.
//! Start at [`Clean`]: stored text reaches a terminal only through it.

mod clean;
mod colour;
mod escape;
pub mod manual;
pub mod markdown;
mod notify;
mod outlink;
mod strings;
mod why;
mod width;

pub use clean::Clean;
pub use colour::{ColourDepth, Surroundings};
pub use escape::{COPY_LIMIT, copy, hyperlink, mouse};
pub use notify::{BELL, Notify};
pub use outlink::Outlink;
pub use strings::{Strings, fill_keys, grouped, said, translation};
pub use why::Reason;
pub use width::{fit, graphemes, truncate, truncate_start, width, wrap};
