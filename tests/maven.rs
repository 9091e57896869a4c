//! A real sales team's data: imported by the maps that ship, held against numbers that strangers
//! published.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::fs::{File, read_to_string};
use std::path::{Path, PathBuf};

use common::{Desk, desk, shared};
use kontor::exchange::import::{ImportOptions, run};
use kontor::exchange::{ImportMap, ImportReport, RowFate};
use kontor::gate::{Count, Session, Via};
use kontor::query::Query;
use kontor::report::{Cell, ReportRequest, Table, find};

/// Entity, data file, map file: the steps of `import.sh`, in its order.
fn steps() -> Vec<(String, String, String)> {
    let script = read_to_string(example("import.sh")).unwrap();
    script
        .lines()
        .filter_map(|line| line.strip_prefix("step "))
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[0].to_owned(), words[1].to_owned(), words[2].to_owned())
        })
        .collect()
}

fn example(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/examples/maven").join(file)
}

fn import(
    session: &mut Session,
    data: &Path,
    (entity, file, map): &(String, String, String),
    change: impl Fn(&str) -> String,
    dry_run: bool,
) -> ImportReport {
    let text = change(&read_to_string(example(map)).unwrap());
    let options = ImportOptions {
        entity: entity.clone(),
        file: file.clone(),
        map: Some(ImportMap::parse(map, &text).unwrap()),
        dry_run,
        ..ImportOptions::default()
    };
    run(session, File::open(data.join(file)).unwrap(), &options, &mut (), None).unwrap()
}

fn as_it_is(text: &str) -> String {
    text.to_owned()
}

fn count(session: &Session, entity: &str, filter: &str) -> u64 {
    let query = (!filter.is_empty())
        .then(|| Query::parse(filter, session.catalog(), entity).unwrap_or_else(|e| panic!("{e}")));
    match session.count(entity, query.as_ref(), None).unwrap() {
        Count::Exactly(number) | Count::AtLeast(number) => number,
    }
}

/// A database with the company's schema and a session that imports.
fn company() -> (Desk, Session) {
    let desk = desk();
    let mut session = desk.gate.session(Via::Import).unwrap();
    let toml = read_to_string(example("company.toml")).unwrap();
    let plan = session.plan_schema("company.toml", &toml).unwrap();
    session.apply_schema(&plan, false).unwrap();
    (desk, session)
}

fn imported(data: &Path) -> (Desk, Session) {
    let (desk, mut session) = company();
    for step in steps() {
        let report = import(&mut session, data, &step, as_it_is, false);
        assert_eq!(report.count(RowFate::Error), 0, "{step:?}: {:#?}", report.problems);
        assert!(report.unmentioned.is_empty(), "{step:?}: {:?}", report.unmentioned);
    }
    (desk, session)
}

#[test]
fn the_import_ends_with_all_records_and_the_second_run_changes_nothing() {
    let Some(data) = shared("maven_crm") else { return };
    let (_desk, mut session) = imported(&data);
    for (entity, filter, expected) in [
        ("customer", "", 85),
        ("product", "", 7),
        ("team", "", 3),
        ("user", "position = \"Sales agent\"", 35),
        ("user", "position = \"Sales manager\"", 6),
        ("user", "manager is not empty", 35),
        ("customer", "parent is not empty", 15),
        ("deal", "", 8_800),
        ("deal", "customer is empty", 1_425),
        ("deal", "engaged_on is empty", 500),
        ("deal", "stage.state = open", 2_089),
        ("deal", "stage = won", 4_238),
        ("deal", "stage = lost", 2_473),
        ("deal", "stage = engaging", 1_589),
        ("deal", "stage = prospecting", 500),
        ("deal", "product.name = \"GTX Pro\"", 1_480),
        ("deal", "product is empty", 0),
        ("deal", "owner is empty", 0),
        ("deal", "stage = lost and lost_reason = other", 2_473),
        ("deal", "stage != lost and lost_reason is not empty", 0),
        ("customer", "industry = technology", 12),
    ] {
        assert_eq!(count(&session, entity, filter), expected, "{entity}: {filter}");
    }
    for step in steps() {
        let again = import(&mut session, &data, &step, as_it_is, false);
        assert_eq!(again.count(RowFate::Same), again.rows, "{step:?}: {again:#?}");
        assert_eq!(again.change_set, None, "{step:?}");
    }
}

#[test]
fn the_dry_run_catches_the_misspelt_product_and_writes_nothing() {
    let Some(data) = shared("maven_crm") else { return };
    let (_desk, mut session) = company();
    let steps = steps();
    for step in &steps[..5] {
        import(&mut session, &data, step, as_it_is, false);
    }
    let unmapped = |text: &str| text.replace("values = { GTXPro = \"GTX Pro\" }", "");
    let report = import(&mut session, &data, &steps[5], unmapped, true);
    assert_eq!(report.count(RowFate::Error), 1_480);
    assert_eq!(report.count(RowFate::Create), 8_800 - 1_480);
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    let problem = &report.problems[0];
    assert_eq!(problem.problem, "product: no product \"GTXPro\" (did you mean \"GTX Pro\"?)");
    assert_eq!(problem.examples[0], (3, "GTXPro".to_owned()));
    assert_eq!(report.change_set, None);
    assert_eq!(count(&session, "deal", ""), 0);
}

#[test]
fn an_import_is_taken_back_as_one_change() {
    let Some(data) = shared("maven_crm") else { return };
    let (_desk, mut session) = company();
    let steps = steps();
    let report = import(&mut session, &data, &steps[1], as_it_is, false);
    assert_eq!(report.count(RowFate::Create), 85);
    assert_eq!(count(&session, "customer", ""), 85);
    let undo = session.plan_undo(report.change_set).unwrap();
    assert_eq!(undo.records, 85);
    session.undo(&undo).unwrap();
    assert_eq!(count(&session, "customer", ""), 0);
}

/// A cell of a report: the line with this label (`All` for the last one) and the column.
fn cell(table: &Table, line: &str, column: &str) -> String {
    let at = table.heads.iter().position(|head| head.name == column).unwrap();
    let line = table
        .lines
        .iter()
        .chain([&table.total])
        .find(|known| known.label == line)
        .unwrap_or_else(|| panic!("no line {line}: {table:#?}"));
    match &line.cells[at] {
        Cell::Empty => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Money(amounts) => amounts
            .iter()
            .map(|(currency, amount)| format!("{} {currency}", amount.normalize()))
            .collect::<Vec<_>>()
            .join(" + "),
        Cell::Masked => "masked".to_owned(),
        Cell::Value(value) => format!("{value:?}"),
    }
}

#[test]
fn reports_give_the_published_numbers() {
    let Some(data) = shared("maven_crm") else { return };
    let (_desk, session) = imported(&data);
    let report = |name: &str, request: &ReportRequest<'_>| {
        kontor::report::run(&session, find(session.catalog(), name).unwrap(), request).unwrap()
    };
    let plain = ReportRequest::default();
    let by = |by| ReportRequest { by: Some(by), ..ReportRequest::default() };

    let pipeline = report("pipeline", &plain);
    let stages: Vec<&str> = pipeline.lines.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(stages, ["Prospecting", "Engaging", "Won", "Lost"]);
    for (stage, deals) in [
        ("Prospecting", "500"),
        ("Engaging", "1589"),
        ("Won", "4238"),
        ("Lost", "2473"),
        ("All", "8800"),
    ] {
        assert_eq!(cell(&pipeline, stage, "deals"), deals, "{stage}");
    }
    assert_eq!(cell(&pipeline, "Won", "value"), "10005534 USD");

    let won = report("won", &plain);
    let quarters: Vec<(String, String)> = won
        .lines
        .iter()
        .map(|line| (line.label.clone(), cell(&won, &line.label, "value")))
        .collect();
    let expected = [
        ("2017-Q1", "1134672 USD"),
        ("2017-Q2", "3086111 USD"),
        ("2017-Q3", "2982255 USD"),
        ("2017-Q4", "2802496 USD"),
    ];
    assert_eq!(quarters, expected.map(|(quarter, value)| (quarter.to_owned(), value.to_owned())));
    assert_eq!(cell(&won, "All", "value"), "10005534 USD");
    assert_eq!(cell(&won, "All", "days"), "51.8");
    assert_eq!(cell(&won, "All", "mean"), "2360.91 USD");

    let velocity = report("velocity", &plain);
    assert!(velocity.lines.is_empty());
    for (column, expected) in [
        ("won", "4238"),
        ("lost", "2473"),
        ("win_rate_of_closed", "63.15"),
        ("win_rate_of_all", "48.16"),
        ("days_won", "51.8"),
        ("days_lost", "41.5"),
    ] {
        assert_eq!(cell(&velocity, "All", column), expected, "{column}");
    }
    let definitions: Vec<(&str, &str)> =
        velocity.notes.iter().map(|n| (n.definition.as_str(), n.total.as_str())).collect();
    assert_eq!(definitions[0], ("won / (won + lost)", "63.15 %"));
    assert_eq!(definitions[1], ("won / all deals, open ones included", "48.16 %"));

    // Other published numbers: the best seller and the product that brings most.
    let owners = report("won", &by("owner"));
    assert_eq!(owners.lines[0].label, "Darcel Schlecht");
    assert_eq!(cell(&owners, "Darcel Schlecht", "value"), "1153214 USD");
    assert_eq!(cell(&owners, "Darcel Schlecht", "deals"), "349");
    let products = report("won", &by("product"));
    assert_eq!(products.lines[0].label, "GTX Pro");
    assert_eq!(cell(&products, "GTX Pro", "value"), "3510578 USD");

    let only = ReportRequest { filter: Some("product.series = GTX"), ..ReportRequest::default() };
    assert_eq!(cell(&report("won", &only), "All", "deals"), "2776");

    // The open deals have no amount and no expected close: the forecast says so.
    let forecast = report("forecast", &plain);
    assert_eq!(cell(&forecast, "(none)", "deals"), "2089");
    assert_eq!(forecast.json()["total"]["deals"], 2089);
}
