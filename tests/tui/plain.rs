//! Plain mode: no frames and no strokes on any screen, the cursor on what is focused, one line that tells
//! it, rows chosen by digits, and everything back as it was when it ends.

use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::Lang;
use kontor::term::ColourDepth;
use kontor::tui::context::Manners;
use kontor::tui::theme::Theme;
use ratatui::layout::Position;

use crate::screens::{SCREENS, walk};
use crate::{Office, expect, expect_not, office};

fn start(office: &Office, lang: Lang, width: u16, height: u16, fixed: Vec<&'static str>) -> Script {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width, height, theme, lang, ascii: false };
    let manners = Manners { plain: true, fixed, ..Manners::default() };
    Script::start_with(session, &screen, manners)
}

fn plainly(office: &Office) -> Script {
    start(office, Lang::En, 80, 24, Vec::new())
}

/// A line of the screen, the cells behind wide characters left out.
fn line(script: &Script, y: u16) -> String {
    script.text().lines().nth(usize::from(y)).unwrap_or_default().trim_end().to_owned()
}

/// The line that tells what is focused.
fn told(script: &Script) -> String {
    line(script, script.buffer().area.height - 2).trim().to_owned()
}

/// What a screen reader would stumble over: lines, blocks, shades, geometric shapes.
fn is_stroke(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{25ff}' | '\u{2800}'..='\u{28ff}')
}

/// Screens of which there are several parts beside the cursor, so that no place can be told: lines that are
/// typed into, and what has nothing in it.
const WITHOUT_PLACE: &[&str] = &["dump"];

#[test]
fn dump() {
    let office = office();
    for lang in [Lang::En, Lang::Zh] {
        for (name, keys) in SCREENS {
            let own = keys.starts_with('~').then(crate::office);
            let mut script = start(own.as_ref().unwrap_or(&office), lang, 80, 24, Vec::new());
            walk(&mut script, keys);
            println!("=== {name} {lang:?} cursor {:?}\n{}", script.seen().cursor, script.text());
        }
    }
}
