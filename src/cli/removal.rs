//! `purge`, `erase` and `clean retention`: what goes for good, looked at first.

use chrono::{DateTime, Months, TimeDelta, Utc};
use clap::{Arg, Command};
use serde_json::{Value as Json, json};

use super::desk::{Desk, entity};
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row, write_json};
use super::refs;
use super::sign_in::confirmed;
use super::tree::{dry_run, flag, option, required};
use crate::gate::{
    Act, Chosen, Due, DueFor, ErasePlan, Fate, GateError, Many, Mentioned, Place, Purge, PurgePlan,
    Tally,
};
use crate::model::{Name, Op, Phrase, phrase};
use crate::term::Clean;

/// Records that are named of each kind.
const NAMED: usize = 10;

/// What `purge` was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgeArgs {
    /// These records only.
    pub refs: Vec<String>,
    /// Of which entity.
    pub entity: Option<String>,
    /// Deleted so long ago: `90d`.
    pub older_than: Option<String>,
    /// A further condition.
    pub filter: Option<String>,
    /// Also what was merged into a record that is still there.
    pub merged: bool,
    /// Only say what would be removed.
    pub dry_run: bool,
    /// Without being asked.
    pub yes: bool,
}

/// What `erase` was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EraseArgs {
    /// Whose data.
    pub reference: String,
    /// The reference once more, in place of being asked for it.
    pub confirm: Option<String>,
    /// Only say what would be removed.
    pub dry_run: bool,
}

/// The commands.
pub(super) fn tree() -> [Command; 3] {
    [
        Command::new("purge")
            .about("Remove deleted records for good; this cannot be taken back")
            .after_help(
                "Examples:\n  kontor purge --older-than 90d --dry-run\n  \
                 kontor purge --older-than 1y --entity customer --yes\n  kontor purge C-17 --yes\n\nHistory keeps \
                 that there was something, not what. What was merged into a record that is still there stays, so that \
                 its reference leads there.",
            )
            .arg(
                Arg::new("refs")
                    .value_name("REF")
                    .num_args(0..)
                    .help("Only these (deleted ones)"),
            )
            .arg(
                option("older-than", "TIME", "Only what was deleted so long ago: 30d, 12w, 6m, 1y")
                    .required_unless_present("refs"),
            )
            .arg(option("entity", "ENTITY", "Only of this entity"))
            .arg(option("where", "QUERY", "A further condition (with --entity)").requires("entity"))
            .arg(flag("merged", "Also what was merged into a record that is still there"))
            .arg(flag("yes", "Without being asked"))
            .arg(dry_run()),
        Command::new("erase")
            .about("Erase what the file holds of a person, history included; this cannot be taken back")
            .after_help(
                "Examples:\n  kontor erase P-12 --dry-run\n  kontor erase P-12\n\nThe record is emptied and put \
                 away, other texts lose the name, and the file is written anew so that no byte of it stays.",
            )
            .arg(required("ref", "REF", "The contact, lead or customer that is the person"))
            .arg(option("confirm", "REF", "The reference once more, in place of being asked for it"))
            .arg(dry_run()),
        super::clean::tree(
            Command::new("retention")
                .about("What the company's rules say is due: to be removed for good, or to be deleted")
                .arg(flag("apply", "Do it"))
                .arg(flag("yes", "Without being asked")),
        ),
    ]
}

fn ago(desk: &Desk<'_, '_>, text: &str) -> Result<DateTime<Utc>> {
    let wrong = || {
        CliError::word(
            phrase!("{text} is no length of time", text),
            Some(phrase!("for example 30d, 12w, 6m or 1y")),
        )
    };
    let text = text.trim();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number: u32 = text[..text.len() - unit.len_utf8()].trim().parse().map_err(|_| wrong())?;
    let now = desk.session.moment().now;
    let then = match unit {
        'd' => now.checked_sub_signed(TimeDelta::days(number.into())),
        'w' => now.checked_sub_signed(TimeDelta::weeks(number.into())),
        'm' => now.checked_sub_months(Months::new(number)),
        'y' => number.checked_mul(12).and_then(|n| now.checked_sub_months(Months::new(n))),
        _ => None,
    };
    then.ok_or_else(wrong)
}

/// `purge`.
pub(super) fn purge(desk: &mut Desk<'_, '_>, args: &PurgeArgs) -> Result<()> {
    let before = match &args.older_than {
        Some(text) => ago(desk, text)?,
        None => desk.session.moment().now + TimeDelta::seconds(1),
    };
    let mut wish = Purge { merged: args.merged, ..Purge::before(before) };
    if let Some(word) = &args.entity {
        let name = desk.entity(word)?.name.clone();
        wish.filter = desk.query(&name, args.filter.as_deref())?;
        wish.entity = Some(name);
    }
    if !args.refs.is_empty() {
        let records = refs::named_all(desk, wish.entity.as_ref(), &args.refs)?;
        let first = records.first().map(|record| record.entity.clone());
        if wish.entity.is_none() && records.iter().all(|r| Some(&r.entity) == first.as_ref()) {
            wish.entity = first;
        }
        wish.only = Some(records);
    }
    let plan = desk.session.plan_purge(&wish)?;
    if args.dry_run || !args.yes {
        told_purge(desk, &plan)?;
    }
    let n = plan.records().len();
    if n == 0 {
        for record in wish.only.iter().flatten() {
            if let Err(error @ GateError::NotFound { .. }) = desk.session.get(record) {
                return Err(error.into());
            }
        }
        return match &wish.only {
            Some(_) => Err(CliError::Refused {
                message: phrase!("none of them can be removed"),
                hint: Some(phrase!("only what is deleted is removed for good")),
            }),
            None => desk.say(&phrase!("There is nothing to remove.")),
        };
    }
    if args.dry_run {
        return desk.say(&phrase!(
            "{n} {n?record|records} would be removed for good. Nothing was removed.",
            n
        ));
    }
    if !args.yes {
        let question = phrase!("Remove {n} {n?record|records} for good? Type {n}: ", n);
        asked_for(desk, &question, &n.to_string())?;
    }
    removed(desk, &plan)
}

fn removed(desk: &mut Desk<'_, '_>, plan: &PurgePlan) -> Result<()> {
    confirmed(desk, |session| session.demand_confirmed())?;
    let what = desk.env.told(&phrase!("Removing records"));
    desk.env.progress.start(what, Some(plan.records().len() as u64));
    let progress = &mut *desk.env.progress;
    let purged = desk.session.purge(plan, |done| {
        progress.at(done);
        true
    })?;
    desk.env.progress.finish();
    if desk.format == OutputFormat::Json {
        let all = json!({ "removed": purged.records, "history_rows": purged.rows });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    desk.say(&phrase!(
        "{n} {n?record|records} removed for good, {rows} {rows?row|rows} of history emptied.",
        n = purged.records,
        rows = purged.rows
    ))?;
    older_pages(desk, purged.kept)
}

fn older_pages(desk: &mut Desk<'_, '_>, kept: bool) -> Result<()> {
    if kept {
        let told = phrase!("Others who are in keep older pages of the file until they leave.");
        desk.say(&told)?;
    }
    Ok(())
}

fn told_purge(desk: &mut Desk<'_, '_>, plan: &PurgePlan) -> Result<()> {
    if desk.format == OutputFormat::Json {
        let counts: Vec<Json> = plan
            .counts()
            .iter()
            .map(|(name, n)| json!({ "entity": name.as_str(), "records": n }))
            .collect();
        let all = json!({ "would_remove": counts, "leads_on": plan.leads_on() });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for (name, n) in plan.counts() {
        let plural = entity(&desk.catalog, name)?.plural.get(desk.env.lang).to_owned();
        let of = plan.records().iter().filter(|record| record.entity == *name);
        let mut names: Vec<String> = of.take(NAMED).map(|record| desk.reference(record)).collect();
        if *n > NAMED as u64 {
            names.push("…".to_owned());
        }
        rows.push(vec![plural, n.to_string(), names.join(" ")]);
    }
    if !rows.is_empty() {
        table(
            desk,
            vec![
                Head::left("entity", phrase!("Entity")),
                Head::right("records", phrase!("Records")),
                Head::left("which", phrase!("Which")),
            ],
            rows,
        )?;
    }
    if plan.leads_on() > 0 {
        let told = phrase!(
            "{n} that were merged stay, so that their references lead on; --merged takes them along.",
            n = plan.leads_on()
        );
        desk.say(&told)?;
    }
    Ok(())
}

fn table(desk: &mut Desk<'_, '_>, heads: Vec<Head>, rows: Vec<Vec<String>>) -> Result<()> {
    let mut printer = desk.printer(heads);
    for cells in rows {
        printer.row(Row { reference: String::new(), cells, json: Json::Null })?;
    }
    printer.finish()?;
    desk.env.out.flush()?;
    Ok(())
}

/// Has the person type a word before what cannot be taken back.
fn asked_for(desk: &mut Desk<'_, '_>, question: &Phrase, wanted: &str) -> Result<()> {
    if !desk.env.prompt.watched() {
        return Err(CliError::Refused {
            message: phrase!("this cannot be taken back; nothing was removed"),
            hint: Some(phrase!("--dry-run only shows it; --yes or --confirm does it")),
        });
    }
    let question = desk.env.told(question);
    let answer = desk.env.prompt.line(&question)?.unwrap_or_default();
    if answer.trim().eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(CliError::refused(phrase!("nothing was removed")))
}

/// `erase`.
pub(super) fn erase(desk: &mut Desk<'_, '_>, args: &EraseArgs) -> Result<()> {
    let record = refs::named(desk, None, &args.reference)?;
    let plan = desk.session.plan_erase(&record)?;
    told_erase(desk, &plan)?;
    if args.dry_run {
        return desk.say(&phrase!("Nothing was erased."));
    }
    let reference = desk.reference(&record);
    match &args.confirm {
        Some(typed) if typed.trim().eq_ignore_ascii_case(&reference) => {}
        Some(_) => {
            return Err(CliError::Refused {
                message: phrase!("--confirm names another record"),
                hint: Some(phrase!("--confirm {reference} erases it", reference)),
            });
        }
        None => {
            let question = phrase!(
                "This cannot be taken back. Type {reference} to erase it: ",
                reference = &reference
            );
            asked_for(desk, &question, &reference)?;
        }
    }
    let erased = confirmed(desk, |session| session.erase(&plan))?;
    if desk.format == OutputFormat::Json {
        let all = json!({
            "erased": reference,
            "values": erased.values,
            "mentions": erased.mentions,
            "history_rows": erased.rows,
            "drafts": erased.drafts,
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    desk.say(&phrase!(
        "{record} is erased: {values} {values?value|values}, {mentions} {mentions?text|texts} of other records, {rows} {rows?row|rows} of history, {drafts} {drafts?draft|drafts}.",
        record = reference,
        values = erased.values,
        mentions = erased.mentions,
        rows = erased.rows,
        drafts = erased.drafts
    ))?;
    older_pages(desk, erased.kept)
}

/// Where texts name a person, and in which records.
fn told_mention(desk: &Desk<'_, '_>, mentioned: &Mentioned, most: usize) -> Result<[String; 2]> {
    let about = entity(&desk.catalog, &mentioned.entity)?;
    let lang = desk.env.lang;
    let label = about.field(&mentioned.field).map_or("", |field| field.label.get(lang));
    let names = mentioned.records.iter().take(most).map(|id| format!("{}-{id}", about.prefix));
    let names: Vec<String> = names.collect();
    let more = if mentioned.records.len() > most { " …" } else { "" };
    Ok([
        format!("{} · {label}", about.plural.get(lang)),
        format!("{}: {}{more}", mentioned.records.len(), names.join(" ")),
    ])
}

/// What was found of a person.
fn told_erase(desk: &mut Desk<'_, '_>, plan: &ErasePlan) -> Result<()> {
    if desk.format == OutputFormat::Json {
        let mentions = plan.mentions().iter().map(|mentioned| {
            json!({
                "entity": mentioned.entity.as_str(),
                "field": mentioned.field.as_str(),
                "records": mentioned.records.len(),
            })
        });
        let left = plan.left().iter().map(|mentioned| {
            let prefix = desk.catalog.entity(&mentioned.entity).map_or("", |e| e.prefix.as_str());
            let refs = mentioned.records.iter().map(|id| format!("{prefix}-{id}"));
            json!({
                "entity": mentioned.entity.as_str(),
                "field": mentioned.field.as_str(),
                "records": refs.collect::<Vec<_>>(),
            })
        });
        let refs = |records: &[crate::model::RecordRef]| -> Vec<String> {
            records.iter().map(|record| desk.reference(record)).collect()
        };
        let all = json!({
            "records": refs(plan.records()),
            "values": plan.values(),
            "mentions": mentions.collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
            "history_rows": plan.rows(),
            "drafts": plan.drafts(),
            "named_in_log": plan.named_in_log(),
            "alike": plan.alike().iter().map(|hit| desk.reference(&hit.record)).collect::<Vec<_>>(),
            "copies": plan.copies(),
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let mut rows = Vec::new();
    for record in plan.records() {
        let what = desk.word(&phrase!("the record, emptied and put away"));
        rows.push(vec![desk.reference(record), what]);
    }
    let values = phrase!("{n} {n?value|values}", n = plan.values());
    rows.push(vec![desk.word(&phrase!("Fields")), desk.word(&values)]);
    for mentioned in plan.mentions() {
        rows.push(Vec::from(told_mention(desk, mentioned, NAMED)?));
    }
    let rest = [
        (
            phrase!("History"),
            phrase!("{n} {n?row loses its content|rows lose their content}", n = plan.rows()),
        ),
        (phrase!("Drafts and settings"), phrase!("{n} are forgotten", n = plan.drafts())),
    ];
    for (what, found) in rest {
        rows.push(vec![desk.word(&what), desk.word(&found)]);
    }
    let heads = vec![
        Head::left("where", phrase!("Where")),
        Head::left("found", phrase!("What is found and removed")),
    ];
    table(desk, heads, rows)?;
    for mentioned in plan.left() {
        let [place, records] = told_mention(desk, mentioned, usize::MAX)?;
        desk.say(&phrase!("Stays, and may name the person: {place}: {records}", place, records))?;
    }
    if plan.named_in_log() > 0 {
        desk.say(&phrase!(
            "Stays: {n} {n?entry|entries} of the log whose reason names them; the chain covers it.",
            n = plan.named_in_log()
        ))?;
    }
    if !plan.alike().is_empty() {
        let names: Vec<String> = plan
            .alike()
            .iter()
            .take(NAMED)
            .map(|hit| {
                Clean::line(&format!("{} {}", desk.reference(&hit.record), hit.title)).into_string()
            })
            .collect();
        desk.say(&phrase!("Stays, and may be the same person: {names}", names = names.join(", ")))?;
    }
    if !plan.copies().is_empty() {
        desk.say(&phrase!(
            "Stays: copies of the file beside it ({names}) and wherever else they are kept.",
            names = plan.copies().join(", ")
        ))?;
    }
    Ok(())
}

/// `clean retention`.
pub(super) fn retention(desk: &mut Desk<'_, '_>, apply: bool, yes: bool) -> Result<()> {
    let due = desk.session.plan_retention()?;
    if desk.format == OutputFormat::Json {
        let all: Vec<Json> = due
            .iter()
            .map(|due| {
                json!({
                    "entity": due.entity().as_str(),
                    "due": if due.what() == DueFor::Purge { "purge" } else { "delete" },
                    "records": due.records().len(),
                })
            })
            .collect();
        write_json(&mut *desk.env.out, &json!({ "due": all }))?;
        writeln!(desk.env.out)?;
    } else if !due.is_empty() {
        let mut rows = Vec::new();
        for due in &due {
            let plural = entity(&desk.catalog, due.entity())?.plural.get(desk.env.lang).to_owned();
            let what = match due.what() {
                DueFor::Purge => {
                    phrase!("deleted more than {n} days ago: remove for good", n = due.after())
                }
                DueFor::Delete => {
                    phrase!("nothing happened for {n} months: delete", n = due.after())
                }
            };
            rows.push(vec![plural, due.records().len().to_string(), desk.word(&what)]);
        }
        let heads = vec![
            Head::left("entity", phrase!("Entity")),
            Head::right("records", phrase!("Records")),
            Head::left("due", phrase!("What is due")),
        ];
        table(desk, heads, rows)?;
    }
    let n: usize = due.iter().map(|due| due.records().len()).sum();
    if desk.catalog.company.retention.is_empty() {
        return desk.say(&phrase!(
            "The company has no rules: write [retention.lead] into its schema file."
        ));
    }
    if n == 0 {
        return desk.say(&phrase!("Nothing is due."));
    }
    if !apply {
        return desk.say(&phrase!("--apply does it. Nothing was written."));
    }
    if !yes {
        let question = phrase!("Do this with {n} {n?record|records}? Type {n}: ", n);
        asked_for(desk, &question, &n.to_string())?;
    }
    for due in &due {
        match due.what() {
            DueFor::Purge => {
                let plan = desk.session.plan_purge(&due.purge())?;
                if !plan.records().is_empty() {
                    removed(desk, &plan)?;
                }
            }
            DueFor::Delete => delete(desk, due)?,
        }
    }
    Ok(())
}

fn delete(desk: &mut Desk<'_, '_>, due: &Due) -> Result<()> {
    let of = Chosen::These(due.records().to_vec());
    let many = Many::Same { of, act: Act::plain(Op::Delete) };
    let (mut tally, mut seen, mut place, mut at) =
        (Tally::default(), Vec::new(), Some(Place::Start), None);
    while let Some(from) = place {
        let look = desk.session.look(&many, &from, &tally)?;
        at.get_or_insert(look.at);
        tally.add(&look.tally);
        seen.extend(look.seen);
        place = look.next;
    }
    let (mut next, mut operation, mut written) = (Some(0), None, 0);
    while let Some(from) = next.filter(|_| tally.of(Fate::Change) > 0) {
        let piece = (seen.as_slice(), at.unwrap_or_default());
        let ran = desk.session.run(&many, "retention", piece, from, operation)?;
        (next, operation) = (ran.next, ran.operation);
        written += ran.written;
        if let Some(error) = ran.error {
            return Err(error.into());
        }
    }
    let name: &Name = due.entity();
    let plural = entity(&desk.catalog, name)?.plural.clone();
    let plural = crate::model::Fill::from(&plural);
    match operation {
        Some(number) => desk.say(&phrase!(
            "{written} {entity} deleted; `kontor undo {number}` takes it back.",
            written,
            entity = plural,
            number
        )),
        None => Err(CliError::refused(phrase!("nothing was deleted: a right is missing"))),
    }
}
