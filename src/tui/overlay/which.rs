//! What may follow a prefix key: drawn above the footer while a sequence is begun.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::help;
use crate::action::{Action, Group, Key, Keys, Situation};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;

/// What may be pressed next.
struct Next {
    press: Key,
    key: String,
    title: String,
    /// It cannot be done now.
    dimmed: bool,
}

/// Whether it leads to nothing now: it cannot be done, or it goes to what one sees nothing of.
fn is_barred(action: &Action, at: &Situation<'_>) -> bool {
    let entity = action.entity.as_ref().and_then(|name| at.catalog.entity(name));
    let unseen = action.group == Group::Go && entity.is_some_and(|entity| entity.unseen);
    unseen || action.available(at).is_err()
}

/// The keys that may be pressed next, one line each: an action, or what all that follows is about.
fn nexts(
    pressed: usize,
    following: &[(&Keys, &Action)],
    at: &Situation<'_>,
    ctx: &Context,
) -> Vec<Next> {
    let mut order: Vec<Key> = Vec::new();
    let mut by_key: BTreeMap<Key, Vec<(&Keys, &Action)>> = BTreeMap::new();
    for (keys, action) in following {
        let Some(next) = keys.0.get(pressed) else { continue };
        if !order.contains(next) {
            order.push(*next);
        }
        by_key.entry(*next).or_default().push((keys, action));
    }
    let next = |key: Key| {
        let found = by_key.get(&key)?;
        let shown = Keys(vec![key]).read(ctx.lang());
        Some(match found.as_slice() {
            [(keys, action)] if keys.0.len() == pressed + 1 => Next {
                press: key,
                key: shown,
                title: help::title(action, ctx),
                dimmed: is_barred(action, at),
            },
            several => {
                // Many things: what most of them are about.
                let count = |group: Group| several.iter().filter(|(_, a)| a.group == group).count();
                let most = Group::ALL.into_iter().max_by_key(|group| count(*group));
                let name = most.map(|group| ctx.t(group.title())).unwrap_or_default();
                let dimmed = several.iter().all(|(_, action)| is_barred(action, at));
                Next { press: key, key: shown, title: format!("+ {name}"), dimmed }
            }
        })
    };
    order.into_iter().filter_map(next).collect()
}

/// What may follow the keys pressed so far, of which there are `pressed`, each in a few words.
pub fn told(
    pressed: usize,
    following: &[(&Keys, &Action)],
    at: &Situation<'_>,
    ctx: &Context,
) -> Vec<String> {
    let items = nexts(pressed, following, at, ctx);
    items.iter().map(|next| format!("{} {}", next.key, next.title)).collect()
}

/// Draws what may follow the keys pressed so far, of which there are `pressed`; `title` names them.
pub fn draw(
    area: Rect,
    buf: &mut Buffer,
    (title, pressed): (&str, usize),
    following: &[(&Keys, &Action)],
    at: &Situation<'_>,
    ctx: &Context,
) -> Seen {
    let items = nexts(pressed, following, at, ctx);
    let key_width = items.iter().map(|next| term::width(&next.key)).max().unwrap_or(1) as u16;
    let (items, left_out) = fitting(items, area, ctx);
    let room = area.width.saturating_sub(4);
    let high = area.height.saturating_sub(2).max(1);
    let words: Vec<u16> = items.iter().map(|next| term::width(&next.title) as u16).collect();
    let (lines, widths) = laid_out(&words, key_width + 3, (room, high), ctx.plain);
    let height = (lines + 2).min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    let inner = paint::frame(buf, place, title, ctx);
    let mut seen = Seen::default();
    for (n, next) in items.iter().enumerate() {
        let (x, y) = (n / usize::from(lines), n as u16 % lines);
        let row = paint::row(inner, y);
        let left = widths.iter().take(x).sum::<u16>().min(row.width);
        let column = widths.get(x).copied().unwrap_or(0);
        let cell =
            Rect { x: row.x + left, width: column.min(row.width - left).saturating_sub(1), ..row };
        let style = |role| ctx.style(if next.dimmed { Role::Disabled } else { role });
        paint::text(
            buf,
            Rect { width: key_width.min(cell.width), ..cell },
            &next.key,
            style(Role::Key),
            ctx,
        );
        let gap = (key_width + 2).min(cell.width);
        let words = Rect { x: cell.x + gap, width: cell.width - gap, ..cell };
        paint::text(buf, words, &next.title, style(Role::Text), ctx);
        if ctx.plain && n == 0 {
            seen.cursor = Some(cell.as_position());
        }
        seen.hit(cell, Target::Press(Keys(vec![next.press])));
    }
    if left_out > 0 && !place.is_empty() {
        let told = ctx.tf("which.more", &[("n", &left_out.to_string())]);
        let edge = Rect {
            x: place.x + 2,
            y: place.bottom() - 1,
            width: place.width.saturating_sub(4),
            height: 1,
        };
        paint::text(buf, edge, &format!(" {told} "), ctx.style(Role::Muted), ctx);
    }
    seen
}

/// Cells that the words of an item have at least: less cannot be read.
const READABLE: u16 = 15;

/// What there is room for so that it can be read; on the smallest screens what cannot be done now goes
/// first. How many were left out.
fn fitting(mut items: Vec<Next>, area: Rect, ctx: &Context) -> (Vec<Next>, usize) {
    let all = items.len();
    let columns =
        if ctx.plain { 1 } else { (area.width.saturating_sub(4) / (READABLE + 4)).max(1) };
    let most = usize::from(columns * area.height.saturating_sub(2).max(1));
    if all > most {
        items.retain(|next| !next.dimmed);
    }
    items.truncate(most);
    let left_out = all - items.len();
    (items, left_out)
}

/// Lines, and the width of each column: as many columns as fit without a word being cut; where that is
/// not to be had, as few as the height allows, the narrow ones leaving room to the wide.
fn laid_out(words: &[u16], beside: u16, (room, high): (u16, u16), plain: bool) -> (u16, Vec<u16>) {
    let count = (words.len() as u16).max(1);
    let wished = |lines: u16| -> Vec<u16> {
        let columns = words.chunks(usize::from(lines));
        columns.map(|column| column.iter().max().copied().unwrap_or(0) + beside).collect()
    };
    let least = count.div_ceil(high);
    let most = if plain { least } else { (room / 12).clamp(least, count.max(least)) };
    for columns in (least..=most).rev() {
        let lines = count.div_ceil(columns);
        let widths = wished(lines);
        if widths.iter().sum::<u16>() <= room {
            return (lines, widths);
        }
    }
    let lines = count.div_ceil(least);
    let mut widths = wished(lines);
    while widths.iter().sum::<u16>() > room {
        let Some(widest) = widths.iter_mut().max() else { break };
        *widest -= 1;
    }
    (lines, widths)
}
