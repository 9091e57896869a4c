//! What a view hands back beside the drawn cells: where the cursor sits and what can be pointed at.

use chrono::NaiveDate;
use ratatui::layout::{Position, Rect};

use crate::action::Keys;
use crate::model::Name;
use crate::policy::Need;

/// What stands at a place on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A row of a list, counted from its first loaded one.
    Row(usize),
    /// A card, or a row of one of several parts: column or part, and the place in it.
    Card(usize, usize),
    /// A tab of the top line or of related lists.
    Tab(usize),
    /// The line that tabs stand in, beside them.
    Tabs,
    /// A day of a calendar.
    Day(NaiveDate),
    /// A field of a form.
    Field(Name),
    /// The name of a column.
    Header(Name),
    /// A hint that stands for keys.
    Press(Keys),
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
    /// The item under the cursor, where the terminal's cursor is elsewhere.
    pub focus: Option<Rect>,
    /// What can be pointed at, later ones on top.
    pub hits: Vec<Hit>,
    /// What is told of the focused item, where it is not read off the screen.
    pub told: Told,
    /// Characters are typed at the cursor, although it stands in a row.
    pub types: bool,
    /// What the person lacks, where a refusal stands in place of what they wanted to see.
    pub denied: Option<Need>,
}

/// What plain mode tells of the focused item in its status line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What it belongs to: the name of a field, of a part of the screen.
    pub title: Option<String>,
    /// Its place and how many there are, as people read them.
    pub place: Option<(String, String)>,
    /// The item itself.
    pub what: Option<String>,
}

impl Seen {
    /// Notes a place that can be pointed at.
    pub fn hit(&mut self, area: Rect, target: Target) {
        self.hits.push(Hit { area, target });
    }

    /// Tells the place of the focused item: the n-th (from 0) of so many.
    pub fn place(&mut self, n: usize, total: usize) {
        if total > 0 {
            let text = |n: usize| crate::term::grouped(n as u64);
            self.told.place = Some((text(n.min(total - 1) + 1), text(total)));
        }
    }

    /// Tells what the focused item is.
    pub fn tells(&mut self, what: impl Into<String>) {
        self.told.what = Some(what.into());
    }

    /// The rows as those of one part of the screen among several.
    #[must_use]
    pub fn of_part(mut self, part: usize) -> Self {
        for hit in &mut self.hits {
            if let Target::Row(row) = hit.target {
                hit.target = Target::Card(part, row);
            }
        }
        self
    }

    /// What stands at a place.
    #[must_use]
    pub fn at(&self, place: Position) -> Option<&Target> {
        self.hits.iter().rfind(|hit| hit.area.contains(place)).map(|hit| &hit.target)
    }

    /// Takes over what a part of the view handed back; its cursor wins where it has one.
    pub fn join(&mut self, part: Self) {
        self.cursor = part.cursor.or(self.cursor);
        self.focus = part.focus.or(self.focus);
        self.hits.extend(part.hits);
        self.told = Told {
            title: part.told.title.or(self.told.title.take()),
            place: part.told.place.or(self.told.place.take()),
            what: part.told.what.or(self.told.what.take()),
        };
        self.types |= part.types;
        self.denied = part.denied.or(self.denied.take());
    }
}
