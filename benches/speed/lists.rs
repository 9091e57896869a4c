//! Lists open, page and sort as quickly at a million records as at ten thousand.

use std::time::{Duration, Instant};

use kontor::gate::{ListRequest, Page, Session, Window};
use kontor::model::Name;
use kontor::query::SortKey;

use super::Bench;
use super::data;
use super::table::{median, ratio, rows, time};

/// Rows in the small file.
pub const SMALL: u64 = 10_000;
/// How often each is done, on both files in turn.
const ROUNDS: usize = 120;
/// Rows that the screen asks for at a time.
const PAGE: usize = 120;
const GROWTH: f64 = 1.5;

type Doing = fn(&Session) -> Duration;

pub fn run(bench: &mut Bench) {
    let small = data::session(&data::database(bench, SMALL));
    let large = data::session(&data::database(bench, bench.rows));
    let doings: [(&str, Doing); 5] = [
        ("open", |session| timed(session, &request("", Window::First)).1),
        ("page down", |session| {
            let mut page = timed(session, &request("", Window::First)).0;
            let mut took = Duration::ZERO;
            for _ in 0..4 {
                let Some(last) = page.cursors.last() else { break };
                (page, took) = timed(session, &request("", Window::After(last.clone())));
            }
            took
        }),
        ("jump to the end", |session| timed(session, &request("", Window::Last)).1),
        ("sort by an indexed column (changed)", |session| {
            timed(session, &request("updated_at", Window::First)).1
        }),
        ("sort by an indexed column (external number)", |session| {
            timed(session, &request("external_id", Window::First)).1
        }),
    ];
    for (what, doing) in doings {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (on_small, on_large) = (doing(&small), doing(&large));
            // The first ones fill the caches.
            if round >= 10 {
                a.push(on_small);
                b.push(on_large);
            }
        }
        let growth = ratio(median(&b), median(&a));
        bench.table.must(
            &format!("list: {what}"),
            &format!("{} -> {}", rows(SMALL), rows(bench.rows)),
            &format!("{} -> {}, x{growth:.2}", time(median(&a)), time(median(&b))),
            "grows at most 1.5x",
            growth <= GROWTH,
        );
    }
}

fn request(sort: &str, window: Window) -> ListRequest {
    let mut request = ListRequest::first("customer", PAGE);
    request.window = window;
    // What the list shows at 120 columns, apart from what is computed.
    request.fields =
        ["name", "address", "status", "phones", "owner"].into_iter().map(Name::from).collect();
    if !sort.is_empty() {
        request.sort = vec![SortKey { field: sort.into(), descending: true }];
    }
    request
}

fn timed(session: &Session, request: &ListRequest) -> (Page, Duration) {
    let began = Instant::now();
    let page = session.list(request).unwrap();
    let took = began.elapsed();
    assert_eq!(page.rows.len(), PAGE);
    (page, took)
}
