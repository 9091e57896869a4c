//! A program in a pseudo-terminal, what it sent and what its screen shows.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Quiet for so long: nothing more comes of the key.
const QUIET: Duration = Duration::from_millis(600);
/// A program that does nothing about a key for so long will not.
const PATIENCE: Duration = Duration::from_secs(2);
/// A program that is never quiet is not waited for longer.
const AT_MOST: Duration = Duration::from_secs(4);

/// What a program sent.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    last: Instant,
}

/// A program in a terminal of 80x24.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Arc<Mutex<Box<dyn Write + Send>>>,
    seen: Arc<Mutex<Seen>>,
    pressed: Instant,
    before: usize,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts a program on a line without limits.
    pub fn start(command: CommandBuilder) -> Self {
        Self::start_on(command, Duration::ZERO, None)
    }

    /// Starts a program on a line that takes `delay` each way and lets so many bytes through a second.
    pub fn start_on(mut command: CommandBuilder, delay: Duration, rate: Option<usize>) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for name in ["COLORTERM", "NO_COLOR", "SSH_CONNECTION", "SSH_TTY"] {
            command.env_remove(name);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let cells = |number| std::num::NonZero::new(number).unwrap();
        let screen = vt100::Parser::new(cells(24), cells(80), 0);
        let seen = Arc::new(Mutex::new(Seen { screen, bytes: Vec::new(), last: Instant::now() }));
        let keys = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (into, answers) = (Arc::clone(&seen), Arc::clone(&keys));
        let (line, far_end) = std::sync::mpsc::channel::<(Instant, Vec<u8>)>();
        std::thread::spawn(move || {
            // A token bucket: a chunk takes its time on the line before the next is read.
            let mut buffer = [0_u8; 512];
            let mut free = Instant::now();
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if let Some(rate) = rate {
                    free = free.max(Instant::now())
                        + Duration::from_secs_f64(read as f64 / rate as f64);
                    std::thread::sleep(free.saturating_duration_since(Instant::now()));
                }
                if line.send((Instant::now() + delay, buffer[..read].to_vec())).is_err() {
                    return;
                }
            }
        });
        std::thread::spawn(move || {
            for (at, bytes) in far_end {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                answer(&bytes, &answers);
                let mut seen = into.lock().unwrap();
                seen.screen.process(&bytes);
                seen.bytes.extend_from_slice(&bytes);
                seen.last = Instant::now();
            }
        });
        let pressed = Instant::now();
        Self { child, keys, seen, pressed, before: 0, _master: pair.master }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.before = self.sent();
        self.pressed = Instant::now();
        let mut writer = self.keys.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Types at the other end of a line: the program gets it later. What is waited for after it came of it.
    pub fn press_after(&mut self, keys: &str, delay: Duration) {
        self.before = self.sent();
        self.pressed = Instant::now();
        let (writer, keys) = (Arc::clone(&self.keys), keys.to_owned());
        std::thread::spawn(move || {
            std::thread::sleep(delay);
            let mut writer = writer.lock().unwrap();
            let _ = writer.write_all(keys.as_bytes());
            let _ = writer.flush();
        });
    }

    /// When the last byte came.
    pub fn last_at(&self) -> Instant {
        self.seen.lock().unwrap().last
    }

    /// Waits until nothing more comes of what was typed; how long after it the last byte came.
    pub fn settle(&self) -> Option<Duration> {
        self.settle_within(QUIET)
    }

    /// As [`Terminal::settle`], with another measure of quiet.
    pub fn settle_within(&self, quiet: Duration) -> Option<Duration> {
        loop {
            std::thread::sleep(Duration::from_millis(5));
            let seen = self.seen.lock().unwrap();
            let since = self.pressed.elapsed();
            let came = seen.bytes.len() > self.before;
            if came && (seen.last.elapsed() >= quiet || since > AT_MOST) {
                return Some(seen.last.saturating_duration_since(self.pressed));
            }
            if !came && since > PATIENCE {
                return None;
            }
        }
    }

    /// Waits for a text.
    pub fn wait_for(&self, text: &str) {
        let began = Instant::now();
        while !self.text().contains(text) {
            assert!(began.elapsed() < Duration::from_secs(30), "no {text:?}:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// All bytes that came.
    pub fn sent(&self) -> usize {
        self.seen.lock().unwrap().bytes.len()
    }

    /// The last bytes, as text.
    pub fn last(&self, count: usize) -> String {
        let seen = self.seen.lock().unwrap();
        String::from_utf8_lossy(&seen.bytes[seen.bytes.len() - count..]).into_owned()
    }

    /// What the screen shows.
    pub fn text(&self) -> String {
        self.seen.lock().unwrap().screen.screen().contents()
    }
}

/// Answers what programs ask a terminal: where the cursor is, what it is.
fn answer(bytes: &[u8], keys: &Mutex<Box<dyn Write + Send>>) {
    let asks = |question: &[u8]| bytes.windows(question.len()).any(|part| part == question);
    for (question, answer) in [(&b"\x1b[6n"[..], &b"\x1b[1;1R"[..]), (b"\x1b[c", b"\x1b[?62;22c")] {
        if asks(question) {
            let _ = keys.lock().unwrap().write_all(answer);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
