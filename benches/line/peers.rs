//! The programs beside ours: VisiData on the customers, taskwarrior-tui on the tasks of the demo company.

use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;

use super::Program;
use super::actions::*;

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

fn version(program: &Path) -> String {
    let said = Command::new(program).arg("--version").output().map(|out| out.stdout);
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

/// VisiData on the customers and the deals as CSV, with the columns that our lists show.
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
        name: format!("VisiData {}", version(&program)),
        command,
        ready: "segment",
        steps: vec![
            then("\x0c"),
            measured(DOWN, "j"),
            then("j"),
            measured(UP, "k"),
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
            measured(FILTER, "|e\r\""),
            measured(LETTER, "|er\r\""),
            measured(DELETE, "q"),
            measured(CLEAR, "q"),
            then("gu"),
            measured(HELP, "z\x08"),
            measured(HELP_OUT, "q"),
            measured(PALETTE, " "),
            measured(PALETTE_LETTER, "d"),
            then("\x1b\x1b"),
            measured(CELL, "e"),
            measured(CELL_LETTER, "x"),
            measured(CELL_OUT, "\x03"),
            measured(TAB, "\x1e"),
            // The first column of the deals is the stage.
            measured(MOVE, "eproposal\r"),
            then("U"),
        ],
        slow: ["\x0c", "j", "\r", "q"],
    })
}

/// taskwarrior-tui on the tasks.
pub fn taskwarrior(kontor: &Path, data: &Path) -> Option<Program> {
    let program = installed("taskwarrior-tui", "cargo install taskwarrior-tui")?;
    let task = installed("task", "apt-get install taskwarrior")?;
    let home = data.parent().unwrap().join("tw");
    std::fs::create_dir_all(home.join("data")).unwrap();
    let settings = format!(
        "data.location={}\nconfirmation=no\nuda.taskwarrior-tui.quick-tag.name=vip\n",
        home.join("data").display()
    );
    std::fs::write(home.join("taskrc"), settings).unwrap();
    let words = ["task", "list", "--columns", "name,due", "--limit", "300", "--format", "json"];
    let tasks: serde_json::Value = serde_json::from_slice(&list(kontor, data, &words)).unwrap();
    let rows = tasks.as_array().or_else(|| tasks.get("records")?.as_array()).unwrap();
    let imported: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            let name = row.get("name").or_else(|| row.pointer("/fields/name")).unwrap();
            // Old enough that their age does not change while one looks.
            let entered = "20260801T090000Z";
            serde_json::json!({
                "description": name, "status": "pending", "project": "demo", "entry": entered,
                "modified": entered,
            })
        })
        .collect();
    let file = home.join("tasks.json");
    std::fs::write(&file, serde_json::to_vec(&imported).unwrap()).unwrap();
    let made = Command::new(task)
        .arg("import")
        .arg(&file)
        .env("TASKRC", home.join("taskrc"))
        .env("TASKDATA", home.join("data"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut command = CommandBuilder::new(&program);
    command.env("TASKRC", home.join("taskrc"));
    command.env("TASKDATA", home.join("data"));
    command.env("HOME", &home);
    command.env("EDITOR", "true");
    Some(Program {
        name: format!("taskwarrior-tui {}", version(&program)),
        command,
        ready: "Description",
        steps: vec![
            measured(DOWN, "j"),
            then("j"),
            measured(UP, "k"),
            measured(PAGE_DOWN, "J"),
            measured(PAGE_UP, "K"),
            measured(END, "G"),
            measured(TOP, "g"),
            then("J"),
            measured(SCROLL, "j"),
            measured(MARK, "vj"),
            then("kv"),
            // It filters when what was typed is entered.
            measured(FILTER, "/e\r"),
            measured(LETTER, "/r\r"),
            measured(DELETE, "/\x7f\r"),
            measured(CLEAR, "/\x7f\x7f\r"),
            measured(HELP, "?"),
            measured(HELP_OUT, "\x1b"),
            measured(CELL, "m"),
            measured(CELL_LETTER, "x"),
            measured(CELL_OUT, "\x1b"),
            measured(TAB, "]"),
            then("["),
            measured(MOVE, "d"),
        ],
        slow: ["", "j", "z", "z"],
    })
}
