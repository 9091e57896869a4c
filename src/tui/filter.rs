//! The filter line of a list: the query language, understood at every keystroke, completed by Tab.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode};
use crate::query::{Completion, Query, complete};
use crate::schema::{Catalog, Entity};
use crate::syntax::SyntaxError;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, Done, TextEdit, draw, keys};

/// Proposals shown at once.
const SHOWN: usize = 6;

/// What a key did to the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The text is another.
    Changed,
    /// Only the cursor or the choice of a proposal moved.
    Moved,
    /// The line was left; its text may be another than before.
    Left,
}

/// A filter, and the line it is typed into.
pub struct Filter {
    edit: TextEdit,
    /// The text when the line was opened; Esc goes back to it.
    before: String,
    open: bool,
    error: Option<SyntaxError>,
    proposals: Vec<Completion>,
    at: usize,
}

impl Filter {
    /// A closed line with this text.
    pub fn new(text: String) -> Self {
        Self {
            edit: TextEdit::line(&text),
            before: text,
            open: false,
            error: None,
            proposals: Vec::new(),
            at: 0,
        }
    }

    /// What is typed.
    pub fn text(&self) -> &str {
        self.edit.text()
    }

    /// Whether it is being typed into.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// What is wrong with the text.
    pub fn error(&self) -> Option<&SyntaxError> {
        self.error.as_ref()
    }

    /// Whether the last word may be the beginning of a condition: `sta` on the way to `stage = won`.
    pub fn may_go_on(&self, entity: &Entity) -> bool {
        let word = self.edit.text().rsplit([' ', '(', '.']).next().unwrap_or_default();
        self.open
            && !word.is_empty()
            && entity.fields.iter().any(|field| field.name.starts_with(word))
    }

    /// Puts another text in its place.
    pub fn replace(&mut self, text: String) {
        *self = Self::new(text);
    }

    /// Lets the user type.
    pub fn open(&mut self, catalog: &Catalog, entity: &str) {
        self.before = self.edit.text().to_owned();
        self.open = true;
        self.propose(catalog, entity);
    }

    /// Pastes text into it.
    pub fn paste(&mut self, text: &str) {
        self.edit.apply(Act::Insert(text.to_owned()));
    }

    /// Understands the text anew.
    pub fn check(&mut self, catalog: &Catalog, entity: &str) {
        let text = self.edit.text();
        self.error =
            if text.trim().is_empty() { None } else { Query::parse(text, catalog, entity).err() };
        if self.open {
            self.propose(catalog, entity);
        }
    }

    fn propose(&mut self, catalog: &Catalog, entity: &str) {
        self.at = 0;
        self.proposals = complete(self.edit.text(), self.edit.cursor(), catalog, entity);
        self.proposals.truncate(40);
    }

    /// Does what a key asks; none where it is no key of the line.
    pub fn key(&mut self, key: Key, catalog: &Catalog, entity: &str) -> Option<Typed> {
        let last = self.proposals.len().saturating_sub(1);
        match key.code {
            // What is wrong is put right or left, never quietly kept.
            KeyCode::Enter if self.error.is_some() => Some(Typed::Moved),
            KeyCode::Enter => {
                self.open = false;
                Some(Typed::Left)
            }
            KeyCode::Esc => {
                let before = self.before.clone();
                *self = Self::new(before);
                Some(Typed::Left)
            }
            KeyCode::Tab if key.shift => {
                self.at = self.at.saturating_sub(1);
                Some(Typed::Moved)
            }
            KeyCode::Tab => Some(self.accept()),
            KeyCode::Up => {
                self.at = self.at.saturating_sub(1);
                Some(Typed::Moved)
            }
            KeyCode::Down => {
                self.at = (self.at + 1).min(last);
                Some(Typed::Moved)
            }
            _ => match self.edit.apply(keys::act(key)?) {
                Done::Changed => Some(Typed::Changed),
                Done::Moved => {
                    self.propose(catalog, entity);
                    Some(Typed::Moved)
                }
                Done::Nothing => Some(Typed::Moved),
            },
        }
    }

    /// Puts the chosen proposal into the text.
    fn accept(&mut self) -> Typed {
        let Some(proposal) = self.proposals.get(self.at) else { return Typed::Moved };
        let text = self.edit.text();
        let Some((before, after)) =
            text.get(..proposal.replace.start).zip(text.get(proposal.replace.end..))
        else {
            return Typed::Moved;
        };
        let space = if after.starts_with(' ') { "" } else { " " };
        let place = before.len() + proposal.text.len() + 1;
        let whole = format!("{before}{}{space}{after}", proposal.text);
        self.edit.set(&whole);
        self.edit.place(place);
        Typed::Changed
    }

    /// Draws the line that is typed into.
    pub fn draw_line(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let lead = paint::text(buf, area, "/ ", ctx.style(Role::Accent), ctx);
        let rest = Rect { x: area.x + lead, width: area.width - lead, ..area };
        let cursor = draw::edited(buf, rest, &self.edit, ctx.style(Role::Input));
        Seen { cursor: Some(cursor), ..Seen::default() }
    }

    /// Draws proposals, or what is wrong and where, above the line.
    pub fn draw_proposals(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let lead = 2;
        // While the end is being typed proposals help more; what is wrong before it must be said.
        let end = self.edit.text().trim_end().len();
        let is_past = |error: &SyntaxError| error.at.end < end;
        let said = self.error.as_ref();
        if let Some(error) = said.filter(|error| self.proposals.is_empty() || is_past(error)) {
            let before = self.edit.text().get(..error.at.start).unwrap_or_default();
            let hint = error
                .hint
                .as_ref()
                .map(|hint| format!("  {}", ctx.strings.said(hint)))
                .unwrap_or_default();
            let said = Clean::line(&format!("^ {}{hint}", ctx.strings.said(&error.message)));
            let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
            paint::clear(buf, line);
            let x = (lead + term::width(before) as u16)
                .min(area.width.saturating_sub(said.width() as u16))
                .min(area.width);
            let place = Rect { x: area.x + x, width: area.width - x, ..line };
            paint::text(buf, place, said.as_str(), ctx.style(Role::Error), ctx);
            return Seen::default();
        }
        let shown = self.proposals.len().min(SHOWN).min(usize::from(area.height));
        let top = self.at.saturating_sub(shown.saturating_sub(1));
        let y = area.bottom() - shown as u16;
        for (line, (n, proposal)) in
            (y..).zip(self.proposals.iter().enumerate().skip(top).take(shown))
        {
            let place = Rect { y: line, height: 1, width: area.width.min(60), ..area };
            paint::clear(buf, Rect { width: area.width, ..place });
            let chosen = n == self.at;
            let (text, note) = (Clean::line(&proposal.text), Clean::line(&proposal.note));
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            let style = |role| if chosen { ctx.style(Role::Selected) } else { ctx.style(role) };
            let parts = [
                (marker, style(Role::Accent)),
                (" ", style(Role::Text)),
                (text.as_str(), style(Role::Text)),
                ("  ", style(Role::Text)),
                (note.as_str(), style(Role::Muted)),
            ];
            paint::pieces(buf, place, &parts, ctx);
        }
        Seen::default()
    }
}
