//! Records -> files for other programs, and for importing again.
//!
//! Reads through the gate page by page and writes to a writer it is handed: memory does not grow with
//! the number of records. What is written is exact data for files and pipes; a terminal gets it
//! through a sanitising writer. Start at [`export`].

mod book;
mod calendar;
mod card;
mod columns;
mod format;
pub mod grid;
mod page;
mod progress;
mod shape;
mod sheet;
#[cfg(test)]
mod tests;

use crate::model::phrase;
use std::io::{self, Write};
use std::sync::Arc;

use crate::gate::{
    Chosen, Count, ErrorKind, Event, GateError, LARGE_EXPORT, ListRequest, Place, Session, Window,
};
use crate::model::{Lang, Name, Phrase, Record};
use crate::policy::Right;
use crate::query::{Query, SortKey};
use crate::schema::{Entity, Format, Origin};
pub use format::ExportFormat;
pub use progress::Progress;
use shape::{Of, Shape};

/// How many records are read at once.
const PAGE: usize = 500;

/// What to write out.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRequest {
    /// The entity.
    pub entity: Name,
    /// Which records; all without.
    pub filter: Option<Query>,
    /// In which order; the entity's own without.
    pub sort: Vec<SortKey>,
    /// Which fields; all that can be imported again where empty.
    pub fields: Vec<Name>,
    /// At most how many records.
    pub limit: Option<u64>,
    /// In CSV, TSV and workbooks: cells as they are, although a spreadsheet may take some for formulas, and
    /// links as references instead of titles.
    pub exact: bool,
    /// In TSV: rows for a spreadsheet to paste, not for importing again. Headers are labels, values are
    /// as people read them, and a record is one line whatever is in it.
    pub pasted: bool,
    /// The language of labels in Markdown, on pages and in pasted rows.
    pub lang: Lang,
    /// Where it goes, for the audit log: a file or `clipboard`; its folder is left out there.
    pub target: String,
}

impl ExportRequest {
    /// All records of an entity with all fields.
    #[must_use]
    pub fn all(entity: impl Into<Name>) -> Self {
        Self {
            entity: entity.into(),
            filter: None,
            sort: Vec::new(),
            fields: Vec::new(),
            limit: None,
            exact: false,
            pasted: false,
            lang: Lang::En,
            target: String::new(),
        }
    }
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The gate refuses.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It cannot be written.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
    /// The format has no room for it; what was written so far is no whole file.
    #[error("{0}")]
    Unfit(Phrase),
    /// Somebody wished that it stops; what was written so far is no whole file.
    #[error("stopped")]
    Stopped,
}

impl ExportError {
    /// The kind, for exit codes.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Gate(error) => error.kind(),
            Self::Unfit(_) => ErrorKind::Invalid,
            Self::Write(_) | Self::Stopped => ErrorKind::File,
        }
    }
}

/// Writes records out; how many there were.
///
/// # Errors
/// A missing right, an unknown entity or field, or a writer that fails.
pub fn export(
    session: &Session,
    request: &ExportRequest,
    format: ExportFormat,
    writer: &mut dyn Write,
) -> Result<u64, ExportError> {
    let permitted = session.permitted(Right::Export, &request.entity)?;
    let mut list = ListRequest {
        entity: request.entity.clone(),
        filter: both(request.filter.clone(), permitted),
        sort: request.sort.clone(),
        fields: Vec::new(),
        window: Window::First,
        limit: PAGE,
        deleted: false,
    };
    let mut left = request.limit.unwrap_or(u64::MAX);
    let leave = counted(session, &request.entity, list.filter.as_ref(), request.limit);
    let pages = |fields: &[Name]| {
        if left == 0 {
            return Ok(None);
        }
        list.fields = fields.to_vec();
        list.limit = PAGE.min(usize::try_from(left).unwrap_or(PAGE));
        let page = session.list(&list)?;
        left -= page.rows.len() as u64;
        match page.cursors.into_iter().last() {
            Some(last) if !page.at_end => list.window = Window::After(last),
            _ => left = 0,
        }
        Ok(Some(page.rows))
    };
    write_pages(session, request, format, (writer, &Progress::default()), (leave, pages))
}

/// Asks ahead of [`export`] what it would ask: the right, and the password given lately where more records
/// than [`LARGE_EXPORT`] would leave. Who is refused here has opened no file yet.
///
/// # Errors
/// A missing right; [`crate::gate::Denial::ConfirmNeeded`].
pub fn demand(session: &Session, request: &ExportRequest) -> Result<(), GateError> {
    let permitted = session.permitted(Right::Export, &request.entity)?;
    let filter = both(request.filter.clone(), permitted);
    let enough = request.limit.unwrap_or(u64::MAX).min(LARGE_EXPORT + 1);
    match counted(session, &request.entity, filter.as_ref(), Some(enough)) {
        Some(leave) if leave > LARGE_EXPORT => session.demand_confirmed(),
        _ => Ok(()),
    }
}

/// How many records would leave, where they can be counted ahead.
fn counted(
    session: &Session,
    entity: &Name,
    filter: Option<&Query>,
    most: Option<u64>,
) -> Option<u64> {
    let (Count::Exactly(n) | Count::AtLeast(n)) = session.count(entity, filter, most).ok()?;
    Some(n.min(most.unwrap_or(u64::MAX)))
}

/// As [`export`], for chosen records; what the request says of entity, filter, order and limit does not
/// count. How far it is stands in `progress`, by which it can be stopped.
///
/// # Errors
/// As [`export`]; records of several entities; [`ExportError::Stopped`].
pub fn export_chosen(
    session: &Session,
    chosen: &Chosen,
    request: &ExportRequest,
    format: ExportFormat,
    (writer, progress): (&mut dyn Write, &Progress),
) -> Result<u64, ExportError> {
    let entity = match chosen {
        Chosen::All { list, .. } => Some(list.entity.clone()),
        Chosen::These(records) => {
            let first = records.first().map(|record| record.entity.clone());
            first.filter(|first| records.iter().all(|record| record.entity == *first))
        }
    };
    let entity = entity.ok_or_else(|| GateError::NotFound {
        what: phrase!("these records are of several kinds"),
        hint: Some(phrase!("export them kind by kind")),
    })?;
    let permitted = session.permitted(Right::Export, &entity)?;
    // Who may export everything they see is not asked record by record.
    let narrow = permitted.is_some();
    let narrowed = match chosen {
        Chosen::All { list, but } => Chosen::All {
            list: Box::new(ListRequest {
                filter: both(list.filter.clone(), permitted),
                ..(**list).clone()
            }),
            but: but.clone(),
        },
        these @ Chosen::These(_) => these.clone(),
    };
    let mut place = Some(Place::Start);
    let pages = |fields: &[Name]| {
        let Some(at) = place.take() else { return Ok(None) };
        let (found, next) = session.chosen(&narrowed, fields, &at)?;
        let mut rows = Vec::with_capacity(found.len());
        for row in found {
            let asked = narrow && matches!(narrowed, Chosen::These(_));
            if !asked || session.may_do(Right::Export, &row.reference())? {
                rows.push(row);
            }
        }
        place = next;
        Ok(Some(rows))
    };
    let (filter, expected) = match chosen {
        Chosen::All { list, but } if !list.deleted => {
            let within = match &narrowed {
                Chosen::All { list, .. } => list.filter.as_ref(),
                Chosen::These(_) => None,
            };
            let all = counted(session, &list.entity, within, None);
            (list.filter.clone(), all.map(|all| all.saturating_sub(but.len() as u64)))
        }
        Chosen::All { list, .. } => (list.filter.clone(), None),
        Chosen::These(records) => (None, Some(records.len() as u64)),
    };
    let request = ExportRequest { entity, filter, ..request.clone() };
    write_pages(session, &request, format, (writer, progress), (expected, pages))
}

/// The records that satisfy both.
fn both(one: Option<Query>, other: Option<Query>) -> Option<Query> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}

/// Writes pages of records until there are none.
fn write_pages(
    session: &Session,
    request: &ExportRequest,
    format: ExportFormat,
    (writer, progress): (&mut dyn Write, &Progress),
    (expected, mut pages): (
        Option<u64>,
        impl FnMut(&[Name]) -> Result<Option<Vec<Record>>, GateError>,
    ),
) -> Result<u64, ExportError> {
    let catalog = Arc::clone(session.catalog());
    let entity = catalog.entity(&request.entity).ok_or_else(|| GateError::NotFound {
        what: phrase!("there is no entity {entity}", entity = &request.entity),
        hint: None,
    })?;
    let fields = fields(entity, request)?;
    let words = Format { lang: request.lang, zone: session.moment().zone };
    let of = Of { catalog: &catalog, entity, fields: &fields, words };
    // Before anything is written and noted: who is refused has got nothing.
    let mut confirmed = expected.is_some_and(|leave| leave > LARGE_EXPORT);
    if confirmed {
        session.demand_confirmed()?;
    }
    let mut shape = Shape::begin(of, request, format, writer)?;
    // Noted before the first record leaves: whoever stops an export halfway has it all the same. Where
    // the records cannot be counted ahead, what was written is noted however it ends.
    let note = |records| {
        session.note(&Event::export(
            &request.entity,
            &request.target,
            records,
            request.filter.as_ref(),
        ));
    };
    expected.into_iter().for_each(note);
    let mut written = 0;
    let mut write = || -> Result<(), ExportError> {
        while let Some(rows) = pages(&fields)? {
            if !confirmed && written + rows.len() as u64 > LARGE_EXPORT {
                session.demand_confirmed()?;
                confirmed = true;
            }
            shape.look(session, &rows)?;
            for record in &rows {
                shape.record(record)?;
            }
            written += rows.len() as u64;
            progress.wrote(rows.len() as u64);
            if progress.is_stopped() {
                return Err(ExportError::Stopped);
            }
        }
        Ok(())
    };
    let done = write();
    if expected.is_none() {
        note(written);
    }
    done?;
    shape.finish()?;
    Ok(written)
}

fn fields(entity: &Entity, request: &ExportRequest) -> Result<Vec<Name>, GateError> {
    if request.fields.is_empty() {
        let kept = ["owner", "team"];
        let chosen = entity.fields.iter().filter(|field| {
            !field.is_given()
                && (field.origin != Origin::System || kept.contains(&field.name.as_str()))
        });
        return Ok(chosen.map(|field| field.name.clone()).collect());
    }
    for name in &request.fields {
        if entity.field(name).is_none() && name != "ref" && name != "id" {
            let known = entity.fields.iter().map(|field| field.name.as_str());
            let near = super::similar::nearest(name, known);
            return Err(GateError::NotFound {
                what: phrase!(
                    "{entity} has no field {field}",
                    entity = entity.told(),
                    field = name
                ),
                hint: near.map(|near| phrase!("did you mean {near}?", near = near)),
            });
        }
    }
    Ok(request.fields.iter().filter(|name| *name != "ref").cloned().collect())
}

/// Text that stays in its cell of a Markdown table and is no markup there.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '\n' | '\r' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}
