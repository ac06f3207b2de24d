//! Stretches for reports: told again when something happened, once, per tenant; the teller's knowledge is not the store's.

use crate::world::{NOW, World, on_both, opening, reply, seq_of};
use qn_domain::{Assignment, AuthorKind, Conversation, Episode, Message, MessageKind};
use qn_store::episode;
use std::sync::Arc;

/// One stretch per message of a person, so that what was read can be seen.
fn tell(c: &Conversation, messages: &[Message], _: &[Assignment]) -> Vec<Episode> {
    let one = |number: usize, resolved: bool| Episode {
        tenant_id: c.tenant_id.clone(),
        conversation_id: c.id.clone(),
        number: number as i64,
        contact_id: c.contact_id.clone(),
        inbox_id: c.inbox_id.clone(),
        language: c.language,
        intent: Some("退\"货".into()),
        team_id: None,
        agent_id: Some("usr_1".into()),
        handoff: None,
        opened_at: NOW + number as i64,
        bot_replied_at: Some(NOW),
        queued_at: None,
        owned_at: Some(NOW + 1),
        agent_replied_at: None,
        resolved_at: resolved.then_some(NOW + 9),
        waited_ms: 1,
        held_ms: 2,
        asked: messages.len() as i64,
        bot_messages: 3,
        agent_messages: 4,
        transfers: 5,
        csat: Some(6),
        transfer_reasons: [("二\"线".to_owned(), 2)].into(),
    };
    let spoken = messages.iter().filter(|m| m.author.kind == AuthorKind::Agent).count();
    (0..=spoken).map(|n| one(n, n < spoken)).collect()
}

pub async fn fill(w: &World) {
    for tenant in [&w.ours, &w.theirs] {
        while episode::fill_after(&w.db, tenant, 2, tell).await.unwrap() {}
    }
}

async fn counted(w: &World) -> Vec<(String, i64, i64)> {
    let found = episode::list(&w.db, &w.ours, 0, i64::MAX, 99).await.unwrap();
    found.into_iter().map(|e| (e.conversation_id.0, e.number, e.asked)).collect()
}

pub async fn says(w: &World, read: &Conversation, kind: MessageKind, author: AuthorKind) -> Conversation {
    let mut commit = reply(read, "好的");
    let said = Arc::make_mut(commit.messages.first_mut().unwrap());
    (said.kind, said.author.kind) = (kind, author);
    seq_of(&w.db.commit(commit.clone()).await.unwrap());
    Arc::unwrap_or_clone(commit.conversation)
}

#[tokio::test]
async fn conversations_are_told_again_when_people_act() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "你好").await;
        seq_of(&w.db.commit(opening(&w.theirs, "cnv_x", "con_x", "别家")).await.unwrap());
        fill(w).await;
        assert_eq!(counted(w).await, [("cnv_1".into(), 0, 1)]);
        let c = says(w, &c, MessageKind::Incoming, AuthorKind::Contact).await;
        let c = says(w, &c, MessageKind::Outgoing, AuthorKind::Bot).await;
        fill(w).await;
        assert_eq!(counted(w).await, [("cnv_1".into(), 0, 1)], "what only they two say waits");
        let c = says(w, &c, MessageKind::Outgoing, AuthorKind::Agent).await;
        fill(w).await;
        assert_eq!(counted(w).await, [("cnv_1".into(), 0, 4), ("cnv_1".into(), 1, 4)]);
        says(w, &c, MessageKind::Activity, AuthorKind::System).await;
        fill(w).await;
        assert_eq!(counted(w).await, [("cnv_1".into(), 0, 5), ("cnv_1".into(), 1, 5)], "told anew, not twice");
        let all = episode::list(&w.db, &w.ours, 0, i64::MAX, 99).await.unwrap();
        assert_eq!(all[0], tell(&w.db_conversation("cnv_1").await, &messages(w).await, &[])[0]);
        assert_eq!(episode::list(&w.db, &w.ours, NOW + 1, i64::MAX, 99).await.unwrap().len(), 1);
        let ended = async |from| episode::list_ended(&w.db, &w.ours, from, i64::MAX, 99).await.unwrap().len();
        assert_eq!((ended(NOW + 9).await, ended(NOW + 10).await), (1, 0), "by their end, and only those that have one");
        let held = async |tenant, now| episode::recent_held(&w.db, tenant, now, 99).await.unwrap();
        assert_eq!(held(&w.ours, NOW + 9).await, [2], "what a person held and has ended, not its whole life");
        assert!(held(&w.ours, NOW + 8).await.is_empty() && held(&w.ours, NOW + 9 + qn_base::clock::DAY_MS).await.is_empty());
        assert!(held(&w.theirs, NOW + 9).await.is_empty() && episode::recent_held(&w.db, &w.ours, NOW + 9, 0).await.unwrap().is_empty());
        assert_eq!(episode::list(&w.db, &w.theirs, 0, i64::MAX, 99).await.unwrap().len(), 1);
        assert_eq!(episode::list_of(&w.db, &w.ours, &"cnv_1".into()).await.unwrap(), all);
        assert!(episode::list_of(&w.db, &w.ours, &"cnv_none".into()).await.unwrap().is_empty());
        assert_eq!(told_between(w, 0, 99).await, (1, 2), "all of it, as it stands");
        let until = episode::told_until(&w.db, &w.ours).await.unwrap();
        assert_eq!(told_between(w, until - 1, until).await, (1, 2), "the last entry was an activity");
        assert_eq!(told_between(w, until, until + 9).await, (0, 0));
        assert_eq!(told_between(w, 1, 3).await, (0, 0), "what only the bot and the customer say tells nothing");
        assert_eq!(episode::begun_since(&w.db, &w.ours, NOW, NOW + 1).await.unwrap(), [("con_1".into(), "con_1".into(), NOW)]);
    })
    .await;
}

/// How many conversations were told again by these entries, and how many stretches those have.
async fn told_between(w: &World, from: i64, to: i64) -> (usize, usize) {
    let (ids, episodes) = episode::list_told_between(&w.db, &w.ours, from, to).await.unwrap();
    assert!(episodes.iter().all(|e| e.tenant_id == w.ours && ids.contains(&e.conversation_id)));
    (ids.len(), episodes.len())
}

async fn messages(w: &World) -> Vec<Message> {
    qn_store::message::list_after(&w.db, &w.ours, &"cnv_1".into(), 0, 99).await.unwrap()
}

impl World {
    async fn db_conversation(&self, id: &str) -> Conversation {
        qn_store::conversation::get(&self.db, &self.ours, &id.into()).await.unwrap()
    }
}
