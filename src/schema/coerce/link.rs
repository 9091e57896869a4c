//! References to records. Names are the gate's to resolve.

use super::Invalid;
use crate::model::phrase;
use crate::model::{Link, Name, Value};
use crate::schema::Catalog;

/// Links of one field.
const LINKS: usize = 1_000;

/// The record of a reference, of the entity `to` where one is asked for.
pub(super) fn one(catalog: &Catalog, to: Option<&Name>, text: &str) -> Result<Link, Invalid> {
    let text = text.trim();
    let Some(record) = catalog.parse_reference(text) else {
        let prefix = to.and_then(|to| catalog.entity(to)).map_or("C", |entity| &entity.prefix);
        let shown: String = text.chars().take(60).collect();
        return Err(Invalid::hint(
            phrase!("{shown} is no reference", shown = format!("{:?}", shown)),
            phrase!("a reference looks like {prefix}-42", prefix = prefix),
        ));
    };
    let link = Link::new(record.entity, record.id);
    fits(catalog, to, &link)?;
    Ok(link)
}

/// Checks that a link is to the entity that is asked for.
pub(super) fn fits(catalog: &Catalog, to: Option<&Name>, link: &Link) -> Result<(), Invalid> {
    let called = |name: &Name| {
        catalog.entity(name).map_or_else(|| name.to_string(), |e| e.label.en.to_lowercase())
    };
    match to {
        Some(to) if *to != link.entity => Err(Invalid::new(phrase!(
            "is a {entity}, not a {to}",
            entity = called(&link.entity),
            to = called(to)
        ))),
        None if catalog.entity(&link.entity).is_none() => {
            Err(Invalid::new(phrase!("{entity} is no entity", entity = &link.entity)))
        }
        _ => Ok(()),
    }
}

/// The records of several references.
pub(super) fn several(catalog: &Catalog, to: &Name, text: &str) -> Result<Value, Invalid> {
    let pieces = text.split([',', ';', '，', '；', '、', ' ', '\n', '\t']);
    let links = pieces.filter(|piece| !piece.is_empty()).map(|piece| one(catalog, Some(to), piece));
    collect(links)
}

/// Puts links together, each once.
pub(super) fn collect(
    links: impl Iterator<Item = Result<Link, Invalid>>,
) -> Result<Value, Invalid> {
    let mut kept: Vec<Link> = Vec::new();
    for link in links {
        let link = link?;
        if !kept.contains(&link) {
            kept.push(link);
        }
        if kept.len() > LINKS {
            return Err(Invalid::new(phrase!("has more than {links} links", links = LINKS)));
        }
    }
    Ok(if kept.is_empty() { Value::Null } else { Value::Links(kept) })
}
