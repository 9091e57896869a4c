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

/// What no line may begin with, unless a space stood before it.
pub(super) const NOT_FIRST: &str = "。，、；：！？）」』】》〉〕〗”’％‰℃…—·~,.;:!?)]}%";
/// What no line may end with.
pub(super) const NOT_LAST: &str = "（「『【《〈〔〖“‘￥＄([{";

/// `text` in lines of at most `cells` (at least 2 are used, for double-width characters), broken at
/// line ends and between words; words longer than a line and Chinese text break anywhere, but not before
/// a closing mark or after an opening one (where a line is wide enough to avoid that).
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(2);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        // What stands on the line so far, word by word.
        let mut line: Vec<&str> = Vec::new();
        let mut used = 0;
        for word in paragraph.split_word_bounds() {
            let wide = width(word);
            if used + wide <= cells {
                line.push(word);
                used += wide;
            } else if word.trim().is_empty() {
                // The break takes the place of the space.
                lines.push(line.concat());
                line.clear();
                used = 0;
            } else if wide <= cells {
                let kept = broken_at(&line, word, cells - wide);
                lines.push(line[..kept].concat().trim_end().to_owned());
                line.drain(..kept);
                line.push(word);
                used = line.iter().map(|word| width(word)).sum();
            } else {
                for (grapheme, wide) in graphemes(word) {
                    if used + wide > cells {
                        lines.push(line.concat());
                        line.clear();
                        used = 0;
                    }
                    line.push(grapheme);
                    used += wide;
                }
            }
        }
        lines.push(line.concat());
    }
    lines
}

/// How many words stay on a line that the next one does not fit on: all, or fewer where the break would
/// part a mark from what it belongs to. What goes along to the next line takes at most `room` cells.
fn broken_at(line: &[&str], next: &str, room: usize) -> usize {
    let mut along = 0;
    for at in (1..=line.len()).rev() {
        let (before, after) = (line[at - 1], line.get(at).copied().unwrap_or(next));
        let spaced = before.trim().is_empty();
        let parts = after.starts_with(|c| NOT_FIRST.contains(c)) && !spaced
            || before.ends_with(|c| NOT_LAST.contains(c));
        if !parts && !line[..at].iter().all(|word| word.trim().is_empty()) {
            return at;
        }
        along += width(before);
        if along > room {
            break;
        }
    }
    line.len()
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
    fn parts_no_mark_from_what_it_belongs_to() {
        assert_eq!(wrap("客户要样品。下周寄", 10), ["客户要样", "品。下周寄"]);
        assert_eq!(wrap("他说：「明天来」。好", 14), ["他说：「明天", "来」。好"]);
        assert_eq!(wrap("联系人（采购）来电", 8), ["联系人", "（采购）", "来电"]);
        assert_eq!(wrap("折扣是50%左右", 8), ["折扣是", "50%左右"]);
        assert_eq!(wrap("call back, friday", 9), ["call", "back,", "friday"]);
        // After a space a mark is a word of its own.
        assert_eq!(wrap("type : or /", 5), ["type", ": or", "/"]);
        // Where nothing but marks fits, they are broken as they come.
        assert_eq!(wrap("。。。。", 4), ["。。", "。。"]);
        assert_eq!(wrap("（（（（", 4), ["（（", "（（"]);
        assert_eq!(wrap("好。", 2), ["好", "。"]);
        let texts = [
            "（「『【《。，、）！？：；」』】》%",
            "按“保存”（Ctrl-S）以后，客户「安邦科技有限公司」的折扣是 12.5%，见《报价单》。",
            "  （缩进）的一行，a,b;c:d!e?f)g]h}i%",
            "https://www.example.com/a(b),c.d?e=f%20g",
            "",
        ];
        for text in texts {
            let whole: String = text.split_whitespace().collect();
            for cells in 0..40 {
                let lines = wrap(text, cells);
                let again: String = lines.concat().split_whitespace().collect();
                assert_eq!(again, whole, "in {cells}");
                for line in &lines {
                    assert!(width(line) <= cells.max(2), "{line:?} in {cells}");
                }
                // Wide enough for any of these with a character before and after.
                if cells >= 16 && !text.starts_with('（') && !text.starts_with("http") {
                    for line in &lines[1..] {
                        assert!(!line.starts_with(|c| NOT_FIRST.contains(c)), "{line:?}");
                    }
                    for line in &lines[..lines.len() - 1] {
                        assert!(!line.ends_with(|c| NOT_LAST.contains(c)), "{line:?}");
                    }
                }
            }
        }
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
