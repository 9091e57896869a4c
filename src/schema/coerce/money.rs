//! Amounts: `84k EUR`, `€84,000`, `USD 12`, `120 元`.

use crate::model::phrase;
use rust_decimal::Decimal;

use super::number::Marks;
use super::{Invalid, number, text};
use crate::model::{Currency, Money};
use crate::schema::currency::is_assigned;

/// Signs and words that mean one currency, in lower case.
const WORDS: [(&str, &str); 32] = [
    ("$", "USD"),
    ("¥", "CNY"),
    ("元", "CNY"),
    ("块", "CNY"),
    ("圆", "CNY"),
    ("€", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("欧元", "EUR"),
    ("£", "GBP"),
    ("英镑", "GBP"),
    ("us$", "USD"),
    ("美元", "USD"),
    ("美金", "USD"),
    ("cn¥", "CNY"),
    ("rmb", "CNY"),
    ("人民币", "CNY"),
    ("人民币元", "CNY"),
    ("jp¥", "JPY"),
    ("日元", "JPY"),
    ("円", "JPY"),
    ("₹", "INR"),
    ("rs", "INR"),
    ("₩", "KRW"),
    ("韩元", "KRW"),
    ("hk$", "HKD"),
    ("港币", "HKD"),
    ("港元", "HKD"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("s$", "SGD"),
    ("fr", "CHF"),
];

/// The currency a sign, word or code means; `$`, `¥` and `元` mean the company's own where it has one
/// that is written so.
fn currency(word: &str, own: Currency) -> Option<Currency> {
    let written_so = |codes: &[&str]| codes.contains(&own.code());
    match word {
        "$" if written_so(&["AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"]) => return Some(own),
        "¥" | "円" if written_so(&["JPY"]) => return Some(own),
        "元" | "块" | "圆" if written_so(&["TWD", "HKD", "MOP"]) => return Some(own),
        _ => {}
    }
    if let Some((_, code)) = WORDS.iter().find(|(known, _)| *known == word) {
        return code.parse().ok();
    }
    word.parse::<Currency>().ok().filter(|found| is_assigned(found.code()))
}

/// Reads an amount; without a currency it is in `unnamed`. Signs that several currencies have mean the
/// company's `own`.
pub(super) fn read(
    text: &str,
    region: &str,
    own: Currency,
    unnamed: Currency,
) -> Result<Money, Invalid> {
    let text = text::plain(text, true).replace('￥', "¥");
    let text = text.trim();
    let (negative, text) = number::sign(text);
    let is_edge = |c: char| c.is_ascii_digit();
    let (Some(first), Some(last)) = (text.find(is_edge), text.rfind(is_edge)) else {
        return Err(not_an_amount());
    };
    // A point before the first digit belongs to the number: `.50`.
    let first = if text[..first].ends_with('.') { first - 1 } else { first };
    let (before, body, after) = (&text[..first], &text[first..=last], &text[last + 1..]);
    // `-€5`, `€-5` and `€ (5)` are all less than nothing.
    let opens = before.ends_with('(') && after.starts_with(')');
    let negative = negative || opens || before.trim_end().ends_with('-');
    let before = before.trim_end_matches(['-', '+', '(', ' ']).trim().trim_end_matches('.');
    // `84,-` and `84.–` are round sums.
    let after = after.trim_start_matches(')');
    let after = after.strip_prefix([',', '.']).filter(|r| r.starts_with('-')).unwrap_or(after);
    let after = after.trim_start_matches('-').trim();
    let (by, unit) = match currency(after, own) {
        Some(_) => (1, after),
        None => number::scale(after).unwrap_or((1, after)),
    };
    let named = match (before, unit.trim_end_matches('.')) {
        ("", "") => unnamed,
        (word, "") | ("", word) => currency(word, own).ok_or_else(|| unknown(word))?,
        (left, right) => {
            let found = currency(left, own).ok_or_else(|| unknown(left))?;
            if currency(right, own) != Some(found) {
                return Err(Invalid::new(phrase!("names two currencies")));
            }
            found
        }
    };
    let three = named.places() == 3 || by != 1;
    let marks = if three { Marks::of(region) } else { Marks::of_wholes(region) };
    let number = number::read(body, marks).map_err(|_| not_an_amount())?;
    let amount = number::finish(number, by)?;
    Ok(Money { amount: signed(amount, negative), currency: named })
}

fn signed(amount: Decimal, negative: bool) -> Decimal {
    if negative && !amount.is_zero() { -amount } else { amount }
}

fn unknown(word: &str) -> Invalid {
    Invalid::hint(
        phrase!("{word} is not a currency", word = word),
        phrase!("try 84k EUR or €84,000"),
    )
}

fn not_an_amount() -> Invalid {
    Invalid::hint(phrase!("not an amount"), phrase!("try 84000, 84k EUR or €84,000"))
}
