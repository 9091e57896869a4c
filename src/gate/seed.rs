//! What a new file begins with: the built-in roles, and the user who owns it.

use crate::model::{Change, FieldChange, Link, Name, Op, RecordId, Value};

/// A built-in role: key, name, whom it is for, what it grants.
const ROLES: &[(&str, &str, &str, &str)] = &[
    (
        "administrator",
        "Administrator",
        "Everything: users, rights, schema, data",
        include_str!("../../assets/roles/administrator.toml"),
    ),
    (
        "power_user",
        "Power user",
        "All records, users and automation, but neither roles nor the schema",
        include_str!("../../assets/roles/power_user.toml"),
    ),
    (
        "standard",
        "Standard",
        "Reads what the team has, changes what is one's own",
        include_str!("../../assets/roles/standard.toml"),
    ),
    (
        "restricted",
        "Restricted",
        "Sees one's own records, does one's own tasks",
        include_str!("../../assets/roles/restricted.toml"),
    ),
    (
        "sales_rep",
        "Sales rep",
        "One's own customers, deals and activities; unassigned leads",
        include_str!("../../assets/roles/sales_rep.toml"),
    ),
    (
        "senior_sales",
        "Senior sales",
        "What the team has",
        include_str!("../../assets/roles/senior_sales.toml"),
    ),
    (
        "sales_manager",
        "Sales manager",
        "What the team and the teams below it have",
        include_str!("../../assets/roles/sales_manager.toml"),
    ),
    (
        "marketing",
        "Marketing",
        "Campaigns and leads; reads customers",
        include_str!("../../assets/roles/marketing.toml"),
    ),
    (
        "service",
        "Service",
        "Tickets; reads customers and orders",
        include_str!("../../assets/roles/service.toml"),
    ),
    (
        "finance",
        "Finance",
        "Orders and payments, no activities",
        include_str!("../../assets/roles/finance.toml"),
    ),
    (
        "analyst",
        "Analyst",
        "Reads and reports, changes nothing",
        include_str!("../../assets/roles/analyst.toml"),
    ),
    (
        "baseline",
        "Baseline",
        "What everybody has: colleagues, teams, one's own views",
        include_str!("../../assets/roles/baseline.toml"),
    ),
];

/// The built-in roles as records to be made.
pub(super) fn roles() -> Vec<Change> {
    ROLES
        .iter()
        .enumerate()
        .map(|(number, (key, name, description, rights))| {
            create(
                "role",
                -(number as i64) - 1,
                vec![
                    ("name", Value::from(*name)),
                    ("key", Value::from(*key)),
                    ("description", Value::from(*description)),
                    ("rights", Value::from(*rights)),
                ],
            )
        })
        .collect()
}

/// The built-in roles, and the user who owns a new file: its administrator.
pub(super) fn people() -> (Vec<Change>, Change) {
    let roles = roles();
    let administrator = create(
        "user",
        -(roles.len() as i64) - 1,
        vec![
            ("name", Value::from("Administrator")),
            ("login", Value::from("admin")),
            ("active", Value::Bool(true)),
            ("roles", Value::Links(vec![Link::new("role", roles[0].id)])),
        ],
    );
    (roles, administrator)
}

fn create(entity: &str, id: i64, fields: Vec<(&str, Value)>) -> Change {
    Change {
        entity: Name::from(entity),
        id: RecordId(id),
        op: Op::Create,
        version: 0,
        fields: fields
            .into_iter()
            .map(|(field, after)| FieldChange {
                field: Name::from(field),
                before: Value::Null,
                after,
            })
            .collect(),
    }
}
