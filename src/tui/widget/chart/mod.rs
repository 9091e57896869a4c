//! Charts out of characters: bars, columns, a line, a funnel, a sparkline, a gauge.
//!
//! Every value stands as a number beside its stroke and every stroke has its name, so nothing is said by
//! colour or length alone. All glyphs are one cell wide; there is an ASCII set. Charts draw what they are
//! handed, they never compute figures. Start at [`Point`], then [`bars`].

mod bar;
mod plot;
#[cfg(test)]
mod tests;

pub use bar::{bars, funnel, gauge, values};
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
