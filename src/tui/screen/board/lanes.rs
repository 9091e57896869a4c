//! The columns of a board: which there are, which records stand in each, what is asked for them.

use super::{Board, Column};
use crate::gate::{ListRequest, Measure};
use crate::model::Name;
use crate::query::Query;
use crate::schema::{Choice, Entity, Field, FieldType, Standing};
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::figures::{quoted, whole_part};
use crate::tui::rows::Rows;

/// Fields a card is made of, those that the entity has.
const CARD: [&str; 11] = [
    "customer",
    "expected_close",
    "closed_on",
    "next_step",
    "stage_since",
    "last_activity",
    "last_contact",
    "next_task",
    "probability",
    "priority",
    "due",
];
/// Fields that say when something ended, the first that an entity has. Without one all of it is shown.
const ENDED: [&str; 3] = ["closed_on", "closed_at", "completed_at"];

/// Fields that say what a card is worth: other amounts, a credit limit say, are nothing to add up.
const WORTH: [&str; 2] = ["amount", "value"];

/// The field that says what a card is worth.
pub(super) fn amount(entity: &Entity) -> Option<&Field> {
    let worth = WORTH.into_iter().find_map(|name| entity.field(name));
    worth.filter(|field| *field.meant() == FieldType::Money)
}

/// The field that says until when a card is to be done.
pub(super) fn deadline(entity: &Entity) -> Option<&Field> {
    ["expected_close", "due"].into_iter().find_map(|name| entity.field(name))
}

/// The field that says when a record of that kind ended.
pub(super) fn ended(entity: &Entity) -> Option<&'static str> {
    ENDED.into_iter().find(|name| entity.field(name).is_some())
}

impl Board {
    /// The choices shown: those of the pipeline, retired ones left out.
    pub(super) fn stages<'a>(&self, ctx: &'a Context) -> Vec<&'a Choice> {
        let Some(field) = self.field(ctx) else { return Vec::new() };
        field
            .choices
            .iter()
            .filter(|choice| !choice.retired)
            .filter(|choice| match &self.pipeline {
                Some(pipeline) => {
                    choice.pipelines.is_empty() || choice.pipelines.contains(pipeline)
                }
                None => true,
            })
            .collect()
    }

    /// Whether the columns are the steps that a record goes through until it ends.
    fn is_by_standing(&self, entity: &Entity) -> bool {
        cell::standing_field(entity).is_none_or(|standing| standing.name == self.field)
    }

    /// Whether a column holds what ended: then only this quarter's is shown.
    pub(super) fn has_ended(choice: Option<&Choice>) -> bool {
        let standing = choice.and_then(|choice| choice.standing);
        standing.is_some_and(|standing| standing != Standing::Open)
    }

    /// True where only what goes on is shown, because the columns say nothing of how it stands.
    pub(super) fn is_of_open(&self, entity: &Entity) -> bool {
        !self.is_by_standing(entity)
    }

    fn condition(&self, value: &str, entity: &Entity, ctx: &Context) -> Option<Query> {
        let mut parts = vec![if value.is_empty() {
            format!("{} is empty", self.field)
        } else {
            format!("{} = {}", self.field, quoted(value))
        }];
        if self.mine {
            parts.push("owner = me".into());
        }
        if let Some(pipeline) = &self.pipeline {
            parts.push(format!("pipeline = {}", quoted(pipeline)));
        }
        if let Some(standing) = cell::standing_field(entity).filter(|_| self.is_of_open(entity)) {
            parts.push(format!("{}.state = open", standing.name));
        }
        let choice = self.field(ctx).and_then(|field| field.choice(value));
        let ended = ended(entity).filter(|_| Self::has_ended(choice));
        parts.extend(ended.map(|ended| format!("{ended} = this quarter")));
        if !self.filter.is_empty() {
            parts.push(whole_part(&self.filter));
        }
        Query::parse(&parts.join(" and "), &ctx.catalog, &self.entity).ok()
    }

    fn request(&self, value: &str, entity: &Entity, height: usize, ctx: &Context) -> ListRequest {
        let mut request = ListRequest::first(&self.entity, (height * 3).clamp(10, 120));
        request.filter = self.condition(value, entity, ctx);
        let mut fields: Vec<Name> = CARD.into_iter().map(Name::from).collect();
        fields.extend([entity.title.clone(), self.field.clone()]);
        fields.extend(entity.subtitle.clone());
        fields.extend(amount(entity).map(|field| field.name.clone()));
        fields.extend(cell::standing_field(entity).map(|field| field.name.clone()));
        fields.retain(|name| entity.field(name).is_some());
        fields.sort();
        fields.dedup();
        request.fields = fields;
        request
    }

    /// Makes the columns anew, empty.
    pub(super) fn lay_out(&mut self, height: usize, ctx: &Context) {
        let Some(entity) = self.entity(ctx) else { return };
        let mut values: Vec<String> =
            self.stages(ctx).into_iter().map(|choice| choice.value.clone()).collect();
        // Where nothing need be chosen there is a column for what has nothing.
        if self.field(ctx).is_some_and(|field| !field.required) {
            values.push(String::new());
        }
        let columns = values
            .into_iter()
            .map(|value| Column {
                rows: Rows::new(self.request(&value, entity, height, ctx)),
                sums: None,
                value,
            })
            .collect();
        self.columns = columns;
        self.at = self.at.min(self.columns.len().saturating_sub(1));
    }

    /// Brings the questions up to a changed catalogue, what is shown stays.
    pub(super) fn renew(&mut self, height: usize, ctx: &Context) {
        let Some(entity) = self.entity(ctx) else { return };
        let requests: Vec<ListRequest> = self
            .columns
            .iter()
            .map(|column| self.request(&column.value, entity, height, ctx))
            .collect();
        for (column, request) in self.columns.iter_mut().zip(requests) {
            *column.rows.request_mut() = request;
        }
    }

    /// What is measured of a column: how many, and where there are amounts their sums.
    pub(super) fn measures(&self, ctx: &Context) -> Vec<Measure> {
        let mut measures = vec![Measure::Count];
        let Some(entity) = self.entity(ctx) else { return measures };
        if let Some(amount) = amount(entity) {
            measures.push(Measure::Sum(amount.name.clone()));
            if entity.field("probability").is_some() {
                measures.push(Measure::Weighted {
                    amount: amount.name.clone(),
                    percent: "probability".into(),
                });
            }
        }
        measures
    }
}
