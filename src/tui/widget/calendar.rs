//! A month on a page: days, weeks from the day they begin on, steps by day, week, month and year.
//!
//! Pure dates; drawing is done by whoever shows it. Start at [`Calendar::weeks`].

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::pick::Picked;
use crate::model::week_of;
use crate::tui::key::{Key, KeyCode};

/// A day chosen on a month's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    day: NaiveDate,
}

impl Calendar {
    /// The page `day` stands on.
    #[must_use]
    pub const fn on(day: NaiveDate) -> Self {
        Self { day }
    }

    /// The chosen day.
    #[must_use]
    pub const fn day(&self) -> NaiveDate {
        self.day
    }

    /// Does what a key asks: arrows by day and week, page keys by month (with Ctrl or Alt by year),
    /// Home for `today`, Enter and Space choose.
    pub fn key(&mut self, key: Key, today: NaiveDate) -> Picked {
        let months = if key.ctrl || key.alt { 12 } else { 1 };
        match key.code {
            KeyCode::Esc => return Picked::Closed,
            KeyCode::Enter | KeyCode::Char(' ') => return Picked::Chosen,
            KeyCode::Left => self.step_days(-1),
            KeyCode::Right => self.step_days(1),
            KeyCode::Up => self.step_days(-7),
            KeyCode::Down => self.step_days(7),
            KeyCode::PageUp => self.step_months(-months),
            KeyCode::PageDown => self.step_months(months),
            KeyCode::Home => self.day = today,
            _ => return Picked::Ignored,
        }
        Picked::Moved
    }

    /// Moves by days, as far as the calendar goes.
    pub fn step_days(&mut self, days: i64) {
        let step = Days::new(days.unsigned_abs());
        let day = if days < 0 {
            self.day.checked_sub_days(step)
        } else {
            self.day.checked_add_days(step)
        };
        self.keep(day);
    }

    /// Moves by months; the 31st becomes the last day of a shorter month.
    pub fn step_months(&mut self, months: i32) {
        let step = Months::new(months.unsigned_abs());
        let day = if months < 0 {
            self.day.checked_sub_months(step)
        } else {
            self.day.checked_add_months(step)
        };
        self.keep(day);
    }

    /// The days of the page in weeks that begin on `start`, with the neighbours that fill the first and
    /// the last.
    #[must_use]
    pub fn weeks(&self, start: Weekday) -> Vec<[NaiveDate; 7]> {
        let first = self.day.with_day(1).unwrap_or(self.day);
        let mut begin = week_of(first, start);
        let mut weeks = Vec::with_capacity(6);
        while begin <= first || (begin.month() == first.month() && begin.year() == first.year()) {
            weeks.push(std::array::from_fn(|day| {
                begin.checked_add_days(Days::new(day as u64)).unwrap_or(begin)
            }));
            match begin.checked_add_days(Days::new(7)) {
                Some(next) => begin = next,
                None => break,
            }
        }
        weeks
    }

    /// Years beyond four digits are not dates people mean; the page stays where it is.
    fn keep(&mut self, day: Option<NaiveDate>) {
        if let Some(day) = day.filter(|day| (1..=9999).contains(&day.year())) {
            self.day = day;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn february_of_a_leap_year() {
        let page = Calendar::on(date("2028-02-15"));
        let weeks = page.weeks(Weekday::Mon);
        assert_eq!(weeks.len(), 5);
        assert_eq!(weeks[0][0], date("2028-01-31"));
        assert_eq!(weeks[4][1], date("2028-02-29"));
    }

    #[test]
    fn a_month_that_fills_four_or_six_weeks() {
        assert_eq!(Calendar::on(date("2027-02-01")).weeks(Weekday::Mon).len(), 4);
        assert_eq!(Calendar::on(date("2026-08-31")).weeks(Weekday::Mon).len(), 6);
    }

    #[test]
    fn weeks_begin_on_the_day_that_is_asked_for() {
        let page = Calendar::on(date("2026-11-15"));
        for (start, first, count) in [
            (Weekday::Mon, "2026-10-26", 6),
            (Weekday::Sun, "2026-11-01", 5),
            (Weekday::Sat, "2026-10-31", 5),
        ] {
            let weeks = page.weeks(start);
            assert_eq!((weeks[0][0], weeks.len()), (date(first), count), "{start}");
            assert!(weeks.iter().all(|week| week[0].weekday() == start));
        }
    }

    #[test]
    fn steps_stay_in_the_calendar() {
        let mut page = Calendar::on(date("2026-01-31"));
        page.step_months(1);
        assert_eq!(page.day(), date("2026-02-28"));
        page.step_days(1);
        assert_eq!(page.day(), date("2026-03-01"));
        page.step_days(-7);
        assert_eq!(page.day(), date("2026-02-22"));
        let mut edge = Calendar::on(date("9999-12-31"));
        edge.step_days(1);
        edge.step_months(12);
        assert_eq!(edge.day(), date("9999-12-31"));
        assert_eq!(edge.weeks(Weekday::Mon).len(), 5);
    }
}
