//! The life of a record: what was done about it and what was changed.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::Store;
use super::layout::quoted;
use super::rows::Projection;
use crate::gate::error::Result;
use crate::gate::read::TimelineItem;
use crate::model::{Record, RecordId, RecordRef};
use crate::query::Moment;
use crate::schema::{Catalog, Entity, FieldType};

impl Store {
    /// The newest `limit` things in the life of a record.
    pub fn timeline(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        record: &RecordRef,
        limit: usize,
    ) -> Result<Vec<TimelineItem>> {
        let mut items: Vec<TimelineItem> = Vec::new();
        if let Some(activity) = catalog.entity("activity") {
            let found = self.activities(catalog, moment, activity, record, limit)?;
            items.extend(found.into_iter().map(TimelineItem::Activity));
        }
        items.extend(
            self.record_history(record, None, limit)?
                .into_iter()
                .map(|(_, entry)| TimelineItem::Change(entry)),
        );
        if record.entity != "deal" {
            for deal in self.deals_of(catalog, record, limit)? {
                items.extend(self.steps_of(&RecordRef::new("deal", deal), limit)?);
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse(item.at()));
        items.truncate(limit);
        Ok(items)
    }

    /// The newest steps of a deal from stage to stage, whatever else was changed in between: other changes,
    /// which not everybody sees, must push none of them out.
    fn steps_of(&self, deal: &RecordRef, limit: usize) -> Result<Vec<TimelineItem>> {
        let mut steps = Vec::new();
        let mut before = None;
        loop {
            let page = self.record_history(deal, before, limit)?;
            let whole = page.len() < limit;
            before = page.last().map(|(number, _)| *number);
            steps.extend(page.into_iter().filter_map(|(_, mut entry)| {
                entry.fields.retain(|field| field.field == "stage");
                (!entry.fields.is_empty()).then_some(TimelineItem::Change(entry))
            }));
            if whole || steps.len() >= limit {
                steps.truncate(limit);
                return Ok(steps);
            }
        }
    }

    /// The newest activities that name the record in any link: one query per link, each on its index.
    fn activities(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        activity: &Entity,
        record: &RecordRef,
        limit: usize,
    ) -> Result<Vec<Record>> {
        let projection = Projection::stored(catalog, activity, moment);
        let mut found: Vec<Record> = Vec::new();
        for field in &activity.fields {
            let column = quoted(&field.sql_column());
            let (condition, mut params) = match &field.kind {
                FieldType::Link { to } if *to == record.entity && !field.is_given() => {
                    (format!("a.{column} = ?"), vec![Sql::Integer(record.id.0)])
                }
                FieldType::LinkAny => (
                    format!(
                        "a.{} = ? AND a.{column} = ?",
                        quoted(&format!("{}_entity", field.sql_column()))
                    ),
                    vec![Sql::Text(record.entity.to_string()), Sql::Integer(record.id.0)],
                ),
                _ => continue,
            };
            if field.name == "owner" {
                continue;
            }
            let sql = format!(
                "SELECT {} FROM {} a WHERE {condition} AND a.deleted_at IS NULL
                 ORDER BY a.\"happened_at\" DESC LIMIT ?",
                projection.sql,
                quoted(&activity.sql_table())
            );
            let mut all = projection.params.clone();
            all.append(&mut params);
            all.push(Sql::Integer(limit as i64));
            let mut statement = self.conn.prepare_cached(&sql).map_err(|e| self.fault(e))?;
            let rows = statement
                .query_map(params_from_iter(all), |row| projection.record(row))
                .map_err(|error| self.fault(error))?;
            for row in rows {
                let row = row.map_err(|error| self.fault(error))?;
                if !found.iter().any(|known| known.id == row.id) {
                    found.push(row);
                }
            }
        }
        self.complete(&projection, &mut found)?;
        Ok(found)
    }

    fn deals_of(
        &self,
        catalog: &Catalog,
        record: &RecordRef,
        limit: usize,
    ) -> Result<Vec<RecordId>> {
        let Some(deal) = catalog.entity("deal") else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for field in &deal.fields {
            if matches!(&field.kind, FieldType::Link { to } if *to == record.entity)
                && matches!(field.name.as_str(), "customer" | "contact")
            {
                found.extend(self.ids(
                    &format!(
                        "SELECT id FROM {} WHERE {} = ? AND deleted_at IS NULL
                         ORDER BY id DESC LIMIT ?",
                        quoted(&deal.sql_table()),
                        quoted(&field.sql_column())
                    ),
                    vec![Sql::Integer(record.id.0), Sql::Integer(limit as i64)],
                )?);
            }
        }
        Ok(found)
    }
}
