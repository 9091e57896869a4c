//! Acts and what becomes of records, in words for people.

use super::Deed;
use crate::gate::{Act, Fate, MergeCounts, Outcome};
use crate::model::{Input, Name, Op, Shift, Value};
use crate::schema::{Entity, Field, FieldType};
use crate::term::{Clean, grouped};
use crate::tui::context::Context;

/// What an act does: `Stage = Proposal`, `Tags + vip`.
#[must_use]
pub fn act(act: &Act, entity: &str, ctx: &Context) -> String {
    match act.op {
        Op::Delete => return ctx.t("bulk.delete").to_owned(),
        Op::Restore => return ctx.t("bulk.restore").to_owned(),
        Op::Update | Op::Create => {}
    }
    let entity = ctx.catalog.entity(entity);
    let mut parts: Vec<String> =
        act.set.iter().map(|(field, input)| set(entity, field, input, ctx)).collect();
    if let Some((field, turns)) = &act.turns {
        let names: Vec<String> = turns
            .iter()
            .map(|turn| input(entity.and_then(|e| e.field(field)), turn, ctx))
            .collect();
        let names = ctx.listed(&names);
        parts.push(ctx.tf("bulk.turns", &[("field", &label(entity, field, ctx)), ("who", &names)]));
    }
    Clean::line(&parts.join(" · ")).into_string()
}

fn set(entity: Option<&Entity>, name: &Name, entered: &Input, ctx: &Context) -> String {
    let field = entity.and_then(|entity| entity.field(name));
    let label = label(entity, name, ctx);
    match entered {
        Input::Shift(Shift::Add(more)) => format!("{label} + {}", input(field, more, ctx)),
        Input::Shift(Shift::Remove(less)) => format!("{label} - {}", input(field, less, ctx)),
        Input::Shift(shift) => format!("{label} {}", by(shift, ctx)),
        other => format!("{label} = {}", input(field, other, ctx)),
    }
}

/// By how much: `+10 %`, `-7 d`.
#[must_use]
pub fn by(shift: &Shift, ctx: &Context) -> String {
    let signed = |number: String| {
        if number.starts_with('-') { number } else { format!("+{number}") }
    };
    match shift {
        Shift::Percent(percent) => format!("{} %", signed(percent.normalize().to_string())),
        Shift::By(by) => signed(by.normalize().to_string()),
        Shift::Days(days) => ctx.tf("bulk.days", &[("n", &signed(days.to_string()))]),
        Shift::Months(months) => ctx.tf("bulk.months", &[("n", &signed(months.to_string()))]),
        Shift::Seconds(seconds) => {
            ctx.tf("bulk.minutes", &[("n", &signed((seconds / 60).to_string()))])
        }
        Shift::Add(_) | Shift::Remove(_) => String::new(),
    }
}

fn input(field: Option<&Field>, input: &Input, ctx: &Context) -> String {
    match input {
        Input::Text(text) if text.trim().is_empty() => ctx.t("bulk.empty").to_owned(),
        // What was typed or picked of a select stands for a choice.
        Input::Text(text) => match field.filter(|field| field.kind == FieldType::Select) {
            Some(field) => Clean::line(ctx.format.choice(field, text)).into_string(),
            None => Clean::line(text).into_string(),
        },
        Input::Value(value) => match field {
            Some(field) => shown(field, value, ctx),
            None => String::new(),
        },
        Input::Shift(shift) => by(shift, ctx),
    }
}

/// A value on one line; `-` where it is empty.
#[must_use]
pub fn shown(field: &Field, value: &Value, ctx: &Context) -> String {
    let text = ctx.format.line(&ctx.catalog, field, value);
    if text.trim().is_empty() { "-".to_owned() } else { Clean::line(&text).into_string() }
}

/// What a field is called.
#[must_use]
pub fn label(entity: Option<&Entity>, name: &str, ctx: &Context) -> String {
    let field = entity.and_then(|entity| entity.field(name));
    field.map_or_else(|| name.to_owned(), |field| field.label.get(ctx.lang()).to_owned())
}

/// What many merges do beside the fields of those that are left: what moves to them, and which values nobody
/// has any more.
#[must_use]
pub fn merges(counts: &MergeCounts, deed: &Deed, ctx: &Context) -> Vec<String> {
    let moved = counts.moved.iter().map(|(entity, n)| {
        let entity = ctx.catalog.entity(entity).map(|known| known.plural.get(ctx.lang()));
        format!("{} {}", grouped(*n), entity.unwrap_or_default())
    });
    let moved: Vec<String> = moved.collect();
    let moves = match moved.as_slice() {
        [] => ctx.t("merge.moves_nothing").to_owned(),
        moved => ctx.tf("merge.moves", &[("what", &moved.join(", "))]),
    };
    let entity = deed.merged_entity().and_then(|name| ctx.catalog.entity(&name).cloned());
    let lost = counts
        .lost
        .iter()
        .map(|(field, n)| format!("{} {}", grouped(*n), label(entity.as_ref(), field, ctx)));
    let lost: Vec<String> = lost.collect();
    let away = ctx.strings.count("merge.away", usize::try_from(counts.away).unwrap_or(usize::MAX));
    let loses = match lost.as_slice() {
        [] => ctx.t("merge.loses_nothing").to_owned(),
        lost => ctx.tf("merge.loses", &[("what", &lost.join(", "))]),
    };
    vec![format!("{away} {moves}"), loses]
}

/// What becomes of a record: fields before and after, or why not.
#[must_use]
pub fn outcome(outcome: &Outcome, ctx: &Context) -> String {
    let entity = ctx.catalog.entity(&outcome.record.entity);
    let arrow = ctx.glyphs().arrow;
    if let Some(conflict) = &outcome.conflict {
        let fields = conflict.fields.iter().map(|both| {
            let field = entity.and_then(|entity| entity.field(&both.field));
            let value = |value| field.map_or_else(String::new, |field| shown(field, value, ctx));
            ctx.tf(
                "bulk.conflict",
                &[
                    ("field", &label(entity, &both.field, ctx)),
                    ("base", &value(&both.base)),
                    ("theirs", &value(&both.theirs)),
                    ("mine", &value(&both.mine)),
                    ("who", &Clean::line(&conflict.by)),
                ],
            )
        });
        return fields.collect::<Vec<_>>().join(" · ");
    }
    if !outcome.reasons.is_empty() {
        let reasons = outcome.reasons.iter().map(|(field, reason)| match field {
            Some(field) => ctx.about(&label(entity, field, ctx), &ctx.strings.said(reason)),
            None => ctx.strings.said(reason),
        });
        return Clean::line(&reasons.collect::<Vec<_>>().join(" · ")).into_string();
    }
    match (outcome.fate, outcome.op) {
        (Fate::Same, _) => ctx.t("bulk.is_same").to_owned(),
        (_, Op::Delete) => ctx.t("bulk.is_deleted").to_owned(),
        (_, Op::Restore) => ctx.t("bulk.is_restored").to_owned(),
        _ => {
            let fields = outcome.fields.iter().map(|change| {
                let field = entity.and_then(|entity| entity.field(&change.field));
                let value = |value| field.map_or_else(String::new, |f| shown(f, value, ctx));
                let (before, after) = (value(&change.before), value(&change.after));
                let name = label(entity, &change.field, ctx);
                ctx.about(&name, &format!("{before} {arrow} {after}"))
            });
            let lost = outcome.lost.iter().map(|(name, value)| {
                let field = entity.and_then(|entity| entity.field(name));
                let value = field.map_or_else(String::new, |field| shown(field, value, ctx));
                ctx.tf("merge.goes", &[("field", &label(entity, name, ctx)), ("value", &value)])
            });
            Clean::line(&fields.chain(lost).collect::<Vec<_>>().join(" · ")).into_string()
        }
    }
}
