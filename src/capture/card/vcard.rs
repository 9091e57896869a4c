//! vCards 2.1, 3.0 and 4.0, as far as people and companies have fields for what they say.
//!
//! Folded lines, quoted-printable, escapes, groups (`item1.TEL`) and parameters are understood; pictures,
//! keys and everything unknown are passed over. A library was not taken: those that read 2.1 model the
//! whole standard with all its properties, of which a dozen lines here are needed. Start at [`read`].

use super::Card;
use crate::model::Address;

/// One line of a vCard.
struct Property {
    name: String,
    params: Vec<(String, String)>,
    value: String,
}

/// Reads the first vCard in a text; `None` where there is none.
pub(super) fn read(text: &str) -> Option<Card> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lower = text.to_ascii_lowercase();
    let start = lower.find("begin:vcard")?;
    let end = lower[start..].find("end:vcard").map_or(text.len(), |at| start + at);
    let mut card = Card::default();
    let mut structured = None;
    for property in unfold(&text[start..end]).iter().filter_map(|line| Property::of(line)) {
        property.enter(&mut card, &mut structured);
    }
    if card.name.is_none() {
        card.name = structured;
    }
    // Of a company only its own name is written, in both places.
    if card.name.is_some() && card.name == card.company && card.position.is_none() {
        card.name = None;
    }
    Some(card)
}

/// Lines with those joined that were folded: by a space at the start, or a `=` at the end in
/// quoted-printable.
fn unfold(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(&line[1..]),
            Some(last)
                if last.ends_with('=')
                    && last.to_ascii_lowercase().contains("quoted-printable") =>
            {
                last.pop();
                last.push_str(line);
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

impl Property {
    fn of(line: &str) -> Option<Self> {
        // A colon inside quotes belongs to a parameter.
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        })?;
        let (head, value) = (&line[..colon.0], &line[colon.0 + 1..]);
        let mut parts = head.split(';');
        let name = parts.next()?.rsplit('.').next()?.trim().to_ascii_uppercase();
        let params: Vec<(String, String)> = parts
            .flat_map(|part| {
                // Version 2.1 leaves the name out: `TEL;CELL`, `N;QUOTED-PRINTABLE`.
                let (key, values) = part.split_once('=').unwrap_or(("TYPE", part));
                let key = key.to_ascii_uppercase();
                let values = values.trim_matches('"').split(',');
                values
                    .map(move |value| (key.clone(), value.to_ascii_lowercase()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let encoded = params.iter().any(|(_, value)| value == "quoted-printable");
        let value = if encoded { quoted_printable(value) } else { value.to_owned() };
        Some(Self { name, params, value })
    }

    fn is(&self, kind: &str) -> bool {
        self.params.iter().any(|(key, value)| key == "TYPE" && value == kind)
    }

    fn enter(&self, card: &mut Card, structured: &mut Option<String>) {
        let parts: Vec<String> = split(&self.value, ';');
        let whole = unescape(&self.value);
        let text = || Some(whole.trim().to_owned()).filter(|text| !text.is_empty());
        match self.name.as_str() {
            "FN" if card.name.is_none() => card.name = text(),
            "N" => *structured = name(&parts),
            "ORG" => {
                let mut parts = parts.into_iter().filter(|part| !part.is_empty());
                card.company = card.company.take().or_else(|| parts.next());
                card.department = card.department.take().or_else(|| parts.next());
            }
            "TITLE" => card.position = card.position.take().or_else(text),
            "ROLE" if card.position.is_none() => card.position = text(),
            "TEL" => {
                let number = whole.trim().trim_start_matches("tel:").replace(";ext=", " ext. ");
                if !number.is_empty() {
                    let phone = (self.phone_label().to_owned(), number);
                    if !card.phones.contains(&phone) {
                        card.phones.push(phone);
                    }
                }
            }
            "EMAIL" => push_new(&mut card.emails, whole.trim().trim_start_matches("mailto:")),
            "URL" => {
                if super::lists::is_social(&whole) {
                    card.rest.extend(text());
                } else {
                    push_new(&mut card.urls, whole.trim());
                }
            }
            "ADR" if card.address == Address::default() || self.is("work") => {
                card.address = address(&parts);
            }
            "BDAY" => card.birthday = text().map(|day| day.trim_start_matches("--").to_owned()),
            "NOTE" => card.note = text(),
            _ => {}
        }
    }

    fn phone_label(&self) -> &'static str {
        let labels = [("cell", "mobile"), ("fax", "fax"), ("home", "home"), ("work", "work")];
        labels.iter().find(|(kind, _)| self.is(kind)).map_or("", |(_, label)| label)
    }
}

fn push_new(list: &mut Vec<String>, text: &str) {
    if !text.is_empty() && !list.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        list.push(text.to_owned());
    }
}

/// `family;given;additional;prefix;suffix` in the order people say it.
fn name(parts: &[String]) -> Option<String> {
    let part = |n: usize| parts.get(n).map_or("", |part| part.trim());
    let han = part(0).chars().chain(part(1).chars()).any(crate::model::text::is_han);
    let said = if han {
        format!("{}{}", part(0), part(1))
    } else {
        let order = [part(3), part(1), part(2), part(0)];
        order.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    Some(said).filter(|said| !said.is_empty())
}

/// `box;extended;street;city;region;postcode;country`.
fn address(parts: &[String]) -> Address {
    let part = |n: usize| parts.get(n).map_or_else(String::new, |part| part.trim().to_owned());
    let street: Vec<String> =
        [part(0), part(1), part(2)].into_iter().filter(|part| !part.is_empty()).collect();
    Address {
        street: street.join("\n"),
        city: part(3),
        region: part(4),
        postcode: part(5),
        country: part(6),
    }
}

/// Parts between unescaped separators, unescaped.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if let (true, Some(last)) = (escaped || c != separator, parts.last_mut()) {
            last.push(c);
        } else {
            parts.push(String::new());
        }
        escaped = c == '\\' && !escaped;
    }
    parts.iter().map(|part| unescape(part)).collect()
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    out
}

/// `M=C3=BCller`: bytes of UTF-8, or of Latin-1 where they are none.
fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    }
}
