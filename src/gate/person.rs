//! What a user record says of a person: the login they go by, the language Kontor speaks with them, the zone
//! and the hours of their days; checked and used.
//!
//! Start at [`user_problems`].

use std::str::FromStr;

use chrono_tz::Tz;

use super::error::Result;
use super::session::Session;
use crate::model::text::is_invisible;
use crate::model::{Lang, Name, Phrase, Value, phrase};
use crate::schema::Catalog;

/// The days of a week as working hours name them.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Words that mean somebody, or nobody, in queries and commands.
const OURS: [&str; 6] = ["me", "none", "everybody", "nobody", "system", "unowned"];
/// Under this a person's choice of a language is kept.
const LANGUAGE: &str = "language";

/// What is wrong with what is to be written of a user: the field, what, and what would be right.
pub(super) fn user_problems<'v>(
    catalog: &Catalog,
    value: impl Fn(&str) -> Option<&'v Value>,
) -> Vec<(Name, Phrase, Option<Phrase>)> {
    let mut problems = Vec::new();
    for field in ["name", "login"] {
        let text = value(field).and_then(Value::as_text).unwrap_or_default();
        if let Some(word) = of_two_scripts(text) {
            let what = phrase!("{word} is written in letters of several scripts", word);
            let hint = phrase!("write each word in one: Latin, Cyrillic or Greek");
            problems.push((field.into(), what, Some(hint)));
        }
    }
    if let Some(text) = value("login").and_then(Value::as_text)
        && let Some((what, hint)) = login_problem(catalog, text)
    {
        problems.push(("login".into(), what, Some(hint)));
    }
    if let Some(text) = value("zone").and_then(Value::as_text)
        && zone(text).is_none()
    {
        let what = phrase!("there is no time zone {zone}", zone = text);
        let hint = match likely_zone(text) {
            Some(near) => phrase!("did you mean {near}?", near = near),
            None => phrase!("write it like Europe/Berlin"),
        };
        problems.push(("zone".into(), what, Some(hint)));
    }
    if let Some(text) = value("working_hours").and_then(Value::as_text)
        && !is_working_hours(text)
    {
        let what = phrase!("these are no working hours: {text}", text = text);
        let hint = phrase!("write them like mon-fri 9:00-17:30, parts divided by commas");
        problems.push(("working_hours".into(), what, Some(hint)));
    }
    problems
}

/// What is wrong with a login: whoever reads it must not take it for something else that people write where a
/// user is meant.
fn login_problem(catalog: &Catalog, login: &str) -> Option<(Phrase, Phrase)> {
    let digits = login.bytes().all(|byte| byte.is_ascii_digit());
    if digits || catalog.parse_reference(login).is_some() {
        return Some((
            phrase!("{login} looks like the reference of a record", login),
            phrase!("write it with other letters, for example anna.lind"),
        ));
    }
    if OURS.contains(&login.to_lowercase().as_str()) {
        return Some((
            phrase!("{login} is a word that means something else", login),
            phrase!("write a name, for example anna.lind"),
        ));
    }
    if login.starts_with('-') {
        return Some((
            phrase!("a login does not begin with a hyphen"),
            phrase!("commands would take it for an option"),
        ));
    }
    let bad = |sign: char| sign.is_whitespace() || sign.is_control() || is_invisible(sign);
    login.chars().any(bad).then(|| {
        (
            phrase!("a login has neither spaces nor signs that do not show"),
            phrase!("write it in one word, for example anna.lind"),
        )
    })
}

/// The first word that holds letters of two scripts whose letters look alike: nobody could tell it from a word
/// in one of them, and so not one person from another.
fn of_two_scripts(text: &str) -> Option<&str> {
    let script = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(0),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(1),
        '\u{400}'..='\u{52f}' => Some(2),
        _ => None,
    };
    let words = text.split(|sign: char| !sign.is_alphanumeric());
    words.into_iter().find(|word| {
        let mut scripts = word.chars().filter_map(script);
        let first = scripts.next();
        scripts.any(|script| Some(script) != first)
    })
}

/// How firmly the language of a start is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tongue {
    /// For this start: nothing is above it.
    Said,
    /// In the settings of this machine.
    Set,
    /// By nobody: it is that of the system.
    #[default]
    Guessed,
}

impl Session {
    /// The language of whoever sits there, where nothing on the screens was chosen: as it was said for this start
    /// or set on this machine; else that of their user record; else that of the system.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn usual_language(&self, lang: Lang, tongue: Tongue) -> Result<Lang> {
        if tongue != Tongue::Guessed
            || self.catalog.entity("user").is_none_or(|user| user.field("language").is_none())
        {
            return Ok(lang);
        }
        let own = self.store.language_of(self.holder())?;
        Ok(own.as_deref().and_then(Lang::of_code).unwrap_or(lang))
    }

    /// The same with what they chose on the screens, which holds wherever nothing was said for this start.
    ///
    /// # Errors
    /// As [`Session::usual_language`].
    pub fn language(&self, lang: Lang, tongue: Tongue) -> Result<Lang> {
        if tongue == Tongue::Said {
            return Ok(lang);
        }
        let kept = self.kept(LANGUAGE)?;
        let chosen = kept.iter().find(|kept| kept.key == LANGUAGE);
        match chosen.and_then(|kept| Lang::of_code(&kept.text)) {
            Some(chosen) => Ok(chosen),
            None => self.usual_language(lang, tongue),
        }
    }
}

/// The zone of that name.
pub(super) fn zone(name: &str) -> Option<Tz> {
    Tz::from_str(name.trim()).ok()
}

/// The zone that was likely meant: `berlin`, `Europe/Berln`.
fn likely_zone(typed: &str) -> Option<&'static str> {
    let fold = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
    let typed = fold(typed.trim());
    let likeness = |tz: &Tz| {
        let name = fold(tz.name());
        let city = name.rsplit('/').next().unwrap_or(&name).to_owned();
        if name == typed || city == typed {
            return 2.0;
        }
        strsim::jaro_winkler(&name, &typed).max(strsim::jaro_winkler(&city, &typed))
    };
    let best = chrono_tz::TZ_VARIANTS.iter().map(|tz| (likeness(tz), tz.name()));
    let best = best.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| {
        // Of equals the one that is written first counts.
        a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1))
    });
    best.map(|(_, name)| name)
}

/// Whether a text is working hours: `mon-fri 9:00-17:30, sat 10-12`.
fn is_working_hours(text: &str) -> bool {
    text.split(',').all(|part| {
        let part = part.trim().to_lowercase();
        let Some((days, hours)) = part.split_once(char::is_whitespace) else { return false };
        are_days(days) && are_hours(hours.trim())
    })
}

fn are_days(text: &str) -> bool {
    let is_day = |word: &str| DAYS.contains(&word);
    match text.split_once('-') {
        Some((from, to)) => is_day(from) && is_day(to),
        None => is_day(text),
    }
}

fn are_hours(text: &str) -> bool {
    let Some((from, to)) = text.split_once('-') else { return false };
    matches!((minute(from), minute(to)), (Some(from), Some(to)) if from < to)
}

/// The minute of the day: `9`, `9:30`, `24:00`.
fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 2;
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= 24 * 60).then_some(minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_taken_for_nothing_else() {
        let catalog = crate::schema::load(None).unwrap();
        for good in
            ["anna", "anna.lind", "anna-lind", "x1", "u", "anna@example.com", "李静", "menu"]
        {
            assert_eq!(login_problem(&catalog, good), None, "{good}");
        }
        for bad in [
            "U-1",
            "u1",
            "c-12",
            "7",
            "me",
            "ME",
            "none",
            "Nobody",
            "system",
            "-a",
            "-",
            "anna lind",
            "anna\u{7}",
            "an\u{200b}na",
            "\u{a0}anna",
        ] {
            assert!(login_problem(&catalog, bad).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_word_in_letters_of_two_scripts_is_found() {
        for good in ["Administrator", "Анна Lind", "Ωμέγα", "Žižek", "李静 Li", ""] {
            assert_eq!(of_two_scripts(good), None, "{good}");
        }
        for bad in ["Administr\u{430}tor", "Anna \u{41b}ind", "\u{391}nna", "\u{430}\u{3bf}"] {
            assert!(of_two_scripts(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn working_hours_are_told_from_other_texts() {
        for good in ["mon-fri 9:00-17:30", "Mon 8-12, mon 13-17:15", "sat-sun 0:00-24:00"] {
            assert!(is_working_hours(good), "{good}");
        }
        for bad in
            ["", "9-17", "mon", "mon-fry 9-17", "mon 17-9", "mon 9:60-10", "mon 9-25", "mon +9-10"]
        {
            assert!(!is_working_hours(bad), "{bad}");
        }
    }

    #[test]
    fn a_zone_that_is_not_known_names_the_likely_one() {
        for (typed, likely) in [
            ("berlin", "Europe/Berlin"),
            ("Europe/Berln", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("Asia/Shangai", "Asia/Shanghai"),
        ] {
            assert!(zone(typed).is_none(), "{typed}");
            assert_eq!(likely_zone(typed), Some(likely), "{typed}");
        }
        assert_eq!(likely_zone("qqqqqq"), None);
    }
}
