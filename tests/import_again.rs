//! Files that come again: error files, own cards, a phone's address book, rows without a key; and phones of other
//! countries.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/office.rs"]
mod office;

use std::io::{Seek, Write};

use kontor::exchange::Source;
use kontor::exchange::export::{ExportFormat, ExportRequest};
use kontor::exchange::import::{ImportOptions, run_source};
use kontor::exchange::read::Inside;
use office::{Office, Verdicts, office};

/// Imports a file of any format; a line per row.
fn bring(office: &mut Office, entity: &str, bytes: &[u8], name: &str) -> Vec<String> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    let options = ImportOptions {
        entity: entity.to_owned(),
        file: name.to_owned(),
        ..ImportOptions::default()
    };
    let source = Source::of_file(file, name, &options.said(), &Inside).unwrap();
    let mut verdicts = Verdicts::default();
    run_source(&mut office.session, source, &options, &mut verdicts, None).unwrap();
    verdicts.told()
}

#[test]
fn a_phone_without_its_code_is_of_the_country_of_its_row() {
    let csv = "Name,Phone,Country\nA,(312) 596-1000,United States\nB,02071234567,United Kingdom\n\
               C,010-23356886,中国\nD,0711 55501,\nE,+33 1 42 68 53 00,\nF,0711 55502,Atlantis\n";
    let mut office = office();
    let (report, told) = office.try_import("customer", csv, None, false, &mut Vec::new()).unwrap();
    assert!(told.iter().all(|line| line.ends_with("create")), "{told:?}");
    let phones = office.column("customer", "phones").join("\n");
    for number in ["+13125961000", "+442071234567", "+861023356886", "+4971155501", "+33142685300"]
    {
        assert!(phones.contains(number), "{number} in {phones}");
    }
    let notices: Vec<String> = report.notices.iter().map(ToString::to_string).collect();
    let guessed: Vec<&String> = notices.iter().filter(|line| line.contains("no country")).collect();
    assert_eq!(guessed.len(), 1, "{notices:?}");
    assert!(guessed[0].contains("2 numbers like 0711 55501") && guessed[0].contains("DE"));
}

#[test]
fn a_map_says_the_country_of_phones() {
    let map = "country = \"USA\"\n[columns]\nname = \"name\"\nphone = \"phones\"\n";
    let csv = "name,phone\nA,(312) 596-1000\n";
    let mut office = office();
    let (report, _) =
        office.try_import("customer", csv, Some(map), false, &mut Vec::new()).unwrap();
    assert!(office.column("customer", "phones")[0].contains("+13125961000"));
    assert!(!report.notices.iter().any(|line| line.as_str().contains("company's own")));
}

#[test]
fn an_error_file_keeps_numbers_and_order_and_changes_nothing_before_it_is_mended() {
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nstaff = \"employees\"\n";
    let csv = "name,staff\nA,1\nB,many\nC\nA,2\nD,4,5\n";
    let mut office = office();
    let mut rejects = Vec::new();
    office.try_import("customer", csv, Some(map), false, &mut rejects).unwrap();
    let text = String::from_utf8(rejects).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "name,staff,error,error_row");
    let places: Vec<&str> =
        lines[1..].iter().map(|line| line.rsplit(',').next().unwrap()).collect();
    let numbers: Vec<&str> = places.iter().map(|place| place.split(':').next().unwrap()).collect();
    assert_eq!(numbers, ["3", "4", "5", "6"], "{text}");

    let mut again = Vec::new();
    let (_, told) = office.try_import("customer", &text, Some(map), false, &mut again).unwrap();
    assert!(told.iter().all(|line| line.contains("error: not mended yet")), "{told:?}");
    assert_eq!(office.column("customer", "name"), ["A"]);
    assert_eq!(String::from_utf8(again).unwrap(), text, "the error file comes back as it was");

    // One gets another cell, one loses its reason, the last is put right.
    let mended: Vec<String> = lines
        .iter()
        .map(|line| match line.split(',').next().unwrap() {
            "B" => line.replacen("many", "7", 1),
            "C" => line.replacen("the row has 1 cells where the header has 2", "", 1),
            "D" => line.replacen("\"4,5\"", "45", 1),
            _ => (*line).to_owned(),
        })
        .collect();
    let told = office.import("customer", &mended.join("\n"), Some(map));
    assert_eq!(told[0], "2 create");
    assert_eq!(told[1], "3 create");
    assert!(told[2].starts_with("4 error: not mended yet"), "{told:?}");
    assert_eq!(told[3], "5 create");
}

#[test]
fn own_cards_and_appointments_are_known_again() {
    let mut office = office();
    office.import(
        "contact",
        "Name,Email,Phone\nAnna Bo,a@b.example,+49 711 5550\nCai Xu,,\n",
        None,
    );
    let cards = office.exported(&ExportRequest::all("contact"), ExportFormat::Vcard);
    assert_eq!(bring(&mut office, "contact", cards.as_bytes(), "c.vcf"), ["1 same", "2 same"]);
    let changed = cards.replace("a@b.example", "new@b.example");
    assert_eq!(
        bring(&mut office, "contact", changed.as_bytes(), "c.vcf"),
        ["1 update emails", "2 same"]
    );
    // The number of another database's record is somebody else here.
    let foreign = "BEGIN:VCARD\nVERSION:4.0\nFN:Dora Ek\nUID:kontor:contact:1\nEND:VCARD\n";
    assert_eq!(bring(&mut office, "contact", foreign.as_bytes(), "f.vcf"), ["1 create"]);

    office.import("task", "Subject,Due\nCall Anna,2026-03-01\n", None);
    let tasks = office.exported(&ExportRequest::all("task"), ExportFormat::Ical);
    let told = bring(&mut office, "task", tasks.as_bytes(), "t.ics");
    assert!(
        told.iter().all(|line| !line.contains("create") && !line.contains("error")),
        "{told:?}"
    );
}

#[test]
fn a_phone_that_is_imported_twice_makes_nobody_twice() {
    let cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Bo\nTEL;TYPE=CELL:+49 171 1234567\nEND:VCARD\n\
                 BEGIN:VCARD\nVERSION:3.0\nFN:Cai Xu\nEMAIL:cai@xu.example\nEND:VCARD\n\
                 BEGIN:VCARD\nVERSION:3.0\nFN:Dora Ek\nUID:abc-1\nEND:VCARD\n";
    let mut office = office();
    let first = bring(&mut office, "contact", cards.as_bytes(), "phone.vcf");
    assert_eq!(first, ["1 create", "2 create", "3 create"]);
    let second = bring(&mut office, "contact", cards.as_bytes(), "phone.vcf");
    assert_eq!(second, ["1 same", "2 same", "3 same"]);
}

#[test]
fn rows_without_a_key_are_held_against_the_records_that_are_there() {
    let csv = "Name,Email\nAcme Ltd,info@acme.example\nBeta GmbH,info@beta.example\n";
    let mut office = office();
    assert_eq!(office.import("customer", csv, None), ["2 create", "3 create"]);
    for told in [office.dry_run("customer", csv, None), office.import("customer", csv, None)] {
        assert!(told[0].starts_with("2 duplicate (duplicate of C-1: "), "{told:?}");
        assert!(told[1].starts_with("3 duplicate (duplicate of C-2: "), "{told:?}");
    }
    let options = ImportOptions {
        entity: "customer".to_owned(),
        file: "x.csv".to_owned(),
        keep_duplicates: true,
        ..ImportOptions::default()
    };
    let mut verdicts = Verdicts::default();
    let read = csv.as_bytes();
    kontor::exchange::import::run(&mut office.session, read, &options, &mut verdicts, None)
        .unwrap();
    assert_eq!(verdicts.told(), ["2 create", "3 create"]);
}
