//! A search for duplicates that goes on beside all else, and what it found.
//!
//! Whoever wants one keeps a [`Hunt`] and asks [`Session::hunt`] for the next piece again and again: pages are
//! read one at a time, so that other questions get their turn in between, and what takes long without the
//! file (comparing) goes on by itself on a thread that ends when it is told to. The [`DuplicateQueue`] that
//! comes of it knows only what the person saw; [`Session::twins_now`] says what became of its records.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::{DuplicateReading, Places, cells, fields_of, label, reasons};
use crate::gate::error::{GateError, Result};
use crate::gate::read::Count;
use crate::gate::session::Session;
use crate::gate::store::rows::Projection;
use crate::matching::{Case, Cells, Pool, Queue, Reason, Scan};
use crate::model::{Name, RecordId, RecordRef};
use crate::schema::{Catalog, DuplicateRule};

/// Up to so many records they are compared at once, in a part of a second.
const AT_ONCE: usize = 10_000;
/// The most pairs that are gone through; of more the least likely ones are left out.
const MOST: usize = 20_000;
/// Pairs that are less likely than the rule wants are worth a look down to this share of that.
const POSSIBLE: f64 = 0.75;
/// Progress is counted in these.
const WHOLE: f64 = 10_000.0;

/// A search for all duplicates of an entity.
#[derive(Debug)]
pub struct Hunt {
    entity: Name,
    at_once: usize,
    stage: Mutex<Stage>,
    far: Arc<Far>,
}

/// How far the comparing is, and whether it is to end.
#[derive(Debug, Default)]
struct Far {
    done: AtomicU32,
    stopped: AtomicBool,
}

#[derive(Debug)]
enum Stage {
    Begun,
    Reading(Box<DuplicateReading>, u64),
    Comparing(JoinHandle<Option<(Queue, usize)>>),
    Done(Option<Box<DuplicateQueue>>),
}

/// How far a search is.
#[derive(Debug)]
pub enum HuntStep {
    /// So many records of so many are read.
    Reading(u64, u64),
    /// This share of the comparing is done.
    Comparing(f64),
    /// All is done: [`Hunt::take`] hands out what was found.
    Found,
    /// It was stopped.
    Stopped,
}

impl Hunt {
    /// For all of an entity.
    #[must_use]
    pub fn new(entity: Name) -> Self {
        Self::comparing_at_once(entity, AT_ONCE)
    }

    /// The same where more records than this are compared on a thread of their own.
    #[must_use]
    pub fn comparing_at_once(entity: Name, at_once: usize) -> Self {
        Self { entity, at_once, stage: Mutex::new(Stage::Begun), far: Arc::default() }
    }

    /// Of which entity.
    #[must_use]
    pub fn entity(&self) -> &Name {
        &self.entity
    }

    /// What was found, once: none before that, and afterwards.
    #[must_use]
    pub fn take(&self) -> Option<DuplicateQueue> {
        match &mut *self.stage() {
            Stage::Done(queue) => queue.take().map(|queue| *queue),
            _ => None,
        }
    }

    /// Ends it as soon as it can be.
    pub fn stop(&self) {
        self.far.stopped.store(true, Ordering::Relaxed);
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        // A stage is put in place as a whole.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was found, as the person saw it, to be gone through.
#[derive(Debug)]
pub struct DuplicateQueue {
    entity: Name,
    queue: Queue,
    /// How many records were compared.
    compared: usize,
}

/// What became of records of a queue.
#[derive(Debug)]
pub struct TwinsNow {
    /// Each record: what it is called and how it is compared, where it is there for the person.
    records: Vec<(i64, Option<(String, Cells)>)>,
    /// What a record was merged into.
    merged: Vec<(i64, i64)>,
    /// All pairs that are known not to be the same.
    apart: Vec<(i64, i64)>,
}

impl TwinsNow {
    /// What each record is called; none where it is gone.
    pub fn titles(&self) -> impl Iterator<Item = (i64, Option<&str>)> {
        self.records.iter().map(|(id, now)| (*id, now.as_ref().map(|(title, _)| title.as_str())))
    }
}

impl DuplicateQueue {
    /// Of which entity.
    #[must_use]
    pub fn entity(&self) -> &Name {
        &self.entity
    }

    /// By which rule.
    #[must_use]
    pub fn rule(&self) -> &Arc<DuplicateRule> {
        self.queue.pool().rule()
    }

    /// How many records were compared.
    #[must_use]
    pub fn compared(&self) -> usize {
        self.compared
    }

    /// Pairs that were found and left out because there were too many.
    #[must_use]
    pub fn beyond(&self) -> usize {
        self.queue.beyond()
    }

    /// What is open, the likeliest first.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        self.queue.cases()
    }

    /// The pairs that somebody said are no duplicates.
    #[must_use]
    pub fn known_apart(&self) -> Vec<Case> {
        self.queue.known_apart()
    }

    /// Every record that it knows.
    #[must_use]
    pub fn records(&self) -> Vec<i64> {
        self.queue.records().collect()
    }

    /// Whether a record was found gone.
    #[must_use]
    pub fn is_gone(&self, record: i64) -> bool {
        self.queue.is_gone(record)
    }

    /// Why two of its records are likely the same: what speaks for it, then what speaks against it.
    #[must_use]
    pub fn reasons(&self, pair: (i64, i64), catalog: &Catalog) -> Vec<Reason> {
        let Some(judged) = self.queue.judge(pair) else { return Vec::new() };
        reasons(self.rule(), &judged, |field| label(catalog, &self.entity, field))
    }

    /// Takes over what became of its records; true where anything is other than it was.
    pub fn take(&mut self, now: &TwinsNow) -> bool {
        let before = self.queue.known_apart().len();
        self.queue.keep_apart(&now.apart);
        let mut news = self.queue.known_apart().len() != before;
        for (id, found) in &now.records {
            news |= self.queue.renew(*id, found.as_ref().map(|(_, cells)| cells));
        }
        for (gone, into) in &now.merged {
            self.queue.merged(*gone, *into);
        }
        news || !now.merged.is_empty()
    }
}

impl Session {
    /// Does the next piece of a search, or says how far it is.
    ///
    /// # Errors
    /// A denied right, an unknown entity, an entity without a rule; a file that cannot be read.
    pub fn hunt(&self, hunt: &Hunt) -> Result<HuntStep> {
        let mut stage = hunt.stage();
        if hunt.far.stopped.load(Ordering::Relaxed) {
            // A thread that compares sees it by itself.
            *stage = Stage::Done(None);
            return Ok(HuntStep::Stopped);
        }
        match &mut *stage {
            Stage::Begun => {
                let reading = self.begin_duplicates(&hunt.entity, None, None)?;
                let total = match self.count(&hunt.entity, None, None)? {
                    Count::Exactly(n) | Count::AtLeast(n) => n,
                };
                *stage = Stage::Reading(Box::new(reading), total);
                return Ok(HuntStep::Reading(0, total));
            }
            Stage::Reading(reading, total) => {
                if self.read_for_duplicates(reading)? {
                    return Ok(HuntStep::Reading(reading.read() as u64, *total));
                }
            }
            Stage::Comparing(thread) if !thread.is_finished() => {
                let done = f64::from(hunt.far.done.load(Ordering::Relaxed)) / WHOLE;
                return Ok(HuntStep::Comparing(done));
            }
            Stage::Comparing(_) => {}
            Stage::Done(_) => return Ok(HuntStep::Found),
        }
        let found = match std::mem::replace(&mut *stage, Stage::Done(None)) {
            Stage::Reading(reading, _) => {
                let apart = self.store.distinct_pairs(&hunt.entity)?;
                let (pool, far) = (reading.pool, Arc::clone(&hunt.far));
                if pool.len() > hunt.at_once {
                    let thread = std::thread::spawn(move || compared(pool, &apart, &far));
                    *stage = Stage::Comparing(thread);
                    return Ok(HuntStep::Comparing(0.0));
                }
                compared(pool, &apart, &far)
            }
            Stage::Comparing(thread) => thread
                .join()
                .map_err(|_| GateError::Internal("comparing failed; see the log".into()))?,
            Stage::Begun | Stage::Done(_) => None,
        };
        let Some((queue, compared)) = found else { return Ok(HuntStep::Stopped) };
        let entity = hunt.entity.clone();
        *stage = Stage::Done(Some(Box::new(DuplicateQueue { entity, queue, compared })));
        Ok(HuntStep::Found)
    }

    /// What became of some records of a queue, through the eyes of the person.
    ///
    /// # Errors
    /// A denied right, an unknown entity; a file that cannot be read.
    pub fn twins_now(
        &self,
        entity: &str,
        rule: &Arc<DuplicateRule>,
        records: &[i64],
    ) -> Result<TwinsNow> {
        let of = self.entity(entity)?;
        self.demand_sight(of)?;
        let places: Places = self.places(of, rule);
        let mut fields = fields_of(&places, of);
        fields.push(of.title.clone());
        let moment = self.moment();
        let projection = Projection::new(&self.shown, of, &fields, &moment);
        let apart = self.store.distinct_pairs(&of.name)?;
        let mut now = TwinsNow { records: Vec::new(), merged: Vec::new(), apart };
        for id in records {
            let found = self.store.record(&projection, RecordId(*id))?;
            let living = found.filter(|record| record.meta.deleted_at.is_none());
            if living.is_none() {
                let into = self.survivor_of(&RecordRef::new(&of.name, RecordId(*id)))?;
                now.merged.extend(into.map(|into| (*id, into.id.0)));
            }
            let told = living.map(|record| {
                let title = record.get(&of.title).as_text().unwrap_or_default().to_owned();
                (title, cells(rule, &places, &record))
            });
            now.records.push((*id, told));
        }
        Ok(now)
    }
}

/// Compares all of a pool; none where it was stopped on the way.
fn compared(mut pool: Pool, apart: &[(i64, i64)], far: &Far) -> Option<(Queue, usize)> {
    pool.settle();
    let least = pool.rule().likely.get() * POSSIBLE;
    let mut scan = Scan::new(&pool, least);
    while scan.step() {
        far.done.store((scan.done() * WHOLE) as u32, Ordering::Relaxed);
        if far.stopped.load(Ordering::Relaxed) {
            return None;
        }
    }
    let pairs = scan.finish();
    let all = pool.len();
    Some((Queue::of(pool, pairs, apart, (least, MOST)), all))
}
