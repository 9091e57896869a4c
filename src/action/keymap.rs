//! Which keys do what: `assets/keymap.toml`, and a user's own file of the same form laid over it.
//!
//! A key may name several actions; the first that exists on the screen is meant. A sequence that is the
//! beginning of longer ones is a prefix: what may follow is the which-key popup. Start at
//! [`Keymap::lookup`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Action, Key, Keys, Place, Table, nav};
use crate::model::Name;
use crate::schema::Catalog;

const SHIPPED: &str = include_str!("../../assets/keymap.toml");

/// What is wrong with a keymap file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}{}", hint.as_deref().map(|h| format!("\n  Hint: {h}")).unwrap_or_default())]
pub struct KeymapError {
    /// The file, as named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What was likely meant.
    pub hint: Option<String>,
}

/// Keys and the actions they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    bindings: Vec<(Keys, Vec<Name>)>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keys: BTreeMap<Spanned<String>, Spanned<OneOrMore>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Keymap {
    /// The keymap that ships, with the tabs on digits and letters for a company's own entities.
    #[must_use]
    pub fn shipped(catalog: &Catalog, table: &Table) -> Self {
        let mut keymap = Self::default();
        // The shipped file is checked by a test; what it says is taken as far as it goes.
        let _ = keymap.lay_over("keymap.toml", SHIPPED, table);
        for (number, name) in ('2'..='9').zip(nav::tabs(catalog).into_iter().map(|e| &e.name)) {
            keymap.add_free(&[Key::char(number)], format!("go.{name}"));
        }
        keymap.add_free(&[Key::char('1')], "go.home");
        for entity in catalog.entities() {
            for (prefix, family) in [('g', "go"), ('n', "new")] {
                let id = Name::from(format!("{family}.{}", entity.name));
                if keymap.bindings.iter().any(|(keys, ids)| keys.0.len() > 1 && ids.contains(&id)) {
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

    /// Lays a file over this keymap: its keys replace those of the same name, an empty text frees a key.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and what was likely meant; nothing is changed then.
    pub fn lay_over(&mut self, file: &str, text: &str, table: &Table) -> Result<(), KeymapError> {
        let wrong = |at: usize, message: String, hint: Option<String>| KeymapError {
            file: file.to_owned(),
            line: text[..at.min(text.len())].matches('\n').count() + 1,
            message,
            hint,
        };
        let parsed: File = toml::from_str(text).map_err(|error| {
            wrong(error.span().map_or(0, |span| span.start), error.message().to_owned(), None)
        })?;
        let mut laid = self.clone();
        // In the order of the file: the first key of an action is the one that is shown.
        let mut lines: Vec<_> = parsed.keys.into_iter().collect();
        lines.sort_by_key(|(keys, _)| keys.span().start);
        for (keys, ids) in lines {
            let at = keys.span().start;
            let keys: Keys = keys
                .get_ref()
                .parse()
                .map_err(|e: super::KeyError| wrong(at, e.to_string(), e.hint))?;
            let at = ids.span().start;
            let ids = match ids.into_inner() {
                OneOrMore::One(id) if id.is_empty() => Vec::new(),
                OneOrMore::One(id) => vec![id],
                OneOrMore::More(ids) => ids,
            };
            if let Some(unknown) = ids.iter().find(|id| table.get(id).is_none()) {
                let near = table
                    .all()
                    .iter()
                    .map(|action| (strsim::osa_distance(&action.id, unknown), &action.id))
                    .min()
                    .filter(|(distance, _)| *distance <= 4);
                let hint = near.map(|(_, id)| format!("did you mean `{id}`?"));
                return Err(wrong(at, format!("there is no action `{unknown}`"), hint));
            }
            laid.bindings.retain(|(known, _)| *known != keys);
            if !ids.is_empty() {
                laid.bindings.push((keys, ids.into_iter().map(Name::from).collect()));
            }
        }
        *self = laid;
        Ok(())
    }

    fn place_of(&self, keys: &Keys) -> Option<usize> {
        self.bindings.iter().position(|(known, _)| known == keys)
    }

    fn add_free(&mut self, keys: &[Key], id: impl Into<Name>) {
        let keys = Keys(keys.to_vec());
        if self.place_of(&keys).is_none() {
            self.bindings.push((keys, vec![id.into()]));
        }
    }

    /// What the keys pressed so far mean on this kind of screen.
    #[must_use]
    pub fn lookup<'a>(&'a self, pressed: &[Key], place: Place, table: &'a Table) -> Lookup<'a> {
        let here = |ids: &[Name]| {
            ids.iter().filter_map(|id| table.get(id)).find(|action| action.is_at(place))
        };
        let mut following = Vec::new();
        for (keys, ids) in &self.bindings {
            if keys.0.starts_with(pressed)
                && let Some(action) = here(ids)
            {
                if keys.0.len() == pressed.len() {
                    return Lookup::Action(action);
                }
                following.push((keys, action));
            }
        }
        if following.is_empty() { Lookup::Nothing } else { Lookup::Prefix(following) }
    }

    /// The keys of an action, the shortest first, then as they stand in the file.
    #[must_use]
    pub fn keys_of(&self, id: &str) -> Vec<&Keys> {
        let mut keys: Vec<&Keys> = self
            .bindings
            .iter()
            .filter(|(_, ids)| ids.iter().any(|known| known == id))
            .map(|(keys, _)| keys)
            .collect();
        keys.sort_by_key(|keys| keys.0.len());
        keys
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
            for (keys, ids) in &keymap.bindings {
                let here = ids.iter().filter_map(|id| table.get(id)).any(|a| a.is_at(place));
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
