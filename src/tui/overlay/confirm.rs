//! A question before something wide or irreversible. The answer is No unless the user says otherwise.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::action::{Key, KeyCode, Place};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::theme::Role;

/// A question with Yes and No; the layer below is told `tag` on Yes.
pub struct Confirm {
    tag: &'static str,
    /// What will happen.
    text: String,
    yes: bool,
}

impl Confirm {
    /// Asks whether what `text` says shall happen.
    #[must_use]
    pub fn new(tag: &'static str, text: String) -> Self {
        Self { tag, text, yes: false }
    }
}

impl Layer for Confirm {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Char('y' | 'Y') => Some(vec![Cmd::CloseAndTell(self.tag, String::new())]),
            KeyCode::Enter if self.yes => Some(vec![Cmd::CloseAndTell(self.tag, String::new())]),
            KeyCode::Esc | KeyCode::Char('n' | 'N') | KeyCode::Enter => Some(vec![Cmd::Close]),
            KeyCode::Tab | KeyCode::Left | KeyCode::Right => {
                self.yes = !self.yes;
                Some(Cmds::new())
            }
            _ => None,
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let width = 60.min(area.width);
        let mut lines = term::wrap(&self.text, usize::from(width.saturating_sub(4)));
        // The answers are never out of sight.
        lines.truncate(usize::from(area.height.saturating_sub(4)).max(1));
        let place = paint::centered(area, width, lines.len() as u16 + 4);
        let inner = paint::frame(buf, place, "", ctx);
        for (n, line) in lines.iter().enumerate() {
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(Role::Text), ctx);
        }
        let answers = paint::row(inner, lines.len() as u16 + 1);
        let marked = |chosen: bool, key: &str| {
            let word = ctx.strings.get(key).to_owned();
            if chosen { format!("[{word}]") } else { format!(" {word} ") }
        };
        let style = |chosen| ctx.style(if chosen { Role::Selected } else { Role::Muted });
        let (no, yes) = (marked(!self.yes, "confirm.no"), marked(self.yes, "confirm.yes"));
        let parts = [
            (no.as_str(), style(!self.yes)),
            ("  ", ctx.style(Role::Text)),
            (yes.as_str(), style(self.yes)),
        ];
        let mut seen = Seen::default();
        let mut x = answers.x;
        for (text, key) in [(&no, "n"), (&yes, "y")] {
            let width = term::width(text) as u16;
            if let Ok(keys) = key.parse() {
                seen.hit(Rect { x, width, ..answers }, Target::Press(keys));
            }
            x += width + 2;
        }
        seen.cursor = Some(Position {
            x: if self.yes { x - term::width(&yes) as u16 - 2 } else { answers.x },
            ..answers.as_position()
        });
        paint::pieces(buf, answers, &parts, ctx);
        seen.place(usize::from(self.yes), 2);
        let answer = ctx.strings.get(if self.yes { "confirm.yes" } else { "confirm.no" });
        seen.told.title = Some(self.text.clone());
        seen.tells(answer);
        seen
    }
}
