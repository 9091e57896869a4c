use chrono::{NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Berlin;

use super::*;
use crate::model::{Money, RecordId};
use crate::schema::sample::{catalog, field};

const EN: Format = Format { lang: Lang::En, zone: Berlin };
const ZH: Format = Format { lang: Lang::Zh, zone: Berlin };

fn money(amount: &str, currency: &str) -> Money {
    Money { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() }
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn amounts_are_grouped_and_signed() {
    let cases = [
        ("1204000", "EUR", "€1,204,000"),
        ("1204000.00", "EUR", "€1,204,000"),
        ("120000", "CNY", "¥120,000"),
        ("12.5", "USD", "$12.50"),
        ("0.0125", "EUR", "€0.0125"),
        ("-3.1", "CHF", "-3.10 CHF"),
        ("0", "EUR", "€0"),
        ("999", "JPY", "JP¥999"),
        ("1234.5", "KWD", "1,234.500 KWD"),
    ];
    for (amount, currency, shown) in cases {
        assert_eq!(Format::money(&money(amount, currency)), shown);
    }
}

#[test]
fn amounts_are_shortened() {
    let cases = [
        ("511200", "€511k", "€51万"),
        ("1234567", "€1.2m", "€123万"),
        ("950.4", "€950", "€950"),
        ("999960", "€1m", "€100万"),
        ("-84000", "-€84k", "-€8.4万"),
    ];
    for (amount, english, chinese) in cases {
        assert_eq!(EN.short_money(&money(amount, "EUR")), english);
        assert_eq!(ZH.short_money(&money(amount, "EUR")), chinese);
    }
}

#[test]
fn days_are_said_as_people_say_them() {
    let today = day(2026, 11, 21);
    let cases = [
        (day(2026, 11, 21), "today", "今天"),
        (day(2026, 11, 22), "tomorrow", "明天"),
        (day(2026, 11, 20), "yesterday", "昨天"),
        (day(2026, 11, 27), "fri 27 Nov", "11月27日 周五"),
        (day(2026, 11, 28), "28 Nov", "11月28日"),
        (day(2026, 10, 21), "31 d ago", "31 天前"),
        (day(2026, 7, 5), "5 Jul", "7月5日"),
        (day(2026, 1, 5), "2026-01-05", "2026-01-05"),
        (day(2027, 1, 5), "5 Jan", "1月5日"),
    ];
    for (date, english, chinese) in cases {
        assert_eq!(EN.near(date, today), english);
        assert_eq!(ZH.near(date, today), chinese);
    }
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
    let then = Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap();
    assert_eq!(EN.near_instant(then, now), "tomorrow 10:00");
}

#[test]
fn durations_are_said_in_two_units() {
    let cases = [
        (5_400, "1 h 30 min"),
        (0, "0 min"),
        (60, "1 min"),
        (172_800, "2 d"),
        (-90, "-1 min 30 s"),
    ];
    for (seconds, shown) in cases {
        assert_eq!(EN.duration(seconds), shown);
    }
    assert_eq!(ZH.duration(5_400), "1 小时 30 分钟");
}

#[test]
fn instants_say_which_of_two_equal_times_they_are() {
    let first = Utc.with_ymd_and_hms(2026, 10, 25, 0, 30, 0).unwrap();
    let second = Utc.with_ymd_and_hms(2026, 10, 25, 1, 30, 0).unwrap();
    assert_eq!(EN.exact_instant(first), "2026-10-25 02:30+02:00");
    assert_eq!(EN.exact_instant(second), "2026-10-25 02:30+01:00");
    assert_eq!(EN.date_time(second), "2026-10-25 02:30");
}

#[test]
fn each_type_has_its_line_and_its_text() {
    let catalog = catalog();
    let point = |label: &str, value: &str, raw: Option<&str>| ContactPoint {
        label: label.to_owned(),
        value: value.to_owned(),
        raw: raw.map(str::to_owned),
    };
    let mut link = Link::new("customer", RecordId(1042));
    link.title = "Müller AG".to_owned();
    let address = Address {
        street: "Hauptstr. 1\nHinterhaus".to_owned(),
        city: "Stuttgart".to_owned(),
        postcode: "70173".to_owned(),
        ..Address::default()
    };
    let cases = [
        ("name", Value::from("Acme"), "Acme", "Acme"),
        ("notes", Value::from("one\n\ntwo"), "one two", "one\n\ntwo"),
        ("employees", Value::Int(12_000), "12,000", "12000"),
        ("employees", Value::Int(1987), "1987", "1987"),
        ("factor", Value::Decimal("1.125".parse().unwrap()), "1.125", "1.1250"),
        ("budget", Value::Money(money("84000", "EUR")), "€84,000", "84000 EUR"),
        ("discount", Value::Decimal("50.00".parse().unwrap()), "50 %", "50"),
        ("stars", Value::Int(3), "★★★☆☆", "3"),
        ("active", Value::Bool(true), "yes", "yes"),
        ("status", Value::from("active"), "Active customer", "active"),
        ("status", Value::from("gone"), "gone", "gone"),
        ("markets", Value::List(vec!["eu".to_owned(), "cn".to_owned()]), "Europe, China", "eu; cn"),
        (
            "phones",
            Value::Points(vec![point("work", "+4971155501;ext=12", Some("0711 55501 x12"))]),
            "+49 711 55501 ext. 12 (work)",
            "work: 0711 55501 x12",
        ),
        ("phones", Value::Points(vec![point("", "12345", None)]), "12345", "12345"),
        (
            "urls",
            Value::Points(vec![point("", "https://a.de/x", None)]),
            "a.de/x",
            "https://a.de/x",
        ),
        ("urls", Value::Points(vec![point("", "http://a.de", None)]), "http://a.de", "http://a.de"),
        (
            "address",
            Value::Address(Box::new(address)),
            "Hauptstr. 1 Hinterhaus, 70173 Stuttgart",
            "street=Hauptstr. 1\\nHinterhaus; city=Stuttgart; postcode=70173",
        ),
        ("parent", Value::Link(link), "Müller AG", "C-1042"),
        ("parent", Value::Link(Link::new("customer", RecordId(7))), "C-7", "C-7"),
    ];
    for (name, value, line, editable) in cases {
        let field = field(&catalog, name);
        assert_eq!(EN.line(&catalog, field, &value), line, "{name}");
        assert_eq!(EN.editable(&catalog, field, &value), editable, "{name}");
    }
    let status = field(&catalog, "status");
    assert_eq!(ZH.line(&catalog, status, &Value::from("active")), "活跃客户");
    assert_eq!(Format::stars(3, 5, true), "***--");
}
