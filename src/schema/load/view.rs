//! Reads `[[entity.NAME.view]]`: a view, or changes to one that is there.

use super::entity::{name_hint, wrong_name};
use super::reader::{Item, Problems};
use crate::model::phrase;
use crate::schema::{Entity, Label, View};

const KEYS: &[&str] =
    &["name", "label", "query", "columns", "sort", "group", "totals", "first", "hidden"];

pub(super) fn read_views(entity: &mut Entity, item: &Item<'_>, problems: &mut Problems<'_>) {
    for item in item.list(problems) {
        let Some(name) = item.peek("name").and_then(|name| name.text(problems)) else {
            problems.at(&item, phrase!("a view needs a `name`"), None);
            continue;
        };
        if let Some(wrong) = wrong_name(name) {
            problems.at(&item, phrase!("no name for a view: {wrong}", wrong), Some(name_hint()));
            continue;
        }
        let index = entity.views.iter().position(|view| view.name == name).unwrap_or_else(|| {
            let label = Label { en: super::words::humanise(name), zh: String::new() };
            entity.views.push(View::new(name, label));
            entity.views.len() - 1
        });
        let view = &mut entity.views[index];
        let mut said_first = false;
        for item in item.table(problems) {
            let text = match item.key {
                "name" => continue,
                "label" => {
                    item.label(&mut view.label, problems);
                    continue;
                }
                "totals" => {
                    item.flag(&mut view.totals, problems);
                    continue;
                }
                "first" => {
                    item.flag(&mut view.first, problems);
                    said_first = view.first;
                    continue;
                }
                "hidden" => {
                    item.flag(&mut view.hidden, problems);
                    continue;
                }
                "query" => &mut view.query,
                "columns" => &mut view.columns,
                "sort" => &mut view.sort,
                "group" => &mut view.group,
                _ => {
                    problems.unknown_key(&item, KEYS);
                    continue;
                }
            };
            if let Some(typed) = item.text(problems) {
                typed.trim().clone_into(text);
            }
        }
        // One opens the list: the company's word comes last and holds.
        if said_first {
            for (n, view) in entity.views.iter_mut().enumerate() {
                view.first = n == index;
            }
        }
    }
}
