//! The open file and the person on it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use chrono_tz::Tz;

use super::error::{GateError, Result};
use super::plan::Rules;
use super::rights::Standing;
use super::seats::{Held, Hold};
use super::store::search::Vocabulary;
use super::store::{Store, layout, open, settings, ticket::Ticket};
use crate::model::{Clock, Edit, Entropy, Name, Phrase, RecordId, WeekStart, phrase};
use crate::policy::{Person, Right};
use crate::query::{Moment, Query};
use crate::schema::{self, Catalog, Coercion, Entity};

/// The number of the built-in administrator.
pub(super) const ADMINISTRATOR: RecordId = RecordId(1);

/// The front end a session serves, as history keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The terminal screens.
    Tui,
    /// The command line.
    Cli,
    /// An import.
    Import,
    /// The program itself: demo data, migrations.
    System,
}

impl Via {
    /// The word history keeps.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tui => "tui",
            Self::Cli => "cli",
            Self::Import => "import",
            Self::System => "system",
        }
    }

    /// The way that a word of history means.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Tui, Self::Cli, Self::Import, Self::System]
            .into_iter()
            .find(|via| via.word() == word)
    }
}

/// How to open a file.
#[derive(Clone)]
pub struct OpenOptions {
    /// Make the file where there is none.
    pub create: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The zone days begin in.
    pub zone: Tz,
    /// The day weeks begin on.
    pub week_start: WeekStart,
}

/// An open database file. Cheap to clone; each session has a connection of its own.
#[derive(Clone)]
pub struct Gate {
    path: PathBuf,
    options: OpenOptions,
    catalog: Arc<Catalog>,
    stamp: String,
    /// The connection the file was opened with, for the first session.
    first: Arc<Mutex<Option<Store>>>,
    vocabulary: Vocabulary,
}

impl Gate {
    /// Opens (or makes) a database file.
    ///
    /// # Errors
    /// Where it is not ours, is newer than this program, is damaged, lies on a network file system,
    /// or cannot be read.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self> {
        let found = open::look(path)?;
        if found == open::Found::Nothing {
            if !options.create {
                return Err(GateError::File {
                    path: path.display().to_string(),
                    what: phrase!("there is no database here"),
                    hint: Some(phrase!("check the path, or run `kontor demo` to look around")),
                });
            }
            make_folder(path)?;
        }
        open::refuse_network(path)?;
        let store = open::connect(path)?;
        // A process that died while it made the file may have left it without tables.
        if found == open::Found::Nothing || !store.has_tables()? {
            create(&store, &options)?;
        }
        let (catalog, stamp) = loop {
            let (catalog, stamp) = load_catalog(&store)?;
            if super::migrate::bring_up_to_date(&store, &catalog, &stamp, &options)? {
                break (Arc::new(catalog), stamp);
            }
        };
        Ok(Self {
            path: path.to_owned(),
            options,
            catalog,
            stamp,
            first: Arc::new(Mutex::new(Some(store))),
            vocabulary: Vocabulary::default(),
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The catalogue as it was when the file was opened.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// How the file was opened.
    pub(super) fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// A session of the built-in administrator, in a file that asks nobody to sign in.
    ///
    /// # Errors
    /// Where the file cannot be used, or asks people to sign in (the program itself need not).
    pub fn session(&self, via: Via) -> Result<Session> {
        self.begin(ADMINISTRATOR, via, Held::Open)
    }

    /// A session of a user whom somebody else vouches for: a seat, a key, the operating system.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn session_of(&self, user: RecordId, via: Via) -> Result<Session> {
        self.begin(user, via, Held::Given)
    }

    pub(super) fn begin(&self, user: RecordId, via: Via, held: Held) -> Result<Session> {
        let actor = Actor(Arc::new(Person::administrator(user, String::new())));
        self.begin_as(actor, via, held, None)
    }

    fn begin_as(
        &self,
        actor: Actor,
        via: Via,
        held: Held,
        week: Option<WeekStart>,
    ) -> Result<Session> {
        let first = self.first.lock().ok().and_then(|mut first| first.take());
        let store = match first {
            Some(store) => store,
            None => open::connect(&self.path)?,
        };
        let mut session = Session {
            store,
            catalog: Arc::clone(&self.catalog),
            shown: Arc::clone(&self.catalog),
            stamp: self.stamp.clone(),
            actor,
            via,
            options: self.options.clone(),
            week,
            own_zone: None,
            rules: RefCell::default(),
            reaches: RefCell::default(),
            standing: Standing::default(),
            seen: Cell::new(0),
            newest: Cell::new(None),
            wrote: BTreeSet::new(),
            vocabulary: self.vocabulary.clone(),
            notes: super::audit::Notes::default(),
            hold: Hold::new(held),
            viewing: None,
        };
        session.refresh()?;
        session.take_rights()?;
        // The company may have shortened the hours since the file was opened: they are known only now.
        session.demand_seat()?;
        Ok(session)
    }
}

pub(super) fn make_folder(path: &Path) -> Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| GateError::File {
        path: folder.display().to_string(),
        what: phrase!("the folder cannot be made: {error}", error = Phrase::io(&error)),
        hint: Some(phrase!("name another file with --db")),
    })
}

/// Makes the tables of a new file and the built-in administrator.
fn create(store: &Store, options: &OpenOptions) -> Result<()> {
    store.writable()?;
    let _ticket = Ticket::take(store.path(), "creation of the database")?;
    store.sign()?;
    store.transact(|| {
        // Another process may have made it between the look and the ticket.
        if store.has_tables()? {
            return Ok(());
        }
        let catalog = schema::load(None).map_err(GateError::Schema)?;
        store.create_all(&catalog)?;
        store.set_setting(settings::BUILT_IN, &layout::stamp(&catalog))?;
        store.set_setting(settings::STAMP, "1")?;
        store.set_setting(settings::SEARCH, super::store::search::FORMAT)?;
        let (mut changes, administrator) = super::seed::people();
        changes.push(administrator);
        super::seed::write(store, &catalog, options, changes, "created the database")
    })
}

/// The catalogue of a file, and the stamp it belongs to.
pub(super) fn load_catalog(store: &Store) -> Result<(Catalog, String)> {
    // Another process may replace the schema between two reads: the stamp must be the same around them.
    let (company, file, stamp) = loop {
        let stamp = store.setting(settings::STAMP)?.unwrap_or_default();
        let company = store.setting(settings::COMPANY)?;
        let file = store.setting(settings::COMPANY_FILE)?.unwrap_or_default();
        if store.setting(settings::STAMP)?.unwrap_or_default() == stamp {
            break (company, file, stamp);
        }
    };
    let catalog = schema::load(company.as_deref().map(|text| (file.as_str(), text)))
        .map_err(GateError::Schema)?;
    Ok((catalog, stamp))
}

/// Who acts. Only the gate can make one.
#[derive(Debug, Clone)]
pub struct Actor(pub(super) Arc<Person>);

impl Actor {
    /// The facts about the person.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.0
    }
}

/// Stops what a session is doing, from another thread.
#[derive(Clone)]
pub struct Interrupt(Arc<super::store::InterruptHandle>);

impl Interrupt {
    /// Stops the statement that is running, if one is.
    pub fn stop(&self) {
        self.0.interrupt();
    }
}

/// A person on an open file: the only door to data.
pub struct Session {
    pub(super) store: Store,
    /// The whole catalogue: what writes and rights go by.
    pub(super) catalog: Arc<Catalog>,
    /// The catalogue as the person sees it: what is asked and shown goes by it.
    pub(super) shown: Arc<Catalog>,
    pub(super) stamp: String,
    pub(super) actor: Actor,
    pub(super) via: Via,
    pub(super) options: OpenOptions,
    /// The day that the person's own weeks begin on, where they chose one.
    pub(super) week: Option<WeekStart>,
    /// The zone that the user record says their days begin in.
    pub(super) own_zone: Option<Tz>,
    pub(super) rules: RefCell<HashMap<Name, Arc<Rules>>>,
    /// What rights reach, resolved once: none stands for all records.
    pub(super) reaches: RefCell<HashMap<(Right, Name), Option<Arc<Query>>>>,
    pub(super) standing: Standing,
    pub(super) seen: Cell<i64>,
    pub(super) newest: Cell<Option<i64>>,
    /// The operations that were written by this very session.
    pub(super) wrote: BTreeSet<i64>,
    pub(super) vocabulary: Vocabulary,
    pub(super) notes: super::audit::Notes,
    /// How the person got in.
    pub(super) hold: Hold,
    /// Who looks, where somebody sees the file as another.
    pub(super) viewing: Option<super::view_as::Viewing>,
}

impl Session {
    /// Another session of the same person on the same file, for reading beside this one on another thread.
    pub(super) fn beside(&self) -> Result<Self> {
        let gate = Gate {
            path: self.store.path().to_owned(),
            options: self.options.clone(),
            catalog: Arc::clone(&self.catalog),
            stamp: self.stamp.clone(),
            first: Arc::default(),
            vocabulary: self.vocabulary.clone(),
        };
        gate.begin_as(self.actor.clone(), self.via, self.hold.by.clone(), self.week)
    }

    /// The catalogue as the person sees it; after another process changed the schema or their rights,
    /// `refresh` brings the new one.
    #[must_use]
    #[expect(
        clippy::misnamed_getters,
        reason = "others are to know of no other catalogue than this one"
    )]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.shown
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The moment and person that queries are asked by.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment {
            now: self.options.clock.now(),
            zone: self.zone(),
            me: Some(self.actor.0.user),
            my_teams: self.actor.0.teams.clone(),
            week: self.week.unwrap_or(self.options.week_start).day(&self.catalog.company.region),
        }
    }

    /// The zone that days begin in: the person's own, or that of the place the program runs at.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.own_zone.unwrap_or(self.options.zone)
    }

    /// Has weeks begin where the person chose; without that where the options say.
    pub fn begin_weeks(&mut self, on: Option<WeekStart>) {
        self.week = on;
    }

    /// What understanding typed text needs.
    #[must_use]
    pub fn coercion(&self) -> Coercion<'_> {
        let Moment { now, zone, week, .. } = self.moment();
        Coercion { catalog: &self.catalog, now, zone, week }
    }

    /// A handle that stops a running statement from another thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        Interrupt(Arc::new(self.store.conn.get_interrupt_handle()))
    }

    /// True where another process has written since the last call; re-reads the catalogue if the
    /// schema changed.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn refresh(&mut self) -> Result<bool> {
        self.demand_seat()?;
        let version = self.store.data_version()?;
        if self.seen.replace(version) == version {
            return if self.rights_ended() { self.renew_rights() } else { Ok(false) };
        }
        let fresh = self.renew();
        if fresh.is_err() {
            // Whoever may not act any more is told so every time, not only once.
            self.seen.set(-1);
        }
        fresh
    }

    fn renew(&mut self) -> Result<bool> {
        // What a person keeps for themselves is no news for others.
        let newest = self.store.newest_news()?;
        let news = self.newest.replace(Some(newest)).is_some_and(|known| known != newest);
        let stamp = self.store.setting(settings::STAMP)?.unwrap_or_default();
        if stamp != self.stamp {
            self.reload()?;
            return Ok(true);
        }
        let renewed = self.renew_rights();
        if renewed.is_err() {
            // Whoever may not act any more is told so each time they ask.
            self.seen.set(i64::MIN);
        }
        Ok(renewed? || news)
    }

    /// Whether the file still has the schema by which something was planned; asked inside the
    /// transaction that writes it.
    pub(super) fn demand_schema(&self, planned_by: &str) -> Result<()> {
        let stamp = self.store.setting(settings::STAMP)?.unwrap_or_default();
        if stamp == planned_by && stamp == self.stamp {
            return Ok(());
        }
        Err(GateError::SchemaChanged)
    }

    /// Reads the catalogue anew.
    pub(super) fn reload(&mut self) -> Result<()> {
        self.store.forget();
        let (catalog, stamp) = load_catalog(&self.store)?;
        self.catalog = Arc::new(catalog);
        self.stamp = stamp;
        self.rules.borrow_mut().clear();
        self.take_rights()
    }

    /// The entity of that name, as the person sees it.
    pub(super) fn entity(&self, name: &str) -> Result<&Entity> {
        self.shown.entity(name).ok_or_else(|| GateError::NotFound {
            what: phrase!("there is no entity {entity}", entity = name),
            hint: self
                .shown
                .entities()
                .map(|entity| (strsim::jaro_winkler(&entity.name, name), &entity.name))
                .filter(|(likeness, _)| *likeness > 0.75)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, best)| phrase!("did you mean {near}?", near = best)),
        })
    }

    /// The rules of an entity, resolved once.
    pub(super) fn rules(&self, entity: &Entity) -> Result<Arc<Rules>> {
        if let Some(rules) = self.rules.borrow().get(&entity.name) {
            return Ok(Arc::clone(rules));
        }
        let rules = Arc::new(Rules::of(&self.catalog, entity)?);
        self.rules.borrow_mut().insert(entity.name.clone(), Arc::clone(&rules));
        Ok(rules)
    }

    /// Plans and applies in one step.
    ///
    /// # Errors
    /// As [`Session::plan`] and [`Session::apply`].
    pub fn save(&mut self, edits: Vec<Edit>, why: &str) -> Result<super::write::Applied> {
        self.refresh()?;
        let plan = self.plan(edits, why)?;
        self.apply(plan)
    }

    /// The company's own TOML as it was applied; empty where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn company_schema(&self) -> Result<String> {
        Ok(self.store.setting(settings::COMPANY)?.unwrap_or_default())
    }
}
