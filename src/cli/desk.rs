//! An open database with the writers of a command: what most commands work at.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};

use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Printer, Row};
use super::tree::COMMANDS;
use super::{Env, likely};
use crate::gate::{Gate, GateError, Session, Via};
use crate::model::{Lang, Link, Phrase, RecordRef, Value, phrase};
use crate::query::Query;
use crate::schema::display::shipped;
use crate::schema::{Catalog, Entity, Field, Format};
use crate::term::{Reason, Strings};

/// Where records go that a command prints, as the audit log names it.
pub(super) const OUTPUT: &str = "stdout";

/// What a command needs of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It reads or changes what is there: a file that the user named must exist.
    File,
    /// It brings data in: the file is made where there is none.
    Create,
}

/// An open database with the writers of a command.
pub(super) struct Desk<'e, 'w> {
    pub env: &'e mut Env<'w>,
    pub session: Session,
    pub catalog: Arc<Catalog>,
    pub format: OutputFormat,
}

impl<'e, 'w> Desk<'e, 'w> {
    /// Opens the database of the environment.
    pub fn open(env: &'e mut Env<'w>, need: Need) -> Result<Self> {
        Self::open_via(env, need, Via::Cli)
    }

    /// The same, with the front end that history will name.
    pub fn open_via(env: &'e mut Env<'w>, need: Need, via: Via) -> Result<Self> {
        let create = need == Need::Create || !env.database_named;
        prepare(&env.database, create, env.database_named)?;
        let gate = Gate::open(&env.database, env.open_options(create))?;
        let mut session = env.session(&gate, via)?;
        if let Some(login) = env.view_as.clone() {
            session = as_other(env, &session, &login)?;
        }
        // What is typed and what is shown are of the same zone.
        env.zone = session.zone();
        env.lang = session.language(env.lang, env.tongue)?;
        let catalog = Arc::clone(session.catalog());
        let format = env.format.unwrap_or_default();
        Ok(Self { env, session, catalog, format })
    }

    /// The entity that a word means.
    pub fn entity(&self, word: &str) -> Result<&Entity> {
        entity(&self.catalog, word)
    }

    /// How values are written.
    pub fn words(&self) -> Format {
        Format { lang: self.env.lang, zone: self.env.zone }
    }

    /// A value as people read it.
    pub fn line(&self, field: &Field, value: &Value) -> String {
        self.words().line(&self.catalog, field, value)
    }

    /// A record's reference as people write it.
    pub fn reference(&self, record: &RecordRef) -> String {
        self.catalog.reference(record)
    }

    /// The value with the titles of what it links to, where they were not read with it.
    pub fn titled(&self, value: &Value) -> Value {
        let name = |link: &Link| {
            let mut link = link.clone();
            if link.title.is_empty()
                && let Some(entity) = self.catalog.entity(&link.entity)
                && let Ok(found) = self.session.get(&link.target())
            {
                link.title = self.line(entity.title_field(), found.get(&entity.title));
            }
            link
        };
        match value {
            Value::Link(link) => Value::Link(name(link)),
            Value::Links(links) => Value::Links(links.iter().map(name).collect()),
            other => other.clone(),
        }
    }

    /// Whether what is printed goes elsewhere than before somebody's eyes: a table on a terminal is read,
    /// all else is for programs, the same table in a pipe or a file included. References alone
    /// (`--format ids`) hold nothing of a record; every command they are handed to asks for its own right.
    pub fn leaves(&self) -> bool {
        match self.format {
            OutputFormat::Ids => false,
            OutputFormat::Table => self.env.width.is_none(),
            _ => true,
        }
    }

    /// A printer to the output of the command.
    pub fn printer(&mut self, heads: Vec<Head>) -> Printer<'_> {
        let paper = self.env.paper();
        Printer::new(&mut *self.env.out, self.format, heads, paper)
    }

    /// Prints rows that are there already, in the format of the command.
    pub fn table(&mut self, heads: Vec<Head>, rows: Vec<Row>) -> Result<()> {
        let mut printer = self.printer(heads);
        for row in rows {
            printer.row(row)?;
        }
        printer.finish()?;
        self.env.out.flush()?;
        Ok(())
    }

    /// Says something to the person, beside the data.
    pub fn say(&mut self, phrase: &Phrase) -> Result<()> {
        Ok(self.env.say(phrase)?)
    }

    /// A word of our own in a cell: in the user's language for people, in English for programs.
    pub fn word(&self, word: &Phrase) -> String {
        match self.format.needs() {
            Needs::Human => self.env.told(word),
            _ => word.to_string(),
        }
    }

    /// In a table for people who do not read English: what our own words are called there.
    pub fn called(&self, told: impl Fn(&Reason<'_>) -> String) -> Option<String> {
        if self.env.lang == Lang::En || self.format.needs() != Needs::Human {
            return None;
        }
        let strings = Strings::new(self.env.lang);
        Some(told(&Reason { strings: &strings, catalog: &self.catalog }))
    }

    /// What stands between several, as people read it.
    pub fn between(&self) -> &'static str {
        if self.called(|_| String::new()).is_some() { "、" } else { ", " }
    }

    /// What a role is called, as people read it.
    pub fn role(&self, name: &str) -> String {
        self.called(|_| shipped::role(self.env.lang, name).to_owned())
            .unwrap_or_else(|| name.to_owned())
    }

    /// A right on an entity.
    pub fn right_on(&self, right: &str, entity: &str) -> String {
        let label =
            self.catalog.entity(entity).map_or(entity, |known| known.label.get(self.env.lang));
        self.called(|words| format!("{}{label}", words.right(right)))
            .unwrap_or_else(|| format!("{right} {entity}"))
    }

    /// A scope as it is printed.
    pub fn scope(&self, printed: &str) -> String {
        self.called(|words| words.scope(printed)).unwrap_or_else(|| printed.to_owned())
    }

    /// What a change was for: history keeps it in English, which is for programs too.
    pub fn why(&self, why: &str) -> String {
        self.called(|words| words.told(why)).unwrap_or_else(|| why.to_owned())
    }

    /// The instant that `--as-of` means: a day stands for its end.
    pub fn as_of(&self, text: &str) -> Result<DateTime<Utc>> {
        let wrong = |error: crate::schema::Invalid| CliError::word(error.message, error.hint);
        let at = self.session.coercion().instant(text).map_err(wrong)?;
        let local = at.with_timezone(&self.env.zone);
        let timed = text.contains(':') || local.time() != chrono::NaiveTime::MIN;
        let end = local.date_naive().succ_opt().filter(|_| !timed);
        let end = end.and_then(|day| {
            let midnight = day.and_time(chrono::NaiveTime::MIN);
            self.env.zone.from_local_datetime(&midnight).earliest()
        });
        Ok(end.map_or(at, |end| end.to_utc() - chrono::TimeDelta::milliseconds(1)))
    }

    /// Understands a condition on records of an entity.
    pub fn query(&self, entity: &str, text: Option<&str>) -> Result<Option<Query>> {
        text.filter(|text| !text.trim().is_empty())
            .map(|text| {
                Query::parse(text, &self.catalog, entity)
                    .map_err(|source| CliError::Query { text: text.to_owned(), source })
            })
            .transpose()
    }
}

/// A session that sees the file as another user does, which is said beside the data.
fn as_other(env: &mut Env<'_>, session: &Session, login: &str) -> Result<Session> {
    let session = match session.view_as_login(login) {
        Err(GateError::NotFound { what, hint }) => return Err(CliError::word(what, hint)),
        other => other?,
    };
    if let Some(name) = session.viewed_as() {
        env.say(&phrase!("Seen as {name} does; nothing can be changed.", name))?;
    }
    Ok(session)
}

/// Makes sure that the folder is there, and that nobody makes a file by looking into it.
pub(super) fn prepare(path: &Path, create: bool, named: bool) -> Result<()> {
    if !create && !path.exists() {
        return Err(CliError::Refused {
            message: phrase!("there is no file {path}", path = path.display().to_string()),
            hint: Some(phrase!(
                "`kontor --db {path}` makes an empty one, `kontor demo --db {path}` one to try things on",
                path = path.display().to_string()
            )),
        });
    }
    match path.parent() {
        Some(folder) if create && !named => std::fs::create_dir_all(folder).map_err(|source| {
            CliError::File { path: Phrase::raw(folder.display().to_string()), source }
        }),
        _ => Ok(()),
    }
}

/// The entity that a word means: its name, its plural, its label; hyphens are underscores.
pub(super) fn entity<'c>(catalog: &'c Catalog, word: &str) -> Result<&'c Entity> {
    let wanted = word.trim().to_lowercase().replace(['-', ' '], "_");
    let label = |text: &str| text.to_lowercase().replace(' ', "_");
    if let Some(entity) = catalog.entity(&wanted) {
        return Ok(entity);
    }
    let fits = |entity: &&Entity| {
        format!("{}s", entity.name) == wanted
            || [&entity.label, &entity.plural]
                .iter()
                .any(|text| label(&text.en) == wanted || label(&text.zh) == wanted)
    };
    catalog.entities().find(fits).ok_or_else(|| {
        let names = catalog.entities().map(|entity| entity.name.as_str());
        let hint = likely(&wanted, names.chain(COMMANDS)).map_or_else(
            || phrase!("kontor --help lists commands and entities"),
            |near| phrase!("did you mean {near}?", near),
        );
        CliError::word(phrase!("there is no command or entity {word}", word), Some(hint))
    })
}

/// The field of an entity that a word means; hyphens are underscores.
pub(super) fn field<'c>(entity: &'c Entity, word: &str) -> Result<&'c Field> {
    let wanted = word.trim().to_lowercase().replace(['-', ' '], "_");
    let by_label = || {
        entity.fields.iter().find(|field| {
            field.label.zh == word.trim()
                || field.label.en.to_lowercase().replace(' ', "_") == wanted
        })
    };
    let several = || entity.field_of_several(&wanted);
    entity.field(&wanted).or_else(by_label).or_else(several).ok_or_else(|| {
        let names = entity.fields.iter().map(|field| field.name.as_str());
        let hint = likely(&wanted, names).map_or_else(
            || phrase!("kontor schema show {entity} lists them", entity = &entity.name),
            |near| phrase!("did you mean {near}?", near),
        );
        CliError::word(
            phrase!("{entity} has no field {word}", entity = entity.told(), word),
            Some(hint),
        )
    })
}
