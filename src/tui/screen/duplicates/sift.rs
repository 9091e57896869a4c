//! Which cases are shown: by how likely they are, by names and references, open ones or those that are known to be
//! different. Start at [`Sift`].

use std::collections::BTreeSet;

use super::Duplicates;
use crate::matching::Case;
use crate::model::{RecordId, RecordRef, text};
use crate::schema::DuplicateRule;
use crate::tui::context::Context;

/// One step of the score from which pairs count as safe, in thousandths.
const STEP: u16 = 10;

/// How likely a case is, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Band {
    /// From the score on that the person sees and can change.
    Safe,
    /// As the rule says.
    Likely,
    /// Below that, and worth a look.
    Possible,
}

impl Band {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Likely, Self::Possible];
}

/// What is shown.
#[derive(Debug, Default)]
pub(super) struct Sift {
    /// Those that are known to be different, in place of the open ones.
    pub apart: bool,
    pub band: Option<Band>,
    filter: String,
    words: Vec<String>,
    least: Option<f64>,
    most: Option<f64>,
    /// From this score on a case is safe, in thousandths; none before there is a rule.
    safe: Option<u16>,
    likely: f64,
}

impl Sift {
    /// Takes the scores of a rule over, as far as nobody changed them.
    pub fn begin(&mut self, rule: &DuplicateRule) {
        self.likely = rule.likely.get();
        self.safe.get_or_insert(rule.certain.in_thousandths());
    }

    /// Everything is shown again.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// From which score on a case is safe.
    pub fn safe(&self) -> f64 {
        f64::from(self.safe.unwrap_or(1000)) / 1000.0
    }

    /// More or fewer are safe.
    pub fn move_safe(&mut self, up: bool) {
        let now = self.safe.unwrap_or(1000);
        let least = (self.likely * 1000.0) as u16;
        let next = if up { now + STEP } else { now.saturating_sub(STEP) };
        // Up to 99.9 %: nothing is as sure as that.
        self.safe = Some(next.clamp(least.min(999), 999));
    }

    pub fn band_of(&self, score: f64) -> Band {
        if score >= self.safe() {
            Band::Safe
        } else if score >= self.likely {
            Band::Likely
        } else {
            Band::Possible
        }
    }

    /// The next band, then all of them.
    pub fn next_band(&mut self) {
        let at = self.band.map(|band| band as usize + 1);
        self.band = Band::ALL.get(at.unwrap_or(0)).copied();
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Words that must stand in names or references, and scores: `>95`, `<80 %`.
    pub fn set_filter(&mut self, filter: &str) {
        filter.trim().clone_into(&mut self.filter);
        (self.words, self.least, self.most) = (Vec::new(), None, None);
        for word in filter.split_whitespace() {
            match bound(word) {
                Some((true, score)) => self.least = Some(score),
                Some((false, score)) => self.most = Some(score),
                None => self.words.push(text::fold(word)),
            }
        }
    }

    /// Takes back one thing that narrows; false where nothing does.
    pub fn widen(&mut self) -> bool {
        if !self.filter.is_empty() {
            self.set_filter("");
        } else if self.band.take().is_none() {
            return std::mem::take(&mut self.apart);
        }
        true
    }

    fn shows(&self, case: &Case, told: impl Fn() -> String) -> bool {
        let fits = self.least.is_none_or(|least| case.score >= least)
            && self.most.is_none_or(|most| case.score < most)
            && (self.apart || self.band.is_none_or(|band| self.band_of(case.score) == band));
        if !fits || self.words.is_empty() {
            return fits;
        }
        let told = text::fold(&told());
        self.words.iter().all(|word| told.contains(word.as_str()))
    }
}

/// A bound of the score: whether it is the least, and which.
fn bound(word: &str) -> Option<(bool, f64)> {
    let least = word.starts_with('>');
    let number = word.strip_prefix(['>', '<'])?.trim_start_matches('=').trim_end_matches('%');
    let number: f64 = number.replace(',', ".").parse().ok()?;
    // `0.9` is a share, `90` a percentage.
    Some((least, if number > 1.0 { number / 100.0 } else { number }))
}

impl Duplicates {
    /// Takes the cases out of the queue again; the cursor stays with its case, or where it was.
    pub(super) fn sort_out(&mut self, ctx: &Context) {
        let Some(queue) = &self.queue else { return };
        let here = self.case().map(|case| case.records.clone());
        let apart = queue.known_apart();
        self.apart = apart.len();
        let open = queue.cases();
        if !self.marks.is_empty() || !self.skipped.is_empty() {
            let there: BTreeSet<&Vec<i64>> = open.iter().map(|case| &case.records).collect();
            self.marks.retain(|records| there.contains(records));
            self.skipped.retain(|records| there.contains(records));
        }
        self.cases = if self.sift.apart { apart } else { open };
        self.sift_here(here, ctx);
    }

    /// Says anew which of the cases are shown.
    pub(super) fn sift_again(&mut self, ctx: &Context) {
        let here = self.case().map(|case| case.records.clone());
        self.sift_here(here, ctx);
    }

    fn sift_here(&mut self, here: Option<Vec<i64>>, ctx: &Context) {
        let told = |case: &Case| {
            let each =
                case.records.iter().map(|id| format!("{} {}", self.told(*id, ctx), self.name(*id)));
            each.collect::<Vec<_>>().join(" ")
        };
        let fits = |n: &usize| self.sift.shows(&self.cases[*n], || told(&self.cases[*n]));
        let mut shown: Vec<usize> = (0..self.cases.len()).filter(fits).collect();
        // What was skipped waits behind all others.
        shown.sort_by_key(|n| self.skipped.contains(&self.cases[*n].records));
        self.shown = shown;
        let again = here
            .as_ref()
            .and_then(|records| self.shown.iter().position(|n| self.cases[*n].records == *records));
        match again {
            Some(at) => self.at = at,
            None => {
                self.at = self.at.min(self.shown.len().saturating_sub(1));
                self.left = 0;
            }
        }
    }

    /// What a record is called by its number.
    pub(super) fn told(&self, id: i64, ctx: &Context) -> String {
        let reference = self.kinds.get(self.kind).map(|kind| RecordRef::new(kind, RecordId(id)));
        reference.map(|record| ctx.catalog.reference(&record)).unwrap_or_default()
    }

    /// What a record is called by people.
    pub(super) fn name(&self, id: i64) -> &str {
        self.titles.get(&id).map(String::as_str).unwrap_or_default()
    }

    /// How many open cases are of which band.
    pub(super) fn of_band(&self, band: Band) -> usize {
        self.cases.iter().filter(|case| self.sift.band_of(case.score) == band).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(score: f64) -> Case {
        Case { records: vec![1, 2], score, best: (1, 2) }
    }

    #[test]
    fn words_and_scores_narrow() {
        let mut sift = Sift::default();
        sift.begin(&DuplicateRule::bare("customer"));
        let shows =
            |sift: &Sift, score| sift.shows(&case(score), || "C-1 Müller AG C-2".to_owned());
        for (filter, score, expected) in [
            ("", 0.7, true),
            ("muller", 0.7, true),
            ("c-2 ag", 0.7, true),
            ("meier", 0.7, false),
            (">90", 0.9, true),
            (">=90%", 0.89, false),
            ("<0,8 müller", 0.79, true),
            ("<80", 0.8, false),
        ] {
            sift.set_filter(filter);
            assert_eq!(shows(&sift, score), expected, "{filter} {score}");
        }
    }

    #[test]
    fn bands_follow_the_score_that_is_seen() {
        let mut sift = Sift::default();
        sift.begin(&DuplicateRule::bare("customer"));
        assert_eq!([0.95, 0.94, 0.79].map(|score| sift.band_of(score)), Band::ALL);
        sift.move_safe(false);
        assert_eq!(sift.band_of(0.94), Band::Safe);
        for _ in 0..50 {
            sift.move_safe(false);
        }
        assert!((sift.safe() - 0.8).abs() < 1e-9, "never below what is likely");
        sift.next_band();
        assert!(sift.shows(&case(0.9), String::new));
        sift.next_band();
        assert!(!sift.shows(&case(0.9), String::new));
    }
}
