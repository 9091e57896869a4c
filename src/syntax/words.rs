//! The words that the language keeps for itself, in English and Chinese.

use super::ast::{Cmp, Period, Unit};

/// What a keyword does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    And,
    Or,
    Not,
    In,
    Is,
    Between,
    Where,
    No,
    Compare(Cmp),
    IsEmpty,
    IsNotEmpty,
}

/// The keyword that a bare word is, where it is one.
pub fn keyword(word: &str) -> Option<Keyword> {
    if word.len() > 12 {
        return None;
    }
    let lower = word.to_lowercase();
    Some(match lower.as_str() {
        "and" | "且" | "并且" | "和" | "与" => Keyword::And,
        "or" | "或" | "或者" => Keyword::Or,
        "not" | "非" | "不是" => Keyword::Not,
        "in" | "属于" => Keyword::In,
        "is" => Keyword::Is,
        "between" | "介于" => Keyword::Between,
        "where" | "其中" => Keyword::Where,
        "no" | "没有" => Keyword::No,
        "contains" | "包含" => Keyword::Compare(Cmp::Contains),
        "before" | "早于" => Keyword::Compare(Cmp::Before),
        "after" | "晚于" => Keyword::Compare(Cmp::After),
        "大于" => Keyword::Compare(Cmp::Gt),
        "小于" => Keyword::Compare(Cmp::Lt),
        "等于" => Keyword::Compare(Cmp::Eq),
        "为空" => Keyword::IsEmpty,
        "不为空" => Keyword::IsNotEmpty,
        _ => return None,
    })
}

/// The unit of time a word names. `m` is months here: nobody means minutes in `older than 3m`.
pub fn unit(word: &str) -> Option<Unit> {
    if word.len() > 12 {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "s" | "sec" | "second" | "seconds" | "秒" => Unit::Second,
        "min" | "minute" | "minutes" | "分钟" => Unit::Minute,
        "h" | "hour" | "hours" | "小时" => Unit::Hour,
        "d" | "day" | "days" | "天" | "日" => Unit::Day,
        "w" | "week" | "weeks" | "周" => Unit::Week,
        "m" | "mo" | "month" | "months" | "月" | "个月" => Unit::Month,
        "q" | "quarter" | "quarters" | "季度" => Unit::Quarter,
        "y" | "year" | "years" | "年" => Unit::Year,
        _ => return None,
    })
}

impl Unit {
    /// The short form that is printed and read again.
    #[must_use]
    pub const fn short(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "mo",
            Self::Quarter => "q",
            Self::Year => "y",
        }
    }

    /// The English word for one.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// True for the units that `this`, `last` and `next` go with.
    #[must_use]
    pub const fn is_calendar(self) -> bool {
        matches!(self, Self::Week | Self::Month | Self::Quarter | Self::Year)
    }
}

/// The period that a single word names.
pub fn period(word: &str) -> Option<Period> {
    if word.len() > 12 {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "today" | "今天" => Period::Day(0),
        "yesterday" | "昨天" => Period::Day(-1),
        "tomorrow" | "明天" => Period::Day(1),
        "本周" | "这周" => Period::Calendar(Unit::Week, 0),
        "上周" => Period::Calendar(Unit::Week, -1),
        "下周" => Period::Calendar(Unit::Week, 1),
        "本月" | "这个月" => Period::Calendar(Unit::Month, 0),
        "上月" | "上个月" => Period::Calendar(Unit::Month, -1),
        "下月" | "下个月" => Period::Calendar(Unit::Month, 1),
        "本季度" => Period::Calendar(Unit::Quarter, 0),
        "上季度" => Period::Calendar(Unit::Quarter, -1),
        "下季度" => Period::Calendar(Unit::Quarter, 1),
        "今年" => Period::Calendar(Unit::Year, 0),
        "去年" => Period::Calendar(Unit::Year, -1),
        "明年" => Period::Calendar(Unit::Year, 1),
        _ => return None,
    })
}

/// The functions of expressions, with how they are called and what they do.
pub(crate) const FUNCTIONS: &[(&str, &str, &str)] = &[
    ("if", "if(condition, then, else)", "one of two values"),
    ("coalesce", "coalesce(a, b, ...)", "the first that is not empty"),
    ("first", "first(links)", "the first of several linked records"),
    ("round", "round(number, places)", "rounds half away from zero"),
    ("lower", "lower(text)", "small letters"),
    ("upper", "upper(text)", "capital letters"),
    ("len", "len(text)", "how many characters"),
    ("year", "year(date)", "the year of a day"),
    ("month", "month(date)", "the month of a day"),
    ("date", "date(datetime)", "the day of an instant"),
];

/// True for the name of a function.
pub fn is_function(word: &str) -> bool {
    FUNCTIONS.iter().any(|(name, ..)| name.eq_ignore_ascii_case(word))
}
