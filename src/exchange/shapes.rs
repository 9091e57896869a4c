//! Files of other programs, known by their headers.
//!
//! Each shape is a file in `assets/shapes`: a map file and below it `[shape]` with its name and the headers
//! it is known by. Columns that a shape says nothing of are suggested as in any other file. Start at
//! [`recognise`].

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::headers::{Certainty, Suggestion};
use super::map::ImportMap;
use super::similar::squash;
use crate::schema::{Catalog, Label};

/// What one program's export of one entity looks like.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name: the file's.
    pub name: &'static str,
    /// What people call it.
    pub label: Label,
    /// The headers it is known by: all of them.
    headers: Vec<String>,
    /// Where its columns go.
    map: ImportMap,
}

#[derive(Deserialize)]
struct About {
    en: String,
    zh: String,
    headers: Vec<String>,
}

#[derive(Deserialize)]
struct Tail {
    shape: About,
}

macro_rules! shapes {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../assets/shapes/", $name, ".toml")))),*]
    };
}

/// The shapes as they ship.
const FILES: [(&str, &str); 24] = shapes![
    "salesforce-account",
    "salesforce-contact",
    "salesforce-lead",
    "salesforce-opportunity",
    "hubspot-contacts",
    "hubspot-companies",
    "hubspot-deals",
    "zoho-accounts",
    "zoho-contacts",
    "zoho-leads",
    "zoho-deals",
    "pipedrive-people",
    "pipedrive-organizations",
    "pipedrive-deals",
    "pipedrive-activities",
    "odoo-companies",
    "odoo-people",
    "odoo-opportunities",
    "google-contacts",
    "outlook-contacts",
    "linkedin-connections",
    "chinese-customers",
    "chinese-contacts",
    "chinese-deals",
];

/// All shapes; they are read once, and a test reads them too, so none can be malformed.
static SHAPES: LazyLock<Vec<Shape>> =
    LazyLock::new(|| FILES.iter().filter_map(|(name, text)| read(name, text).ok()).collect());

fn read(name: &'static str, text: &str) -> Result<Shape, String> {
    let at = text.find("\n[shape]\n").ok_or("no [shape] at the end")?;
    let map = ImportMap::parse(name, &text[..=at])
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let tail: Tail = toml::from_str(&text[at..]).map_err(|error| error.to_string())?;
    let About { en, zh, headers } = tail.shape;
    Ok(Shape { name, label: Label { en, zh }, headers, map })
}

/// The shapes that a file with these headers has, the likeliest first: whose columns it has most of.
#[must_use]
pub fn recognise(headers: &[String]) -> Vec<&'static Shape> {
    let known: HashSet<String> = headers.iter().map(|header| squash(header)).collect();
    let has = |header: &str| known.contains(&squash(header));
    let mut found: Vec<(usize, &Shape)> = SHAPES
        .iter()
        .filter(|shape| shape.headers.iter().all(|header| has(header)))
        .map(|shape| {
            (shape.map.columns.iter().filter(|(header, _)| has(&header.text)).count(), shape)
        })
        .collect();
    found.sort_by_key(|(columns, _)| std::cmp::Reverse(*columns));
    found.into_iter().map(|(_, shape)| shape).collect()
}

impl Shape {
    /// The entity it is an export of.
    #[must_use]
    pub fn entity(&self) -> &str {
        self.map.entity.as_ref().map_or("", |entity| entity.text.as_str())
    }

    /// The map for a file of this shape: what the file does not have is left out, what the shape says nothing
    /// of goes where `suggestions` are sure and no other column goes. The suggestions say afterwards where
    /// each column goes.
    #[must_use]
    pub fn map_for(&self, catalog: &Catalog, suggestions: &mut [Suggestion]) -> ImportMap {
        let mut map = self.map.clone();
        let known: HashSet<String> = suggestions.iter().map(|one| squash(&one.header)).collect();
        let has = |header: &str| known.contains(&squash(header));
        let entity = catalog.entity(self.entity());
        let there = |address: &str| {
            let name = address.split('.').next().unwrap_or_default();
            name == "ref" || entity.is_some_and(|entity| entity.field(name).is_some())
        };
        // A company may have done away with a field.
        for (_, targets) in &mut map.columns {
            targets.retain(|target| there(&target.field.text));
        }
        for (_, targets) in &mut map.columns {
            targets.retain(|target| target.when.iter().all(|(header, _)| has(&header.text)));
        }
        map.columns.retain(|(header, targets)| has(&header.text) && !targets.is_empty());
        map.skip_when.retain(|(header, _)| has(&header.text));
        map.skip_without.retain(|header| has(&header.text));
        map.ignore.clear();
        map.constants.retain(|(field, _)| there(&field.text));
        map.defaults.retain(|(field, _)| there(&field.text));
        let field_of = |address: &str| address.split('.').next().unwrap_or_default().to_owned();
        let mut taken: HashSet<String> = HashSet::new();
        for (_, targets) in &map.columns {
            taken.extend(targets.iter().map(|target| field_of(&target.field.text)));
        }
        taken.extend(map.constants.iter().map(|(field, _)| field_of(&field.text)));
        for suggestion in suggestions {
            let header = squash(&suggestion.header);
            let own = map.columns.iter().find(|(known, _)| squash(&known.text) == header);
            let named = self.map.ignore.iter().any(|known| squash(&known.text) == header);
            if let Some((_, targets)) = own {
                suggestion.field = targets.first().map(|target| target.field.text.clone());
                suggestion.certainty = Certainty::Exact;
                suggestion.note = None;
            } else if suggestion.is_sure()
                && !named
                && let Some(address) = suggestion.field.clone()
                && !taken.contains(&field_of(&address))
            {
                map.columns.push(super::headers::plainly(&suggestion.header, &address));
            } else {
                suggestion.field = None;
                map.ignore.push(super::headers::spot(&suggestion.header));
            }
        }
        let filled = |key: &str| {
            key.split('+').map(str::trim).all(|word| {
                map.columns.iter().any(|(_, targets)| {
                    targets.iter().any(|target| field_of(&target.field.text) == field_of(word))
                })
            })
        };
        map.keys = self.map.keys.iter().filter(|key| filled(&key.text)).cloned().collect();
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_well_formed_and_speaks_of_fields_that_are_there() {
        let catalog = crate::schema::load(None).unwrap();
        for (name, text) in FILES {
            let shape = read(name, text).unwrap_or_else(|error| panic!("{name}: {error}"));
            let entity = catalog.entity(shape.entity()).unwrap_or_else(|| panic!("{name}"));
            assert!(!shape.headers.is_empty() && !shape.label.zh.is_empty(), "{name}");
            let addresses = shape
                .map
                .columns
                .iter()
                .flat_map(|(_, targets)| targets.iter().map(|target| &target.field.text))
                .chain(shape.map.constants.iter().map(|(field, _)| &field.text))
                .chain(shape.map.defaults.iter().map(|(field, _)| &field.text));
            for address in addresses {
                let field = address.split('.').next().unwrap();
                assert!(field == "ref" || entity.field(field).is_some(), "{name}: {address}");
            }
            // A file of just the columns of a shape is recognised as that shape and can be compiled.
            let mut headers = shape.headers.clone();
            for (header, _) in &shape.map.columns {
                if !headers.iter().any(|known| squash(known) == squash(&header.text)) {
                    headers.push(header.text.clone());
                }
            }
            let found = recognise(&headers);
            let own = found.iter().find(|one| one.entity() == shape.entity()).unwrap();
            assert_eq!(own.name, name);
            let mut suggestions =
                super::super::headers::suggest(&catalog, shape.entity(), &headers);
            let map = own.map_for(&catalog, &mut suggestions);
            let recipe =
                super::super::recipe::Recipe::compile(&map, &catalog, shape.entity(), &headers);
            assert!(recipe.is_ok(), "{name}: {:?}", recipe.err());
        }
    }
}
