//! Links to what is not there any more.
//!
//! Where a record was merged, the link is proposed to lead to the one that is left; where there is nothing
//! of that number, to be taken away. A deleted record can be brought back, so nothing is proposed for it.

use super::{Found, Scene, Target};
use crate::model::{Link, Phrase, Record, Value, phrase};
use crate::schema::Field;

pub(super) fn look(scene: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let links = value.links();
    if links.is_empty() {
        return None;
    }
    let part = scene.entity.part.as_ref().is_some_and(|part| part.through == field.name);
    let mut words: Option<Phrase> = None;
    let mut kept: Vec<Link> = Vec::with_capacity(links.len());
    let mut mended = false;
    for link in links {
        let target = (scene.targets)(link);
        let told = || scene.catalog.reference(&link.target());
        let said = match &target {
            Target::Living => None,
            Target::Deleted if part => {
                Some(phrase!("is a part of {record}, which was deleted", record = told()))
            }
            Target::Deleted => {
                Some(phrase!("leads to {record}, which was deleted", record = told()))
            }
            Target::Merged(into) => Some(phrase!(
                "leads to {record}, which was merged into {into}",
                record = told(),
                into = scene.catalog.reference(&into.target())
            )),
            Target::Missing => {
                Some(phrase!("leads to {record}, which is not there", record = told()))
            }
        };
        words = words.or(said);
        match target {
            Target::Merged(into) => {
                mended = true;
                if !kept.contains(&into) {
                    kept.push(into);
                }
            }
            Target::Missing => mended = true,
            Target::Living | Target::Deleted if kept.contains(link) => {}
            Target::Living | Target::Deleted => kept.push(link.clone()),
        }
    }
    let words = words?;
    let proposal = mended.then(|| match value {
        Value::Links(_) if kept.is_empty() => Value::Null,
        Value::Links(_) => Value::Links(kept),
        _ => kept.into_iter().next().map_or(Value::Null, Value::Link),
    });
    Some(Found::new(words, proposal))
}
