//! What is measured: actions named by what comes of them, so that every program does them its own way.

/// Something to do in a program.
#[derive(Clone, Copy)]
pub struct Step {
    /// The action it measures; none for what only prepares another.
    pub action: Option<&'static str>,
    /// The bytes that are typed.
    pub keys: &'static str,
}

/// A step that is measured.
pub const fn measured(action: &'static str, keys: &'static str) -> Step {
    Step { action: Some(action), keys }
}

/// A step that prepares another.
pub const fn then(keys: &'static str) -> Step {
    Step { action: None, keys }
}

pub const DOWN: &str = "cursor down";
pub const UP: &str = "cursor up";
pub const PAGE_DOWN: &str = "page down";
pub const PAGE_UP: &str = "page up";
pub const END: &str = "to the last row";
pub const TOP: &str = "to the first row";
pub const SCROLL: &str = "cursor down past the edge";
pub const OPEN: &str = "open a record";
pub const LEAVE: &str = "leave it";
pub const FILTER: &str = "begin a filter";
pub const LETTER: &str = "narrow the list by a letter";
pub const DELETE: &str = "delete the letter";
pub const CLEAR: &str = "leave the filter";
pub const SORT: &str = "sort";
pub const MARK: &str = "mark a row";
pub const HELP: &str = "open the help";
pub const HELP_OUT: &str = "close the help";
pub const TAB: &str = "another tab or sheet";
pub const FORM: &str = "begin to edit";
pub const FORM_LETTER: &str = "type a letter into a field";
pub const FORM_OUT: &str = "leave without saving";
pub const MOVE: &str = "move a card to another stage";
pub const PALETTE: &str = "open the palette";
pub const PALETTE_LETTER: &str = "type a letter into it";
pub const IDLE: &str = "nothing, for 5 s";

/// All of them, as the table has them.
pub const ACTIONS: [&str; 25] = [
    DOWN, UP, SCROLL, PAGE_DOWN, PAGE_UP, END, TOP, OPEN, LEAVE, FILTER, LETTER, DELETE, CLEAR, SORT,
    MARK, TAB, HELP, HELP_OUT, FORM, FORM_LETTER, FORM_OUT, MOVE, PALETTE, PALETTE_LETTER, IDLE,
];
