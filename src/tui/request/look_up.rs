//! The records that a form proposes for a link, or holds a new record against.

use crate::gate::{Hit, ListRequest, Result, SearchRequest, Session, Twin, ValuesRequest, why};
use crate::model::{Input, RecordRef, Value};
use crate::query::{Query, SortKey, ValuesAt};
use crate::schema::Catalog;
use crate::tui::form::{Held, Lookup, Purpose};

/// Values proposed for a place of a query.
const PROPOSED: usize = 20;

/// Records for a form: those near what the form already links to first.
pub(super) fn look_up(session: &Session, lookup: &Lookup) -> Result<Vec<Hit>> {
    if let Purpose::Duplicate(held) = &lookup.purpose {
        return twins(session, held, lookup);
    }
    let mut found: Vec<Hit> = Vec::new();
    let near = near(session.catalog(), lookup);
    for filter in near.into_iter().map(Some).chain([None]) {
        let hits = if lookup.text.trim().is_empty() {
            recent(session, lookup, filter.as_ref())?
        } else {
            session.search(&SearchRequest {
                text: lookup.text.clone(),
                entities: lookup.entities.clone(),
                filter,
                limit: lookup.limit,
            })?
        };
        for hit in hits {
            if found.iter().all(|known| known.record != hit.record) {
                found.push(hit);
            }
        }
        if found.len() >= lookup.limit {
            break;
        }
    }
    found.truncate(lookup.limit);
    Ok(found)
}

/// The records that are likely the same as what is entered so far.
fn twins(session: &Session, held: &Held, lookup: &Lookup) -> Result<Vec<Hit>> {
    let catalog = session.catalog();
    let Some(entity) = catalog.entity(&held.draft.entity) else { return Ok(Vec::new()) };
    let mut draft = held.draft.clone();
    if let Some(field) = entity.field(&held.field) {
        let typed = Input::Text(lookup.text.clone());
        // What is half typed says nothing yet.
        if let Ok(value) = session.coercion().value(entity, field, &typed) {
            draft.fields.insert(field.name.clone(), value);
        }
    }
    let twins = session.twins(&draft)?;
    let subtitle = |record: &RecordRef| -> Result<String> {
        let Some(field) = &entity.subtitle else { return Ok(String::new()) };
        Ok(said(session.get(record)?.get(field)))
    };
    let hit = |twin: Twin| -> Result<Hit> {
        let (subtitle, why) = (subtitle(&twin.record)?, why(&twin.reasons));
        Ok(Hit::plain(twin.record, twin.title).with_subtitle(subtitle).because(why))
    };
    twins.into_iter().take(lookup.limit).map(hit).collect()
}

/// What stands beside a title.
fn said(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Link(link) => link.title.clone(),
        Value::Address(address) => address.city.clone(),
        _ => String::new(),
    }
}

/// The condition that a record hangs on the same as the form does.
fn near(catalog: &Catalog, lookup: &Lookup) -> Option<Query> {
    let [entity] = lookup.entities.as_slice() else { return None };
    let of = catalog.entity(entity)?;
    lookup.near.iter().find_map(|(field, record)| {
        of.field(field)?;
        let text = format!("{field} = {}", catalog.reference(record));
        Query::parse(&text, catalog, entity).ok()
    })
}

/// The records of the asked entities that were changed last.
fn recent(session: &Session, lookup: &Lookup, filter: Option<&Query>) -> Result<Vec<Hit>> {
    let catalog = session.catalog();
    let mut hits = Vec::new();
    for name in lookup.entities.iter().take(3) {
        let Some(entity) = catalog.entity(name) else { continue };
        let mut request = ListRequest::first(name, lookup.limit);
        request.filter = filter.cloned();
        request.sort = vec![SortKey { field: "updated_at".into(), descending: true }];
        request.fields =
            [Some(entity.title.clone()), entity.subtitle.clone()].into_iter().flatten().collect();
        for row in session.list(&request)?.rows {
            let text = |field: &str| said(row.get(field));
            let subtitle = entity.subtitle.as_deref().map(text).unwrap_or_default();
            hits.push(Hit::plain(row.reference(), text(&entity.title)).with_subtitle(subtitle));
        }
    }
    Ok(hits)
}

/// What could stand at a place of a query: names of records, or values of a field.
pub(super) fn values(session: &Session, at: &ValuesAt) -> Result<Vec<(String, String)>> {
    let Some(titles) = &at.titles else {
        let found = session.values(&ValuesRequest {
            entity: at.entity.clone(),
            field: at.field.clone(),
            part: at.part,
            typed: at.typed.clone(),
            limit: PROPOSED,
        })?;
        return Ok(found.into_iter().map(|value| (value, String::new())).collect());
    };
    let hits = look_up(
        session,
        &Lookup {
            ticket: 0,
            purpose: Purpose::Pick,
            entities: vec![titles.clone()],
            text: at.typed.clone(),
            limit: PROPOSED,
            near: Vec::new(),
        },
    )?;
    let note = |hit: &Hit| {
        let reference = session.catalog().reference(&hit.record);
        if hit.subtitle.is_empty() { reference } else { format!("{reference} {}", hit.subtitle) }
    };
    Ok(hits.iter().map(|hit| (hit.title.clone(), note(hit))).collect())
}
