//! How the manual looks: contents beside the text where there is room, roles for tones.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use super::Manual;
use crate::model::text;
use crate::term::manual::CHAPTERS;
use crate::term::markdown::{Line, Page, Span, Tone};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;
use crate::tui::widget::{TextEdit, draw as edit};

/// From this width on the contents stand beside the text.
const WIDE: u16 = 100;
/// The cells of the contents.
const CONTENTS: u16 = 28;
/// Lines longer than this are hard to read.
const WIDEST: u16 = 88;

/// Whether the contents stand beside the text.
fn has_contents(ctx: &Context) -> bool {
    ctx.size.width >= WIDE && !ctx.plain
}

/// The cells of a line of text.
pub(super) fn text_width(ctx: &Context) -> usize {
    let width = ctx.size.width;
    let beside = if has_contents(ctx) { CONTENTS + 2 } else { 0 };
    usize::from(width.saturating_sub(beside + 4).clamp(16, WIDEST))
}

/// Draws a page from the first line on that is to be shown.
pub(super) fn draw(
    manual: &Manual,
    page: &Page,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let mut text = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area };
    if has_contents(ctx) {
        let contents = Rect { width: CONTENTS.min(area.width), ..area };
        seen.join(draw_contents(manual, contents, buf, ctx));
        let beside = Rect { x: contents.right(), width: 1, ..area };
        paint::upright(buf, beside, ctx);
        text.x = beside.right() + 1;
        text.width = area.right().saturating_sub(text.x + 1);
    }
    let last = page.lines.len().saturating_sub(usize::from(area.height));
    let top = manual.top.min(last);
    let mut cursor = text.as_position();
    for (line, y) in page.lines[top..].iter().zip(text.y..text.bottom()) {
        let place = Rect { y, height: 1, ..text };
        if let Some(at) = draw_line(manual, line, place, buf, ctx) {
            cursor = at;
        }
    }
    seen.cursor = Some(cursor);
    let line = page.lines.get(top + usize::from(cursor.y - text.y));
    seen.place(top + usize::from(cursor.y - text.y), page.lines.len());
    seen.tells(line.map(Line::text).unwrap_or_default());
    seen
}

/// Draws a line; where the focused link begins in it.
fn draw_line(
    manual: &Manual,
    line: &Line,
    place: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) -> Option<Position> {
    let matched = hits(line, &manual.words);
    let mut rest = place;
    let mut focus = None;
    let mut n = 0;
    for span in &line.spans {
        let chosen = span.link.is_some() && span.link == manual.link;
        if chosen && focus.is_none() {
            focus = Some(rest.as_position());
        }
        let style = style(span, chosen, ctx);
        for c in span.text.chars() {
            let hit = matched.get(n).copied().unwrap_or(false);
            n += 1;
            let style = if hit { style.patch(ctx.style(Role::Match)) } else { style };
            let c = if ctx.plain && matches!(c, '\u{2500}'..='\u{259f}') { ' ' } else { c };
            // A combining mark belongs to the cell before it.
            let taken = paint::text(buf, rest, c.encode_utf8(&mut [0; 4]), style, ctx);
            rest.x += taken;
            rest.width -= taken;
        }
    }
    focus
}

fn style(span: &Span, chosen: bool, ctx: &Context) -> Style {
    if chosen {
        return ctx.style(Role::Selected);
    }
    match span.tone {
        Tone::Text => ctx.style(Role::Text),
        Tone::Title => ctx.style(Role::Title),
        Tone::Heading => ctx.style(Role::Header),
        Tone::Strong => ctx.style(Role::Text).add_modifier(Modifier::BOLD),
        Tone::Code => ctx.style(Role::Key),
        Tone::Link => ctx.style(Role::Accent).add_modifier(Modifier::UNDERLINED),
        Tone::Muted => ctx.style(Role::Muted),
    }
}

/// Which characters of a line are what is looked for.
fn hits(line: &Line, words: &str) -> Vec<bool> {
    let shown: Vec<char> = line.text().chars().collect();
    let mut hits = vec![false; shown.len()];
    if words.is_empty() {
        return hits;
    }
    let folded: Vec<(char, usize)> = shown
        .iter()
        .enumerate()
        .flat_map(|(n, c)| {
            let folded = text::fold(&c.to_string());
            let folded =
                if folded.is_empty() && c.is_whitespace() { " ".to_owned() } else { folded };
            folded.chars().map(move |c| (c, n)).collect::<Vec<_>>()
        })
        .collect();
    let words: Vec<char> = words.chars().collect();
    for window in folded.windows(words.len()) {
        if window.iter().map(|(c, _)| c).eq(&words) {
            for (_, n) in window {
                hits[*n] = true;
            }
        }
    }
    hits
}

fn draw_contents(manual: &Manual, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    for (n, chapter) in CHAPTERS.iter().enumerate() {
        let row = paint::row(area, n as u16);
        let here = n == manual.chapter;
        let (marker, role) =
            if here { (ctx.glyphs().cursor, Role::Title) } else { (" ", Role::Text) };
        let parts = [
            (marker, ctx.style(Role::Accent)),
            (" ", ctx.style(Role::Text)),
            (chapter.title(ctx.lang()), ctx.style(role)),
        ];
        paint::pieces(buf, row, &parts, ctx);
        seen.hit(row, Target::Tab(n));
    }
    seen
}

/// The line that is typed into while something is looked for.
pub(super) fn prompt(
    area: Rect,
    buf: &mut Buffer,
    typed: &TextEdit,
    status: Option<(Role, String)>,
    ctx: &Context,
) -> Seen {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let lead = paint::text(buf, area, "/ ", ctx.style(Role::Muted), ctx);
    let (role, said) = status.unwrap_or((Role::Muted, ctx.t("manual.hint").to_owned()));
    let right = (crate::term::width(&said) as u16).min(area.width / 2);
    let aside = Rect { x: area.right() - right, width: right, ..area };
    paint::text(buf, aside, &said, ctx.style(role), ctx);
    let words =
        Rect { x: area.x + lead, width: area.width.saturating_sub(lead + right + 1), ..area };
    let cursor = edit::edited(buf, words, typed, ctx.style(Role::Input));
    Seen { cursor: Some(cursor), ..Seen::default() }
}
