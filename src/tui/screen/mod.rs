//! The screens. Each is a [`Layer`](super::layer::Layer) that covers what is below it.
//!
//! Start at [`list`]; the others borrow its rows and columns.

pub mod audit;
pub mod board;
pub mod change;
pub mod detail;
pub mod duplicates;
pub mod form;
pub mod history;
pub mod home;
pub mod list;
pub mod manual;
pub mod quality;
pub mod report;
pub mod role;
pub mod schedule;
pub mod undo;
