//! Mallory may read everything, write everything, or has a role for views above all: what a colleague saved as a
//! private view (whom they look for, and how) stays theirs, in lists, counts, searches, exports and for writing;
//! what is shared is seen by those it is shared with, and no more by whoever has a wide role.

use kontor::gate::{Count, ListRequest, SearchRequest, Session, Via};
use kontor::model::{Edit, RecordId, RecordRef};
use kontor::policy::Right;

use super::{refused, scene};

fn names(session: &Session) -> Vec<String> {
    let page = session.list(&ListRequest::first("view", 50)).unwrap();
    let mut names: Vec<String> =
        page.rows.iter().map(|row| row.get("name").as_text().unwrap().to_owned()).collect();
    names.sort();
    assert_eq!(session.count("view", None, None).unwrap(), Count::Exactly(names.len() as u64));
    names
}

#[test]
fn a_private_view_is_its_owners_whatever_a_role_says() {
    let mut scene = scene("");
    scene.role(
        "Views",
        "[entity.view]\nread = \"all\"\nedit = \"all\"\ndelete = \"all\"\nexport = \"all\"",
    );
    scene.role("Teams", "[entity.\"*\"]\nread = \"team+sub+unassigned\"\nedit = \"team+sub\"");
    let mut views = Vec::new();
    for (name, owner, shared) in [
        ("secret", "zoe", "none"),
        ("of the team", "zoe", "team"),
        ("for all", "zoe", "all"),
        ("mine", "mallory", "none"),
        ("nobodys", "", "none"),
    ] {
        let edit = Edit::create("view").typed("name", name).typed("entity", "customer");
        let edit = edit.typed("owner", owner).typed("shared", shared);
        views.push(scene.desk.add(edit.typed("query", "name ~ \"Secret Holding\"")));
    }
    let with = |scene: &mut super::Scene, role: &str, team: &str| {
        let set = Edit::update("user", scene.mallory).typed("roles", role).typed("teams", team);
        scene.desk.session.save(vec![set], "role").unwrap();
        scene.attacker()
    };
    for role in ["Analyst", "Power user", "Views", "Teams", "Analyst; Views", ""] {
        let mut mallory = with(&mut scene, role, "North");
        assert_eq!(names(&mallory), ["for all", "mine"], "{role}");
        for view in [&views[0], &views[1], &views[4]] {
            let of = RecordRef::new("view", view.id);
            assert!(mallory.get(&of).is_err());
            assert!(mallory.title(&of).unwrap().is_none());
            for right in [Right::Read, Right::Edit, Right::Delete, Right::Export] {
                assert!(!mallory.may_do(right, &of).unwrap(), "{role} {right:?}");
            }
            refused(&mut mallory, Edit::update("view", view.id).typed("name", "taken"));
            refused(&mut mallory, Edit::delete("view", view.id));
        }
        let found = mallory
            .search(&SearchRequest {
                text: "secret".into(),
                entities: vec!["view".into()],
                filter: None,
                limit: 9,
            })
            .unwrap();
        assert!(found.is_empty(), "{role}");
        // In her colleague's team she sees what is shared with it.
        let mallory = with(&mut scene, role, "South");
        assert_eq!(names(&mallory), ["for all", "mine", "of the team"], "{role}");
    }
    // What is shared with her she changes where a role of hers says so.
    let mut mallory = with(&mut scene, "Power user", "North");
    let renamed = Edit::update("view", views[2].id).typed("name", "for all of us");
    mallory.save(vec![renamed], "share").unwrap();
    let mut rep = with(&mut scene, "Sales rep", "North");
    refused(&mut rep, Edit::update("view", views[2].id).typed("name", "no"));
    // Administrators see all of them, and so does the owner.
    let admin = scene.desk.gate.session_of(RecordId(1), Via::Cli).unwrap();
    assert_eq!(names(&admin).len(), 5);
    let zoe = scene.desk.session.resolve("user", "zoe").unwrap().id;
    let zoe = scene.desk.gate.session_of(zoe, Via::Cli).unwrap();
    assert_eq!(names(&zoe), ["for all of us", "of the team", "secret"]);
}
