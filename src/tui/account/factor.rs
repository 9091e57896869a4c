//! A second factor that is set up: the code to scan where there is room for it, the key to type, the first code.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::line::Hidden;
use super::{Wanted, paragraph};
use crate::action::{Key, KeyCode};
use crate::gate::GateError;
use crate::secret::Enrolment;
use crate::term::{self, ColourDepth};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::theme::Role;

/// Text beside the picture is no narrower than this.
const TEXT: u16 = 28;

/// The sheet.
#[derive(Debug)]
pub struct FactorSheet {
    made: Enrolment,
    picture: Vec<String>,
    /// Why, above it.
    why: String,
    code: Hidden,
    problem: Option<String>,
    waits: bool,
}

impl FactorSheet {
    /// A sheet for one that is being set up.
    #[must_use]
    pub fn new(made: Enrolment, why: String) -> Self {
        let picture = made.picture();
        Self { made, picture, why, code: Hidden::default(), problem: None, waits: false }
    }

    /// What is being set up.
    #[must_use]
    pub fn made(&self) -> &Enrolment {
        &self.made
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Wanted {
        if self.waits {
            return Wanted::Stay;
        }
        match key.code {
            KeyCode::Esc => return Wanted::Leave,
            KeyCode::Enter if !self.code.is_empty() => {
                (self.waits, self.problem) = (true, None);
                return Wanted::Code(self.code.secret());
            }
            _ => {
                if self.code.key(key) {
                    self.problem = None;
                }
            }
        }
        Wanted::Stay
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if !self.waits {
            self.code.insert(text);
        }
    }

    /// The code was not right, or something else was not.
    pub fn refused(&mut self, error: &GateError, ctx: &Context) {
        self.waits = false;
        self.code.wipe();
        self.problem = Some(ctx.said(error));
    }

    fn size(&self) -> (u16, u16) {
        let wide = self.picture.first().map_or(0, |line| term::width(line));
        (wide as u16, self.picture.len() as u16)
    }

    /// Columns and rows that it would have.
    #[must_use]
    pub fn wanted(&self) -> (u16, u16) {
        let (wide, high) = self.size();
        (wide + 2 + 40, high)
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let (wide, high) = self.size();
        // Blocks are no picture for a screen reader, and ASCII has none.
        // Without its last line, which is margin, it can still be read.
        let fits = area.height + 1 >= high && area.width >= wide + 2 + TEXT;
        let shows = fits && !ctx.ascii && !ctx.plain;
        let text = if shows {
            // Whatever the colours around it are: the other way round not every reader takes it.
            let style = match ctx.theme.depth {
                ColourDepth::Mono | ColourDepth::Sixteen => {
                    Style::new().fg(Color::White).bg(Color::Black)
                }
                ColourDepth::Palette | ColourDepth::True => {
                    Style::new().fg(Color::Indexed(231)).bg(Color::Indexed(16))
                }
            };
            for (n, line) in self.picture.iter().enumerate() {
                let place = Rect { width: wide, ..paint::row(area, n as u16) };
                paint::text(buf, place, line, style, ctx);
            }
            Rect { x: area.x + wide + 2, width: area.width - wide - 2, ..area }
        } else {
            area
        };
        let loose = u16::from(area.height > 12);
        let mut row = paragraph(buf, text, 0, (&self.why, Role::Text), ctx) + loose;
        let how = if shows { "account.scan" } else { "account.type_key" };
        row = paragraph(buf, text, row, (ctx.t(how), Role::Muted), ctx);
        // In groups, as people read it out.
        let typed: Vec<char> = self.made.typed.reveal().chars().collect();
        let groups: Vec<String> = typed.chunks(4).map(|four| four.iter().collect()).collect();
        row = paragraph(buf, text, row, (&groups.join(" "), Role::Accent), ctx) + loose;
        let label = ctx.t("account.code");
        let wide = term::width(label) as u16 + 2;
        let place = paint::row(text, row);
        let cursor = self.code.draw(buf, place, (label, wide), true, ctx);
        let (below, role) = match &self.problem {
            _ if self.waits => (ctx.t("guard.waits").to_owned(), Role::Muted),
            Some(problem) => (format!("! {problem}"), Role::Error),
            None => (ctx.t("account.hint_code").to_owned(), Role::Muted),
        };
        paragraph(buf, text, row + 1 + loose, (&below, role), ctx);
        let mut seen = Seen { cursor, types: true, ..Seen::default() };
        seen.told.title = Some(label.to_owned());
        seen.tells(below);
        seen
    }
}
