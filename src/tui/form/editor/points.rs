//! E-mail addresses, phones and urls: a line each with its label, the first one is the primary.
//!
//! `mobile: 0171 ...` sets the label too; emptying a line removes it; Alt-Up makes it the primary.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::{ContactPoint, Value};
use crate::schema::{FieldType, Invalid, display};
use crate::term::{self, Clean};
use crate::tui::form::popup::Popup;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::{Act, Done, PickRow, TextEdit, draw, keys, layout};
use crate::tui::{Context, Role, paint};

/// Labels that are offered; any other can be typed before a colon.
const LABELS: [&str; 6] = ["work", "mobile", "home", "fax", "support", "other"];

/// Cells that a line has at least, so that labels stand under each other while it is typed.
const SHORTEST: u16 = 36;
/// Cells of the labels, at least.
const LABEL: u16 = 8;

#[derive(Debug, Clone)]
struct Line {
    label: String,
    edit: TextEdit,
    /// What was read, and how it stood in the line.
    kept: Option<(ContactPoint, String)>,
}

impl Line {
    fn of(point: &ContactPoint) -> Self {
        let mut edit = TextEdit::line(point.raw.as_ref().unwrap_or(&point.value));
        edit.apply(Act::Bottom);
        let kept = Some((point.clone(), edit.text().to_owned()));
        Self { label: point.label.clone(), edit, kept }
    }

    fn typed(label: &str, text: &str) -> Self {
        Self { label: label.to_owned(), edit: TextEdit::line(text), kept: None }
    }

    fn is_blank(&self) -> bool {
        self.edit.is_blank()
    }

    /// The point in the line; an error where it is none.
    fn point(&self, at: At<'_>) -> Result<Option<ContactPoint>, Invalid> {
        if self.is_blank() {
            return Ok(None);
        }
        if let Some((point, text)) = &self.kept
            && text == self.edit.text()
        {
            return Ok(Some(ContactPoint { label: self.label.clone(), ..point.clone() }));
        }
        match at.understand(self.edit.text())? {
            Value::Points(points) => Ok(points.into_iter().next().map(|mut point| {
                if !self.label.is_empty() {
                    point.label.clone_from(&self.label);
                }
                point
            })),
            _ => Ok(None),
        }
    }
}

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct PointsEditor {
    /// Always one empty line at the end, for the next one.
    lines: Vec<Line>,
    kept: Value,
    on: usize,
}

/// A label as people read it.
fn shown_label(label: &str, ctx: &Context) -> Clean {
    let key = match label {
        "work" => "form.label.work",
        "office" => "form.label.office",
        "mobile" => "form.label.mobile",
        "home" => "form.label.home",
        "fax" => "form.label.fax",
        "support" => "form.label.support",
        "other" => "form.label.other",
        own => return Clean::line(own),
    };
    Clean::line(ctx.t(key))
}

impl PointsEditor {
    pub(super) fn new(value: &Value) -> Self {
        let points = if let Value::Points(points) = value { points.as_slice() } else { &[] };
        let mut lines: Vec<Line> = points.iter().map(Line::of).collect();
        lines.push(Line::typed("", ""));
        Self { lines, kept: value.clone(), on: 0 }
    }

    /// What stands in the line with the cursor.
    pub(in crate::tui::form) fn typed(&self) -> &str {
        self.lines.get(self.on).map_or("", |line| line.edit.text())
    }

    /// All that is typed, with labels.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let filled = self.lines.iter().filter(|line| !line.is_blank());
        filled.map(|line| (line.label.clone(), line.edit.text().to_owned())).collect()
    }

    /// Adds a point that is not there yet.
    pub(in crate::tui::form) fn add(&mut self, label: &str, text: &str) {
        if !self.lines.iter().any(|line| line.edit.text() == text) {
            let before_last = self.lines.len().saturating_sub(1);
            self.lines.insert(before_last, Line::typed(label, text));
        }
    }

    /// Takes a label from the list.
    pub(in crate::tui::form) fn choose_label(&mut self, label: &str) {
        if let Some(line) = self.lines.get_mut(self.on) {
            label.clone_into(&mut line.label);
        }
    }

    fn act(&mut self, act: Act) -> Reply {
        let Some(line) = self.lines.get_mut(self.on) else { return Reply::Ignored };
        // The space after `mobile:` belongs to the label.
        if line.is_blank() && act == Act::Insert(" ".to_owned()) {
            return Reply::Handled;
        }
        let done = line.edit.apply(act);
        // `mobile: 0171 ...`, but not `https://...`.
        if let Some((label, rest)) = line.edit.text().split_once([':', '：'])
            && (rest.starts_with(' ') || LABELS.contains(&label.trim()))
            && !label.contains(|c: char| c.is_ascii_digit() || "@/+.".contains(c))
        {
            label.trim().to_lowercase().clone_into(&mut line.label);
            let rest = rest.trim_start().to_owned();
            line.edit.set(&rest);
        }
        if self.on == self.lines.len() - 1 && !self.lines[self.on].is_blank() {
            self.lines.push(Line::typed("", ""));
        }
        if done == Done::Changed { Reply::Changed } else { Reply::Handled }
    }

    /// Moves the line up or down; the first one is the primary.
    fn shift(&mut self, up: bool) -> Reply {
        let filled = self.lines.len() - 1;
        let other = if up { self.on.checked_sub(1) } else { Some(self.on + 1) };
        match other.filter(|other| *other < filled && self.on < filled) {
            Some(other) => {
                self.lines.swap(self.on, other);
                self.on = other;
                Reply::Changed
            }
            None => Reply::Handled,
        }
    }

    /// Removes empty lines but the last, and the one the cursor is in.
    fn tidy(&mut self) {
        let mut kept = Vec::with_capacity(self.lines.len());
        let (last, on) = (self.lines.len() - 1, self.on);
        for (n, line) in std::mem::take(&mut self.lines).into_iter().enumerate() {
            if n == on {
                self.on = kept.len();
            }
            if n == last || n == on || !line.is_blank() {
                kept.push(line);
            }
        }
        self.lines = kept;
    }
}

impl FieldEditor for PointsEditor {
    fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        let mut points: Vec<ContactPoint> = Vec::new();
        for line in &self.lines {
            if let Some(point) = line.point(at)?
                && !points.iter().any(|known| known.value == point.value)
            {
                points.push(point);
            }
        }
        let same = match &self.kept {
            Value::Points(kept) => *kept == points,
            _ => points.is_empty(),
        };
        if same {
            Ok(self.kept.clone())
        } else if points.is_empty() {
            Ok(Value::Null)
        } else {
            Ok(Value::Points(points))
        }
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        if key == Key::ctrl('o') {
            let row = |label: &str| PickRow::new(label.to_owned(), shown_label(label, at.ctx));
            return Reply::Open(Popup::choices(LABELS.map(row).into(), "", false));
        }
        let last = self.lines.len() - 1;
        match key.code {
            KeyCode::Up | KeyCode::Down if key.alt => return self.shift(key.code == KeyCode::Up),
            KeyCode::Up if self.on > 0 => self.on -= 1,
            KeyCode::Down if self.on < last => self.on += 1,
            KeyCode::Enter if !self.lines.get(self.on).is_none_or(Line::is_blank) => self.on += 1,
            KeyCode::Up | KeyCode::Down => return Reply::Ignored,
            KeyCode::Enter => return Reply::Next,
            _ => {
                let Some(act) = keys::act(key) else { return Reply::Ignored };
                return self.act(act);
            }
        }
        self.tidy();
        Reply::Handled
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        let blank = self.lines.get(self.on).is_none_or(Line::is_blank);
        match at.understand(text) {
            // Several at once: a line each.
            Ok(Value::Points(points)) if points.len() > 1 && blank => {
                for point in points {
                    let text = point.raw.clone().unwrap_or_else(|| point.value.clone());
                    self.add(&point.label, &text);
                }
                self.on = self.lines.len() - 1;
                Reply::Changed
            }
            _ => self.act(Act::Insert(text.trim().to_owned())),
        }
    }

    fn enter(&mut self, side: Side) {
        self.on = match side {
            Side::Above => 0,
            Side::Below => self.lines.len() - 1,
        };
    }

    fn leave(&mut self) {
        self.on = self.lines.len() - 1;
        self.tidy();
        self.on = 0;
    }

    fn height(&self, _: At<'_>, focused: bool) -> u16 {
        let lines = if focused { self.lines.len() } else { self.lines.len() - 1 };
        lines.max(1) as u16
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        let lines = if focused { self.lines.len() } else { self.lines.len() - 1 };
        if lines == 0 {
            draw_value(buf, area, &Clean::default(), ctx.style(Role::Text), ctx);
            return area.as_position();
        }
        let labels: Vec<Clean> =
            self.lines.iter().map(|line| shown_label(&line.label, ctx)).collect();
        let widest = labels.iter().map(Clean::width).max().unwrap_or(0) as u16;
        // Labels of phones and of mail addresses stand under each other.
        let widest = if widest > 0 { widest.max(LABEL) } else { 0 };
        let longest = self.lines.iter().map(|line| layout::cells(line.edit.text())).max();
        let room = area.width.saturating_sub(if widest > 0 { widest + 2 } else { 0 });
        let room = room.min((longest.unwrap_or(0) as u16 + 3).max(SHORTEST)).max(1);
        let mut cursor = area.as_position();
        for (n, line) in self.lines.iter().take(lines).enumerate() {
            let row = paint::row(area, n as u16);
            if row.is_empty() {
                break;
            }
            let place = Rect { width: room.min(row.width), ..row };
            if focused {
                let style = ctx.style(Role::Input);
                let here = draw::edited(buf, place, &line.edit, style);
                if n == self.on {
                    cursor = here;
                }
                if n == self.lines.len() - 1 && n != self.on {
                    paint::text(buf, place, "+", ctx.style(Role::Placeholder), ctx);
                }
            } else {
                let (text, role) = match line.point(at) {
                    Ok(Some(point)) if at.field.kind == FieldType::Phone => {
                        (Clean::line(&display::phone(&point.value)), Role::Text)
                    }
                    Ok(Some(point)) => (Clean::line(&point.value), Role::Text),
                    _ => (Clean::line(line.edit.text()), Role::Error),
                };
                paint::text(buf, place, &text, ctx.style(role), ctx);
            }
            let label = Rect { x: row.x + room, width: row.width - room.min(row.width), ..row };
            let label = Rect {
                x: label.x + label.width.min(1),
                width: label.width.saturating_sub(1),
                ..label
            };
            if term::width(&labels[n]) > 0 {
                paint::text(buf, label, &labels[n], ctx.style(Role::Muted), ctx);
            }
        }
        cursor
    }
}
