//! Somebody leaves: what they have, who takes it over, undo, rights, open sessions.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::sync::Arc;

use common::{Desk, desk};
use kontor::gate::{
    Count, Fate, GateError, HandedAs, Leaving, Many, Place, Session, Tally, Transfer, Via,
};
use kontor::model::{Edit, RecordId, RecordRef, Value};
use kontor::query::Query;
use shell::Shell;

/// A company of a team North (ana, ben) and a few more, of whom bo leaves.
struct Company {
    desk: Desk,
}

impl Company {
    fn new() -> Self {
        let mut company = Self { desk: desk() };
        let hr = Edit::create("role").typed("name", "People").typed("key", "people");
        company.desk.add(hr.typed(
            "rights",
            "special = [\"users\"]\n[entity.user]\nread = \"all\"\nedit = \"all\"",
        ));
        company.desk.add(Edit::create("team").typed("name", "North"));
        for (name, role, team) in [
            ("ana", "Sales rep", "North"),
            ("ben", "Sales rep", "North"),
            ("bo", "Sales rep", "North"),
            ("mia", "Sales manager", ""),
            ("hr", "People", ""),
            ("rep", "Sales rep", ""),
        ] {
            let edit = Edit::create("user").typed("name", name).typed("login", name);
            company.desk.add(edit.typed("roles", role).typed("teams", team));
        }
        company
    }

    /// A session that knows what others changed.
    fn fresh(&self) -> Session {
        self.desk.gate.session(Via::Cli).unwrap()
    }

    fn user(&self, name: &str) -> RecordId {
        self.fresh().resolve("user", name).unwrap().id
    }

    fn as_user(&self, name: &str) -> Session {
        self.desk.gate.session_of(self.user(name), Via::Cli).unwrap()
    }

    fn customer(&mut self, name: &str, owner: &str, city: &str) -> RecordRef {
        let address =
            kontor::model::Address { city: city.to_owned(), ..kontor::model::Address::default() };
        let edit = Edit::create("customer").typed("name", name).typed("owner", owner);
        self.desk.add(edit.with("address", Value::Address(Box::new(address))))
    }

    fn deal(&mut self, name: &str, owner: &str, stage: &str) -> RecordRef {
        let edit = Edit::create("deal").typed("name", name).typed("owner", owner);
        let edit = edit.typed("stage", stage).typed("lost_reason", "price");
        self.desk.add(if stage == "lost" { edit } else { edit.typed("lost_reason", "") })
    }

    fn owned(&self, entity: &str, owner: &str) -> u64 {
        let text = format!("owner = U-{}", self.user(owner));
        let query = Query::parse(&text, self.desk.session.catalog(), entity).unwrap();
        match self.desk.session.count(entity, Some(&query), None).unwrap() {
            Count::Exactly(n) => n,
            more @ Count::AtLeast(_) => panic!("{more:?}"),
        }
    }

    fn owner(&self, record: &RecordRef) -> RecordId {
        match self.fresh().get(record).unwrap().get("owner") {
            Value::Link(link) => link.id,
            other => panic!("{other:?}"),
        }
    }

    fn is_active(&self, name: &str) -> bool {
        let user = RecordRef::new("user", self.user(name));
        *self.fresh().get(&user).unwrap().get("active") != Value::Bool(false)
    }
}

/// Looks at a leaving and carries it out; the operation, how many were written, how many were refused.
fn carry_out(
    session: &mut Session,
    leaving: Leaving,
) -> Result<(Option<i64>, u64, u64), GateError> {
    let why = leaving.why();
    let many = Many::Leave(Arc::new(leaving));
    let (mut tally, mut seen, mut place, mut at) =
        (Tally::default(), Vec::new(), Some(Place::Start), None);
    while let Some(from) = place {
        let look = session.look(&many, &from, &tally)?;
        at.get_or_insert(look.at);
        tally.add(&look.tally);
        seen.extend(look.seen);
        place = look.next;
    }
    let (mut next, mut operation, mut written) = (Some(0), None, 0);
    while let Some(from) = next {
        let ran = session.run(&many, &why, (&seen, at.unwrap()), from, operation)?;
        (operation, next) = (ran.operation, ran.next);
        written += ran.written;
        assert!(ran.left.is_empty() || tally.of(Fate::Refused) > 0, "{:?}", ran.left);
        if let Some(error) = ran.error {
            return Err(error);
        }
    }
    Ok((operation, written, tally.of(Fate::Refused)))
}

fn told(error: &GateError) -> String {
    format!("{error:?}")
}

#[test]
fn what_somebody_has_is_counted() {
    let mut company = Company::new();
    company.customer("One", "bo", "Berlin");
    let shared = company.customer("Ana's", "ana", "Berlin");
    company
        .desk
        .session
        .save(vec![Edit::update("customer", shared.id).typed("collaborators", "bo")], "share")
        .unwrap();
    company.deal("Open", "bo", "proposal");
    company.deal("Lost", "bo", "lost");
    let deleted = company.deal("Gone", "bo", "proposal");
    company.desk.session.save(vec![Edit::delete("deal", deleted.id)], "away").unwrap();
    company.desk.add(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", "Hello")
            .typed("owner", "bo"),
    );
    let bo = company.user("bo");
    let north = company.desk.session.resolve("team", "North").unwrap();
    company
        .desk
        .session
        .save(
            vec![
                Edit::update("team", north.id).typed("manager", "bo"),
                Edit::update("user", company.user("ben")).typed("manager", "bo"),
            ],
            "lead",
        )
        .unwrap();
    let found = company.desk.session.belongings(bo).unwrap();
    let of = |entity: &str| {
        let holding = found.holdings.iter().find(|h| h.entity == entity).unwrap();
        (holding.owned, holding.open, holding.shared, holding.stays)
    };
    assert_eq!((of("customer").0, of("customer").2), (1, 1));
    assert_eq!(of("deal"), (2, Some(1), 0, false));
    assert_eq!((of("activity").0, of("activity").3), (1, true));
    let titles = |links: &[kontor::model::Link]| {
        links.iter().map(|link| link.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (titles(&found.teams), titles(&found.people)),
        (vec!["North".into()], vec!["ben".into()])
    );
    assert_eq!(found.to_hand_on(), 1 + 2 + 2);
    // Somebody else may not ask, bo may.
    let refused = company.as_user("rep").belongings(bo).unwrap_err();
    assert!(matches!(refused, GateError::Denied(_)), "{refused:?}");
    assert_eq!(company.as_user("bo").belongings(bo).unwrap().to_hand_on(), 5);
}

#[test]
fn everything_goes_to_one_person_and_one_undo_takes_it_back() {
    let mut company = Company::new();
    let edits = (0..620)
        .map(|n| Edit::create("customer").typed("name", format!("C{n}")).typed("owner", "bo"));
    company.desk.session.save(edits.collect(), "many").unwrap();
    company.deal("Open", "bo", "proposal");
    let shared = company.customer("Shared", "rep", "Berlin");
    let north = company.desk.session.resolve("team", "North").unwrap();
    company
        .desk
        .session
        .save(
            vec![
                Edit::update("customer", shared.id).typed("collaborators", "bo; ana"),
                Edit::update("team", north.id).typed("manager", "bo"),
                Edit::update("user", company.user("ana")).typed("manager", "bo"),
                Edit::update("user", company.user("bo")).typed("manager", "mia"),
            ],
            "lead",
        )
        .unwrap();
    let (bo, ana) = (company.user("bo"), company.user("ana"));
    let leaving = company.desk.session.plan_leaving(bo, Some(&Transfer::To(ana))).unwrap();
    let customers = leaving.shares().iter().find(|share| share.entity == "customer").unwrap();
    assert_eq!((customers.records, customers.handed_as), (620, HandedAs::Owner));
    let (operation, written, refused) = carry_out(&mut company.desk.session, leaving).unwrap();
    // bo, 620 customers, a deal, a team, a colleague, and what was shared.
    assert_eq!((written, refused), (625, 0));
    assert!(!company.is_active("bo"));
    assert_eq!((company.owned("customer", "bo"), company.owned("customer", "ana")), (0, 620));
    let get = |company: &Company, record: &RecordRef, field: &str| {
        company.desk.session.get(record).unwrap().get(field).clone()
    };
    let ana_record = RecordRef::new("user", ana);
    // Nobody is their own manager.
    assert!(
        matches!(get(&company, &ana_record, "manager"), Value::Link(l) if l.id == company.user("mia"))
    );
    assert!(matches!(get(&company, &north, "manager"), Value::Link(l) if l.id == ana));
    assert!(matches!(get(&company, &shared, "collaborators"), Value::Links(l) if l.len() == 1));

    let plan = company.desk.session.plan_undo(operation).unwrap();
    assert!(plan.obstacles.is_empty(), "{:?}", plan.obstacles);
    company.desk.session.undo(&plan).unwrap();
    assert!(company.is_active("bo"));
    assert_eq!((company.owned("customer", "bo"), company.owned("customer", "ana")), (620, 0));
    assert!(matches!(get(&company, &ana_record, "manager"), Value::Link(l) if l.id == bo));
    assert!(matches!(get(&company, &shared, "collaborators"), Value::Links(l) if l.len() == 2));
}

#[test]
fn the_members_of_a_team_get_even_loads() {
    let mut company = Company::new();
    // Ana has two open deals and a lost one, ben one open; the lost one does not count.
    company.deal("A1", "ana", "proposal");
    company.deal("A2", "ana", "proposal");
    company.deal("A3", "ana", "lost");
    company.deal("B1", "ben", "proposal");
    let given: Vec<RecordRef> =
        (0..5).map(|n| company.deal(&format!("X{n}"), "bo", "proposal")).collect();
    let closed: Vec<RecordRef> =
        (0..4).map(|n| company.deal(&format!("L{n}"), "bo", "lost")).collect();
    let (bo, ana, ben) = (company.user("bo"), company.user("ana"), company.user("ben"));
    let north = company.desk.session.resolve("team", "North").unwrap();
    let transfer = Transfer::Team(north.id);
    let leaving = company.desk.session.plan_leaving(bo, Some(&transfer)).unwrap();
    assert_eq!(leaving, company.desk.session.plan_leaving(bo, Some(&transfer)).unwrap());
    carry_out(&mut company.desk.session, leaving).unwrap();
    // 2:1, so ben; 2:2 with ben having been given one, so ana; 3:2 ben; 3:3 and 1:2 given, ana; ben.
    let owners: Vec<RecordId> = given.iter().map(|record| company.owner(record)).collect();
    assert_eq!(owners, [ben, ana, ben, ana, ben]);
    // Now 4:4 open. Closed ones add no load, but are given evenly too: ana was given 2, ben 3.
    let owners: Vec<RecordId> = closed.iter().map(|record| company.owner(record)).collect();
    assert_eq!(owners, [ana, ana, ben, ana]);
    // A team without anybody active cannot take over.
    let empty = company.desk.add(Edit::create("team").typed("name", "Empty"));
    let error = company.desk.session.plan_leaving(ana, Some(&Transfer::Team(empty.id)));
    assert!(told(&error.unwrap_err()).contains("nobody of Empty"));
}

#[test]
fn the_first_rule_that_fits_counts() {
    let mut company = Company::new();
    let berlin = company.customer("Berlin AG", "bo", "Berlin");
    let bonn = company.customer("Bonn AG", "bo", "Bonn");
    let rome = company.customer("Rome SpA", "bo", "Rome");
    let deal = company.deal("Deal", "bo", "proposal");
    let (bo, ana, ben, mia) =
        (company.user("bo"), company.user("ana"), company.user("ben"), company.user("mia"));
    let rules = vec![
        ("address.city = Berlin".to_owned(), ana),
        ("address.city in (Berlin, Bonn)".to_owned(), ben),
    ];
    let transfer = Transfer::Rules { rules, rest: mia };
    let leaving = company.desk.session.plan_leaving(bo, Some(&transfer)).unwrap();
    carry_out(&mut company.desk.session, leaving).unwrap();
    let owners = [&berlin, &bonn, &rome, &deal].map(|record| company.owner(record));
    assert_eq!(owners, [ana, ben, mia, mia]);
    let unknown = Transfer::Rules { rules: vec![("ctiy = Berlin".into(), ben)], rest: mia };
    let error = company.desk.session.plan_leaving(ana, Some(&unknown)).unwrap_err();
    assert!(matches!(error, GateError::Query(_)), "{error:?}");
}

#[test]
fn who_cannot_leave_and_who_cannot_take_over() {
    let mut company = Company::new();
    company.customer("One", "bo", "Berlin");
    let (bo, ana) = (company.user("bo"), company.user("ana"));
    let plan = |user, transfer: Option<Transfer>| {
        company.desk.session.plan_leaving(user, transfer.as_ref()).map_err(|error| told(&error))
    };
    assert!(plan(bo, None).unwrap_err().contains("1 record to hand on"));
    assert!(plan(bo, Some(Transfer::To(bo))).unwrap_err().contains("cannot take over"));
    assert!(plan(RecordId(1), None).unwrap_err().contains("nobody lets themself go"));
    assert!(plan(ana, None).unwrap().deactivates());
    // The only administrator, let go by somebody else: refused as an administrator's matter, or as the last.
    let other = company.desk.gate.session_of(company.user("hr"), Via::Cli).unwrap();
    let refused = other.plan_leaving(RecordId(1), Some(&Transfer::To(ana))).unwrap_err();
    assert!(told(&refused).contains("Administrator"), "{refused:?}");
    let second = company.desk.add(
        Edit::create("user")
            .typed("name", "second")
            .typed("login", "second")
            .typed("roles", "Administrator"),
    );
    let second_session = company.desk.gate.session_of(second.id, Via::Cli).unwrap();
    assert!(second_session.plan_leaving(RecordId(1), Some(&Transfer::To(ana))).is_ok());
    // Both let each other go at once: the second finds nobody else left.
    let first_goes = second_session.plan_leaving(RecordId(1), Some(&Transfer::To(ana))).unwrap();
    let second_goes =
        company.desk.session.plan_leaving(second.id, Some(&Transfer::To(ana))).unwrap();
    let mut second_session = second_session;
    carry_out(&mut company.desk.session, second_goes).unwrap();
    let raced = carry_out(&mut second_session, first_goes).unwrap_err();
    assert!(matches!(raced, GateError::SignedOut { .. } | GateError::RightsChanged), "{raced:?}");
    assert!(!company.is_active("second"));
}

#[test]
fn whoever_manages_users_hands_on_what_they_may_not_see() {
    let mut company = Company::new();
    let customer = company.customer("Secret", "bo", "Berlin");
    company.deal("Deal", "bo", "proposal");
    let (bo, ana, hr_user) = (company.user("bo"), company.user("ana"), company.user("hr"));
    let mut hr = company.as_user("hr");
    assert!(hr.get(&customer).is_err());
    let own = Edit::update("customer", customer.id)
        .with("owner", Value::Link(kontor::model::Link::new("user", ana)));
    assert!(hr.save(vec![own], "assign").is_err());
    // Not to themself.
    let greedy = hr.plan_leaving(bo, Some(&Transfer::To(hr_user))).unwrap();
    let many = Many::Leave(Arc::new(greedy));
    let look = hr.look(&many, &Place::Start, &Tally::default()).unwrap();
    assert_eq!(look.tally.of(Fate::Refused), 2, "{:?}", look.outcomes);
    // A condition on what they do not see fits nothing: no number tells what is in it.
    let rules = vec![("address.city = Berlin".to_owned(), company.user("ben"))];
    let blind = hr.plan_leaving(bo, Some(&Transfer::Rules { rules, rest: ana })).unwrap();
    assert!(blind.shares().iter().all(|share| share.to.as_ref().unwrap().id == ana));

    let leaving = hr.plan_leaving(bo, Some(&Transfer::To(ana))).unwrap();
    let many = Many::Leave(Arc::new(leaving.clone()));
    let look = hr.look(&many, &Place::Start, &Tally::default()).unwrap();
    assert!(look.outcomes.iter().all(|outcome| outcome.title != "Secret"));
    let (operation, written, refused) = carry_out(&mut hr, leaving).unwrap();
    assert_eq!((written, refused), (3, 0));
    assert_eq!(company.owner(&customer), ana);
    // They may take it back, and nothing else.
    let plan = hr.plan_undo(operation).unwrap();
    assert!(plan.obstacles.is_empty(), "{:?}", plan.obstacles);
    hr.undo(&plan).unwrap();
    assert_eq!(company.owner(&customer), bo);
    assert!(company.is_active("bo"));
    let mut rep = company.as_user("rep");
    let refused = rep.plan_leaving(bo, Some(&Transfer::To(ana))).unwrap_err();
    assert!(matches!(refused, GateError::Denied(_)), "{refused:?}");
    // A leaving that somebody else planned is no way around the right either.
    let planned = company.fresh().plan_leaving(bo, Some(&Transfer::To(ana))).unwrap();
    let refused = carry_out(&mut rep, planned).unwrap_err();
    assert!(matches!(refused, GateError::Denied(_)), "{refused:?}");
}

#[test]
fn an_open_session_ends_and_history_keeps_the_name() {
    let mut company = Company::new();
    let mut session = company.as_user("bo");
    let made = session
        .save(vec![Edit::create("customer").typed("name", "By bo")], "test")
        .unwrap()
        .records[0]
        .clone()
        .unwrap();
    let ana = company.user("ana");
    let leaving =
        company.desk.session.plan_leaving(company.user("bo"), Some(&Transfer::To(ana))).unwrap();
    carry_out(&mut company.desk.session, leaving).unwrap();
    assert!(session.get(&made).is_err());
    for _ in 0..2 {
        assert!(matches!(session.refresh(), Err(GateError::SignedOut { .. })));
    }
    let edit = Edit::update("customer", made.id).typed("name", "Mine");
    assert!(matches!(session.save(vec![edit], "late"), Err(GateError::SignedOut { .. })));
    let request =
        kontor::gate::HistoryRequest { record: Some(made), before: None, mine: false, limit: 10 };
    let history = company.desk.session.history(&request).unwrap();
    assert!(history.iter().any(|entry| entry.by == "bo"), "{history:?}");
}

#[test]
fn the_command_line_lets_somebody_leave_and_come_back() {
    let shell = Shell::new();
    for name in ["ana", "bo"] {
        shell.done(&["user", "add", &format!("name={name}"), &format!("login={name}")]);
    }
    for n in 0..25 {
        shell.done(&["customer", "add", &format!("name=C{n}"), "owner=bo"]);
    }
    let owns = shell.json(&["user", "owns", "bo"]);
    assert_eq!(owns["to_hand_on"], 25);
    let none = shell.type_in(&["user", "leave", "bo"]);
    assert_eq!(none.status, 1, "{none:?}");
    assert!(none.err.contains("25 records to hand on"), "{none:?}");
    let dry = shell.json(&["user", "leave", "bo", "--to", "ana", "--dry-run"]);
    assert_eq!((&dry["written"], &dry["shares"][0]["records"]), (&0.into(), &25.into()));
    let wide = shell.type_in(&["user", "leave", "bo", "--to", "ana"]);
    assert_eq!(wide.status, 1);
    assert!(wide.err.contains("--yes"), "{wide:?}");
    let rule = ["user", "leave", "bo", "--rule", "name = C1 -> ana", "--rule", "name = C2 -> ana"];
    assert_eq!(shell.type_in(&rule).status, 2);
    let done = shell.type_in(&["user", "leave", "bo", "--to", "ana", "--yes"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.out.contains("Customers") && done.err.contains("bo has left"), "{done:?}");
    assert_eq!(shell.json(&["user", "owns", "bo"])["active"], false);
    assert_eq!(shell.json(&["user", "owns", "ana"])["to_hand_on"], 25);
    shell.done(&["user", "back", "bo"]);
    assert_eq!(shell.json(&["user", "owns", "bo"])["active"], true);
    shell.done(&["undo"]);
    shell.done(&["undo"]);
    assert_eq!(shell.json(&["user", "owns", "bo"])["to_hand_on"], 25);
}

#[test]
fn a_person_has_days_of_their_own() {
    let mut company = Company::new();
    let ana = company.user("ana");
    let wrong =
        Edit::update("user", ana).typed("zone", "shanghai").typed("working_hours", "9 to 5");
    let error = company.desk.session.save(vec![wrong], "zone").unwrap_err();
    let GateError::Invalid(problems) = &error else { panic!("{error:?}") };
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(problems[0].hint.as_ref().unwrap().as_str(), "did you mean Asia/Shanghai?");
    let right = Edit::update("user", ana)
        .typed("zone", "Asia/Shanghai")
        .typed("working_hours", "mon-fri 9:00-17:30");
    company.desk.session.save(vec![right], "zone").unwrap();
    let of_ana = company.as_user("ana").moment();
    assert_eq!(of_ana.zone, chrono_tz::Asia::Shanghai);
    assert_eq!(company.as_user("ben").moment().zone, chrono_tz::Europe::Berlin);
}

/// Who may not edit customers gets none, whoever else of the team does.
#[test]
fn a_team_hands_on_to_those_who_can_work_with_it() {
    let mut company = Company::new();
    for (name, role) in [("looks", "Analyst"), ("limited", "Restricted")] {
        let edit = Edit::create("user").typed("name", name).typed("login", name);
        company.desk.add(edit.typed("roles", role).typed("teams", "North"));
    }
    for n in 0..8 {
        company.customer(&format!("C{n}"), "bo", "Bonn");
    }
    let north = company.desk.session.resolve("team", "North").unwrap();
    let transfer = Transfer::Team(north.id);
    let leaving = company.desk.session.plan_leaving(company.user("bo"), Some(&transfer)).unwrap();
    carry_out(&mut company.desk.session, leaving).unwrap();
    assert_eq!((company.owned("customer", "looks"), company.owned("customer", "limited")), (0, 0));
    assert_eq!((company.owned("customer", "ana"), company.owned("customer", "ben")), (4, 4));
    // Where none of them can, the team cannot.
    company.desk.add(Edit::create("team").typed("name", "Lookers"));
    let edit = Edit::create("user").typed("name", "eye").typed("login", "eye");
    company.desk.add(edit.typed("roles", "Analyst").typed("teams", "Lookers"));
    let lookers = company.desk.session.resolve("team", "Lookers").unwrap();
    let error = company
        .desk
        .session
        .plan_leaving(company.user("ana"), Some(&Transfer::Team(lookers.id)))
        .unwrap_err();
    assert!(told(&error).contains("nobody of Lookers may edit"), "{error:?}");
}

/// Who edits customers for others without making any (Finance) is given none while somebody works with them;
/// where nobody of the team makes them, who edits takes over.
#[test]
fn a_team_hands_on_to_those_who_make_such_records() {
    let mut company = Company::new();
    let finance = |name: &str, team: &str| {
        let edit = Edit::create("user").typed("name", name).typed("login", name);
        edit.typed("roles", "Finance").typed("teams", team)
    };
    company.desk.add(finance("fin", "North"));
    company.desk.add(Edit::create("team").typed("name", "Money"));
    company.desk.add(finance("freya", "Money"));
    for n in 0..6 {
        company.customer(&format!("C{n}"), "bo", "Bonn");
    }
    let shares = |company: &mut Company, team: &str| {
        let team = company.desk.session.resolve("team", team).unwrap();
        let user = company.user("bo");
        let planned = company.desk.session.plan_leaving(user, Some(&Transfer::Team(team.id)));
        let customers = |share: &&kontor::gate::Share| share.entity == "customer";
        let leaving = planned.unwrap();
        let takers = leaving.shares().iter().filter(customers).filter_map(|share| share.to.clone());
        takers.map(|to| to.title).collect::<Vec<_>>()
    };
    let north = shares(&mut company, "North");
    assert!(!north.contains(&"fin".to_owned()) && !north.is_empty(), "{north:?}");
    assert_eq!(shares(&mut company, "Money"), ["freya"]);
}

/// However many pieces it was written in, a leave is one entry of the log, which counts its kinds.
#[test]
fn a_leave_is_told_as_one_thing() {
    let mut company = Company::new();
    let tasks = (0..620)
        .map(|n| Edit::create("task").typed("name", format!("Task {n}")).typed("owner", "bo"));
    company.desk.session.save(tasks.collect(), "test").unwrap();
    for n in 0..3 {
        company.customer(&format!("Customer {n}"), "bo", "Berlin");
        company.deal(&format!("Deal {n}"), "bo", "qualification");
    }
    let (bo, ana) = (company.user("bo"), company.user("ana"));
    let mut session = company.fresh();
    let leaving = session.plan_leaving(bo, Some(&Transfer::To(ana))).unwrap();
    let (operation, written, _) = carry_out(&mut session, leaving).unwrap();
    let log = |session: &Session, filter: &str, before: Option<i64>, limit: usize| {
        let filter = Some(session.audit_query(filter).unwrap());
        session.audit(&kontor::gate::AuditRequest { filter, before, limit }).unwrap()
    };
    let whole = log(&session, "kind = change", None, 10).entries;
    let entries: Vec<_> = whole.iter().filter(|entry| entry.change_set == operation).collect();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((entry.count, &entry.record), (written, &None));
    let kinds: Vec<(&str, Option<u64>)> =
        entry.kinds.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    let mut sorted = kinds.clone();
    sorted.sort_by_key(|(kind, _)| *kind);
    let wanted = [("customer", Some(3)), ("deal", Some(3)), ("task", Some(620)), ("user", Some(1))];
    assert_eq!(sorted, wanted);
    assert_eq!(kinds[0].0, "task", "the most first");
    // So it is by pages of one, by a filter on its number, and when it is taken back.
    let (mut before, mut seen) = (None, 0);
    loop {
        let page = log(&session, "kind = change", before, 1);
        seen += page.entries.iter().filter(|entry| entry.change_set == operation).count();
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, 1);
    let many = log(&session, "count > 621 and count < 700", None, 10).entries;
    assert_eq!(many.len(), 1, "{many:?}");
    // A filter by kind finds it by any of its pieces, once.
    let found = log(&session, "entity = task and count > 621", None, 10).entries;
    assert!(found.len() <= 1, "{found:?}");
    let plan = session.plan_undo(operation).unwrap();
    session.undo(&plan).unwrap();
    let back = log(&session, "kind = change", None, 1).entries.remove(0);
    assert_eq!((back.undoes, back.count), (operation, written));
    // What is about one kind has none to count.
    assert!(whole.iter().filter(|one| one.change_set != operation).all(|one| one.kinds.is_empty()));
    let bo = company.user("bo");
    assert!(company.fresh().audit_query(&format!("record = U-{bo}")).is_ok());
}
