//! Aligned columns for people, by display width.

use std::io::{self, Write};

use super::{Head, Paper, Row};
use crate::schema::Align;
use crate::term::Clean;

/// Narrower than this no column is squeezed.
const NARROWEST: usize = 8;
/// Between two columns.
const GAP: &str = "  ";

/// How wide each column is, and how many of them there is room for.
pub(super) struct Layout {
    columns: Vec<(usize, Align)>,
    paper: Paper,
}

impl Layout {
    /// The widths that fit these rows and the paper: the widest columns give way first, and what
    /// still has no room is left out from the right.
    pub fn settle(heads: &[Head], rows: &[Row], paper: Paper) -> Self {
        let mut widths: Vec<usize> =
            heads.iter().map(|head| Clean::line(&head.label).width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = (*width).max(Clean::line(cell).width());
            }
        }
        if let Some(room) = paper.width {
            squeeze(&mut widths, room);
        }
        let columns = widths.into_iter().zip(heads.iter().map(|head| head.align)).collect();
        Self { columns, paper }
    }

    pub fn header(&self, out: &mut dyn Write, heads: &[Head]) -> io::Result<()> {
        let line = self.line(heads.iter().map(|head| head.label.as_str()));
        if self.paper.color {
            writeln!(out, "\x1b[1m{line}\x1b[0m")
        } else {
            writeln!(out, "{line}")
        }
    }

    pub fn row(&self, out: &mut dyn Write, row: &Row) -> io::Result<()> {
        writeln!(out, "{}", self.line(row.cells.iter().map(String::as_str)))
    }

    fn line<'c>(&self, cells: impl Iterator<Item = &'c str>) -> String {
        let mut line = String::new();
        for (at, (cell, (width, align))) in cells.zip(&self.columns).enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            let cell = Clean::line(cell);
            // Without a limit nothing is cut, not even what is wider than the first rows were.
            let whole = self.paper.width.is_none() && cell.width() > *width;
            line.push_str(if whole { cell } else { cell.fit(*width, *align) }.as_str());
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn squeeze(widths: &mut Vec<usize>, room: usize) {
    let total = |widths: &[usize]| {
        widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
    };
    while total(widths) > room {
        let widest = widths.iter().copied().max().unwrap_or(0);
        if widest > NARROWEST {
            if let Some(width) = widths.iter_mut().rfind(|width| **width == widest) {
                *width -= 1;
            }
        } else if widths.len() > 1 {
            widths.pop();
        } else {
            break;
        }
    }
}
