//! What is different between two catalogues: what a change of the schema means for the file.
//!
//! The gate plans tables, columns and indexes from it and counts the rows that are concerned; this
//! room only compares. Start at [`diff`].

use std::collections::BTreeSet;
use std::fmt;

use super::{Catalog, Entity, Field, FieldType};
use crate::model::{Fill, Name, Phrase, phrase};

/// One difference between an old and a new catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A new entity, with all its fields (which are not listed one by one).
    EntityAdded {
        /// The entity.
        entity: Name,
    },
    /// An entity is gone, with all its fields.
    EntityRemoved {
        /// The entity, of the old catalogue.
        entity: Name,
    },
    /// A new field of an entity that was there.
    FieldAdded {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
    },
    /// A field is gone from an entity that stays.
    FieldRemoved {
        /// The entity.
        entity: Name,
        /// The field, of the old catalogue.
        field: Name,
    },
    /// A field holds something else than before (another type, another link target, another best
    /// rating); formulas and roll-ups that merely compute differently count as attributes.
    FieldTypeChanged {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
        /// What it held.
        from: FieldType,
        /// What it is to hold.
        to: FieldType,
    },
    /// A select or multi-select offers another choice.
    ChoiceAdded {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
        /// The stored value.
        value: String,
    },
    /// A choice is gone; records may still hold it.
    ChoiceRemoved {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
        /// The stored value.
        value: String,
    },
    /// The index of a field, or its uniqueness, came or went.
    IndexChanged {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
        /// Whether it is to have an index.
        indexed: bool,
        /// Whether its values are to be unique.
        unique: bool,
    },
    /// The search box looks into a field that it did not look into, or no longer does.
    SearchChanged {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
        /// Whether it is to be searched.
        searchable: bool,
    },
    /// Labels (short ones too) or help say something else; nothing stored is concerned.
    LabelsChanged {
        /// The entity.
        entity: Name,
        /// The field; none where the entity's own labels changed.
        field: Option<Name>,
    },
    /// Something else changed; nothing stored is concerned, but values that are there may not satisfy
    /// the new rule.
    AttributesChanged {
        /// The entity.
        entity: Name,
        /// The field; none where the entity itself changed.
        field: Option<Name>,
        /// The keys of the attributes, as in TOML: `required`.
        keys: Vec<&'static str>,
    },
    /// A report came, went or says something else; nothing stored is concerned.
    ReportChanged {
        /// Its name.
        report: String,
        /// What became of it.
        what: Became,
    },
    /// When two records are the same changed; nothing stored is concerned.
    DuplicatesChanged {
        /// The entity.
        entity: String,
    },
    /// What the company decides once changed: region, currency, how long people are in; values that are there
    /// stay as they are.
    CompanyChanged,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is new, or shown again.
    New,
    /// It is gone, or hidden.
    Gone,
    /// It says something else.
    Other,
}

impl Difference {
    /// True where values that records hold may not survive it.
    #[must_use]
    pub fn endangers_values(&self) -> bool {
        matches!(
            self,
            Self::EntityRemoved { .. }
                | Self::FieldRemoved { .. }
                | Self::FieldTypeChanged { .. }
                | Self::ChoiceRemoved { .. }
        )
    }
}

impl Difference {
    /// What it says, on one line.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        if let Self::ReportChanged { report, .. } = self {
            return phrase!("report {report}: {what}", report, what = self.what());
        }
        if let Self::DuplicatesChanged { entity } = self {
            return phrase!("duplicates of {entity}: {what}", entity, what = self.what());
        }
        let (entity, field) = self.subject();
        let Some(entity) = entity else {
            return phrase!("{name}: {message}", name = "company", message = self.what());
        };
        let subject = match field {
            Some(field) => phrase!("{entity}.{field}", entity, field),
            None => phrase!("{entity}", entity),
        };
        phrase!("{name}: {message}", name = subject, message = self.what())
    }

    /// The entity and the field it is about.
    fn subject(&self) -> (Option<&Name>, Option<&Name>) {
        match self {
            Self::EntityAdded { entity } | Self::EntityRemoved { entity } => (Some(entity), None),
            Self::FieldAdded { entity, field }
            | Self::FieldRemoved { entity, field }
            | Self::FieldTypeChanged { entity, field, .. }
            | Self::ChoiceAdded { entity, field, .. }
            | Self::ChoiceRemoved { entity, field, .. }
            | Self::IndexChanged { entity, field, .. }
            | Self::SearchChanged { entity, field, .. } => (Some(entity), Some(field)),
            Self::LabelsChanged { entity, field }
            | Self::AttributesChanged { entity, field, .. } => (Some(entity), field.as_ref()),
            Self::CompanyChanged | Self::ReportChanged { .. } | Self::DuplicatesChanged { .. } => {
                (None, None)
            }
        }
    }

    /// What happens to it.
    fn what(&self) -> Phrase {
        match self {
            Self::EntityAdded { .. } => phrase!("new entity"),
            Self::EntityRemoved { .. } => phrase!("entity removed"),
            Self::FieldAdded { .. } => phrase!("new field"),
            Self::FieldRemoved { .. } => phrase!("field removed"),
            Self::FieldTypeChanged { from, to, .. } if from.word() == to.word() => {
                phrase!("another kind of {kind}", kind = Phrase::word(to.word()))
            }
            Self::FieldTypeChanged { from, to, .. } => phrase!(
                "{from} becomes {to}",
                from = Phrase::word(from.word()),
                to = Phrase::word(to.word())
            ),
            Self::ChoiceAdded { value, .. } => phrase!("new option {value}", value),
            Self::ChoiceRemoved { value, .. } => phrase!("option {value} removed", value),
            Self::IndexChanged { unique: true, .. } => phrase!("now values must be unique"),
            Self::IndexChanged { indexed: true, .. } => phrase!("now has an index"),
            Self::IndexChanged { .. } => phrase!("now has no index"),
            Self::SearchChanged { searchable: true, .. } => phrase!("now searched"),
            Self::SearchChanged { .. } => phrase!("now not searched"),
            Self::LabelsChanged { .. } => phrase!("other labels"),
            Self::AttributesChanged { keys, .. } => {
                phrase!("{keys} changed", keys = Fill::list(keys.iter().copied()))
            }
            Self::ReportChanged { what: Became::New, .. } => phrase!("new"),
            Self::ReportChanged { what: Became::Gone, .. } => phrase!("removed"),
            Self::ReportChanged { what: Became::Other, .. } | Self::DuplicatesChanged { .. } => {
                phrase!("changed")
            }
            Self::CompanyChanged => phrase!("region, currency or hours of sign-in changed"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phrase().as_str())
    }
}

/// The differences that lead from `old` to `new`, in the order of the new catalogue; what is gone
/// comes last within its entity, and gone entities come last of all.
#[must_use]
pub fn diff(old: &Catalog, new: &Catalog) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.company != new.company {
        found.push(Difference::CompanyChanged);
    }
    for entity in new.entities() {
        match old.entity(&entity.name) {
            None => found.push(Difference::EntityAdded { entity: entity.name.clone() }),
            Some(before) => compare_entities(before, entity, &mut found),
        }
    }
    for entity in old.entities() {
        if new.entity(&entity.name).is_none() {
            found.push(Difference::EntityRemoved { entity: entity.name.clone() });
        }
    }
    compare_reports(old, new, &mut found);
    let (before, after) = (old.duplicate_rules(), new.duplicate_rules());
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for entity in names.into_iter().filter(|name| before.get(*name) != after.get(*name)) {
        found.push(Difference::DuplicatesChanged { entity: entity.clone() });
    }
    found
}

fn compare_reports(old: &Catalog, new: &Catalog, found: &mut Vec<Difference>) {
    let mut note = |report: &str, what| {
        found.push(Difference::ReportChanged { report: report.to_owned(), what });
    };
    for report in new.reports() {
        match old.report(&report.name) {
            None => note(&report.name, Became::New),
            Some(before) if before != report => note(&report.name, Became::Other),
            Some(_) => {}
        }
    }
    for report in old.reports().filter(|report| new.report(&report.name).is_none()) {
        note(&report.name, Became::Gone);
    }
}

fn compare_entities(old: &Entity, new: &Entity, found: &mut Vec<Difference>) {
    let entity = &new.name;
    let labels = |e: &Entity| (e.label.clone(), e.plural.clone(), e.help.clone());
    if labels(old) != labels(new) || old.groups != new.groups {
        found.push(Difference::LabelsChanged { entity: entity.clone(), field: None });
    }
    let keys = changed(&[
        ("prefix", old.prefix == new.prefix),
        ("title", old.title == new.title),
        ("subtitle", old.subtitle == new.subtitle),
        ("board", old.board == new.board),
        ("sort", old.sort == new.sort),
        ("menu", old.menu == new.menu),
        ("immutable", old.immutable == new.immutable),
        ("reference", old.reference == new.reference),
        ("part_of", old.part == new.part),
        ("view", old.views == new.views),
        ("recurs", old.recurs == new.recurs),
    ]);
    if !keys.is_empty() {
        found.push(Difference::AttributesChanged { entity: entity.clone(), field: None, keys });
    }
    for field in &new.fields {
        match old.field(&field.name) {
            None => found
                .push(Difference::FieldAdded { entity: entity.clone(), field: field.name.clone() }),
            Some(before) => compare_fields(entity, before, field, found),
        }
    }
    for field in old.fields.iter().filter(|field| new.field(&field.name).is_none()) {
        found.push(Difference::FieldRemoved { entity: entity.clone(), field: field.name.clone() });
    }
}

fn compare_fields(entity: &Name, old: &Field, new: &Field, found: &mut Vec<Difference>) {
    let (entity, field) = (entity.clone(), new.name.clone());
    if holds_other(&old.kind, &new.kind) {
        found.push(Difference::FieldTypeChanged {
            entity: entity.clone(),
            field: field.clone(),
            from: old.kind.clone(),
            to: new.kind.clone(),
        });
    }
    for choice in new.choices.iter().filter(|choice| old.choice(&choice.value).is_none()) {
        let value = choice.value.clone();
        let (entity, field) = (entity.clone(), field.clone());
        found.push(Difference::ChoiceAdded { entity, field, value });
    }
    for choice in old.choices.iter().filter(|choice| new.choice(&choice.value).is_none()) {
        let value = choice.value.clone();
        let (entity, field) = (entity.clone(), field.clone());
        found.push(Difference::ChoiceRemoved { entity, field, value });
    }
    if (old.indexed, old.unique) != (new.indexed, new.unique) {
        found.push(Difference::IndexChanged {
            entity: entity.clone(),
            field: field.clone(),
            indexed: new.indexed,
            unique: new.unique,
        });
    }
    if old.searchable != new.searchable {
        found.push(Difference::SearchChanged {
            entity: entity.clone(),
            field: field.clone(),
            searchable: new.searchable,
        });
    }
    let kept =
        || new.choices.iter().filter_map(|choice| Some((old.choice(&choice.value)?, choice)));
    let labels = old.label != new.label
        || old.short != new.short
        || old.help != new.help
        || kept().any(|(before, after)| before.label != after.label);
    if labels {
        let (entity, field) = (entity.clone(), Some(field.clone()));
        found.push(Difference::LabelsChanged { entity, field });
    }
    let options = kept().all(|(before, after)| {
        (before.standing, before.probability, before.retired, &before.pipelines, &before.color)
            == (after.standing, after.probability, after.retired, &after.pipelines, &after.color)
            && before.every == after.every
            && before.stale_days == after.stale_days
    }) && same_order(old, new);
    let computes = holds_other(&old.kind, &new.kind) || old.kind == new.kind;
    let keys = changed(&[
        (kind_key(&new.kind), computes),
        ("group", old.group == new.group),
        ("required", old.required == new.required),
        ("required_when", old.required_when == new.required_when),
        ("visible_when", old.visible_when == new.visible_when),
        ("read_only", old.read_only == new.read_only),
        ("read_only_when", old.read_only_when == new.read_only_when),
        ("default", old.default == new.default),
        ("follows", old.follows == new.follows),
        ("pattern", old.pattern == new.pattern),
        ("min", old.min == new.min),
        ("max", old.max == new.max),
        ("options", options),
        ("sortable", old.sortable == new.sortable),
        ("column", old.column == new.column),
        ("personal", old.personal == new.personal),
    ]);
    if !keys.is_empty() {
        found.push(Difference::AttributesChanged { entity, field: Some(field), keys });
    }
}

fn changed(attributes: &[(&'static str, bool)]) -> Vec<&'static str> {
    attributes.iter().filter(|(_, same)| !same).map(|&(key, _)| key).collect()
}

/// The choices that both have stand in the same order.
fn same_order(old: &Field, new: &Field) -> bool {
    let before = old.choices.iter().map(|choice| &choice.value);
    let after = new.choices.iter().map(|choice| &choice.value);
    before
        .filter(|value| new.choice(value).is_some())
        .eq(after.filter(|value| old.choice(value).is_some()))
}

fn kind_key(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Serial { .. } => "serial",
        FieldType::Formula { .. } => "expr",
        FieldType::RollUp { .. } => "take",
        _ => "type",
    }
}

/// Whether stored values would have to be converted (or come, or go).
fn holds_other(old: &FieldType, new: &FieldType) -> bool {
    match (old, new) {
        (FieldType::Serial { .. }, FieldType::Serial { .. })
        | (FieldType::Formula { .. }, FieldType::Formula { .. })
        | (FieldType::RollUp { .. }, FieldType::RollUp { .. }) => false,
        _ => old != new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    /// A catalogue whose customers have one field more.
    fn with(attributes: &str) -> Catalog {
        let text = format!("[[entity.customer.field]]\nname = \"tier\"\n{attributes}\n");
        load(Some(("company.toml", &text))).unwrap()
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        diff(&with(old), &with(new)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_same_is_no_difference() {
        assert!(told("type = \"text\"", "type = \"text\"").is_empty());
    }

    #[test]
    fn fields_and_entities_come_and_go() {
        let (none, some) = (load(None).unwrap(), with("type = \"text\""));
        let tier = || (Name::from("customer"), Name::from("tier"));
        let (entity, field) = tier();
        assert_eq!(diff(&none, &some), [Difference::FieldAdded { entity, field }]);
        let (entity, field) = tier();
        assert_eq!(diff(&some, &none), [Difference::FieldRemoved { entity, field }]);
        let boat = "[entity.boat]\nprefix = \"B\"\nlabel = \"Boat\"\nplural = \"Boats\"\n\
            title = \"name\"\nfield = [{ name = \"name\", type = \"text\" }]";
        let boats = load(Some(("company.toml", boat))).unwrap();
        assert_eq!(diff(&none, &boats), [Difference::EntityAdded { entity: "boat".into() }]);
        assert_eq!(diff(&boats, &none), [Difference::EntityRemoved { entity: "boat".into() }]);
    }

    #[test]
    fn what_a_field_holds_is_told_from_how_it_is_computed() {
        let both = |old: &str, new: &str| {
            let found = diff(&with(old), &with(new));
            assert_eq!(found.len(), 1, "{found:?}");
            (found[0].to_string(), found[0].endangers_values())
        };
        assert_eq!(
            both("type = \"text\"", "type = \"integer\""),
            ("customer.tier: text becomes integer".to_owned(), true)
        );
        assert_eq!(
            both("type = \"link\"\nto = \"deal\"", "type = \"link\"\nto = \"order\""),
            ("customer.tier: another kind of link".to_owned(), true)
        );
        assert!(both("type = \"rating\"", "type = \"rating\"\nmax = 3").1);
        let formula =
            |expr: &str| format!("type = \"formula\"\nresult = \"integer\"\nexpr = \"{expr}\"");
        assert_eq!(
            both(&formula("employees + 1"), &formula("employees + 2")),
            ("customer.tier: expr changed".to_owned(), false)
        );
        assert_eq!(
            both("type = \"serial\"\nserial = \"A{00}\"", "type = \"serial\"\nserial = \"B{00}\""),
            ("customer.tier: serial changed".to_owned(), false)
        );
    }

    #[test]
    fn choices_come_go_and_change_places() {
        let select = |options: &str| format!("type = \"select\"\noptions = [{options}]");
        let told = |old: &str, new: &str| told(&select(old), &select(new));
        assert_eq!(
            told("\"a\", \"b\"", "\"b\", \"c\""),
            ["customer.tier: new option c", "customer.tier: option a removed"]
        );
        assert_eq!(told("\"a\", \"b\"", "\"b\", \"a\""), ["customer.tier: options changed"]);
        assert_eq!(
            told("\"a\"", "{ value = \"a\", label = \"Other\" }"),
            ["customer.tier: other labels"]
        );
        assert_eq!(
            told("\"a\"", "{ value = \"a\", retired = true }"),
            ["customer.tier: options changed"]
        );
    }

    #[test]
    fn indexes_search_and_rules_are_told_apart() {
        let text = |rest: &str| told("type = \"text\"", &format!("type = \"text\"\n{rest}"));
        assert_eq!(text("indexed = true"), ["customer.tier: now has an index"]);
        assert_eq!(text("unique = true"), ["customer.tier: now values must be unique"]);
        assert_eq!(text("searchable = true"), ["customer.tier: now searched"]);
        assert_eq!(text("label = \"Class\""), ["customer.tier: other labels"]);
        assert_eq!(text("required = true\nmax = 3"), ["customer.tier: required, max changed"]);
    }

    #[test]
    fn the_company_itself_is_compared() {
        let swiss = load(Some(("c", "[company]\nregion = \"CH\"\ncurrency = \"CHF\""))).unwrap();
        assert_eq!(diff(&load(None).unwrap(), &swiss), [Difference::CompanyChanged]);
    }
}
