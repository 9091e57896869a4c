//! Every screen and overlay after the theme or the language was changed while it stood there: in every
//! theme and with as many colours as a terminal may have, each cell is read.
//!
//! Where a layer takes all keys for itself (a text is typed), the change is made at the last step on
//! the way there that allows it. Start at [`Way::to`].

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kontor::model::Lang;
use kontor::tui::Role;
use kontor::tui::theme::{READABLE, Rgb, contrast, numbers};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::importing::FAIR;
use super::screens::{SCREENS, walk};
use super::*;

const DEPTHS: [ColourDepth; 4] =
    [ColourDepth::True, ColourDepth::Palette, ColourDepth::Sixteen, ColourDepth::Mono];

/// A way to a screen, cut in two where something is changed.
struct Way {
    before: String,
    after: String,
}

impl Way {
    /// The latest place on the way to a screen at which `change` can be made by keys. `changed` tells
    /// whether it was.
    fn to(
        keys: &str,
        open: impl Fn() -> Script,
        change: &str,
        changed: impl Fn(&Script) -> bool,
    ) -> Self {
        let steps = steps(keys);
        for cut in (0..=steps.len()).rev() {
            let (before, after) = (steps[..cut].join(" "), steps[cut..].join(" "));
            let mut script = open();
            walk(&mut script, &before);
            if script.press(change).is_ok() && changed(&script) {
                return Self { before, after };
            }
        }
        panic!("nowhere on the way `{keys}` can `{change}` be pressed");
    }
}

/// The keys of a way one by one; what is typed is one step.
fn steps(keys: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for (n, part) in keys.trim_start_matches('~').split('\'').enumerate() {
        if n % 2 == 1 {
            steps.push(format!("'{part}'"));
        } else {
            steps.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    steps
}

/// Does `job` for every screen, on as many threads as there are; what they say, in order.
pub fn for_every_screen(
    job: impl Fn(&Office, &'static str, &'static str) -> Vec<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let said = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                let shared = office();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((name, keys)) = SCREENS.get(at) else { return };
                    let own = keys.starts_with('~').then(office);
                    let found = job(own.as_ref().unwrap_or(&shared), name, keys);
                    said.lock().unwrap().extend(found);
                }
            });
        }
    });
    said.into_inner().unwrap().into_iter().collect()
}

/// What is looked at and not read: lines, blocks of charts and bars.
fn is_stroke(symbol: &str) -> bool {
    symbol.chars().all(|c| matches!(c, '\u{2500}'..='\u{259f}' | '\u{2800}'..='\u{28ff}'))
}

/// Front and back of a cell in numbers, as the terminal shows them.
fn colours(cell: &Cell, theme: &Theme) -> (Rgb, Rgb) {
    let front = numbers(cell.fg).unwrap_or(theme.ground.foreground());
    let back = numbers(cell.bg).unwrap_or(theme.ground.background());
    if cell.modifier.contains(Modifier::REVERSED) { (back, front) } else { (front, back) }
}

/// The cells that are badly read, each kind once, with the text around the first of it.
fn badly_read(buffer: &Buffer, theme: &Theme) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut bad = Vec::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if cell.symbol().trim().is_empty() {
                continue;
            }
            let (front, back) = colours(cell, theme);
            let found = contrast(front, back);
            let least = match &*theme.name {
                _ if is_stroke(cell.symbol()) => 3.0,
                // None of the sixteen is read better on black and on white alike.
                "sixteen" => 3.9,
                _ => READABLE,
            };
            // What is dimmed is darker than its colour says: nobody knows by how much.
            let dimmed = cell.modifier.contains(Modifier::DIM) && cell.fg != Color::Reset;
            if (found < least || dimmed) && seen.insert(format!("{:?}{:?}", cell.fg, cell.bg)) {
                let end = (x + 24).min(buffer.area.width);
                let text: String = (x..end).map(|x| buffer[(x, y)].symbol()).collect();
                let style = format!("{} on {} {:?}", cell.fg, cell.bg, cell.modifier);
                bad.push(format!("{style}: {found:.2} at {x},{y} `{}`", text.trim_end()));
            }
        }
    }
    bad
}

/// Cells with a colour of any kind.
fn coloured(buffer: &Buffer) -> Vec<String> {
    let cells = buffer.content().iter();
    let has = |cell: &&Cell| cell.fg != Color::Reset || cell.bg != Color::Reset;
    cells.filter(has).take(1).map(|cell| format!("a coloured `{}`", cell.symbol())).collect()
}

/// Where the focused row or item is, as a theme with a colour of its own for it shows.
fn selected(buffer: &Buffer, theme: &Theme) -> Vec<usize> {
    let back = theme.style(Role::Selected).bg;
    let cells = buffer.content().iter().enumerate();
    cells.filter(|(_, cell)| Some(cell.bg) == back).map(|(n, _)| n).collect()
}

#[test]
fn every_screen_is_read_well_in_every_theme_and_with_any_number_of_colours() {
    let names: Vec<String> = Themes::shipped().names().into_iter().map(str::to_owned).collect();
    assert_eq!(names.len(), 6);
    let found = for_every_screen(|office, name, keys| {
        let open = |depth| office.open_as(120, 40, "dark", depth, Lang::En);
        // The first row of the chooser is what the settings say.
        let choose = |n: usize| format!(", t {}", n + 2);
        // A theme that nobody chose before: what it was does not tell whether the keys were taken.
        let way = Way::to(
            keys,
            || open(ColourDepth::True),
            &choose(4),
            |script| script.app().context().theme.name == names[4],
        );
        open(ColourDepth::True).press(&choose(0)).unwrap();
        let mut bad = Vec::new();
        for depth in DEPTHS {
            let mut script = open(depth);
            walk(&mut script, &way.before);
            let mut focus: Option<Vec<usize>> = None;
            for (n, theme) in names.iter().enumerate() {
                // Without colours all of them look like the one that has none.
                if depth == ColourDepth::Mono && !["light", "mono"].contains(&theme.as_str()) {
                    continue;
                }
                if n > 0 && !way.after.is_empty() {
                    script = open(depth);
                    walk(&mut script, &way.before);
                }
                script.press(&choose(n)).unwrap();
                walk(&mut script, &way.after);
                let now = &script.app().context().theme;
                assert_eq!((&now.name, now.depth), (theme, depth), "{name}");
                let buffer = script.buffer();
                let mut told = if depth == ColourDepth::Mono || theme == "mono" {
                    coloured(buffer)
                } else {
                    badly_read(buffer, now)
                };
                match (theme.as_str(), &focus) {
                    // What is saved on the way there makes it another screen each time.
                    ("dark", _) if depth == ColourDepth::True && !keys.contains("ctrl-s") => {
                        focus = Some(selected(buffer, now));
                    }
                    ("mono", Some(cells)) => {
                        let shown = |n: &&usize| {
                            buffer.content()[**n].modifier.contains(Modifier::REVERSED)
                        };
                        let lost = cells.iter().filter(|n| !shown(n)).count();
                        if lost > 0 {
                            told.push(format!("{lost} focused cells look like others"));
                        }
                    }
                    _ => {}
                }
                bad.extend(
                    told.into_iter().map(|told| format!("{theme} {depth:?} {name}: {told}")),
                );
            }
        }
        bad
    });
    assert!(found.is_empty(), "{}\n{} in all", found.join("\n"), found.len());
}

/// The words of a text, as far as they are in Latin letters.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    words.filter(|word| word.len() > 2).map(str::to_owned).collect()
}

/// Walks there, changes the language on the screen itself or as late as it can be, and walks on.
fn in_another_language(office: &Office, keys: &str, from: Lang, to: Lang) -> Script {
    let choose = |lang| if lang == Lang::En { ", l 2" } else { ", l 3" };
    let start = || {
        let mut script = office.open_as(120, 40, "dark", ColourDepth::Palette, Lang::En);
        script.press(choose(from)).unwrap();
        script
    };
    let way = Way::to(keys, start, choose(to), |script| script.app().context().lang() == to);
    let mut script = start();
    walk(&mut script, &way.before);
    script.press(choose(to)).unwrap();
    walk(&mut script, &way.after);
    script
}

#[test]
fn after_switching_to_chinese_where_one_is_no_english_is_left() {
    let found = for_every_screen(|office, name, keys| {
        // The manual shows commands, keys and names of fields as they are typed; tests/manual.rs reads it.
        if name.starts_with("manual") {
            return Vec::new();
        }
        let script = in_another_language(office, keys, Lang::En, Lang::Zh);
        // The chooser of fields says beside each how the query language names it.
        let catalog = script.app().context().catalog.clone();
        let fields: BTreeSet<&str> = catalog
            .entities()
            .flat_map(|entity| &entity.fields)
            .flat_map(|field| field.name.split('_'))
            .collect();
        // What stands in quotes in the keys was typed; data is what both languages show.
        let typed = words(keys);
        let left: Vec<String> = words(&script.text())
            .into_iter()
            .filter(|word| !SAME.contains(&word.as_str()) && !typed.contains(word))
            .filter(|word| !fields.contains(word.as_str()))
            // Where the room ends a word may be cut.
            .filter(|word| !DATA.iter().any(|known| known.contains(word.as_str())))
            .filter(|word| !(name.starts_with("import") && is_of_the_file(word)))
            .collect();
        if left.is_empty() { Vec::new() } else { vec![format!("{name}: {}", left.join(" "))] }
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What stands in the file that the screens of the import show, in its name or that of the one for errors.
fn is_of_the_file(word: &str) -> bool {
    FAIR.contains(word) || ["fair", "errors", "csv", "com", "UTF"].contains(&word)
}

#[test]
fn history_tells_in_chinese_what_changes_were_for() {
    let office = office();
    let mut script = office.open_as(120, 40, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g b right L").unwrap();
    script.press("g c space space D y u").unwrap();
    script.press("g t down z 2 g z").unwrap();
    for told in ["将 D-1 移至方案报价", "推迟任务", "撤销：删除"] {
        expect(&script, told);
    }
    for keys in ["g z", "U"] {
        script.press(keys).unwrap();
        for word in ["move", "delete", "undo", "snooze", "edit"] {
            expect_not(&script, word);
        }
    }
}

/// What stands in the records of the office, and the name of the language itself.
const CHINESE: [&str; 4] = ["安邦科技有限公司", "检测线", "杭州", "简体中文"];

#[test]
fn after_switching_to_english_where_one_is_no_chinese_is_left() {
    let is_chinese = |c: char| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    let found = for_every_screen(|office, name, keys| {
        let script = in_another_language(office, keys, Lang::Zh, Lang::En);
        let text = script.text();
        let runs = text.split(|c: char| !is_chinese(c)).filter(|run| !run.is_empty());
        // Where the room ends a name may be cut.
        let left: BTreeSet<&str> = runs
            .filter(|run| !CHINESE.iter().any(|known| known.contains(run)))
            .filter(|run| !(name.starts_with("import") && is_of_the_file(run)))
            .collect();
        let left: Vec<&str> = left.into_iter().collect();
        if left.is_empty() { Vec::new() } else { vec![format!("{name}: {}", left.join(" "))] }
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Words that are the same in Chinese: our own name, names of keys, currencies and kinds of numbers, the
/// words of the query language, what stands in the data of the office.
const SAME: &[&str] = &[
    "Kontor",
    "Enter",
    "Esc",
    "Tab",
    "Shift",
    "Ctrl",
    "Alt",
    "Space",
    "Backspace",
    "PgUp",
    "PgDn",
    "PageUp",
    "PageDown",
    "Home",
    "End",
    "Del",
    "Up",
    "Down",
    "Left",
    "Right",
    "English",
    "EUR",
    "CNY",
    "USD",
    "JSON",
    "TSV",
    "CSV",
    "SLA",
    "ROI",
    "URL",
    "PDF",
    "VIP",
    "ID",
    "Administrator",
    "test",
    "me",
];

/// Words of the records of the office, and values and names as the query language has them.
const DATA: &[&str] = &[
    // The zone of an entry, and the word by which a query of the audit log names a kind.
    "CET",
    "change",
    // The roles that a new file begins with are records.
    "Analyst",
    "Baseline",
    "Finance",
    "Marketing",
    "Power",
    "Restricted",
    "Sales",
    "Senior",
    "Service",
    "rep",
    "sales",
    "user",
    "Standard",
    "manager",
    "Maschinenbau",
    "Müller",
    "ller",
    "Nordic",
    "Pumps",
    "Call",
    "Send",
    "Three",
    "Wants",
    "about",
    "delivery",
    "for",
    "offer",
    "presses",
    "the",
    "three",
    "units",
    "Anna",
    "CEO",
    "Stuttgart",
    "Spare",
    "pumps",
    "admin",
    "Administrator",
    "Active",
    "Inactive",
    "active",
    "inactive",
    "status",
    "name",
];
