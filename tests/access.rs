//! Why somebody may, who can, rights for a while, and seeing the file as another.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use common::{noon, options};
use kontor::gate::{
    Asked, Decided, Gate, GateError, ListRequest, RequestState, Session, Via, Wanted,
};
use kontor::model::{Clock, Edit, Name, RecordId, RecordRef};
use kontor::policy::{FieldAccess, Ground, Right, Width};

/// A clock that is set by hand.
struct Manual(AtomicI64);

impl Clock for Manual {
    fn now(&self) -> DateTime<Utc> {
        noon() + Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

struct Company {
    gate: Gate,
    admin: Session,
    clock: Arc<Manual>,
    _folder: tempfile::TempDir,
}

impl Company {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Manual(AtomicI64::new(0)));
        let mut options = options();
        options.clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let gate = Gate::open(&folder.path().join("test.db"), options).unwrap();
        let admin = gate.session(Via::Cli).unwrap();
        let mut company = Self { gate, admin, clock, _folder: folder };
        company.add(Edit::create("team").typed("name", "North"));
        company.add(
            Edit::create("role")
                .typed("name", "Keeper")
                .typed("key", "keeper")
                .typed("rights", "special = [\"roles\"]\n[entity.customer]\nread = \"all\"\nedit = \"own\"\n[entity.user]\nedit = \"none\"\n"),
        );
        for (name, role, team) in [
            ("ana", "Sales rep", "North"),
            ("ben", "Sales rep", "North"),
            ("sam", "Senior sales", "North"),
            ("kim", "Keeper", ""),
            ("pow", "Power user", ""),
        ] {
            let edit = Edit::create("user").typed("name", name).typed("login", name);
            company.add(edit.typed("roles", role).typed("teams", team));
        }
        company
    }

    fn add(&mut self, edit: Edit) -> RecordRef {
        let applied = self.admin.save(vec![edit], "test").unwrap();
        applied.records[0].clone().unwrap()
    }

    fn customer(&mut self, name: &str, owner: &str, team: &str) -> RecordRef {
        let edit = Edit::create("customer").typed("name", name);
        self.add(edit.typed("owner", owner).typed("team", team))
    }

    fn user(&self, name: &str) -> RecordId {
        self.gate.session(Via::Cli).unwrap().resolve("user", name).unwrap().id
    }

    fn as_user(&self, name: &str) -> Session {
        self.gate.session_of(self.user(name), Via::Cli).unwrap()
    }

    fn wait(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn asked(right: Right, record: &RecordRef) -> Asked {
    Asked { right, entity: record.entity.clone(), record: Some(record.id), field: None }
}

fn wanted(right: Right, record: &RecordRef, lasts: i64) -> Wanted {
    Wanted {
        right,
        entity: record.entity.clone(),
        record: Some(record.id),
        reason: "while ben is away".into(),
        lasts,
    }
}

fn names(session: &Session) -> Vec<String> {
    let page = session.list(&ListRequest::first("customer", 100)).unwrap();
    let mut names: Vec<String> =
        page.rows.iter().map(|row| row.get("name").as_text().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn told<T: std::fmt::Debug>(result: Result<T, GateError>) -> String {
    match result {
        Err(error) => error.phrase().to_string(),
        Ok(done) => format!("it was done: {done:?}"),
    }
}

const DAY: i64 = 86_400;

#[test]
fn a_decision_is_told_with_the_roles_behind_it() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "North");
    let (ana, sam) = (company.user("ana"), company.user("sam"));
    let why = company.admin.explain(ana, &asked(Right::Edit, &bens)).unwrap();
    assert!(!why.allowed);
    assert!(why.why_not.unwrap().contains("does not see"));
    assert!(why.given.iter().all(|given| given.holds == Some(false)), "{:?}", why.given);
    assert!(why.advice.roles.contains(&"Senior sales".to_owned()), "{:?}", why.advice);
    assert!(!why.advice.roles.contains(&"Sales rep".to_owned()), "{:?}", why.advice);
    assert_eq!(why.advice.givers, ["Administrator", "kim"]);
    let why = company.admin.explain(sam, &asked(Right::Edit, &bens)).unwrap();
    assert!(why.allowed);
    let ground = why.given.iter().find(|given| given.holds == Some(true)).unwrap();
    assert_eq!(ground.source.by, Ground::Role("Senior sales".into()));
    assert_eq!(ground.source.scope.unwrap().print(), "team");
    let field = Asked { field: Some(Name::from("credit_limit")), ..asked(Right::Read, &bens) };
    let why = company.admin.explain(sam, &field).unwrap();
    assert!(why.allowed && why.field.iter().any(|(_, level)| *level == FieldAccess::Edit));
}

#[test]
fn about_others_is_told_to_who_manages_and_about_hidden_records_to_nobody() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    let (ana, ben) = (company.user("ana"), company.user("ben"));
    let session = company.as_user("ana");
    let refused = told(session.explain(ben, &asked(Right::Read, &bens)));
    assert!(refused.contains("manage users"), "{refused}");
    assert!(told(session.who_can(Right::Read, &bens)).contains("manage users"));
    // Whether there is such a record is not told either.
    let none = RecordRef::new("customer", RecordId(999));
    let hidden = told(session.explain(ana, &asked(Right::Read, &bens)));
    let missing = told(session.explain(ana, &asked(Right::Read, &none)));
    assert_eq!(hidden.replace(&bens.id.to_string(), "N"), missing.replace("999", "N"));
    let able = company.admin.who_can(Right::Read, &bens).unwrap();
    let names: Vec<&str> = able.iter().map(|able| able.name.as_str()).collect();
    assert_eq!(names, ["Administrator", "ben", "kim", "pow"]);
    assert!(able[1].grounds.iter().any(|source| source.by == Ground::Owner));
}

#[test]
fn an_explanation_is_what_happens() {
    let mut company = Company::new();
    let records = [
        company.customer("Ana's", "ana", ""),
        company.customer("Ben's", "ben", "North"),
        company.customer("Nobody's", "", ""),
    ];
    for name in ["ana", "ben", "sam", "kim", "pow"] {
        let mut session = company.as_user(name);
        for record in &records {
            for (right, edit) in [
                (Right::Edit, Edit::update("customer", record.id).typed("name", "Other")),
                (Right::Delete, Edit::delete("customer", record.id)),
            ] {
                let why = company.admin.explain(company.user(name), &asked(right, record)).unwrap();
                let plan = session.plan(vec![edit], "try").unwrap();
                assert_eq!(why.allowed, plan.check().is_ok(), "{name} {right:?} {record:?}");
            }
        }
        session.refresh().unwrap();
    }
}

#[test]
fn a_right_is_granted_for_a_while_and_ends_by_itself() {
    let mut company = Company::new();
    company.customer("Ana's", "ana", "");
    let bens = company.customer("Ben's", "ben", "");
    let mut ana = company.as_user("ana");
    assert_eq!(names(&ana), ["Ana's"]);
    let request = ana.ask_access(&wanted(Right::Edit, &bens, 7 * DAY)).unwrap();
    let request = request.records[0].clone().unwrap();
    // Asking grants nothing.
    assert_eq!(names(&ana), ["Ana's"]);
    company
        .admin
        .decide_access(request.id, &Decided::Approve { lasts: None, width: None }, "fine")
        .unwrap();
    assert!(matches!(ana.list(&ListRequest::first("customer", 9)), Err(GateError::RightsChanged)));
    assert!(ana.refresh().unwrap());
    assert_eq!(names(&ana), ["Ana's", "Ben's"]);
    let edit = || Edit::update("customer", bens.id).typed("description", "called");
    ana.save(vec![edit()], "edit").unwrap();
    let ground = Ground::Request(request.id);
    let why = ana.explain(company.user("ana"), &asked(Right::Edit, &bens)).unwrap();
    assert!(why.given.iter().any(|given| given.source.by == ground && given.holds == Some(true)));
    assert!(told(ana.save(vec![Edit::delete("customer", bens.id)], "x")).contains("delete"));
    company.wait(7 * DAY - 1);
    assert_eq!(names(&ana), ["Ana's", "Ben's"]);
    // A plan made while it lasted is not written after it.
    let plan =
        ana.plan(vec![Edit::update("customer", bens.id).typed("name", "Late")], "x").unwrap();
    company.wait(1);
    assert!(told(ana.apply(plan)).contains("rights were changed"));
    assert_eq!(names(&ana), ["Ana's"]);
    let told_requests = ana.access_requests(false).unwrap();
    assert_eq!(told_requests[0].state, RequestState::Expired);
    // The first question after the end is refused, not answered.
    let request = ana.ask_access(&wanted(Right::Read, &bens, DAY)).unwrap();
    let id = request.records[0].clone().unwrap().id;
    company
        .admin
        .decide_access(id, &Decided::Approve { lasts: Some(3_600), width: None }, "")
        .unwrap();
    ana.refresh().unwrap();
    assert_eq!(names(&ana), ["Ana's", "Ben's"]);
    company.wait(3_600);
    assert!(matches!(ana.list(&ListRequest::first("customer", 9)), Err(GateError::RightsChanged)));
    assert!(ana.refresh().unwrap());
    assert_eq!(names(&ana), ["Ana's"]);
}

#[test]
fn nobody_approves_their_own_or_grants_what_they_lack() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    let mut kim = company.as_user("kim");
    let own = kim.ask_access(&wanted(Right::Edit, &bens, DAY)).unwrap().records[0].clone().unwrap();
    let refused =
        told(kim.decide_access(own.id, &Decided::Approve { lasts: None, width: None }, ""));
    assert!(refused.contains("own request"), "{refused}");
    let mut ana = company.as_user("ana");
    let anas =
        ana.ask_access(&wanted(Right::Edit, &bens, DAY)).unwrap().records[0].clone().unwrap();
    // Kim reads all customers, but edits only her own.
    let refused =
        told(kim.decide_access(anas.id, &Decided::Approve { lasts: None, width: None }, ""));
    assert!(refused.contains("what they do not have"), "{refused}");
    // Ana neither decides nor sees what others ask for.
    assert!(told(ana.decide_access(own.id, &Decided::Deny, "")).contains("there is no"));
    assert!(
        told(ana.decide_access(anas.id, &Decided::Approve { lasts: None, width: None }, ""))
            .contains("manage roles")
    );
    assert_eq!(ana.access_requests(false).unwrap().len(), 1);
    assert_eq!(kim.access_requests(false).unwrap().len(), 2);
    assert_eq!(company.as_user("pow").access_requests(false).unwrap().len(), 0);
    // What was granted for a while is not handed on.
    company
        .admin
        .decide_access(own.id, &Decided::Approve { lasts: None, width: None }, "")
        .unwrap();
    kim.refresh().unwrap();
    let refused =
        told(kim.decide_access(anas.id, &Decided::Approve { lasts: None, width: None }, ""));
    assert!(refused.contains("what they do not have"), "{refused}");
    company
        .admin
        .decide_access(anas.id, &Decided::Approve { lasts: None, width: None }, "")
        .unwrap();
    let again = told(company.admin.decide_access(
        anas.id,
        &Decided::Approve { lasts: None, width: None },
        "",
    ));
    assert!(again.contains("decided already"), "{again}");
}

/// The attack: ask for a right and write "approved" into the request oneself, by an edit, by an import, or
/// by taking back that it was taken back.
#[test]
fn a_request_is_not_decided_by_the_back_door() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    let mut ana = company.as_user("ana");
    let request =
        ana.ask_access(&wanted(Right::Edit, &bens, DAY)).unwrap().records[0].clone().unwrap();
    for edit in [
        Edit::update("access_request", request.id).typed("state", "approved"),
        Edit::create("access_request").typed("name", "x").typed("state", "approved"),
        Edit::delete("access_request", request.id),
    ] {
        for via in [Via::Cli, Via::Import] {
            let mut session = company.gate.session_of(company.user("ana"), via).unwrap();
            let refused = told(session.save(vec![edit.clone()], "x"));
            assert!(refused.contains("not edited"), "{refused}");
        }
        assert!(told(company.admin.save(vec![edit.clone()], "x")).contains("not edited"));
    }
    // Granted, given back, and taken back that: it would be granted again.
    company
        .admin
        .decide_access(request.id, &Decided::Approve { lasts: None, width: None }, "")
        .unwrap();
    ana.refresh().unwrap();
    let back = ana.decide_access(request.id, &Decided::Withdraw, "").unwrap().change_set;
    assert!(names(&ana).is_empty());
    let plan = ana.plan_undo(back).unwrap();
    let refused = told(ana.undo(&plan));
    assert!(refused.contains("manage roles"), "{refused}");
    assert!(names(&ana).is_empty());
}

#[test]
fn a_decision_is_taken_back_as_any_change() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    let mut ana = company.as_user("ana");
    let request =
        ana.ask_access(&wanted(Right::Read, &bens, DAY)).unwrap().records[0].clone().unwrap();
    let done = company
        .admin
        .decide_access(request.id, &Decided::Approve { lasts: None, width: None }, "")
        .unwrap();
    ana.refresh().unwrap();
    assert_eq!(names(&ana), ["Ben's"]);
    let plan = company.admin.plan_undo(done.change_set).unwrap();
    company.admin.undo(&plan).unwrap();
    ana.refresh().unwrap();
    assert!(names(&ana).is_empty());
    assert_eq!(ana.access_requests(true).unwrap().len(), 1);
}

#[test]
fn what_is_asked_for_must_make_sense() {
    let mut company = Company::new();
    let anas = company.customer("Ana's", "ana", "");
    let bens = company.customer("Ben's", "ben", "");
    let mut ana = company.as_user("ana");
    assert!(told(ana.ask_access(&wanted(Right::Edit, &anas, DAY))).contains("have this right"));
    let silent = Wanted { reason: " ".into(), ..wanted(Right::Edit, &bens, DAY) };
    assert!(told(ana.ask_access(&silent)).contains("no reason"));
    assert!(told(ana.ask_access(&wanted(Right::Edit, &bens, 5 * 366 * DAY))).contains("so long"));
    let role =
        Wanted { entity: Name::from("role"), record: None, ..wanted(Right::Edit, &bens, DAY) };
    assert!(told(ana.ask_access(&role)).contains("roles only"));
    ana.ask_access(&wanted(Right::Edit, &bens, DAY)).unwrap();
    assert!(told(ana.ask_access(&wanted(Right::Edit, &bens, DAY))).contains("already"));
    // Whether a record exists is not told by asking for it.
    let none = RecordRef::new("customer", RecordId(999));
    ana.ask_access(&wanted(Right::Edit, &none, DAY)).unwrap();
}

#[test]
fn whoever_looks_as_another_sees_what_they_see_and_changes_nothing() {
    let mut company = Company::new();
    let anas = company.customer("Ana's", "ana", "");
    company.customer("Ben's", "ben", "");
    let ana = company.user("ana");
    let mut seen = company.admin.view_as(ana).unwrap();
    assert_eq!(names(&seen), ["Ana's"]);
    assert_eq!(seen.viewed_as().as_deref(), Some("ana"));
    let edit = Edit::update("customer", anas.id).typed("name", "Mine");
    let refused = told(seen.save(vec![edit], "x"));
    assert!(refused.contains("you see this as ana"), "{refused}");
    assert!(told(seen.keep(&[("theme".into(), Some("dark".into()))])).contains("you see this"));
    assert!(told(seen.ask_access(&wanted(Right::Merge, &anas, DAY))).contains("you see this"));
    // What a person keeps for themselves is nobody else's to read.
    company.as_user("ana").keep(&[("draft.x".into(), Some("secret".into()))]).unwrap();
    assert!(seen.kept("draft").unwrap().is_empty());
    // A change of the other's rights shows here too.
    company
        .admin
        .save(vec![Edit::update("user", ana).typed("roles", "Finance")], "promote")
        .unwrap();
    seen.refresh().unwrap();
    assert_eq!(names(&seen), ["Ana's", "Ben's"]);
    assert!(
        told(company.as_user("ana").view_as(company.user("ben")).map(|_| ())).contains("view as")
    );
    let told_power = told(company.as_user("kim").view_as(RecordId(1)).map(|_| ()));
    assert!(told_power.contains("view as"), "{told_power}");
}

#[test]
fn a_right_is_granted_on_fewer_records_than_were_asked_for() {
    let mut company = Company::new();
    company.customer("Ana's", "ana", "");
    company.customer("North's", "ben", "North");
    company.customer("Nobody's", "", "");
    company.customer("Pow's", "pow", "");
    let mut ana = company.as_user("ana");
    let all = Wanted {
        right: Right::Read,
        entity: "customer".into(),
        record: None,
        reason: "a look around".into(),
        lasts: DAY,
    };
    let request = ana.ask_access(&all).unwrap().records[0].clone().unwrap();
    let before = names(&ana);
    assert!(!before.contains(&"North's".to_owned()));
    let decided = Decided::Approve { lasts: None, width: Some(Width::Team) };
    company.admin.decide_access(request.id, &decided, "your team").unwrap();
    ana.refresh().unwrap();
    assert!(names(&ana).contains(&"North's".to_owned()));
    assert!(!names(&ana).contains(&"Pow's".to_owned()));
    let told = &ana.access_requests(false).unwrap()[0];
    assert_eq!((told.width, told.note.as_str()), (Some(Width::Team), "your team"));
    assert_eq!(told.decided_at, Some(noon()));
    let why = ana.explain(
        company.user("ana"),
        &Asked { right: Right::Read, entity: "customer".into(), record: None, field: None },
    );
    let ground = Ground::Request(request.id);
    let given = why.unwrap().given.into_iter().find(|given| given.source.by == ground).unwrap();
    assert!(given.source.condition.contains("team in"), "{given:?}");
}

#[test]
fn a_request_about_what_is_not_there_is_not_granted() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    let nothing = RecordRef::new("customer", RecordId(4_711));
    let mut ana = company.as_user("ana");
    let request = ana.ask_access(&wanted(Right::Edit, &nothing, DAY)).unwrap().records[0].clone();
    let decided = Decided::Approve { lasts: None, width: None };
    let refused = told(company.admin.decide_access(request.unwrap().id, &decided, ""));
    assert!(refused.contains("there is no C-4711"), "{refused}");
    assert!(bens.id != nothing.id);
}
