//! What a person keeps for themselves is there at the next start, is nobody else's news and no history.

use kontor::gate::{HistoryRequest, Via};

use crate::common::desk;

fn all() -> HistoryRequest {
    HistoryRequest { limit: 99, ..HistoryRequest::default() }
}

#[test]
fn what_is_kept_is_there_again_and_can_be_forgotten() {
    let desk = desk();
    let before = desk.session.history(&all()).unwrap().len();
    let keep = |key: &str, text: Option<&str>| (key.to_owned(), text.map(str::to_owned));
    desk.session
        .keep(&[keep("theme", Some("light")), keep("draft.customer.new", Some("{}"))])
        .unwrap();
    let again = desk.gate.session(Via::Tui).unwrap();
    let keys = |prefix: &str| -> Vec<String> {
        again.kept(prefix).unwrap().into_iter().map(|kept| kept.key).collect()
    };
    assert_eq!(keys(""), ["draft.customer.new", "theme"]);
    assert_eq!(keys("draft."), ["draft.customer.new"]);
    desk.session.keep(&[keep("theme", None)]).unwrap();
    assert_eq!(keys("th"), Vec::<String>::new());
    let too_long = "x".repeat((1 << 20) + 1);
    assert!(desk.session.keep(&[keep("draft.long", Some(&too_long))]).is_err());
    assert_eq!(desk.session.history(&all()).unwrap().len(), before);
}

#[test]
fn what_others_keep_is_no_news() {
    let desk = desk();
    let mut other = desk.gate.session(Via::Tui).unwrap();
    other.refresh().unwrap();
    desk.session.keep(&[("theme".to_owned(), Some("mono".to_owned()))]).unwrap();
    assert!(!other.refresh().unwrap());
}
