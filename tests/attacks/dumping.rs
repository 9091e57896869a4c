//! Mallory may read all customers and export none. She takes them along by the commands that only list: as
//! CSV, TSV, JSON, Markdown, as a table in a pipe, sorted, filtered, as of now, by searching, by naming all of
//! them, or put away before; and where she may export her own, she mixes the others in.

use kontor::gate::{AuditRequest, READING, Session};
use kontor::model::Edit;

use super::proof::{Said, type_in};
use super::{Scene, scene};

const READS: &str =
    "[entity.customer]\nread = \"all\"\nedit = \"all\"\ndelete = \"all\"\nbulk = \"all\"";
const OWN: &str = "[entity.customer]\nread = \"all\"\nexport = \"own\"";

fn crowd(rights: &str, hers: u64, others: u64) -> Scene {
    let mut scene = scene("");
    scene.role("Reader", rights);
    let user = Edit::update("user", scene.mallory).typed("roles", "Reader");
    scene.desk.session.save(vec![user], "role").unwrap();
    let firm = |n: u64| {
        let owner = if n < hers { "mallory" } else { "zoe" };
        Edit::create("customer").typed("name", format!("Firm {n}")).typed("owner", owner)
    };
    scene.desk.session.save((0..hers + others).map(firm).collect(), "crowd").unwrap();
    scene
}

fn command(scene: &Scene, words: &str) -> Said {
    let words: Vec<String> = words.split(' ').map(|word| word.replace('_', " ")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    type_in(scene.desk.gate.path(), scene.mallory, &words)
}

/// What the log says of exports: where to, and how many.
fn exports(session: &Session) -> Vec<(String, u64)> {
    let filter = session.audit_query("kind = export").unwrap();
    let request = AuditRequest { filter: Some(filter), before: None, limit: 100 };
    let page = session.audit(&request).unwrap();
    page.entries.into_iter().map(|entry| (entry.what, entry.count)).collect()
}

#[test]
fn listing_is_no_way_around_the_right_to_export() {
    let scene = crowd(READS, 0, READING + 1);
    let all: Vec<String> = (2..READING + 3).map(|n| format!("C-{n}")).collect();
    for words in [
        "customer list --format csv".to_owned(),
        "customer list --format tsv --columns name".to_owned(),
        "customer list --format json".to_owned(),
        "customer list --format markdown".to_owned(),
        "customer list".to_owned(),
        "customer list --sort -name --where name_~_firm --format csv".to_owned(),
        "customer list --limit 201 --format csv".to_owned(),
        "customer list --as-of 2026-11-23 --format csv".to_owned(),
        "find Firm --limit 100000 --format json".to_owned(),
        format!("show {} --format json", all.join(" ")),
    ] {
        let said = command(&scene, &words);
        assert_eq!((said.status, said.out.as_str()), (1, ""), "{words}: {}", said.err);
        let told = "more than 200 records at once are an export";
        assert!(said.err.contains(told), "{words}: {}", said.err);
        let ask = "\nAsk for it: kontor access request customer export --why '...'\n";
        assert!(said.err.contains(ask), "{words}: {}", said.err);
    }
    assert_eq!(exports(&scene.desk.session), []);
    // A page is reading, and so are references.
    assert_eq!(command(&scene, "customer list --limit 200 --format csv").out.lines().count(), 201);
    let ids = command(&scene, "customer list --format ids");
    assert_eq!(ids.out.lines().count() as u64, READING + 2, "{}", ids.err);
    let count = command(&scene, "customer list --count --format json");
    assert_eq!(count.out.trim(), "{\"count\":202}");
    assert_eq!(exports(&scene.desk.session), []);
}

#[test]
fn what_was_put_away_is_not_taken_along_either() {
    let scene = crowd(READS, 0, READING + 1);
    let done = command(&scene, "customer delete --where name_~_firm --yes");
    assert_eq!(done.status, 0, "{}", done.err);
    let said = command(&scene, "customer list --deleted --format csv");
    assert_eq!((said.status, said.out.as_str()), (1, ""), "{}", said.err);
}

#[test]
fn a_right_to_export_some_is_none_to_export_all_and_is_noted() {
    let scene = crowd(OWN, READING + 1, 1);
    let said = command(&scene, "customer list --format csv");
    assert_eq!((said.status, said.out.as_str()), (1, ""));
    assert!(said.err.contains("does not reach all of them"), "{}", said.err);
    let said = command(&scene, "customer list --where owner_=_me --format csv");
    assert_eq!(said.out.lines().count() as u64, READING + 2, "{}", said.err);
    assert_eq!(exports(&scene.desk.session), [("stdout".to_owned(), READING + 1)]);
}
