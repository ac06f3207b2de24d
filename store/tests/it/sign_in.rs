//! What sign-in reads and writes: accounts, sessions and tokens.

use crate::world::{NOW, on_both, user, walk};
use qn_domain::{Role, SessionId, TokenId};
use qn_store::session::Session;
use qn_store::token::ApiToken;
use qn_store::{Error, session, token, user as users};

#[tokio::test]
async fn failures_count_lock_and_clear() {
    on_both(async |w| {
        let ann = w.add_user("usr_1", Role::Agent).await;
        let mut elsewhere = user(&w.theirs, "usr_2", Role::Agent);
        elsewhere.email = ann.email.clone();
        users::insert(&w.db, &elsewhere, "other").await.unwrap();
        let accounts = users::list_accounts(&w.db, &ann.email).await.unwrap();
        assert_eq!(accounts.iter().map(|a| a.password_hash.as_str()).collect::<Vec<_>>(), ["hash", "other"]);
        assert!(users::list_accounts(&w.db, "nobody@example.com").await.unwrap().is_empty());

        assert_eq!(users::count_failure(&w.db, &w.ours, &ann.id).await.unwrap(), 1);
        assert_eq!(users::count_failure(&w.db, &w.ours, &ann.id).await.unwrap(), 2);
        assert_eq!(users::count_failure(&w.db, &w.theirs, &ann.id).await.unwrap(), 0);
        users::lock_until(&w.db, &w.ours, &ann.id, NOW + 9).await.unwrap();
        let account = users::find_account(&w.db, &w.ours, &ann.id).await.unwrap().unwrap();
        assert_eq!((account.failed_sign_ins, account.locked_until), (2, NOW + 9));
        users::clear_failures(&w.db, &w.ours, &ann.id).await.unwrap();
        let account = users::find_account(&w.db, &w.ours, &ann.id).await.unwrap().unwrap();
        assert_eq!((account.failed_sign_ins, account.locked_until), (0, 0));
        users::lock_until(&w.db, &w.ours, &ann.id, NOW + 9).await.unwrap();
        users::set_password(&w.db, &w.ours, &ann.id, "new", true).await.unwrap();
        let account = users::find_account(&w.db, &w.ours, &ann.id).await.unwrap().unwrap();
        assert_eq!((account.password_hash.as_str(), account.locked_until, account.user.must_change_password), ("new", 0, true));
        assert!(users::set_password(&w.db, &w.theirs, &ann.id, "x", false).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn sessions_live_end_and_are_swept() {
    on_both(async |w| {
        let ann = w.add_user("usr_1", Role::Admin).await;
        w.add_user("usr_2", Role::Admin).await;
        let make = |n: i64| Session {
            id: SessionId::from(format!("ses_{n}")),
            tenant_id: w.ours.clone(),
            user_id: ann.id.clone(),
            secret_hash: format!("hash{n}"),
            user_agent: "Firefox".into(),
            created_at: NOW + n,
            expires_at: NOW + 100,
        };
        for n in 0..4 {
            session::insert(&w.db, &make(n)).await.unwrap();
        }
        assert_eq!(session::find_by_hash(&w.db, "hash1", NOW).await.unwrap(), Some(make(1)));
        assert_eq!(session::find_by_hash(&w.db, "hash1", NOW + 100).await.unwrap(), None);
        session::extend(&w.db, &w.ours, &"ses_1".into(), NOW + 200).await.unwrap();
        session::extend(&w.db, &w.theirs, &"ses_0".into(), NOW + 900).await.unwrap();
        assert!(session::find_by_hash(&w.db, "hash1", NOW + 100).await.unwrap().is_some());
        assert_eq!(session::list(&w.db, &w.ours, &ann.id, NOW).await.unwrap().len(), 4);
        session::delete(&w.db, &w.theirs, &"ses_3".into()).await.unwrap();
        session::delete(&w.db, &w.ours, &"ses_3".into()).await.unwrap();
        assert_eq!(session::list(&w.db, &w.ours, &ann.id, NOW).await.unwrap().len(), 3);
        assert_eq!(session::delete_others(&w.db, &w.ours, &ann.id, Some(&"ses_1".into())).await.unwrap(), 2);
        assert_eq!(session::delete_expired(&w.db, NOW + 150).await.unwrap(), 0);
        assert_eq!(session::delete_expired(&w.db, NOW + 200).await.unwrap(), 1);
        session::insert(&w.db, &make(5)).await.unwrap();
        assert_eq!(session::delete_others(&w.db, &w.ours, &ann.id, None).await.unwrap(), 1);
        session::insert(&w.db, &make(6)).await.unwrap();
        users::delete(&w.db, &w.ours, &ann.id, 1).await.unwrap();
        assert_eq!(session::find_by_hash(&w.db, "hash6", NOW).await.unwrap(), None, "a removed person is signed out");
    })
    .await;
}

#[tokio::test]
async fn tokens_are_found_by_hash_until_they_end() {
    on_both(async |w| {
        let (ann, bob) = (w.add_user("usr_1", Role::Admin).await, w.add_user("usr_2", Role::Agent).await);
        let make = |n: i64| ApiToken {
            id: TokenId::from(format!("tok_{n}")),
            tenant_id: w.ours.clone(),
            user_id: if n == 0 { bob.id.clone() } else { ann.id.clone() },
            name: "ci".into(),
            secret_hash: format!("hash{n}"),
            scopes: vec!["read".into(), "write".into()],
            expires_at: (n == 1).then_some(NOW + 10),
            last_used_at: None,
            version: 1,
            created_at: NOW,
        };
        for n in 0..4 {
            token::insert(&w.db, &make(n)).await.unwrap();
        }
        assert!(matches!(token::insert(&w.db, &make(0)).await, Err(Error::Exists(_))));
        assert_eq!(token::find_by_hash(&w.db, "hash1", NOW).await.unwrap(), Some(make(1)));
        assert_eq!(token::find_by_hash(&w.db, "hash1", NOW + 10).await.unwrap(), None);
        assert!(token::find_by_hash(&w.db, "hash0", i64::MAX).await.unwrap().is_some());
        let all = walk(3, async |c, l| token::list(&w.db, &w.ours, None, c.as_deref(), l).await.unwrap()).await;
        assert_eq!(all.len(), 4);
        assert_eq!(token::list(&w.db, &w.ours, Some(&bob.id), None, 9).await.unwrap().items.len(), 1);
        assert!(token::list(&w.db, &w.theirs, None, None, 9).await.unwrap().items.is_empty());
        token::touch(&w.db, &w.ours, &"tok_2".into(), NOW + 3).await.unwrap();
        assert_eq!(token::rename(&w.db, &w.ours, &"tok_2".into(), 1, "build").await.unwrap(), 2);
        assert!(matches!(token::rename(&w.db, &w.ours, &"tok_2".into(), 1, "x").await, Err(Error::Stale { .. })));
        let now = token::get(&w.db, &w.ours, &"tok_2".into()).await.unwrap();
        assert_eq!((now.name.as_str(), now.last_used_at, now.version), ("build", Some(NOW + 3), 2));
        assert!(matches!(token::delete(&w.db, &w.theirs, &"tok_2".into(), 2).await, Err(Error::NotFound { .. })));
        assert!(matches!(token::delete(&w.db, &w.ours, &"tok_2".into(), 1).await, Err(Error::Stale { .. })));
        token::delete(&w.db, &w.ours, &"tok_2".into(), 2).await.unwrap();
        assert_eq!(token::find(&w.db, &w.ours, &"tok_2".into()).await.unwrap(), None);
    })
    .await;
}
