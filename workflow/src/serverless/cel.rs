//! jq as CEL: the same values for the same data. What is absent is null, as jq has it; `null + x` is `x`; everything but null and
//! false is true. Whole numbers stay whole: `/` and `%` are refused because they would differ.

use super::jq::{Jq, Piece, Step, parse};
use serde_json::Value;
use std::collections::BTreeMap;

/// Which names stand for what: `.` and the variables of jq.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// What `.` is.
    pub dot: String,
    /// `$name` to an expression.
    pub variables: BTreeMap<String, String>,
}

/// CEL for a runtime expression without its `${ }`.
pub(super) fn value(source: &str, names: &Names) -> Result<String, String> {
    emit(&parse(source)?, names)
}

/// CEL that is true or false as jq would take it.
pub(super) fn condition(source: &str, names: &Names) -> Result<String, String> {
    truth(&parse(source)?, names)
}

/// JSON with `${ }` texts in it as one CEL expression.
pub(super) fn json(source: &Value, names: &Names) -> Result<String, String> {
    Ok(match source {
        Value::String(text) => match expression(text) {
            Some(inner) => value(inner, names)?,
            None => quoted(text),
        },
        Value::Array(items) => format!("[{}]", joined(items.iter().map(|item| json(item, names)))?),
        Value::Object(fields) => {
            format!("{{{}}}", joined(fields.iter().map(|(name, field)| Ok(format!("{}: {}", quoted(name), json(field, names)?))))?)
        }
        plain => plain.to_string(),
    })
}

/// JSON with `${ }` texts in it as JSON with templates.
pub(super) fn template(source: &Value, names: &Names) -> Result<Value, String> {
    Ok(match source {
        Value::String(text) => match expression(text) {
            Some(inner) => Value::from(format!("{{{{ {} }}}}", value(inner, names)?)),
            None if text.contains("{{") => return Err(text.clone()),
            None => source.clone(),
        },
        Value::Array(items) => items.iter().map(|item| template(item, names)).collect::<Result<_, _>>()?,
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| Ok((name.clone(), template(field, names)?)));
            Value::Object(fields.collect::<Result<_, String>>()?)
        }
        plain => plain.clone(),
    })
}

/// What stands between `${` and `}`.
pub(super) fn expression(text: &str) -> Option<&str> {
    text.trim().strip_prefix("${")?.strip_suffix('}').map(str::trim)
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn joined(parts: impl Iterator<Item = Result<String, String>>) -> Result<String, String> {
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join(", "))
}

fn emit(jq: &Jq, names: &Names) -> Result<String, String> {
    Ok(match jq {
        Jq::Path { root, steps } => path(root.as_deref(), steps, names)?,
        Jq::Literal(text) => text.clone(),
        Jq::Text(pieces) => text(pieces, names)?,
        Jq::List(items) => format!("[{}]", joined(items.iter().map(|item| emit(item, names)))?),
        Jq::Object(fields) => {
            format!("{{{}}}", joined(fields.iter().map(|(name, field)| Ok(format!("{}: {}", quoted(name), emit(field, names)?))))?)
        }
        Jq::Binary("and", left, right) => format!("({} && {})", truth(left, names)?, truth(right, names)?),
        Jq::Binary("or", left, right) => format!("({} || {})", truth(left, names)?, truth(right, names)?),
        Jq::Binary("+", left, right) => sum(left, right, names)?,
        Jq::Binary(operator, left, right) => format!("({} {operator} {})", emit(left, names)?, emit(right, names)?),
        Jq::Not(inner) => format!("!({})", truth(inner, names)?),
        Jq::Length(inner) => {
            let inner = emit(inner, names)?;
            format!("({inner} == null ? 0 : size({inner}))")
        }
        Jq::Else(left, right) => {
            let held = truth(left, names)?;
            format!("({held} ? {} : {})", emit(left, names)?, emit(right, names)?)
        }
    })
}

fn truth(jq: &Jq, names: &Names) -> Result<String, String> {
    let cel = emit(jq, names)?;
    let is_truth = match jq {
        Jq::Binary(operator, ..) => !matches!(*operator, "+" | "-" | "*"),
        Jq::Not(_) => true,
        Jq::Literal(text) => text == "true" || text == "false",
        _ => false,
    };
    Ok(if is_truth { cel } else { format!("({cel} != null && {cel} != false)") })
}

fn sum(left: &Jq, right: &Jq, names: &Names) -> Result<String, String> {
    let (a, b) = (emit(left, names)?, emit(right, names)?);
    let may_be_null = |jq: &Jq| matches!(jq, Jq::Path { .. } | Jq::Else(..));
    Ok(match (may_be_null(left), may_be_null(right)) {
        (false, false) => format!("({a} + {b})"),
        (true, false) => format!("({a} == null ? {b} : {a} + {b})"),
        (false, true) => format!("({b} == null ? {a} : {a} + {b})"),
        (true, true) => format!("({a} == null ? {b} : {b} == null ? {a} : {a} + {b})"),
    })
}

fn path(root: Option<&str>, steps: &[Step], names: &Names) -> Result<String, String> {
    let mut out = match root {
        None => names.dot.clone(),
        Some(name) => names.variables.get(name).cloned().ok_or_else(|| format!("${name}"))?,
    };
    for step in steps {
        match step {
            Step::Field(name) if is_plain(name) => out += &format!(".?{name}"),
            Step::Field(name) => out += &format!("[?{}]", quoted(name)),
            Step::Index(n) => out += &format!("[?{n}]"),
        }
    }
    Ok(if steps.is_empty() { out } else { out + ".orValue(null)" })
}

/// Names that CEL reads as fields without quotes.
fn is_plain(name: &str) -> bool {
    const WORDS: [&str; 20] = [
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
        "true",
        "false",
    ];
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name != "null"
        && !WORDS.contains(&name)
}

fn text(pieces: &[Piece], names: &Names) -> Result<String, String> {
    let mut parts = Vec::new();
    for piece in pieces {
        parts.push(match piece {
            Piece::Plain(text) => quoted(text),
            Piece::Hole(jq) => {
                let inner = emit(jq, names)?;
                if matches!(jq, Jq::Path { .. }) {
                    format!("({inner} == null ? 'null' : string({inner}))")
                } else {
                    format!("string({inner})")
                }
            }
        });
    }
    match parts.len() {
        0 => Ok("''".to_owned()),
        1 => Ok(parts.remove(0)),
        _ => Ok(format!("({})", parts.join(" + "))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Language;
    use serde_json::json;

    fn names() -> Names {
        Names { dot: "data".into(), variables: BTreeMap::from([("context".to_owned(), "shared".to_owned())]) }
    }

    fn gives(source: &str) -> Value {
        let data =
            json!({"data": {"a": {"b": 2, "in": "x"}, "l": [1, 2], "t": "hi", "no": false, "n": null, "x-y": 5}, "shared": {"k": "v"}});
        let cel = value(source, &names()).unwrap_or_else(|at| panic!("{source}: {at}"));
        let expr = Language::default().compile(&cel).unwrap_or_else(|e| panic!("{source} → {cel}: {e}"));
        expr.evaluate(data.as_object().unwrap()).unwrap_or_else(|e| panic!("{source} → {cel}: {e}"))
    }

    #[test]
    fn jq_and_its_translation_give_the_same() {
        let cases = [
            (".a.b", json!(2)),
            (".a.in", json!("x")),
            (".\"x-y\"", json!(5)),
            (".[\"x-y\"]", json!(5)),
            (".l[1]", json!(2)),
            (".l[7]", json!(null)),
            (".missing.deep[3].er", json!(null)),
            (".n.b", json!(null)),
            ("$context.k", json!("v")),
            (".a.b == 2 and .t != \"ho\"", json!(true)),
            (".missing == null", json!(true)),
            (".no or .n", json!(false)),
            (".t and .l", json!(true)),
            (".no | not", json!(true)),
            (".l | length", json!(2)),
            (".missing | length", json!(0)),
            ("1 + 2 * 3", json!(7)),
            ("(1 + 2) * 3 - -1", json!(10)),
            (".missing + [\"red\"]", json!(["red"])),
            (".l + [3]", json!([1, 2, 3])),
            (".l + .missing", json!([1, 2])),
            (".missing // \"or\"", json!("or")),
            (".no // .t", json!("hi")),
            ("{ a: .t, \"b c\": [1, .a.b], t, c: 1 < 2 }", json!({"a": "hi", "b c": [1, 2], "t": "hi", "c": true})),
            ("\"Hello \\(.t) \\(.a.b)\\\"!\"", json!("Hello hi 2\"!")),
            ("[]", json!([])),
            ("\"\"", json!("")),
            ("1.5", json!(1.5)),
        ];
        for (source, expected) in cases {
            assert_eq!(gives(source), expected, "{source}");
        }
        assert_eq!(gives("."), gives("{a, l, t, no, n, \"x-y\": .\"x-y\"}"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for source in [
            ".[]",
            ".a | map(. + 1)",
            "map(.x)",
            "..",
            ".a as $x | $x",
            "if .a then 1 else 2 end",
            ".l[-1]",
            ".l[0:1]",
            "reduce .[] as $x (0; . + $x)",
            ".a / 2",
            ".a % 2",
            "$nobody",
            ".a.",
            "",
            "\"open",
            "now",
            "env.HOME",
            "input",
            "$__loc__",
            ".a = 1",
            "@base64",
        ] {
            assert!(value(source, &names()).is_err(), "{source}");
        }
        assert!(value(&"(".repeat(3_000), &names()).is_err());
        assert!(value(&"[".repeat(3_000), &names()).is_err());
    }
}
