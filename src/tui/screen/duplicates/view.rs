//! How the queue is drawn: the kinds of records, how many cases there are, the cases, and below or beside them the
//! records of the one under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sift::Band;
use super::{Duplicates, Far};
use crate::gate::why;
use crate::matching::{Case, Reason};
use crate::model::Lang;
use crate::term::{self, Clean, grouped};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::{TextEdit, draw as edit};

/// From this width on the records stand beside the list.
const WIDE: u16 = 116;
/// From this height on they stand below it.
const HIGH: u16 = 13;
/// Cells before the names: cursor, sign, score.
const LEAD: u16 = 9;
/// From this width on the reasons have a column of their own.
const REASONS: u16 = 64;

/// A score, never rounded up.
pub(super) fn percent(score: f64) -> String {
    let tenths = (score * 1000.0 + 1e-6).floor() as u16;
    if tenths.is_multiple_of(10) || tenths < 950 {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// The line that is typed into.
pub(super) fn prompt(area: Rect, buf: &mut Buffer, typed: &TextEdit, ctx: &Context) -> Seen {
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let lead = paint::text(buf, area, "/ ", ctx.style(Role::Muted), ctx);
    let said = ctx.t("duplicates.filter_hint");
    let right = (term::width(said) as u16).min(area.width / 2);
    let aside = Rect { x: area.right() - right, width: right, ..area };
    paint::text(buf, aside, said, ctx.style(Role::Muted), ctx);
    let words =
        Rect { x: area.x + lead, width: area.width.saturating_sub(lead + right + 1), ..area };
    let cursor = edit::edited(buf, words, typed, ctx.style(Role::Input));
    Seen { cursor: Some(cursor), ..Seen::default() }
}

/// Draws the screen.
pub(super) fn draw(of: &Duplicates, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = of.draw_kinds(paint::row(area, 0), buf, ctx);
    let rest = below(area, 1);
    if let Some(failed) = &of.failed {
        seen.join(failed.draw(buf, rest, ctx));
        return seen;
    }
    if of.queue.is_none() {
        seen.join(of.draw_search(rest, buf, ctx));
        return seen;
    }
    of.draw_counts(paint::row(rest, 0), buf, ctx);
    let rest = below(rest, 1);
    if of.shown.is_empty() {
        seen.join(State::empty(of.nothing(ctx)).draw(buf, rest, ctx));
        return seen;
    }
    if area.width >= WIDE && !ctx.plain {
        let wide = rest.width * 2 / 5;
        let list = Rect { width: wide, ..rest };
        seen.join(of.draw_cases(list, buf, ctx));
        let line = Rect { x: rest.x + wide, width: 1, ..rest };
        paint::upright(buf, line, ctx);
        let beside = Rect { x: line.x + 2, width: rest.width.saturating_sub(wide + 2), ..rest };
        of.draw_beside(beside, buf, ctx);
    } else if area.height >= HIGH {
        let high = (rest.height * 2 / 5).max(3).min(of.shown.len() as u16).max(1);
        seen.join(of.draw_cases(Rect { height: high, ..rest }, buf, ctx));
        paint::rule(buf, paint::row(rest, high), ctx);
        of.draw_beside(below(rest, high + 1), buf, ctx);
    } else if of.whole {
        // The case itself in one line, then its records.
        let line = Rect { height: 1.min(rest.height), ..rest };
        seen.join(of.draw_cases(line, buf, ctx));
        of.draw_beside(below(rest, 1), buf, ctx);
    } else {
        seen.join(of.draw_cases(rest, buf, ctx));
    }
    seen
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

impl Duplicates {
    fn draw_kinds(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        paint::rule(buf, area, ctx);
        seen.hit(area, Target::Tabs);
        let mut x = area.x + 1.min(area.width);
        for (n, kind) in self.kinds.iter().enumerate() {
            let entity = ctx.catalog.entity(kind);
            let name = format!(" {} ", entity.map_or("", |entity| entity.plural.get(ctx.lang())));
            let open = n == self.kind;
            let text = if open { paint::open_tab(&name, ctx) } else { name };
            let width = (term::width(&text) as u16).min(area.right().saturating_sub(x));
            let place = Rect { x, width, ..area };
            let role = if open { Role::TabOpen } else { Role::Tab };
            paint::text(buf, place, &text, ctx.style(role), ctx);
            seen.hit(place, Target::Tab(n));
            x = (x + width + 1).min(area.right());
        }
        seen
    }

    /// What stands there while it is searched, and after that was stopped.
    fn draw_search(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if self.stopped {
            return State::empty(ctx.t("duplicates.stopped")).draw(buf, area, ctx);
        }
        if self.kinds.is_empty() {
            return State::empty(ctx.t("reason.no_rules")).draw(buf, area, ctx);
        }
        let (share, told) = match self.far {
            // Nothing is said of what takes no time.
            Far::Reading(_, 0) => {
                return State::awaited(ctx).map_or_else(Seen::default, |s| s.draw(buf, area, ctx));
            }
            Far::Reading(n, total) => {
                let values = [("n", grouped(n)), ("total", grouped(total))];
                let values: Vec<(&str, &str)> =
                    values.iter().map(|(k, v)| (*k, v.as_str())).collect();
                (n as f64 / total as f64 / 3.0, ctx.tf("duplicates.reading", &values))
            }
            Far::Comparing(done) => {
                let share = ((done * 100.0) as u64).min(99).to_string();
                (1.0 / 3.0 + done * 2.0 / 3.0, ctx.tf("duplicates.comparing", &[("n", &share)]))
            }
        };
        let inner = Rect {
            x: area.x + 3.min(area.width),
            width: area.width.saturating_sub(4),
            ..below(area, u16::from(area.height > 3))
        };
        paint::text(buf, paint::row(inner, 0), &told, ctx.style(Role::Info), ctx);
        let mut next = 1;
        if !ctx.plain {
            let cells = usize::from(inner.width.min(40)).saturating_sub(2);
            let filled = ((share * cells as f64) as usize).min(cells);
            let line = ctx.glyphs().line.repeat(cells - filled);
            let bar = format!("[{}{line}]", "#".repeat(filled));
            paint::text(buf, paint::row(inner, 1), &bar, ctx.style(Role::Accent), ctx);
            next = 2;
        }
        let hint = ctx.t("duplicates.stop_hint");
        paint::text(buf, paint::row(inner, next), hint, ctx.style(Role::Muted), ctx);
        let mut seen =
            Seen { cursor: (!inner.is_empty()).then(|| inner.as_position()), ..Seen::default() };
        seen.tells(told);
        seen
    }

    /// `12 open: 5 safe (from 95 %) · 4 likely · 3 possible · 2 not duplicates`.
    fn draw_counts(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let narrow = area.width < 60;
        let mut parts: Vec<(String, Role)> = Vec::new();
        let n = |key: &str, n: usize| ctx.tf(key, &[("n", &grouped(n as u64))]);
        let framed = |text: String, on: bool| if on { format!("[{text}]") } else { text };
        if self.sift.apart {
            parts.push((framed(n("duplicates.apart", self.apart), true), Role::Title));
        } else {
            if !narrow {
                parts.push((n("duplicates.open", self.cases.len()), Role::Title));
            }
            for band in Band::ALL {
                let mut text = n(word(band), self.of_band(band));
                if band == Band::Safe && !narrow {
                    let from = percent(self.sift.safe());
                    text = format!("{text} {}", ctx.tf("duplicates.from", &[("from", &from)]));
                }
                parts.push((framed(text, self.sift.band == Some(band)), role(band)));
            }
            if self.apart > 0 {
                parts.push((n("duplicates.apart", self.apart), Role::Muted));
            }
        }
        if !self.marks.is_empty() {
            parts.push((n("list.marked", self.marks.len()), Role::Accent));
        }
        if !self.skipped.is_empty() && !self.sift.apart {
            parts.push((n("duplicates.skipped", self.skipped.len()), Role::Muted));
        }
        let texts: Vec<(String, ratatui::style::Style)> =
            parts.into_iter().map(|(text, role)| (format!("{text}  "), ctx.style(role))).collect();
        let pieces: Vec<(&str, ratatui::style::Style)> =
            texts.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        let lead = 1.min(area.width);
        let area = Rect { x: area.x + lead, width: area.width - lead, ..area };
        paint::pieces(buf, area, &pieces, ctx);
    }

    /// Why there is nothing, and what can be done.
    fn nothing(&self, ctx: &Context) -> String {
        let queue = self.queue.as_ref();
        let n = grouped(queue.map_or(0, crate::gate::DuplicateQueue::compared) as u64);
        if !self.sift.filter().is_empty() || self.sift.band.is_some() {
            return ctx.t("duplicates.no_match").to_owned();
        }
        if self.sift.apart {
            return ctx.t("duplicates.none_apart").to_owned();
        }
        ctx.tf("duplicates.empty", &[("n", &n)])
    }

    fn draw_cases(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let height = usize::from(area.height).max(1);
        let top = (self.at + 1).saturating_sub(height);
        for (n, case) in self.shown.iter().enumerate().skip(top).take(height) {
            let line = paint::row(area, (n - top) as u16);
            let case = &self.cases[*case];
            let chosen = n == self.at;
            self.draw_case(line, buf, case, chosen, ctx);
            if chosen {
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.tells(format!(
                    "{} {}: {}",
                    percent(case.score),
                    self.names(case, ctx),
                    self.why(case, ctx)
                ));
                seen.place(n, self.shown.len());
            }
            seen.hit(line, Target::Row(n));
        }
        seen
    }

    fn draw_case(&self, line: Rect, buf: &mut Buffer, case: &Case, chosen: bool, ctx: &Context) {
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style(Role::Accent), ctx);
        }
        let skipped = self.skipped.contains(&case.records);
        let sign = if self.refusal(case).is_some() {
            ("!", Role::Error)
        } else if self.marks.contains(&case.records) {
            (ctx.glyphs().mark, Role::Accent)
        } else if skipped {
            ("-", Role::Muted)
        } else {
            (" ", Role::Text)
        };
        let at = |x: u16, width: u16| {
            let x = x.min(line.width);
            Rect { x: line.x + x, width: width.min(line.width - x), ..line }
        };
        paint::text(buf, at(1, 1), sign.0, style(sign.1), ctx);
        let band = role(self.sift.band_of(case.score));
        let score = percent(case.score);
        paint::aligned(buf, at(2, LEAD - 3), &score, style(band), Side::Right, ctx);
        let names = self.names(case, ctx);
        let role = if skipped { Role::Muted } else { Role::Text };
        if line.width < REASONS {
            paint::text(buf, at(LEAD, line.width), &names, style(role), ctx);
            return;
        }
        let wide = (line.width - LEAD) * 11 / 20;
        paint::text(buf, at(LEAD, wide - 1), &names, style(role), ctx);
        let told = match self.refusal(case) {
            Some(why) => (format!("! {why}"), Role::Error),
            None => (self.why(case, ctx), Role::Muted),
        };
        paint::text(buf, at(LEAD + wide, line.width), &told.0, style(told.1), ctx);
    }

    /// What the records of a case are called: of two both, of more how many and the first.
    fn names(&self, case: &Case, ctx: &Context) -> String {
        let name = |id: &i64| match self.name(*id) {
            "" => self.told(*id, ctx),
            name => Clean::line(name).into_string(),
        };
        let mut names: Vec<String> = Vec::new();
        for id in &case.records {
            let name = name(id);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let text = match names.as_slice() {
            // The same name twice says nothing: the numbers do.
            [one] if case.records.len() == 2 => {
                let [a, b] = [0, 1].map(|n| self.told(case.records[n], ctx));
                format!("{one} ({a}, {b})")
            }
            names => names.join(" = "),
        };
        match case.records.len() {
            2 => text,
            n => format!("{n} x {text}"),
        }
    }

    fn reasons(&self, case: &Case, ctx: &Context) -> Vec<Reason> {
        let queue = self.queue.as_ref();
        queue.map(|queue| queue.reasons(case.best, &ctx.catalog)).unwrap_or_default()
    }

    /// What speaks for it.
    fn why(&self, case: &Case, ctx: &Context) -> String {
        Clean::line(&ctx.strings.said(&why(&self.reasons(case, ctx)))).into_string()
    }

    fn draw_beside(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let Some(case) = self.case() else { return };
        let lead = 1.min(area.width);
        let area = Rect { x: area.x + lead, width: area.width.saturating_sub(lead + 1), ..area };
        let reasons = self.reasons(case, ctx);
        let against: Vec<String> = reasons
            .iter()
            .filter(|reason| !reason.speaks_for)
            .map(|reason| ctx.strings.said(&reason.words))
            .collect();
        let mut lines: Vec<(Role, String)> = Vec::new();
        if let Some(why) = self.refusal(case) {
            lines.push((Role::Error, format!("! {why}")));
        }
        if let Some(problem) = self.beside.problem(ctx) {
            lines.push((Role::Warning, format!("! {problem}")));
        }
        let band = ctx.t(told(self.sift.band_of(case.score)));
        let score = percent(case.score);
        let speaks = ctx.strings.said(&why(&reasons));
        let mut said = format!("{score} {band}: {speaks}");
        if !against.is_empty() {
            let but = against.join(if ctx.lang() == Lang::Zh { "、" } else { ", " });
            said = format!("{said}{}", ctx.tf("duplicates.but", &[("what", &but)]));
        }
        lines.push((Role::Info, said));
        let mut y = 0;
        let most = if area.height > 8 { 2 } else { 1 };
        for (role, line) in lines {
            for line in Clean::line(&line).wrap(usize::from(area.width)).into_iter().take(most) {
                paint::text(buf, paint::row(area, y), line.as_str(), ctx.style(role), ctx);
                y += 1;
            }
        }
        self.beside.draw(below(area, y), buf, ctx);
    }

    /// What the line above the footer says.
    pub(super) fn status_line(&self, ctx: &Context) -> Option<(Role, String)> {
        let queue = self.queue.as_ref()?;
        if queue.beyond() > 0 {
            let n = grouped(queue.beyond() as u64);
            return Some((Role::Warning, ctx.tf("duplicates.beyond", &[("n", &n)])));
        }
        let when = self
            .found_at
            .map(|at| at.with_timezone(&ctx.format.zone).format("%H:%M").to_string())?;
        let n = grouped(queue.compared() as u64);
        Some((Role::Muted, ctx.tf("duplicates.as_of", &[("n", &n), ("when", &when)])))
    }
}

fn word(band: Band) -> &'static str {
    match band {
        Band::Safe => "duplicates.safe",
        Band::Likely => "duplicates.likely",
        Band::Possible => "duplicates.possible",
    }
}

fn told(band: Band) -> &'static str {
    match band {
        Band::Safe => "duplicates.is_safe",
        Band::Likely => "duplicates.is_likely",
        Band::Possible => "duplicates.is_possible",
    }
}

fn role(band: Band) -> Role {
    match band {
        Band::Safe => Role::Good,
        Band::Likely => Role::Info,
        Band::Possible => Role::Muted,
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_score_is_never_told_higher_than_it_is() {
        let told = [0.5, 0.949, 0.95, 0.956, 0.9999, 1.0].map(percent);
        assert_eq!(told, ["50 %", "94 %", "95 %", "95.6 %", "99.9 %", "100 %"]);
    }
}
