//! Days in Chinese words.

use chrono::{NaiveDate, Weekday};

use super::{in_week, next, period, shift};

/// Chinese words.
pub(super) fn chinese(text: &str, today: NaiveDate, week: Weekday) -> Option<NaiveDate> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    let days = match text.as_str() {
        "今天" | "今日" => Some(0),
        "明天" | "明日" => Some(1),
        "后天" => Some(2),
        "大后天" => Some(3),
        "昨天" | "昨日" => Some(-1),
        "前天" => Some(-2),
        "大前天" => Some(-3),
        _ => None,
    };
    if let Some(days) = days {
        return shift(today, 'd', days);
    }
    let edge = match text.as_str() {
        "月底" | "月末" | "本月底" | "本月末" | "这个月底" => {
            Some(("month", 0, true))
        }
        "下月底" | "下月末" | "下个月底" | "下个月末" => Some(("month", 1, true)),
        "下月" | "下个月" | "下月初" | "下个月初" => Some(("month", 1, false)),
        "季度末" | "本季度末" | "季末" => Some(("quarter", 0, true)),
        "下季度" | "下季度初" => Some(("quarter", 1, false)),
        "年底" | "年末" | "今年底" => Some(("year", 0, true)),
        "明年" | "明年初" => Some(("year", 1, false)),
        "明年底" | "明年末" => Some(("year", 1, true)),
        "周末前" | "本周末" | "周末" => Some(("week", 0, true)),
        "下周" | "下星期" => Some(("week", 1, false)),
        _ => None,
    };
    if let Some((unit, away, end)) = edge {
        return period(unit, away, end, (today, week));
    }
    chinese_weekday(&text, today, week).or_else(|| chinese_distance(&text, today))
}

fn chinese_weekday(text: &str, today: NaiveDate, begins: Weekday) -> Option<NaiveDate> {
    let weeks = |text: &str| {
        ["下下", "下", "上", "本", "这"].into_iter().find(|word| text.starts_with(word)).map(
            |word| {
                (
                    word.len(),
                    match word {
                        "下下" => 2,
                        "下" => 1,
                        "上" => -1,
                        _ => 0,
                    },
                )
            },
        )
    };
    let (taken, week) = weeks(text).map_or((0, None), |(taken, week)| (taken, Some(week)));
    let rest = text[taken..].trim_start_matches('个');
    let name = ["周", "星期", "礼拜"].into_iter().find_map(|word| rest.strip_prefix(word))?;
    let day = match name {
        "一" | "1" => Weekday::Mon,
        "二" | "2" => Weekday::Tue,
        "三" | "3" => Weekday::Wed,
        "四" | "4" => Weekday::Thu,
        "五" | "5" => Weekday::Fri,
        "六" | "6" => Weekday::Sat,
        "日" | "天" | "7" => Weekday::Sun,
        _ => return None,
    };
    match week {
        Some(week) => in_week((today, begins), week, day),
        None => next(day, today),
    }
}

/// `3天后`, `两周前`, `1个月后`.
fn chinese_distance(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (count, unit, sign) = chinese_parts(text)?;
    let unit = match unit {
        "天" | "日" => 'd',
        "周" | "星期" | "礼拜" => 'w',
        "月" => 'm',
        "年" => 'y',
        _ => return None,
    };
    shift(today, unit, sign * count)
}

/// Number, unit and direction of `3天后`.
pub(in crate::schema::coerce) fn chinese_parts(text: &str) -> Option<(i64, &str, i64)> {
    let endings = [("以后", 1), ("之后", 1), ("后", 1), ("以前", -1), ("之前", -1), ("前", -1)];
    let (body, sign) =
        endings.into_iter().find_map(|(word, sign)| Some((text.strip_suffix(word)?, sign)))?;
    let digits = body.find(|c: char| !c.is_ascii_digit())?;
    let (count, rest) = if digits > 0 && digits <= 7 {
        (body[..digits].parse().ok()?, &body[digits..])
    } else {
        let first = body.chars().next()?;
        let at = "一二三四五六七八九十".chars().position(|c| c == first).map(|at| at as i64 + 1);
        let count = if first == '两' {
            2
        } else if first == '半' {
            return None;
        } else {
            at?
        };
        (count, &body[first.len_utf8()..])
    };
    Some((count, rest.strip_prefix('个').unwrap_or(rest), sign))
}
