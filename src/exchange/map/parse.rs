//! TOML -> map, with every mistake named by its line.

use rust_decimal::Decimal;
use toml_edit::{Item, TableLike, Value};

use super::{DateStyle, ImportMap, MapError, Mode, Spot, Target, Unfit};
use crate::exchange::dialect::Dialect;
use crate::exchange::read::Encoding;
use crate::exchange::similar::nearest;
use crate::model::{Currency, Phrase, phrase};
use crate::schema::region_of;

const TOP: [&str; 22] = [
    "entity",
    "mode",
    "key",
    "several",
    "delimiter",
    "quote",
    "encoding",
    "sheet",
    "dates",
    "currency",
    "country",
    "empty",
    "blank",
    "short_rows",
    "ignore",
    "skip_when",
    "skip_without",
    "fill_down",
    "columns",
    "constants",
    "defaults",
    "compose",
];
const TARGET: [&str; 11] = [
    "field",
    "values",
    "currency",
    "multiply",
    "dates",
    "by",
    "create_missing",
    "split",
    "invalid",
    "when",
    "several",
];

const SEVERAL: [&str; 2] = ["add", "replace"];

/// Where mistakes are gathered.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<MapError>,
}

pub(super) fn map(file: &str, text: &str) -> Result<ImportMap, Vec<MapError>> {
    let mut reader = Reader { file, text, errors: Vec::new() };
    let document = match toml_edit::Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = reader.line(error.span().map(|span| span.start));
            reader.wrong(line, Phrase::toml(error.message()), None);
            return Err(reader.errors);
        }
    };
    let map = reader.map(document.as_table());
    reader.errors.sort_by_key(|error| error.line);
    if reader.errors.is_empty() { Ok(map) } else { Err(reader.errors) }
}

impl Reader<'_> {
    fn line(&self, at: Option<usize>) -> usize {
        let at = at.unwrap_or(0).min(self.text.len());
        memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count() + 1
    }

    fn line_of(&self, table: &dyn TableLike, key: &str) -> usize {
        let span = table.key(key).and_then(toml_edit::Key::span);
        self.line(span.map(|span| span.start))
    }

    fn wrong(&mut self, line: usize, message: Phrase, hint: Option<Phrase>) {
        self.errors.push(MapError { file: self.file.to_owned(), line, message, hint });
    }

    fn known(&mut self, table: &dyn TableLike, known: &[&str], column: Option<&Spot>) {
        for (key, _) in table.iter() {
            if !known.contains(&key) {
                let line = self.line_of(table, key);
                let hint = nearest(key, known.iter().copied()).map_or_else(
                    || phrase!("known keys: {known}", known = known.join(", ")),
                    |near| phrase!("did you mean \"{near}\"?", near),
                );
                let message = match column {
                    Some(at) => {
                        phrase!("unknown key \"{key}\" of column \"{at}\"", key, at = &at.text)
                    }
                    None => phrase!("unknown key \"{key}\"", key),
                };
                self.wrong(line, message, Some(hint));
            }
        }
    }

    fn map(&mut self, top: &dyn TableLike) -> ImportMap {
        self.known(top, &TOP, None);
        let mut map = ImportMap {
            file: self.file.to_owned(),
            entity: self.text(top, "entity").map(|text| self.spot(top, "entity", text)),
            mode: self
                .word(top, "mode", &Mode::WORDS)
                .and_then(|index| Mode::of_word(Mode::WORDS[index])),
            keys: self.spots(top, "key"),
            add: self.word(top, "several", &SEVERAL) == Some(0),
            dates: self.dates(top),
            currency: self.currency(top),
            country: self.country(top),
            empty: self.spots(top, "empty").into_iter().map(|spot| spot.text).collect(),
            ignore: self.spots(top, "ignore"),
            fill_down: self.spots(top, "fill_down"),
            skip_without: self.spots(top, "skip_without"),
            clear_blank: self.word(top, "blank", &["keep", "clear"]) == Some(1),
            fill_short: self.word(top, "short_rows", &["error", "fill"]) == Some(1),
            constants: self.pairs(top, "constants"),
            defaults: self.pairs(top, "defaults"),
            compose: self.pairs(top, "compose"),
            ..ImportMap::default()
        };
        map.dialect = self.dialect(top);
        map.encoding = self.encoding(top);
        map.sheet = self.text(top, "sheet");
        for (key, item) in self.children(top, "skip_when") {
            let cells = self.cells(&key, item);
            map.skip_when.push((key, cells));
        }
        for (key, item) in self.children(top, "columns") {
            let targets = self.targets(&key, item);
            map.columns.push((key, targets));
        }
        map
    }

    fn encoding(&mut self, top: &dyn TableLike) -> Option<Encoding> {
        let name = self.text(top, "encoding")?;
        let found = Encoding::named(&name);
        if found.is_none() {
            let line = self.line_of(top, "encoding");
            self.wrong(
                line,
                phrase!("there is no encoding \"{name}\"", name),
                Some(Encoding::known()),
            );
        }
        found
    }

    fn dialect(&mut self, top: &dyn TableLike) -> Option<Dialect> {
        let delimiter = self.text(top, "delimiter");
        let quote = self.text(top, "quote");
        if delimiter.is_none() && quote.is_none() {
            return None;
        }
        let mut dialect = Dialect::default();
        for (key, text, slot) in
            [("delimiter", delimiter, &mut dialect.delimiter), ("quote", quote, &mut dialect.quote)]
        {
            match text.as_deref().map(|text| if text == "tab" { "\t" } else { text }.as_bytes()) {
                Some([one]) => *slot = *one,
                Some(_) => {
                    let line = self.line_of(top, key);
                    self.wrong(line, phrase!("{key} must be one ASCII character", key), None);
                }
                None => {}
            }
        }
        Some(dialect)
    }

    fn text(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        let text = plain(item);
        if text.is_none() {
            let line = self.line_of(table, key);
            self.wrong(line, phrase!("\"{key}\" must be a text", key), None);
        }
        text
    }

    fn spot(&self, table: &dyn TableLike, key: &str, text: String) -> Spot {
        Spot { text, line: self.line_of(table, key) }
    }

    /// One text or a list of texts.
    fn spots(&mut self, table: &dyn TableLike, key: &str) -> Vec<Spot> {
        let Some(item) = table.get(key) else { return Vec::new() };
        let at = Spot { text: key.to_owned(), line: self.line_of(table, key) };
        let line = at.line;
        self.cells(&at, item).into_iter().map(|text| Spot { text, line }).collect()
    }

    fn cells(&mut self, key: &Spot, item: &Item) -> Vec<String> {
        let texts: Option<Vec<String>> = match item.as_value() {
            Some(Value::Array(list)) => list.iter().map(plain_value).collect(),
            Some(value) => plain_value(value).map(|text| vec![text]),
            None => None,
        };
        texts.unwrap_or_else(|| {
            let message = phrase!("\"{key}\" must be a text or a list of texts", key = &key.text);
            self.wrong(key.line, message, None);
            Vec::new()
        })
    }

    fn children<'t>(&mut self, table: &'t dyn TableLike, key: &str) -> Vec<(Spot, &'t Item)> {
        let Some(item) = table.get(key) else { return Vec::new() };
        let Some(inner) = item.as_table_like() else {
            let line = self.line_of(table, key);
            self.wrong(line, phrase!("\"{key}\" must be a table", key), None);
            return Vec::new();
        };
        inner
            .iter()
            .map(|(name, item)| {
                (Spot { text: name.to_owned(), line: self.line_of(inner, name) }, item)
            })
            .collect()
    }

    fn pairs(&mut self, table: &dyn TableLike, key: &str) -> Vec<(Spot, String)> {
        let mut pairs = Vec::new();
        for (name, item) in self.children(table, key) {
            if let Some(text) = plain(item) {
                pairs.push((name, text));
            } else {
                self.wrong(name.line, phrase!("\"{name}\" must be a text", name = name.text), None);
            }
        }
        pairs
    }

    fn word(&mut self, table: &dyn TableLike, key: &str, words: &[&str]) -> Option<usize> {
        let text = self.text(table, key)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let line = self.line_of(table, key);
            let hint = nearest(&text, words.iter().copied())
                .map(|near| phrase!("did you mean \"{near}\"?", near));
            let message =
                phrase!("\"{key}\" must be one of: {words}", key, words = words.join(", "));
            self.wrong(line, message, hint);
        }
        found
    }

    fn currency(&mut self, table: &dyn TableLike) -> Option<Currency> {
        let text = self.text(table, "currency")?;
        let currency = text.parse().ok();
        if currency.is_none() {
            let line = self.line_of(table, "currency");
            let hint = Some(phrase!("a currency is three letters: EUR"));
            self.wrong(line, phrase!("\"{text}\" is not a currency", text), hint);
        }
        currency
    }

    fn country(&mut self, table: &dyn TableLike) -> Option<String> {
        let text = self.text(table, "country")?;
        let region = region_of(&text);
        if region.is_none() {
            let line = self.line_of(table, "country");
            let hint = Some(phrase!("a country is two letters: US"));
            self.wrong(line, phrase!("\"{text}\" is not a country", text), hint);
        }
        region
    }

    fn dates(&mut self, table: &dyn TableLike) -> Option<DateStyle> {
        let text = self.text(table, "dates")?;
        match DateStyle::of_word(&text) {
            Some(style) => Some(style),
            None => {
                let line = self.line_of(table, "dates");
                let hint = phrase!(
                    "\"dmy\", \"mdy\", \"serial\" (spreadsheet numbers) or a pattern such as \"%d.%m.%y\""
                );
                self.wrong(line, phrase!("\"{text}\" is no way to write dates", text), Some(hint));
                None
            }
        }
    }

    fn targets(&mut self, header: &Spot, item: &Item) -> Vec<Target> {
        if let Some(Value::Array(list)) = item.as_value() {
            let mut targets = Vec::new();
            for value in list {
                let line = self.line(value.span().map(|span| span.start));
                let at = Spot { text: header.text.clone(), line };
                let table = value.as_inline_table().map(|table| table as &dyn TableLike);
                targets.extend(self.target(&at, plain_value(value), table));
            }
            return targets;
        }
        self.target(header, plain(item), item.as_table_like()).into_iter().collect()
    }

    fn target(
        &mut self,
        at: &Spot,
        name: Option<String>,
        table: Option<&dyn TableLike>,
    ) -> Option<Target> {
        if let Some(text) = name {
            let field = Spot { text, line: at.line };
            return Some(Target { field, ..Target::default() });
        }
        let Some(table) = table else {
            let hint = phrase!("\"{at}\" = \"name\"", at = &at.text);
            self.wrong(at.line, phrase!("\"{at}\" must name a field", at = &at.text), Some(hint));
            return None;
        };
        self.known(table, &TARGET, Some(at));
        let Some(field) = self.text(table, "field") else {
            self.wrong(at.line, phrase!("column \"{at}\" says no field", at = &at.text), None);
            return None;
        };
        let mut when = Vec::new();
        for (key, item) in self.children(table, "when") {
            let cells = self.cells(&key, item);
            when.push((key, cells));
        }
        Some(Target {
            when,
            field: self.spot(table, "field", field),
            values: self.pairs(table, "values").into_iter().map(|(k, v)| (k.text, v)).collect(),
            currency: self.currency(table),
            multiply: self.number(table, "multiply"),
            dates: self.dates(table),
            by: self.spots(table, "by"),
            create_missing: self.flag(table, "create_missing"),
            split: self.text(table, "split"),
            unfit: match self.word(table, "invalid", &["error", "empty", "note"]) {
                Some(1) => Unfit::Empty,
                Some(2) => Unfit::Note,
                _ => Unfit::Error,
            },
            add: self.word(table, "several", &SEVERAL).map(|index| index == 0),
        })
    }

    fn number(&mut self, table: &dyn TableLike, key: &str) -> Option<Decimal> {
        let text = self.text(table, key)?;
        let number = text.parse().ok();
        if number.is_none() {
            let line = self.line_of(table, key);
            self.wrong(line, phrase!("\"{key}\" must be a number", key), None);
        }
        number
    }

    fn flag(&mut self, table: &dyn TableLike, key: &str) -> bool {
        let Some(item) = table.get(key) else { return false };
        item.as_bool().unwrap_or_else(|| {
            let line = self.line_of(table, key);
            self.wrong(line, phrase!("\"{key}\" must be true or false", key), None);
            false
        })
    }
}

fn plain(item: &Item) -> Option<String> {
    plain_value(item.as_value()?)
}

/// Texts as they are; numbers, booleans and dates as they are written.
fn plain_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Boolean(flag) => Some(flag.value().to_string()),
        Value::Datetime(date) => Some(date.value().to_string()),
        Value::Array(_) | Value::InlineTable(_) => None,
    }
}
