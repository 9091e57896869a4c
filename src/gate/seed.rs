//! What a new file begins with: the built-in roles, and the user who owns it.

use super::error::Result;
use super::session::{ADMINISTRATOR, OpenOptions, Via};
use super::store::Store;
use super::store::history::Stamp;
use super::store::writer::Created;
use crate::model::{Change, FieldChange, Link, Name, Op, RecordId, Value};
use crate::query::Moment;
use crate::schema::Catalog;

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
        "Tickets; contacts and customers, but not their status",
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

/// Gives an older file, which knew no roles, the built-in ones, and its owner the administrator's; inside
/// a write.
pub(super) fn sow(store: &Store, catalog: &Catalog, options: &OpenOptions) -> Result<()> {
    if !store.all_roles()?.is_empty() {
        return Ok(());
    }
    let mut changes = roles();
    let first = changes[0].id;
    changes.push(Change {
        entity: Name::from("user"),
        id: ADMINISTRATOR,
        op: Op::Update,
        version: 0,
        fields: vec![FieldChange {
            field: Name::from("roles"),
            before: Value::Null,
            after: Value::Links(vec![Link::new("role", first)]),
        }],
    });
    write(store, catalog, options, changes, "gave the file its roles")
}

/// Writes what a file begins with, in nobody's name; inside a write.
pub(super) fn write(
    store: &Store,
    catalog: &Catalog,
    options: &OpenOptions,
    changes: Vec<Change>,
    why: &str,
) -> Result<()> {
    let moment = moment(options);
    let stamp = Stamp {
        at: moment.now,
        actor: None,
        actor_name: "Kontor".into(),
        via: Via::System.word(),
        why: why.into(),
        undoes: None,
        operation: None,
        what: "",
    };
    let entropy = &*options.entropy;
    let changes = changes.into_iter();
    store.write_changes(catalog, &moment, changes, &stamp, entropy, &mut Created::new()).map(|_| ())
}

/// The moment of what the program does in nobody's name.
pub(super) fn moment(options: &OpenOptions) -> Moment {
    Moment {
        now: options.clock.now(),
        zone: options.zone,
        me: None,
        my_teams: Vec::new(),
        week: chrono::Weekday::Mon,
    }
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
