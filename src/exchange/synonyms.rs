//! What other programs call our fields.
//!
//! The table ships as `assets/synonyms.toml`; nothing here knows a particular field. Start at
//! [`words_in`].

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::similar::squash;

type Table = HashMap<String, BTreeMap<String, Vec<String>>>;

/// The table as it ships; it is read once, and a test reads it too, so it cannot be malformed.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/synonyms.toml")).unwrap_or_default()
});

/// Synonyms of an address (`phones.mobile`) in one section of the table: an entity, or `any`.
pub(super) fn words_in(section: &str, address: &str) -> impl Iterator<Item = &'static str> {
    let words = TABLE.get(section).and_then(|fields| fields.get(address));
    words.into_iter().flatten().map(String::as_str)
}

/// Whether a column is called as that of a country is.
pub(super) fn is_country(header: &str) -> bool {
    let header = squash(header);
    let known = words_in("any", "address.country").chain(["country code", "国家代码"]);
    known.map(squash).any(|word| word == header)
}

/// The parts of a field that have synonyms for an entity: `first`, `mobile` ...
pub(super) fn parts_of(entity: &str, field: &str) -> Vec<&'static str> {
    let mut parts: Vec<&'static str> = [entity, "any"]
        .iter()
        .filter_map(|section| TABLE.get(*section))
        .flat_map(BTreeMap::keys)
        .filter_map(|address| address.strip_prefix(field)?.strip_prefix('.'))
        .collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

/// What records of an entity are called elsewhere, squashed.
pub(super) fn entity_words(entity: &str) -> Vec<String> {
    TABLE
        .get("entity")
        .and_then(|entities| entities.get(entity))
        .into_iter()
        .flatten()
        .map(|word| squash(word))
        .chain([squash(entity)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(include_str!("../../assets/synonyms.toml")).unwrap();
        assert!(table.contains_key("customer") && table.contains_key("any"));
        for (entity, fields) in &table {
            for (field, words) in fields {
                for word in words {
                    assert!(!squash(word).is_empty(), "{entity}.{field}: {word:?}");
                }
            }
        }
    }

    #[test]
    fn entities_and_parts_have_words() {
        assert_eq!(words_in("deal", "external_id").next(), Some("opportunity id"));
        assert!(words_in("any", "external_id").any(|word| word == "record id"));
        assert_eq!(parts_of("contact", "name"), ["first", "last", "middle"]);
        assert!(entity_words("contact").contains(&"person".to_owned()));
    }
}
