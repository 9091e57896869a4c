//! What is laid over a screen: lists to choose from, questions, help, the palette, finding a record.
//!
//! Each is a [`Layer`](super::layer::Layer) that does not cover what is below it.

pub mod access_ask;
pub mod access_decide;
pub mod access_queue;
pub mod access_review;
pub mod access_who;
pub mod account_factor;
pub mod account_password;
pub mod ask;
pub mod capture;
pub mod card;
pub mod choose;
pub mod columns;
pub mod confirm;
pub mod copy;
pub mod drafts;
pub mod erase;
pub mod find;
pub mod help;
pub mod joining;
pub mod leave;
mod menu;
pub mod merge;
pub mod open;
pub mod palette;
mod planned;
pub mod prefer;
mod rank;
pub mod reminder;
pub mod seats;
pub mod snooze;
pub mod team_tree;
pub mod way_in;
pub mod which;
