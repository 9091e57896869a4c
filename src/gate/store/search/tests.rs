//! The index and the search together, on real tables of the built-in schema.

use std::collections::BTreeMap;

use chrono::{TimeZone, Utc};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::narrow::Holder;
use super::verify::quoted;
use super::*;
use crate::gate::read::{Hit, SearchRequest};
use crate::model::text::sort_key;
use crate::model::{ContactPoint, Link, Name, RecordId, Value};
use crate::query::{Moment, Query};
use crate::schema::{Catalog, load};

mod seen;

/// A file with tables like the gate's, as far as search needs them.
struct Shelf {
    conn: Connection,
    catalog: Catalog,
    vocabulary: Vocabulary,
    sights: super::Sights,
    own: super::OwnWords,
    me: i64,
    next: i64,
}

impl Shelf {
    fn new() -> Self {
        let conn = Connection::open_in_memory().unwrap();
        let catalog = load(Some(("company.toml", "[company]\nregion = \"DE\"\n"))).unwrap();
        create(&conn).unwrap();
        conn.execute_batch(
            "CREATE TABLE _entity(number INTEGER PRIMARY KEY, name TEXT UNIQUE);
             CREATE TABLE _point(norm TEXT, field TEXT, record INTEGER,
                 PRIMARY KEY(norm, field, record)) WITHOUT ROWID;
             CREATE TABLE _history(id INTEGER PRIMARY KEY, entity INTEGER, record INTEGER);",
        )
        .unwrap();
        for entity in catalog.entities() {
            let mut columns = vec!["id INTEGER PRIMARY KEY".to_owned(), "sort_key TEXT".to_owned()];
            for field in &entity.fields {
                columns.extend(
                    field.sql_columns().iter().map(|(c, kind)| format!("{} {kind}", quoted(c))),
                );
            }
            let table = quoted(&entity.sql_table());
            conn.execute_batch(&format!("CREATE TABLE {table}({})", columns.join(", "))).unwrap();
            conn.execute("INSERT INTO _entity(name) VALUES (?)", [entity.name.as_str()]).unwrap();
        }
        Self {
            conn,
            catalog,
            vocabulary: Vocabulary::default(),
            sights: super::Sights::default(),
            own: super::OwnWords::default(),
            me: 1,
            next: 0,
        }
    }

    fn number(&self, entity: &str) -> i64 {
        self.conn
            .query_row("SELECT number FROM _entity WHERE name = ?", [entity], |row| row.get(0))
            .unwrap()
    }

    /// Stores and indexes a record; later ones are changed later.
    fn add(&mut self, entity: &str, fields: &[(&str, Value)]) -> RecordId {
        self.next += 1;
        let id = RecordId(self.next);
        let entity = self.catalog.entity(entity).unwrap();
        let table = quoted(&entity.sql_table());
        let title =
            fields.iter().find(|(name, _)| entity.title == **name).unwrap().1.as_text().unwrap();
        self.conn
            .execute(
                &format!("INSERT INTO {table}(id, sort_key, updated_at) VALUES (?, ?, ?)"),
                (id.0, sort_key(title), 1_000 + id.0),
            )
            .unwrap();
        for (name, value) in fields {
            let field = entity.field(name).unwrap();
            let mut stored: Vec<Sql> = Vec::new();
            match value {
                Value::Text(text) => stored.push(Sql::Text(text.clone())),
                Value::List(list) => stored.push(Sql::Text(serde_json::to_string(list).unwrap())),
                Value::Points(points) => {
                    stored.push(Sql::Text(serde_json::to_string(points).unwrap()));
                    for point in points {
                        let norm = point.value.split(";ext=").next().unwrap();
                        self.conn
                            .execute(
                                "INSERT INTO _point VALUES (?, ?, ?)",
                                (norm, format!("{}.{name}", entity.name), id.0),
                            )
                            .unwrap();
                    }
                }
                Value::Address(address) => stored.extend(
                    crate::model::Address::PARTS
                        .iter()
                        .map(|part| Sql::Text(address.part(part).unwrap().to_owned())),
                ),
                Value::Link(link) => stored.push(Sql::Integer(link.id.0)),
                other => panic!("not needed here: {other:?}"),
            }
            for ((column, _), value) in field.sql_columns().iter().zip(stored) {
                self.conn
                    .execute(
                        &format!("UPDATE {table} SET {} = ? WHERE id = ?", quoted(column)),
                        (value, id.0),
                    )
                    .unwrap();
            }
        }
        let fields: BTreeMap<Name, Value> =
            fields.iter().map(|(name, value)| (Name::from(*name), value.clone())).collect();
        Indexer::new(&self.conn).add(entity, self.number(&entity.name), id, &fields).unwrap();
        id
    }

    fn customer(&mut self, name: &str) -> RecordId {
        self.add("customer", &[("name", Value::from(name))])
    }

    fn ask(&self, text: &str, entities: &[&str], narrow: &Narrow) -> Vec<Hit> {
        let request = SearchRequest {
            text: text.to_owned(),
            entities: entities.iter().map(|name| Name::from(*name)).collect(),
            filter: None,
            limit: 20,
        };
        let moment = self.moment();
        self.finder(&moment).search(&request, narrow).unwrap()
    }

    fn moment(&self) -> Moment {
        Moment {
            now: Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap(),
            zone: chrono_tz::UTC,
            me: Some(RecordId(self.me)),
            my_teams: Vec::new(),
            week: chrono::Weekday::Mon,
        }
    }

    fn finder<'a>(&'a self, moment: &'a Moment) -> Finder<'a> {
        Finder {
            conn: &self.conn,
            catalog: &self.catalog,
            moment,
            vocabulary: &self.vocabulary,
            sights: &self.sights,
            own: &self.own,
        }
    }

    fn titles(&self, text: &str) -> Vec<String> {
        self.ask(text, &[], &Narrow::default()).into_iter().map(|hit| hit.title).collect()
    }
}

fn point(value: &str) -> Value {
    Value::Points(vec![ContactPoint { label: String::new(), value: value.to_owned(), raw: None }])
}

fn owner(id: i64) -> Value {
    Value::Link(Link::new("user", RecordId(id)))
}

#[test]
fn accents_case_and_width_do_not_matter() {
    let mut shelf = Shelf::new();
    shelf.customer("Müller Maschinenbau GmbH");
    shelf.customer("Łódź Œuvre");
    shelf.customer("O'Neill & Sons");
    for typed in ["muller", "MÜLLER", "mueller", "ｍｕｌｌｅｒ", "mul", "masch mul", "m"] {
        assert_eq!(shelf.titles(typed), ["Müller Maschinenbau GmbH"], "{typed}");
    }
    for typed in ["lodz", "oeuvre"] {
        assert_eq!(shelf.titles(typed), ["Łódź Œuvre"], "{typed}");
    }
    for typed in ["oneill", "o'neill", "o’neill", "neill sons"] {
        assert_eq!(shelf.titles(typed), ["O'Neill & Sons"], "{typed}");
    }
}

#[test]
fn chinese_is_found_by_character_pinyin_and_initials() {
    let mut shelf = Shelf::new();
    for name in
        ["李娜", "张伟", "曾国藩", "深圳市华为技术有限公司", "重庆长安汽车", "𠮷野家", "吕布"]
    {
        shelf.customer(name);
    }
    for (typed, name) in [
        ("张伟", "张伟"),
        ("张", "张伟"),
        ("伟", "张伟"),
        ("zw", "张伟"),
        ("zhangwei", "张伟"),
        ("zhang wei", "张伟"),
        ("zhangw", "张伟"),
        ("zhagnwei", "张伟"),
        ("zeng", "曾国藩"),
        ("zgf", "曾国藩"),
        ("ceng", "曾国藩"),
        ("华为", "深圳市华为技术有限公司"),
        ("华为技术", "深圳市华为技术有限公司"),
        ("huawei", "深圳市华为技术有限公司"),
        ("hwjs", "深圳市华为技术有限公司"),
        ("szs", "深圳市华为技术有限公司"),
        ("jishu", "深圳市华为技术有限公司"),
        ("chongqing", "重庆长安汽车"),
        ("cq", "重庆长安汽车"),
        ("𠮷", "𠮷野家"),
        ("野家", "𠮷野家"),
        ("lvbu", "吕布"),
        ("lubu", "吕布"),
    ] {
        assert_eq!(shelf.titles(typed).first().map(String::as_str), Some(name), "{typed}");
    }
}

#[test]
fn three_characters_must_follow_each_other() {
    let mut shelf = Shelf::new();
    shelf.customer("国家电网");
    shelf.add("customer", &[("name", "国家一".into()), ("description", "家电国家".into())]);
    assert_eq!(shelf.titles("国家电"), ["国家电网"]);
}

#[test]
fn a_phone_is_found_however_it_is_typed() {
    let mut shelf = Shelf::new();
    shelf.add("customer", &[("name", "Acme".into()), ("phones", point("+4971155501234;ext=12"))]);
    shelf.add("customer", &[("name", "Other".into()), ("phones", point("+4971155509999"))]);
    shelf.add("customer", &[("name", "Beijing".into()), ("phones", point("+8613800138000"))]);
    for typed in [
        "+49 711 55501234",
        "+49 (0)711 / 555-01234",
        "0049 711 55501234",
        "0711 55501234",
        "0711/55501234",
        "71155501234",
        "4971155501234",
        "55501234",
    ] {
        let hits = shelf.ask(typed, &[], &Narrow::default());
        assert_eq!(hits.len(), 1, "{typed} {hits:?}");
        assert_eq!(hits[0].title, "Acme", "{typed}");
        assert!(hits[0].matched.as_deref().unwrap().starts_with("+4971155501234"), "{typed}");
    }
    for typed in ["1234", "501234", "5501234"] {
        assert_eq!(shelf.titles(typed), ["Acme"], "{typed}");
    }
    assert_eq!(shelf.titles("138 0013 8000"), ["Beijing"]);
    assert_eq!(shelf.titles("+49 711 555").len(), 2);
    let moment = shelf.moment();
    let who = |text: &str| shelf.finder(&moment).who(text, 10).unwrap();
    assert_eq!(who("0711 55501234")[0].title, "Acme");
    assert_eq!(who("13800138000")[0].title, "Beijing");
    assert!(who("acme").is_empty());
}

#[test]
fn mail_web_and_numbers_are_found_whole_and_in_parts() {
    let mut shelf = Shelf::new();
    shelf.add(
        "customer",
        &[
            ("name", "Acme".into()),
            ("emails", point("ana.lopez@acme-tools.example.com")),
            ("urls", point("https://shop.acme-tools.de/x")),
            ("external_id", "ERP-0042/A".into()),
        ],
    );
    shelf.customer("Erp Systems");
    for typed in [
        "ana.lopez@acme-tools.example.com",
        "ANA.lopez@acme",
        "lopez",
        "acme-tools",
        "tools",
        "shop.acme",
    ] {
        assert_eq!(shelf.titles(typed), ["Acme"], "{typed}");
    }
    for typed in ["ERP-0042/A", "erp-0042/a"] {
        let hits = shelf.ask(typed, &[], &Narrow::default());
        assert_eq!(hits[0].title, "Acme");
        assert_eq!(hits[0].matched.as_deref(), Some("ERP-0042/A"), "{typed}");
        assert!(hits[0].score >= 7_000);
    }
    assert_eq!(shelf.titles("erp0042a"), ["Acme"]);
    let moment = shelf.moment();
    let who = |text: &str| shelf.finder(&moment).who(text, 10).unwrap();
    assert_eq!(who("ana.lopez@ACME-tools.example.com").len(), 1);
    assert_eq!(who("shop.acme-tools.de/x").len(), 1);
    assert!(who("lopez@example.com").is_empty());
}

#[test]
fn mistakes_and_insides_are_found() {
    let mut shelf = Shelf::new();
    shelf.customer("Oberhofmann Elektrik");
    shelf.customer("Schmidtbauer AG");
    for typed in ["hofmann", "hofman", "lektri"] {
        assert_eq!(shelf.titles(typed), ["Oberhofmann Elektrik"], "{typed}");
    }
    for typed in ["shcmidt", "schmitdbauer", "schmdtbauer", "schmidtbaer ag", "scmidtb"] {
        assert_eq!(shelf.titles(typed), ["Schmidtbauer AG"], "{typed}");
    }
    shelf.vocabulary.warm(&shelf.conn).unwrap();
    assert_eq!(shelf.titles("shcmidt"), ["Schmidtbauer AG"]);
    shelf.customer("Late Comer");
    assert_eq!(shelf.titles("ocmer"), ["Late Comer"], "words of later records are known");
    assert!(shelf.titles("xyzzyq").is_empty());
}

#[test]
fn a_person_by_name_comes_before_what_speaks_of_them() {
    let mut shelf = Shelf::new();
    for n in 0..6 {
        let subject = format!("Müller called back about offer {n}");
        shelf.add("activity", &[("subject", Value::from(subject.as_str()))]);
    }
    shelf.add("contact", &[("name", Value::from("Maximilian Müller"))]);
    assert_eq!(shelf.titles("mul")[0], "Maximilian Müller");
    for name in ["张伟民", "赵文", "周威林"] {
        shelf.add("contact", &[("name", Value::from(name))]);
    }
    shelf.add("contact", &[("name", Value::from("张伟"))]);
    for name in ["张为国", "朱伟明"] {
        shelf.add("contact", &[("name", Value::from(name))]);
    }
    let found = shelf.titles("zw");
    assert_eq!(found.len(), 6, "{found:?}");
    let short = found.iter().take(2).all(|name| name.chars().count() == 2);
    assert!(short, "whole names come first: {found:?}");
}

#[test]
fn the_best_fit_comes_first() {
    let mut shelf = Shelf::new();
    shelf.add("customer", &[("name", "Zed".into()), ("description", "talks about bern".into())]);
    shelf.customer("Oberberner Hof");
    shelf.customer("Hotel Bern");
    shelf.customer("Bern");
    shelf.customer("Bernina Bahn");
    shelf.add("customer", &[("name", "Bernau".into()), ("owner", owner(1))]);
    shelf.customer("Bernhard");
    assert_eq!(
        shelf.titles("bern"),
        ["Bern", "Bernau", "Bernhard", "Bernina Bahn", "Hotel Bern", "Zed", "Oberberner Hof"]
    );
    let reference = shelf.titles("c-3");
    assert_eq!(reference[0], "Hotel Bern");
}

#[test]
fn the_matched_text_and_the_subtitle_are_told() {
    let mut shelf = Shelf::new();
    let address = crate::model::Address { city: "Stuttgart".into(), ..Default::default() };
    let acme = shelf.add(
        "customer",
        &[("name", "Acme".into()), ("address", Value::Address(Box::new(address)))],
    );
    shelf.add(
        "deal",
        &[("name", "Press".into()), ("customer", Value::Link(Link::new("customer", acme)))],
    );
    let hits = shelf.ask("stutt", &[], &Narrow::default());
    assert_eq!(hits[0].matched.as_deref(), Some("Stuttgart"));
    assert_eq!(hits[0].subtitle, "Stuttgart");
    assert_eq!(shelf.ask("press", &[], &Narrow::default())[0].subtitle, "Acme");
}

#[test]
fn holders_and_conditions_narrow() {
    let mut shelf = Shelf::new();
    let mine = shelf.add("customer", &[("name", "Acme One".into()), ("owner", owner(7))]);
    shelf.add("customer", &[("name", "Acme Two".into()), ("owner", owner(71))]);
    let team = Value::Link(Link::new("team", RecordId(3)));
    shelf.add("customer", &[("name", "Acme Three".into()), ("team", team)]);
    let narrow = |holders: Vec<Holder>| Narrow { holders: vec![holders], condition: None };
    let seven = Holder::Owner(RecordId(7));
    let three = Holder::Team(RecordId(3));
    for typed in ["acme", "a", "acme one", "cme", "acmme"] {
        let hits = shelf.ask(typed, &["customer"], &narrow(vec![seven]));
        assert_eq!(hits.len(), 1, "{typed}");
        assert_eq!(hits[0].record.id, mine);
    }
    assert_eq!(shelf.ask("acme", &[], &narrow(vec![seven, three])).len(), 2);
    assert_eq!(shelf.ask("acme", &[], &narrow(vec![])).len(), 0);
    let condition = Some(("e.name LIKE ?".to_owned(), vec![Sql::Text("%T%".into())]));
    let narrow = Narrow { holders: Vec::new(), condition };
    assert_eq!(shelf.ask("acme", &["customer"], &narrow).len(), 2);
}

#[test]
fn entities_can_be_chosen_and_lines_stay_out() {
    let mut shelf = Shelf::new();
    shelf.customer("Press Works");
    shelf.add("product", &[("name", "Press".into())]);
    shelf.add("quote_line", &[("name", "Press".into())]);
    assert_eq!(shelf.titles("press"), ["Press", "Press Works"]);
    assert_eq!(shelf.ask("press", &["quote_line"], &Narrow::default()).len(), 1);
    assert!(shelf.ask("press", &["nonsense"], &Narrow::default()).is_empty());
}

#[test]
fn what_is_removed_or_renamed_is_not_found() {
    let mut shelf = Shelf::new();
    let id = shelf.customer("Acme");
    let number = shelf.number("customer");
    let mut indexer = Indexer::new(&shelf.conn);
    let fields = BTreeMap::from([(Name::from("name"), Value::from("Bravo"))]);
    let customer = shelf.catalog.entity("customer").unwrap();
    indexer.replace(customer, number, id, &fields).unwrap();
    shelf.conn.execute("UPDATE customer SET name = 'Bravo', sort_key = 'bravo'", []).unwrap();
    assert!(shelf.titles("acme").is_empty());
    assert_eq!(shelf.titles("bravo"), ["Bravo"]);
    indexer.remove(number, id).unwrap();
    indexer.remove(number, id).unwrap();
    shelf.conn.execute("UPDATE customer SET deleted_at = 1", []).unwrap();
    assert!(shelf.titles("bravo").is_empty());
    assert!(shelf.titles("c-1").is_empty());
}

#[test]
fn only_indexed_texts_and_holders_need_indexing() {
    let shelf = Shelf::new();
    let customer = shelf.catalog.entity("customer").unwrap();
    let record = |name: &str, status: &str, holder: i64| {
        BTreeMap::from([
            (Name::from("name"), Value::from(name)),
            (Name::from("status"), Value::from(status)),
            (Name::from("owner"), owner(holder)),
        ])
    };
    let before = record("Acme", "active", 1);
    assert!(!needs_reindex(customer, &before, &record("Acme", "former", 1)));
    assert!(needs_reindex(customer, &before, &record("Acme!", "active", 1)));
    assert!(needs_reindex(customer, &before, &record("Acme", "active", 2)));
}

#[test]
fn no_text_breaks_the_match() {
    let mut shelf = Shelf::new();
    shelf.customer("Acme");
    let long = "a ".repeat(5_000);
    let run = "长".repeat(5_000);
    for typed in [
        "\"",
        "a\" OR \"b",
        "* OR *",
        "NEAR(a b)",
        "t:acme",
        "-acme",
        "^acme",
        "(",
        "a AND",
        "NOT",
        "'; DROP TABLE x",
        "\0",
        "a\0b",
        "\u{202e}acme",
        "%",
        "_",
        "_o1",
        "@",
        "a@",
        "@b",
        "..",
        "+",
        "++49",
        "00",
        "000",
        "()",
        "\n",
        "𠮷𠮷𠮷",
        "é́́́",
        "👩‍👩‍👧",
        "a\u{301}",
        "ﷺ",
        long.as_str(),
        run.as_str(),
        "{}",
        "acme\"*",
        "0x1F",
        "1e9",
    ] {
        shelf.titles(typed);
        if let Some(text) = match_text(typed) {
            shelf
                .conn
                .query_row(
                    "SELECT count(*) FROM _search WHERE _search MATCH ?",
                    [&text],
                    |_| Ok(()),
                )
                .unwrap_or_else(|error| panic!("{typed:?} {text}: {error}"));
        }
    }
    for name in
        ["\"; --", "a\0b", "\u{202e}", "_o1 _t1", "𠮷", "x".repeat(100_000).as_str(), run.as_str()]
    {
        shelf.customer(name);
    }
    assert!(
        shelf
            .ask(
                "acme",
                &[],
                &Narrow { holders: vec![vec![Holder::Owner(RecordId(1))]], condition: None }
            )
            .is_empty()
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_sound_match(typed in "\\PC{0,30}") {
        let conn = Connection::open_in_memory().unwrap();
        create(&conn).unwrap();
        if let Some(text) = match_text(&typed) {
            conn.query_row("SELECT count(*) FROM _search WHERE _search MATCH ?", [&text], |_| Ok(()))
                .unwrap();
        }
    }
}

#[test]
fn a_filter_of_holders_is_left_to_the_index() {
    let shelf = Shelf::new();
    let moment = shelf.moment();
    let narrow = |text: &str| {
        let query = Query::parse(text, &shelf.catalog, "customer").unwrap();
        Narrow::to(&shelf.catalog, [&query], &moment)
    };
    let mine = narrow("owner = me");
    assert_eq!(mine.holders, [[Holder::Owner(RecordId(1))]]);
    assert!(mine.condition.is_none());
    let both = narrow("owner = me and status = active");
    assert_eq!(both.holders, [[Holder::Owner(RecordId(1))]]);
    assert!(both.condition.is_some());
    assert!(narrow("status = active").holders.is_empty());
    assert!(narrow("not owner = me").holders.is_empty());
    let nobodys = narrow("team = my team");
    assert_eq!(nobodys.holders, [[]; 1] as [[Holder; 0]; 1]);
}

#[test]
fn a_phone_is_found_by_any_beginning_or_end_however_it_is_dialled() {
    let mut shelf = Shelf::new();
    shelf.add("customer", &[("name", "Test Phone".into()), ("phones", point("+497115550100"))]);
    for typed in
        ["100", "0100", "5550100", "711555", "0711 555", "49711", "+49 711", "(0711) 555-01"]
    {
        assert_eq!(shelf.titles(typed), ["Test Phone"], "{typed}");
    }
    assert!(shelf.titles("010").is_empty(), "three digits are an end");
    assert!(shelf.titles("00").is_empty());
}

#[test]
fn who_calls_comes_before_what_begins_with_the_number_but_not_all_who_might() {
    let mut shelf = Shelf::new();
    for n in 0..12 {
        let number = format!("+4971155{n:02}100");
        shelf.add(
            "contact",
            &[("name", format!("Caller {n}").as_str().into()), ("phones", point(&number))],
        );
    }
    shelf.add("deal", &[("name", "100 x Seal kit".into())]);
    let titles = shelf.titles("100");
    assert_eq!(titles.len(), 13);
    assert!(titles[..10].iter().all(|title| title.starts_with("Caller")), "{titles:?}");
    assert_eq!(titles[10], "100 x Seal kit");
}
