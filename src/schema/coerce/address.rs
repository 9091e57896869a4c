//! Postal addresses: as parts (`street=…; city=…`), as lines, or `street; postcode city; country`.

use super::{Invalid, text};
use crate::model::phrase;
use crate::model::{Address, Value};

/// Characters in one part.
const PART: usize = 300;

/// Reads an address.
pub(super) fn read(text: &str) -> Result<Value, Invalid> {
    let pieces = split(text);
    let keyed = pieces.iter().any(|piece| key(piece).is_some());
    let address = if keyed { parts(&pieces)? } else { free(&pieces) };
    adopt(&address)
}

/// Trims, composes and checks every part.
pub(super) fn adopt(address: &Address) -> Result<Value, Invalid> {
    let mut clean = Address::default();
    for name in Address::PARTS {
        let given = address.part(name).unwrap_or_default();
        let given = if given.contains('\r') {
            given.replace("\r\n", "\n").replace('\r', "\n").into()
        } else {
            std::borrow::Cow::Borrowed(given)
        };
        let given = text::trim(&given);
        text::no_controls(given, name == "street").map_err(|error| Invalid {
            message: phrase!("{name}: {message}", name = name, message = error.message.clone()),
            ..error
        })?;
        if given.chars().count() > PART {
            return Err(Invalid::new(phrase!(
                "{name} has more than {part} characters",
                name = name,
                part = PART
            )));
        }
        if let Some(part) = clean.part_mut(name) {
            let lines = given.lines().map(|line| text::composed(&text::tidy(line)).into_owned());
            *part = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        }
    }
    Ok(if clean.is_empty() { Value::Null } else { Value::Address(Box::new(clean)) })
}

/// Pieces between `;` and line ends; a backslash takes the meaning off what follows.
fn split(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let push = |pieces: &mut Vec<String>, c: char| {
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    };
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            // Kept until the piece is used, so that an escaped `=` makes no key.
            '\\' => {
                push(&mut pieces, c);
                if let Some(next) = rest.next() {
                    push(&mut pieces, next);
                }
            }
            ';' | '；' | '\n' => pieces.push(String::new()),
            _ => push(&mut pieces, c),
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// Takes the backslashes out again.
fn plain(piece: &str) -> String {
    let mut out = String::with_capacity(piece.len());
    let mut rest = piece.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('n') => out.push('\n'),
                Some(next @ ('\\' | ';' | '；' | '=')) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            _ => out.push(c),
        }
    }
    out
}

/// The part that a piece names: `city=Stuttgart`, `zip = 70173`.
fn key(piece: &str) -> Option<(&'static str, &str)> {
    let (name, text) = piece.split_once('=')?;
    let name = match name.trim().to_lowercase().as_str() {
        "street" | "street1" | "address" | "街道" | "地址" | "详细地址" => "street",
        "city" | "town" | "城市" | "市" => "city",
        "postcode" | "zip" | "postal_code" | "plz" | "邮编" | "邮政编码" => "postcode",
        "region" | "state" | "province" | "省" | "省份" => "region",
        "country" | "国家" => "country",
        _ => return None,
    };
    Some((name, text))
}

fn parts(pieces: &[String]) -> Result<Address, Invalid> {
    let mut address = Address::default();
    for piece in pieces {
        let Some((name, text)) = key(piece) else {
            let shown: String = piece.trim().chars().take(40).collect();
            return Err(Invalid::hint(
                phrase!("{shown} names no part of an address", shown = format!("{:?}", shown)),
                phrase!("parts are {parts}", parts = Address::PARTS.join(", ")),
            ));
        };
        if let Some(part) = address.part_mut(name) {
            *part = plain(text);
        }
    }
    Ok(address)
}

/// Street first, then the town with its postcode, region and country.
fn free(pieces: &[String]) -> Address {
    let plain: Vec<String> = pieces.iter().map(|piece| plain(piece).trim().to_owned()).collect();
    let mut pieces: Vec<&str> = plain.iter().map(String::as_str).collect();
    if let [one] = pieces[..] {
        if let Some(address) = chinese(one) {
            return address;
        }
        pieces = one.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
    }
    let mut address = Address::default();
    let Some((street, rest)) = pieces.split_first() else { return address };
    let mut street = (*street).to_owned();
    // The piece with a postcode is the town; what stands before it belongs to the street.
    let town = rest.iter().rposition(|piece| postcode(piece).is_some());
    let (before, after) = match town {
        Some(at) => {
            let (postcode, name) = postcode(rest[at]).unwrap_or_default();
            address.postcode = postcode;
            let mut before = &rest[..at];
            if (name.is_empty() || is_code(&name))
                && let Some((city, earlier)) = before.split_last()
            {
                // `Boston, MA 02110`
                (*city).clone_into(&mut address.city);
                address.region = name;
                before = earlier;
            } else {
                address.city = name;
            }
            (before, &rest[at + 1..])
        }
        None => match rest.split_first() {
            Some((city, after)) => {
                (*city).clone_into(&mut address.city);
                (&rest[..0], after)
            }
            None => (rest, rest),
        },
    };
    for line in before {
        street.push('\n');
        street.push_str(line);
    }
    address.street = street;
    match after {
        [] => {}
        [country] => (*country).clone_into(&mut address.country),
        [region, country @ ..] => {
            if address.region.is_empty() {
                (*region).clone_into(&mut address.region);
            } else {
                address.city = format!("{}, {region}", address.city);
            }
            address.country = country.join(", ");
        }
    }
    address
}

/// `BW`, `MA`: the short name of a state.
fn is_code(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Postcode and the rest of `70173 Stuttgart`, `1012 AB Amsterdam`, `London SW1A 1AA`.
fn postcode(piece: &str) -> Option<(String, String)> {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let coded = |word: &&str| {
        word.len() <= 10 && word.is_ascii() && word.bytes().any(|b| b.is_ascii_digit())
    };
    let front = words.iter().take_while(|word| coded(word)).count();
    let (code, name) = if front > 0 {
        // In the Netherlands two letters follow the digits.
        let more = words.get(front).is_some_and(|w| w.len() == 2 && is_code(w)) && words.len() > 2;
        words.split_at(front + usize::from(more))
    } else {
        let back = words.iter().rev().take_while(|word| coded(word)).count();
        let (name, code) = words.split_at(words.len() - back);
        (code, name)
    };
    let code = code.join(" ");
    ((3..=12).contains(&code.len())).then(|| (code, name.join(" ")))
}

/// `浙江省杭州市西湖区文三路1号 310000`: province and city by their last characters.
fn chinese(text: &str) -> Option<Address> {
    let han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    if !text.chars().next().is_some_and(han) {
        return None;
    }
    let mut address = Address::default();
    let mut rest = text.trim();
    if let Some(after) = rest.strip_prefix("中国") {
        "中国".clone_into(&mut address.country);
        rest = after.trim_start();
    }
    let code = rest.len() - rest.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if code == 6 {
        rest[rest.len() - 6..].clone_into(&mut address.postcode);
        rest = rest[..rest.len() - 6].trim_end();
    }
    for end in ["特别行政区", "自治区", "省"] {
        if let Some((name, after)) = rest.split_once(end)
            && (1..=8).contains(&name.chars().count())
        {
            address.region = format!("{name}{end}");
            rest = after.trim_start();
            break;
        }
    }
    if let Some((name, after)) = rest.split_once('市')
        && (1..=6).contains(&name.chars().count())
    {
        address.city = format!("{name}市");
        rest = after.trim_start();
    }
    rest.clone_into(&mut address.street);
    Some(address)
}
