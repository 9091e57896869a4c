//! Exact amounts with a currency.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Decimal places that decimals, percents and amounts keep, in memory and in the file.
///
/// The file holds `value * 10^SCALE` as an integer, so sums and comparisons are exact and need no
/// knowledge of the currency. The largest amount is about 922 trillion.
pub const SCALE: u32 = 4;

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro: what amounts are in until the company says otherwise.
    pub const EUR: Self = Self(*b"EUR");

    /// The code, `EUR`.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal places that amounts in this currency are written with (ISO 4217 minor unit).
    #[must_use]
    pub fn places(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// The sign people write before the amount, where it is unmistakable: `€`, `¥` for CNY.
    #[must_use]
    pub fn sign(&self) -> Option<&'static str> {
        Some(match &self.0 {
            b"EUR" => "€",
            b"USD" => "$",
            b"GBP" => "£",
            b"CNY" => "¥",
            b"JPY" => "JP¥",
            b"INR" => "₹",
            b"KRW" => "₩",
            _ => return None,
        })
    }
}

impl FromStr for Currency {
    type Err = ();

    /// Accepts three ASCII letters in either case; whether ISO assigns them is the schema's to say.
    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| ())?;
        if bytes.iter().all(u8::is_ascii_alphabetic) {
            Ok(Self(bytes.map(|b| b.to_ascii_uppercase())))
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("a currency is three letters"))
    }
}

/// An exact amount in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The amount in major units (euros, not cents).
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// The amount as plain digits with the places of its currency, more where it has more:
    /// `84000.00`.
    #[must_use]
    pub fn digits(&self) -> String {
        let mut amount = self.amount.normalize();
        if amount.scale() < self.currency.places() {
            amount.rescale(self.currency.places());
        }
        amount.to_string()
    }

    /// `amount` in `currency`, rounded half away from zero to the places of the currency.
    #[must_use]
    pub fn rounded(amount: Decimal, currency: Currency) -> Self {
        let amount = amount
            .round_dp_with_strategy(currency.places(), RoundingStrategy::MidpointAwayFromZero)
            .normalize();
        Self { amount, currency }
    }
}

#[cfg(test)]
mod digit_tests {
    use super::Money;

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        for (given, currency, expected) in [
            ("84000", "EUR", "84000.00"),
            ("84000.5", "EUR", "84000.50"),
            ("0.1234", "EUR", "0.1234"),
            ("1200.0", "JPY", "1200"),
            ("-3", "KWD", "-3.000"),
        ] {
            let money =
                Money { amount: given.parse().unwrap(), currency: currency.parse().unwrap() };
            assert_eq!(money.digits(), expected, "{given} {currency}");
        }
    }
}
