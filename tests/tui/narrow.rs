//! At 80 columns nothing that names something is cut: heads of columns, tabs, hints of the footer, titles of
//! menus, labels of forms. A label that is cut here needs a `short` one, or a wider column.

use super::screens::{SCREENS, walk};
use super::*;
use kontor::action::Keymap;
use kontor::action::Table;
use kontor::tui::hit::Target;
use ratatui::layout::Rect;

const LANGS: [Lang; 2] = [Lang::En, Lang::Zh];

/// An office at 80 columns in which every list and every new record has a key.
fn at_80(office: &Office, lang: Lang) -> Script {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let catalog = session.catalog().clone();
    let mut keys = String::from("[keys]\n");
    for (n, entity) in catalog.entities().enumerate() {
        for (lead, family) in [("f6", "go"), ("f7", "new")] {
            keys.push_str(&format!("\"{lead} {}\" = \"{family}.{}\"\n", numbered(n), entity.name));
        }
    }
    let keymap = Keymap::of_user("keymap.toml", &keys, &catalog, &Table::new(&catalog)).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang, ascii: false };
    Script::start_with_keys(session, &screen, keymap)
}

/// Two digits as keys.
fn numbered(n: usize) -> String {
    format!("{} {}", n / 10, n % 10)
}

/// The text in a place of the screen.
fn text_in(script: &Script, place: Rect) -> String {
    let buffer = script.buffer();
    let mut out = String::new();
    let mut skip = 0;
    for position in place.intersection(buffer.area).positions() {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let symbol = buffer[position].symbol();
        skip = kontor::term::width(symbol).saturating_sub(1);
        out.push_str(symbol);
    }
    out
}

fn heads(script: &Script) -> Vec<(String, String)> {
    let of = |hit: &kontor::tui::hit::Hit| match &hit.target {
        Target::Header(name) => Some((name.to_string(), text_in(script, hit.area))),
        _ => None,
    };
    script.seen().hits.iter().filter_map(of).collect()
}

fn none(cut: &[String], what: &str) {
    assert!(cut.is_empty(), "{what} cut at 80 columns:\n{}", cut.join("\n"));
}

#[test]
fn no_head_of_a_list_is_cut() {
    let office = office();
    let mut cut = Vec::new();
    let mut looked_at = 0;
    for lang in LANGS {
        let mut script = at_80(&office, lang);
        let names: Vec<_> =
            script.session().catalog().entities().map(|entity| entity.name.clone()).collect();
        for (n, name) in names.iter().enumerate() {
            script.press(&format!("f6 {}", numbered(n))).unwrap();
            // In every order, since an arrow takes room of the head it stands in.
            let shown = heads(&script);
            assert!(!shown.is_empty(), "{name} has no heads:\n{}", script.text());
            for (field, _) in &shown {
                let hit =
                    script.seen().hits.iter().find(
                        |hit| matches!(&hit.target, Target::Header(name) if **name == **field),
                    );
                let place = hit.unwrap().area;
                script.mouse(kontor::tui::message::Turn::Press, place.x, place.y);
                for (head, text) in heads(&script) {
                    looked_at += 1;
                    if text.contains('…') {
                        cut.push(format!("{lang:?} {name}.{head} sorted by {field}: {text}"));
                    }
                }
            }
        }
    }
    cut.sort();
    cut.dedup();
    assert!(looked_at > 200, "{looked_at}");
    none(&cut, "heads");
}

#[test]
fn no_head_of_a_related_list_is_cut() {
    let office = office();
    let mut cut = Vec::new();
    for lang in LANGS {
        let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, lang);
        let mut looked_at = 0;
        for keys in
            ["g h", "g c j enter", "tab", "tab", "tab", "tab", "g d enter", "tab", "tab", "tab"]
        {
            script.press(keys).unwrap();
            for (head, text) in heads(&script) {
                looked_at += 1;
                if text.contains('…') {
                    cut.push(format!("{lang:?} {keys}: {head}: {text}"));
                }
            }
        }
        assert!(looked_at > 10, "{looked_at}");
    }
    none(&cut, "heads");
}

#[test]
fn no_tab_hint_or_title_is_cut() {
    let shared = office();
    let mut cut = Vec::new();
    let mut titles = 0;
    for lang in LANGS {
        for (name, keys) in SCREENS {
            let own = keys.starts_with('~').then(office);
            let office = own.as_ref().unwrap_or(&shared);
            let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, lang);
            walk(&mut script, keys);
            let screen = script.text();
            let lines: Vec<&str> = screen.lines().collect();
            // A lone mark at the end says that there are more tabs.
            if lines[0].trim_end_matches(" …").contains('…') {
                cut.push(format!("{lang:?} {name} tabs: {}", lines[0]));
            }
            // What a hint says may end in the mark: `Alt-M …`.
            let hints = lines[23];
            if hints.contains('…') {
                cut.push(format!("{lang:?} {name} hints: {hints}"));
            }
            for title in lines.iter().filter_map(|line| line.split_once("┌─ ")) {
                titles += 1;
                let title = title.1.split('┐').next().unwrap();
                if title.contains('…') {
                    cut.push(format!("{lang:?} {name} title: {title}"));
                }
            }
        }
    }
    assert!(titles > 40, "{titles}");
    none(&cut, "tabs, hints or titles");
}

#[test]
fn no_label_of_a_form_is_cut() {
    let office = office();
    let mut cut = Vec::new();
    let mut looked_at = 0;
    for lang in LANGS {
        let entities: Vec<_> = {
            let mut script = at_80(&office, lang);
            script.session().catalog().entities().cloned().collect()
        };
        for (n, entity) in entities.iter().enumerate() {
            let mut script = at_80(&office, lang);
            script.press(&format!("f7 {}", numbered(n))).unwrap();
            for _ in 0..entity.fields.len() {
                for hit in &script.seen().hits {
                    let Target::Field(name) = &hit.target else { continue };
                    looked_at += 1;
                    let text = text_in(&script, Rect { height: 1, ..hit.area });
                    // `0.name`: the field of the first record that the form makes.
                    let Some(field) = name.strip_prefix("0.") else { continue };
                    let field = entity.field(field).unwrap();
                    let label = field.label.get(lang);
                    if !text.contains(label)
                        && !field.short_in(lang).is_some_and(|s| text.contains(s))
                    {
                        cut.push(format!("{lang:?} {}.{}: {text}", entity.name, field.name));
                    }
                }
                script.press("tab").unwrap();
            }
        }
    }
    cut.sort();
    cut.dedup();
    assert!(looked_at > 500, "{looked_at}");
    none(&cut, "labels");
}
