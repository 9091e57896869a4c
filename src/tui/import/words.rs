//! How a file and its map are told: fields with their parts, samples, verdicts.

use crate::exchange::import::{Becomes, Looked};
use crate::exchange::{Dialect, ImportMap, Mode, RowFate};
use crate::model::{FieldChange, Phrase, Value};
use crate::schema::Entity;
use crate::term::Clean;
use crate::tui::bulk::words;
use crate::tui::context::Context;
use crate::tui::theme::Role;

/// What went wrong and what to do next, in a line.
pub(super) fn failed(what: &Phrase, hint: Option<&Phrase>, ctx: &Context) -> String {
    let what = ctx.said_phrase(what);
    match hint {
        Some(hint) => format!("{what} · {}", ctx.strings.said(hint)),
        None => what,
    }
}

/// What is told of a file without what can be said on the command line: options say it here.
pub(super) fn without_flags(text: &str) -> String {
    let ends = ["; --", "；--", "；用 --", " (--", "（--", "，--"];
    let end = ends.iter().filter_map(|end| text.find(end)).min();
    text[..end.unwrap_or(text.len())].to_owned()
}

/// A field with its part: `Address: City`.
pub(super) fn target(entity: Option<&Entity>, address: &str, ctx: &Context) -> String {
    if address == "ref" {
        return ctx.t("import.reference").to_owned();
    }
    let (name, part) =
        address.split_once('.').map_or((address, None), |(name, part)| (name, Some(part)));
    let label = words::label(entity, name, ctx);
    let Some(part) = part else { return label };
    let keys = [
        format!("import.part.{part}"),
        format!("form.address.{part}"),
        format!("form.label.{part}"),
    ];
    let known = keys.iter().find_map(|key| ctx.strings.find(key));
    format!("{label}: {}", known.unwrap_or(part))
}

/// What the cells of a column are set apart by, as people call it.
pub(super) fn delimiter(dialect: Dialect, ctx: &Context) -> String {
    match dialect.delimiter {
        b'\t' => ctx.t("import.tab").to_owned(),
        other => char::from(other).to_string(),
    }
}

/// The file: `CSV · UTF-8 · ; · 12 columns`.
pub(super) fn file(looked: &Looked, ctx: &Context) -> String {
    let mut parts = vec![looked.format.word().to_owned()];
    parts.extend(looked.encoding.map(|encoding| encoding.name().to_owned()));
    if let Some(dialect) = looked.dialect {
        parts.push(ctx.tf("import.set_apart", &[("sign", &delimiter(dialect, ctx))]));
    }
    if let Some((sheet, _)) = &looked.sheets {
        parts.push(ctx.tf("import.of_sheet", &[("sheet", &Clean::line(sheet))]));
    }
    parts.push(ctx.strings.count("import.columns", looked.headers.len()));
    parts.join(" · ")
}

/// How it is done: `create and update · match by External id · empty cells keep`.
pub(super) fn way(map: &ImportMap, entity: Option<&Entity>, ctx: &Context) -> String {
    let mode = match map.mode.unwrap_or_default() {
        Mode::Create => "import.mode.create",
        Mode::Update => "import.mode.update",
        Mode::Upsert => "import.mode.upsert",
    };
    let blank = if map.clear_blank { "import.blank.clear" } else { "import.blank.keep" };
    let blank = ctx.tf("import.empty_cells", &[("what", ctx.t(blank))]);
    [ctx.t(mode).to_owned(), matching(map, entity, ctx), blank].join(" · ")
}

/// What records are recognised by.
pub(super) fn matching(map: &ImportMap, entity: Option<&Entity>, ctx: &Context) -> String {
    if map.keys.is_empty() {
        return ctx.t("import.no_key").to_owned();
    }
    let keys = map.keys.iter().map(|key| {
        let words = key.text.split('+').map(|word| target(entity, word.trim(), ctx));
        words.collect::<Vec<_>>().join(" + ")
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    ctx.tf("import.match_by", &[("keys", &keys)])
}

/// What a field would hold, on one line.
pub(super) fn becomes(
    entity: Option<&Entity>,
    name: &str,
    what: &Becomes,
    ctx: &Context,
) -> String {
    match what {
        Becomes::Names(names) => Clean::line(&names.join(", ")).into_string(),
        Becomes::Value(Value::Null) => ctx.t("import.emptied").to_owned(),
        Becomes::Value(value) => match entity.and_then(|entity| entity.field(name)) {
            Some(field) => words::shown(field, value, ctx),
            None => String::new(),
        },
    }
}

/// Before and after of a field: `Berlin → Bonn`; of what is new only the value.
pub(super) fn change(entity: Option<&Entity>, change: &FieldChange, ctx: &Context) -> String {
    let field = entity.and_then(|entity| entity.field(&change.field));
    let shown = |value| field.map_or_else(String::new, |field| words::shown(field, value, ctx));
    let after = shown(&change.after);
    if change.before == Value::Null {
        return after;
    }
    format!("{} {} {after}", shown(&change.before), ctx.glyphs().arrow)
}

/// The word for a verdict.
pub(super) fn fate(fate: RowFate) -> &'static str {
    match fate {
        RowFate::Create => "import.fate.create",
        RowFate::Update => "import.fate.update",
        RowFate::Same => "import.fate.same",
        RowFate::Duplicate => "import.fate.duplicate",
        RowFate::Skip => "import.fate.skip",
        RowFate::Error => "import.fate.error",
    }
}

/// How a verdict looks.
pub(super) fn role(fate: RowFate) -> Role {
    match fate {
        RowFate::Create => Role::Good,
        RowFate::Update => Role::Info,
        RowFate::Same | RowFate::Skip => Role::Muted,
        RowFate::Duplicate => Role::Warning,
        RowFate::Error => Role::Error,
    }
}
