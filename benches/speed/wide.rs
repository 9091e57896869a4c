//! Groups, counts of views, schedule and board over a million deals and a million tasks.
//!
//! What a screen shows first must be there before anybody feels a pause; counts and sums come quietly
//! after it, so they only must not take long.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate, Utc};
use kontor::gate::{Aggregate, Gate, GroupBy, ListRequest, Measure, Session, Via};
use kontor::model::{Currency, Edit, Link, Money, Name, RecordId, RecordRef, Value};
use kontor::query::{Query, SortKey};

use super::Bench;
use super::data;
use super::table::{median, rows, time};

/// How often each is done.
const ROUNDS: usize = 9;
/// What a person feels.
const FELT: Duration = Duration::from_millis(100);
/// What comes quietly after.
const QUIET: Duration = Duration::from_secs(4);
/// Groups that a list shows at most.
const GROUPS: usize = 1_000;
/// Records of a kind for each customer.
const EACH: u64 = 5;
const PIECE: u64 = 40_000;
const STAGES: [&str; 4] = ["prospecting", "qualification", "proposal", "negotiation"];

pub fn run(bench: &mut Bench) {
    let path = database(bench);
    let session = data::session(&path);
    let at = format!("{} deals, {} tasks", rows(bench.rows), rows(bench.rows));
    let day = Utc::now().date_naive();
    let until = day + Days::new(7);

    felt(bench, &at, "board: cards of a stage", || {
        let mut request = list("deal", "stage = proposal", "amount");
        request.sort[0].descending = true;
        request.limit = 60;
        assert_eq!(session.list(&request).unwrap().rows.len(), 60);
    });
    felt(bench, &at, "schedule: late tasks of mine", || {
        page(
            &session,
            &list("task", &format!("owner = me and status.state = open and due < {day}"), "due"),
        );
    });
    let week = format!("due >= {day} and due < {until}");
    felt(bench, &at, "schedule: a week of mine", || {
        page(
            &session,
            &list("task", &format!("owner = me and status.state = open and {week}"), "due"),
        );
    });
    felt(bench, &at, "schedule: a week of everybody", || {
        page(&session, &list("task", &format!("status.state = open and {week}"), "due"));
    });
    felt(bench, &at, "list in groups: rows of an open group", || {
        page(&session, &list("deal", "customer = C-77", "amount"));
    });
    felt(bench, &at, "filter line: values that exist", || {
        let request = kontor::gate::ValuesRequest {
            entity: "customer".into(),
            field: "address".into(),
            part: Some("city"),
            typed: "b".into(),
            limit: 20,
        };
        assert!(!session.values(&request).unwrap().is_empty());
    });

    quiet(bench, &at, "list in groups: by stage, with sums", || {
        let found = session.groups(&group("stage"), GROUPS).unwrap();
        assert_eq!(found.buckets.len(), STAGES.len());
    });
    quiet(bench, &at, "list in groups: by customer, the 1,000 largest", || {
        let found = session.groups(&group("customer"), GROUPS).unwrap();
        assert!(found.all as usize > found.buckets.len() || found.all <= GROUPS as u64);
    });
    quiet(bench, &at, "board: sums of a stage", || {
        let mut request = group("stage");
        request.group.clear();
        request.filter = Some(query("deal", "stage = proposal"));
        session.aggregate(&request).unwrap();
    });
    quiet(bench, &at, "view: how many (stopped at 1,000)", || {
        let open = query("deal", "stage.state = open and next_task is empty");
        session.count("deal", Some(&open), Some(1_000)).unwrap();
    });
    quiet(bench, &at, "view: how many in all", || {
        session.count("deal", Some(&query("deal", "stage.state = open")), None).unwrap();
    });
}

fn felt(bench: &mut Bench, at: &str, what: &str, doing: impl Fn()) {
    let took = often(doing);
    bench.table.must(what, at, &time(took), "< 100 ms", took < FELT);
}

fn quiet(bench: &mut Bench, at: &str, what: &str, doing: impl Fn()) {
    let took = often(doing);
    bench.table.must(what, at, &time(took), "< 4 s, comes after", took < QUIET);
}

fn often(doing: impl Fn()) -> Duration {
    // The first one fills the caches.
    doing();
    let took = |_| {
        let began = Instant::now();
        doing();
        began.elapsed()
    };
    let took: Vec<Duration> = (0..ROUNDS).map(took).collect();
    median(&took)
}

fn query(entity: &str, text: &str) -> Query {
    let catalog = kontor::schema::load(None).unwrap();
    Query::parse(text, &catalog, entity).unwrap()
}

fn list(entity: &str, text: &str, sort: &str) -> ListRequest {
    let mut request = ListRequest::first(entity, 200);
    request.filter = Some(query(entity, text));
    request.sort = vec![SortKey { field: sort.into(), descending: false }];
    let fields: &[&str] = if entity == "task" {
        &["name", "due", "snoozed_until", "customer", "status", "priority", "owner"]
    } else {
        &["name", "customer", "stage", "amount", "expected_close", "owner"]
    };
    request.fields = fields.iter().copied().map(Name::from).collect();
    request
}

fn page(session: &Session, request: &ListRequest) {
    session.list(request).unwrap();
}

fn group(field: &str) -> Aggregate {
    Aggregate {
        entity: "deal".into(),
        filter: None,
        group: vec![GroupBy::Field(field.into())],
        measures: vec![Measure::Count, Measure::Sum("amount".into())],
    }
}

/// The file, made where it is not there.
fn database(bench: &Bench) -> PathBuf {
    let path = bench.folder.join(format!("wide-{}-1.db", bench.rows));
    let last = RecordRef::new("task", RecordId(bench.rows as i64));
    let there = path.exists()
        && Gate::open(&path, data::options())
            .and_then(|gate| gate.session(Via::Tui))
            .and_then(|session| session.get(&last))
            .is_ok();
    if !there {
        bench.say(&format!("making {} deals and tasks in {}", bench.rows, path.display()));
        let began = Instant::now();
        data::remove(&path);
        make(&path, bench.rows);
        bench.say(&format!("made in {:.0} s", began.elapsed().as_secs_f64()));
    }
    path
}

fn make(path: &Path, records: u64) {
    let gate = Gate::open(path, data::options()).unwrap();
    let mut session = gate.session(Via::System).unwrap();
    let text = |text: String| Value::Text(text);
    let user = |n: i64| {
        Edit::create("user")
            .with("name", text(format!("Seller {n}")))
            .with("login", text(format!("seller{n}")))
    };
    let users = session.save((1..=data::OWNERS).map(user).collect(), "users").unwrap().records;
    let owners: Vec<Value> =
        users.iter().flatten().map(|user| Value::Link(Link::new("user", user.id))).collect();
    let mut rng = fastrand::Rng::with_seed(11);
    let today: NaiveDate = Utc::now().date_naive();
    let mut bulk = session.bulk("wide");
    bulk.take_alone(&["customer", "deal", "task"]).unwrap();
    let customers = (records / EACH).max(1);
    let mut write = |count: u64, edit: &mut dyn FnMut(u64) -> Edit| {
        let mut from = 0;
        while from < count {
            let upto = count.min(from + PIECE);
            let plan = bulk.plan((from..upto).map(&mut *edit).collect()).unwrap();
            assert!(plan.problems().is_empty(), "{:?}", plan.problems().first());
            bulk.apply(plan).unwrap();
            from = upto;
        }
    };
    let mut names = data::Customers::new();
    write(customers, &mut |_| names.next().edit());
    write(records, &mut |n| {
        let customer = 1 + rng.u64(..customers) as i64;
        let amount = Money::rounded(rng.i64(500..200_000).into(), Currency::EUR);
        Edit::create("deal")
            .with("name", text(format!("Order {n}")))
            .with("customer", Value::Link(Link::new("customer", RecordId(customer))))
            .with("stage", text(data::pick(&mut rng, &STAGES).to_owned()))
            .with("amount", Value::Money(amount))
            .with("expected_close", Value::Date(today + Days::new(rng.u64(..200))))
            .with("owner", owners[rng.usize(..owners.len())].clone())
    });
    let mut rng = fastrand::Rng::with_seed(12);
    write(records, &mut |n| {
        let customer = 1 + rng.u64(..customers) as i64;
        // Two years; what is over is done, but for one in twenty.
        let due = today - Days::new(600) + Days::new(rng.u64(..730));
        let done = due < today && rng.u8(..20) > 0;
        let status = if done { "completed" } else { "not_started" };
        let noon = due.and_hms_opt(12, 0, 0).unwrap().and_utc();
        Edit::create("task")
            .with("name", text(format!("Call {n}")))
            .with("about", Value::Link(Link::new("customer", RecordId(customer))))
            .with("due", Value::DateTime(noon))
            .with("status", text(status.to_owned()))
            .with("owner", owners[rng.usize(..owners.len())].clone())
    });
    bulk.finish().unwrap();
}
