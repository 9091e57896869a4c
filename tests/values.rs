//! Values in and out, held against data that nobody here wrote.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use chrono::{TimeZone, Utc};
use kontor::model::{Edit, Input, Lang, Value};
use kontor::schema::{Catalog, Coercion, Format, load};
use kontor::term::{Clean, graphemes};

/// Turns the payload notation of the hostile collection into text.
fn payload(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (code, taken) = if let Some(hex) = rest.strip_prefix('x') {
            (hex.get(..2).and_then(|hex| u32::from_str_radix(hex, 16).ok()), 3)
        } else if let Some(hex) = rest.strip_prefix("u{") {
            let end = hex.find('}').unwrap_or(hex.len());
            (u32::from_str_radix(&hex[..end], 16).ok(), end + 3)
        } else {
            let code = match rest.bytes().next() {
                Some(b'n') => 10,
                Some(b'r') => 13,
                Some(b't') => 9,
                Some(other) => u32::from(other),
                None => 92,
            };
            (Some(code), 1)
        };
        out.extend(code.and_then(char::from_u32));
        rest = rest.get(taken..).unwrap_or_default();
    }
    out + rest
}

fn hostile() -> Vec<String> {
    let Some(file) = common::shared("hostile.txt") else { return Vec::new() };
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let texts: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| payload(line.split('\t').nth(3).unwrap_or_default()))
        .collect();
    assert!(texts.len() > 150, "only {} lines", texts.len());
    texts
}

fn coercion(catalog: &Catalog) -> Coercion<'_> {
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 11, 0, 0).unwrap();
    Coercion { catalog, now, zone: chrono_tz::Europe::Berlin, week: chrono::Weekday::Mon }
}

/// A stored name could clear the screen, set the clipboard, answer for the terminal or reorder a line
/// when a list shows it. Whatever is stored, nothing of the kind may come out.
#[test]
fn hostile_text_never_acts_on_a_terminal() {
    for text in hostile() {
        let line = Clean::line(&text);
        let block = Clean::block(&text);
        assert!(!line.contains('\n'));
        for c in line.chars().chain(block.chars().filter(|c| *c != '\n')) {
            let acts = c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                    | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
            assert!(!acts, "U+{:04X} of {} comes through", u32::from(c), text.escape_unicode());
        }
        assert!(graphemes(&line).all(|(_, cells)| cells > 0));
    }
}

/// The same text typed or pasted into every field of every entity: it is refused with a word on why, or
/// kept in a form that comes back unchanged.
#[test]
fn hostile_text_is_refused_or_kept() {
    let catalog = load(None).unwrap();
    let coercion = coercion(&catalog);
    let format = Format { lang: Lang::En, zone: coercion.zone };
    for text in hostile() {
        for entity in catalog.entities() {
            for field in &entity.fields {
                match coercion.value(entity, field, &Input::Text(text.clone())) {
                    Ok(value) => {
                        if let Value::Text(kept) = &value {
                            assert!(!kept.contains(['\0', '\x1b', '\x07', '\u{9b}']), "{kept:?}");
                        }
                        let again = format.editable(&catalog, field, &value);
                        let again = coercion.value(entity, field, &Input::Text(again));
                        assert_eq!(again.as_ref(), Ok(&value), "{}.{}", entity.name, field.name);
                        let _ = Clean::line(&format.line(&catalog, field, &value));
                    }
                    Err(error) => assert!(!error.message.is_empty()),
                }
            }
        }
    }
}

/// 786 numbers of 67 regions and what libphonenumber makes of them.
#[test]
fn phones_are_what_libphonenumber_says() {
    let Some(file) = common::shared("phone/phone_vectors.csv") else { return };
    let mut catalog = load(None).unwrap();
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let (input, region, possible, e164) = (&row[0], &row[1], &row[3], &row[7]);
        // `123` is no number anywhere; the library adds the country's code and calls it impossible.
        if e164.is_empty() || (possible == "0" && !input.starts_with('+')) {
            continue;
        }
        rows += 1;
        region.clone_into(&mut catalog.company.region);
        let customer = catalog.entity("customer").unwrap();
        let phones = customer.field("phones").unwrap();
        let read = coercion(&catalog).value(customer, phones, &Input::Text(input.to_owned()));
        let value = read.as_ref().ok().and_then(Value::primary_point).map(|point| &*point.value);
        if value.map(|value| value.split(';').next().unwrap_or_default()) != Some(e164) {
            wrong.push(format!("{input} in {region}: {read:?}, not {e164}"));
        }
    }
    assert!(rows > 700, "only {rows} rows");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the sample of a salesperson's day looks like when it is typed.
#[test]
fn a_deal_is_typed_as_people_speak() {
    let catalog = load(None).unwrap();
    let coercion = coercion(&catalog);
    let deal = catalog.entity("deal").unwrap();
    let format = Format { lang: Lang::En, zone: coercion.zone };
    let edit = Edit::create("deal")
        .typed("name", "3 milling machines")
        .typed("stage", "negotiation")
        .typed("amount", "84k")
        .typed("expected_close", "end of next month");
    let shown: Vec<String> = edit
        .set
        .iter()
        .map(|(name, input)| {
            let field = deal.field(name).unwrap();
            format.line(&catalog, field, &coercion.value(deal, field, input).unwrap())
        })
        .collect();
    let sign = catalog.company.currency.sign().unwrap();
    let amount = format!("{sign}84,000");
    assert_eq!(shown, ["3 milling machines", "Negotiation", amount.as_str(), "2026-12-31"]);
}
