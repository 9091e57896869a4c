//! Who shall look after the records: one person, nobody, or several by turns.

use super::{AskEdit, Step};
use crate::action::Key;
use crate::model::{Input, Link, Name, Record, Value};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::theme::Role;
use crate::tui::widget::pick::{PickRow, Picked};

impl AskEdit {
    pub(super) fn users_key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let Step::Users(pick) = &mut self.step else { return None };
        match pick.key(key) {
            Picked::Closed => return Some(vec![Cmd::Close]),
            Picked::Ignored => return None,
            Picked::Toggled => {
                let at = pick.selected().map(|row| row.key.clone());
                for row in pick.rows_mut() {
                    if Some(&row.key) == at.as_ref() && row.key.is_some() {
                        row.checked = row.checked.map(|checked| !checked);
                    }
                }
            }
            Picked::Chosen => {
                let checked: Vec<Link> = pick
                    .rows_mut()
                    .iter()
                    .filter(|row| row.checked == Some(true))
                    .filter_map(|row| row.key.clone())
                    .collect();
                let value =
                    |link: Option<Link>| Input::Value(link.map_or(Value::Null, Value::Link));
                let owner = Name::from("owner");
                match checked.len() {
                    0 => {
                        let Some(row) = pick.selected() else { return Some(Cmds::new()) };
                        let input = value(row.key.clone());
                        return Some(self.take(owner, input, ctx));
                    }
                    1 => {
                        let input = value(checked.into_iter().next());
                        return Some(self.take(owner, input, ctx));
                    }
                    _ => {
                        let turns = checked.into_iter().map(|link| value(Some(link))).collect();
                        self.act.turns = Some((owner, turns));
                        return Some(self.review(ctx));
                    }
                }
            }
            Picked::Moved | Picked::Typed => {}
        }
        Some(Cmds::new())
    }

    pub(super) fn offer_users(&mut self, rows: Vec<Record>, ctx: &Context) {
        let Step::Users(pick) = &mut self.step else { return };
        let me = ctx.moment.me;
        let mut offered: Vec<PickRow<Option<Link>>> = rows
            .into_iter()
            .map(|row| {
                let mut link = Link::new("user", row.id);
                link.title = row.get("name").as_text().unwrap_or_default().to_owned();
                let mut shown = PickRow::new(Some(link.clone()), Clean::line(&link.title));
                shown.note = if me == Some(row.id) {
                    Clean::line(ctx.t("bulk.me"))
                } else {
                    Clean::default()
                };
                shown.checked = Some(false);
                shown
            })
            .collect();
        let mut nobody = PickRow::new(None, Clean::line(ctx.t("bulk.nobody")));
        nobody.role = Role::Muted;
        nobody.checked = Some(false);
        offered.push(nobody);
        pick.fill(offered);
    }
}
