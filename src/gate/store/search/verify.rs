//! A second look at the best hits: which field matched, whether it really does, and what tells a hit
//! from its namesakes.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde_json::Value as Json;

use super::super::compile;
use super::query::Typed;
use super::score::pinyin;
use super::tokens::{searched, spelt_out};
use crate::model::text::fold;
use crate::query::Moment;
use crate::schema::{Catalog, Entity, Field, FieldType};

/// What a second look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does not hold what was typed.
    No,
    /// It does; the text that matched, where it could be told.
    Yes(Option<String>),
    /// A phone number that ends with the typed digits.
    Ends(String),
    /// A number, phone or mail address is exactly what was typed.
    Exactly(String),
}

/// Weighs more than any word: a phone number with the typed digits.
const PHONE: usize = usize::MAX;

/// Looks into the searchable fields of a record other than its title.
pub(super) fn fields(
    conn: &Connection,
    entity: &Entity,
    id: i64,
    typed: &Typed,
    title: &str,
) -> rusqlite::Result<Verdict> {
    let title = fold(title);
    let texts = texts(conn, entity, id)?;
    let mut matched: Option<(usize, String)> = None;
    let mut ended: Option<String> = None;
    let mut seen = vec![false; typed.chunks.len()];
    for (field, text) in &texts {
        if matches!(field.kind, FieldType::Phone) {
            if let Some(digits) = &typed.digits {
                match phone(text, digits) {
                    Some(true) => return Ok(Verdict::Exactly(text.clone())),
                    Some(false) if ends(text, digits) => ended = ended.or(Some(text.clone())),
                    Some(false) => matched = Some((PHONE, text.clone())),
                    None => {}
                }
            }
            continue;
        }
        let folded = fold(text);
        if folded == typed.text && is_identity(field) {
            return Ok(Verdict::Exactly(text.clone()));
        }
        let mut weight = 0;
        for (chunk, seen) in typed.chunks.iter().zip(&mut seen) {
            if holds(text, &folded, &chunk.text) {
                *seen = true;
                if !title.contains(&chunk.text) {
                    weight += chunk.text.len();
                }
            }
        }
        if weight > matched.as_ref().map_or(0, |(most, _)| *most) {
            matched = Some((weight, excerpt(text, typed)));
        }
    }
    if let Some(ended) = ended {
        return Ok(Verdict::Ends(ended));
    }
    // What the tokens say for sure needs no proof; a number is somewhere as a whole or not at all.
    let missing = matched.as_ref().is_none_or(|(weight, _)| *weight != PHONE)
        && typed.chunks.iter().zip(&seen).any(|(chunk, seen)| {
            // The word may stand in a field that is kept from the person.
            let sure = !chunk.uncertain && typed.digits.is_none() && !entity.veiled;
            !seen && !sure && !title.contains(&chunk.text)
        });
    let missing = missing && (typed.digits.is_some() || matched.is_none() || entity.veiled);
    Ok(if missing { Verdict::No } else { Verdict::Yes(matched.map(|(_, text)| text)) })
}

/// Whether each word that was typed is held by one of the texts, as a search would find it in them.
#[must_use]
pub fn holds_words(typed: &str, texts: &[&str]) -> bool {
    let typed = Typed::read(typed);
    typed.chunks.iter().all(|chunk| {
        texts.iter().any(|text| {
            let folded = fold(text);
            holds(text, &folded, &chunk.text)
                || chunk.text.chars().all(|c| c.is_ascii_digit())
                    && text
                        .chars()
                        .filter(char::is_ascii_digit)
                        .collect::<String>()
                        .contains(&chunk.text)
        })
    })
}

/// Whether a text holds what was typed, letter by letter, by its umlauts or by its sound.
fn holds(text: &str, folded: &str, typed: &str) -> bool {
    folded.contains(typed)
        || (!text.is_ascii()
            && (pinyin(typed, folded).is_some()
                || spelt_out(text).is_some_and(|spelt| fold(&spelt).contains(typed))))
}

/// Whether the number, without an extension, ends with the typed digits.
fn ends(number: &str, digits: &str) -> bool {
    let number = number.split(";ext=").next().unwrap_or(number);
    let number: String = number.chars().filter(char::is_ascii_digit).collect();
    number.ends_with(digits)
}

/// Whether typed digits are the whole number (as dialled from anywhere), a part of it, or neither.
fn phone(number: &str, digits: &str) -> Option<bool> {
    let number: String =
        number.split(";ext=").next()?.chars().filter(char::is_ascii_digit).collect();
    let national = digits.trim_start_matches('0');
    let country = number.strip_suffix(national).map(str::len);
    if national.len() >= 6 && country.is_some_and(|country| country <= 3) {
        return Some(true);
    }
    let part = if national.is_empty() { digits } else { national };
    number.contains(part).then_some(false)
}

/// Fields whose whole text stands for the record.
fn is_identity(field: &Field) -> bool {
    field.unique
        || field.name == "external_id"
        || matches!(field.kind, FieldType::Serial { .. } | FieldType::Email | FieldType::Url)
}

/// The part of a long text around what was typed.
fn excerpt(text: &str, typed: &Typed) -> String {
    const AROUND: usize = 24;
    if text.chars().count() <= 3 * AROUND {
        return text.to_owned();
    }
    // Folding may change lengths; a place that is off by some characters is near enough.
    let folded = fold(text);
    let at = typed.chunks.iter().find_map(|chunk| folded.find(&chunk.text)).unwrap_or(0);
    let before = folded.get(..at).map_or(0, |text| text.chars().count());
    let start = before.saturating_sub(AROUND);
    let part: String = text.chars().skip(start).take(3 * AROUND).collect();
    format!("{}{}…", if start > 0 { "…" } else { "" }, part.trim())
}

/// The texts of the searchable fields but the title, one for each value.
fn texts<'e>(
    conn: &Connection,
    entity: &'e Entity,
    id: i64,
) -> rusqlite::Result<Vec<(&'e Field, String)>> {
    let fields: Vec<&Field> = searched(entity).skip(1).collect();
    let mut columns: Vec<(&Field, String)> = Vec::new();
    for field in fields {
        for (column, _) in field.sql_columns() {
            columns.push((field, column));
        }
    }
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<String> = columns.iter().map(|(_, column)| quoted(column)).collect();
    let sql =
        format!("SELECT {} FROM {} WHERE id = ?", names.join(", "), quoted(&entity.sql_table()));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    let mut texts = Vec::new();
    if let Some(row) = rows.next()? {
        for (index, (field, _)) in columns.iter().enumerate() {
            if let ValueRef::Text(text) = row.get_ref(index)? {
                each_text(field, &String::from_utf8_lossy(text), |text| {
                    texts.push((*field, text.to_owned()));
                });
            }
        }
    }
    Ok(texts)
}

/// Calls `each` with every text in a stored value.
fn each_text(field: &Field, stored: &str, mut each: impl FnMut(&str)) {
    match field.kind {
        FieldType::Email
        | FieldType::Phone
        | FieldType::Url
        | FieldType::Tags
        | FieldType::MultiSelect => {
            let items = serde_json::from_str::<Vec<Json>>(stored).unwrap_or_default();
            for item in &items {
                if let Some(text) = item.as_str().or_else(|| item.get("v")?.as_str()) {
                    each(choice_label(field, text));
                }
            }
        }
        _ => each(choice_label(field, stored)),
    }
}

fn choice_label<'t>(field: &'t Field, stored: &'t str) -> &'t str {
    field.choice(stored).map_or(stored, |choice| choice.label.en.as_str())
}

/// The text of the entity's subtitle field for one record; empty where there is none.
pub(super) fn subtitle(
    conn: &Connection,
    catalog: &Catalog,
    entity: &Entity,
    id: i64,
    moment: &Moment,
) -> rusqlite::Result<String> {
    let Some(field) = entity.subtitle.as_deref().and_then(|name| entity.field(name)) else {
        return Ok(String::new());
    };
    let table = quoted(&entity.sql_table());
    let column = |name: &str| quoted(name);
    let mut parameters = Vec::new();
    let sql = match &field.kind {
        kind if kind.is_computed() => {
            let computed = compile::field(catalog, entity, field, moment, "r");
            parameters = computed.params;
            format!("SELECT {} FROM {table} r WHERE r.id = ?", computed.sql)
        }
        FieldType::Address => {
            let part = |part: &str| {
                format!("nullif({}, '')", column(&format!("{}_{part}", field.sql_column())))
            };
            let parts: Vec<String> = ["city", "region", "country"].map(part).to_vec();
            format!("SELECT coalesce({}) FROM {table} WHERE id = ?", parts.join(", "))
        }
        FieldType::Link { to } => {
            let Some(target) = catalog.entity(to) else { return Ok(String::new()) };
            format!(
                "SELECT o.{} FROM {table} r JOIN {} o ON o.id = r.{} WHERE r.id = ?",
                column(&target.title_field().sql_column()),
                quoted(&target.sql_table()),
                column(&field.sql_column()),
            )
        }
        _ => format!("SELECT {} FROM {table} WHERE id = ?", column(&field.sql_column())),
    };
    let mut statement = conn.prepare_cached(&sql)?;
    parameters.push(Sql::Integer(id));
    let mut rows = statement.query(params_from_iter(parameters))?;
    let mut first: Option<String> = None;
    if let Some(row) = rows.next()? {
        match row.get_ref(0)? {
            ValueRef::Text(text) => {
                each_text(field, &String::from_utf8_lossy(text), |text| {
                    first.get_or_insert_with(|| text.to_owned());
                });
            }
            ValueRef::Integer(number) if matches!(field.kind, FieldType::Integer) => {
                first = Some(number.to_string());
            }
            _ => {}
        }
    }
    Ok(first.unwrap_or_default())
}

/// A name as SQL takes it, whatever it is.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
