//! How the home screen is drawn, block by block.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rust_decimal::prelude::ToPrimitive;

use super::Home;
use super::block::{Fixed, Size, What};
use super::day;
use super::fill::{self, Filled};
use crate::gate::{Count, MASK};
use crate::model::{Currency, Money};
use crate::report::Shape;
use crate::schema::Format;
use crate::term::Clean;
use crate::tui::columns::{self, Placed};
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target, Told};
use crate::tui::paint;
use crate::tui::screen::list::grouped;
use crate::tui::state::State;
use crate::tui::table::{self, Look};
use crate::tui::theme::Role;
use crate::tui::widget::chart::{self, Point};

pub(super) fn draw(home: &Home, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    if home.blocks.is_empty() {
        let key = if home.arranging { "home.none_arranging" } else { "home.none" };
        return State::empty(ctx.t(key)).draw(buf, area, ctx);
    }
    let (places, _) = home.places(area, ctx.plain);
    for (n, place) in places {
        let title = paint::row(place, 0);
        draw_title(home, n, title, buf, ctx);
        seen.hit(title, Target::Card(n, home.filled[n].at));
        let body = Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place };
        let drawn = draw_block(home, n, body, buf, ctx).of_part(n);
        let here = home.focus == n && !home.arranging;
        let cursor = drawn.cursor.filter(|_| here);
        let told = if here { drawn.told.clone() } else { Told::default() };
        seen.join(Seen { cursor, told, ..drawn });
        if home.focus == n {
            seen.told.title = Some(Clean::line(&home.title(n, ctx)).into_string());
            if here {
                let filled = &home.filled[n];
                seen.place(filled.at, home.rows(n));
                // There may be more than the block has room for.
                let total = match filled.count.filter(|_| !filled.rows.is_empty()) {
                    Some(Count::Exactly(count)) => Some(grouped(count)),
                    Some(Count::AtLeast(count)) => Some(format!("{}+", grouped(count))),
                    None => None,
                };
                if let (Some(total), Some((_, of))) = (total, &mut seen.told.place) {
                    *of = total;
                }
            } else {
                seen.place(n, home.blocks.len());
            }
        }
        if home.focus == n && cursor.is_none() {
            paint::text(buf, title, ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
            seen.cursor = Some(title.as_position());
        }
        if place.x > area.x {
            let edge = Rect { x: place.x - 1, width: 1, ..place };
            paint::upright(buf, edge, ctx);
        }
    }
    seen
}

/// What the line above the footer says: what the cursor is on, where a block has no room for it.
pub(super) fn told(home: &Home, ctx: &Context) -> Option<(Role, String)> {
    let filled = home.filled.get(home.focus)?;
    if home.arranging {
        return Some((Role::Info, ctx.t("home.arranging").to_owned()));
    }
    if matches!(home.blocks.get(home.focus)?.what, What::Team) {
        let person = filled.people.get(filled.at)?;
        let kinds = person.kinds.iter().map(|(kind, count)| format!("{kind} {count}"));
        let kinds = ctx.listed(&kinds.collect::<Vec<_>>());
        let told = ctx.about(&person.name, &kinds);
        return Some((Role::Muted, Clean::line(&told).into_string()));
    }
    let body = crate::tui::chrome::body(ctx.size);
    let (shown, [above, below]) = home.places(body, ctx.plain);
    if !above && !below {
        return None;
    }
    let hidden = |n: &usize| shown.iter().all(|(shown, _)| shown != n);
    let names = (0..home.blocks.len()).filter(hidden).map(|n| home.title(n, ctx));
    let names = ctx.listed(&names.collect::<Vec<_>>());
    Some((Role::Muted, ctx.tf("home.more", &[("names", &names)])))
}

fn draw_title(home: &Home, n: usize, area: Rect, buf: &mut Buffer, ctx: &Context) {
    let (block, filled) = (&home.blocks[n], &home.filled[n]);
    let count = if block.what == What::Day { filled.day_count() } else { filled.count };
    let count = match count {
        Some(Count::Exactly(count)) if block.what.is_own() || is_view(&block.what) => {
            grouped(count)
        }
        Some(Count::AtLeast(count)) if block.what.is_own() || is_view(&block.what) => {
            format!("{}+", grouped(count))
        }
        _ => String::new(),
    };
    let size = match block.size {
        _ if !home.arranging => "",
        Size::Half => ctx.t("home.half"),
        Size::Full => ctx.t("home.full"),
    };
    let snoozed = match filled.day.snoozed {
        Some(Count::Exactly(count)) if count > 0 => grouped(count),
        Some(Count::AtLeast(count)) => format!("{}+", grouped(count)),
        _ => String::new(),
    };
    let snoozed = match snoozed.as_str() {
        "" => snoozed,
        n => format!(" · {}", ctx.tf("home.snoozed", &[("n", n)])),
    };
    let role = if n == home.focus { Role::Title } else { Role::Header };
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let title = Clean::line(&home.title(n, ctx));
    let muted = ctx.style(Role::Muted);
    let parts = [
        (title.as_str(), ctx.style(role)),
        (if count.is_empty() { "" } else { " " }, muted),
        (count.as_str(), muted),
        (snoozed.as_str(), muted),
        (if size.is_empty() { "" } else { " " }, muted),
        (size, ctx.style(Role::Info)),
    ];
    paint::pieces(buf, inner, &parts, ctx);
}

/// What stands in a block where there is nothing: how to make something is left out where there is no room
/// for it, or where the person may not.
fn nothing<'a>(what: &What, area: Rect, ctx: &'a Context) -> &'a str {
    let makes = match what {
        What::Day => Some("task"),
        What::Pipeline => Some("deal"),
        What::Team | What::Fixed(Fixed::Latest) => Some("activity"),
        _ => None,
    };
    let text = ctx.strings.find(&format!("home.{}_none", what.word())).unwrap_or_default();
    let bare = ctx.strings.find(&format!("home.{}_bare", what.word()));
    let fits = State::empty(text).fits(area);
    if makes.is_some_and(|entity| !ctx.creates(entity)) || !fits {
        return bare.unwrap_or(text);
    }
    text
}

fn is_view(what: &What) -> bool {
    matches!(what, What::View(..))
}

fn draw_block(home: &Home, n: usize, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let (block, filled) = (&home.blocks[n], &home.filled[n]);
    if let Some(problem) = &filled.problem {
        problem.draw(buf, area, ctx);
        return Seen::default();
    }
    if !filled.landed {
        // The cursor stands at the title.
        if let Some(state) = State::awaited(ctx) {
            state.draw(buf, area, ctx);
        }
        return Seen::default();
    }
    if home.rows(n) == 0 {
        let text = nothing(&block.what, area, ctx);
        State::empty(text).draw(buf, area, ctx);
        return Seen::default();
    }
    let selected = (home.focus == n && !home.arranging).then_some(filled.at);
    match &block.what {
        What::Day => day::draw(home, filled, area, buf, selected, ctx),
        What::Fixed(_) | What::View(..) => rows(home, n, area, buf, selected, ctx),
        What::Target(amount) => target(filled, amount, area, buf, selected, ctx),
        What::Team => {
            let points: Vec<Point> = filled
                .people
                .iter()
                .map(|person| {
                    let name = Clean::line(&person.name);
                    Point::new(name, person.done as f64, grouped(person.done))
                })
                .collect();
            chart::bars(buf, area, &points, selected, ctx)
        }
        What::Pipeline => {
            let (Some(table), Some(report)) = (&filled.table, ctx.catalog.report("pipeline"))
            else {
                return Seen::default();
            };
            let drawn = (figures::figure(table), Shape::Funnel);
            figures::draw(buf, area, (table, report), drawn, selected, ctx)
        }
        What::Chart(name, figure, shape) => {
            let (Some(table), Some(report)) = (&filled.table, ctx.catalog.report(name)) else {
                return Seen::default();
            };
            let head = table.heads.iter().position(|head| head.name == *figure);
            let drawn = (head.unwrap_or_else(|| figures::figure(table)), *shape);
            figures::draw(buf, area, (table, report), drawn, selected, ctx)
        }
    }
}

fn rows(
    home: &Home,
    n: usize,
    area: Rect,
    buf: &mut Buffer,
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let Some(listed) = home.listed(n, ctx) else { return Seen::default() };
    let filled = &home.filled[n];
    let width = area.width.saturating_sub(table::GUTTER + 1);
    let columns: Vec<Placed<'_>> = if listed.columns.is_empty() {
        columns::placed(listed.entity, width)
    } else {
        let fields = listed.columns.iter().filter_map(|name| listed.entity.field(name));
        columns::chosen(listed.entity, fields.collect(), width)
    };
    let marks = BTreeSet::new();
    let look = Look { entity: listed.entity, columns: &columns, marks: &marks, selected };
    let height = usize::from(area.height);
    let top = (filled.at + 1).saturating_sub(height);
    let shown = filled.rows.iter().enumerate().skip(top).take(height);
    table::rows(buf, area, shown, &look, ctx)
}

/// What is won against what should be: a gauge, and the numbers in words.
fn target(
    filled: &Filled,
    amount: &str,
    area: Rect,
    buf: &mut Buffer,
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let (count, sums) = filled.won.clone().unwrap_or_default();
    let line = paint::row(area, 0);
    let inner = Rect { x: line.x + 2, width: line.width.saturating_sub(4), ..line };
    let words = Rect { y: line.y + 1, ..inner };
    if selected.is_some() {
        paint::text(buf, line, ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
        seen.cursor = Some(Position { x: line.x, y: line.y });
    }
    seen.hit(area, Target::Row(0));
    let deals = ctx.strings.count("home.deals", usize::try_from(count).unwrap_or_default());
    let won = |currency: Option<Currency>| {
        let held = sums.iter().find(|(known, _)| Some(*known) == currency);
        held.map_or(rust_decimal::Decimal::ZERO, |(_, amount)| *amount)
    };
    let worth = ctx.catalog.entity("deal").and_then(|deal| deal.field("amount"));
    if worth.is_none_or(|field| field.masked.is_some()) {
        // What somebody does not see is neither summed up nor held against a target.
        let text = match worth {
            Some(_) => ctx.tf("home.won", &[("sum", MASK), ("deals", &deals)]),
            None => deals,
        };
        paint::text(buf, inner, &text, ctx.style(Role::Text), ctx);
        return seen;
    }
    let Some(wanted) = fill::amount(amount, ctx).filter(|wanted| !wanted.amount.is_zero()) else {
        let sum = figures::all_amounts(&figures::own_first(sums.clone(), ctx));
        let text = if sum.is_empty() {
            ctx.t("home.nothing_won").to_owned()
        } else {
            ctx.tf("home.won", &[("sum", &sum), ("deals", &deals)])
        };
        paint::text(buf, inner, &text, ctx.style(Role::Text), ctx);
        if area.height > 1 {
            paint::text(buf, words, ctx.t("home.set_target"), ctx.style(Role::Muted), ctx);
        }
        return seen;
    };
    let reached = won(Some(wanted.currency));
    let share = (reached / wanted.amount).to_f64().unwrap_or_default();
    let percent =
        ctx.format.percent((reached * rust_decimal::Decimal::ONE_HUNDRED / wanted.amount).round());
    let full = share >= 1.0;
    let role = if full { Role::Good } else { Role::Info };
    let gauge = Rect { width: inner.width.saturating_sub(7), ..inner };
    chart::gauge(buf, gauge, share, role, ctx);
    let number = Rect { x: gauge.right() + 1, width: 6, ..inner };
    let (number, side) =
        if ctx.plain { (inner, paint::Side::Left) } else { (number, paint::Side::Right) };
    paint::aligned(buf, number, &percent, ctx.style(Role::Text), side, ctx);
    if area.height > 1 {
        let reached = Format::money(&Money::rounded(reached.round(), wanted.currency));
        let wanted = Format::money(&Money::rounded(wanted.amount.round(), wanted.currency));
        let values = [("won", reached.as_str()), ("target", &wanted), ("deals", &deals)];
        paint::text(buf, words, &ctx.tf("home.reached", &values), ctx.style(Role::Text), ctx);
    }
    seen
}
