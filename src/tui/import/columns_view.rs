//! How the columns of a file are drawn: what it is on top, the columns, a row of it as it would become.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::table::{draw_heads, part};
use super::{Columns, words};
use crate::exchange::RowProblem;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;

/// From this width on the row stands beside the columns.
const BESIDE_FROM: u16 = 110;
/// Values of a column that are shown.
const SAMPLES: usize = 3;
/// Columns that are always seen.
const LEAST: u16 = 4;

impl Columns {
    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let top = self.draw_top(inside, buf, ctx);
        let rest = Rect { y: area.y + top, height: area.height - top, ..area };
        if area.width >= BESIDE_FROM && !ctx.plain {
            let width = rest.width * 3 / 5;
            let seen = self.draw_columns(Rect { width, ..rest }, buf, ctx);
            let x = rest.x + width;
            paint::upright(buf, Rect { x, width: 1, ..rest }, ctx);
            let beside = Rect { x: x + 2, width: rest.width - width - 3, ..rest };
            self.draw_row(beside, buf, ctx);
            return seen;
        }
        let lines = self.row_lines(ctx).len() as u16;
        let columns = self.looked.headers.len() as u16 + 1;
        // The columns get what the row does not need, and at least half of the room.
        let room = rest.height.saturating_sub(1);
        let list = columns.min(room.saturating_sub(lines + 1).max(room.div_ceil(2)).max(LEAST + 1));
        let list = list.min(rest.height);
        let seen = self.draw_columns(Rect { height: list, ..rest }, buf, ctx);
        let below = Rect { y: rest.y + list, height: rest.height - list, ..rest };
        if below.height >= 3 {
            let below = Rect { x: inside.x, width: inside.width, ..below };
            self.draw_row(below, buf, ctx);
        }
        seen
    }

    /// What the file is and how it is done; yields the lines it took.
    fn draw_top(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> u16 {
        let looked = &self.looked;
        let mut file = words::file(looked, ctx);
        let known = match (&looked.by, &looked.shape) {
            (Some(name), _) => Some(ctx.tf("import.by_saved", &[("name", &Clean::line(name))])),
            (None, Some(shape)) => {
                Some(ctx.tf("import.recognised", &[("shape", shape.get(ctx.lang()))]))
            }
            (None, None) => None,
        };
        if let Some(known) = known {
            file = format!("{known} · {file}");
        }
        let low = area.height < 12;
        let mut lines = vec![(Role::Info, file)];
        if !low {
            lines.push((Role::Label, words::way(&self.map, self.entity(ctx), ctx)));
        }
        let most = if low { 1 } else { usize::from(area.height / 6).clamp(1, 6) };
        let warnings = self.warnings(ctx);
        let mut told = Vec::new();
        for (role, text) in &warnings {
            let sign = if matches!(role, Role::Error | Role::Warning) { "! " } else { "" };
            let text = Clean::line(&format!("{sign}{text}"));
            let lines = term::wrap(&text, usize::from(area.width));
            told.extend(lines.into_iter().map(|line| (*role, line)));
        }
        told.truncate(most);
        lines.extend(told);
        let count = lines.len().min(usize::from(area.height));
        for (n, (role, line)) in lines.iter().enumerate().take(count) {
            paint::text(buf, paint::row(area, n as u16), line, ctx.style(*role), ctx);
        }
        count as u16
    }

    fn draw_columns(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let headers = &self.looked.headers;
        let wide = usize::from(area.width);
        let column = headers.iter().map(|header| term::width(header)).max().unwrap_or(0);
        let column = column.clamp(8, (wide / 4).max(8)) as u16;
        let goes = (area.width / 3).clamp(10, 36);
        let sample = area.width.saturating_sub(column + goes + 4);
        let head = paint::row(area, 0);
        draw_heads(
            head,
            &[
                (2, column, "import.head.column"),
                (column + 3, sample, "import.head.sample"),
                (column + sample + 4, goes, "import.head.target"),
            ],
            buf,
            ctx,
        );
        let room = usize::from(area.height.saturating_sub(1)).max(1);
        let top = (self.at + 1).saturating_sub(room);
        for (n, header) in headers.iter().enumerate().skip(top).take(room) {
            let line = paint::row(area, (n - top) as u16 + 1);
            let chosen = n == self.at;
            let style = |role| ctx.style(if chosen { Role::Selected } else { role });
            if chosen {
                buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
                paint::text(buf, line, ctx.glyphs().cursor, style(Role::Accent), ctx);
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, headers.len());
            }
            let name = Clean::line(header);
            paint::text(buf, part(line, 2, column), &name, style(Role::Text), ctx);
            let samples = self.samples(n);
            let place = part(line, column + 3, sample);
            paint::text(buf, place, &samples, style(Role::Muted), ctx);
            let (role, target) = self.target(header, n, ctx);
            let place = part(line, column + sample + 4, goes.saturating_sub(1));
            paint::text(buf, place, &target, style(role), ctx);
            seen.hit(line, Target::Row(n));
        }
        seen
    }

    /// The first different values of a column.
    fn samples(&self, column: usize) -> String {
        let mut found: Vec<String> = Vec::new();
        for row in self.looked.rows.iter() {
            let Some(cell) = row.cells.get(column).map(str::trim) else { continue };
            // A few hundred cells of a value are more than anybody sees.
            let cell: String = cell.chars().take(200).collect();
            let cell = Clean::line(&cell).into_string();
            if !cell.is_empty() && !found.contains(&cell) {
                found.push(cell);
            }
            if found.len() == SAMPLES {
                break;
            }
        }
        found.join(" · ")
    }

    /// Where a column goes, in words, and whether rows are known again by it.
    fn target(&self, header: &str, n: usize, ctx: &Context) -> (Role, String) {
        let entity = self.entity(ctx);
        let targets = self.map.targets_of(header);
        if targets.is_empty() {
            let composed = self
                .map
                .compose
                .iter()
                .find(|(_, template)| template.contains(&format!("{{{header}}}")));
            if let Some((field, _)) = composed {
                let field = words::target(entity, &field.text, ctx);
                return (Role::Text, ctx.tf("import.part_of", &[("field", &field)]));
            }
            let taken = |address: &&str| !self.map.fills(address);
            return match self.looked.likely(n).filter(taken) {
                Some(likely) => {
                    let field = words::target(entity, likely, ctx);
                    (Role::Warning, ctx.tf("import.likely", &[("field", &field)]))
                }
                None => (Role::Muted, ctx.t("import.out").to_owned()),
            };
        }
        let names = targets.iter().map(|target| {
            let address = &target.field.text;
            let name = address.split('.').next().unwrap_or_default();
            let required = entity.and_then(|e| e.field(name)).is_some_and(|field| field.required);
            let star = if required { " *" } else { "" };
            format!("{}{star}", words::target(entity, address, ctx))
        });
        let mut text = names.collect::<Vec<_>>().join(", ");
        let is_key = self.map.keys.iter().flat_map(|key| key.text.split('+')).any(|word| {
            let name = |text: &str| text.trim().split('.').next().unwrap_or_default().to_owned();
            targets.iter().any(|target| name(&target.field.text) == name(word))
        });
        if is_key {
            text = format!("{text} ({})", ctx.t("import.key"));
        }
        (if is_key { Role::Accent } else { Role::Text }, text)
    }

    /// What the row would become, field by field.
    fn row_lines(&self, ctx: &Context) -> Vec<(Role, String, String)> {
        let Some(row) = &self.preview else { return Vec::new() };
        let entity = self.entity(ctx);
        if let Some(why) = &row.skip {
            let text = format!("{} · {}", ctx.t("import.fate.skip"), ctx.strings.said(why));
            return vec![(Role::Warning, String::new(), text)];
        }
        let wrong = row.wrong.iter().map(|problem: &RowProblem| {
            let label = problem.field.as_ref().map(|name| words::target(entity, name, ctx));
            let text = words::failed(&problem.message, problem.hint.as_ref(), ctx);
            (Role::Error, label.unwrap_or_default(), format!("! {text}"))
        });
        let fields = row.fields.iter().map(|(name, what)| {
            let label = words::target(entity, name, ctx);
            (Role::Text, label, words::becomes(entity, name, what, ctx))
        });
        wrong.chain(fields).collect()
    }

    fn draw_row(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let head = paint::row(area, 0);
        paint::rule(buf, head, ctx);
        let title = match self.looked.rows.get(self.row) {
            Some(row) => ctx.tf("import.row_becomes", &[("row", &row.number.to_string())]),
            None => ctx.t("import.no_rows").to_owned(),
        };
        paint::text(buf, head, &format!("{title} "), ctx.style(Role::Label), ctx);
        let lines = self.row_lines(ctx);
        let wide = lines.iter().map(|(_, label, _)| term::width(label)).max().unwrap_or(0);
        let wide = (wide as u16 + 2).min(area.width / 3);
        for (n, (role, label, text)) in lines.iter().enumerate() {
            let line = paint::row(area, n as u16 + 1);
            if line.is_empty() {
                break;
            }
            paint::text(
                buf,
                Rect { width: wide.saturating_sub(1), ..line },
                label,
                ctx.style(Role::Muted),
                ctx,
            );
            let place = Rect { x: line.x + wide, width: line.width - wide, ..line };
            paint::text(buf, place, &Clean::line(text), ctx.style(*role), ctx);
        }
    }
}
