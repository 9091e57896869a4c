//! What is unusual in what people did: a pure function over counts.
//!
//! A day of somebody is held against the same person's days before: the median of the last 30 on which
//! there was anything, times a factor, and never less than a floor. Nobody is held against others: who
//! moves a thousand records a day does so every day. Start at [`unusual`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::{EventKind, Tallied};
use crate::model::{Phrase, RecordId, phrase};

/// How far back counts are needed, in days.
pub(super) const DAYS: i64 = 90;
/// So many active days make the median.
const ACTIVE: usize = 30;
/// A quarter of an hour, in seconds.
const QUARTER: i64 = 900;

/// From where on something is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// How many days back are looked at.
    pub days: u32,
    /// Times the person's own median.
    pub factor: u32,
    /// Changed records in a day that are never unusual.
    pub edits: u64,
    /// Exported records in a day that are never unusual.
    pub exports: u64,
    /// Deleted records in a day that are never unusual.
    pub deletes: u64,
    /// Refusals in a day.
    pub refusals: u64,
    /// Failed sign-ins in a day.
    pub sign_ins: u64,
    /// The hour at which usual hours begin.
    pub from_hour: u32,
    /// The hour at which they end.
    pub to_hour: u32,
    /// On so many of the last active days odd hours make them usual.
    pub odd_days: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            days: 7,
            factor: 5,
            edits: 200,
            exports: 500,
            deletes: 20,
            refusals: 20,
            sign_ins: 10,
            from_hour: 6,
            to_hour: 22,
            odd_days: 3,
        }
    }
}

/// What is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unusual {
    /// Many changed records.
    Edits,
    /// Many exported records.
    Exports,
    /// Many deleted records.
    Deletes,
    /// Many refusals.
    Refusals,
    /// Many failed sign-ins.
    SignIns,
    /// Work at hours that are odd for this person.
    Hours,
}

impl Unusual {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edits => "edits",
            Self::Exports => "exports",
            Self::Deletes => "deletes",
            Self::Refusals => "refusals",
            Self::SignIns => "sign_in_failures",
            Self::Hours => "odd_hours",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Edits => phrase!("many changed records"),
            Self::Exports => phrase!("many exported records"),
            Self::Deletes => phrase!("many deleted records"),
            Self::Refusals => phrase!("many refusals"),
            Self::SignIns => phrase!("many failed sign-ins"),
            Self::Hours => phrase!("work at odd hours"),
        }
    }
}

/// Something unusual that somebody did on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// What.
    pub unusual: Unusual,
    /// Who; none for those who were not let in.
    pub user: Option<RecordId>,
    /// The name that history keeps.
    pub name: String,
    /// The day, in the person's own zone.
    pub day: NaiveDate,
    /// How many.
    pub count: u64,
    /// The person's own median, where that was asked.
    pub usual: Option<u64>,
}

/// What is known about when somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Worker {
    /// The zone; that of the session without.
    pub zone: Option<Tz>,
}

/// The counts of one day.
#[derive(Default)]
struct Day {
    counts: BTreeMap<Unusual, u64>,
}

/// What is unusual in the last days; the newest first.
#[must_use]
pub fn unusual(
    tally: &[Tallied],
    workers: &BTreeMap<RecordId, Worker>,
    thresholds: &Thresholds,
    (now, zone): (DateTime<Utc>, Tz),
) -> Vec<Anomaly> {
    // Whoever was not let in is known by a name only.
    let mut people: BTreeMap<(Option<RecordId>, &str), BTreeMap<NaiveDate, Day>> = BTreeMap::new();
    let mut names: BTreeMap<RecordId, &str> = BTreeMap::new();
    for tallied in tally {
        let Some(at) = DateTime::from_timestamp(tallied.quarter * QUARTER, 0) else { continue };
        let own = tallied.user.and_then(|user| workers.get(&user)?.zone).unwrap_or(zone);
        let local = at.with_timezone(&own);
        let name = if tallied.user.is_some() { "" } else { tallied.name.as_str() };
        if let Some(user) = tallied.user {
            names.insert(user, &tallied.name);
        }
        let day =
            people.entry((tallied.user, name)).or_default().entry(local.date_naive()).or_default();
        let mut add = |what, n| *day.counts.entry(what).or_default() += n;
        match measure(&tallied.kind) {
            Some(Unusual::SignIns | Unusual::Refusals) | None => {}
            Some(_) if !(thresholds.from_hour..thresholds.to_hour).contains(&local.hour()) => {
                add(Unusual::Hours, tallied.entries);
            }
            Some(_) => {}
        }
        if let Some(what) = measure(&tallied.kind) {
            add(what, tallied.count);
        }
    }
    let mut found = Vec::new();
    for ((user, name), days) in &people {
        let name = user.and_then(|user| names.get(&user).copied()).unwrap_or(name);
        let first =
            today(*user, workers, (now, zone)) - TimeDelta::days(i64::from(thresholds.days));
        let recent = days.range(first + TimeDelta::days(1)..);
        for (date, day) in recent {
            for (&unusual, &count) in &day.counts {
                let before = || {
                    let earlier = days.range(..*date).rev();
                    earlier.filter_map(|(_, day)| day.counts.get(&unusual).copied()).take(ACTIVE)
                };
                let (over, usual) = match unusual {
                    Unusual::Edits => above(before(), thresholds.edits, thresholds, count),
                    Unusual::Exports => above(before(), thresholds.exports, thresholds, count),
                    Unusual::Deletes => above(before(), thresholds.deletes, thresholds, count),
                    Unusual::Refusals => (count > thresholds.refusals, None),
                    Unusual::SignIns => (count > thresholds.sign_ins, None),
                    Unusual::Hours => {
                        let active = || days.range(..*date).rev().take(ACTIVE);
                        let odd = active().filter(|(_, day)| day.counts.contains_key(&unusual));
                        // Of a newcomer nobody knows which hours are usual.
                        let known = active().count() as u64 >= thresholds.odd_days;
                        (known && (odd.count() as u64) < thresholds.odd_days, None)
                    }
                };
                if over {
                    let (user, name, day) = (*user, name.to_owned(), *date);
                    found.push(Anomaly { unusual, user, name, day, count, usual });
                }
            }
        }
    }
    found.sort_by(|a, b| {
        (b.day, a.unusual, &a.name, a.user).cmp(&(a.day, b.unusual, &b.name, b.user))
    });
    found
}

fn today(
    user: Option<RecordId>,
    workers: &BTreeMap<RecordId, Worker>,
    (now, zone): (DateTime<Utc>, Tz),
) -> NaiveDate {
    let own = user.and_then(|user| workers.get(&user)?.zone).unwrap_or(zone);
    now.with_timezone(&own).date_naive()
}

/// What a kind of entries counts as.
fn measure(kind: &str) -> Option<Unusual> {
    let of = |event: EventKind| event.word() == kind;
    match kind {
        "change" => Some(Unusual::Edits),
        "delete" => Some(Unusual::Deletes),
        _ if of(EventKind::Export) => Some(Unusual::Exports),
        _ if of(EventKind::Refused) => Some(Unusual::Refusals),
        _ if of(EventKind::SignInDenied) => Some(Unusual::SignIns),
        _ => None,
    }
}

/// Whether a count is above the floor and above so many times the median of the days before.
fn above(
    before: impl Iterator<Item = u64>,
    floor: u64,
    thresholds: &Thresholds,
    count: u64,
) -> (bool, Option<u64>) {
    let mut before: Vec<u64> = before.collect();
    before.sort_unstable();
    let median = before.get(before.len() / 2).copied().unwrap_or_default();
    let limit = median.saturating_mul(u64::from(thresholds.factor)).max(floor);
    (count > limit, Some(median))
}

/// How many of the anomalies nobody has looked at: those of days after the one seen last, or that were
/// not among the ones seen.
#[must_use]
pub fn unseen(all: &[Anomaly], seen: &BTreeSet<String>) -> usize {
    all.iter().filter(|anomaly| !seen.contains(&anomaly.key())).count()
}

impl Anomaly {
    /// By what it is known again: what, whose, and the day.
    #[must_use]
    pub fn key(&self) -> String {
        let user = self.user.map_or_else(|| self.name.clone(), |id| id.0.to_string());
        format!("{} {} {user}", self.day, self.unusual.word())
    }

    /// The entries behind it, as a condition on the log.
    #[must_use]
    pub fn behind(&self) -> String {
        let kind = match self.unusual {
            Unusual::Edits | Unusual::Deletes => "kind = change and ",
            Unusual::Exports => "kind = export and ",
            Unusual::Refusals => "kind = refused and ",
            Unusual::SignIns => "kind = sign_in_denied and ",
            Unusual::Hours => "",
        };
        let who = match self.user {
            Some(user) => format!("who = U-{user}"),
            None => "who is empty".to_owned(),
        };
        format!("{kind}{who} and at = {}", self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap()
    }

    /// Something that user 7 did so many days ago, at an hour.
    fn did(kind: &str, days: i64, hour: i64, count: u64) -> Tallied {
        let at = now() - TimeDelta::days(days) + TimeDelta::hours(hour - 12);
        Tallied {
            user: Some(RecordId(7)),
            name: "Bo".into(),
            quarter: at.timestamp() / QUARTER,
            kind: kind.into(),
            entries: 1,
            count,
        }
    }

    fn of(tally: &[Tallied]) -> Vec<(Unusual, i64, u64)> {
        let (workers, zone) = (BTreeMap::new(), chrono_tz::UTC);
        unusual(tally, &workers, &Thresholds::default(), (now(), zone))
            .into_iter()
            .map(|found| (found.unusual, (now().date_naive() - found.day).num_days(), found.count))
            .collect()
    }

    #[test]
    fn people_are_held_against_themselves() {
        let steady = |each: u64| (1..40).map(move |days| did("change", days, 12, each));
        let mut tally: Vec<Tallied> = steady(100).collect();
        tally.push(did("change", 0, 12, 501));
        assert_eq!(of(&tally), [(Unusual::Edits, 0, 501)]);
        // The same day of somebody who does as much every day.
        let mut tally: Vec<Tallied> = steady(400).collect();
        tally.push(did("change", 0, 12, 501));
        assert_eq!(of(&tally), []);
        // Below the floor nothing is much, above it everything is for a newcomer.
        assert_eq!(of(&[did("change", 0, 12, 200)]), []);
        assert_eq!(of(&[did("change", 0, 12, 201)]), [(Unusual::Edits, 0, 201)]);
    }

    #[test]
    fn exports_deletions_refusals_and_failed_sign_ins_have_floors_of_their_own() {
        let tally = [
            did("export", 1, 12, 501),
            did("delete", 1, 12, 21),
            did("refused", 2, 12, 21),
            did("sign_in_denied", 3, 12, 11),
            did("sign_in", 1, 12, 9_000),
            did("report", 1, 12, 9_000),
        ];
        let expected = [
            (Unusual::Exports, 1, 501),
            (Unusual::Deletes, 1, 21),
            (Unusual::Refusals, 2, 21),
            (Unusual::SignIns, 3, 11),
        ];
        assert_eq!(of(&tally), expected);
        let less: Vec<Tallied> =
            tally.iter().map(|t| Tallied { count: t.count.min(10), ..t.clone() }).collect();
        assert_eq!(of(&less), []);
    }

    #[test]
    fn odd_hours_are_odd_until_they_are_usual() {
        let worked = |days: i64| (2..2 + days).map(|days| did("change", days, 12, 1));
        let and = |days: i64, more: Tallied| of(&worked(days).chain([more]).collect::<Vec<_>>());
        assert_eq!(and(3, did("change", 0, 3, 1)), [(Unusual::Hours, 0, 1)]);
        assert_eq!(and(3, did("change", 1, 22, 1)), [(Unusual::Hours, 1, 1)]);
        assert_eq!(and(3, did("change", 0, 6, 1)), []);
        assert_eq!(and(3, did("change", 1, 21, 1)), []);
        // Which hours are usual is not known of who has just begun.
        assert_eq!(and(2, did("change", 0, 3, 1)), []);
        let nights: Vec<Tallied> =
            (0..20).step_by(2).map(|days| did("change", days, 3, 1)).collect();
        assert_eq!(of(&nights), []);
    }

    #[test]
    fn the_day_and_the_hour_are_those_of_the_person() {
        // Three in the morning in UTC is noon in Tokyo.
        let workers =
            BTreeMap::from([(RecordId(7), Worker { zone: Some(chrono_tz::Asia::Tokyo) })]);
        let mut tally = vec![did("change", 0, 3, 1), did("change", 0, 14, 1)];
        tally.extend((2..5).map(|days| did("change", days, 3, 1)));
        let found = unusual(&tally, &workers, &Thresholds::default(), (now(), chrono_tz::UTC));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].unusual, found[0].count), (Unusual::Hours, 1));
    }

    #[test]
    fn only_the_last_days_are_told() {
        assert_eq!(of(&[did("export", 6, 12, 9_000)]).len(), 1);
        assert_eq!(of(&[did("export", 7, 12, 9_000)]), []);
    }

    #[test]
    fn what_was_seen_is_known_again() {
        let tally = [did("export", 0, 12, 9_000), did("delete", 0, 12, 50)];
        let found =
            unusual(&tally, &BTreeMap::new(), &Thresholds::default(), (now(), chrono_tz::UTC));
        let seen = BTreeSet::from([found[0].key()]);
        assert_eq!((unseen(&found, &BTreeSet::new()), unseen(&found, &seen)), (2, 1));
    }
}
