//! Small parts that screens and forms are made of: a text under the cursor, a list to pick from, a
//! month, a row of chips.
//!
//! They hold state and draw themselves into a buffer; none asks for anything or knows a record.
//! Start at [`edit::TextEdit`] and [`pick::Pick`].

pub mod calendar;
pub mod chart;
pub mod chips;
pub mod draw;
pub mod edit;
pub mod keys;
pub mod layout;
pub mod pick;

pub use calendar::Calendar;
pub use edit::{Act, Done, TextEdit};
pub use pick::{Pick, PickRow};
