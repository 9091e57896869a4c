//! Reads `options`: the choices of a select, merged by their value.

use rust_decimal::Decimal;

use super::reader::{Item, Problems, Reported};
use super::words::{all, humanise, list, nearest};
use crate::model::{Phrase, phrase};
use crate::schema::{Choice, Label, Standing};

const KEYS: &[&str] = &[
    "value",
    "label",
    "color",
    "state",
    "probability",
    "stale_days",
    "pipelines",
    "every",
    "retired",
    "after",
];

/// The roles that a theme has a colour for.
const ROLES: &[&str] = &["good", "warning", "bad", "info", "muted"];

const STANDINGS: [Standing; 4] = [Standing::Open, Standing::Won, Standing::Lost, Standing::Closed];

/// Reads options into `choices`. One whose value is there already changes it; others are put after
/// the one named by `after` (first, where that is empty), or at the end.
pub(super) fn read_choices(
    choices: &mut Vec<Choice>,
    item: &Item<'_>,
    problems: &mut Problems<'_>,
) {
    let stands = choices.iter().any(|choice| choice.standing.is_some());
    let mut seen: Vec<&str> = Vec::new();
    for item in item.list(problems) {
        let value = if item.is_text() { Some(item) } else { item.peek("value") };
        let Some(value) = value.and_then(|value| value.text(problems)) else {
            let hint =
                phrase!("write { value = \"gold\", label = { en = \"Gold\", zh = \"金\" } }");
            problems.at(&item, phrase!("an option needs a `value`"), Some(hint));
            continue;
        };
        if let Some(fault) = value_fault(value) {
            problems.at(&item, phrase!("option `{value}` {fault}", value, fault), None);
            continue;
        }
        if seen.contains(&value) {
            problems.at(&item, phrase!("option `{value}` is declared twice", value), None);
            continue;
        }
        seen.push(value);
        let index = choices.iter().position(|choice| choice.value == value).unwrap_or_else(|| {
            let mut choice = bare(value);
            // A stage that says nothing of its end goes on.
            choice.standing = stands.then_some(Standing::Open);
            choices.push(choice);
            choices.len() - 1
        });
        if !item.is_text() {
            read_choice(choices, index, &item, problems);
        }
    }
}

/// An option that is called as something else is.
pub(super) fn called(value: &str, label: &Label) -> Choice {
    Choice { label: label.clone(), ..bare(value) }
}

fn bare(value: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: Label { en: humanise(value), zh: String::new() },
        color: None,
        standing: None,
        probability: None,
        pipelines: Vec::new(),
        every: None,
        stale_days: None,
        retired: false,
    }
}

fn value_fault(value: &str) -> Option<Phrase> {
    if value.is_empty() {
        Some(phrase!("is empty"))
    } else if value.chars().count() > 60 {
        Some(phrase!("is longer than 60 characters"))
    } else if value.trim() != value || value.contains([',', ';', '"', '\'', '\n']) {
        Some(phrase!("has a comma, a quote or a space around it: put those into the label"))
    } else {
        None
    }
}

fn read_choice(
    choices: &mut Vec<Choice>,
    index: usize,
    item: &Item<'_>,
    problems: &mut Problems<'_>,
) {
    let mut after = None;
    let choice = &mut choices[index];
    for item in item.table(problems) {
        match item.key {
            "value" => {}
            "label" => item.label(&mut choice.label, problems),
            "color" => read_color(choice, &item, problems),
            "state" => read_state(choice, &item, problems),
            "probability" if item.is_text() => {
                if item.text_or_none(problems) == Ok(None) {
                    choice.probability = None;
                } else {
                    item.decimal(problems);
                }
            }
            "probability" => {
                if let Some(number) = item.decimal(problems) {
                    if (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&number) {
                        choice.probability = Some(number);
                    } else {
                        let message = phrase!("probability {number} is not from 0 to 100", number);
                        problems.at(&item, message, None);
                    }
                }
            }
            "stale_days" => read_stale_days(choice, &item, problems),
            "pipelines" => {
                choice.pipelines = item
                    .list(problems)
                    .iter()
                    .filter_map(|pipeline| pipeline.text(problems).map(str::to_owned))
                    .collect();
            }
            "every" => super::recur::read_every(choice, &item, problems),
            "retired" => item.flag(&mut choice.retired, problems),
            "after" => after = item.text(problems).map(|text| (item, text)),
            _ => problems.unknown_key(&item, KEYS),
        }
    }
    if let Some((item, after)) = after {
        move_after(choices, index, after, &item, problems);
    }
}

/// Reads `stale_days`; an empty text takes away what was there.
fn read_stale_days(choice: &mut Choice, item: &Item<'_>, problems: &mut Problems<'_>) {
    if item.is_text() && item.text_or_none(problems) == Ok(None) {
        choice.stale_days = None;
        return;
    }
    let Some(number) = item.decimal(problems) else { return };
    match u32::try_from(number) {
        Ok(days @ 1..=3650) if number.fract().is_zero() => choice.stale_days = Some(days),
        _ => {
            let message =
                phrase!("stale_days {number} is no number of days from 1 to 3650", number);
            problems.at(item, message, None);
        }
    }
}

fn read_color(choice: &mut Choice, item: &Item<'_>, problems: &mut Problems<'_>) {
    match item.text_or_none(problems) {
        Err(Reported) => {}
        Ok(None) => choice.color = None,
        Ok(Some(role)) if ROLES.contains(&role) => choice.color = Some(role.to_owned()),
        Ok(Some(other)) => {
            let meant = match other {
                "green" => Some("good"),
                "yellow" | "orange" | "amber" => Some("warning"),
                "red" => Some("bad"),
                "blue" | "cyan" => Some("info"),
                "grey" | "gray" => Some("muted"),
                _ => nearest(other, ROLES.iter().copied()),
            };
            let hint = meant.map_or_else(
                || {
                    phrase!(
                        "one of {words}; the theme decides the colour",
                        words = list(ROLES.iter().copied())
                    )
                },
                |role| phrase!("did you mean \"{role}\"? The theme decides the colour", role),
            );
            problems.at(item, phrase!("unknown colour role `{other}`", other), Some(hint));
        }
    }
}

fn read_state(choice: &mut Choice, item: &Item<'_>, problems: &mut Problems<'_>) {
    let Ok(text) = item.text_or_none(problems) else { return };
    let Some(word) = text else {
        choice.standing = None;
        return;
    };
    let known = STANDINGS.into_iter().find(|standing| standing.word() == word);
    if known.is_some() {
        choice.standing = known;
        return;
    }
    let words = STANDINGS.map(Standing::word);
    let hint = nearest(word, words).map_or_else(
        || phrase!("one of {words}", words = list(words)),
        |near| phrase!("did you mean \"{near}\"?", near),
    );
    problems.at(item, phrase!("unknown state `{word}`", word), Some(hint));
}

fn move_after(
    choices: &mut Vec<Choice>,
    index: usize,
    after: &str,
    item: &Item<'_>,
    problems: &mut Problems<'_>,
) {
    let choice = choices.remove(index);
    let place = if after.is_empty() {
        Some(0)
    } else {
        choices.iter().position(|other| other.value == after).map(|place| place + 1)
    };
    if place.is_none() {
        let values = || choices.iter().map(|other| other.value.as_str());
        let hint = nearest(after, values()).map_or_else(
            || phrase!("the options before it are {all}", all = all(values())),
            |near| phrase!("did you mean \"{near}\"?", near),
        );
        let message = phrase!(
            "option `{value}`: `after` names no option `{after}`",
            value = &choice.value,
            after
        );
        problems.at(item, message, Some(hint));
    }
    choices.insert(place.unwrap_or(index).min(choices.len()), choice);
}
