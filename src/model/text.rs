//! Text as it is compared: folded for search and matching, read as pinyin, keyed for sorting.
//!
//! Everything here is pure and total: any text whatever, hostile or not, gives an answer. What people
//! see is never made of it; it only decides what is found and in which order. Start at [`fold`].

mod fold;
mod pinyin;
mod sort_key;

pub use fold::{fold, is_invisible, is_joined};
pub use pinyin::{Reading, is_han, readings};
pub use sort_key::sort_key;
