//! Asking for a right: which, what for, how long. Somebody else decides.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::gate::Wanted;
use crate::model::{Name, Phrase, RecordId, RecordRef};
use crate::policy::{Missing, Need, Right};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::role;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, TextEdit, draw, keys};

const ASK: Slot = Slot("access.ask", 0);
const ADVICE: Slot = Slot("access.ask", 1);
/// How long, as it is written, with the key of its name.
const TIMES: [(&str, &str); 4] = [
    ("8h", "access.time_day"),
    ("7d", "access.time_week"),
    ("30d", "access.time_month"),
    ("90d", "access.time_quarter"),
];
/// Lines of the question.
const LINES: usize = 3;

/// A right that is about to be asked for.
pub struct AccessAsk {
    entity: Name,
    record: Option<RecordId>,
    field: Option<Name>,
    right: usize,
    reason: TextEdit,
    lasts: usize,
    at: usize,
    problem: Option<String>,
    /// Which roles grant it, and who gives them.
    advice: Option<Phrase>,
}

impl AccessAsk {
    /// Asks for the right that was missing: on an entity, on one record of it, or on a field.
    #[must_use]
    pub fn new(missing: Missing) -> Self {
        let Missing { right, entity, record, field, .. } = missing;
        let right = Right::ALL.iter().position(|one| *one == right).unwrap_or_default();
        let reason = TextEdit::line("");
        // The right stands there already: what is missing is the reason.
        Self { entity, record, field, right, reason, lasts: 1, at: 1, problem: None, advice: None }
    }

    /// The field, as long as the right is one that fields have.
    fn field(&self) -> Option<&Name> {
        let fits = matches!(Right::ALL[self.right], Right::Read | Right::Edit);
        self.field.as_ref().filter(|_| fits)
    }

    fn what(&self, ctx: &Context) -> String {
        let entity = ctx.catalog.entity(&self.entity);
        match (self.record, self.field()) {
            (Some(id), _) => ctx.catalog.reference(&RecordRef::new(&self.entity, id)),
            (None, Some(name)) => {
                let field = entity.and_then(|entity| entity.field(name));
                let of = entity.map_or(self.entity.as_str(), |of| of.plural.get(ctx.lang()));
                let name = field.map_or(name.as_str(), |field| field.label.get(ctx.lang()));
                ctx.tf("access.field_of", &[("field", name), ("entity", of)])
            }
            (None, None) => match entity {
                Some(entity) => entity.plural.get(ctx.lang()).to_owned(),
                None => self.entity.to_string(),
            },
        }
    }

    fn turn(&mut self, by: isize) {
        let next = |at: usize, count: usize| (at as isize + by).rem_euclid(count as isize) as usize;
        match self.at {
            0 => self.right = next(self.right, Right::ALL.len()),
            2 => self.lasts = next(self.lasts, TIMES.len()),
            _ => {}
        }
    }

    fn ask_advice(&self) -> Cmd {
        let right = Right::ALL[self.right];
        let entity = self.entity.clone();
        let need = match self.record {
            Some(id) => Need::Record(right, entity, id),
            None => Need::Entity(right, entity),
        };
        let request = Request::Advise(need);
        Cmd::Ask(ADVICE, Request::Quietly(Box::new(request)))
    }

    fn send(&self) -> Cmds {
        let wanted = Wanted {
            right: Right::ALL[self.right],
            entity: self.entity.clone(),
            record: self.record,
            field: self.field().cloned(),
            reason: self.reason.text().to_owned(),
            lasts: Wanted::seconds(TIMES[self.lasts].0).unwrap_or_default(),
        };
        vec![Cmd::Ask(ASK, Request::AskAccess(wanted))]
    }
}

impl Layer for AccessAsk {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![self.ask_advice()]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == ASK
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        self.problem = None;
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            KeyCode::Enter if self.at + 1 < LINES => self.at += 1,
            KeyCode::Enter => return Some(self.send()),
            KeyCode::Tab | KeyCode::Down => self.at = (self.at + 1) % LINES,
            KeyCode::Up => self.at = (self.at + LINES - 1) % LINES,
            KeyCode::Left | KeyCode::Right | KeyCode::Char(' ') if self.at != 1 => {
                self.turn(if key.code == KeyCode::Left { -1 } else { 1 });
                if self.at == 0 {
                    self.advice = None;
                    return Some(vec![self.ask_advice()]);
                }
            }
            _ if self.at == 1 => {
                self.reason.apply(keys::act(key)?);
            }
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        self.reason.apply(Act::Insert(text.to_owned()));
        Cmds::new()
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Saved(applied)) => {
                let made = applied.records.into_iter().flatten().next();
                let name = made.map(|record| ctx.catalog.reference(&record)).unwrap_or_default();
                let text = ctx.tf("access.asked", &[("request", &name)]);
                vec![Cmd::Written(None), Cmd::Close, Cmd::Say(Role::Good, text)]
            }
            Ok(Reply::Advice(advice)) => {
                let advice = advice.map(|(whole, _)| whole);
                self.advice = advice;
                Cmds::new()
            }
            Ok(_) => Cmds::new(),
            // What would help is beside the point of asking.
            Err(_) if slot == ADVICE => Cmds::new(),
            Err(error) => {
                self.problem = Some(ctx.said(&error));
                Cmds::new()
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.tf("access.ask", &[("what", &self.what(ctx))]);
        let advice = self.advice.as_ref().map(|advice| ctx.strings.said(advice));
        let room = usize::from(64.min(area.width).saturating_sub(4)).max(8);
        let advice = advice.map(|text| crate::term::wrap(&text, room)).unwrap_or_default();
        let height = 8 + advice.len() as u16;
        let inner = paint::frame(buf, paint::centered(area, 64, height), &title, ctx);
        let mut seen = Seen::default();
        let right = role::right(Right::ALL[self.right], ctx).to_owned();
        let lines = [
            ("access.right", right),
            ("access.reason", self.reason.text().to_owned()),
            ("access.lasts", ctx.t(TIMES[self.lasts].1).to_owned()),
        ];
        for (n, (label, value)) in lines.iter().enumerate() {
            let chosen = n == self.at;
            let row = paint::row(inner, n as u16);
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            paint::text(buf, row, marker, ctx.style(Role::Accent), ctx);
            let label = ctx.t(label);
            let name = Rect { x: row.x + 2, width: 14.min(row.width), ..row };
            paint::text(buf, name, label, ctx.style(Role::Muted), ctx);
            let place = Rect { x: row.x + 17, width: row.width.saturating_sub(17), ..row };
            if n == 1 {
                let cursor = draw::edited(buf, place, &self.reason, ctx.style(Role::Input));
                if chosen {
                    (seen.cursor, seen.types) = (Some(cursor), true);
                }
            } else {
                let shown = if chosen { format!("< {value} >") } else { value.clone() };
                let style = ctx.style(if chosen { Role::Selected } else { Role::Text });
                paint::text(buf, place, &shown, style, ctx);
                if chosen {
                    seen.cursor = Some(place.as_position());
                }
            }
            if chosen {
                seen.told.title = Some(title.clone());
                seen.tells(format!("{label}: {value}"));
                seen.place(n, LINES);
            }
        }
        let below = paint::row(inner, LINES as u16 + 1);
        match &self.problem {
            Some(problem) => {
                let text = format!("! {problem}");
                let lines = crate::term::wrap(&text, usize::from(below.width.max(1)));
                for (n, line) in lines.iter().take(2).enumerate() {
                    let row = paint::row(inner, (LINES + 1 + n) as u16);
                    paint::text(buf, row, line, ctx.style(Role::Error), ctx);
                }
                seen.tells(text);
            }
            None => {
                paint::text(buf, below, ctx.t("access.hint"), ctx.style(Role::Muted), ctx);
                for (n, line) in advice.iter().enumerate() {
                    let row = paint::row(inner, (LINES + 3 + n) as u16);
                    paint::text(buf, row, line, ctx.style(Role::Muted), ctx);
                }
            }
        }
        seen
    }
}
