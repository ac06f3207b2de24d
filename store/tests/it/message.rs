//! Messages by range and by neighbourhood.

use crate::world::{NOW, on_both, reply, seq_of};
use qn_domain::{Attachment, AuthorKind, ContactId, InboxId};
use qn_store::message;
use std::sync::Arc;

#[tokio::test]
async fn ranges_are_ascending_bounded_and_of_one_tenant() {
    on_both(async |w| {
        let mut read = w.add_conversation("cnv_1", "con_1", "m1").await;
        for n in 2..=6 {
            let mut commit = reply(&read, &format!("m{n}"));
            let message = Arc::make_mut(&mut commit.messages[0]);
            message.content.attachments =
                vec![Attachment { id: "att_1".into(), name: "发票.pdf".into(), media_type: "application/pdf".into(), size_bytes: 12 }];
            message.reply_to = Some("msg_1-1".into());
            seq_of(&w.db.commit(commit.clone()).await.unwrap());
            read = Arc::unwrap_or_clone(commit.conversation);
        }
        let id = &read.id;
        let seqs = |messages: Vec<qn_domain::Message>| messages.iter().map(|m| m.seq).collect::<Vec<_>>();
        assert_eq!(seqs(message::list_range(&w.db, &w.ours, id, 2, 4).await.unwrap()), [2, 3, 4]);
        assert_eq!(seqs(message::list_before(&w.db, &w.ours, id, None, 2).await.unwrap()), [5, 6]);
        assert_eq!(seqs(message::list_before(&w.db, &w.ours, id, Some(3), 10).await.unwrap()), [1, 2]);
        assert_eq!(seqs(message::list_after(&w.db, &w.ours, id, 4, 10).await.unwrap()), [5, 6]);
        assert!(message::list_after(&w.db, &w.theirs, id, 0, 10).await.unwrap().is_empty());
        assert!(message::list_before(&w.db, &w.theirs, id, None, 10).await.unwrap().is_empty());
        assert!(message::list_range(&w.db, &w.theirs, id, 1, 9).await.unwrap().is_empty());
        assert_eq!(message::find(&w.db, &w.theirs, &"msg_1-1".into()).await.unwrap(), None);
        let last = message::get(&w.db, &w.ours, &"msg_1-6".into()).await.unwrap();
        assert_eq!((last.content.attachments[0].name.as_str(), last.reply_to.unwrap().as_str()), ("发票.pdf", "msg_1-1"));
    })
    .await;
}

#[tokio::test]
async fn the_bots_answers_to_a_contact_are_counted_over_all_its_conversations_of_an_inbox() {
    on_both(async |w| {
        for (id, contact) in [("cnv_1", "con_1"), ("cnv_2", "con_1"), ("cnv_3", "con_2")] {
            let mut read = w.add_conversation(id, contact, "怎么退货?").await;
            for author in [AuthorKind::Bot, AuthorKind::Agent] {
                let mut commit = reply(&read, "请在七天内寄回");
                Arc::make_mut(&mut commit.messages[0]).author.kind = author;
                w.db.commit(commit.clone()).await.unwrap();
                read = Arc::unwrap_or_clone(commit.conversation);
            }
        }
        let (inbox, other): (InboxId, InboxId) = ("inb_1".into(), "inb_2".into());
        let (one, two): (ContactId, ContactId) = ("con_1".into(), "con_2".into());
        let count = async |tenant, whose, since, max| message::count_by_bot(&w.db, tenant, whose, since, max).await.unwrap();
        assert_eq!(count(&w.ours, (&inbox, &one), NOW, 9).await, 2, "a person's answers are none of a machine's");
        assert_eq!(count(&w.ours, (&inbox, &two), NOW, 9).await, 1);
        assert_eq!(count(&w.ours, (&inbox, &one), NOW, 1).await, 1, "no further than it must");
        assert_eq!(count(&w.ours, (&inbox, &one), NOW + 1_000, 9).await, 0);
        assert_eq!(count(&w.ours, (&other, &one), NOW, 9).await, 0);
        assert_eq!(count(&w.theirs, (&inbox, &one), NOW, 9).await, 0);
    })
    .await;
}
