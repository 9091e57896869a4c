//! The marked rows in the user's own editor, and what was changed there as one reviewed deed.
//!
//! What cannot be taken is told by line, and the editor opens again on the text as it was left. Start at
//! [`SheetEdit`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{DONE, Deed, Review, entity_of};
use crate::action::{Key, KeyCode};
use crate::exchange::rows::{LineProblem, Sheet};
use crate::gate::{Chosen, Place};
use crate::model::{Name, Record};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const MAY: Slot = Slot("sheet.may", 0);
const ROWS: Slot = Slot("sheet.rows", 0);
/// More rows than this are not handed to an editor.
const MOST: usize = 2_000;

/// Rows in the user's own editor.
pub struct SheetEdit {
    of: Chosen,
    fields: Vec<Name>,
    records: Vec<Record>,
    sheet: Option<Sheet>,
    /// The text as it was left, to go on with.
    text: String,
    problems: Vec<LineProblem>,
}

impl SheetEdit {
    /// These records with these fields.
    #[must_use]
    pub fn new(of: Chosen, fields: Vec<Name>) -> Self {
        Self {
            of,
            fields,
            records: Vec::new(),
            sheet: None,
            text: String::new(),
            problems: Vec::new(),
        }
    }

    fn ask(&self, place: Place) -> Cmd {
        Cmd::Ask(ROWS, Request::Chosen(self.of.clone(), self.fields.clone(), place))
    }

    fn leave(said: (Role, String)) -> Cmds {
        vec![Cmd::Close, Cmd::Say(said.0, said.1)]
    }

    fn landed(&mut self, rows: Vec<Record>, next: Option<Place>, ctx: &Context) -> Cmds {
        self.records.extend(rows);
        if self.records.len() > MOST {
            let n = crate::term::grouped(MOST as u64);
            return Self::leave((Role::Warning, ctx.tf("sheet.too_many", &[("n", &n)])));
        }
        if let Some(next) = next {
            return vec![self.ask(next)];
        }
        let name = entity_of(&self.of);
        let Some(entity) = name.and_then(|name| ctx.catalog.entity(&name)) else {
            return Self::leave((Role::Warning, ctx.t("bulk.cannot").to_owned()));
        };
        let rules = ctx.t("sheet.rules");
        let (sheet, text) =
            Sheet::write(&ctx.catalog, entity, &self.fields, &self.records, ctx.format, rules);
        self.records.clear();
        self.sheet = Some(sheet);
        self.text.clone_from(&text);
        vec![Cmd::Rows(text)]
    }
}

impl Layer for SheetEdit {
    fn place(&self) -> crate::action::Place {
        crate::action::Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        if ctx.usual.manners.served {
            return Self::leave((Role::Warning, ctx.t("sheet.not_here").to_owned()));
        }
        // What an editor gets can be kept: many rows at once are an export.
        vec![Cmd::Ask(MAY, Request::TakeOut(self.of.clone()))]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.sheet.is_some()
    }

    /// The review above was done with: applied, or left to go on editing.
    fn told(&mut self, what: &str, choice: &str, _ctx: &Context) -> Cmds {
        if what == DONE { vec![Cmd::CloseAndTell(DONE, choice.to_owned())] } else { Cmds::new() }
    }

    fn edited(&mut self, text: &str, ctx: &Context) -> Cmds {
        let Some(sheet) = &self.sheet else { return Cmds::new() };
        text.clone_into(&mut self.text);
        let changed = sheet.read(text, &ctx.coercion());
        self.problems = changed.problems;
        if !self.problems.is_empty() {
            return Cmds::new();
        }
        if changed.edits.is_empty() {
            return Self::leave((Role::Info, ctx.t("said.same").to_owned()));
        }
        let mut title = ctx.t("sheet.title").to_owned();
        if changed.gone > 0 {
            let gone = ctx.strings.count("sheet.gone", changed.gone);
            title = format!("{title} · {gone}");
        }
        let entity = entity_of(&self.of).unwrap_or_else(|| Name::from(""));
        let deed = Deed::own(changed.edits, &format!("edit {entity} rows"), title);
        vec![Cmd::Push(Box::new(Review::new(deed)))]
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Enter | KeyCode::Char('e') if self.sheet.is_some() => {
                Some(vec![Cmd::Rows(self.text.clone())])
            }
            KeyCode::Esc => {
                let said = ctx.t("said.same").to_owned();
                Some(Self::leave((Role::Info, said)))
            }
            _ => Some(Cmds::new()),
        }
    }

    fn reply(&mut self, _slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::TakenOut) => vec![self.ask(Place::Start)],
            Ok(Reply::Chosen(rows, next)) => self.landed(rows, next, ctx),
            Ok(_) => Cmds::new(),
            Err(error) => Self::leave((Role::Error, ctx.said(&error))),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if self.sheet.is_none() {
            return Seen::default();
        }
        let mut lines: Vec<(Role, String)> = Vec::new();
        let width = area.width.saturating_sub(8).min(92);
        for problem in &self.problems {
            let line = problem.line.to_string();
            let message = ctx.strings.said(&problem.message);
            let values = [("line", line.as_str()), ("problem", message.as_str())];
            let text = Clean::line(&ctx.tf("sheet.line", &values));
            let wrapped = text.wrap(usize::from(width.saturating_sub(4)));
            lines.extend(wrapped.into_iter().map(|line| (Role::Error, line.to_string())));
        }
        if self.problems.is_empty() {
            lines.push((Role::Text, ctx.t("sheet.kept").to_owned()));
        }
        let room = usize::from(area.height.saturating_sub(5)).max(1);
        if lines.len() > room {
            let more = crate::term::grouped((lines.len() - room + 1) as u64);
            lines.truncate(room - 1);
            lines.push((Role::Muted, ctx.tf("bulk.beyond", &[("n", &more)])));
        }
        let place = paint::centered(area, width, lines.len() as u16 + 4);
        let inner = paint::frame(buf, place, ctx.t("sheet.title"), ctx);
        for (n, (role, line)) in lines.iter().enumerate() {
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(*role), ctx);
        }
        let hint = paint::row(inner, inner.height.saturating_sub(1));
        paint::text(buf, hint, ctx.t("sheet.hint"), ctx.style(Role::Muted), ctx);
        Seen { cursor: Some(hint.as_position()), ..Seen::default() }
    }
}
