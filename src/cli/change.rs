//! Writing: edits are planned, shown or applied, and what became of them is printed.

use serde_json::{Value as Json, json};

use super::desk::Desk;
use super::error::{CliError, Result};
use super::output::{Head, Needs, OutputFormat, Row, write_json};
use crate::exchange::json as shape;
use crate::gate::{GateError, Planned};
use crate::model::{Change, Edit, FieldChange, Fill, Op, Phrase, RecordRef, Value, phrase};

/// More changed records than this are not listed for people, only counted.
const LISTED: usize = 50;

/// Plans the edits as one change set and applies it, unless it is a dry run.
pub(super) fn write(
    desk: &mut Desk<'_, '_>,
    edits: Vec<Edit>,
    why: &str,
    dry_run: bool,
) -> Result<()> {
    let targets: Vec<Edit> = edits.iter().map(outline).collect();
    let plan = desk.session.plan(edits, why)?;
    plan.check()?;
    let mut planned = desk.session.shown_edits(&plan);
    name_links(desk, &mut planned);
    let mut written = Written {
        change_set: None,
        dry_run,
        records: targets.iter().map(target).collect(),
        planned,
    };
    if !dry_run {
        let applied = desk.session.apply(plan)?;
        written.change_set = applied.change_set;
        written.records = applied.records;
    }
    written.print(desk)
}

/// Fills in what linked records are called, as far as somebody will look at it.
fn name_links(desk: &Desk<'_, '_>, planned: &mut [Planned]) {
    let changes = planned.iter_mut().filter_map(|planned| planned.change.as_mut());
    for set in changes.take(LISTED).flat_map(|change| &mut change.fields) {
        set.before = desk.titled(&set.before);
        set.after = desk.titled(&set.after);
    }
}

/// An edit without its values: which record it is about.
fn outline(edit: &Edit) -> Edit {
    Edit { set: Vec::new(), base: None, ..edit.clone() }
}

fn target(edit: &Edit) -> Option<RecordRef> {
    match edit.target {
        crate::model::Target::Existing(id) => Some(RecordRef::new(&edit.entity, id)),
        crate::model::Target::New => None,
    }
}

struct Written {
    change_set: Option<i64>,
    dry_run: bool,
    records: Vec<Option<RecordRef>>,
    planned: Vec<Planned>,
}

impl Written {
    fn print(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        match desk.format.needs() {
            Needs::Json => self.json(desk)?,
            Needs::Reference => {
                for record in self.records.iter().flatten() {
                    writeln!(desk.env.out, "{}", desk.catalog.reference(record))?;
                }
            }
            Needs::Human | Needs::Data => self.table(desk)?,
        }
        desk.env.out.flush()?;
        self.summary(desk)
    }

    fn changes(&self) -> impl Iterator<Item = (&Change, Option<&RecordRef>)> {
        self.planned
            .iter()
            .zip(&self.records)
            .filter_map(|(planned, record)| Some((planned.change.as_ref()?, record.as_ref())))
    }

    fn reference(desk: &Desk<'_, '_>, record: Option<&RecordRef>) -> String {
        record.map_or_else(|| desk.word(&phrase!("new")), |record| desk.reference(record))
    }

    /// The name of a record: from the change where it is in it, else from the file.
    fn title(desk: &Desk<'_, '_>, change: &Change, record: Option<&RecordRef>) -> String {
        let Some(entity) = desk.catalog.entity(&change.entity) else { return String::new() };
        let field = entity.title_field();
        let set = change.fields.iter().find(|set| set.field == entity.title);
        let value = match (set, record) {
            (Some(set), _) => set.after.clone(),
            (None, Some(record)) => {
                let found = desk.session.get(record);
                found.map_or(Value::Null, |found| found.get(&entity.title).clone())
            }
            (None, None) => Value::Null,
        };
        desk.line(field, &value)
    }

    fn json(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let changes: Vec<Json> = self
            .changes()
            .map(|(change, record)| {
                let fields: Vec<Json> = change
                    .fields
                    .iter()
                    .map(|set| shape::change(&desk.catalog, &set.field, &set.before, &set.after))
                    .collect();
                json!({
                    "ref": record.map(|record| desk.reference(record)),
                    "entity": change.entity.as_str(),
                    "op": change.op,
                    "fields": fields,
                })
            })
            .collect();
        let all = json!({
            "change_set": self.change_set,
            "dry_run": self.dry_run,
            "changes": changes,
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        Ok(())
    }

    fn table(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let people = desk.format == OutputFormat::Table;
        let created = !self.dry_run && self.changes().all(|(change, _)| change.op == Op::Create);
        let mut heads =
            vec![Head::left("ref", phrase!("Ref")), Head::left("title", phrase!("Record"))];
        if !created {
            heads.push(Head::left("change", phrase!("Change")));
            heads.push(Head::left("before", phrase!("Before")));
            heads.push(Head::left("after", phrase!("After")));
        }
        let mut rows: Vec<Row> = Vec::new();
        for (change, record) in self.changes().take(if people { LISTED } else { usize::MAX }) {
            let reference = Self::reference(desk, record);
            let title = Self::title(desk, change, record);
            let lead = [reference.clone(), title];
            if created {
                rows.push(Row { reference, cells: lead.to_vec(), json: Json::Null });
                continue;
            }
            let lines = match change.op {
                Op::Delete => vec![[desk.word(&phrase!("delete")), String::new(), String::new()]],
                Op::Restore => vec![[desk.word(&phrase!("restore")), String::new(), String::new()]],
                Op::Create | Op::Update => {
                    change.fields.iter().filter_map(|set| line(desk, change, set)).collect()
                }
            };
            for cells in lines {
                let cells = lead.iter().cloned().chain(cells).collect();
                rows.push(Row { reference: reference.clone(), cells, json: Json::Null });
            }
        }
        let mut printer = desk.printer(heads);
        for row in rows {
            printer.row(row)?;
        }
        printer.finish()?;
        Ok(())
    }

    fn summary(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let mut parts = Vec::new();
        for op in [Op::Create, Op::Update, Op::Delete, Op::Restore] {
            let n = self.changes().filter(|(change, _)| change.op == op).count();
            if n > 0 {
                parts.push(became(op, self.dry_run, n));
            }
        }
        let same = self.planned.iter().filter(|planned| planned.change.is_none()).count();
        if same > 0 {
            parts.push(phrase!("{same} the same already", same));
        }
        let listed = desk.format == OutputFormat::Table && self.changes().count() > LISTED;
        if listed {
            parts.push(phrase!("the first {listed} are listed", listed = LISTED));
        }
        if parts.is_empty() {
            parts.push(phrase!("nothing to do"));
        }
        let parts = Fill::list(parts);
        desk.say(&match self.change_set {
            Some(number) => {
                phrase!("{parts}. `kontor undo {number}` takes it back.", parts, number)
            }
            None if self.dry_run => phrase!("{parts}. Nothing was written.", parts),
            None => phrase!("{parts}.", parts),
        })
    }
}

/// What became of so many records, or would become.
fn became(op: Op, dry_run: bool, n: usize) -> Phrase {
    match (op, dry_run) {
        (Op::Create, false) => phrase!("{n} added", n),
        (Op::Create, true) => phrase!("{n} would be added", n),
        (Op::Update, false) => phrase!("{n} changed", n),
        (Op::Update, true) => phrase!("{n} would be changed", n),
        (Op::Delete, false) => phrase!("{n} deleted", n),
        (Op::Delete, true) => phrase!("{n} would be deleted", n),
        (Op::Restore, false) => phrase!("{n} restored", n),
        (Op::Restore, true) => phrase!("{n} would be restored", n),
    }
}

fn line(desk: &Desk<'_, '_>, change: &Change, set: &FieldChange) -> Option<[String; 3]> {
    let field = desk.catalog.entity(&change.entity)?.field(&set.field)?;
    let label = field.label.get(desk.env.lang).to_owned();
    Some([label, desk.line(field, &set.before), desk.line(field, &set.after)])
}

/// An error that the plan has because a reason is missing, told with the flag that gives it.
pub(super) fn with_reason_hint(error: CliError, choices: &str) -> CliError {
    match error {
        CliError::Gate(GateError::Invalid(mut problems))
            if problems
                .iter()
                .any(|p| p.field.as_deref().is_some_and(|field| field.ends_with("_reason"))) =>
        {
            for problem in &mut problems {
                problem.hint = None;
            }
            if let Some(first) = problems.first_mut() {
                first.hint = Some(phrase!("say why: --reason {choices}", choices));
            }
            GateError::Invalid(problems).into()
        }
        other => other,
    }
}
