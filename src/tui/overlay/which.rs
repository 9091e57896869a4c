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
        let shown = Keys(vec![key]).shown();
        Some(match found.as_slice() {
            [(keys, action)] if keys.0.len() == pressed + 1 => Next {
                press: key,
                key: shown,
                title: help::title(action, ctx),
                dimmed: action.available(at).is_err(),
            },
            several => {
                // Many things: what most of them are about.
                let count = |group: Group| several.iter().filter(|(_, a)| a.group == group).count();
                let most = Group::ALL.into_iter().max_by_key(|group| count(*group));
                let name = most.map(|group| ctx.t(group.title())).unwrap_or_default();
                let dimmed = several.iter().all(|(_, action)| action.available(at).is_err());
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
    let widest = items.iter().map(|next| term::width(&next.title)).max().unwrap_or(16) as u16;
    let column = (key_width + widest + 4).clamp(12, area.width.max(12));
    let width = area.width.saturating_sub(4);
    let most = if ctx.plain { 1 } else { (width / column).max(1) };
    // As few lines as fit, and no more columns than these need.
    let lines = (items.len() as u16).div_ceil(most).min(area.height.saturating_sub(2)).max(1);
    let place = Rect {
        y: area.bottom() - (lines + 2).min(area.height),
        height: (lines + 2).min(area.height),
        ..area
    };
    // Where not all fit, all are cut rather than the last ones.
    let column = column.min(width / (items.len() as u16).div_ceil(lines).max(1)).max(4);
    let inner = paint::frame(buf, place, title, ctx);
    let mut seen = Seen::default();
    for (n, next) in items.iter().enumerate() {
        let (x, y) = (n as u16 / lines, n as u16 % lines);
        let row = paint::row(inner, y);
        let left = (x * column).min(row.width);
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
    seen
}
