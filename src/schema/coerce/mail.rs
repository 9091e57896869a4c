//! E-mail addresses: `work: a@b.c; home: d@e.f`, `Anna Müller <a@b.c>`.
//!
//! The part before the `@` stays as it is, the domain becomes lower case; international domains keep
//! their letters.

use crate::model::phrase;
use email_address::{EmailAddress, Options};

use super::{Invalid, point, text};
use crate::model::{ContactPoint, Value};

/// Octets in an address (RFC 5321).
const LONGEST: usize = 254;

/// All addresses of a text.
pub(super) fn list(text: &str) -> Result<Value, Invalid> {
    point::collect(entries(text).into_iter().map(|entry| {
        let (label, rest) = point::labelled(entry);
        let address = bare(rest);
        Ok(point::point(label, normal(address)?, &text::composed(address)))
    }))
}

/// One address that is handed in.
pub(super) fn adopt(given: &ContactPoint) -> Result<ContactPoint, Invalid> {
    point::adopt(given, |text| entries(text) == [text] && bare(text) == text, normal)
}

/// Entries of a list. A comma separates behind an address only: `Müller, Anna <a@b.c>` is one.
fn entries(text: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    for line in text.split([';', '；', '\n', '、', '|']) {
        let mut start = 0;
        for (at, comma) in line.match_indices([',', '，']) {
            if line[start..at].contains(['@', '＠']) {
                entries.push(&line[start..at]);
                start = at + comma.len();
            }
        }
        entries.push(&line[start..]);
    }
    entries.retain(|entry| !entry.trim().is_empty());
    entries.into_iter().map(point::trim).collect()
}

/// The address of `Anna Müller <a@b.c>` and of `mailto:a@b.c`.
fn bare(text: &str) -> &str {
    let text = match text.rfind('<') {
        Some(at) if text.ends_with('>') => &text[at + 1..text.len() - 1],
        _ => text,
    };
    let scheme = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    point::trim(if scheme { &text[7..] } else { text })
}

fn normal(address: &str) -> Result<String, Invalid> {
    point::no_hidden(address)?;
    let address = text::half(address);
    let address = text::composed(&address);
    let wrong = || {
        let shown: String = address.chars().take(80).collect();
        Invalid::hint(
            phrase!("{shown} is not an e-mail address", shown = format!("{:?}", shown)),
            phrase!("try name@example.com"),
        )
    };
    let (local, domain) = address.rsplit_once('@').ok_or_else(wrong)?;
    let options = Options::default().without_display_text().without_domain_literal();
    let options = options.with_required_tld();
    if address.len() > LONGEST
        || local.starts_with('"')
        || address.contains(char::is_whitespace)
        || EmailAddress::parse_with_options(&address, options).is_err()
        || !(domain.is_ascii() || idna::domain_to_ascii(domain).is_ok())
    {
        return Err(wrong());
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}
