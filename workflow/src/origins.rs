//! Where the value of an expression comes from: the paths whose values are in it, and where in it they lie. What is only compared or
//! measured is not in it. Called by `expr` and `script`.

use cel::IdedExpr;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr as Ast, LiteralValue, operators};
use std::collections::{BTreeMap, BTreeSet};

/// Any item of a list, any field of an object.
pub(crate) const ANY: &str = "*";
/// A few characters of a text, or a few items of a list.
pub(crate) const CUT: &str = "[:]";
/// More paths than anybody writes, and more fields of one.
const ORIGINS_MAX: usize = 64;
const STEPS_MAX: usize = 12;
/// So many characters of a text say nobody's number.
const SHORT_MAX: i64 = 4;
/// What they give is true or false, a number of things, or names of fields.
const JUDGING: [&str; 17] = [
    operators::EQUALS,
    operators::NOT_EQUALS,
    operators::GREATER,
    operators::GREATER_EQUALS,
    operators::LESS,
    operators::LESS_EQUALS,
    operators::LOGICAL_AND,
    operators::LOGICAL_OR,
    operators::LOGICAL_NOT,
    operators::IN,
    "size",
    "bool",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "keys",
];

/// A path whose value is in another value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Where in the other; empty where it is the other, or part of a text.
    pub place: Vec<String>,
    /// A name and the fields that follow it.
    pub path: Vec<String>,
}

pub(crate) type Origins = BTreeSet<Origin>;
/// What names stand for that are bound inside an expression or a script.
pub(crate) type Locals = BTreeMap<String, Origins>;

pub(crate) fn origins(expr: &IdedExpr, locals: &Locals) -> Origins {
    let found: Origins = match &expr.expr {
        Ast::Ident(name) => named(name, locals),
        Ast::Select(select) if select.test => Origins::new(),
        Ast::Select(select) => field(origins(&select.operand, locals), &select.field),
        Ast::Call(call) => called(call, locals),
        Ast::Comprehension(c) => gathered(c, locals),
        Ast::List(list) => list.elements.iter().flat_map(|element| put(ANY, origins(element, locals))).collect(),
        Ast::Map(map) => map.entries.iter().flat_map(|entry| entered(&entry.expr, locals)).collect(),
        Ast::Struct(made) => made.entries.iter().flat_map(|entry| entered(&entry.expr, locals)).collect(),
        Ast::Unspecified | Ast::Literal(_) => Origins::new(),
    };
    few(found)
}

pub(crate) fn few(mut found: Origins) -> Origins {
    while found.len() > ORIGINS_MAX {
        found.pop_last();
    }
    found
}

/// What lies in this field of what comes from there.
pub(crate) fn field(of: Origins, name: &str) -> Origins {
    let step = |mut one: Origin| {
        if !one.place.is_empty() {
            let first = one.place.remove(0);
            return is_same(&first, name).then_some(one);
        }
        if one.path.len() < STEPS_MAX {
            one.path.push(name.to_owned());
        }
        Some(one)
    };
    of.into_iter().filter_map(step).collect()
}

/// What comes from there, laid into this field.
pub(crate) fn put(name: &str, of: Origins) -> Origins {
    let lay = |mut one: Origin| {
        if one.place.len() < STEPS_MAX {
            one.place.insert(0, name.to_owned());
        }
        one
    };
    of.into_iter().map(lay).collect()
}

/// As part of a text.
pub(crate) fn flat(of: Origins) -> Origins {
    of.into_iter().map(|one| Origin { place: Vec::new(), ..one }).collect()
}

pub(crate) fn is_same(a: &str, b: &str) -> bool {
    a == b || a == ANY || b == ANY
}

fn named(name: &str, locals: &Locals) -> Origins {
    match locals.get(name) {
        Some(known) => known.clone(),
        None if name.starts_with('@') => Origins::new(),
        None => Origins::from([Origin { place: Vec::new(), path: vec![name.trim_start_matches('.').to_owned()] }]),
    }
}

fn called(call: &CallExpr, locals: &Locals) -> Origins {
    let parts: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(&call.args).collect();
    let of = |parts: &[&IdedExpr]| parts.iter().flat_map(|part| origins(part, locals)).collect::<Origins>();
    match (call.func_name.as_str(), parts.as_slice()) {
        (name, _) if JUDGING.contains(&name) => Origins::new(),
        (operators::CONDITIONAL, [_, values @ ..]) => of(values),
        (operators::INDEX | operators::OPT_INDEX | operators::OPT_SELECT, [whole, at]) => {
            field(origins(whole, locals), text(at).unwrap_or(ANY))
        }
        ("slice", [whole, from, to]) if is_short(from, to) => cut(origins(whole, locals)),
        (operators::ADD | "sort" | "slice", parts) => of(parts),
        (_, parts) => flat(of(parts)),
    }
}

/// Whether it is too little to say anything is told by what it is cut from.
fn cut(of: Origins) -> Origins {
    let (laid, whole): (Origins, Origins) = of.into_iter().partition(|one| !one.place.is_empty());
    laid.into_iter().chain(field(whole, CUT)).collect()
}

fn is_short(from: &IdedExpr, to: &IdedExpr) -> bool {
    let number = |expr: &IdedExpr| match &expr.expr {
        Ast::Literal(LiteralValue::Int(number)) => Some(*number.inner()),
        _ => None,
    };
    number(from).zip(number(to)).is_some_and(|(from, to)| to.saturating_sub(from) <= SHORT_MAX)
}

fn text(expr: &IdedExpr) -> Option<&str> {
    match &expr.expr {
        Ast::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// `map`, `filter`; `exists` and `all` only judge.
fn gathered(c: &ComprehensionExpr, locals: &Locals) -> Origins {
    let item = field(origins(&c.iter_range, locals), ANY);
    let mut inner = locals.clone();
    // The first of two names is the place in the list.
    let (place, name) = match &c.iter_var2 {
        Some(name) => (Some(&c.iter_var), name),
        None => (None, &c.iter_var),
    };
    inner.extend(place.map(|place| (place.clone(), Origins::new())));
    inner.insert(name.clone(), item);
    inner.insert(c.accu_var.clone(), Origins::new());
    if !matches!(c.result.expr, Ast::Ident(_)) {
        return origins(&c.result, &inner);
    }
    let mut out = origins(&c.accu_init, &inner);
    out.extend(origins(&c.loop_step, &inner));
    out
}

fn entered(entry: &EntryExpr, locals: &Locals) -> Origins {
    match entry {
        EntryExpr::StructField(field) => put(&field.field, origins(&field.value, locals)),
        EntryExpr::MapEntry(pair) => put(text(&pair.key).unwrap_or(ANY), origins(&pair.value, locals)),
    }
}
