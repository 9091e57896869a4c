//! Reads the type of a field, with what belongs to it: target of a link, formula, roll-up, serial.

use super::reader::{Item, Problems};
use super::words::{all, list, nearest};
use crate::model::{Name, Phrase, phrase};
use crate::schema::{FieldResult, FieldType, RollUp, Take};

/// The keys that make up a type (a rating's `max` apart, which other numbers have too).
pub(super) const KIND_KEYS: &[&str] =
    &["type", "to", "expr", "result", "of", "through", "take", "where", "serial"];

const TYPES: &[&str] = &[
    "text",
    "longtext",
    "integer",
    "decimal",
    "money",
    "percent",
    "rating",
    "boolean",
    "date",
    "datetime",
    "duration",
    "select",
    "multi-select",
    "tags",
    "email",
    "phone",
    "url",
    "address",
    "link",
    "links",
    "link-any",
    "user",
    "team",
    "serial",
    "formula",
    "rollup",
];

/// What other programs call our types.
const SYNONYMS: &[(&str, &str)] = &[
    ("string", "text"),
    ("varchar", "text"),
    ("markdown", "longtext"),
    ("textarea", "longtext"),
    ("int", "integer"),
    ("number", "decimal"),
    ("numeric", "decimal"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("currency", "money"),
    ("amount", "money"),
    ("stars", "rating"),
    ("bool", "boolean"),
    ("checkbox", "boolean"),
    ("yesno", "boolean"),
    ("timestamp", "datetime"),
    ("time", "datetime"),
    ("choice", "select"),
    ("enum", "select"),
    ("picklist", "select"),
    ("dropdown", "select"),
    ("list", "multi-select"),
    ("labels", "tags"),
    ("mail", "email"),
    ("tel", "phone"),
    ("website", "url"),
    ("uri", "url"),
    ("lookup", "link"),
    ("reference", "link"),
    ("relation", "link"),
    ("autonumber", "serial"),
    ("sequence", "serial"),
    ("calculated", "formula"),
    ("computed", "formula"),
    ("summary", "rollup"),
];

const RESULTS: &[(&str, FieldResult)] = &[
    ("text", FieldResult::Text),
    ("integer", FieldResult::Integer),
    ("decimal", FieldResult::Decimal),
    ("money", FieldResult::Money),
    ("percent", FieldResult::Percent),
    ("boolean", FieldResult::Boolean),
    ("date", FieldResult::Date),
    ("datetime", FieldResult::DateTime),
    ("duration", FieldResult::Duration),
];

/// The word for a result in TOML.
pub(in crate::schema) fn result_word(result: FieldResult) -> &'static str {
    RESULTS.iter().find(|(_, known)| *known == result).map_or("text", |(word, _)| word)
}

/// Reads the type of a field; what is not said is as in `base`, the type it has so far.
///
/// A field may be given another formula, but not another type: that type is stored already.
pub(super) fn read_kind(
    item: &Item<'_>,
    base: Option<&FieldType>,
    problems: &mut Problems<'_>,
) -> Option<FieldType> {
    let word = match item.peek("type") {
        Some(word) => word.text(problems)?,
        None => base?.word(),
    };
    let kind = match word {
        "text" => FieldType::Text,
        "longtext" => FieldType::LongText,
        "integer" => FieldType::Integer,
        "decimal" => FieldType::Decimal,
        "money" => FieldType::Money,
        "percent" => FieldType::Percent,
        "rating" => FieldType::Rating { max: rating_max(item, base, problems)? },
        "boolean" => FieldType::Boolean,
        "date" => FieldType::Date,
        "datetime" => FieldType::DateTime,
        "duration" => FieldType::Duration,
        "select" => FieldType::Select,
        "multi-select" => FieldType::MultiSelect,
        "tags" => FieldType::Tags,
        "email" => FieldType::Email,
        "phone" => FieldType::Phone,
        "url" => FieldType::Url,
        "address" => FieldType::Address,
        "link" => FieldType::Link { to: target(item, base, problems)? },
        "links" => FieldType::Links { to: target(item, base, problems)? },
        "link-any" => FieldType::LinkAny,
        "user" | "team" => FieldType::Link { to: Name::from(word) },
        "serial" => FieldType::Serial { pattern: serial(item, base, problems)? },
        "formula" => formula(item, base, problems)?,
        "rollup" => roll_up(item, base, problems)?,
        other => {
            let plain = other.to_lowercase().replace(['-', '_', ' '], "");
            let meant = SYNONYMS
                .iter()
                .find(|(synonym, _)| *synonym == plain)
                .map(|&(_, word)| word)
                .or_else(|| nearest(other, TYPES.iter().copied()));
            let hint = meant.map_or_else(
                || phrase!("the types are {all}", all = all(TYPES.iter().copied())),
                |word| phrase!("did you mean \"{near}\"?", near = word),
            );
            let item = item.peek("type").unwrap_or(*item);
            problems.at(&item, phrase!("unknown type `{other}`", other), Some(hint));
            return None;
        }
    };
    match base {
        Some(base) if !same_type(base, &kind) => {
            let item = item.peek("type").or_else(|| item.peek("to")).unwrap_or(*item);
            let message =
                phrase!("the field is built in as {described}", described = described(base));
            let hint = phrase!("leave `type` and `to` out, or add a field of another name");
            problems.at(&item, message, Some(hint));
            None
        }
        _ => Some(kind),
    }
}

fn same_type(one: &FieldType, other: &FieldType) -> bool {
    one.word() == other.word() && one.link_target() == other.link_target()
}

fn described(kind: &FieldType) -> Phrase {
    match kind {
        FieldType::Link { to } | FieldType::Links { to } => {
            phrase!("{kind} to {to}", kind = Phrase::word(kind.word()), to)
        }
        _ => Phrase::word(kind.word()),
    }
}

fn rating_max(
    item: &Item<'_>,
    base: Option<&FieldType>,
    problems: &mut Problems<'_>,
) -> Option<u8> {
    match item.peek("max") {
        Some(item) => item.whole(1, 10, problems).and_then(|max| u8::try_from(max).ok()),
        None => Some(if let Some(FieldType::Rating { max }) = base { *max } else { 5 }),
    }
}

fn target(item: &Item<'_>, base: Option<&FieldType>, problems: &mut Problems<'_>) -> Option<Name> {
    if let Some(item) = item.peek("to") {
        return item.text(problems).map(Name::from);
    }
    let known = base.and_then(FieldType::link_target).cloned();
    if known.is_none() {
        let hint = Some(phrase!("write to = \"customer\""));
        problems.at(item, phrase!("a link needs `to`, the entity it points at"), hint);
    }
    known
}

fn serial(
    item: &Item<'_>,
    base: Option<&FieldType>,
    problems: &mut Problems<'_>,
) -> Option<String> {
    let Some(place) = item.peek("serial") else {
        if let Some(FieldType::Serial { pattern }) = base {
            return Some(pattern.clone());
        }
        let hint = Some(phrase!("write serial = \"Q-{year}-{0000}\""));
        problems.at(item, phrase!("a serial needs its pattern in `serial`"), hint);
        return None;
    };
    let text = place.text(problems)?;
    match serial_fault(text) {
        None => Some(text.to_owned()),
        Some(fault) => {
            let hint =
                phrase!("as in \"Q-{year}-{0000}\": zeros in braces count, {year} is the year");
            problems.at(&place, phrase!("`{text}` is no serial: {fault}", text, fault), Some(hint));
            None
        }
    }
}

fn serial_fault(pattern: &str) -> Option<Phrase> {
    let mut counters = 0;
    let mut rest = pattern;
    while let Some(open) = rest.find(['{', '}']) {
        let after = &rest[open + 1..];
        let Some(close) = after.find('}').filter(|_| rest[open..].starts_with('{')) else {
            return Some(phrase!("a brace stands alone"));
        };
        match &after[..close] {
            "year" => {}
            zeros if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => counters += 1,
            other => {
                return Some(phrase!(
                    "{open}{other}{close} is unknown",
                    open = '{',
                    other,
                    close = '}'
                ));
            }
        }
        rest = &after[close + 1..];
    }
    match counters {
        1 => None,
        0 => Some(phrase!("it does not count")),
        _ => Some(phrase!("it counts twice")),
    }
}

fn result(
    item: &Item<'_>,
    base: Option<FieldResult>,
    problems: &mut Problems<'_>,
) -> Option<FieldResult> {
    let Some(place) = item.peek("result") else {
        if base.is_none() {
            let words = list(RESULTS.iter().map(|(word, _)| *word));
            let message = phrase!("`result` is missing: what kind of value comes out");
            problems.at(item, message, Some(phrase!("one of {words}", words)));
        }
        return base;
    };
    let text = place.text(problems)?;
    let known = RESULTS.iter().find(|(word, _)| *word == text).map(|(_, result)| *result);
    if known.is_none() {
        let hint = nearest(text, RESULTS.iter().map(|(word, _)| *word)).map_or_else(
            || phrase!("one of {words}", words = list(RESULTS.iter().map(|(word, _)| *word))),
            |word| phrase!("did you mean \"{near}\"?", near = word),
        );
        problems.at(&place, phrase!("`{text}` is no result", text), Some(hint));
    }
    known
}

fn formula(
    item: &Item<'_>,
    base: Option<&FieldType>,
    problems: &mut Problems<'_>,
) -> Option<FieldType> {
    let base = match base {
        Some(FieldType::Formula { expr, result }) => Some((expr, *result)),
        _ => None,
    };
    let expr = match item.peek("expr") {
        Some(item) => item.expression(problems).ok()?,
        None => base.map(|(expr, _)| expr.clone()),
    };
    let result = result(item, base.map(|(_, result)| result), problems);
    if expr.is_none() {
        let hint = Some(phrase!("write expr = \"amount * probability / 100\""));
        problems.at(item, phrase!("a formula needs `expr`"), hint);
    }
    Some(FieldType::Formula { expr: expr?, result: result? })
}

fn roll_up(
    item: &Item<'_>,
    base: Option<&FieldType>,
    problems: &mut Problems<'_>,
) -> Option<FieldType> {
    let base = match base {
        Some(FieldType::RollUp { roll_up, result }) => Some((roll_up.as_ref(), *result)),
        _ => None,
    };
    let mut name = |key: &str, known: Option<&Name>| match item.peek(key) {
        Some(item) => item.text(problems).map(Name::from),
        None => known.cloned(),
    };
    let of = name("of", base.map(|(roll_up, _)| &roll_up.of));
    let through = name("through", base.map(|(roll_up, _)| &roll_up.through));
    let take = match item.peek("take") {
        Some(item) => Some(read_take(&item, problems)?),
        None => base.map(|(roll_up, _)| roll_up.take.clone()),
    };
    let filter = match item.peek("where") {
        Some(item) => item.expression(problems).ok()?,
        None => base.and_then(|(roll_up, _)| roll_up.filter.clone()),
    };
    let (Some(of), Some(through), Some(take)) = (of, through, take) else {
        let hint = phrase!("write of = \"deal\", through = \"customer\", take = \"sum(amount)\"");
        let message = phrase!("a roll-up needs `of`, `through` and `take`");
        problems.at(item, message, Some(hint));
        return None;
    };
    let known = match take {
        Take::Count => Some(FieldResult::Integer),
        _ => base.map(|(_, result)| result),
    };
    let result = result(item, known, problems)?;
    Some(FieldType::RollUp { roll_up: Box::new(RollUp { of, through, take, filter }), result })
}

fn read_take(item: &Item<'_>, problems: &mut Problems<'_>) -> Option<Take> {
    let text = item.text(problems)?.trim();
    if text == "count" {
        return Some(Take::Count);
    }
    let parts = text.strip_suffix(')').and_then(|rest| rest.split_once('('));
    let make = match parts.map(|(word, _)| word.trim()) {
        Some("sum") => Take::Sum,
        Some("min") => Take::Min,
        Some("max") => Take::Max,
        word => {
            let word = word.unwrap_or(text);
            let hint = nearest(word, ["count", "sum", "min", "max"]).map_or_else(
                || phrase!("\"count\", \"sum(amount)\", \"min(due)\" or \"max(due)\""),
                |near| {
                    let example = if near == "count" { "" } else { "(…)" };
                    phrase!("did you mean \"{near}{example}\"?", near, example)
                },
            );
            problems.at(item, phrase!("`{text}` takes nothing", text), Some(hint));
            return None;
        }
    };
    let inner = parts.map_or("", |(_, inner)| inner);
    let expr = item.parsed(inner, problems).ok()?;
    if expr.is_none() {
        problems.at(item, phrase!("`{text}` has nothing between its parentheses", text), None);
    }
    expr.map(make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_patterns_count_once() {
        assert_eq!(serial_fault("Q-{year}-{0000}"), None);
        assert_eq!(serial_fault("{0}"), None);
        for wrong in ["Q-{year}", "{00}{00}", "{month}-{00}", "{0000", "0}-{00}", "{}"] {
            assert!(serial_fault(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn every_type_word_and_synonym_is_a_type() {
        for (_, word) in SYNONYMS {
            assert!(TYPES.contains(word), "{word}");
        }
        for (word, result) in RESULTS {
            assert_eq!(result_word(*result), *word);
        }
    }
}
