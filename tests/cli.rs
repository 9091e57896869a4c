//! The command line as transcripts: what was typed, what came out, where, and with which status.
//! All but the last few run through the library with a fixed clock; those few are real processes.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/shell.rs"]
mod shell;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kontor::cli::OutputFormat;
use serde_json::Value as Json;
use shell::Shell;

fn with_customers() -> Shell {
    let shell = Shell::new();
    for (name, city) in [("Müller Maschinenbau AG", "Stuttgart"), ("安邦科技有限公司", "杭州")]
    {
        let (name, city) = (format!("name={name}"), format!("address.city={city}"));
        shell.done(&["customer", "add", &name, &city, "status=active"]);
    }
    shell
}

#[test]
fn adding_says_the_reference_and_how_to_take_it_back() {
    let shell = Shell::new();
    let said = shell.type_in(&["customer", "add", "name=Müller AG", "--industry", "machinery"]);
    assert_eq!(said.out, "Ref  Record\nC-1  Müller AG\n");
    assert!(said.err.starts_with("1 added. `kontor undo "), "{said:?}");
    assert_eq!(said.status, 0);
    let record = shell.json(&["show", "C-1"]);
    assert_eq!(record["ref"], "C-1");
    assert_eq!(record["industry"], "machinery");
    assert_eq!(record["owner"]["title"], "Administrator");
    assert_eq!(record["version"], 1);
    assert_eq!(record["created_at"], "2026-11-23T12:00:00Z");
    assert!(record["description"].is_null());
}

#[test]
fn a_list_is_aligned_and_has_the_columns_asked_for() {
    let shell = with_customers();
    assert_eq!(
        shell.done(&["customers", "--columns", "ref,name,status", "--sort", "-name"]),
        "Ref  Name                    Status\n\
         C-1  Müller Maschinenbau AG  Active\n\
         C-2  安邦科技有限公司        Active\n"
    );
    assert_eq!(shell.done(&["customer", "list", "--count"]), "2\n");
    let csv = shell.done(&["customer", "list", "--columns", "name,address", "--format", "csv"]);
    assert_eq!(csv.lines().next(), Some("name,address"));
    assert_eq!(csv.lines().count(), 3);
}

#[test]
fn a_view_says_which_records_and_columns_unless_the_line_does() {
    let shell = with_customers();
    let query = "query=name ~ Müller";
    shell.done(&[
        "view",
        "add",
        "name=Names",
        "entity=customer",
        query,
        "columns=name:30",
        "owner=me",
    ]);
    let names = ["customer", "list", "--view", "names", "--format", "csv"];
    assert_eq!(shell.done(&names), "name\nMüller Maschinenbau AG\n");
    let both = [&names[..], &["--where", "name ~ Nordic"]].concat();
    assert_eq!(shell.done(&both), "name\n");
    assert_eq!(shell.done(&["customer", "list", "--view", "Mine", "--count"]), "2\n");
}

#[test]
fn conditions_find_what_they_say() {
    let shell = with_customers();
    shell.done(&["deal", "add", "name=Pumps", "customer=C-1", "amount=84k EUR"]);
    shell.done(&["deal", "add", "name=Valves", "customer=C-2", "amount=5000 EUR"]);
    let deals = shell.json(&[
        "deal",
        "list",
        "--where",
        "amount >= 10k",
        "--columns",
        "name,amount,customer",
    ]);
    assert_eq!(
        deals,
        serde_json::json!([{
            "ref": "D-1",
            "name": "Pumps",
            "amount": {"amount": "84000.00", "currency": "EUR"},
            "customer": {"ref": "C-1", "title": "Müller Maschinenbau AG"},
        }])
    );
    let none = shell.type_in(&["deal", "list", "--where", "amount > 1m"]);
    assert_eq!((none.out.as_str(), none.status), ("", 0));
    assert_eq!(none.err, "No deals fit.\n");
    assert_eq!(shell.json(&["deal", "list", "--where", "amount > 1m"]), serde_json::json!([]));
}

#[test]
fn a_broken_query_points_at_the_place() {
    let shell = with_customers();
    let said = shell.type_in(&["customer", "list", "--where", "stauts = active"]);
    assert_eq!(said.status, 2);
    assert_eq!(said.out, "");
    assert!(said.err.starts_with("error: "), "{said:?}");
    assert!(said.err.contains("  stauts = active\n  ^^^^^^\n"), "{said:?}");
    assert!(said.err.contains("status"), "{said:?}");
}

#[test]
fn references_pipe_into_an_edit_that_is_one_change_set() {
    let shell = with_customers();
    let ids = shell.done(&["customer", "list", "--format", "ids"]);
    assert_eq!(ids.lines().count(), 2);
    let said = shell.pipe(&ids, &["customer", "edit", "-", "status=inactive", "--format", "json"]);
    assert_eq!(said.status, 0, "{said:?}");
    let written: Json = serde_json::from_str(&said.out).unwrap();
    assert_eq!(written["changes"].as_array().unwrap().len(), 2);
    assert_eq!(written["changes"][0]["fields"][0]["after"], "inactive");
    let inactive = ["customer", "list", "--count", "--where", "status = inactive"];
    assert_eq!(shell.done(&inactive), "2\n");
    shell.done(&["undo"]);
    assert_eq!(shell.done(&inactive), "0\n");
}

#[test]
fn a_dry_run_says_what_would_be_written_and_writes_nothing() {
    let shell = with_customers();
    let said = shell.type_in(&["customer", "edit", "C-1", "status=former", "--dry-run"]);
    assert_eq!(
        said.out,
        "Ref  Record                  Change  Before  After\n\
         C-1  Müller Maschinenbau AG  Status  Active  Former\n"
    );
    assert_eq!(said.err, "1 would be changed. Nothing was written.\n");
    assert_eq!(shell.json(&["show", "C-1"])["status"], "active");
}

#[test]
fn what_is_wrong_names_the_field_and_the_likely_word() {
    let shell = with_customers();
    let cases: &[(&[&str], u8, &str)] = &[
        (&["custmer", "list"], 2, "did you mean customer?"),
        (&["customer", "edit", "C-1", "staus=active"], 2, "did you mean status?"),
        (&["customer", "edit", "C-1", "status=actve"], 1, "status"),
        (&["customer", "edit", "C-1", "address.citty=x"], 2, "did you mean city?"),
        (&["customer", "edit", "status=active"], 2, "which record?"),
        (&["customer", "edit", "C-1"], 2, "what should change?"),
        (&["customer", "add", "Acme"], 2, "name='Acme'"),
        (&["customer", "add", "status=active"], 1, "name"),
        (&["deal", "edit", "C-1", "name=x"], 1, "C-1 is a customer, not a deal"),
        (&["show", "C-99"], 1, "C-99"),
        (&["customer", "list", "--columns", "nmae"], 2, "did you mean name?"),
        (&["customer", "lst"], 2, "list"),
        (&["undo", "9999"], 1, "9999"),
    ];
    for (words, status, told) in cases {
        let said = shell.type_in(words);
        assert_eq!(said.status, *status, "{words:?}: {said:?}");
        assert!(said.err.contains(told), "{words:?}: {said:?}");
        assert!(said.err.starts_with("error: "), "{words:?}: {said:?}");
        assert_eq!(said.out, "", "{words:?}");
    }
}

#[test]
fn a_deal_is_moved_and_a_lost_one_needs_its_reason() {
    let shell = with_customers();
    shell.done(&["deal", "add", "name=Pumps", "customer=Müller Maschinenbau AG", "amount=100"]);
    shell.done(&["deal", "move", "D-1", "proposal"]);
    assert_eq!(shell.json(&["show", "D-1"])["probability"], "50");
    let refused = shell.type_in(&["deal", "move", "D-1", "lost"]);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("Hint: say why: --reason price|competitor"), "{refused:?}");
    shell.done(&["deal", "move", "D-1", "Lost", "--reason", "competitor"]);
    let deal = shell.json(&["show", "D-1"]);
    assert_eq!(
        (&deal["lost_reason"], &deal["closed_on"]),
        (&"competitor".into(), &"2026-11-23".into())
    );
    let early = shell.type_in(&["deal", "move", "D-1", "proposal", "--reason", "price"]);
    assert!(early.err.contains("a reason goes with won or lost"), "{early:?}");
}

#[test]
fn a_call_is_logged_with_its_next_task_and_taken_back_with_it() {
    let shell = with_customers();
    shell.done(&["contact", "add", "name=Anna Müller", "customer=C-1"]);
    let log = ["log", "call", "P-1", "wants an offer", "--next", "send offer", "--due", "fri"];
    assert_eq!(shell.done(&log), "Ref  Record\nA-1  wants an offer\nT-1  send offer\n");
    let call = shell.json(&["show", "A-1"]);
    assert_eq!(call["kind"], "call");
    assert_eq!(call["contact"]["ref"], "P-1");
    assert_eq!(call["customer"]["ref"], "C-1");
    let task = shell.json(&["show", "T-1"]);
    assert!(task["due"].as_str().unwrap().starts_with("2026-11-2"), "{task}");
    shell.done(&["task", "done", "T-1"]);
    assert_eq!(shell.json(&["show", "T-1"])["status"], "completed");
    shell.done(&["undo"]);
    shell.done(&["undo"]);
    assert_eq!(shell.done(&["task", "list", "--count"]), "0\n");
    assert_eq!(shell.done(&["activity", "list", "--count"]), "0\n");
}

#[test]
fn an_amount_without_a_currency_stays_in_the_one_that_stands() {
    let shell = with_customers();
    shell.done(&["deal", "add", "name=Pumps", "customer=C-1", "amount=391950 CNY"]);
    let amount = |shell: &Shell| {
        let deal = shell.json(&["show", "D-1"]);
        (deal["amount"]["amount"].clone(), deal["amount"]["currency"].clone())
    };
    shell.done(&["deal", "edit", "D-1", "amount=12k"]);
    assert_eq!(amount(&shell), ("12000.00".into(), "CNY".into()));
    shell.done(&["deal", "edit", "D-1", "amount=12k USD"]);
    assert_eq!(amount(&shell), ("12000.00".into(), "USD".into()));
    shell.done(&["deal", "edit", "D-1", "amount="]);
    shell.done(&["deal", "edit", "D-1", "amount=12k"]);
    assert_eq!(amount(&shell), ("12000.00".into(), "EUR".into()));
}

#[test]
fn a_task_of_a_day_is_not_late_before_the_day_is_over() {
    let shell = with_customers();
    shell.done(&["task", "add", "name=Whole day", "due=today"]);
    shell.done(&["task", "add", "name=Over", "due=yesterday"]);
    assert_eq!(shell.json(&["show", "T-1"])["overdue"], false);
    assert_eq!(shell.json(&["show", "T-2"])["overdue"], true);
    let late = shell.done(&["task", "list", "--where", "overdue", "--format", "ids"]);
    assert_eq!(late, "T-2\n");
}

#[test]
fn the_reason_of_another_outcome_goes_and_comes_back_with_undo() {
    let shell = with_customers();
    shell.done(&["deal", "add", "name=Pumps", "customer=C-1", "amount=1k"]);
    shell.done(&["deal", "move", "D-1", "won", "--reason", "price"]);
    assert_eq!(shell.json(&["show", "D-1"])["won_reason"], "price");
    shell.done(&["deal", "move", "D-1", "lost", "--reason", "timing"]);
    let deal = shell.json(&["show", "D-1"]);
    assert_eq!(
        (&deal["won_reason"], &deal["lost_reason"]),
        (&serde_json::Value::Null, &"timing".into())
    );
    shell.done(&["undo"]);
    let deal = shell.json(&["show", "D-1"]);
    assert_eq!(
        (&deal["won_reason"], &deal["lost_reason"]),
        (&"price".into(), &serde_json::Value::Null)
    );
    shell.done(&["deal", "move", "D-1", "negotiation"]);
    assert_eq!(shell.json(&["show", "D-1"])["won_reason"], serde_json::Value::Null);
}

#[test]
fn a_jotted_line_is_written_and_what_is_unclear_is_said() {
    let shell = with_customers();
    shell.done(&["contact", "add", "name=Anna Müller", "customer=C-1"]);
    let out = shell.done(&["capture", "call", "Anna", "fri 10:00", "about the offer #hot !high"]);
    assert_eq!(out, "Ref  Record\nT-1  Call: the offer\n");
    let task = shell.json(&["show", "T-1"]);
    assert_eq!((&task["kind"], &task["priority"]), (&"call".into(), &"high".into()));
    assert_eq!(task["contact"]["ref"], "P-1");
    assert_eq!(task["customer"]["ref"], "C-1");
    assert_eq!(task["tags"][0], "hot");
    let out = shell.done(&["capture", "called C-1 yesterday: wants two more"]);
    assert_eq!(out, "Ref  Record\nA-1  wants two more\n");
    for (line, said) in [
        ("call Zebulon tomorrow", "nobody is called Zebulon"),
        ("note: likes tea", "it does not say with whom"),
        ("called Anna on 2026-12-24 about prices", "still to come"),
        ("task rest @zz", "no one user is called zz"),
    ] {
        let told = shell.type_in(&["capture", line]);
        assert!(told.err.contains(said), "{line}: {told:?}");
    }
    let out = shell.done(&["capture", "note: likes tea", "--about", "P-1", "--dry-run"]);
    assert!(out.contains("likes tea"), "{out}");
    assert_eq!(shell.done(&["activity", "list", "--count"]), "1\n");
}

/// A shop with 25 customers in Bonn and 3 in Kiel, which stand in no condition by chance.
fn with_two_cities() -> Shell {
    let shell = Shell::new();
    let rows = (1..=28).map(|n| {
        let city = if n <= 25 { "Bonn" } else { "Kiel" };
        format!("Shop {n:02},active,{city}\n")
    });
    let text = format!("name,status,city\n{}", rows.collect::<String>());
    let file = shell.file("shops.csv", &text);
    shell.done(&["import", "customer", file.to_str().unwrap()]);
    shell
}

fn how_many(shell: &Shell, condition: &str) -> String {
    shell.done(&["customer", "list", "--count", "--where", condition]).trim().to_owned()
}

#[test]
fn all_that_fit_are_edited_after_a_dry_run_and_come_back_by_one_undo() {
    let shell = with_two_cities();
    let kiel = "address.city = Kiel";
    let edit = ["customer", "edit", "--where", kiel, "status=former", "tags+=gone"];
    let dry = shell.type_in(&[&edit[..], &["--dry-run"]].concat());
    assert_eq!(dry.status, 0, "{dry:?}");
    assert_eq!(dry.out.lines().count(), 3, "{}", dry.out);
    assert!(dry.out.contains("Shop 26  status: Active > Former, tags:  > gone"), "{}", dry.out);
    assert_eq!(dry.err.trim(), "3 change, 0 same, 0 refused. Nothing was written.");
    assert_eq!(how_many(&shell, "status = former"), "0");
    let said = shell.type_in(&edit);
    assert_eq!((said.status, said.out.as_str()), (0, ""), "{said:?}");
    assert!(said.err.contains("3 written; `kontor undo "), "{}", said.err);
    assert_eq!(how_many(&shell, "status = former and tags = gone and address.city = Kiel"), "3");
    // Again there is nothing to do, and nothing is written.
    let again = shell.type_in(&edit);
    assert_eq!(again.err.trim(), "0 change, 3 same, 0 refused. Nothing was written.");
    let undo = shell.type_in(&["undo"]);
    assert!(undo.err.contains("customer edit") || undo.err.contains("edit customer"), "{undo:?}");
    assert!(undo.err.contains("3 records"), "{undo:?}");
    assert_eq!(how_many(&shell, "status = active"), "28");
    assert_eq!(how_many(&shell, "tags = gone"), "0");
}

#[test]
fn many_records_want_a_yes_on_the_command_line() {
    let shell = with_two_cities();
    let delete = ["customer", "delete", "--where", "address.city = Bonn"];
    let refused = shell.type_in(&delete);
    assert_eq!(refused.status, 1);
    assert!(refused.err.contains("25 records would change"), "{}", refused.err);
    assert!(refused.err.contains("--yes does it"), "{}", refused.err);
    assert_eq!(how_many(&shell, "name ~ Shop"), "28");
    let dry = shell.type_in(&[&delete[..], &["--dry-run"]].concat());
    // Twenty are shown, all are counted.
    assert_eq!((dry.status, dry.out.lines().count()), (0, 20), "{dry:?}");
    assert!(dry.out.lines().all(|line| line.ends_with("  delete")), "{}", dry.out);
    assert_eq!(dry.err.trim(), "25 change, 0 same, 0 refused. Nothing was written.");
    let json = shell.json(&[&delete[..], &["--yes"]].concat());
    assert_eq!((&json["written"], &json["dry_run"]), (&25.into(), &false.into()), "{json}");
    assert_eq!(how_many(&shell, "name ~ Shop"), "3");

    // What was deleted is found by the same condition, and only that.
    let restore = ["customer", "restore", "--where", "address.city = Bonn"];
    let refused = shell.type_in(&restore);
    assert_eq!(refused.status, 1);
    let dry = shell.json(&[&restore[..], &["--dry-run"]].concat());
    assert_eq!((&dry["change"], &dry["written"]), (&25.into(), &0.into()), "{dry}");
    assert_eq!(dry["change_set"], serde_json::Value::Null);
    assert_eq!(how_many(&shell, "name ~ Shop"), "3");
    let restored = shell.type_in(&[&restore[..], &["--yes"]].concat());
    assert!(restored.err.contains("25 written"), "{restored:?}");
    assert_eq!(how_many(&shell, "name ~ Shop"), "28");
    let none = shell.type_in(&restore);
    assert_eq!(none.err.trim(), "0 change, 0 same, 0 refused. Nothing was written.");
}

#[test]
fn a_wrong_act_on_all_that_fit_writes_nothing_and_says_why() {
    let shell = with_two_cities();
    let wrong = shell.type_in(&["customer", "edit", "--where", "stauts = active", "status=former"]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(wrong.err.contains("status"), "{}", wrong.err);
    let edit = |word: &'static str| ["customer", "edit", "--where", "address.city = Kiel", word];
    for (word, hint) in [("status=formr", "ormer"), ("staus=former", "status"), ("status", "=")] {
        let said = shell.type_in(&edit(word));
        assert_ne!(said.status, 0, "{word}: {said:?}");
        assert!(said.err.contains(hint) || said.out.contains(hint), "{word}: {said:?}");
    }
    assert_eq!(how_many(&shell, "status = active"), "28");
}

/// A company of three: Ana sells, Bo too, and the administrator.
fn with_people() -> Shell {
    let shell = with_customers();
    for name in ["ana", "bo"] {
        let (name, login) = (format!("name={name}"), format!("login={name}"));
        shell.done(&["user", "add", &name, &login, "roles=Sales rep"]);
    }
    shell.done(&["customer", "edit", "C-1", "owner=bo"]);
    shell
}

#[test]
fn why_and_who_name_the_roles_behind_a_decision() {
    let shell = with_people();
    let said = shell.type_in(&["access", "why", "ana", "edit", "C-1"]);
    assert!(said.out.starts_with("No: ana does not see C-1.\n"), "{said:?}");
    assert!(said.err.contains("Roles that grant it: Power user"), "{said:?}");
    assert!(said.err.contains("Administrator can give them"), "{said:?}");
    let told = shell.json(&["access", "why", "bo", "edit", "C-1", "--field", "revenue"]);
    assert_eq!(told["allowed"], true);
    assert_eq!(told["given"][0]["name"], "Sales rep");
    assert_eq!(told["given"][0]["holds"], true);
    let able = shell.json(&["access", "who", "C-1"]);
    let names: Vec<&str> =
        able.as_array().unwrap().iter().map(|able| able["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Administrator", "bo"]);
    let said = shell.type_in(&["access", "why", "ana", "edti", "C-1"]);
    assert_eq!((said.status, said.err.contains("did you mean edit?")), (2, true), "{said:?}");
    let review = shell.json(&["access", "review"]);
    assert_eq!(review[1]["role"], "Sales rep");
    assert_eq!(review[1]["given_by"], "Administrator");
    // A role that is younger than the time is not called unused.
    assert_eq!(review[1]["unused"].as_array().unwrap().len(), 0);
}

#[test]
fn roles_go_through_files_and_come_back_by_one_undo() {
    let shell = with_people();
    let folder = shell.folder.path().join("roles");
    let out = folder.display().to_string();
    shell.done(&["role", "export", "--out", &out]);
    let said = shell.type_in(&["role", "plan", &out]);
    assert_eq!((said.out.as_str(), said.status), ("", 0));
    assert!(said.err.contains("Nothing differs."), "{said:?}");
    let rep = folder.join("sales_rep.toml");
    let text = std::fs::read_to_string(&rep).unwrap();
    std::fs::write(&rep, text.replace("[entity.lead]\n", "[entity.lead]\nexport = \"all\"\n"))
        .unwrap();
    // What it is called and what is said of it are told like its rights.
    let kept = std::fs::read_to_string(&rep).unwrap();
    std::fs::write(&rep, kept.replace("description = \"", "description = \"New: ")).unwrap();
    let planned = shell.json(&["role", "plan", &out]);
    assert_eq!(planned.as_array().unwrap().len(), 2, "{planned}");
    assert_eq!(planned[0]["right"], "description");
    assert!(planned[0]["after"].as_str().unwrap().starts_with("New: "), "{planned}");
    std::fs::write(&rep, kept).unwrap();
    let auditor = "key = \"auditor\"\nname = \"Auditor\"\nspecial = [\"audit\"]\n";
    std::fs::write(folder.join("auditor.toml"), auditor).unwrap();
    let planned = shell.json(&["role", "plan", &out]);
    assert_eq!(planned.as_array().unwrap().len(), 2, "{planned}");
    assert_eq!((&planned[1]["before"], &planned[1]["after"]), (&"own".into(), &"all".into()));
    assert_eq!(shell.json(&["role", "list"]).as_array().unwrap().len(), 12);
    let said = shell.type_in(&["role", "apply", &out]);
    assert!(said.err.contains("`kontor undo "), "{said:?}");
    assert_eq!(shell.json(&["role", "list"]).as_array().unwrap().len(), 13);
    shell.done(&["undo"]);
    assert_eq!(shell.json(&["role", "list"]).as_array().unwrap().len(), 12);
    std::fs::write(&rep, "key = \"sales_rep\"\nname = \"Rep\"\n\n[entity.deel]\n").unwrap();
    let said = shell.type_in(&["role", "apply", &rep.display().to_string()]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("sales_rep.toml:4: nobody knows deel here"), "{said:?}");
    assert!(said.err.contains("did you mean deal?"), "{said:?}");
}

#[test]
fn roles_are_given_and_taken() {
    let shell = with_people();
    let roles = |shell: &Shell| {
        let ana = &shell.json(&["user", "list", "--where", "login = ana"])[0];
        let titles = ana["roles"].as_array().unwrap().iter();
        titles.map(|role| role["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    shell.done(&["role", "grant", "finance", "ana", "bo"]);
    assert_eq!(roles(&shell), ["Sales rep", "Finance"]);
    shell.done(&["role", "revoke", "finance", "ana"]);
    assert_eq!(roles(&shell), ["Sales rep"]);
    let found = shell.json(&["role", "compare", "sales_rep", "senior_sales"]);
    assert!(found.as_array().unwrap().iter().any(|one| {
        (&one["entity"], &one["right"], &one["after"])
            == (&"deal".into(), &"read".into(), &"team".into())
    }));
}

#[test]
fn whoever_looks_as_another_is_told_so_and_changes_nothing() {
    let shell = with_people();
    let said = shell.type_in(&["--as", "bo", "customer", "list", "--columns", "name"]);
    assert!(said.out.contains("Müller"), "{said:?}");
    assert_eq!(said.err, "Seen as bo does; nothing can be changed.\n");
    let said = shell.type_in(&["customer", "list", "--as", "ana", "--columns", "name"]);
    assert!(!said.out.contains("Müller"), "{said:?}");
    let said = shell.type_in(&["--as", "bo", "customer", "edit", "C-1", "name=Mine"]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("you see this as bo does"), "{said:?}");
    assert_eq!(shell.type_in(&["--as", "nobody", "customer", "list"]).status, 2);
    // What begins a file of its own, or a session of another, is nobody's view.
    assert_eq!(shell.type_in(&["--as", "bo", "tutor"]).status, 2);
}

#[test]
fn what_is_deleted_comes_back() {
    let shell = with_customers();
    shell.done(&["customer", "delete", "C-1"]);
    assert_eq!(shell.done(&["customer", "list", "--format", "ids"]), "C-2\n");
    assert_eq!(shell.done(&["customer", "list", "--deleted", "--format", "ids"]), "C-1\n");
    assert_eq!(shell.done(&["customer", "list", "--deleted", "--count"]), "1\n");
    assert!(shell.done(&["show", "C-1"]).contains("kontor customer restore C-1"));
    shell.done(&["customer", "restore", "C-1"]);
    assert_eq!(shell.done(&["customer", "list", "--count"]), "2\n");
}

#[test]
fn records_are_found_by_name_number_and_pinyin() {
    let shell = with_customers();
    shell.done(&["customer", "edit", "C-1", "phones=+49 711 555010"]);
    for text in ["muller", "Müller", "C-1", "0711 555010"] {
        assert_eq!(
            shell.done(&["find", text, "--format", "ids"]).lines().next(),
            Some("C-1"),
            "{text}"
        );
    }
    assert_eq!(shell.done(&["find", "ab", "--in", "customer", "--format", "ids"]), "C-2\n");
    assert_eq!(shell.json(&["who", "+49 (711) 555-010"])[0]["ref"], "C-1");
    // People read a number as it stands everywhere else, programs what is stored.
    assert!(shell.done(&["who", "0711 555010"]).contains("+49 711 555 010"));
    assert_eq!(shell.json(&["who", "0711 555010"])[0]["matched"], "+49711555010");
    let nothing = shell.type_in(&["who", "nobody@example.org"]);
    assert_eq!((nothing.status, nothing.out.as_str()), (1, ""));
}

#[test]
fn a_field_that_holds_several_is_named_by_one_of_them_too() {
    let shell = with_customers();
    shell.done(&["customer", "edit", "C-1", "phone=+49 711 555010"]);
    let list = shell.done(&["customer", "list", "--columns", "name,phone", "--format", "csv"]);
    assert!(list.starts_with("name,phones\n"), "{list}");
    assert!(list.contains("+49 711 555010"), "{list}");
    // What no field is called stays an error that says what there is.
    let wrong = shell.type_in(&["customer", "list", "--sort", "-amount"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.err.contains("Sort by name"), "{}", wrong.err);
}

#[test]
fn history_tells_what_changed() {
    let shell = with_customers();
    shell.done(&["customer", "edit", "C-1", "status=inactive"]);
    let entries = shell.json(&["customer", "history", "C-1"]);
    assert_eq!(entries[0]["why"], "edit customer");
    let field = &entries[0]["fields"][0];
    assert_eq!((&field["field"], &field["after"]), (&"status".into(), &"inactive".into()));
    assert_eq!(entries[1]["op"], "create");
    assert!(shell.done(&["history", "C-1"]).contains("Status: Active → Inactive"));
    assert!(shell.done(&["history", "-n", "1"]).contains("edit customer"));
}

#[test]
fn a_company_s_own_entity_and_field_have_commands_at_once() {
    let shell = Shell::new();
    let schema = r#"
        [entity.machine]
        prefix = "MA"
        label = { en = "Machine", zh = "机器" }
        plural = { en = "Machines", zh = "机器" }
        title = "name"
        [[entity.machine.field]]
        name = "name"
        type = "text"
        label = { en = "Name", zh = "名称" }
        required = true
        [[entity.machine.field]]
        name = "customer"
        type = "link"
        to = "customer"
        label = { en = "Customer", zh = "客户" }
        [[entity.customer.field]]
        name = "tier"
        type = "select"
        label = { en = "Tier", zh = "级别" }
        options = [
          { value = "gold", label = { en = "Gold", zh = "金" } },
          { value = "silver", label = { en = "Silver", zh = "银" } },
        ]
    "#;
    let path = shell.file("company.toml", schema);
    let path = path.to_str().unwrap();
    shell.done(&["schema", "check", path]);
    shell.done(&["schema", "apply", path]);
    shell.done(&["customer", "add", "name=Acme", "--tier", "gold"]);
    shell.done(&["machine", "add", "name=CNC 5", "customer=Acme"]);
    assert_eq!(shell.json(&["show", "MA-1"])["customer"]["title"], "Acme");
    assert_eq!(shell.json(&["customer", "list", "--where", "tier = gold"])[0]["tier"], "gold");
    assert!(shell.done(&["machines"]).contains("CNC 5"));
    assert!(shell.done(&["help", "customer", "add"]).contains("tier"));
    assert!(shell.done(&["--help"]).contains("machine"));
    assert!(shell.done(&["completions", "bash"]).contains("machine"));
    assert!(shell.done(&["schema", "export"]).contains("tier"));
}

#[test]
fn a_wrong_schema_names_file_line_and_word() {
    let shell = Shell::new();
    let path = shell.file("bad.toml", "[entity.customer]\n\n[entity.customer.labl]\nen = \"x\"\n");
    let said = shell.type_in(&["schema", "check", path.to_str().unwrap()]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("bad.toml:3"), "{said:?}");
    assert!(said.err.contains("label"), "{said:?}");
}

#[test]
fn a_file_is_imported_after_a_dry_run() {
    let shell = Shell::new();
    let csv = "Company name,Status,Phone\nAcme,Active,+44 20 7946 0001\nBolt & Co,nonsense,\n";
    let path = shell.file("customers.csv", csv);
    let path = path.to_str().unwrap();
    let map = shell.file(
        "map.toml",
        "entity = \"customer\"\n[columns]\n\"Company name\" = \"name\"\nStatus = \"status\"\nPhone = \"phones\"\n",
    );
    let map = map.to_str().unwrap();
    let dry = shell.type_in(&["import", "customer", path, "--map", map, "--dry-run"]);
    assert_eq!(dry.status, 1, "{dry:?}");
    assert!(dry.out.contains("create") && dry.out.contains("error"), "{dry:?}");
    assert!(dry.err.contains("Nothing was written"), "{dry:?}");
    let rejects = shell.folder.path().join("rejects.csv");
    let rejects = rejects.to_str().unwrap();
    // One row that cannot be done keeps all others back, unless they are asked for.
    let import = ["import", "customer", path, "--map", map, "--errors", rejects];
    let said = shell.type_in(&import);
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.err.contains("so nothing was; --skip-errors imports the others"), "{said:?}");
    assert_eq!(shell.done(&["customer", "list", "--count"]), "0\n");
    assert!(std::fs::read_to_string(rejects).unwrap().contains("Bolt & Co,nonsense"));
    let said = shell.type_in(&[&import[..], &["--skip-errors"]].concat());
    assert_eq!(said.status, 1, "{said:?}");
    assert_eq!(
        shell.done(&["customer", "list", "--columns", "name", "--format", "tsv"]),
        "name\nAcme\n"
    );
    // What was mended is imported as it stands, with the column of reasons in it.
    let mended = std::fs::read_to_string(rejects).unwrap().replace(",nonsense,", ",Active,");
    let mended = shell.file("mended.csv", &mended);
    shell.done(&["import", "customer", mended.to_str().unwrap(), "--map", map]);
    assert_eq!(shell.done(&["customer", "list", "--count"]), "2\n");
    shell.done(&["undo"]);
    shell.done(&["undo"]);
    assert_eq!(shell.done(&["customer", "list", "--count"]), "0\n");
}

#[test]
fn an_export_that_fails_leaves_the_file_that_was_there() {
    let shell = Shell::company();
    let kept = shell.file("kept.vcf", "my good file");
    let said = shell.type_in(&["export", "deal", kept.to_str().unwrap()]);
    assert_ne!(said.status, 0, "{said:?}");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "my good file");
    // One that works takes its place, through a link too, and nothing is left beside it.
    let link = shell.folder.path().join("link.csv");
    std::os::unix::fs::symlink(&kept, &link).unwrap();
    shell.done(&["export", "customer", link.to_str().unwrap(), "--columns", "name"]);
    assert!(std::fs::read_to_string(&kept).unwrap().contains("Borealis"));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let names = std::fs::read_dir(shell.folder.path()).unwrap();
    let left = names
        .filter(|one| one.as_ref().unwrap().file_name().to_string_lossy().starts_with(".kontor-"));
    assert_eq!(left.count(), 0);
}

#[test]
fn the_error_file_takes_no_other_s_place_before_there_is_something_to_put_there() {
    let shell = Shell::new();
    shell.done(&["customer", "list"]);
    let text = "name,status\nAcme,active\nBolt,nonsense\n";
    let rows = shell.file("rows.csv", text);
    let rows = rows.to_str().unwrap();
    let same = shell.type_in(&["import", "customer", rows, "--errors", rows, "--dry-run"]);
    assert_eq!(same.status, 2, "{same:?}");
    assert!(same.err.contains("is what is imported"), "{same:?}");
    assert_eq!(std::fs::read_to_string(rows).unwrap(), text);
    let old = shell.file("old.csv", "kept");
    let good = shell.file("good.csv", "name\nAcme\n");
    let (old, good) = (old.to_str().unwrap(), good.to_str().unwrap());
    shell.done(&["import", "customer", good, "--errors", old, "--dry-run"]);
    let no_map = shell.folder.path().join("none.toml");
    let no_map = no_map.to_str().unwrap();
    let wrong = ["import", "customer", rows, "--errors", old, "--map", no_map];
    assert_ne!(shell.type_in(&wrong).status, 0);
    shell.done(&["import", "customer", good, "--errors", old]);
    assert_eq!(std::fs::read_to_string(old).unwrap(), "kept");
    let said = shell.type_in(&["import", "customer", rows, "--errors", old, "--dry-run"]);
    assert_eq!(said.status, 1, "{said:?}");
    let written = std::fs::read_to_string(old).unwrap();
    assert!(written.starts_with("name,status,error,error_row\nBolt,nonsense,"), "{written}");
    let names = std::fs::read_dir(shell.folder.path()).unwrap();
    let left = names.filter(|name| {
        let name = name.as_ref().unwrap().file_name();
        name.to_string_lossy().contains("unfinished")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn cards_make_the_company_that_is_not_there_and_are_known_by_their_mail() {
    let shell = Shell::new();
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Byron\r\nN:Byron;Ada;;;\r\nORG:Engines Ltd\r\n\
                EMAIL:ada@example.com\r\nEND:VCARD\r\n";
    let file = shell.file("phone.vcf", card);
    let file = file.to_str().unwrap();
    shell.done(&["customer", "list"]);
    shell.done(&["import", "contact", file]);
    shell.done(&["import", "contact", file]);
    let contacts = ["contact", "list", "--columns", "name,customer", "--format", "csv"];
    let told = shell.done(&contacts);
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains("Ada Byron,Engines Ltd") || told.contains("Ada Byron,C-1"), "{told}");
}

#[test]
fn an_export_goes_to_a_file_or_the_output() {
    let shell = with_customers();
    let out = shell.done(&["export", "customer", "--columns", "name", "--sort", "-name"]);
    assert_eq!(out, "ref,name\nC-1,Müller Maschinenbau AG\nC-2,安邦科技有限公司\n");
    let path = shell.folder.path().join("out.json");
    let said = shell.type_in(&["export", "customer", path.to_str().unwrap()]);
    assert_eq!((said.status, said.out.as_str()), (0, ""));
    assert!(said.err.starts_with("2 records written"), "{said:?}");
    let json: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
}

/// A name that clears the screen when it is printed must be shown as symbols by every command.
#[test]
fn hostile_text_is_never_obeyed() {
    let shell = Shell::new();
    shell.done(&["customer", "add", "name=Evil\u{202e}txt\u{2066}"]);
    for words in [
        &["customer", "list"][..],
        &["show", "C-1"],
        &["find", "Evil"],
        &["history", "C-1"],
        &["customer", "list", "--format", "json"],
        &["customer", "list", "--format", "csv"],
        &["customer", "list", "--format", "tsv"],
        &["customer", "list", "--format", "markdown"],
        &["customer", "edit", "C-1", "name=\u{1b}]0;title\u{7}"],
        &["customer", "edit", "C-1", "description=a\u{9b}31m\u{1b}[2J"],
        &["customer", "edit", "\u{1b}[2J", "name=x"],
        &["customer", "list", "--where", "\u{1b}[2J ="],
        &["find", "\u{1b}[2J"],
        &["\u{1b}[2J", "list"],
    ] {
        let said = shell.type_in(words);
        let all = format!("{}{}", said.out, said.err);
        let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
        assert_eq!(all.find(acts), None, "{words:?}: {all:?}");
        assert!(said.status < 255, "{words:?}: {said:?}");
    }
}

#[test]
fn looking_into_a_named_file_does_not_make_it() {
    let mut shell = Shell::new();
    shell.named = true;
    let said = shell.type_in(&["customer", "list"]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("there is no file"), "{said:?}");
    assert!(!shell.database().exists());
    shell.done(&["customer", "add", "name=Acme"]);
    assert_eq!(shell.done(&["customer", "list", "--count"]), "1\n");
}

#[test]
fn a_misspelt_command_makes_no_database() {
    let shell = Shell::new();
    assert_eq!(shell.type_in(&["custmer", "list"]).status, 2);
    assert!(!shell.database().exists());
}

#[test]
fn a_narrow_terminal_gets_lines_that_fit() {
    let mut shell = with_customers();
    shell.width = Some(40);
    for words in [&["customer", "list"][..], &["show", "C-1"], &["find", "muller"]] {
        let out = shell.done(words);
        assert!(out.lines().all(|line| kontor::term::width(line) <= 40), "{out}");
    }
}

#[test]
fn every_entity_has_every_verb() {
    let shell = Shell::new();
    let entities = shell.json(&["schema", "show"]);
    for entity in entities.as_array().unwrap() {
        let name = entity["name"].as_str().unwrap();
        for format in OutputFormat::WORDS {
            shell.done(&[name, "list", "--format", format]);
        }
        for verb in ["list", "show", "add", "edit", "delete", "restore", "history"] {
            let help = shell.done(&[name, verb, "--help"]);
            assert!(help.contains("Usage: kontor"), "{name} {verb}: {help}");
        }
    }
}

#[test]
fn the_actions_of_the_screens_name_verbs_that_there_are() {
    let shell = Shell::new();
    let catalog = kontor::schema::load(None).unwrap();
    for action in kontor::action::Table::new(&catalog).all() {
        let Some(verb) = action.cli else { continue };
        // Verbs of every entity are named without one.
        let of_entity = ["list", "add", "edit", "delete", "restore", "history"].contains(&verb);
        let noun = if of_entity { "customer " } else { "" };
        let line = format!("{noun}{verb} --help");
        let said = shell.type_in(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(said.status, 0, "{}: {verb}: {said:?}", action.id);
    }
}

#[test]
fn the_same_seed_makes_the_same_demo() {
    let make = |name: &str, seed: &str| {
        let shell = Shell::new();
        let path = shell.folder.path().join(name);
        let recipe = kontor::demo::Recipe { customers: 12, seed: seed.parse().unwrap() };
        let options = common::options();
        kontor::demo::make(&path, recipe, &options, &mut |_, _| {}).unwrap();
        std::fs::rename(&path, shell.database()).unwrap();
        assert_eq!(shell.done(&["customer", "list", "--count"]), "12\n");
        let due = shell.done(&["task", "list", "--count", "--where", "due > today - 7"]);
        assert_ne!(due, "0\n");
        ["customer", "deal", "activity", "order"]
            .map(|entity| shell.done(&[entity, "list", "--format", "json"]))
    };
    let first = make("a.db", "7");
    assert_eq!(first, make("b.db", "7"));
    assert_ne!(first[0], make("c.db", "8")[0]);
}

// Real processes.

fn kontor(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
    command
        .env_clear()
        .env("HOME", folder)
        .env("KONTOR_DB", folder.join("real.db"))
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, words: &[&str]) -> Output {
    kontor(folder).args(words).output().unwrap()
}

#[test]
fn a_process_exits_with_the_status_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let status = |words: &[&str]| run(folder.path(), words).status.code();
    assert_eq!(status(&["customer", "add", "name=Acme"]), Some(0));
    assert_eq!(status(&["show", "C-1"]), Some(0));
    assert_eq!(status(&["show", "C-2"]), Some(1));
    assert_eq!(status(&["frobnicate"]), Some(2));
    assert_eq!(status(&["customer", "list", "--nonsense"]), Some(2));
    assert_eq!(status(&["--version"]), Some(0));
    let no_terminal = run(folder.path(), &[]);
    assert_eq!(no_terminal.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&no_terminal.stderr).contains("terminal"));
}

#[test]
fn a_closed_pipe_is_the_end_and_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..40 {
        run(folder.path(), &["customer", "add", &format!("name=Customer {n}")]);
    }
    for line in [
        "customer list --format json",
        "customer list",
        "export customer",
        "show C-1",
        "history",
        "--help",
        "completions zsh",
        "config template",
        "man",
        "schema show",
    ] {
        let mut child = kontor(folder.path())
            .args(line.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Nobody reads: the first write finds the pipe closed.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
}

#[test]
fn references_go_from_process_to_process() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["customer", "add", "name=Acme"]);
    let ids = run(folder.path(), &["customer", "list", "--format", "ids"]).stdout;
    let mut child = kontor(folder.path())
        .args(["customer", "edit", "-", "status=active"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&ids).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let shown = run(folder.path(), &["show", "C-1"]).stdout;
    assert!(String::from_utf8_lossy(&shown).contains("Active"));
}

#[test]
fn a_wrong_config_file_stops_with_file_line_and_word() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("c.toml");
    std::fs::write(&config, "\nlangage = \"en\"\n").unwrap();
    let output = run(folder.path(), &["--config", config.to_str().unwrap(), "customer", "list"]);
    assert_eq!(output.status.code(), Some(1));
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(err.contains("c.toml:2: there is no setting langage"), "{err}");
    assert!(err.contains("Hint: did you mean language?"), "{err}");
}

#[test]
fn keys_are_printed_as_the_user_has_them() {
    let shell = Shell::new();
    let table = shell.done(&["keys"]);
    assert!(table.contains("list.filter"), "{table}");
    let markdown = shell.done(&["keys", "--format", "markdown"]);
    assert!(markdown.starts_with("## "), "{markdown}");
    assert!(markdown.contains("| `/` | Filter |"), "{markdown}");
    let json = shell.json(&["keys"]);
    let edit =
        json.as_array().unwrap().iter().find(|line| line["action"] == "record.edit").unwrap();
    assert_eq!(edit["keys"], serde_json::json!(["e"]));
}

#[test]
fn the_manual_is_read_on_the_command_line() {
    let shell = Shell::new();
    assert!(shell.done(&["manual"]).contains("daily-work"));
    let chapter = shell.done(&["manual", "query"]);
    assert!(chapter.starts_with("The query language\n"), "{chapter}");
    assert!(!chapter.contains("{key:"), "{chapter}");
    let said = shell.type_in(&["manual", "daily-wrok"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("did you mean daily-work?"), "{}", said.err);
}

#[test]
fn config_check_without_a_file_says_that_the_defaults_hold() {
    let shell = Shell::new();
    let told = shell.type_in(&["config", "check"]);
    assert_eq!(told.status, 0, "{}", told.err);
    assert!(told.err.contains("the defaults hold"), "{}", told.err);
    let named = shell.type_in(&["config", "check", "nowhere.toml"]);
    assert_ne!(named.status, 0, "one that is named must be there");
}

#[test]
fn an_order_by_an_unknown_field_names_some_that_there_are() {
    let shell = Shell::new();
    let told = shell.type_in(&["customer", "list", "--sort", "-amount"]);
    assert!(told.err.contains("Sort by "), "{}", told.err);
    assert!(!told.err.contains("quotes"), "{}", told.err);
}

#[test]
fn config_check_looks_the_keymap_over() {
    let shell = Shell::new();
    let config = shell.file("config.toml", "keymap = \"mine.toml\"\n");
    shell.file("mine.toml", "[keys]\n\n\"x\" = \"record.edti\"\n");
    let said = shell.type_in(&["config", "check", config.to_str().unwrap()]);
    assert_eq!(said.status, 1);
    assert!(said.err.contains("mine.toml:3: there is no action `record.edti`"), "{}", said.err);
    assert!(said.err.contains("did you mean `record.edit`?"), "{}", said.err);
    shell.file("mine.toml", "[keys]\n\"X\" = \"record.edit\"\n");
    assert_eq!(shell.type_in(&["config", "check", config.to_str().unwrap()]).status, 0);
}

#[test]
fn the_agenda_is_printed_and_tasks_are_put_off() {
    let shell = Shell::new();
    let ok = |words: &[&str]| {
        let said = shell.type_in(words);
        assert_eq!(said.status, 0, "{said:?}");
        said.out
    };
    ok(&["task", "add", "name=Old debt", "due=yesterday 10:00"]);
    ok(&["task", "add", "name=Round", "due=today 23:30", "repeat=weekly"]);
    let json = ok(&["agenda", "--format", "json"]);
    let items: Json = serde_json::from_str(&json).unwrap();
    let titles: Vec<&str> =
        items.as_array().unwrap().iter().filter_map(|item| item["title"].as_str()).collect();
    assert_eq!(titles, ["Old debt", "Round"]);
    assert_eq!(items[0]["late"], true);
    assert_eq!(items[1]["time"], "23:30");
    ok(&["task", "snooze", "T-1", "--until", "+400d"]);
    assert!(!ok(&["agenda"]).contains("Old debt"));
    ok(&["task", "done", "T-2"]);
    assert!(ok(&["task", "list", "--format", "ids"]).contains("T-3"), "the next one is there");
}

#[test]
fn a_record_and_a_list_are_shown_as_they_were() {
    let shell = with_customers();
    let before = shell.type_in(&["show", "C-1", "--as-of", "2026-11-22"]);
    assert_eq!(before.status, 1);
    assert!(before.err.contains("there was no C-1 yet on 2026-11-22 23:59"), "{before:?}");
    // A day stands for its end.
    let shown = shell.done(&["customer", "show", "C-1", "--as-of", "today"]);
    assert!(shown.contains("Müller Maschinenbau AG"), "{shown}");
    let listed = ["customer", "list", "--as-of", "2026-11-23", "--columns", "name"];
    let csv = shell.done(&[&listed[..], &["--format", "csv"]].concat());
    assert_eq!(csv, "name\nMüller Maschinenbau AG\n安邦科技有限公司\n");
    assert_eq!(shell.done(&["customer", "list", "--as-of", "yesterday", "--format", "ids"]), "");
    let both = shell.type_in(&["customer", "list", "--as-of", "today", "--where", "name ~ x"]);
    assert_eq!(both.status, 1);
    assert!(both.err.contains("--where asks about what is there now"), "{both:?}");
}

#[test]
fn a_value_is_restored_by_the_change_that_took_it() {
    let shell = with_customers();
    shell.done(&["customer", "edit", "C-1", "name=Typo"]);
    let history = shell.json(&["history", "C-1"]);
    let change = history[0]["change_set"].to_string();
    let back = ["restore-value", "C-1", "name", "--from", &change];
    let dry = shell.type_in(&[&back[..], &["--dry-run"]].concat());
    assert_eq!(dry.status, 0, "{dry:?}");
    assert_eq!(shell.json(&["show", "C-1"])["name"], "Typo");
    shell.done(&back);
    assert_eq!(shell.json(&["show", "C-1"])["name"], "Müller Maschinenbau AG");
    let wrong = shell.type_in(&["restore-value", "C-1", "status", "--from", &change]);
    assert_eq!(wrong.status, 1);
    assert!(wrong.err.contains("did not change status of C-1"), "{wrong:?}");
}

#[test]
fn the_log_is_listed_and_verified() {
    let shell = with_customers();
    shell.done(&["export", "customer", "--where", "status = active"]);
    let exports = shell.json(&["audit", "list", "--where", "kind = export"]);
    assert_eq!(exports[0]["count"], 2);
    assert_eq!(exports[0]["what"], "stdout");
    assert_eq!(exports[0]["detail"]["filter"], "status = active");
    let said = shell.done(&["audit", "verify"]);
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("4 entries, the chain is sound."));
    let head = lines.next().unwrap().strip_prefix("Head: ").unwrap();
    let again = shell.done(&["audit", "verify", "--head", head]);
    assert!(again.ends_with("is part of it; one entry came after.\n"), "{again}");
    let strange = shell.type_in(&["audit", "verify", "--head", "00000-00000-00000-00000"]);
    assert_eq!(strange.status, 1);
    assert!(strange.err.contains("is no entry of this log"), "{strange:?}");
    let verified = shell.json(&["audit", "verify", "--head", head]);
    assert_eq!((&verified["sound"], &verified["after"]), (&Json::from(true), &Json::from(3)));
    let file = rusqlite::Connection::open(shell.database()).unwrap();
    file.execute("UPDATE _change SET count = 1 WHERE number = 4", []).unwrap();
    let broken = shell.type_in(&["audit", "verify"]);
    assert_eq!(broken.status, 1);
    assert!(broken.err.starts_with("error: entry 4: its content was altered"), "{broken:?}");
    let words = shell.type_in(&["audit", "list", "--where", "export"]);
    assert_eq!(words.status, 2);
    assert!(words.err.contains("not searched by words"), "{words:?}");
}

#[test]
fn what_is_unusual_is_listed() {
    let shell = with_customers();
    assert_eq!(shell.done(&["audit", "anomalies"]), "");
    for n in 0..21 {
        shell.done(&["customer", "add", &format!("name=Fast {n}")]);
    }
    let all: Vec<String> = (3..24).map(|n| format!("C-{n}")).collect();
    let words: Vec<&str> =
        ["customer", "delete"].into_iter().chain(all.iter().map(String::as_str)).collect();
    shell.done(&words);
    let found = shell.json(&["audit", "anomalies"]);
    assert_eq!(found[0]["unusual"], "deletes");
    assert_eq!((&found[0]["count"], &found[0]["usual"]), (&Json::from(21), &Json::from(0)));
    assert_eq!(found.as_array().unwrap().len(), 1);
}
