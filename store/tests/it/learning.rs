//! What the bot should learn from: filled out of the log once, in order, by whichever node is there; recalled words are gone.

use crate::world::{NOW, World, message, on_both, opening, reply, seq_of};
use qn_domain::{Activity, ActivityKey, Conversation, Language, LearningReason, LearningState, MessageId, MessageKind, TurnCorrection};
use qn_store::learning::Blame;
use qn_store::{learning, turn_correction};
use serde_json::{Value, json};
use std::sync::Arc;

fn judge(trace: &Value) -> Option<(LearningReason, Language)> {
    Some((LearningReason::parse(trace["reason"].as_str()?)?, Language::Zh))
}

fn blame(trace: &Value) -> Blame {
    match trace["reason"].as_str() {
        Some("answered") => Blame::Answer(Language::Zh),
        Some("person") => Blame::Person,
        _ => Blame::Nothing,
    }
}

async fn fill(w: &World) {
    for tenant in [&w.ours, &w.theirs] {
        while learning::fill_after(&w.db, tenant, 2, judge, blame).await.unwrap() {}
    }
}

/// A further message of the customer, with what the bot made of it.
async fn says(w: &World, read: &Conversation, text: &str, reason: &str) -> Conversation {
    let mut commit = reply(read, text);
    let said = Arc::make_mut(commit.messages.first_mut().unwrap());
    said.kind = MessageKind::Incoming;
    said.trace = Some(json!({"reason": reason}).into());
    seq_of(&w.db.commit(commit.clone()).await.unwrap());
    Arc::unwrap_or_clone(commit.conversation)
}

async fn rates(w: &World, read: &Conversation, score: i64) -> Conversation {
    let mut commit = reply(read, "");
    let rated = Arc::make_mut(commit.messages.first_mut().unwrap());
    rated.kind = MessageKind::Activity;
    let params = [("score".to_owned(), json!(score))].into_iter().collect();
    rated.content.activity = Some(Activity { key: ActivityKey::CsatGiven, params, public: false });
    seq_of(&w.db.commit(commit.clone()).await.unwrap());
    Arc::unwrap_or_clone(commit.conversation)
}

async fn open(w: &World) -> Vec<(String, LearningReason)> {
    let items = learning::list(&w.db, &w.ours, LearningState::Open, 99).await.unwrap();
    items.into_iter().rev().map(|i| (i.text, i.reason)).collect()
}

#[tokio::test]
async fn what_was_missed_is_listed_once_and_can_be_settled() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        let c = says(w, &c, "怎么\n退货", "missed").await;
        let c = says(w, &c, "几天到账", "answered").await;
        let c = says(w, &c, "没用", "not_helpful").await;
        let c = says(w, &c, "???", "missed").await;
        says(w, &c, "换个颜色", "unsure").await;
        let mut theirs = opening(&w.theirs, "cnv_x", "con_x", "别家的问题");
        Arc::make_mut(&mut theirs.messages[0]).trace = Some(json!({"reason": "missed"}).into());
        seq_of(&w.db.commit(theirs).await.unwrap());
        fill(w).await;
        fill(w).await;
        let expected = [
            ("怎么 退货".to_owned(), LearningReason::Missed),
            ("几天到账".to_owned(), LearningReason::NotHelpful),
            ("换个颜色".to_owned(), LearningReason::Unsure),
        ];
        assert_eq!(open(w).await, expected);
        let ids: Vec<MessageId> = ["msg_1-2".into(), "msg_1-3".into()].into();
        assert_eq!(learning::list_by_ids(&w.db, &w.ours, &ids).await.unwrap().len(), 2);
        assert!(learning::list_by_ids(&w.db, &w.theirs, &ids).await.unwrap().is_empty());
        assert_eq!(learning::set_state(&w.db, &w.theirs, &ids, LearningState::Dismissed).await.unwrap(), 0);
        assert_eq!(learning::set_state(&w.db, &w.ours, &ids[..1], LearningState::Added).await.unwrap(), 1);
        assert_eq!(learning::set_state(&w.db, &w.ours, &ids[1..], LearningState::Dismissed).await.unwrap(), 1);
        assert_eq!(open(w).await, expected[2..]);
        assert_eq!(learning::list(&w.db, &w.ours, LearningState::Added, 9).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_bad_rating_brings_the_question_whose_answer_the_bot_gave() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        let c = says(w, &c, "几天到账", "answered").await;
        let c = says(w, &c, "谢谢", "steered").await;
        let c = rates(w, &c, 5).await;
        fill(w).await;
        assert!(open(w).await.is_empty(), "a good one");
        let c = rates(w, &c, 1).await;
        fill(w).await;
        assert_eq!(open(w).await, [("几天到账".to_owned(), LearningReason::NotHelpful)]);
        let c = says(w, &c, "换个颜色", "answered").await;
        let c = says(w, &c, "人呢", "person").await;
        rates(w, &c, 2).await;
        fill(w).await;
        assert_eq!(open(w).await.len(), 1, "a person had it");
    })
    .await;
}

#[tokio::test]
async fn recalled_words_are_not_kept_before_peoples_eyes() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        let c = says(w, &c, "我的卡号", "missed").await;
        fill(w).await;
        assert_eq!(open(w).await.len(), 1);
        let mut recall = reply(&c, "ok");
        let mut recalled = message(&c, 2, MessageKind::Incoming, "");
        recalled.recalled_at = Some(NOW);
        recall.changed.push(recalled.into());
        seq_of(&w.db.commit(recall).await.unwrap());
        assert!(open(w).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn two_nodes_reading_at_once_do_no_harm() {
    on_both(async |w| {
        let mut c = w.add_conversation("cnv_1", "con_1", "你好").await;
        for n in 0..12 {
            c = says(w, &c, &format!("问题 {n}"), "missed").await;
        }
        let run = async || while learning::fill_after(&w.db, &w.ours, 3, judge, blame).await.unwrap() {};
        tokio::join!(run(), run());
        assert_eq!(open(w).await.len(), 12);
    })
    .await;
}

#[tokio::test]
async fn a_correction_replaces_the_one_before_and_opens_its_message_to_learning() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        says(w, &c, "多久\n到账", "answered").await;
        fill(w).await;
        let said = message(&c, 2, MessageKind::Incoming, "多久\n到账");
        let line = turn_correction::line(&said);
        assert_eq!(line, "多久 到账");
        let first = TurnCorrection {
            tenant_id: w.ours.clone(),
            message_id: said.id.clone(),
            conversation_id: c.id.clone(),
            text: line,
            language: Language::Zh,
            emotion: Some("anger".into()),
            emotion_read: Some("neutral".into()),
            intent_id: None,
            intent_read: None,
            corrected_by: "usr_1".into(),
            at: NOW,
        };
        turn_correction::put(&w.db, &first, 2, NOW).await.unwrap();
        assert!(open(w).await.is_empty(), "an emotion teaches no intent");
        let second = TurnCorrection { emotion: None, intent_id: Some("itt_1".into()), at: NOW + 1, ..first.clone() };
        turn_correction::put(&w.db, &second, 2, NOW).await.unwrap();
        assert_eq!(open(w).await, [("多久 到账".to_owned(), LearningReason::Corrected)]);
        learning::set_state(&w.db, &w.ours, std::slice::from_ref(&said.id), LearningState::Dismissed).await.unwrap();
        turn_correction::put(&w.db, &second, 2, NOW).await.unwrap();
        assert_eq!(open(w).await.len(), 1, "what is said again is looked at again");
        assert_eq!(turn_correction::list_by_conversation(&w.db, &w.ours, &c.id).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(turn_correction::list_newest(&w.db, &w.ours, 9).await.unwrap(), [second]);
        assert!(turn_correction::list_newest(&w.db, &w.theirs, 9).await.unwrap().is_empty());
        turn_correction::delete(&w.db, &w.theirs, &said.id).await.unwrap();
        assert_eq!(turn_correction::list_newest(&w.db, &w.ours, 9).await.unwrap().len(), 1);
        turn_correction::delete(&w.db, &w.ours, &said.id).await.unwrap();
        assert!(turn_correction::list_newest(&w.db, &w.ours, 9).await.unwrap().is_empty());
    })
    .await;
}
