//! How the rows of a file are drawn: how many of which verdict, the rows, what came of it in the end.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::rows::Phase;
use super::{Rows, words};
use crate::exchange::import::Line;
use crate::exchange::{ImportReport, RowFate};
use crate::model::Name;
use crate::term::{self, Clean, grouped};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// What is to be said of the file as a whole, at most.
const NOTICES: usize = 3;

impl Rows {
    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        if let Some(failed) = &self.failed {
            return failed.draw(buf, area, ctx);
        }
        match &self.phase {
            Phase::Planning => return self.draw_progress("import.planning", inside, buf, ctx),
            Phase::Applying => return self.draw_progress("import.applying", inside, buf, ctx),
            Phase::Done(report) => return self.draw_result(report, area, buf, ctx),
            Phase::Ready => {}
        }
        if self.resumes && self.ledger.is_none() {
            let text = self.problem.as_deref().unwrap_or_else(|| ctx.t("import.resumes"));
            return State::empty(text).draw(buf, area, ctx);
        }
        self.draw_counts(paint::row(inside, 0), buf, ctx);
        let mut y = 1;
        for (role, text) in self.notices(usize::from(inside.width), area.height, ctx) {
            paint::text(buf, paint::row(inside, y), &text, ctx.style(role), ctx);
            y += 1;
        }
        paint::rule(buf, paint::row(area, y), ctx);
        y += 1;
        let body =
            Rect { y: area.y + y.min(area.height), height: area.height.saturating_sub(y), ..area };
        self.draw_lines(body, buf, ctx)
    }

    /// `218 create  3 update  2 errors`, the shown kind in brackets.
    fn draw_counts(&self, row: Rect, buf: &mut Buffer, ctx: &Context) {
        let texts: Vec<(String, Role)> = self
            .counts
            .iter()
            .map(|(fate, n)| {
                let text = format!("{} {}", grouped(*n), ctx.strings.get(words::fate(*fate)));
                let text = if self.shown == Some(*fate) { format!("[{text}]") } else { text };
                (format!("{text}   "), words::role(*fate))
            })
            .collect();
        let pieces: Vec<(&str, ratatui::style::Style)> =
            texts.iter().map(|(text, role)| (text.as_str(), ctx.style(*role))).collect();
        paint::pieces(buf, row, &pieces, ctx);
    }

    fn notices(&self, width: usize, height: u16, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines: Vec<(Role, String)> = Vec::new();
        let mut add = |role: Role, text: &str| {
            let wrapped = term::wrap(&Clean::line(text), width);
            lines.extend(wrapped.into_iter().map(|line| (role, line)));
        };
        if let Some(problem) = &self.problem {
            add(Role::Error, &format!("! {problem}"));
        }
        if let Some(ledger) = &self.ledger {
            let report = &ledger.report;
            for (entity, n) in &report.made {
                add(Role::Muted, &made(entity, *n, ctx));
            }
            if !report.new_choices.is_empty() {
                let values: Vec<&str> =
                    report.new_choices.iter().take(5).map(|new| new.value.as_str()).collect();
                add(
                    Role::Warning,
                    &ctx.tf("import.new_choices", &[("values", &values.join(", "))]),
                );
            }
            for notice in &report.notices {
                add(Role::Muted, &words::without_flags(&ctx.said_phrase(notice)));
            }
        }
        lines.truncate(if height < 12 { 1 } else { NOTICES });
        lines
    }

    fn draw_lines(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let total = self.total();
        if total == 0 {
            return State::empty(ctx.t("import.no_rows")).draw(buf, area, ctx);
        }
        let room = usize::from(area.height).max(1);
        let half = room / 2;
        let top = self.at.saturating_sub(half).min(total.saturating_sub(room));
        let number = self.lines.last().map_or(1, |line| line.row.to_string().len()) as u16;
        for n in top..(top + room).min(total) {
            let line = paint::row(area, (n - top) as u16);
            let found = n.checked_sub(self.first).and_then(|at| self.lines.get(at));
            if n == self.at {
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, total);
            }
            if let Some(found) = found {
                self.draw_line(line, buf, (found, number, n == self.at), ctx);
            }
            seen.hit(line, Target::Row(n));
        }
        seen
    }

    fn draw_line(
        &self,
        line: Rect,
        buf: &mut Buffer,
        (of, number, chosen): (&Line, u16, bool),
        ctx: &Context,
    ) {
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style(Role::Accent), ctx);
        }
        let at = |x: u16, width: u16| {
            let x = x.min(line.width);
            Rect { x: line.x + x, width: width.min(line.width - x), ..line }
        };
        let place = at(2, number);
        let row = of.row.to_string();
        paint::aligned(buf, place, &row, style(Role::Muted), paint::Side::Right, ctx);
        let fate = ctx.strings.get(words::fate(of.fate));
        let word = RowFate::ALL.iter().map(|f| term::width(ctx.strings.get(words::fate(*f))));
        let word = word.max().unwrap_or(8) as u16;
        paint::text(buf, at(number + 3, word), fate, style(words::role(of.fate)), ctx);
        let x = number + word + 4;
        let title = ((line.width.saturating_sub(x)) * 2 / 5).min(36);
        let name = Clean::line(&of.title);
        let mut taken = 0;
        if let Some(record) = of.record() {
            let reference = ctx.catalog.reference(&record);
            taken = paint::text(buf, at(x, title), &reference, style(Role::Muted), ctx) + 1;
        }
        let place = at(x + taken, title.saturating_sub(taken + 1));
        paint::text(buf, place, &name, style(Role::Text), ctx);
        let (role, what) = self.what(of, ctx);
        paint::text(buf, at(x + title, line.width), &what, style(role), ctx);
    }

    /// Why a row cannot be done, what it changes, what else there is to say.
    fn what(&self, of: &Line, ctx: &Context) -> (Role, String) {
        let entity = self.entity(ctx);
        if !of.wrong.is_empty() {
            let all = of.wrong.iter().map(|wrong| match &wrong.field {
                Some(field) => format!("{}: {}", words::target(entity, field, ctx), wrong.text),
                None => wrong.text.clone(),
            });
            let text = all.collect::<Vec<_>>().join(" · ");
            return (Role::Error, Clean::line(&text).into_string());
        }
        if let Some(note) = &of.note {
            return (Role::Muted, Clean::line(note).into_string());
        }
        let fields = of.fields.iter().map(|field| words::target(entity, field, ctx));
        (Role::Text, fields.collect::<Vec<_>>().join(", "))
    }

    fn draw_progress(&self, key: &str, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let n = grouped(self.progress.written());
        let text = match self.ledger.as_ref().map(|ledger| ledger.rows()) {
            Some(total) => {
                let values = [("n", n.as_str()), ("total", &grouped(total))];
                format!("{} {}", ctx.strings.get(key), ctx.tf("export.far", &values))
            }
            None => format!("{} {n}", ctx.strings.get(key)),
        };
        paint::text(buf, paint::row(area, 1), &text, ctx.style(Role::Info), ctx);
        let mut seen = Seen { cursor: Some(paint::row(area, 1).as_position()), ..Seen::default() };
        seen.tells(text);
        seen
    }

    fn draw_result(
        &self,
        report: &ImportReport,
        area: Rect,
        buf: &mut Buffer,
        ctx: &Context,
    ) -> Seen {
        let lines = self.result(report, ctx);
        let inside = Rect {
            x: area.x + 2.min(area.width),
            y: area.y + u16::from(area.height > 8),
            width: area.width.saturating_sub(4),
            height: area.height.saturating_sub(u16::from(area.height > 8)),
        };
        let mut y = 0;
        for (role, text) in &lines {
            for line in term::wrap(&Clean::line(text), usize::from(inside.width)) {
                paint::text(buf, paint::row(inside, y), &line, ctx.style(*role), ctx);
                y += 1;
            }
        }
        let mut seen = Seen { cursor: Some(inside.as_position()), ..Seen::default() };
        seen.tells(lines.first().map(|(_, text)| text.clone()).unwrap_or_default());
        seen
    }

    /// What came of it, line by line.
    fn result(&self, report: &ImportReport, ctx: &Context) -> Vec<(Role, String)> {
        let fates = RowFate::ALL.into_iter().filter(|fate| report.count(*fate) > 0);
        let counts = fates.map(|fate| {
            format!("{} {}", grouped(report.count(fate)), ctx.strings.get(words::fate(fate)))
        });
        let counts = counts.collect::<Vec<_>>().join(", ");
        let rows = ctx.strings.count("import.rows", usize::try_from(report.rows).unwrap_or(0));
        let mut lines = Vec::new();
        if report.stopped {
            lines.push((Role::Warning, ctx.tf("import.stopped", &[("rows", &rows)])));
        } else {
            let name = self.job().path.display().to_string();
            lines.push((Role::Good, ctx.tf("import.done", &[("file", &Clean::line(&name))])));
        }
        lines.push((Role::Text, ctx.tf("import.result", &[("rows", &rows), ("counts", &counts)])));
        for (entity, n) in &report.made {
            lines.push((Role::Text, made(entity, *n, ctx)));
        }
        match report.change_set {
            Some(number) => {
                let number = number.to_string();
                lines.push((Role::Text, ctx.tf("import.change_set", &[("number", &number)])));
            }
            None => lines.push((Role::Muted, ctx.t("import.nothing_written").to_owned())),
        }
        let errors = report.count(RowFate::Error);
        if errors > 0 {
            let n = ctx.strings.count("import.rows", usize::try_from(errors).unwrap_or(0));
            let name = report.rejects.as_ref();
            let place = name.map(|name| self.job().path.with_file_name(name).display().to_string());
            lines.push(match place {
                Some(path) => {
                    let values = [("rows", n.as_str()), ("path", &*Clean::line(&path))];
                    (Role::Warning, ctx.tf("import.rejected", &values))
                }
                None => (Role::Warning, ctx.tf("import.rejected_lost", &[("rows", &n)])),
            });
            for problem in report.problems.iter().take(5) {
                let text = ctx.strings.said(&problem.problem);
                let text = format!("{} × {text}", grouped(problem.rows));
                let text = if ctx.ascii { text.replace('×', "x") } else { text };
                lines.push((Role::Muted, text));
            }
        }
        let way_on = if report.stopped { "import.way_on_stopped" } else { "import.way_on" };
        lines.push((Role::Muted, ctx.t(way_on).to_owned()));
        lines
    }
}

/// How many linked records were missing and are made.
fn made(entity: &Name, n: u64, ctx: &Context) -> String {
    let known = ctx.catalog.entity(entity);
    let label = known.map_or(entity.as_str(), |known| known.label.get(ctx.lang()));
    ctx.tf("import.made", &[("n", &grouped(n)), ("entity", label)])
}
