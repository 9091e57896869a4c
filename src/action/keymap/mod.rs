//! Which keys do what: `assets/keymap.toml`, a preset, and a user's own file of the same form laid over it.
//!
//! A key may name several actions; the first that exists on the screen is meant. A sequence that is the
//! beginning of longer ones is a prefix: what may follow is the which-key popup. Reading files, and what
//! may be wrong with them, is [`file`]'s. Start at [`Keymap::lookup`].

mod file;

pub use file::KeymapError;

use std::path::PathBuf;

use super::{Action, Key, Keys, Place, Table, nav};
use crate::model::Name;
use crate::schema::Catalog;

const SHIPPED: &str = include_str!("../../../assets/keymap.toml");
const PLAIN: &str = include_str!("../../../assets/keymaps/plain.toml");
const VIM: &str = include_str!("../../../assets/keymaps/vim.toml");

/// Where a user's keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysFrom {
    /// One of [`Keymap::PRESETS`].
    Preset(String),
    /// A file of the user's own.
    File(PathBuf),
}

/// What a key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    keys: Keys,
    /// The first that exists on the screen is meant.
    ids: Vec<Meant>,
}

/// One of the actions of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meant {
    id: Name,
    shown: Shown,
}

/// Which of the keys of an action is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// The one that the user wants for it.
    First,
    /// One that ships.
    AsShipped,
    /// One that the user added behind others.
    Last,
}

/// Keys and the actions they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// What the keys pressed so far mean.
#[derive(Debug, Clone)]
pub enum Lookup<'a> {
    /// An action.
    Action(&'a Action),
    /// The beginning of these sequences.
    Prefix(Vec<(&'a Keys, &'a Action)>),
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// The presets there are beside the keys that ship: files in `assets/keymaps`.
    pub const PRESETS: [&'static str; 3] = ["shipped", "plain", "vim"];

    /// The keymap that ships, with the tabs on digits and letters for a company's own entities. Letters hang
    /// on the schema alone, so that they are the same for everybody, whatever their rights.
    #[must_use]
    pub fn shipped(catalog: &Catalog, table: &Table) -> Self {
        let mut keymap = Self::default();
        // The shipped file is checked by a test; what it says is taken as far as it goes.
        let _ = keymap.lay_over("keymap.toml", SHIPPED, table);
        keymap.settle();
        for (number, tab) in ('1'..='9').zip(nav::tabs(catalog)) {
            keymap.add_free(&[Key::char(number)], tab.action());
        }
        for entity in catalog.entities() {
            for (prefix, family) in [('g', "go"), ('n', "new")] {
                let id = Name::from(format!("{family}.{}", entity.name));
                if keymap.keys_of(&id).iter().any(|keys| keys.0.len() > 1) {
                    continue;
                }
                let letter = entity.name.chars().chain('a'..='z').find(|letter| {
                    let keys = Keys(vec![Key::char(prefix), Key::char(*letter)]);
                    letter.is_ascii_alphabetic() && keymap.place_of(&keys).is_none()
                });
                if let (Some(letter), true) = (letter, entity.menu > 0) {
                    keymap.add_free(&[Key::char(prefix), Key::char(letter)], id);
                }
            }
        }
        keymap
    }

    /// The same without what a single digit from 1 to 9 does: where digits choose rows.
    #[must_use]
    pub fn without_digits(&self) -> Self {
        let digit =
            |binding: &Binding| matches!(binding.keys.0.as_slice(), [key] if key.row().is_some());
        Self { bindings: self.bindings.iter().filter(|binding| !digit(binding)).cloned().collect() }
    }

    /// One of [`Keymap::PRESETS`]; none where there is no such.
    #[must_use]
    pub fn preset(name: &str, catalog: &Catalog, table: &Table) -> Option<Self> {
        let mut keymap = Self::shipped(catalog, table);
        match name {
            "shipped" => {}
            "plain" => {
                // Checked by a test, like the shipped file.
                let _ = keymap.lay_over("plain.toml", PLAIN, table);
                keymap.settle();
            }
            "vim" => {
                let _ = keymap.lay_over("vim.toml", VIM, table);
                keymap.settle();
                for (number, tab) in ('1'..='9').zip(nav::tabs(catalog)) {
                    keymap.add_free(&[Key::char('g'), Key::char(number)], tab.action());
                }
            }
            _ => return None,
        }
        Some(keymap)
    }

    /// The keymap of a user: the preset that the file names (or the shipped keys), the file over it.
    ///
    /// # Errors
    /// The first thing that is wrong with the file, with its line and what was likely meant.
    pub fn of_user(
        file: &str,
        text: &str,
        catalog: &Catalog,
        table: &Table,
    ) -> Result<Self, KeymapError> {
        let preset = file::preset_of(file, text)?;
        let mut keymap = preset
            .and_then(|name| Self::preset(&name, catalog, table))
            .unwrap_or_else(|| Self::shipped(catalog, table));
        keymap.lay_over(file, text, table)?;
        Ok(keymap)
    }

    /// What was laid over so far counts as shipped.
    fn settle(&mut self) {
        for meant in self.bindings.iter_mut().flat_map(|binding| &mut binding.ids) {
            meant.shown = Shown::AsShipped;
        }
    }

    fn place_of(&self, keys: &Keys) -> Option<usize> {
        self.bindings.iter().position(|known| known.keys == *keys)
    }

    fn add_free(&mut self, keys: &[Key], id: impl Into<Name>) {
        let keys = Keys(keys.to_vec());
        if self.place_of(&keys).is_none() {
            let ids = vec![Meant { id: id.into(), shown: Shown::AsShipped }];
            self.bindings.push(Binding { keys, ids });
        }
    }

    /// What the keys pressed so far mean on this kind of screen.
    #[must_use]
    pub fn lookup<'a>(&'a self, pressed: &[Key], place: Place, table: &'a Table) -> Lookup<'a> {
        let mut following = Vec::new();
        for binding in &self.bindings {
            if binding.keys.0.starts_with(pressed)
                && let Some(action) = binding.meant_at(place, table)
            {
                if binding.keys.0.len() == pressed.len() {
                    return Lookup::Action(action);
                }
                following.push((&binding.keys, action));
            }
        }
        if following.is_empty() { Lookup::Nothing } else { Lookup::Prefix(following) }
    }

    /// The keys of an action: the user's own first, then the shortest, then as they stand in the file.
    #[must_use]
    pub fn keys_of(&self, id: &str) -> Vec<&Keys> {
        let mut keys: Vec<(Shown, &Keys)> = self
            .bindings
            .iter()
            .filter_map(|binding| {
                let meant = binding.ids.iter().find(|meant| meant.id == id)?;
                Some((meant.shown, &binding.keys))
            })
            .collect();
        keys.sort_by_key(|(shown, keys)| (*shown, keys.0.len()));
        keys.into_iter().map(|(_, keys)| keys).collect()
    }

    /// The keys that do an action on this kind of screen, in the order of [`Keymap::keys_of`]: without
    /// those that mean something else there.
    #[must_use]
    pub fn keys_at(&self, id: &str, place: Place, table: &Table) -> Vec<&Keys> {
        let mut keys = self.keys_of(id);
        keys.retain(|keys| {
            let binding = self.place_of(keys).map(|at| &self.bindings[at]);
            let meant = binding.and_then(|binding| binding.meant_at(place, table));
            meant.is_some_and(|action| action.id == id)
        });
        keys
    }
}

impl Binding {
    /// The action that the key means on this kind of screen.
    fn meant_at<'a>(&self, place: Place, table: &'a Table) -> Option<&'a Action> {
        let known = self.ids.iter().filter_map(|meant| table.get(&meant.id));
        known.into_iter().find(|action| action.is_at(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    fn shipped() -> (Keymap, Table) {
        let catalog = load(None).unwrap();
        let table = Table::new(&catalog);
        (Keymap::shipped(&catalog, &table), table)
    }

    #[test]
    fn the_shipped_file_is_sound() {
        let (_, table) = shipped();
        Keymap::default().lay_over("keymap.toml", SHIPPED, &table).unwrap();
    }

    #[test]
    fn every_action_is_reachable_by_keys_or_made_per_entity() {
        let (keymap, table) = shipped();
        for action in table.all().iter().filter(|action| action.entity.is_none()) {
            assert!(!keymap.keys_of(&action.id).is_empty(), "{} has no key", action.id);
        }
    }

    #[test]
    fn no_key_hides_another_on_the_same_screen() {
        let (keymap, table) = shipped();
        for place in [Place::Home, Place::List, Place::Board, Place::Detail, Place::History] {
            for Binding { keys, ids } in &keymap.bindings {
                let here = ids.iter().filter_map(|m| table.get(&m.id)).any(|a| a.is_at(place));
                if here && keys.0.len() > 1 {
                    let first = keymap.lookup(&keys.0[..1], place, &table);
                    assert!(matches!(first, Lookup::Prefix(_)), "{keys} at {place:?}");
                }
            }
        }
    }

    #[test]
    fn a_prefix_tells_what_follows_and_a_screen_what_a_key_means() {
        let (keymap, table) = shipped();
        let press = |keys: &str| keys.parse::<Keys>().unwrap().0;
        let Lookup::Prefix(following) = keymap.lookup(&press("l"), Place::List, &table) else {
            panic!("l is no prefix");
        };
        assert_eq!(following.len(), 5);
        let meant = |keys: &str, place| match keymap.lookup(&press(keys), place, &table) {
            Lookup::Action(action) => action.id.to_string(),
            other => panic!("{keys}: {other:?}"),
        };
        assert_eq!(meant("h", Place::Board), "board.left");
        assert_eq!(meant("h", Place::List), "record.history");
        assert_eq!(meant("esc", Place::Form), "form.leave");
        assert_eq!(meant("2", Place::List), "go.customer");
    }

    #[test]
    fn the_vim_preset_counts_with_digits_and_keeps_every_action_reachable() {
        let (_, table) = shipped();
        let catalog = load(None).unwrap();
        Keymap::shipped(&catalog, &table).lay_over("vim.toml", VIM, &table).unwrap();
        let vim = Keymap::preset("vim", &catalog, &table).unwrap();
        for action in table.all().iter().filter(|action| action.entity.is_none()) {
            assert!(!vim.keys_of(&action.id).is_empty(), "{} has no key", action.id);
        }
        let meant = |keys: &str| {
            let keys = keys.parse::<Keys>().unwrap().0;
            match vim.lookup(&keys, Place::List, &table) {
                Lookup::Action(action) => action.id.to_string(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(meant("2"), "nav.count");
        assert_eq!(meant("g 2"), "go.customer");
        assert_eq!(meant("g g"), "nav.top");
    }

    #[test]
    fn a_users_file_is_laid_over_and_checked() {
        let (mut keymap, table) = shipped();
        let text = "[keys]\n\"ctrl-f\" = \"app.find\"\n\"u\" = \"\"\n";
        keymap.lay_over("my.toml", text, &table).unwrap();
        let undo = keymap.lookup(&[Key::char('u')], Place::List, &table);
        assert!(matches!(undo, Lookup::Nothing));
        assert!(keymap.keys_of("app.find").iter().any(|keys| keys.to_string() == "ctrl-f"));

        let error = |text: &str| keymap.clone().lay_over("my.toml", text, &table).unwrap_err();
        let unknown = error("[keys]\n\n\"x\" = \"record.edti\"\n");
        assert_eq!(
            (unknown.line, unknown.hint.as_deref()),
            (3, Some("did you mean `record.edit`?"))
        );
        assert_eq!(error("[keys]\n\"ctrl-entr\" = \"nav.open\"\n").line, 2);
        assert_eq!(error("[kyes]\n").line, 1);
    }
}
