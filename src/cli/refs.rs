//! Which records are meant: references, numbers, names, and `-` for references from standard input.

use super::desk::Desk;
use super::error::{CliError, Result};
use crate::gate::SearchRequest;
use crate::model::{Name, Phrase, RecordId, RecordRef, phrase};

/// The records that the words mean, in order. With an entity, bare numbers and titles are of that
/// entity and references to another are refused. Where a record was merged into another, that is meant, and
/// it is said.
pub(super) fn records(
    desk: &mut Desk<'_, '_>,
    entity: Option<&Name>,
    words: &[String],
) -> Result<Vec<RecordRef>> {
    let mut records = named_all(desk, entity, words)?;
    for record in &mut records {
        if let Some(into) = desk.session.survivor_of(record)? {
            let told = merged(desk, record, &into);
            desk.say(&told)?;
            *record = into;
        }
    }
    Ok(records)
}

/// What is said of a record that was merged into another.
pub(super) fn merged(desk: &Desk<'_, '_>, record: &RecordRef, into: &RecordRef) -> Phrase {
    let (record, into) = (desk.reference(record), desk.reference(into));
    phrase!("{record} was merged into {survivor}", record, survivor = into)
}

/// The records that the words name to the letter, for what is not to be done to another in their place.
pub(super) fn named_all(
    desk: &mut Desk<'_, '_>,
    entity: Option<&Name>,
    words: &[String],
) -> Result<Vec<RecordRef>> {
    let mut records = Vec::new();
    for word in words {
        if word == "-" {
            for line in read_lines(desk)? {
                records.push(named(desk, entity, &line)?);
            }
        } else {
            records.push(named(desk, entity, word)?);
        }
    }
    Ok(records)
}

fn read_lines(desk: &mut Desk<'_, '_>) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        let file = |source| CliError::File { path: phrase!("standard input"), source };
        if desk.env.input.read_line(&mut line).map_err(file)? == 0 {
            return Ok(lines);
        }
        if !line.trim().is_empty() {
            lines.push(line.trim().to_owned());
        }
    }
}

/// The record that a word means: what it was merged into, where it was.
pub(super) fn record(desk: &Desk<'_, '_>, entity: Option<&Name>, word: &str) -> Result<RecordRef> {
    Ok(desk.session.followed(named(desk, entity, word)?)?)
}

/// The record that a word names to the letter.
pub(super) fn named(desk: &Desk<'_, '_>, entity: Option<&Name>, word: &str) -> Result<RecordRef> {
    if let Some(found) = desk.catalog.parse_reference(word) {
        return match entity {
            Some(entity) if found.entity != *entity => {
                let called = |name: &Name| match desk.catalog.entity(name) {
                    Some(known) => known.told(),
                    None => name.into(),
                };
                let message = phrase!(
                    "{word} is a {found}, not a {entity}",
                    word,
                    found = called(&found.entity),
                    entity = called(entity)
                );
                Err(CliError::refused(message))
            }
            _ => Ok(found),
        };
    }
    match entity {
        Some(entity) => match word.parse() {
            Ok(id) if id > 0 => Ok(RecordRef::new(entity, RecordId(id))),
            _ => Ok(desk.session.resolve(entity, word)?),
        },
        None => by_search(desk, word),
    }
}

/// A name without an entity: whatever the search box puts first, if it is the only one or the only
/// one with exactly that name.
fn by_search(desk: &Desk<'_, '_>, word: &str) -> Result<RecordRef> {
    let request =
        SearchRequest { text: word.to_owned(), entities: Vec::new(), filter: None, limit: 6 };
    let hits = desk.session.search(&request)?;
    let folded = crate::model::text::fold(word);
    let mut exact = hits.iter().filter(|hit| crate::model::text::fold(&hit.title) == folded);
    match (hits.as_slice(), exact.next(), exact.next()) {
        ([only], ..) | (_, Some(only), None) => Ok(only.record.clone()),
        ([], ..) => Err(CliError::Refused {
            message: phrase!("there is no record {word}", word),
            hint: Some(phrase!("give a reference like C-12, or look with kontor find")),
        }),
        (several, ..) => {
            let names: Vec<String> = several
                .iter()
                .take(5)
                .map(|hit| format!("{} {}", desk.reference(&hit.record), hit.title))
                .collect();
            Err(CliError::Refused {
                message: phrase!("{word} may mean several records", word),
                hint: Some(phrase!("give the reference: {names}", names = names.join(", "))),
            })
        }
    }
}
