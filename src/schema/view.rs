//! Views that ship with an entity or that the company declares: lists people come back to.
//!
//! The texts are those of saved views; whether the fields they name exist is said by [`crate::query`].

use super::catalog::{Entity, Label};
use crate::model::Name;

/// A list that is declared in the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name in TOML and on the command line: `stale`.
    pub name: Name,
    /// What people see.
    pub label: Label,
    /// Which records, in the query language; all where it is empty.
    pub query: String,
    /// The columns: `name:30, phones`; the entity's own where it is empty.
    pub columns: String,
    /// The order: `-amount`; the entity's own where it is empty.
    pub sort: String,
    /// The groups: `stage`, `expected_close.month`; none where it is empty.
    pub group: String,
    /// A line below the list adds up its numbers.
    pub totals: bool,
    /// The list opens with it, as long as a person has not chosen another.
    pub first: bool,
    /// Taken away by the company.
    pub hidden: bool,
}

impl View {
    /// A view that shows everything.
    #[must_use]
    pub fn new(name: &str, label: Label) -> Self {
        Self {
            name: Name::from(name),
            label,
            query: String::new(),
            columns: String::new(),
            sort: String::new(),
            group: String::new(),
            totals: false,
            first: false,
            hidden: false,
        }
    }
}

impl Entity {
    /// The view that its list opens with; all of it without.
    #[must_use]
    pub fn first_view(&self) -> Option<&View> {
        self.shown_views().find(|view| view.first)
    }

    /// The views that people see, in the order of the view bar.
    pub fn shown_views(&self) -> impl Iterator<Item = &View> {
        self.views.iter().filter(|view| !view.hidden)
    }
}
