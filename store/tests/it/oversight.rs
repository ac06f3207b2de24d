//! What supervisors did: written with what it tells, newest first, whispers to their readers, and the floor as it stands.

use crate::world::{NOW, on_both};
use qn_domain::{Commit, Conversation, ConversationId, Oversight, OversightKind, Owner, Presence, TenantId};
use qn_store::floor::{self, OpenNow};
use qn_store::{Error, oversight};

fn entry(tenant: &TenantId, n: i64, kind: OversightKind) -> Oversight {
    Oversight {
        id: format!("ovs_{n}").as_str().into(),
        tenant_id: tenant.clone(),
        kind,
        actor_id: "usr_boss".into(),
        actor_name: "何岚".into(),
        user_id: Some("usr_a".into()),
        conversation_id: Some("cnv_1".into()),
        text: format!("第 {n} 条"),
        state: None,
        at: NOW + n,
    }
}

#[tokio::test]
async fn entries_are_kept_paged_and_whispers_are_for_their_readers() {
    on_both(async |w| {
        for n in 1..=3 {
            oversight::insert(&w.db, &entry(&w.ours, n, OversightKind::Whisper)).await.unwrap();
        }
        oversight::insert(&w.db, &entry(&w.theirs, 4, OversightKind::Monitor)).await.unwrap();
        let first = oversight::list(&w.db, &w.ours, None, 2).await.unwrap();
        assert_eq!(first.items, [entry(&w.ours, 3, OversightKind::Whisper), entry(&w.ours, 2, OversightKind::Whisper)]);
        let rest = oversight::list(&w.db, &w.ours, first.next_cursor.as_deref(), 2).await.unwrap();
        assert_eq!((rest.items.len(), rest.next_cursor), (1, None));
        let id = ConversationId::from("cnv_1");
        let count = async |reader: Option<&str>| {
            let reader = reader.map(Into::into);
            oversight::list_whispers(&w.db, &w.ours, &id, reader.as_ref()).await.unwrap().len()
        };
        assert_eq!(
            [count(None).await, count(Some("usr_a")).await, count(Some("usr_boss")).await, count(Some("usr_b")).await],
            [3, 3, 3, 0]
        );
    })
    .await;
}

#[tokio::test]
async fn a_state_is_set_with_its_entry_or_not_at_all() {
    on_both(async |w| {
        let gone =
            oversight::force_presence(&w.db, &entry(&w.ours, 1, OversightKind::ForceState), &"usr_none".into(), Presence::Busy).await;
        assert!(matches!(gone, Err(Error::NotFound { .. })));
        assert!(oversight::list(&w.db, &w.ours, None, 10).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_commit_keeps_its_entry_and_the_floor_shows_who_waits() {
    on_both(async |w| {
        for (n, owner) in
            [(1, Owner::Queue { team_id: None }), (2, Owner::Queue { team_id: None }), (3, Owner::Agent { agent_id: "usr_a".into() })]
        {
            let id = format!("cnv_{n}");
            let mut c = Conversation::new(id.as_str().into(), w.ours.clone(), "inb_1".into(), format!("con_{n}").as_str().into(), NOW);
            c.version = 1;
            c.owner = owner;
            c.queued_at = Some(NOW + n);
            let mut commit = Commit::of(c, NOW);
            commit.oversight = (n == 3).then(|| entry(&w.ours, 9, OversightKind::TakeOver));
            w.db.commit(commit).await.unwrap();
        }
        let open = floor::list(&w.db, &w.ours).await.unwrap();
        let seen: Vec<_> = open.iter().map(|o| (o.id.as_str(), o.agent_id.is_some(), o.queued_at)).collect();
        assert_eq!(seen, [("cnv_3", true, Some(NOW + 3)), ("cnv_2", false, Some(NOW + 2)), ("cnv_1", false, Some(NOW + 1))]);
        for one in &open {
            let stored = qn_store::conversation::get(&w.db, &w.ours, &one.id).await.unwrap();
            assert_eq!(OpenNow::of(&stored).as_ref(), Some(one), "read as it is told by the log");
        }
        assert!(floor::list(&w.db, &w.theirs).await.unwrap().is_empty());
        assert_eq!(oversight::list(&w.db, &w.ours, None, 10).await.unwrap().items, [entry(&w.ours, 9, OversightKind::TakeOver)]);
    })
    .await;
}
