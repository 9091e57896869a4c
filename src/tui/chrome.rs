//! What frames every screen: tabs on top, the line that tells where one is, a line for messages, the
//! footer with the most useful keys.
//!
//! Small screens give up the tabs first. Start at [`Chrome::of`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::context::Context;
use super::hit::{Seen, Target};
use super::layer::Heading;
use super::paint::{self, Side};
use super::theme::Role;
use crate::action::nav::{self, Tab};
use crate::action::{Action, Keys, Place, Situation};
use crate::term::{self, Clean};

/// Below this the screen says that it is too small.
pub const SMALLEST: Size = Size { width: 30, height: 6 };
/// From this height on there is room for the tabs.
const TABS_FROM: u16 = 14;
/// Cells before the body in plain mode: the number of a row and a space.
pub const NUMBERS: u16 = 2;
/// The most hints in the footer.
const HINTS: usize = 9;

/// Where the parts of the frame stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chrome {
    /// The tabs; empty on low screens.
    pub tabs: Rect,
    /// Where one is.
    pub heading: Rect,
    /// The screen itself.
    pub body: Rect,
    /// Messages, and lines that are typed into.
    pub status: Rect,
    /// Keys.
    pub footer: Rect,
}

impl Chrome {
    /// The frame of a screen.
    #[must_use]
    pub fn of(size: Size) -> Self {
        let line = |y, height| Rect { x: 0, y, width: size.width, height };
        let tabs = u16::from(size.height >= TABS_FROM);
        let top = tabs + 1;
        Self {
            tabs: line(0, tabs),
            heading: line(tabs, 1),
            body: line(top, size.height.saturating_sub(top + 2)),
            status: line(size.height.saturating_sub(2), 1),
            footer: line(size.height.saturating_sub(1), 1),
        }
    }
}

/// Where the screen itself stands.
#[must_use]
pub fn body(size: Size) -> Rect {
    Chrome::of(size).body
}

/// Draws the tabs; `open` is the place of the open one, home being 0.
pub fn tabs(area: Rect, buf: &mut Buffer, open: Option<usize>, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    if area.is_empty() {
        return seen;
    }
    let mut rest = area;
    let name = paint::text(buf, rest, " Kontor ", ctx.style(Role::Accent), ctx);
    rest = after(rest, name + 1);
    for (n, tab) in nav::tabs(&ctx.catalog).into_iter().take(9).enumerate() {
        let name = match tab {
            Tab::Home => ctx.t("home.tab"),
            Tab::List(entity) => entity.plural.get(ctx.lang()),
            Tab::Reports => ctx.t("report.tab"),
        };
        let text = match digit(&tab.action(), n + 1, ctx) {
            Some(keys) => format!("{keys} {name}"),
            None => name.to_owned(),
        };
        let width = term::width(&text) as u16;
        if width > rest.width {
            paint::text(buf, rest, ctx.glyphs().cut, ctx.style(Role::Muted), ctx);
            break;
        }
        let role = if open == Some(n) { Role::TabOpen } else { Role::Tab };
        paint::text(buf, rest, &text, ctx.style(role), ctx);
        seen.hit(Rect { width, ..rest }, Target::Tab(n));
        rest = after(rest, width + 1);
    }
    seen
}

/// The keys with its number that lead to a tab: `2`, or `g2` where digits do something else.
fn digit(action: &str, number: usize, ctx: &Context) -> Option<String> {
    let number = number.to_string();
    let keys = ctx.keymap.keys_of(action).into_iter();
    let own = keys.map(Keys::shown).filter(|shown| shown.ends_with(&number));
    own.min_by_key(String::len).map(|shown| shown.replace(' ', ""))
}

fn after(area: Rect, taken: u16) -> Rect {
    let taken = taken.min(area.width);
    Rect { x: area.x + taken, width: area.width - taken, ..area }
}

/// Draws the line that tells where one is.
pub fn heading(area: Rect, buf: &mut Buffer, heading: &Heading, ctx: &Context) {
    let waiting = if ctx.waiting { ctx.t("word.searching") } else { "" };
    let right = Clean::line(&heading.right).into_string();
    let right_width = (term::width(&right) as u16).min(area.width.saturating_sub(24));
    let right_area =
        Rect { x: area.right().saturating_sub(right_width + 1), width: right_width, ..area };
    paint::aligned(buf, right_area, &right, ctx.style(Role::Muted), Side::Right, ctx);
    let mut rest =
        Rect { x: area.x + 1, width: area.width.saturating_sub(right_width + 4), ..area };
    if !waiting.is_empty() {
        let width = (term::width(waiting) as u16 + 1).min(rest.width);
        let place = Rect { x: rest.right() - width, width, ..rest };
        paint::text(buf, place, waiting, ctx.style(Role::Info), ctx);
        rest.width -= width;
    }
    let last = heading.trail.len().saturating_sub(1);
    for (n, step) in heading.trail.iter().enumerate() {
        let step = Clean::line(step);
        let role = if n == last { Role::Title } else { Role::Muted };
        let taken = paint::text(buf, rest, step.as_str(), ctx.style(role), ctx);
        rest = after(rest, taken);
        if n < last {
            let arrow = format!(" {} ", ctx.glyphs().step);
            let taken = paint::text(buf, rest, &arrow, ctx.style(Role::Muted), ctx);
            rest = after(rest, taken);
        }
    }
    if !heading.aside.is_empty() {
        let aside = Clean::line(&heading.aside);
        paint::text(buf, after(rest, 2), aside.as_str(), ctx.style(Role::Muted), ctx);
    }
}

/// Draws the line of messages: a rule, with what is to be said on it. The rest of the rule stays, so that
/// a message costs a slow link no more than its own text.
pub fn status(area: Rect, buf: &mut Buffer, said: Option<(Role, &str)>, ctx: &Context) {
    paint::rule(buf, area, ctx);
    if let Some((role, text)) = said {
        let style = ctx.style(role);
        let room = Rect { width: area.width.saturating_sub(1), ..area };
        let text = whole_pieces(text, usize::from(room.width.saturating_sub(1)));
        let taken = paint::pieces(buf, room, &[(" ", style), (text, style)], ctx);
        paint::text(buf, after(area, taken), " ", style, ctx);
    }
}

/// Lines at most of something that was said.
const SAID: usize = 3;

/// Draws what was said: on the line of messages, and on lines above it as far as that is too short.
pub fn said(area: Rect, buf: &mut Buffer, (role, text): (Role, &str), ctx: &Context) {
    let room = usize::from(area.width.saturating_sub(2));
    let mut lines = if term::width(text) > room { term::wrap(text, room) } else { Vec::new() };
    if lines.len() > SAID {
        let rest = lines.split_off(SAID - 1).join(" ");
        lines.push(rest);
    }
    // Of a small screen something has to be left.
    if lines.len() < 2 || usize::from(area.y) < lines.len() + 2 {
        return status(area, buf, Some((role, text)), ctx);
    }
    let style = ctx.style(role);
    let top = area.y + 1 - lines.len() as u16;
    for (n, line) in lines.iter().enumerate() {
        let row = Rect { y: top + n as u16, height: 1, ..area };
        for place in row.intersection(buf.area).positions() {
            buf[place].reset();
            buf[place].set_style(ctx.style(Role::Text));
        }
        let room = Rect { width: row.width.saturating_sub(1), ..row };
        paint::pieces(buf, room, &[(" ", style), (line, style)], ctx);
    }
}

/// Cells in which the beginning of a piece still says something.
const WORTH: usize = 30;

/// As many of the pieces that ` · ` sets apart as there is room for: a few letters of one say nothing. The
/// last may still be too long.
fn whole_pieces(text: &str, room: usize) -> &str {
    let mut text = text;
    while term::width(text) > room {
        match text.rsplit_once(" · ") {
            Some((before, _)) if term::width(before) + 3 + WORTH > room => text = before,
            _ => break,
        }
    }
    text
}

/// Cells that are told of what would be repeated.
const REPEATED: usize = 24;
/// After how many hints that is told.
const REPEAT_AT: usize = 3;

/// What would be done again to what is under the cursor, in a few words.
fn repeats<'a>(at: &Situation<'_>, ctx: &'a Context) -> Option<&'a str> {
    let (repeat, what) = ctx.repeat.as_ref()?;
    let action = ctx.actions.get("record.repeat")?;
    let fits = at.subject().is_some_and(|entity| entity.name == repeat.entity);
    (fits && action.available(at).is_ok()).then_some(what.as_str())
}

/// Draws the most useful keys, `? more` last.
pub fn footer(area: Rect, buf: &mut Buffer, at: &Situation<'_>, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    // Where one types, `?` is a letter.
    let types = matches!(at.place, Place::Form | Place::Filter | Place::Overlay);
    let (more, more_key) = if types {
        ("", String::new())
    } else {
        (ctx.t("hint.app.help"), ctx.key_at("app.help", at.place))
    };
    let reserved = (term::width(more) + term::width(&more_key) + 4) as u16;
    let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    for (n, action) in ctx.actions.footer(at).into_iter().take(HINTS).enumerate() {
        if let Some(what) = repeats(at, ctx).filter(|_| n == REPEAT_AT) {
            let key = ctx.key_of("record.repeat");
            let word = term::truncate(whole_pieces(what, REPEATED), REPEATED);
            let width = (term::width(&key) + 1 + term::width(&word)) as u16;
            if !key.is_empty() && width + reserved <= rest.width {
                draw_hint(buf, rest, &key, &word, ctx);
                rest = after(rest, width + 2);
            }
        }
        let (key, word) = hint(action, at.place, ctx);
        let width = (term::width(&key) + 1 + term::width(word)) as u16;
        if key.is_empty() || width + reserved > rest.width {
            continue;
        }
        draw_hint(buf, rest, &key, word, ctx);
        if let Some(keys) = pressed(&action.id, ctx) {
            seen.hit(Rect { width, ..rest }, Target::Press(keys));
        }
        rest = after(rest, width + 2);
    }
    // In a form the key types itself.
    if at.place != Place::Form {
        let width = draw_hint(buf, rest, &more_key, more, ctx);
        if let Some(keys) = pressed("app.help", ctx).filter(|_| !types) {
            seen.hit(Rect { width, ..rest }, Target::Press(keys));
        }
    }
    seen
}

/// The keys that a hint stands for: of those that are named by their prefix only the prefix.
fn pressed(id: &str, ctx: &Context) -> Option<Keys> {
    let keys = ctx.keymap.keys_of(id).into_iter().next()?;
    let shown = if matches!(id, "log.call" | "new.here") { 1 } else { keys.0.len() };
    Some(Keys(keys.0.iter().take(shown).copied().collect()))
}

/// The key of an action and the word for it. Families with one prefix are named by the prefix.
fn hint<'a>(action: &Action, place: Place, ctx: &'a Context) -> (String, &'a str) {
    let id = action.hint();
    // The strings hold every hint; a key of them is looked up in a table that outlives the frame.
    let word = ctx.strings.find(&id).unwrap_or("");
    let key = match &*action.id {
        // Families are named by the key they begin with.
        "log.call" | "new.here" => {
            let keys = ctx.keymap.keys_at(&action.id, place, &ctx.actions);
            let keys = keys.first().map(|keys| keys.0.as_slice()).unwrap_or_default();
            let begins = keys.split_last().map_or(keys, |(_, begins)| begins);
            Keys(if begins.is_empty() { keys } else { begins }.to_vec()).shown()
        }
        "board.left"
        | "board.move-left"
        | "schedule.earlier"
        | "schedule.move-earlier"
        | "nav.next-record"
        | "manual.next"
        | "report.earlier"
        | "block.up" => {
            let pair = match &*action.id {
                "board.left" => "board.right",
                "manual.next" => "manual.previous",
                "board.move-left" => "board.move-right",
                "schedule.earlier" => "schedule.later",
                "schedule.move-earlier" => "schedule.move-later",
                "report.earlier" => "report.later",
                "block.up" => "block.down",
                _ => "nav.previous-record",
            };
            let (own, other) = (ctx.key_at(&action.id, place), ctx.key_at(pair, place));
            match &*action.id {
                "nav.next-record" | "manual.next" => format!("{other} {own}"),
                _ if own == "←" && other == "→" => "←→".to_owned(),
                _ if own == "Left" && other == "Right" && !ctx.ascii && !ctx.plain => {
                    "←→".to_owned()
                }
                _ => format!("{own} {other}"),
            }
        }
        id => ctx.key_at(id, place),
    };
    (key, word)
}

fn draw_hint(buf: &mut Buffer, area: Rect, key: &str, word: &str, ctx: &Context) -> u16 {
    let parts = [
        (key, ctx.style(Role::Key)),
        (" ", ctx.style(Role::Muted)),
        (word, ctx.style(Role::Muted)),
    ];
    paint::pieces(buf, area, &parts, ctx)
}

/// How far a key for moving the cursor moves it among rows, a page of which is shown.
pub fn steps(action: &str, page: isize) -> Option<isize> {
    Some(match action {
        "nav.up" => -1,
        "nav.down" => 1,
        "nav.page-up" => -page,
        "nav.page-down" => page,
        "nav.top" => isize::MIN,
        "nav.bottom" => isize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::whole_pieces;

    #[test]
    fn a_line_is_shortened_by_whole_pieces() {
        assert_eq!(
            whole_pieces("may not · r asks · Sales manager", 80),
            "may not · r asks · Sales manager"
        );
        assert_eq!(whole_pieces("may not · r asks · Sales manager", 31), "may not · r asks");
        assert_eq!(whole_pieces("may not · r asks · Sales manager", 4), "may not");
    }
}
