//! A company's own schema on a living file: a field is there everywhere once it is applied, a change of
//! type is a plan with a verdict per value, and all of it can be taken back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::process::{Command, Output};

use common::{Desk, desk};
use kontor::gate::{ErrorKind, GateError, HistoryRequest, ListRequest, Via};
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Edit, Lang, Value};
use kontor::query::Query;
use kontor::term::ColourDepth;
use kontor::tui::Theme;

const TIER: &str = r#"
[[entity.customer.field]]
name = "tier"
type = "select"
label = { en = "Loyalty tier", zh = "忠诚级别" }
indexed = true
column = { priority = 1, width = 12 }
options = [
  { value = "gold", label = { en = "Gold", zh = "金" } },
  { value = "silver", label = { en = "Silver", zh = "银" } },
]

[[entity.customer.field]]
name = "dock"
type = "text"
label = { en = "Loading dock", zh = "装卸口" }
searchable = true
"#;

fn apply(desk: &mut Desk, toml: &str) {
    let plan = desk.session.plan_schema("company.toml", toml).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
}

fn kontor(desk: &Desk, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kontor"))
        .arg("--db")
        .arg(desk.gate.path())
        .args(args)
        .env_remove("KONTOR_DB")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn a_field_of_the_company_is_everywhere_once_it_is_applied() {
    let mut desk = desk();
    apply(&mut desk, TIER);
    // Command line and JSON.
    let added = kontor(&desk, &["customer", "add", "name=Acme", "tier=Gold", "dock=Ramp seven"]);
    assert!(added.status.success(), "{}", said(&added));
    let json = kontor(&desk, &["customer", "list", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(rows[0]["tier"], "gold", "{}", said(&json));
    // Filter and search.
    let query = Query::parse("tier = gold", desk.session.catalog(), "customer").unwrap();
    let request = ListRequest { filter: Some(query), ..ListRequest::first("customer", 9) };
    assert_eq!(desk.session.list(&request).unwrap().rows.len(), 1);
    assert_eq!(desk.find("ramp"), ["Acme"]);
    // Import.
    let file = desk.folder().join("more.csv");
    std::fs::write(&file, "Name,Loyalty tier,Loading dock\nBolt,silver,Gate 3\nCore,platinum,\n")
        .unwrap();
    let dry = kontor(&desk, &["import", "customer", file.to_str().unwrap(), "--dry-run"]);
    assert!(said(&dry).contains("platinum"), "{}", said(&dry));
    std::fs::write(&file, "Name,Loyalty tier,Loading dock\nBolt,silver,Gate 3\n").unwrap();
    let import = kontor(&desk, &["import", "customer", file.to_str().unwrap()]);
    assert!(import.status.success(), "{}", said(&import));
    assert_eq!(desk.find("gate 3"), ["Bolt"]);
    // List and form on the screen, in both languages.
    for (lang, label) in [(Lang::En, "Loyalty tier"), (Lang::Zh, "忠诚级别")] {
        let screen = Screen {
            width: 120,
            height: 40,
            theme: Theme::built_in("dark", ColourDepth::True),
            lang,
            ascii: false,
        };
        let session = desk.gate.session(Via::Tui).unwrap();
        let mut script = Script::start(session, &screen);
        script.press("2").unwrap();
        assert!(script.text().contains(label), "{}", script.text());
        script.press("n c").unwrap();
        assert!(script.text().contains(label), "{}", script.text());
    }
}

#[test]
fn an_open_session_sees_a_field_that_another_one_adds() {
    let mut desk = desk();
    let mut other = desk.gate.session(Via::Tui).unwrap();
    assert!(other.catalog().entity("customer").unwrap().field("tier").is_none());
    apply(&mut desk, TIER);
    assert!(other.refresh().unwrap());
    assert!(other.catalog().entity("customer").unwrap().field("tier").is_some());
    other
        .save(vec![Edit::create("customer").typed("name", "A").typed("tier", "silver")], "add")
        .unwrap();
}

fn typed_as(kind: &str) -> String {
    format!(
        "[[entity.customer.field]]\nname = \"floor\"\ntype = \"{kind}\"\nlabel = {{ en = \"Floor\", zh = \"楼层\" }}\n"
    )
}

#[test]
fn a_change_of_type_converts_what_it_can_and_stops_at_what_it_cannot() {
    let mut desk = desk();
    apply(&mut desk, &typed_as("text"));
    let good = desk.add(Edit::create("customer").typed("name", "Good").typed("floor", "1,204"));
    let bad = desk.add(Edit::create("customer").typed("name", "Bad").typed("floor", "ground"));
    let plan = desk.session.plan_schema("company.toml", &typed_as("integer")).unwrap();
    assert_eq!(plan.steps.iter().map(|step| step.lost_count).sum::<u64>(), 1);
    assert!(plan.steps.iter().any(|step| step.lost == [("C-2".to_owned(), "ground".to_owned())]));
    let error = desk.session.apply_schema(&plan, false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("C-2"), "{error}");
    assert_eq!(desk.session.get(&bad).unwrap().get("floor"), &Value::from("ground"));
    desk.session.apply_schema(&plan, true).unwrap();
    assert_eq!(desk.session.get(&good).unwrap().get("floor"), &Value::Int(1204));
    assert_eq!(desk.session.get(&bad).unwrap().get("floor"), &Value::Null);
    let notes = desk.session.list(&ListRequest::first("activity", 9)).unwrap().rows;
    assert_eq!(notes.len(), 1);
    assert!(notes[0].get("body").as_text().unwrap().contains("ground"));
    let history = HistoryRequest { record: Some(good), limit: 9, ..HistoryRequest::default() };
    assert_eq!(desk.session.history(&history).unwrap()[0].fields[0].before, Value::from("1,204"));
}

#[test]
fn a_schema_change_that_loses_nothing_is_undone_with_the_old_spelling() {
    let mut desk = desk();
    apply(&mut desk, &typed_as("text"));
    let c = desk.add(Edit::create("customer").typed("name", "Acme").typed("floor", "1,204"));
    let plan = desk.session.plan_schema("company.toml", &typed_as("integer")).unwrap();
    let applied = desk.session.apply_schema(&plan, false).unwrap();
    assert_eq!(desk.session.get(&c).unwrap().get("floor"), &Value::Int(1204));
    let undo = desk.session.plan_undo(applied.change_set).unwrap();
    desk.session.undo(&undo).unwrap();
    assert_eq!(desk.session.get(&c).unwrap().get("floor"), &Value::from("1,204"));
    let findings = kontor::gate::examine(desk.gate.path());
    assert!(findings.iter().all(|f| f.severity != kontor::gate::Severity::Bad), "{findings:?}");
}

#[test]
fn removing_a_field_that_holds_values_needs_a_word() {
    let mut desk = desk();
    apply(&mut desk, TIER);
    desk.add(Edit::create("customer").typed("name", "Acme").typed("dock", "North"));
    let plan = desk.session.plan_schema("company.toml", "").unwrap();
    assert!(plan.loses_values());
    assert!(matches!(desk.session.apply_schema(&plan, false), Err(GateError::Invalid(_))));
    desk.session.apply_schema(&plan, true).unwrap();
    assert!(desk.session.catalog().entity("customer").unwrap().field("dock").is_none());
    assert!(desk.find("acme").contains(&"Acme".to_owned()));
}

#[test]
fn the_trading_company_works_on_a_living_file() {
    let mut desk = desk();
    let acme = desk.add(Edit::create("customer").typed("name", "Acme"));
    let toml = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/assets/examples/trading/company.toml"
    ))
    .unwrap();
    apply(&mut desk, &toml);
    let machine = desk.session.catalog().entity("machine").expect("the new entity").clone();
    let applied = desk
        .session
        .plan(
            vec![
                Edit::create("machine")
                    .typed(&machine.title, "Press 7")
                    .typed("serial_number", "SN-0007")
                    .typed("customer", "C-1"),
            ],
            "add",
        )
        .unwrap();
    let needed: Vec<String> = applied.problems().iter().map(ToString::to_string).collect();
    assert!(needed.is_empty(), "{needed:?}");
    desk.session.apply(applied).unwrap();
    let counts = desk.session.related_counts(&acme).unwrap();
    assert_eq!(counts.get(&("machine".into(), "customer".into())), Some(&1));
    assert_eq!(desk.find("press 7"), ["Press 7"]);
}

const CALLS: &str = r#"
[report.calls]
label = { en = "Calls made", zh = "电话统计" }
help = { en = "Who called how often.", zh = "每人通话次数。" }
entity = "activity"
date = "happened_at"
by = "owner"
where = "kind = call"
group = [{ name = "owner", label = { en = "By", zh = "人员" } }]
measure = [{ name = "calls", label = { en = "Number of calls", zh = "通话数" }, take = "count" }]

[report.won]
label = { en = "Trophies", zh = "战果" }

[report.velocity]
hidden = true
"#;

#[test]
fn a_report_of_the_company_is_everywhere_once_it_is_applied() {
    let mut desk = desk();
    let file = desk.folder().join("company.toml");
    let file = file.to_str().unwrap();
    // Mistakes are told with their line before anything is written, those of conditions too.
    for (toml, told) in [
        (
            CALLS.replace("\"happened_at\"", "\"hapened_at\""),
            ":6: report.calls: activity has no field",
        ),
        (CALLS.replace("kind = call", "knd = call"), ":8: report calls"),
    ] {
        std::fs::write(file, toml).unwrap();
        for verb in ["check", "plan", "apply"] {
            let wrong = kontor(&desk, &["schema", verb, file]);
            assert!(!wrong.status.success());
            assert!(said(&wrong).contains(told), "{verb}: {}", said(&wrong));
        }
    }
    std::fs::write(file, CALLS).unwrap();
    let plan = said(&kontor(&desk, &["schema", "plan", file]));
    for step in ["report calls: new", "report won: changed", "report velocity: removed"] {
        assert!(plan.contains(step), "{plan}");
    }
    desk.add(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", "Price")
            .typed("owner", "me"),
    );
    // A screen that is open meanwhile shows it, in both languages.
    let mut scripts = [(Lang::En, "Calls made", "Trophies"), (Lang::Zh, "电话统计", "战果")].map(
        |(lang, calls, won)| {
            let theme = Theme::built_in("dark", ColourDepth::True);
            let screen = Screen { width: 120, height: 40, theme, lang, ascii: false };
            let session = desk.gate.session(Via::Tui).unwrap();
            let mut script = Script::start(session, &screen);
            script.press("7").unwrap();
            assert!(!script.text().contains(calls));
            (script, calls, won)
        },
    );
    let applied = kontor(&desk, &["schema", "apply", file]);
    assert!(applied.status.success(), "{}", said(&applied));
    for (script, calls, won) in &mut scripts {
        script.changed();
        let text = script.text();
        assert!(text.contains(*calls) && text.contains(*won), "{text}");
        assert!(!text.contains("Velocity") && !text.contains("销售速度"), "{text}");
        script.press("shift-tab").unwrap();
        assert!(script.text().contains("Administrator"), "{}", script.text());
        // As a block of the home screen.
        script.press("1 , h a").unwrap();
        let bars = if *won == "战果" { "条形图" } else { "bars" };
        let chart = if *won == "战果" { "报表图表" } else { "chart" };
        let figure = if *won == "战果" { "通话数" } else { "number" };
        for word in [chart, calls, figure, bars] {
            script.typed(word);
            script.press("enter").unwrap();
        }
        script.press("esc").unwrap();
        assert!(script.text().contains(*calls), "{}", script.text());
    }
    // And the command line knows the same ones.
    let numbers = kontor(&desk, &["report", "calls", "--format", "csv"]);
    assert!(said(&numbers).contains("Administrator,1"), "{}", said(&numbers));
    let gone = kontor(&desk, &["report", "velocity"]);
    assert!(
        !gone.status.success() && said(&gone).contains("there is no report"),
        "{}",
        said(&gone)
    );
    let known = said(&kontor(&desk, &["report"]));
    assert!(known.contains("calls") && !known.contains("velocity"), "{known}");
    let export = said(&kontor(&desk, &["schema", "export"]));
    assert!(export.contains("[report.calls]"), "{export}");
}
