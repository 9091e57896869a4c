//! What is wrong with the values of records, and how each could be put right: pure checks over the schema.
//!
//! A [`Check`] looks at one field of one record and says what it finds, with a proposal where it has one.
//! Checks run in the order of [`CHECKS`], each on what those before it would make of the value, so that
//! the proposals of one field fit together. Two of them need to know all records first: [`Counted`] is
//! what a first pass gathers, in bounded memory. Nothing here reads or writes records, nor knows who asks:
//! it is handed what somebody may see. Start at [`examine`].

mod capitals;
mod counted;
mod countries;
mod email;
mod format;
mod orphan;
mod phone;
mod postcode;
mod required;
mod score;
mod slots;
mod spelling;
mod unused;
mod whitespace;

use std::collections::BTreeMap;

pub use counted::Counted;
pub use score::{Score, Tallied};
pub use unused::unused;

use crate::model::{Link, Name, Phrase, Record, RecordRef, Value, phrase};
use crate::query::{Moment, Query};
use crate::schema::duplicates::Kind;
use crate::schema::{Catalog, Coercion, Entity, Field, FieldType, Origin};

/// What one check says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is wrong.
    pub words: Phrase,
    /// The whole value that would be right; none where nobody but a person can say.
    pub proposal: Option<Value>,
}

impl Found {
    fn new(words: Phrase, proposal: Option<Value>) -> Self {
        Self { words, proposal }
    }
}

/// What looks at one field of a record: the value is what the checks before would make of it.
type Look = fn(&Scene<'_>, &Field, &Record, &Value) -> Option<Found>;

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Its name on the command line and in files; it never changes.
    pub name: &'static str,
    /// So many points of a hundred a record loses by it.
    pub weight: u32,
    label: fn() -> Phrase,
    help: fn() -> Phrase,
    look: Look,
}

impl PartialEq for Check {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Check {}

impl Check {
    /// What it is called.
    #[must_use]
    pub fn label(&self) -> Phrase {
        (self.label)()
    }

    /// What it looks for.
    #[must_use]
    pub fn help(&self) -> Phrase {
        (self.help)()
    }

    /// The check of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        CHECKS.iter().find(|check| check.name == name)
    }

    /// Whether it needs to have seen all records before it can say anything of one.
    #[must_use]
    pub fn counts_first(&self) -> bool {
        matches!(self.name, "spelling" | "unused")
    }
}

/// All checks, in the order in which they run.
pub static CHECKS: [Check; 10] = [
    Check {
        name: "required",
        weight: 40,
        label: || phrase!("Missing values"),
        help: || phrase!("A required field is empty."),
        look: required::look,
    },
    Check {
        name: "whitespace",
        weight: 10,
        label: || phrase!("Stray blanks"),
        help: || {
            phrase!(
                "Blanks around or doubled within a line of text, no-break and invisible characters."
            )
        },
        look: whitespace::look,
    },
    Check {
        name: "phone",
        weight: 30,
        label: || phrase!("Invalid phones"),
        help: || phrase!("No phone number of the company's region, nor any with its country code."),
        look: phone::look,
    },
    Check {
        name: "email",
        weight: 30,
        label: || phrase!("Invalid e-mail"),
        help: || phrase!("No e-mail address, or the domain of a known provider mistyped."),
        look: email::look,
    },
    Check {
        name: "postcode",
        weight: 20,
        label: || phrase!("Invalid postcodes"),
        help: || phrase!("Not a postcode of the country that the address names."),
        look: postcode::look,
    },
    Check {
        name: "spelling",
        weight: 20,
        label: || phrase!("Spellings"),
        help: || {
            phrase!(
                "A rare spelling of what other records spell another way, in fields of few values."
            )
        },
        look: spelling::look,
    },
    Check {
        name: "capitals",
        weight: 10,
        label: || phrase!("Capitals of names"),
        help: || {
            phrase!(
                "Names and towns written in capitals only, names of people in small letters only."
            )
        },
        look: capitals::look,
    },
    Check {
        name: "format",
        weight: 10,
        label: || phrase!("Not in standard form"),
        help: || phrase!("Entered today, the value would be kept in another form or refused."),
        look: format::look,
    },
    Check {
        name: "orphan",
        weight: 30,
        label: || phrase!("Dead links"),
        help: || phrase!("A link to a record that was deleted, merged into another, or is gone."),
        look: orphan::look,
    },
    Check {
        name: "unused",
        weight: 0,
        label: || phrase!("Unused options"),
        help: || phrase!("A choice that no record has; of the schema, not of a record."),
        look: |_, _, _, _| None,
    },
];

/// What is known of a linked record, by whoever looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It is there, or nothing may be said of it.
    Living,
    /// It was deleted.
    Deleted,
    /// It was merged into this one.
    Merged(Link),
    /// There is nothing of that number.
    Missing,
}

/// All that checks need to know beside the record.
pub struct Scene<'a> {
    /// The catalogue as the person sees it.
    pub catalog: &'a Catalog,
    /// The entity.
    pub entity: &'a Entity,
    /// How typed values are understood.
    pub coercion: &'a Coercion<'a>,
    /// The present, and who asks.
    pub moment: &'a Moment,
    /// What all records hold, for the checks that count first.
    pub counted: &'a Counted,
    /// Fields that are needed where a condition holds.
    pub needed_when: Vec<(Name, Query)>,
    /// What became of linked records.
    pub targets: &'a dyn Fn(&Link) -> Target,
    kinds: BTreeMap<String, Kind>,
}

impl<'a> Scene<'a> {
    /// A scene over the records of an entity.
    #[must_use]
    pub fn new(
        (catalog, entity): (&'a Catalog, &'a Entity),
        coercion: &'a Coercion<'a>,
        moment: &'a Moment,
        counted: &'a Counted,
        targets: &'a dyn Fn(&Link) -> Target,
    ) -> Self {
        let needed_when = entity.fields.iter().filter_map(|field| {
            let expr = field.required_when.as_ref()?;
            Some((field.name.clone(), Query::resolve(expr, catalog, &entity.name).ok()?))
        });
        let needed_when = needed_when.collect();
        let kinds = kinds(catalog, entity);
        Self { catalog, entity, coercion, moment, counted, needed_when, targets, kinds }
    }

    /// What a field or a part of an address (`address.city`) holds, where a rule about duplicates says it.
    fn kind(&self, place: &str) -> Option<Kind> {
        self.kinds.get(place).copied()
    }
}

/// What the rule about duplicates of an entity says its fields hold.
fn kinds(catalog: &Catalog, entity: &Entity) -> BTreeMap<String, Kind> {
    let rule = catalog.duplicate_rule(&entity.name);
    let fields = rule.into_iter().flat_map(|rule| &rule.fields);
    fields.map(|compared| (compared.field.clone(), compared.kind)).collect()
}

/// Something that is wrong with a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check says so.
    pub check: &'static Check,
    /// The record; none where it is the schema that it is about.
    pub record: Option<RecordRef>,
    /// What the record is called.
    pub title: String,
    /// When the record was last written.
    pub written: Option<chrono::DateTime<chrono::Utc>>,
    /// The field.
    pub field: Name,
    /// What is wrong.
    pub words: Phrase,
    /// What the field holds.
    pub before: Value,
    /// What the checks so far would have it hold; none where this one has no proposal.
    pub after: Option<Value>,
}

/// Whether a field is looked at: never what is hidden or shown as dots, nor what the program itself keeps.
#[must_use]
pub fn is_checked(field: &Field) -> bool {
    let given = field.kind.is_computed() || matches!(field.kind, FieldType::Serial { .. });
    let kept = field.origin == Origin::System && field.read_only;
    field.masked.is_none() && !given && !kept
}

/// What is wrong with a record, by these checks in the order of [`CHECKS`].
pub fn examine(
    scene: &Scene<'_>,
    record: &Record,
    checks: &[&'static Check],
    found: &mut Vec<Finding>,
) {
    let title = || match record.get(&scene.entity.title) {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    for field in scene.entity.fields.iter().filter(|field| is_checked(field)) {
        let before = record.get(&field.name);
        let mut value = before.clone();
        for check in checks {
            let Some(mut one) = (check.look)(scene, field, record, &value) else { continue };
            // What somebody may not change, or the whole would not be accepted, is told all the same.
            if field.read_only || one.proposal.as_ref().is_some_and(|p| !is_sound(scene, field, p))
            {
                one.proposal = None;
            }
            if let Some(proposal) = &one.proposal {
                value.clone_from(proposal);
            }
            found.push(Finding {
                check,
                record: Some(record.reference()),
                title: title(),
                written: Some(record.meta.updated_at),
                field: field.name.clone(),
                words: one.words,
                before: before.clone(),
                after: one.proposal,
            });
        }
    }
}

/// Whether a value would be kept as it is proposed.
fn is_sound(scene: &Scene<'_>, field: &Field, value: &Value) -> bool {
    if value.is_null() {
        return !field.required;
    }
    let input = crate::model::Input::Value(value.clone());
    scene.coercion.value(scene.entity, field, &input).is_ok()
}

/// A text between quotes, as it stands in what is said of it, no longer than a line shows.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() <= SHOWN {
        return format!("\"{text}\"");
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("\"{start}…\"")
}

/// `from` is better written `to`.
fn better(from: &str, to: &str) -> Phrase {
    phrase!("{from} is better written {to}", from = quoted(from), to = quoted(to))
}
