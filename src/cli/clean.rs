//! `clean`: what is wrong with the data, how each could be put right, and doing that.
//!
//! A plan first: findings are printed with their proposals, nothing is written. With `--apply` a second look
//! at the same records puts right what the first one found, as one change set. Start at [`run`].

mod score;

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command};
use serde_json::{Value as Json, json};

use super::desk::{Desk, OUTPUT};
use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Row};
use super::tree::{flag, many, option};
use crate::gate::{Chosen, GateError, ListRequest, Mended, READING, Scan, cleanable, mending};
use crate::model::{Fill, Name, Phrase, RecordRef, Value, phrase};
use crate::quality::{CHECKS, Check, Finding};
use crate::query::Query;
use crate::schema::{Entity, Field};

/// Findings of each check that a table shows.
const SHOWN: u64 = 5;
/// Edits that are written in one go.
const PIECE: usize = 250;

/// What `clean` was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CleanArgs {
    /// Of which entity; of all without.
    pub entity: Option<String>,
    /// Only these checks.
    pub checks: Vec<String>,
    /// Only these records.
    pub filter: Option<String>,
    /// At most so many findings of each check.
    pub limit: Option<u64>,
    /// Only how many there are.
    pub counts: bool,
    /// What checks there are.
    pub list: bool,
    /// The scores as they were kept.
    pub score: bool,
    /// Put right what has a proposal.
    pub apply: bool,
    /// Without being asked.
    pub yes: bool,
}

/// The command, with `retention` below it.
pub(super) fn tree(retention: Command) -> Command {
    Command::new("clean")
        .about("Look for what is wrong with the data, and put it right")
        .args_conflicts_with_subcommands(true)
        .after_help(
            "Examples:\n  kontor clean\n  kontor clean customer --check spelling,whitespace\n  \
             kontor clean customer --check spelling --apply\n  kontor clean --score\n\nNothing is written without \
             --apply; what it writes is one change set, and `kontor undo NUMBER` takes it back.",
        )
        .arg(Arg::new("entity").value_name("ENTITY").help("What to look at: customer, contact ... (all without it)"))
        .arg(many("check", "NAME", "Only this check; several are parted by commas"))
        .arg(option("where", "QUERY", "Only these records (with ENTITY)").requires("entity"))
        .arg(
            option("limit", "N", "At most so many findings of each check are printed")
                .value_parser(clap::value_parser!(u64)),
        )
        .arg(flag("counts", "Only how many findings there are"))
        .arg(flag("list", "What checks there are").conflicts_with_all(["apply", "score", "counts"]))
        .arg(flag("score", "How good the data were from day to day").conflicts_with_all(["apply", "counts", "check", "where"]))
        .arg(flag("apply", "Put right what has a proposal"))
        .arg(flag("yes", "Without being asked"))
        .subcommand(retention)
}

/// Looks, and puts right where it is told to.
pub(super) fn run(desk: &mut Desk<'_, '_>, args: &CleanArgs) -> Result<()> {
    let checks = args.checks.iter().map(|name| check(name)).collect::<Result<Vec<_>>>()?;
    if args.list {
        return list(desk);
    }
    if args.score {
        return score::run(desk, args.entity.as_deref());
    }
    let entities: Vec<Name> = match &args.entity {
        Some(word) => vec![desk.entity(word)?.name.clone()],
        None => {
            let all = desk.catalog.entities().filter(|entity| cleanable(entity));
            all.map(|entity| entity.name.clone()).collect()
        }
    };
    let mut plan = Plan::new(desk, args);
    let mut refused = None;
    for name in &entities {
        let filter = desk.query(name, args.filter.as_deref())?;
        let scan = match desk.session.begin_scan(name, &checks, filter.clone()) {
            // What somebody may not see is passed over where they did not ask for it.
            Err(error @ GateError::Denied(_)) if args.entity.is_none() => {
                refused.get_or_insert(error);
                continue;
            }
            other => other?,
        };
        plan.look(desk, scan, filter)?;
    }
    if let Some(error) = refused.filter(|_| plan.scans.is_empty()) {
        return Err(error.into());
    }
    plan.print(desk)?;
    let proposals: u64 = plan.scans.iter().map(|scan| scan.score().all().proposals).sum();
    if proposals == 0 {
        if args.apply {
            desk.say(&phrase!("There is nothing that can be put right by itself."))?;
        }
        return Ok(());
    }
    if !args.apply {
        return desk.say(&phrase!("--apply puts right what has a proposal. Nothing was written."));
    }
    apply(desk, plan.scans, proposals, args.yes)
}

/// The check of this name.
fn check(name: &str) -> Result<&'static Check> {
    Check::named(name.trim()).ok_or_else(|| {
        let names = CHECKS.iter().map(|check| check.name);
        let hint = super::likely(name, names).map_or_else(
            || phrase!("kontor clean --list lists them"),
            |near| phrase!("did you mean {near}?", near),
        );
        CliError::word(phrase!("there is no check {name}", name), Some(hint))
    })
}

/// `--list`.
fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let rows: Vec<Row> = CHECKS
        .iter()
        .map(|check| {
            let (label, help) = (desk.word(&check.label()), desk.word(&check.help()));
            let json = json!({ "check": check.name, "label": label, "help": help, "weight": check.weight });
            let cells = vec![check.name.to_owned(), label, check.weight.to_string(), help];
            Row { reference: check.name.to_owned(), cells, json }
        })
        .collect();
    let heads = vec![
        Head::left("check", phrase!("Check")),
        Head::left("label", phrase!("Name")),
        Head::right("weight", phrase!("Weight")),
        Head::left("help", phrase!("What it looks for")),
    ];
    desk.table(heads, rows)
}

/// What was found, as far as it is printed.
struct Plan {
    counts_only: bool,
    /// A table shows counts, then the first findings; other formats have all of them.
    limit: u64,
    told: BTreeMap<(Name, &'static str), u64>,
    /// Findings that wait to be printed.
    rows: Vec<Row>,
    records: BTreeSet<RecordRef>,
    lists: Vec<ListRequest>,
    /// So many leave that the right to export was asked.
    exported: bool,
    scans: Vec<Scan>,
}

impl Plan {
    fn new(desk: &Desk<'_, '_>, args: &CleanArgs) -> Self {
        let most = if desk.format == OutputFormat::Table { SHOWN } else { u64::MAX };
        Self {
            counts_only: args.counts,
            limit: args.limit.unwrap_or(most),
            told: BTreeMap::new(),
            rows: Vec::new(),
            records: BTreeSet::new(),
            lists: Vec::new(),
            exported: false,
            scans: Vec::new(),
        }
    }

    /// Looks at an entity.
    fn look(
        &mut self,
        desk: &mut Desk<'_, '_>,
        mut scan: Scan,
        filter: Option<Query>,
    ) -> Result<()> {
        let name = scan.entity().clone();
        let mut of = ListRequest::first(&name, 0);
        of.filter = filter;
        self.lists.push(of);
        let (_, total) = scan.progress();
        let plural =
            super::desk::entity(&desk.catalog, &name)?.plural.get(desk.env.lang).to_owned();
        let what = desk.env.told(&phrase!("Checking {entity}", entity = plural));
        desk.env.progress.start(what, Some(total));
        while !scan.is_over() {
            for finding in desk.session.scan_on(&mut scan)? {
                self.take(desk, &name, &finding)?;
            }
            desk.env.progress.at(scan.progress().0);
        }
        desk.env.progress.finish();
        desk.session.keep_score(&scan)?;
        self.scans.push(scan);
        Ok(())
    }

    fn take(&mut self, desk: &mut Desk<'_, '_>, entity: &Name, finding: &Finding) -> Result<()> {
        let told = self.told.entry((entity.clone(), finding.check.name)).or_default();
        *told += 1;
        if self.counts_only || *told > self.limit {
            return Ok(());
        }
        self.records.extend(finding.record.clone().filter(|_| !self.exported));
        if !self.exported && desk.leaves() && self.records.len() as u64 > READING {
            for list in &self.lists {
                let of = Chosen::All { list: Box::new(list.clone()), but: BTreeSet::new() };
                desk.session.take_out(&of, None, OUTPUT)?;
            }
            self.exported = true;
            self.records.clear();
        }
        self.rows.push(row(desk, entity, finding)?);
        Ok(())
    }

    fn print(&mut self, desk: &mut Desk<'_, '_>) -> Result<()> {
        if desk.format == OutputFormat::Table || self.counts_only {
            self.print_counts(desk)?;
        }
        if !self.counts_only {
            let rows = std::mem::take(&mut self.rows);
            let empty = rows.is_empty();
            if desk.format == OutputFormat::Table && !empty {
                writeln!(desk.env.out)?;
            }
            if !empty || desk.format != OutputFormat::Table {
                desk.table(heads(), rows)?;
            }
        }
        let (mut records, mut findings) = (0, 0);
        for scan in &self.scans {
            records += scan.score().records();
            findings += scan.score().all().findings;
        }
        desk.say(&phrase!("{records} records looked at, {findings} findings.", records, findings))?;
        for scan in self.scans.iter().filter(|scan| scan.is_whole()) {
            if let Some(tenths) = scan.score().tenths() {
                let plural = super::desk::entity(&desk.catalog, scan.entity())?.plural.clone();
                let told = phrase!(
                    "{entity}: {score} of 100 points",
                    entity = Fill::from(&plural),
                    score = score::points(tenths)
                );
                desk.say(&told)?;
            }
        }
        Ok(())
    }

    fn print_counts(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let mut rows = Vec::new();
        for scan in &self.scans {
            let entity = super::desk::entity(&desk.catalog, scan.entity())?;
            let plural = match desk.format.needs() {
                Needs::Human => entity.plural.get(desk.env.lang).to_owned(),
                _ => entity.name.to_string(),
            };
            for check in &CHECKS {
                let tallied = scan.score().of(check);
                if tallied.findings == 0 {
                    continue;
                }
                let told = match desk.format.needs() {
                    Needs::Human => format!("{} ({})", desk.word(&check.label()), check.name),
                    _ => check.name.to_owned(),
                };
                let numbers = [tallied.findings, tallied.records, tallied.proposals];
                let cells =
                    [plural.clone(), told].into_iter().chain(numbers.map(|n| n.to_string()));
                let json = json!({
                    "entity": entity.name.as_str(),
                    "check": check.name,
                    "findings": tallied.findings,
                    "records": tallied.records,
                    "proposals": tallied.proposals,
                });
                rows.push(Row { reference: check.name.to_owned(), cells: cells.collect(), json });
            }
        }
        let heads = vec![
            Head::left("entity", phrase!("Entity")),
            Head::left("check", phrase!("Check")),
            Head::right("findings", phrase!("Findings")),
            Head::right("records", phrase!("Records")),
            Head::right("proposals", phrase!("Proposals")),
        ];
        desk.table(heads, rows)
    }
}

fn heads() -> Vec<Head> {
    vec![
        Head::left("ref", phrase!("Ref")),
        Head::left("name", phrase!("Name")),
        Head::left("check", phrase!("Check")),
        Head::left("field", phrase!("Field")),
        Head::left("value", phrase!("Value")),
        Head::left("proposal", phrase!("Proposal")),
        Head::left("problem", phrase!("What is wrong")),
    ]
}

/// A finding as it is printed.
fn row(desk: &Desk<'_, '_>, entity: &Name, finding: &Finding) -> Result<Row> {
    let known: &Entity = super::desk::entity(&desk.catalog, entity)?;
    let field = known.field(&finding.field);
    let human = desk.format.needs() == Needs::Human;
    let written = |value: &Value| match field {
        Some(field) if human => told(desk, field, value),
        Some(field) => desk.words().editable(&desk.catalog, field, value),
        None => String::new(),
    };
    let reference =
        finding.record.as_ref().map(|record| desk.reference(record)).unwrap_or_default();
    let label = match field {
        Some(field) if human => field.label.get(desk.env.lang).to_owned(),
        _ => finding.field.to_string(),
    };
    let (before, problem) = (written(&finding.before), desk.word(&finding.words));
    let after = finding.after.as_ref().map(&written);
    let emptied: Phrase = phrase!("(empty)");
    let shown = match &after {
        Some(text) if text.is_empty() && human => desk.word(&emptied),
        Some(text) => text.clone(),
        None => String::new(),
    };
    let json = if desk.format.needs() == Needs::Json {
        json!({
            "ref": if reference.is_empty() { Json::Null } else { reference.clone().into() },
            "entity": entity.as_str(),
            "name": finding.title,
            "check": finding.check.name,
            "field": finding.field.as_str(),
            "value": before,
            "proposal": after,
            "problem": finding.words.to_string(),
        })
    } else {
        Json::Null
    };
    let check =
        if human { desk.word(&finding.check.label()) } else { finding.check.name.to_owned() };
    let cells =
        vec![reference.clone(), finding.title.clone(), check, label, before, shown, problem];
    Ok(Row { reference, cells, json })
}

/// A value as people read it, where blanks matter.
fn told(desk: &Desk<'_, '_>, field: &Field, value: &Value) -> String {
    match value {
        Value::Text(text) if text.trim() != text || text.contains("  ") => format!("\"{text}\""),
        value => desk.line(field, value),
    }
}

/// Puts right what the scans found.
fn apply(desk: &mut Desk<'_, '_>, scans: Vec<Scan>, proposals: u64, yes: bool) -> Result<()> {
    if !yes {
        agreed(desk, proposals)?;
    }
    let mut mended = Mended::default();
    let what = desk.env.told(&phrase!("Writing records"));
    desk.env.progress.start(what, Some(proposals));
    for scan in scans.into_iter().filter(|scan| scan.score().all().proposals > 0) {
        let mut scan = scan.again();
        let mut waiting = Vec::new();
        while !scan.is_over() {
            let found = desk.session.scan_again(&mut scan)?;
            waiting.extend(mending(&found));
            // Two at least stay for the end: many at once need a right of their own, whichever piece it is.
            while waiting.len() > PIECE + 1 {
                let rest = waiting.split_off(PIECE);
                desk.session.mend(std::mem::replace(&mut waiting, rest), &mut mended)?;
            }
            desk.env.progress.at(mended.written);
        }
        desk.session.mend(waiting, &mut mended)?;
    }
    desk.env.progress.finish();
    if !mended.outcomes.is_empty() {
        super::many::outcomes(desk, &mended.outcomes, mended.outcomes.len())?;
    }
    if mended.left > 0 {
        desk.say(&phrase!("{left} records were left as they are.", left = mended.left))?;
    }
    match mended.operation {
        Some(number) => desk.say(&phrase!(
            "{written} records put right; `kontor undo {number}` takes it back.",
            written = mended.written,
            number
        )),
        None => Err(CliError::Refused {
            message: phrase!("nothing was put right"),
            hint: Some(phrase!("the reasons stand above")),
        }),
    }
}

fn agreed(desk: &mut Desk<'_, '_>, proposals: u64) -> Result<()> {
    if !desk.env.prompt.watched() {
        return Err(CliError::Refused {
            message: phrase!("{n} proposals would be written", n = proposals),
            hint: Some(phrase!("--yes does it; without --apply it is only shown")),
        });
    }
    let question = phrase!("Put right what has a proposal, {n} times? Type {n}: ", n = proposals);
    let question = desk.env.told(&question);
    let answer = desk.env.prompt.line(&question)?.unwrap_or_default();
    if answer.trim() == proposals.to_string() {
        return Ok(());
    }
    Err(CliError::refused(phrase!("nothing was written")))
}
