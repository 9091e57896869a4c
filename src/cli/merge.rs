//! `merge`: one record of several, looked at field by field, or many pairs from a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Arg, ArgAction, Command};
use serde_json::{Value as Json, json};

use super::desk::{Desk, entity, field};
use super::error::{CliError, Result};
use super::many::{Done, Looked, look, write};
use super::output::{Head, OutputFormat, Row, write_json};
use super::refs;
use super::tree::{dry_run, file_option, flag, option};
use crate::exchange::json as shape;
use crate::gate::{Fate, Many, Merge, MergePlan, MergedFrom};
use crate::model::{Phrase, RecordRef, phrase};
use crate::schema::Field;
use crate::term::Clean;

/// Merges of many that are shown.
const SHOWN: usize = 20;

/// What `merge` was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MergeArgs {
    /// The record that is left, then those that become part of it.
    pub refs: Vec<String>,
    /// `field=REF`: whose value a field has.
    pub take: Vec<String>,
    /// A file of pairs instead.
    pub from: Option<PathBuf>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Without being asked.
    pub yes: bool,
}

/// The command.
pub(super) fn tree() -> Command {
    Command::new("merge")
        .about("Make one record of several; all that points at the others moves to it, and undo takes it back")
        .after_help(
            "Examples:\n  kontor merge C-4 C-17 --dry-run\n  kontor merge C-4 C-17 --take phones=C-17 --yes\n  \
             kontor merge --from pairs.csv --dry-run\n\nThe first is the one that is left. It keeps its values, is \
             filled where it has none, and phones, mails, tags and links are united. The references of the others \
             lead to it from then on.",
        )
        .arg(
            Arg::new("refs")
                .value_name("REF")
                .num_args(2..)
                .required_unless_present("from")
                .help("The record that is left, then those that become part of it"),
        )
        .arg(
            option("take", "FIELD=REF", "Whose value a field has (repeatable)")
                .action(ArgAction::Append)
                .conflicts_with("from"),
        )
        .arg(
            file_option("from", "FILE", "Pairs from a CSV file: survivor,merged")
                .conflicts_with("refs"),
        )
        .arg(flag("yes", "Without being asked"))
        .arg(dry_run())
}

/// Does what was asked for.
pub(super) fn run(desk: &mut Desk<'_, '_>, args: &MergeArgs) -> Result<()> {
    match &args.from {
        Some(path) => pairs(desk, path, args),
        None => one(desk, args),
    }
}

fn one(desk: &mut Desk<'_, '_>, args: &MergeArgs) -> Result<()> {
    let mut records = refs::named_all(desk, None, &args.refs)?.into_iter();
    let Some(survivor) = records.next() else {
        return Err(CliError::refused(phrase!("name the records that are to become one")));
    };
    let mut wish = Merge::new(survivor, records.collect());
    let catalog = Arc::clone(&desk.catalog);
    let about = entity(&catalog, &wish.survivor.entity)?;
    for word in &args.take {
        let Some((name, from)) = word.split_once('=') else {
            let hint = phrase!("for example --take phones=C-17");
            return Err(CliError::word(phrase!("{word} is not FIELD=REF", word), Some(hint)));
        };
        let from = refs::named(desk, Some(&about.name), from)?;
        wish.take.push((field(about, name)?.name.clone(), from));
    }
    let plan = desk.session.plan_merge(&wish)?;
    plan.check()?;
    let applies = !args.dry_run
        && (args.yes
            || (looks(desk) && {
                preview(desk, &plan)?;
                agreed(desk)?
            }));
    if args.dry_run || (!applies && !looks(desk)) {
        preview(desk, &plan)?;
    }
    if !applies {
        return not_done(desk, args.dry_run);
    }
    let applied = desk.session.merge(&plan)?;
    let number = applied.change_set.unwrap_or_default();
    if desk.format == OutputFormat::Json {
        let mut all = as_json(desk, &plan);
        all["change_set"] = json!(number);
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    let survivor = desk.reference(&wish.survivor);
    desk.say(&phrase!(
        "{merged} merged into {survivor}; `kontor undo {number}` takes it back.",
        merged = names(desk, &wish.merged),
        survivor,
        number
    ))
}

/// Nothing was written, because nobody said so or because it was only a look.
fn not_done(desk: &mut Desk<'_, '_>, dry_run: bool) -> Result<()> {
    if dry_run || looks(desk) {
        return desk.say(&phrase!("Nothing was written."));
    }
    Err(CliError::Refused {
        message: phrase!("nothing was merged"),
        hint: Some(phrase!("--yes does it, --dry-run only shows it")),
    })
}

/// Whether somebody sits there who can be asked.
fn looks(desk: &Desk<'_, '_>) -> bool {
    desk.env.prompt.watched() && desk.format != OutputFormat::Json
}

/// Asks whether it shall be done; No unless they say otherwise.
fn agreed(desk: &mut Desk<'_, '_>) -> Result<bool> {
    desk.env.out.flush()?;
    let question = desk.env.told(&phrase!("Merge them? [y/N] "));
    let answer = desk.env.prompt.line(&question)?;
    Ok(answer.is_some_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes")))
}

fn names(desk: &Desk<'_, '_>, records: &[RecordRef]) -> String {
    records.iter().map(|record| desk.reference(record)).collect::<Vec<_>>().join(", ")
}

/// Shows what survives of each field, and what moves.
fn preview(desk: &mut Desk<'_, '_>, plan: &MergePlan) -> Result<()> {
    if desk.format == OutputFormat::Json {
        let all = as_json(desk, plan);
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let catalog = Arc::clone(&desk.catalog);
    let about = entity(&catalog, &plan.wish().survivor.entity)?;
    let mut heads = vec![Head::left("field", phrase!("Field"))];
    let mut titles = Vec::new();
    for record in plan.records() {
        let reference = desk.reference(&record.reference());
        titles.push(desk.line(about.title_field(), record.get(&about.title)));
        heads.push(Head::left(&reference, Phrase::raw(&reference)));
    }
    heads.push(Head::left("after", phrase!("Survives")));
    heads.push(Head::left("from", phrase!("From")));
    let mut rows = Vec::new();
    for told in plan.fields() {
        let Some(field) = about.field(&told.field) else { continue };
        let mut cells = vec![field.label.get(desk.env.lang).to_owned()];
        cells.extend(told.values.iter().map(|value| desk.line(field, value)));
        cells.push(desk.line(field, &told.after));
        cells.push(match &told.from {
            MergedFrom::One(record) => desk.reference(record),
            MergedFrom::United => desk.word(&phrase!("all of them")),
        });
        rows.push(cells);
    }
    if rows.is_empty() {
        let mut cells = vec![about.title_field().label.get(desk.env.lang).to_owned()];
        let survives = titles.first().cloned().unwrap_or_default();
        cells.extend(titles);
        cells.extend([survives, desk.reference(&plan.wish().survivor)]);
        rows.push(cells);
    }
    let mut printer = desk.printer(heads);
    for cells in rows {
        printer.row(Row { reference: String::new(), cells, json: Json::Null })?;
    }
    printer.finish()?;
    desk.env.out.flush()?;
    for moved in plan.moves() {
        let from = entity(&catalog, &moved.entity)?;
        let label = from.field(&moved.field).map_or_else(|| (&moved.field).into(), Field::told);
        let n = moved.records;
        desk.say(&phrase!(
            "Moves: {n} {entity} ({field})",
            n,
            entity = if n == 1 { &from.label } else { &from.plural },
            field = label
        ))?;
    }
    Ok(())
}

fn as_json(desk: &Desk<'_, '_>, plan: &MergePlan) -> Json {
    let value = |value| shape::value(&desk.catalog, value);
    let fields = plan.fields().iter().map(|told| {
        json!({
            "field": told.field.as_str(),
            "values": told.values.iter().map(value).collect::<Vec<_>>(),
            "after": value(&told.after),
            "from": match &told.from {
                MergedFrom::One(record) => json!(desk.reference(record)),
                MergedFrom::United => Json::Null,
            },
        })
    });
    let moves = plan.moves().iter().map(|moved| {
        json!({
            "entity": moved.entity.as_str(),
            "field": moved.field.as_str(),
            "records": moved.records,
        })
    });
    let merged: Vec<String> =
        plan.wish().merged.iter().map(|record| desk.reference(record)).collect();
    json!({
        "survivor": desk.reference(&plan.wish().survivor),
        "merged": merged,
        "fields": fields.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "change_set": Json::Null,
    })
}

/// Merges the pairs of a file, in one operation.
fn pairs(desk: &mut Desk<'_, '_>, path: &Path, args: &MergeArgs) -> Result<()> {
    let merges = Arc::new(read(desk, path)?);
    let many = Many::Merge(Arc::clone(&merges));
    let mut looked = look(desk, &many, Some(merges.len() as u64))?;
    let tally = looked.tally;
    let change = tally.of(Fate::Change);
    let asks = !args.dry_run && !args.yes && change > 0;
    let applies = if asks && looks(desk) {
        super::many::outcomes(desk, &looked.outcomes, SHOWN)?;
        agreed(desk)?
    } else {
        !args.dry_run && args.yes
    };
    let mut done = Done::default();
    if applies && change > 0 {
        looked.outcomes.retain(|outcome| outcome.fate == Fate::Refused);
        done = write(desk, &many, "merge records", &looked)?;
    }
    let Looked { mut outcomes, missing, .. } = looked;
    let Done { written, left: kept, operation } = done;
    let left = kept.len() as u64;
    outcomes.extend(kept);
    if desk.format == OutputFormat::Json {
        let all = json!({
            "change_set": operation,
            "dry_run": args.dry_run,
            "change": change,
            "refused": tally.of(Fate::Refused) + left,
            "written": written,
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    } else {
        super::many::outcomes(desk, &outcomes, SHOWN)?;
    }
    let refused = tally.of(Fate::Refused) + left;
    if let Some(number) = operation {
        let message = phrase!(
            "{written} merged, {refused} refused; `kontor undo {number}` takes it back.",
            written,
            refused,
            number
        );
        if refused > 0 {
            return Err(CliError::refused(message));
        }
        return desk.say(&message);
    }
    let message =
        phrase!("{change} can be merged, {refused} cannot. Nothing was written.", change, refused);
    if args.dry_run {
        return desk.say(&message);
    }
    Err(match missing.filter(|_| change == 0) {
        Some(missing) => CliError::Lacking { message, missing: Box::new(missing) },
        None => CliError::Refused {
            message,
            hint: (change > 0).then(|| phrase!("--yes does it, --dry-run only shows it")),
        },
    })
}

/// The pairs of a file, those with one survivor together: what is merged into something that is merged itself
/// goes where that goes.
fn read(desk: &Desk<'_, '_>, path: &Path) -> Result<Vec<Merge>> {
    let shown = path.display().to_string();
    let file = std::fs::File::open(path)
        .map_err(|source| CliError::File { path: Phrase::raw(&shown), source })?;
    let wrong = |line: u64, what: Phrase| {
        let message = phrase!("{file}, line {line}: {what}", file = &shown, line, what);
        CliError::word(message, Some(phrase!("each line is survivor,merged: C-4,C-17")))
    };
    let mut into: BTreeMap<RecordRef, RecordRef> = BTreeMap::new();
    let mut order = Vec::new();
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    for (nth, row) in rows.records().enumerate() {
        let line = nth as u64 + 1;
        let row = row.map_err(|error| wrong(line, Phrase::raw(error.to_string())))?;
        let line = row.position().map_or(line, csv::Position::line);
        let cells: Vec<&str> =
            row.iter().map(|cell| cell.trim().trim_start_matches('\u{feff}')).collect();
        let [survivor, merged] = cells.as_slice() else {
            return Err(wrong(line, phrase!("there are not two cells")));
        };
        if nth == 0 && survivor.eq_ignore_ascii_case("survivor") {
            continue;
        }
        let read = |cell: &str| {
            let found = desk.catalog.parse_reference(cell);
            let cell = Clean::line(cell).into_string();
            found.ok_or_else(|| wrong(line, phrase!("{cell} is not a reference", cell)))
        };
        let (survivor, merged) = (read(survivor)?, read(merged)?);
        if survivor == merged {
            return Err(wrong(line, phrase!("a record cannot be merged into itself")));
        }
        if into.get(&merged).is_some_and(|known| *known != survivor) {
            let merged = desk.reference(&merged);
            return Err(wrong(line, phrase!("{merged} is merged into another already", merged)));
        }
        if into.insert(merged.clone(), survivor).is_none() {
            order.push((line, merged));
        }
    }
    let mut merges: Vec<Merge> = Vec::new();
    for (line, merged) in order {
        let mut root = merged.clone();
        let mut steps = 0;
        while let Some(next) = into.get(&root) {
            root = next.clone();
            steps += 1;
            if steps > into.len() {
                let what = phrase!("the pairs lead around in a circle");
                return Err(wrong(line, what));
            }
        }
        match merges.iter_mut().find(|merge| merge.survivor == root) {
            Some(merge) => merge.merged.push(merged),
            None => merges.push(Merge::new(root, vec![merged])),
        }
    }
    if merges.is_empty() {
        return Err(CliError::refused(phrase!("{file} has no pairs", file = &shown)));
    }
    Ok(merges)
}
