//! The journal of channels and what inboxes remember about their platforms.

use crate::world::{NOW, World, on_both};
use qn_store::channel_cursor::{self, CursorMove};
use qn_store::channel_event::{self, ChannelEvent};
use qn_store::channel_handle::{self, SealedHandle};
use qn_store::channel_health::{self, ChannelHealth, SideError};
use qn_store::channel_opening::WindowOpening;
use qn_store::channel_sent::{self, SentStep};
use qn_store::channel_token::{self, SealedToken};
use qn_store::{Brought, Error, channel_opening, inbox};

fn event(w: &World, lane: &str, key: &str) -> ChannelEvent {
    ChannelEvent {
        tenant_id: w.ours.clone(),
        inbox_id: "inb_1".into(),
        lane: lane.into(),
        key: key.into(),
        kind: "message".into(),
        event: format!("{{\"text\":\"{key} \\u2028 你好\"}}"),
        received_at: NOW,
    }
}

fn brought(w: &World, lane: &str, keys: &[&str]) -> Brought {
    Brought { events: keys.iter().map(|key| event(w, lane, key)).collect(), ..Brought::default() }
}

async fn waiting(w: &World) -> Vec<String> {
    let mut bodies = Vec::new();
    for event in channel_event::list_waiting(&w.db, 0, 100).await.unwrap() {
        bodies.push(channel_event::find_waiting(&w.db, event.pk).await.unwrap().unwrap());
    }
    bodies
}

async fn state(w: &World, key: &str) -> Option<String> {
    channel_event::find_state(&w.db, &w.ours, &"inb_1".into(), key).await.unwrap()
}

/// Marks are written behind the caller's back; one more call waits behind them.
async fn settle(w: &World, pk: i64) {
    channel_event::settle(&w.db, pk);
    w.db.journal(Brought::default()).await.unwrap();
}

#[tokio::test]
async fn events_are_kept_once_and_in_order() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        let calls = (0..40).map(|n| format!("k{n}")).collect::<Vec<_>>();
        let kept = calls.iter().map(|key| w.db.journal(brought(w, "u", &[key, "same"])));
        for one in futures_util::future::join_all(kept).await {
            one.unwrap();
        }
        let all = channel_event::list_waiting(&w.db, 0, 100).await.unwrap();
        assert_eq!(all.len(), 41, "the repeated key is one event");
        let order: Vec<String> = waiting(w).await.into_iter().filter(|event| !event.contains("same")).collect();
        assert_eq!(order, calls.iter().map(|key| event(w, "u", key).event).collect::<Vec<_>>());
        assert_eq!(channel_event::list_waiting(&w.db, all[38].pk, 100).await.unwrap(), all[39..]);
        assert_eq!(w.db.journal(brought(w, "u", &["k1", "k2"])).await.unwrap(), 0, "a replay");
    })
    .await;
}

#[tokio::test]
async fn an_event_is_settled_tried_again_or_given_up() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        w.db.journal(brought(w, "u", &["a", "b", "c"])).await.unwrap();
        let pks: Vec<i64> = channel_event::list_waiting(&w.db, 0, 10).await.unwrap().iter().map(|e| e.pk).collect();
        settle(w, pks[0]).await;
        channel_event::retry_later(&w.db, pks[1], NOW + 9, "busy").await.unwrap();
        channel_event::bury(&w.db, pks[2], "unreadable").await.unwrap();
        assert_eq!(channel_event::find_waiting(&w.db, pks[0]).await.unwrap(), None);
        let states = [state(w, "a").await, state(w, "b").await, state(w, "c").await, state(w, "d").await];
        assert_eq!(states.each_ref().map(Option::as_deref), [Some("done"), Some(channel_event::WAITING), Some("dead"), None]);
        assert_eq!(channel_event::find_state(&w.db, &w.theirs, &"inb_1".into(), "a").await.unwrap(), None);
        let left = channel_event::list_waiting(&w.db, 0, 10).await.unwrap();
        assert_eq!(left.iter().map(|e| (e.pk, e.attempts, e.due_at)).collect::<Vec<_>>(), [(pks[1], 1, NOW + 9)]);
        assert_eq!(channel_event::count(&w.db, &w.ours, &"inb_1".into()).await.unwrap(), (1, 1));
        assert_eq!(channel_event::count_all(&w.db, &w.ours, &"inb_1".into()).await.unwrap(), 3);
        assert_eq!(channel_event::count(&w.db, &w.theirs, &"inb_1".into()).await.unwrap(), (0, 0));
        let dead = channel_event::list_dead(&w.db, &w.ours, &"inb_1".into()).await.unwrap();
        assert_eq!((dead[0].pk, dead[0].last_error.as_deref()), (pks[2], Some("unreadable")));
        assert!(channel_event::list_dead(&w.db, &w.theirs, &"inb_1".into()).await.unwrap().is_empty());
        assert_eq!(channel_event::revive(&w.db, &w.theirs, &"inb_1".into(), NOW).await.unwrap(), 0);
        assert_eq!(channel_event::revive(&w.db, &w.ours, &"inb_1".into(), NOW).await.unwrap(), 1);
        assert_eq!(waiting(w).await.len(), 2);
        assert_eq!(channel_event::delete_done_before(&w.db, NOW).await.unwrap(), 0);
        assert_eq!(channel_event::delete_done_before(&w.db, NOW + 1).await.unwrap(), 1);
        assert_eq!(w.db.journal(brought(w, "u", &["a", "b"])).await.unwrap(), 1, "what is forgotten is new again");
    })
    .await;
}

#[tokio::test]
async fn one_bad_call_does_not_sink_its_neighbours() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        let orphan = Brought { events: vec![ChannelEvent { inbox_id: "inb_none".into(), ..event(w, "u", "x") }], ..Brought::default() };
        let (good, bad, other) =
            tokio::join!(w.db.journal(brought(w, "u", &["a"])), w.db.journal(orphan), w.db.journal(brought(w, "u", &["b"])));
        assert!(good.is_ok() && other.is_ok() && bad.is_err());
        assert_eq!(waiting(w).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_moves_with_its_events() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        let cursor = |position: &str| CursorMove {
            tenant_id: w.ours.clone(),
            inbox_id: "inb_1".into(),
            stream: "wk1".into(),
            position: position.into(),
            at: NOW,
        };
        for position in ["c1", "c2"] {
            w.db.journal(Brought { cursor: Some(cursor(position)), ..brought(w, "u", &[position]) }).await.unwrap();
        }
        assert_eq!(channel_cursor::find(&w.db, &w.ours, &"inb_1".into(), "wk1").await.unwrap().as_deref(), Some("c2"));
        assert_eq!(channel_cursor::find(&w.db, &w.theirs, &"inb_1".into(), "wk1").await.unwrap(), None);
        assert_eq!(channel_cursor::list(&w.db, &w.ours, &"inb_1".into()).await.unwrap(), ["wk1"]);
        assert_eq!(waiting(w).await.len(), 2);
        let mut lost = Brought { cursor: Some(cursor("c3")), ..brought(w, "u", &["c3"]) };
        lost.events[0].inbox_id = "inb_none".into();
        assert!(w.db.journal(lost).await.is_err());
        assert_eq!(channel_cursor::find(&w.db, &w.ours, &"inb_1".into(), "wk1").await.unwrap().as_deref(), Some("c2"));
    })
    .await;
}

#[tokio::test]
async fn tokens_openings_and_sent_steps() {
    on_both(async |w| {
        let (id, theirs) = (w.add_inbox("inb_1").await.id, &w.theirs);
        for (sealed, at) in [("qn1.a", NOW), ("qn1.b", NOW + 1)] {
            let token = SealedToken { sealed: sealed.into(), expires_at: at + 7_200_000, taken_at: at };
            channel_token::put(&w.db, &w.ours, &id, &token).await.unwrap();
            assert_eq!(channel_token::find(&w.db, &w.ours, &id).await.unwrap(), Some(token));
        }
        assert_eq!(channel_token::find(&w.db, theirs, &id).await.unwrap(), None);
        channel_token::delete(&w.db, &w.ours, &id).await.unwrap();
        assert_eq!(channel_token::find(&w.db, &w.ours, &id).await.unwrap(), None);
        let handle = SealedHandle { sealed: "qn1.h".into(), once: 1, expires_at: NOW + 10 };
        channel_handle::put(&w.db, &w.ours, &id, "u1", &SealedHandle { expires_at: NOW + 1, ..handle.clone() }).await.unwrap();
        channel_handle::put(&w.db, &w.ours, &id, "u1", &handle).await.unwrap();
        let find = async |tenant, now| channel_handle::find(&w.db, tenant, &id, "u1", now).await.unwrap();
        assert_eq!((find(&w.ours, NOW).await, find(&w.ours, NOW + 10).await, find(theirs, NOW).await), (Some(handle), None, None));
        channel_handle::delete(&w.db, &w.ours, &id, "u1", "qn1.older").await.unwrap();
        assert!(find(&w.ours, NOW).await.is_some());
        channel_handle::delete(&w.db, &w.ours, &id, "u1", "qn1.h").await.unwrap();
        assert!(find(&w.ours, NOW).await.is_none());
        let opening = |way: &str, at| WindowOpening {
            tenant_id: w.ours.clone(),
            inbox_id: id.clone(),
            contact: "u1".into(),
            opened_by: way.into(),
            at,
        };
        for openings in [vec![("message", NOW), ("follow", NOW + 5), ("message", NOW + 9)], vec![("message", NOW + 3)]] {
            let openings = openings.into_iter().map(|(way, at)| opening(way, at)).collect();
            w.db.journal(Brought { openings, ..Brought::default() }).await.unwrap();
        }
        let openings = channel_opening::list(&w.db, &w.ours, &id, "u1").await.unwrap();
        assert_eq!(openings, [("follow".to_owned(), NOW + 5), ("message".to_owned(), NOW + 9)]);
        assert!(channel_opening::list(&w.db, theirs, &id, "u1").await.unwrap().is_empty());
        for (step, external_id) in [(0, Some("x1")), (1, None), (0, Some("ignored"))] {
            let sent = SentStep {
                tenant_id: w.ours.clone(),
                inbox_id: id.clone(),
                message_id: "msg_1".into(),
                step,
                contact: "u1".into(),
                external_id: external_id.map(str::to_owned),
                at: NOW + step,
            };
            w.db.journal(Brought { sent: vec![sent], ..Brought::default() }).await.unwrap();
        }
        assert_eq!(channel_sent::list_steps(&w.db, &w.ours, &"msg_1".into()).await.unwrap(), [0, 1]);
        let names = channel_sent::list_names(&w.db, &w.ours, &"msg_1".into()).await.unwrap();
        assert_eq!(names, [Some("x1".to_owned()), None]);
        assert!(channel_sent::list_names(&w.db, theirs, &"msg_1".into()).await.unwrap().is_empty());
        assert_eq!(channel_sent::find_message(&w.db, &w.ours, &id, "x1").await.unwrap(), Some("msg_1".into()));
        assert_eq!(channel_sent::find_message(&w.db, theirs, &id, "x1").await.unwrap(), None);
        assert_eq!(channel_sent::list_times(&w.db, &w.ours, &id, "u1", NOW + 1).await.unwrap(), [NOW + 1]);
    })
    .await;
}

fn side(side: &str, error: &str, at: i64) -> SideError {
    SideError { side: side.into(), error: error.into(), at }
}

#[tokio::test]
async fn health_adds_up_and_an_inbox_without_customers_can_go() {
    on_both(async |w| {
        let id = w.add_inbox("inb_1").await.id;
        let received = ChannelHealth { received: 2, received_at: Some(NOW), ..ChannelHealth::default() };
        let failed = ChannelHealth {
            failed: 1,
            error_at: Some(NOW + 1),
            error_side: Some("out".into()),
            error: Some("window_closed".into()),
            errors: vec![side("out", "window_closed", NOW + 1)],
            ..ChannelHealth::default()
        };
        let refused = ChannelHealth { errors: vec![side("in", "bad_signature", NOW)], ..ChannelHealth::default() };
        assert_eq!(channel_health::get(&w.db, &w.ours, &id).await.unwrap(), ChannelHealth::default());
        for change in [&received, &refused, &failed, &received] {
            channel_health::add(&w.db, &w.ours, &id, change).await.unwrap();
        }
        let sum = channel_health::get(&w.db, &w.ours, &id).await.unwrap();
        let errors = vec![side("out", "window_closed", NOW + 1), side("in", "bad_signature", NOW)];
        assert_eq!(sum, ChannelHealth { received: 4, received_at: Some(NOW), errors, ..failed });
        assert_eq!(channel_health::get(&w.db, &w.theirs, &id).await.unwrap(), ChannelHealth::default());
        w.db.journal(brought(w, "u", &["a"])).await.unwrap();
        assert!(matches!(inbox::delete(&w.db, &w.ours, &id, 7).await, Err(Error::Stale { .. })));
        assert_eq!(waiting(w).await.len(), 1, "nothing is forgotten by a delete that failed");
        inbox::delete(&w.db, &w.ours, &id, 1).await.unwrap();
        assert!(waiting(w).await.is_empty());
    })
    .await;
}
