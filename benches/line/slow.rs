//! The time from a key to its frame on a line of 200 ms there and back, 32 kB a second.

use std::time::{Duration, Instant};

use super::Program;
use super::pty::Terminal;

/// There or back.
const DELAY: Duration = Duration::from_millis(100);
/// Bytes a second.
const RATE: usize = 32 * 1024;
/// Longer than the way there and back: nothing more comes.
const QUIET: Duration = Duration::from_millis(600);
const ROUNDS: usize = 5;
/// Keys of a held key, one every so often.
const HELD: (usize, Duration) = (40, Duration::from_millis(33));

/// What is timed.
pub const TIMED: [&str; 4] =
    ["cursor down", "open a record", "leave it", "after a key was held for 1.3 s"];

/// The middle of the times from a key to the last byte of its frame.
pub fn times(program: &Program) -> Vec<Duration> {
    let mut all = vec![Vec::new(); TIMED.len()];
    let mut terminal = Terminal::start_on(program.command.clone(), DELAY, Some(RATE));
    terminal.wait_for(program.ready);
    terminal.settle_within(QUIET);
    let [prepare, down, open, leave] = program.slow;
    terminal.press(prepare);
    terminal.settle_within(QUIET);
    for _ in 0..ROUNDS {
        for (n, keys) in [down, open, leave].into_iter().enumerate() {
            all[n].extend(press(&mut terminal, keys));
        }
        for _ in 0..HELD.0 {
            std::thread::sleep(HELD.1);
            terminal.press_after(down, DELAY);
        }
        let last = Instant::now();
        terminal.settle_within(QUIET);
        all[3].push(terminal.last_at().saturating_duration_since(last));
        terminal.press(prepare);
        terminal.settle_within(QUIET);
    }
    all.into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times.get(times.len() / 2).copied().unwrap_or_default()
        })
        .collect()
}

fn press(terminal: &mut Terminal, keys: &str) -> Option<Duration> {
    let began = Instant::now();
    terminal.press_after(keys, DELAY);
    terminal.settle_within(QUIET)?;
    Some(terminal.last_at().saturating_duration_since(began))
}
