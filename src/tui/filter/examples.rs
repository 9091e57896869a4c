//! The query language in examples of an entity: made of its own fields, so that each of them runs.

use crate::query::Query;
use crate::schema::{AUDIT, Catalog, Entity, Field, FieldType, Origin};

/// A filter, and the key of what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    pub(super) text: String,
    pub(super) means: &'static str,
}

/// The examples of an entity; all of them are understood.
pub(super) fn of(entity: &Entity, catalog: &Catalog) -> Vec<Example> {
    let own = || entity.fields.iter().filter(|field| field.origin != Origin::System);
    let first = |wanted: &dyn Fn(&Field) -> bool| own().find(|field| wanted(field));
    let select = first(&|field| field.kind == FieldType::Select && field.choices.len() > 1);
    let state = first(&|field| field.choices.iter().any(|choice| choice.standing.is_some()));
    let number = first(&|field| {
        matches!(field.kind, FieldType::Money | FieldType::Integer | FieldType::Decimal)
    });
    let day = first(&|field| matches!(field.kind, FieldType::Date | FieldType::DateTime));
    let day = day.or_else(|| entity.field("created_at"));
    let empty = first(&|field| {
        !field.required && matches!(field.kind, FieldType::Text | FieldType::Link { .. })
    });
    let title = &entity.title;
    let mut found: Vec<(String, &'static str)> = vec![
        ("acme berlin".to_owned(), "filter.words"),
        (format!("{title} ~ gmbh"), "filter.contains"),
    ];
    if let Some(field) = select.or(state) {
        let name = &field.name;
        let values: Vec<&str> = field.choices.iter().map(|choice| choice.value.as_str()).collect();
        found.push((format!("{name} = {}", values[0]), "filter.is"));
        if let [first, second, ..] = values.as_slice() {
            found.push((format!("{name} in ({first}, {second})"), "filter.one_of"));
            found.push((format!("not {name} = {first}"), "filter.not"));
        }
    }
    if let Some(field) = state {
        found.push((format!("{}.state = open", field.name), "filter.state"));
    }
    if let Some(field) = number {
        found.push((format!("{} >= 10k", field.name), "filter.at_least"));
        found.push((format!("{} between 1k and 5k", field.name), "filter.between"));
    }
    if let Some(field) = day {
        found.push((format!("{} this month", field.name), "filter.period"));
        found.push((format!("{} older than 30d", field.name), "filter.older"));
        found.push((format!("{} in next 7 days", field.name), "filter.next"));
    }
    found.push(("owner = me".to_owned(), "filter.mine"));
    found.push(("no open tasks".to_owned(), "filter.none"));
    if let Some(field) = empty {
        found.push((format!("{} is empty", field.name), "filter.empty"));
    }
    found.push(("tags = vip".to_owned(), "filter.tagged"));
    found.push(("owner = me and (acme or berlin)".to_owned(), "filter.both"));
    found
        .into_iter()
        .filter(|(text, _)| {
            let query = Query::parse(text, catalog, &entity.name);
            // The audit log is not searched by words.
            query.is_ok_and(|query| entity.name != AUDIT || !query.condition().has_words())
        })
        .map(|(text, means)| Example { text, means })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entity_has_examples_and_those_of_deals_show_the_language() {
        let catalog = crate::schema::load(None).unwrap();
        for entity in catalog.entities() {
            let examples = of(entity, &catalog);
            assert!(examples.len() >= 6, "{}: {examples:?}", entity.name);
        }
        let deals = of(catalog.entity("deal").unwrap(), &catalog);
        let texts: Vec<&str> = deals.iter().map(|example| example.text.as_str()).collect();
        for text in ["stage.state = open", "amount >= 10k", "no open tasks", "owner = me"] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
    }
}
