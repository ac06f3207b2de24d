//! A day counted twice: by the reports, and by the few lines of `count` that read nothing but stored messages and their activities.

use crate::world::{World, world};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const FOLLOW_UP: i64 = 72 * HOUR;

/// A stretch as the messages tell it.
pub struct Stretch {
    pub contact: String,
    pub inbox: String,
    /// The kind of the inbox.
    pub channel: String,
    pub language: String,
    pub told: Vec<Value>,
    pub csat: Option<i64>,
    /// What its person wrote when it was done.
    pub wrap_up: Option<Value>,
}

fn at(message: &Value) -> i64 {
    message["created_at"].as_i64().unwrap()
}

fn key(message: &Value) -> &str {
    message["content"]["activity"]["key"].as_str().unwrap_or("")
}

/// Who has it after this line; None where the line changes nothing.
fn holder(message: &Value) -> Option<&'static str> {
    Some(match key(message) {
        "queued" | "transferred_to_team" | "released" => "queue",
        "assigned" | "claimed" | "taken_over" | "bot_silenced" | "transfer_accepted" => "person",
        "returned_to_bot" => "bot",
        "resolved" => "nobody",
        "snoozed" | "pending" => "rest",
        "woken" => "back",
        _ => return None,
    })
}

impl Stretch {
    fn first(&self, wanted: impl Fn(&Value) -> bool) -> Option<i64> {
        self.told.iter().find(|m| wanted(m)).map(at)
    }

    fn began(&self) -> i64 {
        at(&self.told[0])
    }

    fn ended(&self) -> Option<i64> {
        self.first(|m| key(m) == "resolved")
    }

    fn queued(&self) -> Option<i64> {
        self.first(|m| holder(m) == Some("queue"))
    }

    fn taken(&self) -> Option<i64> {
        self.first(|m| holder(m) == Some("person"))
    }

    /// When the customer began to wait for a person nobody had passed on.
    fn asked_for(&self) -> Option<i64> {
        self.queued().filter(|queued| self.taken().is_none_or(|taken| taken >= *queued))
    }

    fn said(&self, kind: &str, by: &str) -> Vec<&Value> {
        self.told.iter().filter(|m| m["kind"] == kind && m["author"]["kind"] == by).collect()
    }

    fn count(&self, name: &str) -> i64 {
        self.told.iter().filter(|m| key(m) == name).count() as i64
    }

    /// Transfers by reason: a team's own, a colleague's that of the offer before.
    fn reasons(&self) -> Value {
        let mut counted: BTreeMap<String, i64> = BTreeMap::new();
        let mut offered = Value::Null;
        for line in &self.told {
            let reason = line["content"]["activity"]["params"]["reason"].clone();
            let given = match key(line) {
                "transfer_offered" => {
                    offered = reason;
                    continue;
                }
                "transfer_accepted" => offered.take(),
                "transferred_to_team" => reason,
                _ => continue,
            };
            given.as_str().into_iter().for_each(|reason| *counted.entry(reason.to_owned()).or_default() += 1);
        }
        json!(counted)
    }

    /// Milliseconds with a holder, until the next line that changes hands.
    fn with(&self, wanted: &str) -> i64 {
        let (mut total, mut now) = (0, ("bot", self.began()));
        for (next, time) in self.told.iter().filter_map(|m| Some((holder(m)?, at(m)))) {
            let next = match (next, now.0) {
                ("rest", held) => {
                    if held == "person" {
                        "rest"
                    } else {
                        held
                    }
                }
                ("back", held) => {
                    if held == "rest" {
                        "person"
                    } else {
                        held
                    }
                }
                (next, _) => next,
            };
            total += if now.0 == wanted { time - now.1 } else { 0 };
            now = (next, time);
        }
        total
    }

    /// From being asked to write to being free again; None while that is not over.
    fn wrote(&self) -> Option<i64> {
        let asked = self.wrap_up.as_ref()?;
        Some(asked["ended_at"].as_i64()? - asked["began_at"].as_i64().unwrap())
    }

    fn alone(&self) -> bool {
        self.ended().is_some() && self.queued().is_none() && self.taken().is_none() && self.said("outgoing", "agent").is_empty()
    }

    fn lasted(&self, all: &[Stretch], now: i64) -> Option<bool> {
        let ended = self.ended()?;
        let back = all.iter().filter(|s| s.contact == self.contact && s.began() >= ended).map(Stretch::began).min();
        match back {
            Some(back) if back - ended <= FOLLOW_UP => Some(false),
            _ => (now - ended >= FOLLOW_UP).then_some(true),
        }
    }
}

/// The stretches of one conversation's messages.
pub fn stretches(conversation: &Value, messages: &[Value]) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for message in messages {
        let open = all.last().is_some_and(|s: &Stretch| s.ended().is_none());
        if message["content"]["rating"] == true {
            continue;
        }
        if key(message) == "csat_given" {
            all.last_mut().unwrap().csat = message["content"]["activity"]["params"]["score"].as_i64();
        } else if open {
            all.last_mut().unwrap().told.push(message.clone());
        } else if ["incoming", "outgoing"].iter().any(|kind| message["kind"] == *kind)
            || ["reopened", "queued", "claimed"].contains(&key(message))
        {
            let text = |name: &str| conversation[name].as_str().unwrap().to_owned();
            let (contact, inbox, language) =
                (conversation["contact"]["id"].as_str().unwrap().to_owned(), text("inbox_id"), text("language"));
            all.push(Stretch { contact, inbox, channel: String::new(), language, told: vec![message.clone()], csat: None, wrap_up: None });
        }
    }
    all
}

fn spread(mut lengths: Vec<i64>) -> Value {
    lengths.sort_unstable();
    let n = lengths.len() as i64;
    let least = |percent: i64| lengths.iter().copied().find(|v| lengths.iter().filter(|x| *x <= v).count() as i64 * 100 >= n * percent);
    let mean = (n > 0).then(|| lengths.iter().sum::<i64>() / n);
    json!({"count": n, "mean_ms": mean, "median_ms": least(50), "p90_ms": least(90), "max_ms": lengths.last()})
}

fn share(of: impl Iterator<Item = bool> + Clone) -> Value {
    json!({"part": of.clone().filter(|yes| *yes).count(), "of": of.count()})
}

fn reasons(of: &[&Stretch]) -> Value {
    let mut counted: BTreeMap<String, i64> = BTreeMap::new();
    for (reason, times) in of.iter().flat_map(|s| s.reasons().as_object().cloned().unwrap_or_default()) {
        *counted.entry(reason).or_default() += times.as_i64().unwrap();
    }
    json!(counted)
}

/// Every figure that is told from messages.
pub fn count(of: &[&Stretch], all: &[Stretch], now: i64) -> BTreeMap<&'static str, Value> {
    let sum = |value: &dyn Fn(&Stretch) -> i64| json!(of.iter().map(|s| value(s)).sum::<i64>());
    let lengths = |value: &dyn Fn(&Stretch) -> Option<i64>| spread(of.iter().filter_map(|s| value(s)).collect());
    let answered = |s: &Stretch| s.said("outgoing", "agent").first().map(|m| at(m));
    let scores: Vec<i64> = of.iter().filter_map(|s| s.csat).collect();
    let rated = scores.len() as i64;
    BTreeMap::from([
        ("conversations", json!(of.len())),
        ("resolved", json!(of.iter().filter(|s| s.ended().is_some()).count())),
        ("bot_only", share(of.iter().filter(|s| s.ended().is_some()).map(|s| s.alone()))),
        ("bot_only_lasting", share(of.iter().filter(|s| s.alone()).filter_map(|s| s.lasted(all, now)))),
        ("first_contact", share(of.iter().filter_map(|s| s.lasted(all, now)))),
        ("handed_over", share(of.iter().map(|s| s.queued().is_some()))),
        ("first_response", lengths(&|s| Some(answered(s)? - s.queued().filter(|q| *q <= answered(s).unwrap()).unwrap_or(s.began())))),
        ("first_answer", lengths(&|s| s.first(|m| m["kind"] == "outgoing").map(|t| t - s.began()))),
        ("wait", lengths(&|s| (s.queued().is_some() && s.taken().is_some()).then(|| s.with("queue")))),
        ("handle", lengths(&|s| s.taken().and(s.ended()).map(|_| s.with("person")))),
        ("after_work", lengths(&|s| s.wrote())),
        (
            "handle_all",
            lengths(&|s| {
                let written = if s.wrap_up.is_some() { s.wrote()? } else { 0 };
                s.taken().and(s.ended()).map(|_| s.with("person") + written)
            }),
        ),
        ("resolution", lengths(&|s| Some(s.ended()? - s.began()))),
        ("abandoned", share(of.iter().filter_map(|s| s.asked_for().map(|_| s.taken().is_none() && s.ended().is_some())))),
        (
            "service_level",
            share(of.iter().filter_map(|s| {
                let waited = s.taken().or(s.ended()).unwrap_or(now) - s.asked_for()?;
                (s.taken().or(s.ended()).is_some() || waited > 20_000).then(|| s.taken().is_some() && waited <= 20_000)
            })),
        ),
        ("transfers", sum(&|s| s.count("transfer_accepted") + s.count("transferred_to_team"))),
        ("transfer_reasons", reasons(of)),
        ("asked", sum(&|s| s.said("incoming", "contact").len() as i64)),
        ("bot_messages", sum(&|s| s.said("outgoing", "bot").len() as i64)),
        ("agent_messages", sum(&|s| s.said("outgoing", "agent").len() as i64)),
        ("satisfied", share(scores.iter().map(|score| *score >= 4))),
        (
            "csat_mean_x100",
            if rated == 0 { Value::Null } else { json!((scores.iter().sum::<i64>() as f64 * 100.0 / rated as f64).round() as i64) },
        ),
    ])
}

/// The group of a stretch, as its lines say; days and hours are Shanghai's.
fn group_of(s: &Stretch, by: &str, people: &BTreeMap<String, String>) -> Option<String> {
    let param = |m: &Value, name: &str| m["content"]["activity"]["params"][name].as_str().map(str::to_owned);
    let local = s.began() + 8 * HOUR;
    let (days, hour) = (local.div_euclid(24 * HOUR), local.rem_euclid(24 * HOUR) / HOUR);
    // 1970-01-01 was a Thursday.
    let date = |days: i64| jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(days)).to_string();
    match by {
        "agent" => s.told.iter().rev().find(|m| holder(m) == Some("person")).and_then(|m| {
            let name = if key(m) == "assigned" { param(m, "agent") } else { None };
            name.map(|name| people[&name].clone()).or(m["author"]["id"].as_str().map(str::to_owned))
        }),
        "team" => s.told.iter().rev().find(|m| holder(m) == Some("queue")).and_then(|m| param(m, "team_id")),
        "inbox" => Some(s.inbox.clone()),
        "channel" => Some(s.channel.clone()),
        "language" => Some(s.language.clone()),
        "handoff" => s.told.iter().find(|m| key(m) == "queued").and_then(|m| param(m, "reason")),
        "intent" => s
            .told
            .iter()
            .map(|m| &m["trace"]["intent"])
            .find(|i| i["accepted"] == true)
            .map(|i| i["ranked"][0]["name"].as_str().unwrap().to_owned()),
        "wrap_up" => s.wrap_up.as_ref().and_then(|w| w["category"].as_str().map(str::to_owned)),
        "day" => Some(date(days)),
        "week" => Some(date(days - (days + 3).rem_euclid(7))),
        "month" => Some(date(days)[..7].to_owned()),
        _ => Some(format!("{hour:02}")),
    }
}

async fn everything(w: &World) -> Vec<Stretch> {
    let mut all = Vec::new();
    let inboxes = w.get("/inboxes", &w.a.supervisor).await.ok(200)["items"].as_array().unwrap().clone();
    let list = w.get("/conversations?limit=100", &w.a.supervisor).await.ok(200);
    assert_eq!(list["next_cursor"], Value::Null);
    for conversation in list["items"].as_array().unwrap() {
        let path = format!("/conversations/{}/messages?limit=200&after_seq=0", conversation["id"].as_str().unwrap());
        let mut told = stretches(conversation, w.get(&path, &w.a.supervisor).await.ok(200)["items"].as_array().unwrap());
        let path = format!("/conversations/{}/wrap-ups", conversation["id"].as_str().unwrap());
        for asked in w.get(&path, &w.a.supervisor).await.ok(200)["items"].as_array().unwrap() {
            let of = told.iter_mut().rev().find(|s| s.began() <= asked["began_at"].as_i64().unwrap());
            of.unwrap().wrap_up = Some(asked.clone());
        }
        for stretch in &mut told {
            let inbox = inboxes.iter().find(|inbox| inbox["id"] == stretch.inbox.as_str()).unwrap();
            inbox["channel"].as_str().unwrap().clone_into(&mut stretch.channel);
        }
        all.extend(told);
    }
    all
}

/// Lets the reports read everything that was said so far.
pub async fn read_up(w: &World) {
    let stop = tokio_util::sync::CancellationToken::new();
    let indexer = tokio::spawn(w.engine.clone().run_indexer(stop.clone()));
    let head = qn_store::log::head(&w.engine.db, &w.a.tenant_id).await.unwrap();
    while qn_store::episode::told_until(&w.engine.db, &w.a.tenant_id).await.unwrap() < head {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    indexer.await.unwrap();
}

#[track_caller]
fn same(report: &Value, counted: &BTreeMap<&'static str, Value>, what: &str) {
    for (name, value) in counted {
        assert_eq!(report[*name], *value, "{name} of {what}");
    }
    // Reviews are no messages; everything else was counted again.
    let more = |name: &String| !counted.contains_key(name.as_str());
    let mut left: Vec<&String> = report.as_object().unwrap().keys().filter(|name| more(name)).collect();
    left.sort();
    assert_eq!(left, ["fatal", "quality_mean_x100", "reviewed"], "{what}");
}

async fn compare(w: &World, from: i64) {
    read_up(w).await;
    let all = everything(w).await;
    let people: BTreeMap<String, String> = w.get("/users", &w.a.supervisor).await.ok(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| (u["name"].as_str().unwrap().to_owned(), u["id"].as_str().unwrap().to_owned()))
        .collect();
    for by in ["agent", "team", "inbox", "channel", "intent", "language", "handoff", "wrap_up", "day", "week", "month", "hour"] {
        let now = w.engine.now();
        let report = w.get(&format!("/reports?by={by}&from={from}&to={}", now + 1), &w.a.supervisor).await.ok(200);
        same(&report["total"], &count(&all.iter().collect::<Vec<_>>(), &all, now), "all");
        let mut groups: BTreeMap<Option<String>, Vec<&Stretch>> = BTreeMap::new();
        for stretch in &all {
            groups.entry(group_of(stretch, by, &people)).or_default().push(stretch);
        }
        let told: Vec<Option<&str>> = report["groups"].as_array().unwrap().iter().map(|g| g["key"].as_str()).collect();
        assert_eq!(told, groups.keys().map(Option::as_deref).collect::<Vec<_>>(), "groups by {by}");
        for (shown, (key, of)) in report["groups"].as_array().unwrap().iter().zip(&groups) {
            same(&shown["figures"], &count(of, &all, now), &format!("{by} {key:?}"));
        }
        let begun = |day: usize, hour: usize| {
            let local = |s: &Stretch| (s.began() + 8 * HOUR, 24 * HOUR);
            let is = |(t, day_ms): (i64, i64)| {
                (t.div_euclid(day_ms) + 3).rem_euclid(7) == day as i64 && t.rem_euclid(day_ms) / HOUR == hour as i64
            };
            all.iter().filter(|s| is(local(s))).count()
        };
        let heat: Vec<Vec<usize>> = (0..7).map(|day| (0..24).map(|hour| begun(day, hour)).collect()).collect();
        assert_eq!(report["heat"], json!(heat));
    }
}

/// A name that follows from the words.
fn named(text: &str) -> String {
    text.bytes().take(60).map(|b| format!("{b:02x}")).collect()
}

struct Day<'a>(&'a World);

impl Day<'_> {
    async fn act(&self, who: &str, id: &str, action: &str, body: Value) {
        self.0.post(&format!("/conversations/{id}/{action}"), who, body).await.ok(200);
    }

    async fn answer(&self, who: &str, id: &str, text: &str) {
        let body = json!({"client_msg_id": named(text), "text": text});
        self.0.post(&format!("/conversations/{id}/messages"), who, body).await.ok(201);
    }

    async fn writes(&self, visitor: &str, text: &str) -> String {
        let sent = self.0.post("/widget/messages", visitor, json!({"client_msg_id": named(text), "text": text})).await.ok(201);
        sent["conversation"]["id"].as_str().unwrap().to_owned()
    }

    async fn rates(&self, visitor: &str, score: i64) {
        self.0.post("/widget/csat", visitor, json!({"score": score, "comment": ""})).await.ok(204);
    }

    /// What the person who just closed it says it was about, after a while.
    async fn writes_up(&self, who: &str, id: &str, category: &str, after: i64) {
        let asked = self.0.get("/me/wrap-ups", who).await.ok(200);
        let asked = asked["items"].as_array().unwrap().iter().find(|w| w["conversation_id"] == id).unwrap().clone();
        self.0.advance(after);
        let path = format!("/conversations/{id}/wrap-ups/{}", asked["began_at"]);
        self.0.call("PUT", &path, who, json!({"category": category, "note": ""})).await.ok(204);
    }

    async fn idle(&self) {
        self.0.advance(31 * MINUTE);
        self.0.engine.resolve_idle(&self.0.a.tenant_id, self.0.engine.now() - 30 * MINUTE).await.unwrap();
    }

    async fn owner(&self, id: &str) -> Value {
        self.0.get(&format!("/conversations/{id}"), &self.0.a.agent).await.ok(200)["owner"].clone()
    }
}

#[tokio::test]
async fn every_figure_of_a_day_equals_what_its_messages_say() {
    let w = world().await;
    let (day, a, from) = (Day(&w), &w.a, w.engine.now());
    crate::understanding::engraving_is_known(&w).await;
    let english = w.post("/inboxes", &a.admin, json!({"name": "Shop", "channel": "web", "language": "en"})).await.ok(201);
    let terms = json!({"inb_web_a": {"required": false, "seconds": 600}});
    let categories = json!([{"key": "refund", "zh": "退款", "en": "Refund", "children": [{"key": "late", "zh": "未到账", "en": "Not received"}]},
        {"key": "other", "zh": "其他", "en": "Other"}]);
    w.call("PUT", "/wrap-up-form", &a.supervisor, json!({"categories": categories, "inboxes": terms, "version": 0})).await.ok(200);
    let reasons = json!([{"key": "expert", "zh": "需要专业同事", "en": "Needs an expert"}, {"key": "wrong_team", "zh": "分错团队", "en": "Wrong team"}]);
    w.call("PUT", "/transfer-reasons", &a.supervisor, json!({"items": reasons, "version": 0})).await.ok(200);
    let second = w.post("/teams", &a.admin, json!({"name": "Second line"})).await.ok(201)["id"].clone();

    // The bot alone: one stays away, one is back hours later and gives up in the queue.
    w.asked(a, "怎么退货").await;
    w.asked(a, "手表背面可以刻字吗").await;
    let (returning, _) = w.asked(a, "怎么退货").await;
    day.idle().await;
    w.advance(5 * HOUR);
    let given_up = day.writes(&returning, "转人工").await;
    w.advance(9 * MINUTE);
    day.act(&a.supervisor, &given_up, "resolve", Value::Null).await;

    // Reopened within the window, rated twice, by two people.
    let (rating, rated) = w.asked(a, "转人工").await;
    w.advance(12_000);
    for (who, score) in [(&a.agent, 2), (&a.other_agent, 5)] {
        day.act(who, &rated, "claim", Value::Null).await;
        w.advance(3 * MINUTE);
        day.answer(who, &rated, &format!("请稍等 {score}")).await;
        w.advance(4 * MINUTE);
        day.act(who, &rated, "resolve", Value::Null).await;
        day.rates(&rating, score).await;
        if score == 5 {
            day.writes_up(who, &rated, "late", 95_000).await;
        }
        w.advance(10 * MINUTE);
        if score == 2 {
            assert_eq!(day.writes(&rating, "还是不行，转人工").await, rated, "reopened");
            w.advance(MINUTE);
        }
    }

    // Taken late, snoozed, woken by the customer, pending, passed to a colleague.
    let (sleeper, slept) = w.asked(a, "人工客服").await;
    w.advance(6 * MINUTE);
    day.act(&a.agent, &slept, "claim", Value::Null).await;
    w.advance(2 * MINUTE);
    day.act(&a.agent, &slept, "snooze", json!({"until": w.engine.now() + 8 * HOUR})).await;
    w.advance(2 * HOUR);
    day.writes(&sleeper, "我补充一下").await;
    w.advance(MINUTE);
    day.answer(&a.agent, &slept, "收到").await;
    day.act(&a.agent, &slept, "pend", Value::Null).await;
    w.advance(7 * MINUTE);
    day.act(&a.agent, &slept, "wake", Value::Null).await;
    w.advance(MINUTE);
    day.act(&a.agent, &slept, "transfer", json!({"to_agent_id": "usr_other_a", "note": "请跟进", "reason": "expert"})).await;
    w.advance(30_000);
    day.act(&a.other_agent, &slept, "transfer/accept", Value::Null).await;
    w.advance(5 * MINUTE);
    day.act(&a.other_agent, &slept, "resolve", Value::Null).await;
    day.writes_up(&a.other_agent, &slept, "other", 40_000).await;

    // A person speaks first, sends it to another team, whose person gives it back to the bot.
    let (_, passed) = w.asked(a, "怎么退货").await;
    w.advance(MINUTE);
    day.answer(&a.agent, &passed, "我来看看").await;
    w.advance(MINUTE);
    day.act(&a.agent, &passed, "transfer", json!({"to_team_id": second, "reason": "wrong_team"})).await;
    w.advance(11 * MINUTE);
    day.act(&a.other_agent, &passed, "claim", Value::Null).await;
    w.advance(2 * MINUTE);
    day.act(&a.other_agent, &passed, "return-to-bot", Value::Null).await;

    // The router gives one that waits, and one whose person is gone, to whoever is there.
    let (left, gone) = w.asked(a, "转人工").await;
    day.act(&a.agent, &gone, "claim", Value::Null).await;
    w.advance(4 * MINUTE);
    day.writes(&left, "还在吗").await;
    let (_, waiting) = w.asked(a, "人工").await;
    w.advance(15_000);
    let here = w.engine.presence.attach(&a.tenant_id, &"usr_other_a".into());
    let stop = tokio_util::sync::CancellationToken::new();
    let router = tokio::spawn(w.engine.clone().run_router(stop.clone()));
    for id in [&gone, &waiting] {
        while day.owner(id).await["agent_id"] != "usr_other_a" {
            tokio::task::yield_now().await;
        }
    }
    stop.cancel();
    router.await.unwrap();
    drop(here);
    w.advance(3 * MINUTE);
    day.act(&a.other_agent, &gone, "resolve", Value::Null).await;
    day.writes(&left, "又有问题").await;

    // In English by another door, and still in the queue.
    let booted = w.post("/widget/boot", "", json!({"key": english["key"], "language": "en"})).await.ok(200);
    let foreigner = booted["visitor_token"].as_str().unwrap().to_owned();
    day.writes(&foreigner, "I want to talk to a human agent").await;
    compare(&w, from).await;
    w.advance(FOLLOW_UP + HOUR);
    compare(&w, from).await;
}
