//! Web addresses: `mueller.de`, `shop: https://shop.mueller.de/?utm_source=x`.
//!
//! A scheme is added, the host becomes lower case with its letters readable, parameters that only
//! track are dropped, as is a lone `/` at the end.

use crate::model::phrase;
use ::url::Url;

use super::{Invalid, point, text};
use crate::model::{ContactPoint, Value};

/// Bytes in an address.
const LONGEST: usize = 2_000;

/// Parameters that say where a visitor came from, and nothing about the page.
const TRACKING: [&str; 22] = [
    "gclid",
    "gclsrc",
    "dclid",
    "wbraid",
    "gbraid",
    "fbclid",
    "msclkid",
    "yclid",
    "ttclid",
    "twclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "li_fat_id",
    "vero_id",
    "oly_enc_id",
    "oly_anon_id",
    "spm",
];

/// All addresses of a text.
pub(super) fn list(text: &str) -> Result<Value, Invalid> {
    point::collect(entries(text).into_iter().map(|entry| {
        let (label, rest) = point::labelled(entry);
        Ok(point::point(label, normal(rest)?, &text::composed(rest)))
    }))
}

/// One address that is handed in.
pub(super) fn adopt(given: &ContactPoint) -> Result<ContactPoint, Invalid> {
    point::adopt(given, |text| entries(text) == [text], normal)
}

/// Entries of a list: a separator may be part of an address, so white space must follow it.
fn entries(text: &str) -> Vec<&str> {
    let mut entries: Vec<&str> = Vec::new();
    for line in text.split(['\n', '；', '、']) {
        let mut start = 0;
        for (at, mark) in line.match_indices([';', ',', '，']) {
            let after = &line[at + mark.len()..];
            if after.is_empty() || after.starts_with(char::is_whitespace) {
                entries.push(&line[start..at]);
                start = at + mark.len();
            }
        }
        entries.push(&line[start..]);
    }
    entries.retain(|entry| !entry.trim().is_empty());
    entries.into_iter().map(point::trim).collect()
}

fn normal(typed: &str) -> Result<String, Invalid> {
    point::no_hidden(typed)?;
    let wrong = || {
        let shown: String = typed.chars().take(80).collect();
        Invalid::hint(
            phrase!("{shown} is not a web address", shown = format!("{:?}", shown)),
            phrase!("try https://example.com"),
        )
    };
    let half = text::half(typed);
    if half.len() > LONGEST || half.contains(char::is_whitespace) {
        return Err(wrong());
    }
    let has_scheme = half.get(..8).is_some_and(|s| s.eq_ignore_ascii_case("https://"))
        || half.get(..7).is_some_and(|s| s.eq_ignore_ascii_case("http://"));
    if !has_scheme && half.contains("://") {
        return Err(Invalid::hint(
            phrase!("only http and https are kept"),
            phrase!("try https://example.com"),
        ));
    }
    if !has_scheme && half.contains('@') && !half.contains('/') {
        return Err(Invalid::hint(
            phrase!("that is an e-mail address"),
            phrase!("try https://example.com"),
        ));
    }
    let address = if has_scheme { half.to_string() } else { format!("https://{half}") };
    let mut url = Url::parse(&address).map_err(|_| wrong())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Invalid::new(phrase!(
            "has a user name or password in it, which does not belong here"
        )));
    }
    let ascii = url.host_str().ok_or_else(wrong)?.trim_end_matches('.').to_owned();
    if !(has_scheme || ascii.contains(['.', ':'])) {
        return Err(wrong());
    }
    let host = match idna::domain_to_unicode(&ascii) {
        (host, Ok(())) => host,
        _ => ascii,
    };
    drop_tracking(&mut url);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if url.path() == "/" && url.query().is_none() && url.fragment().is_none() {
        ""
    } else {
        url.path()
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = url.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    let normal = format!("{}://{host}{port}{path}{query}{fragment}", url.scheme());
    // What is kept must be readable again, or editing would change it.
    if Url::parse(&normal).is_ok() { Ok(normal) } else { Err(wrong()) }
}

fn drop_tracking(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
            !name.is_empty() && !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
        })
        .collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
}
