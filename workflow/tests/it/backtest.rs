//! A draft played over what happened: the same when nothing changed, where it parts when something did, and honest about what the past
//! does not tell.

use qn_workflow::backtest::{Compared, Verdict, compare, ready, recorded, script};
use qn_workflow::simulate::{Script, simulate};
use qn_workflow::trace::trace;
use qn_workflow::{Flow, Language, Program, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Asks which order (with values behind the choices), looks it up and takes one field, has large sums approved, tells.
fn refund(limit: i64, change: impl FnOnce(&mut Value)) -> Program {
    let mut flow = json!({
        "format": 1, "id": "refund", "name": "退款",
        "variables": [{"name": "limit", "type": "number", "default": limit}, {"name": "order", "type": "text"}, {"name": "amount", "type": "number"},
            {"name": "said", "type": "object"}],
        "nodes": [
            {"id": "start", "kind": "start"},
            {"id": "which", "kind": "ask", "timeout_ms": 600_000, "settings": {"text": "哪个订单？", "choices_from": "[{'label': '耳机', 'value': 'SO1'}, {'label': '手表', 'value': 'SO2'}]",
                "only_choices": true, "save": "order"}},
            {"id": "look", "kind": "call", "timeout_ms": 1000, "settings": {"url": "http://x/{{ order }}", "take": "answer.body.amount", "save": "amount"}},
            {"id": "large", "kind": "choose", "settings": {"when": "amount > limit"}},
            {"id": "boss", "kind": "approval", "timeout_ms": 7_200_000, "settings": {"who": "supervisor", "title": "{{ order }}", "payload": {"amount": "{{ amount }}"}, "save": "said"}},
            {"id": "told", "kind": "say", "settings": {"text": "已退款 {{ amount }} 元"}},
            {"id": "good", "kind": "end", "settings": {"output": {"amount": "{{ amount }}"}}},
            {"id": "no", "kind": "end", "settings": {"output": "no"}}
        ],
        "edges": [
            {"from": "start", "to": "which"}, {"from": "which", "to": "look"}, {"from": "which", "port": "unclear", "to": "no"},
            {"from": "which", "port": "error", "to": "no"}, {"from": "look", "to": "large"}, {"from": "look", "port": "error", "to": "no"},
            {"from": "large", "port": "yes", "to": "boss"}, {"from": "large", "port": "no", "to": "told"},
            {"from": "boss", "port": "approved", "to": "told"}, {"from": "boss", "port": "rejected", "to": "no"}, {"from": "boss", "port": "error", "to": "no"},
            {"from": "told", "to": "good"}
        ]
    });
    change(&mut flow);
    compiled(serde_json::from_value(flow).unwrap())
}

fn compiled(flow: Flow) -> Program {
    compile(flow, &Language::default(), &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// What happened under `then`, played to `draft`.
fn played(then: &Program, past: Value, draft: &Program) -> Compared {
    let past: Script = serde_json::from_value(past).unwrap();
    let journal = simulate(then, &past).journal;
    let (flow, untold) = ready(&draft.flow, &then.flow);
    let script = script(&journal, &untold).unwrap();
    let visits = trace(then, "simulated", &journal).unwrap();
    compare(recorded(&journal, &visits), &simulate(&compiled(flow), &script))
}

fn dear() -> Value {
    json!({"begins_at": 5, "answers": {"which": ["什么？", "手表"], "look": [{"amount": 600}], "boss": [true]}})
}

#[test]
fn what_did_not_change_goes_the_same_way() {
    let then = refund(500, |_| {});
    let same = played(&then, dear(), &refund(500, |_| {}));
    assert_eq!((same.verdict, same.differs.as_slice(), &same.parts_at), (Verdict::Same, &[] as &[&str], &None), "{same:#?}");
    assert_eq!(same.then.path, ["start", "which", "look", "large", "boss", "told", "good"]);
    assert_eq!(same.then.output, json!({"amount": 600}));
    for past in [
        json!({"answers": {"which": ["耳机"], "look": [{"error": "unavailable"}]}}),
        json!({"answers": {"which": ["耳机"], "look": [{"amount": 600}], "boss": [false]}}),
        json!({"answers": {"which": ["一", "二", "三"]}}),
        json!({"answers": {"which": ["2"], "look": [{"amount": 10}]}}),
    ] {
        let same = played(&then, past.clone(), &refund(500, |_| {}));
        assert_eq!(same.verdict, Verdict::Same, "{past}: {same:#?}");
    }
}

#[test]
fn what_changed_is_told_where_it_parts_and_in_what() {
    let then = refund(500, |_| {});
    let other = played(&then, dear(), &refund(800, |_| {}));
    assert_eq!((other.verdict, other.parts_at.as_deref()), (Verdict::Different, Some("large")));
    assert_eq!(other.differs, ["path"]);
    assert_eq!(other.now.path, ["start", "which", "look", "large", "told", "good"]);
    let words = played(&then, dear(), &refund(500, |flow| flow["nodes"][5]["settings"]["text"] = json!("退好了")));
    assert_eq!(
        (words.verdict, words.differs.as_slice(), words.now.said.last().unwrap().as_str()),
        (Verdict::Different, &["said"] as &[&str], "退好了")
    );
}

#[test]
fn what_the_past_does_not_tell_nobody_makes_up() {
    let then = refund(500, |_| {});
    let cheap = json!({"answers": {"which": ["耳机"], "look": [{"amount": 300}]}});
    let asks = played(&then, cheap.clone(), &refund(100, |_| {}));
    assert_eq!((asks.verdict, asks.waits_at.as_deref()), (Verdict::Unknown, Some("boss")), "nobody approved then");
    let other = played(&then, cheap, &refund(500, |flow| flow["nodes"][2]["settings"]["take"] = json!("answer.body.total")));
    assert_eq!((other.verdict, other.waits_at.as_deref()), (Verdict::Unknown, Some("look")), "only the amount was kept");
}
