//! The manual holds what it says: its keys are actions there are, its key chapter is the keymap.
//!
//! `KONTOR_UPDATE=1 cargo test --test manual` writes the key chapters anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::path::PathBuf;

use kontor::action::{Keymap, Keys, Reference, Table};
use kontor::model::Lang;
use kontor::schema::load;
use kontor::term::manual::{CHAPTERS, GENERATED};
use kontor::term::{Strings, fill_keys};

fn file(lang: Lang, name: &str) -> PathBuf {
    let folder = if lang == Lang::Zh { "zh" } else { "en" };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.join("assets/manual").join(folder).join(format!("{name}.md"))
}

#[test]
fn the_key_chapters_are_the_keymap_that_ships() {
    let catalog = load(None).unwrap();
    let table = Table::new(&catalog);
    let keymap = Keymap::shipped(&catalog, &table);
    for lang in [Lang::En, Lang::Zh] {
        let path = file(lang, "keys");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, _) = text.split_once(GENERATED).expect("the line after which it is generated");
        let reference = Reference::new(&keymap, &table).markdown(&Strings::new(lang), &catalog);
        let whole = format!("{before}{GENERATED}\n\n{reference}");
        if std::env::var_os("KONTOR_UPDATE").is_some() {
            std::fs::write(&path, &whole).unwrap();
        }
        let now = std::fs::read_to_string(&path).unwrap();
        assert!(
            now == whole,
            "{} is not what the keymap says; KONTOR_UPDATE=1 cargo test --test manual writes it anew",
            path.display()
        );
    }
}

#[test]
fn every_key_that_the_manual_names_is_there() {
    let catalog = load(None).unwrap();
    let table = Table::new(&catalog);
    let mut wrong = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        for chapter in CHAPTERS {
            let wrong = std::cell::RefCell::new(&mut wrong);
            let _ = fill_keys(chapter.text(lang), &|name| {
                let family = name.strip_suffix('*').is_some_and(|family| {
                    table.all().iter().any(|action| action.id.starts_with(family))
                });
                if !family && table.get(name).is_none() && name.parse::<Keys>().is_err() {
                    wrong.borrow_mut().push(format!("{}: {name}", chapter.name));
                }
                String::new()
            });
        }
    }
    assert!(wrong.is_empty(), "no such action or key:\n{}", wrong.join("\n"));
}

#[test]
fn no_chapter_names_a_key_of_an_action_literally() {
    let names = regex::Regex::new(r"(?i)\bpress `?[a-z?/:;,]\b|\b(Ctrl|Alt)-[A-Z]\b|\b按 ?[a-z]\b")
        .unwrap();
    for lang in [Lang::En, Lang::Zh] {
        for chapter in CHAPTERS.iter().filter(|chapter| chapter.name != "keys") {
            let found = names.find(chapter.text(lang)).map(|found| found.as_str());
            assert_eq!(found, None, "{}: write {{key:ACTION}}", chapter.name);
        }
    }
}
