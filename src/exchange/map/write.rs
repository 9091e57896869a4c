//! A map as a map file: what a suggestion looks like when it is kept, and what a saved map is.
//!
//! What is written is read again as the same map. Start at [`ImportMap::to_toml`].

use toml_edit::{Array, InlineTable, Item, Table, Value};

use super::{DateStyle, ImportMap, Mode, Spot, Target, Unfit};

impl ImportMap {
    /// The map as a map file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut top = Table::new();
        let mut put = |key: &str, value: Value| {
            top.insert(key, Item::Value(value));
        };
        if let Some(entity) = &self.entity {
            put("entity", entity.text.as_str().into());
        }
        if let Some(mode) = self.mode {
            let word = match mode {
                Mode::Create => "create",
                Mode::Update => "update",
                Mode::Upsert => "upsert",
            };
            put("mode", word.into());
        }
        put("key", list(&self.keys));
        if self.add {
            put("several", "add".into());
        }
        if let Some(dialect) = self.dialect {
            let one = |byte: u8| match byte {
                b'\t' => "tab".to_owned(),
                byte => char::from(byte).to_string(),
            };
            put("delimiter", one(dialect.delimiter).into());
            put("quote", one(dialect.quote).into());
        }
        if let Some(encoding) = self.encoding {
            put("encoding", encoding.name().into());
        }
        if let Some(sheet) = &self.sheet {
            put("sheet", sheet.as_str().into());
        }
        if let Some(dates) = &self.dates {
            put("dates", written(dates).into());
        }
        if let Some(currency) = self.currency {
            put("currency", currency.code().into());
        }
        if let Some(country) = &self.country {
            put("country", country.as_str().into());
        }
        if !self.empty.is_empty() {
            put("empty", self.empty.iter().map(String::as_str).collect::<Array>().into());
        }
        if self.clear_blank {
            put("blank", "clear".into());
        }
        if self.fill_short {
            put("short_rows", "fill".into());
        }
        if !self.ignore.is_empty() {
            put("ignore", list(&self.ignore));
        }
        if !self.fill_down.is_empty() {
            put("fill_down", list(&self.fill_down));
        }
        if !self.skip_without.is_empty() {
            put("skip_without", list(&self.skip_without));
        }
        if !self.skip_when.is_empty() {
            let mut table = Table::new();
            for (header, cells) in &self.skip_when {
                let cells: Array = cells.iter().map(String::as_str).collect();
                table.insert(&header.text, Item::Value(cells.into()));
            }
            top.insert("skip_when", Item::Table(table));
        }
        let mut columns = Table::new();
        for (header, targets) in &self.columns {
            let value = match targets.as_slice() {
                [one] => target(one),
                several => several.iter().map(target).collect::<Array>().into(),
            };
            columns.insert(&header.text, Item::Value(value));
        }
        top.insert("columns", Item::Table(columns));
        for (key, pairs) in [
            ("constants", &self.constants),
            ("defaults", &self.defaults),
            ("compose", &self.compose),
        ] {
            if pairs.is_empty() {
                continue;
            }
            let mut table = Table::new();
            for (field, text) in pairs {
                table.insert(&field.text, Item::Value(text.as_str().into()));
            }
            top.insert(key, Item::Table(table));
        }
        toml_edit::DocumentMut::from(top).to_string()
    }
}

fn list(spots: &[Spot]) -> Value {
    spots.iter().map(|spot| spot.text.as_str()).collect::<Array>().into()
}

fn written(dates: &DateStyle) -> &str {
    match dates {
        DateStyle::DayFirst => "dmy",
        DateStyle::MonthFirst => "mdy",
        DateStyle::Serial => "serial",
        DateStyle::Pattern(pattern) => pattern,
    }
}

fn target(target: &Target) -> Value {
    let plain = Target { field: target.field.clone(), ..Target::default() };
    if *target == plain {
        return target.field.text.as_str().into();
    }
    let mut table = InlineTable::new();
    table.insert("field", target.field.text.as_str().into());
    if !target.values.is_empty() {
        let values: InlineTable = target
            .values
            .iter()
            .map(|(from, to)| (from.as_str(), Value::from(to.as_str())))
            .collect();
        table.insert("values", values.into());
    }
    if let Some(currency) = target.currency {
        table.insert("currency", currency.code().into());
    }
    if let Some(factor) = target.multiply {
        table.insert("multiply", factor.to_string().into());
    }
    if let Some(dates) = &target.dates {
        table.insert("dates", written(dates).into());
    }
    if !target.by.is_empty() {
        table.insert("by", list(&target.by));
    }
    if target.create_missing {
        table.insert("create_missing", true.into());
    }
    if let Some(split) = &target.split {
        table.insert("split", split.as_str().into());
    }
    match target.unfit {
        Unfit::Error => {}
        Unfit::Empty => _ = table.insert("invalid", "empty".into()),
        Unfit::Note => _ = table.insert("invalid", "note".into()),
    }
    if !target.when.is_empty() {
        let mut when = InlineTable::new();
        for (header, cells) in &target.when {
            let cells: Array = cells.iter().map(String::as_str).collect();
            when.insert(&header.text, cells.into());
        }
        table.insert("when", when.into());
    }
    if let Some(add) = target.add {
        table.insert("several", if add { "add" } else { "replace" }.into());
    }
    table.into()
}
