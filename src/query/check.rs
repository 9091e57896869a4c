//! Every condition and formula of a catalogue, resolved once, so that mistakes show when it is loaded.

use super::formula::Formula;
use super::resolve::Resolver;
use super::tree::Kind;
use super::{Grouping, Query, parse_columns, parse_sort};
use crate::model::Name;
use crate::model::{Phrase, phrase};
use crate::schema::{Catalog, Entity, Field, FieldType, RollUp, Take};
use crate::syntax::{Expr, SyntaxError};

/// A condition or formula of the schema that does not resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The entity.
    pub entity: Name,
    /// The field; none where it is the entity's own (its sort order).
    pub field: Option<Name>,
    /// The key in the schema file: `visible_when`.
    pub key: &'static str,
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub error: SyntaxError,
}

/// Resolves every condition, formula, default and roll-up of a catalogue; returns what fails.
#[must_use]
pub fn check_catalog(catalog: &Catalog) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for entity in catalog.entities() {
        if let Err(error) = parse_sort(&entity.sort, catalog, &entity.name) {
            mistakes.push(Mistake {
                entity: entity.name.clone(),
                field: None,
                key: "sort",
                text: entity.sort.clone(),
                error,
            });
        }
        for (key, text, error) in entity.views.iter().flat_map(|view| {
            let query = Query::parse(&view.query, catalog, &entity.name).err();
            let columns = parse_columns(&view.columns, catalog, &entity.name).err();
            let sort = parse_sort(&view.sort, catalog, &entity.name).err();
            let group = Grouping::parse(&view.group, catalog, &entity.name).err();
            let all = [
                query.map(|error| ("view.query", &view.query, error)),
                columns.map(|error| ("view.columns", &view.columns, error)),
                sort.map(|error| ("view.sort", &view.sort, error)),
                group.map(|error| ("view.group", &view.group, error)),
            ];
            all.into_iter().flatten()
        }) {
            let entity = entity.name.clone();
            mistakes.push(Mistake { entity, field: None, key, text: text.clone(), error });
        }
        if let Some(recurs) = &entity.recurs
            && let Err(error) = condition(catalog, &entity.name, &recurs.when)
        {
            mistakes.push(Mistake {
                entity: entity.name.clone(),
                field: None,
                key: "recurs.when",
                text: recurs.when.to_string(),
                error,
            });
        }
        for field in &entity.fields {
            field_mistakes(catalog, entity, field, &mut mistakes);
        }
    }
    for report in catalog.reports() {
        let whole = report.filter.as_deref().map(|text| ("where", text));
        let measures = report.measure.iter().filter_map(|measure| measure.filter.as_deref());
        for (key, text) in whole.into_iter().chain(measures.map(|text| ("measure.where", text))) {
            let resolved = Query::parse(text, catalog, &report.entity).and_then(wordless);
            if let Err(error) = resolved {
                let entity = Name::from(format!("report {}", report.name));
                mistakes.push(Mistake { entity, field: None, key, text: text.to_owned(), error });
            }
        }
    }
    mistakes
}

/// Free words are for people who look for something, not for definitions.
fn wordless(query: Query) -> Result<(), SyntaxError> {
    if query.words().is_none() && !query.condition().has_words() {
        return Ok(());
    }
    let error = SyntaxError::new(0..0, phrase!("Free words stand in this condition."));
    Err(error.hint(phrase!("Compare a field with a value: stage = won.")))
}

fn field_mistakes(catalog: &Catalog, entity: &Entity, field: &Field, out: &mut Vec<Mistake>) {
    let mut note = |key, expr: &Expr, result: Result<(), SyntaxError>| {
        if let Err(error) = result {
            out.push(Mistake {
                entity: entity.name.clone(),
                field: Some(field.name.clone()),
                key,
                text: expr.to_string(),
                error,
            });
        }
    };
    let conditions = [
        ("required_when", &field.required_when),
        ("visible_when", &field.visible_when),
        ("read_only_when", &field.read_only_when),
    ];
    for (key, expr) in conditions {
        if let Some(expr) = expr {
            note(key, expr, condition(catalog, &entity.name, expr));
        }
    }
    let values = [
        ("default", field.default.as_ref()),
        ("follows", field.follows.as_ref().map(|follow| &follow.with)),
        (
            "expr",
            match &field.kind {
                FieldType::Formula { expr, .. } => Some(expr),
                _ => None,
            },
        ),
    ];
    for (key, expr) in values {
        if let Some(expr) = expr {
            let checked = Formula::for_field(expr, catalog, &entity.name, field).map(|_| ());
            let checked = checked.and_then(|()| {
                if key == "expr" { endless(catalog, entity, field, expr) } else { Ok(()) }
            });
            note(key, expr, checked);
        }
    }
    if let FieldType::RollUp { roll_up, .. } = &field.kind {
        let RollUp { of, take, filter, .. } = roll_up.as_ref();
        if let Take::Sum(expr) | Take::Min(expr) | Take::Max(expr) = take {
            let taken = Formula::resolve(expr, catalog, of).and_then(|formula| {
                match (take, formula.kind) {
                    (Take::Sum(_), Kind::Number | Kind::Money | Kind::Duration)
                    | (
                        Take::Min(_) | Take::Max(_),
                        Kind::Number | Kind::Money | Kind::Duration | Kind::Date | Kind::DateTime,
                    ) => Ok(()),
                    (_, kind) => Err(SyntaxError::new(
                        expr.at,
                        phrase!(
                            "This is {kind}, which cannot be taken so.",
                            kind = Phrase::word(kind.word())
                        ),
                    )),
                }
            });
            note("take", expr, taken);
        }
        if let Some(filter) = filter {
            note("where", filter, condition(catalog, of, filter));
        }
    }
}

fn condition(catalog: &Catalog, entity: &str, expr: &Expr) -> Result<(), SyntaxError> {
    let query = Query::resolve(expr, catalog, entity)?;
    if query.condition().has_words() {
        let error = SyntaxError::new(expr.at, phrase!("Free words stand in this condition."));
        return Err(error.hint(phrase!("Compare a field with a value: stage = won.")));
    }
    Ok(())
}

/// A formula that needs itself, directly or over others.
fn endless(
    catalog: &Catalog,
    entity: &Entity,
    field: &Field,
    expr: &Expr,
) -> Result<(), SyntaxError> {
    let mut seen = vec![field.name.clone()];
    let mut open = vec![expr.clone()];
    while let Some(expr) = open.pop() {
        let typed = Resolver { catalog, entity }.value(&expr, None)?;
        for name in typed.scalar.fields() {
            if name == field.name {
                let error = SyntaxError::new(
                    expr.at,
                    phrase!("{name} is calculated from itself.", name = name),
                );
                return Err(error.hint(phrase!("Take it out of the formula.")));
            }
            if seen.contains(&name) {
                continue;
            }
            if let Some(FieldType::Formula { expr, .. }) = entity.field(&name).map(|f| &f.kind) {
                open.push(expr.clone());
            }
            seen.push(name);
        }
    }
    Ok(())
}
