//! The worked example of a trading company: what people learn from must hold.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeSet;

use kontor::model::{Lang, RecordId, RecordRef};
use kontor::query::{Formula, Query};
use kontor::schema::{
    Catalog, Difference, Entity, Field, FieldType, Origin, Part, Standing, Take, diff, export, load,
};

const TRADING: &str = include_str!("../assets/examples/trading/company.toml");

fn sound(company: Option<(&str, &str)>) -> Catalog {
    load(company).unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    })
}

fn trading() -> Catalog {
    sound(Some(("company.toml", TRADING)))
}

fn entity<'c>(catalog: &'c Catalog, name: &str) -> &'c Entity {
    catalog.entity(name).unwrap_or_else(|| panic!("no entity {name}"))
}

fn field<'c>(catalog: &'c Catalog, of: &str, name: &str) -> &'c Field {
    entity(catalog, of).field(name).unwrap_or_else(|| panic!("no field {of}.{name}"))
}

#[test]
fn the_example_adds_more_than_a_dozen_fields_of_many_types() {
    let catalog = trading();
    let custom: Vec<&Field> = ["customer", "deal", "order"]
        .into_iter()
        .flat_map(|name| &entity(&catalog, name).fields)
        .filter(|field| field.origin == Origin::Company)
        .collect();
    assert!(custom.len() >= 12, "only {} fields", custom.len());
    let types: BTreeSet<&str> = custom.iter().map(|field| field.kind.word()).collect();
    assert!(types.len() >= 12, "only {types:?}");
    for field in custom {
        assert!(field.sql_columns().iter().all(|(column, _)| column.starts_with("x_")));
        assert!(!field.label.zh.is_empty(), "{} has no Chinese label", field.name);
    }
}

#[test]
fn the_example_has_an_entity_linked_to_customers() {
    let catalog = trading();
    let machine = entity(&catalog, "machine");
    assert_eq!(machine.origin, Origin::Company);
    assert_eq!(machine.sql_table(), "x_machine");
    assert_eq!(machine.title_field().name, "name");
    let incoming = catalog.incoming("customer");
    assert!(
        incoming.iter().any(|(other, link)| other.name == "machine" && link.name == "customer")
    );
    let seventeen = RecordRef::new("machine", RecordId(17));
    assert_eq!(catalog.reference(&seventeen), "MC-17");
    assert_eq!(catalog.parse_reference("mc17"), Some(seventeen));
    assert!(machine.field("owner").is_some() && machine.field("version").is_some());
    assert_eq!(machine.groups.last().map(|group| group.name.as_str()), Some("record"));
}

#[test]
fn the_example_has_a_second_pipeline_with_its_own_stages() {
    let catalog = trading();
    let pipelines: Vec<&str> =
        field(&catalog, "deal", "pipeline").choices.iter().map(|c| c.value.as_str()).collect();
    assert_eq!(pipelines, ["sales", "machines"]);
    let stage = field(&catalog, "deal", "stage");
    let of = |pipeline: &str| -> Vec<&str> {
        stage
            .choices
            .iter()
            .filter(|c| c.pipelines.is_empty() || c.pipelines.iter().any(|p| p == pipeline))
            .map(|c| c.value.as_str())
            .collect()
    };
    assert_eq!(
        of("sales"),
        ["prospecting", "qualification", "proposal", "negotiation", "won", "lost"]
    );
    assert_eq!(
        of("machines"),
        [
            "prospecting",
            "site_visit",
            "proposal",
            "sample_sent",
            "test_run",
            "negotiation",
            "won",
            "lost"
        ]
    );
    assert!(stage.choices.iter().all(|c| c.standing.is_some() && c.probability.is_some()));
}

#[test]
fn the_example_relabels_what_is_built_in_and_changes_nothing_else_of_it() {
    let (before, after) = (sound(None), trading());
    let (old, new) = (entity(&before, "ticket"), entity(&after, "ticket"));
    assert_eq!((new.label.get(Lang::En), new.label.get(Lang::Zh)), ("Claim", "索赔单"));
    assert_eq!((&new.prefix, &new.origin, new.menu), (&old.prefix, &old.origin, old.menu));
    assert_eq!(new.field("subject"), old.field("subject"));
    assert_eq!(field(&after, "customer", "segment").label.en, "Attention");
    assert_eq!(
        field(&after, "customer", "segment").choices,
        field(&before, "customer", "segment").choices
    );
    assert!(field(&after, "deal", "source").choice("cold").is_some_and(|choice| choice.retired));
}

#[test]
fn another_short_label_is_a_change_of_labels_and_nothing_else() {
    let text = "[[entity.deal.field]]\nname = \"expected_close\"\nshort = \"Ends\"\n";
    let changed = sound(Some(("company.toml", text)));
    assert_eq!(
        diff(&sound(None), &changed),
        [Difference::LabelsChanged { entity: "deal".into(), field: Some("expected_close".into()) }]
    );
}

#[test]
fn the_difference_to_the_built_in_schema_only_adds() {
    let (before, after) = (sound(None), trading());
    let found = diff(&before, &after);
    assert!(found.iter().all(|difference| !difference.endangers_values()), "{found:#?}");
    let has = |wanted: &Difference| found.contains(wanted);
    assert!(has(&Difference::EntityAdded { entity: "machine".into() }));
    assert!(has(&Difference::FieldAdded { entity: "customer".into(), field: "tier".into() }));
    assert!(has(&Difference::ChoiceAdded {
        entity: "deal".into(),
        field: "stage".into(),
        value: "sample_sent".into(),
    }));
    assert!(has(&Difference::LabelsChanged { entity: "ticket".into(), field: None }));
    assert!(has(&Difference::AttributesChanged {
        entity: "order".into(),
        field: Some("number".into()),
        keys: vec!["serial"],
    }));
    let back = diff(&after, &before);
    assert!(back.contains(&Difference::EntityRemoved { entity: "machine".into() }));
    assert!(back.iter().any(Difference::endangers_values));
    assert!(diff(&after, &after).is_empty());
}

#[test]
fn the_exported_company_part_is_the_example_again() {
    let catalog = trading();
    let text = export(&catalog, Part::Company).expect("the built-in schema is sound");
    assert!(catalog == sound(Some(("export.toml", &text))), "{text}");
    for word in ["[entity.machine]", "name = \"tier\"", "sample_sent"] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    // Region and currency are the built-in ones.
    assert!(!text.contains("[company]"), "{text}");
    assert!(!text.contains("negotiation"), "what is built in is not repeated:\n{text}");
}

#[test]
fn the_whole_schema_is_exported_in_the_format_that_is_read() {
    let catalog = trading();
    let text = export(&catalog, Part::All).expect("the built-in schema is sound");
    assert!(catalog == sound(Some(("export.toml", &text))));
    for entity in catalog.entities() {
        assert!(text.contains(&format!("[entity.{}]", entity.name)), "{}", entity.name);
    }
}

#[test]
fn stages_and_statuses_keep_the_words_and_probabilities_of_the_trade() {
    let catalog = sound(None);
    let stages: Vec<(&str, Option<i64>, Option<Standing>)> = field(&catalog, "deal", "stage")
        .choices
        .iter()
        .map(|c| (c.label.en.as_str(), c.probability.and_then(|p| p.try_into().ok()), c.standing))
        .collect();
    assert_eq!(
        stages,
        [
            ("Prospecting", Some(10), Some(Standing::Open)),
            ("Qualification", Some(20), Some(Standing::Open)),
            ("Proposal", Some(50), Some(Standing::Open)),
            ("Negotiation", Some(80), Some(Standing::Open)),
            ("Won", Some(100), Some(Standing::Won)),
            ("Lost", Some(0), Some(Standing::Lost)),
        ]
    );
    for (of, name, labels) in [
        ("lead", "status", "New, Assigned, In process, Converted, Recycled, Dead"),
        ("ticket", "status", "New, Assigned, Pending, Closed, Rejected, Duplicate"),
        ("ticket", "priority", "Low, Normal, High, Urgent"),
        ("ticket", "kind", "Question, Incident, Problem, Complaint"),
        ("task", "status", "Not started, Started, Completed, Cancelled, Deferred"),
        ("campaign", "status", "Planning, Active, Inactive, Complete"),
        (
            "campaign",
            "kind",
            "E-mail, Newsletter, Event, Exhibition, Promotion, Web, Telephone, Mail",
        ),
    ] {
        let found: Vec<&str> =
            field(&catalog, of, name).choices.iter().map(|c| c.label.en.as_str()).collect();
        assert_eq!(found.join(", "), labels, "{of}.{name}");
    }
}

#[test]
fn every_type_occurs_somewhere() {
    let catalog = trading();
    let used: BTreeSet<&str> = catalog
        .entities()
        .flat_map(|entity| &entity.fields)
        .map(|field| field.kind.word())
        .collect();
    for word in [
        "text",
        "longtext",
        "integer",
        "decimal",
        "money",
        "percent",
        "rating",
        "boolean",
        "date",
        "datetime",
        "duration",
        "select",
        "multi-select",
        "tags",
        "email",
        "phone",
        "url",
        "address",
        "link",
        "links",
        "link-any",
        "user",
        "team",
        "serial",
        "formula",
        "rollup",
    ] {
        assert!(used.contains(word), "no field of type {word}");
    }
}

#[test]
fn personal_data_is_marked() {
    let catalog = sound(None);
    for name in ["name", "phones", "emails", "address", "birthday"] {
        assert!(field(&catalog, "contact", name).personal, "contact.{name}");
    }
    assert!(!field(&catalog, "customer", "name").personal);
}

#[test]
fn mistakes_are_told_with_file_line_and_likely_word() {
    let text = TRADING.replacen("type = \"multi-select\"", "type = \"multiselect\"", 1);
    let line = text.lines().position(|line| line.contains("multiselect")).map(|line| line + 1);
    let errors = load(Some(("trading.toml", &text))).expect_err("the type is misspelt");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(Some(errors[0].line), line);
    assert_eq!(errors[0].file, "trading.toml");
    assert_eq!(errors[0].hint.as_deref(), Some("did you mean \"multi-select\"?"));
    assert!(errors[0].to_string().starts_with(&format!("trading.toml:{}: ", errors[0].line)));
}

#[test]
fn a_serial_is_of_its_company() {
    let catalog = trading();
    let FieldType::Serial { pattern } = &field(&catalog, "order", "number").kind else {
        panic!("order.number is no serial")
    };
    assert_eq!(pattern, "HK{year}{00000}");
}

#[test]
fn every_condition_and_formula_is_about_fields_that_exist() {
    let catalog = trading();
    let mut wrong = Vec::new();
    for entity in catalog.entities() {
        for field in &entity.fields {
            let mut note = |what: &str, error: Option<kontor::syntax::SyntaxError>| {
                if let Some(error) = error {
                    wrong.push(format!("{}.{} {what}: {error}", entity.name, field.name));
                }
            };
            for (what, condition) in [
                ("required_when", &field.required_when),
                ("visible_when", &field.visible_when),
                ("read_only_when", &field.read_only_when),
            ] {
                let condition = condition.as_ref();
                let resolved = condition.map(|it| Query::resolve(it, &catalog, &entity.name));
                note(what, resolved.and_then(Result::err));
            }
            let follows = field.follows.as_ref().map(|follows| &follows.with);
            for (what, value) in [("default", field.default.as_ref()), ("follows", follows)] {
                let resolved = value.map(|it| Formula::resolve(it, &catalog, &entity.name));
                note(what, resolved.and_then(Result::err));
            }
            match &field.kind {
                FieldType::Formula { expr, .. } => {
                    note("expr", Formula::resolve(expr, &catalog, &entity.name).err());
                }
                FieldType::RollUp { roll_up, .. } => {
                    let filter = roll_up.filter.as_ref();
                    let resolved = filter.map(|it| Query::resolve(it, &catalog, &roll_up.of));
                    note("where", resolved.and_then(Result::err));
                    if let Take::Sum(expr) | Take::Min(expr) | Take::Max(expr) = &roll_up.take {
                        note("take", Formula::resolve(expr, &catalog, &roll_up.of).err());
                    }
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
