//! `duplicates`: records that are likely the same, with the reasons; and which of them are not.
//!
//! Start at [`run`].

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::command::DuplicatesArgs;
use super::desk::{Desk, Need, OUTPUT};
use super::env::Env;
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row};
use crate::exchange::twins::{Lists, fit};
use crate::exchange::{Said, Source};
use crate::gate::{TwinPair, why};
use crate::matching::{Pair, Pool, Reason, Scan, clusters, one_to_one, reasons};
use crate::model::{Fill, Name, Phrase, RecordRef, phrase};
use crate::schema::load::duplicates::{SHAPES, over, shape};
use crate::schema::{DuplicateRule, SchemaError};

/// Looks for duplicates, or keeps records apart.
pub(super) fn run(env: &mut Env<'_>, args: &DuplicatesArgs) -> Result<()> {
    if args.min.is_some_and(|min| !(0.0..=1.0).contains(&min)) {
        let hint = Some(phrase!("1 is as good as certain: --min 0.9"));
        return Err(CliError::word(phrase!("--min goes from 0 to 1"), hint));
    }
    if !args.files.is_empty() {
        return of_files(env, args);
    }
    let mut desk = Desk::open(env, Need::File)?;
    let Some(word) = args.entity.as_deref() else {
        let hint = Some(phrase!("for example kontor duplicates customer"));
        return Err(CliError::word(phrase!("say of what: customer, contact, lead"), hint));
    };
    let entity = desk.entity(word)?.name.clone();
    let rule = match &args.rules {
        Some(file) => Some(Arc::new(own_rule(&desk, file, &entity)?)),
        None => None,
    };
    if args.check {
        let rule = match rule {
            Some(rule) => rule,
            None => desk.session.duplicate_rule(&entity)?,
        };
        return describe(&mut desk, &entity, &rule);
    }
    if !args.apart.is_empty() {
        return keep_apart(&mut desk, &args.apart);
    }
    list(&mut desk, &entity, rule, args)
}

/// The rule of an entity as a file lays it over the one in force.
fn own_rule(desk: &Desk<'_, '_>, file: &Path, entity: &Name) -> Result<DuplicateRule> {
    let text = read(file)?;
    let mut rules =
        over(&desk.catalog, &file.display().to_string(), &text).map_err(|e| unsound(&e))?;
    rules.remove(entity.as_str()).ok_or_else(|| {
        let known = desk.catalog.entity(entity);
        let entity = known.map_or_else(|| entity.into(), |known| Fill::from(&known.plural));
        CliError::refused(phrase!("nothing says when two {entity} are the same", entity))
    })
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|source| CliError::File { path: Phrase::raw(file.display().to_string()), source })
}

fn unsound(errors: &[SchemaError]) -> CliError {
    CliError::refused(Phrase::lines(errors.iter().map(SchemaError::phrase)))
}

/// What a rule compares, as a table.
fn describe(desk: &mut Desk<'_, '_>, entity: &Name, rule: &DuplicateRule) -> Result<()> {
    let mut printer = desk.printer(vec![
        Head::left("field", phrase!("Field")),
        Head::left("as", phrase!("Compared as")),
        Head::right("weight", phrase!("Weight")),
    ]);
    for field in &rule.fields {
        let weight = f64::from(field.weight) / 100.0;
        let cells = vec![field.field.clone(), field.kind.word().to_owned(), format!("{weight}")];
        let json = json!({ "field": field.field, "as": field.kind.word(), "weight": weight });
        printer.row(Row { reference: String::new(), cells, json })?;
    }
    printer.finish()?;
    desk.say(&phrase!(
        "The rule for {entity} is sound: {fields} fields, {groups} groups.",
        entity,
        fields = rule.fields.len(),
        groups = rule.groups.len()
    ))
}

/// Remembers that records are no duplicates: each of the pairs among what was named.
fn keep_apart(desk: &mut Desk<'_, '_>, named: &[String]) -> Result<()> {
    let mut records: Vec<RecordRef> = Vec::new();
    for text in named {
        let record = desk.catalog.parse_reference(text).ok_or_else(|| {
            CliError::word(
                phrase!("{part} is not a reference", part = text),
                Some(phrase!("write it like C-1042")),
            )
        })?;
        records.push(record);
    }
    if records.len() < 2 {
        let hint = Some(phrase!("write it like C-17 C-42"));
        return Err(CliError::word(phrase!("two records of one kind are needed"), hint));
    }
    let pairs: Vec<(RecordRef, RecordRef)> = records
        .iter()
        .enumerate()
        .flat_map(|(at, one)| records[at + 1..].iter().map(|two| (one.clone(), two.clone())))
        .collect();
    match desk.session.keep_apart(&pairs)?.and_then(|applied| applied.change_set) {
        Some(number) => desk.say(&phrase!(
            "Kept apart for everybody; `kontor undo {number}` takes it back.",
            number
        )),
        None => desk.say(&phrase!("That is known already.")),
    }
}

/// Runs a scan to its end, with progress.
fn scan(env: &mut Env<'_>, pool: &Pool, least: f64) -> Vec<Pair> {
    let mut scan = Scan::new(pool, least);
    let what = env.told(&phrase!("comparing"));
    env.progress.start(what, Some(100));
    while scan.step() {
        env.progress.at((scan.done() * 100.0) as u64);
    }
    env.progress.finish();
    scan.finish()
}

fn list(
    desk: &mut Desk<'_, '_>,
    entity: &Name,
    rule: Option<Arc<DuplicateRule>>,
    args: &DuplicatesArgs,
) -> Result<()> {
    let filter = desk.query(entity, args.filter.as_deref())?;
    let mut reading = desk.session.begin_duplicates(entity, rule, filter)?;
    let what = desk.env.told(&phrase!("reading"));
    desk.env.progress.start(what, None);
    while desk.session.read_for_duplicates(&mut reading)? {
        desk.env.progress.at(reading.read() as u64);
    }
    desk.env.progress.finish();
    let pool = reading.finish();
    let least = args.min.unwrap_or_else(|| pool.rule().likely.get());
    let found = scan(desk.env, &pool, least);
    let pairs = desk.session.distinct(entity, &pool, found)?;
    let (numbers, pairs) = grouped(&pool, pairs, args.groups);
    let limit = args.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let shown: Vec<TwinPair> =
        pairs.iter().take(limit).map(|pair| desk.session.twin_pair(entity, &pool, pair)).collect();
    if desk.leaves() {
        let records: std::collections::BTreeSet<RecordRef> =
            shown.iter().flat_map(|pair| [pair.a.clone(), pair.b.clone()]).collect();
        let records: Vec<RecordRef> = records.into_iter().collect();
        desk.session.take_out_these(&records, OUTPUT)?;
    }
    let mut rows = Vec::with_capacity(shown.len());
    for (at, pair) in shown.iter().enumerate() {
        let title = |record: &RecordRef| -> Result<String> {
            Ok(desk.session.title(record)?.unwrap_or_default())
        };
        let names = [title(&pair.a)?, title(&pair.b)?];
        let refs = [desk.reference(&pair.a), desk.reference(&pair.b)];
        rows.push(row(
            desk,
            args.groups.then(|| numbers[at]),
            refs,
            names,
            pair.score,
            &pair.reasons,
        ));
    }
    let heads = heads(args.groups);
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    desk.say(&phrase!(
        "{records} {records?record|records} compared; pairs: {pairs}, groups: {groups}.",
        pairs = pairs.len(),
        records = pool.len(),
        groups = numbers.iter().max().copied().unwrap_or(0)
    ))
}

/// The pairs with the number of their group; with `sorted` group by group.
fn grouped(pool: &Pool, pairs: Vec<Pair>, sorted: bool) -> (Vec<u64>, Vec<Pair>) {
    let groups = clusters(pool, &pairs);
    let mut of = std::collections::HashMap::new();
    for (number, group) in (1_u64..).zip(&groups) {
        for member in &group.members {
            of.insert(*member, number);
        }
    }
    let mut pairs: Vec<(u64, Pair)> =
        pairs.into_iter().map(|pair| (of.get(&pair.a).copied().unwrap_or(0), pair)).collect();
    if sorted {
        pairs.sort_by_key(|(number, _)| *number);
    }
    pairs.into_iter().unzip()
}

fn heads(groups: bool) -> Vec<Head> {
    let mut heads = vec![
        Head::left("a", phrase!("Ref")),
        Head::left("a_name", phrase!("Name")),
        Head::left("b", phrase!("Ref")),
        Head::left("b_name", phrase!("Name")),
        Head::right("score", phrase!("Score")),
        Head::left("why", phrase!("Why")),
    ];
    if groups {
        heads.insert(0, Head::right("group", phrase!("Group")));
    }
    heads
}

fn row(
    desk: &Desk<'_, '_>,
    group: Option<u64>,
    refs: [String; 2],
    names: [String; 2],
    score: f64,
    reasons: &[Reason],
) -> Row {
    told_row(group, refs, names, score, reasons, |phrase| desk.word(phrase))
}

fn told_row(
    group: Option<u64>,
    refs: [String; 2],
    names: [String; 2],
    score: f64,
    reasons: &[Reason],
    told: impl Fn(&Phrase) -> String,
) -> Row {
    let score = (score * 1000.0).floor() / 1000.0;
    let json = json!({
        "group": group,
        "a": { "ref": refs[0], "name": names[0] },
        "b": { "ref": refs[1], "name": names[1] },
        "score": score,
        "reasons": reasons.iter().filter(|one| one.speaks_for).map(|one| one.words.to_string()).collect::<Vec<_>>(),
        "against": reasons.iter().filter(|one| !one.speaks_for).map(|one| one.words.to_string()).collect::<Vec<_>>(),
    });
    let [a, b] = refs;
    let [a_name, b_name] = names;
    let reference = format!("{a} {b}");
    let mut cells = vec![a, a_name, b, b_name, format!("{score:.3}"), told(&why(reasons))];
    if let Some(group) = group {
        cells.insert(0, group.to_string());
    }
    Row { reference, cells, json }
}

/// Duplicates among the rows of a file, or between those of two.
fn of_files(env: &mut Env<'_>, args: &DuplicatesArgs) -> Result<()> {
    if args.files.len() > 2 {
        return Err(CliError::word(phrase!("one file or two"), None));
    }
    let rule = file_rule(args)?;
    let open = |path: &PathBuf| -> Result<(String, File)> {
        let name = path.display().to_string();
        let file = File::open(path)
            .map_err(|source| CliError::File { path: Phrase::raw(&name), source })?;
        Ok((name, file))
    };
    let files = args.files.iter().map(open).collect::<Result<Vec<_>>>()?;
    let two = files.len() == 2;
    let lists = Lists::read(&rule, files)
        .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
    if lists.columns.is_empty() {
        let hint = Some(phrase!("--rules person, --rules place, or a file of your own"));
        return Err(CliError::Refused { message: phrase!("no column can be compared"), hint });
    }
    let least = args.min.unwrap_or_else(|| rule.likely.get());
    let mut pairs = scan(env, &lists.pool, least);
    if two {
        pairs = one_to_one(&pairs);
    }
    let all = pairs.len();
    let (numbers, pairs) = grouped(&lists.pool, pairs, args.groups);
    let limit = args.limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let human = env.format.unwrap_or_default() == OutputFormat::Table;
    let mut rows = Vec::new();
    for (pair, number) in pairs.iter().zip(&numbers).take(limit) {
        let (a, b) = (&lists.rows[pair.a as usize], &lists.rows[pair.b as usize]);
        let judged = lists.pool.judge(pair.a as usize, pair.b as usize);
        let reasons = reasons(lists.pool.rule(), &judged, |field| Fill::from(field));
        let refs = [a.0.to_string(), b.0.to_string()];
        let names = [a, b].map(|(_, texts)| {
            let filled = texts.iter().filter(|text| !text.is_empty());
            filled.take(2).map(String::as_str).collect::<Vec<_>>().join(" ")
        });
        let told = |phrase: &Phrase| if human { env.told(phrase) } else { phrase.to_string() };
        let group = args.groups.then_some(*number);
        rows.push(told_row(group, refs, names, judged.score, &reasons, told));
    }
    let paper = env.paper();
    let format = env.format.unwrap_or_default();
    let mut printer = super::output::Printer::new(&mut *env.out, format, heads(args.groups), paper);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    env.say(&phrase!(
        "{records} {records?row|rows} compared by {columns}; pairs: {pairs}.",
        pairs = all,
        records = lists.rows.len(),
        columns = Fill::list(lists.columns.iter().map(String::as_str))
    ))?;
    Ok(())
}

/// The rule for files: one that ships, by name or by how many columns it knows, or a file's own.
fn file_rule(args: &DuplicatesArgs) -> Result<DuplicateRule> {
    let shipped = |name: &str, text: &str| -> Result<DuplicateRule> {
        let mut rules = shape(name, text).map_err(|errors| unsound(&errors))?;
        rules.pop_first().map(|(_, rule)| rule).ok_or_else(|| {
            CliError::refused(phrase!("{file} has no [duplicates.NAME]", file = name))
        })
    };
    if let Some(own) = &args.rules {
        let name = own.display().to_string();
        if let Some((name, text)) = SHAPES.iter().find(|(known, _)| *known == name) {
            return shipped(name, text);
        }
        return shipped(&name, &read(own)?);
    }
    let mut heads: Vec<String> = Vec::new();
    for path in &args.files {
        let name = path.display().to_string();
        let file = File::open(path)
            .map_err(|source| CliError::File { path: Phrase::raw(&name), source })?;
        let source = Source::open(file, &name, &Said { fill_short: true, ..Said::default() })
            .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
        heads.extend_from_slice(source.headers());
    }
    let mut best: Option<(usize, DuplicateRule)> = None;
    for (name, text) in SHAPES {
        let rule = shipped(name, text)?;
        let known = fit(&rule, &heads);
        if best.as_ref().is_none_or(|(most, _)| known > *most) {
            best = Some((known, rule));
        }
    }
    best.map(|(_, rule)| rule)
        .ok_or_else(|| CliError::refused(phrase!("no column can be compared")))
}
