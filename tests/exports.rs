//! Exports: what goes out comes in again as it was, in both modes; typed, escaped and whole in every format;
//! and under the same rights whatever the format.
//!
//! For whoever adds reading of a format: `comes_back` takes it as one more line of `FORMS`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/shell.rs"]
mod shell;

use std::fs::{self, File};

use common::{Desk, desk, shared};
use kontor::exchange::export::{ExportFormat, ExportRequest, export};
use kontor::exchange::import::{ImportOptions, Listener, run_source};
use kontor::exchange::read::Inside;
use kontor::exchange::{RowFate, Source};
use kontor::gate::{ListRequest, Via};
use kontor::model::{Edit, Name, Record, Value};
use kontor::schema::{Catalog, FieldType};
use proptest::prelude::*;
use shell::Shell;

const COMPANY: &str = r#"
[entity.thing]
label = { en = "Thing", zh = "东西" }
plural = { en = "Things", zh = "东西" }
prefix = "TH"
title = "name"
FIELDS
"#;

/// A field of each type that can be filled.
const FIELDS: [(&str, &str); 19] = [
    ("name", "type = \"text\"\nrequired = true"),
    ("line", "type = \"text\""),
    ("block", "type = \"longtext\""),
    ("whole", "type = \"integer\""),
    ("exact", "type = \"decimal\""),
    ("money", "type = \"money\""),
    ("share", "type = \"percent\""),
    ("flag", "type = \"boolean\""),
    ("day", "type = \"date\""),
    ("moment", "type = \"datetime\""),
    ("lasts", "type = \"duration\""),
    (
        "choice",
        "type = \"select\"\noptions = [{ value = \"a\", label = { en = \"Ä\", zh = \"甲\" } }, { value = \"b\", label = { en = \"B\", zh = \"乙\" } }]",
    ),
    ("stars", "type = \"rating\""),
    ("tags", "type = \"tags\""),
    ("phones", "type = \"phone\""),
    ("mails", "type = \"email\""),
    ("urls", "type = \"url\""),
    ("place", "type = \"address\""),
    ("boss", "type = \"link\"\nto = \"customer\""),
];

fn things() -> Desk {
    let mut desk = desk();
    let field = |(name, rest): &(&str, &str)| {
        format!(
            "[[entity.thing.field]]\nname = \"{name}\"\nlabel = {{ en = \"{name}\", zh = \"{name}\" }}\n{rest}\n"
        )
    };
    let fields = FIELDS.iter().map(field).collect::<Vec<_>>().concat();
    let toml = COMPANY.replace("FIELDS", &fields);
    let plan = desk.session.plan_schema("company.toml", &toml).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
    // Two of one name, one that looks like a reference, one like a formula.
    for name in ["Twin", "Twin", "C-1", "=1+1", "A; B"] {
        desk.add(Edit::create("customer").typed("name", name));
    }
    desk
}

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "=1+1",
        "'=1+1",
        "''=1+1",
        "+49 711 1",
        "-5",
        "- x\n- y (z)",
        "a;=cmd|' /C calc'!A0",
        "@SUM(1)",
        "＝1",
        "\"=1",
        "a\",=1",
        "a\t=1",
        "-2+3+cmd|' /C calc'!A0",
        "TRUE",
        "00123",
        "1E5",
        "N/A",
        "sep=;",
        "x\n\ny",
        "'",
        "‏אב",
        "😀",
        "a\\;b",
        "ref",
    ]
    .map(str::to_owned)
    .into();
    if let Some(path) = shared("hostile.txt") {
        let list = fs::read_to_string(path).unwrap();
        texts.extend(list.lines().filter_map(|line| line.split('\t').nth(3)).map(str::to_owned));
    }
    texts
}

fn all(desk: &Desk) -> Vec<Record> {
    let mut rows = desk.session.list(&ListRequest::first("thing", 1_000)).unwrap().rows;
    rows.sort_by_key(|row| row.id.0);
    rows
}

fn fields(catalog: &Catalog) -> Vec<Name> {
    let thing = catalog.entity("thing").unwrap();
    thing.fields.iter().map(|field| field.name.clone()).collect()
}

struct Nobody;

impl Listener for Nobody {}

/// The formats that are read again.
const FORMS: [ExportFormat; 5] = [
    ExportFormat::Csv,
    ExportFormat::Tsv,
    ExportFormat::Xlsx,
    ExportFormat::Json,
    ExportFormat::Ndjson,
];

/// What a format keeps of a value: all, but that JSON says a number or address as it is and not as it was typed.
fn kept(value: &Value, format: ExportFormat) -> Value {
    let mut value = value.clone();
    if let Value::Points(points) = &mut value
        && matches!(format, ExportFormat::Json | ExportFormat::Ndjson)
    {
        for point in points {
            point.raw = None;
        }
    }
    value
}

/// Writes all things out, empties them, brings them in again, and compares.
fn comes_back(desk: &mut Desk, format: ExportFormat, exact: bool) {
    let before = all(desk);
    let catalog = std::sync::Arc::clone(desk.session.catalog());
    let request = ExportRequest { exact, ..ExportRequest::all("thing") };
    let mut bytes = Vec::new();
    export(&desk.session, &request, format, &mut bytes).unwrap();
    let told = String::from_utf8_lossy(&bytes).into_owned();
    for record in &before {
        let mut edit = Edit::update("thing", record.id).typed("name", "Emptied");
        for (name, _) in &FIELDS[1..] {
            edit = edit.typed(*name, "");
        }
        desk.session.save(vec![edit], "emptied").unwrap();
    }
    let path = desk.folder().join("things");
    fs::write(&path, &bytes).unwrap();
    let mut session = desk.gate.session(Via::Import).unwrap();
    session.refresh().unwrap();
    let options =
        ImportOptions { entity: "thing".into(), file: "things".into(), ..ImportOptions::default() };
    let file = File::open(&path).unwrap();
    let source = Source::of_file(file, "things", &options.said(), &Inside).unwrap();
    let report = run_source(&mut session, source, &options, &mut Nobody, None).unwrap();
    assert_eq!(report.count(RowFate::Error), 0, "{format:?} {:?}\n{told}", report.problems);
    desk.session.refresh().unwrap();
    for (one, other) in before.iter().zip(all(desk)) {
        for name in fields(&catalog) {
            let kind = &catalog.entity("thing").unwrap().field(&name).unwrap().kind;
            let bookkeeping = ["version", "updated_at", "updated_by"].contains(&name.as_str());
            if !bookkeeping && !matches!(kind, FieldType::Links { .. }) {
                let (one, other) = (kept(one.get(&name), format), kept(other.get(&name), format));
                assert_eq!(one, other, "{format:?} {exact} {name}\n{told}");
            }
        }
    }
}

fn add(desk: &mut Desk, values: &[(&str, &str)]) {
    let mut edit = Edit::create("thing").typed("name", "Thing");
    for (name, value) in values {
        edit = edit.typed(*name, *value);
    }
    // What a field does not take is nothing that could be lost.
    let _ = desk.session.save(vec![edit], "test");
}

#[test]
fn every_type_comes_back_as_it_was_in_both_modes() {
    let mut desk = things();
    let good: [(&str, &[&str]); 18] = [
        ("line", &["plain"]),
        ("block", &["one\ntwo", "  indented\n- a\n- b(c)"]),
        ("whole", &["-12", "2147483648"]),
        ("exact", &["-0.0001", "12345678901.5"]),
        ("money", &["-12.5 EUR", "1000 JPY", "0.5 KWD"]),
        ("share", &["12.5", "-3"]),
        ("flag", &["yes", "no"]),
        ("day", &["2026-02-28", "1899-12-31"]),
        ("moment", &["2026-10-25 02:30", "2026-03-01 00:00", "2026-01-02 03:04:05"]),
        ("lasts", &["1h30m", "90s"]),
        ("choice", &["a", "b"]),
        ("stars", &["3"]),
        ("tags", &["vip; 重要", "=1"]),
        ("phones", &["+49 711 55501", "work: +1 212 555 0100; mobile: +49 170 1234567"]),
        ("mails", &["a@example.com; work: b@example.com"]),
        ("urls", &["https://example.com/a?b=c;d"]),
        ("place", &["street=Weg 1; city=Ulm; postcode=00123; country=DE"]),
        ("boss", &["C-1", "C-2", "C-3", "C-4", "C-5"]),
    ];
    for (name, values) in good {
        for value in values {
            let before = all(&desk).len();
            add(&mut desk, &[(name, value)]);
            assert_eq!(all(&desk).len(), before + 1, "{name} = {value}");
        }
    }
    for text in hostile() {
        let names = ["line", "block", "tags", "phones", "mails", "urls", "place"];
        for name in names {
            add(&mut desk, &[(name, &text)]);
        }
    }
    for format in FORMS {
        for exact in [false, true] {
            comes_back(&mut desk, format, exact);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn texts_come_back_whatever_they_are(
        texts in proptest::collection::vec("[ '\"=+@;,|\t\n(!a1＝é\\-]{1,12}|\\PC{0,8}", 1..6),
        exact: bool,
    ) {
        let mut desk = things();
        for text in texts {
            add(&mut desk, &[("line", &text), ("block", &text)]);
        }
        comes_back(&mut desk, ExportFormat::Csv, exact);
    }
}

fn written(desk: &Desk, format: ExportFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    export(&desk.session, &ExportRequest::all("customer"), format, &mut bytes).unwrap();
    bytes
}

#[test]
fn each_format_is_whole_and_holds_every_record() {
    let mut desk = desk();
    let evil = "<script>alert(1)</script> & \"x\" =1+1";
    let edit = Edit::create("customer").typed("name", evil).typed("phones", "+49 711 55501");
    let edit = edit.typed("revenue", "1234.5 EUR").typed("tags", "a, b");
    desk.add(edit.typed("description", "one\ntwo; three, four\\five"));
    desk.add(Edit::create("customer").typed("name", "张伟贸易有限公司"));
    let text = |format| String::from_utf8(written(&desk, format)).unwrap();
    let page = text(ExportFormat::Html);
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(page.contains("<html lang=\"en\">") && page.contains("<caption>Customers</caption>"));
    assert_eq!(page.matches("<th scope=\"row\"").count(), 2);
    for (format, version) in [(ExportFormat::Vcard, "4.0"), (ExportFormat::Vcard3, "3.0")] {
        let cards = text(format);
        assert_eq!(cards.matches("BEGIN:VCARD\r\n").count(), 2, "{cards}");
        assert!(cards.contains(&format!("VERSION:{version}\r\n")) && cards.contains("+4971155501"));
        assert!(
            cards.replace("\r\n ", "").contains("one\\ntwo\\; three\\, four\\\\five"),
            "{cards}"
        );
        assert!(cards.lines().all(|line| line.len() <= 76), "{cards}");
    }
    assert_eq!(text(ExportFormat::Ndjson).lines().count(), 2);
    let book = written(&desk, ExportFormat::Xlsx);
    assert!(book.starts_with(b"PK"));
    let request = ExportRequest::all("customer");
    let ical = export(&desk.session, &request, ExportFormat::Ical, &mut Vec::new());
    assert!(ical.is_err(), "customers are no dates");
    desk.add(Edit::create("task").typed("name", "Call; her, now").typed("due", "2026-11-24 10:00"));
    let mut bytes = Vec::new();
    export(&desk.session, &ExportRequest::all("task"), ExportFormat::Ical, &mut bytes).unwrap();
    let ical = String::from_utf8(bytes).unwrap();
    assert!(ical.starts_with("BEGIN:VCALENDAR\r\n") && ical.ends_with("END:VCALENDAR\r\n"));
    assert!(ical.contains("DUE:20261124T090000Z") && ical.contains("Call\\; her\\, now"), "{ical}");
}

#[test]
fn no_format_is_a_way_around_rights_and_the_log() {
    let shell = Shell::company();
    shell.done(&["customer", "add", "name=Hidden Ltd", "owner=Bo Li"]);
    let folder = shell.folder.path().to_owned();
    for ending in ["csv", "tsv", "xlsx", "json", "ndjson", "md", "html", "vcf"] {
        let file = folder.join(format!("of-admin.{ending}"));
        shell.done(&["export", "customer", file.to_str().unwrap()]);
        let log = shell.done(&["audit", "list", "--where", "kind = export", "--limit", "1"]);
        assert!(log.contains(&format!("of-admin.{ending}")), "{log}");
    }
    let file = folder.join("numbers.xlsx");
    shell.done(&["report", "pipeline", file.to_str().unwrap()]);
    assert!(fs::read(&file).unwrap().starts_with(b"PK"));
    let said = shell.type_in(&["report", "pipeline", "--format", "vcard"]);
    assert_eq!(said.status, 1, "{said:?}");
    let said = shell.type_in(&["customer", "list", "--format", "xlsx"]);
    assert_eq!(said.status, 2, "{said:?}");
    let csv = shell.done(&["report", "pipeline", "--format", "csv"]);
    assert!(csv.lines().next().unwrap().contains(','), "{csv}");
}
