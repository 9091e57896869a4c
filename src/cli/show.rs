//! `show`: a record with its fields, what hangs on it and its latest life.

use std::io::Write;
use std::sync::Arc;

use super::columns::Columns;
use super::desk::{Desk, OUTPUT};
use super::error::Result;
use super::output::{Needs, Paper, write_json};
use super::refs;
use crate::exchange::json;
use crate::gate::TimelineItem;
use crate::model::{Fill, Lang, Name, Op, Phrase, Record, Value, phrase};
use crate::policy::Special;
use crate::schema::{Catalog, Entity, Field, Format, Origin};
use crate::term::{Clean, said};

/// Items of a record's life that are shown.
const LIFE: usize = 8;

/// Shows records: in full for people, as objects one after another in JSON, as a table elsewhere.
pub(super) fn show(
    desk: &mut Desk<'_, '_>,
    entity: Option<&Name>,
    words: &[String],
    as_of: Option<&str>,
) -> Result<()> {
    let then = as_of.map(|text| desk.as_of(text)).transpose()?;
    // In the past a record that was merged since was still itself.
    let records = match then {
        Some(_) => refs::named_all(desk, entity, words)?,
        None => refs::records(desk, entity, words)?,
    };
    if desk.leaves() {
        desk.session.take_out_these(&records, OUTPUT)?;
    }
    let catalog = Arc::clone(&desk.catalog);
    let mut printed: Option<(Name, Vec<Record>)> = None;
    for (at, record) in records.iter().enumerate() {
        let found = match then {
            Some(then) => desk.session.get_as_of(record, then)?,
            None => desk.session.get(record)?,
        };
        let Some(about) = catalog.entity(&found.entity) else { continue };
        match desk.format.needs() {
            Needs::Json => {
                let names = fields_of(&catalog, about, desk)?;
                write_json(&mut *desk.env.out, &json::record(&catalog, &found, &names))?;
                writeln!(desk.env.out)?;
            }
            Needs::Reference => writeln!(desk.env.out, "{}", catalog.reference(record))?,
            Needs::Human if desk.format == super::OutputFormat::Table => {
                if at > 0 {
                    writeln!(desk.env.out)?;
                }
                full(desk, about, &found, then.is_none())?;
            }
            Needs::Human | Needs::Data => match &mut printed {
                Some((name, rows)) if *name == found.entity => rows.push(found),
                _ => {
                    if let Some((name, rows)) = printed.replace((found.entity.clone(), vec![found]))
                    {
                        rows_of(desk, &name, &rows)?;
                    }
                }
            },
        }
    }
    if let Some((name, rows)) = printed {
        rows_of(desk, &name, &rows)?;
    }
    Ok(())
}

fn fields_of(catalog: &Catalog, entity: &Entity, desk: &Desk<'_, '_>) -> Result<Vec<Name>> {
    let columns = Columns::choose(catalog, entity, desk.words(), super::OutputFormat::Json, None)?;
    let mut names = vec![Name::from("id")];
    names.extend(columns.fields());
    Ok(names)
}

fn rows_of(desk: &mut Desk<'_, '_>, entity: &Name, records: &[Record]) -> Result<()> {
    let catalog = Arc::clone(&desk.catalog);
    let Some(entity) = catalog.entity(entity) else { return Ok(()) };
    let columns = Columns::choose(&catalog, entity, desk.words(), super::OutputFormat::Csv, None)?;
    let needs = desk.format.needs();
    let mut printer = desk.printer(columns.heads());
    for record in records {
        printer.row(columns.row(record, needs))?;
    }
    printer.finish()?;
    Ok(())
}

/// A record as people look at it.
fn full(desk: &mut Desk<'_, '_>, entity: &Entity, record: &Record, present: bool) -> Result<()> {
    let words = desk.words();
    let catalog = Arc::clone(&desk.catalog);
    // What hangs on it, and its life, are of now.
    let (counts, life) = if present {
        let record = record.reference();
        (desk.session.related_counts(&record)?, desk.session.timeline(&record, LIFE)?)
    } else {
        Default::default()
    };
    let person = desk.session.actor().person();
    let keys = if present
        && entity.name == "user"
        && (person.user == record.id || person.may(Special::Users))
    {
        desk.session.keys_of(record.id)?
    } else {
        Vec::new()
    };
    // How a user signs in is told to those who may know it.
    let told = present && entity.name == "user" && desk.session.may_know_way_in(record.id);
    let way = if told { Some(desk.session.way_in_of(record.id)?) } else { None }
        .filter(|way| way.password || !way.demanded_by.is_empty());
    let paper = desk.env.paper();
    let erased =
        record.meta.deleted_at.is_some() && desk.session.was_erased(&record.reference())?;
    let page = Sheet { catalog: &catalog, words, paper, erased };
    let out = &mut *desk.env.out;
    page.title(out, entity, record)?;
    page.fields(out, entity, record)?;
    if !keys.is_empty() {
        let keys = keys.into_iter().map(|key| {
            let since = key.since.with_timezone(&words.zone).format("%Y-%m-%d");
            format!("{} ({since})", key.fingerprint)
        });
        let keys: Vec<String> = keys.collect();
        page.pair(out, &page.told(&phrase!("SSH keys")), &keys.join("\n"), 8)?;
    }
    if let Some(way) = way {
        let told: Vec<String> =
            super::sign_in::ways(&way).iter().map(|told| page.told(told)).collect();
        writeln!(out)?;
        page.pair(out, &page.told(&phrase!("Sign-in")), &told.join(" "), 7)?;
    }
    let related: Vec<String> = catalog
        .incoming(&entity.name)
        .into_iter()
        .filter_map(|(other, field)| {
            let n = *counts.get(&(other.name.clone(), field.name.clone()))?;
            let label = if n == 1 { &other.label } else { &other.plural };
            (n > 0).then(|| format!("{n} {}", label.get(words.lang).to_lowercase()))
        })
        .collect();
    if !related.is_empty() {
        writeln!(out)?;
        page.pair(out, &page.told(&phrase!("Linked")), &related.join(" · "), 6)?;
    }
    if !life.items.is_empty() {
        writeln!(out)?;
        for item in &life.items {
            page.item(out, item)?;
        }
    }
    Ok(())
}

struct Sheet<'c> {
    catalog: &'c Catalog,
    words: Format,
    paper: Paper,
    erased: bool,
}

impl Sheet<'_> {
    fn told(&self, phrase: &Phrase) -> String {
        said(self.words.lang, phrase)
    }

    fn title(&self, out: &mut dyn Write, entity: &Entity, record: &Record) -> Result<()> {
        let title = self.words.line(self.catalog, entity.title_field(), record.get(&entity.title));
        let title = Clean::line(&title);
        let reference = self.catalog.reference(&record.reference());
        let (bold, plain) = if self.paper.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        let label = Clean::line(entity.label.get(self.words.lang)).into_string();
        let label = match self.words.lang {
            Lang::En => format!("({label})"),
            Lang::Zh => format!("（{label}）"),
        };
        write!(out, "{bold}{reference}  {}{plain}  {label}", title.as_str())?;
        if self.erased {
            write!(out, "  {}", self.told(&phrase!("erased; it cannot be brought back")))?;
        } else if record.meta.deleted_at.is_some() {
            let deleted = phrase!(
                "deleted, kontor {entity} restore {reference} brings it back",
                entity = &entity.name,
                reference = &reference
            );
            write!(out, "  {}", self.told(&deleted))?;
        }
        writeln!(out)?;
        Ok(())
    }

    fn fields(&self, out: &mut dyn Write, entity: &Entity, record: &Record) -> Result<()> {
        let shown = |field: &&Field| {
            field.name != entity.title && !json::cell(record, &field.name).is_null() && tells(field)
        };
        let width = entity
            .fields
            .iter()
            .filter(shown)
            .map(|field| Clean::line(field.label.get(self.words.lang)).width())
            .max()
            .unwrap_or(0);
        for field in entity.fields.iter().filter(shown) {
            let value = json::cell(record, &field.name);
            // Long text keeps its lines; everything else is one.
            let text = match &value {
                Value::Text(text) if field.choices.is_empty() => text.clone(),
                _ => self.words.line(self.catalog, field, &value),
            };
            self.pair(out, field.label.get(self.words.lang), &text, width)?;
        }
        Ok(())
    }

    /// A label and a text beside it, broken between words where the terminal ends.
    fn pair(&self, out: &mut dyn Write, label: &str, text: &str, width: usize) -> Result<()> {
        let label = Clean::line(label).fit(width, crate::schema::Align::Left);
        let indent = width + 4;
        let text = Clean::block(text);
        let lines = match self.paper.width {
            Some(room) => text.wrap(room.saturating_sub(indent).max(20)),
            None => text.as_str().lines().map(Clean::line).collect(),
        };
        for (at, line) in lines.iter().enumerate() {
            if at == 0 {
                writeln!(out, "  {}  {}", label.as_str(), line.as_str())?;
            } else {
                writeln!(out, "{}{}", " ".repeat(indent), line.as_str())?;
            }
        }
        Ok(())
    }

    fn item(&self, out: &mut dyn Write, item: &TimelineItem) -> Result<()> {
        let at = item.at().with_timezone(&self.words.zone).format("%Y-%m-%d %H:%M");
        let text = match item {
            TimelineItem::Activity(record) => {
                let entity = self.catalog.entity(&record.entity);
                let line = |name: &str| {
                    entity
                        .and_then(|entity| entity.field(name))
                        .map(|field| self.words.line(self.catalog, field, record.get(name)))
                        .unwrap_or_default()
                };
                let (name, message) = (line("kind").to_lowercase(), line("subject"));
                self.told(&phrase!("{name}: {message}", name, message))
            }
            TimelineItem::Change(entry) => {
                let about = entry.record.as_ref();
                let entity = about.and_then(|about| self.catalog.entity(&about.entity));
                let changes: Vec<String> = entry
                    .fields
                    .iter()
                    .filter_map(|change| {
                        let field = entity?.field(&change.field)?;
                        // What followed from another change, or is kept by the program, says nothing new.
                        let followed = field.follows.as_ref().is_some_and(|follow| {
                            entry.fields.iter().any(|other| other.field == follow.field)
                        });
                        if followed || field.is_given() {
                            return None;
                        }
                        let label = field.label.get(self.words.lang);
                        let after = self.words.line(self.catalog, field, &change.after);
                        Some(if change.before.is_null() {
                            format!("{label} {after}")
                        } else {
                            let before = self.words.line(self.catalog, field, &change.before);
                            format!("{label} {before} → {after}")
                        })
                    })
                    .collect();
                // Of fields that one may not see, or that follow: there is nothing to say.
                if changes.is_empty() && matches!(entry.op, None | Some(Op::Update)) {
                    return Ok(());
                }
                let what = match entry.op {
                    Some(Op::Create) => self.told(&phrase!("created")),
                    Some(Op::Delete) => self.told(&phrase!("deleted")),
                    Some(Op::Restore) => self.told(&phrase!("restored")),
                    _ => self.told(&phrase!("{parts}", parts = Fill::list(changes))),
                };
                let reference =
                    about.map(|about| self.catalog.reference(about)).unwrap_or_default();
                let message = format!("{reference} {what}");
                self.told(&phrase!("{message} ({hint})", message, hint = &entry.by))
            }
        };
        let line = Clean::line(&format!("{at}  {text}"));
        let line =
            self.paper.width.map_or(line.clone(), |room| line.truncate(room.saturating_sub(2)));
        writeln!(out, "  {}", line.as_str())?;
        Ok(())
    }
}

/// Whether a field tells a person something: the bookkeeping is in JSON and history.
fn tells(field: &Field) -> bool {
    field.origin != Origin::System
        || matches!(field.name.as_str(), "owner" | "team" | "created_at" | "updated_at")
}
