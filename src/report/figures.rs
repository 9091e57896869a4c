//! Asks the gate for the numbers of a report and puts them together.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

use super::table::{Cell, Head, Kind, Line, Note, Table, all, nothing};
use super::{ReportError, ReportRequest};
use crate::gate::{Aggregate, GroupBy, Measure, Session, Summary};
use crate::model::{Name, Value, phrase};
use crate::policy::FieldAccess;
use crate::query::Query;
use crate::schema::report::{Derived, Each, Group, MeasureDef, Report, Take, can_group};
use crate::schema::{Entity, Field, FieldResult, FieldType, Format, Label};

/// Decimal places that percents, days and means are given with.
const PLACES: u32 = 2;
const DAY_PLACES: u32 = 1;

/// Groups with the cell of every measure, in the order of the report's measures.
type Rows = Vec<(Value, Vec<Cell>)>;

pub(super) fn measure(
    session: &Session,
    report: &Report,
    request: &ReportRequest<'_>,
) -> Result<Table, ReportError> {
    let catalog = session.catalog();
    let entity = catalog.entity(&report.entity).ok_or_else(|| ReportError::Definition {
        report: report.name.clone(),
        what: phrase!("there is no entity \"{entity}\"", entity = &report.entity),
    })?;
    if let Some(filter) = request.filter {
        // On its own first, so that a mistake is pointed at in what the person typed.
        Query::parse(filter, catalog, &entity.name).map_err(crate::gate::GateError::from)?;
    }
    let seen = Seen::of(session, report, entity)?;
    let shown: Vec<usize> =
        (0..report.measure.len()).filter(|index| seen.shows(report, *index)).collect();
    if shown.is_empty() {
        return Err(ReportError::Unknown {
            what: phrase!("report {report} shows nothing that you may see", report = &report.name),
            hint: None,
        });
    }
    let group = chosen(report, entity, request.by)?;
    let asker = Asker { session, report, entity, filter: request.filter, seen: &seen };
    let mut rows = match &group {
        Some(group) => asker.rows(Some(group))?,
        None => Vec::new(),
    };
    let total = asker.rows(None)?.pop().map_or_else(Vec::new, |(_, cells)| cells);
    if let Some(group) = &group {
        order(&mut rows, entity, group);
    }
    let format = Format { lang: request.lang, zone: session.moment().zone };
    let field = group.as_ref().and_then(|group| entity.field(&group.field));
    let line = |key: Value, label: String, cells: &[Cell]| Line {
        key,
        label,
        cells: shown.iter().filter_map(|index| cells.get(*index).cloned()).collect(),
    };
    let heads: Vec<Head> = shown
        .iter()
        .map(|index| {
            let measure = &report.measure[*index];
            let label = measure.label.get(request.lang).to_owned();
            Head { name: measure.name.clone(), label, kind: kind(report, entity, measure) }
        })
        .collect();
    let total = line(Value::Null, all(request.lang).to_owned(), &total);
    let notes = shown
        .iter()
        .enumerate()
        .filter_map(|(place, index)| {
            let definition = report.measure[*index].definition.as_ref()?;
            Some(Note {
                label: heads[place].label.clone(),
                definition: definition.get(request.lang).to_owned(),
                total: total.cells.get(place)?.text(heads[place].kind, &format),
            })
        })
        .collect();
    let lines = rows
        .into_iter()
        .map(|(key, cells)| {
            let label = match (&key, field) {
                (Value::Null, _) => nothing(request.lang).to_owned(),
                (key, Some(field)) => format.line(catalog, field, key),
                (key, None) => format.plain(catalog, key),
            };
            line(key, label, &cells)
        })
        .collect();
    Ok(Table {
        name: report.name.clone(),
        title: report.label.get(request.lang).to_owned(),
        group: group.map(|group| (group.name, group.label.get(request.lang).to_owned())),
        heads,
        lines,
        total,
        notes,
    })
}

/// The group that is asked for: one of the report, or any field that can be grouped by.
fn chosen(
    report: &Report,
    entity: &Entity,
    by: Option<&str>,
) -> Result<Option<Group>, ReportError> {
    let asked = by.is_some();
    let Some(by) = by.or(report.by.as_deref()) else { return Ok(None) };
    if by == "none" {
        return Ok(None);
    }
    let there = |group: &&Group| entity.field(&group.field).is_some();
    if let Some(group) = report.group.iter().filter(there).find(|group| group.name == by) {
        return Ok(Some(group.clone()));
    }
    if !asked {
        // Its own group is by a field that the person does not see.
        return Ok(None);
    }
    if let Some(field) = entity.field(by).filter(|field| can_group(field)) {
        let label: Label = field.label.clone();
        let name = by.to_owned();
        return Ok(Some(Group { field: name.clone(), name, label, each: None }));
    }
    let known: Vec<&str> =
        report.group.iter().filter(there).map(|group| group.name.as_str()).collect();
    Err(ReportError::Unknown {
        what: phrase!("report {report} cannot be split by \"{by}\"", report = &report.name, by),
        hint: Some(phrase!(
            "by: {known}, none, or a field with few values",
            known = known.join(", ")
        )),
    })
}

/// What a person sees of a report: a measure of a hidden field is not there, one over a masked field is
/// dots, so that no sum is ever told without what it is a sum of.
struct Seen {
    measures: Vec<FieldAccess>,
}

impl Seen {
    /// # Errors
    /// The refusal where the report is about what the person does not read.
    fn of(session: &Session, report: &Report, entity: &Entity) -> Result<Self, ReportError> {
        let condition = report.filter.as_deref();
        if let Some(refusal) = session.unread_in(&entity.name, condition)? {
            return Err(crate::gate::GateError::from(refusal).into());
        }
        let own = report.measure.iter().map(|measure| {
            let fields = measure.take.as_ref().map(|take| gate_measure(take).places(&entity.name));
            session.access_to(&entity.name, measure.filter.as_deref(), &fields.unwrap_or_default())
        });
        let mut measures = own.collect::<Result<Vec<_>, _>>()?;
        let of = |name: &String| report.measure.iter().position(|m| m.name == *name);
        for (index, measure) in report.measure.iter().enumerate() {
            let Some(Derived::Percent(a, b) | Derived::Each(a, b)) = &measure.derive else {
                continue;
            };
            for from in [of(a), of(b)].into_iter().flatten() {
                measures[index] = measures[index].min(measures[from]);
            }
        }
        Ok(Self { measures })
    }

    fn shows(&self, report: &Report, index: usize) -> bool {
        !report.measure[index].hidden && self.measures[index] > FieldAccess::Hidden
    }

    /// Whether the gate can be asked for it.
    fn asks(&self, index: usize) -> bool {
        self.measures[index] >= FieldAccess::Read
    }
}

struct Asker<'a> {
    session: &'a Session,
    report: &'a Report,
    entity: &'a Entity,
    filter: Option<&'a str>,
    seen: &'a Seen,
}

impl Asker<'_> {
    /// One row per group; exactly one without group.
    fn rows(&self, group: Option<&Group>) -> Result<Rows, ReportError> {
        let width = self.report.measure.len();
        let mut rows: Rows = Vec::new();
        if group.is_none() {
            rows.push((Value::Null, vec![Cell::Empty; width]));
        }
        for filter in self.filters() {
            let wanted: Vec<(usize, &Take)> = self
                .report
                .measure
                .iter()
                .enumerate()
                .filter(|(index, measure)| measure.filter == filter && self.seen.asks(*index))
                .filter_map(|(index, measure)| Some((index, measure.take.as_ref()?)))
                .collect();
            let request = Aggregate {
                entity: self.entity.name.clone(),
                filter: self.query(filter.as_deref())?,
                group: group.map(group_by).into_iter().collect(),
                measures: wanted.iter().map(|(_, take)| gate_measure(take)).collect(),
            };
            for bucket in self.session.aggregate(&request)? {
                let key = bucket.key.into_iter().next().unwrap_or_default();
                let at = rows.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                    rows.push((key, vec![Cell::Empty; width]));
                    rows.len() - 1
                });
                for ((index, take), value) in wanted.iter().zip(bucket.values) {
                    rows[at].1[*index] = cell(take, value);
                }
            }
        }
        for (_, cells) in &mut rows {
            self.complete(cells);
        }
        Ok(rows)
    }

    /// The different conditions of the measures.
    fn filters(&self) -> Vec<Option<String>> {
        let mut filters: Vec<Option<String>> = Vec::new();
        for (index, measure) in self.report.measure.iter().enumerate() {
            let asked = measure.take.is_some() && self.seen.asks(index);
            if asked && !filters.contains(&measure.filter) {
                filters.push(measure.filter.clone());
            }
        }
        // Where all of it is dots there are groups all the same.
        if filters.is_empty() {
            filters.push(None);
        }
        filters
    }

    fn query(&self, of_measure: Option<&str>) -> Result<Option<Query>, ReportError> {
        let parts: Vec<String> = [self.report.filter.as_deref(), of_measure, self.filter]
            .into_iter()
            .flatten()
            .map(|part| format!("({part})"))
            .collect();
        if parts.is_empty() {
            return Ok(None);
        }
        let text = parts.join(" and ");
        Query::parse(&text, self.session.catalog(), &self.entity.name)
            .map(Some)
            .map_err(|error| crate::gate::GateError::from(error).into())
    }

    /// Counts that no record came under are zero, and derived numbers are computed.
    fn complete(&self, cells: &mut [Cell]) {
        for (cell, measure) in cells.iter_mut().zip(&self.report.measure) {
            if matches!((&*cell, &measure.take), (Cell::Empty, Some(Take::Count))) {
                *cell = Cell::Count(0);
            }
        }
        let of = |name: &String| self.report.measure.iter().position(|m| m.name == *name);
        for index in 0..cells.len() {
            let Some(derive) = &self.report.measure[index].derive else { continue };
            let (Derived::Percent(a, b) | Derived::Each(a, b)) = derive;
            let (Some(a), Some(b)) = (of(a), of(b)) else { continue };
            cells[index] = match derive {
                Derived::Percent(..) => percent(&cells[a], &cells[b]),
                Derived::Each(..) => each(&cells[a], &cells[b]),
            };
        }
        for (_, cell) in cells.iter_mut().enumerate().filter(|(n, _)| !self.seen.asks(*n)) {
            *cell = Cell::Masked;
        }
    }
}

fn group_by(group: &Group) -> GroupBy {
    let field = Name::from(group.field.as_str());
    match group.each {
        None => GroupBy::Field(field),
        Some(Each::Month) => GroupBy::Month(field),
        Some(Each::Quarter) => GroupBy::Quarter(field),
    }
}

fn gate_measure(take: &Take) -> Measure {
    let name = |text: &String| Name::from(text.as_str());
    match take {
        Take::Count => Measure::Count,
        Take::Sum(field) => Measure::Sum(name(field)),
        Take::Mean(field) => Measure::Mean(name(field)),
        Take::Min(field) => Measure::Min(name(field)),
        Take::Max(field) => Measure::Max(name(field)),
        Take::Weighted(amount, percent) => {
            Measure::Weighted { amount: name(amount), percent: name(percent) }
        }
        Take::Days(from, to) => Measure::MeanDays { from: name(from), to: name(to) },
    }
}

fn cell(take: &Take, value: Summary) -> Cell {
    match value {
        Summary::Count(count) => Cell::Count(count),
        Summary::Number(None) => Cell::Empty,
        Summary::Number(Some(number)) => Cell::Number(rounded(
            number,
            if matches!(take, Take::Days(..)) { DAY_PLACES } else { PLACES },
        )),
        Summary::Money(mut amounts) => {
            if matches!(take, Take::Mean(_)) {
                for (_, amount) in &mut amounts {
                    *amount = rounded(*amount, PLACES);
                }
            }
            Cell::Money(amounts)
        }
        Summary::Value(Value::Null) => Cell::Empty,
        Summary::Value(value) => Cell::Value(value),
        Summary::Masked => Cell::Masked,
    }
}

fn rounded(number: Decimal, places: u32) -> Decimal {
    number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

fn percent(part: &Cell, whole: &Cell) -> Cell {
    match (part, whole) {
        (Cell::Count(part), Cell::Count(whole)) if *whole > 0 => {
            let percent = Decimal::from(*part) * Decimal::ONE_HUNDRED / Decimal::from(*whole);
            Cell::Number(rounded(percent, PLACES))
        }
        _ => Cell::Empty,
    }
}

/// A mean of amounts in several currencies means nothing: then there is none.
fn each(sum: &Cell, count: &Cell) -> Cell {
    match (sum, count) {
        (Cell::Money(amounts), Cell::Count(count)) if *count > 0 && amounts.len() == 1 => {
            let (currency, amount) = amounts[0];
            Cell::Money(vec![(currency, rounded(amount / Decimal::from(*count), PLACES))])
        }
        (Cell::Number(sum), Cell::Count(count)) if *count > 0 => {
            Cell::Number(rounded(*sum / Decimal::from(*count), PLACES))
        }
        _ => Cell::Empty,
    }
}

fn kind(report: &Report, entity: &Entity, measure: &MeasureDef) -> Kind {
    let of_field = |name: &str| match entity.field(name).map(Field::meant) {
        Some(
            FieldType::Money
            | FieldType::Formula { result: FieldResult::Money, .. }
            | FieldType::RollUp { result: FieldResult::Money, .. },
        ) => Kind::Money,
        Some(FieldType::Percent) => Kind::Percent,
        _ => Kind::Number,
    };
    match (&measure.take, &measure.derive) {
        (Some(Take::Count), _) => Kind::Count,
        (Some(Take::Days(..)), _) => Kind::Days,
        (Some(Take::Mean(field)), _) if of_field(field) == Kind::Money => Kind::Number,
        (
            Some(
                Take::Sum(field)
                | Take::Mean(field)
                | Take::Min(field)
                | Take::Max(field)
                | Take::Weighted(field, _),
            ),
            _,
        ) => of_field(field),
        (None, Some(Derived::Percent(..))) => Kind::Percent,
        (None, Some(Derived::Each(of, _))) => report
            .measure
            .iter()
            .find(|other| other.name == *of)
            .map_or(Kind::Number, |other| kind(report, entity, other)),
        (None, None) => Kind::Number,
    }
}

/// Choices in their own order, times in theirs, everything else by its numbers, the largest first.
/// Records without a group come last.
fn order(rows: &mut Rows, entity: &Entity, group: &Group) {
    let field = entity.field(&group.field);
    let choices = field.map(|field| field.choices.as_slice()).unwrap_or_default();
    let place = |key: &Value| {
        let text = key.as_text().unwrap_or_default();
        choices.iter().position(|choice| choice.value == text).unwrap_or(choices.len())
    };
    rows.sort_by(|(a, a_cells), (b, b_cells)| {
        a.is_null().cmp(&b.is_null()).then_with(|| {
            if group.each.is_some() {
                a.as_text().cmp(&b.as_text())
            } else if !choices.is_empty() {
                place(a).cmp(&place(b))
            } else {
                heavier(a_cells, b_cells)
            }
        })
    });
}

fn heavier(a: &[Cell], b: &[Cell]) -> Ordering {
    let weight = |cells: &[Cell]| {
        let sum = cells.iter().find_map(|cell| match cell {
            Cell::Money(amounts) => Some(amounts.iter().map(|(_, amount)| *amount).sum()),
            _ => None,
        });
        let count = cells.iter().find_map(|cell| match cell {
            Cell::Count(count) => Some(*count),
            _ => None,
        });
        (sum.unwrap_or(Decimal::ZERO), count.unwrap_or(0))
    };
    weight(b).cmp(&weight(a))
}
