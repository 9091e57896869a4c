//! JSON and NDJSON: objects -> rows, with what is nested as columns `a.b`.
//!
//! The file is gone through twice, once for the columns and once for the rows, so that only one object is
//! held at a time. What our own exports write comes back: contact points as `label: value`, amounts with
//! their currency, links by their reference. Start at [`read`].

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Stop;
use super::encoding::{Decoding, Encoding};
use super::format::Format;
use super::frames::Sink;
use super::notice::Refusal;
use super::text::{LONGEST_ROW, MOST_COLUMNS};

/// How deep objects are taken apart; what lies deeper stays JSON.
const DEEPEST: usize = 6;

/// Columns in the order in which they come up.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

/// What is done with an object.
enum Pass<'p, 'w> {
    /// Its columns are gathered.
    Look(&'p mut Columns),
    /// Its row goes out.
    Write(&'p Columns, &'p mut Sink<'w>, Vec<String>),
}

impl Pass<'_, '_> {
    fn object(&mut self, number: u64, object: Map<String, Value>) -> Result<(), Stop> {
        let mut cells = Vec::new();
        flatten("", object, 0, &mut cells);
        match self {
            Pass::Look(columns) => {
                for (name, _) in cells {
                    if !columns.places.contains_key(&name) {
                        let place = columns.names.len();
                        if place == MOST_COLUMNS {
                            let columns = place as u64 + 1;
                            return Err(Refusal::Wide { row: number, columns }.into());
                        }
                        columns.names.push(name.clone());
                        columns.places.insert(name, place);
                    }
                }
            }
            Pass::Write(columns, sink, row) => {
                row.iter_mut().for_each(String::clear);
                for (name, text) in cells {
                    if let Some(place) = columns.places.get(&name) {
                        row[*place] = text;
                    }
                }
                sink.row(number, row.iter().map(String::as_str))?;
            }
        }
        Ok(())
    }

    fn broken(&mut self, number: u64, text: &str) -> Result<(), Stop> {
        if let Pass::Write(_, sink, _) = self {
            let text: String = text.chars().take(200).collect();
            sink.broken(number, &text)?;
        }
        Ok(())
    }
}

/// Puts the objects of a file into `sink`.
pub(super) fn read(
    mut file: File,
    format: Format,
    (encoding, mark): (Encoding, usize),
    sink: &mut Sink<'_>,
) -> Result<(), Stop> {
    let mut go = |pass: &mut Pass<'_, '_>| -> Result<(), Stop> {
        file.seek(SeekFrom::Start(mark as u64))?;
        let text = BufReader::with_capacity(1 << 16, Decoding::new(&file, encoding));
        if format == Format::Ndjson { lines(text, pass) } else { whole(text, pass) }
    };
    let mut columns = Columns::default();
    go(&mut Pass::Look(&mut columns))?;
    if columns.names.is_empty() {
        return Err(Refusal::NoRecords.into());
    }
    sink.headers(&columns.names)?;
    let row = vec![String::new(); columns.names.len()];
    go(&mut Pass::Write(&columns, sink, row))
}

/// An object on each line.
fn lines(mut text: impl BufRead, pass: &mut Pass<'_, '_>) -> Result<(), Stop> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        number += 1;
        if text.by_ref().take(LONGEST_ROW as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.len() > LONGEST_ROW {
            return Err(Refusal::broken(number.to_string(), "a line longer than 4 MB").into());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Map<String, Value>>(&line) {
            Ok(object) => pass.object(number, object)?,
            Err(_) => pass.broken(number, &String::from_utf8_lossy(&line))?,
        }
    }
}

/// One text with an array in it.
fn whole(text: impl Read, pass: &mut Pass<'_, '_>) -> Result<(), Stop> {
    let mut stopped = None;
    let mut reader = serde_json::Deserializer::from_reader(text);
    let done = Top { pass, stopped: &mut stopped }.deserialize(&mut reader);
    let done = done.and_then(|()| reader.end());
    if let Some(stop) = stopped {
        return Err(stop);
    }
    done.map_err(|error| match error.classify() {
        serde_json::error::Category::Io => Stop::Io(error.into()),
        _ => {
            let place = format!("{}:{}", error.line(), error.column());
            Refusal::broken(place, error).into()
        }
    })
}

/// The outermost value: an array of records, an object that holds one, or one record.
struct Top<'t, 'p, 'w> {
    pass: &'t mut Pass<'p, 'w>,
    stopped: &'t mut Option<Stop>,
}

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects, or an object that holds one")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        records(seq, self.pass, self.stopped).map(|_| ())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut own = Map::new();
        let mut held = false;
        while let Some(key) = map.next_key::<String>()? {
            // Ours says first what a record is called: whatever arrays it has are values of it.
            if own.contains_key("ref") || key == "ref" {
                own.insert(key, map.next_value()?);
            } else if held {
                map.next_value::<IgnoredAny>()?;
            } else {
                match map.next_value_seed(Held { pass: self.pass, stopped: self.stopped })? {
                    Some(value) => {
                        own.insert(key, value);
                    }
                    None => held = true,
                }
            }
        }
        if !held && !own.is_empty() {
            stop(self.pass.object(1, own), self.stopped)?;
        }
        Ok(())
    }
}

/// A value in the outermost object: none where it was an array of records, which went its way.
struct Held<'t, 'p, 'w> {
    pass: &'t mut Pass<'p, 'w>,
    stopped: &'t mut Option<Stop>,
}

impl<'de> DeserializeSeed<'de> for Held<'_, '_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Held<'_, '_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        let values = records(seq, self.pass, self.stopped)?;
        Ok(values.map(Value::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut own = Map::new();
        while let Some((key, value)) = map.next_entry()? {
            own.insert(key, value);
        }
        Ok(Some(Value::Object(own)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null))
    }
}

/// The elements of an array: as records where the first is one, otherwise handed back.
fn records<'de, A: SeqAccess<'de>>(
    mut seq: A,
    pass: &mut Pass<'_, '_>,
    stopped: &mut Option<Stop>,
) -> Result<Option<Vec<Value>>, A::Error> {
    let mut values = Vec::new();
    let mut number = 0;
    while let Some(value) = seq.next_element::<Value>()? {
        number += 1;
        match value {
            Value::Object(object) if !is_part(&object) && values.is_empty() => {
                stop(pass.object(number, object), stopped)?;
            }
            value if number == 1 || !values.is_empty() => values.push(value),
            value => stop(pass.broken(number, &value.to_string()), stopped)?,
        }
    }
    Ok((!values.is_empty()).then_some(values))
}

fn stop<E: serde::de::Error>(done: Result<(), Stop>, stopped: &mut Option<Stop>) -> Result<(), E> {
    done.map_err(|stop| {
        *stopped = Some(stop);
        E::custom("stopped")
    })
}

/// Contact points and links in our own exports: values, not records.
fn is_part(object: &Map<String, Value>) -> bool {
    let of = |names: [&str; 2]| object.len() == 2 && names.iter().all(|n| object.contains_key(*n));
    of(["label", "value"]) || of(["ref", "title"])
}

/// The cells of an object, each with the name of its column.
fn flatten(
    prefix: &str,
    object: Map<String, Value>,
    depth: usize,
    cells: &mut Vec<(String, String)>,
) {
    for (key, value) in object {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) if depth < DEEPEST && part(&inner).is_none() => {
                flatten(&name, inner, depth + 1, cells);
            }
            value => cells.push((name, text(value))),
        }
    }
}

/// A link, an amount or a contact point as one text.
fn part(object: &Map<String, Value>) -> Option<String> {
    let word = |name: &str| object.get(name).and_then(Value::as_str);
    if object.len() != 2 {
        return None;
    }
    if let (Some(amount), Some(currency)) = (object.get("amount"), word("currency")) {
        return Some(format!("{} {currency}", text(amount.clone())));
    }
    if let (Some(reference), true) = (word("ref"), object.contains_key("title")) {
        return Some(reference.to_owned());
    }
    let (label, value) = (object.get("label")?, object.get("value")?);
    Some(match label.as_str().unwrap_or_default() {
        "" => text(value.clone()),
        label => format!("{label}: {}", text(value.clone())),
    })
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(values) if values.iter().any(nested) => Value::Array(values).to_string(),
        Value::Array(values) => {
            let texts: Vec<String> = values.into_iter().map(text).collect();
            texts.join("; ")
        }
        Value::Object(object) => part(&object).unwrap_or_else(|| Value::Object(object).to_string()),
        value => value.to_string(),
    }
}

fn nested(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(object) => part(object).is_none(),
        _ => false,
    }
}
