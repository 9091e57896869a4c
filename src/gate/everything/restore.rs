//! A new file made of items.
//!
//! It grows beside the place where it will lie, under a name of its own, and takes that place as the last
//! step, when its content has been held against the hash it should have: a kill, a full disk or an item that
//! does not fit leaves nothing behind. Nothing that lies there already is ever replaced.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempPath;

use super::{Contents, Item};
use crate::gate::error::{GateError, Result};
use crate::gate::session::{load_catalog, make_folder};
use crate::gate::store::search::Indexer;
use crate::gate::store::{Store, open, settings};
use crate::model::{Name, Phrase, RecordId, phrase};
use crate::schema::{Catalog, Entity};

/// So many items are written in one go, or fewer where they are long.
const PIECE: usize = 5_000;
/// Bytes of text that are written in one go at most.
const PIECE_BYTES: usize = 8 << 20;

/// Why no file came of it; nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The file system or the gate refuses.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// Something lies where the new file should.
    #[error("there is something at {path} already; nothing was written")]
    Taken {
        /// Where.
        path: String,
    },
    /// An item that cannot be part of a file.
    #[error("{0}")]
    Unfit(Phrase),
    /// The new file does not hold what it should.
    #[error("what was written is not what was read; the new file was removed")]
    Different,
    /// The chain of history is not whole, and was when everything was written out.
    #[error("history was altered: {0}")]
    Broken(Phrase),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The hash over all that the new file holds.
    pub hash: String,
    /// How many records it has, deleted ones included.
    pub records: u64,
    /// How many entries of history.
    pub changes: u64,
    /// Where the chain of history is not whole, as it was not in the file that was written out.
    pub broken: Option<(i64, Phrase)>,
}

/// A new file that is being filled.
pub struct Restore {
    path: PathBuf,
    place: Option<TempPath>,
    store: Store,
    /// Known when all settings are.
    catalog: Option<Arc<Catalog>>,
    made_for: String,
    settings: Vec<(String, String)>,
    numbers: BTreeMap<i64, Name>,
    last: Vec<(Name, i64)>,
    piece: Vec<Item>,
    bytes: usize,
    records: u64,
    changes: u64,
}

impl Restore {
    /// A new file to be at `path`; `made_for` is what the tables of the other file were made for.
    ///
    /// # Errors
    /// Where something lies there, or nothing can be written there.
    pub fn begin(path: &Path, made_for: &str) -> std::result::Result<Self, RestoreError> {
        free(path)?;
        make_folder(path)?;
        open::refuse_network(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let place = tempfile::Builder::new()
            .prefix(".kontor-")
            .suffix(".db")
            .tempfile_in(folder.unwrap_or_else(|| Path::new(".")))
            .map_err(|error| fault(path, &error))?
            .into_temp_path();
        let store = open::connect(&place)?;
        store.sign()?;
        store.run("PRAGMA foreign_keys = OFF")?;
        Ok(Self {
            path: path.to_owned(),
            place: Some(place),
            store,
            catalog: None,
            made_for: made_for.to_owned(),
            settings: Vec::new(),
            numbers: BTreeMap::new(),
            last: Vec::new(),
            piece: Vec::new(),
            bytes: 0,
            records: 0,
            changes: 0,
        })
    }

    /// Takes in the next item, whose text has so many bytes.
    ///
    /// # Errors
    /// Where it does not fit what came before, or cannot be written.
    pub fn add(&mut self, item: Item, bytes: usize) -> std::result::Result<(), RestoreError> {
        match item {
            Item::Setting { key, value } if self.catalog.is_none() && self.numbers.is_empty() => {
                self.settings.push((key, value));
            }
            Item::Entity { number, name } if self.catalog.is_none() && number > 0 => {
                self.numbers.insert(number, name);
            }
            Item::Setting { .. } | Item::Entity { .. } => {
                return Err(RestoreError::Unfit(phrase!("its parts are not in their order")));
            }
            other => {
                if self.catalog.is_none() {
                    self.lay_out()?;
                }
                self.piece.push(other);
                self.bytes += bytes;
                if self.piece.len() >= PIECE || self.bytes >= PIECE_BYTES {
                    self.write()?;
                }
            }
        }
        Ok(())
    }

    /// Makes the tables, now that the company's schema is known.
    fn lay_out(&mut self) -> std::result::Result<(), RestoreError> {
        let store = &self.store;
        let settings = std::mem::take(&mut self.settings);
        let catalog = store.transact(|| {
            store.run(
                "CREATE TABLE _setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            )?;
            for (key, value) in &settings {
                store.set_setting(key, value)?;
            }
            let (catalog, _) = load_catalog(store)?;
            store.run("DROP TABLE _setting")?;
            store.found(&catalog, &self.numbers)?;
            for (key, value) in &settings {
                store.set_setting(key, value)?;
            }
            Ok(catalog)
        })?;
        store.begin_bulk()?;
        self.catalog = Some(Arc::new(catalog));
        Ok(())
    }

    /// Writes what waits.
    fn write(&mut self) -> std::result::Result<(), RestoreError> {
        let piece = std::mem::take(&mut self.piece);
        self.bytes = 0;
        let Some(catalog) = self.catalog.clone() else { return Ok(()) };
        let mut unfit = None;
        let store = &self.store;
        let (records, changes, last) = (&mut self.records, &mut self.changes, &mut self.last);
        store
            .transact(|| {
                let mut indexer = Indexer::new(&store.conn);
                for item in piece {
                    match item {
                        Item::Record { entity, id, fields } => {
                            let known = match known(&catalog, &entity, fields.keys()) {
                                Ok(known) => known,
                                Err(what) => {
                                    unfit = Some(what);
                                    return Err(GateError::Interrupted);
                                }
                            };
                            *records += 1;
                            store.put_record(known, RecordId(id), &fields, &mut indexer)?;
                        }
                        Item::Counter { name, value } => store.put_counter(&name, value)?,
                        Item::Last { entity, number } => last.push((entity, number)),
                        Item::Own { user, key, value, at } => {
                            store.put_own(user, &key, &value, at)?;
                        }
                        Item::Score { entity, day, at, tenths, records, clean, findings } => {
                            store.put_score(
                                (&entity, &day, at),
                                (tenths, records, clean),
                                &findings,
                            )?;
                        }
                        Item::Change(entry) => {
                            *changes += 1;
                            store.put_change(&entry)?;
                        }
                        Item::History(row) => store.put_trace(&row)?,
                        Item::Setting { .. } | Item::Entity { .. } => {}
                    }
                }
                Ok(())
            })
            .map_err(|error| unfit.take().map_or(RestoreError::Gate(error), RestoreError::Unfit))
    }

    /// Ends it: the file takes its place where its content has the hash that was `expected`, and its history
    /// is whole where it was `sound` before.
    ///
    /// # Errors
    /// Where it does not; nothing is left then.
    pub fn finish(
        mut self,
        expected: &str,
        sound: bool,
    ) -> std::result::Result<Restored, RestoreError> {
        if self.catalog.is_none() {
            self.lay_out()?;
        }
        self.write()?;
        let Some(catalog) = self.catalog.take() else { return Err(RestoreError::Different) };
        let (store, last) = (&self.store, std::mem::take(&mut self.last));
        store.transact(|| {
            for (entity, number) in &last {
                if let Some(entity) = catalog.entity(entity) {
                    store.put_last(entity, *number)?;
                }
            }
            for entity in catalog.entities() {
                store.create_indexes(entity)?;
            }
            store.learn()?;
            // Where this program knows more than the one that wrote it out, the next opening adds that.
            store.set_setting(settings::BUILT_IN, &self.made_for)
        })?;
        store.finish_bulk()?;
        let orphans = store.orphaned()?;
        if !orphans.is_empty() {
            let what =
                phrase!("links without their record: {orphans}", orphans = orphans.join(", "));
            return Err(RestoreError::Unfit(what));
        }
        let broken = store.verify_chain(None)?.broken;
        if let Some((number, why)) = broken.as_ref().filter(|_| sound) {
            let why = phrase!("change set {number}: {why}", number = *number, why);
            return Err(RestoreError::Broken(why));
        }
        let hash = Contents::of_new(&self.path_of_place(), &catalog)?.hash()?;
        if hash != expected {
            return Err(RestoreError::Different);
        }
        store.run("PRAGMA wal_checkpoint(TRUNCATE)")?;
        let (records, changes) = (self.records, self.changes);
        self.take_place()?;
        Ok(Restored { hash, records, changes, broken })
    }

    fn path_of_place(&self) -> PathBuf {
        self.place.as_deref().map(Path::to_owned).unwrap_or_default()
    }

    /// Closes the file and puts it where it belongs, in one step and over nothing.
    fn take_place(mut self) -> std::result::Result<(), RestoreError> {
        let Some(place) = self.place.take() else { return Err(RestoreError::Different) };
        let path = std::mem::take(&mut self.path);
        drop(self);
        free(&path)?;
        if path.exists() {
            // It is empty.
            fs::remove_file(&path).map_err(|error| fault(&path, &error))?;
        }
        place.persist_noclobber(&path).map_err(|failed| match failed.error.kind() {
            std::io::ErrorKind::AlreadyExists => taken(&path),
            _ => fault(&path, &failed.error).into(),
        })
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        let Some(place) = &self.place else { return };
        // What SQLite keeps beside a file; the file itself goes with its name.
        for ending in ["-wal", "-shm", "-journal"] {
            let mut name = place.as_os_str().to_owned();
            name.push(ending);
            let _ = fs::remove_file(name);
        }
    }
}

impl Contents {
    /// The content of a file that nobody else knows of.
    fn of_new(path: &Path, catalog: &Arc<Catalog>) -> Result<Self> {
        let store = open::connect(path)?;
        Ok(Self { store, catalog: Arc::clone(catalog), made_for: String::new(), sound: true })
    }

    /// How many records there are, deleted ones included, for whoever shows how far it is.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn records(&self) -> Result<u64> {
        let mut records = 0;
        self.catalog.entities().try_for_each(|entity| -> Result<()> {
            records += self.store.rows_of(entity)?;
            Ok(())
        })?;
        Ok(records)
    }

    /// Everything as lines of text, until it is told to stop; whether that was the end.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn lines(&self, with: &mut dyn FnMut(&str, &Item) -> ControlFlow<()>) -> Result<bool> {
        self.each(&mut |item| with(&item.line(), item))
    }
}

/// The entity of a record, where this program knows it with all fields the record has.
fn known<'c, 'f>(
    catalog: &'c Catalog,
    entity: &Name,
    mut fields: impl Iterator<Item = &'f Name>,
) -> std::result::Result<&'c Entity, Phrase> {
    let unknown =
        |what: &str| phrase!("this program knows no {what}; a newer one may have written it", what);
    let known = catalog.entity(entity).ok_or_else(|| unknown(entity))?;
    match fields.find(|field| known.field(field).is_none()) {
        Some(field) => Err(unknown(&format!("{entity}.{field}"))),
        None => Ok(known),
    }
}

/// Refuses a place where something lies.
fn free(path: &Path) -> std::result::Result<(), RestoreError> {
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.is_file() || meta.len() > 0 => Err(taken(path)),
        _ => Ok(()),
    }
}

fn taken(path: &Path) -> RestoreError {
    RestoreError::Taken { path: path.display().to_string() }
}

fn fault(path: &Path, error: &std::io::Error) -> GateError {
    GateError::File {
        path: path.display().to_string(),
        what: phrase!("cannot be written: {error}", error = Phrase::io(error)),
        hint: Phrase::io_hint(error),
    }
}
