//! What layers ask of the session, and how it is answered.
//!
//! A layer never waits: it hands a [`Request`] out, the host lets a worker that owns a session run
//! [`answer`], and the [`Reply`] comes back as input. The scripted host of the tests runs it at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::capture::{Found, Sought, who};
use crate::exchange::export::{ExportFormat, ExportRequest, Progress};
use crate::gate::{
    Able, AccessRequest, Aggregate, Anomaly, Applied, AuditPage, Belongings, Bucket, Chosen, Count,
    Decided, Doubt, Entry, ErasePlan, Erased, GetsIn, Grant, Groups, HistoryRequest, Hit, Joining,
    Kept, Leaving, ListRequest, Look, Many, Merge, MergePlan, Page, Place, Ran, Result,
    SearchRequest, SeatInfo, Seen, Session, Tally, TeamNode, Thresholds, Timeline, UndoLook,
    UndoPiece, UndoPlan, Wanted,
};
use crate::model::{Edit, Lang, Name, Phrase, Record, RecordId, RecordRef, WeekStart};
use crate::policy::{Need, Refusal, Right, Role};
use crate::query::{Query, ValuesAt};
use crate::report::{Report, ReportRequest, Table};
use crate::secret::Secret;
use crate::tui::form::Lookup;
use crate::tui::guard::Attempt;
use crate::tui::prefs::{Prefs, WEEK};

mod account;
mod audit;
mod copy;
mod import;
mod look_up;
mod parts;
mod quality;
mod report;
mod twins;

pub use account::{Account, OnAccount};
pub use audit::LogPart;
pub use copy::unfit;
use copy::{copied, written_here};
pub use import::{From, Import, Imported};
use look_up::{look_up, values};
pub use parts::{HandOn, To, View, WayInChange, Whose};
pub use quality::{Checked, Checking};
use report::copied_report;
pub use report::{AskedReport, write_report};
pub use twins::{OnTwins, Twins};

/// Which of a layer's questions a request is: the newest of a slot overtakes the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub &'static str, pub usize);

/// Records that are named where a change is taken back.
const NAMED: usize = 2;
/// Up to so many records an undo is one request; beyond it goes in pieces that show how far it is.
const AT_ONCE: u64 = 500;
/// So long an invitation holds.
const INVITED: Duration = Duration::from_hours(72);

/// What a layer asks.
#[derive(Debug, Clone)]
pub enum Request {
    /// A part of a list.
    List(ListRequest),
    /// How many there are; counting stops at the cap.
    Count {
        /// Of which entity.
        entity: Name,
        /// Which of them.
        filter: Option<Query>,
        /// Where counting stops.
        cap: Option<u64>,
    },
    /// One record with all its fields.
    Get(RecordRef),
    /// One record with everything, to be changed: refused where the person may not.
    GetToEdit(RecordRef),
    /// Which of the rights the person lacks on a record.
    Lacks(RecordRef, Vec<Right>),
    /// How many records link to one.
    Related(RecordRef),
    /// The newest of a record's life.
    Timeline(RecordRef, usize),
    /// Change sets.
    History(HistoryRequest),
    /// The search box.
    Search(SearchRequest),
    /// Records for a form: to pick from, or likely duplicates.
    Lookup(Lookup),
    /// Counts and sums in groups.
    Aggregate(Aggregate),
    /// The same by one grouping; of more than so many groups the largest.
    Groups(Aggregate, usize),
    /// The numbers of a report.
    Report {
        /// Which.
        report: Box<Report>,
        /// Over these records only.
        filter: Option<String>,
        /// Split by this group; the report's own without.
        by: Option<String>,
        /// The language of its labels.
        lang: Lang,
        /// It fills a block of the home screen by itself: nobody ran a report.
        block: bool,
    },
    /// Whom a jotted line names.
    Capture(Box<Sought>),
    /// Writes.
    Save {
        /// What.
        edits: Vec<Edit>,
        /// What for, as history keeps it.
        why: String,
    },
    /// Puts back the values that fields of a record had before a change set.
    Restore {
        /// The record.
        record: RecordRef,
        /// The fields.
        fields: Vec<Name>,
        /// The change set.
        change_set: i64,
    },
    /// Takes back a change set; without a number my own last one.
    Undo(Option<i64>),
    /// Takes back the next piece of a change set but for these records; with what the pieces before were
    /// written under.
    UndoPiece(i64, Option<i64>, Arc<BTreeSet<RecordRef>>),
    /// About a file that is imported.
    Import(Import),
    /// A reading question that waits for all others and makes room for them; nobody is told to wait.
    Quietly(Box<Request>),
    /// Writes the chosen records out, with these fields (all that can be imported again where none is
    /// named).
    Export {
        /// Which.
        of: Chosen,
        /// With which fields.
        fields: Vec<Name>,
        /// In which form.
        format: ExportFormat,
        /// In which language labels are.
        lang: Lang,
        /// Where to.
        to: To,
        /// How far it is, and whether it is to stop.
        progress: Arc<Progress>,
    },
    /// Writes a report out; [`Reply::Exported`].
    ExportReport {
        /// Which, and how it is looked at.
        report: Box<AskedReport>,
        /// In which form.
        format: ExportFormat,
        /// Where to.
        to: To,
    },
    /// Shows once more who one is, or signs in again where the session has ended.
    Unlock(Box<Attempt>),
    /// About one's own way in.
    Account(Account),
    /// The chosen records as rows with a header, for a spreadsheet to paste; [`Reply::Exported`].
    Rows {
        /// Which.
        of: Chosen,
        /// With which fields.
        fields: Vec<Name>,
        /// In which language header and choices are.
        lang: Lang,
        /// Whether it is to stop.
        progress: Arc<Progress>,
    },
    /// Whether the chosen records may be handed to the user's editor, as text; [`Reply::TakenOut`].
    TakeOut(Chosen),
    /// Some of the records that were chosen, with these fields.
    Chosen(Chosen, Vec<Name>, Place),
    /// What would become of the next of many records.
    Look {
        /// What is to be done with which records.
        many: Arc<Many>,
        /// Where to go on.
        place: Place,
        /// Those looked at before.
        before: Tally,
    },
    /// Does the next of what was looked at.
    Run {
        /// What is to be done with which records.
        many: Arc<Many>,
        /// What for, as history keeps it.
        why: String,
        /// What the look yielded.
        seen: Arc<Vec<Seen>>,
        /// The newest change at the look.
        at: i64,
        /// Where to go on.
        from: usize,
        /// What the pieces before were written under.
        operation: Option<i64>,
    },
    /// What hangs on a user.
    Belongings(RecordId),
    /// What a user still lacks to work.
    Joining(RecordId),
    /// Invite a user.
    Invite(RecordId),
    /// How a user gets in.
    GetsIn(RecordId),
    /// Changes how a user gets in; [`Reply::Changed`].
    ChangeWayIn(WayInChange, RecordId),
    /// The teams below each other.
    Teams,
    /// What it would be that a user leaves.
    PlanLeaving {
        /// Who.
        user: RecordId,
        /// Who takes over.
        hand_on: HandOn,
    },
    /// What erasing a person's data would remove.
    PlanErase(RecordRef),
    /// Erases a person's data as it was looked at.
    Erase(Box<ErasePlan>),
    /// What making one record of several would do.
    PlanMerge(Box<Merge>),
    /// Makes one record of several as it was looked at.
    Merge(Box<MergePlan>),
    /// About records that are likely the same.
    Twins(Twins),
    /// What taking back a change set would do, with so many records in full.
    LookUndo(i64, usize),
    /// Values that stand in a field or names of records, for completion.
    Values(Box<ValuesAt>),
    /// Who has a right on a record.
    WhoCan(Right, RecordRef),
    /// The roles of a user.
    RolesOf(RecordId),
    /// Who is signed in.
    Seats(Whose),
    /// Ends a session.
    EndSeat(i64),
    /// Every grant, for the review.
    ReviewAccess,
    /// A session that sees the file as a user does.
    ViewAs(RecordId),
    /// Access requests that are seen.
    AccessRequests,
    /// A part of the audit log.
    Audit(LogPart),
    /// What is unusual in it.
    Anomalies(Thresholds),
    /// The checks of the data.
    Quality(Checking),
    /// Asks for a right.
    AskAccess(Wanted),
    /// Which roles grant what is missing, and who gives them.
    Advise(Need),
    /// The screens refused something by themselves: it is noted, and answered as [`Request::Advise`].
    Refused(Need),
    /// Decides about an access request, with what is to be said to who asked.
    Decide(RecordId, Decided, String),
    /// Keeps texts of the person's own under keys, or forgets them.
    Keep(Vec<(String, Option<String>)>),
    /// Says of what is kept under these keys that it is still in use.
    Touch(Vec<String>),
    /// What the person keeps under keys with this beginning.
    Kept(String),
}

impl Request {
    /// True where it writes: such a request is never overtaken or stopped.
    #[must_use]
    pub fn writes(&self) -> bool {
        match self {
            Self::Account(account) => return account.writes(),
            Self::Twins(twins) => return twins.writes(),
            _ => {}
        }
        if let Self::Import(import) = self {
            return import.writes();
        }
        matches!(
            self,
            Self::Save { .. }
                | Self::Merge(_)
                | Self::Erase(_)
                | Self::Run { .. }
                | Self::Undo(_)
                | Self::Restore { .. }
                | Self::UndoPiece(..)
                | Self::Keep(_)
                | Self::Touch(_)
                | Self::Unlock(_)
                | Self::ViewAs(_)
                | Self::AskAccess(_)
                | Self::Decide(..)
                | Self::EndSeat(_)
                | Self::Refused(_)
                | Self::Invite(_)
                | Self::ChangeWayIn(..)
        )
    }

    /// True where every other question goes first.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Quietly(_))
    }
}

/// What the session answers, per kind of request.
#[derive(Debug)]
pub enum Reply {
    /// To [`Request::List`].
    Page(Page),
    /// To [`Request::Count`].
    Count(Count),
    /// To [`Request::Get`].
    Record(Box<Record>),
    /// To [`Request::Related`]: by entity and link field.
    Related(BTreeMap<(Name, Name), u64>),
    /// To [`Request::Unlock`].
    Unlocked,
    /// To [`Request::Account`].
    Account(OnAccount),
    /// To [`Request::Timeline`].
    Timeline(Timeline),
    /// To [`Request::History`].
    History(Vec<Entry>),
    /// To [`Request::Search`] and [`Request::Lookup`].
    Hits(Vec<Hit>),
    /// To [`Request::Aggregate`].
    Buckets(Vec<Bucket>),
    /// To [`Request::Groups`].
    Groups(Groups),
    /// To [`Request::Report`].
    Report(Box<Table>),
    /// To [`Request::Capture`].
    Captured(Box<Found>),
    /// To [`Request::Save`].
    Saved(Applied),
    /// To [`Request::Undo`]: what was taken back.
    Undone(Box<UndoLook>),
    /// To [`Request::Undo`] of more than is done in one breath, or of which some stays as it is: nothing was done.
    Large(UndoPlan),
    /// To [`Request::Undo`] of what is asked about first: nothing was done.
    Doubted(UndoPlan, Doubt),
    /// To [`Request::UndoPiece`].
    UndonePiece(UndoPiece),
    /// To [`Request::Export`] and [`Request::Rows`]: how many records, and the text where it goes to the clipboard.
    Exported {
        /// How many records.
        records: u64,
        /// What goes to the clipboard.
        text: Option<String>,
    },
    /// To [`Request::Export`]: it was stopped, and nothing was written.
    Stopped,
    /// To [`Request::Export`]: the file is there already, and nothing was written.
    Exists,
    /// To [`Request::TakeOut`]: they may.
    TakenOut,
    /// To [`Request::Chosen`]: the records, and where to go on.
    Chosen(Vec<Record>, Option<Place>),
    /// To [`Request::Look`].
    Look(Box<Look>),
    /// To [`Request::Run`].
    Ran(Box<Ran>),
    /// To [`Request::Belongings`].
    Belongings(Box<Belongings>),
    /// To [`Request::Joining`].
    Joining(Box<Joining>),
    /// To [`Request::Invite`]: the code, and until when it holds, for people.
    Invited(Box<(Secret, String)>),
    /// To [`Request::GetsIn`].
    GetsIn(Box<GetsIn>),
    /// To [`Request::ChangeWayIn`]: it is done.
    Changed,
    /// To [`Request::Teams`].
    Teams(Vec<TeamNode>),
    /// To [`Request::PlanLeaving`].
    Leaving(Box<Leaving>),
    /// To [`Request::PlanErase`].
    ErasePlan(Box<ErasePlan>),
    /// To [`Request::Erase`].
    Erased(Erased),
    /// To [`Request::PlanMerge`].
    MergePlan(Box<MergePlan>),
    /// To [`Request::Twins`].
    Twins(OnTwins),
    /// To [`Request::Lacks`]: each that is missing, and why.
    Lacks(Vec<(Right, Refusal)>),
    /// To [`Request::LookUndo`].
    UndoLook(Box<UndoLook>),
    /// To [`Request::Values`]: each with what it is, for people.
    Values(Vec<(String, String)>),
    /// To [`Request::WhoCan`].
    Able(Vec<Able>),
    /// To [`Request::RolesOf`]: the name of the user, and their roles.
    Roles(String, Vec<Role>),
    /// To [`Request::Seats`].
    Seats(Vec<SeatInfo>),
    /// To [`Request::EndSeat`]: it has ended.
    SeatEnded(i64),
    /// To [`Request::ReviewAccess`].
    Grants(Vec<Grant>),
    /// To [`Request::ViewAs`].
    View(Box<View>),
    /// To [`Request::AccessRequests`].
    AccessRequests(Vec<AccessRequest>),
    /// To [`Request::Advise`] and [`Request::Refused`]: in full, and in few words.
    Advice(Option<(Phrase, Phrase)>),
    /// To [`Request::Audit`].
    Audit(AuditPage),
    /// To [`Request::Anomalies`].
    Anomalies(Vec<Anomaly>),
    /// To [`Request::Quality`].
    Quality(Checked),
    /// To [`Request::Kept`]; empty to [`Request::Keep`] and [`Request::Touch`].
    Kept(Vec<Kept>),
    /// To [`Request::Import`].
    Import(Imported),
}

/// A reply, or why there is none.
pub type Answer = Result<Reply>;

/// Where records go that are copied, as the audit log calls it.
const CLIPBOARD: &str = "clipboard";
/// How the audit log names the program that rows are edited in.
const EDITOR: &str = "editor";
/// Has a session go by what its person chose before: what conditions mean is decided there.
pub fn go_by(session: &mut Session, prefs: &Prefs) {
    session.begin_weeks(prefs.get(WEEK).and_then(WeekStart::of_word));
}

/// Runs a request. Slow: for the thread that owns the session.
///
/// # Errors
/// Whatever the gate says.
pub fn answer(session: &mut Session, request: &Request) -> Answer {
    Ok(match request {
        Request::List(list) => Reply::Page(session.list(list)?),
        Request::Count { entity, filter, cap } => {
            Reply::Count(session.count(entity, filter.as_ref(), *cap)?)
        }
        Request::Get(record) => Reply::Record(Box::new(session.get(record)?)),
        Request::GetToEdit(record) => {
            let found = session.get(record)?;
            session.demand_on(Right::Edit, record)?;
            Reply::Record(Box::new(found))
        }
        Request::Lacks(record, rights) => Reply::Lacks(session.lacks(record, rights)?),
        Request::Related(record) => Reply::Related(session.related_counts(record)?),
        Request::Timeline(record, limit) => Reply::Timeline(session.timeline(record, *limit)?),
        Request::History(history) => Reply::History(session.history(history)?),
        Request::Search(search) => Reply::Hits(session.search(search)?),
        Request::Lookup(lookup) => Reply::Hits(look_up(session, lookup)?),
        Request::Aggregate(aggregate) => Reply::Buckets(session.aggregate(aggregate)?),
        Request::Groups(aggregate, most) => Reply::Groups(session.groups(aggregate, *most)?),
        Request::Report { report, filter, by, lang, block } => {
            if !block {
                session.note(&crate::gate::Event::report(&report.name, &report.entity));
            }
            let asked = ReportRequest { filter: filter.as_deref(), by: by.as_deref(), lang: *lang };
            Reply::Report(Box::new(report::measured(session, report, &asked)?))
        }
        Request::Capture(sought) => Reply::Captured(Box::new(who::find(session, sought)?)),
        Request::Save { edits, why } => Reply::Saved(session.save(edits.clone(), why)?),
        Request::Restore { record, fields, change_set } => {
            session.refresh()?;
            let plan = session.plan_restore(record, fields, *change_set)?;
            Reply::Saved(session.apply(plan)?)
        }
        Request::Unlock(attempt) => {
            let code = attempt.code.as_ref().map(Secret::reveal);
            session.unlock_screen(&attempt.password, code)?;
            Reply::Unlocked
        }
        Request::Account(account) => Reply::Account(account.answer(session)?),
        Request::Undo(change_set) => {
            let (plan, doubt) = match change_set {
                Some(number) => (session.plan_undo(*change_set)?, session.reshapes(*number)?),
                None => session.latest()?,
            };
            if let Some(doubt) = doubt {
                return Ok(Reply::Doubted(plan, doubt));
            }
            // What others changed since stays as it is, and is named before anything is taken back.
            if plan.records > AT_ONCE || plan.goes_around(false) {
                return Ok(Reply::Large(plan));
            }
            let look = session.look_undo(Some(plan.change_set), NAMED)?;
            session.undo(&plan)?;
            Reply::Undone(Box::new(look))
        }
        Request::Import(import) => return import.answer(session),
        Request::UndoPiece(change_set, under, left) => {
            Reply::UndonePiece(session.undo_piece(*change_set, *under, left)?)
        }
        Request::Quietly(request) => return answer(session, request),
        Request::Export { of, fields, format, lang, to, progress } => {
            written_here(to)?;
            let request = ExportRequest {
                fields: fields.clone(),
                lang: *lang,
                target: CLIPBOARD.into(),
                ..ExportRequest::all("")
            };
            copied(session, of, &request, *format, progress)?
        }
        Request::ExportReport { report, format, to } => {
            written_here(to)?;
            copied_report(session, report, *format)?
        }
        Request::Rows { of, fields, lang, progress } => {
            let request = ExportRequest {
                fields: fields.clone(),
                lang: *lang,
                pasted: true,
                target: CLIPBOARD.into(),
                ..ExportRequest::all("")
            };
            copied(session, of, &request, ExportFormat::Tsv, progress)?
        }
        Request::TakeOut(chosen) => {
            session.take_out(chosen, None, EDITOR)?;
            Reply::TakenOut
        }
        Request::Chosen(chosen, fields, place) => {
            let (rows, next) = session.chosen(chosen, fields, place)?;
            Reply::Chosen(rows, next)
        }
        Request::Look { many, place, before } => {
            Reply::Look(Box::new(session.look(many, place, before)?))
        }
        Request::Run { many, why, seen, at, from, operation } => {
            Reply::Ran(Box::new(session.run(many, why, (seen, *at), *from, *operation)?))
        }
        Request::Belongings(user) => Reply::Belongings(Box::new(session.belongings(*user)?)),
        Request::Joining(user) => Reply::Joining(Box::new(session.joining(*user)?)),
        Request::Invite(user) => Reply::Invited(Box::new(session.invite_for(*user, INVITED)?)),
        Request::GetsIn(user) => Reply::GetsIn(Box::new(session.gets_in(*user)?)),
        Request::ChangeWayIn(change, user) => {
            match change {
                WayInChange::Lock => session.lock(*user)?,
                WayInChange::Unlock => session.unlock(*user)?,
                WayInChange::FactorOff => session.drop_totp(Some(*user))?,
            }
            Reply::Changed
        }
        Request::Teams => Reply::Teams(session.teams()?),
        Request::PlanLeaving { user, hand_on } => {
            let transfer = match hand_on {
                HandOn::Nothing => None,
                HandOn::To(transfer) => Some(transfer.clone()),
                HandOn::Rules(text) => Some(session.transfer_of_rules(text)?),
            };
            Reply::Leaving(Box::new(session.plan_leaving(*user, transfer.as_ref())?))
        }
        Request::PlanErase(record) => Reply::ErasePlan(Box::new(session.plan_erase(record)?)),
        Request::Erase(plan) => Reply::Erased(session.erase(plan)?),
        Request::PlanMerge(wish) => Reply::MergePlan(Box::new(session.plan_merge(wish)?)),
        Request::Merge(plan) => Reply::Saved(session.merge(plan)?),
        Request::Twins(twins) => Reply::Twins(twins.answer(session)?),
        Request::LookUndo(change_set, limit) => {
            Reply::UndoLook(Box::new(session.look_undo(Some(*change_set), *limit)?))
        }
        Request::Values(at) => Reply::Values(values(session, at)?),
        Request::Keep(texts) => {
            session.keep(texts)?;
            if let Some((_, text)) = texts.iter().find(|(key, _)| key == WEEK) {
                session.begin_weeks(text.as_deref().and_then(WeekStart::of_word));
            }
            Reply::Kept(Vec::new())
        }
        Request::Touch(keys) => {
            session.touch_kept(keys)?;
            Reply::Kept(Vec::new())
        }
        Request::Kept(prefix) => Reply::Kept(session.kept(prefix)?),
        Request::WhoCan(right, record) => Reply::Able(session.who_can(*right, record)?),
        Request::RolesOf(user) => {
            let (name, roles) = session.roles_of(*user)?;
            Reply::Roles(name, roles)
        }
        Request::Seats(whose) => {
            let me = session.actor().person().user;
            let mut seats = session.seats()?;
            seats.retain(|seat| *whose == Whose::All || seat.user == me);
            Reply::Seats(seats)
        }
        Request::EndSeat(number) => {
            session.end_seat(*number)?;
            Reply::SeatEnded(*number)
        }
        Request::ReviewAccess => Reply::Grants(session.review_access()?),
        Request::ViewAs(user) => Reply::View(Box::new(View(session.view_as(*user)?))),
        Request::AccessRequests => Reply::AccessRequests(session.access_requests(false)?),
        Request::Audit(part) => Reply::Audit(part.read(session)?),
        Request::Anomalies(thresholds) => Reply::Anomalies(session.anomalies(thresholds)?),
        Request::Quality(asked) => Reply::Quality(asked.answer(session)?),
        Request::AskAccess(wanted) => Reply::Saved(session.ask_access(wanted)?),
        Request::Advise(need) => Reply::Advice(session.advice_about(need)?),
        Request::Refused(need) => Reply::Advice(session.refuse(need)?),
        Request::Decide(request, decided, note) => {
            Reply::Saved(session.decide_access(*request, decided, note)?)
        }
    })
}
