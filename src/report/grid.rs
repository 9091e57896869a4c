//! A report as a table of typed cells, to be written out. Amounts have a column for each currency, so that
//! numbers stay numbers.

use super::table::{Cell, Kind, Line, Table};
use crate::gate::MASK;
use crate::model::{Currency, Datum, Grid, GridHead, Value};

/// What a column of the table takes from a line.
enum From {
    Label,
    Plain(usize),
    Amount(usize, Currency),
}

impl Table {
    /// The report as typed cells.
    #[must_use]
    pub fn grid(&self) -> Grid {
        let mut heads = Vec::new();
        let mut from = Vec::new();
        if let Some((name, label)) = &self.group {
            heads.push(GridHead { name: name.clone(), label: label.clone() });
            from.push(From::Label);
        }
        for (at, head) in self.heads.iter().enumerate() {
            let currencies = self.currencies(at);
            if currencies.is_empty() {
                heads.push(GridHead { name: head.name.clone(), label: head.label.clone() });
                from.push(From::Plain(at));
            }
            for currency in currencies {
                let name = format!("{}.{currency}", head.name);
                heads.push(GridHead { name, label: format!("{} {currency}", head.label) });
                from.push(From::Amount(at, currency));
            }
        }
        let line = |line: &Line| from.iter().map(|from| self.datum(from, line)).collect();
        let grouped = self.group.is_some();
        let note = |note: &super::Note| match note.total.as_str() {
            "" => format!("{}: {}", note.label, note.definition),
            total => format!("{}: {} ({total})", note.label, note.definition),
        };
        Grid {
            title: self.title.clone(),
            heads,
            // Without groups the line over all is the only one.
            lines: if grouped {
                self.lines.iter().map(line).collect()
            } else {
                vec![line(&self.total)]
            },
            total: grouped.then(|| line(&self.total)),
            notes: self.notes.iter().map(note).collect(),
        }
    }

    /// The currencies in a column, those of the line over all first.
    fn currencies(&self, column: usize) -> Vec<Currency> {
        let mut found = Vec::new();
        for line in std::iter::once(&self.total).chain(&self.lines) {
            if let Some(Cell::Money(amounts)) = line.cells.get(column) {
                for (currency, _) in amounts {
                    if !found.contains(currency) {
                        found.push(*currency);
                    }
                }
            }
        }
        found
    }

    fn datum(&self, from: &From, line: &Line) -> Datum {
        let (at, currency) = match from {
            From::Label => return Datum::Text(line.label.clone()),
            From::Plain(at) => (*at, None),
            From::Amount(at, currency) => (*at, Some(*currency)),
        };
        match line.cells.get(at) {
            Some(Cell::Count(count)) => Datum::Number((*count).into()),
            Some(Cell::Number(number)) if self.heads[at].kind == Kind::Percent => {
                Datum::Percent(*number)
            }
            Some(Cell::Number(number)) => Datum::Number(*number),
            Some(Cell::Money(amounts)) => amounts
                .iter()
                .find(|(known, _)| Some(*known) == currency)
                .map_or(Datum::Empty, |(currency, amount)| Datum::Money(*amount, *currency)),
            Some(Cell::Value(Value::Date(day))) => Datum::Date(*day),
            Some(Cell::Value(Value::Text(text))) => Datum::Text(text.clone()),
            Some(Cell::Masked) => Datum::Text(MASK.to_owned()),
            Some(Cell::Empty | Cell::Value(_)) | None => Datum::Empty,
        }
    }
}
