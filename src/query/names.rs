//! What the words of a query can name: fields, links to be counted, and what was likely meant.

use crate::model::{Name, text};
use crate::schema::{Catalog, Choice, Entity, Field, FieldType, Origin};

/// Typed words against a name or label: case, `_` and blanks make no difference.
pub(super) fn same(typed: &str, known: &str) -> bool {
    if typed.len() == known.len() && typed.is_ascii() {
        return typed.bytes().zip(known.bytes()).all(|(a, b)| {
            a.eq_ignore_ascii_case(&b) || (matches!(a, b'_' | b' ') && matches!(b, b'_' | b' '))
        });
    }
    !typed.is_ascii() && typed == known
}

/// The field that a word or label names.
pub(super) fn field<'c>(entity: &'c Entity, typed: &str) -> Option<&'c Field> {
    entity.field(typed).or_else(|| {
        entity.fields.iter().find(|field| same(typed, &field.name)).or_else(|| {
            entity
                .fields
                .iter()
                .find(|field| same(typed, &field.label.en) || same(typed, &field.label.zh))
        })
    })
}

/// The entity that a singular or plural names, if records of it link to `here`.
pub(super) fn counted<'c>(
    catalog: &'c Catalog,
    here: &Entity,
    typed: &str,
) -> Option<(&'c Entity, Vec<Name>)> {
    let entity = catalog.entities().find(|entity| names(entity, typed))?;
    let through = through(entity, here);
    (!through.is_empty()).then_some((entity, through))
}

fn names(entity: &Entity, typed: &str) -> bool {
    same(typed, &entity.name)
        || [&entity.label, &entity.plural]
            .iter()
            .any(|label| same(typed, &label.en) || (!label.zh.is_empty() && typed == label.zh))
        || (typed.is_ascii()
            && typed.strip_suffix('s').is_some_and(|singular| same(singular, &entity.name)))
}

/// The link fields of `of` that lead to `here`. To people and teams these are the owner and the team:
/// `deals > 3` of a user means the deals they own.
pub(super) fn through(of: &Entity, here: &Entity) -> Vec<Name> {
    let system = match here.name.as_str() {
        "user" => Some("owner"),
        "team" => Some("team"),
        _ => None,
    };
    if let Some(field) = system.and_then(|name| of.field(name)) {
        return vec![field.name.clone()];
    }
    of.fields
        .iter()
        .filter(|field| field.origin != Origin::System)
        .filter(|field| match &field.kind {
            FieldType::Link { to } | FieldType::Links { to } => *to == here.name,
            FieldType::LinkAny => true,
            _ => false,
        })
        .map(|field| field.name.clone())
        .collect()
}

/// The field that says when a record of `entity` happened: the first date that starts as today or now,
/// otherwise when it was created.
pub(super) fn happened(entity: &Entity) -> Option<&Field> {
    let starts_now = |field: &&Field| {
        field.origin != Origin::System
            && matches!(field.kind, FieldType::Date | FieldType::DateTime)
            && field
                .default
                .as_ref()
                .is_some_and(|default| matches!(default.to_string().as_str(), "today" | "now"))
    };
    entity.fields.iter().find(starts_now).or_else(|| entity.field("created_at"))
}

/// The select field of `entity` whose choices carry a standing (open, won ...): its board if that does.
pub(super) fn standing(entity: &Entity) -> Option<&Field> {
    let stands = |field: &&Field| field.choices.iter().any(|choice| choice.standing.is_some());
    entity
        .board
        .as_ref()
        .and_then(|board| entity.field(board))
        .filter(stands)
        .or_else(|| entity.fields.iter().find(stands))
}

/// The choice that a word means, by value or label.
pub(super) fn choice<'c>(field: &'c Field, typed: &str) -> Option<&'c Choice> {
    field.choice(typed).or_else(|| {
        field
            .choices
            .iter()
            .find(|choice| same(typed, &choice.value))
            .or_else(|| field.choices.iter().find(|choice| labelled(choice, typed)))
    })
}

fn labelled(choice: &Choice, typed: &str) -> bool {
    same(typed, &choice.label.en)
        || (!choice.label.zh.is_empty() && typed == choice.label.zh)
        || (!typed.is_ascii() && text::fold(typed) == text::fold(&choice.label.en))
}

/// The choices whose value or label contains the folded text.
pub(super) fn choices_like<'c>(field: &'c Field, typed: &str) -> Vec<&'c Choice> {
    let needle = text::fold(typed);
    let has = |text: &str| crate::model::text::fold(text).contains(&needle);
    field
        .choices
        .iter()
        .filter(|choice| has(&choice.value) || has(&choice.label.en) || has(&choice.label.zh))
        .collect()
}

/// The known word nearest to what was typed, as a hint.
pub(super) fn nearest<'w>(
    typed: &str,
    known: impl IntoIterator<Item = &'w str>,
) -> Option<&'w str> {
    let typed = text::fold(typed);
    known
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(|word| {
            let folded = text::fold(word);
            let score = if folded.starts_with(&typed) && typed.len() >= 3 {
                0.95
            } else {
                strsim::jaro_winkler(&typed, &folded)
                    .min(strsim::normalized_damerau_levenshtein(&typed, &folded) + 0.3)
            };
            (score, word)
        })
        .filter(|(score, _)| *score >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}
