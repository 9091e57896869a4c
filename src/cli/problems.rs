//! Problems of a plan as the command line tells them: a field by what it is called in the reader's language,
//! with the name that is typed.

use super::documents::catalog;
use super::env::Env;
use super::error::CliError;
use crate::gate::{GateError, Problem};
use crate::model::{Fill, Name, Phrase, phrase};
use crate::schema::{Catalog, Field};

/// The error with its fields called by their labels; any other as it is.
pub(super) fn labelled(error: CliError, env: &Env<'_>) -> CliError {
    let CliError::Gate(GateError::Invalid(problems)) = &error else { return error };
    if problems.iter().all(|problem| problem.field.is_none()) {
        return error;
    }
    // Where the file cannot be read any more the names must do.
    let Ok(catalog) = catalog(env) else { return error };
    let lines = problems.iter().map(|problem| line(&catalog, problem));
    let hint = problems.iter().find_map(|problem| problem.hint.clone());
    CliError::Refused { message: Phrase::lines(lines), hint }
}

fn line(catalog: &Catalog, problem: &Problem) -> Phrase {
    let Some(name) = &problem.field else { return problem.phrase() };
    let field = field_of(catalog, &problem.record, name);
    let field: Fill = field.map_or_else(|| name.into(), Field::told);
    let (record, message) = (&problem.record, &problem.message);
    phrase!("{record}: {field}: {message}", record, field, message)
}

/// The field of the record's own entity, which its reference or `new customer` names; else the first of
/// that name.
fn field_of<'c>(catalog: &'c Catalog, record: &str, name: &Name) -> Option<&'c Field> {
    let own = match catalog.parse_reference(record) {
        Some(reference) => catalog.entity(&reference.entity),
        None => record.split([' ', ':']).next_back().and_then(|word| catalog.entity(word)),
    };
    let any = || catalog.entities().find_map(|entity| entity.field(name));
    own.and_then(|entity| entity.field(name)).or_else(any)
}
