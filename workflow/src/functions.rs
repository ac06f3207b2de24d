//! What expressions can do beyond CEL's own functions: cut and join texts, round and add up numbers, sort lists. Pure, without the host,
//! each written `f(x, …)` or `x.f(…)`. What they may cost is bounded in `cost`. Called by `expr` only.

use cel::extractors::This;
use cel::{Context, ExecutionError, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// Longest list that `range` gives.
pub(crate) const RANGE_MAX: i64 = 10_000;

/// Names, so that `cost` and a test know them all.
pub(crate) const NAMES: [&str; 12] =
    ["lower", "upper", "trim", "split", "replace", "join", "slice", "round", "sum", "sort", "keys", "range"];

type Given = Result<Value, ExecutionError>;

pub(crate) fn add(context: &mut Context<'_, '_>) {
    let added = [
        context.add_function("lower", |This(a): This<Arc<String>>| Value::from(a.to_lowercase())),
        context.add_function("upper", |This(a): This<Arc<String>>| Value::from(a.to_uppercase())),
        context.add_function("trim", |This(a): This<Arc<String>>| Value::from(a.trim())),
        context.add_function("split", split),
        context.add_function("replace", replace),
        context.add_function("join", join),
        context.add_function("slice", slice),
        context.add_function("round", round),
        context.add_function("sum", sum),
        context.add_function("sort", sort),
        context.add_function("keys", keys),
        context.add_function("range", range),
    ];
    debug_assert!(added.iter().all(Result::is_ok), "a name is taken: {added:?}");
}

fn wrong(function: &str, why: &str) -> ExecutionError {
    ExecutionError::function_error(function, why)
}

fn split(This(text): This<Arc<String>>, by: Arc<String>) -> Given {
    if by.is_empty() {
        return Err(wrong("split", "say by what the text is cut"));
    }
    Ok(list(text.split(by.as_str()).map(Value::from)))
}

fn replace(This(text): This<Arc<String>>, from: Arc<String>, to: Arc<String>) -> Given {
    if from.is_empty() {
        return Err(wrong("replace", "say what is replaced"));
    }
    Ok(Value::from(text.replace(from.as_str(), to.as_str())))
}

fn join(This(items): This<Arc<Vec<Value>>>, by: Arc<String>) -> Given {
    let mut out = String::new();
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push_str(&by);
        }
        match item {
            Value::String(text) => out.push_str(text),
            Value::Int(n) => out.push_str(&n.to_string()),
            Value::UInt(n) => out.push_str(&n.to_string()),
            Value::Float(n) => out.push_str(&n.to_string()),
            Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            Value::Null => {}
            _ => return Err(wrong("join", "only texts and numbers can be joined")),
        }
    }
    Ok(Value::from(out))
}

/// Characters of a text or items of a list, from (0 is the first) up to but without `to`; what lies outside is left out.
fn slice(This(of): This<Value>, from: i64, to: i64) -> Given {
    let from = usize::try_from(from.max(0)).unwrap_or(usize::MAX);
    let count = usize::try_from(to.max(0)).unwrap_or(usize::MAX).saturating_sub(from);
    match of {
        Value::String(text) => Ok(Value::from(text.chars().skip(from).take(count).collect::<String>())),
        Value::List(items) => Ok(list(items.iter().skip(from).take(count).cloned())),
        _ => Err(wrong("slice", "a text or a list is needed")),
    }
}

/// Half away from zero, as people round money; `places` 0 to 9.
fn round(This(number): This<Value>, places: i64) -> Given {
    let number = as_float(&number).ok_or_else(|| wrong("round", "a number is needed"))?;
    let places = i32::try_from(places).ok().filter(|p| (0..=9).contains(p)).ok_or_else(|| wrong("round", "0 to 9 places"))?;
    let scale = 10f64.powi(places);
    // 1.005 is kept as 1.00499…: what is nearer to the half than the last place can tell is the half.
    let scaled = number * scale;
    let rounded = (scaled + scaled.signum() * scaled.abs() * f64::EPSILON * 4.0).round() / scale;
    Ok(Value::Float(if rounded.is_finite() { rounded } else { number }))
}

fn sum(This(items): This<Arc<Vec<Value>>>) -> Given {
    let mut whole = 0i64;
    if items.iter().all(|item| matches!(item, Value::Int(_))) {
        for item in items.iter() {
            let Value::Int(n) = item else { continue };
            whole = whole.checked_add(*n).ok_or_else(|| wrong("sum", "the sum is too large"))?;
        }
        return Ok(Value::Int(whole));
    }
    let numbers: Option<Vec<f64>> = items.iter().map(as_float).collect();
    numbers.map(|n| Value::Float(n.iter().sum())).ok_or_else(|| wrong("sum", "only numbers can be added up"))
}

fn sort(This(items): This<Arc<Vec<Value>>>) -> Given {
    let texts = items.iter().all(|item| matches!(item, Value::String(_)));
    if !texts && !items.iter().all(|item| as_float(item).is_some()) {
        return Err(wrong("sort", "only numbers or only texts can be sorted"));
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        _ => as_float(a).partial_cmp(&as_float(b)).unwrap_or(Ordering::Equal),
    });
    Ok(Value::List(Arc::new(sorted)))
}

fn keys(This(map): This<Value>) -> Given {
    let Value::Map(map) = map else { return Err(wrong("keys", "an object is needed")) };
    let mut names: Vec<String> = map.map.keys().map(ToString::to_string).collect();
    names.sort();
    Ok(list(names.into_iter().map(Value::from)))
}

/// 0 up to but without `count`.
fn range(This(count): This<i64>) -> Given {
    if !(0..=RANGE_MAX).contains(&count) {
        return Err(wrong("range", "0 to 10000"));
    }
    Ok(list((0..count).map(Value::Int)))
}

fn as_float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::UInt(n) => Some(*n as f64),
        Value::Float(n) if n.is_finite() => Some(*n),
        _ => None,
    }
}

fn list(items: impl Iterator<Item = Value>) -> Value {
    Value::List(Arc::new(items.collect()))
}
