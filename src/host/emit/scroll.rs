//! Rows that only moved up or down, so that the terminal can move them itself.

use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

/// Fewer moved rows than this are drawn anew.
const FEWEST: usize = 3;

/// A part of the screen that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scroll {
    /// The first row.
    top: u16,
    /// The row after the last.
    bottom: u16,
    /// How far: up where it is more than nothing.
    by: i32,
}

/// The move that brings most rows to where they are wanted.
pub(super) fn find(shown: &Buffer, next: &Buffer) -> Option<Scroll> {
    // Most frames change too few rows for it; finding that out is quick.
    if rows(shown).zip(rows(next)).filter(|(old, new)| old != new).count() <= FEWEST {
        return None;
    }
    let hashes = |buffer| rows(buffer).map(hash).collect::<Vec<_>>();
    let (old, new) = (hashes(shown), hashes(next));
    let height = new.len();
    let blank = hash(&vec![Cell::EMPTY; usize::from(next.area.width)]);
    let mut best: Option<(usize, Scroll)> = None;
    for far in 1..height {
        for up in [true, false] {
            // Row `y` of the new frame stood at `y + far` (it moved up) or at `y - far`.
            let from = |y: usize| {
                if up { Some(y + far).filter(|y| *y < height) } else { y.checked_sub(far) }
            };
            let moved: Vec<usize> = (0..height)
                .filter(|y| new[*y] != blank && new[*y] != old[*y])
                .filter(|y| from(*y).is_some_and(|from| old[from] == new[*y]))
                .collect();
            let (Some(first), Some(last)) = (moved.first(), moved.last()) else { continue };
            if moved.len() < FEWEST || best.is_some_and(|(most, _)| moved.len() <= most) {
                continue;
            }
            let (top, bottom) = if up { (*first, last + far + 1) } else { (first - far, last + 1) };
            let by = if up { far as i32 } else { -(far as i32) };
            best = Some((moved.len(), Scroll { top: top as u16, bottom: bottom as u16, by }));
        }
    }
    best.map(|(_, scroll)| scroll)
}

fn rows(buffer: &Buffer) -> impl Iterator<Item = &[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1))
}

fn hash(row: &[Cell]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in row {
        cell.symbol().hash(&mut hasher);
        (cell.fg, cell.bg, cell.underline_color, cell.modifier).hash(&mut hasher);
    }
    hasher.finish()
}

impl Scroll {
    /// Writes the move. The cursor is at home after it; what moves in is empty.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let letter = if self.by > 0 { 'S' } else { 'T' };
        let words = format!(
            "\x1b[{};{}r\x1b[{}{letter}\x1b[r",
            self.top + 1,
            self.bottom,
            self.by.unsigned_abs()
        );
        out.extend_from_slice(words.as_bytes());
    }

    /// What the terminal shows after it.
    pub(super) fn apply(self, shown: &Buffer) -> Buffer {
        let Rect { width, .. } = shown.area;
        let width = usize::from(width);
        let mut moved = shown.clone();
        for row in self.top..self.bottom {
            let from = i32::from(row) + self.by;
            let inside = from >= i32::from(self.top) && from < i32::from(self.bottom);
            for x in 0..width {
                moved.content[usize::from(row) * width + x] = if inside {
                    shown.content[from as usize * width + x].clone()
                } else {
                    Cell::EMPTY
                };
            }
        }
        moved
    }
}
