//! Reads `[report.NAME]`: a new report, or changes to one that is there, and checks what it is about.
//!
//! Groups and measures are laid over those of the same name. Whether conditions resolve is said by
//! [`crate::query`]. Start at [`read_all`].

use super::entity::{name_hint, wrong_name};
use super::reader::{Item, Problems};
use super::report_check::check;
use super::words::{humanise, list, nearest};
use crate::model::{Phrase, phrase};
use crate::schema::report::{Derived, Each, Group, MeasureDef, Report, Shape, Take};
use crate::schema::{Entity, Label};

const KEYS: &[&str] =
    &["label", "help", "entity", "where", "by", "date", "chart", "hidden", "group", "measure"];
const GROUP_KEYS: &[&str] = &["name", "label", "field", "each"];
const MEASURE_KEYS: &[&str] = &["name", "label", "definition", "take", "where", "derive", "hidden"];
const TAKE: &str = "take = \"count\", or take = { sum = \"amount\" } with sum, mean, min, max, \
                    weighted = [\"amount\", \"probability\"] or days = [\"from\", \"to\"]";
const DERIVE: &str =
    "derive = { percent = [\"part\", \"whole\"] } or { each = [\"sum\", \"count\"] }";

/// The reports of all files, in the order in which they are declared first.
pub(super) fn read_all(
    sections: &[Item<'_>],
    entities: &[Entity],
    problems: &mut Problems<'_>,
) -> Vec<Report> {
    let mut reports: Vec<Report> = Vec::new();
    for section in sections {
        problems.subject("");
        let mut items: Vec<Item<'_>> = section.table(problems).collect();
        items.sort_by_key(|item| item.place.offset);
        for item in items {
            problems.subject("report");
            if let Some(wrong) = wrong_name(item.key) {
                let message = phrase!("no name for a report: {wrong}", wrong);
                problems.at(&item, message, Some(name_hint()));
                continue;
            }
            problems.enter(item.key);
            let at =
                reports.iter().position(|report| report.name == item.key).unwrap_or_else(|| {
                    reports.push(Report::bare(item.key, label_of(item.key)));
                    reports.len() - 1
                });
            let before = problems.count();
            read(&mut reports[at], &item, problems);
            if problems.count() == before {
                check(&reports[at], &item, entities, problems);
            }
        }
    }
    problems.subject("");
    reports
}

fn label_of(name: &str) -> Label {
    Label { en: humanise(name), zh: String::new() }
}

fn read(report: &mut Report, item: &Item<'_>, problems: &mut Problems<'_>) {
    for item in item.table(problems) {
        match item.key {
            "label" => item.label(&mut report.label, problems),
            "help" => item.label(&mut report.help, problems),
            "hidden" => item.flag(&mut report.hidden, problems),
            "entity" => {
                if let Some(text) = item.text(problems) {
                    text.trim().clone_into(&mut report.entity);
                }
            }
            "where" => condition(&mut report.filter, &item, problems),
            "by" => word(&mut report.by, &item, problems),
            "date" => word(&mut report.date, &item, problems),
            "chart" => {
                choice(&mut report.chart, &item, &Shape::ALL.map(|s| (s.word(), s)), problems);
            }
            "group" => read_groups(report, &item, problems),
            "measure" => read_measures(report, &item, problems),
            _ => problems.unknown_key(&item, KEYS),
        }
    }
}

fn read_groups(report: &mut Report, item: &Item<'_>, problems: &mut Problems<'_>) {
    for item in item.list(problems) {
        let Some(name) = name_of(&item, "group", problems) else { continue };
        let at = report.group.iter().position(|group| group.name == name).unwrap_or_else(|| {
            let (name, field) = (name.to_owned(), name.to_owned());
            report.group.push(Group { label: label_of(&name), name, field, each: None });
            report.group.len() - 1
        });
        let group = &mut report.group[at];
        for item in item.table(problems) {
            match item.key {
                "name" => {}
                "label" => item.label(&mut group.label, problems),
                "field" => {
                    if let Some(text) = item.text(problems) {
                        text.trim().clone_into(&mut group.field);
                    }
                }
                "each" => {
                    let spans = [("month", Each::Month), ("quarter", Each::Quarter)];
                    choice(&mut group.each, &item, &spans, problems);
                }
                _ => problems.unknown_key(&item, GROUP_KEYS),
            }
        }
    }
}

fn read_measures(report: &mut Report, item: &Item<'_>, problems: &mut Problems<'_>) {
    for item in item.list(problems) {
        let Some(name) = name_of(&item, "measure", problems) else { continue };
        let known = report.measure.iter().position(|measure| measure.name == name);
        let at = known.unwrap_or_else(|| {
            report.measure.push(MeasureDef {
                name: name.to_owned(),
                label: label_of(name),
                definition: None,
                take: None,
                filter: None,
                derive: None,
                hidden: false,
            });
            report.measure.len() - 1
        });
        let measure = &mut report.measure[at];
        if item.peek("take").is_some() && item.peek("derive").is_some() {
            problems.at(&item, phrase!("`{name}` has both `take` and `derive`", name), None);
            continue;
        }
        for item in item.table(problems) {
            match item.key {
                "name" => {}
                "label" => item.label(&mut measure.label, problems),
                "hidden" => item.flag(&mut measure.hidden, problems),
                "where" => condition(&mut measure.filter, &item, problems),
                "definition" => {
                    let mut label = measure.definition.take().unwrap_or_default();
                    item.label(&mut label, problems);
                    measure.definition = Some(label).filter(|label| !label.en.is_empty());
                }
                "take" => {
                    measure.take = take(&item, problems);
                    measure.derive = None;
                }
                "derive" => {
                    measure.derive = derive(&item, problems);
                    (measure.take, measure.filter) = (None, None);
                }
                _ => problems.unknown_key(&item, MEASURE_KEYS),
            }
        }
    }
}

fn name_of<'t>(
    item: &Item<'t>,
    what: &'static str,
    problems: &mut Problems<'_>,
) -> Option<&'t str> {
    let Some(name) = item.peek("name") else {
        problems.at(item, phrase!("a {what} needs a `name`", what = Phrase::word(what)), None);
        return None;
    };
    let text = name.text(problems)?;
    if let Some(wrong) = wrong_name(text) {
        let message = phrase!("no name for a {what}: {wrong}", what = Phrase::word(what), wrong);
        problems.at(&name, message, Some(name_hint()));
        return None;
    }
    Some(text)
}

/// A name of something else; an empty one takes it away.
fn word(target: &mut Option<String>, item: &Item<'_>, problems: &mut Problems<'_>) {
    if let Ok(text) = item.text_or_none(problems) {
        *target = text.map(|text| text.trim().to_owned());
    }
}

/// A condition as it is written; an empty one takes it away.
fn condition(target: &mut Option<String>, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.expression(problems).is_ok()
        && let Ok(text) = item.text_or_none(problems)
    {
        *target = text.map(|text| text.trim().to_owned());
    }
}

fn choice<T: Copy>(
    target: &mut Option<T>,
    item: &Item<'_>,
    known: &[(&str, T)],
    problems: &mut Problems<'_>,
) {
    let Ok(text) = item.text_or_none(problems) else { return };
    let found = text.map(|text| known.iter().find(|(word, _)| *word == text));
    match found {
        None => *target = None,
        Some(Some((_, value))) => *target = Some(*value),
        Some(None) => {
            let text = text.unwrap_or_default();
            let words = || known.iter().map(|(word, _)| *word);
            let hint = nearest(text, words()).map_or_else(
                || phrase!("write {words}", words = list(words())),
                |near| phrase!("did you mean \"{near}\"?", near),
            );
            let message = phrase!("`{key}` cannot be \"{text}\"", key = item.key, text);
            problems.at(item, message, Some(hint));
        }
    }
}

fn take(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Take> {
    if item.is_text() {
        if item.text(problems)? == "count" {
            return Some(Take::Count);
        }
        problems.at(item, phrase!("`take` is not understood"), Some(Phrase::raw(TAKE)));
        return None;
    }
    let part = only(item, TAKE, problems)?;
    let one = |make: fn(String) -> Take, problems: &mut Problems<'_>| {
        part.text(problems).map(|field| make(field.trim().to_owned()))
    };
    match part.key {
        "sum" => one(Take::Sum, problems),
        "mean" => one(Take::Mean, problems),
        "min" => one(Take::Min, problems),
        "max" => one(Take::Max, problems),
        "weighted" => two(&part, problems).map(|(a, b)| Take::Weighted(a, b)),
        "days" => two(&part, problems).map(|(a, b)| Take::Days(a, b)),
        _ => {
            problems.unknown_key(&part, &["sum", "mean", "min", "max", "weighted", "days"]);
            None
        }
    }
}

fn derive(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Derived> {
    let part = only(item, DERIVE, problems)?;
    match part.key {
        "percent" => two(&part, problems).map(|(a, b)| Derived::Percent(a, b)),
        "each" => two(&part, problems).map(|(a, b)| Derived::Each(a, b)),
        _ => {
            problems.unknown_key(&part, &["percent", "each"]);
            None
        }
    }
}

/// The only entry of a table.
fn only<'t>(item: &Item<'t>, usage: &str, problems: &mut Problems<'_>) -> Option<Item<'t>> {
    let before = problems.count();
    let parts: Vec<Item<'t>> = item.table(problems).collect();
    if let [part] = parts[..] {
        return Some(part);
    }
    if problems.count() == before {
        let message = phrase!("`{key}` says one thing, not {n}", key = item.key, n = parts.len());
        problems.at(item, message, Some(phrase!("write {words}", words = usage)));
    }
    None
}

fn two(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<(String, String)> {
    let before = problems.count();
    let texts: Vec<String> = item
        .list(problems)
        .iter()
        .filter_map(|item| item.text(problems))
        .map(|text| text.trim().to_owned())
        .collect();
    if let [a, b] = texts.as_slice() {
        return Some((a.clone(), b.clone()));
    }
    if problems.count() == before {
        problems.at(item, phrase!("`{key}` needs two names", key = item.key), None);
    }
    None
}
