//! Expressions and templates: what they give, what they are refused for, and that no bomb goes off.

use qn_workflow::expr::{ExprError, Language};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

fn values(value: Value) -> Map<String, Value> {
    let Value::Object(fields) = value else { panic!("an object") };
    fields
}

fn gives(source: &str, over: Value) -> Result<Value, ExprError> {
    Language::default().compile(source)?.evaluate(&values(over))
}

#[test]
fn expressions_reckon_as_people_expect() {
    let order =
        json!({"order": {"amount": 499, "paid_at": "2026-11-20T08:00:00Z", "items": [{"n": 2}, {"n": 3}]}, "now": "2026-11-24T08:00:00Z"});
    for (source, expected) in [
        ("order.amount <= 500 && order.amount > 0", json!(true)),
        ("timestamp(now) - timestamp(order.paid_at) <= duration('168h')", json!(true)),
        ("order.items.map(i, i.n * 2)", json!([4, 6])),
        ("order.items.exists(i, i.n > 2) ? 'many' : 'few'", json!("many")),
        ("has(order.note)", json!(false)),
        ("double(order.amount) * 0.5", json!(249.5)),
        ("'退' + '款'", json!("退款")),
        ("{'a': [order.amount, null]}", json!({"a": [499, null]})),
    ] {
        assert_eq!(gives(source, order.clone()), Ok(expected), "{source}");
    }
}

#[test]
fn what_cannot_be_is_an_error_and_never_a_panic() {
    for source in [
        "1 / 0",
        "9223372036854775807 + 1",
        "missing.field",
        "[1][5]",
        "'a' < 1",
        "order.nothing",
        "int('x')",
        "1 +",
        "",
        "a b",
        "\"",
        "{{",
    ] {
        assert!(gives(source, json!({"order": {}})).is_err(), "{source}");
    }
}

#[test]
fn nothing_of_the_host_can_be_reached() {
    for source in ["env('HOME')", "file('/etc/passwd')", "import('x')", "this", "self.process", "type.constructor", "__proto__"] {
        assert!(gives(source, json!({})).is_err(), "{source}");
    }
}

/// In a thread as small as a worker's, and each within a second.
#[test]
fn bombs_are_refused_quickly() {
    let big: Vec<u32> = (0..1_000).collect();
    let over = json!({"l": big, "s": "x".repeat(100_000)});
    let nested = |depth: usize| (0..depth).fold("1".to_owned(), |inner, i| format!("l.map(x{i}, {inner})"));
    let bombs = [
        "(".repeat(4_000),
        "[".repeat(4_000),
        "!".repeat(4_000) + "true",
        "-".repeat(4_000) + "1",
        format!("{}1{}", "(".repeat(1_500), ")".repeat(1_500)),
        format!("{}1{}", "[".repeat(1_500), "]".repeat(1_500)),
        "1".to_owned() + &"+1".repeat(1_900),
        "true".to_owned() + &" ? 1 : true".repeat(350) + " ? 1 : 2",
        "a".to_owned() + &".b".repeat(1_900),
        "x".repeat(100_000),
        nested(2) + " == " + &nested(2) + " && " + &nested(3),
        nested(3),
        nested(10),
        "l.map(x, l.map(y, s + s + s))".to_owned(),
        "l.map(x, s + s).map(y, y + y).map(z, z + z)".to_owned(),
        "l.all(x, l.all(y, (l + l + l + l).all(z, z >= 0)))".to_owned(),
        "l.all(x, l.all(y, s.matches('(a+)+$')))".to_owned(),
        "s".to_owned() + &" + s".repeat(190),
        "s.matches(s)".to_owned(),
        "l.map(x, [s, s, s, s])".to_owned(),
        format!("[s{}]", ", s".repeat(200)),
        format!("{{'a': s{}}}", (0..190).map(|n| format!(", 'k{n}': s")).collect::<String>()),
        "[[[s,s,s,s,s],[s,s,s,s,s]],[[s,s,s,s,s],[s,s,s,s,s]]].map(a, l.map(b, a + a))".to_owned(),
    ];
    for bomb in bombs {
        let over = over.clone();
        let shown: String = bomb.chars().take(60).collect();
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        let started = Instant::now();
        let given = thread.spawn(move || gives(&bomb, over).is_err()).unwrap().join().unwrap();
        assert!(given, "not refused: {shown}");
        assert!(started.elapsed() < Duration::from_secs(2), "{shown} took {:?}", started.elapsed());
    }
}

/// In a thread as small as a worker's: the deepest that is allowed is parsed and evaluated, or refused, and never ends the process.
#[test]
fn the_deepest_that_is_allowed_does_not_run_out_of_stack() {
    let deepest = [
        format!("{}1{}", "(".repeat(64), ")".repeat(64)),
        format!("{}1{}", "[".repeat(64), "]".repeat(64)),
        "!".repeat(64) + "true",
        "-".repeat(64) + "1",
        "1".to_owned() + &"+1".repeat(199),
        "1".to_owned() + &" - 1".repeat(63),
        "l".to_owned() + &"[0]".repeat(64),
        "a".to_owned() + &".b".repeat(199),
        "1".to_owned() + &" ? 1 : 2".repeat(32),
        "true".to_owned() + &" && true".repeat(99),
        "true".to_owned() + &" ? 1 : true".repeat(31) + " ? 1 : 2",
    ];
    for source in deepest {
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        thread.spawn(move || drop(gives(&source, json!({"l": [1], "a": {"b": 1}})))).unwrap().join().unwrap();
    }
}

#[test]
fn ordinary_loops_over_a_thousand_items_are_not_refused() {
    let items: Vec<Value> = (0..1_000).map(|n| json!({"name": format!("item {n}"), "price": n})).collect();
    let over = json!({"items": items});
    assert_eq!(gives("items.filter(i, i.price > 990).map(i, i.name)[0]", over.clone()), Ok(json!("item 991")));
    assert_eq!(gives("items.map(i, i.name + '!').size()", over.clone()), Ok(json!(1_000)));
    let labels = "items.filter(i, i.price < 5).map(i, {'label': i.name + ' ' + string(i.price) + ' ' + (i.price > 1 ? 'a' : 'b') + '!', 'value': i})";
    assert_eq!(gives(&format!("{labels}[2].label"), over), Ok(json!("item 2 2 a!")));
}

#[test]
fn one_large_item_does_not_make_a_list_of_small_ones_dear() {
    let items: Vec<Value> = (0..1_000)
        .map(|n| json!({"name": format!("item {n}"), "note": if n == 0 { "x".repeat(200_000) } else { String::new() }}))
        .collect();
    let over = json!({"items": items, "big": "x".repeat(200_000)});
    assert_eq!(gives("items.filter(i, i.name.endsWith('9')).map(i, i.name + '!')[1]", over.clone()), Ok(json!("item 19!")));
    assert!(gives("items.map(i, big + i.name)", over.clone()).is_err(), "200 MB of text");
    assert!(gives("items.map(i, big)", over).is_err(), "200 MB of result");
}
