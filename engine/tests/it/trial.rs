//! A version on trial reads along and says nothing, then answers its share of the conversations, the same ones each time; versions are
//! swapped under load without a lost turn, on both databases; who moved what is written down.

use crate::fixture::{House, house, on_both};
use crate::workshop::{INVOICE, RETURN, teach};
use qn_domain::{IntentReply, Json, ModelId, ModelState, Speaker, StepKind, TenantId, TrialOutcome, TrialTurn, UserId};
use qn_engine::EngineError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SAYS_RETURN: &str = "七天内可以退。";
const SAYS_INVOICE: &str = "发票在订单页。";

fn tenant() -> TenantId {
    "tnt_1".into()
}

fn by() -> UserId {
    "usr_a".into()
}

fn says(text: &str) -> IntentReply {
    IntentReply::Text { zh: text.into(), en: String::new(), next_flow: None }
}

async fn train(house: &House, id: &str) -> ModelId {
    house.engine.train_intents(&tenant(), ModelId::from(id), &by()).await.unwrap().id
}

async fn count(house: &House) {
    while qn_store::trial::fill_after(&house.engine.db, &tenant(), 100).await.unwrap() {}
}

fn trial_of(trace: &Option<Json>) -> Option<TrialTurn> {
    serde_json::from_value(trace.as_ref()?.read::<Value>()?["trial"].clone()).ok()
}

#[tokio::test]
async fn a_shadow_reads_along_says_nothing_and_is_counted() {
    on_both(async |house| {
        teach(house, "itt_return", says(SAYS_RETURN), &RETURN).await;
        teach(house, "itt_invoice", says(SAYS_INVOICE), &INVOICE).await;
        let (live, draft) = (train(house, "mdl_1").await, train(house, "mdl_2").await);
        let engine = &house.engine;
        engine.publish_model(&tenant(), &live, 999.0, &by()).await.unwrap();
        // The live version is never sure, the shadow always is.
        let shadow = engine.try_out_model(&tenant(), &draft, 0, Some(-999.0), &by()).await.unwrap();
        assert_eq!((shadow.state, shadow.share_percent), (ModelState::Shadow, 0));
        let refused = engine.try_out_model(&tenant(), &live, 10, None, &by()).await;
        assert!(matches!(refused, Err(EngineError::AlreadyLive)));

        let visitor = house.visitor("gao").await;
        let sent = house.ask(&visitor, "1", "怎么开发票").await;
        house.ask(&visitor, "2", "谢谢").await;
        let messages = house.messages(&sent).await;
        assert!(!messages[1].content.text.contains(SAYS_INVOICE), "the shadow said something: {}", messages[1].content.text);
        let turn = trial_of(&messages[0].trace).unwrap();
        assert_eq!((turn.number, turn.against, turn.spoke, turn.outcome), (2, 1, Speaker::Live, TrialOutcome::Gained));
        let (said, unsaid) = (turn.live.unwrap(), turn.trial.unwrap());
        assert_eq!((said.intent_id, unsaid.intent_id), (None, Some("itt_invoice".into())));
        assert_eq!((said.text.as_str(), unsaid.text.as_str()), (messages[1].content.text.as_str(), SAYS_INVOICE));
        assert_eq!(trial_of(&messages[2].trace), None, "thanks are no question");

        engine.try_out_model(&tenant(), &draft, 0, Some(999.0), &by()).await.unwrap();
        house.ask(&visitor, "3", "怎么退货").await;
        count(house).await;
        count(house).await;
        let tallies = qn_store::trial::tally(&engine.db, &tenant(), 2, 1).await.unwrap();
        let turns: Vec<_> = tallies.iter().map(|t| (t.spoke, t.outcome, t.turns)).collect();
        assert_eq!(turns, [(Speaker::Live, TrialOutcome::Gained, 1), (Speaker::Live, TrialOutcome::Same, 1)]);
        let listed = qn_store::trial::differences(&engine.db, &tenant(), (2, None), None, 9).await.unwrap().items;
        assert_eq!((listed.len(), listed[0].text.as_str(), listed[0].trial.text.as_str()), (1, "怎么开发票", SAYS_INVOICE));

        assert_eq!(engine.withdraw_trial(&tenant(), &by()).await.unwrap(), Some(draft.clone()));
        assert_eq!(engine.withdraw_trial(&tenant(), &by()).await.unwrap(), None);
        let sent = house.ask(&visitor, "4", "发票怎么开").await;
        assert_eq!(trial_of(&house.messages(&sent).await[6].trace), None);
        let steps = qn_store::version_step::list(&engine.db, &tenant(), None, 99).await.unwrap().items;
        let kinds: Vec<_> = steps.iter().rev().map(|s| (s.number, s.kind)).collect();
        let shadow = (2, StepKind::Shadow);
        assert_eq!(
            kinds,
            [(1, StepKind::Trained), (2, StepKind::Trained), (1, StepKind::Published), shadow, shadow, (2, StepKind::Withdrawn)]
        );
        assert!(steps.iter().all(|s| s.taken_by == by()));
    })
    .await;
}

#[tokio::test]
async fn a_canary_answers_its_share_and_always_the_same_conversations() {
    let house = house().await;
    teach(&house, "itt_return", says(SAYS_RETURN), &RETURN).await;
    teach(&house, "itt_invoice", says(SAYS_INVOICE), &INVOICE).await;
    let (live, draft) = (train(&house, "mdl_1").await, train(&house, "mdl_2").await);
    let engine = &house.engine;
    engine.publish_model(&tenant(), &live, -999.0, &by()).await.unwrap();
    assert!(matches!(engine.try_out_model(&tenant(), &draft, 100, None, &by()).await, Err(EngineError::Invalid { .. })));
    let mut spoke_at: Vec<BTreeMap<String, i64>> = Vec::new();
    for (round, share) in [0, 30, 60, 60].into_iter().enumerate() {
        engine.try_out_model(&tenant(), &draft, share, Some(-999.0), &by()).await.unwrap();
        let mut who = BTreeMap::new();
        for n in 0..60 {
            let visitor = match round {
                0 => house.visitor(&format!("v{n}")).await,
                _ => qn_engine::Visitor {
                    tenant_id: tenant(),
                    inbox_id: "inb_1".into(),
                    contact_id: format!("con_v{n}").as_str().into(),
                    name: String::new(),
                },
            };
            let sent = house.ask(&visitor, &round.to_string(), "怎么退货").await;
            let trace: Value = sent.message.trace.as_ref().unwrap().read().unwrap();
            who.insert(sent.conversation.id.0.clone(), trace["intent"]["model"].as_i64().unwrap());
        }
        spoke_at.push(who);
    }
    let by_canary = |who: &BTreeMap<String, i64>| who.values().filter(|model| **model == 2).count();
    assert_eq!(by_canary(&spoke_at[0]), 0);
    assert!((6..=32).contains(&by_canary(&spoke_at[1])), "30 % of 60: {}", by_canary(&spoke_at[1]));
    assert!((22..=50).contains(&by_canary(&spoke_at[2])), "60 % of 60: {}", by_canary(&spoke_at[2]));
    assert!(spoke_at[1].iter().all(|(id, model)| *model == 1 || spoke_at[2][id] == 2), "a growing share keeps whom it had");
    assert_eq!(spoke_at[2], spoke_at[3], "the same conversations");
    count(&house).await;
    let tallies = qn_store::trial::tally(&engine.db, &tenant(), 2, 1).await.unwrap();
    let turns = |speaker| tallies.iter().filter(|t| t.spoke == speaker).map(|t| t.turns).sum::<i64>();
    let by_trial = spoke_at.iter().map(by_canary).sum::<usize>() as i64;
    assert_eq!((turns(Speaker::Trial), turns(Speaker::Live)), (by_trial, 240 - by_trial));
}

#[tokio::test]
async fn rolling_back_publishes_what_was_live_before() {
    let house = house().await;
    teach(&house, "itt_return", says(SAYS_RETURN), &RETURN).await;
    teach(&house, "itt_invoice", says(SAYS_INVOICE), &INVOICE).await;
    let (first, second) = (train(&house, "mdl_1").await, train(&house, "mdl_2").await);
    let engine = &house.engine;
    assert!(matches!(engine.roll_back_model(&tenant(), &by()).await, Err(EngineError::NothingBefore)));
    engine.publish_model(&tenant(), &first, 0.25, &by()).await.unwrap();
    assert!(matches!(engine.roll_back_model(&tenant(), &by()).await, Err(EngineError::NothingBefore)));
    engine.try_out_model(&tenant(), &second, 20, None, &by()).await.unwrap();
    let live = engine.publish_model(&tenant(), &second, 0.5, &by()).await.unwrap();
    assert_eq!((live.state, live.share_percent), (ModelState::Live, 0), "publishing ends the trial");
    let back = engine.roll_back_model(&tenant(), &by()).await.unwrap();
    assert_eq!((back.id, back.state, back.threshold), (first, ModelState::Live, 0.25));
    let steps = qn_store::version_step::list(&engine.db, &tenant(), None, 1).await.unwrap();
    assert_eq!((steps.items[0].kind, steps.items[0].number), (StepKind::RolledBack, 1));
}

/// Customers who talk at once while versions are moved, and how often each talks at least and at most.
const CUSTOMERS: usize = 40;
const TURNS: (usize, usize) = (6, 400);
const ROUNDS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn versions_are_swapped_under_load_and_no_turn_is_lost() {
    on_both(async |house| {
        teach(house, "itt_return", says(SAYS_RETURN), &RETURN).await;
        teach(house, "itt_invoice", says(SAYS_INVOICE), &INVOICE).await;
        let (first, second) = (train(house, "mdl_1").await, train(house, "mdl_2").await);
        house.engine.publish_model(&tenant(), &first, -999.0, &by()).await.unwrap();
        let rounds = Arc::new(AtomicUsize::new(0));
        let customers: Vec<_> = (0..CUSTOMERS).map(|n| tokio::spawn(talk(house.clone(), n, rounds.clone()))).collect();
        for _ in 0..ROUNDS {
            let engine = &house.engine;
            engine.try_out_model(&tenant(), &second, 0, Some(-999.0), &by()).await.unwrap();
            engine.try_out_model(&tenant(), &second, 50, None, &by()).await.unwrap();
            engine.publish_model(&tenant(), &second, -999.0, &by()).await.unwrap();
            engine.try_out_model(&tenant(), &first, 50, Some(-999.0), &by()).await.unwrap();
            engine.withdraw_trial(&tenant(), &by()).await.unwrap();
            engine.roll_back_model(&tenant(), &by()).await.unwrap();
            rounds.fetch_add(1, Ordering::SeqCst);
        }
        let mut expected: BTreeMap<(i64, i64, &str, &str), i64> = BTreeMap::new();
        let mut spoke = BTreeMap::<i64, usize>::new();
        for customer in customers {
            for trace in customer.await.unwrap() {
                let read: Value = trace.read().unwrap();
                *spoke.entry(read["intent"]["model"].as_i64().unwrap()).or_default() += 1;
                if let Some(turn) = trial_of(&Some(trace)) {
                    *expected.entry((turn.number, turn.against, turn.spoke.as_str(), turn.outcome.as_str())).or_default() += 1;
                }
            }
        }
        assert_eq!(spoke.keys().copied().collect::<Vec<_>>(), [1, 2], "both versions spoke: {spoke:?}");
        count(house).await;
        let mut counted = BTreeMap::new();
        for (number, against) in [(1, 2), (2, 1), (1, 1), (2, 2), (1, 0), (2, 0)] {
            for t in qn_store::trial::tally(&house.engine.db, &tenant(), number, against).await.unwrap() {
                counted.insert((number, against, t.spoke.as_str(), t.outcome.as_str()), t.turns);
            }
        }
        assert_eq!(counted, expected, "every compared turn counts once");
    })
    .await;
}

/// Asks until the versions were moved often enough; each question must have its answer. Returns the explanations.
async fn talk(house: Arc<House>, n: usize, rounds: Arc<AtomicUsize>) -> Vec<Json> {
    let visitor = house.visitor(&format!("v{n}")).await;
    let mut asked = 0;
    let last = loop {
        let text = if (asked + n).is_multiple_of(2) { RETURN[asked % RETURN.len()] } else { INVOICE[asked % INVOICE.len()] };
        let sent = house.ask(&visitor, &asked.to_string(), text).await;
        asked += 1;
        if asked >= TURNS.1 || asked >= TURNS.0 && rounds.load(Ordering::SeqCst) >= ROUNDS {
            break sent;
        }
    };
    let messages = house.messages(&last).await;
    assert_eq!(messages.len(), asked * 2, "a question and an answer each");
    let pairs = messages.chunks(2);
    for pair in pairs.clone() {
        let (text, said) = (&pair[0].content.text, &pair[1].content);
        // An unhappy customer is met with a kind word first.
        assert!(said.ai && [SAYS_RETURN, SAYS_INVOICE].iter().any(|own| said.text.ends_with(own)), "{text}: {}", said.text);
    }
    pairs.map(|pair| pair[0].trace.clone().unwrap()).collect()
}
