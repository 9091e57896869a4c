//! What a terminal shows after the bytes of a frame is the frame, whatever was there before.

use fastrand::Rng;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use super::{Emitter, Pen};

const TEXTS: [&str; 12] = [
    "a",
    "Müller Maschinenbau AG",
    "安邦科技有限公司",
    "────────────────",
    "                    ",
    "▌ one",
    "x安y邦z",
    "€84,000",
    "e\u{301}a\u{308}o",
    "…",
    "ﾊﾝｶｸ half",
    "   · ",
];

fn terminal(width: u16, height: u16) -> vt100::Parser {
    let cells = |number| std::num::NonZero::new(number).unwrap();
    vt100::Parser::new(cells(height), cells(width), 0)
}

fn style(rng: &mut Rng) -> Style {
    let colour = |rng: &mut Rng| match rng.u8(0..6) {
        0 => Color::Indexed(rng.u8(..)),
        1 => Color::Red,
        2 => Color::LightBlue,
        3 => Color::Rgb(rng.u8(..), 20, 30),
        _ => Color::Reset,
    };
    let kinds = [Modifier::BOLD, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];
    let mut style = Style::new().fg(colour(rng));
    if rng.u8(0..3) == 0 {
        style = style.bg(colour(rng));
    }
    for kind in kinds {
        if rng.u8(0..6) == 0 {
            style = style.add_modifier(kind);
        }
    }
    style
}

/// Changes a frame as screens do: some text, an area emptied, rows moved, a line of one style.
fn change(frame: &mut Buffer, rng: &mut Rng) {
    let Rect { width, height, .. } = frame.area;
    match rng.u8(0..9) {
        0 => frame.reset(),
        1 => {
            let area = Rect {
                x: rng.u16(0..width),
                y: rng.u16(0..height),
                width: rng.u16(1..=width),
                height: rng.u16(1..=height),
            };
            crate::tui::paint::clear(frame, area);
        }
        2 => {
            let (by, row) = (rng.usize(1..4).min(usize::from(height)), usize::from(width));
            frame.content.rotate_left(by * row);
        }
        3 => {
            let (by, row) = (rng.usize(1..4).min(usize::from(height)), usize::from(width));
            frame.content.rotate_right(by * row);
        }
        4 => {
            let area = Rect { y: rng.u16(0..height), height: 1, ..frame.area };
            frame.set_style(area, style(rng));
        }
        5 => {
            let area = Rect { y: rng.u16(0..height), height: rng.u16(1..=height), ..frame.area };
            crate::tui::paint::clear(frame, area);
        }
        _ => {
            for _ in 0..rng.usize(1..6) {
                let text = TEXTS[rng.usize(0..TEXTS.len())];
                let (x, y, style) = (rng.u16(0..width), rng.u16(0..height), style(rng));
                // As screens do: no half of a wide character is left standing beside new text.
                let wide = crate::term::width(text) as u16;
                crate::tui::paint::clear(frame, Rect { x, y, width: wide.max(1), height: 1 });
                frame.set_stringn(x, y, text, usize::from(width - x), style);
            }
        }
    }
}

fn colour(color: Color) -> vt100::Color {
    let named = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match color {
        Color::Reset => vt100::Color::Default,
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        named_one => {
            vt100::Color::Idx(named.iter().position(|color| *color == named_one).unwrap() as u8)
        }
    }
}

/// The frame is what the terminal shows.
fn compare(screen: &vt100::Screen, frame: &Buffer, seed: u64) {
    let Rect { width, height, .. } = frame.area;
    for y in 0..height {
        let mut x = 0;
        while x < width {
            let wanted = &frame[(x, y)];
            let cell = screen.cell(y, x).unwrap();
            let mut text = wanted.symbol();
            let mut wide = crate::term::width(text) as u16;
            if wide == 0 || x + wide > width {
                (text, wide) = (" ", 1);
            }
            let blank = text == " ";
            let shown = if cell.has_contents() { cell.contents() } else { " " };
            assert_eq!(shown, text, "seed {seed}, {x},{y}");
            assert_eq!(cell.bgcolor(), colour(wanted.bg), "seed {seed}, behind {x},{y} {text:?}");
            let pen = if blank { Pen::of_blank(wanted) } else { Pen::of(wanted) };
            if !blank || !pen.modifier().is_empty() {
                assert_eq!(cell.fgcolor(), colour(wanted.fg), "seed {seed}, {x},{y} {text:?}");
            }
            let has = |modifier| pen.modifier().contains(modifier);
            assert_eq!(cell.underline(), has(Modifier::UNDERLINED), "seed {seed}, {x},{y}");
            assert_eq!(cell.inverse(), has(Modifier::REVERSED), "seed {seed}, {x},{y}");
            if !blank {
                assert_eq!(cell.bold(), has(Modifier::BOLD), "seed {seed}, {x},{y}");
                assert_eq!(cell.italic(), has(Modifier::ITALIC), "seed {seed}, {x},{y}");
            }
            x += wide;
        }
    }
}

#[test]
fn a_terminal_shows_every_frame_as_it_was_drawn() {
    for seed in 0..60 {
        let mut rng = Rng::with_seed(seed);
        let (width, height) = (rng.u16(2..90), rng.u16(1..30));
        let mut terminal = terminal(width, height);
        let mut emitter = Emitter::default();
        let mut frame = Buffer::empty(Rect { x: 0, y: 0, width, height });
        for _ in 0..30 {
            change(&mut frame, &mut rng);
            let cursor = (rng.u8(0..3) > 0)
                .then(|| Position { x: rng.u16(0..width), y: rng.u16(0..height) });
            if rng.u8(0..12) == 0 {
                terminal.process(b"\x1b[7;31mrubbish\x1b[5;5Hmore");
                emitter.forget();
            }
            terminal.process(&emitter.frame(&frame, cursor));
            compare(terminal.screen(), &frame, seed);
            assert_eq!(terminal.screen().hide_cursor(), cursor.is_none(), "seed {seed}");
            if let Some(Position { x, y }) = cursor {
                assert_eq!(terminal.screen().cursor_position(), (y, x), "seed {seed}");
            }
            assert!(emitter.frame(&frame, cursor).is_empty(), "seed {seed}: a frame twice");
        }
    }
}

#[test]
fn what_terminals_measure_differently_shifts_nothing_behind_it() {
    let area = Rect { x: 0, y: 0, width: 40, height: 2 };
    let mut emitter = Emitter::default();
    let mut terminal = terminal(40, 2);
    let mut frame = Buffer::empty(area);
    frame.set_string(0, 0, "name      |right edge", Style::new());
    terminal.process(&emitter.frame(&frame, None));
    // A family: two cells here, six for a terminal that does not join.
    frame.set_string(0, 0, "👨\u{200d}👩\u{200d}👧 x      |right edge", Style::new());
    terminal.process(&emitter.frame(&frame, None));
    let row: String = (2..40).map(|x| terminal.screen().cell(0, x).unwrap().contents()).collect();
    assert!(row.trim_end().ends_with("|right edge"), "{row:?}");
    assert_eq!(terminal.screen().cell(0, 10).unwrap().contents(), "|");
}

fn bytes_of(before: &[&str], after: &[&str]) -> String {
    let area = Rect { x: 0, y: 0, width: 80, height: 24 };
    let mut emitter = Emitter::default();
    let draw = |lines: &[&str]| {
        let mut frame = Buffer::empty(area);
        for (y, line) in lines.iter().enumerate() {
            frame.set_string(0, y as u16, line, Style::new());
        }
        frame
    };
    let _ = emitter.frame(&draw(before), Some(Position { x: 0, y: 0 }));
    let bytes = emitter.frame(&draw(after), Some(Position { x: 0, y: 0 }));
    String::from_utf8(bytes).unwrap().replace('\u{1b}', "^")
}

#[test]
fn little_is_said_for_little_changes() {
    assert_eq!(bytes_of(&["> one", "  two"], &["  one", "> two"]), " \n\r>^[H");
    assert_eq!(bytes_of(&["a long line that goes"], &[""]), "^[K");
    assert_eq!(bytes_of(&["one, two"], &["one, 2wo"]), "^[6G2\r");
    let all = ["head", "one", "two", "three", "four", "five", "six", "foot"];
    let few = ["head", "one", "", "", "", "", "", "foot"];
    assert_eq!(bytes_of(&all, &few), "\n\n^[5M^[5L^[H");
    let lines: Vec<String> = (0..30).map(|n| format!("row number {n} of many")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let moved = bytes_of(&lines[..20], &lines[1..21]);
    assert!(moved.starts_with("^[1;20r^[1S^[r"), "{moved}");
    assert!(moved.len() < 60, "{moved}");
}
