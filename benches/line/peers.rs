//! The programs beside ours: `VisiData` on the customers, aerc on what was said with them.

use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;

use super::Program;
use super::actions::{
    CELL, CELL_LETTER, CELL_OUT, CLEAR, DELETE, DOWN, END, FILTER, FORM, FORM_LETTER, FORM_OUT,
    HELP, HELP_OUT, LEAVE, LETTER, MARK, MOVE, OPEN, PAGE_DOWN, PAGE_UP, PALETTE, PALETTE_LETTER,
    SCROLL, SORT, TAB, TOP, UP, measured, on_rows, then,
};

/// Where a program is, if it is installed.
fn installed(program: &str, how: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|at| at.is_file());
    if found.is_none() {
        eprintln!("skipped: {program} is not installed ({how})");
    }
    found
}

fn version(program: &Path, flag: &str) -> String {
    let said = Command::new(program).arg(flag).output().map(|out| out.stdout);
    let said = String::from_utf8_lossy(&said.unwrap_or_default()).into_owned();
    said.split(|c: char| c.is_whitespace() || c == 'v' || c == 'V')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or_default()
        .to_owned()
}

fn list(kontor: &Path, data: &Path, words: &[&str]) -> Vec<u8> {
    let home = data.parent().unwrap();
    let out = Command::new(kontor)
        .args(["--db", data.to_str().unwrap()])
        .args(words)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// The fields of a customer that our own record shows.
const CUSTOMER: &str = "name,status,segment,industry,source,phones,emails,urls,employees,revenue,\
    founded,address,last_contact,open_deals,owner,tags";

/// `VisiData` on the customers and the deals as CSV, with the columns that our lists show.
pub fn visidata(kontor: &Path, data: &Path) -> Option<Program> {
    let program = installed("vd", "pip install visidata, or apt-get install visidata")?;
    let folder = data.parent().unwrap().join("vd");
    std::fs::create_dir_all(&folder).unwrap();
    // The stage comes first, so that the cursor stands on it.
    for (entity, columns) in [("customer", CUSTOMER), ("deal", "stage,name,customer,amount,owner")]
    {
        let words = [entity, "list", "--columns", columns, "--limit", "300", "--format", "csv"];
        std::fs::write(folder.join(format!("{entity}.csv")), list(kontor, data, &words)).unwrap();
    }
    let mut command = CommandBuilder::new(&program);
    command.args(["customer.csv", "deal.csv"]);
    command.cwd(&folder);
    command.env("HOME", &folder);
    Some(Program {
        name: format!("VisiData {}", version(&program, "--version")),
        command,
        ready: "segment",
        steps: vec![
            then("\x0c"),
            on_rows(DOWN, "j"),
            on_rows(UP, "k"),
            measured(PAGE_DOWN, "\x06"),
            measured(PAGE_UP, "\x02"),
            measured(END, "G"),
            measured(TOP, "gg"),
            then("\x06"),
            then("20j"),
            measured(SCROLL, "j"),
            measured(MARK, "sj"),
            then("gu"),
            measured(OPEN, "\r"),
            measured(LEAVE, "q"),
            measured(SORT, "["),
            // It narrows a list in two steps: rows are selected by what is typed, then opened.
            measured(FILTER, "|k\r\""),
            measured(LETTER, "|ko\r\""),
            measured(DELETE, "q"),
            measured(CLEAR, "q"),
            then("gu"),
            measured(HELP, "z\x08"),
            measured(HELP_OUT, "q"),
            measured(PALETTE, " "),
            measured(PALETTE_LETTER, "d"),
            then("\x03"),
            measured(CELL, "e"),
            measured(CELL_LETTER, "x"),
            measured(CELL_OUT, "\x03"),
            measured(TAB, "\x1e"),
            // The first column of the deals is the stage.
            measured(MOVE, "eproposal\r"),
            then("U"),
        ],
        slow: ["gg", "j", "\r", "q"],
    })
}

/// aerc on what was said with the customers, one message each.
pub fn aerc(kontor: &Path, data: &Path) -> Option<Program> {
    let program = installed("aerc", "apt-get install aerc")?;
    let home = data.parent().unwrap().join("aerc");
    let mail = home.join("mail");
    for folder in ["INBOX", "Archive"] {
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(mail.join(folder).join(part)).unwrap();
        }
    }
    let columns = "subject,customer,happened_at,text";
    let words = ["activity", "list", "--columns", columns, "--limit", "330", "--format", "json"];
    let rows: serde_json::Value = serde_json::from_slice(&list(kontor, data, &words)).unwrap();
    for (n, row) in rows.as_array().unwrap().iter().enumerate() {
        let folder = if n < 300 { "INBOX" } else { "Archive" };
        let text =
            |pointer: &str| row.pointer(pointer).and_then(|text| text.as_str()).unwrap_or("-");
        let day = text("/happened_at").parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let message = format!(
            "From: {} <c{n}@example.org>\nTo: Me <me@example.org>\nSubject: {}\nDate: {}\n\
             Message-ID: <m{n}@example.org>\nContent-Type: text/plain; charset=utf-8\n\n{}\n{}\n",
            text("/customer/title"),
            text("/subject"),
            day.to_rfc2822(),
            text("/subject"),
            text("/text"),
        );
        let name = format!("{}.M{n}.host:2,S", 1_700_000_000 + n);
        std::fs::write(mail.join(folder).join("cur").join(name), message).unwrap();
    }
    let settings = home.join("config/aerc");
    std::fs::create_dir_all(&settings).unwrap();
    let account = settings.join("accounts.conf");
    let words = format!(
        "[demo]\nsource = maildir://{}\ndefault = INBOX\nfrom = Me <me@example.org>\n",
        mail.display()
    );
    std::fs::write(&account, words).unwrap();
    // It refuses an account that others may read.
    let mut rights = std::fs::metadata(&account).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o600);
    std::fs::set_permissions(&account, rights).unwrap();
    let mut command = CommandBuilder::new(&program);
    command.env("HOME", &home);
    command.env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_DATA_HOME", &home);
    command.env("XDG_CACHE_HOME", &home);
    command.env("EDITOR", "vi");
    Some(Program {
        name: format!("aerc {}", version(&program, "-v")),
        command,
        ready: "Connected",
        steps: vec![
            on_rows(DOWN, "j"),
            on_rows(UP, "k"),
            measured(PAGE_DOWN, "\x06"),
            measured(PAGE_UP, "\x02"),
            measured(END, "G"),
            measured(TOP, "g"),
            then("jjjjjjjjjjjjjjjjjjjjj"),
            measured(SCROLL, "j"),
            measured(MARK, "vj"),
            then("kvj"),
            measured(OPEN, "\r"),
            measured(LEAVE, "q"),
            measured(SORT, ":sort from\r"),
            // What is left after a filter stands above its window where the list was scrolled: nothing
            // would be drawn, and nothing measured.
            then("g"),
            // It filters when what was typed is entered.
            measured(FILTER, "\\k\r"),
            measured(LETTER, "\\ko\r"),
            measured(CLEAR, "\x1b"),
            measured(HELP, "?"),
            measured(HELP_OUT, "\x1b"),
            measured(FORM, "C"),
            measured(FORM_LETTER, "x"),
            then("\x7f"),
            measured(FORM_OUT, "\x18abort\r"),
            measured(TAB, "J"),
            then("K"),
            // A message changes its folder as a card its stage.
            measured(MOVE, ":mv Archive\r"),
        ],
        slow: ["g", "j", "\r", "q"],
    })
}
