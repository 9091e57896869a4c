//! Cells of a list in groups: the cursor stays on rows, and goes along where an edit takes a row into
//! another group.
//!
//! Which group that is tells the record itself, read anew after the save; the groups land by themselves.
//! Start at [`List::follow`].

use chrono::Datelike;

use super::group::Groups;
use super::{GROUP_PAGE, List};
use crate::model::{Record, Value};
use crate::query::Pace;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Request, Slot};
use crate::tui::rows::Rows;

/// The record that the cursor goes along with, read anew.
pub(super) const FOLLOW: Slot = Slot("list.follow", 0);

impl Groups {
    /// From the name of a group to the nearest row: on in this direction, else the other way. False
    /// where no group shows rows.
    pub(super) fn onto_row(&mut self, down: bool) -> bool {
        if self.rows().is_some() {
            return true;
        }
        let shown = |n: &usize| self.list.get(*n).is_some_and(|group| group.shown().is_some());
        // The rows of a group stand below its name.
        let (below, above) = (self.at..self.list.len(), (0..self.at).rev());
        let found = if down {
            below.clone().find(shown).map(|n| (n, true)).or_else(|| {
                let mut above = above;
                above.find(shown).map(|n| (n, false))
            })
        } else {
            let mut above = above;
            let up = above.find(shown).map(|n| (n, false));
            up.or_else(|| below.clone().find(shown).map(|n| (n, true)))
        };
        let Some((n, first)) = found else { return false };
        self.at = n;
        self.on_row = true;
        if let Some(rows) = self.list[n].rows.as_mut() {
            rows.stand_at_loaded_end(first);
        }
        true
    }

    /// The place of the group that a record belongs to by its value.
    fn group_of(&self, value: &Value, ctx: &Context) -> Option<usize> {
        let key = key_of(value, self.by.pace, ctx);
        self.list.iter().position(|group| match (&group.key, &key) {
            (Value::Link(group), Value::Link(key)) => {
                (&group.entity, group.id) == (&key.entity, key.id)
            }
            (group, key) => group == key,
        })
    }
}

/// What the groups of a pace call a value.
fn key_of(value: &Value, pace: Pace, ctx: &Context) -> Value {
    let day = match value {
        _ if pace == Pace::Value => return value.clone(),
        Value::Date(day) => *day,
        Value::DateTime(at) => at.with_timezone(&ctx.format.zone).date_naive(),
        _ => return value.clone(),
    };
    let text = match pace {
        Pace::Quarter => format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1),
        Pace::Month | Pace::Value => day.format("%Y-%m").to_string(),
    };
    Value::Text(text)
}

impl List {
    /// Asks where the record under the cursor belongs now, to stand on it there.
    pub(super) fn follow(&mut self) -> Cmds {
        if self.groups.is_none() {
            return Cmds::new();
        }
        let record = self.current().map(Record::reference);
        record.map(|record| Cmd::Ask(FOLLOW, Request::Get(record))).into_iter().collect()
    }

    /// The record is read: the cursor goes to its group once the groups are there.
    pub(super) fn take_followed(&mut self, record: &Record, ctx: &Context) -> Cmds {
        let Some(groups) = &mut self.groups else { return Cmds::new() };
        groups.follows = Some((record.id, record.get(&groups.by.field).clone()));
        self.go_along(ctx)
    }

    /// Stands on the record that is followed, in its group, which opens for it.
    pub(super) fn go_along(&mut self, ctx: &Context) -> Cmds {
        let Some(groups) = self.groups.as_mut().filter(|groups| !groups.are_awaited()) else {
            return Cmds::new();
        };
        let Some((id, value)) = groups.follows.take() else { return Cmds::new() };
        // It does not fit the filter any more, or is alone in a group that is not there yet.
        let Some(n) = groups.group_of(&value, ctx) else { return Cmds::new() };
        let there = groups.rows().and_then(Rows::current).is_some_and(|row| row.id == id);
        if groups.at == n && there {
            return Cmds::new();
        }
        let mut cmds = if groups.list[n].open { Cmds::new() } else { self.open_group(n, ctx) };
        let Some(groups) = self.groups.as_mut() else { return cmds };
        (groups.at, groups.on_row) = (n, true);
        if let Some(rows) = groups.list[n].rows.as_mut() {
            cmds.push(Cmd::Ask(Slot(GROUP_PAGE, n), rows.load_at(id)));
        }
        cmds
    }

    /// The record that was followed does not stand in the group any more: its beginning does.
    pub(super) fn lost_track(&mut self, n: usize) -> Cmds {
        let group = self.groups.as_mut().and_then(|groups| groups.list.get_mut(n));
        let Some(rows) = group.and_then(|group| group.rows.as_mut()) else { return Cmds::new() };
        rows.lost().map(|ask| Cmd::Ask(Slot(GROUP_PAGE, n), ask)).into_iter().collect()
    }
}
