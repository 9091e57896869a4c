//! Plain mode, for screen readers and the simplest terminals: numbers before the rows that a digit chooses,
//! and one line that tells what is said, where one is, and what is focused.
//!
//! The screens know little of it: what they hand back beside the drawn cells says which rows there are and
//! what is under the cursor. Digits choose exactly where numbers stand. Start at [`choices`] and
//! [`App::announce`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::App;
use crate::action::{Key, Place};
use crate::term::{self, Clean};
use crate::tui::chrome::{Chrome, NUMBERS};
use crate::tui::context::Context;
use crate::tui::hit::{Hit, Seen, Target};
use crate::tui::layer::Layer;
use crate::tui::paint;
use crate::tui::theme::Role;

/// Rows that have a number.
const MOST: usize = 9;
/// Cells of the name of the screen.
const TITLE: usize = 32;
/// Cells that are left to the focused item beside a long question.
const WHAT: usize = 24;

/// The rows that digits choose, in the order of the screen: none where characters are typed, or where
/// several stand beside each other.
pub(super) fn choices(seen: &Seen, place: Place) -> Vec<&Hit> {
    if seen.types || matches!(place, Place::Filter | Place::Cell | Place::Header) {
        return Vec::new();
    }
    let is_row =
        |hit: &&Hit| matches!(hit.target, Target::Row(_) | Target::Card(..) | Target::Day(_));
    let mut rows: Vec<&Hit> = Vec::new();
    for hit in seen.hits.iter().filter(is_row).filter(|hit| !hit.area.is_empty()) {
        // A day is named again above its items.
        let is_day = matches!(hit.target, Target::Day(_));
        if is_day && rows.iter().any(|known| known.target == hit.target) {
            continue;
        }
        // Later ones lie on top.
        rows.retain(|known| known.target != hit.target);
        rows.push(hit);
    }
    rows.sort_by_key(|hit| (hit.area.y, hit.area.x));
    let beside = rows.windows(2).any(|two| two[0].area.y == two[1].area.y);
    let on_row = |at: Position| rows.iter().any(|hit| hit.area.contains(at));
    if beside || !seen.cursor.is_some_and(on_row) {
        return Vec::new();
    }
    rows.truncate(MOST);
    rows
}

impl App {
    /// Where the parts of the frame stand on a screen of this size.
    pub(super) fn frame(&self, size: Size) -> Chrome {
        let mut places = Chrome::of(size);
        let Chrome { tabs, heading, body, status, footer } = &mut places;
        for part in [tabs, heading, body, status, footer] {
            part.y += self.mark_rows();
        }
        if self.ctx.plain {
            places.body.x += NUMBERS.min(places.body.width);
            places.body.width -= NUMBERS.min(places.body.width);
        }
        places
    }

    /// The size of what the screens and their frame take of the terminal.
    pub(super) fn framed(&self) -> Size {
        Size { width: self.size.width, height: self.room(self.size).height }
    }

    /// A digit that chooses a row does what a click on it would; false where it is another key.
    pub(super) fn choose_row(&mut self, key: Key) -> bool {
        let Some(n) = key.row().filter(|_| self.ctx.plain && self.pressed.is_empty()) else {
            return false;
        };
        let Some(top) = self.stack.last() else { return false };
        let size = self.framed();
        let mut scratch = Buffer::empty(self.size.into());
        let seen = top.layer.view(self.frame(size).body, &mut scratch, &self.ctx);
        let rows = choices(&seen, top.layer.place());
        if rows.is_empty() {
            return false;
        }
        if let Some(hit) = rows.get(n) {
            let (target, at) = (hit.target.clone(), hit.area.as_position());
            self.said = None;
            self.point(&target, at, &seen);
        }
        true
    }

    /// Draws the numbers of the rows.
    pub(super) fn draw_numbers(&self, rows: &[&Hit], buf: &mut Buffer) {
        for (n, hit) in rows.iter().enumerate() {
            let place = Rect { x: 0, y: hit.area.y, width: 1, height: 1 };
            let style = self.ctx.style(Role::Key);
            paint::text(buf, place, &(n + 1).to_string(), style, &self.ctx);
        }
    }

    /// Draws what stands in the place of the tabs: how one gets elsewhere.
    pub(super) fn draw_ways(&self, area: Rect, buf: &mut Buffer, numbers: bool) {
        let ctx = &self.ctx;
        let key = if numbers { "plain.ways_numbers" } else { "plain.ways" };
        let line = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        paint::text(buf, line, ctx.t(key), ctx.style(Role::Muted), ctx);
    }

    /// Draws the line that tells everything: the message, the place, the focused item.
    pub(super) fn draw_announced(
        &self,
        (layer, shown): (&dyn Layer, &Seen),
        places: &Chrome,
        buf: &mut Buffer,
    ) {
        let line = Rect {
            x: places.status.x + 1,
            width: places.status.width.saturating_sub(2),
            ..places.status
        };
        let announced = self.announce(layer, shown, places.body, buf);
        let text = announced.fit(usize::from(line.width));
        let role = announced.role;
        paint::text(buf, line, text.as_str(), self.ctx.style(role), &self.ctx);
    }

    /// Tells in the same line what may follow the keys pressed so far.
    pub(super) fn draw_following(
        &self,
        pressed: &str,
        next: &[String],
        area: Rect,
        buf: &mut Buffer,
    ) {
        paint::clear(buf, area);
        let text = format!("{pressed}: {}", next.join(", "));
        let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        paint::text(buf, line, &text, self.ctx.style(Role::Text), &self.ctx);
    }

    /// `C-4 saved. Customers, 3 of 41: Nordic Pumps Oy, Active`, in its pieces.
    fn announce(&self, layer: &dyn Layer, seen: &Seen, body: Rect, buf: &Buffer) -> Announced {
        let ctx = &self.ctx;
        let heading = layer.heading(ctx);
        let title = match (heading.trail.last(), &seen.told.title) {
            (Some(title), _) => Clean::line(title).truncate(TITLE).into_string(),
            (None, Some(_)) => String::new(),
            // What lies over a screen says its name in its first line.
            (None, None) => (body.top()..body.bottom())
                .map(|y| read(buf, body, y, ctx))
                .find(|line| !line.is_empty())
                .unwrap_or_default(),
        };
        let place = seen.told.place.as_ref().map(|(n, total)| {
            ctx.tf("list.position", &[("n", n.as_str()), ("total", total.as_str())])
        });
        let what = seen.told.what.clone().unwrap_or_else(|| focused(seen, buf, ctx));
        // A long question leaves room for the answer under the cursor.
        let wide = |text: &str| term::width(text);
        let taken = place.as_deref().map_or(0, wide) + wide(&what).min(WHAT) + 6;
        let room = usize::from(body.width).saturating_sub(wide(&title) + taken).max(TITLE / 2);
        let own = seen.told.title.as_deref().map(|own| term::truncate(own, room));
        let mut names: Vec<String> = vec![title];
        names.extend(own);
        names.dedup();
        names.retain(|name| !name.is_empty());
        let what = if names.contains(&what) { String::new() } else { what };
        let mut announced = Announced {
            role: Role::Text,
            message: String::new(),
            names,
            place: place.unwrap_or_default(),
            what: what.split(", ").filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            reminder: Default::default(),
            further: String::new(),
        };
        if let Some((role, message, _)) = &self.said {
            (announced.role, announced.message) = (*role, message.clone());
            return announced;
        }
        let further = layer.status(ctx).or_else(|| self.wishes_told());
        let further = further.or_else(|| self.watch_told());
        let further = further.map(|(_, text)| text).unwrap_or_default();
        if !announced.whole().contains(&further) {
            announced.further = further;
        }
        announced.reminder = self.reminder_told().unwrap_or_default();
        announced
    }
}

/// What the line tells, in pieces that are left out whole where there is no room for all of them.
#[derive(Debug, Clone, Default)]
struct Announced {
    role: Role,
    /// What just happened.
    message: String,
    /// The screen, and the part of it.
    names: Vec<String>,
    /// `3 of 41`.
    place: String,
    /// The focused item, cell by cell.
    what: Vec<String>,
    /// What is due, and the same in a word and a time.
    reminder: (String, String),
    /// What else the screen has to say.
    further: String,
}

impl Announced {
    /// All of it.
    fn whole(&self) -> String {
        let mut text = self.names.iter().map(String::as_str).collect::<Vec<_>>();
        text.extend(Some(self.place.as_str()).filter(|place| !place.is_empty()));
        let (mut text, what) = (text.join(", "), self.what.join(", "));
        match (text.is_empty(), what.is_empty()) {
            (_, true) => {}
            (true, false) => text = what,
            (false, false) => text = format!("{text}: {what}"),
        }
        sentences(&[&self.message, &text, &self.reminder.0, &self.further])
    }

    /// As much of it as `room` cells hold: what stands elsewhere on the screen goes first, the focused item
    /// itself and what just happened go last. Only what is too long alone is cut.
    fn fit(&self, room: usize) -> Clean {
        let mut left = self.clone();
        // Beside what must be cut anyhow its name and place stay; so does the place beside what would just fit
        // without it.
        let place = term::width(&self.place) + 2;
        let long = self.what.first().is_some_and(|first| term::width(first) + place > room);
        loop {
            let text = Clean::line(&left.whole());
            if text.width() <= room || !left.shorten(long) {
                return text.truncate(room);
            }
        }
    }

    /// Leaves one more piece out; false where nothing can be spared.
    fn shorten(&mut self, long: bool) -> bool {
        if self.names.len() > 1 {
            // The heading says it too.
            self.names.remove(0);
        } else if !self.further.is_empty() {
            self.further.clear();
        } else if self.reminder.0 != self.reminder.1 {
            self.reminder.0.clone_from(&self.reminder.1);
        } else if self.what.len() > 2 {
            self.what.pop();
        } else if !long && !self.what.is_empty() && !self.names.is_empty() {
            self.names.clear();
        } else if self.what.len() > 1 {
            self.what.pop();
        } else if !long && !self.what.is_empty() && !self.place.is_empty() {
            self.place.clear();
        } else if !self.reminder.0.is_empty() {
            self.reminder = (String::new(), String::new());
        } else if !(self.message.is_empty() || self.what.is_empty() && self.names.is_empty()) {
            self.what.clear();
            self.names.clear();
            self.place.clear();
        } else {
            return false;
        }
        true
    }
}

/// Texts one after the other, each ending as a sentence does.
fn sentences(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if !out.is_empty() {
            out.push_str(if out.ends_with(['.', '!', '?', '…', '。', '！', '？']) {
                " "
            } else {
                ". "
            });
        }
        out.push_str(text);
    }
    out
}

/// The focused item as it stands on the screen: the row, or the line of the cursor.
fn focused(seen: &Seen, buf: &Buffer, ctx: &Context) -> String {
    let Some(at) = seen.cursor.or(seen.focus.map(Rect::as_position)) else { return String::new() };
    let row = seen.hits.iter().rfind(|hit| {
        hit.area.contains(at)
            && matches!(hit.target, Target::Row(_) | Target::Card(..) | Target::Day(_))
    });
    let place = match (seen.focus, row) {
        (Some(focus), _) => focus,
        (None, Some(row)) => row.area,
        (None, None) => Rect { x: NUMBERS, y: at.y, width: buf.area.width, height: 1 },
    };
    let lines = (place.top()..place.bottom()).map(|y| read(buf, place, y, ctx));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The words of a line of the screen: the cells of a table set apart by commas, markers left out.
fn read(buf: &Buffer, area: Rect, y: u16, ctx: &Context) -> String {
    let area = area.intersection(buf.area);
    let mut text = String::new();
    let mut x = area.x;
    while x < area.right() {
        let symbol = buf[(x, y)].symbol();
        text.push_str(symbol);
        x += term::width(symbol).max(1) as u16;
    }
    // Two cells before the words are the cursor's and the mark's.
    let text = text.trim_end();
    let text = text.strip_prefix('>').unwrap_or(text);
    let text = match text.strip_prefix('*') {
        Some(rest) => format!("{}  {rest}", ctx.t("plain.marked")),
        None => text.to_owned(),
    };
    text.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced() -> Announced {
        Announced {
            names: vec!["My day".into(), "Today and overdue".into()],
            place: "1 of 14".into(),
            what: ["9 d late", "Call", "Ask Yang for the decision"].map(str::to_owned).into(),
            reminder: ("Due 08:52 Call back (!)".into(), "Due 08:52 (!)".into()),
            ..Announced::default()
        }
    }

    #[test]
    fn what_matters_most_is_left_out_last() {
        let all = announced();
        let text = |room| all.fit(room).into_string();
        let whole = "My day, Today and overdue, 1 of 14: 9 d late, Call, Ask Yang for the decision. \
                     Due 08:52 Call back (!)";
        assert_eq!(text(200), whole);
        assert_eq!(text(whole.len() - 1), whole.replacen("My day, ", "", 1));
        assert_eq!(text(66), "Today and overdue, 1 of 14: 9 d late, Call. Due 08:52 (!)");
        assert_eq!(text(40), "1 of 14: 9 d late, Call. Due 08:52 (!)");
        assert_eq!(text(36), "1 of 14: 9 d late. Due 08:52 (!)");
        assert_eq!(text(26), "9 d late. Due 08:52 (!)");
        assert_eq!(text(20), "9 d late");
        let long = Announced {
            names: vec!["Review".into()],
            place: "1 of 3".into(),
            what: vec!["Administrator given by Kontor and last signed in".into()],
            ..Announced::default()
        };
        assert_eq!(long.fit(30).into_string(), "Review, 1 of 3: Administrator…");
        let said = Announced { message: "C-4 saved".into(), ..announced() };
        assert_eq!(said.fit(12).into_string(), "C-4 saved");
    }
}
