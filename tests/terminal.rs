//! The real program in a real pseudo-terminal: whatever happens, the terminal is given back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

fn cells(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    bytes: Arc<Mutex<Vec<u8>>>,
    /// Held by who wants that nothing is read.
    reads: Arc<Mutex<()>>,
    folder: tempfile::TempDir,
}

impl Terminal {
    fn start(rows: u16, cols: u16) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), rows, cols)
    }

    /// Another one over the same file and home.
    fn restart(&mut self) {
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        *self = Self::start_in(folder, 24, 80);
    }

    fn start_in(folder: tempfile::TempDir, rows: u16, cols: u16) -> Self {
        Self::start_with(folder, rows, cols, &[])
    }

    fn start_with(
        folder: tempfile::TempDir,
        rows: u16,
        cols: u16,
        variables: &[(&str, &str)],
    ) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kontor"));
        command.args(["--db", folder.path().join("t.db").to_str().unwrap()]);
        command.env("TERM", "xterm-256color");
        command.env("HOME", folder.path());
        command.env("XDG_CONFIG_HOME", folder.path());
        command.env_remove("KONTOR_DB");
        for name in ["NO_COLOR", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(cols), 0)));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (seen, all) = (Arc::clone(&screen), Arc::clone(&bytes));
        let reads = Arc::new(Mutex::new(()));
        let may_read = Arc::clone(&reads);
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 4096];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 {
                    break;
                }
                drop(may_read.lock().unwrap());
                seen.lock().unwrap().process(&buffer[..read]);
                all.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, keys, screen, bytes, reads, folder }
    }

    fn text(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn wait_for(&self, text: &str) {
        let began = Instant::now();
        while !self.text().contains(text) {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "{text:?} did not appear:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn sent(&self) -> usize {
        self.bytes.lock().unwrap().len()
    }

    fn resize(&self, rows: u16, cols: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.screen.lock().unwrap().screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(size).unwrap();
    }

    /// Waits until nothing has come for a while.
    fn settle(&self) {
        let mut before = usize::MAX;
        while before != self.sent() {
            before = self.sent();
            std::thread::sleep(Duration::from_millis(400));
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    fn wait_for_end(&mut self) -> u32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What was written before the end is still on its way through the pseudo-terminal.
                std::thread::sleep(Duration::from_millis(150));
                return status.exit_code();
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The terminal is as it was: main screen, cursor shown, mouse and bracketed paste off.
    fn assert_given_back(&self) {
        let parser = self.screen.lock().unwrap();
        let screen = parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }
}

fn started() -> Terminal {
    let terminal = Terminal::start(24, 80);
    terminal.wait_for("Kontor");
    terminal
}

#[test]
fn quitting_gives_the_terminal_back() {
    let mut terminal = started();
    {
        let parser = terminal.screen.lock().unwrap();
        assert!(parser.screen().alternate_screen());
        assert_eq!(parser.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::PressRelease);
    }
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn a_record_is_added_by_hand_and_is_there_after_the_end() {
    let mut terminal = started();
    terminal.press("nc");
    terminal.wait_for("Name");
    terminal.press("Müller AG");
    terminal.wait_for("Müller AG");
    terminal.press("\x13");
    terminal.wait_for("C-1");
    terminal.press("q");
    terminal.wait_for_end();
    terminal.assert_given_back();
    let path = terminal.folder.path().join("t.db");
    let found = std::process::Command::new(env!("CARGO_BIN_EXE_kontor"))
        .args(["--db", path.to_str().unwrap(), "find", "muller"])
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&found.stdout).contains("Müller AG"));
}

#[test]
fn a_terminating_or_hanging_up_signal_gives_the_terminal_back() {
    for name in ["-TERM", "-HUP", "-INT"] {
        let mut terminal = started();
        terminal.signal(name);
        terminal.wait_for_end();
        terminal.assert_given_back();
    }
}

/// A form that is being filled is there again whatever ends the program: a second after the last key
/// where it is killed, at once where it is hung up on.
#[test]
fn an_unfinished_form_outlives_a_killed_program_and_a_lost_terminal() {
    let mut terminal = started();
    terminal.press("nc");
    terminal.wait_for("Name");
    terminal.press("Killed Ltd");
    terminal.wait_for("Killed Ltd");
    let path = terminal.folder.path().join("t.db");
    let kept = |wanted: usize| {
        let began = Instant::now();
        let session = common_session(&path);
        while session.kept("draft.form.").unwrap().len() < wanted {
            assert!(began.elapsed() < Duration::from_secs(20), "it is not kept");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    kept(1);
    terminal.signal("-KILL");
    terminal.wait_for_end();
    // Nobody let go of it: where it is not seen that the program is gone, its lease must run out.
    if !cfg!(target_os = "linux") {
        age_drafts(&path);
    }
    terminal.restart();
    terminal.wait_for("Unfinished forms");
    terminal.wait_for("New Customer");
    terminal.press("\r");
    terminal.wait_for("Killed Ltd");
    terminal.press("\x13");
    terminal.wait_for("C-1 saved");
    terminal.press("nc");
    terminal.wait_for("New Customer");
    terminal.press("Hung up Ltd");
    terminal.wait_for("Hung up Ltd");
    terminal.signal("-HUP");
    terminal.wait_for_end();
    terminal.assert_given_back();
    kept(1);
    terminal.restart();
    terminal.wait_for("Unfinished forms");
    terminal.press("\r");
    terminal.wait_for("Hung up Ltd");
    terminal.press("\x13");
    terminal.wait_for("C-2 saved");
    terminal.press("q");
    terminal.wait_for_end();
    terminal.assert_given_back();
}

#[test]
fn suspending_gives_the_terminal_back_and_coming_back_draws_anew() {
    let mut terminal = started();
    terminal.press("\x1a");
    let began = Instant::now();
    while terminal.screen.lock().unwrap().screen().alternate_screen() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not suspend");
        std::thread::sleep(Duration::from_millis(20));
    }
    terminal.assert_given_back();
    terminal.signal("-CONT");
    let began = Instant::now();
    while !terminal.screen.lock().unwrap().screen().alternate_screen() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not come back");
        std::thread::sleep(Duration::from_millis(20));
    }
    terminal.wait_for("Kontor");
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn a_tiny_window_is_told_and_a_larger_one_is_used() {
    let mut terminal = Terminal::start(5, 20);
    std::thread::sleep(Duration::from_millis(600));
    let size = PtySize { rows: 30, cols: 100, pixel_width: 0, pixel_height: 0 };
    terminal.screen.lock().unwrap().screen_mut().set_size(cells(30), cells(100));
    terminal.master.resize(size).unwrap();
    terminal.wait_for("Customers");
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn stored_text_never_sends_a_sequence_of_its_own() {
    let mut terminal = started();
    let path = terminal.folder.path().join("t.db");
    let evil = "A\u{1b}]0;owned\u{7}\u{1b}[2JB\u{9b}31m";
    let mut desk = common_session(&path);
    let mut record = kontor::model::Edit::create("customer").typed("name", "Safe");
    record = record.typed("description", evil.replace(['\u{1b}', '\u{7}', '\u{9b}'], ""));
    desk.save(vec![record], "add").unwrap();
    drop(desk);
    terminal.press("2");
    terminal.wait_for("Safe");
    terminal.press("q");
    terminal.wait_for_end();
    let bytes = terminal.bytes.lock().unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("]0;owned"));
    terminal.assert_given_back();
}

#[test]
fn nothing_is_sent_while_nothing_changes() {
    let mut terminal = started();
    for keys in ["", "g", "\x1b2", "/"] {
        terminal.press(keys);
        terminal.settle();
        let before = terminal.sent();
        std::thread::sleep(Duration::from_secs(5));
        assert_eq!(terminal.sent(), before, "after {keys:?}:\n{}", terminal.text());
    }
    terminal.press("\x1b");
    terminal.settle();
    terminal.press("q");
    terminal.wait_for_end();
    terminal.assert_given_back();
}

#[test]
fn pasted_lines_are_text_and_no_keys() {
    let mut terminal = started();
    terminal.press("nc");
    terminal.wait_for("New Customer");
    terminal.press("\x1b[200~Paste and Sons q\x1b[201~");
    terminal.wait_for("Paste and Sons q");
    terminal.press("\x13");
    terminal.wait_for("C-1 saved");
    terminal.press("2");
    terminal.wait_for("Customers");
    // On a list nothing takes text: neither `q` nor `D` may be done.
    terminal.press("\x1b[200~q\rD\r\x1b[201~");
    terminal.settle();
    terminal.wait_for("Paste and Sons q");
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn text_typed_byte_by_byte_in_any_script_arrives_whole() {
    let mut terminal = started();
    terminal.press("nc");
    terminal.wait_for("New Customer");
    let name = "Müller & 安邦 Łódź é";
    for byte in name.as_bytes() {
        terminal.keys.write_all(&[*byte]).unwrap();
        terminal.keys.flush().unwrap();
        std::thread::sleep(Duration::from_millis(3));
    }
    terminal.wait_for(name);
    terminal.press("\x13");
    terminal.wait_for("C-1 saved");
    terminal.press("q");
    terminal.wait_for_end();
    terminal.assert_given_back();
}

#[test]
fn a_storm_of_sizes_ends_in_the_last_one() {
    let mut terminal = started();
    for n in 0_u16..200 {
        terminal.resize(1 + n * 37 % 120, 1 + n * 53 % 300);
        if n % 20 == 0 {
            terminal.press("j");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    terminal.resize(30, 100);
    terminal.settle();
    terminal.press("2");
    terminal.wait_for("Customers");
    let text = terminal.text();
    assert!(text.lines().count() <= 30, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn a_slow_reader_gets_the_newest_frame_and_not_all_of_them() {
    let mut terminal = started();
    let path = terminal.folder.path().join("t.db");
    let edits = (0..60)
        .map(|n| kontor::model::Edit::create("customer").typed("name", format!("Customer {n:02}")));
    common_session(&path).save(edits.collect(), "add").unwrap();
    terminal.press("2");
    terminal.wait_for("Customer 00");
    terminal.settle();
    let before = terminal.sent();
    {
        let reads = Arc::clone(&terminal.reads);
        let _held = reads.lock().unwrap();
        for _ in 0..600 {
            terminal.press("\x1b[6~\x1b[5~");
            std::thread::sleep(Duration::from_millis(3));
        }
        terminal.press("G");
        std::thread::sleep(Duration::from_millis(300));
    }
    terminal.wait_for("60 of 60");
    terminal.wait_for("Customer 59");
    terminal.settle();
    let sent = terminal.sent() - before;
    // Twelve hundred frames of half a screen would be a megabyte.
    assert!(sent < 60_000, "{sent} bytes");
    terminal.press("q");
    assert_eq!(terminal.wait_for_end(), 0);
    terminal.assert_given_back();
}

#[test]
fn without_colour_no_colour_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_with(folder, 24, 80, &[("NO_COLOR", "1")]);
    terminal.wait_for("Kontor");
    terminal.press("nc");
    terminal.wait_for("New Customer");
    {
        let parser = terminal.screen.lock().unwrap();
        for (y, x) in (0..24).flat_map(|y| (0..80).map(move |x| (y, x))) {
            let cell = parser.screen().cell(y, x).unwrap();
            assert_eq!(cell.fgcolor(), vt100::Color::Default, "{x},{y}");
            assert_eq!(cell.bgcolor(), vt100::Color::Default, "{x},{y}");
        }
    }
    terminal.press("\x1b");
    terminal.settle();
    terminal.press("q");
    terminal.wait_for_end();
    terminal.assert_given_back();
}

#[test]
fn a_terminal_that_cannot_place_text_is_refused_with_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start_with(folder, 24, 80, &[("TERM", "dumb")]);
    assert_eq!(terminal.wait_for_end(), 1);
    let text = terminal.text();
    assert!(text.contains("TERM is `dumb`"), "{text}");
    assert!(text.contains("kontor help"), "{text}");
    let bytes = terminal.bytes.lock().unwrap();
    assert!(!bytes.contains(&0x1b), "{:?}", String::from_utf8_lossy(&bytes));
}

mod common;

fn common_session(path: &Path) -> kontor::gate::Session {
    common::open(path).unwrap().session(kontor::gate::Via::Cli).unwrap()
}

/// Makes what is kept of forms two minutes old.
fn age_drafts(path: &Path) {
    let then = chrono::Utc::now() - chrono::TimeDelta::minutes(2);
    let options =
        kontor::gate::OpenOptions { clock: Arc::new(common::Fixed(then)), ..common::options() };
    let gate = kontor::gate::Gate::open(path, options).unwrap();
    let session = gate.session(kontor::gate::Via::Cli).unwrap();
    let keys: Vec<String> =
        session.kept("draft.form.").unwrap().into_iter().map(|kept| kept.key).collect();
    session.touch_kept(&keys).unwrap();
}
