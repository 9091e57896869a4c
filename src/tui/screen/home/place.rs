//! Where the blocks stand: halves side by side where there is room, shrunk to what fits, scrolled where
//! even that is too much.

use ratatui::layout::Rect;

use super::Home;
use super::block::{Size, What};
use crate::report::Shape;

/// From this width on two halves stand side by side.
const HALVES_FROM: u16 = 76;
/// Rows that a list or bars take at most, and that are left of them where room is short.
const ROWS: (u16, u16) = (10, 3);
/// Rows of a chart with axes.
const CHART: u16 = 8;

/// A row of blocks: one, or two halves.
pub(super) struct Band {
    pub blocks: Vec<usize>,
    /// Lines, the name included.
    height: u16,
}

impl Home {
    /// Lines that a block would like to have below its name, and how few will do.
    fn wanted(&self, n: usize, plain: bool) -> (u16, u16) {
        let rows = (self.rows(n) as u16).clamp(1, ROWS.0);
        match &self.blocks[n].what {
            What::Target(_) => (2, 2),
            // Every value has a line of its own there.
            What::Chart(..) if plain => {
                let lines = self.filled[n].table.as_ref().map_or(1, |table| table.lines.len());
                let lines = (lines as u16).clamp(1, ROWS.0);
                (lines, lines.min(ROWS.1))
            }
            What::Chart(_, _, Shape::Columns | Shape::Line) if rows > 0 => (CHART, CHART),
            What::Chart(_, _, Shape::Sparkline) => (1, 1),
            // A pipeline without its later stages misleads.
            What::Pipeline => (rows, rows.min(5)),
            _ => (rows, rows.min(ROWS.1)),
        }
    }

    fn bands(&self, width: u16, plain: bool) -> Vec<(Band, u16)> {
        let mut bands: Vec<(Band, u16)> = Vec::new();
        for (n, block) in self.blocks.iter().enumerate() {
            let (wanted, least) = self.wanted(n, plain);
            let (wanted, least) = (wanted + 1, least + 1);
            let half = block.size == Size::Half && width >= HALVES_FROM && !plain;
            if let Some((band, few)) = bands.last_mut()
                && half
                && let [other] = band.blocks[..]
                && self.blocks[other].size == Size::Half
            {
                band.blocks.push(n);
                band.height = band.height.max(wanted);
                *few = (*few).max(least);
            } else {
                bands.push((Band { blocks: vec![n], height: wanted }, least));
            }
        }
        bands
    }

    /// The blocks that are seen, with their places; and whether there are more above and below.
    pub(super) fn places(&self, area: Rect, plain: bool) -> (Vec<(usize, Rect)>, [bool; 2]) {
        let mut bands = self.bands(area.width, plain);
        let room = area.height;
        let total = |bands: &[(Band, u16)]| {
            bands.iter().map(|(band, _)| band.height + 1).sum::<u16>().saturating_sub(1)
        };
        // The highest gives up lines first, until all fit or none can give more.
        while total(&bands) > room {
            let highest = bands
                .iter_mut()
                .filter(|(band, least)| band.height > *least)
                .max_by_key(|(band, _)| band.height);
            match highest {
                Some((band, _)) => band.height -= 1,
                None => break,
            }
        }
        let focus = bands.iter().position(|(band, _)| band.blocks.contains(&self.focus));
        let focus = focus.unwrap_or(0);
        let mut first = 0;
        while first < focus && total(&bands[first..=focus]) > room {
            first += 1;
        }
        let mut places = Vec::new();
        let mut y = area.y;
        let mut shown = 0;
        for (band, _) in &bands[first..] {
            let height = band.height.min(area.bottom().saturating_sub(y));
            // A name without a line below it says nothing.
            if height < 2 {
                break;
            }
            shown += 1;
            let half = band.blocks.len() > 1;
            let width = if half { area.width / 2 } else { area.width };
            for (place, n) in band.blocks.iter().enumerate() {
                let x = area.x + place as u16 * width;
                let width = if half && place == 0 { width - 1 } else { area.right() - x };
                places.push((*n, Rect { x, y, width, height }));
            }
            y += height + 1;
        }
        (places, [first > 0, first + shown < bands.len()])
    }
}
