//! People with roles on one file: what each sees, changes and is refused.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{Desk, desk};
use kontor::gate::{
    Aggregate, GateError, HistoryRequest, ListRequest, MASK, Measure, SearchRequest, Session,
    Summary, Via,
};
use kontor::model::{Edit, RecordId, RecordRef, Value};
use kontor::query::Query;
use kontor::report::ReportRequest;

/// A company with a team tree (Sales above North and South) and a user for each role that is tried.
struct Company {
    desk: Desk,
    north: RecordRef,
}

impl Company {
    fn new() -> Self {
        let mut desk = desk();
        let sales = desk.add(Edit::create("team").typed("name", "Sales"));
        let north = desk.add(Edit::create("team").typed("name", "North").typed("parent", "Sales"));
        desk.add(Edit::create("team").typed("name", "South").typed("parent", "Sales"));
        let _ = sales;
        let mut company = Self { desk, north };
        for (name, role, team) in [
            ("ana", "Sales rep", "North"),
            ("ben", "Sales rep", "North"),
            ("cho", "Sales rep", "South"),
            ("sam", "Senior sales", "North"),
            ("mia", "Sales manager", "Sales"),
            ("fin", "Finance", ""),
            ("pow", "Power user", ""),
        ] {
            let edit = Edit::create("user").typed("name", name).typed("login", name);
            company.desk.add(edit.typed("roles", role).typed("teams", team));
        }
        company
    }

    fn user(&self, name: &str) -> RecordId {
        let session = self.desk.gate.session(Via::Cli).unwrap();
        session.resolve("user", name).unwrap().id
    }

    fn as_user(&self, name: &str) -> Session {
        self.desk.gate.session_of(self.user(name), Via::Cli).unwrap()
    }

    /// A customer of somebody.
    fn customer(&mut self, name: &str, owner: &str, team: &str) -> RecordRef {
        let edit = Edit::create("customer").typed("name", name);
        self.desk.add(edit.typed("owner", owner).typed("team", team))
    }
}

fn names(session: &Session, entity: &str) -> Vec<String> {
    let mut request = ListRequest::first(entity, 100);
    request.sort = kontor::query::parse_sort("name", session.catalog(), entity).unwrap();
    let page = session.list(&request).unwrap();
    page.rows.iter().map(|row| row.get("name").as_text().unwrap().to_owned()).collect()
}

fn save(session: &mut Session, edit: Edit) -> Result<(), GateError> {
    session.save(vec![edit], "try").map(|_| ())
}

fn refused(result: Result<(), GateError>) -> String {
    match result {
        Err(GateError::Denied(refusal)) => refusal.what.to_string(),
        Err(other) => format!("{other:?}"),
        Ok(()) => "it was done".to_owned(),
    }
}

#[test]
fn each_sees_what_the_roles_reach() {
    let mut company = Company::new();
    company.customer("Ana's", "ana", "");
    company.customer("Ben's", "ben", "North");
    company.customer("Cho's", "cho", "South");
    company.customer("Nobody's", "", "");
    assert_eq!(names(&company.as_user("ana"), "customer"), ["Ana's", "Nobody's"]);
    assert_eq!(names(&company.as_user("ben"), "customer"), ["Ben's", "Nobody's"]);
    assert_eq!(names(&company.as_user("sam"), "customer"), ["Ben's"]);
    assert_eq!(names(&company.as_user("mia"), "customer"), ["Ben's", "Cho's", "Nobody's"]);
    assert_eq!(names(&company.as_user("fin"), "customer"), ["Ana's", "Ben's", "Cho's", "Nobody's"]);
}

#[test]
fn what_is_not_seen_is_not_there_by_any_way() {
    let mut company = Company::new();
    let hidden = company.customer("Secret Holding", "cho", "South");
    let deal = company.desk.add(
        Edit::create("deal")
            .typed("name", "Ana's deal")
            .typed("customer", "Secret Holding")
            .typed("owner", "ana"),
    );
    let ana = company.as_user("ana");
    assert!(matches!(ana.get(&hidden), Err(GateError::NotFound { .. })));
    let found = ana
        .search(&SearchRequest {
            text: "secret".into(),
            entities: Vec::new(),
            filter: None,
            limit: 10,
        })
        .unwrap();
    assert!(found.iter().all(|hit| hit.record != hidden), "{found:?}");
    assert!(ana.resolve("customer", "Secret Holding").is_err());
    assert_eq!(ana.title(&hidden).unwrap(), None);
    // The deal is hers; the name of its customer is not told through it.
    let seen = ana.get(&deal).unwrap();
    let Value::Link(link) = seen.get("customer") else { panic!("{seen:?}") };
    assert_eq!(link.title, "");
    let query = Query::parse("customer.name ~ secret", ana.catalog(), "deal").unwrap();
    assert_eq!(ana.count("deal", Some(&query), None).unwrap(), kontor::gate::Count::Exactly(0));
    let history = HistoryRequest { record: Some(hidden), before: None, mine: false, limit: 10 };
    assert!(ana.history(&history).unwrap().is_empty());
}

#[test]
fn a_write_needs_the_right_on_the_record() {
    let mut company = Company::new();
    let open = company.customer("Nobody's", "", "");
    let own = company.customer("Ana's", "ana", "");
    let theirs = company.customer("Cho's", "cho", "South");
    let mut ana = company.as_user("ana");
    save(&mut ana, Edit::update("customer", own.id).typed("name", "Ana's own")).unwrap();
    let told = refused(save(&mut ana, Edit::update("customer", open.id).typed("name", "Mine")));
    assert!(told.contains("edit records of others"), "{told}");
    let told = refused(save(&mut ana, Edit::update("customer", theirs.id).typed("name", "Mine")));
    assert!(told.contains("no such record"), "{told}");
    let told =
        refused(save(&mut ana, Edit::create("product").typed("name", "X").typed("code", "X")));
    assert!(told.contains("create records"), "{told}");
}

#[test]
fn an_assignee_and_a_collaborator_read_and_edit() {
    let mut company = Company::new();
    let theirs = company.customer("Cho's", "cho", "South");
    company
        .desk
        .session
        .save(vec![Edit::update("customer", theirs.id).typed("collaborators", "ana")], "share")
        .unwrap();
    let mut ana = company.as_user("ana");
    assert_eq!(names(&ana, "customer"), ["Cho's"]);
    save(&mut ana, Edit::update("customer", theirs.id).typed("name", "Shared")).unwrap();
    let told = refused(save(&mut ana, Edit::delete("customer", theirs.id)));
    assert!(told.contains("delete records"), "{told}");
}

#[test]
fn a_change_of_rights_is_in_force_at_once() {
    let mut company = Company::new();
    company.customer("Cho's", "cho", "South");
    let mut ana = company.as_user("ana");
    assert!(names(&ana, "customer").is_empty());
    let user = company.user("ana");
    company
        .desk
        .session
        .save(vec![Edit::update("user", user).typed("roles", "Finance")], "promote")
        .unwrap();
    // Nothing is read under rights that are not hers any more.
    let stale = ana.list(&ListRequest::first("customer", 10));
    assert!(matches!(stale, Err(GateError::RightsChanged)), "{stale:?}");
    assert!(ana.refresh().unwrap());
    assert_eq!(names(&ana, "customer"), ["Cho's"]);
    company
        .desk
        .session
        .save(vec![Edit::update("user", user).typed("active", "no")], "leave")
        .unwrap();
    assert!(matches!(ana.refresh(), Err(GateError::SignedOut { .. })));
}

#[test]
fn nobody_raises_their_own_rights_and_an_administrator_stays() {
    let mut company = Company::new();
    let (pow, ana) = (company.user("pow"), company.user("ana"));
    let mut power = company.as_user("pow");
    let told = refused(save(&mut power, Edit::update("user", pow).typed("roles", "Administrator")));
    assert!(told.contains("manage roles"), "{told}");
    let told = refused(save(&mut power, Edit::update("user", pow).typed("teams", "North")));
    assert!(told.contains("own rights"), "{told}");
    let told = refused(save(&mut power, Edit::update("user", RecordId(1)).typed("active", "no")));
    assert!(told.contains("only an administrator"), "{told}");
    save(&mut power, Edit::update("user", ana).typed("teams", "South")).unwrap();
    let mut rep = company.as_user("ana");
    save(&mut rep, Edit::update("user", ana).typed("position", "Rep")).unwrap();
    for edit in [
        Edit::update("user", ana).typed("roles", "Administrator"),
        Edit::update("user", pow).typed("position", "x"),
        Edit::update("team", company.north.id).typed("manager", "ana"),
        Edit::create("role")
            .typed("name", "Mine")
            .typed("key", "mine")
            .typed("rights", "everything = true"),
    ] {
        let told = refused(save(&mut rep, edit));
        assert!(told.contains("you lack"), "{told}");
    }
    let own = Edit::update("user", RecordId(1)).typed("roles", "Finance");
    let told = company.desk.session.save(vec![own], "demote").unwrap_err();
    assert!(format!("{told:?}").contains("no administrator would be left"), "{told:?}");
}

#[test]
fn hidden_and_masked_fields() {
    let mut company = Company::new();
    company.desk.add(Edit::create("role").typed("name", "Nosy").typed("key", "nosy").typed(
        "rights",
        "[entity.customer]\nread = \"all\"\nedit = \"all\"\n\
             fields = { description = \"hidden\", revenue = \"masked\", segment = \"read\" }",
    ));
    let user = company.desk.add(
        Edit::create("user").typed("name", "Nora").typed("login", "nora").typed("roles", "Nosy"),
    );
    let customer = company.desk.add(
        Edit::create("customer")
            .typed("name", "Acme")
            .typed("description", "hush")
            .typed("segment", "key"),
    );
    let mut nora = company.desk.gate.session_of(user.id, Via::Cli).unwrap();
    let seen = nora.get(&customer).unwrap();
    assert_eq!(*seen.get("description"), Value::Null);
    assert!(nora.catalog().entity("customer").unwrap().field("description").is_none());
    assert!(Query::parse("description ~ hush", nora.catalog(), "customer").is_err());
    let told =
        refused(save(&mut nora, Edit::update("customer", customer.id).typed("description", "x")));
    assert!(told.contains("no such field"), "{told}");
    let told =
        refused(save(&mut nora, Edit::update("customer", customer.id).typed("segment", "small")));
    assert!(told.contains("do not let you"), "{told}");
    save(&mut nora, Edit::update("customer", customer.id).typed("name", "Acme SE")).unwrap();
    let whole = company.desk.session.get(&customer).unwrap();
    assert_eq!(whole.get("description").as_text(), Some("hush"));
    assert_eq!(whole.get("name").as_text(), Some("Acme SE"));
}

/// A role that may read everything, with these fields of deals.
fn seeing(company: &mut Company, fields: &str) -> Session {
    let rights =
        format!("[entity.\"*\"]\nread = \"all\"\n[entity.deal]\nread = \"all\"\nfields = {fields}");
    let name = format!(
        "Sees {}",
        company.desk.session.count("role", None, None).map_or(0, |n| match n {
            kontor::gate::Count::Exactly(n) | kontor::gate::Count::AtLeast(n) => n,
        })
    );
    let key = name.to_lowercase().replace(' ', "_");
    let role = Edit::create("role").typed("name", &name).typed("key", key).typed("rights", rights);
    company.desk.add(role);
    let edit = Edit::create("user").typed("name", &name).typed("login", name.replace(' ', ""));
    let user = company.desk.add(edit.typed("roles", &name));
    company.desk.gate.session_of(user.id, Via::Cli).unwrap()
}

/// What the columns of a report hold over all records, by name.
fn report(session: &Session, name: &str) -> Vec<(String, String)> {
    let catalog = session.catalog();
    let report = kontor::report::find(catalog, name).unwrap();
    let table = kontor::report::run(session, report, &ReportRequest::default()).unwrap();
    let total = table.json()["total"].clone();
    table.heads.iter().map(|head| (head.name.clone(), total[&head.name].to_string())).collect()
}

/// Sums, means, formulas and roll-ups over an amount that somebody sees as dots are dots, never a number
/// that leaves it out; over one that is hidden they are not there.
#[test]
fn what_is_computed_is_as_secret_as_what_it_is_computed_from() {
    let mut company = Company::new();
    let acme = company.customer("Acme", "ana", "");
    company.customer("Empty", "ana", "");
    for amount in ["1000 EUR", "2500 EUR"] {
        let deal = Edit::create("deal").typed("name", amount).typed("customer", "Acme");
        company.desk.add(deal.typed("amount", amount).typed("expected_close", "2026-12-01"));
    }
    let whole = company.desk.session.get(&acme).unwrap();
    assert!(matches!(whole.get("open_deals"), Value::Money(_)), "{:?}", whole.get("open_deals"));
    let sum = |session: &Session, measures: Vec<Measure>| {
        let request =
            Aggregate { entity: "deal".into(), filter: None, group: Vec::new(), measures };
        session.aggregate(&request).map(|buckets| buckets[0].values.clone())
    };
    let weighted = || Measure::Weighted { amount: "amount".into(), percent: "probability".into() };

    let masked = seeing(&mut company, "{ amount = \"masked\" }");
    let dots = Value::from(MASK);
    let mut request = ListRequest::first("customer", 10);
    request.fields = vec!["name".into(), "open_deals".into(), "open_deal_count".into()];
    for row in masked.list(&request).unwrap().rows {
        // Dots on every row: where there is nothing they would tell that.
        assert_eq!(*row.get("open_deals"), dots, "{row:?}");
        assert!(matches!(row.get("open_deal_count"), Value::Int(_)), "{row:?}");
    }
    let deal = masked.list(&ListRequest::first("deal", 10)).unwrap().rows.remove(0);
    assert_eq!((deal.get("amount"), deal.get("weighted")), (&dots, &dots));
    let values = sum(
        &masked,
        vec![
            Measure::Count,
            Measure::Sum("amount".into()),
            Measure::Sum("weighted".into()),
            weighted(),
            Measure::Mean("amount".into()),
        ],
    );
    let masks = || Summary::Masked;
    assert_eq!(values.unwrap(), [Summary::Count(2), masks(), masks(), masks(), masks()]);
    let told = format!("\"{MASK}\"");
    let expected = |deals: &str| {
        [("deals", deals), ("value", told.as_str()), ("weighted", told.as_str())]
            .map(|(n, t)| (n.to_owned(), t.to_owned()))
    };
    assert_eq!(report(&masked, "pipeline"), expected("2"));
    // A filter tells nothing by what it keeps.
    let kept = |condition: &str| {
        let query = Query::parse(condition, masked.catalog(), "customer").ok()?;
        masked.count("customer", Some(&query), None).ok()
    };
    assert_eq!(kept("open_deals > 100"), kept("open_deals > 100000"));

    let hidden = seeing(&mut company, "{ amount = \"hidden\" }");
    let field =
        |entity: &str, name: &str| hidden.catalog().entity(entity).unwrap().field(name).is_some();
    assert!(
        !field("deal", "amount") && !field("deal", "weighted") && !field("customer", "open_deals")
    );
    assert!(field("customer", "open_deal_count"));
    assert!(sum(&hidden, vec![Measure::Sum("amount".into())]).is_err());
    assert_eq!(report(&hidden, "pipeline"), [("deals".to_owned(), "2".to_owned())]);
    let names: Vec<String> =
        report(&hidden, "forecast").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["deals", "late"]);

    // What is counted by a field that is not seen is no number either.
    let blind = seeing(&mut company, "{ stage = \"hidden\" }");
    let fields = blind.catalog().entity("customer").unwrap();
    assert!(fields.field("open_deals").is_none() && fields.field("open_deal_count").is_none());
    let forecast = kontor::report::find(blind.catalog(), "forecast").unwrap();
    let refused = kontor::report::run(&blind, forecast, &ReportRequest::default()).unwrap_err();
    assert!(refused.phrase().contains("do not let you see Stage"), "{refused}");
    // A formula may be kept back by itself.
    let own = seeing(&mut company, "{ weighted = \"masked\" }");
    let deal = own.list(&ListRequest::first("deal", 10)).unwrap().rows.remove(0);
    assert_eq!(*deal.get("weighted"), dots);
    assert!(matches!(deal.get("amount"), Value::Money(_)));
}

#[test]
fn search_finds_what_is_seen_however_much_is_not() {
    let mut company = Company::new();
    company.customer("Meier Bau", "ana", "");
    let mut edits = Vec::new();
    for number in 0..600 {
        let edit = Edit::create("customer").typed("name", format!("Meier {number}"));
        edits.push(edit.typed("owner", "cho").typed("team", "South"));
        let name = format!("Obermeierling {number}");
        edits.push(Edit::create("customer").typed("name", name).typed("owner", "cho"));
    }
    company.desk.session.save(edits, "others").unwrap();
    let ana = company.as_user("ana");
    let find = |text: &str| -> Vec<String> {
        let request =
            SearchRequest { text: text.into(), entities: Vec::new(), filter: None, limit: 20 };
        ana.search(&request).unwrap().into_iter().map(|hit| hit.title).collect()
    };
    for typed in ["meier", "Meier B", "eier", "mieer", "bau"] {
        assert_eq!(find(typed), ["Meier Bau"], "{typed}");
    }
    assert!(find("obermeierling").is_empty());
}

#[test]
fn a_hidden_field_finds_nothing() {
    let mut company = Company::new();
    company.desk.add(Edit::create("role").typed("name", "Nosy").typed("key", "nosy").typed(
        "rights",
        "[entity.customer]\nread = \"all\"\nfields = { description = \"hidden\", \
             external_id = \"masked\" }",
    ));
    let user = company.desk.add(
        Edit::create("user").typed("name", "Nora").typed("login", "nora").typed("roles", "Nosy"),
    );
    company.desk.add(
        Edit::create("customer")
            .typed("name", "Acme")
            .typed("description", "bankrupt soon")
            .typed("external_id", "QX77"),
    );
    let nora = company.desk.gate.session_of(user.id, Via::Cli).unwrap();
    for typed in ["bankrupt", "soon", "acme bankrupt", "QX77", "acme qx77", "bank"] {
        let request =
            SearchRequest { text: typed.into(), entities: Vec::new(), filter: None, limit: 20 };
        assert!(nora.search(&request).unwrap().is_empty(), "{typed}");
        let query = Query::parse(&format!("\"{typed}\""), nora.catalog(), "customer").unwrap();
        let count = nora.count("customer", Some(&query), None).unwrap();
        assert_eq!(count, kontor::gate::Count::Exactly(0), "{typed}");
        let query = Query::parse(typed, nora.catalog(), "customer").unwrap();
        let count = nora.count("customer", Some(&query), None).unwrap();
        assert_eq!(count, kontor::gate::Count::Exactly(0), "{typed}");
    }
    assert_eq!(names(&nora, "customer"), ["Acme"]);
}

/// The titles that a search of somebody brings, for many ways of typing.
fn found(session: &Session) -> Vec<Vec<String>> {
    ["hoffmnan", "offman", "bau", "offmann bau", "hofm", "ller", "zzz", "schmitd", "bau gmbh"]
        .map(|text| {
            let request = SearchRequest {
                text: text.to_owned(),
                entities: Vec::new(),
                filter: None,
                limit: 20,
            };
            session.search(&request).unwrap().into_iter().map(|hit| hit.title).collect()
        })
        .to_vec()
}

fn gather(session: &Session) {
    session.warm_search().unwrap();
    assert!(session.gather_words().unwrap(), "there is something to gather");
    while session.gather_words().unwrap() {}
}

#[test]
fn words_that_a_session_gathers_find_what_a_look_at_each_word_finds() {
    let mut company = Company::new();
    let stems =
        ["Hoffmann", "Hofmann", "Oberhoffman", "Schmidt", "Müller", "Miller", "Hoffmannsthal"];
    for number in 0..210 {
        let owner = ["ana", "ben", "cho"][number % 3];
        let name = format!("{} Bau {}", stems[number % stems.len()], number / 7);
        company.customer(&name, owner, if owner == "cho" { "South" } else { "North" });
    }
    for who in ["ana", "ben", "sam", "mia", "fin"] {
        let session = company.as_user(who);
        let before = found(&session);
        gather(&session);
        assert_eq!(found(&session), before, "{who}");
        assert!(before.iter().any(|hits| !hits.is_empty()), "{who}");
    }
    // What comes to them later is found, and what somebody else is given is not.
    let ana = company.as_user("ana");
    gather(&ana);
    assert!(found(&ana)[7].iter().all(|title| title.starts_with("Schmidt")));
    let cho = company.customer("Schmitdinger", "cho", "South");
    assert!(!found(&ana)[7].contains(&"Schmitdinger".to_owned()));
    company
        .desk
        .session
        .save(vec![Edit::update("customer", cho.id).typed("owner", "ana")], "give")
        .unwrap();
    assert!(found(&ana)[7].contains(&"Schmitdinger".to_owned()));
    assert_eq!(found(&ana), found(&company.as_user("ana")));
    company
        .desk
        .session
        .save(vec![Edit::update("customer", cho.id).typed("owner", "cho")], "take")
        .unwrap();
    assert!(!found(&ana)[7].contains(&"Schmitdinger".to_owned()));
}

#[test]
fn whoever_has_hidden_fields_writes_tags_points_and_links_still() {
    let mut company = Company::new();
    let edit = Edit::create("user").typed("name", "mar").typed("login", "mar");
    company.desk.add(edit.typed("roles", "Marketing"));
    let mut mar = company.as_user("mar");
    let new = Edit::create("lead").typed("name", "Ida").typed("tags", "vip");
    let applied = mar.save(vec![new.typed("phones", "+4971155501")], "new").unwrap();
    let ida = applied.records[0].clone().unwrap();
    let edit = Edit::update("lead", ida.id).typed("tags", "cold").typed("phones", "+4971155502");
    mar.save(vec![edit.typed("collaborators", "ana; ben")], "edit").unwrap();
    let ana = company.as_user("ana");
    let seen = ana.get(&ida).unwrap();
    assert_eq!(seen.get("tags"), &Value::List(vec!["cold".into()]));
    assert_eq!(
        ana.search(&SearchRequest {
            text: "+4971155502".into(),
            entities: Vec::new(),
            filter: None,
            limit: 5,
        })
        .unwrap()
        .len(),
        1
    );
}

/// An order of a customer with lines and a payment that nobody owns, as they are made.
fn order(company: &mut Company, owner: &str, name: &str) -> [RecordRef; 4] {
    let customer = company.customer(&format!("Customer of {name}"), owner, "");
    let link = |to: &RecordRef| Value::Link(kontor::model::Link::new(&to.entity, to.id));
    let product = company.desk.add(Edit::create("product").typed("name", format!("For {name}")));
    let edit = Edit::create("order").typed("name", name).typed("owner", owner);
    let order = company.desk.add(edit.with("customer", link(&customer)));
    let line = Edit::create("order_line").typed("name", "Pump").typed("price", "200 EUR");
    let line = line.with("order", link(&order)).with("product", link(&product));
    let line = company.desk.add(line.typed("quantity", "3"));
    let payment = Edit::create("payment").typed("name", "First").typed("amount", "100 EUR");
    let payment = company.desk.add(payment.with("order", link(&order)));
    [order, line, payment, product]
}

#[test]
fn lines_go_with_their_order_and_no_total_is_wrong() {
    let mut company = Company::new();
    let [order, line, payment, product] = order(&mut company, "ana", "Ana's order");
    let shown = |session: &Session, field: &str| {
        let record = session.get(&order).unwrap();
        match record.get(field) {
            Value::Money(money) => money.amount.to_string(),
            other => format!("{other:?}"),
        }
    };
    for name in ["ana", "fin", "pow"] {
        let session = company.as_user(name);
        let figures = ["total", "paid", "open"].map(|field| shown(&session, field));
        assert_eq!(figures, ["600", "100", "500"], "{name}");
        assert_eq!(names(&session, "order_line"), ["Pump"], "{name}");
        assert!(session.get(&line).is_ok() && session.get(&payment).is_ok(), "{name}");
        let history = HistoryRequest { record: Some(line.clone()), ..HistoryRequest::default() };
        assert!(!session.history(&history).unwrap().is_empty(), "{name}");
        let unpaid = Query::parse("open > 0", session.catalog(), "order").unwrap();
        let mut list = ListRequest::first("order", 9);
        list.filter = Some(unpaid);
        assert_eq!(session.list(&list).unwrap().rows.len(), 1, "{name}");
    }
    // Whoever does not see the order sees nothing of it; whoever may not change it changes no line.
    let ben = company.as_user("ben");
    assert!(ben.get(&order).is_err() && ben.get(&line).is_err() && ben.get(&payment).is_err());
    assert!(names(&ben, "order_line").is_empty());
    let dearer = || Edit::update("order_line", line.id).typed("price", "300 EUR");
    assert!(save(&mut company.as_user("ben"), dearer()).is_err());
    save(&mut company.as_user("ana"), dearer()).unwrap();
    assert_eq!(shown(&company.as_user("ana"), "total"), "900");
    // A line is made by whoever may change the order, and by nobody else.
    let link = |to: &RecordRef| Value::Link(kontor::model::Link::new(&to.entity, to.id));
    let more = || {
        let edit = Edit::create("order_line").typed("name", "Seal").typed("price", "50 EUR");
        edit.with("order", link(&order)).with("product", link(&product))
    };
    assert!(save(&mut company.as_user("ben"), more()).is_err());
    save(&mut company.as_user("ana"), more()).unwrap();
    save(&mut company.as_user("fin"), more()).unwrap();
    // Whose name stands at a line says nothing: Ben does not get to see it.
    let owned = Edit::update("order_line", line.id).typed("owner", "ben");
    company.desk.session.save(vec![owned], "give").unwrap();
    assert!(company.as_user("ben").get(&line).is_err());
    // The order goes to Ben, and its lines with it.
    let given = Edit::update("order", order.id).typed("owner", "ben");
    company.desk.session.save(vec![given], "give").unwrap();
    assert!(company.as_user("ben").get(&line).is_ok());
    assert!(company.as_user("ana").get(&line).is_err());
    // Put away, the order takes its lines along, where it is seen still.
    company.desk.session.save(vec![Edit::delete("order", order.id)], "x").unwrap();
    assert!(company.as_user("ben").get(&line).is_ok());
    assert!(company.as_user("ana").get(&line).is_err());
}

#[test]
fn a_role_says_nothing_of_lines_and_those_that_did_are_read() {
    let mut company = Company::new();
    let role = |key: &str, rights: &str| {
        Edit::create("role")
            .typed("name", key)
            .typed("key", key)
            .with("rights", Value::from(rights))
    };
    let wrong = "[entity.order_line]\nread = \"all\"\n";
    let told = company.desk.session.save(vec![role("lines", wrong)], "x").unwrap_err();
    assert!(format!("{told:?}").contains("no rights of their own"), "{told:?}");
    // Fields of lines are kept back as those of any entity.
    let fields =
        "[entity.order]\nread = \"all\"\n[entity.order_line]\nfields = { price = \"hidden\" }\n";
    company.desk.add(role("fields", fields));
}

#[test]
fn a_figure_over_what_nobody_lets_one_read_is_not_there() {
    let mut company = Company::new();
    let customer = company.customer("Berlin", "ana", "North");
    company.desk.add(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", "x")
            .typed("happened_at", "2026-11-20 09:00")
            .with("customer", Value::Link(kontor::model::Link::new("customer", customer.id))),
    );
    let fin = company.as_user("fin");
    let shown = fin.catalog().entity("customer").unwrap();
    assert!(shown.field("last_contact").is_none(), "Finance reads no activities");
    assert!(shown.field("open_deals").is_some(), "Finance reads all deals");
    assert!(
        company
            .as_user("ana")
            .catalog()
            .entity("customer")
            .unwrap()
            .field("last_contact")
            .is_some()
    );
}

#[test]
fn a_refusal_names_what_helps() {
    let mut company = Company::new();
    let theirs = company.customer("Cho's", "cho", "South");
    let told = |result: Result<(), GateError>| match result {
        Err(GateError::Denied(refusal)) => {
            format!("{}: {}", refusal.what, refusal.hint.clone().unwrap_or_default())
        }
        Err(GateError::Invalid(problems)) => {
            let problem = &problems[0];
            format!("{}: {}", problem.message, problem.hint.clone().unwrap_or_default())
        }
        other => panic!("{other:?}"),
    };
    // The role of all salespeople lets one delete what is one's own: no help with this.
    let refused = told(save(&mut company.as_user("fin"), Edit::delete("customer", theirs.id)));
    assert!(!refused.contains("Sales rep"), "{refused}");
    assert!(refused.contains("Power user"), "{refused}");
    // Who has which role is a matter of whoever manages users: not of a role that everybody has.
    let user = company.user("ben");
    let renamed = Edit::update("user", user).typed("name", "Benedict");
    let refused = told(save(&mut company.as_user("mia"), renamed));
    assert!(refused.contains("manage users") && !refused.contains("Baseline"), "{refused}");
}

#[test]
fn what_others_did_is_told_of_what_is_seen() {
    let mut company = Company::new();
    let north = company.customer("North's", "ana", "North");
    company.desk.add(Edit::create("team").typed("name", "East"));
    let edit = Edit::create("user").typed("name", "eve").typed("login", "eve");
    company.desk.add(edit.typed("roles", "Sales rep").typed("teams", "East"));
    let east = company.customer("East's", "eve", "East");
    let mia = company.as_user("mia");
    let told = mia.history(&HistoryRequest { limit: 200, ..HistoryRequest::default() }).unwrap();
    let about = |record: &RecordRef| told.iter().any(|entry| entry.record.as_ref() == Some(record));
    assert!(about(&north) && !about(&east));
    assert!(told.iter().all(|entry| entry.record.is_some()), "{told:?}");
    // What she does not see she cannot try to take back either.
    let all = company.desk.session.history(&HistoryRequest::default()).unwrap();
    let of = |record: &RecordRef| {
        all.iter().find(|entry| entry.record.as_ref() == Some(record)).unwrap().change_set
    };
    assert!(matches!(mia.plan_undo(Some(of(&east))), Err(GateError::NotFound { .. })));
    assert!(mia.plan_undo(Some(of(&north))).is_ok());
}

#[test]
fn nobody_takes_the_name_of_a_colleague() {
    let company = Company::new();
    let ana = company.user("ana");
    let renamed = |name: &str| Edit::update("user", ana).typed("name", name);
    let mut session = company.as_user("ana");
    assert!(save(&mut session, renamed("ADMINISTRATOR")).is_err());
    assert!(save(&mut session, renamed("Ben")).is_err());
    save(&mut session, renamed("Ana Keller")).unwrap();
    // Whoever manages users may.
    save(&mut company.as_user("pow"), renamed("ben")).unwrap();
}
