//! Where orders come from is written against the version that was read, and who looked stays on record, each tenant for itself.

use crate::world::{NOW, on_both};
use qn_store::order::{self, OrderLook};

#[tokio::test]
async fn where_orders_come_from_and_who_looked() {
    on_both(async |w| {
        let by = "usr_1".into();
        assert_eq!(order::find_source(&w.db, &w.ours).await.unwrap(), None);
        assert_eq!(order::put_source(&w.db, &w.ours, "{}", 0, &by, NOW).await.unwrap(), 1);
        assert!(order::put_source(&w.db, &w.ours, "{}", 0, &by, NOW).await.is_err(), "somebody was first");
        assert_eq!(order::put_source(&w.db, &w.ours, r#"{"a":1}"#, 1, &by, NOW).await.unwrap(), 2);
        assert_eq!(order::find_source(&w.db, &w.ours).await.unwrap(), Some((r#"{"a":1}"#.into(), 2)));
        assert_eq!(order::find_source(&w.db, &w.theirs).await.unwrap(), None);
        assert!(order::delete_source(&w.db, &w.ours).await.unwrap());
        assert!(!order::delete_source(&w.db, &w.ours).await.unwrap());

        let look = |found, at| OrderLook { contact_id: "con_1".into(), user_id: "usr_1".into(), found, at };
        order::note_look(&w.db, &w.ours, &look(Some(3), NOW)).await.unwrap();
        order::note_look(&w.db, &w.ours, &look(None, NOW + 1)).await.unwrap();
        assert_eq!(order::list_looks(&w.db, &w.ours, &"con_1".into()).await.unwrap(), [look(None, NOW + 1), look(Some(3), NOW)]);
        assert!(order::list_looks(&w.db, &w.theirs, &"con_1".into()).await.unwrap().is_empty());
    })
    .await;
}
