//! The memory of the screens with a large file open and scrolled, in a terminal of their own.

use std::io::{Read, Write};
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::Bench;
use super::data;
use super::table::rows;

const LIMIT_MB: u64 = 100;

/// What somebody presses, and how long the screens get for it (milliseconds).
const KEYS: [(&str, &str, u64); 8] = [
    ("at the start, search words loaded", "", 6_000),
    ("list open", "gc", 700),
    ("scrolled down", "\x1b[6~", 40),
    ("at the end", "G", 700),
    ("scrolled up", "\x1b[5~", 40),
    ("filtered", "/berg\r", 1_500),
    ("record open", "\r", 700),
    ("search box", "\x1bgf", 400),
];

pub fn run(bench: &mut Bench) {
    if !cfg!(target_os = "linux") {
        return bench.table.told("memory of the screens", "", "not measured: needs /proc");
    }
    let path = data::database(bench, bench.rows);
    let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut command = CommandBuilder::new(&bench.kontor);
    command.args(["--db".as_ref(), path.as_os_str()]);
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
        command.env(name, &bench.folder);
    }
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let drain = std::thread::spawn(move || {
        let mut buffer = [0; 1 << 14];
        let mut sent = 0;
        while let Ok(read @ 1..) = reader.read(&mut buffer) {
            sent += read;
        }
        sent
    });
    let mut writer = pair.master.take_writer().unwrap();
    let process = child.process_id().unwrap();
    let mut most = 0;
    for (what, keys, wait) in KEYS {
        let again = if what.starts_with("scrolled") { 150 } else { 1 };
        for _ in 0..again {
            writer.write_all(keys.as_bytes()).unwrap();
            writer.flush().unwrap();
            std::thread::sleep(Duration::from_millis(wait));
        }
        let now = memory(process, "VmRSS");
        bench.say(&format!("{what}: {now} MB"));
        most = most.max(memory(process, "VmHWM"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(writer);
    drop(pair.master);
    let sent = drain.join().unwrap();
    assert!(sent > 10_000, "the screens showed nothing");
    bench.table.must(
        "memory of the screens, open and scrolled, at its highest",
        &rows(bench.rows),
        &format!("{most} MB"),
        "< 100 MB",
        (1..LIMIT_MB).contains(&most),
    );
}

/// A line of `/proc/PID/status` in megabytes; 0 where the process is gone.
pub fn memory(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    let kb = line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}
