//! What an import works by: the map that was given, the shape of another program, or what headers and values say.
//!
//! Start at [`Beginning::of`].

use super::{ImportError, ImportOptions, Preview};
use crate::exchange::headers::{self, Suggestion};
use crate::exchange::map::{ImportMap, Spot};
use crate::exchange::read::Format;
use crate::exchange::recipe::Recipe;
use crate::exchange::sample;
use crate::exchange::shapes;
use crate::exchange::source::{Row, Said, Source, SourceError};
use crate::exchange::verdict::ImportReport;
use crate::model::{Phrase, phrase};
use crate::schema::duplicates::OnCreate;
use crate::schema::{Catalog, Entity};

/// A file that is looked at and understood.
pub(super) struct Beginning<'r> {
    /// The rows.
    pub source: Source<'r>,
    /// Rows that were looked at already: they come first.
    pub sample: Vec<Row>,
    /// The map.
    pub map: ImportMap,
    /// What becomes of rows.
    pub recipe: Recipe,
    /// A report that says how the file was understood.
    pub report: ImportReport,
}

/// The map for a file that nobody gave one for, and how it came about.
pub(super) struct Guess {
    pub map: ImportMap,
    pub columns: Vec<Suggestion>,
    pub shape: Option<&'static shapes::Shape>,
    pub notices: Vec<Phrase>,
}

impl<'r> Beginning<'r> {
    /// Looks at a file and understands it.
    pub fn of(
        mut source: Source<'r>,
        options: &ImportOptions,
        catalog: &Catalog,
    ) -> Result<Self, ImportError> {
        let rows = peek(&mut source)?;
        let mut report = ImportReport {
            entity: options.entity.clone(),
            file: options.file.clone(),
            dry_run: options.dry_run,
            ..ImportReport::default()
        };
        let mut map = match &options.map {
            Some(map) => map.clone(),
            None => {
                let guess = guess(catalog, &options.entity, &source, &rows);
                report.columns = guess.columns;
                report.shape = guess.shape.map(|shape| shape.label.clone());
                report.notices = guess.notices;
                guess.map
            }
        };
        options.over(&mut map);
        let mut recipe = Recipe::compile(&map, catalog, &options.entity, source.headers())
            .map_err(ImportError::Map)?;
        recipe.format = source.format();
        let first = options.sample.as_ref().map_or(&rows, |sample| sample);
        sample::settle_dates(&mut recipe, first);
        if let Some(own) = recipe.own {
            let mut place = 0..;
            report.columns.retain(|_| place.next().is_none_or(|place| !own.has(place)));
        }
        report.unmentioned.clone_from(&recipe.unmentioned);
        report.headers.clone_from(&recipe.headers);
        report.map = ImportMap { entity: Some(headers::spot(&options.entity)), ..map.clone() };
        if recipe.keys.is_empty() {
            let rule = catalog.duplicate_rule(&options.entity);
            let looks = rule.is_some_and(|rule| rule.on_create != OnCreate::Report);
            report.notices.push(if looks && !options.keep_duplicates {
                phrase!(
                    "no key: every row makes a new record that is not as good as certainly there; --match external_id (or another field) recognises records that are there"
                )
            } else {
                phrase!(
                    "no key: every row makes a new record; --match external_id (or another field) recognises records that are there"
                )
            });
        }
        Ok(Self { source, sample: rows, map, recipe, report })
    }
}

impl ImportOptions {
    /// What is said of the file, by the map and over that on the way.
    #[must_use]
    pub fn said(&self) -> Said {
        let mut said = Said::by(self.map.as_ref());
        said.encoding = self.encoding.or(said.encoding);
        if self.sheet.is_some() {
            said.sheet.clone_from(&self.sheet);
        }
        said
    }

    /// What was said on the way stands above the map.
    fn over(&self, map: &mut ImportMap) {
        if !self.keys.is_empty() {
            map.keys = self.keys.iter().map(|key| Spot { text: key.clone(), line: 0 }).collect();
        }
        if self.mode.is_some() {
            map.mode = self.mode;
        }
        map.encoding = self.encoding.or(map.encoding);
        if self.sheet.is_some() {
            map.sheet.clone_from(&self.sheet);
        }
        if self.dates.is_some() {
            map.dates.clone_from(&self.dates);
        }
        if let Some(add) = self.add {
            map.add = add;
        }
        if let Some(clear) = self.clear_blank {
            map.clear_blank = clear;
        }
        for (field, text) in &self.defaults {
            map.defaults.retain(|(known, _)| known.text != *field);
            map.defaults.push((headers::spot(field), text.clone()));
        }
    }
}

pub(super) fn peek(source: &mut Source<'_>) -> Result<Vec<Row>, SourceError> {
    let mut rows = Vec::new();
    while rows.len() < sample::SAMPLE {
        match source.next_row()? {
            Some(row) => rows.push(row),
            None => break,
        }
    }
    Ok(rows)
}

pub(super) fn guess(catalog: &Catalog, entity: &str, source: &Source<'_>, rows: &[Row]) -> Guess {
    let headers = source.headers();
    let mut columns = headers::suggest(catalog, entity, headers);
    let shapes = shapes::recognise(headers);
    if let Some(shape) = shapes.iter().find(|shape| shape.entity() == entity) {
        let map = shape.map_for(catalog, &mut columns);
        return Guess { map, columns, shape: Some(shape), notices: Vec::new() };
    }
    if let Some(entity) = catalog.entity(entity) {
        sample::by_values(entity, &mut columns, rows);
    }
    let mut map = headers::automatic(catalog, entity, &columns);
    if source.format() == Format::Vcard {
        as_address_book(&mut map);
    }
    let other = shapes.first().and_then(|shape| {
        let entity = catalog.entity(shape.entity()).map(Entity::told)?;
        Some(phrase!("the file looks like {shape}: that is {entity}", shape = &shape.label, entity))
    });
    Guess { map, columns, shape: None, notices: other.into_iter().collect() }
}

/// Cards are taken as the exports of address books are: people are recognised by their mail address too, and
/// the company that somebody works for is made where it is not there.
fn as_address_book(map: &mut ImportMap) {
    let (mut mails, mut phones, mut names) = (false, false, false);
    for target in map.columns.iter_mut().flat_map(|(_, targets)| targets) {
        let field = target.field.text.as_str();
        let whole = field.split('.').next();
        mails |= whole == Some("emails");
        phones |= whole == Some("phones");
        names |= whole == Some("name");
        if field == "customer" {
            target.by = vec![headers::spot("name")];
            target.create_missing = true;
        }
    }
    if mails {
        map.keys.push(headers::spot("emails"));
    }
    // Several may have the phone of their company.
    if phones && names {
        map.keys.push(headers::spot("name + phones"));
    }
}

/// Looks at the beginning of a file and says what its columns likely are.
pub(super) fn preview(
    catalog: &Catalog,
    entity: &str,
    source: &mut Source<'_>,
) -> Result<Preview, SourceError> {
    let rows = peek(source)?;
    let mut guess = guess(catalog, entity, source, &rows);
    // What was guessed is written down, so that it can be put right.
    guess.map.encoding = source.encoding().filter(|encoding| !encoding.is_utf8());
    Ok(Preview {
        dialect: source.dialect(),
        headers: source.headers().to_vec(),
        map: guess.map.to_toml(),
        shape: guess.shape.map(|shape| shape.label.clone()),
        columns: guess.columns,
    })
}
