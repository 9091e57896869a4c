//! The tutor: a first half hour on a throw-away file, step by step.
//!
//! It stands in a panel below everything else and never in the way of a key: the user works in the real
//! program, and the tutor looks at what came of it (which screen, which record, what the data hold), not
//! at what was pressed. Start at [`Tutor`]; what it teaches stands in `assets/tutor/lesson.toml`.

pub mod lesson;
mod panel;

pub use panel::with_keys;

use std::collections::BTreeSet;

use self::lesson::{Lesson, Step};
use super::context::Context;
use super::request::{Answer, Reply, Request, Slot};
use crate::action::Situation;
use crate::gate::Count;
use crate::model::Name;
use crate::query::Query;

/// The question about the record under the cursor.
const RECORD: Slot = Slot("tutor.record", 0);
/// The question about the data.
const DATA: Slot = Slot("tutor.data", 0);

/// Where the user is in the lesson.
#[derive(Debug, Clone)]
pub struct Tutor {
    lesson: Lesson,
    at: usize,
    /// The step before was done just now.
    praised: bool,
    /// Actions done since the step began.
    ran: BTreeSet<Name>,
    /// Which part of the text is shown, where the panel is too low for all of it.
    part: usize,
    /// What the last answers said.
    record: bool,
    data: bool,
}

impl Tutor {
    /// At the first step.
    #[must_use]
    pub fn new(lesson: Lesson) -> Self {
        let ran = BTreeSet::new();
        Self { lesson, at: 0, praised: false, ran, part: 0, record: false, data: false }
    }

    /// The step the user is at.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.lesson.steps.get(self.at)
    }

    /// The number of the step from 1, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.at + 1, self.lesson.steps.len())
    }

    /// An action was done.
    pub(super) fn ran(&mut self, action: &Name) {
        self.ran.insert(action.clone());
    }

    /// One step on without doing it, or one back.
    pub(super) fn turn(&mut self, forward: bool) {
        let last = self.lesson.steps.len().saturating_sub(1);
        let to = if forward { self.at + 1 } else { self.at.saturating_sub(1) };
        self.go(to.min(last), false);
    }

    /// The next part of the text, after the last the first again.
    pub(super) fn read_on(&mut self) {
        self.part += 1;
    }

    fn go(&mut self, to: usize, praised: bool) {
        *self = Self { at: to, praised, ..Self::new(std::mem::take(&mut self.lesson)) };
    }

    /// What must be asked to know whether the step is done; `top` is the uppermost layer's situation,
    /// and whether it is a screen. Moves on where nothing needs to be asked and everything holds.
    pub(super) fn look(
        &mut self,
        top: &Situation<'_>,
        is_screen: bool,
        ctx: &Context,
    ) -> Vec<(Slot, Request)> {
        // A step that needs no question may be followed by one that is done already.
        for _ in 0..self.lesson.steps.len() {
            let Some(step) = self.step() else { return Vec::new() };
            let done = &step.done;
            if done.never || !self.holds(step, top, is_screen) {
                return Vec::new();
            }
            let mut questions = Vec::new();
            if let Some(condition) = &done.record {
                let Some(record) = &top.record else { return Vec::new() };
                let text = format!("({condition}) and id = {}", record.id.0);
                questions.extend(ask(RECORD, &record.entity, &text, ctx));
            }
            if let Some(data) = &done.data {
                questions.extend(ask(DATA, &data.entity, &data.filter, ctx));
            }
            if !questions.is_empty() {
                (self.record, self.data) = (done.record.is_none(), done.data.is_none());
                return questions;
            }
            self.go(self.at + 1, true);
        }
        Vec::new()
    }

    /// What can be seen without asking.
    fn holds(&self, step: &Step, top: &Situation<'_>, is_screen: bool) -> bool {
        let done = &step.done;
        let screen = done.screen.as_ref().is_none_or(|wanted| {
            is_screen && top.place.title().strip_prefix("place.") == Some(wanted)
        });
        let entity = done
            .entity
            .as_ref()
            .is_none_or(|wanted| top.subject().is_some_and(|entity| entity.name == *wanted));
        screen
            && entity
            && done.ran.as_ref().is_none_or(|action| self.ran.contains(action))
            && done.marks.is_none_or(|wanted| top.marks >= wanted)
            && done.filtered.is_none_or(|wanted| top.filtered == wanted)
    }

    /// An answer to one of the questions; true where the step is done by it.
    pub(super) fn answered(&mut self, slot: Slot, answer: &Answer) -> bool {
        let Ok(Reply::Count(Count::Exactly(n) | Count::AtLeast(n))) = answer else { return false };
        let n = *n;
        let Some(done) = self.step().map(|step| step.done.clone()) else { return false };
        match slot {
            RECORD => self.record = n > 0,
            DATA => {
                let wanted = done.data.map_or(1, |data| data.at_least);
                self.data = if wanted == 0 { n == 0 } else { n >= wanted };
            }
            _ => return false,
        }
        if self.record && self.data {
            self.go(self.at + 1, true);
            return true;
        }
        false
    }
}

fn ask(slot: Slot, entity: &Name, text: &str, ctx: &Context) -> Option<(Slot, Request)> {
    let filter = Query::parse(text, &ctx.catalog, entity).ok()?;
    Some((slot, Request::Count { entity: entity.clone(), filter: Some(filter), cap: Some(99) }))
}
