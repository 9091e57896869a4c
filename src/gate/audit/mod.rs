//! The audit log: what happened beside changes, and all of it in one chain.
//!
//! An [`Event`] is noted by whoever sees it happen ([`Session::note`]); it becomes an entry of the hash
//! chain that changes stand in too, so that none can be altered or taken out unseen. Events are short:
//! they never hold values of fields, and what they hold of a query is what it asks about, not for whom.
//! Noting never keeps anybody from working: a file that cannot be written notes nothing, a busy one
//! notes a little later.

mod anomaly;
mod filter;
mod head;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::error::{GateError, Result};
use super::session::{Gate, OpenOptions, Session, Via};
use super::store::events::Noted;
use super::store::ticket::Ticket;
use super::store::{Store, open};
use crate::model::{Name, Phrase, RecordId, RecordRef, phrase};
use crate::policy::{Excess, Need, Refusal, Special};
use crate::query::Query;
use crate::schema::{AUDIT, Catalog, with_audit};
use crate::syntax::SyntaxError;

pub use anomaly::{Anomaly, Thresholds, Unusual, Worker, unseen};
pub use head::{Head, HeadCode, NoHead};

/// The longest texts that an event holds, in characters.
const LONGEST: usize = 200;
/// So many events wait for a busy file; more are not kept.
const WAITING: usize = 1_000;
/// How long noting waits for others who write.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long it waits where nothing goes on before it is noted.
const LONG_PATIENCE: Duration = Duration::from_secs(5);
/// How long nothing is tried after that, in milliseconds.
const PAUSE: i64 = 5_000;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Somebody signed in.
    SignIn,
    /// Somebody was not let in; what says why.
    SignInDenied,
    /// Somebody who is in gave their password again: the screen was locked, or something wanted it.
    Confirmed,
    /// Somebody took up an invitation and is one of those who sign in.
    Joined,
    /// A user was invited.
    Invited,
    /// A password was set, changed or handed out; what says which.
    Password,
    /// A second factor was turned on or off, or got new recovery codes; what says which.
    SecondFactor,
    /// Somebody left.
    SignOut,
    /// Somebody's session was ended by another.
    SeatEnded,
    /// A user was locked, or locked the screen.
    Locked,
    /// The opposite.
    Unlocked,
    /// A key of SSH lets a user in; what is its fingerprint.
    KeyAdded,
    /// It does so no more.
    KeyRemoved,
    /// A right was missing.
    Refused,
    /// Records were written out of the program.
    Export,
    /// Somebody began to look at the system as another.
    ViewAs,
    /// That ended.
    ViewAsEnd,
    /// A report was run.
    Report,
    /// The chain was checked.
    Verified,
    /// A copy was made.
    Backup,
    /// A record was removed for good.
    Purged,
    /// What the file held of a person was erased.
    Erased,
}

impl EventKind {
    /// The word that the log keeps, and that queries name it by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInDenied => "sign_in_denied",
            Self::Confirmed => "confirmed",
            Self::Joined => "joined",
            Self::Invited => "invited",
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::SignOut => "sign_out",
            Self::SeatEnded => "seat_ended",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::KeyAdded => "key_added",
            Self::KeyRemoved => "key_removed",
            Self::Refused => "refused",
            Self::Export => "export",
            Self::ViewAs => "view_as",
            Self::ViewAsEnd => "view_as_end",
            Self::Report => "report",
            Self::Verified => "verified",
            Self::Backup => "backup",
            Self::Purged => "purged",
            Self::Erased => "erased",
        }
    }
}

/// A script can make any number of these: equal ones within a minute become one entry with a count.
const MAY_FLOOD: [EventKind; 2] = [EventKind::Refused, EventKind::Report];

/// Something that happened, to be noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    kind: EventKind,
    entity: Option<Name>,
    record: Option<RecordId>,
    what: String,
    count: u64,
    detail: BTreeMap<&'static str, String>,
}

impl Event {
    /// An event about nothing in particular.
    #[must_use]
    pub fn new(kind: EventKind) -> Self {
        Self {
            kind,
            entity: None,
            record: None,
            what: String::new(),
            count: 1,
            detail: BTreeMap::new(),
        }
    }

    /// A right that was missing.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        let event = Self::new(EventKind::Refused);
        match &refusal.need {
            Need::Entity(right, entity) => event.on(entity).what(right.word()),
            Need::Record(right, entity, id) => {
                event.about(&RecordRef::new(entity, *id)).what(right.word())
            }
            Need::Field(access, entity, field) => {
                event.on(entity).what(access.word()).with("field", field)
            }
            Need::Link(entity, _) => event.on(entity).what("link"),
            Need::Special(special) => event.what(special.word()),
            Need::Give(Excess::Special(special)) => {
                event.what("grant").with("right", special.word())
            }
            Need::Give(Excess::Right(right, entity, _)) => {
                event.on(entity).what("grant").with("right", right.word())
            }
            Need::Give(Excess::Field(access, entity, field)) => {
                event.on(entity).what("grant").with("right", access.word()).with("field", field)
            }
            Need::Administrator | Need::Give(Excess::Everything) => event.what("administrator"),
            Need::Other => event.what("own rights"),
            Need::Insight => event.what("rights of others"),
        }
    }

    /// Records that leave the program: to which file (its folder stays untold) or where else, and which.
    #[must_use]
    pub fn export(entity: &Name, target: &str, records: u64, filter: Option<&Query>) -> Self {
        let name =
            Path::new(target).file_name().map_or(target.into(), |name| name.to_string_lossy());
        let event = Self::new(EventKind::Export).on(entity).what(&name).count(records);
        match filter.and_then(filter::told) {
            Some((key, text)) => event.with(key, &text),
            None => event,
        }
    }

    /// A report that somebody ran.
    #[must_use]
    pub fn report(name: &str, entity: &str) -> Self {
        Self::new(EventKind::Report).on(entity).what(name)
    }

    /// The entity it is about.
    #[must_use]
    pub fn on(mut self, entity: &str) -> Self {
        self.entity = Some(Name::from(entity));
        self
    }

    /// The record it is about.
    #[must_use]
    pub fn about(mut self, record: &RecordRef) -> Self {
        self.entity = Some(record.entity.clone());
        self.record = Some(record.id);
        self
    }

    /// What exactly, in a word or two: the right, the reason, the name of the report.
    #[must_use]
    pub fn what(mut self, what: &str) -> Self {
        self.what = short(what);
        self
    }

    /// How many.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// Something more about it; never a value of a field, never a secret.
    #[must_use]
    pub fn with(mut self, key: &'static str, text: &str) -> Self {
        self.detail.insert(key, short(text));
        self
    }

    fn noted(&self, at: DateTime<Utc>, who: (Option<RecordId>, &str), via: Via) -> Noted {
        let detail = if self.detail.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&self.detail).unwrap_or_default()
        };
        Noted {
            at: at.timestamp_millis(),
            actor: who.0.map(|id| id.0),
            name: short(who.1),
            via: via.word().to_owned(),
            kind: self.kind.word().to_owned(),
            entity: self.entity.as_ref().map(ToString::to_string),
            record: self.record.map(|id| id.0),
            what: self.what.clone(),
            count: i64::try_from(self.count).unwrap_or(i64::MAX),
            detail,
        }
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

fn may_flood(event: &Noted) -> bool {
    MAY_FLOOD.iter().any(|kind| kind.word() == event.kind)
}

/// Events that wait until the file is free.
#[derive(Default)]
pub(super) struct Notes {
    waiting: RefCell<Vec<Noted>>,
    not_before: Cell<i64>,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number in the chain.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// The user.
    pub who: Option<RecordId>,
    /// The name as it was then.
    pub by: String,
    /// From which front end.
    pub via: String,
    /// `change`, `schema`, or the word of an [`EventKind`].
    pub kind: String,
    /// The entity it is about; where there are several, that of a first record.
    pub entity: Option<Name>,
    /// The entities that a change is about, where there are several, the most first: with how many records
    /// of each, unless that was too much to count.
    pub kinds: Vec<(Name, Option<u64>)>,
    /// The record, where it is one.
    pub record: Option<RecordRef>,
    /// What exactly.
    pub what: String,
    /// How many records, or how often.
    pub count: u64,
    /// Why, of a change.
    pub why: String,
    /// The rest.
    pub detail: BTreeMap<String, String>,
    /// The change set that it is a piece of.
    pub change_set: Option<i64>,
    /// The change set that it takes back.
    pub undoes: Option<i64>,
}

/// Which part of the log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuditRequest {
    /// Which entries; made by [`Session::audit_query`].
    pub filter: Option<Query>,
    /// Entries before this one.
    pub before: Option<i64>,
    /// At most how many; 50 where it is 0.
    pub limit: usize,
}

/// A part of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// The entries.
    pub entries: Vec<AuditEntry>,
    /// What to ask for the entries before them; none at the end.
    pub next: Option<i64>,
}

/// What one person did in a quarter of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// The user; none for those who were not let in.
    pub user: Option<RecordId>,
    /// The name that history keeps.
    pub name: String,
    /// Quarters of an hour since 1970.
    pub quarter: i64,
    /// `change`, the word of an event, or `delete`.
    pub kind: String,
    /// How many entries.
    pub entries: u64,
    /// How many records, or how often.
    pub count: u64,
}

/// What checking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries stand in it.
    pub entries: u64,
    /// How many rows hang on them.
    pub rows: u64,
    /// The newest entry; none in a new file or a broken chain.
    pub head: Option<Head>,
    /// The first entry that is not what it was, and why.
    pub broken: Option<(i64, Phrase)>,
    /// Of a head that was asked for: how many entries came after it; none where it is not in the chain.
    pub after: Option<u64>,
}

impl Session {
    /// Notes that something happened. Nothing is noted in a file that cannot be written; while it is
    /// busy the event waits.
    pub fn note(&self, event: &Event) {
        let noted = self.noted(event);
        let mut waiting = self.notes.waiting.borrow_mut();
        let same = |known: &Noted| {
            may_flood(known)
                && (&known.kind, &known.entity, &known.what)
                    == (&noted.kind, &noted.entity, &noted.what)
        };
        if let Some(known) = waiting.iter().position(same) {
            waiting[known].count += noted.count;
        } else if waiting.len() < WAITING {
            waiting.push(noted);
        }
        drop(waiting);
        self.settle_notes();
    }

    /// Notes that something happened, now; nothing in a file that cannot be written.
    ///
    /// # Errors
    /// Where others keep the file busy for long.
    pub(super) fn note_at_once(&self, event: &Event) -> Result<()> {
        self.settle_notes();
        if self.store.is_read_only() {
            return Ok(());
        }
        let events = [self.noted(event)];
        match self.viewing {
            Some(_) => write(&open::connect(self.path())?, &self.options, &events, LONG_PATIENCE),
            None => write(&self.store, &self.options, &events, LONG_PATIENCE),
        }
    }

    /// Notes events in the transaction that they are about.
    pub(super) fn note_within(&self, events: &[Event]) -> Result<()> {
        let noted: Vec<Noted> = events.iter().map(|event| self.noted(event)).collect();
        let now = self.options.clock.now().timestamp_millis();
        self.store.note(&noted, may_flood, now, &*self.options.entropy)
    }

    /// An event as the log keeps it. Of whoever sees the file as another it says so, and who that is.
    fn noted(&self, event: &Event) -> Noted {
        let now = self.options.clock.now();
        let person = self.actor().person();
        let Some(viewing) = &self.viewing else {
            return event.noted(now, (Some(person.user), &person.name), self.via);
        };
        let seen = self.catalog.reference(&RecordRef::new("user", person.user));
        let mut event = event.clone();
        // Its end says so anyway.
        if event.kind != EventKind::ViewAsEnd {
            event = event.with("viewing_as", &seen);
        }
        event.noted(now, (Some(viewing.viewer), &viewing.name), self.via)
    }

    /// Writes what waits, where the file can be written now.
    pub(super) fn settle_notes(&self) {
        let store = &self.store;
        let now = self.options.clock.now().timestamp_millis();
        if store.is_read_only() {
            self.notes.waiting.borrow_mut().clear();
            return;
        }
        // Inside a write it is its turn when that is done.
        if !store.conn.is_autocommit() || now < self.notes.not_before.get() {
            return;
        }
        if self.notes.waiting.borrow().is_empty() && !store.has_counted(now).unwrap_or(false) {
            return;
        }
        let events = self.notes.waiting.take();
        let written = match self.viewing {
            // Whoever only looks has no connection that writes.
            Some(_) => open::connect(self.path())
                .and_then(|store| write(&store, &self.options, &events, PATIENCE)),
            None => write(store, &self.options, &events, PATIENCE),
        };
        if written.is_err() {
            self.notes.not_before.set(now + PAUSE);
            let mut waiting = self.notes.waiting.borrow_mut();
            let newer = std::mem::replace(&mut *waiting, events);
            waiting.extend(newer);
        }
    }

    /// The catalogue that queries about the log are held against: the entities with the log as one more.
    ///
    /// # Errors
    /// Never where the program is whole.
    pub fn audit_catalog(&self) -> Result<Catalog> {
        with_audit(&self.catalog).map_err(GateError::Schema)
    }

    /// Understands a query about the log: `kind = export and who = me and at in last 7 days`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn audit_query(&self, text: &str) -> Result<Query> {
        let query = Query::parse(text, &self.audit_catalog()?, AUDIT)?;
        if query.condition().has_words() {
            let whole = 0..text.len();
            return Err(SyntaxError::new(whole, phrase!("the log is not searched by words"))
                .hint(phrase!("name a field, as in name ~ bo or what ~ csv"))
                .into());
        }
        Ok(query)
    }

    /// A part of the log, newest first. Whoever may not see all of it sees what they did themselves.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn audit(&self, request: &AuditRequest) -> Result<AuditPage> {
        self.settle_notes();
        let catalog = self.audit_catalog()?;
        let own = if self.sees_all_of_the_log() {
            None
        } else {
            Some(Query::parse("who = me", &catalog, AUDIT)?)
        };
        let filters: Vec<&Query> = request.filter.iter().chain(&own).collect();
        let moment = self.moment();
        let limit = if request.limit == 0 { 50 } else { request.limit };
        self.store.limited(|| {
            let filters = (filters.as_slice(), &moment);
            let mut entries = self.store.audit(&catalog, filters, request.before, limit + 1)?;
            let more = entries.len() > limit;
            entries.truncate(limit);
            let next = entries.last().filter(|_| more).map(|entry| entry.number);
            Ok(AuditPage { entries, next })
        })
    }

    /// Whether the person sees what others did.
    pub(super) fn sees_all_of_the_log(&self) -> bool {
        self.may(Special::Audit)
    }

    /// Checks the whole chain, and whether `head` is part of it; that it was checked is noted.
    ///
    /// # Errors
    /// Where the file cannot be read. A broken chain is no error: it stands in what is found.
    pub fn verify_audit(&self, head: Option<&HeadCode>) -> Result<Verified> {
        self.demand_special(Special::Audit)?;
        self.settle_notes();
        let chain = self.store.verify_chain(head.map(HeadCode::hex))?;
        let verified = Verified {
            entries: chain.changes,
            rows: chain.rows,
            head: Head::of(self.path(), chain.changes, &chain.head),
            after: chain.found.map(|number| chain.changes.saturating_sub(number as u64)),
            broken: chain.broken,
        };
        let what = if verified.broken.is_some() { "broken" } else { "sound" };
        self.note(&Event::new(EventKind::Verified).what(what).count(verified.entries));
        Ok(verified)
    }

    /// What is unusual of late, for those who see the log of all; the newest first.
    ///
    /// # Errors
    /// The refusal for everybody else: "nothing" would be taken for an answer.
    pub fn anomalies(&self, thresholds: &Thresholds) -> Result<Vec<Anomaly>> {
        self.demand_special(Special::Audit)?;
        self.settle_notes();
        let now = self.options.clock.now();
        let since = now - chrono::Duration::days(anomaly::DAYS);
        let tally = self.store.limited(|| self.store.audit_tally(since.timestamp_millis()))?;
        let workers = self.workers(&tally)?;
        Ok(anomaly::unusual(&tally, &workers, thresholds, (now, self.options.zone)))
    }

    /// The zone of everybody who did something, as far as their record says one.
    fn workers(&self, tally: &[Tallied]) -> Result<BTreeMap<RecordId, Worker>> {
        let mut workers = BTreeMap::new();
        let has_zone = self.catalog.entity("user").is_some_and(|user| user.field("zone").is_some());
        for user in tally.iter().filter_map(|tallied| tallied.user) {
            if !has_zone || workers.contains_key(&user) {
                continue;
            }
            let found = self.get(&RecordRef::new("user", user));
            let zone = match found {
                Ok(record) => record.get("zone").as_text().and_then(|zone| zone.parse().ok()),
                Err(GateError::NotFound { .. } | GateError::Denied(_)) => None,
                Err(error) => return Err(error),
            };
            workers.insert(user, Worker { zone });
        }
        Ok(workers)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end_view();
        if !self.notes.waiting.borrow().is_empty() {
            self.notes.not_before.set(0);
            self.settle_notes();
        }
    }
}

impl Gate {
    /// Notes an event of somebody who has no session (yet): a sign-in, or one that was denied. For a
    /// name that nobody has, `name` must not be what was typed: it may be a password.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn note(&self, who: (Option<RecordId>, &str), via: Via, event: &Event) -> Result<()> {
        let store = open::connect(self.path())?;
        if store.is_read_only() {
            return Ok(());
        }
        let options = self.options();
        write(&store, options, &[event.noted(options.clock.now(), who, via)], LONG_PATIENCE)
    }
}

fn write(store: &Store, options: &OpenOptions, events: &[Noted], patience: Duration) -> Result<()> {
    let _ticket = Ticket::take_within(store.path(), "", patience)?;
    let now = options.clock.now().timestamp_millis();
    store.transact(|| store.note(events, may_flood, now, &*options.entropy))
}

/// The newest entry of the chain in a file; none where there is none.
///
/// # Errors
/// Where the file cannot be read.
pub fn audit_head(path: &Path) -> Result<Option<Head>> {
    let store = open::connect(path)?;
    let head = store.chain_head()?;
    Ok(head.and_then(|(number, hash)| Head::of(path, number as u64, &hash)))
}
