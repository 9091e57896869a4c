//! One line to type: an amount, a date, a reason. What is wrong with it stands below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::model::{Input, Name};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, TextEdit, draw, keys};

/// A question answered by one line; the layer below is told the text.
pub struct Ask {
    tag: &'static str,
    title: String,
    edit: TextEdit,
    /// The field the text is for: it is understood before it is told.
    field: Option<(Name, Name)>,
    problem: Option<String>,
}

impl Ask {
    /// Asks for the text of a field (`(entity, field)`), starting with what it holds.
    #[must_use]
    pub fn new(tag: &'static str, title: String, text: &str, field: Option<(Name, Name)>) -> Self {
        Self { tag, title, edit: TextEdit::line(text), field, problem: None }
    }

    fn check(&mut self, ctx: &Context) {
        let Some((entity, field)) = &self.field else { return };
        let Some(entity) = ctx.catalog.entity(entity) else { return };
        let Some(field) = entity.field(field) else { return };
        let text = self.edit.text();
        let input = Input::Text(text.to_owned());
        self.problem = if text.trim().is_empty() {
            None
        } else {
            ctx.coercion()
                .value(entity, field, &input)
                .err()
                .map(|invalid| ctx.said_invalid(&invalid))
        };
    }
}

impl Layer for Ask {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            KeyCode::Enter => {
                self.check(ctx);
                if self.problem.is_some() {
                    return Some(Cmds::new());
                }
                return Some(vec![Cmd::CloseAndTell(self.tag, self.edit.text().to_owned())]);
            }
            _ => {}
        }
        self.edit.apply(keys::act(key)?);
        self.problem = None;
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        self.edit.apply(Act::Insert(text.to_owned()));
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let place = paint::centered(area, 56, 4);
        let inner = paint::frame(buf, place, &self.title, ctx);
        let cursor = draw::edited(buf, paint::row(inner, 0), &self.edit, ctx.style(Role::Input));
        if let Some(problem) = &self.problem {
            let text = format!("! {problem}");
            paint::text(buf, paint::row(inner, 1), &text, ctx.style(Role::Error), ctx);
        } else {
            let hint = ctx.t("ask.hint");
            paint::text(buf, paint::row(inner, 1), hint, ctx.style(Role::Muted), ctx);
        }
        let mut seen = Seen { cursor: Some(cursor), ..Seen::default() };
        if let Some(problem) = &self.problem {
            seen.tells(format!("{} ! {problem}", self.edit.text()));
        }
        seen
    }
}
