//! One field as TOML: what it says that the base does not.

use super::{choices, label, line, quote};
use crate::model::Name;
use crate::schema::load::field::bare;
use crate::schema::load::kind::result_word;
use crate::schema::{Align, Field, FieldResult, FieldType, Label, Take};
use crate::syntax::Expr;

/// The lines of a field, without its name.
///
/// `base` is the field as it stands without the company; `pristine` the field as every record has
/// it, for system fields, of which little may be said; `group` the first group of the entity, where
/// fields stand that name none.
pub(super) fn text(
    field: &Field,
    base: Option<&Field>,
    pristine: Option<&Field>,
    group: Option<&Name>,
    all: bool,
) -> String {
    let group = group.cloned().unwrap_or_else(|| Name::from("main"));
    let usual = pristine
        .cloned()
        .unwrap_or_else(|| bare(&field.name, field.origin, field.kind.clone(), group));
    let mut out = Out { text: String::new(), all };
    if pristine.is_none() {
        out.kind(&field.kind, base.map(|base| &base.kind));
    }
    let from = base.unwrap_or(&usual);
    out.label("label", &field.label, &from.label, &usual.label);
    out.label("short", &field.short, &from.short, &usual.short);
    out.label("help", &field.help, &from.help, &usual.help);
    out.said("group", &field.group, &from.group, &usual.group, |group| quote(group));
    for (key, of) in [
        ("required", (|field| field.required) as fn(&Field) -> bool),
        ("read_only", |field| field.read_only),
        ("unique", |field| field.unique),
        ("searchable", |field| field.searchable),
        ("sortable", |field| field.sortable),
        ("indexed", |field| field.indexed),
        ("personal", |field| field.personal),
    ] {
        out.said(key, &of(field), &of(from), &of(&usual), ToString::to_string);
    }
    for (key, of) in [
        ("required_when", (|field| &field.required_when) as fn(&Field) -> &Option<Expr>),
        ("visible_when", |field| &field.visible_when),
        ("read_only_when", |field| &field.read_only_when),
        ("default", |field| &field.default),
    ] {
        out.said(key, of(field), of(from), of(&usual), |expr| {
            quote(&expr.as_ref().map(ToString::to_string).unwrap_or_default())
        });
    }
    out.said("follows", &field.follows, &from.follows, &usual.follows, |follows| match follows {
        None => "false".to_owned(),
        Some(follows) => format!(
            "{{ field = {}, with = {}{} }}",
            quote(&follows.field),
            quote(&follows.with.to_string()),
            if follows.until_set { ", until_set = true" } else { "" }
        ),
    });
    out.said("pattern", &field.pattern, &from.pattern, &usual.pattern, |pattern| {
        quote(pattern.as_deref().unwrap_or_default())
    });
    let bound = |bound: &Option<rust_decimal::Decimal>| {
        bound.map_or_else(|| "\"\"".to_owned(), |number| number.to_string())
    };
    out.said("min", &field.min, &from.min, &usual.min, bound);
    out.said("max", &field.max, &from.max, &usual.max, bound);
    out.said("column", &field.column, &from.column, &usual.column, |column| match column {
        None => "false".to_owned(),
        Some(column) => format!(
            "{{ priority = {}, width = {}, align = \"{}\" }}",
            column.priority,
            column.width,
            if column.align == Align::Left { "left" } else { "right" }
        ),
    });
    choices::text(&mut out.text, &field.choices, base.map_or(&[], |base| &base.choices), all);
    out.text
}

struct Out {
    text: String,
    all: bool,
}

impl Out {
    /// Says an attribute where it differs from what stands without the company, and in a full export
    /// wherever it is unusual.
    fn said<T: PartialEq>(
        &mut self,
        key: &str,
        now: &T,
        from: &T,
        usual: &T,
        write: impl Fn(&T) -> String,
    ) {
        if now != from || (self.all && now != usual) {
            line(&mut self.text, key, &write(now));
        }
    }

    fn label(&mut self, key: &str, now: &Label, from: &Label, usual: &Label) {
        self.said(key, now, from, usual, |now| label(now, from));
    }

    fn kind(&mut self, kind: &FieldType, base: Option<&FieldType>) {
        if base == Some(kind) && !self.all {
            return;
        }
        if base.is_none() || self.all {
            line(&mut self.text, "type", &quote(kind.word()));
        }
        match kind {
            FieldType::Rating { max } => line(&mut self.text, "max", &max.to_string()),
            FieldType::Link { to } if to == "user" || to == "team" => {}
            FieldType::Link { to } | FieldType::Links { to } => {
                line(&mut self.text, "to", &quote(to));
            }
            FieldType::Serial { pattern } => line(&mut self.text, "serial", &quote(pattern)),
            FieldType::Formula { expr, result } => {
                line(&mut self.text, "expr", &quote(&expr.to_string()));
                self.result(*result);
            }
            FieldType::RollUp { roll_up, result } => {
                line(&mut self.text, "of", &quote(&roll_up.of));
                line(&mut self.text, "through", &quote(&roll_up.through));
                let take = match &roll_up.take {
                    Take::Count => "count".to_owned(),
                    Take::Sum(expr) => format!("sum({expr})"),
                    Take::Min(expr) => format!("min({expr})"),
                    Take::Max(expr) => format!("max({expr})"),
                };
                line(&mut self.text, "take", &quote(&take));
                if let Some(filter) = &roll_up.filter {
                    line(&mut self.text, "where", &quote(&filter.to_string()));
                } else if base.is_some() {
                    line(&mut self.text, "where", "\"\"");
                }
                self.result(*result);
            }
            _ => {}
        }
    }

    fn result(&mut self, result: FieldResult) {
        line(&mut self.text, "result", &quote(result_word(result)));
    }
}
