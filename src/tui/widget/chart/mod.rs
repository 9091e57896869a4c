//! Charts out of characters: bars, columns, a line, a funnel, a sparkline, a gauge.
//!
//! Every value stands as a number beside its stroke and every stroke has its name, so nothing is said by
//! colour or length alone. All glyphs are one cell wide; there is an ASCII set. Charts draw what they are
//! handed, they never compute figures. Start at [`Point`], then [`bars`].

mod bar;
mod plot;
#[cfg(test)]
mod tests;

pub use bar::{bars, funnel, gauge};
pub use plot::{columns, line, spark};

use crate::term::Clean;
use crate::tui::theme::Role;

/// One value of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What it is called.
    pub label: Clean,
    /// How long its stroke is.
    pub value: f64,
    /// The number as people read it.
    pub shown: String,
    /// How its stroke looks.
    pub role: Role,
}

impl Point {
    /// A point with the usual look.
    #[must_use]
    pub fn new(label: Clean, value: f64, shown: String) -> Self {
        Self { label, value, shown, role: Role::Info }
    }
}

/// The kinds of chart that show points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Level bars under each other.
    Bars,
    /// Upright bars side by side.
    Columns,
    /// A line over time.
    Line,
    /// Bars around a middle, for stages.
    Funnel,
    /// One row of small bars.
    Spark,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Bars, Self::Columns, Self::Line, Self::Funnel, Self::Spark];

    /// Its name in settings and report definitions.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Columns => "columns",
            Self::Line => "line",
            Self::Funnel => "funnel",
            Self::Spark => "sparkline",
        }
    }

    /// The form with that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    /// The key of its name in the strings.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bars => "chart.bars",
            Self::Columns => "chart.columns",
            Self::Line => "chart.line",
            Self::Funnel => "chart.funnel",
            Self::Spark => "chart.sparkline",
        }
    }

    /// True where each point has a row of its own, so that a cursor can walk over them.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        matches!(self, Self::Bars | Self::Funnel)
    }
}

/// The strokes of charts.
struct Strokes {
    /// Level bars in eighths of a cell, the last a full one.
    level: &'static [&'static str],
    /// Upright bars in eighths of a cell, the last a full one.
    upright: &'static [&'static str],
    /// What a gauge still lacks.
    empty: &'static str,
    /// A point of a line.
    point: &'static str,
    /// From a lower row up into this one, from this one down, and how those are met below and above.
    bends: [&'static str; 4],
    /// The corner of the axes.
    corner: &'static str,
    /// A mark on the upright axis.
    tick: &'static str,
}

const BLOCKS: Strokes = Strokes {
    level: &["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
    upright: &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    empty: "░",
    point: "•",
    bends: ["┌", "┐", "┘", "└"],
    corner: "└",
    tick: "┤",
};

const ASCII: Strokes = Strokes {
    level: &["#"],
    upright: &[".", "-", "=", "#"],
    empty: ".",
    point: "o",
    bends: ["+", "+", "+", "+"],
    corner: "+",
    tick: "+",
};

const fn strokes(ascii: bool) -> &'static Strokes {
    if ascii { &ASCII } else { &BLOCKS }
}

/// The largest value; 0 where there is none above.
fn largest(points: &[Point]) -> f64 {
    points.iter().map(|point| point.value).filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// The share of `whole` that `value` is, from 0 to 1.
fn share(value: f64, whole: f64) -> f64 {
    if whole > 0.0 && value.is_finite() { (value / whole).clamp(0.0, 1.0) } else { 0.0 }
}
