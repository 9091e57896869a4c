//! What a view hands back beside the drawn cells: where the cursor sits and what can be pointed at.

use ratatui::layout::{Position, Rect};

use crate::action::Key;
use crate::model::Name;

/// What stands at a place on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A row of a list, counted from its first loaded one.
    Row(usize),
    /// A card: column and place in it.
    Card(usize, usize),
    /// A tab of the top line or of related lists.
    Tab(usize),
    /// A field of a form.
    Field(Name),
    /// A hint that stands for a key press.
    Press(Key),
}

/// A place on the screen and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where.
    pub area: Rect,
    /// What.
    pub target: Target,
}

/// What a view hands back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Where the terminal's cursor belongs: the focused item, or the place where typing goes.
    pub cursor: Option<Position>,
    /// What can be pointed at, later ones on top.
    pub hits: Vec<Hit>,
}

impl Seen {
    /// Notes a place that can be pointed at.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.push(Hit { area, target });
    }

    /// Takes over what a part of the view handed back; its cursor wins where it has one.
    pub fn join(&mut self, part: Self) {
        self.cursor = part.cursor.or(self.cursor);
        self.hits.extend(part.hits);
    }
}
