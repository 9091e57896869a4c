//! `<entity> list`: pages through the gate, so that a million rows take no more memory than a few.

use std::collections::BTreeSet;

use super::columns::Columns;
use super::command::ListArgs;
use super::desk::{Desk, OUTPUT};
use super::error::{CliError, Result};
use super::output::{OutputFormat, Printer, write_json};
use crate::gate::{Chosen, Count, GateError, ListRequest, Window};
use crate::model::{Name, Record, RecordId, phrase};
use crate::policy::{self, Decision, Need, Right};
use crate::query::parse_sort;
use crate::schema::Entity;

/// Rows of the first page, so that something stands there at once, and of each later one.
const PAGES: (usize, usize) = (200, 1000);

/// Prints the records of an entity; that they may not be seen at all is noted.
pub(super) fn list(desk: &mut Desk<'_, '_>, noun: &str, args: &ListArgs) -> Result<()> {
    let listed = listed(desk, noun, args);
    if let Err(CliError::Gate(GateError::Denied(refusal))) = &listed
        && matches!(refusal.need, Need::Entity(Right::Read, _))
    {
        desk.session.refuse(&refusal.need)?;
    }
    listed
}

fn listed(desk: &mut Desk<'_, '_>, noun: &str, args: &ListArgs) -> Result<()> {
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let entity = super::desk::entity(&catalog, noun)?;
    if let Some(text) = &args.as_of {
        return list_as_of(desk, entity, args, text);
    }
    let args = &super::view::under(desk, entity, args)?;
    let mut request = request(desk, &entity.name, args)?;
    if args.count {
        return count(desk, &request, args.limit);
    }
    let columns =
        Columns::choose(&catalog, entity, desk.words(), desk.format, args.columns.as_deref())?;
    request.fields = columns.fields();
    let needs = desk.format.needs();
    if desk.leaves() {
        let chosen = Chosen::All { list: Box::new(request.clone()), but: BTreeSet::new() };
        desk.session.take_out(&chosen, args.limit, OUTPUT)?;
    }
    let (paper, format) = (desk.env.paper(), desk.format);
    let Desk { env, session, .. } = desk;
    let mut printer = Printer::new(&mut *env.out, format, columns.heads(), paper);
    let mut left = args.limit.unwrap_or(u64::MAX);
    request.limit = PAGES.0;
    while left > 0 {
        request.limit = request.limit.min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut page = session.list(&request)?;
        for record in &page.rows {
            printer.row(columns.row(record, needs))?;
        }
        left = left.saturating_sub(page.rows.len() as u64);
        match page.cursors.pop() {
            Some(last) if !page.at_end => request.window = Window::After(last),
            _ => break,
        }
        request.limit = PAGES.1;
    }
    let printed = printer.finish()?;
    if printed == 0 && matches!(desk.format, OutputFormat::Table) {
        let plural = entity.plural.get(desk.env.lang).to_lowercase();
        let all = args.filter.is_none() && !args.deleted;
        let person = desk.session.actor().person();
        let makes = policy::decide(person, Right::Create, entity) == Decision::Allow;
        let text = if all && (!makes || policy::is_guarded(&entity.name)) {
            phrase!("There are no {plural} that you see.", plural)
        } else if all {
            phrase!(
                "There are no {plural} yet: kontor {entity} add makes one.",
                plural,
                entity = &entity.name
            )
        } else {
            phrase!("No {plural} fit.", plural)
        };
        desk.say(&text)?;
    }
    Ok(())
}

/// Prints what was there at an instant, in the order of numbers. Conditions and orders ask the tables of
/// now; of then they would tell half the truth.
fn list_as_of(desk: &mut Desk<'_, '_>, entity: &Entity, args: &ListArgs, text: &str) -> Result<()> {
    let given = [
        ("--where", args.filter.is_some()),
        ("--view", args.view.is_some()),
        ("--sort", args.sort.is_some()),
        ("--deleted", args.deleted),
        ("--count", args.count),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, given)| *given) {
        return Err(CliError::Refused {
            message: phrase!("{flag} asks about what is there now, --as-of about then", flag),
            hint: Some(phrase!(
                "list all of then and filter the output, as in --as-of 2026-11-01 --format csv"
            )),
        });
    }
    let then = desk.as_of(text)?;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let columns =
        Columns::choose(&catalog, entity, desk.words(), desk.format, args.columns.as_deref())?;
    let needs = desk.format.needs();
    if desk.leaves() {
        // How many there were then is known by looking only.
        let (mut records, mut after) = (Vec::new(), Some(RecordId(0)));
        let most = args.limit.unwrap_or(u64::MAX);
        while let Some(from) = after.filter(|_| (records.len() as u64) < most) {
            let (page, next) = desk.session.list_as_of(&entity.name, then, from, PAGES.1)?;
            records.extend(page.iter().map(Record::reference));
            after = next;
        }
        records.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        desk.session.take_out_these(&records, OUTPUT)?;
    }
    let (paper, format) = (desk.env.paper(), desk.format);
    let Desk { env, session, .. } = desk;
    let mut printer = Printer::new(&mut *env.out, format, columns.heads(), paper);
    let mut left = args.limit.unwrap_or(u64::MAX);
    let mut after = Some(RecordId(0));
    while let Some(from) = after.filter(|_| left > 0) {
        let (records, next) = session.list_as_of(&entity.name, then, from, PAGES.0)?;
        for record in records.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            printer.row(columns.row(record, needs))?;
        }
        left = left.saturating_sub(records.len() as u64);
        after = next;
    }
    if printer.finish()? == 0 && format == OutputFormat::Table {
        let plural = entity.plural.get(desk.env.lang).to_lowercase();
        desk.say(&phrase!("There were no {plural} then.", plural))?;
    }
    Ok(())
}

/// The list that is meant, before fields and limit are decided.
pub(super) fn request(desk: &Desk<'_, '_>, entity: &Name, args: &ListArgs) -> Result<ListRequest> {
    let mut request = ListRequest::first(entity, PAGES.1);
    request.filter = desk.query(entity, args.filter.as_deref())?;
    request.deleted = args.deleted;
    if let Some(text) = &args.sort {
        request.sort = parse_sort(text, &desk.catalog, entity)
            .map_err(|source| CliError::Query { text: text.clone(), source })?;
    }
    Ok(request)
}

fn count(desk: &mut Desk<'_, '_>, request: &ListRequest, limit: Option<u64>) -> Result<()> {
    let number = if request.deleted {
        desk.session.size_of(request)?
    } else {
        let count = desk.session.count(&request.entity, request.filter.as_ref(), limit)?;
        let (Count::Exactly(number) | Count::AtLeast(number)) = count;
        number
    };
    match desk.format {
        OutputFormat::Json => {
            write_json(&mut *desk.env.out, &serde_json::json!({ "count": number }))?;
            writeln!(desk.env.out)?;
        }
        _ => writeln!(desk.env.out, "{number}")?,
    }
    Ok(())
}
