//! Scripts: what they work out, what the validator says of them, and that none of them gets out, holds on or grows.

use crate::build::edge;
use crate::world::World;
use qn_workflow::model::ErrorKind;
use qn_workflow::{Flow, Language, Status, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn flow(script: &str, order: &Value) -> Flow {
    serde_json::from_value(json!({
        "format": 1, "id": "f", "name": "f",
        "variables": [{"name": "order", "type": "any", "default": order}, {"name": "out", "type": "any"}, {"name": "why", "type": "any"}],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "api"}},
            {"id": "work", "kind": "script", "settings": {"script": script, "save": "out"}},
            {"id": "end", "kind": "end", "settings": {"output": {"out": "{{ out }}"}}},
            {"id": "oops", "kind": "end", "settings": {"failed": "oops"}},
        ],
        "edges": [edge("start", "next", "work"), edge("work", "next", "end"), edge("work", "error", "oops")],
    }))
    .unwrap()
}

/// What it returns, or the kind and text of its error.
fn gives(script: &str, order: &Value) -> Result<Value, (ErrorKind, String)> {
    let program = compile(flow(script, order), &Language::default(), &BTreeMap::new()).unwrap_or_else(|p| panic!("{script}: {p:#?}"));
    let world = World::new(Arc::new(program)).run();
    if world.state.status == Status::Done {
        return Ok(world.state.output["out"].clone());
    }
    let error = world.journal.iter().find_map(|entry| match entry {
        qn_workflow::Entry::Closed { error: Some(error), .. } => Some(error.clone()),
        _ => None,
    });
    let error = error.expect("an error edge was taken");
    Err((error.kind, error.message))
}

/// What the validator says, in English.
fn refused(script: &str) -> String {
    let problems = compile(flow(script, &Value::Null), &Language::default(), &BTreeMap::new()).expect_err(script);
    let problem = problems.iter().find(|p| p.field == "settings.script" || p.field == "script").unwrap_or_else(|| panic!("{problems:#?}"));
    assert!(problem.zh.chars().any(|c| c > '\u{2e80}'), "{}", problem.zh);
    problem.en.clone()
}

#[test]
fn a_script_works_values_out() {
    let order = json!({"lines": [{"sku": "A-1", "price": 10.5, "n": 2}, {"sku": "B-2", "price": 99.0, "n": 1}, {"sku": "C-3", "price": 0.0, "n": 5}]});
    let script = r#"
        # what is paid, by article
        let total = 0.0
        let by = {}
        let names = []
        for line in order.lines {
            if line.price == 0.0 { // a gift
                continue
            }
            let paid = line.price * double(line.n)
            total += paid
            by[line.sku] = {"paid": paid, "kind": split(line.sku, "-")[0]}
            by[line.sku].seen = true
            names += [lower(line.sku)]
        }
        let level = "low"
        if total > 1000.0 {
            level = "high"
        } else if total > 100.0 {
            level = "middle"
        } else {
            level = "low"
        }
        return {
            "total": round(total, 2),
            "level": level,
            "by": by,
            "names": join(names, "、"),
        }
    "#;
    let expected = json!({"total": 120.0, "level": "middle", "names": "a-1、b-2",
        "by": {"A-1": {"paid": 21.0, "kind": "A", "seen": true}, "B-2": {"paid": 99.0, "kind": "B", "seen": true}}});
    assert_eq!(gives(script, &order), Ok(expected));
}

#[test]
fn its_functions_do_what_they_say() {
    for (source, expected) in [
        ("round(1.005, 2)", json!(1.01)),
        ("round(-2.5, 0)", json!(-3.0)),
        ("sum([1, 2, 3])", json!(6)),
        ("[1.5, 2].sum()", json!(3.5)),
        ("sort([3, 1, 2])", json!([1, 2, 3])),
        ("'A-1'.replace('-', '/')", json!("A/1")),
        ("slice('青鸟客服', 1, 3)", json!("鸟客")),
        ("slice([1, 2, 3], 1, 99)", json!([2, 3])),
        ("keys({'b': 1, 'a': 2})", json!(["a", "b"])),
        ("range(3).map(n, n * n)", json!([0, 1, 4])),
        ("trim('  好  ') + upper('ok')", json!("好OK")),
        ("'a//b#c'", json!("a//b#c")),
    ] {
        assert_eq!(gives(&format!("return {source}"), &Value::Null), Ok(expected), "{source}");
    }
    let loops = "let n = 0\nwhile true {\n n += 1\n if n == 7 {\n break\n }\n}\nfor i in [1, 2] {\n n = n + i\n}\nreturn n";
    assert_eq!(gives(loops, &Value::Null), Ok(json!(10)));
    assert_eq!(gives("let a = 1", &Value::Null), Ok(Value::Null));
    assert_eq!(gives("for k in {'x': 1} {\n return k\n}", &Value::Null), Ok(json!("x")));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (script, said) in [
        ("let a = 1\nb = 2", "line 2: b was not made with let"),
        ("order.amount = 2", "line 1: order was not made with let"),
        ("if true {\n let a = 1", "line 1: a } is missing"),
        ("let a = (1", "line 1: a bracket is not closed"),
        ("return 'x", "line 1: a quotation mark is not closed"),
        ("break", "line 1: break outside of a loop"),
        ("}\nreturn 1", "line 1: there is a } too many"),
        ("do harm", "line 1: this is not a statement"),
        ("if true\nreturn 1\n}", "line 1: a { is missing"),
        ("return 1 +", "line 1: the expression does not parse"),
        ("let 1a = 2", "line 1: this is not a name"),
    ] {
        let found = refused(script);
        assert!(found.starts_with(said), "{script}: {found}");
    }
    // A variable the flow does not have is found as everywhere.
    let problems = compile(flow("return nobody", &Value::Null), &Language::default(), &BTreeMap::new()).expect_err("unknown");
    assert!(problems.iter().any(|p| p.en.contains("nobody")), "{problems:#?}");
}

#[test]
fn a_script_that_fails_says_why_and_where() {
    assert_eq!(gives("fail 'too late'", &Value::Null), Err((ErrorKind::Refused, "too late".into())));
    let (kind, why) = gives("let a = [1]\nreturn a[5]", &Value::Null).unwrap_err();
    assert!(kind == ErrorKind::Invalid && why.starts_with("line 2: "), "{why}");
    let (kind, why) = gives("let a = {}\na.b.c = 1", &Value::Null).unwrap_err();
    assert!(kind == ErrorKind::Invalid && why.contains("no such place"), "{why}");
    assert!(gives("return 1 / 0", &Value::Null).is_err());
    assert!(gives("return order.nothing.at.all", &json!({})).is_err());
}

#[test]
fn no_script_goes_on_for_ever_or_grows_without_end() {
    let long = "x".repeat(200_000);
    for script in [
        "while true {\n}",
        "let s = 'x'\nwhile true {\n s += s\n}",
        "let l = [1]\nwhile true {\n l += l\n}",
        "let l = [1]\nwhile true {\n l = [l]\n}",
        "let l = []\nwhile true {\n l = [l, l]\n}",
        "let m = {}\nlet n = 0\nwhile true {\n m[string(n)] = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'\n n += 1\n}",
        "let s = 'aaaaaaaaaaaaaaaaaaaa'\nwhile true {\n s = replace(s, 'a', 'aaaaaaaaaaaaaaaa')\n}",
        "let s = order\nwhile true {\n s = join(split(s, 'x'), 'xxxxxxxx')\n}",
        "for a in range(10000) {\n for b in range(10000) {\n let c = a * b\n }\n}",
        "return range(10000).map(a, range(10000).map(b, a * b))",
        "return range(10000).map(a, order)",
        "let n = 0\nwhile size(order) > 0 {\n n += 1\n}",
        "return sort(range(10000).map(a, range(100)))",
        "return matches(order, '(a+)+$')",
        "return range(99999999)",
    ] {
        let began = Instant::now();
        let given = gives(script, &json!(long));
        assert!(given.is_err() || given == Ok(json!(false)), "{script}: {given:?}");
        // A debug build on a busy machine; in a release build the longest takes a small part of a second.
        assert!(began.elapsed() < Duration::from_secs(20), "{script}: {:?}", began.elapsed());
    }
}

#[test]
fn nothing_of_the_host_is_there_and_no_text_breaks_the_reader() {
    for script in ["return env('HOME')", "return import('fs')", "return std.fs.read('/etc/passwd')", "return this", "return secret('shop')"]
    {
        let compiled = compile(flow(script, &Value::Null), &Language::default(), &BTreeMap::new());
        let Ok(program) = compiled else { continue };
        let world = World::new(Arc::new(program)).run();
        assert_eq!(world.state.status, Status::Failed, "{script}");
    }
    let deep = |open: &str, close: &str| format!("return {}1{}", open.repeat(5_000), close.repeat(5_000));
    let blocks = format!("{}{}", "if true {\n".repeat(400), "}\n".repeat(400));
    let many = "let a = 1\n".repeat(600);
    for script in [
        deep("(", ")"),
        deep("[", "]"),
        deep("!", ""),
        blocks,
        many,
        "\u{0}\u{202e}".to_owned(),
        "let a = ".to_owned(),
        "= = =".to_owned(),
        "a[".to_owned(),
        "'\\".to_owned(),
        "x".repeat(20_000),
    ] {
        let compiled = compile(flow(&script, &Value::Null), &Language::default(), &BTreeMap::new());
        assert!(compiled.is_err(), "{}", script.chars().take(40).collect::<String>());
    }
}
