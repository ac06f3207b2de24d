//! What an expression looks at: the names it needs, and the paths it takes into them. Called by `expr` only.

use crate::types;
use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr as Ast};
use std::collections::BTreeSet;

/// Names that are read, in order.
pub(crate) fn names(expr: &IdedExpr) -> Vec<String> {
    let mut out = BTreeSet::new();
    free(expr, &mut Vec::new(), &mut out);
    out.into_iter().collect()
}

/// Names with the fields that follow them, in order. What is looked up by a value ends the path.
pub(crate) fn paths(expr: &IdedExpr) -> Vec<String> {
    let mut out = BTreeSet::new();
    walk(expr, &mut out);
    out.into_iter().collect()
}

fn walk(expr: &IdedExpr, out: &mut BTreeSet<String>) {
    if let Some(path) = path(expr) {
        out.insert(path);
        return;
    }
    match &expr.expr {
        Ast::Call(call) => call.target.as_deref().into_iter().chain(&call.args).for_each(|part| walk(part, out)),
        Ast::Comprehension(c) => {
            [&c.iter_range, &c.accu_init, &c.loop_cond, &c.loop_step, &c.result].into_iter().for_each(|part| walk(part, out));
        }
        Ast::Select(select) => walk(&select.operand, out),
        Ast::List(list) => list.elements.iter().for_each(|element| walk(element, out)),
        Ast::Map(map) => map.entries.iter().flat_map(|entry| parts(&entry.expr)).for_each(|part| walk(part, out)),
        Ast::Struct(made) => made.entries.iter().flat_map(|entry| parts(&entry.expr)).for_each(|part| walk(part, out)),
        Ast::Unspecified | Ast::Literal(_) | Ast::Ident(_) => {}
    }
}

fn path(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Ast::Ident(name) if !name.starts_with('@') => Some(name.clone()),
        Ast::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        _ => None,
    }
}

/// Names that are read and not bound inside the expression itself.
fn free(expr: &IdedExpr, bound: &mut Vec<String>, out: &mut BTreeSet<String>) {
    match &expr.expr {
        Ast::Ident(name) => {
            if !bound.contains(name) && !name.starts_with('@') && !types::is_type_name(name) {
                out.insert(name.trim_start_matches('.').to_owned());
            }
        }
        Ast::Call(call) => {
            call.target.iter().for_each(|target| free(target, bound, out));
            call.args.iter().for_each(|arg| free(arg, bound, out));
        }
        Ast::Comprehension(c) => {
            free(&c.iter_range, bound, out);
            free(&c.accu_init, bound, out);
            let before = bound.len();
            bound.extend([c.iter_var.clone(), c.accu_var.clone()]);
            bound.extend(c.iter_var2.clone());
            for part in [&c.loop_cond, &c.loop_step, &c.result] {
                free(part, bound, out);
            }
            bound.truncate(before);
        }
        Ast::Select(select) => free(&select.operand, bound, out),
        Ast::List(list) => list.elements.iter().for_each(|element| free(element, bound, out)),
        Ast::Map(map) => map.entries.iter().flat_map(|entry| parts(&entry.expr)).for_each(|part| free(part, bound, out)),
        Ast::Struct(made) => made.entries.iter().flat_map(|entry| parts(&entry.expr)).for_each(|part| free(part, bound, out)),
        Ast::Unspecified | Ast::Literal(_) => {}
    }
}

fn parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(pair) => vec![&pair.key, &pair.value],
    }
}
