//! The library's properties -> [`Vcard`].

use calcard::common::PartialDateTime;
use calcard::vcard::{
    VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue,
};
use calcard::{Entry, Parser};
use encoding_rs::Encoding;

use super::{Labelled, Vcard};
use crate::model::Address;

/// The most cards that are read from one text.
const MOST: usize = 200_000;

/// All vCards in a text, in order; what stands between them is passed over.
#[must_use]
pub fn cards(text: &str) -> Vec<Vcard> {
    let mut found = Vec::new();
    let mut lines = 1;
    let mut rest = text;
    while found.len() < MOST
        && let Some(start) = find(rest, "begin:vcard")
    {
        lines += newlines(&rest[..start]);
        // A card that does not end is read as far as the next begins.
        let body = &rest[start..];
        let next = find(&body[11..], "begin:vcard").map(|at| at + 11);
        let end = find(body, "end:vcard").map(|at| at + 9);
        let end = match (end, next) {
            // Version 2.1 has cards in cards; anything else was cut off before the next.
            (Some(end), Some(next)) if next < end && holds_agent(&body[..next]) => {
                nested(body, end)
            }
            (Some(end), Some(next)) => end.min(next),
            (Some(end), _) => end,
            (None, Some(next)) => next,
            (None, None) => body.len(),
        };
        found.extend(card(&body[..end], lines));
        lines += newlines(&body[..end]);
        rest = &body[end..];
    }
    found
}

fn holds_agent(text: &str) -> bool {
    let text = text.trim_end().as_bytes();
    text.len() > 6 && text[text.len() - 6..].eq_ignore_ascii_case(b"agent:")
}

/// Where a card ends that has another inside it (`AGENT` of version 2.1).
fn nested(body: &str, mut end: usize) -> usize {
    let mut depth = count(&body[..end], "begin:vcard").saturating_sub(1);
    while depth > 0 {
        let Some(at) = find(&body[end..], "end:vcard") else { return end };
        depth = depth + count(&body[end..end + at], "begin:vcard") - 1;
        end += at + 9;
    }
    end
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// Where an ASCII word begins a line, in letters of any case.
fn find(text: &str, word: &str) -> Option<usize> {
    let (bytes, first) = (text.as_bytes(), word.as_bytes()[0]);
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes).find(|at| {
        let here = bytes.get(*at..*at + word.len());
        here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
            && text.is_char_boundary(*at)
    })
}

fn count(text: &str, word: &str) -> usize {
    let mut rest = text;
    let mut count = 0;
    while let Some(at) = find(rest, word) {
        count += 1;
        rest = &rest[at + word.len()..];
    }
    count
}

fn card(text: &str, line: u64) -> Option<Vcard> {
    // The library takes a lone CR for text.
    let text =
        if text.contains('\r') && !text.contains('\n') { &text.replace('\r', "\n") } else { text };
    let Entry::VCard(parsed) = Parser::new(text).entry() else { return None };
    let reading = Reading { charset: charset(text), encoded: encoded(text), parsed: &parsed };
    let mut card = Vcard { line, ..Vcard::default() };
    for entry in &parsed.entries {
        reading.enter(entry, &mut card);
    }
    // The library knows days without hyphens only, in version 4.0.
    if card.birthday.len() < 5 {
        card.birthday = written_birthday(text).unwrap_or(card.birthday);
    }
    Some(card)
}

/// The day of birth as it stands in the text, without its time.
fn written_birthday(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find(|line| line.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("bday")))?;
    let value = line.split_once(':')?.1.trim();
    let day = value.split_once('T').map_or(value, |(day, _)| day);
    Some(day.trim_start_matches("--").to_owned())
}

fn encoded(text: &str) -> bool {
    find(text, "quoted-printable").is_some()
}

/// The character set that a card of version 2.1 names.
fn charset(text: &str) -> Option<&'static Encoding> {
    let at = find(text, "charset=")? + 8;
    let end = text[at..].find([';', ':', '\r', '\n'])?;
    Encoding::for_label(text[at..at + end].trim_matches('"').as_bytes())
}

struct Reading<'a> {
    charset: Option<&'static Encoding>,
    encoded: bool,
    parsed: &'a VCard,
}

impl Reading<'_> {
    fn enter(&self, entry: &VCardEntry, card: &mut Vcard) {
        let whole = || self.whole(entry);
        match &entry.name {
            VCardProperty::Fn => keep(&mut card.name, whole()),
            VCardProperty::N => {
                let mut parts = self.parts(entry).into_iter();
                for part in [
                    &mut card.family,
                    &mut card.given,
                    &mut card.middle,
                    &mut card.prefix,
                    &mut card.suffix,
                ] {
                    keep(part, parts.next().unwrap_or_default());
                }
            }
            VCardProperty::Nickname => keep(&mut card.nickname, whole()),
            VCardProperty::Org if card.organisation.is_empty() => {
                card.organisation =
                    self.parts(entry).into_iter().filter(|part| !part.is_empty()).collect();
            }
            VCardProperty::Title => keep(&mut card.title, whole()),
            VCardProperty::Role => keep(&mut card.role, whole()),
            VCardProperty::Tel => {
                let number = whole().trim_start_matches("tel:").replace(";ext=", " ext. ");
                self.push(&mut card.phones, phone_label(&types(entry)), entry, number);
            }
            VCardProperty::Email => {
                let mail = whole().trim_start_matches("mailto:").to_owned();
                self.push(&mut card.emails, place(&types(entry)), entry, mail);
            }
            VCardProperty::Url => self.push(&mut card.urls, place(&types(entry)), entry, whole()),
            VCardProperty::Adr => {
                let address = address(&self.parts(entry));
                self.push(&mut card.addresses, place(&types(entry)), entry, address);
            }
            VCardProperty::Bday => keep(&mut card.birthday, whole()),
            VCardProperty::Note => {
                let note = whole();
                if !card.note.is_empty() && !note.is_empty() {
                    card.note.push('\n');
                }
                card.note.push_str(&note);
            }
            VCardProperty::Categories => card.categories.extend(
                entry
                    .values
                    .iter()
                    .map(|value| self.text(value))
                    .filter(|category| !category.is_empty()),
            ),
            VCardProperty::Uid => keep(&mut card.uid, whole()),
            VCardProperty::Photo => card.passed_over.push("PHOTO"),
            VCardProperty::Logo => card.passed_over.push("LOGO"),
            VCardProperty::Sound => card.passed_over.push("SOUND"),
            VCardProperty::Key => card.passed_over.push("KEY"),
            _ => {}
        }
    }

    fn push<T: PartialEq + Default>(
        &self,
        list: &mut Vec<Labelled<T>>,
        label: &str,
        entry: &VCardEntry,
        value: T,
    ) {
        if value == T::default() || list.iter().any(|known| known.value == value) {
            return;
        }
        let label = if label.is_empty() { self.own_label(entry) } else { label.to_owned() };
        list.push(Labelled { label, value });
    }

    /// `item1.X-ABLabel:_$!<AssistantPhone>!$_`: what a group is called, with blanks between its words.
    fn own_label(&self, entry: &VCardEntry) -> String {
        let Some(group) = &entry.group else { return String::new() };
        let label = self.parsed.entries.iter().find(|other| {
            other.group.as_ref() == Some(group)
                && matches!(&other.name, VCardProperty::Other(name)
                    if name.eq_ignore_ascii_case("X-ABLABEL"))
        });
        let text = label.map(|label| self.whole(label)).unwrap_or_default();
        let text = text.trim_start_matches("_$!<").trim_end_matches(">!$_");
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii_uppercase() && !out.is_empty() {
                out.push(' ');
            }
            out.extend(c.to_lowercase());
        }
        match out.as_str() {
            "home page" | "other" => String::new(),
            "mobile" | "iphone" | "i phone" => "mobile".to_owned(),
            _ => out,
        }
    }

    /// Everything a property says, in one text.
    fn whole(&self, entry: &VCardEntry) -> String {
        let texts: Vec<String> = entry.values.iter().map(|value| self.text(value)).collect();
        texts.join(", ").trim().to_owned()
    }

    fn parts(&self, entry: &VCardEntry) -> Vec<String> {
        entry.values.iter().map(|value| self.text(value).trim().to_owned()).collect()
    }

    fn text(&self, value: &VCardValue) -> String {
        match value {
            VCardValue::Text(text) => self.mended(text),
            VCardValue::Component(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.mended(part)).collect();
                parts.join(" ")
            }
            VCardValue::PartialDateTime(when) => day(when).unwrap_or_default(),
            VCardValue::Binary(data) => self.decoded(&data.data),
            VCardValue::Integer(number) => number.to_string(),
            VCardValue::Float(number) => number.to_string(),
            other => other.as_text().unwrap_or_default().to_owned(),
        }
    }

    /// Bytes in a character set that the library does not know.
    fn decoded(&self, bytes: &[u8]) -> String {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return text.to_owned();
        }
        let charset = self.charset.unwrap_or(encoding_rs::GB18030);
        charset.decode(bytes).0.into_owned()
    }

    /// Quoted-printable without a character set is Latin-1 to the standard and UTF-8 to most programs.
    /// And some escape colons.
    fn mended(&self, text: &str) -> String {
        let text = if text.contains("\\:") { text.replace("\\:", ":") } else { text.to_owned() };
        let text = text.replace("\r\n", "\n");
        if self.encoded && !text.is_ascii() && text.chars().all(|c| u32::from(c) < 256) {
            let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
            if let Ok(text) = String::from_utf8(bytes) {
                return text;
            }
        }
        text
    }
}

/// The first that is said counts.
fn keep(field: &mut String, text: String) {
    if field.is_empty() {
        *field = text;
    }
}

fn day(when: &PartialDateTime) -> Option<String> {
    let (month, day) = (when.month?, when.day?);
    Some(match when.year {
        Some(year) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{month:02}-{day:02}"),
    })
}

/// The types of a property in small letters; version 2.1 leaves their name out: `TEL;CELL`.
fn types(entry: &VCardEntry) -> Vec<String> {
    entry
        .params
        .iter()
        .filter_map(|param| match (&param.name, &param.value) {
            (VCardParameterName::Type, value) => value.as_text().map(str::to_lowercase),
            (VCardParameterName::Other(name), VCardParameterValue::Null) => {
                Some(name.to_lowercase())
            }
            _ => None,
        })
        .collect()
}

fn phone_label(types: &[String]) -> &'static str {
    let labels = [
        ("cell", "mobile"),
        ("fax", "fax"),
        ("pager", "pager"),
        ("home", "home"),
        ("work", "work"),
    ];
    labelled(types, &labels)
}

fn place(types: &[String]) -> &'static str {
    labelled(types, &[("home", "home"), ("work", "work")])
}

fn labelled(types: &[String], labels: &[(&str, &'static str)]) -> &'static str {
    let found = labels.iter().find(|(kind, _)| types.iter().any(|one| one == kind));
    found.map_or("", |(_, label)| label)
}

/// `box;extended;street;city;region;postcode;country`.
fn address(parts: &[String]) -> Address {
    let part = |n: usize| parts.get(n).cloned().unwrap_or_default();
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
