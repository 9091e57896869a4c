//! Links to records: the picker finds them; one link is a line, several are chips.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::{Link, Name, Value};
use crate::schema::{FieldType, Invalid};
use crate::term::Clean;
use crate::tui::form::popup::Popup;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::chips::{self, Chip};
use crate::tui::{Context, Role, paint};

/// The entities a field may link to; for links to anything all that have a place in the menu.
pub(in crate::tui::form) fn targets(at: At<'_>) -> Vec<Name> {
    match &at.field.kind {
        FieldType::LinkAny => {
            let listed = at.ctx.catalog.entities().filter(|entity| entity.is_listed());
            listed.map(|entity| entity.name.clone()).collect()
        }
        kind => kind.link_target().cloned().into_iter().collect(),
    }
}

/// Title and reference, `Müller AG  C-1042`; a record that is yet to be made has no reference.
fn shown(link: &Link, ctx: &Context) -> (Clean, Clean) {
    let reference = if link.id.is_pending() {
        ctx.tf("form.new_record", &[])
    } else {
        ctx.catalog.reference(&link.target())
    };
    let title = ctx.format.link(&ctx.catalog, link);
    let title = if link.title.is_empty() { reference.as_str() } else { &*title };
    let note = if link.title.is_empty() { "" } else { reference.as_str() };
    (Clean::line(title), Clean::line(note))
}

/// The keys that begin a search: the key to open a list, or the first letter of what is sought.
fn opens(key: Key, at: At<'_>) -> Option<Popup> {
    if key == Key::ctrl('o') || key.is(KeyCode::Char(' ')) {
        return Some(Popup::records(targets(at), ""));
    }
    key.typed().map(|letter| Popup::records(targets(at), &letter.to_string()))
}

/// A link to one record.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct LinkEditor {
    link: Option<Link>,
}

impl LinkEditor {
    pub(super) fn new(value: &Value) -> Self {
        Self { link: value.as_link().cloned() }
    }

    /// Takes a record from the picker.
    pub(in crate::tui::form) fn choose(&mut self, link: Link) {
        self.link = Some(link);
    }
}

impl FieldEditor for LinkEditor {
    fn value(&self, _: At<'_>) -> Result<Value, Invalid> {
        Ok(self.link.clone().map_or(Value::Null, Value::Link))
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        match key.code {
            KeyCode::Enter => Reply::Next,
            KeyCode::Backspace | KeyCode::Delete => match self.link.take() {
                Some(_) => Reply::Changed,
                None => Reply::Handled,
            },
            _ => opens(key, at).map_or(Reply::Ignored, Reply::Open),
        }
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        Reply::Open(Popup::records(targets(at), text.trim()))
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        let style = ctx.style(if focused { Role::Input } else { Role::Text });
        let Some(link) = &self.link else {
            draw_value(buf, area, &Clean::default(), style, ctx);
            return area.as_position();
        };
        let (title, note) = shown(link, ctx);
        let room = (note.width() as u16 + 2).min(area.width / 2);
        let title_area = Rect { width: area.width - room, ..area };
        let taken = paint::text(buf, title_area, &title, style, ctx);
        let rest =
            Rect { x: area.x + taken + 2, width: area.width.saturating_sub(taken + 2), ..area };
        paint::text(buf, rest, &note, ctx.style(Role::Muted), ctx);
        area.as_position()
    }
}

/// Links to several records.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct LinksEditor {
    links: Vec<Link>,
    kept: (Vec<Link>, Value),
    on: Option<usize>,
}

impl LinksEditor {
    pub(super) fn new(value: &Value) -> Self {
        let links = if let Value::Links(links) = value { links.clone() } else { Vec::new() };
        Self { kept: (links.clone(), value.clone()), links, on: None }
    }

    /// Takes a record from the picker; one that is there already goes.
    pub(in crate::tui::form) fn choose(&mut self, link: Link) {
        match self.links.iter().position(|known| *known == link) {
            Some(index) => {
                self.links.remove(index);
            }
            None => self.links.push(link),
        }
        self.on = None;
    }

    fn chips(&self, at: At<'_>, focused: bool) -> Vec<Chip> {
        let style = |index: usize| -> Style {
            let on = focused && self.on == Some(index);
            at.ctx.style(if on { Role::Selected } else { Role::Text })
        };
        let chip = |(index, link)| Chip { text: shown(link, at.ctx).0, style: style(index) };
        self.links.iter().enumerate().map(chip).collect()
    }
}

impl FieldEditor for LinksEditor {
    fn value(&self, _: At<'_>) -> Result<Value, Invalid> {
        Ok(if self.links == self.kept.0 {
            self.kept.1.clone()
        } else if self.links.is_empty() {
            Value::Null
        } else {
            Value::Links(self.links.clone())
        })
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        let count = self.links.len();
        match key.code {
            KeyCode::Enter => return Reply::Next,
            KeyCode::Left => {
                self.on = Some(self.on.unwrap_or(count).saturating_sub(1)).filter(|_| count > 0);
            }
            KeyCode::Right => self.on = self.on.map(|on| on + 1).filter(|on| *on < count),
            KeyCode::Backspace | KeyCode::Delete => {
                let index = match (self.on, key.code) {
                    (Some(on), _) => on,
                    (None, KeyCode::Backspace) if count > 0 => count - 1,
                    _ => return Reply::Handled,
                };
                self.links.remove(index);
                let left = self.links.len();
                self.on = self.on.filter(|_| left > 0).map(|on| on.min(left - 1));
                return Reply::Changed;
            }
            _ => return opens(key, at).map_or(Reply::Ignored, Reply::Open),
        }
        Reply::Handled
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        Reply::Open(Popup::records(targets(at), text.trim()))
    }

    fn enter(&mut self, _: Side) {
        self.on = None;
    }

    fn leave(&mut self) {
        self.on = None;
    }

    fn height(&self, at: At<'_>, focused: bool) -> u16 {
        chips::height(&self.chips(at, focused), at.width, 0)
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let chips = self.chips(at, focused);
        if chips.is_empty() {
            draw_value(buf, area, &Clean::default(), at.ctx.style(Role::Text), at.ctx);
            return area.as_position();
        }
        let (places, rest) = chips::draw(buf, area, &chips, 0);
        let end = rest.as_position();
        let on = self.on.and_then(|on| places.get(on));
        on.map_or(end, |place| place.as_position())
    }
}
