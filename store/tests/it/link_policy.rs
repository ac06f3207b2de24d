//! When likeness suggests or links, written against the version that was read, each tenant for itself.

use crate::world::{NOW, on_both};
use qn_domain::LinkPolicy;
use qn_store::{Error, link_policy};

#[tokio::test]
async fn a_policy_is_the_companys_own() {
    on_both(async |w| {
        let by = "usr_1".into();
        let own = LinkPolicy { suggest: None, link: Some(0.995) };
        assert_eq!(link_policy::get(&w.db, &w.ours).await.unwrap(), (LinkPolicy::default(), 0));
        assert_eq!(link_policy::put(&w.db, &w.ours, &own, 0, &by, NOW).await.unwrap(), 1);
        assert!(matches!(link_policy::put(&w.db, &w.ours, &own, 0, &by, NOW).await, Err(Error::Stale { .. })));
        assert_eq!(link_policy::put(&w.db, &w.ours, &own, 1, &by, NOW).await.unwrap(), 2);
        assert_eq!(link_policy::get(&w.db, &w.ours).await.unwrap(), (own, 2));
        assert_eq!(link_policy::get(&w.db, &w.theirs).await.unwrap().1, 0);
    })
    .await;
}
