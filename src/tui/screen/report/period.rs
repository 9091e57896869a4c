//! The period a report is about: all times, or a month, quarter or year near today.

use chrono::{Datelike, Months, NaiveDate};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Span {
    /// All times.
    #[default]
    All,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}

impl Span {
    pub const ALL: [Self; 4] = [Self::All, Self::Month, Self::Quarter, Self::Year];

    /// Its name for the chooser, and the key of what it is called.
    pub const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("all", "report.all_times"),
            Self::Month => ("month", "report.month"),
            Self::Quarter => ("quarter", "report.quarter"),
            Self::Year => ("year", "report.year"),
        }
    }

    const fn months(self) -> i32 {
        match self {
            Self::All => 0,
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// A period: so many spans from the present one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Period {
    pub span: Span,
    pub offset: i32,
}

impl Period {
    /// The period before or after; from all times one comes to this quarter.
    pub fn step(self, by: i32) -> Self {
        match self.span {
            Span::All => Self { span: Span::Quarter, offset: 0 },
            span => Self { span, offset: (self.offset + by).clamp(-1200, 1200) },
        }
    }

    /// `2026-11`, `2026-Q4`, `2026`; none for all times.
    pub fn text(self, today: NaiveDate) -> Option<String> {
        let months = self.offset * self.span.months();
        let by = Months::new(months.unsigned_abs());
        let first = NaiveDate::from_ymd_opt(today.year(), today.month(), 1)?;
        let day =
            if months < 0 { first.checked_sub_months(by) } else { first.checked_add_months(by) };
        let day = day?;
        Some(match self.span {
            Span::All => return None,
            Span::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Span::Quarter => format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1),
            Span::Year => format!("{:04}", day.year()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_go_on_by_the_calendar() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let text = |span, offset| Period { span, offset }.text(today);
        assert_eq!(text(Span::All, 3), None);
        assert_eq!(text(Span::Month, 3).as_deref(), Some("2027-02"));
        assert_eq!(text(Span::Quarter, -4).as_deref(), Some("2025-Q4"));
        assert_eq!(text(Span::Quarter, 1).as_deref(), Some("2027-Q1"));
        assert_eq!(text(Span::Year, -1).as_deref(), Some("2025"));
        assert_eq!(Period::default().step(-1).text(today).as_deref(), Some("2026-Q4"));
        assert_eq!(Period::default().step(1).step(-1).text(today).as_deref(), Some("2026-Q3"));
    }
}
