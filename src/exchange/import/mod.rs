//! CSV -> one undoable change set, planned row by row.
//!
//! A thread reads and understands rows; the caller's thread asks the gate what each would do and has
//! it written, in pieces that form one operation. Nothing here writes around the gate. Start at
//! [`run`].

mod begin;
mod cook;
mod course;
mod edits;
mod family;
mod job;
mod judged;
mod ledger;
mod links;
mod look;
mod meet;
mod piece;
mod resume;
mod told;
mod trial;
mod twins;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use super::Dialect;
use super::cells::{Draft, Kitchen, RowProblem};
use super::headers::Suggestion;
use super::map::{DateStyle, ImportMap, MapError, Mode};
use super::mends::Mends;
use super::read::Encoding;
use super::recipe::Recipe;
use super::rejects::{ErrorFileError, Rejects};
use super::source::{Row, Source, SourceError};
use super::verdict::{ImportReport, Progress, RowFate, RowVerdict, Tally};
use crate::gate::{Bulk, Count, ErrorKind, GateError, Session};
use crate::model::{FieldChange, Lang, Name, Phrase, phrase};
use crate::policy::Right;
use crate::schema::{Catalog, Label};
use begin::Beginning;
use cook::{Parcel, Seer, cook};
use course::Course;
use piece::Importer;

pub use job::{Job, RowInFull};
pub use ledger::{Ledger, Line};
pub use look::{Look, Looked, look};
pub use resume::{Begun, begun, digest};
pub use trial::{Becomes, DateDoubt, Trial, TrialRow};

/// How many rows are planned and written at once; more where the file is taken alone.
const CHUNK: usize = 500;
const CHUNK_ALONE: usize = 20_000;

/// What to import and how.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The entity.
    pub entity: String,
    /// The name of the file, for messages and history.
    pub file: String,
    /// Where the columns go; guessed without.
    pub map: Option<ImportMap>,
    /// The encoding of the text, above that of the map.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook, above that of the map.
    pub sheet: Option<String>,
    /// The fields a row is recognised by, instead of those of the map.
    pub keys: Vec<String>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Take the database alone while importing: much faster for very many rows, but nobody else can
    /// write meanwhile.
    pub alone: bool,
    /// The language of the reasons in the error file.
    pub lang: Lang,
    /// What may be done, instead of what the map says.
    pub mode: Option<Mode>,
    /// How dates are written, instead of what the map says.
    pub dates: Option<DateStyle>,
    /// Whether values are put to those that are there, instead of what the map says.
    pub add: Option<bool>,
    /// Whether empty cells empty fields, instead of what the map says.
    pub clear_blank: Option<bool>,
    /// Values of new records whose row says nothing, besides those of the map.
    pub defaults: Vec<(String, String)>,
    /// A digest of what is in the file: with it the database keeps how far the import is, so that it can go
    /// on after a crash. See [`digest`].
    pub content: Option<String>,
    /// Go on with an import of the same file that was begun and not ended.
    pub resume: bool,
    /// The change set that this import is a further part of, where one file is imported as several entities.
    pub under: Option<i64>,
    /// Rows without a key make records although records that are as good as certainly the same are there.
    pub keep_duplicates: bool,
    /// A further part follows: the database keeps account of the import until then.
    pub goes_on: bool,
    /// In a dry run: what the parts before would have made, by entity and folded name.
    pub promised: Arc<HashSet<(Name, String)>>,
    /// What was mended of the file by hand; an import that goes on has what it was begun with.
    pub mends: Arc<Mends>,
    /// Tell the listener what becomes of each field.
    pub in_full: bool,
    /// The first rows of the file, where `source` is but a part of it: they say in which order dates are.
    pub sample: Option<Arc<Vec<Row>>>,
    /// Where the error file lies, kept for whoever goes on with the import.
    pub rejects: Option<String>,
}

/// Who wants to know how it goes.
pub trait Listener {
    /// After every few hundred rows; breaking ends the import after them. What was written stays, as
    /// one change set.
    fn progress(&mut self, progress: &Progress) -> ControlFlow<()> {
        let _ = progress;
        ControlFlow::Continue(())
    }

    /// A row has its verdict. Rows that link to later ones come last.
    fn row(&mut self, verdict: &RowVerdict) {
        let _ = verdict;
    }

    /// The same with the cells of the row, and with all that changes where that was asked for.
    fn judged(&mut self, row: &Row, verdict: &RowVerdict, changes: &[FieldChange]) {
        let _ = (row, changes);
        self.row(verdict);
    }
}

impl Listener for () {}

/// Why an import could not be done at all; problems of rows stand in the report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The map does not fit the file or the schema.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Map(Vec<MapError>),
    /// The gate refuses.
    #[error("{}", self.phrase())]
    Gate {
        /// Why.
        error: GateError,
        /// How many rows were written before; they are one change set that can be taken back.
        written: u64,
    },
    /// The error file cannot be written.
    #[error("the error file cannot be written: {0}")]
    Rejects(std::io::Error),
    /// The same file was begun before and not ended.
    #[error("{}", self.phrase())]
    Begun(Begun),
    /// The file is another than when it was looked at.
    #[error("{}", self.phrase())]
    Changed,
    /// The plan cannot be kept while it is looked at.
    #[error("{}", self.phrase())]
    Plan(std::io::Error),
    /// The error file cannot be written where it is to lie.
    #[error(transparent)]
    ErrorFile(#[from] ErrorFileError),
    /// There is nothing to go on with.
    #[error("{}", self.phrase())]
    NotBegun,
    /// It was begun in another way than it should go on.
    #[error("{}", self.phrase())]
    OtherWay(Begun),
}

impl From<GateError> for ImportError {
    fn from(error: GateError) -> Self {
        Self::Gate { error, written: 0 }
    }
}

impl ImportError {
    /// Why it could not be done.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Source(error) => error.phrase(),
            Self::Map(errors) => Phrase::lines(errors.iter().map(MapError::phrase)),
            Self::Gate { error, written: 0 } => error.phrase(),
            Self::Gate { error, written } => phrase!(
                "{error}\n{written} rows were written before; `kontor undo` takes them back",
                error = error.phrase(),
                written = *written
            ),
            Self::Rejects(error) => {
                phrase!("the error file cannot be written: {error}", error = Phrase::io(error))
            }
            Self::Begun(begun) => phrase!(
                "the import of {file} was begun (change set {number}) and stopped after {rows} {rows?row|rows}",
                file = &begun.file,
                number = begun.operation,
                rows = begun.rows
            ),
            Self::Changed => phrase!("the file was changed since it was looked at"),
            Self::Plan(error) => phrase!(
                "the plan cannot be kept while it is looked at: {error}",
                error = Phrase::io(error)
            ),
            Self::ErrorFile(error) => error.phrase(),
            Self::NotBegun => phrase!("no import of this file was begun and stopped"),
            Self::OtherWay(begun) => phrase!(
                "the import of {file} (change set {number}) was begun with another map or other options",
                file = &begun.file,
                number = begun.operation
            ),
        }
    }

    /// The kind, for exit codes.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Source(SourceError::Read { .. })
            | Self::Rejects(_)
            | Self::Plan(_)
            | Self::ErrorFile(_) => ErrorKind::File,
            Self::Source(_) | Self::Map(_) | Self::OtherWay(_) => ErrorKind::Invalid,
            Self::Begun(_) | Self::Changed => ErrorKind::Conflict,
            Self::NotBegun => ErrorKind::NotFound,
            Self::Gate { error, .. } => error.kind(),
        }
    }

    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Map(errors) => errors.iter().find_map(|error| error.hint.clone()),
            Self::Gate { error, .. } => error.hint(),
            Self::ErrorFile(error) => error.hint(),
            Self::Plan(error) => Phrase::io_hint(error),
            Self::Changed => Some(phrase!("open it again")),
            Self::Rejects(_) => None,
            Self::NotBegun => Some(phrase!(
                "a file that was changed is another one; without --resume it is imported from its beginning"
            )),
            Self::Begun(begun) => Some(phrase!(
                "--resume goes on; `kontor undo {number}` takes back what was written",
                number = begun.operation
            )),
            Self::OtherWay(begun) => Some(phrase!(
                "say the same map and options; or take back what was written: `kontor undo {number}`",
                number = begun.operation
            )),
        }
    }
}

/// What a file looks like before anything is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// How its cells are set apart.
    pub dialect: Dialect,
    /// Its columns.
    pub headers: Vec<String>,
    /// The program whose export it looks like.
    pub shape: Option<Label>,
    /// What its columns likely are.
    pub columns: Vec<Suggestion>,
    /// A map file to start from.
    pub map: String,
}

/// Looks at the beginning of a file and says what its columns likely are. What is read of `source` is read: to
/// import the file it is opened anew.
///
/// # Errors
/// Where it cannot be read.
pub fn preview(
    catalog: &Catalog,
    entity: &str,
    source: &mut Source<'_>,
) -> Result<Preview, SourceError> {
    begin::preview(catalog, entity, source)
}

/// Imports a CSV file, or says what an import would do. Rows that cannot be taken go to `rejects`
/// with the reason; all others are written as one operation that undo takes back.
///
/// # Errors
/// Where the file or the map cannot be used, a right is missing, or the database cannot be written.
pub fn run(
    session: &mut Session,
    reader: impl Read + Send,
    options: &ImportOptions,
    listener: &mut dyn Listener,
    rejects: Option<&mut dyn Write>,
) -> Result<ImportReport, ImportError> {
    allowed(session, &options.entity)?;
    let source = Source::open(reader, &options.file, &options.said())?;
    run_source(session, source, options, listener, rejects)
}

/// Imports a file that has been opened, of whatever format.
///
/// # Errors
/// Where the map cannot be used, a right is missing, or the database cannot be written.
pub fn run_source(
    session: &mut Session,
    source: Source<'_>,
    options: &ImportOptions,
    listener: &mut dyn Listener,
    rejects: Option<&mut dyn Write>,
) -> Result<ImportReport, ImportError> {
    let catalog = Arc::clone(session.catalog());
    allowed(session, &options.entity)?;
    let Beginning { source, sample, map, recipe, report } =
        Beginning::of(source, options, &catalog)?;
    let (state, operation) = resume::course(session, options, &map)?;
    let before = state.rejected;
    let mends = state.mends.clone();
    let mut out = Outcome {
        report,
        tally: Tally::default(),
        listener,
        rejects: rejects.map(|writer| {
            Rejects::new(writer, &recipe.headers, source.dialect(), options.lang, before)
        }),
        rejected: before,
    };
    let resumes = operation.is_some() && operation != options.under;
    if resumes {
        resume::carry_over(&state, &mut out.report);
    }
    let course = Course::new(state, resumes);
    let moment = session.moment();
    let (sender, receiver) = sync_channel(if options.alone { 1 } else { 4 });
    let chunk = if options.alone { CHUNK_ALONE } else { CHUNK };
    // A dry run has nothing to do meanwhile.
    let foresight = if options.dry_run { None } else { session.foresight(&options.entity)? };
    let vain = AtomicBool::new(false);
    let told = std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let kitchen = Kitchen::new(&recipe, &catalog, &moment);
            let seer = foresight.map(|foresight| Seer { foresight, recipe: &recipe, vain: &vain });
            let told = cook((sample, source), &mends, kitchen, seer, chunk, &sender);
            // The receiver must learn that nothing more comes.
            drop(sender);
            told
        });
        let work = Work { recipe: &recipe, options, course, operation, vain: &vain };
        let done = write(session, work, receiver, &mut out);
        let read = reading.join();
        done?;
        let broke = |_| GateError::Internal("the thread that reads the file broke".to_owned());
        Ok::<_, ImportError>(read.map_err(broke)?)
    })?;
    let Outcome { mut report, tally, rejects, .. } = out;
    told::remarks(&tally, &recipe, &catalog.company.region, &mut report);
    report.notices.splice(0..0, told);
    tally.settle(&mut report);
    if let Some(rejects) = rejects {
        rejects.finish().map_err(ImportError::Rejects)?;
    }
    Ok(report)
}

fn allowed(session: &Session, entity: &str) -> Result<(), GateError> {
    session.permitted(Right::Import, entity).map(|_| ())
}

/// Where verdicts go.
struct Outcome<'o> {
    report: ImportReport,
    tally: Tally,
    listener: &'o mut dyn Listener,
    rejects: Option<Rejects<'o>>,
    /// How long the error file is, as far as it is settled.
    rejected: u64,
}

impl Outcome<'_> {
    /// A row has its verdict.
    fn settle(&mut self, draft: &Draft, verdict: &RowVerdict) -> Result<(), ImportError> {
        self.settle_in_full(draft, verdict, &[])
    }

    /// The same, with all that changes.
    fn settle_in_full(
        &mut self,
        draft: &Draft,
        verdict: &RowVerdict,
        changes: &[FieldChange],
    ) -> Result<(), ImportError> {
        self.tally.add(&mut self.report, verdict);
        self.listener.judged(&draft.row, verdict, changes);
        if verdict.fate == RowFate::Error
            && let Some(rejects) = &mut self.rejects
        {
            rejects.add(&draft.row, &verdict.problems).map_err(ImportError::Rejects)?;
        }
        Ok(())
    }

    /// What there is to say of the cells of a row.
    fn remark(&mut self, draft: &Draft) {
        self.tally.remark(&draft.remarks);
    }

    /// All that was refused is in the error file.
    fn settle_rejects(&mut self) -> Result<(), ImportError> {
        if let Some(rejects) = &mut self.rejects {
            self.rejected = rejects.settled().map_err(ImportError::Rejects)?;
        }
        Ok(())
    }

    /// A row cannot be done.
    fn refuse(&mut self, draft: &Draft, problems: Vec<RowProblem>) -> Result<(), ImportError> {
        let verdict = RowVerdict { problems, ..plain(draft, RowFate::Error) };
        self.settle(draft, &verdict)
    }
}

/// A verdict without more to say.
fn plain(draft: &Draft, fate: RowFate) -> RowVerdict {
    RowVerdict {
        row: draft.row.number,
        fate,
        title: draft.title.clone(),
        record: None,
        fields: Vec::new(),
        problems: Vec::new(),
        note: None,
    }
}

/// What is to be written.
struct Work<'w> {
    recipe: &'w Recipe,
    options: &'w ImportOptions,
    course: Course,
    /// The operation that it goes on with.
    operation: Option<i64>,
    /// Told to whoever foresees records that it is in vain.
    vain: &'w AtomicBool,
}

fn write(
    session: &mut Session,
    work: Work<'_>,
    receiver: Receiver<Parcel>,
    out: &mut Outcome<'_>,
) -> Result<(), ImportError> {
    let Work { recipe, options, course, operation, vain } = work;
    let why = format!("import {}", options.file);
    let mut bulk = match operation {
        Some(operation) => session.bulk_on(&why, operation)?,
        None => session.bulk(&why),
    };
    let entity = [options.entity.as_str()];
    let mut fresh = false;
    if options.alone && !options.dry_run {
        let nothing = |bulk: &Bulk<'_>| {
            Ok::<_, GateError>(
                bulk.session().count(&options.entity, None, Some(1))? == Count::Exactly(0),
            )
        };
        // Without indexes rows cannot be looked up, so they go only where nothing is to be found.
        let own_links = recipe.links().any(|(_, rule)| rule.to == recipe.entity);
        let unindexed = nothing(&bulk)? && recipe.keys.len() <= 1 && !own_links;
        bulk.take_alone(if unindexed { &entity } else { &[] })?;
        // Repeated keys within the file are told apart by the first key only.
        fresh = recipe.keys.len() == 1 && nothing(&bulk)?;
    }
    let twins = twins::index(bulk.session(), recipe, options)?;
    let mut importer = Importer::new(bulk, recipe, options, fresh, course);
    importer.hold_against(twins);
    let mut done = feed(&mut importer, receiver, vain, out);
    if options.dry_run {
        out.report.promised = importer.promises();
    }
    if done.is_ok() && !out.report.stopped && !options.goes_on {
        done = importer.complete().map_err(ImportError::from);
    }
    let written = importer.written();
    let finished = importer.finish();
    match (done, finished) {
        (Err(ImportError::Gate { error, .. }), _) | (Ok(()), Err(error)) => {
            Err(ImportError::Gate { error, written })
        }
        (Err(error), _) => Err(error),
        (Ok(()), Ok(applied)) => {
            out.report.change_set = applied.change_set;
            Ok(())
        }
    }
}

fn feed(
    importer: &mut Importer<'_>,
    receiver: Receiver<Parcel>,
    vain: &AtomicBool,
    out: &mut Outcome<'_>,
) -> Result<(), ImportError> {
    for parcel in receiver {
        out.settle_rejects()?;
        importer.take(parcel?, out)?;
        let progress = out.report.progress();
        vain.store(progress.created * 2 < progress.rows, Ordering::Relaxed);
        if out.listener.progress(&progress).is_break() {
            out.report.stopped = true;
            return Ok(());
        }
    }
    importer.take_rest(out)
}
