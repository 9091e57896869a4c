//! Phone numbers: `work: 0711 555-010; mobile: +49 171 1234567 ext. 12`.
//!
//! What libphonenumber takes for a number of possible length, or with a country code, is kept as E.164
//! with `;ext=` behind it. Salespeople must be able to note what they have: five digits or more that
//! are no number of the region are kept as digits, with the spelling beside them.

mod plain;

use crate::model::phrase;
use phonenumber::metadata::DATABASE;
use phonenumber::{Metadata, PhoneNumber, Type, country};

use super::{Invalid, point, text};
use crate::model::{ContactPoint, Value};

/// Characters in one number.
const LONGEST: usize = 100;
/// Digits that a number needs at least.
const FEWEST: usize = 5;
/// Digits that a number has at most.
const MOST: usize = 25;

/// All numbers of a text; those without a country code are of `region`.
pub(super) fn list(text: &str, region: &str) -> Result<Value, Invalid> {
    point::collect(entries(text).into_iter().map(|entry| {
        let (label, rest) = point::labelled(entry);
        Ok(point::point(label, normal(rest, region)?, &text::composed(rest)))
    }))
}

/// One number that is handed in.
pub(super) fn adopt(given: &ContactPoint, region: &str) -> Result<ContactPoint, Invalid> {
    point::adopt(given, |text| entries(text) == [text], |text| normal(text, region))
}

/// Entries of a list. `;ext=` belongs to the number before it, a comma separates where a number follows.
fn entries(text: &str) -> Vec<&str> {
    let mut entries: Vec<&str> = Vec::new();
    for line in text.split(['\n', '；', '、', '|']) {
        let mut start = 0;
        for (at, mark) in line.match_indices([';', ',', '，']) {
            let after = line[at + mark.len()..].trim_start();
            let separates = if mark == ";" {
                !after.starts_with("ext=")
            } else {
                let next = after.split([';', ',', '，']).next().unwrap_or_default();
                let own = &line[start..at];
                digits(next).count() >= FEWEST && digits(own).count() >= FEWEST
            };
            if separates {
                entries.push(&line[start..at]);
                start = at + mark.len();
            }
        }
        entries.push(&line[start..]);
    }
    entries.retain(|entry| !entry.trim().is_empty());
    entries.into_iter().map(point::trim).collect()
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter_map(|c| match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    })
}

/// The normalised form of one number.
fn normal(typed: &str, region: &str) -> Result<String, Invalid> {
    point::no_hidden(typed)?;
    let wrong = || {
        let shown: String = typed.chars().take(60).collect();
        Invalid::hint(
            phrase!("{shown} is not a phone number", shown = format!("{:?}", shown)),
            phrase!("try +49 711 555010"),
        )
    };
    if typed.len() > LONGEST {
        return Err(wrong());
    }
    let plain = text::plain(typed, true);
    let plain = plain.trim();
    let plain = plain.strip_prefix("tel:").unwrap_or(plain);
    let (number, extension) = split_extension(plain);
    let mut value = e164(number, region).or_else(|| as_digits(number)).ok_or_else(wrong)?;
    if !extension.is_empty() {
        value.push_str(";ext=");
        value.push_str(extension);
    }
    Ok(value)
}

/// What one number is in E.164, without its extension; nothing where it is none. Search uses it too, so
/// that a number is found however it is typed.
#[must_use]
pub fn phone_number(typed: &str, region: &str) -> Option<String> {
    let plain = text::plain(point::trim(typed), true);
    let (number, _) = split_extension(&plain);
    e164(number, region)
}

fn e164(number: &str, region: &str) -> Option<String> {
    plain::e164(number, region).or_else(|| by_library(number, region))
}

/// What libphonenumber takes it for: a possible number of the region, or any with its country code.
fn by_library(number: &str, region: &str) -> Option<String> {
    // The library is for ASCII, and finds numbers in the middle of prose.
    let fits = |c: char| c.is_ascii_alphanumeric() || "+-/.()[] *~".contains(c);
    if !number.chars().all(fits) {
        return None;
    }
    if number.trim_start_matches(['(', '[']).starts_with('+') {
        // With a region the library would take that region's trunk prefix off a foreign number.
        // Digits alone, because it takes all digits before a dash for the country's code.
        let has_letters = number.contains(|c: char| c.is_ascii_alphabetic());
        let parsed = if has_letters {
            phonenumber::parse(None, number)
        } else {
            phonenumber::parse(None, format!("+{}", digits(number).collect::<String>()))
        };
        return parsed.ok().map(|parsed| written(&parsed));
    }
    let region = region.parse::<country::Id>().ok()?;
    let parsed = phonenumber::parse(Some(region), number).ok()?;
    match parsed.code().source() {
        country::Source::Idd => {
            let digits: String = digits(number).collect();
            let prefix = DATABASE.by_id(region.as_ref())?.international_prefix()?.find(&digits)?;
            if prefix.start() == 0
                && let Ok(foreign) =
                    phonenumber::parse(None, format!("+{}", &digits[prefix.end()..]))
            {
                return Some(written(&foreign));
            }
        }
        // The library takes leading digits that look like the country's code for it too readily.
        country::Source::Number if !parsed.is_valid() => {
            let digits: String = digits(number).collect();
            let whole = format!("+{}{digits}", parsed.code().value());
            if let Some(whole) = phonenumber::parse(None, whole).ok().filter(PhoneNumber::is_valid)
            {
                return Some(written(&whole));
            }
        }
        _ => {}
    }
    let written = written(&parsed);
    // A few islands have four digits; elsewhere so few are an extension or a slip.
    let enough = digits(number).count() >= FEWEST || parsed.is_valid();
    (enough && is_possible(&parsed, &written)).then_some(written)
}

/// In E.164, without its extension.
fn written(number: &PhoneNumber) -> String {
    format!("+{}{}", number.code().value(), number.national())
}

/// Whether a number as it is kept has its country's code, and a length that numbers have there.
#[must_use]
pub fn phone_fits(kept: &str) -> bool {
    let number = kept.split(";ext=").next().unwrap_or(kept);
    if !number.starts_with('+') {
        return false;
    }
    if plain::e164(number, "").as_deref() == Some(number) {
        return true;
    }
    phonenumber::parse(None, number).is_ok_and(|parsed| {
        let written = written(&parsed);
        written == number && is_possible(&parsed, &written)
    })
}

/// Whether the country has numbers of that length, of whatever kind.
fn is_possible(number: &PhoneNumber, written: &str) -> bool {
    const KINDS: [Type; 9] = [
        Type::FixedLine,
        Type::Mobile,
        Type::TollFree,
        Type::SharedCost,
        Type::PremiumRate,
        Type::Uan,
        Type::Voip,
        Type::PersonalNumber,
        Type::Pager,
    ];
    let code = number.code().value();
    let national = written.len() - 1 - code.to_string().len();
    let fits = |country: &&Metadata| {
        KINDS.iter().filter_map(|kind| country.descriptors().get(*kind)).any(|kind| {
            let mut lengths = kind.possible_length().iter().chain(kind.possible_local_length());
            lengths.any(|length| usize::from(*length) == national)
        })
    };
    DATABASE.by_code(&code).is_some_and(|countries| countries.iter().any(fits))
}

/// The digits of what the library cannot place.
fn as_digits(number: &str) -> Option<String> {
    let number = number.trim_start_matches(['(', '[']);
    let (plus, rest) = match number.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", number),
    };
    let fits = rest.chars().all(|c| c.is_ascii_digit() || "-/.()[] *~#".contains(c));
    let digits: String = digits(rest).collect();
    (fits && (FEWEST..=MOST).contains(&digits.len())).then(|| format!("{plus}{digits}"))
}

/// The number and the digits of its extension: `x12`, `ext. 12`, `;ext=12`, `#12`, `转12`, `分机12`.
fn split_extension(text: &str) -> (&str, &str) {
    const MARKS: [&str; 12] = [
        ";ext=",
        "extension",
        "extn.",
        "extn",
        "ext.",
        "ext",
        "分机号",
        "分机",
        "转",
        "x",
        "#",
        "~",
    ];
    let end = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = &text[end.len()..];
    if extension.is_empty() || extension.len() > 8 {
        return (text, "");
    }
    let before = end.trim_end_matches([' ', ':', '.', '-']);
    // `ext.` ends with a mark that was trimmed off.
    let found = MARKS.iter().find_map(|mark| {
        before.strip_suffix(mark.trim_end_matches('.')).or_else(|| end.strip_suffix(mark))
    });
    match found {
        Some(number) if digits(number).count() >= 3 => {
            (number.trim_end_matches([' ', ',', '-', '(', '.']), extension)
        }
        _ => (text, ""),
    }
}
