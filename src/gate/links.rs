//! Which record does somebody mean? Links typed as references, titles and keys.

use crate::model::{Phrase, phrase};
use std::sync::Arc;

use super::error::{GateError, Problem, Result};
use super::session::Session;
use super::trouble::Report;
use crate::model::{Link, RecordId, Value, text};
use crate::policy::Right;
use crate::schema::{Catalog, Entity, Field, FieldType};

impl Session {
    pub(super) fn understand_links(
        &self,
        catalog: &Catalog,
        field: &Field,
        typed: &str,
        report: &mut Report<'_>,
    ) -> Result<Option<Value>> {
        if typed.trim().is_empty() {
            return Ok(Some(Value::Null));
        }
        let many = matches!(field.kind, FieldType::Links { .. });
        let parts: Vec<&str> = if many {
            typed.split([';', '、']).map(str::trim).filter(|part| !part.is_empty()).collect()
        } else {
            vec![typed.trim()]
        };
        let mut links = Vec::new();
        for part in parts {
            let found = match field.kind.link_target() {
                Some(target) => self.resolve(target, part),
                None => catalog.parse_reference(part).ok_or_else(|| GateError::NotFound {
                    what: phrase!("{part} is not a reference", part = part),
                    hint: Some(phrase!("write it like C-1042")),
                }),
            };
            match found {
                Ok(record) => links.push(Link::new(record.entity, record.id)),
                Err(GateError::NotFound { what, hint }) => {
                    report.push(Some(&field.name), what, hint);
                    return Ok(None);
                }
                Err(GateError::Invalid(mut several)) => {
                    let first = several.pop();
                    let (message, hint) =
                        first.map_or((Phrase::raw(""), None), |p| (p.message, p.hint));
                    report.push(Some(&field.name), message, hint);
                    return Ok(None);
                }
                Err(other) => return Err(other),
            }
        }
        Ok(Some(if many {
            links.dedup();
            Value::Links(links)
        } else {
            links.pop().map_or(Value::Null, Value::Link)
        }))
    }

    /// Whether the records that a value links to are there; reports those that are not.
    pub(super) fn links_exist(
        &self,
        catalog: &Catalog,
        field: &Field,
        value: &Value,
        creates: &[bool],
        report: &mut Report<'_>,
    ) -> Result<bool> {
        for link in value.links() {
            if field.kind.link_target().is_some_and(|target| *target != link.entity) {
                report.push(
                    Some(&field.name),
                    phrase!(
                        "{record} is not what it links to",
                        record = catalog.reference(&link.target())
                    ),
                    None,
                );
                return Ok(false);
            }
            let there = if link.id.is_pending() {
                let place = link.id.0.checked_neg().and_then(|n| usize::try_from(n - 1).ok());
                place.and_then(|place| creates.get(place)).copied().unwrap_or(false)
            } else {
                self.store.exists(catalog, &link.entity, link.id)?
            };
            if !there {
                report.push(
                    Some(&field.name),
                    phrase!("there is no {record}", record = catalog.reference(&link.target())),
                    None,
                );
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds the record a person means by a reference, an exact title or a key.
    ///
    /// # Errors
    /// [`GateError::NotFound`] with near titles as a hint; [`GateError::Invalid`] where several fit.
    pub fn resolve(&self, entity: &str, typed: &str) -> Result<crate::model::RecordRef> {
        let catalog = Arc::clone(self.catalog());
        let entity = self.entity(entity)?;
        self.demand(Right::Read, &entity.name)?;
        let typed = typed.trim();
        let found = |id: RecordId| crate::model::RecordRef::new(&entity.name, id);
        if let Some(record) = catalog.parse_reference(typed)
            && record.entity == entity.name
        {
            let record = self.followed(record)?;
            return if self.store.exists(&catalog, &entity.name, record.id)? {
                Ok(record)
            } else {
                Err(GateError::NotFound {
                    what: phrase!("there is no {record}", record = catalog.reference(&record)),
                    hint: None,
                })
            };
        }
        if entity.name == "user"
            && typed.eq_ignore_ascii_case("me")
            && let Some(me) = self.moment().me
        {
            return Ok(found(me));
        }
        let folded = text::fold(typed);
        let mut same = Vec::new();
        for id in self.store.titled(entity, typed, 20)? {
            let title = self.store.title(&catalog, &entity.name, id)?.unwrap_or_default();
            if text::fold(&title) == folded {
                same.push(id);
            }
        }
        if same.is_empty() {
            for field in &entity.fields {
                let key = field.unique || field.name == "external_id" || field.name == "code";
                if key && matches!(field.kind, FieldType::Text | FieldType::Serial { .. }) {
                    same.extend(self.store.matching(entity, field, &Value::from(typed), 2)?);
                }
            }
        }
        match same.as_slice() {
            [one] => Ok(found(*one)),
            [] => Err(GateError::NotFound {
                what: phrase!(
                    "there is no {entity} \u{201c}{typed}\u{201d}",
                    entity = &entity.label.lower(),
                    typed = &typed
                ),
                hint: self.near_titles(entity, typed),
            }),
            several => Err(GateError::Invalid(vec![Problem {
                edit: 0,
                record: Phrase::raw(entity.name.as_str()),
                field: None,
                message: phrase!("several are called \u{201c}{typed}\u{201d}", typed = &typed),
                hint: Some(phrase!(
                    "say which: {several}",
                    several = several
                        .iter()
                        .take(5)
                        .map(|id| catalog.reference(&found(*id)))
                        .collect::<Vec<_>>()
                        .join(", ")
                )),
                missing: None,
            }])),
        }
    }

    fn near_titles(&self, entity: &Entity, typed: &str) -> Option<Phrase> {
        let hits = self
            .search(&super::read::SearchRequest {
                text: typed.to_owned(),
                entities: vec![entity.name.clone()],
                filter: None,
                limit: 3,
            })
            .ok()?;
        if hits.is_empty() {
            return None;
        }
        let titles: Vec<String> =
            hits.iter().map(|hit| format!("\u{201c}{}\u{201d}", hit.title)).collect();
        Some(phrase!("did you mean {near}?", near = titles.join(" / ")))
    }
}
