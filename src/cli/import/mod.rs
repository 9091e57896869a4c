//! `import`: records in from a file.
//!
//! First the whole file is planned; where rows cannot be done, nothing is written unless that was asked for.
//! Then it is applied, in pieces that the database keeps account of, so that what was killed goes on. Start at
//! [`import`].

mod choices;
mod maps;
mod told;

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::command::ImportArgs;
use super::desk::{Desk, Need};
use super::error::{CliError, Result};
use super::exchange::file_error;
use super::output::{OutputFormat, write_json};
use super::{Env, Progress};
use crate::exchange::import::{
    Begun, ImportError, ImportOptions, Listener, begun, digest, preview, run_source,
};
use crate::exchange::read::{Encoding, Once};
use crate::exchange::rejects::{ErrorFile, ErrorFileError};
use crate::exchange::{
    DateStyle, ImportMap, ImportReport, Mode, Progress as Rows, RowFate, RowVerdict, Source,
};
use crate::gate::Via;
use crate::model::{Phrase, phrase};
use crate::policy::Right;
use crate::term::Clean;
use told::LISTED;

/// Brings records in from a file. A look at what would come into a database that is not there yet is a look at
/// a new one, which is gone afterwards.
pub(super) fn import(env: &mut Env<'_>, args: &ImportArgs) -> Result<()> {
    let looks = args.dry_run || args.suggest;
    if !looks || env.served.is_some() || env.database.exists() {
        return bring_in(env, args);
    }
    let new = tempfile::tempdir().map_err(|source| file_error(&env.database, source))?;
    let named = std::mem::replace(&mut env.database, new.path().join("new.db"));
    let known = std::mem::replace(&mut env.database_named, false);
    let done = bring_in(env, args);
    (env.database, env.database_named) = (named, known);
    done
}

fn bring_in(env: &mut Env<'_>, args: &ImportArgs) -> Result<()> {
    let name = match args.file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => args.file.display().to_string(),
    };
    let said = said(args)?;
    let unnamed = |name: &str| name.trim().is_empty();
    if args.save_map.as_deref().is_some_and(unnamed)
        || args.map.iter().any(|map| unnamed(&map.to_string_lossy()))
    {
        return Err(CliError::word(phrase!("a map needs a name"), None));
    }
    let looks = args.dry_run || args.suggest;
    let need = if looks { Need::File } else { Need::Create };
    let mut desk = Desk::open_via(env, need, Via::Import)?;
    let mut abouts = Vec::new();
    for noun in args.noun.split(',').map(str::trim) {
        let about = desk.entity(noun)?.name.to_string();
        // Before the file is looked at, for that may take long.
        desk.session.permitted(Right::Import, &about)?;
        abouts.push(about);
    }
    let mut file = open(&args.file, desk.env)?;
    let content = if looks { None } else { Some(content(&mut file, &args.file)?) };
    let mut file = Input { file, name: name.clone(), once: Once::new(desk.env.apart) };
    let mut maps = Vec::new();
    for word in &args.map {
        maps.extend(maps::find(&desk, word)?);
    }
    let mut parts = Vec::new();
    for about in abouts {
        // A map says which entity it is for; one that does not is for the only one.
        let of = |map: &ImportMap| map.entity.as_ref().is_none_or(|entity| entity.text == about);
        let only = args.map.len() == 1 && maps.len() == 1 && !args.noun.contains(',');
        let map = if only { maps.first() } else { maps.iter().find(|map| of(map)) }.cloned();
        let said = ImportOptions { map, ..said.clone() };
        if args.suggest {
            suggest(&mut desk, &about, &mut file, said)?;
            continue;
        }
        if said.map.is_none() {
            maps::offer(&mut desk, &about, &mut file, &said)?;
        }
        parts.push(ImportOptions {
            entity: about,
            file: name.clone(),
            dry_run: args.dry_run,
            alone: args.alone,
            lang: desk.env.lang,
            content: content.clone(),
            ..said
        });
    }
    if args.suggest {
        return Ok(());
    }
    if let Some(last) = parts.len().checked_sub(1) {
        parts[..last].iter_mut().for_each(|part| part.goes_on = true);
    }
    let begun = before(&desk, args, &parts)?;
    let mut errors = match (&args.errors, &begun) {
        (Some(path), Some((_, begun))) => {
            Some(ErrorFile::go_on(path, &args.file, begun.rejected).map_err(unwritten)?)
        }
        (Some(path), None) => Some(ErrorFile::begin(path, &args.file).map_err(unwritten)?),
        (None, _) => None,
    };
    // What was begun was planned then.
    if !args.dry_run && begun.is_none() && (!args.skip_errors || args.make_options) {
        let mut plans = plan(&mut desk, &mut file, args, &parts, &mut errors)?;
        let mut made = false;
        for (part, (report, _)) in parts.iter().zip(&plans) {
            made |=
                args.make_options && choices::make(&mut desk, &part.entity, &report.new_choices)?;
        }
        if made {
            restart(&mut errors, false)?;
            plans = plan(&mut desk, &mut file, args, &parts, &mut errors)?;
        }
        let bad = plans.iter().any(|(report, _)| report.count(RowFate::Error) > 0);
        if bad && !args.skip_errors {
            settle(errors)?;
            return tell(&mut desk, args, &plans, true);
        }
    }
    if !args.dry_run && begun.is_none() {
        restart(&mut errors, true)?;
    }
    let done = if args.dry_run {
        plan(&mut desk, &mut file, args, &parts, &mut errors)?
    } else {
        apply(&mut desk, &mut file, args, parts, begun, &mut errors)?
    };
    settle(errors)?;
    if let Some(name) = &args.save_map {
        for (report, _) in &done {
            maps::save(&mut desk, name, &report.entity, report)?;
        }
    }
    tell(&mut desk, args, &done, false)
}

/// What is imported.
struct Input<'a> {
    file: File,
    /// The name it is told by.
    name: String,
    /// Who reads it, where it is no lines of cells.
    once: Once<'a>,
}

/// What came of one part: its report, and the verdicts that are shown.
type Done = (ImportReport, Vec<RowVerdict>);

/// Says what would become of all parts, each of which may build on those before it.
fn plan(
    desk: &mut Desk<'_, '_>,
    file: &mut Input<'_>,
    args: &ImportArgs,
    parts: &[ImportOptions],
    errors: &mut Option<ErrorFile>,
) -> Result<Vec<Done>> {
    let mut promised = Arc::default();
    let mut plans = Vec::new();
    for part in parts {
        let options = ImportOptions { dry_run: true, promised, ..part.clone() };
        let mut done = go(desk, file, args, &options, errors)?;
        promised = Arc::new(std::mem::take(&mut done.0.promised));
        plans.push(done);
    }
    Ok(plans)
}

/// Writes all parts as one change set, from where it was stopped.
fn apply(
    desk: &mut Desk<'_, '_>,
    file: &mut Input<'_>,
    args: &ImportArgs,
    parts: Vec<ImportOptions>,
    begun: Option<(usize, Begun)>,
    errors: &mut Option<ErrorFile>,
) -> Result<Vec<Done>> {
    let first = begun.as_ref().map_or(0, |(part, _)| *part);
    let mut under = None;
    let mut all = Vec::new();
    for (index, part) in parts.into_iter().enumerate().skip(first) {
        let resume = begun.is_some() && index == first;
        let options = ImportOptions { resume, under, ..part };
        let done = go(desk, file, args, &options, errors)?;
        under = done.0.change_set.or(under);
        let stopped = done.0.stopped;
        all.push(done);
        if stopped {
            break;
        }
    }
    Ok(all)
}

/// Prints and says what came of each part; rows that could not be taken make the command fail.
fn tell(desk: &mut Desk<'_, '_>, args: &ImportArgs, done: &[Done], refused: bool) -> Result<()> {
    let mut outcome = Ok(());
    if desk.format == OutputFormat::Json {
        let one = |(report, kept): &Done| told::described(&desk.catalog, report, kept);
        let all: Vec<serde_json::Value> = done.iter().map(one).collect();
        // Several parts are a list, one is itself.
        let all = if let [one] = all.as_slice() { one.clone() } else { all.into() };
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    for (report, kept) in done {
        if desk.format != OutputFormat::Json {
            told::verdicts(desk, kept)?;
        }
        desk.env.out.flush()?;
        if done.len() > 1 {
            let entity = desk.entity(&report.entity)?.told();
            desk.say(&phrase!("as {entity}:", entity))?;
        }
        let told = told::tell(desk, report, args, refused);
        if outcome.is_ok() {
            outcome = told;
        }
    }
    outcome
}

/// What was said on the command line beside the map.
fn said(args: &ImportArgs) -> Result<ImportOptions> {
    let dates = match &args.dates {
        Some(word) => Some(DateStyle::of_word(word).ok_or_else(|| {
            let hint = phrase!(
                "\"dmy\", \"mdy\", \"serial\" (spreadsheet numbers) or a pattern such as \"%d.%m.%y\""
            );
            CliError::word(phrase!("\"{text}\" is no way to write dates", text = word), Some(hint))
        })?),
        None => None,
    };
    let mut defaults = Vec::new();
    for pair in &args.defaults {
        let Some((field, text)) = pair.split_once('=') else {
            let hint = phrase!("--default status=active");
            return Err(CliError::word(phrase!("\"{pair}\" is no FIELD=VALUE", pair), Some(hint)));
        };
        defaults.push((field.trim().to_owned(), text.trim().to_owned()));
    }
    let encoding = match &args.encoding {
        Some(name) => Some(Encoding::named(name).ok_or_else(|| {
            CliError::word(
                phrase!("there is no encoding \"{name}\"", name),
                Some(Encoding::known()),
            )
        })?),
        None => None,
    };
    Ok(ImportOptions {
        encoding,
        sheet: args.sheet.clone(),
        // Several fields of one key stand behind commas, as people write lists; keys of a map have a plus.
        keys: args.matching.iter().map(|key| key.replace(',', " + ")).collect(),
        mode: args.mode.as_deref().and_then(Mode::of_word),
        dates,
        add: args.several.as_deref().map(|word| word == "add"),
        clear_blank: args.blank.as_deref().map(|word| word == "clear"),
        defaults,
        keep_duplicates: args.keep_duplicates,
        ..ImportOptions::default()
    })
}

fn failed(error: &ImportError) -> CliError {
    CliError::Refused { message: error.phrase(), hint: error.hint() }
}

/// Whether this import was begun before, and in which of its parts: then nothing is done that was not asked
/// for.
fn before(
    desk: &Desk<'_, '_>,
    args: &ImportArgs,
    parts: &[ImportOptions],
) -> Result<Option<(usize, Begun)>> {
    for (index, part) in parts.iter().enumerate() {
        let Some(content) = &part.content else { return Ok(None) };
        if let Some(begun) = begun(&desk.session, content, &part.entity)? {
            return if args.resume {
                Ok(Some((index, begun)))
            } else {
                Err(failed(&ImportError::Begun(begun)))
            };
        }
    }
    if args.resume { Err(failed(&ImportError::NotBegun)) } else { Ok(None) }
}

/// Plans or applies the file once.
fn go(
    desk: &mut Desk<'_, '_>,
    file: &mut Input<'_>,
    args: &ImportArgs,
    options: &ImportOptions,
    errors: &mut Option<ErrorFile>,
) -> Result<Done> {
    let source = source(file, options)?;
    let people = desk.format == OutputFormat::Table;
    let Desk { env, session, .. } = desk;
    let what = if options.dry_run { phrase!("Checking rows") } else { phrase!("Importing rows") };
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
    let report = run_source(session, source, options, &mut watch, rejects);
    let kept = watch.kept;
    env.progress.finish();
    let report = report.map_err(|error| failed(&error))?;
    desk.catalog = Arc::clone(desk.session.catalog());
    Ok((report, kept))
}

/// The rows of a file from its beginning, whatever its format.
fn source(input: &mut Input<'_>, options: &ImportOptions) -> Result<Source<'static>> {
    let Input { file, name, once } = input;
    let wrong = |source| file_error(Path::new(name), source);
    file.rewind().map_err(wrong)?;
    let again = file.try_clone().map_err(wrong)?;
    let source = Source::of_file(again, name, &options.said(), once)
        .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
    // What a map says of a sheet holds for the workbooks it is used for.
    if options.sheet.is_some() && !source.format().is_workbook() {
        let format = Phrase::raw(source.format().word());
        return Err(CliError::word(
            phrase!("{name} has no sheets: it is {format}", name = &*name, format),
            Some(phrase!("leave --sheet out")),
        ));
    }
    Ok(source)
}

/// Prints a map to start from, or the one that was named.
fn suggest(
    desk: &mut Desk<'_, '_>,
    about: &str,
    file: &mut Input<'_>,
    said: ImportOptions,
) -> Result<()> {
    let text = match &said.map {
        Some(map) => map.to_toml(),
        None => {
            let mut source = source(file, &said)?;
            let mut preview = preview(&desk.catalog, about, &mut source).map_err(|error| {
                CliError::Refused { message: error.phrase(), hint: error.hint() }
            })?;
            let told = source.told();
            if !told.is_empty() {
                desk.say(&Phrase::lines(told))?;
            }
            if let Some(sheet) = said.sheet {
                let sheet = toml::Value::from(sheet);
                preview.map = format!("sheet = {sheet}\n{}", preview.map);
            }
            if let Some(shape) = &preview.shape {
                desk.say(&phrase!("recognised: {shape}", shape))?;
            }
            preview.map
        }
    };
    desk.env.out.write_all(Clean::block(&text).as_str().as_bytes())?;
    Ok(())
}

/// The most that is taken from standard input, in bytes.
const MOST: u64 = 1 << 30;

/// The file, or for `-` all that comes by standard input, put by in a file without a name.
pub(super) fn open(path: &Path, env: &mut Env<'_>) -> Result<File> {
    if path == Path::new("-") {
        return put_by(&mut *env.input, path);
    }
    let mut file = File::open(path).map_err(|source| file_error(path, source))?;
    let what = file.metadata().map_err(|source| file_error(path, source))?;
    // A pipe can be read once only, and the format is found out by reading.
    if what.is_file() || what.is_dir() { Ok(file) } else { put_by(&mut file, path) }
}

fn put_by(from: &mut dyn Read, path: &Path) -> Result<File> {
    let mut file = tempfile::tempfile().map_err(|source| file_error(path, source))?;
    let taken = io::copy(&mut from.take(MOST + 1), &mut file);
    if taken.map_err(|source| file_error(path, source))? > MOST {
        return Err(CliError::refused(phrase!("too much came by standard input")));
    }
    file.rewind().map_err(|source| file_error(path, source))?;
    Ok(file)
}

/// The digest of the file, by which an import is known again.
fn content(file: &mut File, path: &Path) -> Result<String> {
    let digest = digest(file).map_err(|source| file_error(path, source))?;
    file.rewind().map_err(|source| file_error(path, source))?;
    Ok(digest)
}

/// Empties the error file for the next pass, which is the last where it is `kept`.
fn restart(errors: &mut Option<ErrorFile>, kept: bool) -> Result<()> {
    errors.as_mut().map_or(Ok(()), |errors| errors.restart(kept)).map_err(unwritten)
}

fn unwritten(error: ErrorFileError) -> CliError {
    match error {
        ErrorFileError::Input { .. } => CliError::word(error.phrase(), error.hint()),
        ErrorFileError::Io { named, source } => file_error(&named, source),
    }
}

/// Puts the error file in its place.
fn settle(errors: Option<ErrorFile>) -> Result<()> {
    errors.map_or(Ok(()), ErrorFile::finish).map_err(unwritten)
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
