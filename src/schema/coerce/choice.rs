//! Yes or no, choices and tags.

use crate::model::{Fill, phrase};
use std::collections::HashSet;

use super::{Invalid, text};
use crate::model::Value;
use crate::model::text::fold;
use crate::schema::{Choice, Field};

/// Characters in a tag, and tags of a record.
const TAG: usize = 100;
const TAGS: usize = 200;

/// Yes or no, in the ways people and programs write it.
pub(super) fn boolean(text: &str) -> Result<bool, Invalid> {
    let text = text::plain(text, true);
    match text.trim() {
        "yes" | "y" | "true" | "t" | "1" | "on" | "x" | "✓" | "✔" | "√" | "是" | "对" | "真"
        | "有" | "ja" => Ok(true),
        "no" | "n" | "false" | "f" | "0" | "off" | "-" | "✗" | "✘" | "×" | "否" | "不" | "不是"
        | "假" | "无" | "nein" => Ok(false),
        _ => Err(Invalid::hint(phrase!("neither yes nor no"), phrase!("try yes or no"))),
    }
}

/// The stored value of the choice that is meant.
pub(super) fn select(field: &Field, text: &str) -> Result<String, Invalid> {
    let choice = find(field, text.trim()).ok_or_else(|| unknown(field, text.trim()))?;
    Ok(choice.value.clone())
}

/// By stored value or label, exactly first, then whatever the case, accents and width.
fn find<'a>(field: &'a Field, text: &str) -> Option<&'a Choice> {
    let labels = |choice: &'a Choice| [&choice.value, &choice.label.en, &choice.label.zh];
    if let Some(choice) = field.choices.iter().find(|c| labels(c).into_iter().any(|l| l == text)) {
        return Some(choice);
    }
    let wanted = key(text);
    if wanted.is_empty() {
        return None;
    }
    // A choice that is still offered is meant rather than a retired one of the same name.
    let same = |choice: &&'a Choice| labels(choice).into_iter().any(|label| key(label) == wanted);
    let mut found = field.choices.iter().filter(same);
    let first = found.next()?;
    if first.retired { found.find(|c| !c.retired).or(Some(first)) } else { Some(first) }
}

/// Folded, with `_` and `-` as spaces: `Not started`, `not_started` and `not-started` are the same.
fn key(text: &str) -> String {
    let mut folded = fold(text);
    if folded.contains(['_', '-']) {
        folded = folded.replace(['_', '-'], " ");
    }
    folded
}

/// Names the likely intended choice, or all where there are few.
fn unknown(field: &Field, text: &str) -> Invalid {
    let wanted = key(text);
    let offered: Vec<&Choice> = field.choices.iter().filter(|choice| !choice.retired).collect();
    let nearness = |choice: &Choice| {
        [&choice.value, &choice.label.en, &choice.label.zh]
            .into_iter()
            .map(|label| strsim::jaro_winkler(&key(label), &wanted))
            .fold(0.0, f64::max)
    };
    let best = offered
        .iter()
        .map(|choice| (nearness(choice), *choice))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(near, _)| *near >= 0.8);
    let shown = |choice: &Choice| {
        if choice.label.en.is_empty() {
            Fill::from(&choice.value)
        } else {
            Fill::from(&choice.label)
        }
    };
    let hint = if let Some((_, choice)) = best {
        phrase!("did you mean {near}?", near = shown(choice))
    } else {
        let mut names: Vec<Fill> = offered.iter().take(8).map(|c| shown(c)).collect();
        if offered.len() > names.len() {
            names.push(Fill::from("…"));
        }
        phrase!("one of {words}", words = Fill::List(names))
    };
    let text: String = text.chars().take(60).collect();
    let text = Fill::Label { en: format!("{text:?}"), zh: format!("“{text}”") };
    Invalid::hint(phrase!("{text} is not among the choices", text), hint)
}

/// Several choices, in the order of the catalogue.
pub(super) fn several(field: &Field, text: &str) -> Result<Value, Invalid> {
    if let Some(choice) = find(field, text.trim()) {
        return Ok(Value::List(vec![choice.value.clone()]));
    }
    let mut found = HashSet::new();
    for piece in text.split([';', '；', '|', '\n']).map(str::trim).filter(|p| !p.is_empty()) {
        // A label may have a comma in it.
        if let Some(choice) = find(field, piece) {
            found.insert(choice.value.as_str());
            continue;
        }
        for piece in pieces(piece) {
            let choice = find(field, piece).ok_or_else(|| unknown(field, piece))?;
            found.insert(choice.value.as_str());
        }
    }
    Ok(in_order(field, |choice| found.contains(choice.value.as_str())))
}

fn in_order(field: &Field, has: impl Fn(&Choice) -> bool) -> Value {
    let values: Vec<String> =
        field.choices.iter().filter(|choice| has(choice)).map(|c| c.value.clone()).collect();
    if values.is_empty() { Value::Null } else { Value::List(values) }
}

/// Several choices, handed in as values.
pub(super) fn adopt_several(field: &Field, values: &[String]) -> Result<Value, Invalid> {
    let mut found = HashSet::new();
    for value in values {
        let choice = find(field, value.trim()).ok_or_else(|| unknown(field, value))?;
        found.insert(choice.value.as_str());
    }
    Ok(in_order(field, |choice| found.contains(choice.value.as_str())))
}

/// What stands between separators; `#` is one at the beginning of a word only, so that `C#` stays whole.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '；', ',', '，', '、', '|', '\n'])
        .flat_map(|piece| piece.split(" #"))
        .map(|piece| piece.trim().trim_start_matches(['#', '＃']).trim())
        .filter(|piece| !piece.is_empty())
}

/// Tags, each once; the first spelling counts.
pub(super) fn tags(text: &str) -> Result<Value, Invalid> {
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for tag in pieces(text) {
        text::no_controls(tag, false)?;
        let tag = text::tidy(tag);
        let tag = text::composed(&tag).into_owned();
        if tag.chars().count() > TAG {
            return Err(Invalid::new(phrase!(
                "has a tag of more than {tag} characters",
                tag = TAG
            )));
        }
        if !tag.is_empty() && seen.insert(fold(&tag)) {
            tags.push(tag);
        }
    }
    if tags.len() > TAGS {
        return Err(Invalid::new(phrase!("has more than {tags} tags", tags = TAGS)));
    }
    Ok(if tags.is_empty() { Value::Null } else { Value::List(tags) })
}
