//! vCards -> a row each, under headers that address books use.
//!
//! What a card says is understood by [`vcard`](crate::vcard); here it gets columns, only those that some
//! card needs. Start at [`write`].

use super::Stop;
use super::frames::Sink;
use super::notice::{Left, Notice, Refusal};
use super::own::is_own;
use crate::model::Address;
use crate::vcard::{Labelled, Vcard, cards};

/// A column: its header and what a card says in it.
type Column = (&'static str, fn(&Vcard) -> String);

const COLUMNS: [Column; 31] = [
    ("Name", Vcard::said_name),
    ("Given name", |card| card.given.clone()),
    ("Middle name", |card| card.middle.clone()),
    ("Family name", |card| card.family.clone()),
    ("Name prefix", |card| card.prefix.clone()),
    ("Name suffix", |card| card.suffix.clone()),
    ("Nickname", |card| card.nickname.clone()),
    ("Company", |card| card.organisation.first().cloned().unwrap_or_default()),
    ("Department", |card| card.organisation.get(1..).unwrap_or_default().join(", ")),
    ("Title", |card| if card.title.is_empty() { card.role.clone() } else { card.title.clone() }),
    ("Role", |card| if card.title.is_empty() { String::new() } else { card.role.clone() }),
    ("Mobile phone", |card| of(&card.phones, "mobile")),
    ("Work phone", |card| of(&card.phones, "work")),
    ("Home phone", |card| of(&card.phones, "home")),
    ("Fax", |card| of(&card.phones, "fax")),
    ("Phone", |card| others(&card.phones, &["mobile", "work", "home", "fax"])),
    ("Work email", |card| of(&card.emails, "work")),
    ("Home email", |card| of(&card.emails, "home")),
    ("E-mail", |card| others(&card.emails, &["work", "home"])),
    ("Url", |card| others(&card.urls, &[])),
    ("Street", |card| main(card).map_or_else(String::new, |address| address.street.clone())),
    ("City", |card| main(card).map_or_else(String::new, |address| address.city.clone())),
    ("State", |card| main(card).map_or_else(String::new, |address| address.region.clone())),
    ("Postcode", |card| main(card).map_or_else(String::new, |address| address.postcode.clone())),
    ("Country", |card| main(card).map_or_else(String::new, |address| address.country.clone())),
    ("More addresses", more_addresses),
    ("Birthday", birthday),
    ("Note", |card| card.note.clone()),
    ("Categories", |card| card.categories.join("; ")),
    ("External id", |card| if is_own(&card.uid) { String::new() } else { card.uid.clone() }),
    ("ref", |card| if is_own(&card.uid) { card.uid.clone() } else { String::new() }),
];

/// Puts the cards of a text into `sink`; they are numbered from 1.
pub(super) fn write(text: &str, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let found = cards(text);
    if found.is_empty() {
        return Err(Refusal::Empty.into());
    }
    let used: Vec<&Column> =
        COLUMNS.iter().filter(|(_, of)| found.iter().any(|card| !of(card).is_empty())).collect();
    let headers: Vec<String> = used.iter().map(|(name, _)| (*name).to_owned()).collect();
    if headers.is_empty() {
        return Err(Refusal::Empty.into());
    }
    sink.headers(&headers)?;
    for (card, number) in found.iter().zip(1..) {
        let cells: Vec<String> = used.iter().map(|(_, of)| of(card)).collect();
        sink.row(number, cells.iter().map(String::as_str))?;
    }
    let mut names: Vec<String> = Vec::new();
    for name in found.iter().flat_map(|card| &card.passed_over) {
        if !names.iter().any(|known| known == name) {
            names.push((*name).to_owned());
        }
    }
    if !names.is_empty() {
        let records = found.iter().filter(|card| !card.passed_over.is_empty()).count() as u64;
        sink.notice(&Notice::Passed { names, records })?;
    }
    let yearless = || found.iter().filter(|card| card.birthday.len() == 5);
    if let Some(card) = yearless().next() {
        let first = format!("{} {}", card.said_name(), card.birthday);
        let count = yearless().count() as u64;
        sink.notice(&Notice::Left { count, what: Left::Birthday, first })?;
    }
    Ok(())
}

/// All under a label, in one cell.
fn of(list: &[Labelled<String>], label: &str) -> String {
    let all: Vec<&str> =
        list.iter().filter(|one| one.label == label).map(|one| one.value.as_str()).collect();
    all.join("; ")
}

/// All under other labels than these, with their own in front.
fn others(list: &[Labelled<String>], labels: &[&str]) -> String {
    let all: Vec<String> = list
        .iter()
        .filter(|one| !labels.contains(&one.label.as_str()))
        .map(|one| {
            // A label with a mark in it would be taken for something else.
            let plain = one.label.chars().all(|c| c.is_alphanumeric() || c == ' ');
            if one.label.is_empty() || !plain {
                one.value.clone()
            } else {
                format!("{}: {}", one.label, one.value)
            }
        })
        .collect();
    all.join("; ")
}

/// The address at work, or the first.
fn main(card: &Vcard) -> Option<&Address> {
    let work = card.addresses.iter().find(|address| address.label == "work");
    work.or_else(|| card.addresses.first()).map(|address| &address.value)
}

fn more_addresses(card: &Vcard) -> String {
    let first = main(card);
    let rest = card.addresses.iter().filter(|address| Some(&address.value) != first);
    let lines: Vec<String> = rest
        .map(|address| {
            let parts = Address::PARTS.iter().filter_map(|part| address.value.part(part));
            let parts: Vec<String> = parts
                .filter(|part| !part.is_empty())
                .map(|part| part.replace('\n', ", "))
                .collect();
            let label = if address.label.is_empty() { "" } else { ": " };
            format!("{}{label}{}", address.label, parts.join(", "))
        })
        .collect();
    lines.join("\n")
}

/// A birthday with its year; without, there is no day to keep.
fn birthday(card: &Vcard) -> String {
    if card.birthday.len() == 5 { String::new() } else { card.birthday.clone() }
}
