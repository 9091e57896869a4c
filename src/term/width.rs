//! Text in exact cells.
//!
//! A grapheme takes the sum that `unicode-width` gives it, as in ratatui's buffer, so that what is
//! measured here is what is drawn. Text from outside is passed through [`super::Clean`] first.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::schema::Align;

const ELLIPSIS: char = '…';

/// Graphemes of `text`, each with the cells it takes.
pub fn graphemes(text: &str) -> impl DoubleEndedIterator<Item = (&str, usize)> {
    text.graphemes(true).map(|grapheme| (grapheme, grapheme.width()))
}

/// Cells that `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { graphemes(text).map(|(_, cells)| cells).sum() }
}

/// `text` in at most `cells`, cut after a grapheme, with `…` where something was cut off.
#[must_use]
pub fn truncate(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for (grapheme, wide) in graphemes(text) {
        if used + wide + 1 > cells {
            break;
        }
        out.push_str(grapheme);
        used += wide;
    }
    out.push(ELLIPSIS);
    out
}

/// The end of `text` in at most `cells`, with `…` before it where something was cut off: what an
/// input line shows when the cursor stands at the end.
#[must_use]
pub fn truncate_start(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut start = text.len();
    let mut used = 0;
    for (grapheme, wide) in graphemes(text).rev() {
        if used + wide + 1 > cells {
            break;
        }
        start -= grapheme.len();
        used += wide;
    }
    format!("{ELLIPSIS}{}", &text[start..])
}

/// `text` in exactly `cells`: cut with `…` or filled with spaces on the side that `align` leaves.
#[must_use]
pub fn fit(text: &str, cells: usize, align: Align) -> String {
    let mut text = truncate(text, cells);
    let missing = cells.saturating_sub(width(&text));
    match align {
        Align::Left => text.extend(std::iter::repeat_n(' ', missing)),
        Align::Right => text.insert_str(0, &" ".repeat(missing)),
    }
    text
}

/// `text` in lines of at most `cells` (at least 2 are used, for double-width characters), broken at
/// line ends and between words; words longer than a line and Chinese text break anywhere.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_word_bounds() {
            let wide = width(word);
            if used + wide <= cells {
                line.push_str(word);
                used += wide;
            } else if word.trim().is_empty() {
                // The break takes the place of the space.
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else if wide <= cells {
                lines.push(line.trim_end().to_owned());
                word.clone_into(&mut line);
                used = wide;
            } else {
                for (grapheme, wide) in graphemes(word) {
                    if used + wide > cells {
                        lines.push(std::mem::take(&mut line));
                        used = 0;
                    }
                    line.push_str(grapheme);
                    used += wide;
                }
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_grapheme_and_cell() {
        let cases = [
            ("Acme", 4, "Acme"),
            ("Acme", 3, "Ac…"),
            ("Acme", 1, "…"),
            ("Acme", 0, ""),
            ("客户名称", 8, "客户名称"),
            ("客户名称", 7, "客户名…"),
            ("客户名称", 6, "客户…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
        ];
        for (text, cells, cut) in cases {
            assert_eq!(truncate(text, cells), cut);
        }
        assert_eq!(truncate_start("客户名称", 4), "…称");
        assert_eq!(truncate_start("abcdef", 4), "…def");
    }

    #[test]
    fn fits_exactly_on_both_sides() {
        for text in ["", "a", "客", "客户名称", "abcdefghijkl", "Müller"] {
            for cells in 0..10 {
                for align in [Align::Left, Align::Right] {
                    assert_eq!(width(&fit(text, cells, align)), cells, "{text} in {cells}");
                }
            }
        }
        assert_eq!(fit("12", 4, Align::Right), "  12");
        assert_eq!(fit("客户名", 4, Align::Left), "客… ");
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrap("call back on friday", 10), ["call back", "on friday"]);
        assert_eq!(wrap("a\n\nb", 10), ["a", "", "b"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("上海市浦东新区", 5), ["上海", "市浦", "东新", "区"]);
        assert_eq!(wrap("", 5), [""]);
        for cells in 2..20 {
            for line in wrap("Der 客户 wants the blue one, supercalifragilistic.", cells) {
                assert!(width(&line) <= cells, "{line:?} in {cells}");
            }
        }
    }
}
