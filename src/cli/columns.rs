//! Records -> rows: which fields, and what each format shows of them.

use super::desk::field;
use super::error::Result;
use super::output::{Head, Needs, OutputFormat, Row};
use crate::exchange::json;
use crate::model::{Name, Phrase, Record, phrase};
use crate::schema::{Align, Catalog, Entity, Field, FieldResult, FieldType, Format};

/// The chosen columns of an entity.
pub(super) struct Columns<'c> {
    catalog: &'c Catalog,
    entity: &'c Entity,
    words: Format,
    chosen: Vec<Column<'c>>,
}

enum Column<'c> {
    Reference,
    Id,
    Field(&'c Field),
}

impl<'c> Columns<'c> {
    /// The columns named in `chosen` (`name,phones`); without it those of the entity's lists for
    /// people and all fields for programs.
    pub fn choose(
        catalog: &'c Catalog,
        entity: &'c Entity,
        words: Format,
        format: OutputFormat,
        chosen: Option<&str>,
    ) -> Result<Self> {
        let columns = if let Some(text) = chosen {
            text.split([',', ' '])
                .filter(|word| !word.is_empty())
                .map(|word| {
                    Ok(match word {
                        "ref" => Column::Reference,
                        "id" => Column::Id,
                        _ => Column::Field(field(entity, word)?),
                    })
                })
                .collect::<Result<Vec<_>>>()?
        } else {
            let rest: Vec<Column<'c>> = match format.needs() {
                Needs::Human => {
                    let columns = entity.columns();
                    // A company's own entity may not say which fields lists show: its name, at least.
                    let named = columns.iter().any(|field| field.name == entity.title);
                    let title = (!named).then(|| entity.title_field());
                    title.into_iter().chain(columns).map(Column::Field).collect()
                }
                Needs::Reference => vec![Column::Field(entity.title_field())],
                Needs::Data | Needs::Json => {
                    let fields = entity.fields.iter().map(Column::Field);
                    std::iter::once(Column::Id).chain(fields).collect()
                }
            };
            std::iter::once(Column::Reference).chain(rest).collect()
        };
        Ok(Self { catalog, entity, words, chosen: columns })
    }

    /// The fields that have to be read.
    pub fn fields(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self
            .chosen
            .iter()
            .filter_map(|column| match column {
                Column::Field(field) => Some(field.name.clone()),
                Column::Reference | Column::Id => None,
            })
            .collect();
        if names.is_empty() {
            // Reading no field at all would mean reading all of them.
            names.push(self.entity.title.clone());
        }
        names
    }

    /// The heads of the columns.
    pub fn heads(&self) -> Vec<Head> {
        self.chosen
            .iter()
            .map(|column| match column {
                Column::Reference => Head::left("ref", phrase!("Ref")),
                Column::Id => Head::right("id", phrase!("Id")),
                Column::Field(field) => Head {
                    name: field.name.to_string(),
                    label: Phrase::raw(field.label.get(self.words.lang)),
                    align: align(field),
                },
            })
            .collect()
    }

    /// A record as a row, with what the format needs.
    pub fn row(&self, record: &Record, needs: Needs) -> Row {
        let reference = self.catalog.reference(&record.reference());
        match needs {
            Needs::Reference => Row { reference, ..Row::default() },
            Needs::Json => Row { json: self.object(record), reference, ..Row::default() },
            Needs::Human | Needs::Data => {
                let cells = self
                    .chosen
                    .iter()
                    .map(|column| match column {
                        Column::Reference => reference.clone(),
                        Column::Id => record.id.to_string(),
                        Column::Field(field) => {
                            let value = json::cell(record, &field.name);
                            if needs == Needs::Human {
                                self.words.line(self.catalog, field, &value)
                            } else {
                                self.words.editable(self.catalog, field, &value)
                            }
                        }
                    })
                    .collect();
                Row { reference, cells, ..Row::default() }
            }
        }
    }

    fn object(&self, record: &Record) -> serde_json::Value {
        let names: Vec<Name> = self
            .chosen
            .iter()
            .filter_map(|column| match column {
                Column::Reference => None,
                Column::Id => Some(Name::from("id")),
                Column::Field(field) => Some(field.name.clone()),
            })
            .collect();
        json::record(self.catalog, record, &names)
    }
}

/// Where the values of a field stand: numbers and amounts right.
pub(super) fn align(field: &Field) -> Align {
    if let Some(column) = &field.column {
        return column.align;
    }
    match &field.kind {
        FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::Percent => {
            Align::Right
        }
        FieldType::Formula { result, .. } | FieldType::RollUp { result, .. } => match result {
            FieldResult::Integer
            | FieldResult::Decimal
            | FieldResult::Money
            | FieldResult::Percent => Align::Right,
            _ => Align::Left,
        },
        _ => Align::Left,
    }
}
