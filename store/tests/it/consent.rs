//! What contacts agreed to stays on record in the order in which it was said, each tenant for itself.

use crate::world::{NOW, on_both};
use qn_domain::consent::{Consent, Purpose};
use qn_store::contact_consent as consents;

#[tokio::test]
async fn every_word_stays() {
    on_both(async |w| {
        let id = "con_1".into();
        let said = |given, at| Consent { purpose: Purpose::Device, given, inbox_id: "inb_1".into(), notice: "隐私 2026-10".into(), at };
        assert_eq!(consents::find_last(&w.db, &w.ours, &id, Purpose::Device).await.unwrap(), None);
        consents::append(&w.db, &w.ours, &id, &said(true, NOW)).await.unwrap();
        consents::append(&w.db, &w.ours, &id, &said(false, NOW)).await.unwrap();
        consents::append(&w.db, &w.ours, &"con_2".into(), &said(true, NOW + 1)).await.unwrap();
        assert_eq!(consents::list(&w.db, &w.ours, &id).await.unwrap(), [said(false, NOW), said(true, NOW)]);
        assert_eq!(consents::find_last(&w.db, &w.ours, &id, Purpose::Device).await.unwrap(), Some(said(false, NOW)));
        assert!(consents::list(&w.db, &w.theirs, &id).await.unwrap().is_empty());
        assert_eq!(consents::find_last(&w.db, &w.theirs, &id, Purpose::Device).await.unwrap(), None);
    })
    .await;
}
