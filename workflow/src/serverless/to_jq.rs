//! CEL as jq, as far as both say the same: what `cel` reads in, read out again.

use cel::IdedExpr;
use cel::common::ast::{EntryExpr, Expr as Ast, LiteralValue, operators};
use serde_json::Value;

/// Where variables are in the data: `.` or `$input.`; and what `answer.body` is, if there is an answer.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub variables: &'static str,
    pub answer: bool,
}

/// jq for an expression, or the part that has no counterpart.
pub(super) fn jq(expr: &IdedExpr, place: Place) -> Result<String, String> {
    if let Some(path) = path(expr)? {
        return rooted(&path, place);
    }
    match &expr.expr {
        Ast::Literal(literal) => plain(literal),
        Ast::List(list) => Ok(format!("[{}]", joined(list.elements.iter().map(|item| jq(item, place)))?)),
        Ast::Map(map) => {
            let fields = map.entries.iter().map(|entry| match &entry.expr {
                EntryExpr::MapEntry(pair) => match &pair.key.expr {
                    Ast::Literal(LiteralValue::String(name)) => Ok(format!("{}: {}", Value::from(name.inner()), jq(&pair.value, place)?)),
                    _ => Err("{…}".to_owned()),
                },
                EntryExpr::StructField(_) => Err("{…}".to_owned()),
            });
            Ok(format!("{{{}}}", joined(fields)?))
        }
        Ast::Select(select) if select.test => {
            let mut path = path(&select.operand)?.ok_or_else(|| "has(…)".to_owned())?;
            path.push(select.field.clone());
            Ok(format!("({} != null)", rooted(&path, place)?))
        }
        Ast::Call(call) => applied(&call.func_name, call.target.as_deref().into_iter().chain(&call.args).collect(), place),
        _ => Err("…".to_owned()),
    }
}

fn applied(function: &str, args: Vec<&IdedExpr>, place: Place) -> Result<String, String> {
    let sign = match function {
        operators::EQUALS => "==",
        operators::NOT_EQUALS => "!=",
        operators::LESS => "<",
        operators::LESS_EQUALS => "<=",
        operators::GREATER => ">",
        operators::GREATER_EQUALS => ">=",
        operators::LOGICAL_AND => "and",
        operators::LOGICAL_OR => "or",
        operators::ADD => "+",
        operators::SUBSTRACT => "-",
        operators::MULTIPLY => "*",
        _ => "",
    };
    match (function, args.as_slice()) {
        (_, [left, right]) if !sign.is_empty() => Ok(format!("({} {sign} {})", jq(left, place)?, jq(right, place)?)),
        (operators::LOGICAL_NOT, [inner]) => Ok(format!("({} | not)", jq(inner, place)?)),
        ("size", [inner]) => Ok(format!("({} | length)", jq(inner, place)?)),
        ("string", [inner]) => Ok(format!("\"\\({})\"", jq(inner, place)?)),
        _ => Err(format!("{function}()")),
    }
}

/// A variable and the fields that follow it.
fn path(expr: &IdedExpr) -> Result<Option<Vec<String>>, String> {
    Ok(match &expr.expr {
        Ast::Ident(name) => Some(vec![name.clone()]),
        Ast::Select(select) if !select.test => path(&select.operand)?.map(|mut path| {
            path.push(select.field.clone());
            path
        }),
        _ => None,
    })
}

fn rooted(path: &[String], place: Place) -> Result<String, String> {
    let (root, fields) = path.split_first().ok_or_else(String::new)?;
    let (mut out, fields) = match (root.as_str(), fields) {
        ("answer", [body, rest @ ..]) if place.answer && body == "body" => (".".to_owned(), rest),
        ("now" | "context" | "done" | "answer" | "index", _) => return Err(root.clone()),
        (root, fields) => (format!("{}{root}", place.variables), fields),
    };
    for field in fields {
        out += if out.ends_with('.') { "" } else { "." };
        out += &(if field.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            field.clone()
        } else {
            Value::from(field.as_str()).to_string()
        });
    }
    Ok(out)
}

fn plain(literal: &LiteralValue) -> Result<String, String> {
    Ok(match literal {
        LiteralValue::Boolean(value) => value.inner().to_string(),
        LiteralValue::Int(value) => value.inner().to_string(),
        LiteralValue::UInt(value) => value.inner().to_string(),
        LiteralValue::Double(value) => value.inner().to_string(),
        LiteralValue::String(text) => Value::from(text.inner()).to_string(),
        LiteralValue::Null => "null".to_owned(),
        LiteralValue::Bytes(_) => return Err("b''".to_owned()),
    })
}

fn joined(parts: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join(", "))
}
