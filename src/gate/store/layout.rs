//! Tables and indexes, derived from the catalogue.
//!
//! One table per entity with real columns, a handful of side tables, and our own bookkeeping. Names are
//! quoted everywhere: `order` is an entity.

use super::Store;
use crate::gate::error::Result;
use crate::schema::{Catalog, Entity, Field, FieldType, Origin};

/// `Kntr`: the application id in the header of our files.
pub const APPLICATION_ID: i32 = 0x4b6e_7472;

/// The number of the layout this program writes; newer files are refused.
pub const LAYOUT: i32 = 2;

const BOOKKEEPING: &str = "
CREATE TABLE _setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE _entity(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE _counter(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE _tag(field TEXT, value TEXT, record INTEGER,
  PRIMARY KEY(field, value, record)) WITHOUT ROWID;
CREATE TABLE _point(norm TEXT, field TEXT, record INTEGER,
  PRIMARY KEY(norm, field, record)) WITHOUT ROWID;
CREATE TABLE _link(field TEXT, source INTEGER, target INTEGER,
  PRIMARY KEY(field, source, target)) WITHOUT ROWID;
CREATE INDEX _link_target ON _link(field, target, source);
CREATE TABLE _change(
  number INTEGER PRIMARY KEY,
  operation INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor INTEGER,
  actor_name TEXT NOT NULL,
  via TEXT NOT NULL,
  why TEXT NOT NULL,
  undoes INTEGER,
  records INTEGER NOT NULL,
  form INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL DEFAULT 'change',
  entity TEXT,
  record INTEGER,
  what TEXT NOT NULL DEFAULT '',
  count INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  previous BLOB NOT NULL,
  hash BLOB NOT NULL);
CREATE INDEX _change_operation ON _change(operation);
CREATE INDEX _change_undoes ON _change(undoes) WHERE undoes IS NOT NULL;
CREATE TABLE _history(
  id INTEGER PRIMARY KEY,
  entity INTEGER NOT NULL,
  record INTEGER NOT NULL,
  op INTEGER NOT NULL,
  field TEXT,
  before TEXT,
  after TEXT,
  salt BLOB,
  digest BLOB);
CREATE INDEX _history_record ON _history(entity, record);
";

/// A name as SQL wants it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table of an entity in the file itself, whatever veil lies before it: what writes name.
pub fn unveiled(entity: &Entity) -> String {
    format!("main.{}", quoted(&entity.sql_table()))
}

impl Store {
    /// Runs statements that make or change tables; inside a write.
    pub fn run(&self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).map_err(|error| self.fault(error))
    }

    /// Makes all tables of a new file; inside a write.
    pub fn create_all(&self, catalog: &Catalog) -> Result<()> {
        self.create_tables(catalog)?;
        for entity in catalog.entities() {
            self.create_indexes(entity)?;
        }
        Ok(())
    }

    /// The same without the indexes of entities, which whoever fills the file makes in the end.
    pub fn create_tables(&self, catalog: &Catalog) -> Result<()> {
        self.run(BOOKKEEPING)?;
        self.run(super::own::TABLE)?;
        self.run(super::quality::TABLE)?;
        self.run(super::events::TABLES)?;
        self.run(super::credential::TABLES)?;
        super::search::create(&self.conn).map_err(|error| self.fault(error))?;
        for entity in catalog.entities() {
            self.create_entity(entity)?;
        }
        Ok(())
    }

    /// Marks a new file as ours. This comes before the write-ahead log: the header must stand in the
    /// file itself, where it is looked for before SQLite touches anything.
    pub fn sign(&self) -> Result<()> {
        self.run(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {LAYOUT};
             PRAGMA journal_mode = WAL;"
        ))
    }

    /// Whether the tables are there.
    pub fn has_tables(&self) -> Result<bool> {
        self.conn
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = '_setting'", [], |row| {
                row.get::<_, i64>(0)
            })
            .map(|count| count > 0)
            .map_err(|error| self.fault(error))
    }

    /// Makes the table of an entity, without indexes; inside a write.
    pub fn create_entity(&self, entity: &Entity) -> Result<()> {
        let mut columns = vec![
            "id INTEGER PRIMARY KEY AUTOINCREMENT".to_owned(),
            "sort_key TEXT NOT NULL DEFAULT ''".to_owned(),
        ];
        for field in &entity.fields {
            columns.extend(column_definitions(field));
        }
        self.run(&format!(
            "CREATE TABLE {}({});",
            quoted(&entity.sql_table()),
            columns.join(", ")
        ))?;
        self.conn
            .execute("INSERT OR IGNORE INTO _entity(name) VALUES (?)", [entity.name.as_str()])
            .map_err(|error| self.fault(error))?;
        Ok(())
    }

    /// Makes the indexes of an entity that are missing; inside a write.
    pub fn create_indexes(&self, entity: &Entity) -> Result<()> {
        for (name, definition) in indexes(entity) {
            self.run(&format!("CREATE INDEX IF NOT EXISTS {} {definition};", quoted(&name)))?;
        }
        Ok(())
    }

    /// Drops the indexes of an entity that a big import does not look into; inside a write.
    pub fn drop_indexes(&self, entity: &Entity) -> Result<()> {
        let keys: Vec<String> = entity
            .fields
            .iter()
            .filter(|field| field.unique || field.indexed)
            .map(|field| format!("{}.{}", entity.sql_table(), field.sql_column()))
            .collect();
        for (name, _) in indexes(entity) {
            if keys.contains(&name) {
                continue;
            }
            self.run(&format!("DROP INDEX IF EXISTS {};", quoted(&name)))?;
        }
        Ok(())
    }

    /// Drops the index of one field; inside a write.
    pub fn drop_index(&self, entity: &Entity, field: &str) -> Result<()> {
        let Some(field) = entity.field(field) else { return Ok(()) };
        let name = format!("{}.{}", entity.sql_table(), field.sql_column());
        self.run(&format!("DROP INDEX IF EXISTS {};", quoted(&name)))
    }

    /// Adds the columns of a field; inside a write.
    pub fn add_field(&self, entity: &Entity, field: &Field) -> Result<()> {
        for column in column_definitions(field) {
            self.run(&format!("ALTER TABLE {} ADD COLUMN {column};", quoted(&entity.sql_table())))?;
        }
        Ok(())
    }

    /// Fills a field with what was stored under another name before; inside a write.
    pub fn carry_over(&self, entity: &Entity, field: &Field, before: &str) -> Result<()> {
        let (table, column) = (quoted(&entity.sql_table()), quoted(&field.sql_column()));
        self.run(&format!("UPDATE {table} SET {column} = {};", quoted(before)))
    }

    /// The columns a table has now.
    pub fn columns_of(&self, table: &str) -> Result<Vec<String>> {
        self.conn
            .prepare("SELECT name FROM pragma_table_info(?, 'main')")
            .and_then(|mut statement| statement.query_map([table], |row| row.get(0))?.collect())
            .map_err(|error| self.fault(error))
    }
}

fn column_definitions(field: &Field) -> Vec<String> {
    let mut columns: Vec<String> = field
        .sql_columns()
        .into_iter()
        .map(|(name, kind)| format!("{} {kind}", quoted(&name)))
        .collect();
    if let (FieldType::Link { to }, Some(first)) = (&field.kind, columns.first_mut()) {
        // A company entity's table is prefixed; links inside the company's schema are held by the plan.
        if field.origin != Origin::Company {
            first.push_str(" REFERENCES ");
            first.push_str(&quoted(to));
            first.push_str("(id)");
        }
    }
    columns
}

/// The indexes of an entity: name and the rest of `CREATE INDEX`.
fn indexes(entity: &Entity) -> Vec<(String, String)> {
    let table = entity.sql_table();
    let on = |columns: &str, condition: &str| {
        format!("ON {}({columns}) WHERE {condition}", quoted(&table))
    };
    let living = "deleted_at IS NULL";
    let mut all = vec![
        (format!("{table}.sort_key"), on("sort_key", living)),
        (format!("{table}.owner"), on("owner, sort_key", living)),
        (format!("{table}.team"), on("team, sort_key", "deleted_at IS NULL AND team IS NOT NULL")),
        (format!("{table}.updated_at"), on("updated_at", living)),
        (format!("{table}.deleted_at"), on("deleted_at", "deleted_at IS NOT NULL")),
    ];
    for field in &entity.fields {
        if field.origin == Origin::System || field.kind.is_computed() {
            continue;
        }
        let column = field.sql_column();
        let name = format!("{table}.{column}");
        let first = quoted(&column);
        // A sort wants the empty rows too, a look-up along a link never asks for them.
        let filled = format!("{first} IS NOT NULL AND deleted_at IS NULL");
        match &field.kind {
            FieldType::Link { .. } => all.push((name, on(&first, &filled))),
            FieldType::LinkAny => all.push((
                name,
                on(&format!("{}, {first}", quoted(&format!("{column}_entity"))), &filled),
            )),
            FieldType::Text | FieldType::Serial { .. } if field.indexed || field.unique => {
                all.push((name, on(&format!("{first} COLLATE NOCASE"), living)));
            }
            _ if field.indexed || field.unique => all.push((name, on(&first, living))),
            _ => {}
        }
    }
    all.extend(
        board_order(entity).map(|columns| (format!("{table}.board-order"), on(&columns, living))),
    );
    all
}

/// The choice that the board has its columns from, and the amount that lists are ordered by: the first cards
/// of a column of many thousands are found without sorting them. With the rest of what sums read, so
/// that these need no rows: looked up in the order of amounts, rows would be all over the file.
fn board_order(entity: &Entity) -> Option<String> {
    let choice = entity.field(entity.board.as_deref()?)?;
    let first = entity.sort.split(',').next()?.trim().trim_start_matches('-');
    let order = entity.field(first).filter(|order| order.kind == FieldType::Money)?;
    let amount = order.sql_columns().into_iter().map(|(column, _)| quoted(&column));
    let columns: Vec<String> = std::iter::once(quoted(&choice.sql_column()))
        .chain(amount)
        .chain(["deleted_at".to_owned()])
        .collect();
    (choice.origin != Origin::System && order.origin != Origin::System).then(|| columns.join(", "))
}

/// A fingerprint of the tables and indexes a catalogue needs.
pub fn stamp(catalog: &Catalog) -> String {
    // FNV-1a: it tells layouts apart, nothing depends on nobody being able to forge it.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    add(super::credential::TABLES);
    add(super::quality::TABLE);
    for entity in catalog.entities() {
        add(&entity.sql_table());
        for field in &entity.fields {
            for (column, kind) in field.sql_columns() {
                add(&column);
                add(kind);
            }
        }
        for (name, definition) in indexes(entity) {
            add(&name);
            add(&definition);
        }
    }
    format!("{LAYOUT}-{hash:016x}")
}
