//! Charts looked at as text.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::{Point, bars, columns, funnel, gauge, line, spark};
use crate::model::{Lang, RecordId};
use crate::policy::Person;
use crate::query::Moment;
use crate::term::{Clean, ColourDepth};
use crate::tui::context::Setup;
use crate::tui::theme::Role;
use crate::tui::{Context, Theme};

fn context(ascii: bool) -> Context {
    let now = chrono::DateTime::from_timestamp(1_795_000_000, 0).unwrap();
    Context::new(Setup {
        catalog: std::sync::Arc::new(crate::schema::load(None).unwrap()),
        person: Person::administrator(RecordId(1), "Maria"),
        moment: Moment {
            now,
            zone: chrono_tz::UTC,
            me: Some(RecordId(1)),
            my_teams: Vec::new(),
            week: chrono::Weekday::Mon,
        },
        lang: Lang::En,
        theme: Theme::built_in("mono", ColourDepth::Mono),
        themes: crate::tui::theme::Themes::shipped(),
        manners: crate::tui::context::Manners::default(),
        keymap: None,
        size: Size { width: 80, height: 24 },
        ascii,
        prefs: crate::tui::Prefs::default(),
        instance: "test".into(),
        viewing: None,
    })
}

fn points(of: &[(&str, f64, &str)]) -> Vec<Point> {
    of.iter()
        .map(|(name, value, shown)| Point::new(Clean::line(name), *value, (*shown).into()))
        .collect()
}

fn stages() -> Vec<Point> {
    points(&[
        ("Prospecting", 310_000.0, "€310,000"),
        ("需求确认", 420_000.0, "€420,000"),
        ("Proposal with a very long name", 33_000.0, "€33,000"),
        ("Negotiation", 0.0, "-"),
    ])
}

fn months() -> Vec<Point> {
    points(&[
        ("Jun", 12.0, "12"),
        ("Jul", 31.0, "31"),
        ("Aug", 8.0, "8"),
        ("Sep", 19.0, "19"),
        ("Oct", 0.0, "0"),
        ("Nov", 40.0, "40"),
    ])
}

fn drawn(width: u16, height: u16, draw: impl FnOnce(&mut Buffer, Rect)) -> String {
    let area = Rect { x: 0, y: 0, width, height };
    let mut buf = Buffer::empty(area);
    draw(&mut buf, area);
    let mut out = String::new();
    for y in 0..height {
        let mut row = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buf[(x, y)].symbol();
            row.push_str(symbol);
            x += (crate::term::width(symbol) as u16).max(1);
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn bars_stand_between_name_and_number() {
    let (ctx, plain) = (context(false), context(true));
    let text = drawn(48, 4, |buf, area| drop(bars(buf, area, &stages(), Some(1), &ctx)));
    let ascii = drawn(48, 4, |buf, area| drop(bars(buf, area, &stages(), None, &plain)));
    insta::assert_snapshot!("bars", format!("{text}{ascii}"));
}

#[test]
fn a_funnel_stands_around_its_middle() {
    let (ctx, plain) = (context(false), context(true));
    let text = drawn(48, 4, |buf, area| drop(funnel(buf, area, &stages(), None, &ctx)));
    let ascii = drawn(48, 4, |buf, area| drop(funnel(buf, area, &stages(), None, &plain)));
    insta::assert_snapshot!("funnel", format!("{text}{ascii}"));
}

#[test]
fn columns_and_lines_have_axes() {
    let (ctx, plain) = (context(false), context(true));
    let axis = |value: f64| format!("{value}");
    let mut text = String::new();
    for ctx in [&ctx, &plain] {
        text += &drawn(40, 9, |buf, area| columns(buf, area, &months(), &axis, ctx));
        text += &drawn(40, 9, |buf, area| line(buf, area, &months(), &axis, ctx));
    }
    insta::assert_snapshot!("axes", text);
}

#[test]
fn the_highest_column_has_its_number_and_narrow_ones_have_some() {
    let ctx = context(false);
    let axis = |value: f64| format!("{value}k");
    let money = points(&[
        ("2026-09", 391.0, "€391k"),
        ("2026-10", 12.0, "€12k"),
        ("2026-11", 534.0, "€534k"),
        ("2026-12", 0.0, "€0"),
        ("2027-01", 210.0, "€210k"),
    ]);
    for height in 5..16 {
        let text = drawn(60, height, |buf, area| columns(buf, area, &money, &axis, &ctx));
        for number in ["€391k", "€534k", "€210k", "€12k"] {
            assert!(text.contains(number), "{number} at {height}:\n{text}");
        }
        assert!(!text.contains("€0"), "{text}");
        // Columns of two cells: the highest says how high it is.
        let text = drawn(24, height, |buf, area| columns(buf, area, &money, &axis, &ctx));
        assert!(text.contains("€534k"), "{height}:\n{text}");
    }
}

#[test]
fn small_ones_fit_a_row() {
    let (ctx, plain) = (context(false), context(true));
    let mut text = String::new();
    for ctx in [&ctx, &plain] {
        text += &drawn(10, 1, |buf, area| {
            spark(buf, area, &months(), Role::Info, ctx);
        });
        text += &drawn(20, 1, |buf, area| gauge(buf, area, 0.625, Role::Good, ctx));
        text += &drawn(20, 1, |buf, area| gauge(buf, area, 1.5, Role::Good, ctx));
    }
    insta::assert_snapshot!("small", text);
}

#[test]
fn what_does_not_fit_is_counted_and_the_chosen_one_is_seen() {
    let ctx = context(false);
    let text = drawn(40, 3, |buf, area| drop(bars(buf, area, &months(), Some(4), &ctx)));
    assert!(text.contains("Oct") && text.contains("4 more"), "{text}");
}

#[test]
fn no_size_and_no_value_panics() {
    let ctx = context(false);
    let odd = points(&[("a", f64::NAN, "?"), ("b", -3.0, "-3"), ("c", f64::INFINITY, "inf")]);
    for many in [Vec::new(), odd, months()] {
        for (width, height) in (0..30).flat_map(|width| (0..8).map(move |height| (width, height))) {
            let axis = |value: f64| format!("{value}");
            drawn(width, height, |buf, area| {
                bars(buf, area, &many, Some(0), &ctx);
                funnel(buf, area, &many, None, &ctx);
                columns(buf, area, &many, &axis, &ctx);
                line(buf, area, &many, &axis, &ctx);
                spark(buf, area, &many, Role::Info, &ctx);
                gauge(buf, area, 0.5, Role::Info, &ctx);
            });
        }
    }
}
