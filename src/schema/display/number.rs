//! Numbers and amounts.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Format;
use crate::model::{Lang, Money, SCALE};

/// Digits in groups of three.
fn grouped(digits: &str, out: &mut String) {
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
}

/// A whole number; grouped from five digits on, so that years stay years.
pub(super) fn integer(number: i64) -> String {
    if number.unsigned_abs() < 10_000 {
        return number.to_string();
    }
    let mut out = String::from(if number < 0 { "-" } else { "" });
    grouped(&number.unsigned_abs().to_string(), &mut out);
    out
}

/// A number without needless zeros, grouped from five digits on.
pub(super) fn decimal(number: Decimal) -> String {
    let small = number.abs() < Decimal::from(10_000);
    let text = number.normalize().to_string();
    if small { text } else { group_text(&text) }
}

/// Groups the whole part of a number that is already written.
fn group_text(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut out = String::from(sign);
    grouped(whole, &mut out);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number that is understood as itself in every region: three decimals would be taken for
/// thousands where the point groups, so they are written as four.
pub(super) fn exact(number: Decimal) -> String {
    let number = number.normalize();
    if number.scale() == 3 { format!("{number:.4}") } else { number.to_string() }
}

impl Format {
    /// `€1,204,000`, `€12.50`, `1,204 CHF`: decimals only where there are some.
    #[must_use]
    pub fn money(money: &Money) -> String {
        let amount = money.amount.normalize();
        let places = match amount.scale() {
            0 => 0,
            scale => scale.max(money.currency.places()).min(SCALE),
        };
        let amount = amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        let places = places as usize;
        let digits = group_text(&format!("{:.places$}", amount.abs()));
        let minus = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
        match money.currency.sign() {
            Some(sign) => format!("{minus}{sign}{digits}"),
            None => format!("{minus}{digits} {}", money.currency),
        }
    }

    /// An amount in few cells, for headings: `€511k`, `€1.2m`, `¥12万`, `€950`.
    #[must_use]
    pub fn short_money(&self, money: &Money) -> String {
        let steps: &[(i64, &str)] = match self.lang {
            Lang::En => &[(1_000_000_000, "bn"), (1_000_000, "m"), (1_000, "k")],
            Lang::Zh => &[(100_000_000, "亿"), (10_000, "万")],
        };
        let size = money.amount.abs();
        // What rounds up to the next step is written in that step: 999,950 is 1m, not 1,000k.
        let step = steps.iter().find(|(step, _)| {
            size >= Decimal::from(*step) - Decimal::from(*step) / Decimal::from(2_000)
        });
        let Some((step, word)) = step else {
            let amount =
                money.amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            return Self::money(&Money { amount, currency: money.currency });
        };
        let scaled = money.amount / Decimal::from(*step);
        let places = u32::from(scaled.abs() < Decimal::from(10));
        let scaled = scaled
            .round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
            .normalize();
        let minus = if scaled.is_sign_negative() { "-" } else { "" };
        let digits = group_text(&scaled.abs().to_string());
        match money.currency.sign() {
            Some(sign) => format!("{minus}{sign}{digits}{word}"),
            None => format!("{minus}{digits}{word} {}", money.currency),
        }
    }
}
