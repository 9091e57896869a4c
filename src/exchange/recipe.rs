//! A map held against a file and the catalogue: everything is found, so rows need no questions.
//!
//! Start at [`Recipe::compile`]; `cells` turns rows into drafts with it.

use std::collections::HashMap;

use super::keys::is_key;
use super::map::{DateStyle, ImportMap, MapError, Mode, Spot, Target, Unfit};
use super::read::Format;
use super::rejects::OwnColumns;
use super::similar::{brief, nearest, squash};
use crate::model::{Address, Currency, Name, Phrase, phrase};
use crate::schema::{Catalog, Entity, Field, FieldType};

/// Where a text comes from.
#[derive(Debug, Clone)]
pub(super) enum From {
    /// A column.
    Column(usize),
    /// The same in every row.
    Fixed(String),
    /// Put together from columns.
    Template(Vec<Piece>),
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// As it stands.
    Text(String),
    /// The cell of a column, its values mapped.
    Cell(usize, Values),
}

/// Cells that mean something else.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    exact: HashMap<String, String>,
    folded: HashMap<String, String>,
    rest: Option<String>,
}

impl Values {
    fn of(pairs: &[(String, String)]) -> Self {
        let mut values = Self::default();
        for (from, to) in pairs {
            if from == "*" {
                values.rest = Some(to.clone());
            } else {
                values.folded.insert(squash(from), to.clone());
                values.exact.insert(from.trim().to_owned(), to.clone());
            }
        }
        values
    }

    /// What a cell means.
    pub fn meaning<'a>(&'a self, cell: &'a str) -> &'a str {
        if self.exact.is_empty() && self.rest.is_none() {
            return cell;
        }
        self.exact
            .get(cell)
            .or_else(|| self.folded.get(&squash(cell)).filter(|_| !cell.is_empty()))
            .or(self.rest.as_ref().filter(|_| !cell.is_empty()))
            .map_or(cell, String::as_str)
    }
}

/// One text that goes into a field.
#[derive(Debug, Clone)]
pub(super) struct Ingredient {
    /// Where it comes from.
    pub from: From,
    /// The part of the field: `city`, `mobile`, `first`.
    pub part: Option<String>,
    /// What cells mean.
    pub values: Values,
    /// The currency of amounts.
    pub currency: Option<Currency>,
    /// What numbers are multiplied with.
    pub multiply: Option<rust_decimal::Decimal>,
    /// How dates are written.
    pub dates: Option<DateStyle>,
    /// How dates are read that may be read two ways: what the rest of the column says.
    pub order: Option<DateStyle>,
    /// Between several values.
    pub split: Option<String>,
    /// What happens with what does not fit.
    pub unfit: Unfit,
    /// Only in rows in which one of these columns holds such a cell.
    pub when: Vec<(usize, Vec<String>)>,
}

/// How the text of a link finds its record.
#[derive(Debug, Clone)]
pub(super) struct LinkRule {
    /// The linked entity.
    pub to: Name,
    /// The fields that may hold the text, in order; `ref` for references.
    pub by: Vec<Name>,
    /// Make the record where there is none.
    pub create_missing: bool,
}

/// A field and what goes into it.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// The field.
    pub field: Field,
    /// What goes into it.
    pub ingredients: Vec<Ingredient>,
    /// What a new record gets where the row says nothing.
    pub default: Option<String>,
    /// For links.
    pub link: Option<LinkRule>,
    /// Of several values: what is there stays beside what the row says.
    pub add: bool,
}

/// What a row is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// The reference in this column.
    Reference(usize),
    /// The value of this slot; of a mail field any of its addresses.
    Slot(usize),
    /// The values of several slots, all of them.
    All(Vec<KeyPart>),
}

/// One of several values that a row is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyPart {
    /// The slot.
    pub slot: usize,
    /// The part of an address: `city`.
    pub part: Option<String>,
}

/// A map, compiled.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    /// The entity.
    pub entity: Name,
    /// The fields that are filled.
    pub slots: Vec<Slot>,
    /// What a row is recognised by, in order.
    pub keys: Vec<Key>,
    /// What may be done.
    pub mode: Mode,
    /// Rows that are skipped.
    pub skip: Vec<(usize, Vec<String>)>,
    /// Columns whose empty cells mean the cell above.
    pub fill_down: Vec<usize>,
    /// Rows are skipped in which all of these columns are empty.
    pub needed: Vec<usize>,
    /// The slot that keeps cells that fit nowhere.
    pub notes: Option<usize>,
    /// Cells that count as empty.
    pub empty: Vec<String>,
    /// Empty cells empty the field.
    pub clear_blank: bool,
    /// The columns that matter.
    pub used: Vec<usize>,
    /// The headers of the file.
    pub headers: Vec<String>,
    /// Columns that nobody mentioned.
    pub unmentioned: Vec<String>,
    /// The format of the file.
    pub format: Format,
    /// Where a row names its country, and that of rows that do not.
    pub country: Country,
    /// The columns that an error file has besides.
    pub own: Option<OwnColumns>,
}

/// The country of phones that are written without its code.
#[derive(Debug, Clone, Default)]
pub(super) struct Country {
    /// Where a row names it.
    pub named: Option<From>,
    /// What the map says of the others.
    pub said: Option<String>,
}

/// What goes wrong is gathered here.
pub(super) struct Compiler<'a> {
    map: &'a ImportMap,
    catalog: &'a Catalog,
    pub(super) entity: &'a Entity,
    headers: &'a [String],
    by_header: HashMap<&'a str, usize>,
    errors: Vec<MapError>,
    pub(super) slots: Vec<Slot>,
}

impl Recipe {
    /// Finds the columns of a file and the fields of an entity that a map speaks of.
    ///
    /// # Errors
    /// All that cannot be found or does not go together, each with its line in the map file.
    pub fn compile(
        map: &ImportMap,
        catalog: &Catalog,
        entity: &str,
        headers: &[String],
    ) -> Result<Self, Vec<MapError>> {
        let wrong = |line, message, hint| {
            Err(vec![MapError { file: map.file.clone(), line, message, hint }])
        };
        let Some(declared) = catalog.entity(entity) else {
            let near = nearest(entity, catalog.entities().map(|known| known.name.as_str()));
            let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near));
            return wrong(
                map.entity.as_ref().map_or(0, |spot| spot.line),
                phrase!("there is no entity \"{entity}\"", entity),
                hint,
            );
        };
        if let Some(own) = map.entity.as_ref().filter(|own| own.text != entity) {
            return wrong(
                own.line,
                phrase!("the map is for {own}, the import for {entity}", own = &own.text, entity),
                Some(phrase!(
                    "kontor import {own} FILE --map {file}",
                    own = &own.text,
                    file = &map.file
                )),
            );
        }
        let mut compiler = Compiler {
            map,
            catalog,
            entity: declared,
            headers,
            by_header: headers.iter().enumerate().map(|(i, header)| (header.as_str(), i)).collect(),
            errors: Vec::new(),
            slots: Vec::new(),
        };
        let recipe = compiler.recipe();
        if compiler.errors.is_empty() { Ok(recipe) } else { Err(compiler.errors) }
    }

    /// The slots of link fields with their rules.
    pub fn links(&self) -> impl Iterator<Item = (usize, &LinkRule)> {
        self.slots.iter().enumerate().filter_map(|(i, slot)| Some((i, slot.link.as_ref()?)))
    }
}

impl Compiler<'_> {
    pub(super) fn wrong(&mut self, line: usize, message: Phrase, hint: Option<Phrase>) {
        self.errors.push(MapError { file: self.map.file.clone(), line, message, hint });
    }

    fn recipe(&mut self) -> Recipe {
        let map = self.map;
        let mut used = Vec::new();
        let mut reference = None;
        for (header, targets) in &map.columns {
            let Some(column) = self.column(header) else { continue };
            used.push(column);
            for target in targets {
                if target.field.text == "ref" {
                    reference = Some(column);
                } else {
                    self.ingredient(&target.field, From::Column(column), target);
                }
            }
        }
        for (field, template) in &map.compose {
            let pieces = self.template(field, template, &mut used);
            self.ingredient(field, From::Template(pieces), &Target::default());
        }
        for (field, text) in &map.constants {
            self.ingredient(field, From::Fixed(text.clone()), &Target::default());
        }
        for (field, text) in &map.defaults {
            if let Some(slot) = self.slot(field) {
                self.slots[slot].default = Some(text.clone());
            }
        }
        let noted = |slot: &Slot| slot.ingredients.iter().any(|one| one.unfit == Unfit::Note);
        let described = self.entity.field("description");
        let described = described.is_some_and(|field| field.kind == FieldType::LongText);
        let notes = (described && self.slots.iter().any(noted))
            .then(|| self.slot(&Spot { text: "description".to_owned(), line: 0 }))
            .flatten();
        let skip: Vec<(usize, Vec<String>)> = map
            .skip_when
            .iter()
            .filter_map(|(header, cells)| Some((self.column(header)?, cells.clone())))
            .collect();
        let fill_down: Vec<usize> =
            map.fill_down.iter().filter_map(|header| self.column(header)).collect();
        let needed: Vec<usize> =
            map.skip_without.iter().filter_map(|header| self.column(header)).collect();
        let keys: Vec<Key> = map.keys.iter().filter_map(|key| self.key(key, reference)).collect();
        let ignored: Vec<usize> =
            map.ignore.iter().filter_map(|header| self.column(header)).collect();
        self.title(&keys);
        if map.mode == Some(Mode::Update) && keys.is_empty() && map.keys.is_empty() {
            let hint = phrase!("key = \"external_id\" in the map file, or --match external_id");
            let message =
                phrase!("records can only be updated by something they are recognised by");
            self.wrong(0, message, Some(hint));
        }
        used.sort_unstable();
        used.dedup();
        let own = OwnColumns::of(self.headers);
        let mentioned = |index: &usize| {
            own.is_some_and(|own| own.has(*index))
                || used.contains(index)
                || ignored.contains(index)
                || skip.iter().any(|(column, _)| column == index)
        };
        let country = Country { named: self.named_country(), said: map.country.clone() };
        let unmentioned = (0..self.headers.len())
            .filter(|index| !mentioned(index))
            .map(|index| self.headers[index].clone())
            .collect();
        Recipe {
            entity: self.entity.name.clone(),
            mode: map.mode.unwrap_or_default(),
            slots: std::mem::take(&mut self.slots),
            keys,
            skip,
            needed,
            fill_down,
            notes,
            empty: map.empty.clone(),
            clear_blank: map.clear_blank,
            used,
            headers: self.headers.to_vec(),
            unmentioned,
            format: Format::Csv,
            country,
            own,
        }
    }

    /// Where rows name their country: what goes to that of an address; else a column that is called so.
    fn named_country(&self) -> Option<From> {
        let address = self.slots.iter().filter(|slot| slot.field.kind == FieldType::Address);
        let mut ingredients = address.flat_map(|slot| &slot.ingredients);
        let country = ingredients.find(|one| one.part.as_deref() == Some("country"));
        country.map(|one| one.from.clone()).or_else(|| {
            let called = |header: &String| super::synonyms::is_country(header);
            self.headers.iter().position(called).map(From::Column)
        })
    }

    fn column(&mut self, header: &Spot) -> Option<usize> {
        let wanted = squash(&header.text);
        let found = self.by_header.get(header.text.as_str()).copied().or_else(|| {
            let mut alike = self.headers.iter().enumerate().filter(|(_, h)| squash(h) == wanted);
            alike.next().filter(|_| alike.next().is_none()).map(|(index, _)| index)
        });
        if found.is_none() {
            let near = nearest(&header.text, self.headers.iter().map(String::as_str));
            let hint = near.map_or_else(
                || {
                    let headers: Vec<String> =
                        self.headers.iter().map(|head| brief(head)).collect();
                    phrase!("the file has: {headers}", headers = headers.join(", "))
                },
                |near| phrase!("did you mean \"{near}\"?", near),
            );
            self.wrong(
                header.line,
                phrase!("there is no column \"{header}\"", header = &header.text),
                Some(hint),
            );
        }
        found
    }

    /// The slot of a field that an import may fill, made where there is none yet.
    fn slot(&mut self, address: &Spot) -> Option<usize> {
        let name = address.text.split('.').next().unwrap_or_default();
        if let Some(index) = self.slots.iter().position(|slot| slot.field.name == *name) {
            return Some(index);
        }
        let entity = self.entity;
        let Some(field) = entity.field(name) else {
            let near = nearest(name, entity.fields.iter().map(|field| field.name.as_str()));
            let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near));
            self.wrong(
                address.line,
                phrase!("{entity} has no field \"{name}\"", entity = entity.told(), name),
                hint,
            );
            return None;
        };
        if field.is_given() {
            self.wrong(
                address.line,
                if field.kind.is_computed() {
                    phrase!(
                        "{name} of {entity} is computed and cannot be imported",
                        name,
                        entity = entity.told()
                    )
                } else {
                    phrase!(
                        "{name} of {entity} is given by Kontor and cannot be imported",
                        name,
                        entity = entity.told()
                    )
                },
                None,
            );
            return None;
        }
        let link = field.kind.link_target().map(|to| LinkRule {
            to: to.clone(),
            by: self.usual_keys(to),
            create_missing: false,
        });
        self.slots.push(Slot {
            field: field.clone(),
            ingredients: Vec::new(),
            default: None,
            link,
            add: self.map.add,
        });
        Some(self.slots.len() - 1)
    }

    /// What people name a record of an entity by.
    fn usual_keys(&self, entity: &str) -> Vec<Name> {
        let mut by = vec![Name::from("ref")];
        if let Some(entity) = self.catalog.entity(entity) {
            by.push(entity.title.clone());
            let others = ["external_id", "login", "code"];
            by.extend(others.iter().filter_map(|name| Some(entity.field(name)?.name.clone())));
        }
        by
    }

    fn ingredient(&mut self, address: &Spot, from: From, target: &Target) {
        let Some(index) = self.slot(address) else { return };
        let part = address.text.split_once('.').map(|(_, part)| part.to_owned());
        let kind = self.slots[index].field.kind.clone();
        if let Some(part) = &part
            && let Err(known) = check_part(&kind, part)
        {
            let hint = nearest(part, known.iter().copied()).map_or_else(
                || (!known.is_empty()).then(|| phrase!("parts: {known}", known = known.join(", "))),
                |near| Some(phrase!("did you mean \"{near}\"?", near)),
            );
            let name = &self.slots[index].field.name;
            let message = phrase!(
                "{name} of {entity} has no part \"{part}\"",
                name,
                entity = self.entity.told(),
                part
            );
            self.wrong(address.line, message, hint);
            return;
        }
        if target.by.is_empty() && !target.create_missing {
            // Nothing said about links.
        } else if let Some(to) = kind.link_target() {
            let by = self.by(to, &target.by);
            if let Some(rule) = &mut self.slots[index].link {
                rule.create_missing |= target.create_missing;
                if !by.is_empty() {
                    rule.by = by;
                }
            }
        } else {
            let message = phrase!(
                "{address} is no link: it has no by or create_missing",
                address = &address.text
            );
            self.wrong(address.line, message, None);
        }
        if let Some(add) = target.add {
            self.slots[index].add = add;
        }
        let when: Vec<(usize, Vec<String>)> = target
            .when
            .iter()
            .filter_map(|(header, cells)| Some((self.column(header)?, cells.clone())))
            .collect();
        self.slots[index].ingredients.push(Ingredient {
            when,
            from,
            part,
            values: Values::of(&target.values),
            currency: target.currency.or(self.map.currency),
            multiply: target.multiply,
            dates: target.dates.clone().or_else(|| self.map.dates.clone()),
            order: None,
            split: target.split.clone(),
            unfit: target.unfit,
        });
    }

    fn by(&mut self, to: &str, by: &[Spot]) -> Vec<Name> {
        let Some(entity) = self.catalog.entity(to) else { return Vec::new() };
        let mut found = Vec::new();
        for spot in by {
            if spot.text == "ref" {
                found.push(Name::from("ref"));
            } else if let Some(field) = entity.field(&spot.text).filter(|field| is_key(field)) {
                found.push(field.name.clone());
            } else {
                let known = entity.fields.iter().filter(|field| is_key(field));
                let near = nearest(&spot.text, known.map(|field| field.name.as_str()));
                let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near));
                let message = phrase!("{to} cannot be found by \"{spot}\"", to, spot = &spot.text);
                self.wrong(spot.line, message, hint);
            }
        }
        found
    }

    fn template(&mut self, at: &Spot, template: &str, used: &mut Vec<usize>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((header, tail)) = after.split_once('}') else { break };
            pieces.push(Piece::Text(before.to_owned()));
            let spot = Spot { text: header.to_owned(), line: at.line };
            if let Some(column) = self.column(&spot) {
                used.push(column);
                let header = &self.headers[column];
                let mapped = self.map.columns.iter().find(|(spot, _)| spot.text == *header);
                let values = mapped.and_then(|(_, targets)| targets.first());
                let values = values.map(|target| Values::of(&target.values)).unwrap_or_default();
                pieces.push(Piece::Cell(column, values));
            }
            rest = tail;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces
    }

    /// Without a key every row makes a record, and every record needs its title.
    fn title(&mut self, keys: &[Key]) {
        let title = self.entity.title_field().name.clone();
        let filled = self.slots.iter().any(|slot| slot.field.name == title);
        if filled || !keys.is_empty() || self.entity.title_field().is_given() {
            return;
        }
        let similar = super::headers::suggest(self.catalog, &self.entity.name, self.headers);
        let near = similar.iter().find(|suggestion| {
            let field = suggestion.field.as_deref().and_then(|field| field.split('.').next());
            field == Some(title.as_str())
        });
        let hint = near.map_or_else(
            || {
                phrase!(
                    "map one in a map file: \"{headers}\" = \"{title}\"",
                    headers = brief(&self.headers[0]),
                    title = &title
                )
            },
            |near| {
                phrase!(
                    "say so in a map file: \"{header}\" = \"{title}\"",
                    header = brief(&near.header),
                    title = &title
                )
            },
        );
        self.wrong(
            0,
            phrase!(
                "no column goes to {title} of {entity}",
                title = &title,
                entity = self.entity.told()
            ),
            Some(hint),
        );
    }
}

/// Whether a field type has a part of this name; the parts it has where not.
fn check_part(kind: &FieldType, part: &str) -> Result<(), Vec<&'static str>> {
    let known: &[&str] = match kind {
        FieldType::Address => &Address::PARTS,
        FieldType::Money => &["currency"],
        FieldType::Text => &["first", "middle", "last"],
        FieldType::Email | FieldType::Phone | FieldType::Url => return Ok(()),
        _ => &[],
    };
    if known.contains(&part) { Ok(()) } else { Err(known.to_vec()) }
}
