//! A few hundred drafts at a time: recognised, linked, planned, written.
//!
//! Start at [`Importer::take`].

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::course::{Course, Written};
use super::judged::Judged;
use super::links::{LinkText, Linker, texts_of};
use super::meet::Admitted;
use super::{ImportError, ImportOptions, Outcome, plain};
use crate::exchange::cells::{Draft, Remark, RemarkKind, RowProblem, What, key_text};
use crate::exchange::keys::is_key;
use crate::exchange::map::Unfit;
use crate::exchange::recipe::{Key, LinkRule, Recipe};
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::{Applied, Bulk, GateError, Note, TwinIndex};
use crate::model::{Name, RecordId, RecordRef, phrase, text};

/// How often rows are planned again because somebody changed their records meanwhile.
const ATTEMPTS: usize = 5;

/// An import on its way.
pub(super) struct Importer<'s> {
    pub(super) bulk: Bulk<'s>,
    pub(super) recipe: &'s Recipe,
    pub(super) dry_run: bool,
    /// All that changes is told.
    in_full: bool,
    /// There was no record of the entity at the start and nobody else can make one: no row can be
    /// about a record that exists.
    pub(super) fresh: bool,
    pub(super) linker: Linker,
    /// Key -> the row it stood in first and what the row said.
    seen: HashMap<u64, (u64, u64)>,
    /// Record -> the row that was about it first, where rows can be about it by several keys.
    pub(super) met: HashMap<RecordId, u64>,
    /// How far it is, as the file keeps it.
    pub(super) course: Course,
    /// Rows that link to records of their own entity that are not there yet.
    pub(super) waiting: Vec<Draft>,
    /// Records that were made without the links they have to each other.
    pub(super) unlinked: Vec<(RecordId, Draft)>,
    /// What the records are called that a dry run would have made.
    pub(super) promised: HashSet<String>,
    /// The same of the parts before, of other entities.
    elsewhere: Arc<HashSet<(Name, String)>>,
    /// A dry run of a file that is imported as several entities keeps what its records are called.
    names: HashSet<(Name, String)>,
    keeps_names: bool,
    /// Missing linked records that a dry run would have made.
    made: HashSet<(Name, String)>,
    /// What rows without a key are held against.
    pub(super) twins: Option<TwinIndex>,
}

/// What to do about links to records of the same entity that are not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    /// The row waits: the record may come later in the file.
    Wait,
    /// The row is written without the link.
    LeaveOut,
}

/// The record a row is about, where it exists, and the key it was found by; or why that cannot be said.
pub(super) type Recognised = Result<Option<(RecordId, usize)>, RowProblem>;

/// Rows that are ready to be planned.
#[derive(Default)]
pub(super) struct Ready {
    pub drafts: Vec<Draft>,
    pub targets: Vec<Option<RecordId>>,
    pub missing: Missing,
    /// Links, by row and slot, to what a part before would have made.
    pub promised: HashSet<(usize, usize)>,
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

    /// What the record will be called that a number stands for.
    pub fn name_of(&self, id: RecordId) -> Option<&str> {
        let place = usize::try_from(-(id.0 + 1)).ok().filter(|_| id.0 < 0)?;
        self.list.get(place).map(|(_, name)| name.as_str())
    }
}

impl<'s> Importer<'s> {
    pub fn new(
        bulk: Bulk<'s>,
        recipe: &'s Recipe,
        options: &ImportOptions,
        fresh: bool,
        course: Course,
    ) -> Self {
        let dry_run = options.dry_run;
        Self {
            met: HashMap::new(),
            course,
            bulk,
            recipe,
            dry_run,
            in_full: options.in_full,
            fresh,
            linker: Linker::default(),
            seen: HashMap::new(),
            waiting: Vec::new(),
            unlinked: Vec::new(),
            promised: HashSet::new(),
            elsewhere: Arc::clone(&options.promised),
            names: HashSet::new(),
            keeps_names: options.dry_run && options.goes_on,
            made: HashSet::new(),
            twins: None,
        }
    }

    /// Rows without a key are held against the records that are there.
    pub fn hold_against(&mut self, twins: Option<TwinIndex>) {
        self.twins = twins;
    }

    /// How many records were written so far.
    pub fn written(&self) -> u64 {
        self.bulk.records()
    }

    /// What the records of a dry run would be called, those of the parts before included.
    pub fn promises(&mut self) -> HashSet<(Name, String)> {
        let mut all = std::mem::take(&mut self.names);
        all.extend(self.elsewhere.iter().cloned());
        all
    }

    /// All rows of the file are done.
    pub fn complete(&mut self) -> Result<(), GateError> {
        self.bulk.complete()
    }

    /// Ends the operation.
    pub fn finish(self) -> Result<Applied, GateError> {
        self.bulk.finish()
    }

    /// Takes the next rows of the file.
    pub fn take(&mut self, drafts: Vec<Draft>, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        let last = drafts.last().map(|draft| draft.row.number);
        self.course.begin(self.waiting.iter().map(|draft| draft.row.number), out);
        let mut sound = Vec::with_capacity(drafts.len());
        for mut draft in drafts {
            if !self.course.is_due(draft.row.number) {
                // It was done before the import was stopped; what it says still tells later ones.
                self.repeated(&draft);
                if let Some(record) = self.course.lacks_links(draft.row.number) {
                    self.unlinked.push((record, draft.clone()));
                }
                if let Some(fate) = self.course.done_before(draft.row.number) {
                    out.settle(&draft, &plain(&draft, fate))?;
                }
                continue;
            }
            out.remark(&draft);
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
        self.process(sound, Absent::Wait, out)?;
        if let Some(last) = last {
            self.course.passed(last);
        }
        Ok(())
    }

    /// The row with one of its keys that came before, whether it said the same, and that key.
    fn repeated(&mut self, draft: &Draft) -> Option<(u64, bool, String)> {
        let mut first = None;
        for (index, texts) in draft.keys.iter().enumerate() {
            let whole = matches!(self.recipe.keys[index], Key::All(_));
            let told = if whole { &texts[..texts.len().min(1)] } else { &texts[..] };
            for key in told {
                let mut hasher = DefaultHasher::new();
                index.hash(&mut hasher);
                if whole {
                    for text in texts {
                        text::fold(text).hash(&mut hasher);
                    }
                } else {
                    text::fold(key).hash(&mut hasher);
                }
                match self.seen.entry(hasher.finish()) {
                    std::collections::hash_map::Entry::Occupied(entry) => {
                        let (row, mark) = *entry.get();
                        if row != draft.row.number && first.is_none() {
                            let key = if whole { texts.join(" + ") } else { key.clone() };
                            first = Some((row, mark == draft.mark, key));
                        }
                    }
                    std::collections::hash_map::Entry::Vacant(entry) => {
                        entry.insert((draft.row.number, draft.mark));
                    }
                }
            }
        }
        first
    }

    fn repeat(
        &self,
        draft: &Draft,
        (row, same, key): (u64, bool, String),
        out: &mut Outcome<'_>,
    ) -> Result<(), ImportError> {
        if same {
            let note = Some(phrase!("as row {row}", row));
            return out.settle(draft, &RowVerdict { note, ..plain(draft, RowFate::Same) });
        }
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
        let found = self.recognise(&drafts)?;
        let mut ready = Ready::default();
        for (draft, found) in drafts.into_iter().zip(found) {
            let target = match self.admitted(&draft, found, out)? {
                Admitted::New => None,
                Admitted::About(id) => Some(id),
                Admitted::Settled => continue,
            };
            let mut problems = Vec::new();
            let mut waits = false;
            let mut promised = Vec::new();
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
                    } else if !own && self.is_promised(rule, name) {
                        promised.push(slot);
                    } else if !own && self.goes_without(slot) {
                        let cell = name.clone();
                        out.tally.remark(&[Remark { slot, kind: RemarkKind::NoLink, cell }]);
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
                if self.keeps_names {
                    let names = self.every_name_of(&draft);
                    let names: Vec<_> =
                        names.map(|name| (self.recipe.entity.clone(), name)).collect();
                    self.names.extend(names);
                }
                let row = ready.drafts.len();
                ready.promised.extend(promised.into_iter().map(|slot| (row, slot)));
                ready.drafts.push(draft);
                ready.targets.push(target);
            }
        }
        Ok(ready)
    }

    /// Whether a part before would have made the record of a name.
    fn is_promised(&self, rule: &LinkRule, name: &str) -> bool {
        self.dry_run
            && !self.elsewhere.is_empty()
            && self.elsewhere.contains(&(rule.to.clone(), text::fold(name)))
    }

    /// All that a record may be called by others: its name, numbers and mails.
    fn every_name_of<'d>(&'d self, draft: &'d Draft) -> impl Iterator<Item = String> + 'd {
        draft.fills.iter().filter_map(|fill| match &fill.what {
            What::Value(value) if is_key(&self.recipe.slots[fill.slot].field) => {
                key_text(value).map(|name| text::fold(&name))
            }
            _ => None,
        })
    }

    /// Whether rows go without a link whose record is not there.
    fn goes_without(&self, slot: usize) -> bool {
        self.recipe.slots[slot].ingredients.iter().all(|one| one.unfit != Unfit::Error)
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

    /// Plans and writes; yields the rows that must be planned again.
    fn settle(
        &mut self,
        mut ready: Ready,
        absent: Absent,
        out: &mut Outcome<'_>,
    ) -> Result<Vec<Draft>, ImportError> {
        let proposals = self.proposals(&mut ready)?;
        let plan = self.bulk.plan_all(proposals)?;
        let entity = self.bulk.session().catalog().entity(&self.recipe.entity);
        let mut judged = Judged::of(&plan, ready.missing.list.len(), entity);
        for (row, slot) in &ready.promised {
            let made =
                if ready.targets[*row].is_some() { RowFate::Update } else { RowFate::Create };
            judged.forgive(*row, &self.recipe.slots[*slot].field.name, made);
        }
        if self.in_full {
            judged.keep_in_full(&plan, &ready.missing, self.bulk.session())?;
        }
        let before = self.bulk.records();
        let written = if self.dry_run {
            vec![None; plan.edits().len()]
        } else {
            let numbers: Vec<u64> = ready.drafts.iter().map(|draft| draft.row.number).collect();
            let leaves_out = absent == Absent::LeaveOut;
            let note = |before: usize, records: &[RecordRef]| {
                let at = Written { judged: &judged, numbers: &numbers, before, records };
                self.course.note(&at, leaves_out)
            };
            let noted = self.course.is_kept().then_some(&note as &Note<'_>);
            let applied = match noted {
                Some(note) => self.bulk.apply_noted(plan, note),
                None => self.bulk.apply(plan),
            };
            match applied {
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
        if !self.dry_run {
            self.course.wrote(
                &judged,
                &ready.drafts,
                absent == Absent::LeaveOut,
                &written[first..],
            );
        }
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
        &mut self,
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
                self.course.wrote_row(draft.row.number, judged.fate(index));
            }
            judged.tell(index, &draft, None, out)?;
        }
        Ok(rest)
    }
}

fn only_new(draft: &Draft, slot: usize, target: Option<RecordId>) -> bool {
    target.is_some() && draft.fills.iter().any(|fill| fill.slot == slot && fill.only_new)
}
