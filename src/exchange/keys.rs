//! What rows are recognised by: words of a map or of `--match` -> slots of the recipe.
//!
//! A key is a field (`external_id`, `emails`), a reference, or several fields that must all agree
//! (`name + city`). Start at [`Compiler::key`].

use super::headers;
use super::map::Spot;
use super::recipe::{Compiler, Key, KeyPart};
use super::similar::nearest;
use crate::model::{Address, phrase};
use crate::schema::{Field, FieldType};

/// Between the fields of a key that takes several.
const AND: char = '+';

impl Compiler<'_> {
    /// What a key of the map means.
    pub(super) fn key(&mut self, key: &Spot, reference: Option<usize>) -> Option<Key> {
        if key.text == "ref" {
            if let Some(column) = reference {
                return Some(Key::Reference(column));
            }
            self.wrong(key.line, phrase!("no column goes to the key \"ref\""), None);
            return None;
        }
        let words: Vec<&str> = key.text.split(AND).map(str::trim).collect();
        if let [word] = words.as_slice() {
            let part = self.part(word, key.line)?;
            if part.part.is_none() && is_key(&self.slots[part.slot].field) {
                return Some(Key::Slot(part.slot));
            }
            let message = phrase!("records cannot be recognised by {name}", name = *word);
            self.wrong(key.line, message, Some(phrase!("use a text, number or mail field")));
            return None;
        }
        let mut parts = Vec::with_capacity(words.len());
        for word in &words {
            parts.push(self.part(word, key.line)?);
        }
        // Records are looked up by the first one and held against the others.
        let quick = |part: &KeyPart| {
            let field = &self.slots[part.slot].field;
            let pointed =
                matches!(field.kind, FieldType::Email | FieldType::Phone | FieldType::Url);
            let sought =
                field.name == self.entity.title || field.indexed || field.unique || pointed;
            part.part.is_none() && is_key(field) && sought
        };
        let Some(first) = parts.iter().position(quick) else {
            let message = phrase!("records cannot be recognised by {name}", name = &key.text);
            let hint =
                phrase!("one of the fields must be the name, a mail, a phone or an indexed field");
            self.wrong(key.line, message, Some(hint));
            return None;
        };
        parts.swap(0, first);
        Some(Key::All(parts))
    }

    /// The slot that a word of a key means: a field's name, a part of an address (`city`), or what else the
    /// field is called.
    fn part(&mut self, word: &str, line: usize) -> Option<KeyPart> {
        let (name, part) = match word.split_once('.') {
            Some((name, part)) => (name, Some(part)),
            None => (word, None),
        };
        let slot = |name: &str| self.slots.iter().position(|slot| slot.field.name == *name);
        let whole = |slot| Some(KeyPart { slot, part: part.map(str::to_owned) });
        if let Some(slot) = slot(name) {
            return whole(slot);
        }
        if part.is_none() && Address::PARTS.contains(&name) {
            let address = self.slots.iter().position(|slot| {
                let named = |part: &Option<String>| part.as_deref() == Some(name);
                slot.field.kind == FieldType::Address
                    && slot.ingredients.iter().any(|ingredient| named(&ingredient.part))
            });
            if let Some(slot) = address {
                return Some(KeyPart { slot, part: Some(name.to_owned()) });
            }
        }
        let meant = headers::meant(self.entity, name);
        if let Some(slot) = meant.as_deref().and_then(slot) {
            return whole(slot);
        }
        let near = nearest(name, self.slots.iter().map(|slot| slot.field.name.as_str()));
        let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near));
        self.wrong(line, phrase!("no column goes to the key \"{name}\"", name = word), hint);
        None
    }
}

/// True where records can be found by the values of a field.
pub fn is_key(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Text
            | FieldType::Integer
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Url
            | FieldType::Serial { .. }
    )
}
