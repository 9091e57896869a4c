//! The panel of the tutor: a rule with the step's number and name, below it what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Tutor;
use super::lesson::Step;
use crate::term;
use crate::tui::chrome::SMALLEST;
use crate::tui::context::Context;
use crate::tui::paint;
use crate::tui::theme::Role;

/// Lines of text under the rule, where there is room.
const LINES: u16 = 4;

/// Stands for a cell of a key while lines are broken: a letter, so that no key is broken.
const LETTER: &str = "\u{2e3}";

impl Tutor {
    /// The rows the panel takes from a screen of this size; on low ones the text is read part by part.
    #[must_use]
    pub fn height(size: Size) -> u16 {
        let most = size.height.saturating_sub(SMALLEST.height + 1);
        (LINES + 1).min(most)
    }

    /// Draws the panel.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let Some(step) = self.step() else { return };
        if area.is_empty() {
            return;
        }
        paint::rule(buf, area, ctx);
        let (at, of) = self.progress();
        let (at, of) = (at.to_string(), of.to_string());
        let title = ctx.tf("tutor.title", &[("n", &at), ("of", &of)]);
        let name = step.title.get(ctx.lang());
        let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let lines = wrapped(&self.told(step, ctx), usize::from(inner.width));
        let room = usize::from(area.height) - 1;
        let parts = lines.len().div_ceil(room.max(1)).max(1);
        let part = self.part % parts;
        let turn = if parts > 1 {
            let (n, of) = ((part + 1).to_string(), parts.to_string());
            let key = ctx.key_of("tutor.more");
            ctx.tf("tutor.more", &[("key", &key), ("n", &n), ("of", &of)])
        } else {
            let (skip, back) = (ctx.key_of("tutor.skip"), ctx.key_of("tutor.back"));
            ctx.tf("tutor.turn", &[("skip", &skip), ("back", &back)])
        };
        let turn = format!(" {turn} ");
        let width = term::width(&turn) as u16;
        let left = [
            (" ", ctx.style(Role::Title)),
            (title.as_str(), ctx.style(Role::Accent)),
            (" ", ctx.style(Role::Title)),
            (name, ctx.style(Role::Title)),
            (" ", ctx.style(Role::Title)),
        ];
        // That there is more to read matters more than what the step is called.
        let kept = if parts > 1 { width.min(inner.width) } else { 0 };
        let head = Rect { width: inner.width - kept, ..inner };
        let taken = paint::pieces(buf, head, &left, ctx);
        if parts > 1 || taken + width < inner.width {
            let place = Rect { x: inner.right().saturating_sub(width), width, height: 1, ..inner };
            paint::text(buf, place, &turn, ctx.style(Role::Muted), ctx);
        }
        for (n, line) in lines.iter().skip(part * room).take(room).enumerate() {
            let place = paint::row(inner, n as u16 + 1);
            self.draw_line(place, buf, line, part == 0 && n == 0, ctx);
        }
    }

    /// What the step tells, after a word of praise for the one before.
    fn told(&self, step: &Step, ctx: &Context) -> String {
        let text = with_keys(step.text.get(ctx.lang()), ctx);
        if !self.praised {
            return text;
        }
        ctx.sentences(ctx.t("tutor.praise"), &text)
    }

    fn draw_line(&self, area: Rect, buf: &mut Buffer, line: &str, first: bool, ctx: &Context) {
        let mut parts: Vec<(&str, _)> = Vec::new();
        let mut rest = line;
        if let (true, true, Some(after)) =
            (first, self.praised, line.strip_prefix(ctx.t("tutor.praise")))
        {
            parts.push((ctx.t("tutor.praise"), ctx.style(Role::Good)));
            rest = after;
        }
        // Keys stand between square brackets in the text; a key that the line break cut stays as it is.
        while let Some((before, key, after)) = bracketed(rest) {
            parts.push((before, ctx.style(Role::Text)));
            parts.push((key, ctx.style(Role::Key)));
            rest = after;
        }
        parts.push((rest, ctx.style(Role::Text)));
        paint::pieces(buf, area, &parts, ctx);
    }
}

/// The text in lines of at most `cells`, no key broken.
fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let (mut covered, mut keys, mut rest) = (String::new(), Vec::new(), text);
    while let Some((before, key, after)) = bracketed(rest) {
        covered.push_str(before);
        covered.push_str(&LETTER.repeat(term::width(key)));
        keys.push(key);
        rest = after;
    }
    covered.push_str(rest);
    let mut keys = keys.into_iter();
    let mut lines = term::wrap(&covered, cells);
    for line in &mut lines {
        while line.contains(LETTER) {
            let Some(key) = keys.next() else { break };
            *line = line.replacen(&LETTER.repeat(term::width(key)), key, 1);
        }
    }
    lines
}

/// The text before the next `[key]`, the key with its brackets, and the text after it.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('[')?;
    let close = open + text[open..].find(']')? + 1;
    // The key `]` itself.
    let close = if text[close..].starts_with(']') { close + 1 } else { close };
    Some((&text[..open], &text[open..close], &text[close..]))
}

/// The text with `{key:action}` replaced by the user's own key for it, in square brackets.
#[must_use]
pub fn with_keys(text: &str, ctx: &Context) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{key:") {
        let Some((action, after)) = after.split_once('}') else { break };
        out.push_str(before);
        let key = ctx.key_of(action);
        // What has no key is found by its name.
        let key = if key.is_empty() { ctx.key_of("app.palette") } else { key };
        out.push('[');
        out.push_str(&key);
        out.push(']');
        rest = after;
    }
    out.push_str(rest);
    out
}
