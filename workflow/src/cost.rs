//! What evaluating an expression can cost, before it is evaluated: an upper bound from its text and the sizes of what it reads.
//! The library that evaluates has no limit of its own. Called by `expr` only.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr as Ast, operators};
use serde_json::Value;

/// Most operations of one evaluation.
const COST_MAX: u64 = 2_000_000;
/// Most bytes of text one evaluation may build.
const TEXT_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Compiling a pattern costs about as much as this many operations.
const PATTERN_COST: u64 = 200;

/// Collections come from variables and literals and grow only by `+`, which at most doubles them.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Cost {
    pub operations: u64,
    weight: u64,
    pub nesting: u32,
    doublings: u32,
}

impl Cost {
    pub fn of(expr: &IdedExpr) -> Cost {
        let mut cost = Cost::default();
        cost.walk(expr, 0);
        cost
    }

    /// With collections up to `longest` items and texts up to `text` bytes.
    pub fn is_affordable(self, longest: u64, text: u64) -> bool {
        self.rounds(longest).saturating_mul(self.weight) <= COST_MAX && self.text(longest, text) <= TEXT_BYTES_MAX
    }

    fn walk(&mut self, expr: &IdedExpr, nesting: u32) {
        self.operations += 1;
        self.weight += 1;
        self.nesting = self.nesting.max(nesting);
        match &expr.expr {
            Ast::Call(call) => {
                self.doublings += u32::from(call.func_name == operators::ADD);
                self.weight += if call.func_name == "matches" { PATTERN_COST } else { 0 };
                call.target.iter().for_each(|target| self.walk(target, nesting));
                call.args.iter().for_each(|arg| self.walk(arg, nesting));
            }
            Ast::Comprehension(c) => {
                // The `+` with which `map` and `filter` gather their result is not a doubling.
                let before = self.doublings;
                self.walk(&c.accu_init, nesting);
                self.walk(&c.loop_step, nesting + 1);
                self.doublings -= u32::from(self.doublings > before && gathers(&c.loop_step, &c.accu_var));
                self.walk(&c.iter_range, nesting);
                self.walk(&c.loop_cond, nesting + 1);
                self.walk(&c.result, nesting);
            }
            Ast::Select(select) => self.walk(&select.operand, nesting),
            Ast::List(list) => list.elements.iter().for_each(|element| self.walk(element, nesting)),
            Ast::Map(map) => map.entries.iter().for_each(|entry| self.entry(&entry.expr, nesting)),
            Ast::Struct(made) => made.entries.iter().for_each(|entry| self.entry(&entry.expr, nesting)),
            Ast::Unspecified | Ast::Ident(_) | Ast::Literal(_) => {}
        }
    }

    fn entry(&mut self, entry: &EntryExpr, nesting: u32) {
        match entry {
            EntryExpr::StructField(field) => self.walk(&field.value, nesting),
            EntryExpr::MapEntry(pair) => {
                self.walk(&pair.key, nesting);
                self.walk(&pair.value, nesting);
            }
        }
    }

    fn rounds(self, longest: u64) -> u64 {
        let range = longest.saturating_add(self.operations).saturating_mul(1 << self.doublings.min(40));
        (0..self.nesting).fold(1, |rounds, _| rounds.saturating_mul(range))
    }

    fn text(self, longest: u64, text: u64) -> u64 {
        if self.doublings == 0 {
            return 0;
        }
        self.rounds(longest).saturating_mul(text).saturating_mul(1 << self.doublings.min(40))
    }
}

fn gathers(step: &IdedExpr, accumulator: &str) -> bool {
    match &step.expr {
        Ast::Call(call) if call.func_name == operators::ADD => {
            matches!(call.args.first().map(|arg| &arg.expr), Some(Ast::Ident(name)) if name == accumulator)
        }
        Ast::Call(call) if call.func_name == operators::CONDITIONAL => call.args.iter().any(|arg| gathers(arg, accumulator)),
        _ => false,
    }
}

/// The longest list or map, and the longest text, anywhere inside.
pub(crate) fn measure(value: &Value, longest: &mut u64, text: &mut u64) {
    match value {
        Value::Array(items) => {
            *longest = (*longest).max(items.len() as u64);
            items.iter().for_each(|item| measure(item, longest, text));
        }
        Value::Object(fields) => {
            *longest = (*longest).max(fields.len() as u64);
            fields.values().for_each(|field| measure(field, longest, text));
        }
        Value::String(s) => *text = (*text).max(s.len() as u64),
        _ => {}
    }
}
