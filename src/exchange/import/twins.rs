//! Rows without a key, held against the records that are there by the rule that says when two are the same: a
//! file that is imported again must not make everybody twice.
//!
//! Start at [`index`].

use super::piece::Importer;
use super::{ImportOptions, plain};
use crate::exchange::cells::{Draft, What};
use crate::exchange::recipe::Recipe;
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::{Count, GateError, Session, TwinIndex, why};
use crate::model::{Record, Value, phrase};
use crate::schema::duplicates::OnCreate;

/// Among more records nobody is looked for: all of them are held in memory meanwhile.
const MOST: u64 = 200_000;

/// The records that rows are held against: none where rows have a key, nothing says when two are the same, it
/// is not to be told of, or there are none.
pub(super) fn index(
    session: &Session,
    recipe: &Recipe,
    options: &ImportOptions,
) -> Result<Option<TwinIndex>, GateError> {
    let rule = session.catalog().duplicate_rule(&recipe.entity);
    let told = rule.is_some_and(|rule| rule.on_create != OnCreate::Report);
    if options.keep_duplicates || !recipe.keys.is_empty() || !told || options.resume {
        return Ok(None);
    }
    match session.count(&recipe.entity, None, Some(MOST + 1)) {
        Ok(Count::Exactly(n)) if n > 0 && n <= MOST => {}
        // Whoever sees none is told of none.
        Ok(_) | Err(GateError::Denied(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut reading = session.begin_duplicates(&recipe.entity, None, None)?;
    while session.read_for_duplicates(&mut reading)? {}
    Ok(Some(reading.index()))
}

impl Importer<'_> {
    /// The verdict on a row that would make a record which is there already, as good as certainly.
    pub(super) fn twin_of(&self, draft: &Draft) -> Option<RowVerdict> {
        let session = self.bulk.session();
        let values = draft.fills.iter().filter_map(|fill| {
            let value = match &fill.what {
                What::Value(value) => value.clone(),
                What::Parts(parts) => Value::Address(parts.clone()),
                What::Links(_) => return None,
            };
            Some((self.recipe.slots[fill.slot].field.name.clone(), value))
        });
        let blank = Record::blank(self.recipe.entity.clone(), session.moment().now);
        let record = Record { fields: values.collect(), ..blank };
        let twins = self.twins.as_ref()?.twins(&record, session.catalog());
        let twin = twins.into_iter().find(|twin| twin.certain)?;
        let note = phrase!(
            "duplicate of {record}: {why}",
            record = session.catalog().reference(&twin.record),
            why = why(&twin.reasons)
        );
        let (record, note) = (Some(twin.record), Some(note));
        Some(RowVerdict { record, note, ..plain(draft, RowFate::Duplicate) })
    }
}
