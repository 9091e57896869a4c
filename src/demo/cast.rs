//! Customers and their people: names, addresses, numbers, as each country has them.

use chrono::NaiveDate;
use fastrand::Rng;
use rust_decimal::Decimal;

use super::words::{
    CHINESE_FAMILY, CHINESE_FIRM_FIRST, CHINESE_FIRM_SECOND, CHINESE_FORMS, CHINESE_GIVEN,
    CHINESE_STREETS, CHINESE_TOWNS, ENGLISH_FAMILY, ENGLISH_FIRMS, ENGLISH_FORMS, ENGLISH_GIVEN,
    ENGLISH_STREETS, ENGLISH_TOWNS, GERMAN_FAMILY, GERMAN_FORMS, GERMAN_GIVEN, GERMAN_STREETS,
    GERMAN_TOWNS, POSITIONS, TAGS, TRADES, Town,
};
use crate::model::text::{Reading, fold, readings};
use crate::model::{Address, ContactPoint, Currency, Money, Value};

/// Fields of a record that is to be made.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// Where a customer is at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    German,
    Chinese,
}

/// One of the items.
pub(super) fn pick<'t, T>(rng: &mut Rng, items: &'t [T]) -> &'t T {
    &items[rng.usize(..items.len())]
}

/// A text value.
pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// An amount of whole EUR in the currency of the customer, at a fixed rate.
pub(super) fn amount(eur: i64, currency: Currency) -> Value {
    let rate = if currency.code() == "CNY" { Decimal::new(78, 1) } else { Decimal::ONE };
    Value::Money(Money::rounded((Decimal::from(eur) * rate).round_dp(0), currency))
}

pub(super) fn currency(code: &str) -> Currency {
    // All codes here are three letters.
    code.parse().unwrap_or_else(|()| unreachable!("{code} is three letters"))
}

/// A customer before it is written.
pub(super) struct Customer {
    pub tongue: Tongue,
    pub name: String,
    pub currency: Currency,
    /// The host of its mail addresses.
    pub host: String,
    /// Where its phone numbers begin.
    pub area: &'static str,
    pub fields: Fields,
}

/// Makes up a customer. With `wide` the name carries the town too, so that a million differ.
pub(super) fn customer(rng: &mut Rng, year: i32, wide: bool) -> Customer {
    let tongue = match rng.u8(..10) {
        0..4 => Tongue::German,
        4..7 => Tongue::English,
        _ => Tongue::Chinese,
    };
    let (industry, english, german, chinese) = *pick(rng, TRADES);
    let town = *pick(rng, towns(tongue));
    let place = if wide { town.0 } else { "" };
    let (name, host) = match tongue {
        Tongue::English => {
            let first = *pick(rng, ENGLISH_FIRMS);
            let form = *pick(rng, ENGLISH_FORMS);
            let name = squeezed(&format!("{first} {english} {place} {form}"));
            (name, format!("{first}-{english}"))
        }
        Tongue::German => {
            let first = *pick(rng, GERMAN_FAMILY);
            let form = *pick(rng, GERMAN_FORMS);
            let name = squeezed(&format!("{first} {german} {place} {form}"));
            (name, format!("{first}-{german}"))
        }
        Tongue::Chinese => {
            let (first, second) = (*pick(rng, CHINESE_FIRM_FIRST), *pick(rng, CHINESE_FIRM_SECOND));
            let form = *pick(rng, CHINESE_FORMS);
            let place = if wide || rng.bool() { town.0 } else { "" };
            let host = format!("{}-{}", latin(&format!("{first}{second}")), english);
            (format!("{place}{first}{second}{chinese}{form}"), host)
        }
    };
    let host = format!("{}.example", slug(&host));
    let currency = currency(if tongue == Tongue::Chinese { "CNY" } else { "EUR" });
    let employees = 3 + rng.i64(1..40) * rng.i64(1..25);
    let segment = match employees {
        0..40 => "small",
        40..400 => "standard",
        _ => "key",
    };
    let mut fields: Fields = vec![
        ("name", text(name.clone())),
        ("industry", text(industry)),
        ("segment", text(segment)),
        ("address", Value::Address(Box::new(address(rng, tongue, town)))),
        ("phones", phone(rng, "office", town.4)),
        ("emails", point("office", format!("info@{host}"))),
        ("urls", point("", format!("https://www.{host}"))),
        ("employees", Value::Int(employees)),
        ("revenue", amount(employees * rng.i64(60..240) * 1000, currency)),
        ("founded", Value::Int(i64::from(year) - rng.i64(3..90))),
        ("source", text(*pick(rng, &["web", "referral", "event", "cold", "partner"]))),
    ];
    if rng.u8(..3) == 0 {
        fields.push(("credit_limit", amount(rng.i64(1..20) * 5000, currency)));
    }
    if rng.u8(..4) == 0 {
        fields.push(("tags", Value::List(vec![(*pick(rng, TAGS)).to_owned()])));
    }
    Customer { tongue, name, currency, host, area: town.4, fields }
}

/// A person at a customer: how colleagues speak of them, and the fields.
pub(super) fn contact(rng: &mut Rng, customer: &Customer, today: NaiveDate) -> (String, Fields) {
    let (name, called, mail, language) = match customer.tongue {
        Tongue::English => {
            let (given, family) = (*pick(rng, ENGLISH_GIVEN), *pick(rng, ENGLISH_FAMILY));
            let mail = format!("{}.{}", slug(given), slug(family));
            (format!("{given} {family}"), given.to_owned(), mail, "en")
        }
        Tongue::German => {
            let (given, family) = (*pick(rng, GERMAN_GIVEN), *pick(rng, GERMAN_FAMILY));
            let mail = format!("{}.{}", slug(given), slug(family));
            (format!("{given} {family}"), format!("{given} {family}"), mail, "de")
        }
        Tongue::Chinese => {
            let (family, given) = (*pick(rng, CHINESE_FAMILY), *pick(rng, CHINESE_GIVEN));
            let title = *pick(rng, &["经理", "总", "工", "女士", "先生"]);
            let mail = format!("{}.{}", given.1, family.1);
            (format!("{}{}", family.0, given.0), format!("{}{title}", family.0), mail, "zh")
        }
    };
    let (position, department) = *pick(rng, POSITIONS);
    let mobile = match customer.tongue {
        Tongue::English => format!("+447700900{:03}", rng.u16(..1000)),
        Tongue::German => format!("+49151{:08}", rng.u32(10_000_000..99_999_999)),
        Tongue::Chinese => format!("+86138{:08}", rng.u32(..100_000_000)),
    };
    let mut phones = vec![labelled("mobile", mobile)];
    if rng.bool() {
        phones.push(labelled("work", number(rng, customer.area)));
    }
    let mut fields: Fields = vec![
        ("name", text(name)),
        ("position", text(position)),
        ("department", text(department)),
        ("language", text(language)),
        ("phones", Value::Points(phones)),
        ("emails", point("work", format!("{mail}@{}", customer.host))),
    ];
    if rng.u8(..3) == 0 {
        let born = today - chrono::Days::new(rng.u64(9000..22000));
        fields.push(("birthday", Value::Date(born)));
    }
    if rng.u8(..25) == 0 {
        fields.push(("do_not_contact", Value::Bool(true)));
    }
    (called, fields)
}

fn towns(tongue: Tongue) -> &'static [Town] {
    match tongue {
        Tongue::English => ENGLISH_TOWNS,
        Tongue::German => GERMAN_TOWNS,
        Tongue::Chinese => CHINESE_TOWNS,
    }
}

fn address(rng: &mut Rng, tongue: Tongue, town: Town) -> Address {
    let house = rng.u16(1..180);
    let street = match tongue {
        Tongue::English => format!("{house} {}", pick(rng, ENGLISH_STREETS)),
        Tongue::German => format!("{} {house}", pick(rng, GERMAN_STREETS)),
        Tongue::Chinese => format!("{}{house}号", pick(rng, CHINESE_STREETS)),
    };
    Address {
        street,
        city: town.0.to_owned(),
        postcode: town.3.to_owned(),
        region: town.1.to_owned(),
        country: town.2.to_owned(),
    }
}

fn phone(rng: &mut Rng, label: &str, area: &str) -> Value {
    Value::Points(vec![labelled(label, number(rng, area))])
}

/// A number that begins with the area; British ones from the range kept for stories.
fn number(rng: &mut Rng, area: &str) -> String {
    if area.starts_with("+44") {
        format!("{area}0{:03}", rng.u16(..1000))
    } else {
        format!("{area}{:04}", rng.u16(..10_000))
    }
}

fn labelled(label: &str, value: String) -> ContactPoint {
    ContactPoint { label: label.to_owned(), value, raw: None }
}

/// A single mail address or url.
pub(super) fn point(label: &str, value: String) -> Value {
    Value::Points(vec![labelled(label, value)])
}

/// Latin letters and digits with hyphens, as in mail addresses: umlauts written out.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            ' ' | '-' | '&' => out.push('-'),
            c => out.extend(fold(&c.to_string()).chars().filter(char::is_ascii_alphanumeric)),
        }
    }
    out.trim_matches('-').to_owned()
}

/// The pinyin of Chinese text without tones.
fn latin(text: &str) -> String {
    readings(text).first().map(Reading::full).unwrap_or_default()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
