//! Workbooks: reading one apart beside the reading library alone.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx};
use kontor::exchange::{Said, Source};
use kontor::host::apart::Process;

use super::Bench;
use super::data::Customers;
use super::table::{median, ratio, rows, time};

/// Rows of the workbook.
const ROWS: u64 = 100_000;
/// How many times the library's time it may take.
const TIMES: f64 = 1.5;
/// How often each reads.
const ROUNDS: usize = 5;

pub fn run(bench: &mut Bench) {
    let path = workbook(bench);
    bench.say("reading a workbook");
    let apart = Process::of(Some(bench.kontor.clone()));
    // In turns, because the machine may be quicker at one time than at another.
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(|| read(&path, &apart)));
        theirs.push(timed(|| library(&path)));
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    let times = ratio(ours, theirs);
    bench.table.must(
        "XLSX read in a process of its own, every cell as text",
        &rows(ROWS),
        &format!("{} against {} of the library alone, x{times:.2}", time(ours), time(theirs)),
        "at most 1.5x the reading library alone",
        times <= TIMES,
    );
}

fn timed(work: impl FnOnce() -> u64) -> Duration {
    let began = Instant::now();
    assert_eq!(work(), ROWS);
    began.elapsed()
}

fn read(path: &Path, apart: &Process) -> u64 {
    let file = File::open(path).unwrap();
    let mut source = Source::of_file(file, "customers.xlsx", &Said::default(), apart).unwrap();
    let mut count = 0;
    while let Some(row) = source.next_row().unwrap() {
        assert!(row.flaw.is_none());
        count += 1;
    }
    count
}

/// What the library offers for it: the sheet as a whole, and its rows.
fn library(path: &Path) -> u64 {
    let mut book: Xlsx<_> = Xlsx::new(BufReader::new(File::open(path).unwrap())).unwrap();
    let range = book.worksheet_range("Customers").unwrap();
    let cells: usize = range.rows().skip(1).map(<[calamine::Data]>::len).sum();
    assert_eq!(cells as u64, ROWS * 11);
    range.height() as u64 - 1
}

fn workbook(bench: &Bench) -> PathBuf {
    let path = bench.folder.join(format!("customers-{ROWS}.xlsx"));
    if path.exists() {
        return path;
    }
    bench.say("making a workbook");
    let mut sheet = String::from("<sheetData>");
    let head = [
        "Name",
        "Status",
        "Industry",
        "Phones",
        "E-mail",
        "Street",
        "City",
        "Country",
        "Employees",
        "Revenue",
        "External id",
    ];
    let text = |out: &mut String, text: &str| {
        *out += "<c t=\"inlineStr\"><is><t>";
        *out += &text.replace('&', "&amp;").replace('<', "&lt;");
        *out += "</t></is></c>";
    };
    sheet += "<row r=\"1\">";
    for name in head {
        text(&mut sheet, name);
    }
    sheet += "</row>";
    let mut customers = Customers::new();
    for number in 2..ROWS + 2 {
        let c = customers.next();
        sheet += &format!("<row r=\"{number}\">");
        let (name, status, industry) = (c.name.as_str(), c.status, c.industry);
        for cell in [name, status, industry, &c.phone, &c.mail, &c.street, c.city, c.country] {
            text(&mut sheet, cell);
        }
        sheet += &format!("<c><v>{}</v></c><c><v>{}</v></c>", c.employees, c.employees * 90_000);
        text(&mut sheet, &c.external_id);
        sheet += "</row>";
    }
    sheet += "</sheetData>";
    let mut out =
        book::book(BufWriter::new(File::create(&path).unwrap()), &[("Customers", &[&sheet])], &[]);
    out.flush().unwrap();
    path
}

#[path = "../../tests/common/book.rs"]
#[expect(dead_code, reason = "rows are written here")]
mod book;
