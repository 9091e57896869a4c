//! What the SQL looks like: values only as parameters, indexes where there are some.

use std::path::Path;
use std::sync::OnceLock;

use chrono::{TimeZone, Utc};
use rusqlite::{Connection, params_from_iter};

use super::condition;
use crate::gate::store::Store;
use crate::model::RecordId;
use crate::query::{Moment, Query};
use crate::schema::{Catalog, load};

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| load(None).expect("the built-in schema loads"))
}

fn moment() -> Moment {
    Moment {
        now: Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap(),
        zone: chrono_tz::Europe::Berlin,
        me: Some(RecordId(3)),
        my_teams: vec![RecordId(1)],
        week: chrono::Weekday::Mon,
    }
}

fn store() -> Store {
    let store =
        Store::dress(Connection::open_in_memory().unwrap(), Path::new("memory"), false).unwrap();
    store.create_all(catalog()).unwrap();
    store
}

/// How SQLite would go about a list of living records.
fn plan(store: &Store, entity: &str, text: &str) -> String {
    let query = Query::parse(text, catalog(), entity).expect(text);
    let fragment = condition(catalog(), &query, &moment(), "a");
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT a.id FROM \"{entity}\" a WHERE a.deleted_at IS NULL AND ({})",
        fragment.sql
    );
    let mut statement = store.conn.prepare(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = statement
        .query_map(params_from_iter(fragment.params), |row| row.get::<_, String>(3))
        .unwrap();
    rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("\n")
}

#[test]
fn indexes_answer_what_they_can() {
    let store = store();
    for (entity, text) in [
        ("deal", "owner = me"),
        ("deal", "customer = C-12"),
        ("deal", "customer in (C-12, C-13)"),
        ("deal", "customer = \"Acme\""),
        ("deal", "stage = won"),
        ("deal", "stage.state = won"),
        ("deal", "expected_close in next 30 days"),
        ("deal", "expected_close < today + 3d"),
        ("deal", "closed_on = 2017-Q1"),
        ("task", "due = today"),
        ("task", "about = C-5"),
        ("customer", "name = \"Müller AG\""),
        ("customer", "external_id = x-1"),
        ("customer", "phones = \"+49 711 5550100\""),
        ("customer", "tags = vip"),
        ("customer", "acme"),
        ("customer", "id = 5"),
        ("customer", "ref = C-5"),
    ] {
        let plan = plan(&store, entity, text);
        assert!(!plan.contains("SCAN a"), "{entity}: {text}:\n{plan}");
    }
    // Counting goes through the index of the link for each record that is listed.
    for text in ["deals > 3", "no activity in last 60d", "no open tasks"] {
        let plan = plan(&store, "customer", text);
        assert!(plan.contains("SEARCH q0"), "{text}:\n{plan}");
    }
}

#[test]
fn an_index_serves_an_order_with_what_is_empty_at_its_end() {
    let store = store();
    for order in ["a.due ASC NULLS LAST, a.id ASC", "a.due DESC NULLS FIRST, a.id DESC"] {
        for beyond in ["", " AND a.due > 5", " AND a.due IS NULL"] {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT a.id FROM task a WHERE a.deleted_at IS NULL{beyond} \
                 ORDER BY {order} LIMIT 50"
            );
            let mut statement = store.conn.prepare(&sql).unwrap();
            let rows = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
            let plan = rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("\n");
            assert!(!plan.contains("TEMP B-TREE") && plan.contains("INDEX"), "{sql}:\n{plan}");
        }
    }
}

#[test]
fn what_records_are_parts_of_is_sought_for_each_of_them() {
    let store = store();
    let part = catalog().entity("order_line").unwrap().part.clone().unwrap();
    let mine = Query::parse("owner = me or team = my team", catalog(), "order").unwrap();
    let query = mine.of_parts("order_line", &part);
    let fragment = condition(catalog(), &query, &moment(), "a");
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT sum(a.price) FROM \"order_line\" a
         WHERE a.\"order\" = 7 AND a.deleted_at IS NULL AND ({})",
        fragment.sql
    );
    let mut statement = store.conn.prepare(&sql).unwrap();
    let rows = statement
        .query_map(params_from_iter(fragment.params), |row| row.get::<_, String>(3))
        .unwrap();
    let plan = rows.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("\n");
    assert!(plan.contains("SEARCH a USING"), "{plan}");
    assert!(plan.contains("SEARCH q0") && plan.contains("USING INTEGER PRIMARY KEY"), "{plan}");
    assert!(!plan.contains("SCAN"), "{plan}");
}

#[test]
fn no_value_becomes_sql() {
    let hostile = "x'); DROP TABLE customer; --";
    let quoted = hostile.replace('"', "");
    for text in [
        format!("name = \"{quoted}\""),
        format!("name ~ \"{quoted}\""),
        format!("tags = \"{quoted}\""),
        format!("emails = \"{quoted}\""),
        format!("parent = \"{quoted}\""),
        format!("address.city = \"{quoted}\""),
        format!("\"{quoted}\""),
        format!("name & \"{quoted}\" = \"{quoted}\""),
        format!("if(name = \"{quoted}\", \"{quoted}\", \"b\") = \"b\""),
    ] {
        let query = Query::parse(&text, catalog(), "customer").expect(&text);
        let fragment = condition(catalog(), &query, &moment(), "a");
        assert!(!fragment.sql.to_lowercase().contains("drop"), "{}", fragment.sql);
        assert_eq!(fragment.sql.matches('?').count(), fragment.params.len(), "{}", fragment.sql);
    }
}

#[test]
fn every_field_compiles() {
    let store = store();
    for entity in catalog().entities() {
        for field in &entity.fields {
            let fragment = super::field(catalog(), entity, field, &moment(), "a");
            let currency = super::currency(catalog(), entity, field, &moment(), "a");
            for fragment in std::iter::once(fragment).chain(currency) {
                let sql = format!("SELECT {} FROM \"{}\" a", fragment.sql, entity.sql_table());
                let statement = store.conn.prepare(&sql);
                let statement = statement.unwrap_or_else(|error| panic!("{sql}: {error}"));
                assert_eq!(statement.parameter_count(), fragment.params.len(), "{sql}");
            }
        }
    }
}
