//! What hits must satisfy besides the words: who holds them, and the filter of a list.

use rusqlite::types::Value as Sql;

use crate::gate::store::compile;
use crate::model::RecordId;
use crate::query::tree::{Cond, Who};
use crate::query::{Moment, Query};
use crate::schema::Catalog;

/// Who holds a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The user who owns it.
    Owner(RecordId),
    /// The team it belongs to.
    Team(RecordId),
}

/// What a hit must satisfy besides the words.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    /// Groups of holders: of every group at least one must hold the record. Answered by the index
    /// itself, so a selective owner costs nothing.
    pub holders: Vec<Vec<Holder>>,
    /// A condition on the row `e` of the entity's table, with its parameters.
    pub condition: Option<(String, Vec<Sql>)>,
}

impl Narrow {
    /// True where nothing is asked for.
    pub(super) fn is_all(&self) -> bool {
        self.holders.is_empty() && self.condition.is_none()
    }

    /// All of these queries (a filter, the scope of a person), of one entity.
    #[must_use]
    pub fn to<'q>(
        catalog: &Catalog,
        queries: impl IntoIterator<Item = &'q Query>,
        moment: &Moment,
    ) -> Self {
        let mut narrow = Self::default();
        let mut sql = Vec::new();
        let mut values = Vec::new();
        for query in queries.into_iter().filter(|query| !query.is_everything()) {
            let condition = query.condition();
            let parts = match &condition {
                Cond::All(parts) => parts.as_slice(),
                one => std::slice::from_ref(one),
            };
            let groups: Vec<Option<Vec<Holder>>> =
                parts.iter().map(|part| holders(part, moment)).collect();
            let all_held = groups.iter().all(Option::is_some);
            narrow.holders.extend(groups.into_iter().flatten());
            if !all_held {
                let fragment = compile::condition(catalog, query, moment, "e");
                sql.push(format!("({})", fragment.sql));
                values.extend(fragment.params);
            }
        }
        if !sql.is_empty() {
            narrow.condition = Some((sql.join(" AND "), values));
        }
        narrow
    }
}

/// The holders that a condition asks for, where that is all it asks for.
fn holders(condition: &Cond, moment: &Moment) -> Option<Vec<Holder>> {
    match condition {
        Cond::Linked(field, who) => {
            let people = match who {
                Who::Ids(ids) => ids.iter().copied().map(RecordId).collect(),
                Who::Me => moment.me.into_iter().collect(),
                Who::MyTeams => moment.my_teams.clone(),
            };
            match field.as_str() {
                "owner" => Some(people.into_iter().map(Holder::Owner).collect()),
                "team" => Some(people.into_iter().map(Holder::Team).collect()),
                _ => None,
            }
        }
        Cond::Any(parts) => {
            let groups: Option<Vec<_>> = parts.iter().map(|part| holders(part, moment)).collect();
            groups.map(|groups| groups.concat())
        }
        _ => None,
    }
}
