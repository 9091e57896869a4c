//! Cells that a spreadsheet must not take for formulas, and the way back.
//!
//! An apostrophe is set before what a spreadsheet would compute: at the beginning of a cell, and behind
//! whatever could begin a cell where a file is read with other separators than it was written with (the
//! semicolon of continental Europe, a tab, a line break). Phone numbers and negative numbers look like formulas
//! and are harmless; they stay as they are. A text that has such an apostrophe itself gets one more, so
//! that [`bare`] undoes [`guarded`] exactly, whatever the text. Start there.

use std::borrow::Cow;

use rust_decimal::Decimal;

/// What formulas begin with, in the ASCII and in the full-width form.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What a cell may end and the next begin with, in any dialect.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\n', '\r'];

/// The text with apostrophes before what would be computed.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    let marks: Vec<usize> = starts(text)
        .filter(
            |start| if start.at == 0 { start.quotes > 0 || start.computes() } else { start.runs() },
        )
        .map(|start| start.mark)
        .collect();
    if marks.is_empty() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + marks.len());
    let mut from = 0;
    for mark in marks {
        out.push_str(&text[from..mark]);
        out.push('\'');
        from = mark;
    }
    out.push_str(&text[from..]);
    out.into()
}

/// The text that was guarded: without the apostrophes that were set.
#[must_use]
pub fn bare(text: &str) -> Cow<'_, str> {
    if !text.contains('\'') {
        return text.into();
    }
    let marks: Vec<usize> = starts(text)
        .filter(|start| start.quotes > 0 && (start.at == 0 || start.runs()))
        .map(|start| start.mark)
        .collect();
    if marks.is_empty() {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for mark in marks {
        out.push_str(&text[from..mark]);
        from = mark + 1;
    }
    out.push_str(&text[from..]);
    out.into()
}

/// Only what [`bare`] would take away is guarded: a text that is written as it is comes back as it was.
#[must_use]
pub fn exact(text: &str) -> Cow<'_, str> {
    if bare(text) == text { text.into() } else { guarded(text) }
}

/// Whether a spreadsheet might compute the text.
#[must_use]
pub fn is_formula(text: &str) -> bool {
    guarded(text) != text
}

/// A place where a cell may begin, with a sign of a formula behind it.
struct Start<'t> {
    /// Where the place is: 0 for the beginning of the text.
    at: usize,
    /// Behind spaces and double quotes: where an apostrophe is set.
    mark: usize,
    /// How many apostrophes stand there.
    quotes: usize,
    /// From the sign to where the next cell may begin.
    rest: &'t str,
    /// A sign at the very beginning, and somewhere behind it the stroke that calls another program.
    calls: bool,
    /// The stroke that calls another program stands right behind a name at its end.
    named: bool,
}

impl Start<'_> {
    /// Whether it is more than a number or the number of a phone.
    fn computes(&self) -> bool {
        self.calls || !(is_phone(self.rest) || is_number(self.rest))
    }

    /// Whether it does something. In the middle of a text, dashes and signs are mostly those of a list or a
    /// sum: only with a call or a command behind them they are more than that.
    fn runs(&self) -> bool {
        if self.rest.starts_with(['+', '-', '＋', '－']) {
            let called = |(at, _): (usize, &str)| {
                self.rest[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'))
            };
            return self.named
                || self.rest.contains(['!', '\''])
                || self.rest.match_indices('(').any(called);
        }
        true
    }
}

/// The places where a cell may begin and the sign of a formula stands.
fn starts(text: &str) -> impl Iterator<Item = Start<'_>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        loop {
            let at = next?;
            let rest = &text[at..];
            let end = rest.find(SEPARATORS);
            next = end.map(|end| at + end + 1);
            let cell = &rest[..end.unwrap_or(rest.len())];
            let inner = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
            let mark = at + cell.len() - inner.len();
            let quotes = inner.len() - inner.trim_start_matches('\'').len();
            let sign = &inner[quotes..];
            if sign.starts_with(SIGNS) {
                let calls = at == 0 && text.contains('|');
                let stroke = end.is_some_and(|end| rest[end..].starts_with('|'));
                let named = stroke && sign.ends_with(char::is_alphabetic);
                return Some(Start { at, mark, quotes, rest: sign, calls, named });
            }
        }
    })
}

fn is_phone(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_digit() || " ()./".contains(c))
}

fn is_number(text: &str) -> bool {
    let text = text.trim_end();
    let plain = |c: char| c.is_ascii_digit() || c == '.';
    text.strip_prefix('-').is_some_and(|rest| rest.chars().all(plain))
        && text.parse::<Decimal>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_told_from_phones_and_numbers() {
        for text in [
            "=1+1",
            "=HYPERLINK(\"http://evil\")",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\"=1",
            "＝1+1",
            "＋1+1",
            "－1+1",
            "＠SUM(1)",
            "+1-555-0199",
            "+1;ext=2|cmd",
            "-",
            "'=1+1",
            "a;=cmd|' /C calc'!A0;b",
            "a,@SUM(1)",
            "x\n=1+1",
            "x\t=1",
            "x|\"=1",
            "x;-2+3+cmd|' /C calc'!A0",
            "x; - 1+HYPERLINK(\"http://evil\")",
        ] {
            let safe = guarded(text);
            assert!(safe != text, "{text:?}");
            assert_eq!(bare(&safe), text, "{safe:?}");
        }
        for text in [
            "",
            "Müller",
            "-12.50",
            "+49 711 55501",
            "+4971155501",
            "+4971155501;ext=12",
            "work: +49 711 1; +49 30 123456",
            "a=b",
            "1-2",
            "50 %; -5",
            "list:\n- one\n- two (mobile)\n- three",
            "it's 5 o'clock",
        ] {
            assert_eq!(guarded(text), text);
            assert_eq!(bare(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_guarded_is_bared_again(text in "[ \"'=+\\-@;,|\t\na1(!＝é]{0,16}") {
            let safe = guarded(&text);
            prop_assert_eq!(bare(&safe), text.as_str());
            let plain = exact(&text);
            prop_assert_eq!(bare(&plain), text.as_str());
        }

        #[test]
        fn no_cell_begins_with_a_formula(text in "[ =+\\-@;,|\ta1(!'＝]{0,16}") {
            // However the file is cut into cells, none of them is a call or a command.
            for cell in guarded(&text).split(SEPARATORS) {
                let cell = cell.trim_start_matches([' ', '"']);
                prop_assert!(!cell.starts_with(['=', '@', '＝', '＠']), "{:?}", cell);
            }
        }
    }
}
