//! Text under the cursor: one line or several, moved through by grapheme.
//!
//! It knows the text, the place in it and how to take a step back; it never draws (see
//! [`super::layout`]) and never cleans what it holds, so that nothing a person did not touch is lost.
//! Start at [`TextEdit::apply`].

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// How many steps back are remembered.
const STEPS: usize = 200;

/// One thing a person does to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Types or pastes.
    Insert(String),
    /// Removes the grapheme before the cursor.
    Backspace,
    /// Removes the grapheme after the cursor.
    Delete,
    /// Removes the word before the cursor.
    BackspaceWord,
    /// Removes the word after the cursor.
    DeleteWord,
    /// Removes everything before the cursor, in its line.
    CutToStart,
    /// Removes everything after the cursor, in its line.
    CutToEnd,
    /// A grapheme to the left.
    Left,
    /// A grapheme to the right.
    Right,
    /// A word to the left.
    WordLeft,
    /// A word to the right.
    WordRight,
    /// The start of the line.
    Home,
    /// The end of the line.
    End,
    /// The start of the text.
    Top,
    /// The end of the text.
    Bottom,
    /// Takes the last change back.
    Undo,
    /// Takes the last undo back.
    Redo,
}

/// What an [`Act`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// The text is different now.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// Nothing: the cursor stood at the edge, or there was nothing to take back.
    Nothing,
}

/// A text being edited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextEdit {
    text: String,
    cursor: usize,
    many_lines: bool,
    past: Vec<(String, usize)>,
    future: Vec<(String, usize)>,
    /// The last act typed a letter, so that the next letter belongs to the same step.
    typing: bool,
}

impl TextEdit {
    /// One line, the cursor at its end. Line breaks become spaces.
    #[must_use]
    pub fn line(text: &str) -> Self {
        let text = one_line(text);
        Self { cursor: text.len(), text, ..Self::default() }
    }

    /// Several lines, the cursor at the start.
    #[must_use]
    pub fn lines(text: &str) -> Self {
        Self { text: unix_breaks(text), many_lines: true, ..Self::default() }
    }

    /// What is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte the cursor stands before; always between two graphemes.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// True where nothing but white space is written.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Replaces the whole text, as one step that can be taken back; the cursor goes to the end.
    pub fn set(&mut self, text: &str) {
        let text = if self.many_lines { unix_breaks(text) } else { one_line(text) };
        if text != self.text {
            self.remember(false);
            self.text = text;
        }
        self.cursor = self.text.len();
    }

    /// Puts the cursor before `byte`, or the grapheme boundary before it.
    pub fn place(&mut self, byte: usize) {
        self.typing = false;
        self.cursor = self
            .text
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .chain([self.text.len()])
            .take_while(|at| *at <= byte)
            .last()
            .unwrap_or(0);
    }

    /// Does one thing.
    pub fn apply(&mut self, act: Act) -> Done {
        match act {
            Act::Insert(text) => self.insert(&text),
            Act::Backspace => self.remove(self.before(self.cursor), self.cursor),
            Act::Delete => self.remove(self.cursor, self.after(self.cursor)),
            Act::BackspaceWord => self.remove(self.word_before(), self.cursor),
            Act::DeleteWord => self.remove(self.cursor, self.word_after()),
            Act::CutToStart => self.remove(self.line_start(), self.cursor),
            Act::CutToEnd => self.remove(self.cursor, self.line_end()),
            Act::Left => self.go(self.before(self.cursor)),
            Act::Right => self.go(self.after(self.cursor)),
            Act::WordLeft => self.go(self.word_before()),
            Act::WordRight => self.go(self.word_after()),
            Act::Home => self.go(self.line_start()),
            Act::End => self.go(self.line_end()),
            Act::Top => self.go(0),
            Act::Bottom => self.go(self.text.len()),
            Act::Undo => self.step(false),
            Act::Redo => self.step(true),
        }
    }

    fn insert(&mut self, text: &str) -> Done {
        let text = if self.many_lines { unix_breaks(text) } else { one_line(text) };
        if text.is_empty() {
            return Done::Nothing;
        }
        let letter = text.graphemes(true).count() == 1 && !text.chars().all(char::is_whitespace);
        self.remember(letter);
        self.text.insert_str(self.cursor, &text);
        self.cursor = self.boundary(self.cursor + text.len());
        Done::Changed
    }

    fn remove(&mut self, from: usize, to: usize) -> Done {
        if from >= to {
            return Done::Nothing;
        }
        self.remember(false);
        self.text.replace_range(from..to, "");
        self.cursor = self.boundary(from);
        Done::Changed
    }

    fn go(&mut self, to: usize) -> Done {
        self.typing = false;
        if to == self.cursor {
            return Done::Nothing;
        }
        self.cursor = to;
        Done::Moved
    }

    fn remember(&mut self, letter: bool) {
        if !(letter && self.typing) {
            self.past.push((self.text.clone(), self.cursor));
            if self.past.len() > STEPS {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.typing = letter;
    }

    fn step(&mut self, forward: bool) -> Done {
        self.typing = false;
        let (from, to) = if forward {
            (&mut self.future, &mut self.past)
        } else {
            (&mut self.past, &mut self.future)
        };
        let Some((text, cursor)) = from.pop() else { return Done::Nothing };
        to.push((std::mem::replace(&mut self.text, text), self.cursor));
        self.cursor = cursor;
        Done::Changed
    }

    fn before(&self, at: usize) -> usize {
        GraphemeCursor::new(at, self.text.len(), true)
            .prev_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(0)
    }

    fn after(&self, at: usize) -> usize {
        GraphemeCursor::new(at, self.text.len(), true)
            .next_boundary(&self.text, 0)
            .ok()
            .flatten()
            .unwrap_or(self.text.len())
    }

    /// `at`, or the end of the grapheme it falls into: joining marks can merge what was apart.
    fn boundary(&self, at: usize) -> usize {
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        if cursor.is_boundary(&self.text, 0).unwrap_or(true) { at } else { self.after(at) }
    }

    fn word_before(&self) -> usize {
        self.text[..self.cursor]
            .split_word_bound_indices()
            .rev()
            .find(|(_, word)| is_word(word))
            .map_or(0, |(at, _)| at)
    }

    fn word_after(&self) -> usize {
        self.text[self.cursor..]
            .split_word_bound_indices()
            .find(|(_, word)| is_word(word))
            .map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }
}

fn is_word(segment: &str) -> bool {
    segment.chars().any(char::is_alphanumeric)
}

fn unix_breaks(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(text: &str) -> String {
    unix_breaks(text).trim_end_matches('\n').replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(edit: &mut TextEdit, text: &str) {
        for letter in text.chars() {
            edit.apply(Act::Insert(letter.to_string()));
        }
    }

    #[test]
    fn graphemes_go_as_a_whole() {
        let mut edit = TextEdit::line("a👨‍👩‍👧e\u{301}");
        assert_eq!(edit.apply(Act::Backspace), Done::Changed);
        assert_eq!(edit.text(), "a👨‍👩‍👧");
        edit.apply(Act::Left);
        assert_eq!(edit.cursor(), 1);
        edit.apply(Act::Delete);
        assert_eq!(edit.text(), "a");
        assert_eq!(edit.apply(Act::Delete), Done::Nothing);
    }

    #[test]
    fn the_cursor_never_stands_inside_a_grapheme() {
        let mut edit = TextEdit::line("\u{301}x");
        edit.apply(Act::Home);
        edit.apply(Act::Insert("e".into()));
        assert_eq!(edit.cursor(), "e\u{301}".len());
        edit.place(1);
        assert_eq!(edit.cursor(), 0);
    }

    #[test]
    fn one_line_swallows_breaks_and_many_lines_keep_them() {
        let mut edit = TextEdit::line("");
        edit.apply(Act::Insert("one\r\ntwo\n".into()));
        assert_eq!(edit.text(), "one two");
        let mut edit = TextEdit::lines("a\r\nb");
        assert_eq!(edit.text(), "a\nb");
        edit.apply(Act::End);
        edit.apply(Act::Insert("\n".into()));
        assert_eq!(edit.text(), "a\n\nb");
        edit.apply(Act::Insert("yz".into()));
        edit.apply(Act::Home);
        edit.apply(Act::CutToEnd);
        assert_eq!(edit.text(), "a\n\nb");
    }

    #[test]
    fn words_in_both_scripts() {
        let mut edit = TextEdit::line("offer for 安邦 (3 units)");
        edit.apply(Act::WordLeft);
        assert_eq!(&edit.text()[edit.cursor()..], "units)");
        edit.apply(Act::BackspaceWord);
        assert_eq!(edit.text(), "offer for 安邦 (units)");
        edit.apply(Act::BackspaceWord);
        assert_eq!(edit.text(), "offer for 安units)");
        edit.apply(Act::Home);
        edit.apply(Act::WordRight);
        assert_eq!(edit.cursor(), 5);
        edit.apply(Act::DeleteWord);
        assert_eq!(edit.text(), "offer 安units)");
    }

    #[test]
    fn a_typed_word_is_one_step_back() {
        let mut edit = TextEdit::line("");
        typed(&mut edit, "hello");
        typed(&mut edit, " world");
        edit.apply(Act::Undo);
        assert_eq!(edit.text(), "hello ");
        edit.apply(Act::Undo);
        edit.apply(Act::Undo);
        assert_eq!(edit.text(), "");
        assert_eq!(edit.apply(Act::Undo), Done::Nothing);
        edit.apply(Act::Redo);
        assert_eq!(edit.text(), "hello");
        edit.apply(Act::CutToStart);
        edit.apply(Act::Undo);
        assert_eq!((edit.text(), edit.cursor()), ("hello", 5));
    }
}
