//! What other systems, events, signals, called flows and approvals bring of people, on every way to a step that sends it out.

use crate::privacy::{among, at, flow, send, step, warned};
use qn_workflow::{Flow, Language, Library, Program, check, compile};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Systems that declare what they answer.
#[derive(Default)]
struct Declared {
    answers: BTreeMap<(String, String), Value>,
    programs: BTreeMap<String, Arc<Program>>,
}

impl Library for Declared {
    fn find(&self, hash: &str) -> Option<Arc<Program>> {
        self.programs.find(hash)
    }

    fn answer(&self, connector: &str, operation: &str) -> Option<&Value> {
        self.answers.get(&(connector.to_owned(), operation.to_owned()))
    }
}

fn connect(settings: Value) -> Value {
    let mut all = json!({"connector": "crm", "operation": "find", "save": "v"});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    step("look", "connect", all)
}

fn look() -> Value {
    connect(json!({}))
}

fn set(value: &str) -> Value {
    step("copy", "set", json!({"set": [{"variable": "copy", "value": value}]}))
}

/// With the ways drawn by hand.
fn warned_on(steps: &[Value], edges: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let mut drawn = flow("f", steps);
    let edges: Vec<Value> = edges.iter().map(|(from, port, to)| json!({"from": from, "port": port, "to": to})).collect();
    drawn.edges = serde_json::from_value(Value::from(edges)).unwrap();
    among(&check(drawn, &Language::default(), &BTreeMap::new()))
}

#[test]
fn what_a_system_answers_is_a_persons_by_the_names_of_its_fields() {
    let personal = [
        "v.phone",
        "v.contactPhone",
        "v.mobile",
        "v.receiver.tel",
        "v.customer.name",
        "v['收件人']['姓名']",
        "v.data.id_card",
        "v.rows[0].email",
        "v.rows.map(r, r.address)",
        "v.rows.filter(r, r.vip).map(r, {'who': r.customer_name})",
        "'+86 ' + string(v.phone)",
        "v.phone != null ? v.phone : 'none'",
        "v['手机号码']",
        "v.phones[0]",
        "v.emails",
        "v.contactPhones.map(p, p)",
        "v.address_list",
        "v['手机号码列表']",
        "v.customers.filter(c, c.vip).map(c, c.name)",
    ];
    for field in personal {
        let out = format!("{{{{ {field} }}}}");
        assert_eq!(warned(&[look(), send(&out, "")]), at("send", "body"), "{field}");
        assert_eq!(warned(&[look(), send(&out, "so that the courier finds the door")]), [], "{field}");
        assert_eq!(
            warned(&[connect(json!({"take": field.replace("v.", "answer.").replace("v[", "answer[")})), send("{{ v }}", "")]),
            at("send", "body"),
            "{field}"
        );
    }
    let nobodys = [
        "v",
        "v.id",
        "v.name",
        "v.product.name",
        "v.store.phone",
        "v.company_address",
        "v['门店']['地址']",
        "v.ip_address",
        "v.phone_model",
        "v.rows.map(r, r.id)",
        "v.phone == '1'",
        "size(v.rows.filter(r, r.phone == '1'))",
        "has(v.phone) ? 'yes' : 'no'",
        "v.rows.exists(r, r.email == 'a@b.example')",
        "v.image_url",
        "v.image_address",
        "v['图片地址']",
        "v.return_address",
        "v['退货地址']",
        "v.warehouse.address",
        "v.store_addresses",
        "v.service_address",
        "v.phone_models",
        "v.cells",
    ];
    for field in nobodys {
        assert_eq!(warned(&[look(), send(&format!("{{{{ {field} }}}}"), "")]), [], "{field}");
    }
}

#[test]
fn the_last_digits_are_nobodys_and_the_first_items_are_somebodys() {
    let masked = [
        "'*' + v.phone.slice(7, 11)",
        "slice(context.contact.phone, 0, 3) + '****'",
        "v.phones[0].slice(7, 11)",
        "v.rows.map(r, r.phone.slice(7, 11))",
    ];
    for masked in masked {
        assert_eq!(warned(&[look(), send(&format!("{{{{ {masked} }}}}"), "")]), [], "{masked}");
    }
    let shown = [
        "v.phone.slice(0, 11)",
        "v.phones.slice(0, 2)",
        "v.rows.slice(0, 3).map(r, r.phone)",
        "v.rows.slice(0, 1)[0].email",
        "v.rows.map(r, r.phone).slice(0, 2)",
        "v.rows.filter(r, r.vip).slice(0, 1)[0].email",
        "[v.phone].slice(0, 1)",
    ];
    for shown in shown {
        assert_eq!(warned(&[look(), send(&format!("{{{{ {shown} }}}}"), "")]), at("send", "body"), "{shown}");
    }
    let some = set("v.rows.slice(0, 3)");
    assert_eq!(warned(&[look(), some.clone(), send("{{ copy[0].phone }}", "")]), at("send", "body"));
    assert_eq!(warned(&[look(), some, send("{{ copy[0].id }}", "")]), []);
}

#[test]
fn a_request_answers_like_a_connector_and_what_it_told_may_go_back_to_it() {
    let get = |url: &str, take: Value| step("look", "call", json!({"url": url, "save": "v", "take": take}));
    let there = get("http://crm.example/customers/1", Value::Null);
    assert_eq!(warned(&[there.clone(), send("{{ v.phone }}", "")]), at("send", "body"));
    assert_eq!(warned(&[get("http://x/customers/1", Value::Null), send("{{ v.phone }}", "")]), [], "the same host has it");
    assert_eq!(warned(&[get("http://crm.example/", "answer.body.customer".into()), send("{{ v.name }}", "")]), at("send", "body"));
    assert_eq!(warned(&[get("http://crm.example/", "answer.status".into()), send("{{ v }}", "")]), []);

    let back = |connector: &str, who: &str| {
        let tell = step("tell", "connect", json!({"connector": connector, "operation": "note", "input": {"text": who}}));
        warned(&[look(), set("v.phone"), tell])
    };
    assert_eq!(back("crm", "{{ copy }}"), [], "it told the number itself");
    assert_eq!(back("mailing", "{{ copy }}"), at("tell", "input"));
    assert_eq!(back("crm", "{{ context.contact.phone }}"), at("tell", "input"), "what the customer said it need not know");
    // An address that changes as the flow goes is no place to go back to.
    let to = |url: &str| step("tell", "call", json!({"method": "POST", "url": url, "body": ["{{ v.phone }}"]}));
    let base = |url: &str| step("look", "call", json!({"url": url, "save": "v"}));
    assert_eq!(warned(&[base("{{ who }}/customers"), to("{{ who }}/notes")]), []);
    assert_eq!(warned(&[set("'http://a.example'"), base("{{ copy }}/customers"), to("{{ copy }}/notes")]), at("tell", "body"));
}

#[test]
fn a_declared_answer_is_known_as_a_whole_and_by_its_formats() {
    let sends = |answer: Value, what: &str| {
        let answers = BTreeMap::from([(("crm".to_owned(), "find".to_owned()), answer)]);
        let library = Declared { answers, ..Declared::default() };
        among(&check(flow("f", &[look(), set("v"), send(what, "")]), &Language::default(), &library))
    };
    let of = |fields: Value| json!({"type": "object", "properties": {"id": {"type": "string"}, "rows": {"type": "array", "items": {"type": "object", "properties": fields}}}});
    assert_eq!(sends(of(json!({"phone": {"type": "string"}})), "{{ v }}"), at("send", "body"));
    assert_eq!(sends(of(json!({"phone": {"type": "string"}})), "{{ copy.rows[0] }}"), at("send", "body"));
    assert_eq!(sends(of(json!({"phone": {"type": "string"}})), "{{ v.id }}"), []);
    assert_eq!(sends(of(json!({"reach": {"type": "string", "format": "email"}})), "{{ v.rows.map(r, r.reach) }}"), at("send", "body"));
    assert_eq!(sends(of(json!({"w1": {"type": "string", "title": "收货地址"}})), "{{ v.rows[0].w1 }}"), at("send", "body"));
    assert_eq!(sends(of(json!({"phone": {"type": "boolean"}})), "{{ v.rows[0].phone }}"), [], "whether there is one");
    assert_eq!(sends(of(json!({"email": {"enum": ["daily", "never"]}})), "{{ v }}"), [], "how often");
    assert_eq!(sends(of(json!({"size": {"type": "string"}})), "{{ v }}"), []);
    let mails = json!({"type": "array", "items": {"type": "string", "format": "email"}});
    for sent in ["{{ v }}", "{{ v.rows }}", "{{ v.rows[0].reach }}", "{{ v.rows[0].reach[0] }}", "{{ v.rows[0].reach.slice(0, 2) }}"] {
        assert_eq!(sends(of(json!({"reach": mails.clone()})), sent), at("send", "body"), "{sent}");
    }
    for sent in ["{{ v }}", "{{ v[0] }}", "{{ v.map(one, one) }}", "{{ v.slice(0, 2) }}"] {
        assert_eq!(sends(mails.clone(), sent), at("send", "body"), "{sent}");
    }
    let many = json!({"phones": {"type": "array", "items": {"type": "boolean"}}});
    assert_eq!(sends(of(many), "{{ v.rows[0].phones }}"), [], "which of them were tried");
    assert_eq!(sends(of(json!({"address": {"type": "string", "format": "uri"}})), "{{ v.rows[0].address }}"), [], "a page");
    let either = json!({"oneOf": [{"type": "null"}, {"properties": {"contact": {"properties": {"name": {"type": "string"}}}}}]});
    assert_eq!(sends(either.clone(), "{{ v }}"), at("send", "body"));
    assert_eq!(sends(either, "{{ v.contact }}"), at("send", "body"));
}

#[test]
fn what_began_the_flow_and_what_a_signal_says_are_told_by_others() {
    for (sent, expected) in [
        ("{{ context.event.phone }}", at("send", "body")),
        ("{{ context.event.buyer.name }}", at("send", "body")),
        ("{{ context.event.alerts.map(a, a.owner_email) }}", at("send", "body")),
        ("{{ context.event.order_id }}", vec![]),
        ("{{ context.event }}", vec![]),
    ] {
        assert_eq!(warned(&[send(sent, "")]), expected, "{sent}");
    }
    let listen = step("listen", "signal", json!({"signal": "parcel", "save": "v"}));
    let ways = [
        ("start", "next", "listen"),
        ("listen", "next", "send"),
        ("listen", "error", "end"),
        ("send", "next", "end"),
        ("send", "error", "end"),
    ];
    assert_eq!(warned_on(&[listen.clone(), send("{{ v.receiver_phone }}", "")], &ways), at("send", "body"));
    assert_eq!(warned_on(&[listen, send("{{ v.parcel }}", "")], &ways), []);
}

#[test]
fn assignments_keep_the_fields_apart() {
    let kept = set("{'call': v.phone, 'order': v.id, 'all': v}");
    for (sent, expected) in [
        ("{{ copy.call }}", at("send", "body")),
        ("{{ copy }}", at("send", "body")),
        ("{{ copy.order }}", vec![]),
        ("{{ copy.all.email }}", at("send", "body")),
        ("{{ copy.all }}", vec![]),
    ] {
        assert_eq!(warned(&[look(), kept.clone(), send(sent, "")]), expected, "{sent}");
    }
    let whole = set("context.contact");
    assert_eq!(warned(&[whole.clone(), send("{{ copy.id }}", "")]), []);
    assert_eq!(warned(&[whole, send("{{ copy.name }}", "")]), at("send", "body"));
}

#[test]
fn scripts_loops_and_branches_carry_it_on() {
    let ways =
        [("start", "next", "look"), ("look", "next", "work"), ("look", "error", "end"), ("work", "next", "send"), ("work", "error", "end")];
    let ways: Vec<_> = ways.into_iter().chain([("send", "next", "end"), ("send", "error", "end")]).collect();
    let script = |lines: &str, sent: &str| {
        warned_on(&[look(), step("work", "script", json!({"script": lines, "save": "copy"})), send(sent, "")], &ways)
    };
    let each = "let all = []\nfor r in v.rows {\nall = all + [{'to': r.phone, 'n': r.id}]\n}\nreturn all";
    assert_eq!(script(each, "{{ copy }}"), at("send", "body"));
    assert_eq!(script(each, "{{ copy[0].to }}"), at("send", "body"));
    assert_eq!(script(each, "{{ copy[0].n }}"), []);
    assert_eq!(script("let p = v\nif p.phone == '' {\nreturn 'none'\n}\nreturn p.id", "{{ copy }}"), []);
    assert_eq!(script("let card = {}\ncard.call = v.phone\nreturn card", "{{ copy.call }}"), at("send", "body"));

    let rounds = step("each", "loop", json!({"each": "v.customers", "item": "one"}));
    let around =
        [("start", "next", "look"), ("look", "next", "each"), ("look", "error", "end"), ("each", "body", "send"), ("each", "done", "end")];
    let around: Vec<_> = around.into_iter().chain([("send", "next", "each"), ("send", "error", "end")]).collect();
    let item = |sent: &str| warned_on(&[look(), rounds.clone(), send(sent, "")], &around);
    assert_eq!(item("{{ one.name }}"), at("send", "body"), "a name of one of the customers");
    assert_eq!(item("{{ string(index) + one.id }}"), []);

    let both =
        [("start", "next", "look"), ("look", "next", "fork"), ("look", "error", "end"), ("fork", "a", "copy"), ("fork", "b", "other")];
    let joined =
        [("copy", "next", "join"), ("other", "next", "join"), ("join", "next", "send"), ("send", "next", "end"), ("send", "error", "end")];
    let both: Vec<_> = both.into_iter().chain(joined).collect();
    let other = step("other", "set", json!({"set": [{"variable": "phone_model", "value": "v.model"}]}));
    let fork = |sent: &str| {
        let steps = [
            look(),
            step("fork", "parallel", json!({"branches": ["a", "b"]})),
            set("v.email"),
            other.clone(),
            step("join", "join", json!({})),
        ];
        warned_on(&[&steps[..], &[send(sent, "")]].concat(), &both)
    };
    assert_eq!(fork("{{ copy }}"), at("send", "body"));
    assert_eq!(fork("{{ phone_model }}"), []);
}

#[test]
fn a_form_that_was_approved_still_holds_what_was_put_into_it() {
    let form = json!({"amount": 5, "who": "{{ context.contact.name }}", "more": {"line": "{{ v.mobile }}"}, "回访电话": "", "remark": ""});
    let boss = step("boss", "approval", json!({"who": "supervisor", "title": "?", "payload": form, "save": "copy"}));
    let ways = [
        ("start", "next", "look"),
        ("look", "next", "boss"),
        ("look", "error", "end"),
        ("boss", "approved", "send"),
        ("boss", "rejected", "end"),
    ];
    let ways: Vec<_> = ways.into_iter().chain([("boss", "error", "end"), ("send", "next", "end"), ("send", "error", "end")]).collect();
    let sends = |sent: &str| warned_on(&[look(), boss.clone(), send(sent, "")], &ways);
    for personal in ["copy", "copy.payload", "copy.payload.who", "copy.payload.more.line", "copy.payload['回访电话']"] {
        assert_eq!(sends(&format!("{{{{ {personal} }}}}")), at("send", "body"), "{personal}");
    }
    for plain in ["copy.payload.amount", "copy.approved", "copy.by", "copy.payload.remark"] {
        assert_eq!(sends(&format!("{{{{ {plain} }}}}")), [], "{plain}");
    }
}

#[test]
fn an_offered_choice_is_kept_with_what_it_is() {
    let choices = json!({"text": "?", "save": "copy", "only_choices": true, "choices_from": "v.rows.map(r, {'label': r.id, 'value': r})"});
    let pick = step("pick", "ask", choices);
    assert_eq!(warned(&[look(), pick.clone(), send("{{ copy.phone }}", "")]), at("send", "body"));
    assert_eq!(warned(&[look(), pick, send("{{ copy.id }}", "")]), []);
}

#[test]
fn a_called_flow_passes_on_what_it_is_given_and_gives_back_what_it_found() {
    let through = |inner: &[Value], output: Value, given: &str, sent: &str| {
        let mut inner = flow("inner", inner);
        let end = inner.nodes.iter_mut().find(|node| node.id == "end").unwrap();
        end.settings.insert("output".to_owned(), output);
        let inner = compile(inner, &Language::default(), &BTreeMap::new()).unwrap();
        let call = step("sub", "sub_flow", json!({"flow": inner.hash, "inputs": {"who": given}, "save": "copy"}));
        let programs = BTreeMap::from([(inner.hash.clone(), Arc::new(inner))]);
        let library = Declared { programs, ..Declared::default() };
        among(&check(flow("outer", &[look(), call, send(sent, "")]), &Language::default(), &library))
    };
    let passed = |sent: &str| through(&[], json!({"call": "{{ who }}", "n": 1}), "{{ v.phone }}", sent);
    assert_eq!(passed("{{ copy.call }}"), at("send", "body"));
    assert_eq!(passed("{{ copy.n }}"), []);
    let inside =
        |sent: &str| through(&[set("context.contact.email")], json!({"to": "{{ copy }}", "phone": "{{ context.event.c3 }}"}), "x", sent);
    assert_eq!(inside("{{ copy.to }}"), at("send", "body"), "what it reads of the customer itself");
    assert_eq!(inside("{{ copy.phone }}"), at("send", "body"), "by the name it gives back");
    let tell = |what: &str| step("tell", "emit", json!({"event": "lead.new", "payload": [what]}));
    assert_eq!(
        through(&[tell("{{ who.phone }}")], Value::Null, "{{ v }}", "x"),
        at("sub", "inputs.who"),
        "a field of the whole it is given"
    );
    assert_eq!(through(&[tell("{{ who.id }}")], Value::Null, "{{ v }}", "x"), []);
}

#[test]
fn it_is_said_what_is_sent_and_where_it_came_from() {
    let mut titled = look();
    titled["title"] = "查客户".into();
    let steps = [titled, set("v.rows"), send("{{ copy.slice(0, 3)[0].phone }}", "")];
    let problems = check(flow("f", &steps), &Language::default(), &BTreeMap::new());
    let told = problems.iter().find(|problem| problem.code == "no_purpose").unwrap();
    assert_eq!(told.zh, "向外发送个人信息（copy[].phone，来自「查客户」的返回），请填写用途");
    assert_eq!(told.en, "sends personal data (copy[].phone, from what \"查客户\" was told): say what for");
    assert!(!told.is_error());
}

#[test]
fn variables_that_fill_each_other_end() {
    let assign = |to: &str, value: &str| json!({"variable": to, "value": value});
    let all =
        json!([assign("copy", "{'a': v, 'b': v.next}"), assign("v", "[copy, v.phone]"), assign("v", "{'deep': v[0], 'more': copy.a.b}")]);
    let around = step("around", "set", json!({"set": all}));
    assert_eq!(warned(&[look(), around, send("{{ v }}", "")]), at("send", "body"));
}

#[test]
fn the_flows_that_are_shipped_beside_the_templates_are_not_warned_of() {
    let shipped = [
        include_str!("../../../examples/flows/refund.json"),
        include_str!("../../../examples/flows/alarm.json"),
        include_str!("../../../examples/flows/form.json"),
        include_str!("../../../server/demo/flows/refund.json"),
        include_str!("../../../server/demo/flows/refund_csat.json"),
    ];
    for document in shipped {
        let document: Flow = serde_json::from_str(document).unwrap();
        let id = document.id.clone();
        assert_eq!(among(&check(document, &Language::default(), &BTreeMap::new())), [], "{id}");
    }
}
