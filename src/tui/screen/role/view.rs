//! How the matrix is drawn: heads, cells, and below them what the cell under the cursor says in words.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Line, RoleMatrix, edit};
use crate::policy::{Right, RoleRights, Scope, Special, Width};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;

/// Cells that an entity's name has at least, and of a right.
const NAME: u16 = 16;
const CELL: u16 = 8;

/// A right as the head of a column.
pub(in crate::tui) fn right(right: Right, ctx: &Context) -> &str {
    ctx.t(match right {
        Right::Read => "matrix.right_read",
        Right::Create => "matrix.right_create",
        Right::Edit => "matrix.right_edit",
        Right::Delete => "matrix.right_delete",
        Right::Restore => "matrix.right_restore",
        Right::Export => "matrix.right_export",
        Right::Import => "matrix.right_import",
        Right::Bulk => "matrix.right_bulk",
        Right::Assign => "matrix.right_assign",
        Right::Merge => "matrix.right_merge",
        Right::Purge => "matrix.right_purge",
        Right::Erase => "matrix.right_erase",
    })
}

/// A right about the program.
pub(super) fn special(special: Special, ctx: &Context) -> &str {
    ctx.t(match special {
        Special::Users => "matrix.users",
        Special::Roles => "matrix.roles",
        Special::Schema => "matrix.schema",
        Special::Automation => "matrix.automation",
        Special::Audit => "matrix.audit",
        Special::Backup => "matrix.backup",
        Special::Settings => "matrix.settings",
        Special::ViewAs => "matrix.view_as",
        Special::Unlock => "matrix.unlock",
    })
}

/// How far a right reaches, in a cell.
fn short(scope: Scope, right: Right, ctx: &Context) -> String {
    if right == Right::Create {
        return ctx.t(if scope.is_none() { "matrix.none" } else { "matrix.yes" }).to_owned();
    }
    let word = ctx.t(match scope.width {
        Width::None => "matrix.none",
        Width::Own => "matrix.own",
        Width::Team => "matrix.team",
        Width::TeamAndSub => "matrix.sub",
        Width::All => "matrix.all",
    });
    let more = if scope.unassigned && scope.width != Width::All { "+" } else { "" };
    format!("{word}{more}")
}

/// How far a right reaches, in a sentence.
pub(in crate::tui) fn long(scope: Scope, right: Right, ctx: &Context) -> String {
    if right == Right::Create {
        return ctx.t(if scope.is_none() { "matrix.no" } else { "matrix.yes" }).to_owned();
    }
    let word = ctx.t(match scope.width {
        Width::None => "matrix.long_none",
        Width::Own => "matrix.long_own",
        Width::Team => "matrix.long_team",
        Width::TeamAndSub => "matrix.long_sub",
        Width::All => "matrix.long_all",
    });
    match (scope.unassigned, scope.width) {
        (true, Width::None) => ctx.t("matrix.long_unassigned").to_owned(),
        (true, width) if width != Width::All => {
            let apart = if ctx.lang() == crate::model::Lang::Zh { "" } else { " " };
            format!("{word}{apart}{}", ctx.t("matrix.and_unassigned"))
        }
        _ => word.to_owned(),
    }
}

pub(super) fn draw(screen: &RoleMatrix, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let below = if area.height >= 6 { 3 } else { 0 };
    let body = Rect { height: area.height.saturating_sub(below), ..area };
    let lines = screen.lines(ctx);
    // Names are whole where all rights stand beside them.
    let widest = lines.iter().filter(|line| edit::key_of(line).is_some());
    let widest = widest.map(|line| crate::term::width(&label(line, ctx)) as u16 + 1).max();
    let spare = area.width.saturating_sub(2 + CELL * Right::ALL.len() as u16);
    let name_width = widest.unwrap_or(NAME).min(spare).max(NAME);
    let shown =
        usize::from(area.width.saturating_sub(name_width + 2) / CELL).clamp(1, Right::ALL.len());
    let first = (screen.col + 1).saturating_sub(shown);
    let columns = || Right::ALL.into_iter().enumerate().skip(first).take(shown);
    let cell = |n: usize, y: u16| Rect {
        x: area.x + 2 + name_width + CELL * (n - first) as u16,
        y,
        width: CELL - 1,
        height: 1,
    };
    for (n, one) in columns() {
        let chosen = n == screen.col;
        let style = ctx.style(if chosen { Role::Accent } else { Role::Muted });
        paint::text(buf, cell(n, body.y), right(one, ctx), style, ctx);
    }
    let fit = usize::from(body.height.saturating_sub(1)).max(1);
    let top = (screen.row + 1).saturating_sub(fit);
    for (n, line) in lines.iter().enumerate().skip(top).take(fit) {
        let y = body.y + 1 + (n - top) as u16;
        let place = Rect { y, height: 1, ..area };
        let chosen = n == screen.row;
        let base = if chosen { Role::Selected } else { Role::Text };
        if chosen {
            buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
            seen.cursor = Some(Position { x: place.x, y });
        }
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        paint::text(buf, place, marker, ctx.style(if chosen { base } else { Role::Accent }), ctx);
        let wide = matches!(line, Line::Special(_) | Line::TwoFactor);
        let width = if wide { name_width + CELL * 3 - 1 } else { name_width - 1 };
        let name = Rect { x: area.x + 2, y, width: width.min(area.width), height: 1 };
        paint::text(buf, name, Clean::line(&label(line, ctx)).as_str(), ctx.style(base), ctx);
        if wide {
            let has = yes(&screen.rights, line);
            let word = ctx.t(if has { "matrix.yes" } else { "matrix.none" });
            let at = Rect { x: name.right() + 1, width: CELL, ..name };
            let differs = screen.other.as_ref().is_some_and(|(_, other)| yes(other, line) != has);
            let word = if differs { format!("{word}!") } else { word.to_owned() };
            paint::text(buf, at, &word, ctx.style(base), ctx);
            seen.hit(place, Target::Card(n, screen.col));
            continue;
        }
        let Some(key) = edit::key_of(line) else { continue };
        for (col, one) in columns() {
            let scope = screen.rights.scope(&key, one);
            let other = screen.other.as_ref().map(|(_, other)| other.scope(&key, one));
            let differs = other.is_some_and(|other| other != scope)
                || (screen.other.is_none() && screen.saved.scope(&key, one) != scope);
            let mut word = short(scope, one, ctx);
            if differs {
                word.push('!');
            }
            let named =
                screen.rights.entities.get(&key).is_some_and(|of| of.scopes.contains_key(&one));
            let role = match (chosen, differs, scope.is_none() || !named) {
                (true, ..) => Role::Selected,
                (_, true, _) => Role::Warning,
                (.., true) => Role::Muted,
                _ => Role::Text,
            };
            let at = cell(col, y);
            if chosen && col == screen.col {
                // The cell itself is told by brackets, not by colour alone.
                let framed = format!("[{word}]");
                let wide = Rect { x: at.x - 1, width: CELL + 1, ..at };
                paint::text(buf, wide, &framed, ctx.style(Role::Selected), ctx);
                seen.focus = Some(at);
                seen.cursor = Some(at.as_position());
            } else {
                paint::text(buf, at, &word, ctx.style(role), ctx);
            }
            seen.hit(at, Target::Card(n, col));
        }
    }
    let told = explained(screen, ctx);
    if below > 0 {
        let y = body.bottom();
        let rule = Rect { y, height: 1, ..area };
        paint::rule(buf, rule, ctx);
        let part = |key: &str, first: usize, count: usize, all: usize| {
            let values = [first + 1, (first + count).min(all), all].map(|n| n.to_string());
            let [from, to, all] = values.each_ref().map(String::as_str);
            ctx.tf(key, &[("from", from), ("to", to), ("all", all)])
        };
        let all = Right::ALL.len();
        let parts = [
            (shown < all).then(|| part("matrix.part", first, shown, all)),
            (fit < lines.len()).then(|| part("matrix.part_lines", top, fit, lines.len())),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            let text = format!(" {} ", parts.join(" · "));
            let wide = (crate::term::width(&text) as u16).min(rule.width);
            let place = Rect { x: rule.right() - wide, width: wide, ..rule };
            paint::text(buf, place, &text, ctx.style(Role::Muted), ctx);
        }
        let width = usize::from(area.width.saturating_sub(2));
        for (n, line) in crate::term::wrap(&told, width).iter().take(2).enumerate() {
            let at = Rect { x: area.x + 1, y: y + 1 + n as u16, width: width as u16, height: 1 };
            paint::text(buf, at, line, ctx.style(Role::Info), ctx);
        }
    }
    seen.place(screen.row, lines.len());
    seen.tells(told);
    seen
}

fn label(line: &Line, ctx: &Context) -> String {
    match line {
        Line::Others => ctx.t("matrix.others").to_owned(),
        Line::Entity(name) => ctx
            .catalog
            .entity(name)
            .map_or_else(|| name.to_string(), |known| known.plural.get(ctx.lang()).to_owned()),
        Line::Special(one) => special(*one, ctx).to_owned(),
        Line::TwoFactor => ctx.t("matrix.two_factor").to_owned(),
    }
}

fn yes(rights: &RoleRights, line: &Line) -> bool {
    match line {
        Line::Special(special) => rights.everything || rights.special.contains(special),
        Line::TwoFactor => rights.two_factor,
        Line::Others | Line::Entity(_) => false,
    }
}

/// The cell under the cursor in words: how far it reaches, narrowed by what, and where it comes from.
fn explained(screen: &RoleMatrix, ctx: &Context) -> String {
    let Some(line) = screen.line(ctx) else { return String::new() };
    let name = label(&line, ctx);
    let (between, comma, colon, semicolon) = match ctx.lang() {
        crate::model::Lang::Zh => ("、", "，", "：", "；"),
        crate::model::Lang::En => (", ", ", ", ": ", "; "),
    };
    let Some(key) = edit::key_of(&line) else {
        let having = screen.roles.iter().filter(|role| yes(&role.rights, &line));
        let roles: Vec<&str> = having.map(|role| role.name.as_str()).collect();
        let has = ctx.t(if yes(&screen.rights, &line) { "matrix.yes" } else { "matrix.no" });
        if roles.is_empty() {
            return format!("{name}{colon}{has}");
        }
        return format!("{name}{colon}{has} ({})", roles.join(between));
    };
    let one = screen.right();
    let scope = screen.rights.scope(&key, one);
    let mut told = format!("{name}{comma}{}{colon}{}", right(one, ctx), long(scope, one, ctx));
    if let Some((other, rights)) = &screen.other {
        told.push_str(&format!(
            "{semicolon}{other}{colon}{}",
            long(rights.scope(&key, one), one, ctx)
        ));
    }
    let grants = screen.roles.iter().filter_map(|role| {
        let scope = role.rights.scope(&key, one);
        let narrow = role.rights.narrow(&key);
        (!scope.is_none()).then(|| match narrow {
            Some(narrow) => format!("{}{colon}{} ({narrow})", role.name, long(scope, one, ctx)),
            None => format!("{}{colon}{}", role.name, long(scope, one, ctx)),
        })
    });
    let grants: Vec<String> = grants.collect();
    if !grants.is_empty() {
        told.push_str(&format!(" · {}", grants.join(semicolon)));
    }
    if let Some(whole) = screen.rights.parts.get(&key) {
        let whole = ctx.catalog.entity(whole).map_or("", |known| known.plural.get(ctx.lang()));
        told.push_str(&format!(" · {}", ctx.t("matrix.part_of").replace("{whole}", whole)));
    }
    if let Some(narrow) = screen.rights.narrow(&key) {
        told.push_str(&format!(" · {} {narrow}", ctx.t("matrix.where")));
    }
    let named = screen.rights.entities.get(&key).is_some_and(|of| of.scopes.contains_key(&one));
    if !named && !screen.rights.everything && !screen.is_of_user() && line != Line::Others {
        told.push_str(&format!(" · {}", ctx.t("matrix.from_others")));
    }
    Clean::line(&told).into_string()
}
