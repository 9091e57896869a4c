//! What a card says, and what it warns of: late, gone quiet, without a next task.

use chrono::NaiveDate;

use super::{Board, lanes};
use crate::model::{Record, Value};
use crate::schema::{Choice, Entity, Standing};
use crate::term::Clean;
use crate::tui::cell;
use crate::tui::context::Context;

/// Days without a sign of life after which a card is stale where its stage says nothing else.
const STALE_DAYS: i64 = 30;
/// Fields that are a sign of life.
const LIFE: [&str; 3] = ["last_activity", "last_contact", "stage_since"];

/// What a card warns of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Warnings {
    /// Days since the last sign of life, where they are too many.
    pub stale: Option<i64>,
    /// Days since it should have been done.
    pub late: Option<i64>,
    /// Nobody has set a next task.
    pub no_task: bool,
    /// The next step is known for all that.
    pub step: bool,
}

impl Warnings {
    /// As a line for people.
    pub fn told(self, ctx: &Context) -> Vec<String> {
        let days = |key, n: i64| ctx.tf(key, &[("n", &n.to_string())]);
        let mut told = Vec::new();
        told.extend(self.late.map(|n| days("board.late", n)));
        told.extend(self.stale.map(|n| days("board.stale", n)));
        let key = if self.step { "board.step_no_task" } else { "board.no_task" };
        told.extend(self.no_task.then(|| ctx.t(key).to_owned()));
        told
    }
}

/// One line of a card: its words, a warning at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Words {
    pub text: Clean,
    pub warning: Option<Clean>,
    /// How much and until when apart, where the text is both.
    pub parts: Option<(Clean, Clean)>,
}

impl Words {
    fn plain(text: Clean) -> Self {
        Self { text, warning: None, parts: None }
    }
}

fn day(value: &Value, ctx: &Context) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(*day),
        Value::DateTime(at) => Some(at.with_timezone(&ctx.format.zone).date_naive()),
        _ => None,
    }
}

/// What a card warns of; what ended warns of nothing.
pub(super) fn warnings(
    entity: &Entity,
    record: &Record,
    choice: Option<&Choice>,
    ctx: &Context,
) -> Warnings {
    let standing = cell::standing(entity, record);
    if standing.is_some_and(|standing| standing != Standing::Open) {
        return Warnings::default();
    }
    let ago = |day: NaiveDate| (ctx.today() - day).num_days();
    let late = lanes::deadline(entity).and_then(|field| day(record.get(&field.name), ctx));
    let life = LIFE.into_iter().filter_map(|name| day(record.get(name), ctx)).max();
    let changed = record.meta.updated_at.with_timezone(&ctx.format.zone).date_naive();
    let quiet = ago(life.unwrap_or(changed));
    let most = choice.and_then(|choice| choice.stale_days).map_or(STALE_DAYS, i64::from);
    Warnings {
        // Where nothing ever ends nothing goes stale either.
        stale: Some(quiet).filter(|days| standing.is_some() && *days > most),
        late: late.map(ago).filter(|days| *days > 0),
        no_task: standing.is_some()
            && entity.field("next_task").is_some()
            && record.get("next_task").is_null(),
        step: !record.get("next_step").is_null(),
    }
}

/// The lines of a card, the most telling first: who, how much and until when, what next.
pub(super) fn lines(
    board: &Board,
    entity: &Entity,
    record: &Record,
    high: usize,
    ctx: &Context,
) -> Vec<Words> {
    let text = |name: &str| {
        let field = entity.field(name);
        field.map(|field| cell::cell(ctx, entity, field, record).0).unwrap_or_default()
    };
    let choice = record.get(&board.field).as_text();
    let choice = choice.and_then(|value| board.field(ctx)?.choice(value));
    let warnings = warnings(entity, record, choice, ctx);
    let title = cell::title(ctx, record);
    let about = if entity.field("customer").is_some() { "customer" } else { "" };
    let about = text(entity.subtitle.as_deref().unwrap_or(about));
    let open = cell::standing(entity, record).is_none_or(|standing| standing == Standing::Open);
    let amount = lanes::amount(entity).map(|field| text(&field.name));
    let when = when(entity, record, open, &text, ctx);
    let what = amount.unwrap_or_else(|| text("priority"));
    let parts = Some((what.clone(), when.clone()));
    let second = [what.as_str(), when.as_str()].into_iter().filter(|part| !part.is_empty());
    let second = Clean::line(&second.collect::<Vec<_>>().join("  "));
    let days = |key: &str, n: i64| Clean::line(&ctx.tf(key, &[("n", &n.to_string())]));
    let next = match record.get("next_step") {
        Value::Text(step) if open => Some(Words {
            warning: warnings.no_task.then(|| Clean::line("!")),
            ..Words::plain(Clean::line(&ctx.tf("board.next", &[("step", step)])))
        }),
        _ if warnings.no_task => Some(Words {
            warning: Some(Clean::line("!")),
            ..Words::plain(Clean::line(ctx.t("board.no_task")))
        }),
        _ => None,
    };
    let stale = warnings.stale.map(|n| days("board.days_stale", n));
    let late = warnings.late.map(|_| Clean::line("!"));
    let second = Words { text: second, warning: late, parts };
    let has_about = !about.as_str().is_empty();
    let sells = lanes::amount(entity).is_some();
    let mut lines = Vec::new();
    if high >= 4 {
        lines.push(Words { warning: stale, ..Words::plain(title) });
        if has_about {
            lines.push(Words::plain(about));
        }
        lines.push(second);
        lines.extend(next);
    } else if sells && has_about {
        lines.push(Words { warning: stale, ..Words::plain(about) });
        lines.push(second);
        lines.push(next.unwrap_or_else(|| Words::plain(title)));
    } else {
        lines.push(Words { warning: stale, ..Words::plain(title) });
        lines.push(second);
        lines.push(next.filter(|_| !has_about).unwrap_or_else(|| Words::plain(about)));
    }
    lines.retain(|line| !line.text.as_str().is_empty() || line.warning.is_some());
    lines.truncate(high);
    lines
}

/// Until when, in the room of a card: `fri`, `11 d` where that is past.
fn when(
    entity: &Entity,
    record: &Record,
    open: bool,
    text: &dyn Fn(&str) -> Clean,
    ctx: &Context,
) -> Clean {
    let until = lanes::deadline(entity).filter(|_| open).map(|field| field.name.as_str());
    let ended = || ["closed_on"].into_iter().find(|name| entity.field(name).is_some());
    let Some(name) = until.or_else(ended) else { return Clean::default() };
    let close = text(name);
    let days = day(record.get(name), ctx).map_or(0, |day| (day - ctx.today()).num_days());
    match (days, close.as_str().split_once(' ')) {
        // A card has no room for `fri 27 Nov`: the weekday is enough where it is near.
        (2..=6, Some((weekday, _))) => Clean::line(weekday),
        // The mark beside it says that it is late.
        (..0, _) if open => Clean::line(&ctx.tf("date.days", &[("n", &(-days).to_string())])),
        _ => close,
    }
}
