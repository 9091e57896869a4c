//! What the file holds of a person, before it is erased: what was found, what stays, and the reference to be typed.
//!
//! It cannot be taken back, so a yes is not enough: whoever does it types the record's reference. The password is
//! asked for again where there is one. Start at [`Erasing::new`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::planned::Planned;
use crate::action::{Key, KeyCode, Place};
use crate::gate::ErasePlan;
use crate::model::RecordRef;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;
use crate::tui::widget::{TextEdit, draw, keys};

const PLAN: Slot = Slot("erase.plan", 0);
const DO: Slot = Slot("erase.do", 0);
/// Records that are named of each kind.
const NAMED: usize = 6;

/// A person whose data is to be erased.
pub struct Erasing {
    record: RecordRef,
    planned: Planned<ErasePlan>,
    typed: TextEdit,
}

impl Erasing {
    /// Of this record.
    #[must_use]
    pub fn new(record: RecordRef) -> Self {
        Self { record, planned: Planned::nothing(), typed: TextEdit::line("") }
    }

    fn go(&mut self) -> Cmds {
        self.planned.go(DO, Request::Erase)
    }

    /// What was found, and what stays.
    fn lines(&self, plan: &ErasePlan, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        let names = |records: &mut dyn Iterator<Item = String>| {
            let mut names: Vec<String> = records.take(NAMED + 1).collect();
            if names.len() > NAMED {
                names[NAMED] = ctx.glyphs().cut.to_owned();
            }
            names.join(" ")
        };
        let records = names(&mut plan.records().iter().map(|record| ctx.catalog.reference(record)));
        let values = plan.values().to_string();
        let found = [("records", records.as_str()), ("title", plan.title()), ("values", &values)];
        lines.push((Role::Text, ctx.tf("erase.record", &found)));
        let cut = plan.mentions().iter().map(|mentioned| (mentioned, Role::Text, "erase.mention"));
        let left = plan.left().iter().map(|mentioned| (mentioned, Role::Muted, "erase.left"));
        for (mentioned, role, key) in cut.chain(left) {
            let entity = ctx.catalog.entity(&mentioned.entity);
            let plural = entity.map_or(mentioned.entity.as_str(), |e| e.plural.get(ctx.lang()));
            let field = entity.and_then(|entity| entity.field(&mentioned.field));
            let field = field.map_or(mentioned.field.as_str(), |f| f.label.get(ctx.lang()));
            let prefix = entity.map_or("", |entity| entity.prefix.as_str());
            let which = names(&mut mentioned.records.iter().map(|id| format!("{prefix}-{id}")));
            let found = [("entity", plural), ("field", field), ("which", &which)];
            lines.push((role, ctx.tf(key, &found)));
        }
        let (rows, drafts) = (plan.rows().to_string(), plan.drafts().to_string());
        let found = [("rows", rows.as_str()), ("drafts", &drafts)];
        lines.push((Role::Text, ctx.tf("erase.rest", &found)));
        if !plan.alike().is_empty() {
            let alike = plan.alike().iter();
            let which = names(&mut alike.map(|hit| ctx.catalog.reference(&hit.record)));
            lines.push((Role::Muted, ctx.tf("erase.alike", &[("which", &which)])));
        }
        if plan.named_in_log() > 0 {
            let n = plan.named_in_log().to_string();
            lines.push((Role::Muted, ctx.tf("erase.log", &[("n", &n)])));
        }
        if !plan.copies().is_empty() {
            let which = ctx.listed(plan.copies());
            lines.push((Role::Muted, ctx.tf("erase.copies", &[("which", &which)])));
        }
        let reference = ctx.catalog.reference(&self.record);
        lines.push((Role::Warning, ctx.tf("erase.type", &[("reference", &reference)])));
        lines
    }
}

impl Layer for Erasing {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(PLAN, Request::PlanErase(self.record.clone()))]
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.planned.is_doing() { Cmds::new() } else { self.start(ctx) }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        matches!(slot, PLAN | DO)
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if self.planned.confirmed() { self.go() } else { Cmds::new() }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if key.is(KeyCode::Esc) {
            return Some(vec![Cmd::Close]);
        }
        if key.is(KeyCode::Enter) {
            let reference = ctx.catalog.reference(&self.record);
            if self.typed.text().trim().eq_ignore_ascii_case(&reference) {
                return Some(self.go());
            }
            let told = ctx.tf("erase.type", &[("reference", &reference)]);
            self.planned.problem = Some(told);
            return Some(Cmds::new());
        }
        self.planned.problem = None;
        self.typed.apply(keys::act(key)?);
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        self.typed.apply(crate::tui::widget::Act::Insert(text.trim().to_owned()));
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (_, Ok(Reply::ErasePlan(plan))) => self.planned.take(plan),
            (_, Ok(Reply::Erased(erased))) => {
                let reference = ctx.catalog.reference(&self.record);
                let key = if erased.kept { "erase.done_kept" } else { "erase.done" };
                let said = ctx.tf(key, &[("reference", &reference)]);
                return vec![Cmd::Written(None), Cmd::Close, Cmd::Say(Role::Good, said)];
            }
            (DO, Err(error)) => return self.planned.refused(&error, ctx).unwrap_or_default(),
            (_, Err(error)) => self.planned.fail(&error, ctx),
            _ => {}
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("erase.title");
        if let Some(seen) = self.planned.instead(area, buf, title, ctx) {
            return seen;
        }
        let Some(plan) = self.planned.plan() else { return Seen::default() };
        let width = 76.min(area.width);
        let room = usize::from(width.saturating_sub(4));
        let mut lines: Vec<(Role, String)> = Vec::new();
        let problem =
            self.planned.problem.clone().map(|problem| (Role::Error, format!("! {problem}")));
        for (role, line) in self.lines(plan, ctx).into_iter().chain(problem) {
            let line = Clean::line(&line).into_string();
            lines.extend(term::wrap(&line, room).into_iter().map(|line| (role, line)));
        }
        let place = paint::centered(area, width, lines.len() as u16 + 3);
        let inner = paint::frame(buf, place, title, ctx);
        // Where it is low, what is asked comes before the beginning of what is told.
        let shown = usize::from(inner.height.saturating_sub(1)).min(lines.len());
        for (n, (role, line)) in lines[lines.len() - shown..].iter().enumerate() {
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(*role), ctx);
        }
        let row = paint::row(inner, shown as u16);
        let cursor = draw::edited(buf, row, &self.typed, ctx.style(Role::Input));
        let mut seen = Seen { cursor: Some(cursor), ..Seen::default() };
        seen.told.title = lines.last().map(|(_, line)| line.clone());
        seen.tells(self.typed.text());
        seen
    }
}
