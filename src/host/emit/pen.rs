//! How text is drawn, and the shortest sequence from one way of drawing to another.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// What can be seen of a space.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Switched on by, and off by. Off for bold is off for dim too.
const SWITCHES: [(Modifier, &str, &str); 9] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// Colours and attributes of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

impl Pen {
    /// The pen of a cell.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier }
    }

    /// The pen of a space: without what cannot be seen of one.
    pub(super) fn of_blank(cell: &Cell) -> Self {
        let modifier = cell.modifier & SEEN_ON_BLANK;
        let fg = if modifier.is_empty() { Color::Reset } else { cell.fg };
        let underline = if modifier.contains(Modifier::UNDERLINED) {
            cell.underline_color
        } else {
            Color::Reset
        };
        Self { fg, bg: cell.bg, underline, modifier }
    }

    #[cfg(test)]
    pub(super) fn modifier(self) -> Modifier {
        self.modifier
    }

    /// True where a space drawn with this pen looks as one drawn with `blank`.
    pub(super) fn draws_blank(self, blank: Self) -> bool {
        self == blank
            || (self.bg == blank.bg
                && blank.modifier.is_empty()
                && (self.modifier & SEEN_ON_BLANK).is_empty())
    }

    /// True where erasing leaves what a space drawn with it would.
    pub(super) fn is_plain(self) -> bool {
        self == Self::default()
    }

    /// Writes what makes `self` into `to`: changed piece by piece, or from nothing, whatever is shorter.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let anew =
            if to.is_plain() { String::new() } else { format!("0;{}", Self::default().steps(to)) };
        let by_steps = self.steps(to);
        let words = if anew.len() <= by_steps.len() { anew } else { by_steps };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(words.as_bytes());
        out.push(b'm');
    }

    fn steps(self, to: Self) -> String {
        let mut words = String::new();
        let mut say = |word: &str| {
            if !words.is_empty() {
                words.push(';');
            }
            words.push_str(word);
        };
        let mut on = self.modifier;
        for (modifier, _, off) in SWITCHES {
            if on.contains(modifier) && !to.modifier.contains(modifier) {
                say(off);
                for (other, _, same) in SWITCHES {
                    if same == off {
                        on.remove(other);
                    }
                }
            }
        }
        for (modifier, switch, _) in SWITCHES {
            if to.modifier.contains(modifier) && !on.contains(modifier) {
                say(switch);
            }
        }
        if self.fg != to.fg {
            say(&colour(to.fg, 30));
        }
        if self.bg != to.bg {
            say(&colour(to.bg, 40));
        }
        if self.underline != to.underline {
            say(&colour(to.underline, 50));
        }
        words
    }
}

/// The words for a colour: of the text from 30 on, behind it from 40 on, of the line under it from 50 on.
fn colour(colour: Color, base: u8) -> String {
    let index = match colour {
        Color::Reset => return (base + 9).to_string(),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", base + 8),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(index) => index,
    };
    let mut word = String::new();
    // Writing to a string cannot fail. Lines under text know no short words.
    let _ = match index {
        0..8 if base < 50 => write!(word, "{}", base + index),
        8..16 if base < 50 => write!(word, "{}", base + 60 + index - 8),
        _ => write!(word, "{};5;{index}", base + 8),
    };
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change(to, &mut out);
        String::from_utf8(out).unwrap().replace('\u{1b}', "^")
    }

    fn pen(fg: Color, modifier: Modifier) -> Pen {
        Pen { fg, modifier, ..Pen::default() }
    }

    #[test]
    fn a_change_of_the_pen_says_only_what_differs() {
        let plain = Pen::default();
        let bold = pen(Color::Indexed(110), Modifier::BOLD);
        assert_eq!(said(plain, plain), "");
        assert_eq!(said(plain, bold), "^[1;38;5;110m");
        assert_eq!(said(bold, pen(Color::Indexed(110), Modifier::empty())), "^[22m");
        assert_eq!(said(bold, plain), "^[m");
        assert_eq!(said(plain, pen(Color::Red, Modifier::empty())), "^[31m");
        assert_eq!(said(plain, pen(Color::Indexed(9), Modifier::empty())), "^[91m");
    }

    #[test]
    fn what_bold_off_takes_along_is_switched_on_again() {
        let both = pen(Color::Reset, Modifier::BOLD | Modifier::DIM);
        assert_eq!(said(both, pen(Color::Reset, Modifier::DIM)), "^[0;2m");
        let much = pen(Color::Rgb(1, 2, 3), Modifier::BOLD | Modifier::DIM);
        assert_eq!(said(much, pen(Color::Rgb(1, 2, 3), Modifier::DIM)), "^[22;2m");
    }
}
