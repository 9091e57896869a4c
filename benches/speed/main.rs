//! The table of what must be fast: `cargo bench --bench speed`.
//!
//! Ratios are taken side by side in one run, absolute figures are information. Options stand behind
//! `--`: names of sections run only those, `--rows N` makes the large file smaller than a million,
//! `--fresh` makes the files anew. Files are kept in `bench-data` in the target folder.
//!
//! Start at [`main`]; each section is a file of its own with one `run`.
#![allow(missing_docs)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program for developers: what goes wrong ends it, and it prints its table"
)]

mod audit;
mod crowd;
mod data;
mod duplicates;
mod frame;
mod import;
mod lists;
mod memory;
mod process;
mod rights;
mod search;
mod sheet;
mod table;
mod wide;

use std::path::PathBuf;

use table::Table;

/// What a section is handed.
pub struct Bench {
    /// Customers in the large file.
    pub rows: u64,
    /// Where files are kept.
    pub folder: PathBuf,
    /// The program that is measured.
    pub kontor: PathBuf,
    /// What was measured so far.
    pub table: Table,
}

impl Bench {
    /// Says on standard error what is being done.
    pub fn say(&self, what: &str) {
        eprintln!("  {what}");
    }
}

type Section = fn(&mut Bench);

const SECTIONS: [(&str, Section); 12] = [
    ("search", search::run),
    ("lists", lists::run),
    ("wide", wide::run),
    ("rights", rights::run),
    ("frame", frame::run),
    ("process", process::run),
    ("import", import::run),
    ("sheet", sheet::run),
    ("memory", memory::run),
    ("crowd", crowd::run),
    ("audit", audit::run),
    ("duplicates", duplicates::run),
];

fn main() {
    if crowd::is_member() {
        return crowd::member();
    }
    let mut rows = 1_000_000;
    let mut wanted: Vec<String> = Vec::new();
    let mut fresh = false;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            // Cargo adds it.
            "--bench" => {}
            "--fresh" => fresh = true,
            "--rows" => rows = words.next().and_then(|n| n.parse().ok()).unwrap_or(rows),
            name if SECTIONS.iter().any(|(known, _)| *known == name) => wanted.push(name.into()),
            other => {
                let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
                eprintln!("unknown: {other}; sections are {}", names.join(" "));
                std::process::exit(2);
            }
        }
    }
    // Cargo's own folder for such files, one above: it stays when tests clean theirs.
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../bench-data");
    if fresh {
        let _ = std::fs::remove_dir_all(&folder);
    }
    std::fs::create_dir_all(&folder).unwrap();
    let mut bench = Bench {
        rows,
        folder: folder.canonicalize().unwrap(),
        kontor: PathBuf::from(env!("CARGO_BIN_EXE_kontor")),
        table: Table::default(),
    };
    for (name, run) in SECTIONS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            eprintln!("{name}");
            run(&mut bench);
        }
    }
    print!("{}", bench.table.markdown(rows));
}
