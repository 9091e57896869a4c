//! Countries: how people write their names, and what their postcodes look like.
//!
//! They stand in `assets/countries.txt`, which says where they are from.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::text::fold;

const TABLE: &str = include_str!("../../assets/countries.txt");

/// A country.
#[derive(Debug)]
pub(super) struct Country {
    /// Its code in ISO 3166.
    pub code: &'static str,
    /// English, Chinese, others.
    pub names: Vec<&'static str>,
    /// What a postcode looks like: `#` is a digit, `@` a capital.
    pub forms: Vec<&'static str>,
    /// What stands before it in letters from abroad, beside the code.
    pub signs: Vec<&'static str>,
    /// Postcodes may begin with zeros.
    pub zeros: bool,
}

/// All of them by code and by every name, folded.
static BY_NAME: LazyLock<HashMap<String, &'static Country>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for country in COUNTRIES.iter() {
        for name in country.names.iter().chain([&country.code]) {
            all.insert(fold(name), country);
        }
    }
    all
});

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(country).collect()
});

/// The country that a line says.
fn country(line: &'static str) -> Option<Country> {
    let several =
        |cell: &'static str| cell.split(';').map(str::trim).filter(|one| !one.is_empty()).collect();
    let mut cells = line.split('|').map(str::trim);
    let country = Country {
        code: cells.next()?,
        names: several(cells.next()?),
        forms: several(cells.next().unwrap_or_default()),
        signs: several(cells.next().unwrap_or_default()),
        zeros: cells.next() == Some("0"),
    };
    (country.names.len() >= 2).then_some(country)
}

impl Country {
    /// The country that somebody names.
    pub(super) fn named(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        BY_NAME.get(&fold(text)).copied()
    }

    /// The name of a country that a text is a slip of; none where it is no slip, or of more than one.
    pub(super) fn meant(text: &str) -> Option<&'static str> {
        if Self::named(text).is_some() {
            return None;
        }
        let typed = fold(text);
        let near = |country: &&Self| {
            country.names.iter().copied().find(|name| super::spelling::is_near(&typed, &fold(name)))
        };
        let mut found = COUNTRIES.iter().filter_map(|country| near(&country));
        found.next().filter(|_| found.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_through() {
        assert_eq!(Country::meant("Philipines"), Some("Philippines"));
        assert_eq!(Country::meant("Deutschlnad"), Some("Deutschland"));
        // Between Austria and Australia nobody can say.
        for other in ["Germany", "Austrlia", "Elbonia", "Iraq", "US", "", "中囯"] {
            assert_eq!(Country::meant(other), None, "{other}");
        }
    }

    #[test]
    fn the_table_is_sound() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(COUNTRIES.len(), lines);
        let mut names = HashMap::new();
        for country in COUNTRIES.iter() {
            assert!(
                country.code.len() == 2 && country.code.bytes().all(|b| b.is_ascii_uppercase())
            );
            for name in country.names.iter().chain([&country.code]) {
                let other = names.insert(fold(name), country.code).unwrap_or(country.code);
                assert_eq!(other, country.code, "{name}");
            }
            for form in &country.forms {
                assert!(
                    form.chars().all(|c| c.is_ascii_alphanumeric() || "#@ -".contains(c)),
                    "{form}"
                );
            }
        }
    }
}
