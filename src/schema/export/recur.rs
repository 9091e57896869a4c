//! The rule by which records come again as TOML: one inline table, as `load` reads it.

use super::quote;
use crate::model::Name;
use crate::schema::Recurs;

/// The rule; `false` where there is none (any more).
pub(super) fn text(rule: Option<&Recurs>) -> String {
    let Some(rule) = rule else { return "false".to_owned() };
    let list = |names: &[Name]| {
        let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
        format!("[{}]", names.join(", "))
    };
    let optional = |name: &Option<Name>| quote(name.as_deref().unwrap_or_default());
    format!(
        "{{ when = {}, by = {}, from = {}, until = {}, next = {}, since = {}, shift = {}, fresh = {} }}",
        quote(&rule.when.to_string()),
        quote(&rule.by),
        quote(&rule.from),
        optional(&rule.until),
        quote(&rule.next),
        optional(&rule.since),
        list(&rule.shift),
        list(&rule.fresh),
    )
}
