//! The choices of a select as TOML: what is new or changed, and where it stands.

use std::fmt::Write as _;

use super::{label, quote};
use crate::schema::{Choice, Label, Standing};

/// Writes `options`, if there is anything to say.
///
/// Reading puts new options at the end and leaves known ones where they are; that is played through
/// here, and `after` is written wherever the outcome would be another order.
pub(super) fn text(text: &mut String, now: &[Choice], base: &[Choice], all: bool) {
    let mut order: Vec<&str> = base.iter().map(|choice| choice.value.as_str()).collect();
    let stands = base.iter().any(|choice| choice.standing.is_some());
    let mut lines = String::new();
    let mut before = "";
    for choice in now {
        let known = base.iter().find(|other| other.value == choice.value);
        let value = choice.value.as_str();
        let place = order.iter().position(|other| *other == value).unwrap_or_else(|| {
            order.push(value);
            order.len() - 1
        });
        let stands_after = place.checked_sub(1).map_or("", |place| order[place]);
        let after = (stands_after != before).then_some(before);
        if let Some(after) = after {
            order.remove(place);
            let place = order.iter().position(|other| *other == after).map_or(0, |place| place + 1);
            order.insert(place, value);
        }
        if all || after.is_some() || known != Some(choice) {
            one(&mut lines, choice, known, stands, after);
        }
        before = value;
    }
    if !lines.is_empty() {
        // Writing into a String never fails.
        let _ = writeln!(text, "options = [\n{lines}]");
    }
}

fn one(
    lines: &mut String,
    choice: &Choice,
    known: Option<&Choice>,
    stands: bool,
    after: Option<&str>,
) {
    let none = Label::default();
    let from = known.map_or(&none, |known| &known.label);
    let _ = write!(
        lines,
        "  {{ value = {}, label = {}",
        quote(&choice.value),
        label(&choice.label, from)
    );
    let color = known.and_then(|known| known.color.as_ref());
    if choice.color.is_some() || color.is_some() {
        let _ = write!(lines, ", color = {}", quote(choice.color.as_deref().unwrap_or_default()));
    }
    let standing = match known {
        Some(known) => known.standing,
        None => stands.then_some(Standing::Open),
    };
    if choice.standing.is_some() || standing.is_some() {
        let word = choice.standing.map(Standing::word).unwrap_or_default();
        let _ = write!(lines, ", state = {}", quote(word));
    }
    match choice.probability {
        Some(probability) => {
            let _ = write!(lines, ", probability = {probability}");
        }
        None if known.is_some_and(|known| known.probability.is_some()) => {
            lines.push_str(", probability = \"\"");
        }
        None => {}
    }
    if !choice.pipelines.is_empty() || known.is_some_and(|known| !known.pipelines.is_empty()) {
        let names: Vec<String> = choice.pipelines.iter().map(|name| quote(name)).collect();
        let _ = write!(lines, ", pipelines = [{}]", names.join(", "));
    }
    match choice.stale_days {
        Some(days) => {
            let _ = write!(lines, ", stale_days = {days}");
        }
        None if known.is_some_and(|known| known.stale_days.is_some()) => {
            lines.push_str(", stale_days = \"\"");
        }
        None => {}
    }
    if choice.every.is_some() || known.is_some_and(|known| known.every.is_some()) {
        let every = choice.every.map(|every| every.to_string()).unwrap_or_default();
        let _ = write!(lines, ", every = {}", quote(&every));
    }
    if choice.retired || known.is_some_and(|known| known.retired) {
        let _ = write!(lines, ", retired = {}", choice.retired);
    }
    if let Some(after) = after {
        let _ = write!(lines, ", after = {}", quote(after));
    }
    lines.push_str(" },\n");
}
