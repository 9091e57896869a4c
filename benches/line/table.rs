//! What was measured, as Markdown, with the date and the machine.

use std::fmt::Write as _;
use std::time::Duration;

use super::Bytes;
use super::actions::ACTIONS;
use super::slow::TIMED;

/// A program with its bytes and times.
type Column = (String, Bytes, Vec<Duration>);

/// The middle of the rounds.
fn median(column: &Column, action: &str) -> Option<usize> {
    let mut rounds = column.1.get(action)?.clone();
    rounds.sort_unstable();
    rounds.get(rounds.len() / 2).copied()
}

/// Actions of the first program that cost more than those of another.
pub fn dearer(columns: &[Column]) -> Vec<&'static str> {
    let [ours, peers @ ..] = columns else { return Vec::new() };
    let is_dearer = |action: &&str| {
        let mine = median(ours, action);
        peers.iter().filter_map(|peer| median(peer, action)).any(|bytes| mine > Some(bytes))
    };
    ACTIONS.into_iter().filter(is_dearer).collect()
}

/// Both tables.
pub fn markdown(columns: &[Column]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{} UTC, {}\n", chrono::Utc::now().format("%Y-%m-%d %H:%M"), machine());
    let names: Vec<&str> = columns.iter().map(|column| column.0.as_str()).collect();
    let head = |out: &mut String, what: &str| {
        let _ = writeln!(out, "| {what} | {} |", names.join(" | "));
        let _ = writeln!(out, "|---|{}", "--:|".repeat(names.len()));
    };
    head(&mut out, "bytes at 80x24, the middle one");
    for action in ACTIONS {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| median(column, action).map_or(String::new(), |bytes| bytes.to_string()))
            .collect();
        let _ = writeln!(out, "| {action} | {} |", cells.join(" | "));
    }
    if columns.iter().any(|column| !column.2.is_empty()) {
        out.push('\n');
        head(&mut out, "key to frame, 200 ms there and back, 32 kB/s");
        for (n, what) in TIMED.into_iter().enumerate() {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| {
                    column.2.get(n).map_or(String::new(), |t| format!("{} ms", t.as_millis()))
                })
                .collect();
            let _ = writeln!(out, "| {what} | {} |", cells.join(" | "));
        }
    }
    out
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let line = info.lines().find(|line| line.starts_with("model name")).unwrap_or_default();
    let cpu = line.split(':').nth(1).unwrap_or("unknown processor").trim().to_owned();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{cores} cores ({cpu}), {}.", std::env::consts::OS)
}
