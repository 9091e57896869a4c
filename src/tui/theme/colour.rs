//! Colours in numbers: what a terminal makes of them, and how well one is read on another.
//!
//! Start at [`at_depth`] and [`contrast`].

use ratatui::style::Color;

use crate::term::ColourDepth;

/// Red, green and blue.
pub type Rgb = (u8, u8, u8);

/// Text is held to this much contrast by the Web Content Accessibility Guidelines (level AA).
pub const READABLE: f64 = 4.5;

/// What a terminal's own background is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ground {
    /// Light text on black.
    #[default]
    Dark,
    /// Dark text on white.
    Light,
}

impl Ground {
    /// The terminal's own background, as far as a theme can know it.
    #[must_use]
    pub const fn background(self) -> Rgb {
        match self {
            Self::Dark => (0, 0, 0),
            Self::Light => (255, 255, 255),
        }
    }

    /// The terminal's own foreground, as far as a theme can know it.
    #[must_use]
    pub const fn foreground(self) -> Rgb {
        match self {
            Self::Dark => (208, 208, 208),
            Self::Light => (0, 0, 0),
        }
    }
}

/// The sixteen as terminals usually show them: those of xterm.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// What a colour is in numbers; none for the terminal's own.
#[must_use]
pub fn numbers(color: Color) -> Option<Rgb> {
    match color {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index @ 0..=15) => Some(SIXTEEN[usize::from(index)].1),
        Color::Indexed(index) => Some(rgb(index)),
        named => SIXTEEN.iter().find(|(known, _)| *known == named).map(|(_, rgb)| *rgb),
    }
}

/// How well one colour is read on another, from 1 (not at all) to 21 (black on white); the formula of
/// WCAG 2.2, "contrast ratio".
#[must_use]
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// How bright a colour is, from 0 to 1; the formula of WCAG 2.2, "relative luminance".
fn luminance((r, g, b): Rgb) -> f64 {
    let [r, g, b] = [r, g, b].map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// A channel without the gamma of screens.
pub(super) fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

/// The nearest colour the terminal has; none where it has no colours. A colour that is read well keeps
/// being read well: of the sixteen only those count that stand out from `behind`.
#[must_use]
pub(super) fn at_depth(color: Color, depth: ColourDepth, behind: Option<Rgb>) -> Option<Color> {
    match (depth, color) {
        (ColourDepth::Mono, _) => None,
        (ColourDepth::Palette, Color::Rgb(r, g, b)) => Some(Color::Indexed(indexed((r, g, b)))),
        (ColourDepth::Sixteen, Color::Rgb(r, g, b)) => Some(sixteen((r, g, b), behind)),
        (ColourDepth::Sixteen, Color::Indexed(index)) if index > 15 => {
            Some(sixteen(rgb(index), behind))
        }
        _ => Some(color),
    }
}

/// The nearest entry of the 6x6x6 cube or the grey ramp.
fn indexed(wanted: Rgb) -> u8 {
    (16..=255).min_by_key(|&index| distance(rgb(index), wanted)).unwrap_or(15)
}

fn rgb(index: u8) -> Rgb {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return (grey, grey, grey);
    }
    let cube = index.saturating_sub(16);
    let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
    (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
}

fn sixteen(wanted: Rgb, behind: Option<Rgb>) -> Color {
    let stands_out = |known: Rgb| behind.is_none_or(|behind| contrast(known, behind) >= READABLE);
    let must = stands_out(wanted);
    SIXTEEN
        .iter()
        .filter(|(_, known)| !must || stands_out(*known))
        .min_by_key(|(_, known)| distance(*known, wanted))
        .map_or(Color::Reset, |(color, _)| *color)
}

fn distance(a: Rgb, b: Rgb) -> u32 {
    let part = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    part(a.0, b.0) + part(a.1, b.1) + part(a.2, b.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_the_guidelines_say() {
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 0.001);
        assert!((contrast((119, 119, 119), (255, 255, 255)) - 4.478).abs() < 0.001);
        assert!((contrast((255, 0, 0), (255, 0, 0)) - 1.0).abs() < 0.001);
    }

    #[test]
    fn colours_fall_to_what_the_terminal_has() {
        let at = |color, depth| at_depth(color, depth, Some((0, 0, 0)));
        assert_eq!(at(Color::Rgb(255, 80, 80), ColourDepth::Sixteen), Some(Color::LightRed));
        assert_eq!(at(Color::Rgb(255, 0, 0), ColourDepth::Palette), Some(Color::Indexed(196)));
        assert_eq!(at(Color::Red, ColourDepth::Palette), Some(Color::Red));
        assert_eq!(at(Color::Red, ColourDepth::Mono), None);
    }

    #[test]
    fn what_is_read_well_is_read_well_in_sixteen_colours() {
        let black = Some((0, 0, 0));
        // The nearest is a red that is too dark on black.
        let red = at_depth(Color::Rgb(215, 60, 60), ColourDepth::Sixteen, black);
        assert_eq!(red, Some(Color::LightRed));
        // What is dark on purpose stays dark.
        let line = at_depth(Color::Rgb(60, 60, 60), ColourDepth::Sixteen, black);
        assert_eq!(line, Some(Color::Black));
    }
}
