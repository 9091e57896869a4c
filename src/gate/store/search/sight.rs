//! What the index can tell of whom a person sees: the tokens of the holders that a scope names.
//!
//! Rows are kept from people by the veil; the tokens only bring the index to look where something may be
//! seen. Whatever is capped here is capped by what the person sees, never by what they do not.

use std::collections::HashMap;

use crate::model::{Name, RecordId};
use crate::query::tree::{Cond, Who};
use crate::query::{Moment, Query};

/// The token of records that nobody owns.
pub(super) const NOBODYS: &str = "_o0";

/// How a person sees the records of an entity that they do not see whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// Every record they see has one of these tokens; none where holders do not say.
    pub tokens: Option<Vec<String>>,
    /// Into how many branches what they see falls, each a view of its own; 0 where there are none.
    pub branches: usize,
}

/// By entity; what is not there is seen whole.
pub type Sights = HashMap<Name, Sight>;

impl Sight {
    /// The sight of records that satisfy one of the queries.
    #[must_use]
    pub fn of<'q>(queries: impl IntoIterator<Item = &'q Query>, moment: &Moment) -> Self {
        let (mut tokens, mut branches) = (Some(Vec::new()), 0);
        for query in queries {
            branches += 1;
            let more = holders(&query.condition(), moment);
            tokens = tokens.zip(more).map(|(tokens, more)| [tokens, more].concat());
        }
        if let Some(tokens) = &mut tokens {
            tokens.sort();
            tokens.dedup();
        }
        Self { tokens, branches }
    }
}

/// The match of what is looked for among what may be seen; all may be without a sight.
pub(super) fn narrowed(sight: Option<&Sight>, matching: &str) -> String {
    match sight.and_then(|sight| sight.tokens.as_deref()) {
        None => matching.to_owned(),
        Some([]) => format!("{matching} AND \"_\""),
        Some(tokens) => format!("{matching} AND ({})", any_of(tokens)),
    }
}

/// The match of what has one of the tokens.
pub(super) fn any_of(tokens: &[String]) -> String {
    let any: Vec<String> = tokens.iter().map(|token| format!("\"{token}\"")).collect();
    any.join(" OR ")
}

/// Tokens of which every record that satisfies the condition has one.
fn holders(condition: &Cond, moment: &Moment) -> Option<Vec<String>> {
    match condition {
        Cond::Linked(field, who) => {
            let mark = match field.as_str() {
                "owner" => "_o",
                "team" => "_t",
                "collaborators" => "_c",
                _ => return None,
            };
            let ids: Vec<RecordId> = match who {
                Who::Ids(ids) => ids.iter().copied().map(RecordId).collect(),
                Who::Me => moment.me.into_iter().collect(),
                Who::MyTeams => moment.my_teams.clone(),
            };
            Some(ids.into_iter().map(|id| format!("{mark}{id}")).collect())
        }
        Cond::Empty(field) if field == "owner" => Some(vec![NOBODYS.to_owned()]),
        Cond::All(parts) => parts.iter().find_map(|part| holders(part, moment)),
        Cond::Any(parts) => {
            let each: Option<Vec<_>> = parts.iter().map(|part| holders(part, moment)).collect();
            each.map(|each| each.concat())
        }
        _ => None,
    }
}
