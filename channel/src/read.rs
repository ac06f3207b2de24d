//! Strict reading of JSON from outside: bounded in size and depth, unknown fields refused, every complaint with its path.
//! Complaints are collected, so that a sender can repair everything at once.

use crate::fields::{Form, Kind};
use crate::{FieldError, ParseError, Problem};
use qn_base::text;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

pub const DEPTH_MAX: usize = 32;
/// More complaints than this help nobody.
const ERRORS_MAX: usize = 50;
/// Unknown field names are the sender's text: shown cut and cleaned.
const SHOWN_NAME_CHARS: usize = 60;

pub fn json(body: &[u8], max_bytes: usize) -> Result<Value, ParseError> {
    if body.len() > max_bytes {
        return Err(ParseError::TooLarge { max_bytes });
    }
    let body = std::str::from_utf8(body).map_err(|_| ParseError::NotUtf8)?;
    if is_deeper_than(body, DEPTH_MAX) {
        return Err(ParseError::TooDeep { max: DEPTH_MAX });
    }
    serde_json::from_str(body).map_err(|error| ParseError::Malformed { reason: error.to_string() })
}

/// Counts brackets outside strings; cheap, and done before anything is built.
fn is_deeper_than(body: &str, max: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in body.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > max {
            return true;
        }
    }
    false
}

/// An object and where it stands.
#[derive(Debug, Clone)]
pub struct Scope<'v> {
    pub map: &'v Map<String, Value>,
    path: String,
}

impl Scope<'_> {
    pub fn path(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }
}

#[derive(Debug, Default)]
pub struct Reader {
    errors: Vec<FieldError>,
}

impl Reader {
    pub fn refuse(&mut self, field: impl Into<String>, problem: Problem) {
        if self.errors.len() < ERRORS_MAX {
            self.errors.push(FieldError::new(field, problem));
        }
    }

    /// How many complaints so far; unchanged after reading something means it was fine.
    pub fn complaints(&self) -> usize {
        self.errors.len()
    }

    pub fn finish<T>(self, value: T) -> Result<T, ParseError> {
        if self.errors.is_empty() { Ok(value) } else { Err(ParseError::Fields(self.errors)) }
    }

    /// The object at `path`, with no other fields than `known`.
    pub fn object<'v>(&mut self, path: &str, value: &'v Value, known: &[&str]) -> Option<Scope<'v>> {
        let Value::Object(map) = value else {
            self.refuse(path, Problem::WrongType { expected: Kind::Object });
            return None;
        };
        let scope = Scope { map, path: path.to_owned() };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            self.refuse(scope.path(&text::line(name, SHOWN_NAME_CHARS)), Problem::Unknown);
        }
        Some(scope)
    }

    /// A field that may be absent or null.
    fn present<'v>(&mut self, scope: &Scope<'v>, field: &str) -> Option<&'v Value> {
        scope.map.get(field).filter(|value| !value.is_null())
    }

    fn required<'v>(&mut self, scope: &Scope<'v>, field: &str) -> Option<&'v Value> {
        let value = self.present(scope, field);
        if value.is_none() {
            self.refuse(scope.path(field), Problem::Missing);
        }
        value
    }

    pub fn required_object<'v>(&mut self, scope: &Scope<'v>, field: &str, known: &[&str]) -> Option<Scope<'v>> {
        let value = self.required(scope, field)?;
        self.object(&scope.path(field), value, known)
    }

    pub fn list<'v>(&mut self, scope: &Scope<'v>, field: &str, max: usize) -> &'v [Value] {
        match self.present(scope, field) {
            None => &[],
            Some(Value::Array(items)) if items.len() <= max => items,
            Some(Value::Array(_)) => {
                self.refuse(scope.path(field), Problem::TooMany { max });
                &[]
            }
            Some(_) => {
                self.refuse(scope.path(field), Problem::WrongType { expected: Kind::List });
                &[]
            }
        }
    }

    pub fn map<'v>(&mut self, scope: &Scope<'v>, field: &str) -> Option<&'v Map<String, Value>> {
        match self.present(scope, field)? {
            Value::Object(map) => Some(map),
            _ => {
                self.refuse(scope.path(field), Problem::WrongType { expected: Kind::Object });
                None
            }
        }
    }

    /// Text of at most `max_chars`, as it was sent.
    pub fn text<'v>(&mut self, scope: &Scope<'v>, field: &str, max_chars: usize) -> Option<&'v str> {
        let value = self.present(scope, field)?;
        self.as_text(&scope.path(field), value, max_chars)
    }

    pub fn as_text<'v>(&mut self, path: &str, value: &'v Value, max_chars: usize) -> Option<&'v str> {
        let Value::String(found) = value else {
            self.refuse(path, Problem::WrongType { expected: Kind::Text });
            return None;
        };
        if found.chars().nth(max_chars).is_some() {
            self.refuse(path, Problem::TooLong { max_chars });
            return None;
        }
        Some(found)
    }

    /// One cleaned line; blank counts as absent.
    pub fn line(&mut self, scope: &Scope<'_>, field: &str, max_chars: usize) -> Option<String> {
        let found = self.text(scope, field, max_chars)?;
        Some(text::line(found, max_chars)).filter(|line| !line.is_empty())
    }

    /// One cleaned line that must be there and say something.
    pub fn required_line(&mut self, scope: &Scope<'_>, field: &str, max_chars: usize) -> Option<String> {
        self.required(scope, field)?;
        let before = self.complaints();
        let line = self.line(scope, field, max_chars);
        if line.is_none() && self.complaints() == before {
            self.refuse(scope.path(field), Problem::Empty);
        }
        line
    }

    /// A name that must stay exactly as it is: nothing in it may need cleaning.
    pub fn identifier(&mut self, scope: &Scope<'_>, field: &str, max_chars: usize) -> Option<String> {
        let found = self.text(scope, field, max_chars)?;
        self.formed(scope, field, found, Form::Identifier, |text| text::line(text, usize::MAX) == *text)
    }

    pub fn required_identifier(&mut self, scope: &Scope<'_>, field: &str, max_chars: usize) -> Option<String> {
        self.required(scope, field)?;
        self.identifier(scope, field, max_chars)
    }

    /// Non-empty text for which `fits` holds.
    pub fn formed(&mut self, scope: &Scope<'_>, field: &str, found: &str, expected: Form, fits: impl Fn(&str) -> bool) -> Option<String> {
        let problem = match found {
            "" => Problem::Empty,
            _ if fits(found) => return Some(found.to_owned()),
            _ => Problem::NotAn { expected },
        };
        self.refuse(scope.path(field), problem);
        None
    }

    pub fn integer(&mut self, scope: &Scope<'_>, field: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.present(scope, field)?;
        match value.as_i64() {
            Some(n) if range.contains(&n) => return Some(n),
            None if !value.is_number() => self.refuse(scope.path(field), Problem::WrongType { expected: Kind::Integer }),
            None if value.is_f64() => self.refuse(scope.path(field), Problem::WrongType { expected: Kind::Integer }),
            _ => self.refuse(scope.path(field), Problem::OutOfRange { min: *range.start(), max: *range.end() }),
        }
        None
    }

    /// One of `choices`, which must be there.
    pub fn required_choice<'c>(&mut self, scope: &Scope<'_>, field: &str, choices: &[&'c str]) -> Option<&'c str> {
        let value = self.required(scope, field)?;
        let chosen = value.as_str().and_then(|text| choices.iter().find(|choice| **choice == text));
        if chosen.is_none() {
            let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
            self.refuse(scope.path(field), Problem::NotOneOf { choices });
        }
        chosen.copied()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_strings_only() {
        let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert!(json(nested(DEPTH_MAX).as_bytes(), 10_000).is_ok());
        assert_eq!(json(nested(DEPTH_MAX + 1).as_bytes(), 10_000), Err(ParseError::TooDeep { max: DEPTH_MAX }));
        assert_eq!(json("[".repeat(500_000).as_bytes(), 1_000_000), Err(ParseError::TooDeep { max: DEPTH_MAX }));
        let quoted = format!("[\"{}\\\"{}\"]", "[".repeat(100), "{".repeat(100));
        assert!(json(quoted.as_bytes(), 10_000).is_ok());
        assert!(json(b"[[],[],[],[[],[]]]", 100).is_ok());
    }

    #[test]
    fn what_is_not_json_is_said_without_repeating_it() {
        assert_eq!(json(&[b'"', 0xff, b'"'], 10), Err(ParseError::NotUtf8));
        assert_eq!(json(b"12345", 4), Err(ParseError::TooLarge { max_bytes: 4 }));
        for bad in ["", "{", "{\"a\":}", "secret-word", "{\"a\":1}{}", "\"\\ud800\"", "NaN", "1e999", "\u{feff}{}", "{'a':1}"] {
            let Err(ParseError::Malformed { reason }) = json(bad.as_bytes(), 100) else { panic!("{bad}") };
            assert!(!reason.contains("secret-word"), "{reason}");
        }
    }
}
