//! Frames as the fewest bytes: what differs from the frame before, in the shortest words.
//!
//! Over a slow link bytes are time. Compared with drawing cell by cell this moves the cursor by the
//! shortest of all ways, changes the pen by what differs, erases instead of writing spaces, lets the
//! terminal scroll rows that only moved, and says nothing where nothing changed. It only knows what it
//! wrote itself, and asks the terminal nothing. Start at [`Emitter::frame`].

mod pen;
mod place;
mod row;
mod scroll;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use self::pen::Pen;
use self::place::Place;
use self::row::Row;

/// Rows in a row that become blank are taken out and put back empty from so many on, rather than erased one by
/// one.
const TAKEN_OUT: usize = 4;
/// From this many bytes on a terminal that can is asked to show the frame at once.
const AT_ONCE: usize = 600;

/// Turns frames into bytes for one terminal.
#[derive(Debug)]
pub struct Emitter {
    /// What the terminal shows; none while that is not known.
    shown: Option<Buffer>,
    pen: Pen,
    place: Place,
    /// Whether the cursor is shown; none while that is not known.
    cursor: Option<bool>,
}

impl Default for Emitter {
    fn default() -> Self {
        Self { shown: None, pen: Pen::default(), place: Place::unknown(), cursor: None }
    }
}

impl Emitter {
    /// Somebody else wrote to the terminal: the next frame is drawn from nothing.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// The bytes that make a terminal which shows the frame before show this one. None where nothing
    /// changed.
    pub fn frame(&mut self, next: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let mut out = Vec::new();
        let known = self.shown.take().filter(|shown| shown.area == next.area);
        let shown = known.unwrap_or_else(|| {
            out.extend_from_slice(b"\x1b[m\x1b[H\x1b[2J");
            self.pen = Pen::default();
            self.place = Place::at(0, 0);
            Buffer::empty(next.area)
        });
        self.changes(&shown, next, &mut out);
        self.cursor_to(cursor.filter(|at| next.area.contains(*at)), next.area, &mut out);
        self.shown = Some(next.clone());
        if out.len() >= AT_ONCE {
            let mut whole = b"\x1b[?2026h".to_vec();
            whole.append(&mut out);
            whole.extend_from_slice(b"\x1b[?2026l");
            return whole;
        }
        out
    }

    /// What differs: with the help of a scroll where that takes fewer bytes.
    fn changes(&mut self, shown: &Buffer, next: &Buffer, out: &mut Vec<u8>) {
        let (pen, place) = (self.pen, self.place);
        let mut drawn = Vec::new();
        self.rows(shown, next, &mut drawn);
        if let Some(scroll) = scroll::find(shown, next) {
            let as_drawn = (self.pen, self.place);
            (self.pen, self.place) = (pen, place);
            let mut scrolled = Vec::new();
            self.pen.change(Pen::default(), &mut scrolled);
            self.pen = Pen::default();
            scroll.write(&mut scrolled);
            self.place = Place::at(0, 0);
            self.rows(&scroll.apply(shown), next, &mut scrolled);
            if scrolled.len() < drawn.len() {
                drawn = scrolled;
            } else {
                (self.pen, self.place) = as_drawn;
            }
        }
        out.append(&mut drawn);
    }

    fn rows(&mut self, shown: &Buffer, next: &Buffer, out: &mut Vec<u8>) {
        let Rect { x, y, width, height } = next.area;
        let part = |row: u16| {
            let (row, width) = (usize::from(row), usize::from(width));
            row * width..(row + 1) * width
        };
        let mut emptied = 0;
        for row in 0..height {
            let (old, new) = (&shown.content[part(row)], &next.content[part(row)]);
            // Most rows of most frames stay as they are.
            if old != new && row >= emptied {
                if row::is_blank(new) {
                    let blank =
                        (row..height).take_while(|row| row::is_blank(&next.content[part(*row)]));
                    let rows = blank.count() as u16;
                    let changed = (row..row + rows)
                        .filter(|row| shown.content[part(*row)] != next.content[part(*row)]);
                    if changed.count() >= TAKEN_OUT {
                        self.take_out(x, y + row, rows, x + width, out);
                        emptied = row + rows;
                        continue;
                    }
                }
                Row { y: y + row, x, shown: old, next: new }.write(
                    &mut self.pen,
                    &mut self.place,
                    out,
                );
            }
        }
    }

    /// Empties rows: those below move up and down again, and are as they were.
    fn take_out(&mut self, x: u16, y: u16, rows: u16, screen: u16, out: &mut Vec<u8>) {
        // What moves in has the background of the pen.
        if !self.pen.draws_blank(Pen::default()) {
            self.pen.change(Pen::default(), out);
            self.pen = Pen::default();
        }
        // Some terminals go to the first column for it.
        self.place.go(x, y, screen, out);
        out.extend_from_slice(format!("\x1b[{rows}M\x1b[{rows}L").as_bytes());
    }

    fn cursor_to(&mut self, at: Option<Position>, area: Rect, out: &mut Vec<u8>) {
        if let Some(Position { x, y }) = at {
            self.place.go(x, y, area.width, out);
        }
        if self.cursor != Some(at.is_some()) {
            out.extend_from_slice(if at.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
            self.cursor = Some(at.is_some());
        }
    }
}
