//! Tenants, server secrets and attachments.

use crate::world::{NOW, on_both};
use qn_domain::AttachmentId;
use qn_store::attachment::{self, StoredAttachment};
use qn_store::{Error, tenant};

#[tokio::test]
async fn tenants_and_the_secret_made_once() {
    on_both(async |w| {
        assert_eq!(tenant::list(&w.db).await.unwrap().len(), 2);
        assert_eq!(tenant::get(&w.db, &w.ours).await.unwrap(), crate::world::tenant(&w.ours));
        assert!(tenant::get(&w.db, &"tnt_none".into()).await.is_err());
        assert!(matches!(tenant::insert(&w.db, &crate::world::tenant(&w.ours)).await, Err(Error::Exists(_))));
        let (a, b) =
            tokio::join!(tenant::secret(&w.db, "visitor", "first".into(), NOW), tenant::secret(&w.db, "visitor", "second".into(), NOW));
        assert_eq!(a.unwrap(), b.unwrap());
        assert_eq!(tenant::find_secret(&w.db, "none").await.unwrap(), None);
        tenant::replace_secret(&w.db, "visitor", "third").await.unwrap();
        assert_eq!(tenant::find_secret(&w.db, "visitor").await.unwrap().as_deref(), Some("third"));
    })
    .await;
}

#[tokio::test]
async fn a_transaction_is_taken_and_given_back() {
    on_both(async |w| {
        drop(w.db.begin().await.unwrap());
        w.db.begin().await.unwrap().commit().await.unwrap();
        tenant::get(&w.db, &w.ours).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn attachments() {
    on_both(async |w| {
        let make = |n: i64| StoredAttachment {
            id: AttachmentId::from(format!("att_{n}")),
            tenant_id: w.ours.clone(),
            name: "照片.png".into(),
            media_type: "image/png".into(),
            inline: n == 0,
            size_bytes: 12,
            blob_key: format!("ab/{n}"),
            uploader_kind: "contact".into(),
            uploader_id: "con_1".into(),
            created_at: NOW,
        };
        for n in 0..3 {
            attachment::insert(&w.db, &make(n)).await.unwrap();
        }
        assert!(matches!(attachment::insert(&w.db, &make(0)).await, Err(Error::Exists(_))));
        assert_eq!(attachment::find(&w.db, &w.ours, &"att_0".into()).await.unwrap(), Some(make(0)));
        assert_eq!(attachment::find(&w.db, &w.theirs, &"att_0".into()).await.unwrap(), None);
        assert_eq!(attachment::find_any(&w.db, &"att_1".into()).await.unwrap(), Some(make(1)));
        let ids = ["att_0".into(), "att_2".into(), "att_none".into()];
        assert_eq!(attachment::list_by_ids(&w.db, &w.ours, &ids).await.unwrap().len(), 2);
        assert!(attachment::list_by_ids(&w.db, &w.theirs, &ids).await.unwrap().is_empty());
        assert!(attachment::list_by_ids(&w.db, &w.ours, &[]).await.unwrap().is_empty());
    })
    .await;
}
