//! Postcodes that are none of the country their address names.
//!
//! Where no country is named, or one whose postcodes are not known here, nothing is said. What has the right
//! digits and letters in another arrangement is proposed as it is written there (`1012ab` is `1012 AB`),
//! and zeros that a spreadsheet took from the front are put back (`2110` is `02110` in the United States).

use super::countries::Country;
use super::{Found, Scene, better, quoted};
use crate::model::{Fill, Record, Value, phrase};
use crate::schema::{Field, FieldType};

pub(super) fn look(_: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let (FieldType::Address, Value::Address(address)) = (&field.kind, value) else { return None };
    let code = address.postcode.as_str();
    let country = Country::named(&address.country)?;
    if code.is_empty()
        || country.forms.is_empty()
        || country.forms.iter().any(|form| fits(code, form))
    {
        return None;
    }
    let Some(right) = arranged(code, country) else {
        let name = Fill::Label { en: country.names[0].to_owned(), zh: country.names[1].to_owned() };
        let words = phrase!(
            "{postcode} is no postcode of {country}; one looks like {form}",
            postcode = quoted(code),
            country = name,
            form = country.forms[0].replace('#', "0").replace('@', "A")
        );
        return Some(Found::new(words, None));
    };
    let words = better(code, &right);
    let mut mended = address.clone();
    mended.postcode = right;
    Some(Found::new(words, Some(Value::Address(mended))))
}

/// Whether a postcode has a form: `#` is a digit, `@` a capital, everything else itself.
fn fits(code: &str, form: &str) -> bool {
    let (mut code, mut form) = (code.chars(), form.chars());
    loop {
        let same = match (code.next(), form.next()) {
            (None, None) => return true,
            (Some(c), Some('#')) => c.is_ascii_digit(),
            (Some(c), Some('@')) => c.is_ascii_uppercase(),
            (Some(c), Some(own)) => c == own,
            _ => false,
        };
        if !same {
            return false;
        }
    }
}

/// The postcode as the country writes it.
fn arranged(code: &str, country: &Country) -> Option<String> {
    let half: String = crate::schema::coerce::half_width(code).to_uppercase();
    let plain: String = half.chars().filter(char::is_ascii_alphanumeric).collect();
    // What is dropped must be a mark that may stand there.
    if half.chars().any(|c| !c.is_ascii_alphanumeric() && !" -.‐–—\u{a0}".contains(c)) {
        return None;
    }
    // `D-70173`, `CH 8001`: the country before it.
    let bare = plain.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let lead = &plain[..plain.len() - bare.len()];
    let named = lead == country.code || country.signs.contains(&lead);
    let mut tries = vec![plain.as_str()];
    if named && !lead.is_empty() {
        tries.push(bare);
    }
    let found =
        tries.iter().find_map(|text| country.forms.iter().find_map(|form| filled(text, form)));
    found.or_else(|| {
        let digits = tries.last()?;
        let form = country.forms[0];
        let wanted = form.chars().filter(|c| *c == '#').count();
        let short = wanted.checked_sub(digits.len())?;
        let lost = country.zeros && (1..=2).contains(&short) && digits.len() >= 3;
        let padded = format!("{}{digits}", "0".repeat(short));
        filled(&padded, form).filter(|_| lost)
    })
}

/// A form with the letters and digits of a postcode; letters that stand in the form itself may be missing.
fn filled(plain: &str, form: &str) -> Option<String> {
    let mut rest = plain.chars().peekable();
    let mut out = String::with_capacity(form.len());
    for c in form.chars() {
        let next = match c {
            '#' => rest.next().filter(char::is_ascii_digit)?,
            '@' => rest.next().filter(char::is_ascii_uppercase)?,
            own => {
                if own.is_ascii_alphanumeric() {
                    rest.next_if_eq(&own);
                }
                own
            }
        };
        out.push(next);
    }
    rest.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_writes_its_own() {
        for (code, country, right) in [
            ("1012ab", "Netherlands", Some("1012 AB")),
            ("sw1a1aa", "United Kingdom", Some("SW1A 1AA")),
            ("SW1A1AA", "UK", Some("SW1A 1AA")),
            ("k1a0b1", "Canada", Some("K1A 0B1")),
            ("00950", "Polska", Some("00-950")),
            ("D-70173", "Deutschland", Some("70173")),
            ("1067", "Germany", Some("01067")),
            ("2110", "USA", Some("02110")),
            ("501", "United States", Some("00501")),
            ("021101234", "US", Some("02110-1234")),
            ("１０００８０", "中国", Some("100080")),
            ("1010", "Latvia", Some("LV-1010")),
            ("CH-8001", "Schweiz", Some("8001")),
            ("123456", "Germany", None),
            ("80a1", "Switzerland", None),
            ("101", "Austria", None),
            ("7O173", "Germany", None),
        ] {
            let country =
                Country::named(country).unwrap_or_else(|| panic!("{country} is not known"));
            assert!(!country.forms.iter().any(|form| fits(code, form)), "{code}");
            assert_eq!(arranged(code, country).as_deref(), right, "{code}");
            if let Some(right) = right {
                assert!(country.forms.iter().any(|form| fits(right, form)), "{right}");
            }
        }
        assert!(Country::named("Elbonia").is_none());
    }
}
