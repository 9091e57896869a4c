//! What is measured: actions named by what comes of them, so that every program does them its own way.

/// Something to do in a program.
#[derive(Clone, Copy)]
pub struct Step {
    /// The action it measures; none for what only prepares another.
    pub action: Option<&'static str>,
    /// The bytes that are typed.
    pub keys: &'static str,
    /// How often, each time measured: the cost of a row hangs on what stands in it.
    pub times: usize,
}

/// A step that is measured.
pub const fn measured(action: &'static str, keys: &'static str) -> Step {
    Step { action: Some(action), keys, times: 1 }
}

/// A step that is measured on several rows.
pub const fn on_rows(action: &'static str, keys: &'static str) -> Step {
    Step { action: Some(action), keys, times: 8 }
}

/// A step that prepares another.
pub const fn then(keys: &'static str) -> Step {
    Step { action: None, keys, times: 1 }
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
pub const FILTER: &str = "filter the list by a letter";
pub const LETTER: &str = "by a letter more";
pub const DELETE: &str = "delete that letter";
pub const CLEAR: &str = "leave the filter";
pub const SORT: &str = "sort";
pub const MARK: &str = "mark a row, go to the next";
pub const HELP: &str = "open the help";
pub const HELP_OUT: &str = "close the help";
pub const TAB: &str = "another tab or sheet";
pub const CELL: &str = "begin to change a value in its row";
pub const CELL_LETTER: &str = "type a letter into it";
pub const CELL_OUT: &str = "leave it as it was";
pub const FORM: &str = "open the form";
pub const FORM_LETTER: &str = "type a letter into a field";
pub const FORM_OUT: &str = "leave the form";
pub const MOVE: &str = "move a card to another stage";
pub const PALETTE: &str = "open the palette";
pub const PALETTE_LETTER: &str = "narrow it by a letter";
pub const IDLE: &str = "nothing, for 5 s";

/// All of them, as the table has them.
pub const ACTIONS: [&str; 28] = [
    DOWN,
    UP,
    SCROLL,
    PAGE_DOWN,
    PAGE_UP,
    END,
    TOP,
    OPEN,
    LEAVE,
    FILTER,
    LETTER,
    DELETE,
    CLEAR,
    SORT,
    MARK,
    TAB,
    HELP,
    HELP_OUT,
    CELL,
    CELL_LETTER,
    CELL_OUT,
    FORM,
    FORM_LETTER,
    FORM_OUT,
    MOVE,
    PALETTE,
    PALETTE_LETTER,
    IDLE,
];
