//! The key reference: every action with its effective keys, group by group; and the names of keys in
//! texts.
//!
//! `kontor keys`, the key chapter of the manual and its test are all made from [`Reference`].

use super::{Action, Group, Keymap, Keys, Lookup, Place, Table};
use crate::model::Lang;
use crate::schema::Catalog;
use crate::term::Strings;

/// Names keys in texts: `{key:list.filter}` is the user's key for it, `{key:ctrl-o}` is `Ctrl-O`.
pub struct KeyNames<'a> {
    /// Which keys there are.
    pub keymap: &'a Keymap,
    /// What can be done.
    pub actions: &'a Table,
}

impl KeyNames<'_> {
    /// What stands for a name: the first key of an action, the beginning of a family (`new.*`), a key as
    /// it is read. An action without a key is called by its title, as it is found in the palette.
    #[must_use]
    pub fn of(&self, name: &str, strings: &Strings, catalog: &Catalog) -> String {
        if let Some(family) = name.strip_suffix(".*") {
            return self.prefix_of(family);
        }
        let Some(action) = self.actions.get(name) else {
            return name.parse::<Keys>().map_or_else(|_| name.to_owned(), |k| k.read(strings.lang));
        };
        if let Some(keys) = self.keymap.keys_of(&action.id).first() {
            return keys.read(strings.lang);
        }
        let title = action.title_in(strings, catalog);
        match self.keymap.keys_of("app.palette").first() {
            Some(palette) => format!("{} \"{title}\"", palette.shown()),
            None => format!("\"{title}\""),
        }
    }

    /// The keys after which the actions of a family come: `n` for `new`.
    fn prefix_of(&self, family: &str) -> String {
        let begins = format!("{family}.");
        let mut counted: Vec<(usize, Keys)> = Vec::new();
        for action in self.actions.all().iter().filter(|action| action.id.starts_with(&begins)) {
            for keys in self.keymap.keys_of(&action.id) {
                let Some((_, before)) = keys.0.split_last() else { continue };
                match counted.iter_mut().find(|(_, known)| known.0 == before) {
                    Some((count, _)) => *count += 1,
                    None => counted.push((1, Keys(before.to_vec()))),
                }
            }
        }
        counted.retain(|(_, keys)| !keys.0.is_empty());
        let most = counted.iter().map(|(count, _)| *count).max();
        let found = counted.iter().find(|(count, _)| Some(*count) == most);
        found.map(|(_, keys)| keys.shown()).unwrap_or_default()
    }
}

/// One group of the reference.
pub struct Section<'a> {
    /// Which.
    pub group: Group,
    /// The actions with their keys, in the order of the table.
    pub lines: Vec<(&'a Action, Vec<&'a Keys>)>,
}

/// All actions that have keys or can be run from the palette, group by group.
pub struct Reference<'a> {
    /// The groups that hold something.
    pub sections: Vec<Section<'a>>,
}

impl<'a> Reference<'a> {
    /// The reference of a keymap.
    #[must_use]
    pub fn new(keymap: &'a Keymap, table: &'a Table) -> Self {
        let sections = Group::ALL
            .into_iter()
            .map(|group| Section {
                group,
                lines: table
                    .all()
                    .iter()
                    .filter(|action| action.group == group)
                    .map(|action| (action, effective(action, keymap, table)))
                    .collect(),
            })
            .filter(|section| !section.lines.is_empty())
            .collect();
        Self { sections }
    }

    /// The reference as Markdown: a heading and a table for each group.
    #[must_use]
    pub fn markdown(&self, strings: &Strings, catalog: &Catalog) -> String {
        let mut out = String::new();
        for section in &self.sections {
            out.push_str(&format!("## {}\n\n", strings.get(section.group.title())));
            let heads = ["keys.key", "keys.what", "keys.where"].map(|key| strings.get(key));
            out.push_str(&format!(
                "| {} | {} | {} |\n|---|---|---|\n",
                heads[0], heads[1], heads[2]
            ));
            for (action, keys) in section.lines.iter().filter(|(_, keys)| !keys.is_empty()) {
                let keys: Vec<String> = keys.iter().map(|keys| code(&keys.shown())).collect();
                let title = action.title_in(strings, catalog).replace('|', "\\|");
                let places = places(action, strings);
                out.push_str(&format!("| {} | {title} | {places} |\n", keys.join(" ")));
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }
}

/// The keys that mean the action somewhere.
fn effective<'a>(action: &Action, keymap: &'a Keymap, table: &'a Table) -> Vec<&'a Keys> {
    let mut keys = keymap.keys_of(&action.id);
    keys.retain(|keys| {
        Place::ALL.iter().filter(|place| action.is_at(**place)).any(|place| {
            matches!(keymap.lookup(&keys.0, *place, table), Lookup::Action(meant) if meant.id == action.id)
        })
    });
    keys
}

/// A key as code in Markdown.
#[must_use]
pub fn code(keys: &str) -> String {
    if keys.contains('`') {
        format!("`` {keys} ``")
    } else {
        format!("`{}`", keys.replace('|', "\\|"))
    }
}

/// Where an action exists, in words; empty where that is everywhere.
#[must_use]
pub fn places(action: &Action, strings: &Strings) -> String {
    if action.places.is_empty() || Place::SCREENS.iter().all(|place| action.is_at(*place)) {
        return String::new();
    }
    if [Place::RECORDS, Place::READ].contains(&action.places) {
        return strings.get("place.records").to_owned();
    }
    let names: Vec<&str> = action.places.iter().map(|place| strings.get(place.title())).collect();
    names.join(if strings.lang == Lang::Zh { "、" } else { ", " })
}
