//! Files that are made to hurt whoever reads them: each is refused in words or read, within the memory and
//! time of a process of its own, and nothing else of the program notices.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[path = "common/book.rs"]
mod book;

use std::fs::{self, File};
use std::io::{Cursor, Seek, Write};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use book::{book, row};
use kontor::exchange::read::{Format, Order, Refusal};
use kontor::exchange::{Said, Source};
use kontor::host::apart::Process;

/// The program as people start it.
fn program() -> Process {
    Process::of(Some(env!("CARGO_BIN_EXE_kontor").into()))
}

/// Reads a file apart and says how many rows came, or why none did.
fn outcome(file: File, name: &str) -> String {
    match Source::of_file(file, name, &Said::default(), &program()) {
        Err(error) => error.to_string(),
        Ok(mut source) => {
            let (mut rows, mut flawed) = (0, 0);
            while let Some(row) = source.next_row().unwrap() {
                rows += 1;
                flawed += u64::from(row.flaw.is_some());
            }
            assert!(source.next_row().unwrap().is_none(), "after the end stands nothing");
            format!("{rows} rows, {flawed} flawed")
        }
    }
}

fn written(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn workbook(data: &[&str], parts: &[(&str, &[u8])]) -> File {
    book(tempfile::tempfile().unwrap(), &[("Sheet1", data)], parts)
}

fn header() -> String {
    row(1, &["Name", "City"])
}

/// Attack: hundreds of megabytes of one cell, or of rows, in some hundred kilobytes.
/// Way: the sheet is unpacked as it is read; whoever holds it as a whole runs out of memory.
/// Must: be refused for its memory, or read row by row.
#[test]
fn a_sheet_that_is_hundreds_of_megabytes_when_unpacked() {
    let long = "x".repeat(1 << 20);
    let mut pieces = vec!["<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>"];
    pieces.extend(std::iter::repeat_n(long.as_str(), 280));
    pieces.push("</t></is></c></row></sheetData>");
    let told = outcome(workbook(&pieces, &[]), "bomb.xlsx");
    assert_eq!(told, "bomb.xlsx: reading it takes more than 512 MB of memory");

    // Nothing but comments: it takes time and no memory.
    let comment = format!("<!--{long}-->");
    let head = format!("<sheetData>{}", header());
    let body = row(2, &["Anna", "Ulm"]);
    let mut pieces = vec![head.as_str()];
    pieces.extend(std::iter::repeat_n(comment.as_str(), 100));
    pieces.extend([body.as_str(), "</sheetData>"]);
    assert_eq!(outcome(workbook(&pieces, &[]), "bomb.xlsx"), "1 rows, 0 flawed");
}

/// Attack: one cell in the last corner of a sheet of seventeen thousand million cells.
/// Way: whoever makes room for the whole rectangle asks for half a terabyte.
/// Must: cost what one cell costs, and be told that its row is too wide.
#[test]
fn one_cell_in_the_last_corner() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let data = [
        "<dimension ref=\"A1:XFD1048576\"/><sheetData>",
        &header(),
        &row(2, &["Anna", "Ulm"]),
        far,
        "</sheetData>",
    ];
    assert_eq!(outcome(workbook(&data, &[]), "far.xlsx"), "2 rows, 1 flawed");
    let alone = ["<sheetData>", far, "</sheetData>"];
    assert_eq!(outcome(workbook(&alone, &[]), "far.xlsx"), "0 rows, 0 flawed");
    let beyond = [
        "<sheetData>",
        &header(),
        "<row r=\"4294967295\"><c r=\"ZZZZZZ4294967295\"><v>1</v></c></row></sheetData>",
    ];
    let told = outcome(workbook(&beyond, &[]), "far.xlsx");
    assert!(told.starts_with("far.xlsx: the file is broken at Sheet1!"), "{told}");
    let back =
        ["<sheetData>", &header(), &row(9, &["a", "b"]), &row(3, &["c", "d"]), "</sheetData>"];
    let told = outcome(workbook(&back, &[]), "far.xlsx");
    assert_eq!(told, "far.xlsx: the file is broken at Sheet1!B9: row 3 comes after row 9");
}

/// Attack: twenty million cells in some hundred kilobytes, each naming a long shared text.
/// Way: what comes out is thousands of times as large as what went in.
/// Must: be refused before it fills the disk.
#[test]
fn a_text_that_is_named_a_million_times() {
    let row = |n: u32| format!("<row r=\"{n}\"><c r=\"A{n}\" t=\"s\"><v>0</v></c></row>");
    let rows = (2..60_000).map(row).collect::<Vec<_>>().concat();
    let data = ["<sheetData>", &header(), &rows, "</sheetData>"];
    let text = "long ".repeat(6_000);
    let strings = format!(
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>{text}</t></si></sst>"
    );
    let file = workbook(&data, &[("xl/sharedStrings.xml", strings.as_bytes())]);
    assert_eq!(outcome(file, "cells.xlsx"), "cells.xlsx: what is in it is larger than 1 GB");
}

/// Attack: a hundred thousand parts in one workbook.
/// Way: each is looked at.
/// Must: be refused.
#[test]
fn a_workbook_of_a_hundred_thousand_parts() {
    let names: Vec<String> = (0..70_000).map(|n| format!("xl/worksheets/x{n}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let told = outcome(workbook(&["<sheetData/>"], &parts), "many.xlsx");
    assert!(told.starts_with("many.xlsx: the file is broken: a workbook of 70"), "{told}");
}

/// Attack: entities that name each other ten deep, and one that names a file of this computer.
/// Way: a reader of XML puts in what they stand for.
/// Must: put in nothing.
#[test]
fn entities_are_not_put_in() {
    let lol = |n: u32| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    let lol = (1..10).map(lol).collect::<Vec<_>>().concat();
    for entity in [
        format!("<!DOCTYPE sst [<!ENTITY l0 \"lol\">{lol}]>"),
        "<!DOCTYPE sst [<!ENTITY l9 SYSTEM \"file:///etc/passwd\">]>".to_owned(),
    ] {
        let strings = format!(
            "<?xml version=\"1.0\"?>{entity}<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>&l9;</t></si></sst>"
        );
        let data = [
            "<sheetData>",
            &header(),
            "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row></sheetData>",
        ];
        let file = workbook(&data, &[("xl/sharedStrings.xml", strings.as_bytes())]);
        let mut told = String::new();
        match Source::of_file(file, "e.xlsx", &Said::default(), &program()) {
            Err(error) => told += &error.to_string(),
            Ok(mut source) => {
                while let Some(row) = source.next_row().unwrap() {
                    told += &row.cells.iter().collect::<String>();
                }
            }
        }
        assert!(told.len() < 400 && !told.contains("root:") && !told.contains("lollol"), "{told}");
    }
}

/// Attack: a tag of a million attributes (RUSTSEC-2026-0194).
/// Way: each is compared with all before it.
/// Must: end within its time.
#[test]
fn a_tag_of_a_million_attributes() {
    let attributes = (0..1_000_000).map(|n| format!(" a{n}=\"\"")).collect::<Vec<_>>().concat();
    let cell = format!("<row r=\"2\"><c r=\"A2\"{attributes}><v>1</v></c></row>");
    let data = ["<sheetData>", &header(), &cell, "</sheetData>"];
    let told = outcome(workbook(&data, &[]), "a.xlsx");
    assert!(told == "1 rows, 0 flawed" || told.starts_with("a.xlsx: the file is broken"), "{told}");
}

/// Attack: a workbook that was cut off, is nothing but the beginning of one, or has bytes turned over.
/// Must: be called broken, at once, whatever the byte.
#[test]
fn broken_workbooks_are_called_so() {
    let body: String = (2..400).map(|n| row(n, &["Anna", "Ulm"])).collect();
    let data = ["<sheetData>", &header(), &body, "</sheetData>"];
    let whole = book(Cursor::new(Vec::new()), &[("Sheet1", &data)], &[]).into_inner();
    for end in [4, 30, 200, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
        let told = outcome(written(&whole[..end]), "cut.xlsx");
        assert!(told.starts_with("cut.xlsx: the file is broken"), "{end}: {told}");
    }
    let mut seed = 7usize;
    for _ in 0..40 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
        let mut bytes = whole.clone();
        let at = seed % bytes.len();
        bytes[at] ^= 0x55;
        let told = outcome(written(&bytes), "turned.xlsx");
        let sound = told.ends_with(" flawed") || told.starts_with("turned.xlsx: ");
        assert!(sound && !told.contains("broke down"), "{at}: {told}");
    }
    for (format, name) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], "a.xls"),
        (b"\x09\x08\x10\x00\x00\x06", "b.xls"),
    ] {
        let junk = [format, &vec![0xab; 5_000]].concat();
        let told = outcome(written(&junk), name);
        assert!(told.starts_with(&format!("{name}: the file is broken")), "{told}");
    }
}

/// Attack: a spreadsheet of `OpenDocument` whose last row is repeated over the whole sheet, with all columns.
/// Must: be refused for its memory or its size.
#[test]
fn cells_that_are_repeated_over_a_whole_sheet() {
    let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("mimetype", stored).unwrap();
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(
        br#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="A"><table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>Name</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#,
    )
    .unwrap();
    let told = outcome(zip.finish().unwrap(), "a.ods");
    assert!(
        told == "a.ods: reading it takes more than 512 MB of memory"
            || told.starts_with("a.ods: the file is broken"),
        "{told}"
    );
}

/// Attack: JSON a hundred thousand deep, a text of hundreds of megabytes, what is no JSON.
/// Must: be refused in words.
#[test]
fn json_that_is_deep_or_long() {
    let deep = format!("[{}", "{\"a\":[".repeat(100_000));
    let told = outcome(written(deep.as_bytes()), "deep.json");
    assert!(told.starts_with("deep.json: the file is broken at 1:"), "{told}");

    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"[{\"a\":\"").unwrap();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..280 {
        file.write_all(&piece).unwrap();
    }
    file.write_all(b"\"}]").unwrap();
    file.rewind().unwrap();
    // On a slow machine the minute is over first.
    let told = outcome(file, "long.json");
    let limits = ["512 MB of memory", "a minute"];
    assert!(
        limits.iter().any(|limit| told == format!("long.json: reading it takes more than {limit}")),
        "{told}"
    );

    let wide = (0..5_000).map(|n| format!("\"k{n}\":1,")).collect::<Vec<_>>().concat();
    let told = outcome(written(format!("[{{{wide}\"z\":1}}]").as_bytes()), "wide.json");
    assert_eq!(told, "wide.json: row 1 has 2001 columns; 2000 at most can be imported");
}

/// Attack: cards and calendars that nest without an end, never end, or repeat every second.
/// Must: be read or refused; nothing is expanded.
#[test]
fn cards_and_calendars_without_an_end() {
    let nested = "BEGIN:VCARD\nAGENT:".repeat(50_000);
    let told = outcome(written(nested.as_bytes()), "a.vcf");
    assert!(told.ends_with("flawed") || told.starts_with("a.vcf: "), "{told}");
    let nested = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(100_000));
    let told = outcome(written(nested.as_bytes()), "a.ics");
    assert!(told.ends_with("flawed") || told.starts_with("a.ics: "), "{told}");
    let forever = "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nDTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY\nEND:VTODO\nEND:VCALENDAR\n";
    assert_eq!(outcome(written(forever.as_bytes()), "a.ics"), "1 rows, 0 flawed");
    let long = format!("BEGIN:VCARD\nFN:{}\nEND:VCARD\n", "a\n ".repeat(2_000_000));
    let told = outcome(written(long.as_bytes()), "a.vcf");
    assert!(told.ends_with("flawed") || told.starts_with("a.vcf: "), "{told}");
}

/// Attack: lines of cells with a quote that stays open for fifty megabytes, or one line as long.
/// Must: be told with their row; beyond that they end the reading.
#[test]
fn lines_that_do_not_end() {
    let open = [&b"a,b\n1,\""[..], &b"x,y\n".repeat(12_500_000)].concat();
    assert_eq!(outcome(written(&open), "a.csv"), "1 rows, 1 flawed");
    let line = [&b"a,b\n1,"[..], &vec![b'x'; 50_000_000], b"\n3,4\n"].concat();
    assert_eq!(outcome(written(&line), "a.csv"), "2 rows, 1 flawed");
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"a,b\n1,\"").unwrap();
    for _ in 0..90 {
        file.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    file.rewind().unwrap();
    let mut source = Source::of_file(file, "a.csv", &Said::default(), &program()).unwrap();
    let error = source.next_row().unwrap_err().to_string();
    assert_eq!(error, "a.csv: row 2 is longer than 64 MB: is a quote left open?");
}

fn order(format: Format) -> Order {
    Order { format, encoding: None, sheet: None }
}

/// A process that reads is ended when its time is over, and what is no such process is not waited for.
#[test]
fn a_reader_has_its_time() {
    use kontor::exchange::read::Apart;
    let body: String = (2..60_000).map(|n| row(n, &["Anna", "Ulm"])).collect();
    let data = ["<sheetData>", &header(), &body, "</sheetData>"];
    let file = workbook(&data, &[]);
    let late = program().within(Duration::ZERO).read(&file, &order(Format::Xlsx));
    assert_eq!(late.err(), Some(Refusal::Slow));
    let other = Process::of(Some("/bin/false".into())).read(&file, &order(Format::Xlsx));
    assert_eq!(other.err(), Some(Refusal::Died));
}

fn kontor(arguments: &[&str], folder: &std::path::Path, input: Option<File>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kontor"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .env("KONTOR_DB", folder.join("k.db"))
        .stdin(input.map_or_else(Stdio::null, Stdio::from))
        .output()
        .unwrap()
}

/// The whole way: a file, a pipe and a card by the command line; the word that starts a reader is no command.
#[test]
fn workbooks_and_cards_go_in_by_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], input| kontor(arguments, folder.path(), input);
    let data = [
        "<sheetData>",
        &row(1, &["Company", "Phone"]),
        &row(2, &["Pumpen AG", "8613800138000"]),
        "</sheetData>",
    ];
    let path = folder.path().join("customers.xlsx");
    book(File::create(&path).unwrap(), &[("Sheet1", &data)], &[]);
    let path = path.to_str().unwrap();
    let done = run(&["import", "customer", path], None);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let cards = b"BEGIN:VCARD\nVERSION:3.0\nFN:Anna Bauer\nTEL;TYPE=CELL:+49 171 2345678\nEMAIL:anna@example.com\nUID:u1\nPHOTO:x\nEND:VCARD\n";
    let done = run(&["import", "contact", "-"], Some(written(cards)));
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        done.status.success() && said.contains("read as vCard") && said.contains("PHOTO"),
        "{said}"
    );
    let again = run(&["import", "contact", "-"], Some(written(cards)));
    assert!(String::from_utf8_lossy(&again.stderr).contains("1 same"), "an identifier is a key");
    let listed = run(&["contact", "list", "--format", "json"], None);
    assert!(String::from_utf8_lossy(&listed.stdout).contains("+491712345678"));

    // A file that is broken far down leaves nothing behind.
    let body: String = (2..3_000).map(|n| row(n, &["Half", "1"])).collect();
    let broken = [
        "<sheetData>",
        &row(1, &["Company", "Phone"]),
        &body,
        "<row r=\"3000\"><c r=\"A3000\"><v>",
    ];
    let path = folder.path().join("half.xlsx");
    book(File::create(&path).unwrap(), &[("Sheet1", &broken)], &[]);
    let done = run(&["import", "customer", path.to_str().unwrap()], None);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        !done.status.success() && said.contains("the file is broken at Sheet1!B2999"),
        "{said}"
    );
    let count = run(&["customer", "list", "--format", "json"], None);
    assert!(!String::from_utf8_lossy(&count.stdout).contains("Half"));

    let help = run(&["help"], None);
    assert!(!String::from_utf8_lossy(&help.stdout).contains("read-file"));
    let asked = run(&["read-file"], None);
    assert!(!asked.status.success());
    fs::write(folder.path().join("x"), "not an order").unwrap();
    assert!(!run(&["read-file", "nonsense"], None).status.success());
}
