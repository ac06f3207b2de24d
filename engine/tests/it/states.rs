//! Presence as it was lived: reasons, the grace, and nobody gets new work while they write up what is done.

use crate::fixture::{House, actor, house, says};
use qn_domain::presence::PresenceState::{self, Busy, Offline, Online, WrapUp};
use qn_domain::wrap_up::{Category, WrapUpForm, WrapUpTerms};
use qn_domain::{Owner, Presence, Role};
use qn_engine::{Action, Actor, Chosen, EngineError, Written};
use tokio_util::sync::CancellationToken;

async fn lived(house: &House, user: &str) -> Vec<(PresenceState, Option<String>)> {
    let all = qn_store::presence::list_between(&house.engine.db, &"tnt_1".into(), 0, i64::MAX).await.unwrap();
    all.into_iter().filter(|c| c.user_id.as_str() == user).map(|c| (c.state, c.reason)).collect()
}

async fn ask_for_notes(house: &House, required: bool) {
    let category = Category { key: "refund".into(), zh: "退款".into(), en: "Refund".into(), children: vec![] };
    let form = WrapUpForm { categories: vec![category], inboxes: [("inb_1".into(), WrapUpTerms { required, seconds: 60 })].into() };
    qn_store::wrap_up::put_form(&house.engine.db, &"tnt_1".into(), &form, 0).await.unwrap();
    house.engine.reload_settings(&"tnt_1".into());
}

fn me() -> Actor {
    actor("usr_a", Role::Agent)
}

async fn choose(house: &House, presence: Presence, reason: Option<&str>) -> Result<(), EngineError> {
    let chosen = Chosen { presence, reason: reason.map(str::to_owned), caused_by: Some(me().user_id) };
    house.engine.choose_presence(&"tnt_1".into(), &me().user_id, chosen).await
}

#[tokio::test]
async fn a_reason_is_kept_while_busy_and_unknown_ones_are_refused() {
    let house = house().await;
    let _seat = house.engine.presence.attach(&"tnt_1".into(), &me().user_id);
    choose(&house, Presence::Online, None).await.unwrap();
    choose(&house, Presence::Busy, Some("lunch")).await.unwrap();
    choose(&house, Presence::Busy, Some("lunch")).await.unwrap();
    assert!(matches!(choose(&house, Presence::Busy, Some("nap")).await, Err(EngineError::Invalid { field: "reason" })));
    choose(&house, Presence::Online, Some("lunch")).await.unwrap();
    assert_eq!(lived(&house, "usr_a").await, [(Online, None), (Busy, Some("lunch".into())), (Online, None)]);
    let people = qn_store::routing::list_people(&house.engine.db, &"tnt_1".into()).await.unwrap();
    assert_eq!(people[0].busy_reason, None);
}

#[tokio::test]
async fn whoever_is_not_connected_is_offline_whatever_they_chose() {
    let house = house().await;
    choose(&house, Presence::Online, None).await.unwrap();
    assert_eq!(lived(&house, "usr_a").await, [(Offline, None)]);
    let _seat = house.engine.presence.attach(&"tnt_1".into(), &me().user_id);
    house.engine.arrived(&"tnt_1".into(), &me().user_id).await.unwrap();
    assert_eq!(lived(&house, "usr_a").await, [(Offline, None), (Online, None)]);
}

#[tokio::test]
async fn nobody_gets_new_work_while_they_write() {
    let house = house().await;
    ask_for_notes(&house, true).await;
    let (first, second) = (house.visitor("one").await, house.visitor("two").await);
    let id = house.ask(&first, "1", "转人工").await.conversation.id.clone();
    let _seat = house.engine.presence.attach(&"tnt_1".into(), &me().user_id);
    choose(&house, Presence::Online, None).await.unwrap();
    house.engine.act(&me(), &id, Action::Claim).await.unwrap();
    house.engine.act(&me(), &id, Action::Resolve).await.unwrap();
    let open = qn_store::wrap_up::list_open(&house.engine.db, &"tnt_1".into(), &me().user_id).await.unwrap();
    assert_eq!((open.len(), &open[0].conversation_id), (1, &id));
    let stop = CancellationToken::new();
    let router = tokio::spawn(house.engine.clone().run_router(stop.clone()));
    let waiting = house.engine.visitor_send(&second, says("1", "转人工")).await.unwrap().conversation.id.clone();
    let mut live = house.engine.hub.people(&"tnt_1".into());
    // Time alone does not end what is required; the colleague's arrival makes the router look.
    house.clock.advance(61_000);
    house.engine.set_presence(&actor("usr_b", Role::Agent), Presence::Busy).await.unwrap();
    let nothing = Written { category: None, note: "x".into() };
    let refused = house.engine.write_wrap_up(&me(), &id, open[0].began_at, nothing.clone()).await;
    assert!(matches!(refused, Err(EngineError::Invalid { field: "category" })));
    assert!(matches!(house.engine.skip_wrap_up(&me(), &id, open[0].began_at).await, Err(EngineError::Invalid { .. })));
    let other = actor("usr_b", Role::Agent);
    assert!(matches!(house.engine.write_wrap_up(&other, &id, open[0].began_at, nothing).await, Err(EngineError::NotYours)));
    let get = async || qn_store::conversation::get(&house.engine.db, &"tnt_1".into(), &waiting).await.unwrap();
    assert!(matches!(get().await.owner, Owner::Queue { .. }));
    let written = Written { category: Some("refund".into()), note: " 已退款 ".into() };
    house.engine.write_wrap_up(&me(), &id, open[0].began_at, written).await.unwrap();
    while get().await.owner.agent_id() != Some(&me().user_id) {
        tokio::time::timeout(std::time::Duration::from_secs(20), live.next()).await.expect("an event within 20 s");
    }
    assert_eq!(lived(&house, "usr_a").await, [(Online, None), (WrapUp, None), (Online, None)]);
    let kept = qn_store::wrap_up::list(&house.engine.db, &"tnt_1".into(), &id).await.unwrap();
    assert_eq!((kept[0].note.as_str(), kept[0].category.as_deref()), ("已退款", Some("refund")));
    stop.cancel();
    router.await.unwrap();
}

#[tokio::test]
async fn what_need_not_be_written_can_be_skipped_and_others_are_not_asked() {
    let house = house().await;
    ask_for_notes(&house, false).await;
    let visitor = house.visitor("one").await;
    let id = house.ask(&visitor, "1", "转人工").await.conversation.id.clone();
    house.engine.act(&me(), &id, Action::Claim).await.unwrap();
    house.engine.act(&actor("usr_s", Role::Supervisor), &id, Action::Resolve).await.unwrap();
    assert!(qn_store::wrap_up::list(&house.engine.db, &"tnt_1".into(), &id).await.unwrap().is_empty());
    house.engine.act(&me(), &id, Action::Reopen).await.unwrap();
    house.engine.act(&me(), &id, Action::Resolve).await.unwrap();
    let open = qn_store::wrap_up::list_open(&house.engine.db, &"tnt_1".into(), &me().user_id).await.unwrap();
    assert_eq!(open.len(), 1);
    house.engine.skip_wrap_up(&me(), &id, open[0].began_at).await.unwrap();
    assert!(qn_store::wrap_up::list_all_open(&house.engine.db, &"tnt_1".into()).await.unwrap().is_empty());
}
