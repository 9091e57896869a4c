//! Files of records without a database: read into a pool to look for duplicates among them.
//!
//! Columns are found by their heads, in any spelling, by the names that a rule has for them. Start at
//! [`Lists::read`].

use std::io::Read;
use std::sync::Arc;

use super::similar::squash;
use super::source::{Said, Source, SourceError};
use crate::matching::{Cells, Pool};
use crate::schema::DuplicateRule;

/// Rows of one file or two, ready for [`Scan`](crate::matching::Scan).
pub struct Lists {
    /// The rows, each with its place in `rows` as its number.
    pub pool: Pool,
    /// The compared cells of each row, as they stand in the file, and the number of the row as a spreadsheet
    /// shows it.
    pub rows: Vec<(u64, Vec<String>)>,
    /// The columns that were compared, by the fields of the rule that are left.
    pub columns: Vec<String>,
}

impl Lists {
    /// Reads one file, or two that are held against each other. Fields for which no file has a column are left
    /// out of the rule, so are rows that cannot be read.
    ///
    /// # Errors
    /// Where a file is no table of text.
    pub fn read<R: Read + Send>(
        rule: &DuplicateRule,
        files: Vec<(String, R)>,
    ) -> Result<Self, SourceError> {
        let mut sources = Vec::new();
        for (name, reader) in files {
            sources.push(Source::open(
                reader,
                &name,
                &Said { fill_short: true, ..Said::default() },
            )?);
        }
        let heads: Vec<&[String]> = sources.iter().map(Source::headers).collect();
        let mut kept = rule.clone();
        kept.fields.retain(|field| heads.iter().all(|heads| place(field, heads).is_some()));
        let fields: Vec<String> = kept.fields.iter().map(|field| field.field.clone()).collect();
        kept.groups.retain(|group| group.all.iter().all(|one| fields.contains(&one.field)));
        let places: Vec<Vec<usize>> = heads
            .iter()
            .map(|heads| kept.fields.iter().filter_map(|field| place(field, heads)).collect())
            .collect();
        let rule = Arc::new(kept);
        let mut pool = Pool::new(Arc::clone(&rule));
        let mut rows = Vec::new();
        for (number, mut source) in sources.into_iter().enumerate() {
            while let Some(row) = source.next_row()? {
                if row.flaw.is_some() {
                    continue;
                }
                let texts: Vec<String> = places[number]
                    .iter()
                    .map(|place| row.cells.get(*place).unwrap_or_default().trim().to_owned())
                    .collect();
                let cells = Cells::of(&rule, |place, take| {
                    texts.get(place).into_iter().for_each(|text| take(text));
                });
                pool.add(rows.len() as i64, &cells, number > 0);
                rows.push((row.number, texts));
            }
        }
        pool.settle();
        Ok(Self { pool, rows, columns: fields })
    }
}

/// How many fields of a rule have a column.
#[must_use]
pub fn fit(rule: &DuplicateRule, heads: &[String]) -> usize {
    rule.fields.iter().filter(|field| place(field, heads).is_some()).count()
}

/// The column of a field: by its name first, then by what else it may be called.
fn place(field: &crate::schema::duplicates::Compared, heads: &[String]) -> Option<usize> {
    let heads: Vec<String> = heads.iter().map(|head| squash(head)).collect();
    std::iter::once(&field.field)
        .chain(&field.columns)
        .map(|name| squash(name))
        .find_map(|name| heads.iter().position(|head| *head == name))
}
