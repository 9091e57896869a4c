//! What is done with a case: merged, kept apart, skipped, marked; and many of them at once.

use std::collections::BTreeSet;

use super::{BESIDE, Duplicates, SAID, WHICH};
use crate::gate::{Applied, Merge};
use crate::matching::Case;
use crate::model::RecordRef;
use crate::term::Clean;
use crate::tui::bulk::{Deed, Review};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::choose::Choose;
use crate::tui::overlay::merge::Merging;
use crate::tui::request::{Request, Twins};
use crate::tui::theme::Role;

/// The word for all records of a case, where one of several is chosen.
const ALL: &str = "all";

impl Duplicates {
    /// Does one of the actions of this screen; none where it is another's.
    pub(super) fn do_with(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "duplicate.merge" => self.merge(ctx),
            "duplicate.apart" => self.keep_apart(ctx),
            "duplicate.skip" => self.skip(ctx),
            "duplicate.merge-safe" => self.merge_safe(ctx),
            "duplicate.open" => self.here().into_iter().take(1).map(Cmd::Open).collect(),
            "duplicate.left" | "duplicate.right" => {
                let all = self.case().map_or(1, |case| case.records.len().max(1));
                let by = if action == "duplicate.left" { all - 1 } else { 1 };
                self.left = (self.left + by) % all;
                self.look_beside(ctx)
            }
            "duplicate.mark" => self.mark(ctx),
            "duplicate.mark-all" => self.mark_all(),
            "duplicate.state" => {
                self.sift.apart = !self.sift.apart;
                self.at = 0;
                self.sort_out(ctx);
                self.look_beside(ctx)
            }
            "duplicate.band" => {
                self.sift.next_band();
                self.sift_again(ctx);
                self.look_beside(ctx)
            }
            "duplicate.higher" | "duplicate.lower" => {
                self.sift.move_safe(action == "duplicate.higher");
                self.sift_again(ctx);
                self.look_beside(ctx)
            }
            "duplicate.beside" => {
                self.whole = !self.whole;
                Cmds::new()
            }
            "duplicate.next-field" => {
                self.beside.scroll(1);
                Cmds::new()
            }
            "duplicate.previous-field" => {
                self.beside.scroll(-1);
                Cmds::new()
            }
            _ => return None,
        })
    }

    /// Asks for the records under the cursor side by side, where they are not there yet.
    pub(super) fn look_beside(&mut self, _ctx: &Context) -> Cmds {
        let records = self.here();
        let Some((survivor, merged)) = records.split_first() else {
            self.beside.clear();
            return Cmds::new();
        };
        if !self.beside.wants(&records) {
            return Cmds::new();
        }
        let wish = Merge::new(survivor.clone(), merged.to_vec());
        vec![Cmd::Ask(BESIDE, Request::Twins(Twins::Compare(Box::new(wish))))]
    }

    fn merge(&self, ctx: &Context) -> Cmds {
        if self.sift.apart {
            return vec![Cmd::Say(Role::Warning, ctx.t("duplicates.is_apart").to_owned())];
        }
        let records = self.here();
        if records.len() < 2 {
            return Cmds::new();
        }
        vec![Cmd::Push(Box::new(Merging::new(records)))]
    }

    /// Says of two that they are no duplicates; of more it is asked which of them is none of the others. Of what is
    /// known to be different, that it is not known any more.
    fn keep_apart(&mut self, ctx: &Context) -> Cmds {
        let records = self.here();
        let pairs = pairs_of(&records);
        if self.sift.apart {
            return self.say_of(&records, Twins::Together(pairs), ctx);
        }
        let Some(case) = self.case().filter(|case| case.records.len() > 2) else {
            return self.say_of(&records, Twins::Apart(pairs), ctx);
        };
        let named = |id: &i64| {
            let name = Clean::line(&format!("{} {}", self.told(*id, ctx), self.name(*id)));
            (id.to_string(), name.into_string())
        };
        let mut choices: Vec<(String, String)> = case.records.iter().map(named).collect();
        choices.push((ALL.to_owned(), ctx.t("duplicates.all_differ").to_owned()));
        let title = ctx.t("duplicates.which").to_owned();
        vec![Cmd::Push(Box::new(Choose::new(WHICH, title, choices)))]
    }

    /// One of several is none of the others, or none is.
    pub(super) fn part(&mut self, choice: &str, ctx: &Context) -> Cmds {
        let mut records = self.here();
        let mut pairs = pairs_of(&records);
        if let Ok(id) = choice.parse::<i64>() {
            pairs.retain(|(one, other)| one.id.0 == id || other.id.0 == id);
            records.retain(|record| record.id.0 == id);
        }
        if pairs.is_empty() { Cmds::new() } else { self.say_of(&records, Twins::Apart(pairs), ctx) }
    }

    fn say_of(&mut self, records: &[RecordRef], what: Twins, ctx: &Context) -> Cmds {
        let names: Vec<String> =
            records.iter().map(|record| ctx.catalog.reference(record)).collect();
        (self.said_of, self.settling) = (names.join(", "), true);
        vec![Cmd::Ask(SAID, Request::Twins(what))]
    }

    /// It was said that they are no duplicates, or that they may be.
    pub(super) fn is_said(&mut self, applied: Option<&Applied>, ctx: &Context) -> Cmds {
        let key = match (applied.is_some(), self.sift.apart) {
            (false, _) => "duplicates.known",
            (true, false) => "duplicates.said",
            (true, true) => "duplicates.unsaid",
        };
        let undo = ctx.key_of("app.undo");
        let values = [("records", self.said_of.as_str()), ("key", &undo)];
        vec![Cmd::Written(None), Cmd::Say(Role::Good, ctx.tf(key, &values))]
    }

    /// The case waits behind all others, or does so no more.
    fn skip(&mut self, ctx: &Context) -> Cmds {
        let Some(records) = self.case().map(|case| case.records.clone()) else {
            return Cmds::new();
        };
        let at = self.at;
        if !self.skipped.remove(&records) {
            self.skipped.insert(records);
        }
        self.sift_again(ctx);
        // The next one comes where this one was.
        self.at = at.min(self.shown.len().saturating_sub(1));
        self.left = 0;
        self.look_beside(ctx)
    }

    fn mark(&mut self, ctx: &Context) -> Cmds {
        if self.sift.apart {
            return Cmds::new();
        }
        let Some(records) = self.case().map(|case| case.records.clone()) else {
            return Cmds::new();
        };
        if !self.marks.remove(&records) {
            self.marks.insert(records);
        }
        self.step(1, ctx)
    }

    fn mark_all(&mut self) -> Cmds {
        if self.sift.apart {
            return Cmds::new();
        }
        let shown = self.shown.iter().map(|n| self.cases[*n].records.clone());
        let shown: BTreeSet<Vec<i64>> = shown.collect();
        if shown.is_subset(&self.marks) {
            self.marks.clear();
        } else {
            self.marks.extend(shown);
        }
        Cmds::new()
    }

    /// The cases that are merged together: the marked ones, else those that are safe, shown and not skipped. A
    /// record goes into one of them only.
    fn together(&self) -> Vec<&Case> {
        let mut taken = BTreeSet::new();
        let wanted = |case: &&Case| {
            if self.marks.is_empty() {
                case.score >= self.sift.safe() && !self.skipped.contains(&case.records)
            } else {
                self.marks.contains(&case.records)
            }
        };
        let all: Vec<&Case> = if self.marks.is_empty() {
            self.shown.iter().map(|n| &self.cases[*n]).collect()
        } else {
            self.cases.iter().collect()
        };
        let mut cases: Vec<&Case> = all.into_iter().filter(wanted).collect();
        cases.retain(|case| {
            let free = case.records.iter().all(|id| !taken.contains(id));
            if free {
                taken.extend(case.records.iter().copied());
            }
            free
        });
        cases
    }

    fn merge_safe(&mut self, ctx: &Context) -> Cmds {
        let from = super::view::percent(self.sift.safe());
        if self.sift.apart {
            return vec![Cmd::Say(Role::Warning, ctx.t("duplicates.is_apart").to_owned())];
        }
        let here = self.case().map(|case| case.records.clone());
        let merges: Vec<Merge> = self
            .together()
            .into_iter()
            .map(|case| {
                // Of the one under the cursor the one is left that was chosen.
                let left = if here.as_ref() == Some(&case.records) { self.left } else { 0 };
                let mut records = self.records_of(case, left).into_iter();
                (records.next(), records.collect())
            })
            .filter_map(|(survivor, merged)| Some(Merge::new(survivor?, merged)))
            .collect();
        if merges.is_empty() {
            let said = ctx.tf("duplicates.none_safe", &[("from", &from)]);
            return vec![Cmd::Say(Role::Info, said)];
        }
        let n = merges.len();
        let title = if self.marks.is_empty() {
            let cases = ctx.strings.count("duplicates.cases", n);
            ctx.tf("duplicates.deed_safe", &[("cases", &cases), ("from", &from)])
        } else {
            ctx.strings.count("duplicates.deed_marked", n)
        };
        self.refused.clear();
        vec![Cmd::Push(Box::new(Review::new(Deed::merge(merges, title))))]
    }

    /// Remembers which merges were refused, and why; marks of what was done are gone.
    pub(super) fn note_refused(&mut self, lines: &str, ctx: &Context) {
        for (reference, why) in lines.lines().filter_map(|line| line.split_once('\t')) {
            if let Some(record) = ctx.catalog.parse_reference(reference) {
                self.refused.insert(record.id.0, why.to_owned());
            }
        }
    }

    /// Why a case was not merged.
    pub(super) fn refusal(&self, case: &Case) -> Option<&str> {
        case.records.iter().find_map(|id| self.refused.get(id)).map(String::as_str)
    }
}

/// Each record with each of the others.
fn pairs_of(records: &[RecordRef]) -> Vec<(RecordRef, RecordRef)> {
    let mut pairs = Vec::new();
    for (n, one) in records.iter().enumerate() {
        pairs.extend(records[n + 1..].iter().map(|other| (one.clone(), other.clone())));
    }
    pairs
}
