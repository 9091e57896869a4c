//! What a key does to a text, the same in every field.

use super::edit::Act;
use crate::tui::key::{Key, KeyCode};

/// The act a key stands for in a text; `None` where it does not edit.
///
/// Enter, Tab, Up and Down are left to the field, Ctrl-A and Ctrl-B to terminal multiplexers.
#[must_use]
pub fn act(key: Key) -> Option<Act> {
    if let Some(letter) = key.typed() {
        return Some(Act::Insert(letter.to_string()));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Backspace, false, false) => Act::Backspace,
        (KeyCode::Backspace, _, _) | (KeyCode::Char('w'), true, false) => Act::BackspaceWord,
        (KeyCode::Delete, false, false) => Act::Delete,
        (KeyCode::Delete, _, _) | (KeyCode::Char('d'), false, true) => Act::DeleteWord,
        (KeyCode::Char('u'), true, false) => Act::CutToStart,
        (KeyCode::Char('k'), true, false) => Act::CutToEnd,
        (KeyCode::Left, false, false) => Act::Left,
        (KeyCode::Right, false, false) => Act::Right,
        (KeyCode::Left, _, _) => Act::WordLeft,
        (KeyCode::Right, _, _) => Act::WordRight,
        (KeyCode::Home, false, false) => Act::Home,
        (KeyCode::End, false, false) => Act::End,
        (KeyCode::Home, _, _) => Act::Top,
        (KeyCode::End, _, _) => Act::Bottom,
        (KeyCode::Char('b'), false, true) => Act::WordLeft,
        (KeyCode::Char('f'), false, true) => Act::WordRight,
        (KeyCode::Char('e'), true, false) => Act::End,
        // Ctrl-Z is for the shell.
        (KeyCode::Char('r' | '_' | '/' | '7'), true, false) | (KeyCode::Char('u'), false, true) => {
            Act::Undo
        }
        (KeyCode::Char('y'), true, false) => Act::Redo,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_edit_and_others_do_not() {
        let act = |text: &str| act(text.parse().unwrap());
        assert_eq!(act("é"), Some(Act::Insert("é".into())));
        assert_eq!(act("space"), Some(Act::Insert(" ".into())));
        assert_eq!(act("ctrl-w"), Some(Act::BackspaceWord));
        assert_eq!(act("alt-left"), Some(Act::WordLeft));
        for other in ["enter", "tab", "up", "esc", "ctrl-s", "f2", "ctrl-a", "ctrl-b"] {
            assert_eq!(act(other), None, "{other}");
        }
    }
}
