//! What the log says of a query: what it asks about, never for whom.
//!
//! A log entry cannot be erased, so a name, an address or a free text must not get into it. A query over
//! choices, numbers, amounts and days is told as it was typed; of any other the fields are told.

use crate::query::Query;
use crate::query::tree::{Cond, Kind, Scalar, Who};

/// A query as the log tells it: under which key, and what. None where it asks for nothing.
pub(super) fn told(query: &Query) -> Option<(&'static str, String)> {
    if query.is_everything() {
        return None;
    }
    if plain(&query.condition()) {
        return Some(("filter", query.print()));
    }
    let mut fields: Vec<String> = query.fields().iter().map(ToString::to_string).collect();
    fields.sort_unstable();
    fields.dedup();
    if query.condition().has_words() {
        fields.push("words".to_owned());
    }
    Some(("filter_fields", fields.join(", ")))
}

/// Whether no value stands in a condition that could be somebody's.
fn plain(cond: &Cond) -> bool {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => parts.iter().all(plain),
        Cond::Not(inner) => plain(inner),
        Cond::Compare(kind, _, a, b) => {
            !matches!(kind, Kind::Text | Kind::Link) && own(a) && own(b)
        }
        Cond::During(_, scalar, ..) | Cond::True(scalar) | Cond::Missing(scalar) => own(scalar),
        Cond::OneOf(scalar, _) => matches!(scalar, Scalar::Field(_)),
        Cond::Linked(_, who) => matches!(who, Who::Me | Who::MyTeams),
        Cond::Always(_) | Cond::Empty(_) => true,
        _ => false,
    }
}

/// Whether a value is a field of the record itself or a number or day that was typed.
fn own(scalar: &Scalar) -> bool {
    matches!(scalar, Scalar::Field(_) | Scalar::Constant(_) | Scalar::At(_) | Scalar::Attribute(..))
        || matches!(scalar, Scalar::DayOf(inner) if own(inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    fn told_of(text: &str) -> Option<(&'static str, String)> {
        told(&Query::parse(text, &load(None).unwrap(), "customer").unwrap())
    }

    #[test]
    fn choices_numbers_and_days_are_told() {
        let (key, text) = told_of("status = active and created_at in last 7 days").unwrap();
        assert_eq!(key, "filter");
        assert!(text.contains("status = active"), "{text}");
        assert_eq!(told_of(""), None);
    }

    #[test]
    fn names_addresses_and_words_are_not() {
        for text in [
            "name = \"s3cret-canary\"",
            "name ~ s3cret-canary and status = active",
            "emails = \"s3cret-canary@x.example\"",
            "s3cret-canary",
            "not (tags = s3cret-canary)",
            "owner.name ~ s3cret-canary",
            "name ~ s3cret-canary or status = active",
        ] {
            let (key, said) = told_of(text).unwrap();
            assert_eq!(key, "filter_fields", "{text}");
            assert!(!said.contains("canary"), "{text}: {said}");
        }
    }
}
