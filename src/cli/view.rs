//! `--view`: a view of the schema or a saved one, as filter, order and columns of a list.

use super::command::ListArgs;
use super::desk::Desk;
use super::error::{CliError, Result};
use crate::gate::{GateError, ListRequest};
use crate::model::text::fold;
use crate::model::{Record, Value, phrase};
use crate::query::{Query, parse_columns};
use crate::schema::Entity;

/// What a view says of a list.
struct Said {
    names: Vec<String>,
    query: String,
    sort: String,
    columns: String,
}

/// The arguments with what their view says laid under them; the same where they name none.
pub(super) fn under(desk: &Desk<'_, '_>, entity: &Entity, args: &ListArgs) -> Result<ListArgs> {
    let Some(name) = &args.view else { return Ok(args.clone()) };
    let known = all(desk, entity)?;
    let wanted = fold(name);
    let Some(view) = known.iter().find(|view| view.names.iter().any(|n| fold(n) == wanted)) else {
        let names: Vec<&str> =
            known.iter().filter_map(|v| v.names.first()).map(String::as_str).collect();
        return Err(CliError::Gate(GateError::NotFound {
            what: phrase!("{entity} has no view {name}", entity = entity.told(), name),
            hint: Some(phrase!("there are {names}", names = names.join(", "))),
        }));
    };
    let or = |given: &Option<String>, said: &str| {
        given.clone().or_else(|| Some(said.to_owned()).filter(|text| !text.is_empty()))
    };
    // Widths are for the screen.
    let columns = parse_columns(&view.columns, &desk.catalog, &entity.name).unwrap_or_default();
    let columns: Vec<&str> = columns.iter().map(|column| column.field.as_str()).collect();
    let filter = match (view.query.trim(), args.filter.as_deref().map(str::trim)) {
        ("", _) => args.filter.clone(),
        (query, None | Some("")) => Some(query.to_owned()),
        (query, Some(more)) => Some(format!("({query}) and ({more})")),
    };
    Ok(ListArgs {
        filter,
        sort: or(&args.sort, &view.sort),
        columns: or(&args.columns, &columns.join(",")),
        ..args.clone()
    })
}

/// The views of an entity: those of the schema, then the saved ones this person sees.
fn all(desk: &Desk<'_, '_>, entity: &Entity) -> Result<Vec<Said>> {
    let mut found: Vec<Said> = entity
        .shown_views()
        .map(|view| Said {
            names: vec![view.name.to_string(), view.label.en.clone(), view.label.zh.clone()],
            query: view.query.clone(),
            sort: view.sort.clone(),
            columns: view.columns.clone(),
        })
        .collect();
    let text = format!(
        "entity = \"{}\" and (owner = me or shared = \"all\" or (shared = team and owner = my team))",
        entity.name
    );
    let mut request = ListRequest::first("view", 200);
    request.filter = Query::parse(&text, &desk.catalog, "view").ok();
    for record in desk.session.list(&request)?.rows {
        let reference = desk.catalog.reference(&record.reference());
        found.push(Said {
            names: vec![text_of(&record, "name"), reference],
            query: text_of(&record, "query"),
            sort: text_of(&record, "sort"),
            columns: text_of(&record, "columns"),
        });
    }
    Ok(found)
}

fn text_of(record: &Record, field: &str) -> String {
    match record.get(field) {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}
