//! The pictures that are kept are those that the program draws, no more and no fewer, and they are used.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[path = "../examples/screenshots/list.rs"]
mod list;

use std::collections::BTreeSet;

#[test]
fn the_kept_pictures_are_those_that_are_drawn() {
    let listed: BTreeSet<String> =
        list::PICTURES.iter().map(|(name, ..)| format!("{name}.svg")).collect();
    let folder = std::fs::read_dir("docs/screenshots").unwrap();
    let kept: BTreeSet<String> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.rsplit_once('.').is_some_and(|(_, kind)| kind == "svg"))
        .collect();
    assert_eq!(kept, listed, "run `cargo run --example screenshots`");
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(listed.iter().any(|name| readme.contains(&format!("docs/screenshots/{name}"))));
    for (_, used) in readme.match_indices("docs/screenshots/").map(|(at, _)| readme.split_at(at)) {
        let name = used["docs/screenshots/".len()..].split([')', '"', ' ', '\n']).next().unwrap();
        assert!(name.is_empty() || listed.contains(name), "README shows {name}");
    }
}
