//! What an import did or would do, told to people and to programs.
//!
//! Start at [`tell`].

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::command::ImportArgs;
use crate::cli::desk::Desk;
use crate::cli::error::{CliError, Result};
use crate::cli::output::{Head, Row};
use crate::exchange::{Distinct, ImportReport, RowFate, RowProblem, RowVerdict, brief};
use crate::model::{Fill, Name, Phrase, phrase};
use crate::schema::{Catalog, Entity, Field};

/// Verdicts and problems that are listed for people; JSON and the other formats have all of them.
pub(super) const LISTED: usize = 20;

pub(super) fn verdicts(desk: &mut Desk<'_, '_>, kept: &[RowVerdict]) -> Result<()> {
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

pub(super) fn described(catalog: &Catalog, report: &ImportReport, kept: &[RowVerdict]) -> Json {
    let fates = |fate| report.count(fate);
    let distinct = |all: &[Distinct]| -> Vec<Json> {
        let one = |problem: &Distinct| {
            let examples: Vec<Json> = problem
                .examples
                .iter()
                .map(|(row, cell)| json!({ "row": row, "cell": cell }))
                .collect();
            json!({ "problem": problem.problem.as_str(), "rows": problem.rows, "examples": examples })
        };
        all.iter().map(one).collect()
    };
    let columns: Vec<Json> = report
        .columns
        .iter()
        .map(|column| json!({ "header": column.header, "field": column.field.as_ref().filter(|_| column.is_sure()) }))
        .collect();
    let choices: Vec<Json> = report
        .new_choices
        .iter()
        .map(|new| json!({ "field": new.field, "value": new.value, "rows": new.rows }))
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
        "duplicate": fates(RowFate::Duplicate),
        "skip": fates(RowFate::Skip),
        "error": fates(RowFate::Error),
        "made": report.made,
        "shape": report.shape.as_ref().map(|shape| shape.en.as_str()),
        "resumed": report.resumed,
        "columns": columns,
        "unmentioned": report.unmentioned,
        "notices": report.notices.iter().map(Phrase::as_str).collect::<Vec<_>>(),
        "new_choices": choices,
        "skipped": distinct(&report.left_out),
        "problems": distinct(&report.problems),
        "verdicts": rows,
    })
}

/// Says how it went; rows that could not be taken make the command fail.
pub(super) fn tell(
    desk: &mut Desk<'_, '_>,
    report: &ImportReport,
    args: &ImportArgs,
    refused: bool,
) -> Result<()> {
    let mut lines = Vec::new();
    let catalog = Arc::clone(&desk.catalog);
    let own = catalog.entity(&report.entity);
    if let Some(shape) = &report.shape {
        lines.push(phrase!("recognised: {shape}", shape));
    }
    if report.resumed > 0 {
        lines.push(phrase!(
            "goes on: {rows} {rows?row was|rows were} done before",
            rows = report.resumed
        ));
    }
    for column in &report.columns {
        let field = |address: &String| -> Fill {
            let (name, part) = match address.split_once('.') {
                Some((name, part)) => (name, Some(part)),
                None => (address.as_str(), None),
            };
            let field = own.and_then(|own| own.field(name));
            match (field, part) {
                (Some(field), None) => field.told(),
                (Some(field), Some(part)) => {
                    phrase!("{field} ({part})", field = field.told(), part = part_word(part)).into()
                }
                (None, _) => address.into(),
            }
        };
        let target: Fill = match &column.field {
            Some(address) if column.is_sure() => field(address),
            // Only a person can say so.
            Some(address) => {
                phrase!("left out (it may be {field}: a map says so)", field = field(address))
                    .into()
            }
            None => phrase!("left out").into(),
        };
        lines.push(phrase!("column {header} -> {target}", header = brief(&column.header), target));
    }
    if !report.unmentioned.is_empty() {
        let unmentioned: Vec<String> = report.unmentioned.iter().map(|head| brief(head)).collect();
        lines.push(phrase!("left out: {unmentioned}", unmentioned = unmentioned.join(", ")));
    }
    lines.extend(report.notices.iter().cloned());
    for (entity, n) in &report.made {
        let entity: Fill = catalog.entity(entity).map_or_else(|| entity.into(), Entity::told);
        lines.push(phrase!("{n} missing {entity} records made", n = *n, entity));
    }
    for new in report.new_choices.iter().take(LISTED) {
        let field = own.and_then(|own| own.field(&new.field)).map(Field::told);
        lines.push(phrase!(
            "no such choice yet: {field} \"{value}\", {rows} {rows?row|rows}",
            field = field.unwrap_or_else(|| (&new.field).into()),
            value = &new.value,
            rows = new.rows
        ));
    }
    if !report.new_choices.is_empty() && !args.make_options {
        lines.push(phrase!(
            "--make-options makes these choices (it takes the right to change the schema)"
        ));
    }
    let left_out = report.left_out.iter().map(|reason| (reason, phrase!("skipped")));
    let problems = report.problems.iter().map(|problem| (problem, phrase!("error")));
    for (problem, what) in left_out.take(LISTED).chain(problems.take(LISTED)) {
        let examples = problem.examples.iter().map(|(row, cell)| {
            if cell.is_empty() {
                phrase!("row {row}", row = *row)
            } else {
                phrase!("row {row} \"{cell}\"", row = *row, cell)
            }
        });
        lines.push(phrase!(
            "{rows} {rows?row|rows}, {what}: {problem} [{examples}]",
            rows = problem.rows,
            what,
            problem = &problem.problem,
            examples = Fill::list(examples)
        ));
    }
    let more = report.problems.len().saturating_sub(LISTED);
    if more > 0 {
        lines.push(phrase!("and {more} other problems", more));
    }
    let counts =
        Fill::list(RowFate::ALL.into_iter().filter(|fate| report.count(*fate) > 0).map(|fate| {
            let word = Phrase::word(fate.word());
            phrase!("{n} {word}", n = report.count(fate), word)
        }));
    let rows = report.rows;
    lines.push(match report.change_set {
        Some(number) => {
            phrase!(
                "{rows} {rows?row|rows}: {counts}. `kontor undo {number}` takes it back.",
                rows,
                counts,
                number
            )
        }
        None if report.rows == 0 => phrase!("There were no rows. Nothing was written."),
        None if report.dry_run => {
            phrase!("{rows} {rows?row|rows}: {counts}. Nothing was written.", rows, counts)
        }
        None if report.resumed > 0 => {
            phrase!("{rows} {rows?row|rows}: {counts}. All was written before.", rows, counts)
        }
        None => phrase!("{rows} {rows?row|rows}: {counts}.", rows, counts),
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
    let message = if refused {
        phrase!(
            "{errors} rows cannot be imported, so nothing was; --skip-errors imports the others",
            errors
        )
    } else if report.dry_run {
        phrase!("{errors} rows cannot be imported", errors)
    } else {
        phrase!("{errors} rows were not imported", errors)
    };
    Err(CliError::Refused { message, hint: Some(hint) })
}

/// What a part of a field is called; the label of a phone as it stands.
fn part_word(part: &str) -> Phrase {
    const KNOWN: [&str; 13] = [
        "street", "city", "postcode", "region", "country", "mobile", "work", "home", "fax",
        "first", "middle", "last", "currency",
    ];
    KNOWN.into_iter().find(|word| *word == part).map_or_else(|| Phrase::raw(part), Phrase::word)
}
