//! What an expression looks at: the names it needs. Called by `expr` only.

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
