//! What the bot says, and when it stops talking.

use crate::fixture::{actor, house, says, writes};
use qn_domain::{AuthorKind, ButtonAction, FoundBy, HandoffReason, MessageKind, OwnEntity, Owner, Role};
use qn_engine::{Action, EngineError};

#[tokio::test]
async fn a_question_is_answered_from_an_article_with_its_link_and_the_way_to_a_person() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "请问怎么退货").await;
    let messages = house.messages(&sent).await;
    let kinds: Vec<_> = messages.iter().map(|m| (m.seq, m.kind, m.author.kind)).collect();
    assert_eq!(kinds, vec![(1, MessageKind::Incoming, AuthorKind::Contact), (2, MessageKind::Outgoing, AuthorKind::Bot)]);
    let answer = &messages[1].content;
    assert!(answer.text.contains("7 天"), "{}", answer.text);
    assert!(answer.ai);
    assert_eq!(answer.citations[0].url, "/help/zh-CN/art_return");
    assert!(answer.buttons.iter().any(|b| b.action == ButtonAction::Handoff));
    assert!(messages[0].trace.as_ref().unwrap().read::<serde_json::Value>().unwrap()["answer"]["hit"]["score"].as_f64().unwrap() > 0.5);
}

#[tokio::test]
async fn two_misses_hand_over_with_what_was_asked() {
    let house = house().await;
    let visitor = house.visitor("wang").await;
    let first = house.ask(&visitor, "1", "火星上能种土豆吗").await;
    assert_eq!(first.conversation.owner, Owner::Bot);
    assert_eq!(first.conversation.bot.misses, 1);
    let second = house.ask(&visitor, "2", "月球背面有什么").await;
    assert_eq!(second.conversation.owner, Owner::Queue { team_id: Some("tea_1".into()) });
    let packet = second.conversation.handoff.clone().unwrap();
    assert_eq!(packet.reason, HandoffReason::TwoMisses);
    assert_eq!(packet.asked, vec!["火星上能种土豆吗", "月球背面有什么"]);
    assert!(second.conversation.waiting_since.is_some(), "the acknowledgement is not an answer");
}

#[tokio::test]
async fn what_is_of_the_world_is_offered_nothing_but_what_the_bot_is_good_for() {
    let house = house().await;
    for (name, text, told) in [
        ("wei", "今天天气怎么样", "帮不上忙"),
        ("tao", "珠穆朗玛峰有多高", "商品、订单和服务"),
        ("ann", "how high is Mount Everest?", "I can't help with that"),
    ] {
        let visitor = house.visitor(name).await;
        let sent = house.ask(&visitor, "1", text).await;
        let answer = house.messages(&sent).await.pop().unwrap().content;
        assert!(answer.text.contains(told), "{text}: {}", answer.text);
        assert!(answer.buttons.iter().all(|button| button.action == ButtonAction::Handoff), "{text}: {:?}", answer.buttons);
        assert_eq!((sent.conversation.owner.clone(), sent.conversation.bot.misses), (Owner::Bot, 1));
    }
}

#[tokio::test]
async fn acknowledgements_are_small_talk_and_never_misses() {
    let house = house().await;
    let visitor = house.visitor("sun").await;
    house.ask(&visitor, "0", "请问怎么退货").await;
    for (n, text) in ["ok", "yes", "111", "好的", "嗯", "👍", "😀", "知道了", "?", "？？", "哈哈", "🎉🎉"].into_iter().enumerate()
    {
        let sent = house.ask(&visitor, &format!("a{n}"), text).await;
        assert_eq!((sent.conversation.owner.clone(), sent.conversation.bot.misses), (Owner::Bot, 0), "{text}");
    }
    let asked = house.ask(&visitor, "q", "?").await;
    let answer = house.messages(&asked).await.pop().unwrap();
    assert_eq!(answer.content.text, "请问您想了解什么？");
}

#[tokio::test]
async fn markup_and_pictures_do_not_change_the_language() {
    let house = house().await;
    let visitor = house.visitor("gao").await;
    house.ask(&visitor, "1", "请问怎么退货").await;
    for (n, text) in ["abc<script>alert(1)</script>", "😀", "iPhone 15 Pro"].into_iter().enumerate() {
        let sent = house.ask(&visitor, &format!("m{n}"), text).await;
        assert_eq!(sent.conversation.language, qn_domain::Language::Zh, "{text}");
    }
    let sent = house.ask(&visitor, "e", "how do I return my phone").await;
    assert_eq!(sent.conversation.language, qn_domain::Language::En);
}

#[tokio::test]
async fn asking_for_a_person_always_works_in_both_languages() {
    let house = house().await;
    for (name, text) in
        [("a", "转人工"), ("b", "I want to talk to a human"), ("c", "人工客服"), ("d", "客服"), ("e", "转接"), ("f", "能不能叫个真人来")]
    {
        let visitor = house.visitor(name).await;
        let sent = house.ask(&visitor, "1", text).await;
        assert!(matches!(sent.conversation.owner, Owner::Queue { .. }), "{text}");
        assert_eq!(sent.conversation.handoff.as_ref().unwrap().reason, HandoffReason::CustomerAsked);
    }
}

#[tokio::test]
async fn outside_hours_nobody_is_promised_unless_somebody_is_there() {
    let house = house().await;
    let mut inbox = qn_store::inbox::get(&house.engine.db, &"tnt_1".into(), &"inb_1".into()).await.unwrap();
    inbox.hours = qn_domain::BusinessHours { always_open: false, ..Default::default() };
    qn_store::inbox::update(&house.engine.db, &inbox).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
    let closed = async |name: &str| {
        let sent = house.ask(&house.visitor(name).await, "1", "转人工").await;
        let messages = house.messages(&sent).await;
        let line = messages.iter().find_map(|m| m.content.activity.clone()).unwrap();
        let said = messages.iter().rfind(|m| m.kind == MessageKind::Outgoing).unwrap().content.text.clone();
        (line.params.get("closed").cloned(), said.contains("非工作时间"))
    };
    assert_eq!(closed("he").await, (Some(serde_json::json!(true)), true));
    let agent = actor("usr_a", Role::Agent);
    let _here = house.engine.presence.attach(&"tnt_1".into(), &agent.user_id);
    house.engine.set_presence(&agent, qn_domain::Presence::Online).await.unwrap();
    assert_eq!(closed("lü").await, (None, false));
}

#[tokio::test]
async fn the_first_keystroke_of_a_person_silences_the_bot() {
    let house = house().await;
    let visitor = house.visitor("li").await;
    let sent = house.ask(&visitor, "1", "发票怎么开").await;
    let agent = actor("usr_a", Role::Agent);
    let owned = house.engine.act(&agent, &sent.conversation.id, Action::Keystroke).await.unwrap();
    assert_eq!(owned.owner.agent_id(), Some(&"usr_a".into()));
    let again = house.engine.act(&agent, &sent.conversation.id, Action::Keystroke).await.unwrap();
    assert_eq!(again.version, owned.version, "a second keystroke changes nothing");
    let next = house.ask(&visitor, "2", "怎么退货").await;
    let messages = house.messages(&next).await;
    assert_eq!(messages.iter().filter(|m| m.author.kind == AuthorKind::Bot).count(), 1, "only the answer from before");
    house.engine.agent_send(&agent, &next.conversation.id, writes("a1", "您好,我来帮您")).await.unwrap();
}

#[tokio::test]
async fn an_empty_message_and_an_unknown_contact_are_refused() {
    let house = house().await;
    let mut visitor = house.visitor("zhao").await;
    let empty = house.engine.visitor_send(&visitor, says("1", "   ")).await;
    assert!(matches!(empty, Err(EngineError::EmptyMessage)));
    visitor.contact_id = "con_nobody".into();
    let unknown = house.engine.visitor_send(&visitor, says("1", "你好")).await;
    assert_eq!(unknown.unwrap_err().code(), "not_found");
}

#[tokio::test]
async fn numbers_of_cards_are_masked_before_they_are_kept() {
    let house = house().await;
    let visitor = house.visitor("chen").await;
    let sent = house.ask(&visitor, "1", "身份证 110101199003077774，卡号 6222 0200 0000 0000 010，订单号 202611290001").await;
    let text = &house.messages(&sent).await[0].content.text;
    assert!(!text.contains("19900307") && text.contains("**7774") && text.contains("202611290001"), "{text}");
    let found = qn_store::search::messages(&house.engine.db, &"tnt_1".into(), "110101199003077774", None, 10).await.unwrap();
    assert!(found.items.is_empty());
}

#[tokio::test]
async fn a_bare_number_is_an_order_where_one_was_asked_for_and_a_card_elsewhere() {
    let house = house().await;
    let (visitor, an) = (house.visitor("chen").await, actor("usr_a", Role::Agent));
    let kept = async |id: &str, text: &str| {
        let sent = house.ask(&visitor, id, text).await;
        house.messages(&sent).await.into_iter().find(|m| m.id == sent.message.id).unwrap().content.text
    };
    let asks = async |id: &str, text: &str| {
        let conversation = house.ask(&visitor, &format!("before {id}"), "在吗").await.conversation.id.clone();
        house.engine.agent_send(&an, &conversation, writes(id, text)).await.unwrap();
    };
    assert_eq!(kept("1", "4111111111111111").await, "************1111", "nobody asked");
    asks("a1", "请告诉我订单号。").await;
    assert_eq!(kept("2", "4111111111111111").await, "4111111111111111");
    asks("a2", "What is your order number?").await;
    assert_eq!(kept("3", "我的银行卡 4111111111111111").await, "我的银行卡 ************1111");
    asks("a3", "请问怎么付的款？").await;
    assert_eq!(kept("4", "4111111111111111").await, "************1111");
}

#[tokio::test]
async fn a_number_of_the_companys_own_form_is_no_card() {
    let house = house().await;
    let own = OwnEntity {
        id: "ent_1".into(),
        tenant_id: "tnt_1".into(),
        name: "shop_order".into(),
        label: "订单".into(),
        found_by: FoundBy::Patterns { patterns: vec!["62026#{11}".into()] },
        version: 1,
        created_at: 0,
    };
    qn_store::own_entity::insert(&house.engine.db, &own).await.unwrap();
    let visitor = house.visitor("chen").await;
    let first = house.ask(&visitor, "1", "6202601010000121 什么时候到").await;
    assert_eq!(house.messages(&first).await[0].content.text, "6202601010000121 什么时候到");
    let second = house.ask(&visitor, "2", "4111111111111111").await;
    assert!(house.messages(&second).await.iter().all(|m| !m.content.text.contains("41111111")));
    let third = house.ask(&visitor, "3", "我的卡号 6202601010000121").await;
    assert!(house.messages(&third).await.iter().any(|m| m.content.text == "我的卡号 ************0121"));
}

#[tokio::test]
async fn the_same_question_about_another_place_is_answered_again() {
    let house = house().await;
    let mut delivery = qn_store::article::list_published(&house.engine.db, &"tnt_1".into()).await.unwrap().remove(0);
    delivery.id = "art_delivery".into();
    delivery.title = "寄到上海要多久?".into();
    delivery.questions = vec!["寄到北京要多久".into()];
    delivery.body = "三天左右送到。".into();
    qn_store::article::upsert(&house.engine.db, &delivery, None).await.unwrap();
    house.engine.reload_knowledge(&"tnt_1".into()).await.unwrap();
    let visitor = house.visitor("chen").await;
    for (id, text) in [("1", "寄到北京要多久"), ("2", "那上海呢")] {
        let sent = house.ask(&visitor, id, text).await;
        let told = house.messages(&sent).await.into_iter().rfind(|m| m.kind == MessageKind::Outgoing).unwrap();
        assert!(told.seq > sent.message.seq && told.content.text.contains("三天左右送到"), "{text}: {}", told.content.text);
    }
}
