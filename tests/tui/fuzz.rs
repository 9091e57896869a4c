//! Random keys, sizes, pastes and changes by others: nothing panics or hangs, every frame is sound, and
//! Esc always leads out.
//!
//! `KONTOR_FUZZ_SEED=7` plays one seed, `KONTOR_FUZZ_STEPS=500` plays so many steps of each. A seed that
//! fails is printed with its last inputs.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use fastrand::Rng;
use kontor::action::{Keymap, Keys, Table};
use kontor::gate::Via;
use kontor::host::emit::Emitter;
use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang};
use kontor::term::{self, ColourDepth};
use kontor::tui::message::Turn;
use ratatui::layout::Rect;

use crate::{Office, office};

const SEEDS: u64 = 20;
const STEPS: usize = 2_000;
/// So often what was sent is compared with what is meant, and Esc is tried.
const OUT_EVERY: usize = 100;
/// A step may not take longer, in a test build on a busy machine.
const STEP_AT_MOST: Duration = Duration::from_secs(40);

const TYPED: [&str; 14] = [
    "a",
    "Müller",
    "安邦",
    "zw",
    "e\u{301}",
    "👨\u{200d}👩\u{200d}👧",
    "12k",
    "tomorrow 10:00",
    "stage = qual",
    "amount >= 50k and (",
    "\"",
    "fri",
    "x@y.example",
    "+49 711 555010",
];

const PASTES: [&str; 6] = [
    "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Müller\nTEL:+49 711 1\nEND:VCARD\n",
    "Anna Müller\r\nCEO\r\nMüller AG\r\nanna@muller.example",
    "A\u{1b}[2J\u{1b}]0;x\u{7}B\u{9b}31m\0\u{202e}",
    "one\ttwo\nthree\tfour\n",
    "",
    "安邦科技有限公司安邦科技有限公司安邦科技有限公司安邦科技有限公司安邦科技有限公司安邦科技有限公司",
];

/// What was done last, told when it goes wrong.
struct Told {
    seed: u64,
    step: usize,
    inputs: VecDeque<String>,
}

impl Told {
    fn note(&mut self, input: String) {
        if self.inputs.len() == 40 {
            self.inputs.pop_front();
        }
        self.inputs.push_back(input);
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let inputs: Vec<&str> = self.inputs.iter().map(String::as_str).collect();
            eprintln!(
                "KONTOR_FUZZ_SEED={} fails at step {}, after\n{}",
                self.seed,
                self.step,
                inputs.join("\n")
            );
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_inputs_never_break_a_screen() {
    let seeds: Vec<u64> = match number("KONTOR_FUZZ_SEED") {
        Some(seed) => vec![seed],
        None => (0..SEEDS).collect(),
    };
    let steps = number("KONTOR_FUZZ_STEPS").map_or(STEPS, |steps| steps as usize);
    let next = AtomicU64::new(0);
    let before = beside();
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    play(*seed, steps);
                }
            });
        }
    });
    assert_eq!(beside(), before, "a file was written into the working directory");
}

/// What stands in the working directory: no game may leave anything there.
fn beside() -> Vec<std::ffi::OsString> {
    let entries = std::fs::read_dir(".").unwrap().map(|entry| entry.unwrap().file_name());
    // Tools that run at the same time hide theirs.
    let mut names: Vec<_> =
        entries.filter(|name| !name.to_string_lossy().starts_with('.')).collect();
    names.sort();
    names
}

/// The keys that mean something, as the keymap has them.
fn bindings(script: &Script) -> Vec<String> {
    let catalog = &script.app().context().catalog;
    let table = Table::new(catalog);
    let keymap = Keymap::shipped(catalog, &table);
    let all = table.all().iter().flat_map(|action| keymap.keys_of(&action.id));
    all.map(ToString::to_string).filter(|keys| keys != "ctrl-z").collect()
}

fn open(office: &Office, rng: &mut Rng) -> Script {
    let lang = if rng.bool() { Lang::En } else { Lang::Zh };
    office.open_as(80, 24, "dark", ColourDepth::Palette, lang)
}

fn play(seed: u64, steps: usize) {
    let mut rng = Rng::with_seed(seed);
    let mut told = Told { seed, step: 0, inputs: VecDeque::new() };
    let office = office();
    let mut script = open(&office, &mut rng);
    let bindings = bindings(&script);
    // A third of the games begins in plain mode.
    if seed % 3 == 2 {
        script.press(", p").unwrap();
    }
    let mut line = Line::new(&script);
    for step in 0..steps {
        told.step = step;
        let began = Instant::now();
        act(&office, &mut script, &bindings, &mut rng, &mut told);
        assert!(began.elapsed() < STEP_AT_MOST, "a step took {:?}", began.elapsed());
        if script.quit {
            script = open(&office, &mut rng);
        }
        check_frame(&script);
        line.send(&script);
        if step % OUT_EVERY == OUT_EVERY - 1 {
            line.compare(&script);
            leave_all(&mut script, &mut told);
        }
    }
}

fn act(office: &Office, script: &mut Script, bindings: &[String], rng: &mut Rng, told: &mut Told) {
    let mut press = |script: &mut Script, keys: &str| {
        told.note(keys.to_owned());
        script.press(keys).unwrap();
    };
    match rng.u8(0..100) {
        0..45 => press(script, &bindings[rng.usize(0..bindings.len())]),
        45..60 => {
            let keys = [
                "enter",
                "enter",
                "esc",
                "tab",
                "shift-tab",
                "backspace",
                "down",
                "up",
                "left",
                "right",
                "home",
                "end",
                "del",
                "ctrl-w",
                "1",
                "2",
                "3",
                "9",
                "space",
                "pagedown",
            ];
            press(script, keys[rng.usize(0..keys.len())]);
        }
        60..65 => {
            // Half of a prefix, then anything.
            let keys: Keys = bindings[rng.usize(0..bindings.len())].parse().unwrap();
            press(script, &keys.0[0].to_string());
        }
        65..82 => {
            let text = TYPED[rng.usize(0..TYPED.len())];
            told.note(format!("types {text}"));
            script.typed(text);
        }
        82..87 => {
            let text = PASTES[rng.usize(0..PASTES.len())];
            told.note(format!("pastes {text:?}"));
            script.paste(text);
        }
        87..92 => {
            let sizes =
                [(80, 24), (80, 24), (40, 12), (40, 10), (120, 40), (30, 6), (1, 1), (0, 0)];
            let (width, height) = if rng.u8(0..4) > 0 {
                sizes[rng.usize(0..sizes.len())]
            } else {
                (rng.u16(1..160), rng.u16(1..40))
            };
            told.note(format!("resizes to {width}x{height}"));
            script.resize(width, height);
        }
        92..94 => {
            let time = TimeDelta::milliseconds(rng.i64(1..20_000));
            told.note(format!("waits {time}"));
            script.wait(time);
        }
        94..96 => {
            let Rect { width, height, .. } = script.buffer().area;
            let turn = [Turn::Press, Turn::Up, Turn::Down][rng.usize(0..3)];
            let (x, y) = (rng.u16(0..=width), rng.u16(0..=height));
            told.note(format!("mouse {turn:?} at {x},{y}"));
            script.mouse(turn, x, y);
        }
        96..97 => {
            let text = PASTES[rng.usize(0..PASTES.len())];
            told.note(format!("leaves the editor with {text:?}"));
            script.edited(text);
        }
        _ => {
            told.note("somebody else adds a customer".into());
            let name = format!("{} {}", TYPED[rng.usize(0..TYPED.len())], rng.u8(..));
            let mut other = office.desk.gate.session(Via::Cli).unwrap();
            // It may be refused, as a likely double is; then nothing changed.
            let _ = other.save(vec![Edit::create("customer").typed("name", name)], "add");
            script.changed();
        }
    }
}

/// What must hold for every frame.
pub fn check_frame(script: &Script) {
    let buffer = script.buffer();
    let Rect { width, height, .. } = buffer.area;
    let mut marked = 0;
    // A popup may lie over the row, and the header may be what one stands on.
    let plain = script.app().context().plain;
    let mut elsewhere = plain;
    for y in 0..height {
        let mut x = 0;
        // Plain mode has the numbers of the rows before them.
        marked += usize::from(plain && y > 1 && width > 2 && buffer[(2, y)].symbol() == ">");
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            if matches!(symbol.as_bytes(), [b' '..=b'~']) {
                x += 1;
                continue;
            }
            let wrong = |c: char| {
                c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert!(!symbol.contains(wrong), "{symbol:?} at {x},{y}\n{}", script.text());
            let wide = term::width(symbol).max(1) as u16;
            assert!(
                x + wide <= width,
                "{symbol:?} is cut by the edge in row {y}\n{}",
                script.text()
            );
            for behind in x + 1..x + wide {
                let behind = buffer[(behind, y)].symbol();
                assert!(
                    behind.trim().is_empty(),
                    "{behind:?} stands in {symbol:?}\n{}",
                    script.text()
                );
            }
            marked += usize::from(x == 0 && symbol == "▌");
            elsewhere |= symbol == "┌" || (x > 1 && y < 5 && symbol == "▌");
            x += wide;
        }
    }
    if plain && width >= 30 && height >= 6 {
        let status =
            script.text().lines().nth(usize::from(height) - 2).unwrap_or_default().to_owned();
        assert!(!status.trim().is_empty(), "nothing is told\n{}", script.text());
        assert!(script.seen().cursor.is_some(), "no cursor\n{}", script.text());
    }
    if let Some(cursor) = script.seen().cursor {
        assert!(
            buffer.area.contains(cursor),
            "the cursor is at {cursor:?} of {width}x{height}\n{}",
            script.text()
        );
    }
    // "3 of 41" on the right of the heading: the list stands on one row and shows which.
    // Under it the filter line may offer what to type, with a marker of its own.
    if script.app().depth() == 1
        && !script.text().lines().any(|line| line.starts_with('/'))
        && let Some(all) = standing(&script.text())
    {
        let (least, most) = (usize::from(all && !elsewhere), usize::from(all));
        assert!((least..=most).contains(&marked), "{marked} rows marked\n{}", script.text());
    }
}

/// Whether a heading says `n of m`, and `n` is a row.
fn standing(text: &str) -> Option<bool> {
    let heading = text.lines().take(2).find(|line| line.contains(" of "))?;
    let (before, after) = heading.rsplit_once(" of ")?;
    let at: u64 = before.rsplit(' ').next()?.parse().ok()?;
    let digits = after.replace(['+', ',', ' '], "");
    digits.parse::<u64>().ok()?;
    Some(at > 0)
}

/// Whether a question is on the screen, however it is broken into lines.
fn asks(script: &Script, question: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    letters(&script.text()).contains(&letters(question))
}

/// Esc leads to the base screen, however deep one is. The question before unsaved entries is answered.
fn leave_all(script: &mut Script, told: &mut Told) {
    script.resize(80, 24);
    for _ in 0..60 {
        if script.app().depth() == 1 {
            return;
        }
        let before = script.app().depth();
        told.note("esc".into());
        script.press("esc").unwrap();
        check_frame(script);
        let ctx = script.app().context();
        if script.app().depth() >= before && script.text().contains(ctx.t("form.leave.discard")) {
            told.note("down down enter".into());
            script.press("down down enter").unwrap();
        } else if script.app().depth() >= before && asks(script, ctx.t("matrix.leave")) {
            told.note("y".into());
            script.press("y").unwrap();
        }
    }
    panic!("Esc leads nowhere:\n{}", script.text());
}

/// The bytes of the frames, in a terminal.
struct Line {
    emitter: Emitter,
    terminal: vt100::Parser,
    size: (u16, u16),
}

impl Line {
    fn new(script: &Script) -> Self {
        let mut line =
            Self { emitter: Emitter::default(), terminal: vt100::Parser::default(), size: (0, 0) };
        line.send(script);
        line
    }

    fn send(&mut self, script: &Script) {
        let Rect { width, height, .. } = script.buffer().area;
        if self.size != (width, height) {
            let cells = |number: u16| std::num::NonZero::new(number.max(1)).unwrap();
            self.terminal.screen_mut().set_size(cells(height), cells(width));
            self.size = (width, height);
        }
        self.terminal.process(&self.emitter.frame(script.buffer(), script.seen().cursor));
    }

    /// The terminal shows what was drawn. Joined emoji apart, which this terminal does not join.
    fn compare(&self, script: &Script) {
        let text = script.text();
        if text.contains('\u{200d}') || text.contains('\u{fe0f}') {
            return;
        }
        let shown = self.terminal.screen().contents();
        let trimmed = |text: &str| {
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            lines.join("\n").trim_end().to_owned()
        };
        assert_eq!(trimmed(&shown), trimmed(&text));
    }
}
