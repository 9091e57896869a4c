//! Imports and exports through the library, told in one line per row.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use crate::common::{Desk, desk};
use kontor::exchange::export::{ExportFormat, ExportRequest, export};
use kontor::exchange::import::{ImportError, ImportOptions, Listener, run};
use kontor::exchange::{ImportMap, ImportReport, RowVerdict};
use kontor::gate::{ListRequest, Session, Via};
use kontor::model::Value;

/// A database of its own and a session that imports.
pub struct Office {
    pub desk: Desk,
    pub session: Session,
}

pub fn office() -> Office {
    let desk = desk();
    let session = desk.gate.session(Via::Import).unwrap();
    Office { desk, session }
}

/// Keeps all verdicts.
#[derive(Default)]
pub struct Verdicts(pub Vec<RowVerdict>);

impl Listener for Verdicts {
    fn row(&mut self, verdict: &RowVerdict) {
        self.0.push(verdict.clone());
    }
}

impl Verdicts {
    /// `2 create, 3 error: no customer "X"`, in the order of the file.
    pub fn told(mut self) -> Vec<String> {
        self.0.sort_by_key(|verdict| verdict.row);
        self.0
            .iter()
            .map(|verdict| {
                let mut line = format!("{} {}", verdict.row, verdict.fate.word());
                let fields: Vec<&str> =
                    verdict.fields.iter().map(kontor::model::Name::as_str).collect();
                if !fields.is_empty() {
                    line += &format!(" {}", fields.join(" "));
                }
                for problem in &verdict.problems {
                    line += &format!(": {}", problem.line());
                }
                if let Some(note) = &verdict.note {
                    line += &format!(" ({note})");
                }
                line
            })
            .collect()
    }
}

impl Office {
    pub fn try_import(
        &mut self,
        entity: &str,
        csv: &str,
        map: Option<&str>,
        dry_run: bool,
        rejects: &mut Vec<u8>,
    ) -> Result<(ImportReport, Vec<String>), ImportError> {
        let options = ImportOptions {
            entity: entity.to_owned(),
            file: "test.csv".to_owned(),
            map: map.map(|text| ImportMap::parse("map.toml", text).unwrap()),
            dry_run,
            ..ImportOptions::default()
        };
        let mut verdicts = Verdicts::default();
        let report =
            run(&mut self.session, csv.as_bytes(), &options, &mut verdicts, Some(rejects))?;
        Ok((report, verdicts.told()))
    }

    pub fn import(&mut self, entity: &str, csv: &str, map: Option<&str>) -> Vec<String> {
        self.try_import(entity, csv, map, false, &mut Vec::new()).unwrap().1
    }

    pub fn dry_run(&mut self, entity: &str, csv: &str, map: Option<&str>) -> Vec<String> {
        self.try_import(entity, csv, map, true, &mut Vec::new()).unwrap().1
    }

    pub fn column(&self, entity: &str, field: &str) -> Vec<String> {
        let page = self.session.list(&ListRequest::first(entity, 1000)).unwrap();
        let text = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            Value::Link(link) => link.title.clone(),
            Value::Null => String::new(),
            other => format!("{other:?}"),
        };
        page.rows.iter().map(|row| text(row.get(field))).collect()
    }

    pub fn exported(&self, request: &ExportRequest, format: ExportFormat) -> String {
        let mut out = Vec::new();
        export(&self.session, request, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}
