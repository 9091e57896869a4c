//! Files of every format: each real file and what must come of it, and files in every dialect read back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[path = "common/book.rs"]
mod book;
mod common;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use book::{book, row};
use common::shared;
use kontor::exchange::read::{Encoding, Inside};
use kontor::exchange::{Dialect, Row, Said, Source, SourceError};
use proptest::prelude::*;

/// A file with these bytes.
fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn opened(bytes: &[u8], name: &str, said: &Said) -> Result<Source<'static>, SourceError> {
    Source::of_file(file(bytes), name, said, &Inside)
}

fn all(source: &mut Source<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    while let Some(row) = source.next_row().unwrap() {
        rows.push(row);
    }
    rows
}

/// Headers, rows and what is said, a line each, cells between bars.
fn told(bytes: &[u8], name: &str, said: &Said) -> String {
    let mut source = match opened(bytes, name, said) {
        Ok(source) => source,
        Err(error) => return error.to_string(),
    };
    let mut out = source.headers().join("|");
    for row in all(&mut source) {
        let cells: Vec<&str> = row.cells.iter().collect();
        let _ = write!(out, "\n{} {}", row.number, cells.join("|").replace('\n', "\\n"));
        if let Some(flaw) = row.flaw {
            let _ = write!(out, " !{flaw}");
        }
    }
    for phrase in source.told() {
        let _ = write!(out, "\n- {phrase}");
    }
    out
}

fn plain(bytes: &[u8], name: &str) -> String {
    told(bytes, name, &Said::default())
}

/// A line of the table of outcomes, and one for each thing that is said.
fn outcome(folder: &Path, name: &str) -> String {
    let file = File::open(folder.join(name)).unwrap();
    let mut source = match Source::of_file(file, name, &Said::default(), &Inside) {
        Ok(source) => source,
        Err(error) => return error.to_string(),
    };
    let format = source.format().word();
    let encoding = source.encoding().map_or("-", Encoding::name);
    let headers = source.headers().to_vec();
    let rows = all(&mut source);
    let flawed = rows.iter().filter(|row| row.flaw.is_some()).count();
    let first = |cells: Vec<&str>| {
        let cells: Vec<String> =
            cells.into_iter().take(3).map(|cell| cell.replace('\n', "\\n")).collect();
        cells.join("|")
    };
    let mut out = format!(
        "{name}: {format} {encoding}, {} columns, {} rows, {flawed} flawed\n    {}\n    {}",
        headers.len(),
        rows.len(),
        first(headers.iter().map(String::as_str).collect()),
        rows.first().map_or_else(String::new, |row| first(row.cells.iter().collect())),
    );
    for phrase in source.told() {
        let _ = write!(out, "\n  - {phrase}");
    }
    out
}

#[test]
fn every_real_file_comes_to_what_the_table_says() {
    let mut lines = Vec::new();
    for folder in [
        "chinese",
        "contacts_csv",
        "csv_spectrum/csvs",
        "exports",
        "import_errors",
        "maven_crm",
        "messy_imports",
        "phone",
        "record_linkage",
        "record_linkage/fodors_zagats",
        "vcard",
        "xlsx",
    ] {
        let Some(path) = shared(folder) else { return };
        let mut names: Vec<String> = std::fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .filter(|name| !["txt", "md"].iter().any(|ending| name.ends_with(ending)))
            .collect();
        names.sort();
        lines.push(format!("# {folder}"));
        lines.extend(names.iter().map(|name| outcome(&path, name)));
    }
    insta::assert_snapshot!("outcomes", lines.join("\n"));
}

#[test]
fn what_spreadsheets_hold() {
    let rows = [
        row(1, &["Customers of 2026"]),
        row(3, &["Name", "Phone", "Postcode", "Since", "Share", "Region", "Net"]),
        "<row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><r><t>Mül</t></r><r><t>ler</t></r></is></c>\
         <c r=\"B4\"><v>12345678901</v></c><c r=\"C4\" s=\"3\"><v>1067</v></c><c r=\"D4\" s=\"1\"><v>45631</v></c>\
         <c r=\"E4\" s=\"2\"><v>0.125</v></c><c r=\"F4\" t=\"inlineStr\"><is><t>South</t></is></c>\
         <c r=\"G4\" t=\"e\"><v>#DIV/0!</v></c></row>"
            .to_owned(),
        row(5, &["Jäger", "0.30000000000000004"]),
    ]
    .concat();
    let data = [
        "<sheetData>",
        &rows,
        "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"F4:F5\"/></mergeCells>",
    ];
    let bytes = book(
        std::io::Cursor::new(Vec::new()),
        &[("Empty", &["<sheetData/>"]), ("Rows", &data)],
        &[],
    );
    let bytes = bytes.into_inner();
    assert_eq!(
        plain(&bytes, "customers.csv"),
        "Name|Phone|Postcode|Since|Share|Region|Net\n\
         4 Müller|12345678901|01067|2024-12-05|12.5%|South|#DIV/0!\n\
         5 Jäger|0.3||||South|\n\
         - the name says CSV, but the file is XLSX and read as that\n\
         - read as XLSX\n\
         - sheet \"Rows\" is read, of: Empty, Rows; --sheet NAME takes another\n\
         - the header is row 3; 1 row above it is left out\n\
         - 1 ranges of merged cells: every row of them has their value\n\
         - 1 cells hold an error of their formula, first Rows!G4: #DIV/0!"
    );
    let sheet = |name: &str| Said { sheet: Some(name.to_owned()), ..Said::default() };
    assert_eq!(told(&bytes, "c.xlsx", &sheet("empty")), "c.xlsx: the file is empty");
    assert_eq!(
        told(&bytes, "c.xlsx", &sheet("None")),
        "c.xlsx: there is no sheet \"None\", only: Empty, Rows"
    );
}

#[test]
fn objects_become_rows() {
    for (text, expected) in [
        (
            r#"[{"ref":"P-1","name":"Anna","customer":{"ref":"C-7","title":"Müller"},"phones":[{"label":"work","value":"+49711"},{"label":"","value":"+4930"}],"address":{"street":"A 1","city":"Ulm"},"tags":["a","b"],"amount":{"amount":"5.00","currency":"EUR"},"x":null}]"#,
            "ref|name|customer|phones|address.street|address.city|tags|amount|x\n\
             1 P-1|Anna|C-7|work: +49711; +4930|A 1|Ulm|a; b|5.00 EUR|\n- read as JSON",
        ),
        (
            r#"{"total":2,"results":[{"id":1,"a":{"b":{"c":true}}},{"id":12345678901,"n":1.5}],"next":null}"#,
            "id|a.b.c|n\n1 1|true|\n2 12345678901||1.5\n- read as JSON",
        ),
        ("{\"ref\":\"C-1\",\"urls\":[{\"x\":1}]}", "ref|urls\n1 C-1|[{\"x\":1}]\n- read as JSON"),
        (
            "{\"a\":1}\n\n{\"a\":\n{\"a\":2,\"b\":[]}\n",
            "a|b\n1 1|\n3 {\"a\":\\n !the row is no object of JSON\n4 2|\n- read as NDJSON",
        ),
        ("[1,2]", "f.json: there are no records in it"),
        ("[{\"a\":1},3]", "a\n1 1\n2 3 !the row is no object of JSON\n- read as JSON"),
        ("[]", "f.json: there are no records in it"),
        ("[{\"a\":NaN}]", "f.json: the file is broken at 1:7: expected value at line 1 column 7"),
    ] {
        let name = if expected.contains("NDJSON") { "f.ndjson" } else { "f.json" };
        assert_eq!(plain(text.as_bytes(), name), expected, "{text}");
    }
}

#[test]
fn tasks_and_events_keep_their_instants() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n\
        BEGIN:VTODO\r\nUID:t1\r\nSUMMARY:Call Müller\\, soon\r\nDUE;TZID=Europe/Berlin:20260702T090000\r\nPRIORITY:1\r\n\
        STATUS:IN-PROCESS\r\nDESCRIPTION:first\\nsecond\r\n  folded\r\nRRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231\r\nEND:VTODO\r\n\
        BEGIN:VEVENT\r\nUID:e1\r\nSUMMARY:Visit\r\nDTSTART:20260105T100000Z\r\nDTEND:20260105T113000Z\r\n\
        ATTENDEE;CN=Anna:mailto:anna@example.com\r\nATTENDEE:mailto:bo@example.com\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nUID:e2\r\nSUMMARY:Fair\r\nDTSTART;VALUE=DATE:20260301\r\nDURATION:PT1H30M\r\nEND:VEVENT\r\n\
        BEGIN:VTODO\r\nUID:t2\r\nSUMMARY:Local\r\nDUE;TZID=Nowhere/Land:20260702T090000\r\nEND:VTODO\r\n\
        BEGIN:VJOURNAL\r\nSUMMARY:Diary\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n";
    assert_eq!(
        plain(text.as_bytes(), "x.ics"),
        "Subject|Kind|Start time|End time|Duration|Due|Status|Priority|Repeat|Repeat until|Attendees|Description|External id\n\
         1 Call Müller, soon|||||2026-07-02T07:00:00Z|started|urgent|biweekly|2027-12-31||first\\nsecond folded|t1\n\
         2 Visit|meeting|2026-01-05T10:00:00Z|2026-01-05T11:30:00Z|1:30|2026-01-05T10:00:00Z|||||Anna <anna@example.com>; bo@example.com||e1\n\
         3 Fair|meeting|2026-03-01||1:30|2026-03-01|||||||e2\n\
         4 Local|||||2026-07-02 09:00|||||||t2\n\
         - read as iCalendar\n\
         - 1 repetitions cannot be kept as they are, first: Visit: FREQ=SECONDLY\n\
         - 1 times are in an unknown time zone and taken for local ones, first: Nowhere/Land\n\
         - 1 entry is neither tasks nor events, first: VJOURNAL Diary"
    );
}

#[test]
fn encodings_are_told_and_can_be_said() {
    let gbk = b"\xd0\xd5\xc3\xfb,\xb3\xc7\xca\xd0\n\xc0\xee\xc0\xd7,\xba\xbc\xd6\xdd\n\xba\xab\xc3\xb7\xc3\xb7,\xc9\xcf\xba\xa3\n";
    let zh = "姓名|城市\n2 李雷|杭州\n3 韩梅梅|上海\n- the encoding is likely gb18030; --encoding NAME says another";
    assert_eq!(plain(gbk, "a.csv"), zh);
    let said = |name| Said { encoding: Encoding::named(name), ..Said::default() };
    assert!(told(gbk, "a.csv", &said("gbk")).ends_with("- read as gb18030"));
    // UTF-16 without a mark, a lone letter of Latin-1 in UTF-8, a byte that is none of GB18030.
    let wide: Vec<u8> =
        "Name,Ort\nMüller,Köln\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(
        plain(&wide, "a.csv")
            .starts_with("Name|Ort\n2 Müller|Köln\n- the encoding is likely UTF-16LE")
    );
    assert_eq!(
        plain(b"Name,Ort\nM\xc3\xbcller,K\xc3\xb6ln\nJ\xc3\xa4ger,\xc3\x9clm\nGro\xc3\x9f,M\xfcnchen\n", "a.csv"),
        "Name|Ort\n2 Müller|Köln\n3 Jäger|Ülm\n4 Groß|M\u{fffd}nchen !the row is not UTF-8\n\
         - parts of the text are in another encoding, first in line 4"
    );
    let broken = [&gbk[..], b"\xff\xff,1\n"].concat();
    assert!(told(&broken, "a.csv", &said("gb18030")).contains("!the row is not gb18030"));
    // Far behind a beginning of nothing but ASCII.
    let mut far = b"Name,Ort\n".to_vec();
    while far.len() < 200_000 {
        far.extend_from_slice(b"Smith,York\n");
    }
    far.extend_from_slice(&gbk[10..]);
    assert!(plain(&far, "a.csv").contains("李雷"), "told by what comes later");
}

#[test]
fn nul_bytes_line_ends_and_old_marks() {
    assert_eq!(plain(b"a,b\r1,2\r3,4\r\x1a", "a.csv"), "a|b\n2 1|2\n3 3|4");
    assert_eq!(plain(b"a,b\n1,2\r\n3,4\r5,6\n", "a.csv"), "a|b\n2 1|2\n3 3|4\n4 5|6");
    assert_eq!(
        plain(b"first,second\nx\0y,1\nplain text,2\nmore plain text,3\n", "a.csv"),
        "first|second\n2 x\u{fffd}y|1 !the row holds a NUL byte\n3 plain text|2\n4 more plain text|3"
    );
    assert_eq!(plain(b"a;b\n1,5;2\n", "a.csv"), "a|b\n2 1,5|2");
    assert_eq!(
        plain(b"a,b,c\n1\n1,2,3,4\n", "a.csv"),
        "a|b|c\n2 1 !the row has 1 cells where the header has 3\n3 1|2|3|4 !the row has 4 cells where the header has 3"
    );
}

#[test]
fn what_holds_no_rows_is_named() {
    for (bytes, expected) in [
        (&b"%PDF-1.7 ..."[..], "f.csv: this is a PDF document, which holds no rows"),
        (b"\x1f\x8b\x08\0\0", "f.csv: this is a compressed file, which holds no rows"),
        (b"<html><table>", "f.csv: this is a web page, which holds no rows"),
        (b"SQLite format 3\0", "f.csv: this is a database, which holds no rows"),
        (b"", "f.csv: the file is empty"),
        (b"BEGIN:VCARD", "f.csv: the file is empty"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "f.csv: there are no records in it"),
    ] {
        assert_eq!(plain(bytes, "f.csv"), expected);
    }
}

proptest! {
    #[test]
    fn csv_of_every_dialect_is_read_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a-zä李 ,;\\t|\"'\n]{0,8}", 3), 1..8),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        quote in prop::sample::select(vec![b'"', b'\'']),
        crlf in any::<bool>(),
        encoding in prop::sample::select(vec!["utf-8", "gb18030", "utf-16le"]),
        mark in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote(quote)
            .quote_style(csv::QuoteStyle::NonNumeric)
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        writer.write_record(["one", "two", "three"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let mut bytes = Vec::new();
        let coding = match encoding {
            "utf-16le" => {
                if mark { bytes.extend_from_slice(b"\xff\xfe"); }
                bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
                encoding
            }
            "gb18030" => {
                bytes.extend_from_slice(&encoding_rs::GB18030.encode(&text).0);
                encoding
            }
            _ => {
                if mark { bytes.extend_from_slice(b"\xef\xbb\xbf"); }
                bytes.extend_from_slice(text.as_bytes());
                encoding
            }
        };
        let said = Said {
            dialect: Some(Dialect { delimiter, quote }),
            encoding: (!mark || coding == "gb18030").then(|| Encoding::named(coding).unwrap()),
            ..Said::default()
        };
        let mut source = opened(&bytes, "a.csv", &said).unwrap();
        let got: Vec<Vec<String>> = all(&mut source)
            .iter()
            .map(|row| {
                assert_eq!(row.flaw, None);
                row.cells.iter().map(str::to_owned).collect()
            })
            .collect();
        // Rows of nothing are no rows.
        let wanted: Vec<Vec<String>> = rows
            .into_iter()
            .filter(|row| row.iter().any(|cell| !cell.trim_matches([' ', '\t', '\n']).is_empty()))
            .collect();
        prop_assert_eq!(got, wanted);
    }
}
