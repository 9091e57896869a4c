//! `find` and `who`: the search box from a shell.

use serde_json::json;

use super::desk::{Desk, OUTPUT};
use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Row};
use crate::gate::{Hit, SearchRequest};
use crate::model::{RecordRef, phrase};
use crate::schema::display::phone;

/// Finds records by anything.
pub(super) fn find(
    desk: &mut Desk<'_, '_>,
    text: &str,
    entities: &[String],
    filter: Option<&str>,
    limit: u64,
) -> Result<()> {
    let entities = entities
        .iter()
        .map(|word| Ok(desk.entity(word)?.name.clone()))
        .collect::<Result<Vec<_>>>()?;
    let filter = match (filter, entities.as_slice()) {
        (None, _) => None,
        (Some(text), [entity]) => desk.query(entity, Some(text))?,
        (Some(_), _) => {
            let hint = phrase!("say which: --in customer");
            return Err(CliError::word(phrase!("--where needs exactly one --in"), Some(hint)));
        }
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let request = SearchRequest { text: text.to_owned(), entities, filter, limit };
    let hits = desk.session.search(&request)?;
    print(desk, &hits, text)
}

/// Finds whose number or address it is.
pub(super) fn who(desk: &mut Desk<'_, '_>, text: &str) -> Result<()> {
    let hits = desk.session.who(text)?;
    print(desk, &hits, text)
}

fn print(desk: &mut Desk<'_, '_>, hits: &[Hit], text: &str) -> Result<()> {
    if hits.is_empty() {
        if desk.format != OutputFormat::Table {
            desk.printer(heads()).finish()?;
        }
        return Err(CliError::refused(phrase!("nothing found for {text}", text)));
    }
    if desk.leaves() {
        let records: Vec<RecordRef> = hits.iter().map(|hit| hit.record.clone()).collect();
        desk.session.take_out_these(&records, OUTPUT)?;
    }
    let rows: Vec<Row> = hits
        .iter()
        .map(|hit| {
            let reference = desk.reference(&hit.record);
            let entity = desk.catalog.entity(&hit.record.entity);
            let label = entity.map_or("", |entity| entity.label.get(desk.env.lang)).to_owned();
            let matched = hit.matched.clone().unwrap_or_default();
            // People read a number as it stands everywhere else.
            let human = desk.format.needs() == Needs::Human;
            let matched = if human { phone(&matched) } else { matched };
            let json = json!({
                "ref": reference,
                "entity": hit.record.entity.as_str(),
                "title": hit.title,
                "subtitle": hit.subtitle,
                "matched": hit.matched,
            });
            let cells =
                vec![reference.clone(), label, hit.title.clone(), hit.subtitle.clone(), matched];
            Row { reference, cells, json }
        })
        .collect();
    let mut printer = desk.printer(heads());
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    Ok(())
}

fn heads() -> Vec<Head> {
    vec![
        Head::left("ref", phrase!("Ref")),
        Head::left("entity", phrase!("Kind")),
        Head::left("title", phrase!("Name")),
        Head::left("subtitle", phrase!("About")),
        Head::left("matched", phrase!("Matched")),
    ]
}
