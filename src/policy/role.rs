//! Roles as TOML: what the file of a role may say, read with line numbers and written back.
//!
//! ```toml
//! special = ["users"]
//!
//! [entity."*"]               # what holds for entities that are not named
//! read = "all"
//!
//! [entity.deal]
//! create = true
//! read = "team+sub"          # none own team team+sub all, each with +unassigned
//! edit = "own"
//! where = 'region = North'   # narrows every scope of this entity
//! fields = { margin = "hidden", amount = "read" }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use toml::de::{DeTable, DeValue};

use super::reach::on_whole;
use super::{FieldAccess, Right, Scope, Special, Width, is_guarded};
use crate::model::{Name, Phrase, RecordId, phrase};
use crate::query::Query;
use crate::schema::{Catalog, Entity, nearest};

/// What stands for all entities that a role does not name.
const OTHERS: &str = "*";

/// A named set of rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The role's record.
    pub id: RecordId,
    /// What it is called.
    pub name: String,
    /// What it grants.
    pub rights: RoleRights,
}

/// What a role grants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleRights {
    /// Everything there is: no entity, field or special right is kept from it.
    pub everything: bool,
    /// Who has the role signs in with a second factor.
    pub two_factor: bool,
    /// Rights that are about the program.
    pub special: BTreeSet<Special>,
    /// Rights on records, by entity; `*` for those that are not named.
    pub entities: BTreeMap<Name, EntityRights>,
    /// Entities whose records are parts of others, and of which: rights on these hold for them.
    pub parts: BTreeMap<Name, Name>,
}

/// What a role grants on one entity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityRights {
    /// How far each right reaches; what is not named, `*` decides.
    pub scopes: BTreeMap<Right, Scope>,
    /// A query that narrows every scope.
    pub narrow: Option<String>,
    /// Fields that are not simply there to be changed.
    pub fields: BTreeMap<Name, FieldAccess>,
}

/// What is wrong with the TOML of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: Phrase,
    /// The likely intended word.
    pub hint: Option<Phrase>,
}

impl RoleRights {
    /// How far a right on an entity reaches.
    #[must_use]
    pub fn scope(&self, entity: &str, right: Right) -> Scope {
        if self.everything {
            return Scope::ALL;
        }
        if let Some(whole) = self.parts.get(entity) {
            return self.scope(whole, on_whole(right));
        }
        let of = |name: &str| self.entities.get(name)?.scopes.get(&right).copied();
        // What decides about rights is granted by name only, never along with all the rest; why people
        // ask for rights is not even read along.
        let along = right == Right::Read && entity != "access_request" || !is_guarded(entity);
        let others = || along.then(|| of(OTHERS)).flatten();
        of(entity).or_else(others).unwrap_or(Scope::NONE)
    }

    /// The query that narrows the scopes of an entity.
    #[must_use]
    pub fn narrow(&self, entity: &str) -> Option<&str> {
        if self.everything {
            return None;
        }
        let entity = self.parts.get(entity).map_or(entity, Name::as_str);
        self.entities.get(entity)?.narrow.as_deref()
    }

    /// The access to a field; fields that are not named may be changed.
    #[must_use]
    pub fn field(&self, entity: &str, field: &str) -> FieldAccess {
        if self.everything {
            return FieldAccess::Edit;
        }
        let named = self.entities.get(entity).and_then(|rights| rights.fields.get(field));
        named.copied().unwrap_or(FieldAccess::Edit)
    }

    /// Reads the TOML of a role, held against the catalogue: all that is wrong with it at once.
    ///
    /// # Errors
    /// What is wrong, each with its line.
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, Vec<RoleError>> {
        let mut reader = Reader { text, catalog, found: Vec::new() };
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let at = error.span().map_or(0, |span| span.start);
            reader.add(
                at,
                phrase!("not TOML: {error}", error = Phrase::toml(error.message())),
                None,
            );
        }
        if !reader.found.is_empty() {
            return Err(reader.found);
        }
        let rights = reader.document(document.get_ref());
        if reader.found.is_empty() { Ok(rights) } else { Err(reader.found) }
    }

    /// Reads what was checked when it was saved; what the schema has no more is left out.
    #[must_use]
    pub fn read(text: &str, catalog: &Catalog) -> Self {
        let mut reader = Reader { text, catalog, found: Vec::new() };
        let (document, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() { reader.document(document.get_ref()) } else { Self::default() }
    }

    /// The TOML of the role, in one form: reading it yields the same rights.
    #[must_use]
    pub fn print(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        if self.everything {
            out.push_str("everything = true\n");
        }
        if self.two_factor {
            out.push_str("two_factor = true\n");
        }
        if !self.special.is_empty() {
            let words: Vec<String> =
                self.special.iter().map(|special| format!("\"{}\"", special.word())).collect();
            let _ = writeln!(out, "special = [{}]", words.join(", "));
        }
        for (entity, rights) in &self.entities {
            let name = if entity == OTHERS { "\"*\"" } else { entity.as_str() };
            let _ = writeln!(out, "\n[entity.{name}]");
            for (right, scope) in &rights.scopes {
                let value = if *right == Right::Create {
                    (!scope.is_none()).to_string()
                } else {
                    format!("\"{}\"", scope.print())
                };
                let _ = writeln!(out, "{} = {value}", right.word());
            }
            if let Some(narrow) = &rights.narrow {
                let _ = writeln!(out, "where = {}", toml::Value::from(narrow.as_str()));
            }
            if !rights.fields.is_empty() {
                let fields: Vec<String> = rights
                    .fields
                    .iter()
                    .map(|(field, access)| format!("{field} = \"{}\"", access.word()))
                    .collect();
                let _ = writeln!(out, "fields = {{ {} }}", fields.join(", "));
            }
        }
        out.trim_start().to_owned()
    }
}

struct Reader<'a> {
    text: &'a str,
    catalog: &'a Catalog,
    found: Vec<RoleError>,
}

type Spot = std::ops::Range<usize>;

impl Reader<'_> {
    fn add(&mut self, at: usize, what: Phrase, hint: Option<Phrase>) {
        let line = 1 + self.text[..at.min(self.text.len())].matches('\n').count();
        self.found.push(RoleError { line, what, hint });
    }

    fn unknown<'k>(&mut self, at: &Spot, word: &str, known: impl IntoIterator<Item = &'k str>) {
        let hint = nearest(word, known).map(|best| phrase!("did you mean {best}?", best = best));
        self.add(at.start, phrase!("nobody knows {word} here", word = word), hint);
    }

    fn document(&mut self, table: &DeTable<'_>) -> RoleRights {
        let parts = self.catalog.entities().filter_map(|entity| {
            let part = entity.whole()?;
            Some((entity.name.clone(), part.of.clone()))
        });
        let mut rights = RoleRights { parts: parts.collect(), ..RoleRights::default() };
        for (key, value) in table {
            let at = key.span();
            match key.get_ref().as_ref() {
                "everything" => rights.everything = self.flag(value.get_ref(), &at),
                "two_factor" => rights.two_factor = self.flag(value.get_ref(), &at),
                "special" => {
                    for word in self.words(value.get_ref(), &at) {
                        match Special::of_word(&word) {
                            Some(special) => drop(rights.special.insert(special)),
                            None => self.unknown(&at, &word, Special::ALL.map(Special::word)),
                        }
                    }
                }
                "entity" => {
                    for (name, at, inner) in self.table(value.get_ref(), &at) {
                        let read = self.entity(&name, inner, &at);
                        rights.entities.insert(Name::from(name.as_str()), read);
                    }
                }
                word => self.unknown(&at, word, ["everything", "two_factor", "special", "entity"]),
            }
        }
        rights
    }

    fn entity(&mut self, name: &str, value: &DeValue<'_>, at: &Spot) -> EntityRights {
        let mut rights = EntityRights::default();
        let catalog = self.catalog;
        if name != OTHERS && catalog.entity(name).is_none() {
            self.unknown(at, name, catalog.entities().map(|entity| entity.name.as_str()));
            return rights;
        }
        let DeValue::Table(table) = value else {
            self.add(at.start, phrase!("{key} wants a table", key = name), None);
            return rights;
        };
        for (key, value) in table {
            let (at, value) = (key.span(), value.get_ref());
            let word = key.get_ref().as_ref();
            // What was written before its records were parts of others does not count any more.
            if let Some(part) = catalog.entity(name).and_then(Entity::whole)
                && word != "fields"
            {
                let what = phrase!("records of {name} have no rights of their own", name);
                let hint = phrase!("they go with {whole}: give the right there", whole = &part.of);
                self.add(at.start, what, Some(hint));
                continue;
            }
            match word {
                "where" => {
                    let Some(text) = self.string(value, &at) else { continue };
                    if name == OTHERS {
                        let what = phrase!("a query is about one entity: {key}", key = "where");
                        self.add(at.start, what, None);
                    } else if let Err(error) = Query::parse(&text, catalog, name) {
                        self.add(at.start, error.message.clone(), error.hint.clone());
                    } else {
                        rights.narrow = Some(text).filter(|text| !text.trim().is_empty());
                    }
                }
                "fields" => {
                    for (field, at, access) in self.table(value, &at) {
                        self.field(name, &field, access, &at, &mut rights);
                    }
                }
                "create" => {
                    let create = self.flag(value, &at);
                    let scope = if create { Scope::ALL } else { Scope::NONE };
                    rights.scopes.insert(Right::Create, scope);
                }
                word => match Right::of_word(word) {
                    Some(right) => {
                        let Some(text) = self.string(value, &at) else { continue };
                        match Scope::parse(&text) {
                            Some(scope) => drop(rights.scopes.insert(right, scope)),
                            None => self.unknown(&at, &text, Width::ALL.map(Width::word)),
                        }
                    }
                    None => {
                        let rights = Right::ALL.map(Right::word);
                        self.unknown(&at, word, rights.into_iter().chain(["where", "fields"]));
                    }
                },
            }
        }
        rights
    }

    fn field(
        &mut self,
        entity: &str,
        field: &str,
        access: &DeValue<'_>,
        at: &Spot,
        rights: &mut EntityRights,
    ) {
        let Some(text) = self.string(access, at) else { return };
        let Some(level) = FieldAccess::of_word(&text) else {
            return self.unknown(at, &text, FieldAccess::ALL.map(FieldAccess::word));
        };
        let Some(of) = self.catalog.entity(entity) else {
            return self.add(at.start, phrase!("a field is one of an entity that is named"), None);
        };
        match of.field(field) {
            Some(known) => drop(rights.fields.insert(known.name.clone(), level)),
            None => {
                let known: Vec<&str> = of.fields.iter().map(|field| field.name.as_str()).collect();
                self.unknown(at, field, known);
            }
        }
    }

    fn flag(&mut self, value: &DeValue<'_>, at: &Spot) -> bool {
        if let DeValue::Boolean(flag) = value {
            return *flag;
        }
        self.add(at.start, phrase!("true or false is wanted here"), None);
        false
    }

    fn string(&mut self, value: &DeValue<'_>, at: &Spot) -> Option<String> {
        if let DeValue::String(text) = value {
            return Some(text.to_string());
        }
        self.add(at.start, phrase!("a text in quotes is wanted here"), None);
        None
    }

    fn words(&mut self, value: &DeValue<'_>, at: &Spot) -> Vec<String> {
        let DeValue::Array(items) = value else {
            self.add(at.start, phrase!("a list in brackets is wanted here"), None);
            return Vec::new();
        };
        items.iter().filter_map(|item| self.string(item.get_ref(), at)).collect()
    }

    /// The entries of a table, each with where its key stands.
    fn table<'v>(
        &mut self,
        value: &'v DeValue<'_>,
        at: &Spot,
    ) -> Vec<(String, Spot, &'v DeValue<'v>)> {
        let DeValue::Table(table) = value else {
            self.add(at.start, phrase!("a table is wanted here"), None);
            return Vec::new();
        };
        table
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), key.span(), value.get_ref()))
            .collect()
    }
}
