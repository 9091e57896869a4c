//! A few hundred drafts at a time: recognised, linked, planned, written.
//!
//! Start at [`Importer::take`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::links::{LinkText, Linker, texts_of};
use super::{ImportError, Outcome, plain};
use crate::exchange::cells::{Draft, Fill, RowProblem, What, key_text};
use crate::exchange::recipe::{Key, LinkRule, Recipe};
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::{Applied, Bulk, GateError, Plan, Verdict};
use crate::model::{Address, Edit, Link, Name, RecordId, RecordRef, Value, text};
use crate::schema::FieldType;

/// How often rows are planned again because somebody changed their records meanwhile.
const ATTEMPTS: usize = 5;

/// An import on its way.
pub(super) struct Importer<'s> {
    bulk: Bulk<'s>,
    recipe: &'s Recipe,
    dry_run: bool,
    linker: Linker,
    /// Key -> the row it stood in first and what the row said.
    seen: HashMap<u64, (u64, u64)>,
    /// Rows that link to records of their own entity that are not there yet.
    waiting: Vec<Draft>,
    /// Records that were made without the links they have to each other.
    unlinked: Vec<(RecordId, Draft)>,
    /// What the records are called that a dry run would have made.
    promised: HashSet<String>,
    /// Missing linked records that a dry run would have made.
    made: HashSet<(Name, String)>,
}

/// What to do about links to records of the same entity that are not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    /// The row waits: the record may come later in the file.
    Wait,
    /// The row is written without the link.
    LeaveOut,
}

/// The record a row is about, where it exists; or why that cannot be said.
type Recognised = Result<Option<RecordId>, RowProblem>;

/// Rows that are ready to be planned.
struct Ready {
    drafts: Vec<Draft>,
    targets: Vec<Option<RecordId>>,
    /// Linked records that must be made first.
    missing: Vec<(Name, String)>,
}

impl<'s> Importer<'s> {
    pub fn new(bulk: Bulk<'s>, recipe: &'s Recipe, dry_run: bool) -> Self {
        Self {
            bulk,
            recipe,
            dry_run,
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
            let note = Some(format!("as row {row}"));
            return out.settle(draft, &RowVerdict { note, ..plain(draft, RowFate::Same) });
        }
        let key = draft.keys.iter().flatten().next().cloned().unwrap_or_default();
        let problem = RowProblem {
            cell: key,
            ..RowProblem::of_row(format!("row {row} has the same key and other values"))
        };
        out.refuse(draft, vec![problem])
    }

    /// Recognises, links, plans and writes rows.
    fn process(
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
            let problem = RowProblem::of_row("somebody keeps changing the record; try again");
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
        let mut ready = Ready { drafts: Vec::new(), targets: Vec::new(), missing: Vec::new() };
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
                        let wanted = (rule.to.clone(), name.clone());
                        if !ready.missing.contains(&wanted) {
                            ready.missing.push(wanted);
                        }
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

    fn not_there(&mut self, slot: usize, rule: &LinkRule, name: &str) -> RowProblem {
        let key: LinkText = (slot, name.to_owned());
        RowProblem {
            field: Some(self.recipe.slots[slot].field.name.clone()),
            cell: name.to_owned(),
            message: format!("no {} \"{name}\"", rule.to),
            hint: self.linker.hint(self.bulk.session(), rule, &key),
        }
    }

    /// What other rows may call the record of a draft.
    fn names_of(&self, draft: &Draft) -> Vec<String> {
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
                            Some(record) => Ok(Some(record.id)),
                            None => Err(RowProblem {
                                field: Some(Name::from("ref")),
                                message: format!(
                                    "\"{reference}\" is no reference to a {}",
                                    self.recipe.entity
                                ),
                                cell: reference,
                                hint: None,
                            }),
                        };
                    }
                }
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
        let judged = Judged::of(&plan, ready.missing.len());
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
        for (index, wanted) in ready.missing.iter().enumerate() {
            let fresh = if self.dry_run {
                self.made.insert(wanted.clone())
            } else {
                written[index].is_some()
            };
            if fresh {
                *out.report.made.entry(wanted.0.clone()).or_default() += 1;
            }
        }
        if !self.dry_run && !ready.missing.is_empty() {
            self.linker.forget_missing();
        }
        let first = ready.missing.len();
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

    fn edits(&self, ready: &Ready) -> Result<Vec<Edit>, GateError> {
        let mut edits = Vec::with_capacity(ready.missing.len() + ready.drafts.len());
        for (entity, name) in &ready.missing {
            let title = self.bulk.session().catalog().entity(entity).map(|e| e.title.clone());
            edits.push(Edit::create(entity).typed(title.unwrap_or_else(|| "name".into()), name));
        }
        for (draft, target) in ready.drafts.iter().zip(&ready.targets) {
            let mut edit = match target {
                Some(id) => Edit::update(&self.recipe.entity, *id),
                None => Edit::create(&self.recipe.entity),
            };
            for fill in &draft.fills {
                if fill.only_new && target.is_some() {
                    continue;
                }
                let slot = &self.recipe.slots[fill.slot];
                let value = match &fill.what {
                    What::Value(value) => Some(value.clone()),
                    What::Parts(parts) => Some(self.address(&slot.field.name, parts, *target)?),
                    What::Links(names) => {
                        let several = matches!(slot.field.kind, FieldType::Links { .. });
                        self.linked(fill.slot, names, &ready.missing, several)
                    }
                };
                if let Some(value) = value {
                    edit = edit.with(&slot.field.name, value);
                }
            }
            edits.push(edit);
        }
        Ok(edits)
    }

    /// The parts that a row fills over those that are there.
    fn address(
        &self,
        field: &Name,
        parts: &Address,
        target: Option<RecordId>,
    ) -> Result<Value, GateError> {
        let present = match target {
            Some(id) => {
                let record = RecordRef { entity: self.recipe.entity.clone(), id };
                self.bulk.session().get(&record)?.get(field).clone()
            }
            None => Value::Null,
        };
        let mut address = match present {
            Value::Address(address) => *address,
            _ => Address::default(),
        };
        for name in Address::PARTS {
            if let (Some(new), Some(old)) = (parts.part(name), address.part_mut(name))
                && !new.is_empty()
            {
                new.clone_into(old);
            }
        }
        Ok(Value::Address(Box::new(address)))
    }

    /// The link value of names; none where a record is not there and the link is left out.
    fn linked(
        &self,
        slot: usize,
        names: &[String],
        missing: &[(Name, String)],
        several: bool,
    ) -> Option<Value> {
        let to = &self.recipe.slots[slot].link.as_ref()?.to;
        let id_of = |name: &String| {
            self.linker.get(slot, name).or_else(|| {
                let place =
                    missing.iter().position(|(entity, text)| entity == to && text == name)?;
                Some(RecordId(-(place as i64) - 1))
            })
        };
        let mut links = names.iter().filter_map(id_of).map(|id| Link::new(to, id));
        if several {
            let links: Vec<Link> = links.collect();
            (!links.is_empty()).then_some(Value::Links(links))
        } else {
            links.next().map(Value::Link)
        }
    }

    /// The file is at its end: rows that waited for later ones have their turn.
    pub fn take_rest(&mut self, out: &mut Outcome<'_>) -> Result<(), ImportError> {
        while !self.waiting.is_empty() {
            let before = self.waiting.len();
            self.linker.forget_missing();
            if !self.dry_run {
                for drafts in chunks(std::mem::take(&mut self.waiting)) {
                    self.process(drafts, Absent::Wait, out)?;
                    self.linker.forget_missing();
                }
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
        for drafts in chunks(waiting) {
            self.process(drafts, Absent::LeaveOut, out)?;
        }
        self.link_up(out)
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
                if let Some(value) = self.linked(slot, &names, &[], several) {
                    edit = edit.with(&field.name, value);
                }
            }
            edits.push(edit);
        }
        let plan = self.bulk.plan(edits)?;
        for problem in plan.problems() {
            let row = drafts.get(problem.edit).map_or(0, |draft| draft.row.number);
            out.report.notices.push(format!("row {row}: written without a link: {problem}"));
        }
        self.bulk.apply(plan)?;
        Ok(())
    }
}

fn only_new(draft: &Draft, slot: usize, target: Option<RecordId>) -> bool {
    target.is_some() && draft.fills.iter().any(|fill| fill.slot == slot && fill.only_new)
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

/// The verdicts of a plan on the rows it was made of.
struct Judged {
    rows: Vec<(RowFate, Vec<Name>)>,
    problems: BTreeMap<usize, Vec<RowProblem>>,
    missing_changes: usize,
}

impl Judged {
    fn of(plan: &Plan, missing: usize) -> Self {
        let mut problems: BTreeMap<usize, Vec<RowProblem>> = BTreeMap::new();
        for problem in plan.problems() {
            let Some(row) = problem.edit.checked_sub(missing) else { continue };
            problems.entry(row).or_default().push(RowProblem {
                field: problem.field.clone(),
                cell: String::new(),
                message: problem.message.clone(),
                hint: problem.hint.clone(),
            });
        }
        let rows = plan.edits()[missing..].iter().map(|planned| {
            let change = planned.change.as_ref();
            match planned.verdict {
                Verdict::Create => (RowFate::Create, Vec::new()),
                Verdict::Same => (RowFate::Same, Vec::new()),
                Verdict::Conflict(_) | Verdict::Refused => (RowFate::Error, Vec::new()),
                Verdict::Update | Verdict::Delete | Verdict::Restore => {
                    let fields = change.into_iter().flat_map(|change| &change.fields);
                    (RowFate::Update, fields.map(|field| field.field.clone()).collect())
                }
            }
        });
        Self {
            rows: rows.collect(),
            problems,
            missing_changes: plan.edits()[..missing].iter().filter(|e| e.change.is_some()).count(),
        }
    }

    fn writes(&self, row: usize) -> bool {
        matches!(self.rows[row].0, RowFate::Create | RowFate::Update)
    }

    fn tell(
        &self,
        row: usize,
        draft: &Draft,
        record: Option<RecordRef>,
        out: &mut Outcome<'_>,
    ) -> Result<(), ImportError> {
        let (fate, fields) = &self.rows[row];
        let mut problems = self.problems.get(&row).cloned().unwrap_or_default();
        if *fate == RowFate::Error && problems.is_empty() {
            problems.push(RowProblem::of_row("a record it links to could not be made"));
        }
        let verdict =
            RowVerdict { record, fields: fields.clone(), problems, ..plain(draft, *fate) };
        out.settle(draft, &verdict)
    }
}
