//! `<entity> <verb>`: what can be done with records of any entity, and the verbs of deals and tasks.

use std::sync::Arc;

use super::change::{with_reason_hint, write};
use super::command::Verb;
use super::desk::{Desk, Need, entity, field};
use super::error::{CliError, Result};
use super::{Env, leaving, list, many, past, refs, show};
use crate::gate::Act;
use crate::model::{Address, Edit, Name, Op, Phrase, RecordRef, Value, phrase};
use crate::schema::{Catalog, Entity, Field, FieldType, Standing};

/// Does a verb on records of the entity that `noun` means.
pub(super) fn run(env: &mut Env<'_>, noun: &str, verb: Verb) -> Result<()> {
    if !env.database.exists() {
        // A misspelt word must not make a database; the shipped entities are known without one.
        if let Ok(shipped) = crate::schema::load(None) {
            entity(&shipped, noun)?;
        }
    }
    let need = if matches!(verb, Verb::Add { .. }) { Need::Create } else { Need::File };
    let mut desk = Desk::open(env, need)?;
    let name = desk.entity(noun)?.name.clone();
    match verb {
        Verb::List(args) => list::list(&mut desk, &name, &args),
        Verb::Show { refs, as_of } => show::show(&mut desk, Some(&name), &refs, as_of.as_deref()),
        Verb::Add { words, dry_run } => add(&mut desk, &name, &words, dry_run),
        Verb::Edit { words, wide } if wide.filter.is_some() => {
            let catalog = Arc::clone(&desk.catalog);
            let act = many::act(entity(&catalog, &name)?, &words, &desk)?;
            many::run(&mut desk, &name, act, &wide, "edit")
        }
        Verb::Edit { words, wide } => edit(&mut desk, &name, &words, wide.dry_run),
        Verb::Delete { wide, .. } if wide.filter.is_some() => {
            many::run(&mut desk, &name, Act::plain(Op::Delete), &wide, "delete")
        }
        Verb::Restore { wide, .. } if wide.filter.is_some() => {
            many::run(&mut desk, &name, Act::plain(Op::Restore), &wide, "restore")
        }
        Verb::Delete { refs, wide } => {
            each(&mut desk, &name, &refs, "delete", wide.dry_run, |r| Edit::delete(&r.entity, r.id))
        }
        Verb::Restore { refs, wide } => {
            each(&mut desk, &name, &refs, "restore", wide.dry_run, |r| {
                Edit::restore(&r.entity, r.id)
            })
        }
        Verb::History { reference, limit } => {
            past::history(&mut desk, Some(&name), Some(reference), false, limit)
        }
        Verb::Move { reference, stage, reason, dry_run } => {
            move_deal(&mut desk, &name, &reference, &stage, reason, dry_run)
        }
        Verb::Joined { refs } => super::joining::joined(&mut desk, &refs),
        Verb::Lock { refs, locked } => super::sign_in::lock(&mut desk, &refs, locked),
        Verb::Password { refs } => super::sign_in::hand_passwords(&mut desk, &refs),
        Verb::Snooze { refs, until, dry_run } => {
            each(&mut desk, &name, &refs, "snooze", dry_run, |r| {
                Edit::update(&r.entity, r.id).typed("snoozed_until", until.as_str())
            })
        }
        Verb::Role(verb) => super::role::run(&mut desk, verb),
        Verb::Tree => super::team::tree(&mut desk),
        Verb::Leave(args) => leaving::leave(&mut desk, &args),
        Verb::Owns { user } => leaving::owns(&mut desk, &user),
        Verb::Back { user, dry_run } => leaving::back(&mut desk, &user, dry_run),
        Verb::Done { refs, dry_run } => each(&mut desk, &name, &refs, "complete", dry_run, |r| {
            Edit::update(&r.entity, r.id).typed("status", "completed")
        }),
    }
}

fn each(
    desk: &mut Desk<'_, '_>,
    entity: &Name,
    words: &[String],
    verb: &str,
    dry_run: bool,
    make: impl Fn(&RecordRef) -> Edit,
) -> Result<()> {
    let puts_away = matches!(verb, "delete" | "restore");
    let records = if puts_away {
        refs::named_all(desk, Some(entity), words)?
    } else {
        refs::records(desk, Some(entity), words)?
    };
    // Nobody who names what is gone means to delete what is left of it.
    for record in records.iter().filter(|_| verb == "delete") {
        if let Some(into) = desk.session.survivor_of(record)? {
            let message = refs::merged(desk, record, &into);
            let hint = phrase!("to delete it, name {survivor}", survivor = desk.reference(&into));
            return Err(CliError::Refused { message, hint: Some(hint) });
        }
    }
    let edits = records.iter().map(make).collect();
    write(desk, edits, &format!("{verb} {entity}"), dry_run)
}

/// A word `field=value`, held against the entity.
struct Assignment<'c> {
    field: &'c Field,
    /// The part of an address: `address.city=Berlin`.
    part: Option<String>,
    value: String,
}

fn assignment<'c>(entity: &'c Entity, word: &str) -> Option<Result<Assignment<'c>>> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    is_name.then(|| understand(entity, name, value))
}

fn understand<'c>(entity: &'c Entity, name: &str, value: &str) -> Result<Assignment<'c>> {
    let value = value.to_owned();
    let Some((name, part)) = name.split_once('.') else {
        return Ok(Assignment { field: field(entity, name)?, part: None, value });
    };
    let field = field(entity, name)?;
    if field.kind != FieldType::Address {
        return Err(CliError::word(phrase!("{field} has no parts", field = &field.name), None));
    }
    if !Address::PARTS.contains(&part) {
        let hint = super::likely(part, Address::PARTS).map_or_else(
            || phrase!("parts are {parts}", parts = Address::PARTS.join(", ")),
            |near| phrase!("did you mean {near}?", near),
        );
        return Err(CliError::word(phrase!("an address has no {part}", part), Some(hint)));
    }
    Ok(Assignment { field, part: Some(part.to_owned()), value })
}

/// Sets the fields; parts of an address are laid over the address it has.
fn apply(mut edit: Edit, assignments: &[Assignment<'_>], present: &dyn Fn(&str) -> Value) -> Edit {
    let mut addresses: Vec<(Name, Address)> = Vec::new();
    for assignment in assignments {
        let name = &assignment.field.name;
        let Some(part) = &assignment.part else {
            edit = edit.typed(name, assignment.value.as_str());
            continue;
        };
        let at = addresses.iter().position(|(field, _)| field == name).unwrap_or_else(|| {
            let address = match present(name) {
                Value::Address(address) => *address,
                _ => Address::default(),
            };
            addresses.push((name.clone(), address));
            addresses.len() - 1
        });
        if let Some(text) = addresses[at].1.part_mut(part) {
            text.clone_from(&assignment.value);
        }
    }
    for (name, address) in addresses {
        let value =
            if address.is_empty() { Value::Null } else { Value::Address(Box::new(address)) };
        edit = edit.with(name, value);
    }
    edit
}

fn add(desk: &mut Desk<'_, '_>, name: &Name, words: &[String], dry_run: bool) -> Result<()> {
    let catalog = Arc::clone(&desk.catalog);
    let entity = entity(&catalog, name)?;
    let assignments = words
        .iter()
        .map(|word| {
            assignment(entity, word).unwrap_or_else(|| {
                let hint = phrase!("for example {title}='{word}'", title = &entity.title, word);
                Err(CliError::word(phrase!("{word} is not field=value", word), Some(hint)))
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let edit = apply(Edit::create(name), &assignments, &|_| Value::Null);
    write(desk, vec![edit], &format!("add {name}"), dry_run)
}

fn edit(desk: &mut Desk<'_, '_>, name: &Name, words: &[String], dry_run: bool) -> Result<()> {
    let catalog = Arc::clone(&desk.catalog);
    let entity = entity(&catalog, name)?;
    let (mut assignments, mut meant) = (Vec::new(), Vec::new());
    for word in words {
        match assignment(entity, word) {
            Some(found) => assignments.push(found?),
            None => meant.push(word.clone()),
        }
    }
    let usage = |what: Phrase| {
        let hint = phrase!(
            "kontor {name} edit {prefix}-12 {title}=...",
            name,
            prefix = &entity.prefix,
            title = &entity.title
        );
        CliError::word(what, Some(hint))
    };
    if meant.is_empty() {
        return Err(usage(phrase!("which record? no reference was given")));
    }
    if assignments.is_empty() {
        return Err(usage(phrase!("what should change? no field=value was given")));
    }
    let parts = assignments.iter().any(|assignment| assignment.part.is_some());
    let mut edits = Vec::new();
    for record in refs::records(desk, Some(name), &meant)? {
        let present = if parts { Some(desk.session.get(&record)?) } else { None };
        let edit = Edit::update(&record.entity, record.id);
        edits.push(apply(edit, &assignments, &|field| {
            present.as_ref().map_or(Value::Null, |present| present.get(field).clone())
        }));
    }
    write(desk, edits, &format!("edit {name}"), dry_run)
}

/// Moves a deal; the reason goes to the field that the kind of the stage asks for.
fn move_deal(
    desk: &mut Desk<'_, '_>,
    name: &Name,
    reference: &str,
    stage: &str,
    reason: Option<String>,
    dry_run: bool,
) -> Result<()> {
    let catalog = Arc::clone(&desk.catalog);
    let record = refs::record(desk, Some(name), reference)?;
    let asked = match standing(&catalog, name, stage) {
        Some(Standing::Lost) => Some("lost_reason"),
        Some(Standing::Won) => Some("won_reason"),
        _ => None,
    };
    let mut edit = Edit::update(&record.entity, record.id).typed("stage", stage);
    if let Some(reason) = reason {
        let Some(field) = asked else {
            let hint = phrase!("leave --reason out, or move it to won or lost");
            return Err(CliError::word(phrase!("a reason goes with won or lost"), Some(hint)));
        };
        edit = edit.typed(field, reason);
    }
    write(desk, vec![edit], "move deal", dry_run).map_err(|error| {
        let field = catalog.entity(name).and_then(|entity| entity.field(asked?));
        let choices: Vec<&str> = field
            .map(|field| field.choices.iter().map(|choice| choice.value.as_str()).collect())
            .unwrap_or_default();
        with_reason_hint(error, &choices.join("|"))
    })
}

fn standing(catalog: &Catalog, entity: &str, stage: &str) -> Option<Standing> {
    let wanted = stage.trim().to_lowercase();
    catalog
        .entity(entity)?
        .field("stage")?
        .choices
        .iter()
        .find(|choice| {
            choice.value == wanted
                || choice.label.en.to_lowercase() == wanted
                || choice.label.zh == stage.trim()
        })?
        .standing
}
