//! Draws the screens of a demo company as SVG files: `cargo run --example screenshots [FOLDER]`.
//!
//! The pictures in `docs/screenshots/` are made by it and by nothing else. Every run of cells of one style
//! is placed by its column and given its width, so that wide characters stand where the terminal has them.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod list;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use kontor::demo::{Recipe, make};
use kontor::gate::{Gate, OpenOptions, Via};
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Clock, Entropy, Lang};
use kontor::term::ColourDepth;
use kontor::tui::Theme;
use kontor::tui::theme::{Rgb, numbers};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// Pixels of a cell.
const CELL: (u16, u16) = (9, 19);
/// Pixels around the screen.
const MARGIN: u16 = 10;

/// The morning of a Monday.
struct Monday;

impl Clock for Monday {
    fn now(&self) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 23, 8, 30, 0).unwrap()
    }
}

/// The same salts in every run.
struct Steady;

impl Entropy for Steady {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or("docs/screenshots".into()));
    std::fs::create_dir_all(&folder).unwrap();
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("demo.db");
    let options = OpenOptions {
        create: true,
        clock: Arc::new(Monday),
        entropy: Arc::new(Steady),
        zone: chrono_tz::Europe::Berlin,
        week_start: kontor::model::WeekStart::Monday,
    };
    make(&path, Recipe { customers: 60, seed: 1 }, &options, &mut |_, _| {}).unwrap();
    let gate = Gate::open(&path, options).unwrap();
    for &(name, theme, lang, width, height, keys) in list::PICTURES {
        let theme = Theme::built_in(theme, ColourDepth::True);
        let lang = Lang::of_code(lang).unwrap();
        let screen = Screen { width, height, theme: theme.clone(), lang, ascii: false };
        let mut script = Script::start(gate.session(Via::Tui).unwrap(), &screen);
        if keys.contains(" I ") {
            let place = script.folder().unwrap().join("fair.csv");
            std::fs::write(place, list::FAIR).unwrap();
        }
        for (n, part) in keys.split('\'').enumerate() {
            match n % 2 {
                0 if !part.trim().is_empty() => script.press(part).unwrap(),
                1 => script.typed(part),
                _ => {}
            }
        }
        let file = folder.join(format!("{name}.svg"));
        std::fs::write(&file, svg(script.buffer(), &theme)).unwrap();
        println!("{}", file.display());
    }
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Front and back of a cell in numbers.
fn colours(style: Style, theme: &Theme) -> (Rgb, Rgb) {
    let front = style.fg.and_then(numbers).unwrap_or(theme.ground.foreground());
    let back = style.bg.and_then(numbers).unwrap_or(theme.ground.background());
    if style.add_modifier.contains(Modifier::REVERSED) { (back, front) } else { (front, back) }
}

fn svg(buffer: &Buffer, theme: &Theme) -> String {
    let (wide, high) = CELL;
    let (width, height) =
        (buffer.area.width * wide + 2 * MARGIN, buffer.area.height * high + 2 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', \
         monospace\" font-size=\"15\">\n<rect width=\"{width}\" height=\"{height}\" rx=\"8\" \
         fill=\"{}\"/>\n",
        hex(theme.ground.background())
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let style = buffer[(x, y)].style();
            let from = x;
            let mut text = String::new();
            // A wide character is a run of its own: its glyph may come from another font.
            while x < buffer.area.width && buffer[(x, y)].style() == style {
                let symbol = buffer[(x, y)].symbol();
                let cells = kontor::term::width(symbol).max(1) as u16;
                if cells > 1 && !text.is_empty() {
                    break;
                }
                text.push_str(symbol);
                x += cells;
                if cells > 1 {
                    break;
                }
            }
            draw_run(&mut out, (from, y), x - from, &text, style, theme);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn draw_run(
    out: &mut String,
    (x, y): (u16, u16),
    cells: u16,
    text: &str,
    style: Style,
    theme: &Theme,
) {
    let (front, back) = colours(style, theme);
    let (left, top) = (MARGIN + x * CELL.0, MARGIN + y * CELL.1);
    let length = cells * CELL.0;
    if back != theme.ground.background() {
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{length}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1,
            hex(back)
        );
    }
    if text.trim().is_empty() {
        return;
    }
    // Spaces at both ends are place, not text.
    let lead = text.len() - text.trim_start().len();
    let (left, text) = (left + lead as u16 * CELL.0, text.trim());
    let length = kontor::term::width(text) as u16 * CELL.0;
    let mut marks = String::new();
    if style.add_modifier.contains(Modifier::BOLD) {
        marks.push_str(" font-weight=\"bold\"");
    }
    if style.add_modifier.contains(Modifier::UNDERLINED) {
        marks.push_str(" text-decoration=\"underline\"");
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\" fill=\"{}\"{marks}>{text}</text>",
        top + 14,
        hex(front)
    );
}
