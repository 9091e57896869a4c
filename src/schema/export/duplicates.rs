//! Rules about duplicates -> TOML.

use super::{line, quote};
use crate::schema::duplicates::{Compared, DuplicateRule, Group, Missing, OnCreate, Share};

/// A rule where it differs from what it was; all of it where all is wanted, or where it is new.
pub(super) fn text(rule: &DuplicateRule, base: Option<&DuplicateRule>, all: bool) -> String {
    if base == Some(rule) && !all {
        return String::new();
    }
    let bare = DuplicateRule::bare(&rule.entity);
    let from = base.unwrap_or(&bare);
    let mut out = format!("[duplicates.{}]\n", rule.entity);
    if rule.on_create != from.on_create || all {
        line(&mut out, "on_create", &quote(word(&OnCreate::ALL, rule.on_create)));
    }
    for (key, now, then) in
        [("likely", rule.likely, from.likely), ("certain", rule.certain, from.certain)]
    {
        if now != then || all {
            line(&mut out, key, &share(now));
        }
    }
    if rule.weigh != from.weigh || (all && !rule.weigh) {
        line(&mut out, "weigh", if rule.weigh { "true" } else { "false" });
    }
    let gone = from.fields.iter().filter(|field| rule.place(&field.field).is_none());
    let gone: Vec<String> =
        gone.map(|field| format!("{{ name = {}, hidden = true }}", quote(&field.field))).collect();
    let changed =
        rule.fields.iter().filter(|field| all || !from.fields.contains(field)).map(compared);
    let fields: Vec<String> = gone.into_iter().chain(changed).collect();
    if !fields.is_empty() {
        line(&mut out, "field", &format!("[\n  {},\n]", fields.join(",\n  ")));
    }
    for group in &from.groups {
        if !rule.groups.iter().any(|now| now.name == group.name) {
            let name = quote(&group.name);
            let entity = &rule.entity;
            out.push_str(&format!(
                "\n[[duplicates.{entity}.group]]\nname = {name}\nhidden = true\n"
            ));
        }
    }
    for group in rule.groups.iter().filter(|group| all || !from.groups.contains(group)) {
        out.push_str(&format!("\n[[duplicates.{}.group]]\n", rule.entity));
        self::group(&mut out, group);
    }
    out
}

fn compared(field: &Compared) -> String {
    let mut text = format!("{{ name = {}, as = {}", quote(&field.field), quote(field.kind.word()));
    if field.weight != 100 {
        let (whole, rest) = (field.weight / 100, field.weight % 100);
        text.push_str(&format!(", weight = {whole}.{rest:02}"));
    }
    if field.missing != Missing::default() {
        text.push_str(&format!(", missing = {}", quote(word(&Missing::ALL, field.missing))));
    }
    if !field.columns.is_empty() {
        let columns: Vec<String> = field.columns.iter().map(|column| quote(column)).collect();
        text.push_str(&format!(", columns = [{}]", columns.join(", ")));
    }
    text.push_str(" }");
    text
}

fn group(out: &mut String, group: &Group) {
    line(out, "name", &quote(&group.name));
    line(out, "score", &share(group.score));
    let conditions = group.all.iter().map(|condition| {
        let mut text = format!("{{ field = {}", quote(&condition.field));
        if condition.at_least != Share::WHOLE {
            text.push_str(&format!(", at_least = {}", share(condition.at_least)));
        }
        if condition.missing != Missing::Differ {
            let missing = word(&Missing::ALL, condition.missing);
            text.push_str(&format!(", missing = {}", quote(missing)));
        }
        text.push_str(" }");
        text
    });
    let conditions: Vec<String> = conditions.collect();
    line(out, "all", &format!("[{}]", conditions.join(", ")));
}

fn share(share: Share) -> String {
    let thousandths = share.in_thousandths();
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn word<T: PartialEq>(known: &[(&'static str, T)], value: T) -> &'static str {
    known.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}
