use chrono::TimeZone;
use chrono_tz::Europe::Berlin;
use proptest::prelude::*;

use super::*;
use crate::model::{Address, ContactPoint, Lang, Link, Money, Name, RecordId};
use crate::schema::Format;
use crate::schema::sample::{catalog, field};

/// Saturday, 21 November 2026, 12:00 in Berlin.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 11, 0, 0).unwrap()
}

/// Understands text for a field of the sample in `region`.
fn typed_in(region: &str, name: &str, text: &str) -> Result<Value, Invalid> {
    let mut catalog = catalog();
    region.clone_into(&mut catalog.company.region);
    given_to(&catalog, name, &Input::Text(text.to_owned()))
}

fn given_to(catalog: &Catalog, name: &str, input: &Input) -> Result<Value, Invalid> {
    let coercion = Coercion { catalog, now: now(), zone: Berlin, week: chrono::Weekday::Mon };
    let entity = catalog.entity("customer").unwrap();
    coercion.value(entity, field(catalog, name), input)
}

fn typed(name: &str, text: &str) -> Result<Value, Invalid> {
    typed_in("DE", name, text)
}

/// The value as its editable text: easy to write in tables.
fn shown(region: &str, name: &str, text: &str) -> String {
    let catalog = catalog();
    match typed_in(region, name, text) {
        Ok(value) => {
            let format = Format { lang: Lang::En, zone: Berlin };
            format.editable(&catalog, field(&catalog, name), &value)
        }
        Err(error) => format!("! {error}"),
    }
}

fn table(region: &str, name: &str, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(region, name, text), *expected, "{name} {text:?} in {region}");
    }
}

fn refused(name: &str, texts: &[&str]) {
    for text in texts {
        if let Ok(value) = typed(name, text) {
            panic!("{name} takes {text:?} for {value:?}");
        }
    }
}

#[test]
fn nothing_is_null_for_every_type() {
    let catalog = catalog();
    for field in &catalog.entity("customer").unwrap().fields {
        if field.is_given() {
            continue;
        }
        for text in ["", "   ", "\u{a0}", "\u{3000}"] {
            assert_eq!(typed(&field.name, text), Ok(Value::Null), "{} {text:?}", field.name);
        }
        let input = Input::Value(Value::Null);
        assert_eq!(given_to(&catalog, &field.name, &input), Ok(Value::Null));
    }
}

#[test]
fn text_is_trimmed_and_composed() {
    table(
        "DE",
        "name",
        &[
            ("  Müller AG ", "Müller AG"),
            ("Zoe\u{308}", "Zoë"),
            ("ＡＢＣ Ｌｔｄ", "ＡＢＣ Ｌｔｄ"),
            ("a\tb", "a b"),
            ("\u{feff}Acme", "Acme"),
            ("吉林省𠮷田（株）", "吉林省𠮷田（株）"),
        ],
    );
    refused(
        "name",
        &["a\nb", "a\0b", "\0", "x\x1b[2J", "a\u{9b}b", "a\u{2028}b", &"x".repeat(1_001)],
    );
    let error = typed("name", "Acme\nGRANT ALL").unwrap_err();
    assert!(error.message.contains("line break"), "{error}");
    assert_eq!(typed("notes", "a\r\nb\rc \n\n"), Ok(Value::from("a\nb\nc")));
    refused("notes", &["a\0b", &"x".repeat((1 << 20) + 1)]);
}

#[test]
fn full_width_becomes_half_width_where_it_is_meant() {
    let mut catalog = catalog();
    catalog.company.region = "CN".to_owned();
    let coercion =
        Coercion { catalog: &catalog, now: now(), zone: Berlin, week: chrono::Weekday::Mon };
    let entity = catalog.entity("customer").unwrap();
    let mut code = field(&catalog, "name").clone();
    code.name = Name::from("code");
    let line = |text: &str| coercion.value(entity, &code, &Input::Text(text.to_owned()));
    assert_eq!(line("ＡＢ－１２"), Ok(Value::from("AB-12")));
    assert_eq!(line("采购（华东）Ａ组"), Ok(Value::from("采购（华东）Ａ组")));
}

#[test]
fn numbers_are_understood_in_both_notations() {
    let both = [
        ("1204.5", "1204.5"),
        ("1,204.50", "1204.5"),
        ("1.204,50", "1204.5"),
        ("1 204,5", "1204.5"),
        ("1'204.50", "1204.5"),
        ("1,204,000", "1204000"),
        ("12,34,567.00", "1234567"),
        ("12k", "12000"),
        ("1.5m", "1500000"),
        ("1,5 Mio", "1500000"),
        ("12万", "120000"),
        ("1.2亿", "120000000"),
        ("２５０", "250"),
        ("-12", "-12"),
        ("−12", "-12"),
        ("(12)", "-12"),
        ("+5", "5"),
        (".5", "0.5"),
        ("0.125", "0.1250"),
        ("1E5", "100000"),
        ("00123", "123"),
        ("-0", "0"),
        ("922337203685477.5807", "922337203685477.5807"),
        ("12.30000000000000000000000000000000", "12.3"),
    ];
    for region in ["US", "DE"] {
        table(region, "factor", &both);
    }
    table("US", "factor", &[("1.204", "1.2040"), ("1,204", "1204"), ("12,5", "12.5")]);
    table("DE", "factor", &[("1.204", "1204"), ("1,204", "1.2040"), ("12,5", "12.5")]);
    refused(
        "factor",
        &[
            "abc",
            "1.2.3",
            "1,2,3",
            "12,34,5",
            "nan",
            "inf",
            "1e999",
            "99999999999999999999",
            "--5",
            "1 2",
            "12 pcs",
        ],
    );
    refused("factor", &["0.00001", "=1+1", "1/2", "5-3", "k", ".", "-", "1,,000", "1e", "e5"]);
    refused("factor", &["922337203685477.5808", "9999999999999999999999999999999999999"]);
    refused("employees", &["1.5", "12.5k and", "x"]);
    table(
        "DE",
        "employees",
        &[("2.448", "2448"), ("2,448", "2448"), ("1.5k", "1500"), ("2,448,000", "2448000")],
    );
}

#[test]
fn amounts_carry_their_currency() {
    table(
        "DE",
        "budget",
        &[
            ("84000", "84000 EUR"),
            ("84k EUR", "84000 EUR"),
            ("€84,000", "84000 EUR"),
            ("84.000 €", "84000 EUR"),
            ("84,5 €", "84.5 EUR"),
            ("1.250k €", "1250000 EUR"),
            ("1,250 KWD", "1.25 KWD"),
            ("USD 12", "12 USD"),
            ("12 usd", "12 USD"),
            ("$1.5m", "1500000 USD"),
            ("US$ 12.50", "12.5 USD"),
            ("120 元", "120 CNY"),
            ("12万元", "120000 CNY"),
            ("¥120,000", "120000 CNY"),
            ("￥１２０", "120 CNY"),
            ("1.5 Mio EUR", "1500000 EUR"),
            ("-€5", "-5 EUR"),
            ("€-5", "-5 EUR"),
            ("€(5)", "-5 EUR"),
            ("84,- €", "84 EUR"),
            ("1'204.05 CHF", "1204.05 CHF"),
            ("Fr. 12", "12 CHF"),
            ("£.50", "0.5 GBP"),
            ("12 MXN", "12 MXN"),
            ("0 EUR", "0 EUR"),
        ],
    );
    table(
        "US",
        "budget",
        &[
            ("12.345 USD", "12.3450 USD"),
            ("$12,345", "12345 USD"),
            ("1,234,567.89 USD", "1234567.89 USD"),
        ],
    );
    refused(
        "budget",
        &["EUR", "84k ABC", "€12 USD", "12 pcs", "12 34 EUR x", "0.00001 EUR", "1e400"],
    );
}

#[test]
fn percent_is_of_a_hundred() {
    table(
        "DE",
        "discount",
        &[("50", "50"), ("50%", "50"), ("50 ％", "50"), ("0.5", "0.5"), ("12,5 %", "12.5")],
    );
    refused("discount", &["%", "half"]);
}

#[test]
fn ratings_are_stars() {
    table("DE", "stars", &[("3", "3"), ("3/5", "3"), ("★★★☆☆", "3"), ("***", "3"), ("☆☆☆☆☆", "0")]);
    refused("stars", &["6", "-1", "2.5", "★★★★★★", "good"]);
}

#[test]
fn yes_and_no_in_many_words() {
    table(
        "DE",
        "active",
        &[("Yes", "yes"), ("TRUE", "yes"), ("1", "yes"), ("是", "yes"), ("x", "yes")],
    );
    table(
        "DE",
        "active",
        &[("n", "no"), ("FALSE", "no"), ("0", "no"), ("否", "no"), ("off", "no")],
    );
    refused("active", &["maybe", "2"]);
}

#[test]
fn days_are_understood_as_they_are_said() {
    table(
        "DE",
        "since",
        &[
            ("2026-01-31", "2026-01-31"),
            ("2026/1/31", "2026-01-31"),
            ("2026.1.31", "2026-01-31"),
            ("31.1.2026", "2026-01-31"),
            ("31.01.26", "2026-01-31"),
            ("1/31/2026", "2026-01-31"),
            ("1/2/2026", "2026-02-01"),
            ("20260131", "2026-01-31"),
            ("２０２６－０１－３１", "2026-01-31"),
            ("31 Jan", "2027-01-31"),
            ("28. November", "2026-11-28"),
            ("Jan 31, 2026", "2026-01-31"),
            ("31st of January 2026", "2026-01-31"),
            ("31-Jan-26", "2026-01-31"),
            ("fri 27 Nov", "2026-11-27"),
            ("2026年1月31日", "2026-01-31"),
            ("1月31日", "2027-01-31"),
            ("today", "2026-11-21"),
            ("Tomorrow", "2026-11-22"),
            ("yesterday", "2026-11-20"),
            ("fri", "2026-11-27"),
            ("Friday", "2026-11-27"),
            ("sat", "2026-11-28"),
            ("this fri", "2026-11-20"),
            ("next fri", "2026-11-27"),
            ("last fri", "2026-11-20"),
            ("last sat", "2026-11-14"),
            ("+3d", "2026-11-24"),
            ("-2w", "2026-11-07"),
            ("+1m", "2026-12-21"),
            ("+1y", "2027-11-21"),
            ("in 3 days", "2026-11-24"),
            ("3 days ago", "2026-11-18"),
            ("a week ago", "2026-11-14"),
            ("next week", "2026-11-23"),
            ("next month", "2026-12-01"),
            ("end of month", "2026-11-30"),
            ("eom", "2026-11-30"),
            ("end of next month", "2026-12-31"),
            ("end of quarter", "2026-12-31"),
            ("end of the year", "2026-12-31"),
            ("end of week", "2026-11-20"),
            ("今天", "2026-11-21"),
            ("明天", "2026-11-22"),
            ("后天", "2026-11-23"),
            ("昨天", "2026-11-20"),
            ("周五", "2026-11-27"),
            ("下周一", "2026-11-23"),
            ("下下周一", "2026-11-30"),
            ("上周五", "2026-11-13"),
            ("本周五", "2026-11-20"),
            ("星期天", "2026-11-22"),
            ("3天后", "2026-11-24"),
            ("两周后", "2026-12-05"),
            ("1个月后", "2026-12-21"),
            ("3 天前", "2026-11-18"),
            ("月底", "2026-11-30"),
            ("45631", "2024-12-05"),
            ("45631.0", "2024-12-05"),
            ("2026-01-31T00:00:00.000Z", "2026-01-31"),
            ("2026-01-31 00:00:00", "2026-01-31"),
        ],
    );
    table(
        "US",
        "since",
        &[("1/2/2026", "2026-01-02"), ("13/2/2026", "2026-02-13"), ("1/31", "2027-01-31")],
    );
    refused(
        "since",
        &[
            "2026-02-30",
            "2026-13-01",
            "31.2.2026",
            "soon",
            "123",
            "31",
            "Jan",
            "Jan 2026",
            "+99999999d",
            "0026-01-31",
            "1/2/3/4",
            "fri fri",
            "+d",
            "today tomorrow",
            "3",
            "-",
            "32 Jan",
            "999999",
        ],
    );
    let error = typed("since", "soon").unwrap_err();
    assert!(error.hint.is_some_and(|hint| hint.contains("+3d")));
}

#[test]
fn the_end_of_a_short_month_is_its_last_day() {
    let day = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
    assert_eq!(date::shift(day, 'm', 1), NaiveDate::from_ymd_opt(2027, 2, 28));
    assert_eq!(date::shift(day, 'd', i64::MIN), None);
    assert_eq!(date::shift(day, 'y', 3_999_999), None);
}

#[test]
fn instants_are_a_day_and_a_time() {
    table(
        "DE",
        "seen",
        &[
            ("2026-01-31 10:00", "2026-01-31 10:00"),
            ("2026-01-31T10:00:05", "2026-01-31 10:00:05"),
            ("2026-01-31T10:00:00Z", "2026-01-31 11:00"),
            ("2026-01-31T10:00:00.250+05:30", "2026-01-31 05:30:00.250"),
            ("2026-01-31 10:00 UTC", "2026-01-31 11:00"),
            ("2026-01-31T10:00:00+0200", "2026-01-31 09:00"),
            ("tomorrow 10:00", "2026-11-22 10:00"),
            ("tomorrow at 3pm", "2026-11-22 15:00"),
            ("fri 27 Nov 9:30", "2026-11-27 09:30"),
            ("10:00", "2026-11-21 10:00"),
            ("12am", "2026-11-21"),
            ("12:15 pm", "2026-11-21 12:15"),
            ("+3d 14:00", "2026-11-24 14:00"),
            ("31.1.2026, 15:30 Uhr", "2026-01-31 15:30"),
            ("tomorrow", "2026-11-22"),
            ("now", "2026-11-21 12:00"),
            ("+2h", "2026-11-21 14:00"),
            ("in 30 minutes", "2026-11-21 12:30"),
            ("2 hours ago", "2026-11-21 10:00"),
            ("2小时后", "2026-11-21 14:00"),
            ("明天下午3点", "2026-11-22 15:00"),
            ("明天下午三点", "2026-11-22 15:00"),
            ("明天上午十点一刻", "2026-11-22 10:15"),
            ("明天十二点半", "2026-11-22 12:30"),
            ("明天二十三点十五分", "2026-11-22 23:15"),
            ("周三三点", "2026-11-25 03:00"),
            ("周五十点", "2026-11-27 10:00"),
            ("今天两点", "2026-11-21 02:00"),
            ("下周一上午10点半", "2026-11-23 10:30"),
            ("明天 15:00", "2026-11-22 15:00"),
            // The clock skips from 2:00 to 3:00, and shows 2:30 twice.
            ("2026-03-29 02:30", "2026-03-29 03:30"),
            ("2026-10-25 02:30", "2026-10-25 02:30+02:00"),
            ("2026-10-25 02:30+01:00", "2026-10-25 02:30+01:00"),
        ],
    );
    refused(
        "seen",
        &[
            "25:00",
            "tomorrow 10:60",
            "13pm",
            "soon",
            "10:00:00:00",
            "2026-02-30 10:00",
            "0999-12-31 23:00",
        ],
    );
}

#[test]
fn durations_are_hours_and_minutes() {
    table(
        "DE",
        "effort",
        &[
            ("1h30", "1h30m"),
            ("1h30m", "1h30m"),
            ("1 h 30 min", "1h30m"),
            ("90m", "1h30m"),
            ("90", "1h30m"),
            ("1:30", "1h30m"),
            ("0:01:30", "1m30s"),
            ("1.5h", "1h30m"),
            ("1,5 h", "1h30m"),
            ("2 d", "48h"),
            ("1 hour and 5 minutes", "1h5m"),
            ("45s", "45s"),
            ("1小时30分钟", "1h30m"),
            ("0", "0m"),
        ],
    );
    refused("effort", &["-5m", "1:75", "30m 1h", "abc", "1:2:3:4", "h", "99999999999h", "1h 2h"]);
}

#[test]
fn choices_are_found_by_value_and_label() {
    table(
        "DE",
        "status",
        &[
            ("active", "active"),
            ("Active customer", "active"),
            ("ACTIVE-CUSTOMER", "active"),
            ("活跃客户", "active"),
            ("former", "former"),
        ],
    );
    let error = typed("status", "Prospekt").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("did you mean Prospect?"));
    let error = typed("status", "zzz").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("one of Prospect, Active customer, Inactive"));
    table(
        "DE",
        "markets",
        &[
            ("China; eu", "eu; cn"),
            ("eu,cn、us", "eu; cn; us"),
            ("North America, USA", "us"),
            ("europe; North America, USA", "eu; us"),
            ("eu; EU", "eu"),
        ],
    );
    refused("markets", &["eu; mars"]);
    table(
        "DE",
        "tags",
        &[("vip, #fair #vip; 展会、C#", "vip; fair; 展会; C#"), ("VIP vip, vip", "VIP vip; vip")],
    );
    assert_eq!(typed("tags", "Vip, vip"), Ok(Value::List(vec!["Vip".to_owned()])));
    refused("tags", &["a\0b", &"x".repeat(101)]);
}

fn points(value: Result<Value, Invalid>) -> Vec<(String, String, Option<String>)> {
    match value {
        Ok(Value::Points(points)) => {
            points.into_iter().map(|point| (point.label, point.value, point.raw)).collect()
        }
        other => panic!("no points: {other:?}"),
    }
}

fn point(label: &str, value: &str, raw: Option<&str>) -> (String, String, Option<String>) {
    (label.to_owned(), value.to_owned(), raw.map(str::to_owned))
}

#[test]
fn mail_addresses_keep_the_person_and_lower_the_domain() {
    let cases = [
        ("info@mueller.de", vec![point("", "info@mueller.de", None)]),
        ("Info@Mueller.DE", vec![point("", "Info@mueller.de", Some("Info@Mueller.DE"))]),
        (
            "Work: a@b.co; home: d@e.fr",
            vec![point("work", "a@b.co", None), point("home", "d@e.fr", None)],
        ),
        (
            "Müller, Anna <a@b.co>, x@y.org",
            vec![point("", "a@b.co", None), point("", "x@y.org", None)],
        ),
        ("mailto:a@b.co", vec![point("", "a@b.co", None)]),
        ("a@b.co (work)", vec![point("work", "a@b.co", None)]),
        ("ａ＠b.co", vec![point("", "a@b.co", Some("ａ＠b.co"))]),
        ("anna@Müller.de", vec![point("", "anna@müller.de", Some("anna@Müller.de"))]),
        ("a@b.co; a@B.CO", vec![point("", "a@b.co", None)]),
        ("工作：a@b.co", vec![point("工作", "a@b.co", None)]),
        ("boss@acme.example\u{200e}", vec![point("", "boss@acme.example", None)]),
    ];
    for (text, expected) in cases {
        assert_eq!(points(typed("emails", text)), expected, "{text}");
    }
    refused(
        "emails",
        &[
            "a@b",
            "a b@c.de",
            "@c.de",
            "a@",
            "boss\u{200e}@acme.example",
            "\"a b\"@c.de",
            "a@[127.0.0.1]",
            "a@b..de",
            "info",
        ],
    );
}

#[test]
fn web_addresses_lose_their_noise() {
    let cases = [
        ("Mueller.DE", "https://mueller.de"),
        ("http://Mueller.de/", "http://mueller.de"),
        ("https://a.de/Path/?utm_source=x&id=3&gclid=1", "https://a.de/Path/?id=3"),
        ("a.de/?utm_medium=x", "https://a.de"),
        ("https://a.de:443/x#top", "https://a.de/x#top"),
        ("https://a.de:8443", "https://a.de:8443"),
        ("MÜLLER.de", "https://müller.de"),
        ("xn--mller-kva.de", "https://müller.de"),
        ("http://crm/", "http://crm"),
    ];
    for (text, expected) in cases {
        let raw = (text != expected).then_some(text);
        assert_eq!(points(typed("urls", text)), [point("", expected, raw)], "{text}");
    }
    assert_eq!(
        points(typed("urls", "shop: a.de, https://b.de/x,y;z")),
        [point("shop", "https://a.de", Some("a.de")), point("", "https://b.de/x,y;z", None)]
    );
    refused(
        "urls",
        &[
            "javascript:alert(1)",
            "ftp://a.de",
            "file:///etc/passwd",
            "a b.de",
            "info@a.de",
            "http://u:p@a.de",
            "nothing",
            "https://",
            "http://a\u{202e}.de",
        ],
    );
}

#[test]
fn phones_become_international() {
    let cases = [
        ("0711 555-010", point("", "+49711555010", Some("0711 555-010"))),
        ("+49 (0) 711 555010", point("", "+49711555010", Some("+49 (0) 711 555010"))),
        ("0049 711 555010", point("", "+49711555010", Some("0049 711 555010"))),
        ("+49711555010", point("", "+49711555010", None)),
        ("+49711-555010", point("", "+49711555010", Some("+49711-555010"))),
        ("+3906-698123", point("", "+3906698123", Some("+3906-698123"))),
        (
            "work: (0711) 555010 ext. 12",
            point("work", "+49711555010;ext=12", Some("(0711) 555010 ext. 12")),
        ),
        ("+49711555010;ext=12", point("", "+49711555010;ext=12", None)),
        ("+49 711 555010 x12", point("", "+49711555010;ext=12", Some("+49 711 555010 x12"))),
        ("０７１１ ５５５０１０", point("", "+49711555010", Some("０７１１ ５５５０１０"))),
        ("tel:+49711555010", point("", "+49711555010", Some("tel:+49711555010"))),
        ("+1 212 555 0100 (mobile)", point("mobile", "+12125550100", Some("+1 212 555 0100"))),
    ];
    for (text, expected) in cases {
        assert_eq!(points(typed("phones", text)), [expected], "{text}");
    }
    assert_eq!(
        points(typed_in("CN", "phones", "13812345678，010-12345678转8001")),
        [
            point("", "+8613812345678", Some("13812345678")),
            point("", "+861012345678;ext=8001", Some("010-12345678转8001")),
        ]
    );
    assert_eq!(points(typed("phones", "0711 555010, ext 12")).len(), 1);
    // Nobody in the USA has five digits, or sixteen.
    assert_eq!(points(typed_in("US", "phones", "12 345")), [point("", "12345", Some("12 345"))]);
    assert_eq!(
        points(typed_in("", "phones", "0711 555010")),
        [point("", "0711555010", Some("0711 555010"))]
    );
    refused(
        "phones",
        &["abc", "1234", "+", "call me at noon", "0711\u{202e}555010", "1".repeat(40).as_str()],
    );
}

fn address(text: &str) -> Address {
    match typed("address", text) {
        Ok(Value::Address(address)) => *address,
        other => panic!("no address: {other:?}"),
    }
}

#[test]
fn addresses_are_taken_apart() {
    let parts = |[street, city, postcode, region, country]: [&str; 5]| Address {
        street: street.to_owned(),
        city: city.to_owned(),
        postcode: postcode.to_owned(),
        region: region.to_owned(),
        country: country.to_owned(),
    };
    let cases = [
        (
            "Hauptstr. 1; 70173 Stuttgart; Germany",
            ["Hauptstr. 1", "Stuttgart", "70173", "", "Germany"],
        ),
        ("Hauptstr. 1, 70173 Stuttgart", ["Hauptstr. 1", "Stuttgart", "70173", "", ""]),
        ("1 Main St, Boston, MA 02110, USA", ["1 Main St", "Boston", "02110", "MA", "USA"]),
        ("10 Downing St\nLondon SW1A 2AA\nUK", ["10 Downing St", "London", "SW1A 2AA", "", "UK"]),
        ("Dam 1; 1012 AB Amsterdam; NL", ["Dam 1", "Amsterdam", "1012 AB", "", "NL"]),
        (
            "浙江省杭州市西湖区文三路1号 310000",
            ["西湖区文三路1号", "杭州市", "310000", "浙江省", ""],
        ),
        ("street=A \\; B\\nC; city = X; zip=1", ["A ; B\nC", "X", "1", "", ""]),
        ("Hauptstr. 1", ["Hauptstr. 1", "", "", "", ""]),
    ];
    for (text, expected) in cases {
        assert_eq!(address(text), parts(expected), "{text}");
    }
    refused("address", &["street=a; nothing", "city=a\x1b", &format!("city={}", "x".repeat(301))]);
}

#[test]
fn links_are_references() {
    assert_eq!(typed("parent", "c-7"), Ok(Value::Link(Link::new("customer", RecordId(7)))));
    assert_eq!(typed("about", "U-3"), Ok(Value::Link(Link::new("user", RecordId(3)))));
    table("DE", "related", &[("C-7, C-8; C-7", "C-7, C-8")]);
    refused("parent", &["U-3", "Müller", "C-0", "C--3", "C-99999999999999999999"]);
    let pending = Input::Value(Value::Link(Link::new("customer", RecordId(-1))));
    assert!(given_to(&catalog(), "parent", &pending).is_ok());
}

#[test]
fn computed_fields_take_nothing() {
    refused("number", &["Q-2026-0001", ""]);
    refused("double", &["12", ""]);
}

#[test]
fn values_are_checked_for_their_kind() {
    let catalog = catalog();
    let give = |name: &str, value: Value| given_to(&catalog, name, &Input::Value(value));
    assert_eq!(give("factor", Value::Int(3)), Ok(Value::Decimal(3.into())));
    assert_eq!(give("since", Value::from("2026-01-31")), typed("since", "2026-01-31"));
    assert!(give("active", Value::Int(1)).is_err());
    assert!(give("employees", Value::Bool(true)).is_err());
    assert!(give("stars", Value::Int(9)).is_err());
    assert!(give("name", Value::from("a\nb")).is_err());
    assert!(give("status", Value::from("nonsense")).is_err());
    let mail = ContactPoint { label: "Work".into(), value: "A@B.CO".into(), raw: None };
    assert_eq!(
        points(give("emails", Value::Points(vec![mail]))),
        [point("work", "A@b.co", Some("A@B.CO"))]
    );
    let error = give("since", Value::Bool(true)).unwrap_err();
    assert_eq!(error.message, "expects date, not yes or no");
}

#[test]
fn limits_and_patterns_hold() {
    let catalog = catalog();
    let entity = catalog.entity("customer").unwrap();
    let coercion =
        Coercion { catalog: &catalog, now: now(), zone: Berlin, week: chrono::Weekday::Mon };
    let mut limited = field(&catalog, "discount").clone();
    limited.min = Some(0.into());
    limited.max = Some(100.into());
    let ask = |field: &Field, text: &str| coercion.value(entity, field, &Input::Text(text.into()));
    assert!(ask(&limited, "100").is_ok());
    assert_eq!(ask(&limited, "101").unwrap_err().message, "must be at most 100");
    assert_eq!(ask(&limited, "-1").unwrap_err().message, "must be at least 0");
    let mut coded = field(&catalog, "name").clone();
    coded.pattern = Some("[A-Z]{2}|[0-9]{3}".to_owned());
    assert!(ask(&coded, "AB").is_ok());
    assert!(ask(&coded, "ABC").is_err(), "the whole text must match");
    assert!(ask(&coded, "").is_ok(), "nothing is no wrong form");
}

/// What is edited and saved without a change must not change.
fn comes_back(name: &str, value: &Value) {
    let catalog = catalog();
    let field = field(&catalog, name);
    let format = Format { lang: Lang::Zh, zone: Berlin };
    let text = format.editable(&catalog, field, value);
    let again = given_to(&catalog, name, &Input::Text(text.clone()));
    assert_eq!(again.as_ref(), Ok(value), "{name} through {text:?}");
    let adopted = given_to(&catalog, name, &Input::Value(value.clone()));
    assert_eq!(adopted.as_ref(), Ok(value), "{name} handed in again");
    // Reading never fails and is one line.
    assert!(!format.line(&catalog, field, value).contains('\n'));
}

const FIELDS: [&str; 21] = [
    "name",
    "notes",
    "employees",
    "factor",
    "budget",
    "discount",
    "stars",
    "active",
    "since",
    "seen",
    "effort",
    "status",
    "markets",
    "tags",
    "emails",
    "phones",
    "urls",
    "address",
    "parent",
    "related",
    "about",
];

/// Text that is likely to mean something, or nearly.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop_oneof![
        3 => "[0-9]{1,6}",
        2 => "[ ;,.:/+#@()=&?-]{1,2}",
        2 => "[a-zA-Z]{1,6}",
        1 => proptest::sample::select(vec![
            "work: ", "ext", ";ext=", "x12", "@a.de", "https://", "http://Ä.de", "mailto:", "EUR", "$", "k",
            "万", "today", "fri", "+3d", "2026-01-31", "10:00", "pm", "city=", "street=", "\\", "\\n", "；",
            "、", "，", "年", "月", "日", "下午", "点", "转", "C-7", "U-1", "eu", "China", "★", "☆", "%", "h",
            "m", "d", "Z", "ａ", "３", "+49 711 ", "?utm_x=1", "#", "'", "’", "\u{2212}", "e5", "\u{a0}", "\u{200b}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(scrap, 0..7).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn typed_values_come_back(name in proptest::sample::select(FIELDS.to_vec()), text in scraps()) {
        if let Ok(value) = typed(name, &text) {
            comes_back(name, &value);
        }
    }

    #[test]
    fn any_text_is_understood_or_refused(
        name in proptest::sample::select(FIELDS.to_vec()),
        text in any::<String>(),
    ) {
        if let Ok(value) = typed(name, &text) {
            comes_back(name, &value);
        }
    }

    #[test]
    fn numbers_come_back(scaled in any::<i64>(), small in -99_999_999_i64..99_999_999, places in 0..=4_u32) {
        for number in [scaled.max(-i64::MAX), small] {
            let number = rust_decimal::Decimal::new(number, crate::model::SCALE);
            comes_back("factor", &Value::Decimal(number));
            comes_back("discount", &Value::Decimal(number));
            let currency = "KWD".parse().unwrap();
            comes_back("budget", &Value::Money(Money { amount: number, currency }));
        }
        comes_back("factor", &Value::Decimal(rust_decimal::Decimal::new(small, places)));
        comes_back("employees", &Value::Int(small));
    }

    #[test]
    fn days_and_instants_come_back(
        days in -300_000_i64..2_900_000,
        millis in -29_000_000_000_000_i64..250_000_000_000_000,
        hour in 0_i64..200,
    ) {
        let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::TimeDelta::days(days);
        comes_back("since", &Value::Date(day));
        comes_back("seen", &Value::DateTime(DateTime::from_timestamp_millis(millis).unwrap()));
        // Around the hour that comes twice.
        let around = Utc.with_ymd_and_hms(2026, 10, 24, 0, 0, 0).unwrap();
        comes_back("seen", &Value::DateTime(around + chrono::TimeDelta::minutes(hour * 15)));
    }

    #[test]
    fn durations_come_back(seconds in 0_i64..3_000_000_000) {
        comes_back("effort", &Value::Duration(seconds));
        comes_back("effort", &Value::Duration(seconds % 90_000));
    }

    #[test]
    fn addresses_come_back(parts in proptest::array::uniform5("[a-zÄ中0-9;；=\\\\, ]{0,12}"), line in "[a-z;\\\\]{0,5}") {
        let mut given = Address::default();
        for (name, part) in Address::PARTS.iter().zip(&parts) {
            part.clone_into(given.part_mut(name).unwrap());
        }
        given.street = format!("{}\n{line}", given.street);
        let catalog = catalog();
        let given = Value::Address(Box::new(given));
        if let Ok(value @ Value::Address(_)) = given_to(&catalog, "address", &Input::Value(given)) {
            comes_back("address", &value);
        }
    }
}

#[test]
fn weeks_begin_where_one_s_own_do() {
    let catalog = catalog();
    // Today is a Saturday.
    for (week, cases) in [
        (chrono::Weekday::Mon, ["2026-11-23", "2026-11-20", "2026-11-29", "2026-11-15"]),
        (chrono::Weekday::Sun, ["2026-11-22", "2026-11-20", "2026-11-22", "2026-11-08"]),
        (chrono::Weekday::Sat, ["2026-11-28", "2026-11-27", "2026-11-29", "2026-11-15"]),
    ] {
        let coercion = Coercion { catalog: &catalog, now: now(), zone: Berlin, week };
        let entity = catalog.entity("customer").unwrap();
        for (text, day) in ["next week", "end of week", "next sun", "上周日"].iter().zip(cases) {
            let field = field(&catalog, "since");
            let value = coercion.value(entity, field, &Input::Text((*text).to_owned()));
            assert_eq!(value, Ok(Value::Date(day.parse().unwrap())), "{text}, {week}");
        }
    }
}
