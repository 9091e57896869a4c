//! Rows that link to other rows of the same file, maybe further down.
//!
//! A row waits until the record it links to is there; records that link to each other are made first
//! and linked afterwards, in the same operation. Start at [`Importer::take_rest`].

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::links::{LinkText, texts_of};
use super::piece::{Absent, Importer, Missing};
use super::{ImportError, Outcome};
use crate::exchange::cells::{Draft, Fill, What, key_text};
use crate::model::{Edit, Name, RecordId, phrase, text};
use crate::schema::FieldType;

impl Importer<'_> {
    /// What other rows may call the record of a draft.
    pub(super) fn names_of(&self, draft: &Draft) -> Vec<String> {
        let own = self.recipe.links().filter(|(_, rule)| rule.to == self.recipe.entity);
        let fields: BTreeSet<&Name> = own.flat_map(|(_, rule)| &rule.by).collect();
        let named = |fill: &Fill| match &fill.what {
            What::Value(value) if fields.contains(&self.recipe.slots[fill.slot].field.name) => {
                key_text(value).map(|name| text::fold(&name))
            }
            _ => None,
        };
        draft.fills.iter().filter_map(named).collect()
    }

    /// The file is at its end: rows that waited for later ones have their turn.
    pub fn take_rest(&mut self, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        while !self.waiting.is_empty() {
            let before = self.waiting.len();
            self.linker.forget_missing();
            if !self.dry_run {
                self.work_off(Absent::Wait, out)?;
            }
            if self.waiting.len() == before {
                return self.untangle(out);
            }
        }
        Ok(())
    }

    /// What still waits waits for each other or for nobody.
    fn untangle(&mut self, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        loop {
            let mut names: HashSet<String> =
                waiting.iter().flat_map(|draft| self.names_of(draft)).collect();
            names.extend(self.promised.iter().cloned());
            let (sound, lost): (Vec<Draft>, Vec<Draft>) =
                waiting.into_iter().partition(|draft| self.orphans(draft, &names).is_empty());
            waiting = sound;
            if lost.is_empty() {
                break;
            }
            for draft in lost {
                let orphans = self.orphans(&draft, &names);
                let problems = orphans
                    .into_iter()
                    .filter_map(|(slot, name)| {
                        let rule = self.recipe.slots[slot].link.as_ref()?;
                        Some(self.not_there(slot, rule, &name))
                    })
                    .collect();
                out.refuse(&draft, problems)?;
            }
        }
        self.waiting = waiting;
        self.work_off(Absent::LeaveOut, out)?;
        self.link_up(out)
    }

    /// Gives all rows that wait their turn, a chunk at a time.
    fn work_off(&mut self, absent: Absent, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        let mut rest = VecDeque::from(chunks(std::mem::take(&mut self.waiting)));
        while !rest.is_empty() {
            let still = self.waiting.iter().chain(rest.iter().flatten());
            self.course.begin(still.map(|draft| draft.row.number), out);
            let drafts = rest.pop_front().unwrap_or_default();
            self.process(drafts, absent, out)?;
            if absent == Absent::Wait {
                self.linker.forget_missing();
            }
        }
        Ok(())
    }

    /// The names of own records in a draft that neither exist nor are among `names`.
    fn orphans(&self, draft: &Draft, names: &HashSet<String>) -> Vec<LinkText> {
        let own = self.recipe.links().filter(|(_, rule)| rule.to == self.recipe.entity);
        own.flat_map(|(slot, _)| texts_of(draft, slot).map(move |name| (slot, name.clone())))
            .filter(|(slot, name)| {
                self.linker.get(*slot, name).is_none() && !names.contains(&text::fold(name))
            })
            .collect()
    }

    /// Records that link to each other were made without the links; now they get them.
    fn link_up(&mut self, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        let made = std::mem::take(&mut self.unlinked);
        if made.is_empty() {
            return Ok(());
        }
        self.linker.forget_missing();
        let (ids, drafts): (Vec<RecordId>, Vec<Draft>) = made.into_iter().unzip();
        self.linker.resolve(self.bulk.session(), self.recipe, &drafts)?;
        let mut edits = Vec::new();
        for (id, draft) in ids.iter().zip(&drafts) {
            let mut edit = Edit::update(&self.recipe.entity, *id);
            for (slot, _) in self.recipe.links() {
                let names: Vec<String> = texts_of(draft, slot).cloned().collect();
                let field = &self.recipe.slots[slot].field;
                let several = matches!(field.kind, FieldType::Links { .. });
                if let Some(value) = self.linked(slot, &names, &Missing::default(), several) {
                    edit = edit.with(&field.name, value);
                }
            }
            edits.push(edit);
        }
        let plan = self.bulk.plan(edits)?;
        for problem in plan.problems() {
            let row = drafts.get(problem.edit).map_or(0, |draft| draft.row.number);
            out.report.notices.push(phrase!(
                "row {row}: written without a link: {problem}",
                row,
                problem = problem.phrase()
            ));
        }
        self.bulk.apply(plan)?;
        Ok(())
    }
}

fn chunks(mut drafts: Vec<Draft>) -> Vec<Vec<Draft>> {
    let mut chunks = Vec::new();
    while drafts.len() > super::CHUNK {
        let rest = drafts.split_off(super::CHUNK);
        chunks.push(std::mem::replace(&mut drafts, rest));
    }
    chunks.push(drafts);
    chunks
}
