//! Reads the built-in and the company's TOML into a checked catalogue.
//!
//! Both are written in the same format: the company's file is laid over the built-in ones by name.
//! A file is read as far as it can be, so that all its mistakes are told at once; nothing half-read
//! ever leaves this room. Expressions are parsed here; whether the fields they name exist is said by
//! [`crate::query`], which stands above. Start at [`load`], then `entity`, `field` and `report`.

mod audit;
mod check;
mod choice;
pub mod duplicates;
mod entity;
pub(super) mod field;
mod fit;
pub(super) mod kind;
mod reader;
mod recur;
mod report;
mod report_check;
mod view;
mod words;

use toml::Spanned;
use toml::de::DeTable;

use self::entity::Draft;
use self::reader::{Item, Place, Problems};
use super::currency;
use super::{Catalog, Company, DuplicateRules, Entity, Field, Origin, Retention, View};
use crate::model::{Currency, Phrase, phrase};

pub use self::audit::{AUDIT, with_audit};
pub use self::words::nearest;

/// What is wrong with a schema file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}{}", hint.as_ref().map(|h| format!("\n  Hint: {h}")).unwrap_or_default())]
pub struct SchemaError {
    /// The file, as named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: Phrase,
    /// The likely intended word, or what to do.
    pub hint: Option<Phrase>,
}

impl SchemaError {
    /// Place, what is wrong and what was likely meant, on one line or two.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        Phrase::at(&self.file, self.line, &self.message, self.hint.as_ref())
    }
}

/// The built-in schema, file by file; reports in the order in which people see them.
const BUILT_IN: &[(&str, &str)] = &[
    ("assets/schema/system.toml", include_str!("../../assets/schema/system.toml")),
    ("assets/schema/customer.toml", include_str!("../../assets/schema/customer.toml")),
    ("assets/schema/contact.toml", include_str!("../../assets/schema/contact.toml")),
    ("assets/schema/lead.toml", include_str!("../../assets/schema/lead.toml")),
    ("assets/schema/deal.toml", include_str!("../../assets/schema/deal.toml")),
    ("assets/schema/quote.toml", include_str!("../../assets/schema/quote.toml")),
    ("assets/schema/order.toml", include_str!("../../assets/schema/order.toml")),
    ("assets/schema/product.toml", include_str!("../../assets/schema/product.toml")),
    ("assets/schema/activity.toml", include_str!("../../assets/schema/activity.toml")),
    ("assets/schema/task.toml", include_str!("../../assets/schema/task.toml")),
    ("assets/schema/ticket.toml", include_str!("../../assets/schema/ticket.toml")),
    ("assets/schema/campaign.toml", include_str!("../../assets/schema/campaign.toml")),
    ("assets/schema/people.toml", include_str!("../../assets/schema/people.toml")),
    ("assets/schema/access.toml", include_str!("../../assets/schema/access.toml")),
    ("assets/schema/not_duplicate.toml", include_str!("../../assets/schema/not_duplicate.toml")),
    ("assets/schema/view.toml", include_str!("../../assets/schema/view.toml")),
    ("assets/duplicates/customer.toml", include_str!("../../assets/duplicates/customer.toml")),
    ("assets/duplicates/contact.toml", include_str!("../../assets/duplicates/contact.toml")),
    ("assets/duplicates/lead.toml", include_str!("../../assets/duplicates/lead.toml")),
    ("assets/duplicates/product.toml", include_str!("../../assets/duplicates/product.toml")),
    ("assets/reports/pipeline.toml", include_str!("../../assets/reports/pipeline.toml")),
    ("assets/reports/won.toml", include_str!("../../assets/reports/won.toml")),
    ("assets/reports/forecast.toml", include_str!("../../assets/reports/forecast.toml")),
    ("assets/reports/velocity.toml", include_str!("../../assets/reports/velocity.toml")),
];

/// A schema file with its name and whose it is.
#[derive(Clone, Copy)]
struct File<'s> {
    name: &'s str,
    text: &'s str,
    origin: Origin,
}

/// The catalogue of the built-in schema, with the company's own TOML (`(file name, text)`) laid over it.
///
/// # Errors
/// All that is wrong with the company's file, each with its line.
pub fn load(company: Option<(&str, &str)>) -> Result<Catalog, Vec<SchemaError>> {
    load_all(company).map(|(catalog, ..)| catalog)
}

/// As [`load`], with the fields and views that every entity has as they are before entities say
/// anything of them.
pub(super) fn load_all(
    company: Option<(&str, &str)>,
) -> Result<(Catalog, Vec<Field>, Vec<View>), Vec<SchemaError>> {
    let files: Vec<File<'_>> = BUILT_IN
        .iter()
        .map(|&(name, text)| File { name, text, origin: Origin::BuiltIn })
        .chain(company.map(|(name, text)| File { name, text, origin: Origin::Company }))
        .collect();
    let mut problems = Problems::new(&files);
    let documents = parse(&files, &mut problems);
    let mut draft = Draft::default();
    let mut company = Company::default();
    let (mut reports, mut retention, mut twins) = (Vec::new(), Vec::new(), Vec::new());
    for (number, document) in documents.iter().enumerate() {
        let origin = files[number].origin;
        for item in Item::of_table(document.get_ref(), number) {
            match item.key {
                "company" => read_company(&item, &mut company, &mut problems),
                "system" if origin == Origin::BuiltIn => draft.read_system(&item, &mut problems),
                "entity" => draft.read_entities(&item, origin, &mut problems),
                "report" => reports.push(item),
                "duplicates" => twins.push(item),
                "retention" => retention.push(item),
                _ => {
                    let known = ["company", "entity", "report", "duplicates", "retention"];
                    problems.unknown_key(&item, &known);
                }
            }
        }
    }
    for item in &retention {
        read_retention(item, &draft.entities, &mut company, &mut problems);
    }
    // Reports are about fields: all of those are known now.
    let reports = report::read_all(&reports, &draft.entities, &mut problems);
    let mut rules = DuplicateRules::new();
    let known = duplicates::Known::Entities(&draft.entities);
    duplicates::read_all(&twins, known, &mut rules, &mut problems);
    if documents.iter().all(|document| !document.get_ref().is_empty()) {
        check::whole(&draft, &documents, &files, &mut problems);
    }
    if problems.is_empty() {
        let catalog = Catalog::assemble(company, in_menu_order(draft.entities), reports, rules);
        Ok((catalog, draft.system_fields, draft.system_views))
    } else {
        Err(problems.into_errors())
    }
}

type Document<'s> = Spanned<DeTable<'s>>;

/// The documents; an empty one where a file is no TOML, so that one slip does not bury the reader
/// under errors that follow from it.
///
/// Half of the files are read on a second thread: it is what a short command waits for most.
fn parse<'s>(files: &[File<'s>], problems: &mut Problems<'_>) -> Vec<Document<'s>> {
    let read = |files: &[File<'s>]| -> Vec<_> {
        files.iter().map(|file| DeTable::parse_recoverable(file.text)).collect()
    };
    let (first, second) = files.split_at(files.len() / 2);
    let parsed = std::thread::scope(|scope| {
        let other = scope.spawn(|| read(second));
        let mut parsed = read(first);
        parsed.extend(other.join().unwrap_or_else(|_| read(second)));
        parsed
    });
    let documents = parsed.into_iter().enumerate().map(|(file, (document, errors))| {
        if errors.is_empty() {
            return document;
        }
        for error in errors {
            let at = Place { file, offset: error.span().map_or(0, |span| span.start) };
            problems.add(
                at,
                phrase!("not TOML: {error}", error = Phrase::toml(error.message())),
                None,
            );
        }
        Spanned::new(0..0, DeTable::new())
    });
    documents.collect()
}

fn read_retention(
    item: &Item<'_>,
    entities: &[Entity],
    company: &mut Company,
    problems: &mut Problems<'_>,
) {
    problems.subject("retention");
    for of in item.table(problems) {
        let Some(entity) = entities.iter().find(|entity| entity.name == *of.key) else {
            let near = nearest(of.key, entities.iter().map(|entity| entity.name.as_str()));
            let hint = near.map(|near| phrase!("did you mean \"{near}\"?", near = near));
            problems.at(&of, phrase!("there is no entity {entity}", entity = of.key), hint);
            continue;
        };
        let mut rule = Retention::default();
        for item in of.table(problems) {
            match item.key {
                "deleted_days" => rule.deleted_days = item.whole(1, 36_500, problems),
                "idle_months" => rule.idle_months = item.whole(1, 1_200, problems),
                _ => problems.unknown_key(&item, &["deleted_days", "idle_months"]),
            }
        }
        company.retention.insert(entity.name.clone(), rule);
    }
}

fn read_company(item: &Item<'_>, company: &mut Company, problems: &mut Problems<'_>) {
    problems.subject("company");
    for item in item.table(problems) {
        match item.key {
            "region" => {
                if let Some(text) = item.text(problems) {
                    let code = text.to_ascii_uppercase();
                    if code.parse::<phonenumber::country::Id>().is_ok() {
                        company.region = code;
                    } else {
                        let hint = phrase!("two letters of ISO 3166, as in region = \"DE\"");
                        problems.at(&item, phrase!("`{text}` is no region", text), Some(hint));
                    }
                }
            }
            "currency" => {
                if let Some(text) = item.text(problems) {
                    match text.parse::<Currency>() {
                        Ok(code) if currency::is_assigned(code.code()) => company.currency = code,
                        _ => {
                            let hint = nearest(
                                &text.to_ascii_uppercase(),
                                currency::CODES.iter().copied(),
                            )
                            .map_or_else(
                                || phrase!("three letters of ISO 4217, as in \"EUR\""),
                                |code| phrase!("did you mean \"{near}\"?", near = code),
                            );
                            problems.at(
                                &item,
                                phrase!("`{text}` is no currency", text),
                                Some(hint),
                            );
                        }
                    }
                }
            }
            "sign_in_hours" => {
                if let Some(hours) = item.whole(1, u16::from(Company::MOST_HOURS), problems) {
                    company.sign_in_hours = u8::try_from(hours).unwrap_or(Company::MOST_HOURS);
                }
            }
            "lock_after" => {
                let minutes = item.whole(1, Company::MOST_MINUTES, problems);
                company.lock_after = minutes.or(company.lock_after);
            }
            _ => {
                problems.unknown_key(&item, &["region", "currency", "sign_in_hours", "lock_after"]);
            }
        }
    }
}

/// Entities in the order of their menu numbers; those without one stay last, as declared.
fn in_menu_order(mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.sort_by_key(|entity| (entity.menu == 0, entity.menu));
    entities.into_iter().map(Entity::indexed).collect()
}

#[cfg(test)]
mod tests;
