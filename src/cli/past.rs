//! `history` and `undo`.

use serde_json::{Value as Json, json};

use super::desk::Desk;
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row, write_json};
use super::refs;
use crate::exchange::json as shape;
use crate::gate::{Entry, HistoryRequest, Settled, Via};
use crate::model::{Fill, Name, Op, Phrase, phrase};

/// Prints change sets, newest first; of one record with its fields.
pub(super) fn history(
    desk: &mut Desk<'_, '_>,
    entity: Option<&Name>,
    reference: Option<String>,
    mine: bool,
    limit: u64,
) -> Result<()> {
    let record = reference.map(|word| refs::named(desk, entity, &word)).transpose()?;
    if let Some(record) = &record {
        // A record that never was has no history to be empty.
        desk.session.get(record)?;
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let of_one = record.is_some();
    let entries = desk.session.history(&HistoryRequest { record, before: None, mine, limit })?;
    let mut heads = vec![
        Head::right("change_set", phrase!("No")),
        Head::left("at", phrase!("When")),
        Head::left("by", phrase!("Who")),
        Head::left("via", phrase!("From")),
        Head::left("why", phrase!("Why")),
    ];
    if of_one {
        heads.push(Head::left("fields", phrase!("What")));
    } else {
        heads.push(Head::right("records", phrase!("Records")));
        heads.push(Head::left("ref", phrase!("First")));
    }
    let rows: Vec<Row> = entries.iter().map(|entry| row(desk, entry, of_one)).collect();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    if printer.finish()? == 0 && desk.format == OutputFormat::Table {
        desk.say(&phrase!("Nothing has been changed yet."))?;
    }
    Ok(())
}

fn row(desk: &Desk<'_, '_>, entry: &Entry, of_one: bool) -> Row {
    let reference = entry.record.as_ref().map(|record| desk.reference(record));
    let at = entry.at.with_timezone(&desk.env.zone).format("%Y-%m-%d %H:%M").to_string();
    let why = match (entry.undoes, entry.undone_by) {
        (Some(number), _) => {
            desk.word(&phrase!("{why} (takes back {number})", why = desk.why(&entry.why), number))
        }
        (None, Some(number)) => desk.word(&phrase!(
            "{why} (taken back by {number})",
            why = desk.why(&entry.why),
            number
        )),
        (None, None) if entry.half_undone => {
            desk.word(&phrase!("{why} (taken back in part)", why = desk.why(&entry.why)))
        }
        (None, None) => desk.why(&entry.why),
    };
    let via = match Via::of_word(&entry.via) {
        Some(via) => desk.word(&Phrase::word(via.word())),
        None => entry.via.clone(),
    };
    let mut cells = vec![entry.change_set.to_string(), at, entry.by.clone(), via, why];
    if of_one {
        cells.push(what(desk, entry));
    } else {
        cells.push(entry.records.to_string());
        cells.push(reference.clone().unwrap_or_default());
    }
    let fields: Vec<Json> = entry
        .fields
        .iter()
        .map(|set| shape::change(&desk.catalog, &set.field, &set.before, &set.after))
        .collect();
    let json = json!({
        "change_set": entry.change_set,
        "at": entry.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        "by": entry.by,
        "via": entry.via,
        "why": entry.why,
        "records": entry.records,
        "undoes": entry.undoes,
        "undone_by": entry.undone_by,
        "ref": reference,
        "op": entry.op,
        "fields": fields,
    });
    Row { reference: reference.unwrap_or_default(), cells, json }
}

fn what(desk: &Desk<'_, '_>, entry: &Entry) -> String {
    match entry.op {
        Some(Op::Create) => return desk.word(&phrase!("created")),
        Some(Op::Delete) => return desk.word(&phrase!("deleted")),
        Some(Op::Restore) => return desk.word(&phrase!("restored")),
        Some(Op::Update) | None => {}
    }
    let entity = entry.record.as_ref().and_then(|record| desk.catalog.entity(&record.entity));
    let changes = entry.fields.iter().map(|set| {
        let Some(field) = entity.and_then(|entity| entity.field(&set.field)) else {
            return desk.word(&phrase!("{field}: a field that is no more", field = &set.field));
        };
        let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
        let label = field.label.get(desk.env.lang);
        let before = or_dash(desk.line(field, &set.before));
        let after = or_dash(desk.line(field, &set.after));
        let change = format!("{before} → {after}");
        desk.word(&phrase!("{name}: {message}", name = label, message = change))
    });
    desk.word(&phrase!("{parts}", parts = Fill::list(changes)))
}

/// Puts the value that a field had before a change set back, as a new change.
pub(super) fn restore_value(
    desk: &mut Desk<'_, '_>,
    reference: &str,
    word: &str,
    change_set: i64,
    dry_run: bool,
) -> Result<()> {
    let record = refs::record(desk, None, reference)?;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let field = &super::desk::field(super::desk::entity(&catalog, &record.entity)?, word)?.name;
    let plan = desk.session.plan_restore(&record, std::slice::from_ref(field), change_set)?;
    super::change::write_plan(desk, plan, vec![Some(record)], dry_run)
}

/// References, not endlessly many.
fn named(references: &[String]) -> String {
    const SHOWN: usize = 100;
    let shown = references.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if references.len() > SHOWN { format!("{shown} ...") } else { shown }
}

/// Takes back a change set.
pub(super) fn undo(
    desk: &mut Desk<'_, '_>,
    number: Option<i64>,
    rest: bool,
    dry_run: bool,
) -> Result<()> {
    let plan = desk.session.plan_undo(number)?;
    let why = &desk.why(&plan.why);
    let (number, records) = (plan.change_set, plan.records);
    let about = match records {
        1 => phrase!("change set {number} ({why}, 1 record)", number, why),
        _ => phrase!(
            "change set {number} ({why}, {records} {records?record|records})",
            number,
            why,
            records
        ),
    };
    let about = match plan.done {
        0 => about,
        done => phrase!("{about}, {done} of which were taken back before", about, done),
    };
    let around = plan.goes_around(rest);
    if !plan.obstacles.is_empty() && !around {
        return Err(CliError::Refused {
            message: phrase!(
                "{about} cannot be taken back\n{obstacles}",
                about,
                obstacles = Fill::lines(plan.obstacles.iter())
            ),
            hint: match plan.settled {
                Some(Settled::TakenBack(by)) => {
                    Some(phrase!("`kontor undo {number}` does it again", number = by))
                }
                Some(Settled::ForGood) => None,
                None if plan.refused => {
                    Some(phrase!("whoever may change these records takes it back"))
                }
                None => {
                    Some(phrase!("take back the later changes first, or edit the fields by hand"))
                }
            },
        });
    }
    let change_set = match (dry_run, around) {
        (true, _) => None,
        (false, true) => desk.session.undo_around(&plan)?.applied.change_set,
        (false, false) => desk.session.undo(&plan)?.change_set,
    };
    let left: Vec<String> =
        plan.in_the_way.iter().filter(|_| around).map(|record| desk.reference(record)).collect();
    if desk.format == OutputFormat::Json {
        let all = json!({
            "undoes": plan.change_set,
            "why": plan.why,
            "records": plan.records,
            "change_set": change_set,
            "left": left,
            "dry_run": dry_run,
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    if around {
        let n = left.len();
        desk.say(&phrase!(
            "{n} {n?record stays as it is|records stay as they are}, as somebody changed them since: {records}\n  {obstacles}",
            n,
            records = named(&left),
            obstacles = Fill::lines(plan.obstacles.iter())
        ))?;
    }
    if dry_run {
        return desk.say(&phrase!("Would take back {about}. Nothing was written.", about));
    }
    desk.say(&match change_set {
        Some(number) => {
            phrase!("Took back {about}. `kontor undo {number}` does it again.", about, number)
        }
        None => phrase!("Took back {about}.", about),
    })
}
