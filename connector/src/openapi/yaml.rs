//! YAML to JSON by events, so that depth and the weight of aliases are bounded while reading: libraries that first build the whole
//! document spend quadratic time on `[[[[…`.

use super::Error;
use super::load::{DEPTH_MAX, VALUES_MAX};
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Number, Value};
use std::collections::HashMap;

enum Open {
    List(Vec<Value>, usize),
    /// With the key that waits for its value.
    Fields(Map<String, Value>, Option<String>, usize),
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, (Value, usize)>,
    values: usize,
    done: Option<Value>,
}

/// The first document of the text.
pub(super) fn read(text: &str) -> Result<Value, Error> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| Error::Unreadable(error.to_string()))?;
        match event {
            Event::Scalar(text, style, anchor, _) => reader.put(scalar(&text, style), anchor)?,
            Event::SequenceStart(anchor, _) => reader.enter(Open::List(Vec::new(), anchor))?,
            Event::MappingStart(anchor, _) => reader.enter(Open::Fields(Map::new(), None, anchor))?,
            Event::SequenceEnd | Event::MappingEnd => reader.leave()?,
            Event::Alias(anchor) => reader.repeat(anchor)?,
            Event::DocumentEnd => break,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) => {}
        }
    }
    reader.done.ok_or_else(|| Error::Unreadable("it is empty".to_owned()))
}

impl Reader {
    fn enter(&mut self, open: Open) -> Result<(), Error> {
        if self.open.len() >= DEPTH_MAX {
            return Err(Error::TooMuch("128 levels"));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Error> {
        match self.open.pop() {
            Some(Open::List(entries, anchor)) => self.put(Value::Array(entries), anchor),
            Some(Open::Fields(fields, _, anchor)) => self.put(Value::Object(fields), anchor),
            None => Err(Error::Unreadable("it ends twice".to_owned())),
        }
    }

    fn repeat(&mut self, anchor: usize) -> Result<(), Error> {
        let (value, weight) = self.anchors.get(&anchor).cloned().ok_or_else(|| Error::Unreadable("an alias inside itself".to_owned()))?;
        self.weigh(weight)?;
        self.put(value, 0)
    }

    fn weigh(&mut self, weight: usize) -> Result<(), Error> {
        self.values += weight;
        if self.values > VALUES_MAX { Err(Error::TooMuch("400000 values")) } else { Ok(()) }
    }

    fn put(&mut self, value: Value, anchor: usize) -> Result<(), Error> {
        self.weigh(1)?;
        if anchor > 0 {
            let mut weight = 0;
            super::load::count(&value, &mut weight);
            self.anchors.insert(anchor, (value.clone(), weight));
        }
        match self.open.last_mut() {
            None => self.done = Some(value),
            Some(Open::List(entries, _)) => entries.push(value),
            Some(Open::Fields(fields, waiting, _)) => match waiting.take() {
                Some(key) => _ = fields.insert(key, value),
                None => *waiting = Some(key(value)?),
            },
        }
        Ok(())
    }
}

/// `200:` and `yes:` are names all the same.
fn key(value: Value) -> Result<String, Error> {
    match value {
        Value::String(text) => Ok(text),
        Value::Array(_) | Value::Object(_) => Err(Error::Unreadable("a key that is no scalar".to_owned())),
        other => Ok(other.to_string()),
    }
}

/// The core schema of YAML 1.2, as far as JSON has it.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return text.into();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let starts_well = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    if !starts_well || !text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        return None;
    }
    text.parse::<i64>().ok().map(Number::from).or_else(|| Number::from_f64(text.parse().ok()?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_people_write_is_read() {
        let text = "a: &x {n: 1, f: 1.5, t: true, z: ~, s: '1'}\nb: *x\n200: [x, \"y\", 1.2.3, -x]\nlong: |\n  one\n  two\n";
        let x = json!({"n": 1, "f": 1.5, "t": true, "z": null, "s": "1"});
        assert_eq!(read(text).unwrap(), json!({"a": x, "b": x, "200": ["x", "y", "1.2.3", "-x"], "long": "one\ntwo\n"}));
        assert!(read("a: &x [*x]").is_err());
        assert!(read("").is_err());
        assert!(read("a: [").is_err());
    }
}
