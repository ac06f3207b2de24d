//! What is in the value that a script returns, carried through its locals.

use super::{Statement, Way, What};
use crate::origins::{ANY, Locals, Origins, few, field, put};

pub(super) fn returned(block: &[Statement]) -> Origins {
    let (mut locals, mut out) = (Locals::new(), Origins::new());
    // What one round of a loop leaves behind is met by the next.
    for _ in 0..2 {
        walk(block, &mut locals, &mut out);
    }
    few(out)
}

fn walk(block: &[Statement], locals: &mut Locals, out: &mut Origins) {
    for statement in block {
        match &statement.what {
            What::Let(name, expr) => {
                let given = expr.origins_among(locals);
                keep(locals, name, given);
            }
            What::Set(name, ways, expr) => {
                let set = ways.iter().rev().fold(expr.origins_among(locals), |set, way| match way {
                    Way::Field(name) => put(name, set),
                    Way::At(_) => put(ANY, set),
                });
                keep(locals, name, set);
            }
            What::If(branches, otherwise) => {
                branches.iter().for_each(|(_, block)| walk(block, locals, out));
                walk(otherwise, locals, out);
            }
            What::For(name, expr, block) => {
                let item = field(expr.origins_among(locals), ANY);
                keep(locals, name, item);
                walk(block, locals, out);
            }
            What::While(_, block) => walk(block, locals, out),
            What::Return(expr) => out.extend(expr.iter().flat_map(|expr| expr.origins_among(locals))),
            What::Break | What::Continue | What::Fail(_) => {}
        }
    }
}

fn keep(locals: &mut Locals, name: &str, found: Origins) {
    let known = locals.entry(name.to_owned()).or_default();
    known.extend(found);
    *known = few(std::mem::take(known));
}
