//! Carries a script out, within a purse of fuel and of memory. What it costs depends on the script and its values alone, so the same
//! decision is made everywhere. Called by `nodes::script`.

use super::{Block, Script, Statement, Way, What};
use crate::expr::{Expr, ExprError, Values, with_room};
use crate::model::ErrorKind;
use crate::run::StepError;
use crate::template::weight;
use serde_json::Value;

/// For one script. An operation of an expression costs one, 32 bytes that are read or kept cost one; spent in well under a second.
const FUEL: u64 = 500_000;
/// What all locals may hold together, in bytes of JSON.
const HELD_BYTES_MAX: usize = 2 * 1024 * 1024;
const FUEL_BYTES: usize = 32;

/// What the script returns; null when it returns nothing.
pub(crate) fn play(script: &Script, values: &dyn Values) -> Result<Value, StepError> {
    let mut player = Player { values, locals: Vec::new(), fuel: FUEL, held: 0 };
    // One stack for all of its expressions.
    with_room(|| match player.block(&script.block)? {
        Going::Back(value) => Ok(value),
        _ => Ok(Value::Null),
    })
}

enum Going {
    On,
    /// Out of the loop, or to its next round.
    Out,
    Round,
    Back(Value),
}

struct Player<'v> {
    values: &'v dyn Values,
    locals: Vec<(String, Value)>,
    fuel: u64,
    held: usize,
}

impl Values for Player<'_> {
    fn value(&self, name: &str) -> Option<&Value> {
        self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, value)| value).or_else(|| self.values.value(name))
    }
}

type Played<T> = Result<T, StepError>;

impl Player<'_> {
    fn block(&mut self, block: &Block) -> Played<Going> {
        let known = self.locals.len();
        let mut going = Going::On;
        for statement in block {
            going = self.statement(statement)?;
            if !matches!(going, Going::On) {
                break;
            }
        }
        self.forget(known);
        Ok(going)
    }

    fn statement(&mut self, statement: &Statement) -> Played<Going> {
        let line = statement.line;
        self.spend(1, line)?;
        match &statement.what {
            What::Let(name, value) => {
                let value = self.evaluate(value, line)?;
                self.keep(name, value, line)?;
            }
            What::Set(name, ways, value) => self.set(name, ways, value, line)?,
            What::If(branches, otherwise) => {
                for (condition, block) in branches {
                    if self.is_true(condition, line)? {
                        return self.block(block);
                    }
                }
                return self.block(otherwise);
            }
            What::For(name, list, body) => return self.rounds(name, list, body, line),
            What::While(condition, body) => {
                while self.is_true(condition, line)? {
                    match self.block(body)? {
                        Going::Out => break,
                        Going::Back(value) => return Ok(Going::Back(value)),
                        Going::On | Going::Round => {}
                    }
                }
            }
            What::Break => return Ok(Going::Out),
            What::Continue => return Ok(Going::Round),
            What::Return(None) => return Ok(Going::Back(Value::Null)),
            What::Return(Some(value)) => return Ok(Going::Back(self.evaluate(value, line)?)),
            What::Fail(why) => {
                let why = self.evaluate(why, line)?;
                let said = why.as_str().map_or_else(|| why.to_string(), str::to_owned);
                return Err(StepError::new(ErrorKind::Refused, said.chars().take(500).collect::<String>()));
            }
        }
        Ok(Going::On)
    }

    fn rounds(&mut self, name: &str, list: &Expr, body: &Block, line: usize) -> Played<Going> {
        let items = match self.evaluate(list, line)? {
            Value::Array(items) => items,
            Value::Object(fields) => fields.into_iter().map(|(name, _)| Value::from(name)).collect(),
            _ => return Err(at(line, ErrorKind::Invalid, "only a list or an object can be gone through")),
        };
        for item in items {
            let known = self.locals.len();
            self.keep(name, item, line)?;
            let going = self.block(body)?;
            self.forget(known);
            match going {
                Going::Out => break,
                Going::Back(value) => return Ok(Going::Back(value)),
                Going::On | Going::Round => {}
            }
        }
        Ok(Going::On)
    }

    fn set(&mut self, name: &str, ways: &[Way], value: &Expr, line: usize) -> Played<()> {
        let value = self.evaluate(value, line)?;
        let mut keys = Vec::with_capacity(ways.len());
        for way in ways {
            keys.push(match way {
                Way::Field(field) => Value::from(field.as_str()),
                Way::At(at) => self.evaluate(at, line)?,
            });
        }
        let new = weight(&value);
        let Some((_, local)) = self.locals.iter_mut().rev().find(|(local, _)| local == name) else {
            return Err(at(line, ErrorKind::Invalid, "there is no such local"));
        };
        let mut place = local;
        for key in &keys {
            place = step_into(place, key).ok_or_else(|| at(line, ErrorKind::Invalid, "there is no such place in the value"))?;
        }
        let old = weight(place);
        *place = value;
        self.hold(old, new, line)
    }

    fn keep(&mut self, name: &str, value: Value, line: usize) -> Played<()> {
        let new = weight(&value);
        self.locals.push((name.to_owned(), value));
        self.hold(0, new, line)
    }

    fn hold(&mut self, old: usize, new: usize, line: usize) -> Played<()> {
        self.held = (self.held + new).saturating_sub(old);
        self.spend(((new + old) / FUEL_BYTES) as u64, line)?;
        if self.held > HELD_BYTES_MAX { Err(at(line, ErrorKind::Limit, "the script holds more than 2 MiB")) } else { Ok(()) }
    }

    fn forget(&mut self, known: usize) {
        for (_, value) in self.locals.drain(known..) {
            self.held = self.held.saturating_sub(weight(&value));
        }
    }

    fn spend(&mut self, fuel: u64, line: usize) -> Played<()> {
        self.fuel = self.fuel.checked_sub(fuel).ok_or_else(|| at(line, ErrorKind::Limit, TOO_LONG))?;
        Ok(())
    }

    fn evaluate(&mut self, expr: &Expr, line: usize) -> Played<Value> {
        let mut fuel = self.fuel;
        let given = expr.evaluate_within(self, &mut fuel);
        self.fuel = fuel;
        given.map_err(|error| match error {
            ExprError::TooCostly => at(line, ErrorKind::Limit, TOO_LONG),
            error => at(line, ErrorKind::Invalid, &error.to_string()),
        })
    }

    fn is_true(&mut self, condition: &Expr, line: usize) -> Played<bool> {
        let value = self.evaluate(condition, line)?;
        value.as_bool().ok_or_else(|| at(line, ErrorKind::Invalid, "a condition must give true or false"))
    }
}

const TOO_LONG: &str = "the script does more than it may";

fn at(line: usize, kind: ErrorKind, why: &str) -> StepError {
    StepError::new(kind, format!("line {line}: {why}"))
}

/// A field that does not exist is made; an item must exist.
fn step_into<'p>(place: &'p mut Value, key: &Value) -> Option<&'p mut Value> {
    match (place, key) {
        (Value::Object(fields), Value::String(name)) => Some(fields.entry(name.clone()).or_insert(Value::Null)),
        (Value::Array(items), key) => items.get_mut(usize::try_from(key.as_u64()?).ok()?),
        _ => None,
    }
}
