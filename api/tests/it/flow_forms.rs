//! Forms begin flows: a colleague fills one in over the API, by itself or beside a conversation; anybody fills in a public one on its
//! page. One submission begins one run, what is wrong is told by its field, and what is typed is never HTML.

use crate::flow_plans::drafted;
use crate::flow_runs::live;
use crate::flow_talk::until;
use crate::flows::{made, publish};
use crate::settings::with;
use crate::world::{Answer, World, limited, world};
use axum::body::Body;
use http::Request;
use qn_api::{Limit, Limits};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

const PAGE: &str = "/f/tnt_a/f";

/// Asks for everything that a form can ask for, and ends with what it knows.
fn form(who: &str) -> Value {
    let output = json!({"event": "{{ context.event }}", "conversation": "{{ context.conversation.id }}", "product": "{{ product }}",
        "count": "{{ count }}", "urgent": "{{ urgent }}", "visit": "{{ visit }}", "kind": "{{ kind }}"});
    json!({
        "format": 1, "id": "f", "name": "报修 <b>", "name_en": "Repairs",
        "variables": [
            {"name": "product", "zh": "什么坏了 <i>", "en": "What is broken", "type": "text", "input": true},
            {"name": "kind", "zh": "类型", "en": "Kind", "type": "text", "input": true,
                "choices": [{"value": "hardware", "zh": "硬件", "en": "Hardware"}, {"value": "other"}]},
            {"name": "count", "zh": "几台", "en": "How many", "type": "integer", "input": true, "default": 1},
            {"name": "urgent", "zh": "紧急", "en": "Urgent", "type": "boolean", "input": true, "default": false},
            {"name": "visit", "zh": "上门时间", "en": "Visit", "type": "time", "input": true},
            {"name": "inner", "type": "text", "default": "not asked"},
        ],
        "nodes": [
            {"id": "start", "kind": "start", "settings": {"trigger": "form", "form_for": who, "form_text": "第一行\n<script>alert(1)</script>",
                "form_text_en": "For repairs.", "form_thanks_en": "We have it."}},
            {"id": "end", "kind": "end", "settings": {"output": output}},
        ],
        "edges": [{"from": "start", "to": "end"}],
    })
}

fn answers() -> Value {
    json!({"product": "收银机", "kind": "hardware", "visit": "2026-12-01T10:00:00+08:00"})
}

async fn runs(w: &World) -> usize {
    w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().len()
}

async fn page(w: &World, path: &str, language: &str) -> Answer {
    let request = Request::get(path).header("accept", "text/html").header("accept-language", language);
    w.send(request.body(Body::empty()).unwrap()).await
}

async fn send(w: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
    let mut body = Serializer::new(String::new());
    body.extend_pairs(fields);
    posted(w, path, "application/x-www-form-urlencoded", body.finish()).await
}

async fn posted(w: &World, path: &str, kind: &str, body: String) -> Answer {
    let request = Request::post(path).header("accept", "text/html").header("accept-language", "en").header("content-type", kind);
    w.send(request.body(Body::from(body)).unwrap()).await
}

/// The hidden name of the submission that a page was made with.
fn submission(page: &Answer) -> String {
    let rest = page.text.split("name=\"form-id\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn colleagues_see_live_forms_and_fill_them_in() {
    let w = world().await;
    assert_eq!(w.get("/forms", &w.a.agent).await.ok(200)["items"], json!([]));
    live(&w, form("staff")).await;
    let listed = w.get("/forms", &w.a.reader).await.ok(200);
    let seen = &listed["items"][0];
    assert_eq!(
        (&seen["flow_id"], &seen["title"], &seen["text"], &seen["thanks"], &seen["is_public"]),
        (&json!("f"), &json!("Repairs"), &json!("For repairs."), &json!("We have it."), &json!(false))
    );
    let fields = seen["fields"].as_array().unwrap();
    assert_eq!(
        fields.iter().map(|field| field["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["product", "kind", "count", "urgent", "visit"]
    );
    assert_eq!(
        fields[1],
        json!({"name": "kind", "label": "Kind", "type": "text", "required": true, "default": null,
            "choices": [{"value": "hardware", "label": "Hardware"}, {"value": "other", "label": "other"}]})
    );
    assert_eq!((&fields[2]["type"], &fields[2]["required"], &fields[2]["default"]), (&json!("integer"), &json!(false), &json!(1)));

    let fill = async |token: &str, answers: Value| {
        let headers = [("idempotency-key", "k1"), ("accept-language", "en")];
        with(&w, "POST", "/forms/f", token, &headers, json!({"answers": answers})).await
    };
    let first = fill(&w.a.agent, answers()).await.ok(201);
    let again = fill(&w.a.agent, answers()).await.ok(200);
    assert_eq!((&again["run_id"], &again["repeated"]), (&first["run_id"], &json!(true)));
    let mut other = answers();
    other["kind"] = json!("other");
    fill(&w.a.agent, other.clone()).await.problem(422, "idempotency_key_reused");
    assert_ne!(fill(&w.a.other_agent, other).await.ok(201)["run_id"], first["run_id"], "the same key of another person is another one");
    let run = until(&w, first["run_id"].as_str().unwrap(), "done").await;
    assert_eq!((&run["trigger"], &run["input"]), (&json!("form"), &answers()));
    assert_eq!(run["output"]["event"], json!({"by": "usr_agent_a", "by_name": "agent a", "language": "en"}));
    assert_eq!((&run["output"]["count"], &run["output"]["urgent"]), (&json!(1), &json!(false)), "defaults of what was not answered");
    assert_eq!(runs(&w).await, 2);
}

#[tokio::test]
async fn wrong_answers_are_told_each_by_its_field_and_nothing_begins() {
    let w = world().await;
    live(&w, form("staff")).await;
    for (answers, fields) in [
        (json!({}), vec!["answers.product", "answers.kind", "answers.visit"]),
        (json!({"product": " ", "kind": "hard", "visit": "soon"}), vec!["answers.product", "answers.kind", "answers.visit"]),
        (json!({"product": 5, "kind": "other", "visit": "2026-12-01T10:00:00Z", "count": 1.5}), vec!["answers.product", "answers.count"]),
        (json!({"product": "a", "kind": "other", "visit": "2026-12-01T10:00:00Z", "inner": "x"}), vec!["answers.inner"]),
        (json!({"product": "长".repeat(5_001), "kind": "other", "visit": "2026-12-01T10:00:00Z"}), vec!["answers.product"]),
    ] {
        let problem = w.post("/forms/f", &w.a.agent, json!({"answers": answers})).await.problem(422, "invalid_field");
        let told: Vec<&str> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(told, fields);
    }
    let good = json!({"answers": answers()});
    w.post("/forms/f", &w.a.reader, good.clone()).await.problem(403, "scope_missing");
    w.post("/forms/f", &w.b.admin, good.clone()).await.problem(404, "not_found");
    w.post("/forms/g", &w.a.agent, good.clone()).await.problem(404, "not_found");
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    w.post("/forms/f", &w.a.agent, good).await.problem(404, "not_found");
    assert_eq!((w.get("/forms", &w.a.agent).await.ok(200)["items"].clone(), runs(&w).await), (json!([]), 0));
}

#[tokio::test]
async fn a_form_beside_a_conversation_begins_a_run_that_knows_it() {
    let w = world().await;
    live(&w, form("anyone")).await;
    let (_, conversation) = w.asked(&w.a, "收银机坏了").await;
    let (_, theirs) = w.asked(&w.b, "在吗").await;
    let body = |id: &str| json!({"answers": answers(), "conversation_id": id});
    w.post("/forms/f", &w.a.agent, body(&theirs)).await.problem(404, "not_found");
    let began = w.post("/forms/f", &w.a.agent, body(&conversation)).await.ok(201);
    let run = until(&w, began["run_id"].as_str().unwrap(), "done").await;
    assert_eq!((&run["conversation_id"], &run["output"]["conversation"]), (&json!(conversation), &json!(conversation)));
    assert_eq!(run["output"]["event"]["by"], "usr_agent_a");
}

#[tokio::test]
async fn anybody_fills_in_a_public_form_in_either_language() {
    let w = world().await;
    live(&w, form("anyone")).await;
    let zh = page(&w, PAGE, "zh-CN,zh;q=0.9").await;
    zh.ok_page();
    for part in
        ["<html lang=\"zh-CN\">", "公司 a", "什么坏了", "硬件", "（选填）", "提交", "type=\"datetime-local\"", "<label for=\"q-product\">"]
    {
        assert!(zh.text.contains(part), "{part}: {}", zh.text);
    }
    assert!(zh.text.contains("报修 &lt;b&gt;") && zh.text.contains("什么坏了 &lt;i&gt;") && zh.text.contains("&lt;script&gt;"));
    assert!(!zh.text.contains("<script") && !zh.text.contains("<b>") && !zh.text.contains("not asked"));
    assert!(zh.header("set-cookie").is_empty() && zh.header("content-security-policy").contains("frame-ancestors 'none'"));
    let en = page(&w, &format!("{PAGE}?lang=en"), "zh-CN").await;
    assert!(en.text.contains("<html lang=\"en\">") && en.text.contains("What is broken") && en.text.contains("For repairs."));
    assert_ne!(submission(&zh), submission(&en));

    let id = submission(&en);
    let fields = [
        ("form-id", id.as_str()),
        ("product", " Till "),
        ("kind", "other"),
        ("count", "2"),
        ("urgent", "true"),
        ("visit", "2026-12-01T10:00"),
    ];
    let first = send(&w, &format!("{PAGE}?lang=en"), &fields).await;
    assert_eq!((first.status.as_u16(), first.header("location")), (303, "f/sent?lang=en"));
    // Twice, and once more with something else said.
    assert_eq!(send(&w, PAGE, &fields).await.status, 303);
    assert_eq!(runs(&w).await, 1);
    let mut other = fields;
    other[1].1 = "Door";
    assert_eq!(send(&w, PAGE, &other).await.status, 303);
    assert_eq!(runs(&w).await, 2);
    let thanks = page(&w, &format!("{PAGE}/sent?lang=en"), "zh-CN").await;
    assert!(thanks.text.contains("We have it."), "{}", thanks.text);
    let plain = page(&w, &format!("{PAGE}/sent"), "zh-CN").await;
    assert!(plain.text.contains("We have it."), "the other language, where there is only one");

    let begun = w.get("/runs", &w.a.agent).await.ok(200)["items"].as_array().unwrap().clone();
    let mut inputs = Vec::new();
    for run in &begun {
        let run = until(&w, run["id"].as_str().unwrap(), "done").await;
        assert_eq!((&run["output"]["event"]["by"], &run["output"]["event"]["by_name"]), (&Value::Null, &Value::Null));
        inputs.push(run["input"].clone());
    }
    for product in ["Till", "Door"] {
        let input = json!({"product": product, "kind": "other", "count": 2, "urgent": true, "visit": "2026-12-01T02:00:00Z"});
        assert!(inputs.contains(&input), "{inputs:?}");
    }
}

#[tokio::test]
async fn a_page_with_wrong_answers_comes_back_with_what_was_typed() {
    let w = world().await;
    live(&w, form("anyone")).await;
    let evil = "\"><script>alert(1)</script>";
    let back =
        send(&w, &format!("{PAGE}?lang=en"), &[("form-id", "kept"), ("product", evil), ("kind", "hard"), ("count", "two"), ("visit", "")])
            .await;
    assert_eq!(back.status, 422);
    for part in [
        "This must be one of the choices",
        "This must be a whole number",
        "This is required",
        "aria-describedby=\"e-count\"",
        "value=\"two\"",
    ] {
        assert!(back.text.contains(part), "{part}: {}", back.text);
    }
    assert!(back.text.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>") && !back.text.contains("<script"));
    assert_eq!(submission(&back), "kept");
    assert_eq!(back.text.matches("class=\"wrong\" id=").count(), 3, "what is right is left alone");
    let zh = send(&w, &format!("{PAGE}?lang=zh-CN"), &[]).await;
    assert!(zh.status == 422 && zh.text.contains("必填") && zh.text.contains("有些内容需要修改"));
    let forged = send(&w, PAGE, &[("form-id", "a\"b"), ("product", "x")]).await;
    assert_ne!(submission(&forged), "a&quot;b");
    assert_eq!(runs(&w).await, 0);

    let huge = format!("product={}", "a".repeat(513 * 1024));
    assert_eq!(posted(&w, PAGE, "application/x-www-form-urlencoded", huge).await.status, 413);
    assert_eq!(posted(&w, PAGE, "application/json", "{}".into()).await.status, 415);
    assert_eq!(runs(&w).await, 0);
}

#[tokio::test]
async fn what_is_not_for_anyone_is_the_same_page_that_does_not_exist() {
    let w = world().await;
    let nowhere = page(&w, "/f/tnt_none/f", "en").await;
    assert!(nowhere.status == 404 && nowhere.text.contains("Page not found"));
    let same = async |path: &str, why: &str| {
        for answer in [page(&w, path, "en").await, page(&w, &format!("{path}/sent"), "en").await, send(&w, path, &[("product", "x")]).await]
        {
            assert!(answer.status == 404 && answer.text == nowhere.text, "{why}: {}", answer.text);
        }
    };
    same(PAGE, "no such flow").await;
    made(&w, "f", form("staff")).await;
    same(PAGE, "a draft").await;
    publish(&w, &w.a.supervisor, "f", 1).await.ok(200);
    same(PAGE, "for colleagues").await;
    same("/f/tnt_b/f", "another company").await;
    same("/f/%3Cscript%3E/f", "no company").await;
    assert_eq!(runs(&w).await, 0);
}

#[tokio::test]
async fn a_public_form_that_is_off_is_gone() {
    let w = world().await;
    live(&w, form("anyone")).await;
    page(&w, PAGE, "en").await.ok_page();
    w.post("/flows/f/disable", &w.a.supervisor, json!({})).await.ok(200);
    assert_eq!(page(&w, PAGE, "en").await.status, 404);
    w.post("/flows/f/enable", &w.a.supervisor, json!({})).await.ok(200);
    page(&w, PAGE, "en").await.ok_page();
}

#[tokio::test]
async fn one_address_sends_only_so_many() {
    let w = limited(Limits { form: Limit { burst: 2.0, per_second: 0.1 }, ..Limits::default() }).await;
    live(&w, form("anyone")).await;
    for _ in 0..2 {
        assert_eq!(send(&w, PAGE, &[]).await.status, 422);
    }
    let refused = send(&w, PAGE, &[]).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "10"));
    page(&w, PAGE, "en").await.ok_page();
}

#[tokio::test]
async fn a_version_on_trial_begins_only_what_the_live_form_has_asked() {
    let w = world().await;
    live(&w, form("anyone")).await;
    let mut asks_more = form("anyone");
    asks_more["variables"].as_array_mut().unwrap().push(json!({"name": "more", "type": "text", "input": true}));
    let revision = drafted(&w, asks_more).await;
    let trial = json!({"share_percent": 99, "revision": revision, "note": "试"});
    w.call("PUT", "/flows/f/canary", &w.a.supervisor, trial).await.ok(200);
    for n in 0..12 {
        let (key, body) = (format!("k{n}"), json!({"answers": answers()}));
        let began = with(&w, "POST", "/forms/f", &w.a.agent, &[("idempotency-key", key.as_str())], body).await.ok(201);
        assert_eq!(until(&w, began["run_id"].as_str().unwrap(), "done").await["version_number"], 1);
    }
}
