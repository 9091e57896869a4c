//! What goes into the app and what comes out of it.

use std::sync::Arc;

use super::request::{Answer, Request, Slot, View};
use crate::action::Key;
use crate::gate::GateError;
use crate::schema::Catalog;
use crate::term::Outlink;

/// The number of a layer, never used twice in one app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u64);

/// A question on its way: who asked, and which of the questions in that slot it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// Who asked.
    pub layer: LayerId,
    /// Which of its questions.
    pub slot: Slot,
    /// Counts all questions, so that replies to overtaken ones are known.
    pub generation: u64,
}

/// What the mouse does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Its first button goes down.
    Press,
    /// Its wheel goes up.
    Up,
    /// Its wheel goes down.
    Down,
}

/// A press of the mouse or a turn of its wheel, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub turn: Turn,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
}

/// What happens to the app.
#[derive(Debug)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// The mouse was pressed or its wheel turned.
    Mouse(Mouse),
    /// The screen has this many columns and rows now.
    Resize(u16, u16),
    /// Time has passed.
    Tick,
    /// A question is answered.
    Answer(Ticket, Answer),
    /// Somebody else wrote; with a new catalogue where the schema changed.
    Changed(Option<Arc<Catalog>>),
    /// The terminal goes away, or the process is to end: what is unsaved is kept at once.
    End,
    /// The text editor was left: the text, or none where it failed.
    Edited(Option<String>),
    /// A link could not be opened.
    NotOpened(Outlink),
    /// What a host could not do for the app.
    Failed(GateError),
}

/// How looking as another user ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Whoever looked wanted it to.
    Asked,
    /// It cannot go on; why, for people.
    Because(String),
    /// The screen is to be locked.
    Locked,
}

impl Input {
    /// The same; pasted lines end as ours do. Terminals send the line breaks of a paste as the Enter key would be.
    #[must_use]
    pub fn with_our_line_ends(self) -> Self {
        match self {
            Self::Paste(text) if text.contains('\r') => {
                Self::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))
            }
            other => other,
        }
    }
}

/// What the app wants done.
#[derive(Debug)]
pub enum Effect {
    /// Answer a question, later, as [`Input::Answer`].
    Ask(Ticket, Request),
    /// Put text into the clipboard.
    Copy(String),
    /// Have the terminal tell of the mouse, or no more.
    Mouse(bool),
    /// Tell that it is time for a task.
    Ring {
        /// By the bell.
        bell: bool,
        /// By a notification on the desktop, where the terminal can show one.
        text: Option<String>,
    },
    /// Hand a link to the opener of the desktop; [`Input::NotOpened`] where that fails.
    Open(Outlink),
    /// Let the user edit a text in their own editor, then [`Input::Edited`].
    Editor(String),
    /// The same for rows set apart by tabs.
    Rows(String),
    /// Stop the process until the user comes back.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Open the screens of another user over these.
    View(Box<View>),
    /// Close them: what they showed is forgotten.
    EndView(Ended),
    /// Leave.
    Quit,
}
