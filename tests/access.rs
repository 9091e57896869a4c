//! Why somebody may, who can, rights for a while, and seeing the file as another.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use common::{Moved, noon, options};
use kontor::exchange::export::{ExportError, ExportFormat, ExportRequest, export};
use kontor::gate::{Act, Chosen, Many, Place, READING, Tally};
use kontor::gate::{
    Asked, AuditEntry, AuditRequest, Decided, Gate, GateError, ListRequest, RequestState, Session,
    Via, Wanted,
};
use kontor::model::{Clock, Edit, Input, Name, Record, RecordId, RecordRef};
use kontor::policy::{FieldAccess, Ground, Missing, Right, Width};
use kontor::query::Query;

struct Company {
    gate: Gate,
    admin: Session,
    clock: Arc<Moved>,
    _folder: tempfile::TempDir,
}

impl Company {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Moved::default());
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
        self.clock.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
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
        field: None,
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

/// How the requests that satisfy a condition stand, and what was decided.
fn stands(session: &Session, condition: &str) -> Vec<(String, String)> {
    let mut request = ListRequest::first("access_request", 100);
    request.filter = Some(Query::parse(condition, session.catalog(), "access_request").unwrap());
    let text = |row: &Record, field: &str| row.get(field).as_text().unwrap().to_owned();
    let page = session.list(&request).unwrap();
    page.rows.iter().map(|row| (text(row, "state"), text(row, "decision"))).collect()
}

/// What is about nothing cannot be granted, and that is nobody's refusal.
#[test]
fn a_request_about_nothing_is_denied_without_a_refusal_of_who_decides() {
    let mut company = Company::new();
    let missing = RecordRef::new("deal", RecordId(99_999));
    company.as_user("ana").ask_access(&wanted(Right::Edit, &missing, DAY)).unwrap();
    company.admin.refresh().unwrap();
    let waiting = company.admin.access_requests(true).unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].obstacle.as_ref().unwrap().contains("there is no D-99999"));
    let approve = Decided::Approve { lasts: None, width: None };
    let told = told(company.admin.decide_access(waiting[0].record.id, &approve, ""));
    assert!(told.contains("there is no D-99999"), "{told}");
    let filter = Some(company.admin.audit_query("kind = refused").unwrap());
    let page = company.admin.audit(&AuditRequest { filter, ..Default::default() }).unwrap();
    assert!(page.entries.is_empty(), "{:?}", page.entries);
    // Whoever may not decide is told the same of what is there and what is not.
    let error = company.as_user("ben").decide_access(waiting[0].record.id, &approve, "");
    assert!(!crate::told(error).contains("D-99999"));
    company.admin.decide_access(waiting[0].record.id, &Decided::Deny, "no such deal").unwrap();
}

/// A change set that is in one's history because some of it is one's own is not called unknown.
#[test]
fn what_is_partly_ones_own_is_not_said_to_be_unknown() {
    let mut company = Company::new();
    let mine = company.customer("Ana's", "ana", "North");
    let theirs = company.customer("Admin's", "Administrator", "");
    let both = [&mine, &theirs].map(|of| Edit::update("customer", of.id).typed("status", "active"));
    let both = company.admin.save(both.to_vec(), "both").unwrap().change_set.unwrap();
    let hers = Edit::update("customer", theirs.id).typed("name", "Hers");
    let hers = company.admin.save(vec![hers], "hers").unwrap().change_set.unwrap();
    let ana = company.as_user("ana");
    let error = told(ana.plan_undo(Some(both)));
    assert!(error.contains("is not yours: Administrator"), "{error}");
    // Of what she does not see at all she is told nothing, as of what is not there.
    let unseen = told(ana.plan_undo(Some(hers))).replace(&hers.to_string(), "N");
    let none = told(ana.plan_undo(Some(9_999))).replace("9999", "N");
    assert_eq!(unseen, none);
}

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
    // The list of records says the same, and nobody wrote anything.
    assert_eq!(stands(&ana, "state = expired"), [("expired".to_owned(), "approved".to_owned())]);
    assert_eq!(stands(&ana, "state = approved"), []);
    assert_eq!(stands(&ana, "in_force"), []);
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
        Edit::update("access_request", request.id).typed("decision", "approved"),
        Edit::create("access_request").typed("name", "x").typed("decision", "approved"),
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

/// Something that is tried; how it went, and the right that was missing.
type Tried = Box<dyn Fn(&mut Session) -> Result<(), Option<Missing>>>;

fn missing(error: &GateError) -> Option<Missing> {
    error.missing().cloned()
}

fn saving(edit: Edit) -> Tried {
    Box::new(move |session| {
        let done = session.save(vec![edit.clone()], "try");
        done.map(|_| ()).map_err(|error| missing(&error))
    })
}

fn exporting(entity: &'static str) -> Tried {
    Box::new(move |session| {
        let mut out = Vec::new();
        match export(session, &ExportRequest::all(entity), ExportFormat::Csv, &mut out) {
            Ok(_) => Ok(()),
            Err(ExportError::Gate(error)) => Err(missing(&error)),
            Err(other) => panic!("{other}"),
        }
    })
}

/// For every right: it is refused, the refusal says which right was missing, that one is asked for and
/// approved, and then the very same goes through, and nothing else does.
#[test]
fn what_was_missing_is_asked_for_and_then_it_can_be_done() {
    let mut company = Company::new();
    company.add(Edit::create("role").typed("name", "Clerk").typed("key", "clerk").typed(
        "rights",
        "[entity.customer]\nread = \"all\"\nedit = \"own\"\ncreate = true\n\
         fields = { segment = \"read\", revenue = \"masked\" }\n\
         [entity.deal]\nread = \"own\"\nedit = \"own\"\ncreate = true\n\
         [entity.lead]\nread = \"own\"\n[entity.task]\nread = \"own\"\nedit = \"own\"\n\
         [entity.user]\nread = \"all\"\n",
    ));
    company.add(
        Edit::create("user").typed("name", "cleo").typed("login", "cleo").typed("roles", "Clerk"),
    );
    let [own, other, third, gone] =
        [("Own", "cleo"), ("Other", "ben"), ("Third", "ben"), ("Gone", "cleo")]
            .map(|(name, owner)| company.customer(name, owner, ""));
    company.admin.save(vec![Edit::delete("customer", gone.id)], "x").unwrap();
    let deal = company.add(
        Edit::create("deal").typed("name", "Deal").typed("owner", "cleo").typed("customer", "Own"),
    );
    let more = (0..=READING)
        .map(|n| Edit::create("lead").typed("name", format!("Lead {n}")).typed("owner", "cleo"));
    company.admin.save(more.collect(), "leads").unwrap();
    let tasks = ["One", "Two"]
        .map(|name| company.add(Edit::create("task").typed("name", name).typed("owner", "cleo")));
    let bulk: Tried = Box::new(move |session| {
        let act = Act::set("name", Input::Text("Same".into()));
        let many = Many::Same { of: Chosen::These(tasks.to_vec()), act };
        let look = session.look(&many, &Place::Start, &Tally::default()).unwrap();
        if look.tally.of(kontor::gate::Fate::Change) == 2 { Ok(()) } else { Err(look.missing) }
    });
    let dump: Tried = Box::new(|session| {
        let list = Box::new(ListRequest::first("lead", 0));
        let all = Chosen::All { list, but: std::collections::BTreeSet::new() };
        let done = session.take_out(&all, None, "stdout");
        done.map(|_| ()).map_err(|error| missing(&error))
    });
    let customer = |id| Edit::update("customer", id);
    let new = |entity: &'static str| Edit::create(entity).typed("name", "New");
    let cases: Vec<(&str, Via, Tried)> = vec![
        ("C-2 edit", Via::Cli, saving(customer(other.id).typed("name", "Mine"))),
        (
            "customer edit --field segment",
            Via::Cli,
            saving(customer(own.id).typed("segment", "key")),
        ),
        (
            "customer edit --field revenue",
            Via::Cli,
            saving(customer(own.id).typed("revenue", "5 EUR")),
        ),
        ("C-3 edit", Via::Cli, saving(Edit::update("deal", deal.id).typed("customer", "Third"))),
        ("D-1 delete", Via::Cli, saving(Edit::delete("deal", deal.id))),
        ("C-4 restore", Via::Cli, saving(Edit::restore("customer", gone.id))),
        ("lead create", Via::Cli, saving(new("lead"))),
        ("customer import", Via::Import, saving(new("customer"))),
        ("customer export", Via::Cli, exporting("customer")),
        ("lead export", Via::Cli, dump),
        ("task bulk", Via::Cli, bulk),
        ("C-1 assign", Via::Cli, saving(customer(own.id).typed("owner", "ben"))),
    ];
    let _ = third;
    for (words, via, tried) in cases {
        let mut cleo = company.gate.session_of(company.user("cleo"), via).unwrap();
        let lacks = tried(&mut cleo).expect_err(words).expect(words);
        assert_eq!(lacks.words.split(" --").next(), words.split(" --").next(), "{words}");
        assert_eq!(lacks.words, words);
        let wish = Wanted::of(&lacks, "for a test".into(), DAY);
        let request = cleo.ask_access(&wish).unwrap().records[0].clone().unwrap();
        tried(&mut cleo).expect_err("asking gives nothing");
        company
            .admin
            .decide_access(request.id, &Decided::Approve { lasts: None, width: None }, "")
            .unwrap();
        cleo.refresh().unwrap();
        assert!(tried(&mut cleo).is_ok(), "{words}: approved, and still refused");
    }
}

/// What the log has of these kinds, oldest first: kind, who, about whom, detail.
fn logged(company: &Company, kinds: &str) -> Vec<(String, String, Option<RecordId>, String)> {
    let filter = company.admin.audit_query(&format!("kind in ({kinds})")).unwrap();
    let request = AuditRequest { filter: Some(filter), ..AuditRequest::default() };
    let page = company.admin.audit(&request).unwrap();
    let told = |entry: &AuditEntry| {
        let detail = entry.detail.get("lasted").cloned().unwrap_or_else(|| entry.what.clone());
        let about = entry.record.as_ref().map(|record| record.id);
        (entry.kind.clone(), entry.by.clone(), about, detail)
    };
    page.entries.iter().rev().map(told).collect()
}

#[test]
fn beginning_and_end_of_looking_as_another_are_noted_with_how_long() {
    let company = Company::new();
    let ana = company.user("ana");
    let admin = company.gate.session_of(RecordId(1), Via::Tui).unwrap();
    let view = admin.view_as(ana).unwrap();
    let by = || "Administrator".to_owned();
    let begun = ("view_as".to_owned(), by(), Some(ana), String::new());
    // The beginning stands there before anything is seen.
    assert_eq!(logged(&company, "view_as, view_as_end"), std::slice::from_ref(&begun));
    company.wait(3725);
    drop(view);
    let ended = ("view_as_end".to_owned(), by(), Some(ana), "1:02:05".to_owned());
    assert_eq!(logged(&company, "view_as, view_as_end"), [begun.clone(), ended.clone()]);
    // A command is one entry.
    let admin = company.gate.session_of(RecordId(1), Via::Cli).unwrap();
    drop(admin.view_as(ana).unwrap());
    assert_eq!(logged(&company, "view_as, view_as_end"), [begun.clone(), ended, begun]);
}

#[test]
fn refusals_of_looking_and_around_requests_are_noted() {
    let mut company = Company::new();
    let bens = company.customer("Ben's", "ben", "");
    assert!(company.as_user("ana").view_as(company.user("ben")).is_err());
    let what = |company: &Company| {
        let all = logged(company, "refused").into_iter();
        all.map(|(_, by, _, what)| format!("{by} {what}")).collect::<Vec<_>>()
    };
    assert_eq!(what(&company), ["ana view_as"]);
    let mut kim = company.as_user("kim");
    let asked = kim.ask_access(&wanted(Right::Delete, &bens, DAY)).unwrap();
    let request = asked.records[0].clone().unwrap().id;
    // Nobody decides about their own.
    for decided in [Decided::Approve { lasts: None, width: None }, Decided::Deny] {
        assert!(kim.decide_access(request, &decided, "").is_err());
    }
    company.wait(120);
    let said = what(&company);
    assert_eq!(said[..2], ["ana view_as", "kim own rights"], "{said:?}");
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
        field: None,
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

/// A right on all of an entity is that one: who is granted it sees no record more.
#[test]
fn a_right_on_all_records_shows_none_of_them() {
    let mut company = Company::new();
    company.customer("Ana's", "ana", "");
    let bens = company.customer("Ben's", "ben", "");
    for right in
        [Right::Edit, Right::Delete, Right::Merge, Right::Purge, Right::Erase, Right::Export]
    {
        let mut ana = company.as_user("ana");
        let wish = Wanted { record: None, ..wanted(right, &bens, DAY) };
        let request = ana.ask_access(&wish).unwrap().records[0].clone().unwrap().id;
        let decided = Decided::Approve { lasts: None, width: None };
        company.admin.decide_access(request, &decided, "").unwrap();
        ana.refresh().unwrap();
        assert_eq!(names(&ana), ["Ana's"], "{right:?}");
        let read = ana.explain(company.user("ana"), &asked(Right::Read, &bens));
        assert!(read.is_err() || !read.unwrap().allowed, "{right:?}");
        let wrote = told(ana.save(vec![Edit::update("customer", bens.id).typed("name", "X")], "x"));
        assert!(wrote.contains("there is no such record"), "{right:?}: {wrote}");
        let gone = told(ana.save(vec![Edit::delete("customer", bens.id)], "x"));
        assert!(gone.contains("there is no such record"), "{right:?}: {gone}");
    }
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
