//! Which part of the line says what: a label per byte, for drawing and for taking words once only.

use std::ops::Range;

use crate::model::text::is_han;

/// What a part of the line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Nothing yet.
    #[default]
    Free,
    /// What is to be written down.
    Verb,
    /// With whom.
    Who,
    /// When.
    When,
    /// How much.
    Amount,
    /// A tag.
    Tag,
    /// Who does it.
    User,
    /// How urgent.
    Priority,
    /// A mail address or phone number.
    Point,
    /// Joins other parts: `about`, `on`.
    Joint,
    /// What it is about.
    Subject,
    /// Wrong: a sign with nothing understood behind it.
    Wrong,
}

/// A text with a label per byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked {
    parts: Vec<Part>,
}

impl Marked {
    pub(super) fn new(text: &str) -> Self {
        Self { parts: vec![Part::Free; text.len()] }
    }

    pub(super) fn set(&mut self, range: Range<usize>, part: Part) {
        if let Some(parts) = self.parts.get_mut(range) {
            parts.fill(part);
        }
    }

    pub(super) fn is_free(&self, range: Range<usize>) -> bool {
        self.parts.get(range).is_some_and(|parts| parts.iter().all(|part| *part == Part::Free))
    }

    /// The text as stretches of one label each.
    pub(super) fn runs(&self) -> Vec<(Range<usize>, Part)> {
        let mut runs: Vec<(Range<usize>, Part)> = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            match runs.last_mut() {
                Some((range, last)) if last == part => range.end = at + 1,
                _ => runs.push((at..at + 1, *part)),
            }
        }
        runs
    }

    /// The free pieces inside a range: words between spaces, each Chinese character by itself.
    pub(super) fn pieces(&self, text: &str, within: Range<usize>) -> Vec<Range<usize>> {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        let mut open = false;
        for (offset, c) in text[within.clone()].char_indices() {
            let at = within.start + offset;
            let range = at..at + c.len_utf8();
            let breaks = c.is_whitespace() || ",;，；。、！？".contains(c);
            if breaks || !self.is_free(range.clone()) {
                open = false;
            } else if is_han(c) {
                pieces.push(range);
                open = false;
            } else if let (true, Some(last)) = (open, pieces.last_mut()) {
                last.end = range.end;
            } else {
                pieces.push(range);
                open = true;
            }
        }
        pieces
    }

    /// What is free in a range, as one text: words apart by one space, Chinese joined.
    pub(super) fn rest(&self, text: &str, within: Range<usize>) -> String {
        let mut out = String::new();
        let mut gap = false;
        for (offset, c) in text[within.clone()].char_indices() {
            let at = within.start + offset;
            if c.is_whitespace() || !self.is_free(at..at + c.len_utf8()) {
                gap = true;
                continue;
            }
            if std::mem::take(&mut gap) && !out.is_empty() {
                out.push(' ');
            }
            out.push(c);
        }
        tidy(&out)
    }
}

/// A text without marks and joints hanging at its ends.
pub(super) fn tidy(text: &str) -> String {
    let hangs = |c: char| c.is_whitespace() || ",;:，；：、".contains(c);
    let mut text = text.trim_matches(hangs);
    // `, the offer` where a day was taken out of the middle.
    while let Some(rest) = text.strip_suffix('。') {
        text = rest.trim_end_matches(hangs);
    }
    text.replace(" ,", ",").replace(" ;", ";")
}
