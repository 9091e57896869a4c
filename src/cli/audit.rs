//! `audit`: the log, the check of its chain, and what is unusual in it.

use serde_json::json;

use super::command::AuditVerb;
use super::desk::Desk;
use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Row, write_json};
use crate::gate::{Anomaly, AuditEntry, AuditRequest, GateError, HeadCode};
use crate::model::{RecordRef, phrase};
use crate::schema::{AUDIT, Catalog};

/// Entries that are read at once.
const PAGE: usize = 500;

/// Does a verb of `audit`.
pub(super) fn run(desk: &mut Desk<'_, '_>, verb: AuditVerb) -> Result<()> {
    match verb {
        AuditVerb::List { filter, limit } => list(desk, filter.as_deref(), limit),
        AuditVerb::Verify { head } => verify(desk, head.as_deref()),
        AuditVerb::Anomalies => anomalies(desk),
    }
}

fn list(desk: &mut Desk<'_, '_>, filter: Option<&str>, limit: u64) -> Result<()> {
    let mut request = AuditRequest::default();
    if let Some(text) = filter.filter(|text| !text.trim().is_empty()) {
        request.filter = Some(desk.session.audit_query(text).map_err(|error| match error {
            GateError::Query(source) => CliError::Query { text: text.to_owned(), source },
            error => error.into(),
        })?);
    }
    let catalog = desk.session.audit_catalog()?;
    let heads = vec![
        Head::right("number", phrase!("No")),
        Head::left("at", phrase!("When")),
        Head::left("by", phrase!("Who")),
        Head::left("via", phrase!("From")),
        Head::left("kind", phrase!("What happened")),
        Head::left("about", phrase!("Of")),
        Head::right("count", phrase!("How many")),
        Head::left("what", phrase!("Detail")),
    ];
    let mut rows = Vec::new();
    let mut left = usize::try_from(limit).unwrap_or(usize::MAX);
    while left > 0 {
        request.limit = left.min(PAGE);
        let page = desk.session.audit(&request)?;
        left -= page.entries.len();
        rows.extend(page.entries.iter().map(|entry| row(desk, &catalog, entry)));
        request.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    if printer.finish()? == 0 && desk.format == OutputFormat::Table {
        desk.say(&phrase!("No entries fit."))?;
    }
    Ok(())
}

/// What a word of the log is called by people.
fn called(desk: &Desk<'_, '_>, catalog: &Catalog, field: &str, word: &str) -> String {
    if desk.format.needs() != Needs::Human {
        return word.to_owned();
    }
    let field = catalog.entity(AUDIT).and_then(|log| log.field(field));
    let choice = field.and_then(|field| field.choice(word));
    choice.map_or(word, |choice| choice.label.get(desk.env.lang)).to_owned()
}

fn row(desk: &Desk<'_, '_>, catalog: &Catalog, entry: &AuditEntry) -> Row {
    let reference = entry.record.as_ref().map(|record: &RecordRef| desk.reference(record));
    let about = match (&reference, &entry.entity) {
        _ if !entry.kinds.is_empty() => desk.env.told(&phrase!("several kinds")),
        (Some(reference), _) => reference.clone(),
        (None, Some(entity)) => called(desk, catalog, "entity", entity),
        (None, None) => String::new(),
    };
    let mut what = match (entry.what.as_str(), entry.why.as_str()) {
        ("", why) => desk.why(why),
        (what, _) => {
            desk.called(|words| words.event(&entry.kind, what)).unwrap_or_else(|| what.to_owned())
        }
    };
    let chinese = desk.called(|_| String::new()).is_some();
    let (between, colon) = if chinese { ("，", "：") } else { (", ", ": ") };
    let kinds = entry.kinds.iter().map(|(entity, records)| {
        let label = called(desk, catalog, "entity", entity);
        records.map_or_else(|| label.clone(), |records| format!("{label} {records}"))
    });
    if !entry.kinds.is_empty() {
        let kinds: Vec<String> = kinds.collect();
        what.push_str(if what.is_empty() { "" } else { between });
        what.push_str(&kinds.join(" · "));
    }
    for (key, text) in &entry.detail {
        what.push_str(if what.is_empty() { "" } else { between });
        let key = desk.called(|words| words.detail(key)).unwrap_or_else(|| key.replace('_', " "));
        what.push_str(&format!("{key}{colon}{text}"));
    }
    let cells = vec![
        entry.number.to_string(),
        entry.at.with_timezone(&desk.env.zone).format("%Y-%m-%d %H:%M:%S").to_string(),
        entry.by.clone(),
        called(desk, catalog, "via", &entry.via),
        called(desk, catalog, "kind", &entry.kind),
        about,
        entry.count.to_string(),
        what,
    ];
    let json = json!({
        "number": entry.number,
        "at": entry.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        "who": entry.who.map(|id| desk.reference(&RecordRef::new("user", id))),
        "by": entry.by,
        "via": entry.via,
        "kind": entry.kind,
        "entity": entry.entity,
        "kinds": entry.kinds.iter().map(|(entity, records)| json!({ "entity": entity, "count": records })).collect::<Vec<_>>(),
        "ref": reference,
        "what": entry.what,
        "count": entry.count,
        "why": entry.why,
        "detail": entry.detail,
        "change_set": entry.change_set,
        "undoes": entry.undoes,
    });
    Row { reference: reference.unwrap_or_default(), cells, json }
}

fn verify(desk: &mut Desk<'_, '_>, head: Option<&str>) -> Result<()> {
    let wanted = head
        .map(str::parse::<HeadCode>)
        .transpose()
        .map_err(|error| CliError::word(error.0, None))?;
    let found = desk.session.verify_audit(wanted.as_ref())?;
    let code = found.head.as_ref().map(|head| head.code.to_string());
    if desk.format == OutputFormat::Json {
        let broken = found.broken.as_ref();
        let all = json!({
            "sound": broken.is_none(),
            "entries": found.entries,
            "rows": found.rows,
            "head": code,
            "asked": wanted.as_ref().map(ToString::to_string),
            "after": found.after,
            "broken": broken.map(|(number, why)| json!({ "number": number, "why": why.as_str() })),
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
    }
    if let Some((number, why)) = found.broken {
        return Err(CliError::Refused {
            message: phrase!("entry {number}: {why}", number, why),
            hint: Some(phrase!(
                "somebody wrote to the file outside Kontor; compare with a backup, and keep this file"
            )),
        });
    }
    let entries = found.entries;
    let people = desk.format != OutputFormat::Json;
    if people {
        let sound = phrase!("{entries} entries, the chain is sound.", entries);
        writeln!(desk.env.out, "{}", desk.env.told(&sound))?;
        if let Some(code) = &code {
            let told = phrase!("Head: {code}", code);
            writeln!(desk.env.out, "{}", desk.env.told(&told))?;
        }
    }
    match (&wanted, found.after) {
        (None, _) => Ok(()),
        (Some(code), None) => Err(CliError::Refused {
            message: phrase!("{code} is no entry of this log", code = code.to_string()),
            hint: Some(phrase!(
                "either it was noted from another file, or the end of the log was cut off or written anew"
            )),
        }),
        (Some(code), Some(after)) if people => {
            let told = match after {
                0 => phrase!("{code} is its newest entry.", code = code.to_string()),
                1 => {
                    phrase!("{code} is part of it; one entry came after.", code = code.to_string())
                }
                n => phrase!(
                    "{code} is part of it; {n} entries came after.",
                    code = code.to_string(),
                    n
                ),
            };
            writeln!(desk.env.out, "{}", desk.env.told(&told))?;
            Ok(())
        }
        (Some(_), Some(_)) => Ok(()),
    }
}

fn anomalies(desk: &mut Desk<'_, '_>) -> Result<()> {
    let thresholds = desk.env.thresholds;
    let found = desk.session.anomalies(&thresholds)?;
    let heads = vec![
        Head::left("day", phrase!("Day")),
        Head::left("by", phrase!("Who")),
        Head::left("what", phrase!("What is unusual")),
        Head::right("count", phrase!("How many")),
        Head::right("usual", phrase!("Usually")),
    ];
    let rows: Vec<Row> = found.iter().map(|found| unusual(desk, found)).collect();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    let printed = printer.finish()?;
    if let Some(first) = found.first().filter(|_| desk.format == OutputFormat::Table) {
        let behind = format!("kontor audit list --where '{}'", first.behind());
        desk.say(&phrase!("What is behind the first: {command}", command = behind))?;
    }
    if printed == 0 && desk.format == OutputFormat::Table {
        let days = thresholds.days;
        desk.say(&phrase!("Nothing unusual in the last {n} days.", n = days))?;
    }
    Ok(())
}

fn unusual(desk: &Desk<'_, '_>, found: &Anomaly) -> Row {
    let what = found.unusual.phrase();
    let who = found.user.map(|id| desk.reference(&RecordRef::new("user", id)));
    let human = desk.format.needs() == Needs::Human;
    let cells = vec![
        found.day.to_string(),
        found.name.clone(),
        if human { desk.word(&what) } else { found.unusual.word().to_owned() },
        found.count.to_string(),
        found.usual.map(|usual| usual.to_string()).unwrap_or_default(),
    ];
    let json = json!({
        "day": found.day.to_string(),
        "who": who,
        "by": found.name,
        "unusual": found.unusual.word(),
        "count": found.count,
        "usual": found.usual,
        "where": found.behind(),
    });
    Row { reference: who.unwrap_or_default(), cells, json }
}
