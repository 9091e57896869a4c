//! A row of chips that flows over several lines: `[machines] [VIP] ...`.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::draw;
use crate::term::Clean;

/// One chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// What stands on it.
    pub text: Clean,
    /// How it looks.
    pub style: Style,
}

/// Where each chip goes, and where the text after them begins, in lines of `width` cells.
fn places(chips: &[Chip], width: u16) -> (Vec<Rect>, Position) {
    let mut places = Vec::with_capacity(chips.len());
    let (mut x, mut y) = (0, 0);
    for chip in chips {
        let wide = (chip.text.width() as u16).saturating_add(2).min(width);
        if x > 0 && x + wide > width {
            x = 0;
            y += 1;
        }
        places.push(Rect { x, y, width: wide, height: 1 });
        x += wide + 1;
    }
    (places, Position { x, y })
}

/// Lines the chips take, with `tail` cells kept free after the last one.
#[must_use]
pub fn height(chips: &[Chip], width: u16, tail: u16) -> u16 {
    let (_, end) = places(chips, width);
    end.y + 1 + u16::from(tail > 0 && end.x > 0 && end.x + tail > width)
}

/// Draws the chips and returns the place of each, and the room after the last one (of at least
/// `tail` cells, on a line of its own if need be).
pub fn draw(buf: &mut Buffer, area: Rect, chips: &[Chip], tail: u16) -> (Vec<Rect>, Rect) {
    let (places, end) = places(chips, area.width);
    let mut drawn = Vec::with_capacity(chips.len());
    for (chip, place) in chips.iter().zip(places) {
        let place = Rect { x: area.x + place.x, y: area.y + place.y, ..place }.intersection(area);
        let text = chip.text.truncate(usize::from(place.width.saturating_sub(2)));
        draw::put(buf, place, &format!("[{text}]"), chip.style);
        drawn.push(place);
    }
    let (x, y) = if tail > 0 && end.x > 0 && end.x + tail > area.width {
        (0, end.y + 1)
    } else {
        (end.x, end.y)
    };
    let x = x.min(area.width);
    let rest = Rect { x: area.x + x, y: area.y + y, width: area.width - x, height: 1 };
    (drawn, rest.intersection(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chips(texts: &[&str]) -> Vec<Chip> {
        texts.iter().map(|t| Chip { text: Clean::line(t), style: Style::new() }).collect()
    }

    #[test]
    fn chips_flow() {
        assert_eq!(height(&chips(&[]), 20, 5), 1);
        assert_eq!(height(&chips(&["one", "two"]), 20, 5), 1);
        assert_eq!(height(&chips(&["one", "two"]), 12, 5), 2);
        assert_eq!(height(&chips(&["one", "two", "three"]), 12, 1), 2);
        assert_eq!(height(&chips(&["安邦科技有限公司"]), 6, 0), 1);
    }

    #[test]
    fn nothing_leaves_the_area() {
        let area = Rect::new(0, 0, 8, 2);
        let mut buf = Buffer::empty(area);
        let (places, rest) = draw(&mut buf, area, &chips(&["a very long one", "客户", "three"]), 4);
        assert_eq!(places[0], Rect::new(0, 0, 8, 1));
        assert_eq!(places[1], Rect::new(0, 1, 6, 1));
        assert!(places[2].is_empty());
        assert!(rest.is_empty());
        let shown: String = buf.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(shown.starts_with("[a ver…][客 户"), "{shown}");
    }
}
