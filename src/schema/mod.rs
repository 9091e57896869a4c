//! The one schema: TOML in, a checked [`Catalog`] of entities and fields out.
//!
//! Forms, list columns, filters, validation, import mapping, export and the command line are all
//! derived from the catalogue. This room never touches the database. Start at [`Catalog`].

mod catalog;
mod choice;
pub mod coerce;
mod company;
pub mod currency;
pub mod diff;
pub mod display;
pub mod duplicates;
pub mod export;
mod label;
pub mod load;
mod meaning;
mod part;
mod recur;
mod region;
pub mod report;
mod roll_up;
#[cfg(test)]
mod sample;
mod view;

pub use catalog::{
    Align, Attribute, Catalog, Choice, Column, Company, Entity, Field, FieldType, Follow, Group,
    Label, Origin, Result as FieldResult, Retention, Standing,
};
pub use coerce::{Coercion, Invalid, Patterns};
pub use diff::{Difference, diff};
pub use display::Format;
pub use duplicates::{DuplicateRule, DuplicateRules};
pub use export::{Part, export};
pub use load::{AUDIT, SchemaError, load, nearest, with_audit};
pub use part::PartOf;
pub use recur::{Every, Recurs};
pub use region::region_of;
pub use report::Report;
pub use roll_up::{RollUp, Take};
pub use view::View;
