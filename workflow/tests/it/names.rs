//! What a flow names is looked up among what the tenant has: missing names are errors at their node and setting, with the nearest name
//! offered; what is there but off is a warning; templates are left alone.

use qn_workflow::model::{Scope, Type};
use qn_workflow::names::{Called, Connector, Field, Form, Name, Names, SharedName, check, pictures_of};
use qn_workflow::{Flow, Problem, Severity};
use serde_json::{Value, json};

fn flow(nodes: &[Value]) -> Flow {
    let nodes: Vec<Value> = nodes.to_vec();
    serde_json::from_value(json!({"format": 1, "id": "f", "name": "f", "nodes": nodes})).unwrap()
}

fn node(kind: &str, settings: Value) -> Value {
    json!({"id": "n", "kind": kind, "settings": settings})
}

fn names() -> Names {
    let input = json!({"type": "object", "required": ["order_id", "currency"], "additionalProperties": false,
        "properties": {"order_id": {"type": "string"}, "note": {"type": "string"}, "currency": {"type": "string", "default": "CNY"}}});
    let fields = vec![field("amount", false), field("order_id", true)];
    let refund = Form { name: Name::of("refund"), fields, ..Form::default() }.titled("退款工单", "");
    Names {
        intents: vec![Name::of("退款"), Name::of("查物流")],
        labels: vec![Name::of("投诉")],
        teams: vec![Name::of("售后").or("tea_1"), Name::of("technical")],
        people: vec![Name::of("林薇").or("usr_1").or("lin@a.example"), Name::of("何岚").or("usr_2").or("he@a.example").off(true)],
        roles: ["agent", "supervisor", "admin"].map(Name::of).to_vec(),
        connectors: vec![
            Connector { name: Name::of("shop"), operations: Some(vec![Form::of_schema("get_order", &input)]) },
            Connector { name: Name::of("old-crm").off(true), operations: None },
        ],
        secrets: vec![Name::of("payment_key")],
        ticket_kinds: vec![Form { name: Name::of("general"), ..Form::default() }, refund],
        flows: vec![Called { hash: "h1".into(), flow: Name::of("开票").off(true), fields: vec![field("order_id", true)] }],
        events: vec![Name::of("conversation.resolved"), Name::of("refund.done")],
        calendars: vec![Name::of("office").or("办公时间")],
        webhooks: vec![Name::of("https://crm.example/hook").or("whk_1"), Name::of("https://old.example/hook").or("whk_2").off(true)],
        mailboxes: vec![Name::of("客服邮箱").or("inb_mail")],
        pictures: vec![Name::of("att_1"), Name::of("att_pdf").off(true)],
        shared: vec![SharedName { scope: Scope::Contact, name: "visits".into(), kind: Type::Integer, flow: "查进度".into() }],
        has_model: false,
        is_taught: true,
        takes_hooks: false,
    }
}

fn field(name: &str, required: bool) -> Field {
    Field { name: name.into(), required }
}

fn found(kind: &str, settings: Value) -> Vec<Problem> {
    check(&flow(&[node(kind, settings)]), &names())
}

/// Code, field and the name that is offered.
fn one(kind: &str, settings: Value) -> (&'static str, String, Option<String>) {
    let problems = found(kind, settings);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let problem = &problems[0];
    assert_eq!(problem.node.as_deref(), Some("n"));
    assert!(problem.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{problem}");
    let meant = problem.en.split_once("did you mean ").map(|(_, name)| name.trim_matches(['"', '?']).to_owned());
    (problem.code, problem.field.clone(), meant)
}

#[test]
fn a_missing_name_is_an_error_where_it_stands_and_the_nearest_is_offered() {
    let some = |name: &str| Some(name.to_owned());
    let call = |secret: &str| json!({"url": "https://x.example", "auth": {"kind": "bearer", "secret": secret}});
    let connect = |connector: &str, operation: &str, input: Value| json!({"connector": connector, "operation": operation, "input": input});
    for (kind, settings, expected) in [
        ("hand_off", json!({"team": "售後"}), ("unknown_team", "team", some("售后"))),
        ("hand_off", json!({"team": "火星"}), ("unknown_team", "team", None)),
        ("assign", json!({"name": "Techincal"}), ("unknown_team", "name", some("technical"))),
        ("assign", json!({"to": "person", "name": "lin@a.exampel"}), ("unknown_person", "name", None)),
        ("assign", json!({"to": "person", "name": "林薇薇"}), ("unknown_person", "name", some("林薇"))),
        ("approval", json!({"who": "supervisr"}), ("unknown_approver", "who", some("supervisor"))),
        ("approval", json!({"who": "team:supervisor"}), ("unknown_approver", "who", some("supervisor"))),
        ("approval", json!({"who": "林薇"}), ("unknown_approver", "who", some("lin@a.example"))),
        ("start", json!({"trigger": "message", "intents": ["退款", "查物留"]}), ("unknown_intent", "intents.1", some("查物流"))),
        ("classify", json!({"intents": ["办会员卡"]}), ("unknown_intent", "intents.0", None)),
        ("call", call("paymnet_key"), ("unknown_secret", "auth.secret", some("payment_key"))),
        ("connect", connect("shpo", "get_order", json!({})), ("unknown_connector", "connector", some("shop"))),
        ("connect", connect("shop", "getorder", json!({})), ("unknown_operation", "operation", some("get_order"))),
        ("connect", connect("shop", "get_order", json!({"note": "x"})), ("missing_field", "input", None)),
        ("connect", connect("shop", "get_order", json!({"order_id": 1, "nots": 2})), ("unknown_field", "input.nots", Some("note".into()))),
        ("wait", json!({"for_ms": 5, "calendar": "offcie"}), ("unknown_calendar", "calendar", some("office"))),
        ("approval", json!({"who": "admin", "also": "team:售後"}), ("unknown_approver", "also", some("售后"))),
        ("notify", json!({"title": "x", "to": "team:售後"}), ("unknown_approver", "to", some("售后"))),
        ("notify", json!({"via": "mail", "title": "x", "to": "boss", "inbox": "客服邮箱"}), ("unknown_approver", "to", None)),
        (
            "notify",
            json!({"via": "mail", "title": "x", "to": "a@b.example", "inbox": "客服邮件"}),
            ("unknown_mailbox", "inbox", some("客服邮箱")),
        ),
        ("notify", json!({"via": "webhook", "title": "x", "to": "whk_3"}), ("unknown_webhook", "to", None)),
        ("ticket", json!({"kind": "refnud", "title": "x"}), ("unknown_ticket_kind", "kind", some("refund"))),
        ("ticket", json!({"kind": "refund", "title": "x", "fields": {"amount": 5}}), ("missing_field", "fields", None)),
        ("ticket", json!({"title": "x", "team": "售后组"}), ("unknown_team", "team", some("售后"))),
    ] {
        let (code, field, meant) = one(kind, settings.clone());
        assert_eq!((code, field.as_str(), meant), expected, "{kind} {settings}");
        assert!(found(kind, settings).iter().all(Problem::is_error));
    }
}

#[test]
fn an_uploaded_picture_must_be_here_and_one_at_an_address_need_not() {
    let say = |urls: &[&str]| {
        let images: Vec<Value> = urls.iter().map(|url| json!({"url": url, "alt": "图"})).collect();
        let problems = found("say", json!({"text": "x", "images": images}));
        problems.into_iter().map(|problem| (problem.code, problem.field)).collect::<Vec<_>>()
    };
    let at = |code: &'static str, field: &str| (code, field.to_owned());
    assert_eq!(say(&["/api/v1/attachments/att_1/a.png", "https://x.example/a.png", "{{ value }}"]), []);
    assert_eq!(
        say(&["/api/v1/attachments/att_1/a.png", "/api/v1/attachments/att_2/a.png", "/api/v1/attachments/att_pdf/a.pdf"]),
        [at("unknown_picture", "images.1.url"), at("unfit_picture", "images.2.url")]
    );
    let shown =
        node("say", json!({"text": "x", "images": [{"url": "/api/v1/attachments/att_1/a.png"}, {"url": "https://x.example/a.png"}]}));
    assert_eq!(pictures_of(&flow(&[shown])), ["att_1"]);
}

#[test]
fn what_lacks_a_field_is_called_as_people_call_it() {
    let said = |names: &Names, kind: &str, settings: Value| {
        let problem = check(&flow(&[node(kind, settings)]), names).remove(0);
        (problem.zh, problem.en)
    };
    let call = || json!({"connector": "shop", "operation": "get_order"});
    let expected = |zh: &str, en: &str| (format!("「{zh}」需要填写 order_id"), format!("\"{en}\" needs order_id"));
    assert_eq!(said(&names(), "connect", call()), expected("get_order", "get_order"));
    let mut titled = names();
    let forms = titled.connectors[0].operations.take().unwrap();
    titled.connectors[0].operations = Some(forms.into_iter().map(|form| form.titled("查订单", "Get an order")).collect());
    assert_eq!(said(&titled, "connect", call()), expected("查订单", "Get an order"));
    assert_eq!(said(&names(), "ticket", json!({"kind": "refund", "title": "x"})), expected("退款工单", "退款工单"));
    let (zh, en) = said(&titled, "connect", json!({"connector": "shop", "operation": "get_order", "input": {"order_id": 1, "nots": 2}}));
    assert!(zh.starts_with("「查订单」没有字段 nots") && en.starts_with("\"Get an order\" has no field nots"), "{zh} {en}");
}

#[test]
fn what_is_there_but_off_or_not_ready_is_a_warning() {
    for (kind, settings, code) in [
        ("connect", json!({"connector": "old-crm", "operation": "any"}), "switched_off"),
        ("assign", json!({"to": "person", "name": "he@a.example"}), "switched_off"),
        ("approval", json!({"who": "user:usr_2"}), "switched_off"),
        ("label", json!({"add": ["投诉", "vip"]}), "unknown_label"),
        ("start", json!({"trigger": "webhook"}), "no_hook_secret"),
        ("start", json!({"trigger": "alarm", "labels": ["team=shop"]}), "no_hook_secret"),
        ("start", json!({"trigger": "event", "event": "conversation.reslved"}), "unheard_event"),
        ("write", json!({"question": "x"}), "no_model"),
        ("notify", json!({"via": "webhook", "title": "x", "to": "whk_2"}), "switched_off"),
    ] {
        let problems = found(kind, settings.clone());
        assert_eq!(problems.iter().map(|p| (p.code, p.severity)).collect::<Vec<_>>(), [(code, Severity::Warning)], "{kind} {settings}");
    }
    let called = found("sub_flow", json!({"flow": "h1", "inputs": {"more": 1}}));
    assert_eq!(called.iter().map(|p| p.code).collect::<Vec<_>>(), ["switched_off", "missing_field"]);
    let untaught = Names { is_taught: false, ..names() };
    assert_eq!(check(&flow(&[node("classify", json!({"intents": ["退款"]}))]), &untaught)[0].code, "untaught");
}

#[test]
fn what_is_there_and_what_only_a_run_knows_is_left_alone() {
    for (kind, settings) in [
        ("hand_off", json!({"team": "售后"})),
        ("hand_off", json!({"team": "tea_1"})),
        ("hand_off", json!({"team": "{{ team }}"})),
        ("hand_off", json!({})),
        ("assign", json!({"to": "person", "name": "Lin@A.example"})),
        ("approval", json!({"who": "Supervisor"})),
        ("approval", json!({"who": "team: 售后"})),
        ("wait", json!({"for_ms": 5, "calendar": "办公时间"})),
        ("label", json!({"add": ["投诉", "{{ level }}"], "remove": []})),
        ("connect", json!({"connector": "shop", "operation": "get_order", "input": {"order_id": "{{ order }}"}})),
        ("connect", json!({"connector": "shop", "operation": "get_order", "input": "{{ all }}"})),
        ("ticket", json!({"title": "x"})),
        ("ticket", json!({"kind": "refund", "title": "x", "fields": {"order_id": "{{ order }}"}})),
        ("sub_flow", json!({"flow": "not known", "inputs": {}})),
        // what belongs to another trigger is not asked
        ("start", json!({"trigger": "api", "intents": ["no such"], "event": "no.such"})),
        ("start", json!({"trigger": "event", "event": "refund.done"})),
    ] {
        assert_eq!(found(kind, settings.clone()), [], "{kind} {settings}");
    }
}

#[test]
fn flows_agree_on_what_they_share() {
    let with = |scope: &str, kind: &str, trigger: &str| {
        let mut flow = flow(&[node("start", json!({"trigger": trigger}))]);
        flow.variables = serde_json::from_value(json!([{"name": "visits", "type": kind, "scope": scope}])).unwrap();
        check(&flow, &names()).into_iter().map(|p| p.code).collect::<Vec<_>>()
    };
    assert_eq!(with("contact", "text", "api"), ["shared_type"]);
    assert!(
        with("contact", "integer", "api").is_empty()
            && with("conversation", "text", "api").is_empty()
            && with("run", "text", "api").is_empty()
    );
    assert_eq!(with("contact", "integer", "schedule"), ["shared_with_nobody"]);
}
