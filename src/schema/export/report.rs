//! Reports -> TOML.

use std::fmt::Write as _;

use super::{label, line, quote};
use crate::schema::Label;
use crate::schema::report::{Derived, Each, Group, MeasureDef, Report, Take};

/// A report where it differs from what it was; all of it where all is wanted, or where it is new.
pub(super) fn text(report: &Report, base: Option<&Report>, all: bool) -> String {
    if base == Some(report) && !all {
        return String::new();
    }
    let bare = Report::bare(&report.name, Label::default());
    let from = base.unwrap_or(&bare);
    let mut out = format!("[report.{}]\n", report.name);
    for (key, now, then) in
        [("label", &report.label, &from.label), ("help", &report.help, &from.help)]
    {
        if now != then || (all && !now.en.is_empty()) {
            line(&mut out, key, &label(now, then));
        }
    }
    if report.entity != from.entity || all {
        line(&mut out, "entity", &quote(&report.entity));
    }
    let chart = |report: &Report| report.chart.map(|shape| shape.word().to_owned());
    for (key, now, then) in [
        ("where", report.filter.clone(), from.filter.clone()),
        ("by", report.by.clone(), from.by.clone()),
        ("date", report.date.clone(), from.date.clone()),
        ("chart", chart(report), chart(from)),
    ] {
        if now != then || (all && now.is_some()) {
            line(&mut out, key, &quote(now.as_deref().unwrap_or_default()));
        }
    }
    if report.hidden != from.hidden || (all && report.hidden) {
        line(&mut out, "hidden", if report.hidden { "true" } else { "false" });
    }
    for now in &report.group {
        let before = from.group.iter().find(|group| group.name == now.name);
        if all || before != Some(now) {
            group(&mut out, &report.name, now, before);
        }
    }
    for now in &report.measure {
        let before = from.measure.iter().find(|measure| measure.name == now.name);
        if all || before != Some(now) {
            measure(&mut out, &report.name, now, before);
        }
    }
    out
}

fn group(out: &mut String, report: &str, now: &Group, before: Option<&Group>) {
    // Writing into a String never fails.
    let _ = writeln!(out, "\n[[report.{report}.group]]\nname = {}", quote(&now.name));
    let none = Label::default();
    line(out, "label", &label(&now.label, before.map_or(&none, |before| &before.label)));
    line(out, "field", &quote(&now.field));
    let each = match now.each {
        Some(Each::Month) => "month",
        Some(Each::Quarter) => "quarter",
        None => "",
    };
    if now.each.is_some() || before.is_some_and(|before| before.each.is_some()) {
        line(out, "each", &quote(each));
    }
}

fn measure(out: &mut String, report: &str, now: &MeasureDef, before: Option<&MeasureDef>) {
    let _ = writeln!(out, "\n[[report.{report}.measure]]\nname = {}", quote(&now.name));
    let none = Label::default();
    line(out, "label", &label(&now.label, before.map_or(&none, |before| &before.label)));
    let then = before.and_then(|before| before.definition.as_ref());
    if now.definition.is_some() || then.is_some() {
        let text = label(now.definition.as_ref().unwrap_or(&none), then.unwrap_or(&none));
        line(out, "definition", &text);
    }
    match (&now.take, &now.derive) {
        (Some(take), _) => line(out, "take", &taken(take)),
        (None, Some(Derived::Percent(a, b))) => line(out, "derive", &pair("percent", a, b)),
        (None, Some(Derived::Each(a, b))) => line(out, "derive", &pair("each", a, b)),
        (None, None) => {}
    }
    if now.derive.is_none()
        && (now.filter.is_some() || before.is_some_and(|before| before.filter.is_some()))
    {
        line(out, "where", &quote(now.filter.as_deref().unwrap_or_default()));
    }
    if now.hidden || before.is_some_and(|before| before.hidden) {
        line(out, "hidden", if now.hidden { "true" } else { "false" });
    }
}

fn taken(take: &Take) -> String {
    let one = |word: &str, field: &str| format!("{{ {word} = {} }}", quote(field));
    match take {
        Take::Count => quote("count"),
        Take::Sum(field) => one("sum", field),
        Take::Mean(field) => one("mean", field),
        Take::Min(field) => one("min", field),
        Take::Max(field) => one("max", field),
        Take::Weighted(a, b) => pair("weighted", a, b),
        Take::Days(a, b) => pair("days", a, b),
    }
}

fn pair(word: &str, a: &str, b: &str) -> String {
    format!("{{ {word} = [{}, {}] }}", quote(a), quote(b))
}
