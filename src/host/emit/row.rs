//! One row: what differs, written from left to right.

use ratatui::buffer::Cell;

use super::pen::Pen;
use super::place::Place;
use crate::term;

/// A run of spaces this long is erased and stepped over rather than written.
const ERASE_FROM: usize = 11;
/// A rest of spaces this long is erased to the end of the row rather than written.
const END_FROM: usize = 4;

/// Whether the cells are what erasing leaves.
pub(super) fn is_blank(cells: &[Cell]) -> bool {
    cells.iter().all(|cell| cell.symbol() == " " && Pen::of_blank(cell).is_plain())
}

/// A row as the terminal shows it, and as it is to be.
pub(super) struct Row<'a> {
    /// Its place.
    pub y: u16,
    /// The column of its first cell.
    pub x: u16,
    pub shown: &'a [Cell],
    pub next: &'a [Cell],
}

/// A piece of text that stands in one or two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Glyph<'a> {
    text: &'a str,
    pen: Pen,
    /// The cell it begins in.
    at: usize,
    width: usize,
    /// Terminals agree on its width.
    sure: bool,
}

impl Glyph<'_> {
    fn is_blank(&self) -> bool {
        self.text == " "
    }

    fn is_plain_blank(&self) -> bool {
        self.is_blank() && self.pen.is_plain()
    }

    /// True where the pen draws it as it is to look.
    fn drawn_by(&self, pen: Pen) -> bool {
        if self.is_blank() { pen.draws_blank(self.pen) } else { pen == self.pen }
    }
}

/// The glyphs of a row. What would not fit, and what no cell may hold, is a space.
fn glyphs(cells: &[Cell]) -> Vec<Glyph<'_>> {
    let mut all = Vec::with_capacity(cells.len());
    let mut at = 0;
    while let Some(cell) = cells.get(at) {
        let text = cell.symbol();
        let plain = matches!(text.as_bytes(), [b' '..=b'~']);
        let (text, width) = if plain {
            (text, 1)
        } else {
            match term::width(text) {
                0 => (" ", 1),
                width if at + width > cells.len() || text.contains(char::is_control) => (" ", 1),
                width => (text, width),
            }
        };
        let pen = if text == " " { Pen::of_blank(cell) } else { Pen::of(cell) };
        all.push(Glyph { text, pen, at, width, sure: plain || is_sure(text) });
        at += width;
    }
    all
}

/// True for text of whose width no terminal has another opinion.
fn is_sure(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return false };
    matches!(c,
        ' '..='~'
        | '\u{a1}'..='\u{ac}'
        | '\u{ae}'..='\u{2ff}'
        | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{1e00}'..='\u{1fff}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{2193}'
        | '\u{2500}'..='\u{259f}'
        | '\u{3000}'..='\u{3029}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff60}')
}

impl Row<'_> {
    /// Writes what differs.
    pub(super) fn write(&self, pen: &mut Pen, place: &mut Place, out: &mut Vec<u8>) {
        let next = glyphs(self.next);
        let differs = self.differing(&next);
        let Some(last) = differs.iter().rposition(|differs| *differs) else { return };
        // From here on the row is empty.
        let rest = next.iter().rposition(|glyph| !glyph.is_plain_blank()).map_or(0, |n| n + 1);
        let erased = differs[rest.min(next.len())..].iter().filter(|differs| **differs).count();
        let erase = erased >= END_FROM || (erased > 0 && last + 1 - rest > END_FROM);
        let end = if erase { rest } else { last + 1 };
        let mut n = 0;
        while n < end {
            if !differs[n] {
                n += 1;
                continue;
            }
            self.reach(&next, n, *pen, place, out);
            n = self.write_run(&next, &differs, n..end, pen, place, out);
        }
        if erase && rest < next.len() {
            self.go(next[rest].at, place, out);
            if !pen.draws_blank(Pen::default()) {
                pen.change(Pen::default(), out);
                *pen = Pen::default();
            }
            out.extend_from_slice(b"\x1b[K");
        }
    }

    /// Which glyphs the terminal does not show as they are to be. Behind text of which terminals do not
    /// agree how wide it is all is to be written again, for it may have been written over.
    fn differing(&self, next: &[Glyph<'_>]) -> Vec<bool> {
        let shown = glyphs(self.shown);
        let mut begins = vec![None; self.shown.len()];
        for (n, glyph) in shown.iter().enumerate() {
            begins[glyph.at] = Some(n);
        }
        let mut over = false;
        next.iter()
            .map(|glyph| {
                let same = begins[glyph.at].is_some_and(|n| shown[n] == *glyph);
                let differs = over || !same;
                over |= differs && !glyph.sure;
                differs
            })
            .collect()
    }

    /// Goes to glyph `n`: by writing what stands between again where that is shorter than a step.
    fn reach(&self, next: &[Glyph<'_>], n: usize, pen: Pen, place: &mut Place, out: &mut Vec<u8>) {
        let column = self.column(next[n].at);
        let step = place.cost(column, self.y);
        // What stands between, from where the cursor is.
        let mut from = n;
        let mut bytes = 0;
        while from > 0 && bytes < step {
            let before = &next[from - 1];
            bytes += before.text.len();
            if !before.sure || !before.drawn_by(pen) {
                break;
            }
            from -= 1;
            if place.is(self.column(before.at), self.y) {
                if bytes <= step {
                    for glyph in &next[from..n] {
                        self.put(glyph, place, out);
                    }
                    return;
                }
                break;
            }
        }
        self.go(next[n].at, place, out);
    }

    /// Writes from a glyph on as long as glyphs differ; the first that was not written.
    fn write_run(
        &self,
        next: &[Glyph<'_>],
        differs: &[bool],
        range: std::ops::Range<usize>,
        pen: &mut Pen,
        place: &mut Place,
        out: &mut Vec<u8>,
    ) -> usize {
        let mut n = range.start;
        while n < range.end && differs[n] {
            let blanks =
                next[n..range.end].iter().take_while(|glyph| glyph.is_plain_blank()).count();
            if blanks >= ERASE_FROM {
                if !pen.draws_blank(Pen::default()) {
                    pen.change(Pen::default(), out);
                    *pen = Pen::default();
                }
                self.go(next[n].at, place, out);
                out.extend_from_slice(format!("\x1b[{blanks}X").as_bytes());
                return n + blanks;
            }
            let glyph = &next[n];
            if !glyph.drawn_by(*pen) {
                pen.change(glyph.pen, out);
                *pen = glyph.pen;
            }
            self.go(glyph.at, place, out);
            self.put(glyph, place, out);
            n += 1;
        }
        n
    }

    fn column(&self, at: usize) -> u16 {
        self.x + at as u16
    }

    fn width(&self) -> u16 {
        self.x + self.next.len() as u16
    }

    fn go(&self, at: usize, place: &mut Place, out: &mut Vec<u8>) {
        place.go(self.column(at), self.y, self.width(), out);
    }

    fn put(&self, glyph: &Glyph<'_>, place: &mut Place, out: &mut Vec<u8>) {
        out.extend_from_slice(glyph.text.as_bytes());
        if glyph.sure {
            place.wrote(glyph.width as u16, self.width());
        } else {
            place.lost_column();
        }
    }
}
