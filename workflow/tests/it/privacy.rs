//! Personal data that customers give in their answers, and every way out of the house that is asked what for.

use qn_workflow::{Flow, Language, Problem, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn step(id: &str, kind: &str, settings: Value) -> Value {
    json!({"id": id, "kind": kind, "settings": settings, "timeout_ms": 5})
}

pub fn send(body: &str, purpose: &str) -> Value {
    step("send", "call", json!({"method": "POST", "url": "http://x/", "body": {"of": body}, "purpose": purpose}))
}

/// Steps one after the other; what does not work out ends it.
pub fn flow(id: &str, steps: &[Value]) -> Flow {
    let ids = ["start"].into_iter().chain(steps.iter().filter_map(|step| step["id"].as_str())).chain(["end"]);
    let ids: Vec<&str> = ids.collect();
    let mut edges: Vec<Value> = ids.windows(2).map(|pair| json!({"from": pair[0], "to": pair[1]})).collect();
    for step in steps {
        let others: &[&str] = match step["kind"].as_str().unwrap() {
            "ask" => &["unclear", "error"],
            "extract" => &["not_found", "error"],
            "call" | "connect" => &["error"],
            _ => &[],
        };
        edges.extend(others.iter().map(|port| json!({"from": step["id"], "port": port, "to": "end"})));
    }
    let ends = [json!({"id": "start", "kind": "start"}), json!({"id": "end", "kind": "end"})];
    let nodes: Vec<Value> = ends.into_iter().chain(steps.iter().cloned()).collect();
    let variables = json!([
        {"name": "who", "type": "any", "input": true, "default": ""}, {"name": "v", "type": "any"}, {"name": "copy", "type": "any"},
        {"name": "phone", "type": "any"}, {"name": "phone_model", "type": "any"},
    ]);
    serde_json::from_value(json!({"format": 1, "id": id, "name": id, "variables": variables, "nodes": nodes, "edges": edges})).unwrap()
}

/// Nodes and settings that send without saying what for.
pub fn among(problems: &[Problem]) -> Vec<(String, String)> {
    assert!(!problems.iter().any(Problem::is_error), "{problems:?}");
    let without = problems.iter().filter(|problem| problem.code == "no_purpose");
    without.map(|problem| (problem.node.clone().unwrap_or_default(), problem.field.clone())).collect()
}

pub fn warned(steps: &[Value]) -> Vec<(String, String)> {
    among(&qn_workflow::check(flow("f", steps), &Language::default(), &BTreeMap::new()))
}

pub fn at(node: &str, field: &str) -> Vec<(String, String)> {
    vec![(node.to_owned(), field.to_owned())]
}

pub fn ask(title: &str, settings: Value) -> Value {
    let mut ask = step("ask", "ask", settings);
    ask["title"] = title.into();
    ask
}

#[test]
fn an_answer_that_says_who_somebody_is_leaves_the_house_only_for_a_purpose() {
    let personal = [
        ask("", json!({"text": "?", "save": "phone"})),
        ask("问收货地址", json!({"text": "?", "save": "v"})),
        ask("Delivery address", json!({"text": "?", "save": "v"})),
        ask("", json!({"text": "?", "save": "v", "called": ["退货取件地址"]})),
        ask("", json!({"text": "?", "save": "v", "called": ["phone_numbers"]})),
        ask("", json!({"text": "?", "save": "v", "called": ["身份证号码"]})),
        ask("", json!({"text": "?", "save": "v", "called": ["Bank-Card"]})),
        ask("", json!({"text": "?", "save": "v", "known": "context.entities.plate"})),
        ask("", json!({"text": "?", "save": "v", "choices_from": "[context.contact.phone]", "only_choices": true})),
    ];
    for ask in personal {
        let answer = format!("{{{{ {} }}}}", ask["settings"]["save"].as_str().unwrap());
        assert_eq!(warned(&[ask.clone(), send(&answer, "")]), at("send", "body"), "{ask}");
        assert_eq!(warned(&[ask.clone(), send(&answer, "so that sales can call")]), [], "{ask}");
    }
    let copy = step("copy", "set", json!({"set": [{"variable": "copy", "value": "'+86' + phone"}]}));
    let asked = ask("", json!({"text": "?", "save": "phone"}));
    assert_eq!(warned(&[asked, copy, send("{{ copy }}", "")]), at("send", "body"));
}

#[test]
fn an_answer_in_free_words_is_nobodys() {
    let plain = [
        ask("问故障", json!({"text": "怎么了？", "save": "v"})),
        ask("", json!({"text": "?", "save": "phone_model"})),
        ask("选择门店地址", json!({"text": "?", "save": "v"})),
        ask("Return address", json!({"text": "?", "save": "v"})),
        ask("问订单号", json!({"text": "?", "save": "v", "known": "context.entities.order_id"})),
        ask("确认地址", json!({"text": "?", "save": "v", "choices": ["是", "否"], "only_choices": true})),
    ];
    for ask in plain {
        let answer = format!("{{{{ {} }}}}", ask["settings"]["save"].as_str().unwrap());
        assert_eq!(warned(&[ask.clone(), send(&answer, "")]), [], "{ask}");
    }
}

#[test]
fn what_a_model_takes_out_of_the_customers_words_is_known_by_its_names() {
    let take = |name: &str| step("take", "extract", json!({"fields": [{"name": "size"}, {"name": name}], "save": "v"}));
    assert_eq!(warned(&[take("contact_phone"), send("{{ v }}", "")]), at("send", "body"));
    assert_eq!(warned(&[take("color"), send("{{ v }}", "")]), []);
}

#[test]
fn events_and_notices_that_leave_the_house_say_what_for_as_well() {
    let tell = |kind: &str, settings: Value, purpose: &str| {
        let mut tell = step("tell", kind, settings);
        tell["settings"]["purpose"] = purpose.into();
        warned(&[ask("", json!({"text": "?", "save": "phone"})), tell])
    };
    let notice = |via: &str, to: &str| json!({"via": via, "to": to, "title": "Call back", "text": "{{ phone }}"});
    let event = json!({"event": "lead.new", "payload": {"call": "{{ phone }}"}});
    let leaving = [
        ("emit", event, "payload"),
        ("notify", notice("webhook", ""), "text"),
        ("notify", notice("mail", "sales@partner.example"), "text"),
        ("notify", json!({"via": "webhook", "title": "Call {{ context.contact.name }}"}), "title"),
        ("say", json!({"text": "x", "images": [{"url": "https://x.example/{{ phone }}.png", "alt": "{{ phone }}"}]}), "images.0.url"),
    ];
    for (kind, settings, field) in leaving {
        assert_eq!(tell(kind, settings.clone(), ""), at("tell", field), "{settings}");
        assert_eq!(tell(kind, settings.clone(), "a dealer calls back"), [], "{settings}");
    }
    for (via, to) in [("console", "supervisor"), ("mail", "team:售后"), ("mail", "user:mei@x.example")] {
        assert_eq!(tell("notify", notice(via, to), ""), [], "{via} {to}: colleagues are of the house");
    }
}

#[test]
fn what_a_called_flow_asks_for_itself_is_not_laid_to_what_it_is_given() {
    let given = |inner: &[Value]| {
        let inner = compile(flow("inner", inner), &Language::default(), &BTreeMap::new()).unwrap();
        let own = among(&inner.warnings);
        let call = step("sub", "sub_flow", json!({"flow": inner.hash, "inputs": {"who": "{{ context.contact.phone }}"}}));
        let library = BTreeMap::from([(inner.hash.clone(), Arc::new(inner))]);
        (own, among(&qn_workflow::check(flow("outer", &[call]), &Language::default(), &library)))
    };
    let asked = ask("", json!({"text": "?", "save": "phone"}));
    assert_eq!(given(&[asked, send("{{ phone }}", "")]), (at("send", "body"), vec![]));
    let passed_on = step("tell", "emit", json!({"event": "lead.new", "payload": ["{{ who }}"]}));
    assert_eq!(given(&[passed_on]), (vec![], at("sub", "inputs.who")));
    let known = ask("", json!({"text": "?", "save": "v", "known": "who"}));
    assert_eq!(given(&[known, send("{{ v }}", "")]), (vec![], at("sub", "inputs.who")), "an answer that is known already");
}
