//! Which attributes say something of which types, and what a type looks like in a list.

use crate::model::{Phrase, phrase};
use crate::schema::{Align, FieldResult, FieldType};

/// Numbers stand at the right; the width is what a usual value needs.
pub(super) fn usual_column(kind: &FieldType) -> (Align, u16) {
    let result = |result: FieldResult| match result {
        FieldResult::Text | FieldResult::DateTime => (Align::Left, 16),
        FieldResult::Integer => (Align::Right, 7),
        FieldResult::Decimal => (Align::Right, 9),
        FieldResult::Money => (Align::Right, 12),
        FieldResult::Percent => (Align::Right, 6),
        FieldResult::Boolean => (Align::Left, 4),
        FieldResult::Date => (Align::Left, 10),
        FieldResult::Duration => (Align::Right, 8),
    };
    match kind {
        FieldType::Integer => result(FieldResult::Integer),
        FieldType::Decimal => result(FieldResult::Decimal),
        FieldType::Money => result(FieldResult::Money),
        FieldType::Percent => result(FieldResult::Percent),
        FieldType::Rating { max } => (Align::Left, u16::from(*max)),
        FieldType::Boolean => result(FieldResult::Boolean),
        FieldType::Date => result(FieldResult::Date),
        FieldType::DateTime => result(FieldResult::DateTime),
        FieldType::Duration => result(FieldResult::Duration),
        FieldType::Select => (Align::Left, 12),
        FieldType::Serial { .. } => (Align::Left, 11),
        FieldType::Formula { result: of, .. } | FieldType::RollUp { result: of, .. } => result(*of),
        _ => (Align::Left, 18),
    }
}

/// Whether an attribute means anything for a field of this type.
pub(super) fn fits(key: &str, kind: &FieldType) -> bool {
    let computed = kind.is_computed();
    let text = matches!(
        kind,
        FieldType::Text
            | FieldType::LongText
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Url
    );
    match key {
        "to" => matches!(kind, FieldType::Link { .. } | FieldType::Links { .. }),
        "options" => matches!(
            kind,
            FieldType::Select
                | FieldType::MultiSelect
                | FieldType::Formula { result: FieldResult::Text, .. }
        ),
        "expr" => matches!(kind, FieldType::Formula { .. }),
        "result" => computed,
        "of" | "through" | "take" | "where" => matches!(kind, FieldType::RollUp { .. }),
        "serial" => matches!(kind, FieldType::Serial { .. }),
        "pattern" => text,
        "max" if matches!(kind, FieldType::Rating { .. }) => true,
        "min" | "max" => matches!(
            kind,
            FieldType::Text
                | FieldType::LongText
                | FieldType::Integer
                | FieldType::Decimal
                | FieldType::Money
                | FieldType::Percent
                | FieldType::Duration
        ),
        "unique" => matches!(
            kind,
            FieldType::Text
                | FieldType::Integer
                | FieldType::Decimal
                | FieldType::Date
                | FieldType::DateTime
                | FieldType::Link { .. }
                | FieldType::Serial { .. }
        ),
        "searchable" => {
            text || matches!(kind, FieldType::Serial { .. } | FieldType::Address | FieldType::Tags)
        }
        "required" | "required_when" | "read_only" | "read_only_when" | "default" | "follows" => {
            !computed && !matches!(kind, FieldType::Serial { .. })
        }
        "indexed" => !computed,
        _ => true,
    }
}

/// The types an attribute is for.
pub(super) fn fitting(key: &str) -> Option<Phrase> {
    Some(match key {
        "to" => phrase!("link and links"),
        "options" => phrase!("select, multi-select and formulas that yield text"),
        "expr" => phrase!("formula"),
        "result" => phrase!("formula and rollup"),
        "of" | "through" | "take" | "where" => phrase!("rollup"),
        "serial" => phrase!("serial"),
        "pattern" => phrase!("text, longtext, email, phone and url"),
        "min" | "max" => {
            phrase!("text, numbers, money, percent and duration (max with rating too)")
        }
        "unique" => phrase!("text, integer, decimal, date, datetime, link and serial"),
        "searchable" => phrase!("text, longtext, email, phone, url, address, tags and serial"),
        "required" | "required_when" | "read_only" | "read_only_when" | "default" | "follows"
        | "indexed" => phrase!("fields that hold a value of their own"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_that_does_not_fit_everywhere_says_where_it_does() {
        let (text, computed) = (
            FieldType::Text,
            FieldType::RollUp {
                roll_up: Box::new(crate::schema::RollUp {
                    of: "deal".into(),
                    through: "customer".into(),
                    take: crate::schema::Take::Count,
                    filter: None,
                }),
                result: FieldResult::Integer,
            },
        );
        for key in
            ["label", "short", "help", "group", "column", "sortable", "personal", "visible_when"]
        {
            assert!(fits(key, &text) && fits(key, &computed), "{key}");
            assert_eq!(fitting(key), None, "{key}");
        }
        for key in ["options", "to", "serial", "expr", "pattern", "max", "unique", "required"] {
            assert!(!fits(key, &text) || !fits(key, &computed), "{key}");
            assert!(fitting(key).is_some(), "{key}");
        }
    }
}
