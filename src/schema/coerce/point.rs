//! Lists of e-mail addresses, phones and links, each perhaps with a label.

use super::{Invalid, text};
use crate::model::phrase;
use crate::model::{ContactPoint, Value};

/// Points of one record.
const POINTS: usize = 100;
/// What stands before a colon and is no label.
const SCHEMES: [&str; 6] = ["mailto", "tel", "http", "https", "ftp", "javascript"];
/// Characters in a label.
const LABEL: usize = 30;

/// One entry of a list: its label, in lower case, and the rest.
pub(super) fn labelled(entry: &str) -> (String, &str) {
    if let Some(at) = entry.find([':', '：']) {
        let mark = entry[at..].chars().next().map_or(1, char::len_utf8);
        let (label, rest) = (&entry[..at], entry[at + mark..].trim());
        if !rest.is_empty() && !rest.starts_with("//") && is_label(label) {
            return (label_text(label), rest);
        }
    }
    // `+49 711 1 (work)`
    if let Some(inside) = entry.strip_suffix([')', '）'])
        && let Some(at) = inside.rfind(['(', '（'])
    {
        let mark = inside[at..].chars().next().map_or(1, char::len_utf8);
        let (rest, label) = (inside[..at].trim(), &inside[at + mark..]);
        if !rest.is_empty() && is_label(label) {
            return (label_text(label), rest);
        }
    }
    (String::new(), entry)
}

fn is_label(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= LABEL
        && text.chars().any(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '/'))
        && !SCHEMES.iter().any(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// A label as it is kept.
fn label_text(text: &str) -> String {
    text::composed(text.trim()).to_lowercase()
}

/// A point that is handed in. A spelling is kept if it is one entry (`single`) that gives the same value.
pub(super) fn adopt(
    given: &ContactPoint,
    single: impl Fn(&str) -> bool,
    normal: impl Fn(&str) -> Result<String, Invalid>,
) -> Result<ContactPoint, Invalid> {
    let label = given.label.trim();
    if !(label.is_empty() || is_label(label)) {
        return Err(Invalid::hint(
            phrase!("has a label that is none"),
            phrase!("a label is a word or two: work"),
        ));
    }
    let label = label_text(label);
    let whole = |text: &str| single(text) && labelled(text).0.is_empty();
    let value = trim(&given.value);
    if let Some(raw) = given.raw.as_deref().map(trim)
        && whole(raw)
        && let Ok(read) = normal(raw)
        && (read == value || normal(value).as_ref() == Ok(&read))
    {
        return Ok(point(label, read, &text::composed(raw)));
    }
    if !whole(value) {
        return Err(Invalid::new(phrase!("has an entry that is several")));
    }
    Ok(point(label, normal(value)?, &text::composed(value)))
}

/// Without white space and invisible characters around it, which copying brings along.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || text::is_hidden(c))
}

/// Refuses what is not seen: two addresses would look the same.
pub(super) fn no_hidden(text: &str) -> Result<(), Invalid> {
    match text.chars().find(|c| text::is_hidden(*c)) {
        None => Ok(()),
        Some(c) => Err(Invalid::hint(
            phrase!("has the invisible character U+{c}", c = format!("{:04X}", u32::from(c))),
            phrase!("type it again without pasting"),
        )),
    }
}

/// Puts points together, each value once.
pub(super) fn collect(
    points: impl Iterator<Item = Result<ContactPoint, Invalid>>,
) -> Result<Value, Invalid> {
    let mut kept: Vec<ContactPoint> = Vec::new();
    for point in points {
        let point = point?;
        match kept.iter_mut().find(|known| known.value == point.value) {
            Some(known) if known.label.is_empty() => known.label = point.label,
            Some(_) => {}
            None => kept.push(point),
        }
        if kept.len() > POINTS {
            return Err(Invalid::new(phrase!("has more than {points} entries", points = POINTS)));
        }
    }
    Ok(if kept.is_empty() { Value::Null } else { Value::Points(kept) })
}

/// A point whose spelling is kept where it differs from the normalised value.
pub(super) fn point(label: String, value: String, typed: &str) -> ContactPoint {
    let raw = (typed != value).then(|| typed.to_owned());
    ContactPoint { label, value, raw }
}
