//! The values that stand in a field, for completion: what was entered lately, the most frequent first.

use super::error::Result;
use super::session::Session;
use crate::model::Name;
use crate::model::text::fold;
use crate::policy::Right;

/// The values of so many records are looked at, the newest first: enough to know what is usual, and
/// quick however large the file is.
const LOOKED_AT: u32 = 20_000;

/// Which values are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesRequest {
    /// The entity.
    pub entity: Name,
    /// A field of texts, tags, or an address.
    pub field: Name,
    /// The part of the address.
    pub part: Option<&'static str>,
    /// What is typed of the value.
    pub typed: String,
    /// At most how many.
    pub limit: usize,
}

impl Session {
    /// The values in a field of the newest records that the person may see: those that begin with what is
    /// typed, then those with a word that does, the most frequent first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn values(&self, request: &ValuesRequest) -> Result<Vec<String>> {
        let entity = self.entity(&request.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let Some(field) = entity.field(&request.field) else { return Ok(Vec::new()) };
        let moment = self.moment();
        let all = self.store.limited(|| {
            self.store.values(&self.shown, (entity, field, request.part), &[], &moment, LOOKED_AT)
        })?;
        let typed = fold(&request.typed);
        let mut fitting: Vec<(bool, String)> = all
            .into_iter()
            .filter_map(|value| {
                let folded = fold(&value);
                let begins = folded.starts_with(&typed);
                let within = || folded.split_whitespace().any(|word| word.starts_with(&typed));
                (begins || within()).then_some((!begins, value))
            })
            .collect();
        fitting.sort_by_key(|(within, _)| *within);
        fitting.truncate(request.limit);
        Ok(fitting.into_iter().map(|(_, value)| value).collect())
    }
}
