//! `schema`: the company's own fields, choices and entities.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::Env;
use super::command::SchemaVerb;
use super::desk::{Desk, Need, entity};
use super::error::{CliError, Result};
use super::output::{Head, Needs, Printer, Row};
use crate::gate::{SchemaPlan, check_schema};
use crate::model::{Fill, Lang, Phrase, phrase};
use crate::schema::{Catalog, Entity, Field, Origin};
use crate::term::said;

/// Values that would be lost are listed up to here.
const LISTED: usize = 20;

/// Does a verb of `schema`.
pub(super) fn run(env: &mut Env<'_>, verb: SchemaVerb) -> Result<()> {
    match verb {
        SchemaVerb::Check(file) => check(env, &file),
        SchemaVerb::Plan(file) => {
            let toml = read(&file)?;
            let mut desk = Desk::open(env, Need::File)?;
            let plan = desk.session.plan_schema(&file.display().to_string(), &toml)?;
            print(&mut desk, &plan)?;
            desk.say(&phrase!("Nothing was written."))
        }
        SchemaVerb::Apply { file, keep_in_notes } => {
            let toml = read(&file)?;
            let mut desk = Desk::open(env, Need::Create)?;
            let plan = desk.session.plan_schema(&file.display().to_string(), &toml)?;
            print(&mut desk, &plan)?;
            if plan.steps.is_empty() {
                return desk.say(&phrase!("The schema is as the file says already."));
            }
            if plan.loses_values() && !keep_in_notes {
                return Err(CliError::Refused {
                    message: phrase!("values would be lost; nothing was written"),
                    hint: Some(phrase!("change them first, or keep them with --keep-in-notes")),
                });
            }
            let applied = desk.session.apply_schema(&plan, keep_in_notes)?;
            desk.say(&match applied.change_set {
                Some(number) => {
                    phrase!("The schema is applied. `kontor undo {number}` takes it back.", number)
                }
                None => phrase!("The schema is applied."),
            })
        }
        SchemaVerb::Show(word) => {
            let mut desk = Desk::open(env, Need::File)?;
            match word {
                Some(word) => fields(&mut desk, &word),
                None => entities(&mut desk),
            }
        }
        SchemaVerb::Export => {
            let desk = Desk::open(env, Need::File)?;
            let text = desk.session.company_schema()?;
            if text.trim().is_empty() {
                desk.env.say(&phrase!("This company has no schema of its own yet."))?;
            }
            desk.env.out.write_all(text.as_bytes())?;
            Ok(())
        }
    }
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|source| CliError::File { path: Phrase::raw(file.display().to_string()), source })
}

fn check(env: &mut Env<'_>, file: &Path) -> Result<()> {
    let toml = read(file)?;
    let name = file.display().to_string();
    let catalog = check_schema(&name, &toml)?;
    let own = |origin: Origin| origin == Origin::Company;
    let entities = catalog.entities().filter(|entity| own(entity.origin)).count();
    let fields = catalog
        .entities()
        .flat_map(|entity| &entity.fields)
        .filter(|field| own(field.origin))
        .count();
    env.say(&phrase!(
        "{name} is sound: {entities} own entities, {fields} own fields.",
        name,
        entities,
        fields
    ))?;
    Ok(())
}

fn print(desk: &mut Desk<'_, '_>, plan: &SchemaPlan) -> Result<()> {
    let row = |what: String, rows: u64, lost: u64, json: Json| Row {
        reference: String::new(),
        cells: vec![what, rows.to_string(), lost.to_string()],
        json,
    };
    let heads = vec![
        Head::left("what", phrase!("Step")),
        Head::right("rows", phrase!("Rows")),
        Head::right("lost", phrase!("Lost")),
    ];
    let (human, lang) = (desk.format.needs() == Needs::Human, desk.env.lang);
    let word = |word: &Phrase| if human { said(lang, word) } else { word.to_string() };
    let mut printer = desk.printer(heads);
    for step in &plan.steps {
        let lost: Vec<Json> = step
            .lost
            .iter()
            .map(|(record, value)| json!({ "ref": record, "value": value }))
            .collect();
        let json = json!({
            "what": step.what.as_str(), "rows": step.rows, "lost_count": step.lost_count, "lost": lost,
        });
        printer.row(row(word(&step.what), step.rows, step.lost_count, json))?;
    }
    printer.finish()?;
    let mut lines: Vec<Phrase> = Vec::new();
    for step in plan.steps.iter().filter(|step| step.lost_count > 0) {
        lines.push(phrase!("{what}: would not survive", what = &step.what));
        for (record, value) in step.lost.iter().take(LISTED) {
            lines.push(Phrase::raw(format!("  {record}  {value}")));
        }
        let more = step.lost_count.saturating_sub(step.lost.len().min(LISTED) as u64);
        if more > 0 {
            lines.push(phrase!("  and {more} more", more));
        }
    }
    if lines.is_empty() { Ok(()) } else { desk.say(&Phrase::lines(lines)) }
}

fn entities(desk: &mut Desk<'_, '_>) -> Result<()> {
    let lang = desk.env.lang;
    let human = desk.format.needs() == Needs::Human;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let mut printer = desk.printer(vec![
        Head::left("name", phrase!("Entity")),
        Head::left("prefix", phrase!("Refs")),
        Head::left("label", phrase!("Called")),
        Head::right("fields", phrase!("Fields")),
        Head::left("origin", phrase!("From")),
        Head::left("help", phrase!("What it is")),
    ]);
    for entity in catalog.entities() {
        let fields = entity.fields.iter().filter(|field| field.origin != Origin::System).count();
        let cells = vec![
            entity.name.to_string(),
            format!("{}-", entity.prefix),
            entity.label.get(lang).to_owned(),
            fields.to_string(),
            origin_word(entity.origin, human, lang),
            entity.help.get(lang).to_owned(),
        ];
        let json = json!({
            "name": entity.name.as_str(),
            "prefix": entity.prefix,
            "label": entity.label,
            "plural": entity.plural,
            "title": entity.title.as_str(),
            "origin": origin(entity.origin),
            "fields": entity.fields.iter().map(|field| described(entity, field)).collect::<Vec<_>>(),
        });
        printer.row(Row { reference: entity.name.to_string(), cells, json })?;
    }
    printer.finish()?;
    Ok(())
}

fn fields(desk: &mut Desk<'_, '_>, word: &str) -> Result<()> {
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let entity = entity(&catalog, word)?;
    let lang = desk.env.lang;
    let paper = desk.env.paper();
    let heads = vec![
        Head::left("name", phrase!("Field")),
        Head::left("type", phrase!("Type")),
        Head::left("label", phrase!("Called")),
        Head::left("flags", phrase!("Is")),
        Head::left("takes", phrase!("Takes")),
    ];
    let human = desk.format.needs() == Needs::Human;
    let word = |word: &Phrase| if human { said(lang, word) } else { word.to_string() };
    let mut printer = Printer::new(&mut *desk.env.out, desk.format, heads, paper);
    for field in &entity.fields {
        let cells = vec![
            field.name.to_string(),
            word(&Phrase::word(field.kind.word())),
            field.label.get(lang).to_owned(),
            flags(field).iter().map(word).collect::<Vec<_>>().join(" "),
            takes(&catalog, field, human.then_some(lang)),
        ];
        let reference = field.name.to_string();
        printer.row(Row { reference, cells, json: described(entity, field) })?;
    }
    printer.finish()?;
    Ok(())
}

fn flags(field: &Field) -> Vec<Phrase> {
    [
        (field.required, phrase!("required")),
        (field.unique, phrase!("unique")),
        (field.is_given(), phrase!("given")),
        (field.searchable, phrase!("searchable")),
        (field.personal, phrase!("personal")),
        (field.origin == Origin::Company, phrase!("own")),
    ]
    .into_iter()
    .filter_map(|(holds, word)| holds.then_some(word))
    .collect()
}

/// What a field takes, in a few words: its choices, what it links to, its kind; for people in their
/// language, for programs in English.
pub(super) fn takes(catalog: &Catalog, field: &Field, lang: Option<Lang>) -> String {
    let told = |phrase: &Phrase| lang.map_or_else(|| phrase.to_string(), |lang| said(lang, phrase));
    if !field.choices.is_empty() {
        let choices: Vec<&str> = field
            .choices
            .iter()
            .filter(|choice| !choice.retired)
            .map(|choice| choice.value.as_str())
            .collect();
        return choices.join("|");
    }
    if let Some(target) = field.kind.link_target() {
        let prefix = catalog.entity(target).map_or("", |entity| entity.prefix.as_str());
        let of = catalog.entity(target);
        let zh = of.map_or_else(|| target.to_string(), |of| of.label.get(Lang::Zh).to_owned());
        let target = Fill::Label { en: target.to_string(), zh };
        return told(&phrase!("{target}: {prefix}-12 or its name", target, prefix));
    }
    told(&Phrase::word(field.kind.word()))
}

fn described(entity: &Entity, field: &Field) -> Json {
    let choices: Vec<Json> = field
        .choices
        .iter()
        .map(|choice| json!({ "value": choice.value, "label": choice.label, "retired": choice.retired }))
        .collect();
    json!({
        "entity": entity.name.as_str(),
        "name": field.name.as_str(),
        "type": field.kind.word(),
        "label": field.label,
        "required": field.required,
        "unique": field.unique,
        "given": field.is_given(),
        "origin": origin(field.origin),
        "to": field.kind.link_target().map(crate::model::Name::as_str),
        "choices": choices,
    })
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::System => "system",
        Origin::BuiltIn => "kontor",
        Origin::Company => "company",
    }
}

fn origin_word(of: Origin, human: bool, lang: Lang) -> String {
    let word = match of {
        Origin::System => phrase!("system"),
        Origin::BuiltIn => phrase!("kontor"),
        Origin::Company => phrase!("company"),
    };
    if human { said(lang, &word) } else { origin(of).to_owned() }
}
