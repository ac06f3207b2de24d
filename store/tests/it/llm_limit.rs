//! What a company allows itself at the language model, written against the version that was read, each tenant for itself.

use crate::world::{NOW, on_both};
use qn_store::Error;
use qn_store::llm_limit::{OwnLimit, get, put};

#[tokio::test]
async fn a_limit_is_the_companys_own() {
    on_both(async |w| {
        let by = "usr_1".into();
        let own = OwnLimit { tokens: 5_000_000, cents: 20_000 };
        assert_eq!(get(&w.db, &w.ours).await.unwrap(), (OwnLimit::default(), 0));
        assert_eq!(put(&w.db, &w.ours, own, 0, &by, NOW).await.unwrap(), 1);
        assert!(matches!(put(&w.db, &w.ours, own, 0, &by, NOW).await, Err(Error::Stale { .. })));
        let less = OwnLimit { tokens: 0, ..own };
        assert_eq!(put(&w.db, &w.ours, less, 1, &by, NOW).await.unwrap(), 2);
        assert!(matches!(put(&w.db, &w.ours, own, 1, &by, NOW).await, Err(Error::Stale { .. })));
        assert_eq!(get(&w.db, &w.ours).await.unwrap(), (less, 2));
        assert_eq!(get(&w.db, &w.theirs).await.unwrap(), (OwnLimit::default(), 0));
    })
    .await;
}
