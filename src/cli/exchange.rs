//! `import` and `export`: files in and out.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::command::{ExportArgs, ImportArgs};
use super::desk::{Desk, Need, entity, field};
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row, write_json};
use super::{Env, Progress, list};
use crate::exchange::export::{ExportError, ExportFormat, ExportRequest, export as write_out};
use crate::exchange::import::{ImportOptions, Listener, preview, run};
use crate::exchange::{
    ImportMap, ImportReport, MapError, Progress as Rows, RowFate, RowProblem, RowVerdict,
};
use crate::gate::Via;
use crate::model::{Fill, Name, Phrase, phrase};
use crate::schema::{Entity, Field};
use crate::term::Clean;

/// Verdicts that a dry run lists for people; JSON and the other formats have all of them.
const LISTED: usize = 20;

/// Brings records in from a file.
pub(super) fn import(env: &mut Env<'_>, args: &ImportArgs) -> Result<()> {
    let name = match args.file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => args.file.display().to_string(),
    };
    let file = open(&args.file, env)?;
    let map = args.map.as_deref().map(read_map).transpose()?;
    let need = if args.dry_run || args.suggest { Need::File } else { Need::Create };
    let mut desk = Desk::open_via(env, need, Via::Import)?;
    let about = desk.entity(&args.noun)?.name.to_string();
    if args.suggest {
        let preview = preview(&desk.catalog, &about, &name, file)
            .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
        desk.env.out.write_all(Clean::block(&preview.map).as_str().as_bytes())?;
        return Ok(());
    }
    let mut errors = args.errors.as_deref().map(create).transpose()?;
    let options = ImportOptions {
        entity: about,
        file: name,
        map,
        dry_run: args.dry_run,
        alone: args.alone,
        lang: desk.env.lang,
        ..ImportOptions::default()
    };
    let people = desk.format == OutputFormat::Table;
    let Desk { env, session, format, .. } = &mut desk;
    let what = if args.dry_run { phrase!("Checking rows") } else { phrase!("Importing rows") };
    env.progress.start(env.told(&what), None);
    let mut watch = Watch {
        progress: &mut *env.progress,
        keep: if !args.dry_run {
            Keep::Nothing
        } else if people {
            Keep::First
        } else {
            Keep::All
        },
        kept: Vec::new(),
    };
    let rejects = errors.as_mut().map(|writer| writer as &mut dyn Write);
    let report = run(session, file, &options, &mut watch, rejects);
    let kept = watch.kept;
    env.progress.finish();
    let report = report
        .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
    if let (Some(mut writer), Some(path)) = (errors, &args.errors) {
        writer.flush().map_err(|source| file_error(path, source))?;
    }
    if *format == OutputFormat::Json {
        let catalog = std::sync::Arc::clone(session.catalog());
        write_json(&mut *env.out, &described(&catalog, &report, &kept))?;
        writeln!(env.out)?;
    } else {
        verdicts(&mut desk, &kept)?;
    }
    desk.env.out.flush()?;
    tell(&mut desk, &report, args)
}

fn read_map(path: &Path) -> Result<ImportMap> {
    let text = std::fs::read_to_string(path).map_err(|source| file_error(path, source))?;
    ImportMap::parse(&path.display().to_string(), &text).map_err(|errors| CliError::Refused {
        message: Phrase::lines(errors.iter().map(MapError::phrase)),
        hint: errors.iter().find_map(|error| error.hint.clone()),
    })
}

/// The most that is taken from standard input, in bytes.
const MOST: u64 = 1 << 30;

/// The file, or for `-` all that comes by standard input, put by in a file without a name.
pub(super) fn open(path: &Path, env: &mut Env<'_>) -> Result<File> {
    if path == Path::new("-") {
        let mut file = tempfile::tempfile().map_err(|source| file_error(path, source))?;
        let taken = io::copy(&mut (&mut *env.input).take(MOST + 1), &mut file);
        if taken.map_err(|source| file_error(path, source))? > MOST {
            return Err(CliError::refused(phrase!("too much came by standard input")));
        }
        file.rewind().map_err(|source| file_error(path, source))?;
        return Ok(file);
    }
    File::open(path).map_err(|source| file_error(path, source))
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    File::create(path).map(BufWriter::new).map_err(|source| file_error(path, source))
}

pub(super) fn file_error(path: &Path, source: io::Error) -> CliError {
    CliError::File { path: Phrase::raw(path.display().to_string()), source }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Nothing,
    First,
    All,
}

struct Watch<'p> {
    progress: &'p mut dyn Progress,
    keep: Keep,
    kept: Vec<RowVerdict>,
}

impl Listener for Watch<'_> {
    fn progress(&mut self, rows: &Rows) -> ControlFlow<()> {
        self.progress.at(rows.rows);
        ControlFlow::Continue(())
    }

    fn row(&mut self, verdict: &RowVerdict) {
        let keep = match self.keep {
            Keep::Nothing => false,
            Keep::First => self.kept.len() < LISTED,
            Keep::All => true,
        };
        if keep {
            self.kept.push(verdict.clone());
        }
    }
}

fn verdicts(desk: &mut Desk<'_, '_>, kept: &[RowVerdict]) -> Result<()> {
    if kept.is_empty() {
        return Ok(());
    }
    let heads = vec![
        Head::right("row", phrase!("Row")),
        Head::left("verdict", phrase!("Verdict")),
        Head::left("ref", phrase!("Ref")),
        Head::left("title", phrase!("Record")),
        Head::left("why", phrase!("What")),
    ];
    let rows: Vec<Row> = kept
        .iter()
        .map(|verdict| {
            let reference =
                verdict.record.as_ref().map(|record| desk.reference(record)).unwrap_or_default();
            let mut what: Vec<Phrase> = verdict.problems.iter().map(RowProblem::line).collect();
            what.extend(verdict.note.clone());
            if what.is_empty() && !verdict.fields.is_empty() {
                let names: Vec<&str> = verdict.fields.iter().map(Name::as_str).collect();
                what.push(Phrase::raw(names.join(", ")));
            }
            let cells = vec![
                verdict.row.to_string(),
                desk.word(&Phrase::word(verdict.fate.word())),
                reference.clone(),
                verdict.title.clone(),
                desk.word(&phrase!("{parts}", parts = Fill::parts(what))),
            ];
            Row { reference, cells, json: Json::Null }
        })
        .collect();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    Ok(())
}

fn described(catalog: &crate::schema::Catalog, report: &ImportReport, kept: &[RowVerdict]) -> Json {
    let fates = |fate| report.count(fate);
    let problems: Vec<Json> = report
        .problems
        .iter()
        .map(|problem| {
            let examples: Vec<Json> = problem
                .examples
                .iter()
                .map(|(row, cell)| json!({ "row": row, "cell": cell }))
                .collect();
            json!({ "problem": problem.problem.as_str(), "rows": problem.rows, "examples": examples })
        })
        .collect();
    let rows: Vec<Json> = kept
        .iter()
        .map(|verdict| {
            json!({
                "row": verdict.row,
                "verdict": verdict.fate.word(),
                "ref": verdict.record.as_ref().map(|record| catalog.reference(record)),
                "title": verdict.title,
                "fields": verdict.fields,
                "problems": verdict.problems.iter().map(|problem| String::from(problem.line())).collect::<Vec<_>>(),
                "note": verdict.note.as_ref().map(Phrase::as_str),
            })
        })
        .collect();
    json!({
        "entity": report.entity,
        "file": report.file,
        "dry_run": report.dry_run,
        "change_set": report.change_set,
        "rows": report.rows,
        "create": fates(RowFate::Create),
        "update": fates(RowFate::Update),
        "same": fates(RowFate::Same),
        "skip": fates(RowFate::Skip),
        "error": fates(RowFate::Error),
        "made": report.made,
        "unmentioned": report.unmentioned,
        "problems": problems,
        "verdicts": rows,
    })
}

/// Says how it went; rows that could not be taken make the command fail.
fn tell(desk: &mut Desk<'_, '_>, report: &ImportReport, args: &ImportArgs) -> Result<()> {
    let mut lines = Vec::new();
    let catalog = Arc::clone(&desk.catalog);
    let own = catalog.entity(&report.entity);
    for column in &report.columns {
        let target: Fill = match &column.field {
            Some(name) => {
                own.and_then(|own| own.field(name)).map_or_else(|| name.into(), Field::told)
            }
            None => phrase!("left out").into(),
        };
        lines.push(phrase!("column {header} -> {target}", header = &column.header, target));
    }
    if !report.unmentioned.is_empty() {
        lines.push(phrase!("left out: {unmentioned}", unmentioned = report.unmentioned.join(", ")));
    }
    lines.extend(report.notices.iter().cloned());
    for (entity, n) in &report.made {
        let entity: Fill = catalog.entity(entity).map_or_else(|| entity.into(), Entity::told);
        lines.push(phrase!("{n} missing {entity} records made", n = *n, entity));
    }
    for problem in report.problems.iter().take(LISTED) {
        let examples = problem.examples.iter().map(|(row, cell)| {
            if cell.is_empty() {
                phrase!("row {row}", row = *row)
            } else {
                phrase!("row {row} \"{cell}\"", row = *row, cell)
            }
        });
        lines.push(phrase!(
            "{rows} rows: {problem} [{examples}]",
            rows = problem.rows,
            problem = &problem.problem,
            examples = Fill::list(examples)
        ));
    }
    let more = report.problems.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(phrase!("and {more} other problems", more));
    }
    let counts = Fill::list(
        [RowFate::Create, RowFate::Update, RowFate::Same, RowFate::Skip, RowFate::Error]
            .into_iter()
            .filter(|fate| report.count(*fate) > 0)
            .map(|fate| {
                let word = Phrase::word(fate.word());
                phrase!("{n} {word}", n = report.count(fate), word)
            }),
    );
    let rows = report.rows;
    lines.push(match report.change_set {
        Some(number) => {
            phrase!(
                "{rows} rows: {counts}. `kontor undo {number}` takes it back.",
                rows,
                counts,
                number
            )
        }
        None if report.dry_run => {
            phrase!("{rows} rows: {counts}. Nothing was written.", rows, counts)
        }
        None => phrase!("{rows} rows: {counts}.", rows, counts),
    });
    desk.say(&Phrase::lines(lines))?;
    let errors = report.count(RowFate::Error);
    if errors == 0 {
        return Ok(());
    }
    let hint = match &args.errors {
        Some(path) => {
            phrase!(
                "they are in {path} with the reason; mend and import that",
                path = path.display().to_string()
            )
        }
        None => phrase!("--errors FILE writes them to a file, each with its reason"),
    };
    let message = if report.dry_run {
        phrase!("{errors} rows cannot be imported", errors)
    } else {
        phrase!("{errors} rows were not imported", errors)
    };
    Err(CliError::Refused { message, hint: Some(hint) })
}

/// Writes records out to a file or the output.
pub(super) fn export(env: &mut Env<'_>, args: &ExportArgs) -> Result<()> {
    let format = export_format(env, args)?;
    let mut desk = Desk::open(env, Need::File)?;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let about = entity(&catalog, &args.noun)?;
    let which = super::view::under(&desk, about, &args.list)?;
    let wanted = list::request(&desk, &about.name, &which)?;
    let mut request = ExportRequest::all(&about.name);
    request.filter = wanted.filter;
    request.sort = wanted.sort;
    request.limit = which.limit;
    request.exact = args.exact;
    request.lang = desk.env.lang;
    request.target = args.file.as_ref().map_or("stdout".into(), |path| path.display().to_string());
    for word in which.columns.iter().flat_map(|text| text.split([',', ' '])) {
        if !word.is_empty() {
            request.fields.push(field(about, word)?.name.clone());
        }
    }
    let Desk { env, session, .. } = &mut desk;
    let records = written(env, args.file.as_deref(), format, |out| {
        write_out(session, &request, format, out)
    })?;
    if let Some(path) = &args.file {
        desk.say(&phrase!(
            "{written} records written to {path}.",
            written = records,
            path = path.display().to_string()
        ))?;
    }
    Ok(())
}

/// Writes what `work` makes into a file, a new one in the export folder for somebody outside, or to the
/// output.
pub(super) fn written<T>(
    env: &mut Env<'_>,
    file: Option<&Path>,
    format: ExportFormat,
    work: impl FnOnce(&mut dyn Write) -> std::result::Result<T, ExportError>,
) -> Result<T> {
    let failed = |error| match error {
        ExportError::Gate(error) => CliError::Gate(error),
        ExportError::Write(error) => match file {
            Some(path) => file_error(path, error),
            None => CliError::Output(error),
        },
        ExportError::Unfit(what) => CliError::refused(what),
        // Nobody else holds the progress of an export that is made here.
        ExportError::Stopped => CliError::Output(std::io::ErrorKind::Interrupted.into()),
    };
    let Some(path) = file else {
        if env.width.is_none() {
            return work(&mut *env.out).map_err(failed);
        }
        if !format.is_text() {
            return Err(CliError::Refused {
                message: phrase!("a workbook is nothing for a terminal"),
                hint: Some(phrase!("name a file")),
            });
        }
        let mut writer = Washer { out: &mut *env.out, line: Vec::new() };
        let done = work(&mut writer).map_err(failed)?;
        writer.wash()?;
        return Ok(done);
    };
    if let Some(served) = &env.served {
        let mut writer = super::served::exports::create(served, path)?;
        let done = work(&mut writer).map_err(failed)?;
        writer.flush().map_err(|source| file_error(path, source))?;
        return Ok(done);
    }
    let mut writer = create(path)?;
    let done = work(&mut writer).map_err(failed)?;
    writer.flush().map_err(|source| file_error(path, source))?;
    Ok(done)
}

fn export_format(env: &Env<'_>, args: &ExportArgs) -> Result<ExportFormat> {
    match args.format {
        Some(format) => Ok(format),
        None => format_of(env.format, args.file.as_deref()),
    }
}

/// The format that is asked for, or that the ending of a file means; CSV without either.
pub(super) fn format_of(format: Option<OutputFormat>, file: Option<&Path>) -> Result<ExportFormat> {
    let word = match (format, file) {
        (Some(format), _) => format.word().to_owned(),
        (None, Some(path)) => {
            let extension = path.extension().map(|text| text.to_string_lossy().into_owned());
            extension.unwrap_or_else(|| "csv".to_owned())
        }
        (None, None) => "csv".to_owned(),
    };
    ExportFormat::from_word(&word).ok_or_else(|| {
        let hint = phrase!(
            "csv, tsv, xlsx, json, ndjson, markdown, html, vcard, vcard3 or ical: by --format or by the file's ending"
        );
        CliError::word(phrase!("cannot export as {word}", word), Some(hint))
    })
}

/// Makes exact data harmless on its way to a terminal.
struct Washer<'o> {
    out: &'o mut dyn Write,
    line: Vec<u8>,
}

impl Washer<'_> {
    fn wash(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        self.out.write_all(Clean::block(&text).as_str().as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl Write for Washer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        self.line.extend_from_slice(&bytes[..end]);
        if self.line.ends_with(b"\n") {
            self.wash()?;
        }
        Ok(end)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
