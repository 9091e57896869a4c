//! All actions there are for a catalogue.

use std::collections::HashMap;

use super::{
    Action, Place, Situation, app, board, bulk, form, home, import, list, log, manual, nav,
    quality, record, report, schedule, settings, undo, view,
};
use crate::model::Name;
use crate::schema::Catalog;

/// What the footer of a list has while records are marked: what is done to all of them.
const MARKED: [&str; 9] = [
    "bulk.edit",
    "record.delete",
    "bulk.assign",
    "bulk.tags",
    "bulk.stage",
    "bulk.export",
    "list.mark",
    "list.mark-all",
    "nav.back",
];

/// All actions there are, by name.
#[derive(Debug, Clone)]
pub struct Table {
    actions: Vec<Action>,
    by_id: HashMap<Name, usize>,
}

impl Table {
    /// The actions for a catalogue: the declared ones and those that exist per entity.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        let mut actions = record::actions();
        actions.extend(record::of_entities(catalog));
        actions.extend(bulk::actions());
        actions.extend(log::actions());
        actions.extend(super::capture::actions());
        actions.extend(list::actions());
        actions.extend(view::actions());
        actions.extend(board::actions());
        actions.extend(report::actions());
        actions.extend(home::actions());
        actions.extend(schedule::actions());
        actions.extend(manual::actions());
        actions.extend(import::actions());
        actions.extend(form::actions());
        actions.extend(nav::actions());
        actions.extend(nav::of_entities(catalog));
        actions.extend(super::access::actions());
        actions.extend(settings::actions());
        actions.extend(super::account::actions());
        actions.extend(app::actions());
        actions.extend(undo::actions());
        actions.extend(super::duplicate::actions());
        actions.extend(quality::actions());
        let by_id = actions.iter().enumerate().map(|(i, action)| (action.id.clone(), i)).collect();
        Self { actions, by_id }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Action] {
        &self.actions
    }

    /// One by name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Action> {
        self.by_id.get(id).map(|&index| &self.actions[index])
    }

    /// Those that exist on this kind of screen, in the order of help.
    pub fn at(&self, place: Place) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |action| action.is_at(place))
    }

    /// Those for the footer: useful and possible now, the most useful first.
    #[must_use]
    pub fn footer(&self, at: &Situation<'_>) -> Vec<&Action> {
        if at.place == Place::List && at.marks > 0 {
            let known = MARKED.iter().filter_map(|id| self.get(id));
            return known.filter(|of| of.is_at(at.place) && of.available(at).is_ok()).collect();
        }
        let mut useful: Vec<&Action> = self
            .at(at.place)
            .filter(|action| {
                let here = |kind| at.subject().is_some_and(|entity| entity.name == kind);
                action.rank > 0
                    && action.with.is_none_or(here)
                    && action.available(at).is_ok()
                    && action.is_granted(at)
            })
            .collect();
        useful.sort_by_key(|action| action.rank);
        useful
    }
}
