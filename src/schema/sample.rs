//! A small catalogue with a field of every type, for tests of reading and writing values.

use super::{Catalog, Choice, Company, Entity, Field, FieldType, Label, Origin};
use crate::model::Name;
use crate::syntax;

/// A field without any attribute.
pub(super) fn bare_field(name: &str, kind: FieldType) -> Field {
    Field {
        name: Name::from(name),
        origin: Origin::BuiltIn,
        kind,
        label: label(name, ""),
        short: Label::default(),
        help: Label::default(),
        group: Name::from("main"),
        required: false,
        required_when: None,
        visible_when: None,
        read_only: false,
        read_only_when: None,
        unique: false,
        default: None,
        follows: None,
        pattern: None,
        min: None,
        max: None,
        choices: Vec::new(),
        searchable: false,
        sortable: true,
        indexed: false,
        column: None,
        personal: false,
        masked: None,
    }
}

fn label(en: &str, zh: &str) -> Label {
    Label { en: en.to_owned(), zh: zh.to_owned() }
}

fn choice(value: &str, en: &str, zh: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label(en, zh),
        color: None,
        standing: None,
        probability: None,
        pipelines: Vec::new(),
        every: None,
        stale_days: None,
        retired: value == "former",
    }
}

/// A company in Germany with customers that have a field of every type, and with users.
pub(super) fn catalog() -> Catalog {
    let mut customer = Entity::bare(Name::from("customer"), Origin::BuiltIn);
    customer.prefix = "C".to_owned();
    let link = |to: &str| FieldType::Link { to: Name::from(to) };
    let types = [
        ("name", FieldType::Text),
        ("notes", FieldType::LongText),
        ("employees", FieldType::Integer),
        ("factor", FieldType::Decimal),
        ("budget", FieldType::Money),
        ("discount", FieldType::Percent),
        ("stars", FieldType::Rating { max: 5 }),
        ("active", FieldType::Boolean),
        ("since", FieldType::Date),
        ("seen", FieldType::DateTime),
        ("effort", FieldType::Duration),
        ("status", FieldType::Select),
        ("markets", FieldType::MultiSelect),
        ("tags", FieldType::Tags),
        ("emails", FieldType::Email),
        ("phones", FieldType::Phone),
        ("urls", FieldType::Url),
        ("address", FieldType::Address),
        ("parent", link("customer")),
        ("related", FieldType::Links { to: Name::from("customer") }),
        ("about", FieldType::LinkAny),
        ("number", FieldType::Serial { pattern: "Q-{year}-{0000}".to_owned() }),
        (
            "double",
            FieldType::Formula {
                expr: syntax::parse("employees * 2").expect("parses"),
                result: super::FieldResult::Integer,
            },
        ),
    ];
    customer.fields = types.into_iter().map(|(name, kind)| bare_field(name, kind)).collect();
    for field in &mut customer.fields {
        match &*field.name {
            "status" => {
                field.choices = vec![
                    choice("prospect", "Prospect", "潜在客户"),
                    choice("active", "Active customer", "活跃客户"),
                    choice("inactive", "Inactive", "不活跃"),
                    choice("former", "Former", "前客户"),
                ];
            }
            "markets" => {
                field.choices = vec![
                    choice("eu", "Europe", "欧洲"),
                    choice("cn", "China", "中国"),
                    choice("us", "North America, USA", "北美"),
                ];
            }
            _ => {}
        }
    }
    let mut user = Entity::bare(Name::from("user"), Origin::BuiltIn);
    user.prefix = "U".to_owned();
    user.fields = vec![bare_field("name", FieldType::Text)];
    let company = Company::default();
    Catalog::assemble(
        company,
        vec![customer.indexed(), user.indexed()],
        Vec::new(),
        crate::schema::DuplicateRules::new(),
    )
}

/// A field of the customer.
pub(super) fn field<'a>(catalog: &'a Catalog, name: &str) -> &'a Field {
    catalog.entity("customer").and_then(|entity| entity.field(name)).expect("is in the sample")
}
