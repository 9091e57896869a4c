//! What an import may do: modes, keys of several fields, values put to others, dates in doubt, new choices.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/office.rs"]
mod office;

use kontor::exchange::{ImportReport, recognise};
use office::{Office, office};

const PEOPLE: &str = "[columns]\nid = \"external_id\"\nname = \"name\"\nmail = \"emails\"\n\
                      city = \"address.city\"\ntags = \"tags\"\n";

fn map(top: &str) -> String {
    format!("{top}\n{PEOPLE}")
}

fn report(office: &mut Office, entity: &str, csv: &str, map: Option<&str>) -> ImportReport {
    office.try_import(entity, csv, map, true, &mut Vec::new()).unwrap().0
}

/// Anna and Ben, and another Anna elsewhere.
fn three() -> Office {
    let mut office = office();
    let csv = "id,name,mail,city,tags\n1,Anna AG,anna@a.de,Ulm,x\n2,Ben,ben@b.de; info@b.de,Bonn,\n\
               3,Anna AG,anna@c.de,Köln,\n";
    let told = office.import("customer", csv, Some(&map("key = \"external_id\"")));
    assert_eq!(told, ["2 create", "3 create", "4 create"]);
    office
}

#[test]
fn a_mode_says_what_may_be_done() {
    let csv = "id,name,mail,city,tags\n1,Anna SE,,,\n9,Zoe,,,\n";
    let told = |mode: &str| {
        let map = map(&format!("mode = \"{mode}\"\nkey = \"external_id\""));
        three().import("customer", csv, Some(&map))
    };
    assert_eq!(
        told("create"),
        ["2 duplicate (duplicate of C-1: the same external id)", "3 create"]
    );
    assert_eq!(
        told("update"),
        ["2 update name", "3 skip (there is no such record, and only updates were asked for)"]
    );
    assert_eq!(told("upsert"), ["2 update name", "3 create"]);
    let error = three()
        .try_import("customer", csv, Some(&map("mode = \"update\"")), true, &mut Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("only be updated by something"), "{error}");
}

#[test]
fn a_key_of_several_fields_and_any_mail_address_find_a_record() {
    let both = map("key = \"name + city\"");
    let told = three().import(
        "customer",
        "id,name,mail,city,tags\n,anna ag,,ulm,new\n,Anna AG,,Berlin,\n,Anna AG,,,\n",
        Some(&both),
    );
    assert_eq!(
        told,
        ["2 update address name tags", "3 create", "4 create"],
        "without a city there is no key"
    );
    let mail = map("key = \"email\"");
    let told =
        three().import("customer", "id,name,mail,city,tags\n,Ben & Co,info@b.de,,\n", Some(&mail));
    assert_eq!(told, ["2 update emails name"]);
    let refused = three().try_import(
        "customer",
        "id,name,mail,city,tags\n",
        Some(&map("key = \"city + tags\"")),
        true,
        &mut Vec::new(),
    );
    assert!(refused.unwrap_err().to_string().contains("cannot be recognised by city + tags"));
}

#[test]
fn more_than_one_hit_names_the_records_and_two_rows_on_one_record_are_told() {
    let told = three().import(
        "customer",
        "id,name,mail,city,tags\n,Anna AG,,,\n",
        Some(&map("key = \"name\"")),
    );
    assert_eq!(
        told,
        ["2 error: ambiguous: C-1, C-3 have name (match by more fields, or merge these records)"]
    );
    // One row by its number, the next by a mail address of the same record.
    let keys = map("key = [\"external_id\", \"emails\"]");
    let csv = "id,name,mail,city,tags\n2,Ben,,,\n,Benno,info@b.de,,\n5,Eve,eve@e.de,,\n6,Eva,eve@e.de,,\n";
    assert_eq!(
        three().import("customer", csv, Some(&keys)),
        [
            "2 same",
            "3 error: row 2 is about C-2 too",
            "4 create",
            "5 error: row 4 has the same key and other values"
        ]
    );
}

#[test]
fn values_are_put_to_those_that_are_there_or_take_their_place() {
    let csv = "id,name,mail,city,tags\n2,Ben,ben@new.de; ben@b.de,,vip\n";
    let mut office = three();
    let add = map("key = \"external_id\"\nseveral = \"add\"");
    assert_eq!(office.import("customer", csv, Some(&add)), ["2 update emails tags"]);
    assert_eq!(office.import("customer", csv, Some(&add)), ["2 same"]);
    let mails = |office: &Office| {
        let column = office.column("customer", "emails");
        column.into_iter().find(|text| text.contains("ben@b.de")).unwrap()
    };
    let told = mails(&office);
    for mail in ["ben@b.de", "info@b.de", "ben@new.de"] {
        assert!(told.contains(mail), "{told}");
    }
    let replace = map("key = \"external_id\"");
    assert_eq!(office.import("customer", csv, Some(&replace)), ["2 update emails"]);
    assert!(!mails(&office).contains("info@b.de"));
    // A column may say otherwise than the map.
    let one = "key = \"external_id\"\nseveral = \"add\"\n[columns]\nid = \"external_id\"\n\
               mail = { field = \"emails\", several = \"replace\" }\n";
    let told = office.import("customer", "id,mail\n2,only@b.de\n", Some(one));
    assert_eq!(told, ["2 update emails"]);
    assert!(office.column("customer", "emails").iter().all(|text| !text.contains("ben@b.de")));
}

#[test]
fn dates_that_may_be_read_two_ways_are_read_as_the_column_says_and_told() {
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nborn = \"birthday\"\n";
    let mut office = office();
    let rows = "name,born\nA,03/04/2025\nB,25/04/2025\nC,01/02/2024\nD,2024-12-31\nE,45631\n";
    let (report, told) =
        office.try_import("contact", rows, Some(map), false, &mut Vec::new()).unwrap();
    assert!(told.iter().all(|line| line.ends_with("create")), "{told:?}");
    let notices: Vec<String> = report.notices.iter().map(ToString::to_string).collect();
    let notices = notices.join("\n");
    assert!(
        notices.contains("2 dates like 03/04/2025 may be read two ways; the day was"),
        "{notices}"
    );
    assert!(notices.contains("1 numbers like 45631 were read as the days"), "{notices}");
    let born = office.column("contact", "birthday");
    assert!(born.iter().any(|day| day.contains("2025-04-03")), "{born:?}");
    assert!(born.iter().any(|day| day.contains("2024-12-05")), "{born:?}");
    // Nothing in the column says which, or rows contradict each other: nothing is guessed.
    for rows in
        ["name,born\nF,03/04/2025\n", "name,born\nF,03/04/2025\nG,13/04/2025\nH,04/13/2025\n"]
    {
        let told = office.dry_run("contact", rows, Some(map));
        assert!(told[0].contains("may be two dates"), "{told:?}");
    }
    let said = format!("dates = \"mdy\"\n{map}");
    assert_eq!(office.import("contact", "name,born\nF,03/04/2025\n", Some(&said)), ["2 create"]);
    assert!(office.column("contact", "birthday").iter().any(|day| day.contains("2025-03-04")));
}

#[test]
fn choices_that_are_not_there_are_proposed_and_labels_of_both_languages_are_known() {
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nkind = \"segment\"\n";
    let csv = "name,kind\nA,Key account\nB,普通客户\nC,small\nD,Platinum\nE,Platinum\nF,\n";
    let report = report(&mut office(), "customer", csv, Some(map));
    let new: Vec<(&str, u64)> =
        report.new_choices.iter().map(|new| (new.value.as_str(), new.rows)).collect();
    assert_eq!(new, [("Platinum", 2)]);
    assert_eq!(report.count(kontor::exchange::RowFate::Create), 4);
}

#[test]
fn what_fits_nowhere_is_kept_in_the_description() {
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nnote = \"description\"\n\
               kind = { field = \"segment\", invalid = \"note\" }\n\
               boss = { field = \"owner\", by = \"name\", invalid = \"note\" }\n";
    let mut office = office();
    let csv = "name,note,kind,boss\nA,hello,Platinum,Nobody\nB,,Gold,\n";
    let (report, told) =
        office.try_import("customer", csv, Some(map), false, &mut Vec::new()).unwrap();
    assert_eq!(told, ["2 create", "3 create"]);
    assert_eq!(office.column("customer", "description"), ["hello\nkind: Platinum", "kind: Gold"]);
    let notices = report.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        notices.contains("1 row goes without, as there is no user like \"Nobody\""),
        "{notices}"
    );
}

#[test]
fn money_of_both_worlds_is_understood() {
    let map = "key = \"name\"\n[columns]\nname = \"name\"\nmoney = \"revenue\"\n";
    let mut office = office();
    let cases = [
        ("\"1,234,567.50\"", "1234567.5"),
        ("\"1.234.567,50 €\"", "1234567.5"),
        ("\"$1,200\"", "1200"),
        ("6.0E7", "60000000"),
        ("¥12万", "120000"),
        ("人民币 3000", "3000"),
        ("3000 RMB", "3000"),
        ("USD 12k", "12000"),
        ("1'234.50 CHF", "1234.5"),
    ];
    let mut csv = String::from("name,money\n");
    for (index, (text, _)) in cases.iter().enumerate() {
        csv += &format!("n{index},{text}\n");
    }
    let told = office.import("customer", &csv, Some(map));
    assert!(told.iter().all(|line| line.ends_with("create")), "{told:?}");
    let revenue = office.column("customer", "revenue");
    for (index, (text, expected)) in cases.iter().enumerate() {
        let amount: rust_decimal::Decimal = expected.parse().unwrap();
        let told = &revenue[index];
        let normal = amount.normalize().to_string();
        assert!(told.replace(".00", "").replace(".50", ".5").contains(&normal), "{text}: {told}");
    }
}

#[test]
fn columns_are_known_by_what_stands_in_them() {
    let csv = "Name,Wohin schreiben,Wie anrufen\nA,a@a.de,+49 711 55501\nB,b@b.de,\n";
    let report = report(&mut office(), "customer", csv, None);
    let fields: Vec<_> =
        report.columns.iter().map(|one| one.field.clone().unwrap_or_default()).collect();
    assert_eq!(fields, ["name", "emails", "phones"]);
    // Two columns of mail addresses: nobody can say which.
    let csv = "Name,Boss,Helper\nA,a@a.de,b@b.de\n";
    let fields = super_fields(csv);
    assert_eq!(fields, ["name", "", ""]);
}

fn super_fields(csv: &str) -> Vec<String> {
    let report = report(&mut office(), "customer", csv, None);
    report.columns.iter().map(|one| one.field.clone().unwrap_or_default()).collect()
}

#[test]
fn files_of_other_programs_are_known_by_their_headers() {
    let known = |headers: &str| -> Vec<&str> {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        recognise(&headers).into_iter().map(|shape| shape.name).collect()
    };
    assert_eq!(known("ID,NAME,BILLINGCITY,OWNERID"), ["salesforce-account"]);
    assert_eq!(known("Record ID,First Name,Last Name,Email"), ["hubspot-contacts"]);
    assert!(known("Person - Name*,Organization - Name*,Deal - Title").contains(&"pipedrive-deals"));
    assert_eq!(known("客户名称,手机,客户状态"), ["chinese-customers"]);
    assert!(known("Name,Email").is_empty());
}

#[test]
fn activities_keep_their_author_and_time_and_a_deal_its_outcome() {
    let mut office = office();
    office.import("user", "name,login\nAlice Ng,alice\n", None);
    let csv =
        "Subject,Type,Date,Owner,Notes\nFirst call,call,2019-03-04 10:30,Alice Ng,went well\n";
    assert_eq!(office.import("activity", csv, None), ["2 create"]);
    assert_eq!(office.column("activity", "owner"), ["Alice Ng"]);
    assert!(office.column("activity", "happened_at")[0].contains("2019-03-04T09:30"));
    let csv = "Id,Name,StageName,CloseDate,Amount\n1,Won one,Closed Won,2020-05-06,10\n\
               2,Open one,Prospecting,2030-01-02,20\n3,Odd one,Somewhere,2030-01-02,20\n";
    assert_eq!(office.import("deal", csv, None), ["2 create", "3 create", "4 create"]);
    let closed = office.column("deal", "closed_on");
    assert!(closed.iter().filter(|day| day.contains("2020-05-06")).count() == 1, "{closed:?}");
    assert_eq!(office.column("deal", "won_reason").iter().filter(|one| *one == "other").count(), 1);
    assert!(office.column("deal", "description").contains(&"StageName: Somewhere".to_owned()));
}
