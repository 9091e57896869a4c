//! A catalogue -> TOML text in the format that people write and `load` reads.
//!
//! What is written loads to an equal catalogue. Texts are written by hand, not by a serialiser, for
//! people go on from them: one attribute a line, one option a line. Start at [`export`].

mod choices;
mod duplicates;
mod field;
mod recur;
mod report;
mod view;

use std::fmt::Write as _;

use super::load::load_all;
use super::{Catalog, Entity, Field, Group, Label, Origin, SchemaError, View};

/// How much of a catalogue is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Everything that is in force, as if the company had written it all.
    All,
    /// Only what the company added or changed.
    Company,
}

/// The catalogue, or the company's part of it, as TOML.
///
/// # Errors
/// Those of the built-in schema, which has none as long as the tests pass.
pub fn export(catalog: &Catalog, part: Part) -> Result<String, Vec<SchemaError>> {
    let (built_in, system, views) = load_all(None)?;
    let mut text = String::new();
    let all = part == Part::All;
    if all || catalog.company != built_in.company {
        text.push_str("[company]\n");
        line(&mut text, "region", &quote(&catalog.company.region));
        line(&mut text, "currency", &quote(catalog.company.currency.code()));
        if catalog.company.sign_in_hours != built_in.company.sign_in_hours {
            line(&mut text, "sign_in_hours", &catalog.company.sign_in_hours.to_string());
        }
        if let Some(minutes) = catalog.company.lock_after {
            line(&mut text, "lock_after", &minutes.to_string());
        }
        for (entity, rule) in &catalog.company.retention {
            text.push_str(&format!("\n[retention.{entity}]\n"));
            for (key, value) in
                [("deleted_days", rule.deleted_days), ("idle_months", rule.idle_months)]
            {
                if let Some(value) = value {
                    line(&mut text, key, &value.to_string());
                }
            }
        }
    }
    let record = built_in.entities().next().and_then(|entity| entity.groups.last());
    for entity in catalog.entities() {
        let base = built_in.entity(&entity.name);
        let body = entity_text(entity, base, (&system, record, &views), all);
        if !body.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&body);
        }
    }
    for report in catalog.all_reports() {
        let base = built_in.all_reports().iter().find(|base| base.name == report.name);
        let body = report::text(report, base, all);
        if !body.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&body);
        }
    }
    for rule in catalog.duplicate_rules().values() {
        let body = duplicates::text(rule, built_in.duplicate_rule(&rule.entity), all);
        if !body.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&body);
        }
    }
    Ok(text)
}

fn entity_text(
    entity: &Entity,
    base: Option<&Entity>,
    (system, record, views): (&[Field], Option<&Group>, &[View]),
    all: bool,
) -> String {
    let mut head = String::new();
    let bare = Entity::bare(entity.name.clone(), Origin::Company);
    let from = base.unwrap_or(&bare);
    let new = base.is_none();
    if new || all || entity.prefix != from.prefix {
        line(&mut head, "prefix", &quote(&entity.prefix));
    }
    let mut label = |key: &str, now: &Label, before: &Label| {
        if now != before || (all && !now.en.is_empty()) || (new && key != "help") {
            line(&mut head, key, &self::label(now, before));
        }
    };
    label("label", &entity.label, &from.label);
    label("plural", &entity.plural, &from.plural);
    label("help", &entity.help, &from.help);
    if new || all || entity.title != from.title {
        line(&mut head, "title", &quote(&entity.title));
    }
    for (key, now, before) in
        [("subtitle", &entity.subtitle, &from.subtitle), ("board", &entity.board, &from.board)]
    {
        if now != before || (all && now.is_some()) {
            line(&mut head, key, &quote(now.as_deref().unwrap_or_default()));
        }
    }
    if entity.sort != from.sort || (all && !entity.sort.is_empty()) {
        line(&mut head, "sort", &quote(&entity.sort));
    }
    if new || all || entity.menu != from.menu {
        line(&mut head, "menu", &entity.menu.to_string());
    }
    if entity.reference != from.reference || (all && entity.reference) {
        line(&mut head, "reference", if entity.reference { "true" } else { "false" });
    }
    if entity.part != from.part || (all && entity.part.is_some()) {
        let part = entity.part.as_ref().or(from.part.as_ref());
        let key = if part.is_some_and(|part| part.wholly) { "part_of" } else { "seen_with" };
        let through = entity.part.as_ref().map_or("", |part| part.through.as_str());
        line(&mut head, key, &quote(through));
    }
    if entity.immutable != from.immutable || (all && entity.immutable) {
        line(&mut head, "immutable", if entity.immutable { "true" } else { "false" });
    }
    if entity.recurs != from.recurs || (all && entity.recurs.is_some()) {
        line(&mut head, "recurs", &recur::text(entity.recurs.as_deref()));
    }
    let known: Vec<&Group> =
        base.map_or_else(|| record.into_iter().collect(), |base| base.groups.iter().collect());
    groups(&mut head, entity, &known, all && base.is_some());
    let mut fields = String::new();
    for field in &entity.fields {
        let pristine = system.iter().find(|known| known.name == field.name);
        let before = base.and_then(|base| base.field(&field.name)).or(pristine);
        let group = entity.groups.first().map(|group| &group.name);
        let body = field::text(field, before, pristine, group, all);
        if !body.is_empty() {
            // Writing into a String never fails.
            let _ = writeln!(
                fields,
                "\n[[entity.{}.field]]\nname = {}",
                entity.name,
                quote(&field.name)
            );
            fields.push_str(&body);
        }
    }
    fields.push_str(&view::text(entity, base.map_or(views, |base| &base.views), all));
    if head.is_empty() && fields.is_empty() {
        return String::new();
    }
    if head.is_empty() {
        return fields.trim_start().to_owned();
    }
    format!("[entity.{}]\n{head}{fields}", entity.name)
}

fn groups(text: &mut String, entity: &Entity, known: &[&Group], all: bool) {
    let wanted: Vec<&Group> =
        entity.groups.iter().filter(|group| all || !known.contains(group)).collect();
    if wanted.is_empty() {
        return;
    }
    text.push_str("group = [\n");
    for group in wanted {
        let label = self::label(&group.label, &Label::default());
        let _ = writeln!(text, "  {{ name = {}, label = {label} }},", quote(&group.name));
    }
    text.push_str("]\n");
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {value}");
}

/// A label; the Chinese part is left out where there is none and none is to be taken away.
fn label(now: &Label, before: &Label) -> String {
    if now.zh.is_empty() && before.zh.is_empty() {
        format!("{{ en = {} }}", quote(&now.en))
    } else {
        format!("{{ en = {}, zh = {} }}", quote(&now.en), quote(&now.zh))
    }
}

/// A text as a TOML basic string.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests;
