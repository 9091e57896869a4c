//! Files are brought in at the screens: which file, where its columns go, what would become of its rows, done, taken
//! back.

use kontor::gate::{Count, Via};
use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;
use kontor::tui::context::Manners;

use super::{Screen, expect, expect_not, office};

/// Three customers: one as it should be, one with a mail address that is none, one in Chinese.
pub const FAIR: &str = "Name,Email,City,Booth\n\
    Acme Corp,info@acme.example,Berlin,A1\n\
    Bonn Tools Ltd,bad@@mail,Bonn,B2\n\
    杭州智联,,杭州,B3\n";

/// Lays a file where the script may read it.
pub fn put(script: &mut Script, name: &str, text: impl AsRef<[u8]>) {
    let folder = script.folder().unwrap().to_owned();
    std::fs::write(folder.join(name), text).unwrap();
}

fn customers(script: &mut Script) -> Count {
    script.session().count("customer", None, None).unwrap()
}

fn named(script: &mut Script, id: i64) -> Value {
    let record = script.session().get(&RecordRef::new("customer", RecordId(id))).unwrap();
    record.get("name").clone()
}

#[test]
fn a_file_is_imported_after_a_cell_was_mended_and_taken_back() {
    let office = office();
    let mut script = office.open(80, 24);
    put(&mut script, "fair.csv", FAIR);
    put(&mut script, "notes.txt", "nothing");
    script.press("g c I").unwrap();
    expect(&script, "Which file is to be imported?");
    expect(&script, "fair.csv");
    script.typed("fa");
    expect_not(&script, "notes.txt");
    script.press("enter").unwrap();
    expect(&script, "Import › fair.csv");
    expect(&script, "as Customers");
    expect(&script, "CSV · UTF-8 · set apart by , · 4 columns");
    expect(&script, "Address: City");
    expect(&script, "Row 2 becomes");
    expect(&script, "info@acme.example");
    // The second row shows what is wrong with it before anything is planned.
    script.press("right").unwrap();
    expect(&script, "Row 3 becomes");
    expect(&script, "bad@@mail\" is not");
    script.press("y").unwrap();
    expect(&script, "2 create   [1 error]");
    expect(&script, "Bonn Tools Ltd");
    script.press("e").unwrap();
    expect(&script, "row 3");
    script.press("ctrl-u").unwrap();
    script.typed("mail@bonn.example");
    script.press("enter").unwrap();
    expect(&script, "E-mail: mail@bonn.example");
    assert_eq!(customers(&mut script), Count::Exactly(3), "nothing is written yet");
    script.press("esc").unwrap();
    expect(&script, "3 create");
    expect_not(&script, "error");
    // One row is left out, and taken in again.
    script.press("space").unwrap();
    expect(&script, "2 create   1 skip");
    script.press("up space").unwrap();
    expect(&script, "3 create");
    script.press("y").unwrap();
    expect(&script, "3 records come into being. Import now?");
    // The answer is No unless it is changed.
    script.press("enter").unwrap();
    assert_eq!(customers(&mut script), Count::Exactly(3));
    script.press("y y").unwrap();
    expect(&script, "fair.csv is imported.");
    expect(&script, "3 rows: 3 create");
    assert_eq!(customers(&mut script), Count::Exactly(6));
    assert_eq!(named(&mut script, 5), Value::from("Bonn Tools Ltd"));
    script.press("u").unwrap();
    expect(&script, "Taken back: import fair.csv (3 records)");
    expect(&script, "Customers");
    assert_eq!(customers(&mut script), Count::Exactly(3));
}

#[test]
fn what_others_changed_since_is_named_and_stays_where_an_import_is_taken_back() {
    let mut office = office();
    let mut script = office.open(80, 24);
    put(&mut script, "fair.csv", FAIR);
    script.press("g c I").unwrap();
    script.typed("fair");
    script.press("enter y y y").unwrap();
    expect(&script, "Not imported: 1 row");
    expect(&script, "fair-errors.csv");
    let errors = std::fs::read_to_string(script.folder().unwrap().join("fair-errors.csv")).unwrap();
    assert!(errors.contains("Bonn Tools Ltd,bad@@mail,Bonn,B2,"), "{errors}");
    let edit = Edit::update("customer", RecordId(4)).typed("description", "Met them again");
    office.desk.session.save(vec![edit], "note").unwrap();
    script.changed();
    script.press("u").unwrap();
    expect(&script, "Changed since, and left as it is: C-4");
    expect(&script, "1 change");
    // It is asked, and No is the answer unless it is changed.
    script.press("enter").unwrap();
    assert_eq!(customers(&mut script), Count::Exactly(5));
    // The list of changes offers the same.
    script.press("U down").unwrap();
    expect(&script, "in part: some was changed since");
    script.press("u y").unwrap();
    expect(&script, "left as it is: C-4");
    assert_eq!(customers(&mut script), Count::Exactly(4));
    assert_eq!(named(&mut script, 4), Value::from("Acme Corp"));
}

#[test]
fn columns_and_options_are_changed_and_kept_by_a_name() {
    let office = office();
    let mut script = office.open(80, 24);
    put(
        &mut script,
        "list.csv",
        "Firma;Seit\nMüller Maschinenbau AG;03/04/2020\nNeu GmbH;05/06/2021\n",
    );
    script.press("g c I").unwrap();
    script.typed("list");
    script.press("enter").unwrap();
    expect(&script, "set apart by ;");
    // The header says nothing of a field: it is chosen by a few letters.
    script.press("enter").unwrap();
    script.typed("name");
    script.press("enter").unwrap();
    expect(&script, "Name *");
    expect(&script, "Without a match every row makes a new record");
    script.press("o").unwrap();
    script.typed("recognised");
    script.press("enter").unwrap();
    script.typed("name");
    script.press("enter").unwrap();
    expect(&script, "match by Name");
    script.press("o").unwrap();
    script.typed("may be done");
    script.press("enter").unwrap();
    script.typed("update");
    script.press("enter").unwrap();
    script.press("s").unwrap();
    script.typed("old list");
    script.press("enter").unwrap();
    expect(&script, "The map is kept as “old list”");
    // From now on such a file is understood by it.
    script.press("esc I").unwrap();
    script.typed("list");
    script.press("enter").unwrap();
    expect(&script, "By your map “old list”");
    expect(&script, "match by Name");
    script.press("y").unwrap();
    expect(&script, "1 same");
}

#[test]
fn dates_that_may_be_two_are_shown_until_somebody_says_which() {
    let office = office();
    let mut script = office.open(80, 24);
    put(&mut script, "deals.csv", "Name,Close date\nA,03/04/2027\nB,05/06/2027\n");
    script.press("g d I").unwrap();
    script.typed("deals");
    script.press("enter").unwrap();
    expect(&script, "03/04/2027 may be two days");
    script.press("o").unwrap();
    script.typed("dates");
    script.press("enter").unwrap();
    script.typed("day first");
    script.press("enter").unwrap();
    expect(&script, "with the day first, as you said");
    expect(&script, "2027-04-03");
}

#[test]
fn a_file_of_which_nobody_said_what_it_holds_is_recognised() {
    let office = office();
    let mut script = office.open(80, 24);
    let headers = "First Name,Last Name,URL,Email Address,Company,Position,Connected On";
    let row =
        "Ana,Lee,https://www.linkedin.com/in/ana,ana@x.example,Nordic Pumps Oy,CTO,01 Mar 2024";
    put(&mut script, "Connections.csv", format!("{headers}\n{row}\n"));
    script.press("I").unwrap();
    script.typed("conn");
    script.press("enter").unwrap();
    expect(&script, "Recognised: LinkedIn connections");
    expect(&script, "as Contacts");
    script.press("y").unwrap();
    expect(&script, "1 create");
}

#[test]
fn a_value_that_is_no_choice_is_given_a_meaning_for_all_rows() {
    let office = office();
    let mut script = office.open(80, 24);
    let rows = "Name,Status\nA,Kunde\nB,Kunde\nC,active\n";
    put(&mut script, "status.csv", rows);
    script.press("g c I").unwrap();
    script.typed("status");
    script.press("enter y").unwrap();
    expect(&script, "1 create   [2 error]");
    expect(&script, "No such choices: Kunde");
    script.press("v").unwrap();
    expect(&script, "Status: Kunde (2)");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "3 create");
    // It stands when one goes back to the columns.
    script.press("esc y").unwrap();
    expect(&script, "3 create");
}

#[test]
fn wrong_files_are_told_where_their_name_stands() {
    let office = office();
    let mut script = office.open(80, 24);
    put(&mut script, "empty.csv", "");
    put(&mut script, "picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\0");
    for (name, told) in [
        ("none.csv", "no such file"),
        ("empty.csv", "the file is empty"),
        ("picture.csv", "holds no rows"),
        ("../secret.csv", "out of reach"),
        ("/etc/passwd", "out of reach"),
    ] {
        script.press("g c I").unwrap();
        script.typed(name);
        script.press("enter").unwrap();
        expect(&script, told);
        expect(&script, "Which file is to be imported?");
        script.press("esc").unwrap();
        expect_not(&script, "Which file is to be imported?");
    }
}

#[test]
fn a_plan_of_many_rows_is_walked_and_filtered() {
    let office = office();
    let mut script = office.open(80, 24);
    let mut text = "Name,Email\n".to_owned();
    for n in 1..=3000 {
        let mail = if n % 1000 == 0 { "no mail".to_owned() } else { format!("m{n}@x.example") };
        text.push_str(&format!("Company {n:04},{mail}\n"));
    }
    put(&mut script, "many.csv", text);
    script.press("g c I").unwrap();
    script.typed("many");
    script.press("enter y").unwrap();
    expect(&script, "2,997 create   [3 error]");
    script.press("tab").unwrap();
    expect(&script, "2,997 create   3 error");
    expect(&script, "Company 0001");
    script.press("G").unwrap();
    expect(&script, "Company 3000");
    expect(&script, "3,000 of 3,000");
    script.press("g g pagedown").unwrap();
    expect(&script, "Company 0015");
    script.press("tab tab").unwrap();
    script.press("down enter").unwrap();
    expect(&script, "row 2001");
    script.press("}").unwrap();
    expect(&script, "row 3001");
    script.press("esc").unwrap();
    expect(&script, "Company 3000");
}

#[test]
fn nobody_imports_without_the_right_or_from_elsewhere() {
    let office = office();
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let mut script = Script::start_with(session, &screen, Manners::default().serving());
    put(&mut script, "fair.csv", FAIR);
    script.press("g c I").unwrap();
    expect(&script, "Over SSH no files are opened");
    expect_not(&script, "Which file is to be imported?");
}
