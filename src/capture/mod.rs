//! A line as people jot it down -> a record: `call Müller fri 10:00 about the offer #hot`.
//!
//! ```text
//! text ── read ──▶ Line ── who::find ──▶ Found ── wish ──▶ Wish ──▶ Edit, or a form
//!        (pure)          (asks a session)        (pure)
//! ```
//!
//! [`Line`] is the grammar: it knows words of English and Chinese, days, amounts and signs, and no
//! records. Whom the remaining words name is looked up by [`who`], the only part that asks the gate; it
//! never writes. Days and amounts are understood by [`schema::Coercion`](crate::schema::Coercion), as
//! in every form. [`card`] reads what people send of themselves: vCards and mail signatures.
//!
//! Nothing here draws, saves or guesses silently: what is not clear is said to be so, and the screen
//! or the command line asks. Start at [`Line::read`].

pub mod card;
mod line;
mod links;
mod mark;
#[cfg(test)]
mod tests;
mod time;
pub mod who;
mod wish;
mod words;

pub use card::Card;
pub use line::{Line, When};
pub use links::links;
pub use mark::Part;
pub use who::{Found, Sought};
pub use wish::{Makes, Trouble, Wish};
pub use words::Verb;
