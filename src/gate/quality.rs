//! How good the data are: what is wrong with records as far as a person sees them, put right piece by piece,
//! and a score that is kept from day to day.
//!
//! [`quality`](crate::quality) judges; here it is fed through the veil, so that hidden and masked fields are
//! never looked at, nor records that are kept from the person. A [`Scan`] holds one page of records and
//! what was counted of fields with few values. Scores are over all records, so only whoever reads all of an
//! entity makes or sees them. Start at [`Session::begin_scan`].

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use super::error::Result;
use super::many::{Fate, Many, Outcome, Place, Tally};
use super::read::{Count, ListRequest, Window};
use super::session::Session;
use crate::model::{Edit, Link, Name, Record, RecordId, Value, phrase};
use crate::policy::{self, FieldAccess, Need, Reach, Refusal, Right};
use crate::quality::{
    CHECKS, Check, Counted, Finding, Scene, Score, Target, examine, is_checked, unused,
};
use crate::query::{Query, SortKey};
use crate::schema::{Catalog, Entity};

/// Records that are looked at in one go.
const PIECE: usize = 500;
/// Entities that the program keeps for itself.
const OWN: [&str; 2] = ["view", "not_duplicate"];
/// What was left alone is told of so many records.
const TOLD: usize = 20;

/// How far a scan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Counting,
    Looking,
    Over,
}

/// A look at all records of an entity, piece by piece.
#[derive(Debug, Clone)]
pub struct Scan {
    entity: Name,
    checks: Vec<&'static Check>,
    request: ListRequest,
    phase: Phase,
    counted: Counted,
    score: Score,
    done: u64,
    total: u64,
    whole: bool,
    since: DateTime<Utc>,
}

impl Scan {
    /// The entity.
    #[must_use]
    pub fn entity(&self) -> &Name {
        &self.entity
    }

    /// What was counted so far.
    #[must_use]
    pub fn score(&self) -> &Score {
        &self.score
    }

    /// Whether all was looked at.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Whether all checks ran on all records: what the score of the entity is made of.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// How many records were read, of how many there are to read; each once or twice.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.done.min(self.total), self.total)
    }

    /// The same look once more by what was counted before, for putting right what it found: what others
    /// changed since it began is passed over.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.phase = Phase::Looking;
        self.request.window = Window::First;
        self.score = Score::default();
        (self.done, self.total) = (0, self.score_total());
        self
    }

    fn score_total(&self) -> u64 {
        if self.counts() { self.total / 2 } else { self.total }
    }

    fn counts(&self) -> bool {
        self.checks.iter().any(|check| check.counts_first())
    }

    fn wants(&self, check: &Check) -> bool {
        self.checks.contains(&check)
    }
}

/// Whether records of an entity are looked at where nobody names one: what people enter, not what the program
/// keeps for itself nor what rights rest on.
#[must_use]
pub fn cleanable(entity: &Entity) -> bool {
    !(policy::is_guarded(&entity.name) || OWN.contains(&entity.name.as_str()))
}

/// What is to be written to put findings right; one edit a record.
#[must_use]
pub fn mending<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Edit> {
    let mut edits: BTreeMap<(Name, RecordId), BTreeMap<Name, (&Value, &Value)>> = BTreeMap::new();
    for finding in findings {
        let (Some(record), Some(after)) = (&finding.record, &finding.after) else { continue };
        let fields = edits.entry((record.entity.clone(), record.id)).or_default();
        // Of one field the last check has what all before it propose.
        fields.insert(finding.field.clone(), (&finding.before, after));
    }
    let edit = |((entity, id), fields): ((Name, RecordId), BTreeMap<Name, (&Value, &Value)>)| {
        let mut edit = Edit::update(entity, id);
        let mut base = BTreeMap::new();
        for (field, (before, after)) in fields {
            base.insert(field.clone(), before.clone());
            edit = edit.with(field, after.clone());
        }
        edit.base = Some(base);
        edit
    };
    edits.into_iter().map(edit).collect()
}

/// What was put right so far.
#[derive(Debug, Default)]
pub struct Mended {
    /// The change set of all of it.
    pub operation: Option<i64>,
    /// How many records were written.
    pub written: u64,
    /// How many were left alone although something was proposed.
    pub left: u64,
    /// The first of those, with the reasons.
    pub outcomes: Vec<Outcome>,
}

/// The score of an entity on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayScore {
    /// The entity.
    pub entity: Name,
    /// The day.
    pub day: NaiveDate,
    /// In tenths of a point, 1000 at best.
    pub tenths: u32,
    /// How many records there were.
    pub records: u64,
    /// In how many nothing was found.
    pub clean: u64,
    /// Findings by the name of their check.
    pub found: BTreeMap<String, u64>,
}

impl Session {
    /// Begins to look at the records of an entity (or some of them) with these checks, all where none is
    /// named.
    ///
    /// # Errors
    /// A denied right or an unknown entity.
    pub fn begin_scan(
        &self,
        entity: &str,
        checks: &[&'static Check],
        filter: Option<Query>,
    ) -> Result<Scan> {
        let entity = self.entity(entity)?;
        self.demand_sight(entity)?;
        // Those of one field work on what those before them propose, so their order is fixed.
        let wanted = |check: &&'static Check| checks.is_empty() || checks.contains(check);
        let checks: Vec<&'static Check> = CHECKS.iter().filter(wanted).collect();
        let whole = filter.is_none() && checks.len() == CHECKS.len();
        let (Count::Exactly(records) | Count::AtLeast(records)) =
            self.count(&entity.name, filter.as_ref(), None)?;
        let mut request = ListRequest::first(&entity.name, PIECE);
        request.sort = vec![SortKey { field: "id".into(), descending: false }];
        request.filter = filter;
        let mut scan = Scan {
            entity: entity.name.clone(),
            checks,
            request,
            phase: Phase::Looking,
            counted: Counted::default(),
            score: Score::default(),
            done: 0,
            total: records,
            whole: whole && self.reads_all(entity),
            since: self.moment().now,
        };
        if scan.counts() {
            scan.phase = Phase::Counting;
            scan.total *= 2;
        }
        Ok(scan)
    }

    /// Looks at the next records of a scan; what was found in them.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn scan_on(&self, scan: &mut Scan) -> Result<Vec<Finding>> {
        // Rights may have gone while it ran.
        self.ready()?;
        let catalog = self.catalog();
        let entity = self.entity(&scan.entity)?;
        match scan.phase {
            Phase::Counting => {
                self.count_on(scan, catalog, entity)?;
                Ok(Vec::new())
            }
            Phase::Looking => self.look_on(scan, catalog, entity),
            Phase::Over => Ok(Vec::new()),
        }
    }

    fn count_on(&self, scan: &mut Scan, catalog: &Catalog, entity: &Entity) -> Result<()> {
        let wanted = |check: &'static Check| scan.wants(check);
        let fields = scan.counted.fields(catalog, entity, &wanted);
        let mut ended = fields.is_empty();
        if !ended {
            scan.request.fields.clone_from(&fields);
            let mut page = self.list(&scan.request)?;
            scan.done += page.rows.len() as u64;
            scan.counted.take(catalog, entity, &fields, &page.rows);
            let last = page.cursors.pop();
            ended = page.at_end || last.is_none();
            scan.request.window = last.map_or(Window::First, Window::After);
        }
        if ended {
            scan.counted.settle();
            scan.done = scan.score_total();
            scan.phase = Phase::Looking;
            scan.request.window = Window::First;
        }
        Ok(())
    }

    fn look_on(&self, scan: &mut Scan, catalog: &Catalog, entity: &Entity) -> Result<Vec<Finding>> {
        let stored = entity.fields.iter().filter(|field| is_checked(field));
        scan.request.fields = stored.map(|field| field.name.clone()).collect();
        if !scan.request.fields.contains(&entity.title) {
            scan.request.fields.push(entity.title.clone());
        }
        let mut page = self.list(&scan.request)?;
        scan.done += page.rows.len() as u64;
        let fates = if scan.checks.iter().any(|check| check.name == "orphan") {
            self.fates(entity, &page.rows)?
        } else {
            HashMap::new()
        };
        let failed = RefCell::new(None);
        let targets = |link: &Link| {
            let target = self.target(link, &fates);
            target.unwrap_or_else(|error| {
                failed.borrow_mut().get_or_insert(error);
                Target::Living
            })
        };
        let (coercion, moment) = (self.coercion(), self.moment());
        let scene = Scene::new((catalog, entity), &coercion, &moment, &scan.counted, &targets);
        let mut found = Vec::new();
        for record in &page.rows {
            let from = found.len();
            examine(&scene, record, &scan.checks, &mut found);
            scan.score.record(&found[from..]);
        }
        drop(scene);
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        let last = page.cursors.pop();
        if page.at_end || last.is_none() {
            scan.phase = Phase::Over;
            scan.done = scan.total;
            // What nobody has can only be told by who sees everybody.
            let options = scan.checks.iter().find(|check| check.name == "unused");
            if let Some(check) = options
                && scan.request.filter.is_none()
                && self.reads_all(entity)
            {
                let more = unused(entity, &scan.counted);
                scan.score.beside(check, more.len() as u64);
                found.extend(more);
            }
        }
        scan.request.window = last.map_or(Window::First, Window::After);
        Ok(found)
    }

    /// What became of all that records link to, as far as the person sees it: whether it was deleted.
    fn fates(&self, entity: &Entity, rows: &[Record]) -> Result<HashMap<(Name, RecordId), bool>> {
        let mut wanted: BTreeMap<Name, BTreeSet<i64>> = BTreeMap::new();
        for field in entity.fields.iter().filter(|field| is_checked(field)) {
            for link in rows.iter().flat_map(|record| record.get(&field.name).links()) {
                wanted.entry(link.entity.clone()).or_default().insert(link.id.0);
            }
        }
        let mut fates = HashMap::new();
        for (name, ids) in wanted {
            let Some(to) = self.shown.entity(&name) else { continue };
            for (id, deleted) in self.store.deleted_among(to, &ids)? {
                fates.insert((name.clone(), RecordId(id)), deleted);
            }
        }
        Ok(fates)
    }

    /// What may be said of a linked record.
    fn target(&self, link: &Link, fates: &HashMap<(Name, RecordId), bool>) -> Result<Target> {
        let Some(to) = self.shown.entity(&link.entity) else { return Ok(Target::Living) };
        match fates.get(&(link.entity.clone(), link.id)) {
            Some(false) => Ok(Target::Living),
            Some(true) => {
                let mut at = link.id;
                for _ in 0..super::store::merged::MOST_HOPS {
                    match self.store.merged_into(to, at)? {
                        Some(next) => at = next,
                        None => break,
                    }
                }
                let merged = at != link.id && self.store.exists(&self.shown, &to.name, at)?;
                let into = Link::new(&to.name, at);
                Ok(if merged { Target::Merged(into) } else { Target::Deleted })
            }
            // What is kept from the person looks the same as what is gone.
            None if self.sees_all_rows(to) => Ok(Target::Missing),
            None => Ok(Target::Living),
        }
    }

    fn sees_all_rows(&self, entity: &Entity) -> bool {
        let person = self.actor().person();
        person.is_administrator() || policy::reach(person, Right::Read, entity) == Reach::All
    }

    /// Whether the person sees all records of an entity with all their fields.
    fn reads_all(&self, entity: &Entity) -> bool {
        let Some(whole) = self.catalog.entity(&entity.name) else { return false };
        let person = self.actor().person();
        self.sees_all_rows(entity)
            && (person.is_administrator()
                || whole.fields.iter().all(|f| self.access(whole, f) >= FieldAccess::Read))
    }

    /// As [`Session::scan_on`], without records that somebody wrote since the scan began: what was not
    /// looked at is not put right.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn scan_again(&self, scan: &mut Scan) -> Result<Vec<Finding>> {
        let since = scan.since;
        let mut found = self.scan_on(scan)?;
        found.retain(|finding| finding.written.is_some_and(|at| at <= since));
        Ok(found)
    }

    /// Puts right what stands in edits, as one more piece of what was mended before.
    ///
    /// # Errors
    /// Where nothing more can be written at all; records that cannot be are counted as left.
    pub fn mend(&mut self, edits: Vec<Edit>, mended: &mut Mended) -> Result<()> {
        if edits.is_empty() {
            return Ok(());
        }
        let many = Many::Own(edits);
        let (mut place, mut at, mut seen) = (Some(Place::Start), None, Vec::new());
        while let Some(from) = place {
            let look = self.look(&many, &from, &Tally::default())?;
            at.get_or_insert(look.at);
            seen.extend(look.seen);
            mended.leave(look.outcomes);
            place = look.next;
        }
        let mut next = Some(0);
        while let Some(from) = next {
            let piece = (seen.as_slice(), at.unwrap_or_default());
            let ran = self.run(&many, "clean", piece, from, mended.operation)?;
            mended.operation = ran.operation;
            mended.written += ran.written;
            mended.leave(ran.left);
            if let Some(error) = ran.error {
                return Err(error);
            }
            next = ran.next;
        }
        Ok(())
    }

    /// Keeps the score of a scan for today, in place of an earlier one of the day. Only where it was of
    /// everything, and nobody looks on as somebody else; whether it was kept.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keep_score(&self, scan: &Scan) -> Result<bool> {
        let Some(tenths) = scan.score.tenths().filter(|_| scan.whole && scan.is_over()) else {
            return Ok(false);
        };
        if self.viewed_as().is_some() || self.store.is_read_only() {
            return Ok(false);
        }
        let counts = scan.checks.iter().map(|check| (check.name, scan.score.of(check).findings));
        let found = counts.filter(|(_, n)| *n > 0).map(|(name, n)| (name.to_owned(), n)).collect();
        let moment = self.moment();
        let score = DayScore {
            entity: scan.entity.clone(),
            day: moment.today(),
            tenths,
            records: scan.score.records(),
            clean: scan.score.clean(),
            found,
        };
        self.store.write("keeping a score", || {
            self.demand_rights()?;
            self.store.keep_score(&score, moment.now)
        })?;
        Ok(true)
    }

    /// The scores that were kept, by entity and day; of all entities of which the person reads everything.
    ///
    /// # Errors
    /// A named entity of which the person does not read everything.
    pub fn scores(&self, entity: Option<&str>) -> Result<Vec<DayScore>> {
        self.ready()?;
        if let Some(name) = entity {
            let known = self.entity(name)?;
            self.demand_sight(known)?;
            if !self.reads_all(known) {
                let what = phrase!(
                    "the score is over all {entity}, and you do not see all of them",
                    entity = &known.plural.lower()
                );
                return Err(Refusal { need: Need::Other, what, hint: None, missing: None }.into());
            }
        }
        let mut scores = self.store.scores(entity)?;
        scores.retain(|score| {
            self.shown.entity(&score.entity).is_some_and(|entity| self.reads_all(entity))
        });
        Ok(scores)
    }
}

impl Mended {
    fn leave(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            if matches!(outcome.fate, Fate::Refused | Fate::Conflict) {
                self.left += 1;
                if self.outcomes.len() < TOLD {
                    self.outcomes.push(outcome);
                }
            }
        }
    }
}
