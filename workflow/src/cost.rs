//! What evaluating an expression can cost, before it is evaluated: an upper bound from its shape and the sizes of what it reads.
//! The library that evaluates has no limit of its own. Called by `expr` only.
//!
//! Each part of an expression gets a bound on the size of its value. Sizes are only added up, or multiplied by how often a loop
//! goes round; CEL's macros gather with `result + [item]`, and nothing else can name that result, so a loop grows by what one
//! round adds. Within a loop an item weighs the average: over all rounds that comes to the weight of the whole list.

use crate::functions;
use cel::IdedExpr;
use cel::common::ast::{ComprehensionExpr, EntryExpr, Expr as Ast, LiteralValue, operators};
use serde_json::Value;

/// Most operations of one evaluation.
const COST_MAX: u64 = 2_000_000;
/// Most bytes of text one evaluation may build, and of what it gives.
const BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Compiling a pattern costs about as much as this many operations.
const PATTERN_COST: u64 = 200;
/// Bytes that are compared or searched in about one operation.
const BYTES_PER_OPERATION: u64 = 16;
const MATCHES: &str = "matches";
/// A pattern is as long as the text at the worst: each byte of one meets each of the other.
const PAIRS_PER_OPERATION: u64 = 256;
/// A number, a truth value, the frame of a collection.
const SMALL: u64 = 8;

/// What can be said without knowing any value.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Shape {
    pub operations: u64,
    /// Loops within loops.
    pub nesting: u32,
    /// It joins or searches, so its cost grows with what it reads.
    grows: bool,
    /// It calls one of our own functions.
    pub own: bool,
}

impl Shape {
    pub fn of(expr: &IdedExpr) -> Shape {
        let mut shape = Shape::default();
        shape.walk(expr, 0);
        shape
    }

    /// Costs no more than its own length, whatever it reads.
    pub fn is_plain(self) -> bool {
        self.nesting == 0 && !self.grows
    }

    fn walk(&mut self, expr: &IdedExpr, nesting: u32) {
        self.operations += 1;
        self.nesting = self.nesting.max(nesting);
        match &expr.expr {
            Ast::Call(call) => {
                let name = call.func_name.as_str();
                self.own |= functions::NAMES.contains(&name);
                self.grows |= name == operators::ADD || name == MATCHES || self.own;
                call.target.iter().for_each(|target| self.walk(target, nesting));
                call.args.iter().for_each(|arg| self.walk(arg, nesting));
            }
            Ast::Comprehension(c) => {
                [&c.accu_init, &c.iter_range, &c.result].into_iter().for_each(|part| self.walk(part, nesting));
                [&c.loop_cond, &c.loop_step].into_iter().for_each(|part| self.walk(part, nesting + 1));
            }
            Ast::Select(select) => self.walk(&select.operand, nesting),
            // A list of the same large text many times over adds up as well.
            Ast::List(list) => {
                self.grows |= list.elements.len() > 1;
                list.elements.iter().for_each(|element| self.walk(element, nesting));
            }
            Ast::Map(map) => {
                self.grows |= map.entries.len() > 1;
                map.entries.iter().flat_map(|e| parts(&e.expr)).for_each(|part| self.walk(part, nesting));
            }
            Ast::Struct(made) => made.entries.iter().flat_map(|e| parts(&e.expr)).for_each(|part| self.walk(part, nesting)),
            Ast::Unspecified | Ast::Ident(_) | Ast::Literal(_) => {}
        }
    }
}

fn parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(pair) => vec![&pair.key, &pair.value],
    }
}

/// Most operations that evaluating it with these values takes; none if it may not be evaluated at all.
pub(crate) fn affordable<'v>(expr: &IdedExpr, read: &dyn Fn(&str) -> Option<&'v Value>) -> Option<u64> {
    let mut meter = Meter { operations: 0, bytes: 0, scope: Vec::new(), read };
    let given = meter.bound(expr, 1);
    (meter.operations <= COST_MAX && meter.bytes <= BYTES_MAX && given.weight <= BYTES_MAX).then_some(meter.operations)
}

/// How large a value can be.
#[derive(Debug, Default, Clone, Copy)]
struct Bound {
    /// Items of the value itself, if it is a list or a map.
    len: u64,
    /// Items of the longest list or map in it, itself included.
    longest: u64,
    /// All of it, in bytes.
    weight: u64,
}

impl Bound {
    const SMALL: Bound = Bound { len: 0, longest: 0, weight: SMALL };

    fn of(value: &Value) -> Bound {
        match value {
            Value::Array(items) => Bound::holding(items.len(), items.iter().map(Bound::of)),
            Value::Object(fields) => {
                let keys: u64 = fields.keys().map(|key| key.len() as u64).sum();
                let all = Bound::holding(fields.len(), fields.values().map(Bound::of));
                Bound { weight: all.weight.saturating_add(keys), ..all }
            }
            Value::String(text) => Bound { weight: SMALL + text.len() as u64, ..Bound::SMALL },
            _ => Bound::SMALL,
        }
    }

    fn holding(len: usize, items: impl Iterator<Item = Bound>) -> Bound {
        let len = len as u64;
        items.fold(Bound { len, longest: len, weight: SMALL }, |all, item| Bound {
            longest: all.longest.max(item.longest),
            weight: all.weight.saturating_add(item.weight),
            ..all
        })
    }

    fn either(self, other: Bound) -> Bound {
        Bound { len: self.len.max(other.len), longest: self.longest.max(other.longest), weight: self.weight.max(other.weight) }
    }

    fn and(self, other: Bound) -> Bound {
        let len = self.len.saturating_add(other.len);
        Bound { len, longest: self.longest.max(other.longest).max(len), weight: self.weight.saturating_add(other.weight) }
    }

    /// Something inside.
    fn inner(self) -> Bound {
        Bound { len: self.longest, ..self }
    }

    fn times(self, rounds: u64) -> Bound {
        let len = self.len.saturating_mul(rounds);
        Bound { len, longest: self.longest.max(len), weight: self.weight.saturating_mul(rounds) }
    }
}

fn searching(given: &[Bound]) -> u64 {
    given.iter().fold(1_u64, |product, bound| product.saturating_mul(bound.weight)) / PAIRS_PER_OPERATION
}

struct Meter<'e, 'r, 'v> {
    operations: u64,
    bytes: u64,
    /// Variables of the loops around, innermost last.
    scope: Vec<(&'e str, Bound)>,
    read: &'r dyn Fn(&str) -> Option<&'v Value>,
}

impl<'e> Meter<'e, '_, '_> {
    /// The size of what a part gives, when it is evaluated so many times.
    fn bound(&mut self, expr: &'e IdedExpr, times: u64) -> Bound {
        self.work(times);
        match &expr.expr {
            Ast::Literal(LiteralValue::String(text)) => Bound { weight: SMALL + text.inner().len() as u64, ..Bound::SMALL },
            Ast::Literal(_) | Ast::Unspecified => Bound::SMALL,
            Ast::Ident(name) => self.variable(name),
            Ast::Select(select) => {
                let of = self.bound(&select.operand, times).inner();
                if select.test { Bound::SMALL } else { of }
            }
            Ast::List(list) => {
                let items: Vec<Bound> = list.elements.iter().map(|element| self.bound(element, times)).collect();
                Bound::holding(items.len(), items.into_iter())
            }
            Ast::Map(map) => {
                let items: Vec<Bound> = map.entries.iter().flat_map(|e| parts(&e.expr)).map(|part| self.bound(part, times)).collect();
                Bound::holding(items.len(), items.into_iter())
            }
            Ast::Struct(made) => {
                let items: Vec<Bound> = made.entries.iter().flat_map(|e| parts(&e.expr)).map(|part| self.bound(part, times)).collect();
                Bound::holding(items.len(), items.into_iter())
            }
            Ast::Comprehension(c) => self.looped(c, times),
            Ast::Call(call) => {
                let given: Vec<Bound> = call.target.iter().map(Box::as_ref).chain(&call.args).map(|arg| self.bound(arg, times)).collect();
                self.call(&call.func_name, &given, times)
            }
        }
    }

    fn work(&mut self, operations: u64) {
        self.operations = self.operations.saturating_add(operations);
    }

    fn variable(&self, name: &str) -> Bound {
        let looped = self.scope.iter().rev().find(|(known, _)| *known == name).map(|(_, bound)| *bound);
        looped.or_else(|| (self.read)(name).map(Bound::of)).unwrap_or(Bound::SMALL)
    }

    fn call(&mut self, name: &str, given: &[Bound], times: u64) -> Bound {
        let all = given.iter().copied().fold(Bound::default(), Bound::and);
        match name {
            operators::ADD => {
                self.bytes = self.bytes.saturating_add(all.weight.saturating_mul(times));
                all
            }
            operators::CONDITIONAL => given.iter().skip(1).copied().fold(Bound::default(), Bound::either),
            operators::INDEX => given.first().copied().unwrap_or_default().inner(),
            _ if functions::NAMES.contains(&name) => self.own(name, given, times),
            _ => {
                let searched = if name == MATCHES { PATTERN_COST + searching(given) } else { 0 };
                self.work(times.saturating_mul(searched.saturating_add(all.weight / BYTES_PER_OPERATION)));
                // Texts that are cut, joined or written out are never longer than what they are made of, numbers aside.
                Bound { weight: all.weight.saturating_add(4 * SMALL), ..all }
            }
        }
    }

    /// Our own functions (`functions`): each goes once over what it is given, and makes no more than this of it.
    fn own(&mut self, name: &str, given: &[Bound], times: u64) -> Bound {
        let all = given.iter().copied().fold(Bound::default(), Bound::and);
        let (first, second) = (given.first().copied().unwrap_or_default(), given.get(1).copied().unwrap_or_default());
        let made = match name {
            // Every byte may become a text of its own.
            "split" => Bound { len: first.weight, longest: first.weight, weight: first.weight.saturating_mul(SMALL + 1) },
            "replace" => {
                Bound { weight: all.weight.saturating_mul(given.get(2).copied().unwrap_or_default().weight.max(1)), ..Bound::SMALL }
            }
            "join" => {
                Bound { weight: first.weight.saturating_mul(2).saturating_add(first.len.saturating_mul(second.weight)), ..Bound::SMALL }
            }
            "round" | "sum" => Bound::SMALL,
            "range" => Bound {
                len: functions::RANGE_MAX as u64,
                longest: functions::RANGE_MAX as u64,
                weight: functions::RANGE_MAX as u64 * SMALL,
            },
            // A letter may become three, as ŉ does.
            "lower" | "upper" => Bound { weight: first.weight.saturating_mul(3), ..Bound::SMALL },
            _ => Bound { len: first.len, longest: first.longest, weight: first.weight.saturating_add(4 * SMALL) },
        };
        let sorting = if name == "sort" { first.len.saturating_mul(u64::from(u64::BITS - first.len.leading_zeros())) } else { 0 };
        let touched = all.weight.saturating_add(made.weight) / BYTES_PER_OPERATION;
        self.work(times.saturating_mul(touched.saturating_add(sorting)));
        self.bytes = self.bytes.saturating_add(made.weight.saturating_mul(times));
        made
    }

    fn looped(&mut self, c: &'e ComprehensionExpr, times: u64) -> Bound {
        let range = self.bound(&c.iter_range, times);
        let rounds = range.len;
        let item = Bound { len: range.longest, longest: range.longest, weight: range.weight.div_ceil(rounds.max(1)) };
        let base = self.scope.len();
        self.scope.push((c.iter_var.as_str(), item));
        self.scope.extend(c.iter_var2.iter().map(|name| (name.as_str(), item)));
        let first = self.bound(&c.accu_init, times);
        // What one round adds to nothing.
        self.scope.push((c.accu_var.as_str(), Bound::default()));
        let inside = times.saturating_mul(rounds);
        self.bound(&c.loop_cond, inside);
        let step = self.bound(&c.loop_step, inside);
        if let Some((_, gathered)) = self.scope.last_mut() {
            *gathered = first.and(step.times(rounds));
        }
        let given = self.bound(&c.result, times);
        self.scope.truncate(base);
        given
    }
}
