//! Who was named in a note is written with it, and seen once.

use crate::world::{NOW, on_both, reply, seq_of};
use qn_store::mention::{self, Mention};
use std::sync::Arc;

#[tokio::test]
async fn mentions_come_with_their_note_and_go_when_seen() {
    on_both(async |w| {
        let c = w.add_conversation("cnv_1", "con_1", "在吗").await;
        let mut commit = reply(&c, "@二 请看");
        let note = Arc::make_mut(&mut commit.messages[0]);
        note.content.mentions = vec!["usr_2".into(), "usr_3".into()];
        let (message_id, at) = (note.id.clone(), note.created_at);
        seq_of(&w.db.commit(commit).await.unwrap());
        let unseen = async |who: &str| mention::list_unseen(&w.db, &w.ours, &who.into(), 10).await.unwrap();
        let wanted = Mention { message_id, conversation_id: c.id.clone(), at };
        assert_eq!((unseen("usr_2").await, unseen("usr_1").await), (vec![wanted.clone()], vec![]));
        assert!(mention::list_unseen(&w.db, &w.theirs, &"usr_2".into(), 10).await.unwrap().is_empty());
        assert_eq!(mention::see(&w.db, &w.theirs, &"usr_2".into(), &c.id, NOW).await.unwrap(), 0);
        assert_eq!(mention::see(&w.db, &w.ours, &"usr_2".into(), &c.id, NOW).await.unwrap(), 1);
        assert_eq!(mention::see(&w.db, &w.ours, &"usr_2".into(), &c.id, NOW).await.unwrap(), 0);
        assert_eq!((unseen("usr_2").await, unseen("usr_3").await), (vec![], vec![wanted]));
    })
    .await;
}
