//! A first look at a file that a person opens: what it is, what its columns likely are, how it begins.
//!
//! Start at [`look`].

use std::collections::HashMap;
use std::fs::File;
use std::io::Seek;
use std::path::PathBuf;
use std::sync::Arc;

use super::begin::{guess, peek};
use super::{Begun, ImportError, begun, digest};
use crate::exchange::map::{ImportMap, Spot};
use crate::exchange::read::{Apart, Encoding, Format};
use crate::exchange::saved::{self, Saved};
use crate::exchange::similar::squash;
use crate::exchange::source::{Row, Said, Source, SourceError};
use crate::exchange::{Dialect, headers, shapes};
use crate::gate::{GateError, Session};
use crate::model::{Name, Phrase};
use crate::policy::Right;
use crate::schema::{Catalog, Label};

/// What is looked at, and what was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The file.
    pub path: PathBuf,
    /// What its rows are; found out without.
    pub entity: Option<Name>,
    /// How it is to be read.
    pub said: Said,
    /// The saved map it is done by; one that was made for such a file, or a guess, without.
    pub saved: Option<String>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The file.
    pub path: PathBuf,
    /// Its format.
    pub format: Format,
    /// The encoding of lines of cells.
    pub encoding: Option<Encoding>,
    /// How lines of cells are set apart.
    pub dialect: Option<Dialect>,
    /// The sheet that is read and all there are, of a workbook with several.
    pub sheets: Option<(String, Vec<String>)>,
    /// What its rows are.
    pub entity: Name,
    /// Its columns.
    pub headers: Vec<String>,
    /// Its first rows.
    pub rows: Arc<Vec<Row>>,
    /// The program whose export it looks like.
    pub shape: Option<Label>,
    /// The maps that the person keeps for this entity.
    pub saved: Vec<String>,
    /// The one of them that was taken.
    pub by: Option<String>,
    /// Where the columns go.
    pub map: ImportMap,
    /// What each column likely is, also where that is not sure.
    suggestions: Vec<Option<String>>,
    /// What is to be said of it.
    pub notices: Vec<Phrase>,
    /// The digest of what is in it.
    pub content: String,
    /// A name beside it for the rows that cannot be imported.
    pub rejects: PathBuf,
    /// An import of this file that was begun and stopped.
    pub begun: Option<Begun>,
}

impl Looked {
    /// What a column may be, where its header is like that of a field.
    #[must_use]
    pub fn likely(&self, column: usize) -> Option<&str> {
        self.suggestions.get(column)?.as_deref()
    }
}

/// Looks at a file.
///
/// # Errors
/// Where it cannot be read, or the person may not import such records.
pub fn look(
    session: &Session,
    look: &Look,
    mut file: File,
    apart: &dyn Apart,
) -> Result<Looked, ImportError> {
    let catalog = session.catalog();
    if let Some(entity) = &look.entity {
        session.permitted(Right::Import, entity)?;
    }
    let name = look.path.display().to_string();
    let read_error = |error| SourceError::Read { file: name.clone(), error };
    let content = digest(&mut file).map_err(read_error)?;
    file.rewind().map_err(read_error)?;
    let mut source = Source::of_file(file, &name, &look.said, apart)?;
    let rows = peek(&mut source)?;
    let entity = match &look.entity {
        Some(entity) => entity.clone(),
        None => likely(session, source.headers())?,
    };
    let mut saved = saved::all(session)?;
    saved.retain(|saved| saved.entity == *entity);
    let found = match &look.saved {
        Some(name) => saved.iter().find(|saved| saved.name == *name),
        None => saved.iter().find(|saved| saved.fits(&entity, source.headers())),
    };
    let (by, mut map, shape, mut notices) = match found {
        Some(found) => {
            let map = found.map().map_err(ImportError::Map)?;
            (Some(found.name.clone()), fitted(map, source.headers()), None, Vec::new())
        }
        None => {
            let guess = guess(catalog, &entity, &source, &rows);
            let shape = guess.shape.map(|shape| shape.label.clone());
            (None, guess.map, shape, guess.notices)
        }
    };
    aligned(&mut map, source.headers());
    map.entity = Some(Spot { text: entity.to_string(), line: 0 });
    // What was found out holds for the whole import, and for one that goes on with it.
    let lines = source.format() == Format::Csv;
    map.encoding = source.encoding().filter(|_| lines).or(look.said.encoding);
    map.dialect = lines.then(|| source.dialect());
    map.sheet = look.said.sheet.clone().or_else(|| source.sheets().map(|(name, _)| name.clone()));
    notices.splice(0..0, source.told());
    Ok(Looked {
        path: look.path.clone(),
        format: source.format(),
        encoding: source.encoding(),
        dialect: map.dialect,
        sheets: source.sheets().cloned(),
        headers: source.headers().to_vec(),
        rows: Arc::new(rows),
        shape,
        saved: saved.into_iter().map(|saved: Saved| saved.name).collect(),
        by,
        map,
        notices,
        rejects: look.path.clone(),
        suggestions: headers::suggest(catalog, &entity, source.headers())
            .into_iter()
            .map(|one| one.field)
            .collect(),
        begun: begun(session, &content, &entity)?,
        content,
        entity,
    })
}

/// Has a map call the columns as the file does: letters and digits are what they are known by.
fn aligned(map: &mut ImportMap, headers: &[String]) {
    let by_word: HashMap<String, Option<&String>> =
        headers.iter().fold(HashMap::new(), |mut known, header| {
            // Of two that are alike neither is meant.
            known.entry(squash(header)).and_modify(|one| *one = None).or_insert(Some(header));
            known
        });
    let align = |spot: &mut Spot| {
        if !headers.contains(&spot.text)
            && let Some(Some(header)) = by_word.get(&squash(&spot.text))
        {
            spot.text.clone_from(header);
        }
    };
    map.columns.iter_mut().for_each(|(header, _)| align(header));
    let targets = map.columns.iter_mut().flat_map(|(_, targets)| targets);
    targets.flat_map(|target| &mut target.when).for_each(|(header, _)| align(header));
    map.ignore.iter_mut().for_each(align);
    map.fill_down.iter_mut().for_each(align);
    map.skip_without.iter_mut().for_each(align);
    map.skip_when.iter_mut().for_each(|(header, _)| align(header));
}

/// A saved map for a file that lacks some of its columns.
fn fitted(mut map: ImportMap, headers: &[String]) -> ImportMap {
    let has = |spot: &Spot| headers.contains(&spot.text);
    map.columns.retain(|(header, _)| has(header));
    map.ignore.retain(has);
    map.fill_down.retain(has);
    map.skip_without.retain(has);
    map.skip_when.retain(|(header, _)| has(header));
    map
}

/// What the rows of a file likely are: what its shape says, or what most of its columns fit. Only what the person
/// may import.
fn likely(session: &Session, headers: &[String]) -> Result<Name, GateError> {
    let catalog: &Catalog = session.catalog();
    let may = |entity: &str| session.permitted(Right::Import, entity).is_ok();
    let shapes = shapes::recognise(headers);
    if let Some(shape) = shapes.iter().find(|shape| may(shape.entity())) {
        return Ok(shape.entity().into());
    }
    let mut best: Option<(usize, Name)> = None;
    for entity in catalog.entities().filter(|entity| entity.is_listed() && may(&entity.name)) {
        let suggestions = headers::suggest(catalog, &entity.name, headers);
        let sure = suggestions.iter().filter(|one| one.is_sure()).count();
        if best.as_ref().is_none_or(|(most, _)| sure > *most) {
            best = Some((sure, entity.name.clone()));
        }
    }
    match best {
        Some((_, entity)) => Ok(entity),
        // Nothing may be imported: the refusal says so.
        None => session.permitted(Right::Import, "customer").map(|_| "customer".into()),
    }
}
