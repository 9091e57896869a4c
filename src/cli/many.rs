//! `edit`, `delete` and `restore` with `--where`: the same act on all records that fit, in one operation.

use serde_json::json;

use super::desk::{Desk, field};
use super::error::{CliError, Result};
use super::output::{OutputFormat, write_json};
use crate::gate::{Act, Chosen, Fate, ListRequest, Many, Outcome, Place, Seen, Tally};
use crate::model::{Input, Name, Op, Shift, phrase};
use crate::policy::Missing;
use crate::schema::{Entity, Field};

/// From so many records on `--yes` is asked for.
const WIDE: u64 = 20;
/// Records that are shown of each fate.
const SHOWN: usize = 20;

/// Which records, and whether they are really written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wide {
    /// The condition; none where records are named.
    pub filter: Option<String>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// However many there are.
    pub yes: bool,
}

/// Understands `field=value`, `field+=value` and `field-=value`.
pub(super) fn act(entity: &Entity, words: &[String], desk: &Desk<'_, '_>) -> Result<Act> {
    let mut act = Act::plain(Op::Update);
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            let hint = phrase!("for example {title}=...", title = &entity.title);
            return Err(CliError::word(phrase!("{word} is not field=value", word), Some(hint)));
        };
        let (name, sign) = match name.strip_suffix(['+', '-']) {
            Some(bare) => (bare, name.chars().last()),
            None => (name, None),
        };
        let known = field(entity, name)?;
        let typed = || Box::new(Input::Text(value.to_owned()));
        let input = match sign {
            None => Input::Text(value.to_owned()),
            Some('+') if known.kind.holds_several() => Input::Shift(Shift::Add(typed())),
            Some(_) if known.kind.holds_several() => Input::Shift(Shift::Remove(typed())),
            Some(sign) => {
                let text = if sign == '-' { format!("-{value}") } else { value.to_owned() };
                let shift = desk.session.coercion().shift(known, &text);
                Input::Shift(shift.map_err(|invalid| {
                    let message =
                        phrase!("{name}: {message}", name = word, message = invalid.message);
                    CliError::word(message, invalid.hint)
                })?)
            }
        };
        act.set.push((known.name.clone(), input));
    }
    Ok(act)
}

/// Looks at all that fit, then does it unless it is a dry run.
pub(super) fn run(
    desk: &mut Desk<'_, '_>,
    name: &Name,
    act: Act,
    wide: &Wide,
    verb: &str,
) -> Result<()> {
    let mut list = ListRequest::first(name, 0);
    list.filter = desk.query(name, wide.filter.as_deref())?;
    list.deleted = act.op == Op::Restore;
    let of = Chosen::All { list: Box::new(list), but: std::collections::BTreeSet::new() };
    let many = Many::Same { of, act };
    let mut looked = look(desk, &many, None)?;
    let tally = looked.tally;
    let change = tally.of(Fate::Change);
    if !wide.dry_run && change > WIDE && !wide.yes {
        return Err(CliError::Refused {
            message: phrase!("{change} records would change", change),
            hint: Some(phrase!("--yes does it, --dry-run shows what would become of them")),
        });
    }
    let mut done = Done::default();
    if !wide.dry_run && change > 0 {
        looked.outcomes.clear();
        done = write(desk, &many, &format!("{verb} {name} --where"), &looked)?;
        looked.outcomes.append(&mut done.left);
    }
    let Looked { outcomes, missing, .. } = looked;
    print(desk, &outcomes, tally, (wide.dry_run, done.written, done.operation), missing)
}

/// What a look at many records says.
#[derive(Default)]
pub(super) struct Looked {
    /// How many there are of each fate.
    pub tally: Tally,
    /// What becomes of the first of them.
    pub outcomes: Vec<Outcome>,
    /// The right that was missing first.
    pub missing: Option<Missing>,
    seen: Vec<Seen>,
    at: i64,
}

/// Looks at all of many records; `all` of them where that is known before.
pub(super) fn look(desk: &mut Desk<'_, '_>, many: &Many, all: Option<u64>) -> Result<Looked> {
    let mut looked = Looked::default();
    let (mut place, mut at) = (Some(Place::Start), None);
    let what = desk.env.told(&phrase!("Looking at records"));
    desk.env.progress.start(what, all);
    while let Some(from) = place {
        let look = desk.session.look(many, &from, &looked.tally)?;
        looked.at = *at.get_or_insert(look.at);
        looked.tally.add(&look.tally);
        looked.seen.extend(look.seen);
        looked.outcomes.extend(look.outcomes);
        looked.missing = looked.missing.or(look.missing);
        place = look.next;
        desk.env.progress.at(looked.tally.all());
    }
    desk.env.progress.finish();
    Ok(looked)
}

/// What was written of many records.
#[derive(Default)]
pub(super) struct Done {
    /// How many were.
    pub written: u64,
    /// What was left alone after all, and why.
    pub left: Vec<Outcome>,
    /// The change set.
    pub operation: Option<i64>,
}

/// Does what was looked at, as one operation.
pub(super) fn write(
    desk: &mut Desk<'_, '_>,
    many: &Many,
    why: &str,
    looked: &Looked,
) -> Result<Done> {
    let mut done = Done::default();
    let what = desk.env.told(&phrase!("Writing records"));
    desk.env.progress.start(what, Some(looked.tally.of(Fate::Change)));
    let mut next = Some(0);
    while let Some(from) = next {
        let seen = (looked.seen.as_slice(), looked.at);
        let ran = desk.session.run(many, why, seen, from, done.operation)?;
        done.operation = ran.operation;
        done.written += ran.written;
        done.left.extend(ran.left);
        next = ran.next;
        desk.env.progress.at(done.written);
        if let Some(error) = ran.error {
            return Err(error.into());
        }
    }
    desk.env.progress.finish();
    Ok(done)
}

fn print(
    desk: &mut Desk<'_, '_>,
    outcomes: &[Outcome],
    tally: Tally,
    (dry_run, written, operation): (bool, u64, Option<i64>),
    missing: Option<Missing>,
) -> Result<()> {
    if desk.format == OutputFormat::Json {
        let all = json!({
            "change_set": operation,
            "dry_run": dry_run,
            "change": tally.of(Fate::Change),
            "same": tally.of(Fate::Same),
            "refused": tally.of(Fate::Refused),
            "written": written,
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    self::outcomes(desk, outcomes, SHOWN)?;
    let counts = phrase!(
        "{change} change, {same} same, {refused} refused",
        change = tally.of(Fate::Change),
        same = tally.of(Fate::Same),
        refused = tally.of(Fate::Refused)
    );
    match operation {
        _ if dry_run => desk.say(&phrase!("{counts}. Nothing was written.", counts)),
        Some(number) => desk.say(&phrase!(
            "{written} written; `kontor undo {number}` takes it back.",
            written,
            number
        )),
        None if tally.of(Fate::Refused) > 0 => {
            let message = phrase!("{counts}. Nothing was written.", counts);
            Err(match missing {
                Some(missing) => CliError::Lacking { message, missing: Box::new(missing) },
                None => CliError::Refused { message, hint: None },
            })
        }
        None => desk.say(&phrase!("{counts}. Nothing was written.", counts)),
    }
}

/// Prints what becomes of records, of each fate at most so many.
pub(super) fn outcomes(desk: &mut Desk<'_, '_>, outcomes: &[Outcome], most: usize) -> Result<()> {
    let mut told = Tally::default();
    for outcome in outcomes.iter().filter(|outcome| outcome.fate != Fate::Same) {
        told.count(outcome.fate);
        if told.of(outcome.fate) as usize > most {
            continue;
        }
        let what = if outcome.reasons.is_empty() {
            changes(desk, outcome)
        } else {
            let entity = desk.catalog.entity(&outcome.record.entity);
            let reasons = outcome.reasons.iter().map(|(field, reason)| match field {
                Some(field) => {
                    let known = entity.and_then(|entity| entity.field(field));
                    let name = known.map_or_else(|| field.into(), Field::told);
                    desk.word(&phrase!("{name}: {message}", name, message = reason))
                }
                None => desk.word(reason),
            });
            format!("! {}", reasons.collect::<Vec<_>>().join("; "))
        };
        let line = format!("{}  {}  {what}", desk.reference(&outcome.record), outcome.title);
        let line = crate::term::Clean::line(&line);
        writeln!(desk.env.out, "{}", line.as_str())?;
    }
    desk.env.out.flush()?;
    Ok(())
}

fn changes(desk: &Desk<'_, '_>, outcome: &Outcome) -> String {
    let entity = desk.catalog.entity(&outcome.record.entity);
    let fields = outcome.fields.iter().map(|set| {
        let field = entity.and_then(|entity| entity.field(&set.field));
        let shown = |value| field.map_or_else(String::new, |field| desk.line(field, value));
        let name = field.map_or_else(|| (&set.field).into(), Field::told);
        let change = format!("{} > {}", shown(&set.before), shown(&set.after));
        desk.word(&phrase!("{name}: {message}", name, message = change))
    });
    match outcome.op {
        Op::Delete => desk.word(&phrase!("delete")),
        Op::Restore => desk.word(&phrase!("restore")),
        Op::Update | Op::Create => fields.collect::<Vec<_>>().join(", "),
    }
}
