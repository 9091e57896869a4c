//! Imports and exports against the real schema: files that nobody tidied up, keys, links, error files.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/office.rs"]
mod office;

use std::fs::{self, File};
use std::path::Path;

use common::shared;
use kontor::exchange::export::{ExportFormat, ExportRequest};
use kontor::exchange::{ImportMap, RowFate, Said, Source};
use office::{Office, office};

#[test]
fn the_csv_acceptance_set_is_read_as_it_should_be() {
    let Some(data) = shared("csv_spectrum") else { return };
    let mut read = 0;
    for file in fs::read_dir(data.join("csvs")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let json = fs::read_to_string(data.join("json").join(format!("{name}.json"))).unwrap();
        // One expected answer has another phone number than its CSV.
        let json = json.replace("1234567890", "2095257564");
        let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
        let expected = expected.as_array().cloned().unwrap_or_else(|| vec![expected]);
        let mut source = Source::open(File::open(&path).unwrap(), &name, &Said::default()).unwrap();
        let headers = source.headers().to_vec();
        for wanted in expected {
            let row = source.next_row().unwrap().unwrap();
            assert_eq!(row.flaw, None, "{name}");
            let cells = row.cells.iter().map(serde_json::Value::from);
            let got: serde_json::Value = headers.iter().cloned().zip(cells).collect();
            assert_eq!(wanted, got, "{name}");
        }
        assert!(source.next_row().unwrap().is_none(), "{name}");
        read += 1;
    }
    assert_eq!(read, 12);
}

const ACCOUNTS: &str = "key = \"name\"\n[columns]\nname = \"name\"\nparent = \"parent\"\n\
                        staff = \"employees\"\n";

#[test]
fn a_second_run_says_same_and_a_changed_row_says_what_changes() {
    let mut office = office();
    let csv = "name,parent,staff\nAcme,,10\nBeta,,20\n";
    assert_eq!(office.import("customer", csv, Some(ACCOUNTS)), ["2 create", "3 create"]);
    assert_eq!(office.import("customer", csv, Some(ACCOUNTS)), ["2 same", "3 same"]);
    let changed = "name,parent,staff\nACME,,10\nBeta,Acme,21\n";
    let told = office.import("customer", changed, Some(ACCOUNTS));
    assert_eq!(told, ["2 update name", "3 update employees parent"]);
    // An empty cell leaves the field alone, unless the map says otherwise.
    let blank = "name,parent,staff\nBeta,,\n";
    assert_eq!(office.import("customer", blank, Some(ACCOUNTS)), ["2 same"]);
    let clear = format!("blank = \"clear\"\n{ACCOUNTS}");
    assert_eq!(office.import("customer", blank, Some(&clear)), ["2 update employees parent"]);
}

#[test]
fn rows_may_link_to_rows_further_down_and_to_each_other() {
    let csv = "name,parent,staff\nA,C,1\nB,A,1\nC,,1\nD,E,1\nE,D,1\nF,F,1\nG,Nobody,1\nH,G,1\n";
    let expected = [
        "2 create",
        "3 create",
        "4 create",
        "5 create",
        "6 create",
        "7 create",
        "8 error: Parent company (parent): no customer \"Nobody\"",
        "9 error: Parent company (parent): no customer \"G\"",
    ];
    let mut office = office();
    assert_eq!(office.dry_run("customer", csv, Some(ACCOUNTS)), expected);
    assert!(office.column("customer", "name").is_empty());
    let (report, told) =
        office.try_import("customer", csv, Some(ACCOUNTS), false, &mut Vec::new()).unwrap();
    assert_eq!(told, expected);
    assert_eq!(office.column("customer", "name"), ["A", "B", "C", "D", "E", "F"]);
    assert_eq!(office.column("customer", "parent"), ["C", "A", "", "E", "D", "F"]);
    let again = office.import("customer", csv, Some(ACCOUNTS));
    assert_eq!(again[..6], ["2 same", "3 same", "4 same", "5 same", "6 same", "7 same"]);
    let undo = office.session.plan_undo(report.change_set).unwrap();
    office.session.undo(&undo).unwrap();
    assert!(office.column("customer", "name").is_empty());
}

#[test]
fn missing_linked_records_are_made_once_where_the_map_says_so() {
    let map = "key = \"emails\"\n[columns]\nwho = \"name\"\nmail = \"emails\"\n\
               firm = { field = \"customer\", create_missing = true }\n";
    let csv = "who,mail,firm\nAnna,anna@a.de,Acme\nBen,ben@a.de,Acme\nCleo,cleo@b.de,Beta\n";
    let mut office = office();
    let (dry, _) = office.try_import("contact", csv, Some(map), true, &mut Vec::new()).unwrap();
    let (real, _) = office.try_import("contact", csv, Some(map), false, &mut Vec::new()).unwrap();
    assert_eq!(dry.made, real.made);
    assert_eq!(real.made.values().copied().collect::<Vec<_>>(), [2]);
    assert_eq!(office.column("customer", "name"), ["Acme", "Beta"]);
    assert_eq!(office.column("contact", "customer"), ["Acme", "Acme", "Beta"]);
    assert_eq!(office.import("contact", csv, Some(map)), ["2 same", "3 same", "4 same"]);
}

#[test]
fn rows_with_one_key_are_the_same_or_contradict_each_other() {
    let csv = "name,parent,staff\nAcme,,1\nAcme,,1\nacme,,2\n";
    let told = office().import("customer", csv, Some(ACCOUNTS));
    let error = "4 error: row 2 has the same key and other values";
    assert_eq!(told, ["2 create", "3 same (as row 2)", error]);
}

#[test]
fn the_error_file_is_the_original_row_with_the_reason_and_can_be_imported_when_corrected() {
    let mut office = office();
    let csv = "name;staff;note\nAcme;ten;\"a;b\"\nBeta;20;x\nGamma\n";
    let map =
        "key = \"name\"\nignore = [\"note\"]\n[columns]\nname = \"name\"\nstaff = \"employees\"\n";
    let mut rejects = Vec::new();
    let (report, told) =
        office.try_import("customer", csv, Some(map), false, &mut rejects).unwrap();
    assert_eq!(report.count(RowFate::Error), 2);
    assert_eq!(told[1], "3 create");
    let text = String::from_utf8(rejects).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "name;staff;note;error;error_row");
    assert!(lines[1].starts_with("Acme;ten;\"a;b\";") && lines[1].contains("ten"), "{text}");
    assert!(
        lines[2].starts_with("Gamma;;;the row has 1 cells where the header has 3;4:"),
        "{text}"
    );
    let corrected = text.replace(";ten;", ";10;").lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(office.import("customer", &corrected, Some(map)), ["2 create"]);
}

#[test]
fn a_map_that_does_not_fit_is_refused_with_line_and_likely_word() {
    let refused = |map: &str| {
        let error = office()
            .try_import("customer", "Kunde,Stadt\nA,B\n", Some(map), true, &mut Vec::new())
            .unwrap_err();
        format!("{error} ({})", error.hint().unwrap_or_default())
    };
    for (map, expected) in [
        (
            "[columns]\nKunde = \"nmae\"\n",
            "map.toml:2: customer has no field \"nmae\"\nno column goes to name of customer \
             (did you mean \"name\"?)",
        ),
        (
            "[columns]\nKunde = \"name\"\nStatd = \"address.city\"\n",
            "map.toml:3: there is no column \"Statd\" (did you mean \"Stadt\"?)",
        ),
        (
            "[columns]\nKunde = \"name\"\nStadt = \"address.citi\"\n",
            "map.toml:3: address of customer has no part \"citi\" (did you mean \"city\"?)",
        ),
        (
            "key = \"external_id\"\n[columns]\nKunde = \"name\"\n",
            "map.toml:1: no column goes to the key \"external_id\" ()",
        ),
        (
            "[columns]\nKunde = \"name\"\nStadt = \"open_deals\"\n",
            "map.toml:3: open_deals of customer is computed and cannot be imported ()",
        ),
        (
            "[columns]\nKunde = \"name\"\nStadt = { field = \"parent\", by = \"nam\" }\n",
            "map.toml:3: customer cannot be found by \"nam\" (did you mean \"name\"?)",
        ),
        (
            "entity = \"lead\"\n[columns]\nKunde = \"name\"\n",
            "map.toml:1: the map is for lead, the import for customer \
             (kontor import lead FILE --map map.toml)",
        ),
    ] {
        assert_eq!(refused(map), expected, "{map}");
    }
}

#[test]
fn maps_split_multiply_compose_skip_and_default() {
    let map = r#"
key = "external_id"
dates = "dmy"
empty = ["n/a"]
skip_when = { Deleted = "true", Mail = "noreply@*" }
[columns]
Id = "external_id"
First = "name.first"
Last = "name.last"
Mail = "emails.work"
Mobile = "phones.mobile"
Budget = { field = "budget", multiply = 1000, currency = "USD" }
Town = "address.city"
Stars = { field = "rating", invalid = "empty" }
[constants]
source = "web"
[defaults]
company = "unknown"
"#;
    let csv = "Id,First,Last,Mail,Mobile,Budget,Town,Stars,Deleted\n\
               1,Anna,Müller,anna@a.de; a.m@a.de,n/a,1.5,Ulm,***,false\n\
               2,x,y,z@z.de,,,,,TRUE\n\
               3,No,Reply,noreply@z.de,,,,,\n\
               4,太郎,山本,,090-1234-5678,,,3,\n";
    let mut office = office();
    assert_eq!(
        office.import("lead", csv, Some(map)),
        [
            "2 create",
            "3 skip (Deleted is \"TRUE\")",
            "4 skip (Mail is \"noreply@z.de\")",
            "5 create"
        ]
    );
    let mut names = office.column("lead", "name");
    names.sort();
    assert_eq!(names, ["Anna Müller", "山本太郎"]);
    let json = office.exported(&ExportRequest::all("lead"), ExportFormat::Json);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let anna = json.as_array().unwrap().iter().find(|lead| lead["external_id"] == "1").unwrap();
    assert_eq!(anna["budget"], serde_json::json!({ "amount": "1500.00", "currency": "USD" }));
    assert_eq!(anna["emails"][0], serde_json::json!({ "label": "work", "value": "anna@a.de" }));
    assert_eq!(anna["emails"][1]["value"], "a.m@a.de");
    assert_eq!(anna["address"], serde_json::json!({ "city": "Ulm" }));
    assert_eq!(anna["company"], "unknown");
    assert_eq!(anna["phones"], serde_json::Value::Null);
    // What a person changed that the map only gives to new records stays.
    assert!(office.import("lead", csv, Some(map)).iter().all(|line| !line.contains("create")));
}

fn full_house() -> Office {
    let mut office = office();
    let csv = "name,phones,emails,street,city,country,revenue,currency,tags,description,founded,parent\n\
        Müller & Söhne,mobile: +49 171 5550100; +49 711 55501,info@mueller.de,Weg 1,Ulm,Germany,1200.5,EUR,\
        a; b,\"two\nlines, \"\"quoted\"\"\",1990,\n\
        =cmd|' /C calc'!A0,,,,,,,,,@SUM(A1),,\n\
        张伟贸易有限公司,,,,上海,中国,88,CNY,,,2001,Müller & Söhne\n";
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nphones = \"phones\"\nemails = \"emails\"\n\
        street = \"address.street\"\ncity = \"address.city\"\ncountry = \"address.country\"\n\
        revenue = \"revenue\"\ncurrency = \"revenue.currency\"\ntags = \"tags\"\n\
        description = \"description\"\nfounded = \"founded\"\nparent = \"parent\"\n";
    assert_eq!(office.import("customer", csv, Some(map)), ["2 create", "3 create", "4 create"]);
    office
}

#[test]
fn what_is_exported_is_the_same_when_it_is_imported_again() {
    let mut office = full_house();
    for format in [ExportFormat::Csv, ExportFormat::Tsv] {
        for exact in [false, true] {
            let request = ExportRequest { exact, ..ExportRequest::all("customer") };
            let text = office.exported(&request, format);
            let told = office.import("customer", &text, None);
            assert_eq!(told, ["2 same", "3 same", "4 same"], "{format:?} exact {exact}:\n{text}");
        }
    }
}

#[test]
fn a_spreadsheet_takes_nothing_of_an_export_for_a_formula() {
    let office = full_house();
    let text = office.exported(&ExportRequest::all("customer"), ExportFormat::Csv);
    assert!(text.contains(",'=cmd|' /C calc'!A0,"), "{text}");
    assert!(text.contains("'@SUM(A1)"), "{text}");
    assert!(text.contains(",1200.50,EUR,"), "{text}");
    let exact = ExportRequest { exact: true, ..ExportRequest::all("customer") };
    assert!(office.exported(&exact, ExportFormat::Csv).contains(",=cmd|' /C calc'!A0,"));
}

#[test]
fn hostile_text_goes_in_and_comes_out_unchanged() {
    let Some(path) = shared("hostile.txt") else { return };
    let text = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&text);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["id", "name", "description", "tags", "emails"]).unwrap();
    for (index, line) in text.lines().filter(|line| !line.trim().is_empty()).enumerate() {
        writer.write_record([&index.to_string(), line, line, line, line]).unwrap();
    }
    let csv = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let map = "key = \"external_id\"\n[columns]\nid = \"external_id\"\nname = \"name\"\n\
               description = \"description\"\ntags = \"tags\"\n\
               emails = { field = \"emails\", invalid = \"empty\" }\n";
    let mut office = office();
    let first = office.import("lead", &csv, Some(map));
    assert!(first.iter().any(|line| line.contains("create")), "{first:?}");
    let again = office.import("lead", &csv, Some(map));
    assert!(again.iter().all(|line| line.contains("same") || line.contains("error")), "{again:?}");
    for format in [ExportFormat::Json, ExportFormat::Ndjson, ExportFormat::Markdown] {
        office.exported(&ExportRequest::all("lead"), format);
    }
    let request = ExportRequest { exact: true, ..ExportRequest::all("lead") };
    let told = office.import("lead", &office.exported(&request, ExportFormat::Csv).clone(), None);
    assert!(told.iter().all(|line| line.contains("same")), "{told:?}");
}

#[test]
fn a_folder_of_maps_that_ships_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/examples/maven");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some_and(|kind| kind == "toml") && name != "company.toml" {
            let map = ImportMap::parse(&name, &fs::read_to_string(&path).unwrap()).unwrap();
            assert!(map.entity.is_some() && !map.keys.is_empty(), "{name}");
        }
    }
}
