//! The sanitising type.
//!
//! Text that people or files brought in can move the cursor, set the clipboard, reorder a line or
//! hide words. [`Clean`] shows every such character as a visible symbol instead of obeying it, so
//! that what is on the screen is what is stored. It never changes what is stored.

use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::sync::OnceLock;

use regex::Regex;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::width;
use crate::schema::Align;

/// Combining marks shown on one character; any more are left out.
const MARKS: usize = 4;
/// Cells between tab stops in a block.
const TAB: usize = 4;

/// Text that is safe to print: no control, format, private or unassigned character is in it, and no
/// grapheme that would draw outside its cells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Clean(String);

impl Clean {
    /// One line: line ends become `⏎`, tabs a space, anything that could act on a terminal a symbol
    /// (`␛`, `<U+202E>`).
    #[must_use]
    pub fn line(text: &str) -> Self {
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self(text.to_owned());
        }
        let mut out = String::with_capacity(text.len() + 8);
        for grapheme in text.graphemes(true) {
            match grapheme {
                "\n" | "\r\n" => out.push('⏎'),
                "\t" => out.push(' '),
                _ => push(&mut out, grapheme),
            }
        }
        Self(out)
    }

    /// Several lines: as [`Clean::line`], but line ends stay and tabs reach to the next tab stop.
    #[must_use]
    pub fn block(text: &str) -> Self {
        let mut out = String::with_capacity(text.len() + 8);
        let mut column = 0;
        for grapheme in text.graphemes(true) {
            match grapheme {
                "\n" | "\r\n" => {
                    out.push('\n');
                    column = 0;
                }
                "\t" => {
                    let cells = TAB - column % TAB;
                    out.extend(std::iter::repeat_n(' ', cells));
                    column += cells;
                }
                _ => {
                    let start = out.len();
                    push(&mut out, grapheme);
                    column += width::width(&out[start..]);
                }
            }
        }
        Self(out)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, as a string of its own.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Cells it takes.
    #[must_use]
    pub fn width(&self) -> usize {
        width::width(&self.0)
    }

    /// At most `cells` wide, with `…` where something was cut off.
    #[must_use]
    pub fn truncate(&self, cells: usize) -> Self {
        Self(width::truncate(&self.0, cells))
    }

    /// Exactly `cells` wide: cut or filled with spaces.
    #[must_use]
    pub fn fit(&self, cells: usize, align: Align) -> Self {
        Self(width::fit(&self.0, cells, align))
    }

    /// In lines of at most `cells`, broken between words where possible.
    #[must_use]
    pub fn wrap(&self, cells: usize) -> Vec<Self> {
        width::wrap(&self.0, cells).into_iter().map(Self).collect()
    }
}

impl Deref for Clean {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Clean> for String {
    fn from(clean: Clean) -> Self {
        clean.0
    }
}

/// Appends one grapheme, made harmless.
fn push(out: &mut String, grapheme: &str) {
    // The character that marks combine with; none yet, or none that they may.
    let mut base: Option<char> = None;
    let mut marks = 0;
    let mut rest = grapheme.chars();
    while let Some(c) = rest.next() {
        if is_combining_mark(c) && !is_selector(c) && !is_suspicious(c) {
            if base.is_none() && c.width() == Some(0) {
                // Alone it would draw on its neighbour, which may be a border.
                out.push('◌');
            }
            base = base.or(Some('◌'));
            marks += 1;
            if marks <= MARKS {
                out.push(c);
            }
        } else if base.is_some_and(|base| glues(base, c, rest.clone().next())) {
            // Terminals disagree on how wide joined, toned and styled emoji are, and columns must
            // not shift: each part is shown on its own.
        } else if is_suspicious(c) {
            show(out, c);
            base = None;
        } else if c.is_whitespace() && c != '\u{3000}' {
            out.push(' ');
            base = Some(' ');
        } else {
            if base.is_none() && c.width() == Some(0) {
                show(out, c);
                continue;
            }
            out.push(c);
            base = Some(c);
            marks = 0;
        }
    }
}

/// Writes a character that must not be obeyed as a symbol that can be read.
fn show(out: &mut String, c: char) {
    let picture = match c {
        '\0'..='\u{1f}' => char::from_u32(u32::from(c) + 0x2400),
        '\u{7f}' => Some('␡'),
        _ => None,
    };
    match picture {
        Some(picture) => out.push(picture),
        // Writing into a String cannot fail.
        None => {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
    }
}

/// Variation selectors.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether `c` after `base` joins, tones or styles emoji.
fn glues(base: char, c: char, next: Option<char>) -> bool {
    match c {
        '\u{200d}' => is_pictograph(base) && next.is_some_and(is_pictograph),
        '\u{fe0f}' => is_pictograph(base) || next == Some('\u{20e3}'),
        '\u{fe0e}' | '\u{1f3fb}'..='\u{1f3ff}' => is_pictograph(base),
        _ => false,
    }
}

/// Characters that emoji sequences are made from.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}'
        | '\u{2460}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
        | '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙')
}

/// Characters that act, hide, or mean nothing: controls, format characters (bidi controls, joiners,
/// tags), separators of lines, fillers, selectors, private and unassigned ones.
fn is_suspicious(c: char) -> bool {
    match c {
        // The scripts most text is in, known to hold nothing of the kind.
        ' '..='~'
        | '\u{a1}'..='\u{ac}'
        | '\u{ae}'..='\u{34e}'
        | '\u{400}'..='\u{52f}'
        | '\u{3000}'..='\u{302d}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a0}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{ff01}'..='\u{ff9f}' => false,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}'
        | '\u{ffa0}' => true,
        _ if c.is_control() || is_selector(c) => true,
        _ => {
            let mut buffer = [0; 4];
            unnamed().is_match(c.encode_utf8(&mut buffer))
        }
    }
}

/// Matches one character of the general categories that are never shown as they are.
fn unnamed() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        #[expect(clippy::expect_used, reason = "a constant pattern, compiled by every test here")]
        Regex::new(r"^[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$")
            .expect("a constant pattern")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for text in
            ["", "Acme Ltd.", "Müller & Söhne", "张伟（上海）", "Đặng Thị Hồng", "שלום", "한국"]
        {
            assert_eq!(Clean::line(text).as_str(), text);
        }
    }

    #[test]
    fn what_acts_is_shown() {
        let cases = [
            ("A\x1b[2JB", "A␛[2JB"),
            ("a\x00b\x07", "a␀b␇"),
            ("A\u{9b}31mB", "A<U+009B>31mB"),
            ("admin\x08\x08guest", "admin␈␈guest"),
            ("real\rfake", "real␍fake"),
            ("a\nb\r\nc\td", "a⏎b⏎c d"),
            ("\x7f", "␡"),
            ("invoice\u{202e}fdp.exe", "invoice<U+202E>fdp.exe"),
            ("boss@acme.example\u{200e}", "boss@acme.example<U+200E>"),
            ("Ac\u{2060}me\u{feff}", "Ac<U+2060>me<U+FEFF>"),
            ("a\u{200d}b", "a<U+200D>b"),
            ("hi\u{e0069}", "hi<U+E0069>"),
            ("a\u{fe0f}\u{e0100}b", "a<U+FE0F><U+E0100>b"),
            ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"),
            ("\u{3164}\u{2800}", "<U+3164><U+2800>"),
            ("\u{fdd0}\u{10ffff}\u{e000}\u{378}", "<U+FDD0><U+10FFFF><U+E000><U+0378>"),
            ("10\u{a0}000", "10 000"),
            ("\u{301}", "◌\u{301}"),
        ];
        for (text, shown) in cases {
            assert_eq!(Clean::line(text).as_str(), shown, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn emoji_are_shown_part_by_part_in_known_width() {
        assert_eq!(Clean::line("👨\u{200d}👩\u{200d}👧|").width(), 7);
        assert_eq!(Clean::line("🇩🇪").as_str(), "🇩🇪");
        assert_eq!(Clean::line("👍🏽❤\u{fe0f}").as_str(), "👍❤");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let zalgo = format!("a{}b", "\u{300}".repeat(10_000));
        assert_eq!(Clean::line(&zalgo).as_str(), "a\u{300}\u{300}\u{300}\u{300}b");
    }

    #[test]
    fn a_block_keeps_lines_and_expands_tabs() {
        assert_eq!(Clean::block("a\tb\r\n\t客\tc\x1b").as_str(), "a   b\n    客  c␛");
    }

    /// No text may make a terminal do anything: no control, no bidi, no joiner comes through.
    fn harmless(text: &str) {
        let line = Clean::line(text);
        let block = Clean::block(text);
        assert!(!line.contains('\n'));
        for c in line.chars().chain(block.chars().filter(|c| *c != '\n')) {
            assert!(!c.is_control() && !is_suspicious(c), "{:?} comes through", c.escape_unicode());
        }
        assert_eq!(Clean::line(&line), line, "cleaning again changes nothing");
        for cells in [0, 1, 2, 7, 20] {
            assert_eq!(width::width(&line.fit(cells, Align::Left)), cells);
        }
        // Every grapheme takes cells of its own; nothing draws on its neighbour.
        assert!(width::graphemes(&line).all(|(_, cells)| cells > 0), "{:?}", line.0);
    }

    #[test]
    fn a_chain_of_joined_emoji_is_harmless() {
        harmless(&"👨\u{200d}".repeat(9_000));
    }

    proptest! {
        #[test]
        fn any_text_is_harmless(text in any::<String>()) {
            harmless(&text);
        }

        #[test]
        fn odd_characters_are_harmless(
            text in proptest::collection::vec(
                prop_oneof![
                    proptest::char::range('\0', '\u{a0}'), proptest::char::range('\u{300}', '\u{370}'),
                    proptest::char::range('\u{600}', '\u{620}'), proptest::char::range('\u{900}', '\u{950}'),
                    proptest::char::range('\u{1100}', '\u{1200}'), proptest::char::range('\u{2000}', '\u{2070}'),
                    proptest::char::range('\u{fe00}', '\u{ff00}'), proptest::char::range('\u{1f1e0}', '\u{1f400}'),
                    proptest::char::range('\u{e0000}', '\u{e01ff}'), any::<char>(),
                ], 0..12)
        ) {
            harmless(&text.into_iter().collect::<String>());
        }
    }
}
