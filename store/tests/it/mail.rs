//! Mails as they came: kept once with their folder's cursor, settled, replayed, found again by id, subject and conversation.

use crate::world::{NOW, World, on_both};
use qn_store::channel_cursor::{self, CursorMove};
use qn_store::mail::{self, NewMail, Settled};

fn cursor(w: &World, position: &str) -> CursorMove {
    CursorMove { tenant_id: w.ours.clone(), inbox_id: "inb_1".into(), stream: "imap:INBOX".into(), position: position.into(), at: NOW }
}

fn new(uid: i64, fingerprint: &str) -> NewMail {
    NewMail {
        id: format!("mail_{uid}"),
        folder: "INBOX".into(),
        uid_validity: 7,
        uid,
        fingerprint: fingerprint.into(),
        raw: vec![0, 255, b'\r', b'\n', uid as u8],
        is_whole: true,
        received_at: NOW + uid,
    }
}

fn read(conversation: Option<&str>) -> Settled {
    Settled {
        nature: "letter".into(),
        message_id: Some("m@x".into()),
        subject: "order".into(),
        people: vec!["a@x.example".into()],
        conversation_id: conversation.map(Into::into),
    }
}

#[tokio::test]
async fn mails_are_kept_once_with_their_cursor() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        assert_eq!(mail::keep(&w.db, &cursor(w, "7:2"), &[new(1, "one"), new(2, "two")]).await.unwrap(), 2);
        // Met again under another validity.
        assert_eq!(
            mail::keep(&w.db, &cursor(w, "8:9"), &[NewMail { id: "mail_9".into(), ..new(9, "two") }, new(3, "three")]).await.unwrap(),
            1
        );
        let position = channel_cursor::find(&w.db, &w.ours, &"inb_1".into(), "imap:INBOX").await.unwrap();
        assert_eq!(position.as_deref(), Some("8:9"));
        let waiting = mail::list_waiting(&w.db, 0, 10).await.unwrap();
        assert_eq!(waiting.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["mail_1", "mail_2", "mail_3"]);
        assert_eq!(mail::get_raw(&w.db, &w.ours, "mail_2").await.unwrap(), new(2, "").raw);
        assert!(mail::get_raw(&w.db, &w.theirs, "mail_2").await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_became_of_a_mail() {
    on_both(async |w| {
        w.add_inbox("inb_1").await;
        let id = "inb_1".into();
        mail::keep(&w.db, &cursor(w, "7:4"), &[new(1, "1"), new(2, "2"), new(3, "3"), new(4, "4")]).await.unwrap();
        mail::settle(&w.db, &w.ours, "mail_1", &read(Some("cnv_1"))).await.unwrap();
        mail::settle(&w.db, &w.ours, "mail_2", &read(None)).await.unwrap();
        mail::bury(&w.db, &w.ours, "mail_3", "unreadable").await.unwrap();
        mail::retry_later(&w.db, &w.ours, "mail_4", NOW + 9, "busy").await.unwrap();
        mail::bury(&w.db, &w.theirs, "mail_4", "not theirs").await.unwrap();
        assert_eq!(mail::count(&w.db, &w.ours, &id).await.unwrap(), (1, 1));
        let found = mail::find_by_message_id(&w.db, &w.ours, &id, "m@x").await.unwrap().unwrap();
        assert_eq!((found.id.as_str(), found.conversation_id.as_str(), found.people.len()), ("mail_1", "cnv_1", 1));
        assert!(mail::find_by_message_id(&w.db, &w.theirs, &id, "m@x").await.unwrap().is_none());
        assert_eq!(mail::list_by_subject(&w.db, &w.ours, &id, "order", NOW).await.unwrap().len(), 1);
        assert!(mail::list_by_subject(&w.db, &w.ours, &id, "order", NOW + 5).await.unwrap().is_empty());
        assert_eq!(mail::list_of_conversation(&w.db, &w.ours, &"cnv_1".into(), 5).await.unwrap().len(), 1);
        let first = mail::list_unread(&w.db, &w.ours, &id, None, 1).await.unwrap();
        let second = mail::list_unread(&w.db, &w.ours, &id, first.next_cursor.as_deref(), 1).await.unwrap();
        assert_eq!((first.items.len(), second.items.len(), second.next_cursor), (1, 1, None));
        assert!(mail::list_unread(&w.db, &w.theirs, &id, None, 1).await.unwrap().items.is_empty());
        assert!(mail::list_unread(&w.db, &w.ours, &id, Some("x"), 1).await.is_err());
        let unread = [first.items, second.items].concat();
        assert_eq!(
            unread.iter().map(|m| (m.id.as_str(), m.state.as_str())).collect::<Vec<_>>(),
            [("mail_3", "dead"), ("mail_2", "skipped")]
        );
        assert_eq!((unread[1].subject.as_str(), unread[1].people.len()), ("order", 1));
        for (id, unread) in [("mail_2", true), ("mail_3", true), ("mail_1", false)] {
            assert_eq!(mail::is_unread(&w.db, &w.ours, &"inb_1".into(), id).await.unwrap(), unread, "{id}");
        }
        assert!(!mail::is_unread(&w.db, &w.theirs, &"inb_1".into(), "mail_2").await.unwrap());
        assert_eq!(mail::revive(&w.db, &w.theirs, &"inb_1".into(), NOW).await.unwrap(), 0);
        assert_eq!(mail::revive(&w.db, &w.ours, &"inb_1".into(), NOW).await.unwrap(), 1);
        mail::bury(&w.db, &w.ours, "mail_3", "unreadable").await.unwrap();
        assert_eq!(mail::replay(&w.db, &w.ours, None, NOW).await.unwrap(), 1);
        assert_eq!(mail::replay(&w.db, &w.ours, Some("mail_2"), NOW).await.unwrap(), 1);
        assert_eq!(mail::replay(&w.db, &w.theirs, Some("mail_1"), NOW).await.unwrap(), 0);
        assert_eq!(mail::list_waiting(&w.db, 0, 10).await.unwrap().len(), 3);
    })
    .await;
}
