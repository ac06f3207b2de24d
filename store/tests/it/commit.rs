//! Group commit: done, duplicate, conflict; gap-free numbers; nothing of a refused commit stays.

use crate::world::{NOW, dedupe, on_both, opening, reply, seq_of};
use qn_domain::{Assignment, AssignmentId, Change, Effect, EffectKind, EffectState, Outcome, Revision, Tie, TieKind};
use qn_store::{assignment, conversation, conversation_tie, effect, log, message};
use std::sync::Arc;

#[tokio::test]
async fn a_commit_is_readable_and_heard_before_its_answer() {
    on_both(async |w| {
        let commit = opening(&w.ours, "cnv_1", "con_1", "你好\n\"引号\" <b>");
        let outcome = w.db.commit(commit.clone()).await.unwrap();
        assert_eq!(seq_of(&outcome), 1);
        let heard = w.heard();
        assert_eq!(heard.len(), 1);
        assert_eq!((heard[0].seq, heard[0].version), (1, Some(1)));
        assert_eq!(conversation::get(&w.db, &w.ours, &"cnv_1".into()).await.unwrap(), *commit.conversation);
        assert_eq!(message::list_before(&w.db, &w.ours, &"cnv_1".into(), None, 10).await.unwrap(), [(*commit.messages[0]).clone()]);
    })
    .await;
}

#[tokio::test]
async fn the_same_event_twice_is_one_message() {
    on_both(async |w| {
        let mut first = opening(&w.ours, "cnv_1", "con_1", "hello");
        first.dedupe = Some(dedupe(&first, "m1"));
        seq_of(&w.db.commit(first.clone()).await.unwrap());
        let mut again = opening(&w.ours, "cnv_2", "con_1", "hello");
        again.dedupe = Some(dedupe(&again, "m1"));
        let outcome = w.db.commit(again).await.unwrap();
        assert_eq!(outcome, Outcome::Duplicate(first.dedupe.clone().unwrap()));
        assert_eq!(conversation::find(&w.db, &w.ours, &"cnv_2".into()).await.unwrap(), None);
        assert_eq!(log::head(&w.db, &w.ours).await.unwrap(), 1);
        // The other tenant may use the same key.
        let mut theirs = opening(&w.theirs, "cnv_3", "con_9", "hello");
        theirs.dedupe = Some(dedupe(&theirs, "m1"));
        assert_eq!(seq_of(&w.db.commit(theirs).await.unwrap()), 1);
    })
    .await;
}

#[tokio::test]
async fn who_commits_second_gets_a_conflict_and_may_try_the_same_event_again() {
    on_both(async |w| {
        let read = w.add_conversation("cnv_1", "con_1", "hello").await;
        seq_of(&w.db.commit(reply(&read, "first")).await.unwrap());
        let mut late = reply(&read, "late");
        late.dedupe = Some(dedupe(&late, "k"));
        late.effects.push(send("never"));
        assert_eq!(w.db.commit(late.clone()).await.unwrap(), Outcome::Conflict);
        assert_eq!(message::get(&w.db, &w.ours, &"msg_1-2".into()).await.unwrap().content.text, "first");
        assert!(effect::list(&w.db, &w.ours, EffectState::Pending, None, 10).await.unwrap().items.is_empty());

        let read = conversation::get(&w.db, &w.ours, &"cnv_1".into()).await.unwrap();
        let mut retried = reply(&read, "late");
        retried.dedupe = Some(dedupe(&retried, "k"));
        assert_eq!(seq_of(&w.db.commit(retried).await.unwrap()), 3);
    })
    .await;
}

#[tokio::test]
async fn a_thread_has_one_unresolved_conversation() {
    on_both(async |w| {
        seq_of(&w.db.commit(opening(&w.ours, "cnv_1", "con_1", "a")).await.unwrap());
        let mut second = opening(&w.ours, "cnv_2", "con_1", "b");
        Arc::make_mut(&mut second.conversation).thread_key = "cnv_1".into();
        assert_eq!(w.db.commit(second).await.unwrap(), Outcome::Conflict);
    })
    .await;
}

#[tokio::test]
async fn nobody_commits_into_another_tenants_conversation() {
    on_both(async |w| {
        let read = w.add_conversation("cnv_1", "con_1", "ours").await;
        let mut foreign = reply(&read, "theirs");
        foreign.tenant_id = w.theirs.clone();
        Arc::make_mut(&mut foreign.conversation).tenant_id = w.theirs.clone();
        Arc::make_mut(&mut foreign.messages[0]).tenant_id = w.theirs.clone();
        assert_eq!(w.db.commit(foreign).await.unwrap(), Outcome::Conflict);
        assert_eq!(conversation::get(&w.db, &w.ours, &"cnv_1".into()).await.unwrap().last_text, "ours");
    })
    .await;
}

#[tokio::test]
async fn many_at_once_leave_no_gap_and_no_double() {
    on_both(async |w| {
        let mut works = Vec::new();
        for n in 0..300 {
            let tenant = if n % 3 == 0 { w.theirs.clone() } else { w.ours.clone() };
            // Every fifth event is sent twice, and every seventh races for one thread.
            let copies = if n % 5 == 0 { 2 } else { 1 };
            for copy in 0..copies {
                let mut commit = opening(&tenant, &format!("cnv_{n}_{copy}"), "con_1", "hello");
                if n % 7 == 0 && tenant == w.ours {
                    Arc::make_mut(&mut commit.conversation).thread_key = "race".into();
                }
                commit.dedupe = Some(dedupe(&commit, &format!("k{n}")));
                works.push(w.db.commit(commit));
            }
        }
        let mut seqs: [Vec<i64>; 2] = Default::default();
        let (mut duplicates, mut conflicts) = (0, 0);
        for outcome in futures_join(works).await {
            match outcome.unwrap() {
                Outcome::Done { entry } => seqs[usize::from(entry.tenant_id == w.theirs)].push(entry.seq),
                Outcome::Duplicate(_) => duplicates += 1,
                Outcome::Conflict => conflicts += 1,
            }
        }
        for (tenant, mut seqs) in [(&w.ours, seqs[0].clone()), (&w.theirs, seqs[1].clone())] {
            seqs.sort_unstable();
            let head = log::head(&w.db, tenant).await.unwrap();
            assert_eq!(seqs, (1..=head).collect::<Vec<_>>());
            let heard: Vec<i64> = w.heard().iter().filter(|e| e.tenant_id == *tenant).map(|e| e.seq).collect();
            assert_eq!(heard, (1..=head).collect::<Vec<_>>(), "followers hear every entry in order");
        }
        let done = seqs[0].len() + seqs[1].len();
        assert_eq!(done + duplicates + conflicts, 360);
        let raced: Vec<_> = w.heard().iter().filter(|e| e.changes.iter().any(is_race)).map(|e| e.seq).collect();
        assert_eq!(raced.len(), 1, "one thread, one conversation");
        assert!(conflicts > 0 && duplicates > 0);
    })
    .await;
}

fn is_race(change: &Change) -> bool {
    matches!(change, Change::ConversationCreated { conversation } if conversation.thread_key == "race")
}

/// All at the same time, so that they meet in one group.
async fn futures_join<F: Future>(works: Vec<F>) -> Vec<F::Output> {
    let mut works: Vec<_> = works.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = works.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut waiting = false;
        for (work, slot) in works.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match work.as_mut().poll(cx) {
                    std::task::Poll::Ready(output) => *slot = Some(output),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    done.into_iter().map(|d| d.unwrap()).collect()
}

#[tokio::test]
async fn two_steps_of_one_conversation_sent_together_both_count() {
    on_both(async |w| {
        let opening = opening(&w.ours, "cnv_1", "con_1", "a");
        let second = reply(&opening.conversation, "b");
        let third = reply(&second.conversation, "c");
        let outcomes = futures_join(vec![w.db.commit(opening), w.db.commit(second), w.db.commit(third)]).await;
        let seqs: Vec<i64> = outcomes.into_iter().map(|o| seq_of(&o.unwrap())).collect();
        assert_eq!(seqs, [1, 2, 3]);
        let messages = message::list_after(&w.db, &w.ours, &"cnv_1".into(), 0, 10).await.unwrap();
        assert_eq!(messages.iter().map(|m| m.seq).collect::<Vec<_>>(), [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn one_impossible_commit_does_not_sink_its_neighbours() {
    on_both(async |w| {
        let mut bad = opening(&w.ours, "cnv_bad", "con_1", "x");
        bad.messages.push(bad.messages[0].clone());
        let good = opening(&w.ours, "cnv_good", "con_2", "y");
        let outcomes = futures_join(vec![w.db.commit(bad), w.db.commit(good)]).await;
        assert!(!matches!(outcomes[0], Ok(Outcome::Done { .. })));
        assert_eq!(seq_of(outcomes[1].as_ref().unwrap()), 1);
    })
    .await;
}

#[tokio::test]
async fn a_commit_carries_changes_revisions_effects_and_the_assignment() {
    on_both(async |w| {
        let read = w.add_conversation("cnv_1", "con_1", "typo").await;
        let old = message::get(&w.db, &w.ours, &"msg_1-1".into()).await.unwrap();
        let mut commit = reply(&read, "ok");
        let mut edited = old.clone();
        edited.content.text = "fixed".into();
        edited.edited_at = Some(NOW + 5);
        commit.changed.push(edited.clone().into());
        commit.revisions.push(Revision {
            message_id: old.id.clone(),
            content: old.content.clone(),
            replaced_at: NOW + 5,
            replaced_by: old.author.clone(),
        });
        commit.effects.push(send("k1"));
        let given = Assignment {
            id: AssignmentId::fresh(NOW),
            tenant_id: w.ours.clone(),
            conversation_id: "cnv_1".into(),
            agent_id: Some("usr_1".into()),
            team_id: Some("tea_1".into()),
            explanation: serde_json::json!({"eligible": ["usr_1"]}),
            at: NOW + 10,
        };
        commit.assignment = Some(given.clone());
        seq_of(&w.db.commit(commit.clone()).await.unwrap());
        assert_eq!(message::get(&w.db, &w.ours, &old.id).await.unwrap(), edited);
        assert_eq!(message::list_revisions(&w.db, &w.ours, &old.id).await.unwrap(), commit.revisions);
        assert_eq!(message::list_revisions(&w.db, &w.theirs, &old.id).await.unwrap(), []);
        assert_eq!(effect::list(&w.db, &w.ours, EffectState::Pending, None, 10).await.unwrap().items.len(), 1);
        assert_eq!(assignment::list(&w.db, &w.ours, &"cnv_1".into()).await.unwrap(), [given]);
        assert_eq!(assignment::list(&w.db, &w.theirs, &"cnv_1".into()).await.unwrap(), []);
        assert_eq!(assignment::last_by_agent(&w.db, &w.ours).await.unwrap(), [("usr_1".to_owned(), NOW + 10)]);
    })
    .await;
}

#[tokio::test]
async fn a_closed_store_takes_no_more() {
    on_both(async |w| {
        w.add_conversation("cnv_1", "con_1", "x").await;
        w.db.clone().close().await;
        assert!(w.db.commit(opening(&w.ours, "cnv_2", "con_1", "y")).await.is_err());
    })
    .await;
}

fn send(key: &str) -> Effect {
    Effect {
        kind: EffectKind::ChannelDeliver,
        key: key.into(),
        payload: serde_json::json!({"message_id": "msg_1"}),
        due_at: NOW,
        trace: None,
    }
}

#[tokio::test]
async fn commits_together_are_all_there_or_none_in_turn_with_others() {
    on_both(async |w| {
        let (one, other) = (w.add_conversation("cnv_1", "con_1", "a").await, w.add_conversation("cnv_2", "con_2", "b").await);
        let tie = Tie {
            id: "tie_1".into(),
            tenant_id: w.ours.clone(),
            kind: TieKind::Merge,
            from: one.id.clone(),
            to: other.id.clone(),
            seqs: vec![1, 3],
            before: qn_domain::Json::of(&serde_json::json!({"a": 1})),
            made_by: "usr_a".into(),
            made_name: "安".into(),
            at: NOW,
            undone_by: None,
            undone_at: None,
        };
        let mut first = reply(&one, "first");
        first.tie = Some(tie.clone());
        // One by itself before, one after, all waiting at once.
        let (mut alone, mut late) = (opening(&w.ours, "cnv_3", "con_3", "c"), opening(&w.ours, "cnv_4", "con_4", "d"));
        (alone.at, late.at) = (NOW, NOW);
        let together = w.db.commit_together(vec![first, reply(&other, "second")]);
        let (before, both, after) = tokio::join!(w.db.commit(alone), together, w.db.commit(late));
        assert_eq!([seq_of(&before.unwrap()), seq_of(&both.unwrap()), seq_of(&after.unwrap())], [3, 4, 6]);
        let heard: Vec<i64> = w.heard().iter().map(|entry| entry.seq).collect();
        assert_eq!(heard, [1, 2, 3, 4, 5, 6]);
        assert_eq!(conversation_tie::list(&w.db, &w.ours, &[&other.id]).await.unwrap(), std::slice::from_ref(&tie));
        assert_eq!(conversation_tie::count_merged(&w.db, &w.ours).await.unwrap(), 1);

        // The second of these was read too early: nothing of the first stays.
        let now = conversation::get(&w.db, &w.ours, &one.id).await.unwrap();
        let mut good = reply(&now, "never");
        good.tie = Some(Tie { undone_by: Some("usr_b".into()), undone_at: Some(NOW + 1), ..tie.clone() });
        assert_eq!(w.db.commit_together(vec![good.clone(), reply(&other, "late")]).await.unwrap(), Outcome::Conflict);
        assert_eq!(conversation::get(&w.db, &w.ours, &one.id).await.unwrap(), now);
        assert_eq!(conversation_tie::get(&w.db, &w.ours, &tie.id).await.unwrap(), tie);
        seq_of(&w.db.commit_together(vec![good]).await.unwrap());
        let undone = conversation_tie::get(&w.db, &w.ours, &tie.id).await.unwrap();
        assert_eq!((undone.undone_by, undone.undone_at), (Some("usr_b".into()), Some(NOW + 1)));
        assert_eq!(conversation_tie::count_merged(&w.db, &w.ours).await.unwrap(), 0, "undone");
        assert!(conversation_tie::get(&w.db, &w.theirs, &tie.id).await.is_err());
    })
    .await;
}
