//! Whatever a name is made of, nothing beside it moves.
//!
//! Two companies are alike but for the names of their records: plain ones here, wide, joined, hidden or
//! right-to-left ones there, all of as many cells. What is not a name must stand in the same
//! cells in both, in the buffer and on a terminal that measures in its own way. Start at [`twin`].

use super::screens::walk;
use super::*;
use kontor::host::emit::Emitter;
use ratatui::buffer::Buffer;

/// Stands for names in the plain company and nowhere else.
const PLAIN: &str = "¤";

/// Cells that a name takes: more than columns have.
const CELLS: usize = 60;

/// What names are made of, repeated.
const HOSTILE: [(&str, &str); 12] = [
    ("chinese", "安邦科技有限公司"),
    ("outside the first plane", "𠮷野家𠀋"),
    ("combining", "e\u{301}a\u{308}o\u{302}\u{323}"),
    ("piled up", "Z\u{300}\u{301}"),
    ("families", "👨\u{200d}👩\u{200d}👧\u{200d}👦"),
    ("skins and flags", "👋🏽🇩🇪🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"),
    ("chosen presentation", "❤\u{fe0f}☎\u{fe0e}1\u{fe0f}\u{20e3}"),
    ("arabic", "شركة التجارة"),
    ("hebrew with marks", "שָׁלוֹם\u{200f}"),
    // Those that are left of a name on entry.
    ("hidden", "a\u{200c}b\u{2061}c\u{180e}d\u{34f}"),
    ("scripts that join", "क्षि한국กำ"),
    ("half and full", "ﾊﾝｶｸＡＢＣ"),
];

/// Screens with columns, and how to get there.
const PLACES: [(&str, &str); 12] = [
    ("home", ""),
    ("customers", "g c"),
    ("deals", "g d"),
    ("tasks", "g t"),
    ("activities", "g a"),
    ("board", "g b"),
    ("customer", "g c enter"),
    ("deals of a customer", "g c enter tab"),
    ("agenda", "g s"),
    ("week", "g s tab"),
    ("month", "g s tab tab"),
    ("reports", "g r s 'owner' enter"),
];

/// A company all of whose records have one name.
fn twin(name: &str) -> Office {
    let one = kontor::term::Clean::line(name).width();
    let long = name.repeat(CELLS / one) + &".".repeat(CELLS % one);
    let mut desk = desk();
    let me = RecordRef::new("user", RecordId(1));
    let owned = |edit: Edit| edit.with("owner", link(&me));
    desk.session.save(vec![Edit::update("user", me.id).typed("name", &long)], "test").unwrap();
    let customer = desk.add(owned(
        Edit::create("customer")
            .typed("name", &long)
            .typed("status", "active")
            .typed("phones", "+49 711 555010"),
    ));
    desk.add(Edit::create("contact").typed("name", &long).with("customer", link(&customer)));
    for (stage, amount, close) in [
        ("qualification", "84000 EUR", "2026-11-30"),
        ("proposal", "123456.78 CNY", "2026-11-27"),
        ("negotiation", "950 JPY", "2026-11-12"),
    ] {
        desk.add(owned(
            Edit::create("deal")
                .typed("name", &long)
                .with("customer", link(&customer))
                .typed("stage", stage)
                .typed("amount", amount)
                .typed("expected_close", close),
        ));
    }
    for due in ["2026-11-20 10:00", "2026-11-23 15:00", "2026-11-25 09:30"] {
        let task = Edit::create("task").typed("name", &long).typed("due", due);
        desk.add(owned(task.with("customer", link(&customer))));
    }
    desk.add(owned(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", &long)
            .typed("happened_at", "2026-11-23 09:12")
            .with("about", link(&customer))
            .with("customer", link(&customer)),
    ));
    Office { desk, muller: customer }
}

/// What a terminal shows of a frame: the text of each cell, of a wide one in its first.
fn on_terminal(buffer: &Buffer) -> Vec<Vec<String>> {
    let cells = |number| std::num::NonZero::new(number).unwrap();
    let (width, height) = (buffer.area.width, buffer.area.height);
    let mut terminal = vt100::Parser::new(cells(height), cells(width), 0);
    terminal.process(&Emitter::default().frame(buffer, None));
    let screen = terminal.screen();
    let text = |y, x| {
        let text = screen.cell(y, x).unwrap().contents();
        if text.is_empty() { " ".to_owned() } else { text.to_owned() }
    };
    (0..height).map(|y| (0..width).map(|x| text(y, x)).collect()).collect()
}

fn in_buffer(buffer: &Buffer) -> Vec<Vec<String>> {
    let width = usize::from(buffer.area.width);
    let rows = buffer.content().chunks(width);
    rows.map(|row| row.iter().map(|cell| cell.symbol().to_owned()).collect()).collect()
}

/// Where the plain company has names, and what was cut off of them.
fn names(rows: &[Vec<String>]) -> Vec<Vec<bool>> {
    rows.iter()
        .map(|row| {
            let mut after = false;
            row.iter()
                .map(|cell| {
                    after = cell == PLAIN || (after && cell == "…");
                    after
                })
                .collect()
        })
        .collect()
}

/// The cells beside names that differ, as a line for each row that has some.
fn moved(plain: &[Vec<String>], other: &[Vec<String>], names: &[Vec<bool>]) -> Vec<String> {
    let rows = plain.iter().zip(other).zip(names).enumerate();
    rows.filter(|(_, ((a, b), name))| a.iter().zip(*b).zip(*name).any(|((a, b), n)| !n && a != b))
        .map(|(y, ((a, b), _))| format!("{y}:\n  {}\n  {}", a.concat(), b.concat()))
        .collect()
}

#[test]
fn what_is_moved_is_noticed() {
    let rows = |text: &str| vec![text.chars().map(String::from).collect::<Vec<_>>()];
    let plain = rows("1 ¤¤¤… 2");
    let names = names(&plain);
    assert!(moved(&plain, &rows("1 x y  2"), &names).is_empty());
    assert_eq!(moved(&plain, &rows("1 xxx…2 "), &names).len(), 1);
}

/// A screen of a company: in the buffer, and as a terminal shows it.
fn looked_at(office: &Office, keys: &str, (width, height): (u16, u16)) -> [Vec<Vec<String>>; 2] {
    let mut script = office.open(width, height);
    walk(&mut script, keys);
    let mut both = [in_buffer(script.buffer()), on_terminal(script.buffer())];
    // The line of messages is a sentence, what follows a name in it follows the name.
    for rows in &mut both {
        rows.remove(usize::from(height) - 2);
    }
    both
}

#[test]
fn no_name_moves_what_stands_beside_it() {
    let all: Vec<_> = PLACES
        .iter()
        .flat_map(|(place, keys)| [(80, 24), (120, 40)].map(|size| (*place, *keys, size)))
        .collect();
    let plain = twin(PLAIN);
    let plain: Vec<_> = all.iter().map(|(_, keys, size)| looked_at(&plain, keys, *size)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let wrong = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from).min(8) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((what, name)) = HOSTILE.get(at) else { return };
                    let hostile = twin(name);
                    for ((place, keys, size), plain) in all.iter().zip(&plain) {
                        let names = names(&plain[0]);
                        assert!(names.iter().flatten().any(|name| *name), "no names on {place}");
                        let other = looked_at(&hostile, keys, *size);
                        for (how, (a, b)) in ["drawn", "shown"].iter().zip(plain.iter().zip(&other))
                        {
                            let rows = moved(a, b, &names).join("\n");
                            if !rows.is_empty() {
                                let told = format!("{what}, {place} {size:?}, {how}: {rows}");
                                wrong.lock().unwrap().push(told);
                            }
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}\n{} in all", wrong.join("\n"), wrong.len());
}

#[test]
fn numbers_end_in_one_column_and_money_has_currency_and_groups() {
    for name in ["安邦科技有限公司", "👨\u{200d}👩\u{200d}👧", "شركة"] {
        let office = twin(name);
        for lang in [Lang::En, Lang::Zh] {
            let mut script = office.open_as(120, 40, "dark", ColourDepth::Palette, lang);
            script.press("g d").unwrap();
            let rows = on_terminal(script.buffer());
            let mut ends = Vec::new();
            for amount in ["€84,000", "¥123,456.78", "JP¥950"] {
                let found = rows.iter().find_map(|row| {
                    (0..row.len()).find_map(|x| {
                        let cells: Vec<&str> = row[x..].iter().map(String::as_str).collect();
                        cells.concat().starts_with(amount).then_some(x + amount.chars().count())
                    })
                });
                ends.push((amount, found));
            }
            let first = ends[0].1;
            assert!(
                first.is_some() && ends.iter().all(|(_, end)| *end == first),
                "{lang:?} {ends:?}\n{}",
                script.text()
            );
        }
    }
}
