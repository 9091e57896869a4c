//! What becomes of every CSV file of `../shared/data`: as what, known as which shape, how many rows of each
//! verdict; and that no cell is lost in silence.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/office.rs"]
mod office;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::shared;
use kontor::exchange::export::{ExportFormat, ExportRequest};
use kontor::exchange::import::{ImportOptions, run};
use kontor::exchange::{ImportReport, RowFate, RowVerdict, Said, Source};
use kontor::schema::FieldType;
use office::{Office, Verdicts, office};

/// File, entity, `shape | verdicts | the first problem`. Where the file cannot be imported without a
/// person's word, the reason.
const OUTCOMES: &[(&str, &str, &str)] = &[
    ("messy_imports/01-facebook-leads-standard.csv", "lead", "- | create 5"),
    (
        "messy_imports/02-facebook-leads-messy-headers.csv",
        "lead",
        "- | create 2, error 1 | E-mail (emails): \"invalid-email\" is not an e-mail address (t",
    ),
    (
        "messy_imports/04-google-ads-export-utf8.csv",
        "lead",
        "- | create 1, error 2 | status: \"Contacted\" is not among the choices (did you mean C",
    ),
    ("messy_imports/05-excel-export.csv", "customer", "- | create 3"),
    ("messy_imports/05-excel-export.csv", "lead", "- | create 3"),
    (
        "messy_imports/06-agency-crm-export.csv",
        "lead",
        "- | error 4 | source: \"Facebook Ads\" is not among the choices (one of Web ",
    ),
    ("messy_imports/09-duplicate-headers.csv", "contact", "- | create 2"),
    ("messy_imports/10-mixed-date-formats.csv", "contact", "- | create 3"),
    ("messy_imports/11-international-names.csv", "lead", "- | create 4"),
    (
        "messy_imports/11-international-names.csv",
        "contact",
        "- | create 1, error 3 | language: \"Vietnamese\" is not among the choices (one of Engl",
    ),
    ("messy_imports/12-unicode-emoji.csv", "lead", "- | create 3"),
    ("contacts_csv/google_contacts_ja.csv", "contact", "Google contacts | create 2"),
    (
        "contacts_csv/google_contacts_outlook_style_export.csv",
        "contact",
        "Outlook contacts | create 4, skip 1",
    ),
    ("exports/hubspot_contacts.csv", "contact", "HubSpot contacts | create 4, skip 5"),
    ("exports/pipedrive_sample_import.csv", "contact", "Pipedrive people | create 1"),
    ("exports/pipedrive_sample_import.csv", "customer", "Pipedrive organizations | create 1"),
    ("exports/pipedrive_sample_import.csv", "deal", "Pipedrive deals | create 1"),
    ("exports/pipedrive_sample_import.csv", "task", "Pipedrive activities | create 1"),
    ("exports/atomic_crm_contacts.csv", "contact", "- | error 500 | owner: no user \"Jane Doe\""),
    ("exports/salesforce_accounts.csv", "customer", "Salesforce accounts | create 423"),
    ("chinese/customers_zh_utf8.csv", "customer", "Customers of a Chinese CRM | create 2000"),
    (
        "import_errors/error0413060133.csv",
        "deal",
        "Salesforce opportunities | create 10, error 1 | row 2 has the same key and other values",
    ),
    ("import_errors/success0413060133.csv", "deal", "Salesforce opportunities | create 9"),
    (
        "maven_crm/accounts.csv",
        "customer",
        "- | create 68, error 17 | industry: \"technolgy\" is not among the choices (did you mean",
    ),
    ("maven_crm/products.csv", "product", "- | create 7"),
    ("maven_crm/sales_teams.csv", "user", "- | error 35 | manager: no user \"Melvin Marxen\""),
    (
        "maven_crm/sales_pipeline.csv",
        "deal",
        "- | error 8800 | stage: \"Engaging\" is not among the choices (one of Prospecti",
    ),
    (
        "record_linkage/febrl1.csv",
        "contact",
        "- | create 997, error 3 | birthday: not a date (try 2026-01-31, fri, tomorrow or +3d)",
    ),
    (
        "record_linkage/febrl3.csv",
        "contact",
        "- | create 4959, error 41 | birthday: not a date (try 2026-01-31, fri, tomorrow or +3d)",
    ),
    ("record_linkage/fodors_zagats/zagats.csv", "customer", "- | create 331"),
    ("record_linkage/fodors_zagats/fodors.csv", "customer", "- | create 533"),
    ("csv_spectrum/csvs/comma_in_quotes.csv", "contact", "- | create 1"),
];

/// Files that say nothing of customers, people or deals, or say it in words that no program can know: what
/// is said then.
const REFUSED: &[(&str, &str, &str)] = &[
    ("messy_imports/03-google-ads-leads.csv", "lead", "no column goes to name of lead"),
    ("messy_imports/08-broken-headers-typos.csv", "lead", "no column goes to name of lead"),
    ("maven_crm/data_dictionary.csv", "customer", "no column goes to name of customer"),
    (
        "record_linkage/fodors_zagats/matches_fodors_zagats.csv",
        "customer",
        "no column goes to name of customer",
    ),
    ("csv_spectrum/csvs/simple_crlf.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/newlines.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/empty.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/location_coordinates.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/quotes_and_newlines.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/escaped_quotes.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/utf8.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/newlines_crlf.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/empty_crlf.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/simple.csv", "contact", "no column goes to name of contact"),
    ("csv_spectrum/csvs/json.csv", "contact", "no column goes to name of contact"),
];

fn bytes(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    // Other encodings are another room's business: here every byte is a character of Latin-1.
    match std::str::from_utf8(&bytes) {
        Ok(_) => bytes,
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(),
    }
}

fn take(
    office: &mut Office,
    path: &Path,
    entity: &str,
    dry_run: bool,
) -> Result<(ImportReport, Vec<RowVerdict>), String> {
    let options = ImportOptions {
        entity: entity.to_owned(),
        file: "test.csv".to_owned(),
        dry_run,
        ..ImportOptions::default()
    };
    let mut verdicts = Verdicts::default();
    match run(&mut office.session, bytes(path).as_slice(), &options, &mut verdicts, None) {
        Ok(report) => Ok((report, verdicts.0)),
        Err(error) => Err(error.to_string()),
    }
}

fn told(report: &ImportReport) -> String {
    let shape = report.shape.as_ref().map_or("-", |shape| shape.en.as_str());
    let fates: Vec<String> =
        report.fates.iter().map(|(fate, n)| format!("{} {n}", fate.word())).collect();
    let first = report.problems.first();
    let first = first.map(|one| format!(" | {}", one.problem)).unwrap_or_default();
    format!("{shape} | {}{first}", fates.join(", "))
}

/// Letters and digits, folded.
fn squash(text: &str) -> String {
    kontor::model::text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every column is mapped or named as left out, and what stands in a mapped column of texts stands in the
/// record that the row made.
fn nothing_is_lost(office: &Office, path: &Path, report: &ImportReport, verdicts: &[RowVerdict]) {
    let told: BTreeSet<&String> =
        report.columns.iter().map(|column| &column.header).chain(&report.unmentioned).collect();
    let data = bytes(path);
    let mut source = Source::open(data.as_slice(), "test.csv", &Said::default()).unwrap();
    let headers = source.headers().to_vec();
    for header in &headers {
        assert!(told.contains(header), "{}: {header} is not spoken of", path.display());
    }
    let catalog = office.session.catalog().clone();
    let entity = catalog.entity(&report.entity).unwrap();
    let json = office.exported(&ExportRequest::all(report.entity.as_str()), ExportFormat::Json);
    let records: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let mut looked = 0;
    while let Some(row) = source.next_row().unwrap() {
        let verdict = verdicts.iter().find(|verdict| verdict.row == row.number).unwrap();
        let Some(record) = verdict.record.as_ref().filter(|_| verdict.fate == RowFate::Create)
        else {
            // Nothing is written of it, and its verdict says why.
            let says = !verdict.problems.is_empty() || verdict.note.is_some();
            assert!(says || verdict.fate == RowFate::Same, "{}: {verdict:?}", path.display());
            continue;
        };
        if looked > 300 {
            continue;
        }
        looked += 1;
        let reference = catalog.reference(record);
        let record = records.iter().find(|one| one["ref"] == reference.as_str()).unwrap();
        let all = squash(&record.to_string().replace("\\n", " "));
        for (column, _) in report.map.columns.iter().filter(|(_, targets)| {
            let field = |target: &kontor::exchange::Target| {
                let name = target.field.text.split('.').next().unwrap().to_owned();
                entity.field(&name).map(|field| field.kind.clone())
            };
            let plain = |kind: FieldType| {
                matches!(
                    kind,
                    FieldType::Text | FieldType::LongText | FieldType::Email | FieldType::Address
                )
            };
            targets.len() == 1
                && targets[0].values.is_empty()
                && targets.iter().filter_map(field).all(plain)
        }) {
            let Some(index) = headers.iter().position(|h| squash(h) == squash(&column.text)) else {
                continue;
            };
            let cell = row.cells.get(index).unwrap_or_default();
            for word in cell.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                // Chinese has no blanks: there the parts of an address are signs of one word.
                let there = all.contains(&squash(word))
                    || (!word.is_ascii() && squash(word).chars().all(|sign| all.contains(sign)));
                assert!(
                    there,
                    "{}: row {}: {}: {word:?} of {cell:?} is not in {record}",
                    path.display(),
                    row.number,
                    column.text
                );
            }
        }
    }
}

#[test]
fn every_file_has_its_outcome_and_nothing_is_lost_in_silence() {
    let Some(data) = shared("messy_imports") else { return };
    let data = data.parent().unwrap();
    let mut wrong = Vec::new();
    for (file, entity, expected) in OUTCOMES {
        let mut office = office();
        let path = data.join(file);
        let got = match take(&mut office, &path, entity, true) {
            Ok((report, _)) => told(&report),
            Err(error) => error,
        };
        if !got.starts_with(expected) || expected.is_empty() {
            wrong.push(format!("    (\"{file}\", \"{entity}\", {got:?}),"));
            continue;
        }
        let (report, verdicts) = take(&mut office, &path, entity, false).unwrap();
        assert!(told(&report).starts_with(expected), "{file}: {}", told(&report));
        nothing_is_lost(&office, &path, &report, &verdicts);
    }
    for (file, entity, expected) in REFUSED {
        let got = match take(&mut office(), &data.join(file), entity, true) {
            Ok((report, _)) => told(&report),
            Err(error) => error,
        };
        if !got.starts_with(expected) || expected.is_empty() {
            wrong.push(format!("    (\"{file}\", \"{entity}\", {got:?}),"));
        }
    }
    assert!(wrong.is_empty(), "other outcomes:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_csv_file() {
    let Some(data) = shared("messy_imports") else { return };
    let data = data.parent().unwrap();
    let mut files = BTreeSet::new();
    let mut folders = vec![data.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "csv") {
                let name = path.strip_prefix(data).unwrap().to_str().unwrap().to_owned();
                files.insert(name);
            }
        }
    }
    // In GB18030, and the phones have a test of their own.
    for apart in ["chinese/customers_zh_gb18030.csv", "phone/phone_vectors.csv"] {
        files.remove(apart);
    }
    for (file, _, _) in OUTCOMES.iter().chain(REFUSED) {
        files.remove(*file);
    }
    assert!(files.is_empty(), "no outcome stands for {files:?}");
}

#[test]
fn of_the_people_of_a_hubspot_export_those_stay_who_can_be_reached() {
    let Some(path) = shared("exports/hubspot_contacts.csv") else { return };
    let mut office = office();
    let (report, _) = take(&mut office, &path, "contact", false).unwrap();
    assert_eq!((report.count(RowFate::Create), report.count(RowFate::Skip)), (4, 5));
    let mut names = office.column("contact", "name");
    names.sort();
    assert_eq!(names, ["Casey Example", "Jordan EXAMPLE", "Morgan Example", "Taylor Example"]);
}

#[test]
fn phones_of_a_file_are_what_libphonenumber_makes_of_them() {
    let Some(path) = shared("phone/phone_vectors.csv") else { return };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut csv = String::from("id,name,phone\n");
    let mut expected = std::collections::BTreeMap::new();
    for (index, row) in reader.records().enumerate() {
        let row = row.unwrap();
        // What begins with a plus does not hang on the country.
        let (input, e164) = (&row[0], &row[7]);
        if input.trim_start().starts_with('+') && &row[4] == "1" && !input.contains(['"', ';', ','])
        {
            csv += &format!("{index},N{index},\"{input}\"\n");
            expected.insert(format!("N{index}"), e164.to_owned());
        }
    }
    let map = "key = \"external_id\"\n[columns]\nid = \"external_id\"\nname = \"name\"\nphone = \"phones\"\n";
    let mut office = office();
    office.import("contact", &csv, Some(map));
    let json = office.exported(&ExportRequest::all("contact"), ExportFormat::Json);
    let records: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert!(expected.len() > 100, "{}", expected.len());
    for (name, e164) in expected {
        let record = records.iter().find(|one| one["name"] == name.as_str());
        let value =
            record.map(|one| one["phones"][0]["value"].as_str().unwrap_or_default().to_owned());
        let number = value.map(|value| value.split(";ext=").next().unwrap().to_owned());
        assert_eq!(number.as_deref(), Some(e164.as_str()), "{name}");
    }
}
