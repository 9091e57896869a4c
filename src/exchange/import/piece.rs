//! A few hundred drafts at a time: recognised, linked, planned, written.
//!
//! Start at [`Importer::take`].

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::judged::Judged;
use super::links::{LinkText, Linker, texts_of};
use super::{ImportError, Outcome, plain};
use crate::exchange::cells::{Draft, RowProblem};
use crate::exchange::recipe::{Key, LinkRule, Recipe};
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::{Applied, Bulk, GateError};
use crate::model::{Name, RecordId, RecordRef, phrase, text};

/// How often rows are planned again because somebody changed their records meanwhile.
const ATTEMPTS: usize = 5;

/// An import on its way.
pub(super) struct Importer<'s> {
    pub(super) bulk: Bulk<'s>,
    pub(super) recipe: &'s Recipe,
    pub(super) dry_run: bool,
    /// There was no record of the entity at the start and nobody else can make one: no row can be
    /// about a record that exists.
    fresh: bool,
    pub(super) linker: Linker,
    /// Key -> the row it stood in first and what the row said.
    seen: HashMap<u64, (u64, u64)>,
    /// Rows that link to records of their own entity that are not there yet.
    pub(super) waiting: Vec<Draft>,
    /// Records that were made without the links they have to each other.
    pub(super) unlinked: Vec<(RecordId, Draft)>,
    /// What the records are called that a dry run would have made.
    pub(super) promised: HashSet<String>,
    /// Missing linked records that a dry run would have made.
    made: HashSet<(Name, String)>,
}

/// What to do about links to records of the same entity that are not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// The row waits: the record may come later in the file.
    Wait,
    /// The row is written without the link.
    LeaveOut,
}

/// The record a row is about, where it exists; or why that cannot be said.
type Recognised = Result<Option<RecordId>, RowProblem>;

/// Rows that are ready to be planned.
pub(super) struct Ready {
    pub drafts: Vec<Draft>,
    pub targets: Vec<Option<RecordId>>,
    pub missing: Missing,
}

/// Linked records that must be made first, in order.
#[derive(Default)]
pub(super) struct Missing {
    pub list: Vec<(Name, String)>,
    places: HashMap<(Name, String), usize>,
}

impl Missing {
    fn add(&mut self, to: &Name, name: &str) {
        let wanted = (to.clone(), name.to_owned());
        if !self.places.contains_key(&wanted) {
            self.places.insert(wanted.clone(), self.list.len());
            self.list.push(wanted);
        }
    }

    /// The number that stands for such a record until it is made.
    pub fn pending(&self, to: &Name, name: &str) -> Option<RecordId> {
        let place = *self.places.get(&(to.clone(), name.to_owned()))?;
        Some(RecordId(-(place as i64) - 1))
    }
}

impl<'s> Importer<'s> {
    pub fn new(bulk: Bulk<'s>, recipe: &'s Recipe, dry_run: bool, fresh: bool) -> Self {
        Self {
            bulk,
            recipe,
            dry_run,
            fresh,
            linker: Linker::default(),
            seen: HashMap::new(),
            waiting: Vec::new(),
            unlinked: Vec::new(),
            promised: HashSet::new(),
            made: HashSet::new(),
        }
    }

    /// How many records were written so far.
    pub fn written(&self) -> u64 {
        self.bulk.records()
    }

    /// Ends the operation.
    pub fn finish(self) -> Result<Applied, GateError> {
        self.bulk.finish()
    }

    /// Takes the next rows of the file.
    pub fn take(&mut self, drafts: Vec<Draft>, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        let mut sound = Vec::with_capacity(drafts.len());
        for mut draft in drafts {
            if let Some(why) = draft.skip.take() {
                let verdict = RowVerdict { note: Some(why), ..plain(&draft, RowFate::Skip) };
                out.settle(&draft, &verdict)?;
            } else if !draft.problems.is_empty() {
                let problems = std::mem::take(&mut draft.problems);
                out.refuse(&draft, problems)?;
            } else if let Some(first) = self.repeated(&draft) {
                self.repeat(&draft, first, out)?;
            } else {
                sound.push(draft);
            }
        }
        self.process(sound, Absent::Wait, out)
    }

    /// The row with the same key that came before, and whether it said the same.
    fn repeated(&mut self, draft: &Draft) -> Option<(u64, bool)> {
        let (index, key) =
            draft.keys.iter().enumerate().find_map(|(i, key)| Some((i, key.as_ref()?)))?;
        let mut hasher = DefaultHasher::new();
        (index, text::fold(key)).hash(&mut hasher);
        match self.seen.entry(hasher.finish()) {
            std::collections::hash_map::Entry::Occupied(entry) => {
                let (row, mark) = *entry.get();
                Some((row, mark == draft.mark))
            }
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert((draft.row.number, draft.mark));
                None
            }
        }
    }

    fn repeat(
        &self,
        draft: &Draft,
        (row, same): (u64, bool),
        out: &mut Outcome<'_>,
    ) -> Result<(), ImportError> {
        if same {
            let note = Some(phrase!("as row {row}", row));
            return out.settle(draft, &RowVerdict { note, ..plain(draft, RowFate::Same) });
        }
        let key = draft.keys.iter().flatten().next().cloned().unwrap_or_default();
        let problem = RowProblem {
            cell: key,
            ..RowProblem::of_row(phrase!("row {row} has the same key and other values", row))
        };
        out.refuse(draft, vec![problem])
    }

    /// Recognises, links, plans and writes rows.
    pub(super) fn process(
        &mut self,
        drafts: Vec<Draft>,
        absent: Absent,
        out: &mut Outcome<'_>,
    ) -> Result<(), ImportError> {
        let mut rest = drafts;
        for _ in 0..ATTEMPTS {
            if rest.is_empty() {
                return Ok(());
            }
            let ready = self.prepare(rest, absent, out)?;
            rest = self.settle(ready, absent, out)?;
        }
        for draft in rest {
            let problem =
                RowProblem::of_row(phrase!("somebody keeps changing the record; try again"));
            out.refuse(&draft, vec![problem])?;
        }
        Ok(())
    }

    fn prepare(
        &mut self,
        drafts: Vec<Draft>,
        absent: Absent,
        out: &mut Outcome<'_>,
    ) -> Result<Ready, ImportError> {
        self.linker.resolve(self.bulk.session(), self.recipe, &drafts)?;
        let targets = self.recognise(&drafts)?;
        let mut ready =
            Ready { drafts: Vec::new(), targets: Vec::new(), missing: Missing::default() };
        for (draft, target) in drafts.into_iter().zip(targets) {
            let target = match target {
                Ok(target) => target,
                Err(problem) => {
                    out.refuse(&draft, vec![problem])?;
                    continue;
                }
            };
            let mut problems = Vec::new();
            let mut waits = false;
            for (slot, rule) in self.recipe.links() {
                for name in texts_of(&draft, slot) {
                    if self.linker.get(slot, name).is_some() || only_new(&draft, slot, target) {
                        continue;
                    }
                    let own = rule.to == self.recipe.entity;
                    if rule.create_missing && !own {
                        ready.missing.add(&rule.to, name);
                    } else if own && absent == Absent::Wait {
                        waits |= !(self.dry_run && self.promised.contains(&text::fold(name)));
                    } else if !own {
                        problems.push(self.not_there(slot, rule, name));
                    }
                }
            }
            if !problems.is_empty() {
                out.refuse(&draft, problems)?;
            } else if waits {
                self.waiting.push(draft);
            } else {
                if self.dry_run {
                    self.promised.extend(self.names_of(&draft));
                }
                ready.drafts.push(draft);
                ready.targets.push(target);
            }
        }
        Ok(ready)
    }

    pub(super) fn not_there(&mut self, slot: usize, rule: &LinkRule, name: &str) -> RowProblem {
        let key: LinkText = (slot, name.to_owned());
        let near = self.linker.hint(self.bulk.session(), rule, &key);
        let make = || {
            let people = rule.to == "user" || rule.to == self.recipe.entity;
            (!people).then(|| phrase!("create_missing = true in the map makes it"))
        };
        RowProblem {
            field: Some(self.recipe.slots[slot].field.name.clone()),
            label: Some(self.recipe.slots[slot].field.told()),
            cell: name.to_owned(),
            message: phrase!("no {to} \"{name}\"", to = &rule.to, name),
            hint: near.or_else(make),
        }
    }

    /// The record each draft is about, where it exists.
    fn recognise(&self, drafts: &[Draft]) -> Result<Vec<Recognised>, GateError> {
        let session = self.bulk.session();
        let mut found = vec![Ok(None); drafts.len()];
        for (index, key) in self.recipe.keys.iter().enumerate() {
            let open: Vec<(usize, String)> = drafts
                .iter()
                .enumerate()
                .filter(|(at, _)| found[*at] == Ok(None))
                .filter_map(|(at, draft)| Some((at, draft.keys.get(index)?.clone()?)))
                .collect();
            match key {
                Key::Reference(_) => {
                    for (at, reference) in open {
                        let record = session.catalog().parse_reference(&reference);
                        found[at] = match record.filter(|r| r.entity == self.recipe.entity) {
                            // What it was merged into is the record that is meant.
                            Some(record) => Ok(Some(session.followed(record)?.id)),
                            None => Err(RowProblem {
                                field: Some(Name::from("ref")),
                                label: None,
                                message: phrase!(
                                    "\"{reference}\" is no reference to a {entity}",
                                    reference = &reference,
                                    entity = &self.recipe.entity
                                ),
                                cell: reference,
                                hint: None,
                            }),
                        };
                    }
                }
                Key::Slot(_) if self.fresh => {}
                Key::Slot(slot) => {
                    let field = &self.recipe.slots[*slot].field.name;
                    let (places, keys): (Vec<usize>, Vec<String>) = open.into_iter().unzip();
                    let ids = session.lookup_keys(&self.recipe.entity, field, &keys)?;
                    for (at, id) in places.into_iter().zip(ids) {
                        found[at] = Ok(id);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Plans and writes; yields the rows that must be planned again.
    fn settle(
        &mut self,
        ready: Ready,
        absent: Absent,
        out: &mut Outcome<'_>,
    ) -> Result<Vec<Draft>, ImportError> {
        let edits = self.edits(&ready)?;
        let plan = self.bulk.plan(edits)?;
        let entity = self.bulk.session().catalog().entity(&self.recipe.entity);
        let judged = Judged::of(&plan, ready.missing.list.len(), entity);
        let before = self.bulk.records();
        let written = if self.dry_run {
            vec![None; plan.edits().len()]
        } else {
            match self.bulk.apply(plan) {
                Ok(written) => written,
                Err(GateError::Conflict(_)) => {
                    let done = (self.bulk.records() - before) as usize;
                    self.linker.forget_missing();
                    return self.after_conflict(ready, &judged, done, out);
                }
                Err(error) => return Err(error.into()),
            }
        };
        for (index, wanted) in ready.missing.list.iter().enumerate() {
            let fresh = if self.dry_run {
                self.made.insert(wanted.clone())
            } else {
                written[index].is_some()
            };
            if fresh {
                *out.report.made.entry(wanted.0.clone()).or_default() += 1;
            }
        }
        if !self.dry_run && !ready.missing.list.is_empty() {
            self.linker.forget_missing();
        }
        let first = ready.missing.list.len();
        for (index, draft) in ready.drafts.iter().enumerate() {
            let record = written.get(first + index).cloned().flatten().or_else(|| {
                let id = ready.targets[index]?;
                Some(RecordRef { entity: self.recipe.entity.clone(), id })
            });
            if absent == Absent::LeaveOut
                && !self.dry_run
                && let Some(record) = &record
            {
                self.unlinked.push((record.id, draft.clone()));
            }
            judged.tell(index, draft, record, out)?;
        }
        Ok(Vec::new())
    }

    /// After a conflict: what stands before it is written, the rest is planned again.
    fn after_conflict(
        &self,
        ready: Ready,
        judged: &Judged,
        mut done: usize,
        out: &mut Outcome<'_>,
    ) -> Result<Vec<Draft>, ImportError> {
        done = done.saturating_sub(judged.missing_changes);
        let mut rest = Vec::new();
        for (index, draft) in ready.drafts.into_iter().enumerate() {
            if judged.writes(index) {
                if done == 0 {
                    rest.push(draft);
                    continue;
                }
                done -= 1;
            }
            judged.tell(index, &draft, None, out)?;
        }
        Ok(rest)
    }
}

fn only_new(draft: &Draft, slot: usize, target: Option<RecordId>) -> bool {
    target.is_some() && draft.fills.iter().any(|fill| fill.slot == slot && fill.only_new)
}
