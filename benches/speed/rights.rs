//! What rights cost: lists and searches of somebody who sees one record in a hundred, and of somebody who
//! sees one in ten, against the same asked by an administrator in the same run.

use std::hint::black_box;
use std::time::{Duration, Instant};

use kontor::gate::{Gate, ListRequest, SearchRequest, Session, Via, Window};
use kontor::model::{Edit, Name, RecordId, RecordRef};
use kontor::policy::{self, Right};

use super::Bench;
use super::data;
use super::table::{median, ratio, rows, time};

const ROUNDS: usize = 60;
const PAGE: usize = 120;
/// What a scope may cost.
const MOST: f64 = 1.5;
/// What looking up a right may take.
const LOOK: Duration = Duration::from_micros(10);

type Doing = fn(&Session) -> Duration;

pub fn run(bench: &mut Bench) {
    let path = data::database(bench, bench.rows);
    let gate = Gate::open(&path, data::options()).unwrap();
    let mut whole = gate.session(Via::Tui).unwrap();
    // The first seller sees what is theirs, the second what their team has.
    let (rep, senior) = (RecordId(2), RecordId(3));
    let team = whole.resolve("team", "Team 2").unwrap();
    whole
        .save(
            vec![
                Edit::update("user", rep).typed("roles", "Sales rep"),
                Edit::update("user", senior)
                    .typed("roles", "Senior sales")
                    .typed("teams", format!("TM-{}", team.id)),
            ],
            "roles",
        )
        .unwrap();
    let own = gate.session_of(rep, Via::Tui).unwrap();
    let team = gate.session_of(senior, Via::Tui).unwrap();
    for session in [&whole, &own, &team] {
        session.warm_search().unwrap();
        let began = Instant::now();
        while session.gather_words().unwrap() {}
        bench.table.told(
            "rights: own words gathered (in the background)",
            &rows(bench.rows),
            &time(began.elapsed()),
        );
    }
    let doings: [(&str, Doing); 7] = [
        ("open a list", |session| page(session, Window::First).1),
        ("page down", |session| {
            let (mut cursor, mut took) = (page(session, Window::First).0, Duration::ZERO);
            for _ in 0..4 {
                (cursor, took) = page(session, Window::After(cursor));
            }
            took
        }),
        ("jump to the end", |session| page(session, Window::Last).1),
        ("search: three letters", |session| search(session, "mül")),
        ("search: two words", |session| search(session, "huber bau")),
        ("search: a rare name", |session| search(session, "bihuberg")),
        ("search: with a mistake", |session| search(session, "hoffmnan")),
    ];
    let at = rows(bench.rows);
    for (what, doing) in doings {
        let (mut all, mut one, mut ten) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let took = (doing(&whole), doing(&own), doing(&team));
            if round >= 5 {
                all.push(took.0);
                one.push(took.1);
                ten.push(took.2);
            }
        }
        for (who, samples) in [("own, 1 %", &one), ("team, 10 %", &ten)] {
            let cost = ratio(median(samples), median(&all));
            bench.table.must(
                &format!("rights: {what}, {who}"),
                &at,
                &format!("{} -> {}, x{cost:.2}", time(median(&all)), time(median(samples))),
                "at most 1.5x",
                cost <= MOST,
            );
        }
    }
    look(bench, &own, &at);
}

/// Looking up whether a right is there, and whether it reaches a record.
fn look(bench: &mut Bench, session: &Session, at: &str) {
    const TIMES: u32 = 10_000;
    let person = session.actor().person();
    let customer = session.catalog().entity("customer").unwrap();
    let began = Instant::now();
    for _ in 0..TIMES {
        black_box(policy::decide(black_box(person), Right::Edit, customer));
    }
    let decided = began.elapsed() / TIMES;
    bench.table.must(
        "rights: is a right there",
        at,
        &time(decided),
        "at most 10 µs",
        decided <= LOOK,
    );
    let record = RecordRef::new("customer", RecordId(4_711));
    let began = Instant::now();
    for _ in 0..TIMES {
        black_box(session.may_do(Right::Edit, &record).unwrap());
    }
    bench.table.told(
        "rights: does it reach a record, read anew",
        at,
        &time(began.elapsed() / TIMES),
    );
}

fn page(session: &Session, window: Window) -> (kontor::gate::Cursor, Duration) {
    let mut request = ListRequest::first("customer", PAGE);
    request.window = window;
    request.fields =
        ["name", "address", "status", "phones", "owner"].into_iter().map(Name::from).collect();
    let began = Instant::now();
    let page = session.list(&request).unwrap();
    let took = began.elapsed();
    assert_eq!(page.rows.len(), PAGE);
    (page.cursors.last().unwrap().clone(), took)
}

fn search(session: &Session, text: &str) -> Duration {
    let request =
        SearchRequest { text: text.to_owned(), entities: Vec::new(), filter: None, limit: 20 };
    let began = Instant::now();
    black_box(session.search(&request).unwrap());
    began.elapsed()
}
