//! The columns of a table of records, and what stands in their cells: as an import understands it, as
//! people read it, and typed.
//!
//! Amounts and addresses have a column a part (`amount.currency`, `address.city`), so that numbers stay
//! numbers.

use std::collections::HashSet;

use crate::exchange::json;
use crate::gate::{GateError, Session};
use crate::model::{Address, ContactPoint, Datum, Name, Record, RecordRef, Value};
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType, Format};
use crate::term::Strings;

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// As an import understands them, links by their titles.
    Usual,
    /// The same as they are, although a spreadsheet may take some for formulas, links as references.
    Exact,
    /// As people read them, to be pasted.
    Pasted,
}

/// One column of a table.
pub(super) enum Column<'w> {
    Reference,
    Whole(Name, Option<&'w Field>),
    Amount(Name),
    Currency(Name),
    Part(Name, &'static str),
}

/// The columns of a table of records.
pub(super) struct Columns<'w> {
    catalog: &'w Catalog,
    entity: &'w Entity,
    pub all: Vec<Column<'w>>,
    pub words: Format,
    pub how: Cells,
    /// Linked records that their title does not lead to: several have it, or it looks like something else.
    unclear: HashSet<RecordRef>,
}

impl<'w> Columns<'w> {
    pub fn of(
        catalog: &'w Catalog,
        entity: &'w Entity,
        fields: &[Name],
        words: Format,
        how: Cells,
    ) -> Self {
        let mut all = vec![Column::Reference];
        for name in fields {
            let field = entity.field(name);
            match field.map(|field| &field.kind) {
                Some(
                    FieldType::Money
                    | FieldType::Formula { result: FieldResult::Money, .. }
                    | FieldType::RollUp { result: FieldResult::Money, .. },
                ) => all.extend([Column::Amount(name.clone()), Column::Currency(name.clone())]),
                Some(FieldType::Address) if how != Cells::Pasted => {
                    all.extend(Address::PARTS.iter().map(|part| Column::Part(name.clone(), part)));
                }
                _ => all.push(Column::Whole(name.clone(), field)),
            }
        }
        // What programs read is the same in every language.
        let words = match how {
            Cells::Pasted => words,
            _ => Format { lang: crate::model::Lang::En, ..words },
        };
        Self { catalog, entity, all, words, how, unclear: HashSet::new() }
    }

    /// The heads of the columns.
    pub fn heads(&self) -> Vec<String> {
        let label = |name: &Name| match self.entity.field(name) {
            Some(field) => flat(field.label.get(self.words.lang)),
            None => name.to_string(),
        };
        let strings = Strings::new(self.words.lang);
        let head = |column: &Column<'_>| match column {
            Column::Reference if self.how == Cells::Pasted => strings.get("copy.ref").to_owned(),
            Column::Whole(name, _) | Column::Amount(name) if self.how == Cells::Pasted => {
                label(name)
            }
            Column::Currency(name) if self.how == Cells::Pasted => {
                strings.fill("copy.currency", &[("field", &label(name))])
            }
            Column::Reference => "ref".to_owned(),
            Column::Whole(name, _) | Column::Amount(name) => name.to_string(),
            Column::Currency(name) => format!("{name}.currency"),
            Column::Part(name, part) => format!("{name}.{part}"),
        };
        self.all.iter().map(head).collect()
    }

    /// Looks which titles of linked records an import would not find the record by. Only where titles are
    /// written.
    pub fn look(&mut self, session: &Session, rows: &[Record]) -> Result<(), GateError> {
        if self.how != Cells::Usual {
            return Ok(());
        }
        self.unclear.clear();
        for column in &self.all {
            let Column::Whole(name, Some(field)) = column else { continue };
            let Some(to) = field.kind.link_target() else { continue };
            let Some(title) = self.catalog.entity(to).map(|entity| entity.title.clone()) else {
                continue;
            };
            let links = || rows.iter().flat_map(|row| row.get(name).links());
            let mut titles: Vec<String> = links().map(|link| link.title.clone()).collect();
            titles.sort_unstable();
            titles.dedup();
            // Where nothing is to be found there is nothing an import could be led to.
            let found = session.lookup_keys(to, &title, &titles).unwrap_or_default();
            for link in links() {
                let leads = titles.binary_search(&link.title).ok().and_then(|at| *found.get(at)?);
                let looks_else = link.title.contains([';', '\n'])
                    || link.title.trim() != link.title
                    || self.catalog.parse_reference(&link.title).is_some();
                if leads != Some(link.id) || looks_else {
                    self.unclear.insert(link.target());
                }
            }
        }
        Ok(())
    }

    /// The cells of a record as text.
    pub fn text(&self, column: &Column<'_>, record: &Record) -> String {
        match (self.how, column) {
            (Cells::Pasted, Column::Whole(name, Some(field))) => {
                flat(&self.pasted(name, field, record))
            }
            (Cells::Pasted, _) => flat(&self.plain(column, record)),
            _ => self.plain(column, record),
        }
    }

    fn plain(&self, column: &Column<'_>, record: &Record) -> String {
        match column {
            Column::Reference => self.catalog.reference(&record.reference()),
            Column::Whole(name, field) => match (json::cell(record, name), field) {
                // A title leads nowhere where it may be a record of any kind.
                (Value::Link(link), field)
                    if self.how != Cells::Exact
                        && field.is_none_or(|field| field.kind.link_target().is_some()) =>
                {
                    self.title(link)
                }
                (Value::Links(links), _) if self.how != Cells::Exact => {
                    let titles: Vec<String> =
                        links.into_iter().map(|link| self.title(link)).collect();
                    titles.join("; ")
                }
                (Value::Links(links), Some(_)) => {
                    let references: Vec<String> =
                        links.iter().map(|link| self.catalog.reference(&link.target())).collect();
                    references.join("; ")
                }
                (value, Some(field)) => self.words.editable(self.catalog, field, &value),
                (value, None) => self.words.plain(self.catalog, &value),
            },
            Column::Amount(name) => match record.get(name) {
                Value::Money(money) => money.digits(),
                Value::Text(dots) => dots.clone(),
                _ => String::new(),
            },
            Column::Currency(name) => match record.get(name) {
                Value::Money(money) => money.currency.to_string(),
                _ => String::new(),
            },
            Column::Part(name, part) => match record.get(name) {
                Value::Address(address) => address.part(part).unwrap_or_default().to_owned(),
                Value::Text(dots) => dots.clone(),
                _ => String::new(),
            },
        }
    }

    fn title(&self, link: crate::model::Link) -> String {
        if link.title.is_empty() || self.unclear.contains(&link.target()) {
            self.catalog.reference(&link.target())
        } else {
            link.title
        }
    }

    /// A value as people read it, but for numbers: a spreadsheet shall know them.
    fn pasted(&self, name: &Name, field: &Field, record: &Record) -> String {
        match record.get(name) {
            Value::Int(_) if field.kind == FieldType::Integer => {
                self.words.editable(self.catalog, field, record.get(name))
            }
            Value::Decimal(_) => self.words.editable(self.catalog, field, record.get(name)),
            Value::Points(points) => {
                // Without labels: with one, a phone number would look like a formula.
                let bare = |point: &ContactPoint| {
                    let point = ContactPoint { label: String::new(), ..point.clone() };
                    self.words.line(self.catalog, field, &Value::Points(vec![point]))
                };
                points.iter().map(bare).collect::<Vec<_>>().join("; ")
            }
            _ => self.words.line(self.catalog, field, &json::cell(record, name)),
        }
    }

    /// The cell of a record with its type; what has none of its own as the same text as in CSV.
    pub fn datum(&self, column: &Column<'_>, record: &Record) -> Datum {
        let percent = |field: &Field| {
            matches!(
                field.kind,
                FieldType::Percent
                    | FieldType::Formula { result: FieldResult::Percent, .. }
                    | FieldType::RollUp { result: FieldResult::Percent, .. }
            )
        };
        let typed = match column {
            Column::Amount(name) => match record.get(name) {
                Value::Money(money) => Some(Datum::Money(money.amount, money.currency)),
                _ => None,
            },
            Column::Whole(name, field) => match json::cell(record, name) {
                Value::Int(number) => Some(Datum::Number(number.into())),
                Value::Decimal(number) if field.is_some_and(percent) => {
                    Some(Datum::Percent(number))
                }
                Value::Decimal(number) => Some(Datum::Number(number)),
                Value::Bool(flag) => Some(Datum::Flag(flag)),
                Value::Date(day) => Some(Datum::Date(day)),
                Value::DateTime(at) => Some(Datum::Instant(at)),
                _ => None,
            },
            _ => None,
        };
        typed.unwrap_or_else(|| match self.text(column, record) {
            empty if empty.is_empty() => Datum::Empty,
            text => Datum::Text(text),
        })
    }
}

/// The text on one line without tabs, whatever stands for a line break.
pub(super) fn flat(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace("\r\n", " ").replace(breaks, " ")
}
