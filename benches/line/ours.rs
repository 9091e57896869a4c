//! Kontor.

use std::path::Path;

use portable_pty::CommandBuilder;

use super::Program;
use super::actions::{
    CELL, CELL_LETTER, CELL_OUT, CLEAR, DELETE, DOWN, END, FILTER, FORM, FORM_LETTER, FORM_OUT,
    HELP, HELP_OUT, LEAVE, LETTER, MARK, MOVE, OPEN, PAGE_DOWN, PAGE_UP, PALETTE, PALETTE_LETTER,
    SCROLL, SORT, TAB, TOP, UP, measured, on_rows, then,
};

/// The program under test.
pub fn program(kontor: &Path, data: &Path) -> Program {
    let mut command = CommandBuilder::new(kontor);
    command.args(["--db", data.to_str().unwrap(), "--lang", "en"]);
    let home = data.parent().unwrap();
    // What falls due while one measures would be counted with whatever is done then.
    std::fs::create_dir_all(home.join("kontor")).unwrap();
    let quiet = "[reminders]\nstatus = false\nbell = false\nnotify = false\n";
    std::fs::write(home.join("kontor/config.toml"), quiet).unwrap();
    command.env("HOME", home);
    command.env("XDG_CONFIG_HOME", home);
    command.env_remove("KONTOR_DB");
    command.env_remove("KONTOR_CONFIG");
    Program {
        name: "Kontor".into(),
        command,
        ready: "Kontor",
        steps: vec![
            then("gc"),
            on_rows(DOWN, "j"),
            on_rows(UP, "k"),
            measured(PAGE_DOWN, "\x1b[6~"),
            measured(PAGE_UP, "\x1b[5~"),
            measured(END, "G"),
            measured(TOP, "gg"),
            then("\x1b[6~"),
            measured(SCROLL, "j"),
            measured(MARK, " "),
            measured(OPEN, "\r"),
            measured(LEAVE, "\x1b"),
            measured(SORT, "S\r"),
            measured(FILTER, "/k"),
            measured(LETTER, "o"),
            measured(DELETE, "\x7f"),
            measured(CLEAR, "\x1b"),
            measured(HELP, "?"),
            measured(HELP_OUT, "\x1b"),
            measured(PALETTE, ":"),
            measured(PALETTE_LETTER, "d"),
            then("\x1b"),
            measured(FORM, "e"),
            measured(FORM_LETTER, "x"),
            then("\x7f"),
            measured(FORM_OUT, "\x1b"),
            measured(CELL, "i\r"),
            measured(CELL_LETTER, "x"),
            measured(CELL_OUT, "\x1b"),
            then("\x1b"),
            measured(TAB, "gd"),
            then("gb"),
            measured(MOVE, "L"),
            then("u"),
        ],
        slow: ["gcgg", "j", "\r", "\x1b"],
    }
}
