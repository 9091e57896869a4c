//! What roles can do beside other entities: as files for version control, side by side, given and taken.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::access::user;
use super::access_args::RoleVerb;
use super::change::write;
use super::desk::Desk;
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row};
use super::refs;
use crate::gate::ListRequest;
use crate::model::{Edit, Fill, Input, Link, Name, Phrase, Record, RecordId, Shift, Value, phrase};
use crate::policy::{
    Aspect, FieldAccess, Right, RoleDifference, RoleDocument, RoleRights, compare, kept_fields,
    scope_word,
};
use crate::schema::Catalog;

/// Does a verb of roles.
pub(super) fn run(desk: &mut Desk<'_, '_>, verb: RoleVerb) -> Result<()> {
    match verb {
        RoleVerb::Matrix(role) => matrix(desk, &role),
        RoleVerb::Export { roles, out } => export(desk, &roles, out.as_deref()),
        RoleVerb::Plan(files) => {
            let edits = plan(desk, &files)?;
            let plan = desk.session.plan(edits, "role apply")?;
            plan.check()?;
            desk.say(&phrase!("Nothing was written."))
        }
        RoleVerb::Apply(files) => apply(desk, &files),
        RoleVerb::Compare(a, b) => {
            let (a, b) = (document(&named(desk, &a)?, desk), document(&named(desk, &b)?, desk));
            let catalog = Arc::clone(&desk.catalog);
            let heads = heads(Phrase::raw(&a.name), Phrase::raw(&b.name));
            let found = compare(&a.rights, &b.rights, &catalog);
            differences(desk, heads, &[(a.key, found, Vec::new())])
        }
        RoleVerb::Give { role, users, revoke, dry_run } => {
            give(desk, &role, &users, revoke, dry_run)
        }
    }
}

/// The role that a word means: a reference, a key or a name.
fn named(desk: &Desk<'_, '_>, word: &str) -> Result<Record> {
    let found = desk.session.lookup_keys("role", "key", &[word.to_owned()])?;
    let record = match found.into_iter().flatten().next() {
        Some(id) => crate::model::RecordRef::new("role", id),
        None => refs::record(desk, Some(&Name::from("role")), word)?,
    };
    Ok(desk.session.get(&record)?)
}

fn text<'r>(role: &'r Record, field: &str) -> &'r str {
    role.get(field).as_text().unwrap_or_default()
}

fn document(role: &Record, desk: &Desk<'_, '_>) -> RoleDocument {
    RoleDocument {
        key: text(role, "key").to_owned(),
        name: text(role, "name").to_owned(),
        description: text(role, "description").to_owned(),
        rights: RoleRights::read(text(role, "rights"), &desk.catalog),
    }
}

fn all(desk: &Desk<'_, '_>) -> Result<Vec<Record>> {
    Ok(desk.session.list(&ListRequest::first("role", 1000))?.rows)
}

fn matrix(desk: &mut Desk<'_, '_>, word: &str) -> Result<()> {
    let role = document(&named(desk, word)?, desk);
    let catalog = Arc::clone(&desk.catalog);
    let mut heads = vec![Head::left("entity", phrase!("Entity"))];
    heads.extend(Right::ALL.map(|right| Head::left(right.word(), Phrase::word(right.word()))));
    heads.push(Head::left("where", phrase!("Only where")));
    heads.push(Head::left("fields", phrase!("Access to fields")));
    let mut rows = Vec::new();
    for entity in catalog.entities() {
        let words: Vec<String> =
            Right::ALL.map(|right| scope_word(&role.rights, &entity.name, right)).to_vec();
        let narrow = role.rights.narrow(&entity.name).unwrap_or_default().to_owned();
        let fields: Vec<String> = kept_fields(&role.rights, &entity.name)
            .into_iter()
            .map(|(field, access)| format!("{field}: {}", access.word()))
            .collect();
        let label =
            |field: &Name| entity.field(field).map_or("", |field| field.label.get(desk.env.lang));
        let access = |level: FieldAccess| desk.called(|words| words.right_of_field(level.word()));
        let fields_told: Vec<String> = kept_fields(&role.rights, &entity.name)
            .into_iter()
            .map(|(field, level)| match access(level) {
                Some(told) => format!("{}：{told}", label(&field)),
                None => format!("{field}: {}", level.word()),
            })
            .collect();
        let between = if desk.called(|_| String::new()).is_some() { "，" } else { ", " };
        let mut shape =
            json!({ "entity": entity.name.as_str(), "where": narrow, "fields": fields });
        for (right, word) in Right::ALL.iter().zip(&words) {
            shape[right.word()] = json!(word);
        }
        let dash =
            |word: String| if word == "none" || word == "no" { "-".to_owned() } else { word };
        let mut cells = vec![entity.plural.get(desk.env.lang).to_owned()];
        let told = |word: String| if word == "-" { word } else { desk.scope(&word) };
        cells.extend(words.into_iter().map(dash).map(told));
        cells.extend([narrow, fields_told.join(between)]);
        rows.push(Row { reference: entity.name.to_string(), cells, json: shape });
    }
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    let special: Vec<&str> = role.rights.special.iter().map(|special| special.word()).collect();
    if desk.format == OutputFormat::Table && !special.is_empty() {
        let told: Vec<String> = special
            .iter()
            .filter_map(|word| desk.called(|words| words.right(word).to_owned()))
            .collect();
        let words = if told.is_empty() { special.join(", ") } else { told.join("、") };
        desk.say(&phrase!("Special rights: {words}", words))?;
    }
    Ok(())
}

fn export(desk: &mut Desk<'_, '_>, words: &[String], out: Option<&Path>) -> Result<()> {
    let mut roles = if words.is_empty() {
        all(desk)?
    } else {
        words.iter().map(|word| named(desk, word)).collect::<Result<Vec<_>>>()?
    };
    // Whoever may know what others may do takes all of them out, anybody the roles that they have.
    if !desk.session.has_insight() {
        let person = desk.session.actor().person();
        let own = |role: &Record| person.roles.iter().any(|own| own.id == role.id);
        if !words.is_empty() && !roles.iter().all(own) {
            desk.session.demand_insight()?;
        }
        roles.retain(own);
    }
    let out = out.filter(|out| out.as_os_str() != "-");
    for (number, role) in roles.iter().enumerate() {
        let role = document(role, desk);
        let Some(folder) = out else {
            if number > 0 {
                writeln!(desk.env.out, "\n# ---")?;
            }
            desk.env.out.write_all(role.print().as_bytes())?;
            continue;
        };
        let place = folder.join(format!("{}.toml", role.key));
        let failed =
            |source| CliError::File { path: Phrase::raw(place.display().to_string()), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        std::fs::write(&place, role.print()).map_err(failed)?;
    }
    if let Some(folder) = out {
        let folder = folder.display().to_string();
        desk.say(&phrase!(
            "{count} {count?role is|roles are} written to {folder}.",
            count = roles.len(),
            folder
        ))?;
    }
    Ok(())
}

/// The files of folders and the files themselves.
fn files_of(places: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for place in places {
        let failed =
            |source| CliError::File { path: Phrase::raw(place.display().to_string()), source };
        if !place.is_dir() {
            files.push(place.clone());
            continue;
        }
        let mut found = Vec::new();
        for entry in std::fs::read_dir(place).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                found.push(path);
            }
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

fn read(file: &Path, catalog: &Catalog) -> Result<RoleDocument> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|source| CliError::File { path: Phrase::raw(&name), source })?;
    RoleDocument::parse(&text, catalog).map_err(|errors| {
        let told = errors
            .iter()
            .map(|error| Phrase::at(&name, error.line, &error.what, error.hint.as_ref()));
        CliError::refused(Phrase::lines(told))
    })
}

/// Tells what files of roles would change; yields the edits that do it.
fn plan(desk: &mut Desk<'_, '_>, places: &[PathBuf]) -> Result<Vec<Edit>> {
    let catalog = Arc::clone(&desk.catalog);
    let known = all(desk)?;
    let (mut edits, mut told) = (Vec::new(), Vec::new());
    for file in files_of(places)? {
        let role = read(&file, &catalog)?;
        let present = known.iter().find(|record| text(record, "key") == role.key);
        let before = present.map(|record| document(record, desk)).unwrap_or_default();
        let mut found = compare(&before.rights, &role.rights, &catalog);
        if present.is_none() {
            // Of a new role only what it grants is worth a line.
            found.retain(|difference| !matches!(difference.after.as_str(), "none" | "no" | ""));
        }
        let texts = [
            (phrase!("name"), &before.name, &role.name),
            (phrase!("description"), &before.description, &role.description),
        ];
        // Of a new one they are no difference.
        let texts = texts.into_iter().filter(|(_, old, new)| present.is_some() && old != new);
        let texts = texts.map(|(what, old, new)| (what, old.clone(), new.clone())).collect();
        told.push((role.key.clone(), found, texts));
        let set = |edit: Edit, field: &str, old: &str, new: &str| {
            if old == new { edit } else { edit.with(field, Value::from(new)) }
        };
        let edit = match present {
            Some(record) => Edit::of(record),
            None => Edit::create("role").with("key", Value::from(role.key.as_str())),
        };
        let edit = set(edit, "name", &before.name, &role.name);
        let edit = set(edit, "description", &before.description, &role.description);
        // Rights that mean the same are not written anew because they are laid out otherwise.
        let edit = if present.is_some() && before.rights == role.rights {
            edit
        } else {
            edit.with("rights", Value::from(role.rights.print().as_str()))
        };
        edits.push(edit);
    }
    differences(desk, heads(phrase!("Before"), phrase!("After")), &told)?;
    Ok(edits)
}

fn apply(desk: &mut Desk<'_, '_>, files: &[PathBuf]) -> Result<()> {
    let edits = plan(desk, files)?;
    let plan = desk.session.plan(edits, "role apply")?;
    plan.check()?;
    let applied = desk.session.apply(plan)?;
    desk.say(&match applied.change_set {
        Some(number) => {
            phrase!("The roles are as the files say. `kontor undo {number}` takes it back.", number)
        }
        None => phrase!("The roles are as the files say already."),
    })
}

/// What differs of a role: its key, its rights, and its texts, each with what it was and will be.
type Differs = (String, Vec<RoleDifference>, Vec<(Phrase, String, String)>);

fn heads(before: Phrase, after: Phrase) -> Vec<Head> {
    vec![
        Head::left("role", phrase!("Role")),
        Head::left("entity", phrase!("Entity")),
        Head::left("right", phrase!("Right")),
        Head::left("before", before),
        Head::left("after", after),
    ]
}

fn differences(desk: &mut Desk<'_, '_>, heads: Vec<Head>, found: &[Differs]) -> Result<()> {
    let mut rows = Vec::new();
    for (role, differences, texts) in found {
        for (what, before, after) in texts {
            let shape: Json = json!({
                "role": role, "entity": "", "right": what.as_str(), "before": before,
                "after": after,
            });
            let word = desk.word(what);
            rows.push(Row {
                reference: role.clone(),
                cells: vec![role.clone(), String::new(), word, before.clone(), after.clone()],
                json: shape,
            });
        }
        for difference in differences {
            let (entity, right) = aspect(&difference.aspect);
            let word = desk.word(&right);
            let (before, after) = (difference.before.clone(), difference.after.clone());
            let shape: Json = json!({
                "role": role, "entity": entity, "right": right.as_str(), "before": before,
                "after": after,
            });
            let label = desk.catalog.entity(&entity).map(|known| known.plural.get(desk.env.lang));
            let entity = desk.called(|_| label.unwrap_or(&entity).to_owned()).unwrap_or(entity);
            let word = desk.called(|words| words.right(&word).to_owned()).unwrap_or(word);
            let (before, after) = (desk.scope(&before), desk.scope(&after));
            rows.push(Row {
                reference: role.clone(),
                cells: vec![role.clone(), entity, word, before, after],
                json: shape,
            });
        }
    }
    let none = rows.is_empty();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    if none && desk.format == OutputFormat::Table {
        desk.say(&phrase!("Nothing differs."))?;
    }
    Ok(())
}

/// What a difference is about: the entity, and what of it.
fn aspect(aspect: &Aspect) -> (String, Phrase) {
    match aspect {
        Aspect::Everything => (String::new(), phrase!("everything")),
        Aspect::TwoFactor => (String::new(), phrase!("second factor")),
        Aspect::Special(special) => (String::new(), Phrase::raw(special.word())),
        Aspect::Right(entity, right) => (entity.to_string(), Phrase::raw(right.word())),
        Aspect::Narrow(entity) => (entity.to_string(), phrase!("only where")),
        Aspect::Field(entity, field) => {
            (entity.to_string(), phrase!("field {field}", field = Fill::Text(field.to_string())))
        }
    }
}

fn give(
    desk: &mut Desk<'_, '_>,
    role: &str,
    users: &[String],
    revoke: bool,
    dry_run: bool,
) -> Result<()> {
    let role = named(desk, role)?;
    let users = users.iter().map(|word| user(desk, word)).collect::<Result<Vec<RecordId>>>()?;
    let link = || Box::new(Input::Value(Value::Links(vec![Link::new("role", role.id)])));
    let edits = users
        .into_iter()
        .map(|user| {
            let shift = if revoke { Shift::Remove(link()) } else { Shift::Add(link()) };
            Edit::update("user", user).shifted("roles", shift)
        })
        .collect();
    let verb = if revoke { "revoke" } else { "grant" };
    write(desk, edits, &format!("{verb} role {}", text(&role, "key")), dry_run)
}
