//! Where the graphemes of an edited text stand on screen, and back.
//!
//! Each grapheme is cleaned by itself, so a control character takes the cells of the symbol shown
//! for it, and the cursor stands where it is seen. Start at [`rows`] (wrapped) and [`window`] (one line).

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::term::Clean;

/// The bytes of one line on screen.
pub type Row = Range<usize>;

/// A grapheme as it is shown.
#[must_use]
pub fn shown(grapheme: &str) -> Clean {
    Clean::line(grapheme)
}

/// Cells a piece of text takes, grapheme by grapheme.
#[must_use]
pub fn cells(text: &str) -> usize {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    text.graphemes(true).map(|grapheme| shown(grapheme).width()).sum()
}

/// Breaks a text into lines of less than `width` cells (the cursor needs one behind the last), after
/// spaces where it can.
#[must_use]
pub fn rows(text: &str, width: usize) -> Vec<Row> {
    let room = width.saturating_sub(1).max(1);
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.strip_suffix('\n').unwrap_or(line).len();
        wrap(text, start..end, room, &mut rows);
        start += line.len();
    }
    if text.is_empty() || text.ends_with('\n') {
        rows.push(text.len()..text.len());
    }
    rows
}

fn wrap(text: &str, line: Row, room: usize, rows: &mut Vec<Row>) {
    let mut start = line.start;
    let mut used = 0;
    // The last place in the row after which it may be broken.
    let mut pause = start;
    for (offset, grapheme) in text[line.clone()].grapheme_indices(true) {
        let at = line.start + offset;
        let wide = shown(grapheme).width();
        // A space may hang over the edge: nobody misses it.
        if used + wide > room && at > start && grapheme != " " {
            let cut = if pause > start { pause } else { at };
            rows.push(start..cut);
            start = cut;
            used = cells(&text[start..at]);
            pause = start;
        }
        used += wide;
        if grapheme == " " || grapheme == "-" || wide == 2 {
            pause = at + grapheme.len();
        }
    }
    rows.push(start..line.end);
}

/// The row the cursor stands in. At a soft break that is the start of the next row.
#[must_use]
pub fn row_of(rows: &[Row], cursor: usize) -> usize {
    rows.iter().rposition(|row| row.start <= cursor).unwrap_or(0)
}

/// The byte of `row` nearest to a column of cells.
#[must_use]
pub fn byte_at(text: &str, row: &Row, column: usize) -> usize {
    let mut used = 0;
    for (offset, grapheme) in text[row.clone()].grapheme_indices(true) {
        let wide = shown(grapheme).width();
        if used + wide > column {
            return row.start + offset;
        }
        used += wide;
    }
    row.end
}

/// The part of a one-line text that is shown in `width` cells, and the column of the cursor in it.
/// The cursor is always inside, with a cell behind the last grapheme for it.
#[must_use]
pub fn window(text: &str, cursor: usize, width: usize) -> (Row, usize) {
    let before = cells(&text[..cursor]);
    if before < width {
        return (0..text.len(), before);
    }
    let room = width.saturating_sub(1);
    let mut start = cursor;
    let mut used = 0;
    for (at, grapheme) in text[..cursor].grapheme_indices(true).rev() {
        let wide = shown(grapheme).width();
        if used + wide > room {
            break;
        }
        start = at;
        used += wide;
    }
    (start..text.len(), used)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        rows(text, width).into_iter().map(|row| &text[row]).collect()
    }

    #[test]
    fn breaks_after_spaces_and_anywhere_in_long_words() {
        assert_eq!(lines("one two three", 8), ["one two ", "three"]);
        assert_eq!(lines("abcdefgh", 5), ["abcd", "efgh"]);
        assert_eq!(lines("a\n\nb\n", 10), ["a", "", "b", ""]);
        assert_eq!(lines("", 10), [""]);
        assert_eq!(lines("安邦科技", 6), ["安邦", "科技"]);
    }

    #[test]
    fn every_byte_is_in_one_row_and_nothing_is_too_wide() {
        let text = "安邦 Müller  a-very-long-word\u{1b}[2J\n\ttab 👨‍👩‍👧 x";
        for width in 1..30 {
            let rows = rows(text, width);
            let together: usize = rows.iter().map(ExactSizeIterator::len).sum();
            assert_eq!(together, text.len() - 1, "the line break is in no row");
            for row in rows {
                let line = text[row].trim_end();
                // A grapheme wider than the row stands alone.
                assert!(cells(line) < width.max(10), "{line:?} in {width}");
            }
        }
    }

    #[test]
    fn the_cursor_of_a_soft_break_is_in_the_next_row() {
        let text = "one two three";
        let rows = rows(text, 8);
        assert_eq!(row_of(&rows, 8), 1);
        assert_eq!(row_of(&rows, 7), 0);
        assert_eq!(byte_at(text, &rows[1], 2), 10);
        assert_eq!(byte_at(text, &rows[1], 99), 13);
    }

    #[test]
    fn a_long_line_scrolls_with_the_cursor() {
        assert_eq!(window("short", 5, 10), (0..5, 5));
        assert_eq!(window("0123456789", 10, 5), (6..10, 4));
        assert_eq!(window("0123456789", 2, 5), (0..10, 2));
        let (row, column) = window("安邦科技有限公司", "安邦科技有限公司".len(), 6);
        assert_eq!(("安邦科技有限公司".get(row), column), (Some("公司"), 4));
    }
}
