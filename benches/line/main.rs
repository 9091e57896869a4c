//! What a slow line feels: bytes per action and the time from a key to its frame, beside two well-known
//! terminal programs. `cargo bench --bench line`; see ../README.md.
//!
//! Every program runs as people run it, in a pseudo-terminal of 80x24, on the same demo data. Programs
//! that are not installed are left out, and it is said how to install them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod actions;
mod ours;
mod peers;
mod pty;
mod slow;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::actions::{ACTIONS, Step};
use self::pty::Terminal;

/// Times that all actions are done; the table holds the middle one of each.
const ROUNDS: usize = 5;

/// How long nothing is done.
const IDLE: Duration = Duration::from_secs(5);
/// How long an action of a program is watched that is never quiet.
const RESTLESS: Duration = Duration::from_millis(1500);

/// A terminal program, and how its actions are done.
pub struct Program {
    /// As it is called.
    pub name: String,
    /// How it is started.
    pub command: portable_pty::CommandBuilder,
    /// What stands on its screen when it is ready.
    pub ready: &'static str,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// Moves the cursor down, opens a record and leaves it: for the slow link.
    pub slow: [&'static str; 4],
}

/// Bytes per action, of every round.
type Bytes = BTreeMap<&'static str, Vec<usize>>;

fn main() {
    let mut show = false;
    let mut slow = true;
    let mut wanted = Vec::new();
    for word in std::env::args().skip(1) {
        match word.as_str() {
            // Cargo adds it.
            "--bench" => {}
            "--show" => show = true,
            "--no-slow" => slow = false,
            other => wanted.push(other.to_owned()),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let kontor = PathBuf::from(env!("CARGO_BIN_EXE_kontor"));
    let data = demo(&kontor, folder.path());
    let mut programs = vec![ours::program(&kontor, &data)];
    programs.extend(peers::visidata(&kontor, &data));
    programs.extend(peers::aerc(&kontor, &data));
    programs.retain(|program| {
        wanted.is_empty() || wanted.iter().any(|word| program.name.to_lowercase().contains(word))
    });
    let mut columns = Vec::new();
    for program in &programs {
        eprintln!("{}", program.name);
        let mut bytes = Bytes::new();
        for round in 0..ROUNDS {
            measure(program, &mut bytes, show && round == 0);
        }
        let times = if slow { slow::times(program) } else { Vec::new() };
        columns.push((program.name.clone(), bytes, times));
    }
    print!("{}", table::markdown(&columns));
    let dearer = table::dearer(&columns);
    if !dearer.is_empty() {
        eprintln!("dearer than a peer: {}", dearer.join(", "));
        std::process::exit(1);
    }
}

/// The demo company, made once for all.
fn demo(kontor: &Path, folder: &Path) -> PathBuf {
    let file = folder.join("demo.db");
    let made = std::process::Command::new(kontor)
        .args(["--db", file.to_str().unwrap(), "demo", "--no-tui"])
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    file
}

/// Does every action once.
fn measure(program: &Program, bytes: &mut Bytes, show: bool) {
    let mut terminal = Terminal::start(program.command.clone());
    terminal.wait_for(program.ready);
    terminal.settle();
    // Some are not done with starting when they say so.
    std::thread::sleep(RESTLESS);
    // What a program sends while nothing is done is not counted as part of an action.
    let before = terminal.sent();
    std::thread::sleep(IDLE);
    let idle = terminal.sent() - before;
    bytes.entry(actions::IDLE).or_default().push(idle);
    for step in program.steps.iter().flat_map(|step| std::iter::repeat_n(step, step.times)) {
        let before = terminal.sent();
        terminal.press(step.keys);
        let sent = if idle == 0 {
            terminal.settle();
            terminal.sent() - before
        } else {
            std::thread::sleep(RESTLESS);
            let all = terminal.sent() - before;
            all.saturating_sub(idle * RESTLESS.as_millis() as usize / IDLE.as_millis() as usize)
        };
        if show {
            eprintln!("--- {:?} {:?}: {sent} bytes\n{}", step.action, step.keys, terminal.text());
            eprintln!("{}", terminal.last(terminal.sent() - before).escape_default());
        }
        if let Some(action) = step.action {
            assert!(ACTIONS.contains(&action), "no such action: {action}");
            bytes.entry(action).or_default().push(sent);
        }
    }
}
