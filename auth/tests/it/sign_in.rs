//! Signing in, being locked out, and changing passwords.

use crate::world::{PASSWORD, World, wish};
use qn_auth::{Credential, Error, SESSION_MS};

#[tokio::test]
async fn the_right_password_opens_and_the_wrong_one_says_nothing() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let signed_in = w.sign_in(" Ann@Example.com ", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user.id.as_str(), "usr_1");
    assert_eq!(signed_in.expires_at, crate::world::NOW + SESSION_MS);
    let wrong = w.sign_in("ann@example.com", "a bad password").await.unwrap_err();
    let unknown = w.sign_in("nobody@example.com", PASSWORD).await.unwrap_err();
    assert!(matches!(wrong, Error::BadCredentials));
    assert_eq!(wrong.to_string(), unknown.to_string());
    for (email, password) in [("", ""), ("ann@example.com", ""), ("' OR 1=1 --", PASSWORD), ("ann@example.com\0", PASSWORD)] {
        assert!(matches!(w.sign_in(email, password).await, Err(Error::BadCredentials)), "{email:?}");
    }
}

#[tokio::test]
async fn five_failures_shut_the_door_for_known_and_unknown_alike() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    for email in ["ann@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert!(matches!(w.sign_in(email, "wrong wrong").await, Err(Error::BadCredentials)));
        }
        let Err(Error::LockedOut { retry_after_ms }) = w.sign_in(email, PASSWORD).await else { panic!("{email} is open") };
        assert_eq!(retry_after_ms, 30_000);
    }
    w.clock.advance(30_000);
    for email in ["ann@example.com", "nobody@example.com"] {
        assert!(matches!(w.sign_in(email, "wrong wrong").await, Err(Error::BadCredentials)));
        let Err(Error::LockedOut { retry_after_ms }) = w.sign_in(email, PASSWORD).await else { panic!("{email} is open") };
        assert_eq!(retry_after_ms, 60_000, "the wait doubles");
    }
    w.clock.advance(60_000);
    w.sign_in("ann@example.com", PASSWORD).await.unwrap();
    assert!(matches!(w.sign_in("ann@example.com", "wrong wrong").await, Err(Error::BadCredentials)));
    w.sign_in("ann@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn one_address_in_two_tenants() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    w.add_user(&w.theirs, "usr_2", "ann@example.com").await;
    let mut chosen = wish("ann@example.com", PASSWORD);
    chosen.tenant_id = Some(w.theirs.clone());
    assert_eq!(w.auth.sign_in(chosen.clone()).await.unwrap().user.id.as_str(), "usr_2");
    chosen.tenant_id = Some("tnt_none".into());
    assert!(matches!(w.auth.sign_in(chosen).await, Err(Error::BadCredentials)));
}

#[tokio::test]
async fn a_disabled_person_is_a_stranger() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let mut bob = w.add_user(&w.ours, "usr_2", "bob@example.com").await;
    let bobs = w.sign_in("bob@example.com", PASSWORD).await.unwrap();
    bob.disabled = true;
    qn_store::user::update(&w.db, &bob).await.unwrap();
    w.auth.forget_user(&bob.id);
    assert!(matches!(w.auth.person(Credential::Session(&bobs.secret)).await, Err(Error::Unauthenticated)));
    assert!(matches!(w.sign_in("bob@example.com", PASSWORD).await, Err(Error::BadCredentials)));
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let w = World::new().await;
    w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let (here, elsewhere) = (w.sign_in("ann@example.com", PASSWORD).await.unwrap(), w.sign_in("ann@example.com", PASSWORD).await.unwrap());
    let me = w.auth.person(Credential::Session(&here.secret)).await.unwrap();
    w.auth.person(Credential::Session(&elsewhere.secret)).await.unwrap();
    assert!(matches!(w.auth.change_password(&me, "not mine at all", "another password").await, Err(Error::BadCredentials)));
    assert!(matches!(w.auth.change_password(&me, PASSWORD, "short").await, Err(Error::WeakPassword)));
    assert!(matches!(w.auth.change_password(&me, PASSWORD, PASSWORD).await, Err(Error::WeakPassword)));
    w.auth.change_password(&me, PASSWORD, "another password").await.unwrap();
    w.auth.person(Credential::Session(&here.secret)).await.unwrap();
    assert!(w.auth.person(Credential::Session(&elsewhere.secret)).await.is_err());
    assert!(w.sign_in("ann@example.com", PASSWORD).await.is_err());
    w.sign_in("ann@example.com", "another password").await.unwrap();
}

#[tokio::test]
async fn a_reset_gives_a_password_for_one_time() {
    let w = World::new().await;
    let ann = w.add_user(&w.ours, "usr_1", "ann@example.com").await;
    let before = w.sign_in("ann@example.com", PASSWORD).await.unwrap();
    assert!(w.auth.reset_password(&w.theirs, &ann.id).await.is_err(), "another tenant's admin resets nothing");
    let password = w.auth.reset_password(&w.ours, &ann.id).await.unwrap();
    assert!(w.auth.person(Credential::Session(&before.secret)).await.is_err());
    let after = w.sign_in("ann@example.com", &password).await.unwrap();
    assert!(after.user.must_change_password);
    let me = w.auth.person(Credential::Session(&after.secret)).await.unwrap();
    w.auth.change_password(&me, &password, "settled password").await.unwrap();
    let me = w.auth.person(Credential::Session(&after.secret)).await.unwrap();
    assert!(!me.user.must_change_password);
}

#[tokio::test]
async fn hashing_refuses_what_is_no_password() {
    let w = World::new().await;
    assert!(matches!(w.auth.hash_password("short").await, Err(Error::WeakPassword)));
    assert!(matches!(w.auth.hash_password(&"x".repeat(10_000)).await, Err(Error::WeakPassword)));
}
