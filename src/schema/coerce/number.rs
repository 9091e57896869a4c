//! Numbers as people write them.
//!
//! Both `1,204.50` and `1.204,50` are understood. Where one mark with three digits behind it could be
//! either (`1.204`), the company's region decides: a point groups thousands where the decimal mark is a
//! comma. In whole numbers and amounts a comma groups everywhere. `12k`, `1.5m`, `2bn`, `12万`, `3亿` scale. Decimals are never rounded silently.

use crate::model::phrase;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Invalid, text};
use crate::model::SCALE;

/// Regions whose decimal mark is a comma.
const COMMA: &str = "AL AM AR AT AZ BA BE BG BO BR BY CL CO CR CU CY CZ DE DK EC EE ES FI FO FR GE \
    GL GR HR HU ID IS IT KG KZ LT LU LV MA MC MD ME MK MZ NL NO PL PT PY RO RS RU SE SI SK SM SN TN TR \
    UA UY UZ VA VE VN XK ZA";

/// What may stand behind a number to scale it, longest first.
const SCALES: [(&str, i64); 19] = [
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("thousand", 1_000),
    ("百万", 1_000_000),
    ("千万", 10_000_000),
    ("mio", 1_000_000),
    ("mrd", 1_000_000_000),
    ("mln", 1_000_000),
    ("bn", 1_000_000_000),
    ("mm", 1_000_000),
    ("mn", 1_000_000),
    ("千", 1_000),
    ("万", 10_000),
    ("萬", 10_000),
    ("亿", 100_000_000),
    ("億", 100_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("b", 1_000_000_000),
];

/// What one mark with three digits behind it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// Thousands, whichever mark it is.
    Group,
    /// A point marks decimals, a comma thousands.
    Point,
    /// A comma marks decimals, a point thousands.
    Comma,
}

impl Marks {
    /// As the region writes.
    pub(super) fn of(region: &str) -> Self {
        let comma = region.len() == 2 && COMMA.split(' ').any(|c| c.eq_ignore_ascii_case(region));
        if comma { Self::Comma } else { Self::Point }
    }

    /// As the region writes whole numbers and amounts, which never have three decimals: where the
    /// point groups, a comma does too, because lists and other people's files group with it.
    pub(super) fn of_wholes(region: &str) -> Self {
        match Self::of(region) {
            Self::Comma => Self::Group,
            marks => marks,
        }
    }
}

/// The largest number that is kept: what fits a scaled 64-bit integer.
fn largest() -> Decimal {
    Decimal::new(i64::MAX, SCALE)
}

/// Takes a scaling word off the front of `unit` (already in lower case).
pub(super) fn scale(unit: &str) -> Option<(i64, &str)> {
    SCALES.iter().find_map(|(word, by)| Some((*by, unit.strip_prefix(word)?.trim_start())))
}

/// A whole number.
pub(super) fn integer(text: &str, region: &str) -> Result<i64, Invalid> {
    // Most of what an import brings.
    if text.len() < 16 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| Invalid::new(phrase!("not a number")));
    }
    let number = marked(text, Marks::of_wholes(region))?;
    if !number.fract().is_zero() {
        return Err(Invalid::hint(
            phrase!("not a whole number"),
            phrase!("try {number}", number = number.round()),
        ));
    }
    number.to_i64().ok_or_else(too_large)
}

/// Percent: `50`, `50%` and `50 %` are 50, `0.5` is half a percent.
pub(super) fn percent(text: &str, region: &str) -> Result<Decimal, Invalid> {
    let text = text::plain(text, true);
    decimal(text.trim_end_matches(['%', ' ']), region)
        .map_err(|error| Invalid { hint: Some(phrase!("try 50 or 12.5")), ..error })
}

/// A number of at most four decimals, with a scaling word perhaps.
pub(super) fn decimal(text: &str, region: &str) -> Result<Decimal, Invalid> {
    marked(text, Marks::of(region))
}

fn marked(text: &str, marks: Marks) -> Result<Decimal, Invalid> {
    let text = text::plain(text, true);
    let text = text.trim();
    let end = text.rfind(|c: char| c.is_ascii_digit() || c == ')').map_or(0, |at| at + 1);
    let (body, unit) = text.split_at(end);
    let unit = unit.trim();
    if unit.is_empty() || unit == "." || unit == "-" {
        return finish(read(body, marks)?, 1);
    }
    match scale(unit) {
        Some((by, "")) => finish(read(body, marks)?, by),
        _ => Err(not_a_number()),
    }
}

/// Scales a number and checks that it can be kept.
pub(super) fn finish(number: Decimal, by: i64) -> Result<Decimal, Invalid> {
    let number = number.checked_mul(Decimal::from(by)).ok_or_else(too_large)?.normalize();
    if number.abs() > largest() {
        return Err(too_large());
    }
    if number.scale() > SCALE {
        let rounded = number.round_dp(SCALE).normalize();
        return Err(Invalid::hint(
            phrase!("has more than {scale} decimals", scale = SCALE),
            phrase!("round it: {rounded}", rounded = rounded),
        ));
    }
    Ok(if number.is_zero() { Decimal::ZERO } else { number })
}

/// Digits with marks and a sign, already in half-width and lower case.
pub(super) fn read(text: &str, marks: Marks) -> Result<Decimal, Invalid> {
    let text = text.trim();
    let (negative, digits) = sign(text);
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(not_a_number());
    }
    if digits.contains('e') {
        // Spreadsheets write large numbers so.
        let plain = digits.bytes().all(|b| b.is_ascii_digit() || b".e+-".contains(&b));
        let number = Decimal::from_scientific(digits).ok().filter(|_| plain);
        let number = number.ok_or_else(not_a_number)?;
        return Ok(if negative { -number } else { number });
    }
    let count = |c: char| digits.bytes().filter(|b| char::from(*b) == c).count();
    let (commas, points) = (count(','), count('.'));
    let mark = match (commas, points) {
        (0, 0) => None,
        (_, 0) => decimal_mark(',', commas, digits, marks),
        (0, _) => decimal_mark('.', points, digits, marks),
        _ => {
            // The mark that comes last is the decimal one, and there is one of it.
            let last = digits.rfind([',', '.']).map(|at| digits.as_bytes()[at]);
            let mark = if last == Some(b',') { ',' } else { '.' };
            if count(mark) > 1 {
                return Err(not_a_number());
            }
            Some(mark)
        }
    };
    let (whole, fraction) = match mark {
        Some(mark) => digits.split_once(mark).unwrap_or((digits, "")),
        None => (digits, ""),
    };
    let mut clean = String::with_capacity(digits.len() + 2);
    if negative {
        clean.push('-');
    }
    whole_part(whole, &mut clean)?;
    if !fraction.is_empty() {
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(not_a_number());
        }
        clean.push('.');
        // Zeros at the end say nothing and may be too many for a decimal.
        clean.push_str(fraction.trim_end_matches('0'));
    }
    let clean = clean.trim_end_matches('.');
    Decimal::from_str_exact(clean)
        .map_err(|_| if clean.len() > 24 { too_large() } else { not_a_number() })
}

/// The sign, and the digits without it; accountants write negative numbers in parentheses.
pub(super) fn sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix('-') {
        (true, rest.trim_start())
    } else if let Some(rest) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        (true, rest.trim())
    } else {
        (false, text.strip_prefix('+').unwrap_or(text).trim_start())
    }
}

/// Where only one kind of mark is used: whether it marks decimals.
fn decimal_mark(mark: char, count: usize, digits: &str, marks: Marks) -> Option<char> {
    if count > 1 {
        return None;
    }
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, ""));
    let groups = fraction.len() == 3
        && (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && marks != if mark == ',' { Marks::Comma } else { Marks::Point };
    if groups { None } else { Some(mark) }
}

/// Digits in groups: of three, or as in India two and three at last. Zeros before are nothing.
fn whole_part(text: &str, out: &mut String) -> Result<(), Invalid> {
    let is_mark = |c: char| matches!(c, ',' | '.' | '\'' | ' ' | '_');
    let mut groups = text.split(is_mark);
    let first = groups.next().unwrap_or_default();
    let mut rest: Vec<&str> = groups.collect();
    let last = rest.pop();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let fits = digits(first)
        && rest.iter().all(|group| matches!(group.len(), 2 | 3) && digits(group))
        && last.is_none_or(|group| group.len() == 3 && digits(group) && !first.is_empty())
        && (last.is_none() || first.len() <= 3);
    if !fits {
        return Err(not_a_number());
    }
    if first.is_empty() {
        out.push('0');
    }
    out.push_str(first);
    out.extend(rest);
    out.extend(last);
    Ok(())
}

/// Stars: `3`, `3/5`, `***` or `★★★☆☆`.
pub(super) fn rating(text: &str, max: u8) -> Result<i64, Invalid> {
    let wrong = || Invalid::new(phrase!("not a number of stars from 0 to {max}", max = max));
    let text = text::plain(text, false);
    let full = text.chars().filter(|c| matches!(c, '★' | '*' | '⭐')).count();
    let stars = if full > 0 || text.starts_with('☆') {
        let rest = text.trim_start_matches(['★', '*', '⭐', '\u{fe0f}']);
        if !rest.chars().all(|c| matches!(c, '☆' | '-')) {
            return Err(wrong());
        }
        full as i64
    } else {
        let number = text.strip_suffix(&format!("/{max}")).unwrap_or(&text).trim();
        integer(number, "").map_err(|_| wrong())?
    };
    if (0..=i64::from(max)).contains(&stars) { Ok(stars) } else { Err(wrong()) }
}

fn not_a_number() -> Invalid {
    Invalid::hint(phrase!("not a number"), phrase!("try 1204.50, 12k or 1.5m"))
}

fn too_large() -> Invalid {
    Invalid::new(phrase!("is too large a number"))
}
