//! What a report yields: lines of numbers, and the same as series.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value as Json, json};

use crate::gate::MASK;
use crate::model::{Currency, Lang, Money, Value};
use crate::schema::Format;

/// What a column of a report holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// How many.
    Count,
    /// Amounts, apart by currency.
    Money,
    /// A number.
    Number,
    /// Percent.
    Percent,
    /// Days.
    Days,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name in JSON and CSV.
    pub name: String,
    /// What people see.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
}

/// One number of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There was nothing to measure.
    Empty,
    /// How many.
    Count(u64),
    /// A number, percent or days.
    Number(Decimal),
    /// Amounts, the largest first.
    Money(Vec<(Currency, Decimal)>),
    /// A date or text.
    Value(Value),
    /// Measured of what the person sees as dots.
    Masked,
}

/// One line: a group, or all.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The value of the group; nothing where the field is empty, and in the line of all.
    pub key: Value,
    /// What people call the group.
    pub label: String,
    /// The numbers, one per head.
    pub cells: Vec<Cell>,
}

/// How a number comes about, where people count it in more than one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The column.
    pub label: String,
    /// How it is counted.
    pub definition: String,
    /// Over all records of the report.
    pub total: String,
}

/// A report, measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name of the report.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Name and label of the group; none where there is one line.
    pub group: Option<(String, String)>,
    /// The columns.
    pub heads: Vec<Head>,
    /// One line per group.
    pub lines: Vec<Line>,
    /// The line over all records.
    pub total: Line,
    /// How numbers come about.
    pub notes: Vec<Note>,
}

/// One column over the groups, for a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it shows.
    pub label: String,
    /// The currency, for amounts.
    pub currency: Option<Currency>,
    /// A value per group.
    pub points: Vec<(String, Decimal)>,
}

impl Cell {
    /// The number as people read it.
    #[must_use]
    pub fn text(&self, kind: Kind, format: &Format) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Masked => MASK.to_owned(),
            Self::Count(count) => grouped(*count),
            Self::Number(number) if kind == Kind::Percent => format.percent(*number),
            Self::Number(number) => number.to_string(),
            Self::Money(amounts) => amounts
                .iter()
                .map(|(currency, amount)| {
                    Format::money(&Money { amount: *amount, currency: *currency })
                })
                .collect::<Vec<_>>()
                .join(" + "),
            Self::Value(Value::Date(day)) => day.to_string(),
            Self::Value(Value::Text(text)) => text.clone(),
            Self::Value(_) => String::new(),
        }
    }

    /// The number for other programs: counts as numbers, exact numbers as strings, amounts as a list
    /// of `{"amount", "currency"}`.
    #[must_use]
    pub fn json(&self) -> Json {
        match self {
            Self::Empty => Json::Null,
            Self::Masked => json!(MASK),
            Self::Count(count) => json!(count),
            Self::Number(number) => json!(number.to_string()),
            Self::Money(amounts) => amounts
                .iter()
                .map(|(currency, amount)| {
                    let money = Money { amount: *amount, currency: *currency };
                    json!({ "amount": money.digits(), "currency": currency.code() })
                })
                .collect(),
            Self::Value(Value::Date(day)) => json!(day.to_string()),
            Self::Value(Value::Text(text)) => json!(text),
            Self::Value(_) => Json::Null,
        }
    }
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Table {
    /// A number of a column with as many decimal places as the whole column has: what stands below each other
    /// is compared.
    #[must_use]
    pub fn levelled(&self, column: usize, cell: &Cell) -> Cell {
        let Cell::Number(number) = cell else { return cell.clone() };
        let lines = self.lines.iter().chain([&self.total]);
        let places = lines.filter_map(|line| match line.cells.get(column) {
            Some(Cell::Number(other)) => Some(other.normalize().scale()),
            _ => None,
        });
        let mut number = number.normalize();
        number.rescale(places.max().unwrap_or_default());
        Cell::Number(number)
    }

    /// The report for other programs: `{"report", "by", "rows": [...], "total": {...},
    /// "definitions": {...}}`; every row has the label of its group under the group's name.
    #[must_use]
    pub fn json(&self) -> Json {
        let line = |line: &Line, named: bool| {
            let mut map = Map::new();
            if named && let Some((name, _)) = &self.group {
                let key = if line.key.is_null() { Json::Null } else { json!(line.label) };
                map.insert(name.clone(), key);
            }
            for (head, cell) in self.heads.iter().zip(&line.cells) {
                map.insert(head.name.clone(), cell.json());
            }
            Json::Object(map)
        };
        let definitions: Map<String, Json> =
            self.notes.iter().map(|note| (note.label.clone(), json!(note.definition))).collect();
        json!({
            "report": self.name,
            "by": self.group.as_ref().map(|(name, _)| name),
            "rows": self.lines.iter().map(|row| line(row, true)).collect::<Vec<_>>(),
            "total": line(&self.total, false),
            "definitions": definitions,
        })
    }

    /// Whether a column is dots throughout: nothing of it can be drawn.
    #[must_use]
    pub fn is_masked(&self, column: usize) -> bool {
        self.total.cells.get(column) == Some(&Cell::Masked)
    }

    /// The columns as series over the groups, amounts in their most frequent currency; not those that are
    /// dots.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        let column = |(index, head): (usize, &Head)| {
            let currency = match self.total.cells.get(index) {
                Some(Cell::Money(amounts)) => amounts.first().map(|(currency, _)| *currency),
                _ => None,
            };
            let value = |line: &Line| match line.cells.get(index) {
                Some(Cell::Count(count)) => Decimal::from(*count),
                Some(Cell::Number(number)) => *number,
                Some(Cell::Money(amounts)) => amounts
                    .iter()
                    .find(|(known, _)| Some(*known) == currency)
                    .map_or(Decimal::ZERO, |(_, amount)| *amount),
                _ => Decimal::ZERO,
            };
            let points = self.lines.iter().map(|line| (line.label.clone(), value(line))).collect();
            Series { label: head.label.clone(), currency, points }
        };
        let heads = self.heads.iter().enumerate();
        heads.filter(|(index, _)| !self.is_masked(*index)).map(column).collect()
    }
}

impl Series {
    /// The largest value, for the scale of a chart.
    #[must_use]
    pub fn largest(&self) -> f64 {
        let values = self.points.iter().filter_map(|(_, value)| value.to_f64());
        values.fold(0.0, f64::max)
    }
}

/// What stands for an empty group.
pub(super) const fn nothing(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "(none)",
        Lang::Zh => "（无）",
    }
}

/// What the line of all is called.
pub(super) const fn all(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "All",
        Lang::Zh => "合计",
    }
}
