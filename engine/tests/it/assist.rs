//! What helps people and the bot find words, with a language model, without one, and with one that fails.

use crate::fixture::{House, START, actor, house, house_of, writes};
use qn_base::ManualClock;
use qn_domain::{CannedResponse, Contact, Offer, Owner, Product, Role, SuggestionOutcome, SuggestionSource};
use qn_engine::{Action, Drafted, TextEncoder};
use qn_llm::{Budget, Limit, Llm, Settings};
use qn_testkit::{Act, ModelServer};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub async fn house_with_model(server: &ModelServer, change: impl Fn(&mut Settings)) -> House {
    let mut settings = Settings { base_url: server.base_url.clone(), model: "test-model".into(), ..Settings::default() };
    settings.answers_customers = true;
    change(&mut settings);
    let egress = qn_egress::Egress::new(qn_egress::Policy::default().with_allowed(["127.0.0.1"]).unwrap()).unwrap();
    house_of(TextEncoder::default(), Some(Llm::new(settings, egress, Arc::new(ManualClock::at(START))))).await
}

fn answer(text: &str, cited: &[&str]) -> Act {
    Act::Say(json!({"answerable": true, "answer": text, "cited": cited}).to_string())
}

/// A conversation that 安 has taken, in which the customer asked.
async fn taken(house: &House, text: &str) -> qn_domain::ConversationId {
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", text).await;
    house.engine.act(&actor("usr_a", Role::Agent), &sent.conversation.id, Action::Claim).await.unwrap();
    sent.conversation.id.clone()
}

async fn open(house: &House, id: &qn_domain::ConversationId, user: &str) -> Vec<Offer> {
    qn_store::suggestion::list_open(&house.engine.db, &"tnt_1".into(), id, &user.into()).await.unwrap()
}

#[tokio::test]
async fn answers_are_offered_with_their_sources_and_without_any_model() {
    let house = house().await;
    let canned = CannedResponse {
        id: "can_1".into(),
        tenant_id: "tnt_1".into(),
        shortcut: "退货地址".into(),
        text: "{{contact}}您好，退货地址稍后发给您。{{agent}}".into(),
        actions: Vec::new(),
        version: 1,
        created_at: START,
    };
    qn_store::canned::insert(&house.engine.db, &canned).await.unwrap();
    let id = taken(&house, "请问怎么退货").await;
    let a = actor("usr_a", Role::Agent);
    let found = house.engine.suggest(&a, &id).await.unwrap();
    assert_eq!((found.seq, found.can_draft), (1, false));
    let first = &found.items[0];
    assert_eq!((first.key.as_str(), first.source), ("article:art_return", SuggestionSource::Article));
    assert!(first.text.contains("7 天") && first.confidence > 0.5 && found.items.len() <= 3, "{found:?}");
    let visitor_words = house.engine.suggest(&a, &taken_more(&house, &id, "退货地址是什么").await).await.unwrap();
    let canned = visitor_words.items.iter().find(|i| i.source == SuggestionSource::Canned).unwrap();
    assert_eq!(canned.text, "chen您好，退货地址稍后发给您。usr_a");
    assert!(open(&house, &id, "usr_b").await.is_empty());
    house.engine.suggest(&actor("usr_b", Role::Agent), &id).await.unwrap();
    assert!(open(&house, &id, "usr_b").await.is_empty(), "who only looks on is offered nothing");
    assert_eq!(house.engine.draft_answer(&a, &id).await.unwrap(), Drafted::Not("off"));
    let summary = house.engine.summarise(&a, &id).await.unwrap();
    assert!(!summary.by_model && summary.text.contains("「请问怎么退货」"), "{summary:?}");
    let other = qn_engine::Actor { tenant_id: "tnt_2".into(), ..a };
    assert_eq!(house.engine.suggest(&other, &id).await.unwrap_err().code(), "not_found");
}

async fn taken_more(house: &House, id: &qn_domain::ConversationId, text: &str) -> qn_domain::ConversationId {
    let c = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), id).await.unwrap();
    let visitor = qn_engine::Visitor { tenant_id: c.tenant_id, inbox_id: c.inbox_id, contact_id: c.contact_id, name: "chen".into() };
    house.ask(&visitor, &format!("m{}", c.last_seq), text).await.conversation.id.clone()
}

#[tokio::test]
async fn the_question_before_asking_for_a_person_is_what_is_answered() {
    let house = house().await;
    let id = taken(&house, "请问怎么退货").await;
    taken_more(&house, &id, "转人工").await;
    let found = house.engine.suggest(&actor("usr_a", Role::Agent), &id).await.unwrap();
    assert_eq!(found.items[0].key, "article:art_return");
    let visitor = house.visitor("gao").await;
    let hello = house.ask(&visitor, "1", "你好").await;
    let none = house.engine.suggest(&actor("usr_a", Role::Agent), &hello.conversation.id).await.unwrap();
    assert!(none.items.is_empty() && none.seq == 0, "{none:?}");
}

fn product(sku: &str, (zh, en): (&str, &str), category: &str, attributes: Value, accessories: &[&str]) -> Product {
    Product {
        id: format!("prd_{sku}").into(),
        tenant_id: "tnt_1".into(),
        sku: sku.into(),
        name_zh: zh.into(),
        name_en: en.into(),
        category: category.into(),
        price_cents: 100,
        stock: 10,
        attributes: attributes.as_object().cloned().unwrap_or_default(),
        accessories: accessories.iter().map(|&sku| sku.to_owned()).collect(),
        variants: Vec::new(),
        version: 1,
        created_at: START,
    }
}

#[tokio::test]
async fn what_the_customer_has_is_not_recommended_to_them_by_an_agent_either() {
    let house = house().await;
    let phone = json!({"water_resistance": "IP68"});
    let case = json!({"fits": "P10 Pro", "helps": "water", "aliases": "防水壳"});
    for one in [
        product("P10PRO", ("鲸 P10 Pro 手机（12GB+256GB）", "Whale P10 Pro phone (12 GB + 256 GB)"), "phone", phone, &["CASE-WP"]),
        product("CASE-WP", ("鲸潜防水壳（P10 Pro）", "Dive waterproof case (P10 Pro)"), "case", case, &[]),
    ] {
        qn_store::product::insert(&house.engine.db, &one).await.unwrap();
    }
    for (name, owns, is_offered) in [("chen", json!({}), true), ("gao", json!({"owns": "P10PRO, CASE-WP"}), false)] {
        let contact = Contact {
            id: format!("con_{name}").into(),
            tenant_id: "tnt_1".into(),
            name: name.into(),
            email: None,
            phone: None,
            language: None,
            attributes: owns.as_object().cloned().unwrap_or_default(),
            blocked: false,
            version: 1,
            created_at: START,
            last_seen_at: START,
        };
        qn_store::contact::insert(&house.engine.db, &contact, "").await.unwrap();
        let visitor = qn_engine::Visitor { tenant_id: "tnt_1".into(), inbox_id: "inb_1".into(), contact_id: contact.id, name: name.into() };
        let id = house.ask(&visitor, "1", "请问怎么退货").await.conversation.id.clone();
        let a = actor("usr_a", Role::Agent);
        house.engine.act(&a, &id, Action::Claim).await.unwrap();
        house.ask(&visitor, "2", "P10 Pro 能防水吗").await;
        let found = house.engine.suggest(&a, &id).await.unwrap();
        let told = &found.items.iter().find(|item| item.source == SuggestionSource::Product).unwrap().text;
        assert!(told.contains("IP68"), "{told}");
        assert_eq!(told.contains("防水壳"), is_offered, "{name}: {told}");
    }
}

#[tokio::test]
async fn what_became_of_an_offer_is_judged_by_what_was_sent() {
    let house = house().await;
    let id = taken(&house, "请问怎么退货").await;
    let (a, engine) = (actor("usr_a", Role::Agent), &house.engine);
    let send = async |n: &str, key: Option<&str>, text: &str| {
        engine.agent_send(&a, &id, writes(n, text)).await.unwrap();
        engine.settle_suggestions(&a, &id, key, text).await;
        assert!(open(&house, &id, "usr_a").await.is_empty());
    };
    let offer = engine.suggest(&a, &id).await.unwrap().items.remove(0);
    send("a", Some(&offer.key), &offer.text).await;
    taken_more(&house, &id, "怎么退货啊").await;
    let offer = engine.suggest(&a, &id).await.unwrap().items.remove(0);
    send("b", Some(&offer.key), "您好，签收后 7 天内都可以退货的。").await;
    taken_more(&house, &id, "再说一遍怎么退货").await;
    engine.suggest(&a, &id).await.unwrap();
    send("c", None, "稍等，我查一下订单").await;
    let mut counts = qn_store::suggestion::count_since(&engine.db, &"tnt_1".into(), START).await.unwrap();
    counts.sort_by_key(|(outcome, _)| outcome.as_str());
    assert_eq!(counts, [(SuggestionOutcome::Accepted, 1), (SuggestionOutcome::Edited, 1), (SuggestionOutcome::Ignored, 1)]);
}

#[tokio::test]
async fn a_draft_cites_what_it_rests_on_and_the_customers_name_stays_home() {
    let server = ModelServer::start([]).await;
    let house = house_with_model(&server, |s| s.answers_customers = false).await;
    let id = taken(&house, "我是chen，电话13812345678，请问怎么退货").await;
    assert!(server.asked().is_empty(), "the bot quotes unless it is allowed more");
    let a = actor("usr_a", Role::Agent);
    assert!(house.engine.suggest(&a, &id).await.unwrap().can_draft);
    server.will(answer("[NAME_1] 您好，签收后 7 天内可以退货。", &["P1"]));
    let Drafted::Ready(item) = house.engine.draft_answer(&a, &id).await.unwrap() else { panic!() };
    assert_eq!((item.text.as_str(), item.articles.as_slice()), ("chen 您好，签收后 7 天内可以退货。", &["art_return".into()][..]));
    let wire = server.asked().remove(0).to_string();
    assert!(!wire.contains("13812345678") && !wire.contains("我是chen"), "{wire}");
    let keys: Vec<String> = open(&house, &id, "usr_a").await.remove(0).offered.into_iter().map(|i| i.key).collect();
    assert!(keys.contains(&"draft".to_owned()) && keys.contains(&"article:art_return".to_owned()), "{keys:?}");
    let used = house.engine.llm_use(&"tnt_1".into()).await.unwrap();
    assert_eq!((used.day.tokens, used.day.calls, used.is_used_up), (42, 1, false));
    for (act, reason) in [
        (answer("30 天内可以退货。", &["P1"]), "llm_unusable"),
        (Act::Say(json!({"answerable": false, "answer": "", "cited": []}).to_string()), "not_answerable"),
        (Act::Status(401, &[], "{}"), "llm_unauthorised"),
    ] {
        server.will(act);
        let more = taken_more(&house, &id, &format!("请问怎么退货 {reason}")).await;
        assert_eq!(house.engine.draft_answer(&a, &more).await.unwrap(), Drafted::Not(reason));
    }
}

#[tokio::test]
async fn a_used_up_budget_leaves_everything_else_working() {
    let server = ModelServer::start([]).await;
    let house = house_with_model(&server, |s| s.budget = Budget { day: Limit { tokens: 100, cents: 0 }, ..Budget::default() }).await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "请问怎么退货").await;
    let said = house.messages(&sent).await.pop().unwrap();
    assert!(said.content.text.contains("7 天"));
    assert_eq!(explained(&house.messages(&sent).await[0])["phrased"]["problem"], "llm_budget");
    assert!(server.asked().is_empty());
    assert!(house.engine.llm_use(&"tnt_1".into()).await.unwrap().is_used_up);
}

#[tokio::test]
async fn what_a_company_allows_itself_holds_for_it_alone() {
    let server = ModelServer::start([]).await;
    let house = house_with_model(&server, |_| {}).await;
    let own = qn_store::llm_limit::OwnLimit { tokens: 100, cents: 0 };
    qn_store::llm_limit::put(&house.engine.db, &"tnt_1".into(), own, 0, &"usr_a".into(), START).await.unwrap();
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "请问怎么退货").await;
    assert_eq!(explained(&house.messages(&sent).await[0])["phrased"]["problem"], "llm_budget");
    assert!(server.asked().is_empty());
    let used = house.engine.llm_use(&"tnt_1".into()).await.unwrap();
    assert!(used.is_used_up && used.month_limit == Limit::default(), "{used:?}");
}

/// Why the bot did what it did.
fn explained(message: &qn_domain::Message) -> Value {
    message.trace.as_ref().unwrap().read().unwrap()
}

async fn bot_says(server: &ModelServer, change: impl Fn(&mut Settings)) -> (String, Value) {
    let house = house_with_model(server, change).await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "请问怎么退货").await;
    let mut messages = house.messages(&sent).await;
    let said = messages.pop().unwrap();
    assert_eq!(said.content.citations[0].article_id.as_str(), "art_return");
    (said.content.text, explained(&messages.remove(0))["phrased"].clone())
}

#[tokio::test]
async fn the_bot_puts_a_passage_into_words_only_while_it_keeps_to_it() {
    let server = ModelServer::start([answer("可以的，签收后 7 天内都能退。", &["P1"])]).await;
    assert_eq!(bot_says(&server, |_| {}).await.0, "可以的，签收后 7 天内都能退。");
    for (act, problem) in [
        (answer("可以退，详见 https://evil.example/", &["P1"]), "llm_unusable"),
        (answer("可以退。", &[]), "llm_unusable"),
        (Act::Say("I will not answer in JSON".into()), "llm_unusable"),
        (Act::Status(401, &[], "{}"), "llm_unauthorised"),
        (Act::Hang, "llm_deadline"),
        (Act::Silent, "llm_deadline"),
    ] {
        let server = ModelServer::start([act, Act::Say("still not".into())]).await;
        let (text, phrased) = bot_says(&server, |s| s.turn_ms = 150).await;
        assert_eq!((text.as_str(), &phrased["problem"]), ("签收后 **7 天**内可以退货。", &json!(problem)));
        assert!(phrased["took_ms"].as_u64().unwrap() < 2_000, "{phrased}");
    }
}

#[tokio::test]
async fn a_follow_up_is_searched_as_a_whole_question() {
    let server = ModelServer::start([answer("签收后 7 天内可以退货。", &["P1"])]).await;
    let house = house_with_model(&server, |_| {}).await;
    let visitor = house.visitor("chen").await;
    house.ask(&visitor, "1", "请问怎么退货").await;
    server.will(Act::Say(json!({"question": "发票怎么开"}).to_string()));
    server.will(answer("在订单页点「申请发票」。", &["P1"]));
    let sent = house.ask(&visitor, "2", "另外那张票据咋弄").await;
    let messages = house.messages(&sent).await;
    assert_eq!(explained(&messages[2])["reworded"], "发票怎么开");
    assert_eq!(messages[3].content.citations[0].article_id.as_str(), "art_invoice");
    assert_eq!(messages[3].content.text, "在订单页点「申请发票」。");
    let house = self::house().await;
    let visitor = house.visitor("li").await;
    house.ask(&visitor, "1", "请问怎么退货").await;
    let sent = house.ask(&visitor, "2", "另外那张票据咋弄").await;
    assert_eq!(sent.conversation.bot.misses, 1, "without a model it is a miss like before");
}

#[tokio::test]
async fn the_hand_off_packet_gets_the_models_words_after_the_customer_was_answered() {
    let server = ModelServer::start([]).await;
    let house = house_with_model(&server, |s| s.answers_customers = false).await;
    let visitor = house.visitor("chen").await;
    house.ask(&visitor, "1", "火星上能种土豆吗").await;
    server.will(Act::Say(json!({"summary": "客户想知道火星能否种土豆，还没有得到答复。"}).to_string()));
    let sent = house.ask(&visitor, "2", "转人工").await;
    assert!(sent.conversation.handoff.as_ref().unwrap().summary.contains("火星上能种土豆吗"), "the template stands at once");
    let stop = CancellationToken::new();
    let worker = tokio::spawn(house.engine.clone().run_outbox(stop.clone()));
    let improved = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let c = qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &sent.conversation.id).await.unwrap();
            let summary = c.handoff.unwrap().summary;
            if summary.contains("还没有得到答复") {
                return (summary, c.owner);
            }
            tokio::task::yield_now().await;
        }
    });
    let (summary, owner) = improved.await.unwrap();
    assert_eq!(summary, "客户要求人工。客户想知道火星能否种土豆，还没有得到答复。");
    assert!(matches!(owner, Owner::Queue { .. }));
    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn an_angry_customer_is_answered_with_a_word_of_regret_once() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let first = house.ask(&visitor, "1", "气死我了！怎么退货").await;
    let said = house.messages(&first).await.pop().unwrap().content;
    assert!(said.text.starts_with("很抱歉给您带来不好的体验。\n\n") && said.text.contains("7 天"), "{}", said.text);
    let second = house.ask(&visitor, "2", "气死我了！发票怎么开").await;
    let said = house.messages(&second).await.pop().unwrap().content;
    assert!(!said.text.contains("抱歉") && said.text.contains("申请发票"), "{}", said.text);
    let calm = house.visitor("li").await;
    let sent = house.ask(&calm, "1", "请问怎么退货").await;
    assert_eq!(house.messages(&sent).await.pop().unwrap().content.text, "签收后 **7 天**内可以退货。");
}
