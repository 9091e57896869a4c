//! The first vCard of a text -> a card.
//!
//! What a vCard says is understood in one place, [`vcard`](crate::vcard), for files that are imported too.
//! Start at [`read`].

use super::Card;
use crate::vcard::{Labelled, cards};

/// Reads the first vCard in a text; `None` where there is none.
pub(super) fn read(text: &str) -> Option<Card> {
    let found = cards(text).into_iter().next()?;
    let mut organisation = found.organisation.clone().into_iter();
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let mut card = Card {
        name: filled(&found.said_name()),
        company: organisation.next(),
        department: organisation.next(),
        position: filled(&found.title).or_else(|| filled(&found.role)),
        phones: found
            .phones
            .into_iter()
            .map(|phone| match phone.label.as_str() {
                "mobile" | "fax" | "home" | "work" => (phone.label, phone.value),
                _ => (String::new(), phone.value),
            })
            .collect(),
        birthday: filled(&found.birthday),
        note: filled(&found.note),
        ..Card::default()
    };
    for mail in found.emails {
        if !card.emails.iter().any(|known| known.eq_ignore_ascii_case(&mail.value)) {
            card.emails.push(mail.value);
        }
    }
    for url in found.urls {
        if super::lists::is_social(&url.value) {
            card.rest.push(url.value);
        } else {
            card.urls.push(url.value);
        }
    }
    let work = |address: &&Labelled<_>| address.label == "work";
    if let Some(address) = found.addresses.iter().rfind(work).or_else(|| found.addresses.first()) {
        card.address = address.value.clone();
    }
    // Of a company only its own name is written, in both places.
    if card.name.is_some() && card.name == card.company && card.position.is_none() {
        card.name = None;
    }
    Some(card)
}
