//! On which day a week begins.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

/// The day that weeks begin on, as it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// Monday, as in ISO 8601.
    #[default]
    Monday,
    /// Sunday.
    Sunday,
    /// Saturday.
    Saturday,
    /// As is usual in the company's region.
    Auto,
}

/// Regions whose calendars begin on Sunday, and those that begin on Saturday (Unicode CLDR 45,
/// `supplementalData/weekData`); all others begin on Monday, mainland China by GB/T 7408 too.
const SUNDAY: &[&str] = &[
    "AG", "AS", "BD", "BR", "BS", "BT", "BW", "BZ", "CA", "CO", "DM", "DO", "ET", "GT", "GU", "HK",
    "HN", "ID", "IL", "IN", "JM", "JP", "KE", "KH", "KR", "LA", "MH", "MM", "MO", "MT", "MX", "MZ",
    "NI", "NP", "PA", "PE", "PH", "PK", "PR", "PT", "PY", "SA", "SG", "SV", "TH", "TT", "TW", "UM",
    "US", "VE", "VI", "WS", "YE", "ZA", "ZW",
];
const SATURDAY: &[&str] =
    &["AE", "AF", "BH", "DJ", "DZ", "EG", "IQ", "IR", "JO", "KW", "LY", "OM", "QA", "SD", "SY"];

impl WeekStart {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Monday, Self::Sunday, Self::Saturday, Self::Auto];

    /// Its name in settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
            Self::Auto => "auto",
        }
    }

    /// The one with that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|start| start.word() == word)
    }

    /// The day in a region (two letters of ISO 3166).
    #[must_use]
    pub fn day(self, region: &str) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Sunday => Weekday::Sun,
            Self::Saturday => Weekday::Sat,
            Self::Auto if SUNDAY.contains(&region) => Weekday::Sun,
            Self::Auto if SATURDAY.contains(&region) => Weekday::Sat,
            Self::Auto => Weekday::Mon,
        }
    }
}

/// The first day of the week that a day is in, where weeks begin on `start`.
#[must_use]
pub fn week_of(day: NaiveDate, start: Weekday) -> NaiveDate {
    let back = day.weekday().days_since(start);
    day.checked_sub_days(Days::new(u64::from(back))).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_where_it_is_said_to() {
        // A Monday.
        let day: NaiveDate = "2026-11-23".parse().unwrap();
        for (start, first) in [
            (Weekday::Mon, "2026-11-23"),
            (Weekday::Sun, "2026-11-22"),
            (Weekday::Sat, "2026-11-21"),
        ] {
            assert_eq!(week_of(day, start).to_string(), first);
            assert_eq!(week_of(week_of(day, start), start), week_of(day, start));
        }
        assert_eq!(week_of(NaiveDate::MIN, Weekday::Sun), NaiveDate::MIN);
    }

    #[test]
    fn auto_goes_by_the_region_and_nothing_else_does() {
        for (region, day) in
            [("US", Weekday::Sun), ("EG", Weekday::Sat), ("DE", Weekday::Mon), ("CN", Weekday::Mon)]
        {
            assert_eq!(WeekStart::Auto.day(region), day, "{region}");
            assert_eq!(WeekStart::Sunday.day(region), Weekday::Sun);
            assert_eq!(WeekStart::default().day(region), Weekday::Mon);
        }
        assert!(SUNDAY.iter().all(|region| !SATURDAY.contains(region)));
    }
}
