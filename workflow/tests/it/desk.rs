//! Flows in a conversation: what started them, what they know of the customer, and what they do in the desk.

use crate::world::World;
use qn_workflow::request::{Auth, AuthKind};
use qn_workflow::run::Refusal;
use qn_workflow::trigger::{Begins, Trigger};
use qn_workflow::{Context, Entry, Event, Flow, Language, Program, Request, Status, compile, replay};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A flow of these nodes one after the other, between a start and an end that gives `out` back.
fn line(start: Value, nodes: Value, variables: Value, out: Value) -> Result<Arc<Program>, Vec<&'static str>> {
    let mut all = vec![json!({"id": "start", "kind": "start", "settings": start})];
    all.extend(nodes.as_array().unwrap().iter().cloned());
    all.push(json!({"id": "end", "kind": "end", "settings": {"output": out}}));
    let ids: Vec<String> = all.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    let mut edges: Vec<Value> = Vec::new();
    for (n, node) in all.iter().enumerate().take(all.len() - 1) {
        let ports: &[&str] = match node["kind"].as_str().unwrap() {
            "answer" => &["found", "not_found"],
            "classify" => &["refund", "otherwise"],
            "ask" => &["next", "unclear", "error"],
            "connect" | "call" | "ticket" | "ticket_update" => &["next", "error"],
            "assign" => &["next", "unavailable"],
            "write" => &["found", "not_found", "error"],
            "extract" => &["next", "not_found", "error"],
            _ => &["next"],
        };
        edges.extend(ports.iter().map(|port| json!({"from": ids[n], "port": port, "to": ids[n + 1]})));
    }
    let flow: Flow =
        serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "variables": variables, "nodes": all, "edges": edges})).unwrap();
    compile(flow, &Language::default(), &BTreeMap::new()).map(Arc::new).map_err(|p| p.into_iter().map(|p| p.code).collect())
}

fn mei() -> Box<Context> {
    Box::new(
        serde_json::from_value(json!({
            "contact": {"id": "con_1", "name": "小梅", "attributes": {"level": "gold"}},
            "conversation": {"id": "cnv_1", "language": "zh"},
            "message": {"id": "msg_1", "text": "refund"},
            "entities": {"order_id": "SO9"}
        }))
        .unwrap(),
    )
}

#[test]
fn a_flow_knows_who_wrote_what_and_what_is_unknown_is_null() {
    let out = json!({"who": "{{ context.contact.name }}", "mail": "{{ context.contact.email == null }}", "at": "{{ context.at }}",
        "level": "{{ context.contact.attributes.level }}", "event": "{{ context.event }}", "order": "{{ context.entities.order_id }}"});
    let program = line(json!({}), json!([]), json!([]), out).unwrap();
    let mut world = World::new(program);
    world.context = mei();
    let world = world.run();
    let expected = json!({"who": "小梅", "mail": true, "at": "2027-01-15T08:00:00Z", "level": "gold", "event": null, "order": "SO9"});
    assert_eq!(world.state.output, expected);
    let program = line(json!({}), json!([]), json!([]), json!("{{ context.contact.name }}{{ context.message.text }}!")).unwrap();
    assert_eq!(World::new(program).run().state.output, "!", "a run of nobody reads nulls");
}

#[test]
fn a_journal_from_before_there_was_a_context_still_replays() {
    let program = line(json!({}), json!([]), json!([]), json!("{{ context.at }}")).unwrap();
    let old = json!([{"t": "started", "flow": program.hash, "input": {}, "at": 0}]);
    let old: Vec<Entry> = serde_json::from_value(old).unwrap();
    let state = replay(&program, "run_1", &old).unwrap();
    assert_eq!(state.context["at"], "1970-01-01T00:00:00Z");
    assert_eq!(serde_json::to_value(&old).unwrap()[0].get("context"), None, "nothing is written where nothing is known");
    let late = qn_workflow::advance(
        &program,
        &state,
        &Event::Start { input: Default::default(), context: mei() },
        qn_workflow::Moment { now: 0, random: 0 },
    );
    assert_eq!(late, Err(Refusal::Started));
}

#[test]
fn everything_a_flow_does_in_the_desk_is_asked_of_the_outside_once() {
    let nodes = json!([
        {"id": "a", "kind": "answer", "settings": {"save": "found"}},
        {"id": "c", "kind": "classify", "settings": {"intents": ["refund"], "save": "wish"}},
        {"id": "k", "kind": "connect", "timeout_ms": 1000, "settings": {"connector": "shop", "operation": "orders", "input": {"of": "{{ context.contact.id }}"},
            "take": "answer.echo.of", "save": "order"}},
        {"id": "l", "kind": "label", "settings": {"add": ["{{ context.contact.attributes.level }}"], "remove": ["new"]}},
        {"id": "n", "kind": "note", "settings": {"text": "hello {{ order }}"}},
        {"id": "u", "kind": "update_contact", "settings": {"fields": {"phone": "1", "vip": "{{ true }}"}}},
        {"id": "m", "kind": "emit", "settings": {"event": "refund.asked", "payload": {"order": "{{ order }}"}}},
        {"id": "y", "kind": "say", "settings": {"text": "Yes?", "buttons": ["{{ order }}", "no"]}},
        {"id": "h", "kind": "hand_off", "settings": {"team": "{{ context.contact.email }}", "note": "please"}},
        {"id": "r", "kind": "resolve"}
    ]);
    let variables = json!([{"name": "found", "type": "object", "default": {}}, {"name": "wish", "type": "object"},
        {"name": "order", "type": "text", "default": ""}]);
    let program = line(json!({}), nodes, variables, json!("{{ wish.intent + order + found.text }}")).unwrap();
    let mut world = World::new(program);
    world.context = mei();
    let world = world.run();
    assert_eq!((world.state.status, &world.state.output), (Status::Done, &json!("refundcon_1Seven days.")));
    let done: Vec<&Value> = world.done.iter().map(|(.., what)| what).collect();
    let expected = json!([
        {"desk": "answer", "question": "refund"}, {"desk": "classify", "text": "refund"}, {"of": "con_1"},
        {"desk": "label", "add": ["gold"], "remove": ["new"]}, {"desk": "note", "text": "hello con_1"},
        {"desk": "update_contact", "fields": {"phone": "1", "vip": true}},
        {"desk": "emit", "event": "refund.asked", "payload": {"order": "con_1"}}, "Yes?",
        {"desk": "hand_off", "team": null, "note": "please"}, {"desk": "resolve"}
    ]);
    assert_eq!(json!(done), expected);
}

#[test]
fn what_is_not_found_and_what_is_not_sure_go_their_own_ways() {
    let nodes = |question: &str, confidence: f64| {
        json!([{"id": "a", "kind": "answer", "settings": {"question": question, "save": "found"}},
               {"id": "c", "kind": "classify", "settings": {"text": "refund", "intents": ["refund"], "confidence": confidence}}])
    };
    let variables = json!([{"name": "found", "type": "object", "default": {}}]);
    for (question, confidence, answered, understood) in [("how long", 0.5, "found", "refund"), ("unknown", 0.95, "not_found", "otherwise")]
    {
        let world = World::new(line(json!({}), nodes(question, confidence), variables.clone(), Value::Null).unwrap()).run();
        let ports: Vec<&str> =
            world.journal.iter().filter_map(|e| if let Entry::Closed { port, .. } = e { Some(port.as_str()) } else { None }).collect();
        assert_eq!(ports, ["next", answered, understood]);
    }
}

fn question(settings: Value) -> Arc<Program> {
    let ask = json!([{"id": "q", "kind": "ask", "timeout_ms": 60_000, "settings": settings}]);
    let variables = json!([{"name": "order", "type": "any"}, {"name": "orders", "type": "list",
        "default": [{"id": "SO1", "sum": 5}, {"id": "SO2", "sum": 7}]}]);
    let flow = line(json!({}), ask.clone(), variables.clone(), Value::Null).unwrap().flow.clone();
    let mut flow = serde_json::to_value(&flow).unwrap();
    let ends = json!([{"id": "lost", "kind": "end", "settings": {"output": "lost"}}]);
    flow["nodes"].as_array_mut().unwrap().extend(ends.as_array().unwrap().iter().cloned());
    flow["nodes"][2]["settings"]["output"] = json!("{{ order }}");
    for edge in flow["edges"].as_array_mut().unwrap().iter_mut().filter(|e| e["port"] == "unclear" || e["port"] == "error") {
        edge["to"] = json!("lost");
    }
    Arc::new(compile(serde_json::from_value(flow).unwrap(), &Language::default(), &BTreeMap::new()).unwrap_or_else(|p| panic!("{p:#?}")))
}

fn reply(world: &mut World, attempt: u32, text: &str) -> Result<(), Refusal> {
    world.event(&Event::Reply { step: "q@".into(), attempt, outcome: Ok(json!({"text": text})), took_ms: 1 })
}

#[test]
fn a_choice_is_known_by_its_words_or_its_number_and_stands_for_its_value() {
    let settings = json!({"text": "Which?", "save": "order", "only_choices": true, "tries": 2, "choices": ["none"],
        "choices_from": "orders.map(o, {'label': o.id + ' ¥' + string(o.sum), 'value': o})"});
    for (words, gives) in [(" so2 ¥7 ", json!({"id": "SO2", "sum": 7})), ("2", json!({"id": "SO1", "sum": 5})), ("None", json!("none"))] {
        let mut world = World::new(question(settings.clone()));
        world.mute = true;
        world.start(json!({}));
        let asked = world.state.tokens.values().find_map(|t| match &t.place {
            qn_workflow::run::Place::Open(open) => Some((*open.request).clone()),
            _ => None,
        });
        let choices = vec!["none".into(), "SO1 ¥5".into(), "SO2 ¥7".into()];
        let values = vec![json!("none"), json!({"id": "SO1", "sum": 5}), json!({"id": "SO2", "sum": 7})];
        assert_eq!(asked, Some(Request::Ask { text: "Which?".into(), choices, values, optional: false, secret: false, again: None }));
        reply(&mut world, 1, "the blue one").unwrap();
        reply(&mut world, 2, words).unwrap();
        assert_eq!(world.state.output, gives, "{words}");
    }
    let mut world = World::new(question(settings));
    world.start(json!({}));
    for attempt in 1..=2 {
        reply(&mut world, attempt, "7").unwrap();
    }
    assert_eq!(world.state.output, "lost");
}

#[test]
fn what_is_known_is_not_asked() {
    let settings = json!({"text": "Which?", "save": "order", "known": "context.entities.order_id"});
    let mut world = World::new(question(settings.clone()));
    world.context = mei();
    let world = world.run();
    assert_eq!((&world.state.output, world.done.len()), (&json!("SO9"), 0));
    assert_eq!(World::new(question(settings)).run().state.output, "the blue one", "what cannot be looked up is asked");
}

#[test]
fn what_is_only_likely_is_offered_and_never_taken() {
    let settings = json!({"text": "Which?", "save": "order", "known": "context.entities.product", "choices": ["another"]});
    let pen = json!({"name": "Stylus", "ids": ["PEN"]});
    let mut world = World::new(question(settings));
    world.context = mei();
    world.context.likely.insert("product".into(), pen.clone());
    world.mute = true;
    world.start(json!({}));
    let asked = world.state.tokens.values().find_map(|t| match &t.place {
        qn_workflow::run::Place::Open(open) => Some((*open.request).clone()),
        _ => None,
    });
    let (choices, values) = (vec!["Stylus".into(), "another".into()], vec![pen.clone(), json!("another")]);
    assert_eq!(asked, Some(Request::Ask { text: "Which?".into(), choices, values, optional: false, secret: false, again: None }));
    reply(&mut world, 1, "stylus").unwrap();
    assert_eq!(world.state.output, pen);
}

#[test]
fn a_start_says_what_starts_it_and_nonsense_is_refused() {
    let begins = |settings: Value| line(settings, json!([]), json!([]), Value::Null).map(|program| Begins::of(&program.flow));
    let said = begins(json!({"trigger": "message", "phrases": ["我要退款"], "intents": ["refund"]})).unwrap();
    assert!(said.trigger == Trigger::Message && said.is_said("我要退款!"));
    let daily = begins(json!({"trigger": "schedule", "cron": "0 9 * * 1-5", "time_zone": "Asia/Shanghai"})).unwrap();
    assert!(daily.next_at(0).is_some());
    for (settings, code) in [
        (json!({"trigger": "message"}), "bad_settings"),
        (json!({"trigger": "sunrise"}), "bad_settings"),
        (json!({"trigger": "message", "phrases": [""]}), "bad_settings"),
        (json!({"trigger": "message", "phrases": vec!["x"; 101]}), "bad_settings"),
        (json!({"trigger": "message", "intents": vec!["x"; 51]}), "bad_settings"),
        (json!({"trigger": "schedule"}), "bad_schedule"),
        (json!({"trigger": "schedule", "cron": "every day"}), "bad_schedule"),
        (json!({"trigger": "schedule", "cron": "* * * * * *"}), "bad_schedule"),
        (json!({"trigger": "schedule", "cron": "0 9 * * *", "time_zone": "Mars/Olympus"}), "bad_schedule"),
        (json!({"trigger": "alarm", "severity": "grave"}), "bad_settings"),
        (json!({"trigger": "alarm", "alarm": "x".repeat(201)}), "bad_settings"),
        (json!({"trigger": "alarm", "severities": vec!["x"; 21]}), "bad_settings"),
        (json!({"trigger": "alarm", "labels": ["team=shop", "team"]}), "bad_settings"),
        (json!({"trigger": "alarm", "labels": ["=shop"]}), "bad_settings"),
    ] {
        assert_eq!(begins(settings.clone()), Err(vec![code]), "{settings}");
    }
}

#[test]
fn a_call_carries_the_name_of_its_secret_and_never_more() {
    let call = |auth: Value| {
        let node = json!([{"id": "c", "kind": "call", "timeout_ms": 5, "settings": {"url": "http://x/do", "auth": auth}}]);
        line(json!({}), node, json!([]), Value::Null)
    };
    let world = World::new(call(json!({"kind": "bearer", "secret": "shop"})).unwrap()).run();
    let asked = world.journal.iter().find_map(|e| if let Entry::Opened { request, .. } = e { Some(Arc::clone(request)) } else { None });
    let Some(Request::Call(call_made)) = asked.as_deref() else { panic!("no call: {asked:?}") };
    assert_eq!(call_made.auth, Some(Auth { kind: AuthKind::Bearer, secret: "shop".into(), header: None }));
    for bad in [json!({"kind": "bearer"}), json!({"kind": "bearer", "secret": ""}), json!({"kind": "header", "secret": "s"})] {
        assert_eq!(call(bad).err(), Some(vec!["bad_settings"]));
    }
}

#[test]
fn business_hours_are_waited_for() {
    let wait = |settings: Value| line(json!({}), json!([{"id": "w", "kind": "wait", "settings": settings}]), json!([]), Value::Null);
    let hours = json!({"from": "09:00", "to": "18:00", "weekdays": [1, 2, 3, 4, 5, 6, 7]});
    for (settings, hour) in [
        (json!({"business": hours}), 0),
        (json!({"business": hours, "for_ms": 2 * 3_600_000}), 2),
        (json!({"business": hours, "for_ms": 3 * 3_600_000}), 18),
        (json!({"business": hours, "until": "now"}), 0),
    ] {
        // It is four in the afternoon in Shanghai.
        let world = World::new(wait(settings.clone()).unwrap()).run();
        assert_eq!(world.now - crate::world::NOON, hour * 3_600_000, "{settings}");
    }
    assert_eq!(wait(json!({"business": {"from": "9", "to": "x"}})).err(), Some(vec!["bad_settings"]));
    assert_eq!(wait(json!({})).err(), Some(vec!["bad_settings"]));
}

#[test]
fn tickets_assignments_and_the_language_model_are_asked_of_the_outside_once() {
    let nodes = json!([
        {"id": "t", "kind": "ticket", "settings": {"kind": "refund", "title": "Refund of {{ context.entities.order_id }}",
            "fields": {"order_id": "{{ context.entities.order_id }}"}, "priority": "high", "team": "After-sales", "due_ms": 60_000, "save": "a"}},
        {"id": "u", "kind": "ticket_update", "settings": {"ticket": "{{ a.id }}", "state": "waiting", "note": "asked the bank"}},
        {"id": "w", "kind": "write", "timeout_ms": 5_000, "settings": {"question": "when?", "facts": ["In {{ 3 }} days"], "save": "b"}},
        {"id": "x", "kind": "extract", "timeout_ms": 5_000, "settings": {"text": "the size is L", "fields": [{"name": "size", "about": "of the shirt"}], "save": "c"}},
        {"id": "g", "kind": "assign", "settings": {"to": "person", "name": "nobody"}},
    ]);
    let variables = json!([{"name": "a", "type": "any", "default": {}}, {"name": "b", "type": "any", "default": {}}, {"name": "c", "type": "any", "default": {}}]);
    let program = line(json!({}), nodes, variables, json!({"b": "{{ b }}", "c": "{{ c }}"})).unwrap();
    let mut world = World::new(program);
    world.context = mei();
    let world = world.run();
    assert_eq!(world.state.status, Status::Done, "{:?}", world.state.error);
    assert_eq!(world.state.output, json!({"b": {"found": true, "text": "In 3 days"}, "c": {"size": "the size is L"}}));
    let asked: Vec<&Value> = world.done.iter().filter(|(_, path, _)| path == "desk").map(|(.., body)| body).collect();
    assert_eq!(
        asked[0],
        &json!({"desk": "open_ticket", "kind": "refund", "title": "Refund of SO9", "text": "", "fields": {"order_id": "SO9"},
        "priority": "high", "team": "After-sales", "due_ms": 60_000})
    );
    assert_eq!(asked[1]["ticket"], world.done[0].0, "the ticket that was opened");
    assert_eq!((&asked[1]["state"], &asked[1]["priority"], &asked[1]["note"]), (&json!("waiting"), &Value::Null, &json!("asked the bank")));
    assert_eq!(asked[4], &json!({"desk": "assign", "to": {"person": "nobody"}, "note": ""}));
}

#[test]
fn a_start_on_an_event_says_which() {
    assert_eq!(line(json!({"trigger": "event"}), json!([]), json!([]), json!({})).unwrap_err(), ["bad_settings"]);
    let program = line(json!({"trigger": "event", "event": "refund.done"}), json!([]), json!([]), json!({})).unwrap();
    let begins = Begins::of(&program.flow);
    assert!(begins.trigger == Trigger::Event && begins.hears("refund.done") && !begins.hears("refund"));
    assert!(!Begins { trigger: Trigger::Api, ..begins }.hears("refund.done"));
}

fn proof(to: &str) -> Arc<Program> {
    let settings = json!({"to": to, "text": "Code?", "again": "Once more?", "resend": "Another"});
    let end = |id: &str| json!({"id": id, "kind": "end", "settings": {"output": id}});
    let nodes = vec![
        json!({"id": "s", "kind": "start", "settings": {}}),
        json!({"id": "v", "kind": "verify", "timeout_ms": 60_000, "settings": settings}),
        end("yes"),
        end("no"),
    ];
    let ways = [("s", "next", "v"), ("v", "verified", "yes"), ("v", "unverified", "no"), ("v", "error", "no"), ("v", "timeout", "no")];
    let edges: Vec<Value> = ways.map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).into();
    let flow = json!({"format": 1, "id": "f", "name": "f", "nodes": nodes, "edges": edges});
    Arc::new(compile(serde_json::from_value(flow).unwrap(), &Language::default(), &BTreeMap::new()).unwrap_or_else(|p| panic!("{p:#?}")))
}

#[test]
fn a_code_is_sent_asked_for_and_sent_again_and_only_what_became_of_it_decides() {
    let mut world = World::new(proof("+8613910862253"));
    world.mute = true;
    world.start(json!({}));
    let asks = |world: &mut World| {
        assert!(world.tick() && world.tick(), "the desk answers, and the customer is asked");
        world.state.tokens.values().find_map(|t| match &t.place {
            qn_workflow::run::Place::Open(open) => Some((open.attempt, (*open.request).clone())),
            _ => None,
        })
    };
    let says = |world: &mut World, attempt: u32, text: &str| {
        world.event(&Event::Reply { step: "v@".into(), attempt, outcome: Ok(json!({"text": text})), took_ms: 1 }).unwrap();
    };
    let question = |text: &str| {
        let (text, choices) = (text.to_owned(), vec!["Another".to_owned()]);
        Request::Ask { text, choices, values: vec![], optional: false, secret: true, again: None }
    };
    assert_eq!(asks(&mut world), Some((2, question("Code?"))));
    world.code = "wrong";
    says(&mut world, 2, "••••••");
    assert_eq!(asks(&mut world), Some((4, question("Once more?"))));
    says(&mut world, 4, "another");
    assert_eq!(asks(&mut world), Some((6, question("Code?"))), "sent again, and asked again");
    world.code = "right";
    says(&mut world, 6, "••••••");
    assert!(world.tick());
    assert_eq!(world.state.output, "yes");
}

#[test]
fn what_is_over_or_cannot_be_sent_proves_nothing() {
    assert_eq!(World::new(proof("nowhere")).run().state.output, "no");
    for over in ["failed", "expired"] {
        let mut world = World::new(proof("+8613910862253"));
        world.code = over;
        assert_eq!(world.run().state.output, "no", "{over}");
    }
    assert_eq!(World::new(proof("+8613910862253")).run().state.output, "yes");
}
