//! A keymap file: TOML in, keys laid over a keymap, or an error with file, line and the likely word.
//!
//! Start at [`Keymap::lay_over`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Binding, Keymap, Meant, Shown};
use crate::action::{Action, KeyError, Keys, Place, Table};
use crate::model::{Name, Phrase, phrase};

/// What is wrong with a keymap file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}{}", hint.as_ref().map(|h| format!("\n  Hint: {h}")).unwrap_or_default())]
pub struct KeymapError {
    /// The file, as named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: Phrase,
    /// What was likely meant.
    pub hint: Option<Phrase>,
}

impl KeymapError {
    /// Place, what is wrong and what was likely meant, on one line or two.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        Phrase::at(&self.file, self.line, &self.message, self.hint.as_ref())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The keys to start from.
    preset: Option<Spanned<String>>,
    /// Keys after which those are pressed that begin with a letter otherwise.
    menu: Option<Spanned<OneOrMore>>,
    /// Keys to free, with all that begins with them.
    free: Option<Spanned<OneOrMore>>,
    #[serde(default)]
    keys: BTreeMap<Spanned<String>, Spanned<Line>>,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Is(OneOrMore),
    Beside(Beside),
}

/// Before or after what the key means already.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    prepend: Option<OneOrMore>,
    append: Option<OneOrMore>,
}

/// Tells what is wrong where.
struct Teller<'a> {
    file: &'a str,
    text: &'a str,
}

impl Teller<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    fn wrong(&self, at: usize, message: Phrase, hint: Option<Phrase>) -> KeymapError {
        KeymapError { file: self.file.to_owned(), line: self.line(at), message, hint }
    }

    fn parse(&self) -> Result<File, KeymapError> {
        toml::from_str(self.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message();
            // serde names the offender first and then what it would have taken, each in backticks.
            let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
            match words.split_first() {
                Some((word, known)) if message.starts_with("unknown field") => {
                    let hint = near(word, known.iter().copied());
                    let hint = hint
                        .unwrap_or_else(|| phrase!("known are: {known}", known = known.join(", ")));
                    self.wrong(at, phrase!("a keymap has no `{word}`", word), Some(hint))
                }
                _ if message.contains("did not match any variant") => self.wrong(
                    at,
                    phrase!("this is neither an action nor a list of actions"),
                    Some(phrase!("\"x\" = \"task.done\", or { prepend = \"task.done\" }")),
                ),
                _ => self.wrong(at, Phrase::toml(message), None),
            }
        })
    }

    fn keys(&self, at: usize, text: &str) -> Result<Keys, KeymapError> {
        text.parse().map_err(|e: KeyError| self.wrong(at, e.phrase(), e.hint))
    }

    fn many(&self, spanned: Spanned<OneOrMore>) -> Result<Vec<Keys>, KeymapError> {
        let at = spanned.span().start;
        spanned.into_inner().into_vec().iter().map(|text| self.keys(at, text)).collect()
    }

    fn known(&self, at: usize, ids: &[String], table: &Table) -> Result<(), KeymapError> {
        let Some(unknown) = ids.iter().find(|id| table.get(id).is_none()) else { return Ok(()) };
        let hint = near(unknown, table.all().iter().map(|action| &*action.id))
            .unwrap_or_else(|| phrase!("`kontor keys` lists the actions"));
        Err(self.wrong(at, phrase!("there is no action `{unknown}`", unknown), Some(hint)))
    }
}

/// The word that was likely meant, as a question.
fn near<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<Phrase> {
    known
        .map(|known| (strsim::osa_distance(known, word), known))
        .min()
        .filter(|(distance, known)| *distance <= 4 && *distance * 2 <= known.len())
        .map(|(_, known)| phrase!("did you mean `{near}`?", near = known))
}

/// The preset that a file names.
pub(super) fn preset_of(file: &str, text: &str) -> Result<Option<String>, KeymapError> {
    let teller = Teller { file, text };
    let Some(preset) = teller.parse()?.preset else { return Ok(None) };
    let (at, name) = (preset.span().start, preset.into_inner());
    if Keymap::PRESETS.contains(&name.as_str()) {
        return Ok(Some(name));
    }
    let hint = near(&name, Keymap::PRESETS.into_iter())
        .unwrap_or_else(|| phrase!("known are: {known}", known = Keymap::PRESETS.join(", ")));
    Err(teller.wrong(at, phrase!("there is no preset `{name}`", name), Some(hint)))
}

impl Keymap {
    /// Lays a file over this keymap: its keys replace those of the same name, an empty text frees a
    /// key, `{ prepend = .. }` and `{ append = .. }` add actions to what a key means.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and what was likely meant; nothing is changed then.
    pub fn lay_over(&mut self, file: &str, text: &str, table: &Table) -> Result<(), KeymapError> {
        let teller = Teller { file, text };
        let parsed = teller.parse()?;
        let mut laid = self.clone();
        if let Some(menu) = parsed.menu {
            laid.behind(&teller.many(menu)?);
        }
        if let Some(free) = parsed.free {
            for keys in teller.many(free)? {
                laid.bindings.retain(|known| !known.keys.0.starts_with(&keys.0));
            }
        }
        // In the order of the file: the first key of an action is the one that is shown.
        let mut lines: Vec<_> = parsed.keys.into_iter().collect();
        lines.sort_by_key(|(keys, _)| keys.span().start);
        let mut said: Vec<(Keys, usize)> = Vec::new();
        for (written, line) in lines {
            let at = written.span().start;
            let keys = teller.keys(at, written.get_ref())?;
            if let Some((_, first)) = said.iter().find(|(known, _)| *known == keys) {
                let message = phrase!(
                    "`{keys}` stands here twice, first on line {line}",
                    keys = keys.to_string(),
                    line = teller.line(*first)
                );
                let hint = phrase!("one line a key: [\"first.action\", \"second.action\"]");
                return Err(teller.wrong(at, message, Some(hint)));
            }
            said.push((keys.clone(), at));
            let ids_at = line.span().start;
            laid.take(keys, line.into_inner(), ids_at, &teller, table)?;
        }
        for (keys, at) in &said {
            laid.check(keys, *at, &teller, table)?;
        }
        *self = laid;
        Ok(())
    }

    /// Does what one line says.
    fn take(
        &mut self,
        keys: Keys,
        line: Line,
        at: usize,
        teller: &Teller<'_>,
        table: &Table,
    ) -> Result<(), KeymapError> {
        let meant = |ids: Vec<String>, shown| {
            ids.into_iter().map(move |id| Meant { id: Name::from(id), shown })
        };
        let place = self.place_of(&keys);
        let ids: Vec<Meant> = match line {
            Line::Is(ids) => {
                let mut ids = ids.into_vec();
                ids.retain(|id| !id.is_empty());
                teller.known(at, &ids, table)?;
                hidden(&ids, at, teller, table)?;
                meant(ids, Shown::First).collect()
            }
            Line::Beside(Beside { prepend, append }) => {
                let before = prepend.map(OneOrMore::into_vec).unwrap_or_default();
                let after = append.map(OneOrMore::into_vec).unwrap_or_default();
                teller.known(at, &before, table)?;
                teller.known(at, &after, table)?;
                let mut known = place.map(|n| self.bindings[n].ids.clone()).unwrap_or_default();
                known.retain(|meant| !before.iter().chain(&after).any(|id| *id == *meant.id));
                let after = meant(after, Shown::Last);
                meant(before, Shown::First).chain(known).chain(after).collect()
            }
        };
        match (place, ids.is_empty()) {
            (Some(n), true) => drop(self.bindings.remove(n)),
            (Some(n), false) => self.bindings[n].ids = ids,
            (None, true) => {}
            (None, false) => self.bindings.push(Binding { keys, ids }),
        }
        Ok(())
    }

    /// Moves what begins with a letter behind the menu keys.
    fn behind(&mut self, menu: &[Keys]) {
        let lettered = |keys: &Keys| {
            keys.0.first().and_then(super::Key::typed).is_some_and(char::is_alphabetic)
        };
        let (letters, mut rest): (Vec<Binding>, Vec<Binding>) =
            std::mem::take(&mut self.bindings).into_iter().partition(|b| lettered(&b.keys));
        for binding in letters {
            for first in menu {
                let keys = Keys(first.0.iter().chain(&binding.keys.0).copied().collect());
                rest.push(Binding { keys, ids: binding.ids.clone() });
            }
        }
        self.bindings = rest;
    }

    /// A key that does something at once can begin nothing, and the other way round.
    fn check(
        &self,
        keys: &Keys,
        at: usize,
        teller: &Teller<'_>,
        table: &Table,
    ) -> Result<(), KeymapError> {
        let Some(own) = self.place_of(keys).map(|n| &self.bindings[n]) else { return Ok(()) };
        let typed = keys.0.first().and_then(super::Key::typed).is_some();
        let only_where_one_types = |meant: &Meant| {
            table.get(&meant.id).is_some_and(|action| {
                Place::ALL.iter().all(|place| place.is_typed_into() || !action.is_at(*place))
            })
        };
        if typed && let Some(lost) = own.ids.iter().find(|m| only_where_one_types(m)) {
            let message = phrase!(
                "`{keys}` is typed as text where `{id}` could be done",
                keys = keys.to_string(),
                id = &lost.id
            );
            let hint = phrase!("take a key with ctrl or alt, or a function key");
            return Err(teller.wrong(at, message, Some(hint)));
        }
        for place in Place::ALL {
            let Some(action) = own.meant_at(place, table) else { continue };
            for other in self.bindings.iter().filter(|other| other.keys != *keys) {
                let Some(hit) = other.meant_at(place, table) else { continue };
                let (short, does, long, lost) = if other.keys.0.starts_with(&keys.0) {
                    (keys, action, &other.keys, hit)
                } else if keys.0.starts_with(&other.keys.0) {
                    (&other.keys, hit, keys, action)
                } else {
                    continue;
                };
                let message = phrase!(
                    "`{short}` does `{id}` at once, so `{long}` (`{lost}`) could not be pressed",
                    short = short.to_string(),
                    id = &does.id,
                    long = long.to_string(),
                    lost = &lost.id
                );
                let hint = if short == keys {
                    phrase!(
                        "free what begins with it: free = [\"{short}\"]",
                        short = short.to_string()
                    )
                } else {
                    phrase!("free it: \"{short}\" = \"\"", short = short.to_string())
                };
                return Err(teller.wrong(at, message, Some(hint)));
            }
        }
        Ok(())
    }
}

/// An action in a list that stands behind others which exist wherever it does.
fn hidden(
    ids: &[String],
    at: usize,
    teller: &Teller<'_>,
    table: &Table,
) -> Result<(), KeymapError> {
    let known: Vec<&Action> = ids.iter().filter_map(|id| table.get(id)).collect();
    for (n, action) in known.iter().enumerate() {
        let free = |place: &Place| !known[..n].iter().any(|before| before.is_at(*place));
        if !Place::ALL.iter().filter(|place| action.is_at(**place)).any(free) {
            let message = phrase!(
                "`{id}` stands behind actions that are on every screen it is on",
                id = &action.id
            );
            let hint = phrase!("the first that exists on the screen is meant: put it first");
            return Err(teller.wrong(at, message, Some(hint)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Lookup;
    use crate::schema::{Catalog, load};

    fn desk() -> (Catalog, Table) {
        let catalog = load(None).unwrap();
        let table = Table::new(&catalog);
        (catalog, table)
    }

    fn laid(text: &str) -> Result<(Keymap, Table), KeymapError> {
        let (catalog, table) = desk();
        Keymap::of_user("my.toml", text, &catalog, &table).map(|keymap| (keymap, table))
    }

    fn error(text: &str) -> (usize, Phrase, Phrase) {
        let error = laid(text).unwrap_err();
        assert_eq!(error.file, "my.toml");
        (error.line, error.message, error.hint.unwrap_or_default())
    }

    fn meant(laid: &(Keymap, Table), keys: &str, place: Place) -> String {
        let keys: Keys = keys.parse().unwrap();
        match laid.0.lookup(&keys.0, place, &laid.1) {
            Lookup::Action(action) => action.id.to_string(),
            Lookup::Prefix(_) => "prefix".to_owned(),
            Lookup::Nothing => String::new(),
        }
    }

    #[test]
    fn a_key_is_given_freed_and_shared() {
        let own = laid(
            "free = \"g\"\n[keys]\n\"ctrl-f\" = \"app.find\"\n\"u\" = \"\"\n\
             \"g\" = \"nav.top\"\n\"p\" = { prepend = \"record.copy\" }\n\"y\" = { append = \"list.sort\" }\n",
        )
        .unwrap();
        assert_eq!(meant(&own, "u", Place::List), "");
        assert_eq!(meant(&own, "g", Place::List), "nav.top");
        assert_eq!(meant(&own, "p", Place::List), "record.copy");
        assert_eq!(meant(&own, "y", Place::List), "record.copy");
        // The user's own key is the one that is shown.
        assert_eq!(own.0.keys_of("app.find")[0].to_string(), "ctrl-f");
        assert_eq!(own.0.keys_of("record.copy")[0].to_string(), "p");
        assert_eq!(own.0.keys_of("list.sort")[0].to_string(), "S");
    }

    #[test]
    fn mistakes_name_their_line_and_the_likely_word() {
        let (line, message, hint) = error("[keys]\n\n\"x\" = \"record.edti\"\n");
        assert_eq!((line, message.as_str()), (3, "there is no action `record.edti`"));
        assert_eq!(hint, "did you mean `record.edit`?");
        let (line, _, hint) = error("[keys]\n\"ctrl-entr\" = \"nav.open\"\n");
        assert_eq!((line, hint.as_str()), (2, "did you mean `enter`?"));
        let (line, message, hint) = error("# mine\n[kyes]\n");
        assert_eq!((line, message.as_str()), (2, "a keymap has no `kyes`"));
        assert_eq!(hint, "did you mean `keys`?");
        let (line, message, hint) = error("preset = \"plian\"\n");
        assert_eq!((line, message.as_str()), (1, "there is no preset `plian`"));
        assert_eq!(hint, "did you mean `plain`?");
        let (line, message, _) = error("[keys]\n\"x\" = { prepnd = \"task.done\" }\n");
        assert_eq!(line, 2, "{message}");
        let (line, message, _) = error("[keys]\n\"x\" = 3\n");
        assert_eq!(line, 2, "{message}");
    }

    #[test]
    fn a_key_that_is_both_an_action_and_a_beginning_is_a_conflict() {
        let (line, message, hint) = error("[keys]\n\"n\" = \"list.sort\"\n");
        assert_eq!(line, 2);
        assert!(message.starts_with("`n` does `list.sort` at once, so `n n`"), "{message}");
        assert_eq!(hint, "free what begins with it: free = [\"n\"]");
        let (line, message, hint) = error("[keys]\n\n\"u u\" = \"list.sort\"\n");
        assert_eq!(line, 3);
        assert!(message.starts_with("`u` does `app.undo` at once, so `u u`"), "{message}");
        assert_eq!(hint, "free it: \"u\" = \"\"");
        // On screens that never meet there is no conflict.
        assert!(laid("[keys]\n\"ctrl-t x\" = \"list.sort\"\n").is_ok());
    }

    #[test]
    fn the_same_key_twice_and_what_could_never_be_meant_are_errors() {
        let (line, message, _) =
            error("[keys]\n\"pgup\" = \"nav.up\"\n\"pageup\" = \"nav.down\"\n");
        assert_eq!((line, message.as_str()), (3, "`pageup` stands here twice, first on line 2"));
        let (line, _, hint) = error("[keys]\n\"x\" = [\"app.help\", \"task.done\"]\n");
        assert_eq!(line, 2);
        assert!(hint.contains("put it first"), "{hint}");
        let (line, message, _) = error("[keys]\n\"s\" = \"form.save\"\n");
        assert_eq!(line, 2);
        assert!(message.contains("typed as text"), "{message}");
    }

    #[test]
    fn nothing_is_changed_by_a_file_with_a_mistake() {
        let (catalog, table) = desk();
        let mut keymap = Keymap::shipped(&catalog, &table);
        let before = keymap.clone();
        let text = "[keys]\n\"z\" = \"app.find\"\n\"x\" = \"no.such\"\n";
        assert!(keymap.lay_over("my.toml", text, &table).is_err());
        assert_eq!(keymap, before);
    }

    #[test]
    fn the_plain_preset_is_sound_and_reaches_everything_without_letters() {
        let (catalog, table) = desk();
        let mut shipped = Keymap::shipped(&catalog, &table);
        shipped.lay_over("plain.toml", super::super::PLAIN, &table).unwrap();
        let plain = Keymap::preset("plain", &catalog, &table).unwrap();
        for action in table.all() {
            let known = Keymap::shipped(&catalog, &table);
            for place in Place::ALL.into_iter().filter(|place| action.is_at(*place)) {
                let before = known.keys_at(&action.id, place, &table);
                if before.is_empty() {
                    continue;
                }
                let keys = plain.keys_at(&action.id, place, &table);
                assert!(!keys.is_empty(), "{} at {place:?} has no key", action.id);
                for keys in keys {
                    let first = keys.0[0].typed();
                    assert!(!first.is_some_and(char::is_alphabetic), "{keys} begins with a letter");
                    let whole = plain.lookup(&keys.0, place, &table);
                    let Lookup::Action(meant) = whole else { panic!("{keys}: {whole:?}") };
                    assert_eq!(meant.id, action.id);
                    for begun in 1..keys.0.len() {
                        let begun = plain.lookup(&keys.0[..begun], place, &table);
                        assert!(matches!(begun, Lookup::Prefix(_)), "{keys} is hidden");
                    }
                }
            }
        }
    }
}
